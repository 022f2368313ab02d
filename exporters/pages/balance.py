"""Headings of several lines that are about as long as each other, so that no word stands alone on the last one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from exporters.pages.inlines import Piece
from exporters.pages.lines import RAGGED, Line, Setting, break_lines

_MOST = 4  # lines: of more, the last one is seldom noticed
_STEP = 1 / 32  # of the width, to which the narrowest is looked for: five trials


def balanced_lines(pieces: Sequence[Piece], width: float, leading: float, setting: Setting = RAGGED) -> Iterable[Line]:
    """Breaks pieces into as few lines as the width allows, each as short as that lets it be."""
    rest = break_lines(pieces, width, leading, setting)
    lines = list(islice(rest, _MOST + 1))
    if not 1 < len(lines) <= _MOST:
        return chain(lines, rest)
    low, high = width / 2, width
    while high - low > width * _STEP:
        middle = (low + high) / 2
        trial = list(islice(break_lines(pieces, middle, leading, setting), len(lines) + 1))
        if len(trial) > len(lines) or any(line.width > middle for line in trial):
            low = middle
        else:
            high, lines = middle, trial
    return lines
