"""Shows drawings on pages: paths, gradients, what is transparent, words, images (ISO 32000-1, chapters 8 and 11).

Words and glyphs stay text, so they can be searched and copied. All colours are RGB. A gradient is a shading within a
clip; one that fades is masked by a second one in grey, but as the paint of an outline has the mean of its opacities.
Parts that overlap and are transparent together are a form of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import replace
from math import ceil, hypot, isfinite, log10, sqrt
from typing import assert_never

from exporters.frozen import frozen
from exporters.pages.file import File
from exporters.pages.page import Page
from exporters.pages.pictures import TURNS
from exporters.pages.pictures import Picture as Embedded
from exporters.pages.tags import Element
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
    Stop,
    Words,
)
from exporters.toolbox.drawing import Glyph as Placed
from exporters.toolbox.drawn_words import run_width, visual_runs
from exporters.toolbox.fonts import Fonts, Glyph, face
from exporters.toolbox.svg_paths import Box, bounds, multiplied, rectangle, transformed
from exporters.toolbox.truetype import Face
from exporters.toolbox.urls import encoded

type FindPicture = Callable[[str], Embedded | None]
"""The image of this key, embedded; None where it cannot be shown."""
type Links = list[tuple[Box, str]]
type Forms = dict[tuple[int, float], tuple[Drawing, str, Links]]
"""Large drawings that a file has, by their identity and scale: by which name they are shown, and what of them leads
somewhere."""

_GLYPH_SCALE = 0.05  # points per unit of a glyph with 1,000 units, drawn as large as headings are
_LARGE = 20_000  # characters of a drawing that is kept in the file once, however often it is shown
_FAR = 1e6  # points: beyond is no page, and readers differ in what they make of it (ISO 32000-1, annex C)
_NOTHING: Matrix = (1, 0, 0, 1, 0, 0)
_GROUP = "<< /S /Transparency /CS /DeviceRGB /I true >>"
_GREY_GROUP = "<< /S /Transparency /CS /DeviceGray /I true >>"


@frozen
class Sketch:
    """A drawing that stands in a line, or on a line of its own, like an image."""

    drawing: Drawing
    file: File
    fonts: Fonts
    picture: FindPicture | None = None
    most_height: float = float("inf")
    scale: float = 1.0
    tag: Element | None = None
    target: str = ""
    """Where it leads, see `PageLink`."""
    link: Element | None = None
    """The link that it is in."""
    forms: Forms | None = None
    """Those of its file, if it may be shown more than once."""

    @property
    def width(self) -> float:
        return self.drawing.width * self.scale

    @property
    def height(self) -> float:
        """Above the baseline."""
        return (self.drawing.height - self.drawing.depth) * self.scale

    @property
    def depth(self) -> float:
        """Below the baseline."""
        return self.drawing.depth * self.scale

    def placed(self, tag: Element | None, target: str, link: Element | None) -> Sketch:
        """The same as a part of a document's structure, and where it leads."""
        return replace(self, tag=tag, target=target, link=link)

    def fitted(self, width: float) -> Sketch:
        """As large as it is, or as the width and the page allow."""
        share = min(1.0, width / self.width, self.most_height / (self.height + self.depth))
        if share == 1:
            return self
        return replace(self, scale=self.scale * share)

    def draw(self, page: Page, left: float, baseline: float) -> None:
        top = baseline + self.height
        show(self.drawing, page, self.file, left, top, self.scale, self.fonts, self.picture, self.tag, self.forms)
        if self.target:
            near = page.left(left, self.width)
            page.link(near, baseline - self.depth, near + self.width, top, self.target, self.link)


def show(
    drawing: Drawing,
    page: Page,
    file: File,
    left: float,
    top: float,
    scale: float = 1.0,
    fonts: Fonts | None = None,
    picture: FindPicture | None = None,
    tag: Element | None = None,
    forms: Forms | None = None,
) -> None:
    """Draws on a page, with the drawing's left upper corner at this place, in points from the page's lower left corner.

    All of it is one content of the element, words included. Areas become links, each of them an element within it.
    """
    operators, links = _written(drawing, file, scale, fonts, picture, forms)
    page.tag(tag)
    is_text = tag is not None and tag.role == "Formula"
    page.draw(operators, (scale, 0, 0, -scale, left, top), is_text)
    for (area_left, area_top, right, bottom), url in links:
        width = (right - area_left) * scale
        near = page.left(left + area_left * scale, width)
        element = None
        if tag:
            element = Element("Link", tag)
            element.alt = url
        target = url if url.startswith("#") else encoded(url)
        page.link(near, top - bottom * scale, near + width, top - area_top * scale, target, element)


