"""SVG images as drawings: each way to say something gives what browsers show, and nothing takes for ever."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from math import cos, radians

import pytest
from counting import steps
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image, ImageColor
from samples import png

from exporters.toolbox import svg_drawing
from exporters.toolbox.css_colours import colour
from exporters.toolbox.drawing import (
    Area,
    Drawing,
    Group,
    LinearGradient,
    Matrix,
    Part,
    Picture,
    RadialGradient,
    Shape,
    Words,
)
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.svg_drawing import SvgDrawing
from exporters.toolbox.svg_paths import Box, bounds, directions, multiplied, path, transformed

FONTS = Fonts()
UNIT: Matrix = (1, 0, 0, 1, 0, 0)


def image(inside: str, attributes: str = 'viewBox="0 0 100 100"') -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {names} {attributes}>{inside}</svg>".encode()


def draw(inside: str, attributes: str = 'viewBox="0 0 100 100"', width: float = 100, height: float = 100) -> SvgDrawing:
    drawn = svg_drawing.drawing(image(inside, attributes), width, height, FONTS)
    assert drawn is not None
    return drawn


def parts(drawing: Drawing) -> list[tuple[Part, Matrix, float]]:
    """All parts that are no groups, with what moves them and how opaque their groups are."""
    found: list[tuple[Part, Matrix, float]] = []

    def collect(within: tuple[Part, ...], matrix: Matrix, opacity: float) -> None:
        for part in within:
            if isinstance(part, Group):
                collect(part.parts, multiplied(matrix, part.transform), opacity * part.opacity)
            else:
                found.append((part, matrix, opacity))

    collect(drawing.parts, UNIT, 1)
    return found


def shapes(inside: str, attributes: str = 'viewBox="0 0 100 100"', **size: float) -> list[Shape]:
    """The shapes, where they are on the whole drawing."""
    found = parts(draw(inside, attributes, **size).drawing)
    return [
        Shape(transformed(part.path, matrix), part.fill, part.pen, part.opacity, part.even_odd)
        for part, matrix, _ in found
        if isinstance(part, Shape)
    ]


def box(inside: str, attributes: str = 'viewBox="0 0 100 100"', **size: float) -> Box:
    [shape] = shapes(inside, attributes, **size)
    around = bounds(shape.path)
    assert around
    return tuple(round(each, 2) for each in around)  # type: ignore[return-value]


def words(inside: str) -> list[Words]:
    return [part for part, _, _ in parts(draw(inside).drawing) if isinstance(part, Words)]


def fill(inside: str) -> object:
    return shapes(inside)[0].fill


# Paths

PATHS = {
    "M1 2L3 4": "M1,2 L3,4",
    "m1 2 3 4 5 6": "M1,2 L4,6 L9,12",
    "M1,2,3,4": "M1,2 L3,4",
    "M0 0h5v5H0z": "M0,0 L5,0 L5,5 L0,5 Z",
    "M0 0zl5 5": "M0,0 Z M0,0 L5,5",
    "M.5.5-1-1": "M0.5,0.5 L-1,-1",
    "M1e1 2E0": "M10,2",
    "M0 0c1 1 2 2 3 3s2 2 3 3": "M0,0 C1,1,2,2,3,3 C4,4,5,5,6,6",
    "M0 0S1 1 2 2": "M0,0 C0,0,1,1,2,2",
    "M0 0Q3 3 6 0T12 0": "M0,0 C2,2,4,2,6,0 C8,-2,10,-2,12,0",
    "M0 0T6 0": "M0,0 C0,0,2,0,6,0",
    "M0 0A5 5 0 0 1 10 0": "M0,0 C0,-2.76,2.24,-5,5,-5 C7.76,-5,10,-2.76,10,0",
    "M0 0a5 5 0 0110 0": "M0,0 C0,-2.76,2.24,-5,5,-5 C7.76,-5,10,-2.76,10,0",
    "M0 0A1 1 0 0 0 10 0": "M0,0 C0,2.76,2.24,5,5,5 C7.76,5,10,2.76,10,0",
    "M0 0A0 5 0 0 1 9 9": "M0,0 L9,9",
    "M0 0A5 5 0 0 1 0 0": "M0,0",
    "M0 0L5 5 6": "M0,0 L5,5",
    "M0 0L5 5 X 7 7 L8 8": "M0,0 L5,5 L7,7 L8,8",
    "L5 5": "",
    "nonsense": "",
    "": "",
}


@pytest.mark.parametrize("data", PATHS)
def test_paths_are_lines_and_cubic_curves(data: str) -> None:
    said = " ".join(
        name + ",".join(f"{value:.2f}".rstrip("0").rstrip(".") for value in values) for name, values in path(data)
    )
    assert said.replace("-0,", "0,") == PATHS[data]


@pytest.mark.parametrize(
    ("data", "around"),
    [
        ("M1 2L9 4", (1, 2, 9, 4)),
        ("M0 0C0 40 30 40 30 0", (0, 0, 30, 30)),
        ("M0 0A10 10 0 1 1 20 0", (0, -10, 20, 0)),
        ("M10 0A10 5 90 1 1 10 20", (10, 0, 15, 20)),
    ],
)
def test_bounds_are_those_of_the_curve(data: str, around: Box) -> None:
    assert bounds(path(data)) == pytest.approx(around, abs=0.01)


def test_corners_know_where_the_path_leads() -> None:
    angles = [angle for _, _, angle in directions(path("M0 0H10V10"))]
    assert angles == pytest.approx([0, radians(45), radians(90)])


@given(some.text("MmLlHhVvCcSsQqTtAaZz0123456789.,-+e \n", max_size=80))
def test_any_path_can_be_read(data: str) -> None:
    commands = path(data)
    assert all(len(values) == {"M": 2, "L": 2, "C": 6, "Z": 0}[name] for name, values in commands)
    assert not commands or commands[0][0] == "M"


# Colours


def test_colours_are_those_of_pillow() -> None:
    for name, value in ImageColor.colormap.items():
        found = colour(name.upper())
        assert found, name
        assert [round(255 * part) for part in found[0]] == list(
            ImageColor.getrgb(value if isinstance(value, str) else name)
        )


COLOURS = {
    "#f00": (255, 0, 0, 1),
    "#f008": (255, 0, 0, 0.53),
    "#00ff0080": (0, 255, 0, 0.5),
    "rgb(1,2,3)": (1, 2, 3, 1),
    "rgb(100%, 0%, 50%)": (255, 0, 128, 1),
    "rgba(1, 2, 3, .5)": (1, 2, 3, 0.5),
    "rgb(1 2 3 / 25%)": (1, 2, 3, 0.25),
    "hsl(120, 100%, 25%)": (0, 128, 0, 1),
    "hsl(0.5turn 100% 50%)": (0, 255, 255, 1),
    "hsla(-120,100%,50%,.1)": (0, 0, 255, 0.1),
    "hwb(0 0% 50%)": (128, 0, 0, 1),
    "transparent": (0, 0, 0, 0),
    "RebeccaPurple": (102, 51, 153, 1),
}


@pytest.mark.parametrize("text", COLOURS)
def test_colours_may_be_written_in_many_ways(text: str) -> None:
    found = colour(text)
    assert found
    assert (*(round(255 * part) for part in found[0]), round(found[1], 2)) == COLOURS[text]


@pytest.mark.parametrize("text", ["", "#12", "#12345", "rgb(1)", "rgb(1,2,3,4,5)", "reddish", "url(#a)", "hsl()"])
def test_what_is_no_colour_is_none(text: str) -> None:
    assert colour(text) is None


# Shapes and where they are

BOXES = {
    '<rect x="10" y="20" width="30" height="40"/>': (10, 20, 40, 60),
    '<rect x="10%" y="1mm" width="50%" height="1in"/>': (10, 3.78, 60, 99.78),
    '<rect width="30" height="40" rx="5"/>': (0, 0, 30, 40),
    '<circle cx="50" cy="50" r="10"/>': (40, 40, 60, 60),
    '<ellipse cx="50" cy="50" rx="20" ry="10"/>': (30, 40, 70, 60),
    '<line x1="1" y1="2" x2="3" y2="4" stroke="red"/>': (1, 2, 3, 4),
    '<polyline points="1,2 3,4 5"/>': (1, 2, 3, 4),
    '<polygon points="1 2, 3 4, 5 0"/>': (1, 0, 5, 4),
    '<g transform="translate(10 20)"><rect width="5" height="5"/></g>': (10, 20, 15, 25),
    '<rect width="5" height="5" transform="translate(10) scale(2)"/>': (10, 0, 20, 10),
    '<rect width="5" height="5" transform="rotate(90 10 10)"/>': (15, 0, 20, 5),
    '<rect width="5" height="5" transform="matrix(1 0 0 1 7 8)"/>': (7, 8, 12, 13),
    '<rect width="5" height="5" style="transform: translate(3px, 4px)"/>': (3, 4, 8, 9),
    '<rect width="10" height="10" transform="skewX(45)"/>': (0, 0, 20, 10),
    '<svg x="10" y="10" width="20" height="20" viewBox="0 0 2 2"><rect width="1" height="1"/></svg>': (10, 10, 20, 20),
    '<svg width="20" height="40" viewBox="0 0 2 2"><rect width="2" height="2"/></svg>': (0, 10, 20, 30),
    '<svg width="20" height="40" viewBox="0 0 2 2" preserveAspectRatio="none">'
    '<rect width="2" height="2"/></svg>': (0, 0, 20, 40),
    '<svg width="20" height="40" viewBox="0 0 2 2" preserveAspectRatio="xMidYMax">'
    '<rect width="2" height="2"/></svg>': (0, 20, 20, 40),
    '<defs><rect id="a" width="5" height="5"/></defs><use href="#a" x="10" y="20"/>': (10, 20, 15, 25),
    '<symbol id="a" viewBox="0 0 1 1"><rect width="1" height="1"/></symbol>'
    '<use xlink:href="#a" width="9" height="9"/>': (0, 0, 9, 9),
    '<switch><g systemLanguage="xx"/><rect width="1" height="2"/></switch>': (0, 0, 1, 2),
    '<a href="https://example.org/"><rect width="1" height="2"/></a>': (0, 0, 1, 2),
}  # fmt: skip


@pytest.mark.parametrize("inside", BOXES)
def test_shapes_are_where_they_should_be(inside: str) -> None:
    assert box(inside) == BOXES[inside]


FITTED = {
    'viewBox="0 0 100 100"': (0, 0, 200, 200),
    'viewBox="0 0 100 50"': (0, 50, 200, 150),
    'viewBox="0 0 100 50" preserveAspectRatio="xMidYMin"': (0, 0, 200, 100),
    'viewBox="0 0 100 50" preserveAspectRatio="none"': (0, 0, 200, 200),
    'viewBox="-100 0 200 100"': (100, 50, 200, 150),
    'width="100" height="50"': (0, 50, 200, 150),
}


@pytest.mark.parametrize("attributes", FITTED)
def test_an_image_fits_its_place(attributes: str) -> None:
    height = 100 if "100 100" in attributes or "200 100" in attributes else 50
    inside = f'<rect width="100" height="{height}"/>'
    assert box(inside, attributes, width=200, height=200) == FITTED[attributes]


def test_what_is_defined_is_not_drawn_where_it_stands() -> None:
    assert shapes('<defs><rect width="5" height="5"/></defs><symbol><rect width="5" height="5"/></symbol>') == []
    assert shapes('<rect width="5" height="5" display="none"/><g visibility="hidden"><circle r="2"/></g>') == []


# Paint and style

RED, GREEN, BLUE = (1, 0, 0), (0, pytest.approx(0.5, abs=0.01), 0), (0, 0, 1)
STYLED = {
    '<rect width="1" height="1"/>': (0, 0, 0),
    '<rect width="1" height="1" fill="red"/>': RED,
    '<g fill="red"><rect width="1" height="1"/></g>': RED,
    '<rect width="1" height="1" fill="red" style="fill: blue"/>': BLUE,
    '<style>rect { fill: blue }</style><rect width="1" height="1" fill="red"/>': BLUE,
    '<style>.a { fill: blue } rect { fill: red }</style><rect class="b a" width="1" height="1"/>': BLUE,
    '<style>#a { fill: blue } .a.b { fill: red }</style><rect id="a" class="a b" width="1" height="1"/>': BLUE,
    '<style>rect { fill: blue !important }</style><rect style="fill: red" width="1" height="1"/>': BLUE,
    "<style>#m .n rect { fill: blue } rect { fill: red }</style>"
    '<g id="m"><g class="n"><rect width="1" height="1"/></g></g>': BLUE,
    '<style>svg > rect { fill: red } g > rect { fill: blue }</style><g><rect width="1" height="1"/></g>': BLUE,
    '<style>@media print { rect { fill: red } } rect, g { fill: blue }</style><rect width="1" height="1"/>': BLUE,
    "<style>/* rect { fill: red } */ rect:hover { fill: red } rect { fill: blue }</style>"
    '<rect width="1" height="1"/>': BLUE,
    '<style>svg { --c: blue }</style><rect width="1" height="1" style="fill: var(--c, red)"/>': BLUE,
    '<rect width="1" height="1" style="fill: var(--d, blue)"/>': BLUE,
    '<style>[data-a="1"].b:not(.c) rect { fill: blue } .b.c rect { fill: red }</style>'
    '<g class="b" data-a="1"><rect width="1" height="1"/></g>': BLUE,
    '<style>rect[id^="a"] { fill: blue } rect[id*="c"] { fill: red }</style><rect id="ab" width="1" height="1"/>': BLUE,
    '<rect width="1" height="1" style="fill: light-dark(rgb(0, 0, 255), red)"/>': BLUE,
    '<g color="blue"><rect width="1" height="1" fill="currentColor"/></g>': BLUE,
    '<g fill="blue"><g fill="inherit"><rect width="1" height="1"/></g></g>': BLUE,
    '<rect width="1" height="1" fill="url(#none) blue"/>': BLUE,
}


@pytest.mark.parametrize("inside", STYLED)
def test_style_comes_from_attributes_sheets_and_what_is_around(inside: str) -> None:
    assert fill(inside) == STYLED[inside]


def test_outlines_have_a_pen() -> None:
    [shape] = shapes(
        '<path d="M0 0H5" fill="none" stroke="red" stroke-width="2" stroke-dasharray="3 1 2" stroke-dashoffset="1"'
        ' stroke-linecap="round" stroke-linejoin="bevel" stroke-miterlimit="7" stroke-opacity=".5"/>'
    )
    pen = shape.pen
    assert shape.fill is None
    assert pen
    assert (pen.paint, pen.width, pen.dashes, pen.dash_offset) == (RED, 2, (3, 1, 2, 3, 1, 2), 1)
    assert (pen.cap, pen.join, pen.miter_limit, pen.opacity) == ("round", "bevel", 7, 0.5)


def test_opacity_is_of_a_paint_or_of_a_group() -> None:
    drawn = parts(draw('<g opacity="50%"><rect width="1" height="1" fill="#f008" fill-opacity=".5"/></g>').drawing)
    [(shape, _, opacity)] = drawn
    assert isinstance(shape, Shape)
    assert (opacity, shape.opacity) == (0.5, pytest.approx(0.267, abs=0.001))


def test_gradients_inherit_from_each_other() -> None:
    [shape] = shapes(
        '<linearGradient id="a"><stop offset="0" stop-color="red"/><stop offset="50%" stop-color="blue"'
        ' stop-opacity=".5"/></linearGradient>'
        '<linearGradient id="b" href="#a" x1="20%" gradientTransform="rotate(90)"/>'
        '<rect x="10" width="40" height="20" fill="url(#b)"/>'
    )
    gradient = shape.fill
    assert isinstance(gradient, LinearGradient)
    assert (gradient.start, gradient.end) == ((0.2, 0), (1, 0))
    assert [(stop.offset, stop.colour, stop.opacity) for stop in gradient.stops] == [(0, RED, 1), (0.5, BLUE, 0.5)]
    # Of the shape's own box, and turned within it.
    assert gradient.transform == pytest.approx((40 * cos(radians(90)), 20, -40, 0, 10, 0))


def test_radial_gradients_may_have_a_focus() -> None:
    [shape] = shapes(
        '<radialGradient id="a" gradientUnits="userSpaceOnUse" cx="50" cy="50" r="20" fx="90"><stop/><stop offset="1"'
        ' stop-color="red"/></radialGradient><rect width="100" height="100" fill="url(#a)"/>'
    )
    gradient = shape.fill
    assert isinstance(gradient, RadialGradient)
    assert gradient.end == (50, 50, 20)
    assert gradient.start == pytest.approx((69.8, 50, 0))  # the focus is drawn into the circle


@pytest.mark.parametrize(("stops", "found"), [("", None), ('<stop stop-color="red"/>', RED)])
def test_gradients_with_less_than_two_stops_are_none(stops: str, found: object) -> None:
    drawn = shapes(f'<linearGradient id="a">{stops}</linearGradient><rect width="1" height="1" fill="url(#a)"/>')
    assert [shape.fill for shape in drawn] == ([found] if found else [])


def test_clips_are_paths() -> None:
    def clip(inside: str) -> Box:
        drawing = draw(f'{inside}<rect x="20" width="40" height="40" clip-path="url(#c)"/>').drawing
        [outer] = drawing.parts
        assert isinstance(outer, Group)
        [group] = outer.parts
        assert isinstance(group, Group)
        assert group.clip
        return tuple(round(each, 2) for each in bounds(group.clip) or ())  # type: ignore[return-value]

    assert clip('<clipPath id="c"><circle cx="30" cy="20" r="5"/></clipPath>') == (25, 15, 35, 25)
    unit = 'clipPathUnits="objectBoundingBox"'
    assert clip(f'<clipPath id="c" {unit}><rect width=".5" height=".5"/></clipPath>') == (20, 0, 40, 20)
    used = '<defs><rect id="r" width="7" height="7"/></defs>'
    assert clip(f'{used}<clipPath id="c"><use href="#r" x="3"/></clipPath>') == (3, 0, 10, 7)


def test_masks_that_only_cut_are_clips_and_others_are_named() -> None:
    masked = '<rect width="9" height="9" mask="url(#m)"/>'
    assert draw(f'<mask id="m"><rect width="5" height="5" fill="#fff"/></mask>{masked}').missing == ()
    assert draw(f'<mask id="m" fill="white"><path d="M0 0h5v5z"/></mask>{masked}').missing == ()
    hole = '<mask id="m"><rect width="9" height="9" fill="#fff"/><circle r="2" fill="#000"/></mask>'
    assert draw(hole + masked).missing == ()
    assert draw(f'<mask id="m"><rect width="5" height="5" fill="#888"/></mask>{masked}').missing == ("mask",)


def test_markers_stand_at_the_ends_and_point_along() -> None:
    marker = (
        '<marker id="m" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="5" markerHeight="5" orient="auto">'
        '<path d="M0 0L10 5L0 10z"/></marker>'
    )
    arrow = shapes(marker + '<path d="M0 0V50" stroke="red" stroke-width="2" marker-end="url(#m)"/>')[-1]
    assert bounds(arrow.path) == pytest.approx((-5, 40, 5, 50))
    user = marker.replace("<marker", '<marker markerUnits="userSpaceOnUse"').replace('"auto"', '"auto-start-reverse"')
    arrow = shapes(user + '<path d="M50 50H90" stroke="red" stroke-width="2" marker-start="url(#m)"/>')[-1]
    assert bounds(arrow.path) == pytest.approx((50, 47.5, 55, 52.5))


# Text


def test_words_have_a_font_a_size_and_a_place() -> None:
    [found] = words(
        '<text x="10" y="20" style="font: italic bold 12px \'Fira Code\', monospace" fill="red">a  b </text>'
    )
    assert (found.text, found.x, found.y, found.size) == ("a b", 10, 20, 12)
    assert (found.family, found.bold, found.italic, found.colour) == ("mono", True, True, RED)


@pytest.mark.parametrize(
    ("names", "family"),
    [
        ("Arial", "sans"),
        ("sans-serif", "sans"),
        ("Georgia, serif", "serif"),
        ("Times New Roman", "serif"),
        ("Consolas", "mono"),
        ("", "sans"),
    ],
)
def test_families_stand_for_others(names: str, family: str) -> None:
    assert words(f'<text font-family="{names}">a</text>')[0].family == family


def test_text_is_as_wide_as_it_would_be_in_its_own_font() -> None:
    [helvetica] = words('<text font-family="Helvetica" font-size="10">Hardware</text>')
    [verdana] = words('<text font-family="Verdana" font-size="10">Hardware</text>')
    assert helvetica.stretch < verdana.stretch == 1
    [fixed] = words('<text font-family="Verdana" font-size="10" textLength="40">Hardware</text>')
    width = sum(widths[run] for widths, run in FONTS.font("sans").runs("Hardware")) * 10
    assert width * fixed.stretch == pytest.approx(40)


def test_anchors_are_kept() -> None:
    found = words('<text x="50" text-anchor="middle">a</text><text x="60" text-anchor="end">b</text>')
    assert [(each.x, each.anchor) for each in found] == [(50, "middle"), (60, "end")]


def test_pieces_of_text_follow_each_other() -> None:
    bold = 'font-weight="bold"'
    first, second, third = words(f'<text x="5" y="9">one <tspan {bold}>two</tspan> three</text>')
    assert [each.text for each in (first, second, third)] == ["one", "two", " three"]
    assert first.x == 5 < second.x < third.x
    assert second.bold
    middle = words(f'<text x="50" text-anchor="middle">one <tspan {bold}>two</tspan></text>')
    assert middle[0].x < 50 < middle[1].x + 20


def test_lines_of_text_are_begun_by_their_places() -> None:
    found = words('<text x="5" y="10"><tspan x="5">a</tspan><tspan x="5" dy="1.2em">b</tspan></text>')
    assert [(each.text, each.x, each.y) for each in found] == [("a", 5, 10), ("b", 5, pytest.approx(29.2))]
    [lower] = words('<text y="10" dy="1em" font-size="10"><tspan x="5">a</tspan></text>')
    assert (lower.x, lower.y) == (5, 20)
    each = words('<text x="1 5 9" y="2">abcd</text>')
    assert [(each.text, each.x) for each in each] == [("a", 1), ("b", 5), ("cd", 9)]


def test_baselines_may_be_lower() -> None:
    [middle] = words('<text y="50" font-size="10" dominant-baseline="central">a</text>')
    assert 53 < middle.y < 54
    found = words('<text y="50">H<tspan baseline-shift="sub">2</tspan>O</text>')
    assert [each.y > 50 for each in found] == [False, True, False]


def test_html_in_a_label_is_said_where_there_is_nothing_else() -> None:
    html = '<div xmlns="http://www.w3.org/1999/xhtml"><b>one</b><br/>two</div>'
    label = f'<foreignObject width="40" height="20">{html}</foreignObject>'
    drawn = draw(label)
    found = [part for part, _, _ in parts(drawn.drawing) if isinstance(part, Words)]
    assert [(each.text, each.x, each.anchor) for each in found] == [("one", 20, "middle"), ("two", 20, "middle")]
    assert drawn.missing == ("HTML in a label",)
    assert [each.text for each in words(f"<switch>{label}<text>three</text></switch>")] == ["three"]


# Pictures and links


def test_pictures_within_are_given_by_their_bytes() -> None:
    data = png(4, 2)
    url = f"data:image/png;base64,{b64encode(data).decode()}"
    drawn = draw(f'<image x="10" y="10" width="20" height="20" xlink:href="{url}"/><image href="{url}" height="5"/>')
    [(key, resource)] = drawn.resources
    assert resource.data == data
    first, second = [part for part, _, _ in parts(drawn.drawing)]
    assert first == Picture(key, 10, 15, 20, 10)
    assert second == Picture(key, 0, 0, 10, 5)


@pytest.mark.parametrize("url", ["data:image/png;base64,AAAA", "https://example.org/a.png", "data:text/plain,a", "#a"])
def test_other_pictures_are_named(url: str) -> None:
    drawn = draw(f'<image width="9" height="9" href="{url}"/>')
    assert (parts(drawn.drawing), drawn.missing) == ([], ("image",))


def test_links_are_areas() -> None:
    inside = '<rect x="5" y="6" width="7" height="8"/>'
    [*_, (area, _, _)] = parts(draw(f'<a xlink:href="https://example.org/">{inside}</a>').drawing)
    assert area == Area(5, 6, 7, 8, "https://example.org/")
    assert len(parts(draw(f'<a xlink:href="javascript:x">{inside}</a>').drawing)) == 1


# What is left out

MISSING = {
    '<filter id="f"/><rect width="9" height="9" filter="url(#f)"/>': ("filter",),
    '<pattern id="p"/><rect width="9" height="9" fill="url(#p)"/>': ("pattern",),
    '<rect width="9" height="9"><animate attributeName="x"/></rect>': (),
    '<animate attributeName="x"/>': ("animation",),
    '<style>@keyframes a { from { opacity: 0 } }</style><rect width="9" height="9"/>': (),
    '<rect width="9" height="9" style="animation: a 1s"/>': ("animation",),
    '<rect width="9" height="9" style="mix-blend-mode: multiply"/>': ("blending",),
    '<linearGradient id="a" spreadMethod="reflect"><stop/><stop offset="1"/></linearGradient>'
    '<rect width="9" height="9" fill="url(#a)"/>': ("repeated gradient",),
    '<text><textPath href="#a">along</textPath></text>': ("text on a path",),
    '<text letter-spacing="2">wide</text>': ("letter spacing",),
}


@pytest.mark.parametrize("inside", MISSING)
def test_what_is_left_out_is_named(inside: str) -> None:
    assert draw(inside).missing == MISSING[inside]


def test_what_fades_in_is_shown() -> None:
    assert len(shapes('<rect width="9" height="9" style="opacity: 0; animation: fade 1s forwards"/>')) == 1
    assert shapes('<rect width="9" height="9" opacity="0"/>') == []


# Bounds


def test_nothing_shows_itself() -> None:
    assert shapes('<g id="a"><rect width="1" height="1"/><use href="#a"/></g>', "")  # browsers show none of it again
    loop = '<defs><g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g></defs><use href="#a"/>'
    assert shapes(loop) == []
    marker = '<marker id="m" markerWidth="3" markerHeight="3"><path d="M0 0L1 1" marker-end="url(#m)"/></marker>'
    assert len(shapes(marker + '<path d="M0 0L1 1" marker-end="url(#m)"/>')) == 2


def many(count: int) -> str:
    """Elements that show each other ten times each."""
    return '<rect id="a0" width="1" height="1"/>' + "".join(
        f'<g id="a{index}">{f'<use href="#a{index - 1}"/>' * 10}</g>' for index in range(1, count)
    )


HOSTILE = {
    "a billion": many(10),
    "a long path": f'<path d="M0 0{"L1 1" * svg_drawing.MAX_COMMANDS}"/>',
    "a path that is far too long": f'<path d="M0 0{"h1" * 8 * svg_drawing.MAX_COMMANDS}"/>',
    "a path of one command": f'<path d="M0 0L{"1 1 " * 8 * svg_drawing.MAX_COMMANDS}"/>',
    "many elements": '<rect width="1" height="1"/>' * (svg_drawing.MAX_DRAWN + 1),
    "much text": f"<text>{'a' * (svg_drawing.MAX_CHARACTERS + 1)}</text>",
    "deep": "<g>" * 200 + '<rect width="1" height="1"/>' + "</g>" * 200,
    "rules for all": f"<style>{''.join(f'.a{index} .b {{ fill: red }}' for index in range(2_000))}</style>"
    + "<g>" * 50
    + '<rect class="b" width="1" height="1"/>' * 10_000
    + "</g>" * 50,
    "markers": '<marker id="m" markerWidth="3" markerHeight="3"><rect width="1" height="1"/></marker>'
    + f'<path d="M0 0{"L1 1" * svg_drawing.MAX_DRAWN}" marker-mid="url(#m)"/>',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_has_no_end_is_not_drawn(what: str) -> None:
    data = image(HOSTILE[what])
    drawn: list[SvgDrawing | None] = []
    taken = steps(lambda: drawn.append(svg_drawing.drawing(data, 100, 100, FONTS)))
    assert drawn == [None]
    assert taken < 12_000_000  # 4 million: a marker at each point of a path


def among(rules: int, elements: int) -> str:
    """Elements of which each rule may be about each; in the end one is."""
    css = "".join(f".a{index} .b {{ fill: red }}" for index in range(rules))
    return f"<style>{css}</style>" + '<g class="a1"><rect class="b" width="1" height="1"/></g>' * elements


# Patterns are matched and numbers are read in C, which has no steps: what is for them is so long that what grows faster
# has no end. Of some, no more is looked at than anybody needs.
SLOW: dict[str, Callable[[int], str]] = {
    "rules": lambda count: among(250 * count, 50),
    "elements among rules": lambda count: among(500, 25 * count),
    "comments that do not end": lambda count: f"<style>{'/*' * 100_000 * count}</style>",
    "variables of variables": lambda count: (
        "<style>svg {"
        + "".join(f"--a{i}: var(--a{i + 1}) var(--a{i + 1});" for i in range(100))
        + "}</style>"
        + '<rect width="1" height="1" style="fill: var(--a0)"/>' * 25 * count
    ),
    "variables for all": lambda count: (
        f'<g style="{";".join(f"--a{i}:1" for i in range(250 * count))}">'
        + '<rect width="1" height="1"/>' * 100 * count
        + "</g>"
    ),
    "transforms": lambda count: f'<rect width="1" height="1" transform="{"rotate(1)" * 12_500 * count}"/>',
    "digits": lambda count: f'<path d="M{"1" * 50_000 * count}A{"2" * 50_000 * count}"/>',
    "places": lambda count: f'<text x="{"1 " * 2_500 * count}">{"ab" * 500 * count}</text>',
    "labels": lambda count: (
        '<foreignObject><div xmlns="http://www.w3.org/1999/xhtml">'
        + "<b>a</b>" * 2_500 * count
        + "</div></foreignObject>"
    ),
    "classes": lambda count: (
        "<style>.a { fill: red }</style>" + f'<rect class="{"a " * 25_000 * count}" width="1" height="1"/>'
    ),
    "gradients of gradients": lambda count: (
        "".join(f'<linearGradient id="a{i}" href="#a{i + 1}"/>' for i in range(250 * count))
        + '<rect width="1" height="1" fill="url(#a0)"/>' * 50 * count
    ),
}


@pytest.mark.parametrize("what", SLOW)
def test_work_is_in_proportion_to_the_image(what: str) -> None:
    def taken(count: int) -> int:
        data = image(SLOW[what](count))
        return steps(lambda: svg_drawing.drawing(data, 100, 100, FONTS))

    taken(1)  # what is only done once
    assert taken(4) < 2.3 * taken(2)


@pytest.mark.parametrize(
    "data", [b"", b"<svg", b"<svg/>", b"<html/>", b'<!DOCTYPE a [<!ENTITY b "c">]><svg/>', b"\xff\xfe"]
)
def test_what_is_no_image_is_none_or_empty(data: bytes) -> None:
    drawn = svg_drawing.drawing(data, 100, 100, FONTS)
    assert drawn is None or parts(drawn.drawing) == []


NAMES = some.sampled_from(
    "x y width height r rx cx d points transform fill stroke stroke-width stroke-dasharray opacity "
    "viewBox href id class style "
    "clip-path mask offset font-size font-family text-anchor dx dy marker-end gradientUnits preserveAspectRatio".split()
)
VALUES = some.one_of(
    some.sampled_from(["#a", "url(#a)", "1e400", "-5", "50%", "nan", "none", "a", "translate(1e300)", "scale(0)"]),
    some.just("1 2 3 4"),
    some.text(max_size=20),
)  # fmt: skip
TAGS = some.sampled_from(
    "g rect circle path text tspan use svg symbol a image linearGradient stop clipPath mask marker style switch".split()
)


@given(some.lists(some.tuples(TAGS, some.dictionaries(NAMES, VALUES, max_size=4), some.integers(0, 2)), max_size=12))
def test_any_image_is_drawn_or_refused(elements: list[tuple[str, dict[str, str], int]]) -> None:
    from xml.sax.saxutils import quoteattr

    inside, opened = "", []
    for tag, attributes, closed in elements:
        said = " ".join(
            f"{name}={quoteattr(''.join(char for char in value if char.isprintable()))}"
            for name, value in attributes.items()
        )
        inside += f"<{tag} {said}>text"
        opened.append(tag)
        for _ in range(min(closed, len(opened))):
            inside += f"</{opened.pop()}>"
    inside += "".join(f"</{tag}>" for tag in reversed(opened))
    for part, matrix, _ in parts(draw(inside).drawing):
        assert all(abs(number) < float("inf") for number in matrix)
        if isinstance(part, Shape):
            assert part.path


# What others show


def shown(data: bytes) -> Image.Image:
    """An image of 100 × 100 as pdfium draws it out of our file."""
    import pypdfium2

    from exporters.pages import vectors
    from exporters.pages.file import File
    from exporters.pages.metadata import About
    from exporters.pages.page import Page

    drawn = svg_drawing.drawing(data, 100, 100, FONTS)
    assert drawn
    file = File(About())
    number = file.add_page(100, 100)
    page = Page(file)
    vectors.show(drawn.drawing, page, file, 0, 100, fonts=FONTS)
    file.write_page(number, page.content())
    return pypdfium2.PdfDocument(BytesIO(file.close([])))[0].render(scale=1).to_pil().convert("RGB")


def test_a_badge_looks_like_a_badge() -> None:
    badge = shown(image(
        '<linearGradient id="s" x2="0" y2="100%"><stop offset="0" stop-color="#bbb" stop-opacity=".1"/><stop offset="1"'
        ' stop-opacity=".1"/></linearGradient><clipPath id="r"><rect width="100" height="20" rx="3"'
        ' fill="#fff"/></clipPath><g clip-path="url(#r)"><rect width="40" height="20" fill="#555"/>'
        '<rect x="40" width="60"'
        ' height="20" fill="#4c1"/>'
        '<rect width="100" height="20" fill="url(#s)"/></g><g fill="#fff" text-anchor="middle"'
        ' font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="110"><text x="205" y="150"'
        ' transform="scale(.1)"'
        ' textLength="270">build</text></g>'
    ))  # fmt: skip
    assert badge.getpixel((0, 0))[0] > 200  # round corners
    assert badge.getpixel((3, 10)) == pytest.approx((82, 82, 82), abs=6)
    assert badge.getpixel((90, 10)) == pytest.approx((65, 190, 20), abs=12)
    assert badge.getpixel((50, 50)) == (255, 255, 255)
    letters = [x for x in range(40) if any(badge.getpixel((x, y))[0] > 200 for y in range(3, 17))]
    assert 5 <= min(letters) < 10
    assert 30 < max(letters) <= 35


def test_a_chart_as_matplotlib_writes_it() -> None:
    chart = shown(image(
        '<defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style><path id="m"'
        ' d="M 0 0 L 0 3.5"'
        ' style="stroke: #000000; stroke-width: 0.8"/><clipPath id="p"><rect x="20" y="20" width="60"'
        ' height="60"/></clipPath>'
        '</defs><path d="M 0 100 L 100 100 L 100 0 L 0 0 z" style="fill: #eeeeee"/><use xlink:href="#m" x="50" y="80"/>'
        '<path d="M 0 50 L 100 50" clip-path="url(#p)" style="fill: none; stroke: #1f77b4; stroke-width: 6"/>'
    ))  # fmt: skip
    assert chart.getpixel((50, 50)) == (0x1F, 0x77, 0xB4)
    assert chart.getpixel((10, 50)) == chart.getpixel((90, 50)) == (0xEE, 0xEE, 0xEE)
    assert chart.getpixel((50, 81))[0] < 200
