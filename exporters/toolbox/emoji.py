"""Draws the glyphs of a font in colour: what the tables "COLR" (version 1), "CPAL" and "glyf" of Noto Color Emoji say.

A glyph in colour is a tree of paints. They are read where they stand in the font, which is mapped and not loaded: an
emoji takes 1 ms and no memory but its own. Tables, paints and modes are named as in OpenType 1.9.

What a drawing cannot say is left out: light mixed into the colours below it (the waves of flags), colours around
a centre (their mean is used), and gradients that begin again.
"""

from __future__ import annotations

import math
import struct
from bisect import bisect_left
from collections.abc import Sequence

from exporters.toolbox.drawing import (
    Command,
    Drawing,
    Group,
    LinearGradient,
    Matrix,
    Paint,
    Part,
    Path,
    RadialGradient,
    Shape,
    Stop,
)
from exporters.toolbox.glyph_paths import contour_commands, product
from exporters.toolbox.truetype import Face

_MAX_DEPTH = 32  # paints within paints; Noto has 8
_MAX_PARTS = 5_000  # of one glyph; Noto has 800
_EM = 1000


def drawing(face: Face, glyph: int) -> Drawing:
    """The drawing of a glyph, in thousandths of an em with the baseline at y = 0; black where it has no colours."""
    scale = _EM / face.units_per_em
    return Drawing(
        width=face.advance(glyph) * scale,
        height=face.ascent * scale,
        parts=tuple(_Painter(face).parts(glyph, (scale, 0, 0, -scale, 0, 0))),
        depth=-face.descent * scale,
    )


