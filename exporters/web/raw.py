"""Makes the HTML inside a source safe, balanced and valid, without touching what the exporter itself has written.

A tag may stand alone in the source, and its end in a later block: `<details>`, a blank line, Markdown, `</details>`. So
what is cleaned is always a whole row of pieces. Those of the exporter are not shown to the cleaner: numbered place
holders stand for them, and each is put back once. Cleaning is nh3's work (html5ever's parser, ammonia's rules); this
module says what is allowed, keeps the work within bounds, and brings what HTML once had to what it has now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal

from exporters.document import Document, Heading, Image, Resource
from exporters.document.rewrite import rewritten
from exporters.document.walk import blocks, sections
from exporters.report import Code, Report
from exporters.toolbox import raw_addresses, urls
from exporters.toolbox.escaping import html_attribute
from exporters.toolbox.raw_html import COMMENT, is_comment
from exporters.web.places import Places

type Piece = tuple[Literal["raw", "own", "whole"], str]
"""Whose a piece of HTML is. `raw` is of the document's author. `own` is the exporter's, but takes part: text, or a tag.
`whole` is the exporter's, balanced in itself, and comes out as it went in."""


def _names(*lines: str) -> frozenset[str]:
    return frozenset(name for line in lines for name in line.split())


_PHRASES = _names(
    "a abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup",
    "time u var wbr acronym big font nobr strike tt",
)
_BLOCKS = _names(
    "address article aside blockquote caption center col colgroup dd details div dl dt figcaption figure footer",
    "h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul",
)
# What goes with all it holds. Others that are not allowed leave their content behind.
_WITH_CONTENT = _names(
    "applet canvas embed iframe math noembed noframes object script select style svg template textarea title"
)
_VOID = _names("br col hr img wbr")
_FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")

# Tags that HTML no longer has, and those that only a page's frame should have.
_RENAMED = {
    "acronym": "abbr",
    "big": "span",
    "center": "div",
    "font": "span",
    "nobr": "span",
    "strike": "s",
    "tt": "code",
    **dict.fromkeys(("article", "aside", "footer", "header", "hgroup", "main", "nav", "section"), "div"),
}

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
_SPAN = re.compile(r"[1-9][0-9]{0,2}")
_LENGTH = re.compile(r"[0-9]{1,4}%?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.Z+\-]{4,20})?")
_ONCE = re.compile(r"")
_ANYTHING = re.compile(r"[^\x00]{0,2000}")
_IDENTITY = re.compile(r"[^\s\x00\"]{1,200}")

# Attributes and what they may be, on every tag ("") and on some.
_ATTRIBUTES: dict[str, dict[str, re.Pattern[str]]] = {
    "": {
        "align": re.compile("left|right|center|justify"),
        "dir": re.compile("ltr|rtl|auto"),
        "id": _IDENTITY,
        "lang": re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"),
        "style": _ANYTHING,
        "title": _ANYTHING,
    },
    "a": {"href": _ANYTHING, "name": _IDENTITY},
    "col": {"span": _SPAN},
    "colgroup": {"span": _SPAN},
    "data": {"value": _ANYTHING},
    "del": {"datetime": _DATE},
    "details": {"open": _ONCE},
    "img": {"alt": _ANYTHING, "height": _LENGTH, "src": re.compile(r"[^\x00]*"), "width": _LENGTH},
    "ins": {"datetime": _DATE},
    "li": {"value": _WHOLE_NUMBER},
    "ol": {"reversed": _ONCE, "start": _WHOLE_NUMBER, "type": re.compile("[1aAiI]")},
    "td": {"colspan": _SPAN, "rowspan": _SPAN},
    "th": {"colspan": _SPAN, "rowspan": _SPAN, "scope": re.compile("row|col|rowgroup|colgroup")},
    "time": {"datetime": _DATE},
}
# Of a style, only what cannot put one thing over another or load anything.
_STYLES = _names("background-color color font-style font-weight text-align text-decoration vertical-align")

_LEFT_WITHOUT_WORD = re.compile(
    r"align|aria-.*|bgcolor|border|cellpadding|cellspacing|class|clear|color|crossorigin|data-.*|decoding|face|height|"
    r"loading|nowrap|rel|role|size|summary|target|type|valign|width"
)

