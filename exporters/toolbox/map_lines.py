"""The lines of a mind map: curves from topic to topic, and the heads of arrows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from exporters.toolbox.drawing import Path
from exporters.toolbox.map_layout import Box, Grid

type Point = tuple[float, float]

HEAD = 6.5  # points that the head of an arrow is long
_HALF_HEAD = 2.8

_WEIGHED = 400  # connectors whose ways are weighed, 0.3 ms each; others take the sides that face each other
_AWAY = (20.0, 150.0)  # points at least and at most that a connector goes straight away from a box
_BEND = 0.4  # of the distance, between these
_CROSSED = 130.0  # points of way that a connector goes rather than cross a box at one of the places it is looked at
_TAKEN = 45.0  # points of way it goes rather than stand where the lines of the tree do
_SHORT = 32.0  # points between boxes, in which a line with a head and a label is not seen
_DETOUR = 120.0  # points of way that it goes instead
_BESIDE = 0.35  # how much wider than the one before each further connector between two topics bends
_BESIDES = 6  # of them, before bends come again
_LOOP = 26.0  # points that a connector from a topic to itself reaches out


class Line(NamedTuple):
    """A line between two boxes."""

    path: Path
    tip: Point
    heading: Point
    """Where it goes at its end, with a length of 1."""
    label: tuple[Point, ...]
    """Where the middle of its label may stand, best place first."""
    around: tuple[Point, ...]
    """Points, within whose hull it stays."""


def edge(parent: Box, child: Box, lead: float, is_arrow: bool) -> Line:
    """The line from a topic to one below it: a curve, and then straight for `lead` points, beside which a label can
    stand."""
    (left, top), (right, bottom) = parent.middle, child.middle
    if child.x >= parent.right or child.right <= parent.x:
        to = 1.0 if child.x >= parent.right else -1.0
        start = (parent.right if to > 0 else parent.x, top)
        tip = (child.x if to > 0 else child.right, bottom)
        lead = min(lead, abs(tip[0] - start[0]) * 0.75)
        elbow = tip[0] - to * lead
        half = (start[0] + elbow) / 2
        bends = ((half, start[1]), (half, tip[1]), (elbow, tip[1]))
        return _line(start, bends, tip, (to, 0.0), is_arrow, ((tip[0] - to * lead / 2, tip[1]),))
    if child.y >= parent.bottom or child.bottom <= parent.y:
        to = 1.0 if child.y >= parent.bottom else -1.0
        start = (left, parent.bottom if to > 0 else parent.y)
        tip = (right, child.y if to > 0 else child.bottom)
        half = (start[1] + tip[1]) / 2
        return _line(
            start, ((start[0], half), (tip[0], half), tip), tip, (0.0, to), is_arrow, (((left + right) / 2, half),)
        )
    middle = ((left + right) / 2, (top + bottom) / 2)
    return _line((left, top), (middle, middle, (right, bottom)), (right, bottom), (1.0, 0.0), False, (middle,))


def _line(
    start: Point,
    bends: tuple[Point, Point, Point],
    tip: Point,
    heading: Point,
    is_arrow: bool,
    label: tuple[Point, ...],
) -> Line:
    end = _before(tip, heading) if is_arrow else tip
    if bends[2] == tip:
        bends = (bends[0], bends[1], end)
    path: Path = (("M", start), ("C", (*bends[0], *bends[1], *bends[2])))
    if bends[2] != end:
        path = (*path, ("L", end))
    return Line(path, tip, heading, label, (start, *bends, tip))


def _before(tip: Point, heading: Point) -> Point:
    # A little within the head, lest paper shows between them.
    return tip[0] - heading[0] * (HEAD - 1), tip[1] - heading[1] * (HEAD - 1)


def head(tip: Point, heading: Point) -> Path:
    """The head of an arrow."""
    (x, y), (across, down) = tip, heading
    left, top = x - across * HEAD, y - down * HEAD
    side, rise = -down * _HALF_HEAD, across * _HALF_HEAD
    return (("M", (x, y)), ("L", (left + side, top + rise)), ("L", (left - side, top - rise)), ("Z", ()))


class Connectors:
    """Finds ways for connectors between boxes: short ones that cross few boxes."""

    def __init__(self, boxes: Iterable[Box], edges: Iterable[tuple[Box, Box]]) -> None:
        self._grid = Grid(boxes)
        self._taken: set[tuple[int, bool]] = set()  # sides of boxes, is it the right one, where lines of the tree stand
        for parent, child in edges:
            is_right = parent.middle[0] < child.middle[0]
            self._taken |= {(id(parent), is_right), (id(child), not is_right)}
        self._count = 0
        self._between: Counter[tuple[int, int]] = Counter()

    def connect(self, start: Box, end: Box, is_arrow: bool) -> Line:
        """The line from a box to another, or to itself."""
        between = (min(id(start), id(end)), max(id(start), id(end)))
        wider = 1 + _BESIDE * (self._between[between] % _BESIDES)
        self._between[between] += 1
        if start is end:
            return _loop(start, is_arrow, wider)
        self._count += 1
        ways = [_way(leaving, entering, wider) for leaving in self._sides(start) for entering in self._sides(end)]
        way = min(ways, key=self._weight if self._count <= _WEIGHED else _length)
        first, away, towards, tip, heading = way.start, way.away, way.towards, way.tip, way.heading
        return _line(first, (away, towards, tip), tip, heading, is_arrow, tuple(_points(way, _LABELLED)))

    def _sides(self, box: Box) -> tuple[_Side, ...]:
        (x, y) = box.middle
        return (
            _Side((box.right, y), (1.0, 0.0), (id(box), True) in self._taken),
            _Side((x, box.bottom), (0.0, 1.0), False),
            _Side((box.x, y), (-1.0, 0.0), (id(box), False) in self._taken),
            _Side((x, box.y), (0.0, -1.0), False),
        )

    def _weight(self, way: _Way) -> float:
        crossed = sum(self._grid.at(*point) is not None for point in _points(way, _LOOKED_AT))
        return _length(way) + _CROSSED * crossed


class _Way(NamedTuple):
    """A curve that a connector may take, as a cubic Bézier curve has it."""

    start: Point
    away: Point
    towards: Point
    tip: Point
    heading: Point
    taken: int
    """How many of its ends stand where the lines of the tree do."""


class _Side(NamedTuple):
    place: Point
    outwards: Point
    is_taken: bool
    """Whether lines of the tree stand here."""


def _way(leaving: _Side, entering: _Side, wider: float) -> _Way:
    (x, y), (to_x, to_y) = leaving.place, entering.place
    least, most = _AWAY
    bend = min(max(_BEND * hypot(to_x - x, to_y - y), least), most) * wider
    away = (x + leaving.outwards[0] * bend, y + leaving.outwards[1] * bend)
    towards = (to_x + entering.outwards[0] * bend, to_y + entering.outwards[1] * bend)
    heading = (-entering.outwards[0], -entering.outwards[1])
    return _Way(leaving.place, away, towards, entering.place, heading, leaving.is_taken + entering.is_taken)


def _length(way: _Way) -> float:
    # Between the length of the curve and that of its handles, which punishes curves that have to turn round.
    points = (way.start, way.away, way.towards, way.tip)
    legs = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points))
    straight = hypot(way.tip[0] - way.start[0], way.tip[1] - way.start[1])
    is_short = straight < _SHORT and legs < 3 * _SHORT
    return (legs + straight) / 2 + _TAKEN * way.taken + _DETOUR * is_short


def _loop(box: Box, is_arrow: bool, wider: float) -> Line:
    out = _LOOP * wider
    start, tip = (box.right - min(12.0, box.width / 2), box.y), (box.right, box.middle[1])
    bends = ((start[0], box.y - out), (box.right + out, tip[1]), tip)
    return _line(start, bends, tip, (-1.0, 0.0), is_arrow, ((box.right + out / 2, box.y - out / 2),))


def _points(way: _Way, parts: tuple[tuple[float, float, float, float], ...]) -> Iterator[Point]:
    (a, b), (c, d), (e, f), (g, h) = way.start, way.away, way.towards, way.tip
    for first, second, third, fourth in parts:
        yield first * a + second * c + third * e + fourth * g, first * b + second * d + third * f + fourth * h


def _weights(part: float) -> tuple[float, float, float, float]:
    # Of the four points of a cubic Bézier curve, for the point at this part of it.
    rest = 1 - part
    return rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3


_LOOKED_AT = tuple(_weights(part / 12) for part in range(1, 12))
_LABELLED = tuple(_weights(part) for part in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8))