def _written(
    drawing: Drawing, file: File, scale: float, fonts: Fonts | None, picture: FindPicture | None, forms: Forms | None
) -> tuple[str, Links]:
    """What draws it, and what of it leads somewhere."""
    key = (id(drawing), scale)
    if forms is None or key not in forms:
        writer = _Writer(file, fonts, picture, scale)
        writer.parts(drawing.parts, _NOTHING)
        operators = writer.content()
        if forms is None or len(operators) < _LARGE:
            return operators, writer.links
        name = file.add_form(f"V{len(forms) + 1}", operators, (0, 0, drawing.width, drawing.height))
        forms[key] = drawing, name, writer.links
    _, name, links = forms[key]
    return f"/{name} Do", links


def content(drawing: Drawing, file: File, fonts: Fonts | None = None, scale: float = _GLYPH_SCALE) -> str:
    """The operators that draw it in its own coordinates, with y downwards, such as for a glyph of a Type 3 font.

    `scale` says how many points a unit will have: numbers have the decimals that show. Links and pictures are left out.
    """
    writer = _Writer(file, fonts, None, scale)
    writer.parts(drawing.parts, _NOTHING)
    return writer.content()


class _Writer:
    """Writes parts one after the other, and remembers what is set already."""

    def __init__(self, file: File, fonts: Fonts | None, picture: FindPicture | None, scale: float) -> None:
        self.links: list[tuple[Box, str]] = []
        self._file = file
        self._fonts = fonts
        self._picture = picture
        self._scale = scale
        self._precision = _precision(scale)
        self._operators: list[str] = []
        self._set: dict[str, str] = {}
        self._kept: list[tuple[dict[str, str], float]] = []

    def content(self) -> str:
        return " ".join(self._operators)

    def parts(self, parts: tuple[Part, ...], matrix: Matrix) -> None:
        """Writes parts; the matrix leads from their coordinates to those of the drawing."""
        for part in parts:
            match part:
                case Shape():
                    self._shape(part)
                case Words():
                    self._words(part)
                case Glyphs():
                    self._glyphs(part)
                case Group():
                    self._group(part, matrix)
                case Picture():
                    self._image(part)
                case Area():
                    box = rectangle(part.x, part.y, part.width, part.height)
                    if found := bounds(transformed(box, matrix)):
                        self.links.append((found, part.url))
                case _:
                    assert_never(part)

    # What is set while parts are drawn

    def _add(self, *operators: str) -> None:
        self._operators += operators

    def _save(self) -> None:
        self._kept.append((dict(self._set), self._scale))
        self._add("q")

    def _restore(self) -> None:
        self._set, self._scale = self._kept.pop()
        self._precision = _precision(self._scale)
        self._add("Q")

    def _once(self, what: str, value: str) -> None:
        """Sets something, unless it is so already."""
        if self._set.get(what) != value:
            self._set[what] = value
            self._add(value)

    def _move(self, matrix: Matrix) -> None:
        a, b, c, d, e, f = matrix
        if matrix != _NOTHING:
            turns = [_decimals(each, 5) for each in (a, b, c, d)]
            self._add(f"{' '.join(turns)} {self._number(e)} {self._number(f)} cm")
            self._scale *= sqrt(abs(a * d - b * c)) or 1.0
            self._precision = _precision(self._scale)

    def _number(self, value: float) -> str:
        return _decimals(value, self._precision)

    def _numbers(self, *values: float) -> str:
        return " ".join(map(self._number, values))

    def _colour(self, colour: Colour, operator: str) -> None:
        self._once(operator, f"{_colour(colour)} {operator}")

    def _opacity(self, fill: float, outline: float) -> None:
        if fill < 1 or outline < 1 or "gs" in self._set:
            state = f"<< /ca {_decimals(fill, 3)} /CA {_decimals(outline, 3)} >>"
            self._once("gs", f"/{self._file.resource('ExtGState', state)} gs")

    def _pen(self, pen: Pen) -> None:
        dashes = f"[{self._numbers(*pen.dashes)}] {self._number(pen.dash_offset)} d"
        self._once("w", f"{self._number(pen.width)} w")
        self._once("d", dashes if pen.dashes else "[] 0 d")
        self._once("J", f"{_CAPS[pen.cap]} J")
        self._once("j", f"{_JOINS[pen.join]} j")
        if pen.join == "miter":
            self._once("M", f"{_decimals(pen.miter_limit, 2)} M")

    # Shapes

    def _shape(self, shape: Shape) -> None:
        fill, pen = shape.fill, shape.pen
        path = self._path(shape.path)
        if not path:
            return
        star = "*" if shape.even_odd else ""
        if isinstance(fill, tuple) and pen and isinstance(pen.paint, tuple) and shape.opacity == pen.opacity == 1:
            self._opacity(1, 1)
            self._colour(fill, "rg")
            self._colour(pen.paint, "RG")
            self._pen(pen)
            self._add(path, f"B{star}")
            return
        if fill is not None and shape.opacity:
            if isinstance(fill, tuple):
                self._opacity(shape.opacity, 1)
                self._colour(fill, "rg")
                self._add(path, f"f{star}")
            else:
                self._gradient(fill, shape.opacity, shape.path, f"{path} W{star} n")
        if pen and pen.paint is not None and pen.opacity:
            self._outline(pen, shape.path, path)

    def _outline(self, pen: Pen, path: Path, written: str) -> None:
        if isinstance(pen.paint, tuple):
            self._opacity(1, pen.opacity)
            self._colour(pen.paint, "RG")
            self._pen(pen)
            self._add(written, "S")
            return
        if pen.paint is not None and (box := bounds(path)):
            # A pattern is placed in the form it is used in, not where its user has moved to (8.7.3.1).
            shading = self._shading(pen.paint, [stop.colour for stop in pen.paint.stops])
            matrix = " ".join(_decimals(each, 5) for each in pen.paint.transform)
            pattern = self._file.resource("Pattern", f"<< /PatternType 2 /Shading {shading} /Matrix [{matrix}] >>")
            inner = _Writer(self._file, None, None, self._scale)
            inner._pen(pen)
            inner._add(f"/Pattern CS /{pattern} SCN", written, "S")
            form = self._file.add_form(
                "", inner.content(), self._area(_widened(box, pen.width * pen.miter_limit)), _GROUP
            )
            self._save()
            opacity = pen.opacity * _mean_opacity(pen.paint.stops)
            self._opacity(opacity, opacity)
            self._add(f"/{form} Do")
            self._restore()

    def _path(self, path: Path) -> str:
        number = self._number
        return " ".join(
            "h" if name == "Z" else f"{' '.join(map(number, values))} {_OPERATORS[name]}" for name, values in path
        )

    # Gradients

    def _gradient(self, gradient: LinearGradient | RadialGradient, opacity: float, path: Path, clip: str) -> None:
        box = bounds(path)
        stops = gradient.stops
        if not box or not stops:
            return
        self._save()
        self._add(clip)
        if len({stop.opacity for stop in stops}) > 1:
            self._fade(gradient, opacity, box)
        else:
            self._opacity(opacity * stops[0].opacity, 1)
        self._move(gradient.transform)
        shading = self._shading(gradient, [stop.colour for stop in stops])
        self._add(f"/{self._file.resource('Shading', shading)} sh")
        self._restore()

    def _fade(self, gradient: LinearGradient | RadialGradient, opacity: float, box: Box) -> None:
        # ISO 32000-1, 11.5.3: as light as the mask is there, so much of the shape shows.
        shading = self._shading(gradient, [(stop.opacity * opacity,) for stop in gradient.stops])
        inner = _Writer(self._file, None, None, self._scale)
        inner._move(gradient.transform)
        inner._add(f"/{self._file.resource('Shading', shading)} sh")
        form = self._file.add_form("", inner.content(), self._area(_widened(box, 1 / self._scale)), _GREY_GROUP)
        mask = f"<< /ca 1 /SMask << /S /Luminosity /G {self._file.reference(form)} >> >>"
        self._once("gs", f"/{self._file.resource('ExtGState', mask)} gs")

    def _shading(self, gradient: LinearGradient | RadialGradient, colours: list[tuple[float, ...]]) -> str:
        # Coordinates may be shares of a shape that is large, so they keep more decimals than its outline.
        is_linear = isinstance(gradient, LinearGradient)
        ends = " ".join(_decimals(each, 5) for each in (*gradient.start, *gradient.end))
        space = "/DeviceGray" if len(colours[0]) == 1 else "/DeviceRGB"
        function = self._function([stop.offset for stop in gradient.stops], colours)
        return (
            f"<< /ShadingType {2 if is_linear else 3} /ColorSpace {space} /Coords [{ends}]"
            f" /Function {function} /Extend [true true] >>"
        )

    def _function(self, offsets: list[float], colours: list[tuple[float, ...]]) -> str:
        """From 0 to 1, the colour there: one function between each two stops, all stitched together (7.10.4)."""
        if offsets[0] > 0:
            offsets, colours = [0.0, *offsets], [colours[0], *colours]
        if offsets[-1] < 1:
            offsets, colours = [*offsets, 1.0], [*colours, colours[-1]]
        pieces: list[str] = []
        borders: list[float] = []
        for index in range(len(offsets) - 1):
            # Where two stops are at one place, the colour changes at once.
            if offsets[index + 1] - offsets[index] < 1e-4 and len(offsets) > 2:
                continue
            start, end = (f"[{_colour(each)}]" for each in colours[index : index + 2])
            pieces.append(f"<< /FunctionType 2 /Domain [0 1] /C0 {start} /C1 {end} /N 1 >>")
            borders.append(offsets[index])
        if not pieces:
            pieces = [
                f"<< /FunctionType 2 /Domain [0 1] /C0 [{_colour(colours[0])}] /C1 [{_colour(colours[-1])}] /N 1 >>"
            ]
        if len(pieces) == 1:
            return pieces[0]
        bounds_between = " ".join(_decimals(each, 4) for each in borders[1:])
        encode = " ".join(["0 1"] * len(pieces))
        return (
            f"<< /FunctionType 3 /Domain [0 1] /Functions [{' '.join(pieces)}]"
            f" /Bounds [{bounds_between}] /Encode [{encode}] >>"
        )

    # Groups

    def _group(self, group: Group, matrix: Matrix) -> None:
        if group.clip == () or not group.opacity:
            return
        within = multiplied(matrix, group.transform)
        if not all(map(isfinite, within)):
            return
        if group.transform == _NOTHING and group.clip is None and group.opacity == 1:
            self.parts(group.parts, within)
            return
        self._save()
        self._move(group.transform)
        if group.clip is not None:
            self._add(self._path(group.clip), "W*" if group.clip_even_odd else "W", "n")
        if group.opacity == 1:
            self.parts(group.parts, within)
        else:
            self._transparent(group, within)
        self._restore()

    def _transparent(self, group: Group, matrix: Matrix) -> None:
        match group.parts:
            case (Shape() as shape,) if shape.fill is None or shape.pen is None:
                pen = shape.pen and _fainter(shape.pen, group.opacity)
                self._shape(Shape(shape.path, shape.fill, pen, shape.opacity * group.opacity, shape.even_odd))
                return
            case (Words() as words,):
                self._words(words, group.opacity)
                return
        box = _bounds(group.parts)
        if not box:
            return
        # Parts may lie over each other, and only all together are they transparent (11.6.6).
        inner = _Writer(self._file, self._fonts, self._picture, self._scale)
        inner.parts(group.parts, matrix)
        self.links += inner.links
        form = self._file.add_form("", inner.content(), self._area(box), _GROUP)
        self._opacity(group.opacity, group.opacity)
        self._add(f"/{form} Do")

    def _area(self, box: Box) -> tuple[float, float, float, float]:
        left, top, right, bottom = (max(-_FAR / self._scale, min(_FAR / self._scale, each)) for each in box)
        return left, top, right, bottom

    # Words and pictures

    def _words(self, words: Words, opacity: float = 1.0) -> None:
        if self._fonts is None or not words.text or not isfinite(words.x + words.y):
            return
        runs = visual_runs(self._fonts.font(words.family, words.bold, words.italic), words.text)
        widths = [run_width(run) * words.size * words.stretch for run in runs]
        x = words.x - sum(widths) * _ANCHORS[words.anchor]
        opacity *= words.opacity
        self._opacity(opacity, opacity)
        self._colour(words.colour, "rg")
        for (face_widths, text), width in zip(runs, widths, strict=True):
            self._add(self._file.words(text, face_widths, words.size, (words.stretch, 0, 0, -1, x, words.y)))
            x += width

    def _glyphs(self, glyphs: Glyphs) -> None:
        self._opacity(1, 1)
        self._colour(glyphs.colour, "rg")
        used = face(glyphs.face)
        row: list[Placed] = []
        for index, glyph in enumerate(glyphs.glyphs):
            row.append(glyph)
            after = glyphs.glyphs[index + 1] if index + 1 < len(glyphs.glyphs) else None
            # Glyphs on one baseline are one text, as long as they run from left to right.
            if after is None or after.y != glyph.y or not -0.5 * glyphs.size < after.x - glyph.x < 20 * glyphs.size:
                at = (1, 0, 0, -1, row[0].x, glyph.y)
                self._add(self._file.glyphs(_advancing(row, used, glyphs.size), used, glyphs.size, at))
                row = []

    def _image(self, picture: Picture) -> None:
        found = self._picture(picture.url) if self._picture else None
        if found is None or picture.width <= 0 or picture.height <= 0:
            return
        place: Matrix = (picture.width, 0, 0, -picture.height, picture.x, picture.y + picture.height)
        self._save()
        self._opacity(1, 1)
        a, b, c, d, e, f = multiplied(place, TURNS[found.orientation])
        turns = " ".join(_decimals(each, 4) for each in (a, b, c, d))
        self._add(f"{turns} {self._numbers(e, f)} cm /{found.name} Do")
        self._restore()


