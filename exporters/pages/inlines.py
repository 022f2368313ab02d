"""What stands within a line, as pieces that lines are made of: text with its style, pictures, breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import replace
from typing import TYPE_CHECKING, NamedTuple, assert_never
from urllib.parse import unquote

from exporters.document import (
    Abbreviation,
    Code,
    Document,
    Emphasis,
    FootnoteReference,
    Highlight,
    Image,
    Inline,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    Math,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
    walk,
)
from exporters.frozen import frozen
from exporters.pages import theme
from exporters.pages.sketches import Displayed, Sketches
from exporters.pages.tags import Element, Role
from exporters.pages.theme import MODERN, Colour, Theme
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import urls
from exporters.toolbox.abbreviations import AbbreviationsInText
from exporters.toolbox.fonts import Family, Font, Fonts
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.leads import report_unfollowed

if TYPE_CHECKING:
    from exporters.pages.pictures import Picture, Pictures
    from exporters.pages.vectors import Sketch


@frozen
class Style:
    """How a piece of text looks, and where it leads. One of a kind: as a key it is itself, whatever another holds."""

    fonts: Fonts
    size: float
    theme: Theme = MODERN
    family: Family = "sans"
    bold: bool = False
    italic: bool = False
    colour: Colour = MODERN.ink
    rise: float = 0
    """How far it stands above the baseline."""
    shade: Colour | None = None
    """What lies behind it."""
    outline: Colour | None = None
    """Of the frame around it, if any."""
    struck: bool = False
    underlined: bool = False
    ground: Ground | None = None
    """What its shade and lines keep to, where they began around text of another size or rise."""
    target: str = ""
    """Where it leads, see `PageLink`; "" for nowhere."""
    name: str = ""
    """Of the destination that it is, if any."""
    note: str = ""
    """The label of the footnote that it mentions, if any."""
    tag: Element | None = None
    """What it belongs to, where that is not what its line belongs to."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def font(self) -> Font:
        return self.fonts.font(self.family, self.bold, self.italic)

    def within(self, size: float, rise: float = 0) -> Style:
        """The same of another size, and higher by so much: a part of what this dresses."""
        is_dressed = self.shade or self.struck or self.underlined
        ground = self.ground or (Ground(self.size, self.rise) if is_dressed else None)
        return replace(self, size=size, rise=self.rise + rise, ground=ground)

    def scaled(self, share: float) -> Style:
        """The same, larger or smaller as a whole."""
        ground = self.ground and Ground(self.ground.size * share, self.ground.rise * share)
        return replace(self, size=self.size * share, rise=self.rise * share, ground=ground)


class Ground(NamedTuple):
    size: float
    rise: float


# Chinese and Japanese characters, and emoji, as a class of regular expressions.
HAN = (
    "\u2e80-\u2fdf\u3001-\u30ff\u3100-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff"
)


class Text(NamedTuple):
    text: str
    style: Style


@frozen
class Break:
    """The end of a line that the author asked for."""


type Piece = Text | Picture | Sketch | Displayed | Break

BREAK = Break()


