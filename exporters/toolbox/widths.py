"""How columns share the width of a page that is too narrow for them."""

from __future__ import annotations

from collections.abc import Sequence


def capped(needed: Sequence[float], room: float) -> list[float]:
    """Widths that together are no more than the room, in any unit: the widest are cut, so that short words stay whole.

    What is at most as wide as its share of the room has what it needs.
    """
    left = room
    for position, each in enumerate(sorted(needed)):
        share = left / (len(needed) - position)
        if each > share:
            return [min(width, share) for width in needed]
        left -= each
    return list(needed)
