"""What stands on every page around the text: running heads and feet, and the watermark behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import replace
from math import atan2, cos, hypot, sin
from typing import NamedTuple

from exporters.frozen import frozen
from exporters.pages.file import File
from exporters.pages.flow import Sheet
from exporters.pages.inlines import Style, one_line
from exporters.pages.lines import FROM_RIGHT, RAGGED, Fitting, Line, single_line
from exporters.pages.page import Page
from exporters.pages.theme import Colour

_PLACEHOLDER = re.compile(r"\{(title|section|page|pages|date|author)\}")
_NUMBER = re.compile(r"\{pages?\}")
_COUNT = "N"
_SPACE = 0.26  # em, before and after the count of pages
_GAP = 2.0  # em between what stands beside each other
_RULE = 0.4  # points
_SLACK = 0.01  # points, for sums of floats are not exact
_SIDE = 1 / 3  # of the width, that what stands at a side keeps beside what stands in the middle
_RIGHT = 0.6  # of the width, that what stands at the right may have if there is something at the left
_REMEMBERED = 24  # lines: most are the same on the next page
_HERE = "\0"  # where the count of pages goes
_NOT_HERE = {0: None}
_RTL = "\u200f"  # a mark that is not seen
_LONGEST = 80  # characters of a watermark
_DIAGONAL = 0.72  # of the page's, that a watermark is long
_WATERMARK_HEIGHT = 0.3  # of the shorter side of the page, that its letters are high at most
_PALE: Colour = "0.925 0.93 0.94"  # on white hardly to be seen while reading, and plain at a glance
_OPACITY = 0.1  # of a picture as a watermark


class Slots(NamedTuple):
    """What stands at the left, in the middle and at the right, with placeholders such as `{title}`."""

    left: str = ""
    centre: str = ""
    right: str = ""

    def mirrored(self) -> Slots:
        return Slots(self.right, self.centre, self.left)


def slots(written: str) -> Slots:
    """Reads `left|middle|right`, `left|right` or `left`. What a third sign parts stays in the last."""
    parts = [part.strip() for part in written.split("|", 2)]
    match parts:
        case [left, right]:
            return Slots(left, "", right)
        case _:
            return Slots(*parts)


@frozen
class Running:
    """What stands above and below the text of which pages.

    Pages on which a section of the first level begins have no head. A placeholder is one of `{title}`, `{section}`,
    `{page}`, `{pages}`, `{date}` and `{author}`; other braces are text.
    """

    head: Slots = Slots()
    foot: Slots = Slots()
    left_head: Slots | None = None
    """On left pages; None for what stands on right ones, mirrored."""
    left_foot: Slots | None = None
    first_head: Slots = Slots()
    first_foot: Slots | None = None
    """On the first page; None for what stands on others."""
    rule: Colour | None = None
    """Of the line below heads, if any."""

    def above(self, sheet: Sheet) -> Slots:
        """What stands above the text of a page."""
        if sheet.number == 1:
            return self.first_head
        if sheet.is_opening:
            return Slots()
        return self._on_side(sheet, self.head, self.left_head)

    def below(self, sheet: Sheet) -> Slots:
        """What stands below the text of a page."""
        if sheet.number == 1 and self.first_foot is not None:
            return self.first_foot
        return self._on_side(sheet, self.foot, self.left_foot)

    def _on_side(self, sheet: Sheet, right: Slots, left: Slots | None) -> Slots:
        if not sheet.is_left:
            return right
        return right.mirrored() if left is None else left


class FurnitureWriter:
    """Draws what stands around the text of the pages of one file.

    How many pages there are is known when all are written. So each refers to a drawing of that number, which `finish`
    adds, and for which there is as much space as the pages that are `expected` need.
    """

    def __init__(
        self,
        file: File,
        style: Style,
        running: Running,
        values: Mapping[str, str],
        expected: int = 100,
        watermark: Watermark | None = None,
        is_rtl: bool = False,
    ) -> None:
        self._file = file
        self._style = style
        self._running = running
        self._values = {name: _plain(value) for name, value in values.items()}
        self._watermark = watermark
        self._is_rtl = is_rtl
        self._setting = FROM_RIGHT if is_rtl else RAGGED  # which puts signs between numbers in order
        self._count_width = single_line("0" * len(str(expected)), style).width
        self._least = single_line("…", style).width
        self._is_count_shown = False
        self._lines: dict[tuple[str, float], Line] = {}

    def header(self, page: Page, sheet: Sheet) -> None:
        """Draws what stands above the text, and behind it."""
        if self._watermark:
            self._watermark.draw(page, sheet)
        above, area = self._running.above(sheet), sheet.area
        baseline = area.paper_height - area.margins.top / 2 - self._style.size / 3
        self._draw(page, sheet, above, baseline)
        if self._running.rule and any(above):
            height = baseline - self._style.size * 0.55
            page.line([(area.left, height), (area.left + area.width, height)], self._running.rule, _RULE)

    def footer(self, page: Page, sheet: Sheet) -> None:
        """Draws what stands below the text."""
        self._draw(page, sheet, self._running.below(sheet), sheet.area.margins.bottom / 2 - self._style.size / 3)

    def finish(self, pages: int | None) -> None:
        """Says how many pages there are; None where not all were laid out."""
        if not self._is_count_shown:
            return
        drawing = Page(self._file)
        line = single_line("…" if pages is None else str(pages), self._style)
        line.left = self._count_width - line.width if self._is_rtl else 0.0
        line.draw_at(drawing, 0)
        size = self._style.size
        area = (min(0.0, line.left), -size, max(self._count_width, line.width), size)
        self._file.add_form(_COUNT, drawing.content(), area)

    def _draw(self, page: Page, sheet: Sheet, where: Slots, baseline: float) -> None:
        """What stands in the middle has all the width that the sides do not keep; then what stands at the right."""
        if not any(where):
            return
        left, width, gap = sheet.area.left, sheet.area.width, self._style.size * _GAP
        centre, kept = list[_Part](), 0.0
        if where.centre:
            least = 0.0 if _NUMBER.search(where.centre) else width * _SIDE
            kept = max(self._kept(template, sheet, least, gap) for template in (where.left, where.right))
            centre = self._parts(where.centre, sheet, width - 2 * kept)
        middle = _width(centre)
        self._draw_parts(page, centre, left + (width - middle) / 2, baseline)
        side = max((width - middle) / 2, kept) - gap if centre else width
        is_shared = bool(where.left) and not centre
        most = side
        if is_shared and not _NUMBER.search(where.right):
            most = min(side * _RIGHT, side - self._kept(where.left, sheet, 0.0, gap))
        right = self._parts(where.right, sheet, most)
        self._draw_parts(page, right, left + width - _width(right), baseline)
        taken = _width(right) + gap if right and is_shared else 0.0
        self._draw_parts(page, self._parts(where.left, sheet, side - taken), left, baseline)

    def _kept(self, template: str, sheet: Sheet, most: float, gap: float) -> float:
        """What a side has for certain, with the gap beside it: at most so much, unless a page number would be cut."""
        wanted = _width(self._parts(template, sheet, float("inf"))) if template else 0.0
        kept = wanted if _NUMBER.search(template) else min(wanted, most)
        return kept + gap + _SLACK if kept else 0.0

    def _parts(self, template: str, sheet: Sheet, most: float) -> list[_Part]:
        """What is written in a slot, at most this wide: lines, and the places of the count of pages between them."""
        texts = _PLACEHOLDER.sub(lambda match: self._value(match[1], sheet), template).split(_HERE)
        most -= self._count_width * (len(texts) - 1)
        if most <= 0:
            return []
        parts: list[_Part] = []
        for index, text in enumerate(texts):
            if index:
                parts.append(_Part(None, self._count_width))
            if words := text.strip():
                # Where the page runs from right to left, so do the parts around the count, letters or not.
                line = self._line(f"{_RTL}{words}" if self._is_rtl and len(texts) > 1 else words, most)
                if line.width > most and most < self._least:
                    continue
                space = self._style.size * _SPACE
                before = space if index and text[0] == " " else 0.0
                after = space if index < len(texts) - 1 and text[-1] == " " else 0.0
                parts.append(_Part(line, before + line.width + after, before))
                most -= parts[-1].width
        return parts

    def _value(self, name: str, sheet: Sheet) -> str:
        match name:
            case "page":
                return str(sheet.number)
            case "pages":
                return _HERE
            case "section":
                return _plain(sheet.section)
            case _:
                return self._values.get(name, "")

    def _line(self, words: str, most: float) -> Line:
        key = (words, most)
        if key not in self._lines:
            if len(self._lines) >= _REMEMBERED:
                self._lines.clear()
            self._lines[key] = single_line(words, self._style, most, self._setting)
        return self._lines[key]

    def _draw_parts(self, page: Page, parts: list[_Part], left: float, baseline: float) -> None:
        for line, width, before in parts:
            if line:
                line.left = left + before
                line.draw_at(page, baseline)
            else:
                self._is_count_shown = True
                page.form(_COUNT, page.left(left, width), baseline)
            left += width


class _Part(NamedTuple):
    line: Line | None
    """None for the count of pages."""
    width: float
    before: float = 0.0
    """Space before it."""


def _width(parts: list[_Part]) -> float:
    return sum(part.width for part in parts)


def _plain(text: str) -> str:
    return one_line(text).translate(_NOT_HERE).strip()


class Watermark:
    """Words or a picture across every page, behind the text."""

    def __init__(self, file: File, shown: str | Fitting, style: Style) -> None:
        self._file = file
        self._shown = shown
        self._style = style
        self._names: dict[tuple[float, float], str] = {}  # by the size of the paper

    def draw(self, page: Page, sheet: Sheet) -> None:
        """Shows it on a page."""
        size = sheet.area.paper_width, sheet.area.paper_height
        if size not in self._names:
            self._names[size] = self._file.add_form("", self._content(*size), (0, 0, *size))
        furniture, page.furniture = page.furniture, ""
        page.form(self._names[size], -page.offset, 0, under=True)  # on both sides of the paper at one place
        page.furniture = furniture

    def _content(self, width: float, height: float) -> bytes:
        drawing = Page(self._file)
        if not isinstance(self._shown, str):
            return self._pictured(drawing, self._shown, width, height)
        line = single_line(self._shown[:_LONGEST], self._style)
        scale = min(
            hypot(width, height) * _DIAGONAL / max(line.width, 1.0),
            min(width, height) * _WATERMARK_HEIGHT / self._style.size,
        )
        style = replace(self._style, size=self._style.size * scale, bold=True, colour=_PALE)
        line = single_line(self._shown[:_LONGEST], style)
        line.left = -line.width / 2
        line.draw_at(drawing, -style.size * 0.36)  # half the height of its capitals
        angle = atan2(height, width)
        turn = (cos(angle), sin(angle), -sin(angle), cos(angle), width / 2, height / 2)
        return f"q {_written(turn)} cm ".encode() + drawing.content() + b" Q"

    def _pictured(self, drawing: Page, shown: Fitting, width: float, height: float) -> bytes:
        scale = min(width / max(shown.width, 1.0), height / max(shown.height, 1.0)) * _DIAGONAL
        shown.draw(drawing, 0, 0)
        place = (scale, 0, 0, scale, (width - shown.width * scale) / 2, (height - shown.height * scale) / 2)
        state = self._file.resource("ExtGState", f"<< /ca {_OPACITY} >>")
        return f"q /{state} gs {_written(place)} cm ".encode() + drawing.content() + b" Q"


def _written(matrix: Iterable[float]) -> str:
    return " ".join(f"{each:.5f}" for each in matrix)
