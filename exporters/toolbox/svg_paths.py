"""The outlines of SVG's shapes, as paths of lines and cubic Bézier curves (SVG 2, chapters 8 to 10)."""

from __future__ import annotations

import re
from math import atan2, ceil, cos, hypot, pi, radians, sin, sqrt, tan

from exporters.toolbox.drawing import Command, Matrix, Path

type Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)

_CIRCLE = 0.5522847  # the length of a Bézier handle that makes a quarter of a circle with radius 1
_FAR = 1e9  # coordinates beyond are no drawing, and their squares no numbers

_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_NUMBERS = re.compile(_NUMBER)
_SEGMENT = re.compile(r"([MmZzLlHhVvCcSsQqTtAa])([^MmZzLlHhVvCcSsQqTtAa]*)")
_NEXT_NUMBER = re.compile(rf"[\s,]*({_NUMBER})")
_NEXT_FLAG = re.compile(r"[\s,]*([01])")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}


def numbers(text: str) -> list[float]:
    """The numbers of a list, separated by commas, blanks, or nothing but their signs."""
    return [near(float(number)) for number in _NUMBERS.findall(text)]


def near(number: float) -> float:
    """A number that calculations can bear."""
    return max(-_FAR, min(_FAR, number))


MAX_COMMANDS = 250_000  # as drawn: 70 MB; the map of a city has 100,000
_LONGEST = 40  # characters of a command: six numbers of five digits and signs; with more, few stand in one path


def path(data: str, most: int = MAX_COMMANDS) -> Path:
    """The path of a `d` attribute, up to the first mistake in it, or to the command after so many."""
    pen = _Pen()
    for name, text in map(re.Match.groups, _SEGMENT.finditer(data, 0, _LONGEST * most)):
        if len(pen.commands) > most:
            break
        kind = name.upper()
        if not pen.commands and kind != "M":
            break
        if kind == "Z":
            pen.close()
            continue
        count = _ARGUMENTS[kind]
        values = _arc_numbers(text) if kind == "A" else numbers(text)
        for at in range(0, min(len(values), count * (most + 1)) - count + 1, count):
            pen.draw("L" if kind == "M" and at else kind, values[at : at + count], name.islower())
        if not values or len(values) % count:
            break
    return tuple(pen.commands)


def _arc_numbers(text: str) -> list[float]:
    # The flags of an arc need no space around them: `a1 1 0 0110 10`.
    values: list[float] = []
    at = 0
    while found := (_NEXT_FLAG if len(values) % 7 in (3, 4) else _NEXT_NUMBER).match(text, at):
        values.append(near(float(found[1])))
        at = found.end()
    return values


