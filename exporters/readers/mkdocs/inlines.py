"""Reads what stands within the lines of MkDocs' Markdown.

Python-Markdown looks for one kind of mark after the other, and so does this: what one of the passes finds leaves a
place, so that none after it looks inside. The library copies the whole text for each mark it finds; here a pass goes
through a text once, so the time is in proportion to the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from markdown.serializers import to_html_string

from exporters.document.nodes import (
    Code,
    CodeBlock,
    Diagram,
    Emphasis,
    Highlight,
    Image,
    Inlines,
    Link,
    Math,
    RawBlock,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)
from exporters.document.rewrite import without_links
from exporters.document.walk import plain_text, within
from exporters.readers.mkdocs.abbreviations import Abbreviations
from exporters.readers.mkdocs.attributes import language
from exporters.readers.mkdocs.blocks import Elements
from exporters.readers.mkdocs.emphasis import Run, has_space, pair
from exporters.readers.mkdocs.line import Line
from exporters.readers.mkdocs.passes import ENTITY, PASSES, Addresses, Settled, note_snippets
from exporters.readers.mkdocs.text import Fence, without_places
from exporters.readers.reading import Reading
from exporters.report import Code as Reported

_PLACE = re.compile("\x02(wzxhzdk:|c|/)?([0-9]+)\x03")
_TOKEN = re.compile("\x02(wzxhzdk:|c|/)?([0-9]+)\x03|([*_~^=])\\3*")


class Lines:
    """Reads the lines of one document."""

    def __init__(self, reading: Reading, found: Elements) -> None:
        self.reading = reading
        self.found = found
        self._kept: list[tuple[Any, str]] = []  # what the places in a text stand for, and how it is written
        self._edit = ""  # the kind of an editor's mark that is open at the end of a text
        self.mentions: list[str] = []
        """The labels of footnotes, in the order of their first mention."""
        self.mentioned: set[str] = set()
        """The same, to look them up."""
        self.in_link = False
        """Whether the words of a link or an image are read."""
        self.addresses = Addresses(self)
        self.abbreviations = Abbreviations(self) if found.abbreviations else None

    def read(self, text: str) -> list[Any]:
        """The nodes of a text: inlines, and the blocks whose places were in it."""
        self._kept = []
        if "\x02" in text:
            text = _PLACE.sub(lambda place: place[0] if self._is_known(place) else "", text)
        line = Line(self)
        if self._edit:
            line.open(self._edit)
            self._edit = ""
        self._fill(line, self._looked_through(text.strip("\n "), 0))
        self._edit = line.edit or self._edit
        return line.end()

    def line(self, text: str) -> Inlines:
        """The nodes of a text in which no block can stand: code is code within the line, and HTML too."""
        return tuple(map(_within_a_line, self.read(text)))

    def words(self, text: str, first: int) -> Inlines:
        """The nodes of the words of a link or an image, in which is no link. `first` says with which pass to begin."""
        outside, self.in_link = self.in_link, True
        line = Line(self)
        self._fill(line, self._looked_through(text, first))
        content = tuple(map(_within_a_line, line.end()))
        self.in_link = outside
        if any(isinstance(node, Link) for node in within(content)):
            what = "A link within a link is only its words."
            self.reading.report.degraded(Reported.LINK, what, self.reading.where)
            content = without_links(content)
        return content

    def keep(self, node: Any, written: str) -> str:
        """A place for a node, or for several in a tuple."""
        self._kept.append((node, written))
        return f"\x02{len(self._kept) - 1}\x03"

    # Texts without places

    def source(self, text: str) -> str:
        """A text as it is written in the source."""
        if "\x02" in text:
            text = _PLACE.sub(self._written, text)
        return self.shown(text)

    def plain(self, text: str) -> str:
        """A text of which only the entities mean something."""
        return ENTITY.sub(lambda entity: unescape(entity[0]), self.source(text))

    def meant(self, text: str) -> str:
        """A text as it is written, but for signs that a backslash stands before, which are themselves."""
        return _PLACE.sub(self._settled, text) if "\x02" in text else text

    def shown(self, text: str) -> str:
        """A text that has no places any more, as the document has it."""
        if "\x03" in text or "\x02" in text:
            text = without_places(text)  # for an end tag on several lines, the library takes a wrong piece of the text
        return self.reading.resources.embedded.restore(text)

    def html(self, stashed: Any) -> str:
        """What was set aside before blocks were looked for, as HTML."""
        if isinstance(stashed, Fence):
            return f"<pre><code>{_escaped(self.source(stashed.text))}</code></pre>"
        return self.source(stashed if isinstance(stashed, str) else to_html_string(stashed))

    def _written(self, place: re.Match[str]) -> str:
        if not self._is_known(place):
            return ""
        number = int(place[2])
        match place[1]:
            case None:
                return self.source(self._kept[number][1])
            case "c":
                mark = self.found.marks[number]
                if mark.kind == self._edit and not mark.opens:
                    self._edit = ""  # it ends in code
                return mark.source
            case "/":
                return "///"
            case _:
                return self.html(self.found.stash.rawHtmlBlocks[number])

    def _settled(self, place: re.Match[str]) -> str:
        node = self._kept[int(place[2])][0] if place[1] is None and self._is_known(place) else None
        return node if isinstance(node, Settled) else self._written(place)

    def _is_known(self, place: re.Match[str]) -> bool:
        kinds: dict[str | None, list[Any]] = {
            None: self._kept,
            "c": self.found.marks,
            "/": self.found.boxes,
            "wzxhzdk:": self.found.stash.rawHtmlBlocks,
        }
        return int(place[2]) < len(kinds[place[1]])

    # From texts to nodes

    def _looked_through(self, text: str, first: int) -> str:
        """The text with a place for each mark that one of the passes finds, from the first on."""
        for signs, look in PASSES[first:]:
            for sign in signs:
                if sign in text:
                    text = look(self, text)
                    break
        return text

    def _fill(self, line: Line, text: str) -> None:
        """Puts into a line what is in a text in which only emphasis and its like are left to find."""
        for item in _items(text):
            if isinstance(item, str):
                line.text(item)
            elif isinstance(item, Run):
                line.run(item)
            else:
                self._put(line, item)

    def _put(self, line: Line, place: re.Match[str]) -> None:
        number = int(place[2])
        match place[1]:
            case None:
                node = self._kept[number][0]
                line.add(*node if type(node) is tuple else (node,))
            case "c":
                self._mark(line, number)
            case "/":
                pass  # the begin of a block, where none can be
            case _:
                line.add(self._stashed(self.found.stash.rawHtmlBlocks[number]))

    def _mark(self, line: Line, number: int) -> None:
        mark = self.found.marks[number]
        if mark.kind == ">":
            what = "A comment on the text ({>>…<<}) is left out."
            self.reading.report.lost(Reported.COMMENT, what, self.reading.where)
        elif mark.opens:
            line.open(mark.kind)
        else:
            line.close(mark.kind)

    def _stashed(self, stashed: Any) -> Any:
        if isinstance(stashed, Fence):
            return self._fenced(stashed)
        html = self.html(stashed).strip("\n")
        return RawBlock(html) if html else Settled("")

    def _fenced(self, fence: Fence) -> CodeBlock | Diagram | Math:
        text = self.source(fence.text)
        note_snippets(text, self.reading)
        its_language, info = language(self.source(fence.info))
        if its_language == "mermaid":
            return Diagram(text)
        if info == "math" and text.strip():
            return Math(text.strip(), display=True)  # as GitHub has it
        if " title=" in info:
            what = 'Titles of code blocks (title="config.py") are kept in Markdown alone. Write them above the code.'
            self.reading.report.note(Reported.NODE, what, self.reading.where)
        return CodeBlock(text, its_language, info)


def _items(text: str) -> list[Any]:
    """A text as pieces of text, places, and runs of delimiters that are paired."""
    items: list[Any] = []
    runs: list[Run] = []
    at = spaces = 0
    for token in _TOKEN.finditer(text):
        if token.start() > at:
            items.append(text[at : token.start()])
            spaces += has_space(items[-1])
        at = token.end()
        if token[3]:
            runs.append(Run(text, token.start(), at, spaces))
            items.append(runs[-1])
        else:
            items.append(token)
    if at < len(text):
        items.append(text[at:])
    pair(runs)
    return items


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _within_a_line(node: Any) -> Any:
    match node:
        case CodeBlock() | Diagram():
            return Code(" ".join(node.text.split()))
        case RawBlock():
            return RawInline(node.html)
        case _:
            return node


def words(content: Inlines) -> str:
    """The words that a heading's id is made of: those of images are not."""
    return plain_text(tuple(_without_images(content)))


def _without_images(content: Inlines) -> Iterator[Any]:
    for node in content:
        match node:
            case Image():
                pass
            case Link():
                yield from _without_images(node.content)
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                yield from _without_images(node.content)
            case _:
                yield node
