"""Tables: how wide columns are, and what to do where a page is too narrow."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from copy import copy, replace
from itertools import accumulate
from typing import NamedTuple

from exporters.document import Alignment, Cell, Table
from exporters.frozen import frozen
from exporters.pages.flow import Flow, Frame, Receiver
from exporters.pages.inlines import InlineWriter, Piece, Style, Text
from exporters.pages.lines import RAGGED, Setting, align, break_lines, measure
from exporters.pages.rows import JoinedCell, JoinedRows, Row, Rule, row_height
from exporters.pages.tags import Element
from exporters.pages.theme import Colour
from exporters.report import Code, Report

_WHOLE = (1.0, 0.95, 0.9)  # of the size of text, tried in turn until no line breaks in any cell
_SIZES = (1.0, 0.88, 0.77)  # failing that, until the longest words fit
_READABLE = 3.6  # em: the least a column may have; with less, the table is printed in parts
_PADDING = 0.6  # em, at both sides of a cell; at the edges of a table there is none, so that it is as wide as text
_FITS_COLUMN = 0.88  # of the size of its text: a table that needs smaller letters goes across all columns
_NEARLY = 0.15  # of the width: a table that leaves less of it empty has all of it, lest it looks like a mistake
_BELOW = 1.5  # em below a part of a table, and below one that goes across columns
_LOW = 0.2  # of a page: a table that is lower does not part; the page before is not much emptier for it
_KEPT = 1 / 8  # of a page: rows that are higher may stand alone at the end of a page, lest it stays too empty


class _Place(NamedTuple):
    """A cell, and where it stands in its row."""

    column: int
    end: int
    """The first column that it does not reach over."""
    rows: int
    """How many it reaches over: its own, and those below."""
    pieces: list[Piece]
    tag: Element


type _Places = list[_Place]
"""The cells of a row, without those that others reach over."""
type _Wish = tuple[float, float]
"""The least and the most width that a column can use."""


@frozen
class _Layout:
    """Some columns of a table, side by side."""

    columns: range
    widths: list[float]
    share: float
    """The size of its text, by that of other tables."""
    is_squeezed: bool = False
    """Whether words are cut."""


class TableWriter:
    """Lays out the tables of one document."""

    def __init__(
        self, flow: Flow, inlines: InlineWriter, report: Report, page_height: float, setting: Setting = RAGGED
    ) -> None:
        self._flow: Receiver = flow
        self._pages: Flow | None = flow
        self._inlines = inlines
        self._report = report
        self._page_height = page_height
        self._setting = setting

    def into(self, receiver: Receiver) -> TableWriter:
        """The same, for tables that stand elsewhere: in a footnote."""
        other = copy(self)
        other._flow, other._pages = receiver, None
        return other

    def write(self, table: Table, left: float, width: float, style: Style, tag: Element) -> None:
        """Adds a table. One that is too wide goes across all columns, or on pages that are turned, or is printed in
        parts, some columns each.

        In the structure, below `tag`, it is one.
        """
        if not table.alignments:
            return
        tag = Element("Table", tag)
        colour = style.theme.heading if style.theme.has_coloured_tables else style.colour
        bold = replace(style, bold=True, colour=colour)
        head = self._places([table.head], bold, Element("THead", tag) if table.rows else tag)[0]
        rows = self._places(table.rows, style, Element("TBody", tag))
        measured = _measured([head, *rows], len(table.alignments))
        layouts = _layouts(measured, width, style.size)
        pages = self._pages
        if pages is None or width < pages.area.column_width or _suits(layouts, pages.area.columns):
            self._write_parts(table, head, rows, layouts, left, style)
        elif len(wider := _layouts(measured, pages.area.width, style.size)) == 1:
            pages.spread(True)
            self._write(head, rows, _Grid(wider[0], table.alignments, left, style, self._setting))
            pages.space(style.size * _BELOW)
            pages.spread(False)
        elif len(wider := _layouts(measured, pages.area.turned().width, style.size)) == 1:
            what = "A table is too wide for the page; it stands on pages of its own that are turned."
            self._report.degraded(Code.TABLE, what, self._inlines.where)
            pages.turn(landscape=True)
            self._write(head, rows, _Grid(wider[0], table.alignments, left, style, self._setting))
            pages.turn(landscape=False)
        else:
            self._write_parts(table, head, rows, layouts, left, style)

    def _write_parts(
        self, table: Table, head: _Places, rows: list[_Places], layouts: list[_Layout], left: float, style: Style
    ) -> None:
        if len(layouts) > 1:
            columns = len(table.alignments)
            what = f"A table of {columns} columns is too wide for the page and is printed in {len(layouts)} parts."
            self._report.degraded(Code.TABLE, what, self._inlines.where)
        for layout in layouts:
            self._write(head, rows, _Grid(layout, table.alignments, left, style, self._setting))
            self._flow.space(style.size * _BELOW)

    def _places(self, rows: Sequence[Sequence[Cell]], style: Style, tag: Element) -> list[_Places]:
        """The cells that are to be seen: nothing stands where another cell reaches over."""
        covered: set[tuple[int, int]] = set()
        found: list[_Places] = []
        for at, row in enumerate(rows):
            places: _Places = []
            line = Element("TR", tag)
            for column, cell in enumerate(row):
                if covered and (at, column) in covered:
                    continue
                end, down = column + 1, 1
                if cell.columns > 1 or cell.rows > 1:
                    end, down = _reach(rows, at, column, covered)
                element = _cell_element(line, end - column, down)
                places.append(_Place(column, end, down, self._inlines.pieces(cell.content, style, element), element))
            found.append(places)
        _leave_out_empty(found)
        return found

    def _write(self, head: _Places, rows: list[_Places], grid: _Grid) -> None:
        frame = Frame(grid.left, grid.right - grid.left)
        header = grid.head(head) if any(place.pieces for place in head) else grid.rule()
        header.keep = header.height < self._page_height / 3
        if header.keep:
            frame.repeated = header
        self._flow.open(frame)
        self._flow.add(header)
        self._add_rows(self._rows(rows, grid), grid.end_rule)
        self._flow.close()

    def _add_rows(self, rows: Iterable[Row | JoinedRows], end: Rule | None) -> None:
        """Adds rows: those of a low table on one page, and others so that neither the first nor the last is alone."""
        waiting: list[Row | JoinedRows] = []
        height, is_low, is_first = 0.0, True, True
        for row in rows:
            waiting.append(row)
            height += row.height
            is_low = is_low and height < self._page_height * _LOW
            while not is_low and len(waiting) > 2:
                waiting[0].keep = is_first and waiting[0].height < self._page_height * _KEPT
                is_first = False
                self._flow.add(waiting.pop(0))
        for row in waiting:
            if row is waiting[-1]:
                row.end(end)
            else:
                row.keep = row.height < self._page_height * _KEPT
            self._flow.add(row)

    def _rows(self, rows: list[_Places], grid: _Grid) -> Iterator[Row | JoinedRows]:
        """The rows as they stand on pages: one by one, or those together that a cell reaches over."""
        joined: list[list[JoinedCell]] = []
        to_come, height = 0, 0.0
        for places in rows:
            cells = grid.cells(places)
            to_come = max(to_come, *(cell.rows for cell in cells), 1) - 1
            if not (to_come or joined):
                yield grid.row(cells, grid.line)
                continue
            joined.append(cells)
            height += row_height(cells, grid.padding)
            if not to_come or height > self._page_height:
                if to_come:
                    what = "A cell that spans more rows than a page holds is cut; below that, its place is empty."
                    self._report.degraded(Code.TABLE, what, self._inlines.where)
                yield grid.joined(joined)
                joined, to_come, height = [], 0, 0.0


class _Grid:
    """Some columns of a table at their places on the page."""

    def __init__(
        self, layout: _Layout, alignments: Sequence[Alignment], left: float, style: Style, setting: Setting
    ) -> None:
        size = style.size * layout.share
        self._alignments = alignments
        self._columns = layout.columns
        self._is_whole = len(layout.columns) == len(alignments)
        self._share = layout.share
        self._setting = setting
        self._leading = size * style.theme.dense
        self._cell_padding = size * _PADDING
        self._edges = dict(enumerate(accumulate(layout.widths, initial=left), layout.columns.start))  # by column
        theme = style.theme
        strong = theme.accent if theme.has_coloured_tables else theme.table_rule
        self.padding = size * theme.row_padding
        self.line = _rule(theme.row_rule, theme.rule)
        self.end_rule = _rule(theme.end_rule, strong)
        self._top_rule, self._head_rule = _rule(theme.top_rule, strong), _rule(theme.head_rule, strong)
        self.left, self.right = left, self._edges[layout.columns.stop]

    def cells(self, places: _Places) -> list[JoinedCell]:
        """The cells of a row with their lines. One of which only a part is in these columns has all its text there."""
        edges, padding = self._edges, self._cell_padding
        cells: list[JoinedCell] = []
        for column, end, rows, pieces, tag in places if self._is_whole else self._among(places):
            left, right = edges[column], edges[end]
            start = left if column == self._columns.start else left + padding
            width = (right if end == self._columns.stop else right - padding) - start
            if self._share != 1:
                pieces = _scaled(pieces, self._share)
            lines = list(break_lines(pieces, width, self._leading, self._setting))
            for line in lines:
                align(line, start, width, self._alignments[column])
                line.tag = tag
            cells.append(JoinedCell(left, right, lines, rows))
        return cells

    def head(self, places: _Places) -> Row:
        lines = [cell.lines for cell in self.cells(places)]
        return Row(lines, self.left, self.right - self.left, self.padding, self._head_rule, self._top_rule)

    def row(self, cells: list[JoinedCell], rule: Rule | None) -> Row:
        return Row([cell.lines for cell in cells], self.left, self.right - self.left, self.padding, rule)

    def joined(self, rows: list[list[JoinedCell]]) -> JoinedRows:
        count = len(rows)
        within = [
            [cell._replace(rows=min(cell.rows, count - at)) if cell.rows > 1 else cell for cell in row]
            for at, row in enumerate(rows)
        ]
        return JoinedRows(within, self.left, self.right, self.padding, self.line)

    def rule(self) -> Row:
        """What stands above a table without a head."""
        return Row([], self.left, self.right - self.left, 0, self._top_rule or self.line)

    def _among(self, places: _Places) -> Iterator[_Place]:
        """What of them is in these columns. A search, for a table may have thousands of them in hundreds of parts."""
        start, stop = self._columns.start, self._columns.stop
        first = max(0, bisect_right(places, start, key=_column) - 1)
        for place in places[first : bisect_left(places, stop, key=_column)]:
            if place.end > start:
                yield place._replace(column=max(place.column, start), end=min(place.end, stop))


def _rule(thickness: float, colour: Colour) -> Rule | None:
    return Rule(thickness, colour) if thickness else None


def _suits(layouts: list[_Layout], columns: int) -> bool:
    """Whether a table may stand where it is in the text; among columns it must also be easy to read."""
    is_easy = columns == 1 or (layouts[0].share >= _FITS_COLUMN and not layouts[0].is_squeezed)
    return len(layouts) == 1 and is_easy


def _cell_element(row: Element, columns: int, rows: int) -> Element:
    """What a cell is in the structure: one that heads its column stands in the table's head."""
    if row.parent and row.parent.role != "TBody":
        element = Element("TH", row)
        about = {"Scope": "/Column"}
    else:
        element = Element("TD", row)
        about = {}
    if columns > 1:
        about["ColSpan"] = str(columns)
    if rows > 1:
        about["RowSpan"] = str(rows)
    if about:
        element.attributes["Table"] = about
    return element


