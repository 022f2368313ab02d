"""Drawings as SVG: what an XML parser, a reader of SVG and people with a screen reader find in the element."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as some
from samples import png

from exporters.document import Resource
from exporters.toolbox import formula, svg_drawing, svg_file
from exporters.toolbox.drawing import (
    Area,
    Drawing,
    Glyphs,
    Group,
    LinearGradient,
    Part,
    Pen,
    Picture,
    RadialGradient,
    Shape,
    Stop,
    Words,
)
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.glyph_paths import glyph_path
from exporters.toolbox.images import inspect
from exporters.toolbox.svg_numbers import short
from exporters.toolbox.svg_paths import ellipse, rectangle

FONTS = Fonts()
RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
BOX = rectangle(10, 10, 30, 20)
FADING = (Stop(0, RED), Stop(1, BLUE, 0.5))


def written(*parts: Part, resources: dict[str, Resource] | None = None, **chosen: object) -> str:
    return svg_file.write(Drawing(100, 80, parts), resources or {}, FONTS, **chosen)  # type: ignore[arg-type]


def root(*parts: Part, resources: dict[str, Resource] | None = None, **chosen: object) -> Element:
    return fromstring(written(*parts, resources=resources, **chosen))


def only(element: Element, tag: str) -> Element:
    [found] = element.iter(f"{SVG}{tag}")
    return found


def drawn_again(*parts: Part) -> tuple[Part, ...]:
    """What a reader of SVG images makes of it."""
    found = svg_drawing.drawing(written(*parts).encode(), 100, 80, FONTS)
    assert found is not None
    assert not found.missing
    [clipped] = found.drawing.parts
    assert isinstance(clipped, Group)
    return clipped.parts


# The element


def test_a_drawing_has_its_size_in_pixels_and_scales() -> None:
    svg = root()

    assert (svg.tag, svg.get("width"), svg.get("height")) == (f"{SVG}svg", "133.33", "106.67")
    assert svg.get("viewBox") == "0 0 100 80"


def test_a_title_makes_it_one_image_with_a_name() -> None:
    svg = root(Words("Yes", 0, 10, 10), title="Choices <1>", description="Yes or no", prefix="a-")

    assert svg.get("role") == "img"
    names = {element.get("id"): element.text for element in svg.iter() if element.get("id")}
    assert names[svg.get("aria-labelledby")] == "Choices <1>"
    assert names[svg.get("aria-describedby")] == "Yes or no"
    assert svg[0].tag == f"{SVG}title"


@pytest.mark.parametrize(
    ("chosen", "role"),
    [({"title": "Map"}, "img"), ({"title": "Map", "is_read": True}, "group"), ({}, None)],
    ids=["named", "named and read", "without a name"],
)
def test_words_are_read_unless_the_title_stands_for_them(chosen: dict[str, object], role: str | None) -> None:
    assert root(Words("Yes", 0, 10, 10), **chosen).get("role") == role


def test_links_can_be_reached_by_those_who_do_not_see_it() -> None:
    svg = root(Area(1, 2, 3, 4, "https://example.org/a b"), title="Map")

    assert svg.get("role") == "group"
    link = only(svg, "a")
    assert link.get(f"{XLINK}href") == "https://example.org/a%20b"
    assert link.get("aria-label") == "https://example.org/a b"


def test_a_page_may_hold_several() -> None:
    parts = (Shape(BOX, LinearGradient((0, 0), (9, 9), FADING)), Group((Shape(BOX, RED),), clip=BOX))
    one, other = (written(*parts, title="x", prefix=prefix) for prefix in ("a-", "b-"))

    ids = [re.findall(r' id="([^"]*)"', each) for each in (one, other)]
    assert len(set(ids[0] + ids[1])) == len(ids[0]) + len(ids[1]) == 6
    assert set(re.findall(r"url\(#([^)]*)\)", one)) <= set(ids[0])


def test_what_a_page_says_of_its_text_changes_nothing() -> None:
    svg = root(Words("x", 0, 10, 10))

    assert (svg.get("direction"), svg.get("font-weight"), svg.get("font-style")) == ("ltr", "400", "normal")


# Shapes


@pytest.mark.parametrize(
    "part",
    [
        Shape(BOX, RED),
        Shape(BOX, RED, Pen(BLUE, 2, (4, 2), 1, "round", "bevel", opacity=0.5), opacity=0.25),
        Shape(ellipse(50, 40, 20, 10), None, Pen(RED, 0.5, join="miter", miter_limit=8)),
        Shape(BOX + rectangle(15, 15, 5, 5), RED, even_odd=True),
        Shape(BOX, LinearGradient((10, 0), (40, 0), FADING)),
        Shape(BOX, RadialGradient((20, 20, 0), (22, 20, 15), FADING)),
        Shape(BOX, RadialGradient((20, 20, 3), (20, 20, 15), FADING)),
        Group((Shape(BOX, RED), Shape(BOX, BLUE)), opacity=0.5),
        Group((Shape(BOX, RED),), (2, 0, 0, 2, 5, 5), clip=rectangle(12, 12, 5, 5)),
        Group((Shape(BOX, RED),), (0, 1, -1, 0, 50, 0)),
    ],
    ids=lambda part: type(part).__name__,
)
def test_shapes_are_what_they_were(part: Part) -> None:
    assert drawn_again(part) == pytest.approx((part,)) or _alike(drawn_again(part), (part,))


def _alike(one: object, other: object) -> bool:
    """Whether they are the same but for what rounding to a hundredth of a point makes."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, abs_tol=0.02)
    if hasattr(one, "__match_args__") and type(one) is type(other):
        return all(_alike(getattr(one, name), getattr(other, name)) for name in one.__match_args__)
    return one == other


