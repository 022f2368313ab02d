"""Tables: drawn with lines where they are small or have merged cells, otherwise as lists of lists.

Source: the reStructuredText Markup Specification, "Grid Tables"; Docutils' directive `list-table`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import category, east_asian_width

_WIDEST = 120  # columns of a drawn table: beyond, nobody can edit it
_MOST = 400_000  # characters of a drawn table, whatever its cells; larger ones with merged cells lose these


class Box(NamedTuple):
    """A cell as it is to be drawn."""

    lines: list[str]
    columns: int = 1
    rows: int = 1


class Layout(NamedTuple):
    """A table on its way: the cells that begin in each row by their columns, and how many rows are its head."""

    rows: list[dict[int, Box]]
    columns: int
    head: int


def draws(layout: Layout) -> bool:
    """Whether the table is to be drawn: all cells fit, and each character is as wide as programs think."""
    widths = _widths(layout)
    merged = any(box.columns > 1 or box.rows > 1 for row in layout.rows for box in row.values())
    size = (sum(widths) + 3 * layout.columns) * sum(len(row) + 1 for row in layout.rows)
    if size > _MOST:
        return False
    wide = sum(widths) + 3 * layout.columns > _WIDEST
    return merged or (not wide and all(map(_is_even, _lines(layout))))


def drawn(layout: Layout) -> list[str]:
    """The table with lines around its cells."""
    widths, heights = _widths(layout), _heights(layout)
    owners = _owners(layout)
    lines = [_rule(layout, owners, widths, 0)]
    for row, height in enumerate(heights):
        lines += (_text_line(layout, owners, widths, row, line) for line in range(height))
        lines.append(_rule(layout, owners, widths, row + 1))
    return lines


def listed(rows: Sequence[Sequence[list[str]]], has_head: bool, caption: str) -> list[str]:
    """The table as a list of rows, each a list of cells."""
    lines = [f".. list-table:: {caption}".rstrip()]
    if has_head:
        lines.append("   :header-rows: 1")
    lines.append("")
    for row in rows:
        for at, cell in enumerate(row):
            lead = "   * -" if at == 0 else "     -"
            first, *rest = cell or [""]
            lines.append(f"{lead} {first}".rstrip())
            lines += (f"       {line}".rstrip() for line in rest)
    return lines


def width(text: str) -> int:
    """The columns of a text as Docutils counts them in tables: East Asian wide characters are two."""
    return len(text) if text.isascii() else len(text) + sum(east_asian_width(each) in "WF" for each in text)


def _is_even(text: str) -> bool:
    # Where marks stand on other characters, programs differ.
    return text.isascii() or not any(category(each) in ("Mn", "Me", "Cf", "So") for each in text)


def _lines(layout: Layout) -> list[str]:
    return [line for row in layout.rows for box in row.values() for line in box.lines]


def _widths(layout: Layout) -> list[int]:
    widths = [1] * layout.columns
    merged: list[tuple[int, Box]] = []
    for row in layout.rows:
        for at, box in row.items():
            if box.columns == 1:
                widths[at] = max(widths[at], *map(width, box.lines), 1)
            else:
                merged.append((at, box))
    for at, box in merged:
        room = sum(widths[at : at + box.columns]) + 3 * (box.columns - 1)
        # One more than it needs, for words that may have to make way for a corner.
        widths[at + box.columns - 1] += max(0, max(map(width, box.lines), default=0) + 1 - room)
    return widths


def _heights(layout: Layout) -> list[int]:
    return [max((len(box.lines) for box in row.values()), default=1) or 1 for row in layout.rows]


def _owners(layout: Layout) -> list[list[tuple[int, int]]]:
    """For each place the cell that it belongs to."""
    owners = [[(row, column) for column in range(layout.columns)] for row in range(len(layout.rows))]
    for row, boxes in enumerate(layout.rows):
        for column, box in boxes.items():
            for below in range(row, min(row + box.rows, len(layout.rows))):
                owners[below][column : column + box.columns] = [(row, column)] * box.columns
    return owners


def _rule(layout: Layout, owners: list[list[tuple[int, int]]], widths: list[int], below: int) -> str:
    """The line above a row, open where a cell goes on."""
    sign = "=" if layout.head and below == layout.head else "-"
    above = owners[below - 1] if below else None
    under = owners[below] if below < len(owners) else None
    parts: list[str] = []
    for column in range(layout.columns + 1):
        parts.append(_corner(above, under, column, layout.columns))
        if column < layout.columns:
            goes_on = above is not None and under is not None and above[column] == under[column]
            parts.append((" " if goes_on else sign) * (widths[column] + 2))
    return "".join(parts)


def _corner(above: list[tuple[int, int]] | None, under: list[tuple[int, int]] | None, column: int, columns: int) -> str:
    def parted(row: list[tuple[int, int]] | None) -> bool:
        return row is not None and (column in (0, columns) or row[column - 1] != row[column])

    def ruled(at: int) -> bool:
        return 0 <= at < columns and (above is None or under is None or above[at] != under[at])

    if ruled(column - 1) or ruled(column):
        up_or_down = parted(above) or parted(under)
        return "+" if up_or_down else "-"
    return "|" if parted(above) or parted(under) else " "


def _text_line(layout: Layout, owners: list[list[tuple[int, int]]], widths: list[int], row: int, line: int) -> str:
    parts: list[str] = []
    column = 0
    while column < layout.columns:
        start, owner = column, owners[row][column]
        while column < layout.columns and owners[row][column] == owner:
            column += 1
        room = sum(widths[start:column]) + 3 * (column - start) - 1
        box = layout.rows[row].get(start) if owner == (row, start) else None
        words = f" {box.lines[line]}" if box and line < len(box.lines) else ""
        if column - start > 1 and _meets_corner(words, widths[start:column]):
            words = f" {words}"
        parts.append(f"|{words}{' ' * (room - width(words))}")
    return "".join(parts) + "|"


def _meets_corner(words: str, widths: list[int]) -> bool:
    """Whether a sign in the words stands where it could be taken for the line between two columns."""
    at = -1
    for each in widths[:-1]:
        at += each + 3
        if words[at : at + 1] in ("|", "+"):
            return True
    return False
