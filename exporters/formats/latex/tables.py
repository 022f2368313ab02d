"""How wide the columns of a table are."""

from __future__ import annotations

from typing import NamedTuple

from exporters.document.nodes import Alignment, LineBreak, Table
from exporters.document.walk import plain_text

_LINE = 80  # characters of a line of text, about
_WIDEST = 60  # characters that a column needs at most to be read well
_NARROWEST = 3
_LONGEST_WORD = 20
_MARGIN = 3
_CROWDED = 8  # columns, from which on the letters are smaller

_PLAIN = {None: "l", "left": "l", "center": "c", "right": "r"}
_RAGGED = {None: "\\raggedright", "left": "\\raggedright", "center": "\\centering", "right": "\\raggedleft"}


class Columns(NamedTuple):
    """Of a table."""

    shares: tuple[float, ...]
    """Of the line, for each column; () where each is as wide as its cells."""
    is_crowded: bool

    def described(self, alignments: tuple[Alignment, ...]) -> str:
        """All columns as the environment takes them."""
        return "".join(self.of(at, 1, alignment) for at, alignment in enumerate(alignments))

    def of(self, at: int, count: int, alignment: Alignment) -> str:
        """A column, or several as one."""
        if not self.shares:
            return _PLAIN[alignment]
        width = f"\\dimexpr {sum(self.shares[at : at + count]):.3f}\\linewidth-2\\tabcolsep"
        return f">{{{_RAGGED[alignment]}\\arraybackslash}}p{{{width}}}"


def columns(table: Table) -> Columns:
    """Wide enough for their cells, where these fit on a line; otherwise in proportion to what is in them."""
    widths = [_NARROWEST] * len(table.alignments)
    words = widths.copy()  # the longest of each column, which it would be ugly to part
    has_breaks = False
    for row in (table.head, *table.rows):
        for at, cell in enumerate(row):
            has_breaks = has_breaks or any(isinstance(each, LineBreak) for each in cell.content)
            if cell.columns == 1 and (said := plain_text(cell.content)):
                widths[at] = max(widths[at], len(said))
                words[at] = max(words[at], *map(len, said.split()))
    crowded = len(widths) >= _CROWDED
    if sum(widths) + 3 * len(widths) <= _LINE and not has_breaks:
        return Columns((), crowded)
    least = [min(width, _LONGEST_WORD) + _MARGIN for width in words]
    more = [min(width, _WIDEST) - min(word, _LONGEST_WORD) for width, word in zip(widths, words, strict=True)]
    room = max(_LINE - sum(least), 0)
    scale = min(1.0, room / (sum(more) or 1))
    kept = [each + scale * extra for each, extra in zip(least, more, strict=True)]
    whole = sum(kept)
    return Columns(tuple(width / whole for width in kept), crowded)
