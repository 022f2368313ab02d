"""Where to part what does not fit on one slide: between blocks rather than within, and not with little on the last.

All ways are compared from the first seam to the last. There are as many seams as lines stand on a few slides.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from exporters.pages.lines import Line
from exporters.pages.recording import Recording, Seam

# What is bad about a way to part, where a slide more is 1; besides, the square of what share of each slide is empty.
_LIST = 0.25  # between two items of a list, or lines of a table, and the less the more space there is
_FRAME = 0.3  # within what stands in a frame
_CODE = 0.6  # within code, but at an empty line: rather a slide more
_FEW = 0.4  # where that leaves three of its lines or less
_BELOW = 0.25  # between a list's item and what stands below it
_ANNOUNCED = 0.6  # between what ends with a colon and what follows
_CUT = 0.3  # where something is cut that is higher than a slide
_SLACK = 0.01  # points that items may be too high, for sums of floats are not exact


class Parting(NamedTuple):
    """A way to part something, and how bad it is."""

    badness: float
    ends: tuple[int, ...]
    """Where each slide ends, see `Seam.asked`."""


class _Way(NamedTuple):
    """The best way to a seam."""

    badness: float
    before: int
    """The seam at which its last slide begins."""


def parting(recording: Recording, above: float, room: float) -> Parting:
    """The best way to part what was recorded below a heading that ends at `above`, on slides that have this room."""
    count = len(recording.items)
    begin, end = Seam(0, 0, above, above), Seam(recording.asked, count, recording.height, recording.height)
    seams = [begin, *(seam for seam in recording.seams if seam.item < count), end]  # an empty frame may be the last
    widest = max(seam.below - seam.above for seam in seams) or 1.0
    ways = [_Way(0.0, 0)]
    for at in range(1, len(seams)):
        nearness = 0.0 if seams[at] is end else _nearness(recording, seams[at], widest)
        ways.append(min(_Way(ways[start].badness + bad + nearness, start) for start, bad in _slides(seams, at, room)))
    at = len(seams) - 1
    ends = [recording.asked]
    while ways[at].before:
        at = ways[at].before
        ends.append(seams[at].asked)
    return Parting(ways[-1].badness, tuple(reversed(ends)))


def _slides(seams: list[Seam], at: int, room: float) -> list[tuple[int, float]]:
    """Where slides can begin that end at a seam, and how bad they are. What is too high has some for itself."""
    last = _height(seams[at - 1], seams[at])
    found: list[tuple[int, float]] = []
    for start in range(at - 1, -1, -1):
        height = _height(seams[start], seams[at])
        slides = max(1, ceil((height - _SLACK) / room))
        if slides > 1 and start < at - 1 and (last <= room or height - last > room / 2):
            break
        empty = slides - height / room
        found.append((start, slides + empty * empty + (_CUT if slides > 1 else 0.0)))
    return found


def _height(start: Seam, end: Seam) -> float:
    return end.above + end.foot - start.below + start.head


def _nearness(recording: Recording, seam: Seam, widest: float) -> float:
    """How bad it is to part something here."""
    before, after = (recording.items[at].item for at in (seam.item - 1, seam.item))
    gap = seam.below - seam.above
    near = _LIST * (1 - gap / widest) + (_FRAME if seam.head or seam.foot else 0.0)
    if isinstance(before, Line) and gap and before.runs and before.runs[-1].text.rstrip().endswith((":", "\uff1a")):
        near += _ANNOUNCED
    if not isinstance(before, Line) or not isinstance(after, Line):
        return near
    if not gap:
        near += _CODE if before.runs else 0.0
        is_few = _is_other(recording, seam.item - 4, before) or _is_other(recording, seam.item + 3, after)
        near += _FEW if is_few else 0.0
    if after.left > before.left + _SLACK:
        near += _BELOW
    return near


def _is_other(recording: Recording, at: int, line: Line) -> bool:
    """Whether the item there does not belong to what a line belongs to."""
    if not 0 <= at < len(recording.items):
        return True
    item = recording.items[at].item
    return not isinstance(item, Line) or item.tag is not line.tag