# A tag without any trap: no `<` or `>` in its attributes. And everything that might be a tag to any parser.
_PLAIN_TAG = re.compile(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9]*+)
        (?:\s++[a-zA-Z_:@][\w:.\-]*+(?:\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'=<>`]++))?)*+
        \s*+/?>""",
    re.VERBOSE,
)
# A tag as CommonMark 0.31 defines it (6.6): to every parser one tag and no more.
_ONE_TAG = re.compile(
    r"""</?([a-zA-Z][a-zA-Z0-9-]*+)
        (?:\s++[a-zA-Z_:][\w:.\-]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?)*+
        \s*+/?>""",
    re.VERBOSE,
)
_ANY_TAG = re.compile(r"<[/!?a-zA-Z]")
_ANY_START = re.compile(r"<()([a-zA-Z][a-zA-Z0-9]*+)[^<]*+")
_PLAIN_COMMENT = re.compile(r"<!--[^<>]*+-->")
_OPENING_NAME = re.compile(r"<([a-zA-Z][^\s/>]*)")

_ENDING_PARAGRAPHS = _BLOCKS - _names("caption col colgroup tbody tfoot thead")
_ENDING: dict[str, tuple[tuple[str, ...], ...]] = {
    "dd": (("dd", "dt"),),
    "dt": (("dd", "dt"),),
    "li": (("li",),),
    "td": (("td", "th"),),
    "th": (("td", "th"),),
    "tr": (("td", "th"), ("tr",)),
}
"""What a tag ends by its begin, from the innermost."""
_OF_TABLES = _names("caption col colgroup table tbody td tfoot th thead tr")

# The parser's time grows with the depth of what it is in, and it repeats the formatting tags that are open at each new
# paragraph: 32,000 times <div> take 3 s, 3,000 different <b> and as many <p> make 100 MB. This many of both together,
# in one document, take 0.2 s and 30 MB; one with a million tags, ten deep, has a third of it.
_MAX_WORK = 32_000_000

# nh3 writes every tag like this, with `<`, `>` and `"` as character references everywhere else.
_CLEAN_TAG = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z]+="[^"]*")*)>')
_CLEAN_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
# A link that the exporter has written, but for those in drawings, which are links of SVG.
_LINK_TAG = re.compile(r'<svg\b.*?</svg>|<(/?)a((?: [a-z-]+(?:="[^"]*")?)*)>', re.DOTALL)

# Place holders: tags that are not allowed otherwise. The parser takes one for a block, which ends a paragraph, the
# other for a word. An author who writes one can but move a piece.
_BLOCK_HOLDER, _WORD_HOLDER = "menu", "slot"

_OF_KEYS = "resource"  # the scheme of keys: an author who writes one can but show what is in the same document


def kept(document: Document, places: Places | None, report: Report) -> Document:
    """The document with its raw HTML as it is to be kept: with the addresses of what came with the source.

    Without `places` there are none for attachments.
    """
    of_images = places or Places()

    def attribute(name: str, key: str) -> str:
        resource = document.resources[key]
        address = of_images.image(resource) if name == "src" else ""
        if name == "href" and places and (link := places.attachment(resource)):
            return link.lstrip()
        if name == "href":
            report.lost(Code.ATTACHMENT, "Attached files are left out; the words of their links are kept.")
        elif not address:
            report.lost(Code.IMAGE_UNREADABLE, "Images that repeat too often are not shown each time.")
        return f'{name}="{address or html_attribute(urls.encoded(resource.name))}"'

    return rewritten(document, {"html": lambda _, html: raw_addresses.replaced(html, document.resources, attribute)})


class Sanitizer:
    """Cleans the raw HTML of one document."""

    def __init__(
        self,
        document: Document,
        report: Report,
        image: Callable[[Image, str], str],
        attachment: Callable[[Resource], str],
    ) -> None:
        self._document = document
        self._report = report
        self._image = image
        self._attachment = attachment
        self._cleaners: dict[bool, Callable[[str], str]] = {}
        self._ids: set[str] | None = None
        self._left = _MAX_WORK

    def flow(self, pieces: Iterable[Piece]) -> str:
        """A row of pieces that stands where blocks may."""
        return self._clean(list(pieces), inline=False)

    def phrases(self, pieces: Iterable[Piece]) -> str:
        """A row of pieces that stands within a line."""
        return self._clean(list(pieces), inline=True)

    def _clean(self, pieces: list[Piece], inline: bool) -> str:
        pieces = [(source, html) for source, html in pieces if source != "raw" or not is_comment(html)]
        raw = [html for source, html in pieces if source == "raw"]
        if not raw:
            return "".join(html for _, html in pieces)
        self._report_removed(raw, inline)
        cleaned = self._together(pieces, inline)
        return self._apart(pieces, inline) if cleaned is None else cleaned

    def _together(self, pieces: list[Piece], inline: bool) -> str | None:
        """The whole row as one; None where that is too much work, or would lose a piece of the exporter's."""
        words = inline or any(source == "own" for source, _ in pieces)
        holder = _WORD_HOLDER if words else _BLOCK_HOLDER
        shown: list[str] = []
        wholes: list[str] = []
        for source, html in pieces:
            if source == "whole":
                shown.append(f'<{holder} id="{len(wholes)}"></{holder}>')
                wholes.append(html)
            elif not words:
                shown.append(html + "\n")
            elif source == "own" or _is_allowed_tag(html):
                shown.append(html)
        together = "".join(shown)
        if not self._affords(together):
            return None
        expected = dict(enumerate(wholes))
        cleaned = self._modern(self._cleaner(inline)(together), expected)
        return None if expected else cleaned

    def _apart(self, pieces: list[Piece], inline: bool) -> str:
        """Each piece by itself: tags that begin in one and end in another are lost, but nothing else is."""
        out: list[str] = []
        words = inline or any(source == "own" for source, _ in pieces)
        for source, html in pieces:
            if source != "raw":
                out.append(html)
            elif words or not self._affords(html):
                self._report.lost(
                    Code.RAW_HTML, "Raw HTML that is nested too deeply, or not at all well, was left out."
                )
            else:
                out.append(self._modern(self._cleaner(inline)(html), {}))
        return "".join(out)

    def _affords(self, html: str) -> bool:
        work = _work(html, self._left)
        if work > self._left:
            return False
        self._left -= work
        return True

    def _cleaner(self, inline: bool) -> Callable[[str], str]:
        if inline not in self._cleaners:
            import nh3

            self._cleaners[inline] = nh3.Cleaner(
                tags={*(_PHRASES if inline else _PHRASES | _BLOCKS), _BLOCK_HOLDER, _WORD_HOLDER},
                clean_content_tags=set(_WITH_CONTENT),
                attributes={},
                generic_attribute_prefixes={""},  # every attribute comes to _attribute, which decides
                attribute_filter=self._attribute,
                filter_style_properties=set(_STYLES),
                url_schemes={*nh3.ALLOWED_URL_SCHEMES, "data", _OF_KEYS},
                link_rel=None,
            ).clean
        return self._cleaners[inline]

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        if tag in (_BLOCK_HOLDER, _WORD_HOLDER):
            return value if name == "id" else None
        if tag not in _VALID:
            return None
        allowed = _ATTRIBUTES.get(tag, {}).get(name) or _ATTRIBUTES[""].get(name)
        if allowed is None or not allowed.fullmatch(value):
            if not _LEFT_WITHOUT_WORD.fullmatch(name):
                self._report.degraded(Code.RAW_HTML, f"The attribute {name[:40]} of raw HTML was removed.")
            return None
        if name in ("href", "src") and urls.scheme(value) == _OF_KEYS:
            return value if value in self._document.resources else None
        match name:
            case "href":
                return urls.encoded(value) if urls.is_safe(value) else None
            case "src":
                return value if urls.is_safe(value) else None
            case "id" | "name":
                return self._unique(value)
            case _:
                return value

    def _unique(self, id: str) -> str | None:
        if self._ids is None:
            nested = (block.id for block in blocks(self._document) if isinstance(block, Heading))
            self._ids = {*(section.id for section in sections(self._document)), *nested}
        if id in self._ids or ":" in id:  # with colons: the exporter's own
            return None
        self._ids.add(id)
        return id

    def _modern(self, cleaned: str, wholes: dict[int, str]) -> str:
        """What nh3 has cleaned, in the tags of today, with the place holders filled; takes those that it finds."""

        in_link = False

        def tag(found: re.Match[str]) -> str:
            nonlocal in_link
            end, name, attributes = found[1], found[2], found[3]
            if name in (_BLOCK_HOLDER, _WORD_HOLDER):
                number = _CLEAN_ATTRIBUTE.match(attributes)
                known = number is not None and number[2].isdecimal() and len(number[2]) < 9
                whole = wholes.pop(int(number[2]), "") if number and known else ""
                return _LINK_TAG.sub(_unlinked, whole) if in_link else whole
            if name == "a":
                in_link = not end
                return "</a>" if end else self._modern_link(attributes)
            if name == "img":
                return self._modern_image(attributes)
            modern = _RENAMED.get(name, name)
            return f"<{end}{modern}{_modern_attributes(name, attributes)}>"

        return _CLEAN_TAG.sub(tag, cleaned)

    def _modern_link(self, attributes: str) -> str:
        href = next((value for name, value in _CLEAN_ATTRIBUTE.findall(attributes) if name == "href"), "")
        if href not in self._document.resources:
            return f"<a{_modern_attributes('a', attributes)}>"
        opening = self._attachment(self._document.resources[href]) or "<a>"
        return f"{opening[:-1]}{_modern_attributes('a', attributes.replace(f' href="{href}"', ''))}>"

    def _modern_image(self, attributes: str) -> str:
        from html import unescape

        given = {name: unescape(value) for name, value in _CLEAN_ATTRIBUTE.findall(attributes)}
        width, height = given.get("width", ""), given.get("height", "")
        more = f' style="width: {width}"' if width.endswith("%") else f' width="{width}"' if width else ""
        more += f' height="{height}"' if height and not height.endswith("%") else ""
        return self._image(Image(given.get("src", ""), given.get("alt", ""), given.get("title", "")), more)

    def _report_removed(self, raw: list[str], inline: bool) -> None:
        allowed = _PHRASES if inline else _PHRASES | _BLOCKS
        for html in raw:
            for name in _OPENING_NAME.findall(COMMENT.sub("", html)):
                if name.lower() not in allowed:
                    self._report.lost(Code.RAW_HTML, f"The tag <{name[:40].lower()}> of raw HTML was removed.")
            if re.search("(?:java|vb)script:", html, re.IGNORECASE):
                self._report.lost(Code.LINK, "A link in raw HTML was removed, because it would run a script.")


def _unlinked(found: re.Match[str]) -> str:
    # No link stands in another: <a href="…">https://example.org</a>, whose words are an address. A footnote's mention
    # keeps the name that its note leads back to.
    if found[1] is None:
        return found[0]
    id = re.search(' id="[^"]*"', found[2])
    return f"<{found[1]}span{id[0] if id else ''}>"


def _modern_attributes(tag: str, attributes: str) -> str:
    if not attributes and tag != "center":
        return ""
    kept: list[str] = []
    styles: list[str] = ["text-align: center"] if tag == "center" else []
    for name, value in _CLEAN_ATTRIBUTE.findall(attributes):
        match name:
            case "align":
                styles.append(f"text-align: {value}")
            case "style":
                styles.append(value)
            case "name":
                kept.append(f' id="{value}"')
            case "href" if urls.is_external(value):
                kept.append(f' href="{value}" rel="noopener noreferrer"')
            case _:
                kept.append(f' {name}="{value}"')
    return "".join(kept) + (f' style="{"; ".join(styles)}"' if styles else "")


def _work(html: str, enough: int) -> int:
    """An upper bound of the parser's work, in no unit: how deep each tag stands, and what it may have to repeat.

    Stops counting when it is more than enough.
    """
    tags = list(_PLAIN_TAG.finditer(html))
    harmless = len(tags) + len(_PLAIN_COMMENT.findall(html))
    known = all(tag[2].lower() in _VALID for tag in tags)
    believed = known and len(_ANY_TAG.findall(html)) == harmless
    if not believed:
        # Where one could disagree about what is a tag, no end is believed.
        tags = list(_ANY_START.finditer(html))
    work = repeated = tables = 0
    open_tags: list[tuple[str, int]] = []
    for number, tag in enumerate(tags):
        name, length = tag[2].lower(), len(tag[0])
        if tag[1]:
            if open_tags and open_tags[-1][0] == name:
                repeated -= open_tags.pop()[1]
                tables -= name == "table"
        elif name not in _VOID:
            if believed:
                del open_tags[_ended_from(open_tags, name) :]
            again = length if name in _FORMATTING else 0
            open_tags.append((name, again))
            repeated += again
            tables += name == "table"
        work += len(open_tags) + repeated
        if tables and _may_be_moved(html, tags, number):
            work += number >> 4  # it looks at what stands before the table, at 14 in the time of one level
        if work > enough:
            break
    return work


def _ended_from(open_tags: list[tuple[str, int]], name: str) -> int:
    """From where on tags end because another begins: those right before it, of which the parser says the same.

    Nothing else is believed to end by itself: the parser may have a reason to leave it open.
    """
    at = len(open_tags)
    if at and name in _ENDING_PARAGRAPHS and open_tags[at - 1][0] == "p":
        at -= 1
    for names in _ENDING.get(name, ()):
        if at and open_tags[at - 1][0] in names:
            at -= 1
    return at


def _may_be_moved(html: str, tags: list[re.Match[str]], number: int) -> bool:
    """Whether a tag in a table, or the text after it, may be in no cell, so that it goes before the table."""
    tag = tags[number]
    name = tag[2].lower()
    if name not in _OF_TABLES:
        return True
    following = tags[number + 1].start() if number + 1 < len(tags) else len(html)
    begins_cell = not tag[1] and name in ("caption", "td", "th")
    return not begins_cell and not html[tag.end() : following].isspace() and tag.end() < following


_VALID = _PHRASES | _BLOCKS | {_BLOCK_HOLDER, _WORD_HOLDER}


def _is_allowed_tag(html: str) -> bool:
    """Whether this is one whole tag that may take part. Others could swallow the words behind them."""
    tag = _ONE_TAG.fullmatch(html)
    return tag is not None and tag[1].lower() in _VALID
