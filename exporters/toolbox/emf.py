"""Writes a drawing as an Enhanced Metafile, which Word, PowerPoint and LibreOffice show sharp at any size ([MS-EMF]).

Text is text in fonts that are everywhere, set as wide as it was laid out for; what such fonts may not have, or would
shape in another way (Arabic, Hebrew, Hindi, emoji …), is drawn as outlines. Metafiles know no transparency: colours are
mixed with white. A gradient is a row of bands, or where it is small its mean colour. Nothing leads anywhere.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import lru_cache
from math import atan2, degrees, hypot, isfinite, sqrt
from typing import TYPE_CHECKING, assert_never

from exporters.document.nodes import Resource
from exporters.toolbox import emf_records as emr
from exporters.toolbox import plain_paints
from exporters.toolbox.dashes import dashed
from exporters.toolbox.drawing import (
    Area,
    Colour,
    Drawing,
    Glyphs,
    Group,
    LinearGradient,
    Matrix,
    Part,
    Path,
    Pen,
    Picture,
    RadialGradient,
    Shape,
    Words,
)
from exporters.toolbox.drawn_words import run_width, visual_runs
from exporters.toolbox.fonts import Fonts, Run, Widths, face
from exporters.toolbox.svg_paths import Box, bounds, inverted, multiplied, rectangle, transformed

if TYPE_CHECKING:
    from exporters.toolbox.bitmaps import Bitmap
    from exporters.toolbox.truetype import Face

_PIXELS = 10  # to the point, of the device it is drawn for: programs make bitmaps of so many
_DEVICE = 254  # millimetres that this device measures
_FAR = 100_000_000.0  # units; GDI takes 134 million
_SHORT = 32_767  # units within which two bytes do for a coordinate
_MOST_OBJECTS = 500  # pens, brushes and fonts that are there at once: Windows gives a process 10,000
_FAINT = 0.02  # opacity that nobody sees
_SMALL = 12.0  # points: on smaller shapes nobody sees a gradient
_MAX_BANDED = 200  # shapes with bands: a gradient of 32 takes 3 kB
_MAX_OUTLINED = 200_000  # records, 20 MB, after which outlines are text; an emoji has 100, and some have 5,000
_MAX_DASHED = 200_000  # records, 8 MB, after which lines are solid
_MAX_PIXELS = 2_000_000  # of all pictures of a drawing, 6 MB
_PER_POINT = 3.0  # pixels of a picture: 216 to the inch

# How much larger Arial and its kind are set than Noto, so that their small letters are as high.
_LARGER = {"sans": 1.03, "serif": 1.1, "mono": 1.03}
_CLOSEST = -0.04  # em that letters are moved towards each other at most, before they are made smaller


_BEGIN, _END, _CLOSE = (emr.record(kind, "<") for kind in (emr.BEGINPATH, emr.ENDPATH, emr.CLOSEFIGURE))


def write(drawing: Drawing, resources: Mapping[str, Resource], fonts: Fonts) -> bytes:
    """The metafile. Pictures that cannot be decoded, or are more than fit into one, are left out.

    Raises `MissingPart` where there are no fonts to measure words with.
    """
    writer = _Writer(resources, fonts)
    writer.parts(drawing.parts, (emr.UNITS, 0, 0, emr.UNITS, 0, 0), 1.0)
    return writer.file(drawing.width, drawing.height)


class _Writer:
    """The records of one drawing. What is selected already is not selected again."""

    def __init__(self, resources: Mapping[str, Resource], fonts: Fonts) -> None:
        self._resources = resources
        self._fonts = fonts
        self._records: list[bytes] = []
        self._objects: dict[tuple[object, ...], int] = {}
        self._free: list[int] = []
        self._forgotten = 0
        """How often all objects were deleted."""
        self._handles = 1
        self._set: dict[str, object] = {}
        self._banded = 0
        self._pixels = self._decoded = 0
        self._bitmaps: dict[str, Bitmap | None] = {}
        self._outlines: dict[tuple[str, int], Path] = {}
        self._emoji: dict[tuple[str, int], tuple[Part, ...]] = {}

    def file(self, width: float, height: float) -> bytes:
        across, down = (max(1, round(_near(each * emr.UNITS))) for each in (width, height))
        seen = [max(1, round(each * _PIXELS / emr.UNITS)) for each in (across, down)]
        begin = [
            emr.record(emr.SETMAPMODE, "<I", emr.ANISOTROPIC),
            emr.record(emr.SETWINDOWORGEX, "<2i", 0, 0),
            emr.record(emr.SETWINDOWEXTEX, "<2i", across, down),
            emr.record(emr.SETVIEWPORTORGEX, "<2i", 0, 0),
            emr.record(emr.SETVIEWPORTEXTEX, "<2i", *seen),
            emr.record(emr.SETBKMODE, "<I", emr.TRANSPARENT),
            emr.record(emr.SETTEXTALIGN, "<I", emr.BASELINE),
        ]
        records = [*begin, *self._records, emr.record(emr.EOF, "<3I", 0, 16, 20)]
        millimetres = [round(each / emr.UNITS / 72 * 2540) for each in (across, down)]  # in hundredths
        pixels = round(_DEVICE / 25.4 * 72 * _PIXELS)
        header = struct.pack(
            "<2I4i4i4I2H3I2i2i3I2I",
            *(emr.HEADER, emr.HEADER_SIZE),
            *(0, 0, seen[0] - 1, seen[1] - 1),
            *(0, 0, *millimetres),
            *(0x464D4520, 0x10000, emr.HEADER_SIZE + sum(map(len, records)), len(records) + 1),
            *(self._handles, 0),
            *(0, 0, 0),
            *(pixels, pixels),
            *(_DEVICE, _DEVICE),
            *(0, 0, 0),
            *(_DEVICE * 1000, _DEVICE * 1000),
        )
        return b"".join((header, *records))

    def parts(self, parts: tuple[Part, ...], matrix: Matrix, opacity: float) -> None:
        """Writes parts; the matrix leads from their coordinates to units."""
        for part in parts:
            match part:
                case Shape():
                    self._shape(part, matrix, opacity)
                case Words():
                    self._words(part, matrix, opacity)
                case Glyphs():
                    self._glyphs(part, matrix, opacity)
                case Group():
                    self._group(part, matrix, opacity)
                case Picture():
                    self._picture(part, matrix)
                case Area():
                    pass
                case _:
                    assert_never(part)

    # What is set

    def _add(self, kind: int, layout: str, *values: object, more: bytes = b"") -> None:
        self._records.append(emr.record(kind, layout, *values, more=more))

    def _once(self, kind: int, value: int) -> None:
        if self._set.get(str(kind)) != value:
            self._set[str(kind)] = value
            self._add(kind, "<I", value)

    def _save(self) -> dict[str, object]:
        self._add(emr.SAVEDC, "<")
        return {**self._set, "forgotten": self._forgotten}

    def _restore(self, kept: dict[str, object]) -> None:
        self._add(emr.RESTOREDC, "<i", -1)
        is_there = kept.pop("forgotten") == self._forgotten
        self._set = kept if is_there else _without_objects(kept)

    def _select(self, what: str, key: tuple[object, ...], kind: int, data: bytes) -> None:
        """Selects a pen, brush or font, made of data that stand after its number."""
        if self._set.get(what) == key:
            return
        if key not in self._objects:
            if len(self._objects) >= _MOST_OBJECTS:
                self._forget()
            number = self._free.pop() if self._free else self._handles
            self._handles = max(self._handles, number + 1)
            self._objects[key] = number
            self._add(kind, "<I", number, more=data)
        self._set[what] = key
        self._add(emr.SELECTOBJECT, "<I", self._objects[key])

    def _forget(self) -> None:
        for stock in (emr.NULL_PEN, emr.NULL_BRUSH, emr.SYSTEM_FONT):  # nothing is deleted while it is selected
            self._add(emr.SELECTOBJECT, "<I", stock)
        for number in self._objects.values():
            self._add(emr.DELETEOBJECT, "<I", number)
        self._free = sorted(self._objects.values(), reverse=True)
        self._objects = {}
        self._forgotten += 1
        self._set = _without_objects(self._set)

    def _brush(self, colour: Colour, opacity: float) -> None:
        shade = _colour_ref(colour, opacity)
        self._select("brush", ("brush", shade), emr.CREATEBRUSHINDIRECT, struct.pack("<3I", 0, shade, 0))

    def _pen(self, pen: Pen, colour: Colour, opacity: float, scale: float) -> None:
        shade = _colour_ref(colour, opacity)
        width = max(1, round(_near(pen.width * scale)))
        style = emr.GEOMETRIC | emr.CAPS[pen.cap] | emr.JOINS[pen.join]
        data = struct.pack("<10I", 0, 0, 0, 0, style, width, 0, shade, 0, 0)
        self._select("pen", ("pen", style, width, shade), emr.EXTCREATEPEN, data)
        if pen.join == "miter":
            limit = struct.unpack("<I", struct.pack("<f", max(1.0, min(pen.miter_limit, 100.0))))[0]
            self._once(emr.SETMITERLIMIT, limit)

    # Paths

    def _path(self, path: Path, matrix: Matrix) -> bool:
        """Begins and ends a path; False where there is nothing of it."""
        moved = _nearest(transformed(path, matrix))
        if not moved:
            return False
        records = self._records
        records.append(_BEGIN)
        # Where there are curves, lines are curves, too: one record is smaller than many that take turns.
        is_curved = any(name == "C" for name, _ in moved)
        points: list[int] = []
        x = y = 0
        for name, values in moved:
            if name == "Z":
                self._segment(is_curved, points)
                points = []
                records.append(_CLOSE)
                continue
            whole = list(map(round, values))
            if name == "M":
                self._segment(is_curved, points)
                points = []
                records.append(struct.pack("<2I2i", emr.MOVETOEX, 16, *whole))
            elif name == "L" and is_curved:
                points += (x, y, *whole, *whole)
            else:
                points += whole
            x, y = whole[-2:]
        self._segment(is_curved, points)
        records.append(_END)
        return True

    def _segment(self, is_curved: bool, points: list[int]) -> None:
        if not points:
            return
        is_short = max(points) <= _SHORT and min(points) >= -_SHORT
        kind = emr.POLY["C" if is_curved else "L"][is_short]
        self._add(kind, f"<4iI{len(points)}{'h' if is_short else 'i'}", 0, 0, -1, -1, len(points) // 2, *points)

    def _shape(self, shape: Shape, matrix: Matrix, opacity: float) -> None:
        fill, pen = shape.fill, shape.pen
        own = shape.opacity * opacity
        if isinstance(fill, LinearGradient | RadialGradient) and own > _FAINT:
            if self._bands(fill, shape, matrix, own):
                fill = None
            else:
                fill, share = plain_paints.mean(fill.stops)
                own *= share
        outline, outlined = None, 0.0
        if pen and pen.paint is not None:
            outline, share = plain_paints.solid(pen.paint)
            outlined = pen.opacity * opacity * share
        is_filled, is_outlined = isinstance(fill, tuple) and own > _FAINT, outline is not None and outlined > _FAINT
        if not (is_filled or is_outlined):
            return
        if isinstance(fill, tuple) and is_filled:
            self._brush(fill, own)
            self._once(emr.SETPOLYFILLMODE, emr.ALTERNATE if shape.even_odd else emr.WINDING)
        if pen and outline is not None and is_outlined:
            self._pen(pen, outline, outlined, _scale(matrix))
        is_dashed = bool(pen and pen.dashes)
        if is_filled and self._path(shape.path, matrix):
            self._add(emr.STROKEANDFILLPATH if is_outlined and not is_dashed else emr.FILLPATH, *emr.NOWHERE)
        if pen and is_outlined and (is_dashed or not is_filled):
            self._outline_alone(pen, shape.path, matrix)

    def _outline_alone(self, pen: Pen, path: Path, matrix: Matrix) -> None:
        # Cut into dashes here, for only GDI itself knows pens that do so; a map of thousands of lines has millions.
        if len(self._records) <= _MAX_DASHED:
            path = dashed(path, pen.dashes, pen.dash_offset)
        if self._path(path, matrix):
            self._add(emr.STROKEPATH, *emr.NOWHERE)

    # Gradients

    def _bands(self, gradient: LinearGradient | RadialGradient, shape: Shape, matrix: Matrix, opacity: float) -> bool:
        """Fills a shape with bands of colours; False where one colour does."""
        box = bounds(shape.path)
        scale = _scale(matrix) / emr.UNITS
        if not box or len({stop.colour for stop in gradient.stops}) < 2 or self._banded >= _MAX_BANDED:
            return False
        if max(box[2] - box[0], box[3] - box[1]) * scale < _SMALL:
            return False
        self._banded += 1
        within = multiplied(matrix, gradient.transform)
        around = bounds(
            transformed(rectangle(box[0], box[1], box[2] - box[0], box[3] - box[1]), inverted(gradient.transform))
        )
        if not around or not all(map(isfinite, within)):
            return False
        kept = self._save()
        self._once(emr.SETPOLYFILLMODE, emr.ALTERNATE if shape.even_odd else emr.WINDING)
        if self._path(shape.path, matrix):
            self._add(emr.SELECTCLIPPATH, "<I", emr.AND)
        for path, at in plain_paints.bands(gradient, around):
            stop = plain_paints.at(gradient.stops, at)
            if self._path(path, within):
                self._brush(stop.colour, opacity * stop.opacity)
                self._add(emr.FILLPATH, *emr.NOWHERE)
        self._restore(kept)
        return True

    # Groups

    def _group(self, group: Group, matrix: Matrix, opacity: float) -> None:
        opacity *= group.opacity
        within = multiplied(matrix, group.transform)
        if group.clip == () or opacity < _FAINT or not all(map(isfinite, within)):
            return
        if group.clip is None:
            self.parts(group.parts, within, opacity)
            return
        kept = self._save()
        clip = transformed(group.clip, within)
        if box := _as_rectangle(clip):
            self._add(emr.INTERSECTCLIPRECT, "<4i", *(round(_near(each)) for each in box))
        else:
            self._once(emr.SETPOLYFILLMODE, emr.ALTERNATE if group.clip_even_odd else emr.WINDING)
            if self._path(group.clip, within):
                self._add(emr.SELECTCLIPPATH, "<I", emr.AND)
        self.parts(group.parts, within, opacity)
        self._restore(kept)

    # Words and glyphs

    def _words(self, words: Words, matrix: Matrix, opacity: float) -> None:
        opacity *= words.opacity
        if not words.text or words.size <= 0 or opacity < _FAINT or not isfinite(words.x + words.y):
            return
        runs = visual_runs(self._fonts.font(words.family, words.bold, words.italic), words.text)
        widths = [run_width(run) * words.size * words.stretch for run in runs]
        x = words.x - sum(widths) * _ANCHORS[words.anchor]
        for run, width in zip(runs, widths, strict=True):
            # The old syllables of Korean are to be shaped; where their face is here to measure them, they are text.
            is_text = type(run[0]) is Widths or not run[0].face.has_outlines
            if is_text or len(self._records) > _MAX_OUTLINED:
                self._text(run[1], words, (x, width), matrix, opacity)
            else:
                self._shaped(run, words, x, matrix, opacity)
            x += width

    def _text(self, text: str, words: Words, place: tuple[float, float], matrix: Matrix, opacity: float) -> None:
        from exporters.toolbox import office_fonts

        x, width = place
        a, b, c, d, e, f = matrix
        across, down = hypot(a, b), hypot(c, d)
        size = words.size * _LARGER[words.family]
        own = [each / 1000 for each in office_fonts.advances(text, words)]
        between = (width - sum(own) * size) / len(own)
        if between < _CLOSEST * size:
            size, between = width / sum(own), 0.0
        height = round(_near(size * down))
        if height < 1:
            return
        self._font(words, height, round(-10 * degrees(atan2(b, a))))
        self._once(emr.SETTEXTCOLOR, _colour_ref(words.colour, opacity))
        start = (round(_near(a * x + c * words.y + e)), round(_near(b * x + d * words.y + f)))
        steps = _steps([(each * size + between) * across for each in own])
        # One for each unit of UTF-16, of which characters beyond U+FFFF have two.
        steps = [step for character, each in zip(text, steps, strict=True) for step in _units(character, each)]
        encoded = text.encode("utf-16-le", "replace")
        padded = encoded + bytes(-len(encoded) % 4)
        self._add(
            emr.EXTTEXTOUTW,
            "<4iI2f2i3I4iI",
            *(0, 0, -1, -1, emr.COMPATIBLE, emr.HUNDREDTHS, emr.HUNDREDTHS),
            *(*start, len(encoded) // 2, emr.TEXT_AT, 0, 0, 0, -1, -1, emr.TEXT_AT + len(padded)),
            more=padded + struct.pack(f"<{len(steps)}I", *steps),
        )

    def _font(self, words: Words, size: int, angle: int) -> None:
        from exporters.toolbox import office_fonts

        name = office_fonts.name(words.family)
        weight = 700 if words.bold else 400
        key = ("font", name, size, angle, weight, words.italic)
        font = struct.pack("<5i8B", -size, 0, angle, angle, weight, words.italic, 0, 0, 1, 0, 0, 0, 0)
        named = name.encode("utf-16-le").ljust(64, b"\0")
        panose = bytes(emr.PANOSE)  # nothing is said of how it looks
        self._select("font", key, emr.EXTCREATEFONTINDIRECTW, font + named + panose)

    def _shaped(self, run: Run, words: Words, x: float, matrix: Matrix, opacity: float) -> None:
        """Draws a run as outlines, or as the drawings that emoji are."""
        widths, text = run
        em = words.size / 1000
        for glyph in widths.glyphs(text) or ():
            if len(self._records) > 2 * _MAX_OUTLINED:
                break
            across = em * words.stretch
            place = (across, 0.0, 0.0, em, x + glyph.x * across, words.y - glyph.y * em)
            within = multiplied(matrix, place)
            if widths.is_colour:
                self.parts(self._emoji_of(widths, glyph.number), within, opacity)
            else:
                path = self._outline(widths.face.name, glyph.number)
                self._shape(Shape(path, fill=words.colour, opacity=1.0), within, opacity)
            x += glyph.advance * across

    def _glyphs(self, glyphs: Glyphs, matrix: Matrix, opacity: float) -> None:
        em = glyphs.size / 1000
        for glyph in glyphs.glyphs:
            path = self._outline(glyphs.face, glyph.number)
            within = multiplied(matrix, (em, 0, 0, em, glyph.x, glyph.y))
            self._shape(Shape(path, fill=glyphs.colour), within, opacity)

    def _outline(self, name: str, number: int) -> Path:
        key = (name, number)
        if key not in self._outlines:
            self._outlines[key] = _outline(face(name), number)
        return self._outlines[key]

    def _emoji_of(self, widths: Widths, number: int) -> tuple[Part, ...]:
        key = (widths.face.name, number)
        if key not in self._emoji:
            self._emoji[key] = widths.face.drawing(number).parts
        return self._emoji[key]

    # Pictures

    def _picture(self, picture: Picture, matrix: Matrix) -> None:
        if picture.width <= 0 or picture.height <= 0:
            return
        box = bounds(transformed(rectangle(0, 0, picture.width, picture.height), matrix))
        place = transformed((("M", (picture.x, picture.y)),), matrix)[0][1]
        if not box or not all(map(isfinite, (*box, *place))):
            return
        left, top = place
        width, height = box[2] - box[0], box[3] - box[1]
        bitmap = self._bitmap(picture.url, width / emr.UNITS, height / emr.UNITS)
        if bitmap is None:
            return
        info = struct.pack("<I2i2H2I2i2I", 40, bitmap.width, bitmap.height, 1, 24, 0, len(bitmap.rows), 0, 0, 0, 0)
        area = [round(_near(each)) for each in (left, top, width, height)]
        self._add(
            emr.STRETCHDIBITS,
            "<4i6i6I2i",
            *(area[0], area[1], area[0] + area[2] - 1, area[1] + area[3] - 1),
            *(area[0], area[1], 0, 0, bitmap.width, bitmap.height),
            *(emr.BITMAP_AT, len(info), emr.BITMAP_AT + len(info), len(bitmap.rows), 0, emr.SRCCOPY),
            *(area[2], area[3]),
            more=info + bitmap.rows,
        )

    def _bitmap(self, url: str, width: float, height: float) -> Bitmap | None:
        """The pixels of a picture, no more than show at this size in points; None where they cannot be had."""
        resource = self._resources.get(url)
        if resource is None or resource.media_type == "image/svg+xml":
            return None
        if url not in self._bitmaps:
            from exporters.toolbox.bitmaps import MAX_DECODED, bitmap  # 1 ms, and 25 for Pillow

            self._decoded += resource.width * resource.height
            is_bearable = self._decoded <= MAX_DECODED and self._pixels <= _MAX_PIXELS
            size = width * _PER_POINT, height * _PER_POINT
            self._bitmaps[url] = bitmap(resource, *size, _MAX_PIXELS) if is_bearable else None
        found = self._bitmaps[url]
        if found is not None:
            self._pixels += found.width * found.height
        return found if self._pixels <= _MAX_PIXELS else None


def _without_objects(state: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in state.items() if name not in ("pen", "brush", "font")}


# Numbers


def _colour_ref(colour: Colour, opacity: float) -> int:
    """A colour mixed with white: red in the lowest byte (COLORREF)."""
    red, green, blue = (round(255 * max(0.0, min(1.0, each))) for each in plain_paints.shade(colour, opacity))
    return red | green << 8 | blue << 16


@lru_cache(500)  # 6 MB: a document has thousands of formulas, in a drawing each, of a hundred different glyphs
def _outline(used: Face, number: int) -> Path:
    """The outline of a glyph, in thousandths of an em."""
    from exporters.toolbox.glyph_paths import glyph_path  # 2 ms

    scale = 1000 / used.units_per_em
    return glyph_path(used, number, (scale, 0, 0, -scale, 0, 0))


def _nearest(path: Path) -> Path:
    """The path with numbers that can be written, which nearly all of them are."""
    numbers = [number for _, values in path for number in values]
    if numbers and min(numbers) > -_FAR and max(numbers) < _FAR and isfinite(sum(numbers)):
        return path
    return tuple((name, tuple(map(_near, values))) for name, values in path)


def _near(value: float) -> float:
    return max(-_FAR, min(_FAR, value))


def _scale(matrix: Matrix) -> float:
    a, b, c, d, _, _ = matrix
    return sqrt(abs(a * d - b * c))


def _steps(advances: list[float]) -> list[int]:
    """Whole numbers that never are far from the sum so far."""
    steps: list[int] = []
    at, done = 0.0, 0
    for each in advances:
        at += each
        step = max(0, round(_near(at)) - done)
        steps.append(step)
        done += step
    return steps


def _units(character: str, step: int) -> tuple[int, ...]:
    return (step, 0) if ord(character) > 0xFFFF else (step,)


def _as_rectangle(path: Path) -> Box | None:
    """The box of a path that is an upright rectangle."""
    if [name for name, _ in path] != ["M", "L", "L", "L", "Z"]:
        return None
    xs, ys = zip(*(values for _, values in path[:4]), strict=True)
    turns = [(xs[i] == xs[i - 1]) != (ys[i] == ys[i - 1]) for i in range(4)]
    return (min(xs), min(ys), max(xs), max(ys)) if all(turns) else None


_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
