"""Turns an SVG image into a drawing: shapes, gradients, text and pictures, as they stand still (SVG 2).

`exporters.toolbox.svg` has looked through the image before, so it holds no script, loads nothing, and does not repeat
itself without end. What a drawing cannot say (filters, patterns, most masks) is left out, and named.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterator
from math import cos, hypot, radians, sin, sqrt
from typing import Literal
from urllib.parse import unquote_to_bytes

from exporters.document.nodes import Resource
from exporters.frozen import frozen
from exporters.toolbox import svg_values as values
from exporters.toolbox.css_colours import colour
from exporters.toolbox.drawing import (
    Area,
    Drawing,
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
    Stop,
)
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.images import inspect
from exporters.toolbox.svg_paths import (
    IDENTITY,
    MAX_COMMANDS,
    bounds,
    directions,
    ellipse,
    inverted,
    lines,
    multiplied,
    numbers,
    path,
    rectangle,
    transformed,
)
from exporters.toolbox.svg_styles import Element, Sheet, Style, TooMuchError
from exporters.toolbox.svg_text import Texts
from exporters.toolbox.svg_values import View

_COMMANDS = 5  # of a path, that take as long as an element
MAX_DRAWN = 50_000  # elements as drawn: 2 s
MAX_DEPTH = 150  # elements in each other as drawn: a hundred in the file, and those that `use` puts in between
MAX_CHARACTERS = 100_000  # of text as drawn
_MAX_STOPS = 100
_MAX_DASHES = 20
_MAX_LINES = 100  # of text in one box

_DEFAULT_SIZE = (300.0, 150.0)  # pixels, of an image that says nothing (CSS 2.1, 10.3.2)
_SPACE = re.compile(r"[ \t\r\n]+")
_REFERENCE = re.compile(r"url\(\s*[\"']?#([^\"')]*)[\"']?\s*\)\s*(.*)", re.DOTALL)
_DATA = re.compile(r"\s*data:image/[a-z+-]{1,20}((?:;[^,;]{0,40}){0,3}),", re.IGNORECASE)
_LINK = re.compile(r"\s*(?:https?://|mailto:)[!-~]+\s*", re.IGNORECASE)

_XLINK = "http://www.w3.org/1999/xlink href"


@frozen
class SvgDrawing:
    """What an SVG image shows."""

    drawing: Drawing
    missing: tuple[str, ...] = ()
    """What of it is left out: `filter`, `pattern`, `animation` …, in the order it was met."""
    resources: tuple[tuple[str, Resource], ...] = ()
    """The images within it, by the keys that its `Picture` parts name them by."""
    elements: int = 0
    """How many were drawn, with each counted as often as it is shown; long paths count as several."""


def drawing(data: bytes, width: float, height: float, fonts: Fonts) -> SvgDrawing | None:
    """Draws an SVG image on an area of this size, in points; its words are measured in these fonts.

    None where the image is damaged, or has more in it than can be drawn in reasonable time.
    """
    root = _read(data)
    if root is None or width <= 0 or height <= 0:
        return None
    artist = _Artist(root, fonts)
    try:
        parts = artist.draw(root, width, height)
    except TooMuchError:
        return None
    resources = tuple(artist.resources.items())
    return SvgDrawing(Drawing(width, height, parts), tuple(artist.missing), resources, artist.elements)


# Reading


def _read(data: bytes) -> Element | None:
    from xml.parsers import expat  # 1 ms, and few documents have such images

    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.EntityDeclHandler = reading.entity
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, TooMuchError):
        return None
    return reading.root


class _Reading:
    """Keeps of a file what belongs to SVG."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._foreign = 0
        """How deep we are in what does not belong to it."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        parent = self._open[-1] if self._open else None
        is_label = parent is not None and (parent.tag == "foreignObject" or parent.tag.startswith("html:"))
        if self._foreign or not (space in _SPACES or (space == _XHTML and is_label)):
            self._foreign += 1
            return
        if len(self._open) >= MAX_DEPTH:
            raise TooMuchError
        element = Element(f"html:{tag}" if space == _XHTML else tag, attributes, parent)
        if parent:
            parent.children.append(element)
        elif not self.root:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        if self._foreign:
            self._foreign -= 1
        else:
            self._open.pop()

    def text(self, text: str) -> None:
        if (
            not self._foreign
            and self._open
            and (self._open[-1].tag in _TEXTS or self._open[-1].tag.startswith("html:"))
        ):
            self._open[-1].children.append(text)

    def entity(self, *_declared: object) -> None:
        raise TooMuchError


_SPACES = ("http://www.w3.org/2000/svg", "")
_XHTML = "http://www.w3.org/1999/xhtml"
_TEXTS = frozenset(("text", "tspan", "textPath", "style", "a"))


# Drawing


class _Artist:
    """The state of one drawing."""

    def __init__(self, root: Element, fonts: Fonts) -> None:
        self.missing: dict[str, None] = {}
        self.resources: dict[str, Resource] = {}
        self._root = root
        self._by_id: dict[str, Element] = {}
        css: list[str] = []
        for element in _all(root):
            if "id" in element.attributes:
                self._by_id.setdefault(element.attributes["id"], element)
            if element.tag == "style":
                css += (child for child in element.children if isinstance(child, str))
        self._sheet = Sheet("".join(css))
        self._texts = Texts(fonts, self._sheet, self._paint, self.missing)
        self._drawn = self._commands = 0
        self._pictures: dict[str, tuple[str, Resource] | None] = {}

    def draw(self, root: Element, width: float, height: float) -> tuple[Part, ...]:
        style = self._sheet.style(root, {"color": "black"})
        get = root.attributes.get
        usual_width, usual_height = _DEFAULT_SIZE
        own_size = values.pixels(get("width")) or usual_width, values.pixels(get("height")) or usual_height
        box = values.view_box(root) or (0.0, 0.0, *own_size)
        fit = values.fitted(box, (0, 0, width, height), get("preserveAspectRatio", ""))
        parts: list[Part] = []
        if background := self._paint_of(style.get("background", "none"), style, None):
            area = transformed(rectangle(0, 0, width, height), inverted(fit))
            parts.append(Shape(area, *background))
        parts += self._children(root, style, View(box[2], box[3]))
        group = self._grouped(style, tuple(parts), fit, View(box[2], box[3]))
        # What reaches over the edge is cut off, as everywhere.
        return (Group(group, clip=rectangle(0, 0, width, height)),)

    @property
    def elements(self) -> int:
        return self._drawn + self._commands // _COMMANDS

    def _children(self, element: Element, style: Style, view: View) -> Iterator[Part]:
        for child in element.elements:
            yield from self._element(child, style, view)

    def _element(self, element: Element, inherited: Style, view: View) -> tuple[Part, ...]:
        """The parts that show an element."""
        self._drawn += 1
        if self._drawn > MAX_DRAWN or view.depth > MAX_DEPTH:
            raise TooMuchError
        view = view._replace(depth=view.depth + 1)
        tag = element.tag
        if tag in _NEVER_DRAWN:
            if name := _NEVER_DRAWN[tag]:
                self.missing[name] = None
            return ()
        style = self._sheet.style(element, inherited)
        if style.get("display", "").strip() == "none":
            return ()
        if style.get("animation", style.get("animation-name", "none")).strip() != "none":
            self.missing["animation"] = None
        transform = values.matrix(style.get("transform", ""))
        match tag:
            case "g":
                parts = tuple(self._children(element, style, view))
            case "a":
                parts = self._link(element, tuple(self._children(element, style, view)))
            case "svg":
                parts = self._nested(element, style, view)
            case "switch":
                parts = self._switch(element, style, view)
            case "use":
                parts = self._use(element, style, view)
            case "image":
                parts = self._image(element, style, view)
            case "text":
                parts = self._texts.text(element, style, view)
            case "foreignObject":
                parts = self._texts.label(element, style, view)
            case _:
                parts = self._shape(element, style, view)
        return self._grouped(style, parts, transform, view) if parts else ()

    def _grouped(self, style: Style, parts: tuple[Part, ...], transform: Matrix, view: View) -> tuple[Part, ...]:
        """The parts, moved, cut out and made transparent as the element asks."""
        if "filter" in style and style["filter"].strip() != "none":
            self.missing["filter"] = None
        if style.get("mix-blend-mode", "normal").strip() != "normal":
            self.missing["blending"] = None
        clip, is_even_odd = self._clip(style, parts, view)
        opacity = values.share(style.get("opacity", "1"))
        if not opacity and ("animation" in style or "animation-name" in style):
            opacity = 1.0  # it is faded in
        if clip is None and opacity == 1 and transform == IDENTITY:
            return parts
        if not opacity or not (transform[0] * transform[3] - transform[1] * transform[2]):
            return ()
        return (Group(parts, transform, opacity, clip, is_even_odd),)

    # What holds others

    def _nested(
        self, element: Element, style: Style, view: View, as_used: tuple[str, str] = ("", "")
    ) -> tuple[Part, ...]:
        """An image within the image: `svg`, or a `symbol` that is used in a width and height."""
        get = element.attributes.get
        is_symbol = element.tag == "symbol"
        x = 0.0 if is_symbol else values.length(get("x"), view.width)
        y = 0.0 if is_symbol else values.length(get("y"), view.height)
        width = values.length(as_used[0] or get("width") or "100%", view.width)
        height = values.length(as_used[1] or get("height") or "100%", view.height)
        if width <= 0 or height <= 0:
            return ()
        box = values.view_box(element) or (0.0, 0.0, width, height)
        fit = values.fitted(box, (x, y, width, height), get("preserveAspectRatio", ""))
        parts = tuple(self._children(element, style, view._replace(width=box[2], height=box[3])))
        if not parts:
            return ()
        shows_all = style.get("overflow", "").strip() in ("visible", "auto")
        clip = None if shows_all else transformed(rectangle(x, y, width, height), inverted(fit))
        return (Group(parts, fit, clip=clip),)

    def _use(self, element: Element, style: Style, view: View) -> tuple[Part, ...]:
        get = element.attributes.get
        id = _target(element)
        used = self._by_id.get(id)
        if used is None or id in view.within or len(view.within) > 50:
            return ()
        view = view._replace(within=(*view.within, id))
        if used.tag in ("symbol", "svg"):
            used_style = self._sheet.style(used, style)
            parts = self._nested(
                used, used_style, view._replace(depth=view.depth + 1), (get("width", ""), get("height", ""))
            )
            self._drawn += 1
        else:
            parts = self._element(used, style, view)
        x, y = values.length(get("x"), view.width), values.length(get("y"), view.height)
        return (Group(parts, (1, 0, 0, 1, x, y)),) if parts and (x or y) else parts

    def _switch(self, element: Element, style: Style, view: View) -> tuple[Part, ...]:
        # The first that we can draw; HTML only where there is nothing else.
        fit = [child for child in element.elements if child.attributes.get("systemLanguage", "en").startswith("en")]
        chosen = next((child for child in fit if child.tag != "foreignObject"), fit[0] if fit else None)
        return self._element(chosen, style, view) if chosen else ()

    def _link(self, element: Element, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        url = element.attributes.get("href") or element.attributes.get(_XLINK, "")
        box = self._texts.bounds(parts)
        if not box or len(url) > 2_000 or not _LINK.fullmatch(url):
            return parts
        left, top, right, bottom = box
        return (*parts, Area(left, top, right - left, bottom - top, url.strip()))

    # Shapes

    def _shape(self, element: Element, style: Style, view: View) -> tuple[Part, ...]:
        outline = self._outline(element, style, view)
        if not outline or style.get("visibility", "visible").strip() in ("hidden", "collapse"):
            return ()
        self._commands += len(outline)
        if self._commands > MAX_COMMANDS:
            raise TooMuchError
        fill, opacity = self._paint("fill", style, outline) if element.tag != "line" else (None, 1.0)
        pen = self._pen(style, outline, view)
        parts: list[Part] = []
        if fill is not None or pen is not None:
            parts.append(Shape(outline, fill, pen, opacity, style.get("fill-rule", "").strip() == "evenodd"))
        if element.tag in ("path", "line", "polyline", "polygon"):
            parts += self._markers(outline, style, view)
        return tuple(parts)

    def _outline(self, element: Element, style: Style, view: View) -> Path:
        get = element.attributes.get
        width, height, diagonal = view.width, view.height, view.diagonal
        match element.tag:
            case "path":
                return path(get("d", ""))
            case "rect":
                wide, high = values.length(get("width"), width), values.length(get("height"), height)
                if wide <= 0 or high <= 0:
                    return ()
                first, second = style.get("rx", "auto").strip(), style.get("ry", "auto").strip()
                radii = (
                    values.length(second if first == "auto" else first, width),
                    values.length(first if second == "auto" else second, height),
                )
                return rectangle(values.length(get("x"), width), values.length(get("y"), height), wide, high, *radii)
            case "circle":
                radius = values.length(get("r"), diagonal)
                around = values.length(get("cx"), width), values.length(get("cy"), height)
                return ellipse(*around, radius, radius) if radius > 0 else ()
            case "ellipse":
                radius_x, radius_y = values.length(get("rx"), width), values.length(get("ry"), height)
                around = values.length(get("cx"), width), values.length(get("cy"), height)
                return ellipse(*around, radius_x, radius_y) if radius_x > 0 and radius_y > 0 else ()
            case "line":
                x1, x2 = values.length(get("x1"), width), values.length(get("x2"), width)
                y1, y2 = values.length(get("y1"), height), values.length(get("y2"), height)
                return lines([x1, y1, x2, y2], is_closed=False)
            case "polyline" | "polygon":
                return lines(numbers(get("points", "")), element.tag == "polygon")
            case _:
                return ()

    def _pen(self, style: Style, outline: Path, view: View) -> Pen | None:
        if style.get("stroke", "none").strip() == "none":
            return None
        paint, opacity = self._paint("stroke", style, outline)
        width = values.length(style.get("stroke-width", "1"), view.diagonal, values.size(style))
        if paint is None or width <= 0 or not opacity:
            return None
        pattern = style.get("stroke-dasharray", "none").strip()
        dashes: tuple[float, ...] = ()
        if pattern != "none":
            each = [
                values.length(word, view.diagonal) for word in pattern[:500].replace(",", " ").split()[:_MAX_DASHES]
            ]
            if sum(each) > 0 and min(each) >= 0:
                dashes = tuple(each) * (1 + len(each) % 2)
        cap, join = style.get("stroke-linecap", "").strip(), style.get("stroke-linejoin", "").strip()
        return Pen(
            paint,
            width,
            dashes,
            values.length(style.get("stroke-dashoffset"), view.diagonal),
            _CAPS.get(cap, "butt"),
            _JOINS.get(join, "miter"),
            max(1.0, values.number(style.get("stroke-miterlimit"), 4.0)),
            opacity,
        )

    def _markers(self, outline: Path, style: Style, view: View) -> list[Part]:
        """Arrow heads and the like, at the begin, the end, and the corners between them."""
        wanted = {end: self._marker(style.get(f"marker-{end}", "none")) for end in ("start", "mid", "end")}
        if not any(wanted.values()):
            return []
        corners = directions(outline)
        last = len(corners) - 1
        parts: list[Part] = []
        for index, corner in enumerate(corners):
            ends = ("start",) * (index == 0) + ("end",) * (index == last) or ("mid",)
            for end in ends:
                if marker := wanted[end]:
                    parts += self._marked(marker, corner, end == "start", style, view)
        return parts

    def _marker(self, value: str) -> Element | None:
        found = _REFERENCE.fullmatch(value.strip())
        marker = self._by_id.get(found[1]) if found else None
        return marker if marker and marker.tag == "marker" else None

    def _marked(
        self, marker: Element, corner: tuple[float, float, float], is_start: bool, style: Style, view: View
    ) -> tuple[Part, ...]:
        get = marker.attributes.get
        id = get("id", "")
        width, height = (
            values.length(get("markerWidth", "3"), view.width),
            values.length(get("markerHeight", "3"), view.height),
        )
        if id in view.within or width <= 0 or height <= 0:
            return ()
        x, y, angle = corner
        orient = get("orient", "0").strip()
        if not orient.startswith("auto"):
            angle = radians(values.number(orient, 0.0))
        elif is_start and orient == "auto-start-reverse":
            angle += radians(180)
        scale = 1.0
        if get("markerUnits", "") != "userSpaceOnUse":
            scale = values.length(style.get("stroke-width", "1"), view.diagonal, values.size(style))
        box = values.view_box(marker) or (0.0, 0.0, width, height)
        fit = values.fitted(box, (0, 0, width, height), get("preserveAspectRatio", ""))
        at_x, at_y = values.length(get("refX"), box[2]), values.length(get("refY"), box[3])
        at_x, at_y = fit[0] * at_x + fit[4], fit[3] * at_y + fit[5]
        turn = (scale * cos(angle), scale * sin(angle), -scale * sin(angle), scale * cos(angle), x, y)
        matrix = multiplied(multiplied(turn, (1, 0, 0, 1, -at_x, -at_y)), fit)
        # It inherits from where it is defined, not from what it marks, but for the paints of the context.
        context = {"color": style.get("color", "black"), "--fill": style.get("fill", "black")}
        context["--stroke"] = style.get("stroke", "none")
        within = self._sheet.style(marker, context)
        inner = view._replace(width=box[2], height=box[3], within=(*view.within, id), depth=view.depth + 1)
        parts = tuple(self._children(marker, within, inner))
        if not parts:
            return ()
        shows_all = within.get("overflow", "").strip() in ("visible", "auto")
        clip = None if shows_all else transformed(rectangle(0, 0, width, height), inverted(fit))
        return (Group(parts, matrix, clip=clip),)

    # Paints

    def _paint(self, what: Literal["fill", "stroke"], style: Style, outline: Path) -> tuple[Paint, float]:
        value = style.get(what, "black" if what == "fill" else "none").strip()
        if value in ("context-fill", "context-stroke"):
            value = style.get("--" + value.removeprefix("context-"), "none")
        found = self._paint_of(value, style, outline)
        if found is None:
            return None, 1.0
        paint, opacity = found[0], found[2]
        return paint, opacity * values.share(style.get(f"{what}-opacity", "1"))

    def _paint_of(self, value: str, style: Style, outline: Path | None) -> tuple[Paint, None, float] | None:
        """A colour or gradient, no pen, and how opaque it is: what a shape takes. None for nothing."""
        value = value.strip()
        if found := _REFERENCE.fullmatch(value):
            server = self._by_id.get(found[1])
            if server is not None and outline is not None:
                return self._served(server, style, outline)
            value = found[2].strip() or "none"
        if value.lower() == "currentcolor":
            value = style.get("color", "black")
        named = colour(value)
        return (named[0], None, named[1]) if named else None

    def _served(self, server: Element, style: Style, outline: Path) -> tuple[Paint, None, float] | None:
        if server.tag not in ("linearGradient", "radialGradient"):
            if server.tag == "pattern":
                self.missing["pattern"] = None
            return None
        chain = self._inheritance(server)
        stops = next((stops for each in chain if (stops := self._stops(each, style))), ())
        if not stops:
            return None
        if len(stops) == 1:
            return stops[0].colour, None, stops[0].opacity
        said: dict[str, str] = {}
        for each in reversed(chain):
            said |= each.attributes
        if said.get("spreadMethod", "pad") != "pad":
            self.missing["repeated gradient"] = None
        transform = values.matrix(said.get("gradientTransform", ""))
        width = height = 1.0
        if said.get("gradientUnits") == "userSpaceOnUse":
            box = values.view_box(self._root)
            width, height = (box[2], box[3]) if box else _DEFAULT_SIZE
        else:
            area = bounds(outline)
            if not area or area[0] == area[2] or area[1] == area[3]:
                return stops[-1].colour, None, stops[-1].opacity
            left, top, right, bottom = area
            transform = multiplied((right - left, 0, 0, bottom - top, left, top), transform)
        get = said.get
        if server.tag == "linearGradient":
            start = values.length(get("x1", "0"), width), values.length(get("y1", "0"), height)
            end = values.length(get("x2", "100%"), width), values.length(get("y2", "0"), height)
            if start == end:
                return stops[-1].colour, None, stops[-1].opacity
            return LinearGradient(start, end, stops, transform), None, 1.0
        diagonal = hypot(width, height) / sqrt(2)
        x, y = values.length(get("cx", "50%"), width), values.length(get("cy", "50%"), height)
        radius = values.length(get("r", "50%"), diagonal)
        if radius <= 0:
            return stops[-1].colour, None, stops[-1].opacity
        focus = values.length(get("fx", ""), width, missing=x), values.length(get("fy", ""), height, missing=y)
        distance = hypot(focus[0] - x, focus[1] - y)
        if distance > radius * 0.99:  # outside, where a cone would be painted
            share = radius * 0.99 / distance
            focus = x + (focus[0] - x) * share, y + (focus[1] - y) * share
        return (
            RadialGradient((*focus, values.length(get("fr", ""), diagonal)), (x, y, radius), stops, transform),
            None,
            1.0,
        )

    def _inheritance(self, server: Element) -> list[Element]:
        """The gradient, the one it takes the rest from, and so on."""
        chain = [server]
        while len(chain) < 10:
            next_one = self._by_id.get(_target(chain[-1]))
            if next_one is None or next_one in chain or not next_one.tag.endswith("Gradient"):
                break
            chain.append(next_one)
        return chain

    def _stops(self, gradient: Element, style: Style) -> tuple[Stop, ...]:
        stops: list[Stop] = []
        before = 0.0
        for element in gradient.elements[:_MAX_STOPS]:
            if element.tag != "stop":
                continue
            own = self._sheet.style(element, style)
            value = own.get("stop-color", "black").strip()
            named = colour(style.get("color", "black") if value.lower() == "currentcolor" else value)
            before = max(before, values.share(element.attributes.get("offset", "0")))
            shade, opacity = named or ((0.0, 0.0, 0.0), 1.0)
            stops.append(Stop(before, shade, opacity * values.share(own.get("stop-opacity", "1"))))
        return tuple(stops)

    # Clips

    def _clip(self, style: Style, parts: tuple[Part, ...], view: View) -> tuple[Path | None, bool]:
        """What an element is cut out by, and whether by the even-odd rule."""
        for property, tag in (("clip-path", "clipPath"), ("mask", "mask")):
            found = _REFERENCE.fullmatch(style.get(property, "none").strip())
            clip = self._by_id.get(found[1]) if found else None
            if clip is None or clip.tag != tag:
                continue
            stencil = self._stencil(clip) if tag == "mask" else ""
            if stencil is None:
                self.missing["mask"] = None
                continue
            unit: Matrix = IDENTITY
            units = "maskContentUnits" if tag == "mask" else "clipPathUnits"
            if clip.attributes.get(units) == "objectBoundingBox":
                box = self._texts.bounds(parts)
                if not box:
                    return (), False
                unit = (box[2] - box[0], 0, 0, box[3] - box[1], box[0], box[1])
            matrix = multiplied(unit, values.matrix(clip.attributes.get("transform", "")))
            outline, is_even_odd = self._cut(clip, matrix, view)
            return outline, is_even_odd or stencil == "holes"
        return None, False

    def _cut(self, clip: Element, matrix: Matrix, view: View) -> tuple[Path, bool]:
        outlines: list[Path] = []
        is_even_odd = False
        for child in _all(clip):
            style = self._sheet.style(child, {})
            if child.tag == "use":
                used = self._by_id.get(_target(child))
                if used is None or used.tag in ("g", "use", "svg", "symbol"):
                    continue
                x, y = (
                    values.length(child.attributes.get("x"), view.width),
                    values.length(child.attributes.get("y"), view.height),
                )
                place = multiplied(values.matrix(style.get("transform", "")), (1, 0, 0, 1, x, y))
                place = multiplied(place, values.matrix(used.attributes.get("transform", "")))
                outline = self._outline(used, self._sheet.style(used, {}), view)
            else:
                place, outline = values.matrix(style.get("transform", "")), self._outline(child, style, view)
            self._commands += len(outline)
            if self._commands > MAX_COMMANDS:
                raise TooMuchError
            is_even_odd = is_even_odd or "evenodd" in (style.get("clip-rule"), child.attributes.get("clip-rule"))
            outlines.append(transformed(outline, multiplied(matrix, place)))
        return tuple(command for outline in outlines for command in outline), is_even_odd

    def _stencil(self, mask: Element) -> Literal["shapes", "holes"] | None:
        """What a mask that only cuts out consists of: shapes, or one with holes. None for one that does more."""
        outer = self._sheet.style(mask, {})
        shades: list[float] = []
        for element in _all(mask):
            if element is mask or element.tag in ("g", "title"):
                continue
            style = self._sheet.style(element, outer)
            fill = colour(style.get("fill", "black"))
            is_plain = style.get("stroke", "none") == "none" and values.share(style.get("fill-opacity", "1")) == 1
            is_plain = is_plain and element.tag in _SHAPES and values.share(style.get("opacity", "1")) == 1
            if fill is None or fill[1] < 1 or not is_plain:
                return None
            shades.append(1.0 if outer.get("mask-type") == "alpha" else sum(fill[0]) / 3)
        if shades and min(shades) > 0.98:
            return "shapes"
        # Black holes in one white shape: the even-odd rule says the same.
        return "holes" if shades and shades[0] > 0.98 and max(shades[1:]) < 0.02 else None

    # Pictures

    def _image(self, element: Element, style: Style, view: View) -> tuple[Part, ...]:
        get = element.attributes.get
        found = self._embedded(get("href") or get(_XLINK, ""))
        if not found or style.get("visibility", "visible").strip() == "hidden":
            return ()
        key, resource = found
        size = float(resource.width), float(resource.height)
        width, height = values.length(get("width"), view.width), values.length(get("height"), view.height)
        width = width or (height * size[0] / size[1] if height else size[0])
        height = height or width * size[1] / size[0]
        area = (values.length(get("x"), view.width), values.length(get("y"), view.height), width, height)
        if width < 0 or height < 0:
            return ()
        ratio = get("preserveAspectRatio", "")
        a, _, _, d, e, f = values.fitted((0, 0, *size), area, ratio)
        picture = Picture(key, e, f, a * size[0], d * size[1])
        if "slice" in ratio:
            return (Group((picture,), clip=rectangle(*area)),)
        return (picture,)

    def _embedded(self, url: str) -> tuple[str, Resource] | None:
        if url not in self._pictures:
            resource = _decoded(url)
            if resource is None:
                self.missing["image"] = None
                self._pictures[url] = None
            else:
                from hashlib import sha256

                key = f"resource:{sha256(resource.data).hexdigest()[:16]}"
                self.resources[key] = resource
                self._pictures[url] = key, resource
        return self._pictures[url]


_SHAPES = frozenset(("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"))

# What is not drawn where it stands → how it is named, if it is left out.
_NEVER_DRAWN = dict.fromkeys(
    "defs symbol clipPath mask marker linearGradient radialGradient pattern filter style title desc metadata view "
    "script cursor font font-face hatch mesh solidcolor stop".split(),
    "",
) | dict.fromkeys("animate set animateTransform animateMotion animateColor".split(), "animation")

_CAPS: dict[str, Literal["butt", "round", "square"]] = {"round": "round", "square": "square"}
_JOINS: dict[str, Literal["miter", "round", "bevel"]] = {"round": "round", "bevel": "bevel"}


def _all(element: Element) -> Iterator[Element]:
    # Without recursion, in reading order.
    waiting = [element]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += reversed(found.elements)


def _target(element: Element) -> str:
    url = element.attributes.get("href") or element.attributes.get(_XLINK, "")
    return url.strip()[1:] if url.strip().startswith("#") else ""


def _decoded(url: str) -> Resource | None:
    found = _DATA.match(url)
    if not found:
        return None
    payload = url[found.end() :]
    try:
        data = a2b_base64(payload) if "base64" in found[1].lower() else unquote_to_bytes(payload)
        resource = inspect(data)
    except (Base64Error, ValueError):  # NotAnImage among them
        return None
    return resource if resource.width and resource.height else None