class _Painter:
    """Reads the colours of one font."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._data = face.data
        self._colr = face.place(b"COLR")
        bases, layers = struct.unpack_from(">2I", self._data, self._colr + 14)
        self._bases = self._colr + bases
        self._layers = self._colr + layers
        cpal = face.place(b"CPAL")
        records, first = struct.unpack_from(">IH", self._data, cpal + 8)
        self._palette = cpal + records + 4 * first
        self._left = _MAX_PARTS

    def parts(self, glyph: int, matrix: Matrix) -> list[Part]:
        parts: list[Part] = []
        at = self._base(glyph)
        if at:
            self._paint(at, matrix, parts, 0)
        else:
            parts.append(Shape(self._outline(glyph, matrix), fill=(0, 0, 0)))
        return parts

    def _base(self, glyph: int) -> int:
        # "BaseGlyphList", sorted by glyph; 0 where it has none.
        count: int = struct.unpack_from(">I", self._data, self._bases)[0]
        records = range(self._bases + 4, self._bases + 4 + 6 * count, 6)
        index = bisect_left(records, glyph, key=lambda at: int(struct.unpack_from(">H", self._data, at)[0]))
        if index == count:
            return 0
        found, offset = struct.unpack_from(">HI", self._data, records[index])
        return self._bases + int(offset) if found == glyph else 0

    def _paint(self, at: int, matrix: Matrix, parts: list[Part], depth: int) -> None:
        # Appends what a paint draws.
        at, matrix = self._moved(at, matrix)
        if depth > _MAX_DEPTH or self._left <= 0:
            return
        self._left -= 1
        match self._data[at]:
            case 1:  # PaintColrLayers
                count, first = struct.unpack_from(">BI", self._data, at + 1)
                for offset in struct.unpack_from(f">{count}I", self._data, self._layers + 4 + 4 * first):
                    self._paint(self._layers + offset, matrix, parts, depth + 1)
            case 10:  # PaintGlyph
                self._filled(at, matrix, parts, depth)
            case 11:  # PaintColrGlyph
                other = self._base(struct.unpack_from(">H", self._data, at + 1)[0])
                if other:
                    self._paint(other, matrix, parts, depth + 1)
            case 32:  # PaintComposite
                self._composite(at, matrix, parts, depth)
            case _:
                fill, opacity = self._fill(at, matrix)
                if fill:
                    parts.append(Shape(_everywhere(self._face), fill=fill, opacity=opacity))

    def _filled(self, at: int, matrix: Matrix, parts: list[Part], depth: int) -> None:
        path = self._outline(struct.unpack_from(">H", self._data, at + 4)[0], matrix)
        within, moved = self._moved(at + self._offset(at + 1), matrix)
        fill, opacity = self._fill(within, moved)
        if fill:
            parts.append(Shape(path, fill=fill, opacity=opacity))
        elif path:
            inside: list[Part] = []
            self._paint(within, moved, inside, depth + 1)
            if inside:
                parts.append(Group(tuple(inside), clip=path))

    def _composite(self, at: int, matrix: Matrix, parts: list[Part], depth: int) -> None:
        source, mode, backdrop = at + self._offset(at + 1), self._data[at + 4], at + self._offset(at + 5)
        if mode == _SOURCE_IN:  # which in Noto is within a colour, for its opacity
            inside: list[Part] = []
            self._paint(source, matrix, inside, depth + 1)
            _, opacity = self._fill(backdrop, matrix)
            parts.append(Group(tuple(inside), opacity=opacity))
            return
        order = (source, backdrop) if mode == _DESTINATION_OVER else (backdrop, source)
        for each in order:
            if mode < _FIRST_BLEND or each == backdrop:
                self._paint(each, matrix, parts, depth + 1)

    def _moved(self, at: int, matrix: Matrix) -> tuple[int, Matrix]:
        # Follows paints that only move what is below them.
        for _ in range(_MAX_DEPTH):
            kind = self._data[at]
            if not 12 <= kind <= 31:
                break
            matrix = product(matrix, self._transform(kind, at))
            at += self._offset(at + 1)
        return at, matrix

    def _transform(self, kind: int, at: int) -> Matrix:
        at += 4
        match kind // 2 * 2:  # odd ones are for variable fonts, and have the same fields first
            case 12:  # PaintTransform
                numbers = struct.unpack_from(">6i", self._data, at - 4 + self._offset(at))
                xx, yx, xy, yy, dx, dy = (number / 65536 for number in numbers)
                return xx, yx, xy, yy, dx, dy
            case 14:  # PaintTranslate
                x, y = struct.unpack_from(">2h", self._data, at)
                return 1, 0, 0, 1, x, y
            case 16 | 18:  # PaintScale
                x, y = self._shares(at, 2)
                return self._around(at + 4, kind >= 18, (x, 0, 0, y, 0, 0))
            case 20 | 22:  # PaintScaleUniform
                [share] = self._shares(at, 1)
                return self._around(at + 2, kind >= 22, (share, 0, 0, share, 0, 0))
            case 24 | 26:  # PaintRotate
                [angle] = (math.pi * share for share in self._shares(at, 1))
                cos, sin = math.cos(angle), math.sin(angle)
                return self._around(at + 2, kind >= 26, (cos, sin, -sin, cos, 0, 0))
            case _:  # PaintSkew
                x, y = (math.tan(math.pi * share) for share in self._shares(at, 2))
                return self._around(at + 4, kind >= 30, (1, y, -x, 1, 0, 0))

    def _around(self, at: int, has_centre: bool, matrix: Matrix) -> Matrix:
        if not has_centre:
            return matrix
        x, y = struct.unpack_from(">2h", self._data, at)
        return product(product((1, 0, 0, 1, x, y), matrix), (1, 0, 0, 1, -x, -y))

    def _fill(self, at: int, matrix: Matrix) -> tuple[Paint, float]:
        # A colour or gradient, and its opacity; none for other paints.
        match self._data[at]:
            case 2 | 3:  # PaintSolid
                stop = self._stop(0.0, at + 1)
                return stop.colour, stop.opacity
            case 4 | 5:  # PaintLinearGradient
                x0, y0, x1, y1, x2, y2 = struct.unpack_from(">6h", self._data, at + 4)
                end = _across((x0, y0), (x1, y1), (x2, y2))
                return LinearGradient((x0, y0), end, self._stops(at), matrix), 1.0
            case 6 | 7:  # PaintRadialGradient
                x0, y0, r0, x1, y1, r1 = struct.unpack_from(">2hH2hH", self._data, at + 4)
                return RadialGradient((x0, y0, r0), (x1, y1, r1), self._stops(at), matrix), 1.0
            case 8 | 9:  # PaintSweepGradient
                return _mean(self._stops(at))
            case _:
                return None, 1.0

    def _stops(self, at: int) -> tuple[Stop, ...]:
        # "ColorLine". Stops beyond the ends count for the ends.
        at += self._offset(at + 1)
        count = struct.unpack_from(">H", self._data, at + 1)[0]
        places = range(at + 3, at + 3 + 6 * count, 6)
        stops = (self._stop(self._shares(place, 1)[0], place + 2) for place in places)
        return tuple(sorted(stops, key=lambda stop: stop.offset))

    def _stop(self, offset: float, at: int) -> Stop:
        index = struct.unpack_from(">H", self._data, at)[0]
        [opacity] = self._shares(at + 2, 1)
        if index == _FOREGROUND:
            return Stop(offset, (0.0, 0.0, 0.0), opacity)
        blue, green, red, alpha = self._data[self._palette + 4 * index : self._palette + 4 * index + 4]
        colour = (round(red / 255, 3), round(green / 255, 3), round(blue / 255, 3))
        return Stop(min(max(offset, 0.0), 1.0), colour, round(opacity * alpha / 255, 3))

    def _outline(self, glyph: int, matrix: Matrix) -> Path:
        commands: list[Command] = []
        for contour in self._face.contours(glyph):
            commands += contour_commands(contour, matrix)
        return tuple(commands)

    def _offset(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + 3])

    def _shares(self, at: int, count: int) -> list[float]:
        # Numbers of type F2DOT14.
        return [number / 16384 for number in struct.unpack_from(f">{count}h", self._data, at)]


_FOREGROUND = 0xFFFF  # the colour of text
_DESTINATION_OVER, _SOURCE_IN, _FIRST_BLEND = 4, 5, 13  # modes of PaintComposite


def _across(start: tuple[int, int], end: tuple[int, int], turn: tuple[int, int]) -> tuple[float, float]:
    # PaintLinearGradient: the colours stand along start–turn, and change across it.
    x, y = turn[1] - start[1], start[0] - turn[0]
    square = x * x + y * y
    if not square:
        return end
    share = ((end[0] - start[0]) * x + (end[1] - start[1]) * y) / square
    return start[0] + share * x, start[1] + share * y


def _mean(stops: Sequence[Stop]) -> tuple[Paint, float]:
    count = max(1, len(stops))
    red, green, blue = (sum(stop.colour[index] for stop in stops) / count for index in range(3))
    return (red, green, blue), sum(stop.opacity for stop in stops) / count


def _everywhere(face: Face) -> Path:
    left, bottom, right, top = (each * _EM / face.units_per_em for each in face.bounds)
    return ("M", (left, -top)), ("L", (right, -top)), ("L", (right, -bottom)), ("L", (left, -bottom)), ("Z", ())