class _Pen:
    """Where drawing has come to, for commands say how to go on from there."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self._x = self._y = 0.0
        self._start = (0.0, 0.0)
        self._handle: tuple[str, float, float] = ("", 0.0, 0.0)
        """The last control point of the curve before, and of which kind it was."""

    def close(self) -> None:
        self.commands.append(("Z", ()))
        self._x, self._y = self._start
        self._handle = ("", 0.0, 0.0)

    def draw(self, kind: str, values: list[float], is_relative: bool) -> None:
        x, y = self._x, self._y
        if kind == "H":
            kind, values = "L", [values[0], 0.0 if is_relative else y]
        elif kind == "V":
            kind, values = "L", [0.0 if is_relative else x, values[0]]
        if is_relative:
            shift = (x, y)
            first = 5 if kind == "A" else 0
            values = [each if at < first else each + shift[(at - first) % 2] for at, each in enumerate(values)]
        handle = ("", 0.0, 0.0)
        match kind:
            case "M" | "L":
                if kind == "L" and self.commands[-1][0] == "Z":
                    self.commands.append(("M", (x, y)))
                self.commands.append((kind, (values[0], values[1])))
                if kind == "M":
                    self._start = (values[0], values[1])
            case "A":
                self._begin()
                self.commands += _arc(x, y, values)
            case _:
                if kind in "ST":
                    values = [*self._reflected("C" if kind == "S" else "Q"), *values]
                if kind in "QT":
                    control_x, control_y, end_x, end_y = values
                    handle = ("Q", control_x, control_y)
                    values = [
                        *_two_thirds(x, y, control_x, control_y),
                        *_two_thirds(end_x, end_y, control_x, control_y),
                    ]
                    values += (end_x, end_y)
                else:
                    handle = ("C", values[2], values[3])
                self._begin()
                self.commands.append(("C", tuple(values)))
        self._handle = handle
        self._x, self._y = values[-2], values[-1]

    def _begin(self) -> None:
        if self.commands[-1][0] == "Z":
            self.commands.append(("M", (self._x, self._y)))

    def _reflected(self, kind: str) -> tuple[float, float]:
        of, x, y = self._handle
        return (2 * self._x - x, 2 * self._y - y) if of == kind else (self._x, self._y)


def _two_thirds(x: float, y: float, to_x: float, to_y: float) -> tuple[float, float]:
    return x + (to_x - x) * 2 / 3, y + (to_y - y) * 2 / 3


def _arc(x: float, y: float, values: list[float]) -> list[Command]:
    # From end points to centre and angles, as in SVG 2, B.2.4; then a Bézier curve for each quarter at most.
    radius_x, radius_y, rotation, is_large, is_clockwise, end_x, end_y = values
    radius_x, radius_y = abs(radius_x), abs(radius_y)
    if (x, y) == (end_x, end_y):
        return []
    if not (radius_x and radius_y):
        return [("L", (end_x, end_y))]
    turn = radians(rotation % 360)
    cosine, sine = cos(turn), sin(turn)
    half_x, half_y = (x - end_x) / 2, (y - end_y) / 2
    at_x, at_y = (cosine * half_x + sine * half_y) / radius_x, (cosine * half_y - sine * half_x) / radius_y
    distance = at_x * at_x + at_y * at_y
    if not distance:
        return [("L", (end_x, end_y))]
    if distance > 1:  # too small to reach: as large as needed
        radius_x, radius_y = radius_x * sqrt(distance), radius_y * sqrt(distance)
        at_x, at_y, distance = at_x / sqrt(distance), at_y / sqrt(distance), 1.0
    reach = sqrt(max(0.0, 1 / distance - 1)) * (1 if is_large != is_clockwise else -1)
    centre_x, centre_y = reach * at_y, -reach * at_x
    start = atan2(at_y - centre_y, at_x - centre_x)
    sweep = atan2(-at_y - centre_y, -at_x - centre_x) - start
    if is_clockwise and sweep < 0:
        sweep += 2 * pi
    elif not is_clockwise and sweep > 0:
        sweep -= 2 * pi
    middle_x, middle_y = (x + end_x) / 2, (y + end_y) / 2
    unit = (cosine * radius_x, sine * radius_x, -sine * radius_y, cosine * radius_y, middle_x, middle_y)
    commands = _circle_part(centre_x, centre_y, start, sweep)
    curves = [(name, _points(values, unit)) for name, values in commands]
    return [*curves[:-1], ("C", (*curves[-1][1][:4], end_x, end_y))]


def _circle_part(x: float, y: float, start: float, sweep: float) -> list[Command]:
    count = max(1, ceil(abs(sweep) / (pi / 2) - 1e-6))
    step = sweep / count
    handle = 4 / 3 * tan(step / 4)
    commands: list[Command] = []
    for index in range(count):
        first, last = start + index * step, start + (index + 1) * step
        points = (
            x + cos(first) - handle * sin(first),
            y + sin(first) + handle * cos(first),
            x + cos(last) + handle * sin(last),
            y + sin(last) - handle * cos(last),
            x + cos(last),
            y + sin(last),
        )
        commands.append(("C", points))
    return commands


def rectangle(x: float, y: float, width: float, height: float, radius_x: float = 0, radius_y: float = 0) -> Path:
    """A rectangle, with round corners if asked."""
    right, bottom = x + width, y + height
    if radius_x <= 0 or radius_y <= 0:
        return ("M", (x, y)), ("L", (right, y)), ("L", (right, bottom)), ("L", (x, bottom)), ("Z", ())
    radius_x, radius_y = min(radius_x, width / 2), min(radius_y, height / 2)
    near_x, near_y = radius_x * (1 - _CIRCLE), radius_y * (1 - _CIRCLE)
    return (
        ("M", (x + radius_x, y)),
        ("L", (right - radius_x, y)),
        ("C", (right - near_x, y, right, y + near_y, right, y + radius_y)),
        ("L", (right, bottom - radius_y)),
        ("C", (right, bottom - near_y, right - near_x, bottom, right - radius_x, bottom)),
        ("L", (x + radius_x, bottom)),
        ("C", (x + near_x, bottom, x, bottom - near_y, x, bottom - radius_y)),
        ("L", (x, y + radius_y)),
        ("C", (x, y + near_y, x + near_x, y, x + radius_x, y)),
        ("Z", ()),
    )


def ellipse(x: float, y: float, radius_x: float, radius_y: float) -> Path:
    """An ellipse around a centre."""
    handle_x, handle_y = radius_x * _CIRCLE, radius_y * _CIRCLE
    return (
        ("M", (x + radius_x, y)),
        ("C", (x + radius_x, y + handle_y, x + handle_x, y + radius_y, x, y + radius_y)),
        ("C", (x - handle_x, y + radius_y, x - radius_x, y + handle_y, x - radius_x, y)),
        ("C", (x - radius_x, y - handle_y, x - handle_x, y - radius_y, x, y - radius_y)),
        ("C", (x + handle_x, y - radius_y, x + radius_x, y - handle_y, x + radius_x, y)),
        ("Z", ()),
    )


def lines(coordinates: list[float], is_closed: bool) -> Path:
    """Lines through points; a last coordinate without its partner does not count."""
    pairs = zip(coordinates[::2], coordinates[1::2], strict=False)
    drawn: list[Command] = [("L" if index else "M", pair) for index, pair in enumerate(pairs)]
    return (*drawn, ("Z", ())) if is_closed and drawn else tuple(drawn)


def multiplied(outer: Matrix, inner: Matrix) -> Matrix:
    """What the inner one does, and the outer one after it."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        p * a + r * b,
        q * a + s * b,
        p * c + r * d,
        q * c + s * d,
        p * e + r * f + t,
        q * e + s * f + u,
    )


