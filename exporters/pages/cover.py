"""A page in front of all others: title, authors and date, in the colours of the theme."""

from __future__ import annotations

from copy import replace
from typing import Literal

from exporters.document import Alignment
from exporters.frozen import frozen
from exporters.pages.balance import balanced_lines
from exporters.pages.flow import Area, Margins
from exporters.pages.inlines import Style, Text, one_line
from exporters.pages.lines import Fitting, Line, align, measure
from exporters.pages.page import Page
from exporters.pages.tags import Element, Role
from exporters.pages.theme import Colour, Theme

type Design = Literal["block", "centred", "side"]

_WHITE: Colour = "1 1 1"
_BLOCK, _LOW_BLOCK = 0.46, 0.58  # of the page's height, that is coloured; the second where it is wider than high
_MARGIN = 0.16  # of the shorter side of the paper, at most: 33 mm of A4, 17 mm of A6, which has little room for words
_SIDE = 0.09  # of its width
_BAND = 0.018  # of its height, at its upper and lower end
_HIGH = 0.7  # of its height, where words begin that are not in a block
_LONGEST = 300  # characters of each; what is longer is no title, and is cut
_TITLE = 3.4  # times the size of text, or less where the title is long
_SUBTITLE_SHARE = 0.45  # of the room for words, at most
_PARTED = 2.0  # with smaller letters words are cut rather than shrunk further
_LEAST_TITLE = 1.2
_LEAST_SUBTITLE = 0.8
_SHRINK = 0.92
_SUBTITLE = 1.5
_DETAIL = 1.2
_BELOW_TITLE = 1.1  # em
_LEADING = 1.2  # of large letters
_MOST_AUTHORS = 12
_SLACK = 0.01  # points that lines may be too high, for sums of floats are not exact
_LOGO_WIDTH, _LOGO_HEIGHT = 0.4, 0.12  # of the page, at most


