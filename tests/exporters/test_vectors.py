"""Drawings on pages, as others see them: pdfium draws and reads, qpdf and a validator look at the file."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import page as page_validation
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from samples import png

from exporters.document import Resource
from exporters.pages import vectors
from exporters.pages.file import File
from exporters.pages.metadata import About
from exporters.pages.page import Page
from exporters.pages.pictures import Pictures
from exporters.pages.tags import Element
from exporters.report import Report
from exporters.toolbox import formula
from exporters.toolbox.drawing import (
    Area,
    Command,
    Drawing,
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
from exporters.toolbox.drawing import (
    Path as Outline,
)
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.images import inspect
from exporters.toolbox.svg_paths import ellipse, rectangle

FONTS = Fonts()
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
RED, GREEN, BLUE = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


class Shown:
    """A page of 100 × 100 points with a drawing in its left upper corner."""

    def __init__(self, *parts: Part, scale: float = 1, resources: dict[str, Resource] | None = None, mirror: float = 0):
        file = File(About("A drawing", language="en"))
        number = file.add_page(100, 100)
        page = Page(file, mirror, number)
        document = Element("Document", None)
        figure = Element("Figure", document)
        figure.alt = "a drawing"
        figure.attributes["Layout"] = {"BBox": "[0 0 100 100]"}
        pictures = Pictures(file, resources or {}, 1000, Report(), FONTS)
        drawing = Drawing(100 / scale, 100 / scale, parts)
        vectors.show(drawing, page, file, 0, 100, scale, FONTS, pictures.raster, figure)
        file.write_page(number, page.content(), page.links, page.owners)
        self.data = file.close([], document)
        self.content = page.content().decode("latin-1")

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """The colour at a place, from the left upper corner."""
        image = pypdfium2.PdfDocument(self.data)[0].render(scale=2).to_pil().convert("RGB")
        found: tuple[int, int, int] = image.getpixel((2 * x, 2 * y))
        return found

    @property
    def text(self) -> str:
        return pypdfium2.PdfDocument(self.data)[0].get_textpage().get_text_bounded()

    @property
    def objects(self) -> pikepdf.Pdf:
        return pikepdf.open(BytesIO(self.data))


def square(left: float, top: float, size: float) -> Outline:
    return rectangle(left, top, size, size)


def near(colour: tuple[float, float, float], by: int = 6) -> object:
    return pytest.approx(tuple(255 * part for part in colour), abs=by)


# Shapes


def test_a_shape_is_filled_and_y_runs_downwards() -> None:
    shown = Shown(Shape(square(10, 20, 30), RED))
    assert shown.pixel(25, 25) == near(RED)
    assert shown.pixel(25, 15) == shown.pixel(25, 55) == WHITE


def test_a_drawing_may_be_smaller_than_it_is() -> None:
    shown = Shown(Shape(square(100, 100, 100), BLUE), scale=0.25)
    assert shown.pixel(30, 30) == near(BLUE)
    assert shown.pixel(20, 20) == shown.pixel(55, 55) == WHITE


def test_what_is_inside_is_said_by_a_rule() -> None:
    rings = (*square(10, 10, 80), *square(30, 30, 40))
    assert Shown(Shape(rings, RED)).pixel(50, 50) == near(RED)
    assert Shown(Shape(rings, RED, even_odd=True)).pixel(50, 50) == WHITE


def test_curves_are_curves() -> None:
    shown = Shown(Shape(ellipse(50, 50, 40, 40), RED))
    assert shown.pixel(50, 12) == near(RED)
    assert shown.pixel(20, 20) == WHITE


def test_a_pen_has_a_width_dashes_and_ends() -> None:
    line: Outline = (("M", (20, 50)), ("L", (80, 50)))
    assert Shown(Shape(line, pen=Pen(RED, 10))).pixel(50, 46) == near(RED)
    assert Shown(Shape(line, pen=Pen(RED, 10))).pixel(17, 50) == WHITE
    assert Shown(Shape(line, pen=Pen(RED, 10, cap="square"))).pixel(17, 50) == near(RED)
    dashed = Shown(Shape(line, pen=Pen(RED, 10, (10, 10))))
    assert (dashed.pixel(25, 50), dashed.pixel(35, 50)) == (near(RED), WHITE)
    corner: Outline = (("M", (20, 80)), ("L", (50, 30)), ("L", (80, 80)))
    assert Shown(Shape(corner, pen=Pen(RED, 16))).pixel(50, 20) == near(RED)
    assert Shown(Shape(corner, pen=Pen(RED, 16, join="bevel"))).pixel(50, 20) == WHITE


def test_a_shape_may_be_filled_and_outlined() -> None:
    shown = Shown(Shape(square(20, 20, 60), RED, Pen(BLUE, 10)))
    assert (shown.pixel(50, 50), shown.pixel(20, 50)) == (near(RED), near(BLUE))
    assert shown.content.count(" l ") < 5  # its path is written once
    faint = Shown(Shape(square(20, 20, 60), RED, Pen(BLUE, 10, opacity=0.5), opacity=0.5))
    assert faint.pixel(50, 50) == near((1, 0.5, 0.5))
    assert faint.pixel(17, 50) == near((0.5, 0.5, 1))


def test_opacity_ends_with_its_shape() -> None:
    shown = Shown(Shape(square(0, 0, 20), RED, opacity=0.5), Shape(square(40, 0, 20), RED))
    assert (shown.pixel(10, 10), shown.pixel(50, 10)) == (near((1, 0.5, 0.5)), near(RED))


# Gradients

STOPS = (Stop(0, RED), Stop(0.5, BLUE), Stop(1, GREEN))


def test_a_gradient_runs_from_stop_to_stop() -> None:
    shown = Shown(Shape(square(0, 0, 100), LinearGradient((20, 0), (80, 0), STOPS)))
    assert shown.pixel(5, 50) == near(RED)
    assert shown.pixel(35, 50) == near((0.5, 0, 0.5))
    assert shown.pixel(50, 50) == near(BLUE, 12)
    assert shown.pixel(95, 50) == near(GREEN)


def test_a_gradient_may_change_at_once_and_begin_late() -> None:
    stops = (Stop(0.25, RED), Stop(0.5, RED), Stop(0.5, BLUE), Stop(0.75, BLUE))
    shown = Shown(Shape(square(0, 0, 100), LinearGradient((0, 0), (100, 0), stops)))
    assert [shown.pixel(x, 50) for x in (5, 45, 55, 95)] == [near(RED), near(RED), near(BLUE), near(BLUE)]


def test_a_gradient_is_moved_with_its_shape() -> None:
    gradient = LinearGradient((0, 0), (1, 0), (Stop(0, RED), Stop(1, BLUE)), (0, 100, 100, 0, 0, 0))
    shown = Shown(Group((Shape(square(0, 0, 50), gradient),), (2, 0, 0, 2, 0, 0)))
    assert shown.pixel(50, 1) == near(RED)
    assert shown.pixel(50, 99) == near((0.5, 0, 0.5))


def test_a_radial_gradient_is_round() -> None:
    gradient = RadialGradient((50, 50, 0), (50, 50, 40), (Stop(0, RED), Stop(1, BLUE)))
    shown = Shown(Shape(ellipse(50, 50, 45, 45), gradient))
    assert shown.pixel(50, 50) == near(RED, 12)
    assert shown.pixel(50, 30) == shown.pixel(70, 50) == near((0.5, 0, 0.5), 12)
    assert shown.pixel(1, 1) == WHITE


def test_a_gradient_may_fade() -> None:
    gradient = LinearGradient((0, 0), (100, 0), (Stop(0, RED, 1), Stop(1, RED, 0)))
    shown = Shown(Shape(square(0, 0, 100), BLUE), Shape(square(0, 0, 100), gradient))
    assert shown.pixel(2, 50) == near(RED, 12)
    assert shown.pixel(50, 50) == near((0.5, 0, 0.5), 12)
    assert shown.pixel(98, 50) == near(BLUE, 12)
    even = LinearGradient((0, 0), (100, 0), (Stop(0, RED, 0.5), Stop(1, RED, 0.5)))
    assert Shown(Shape(square(0, 0, 100), even)).pixel(50, 50) == near((1, 0.5, 0.5))


def test_an_outline_may_have_a_gradient() -> None:
    line: Outline = (("M", (0, 50)), ("L", (100, 50)))
    gradient = LinearGradient((0, 0), (100, 0), (Stop(0, RED), Stop(1, BLUE)))
    shown = Shown(Group((Shape(line, pen=Pen(gradient, 20)),), (1, 0, 0, 1, 0, 10)))
    assert (shown.pixel(3, 60), shown.pixel(97, 60), shown.pixel(50, 45)) == (near(RED, 12), near(BLUE, 12), WHITE)


# Groups


def test_a_group_is_moved_and_cut_out() -> None:
    shown = Shown(Group((Shape(square(0, 0, 10), RED),), (2, 0, 0, 2, 40, 40), clip=square(0, 0, 5)))
    assert (shown.pixel(45, 45), shown.pixel(55, 55), shown.pixel(5, 5)) == (near(RED), WHITE, WHITE)
    assert Shown(Group((Shape(square(0, 0, 90), RED),), clip=())).pixel(45, 45) == WHITE


def test_parts_that_overlap_are_transparent_together() -> None:
    parts = (Shape(square(10, 10, 50), RED), Shape(square(40, 40, 50), RED))
    shown = Shown(Group(parts, opacity=0.5))
    assert shown.pixel(20, 20) == shown.pixel(50, 50) == near((1, 0.5, 0.5))
    inner = Group((*parts, Words("word", 20, 50, 10)), (0.5, 0, 0, 0.5, 0, 0), 0.5)
    nested = Shown(Group((inner, Shape(square(60, 0, 20), BLUE)), opacity=0.5))
    assert nested.pixel(10, 10) == near((1, 0.75, 0.75))
    assert nested.pixel(70, 10) == near((0.5, 0.5, 1))
    assert nested.text == "word"


def test_what_comes_later_is_not_changed_by_a_group() -> None:
    shown = Shown(Group((Shape(square(0, 0, 10), RED),), opacity=0.5), Shape(square(50, 50, 10), RED))
    assert shown.pixel(55, 55) == near(RED)


# Words, pictures, links


def test_words_are_text() -> None:
    shown = Shown(Words("Größe 42", 10, 50, 12, (0, 0, 1), bold=True))
    assert shown.text == "Größe 42"
    page = pypdfium2.PdfDocument(shown.data)[0].get_textpage()
    left, bottom, _, top = page.get_charbox(0)
    assert left == pytest.approx(11, abs=1.5)
    assert (bottom, top) == (pytest.approx(50, abs=1), pytest.approx(59, abs=1))


@pytest.mark.parametrize(("anchor", "left"), [("start", 50), ("middle", 35), ("end", 20)])
def test_words_are_anchored(anchor: str, left: float) -> None:
    width = sum(widths["Hamburg"] for widths, _ in FONTS.font("sans").runs("Hamburg"))
    words = Words("Hamburg", 50, 50, 30 / width, anchor=anchor)  # type: ignore[arg-type]
    page = pypdfium2.PdfDocument(Shown(words).data)[0].get_textpage()
    assert page.get_charbox(0)[0] == pytest.approx(left, abs=1)
    assert page.get_charbox(6)[2] == pytest.approx(left + 30, abs=1)


def test_words_are_stretched() -> None:
    page = pypdfium2.PdfDocument(Shown(Words("II", 10, 50, 20, stretch=0.5)).data)[0].get_textpage()
    other = pypdfium2.PdfDocument(Shown(Words("II", 10, 50, 20)).data)[0].get_textpage()
    assert page.get_charbox(1)[2] - 10 == pytest.approx((other.get_charbox(1)[2] - 10) / 2, abs=0.3)


def test_words_from_right_to_left_are_ordered() -> None:
    shown = Shown(Words("abc שלום", 10, 50, 12))
    page = pypdfium2.PdfDocument(shown.data)[0].get_textpage()
    text = page.get_text_range()
    places = [page.get_charbox(text.index(char))[0] for char in ("c", "ם", "ש")]
    assert places == sorted(places)


def test_a_formula_is_text_too() -> None:
    drawn = formula.drawing(r"E = \frac{m}{2} c^2", 12, (0, 0, 0), True, FONTS)
    assert re.sub(r"\s", "", Shown(*drawn.parts).text) == "E=m2c2"


def test_pictures_stand_upright() -> None:
    resource = inspect(png(2, 2))
    shown = Shown(
        Picture("resource:a", 20, 30, 40, 20), Picture("resource:b", 0, 0, 90, 90), resources={"resource:a": resource}
    )
    with_it = [(x, y) for x in range(1, 100, 4) for y in range(1, 100, 4) if shown.pixel(x, y) != WHITE]
    assert (min(with_it), max(with_it)) == ((21, 33), (57, 49))


def test_areas_are_links() -> None:
    shown = Shown(
        Shape(square(0, 0, 10), RED),
        Group((Area(5, 5, 10, 10, "https://example.org/ä"),), (2, 0, 0, 2, 0, 0)),
    )
    with shown.objects as objects:
        [link] = objects.pages[0].Annots
        assert [float(each) for each in link.Rect] == [10, 70, 30, 90]
        assert str(link.A.URI) == "https://example.org/%C3%A4"
    with Shown(Area(0, 0, 10, 10, "#a"), mirror=100).objects as objects:
        assert [float(each) for each in objects.pages[0].Annots[0].Rect] == [0, 90, 10, 100]


def test_a_drawing_is_one_content_of_its_element() -> None:
    shown = Shown(Shape(square(0, 0, 10), RED), Words("one", 0, 50, 10), Words("two", 0, 70, 10))
    assert shown.content.count("BDC") == shown.content.count("EMC") == 1


def everything() -> tuple[Part, ...]:
    fading = LinearGradient((0, 0), (100, 0), (Stop(0, RED, 1), Stop(1, BLUE, 0)))
    drawn = formula.drawing(r"\sqrt{x} \text{日}", 12, (0, 0, 0), True, FONTS)
    return (
        Shape(square(0, 0, 100), fading, Pen(RadialGradient((0, 0, 0), (50, 50, 50), STOPS), 3)),
        Group((Words("words", 10, 50, 12), Shape(square(5, 40, 50), BLUE)), opacity=0.3, clip=ellipse(30, 50, 30, 30)),
        Group(drawn.parts, (1, 0, 0, 1, 20, 20)),
        Picture("resource:a", 60, 60, 20, 20),
        Area(0, 0, 50, 50, "https://example.org/"),
    )


def test_others_find_nothing_to_complain_about(tmp_path: Path) -> None:
    shown = Shown(*everything(), resources={"resource:a": inspect(png(2, 2))})
    with shown.objects as objects:
        assert objects.check_pdf_syntax() == []
    path = tmp_path / "drawing.pdf"
    path.write_bytes(shown.data)
    assert [failure.rule_id for failure in page_validation.validate_pdf(str(path), profile="ua1").failures] == []


def test_a_drawing_is_the_same_each_time() -> None:
    resources = {"resource:a": inspect(png(2, 2))}
    assert Shown(*everything(), resources=resources).data == Shown(*everything(), resources=resources).data


# Numbers


def test_numbers_are_as_short_as_they_can_be() -> None:
    path: Outline = (("M", (1.0, 2.5)), ("L", (1 / 3, -0.0001)), ("L", (100, 1e-12)))
    assert "1 2.5 m 0.33 0 l 100 0 l" in Shown(Shape(path, RED)).content
    tiny: tuple[Command, ...] = (("M", (0, 0)), ("L", (0.0123456, 1)), ("Z", ()))
    assert "0.01235 1 l h" in Shown(Group((Shape(tiny, RED),), (1000, 0, 0, 1000, 0, 0))).content
    large: tuple[Command, ...] = (("M", (0, 0)), ("L", (123456.789, 1)), ("Z", ()))
    assert "123457 1 l h" in Shown(Group((Shape(large, RED),), (0.001, 0, 0, 0.001, 0, 0))).content


NUMBERS = some.one_of(some.floats(allow_nan=True, allow_infinity=True), some.floats(-1e3, 1e3))


@settings(max_examples=60)
@given(some.lists(NUMBERS, min_size=14, max_size=14))
def test_no_number_breaks_a_page(numbers: list[float]) -> None:
    a, b, c, d, e, f, *rest = numbers
    path: Outline = (("M", (a, b)), ("L", (c, d)), ("C", (a, b, c, d, e, f)), ("Z", ()))
    gradient = LinearGradient((a, b), (c, d), (Stop(0, RED), Stop(1, BLUE, 0.5)), tuple(rest[:6]))  # type: ignore[arg-type]
    shown = Shown(Group((Shape(path, gradient, Pen(RED, abs(a))),), tuple(rest[:6]), 0.5), Words("a", a, b, 5))  # type: ignore[arg-type]
    assert not re.search(r"nan|inf|\de", shown.content.replace("endstream", ""))
    assert shown.pixel(50, 50)


def test_a_glyph_is_drawn_by_operators_alone() -> None:
    file = File(About())
    drawing = Drawing(1000, 1000, (Shape(square(0, -800, 1000.04), RED), Area(0, 0, 9, 9, "#a"), Words("a", 0, 0, 9)))
    assert vectors.content(drawing, file) == "1 0 0 rg 0 -800 m 1000 -800 l 1000 200 l 0 200 l h f"


def test_a_sketch_shrinks_to_its_place() -> None:
    file = File(About())
    sketch = vectors.Sketch(Drawing(200, 100, (), depth=20), file, FONTS)
    assert (sketch.width, sketch.height, sketch.depth) == (200, 80, 20)
    half = sketch.fitted(100)
    assert (half.width, half.height, half.depth) == (100, 40, 10)
    assert sketch.fitted(300) is sketch


def test_a_sketch_stands_on_its_baseline_and_leads_somewhere() -> None:
    file = File(About())
    number = file.add_page(100, 100)
    page = Page(file, 0, number)
    drawing = Drawing(20, 10, (Shape(rectangle(0, 0, 20, 10), RED),), depth=4)
    vectors.Sketch(drawing, file, FONTS, target="https://example.org/").draw(page, 30, 50)
    file.write_page(number, page.content(), page.links)
    data = file.close([])
    image = pypdfium2.PdfDocument(data)[0].render(scale=1).to_pil().convert("RGB")
    drawn = [(x, y) for x in range(100) for y in range(100) if image.getpixel((x, y)) == (255, 0, 0)]
    assert (min(drawn), max(drawn)) == ((30, 44), (49, 53))  # 6 above the baseline, which is 50 from the top, 4 below
    with pikepdf.open(BytesIO(data)) as objects:
        assert [float(each) for each in objects.pages[0].Annots[0].Rect] == [30, 46, 50, 56]
