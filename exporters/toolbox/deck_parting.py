"""Where to part what does not fit on one slide: between blocks rather than within, and not with little on the last.

All ways are compared from the first leaf to the last; see `exporters.pages.slide_parting`, which does the same with
lines that have been set.
"""

from __future__ import annotations

from typing import NamedTuple

from exporters.toolbox.deck_heights import Leaf

_CUT = 0.5  # where something stands on a slide that is higher than it
_MOST = 200  # leaves on one slide: of lines that can be read, there are 40
_SLACK = 0.01  # points, for sums of floats are not exact


class _Way(NamedTuple):
    badness: float
    before: int
    """The leaf at which its last slide begins."""


def parting(leaves: list[Leaf], room: float, notes: list[float]) -> tuple[float, list[int]]:
    """How bad the best way is, and behind which leaf each of its slides ends.

    `notes` says how much height the footnotes need that a leaf mentions first.
    """
    ways = [_Way(0.0, 0)]
    for end in range(1, len(leaves) + 1):
        ways.append(_best(leaves, room, notes, ways, end))
    ends: list[int] = []
    at = len(leaves)
    while at:
        ends.append(at)
        at = ways[at].before
    return ways[-1].badness, ends[::-1]


def height(leaves: list[Leaf], notes: list[float], start: int, end: int) -> float:
    """Of some leaves on a slide of their own, with their notes."""
    first = leaves[start]
    between = sum(leaf.before for leaf in leaves[start + 1 : end])
    within = sum(leaf.height for leaf in leaves[start:end])
    foot = leaves[end - 1].foot
    return first.head + within + between + foot + sum(notes[start:end])


def _best(leaves: list[Leaf], room: float, notes: list[float], ways: list[_Way], end: int) -> _Way:
    """The best way that ends a slide behind the leaf before `end`. Looks at as many as fit on a slide."""
    best: _Way | None = None
    taken = leaves[end - 1].foot
    for start in range(end - 1, max(-1, end - 1 - _MOST), -1):
        leaf = leaves[start]
        taken += leaf.height + notes[start]
        whole = taken + leaf.head
        if whole > room + _SLACK and best is not None:
            break
        empty = max(0.0, 1.0 - whole / room)
        bad = 1.0 + empty * empty + (_CUT if whole > room + _SLACK else 0.0)
        bad += ways[start].badness + (leaf.badness if start else 0.0)
        if best is None or bad < best.badness:
            best = _Way(bad, start)
        taken += leaf.before
    return best or _Way(0.0, 0)
