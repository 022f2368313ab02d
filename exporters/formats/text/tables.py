"""Tables of characters: columns that share the width, cells of several lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from exporters.document import Alignment
from exporters.toolbox.columns import aligned, columns, wrap

_BETWEEN, _CROSSING, _LINE = " │ ", "─┼─", "─"
_NARROWEST = 5  # columns of a cell; with less, a list is easier to read
_LONGEST_WORD = 16  # columns that a cell gets for its longest word, if it can


def table_lines(
    rows: Sequence[Sequence[str]], alignments: Sequence[Alignment], width: int, has_head: bool = True
) -> tuple[list[str], bool]:
    """The lines of a table whose first row is its head, and whether it fits into so many columns (0: any number).

    Where it does not, each row becomes a list: a line for each cell, after the head of its column. In a cell, a
    vertical tab breaks the line.
    """
    if not rows:
        return [], True
    widths = _widths(rows, width)
    if widths is None:
        return list(_as_list(rows if has_head else [[""] * len(alignments), *rows], width)), False
    cells = [[_cell(text, wide) for text, wide in zip(row, widths, strict=True)] for row in rows]
    rule = _CROSSING.join(_LINE * wide for wide in widths)
    apart = any(len(cell) > 1 for row in cells[has_head:] for cell in row)
    lines: list[str] = []
    for at, row in enumerate(cells):
        if (at == 1 and has_head) or (at > has_head and apart):
            lines.append(rule)
        for parts in zip_longest(*row, fillvalue=""):
            padded = map(aligned, parts, widths, alignments)
            lines.append(_BETWEEN.join(padded))
    return [*lines, rule] if has_head and len(rows) == 1 else lines, True


def _cell(text: str, width: int) -> list[str]:
    return [line for part in text.split("\v") for line in wrap(part, width, hard=True)]


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    natural = [max(map(_natural, column)) for column in zip(*rows, strict=True)]
    if not width:
        return natural
    room = width - len(_BETWEEN) * (len(natural) - 1)
    if sum(natural) <= room:
        return natural
    if room < _NARROWEST * len(natural):
        return None
    words = [max(map(_longest_word, column)) for column in zip(*rows, strict=True)]
    least = [min(own, max(word, _NARROWEST), _LONGEST_WORD) for own, word in zip(natural, words, strict=True)]
    if sum(least) > room:
        least = [min(own, _NARROWEST) for own in natural]
    return _shared(natural, least, room)


def _shared(natural: list[int], least: list[int], room: int) -> list[int]:
    """Gives every column at least its least, then the rest evenly to those that want more."""
    widths = list(least)
    left = room - sum(widths)
    wanting = [at for at in range(len(widths)) if widths[at] < natural[at]]
    while left and wanting:
        share = max(left // len(wanting), 1)
        for at in wanting:
            more = min(share, natural[at] - widths[at], left)
            widths[at] += more
            left -= more
        wanting = [at for at in wanting if widths[at] < natural[at]]
    return widths


def _natural(text: str) -> int:
    return max(columns(" ".join(part.split())) for part in text.split("\v"))


def _longest_word(text: str) -> int:
    return max(map(columns, text.split()), default=0)


def _as_list(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    head, *others = rows
    if not others:
        yield from wrap(" · ".join(head), width)
    for at, row in enumerate(others):
        if at:
            yield ""
        for label, text in zip(head, row, strict=True):
            yield from wrap((f"{label}: {text}" if label else text).replace("\v", " "), width)
