"""`@frozen` keeps what a frozen dataclass promises."""

from __future__ import annotations

import copy
import pickle

import pytest

from exporters.frozen import NOTHING, as_dict, frozen


@frozen
class Point:
    x: int
    y: int = 0

    @property
    def far(self) -> bool:
        return self.x + self.y > 10


@frozen
class Pixel:
    x: int
    y: int = 0


@frozen
class Nothing:
    pass


def test_fields_are_set_by_position_name_and_default() -> None:
    point = Point(1)
    assert (point.x, point.y) == (1, 0)
    assert Point(y=2, x=20).far
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        Point(1, z=2)  # type: ignore[call-arg]


def test_nothing_can_be_changed_or_added() -> None:
    point = Point(1)
    for change in (lambda: setattr(point, "x", 2), lambda: setattr(point, "z", 2), lambda: delattr(point, "x")):
        with pytest.raises(AttributeError, match="cannot be changed"):
            change()
    assert not hasattr(point, "__dict__")
    with pytest.raises(TypeError):
        NOTHING["x"] = 1  # type: ignore[index]


def test_equal_means_the_same_kind_with_the_same_values() -> None:
    assert Point(1, 2) == Point(1, 2) != Point(2, 1)
    assert Point(1, 2) != Pixel(1, 2)
    assert Nothing() == Nothing()
    assert len({Point(1, 2), Point(1, 2), Pixel(1, 2)}) == 2


def test_a_copy_may_differ() -> None:
    assert copy.replace(Point(1, 2), y=3) == Point(1, 3)
    assert pickle.loads(pickle.dumps(Point(1, 2))) == copy.deepcopy(Point(1, 2)) == Point(1, 2)


def test_instances_show_and_match_their_fields() -> None:
    assert repr(Point(1)) == "Point(x=1, y=0)"
    match Point(1, 2):
        case Point(1, y):
            assert y == 2
        case _:
            pytest.fail("no match")


def test_as_dict_goes_down_to_the_last_one() -> None:
    @frozen
    class Line:
        points: tuple[Point, ...]
        named: dict[str, Point]

    line = Line((Point(1), Point(2)), {"a": Point(3)})
    assert as_dict(line) == {"points": [{"x": 1, "y": 0}, {"x": 2, "y": 0}], "named": {"a": {"x": 3, "y": 0}}}
