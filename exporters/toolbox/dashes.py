"""Cuts the outline of a path into dashes, for file formats whose readers draw every line solid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, cycle, pairwise
from math import hypot, isfinite

from exporters.toolbox.drawing import Command, Path

_STEPS = 12  # lines that a curve becomes: on one of 100 points, they are 0.1 points beside it
_MOST = 5_000  # dashes of one path; where there were more, nobody could tell them from a line

type _Point = tuple[float, float]


def dashed(path: Path, dashes: tuple[float, ...], offset: float = 0.0) -> Path:
    """The dashes as lines; the path itself where it is not dashed, or would have too many of them."""
    pattern = dashes * 2 if len(dashes) % 2 else dashes
    period = sum(pattern)
    if not pattern or min(pattern) < 0 or not 0 < period < float("inf"):
        return path
    lines = list(_lines(path))
    length = sum(hypot(b[0] - a[0], b[1] - a[1]) for line in lines for a, b in pairwise(line))
    if not isfinite(length) or length / period * len(pattern) > _MOST:
        return path
    begin = offset % period
    if begin >= period:  # of a small negative number, rounded
        begin = 0.0
    return tuple(command for line in lines for command in _cut(line, pattern, begin))


def _lines(path: Path) -> Iterator[list[_Point]]:
    """What the path draws without lifting the pen, each as the points that straight lines join."""
    line: list[_Point] = []
    for name, values in path:
        if name == "M":
            if len(line) > 1:
                yield line
            line = [(values[0], values[1])]
        elif name == "L":
            line.append((values[0], values[1]))
        elif name == "C":
            line += _curve(line[-1], values)
        elif line:
            yield [*line, line[0]]
            line = [line[0]]
    if len(line) > 1:
        yield line


def _curve(start: _Point, values: tuple[float, ...]) -> Iterator[_Point]:
    xs, ys = (start[0], *values[::2]), (start[1], *values[1::2])
    for step in range(1, _STEPS + 1):
        at = step / _STEPS
        rest = 1 - at
        shares = (rest**3, 3 * rest * rest * at, 3 * rest * at * at, at**3)
        yield sum(map(float.__mul__, shares, map(float, xs))), sum(map(float.__mul__, shares, map(float, ys)))


def _cut(line: list[_Point], pattern: tuple[float, ...], offset: float) -> Iterator[Command]:
    """The dashes of one line. The first pieces of the pattern are dashes, every other one is a gap."""
    ends = list(accumulate(pattern))
    first = next(index for index, end in enumerate(ends) if end > offset)
    left = ends[first] - offset
    pieces = cycle([*range(first + 1, len(pattern)), *range(first + 1)])
    is_drawn = first % 2 == 0
    if is_drawn:
        yield "M", line[0]
    for (x, y), (to_x, to_y) in pairwise(line):
        length = hypot(to_x - x, to_y - y)
        at = 0.0
        while length - at > left:
            at += left
            place = (x + (to_x - x) * at / length, y + (to_y - y) * at / length)
            yield ("L" if is_drawn else "M"), place
            is_drawn = not is_drawn
            left = pattern[next(pieces)]
        left -= length - at
        if is_drawn and length:
            yield "L", (to_x, to_y)
