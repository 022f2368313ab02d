"""Paints for file formats that have but plain colours: gradients as bands, and what shines through mixed with white."""

from __future__ import annotations

from math import hypot

from exporters.toolbox.drawing import Colour, LinearGradient, Paint, Path, RadialGradient, Stop
from exporters.toolbox.svg_paths import Box, ellipse, rectangle

_BANDS = 32  # of a gradient: more are not seen on a page


def bands(gradient: LinearGradient | RadialGradient, box: Box) -> list[tuple[Path, float]]:
    """Paths that cover a box one over the other, and where on the way of the gradient each has its colour."""
    return _linear(gradient, box) if isinstance(gradient, LinearGradient) else _radial(gradient, box)


def shade(colour: Colour, opacity: float) -> Colour:
    """A colour mixed with white, as far as it is not opaque."""
    red, green, blue = (1 - (1 - each) * opacity for each in colour)
    return red, green, blue


def _linear(gradient: LinearGradient, box: Box) -> list[tuple[Path, float]]:
    """Rectangles across the way of a gradient, which cover a box, and where on the way each is."""
    (x, y), (to_x, to_y) = gradient.start, gradient.end
    length = hypot(to_x - x, to_y - y)
    if not length:
        return [(_rectangle(box), 1.0)]
    along = ((to_x - x) / length, (to_y - y) / length)
    corners = [(box[i], box[j]) for i in (0, 2) for j in (1, 3)]
    ways = [(u - x) * along[0] + (v - y) * along[1] for u, v in corners]
    sides = [-(u - x) * along[1] + (v - y) * along[0] for u, v in corners]
    low, high = min(sides), max(sides)
    edges = [min(0.0, *ways), *(length * index / _BANDS for index in range(1, _BANDS)), max(length, *ways)]
    found: list[tuple[Path, float]] = []
    for index, start in enumerate(edges[:-1]):
        # Each reaches to the end of all, and the next covers it: so no paper shows through between them.
        ends = ((start, low), (edges[-1], low), (edges[-1], high), (start, high))
        points = [(x + t * along[0] - s * along[1], y + t * along[1] + s * along[0]) for t, s in ends]
        found.append(((("M", points[0]), *(("L", each) for each in points[1:]), ("Z", ())), (index + 0.5) / _BANDS))
    return found


def _radial(gradient: RadialGradient, box: Box) -> list[tuple[Path, float]]:
    """Circles from the outermost to the innermost, after the box around them."""
    found: list[tuple[Path, float]] = [(_rectangle(box), 1.0)]
    for index in range(_BANDS, 0, -1):
        share = index / _BANDS
        x, y, radius = (start + (end - start) * share for start, end in zip(gradient.start, gradient.end, strict=True))
        if radius > 0:
            found.append((ellipse(x, y, radius, radius), share - 0.5 / _BANDS))
    return found


def at(stops: tuple[Stop, ...], offset: float) -> Stop:
    """The colour and opacity at a place between stops."""
    before = after = stops[0]
    for after in stops:
        if after.offset >= offset:
            break
        before = after
    way = after.offset - before.offset
    share = min(1.0, max(0.0, (offset - before.offset) / way)) if way > 0 else 1.0
    red, green, blue = (one + (other - one) * share for one, other in zip(before.colour, after.colour, strict=True))
    return Stop(offset, (red, green, blue), before.opacity + (after.opacity - before.opacity) * share)


def solid(paint: Paint) -> tuple[Colour | None, float]:
    """A paint as one colour, and its opacity."""
    if isinstance(paint, LinearGradient | RadialGradient):
        return mean(paint.stops)
    return paint, 1.0


def mean(stops: tuple[Stop, ...]) -> tuple[Colour | None, float]:
    """The colour of a gradient in its middle, and its opacity there."""
    if not stops:
        return None, 0.0
    middle = at(stops, 0.5)
    return middle.colour, middle.opacity


def _rectangle(box: Box) -> Path:
    left, top, right, bottom = box
    return rectangle(left, top, right - left, bottom - top)