def test_what_rounding_loses_does_not_add_up() -> None:
    path = (("M", (0.0, 0.0)), *(("L", (step * 1.004, step % 2 * 1.0)) for step in range(1, 1_000)))

    [shape] = drawn_again(Shape(path, None, Pen(RED)))
    assert isinstance(shape, Shape)
    assert shape.path[-1][1] == pytest.approx((999 * 1.004, 1.0), abs=0.006)


def test_neighbours_in_the_same_dress_say_it_once() -> None:
    svg = written(*(Shape(rectangle(x, 0, 1, 1), RED) for x in range(10)))

    assert svg.count('fill="#f00"') == 1
    assert svg.count("<path") == 10


def test_nothing_that_is_no_number_gets_in() -> None:
    bad = (math.inf, -math.inf, math.nan, 1e300)
    svg = written(
        Shape(
            (("M", (0, 0)), ("L", (bad[0], bad[2])), ("L", (bad[1], bad[3]))), RED, Pen(RED, math.nan, (math.inf, 1))
        ),
        Group((Shape(BOX, RED), Words("x", *bad[2:], 9)), (math.nan, 0, 0, math.inf, 1e300, 0)),
        Picture("gone", *bad),
    )

    fromstring(svg)
    assert not re.search(r"nan|inf(?!o)|e\+|\d{12}", svg)


@given(some.floats(), some.integers(0, 6))
def test_any_number_is_short_and_near(value: float, decimals: int) -> None:
    found = short(value, decimals)

    assert re.fullmatch(r"-?(\d+(\.\d*[1-9])?|\.\d*[1-9])", found)
    if abs(value) < 1e6:
        assert float(found) == pytest.approx(value, abs=0.51 * 10**-decimals)


# Words


def test_words_are_text_that_fits() -> None:
    text = only(root(Words("Hello, world", 10, 20, 12, RED, bold=True, italic=True, anchor="middle")), "text")

    assert text.text == "Hello, world"
    assert (text.get("x"), text.get("y"), text.get("font-size")) == ("10", "20", "12")
    assert (text.get("font-weight"), text.get("font-style"), text.get("text-anchor")) == ("700", "italic", "middle")
    font = FONTS.font("sans", bold=True, italic=True)
    width = sum(sum(map(widths.__getitem__, run.split(" "))) + widths[" "] for widths, run in font.runs("Hello, world"))
    assert float(text.get("textLength", 0)) == pytest.approx(12 * width, abs=0.02)
    assert text.get("lengthAdjust") == "spacingAndGlyphs"


@pytest.mark.parametrize(("family", "last"), [("sans", "sans-serif"), ("serif", "serif"), ("mono", "monospace")])
def test_a_font_is_one_that_anybody_has(family: str, last: str) -> None:
    svg = root(Words("x", 0, 9, 9, family=family))  # type: ignore[arg-type]
    text = only(svg, "text")

    assert text.get("font-family", svg.get("font-family", "")).endswith(f",{last}")


@pytest.mark.parametrize("anchor", ["start", "middle", "end"])
def test_text_from_right_to_left_stands_in_its_place(anchor: str) -> None:
    words = Words("שלום עולם", 50, 20, 10, anchor=anchor)  # type: ignore[arg-type]
    text = only(root(words), "text")

    width = float(text.get("textLength", 0))
    assert (text.get("direction"), text.get("text-anchor")) == ("rtl", "middle")
    assert float(text.get("x", 0)) == pytest.approx(
        50 + {"start": 0.5, "middle": 0, "end": -0.5}[anchor] * width, abs=0.1
    )


def test_where_directions_change_a_text_is_not_stretched() -> None:
    assert only(root(Words("שלום (hello)", 50, 20, 10)), "text").get("textLength") is None


