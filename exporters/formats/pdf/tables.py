"""Tables: how wide columns are, and what to do where a page is too narrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import replace

from exporters.document import Alignment, Table
from exporters.formats.pdf import theme
from exporters.formats.pdf.flow import Flow, Frame
from exporters.formats.pdf.inlines import InlineWriter, Piece, Style, Text
from exporters.formats.pdf.lines import Line, align, break_lines, measure
from exporters.formats.pdf.rows import Row
from exporters.frozen import frozen
from exporters.report import Code, Report

_SIZES = (1.0, 0.88, 0.77)  # of the text, tried in turn until the longest words fit
_READABLE = 3.6  # em: the least a column may have; with less, the table is printed in parts
_PADDING = 0.6  # em, at both sides of a cell
_ROW_PADDING = 0.38  # em, above and below
_RULE = 0.45  # points, below a row
_HEAD_RULE = 0.9


type _Cells = list[list[Piece]]
type _Wish = tuple[float, float]
"""The least and the most width that a column can use."""


@frozen
class _Layout:
    """Some columns of a table, side by side."""

    columns: range
    widths: list[float]
    share: float
    """The size of its text, by that of other tables."""


class TableWriter:
    """Lays out the tables of one document."""

    def __init__(self, flow: Flow, inlines: InlineWriter, report: Report, page_height: float) -> None:
        self._flow = flow
        self._inlines = inlines
        self._report = report
        self._page_height = page_height

    def write(self, table: Table, left: float, width: float, style: Style) -> None:
        """Adds a table. One that is too wide for the page is printed in parts, some columns each."""
        bold = replace(style, bold=True)
        head = [self._inlines.pieces(cell.content, bold) for cell in table.head]
        rows = [[self._inlines.pieces(cell.content, style) for cell in row] for row in table.rows]
        layouts = _layouts([head, *rows], width, style.size)
        if len(layouts) > 1:
            columns = len(table.alignments)
            what = f"A table of {columns} columns is too wide for the page and is printed in {len(layouts)} parts."
            self._report.degraded(Code.TABLE, what, self._inlines.where)
        for layout in layouts:
            self._write(head, rows, table.alignments, layout, left, style.size * layout.share)
            self._flow.space(style.size * 1.5)

    def _write(
        self,
        head: _Cells,
        rows: list[_Cells],
        alignments: Sequence[Alignment],
        layout: _Layout,
        left: float,
        size: float,
    ) -> None:
        frame = Frame(left, sum(layout.widths))
        header = _row(head, alignments, layout, left, size, _HEAD_RULE)
        header.keep = header.height < self._page_height / 3
        if header.keep and any(head):
            frame.repeated = header
        self._flow.open(frame)
        if any(head):
            self._flow.add(header)
        for cells in rows:
            self._flow.add(_row(cells, alignments, layout, left, size, _RULE))
        self._flow.close()


def _row(cells: _Cells, alignments: Sequence[Alignment], layout: _Layout, left: float, size: float, rule: float) -> Row:
    columns: list[list[Line]] = []
    padding = size * _PADDING
    at = left
    for column, width in zip(layout.columns, layout.widths, strict=True):
        inner = width - 2 * padding
        pieces = cells[column] if layout.share == 1 else _scaled(cells[column], layout.share)
        lines = list(break_lines(pieces, inner, size * theme.DENSE))
        for line in lines:
            align(line, at + padding, inner, alignments[column])
        columns.append(lines)
        at += width
    return Row(columns, left, at - left, size * _ROW_PADDING, rule)


def _scaled(pieces: list[Piece], share: float) -> list[Piece]:
    return [
        Text(piece.text, replace(piece.style, size=piece.style.size * share)) if isinstance(piece, Text) else piece
        for piece in pieces
    ]


def _layouts(rows: list[_Cells], width: float, size: float) -> list[_Layout]:
    """Finds the largest text with which the longest words fit; failing that, how to do without."""
    columns = range(len(rows[0]))
    measured = [_measured([row[column] for row in rows]) for column in columns]
    wishes: list[_Wish] = []
    for share in _SIZES:
        padding = 2 * size * share * _PADDING
        wishes = [(least * share + padding, most * share + padding) for least, most in measured]
        if sum(least for least, _ in wishes) <= width:
            return [_Layout(columns, _divide(width, wishes), share)]
    if len(columns) * _READABLE * size * share <= width:
        return [_Layout(columns, _divide(width, _squeezed(wishes, width)), share)]
    return [
        _Layout(part, _divide(width, _squeezed([wishes[column] for column in part], width)), share)
        for part in _parts(wishes, width)
    ]


def _measured(cells: _Cells) -> _Wish:
    least = most = 0.0
    for cell in cells:
        cell_least, cell_most = measure(cell)
        least, most = max(least, cell_least), max(most, cell_most)
    return least, most


def _parts(wishes: list[_Wish], width: float) -> Iterator[range]:
    start, used = 0, 0.0
    for column, (least, _) in enumerate(wishes):
        if column > start and used + least > width:
            yield range(start, column)
            start, used = column, 0.0
        used += least
    yield range(start, len(wishes))


def _divide(width: float, wishes: list[_Wish]) -> list[float]:
    """Gives narrow columns all they can use, and wide ones what is left: their least, and a part of their wishes."""
    if sum(most for _, most in wishes) <= width:
        return [most for _, most in wishes]
    level = _level(width, wishes)
    narrow = sum(most for _, most in wishes if most <= level)
    wide = [(least, most) for least, most in wishes if most > level]
    least = sum(each for each, _ in wide)
    wished = sum(each for _, each in wide) - least
    part = max(0.0, width - narrow - least) / wished if wished else 0.0
    return [most if most <= level else least + (most - least) * part for least, most in wishes]


def _level(width: float, wishes: list[_Wish]) -> float:
    """The width up to which all columns can have what they wish, while the others have their least or as much."""
    by_most = sorted(wishes, key=lambda wish: wish[1])
    used = 0.0
    for index, (_, most) in enumerate(by_most):
        if used + most + sum(max(least, most) for least, _ in by_most[index + 1 :]) > width:
            return by_most[index - 1][1] if index else 0.0
        used += most
    return by_most[-1][1]


def _squeezed(wishes: list[_Wish], width: float) -> list[_Wish]:
    """Lowers the least widths of the widest columns until all fit. Words in them will be cut."""
    room, left = width, len(wishes)
    for least, _ in sorted(wishes):
        if least * left > room:
            break
        room -= least
        left -= 1
    limit = room / left if left else width
    return [(min(least, limit), max(most, limit)) for least, most in wishes]