def _advancing(row: list[Placed], face: Face, size: float) -> list[Glyph]:
    """Glyphs at places as what fonts are written with: how far the pen moves after each."""
    places = [round((glyph.x - row[0].x) / size * 1000) for glyph in row]
    ends = [*places[1:], places[-1] + round(1000 * face.advance(row[-1].number) / face.units_per_em)]
    return [Glyph(glyph.number, glyph.text, end - place) for glyph, place, end in zip(row, places, ends, strict=True)]


def _fainter(pen: Pen, opacity: float) -> Pen:
    return Pen(
        pen.paint, pen.width, pen.dashes, pen.dash_offset, pen.cap, pen.join, pen.miter_limit, pen.opacity * opacity
    )


def _mean_opacity(stops: tuple[Stop, ...]) -> float:
    # An outline that fades is shown with one opacity: it is too narrow for much of a difference.
    return sum(stop.opacity for stop in stops) / len(stops) if stops else 1.0


def _bounds(parts: tuple[Part, ...], matrix: Matrix = _NOTHING) -> Box | None:
    """A rectangle that nothing of the parts reaches out of; it may be too large."""
    boxes: list[Box | None] = []
    for part in parts:
        match part:
            case Group():
                boxes.append(_bounds(part.parts, multiplied(matrix, part.transform)))
            case Shape():
                box = bounds(transformed(part.path, matrix))
                scale = hypot(*matrix[:2]) + hypot(*matrix[2:4])
                boxes.append(box and _widened(box, part.pen.width * part.pen.miter_limit * scale if part.pen else 0.0))
            case Words():
                reach = part.size * (len(part.text) + 1)
                around = rectangle(part.x - reach, part.y - 1.5 * part.size, 2 * reach, 2.5 * part.size)
                boxes.append(bounds(transformed(around, matrix)))
            case Glyphs():
                for glyph in part.glyphs:
                    around = rectangle(glyph.x - part.size, glyph.y - 5 * part.size, 5 * part.size, 10 * part.size)
                    boxes.append(bounds(transformed(around, matrix)))
            case Picture() | Area():
                around = rectangle(part.x, part.y, part.width, part.height)
                boxes.append(bounds(transformed(around, matrix)))
            case _:
                assert_never(part)
    found = [box for box in boxes if box]
    if not found:
        return None
    lefts, tops, rights, bottoms = zip(*found, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _widened(box: Box, by: float) -> Box:
    left, top, right, bottom = box
    return left - by, top - by, right + by, bottom + by


def _colour(colour: tuple[float, ...]) -> str:
    return " ".join(_decimals(each, 3) for each in colour)


def _precision(scale: float) -> int:
    """The decimals that show hundredths of a point, where a unit of the drawing has so many points."""
    return max(0, min(6, ceil(2 + log10(max(min(scale, _FAR), 1 / _FAR)) - 0.3)))


def _decimals(value: float, decimals: int) -> str:
    """A number as short as it can be (ISO 32000-1, 7.3.3)."""
    written = f"{max(-_LARGEST, min(_LARGEST, value)):.{decimals}f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in ("-0", "") else written


_LARGEST = 1e9  # what is not a number at all becomes this, too

_OPERATORS = {"M": "m", "L": "l", "C": "c"}
_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
_CAPS = {"butt": 0, "round": 1, "square": 2}
_JOINS = {"miter": 0, "round": 1, "bevel": 2}
