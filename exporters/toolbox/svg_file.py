"""Writes a drawing as an SVG element that needs nothing else: no font, no style sheet, no file (SVG 2).

Text stays text, in whatever sans-serif font there is, stretched to the width it was laid out for; glyphs of formulas
are outlines, each once. Links and references are `xlink:href`, which programs know that stopped at SVG 1.1, such as
readers of e-books. It may stand in an XML file, or in an HTML page, whose styles for text it does not take over.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Mapping
from functools import lru_cache
from math import ceil, log10, sqrt
from typing import assert_never

from exporters.document.nodes import Resource
from exporters.frozen import NOTHING
from exporters.toolbox import urls
from exporters.toolbox.drawing import (
    Area,
    Colour,
    Drawing,
    Glyphs,
    Group,
    LinearGradient,
    Matrix,
    Paint,
    Part,
    Path,
    Pen,
    Picture,
    RadialGradient,
    Shape,
    Words,
)
from exporters.toolbox.drawn_words import changes_direction, run_width, runs_from_right, visual_runs, width_of
from exporters.toolbox.escaping import html_attribute, html_text, without_controls
from exporters.toolbox.fonts import Fonts, Glyph, Run, face
from exporters.toolbox.svg_numbers import Numbers, hexadecimal, matrix_of, short
from exporters.toolbox.truetype import Face

_PIXELS_PER_POINT = 96 / 72  # of CSS, in which the size of an image is understood
_NOTHING: Matrix = (1, 0, 0, 1, 0, 0)

_SHOWN = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"))

# What the words are measured in, and then what stands in for it on Windows, macOS and everywhere.
_FAMILIES = {
    "sans": "'Noto Sans','Segoe UI','Helvetica Neue',Arial,sans-serif",
    "serif": "'Noto Serif',Georgia,'Times New Roman',serif",
    "mono": "'Noto Sans Mono',Consolas,Menlo,'DejaVu Sans Mono',monospace",
}


def write(
    drawing: Drawing,
    resources: Mapping[str, Resource],
    fonts: Fonts,
    *,
    title: str = "",
    description: str = "",
    prefix: str = "",
    language: str = "",
    notes: Mapping[str, str] = NOTHING,
    ids: Mapping[str, str] = NOTHING,
    is_read: bool = False,
    as_outlines: bool = False,
) -> str:
    """The `<svg>` element, in pixels of CSS at its natural size, with a `viewBox` so that it can have any other.

    It is one image to those who hear it, called `title`; unless it has links, no title, or `is_read`: then its words
    are read one after the other. All ids begin with `prefix`, which is to be another for each drawing of a page.

    `notes` are shown as tooltips on the groups of these names, and read before them; `ids` are what links within the
    file call them. With `as_outlines`, text is drawn as it is in a PDF. Controls become U+FFFD. Raises `MissingPart`
    where there are no fonts to measure words with.
    """
    writer = _Writer(resources, fonts, prefix, notes, ids, as_outlines)
    writer.parts(drawing.parts)
    content = writer.content()
    said = _said(title, description, prefix)
    role = ' role="img"' if title and not (writer.has_links or is_read) else ' role="group"' if title else ""
    if title:
        role += f' aria-labelledby="{html_attribute(prefix)}svg.title"'
    if title and description:
        role += f' aria-describedby="{html_attribute(prefix)}svg.desc"'
    width, height = (short(max(each, 0.0), 2) for each in (drawing.width, drawing.height))
    across, down = (short(max(each, 0.0) * _PIXELS_PER_POINT, 2) for each in (drawing.width, drawing.height))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{across}" height="{down}" viewBox="0 0 {width} {height}"'
        f"{f' xml:lang="{html_attribute(language)}"' if language else ''}{role}"
        f' font-family="{_FAMILIES["sans"]}" font-weight="400" font-style="normal" direction="ltr">'
        f"{said}{content}</svg>"
    )


def _said(title: str, description: str, prefix: str) -> str:
    ids = html_attribute(prefix)
    said = f'<title id="{ids}svg.title">{_text(title)}</title>' if title else ""
    return said + (f'<desc id="{ids}svg.desc">{_text(description)}</desc>' if description else "")


class _Writer:
    """The elements of one drawing. What follows each other in the same dress is a group that has the dress."""

    def __init__(
        self,
        resources: Mapping[str, Resource],
        fonts: Fonts,
        prefix: str,
        notes: Mapping[str, str],
        ids: Mapping[str, str],
        as_outlines: bool,
    ) -> None:
        self.has_links = False
        self._resources = resources
        self._fonts = fonts
        self._prefix = html_attribute(prefix)
        self._notes = notes
        self._ids = ids
        self._as_outlines = as_outlines
        self._elements: list[str] = []
        self._definitions: list[str] = []
        self._dress = ""
        self._run: list[tuple[str, str]] = []
        """Elements in that dress: what stands before it, and after it."""
        self._scale = 1.0
        self._numbers: dict[int, Numbers] = {}
        self._number = self._numbers_for(1.0)
        self._kept: dict[object, str] = {}
        """What is defined once, and its id."""
        self._colours: dict[Colour, str] = {}
        self._dresses: dict[tuple[object, ...], str] = {}
        """Of words, which mostly are dressed like others."""

    def content(self) -> str:
        self._flush()
        defined = f"<defs>{''.join(self._definitions)}</defs>" if self._definitions else ""
        return defined + "".join(self._elements)

    def parts(self, parts: tuple[Part, ...]) -> None:
        for part in parts:
            match part:
                case Shape():
                    self._shape(part)
                case Words():
                    self._words(part)
                case Group():
                    self._group(part)
                case Glyphs():
                    self._glyphs(part)
                case Picture():
                    self._picture(part)
                case Area():
                    self._area(part)
                case _:
                    assert_never(part)

    # Elements

    def _add(self, before: str, dress: str, after: str) -> None:
        if dress != self._dress:
            self._flush()
            self._dress = dress
        self._run.append((before, after))

    def _flush(self) -> None:
        if len(self._run) == 1:
            before, after = self._run[0]
            self._elements.append(f"{before}{self._dress}{after}")
        elif self._run and self._dress:
            self._elements.append(f"<g{self._dress}>")
            self._elements += [f"{before}{after}" for before, after in self._run]
            self._elements.append("</g>")
        else:
            self._elements += [f"{before}{after}" for before, after in self._run]
        self._run = []

    def _put(self, *elements: str) -> None:
        """Adds what is no element in a dress."""
        self._flush()
        self._elements += elements

    def _define(self, key: object, element: str, rest: str) -> str:
        """The id of an element that others refer to."""
        id = self._kept.get(key)
        if id is None:
            id = self._kept[key] = f"{self._prefix}svg.{len(self._kept) + 1}"
            self._definitions.append(f'<{element} id="{id}"{rest}')
        return id

    # Numbers

    def _numbers_for(self, scale: float) -> Numbers:
        # Hundredths of a point show, so many decimals a number has where a unit is `scale` points.
        decimals = max(0, min(6, ceil(2 + log10(max(1e-6, min(1e6, scale))) - 0.3)))
        if decimals not in self._numbers:
            self._numbers[decimals] = Numbers(decimals)
        return self._numbers[decimals]

    def _value(self, value: float) -> str:
        return short(value, self._number.decimals)

    def _path(self, path: Path) -> str:
        return self._number.path(path)

    # Shapes

    def _shape(self, shape: Shape) -> None:
        if not shape.path:
            return
        pen = shape.pen if shape.pen and shape.pen.paint is not None else None
        dress = self._paint("fill", shape.fill, shape.opacity)
        if shape.even_odd and shape.fill is not None:
            dress += ' fill-rule="evenodd"'
        if pen:
            dress += self._pen(pen)
        elif shape.fill is None:
            return
        self._add("<path", dress, f' d="{self._path(shape.path)}"/>')

    def _pen(self, pen: Pen) -> str:
        dress = self._paint("stroke", pen.paint, pen.opacity)
        if pen.width != 1:
            dress += f' stroke-width="{self._value(pen.width)}"'
        if pen.dashes:
            dress += f' stroke-dasharray="{" ".join(map(self._value, pen.dashes))}"'
            if pen.dash_offset:
                dress += f' stroke-dashoffset="{self._value(pen.dash_offset)}"'
        if pen.cap != "butt":
            dress += f' stroke-linecap="{pen.cap}"'
        if pen.join != "miter":
            dress += f' stroke-linejoin="{pen.join}"'
        elif pen.miter_limit != 4:
            dress += f' stroke-miterlimit="{short(max(pen.miter_limit, 1.0), 2)}"'
        return dress

    def _colour(self, colour: Colour) -> str:
        found = self._colours.get(colour)
        if found is None:
            found = self._colours[colour] = hexadecimal(colour)
        return found

    def _paint(self, what: str, paint: Paint, opacity: float = 1.0) -> str:
        if paint is None:
            return f' {what}="none"' if what == "fill" else ""
        if isinstance(paint, tuple):
            value = self._colour(paint)
        else:
            value = f"url(#{self._gradient(paint)})" if paint.stops else "none"
        return f' {what}="{value}"' + (f' {what}-opacity="{short(opacity, 3)}"' if opacity != 1 else "")

    def _gradient(self, gradient: LinearGradient | RadialGradient) -> str:
        kind, names = "linearGradient", "x1 y1 x2 y2"
        values: tuple[float, ...] = (*gradient.start, *gradient.end)
        if isinstance(gradient, RadialGradient):
            kind, names = "radialGradient", "cx cy r fx fy fr"
            (x, y, radius), end = gradient.start, gradient.end
            # Only what differs from what is taken for granted: validators know nothing of `fr`, which SVG 2 has added.
            values = (*end, x, y, radius) if radius else (*end, x, y) if (x, y) != end[:2] else end
        # Ends may be shares of a shape that is large, so they keep more decimals than its outline.
        places = "".join(f' {name}="{short(value, 5)}"' for name, value in zip(names.split(), values, strict=False))
        stops = "".join(
            f'<stop offset="{short(stop.offset, 4)}" stop-color="{self._colour(stop.colour)}"'
            f"{f' stop-opacity="{short(stop.opacity, 3)}"' if stop.opacity != 1 else ''}/>"
            for stop in gradient.stops
        )
        moved = f' gradientTransform="{matrix_of(gradient.transform)}"' if gradient.transform != _NOTHING else ""
        rest = f' gradientUnits="userSpaceOnUse"{places}{moved}>{stops}</{kind}>'
        return self._define(gradient, kind, rest)

    # Groups

    def _group(self, group: Group) -> None:
        if group.clip == () or not group.opacity:
            return
        note = self._notes.get(group.name, "") if group.name else ""
        id = self._ids.get(group.name, "") if group.name else ""
        area = group.parts[-1] if group.name and len(group.parts) > 1 else None
        link = self._target(area.url) if isinstance(area, Area) else ""
        if group.transform == _NOTHING and group.clip is None and group.opacity == 1 and not (note or link or id):
            self.parts(group.parts)
            return
        before = self._scale, self._number
        dress = f' id="{self._prefix}{html_attribute(id)}"' if id else ""
        if group.transform != _NOTHING:
            a, b, c, d, _, _ = group.transform
            dress += f' transform="{matrix_of(group.transform)}"'
            self._scale *= sqrt(abs(a * d - b * c)) or 1.0
            self._number = self._numbers_for(self._scale)
        if group.clip is not None:
            rule = ' clip-rule="evenodd"' if group.clip_even_odd else ""
            path = f'><path{rule} d="{self._path(group.clip)}"/></clipPath>'
            dress += f' clip-path="url(#{self._define(path, "clipPath", path)})"'
        if group.opacity != 1:
            dress += f' opacity="{short(group.opacity, 3)}"'
        is_wrapped = bool(dress or note)
        if is_wrapped:
            self._put(f"<g{dress}>", f"<title>{_text(note)}</title>" if note else "")
        if link:
            self._put(f'<a xlink:href="{link}">')
        self.parts(group.parts[:-1] if link else group.parts)
        self._flush()
        self._put("</a>" if link else "", "</g>" if is_wrapped else "")
        self._scale, self._number = before

    def _area(self, area: Area) -> None:
        if link := self._target(area.url):
            box = self._box(area.x, area.y, area.width, area.height)
            # Nothing is seen of it, so it says where it leads.
            label = html_attribute(without_controls(area.url)[0])
            self._put(f'<a xlink:href="{link}" aria-label="{label}"><rect{box} fill="none" pointer-events="all"/></a>')

    def _target(self, url: str) -> str:
        """Where a link leads, for an attribute; "" where it cannot be followed."""
        if url.startswith("#"):
            found = html_attribute(without_controls(url)[0])
        else:
            found = html_attribute(urls.encoded(url)) if urls.is_followed_from_a_file(url) else ""
        self.has_links = self.has_links or bool(found)
        return found

    def _box(self, x: float, y: float, width: float, height: float) -> str:
        value = self._value
        return f' x="{value(x)}" y="{value(y)}" width="{value(width)}" height="{value(height)}"'

    # Words, glyphs and pictures

    def _words(self, words: Words) -> None:
        if not words.text or words.size <= 0:
            return
        if self._as_outlines:
            self._outlined(words)
            return
        width = width_of(words, self._fonts)
        x, anchor, is_rtl = words.x, words.anchor, runs_from_right(words.text)
        if is_rtl:
            # By its middle, which is the same whatever a program takes for the start of such a text.
            x += {"start": 0.5, "middle": 0.0, "end": -0.5}[anchor] * width
            anchor = "middle"
        kind = (words.family, words.bold, words.italic, anchor, is_rtl)
        key = (*kind, words.size, words.colour, words.opacity, self._number.decimals)
        dress = self._dresses.get(key)
        if dress is None:
            dress = self._dresses[key] = self._dressed(words, anchor, is_rtl)
        text = words.text
        kept = ' xml:space="preserve"' if "  " in text or text[0] == " " or text[-1] == " " else ""
        # Not where directions change within it: LibreOffice tears the parts of such a text apart.
        is_fitted = len(text) > 1 and (text.isascii() or not changes_direction(text))
        length = f' textLength="{self._value(width)}" lengthAdjust="spacingAndGlyphs"' if is_fitted else ""
        place = f' x="{self._value(x)}" y="{self._value(words.y)}"'
        self._add("<text", dress, f"{place}{length}{kept}>{_text(text)}</text>")

    def _dressed(self, words: Words, anchor: str, is_rtl: bool) -> str:
        dress = f' font-size="{self._value(words.size)}"'
        if words.family != "sans":
            dress += f' font-family="{_FAMILIES[words.family]}"'
        if words.bold:
            dress += ' font-weight="700"'
        if words.italic:
            dress += ' font-style="italic"'
        if is_rtl:
            dress += ' direction="rtl"'
        if anchor != "start":
            dress += f' text-anchor="{anchor}"'
        if words.colour != (0, 0, 0):
            dress += f' fill="{self._colour(words.colour)}"'
        if words.opacity != 1:
            dress += f' fill-opacity="{short(words.opacity, 3)}"'
        return dress

    def _outlined(self, words: Words) -> None:
        runs = visual_runs(self._fonts.font(words.family, words.bold, words.italic), words.text)
        widths = [run_width(run) * words.size * words.stretch for run in runs]
        x = words.x - sum(widths) * {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
        faded = f' fill-opacity="{short(words.opacity, 3)}"' if words.opacity != 1 else ""
        label = html_attribute(without_controls(words.text)[0])
        self._put(f'<g role="img" aria-label="{label}" fill="{self._colour(words.colour)}"{faded}>')
        for run, width in zip(runs, widths, strict=True):
            self._run_of_glyphs(run, words, x)
            x += width
        self._put("</g>")

    def _run_of_glyphs(self, run: Run, words: Words, x: float) -> None:
        widths, text = run
        face = widths.face
        glyphs = widths.glyphs(text)
        if glyphs is None:
            glyphs = tuple(Glyph(face.glyph(ord(each)), each, round(1000 * widths.advances[each])) for each in text)
        scale = 1000 if widths.is_colour else face.units_per_em
        em = words.size / scale
        matrix = matrix_of((em * words.stretch, 0, 0, em, x, words.y))
        at = 0
        for glyph in glyphs:
            id = self._emoji(face, glyph.number) if widths.is_colour else self._glyph(face, glyph.number)
            if id:
                left, top = (round(each * scale / 1000) for each in (at + glyph.x, -glyph.y))
                place = (f' x="{left}"' if left else "") + (f' y="{top}"' if top else "")
                self._add("<use", f' transform="{matrix}"', f' xlink:href="#{id}"{place}/>')
            at += glyph.advance

    def _glyphs(self, glyphs: Glyphs) -> None:
        used = face(glyphs.face)
        if glyphs.size <= 0:
            return
        unit = used.units_per_em / glyphs.size
        dress = f' fill="{self._colour(glyphs.colour)}" transform="scale({short(1 / unit, 6)})"'
        for glyph in glyphs.glyphs:
            if id := self._glyph(used, glyph.number):
                place = f' x="{short(glyph.x * unit, 0)}" y="{short(glyph.y * unit, 0)}"'
                self._add("<use", dress, f' xlink:href="#{id}"{place}/>')

    def _glyph(self, used: Face, number: int) -> str:
        """The id of the outline of a glyph, in units of its font; "" for a blank."""
        key = (used.name, number)
        if key not in self._kept:
            outline = _outline(used, number)
            if not outline:
                self._kept[key] = ""
            else:
                self._define(key, "path", f' d="{outline}"/>')
        return self._kept[key]

    def _emoji(self, used: Face, number: int) -> str:
        """The id of the drawing that an emoji is, of 1,000 units to the em."""
        key = (used.name, number)
        if key not in self._kept:
            self._flush()
            kept = self._elements, self._number, self._scale
            self._elements, self._number, self._scale = [], self._numbers_for(0.05), 0.05
            self.parts(used.drawing(number).parts)
            self._flush()
            content = "".join(self._elements)
            self._elements, self._number, self._scale = kept
            self._define(key, "g", f">{content}</g>")
        return self._kept[key]

    def _picture(self, picture: Picture) -> None:
        resource = self._resources.get(picture.url)
        if resource is None or resource.media_type not in _SHOWN or picture.width <= 0 or picture.height <= 0:
            return
        # Defined, for the same may be shown on each of a thousand topics.
        data = b2a_base64(resource.data, newline=False).decode() if picture.url not in self._kept else ""
        href = f' xlink:href="data:{resource.media_type};base64,{data}"'
        id = self._define(picture.url, "image", f' width="1" height="1" preserveAspectRatio="none"{href}/>')
        place = (picture.width, 0, 0, picture.height, picture.x, picture.y)
        self._put(f'<use xlink:href="#{id}" transform="{matrix_of(place)}"/>')


@lru_cache(2_000)  # 1 MB: a document has thousands of formulas, in a drawing each, of a hundred different glyphs
def _outline(used: Face, number: int) -> str:
    """The outline of a glyph in units of its font, which are whole numbers; "" for a blank."""
    from exporters.toolbox.glyph_paths import glyph_path  # 2 ms

    return Numbers(0).path(glyph_path(used, number, (1, 0, 0, -1, 0, 0)))


def _text(text: str) -> str:
    return html_text(text if text.isprintable() else without_controls(text)[0])