class InlineWriter:
    """Turns the inline nodes of one document into pieces."""

    def __init__(
        self,
        document: Document,
        pictures: Pictures,
        image: str,
        notes: Mapping[str, int],
        report: Report,
        prints_addresses: bool = False,
    ) -> None:
        self._resources = document.resources
        self._destinations = walk.targets(document)
        self._pictures = pictures
        self.sketches = Sketches(pictures, report)
        self._image_word = image  # for images without a description
        self._notes = notes
        self._mentioned: set[str] = set()
        self._standing: set[str] = set()  # notes that have a place already, which a mention must not give them again
        self.abbreviations = AbbreviationsInText()
        self._prints_addresses = prints_addresses
        self._tag: Element
        self._report = report
        self.where = ""
        """The section that is being written, for the report."""
        self.attachments: dict[str, None] = {}
        """The keys of files that links lead to and that came with the source."""
        self.leads_to_top = False
        """Whether a link leads to the begin of the document."""

    def pieces(self, content: Inlines, style: Style, tag: Element) -> list[Piece]:
        """The pieces of a line, in order. What is more than text becomes an element below `tag`."""
        pieces: list[Piece] = []
        self._tag = tag
        self._inlines(content, style, pieces)
        while pieces and pieces[-1] is BREAK:
            pieces.pop()
        return pieces

    def heading_pieces(self, content: Inlines, style: Style, tag: Element) -> list[Piece]:
        """The same for a heading, which explains no abbreviations."""
        self.abbreviations.is_heading = True
        pieces = self.pieces(content, style, tag)
        self.abbreviations.is_heading = False
        return pieces

    def _inlines(self, content: Iterable[Inline], style: Style, pieces: list[Piece]) -> None:
        for node in content:
            self._inline(node, style, pieces)

    def _inline(self, node: Inline, style: Style, pieces: list[Piece]) -> None:
        match node:
            case str():
                pieces.append(Text(one_line(node), style))
            case Emphasis():
                self._inlines(node.content, replace(style, italic=not style.italic), pieces)
            case Strong():
                self._inlines(node.content, replace(style, bold=True), pieces)
            case Strikethrough():
                self._inlines(node.content, replace(style, struck=True), pieces)
            case Code():
                pieces.append(Text(one_line(node.text), self._tagged("Code", _code(style))))
            case Math():
                self._math(node, style, pieces)
            case Link():
                self._inlines(node.content, self._link(node.url, style), pieces)
                if self._prints_addresses:
                    self._address(node, style, pieces)
            case Underline():
                self._inlines(node.content, replace(style, underlined=True), pieces)
            case Highlight():
                self._inlines(node.content, replace(style, shade=style.theme.mark, ground=None), pieces)
            case Superscript():
                self._inlines(node.content, _raised(style, _ABOVE), pieces)
            case Subscript():
                self._inlines(node.content, _raised(style, _BELOW), pieces)
            case Keyboard():
                pieces.append(_key(node.text, style))
            case Abbreviation():
                pieces.append(Text(one_line(self.abbreviations.said(node, self.where)), style))
            case Image():
                pieces.append(self._image(node, style))
            case FootnoteReference():
                pieces.append(self._reference(node.label, style))
            case LineBreak():
                pieces.append(BREAK)
            case RawInline():
                self._raw(node.html, pieces)
            case _:
                assert_never(node)

    def _math(self, node: Math, style: Style, pieces: list[Piece]) -> None:
        if node.display and pieces and pieces[-1] is not BREAK:
            pieces.append(BREAK)
        formula = self.sketches.formula(node.text, node.display, style, self.where)
        if formula is None:
            mono = replace(style.within(style.size * 0.92), family="mono", italic=False)
            pieces.append(Text(one_line(node.text), mono))
        elif formula.width:  # one that only defines something for others has none
            pieces.append(self._as_formula(formula, node.text, style))
        if node.display:
            pieces.append(BREAK)

    def _as_formula(self, formula: Sketch | Displayed, latex: str, style: Style) -> Piece:
        tag = Element("Formula", style.tag or self._tag, is_inline=True)
        tag.alt = one_line(latex).strip()
        if isinstance(formula, Displayed):
            return replace(formula, sketch=replace(formula.sketch, tag=tag))
        return formula.placed(tag, style.target, style.tag)

    def _link(self, url: str, style: Style) -> Style:
        target = self.target(url)
        if not target:
            return style
        return self._tagged("Link", replace(style, target=target, colour=style.theme.link, underlined=True))

    def _address(self, link: Link, style: Style, pieces: list[Piece]) -> None:
        """The address of a link, for paper; not where its words are the address already."""
        address = link.url.removeprefix("mailto:")
        if urls.is_followed_from_a_file(link.url) and walk.plain_text(link.content) not in (address, link.url):
            look = replace(style, size=style.size * style.theme.caption, colour=style.theme.muted)
            pieces.append(Text(f" ({one_line(address)})", look))

    def _tagged(self, role: Role, style: Style) -> Style:
        return replace(style, tag=Element(role, style.tag or self._tag, is_inline=True))

    def target(self, url: str) -> str:
        """Where a link may lead: a destination in the file, or an address on the web; "" if it cannot be followed."""
        if url.startswith("#"):
            return self._destination(unquote(url[1:]))
        if urls.is_followed_from_a_file(url):
            if len(url) <= _MAX_ADDRESS:
                return urls.encoded(url)
            what = f"A link whose address has more than {_MAX_ADDRESS:,} characters cannot be followed."
            self._report.degraded(About.LINK, what, self.where)
            return ""
        if url in self._resources:
            self.attachments[url] = None
            return ""
        report_unfollowed(url, "a PDF", self._report, self.where)
        return ""

    def _destination(self, name: str) -> str:
        # What leads nowhere was reported when the source was read.
        if name in self._destinations:
            return f"#{name}"
        if name in ("", "top"):  # for both, browsers go to the begin (HTML Standard, "scrolling to a fragment")
            self.leads_to_top = True
            return f"#{TOP}"
        return ""

    def _image(self, node: Image, style: Style) -> Piece:
        words = one_line(node.alternative or node.title).strip()
        picture = self._pictures.get(node.url, self.where)
        if picture is not None:
            return picture.placed(self._figure(words, style), style.target, style.tag)
        words = words or self._image_word
        shade = style.shade or style.theme.inline_shade
        return Text(f"[{words}]", replace(style, italic=True, colour=style.theme.muted, shade=shade))

    def _figure(self, words: str, style: Style) -> Element | None:
        # Without words an image only adorns, as in HTML. Reading it has said so.
        if not words:
            return None
        figure = Element("Figure", style.tag or self._tag, is_inline=True)
        figure.alt = words
        return figure

    def _reference(self, label: str, style: Style) -> Piece:
        number = self._notes.get(label)
        raised = _raised(style, _ABOVE)
        if number is None:
            note_missing(label, self._report, self.where)
            return Text(f"[{label}]", raised)
        first = label not in self._mentioned
        self._mentioned.add(label)
        name = mention(number) if first else ""
        its = "" if label in self._standing else label
        look = replace(raised, target=f"#{note(number)}", colour=style.theme.link, name=name, note=its)
        return Text(str(number), self._tagged("Link", look))

    def is_mentioned(self, label: str) -> bool:
        """Whether a reference to this footnote has been met."""
        return label in self._mentioned

    def stands(self, label: str) -> None:
        """Says that this footnote has a place, though nothing has mentioned it so far."""
        self._standing.add(label)

    def _raw(self, html: str, pieces: list[Piece]) -> None:
        if _LINE_BREAK.fullmatch(html):
            pieces.append(BREAK)
        else:
            self.left_out()

    def left_out(self) -> None:
        """Says that HTML stood in the source."""
        what = "HTML inside the source was left out; text between its tags is kept."
        self._report.lost(About.RAW_HTML, what, self.where)


