"""Rows of a table: lines side by side."""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from exporters.pages.lines import Line
from exporters.pages.page import Page
from exporters.pages.theme import Colour


class Rule(NamedTuple):
    """The line below a row."""

    thickness: float
    colour: Colour


class Row:
    """The cells of a row, each with its lines at their places, and the line below them."""

    __slots__ = ("_above", "_cells", "_left", "_padding", "_rule", "_width", "height", "keep")

    def __init__(
        self,
        cells: list[list[Line]],
        left: float,
        width: float,
        padding: float,
        rule: Rule | None,
        above: Rule | None = None,
    ) -> None:
        self._cells = cells
        self._left = left
        self._width = width
        self._padding = padding
        self._rule = rule
        self._above = above
        self.height = max((sum(line.height for line in cell) for cell in cells), default=0.0) + 2 * padding
        self.keep = False
        """Whether the next item must stand on the same page."""

    def draw(self, page: Page, top: float) -> None:
        """Draws the row below `top`, cell after cell, as it is read."""
        for line, line_top in self.lines(top):
            line.draw(page, line_top)
        right = self._left + self._width
        for rule, height in ((self._above, top), (self._rule, top - self.height)):
            if rule:
                page.line([(self._left, height), (right, height)], rule.colour, rule.thickness)

    def end(self, rule: Rule | None) -> None:
        """Makes it the last row of a table, with this line below it."""
        self._rule = rule

    def least(self, tall: float) -> float:
        """How much of it must fit where it begins, if what is higher than `tall` may be cut."""
        return min(self.height, tall)

    def split(self, room: float) -> tuple[Row, Row] | None:
        """A row that is at most this high, and the rest; None if not even a line fits."""
        cuts = [_fitting(cell, room - 2 * self._padding) for cell in self._cells]
        if not any(cuts):
            return None
        upper = [cell[:cut] for cell, cut in zip(self._cells, cuts, strict=True)]
        lower = [cell[cut:] for cell, cut in zip(self._cells, cuts, strict=True)]
        return self._with(upper, None, self._above), self._with(lower, self._rule)

    def lines(self, top: float) -> list[tuple[Line, float]]:
        """Each line with where its top is."""
        found = []
        for cell in self._cells:
            line_top = top - self._padding
            for line in cell:
                found.append((line, line_top))
                line_top -= line.height
        return found

    def _with(self, cells: list[list[Line]], rule: Rule | None, above: Rule | None = None) -> Row:
        return Row(cells, self._left, self._width, self._padding, rule, above)


class JoinedCell(NamedTuple):
    left: float
    right: float
    lines: list[Line]
    rows: int
    """How many it reaches over: its own, and those below."""


def row_height(cells: list[JoinedCell], padding: float) -> float:
    """How high a row is, as those of its cells need it that reach over no other."""
    return max((_height(cell.lines) for cell in cells if cell.rows == 1), default=0.0) + 2 * padding