@frozen
class Cover:
    """What a cover says. `draw` is for `Flow.page_of_size`; it is drawn once."""

    area: Area
    style: Style
    """Of text."""
    tag: Element
    """What it stands below in the structure."""
    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    logo: Fitting | None = None
    is_rtl: bool = False

    def draw(self, page: Page) -> None:
        """Draws it, in the order in which it is read."""
        cover = self._framed()
        match _design(self.style.theme):
            case "block":
                cover._block(page)
            case "side":
                cover._side(page)
            case "centred":
                cover._centred(page)

    def _framed(self) -> Cover:
        """The same, with no more margin than the paper has room for."""
        area = self.area
        most = min(area.paper_width, area.paper_height) * _MARGIN
        return replace(self, area=replace(area, margins=Margins(*(min(each, most) for each in area.margins))))

    def _block(self, page: Page) -> None:
        """A title in white, at the foot of a coloured block above."""
        area, size = self.area, self.style.size
        edge = area.paper_height * (1 - (_LOW_BLOCK if area.is_landscape else _BLOCK))
        page.box(0, edge, area.paper_width, area.paper_height, self.style.theme.accent)
        room = area.top - edge - size * (2.2 + _BELOW_TITLE)
        subtitle = self._subtitle(_WHITE, self._start, room * _SUBTITLE_SHARE)
        title = self._title(_WHITE, self._start, room - _height(subtitle))
        above = size * (2.2 + _BELOW_TITLE if subtitle else 2.2) + _height(subtitle) + _height(title)
        top = self._write(page, title, edge + above, "Title")
        self._write(page, subtitle, top - size * _BELOW_TITLE)
        bottom = self._show(page, area.left, area.bottom)
        top = edge - size * 2.4
        self._write(page, _fitting(self._details(self._start), top - bottom), top)

    def _side(self, page: Page) -> None:
        """A coloured band down the page, and large words beside it."""
        area, size, theme = self.area, self.style.size, self.style.theme
        page.box(0, 0, area.paper_width * _SIDE, area.paper_height, theme.accent)
        left = max(area.left, area.paper_width * _SIDE + size * 3)
        beside = replace(self, area=replace(area, margins=area.margins._replace(inner=left)))
        details = _fitting(beside._details(self._start), area.height * 0.25)
        beside._words(page, self._start, left, left + size * 7, size * 0.22, _height(details))
        beside._write(page, details, area.bottom + _height(details))
        if self.logo:
            self._show(page, left, area.top - self._fitted(self.logo).height)

    def _centred(self, page: Page) -> None:
        """As books have it: words in the middle, between two bands."""
        area, size, theme = self.area, self.style.size, self.style.theme
        band = area.paper_height * _BAND
        page.box(0, area.paper_height - band, area.paper_width, area.paper_height, theme.accent)
        page.box(0, 0, area.paper_width, band, theme.accent)
        middle = area.left + area.width / 2
        details = self._details("center")
        below = _height(details) + (self._fitted(self.logo).height + size if self.logo else 0.0)
        top = self._words(page, "center", middle - size * 3, middle + size * 3, size * 0.1, below) - size * 2
        bottom = self._show(page, middle - (self._fitted(self.logo).width / 2 if self.logo else 0), area.bottom)
        self._write(page, _fitting(details, top - bottom), top)

    def _words(
        self, page: Page, alignment: Alignment, left: float, right: float, thickness: float, below: float
    ) -> float:
        """Title, subtitle and a rule, from above the middle of the page on, or from as high as what stands below them
        needs. Gives the height of the rule.
        """
        area, size, theme = self.area, self.style.size, self.style.theme
        gaps = size * (_BELOW_TITLE + 1.8 + 2)
        room = max(area.height - gaps - min(below, area.height * 0.25), 0.0)
        subtitle = self._subtitle(theme.muted, alignment, room * _SUBTITLE_SHARE)
        title = self._title(theme.heading, alignment, min(room - _height(subtitle), area.height * 0.4))
        needed = area.bottom + below + gaps + _height(title) + _height(subtitle)
        top = self._write(page, title, min(max(area.paper_height * _HIGH, needed), area.top), "Title")
        if subtitle:
            top = self._write(page, subtitle, top - size * _BELOW_TITLE)
        top -= size * 1.8
        page.line([(left, top), (right, top)], theme.accent, thickness)
        return top

    @property
    def _start(self) -> Alignment:
        """The side where lines begin, whatever their own letters ask for."""
        return "right" if self.is_rtl else "left"

    def _title(self, colour: Colour, alignment: Alignment, room: float) -> list[Line]:
        """The title in the largest letters with which it is no higher than this, and no word is cut if that can be."""
        words, scale = _short(self.title), _TITLE
        style = replace(self.style, family=self.style.theme.heading_family, bold=True, colour=colour)
        while True:
            style = replace(style, size=self.style.size * scale)
            lines = self._broken(words, style, _LEADING, alignment)
            is_whole = scale < _PARTED or measure([Text(words, style)])[0] <= self.area.width
            if (is_whole and _height(lines) <= room) or scale * _SHRINK < _LEAST_TITLE:
                return _fitting(lines, room)
            scale *= _SHRINK

    def _subtitle(self, colour: Colour, alignment: Alignment, room: float) -> list[Line]:
        """The subtitle in letters with which it has room; where there are none, its begin."""
        scale, words = _SUBTITLE, _short(self.subtitle)
        while True:
            lines = self._lines(words, scale, colour, alignment)
            if _height(lines) <= room or not words:
                return lines
            if scale * _SHRINK >= _LEAST_SUBTITLE:
                scale *= _SHRINK
            else:
                words = _cut(words)

    def _details(self, alignment: Alignment) -> list[Line]:
        theme = self.style.theme
        named = self.authors[:_MOST_AUTHORS]
        authors = [line for name in named for line in self._lines(name, _DETAIL, theme.ink, alignment)]
        return authors + self._lines(self.date, _DETAIL, theme.muted, alignment)

    def _lines(self, words: str, scale: float, colour: Colour, alignment: Alignment) -> list[Line]:
        style = replace(self.style, size=self.style.size * scale, colour=colour)
        return self._broken(_short(words), style, style.theme.dense, alignment)

    def _broken(self, words: str, style: Style, leading: float, alignment: Alignment) -> list[Line]:
        if not words:
            return []
        lines = list(balanced_lines([Text(words, style)], self.area.width, style.size * leading))
        for line in lines:
            align(line, self.area.left, self.area.width, alignment)
        return lines

    def _write(self, page: Page, lines: list[Line], top: float, role: Role = "P") -> float:
        """Writes lines below a height, and gives where they end."""
        if lines:
            element = Element(role, self.tag)
            for line in lines:
                line.tag = element
                line.draw(page, top)
                top -= line.height
        return top

    def _fitted(self, logo: Fitting) -> Fitting:
        width, height = self.area.paper_width * _LOGO_WIDTH, self.area.paper_height * _LOGO_HEIGHT
        return logo.fitted(min(width, height * logo.width / logo.height) if logo.height else width)

    def _show(self, page: Page, left: float, bottom: float) -> float:
        """Shows the logo, and gives the height above which other things may stand."""
        if not self.logo:
            return bottom
        logo = self._fitted(self.logo)
        page.tag(getattr(logo, "tag", None))
        logo.draw(page, page.left(left, logo.width), bottom)
        return bottom + logo.height + self.style.size


def _design(theme: Theme) -> Design:
    if theme.is_title_centred:
        return "centred"
    return "side" if theme.heading_rule else "block"


def _short(words: str) -> str:
    words = one_line(words).strip()
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"


def _cut(words: str) -> str:
    """Without its last word; "" if there is only one."""
    kept = words.removesuffix("…").rstrip().rpartition(" ")[0].rstrip(" ,;:–—-")
    return f"{kept}…" if kept else ""


def _fitting(lines: list[Line], room: float) -> list[Line]:
    """As many of them as there is room for: paper may be as small as a card."""
    while lines and _height(lines) > room + _SLACK:
        lines = lines[:-1]
    return lines


def _height(lines: list[Line]) -> float:
    return sum(line.height for line in lines)