def _leave_out_empty(rows: list[_Places]) -> None:
    """Rows all of whose places are reached over are none in the structure, where nobody may count them either."""
    empty = [at for at, row in enumerate(rows) if not row]
    if not empty:
        return
    for at, row in enumerate(rows):
        for place in row:
            if place.rows > 1:
                over = bisect_left(empty, at + place.rows) - bisect_left(empty, at)
                place.tag.attributes["Table"]["RowSpan"] = str(place.rows - over)


def _column(place: _Place) -> int:
    return place.column


def _reach(rows: Sequence[Sequence[Cell]], at: int, column: int, covered: set[tuple[int, int]]) -> tuple[int, int]:
    """The column where a cell ends, and how many rows it reaches over; its places are covered then.

    It has what it asks for, as far as there are places, and nothing is in them.
    """
    cell = rows[at][column]

    def is_free(row: int, columns: range) -> bool:
        return not any(rows[row][each].content or (row, each) in covered for each in columns)

    last = min(column + cell.columns, len(rows[at]))
    end = column + 1
    while end < last and is_free(at, range(end, end + 1)):
        end += 1
    columns = range(column, end)
    below = at + 1
    while below < min(at + cell.rows, len(rows)) and is_free(below, columns):
        below += 1
    covered.update((row, each) for row in range(at, below) for each in columns)
    return end, below - at


