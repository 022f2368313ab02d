"""Tables on slides: how wide their columns are, and where they may be cut."""

from __future__ import annotations

from copy import replace
from typing import NamedTuple

from exporters.document.nodes import Cell, Table
from exporters.toolbox.deck_cutting import parted, plain_of, sentence_ends


class TableShape(NamedTuple):
    """Sizes of a table, in points."""

    widths: list[float]
    head: float
    rows: list[float]
    size: float
    """Of its text."""


def shared(natural: list[float], least: list[float], room: float, sides: float) -> list[float]:
    """The widths of columns, in em: as wide as they want to be, or as words need, and the rest by what they want."""
    wanted = [each + sides for each in natural]
    needed = [each + sides for each in least]
    most, fewest = sum(wanted), sum(needed)  # once, for a table may have thousands of columns
    if most <= room:
        # A table that is nearly as wide as the slide is as wide; a narrow one gets some air.
        target = room if most > room * 0.5 else min(room, most * 1.4)
        share = (target - most) / max(len(wanted), 1)
        return [each + share for each in wanted]
    if fewest >= room:
        return [each * room / fewest for each in needed]
    spare = room - fewest
    more = [max(0.0, want - need) ** 0.7 for want, need in zip(wanted, needed, strict=True)]
    whole = sum(more) or 1.0
    return [need + spare * each / whole for need, each in zip(needed, more, strict=True)]


def rows_together(block: Table) -> list[tuple[int, int]]:
    """The rows that must stay together, for a cell spans them: each from its first to behind its last."""
    found: list[tuple[int, int]] = []
    start, until = 0, 0
    for at, row in enumerate(block.rows):
        if at >= until and at > start:
            found.append((start, at))
            start = at
        until = max(until, at + max((min(cell.rows, 20) for cell in row), default=1))
    if block.rows:
        found.append((start, len(block.rows)))
    return found


def row_parts(row: tuple[Cell, ...], several: int) -> list[tuple[Cell, ...]]:
    """A row as so many rows, each with a part of what stands in its cells."""
    columns: list[list[Cell]] = []
    for cell in row:
        pieces = parted(cell.content, sentence_ends(plain_of(cell.content), several)) if cell.content else []
        rest = tuple(node for piece in pieces[several - 1 :] for node in piece)
        contents = [*pieces[: several - 1], *((),) * max(0, several - 1 - len(pieces)), rest]
        columns.append([replace(cell, content=each) for each in contents])
    return list(zip(*columns, strict=True))