def inverted(matrix: Matrix) -> Matrix:
    """What undoes a matrix; the one that does nothing, where it cannot be undone."""
    a, b, c, d, e, f = matrix
    size = a * d - b * c
    if not size:
        return IDENTITY
    return d / size, -b / size, -c / size, a / size, (c * f - d * e) / size, (b * e - a * f) / size


def transformed(path: Path, matrix: Matrix) -> Path:
    """A path with all its points moved."""
    if matrix == IDENTITY:
        return path
    return tuple((name, _points(values, matrix)) for name, values in path)


def _points(values: tuple[float, ...], matrix: Matrix) -> tuple[float, ...]:
    a, b, c, d, e, f = matrix
    moved: list[float] = []
    for at in range(0, len(values), 2):
        x, y = values[at], values[at + 1]
        moved += (a * x + c * y + e, b * x + d * y + f)
    return tuple(moved)


def bounds(path: Path) -> Box | None:
    """The smallest rectangle around a path; None where nothing is drawn."""
    xs: list[float] = []
    ys: list[float] = []
    for name, values in path:
        if name == "C":
            xs += _extremes(xs[-1], *values[::2])
            ys += _extremes(ys[-1], *values[1::2])
        xs += values[-2:-1]
        ys += values[-1:]
    return (min(xs), min(ys), max(xs), max(ys)) if xs else None


def _extremes(start: float, first: float, second: float, end: float) -> list[float]:
    # Where the derivative of the curve, a quadratic, is zero. Most curves stay between their ends.
    low, high = min(start, end), max(start, end)
    if low <= first <= high and low <= second <= high:
        return []
    a, b, c = end - start + 3 * (first - second), 2 * (start - 2 * first + second), first - start
    if abs(a) < 1e-9:
        roots = [-c / b] if b else []
    else:
        discriminant = b * b - 4 * a * c
        root = sqrt(discriminant) if discriminant > 0 else 0.0
        roots = [(-b + root) / (2 * a), (-b - root) / (2 * a)]
    return [_curve_at(start, first, second, end, each) for each in roots if 0 < each < 1]


def _curve_at(start: float, first: float, second: float, end: float, at: float) -> float:
    rest = 1 - at
    return rest**3 * start + 3 * rest * rest * at * first + 3 * rest * at * at * second + at**3 * end


def directions(path: Path) -> list[tuple[float, float, float]]:
    """The corners of a path as (x, y, angle in radians), half-way between how it comes there and goes on."""
    corners: list[tuple[float, float, float | None, float | None]] = []
    x = y = start_x = start_y = 0.0
    first = 0
    for name, values in path:
        if name == "M":
            first = len(corners)
            start_x, start_y = x, y = values[0], values[1]
            corners.append((x, y, None, None))
            continue
        points = [(x, y), *zip(values[::2], values[1::2], strict=True)] if values else [(x, y), (start_x, start_y)]
        going, coming = _angle(points), _angle([*reversed(points)])
        before = corners[-1]
        corners[-1] = (*before[:3], going)
        x, y = points[-1]
        corners.append((x, y, None if coming is None else coming + pi, None))
        if name == "Z":
            corners[first] = (*corners[first][:2], corners[-1][2], corners[first][3])
            corners[-1] = (*corners[-1][:3], corners[first][3])
    return [(x, y, _half_way(coming, going)) for x, y, coming, going in corners]


def _angle(points: list[tuple[float, float]]) -> float | None:
    (x, y), *rest = points
    for to_x, to_y in rest:
        if hypot(to_x - x, to_y - y) > 1e-9:
            return atan2(to_y - y, to_x - x)
    return None


def _half_way(coming: float | None, going: float | None) -> float:
    if coming is None or going is None:
        return (going if coming is None else coming) or 0.0
    return atan2(sin(coming) + sin(going), cos(coming) + cos(going))
