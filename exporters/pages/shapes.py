"""Boxes and lines as a content stream has them (ISO 32000-1, 8.5): painted at once where they look alike.

Places are in points, y upwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from exporters.pages.objects import number
from exporters.pages.theme import Colour

_CURVE = 0.4477  # 1 minus the length of a Bézier handle that makes a quarter of a circle with radius 1
_RUNGS = 3  # lines below each other, from which on it is shorter to say how far it is to the next
_SAME = 0.06  # points: by so little may a step differ from one that was made before, and be taken for the same


class Shape(NamedTuple):
    """A path, and how it is painted."""

    look: str
    """The operators that choose colours and pens; "" for what does so itself."""
    path: str
    """Of a level line, it is made when it is needed."""
    paint: str
    """The operators that paint the path, or many at once, and set back what others do not set."""
    level: tuple[float, float, float] | None = None
    """Of a level line: from where to where, and how high."""
    is_tagged: bool = False
    """Whether it says which element it belongs to. All else are artifacts."""


class Steps:
    """Steps in tenths of a point, as few different ones as can be.

    Who asks for a step reckons from where the steps before have really led, so that no error adds up.
    """

    def __init__(self) -> None:
        self._known: set[int] = set()

    def like(self, step: float) -> int:
        """A step as long as this one, in points; but for 0.06 of them at most."""
        tenths = round(step * 10)
        if tenths not in self._known:
            for near in (tenths - 1, tenths + 1):
                if near in self._known and abs(near / 10 - step) < _SAME:
                    return near
            self._known.add(tenths)
        return tenths


def box(left: float, bottom: float, right: float, top: float, fill: Colour, radius: float) -> Shape:
    """A filled rectangle, with round corners if it has a radius."""
    radius = min(radius, (right - left) / 2, (top - bottom) / 2)
    if radius <= 0:
        return Shape(f"{fill} rg", _rectangle(left, bottom, right, top), "f")
    # A pen with a round tip makes round corners of a smaller rectangle, in a tenth of the numbers of curves.
    path = _rectangle(left + radius, bottom + radius, right - radius, top - radius, 1)
    return Shape(f"{fill} rg {fill} RG 1 j {_written(2 * radius)} w", path, "B 0 j")


def frame(left: float, bottom: float, right: float, top: float, colour: Colour, width: float) -> Shape:
    """The outline of a rectangle."""
    return Shape(f"{colour} RG {_written(width)} w", _rectangle(left, bottom, right, top), "S")


def key(left: float, bottom: float, right: float, top: float, fill: Colour, colour: Colour, width: float) -> Shape:
    """A filled rectangle with an outline and round corners."""
    path = _outline(left, bottom, right, top, 3 * width)
    return Shape(f"{fill} rg {colour} RG {_written(width)} w", path, "B")


def line(points: Sequence[tuple[float, float]], colour: Colour, width: float) -> Shape:
    """A line through points."""
    look = f"{colour} RG {_written(width)} w"
    if len(points) == 2 and points[0][1] == points[1][1]:
        (left, height), (right, _) = points
        return Shape(look, "", "S", (left, right, height))
    (left, bottom), *rest = points
    path = " ".join(f"{_written(x)} {_written(y)} l" for x, y in rest)
    return Shape(look, f"{_written(left)} {_written(bottom)} m {path}", "S")


def operators(shapes: Iterable[Shape]) -> Iterator[str]:
    """The operators that draw shapes, of which the first lies lowest."""
    for (look, paint), alike in groupby(shapes, key=_manner):
        if look:
            yield look
        for ends, beside in groupby(alike, key=_ends):
            group = list(beside)
            if ends and len(group) >= _RUNGS:
                yield _ladder(*ends, [shape.level[2] for shape in group if shape.level])
            else:
                yield " ".join(filter(None, (*map(_path, group), paint)))


def _path(shape: Shape) -> str:
    return _level_line(*shape.level) if shape.level else shape.path


def _manner(shape: Shape) -> tuple[str, str]:
    return shape.look, shape.paint


def _ends(shape: Shape) -> tuple[float, float] | None:
    return shape.level and shape.level[:2]


def _ladder(left: float, right: float, heights: Sequence[float]) -> str:
    """Level lines below each other, such as those of a table: the same again and again, from one step to the next."""
    steps = Steps()
    rung = f"0 0 m {number(round(right - left, 1))} 0 l S"
    height = round(heights[0] * 10)
    written = [f"q 1 0 0 1 {number(round(left, 1))} {number(height / 10)} cm {rung}"]
    for below in heights[1:]:
        step = steps.like(below - height / 10)
        height += step
        written.append(f"1 0 0 1 0 {number(step / 10)} cm {rung}")
    return " ".join([*written, "Q"])


def _level_line(left: float, right: float, height: float) -> str:
    height = round(height, 1)
    return f"{_written(left, 1)} {_written(height)} m {_written(right, 1)} {_written(height)} l"


def _rectangle(left: float, bottom: float, right: float, top: float, digits: int = 2) -> str:
    # Its ends are rounded and not its size, so that what touches another does so still.
    left, bottom, right, top = (round(each, digits) for each in (left, bottom, right, top))
    return f"{_written(left)} {_written(bottom)} {_written(right - left)} {_written(top - bottom)} re"


def _outline(left: float, bottom: float, right: float, top: float, radius: float) -> str:
    radius = min(radius, (right - left) / 2, (top - bottom) / 2)
    if radius <= 0:
        return _rectangle(left, bottom, right, top)
    near = radius * _CURVE
    points = (
        ("m", (left + radius, bottom)),
        ("l", (right - radius, bottom)),
        ("c", (right - near, bottom, right, bottom + near, right, bottom + radius)),
        ("l", (right, top - radius)),
        ("c", (right, top - near, right - near, top, right - radius, top)),
        ("l", (left + radius, top)),
        ("c", (left + near, top, left, top - near, left, top - radius)),
        ("l", (left, bottom + radius)),
        ("c", (left, bottom + near, left + near, bottom, left + radius, bottom)),
    )
    return " ".join(f"{' '.join(map(_written, numbers))} {operator}" for operator, numbers in points)


def _written(value: float, digits: int = 2) -> str:
    return number(round(value, digits))