def test_blanks_are_kept() -> None:
    svg = root(Words("a  b ", 0, 9, 9), Words("a b", 0, 9, 9))

    space = "{http://www.w3.org/XML/1998/namespace}space"
    assert [text.get(space) for text in svg.iter(f"{SVG}text")] == ["preserve", None]


@given(some.text(max_size=30))
def test_any_text_is_well_formed(text: str) -> None:
    text = text.encode(errors="replace").decode()  # halves of characters come from no source
    svg = root(Words(text, 0, 9, 9), Area(0, 0, 1, 1, f"#{text}"), title=text, prefix='é"<-')

    allowed = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", "\ufffd", text)
    shown = [each.text or "" for each in svg.iter(f"{SVG}text")]
    assert not shown or shown[0].split() == re.sub("\r\n?", "\n", allowed).split() or "\ufffd" in shown[0]


def test_as_outlines_there_is_no_text_but_for_those_who_hear_it() -> None:
    svg = root(Words("aha 👍 שלום", 0, 20, 10), as_outlines=True)

    assert not list(svg.iter(f"{SVG}text"))
    [group] = [each for each in svg.iter(f"{SVG}g") if each.get("aria-label")]
    assert group.get("aria-label") == "aha 👍 שלום"
    defined = {each.get("id") for each in only(svg, "defs")}
    used = [each.get(f"{XLINK}href", "")[1:] for each in group.iter(f"{SVG}use")]
    assert set(used) <= defined
    assert (len(used), len(set(used))) == (8, 7)  # the letter a twice, once defined


def test_formulas_are_outlines_each_once() -> None:
    drawing = formula.drawing(r"x^2 + x^2 = \sqrt{2}", 10, RED, True, FONTS, {}, formula.SANS)
    assert any(isinstance(part, Glyphs) for part in drawing.parts)

    svg = fromstring(svg_file.write(drawing, {}, FONTS, title="x"))
    outlines = [path for path in only(svg, "defs") if path.tag == f"{SVG}path"]
    uses = list(svg.iter(f"{SVG}use"))
    assert len(uses) > len(outlines) > 3
    assert all(re.fullmatch(r"[mlhvcz\d \-]+", path.get("d", "")) for path in outlines), "in whole numbers"


def test_letters_that_are_composed_of_others_have_all_their_parts() -> None:
    face = FONTS.font("sans").first.face

    def contours(letter: str) -> int:
        return sum(name == "M" for name, _ in glyph_path(face, face.glyph(ord(letter)), (1, 0, 0, -1, 0, 0)))

    assert {letter: contours(letter) for letter in "uüÅ "} == {"u": 1, "ü": 3, "Å": 4, " ": 0}


# Pictures and links


def test_a_picture_is_in_it_once_however_often_it_is_shown() -> None:
    data = png(4, 4)
    svg = root(*(Picture("p", x, 0, 9, 9) for x in range(50)), resources={"p": inspect(data)})

    [image] = svg.iter(f"{SVG}image")
    assert b64decode(image.get(f"{XLINK}href", "").removeprefix("data:image/png;base64,")) == data
    assert len(list(svg.iter(f"{SVG}use"))) == 50


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "other.html", "//example.org", "", "x#y"])
def test_what_cannot_be_followed_is_no_link(url: str) -> None:
    assert "xlink:href" not in written(Area(0, 0, 1, 1, url))


def test_a_named_group_that_leads_somewhere_is_a_link_with_its_words() -> None:
    parts = (Shape(BOX, RED), Words("Spring", 0, 9, 9), Area(10, 10, 30, 20, "https://example.org/"))
    svg = root(Group(parts, name="7"), notes={"7": "when it\nis warm"}, ids={"7": "spring"}, prefix="m-")

    link = only(svg, "a")
    assert "".join(link.itertext()) == "Spring"
    [group] = [each for each in svg.iter(f"{SVG}g") if each.get("id") == "m-spring"]
    assert only(group, "title").text == "when it\nis warm"
    assert not list(svg.iter(f"{SVG}rect"))


def test_it_loads_nothing_and_runs_nothing() -> None:
    svg = written(
        Words("<script>alert(1)</script>", 0, 9, 9),
        Picture("p", 0, 0, 9, 9),
        resources={"p": inspect(png(1, 1))},
        title="</title><script>",
        prefix='"onload="',
    )

    tree = fromstring(svg)
    assert {each.tag.removeprefix(SVG) for each in tree.iter()} <= {"svg", "title", "defs", "image", "use", "text"}
    names = {name for each in tree.iter() for name in each.attrib}
    assert not [name for name in names if name.startswith("on")]
    targets = [each.get(f"{XLINK}href", "") for each in tree.iter()]
    assert all(target.startswith(("#", "data:image/")) for target in targets if target)