TOP = "top of all"
"""The destination of the first page. Ids have no spaces, so they never meet it, nor the following."""


def note(number: int) -> str:
    """The destination of a footnote."""
    return f"note {number}"


def mention(number: int) -> str:
    """The destination of the first mention of a footnote."""
    return f"mention {number}"


def one_line(text: str) -> str:
    """Line ends and tabs count as spaces; between Chinese or Japanese characters a line end counts for nothing."""
    if text.isprintable():
        return text
    if not text.isascii():
        text = _BETWEEN_HAN.sub("", text)
    return text.translate(_SPACES)


def _code(style: Style) -> Style:
    if style.shade:  # of a pen, which goes on below it
        return replace(style.within(style.size * 0.9), family="mono", italic=False)
    return replace(
        style, family="mono", size=style.size * 0.9, italic=False, shade=style.theme.inline_shade, ground=None
    )


def _raised(style: Style, share: float) -> Style:
    """Smaller, and higher or lower by a share of what is lost in size; so in any depth it is still near its line."""
    size = max(style.size * theme.RAISED, min(style.size, theme.LEAST))
    return style.within(size, (style.size - size) * share)


def _key(text: str, style: Style) -> Piece:
    # Its spaces do not part, and narrow ones keep its frame away from its letters.
    words = one_line(text).strip().replace(" ", "\u00a0")
    look = replace(style, size=style.size * theme.KEY, italic=False, underlined=False, ground=None)
    return Text(f"\u2005{words}\u2005", replace(look, shade=style.theme.shade, outline=style.theme.faint))


_ABOVE, _BELOW = 1.125, -0.5  # what stands higher rises to capitals' height; what is lower stays above the next line
_SPACES = {ord(character): " " for character in "\t\n\v\f\r\x85\u2028\u2029"}
_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])\n(?=[{HAN}])")
_MAX_ADDRESS = 4_000  # characters: it is written for each line of a link, and few servers take more than 8,000
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
