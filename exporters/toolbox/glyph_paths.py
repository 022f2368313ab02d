"""The outlines of glyphs as paths: their quadratic curves as cubic ones, and of composed glyphs all of their parts."""

from __future__ import annotations

from exporters.toolbox.drawing import Command, Matrix, Path
from exporters.toolbox.truetype import Contour, Face

_MAX_DEPTH = 8  # glyphs composed of composed ones; fonts have two
_MAX_PARTS = 64  # of one glyph, where a damaged font would have any number


def glyph_path(face: Face, glyph: int, matrix: Matrix) -> Path:
    """The outline of a glyph, moved from font units by a matrix; () for a blank."""
    commands: list[Command] = []
    stack = [(glyph, matrix, 0)]
    for _ in range(_MAX_PARTS):
        if not stack:
            break
        part, placed, depth = stack.pop()
        for contour in face.contours(part):
            commands += contour_commands(contour, placed)
        if depth < _MAX_DEPTH:
            stack += ((each, product(placed, moved), depth + 1) for each, moved in reversed(face.components(part)))
    return tuple(commands)


def contour_commands(contour: Contour, matrix: Matrix) -> list[Command]:
    """A contour as lines and cubic curves, rounded to tenths of a unit after the matrix has moved it."""
    # Between two points off the curve, there is one on it.
    a, b, c, d, e, f = matrix
    points = [(a * x + c * y + e, b * x + d * y + f, on) for x, y, on in contour]
    start = next((index for index, point in enumerate(points) if point[2]), None)
    if start is None:
        (x0, y0, _), (x1, y1, _) = points[-1], points[0]
        points = [((x0 + x1) / 2, (y0 + y1) / 2, True), *points]
        start = 0
    points = [*points[start:], *points[: start + 1]]
    left, top, _ = points[0]
    commands: list[Command] = [("M", (round(left, 1), round(top, 1)))]
    control: tuple[float, float] | None = None
    for x, y, on in points[1:]:
        if control is None:
            if on:
                commands.append(("L", (round(x, 1), round(y, 1))))
                left, top = x, y
            else:
                control = x, y
            continue
        u, v = control
        right, bottom = (x, y) if on else ((u + x) / 2, (v + y) / 2)
        curve = (left + 2 * u) / 3, (top + 2 * v) / 3, (right + 2 * u) / 3, (bottom + 2 * v) / 3, right, bottom
        commands.append(("C", tuple([round(number, 1) for number in curve])))
        left, top = right, bottom
        control = None if on else (x, y)
    commands.append(("Z", ()))
    return commands


def product(outer: Matrix, inner: Matrix) -> Matrix:
    """What the inner matrix does, and the outer one after it."""
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f
