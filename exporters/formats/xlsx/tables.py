"""Writes a table as a sheet: a head that stays, filters, numbers as numbers, merged cells."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from exporters.document.nodes import Cell, Table
from exporters.formats.xlsx.cells import Cells, Content
from exporters.formats.xlsx.sheet import MAX_COLUMNS, MAX_ROWS, Look, Sheet, height, letters, widths
from exporters.formats.xlsx.styles import MAIN, Font, Style
from exporters.report import Code, Report
from exporters.toolbox.escaping import html_attribute
from exporters.toolbox.ooxml import XML
from exporters.toolbox.sheets import is_ragged

_LONGEST_NAME = 255  # characters that Excel takes of a column's name in a table
_HEAD_FONT = Font(bold=True)


class TableSheet:
    """One table on its way to a sheet."""

    def __init__(self, title: str, table: Table, cells: Cells, report: Report, *, rtl: bool, letter: bool) -> None:
        self._table = table
        self._cells = cells
        self._columns = min(len(table.alignments), MAX_COLUMNS)
        self.has_head = bool(table.head)
        rows = table.rows[: MAX_ROWS - self.has_head]
        if len(rows) < len(table.rows) or self._columns < len(table.alignments):
            what = f"A sheet holds {MAX_ROWS:,} rows and {MAX_COLUMNS:,} columns: the others are left out."
            report.lost(Code.TABLE, what)
        # Known before the first row is written, for the widths of columns come before rows.
        self._head = [cells.content(cell.content, _HEAD_FONT) for cell in table.head[: self._columns]]
        self._rows = [[cells.content(cell.content) for cell in row[: self._columns]] for row in rows]
        self._ragged = is_ragged(table)
        self.names = self._names()
        area = f"A1:{letters(self._columns - 1)}{len(rows) + self.has_head}"
        texts = ([content.text for content in row] for row in chain([self._head] if self._head else [], self._rows))
        filtered = area if self.has_head and rows and not self._ragged else ""
        self._widths = widths(texts, self._columns)
        look = Look(title, self._widths, self.has_head, rtl, letter=letter, filtered=filtered)
        self.area = area
        self.filtered = "" if self.names else filtered
        self.sheet = Sheet(look, report)

    def part(self, number: int) -> str:
        """The part that makes of the cells a table to Excel, whose names and stripes follow when it is sorted."""
        names = "".join(
            f'<tableColumn id="{at}" name="{html_attribute(name)}"/>' for at, name in enumerate(self.names, 1)
        )
        return (
            f'{XML}<table xmlns="{MAIN}" id="{number}" name="Table{number}" displayName="Table{number}" '
            f'ref="{self.area}" totalsRowShown="0"><autoFilter ref="{self.area}"/>'
            f'<tableColumns count="{len(self.names)}">{names}</tableColumns>'
            '<tableStyleInfo name="TableStyleLight1" showFirstColumn="0" showLastColumn="0" showRowStripes="1" '
            'showColumnStripes="0"/></table>'
        )

    def pieces(self) -> Iterator[str]:
        """The part of the sheet."""
        return self.sheet.pieces(self._written())

    def _names(self) -> tuple[str, ...]:
        """The names of the columns, if Excel takes them for those of a table: each there, and there once."""
        names = tuple(content.text for content in self._head)
        usable = all(name and len(name) <= _LONGEST_NAME and name.isprintable() and "_x" not in name for name in names)
        once = len({name.casefold() for name in names}) == len(names)
        return names if usable and once and self._rows and not self._ragged else ()

    def _written(self) -> Iterator[str]:
        number = 0
        if self._head:
            number = 1
            if self._ragged:
                self._merge(1, self._table.head, [0] * self._columns)
            yield self._row(1, self._head, Style(_HEAD_FONT, head=True), numbers=False)
        free = [0] * self._columns  # by column: the first row that no merged cell above takes
        for content, row in zip(self._rows, self._table.rows, strict=False):
            number += 1
            if self._ragged:
                self._merge(number, row, free)
            yield self._row(number, content, Style(lined=True), numbers=True)

    def _row(self, number: int, row: list[Content], style: Style, *, numbers: bool) -> str:
        written: list[str] = []
        for column, (content, alignment) in enumerate(zip(row, self._table.alignments, strict=False)):
            place = f"{letters(column)}{number}"
            # Words of one column do not touch those of the next.
            own = style._replace(horizontal=alignment, indent=int(alignment == "right")) if alignment else style
            written.append(self._cells.xml(place, content, own, numbers=numbers))
            if content.url:
                self.sheet.link(place, content.url)
        high = height([content.text for content in row], self._widths)
        return f'<row r="{number}"{high}>{"".join(written)}</row>'

    def _merge(self, number: int, row: tuple[Cell, ...], free: list[int]) -> None:
        last = 1 if number == 1 and self.has_head else len(self._rows) + self.has_head
        for column, cell in enumerate(row[: self._columns]):
            if (cell.columns == 1 and cell.rows == 1) or free[column] > number:
                continue
            right, below = min(column + cell.columns, self._columns), min(number + cell.rows, last + 1)
            if any(free[at] > number for at in range(column, right)):
                continue
            free[column:right] = [below] * (right - column)
            if right - column > 1 or below - number > 1:
                self.sheet.merge(f"{letters(column)}{number}:{letters(right - 1)}{below - 1}")
