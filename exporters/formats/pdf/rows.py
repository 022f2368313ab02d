"""Rows of a table: lines side by side."""

from __future__ import annotations

from exporters.formats.pdf import theme
from exporters.formats.pdf.lines import Line
from exporters.formats.pdf.page import Page


class Row:
    """The cells of a row, each with its lines at their places, and the line below them."""

    __slots__ = ("_cells", "_left", "_padding", "_rule", "_width", "height", "keep")

    def __init__(self, cells: list[list[Line]], left: float, width: float, padding: float, rule: float) -> None:
        self._cells = cells
        self._left = left
        self._width = width
        self._padding = padding
        self._rule = rule
        self.height = max(sum(line.height for line in cell) for cell in cells) + 2 * padding
        self.keep = False
        """Whether the next item must stand on the same page."""

    def draw(self, page: Page, top: float) -> None:
        """Draws the row below `top`, cell after cell, as it is read."""
        for line, line_top in self.lines(top):
            line.draw(page, line_top)
        if self._rule:
            bottom = top - self.height
            page.line([(self._left, bottom), (self._left + self._width, bottom)], theme.RULE, self._rule)

    def split(self, room: float) -> tuple[Row, Row] | None:
        """A row that is at most this high, and the rest; None if not even a line fits."""
        cuts = [_fitting(cell, room - 2 * self._padding) for cell in self._cells]
        if not any(cuts):
            return None
        upper = [cell[:cut] for cell, cut in zip(self._cells, cuts, strict=True)]
        lower = [cell[cut:] for cell, cut in zip(self._cells, cuts, strict=True)]
        return self._with(upper, 0.0), self._with(lower, self._rule)

    def lines(self, top: float) -> list[tuple[Line, float]]:
        """Each line with where its top is."""
        found = []
        for cell in self._cells:
            line_top = top - self._padding
            for line in cell:
                found.append((line, line_top))
                line_top -= line.height
        return found

    def _with(self, cells: list[list[Line]], rule: float) -> Row:
        return Row(cells, self._left, self._width, self._padding, rule)


def _fitting(lines: list[Line], room: float) -> int:
    for index, line in enumerate(lines):
        room -= line.height
        if room < 0:
            return index
    return len(lines)