class JoinedRows:
    """Rows that stand together because a cell reaches over them. Within it there is no line between them."""

    __slots__ = ("_heights", "_is_cut", "_last", "_left", "_padding", "_right", "_rows", "_rule", "height", "keep")

    def __init__(
        self,
        rows: list[list[JoinedCell]],
        left: float,
        right: float,
        padding: float,
        rule: Rule | None,
        is_cut: bool = False,
    ) -> None:
        self._rows = rows
        self._left = left
        self._right = right
        self._padding = padding
        self._rule = self._last = rule
        self._is_cut = is_cut  # the last row goes on elsewhere, so nothing stands below it
        self._heights = self._measured()
        self.height = sum(self._heights)
        self.keep = False
        """Whether the next item must stand on the same page."""

    def draw(self, page: Page, top: float) -> None:
        """Draws the rows below `top`, cell after cell, as they are read."""
        for line, line_top in self.lines(top):
            line.draw(page, line_top)
        for index, below in enumerate(accumulate(self._heights[: len(self._heights) - self._is_cut]), 1):
            left = self._left
            rule = self._last if index == len(self._heights) else self._rule
            for cell in self._over(index):
                _draw_rule(page, rule, left, cell.left, top - below)
                left = cell.right
            _draw_rule(page, rule, left, self._right, top - below)

    def end(self, rule: Rule | None) -> None:
        """Makes them the last rows of a table, with this line below them."""
        self._last = rule

    def least(self, tall: float) -> float:
        """How much of them must fit where they begin, if what is higher than `tall` may be cut."""
        return self.height if self.height <= tall else min(self._heights[0], tall)

    def split(self, room: float) -> tuple[JoinedRows, JoinedRows] | None:
        """Rows that are at most this high, and the rest; None if not even a line fits.

        They part between two rows if they can. A cell that reaches over both fills what room there is, and goes on in
        the lower ones. Where only such a cell makes a row too high, its other cells stay beside the begin of it.
        """
        above = list(accumulate(self._heights, initial=0.0))
        count = sum(1 for below in above[1:-1] if below <= room)
        cuts_row = not count or row_height(self._rows[count], self._padding) <= room - above[count]
        upper: list[list[JoinedCell]] = []
        lower: list[JoinedCell] = []
        end = count + cuts_row
        for index, row in enumerate(self._rows[:end]):
            upper.append([])
            for cell in row:
                if index + cell.rows <= count:
                    upper[index].append(cell)
                    continue
                cut = _fitting(cell.lines, room - above[index] - 2 * self._padding)
                upper[index].append(cell._replace(lines=cell.lines[:cut], rows=end - index))
                lower.append(cell._replace(lines=cell.lines[cut:], rows=index + cell.rows - count))
        if not count and not any(cell.lines for cell in upper[0]):
            return None
        if not cuts_row:
            lower += self._rows[count]
        rest = [sorted(lower, key=_place), *self._rows[count + 1 :]]
        below = self._with(rest, is_cut=self._is_cut)
        below.end(self._last)
        return self._with(upper, is_cut=cuts_row), below

    def lines(self, top: float) -> list[tuple[Line, float]]:
        """Each line with where its top is."""
        found = []
        for row, height in zip(self._rows, self._heights, strict=True):
            for cell in row:
                line_top = top - self._padding
                for line in cell.lines:
                    found.append((line, line_top))
                    line_top -= line.height
            top -= height
        return found

    def _measured(self) -> list[float]:
        """How high each row is: as its own cells need it, and the last of a cell that reaches over several as that."""
        heights = [row_height(row, self._padding) for row in self._rows]
        for index, row in enumerate(self._rows):
            for cell in row:
                if cell.rows > 1:
                    end = index + cell.rows
                    missing = _height(cell.lines) + 2 * self._padding - sum(heights[index:end])
                    heights[end - 1] += max(0.0, missing)
        return heights

    def _over(self, index: int) -> list[JoinedCell]:
        """The cells that reach from above into the row of this number, from the left."""
        over = [cell for start, row in enumerate(self._rows[:index]) for cell in row if start + cell.rows > index]
        return sorted(over, key=_place)

    def _with(self, rows: list[list[JoinedCell]], is_cut: bool) -> JoinedRows:
        return JoinedRows(rows, self._left, self._right, self._padding, self._rule, is_cut)


def _draw_rule(page: Page, rule: Rule | None, left: float, right: float, height: float) -> None:
    if rule and left < right:
        page.line([(left, height), (right, height)], rule.colour, rule.thickness)


def _place(cell: JoinedCell) -> float:
    return cell.left


def _height(lines: list[Line]) -> float:
    return sum(line.height for line in lines)


def _fitting(lines: list[Line], room: float) -> int:
    for index, line in enumerate(lines):
        room -= line.height
        if room < 0:
            return index
    return len(lines)
