"""Makes tables of rows whose cells may span others, and finds those that only lay out a page."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter

from exporters.document.nodes import Alignment, Cell, Inlines, Table
from exporters.errors import SourceTooLarge

MAX_CELLS = 200_000  # of a table, with those that its rows lack: 30 MB
_MAX_COLUMNS_SPANNED = 1_000  # as in the HTML standard (4.9.11)

_EMPTY = Cell(())


class Row:
    """A row as the source has it."""

    __slots__ = ("cells", "in_head")

    def __init__(self, in_head: bool) -> None:
        self.in_head = in_head
        self.cells: list[Written] = []


class Written:
    """A cell as the source has it."""

    __slots__ = ("alignment", "columns", "content", "is_head", "rows")

    def __init__(self, content: Inlines, is_head: bool, columns: int, rows: int, alignment: Alignment) -> None:
        self.content = content
        self.is_head = is_head
        self.columns = columns
        self.rows = rows
        """0 for all that are left."""
        self.alignment = alignment


type Placed = list[tuple[int, int, int, Written]]
"""The cells of a row: in which column each begins, how many columns and rows it spans."""


def made_of(rows: list[Row]) -> Table | None:
    """The table, with the same number of cells in each row; None where it has none. Raises `SourceTooLarge`."""
    rows = [row for row in rows if row.cells]
    if not rows:
        return None
    has_head = rows[0].in_head or all(cell.is_head for cell in rows[0].cells)
    placed = _placed(rows)
    columns = sorted({start for row in placed for start, *_ in row})  # others are there to be spanned, and only that
    if len(columns) * len(rows) > MAX_CELLS:
        raise _too_large()
    made = [_row(row, columns, has_head and number == 0) for number, row in enumerate(placed)]
    head, body = (made[0], made[1:]) if has_head else ((), made)
    return Table(_alignments(placed[has_head and len(placed) > 1 :], columns), head, tuple(body))


def _placed(rows: list[Row]) -> list[Placed]:
    found: list[Placed] = []
    # The columns that cells from above take, from where to where, and for how many rows more; in their order.
    hanging: list[tuple[int, int, int]] = []
    work = 0
    for number, row in enumerate(rows):
        line: Placed = []
        below: list[tuple[int, int, int]] = []
        taken = iter(hanging)
        gap_end, free_again, _ = next(taken, _NOTHING_TAKEN)
        column = 0
        for cell in row.cells:
            while column >= gap_end:
                column = max(column, free_again)
                gap_end, free_again, _ = next(taken, _NOTHING_TAKEN)
            across = min(cell.columns, _MAX_COLUMNS_SPANNED, gap_end - column)
            down = min(cell.rows or len(rows), len(rows) - number)
            line.append((column, across, down, cell))
            if down > 1:
                below.append((column, column + across, down - 1))
            column += across
        below += ((start, end, left - 1) for start, end, left in hanging if left > 1)
        hanging = sorted(below)
        work += len(line) + len(hanging)
        if work > MAX_CELLS:
            raise _too_large()
        found.append(line)
    return found


_NOTHING_TAKEN = (1 << 30, 0, 0)


def _row(placed: Placed, columns: list[int], is_head: bool) -> tuple[Cell, ...]:
    made = [_EMPTY] * len(columns)
    for start, across, down, cell in placed:
        at = bisect_left(columns, start)
        across = bisect_left(columns, start + across) - at
        down = 1 if is_head else down  # a head has one row: what it spans below stays empty
        if cell.content or across > 1 or down > 1:
            made[at] = Cell(cell.content, across, down)
    return tuple(made)


def _alignments(rows: list[Placed], columns: list[int]) -> tuple[Alignment, ...]:
    """What most cells of a column say; those that are empty, or span several, are not asked."""
    votes: dict[int, Counter[Alignment]] = {start: Counter() for start in columns}
    for row in rows:
        for start, across, _, cell in row:
            if cell.content and across == 1:
                votes[start][cell.alignment] += 1
    return tuple(each.most_common(1)[0][0] if each else None for each in votes.values())


def _too_large() -> SourceTooLarge:
    return SourceTooLarge(f"A table of the source has more than {MAX_CELLS:,} places for cells. Split it.")


_TABLE = re.compile(r"<table(?=[\s>])", re.IGNORECASE)
_TAGS = re.compile(r"<(/?)(table|t[dh]|thead|caption|h[1-6]|[duo]l|pre|blockquote|details|hr)(?=[\s/>])", re.IGNORECASE)


def only_laying_out(html: str) -> frozenset[int]:
    """Where the tables begin that are no tables to readers: without heads, but with headings or tables in them.

    One of a single cell with anything but a line in it is a frame around that.
    """
    found: set[int] = set()
    first = _TABLE.search(html)
    while first:
        first = _TABLE.search(html, _look_into(html, first.start(), found))
    return frozenset(found)


def _look_into(html: str, start: int, found: set[int]) -> int:
    """Looks at a table and those in it; gives where it ends."""
    opened: list[tuple[int, Counter[str]]] = []
    for tag in _TAGS.finditer(html, start):
        name = tag[2].lower()
        if name != "table":
            if not tag[1]:
                opened[-1][1][name] += 1
        elif not tag[1]:
            opened.append((tag.start(), Counter()))
        else:
            _settle(opened, found)
            if not opened:
                return tag.end()
    while opened:
        _settle(opened, found)
    return len(html)


def _settle(opened: list[tuple[int, Counter[str]]], found: set[int]) -> None:
    at, has = opened.pop()
    if opened:
        opened[-1][1]["table"] += 1
    if has["th"] or has["thead"] or has["caption"]:
        return
    of_pages = has["table"] or any(has[f"h{level}"] for level in range(1, 7))
    if of_pages or (has["td"] == 1 and has.total() > 1):
        found.add(at)
