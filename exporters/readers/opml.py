"""Reads outlines in OPML, of which every outliner writes its own: `text` may be HTML, or be missing; notes and done
tasks have several names.

Source: OPML 2.0 (opml.org/spec2.opml), and what pandoc, OmniOutliner, WorkFlowy and Dynalist add to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from exporters.document.nodes import Block, Document, Inlines, Json, Paragraph
from exporters.document.walk import plain_text
from exporters.readers.maps import Entry, Outline, facts, html, markdown, paragraphs, words, xml_elements
from exporters.readers.maps.xml_elements import Element
from exporters.readers.reading import Reading, shown
from exporters.report import Code


def read(reading: Reading) -> Document:
    """Reads an outline in OPML. Raises `UnreadableSource`, `SourceTooLarge`."""
    return _Opml(xml_elements.read(reading, "opml", "an outline in OPML"), reading).document()


class _Opml:
    """One source on its way to a document."""

    def __init__(self, root: Element, reading: Reading) -> None:
        self.root = root
        self.reading = reading
        self.report = reading.report
        self.restore = reading.resources.embedded.restore
        self.outline = Outline(reading)

    def document(self) -> Document:
        body = self.root.first("body")
        tops = list(body.elements("outline")) if body else []
        # Outlines that are to be read, the next one last: they nest by the hundred, and this takes no recursion.
        todo = [(element, -1) for element in reversed(tops)]
        first: Entry | None = None
        while todo:
            element, parent = todo.pop()
            attributes = {name.lower(): value for name, value in element.attributes.items()}
            if attributes.get("iscomment") == "true":
                what = "An outline that is a comment is left out, with what is below it."
                self.report.note(Code.COMMENT, what, self.reading.where)
                continue
            number, entry = self.outline.begin(attributes.get("id", ""), parent)
            first = first or entry
            self.fill(entry, attributes)
            todo += [(each, number) for each in reversed(list(element.elements("outline")))]
        metadata = self.metadata()
        if len(tops) == 1 and first and metadata.get("title") == plain_text(first.content):
            del metadata["title"]  # the root says it
        return self.outline.document(metadata=metadata)

    def metadata(self) -> dict[str, Json]:
        head = self.root.first("head")
        stated = {each.name.lower(): " ".join(each.text().split()) for each in head.elements()} if head else {}
        found: dict[str, Json] = {}
        if title := stated.get("title"):
            found["title"] = title
        if author := stated.get("ownername"):
            found["author"] = author
        if date := _iso_date(stated.get("datemodified") or stated.get("datecreated") or ""):
            found["date"] = date
        return found

    # An outline

    def fill(self, entry: Entry, attributes: Mapping[str, str]) -> None:
        url = "" if attributes.keys() <= _USUAL else self.url(attributes)
        text = attributes.get("text") or attributes.get("title") or shown(url)
        entry.content = self.content(entry, self.restore(text))
        self.outline.at(entry)
        if attributes.keys() <= _USUAL:
            entry.notes += self.note(attributes.get("_note", ""))
            return
        entry.url = url
        entry.folded = attributes.get("collapsed") == "true"
        entry.checked = _checked(attributes)
        entry.notes += self.notes(attributes, url)
        if attributes.get("type") == "include" and url:
            what = f"What the outline includes from {shown(url)} is only a link to it: exports fetch nothing."
            self.report.note(Code.PART, what, self.reading.where)
        for name in attributes:
            if name not in _KNOWN:
                what = f"The attribute {shown(name)} of outlines is left out: its meaning is not known."
                self.report.note(Code.SYNTAX, what)

    def content(self, entry: Entry, text: str) -> Inlines:
        if not _HTML.search(text):
            return words(_without_entities(text))
        return entry.take(html(text, self.reading))

    def url(self, attributes: Mapping[str, str]) -> str:
        names = ("url", "htmlurl", "xmlurl", "link", "_link")
        return self.restore(next((url for name in names if (url := attributes.get(name, "").strip())), ""))

    def notes(self, attributes: Mapping[str, str], url: str) -> Iterator[Block]:
        title, text = attributes.get("title", ""), attributes.get("text")
        if text and title != text:
            yield from self.note(title)
        yield from self.note(attributes.get("_note") or attributes.get("note") or "")
        yield from self.note(attributes.get("description", ""))
        feed = self.restore(attributes.get("xmlurl", "").strip())
        if feed and feed != url:
            yield Paragraph((self.reading.link((shown(feed),), feed),))
        if category := attributes.get("category"):
            yield from facts([("", ", ".join(each.strip() for each in category.split(",")))])

    def note(self, text: str) -> Iterator[Block]:
        if not text:
            return
        match notation(text):
            case "html":
                yield from html(text, self.reading)
            case "markdown":
                # Where nothing but the dress of words is marked, line ends are as they are in plain text.
                lines = text if _MARKDOWN.search(text) else _LINE_END.sub("\\\\\n", text)
                yield from markdown(lines, self.reading)
            case "text":
                yield from paragraphs(_without_entities(text), self.reading)


def notation(text: str) -> Literal["html", "markdown", "text"]:
    """In what a note is written, of which outlines say nothing: what it looks like."""
    if _HTML.search(text):
        return "html"
    return "markdown" if _MARKDOWN.search(text) or _DRESSED.search(text) else "text"


def says_itself(text: str) -> bool:
    """Whether a text without tags is read as it stands, for none of it means a character in HTML."""
    return "&" not in text or not _ENTITY.search(text)


_USUAL = frozenset(("text", "_note"))  # most outlines have no other attributes
# What is read, and what says only how the outline looks or when it was made.
_KNOWN = frozenset((
    "_checked", "_complete", "_link", "_note", "_status", "_task", "category", "checkbox", "checked", "collapsed",
    "complete", "created", "description", "htmlurl", "id", "isbreakpoint", "iscomment", "language", "link", "note",
    "text", "title", "type", "url", "version", "xmlurl",
))  # fmt: skip

# A tag of HTML that one may write within a line, or that begins a block. Any other word between < and > is a text.
_HTML = re.compile(
    r"</?(?:a|b|blockquote|br|code|del|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|s|script|small|span|strike"
    r"|strong|style|sub|sup|table|tbody|td|th|thead|time|tr|tt|u|ul)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# What begins a list, a quote, a block of code, a heading or a table: without one of them, a note is plain text.
_MARKDOWN = re.compile(r"^(?: {0,3}(?:[-*+] |\d{1,3}[.)] |> ?\S|#{1,6} |```|~~~|\|.*\|[ \t]*$))", re.MULTILINE)

# What dresses words in Markdown: strong words, code, links, words that are struck out, emphasis.
_DRESSED = re.compile(
    r"\*\*[^\s*]|`[^\s`]|\]\([^\s)]|~~[^\s~]|(?<![\w*])\*[^\s*](?:[^*\n]*[^\s*])?\*(?![\w*])"
    r"|(?<!\w)_[^\W_](?:[^_\n]*[^\s_])?_(?!\w)"
)
_LINE_END = re.compile(r"(?<=[^\n\\])\n(?=[^\n])")


def _without_entities(text: str) -> str:
    """A text that is HTML without tags, as what it says."""
    if "&" not in text or not _ENTITY.search(text):
        return text
    from html import unescape  # 1 ms

    return unescape(text)


def _checked(attributes: Mapping[str, str]) -> bool | None:
    """Whether a task is done; None for what is no task."""
    done = [attributes[name].lower() for name in ("_complete", "complete", "checked", "_checked") if name in attributes]
    status = attributes.get("_status", "").lower()
    if done or status in ("checked", "unchecked"):
        return status == "checked" or any(each in ("true", "yes", "1", "checked", "x") for each in done)
    is_task = attributes.get("checkbox", attributes.get("_task", "false")).lower()
    return False if is_task in ("true", "yes", "1") else None


def _iso_date(stated: str) -> str:
    """The day of a date as mails have it (RFC 822), or as ISO 8601 has it; "" for any other."""
    if _ISO.match(stated):
        return stated[:10]
    if not stated:
        return ""
    from email.utils import parsedate  # 13 ms, as it imports much of what mails need

    found = parsedate(stated[:80])
    return f"{found[0]:04}-{found[1]:02}-{found[2]:02}" if found and _is_day(*found[:3]) else ""


_ISO = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")


def _is_day(year: int, month: int, day: int) -> bool:
    return 0 < year < 10_000 and 0 < month < 13 and 0 < day < 32