def _scaled(pieces: list[Piece], share: float) -> list[Piece]:
    return [Text(piece.text, piece.style.scaled(share)) if isinstance(piece, Text) else piece for piece in pieces]


def _layouts(measured: list[_Wish], width: float, size: float) -> list[_Layout]:
    """Finds the largest text with which the longest words fit; failing that, how to do without."""
    columns = range(len(measured))
    for share in _WHOLE:
        wishes = _wishes(measured, share, size)
        if sum(most for _, most in wishes) <= width:
            return [_Layout(columns, _divide(width, wishes), share)]
    for share in _SIZES:
        wishes = _wishes(measured, share, size)
        if sum(least for least, _ in wishes) <= width:
            return [_Layout(columns, _divide(width, wishes), share)]
    if len(columns) * _READABLE * size * share <= width:
        return [_Layout(columns, _divide(width, _squeezed(wishes, width)), share, is_squeezed=True)]
    return [
        _Layout(part, _divide(width, _squeezed([wishes[column] for column in part], width)), share, is_squeezed=True)
        for part in _parts(wishes, width)
    ]


def _wishes(measured: list[_Wish], share: float, size: float) -> list[_Wish]:
    """What columns need with text so much smaller, and with the space between them."""
    padding = size * share * _PADDING
    wishes = [(least * share + 2 * padding, most * share + 2 * padding) for least, most in measured]
    for column in (0, -1):
        least, most = wishes[column]
        wishes[column] = least - padding, most - padding
    return wishes


def _measured(rows: list[_Places], count: int) -> list[_Wish]:
    leasts, mosts = [0.0] * count, [0.0] * count
    wide: list[tuple[_Place, float, float]] = []
    for row in rows:
        for place in row:
            least, most = measure(place.pieces)
            column = place.column
            if place.end > column + 1:
                wide.append((place, least, most))
                continue
            if least > leasts[column]:
                leasts[column] = least
            if most > mosts[column]:
                mosts[column] = most
    for place, least, most in wide:
        _widen(leasts, place, least)
        _widen(mosts, place, most)
    return [(least, max(least, most)) for least, most in zip(leasts, mosts, strict=True)]


def _widen(widths: list[float], place: _Place, needed: float) -> None:
    """Makes the columns that a cell reaches over wide enough for it, each by as much."""
    within = widths[place.column : place.end]
    missing = (needed - sum(within)) / len(within)
    if missing > 0:
        widths[place.column : place.end] = [width + missing for width in within]


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
    spare = width - sum(most for _, most in wishes)
    if spare >= 0:
        wider = spare / len(wishes) if spare < width * _NEARLY else 0.0
        return [most + wider for _, most in wishes]
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
