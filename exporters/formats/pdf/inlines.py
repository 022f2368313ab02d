"""What stands within a line, as pieces that lines are made of: text with its style, pictures, breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import replace
from typing import TYPE_CHECKING, NamedTuple, assert_never
from urllib.parse import unquote

from exporters.document import (
    Code,
    Emphasis,
    FootnoteReference,
    Image,
    Inline,
    Inlines,
    LineBreak,
    Link,
    Math,
    RawInline,
    Strikethrough,
    Strong,
)
from exporters.formats.pdf import theme
from exporters.formats.pdf.theme import Colour
from exporters.frozen import frozen
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import urls
from exporters.toolbox.fonts import Family, Font, Fonts

if TYPE_CHECKING:
    from exporters.formats.pdf.pictures import Picture, Pictures


@frozen
class Style:
    """How a piece of text looks, and where it leads. One of a kind: as a key it is itself, whatever another holds."""

    fonts: Fonts
    size: float
    family: Family = "sans"
    bold: bool = False
    italic: bool = False
    colour: Colour = theme.INK
    rise: float = 0
    """How far it stands above the baseline."""
    shade: Colour | None = None
    """What lies behind it."""
    struck: bool = False
    underlined: bool = False
    target: str = ""
    """Where it leads, see `PageLink`; "" for nowhere."""
    name: str = ""
    """Of the destination that it is, if any."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def font(self) -> Font:
        return self.fonts.font(self.family, self.bold, self.italic)


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


type Piece = Text | Picture | Break

BREAK = Break()


class InlineWriter:
    """Turns the inline nodes of one document into pieces."""

    def __init__(
        self, pictures: Pictures, image: str, destinations: frozenset[str], notes: dict[str, int], report: Report
    ) -> None:
        self._pictures = pictures
        self._image_word = image  # for images without a description
        self._destinations = destinations
        self._notes = notes
        self._mentioned: set[str] = set()
        self._report = report
        self.where = ""
        """The section that is being written, for the report."""

    def pieces(self, content: Inlines, style: Style) -> list[Piece]:
        """The pieces of a line, in order."""
        pieces: list[Piece] = []
        self._inlines(content, style, pieces)
        while pieces and pieces[-1] is BREAK:
            pieces.pop()
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
                pieces.append(Text(one_line(node.text), _code(style)))
            case Math():
                self._math(node, style, pieces)
            case Link():
                self._inlines(node.content, self._link(node.url, style), pieces)
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
        self._report.degraded(About.MATH, "Formulas are shown as their LaTeX source.", self.where)
        if node.display and pieces and pieces[-1] is not BREAK:
            pieces.append(BREAK)
        mono = replace(style, family="mono", size=style.size * 0.92, italic=False)
        pieces.append(Text(one_line(node.text), mono))
        if node.display:
            pieces.append(BREAK)

    def _link(self, url: str, style: Style) -> Style:
        target = self.target(url)
        return replace(style, target=target, colour=theme.LINK, underlined=True) if target else style

    def target(self, url: str) -> str:
        """Where a link may lead: a destination in the file, or an address on the web; "" if it cannot be followed."""
        if url.startswith("#"):
            name = unquote(url[1:])
            if name in self._destinations:
                return f"#{name}"
            what = f"The link {_short(url)} leads nowhere: no heading has this id."
            self._report.degraded(About.LINK, what, self.where)
            return ""
        if urls.scheme(url) in _FOLLOWED:
            return urls.encoded(url)
        what = f"The link {_short(url)} cannot be followed from a PDF." if url else "A link has no address."
        self._report.degraded(About.LINK, what, self.where)
        return ""

    def _image(self, node: Image, style: Style) -> Piece:
        picture = self._pictures.get(node.url, style.target)
        if picture is not None:
            return picture
        words = one_line(node.alternative or node.title).strip() or self._image_word
        return Text(f"[{words}]", replace(style, italic=True, colour=theme.MUTED, shade=theme.INLINE_SHADE))

    def _reference(self, label: str, style: Style) -> Piece:
        number = self._notes.get(label)
        raised = replace(style, size=style.size * 0.68, rise=style.rise + style.size * 0.36, shade=None)
        if number is None:
            self._report.note(About.FOOTNOTE, f"The footnote [^{label}] is mentioned, but not there.", self.where)
            return Text(f"[{label}]", raised)
        first = label not in self._mentioned
        self._mentioned.add(label)
        name = mention(number) if first else ""
        return Text(str(number), replace(raised, target=f"#{note(number)}", colour=theme.LINK, name=name))

    def is_mentioned(self, label: str) -> bool:
        """Whether a reference to this footnote has been met."""
        return label in self._mentioned

    def _raw(self, html: str, pieces: list[Piece]) -> None:
        if _LINE_BREAK.fullmatch(html):
            pieces.append(BREAK)
        else:
            self.left_out()

    def left_out(self) -> None:
        """Says that HTML stood in the source."""
        what = "HTML inside the source was left out; text between its tags is kept."
        self._report.lost(About.RAW_HTML, what, self.where)


def note(number: int) -> str:
    """The destination of a footnote. Ids of sections have no spaces, so they never meet."""
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
    return replace(style, family="mono", size=style.size * 0.9, italic=False, shade=theme.INLINE_SHADE)


def _short(url: str) -> str:
    return url if len(url) <= 80 else url[:79] + "…"


_SPACES = {ord(character): " " for character in "\t\n\v\f\r\x85\u2028\u2029"}
_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])\n(?=[{HAN}])")
_FOLLOWED = frozenset({"http", "https", "mailto", "tel", "ftp"})
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
