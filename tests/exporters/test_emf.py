"""Metafiles: their records, read as [MS-EMF] says, and by Pillow as far as it goes without Windows."""

from __future__ import annotations

import io
import math
import struct
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image
from samples import png

from exporters.document import Resource
from exporters.toolbox import emf, formula
from exporters.toolbox.dashes import dashed
from exporters.toolbox.drawing import (
    Area,
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
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.images import inspect
from exporters.toolbox.svg_paths import bounds, ellipse, rectangle

FONTS = Fonts()
RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
BOX = rectangle(10, 10, 30, 20)
FADING = (Stop(0, RED), Stop(1, BLUE, 0.5))

HEADER, EOF, SAVE, RESTORE, SELECT, DELETE, CREATE_BRUSH = 1, 14, 33, 34, 37, 40, 39
BEGIN, END, FILL, BOTH, STROKE, CLIP_PATH, CLIP_BOX = 59, 60, 62, 63, 64, 67, 30
BITMAP, CREATE_FONT, TEXT, LINES, CREATE_PEN = 81, 82, 84, 89, 95


class Record(NamedTuple):
    kind: int
    data: bytes

    def numbers(self, layout: str, at: int = 0) -> tuple[int, ...]:
        """From what stands after kind and size."""
        return struct.unpack_from(f"<{layout}", self.data, 8 + at)


def records(
    *parts: Part, resources: dict[str, Resource] | None = None, size: tuple[float, float] = (100, 80)
) -> list[Record]:
    """The records of a metafile that keeps what its header promises."""
    data = emf.write(Drawing(*size, parts), resources or {}, FONTS)
    found: list[Record] = []
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<2I", data, at)
        assert length % 4 == 0
        assert length >= 8
        found.append(Record(kind, data[at : at + length]))
        at += length
    header, last = found[0], found[-1]
    assert (header.kind, last.kind) == (HEADER, EOF)
    signature, version, size_of_all, count, handles = struct.unpack_from("<4IH", data, 40)
    assert (signature, version, size_of_all, count) == (0x464D4520, 0x10000, len(data), len(found))
    made = [record.numbers("I")[0] for record in found if record.kind in (CREATE_BRUSH, CREATE_FONT, CREATE_PEN)]
    assert all(0 < number < handles for number in made)
    assert kinds(found).count(BEGIN) == kinds(found).count(END)
    assert kinds(found).count(SAVE) == kinds(found).count(RESTORE)
    return found


def kinds(found: list[Record]) -> list[int]:
    return [record.kind for record in found]


def of(kind: int, found: list[Record]) -> list[Record]:
    return [record for record in found if record.kind == kind]


def text_of(record: Record) -> tuple[str, tuple[int, int], tuple[int, ...]]:
    """What is written, where, and how far each unit of it advances, in hundredths of a point."""
    x, y, count, at = record.numbers("2i2I", 28)
    [steps] = record.numbers("I", 64)
    text = record.data[at : at + 2 * count].decode("utf-16-le")
    return text, (x, y), struct.unpack_from(f"<{count}I", record.data, steps)


def colours(found: list[Record]) -> list[str]:
    """Of brushes, as rrggbb."""
    return [
        f"{int.from_bytes(struct.pack('<I', record.numbers('3I')[2])[:3]):06x}" for record in of(CREATE_BRUSH, found)
    ]


# The file


def test_others_know_what_it_is_and_how_large() -> None:
    data = emf.write(Drawing(144, 72, (Shape(BOX, RED),)), {}, FONTS)

    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "WMF"  # which Pillow calls both
        assert picture.info["wmf_bbox"] == (0, 0, 1_439, 719)
    assert struct.unpack_from("<4i", data, 24) == (0, 0, 5_080, 2_540)  # hundredths of millimetres: two inches by one


def test_an_empty_drawing_is_a_file() -> None:
    assert len(records(size=(0, 0))) > 1


# Shapes


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (Shape(BOX, RED), FILL),
        (Shape(BOX, None, Pen(RED)), STROKE),
        (Shape(BOX, RED, Pen(BLUE)), BOTH),
    ],
    ids=["filled", "outlined", "both"],
)
def test_a_shape_is_one_path(shape: Shape, kind: int) -> None:
    found = records(shape)

    assert [each for each in kinds(found) if each in (FILL, STROKE, BOTH)] == [kind]
    [lines] = of(LINES, found)
    assert lines.numbers("I6h", 16) == (3, 4000, 1000, 4000, 3000, 1000, 3000)


def test_what_is_far_away_has_coordinates_of_four_bytes() -> None:
    [lines] = [record for record in records(Shape(rectangle(0, 0, 4_000, 1), RED)) if record.kind == 6]

    assert lines.numbers("I2i", 16) == (3, 400_000, 0)


@pytest.mark.parametrize(
    ("part", "colour"),
    [
        (Shape(BOX, RED), "ff0000"),
        (Shape(BOX, RED, opacity=0.5), "ff8080"),
        (Group((Shape(BOX, (0, 0, 0), opacity=0.5),), opacity=0.5), "bfbfbf"),
        (Shape(rectangle(0, 0, 4, 4), LinearGradient((0, 0), (4, 0), (Stop(0, RED), Stop(1, BLUE)))), "800080"),
    ],
    ids=["as it is", "half", "half of half", "the middle of a small gradient"],
)
def test_transparency_is_mixed_with_white(part: Part, colour: str) -> None:
    assert colours(records(part)) == [colour]


def test_what_nobody_sees_is_not_there() -> None:
    parts = (
        Shape(BOX, RED, opacity=0),
        Shape((), RED),
        Shape(BOX),
        Group((Shape(BOX, RED),), clip=()),
        Area(0, 0, 9, 9, "#a"),
    )

    assert not set(kinds(records(*parts))) & {FILL, STROKE, BOTH}


@pytest.mark.parametrize(
    "gradient",
    [LinearGradient((10, 10), (40, 30), FADING), RadialGradient((25, 20, 0), (25, 20, 15), FADING)],
    ids=["linear", "radial"],
)
def test_a_gradient_is_bands_within_the_shape(gradient: LinearGradient | RadialGradient) -> None:
    found = records(Shape(ellipse(25, 20, 15, 10), gradient))

    order = [each for each in kinds(found) if each in (SAVE, CLIP_PATH, FILL, RESTORE)]
    assert order[:2] == [SAVE, CLIP_PATH]
    assert order[-1] == RESTORE
    assert order.count(FILL) >= 32
    shades = colours(found)
    assert len(set(shades)) >= 30
    reds = [int(shade[:2], 16) for shade in shades]
    assert reds == sorted(reds, reverse=isinstance(gradient, LinearGradient)) or isinstance(gradient, RadialGradient)


def test_dashes_are_lines_of_their_own() -> None:
    path = (("M", (0.0, 0.0)), ("L", (10.0, 0.0)))

    assert dashed(path, (3, 1)) == (
        *(("M", (0, 0)), ("L", (3, 0)), ("M", (4, 0)), ("L", (7, 0))),
        *(("M", (8, 0)), ("L", (10, 0))),
    )
    assert dashed(path, (3,), 4) == (("M", (2, 0)), ("L", (5, 0)), ("M", (8, 0)), ("L", (10, 0)))
    moves = [record for record in records(Shape(path, None, Pen(RED, dashes=(3, 1)))) if record.kind == 27]
    assert [move.numbers("2i") for move in moves] == [(0, 0), (400, 0), (800, 0)]


@pytest.mark.parametrize("dashes", [(), (0.0,), (1e-9, 1e-9), (-1.0, 2.0), (math.inf, 1.0), (math.nan,)])
def test_dashes_that_make_no_sense_are_a_line(dashes: tuple[float, ...]) -> None:
    path = (("M", (0.0, 0.0)), ("C", (0.0, 100.0, 100.0, 100.0, 100.0, 0.0)), ("Z", ()))

    assert dashed(path, dashes) == path


def test_dashes_follow_curves_and_close() -> None:
    found = dashed(ellipse(0, 0, 10, 10), (1, 1))

    assert sum(name == "M" for name, _ in found) == pytest.approx(2 * math.pi * 10 / 2, abs=1)
    assert bounds(found) == pytest.approx((-10, -10, 10, 10), abs=0.2)


def test_clips_are_kept_and_left() -> None:
    upright, round_ = Group((Shape(BOX, RED),), clip=BOX), Group((Shape(BOX, BLUE),), clip=ellipse(20, 20, 9, 9))

    found = records(upright, round_, Shape(BOX, RED))
    assert [kind for kind in kinds(found) if kind in (SAVE, CLIP_BOX, CLIP_PATH, FILL, RESTORE)] == [
        *(SAVE, CLIP_BOX, FILL, RESTORE),
        *(SAVE, CLIP_PATH, FILL, RESTORE),
        FILL,
    ]
    assert of(CLIP_BOX, found)[0].numbers("4i") == (1000, 1000, 4000, 3000)


def test_a_pen_or_brush_is_made_once_and_there_are_never_too_many() -> None:
    same = records(*(Shape(BOX, RED, Pen(BLUE)) for _ in range(50)))
    assert (len(of(CREATE_BRUSH, same)), len(of(CREATE_PEN, same)), len(of(SELECT, same))) == (1, 1, 2)

    many = records(*(Shape(BOX, (index % 256 / 255, index // 256 / 255, 0)) for index in range(1_200)))
    assert len(of(CREATE_BRUSH, many)) == 1_200
    alive = most = 0
    for record in many:
        alive += (record.kind == CREATE_BRUSH) - (record.kind == DELETE)
        most = max(most, alive)
    assert most <= 500


def test_after_a_group_nothing_is_used_that_was_deleted_within_it() -> None:
    many = (Shape(BOX, (index % 256 / 255, index // 256 / 255, 0)) for index in range(600))

    found = records(Shape(BOX, BLUE), Group(tuple(many), clip=BOX), Shape(BOX, BLUE))
    after = kinds(found)[len(found) - 1 - kinds(found)[::-1].index(RESTORE) :]
    assert SELECT in after


# Words


def test_words_are_text_of_the_width_they_were_laid_out_for() -> None:
    found = records(Words("Hello, wide world", 10, 20, 12, RED, bold=True))

    text, place, steps = text_of(of(TEXT, found)[0])
    assert (text, place) == ("Hello, wide world", (1000, 2000))
    width = sum(sum(map(w.__getitem__, run.split(" "))) + 2 * w[" "] for w, run in FONTS.font("sans", True).runs(text))
    assert sum(steps) == pytest.approx(1200 * width, abs=2)
    font = of(CREATE_FONT, found)[0]
    height, _, _, _, weight = font.numbers("5i", 4)
    assert -1300 < height < -1200
    assert weight == 700
    assert font.data[40:52].decode("utf-16-le") == "Arial\0"
    assert len(font.data) == 12 + 320


@pytest.mark.parametrize(("family", "name"), [("sans", "Arial"), ("serif", "Times New Roman"), ("mono", "Courier New")])
def test_fonts_are_those_of_every_system(family: str, name: str) -> None:
    [font] = of(CREATE_FONT, records(Words("x", 0, 9, 9, family=family)))  # type: ignore[arg-type]

    assert font.data[40:104].decode("utf-16-le").rstrip("\0") == name


@pytest.mark.parametrize(("anchor", "share"), [("start", 0), ("middle", 0.5), ("end", 1)])
def test_words_stand_by_their_anchor(anchor: str, share: float) -> None:
    _, (x, _), steps = text_of(of(TEXT, records(Words("anchored", 50, 20, 10, anchor=anchor)))[0])  # type: ignore[arg-type]

    assert x == pytest.approx(5000 - share * sum(steps), abs=2)


def test_words_turn_with_their_group() -> None:
    found = records(Group((Words("up", 0, 0, 10),), (0, -1, 1, 0, 50, 50)))

    _, _, escapement, orientation = of(CREATE_FONT, found)[0].numbers("4i", 4)
    assert (escapement, orientation) == (900, 900)
    assert text_of(of(TEXT, found)[0])[1] == (5000, 5000)


def test_letters_are_not_pushed_into_each_other() -> None:
    found = records(Words("squeezed words", 0, 9, 10, stretch=0.5))

    [font] = of(CREATE_FONT, found)
    assert font.numbers("i", 4)[0] > -600, "smaller instead"


@pytest.mark.parametrize("text", ["مرحبا", "שלום", "नमस्ते", "👍🏽"], ids=["Arabic", "Hebrew", "Hindi", "emoji"])
def test_what_would_be_shaped_in_another_way_is_drawn(text: str) -> None:
    found = records(Words(text, 10, 20, 12))

    assert not of(TEXT, found)
    assert of(FILL, found)


def test_a_text_of_several_scripts_is_set_in_their_order() -> None:
    found = records(Words("ab שלום cd", 10, 20, 12))

    texts = [text_of(record) for record in of(TEXT, found)]
    assert "".join(text for text, _, _ in texts).split() == ["ab", "cd"]
    assert texts[0][1] < texts[-1][1]


def test_characters_of_two_units_advance_once() -> None:
    text, _, steps = text_of(of(TEXT, records(Words("x𝔘y", 0, 9, 10, family="sans")))[0])

    assert len(steps) == len(text.encode("utf-16-le")) // 2


def test_formulas_are_outlines() -> None:
    drawing = formula.drawing(r"\frac{a}{b}", 10, RED, True, FONTS, {}, formula.SANS)
    found = records(*drawing.parts, size=(drawing.width, drawing.height))

    assert not of(TEXT, found)
    assert len(of(FILL, found)) >= 3


def test_outlines_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emf, "_MAX_OUTLINED", 1_000)

    found = records(*(Words("👨" * 50, 0, 9, 10) for _ in range(20)))
    assert 1_000 < len(found) < 3_500
    assert len(of(TEXT, found)) == 19, "the rest is text"


# Pictures


def test_a_picture_is_a_bitmap_in_its_place() -> None:
    [bitmap] = of(BITMAP, records(Picture("p", 10, 20, 30, 40), resources={"p": inspect(png(4, 2))}))

    x, y, _, _, width, height, info, info_size, bits, size, _, operation, across, down = bitmap.numbers("6i6I2i", 16)
    assert (x, y, across, down) == (1000, 2000, 3000, 4000)
    assert (width, height, operation) == (4, 2, 0xCC0020)
    assert struct.unpack_from("<I2i2H", bitmap.data, info) == (40, 4, 2, 1, 24)
    assert bits == info + info_size
    assert bitmap.data[bits : bits + 3] == b"\x5a\x6e\x3c"  # blue, green, red
    assert size == 24


def test_pictures_are_no_larger_than_they_show_and_all_together_bounded() -> None:
    resources = {"p": inspect(png(1_000, 1_000))}
    [small] = of(BITMAP, records(Picture("p", 0, 0, 10, 10), resources=resources))
    assert small.numbers("2i", 32) == (30, 30)

    many = records(*(Picture("p", 0, 0, 1_000, 1_000) for _ in range(20)), resources=resources)
    assert sum(len(record.data) for record in many) < 6_100_000


@pytest.mark.parametrize("resource", [None, Resource("image/png", png(4, 4)[:45], 4, 4)], ids=["gone", "damaged"])
def test_a_picture_that_cannot_be_seen_is_left_out(resource: Resource | None) -> None:
    assert not of(BITMAP, records(Picture("p", 0, 0, 9, 9), resources={"p": resource} if resource else {}))


# Whatever comes

NUMBERS = some.floats(-1e4, 1e4) | some.sampled_from([math.inf, -math.inf, math.nan, 1e300, 0.0])


@given(some.lists(NUMBERS, min_size=12, max_size=12), some.text(max_size=10))
@settings(max_examples=60)
def test_any_numbers_and_text_make_a_file(numbers: list[float], text: str) -> None:
    a, b, c, d, e, f, *rest = numbers
    text = text.encode(errors="replace").decode()
    path = (("M", (a, b)), ("L", (c, d)), ("C", tuple(rest)), ("Z", ()))
    gradient = LinearGradient((a, b), (c, d), FADING, (a, b, c, d, e, f))
    records(
        Shape(path, RED, Pen(BLUE, abs(a), (abs(b), abs(c)), d)),
        Shape(path, gradient),
        Shape(path, RadialGradient((a, b, abs(c)), (d, e, abs(f)), FADING)),
        Group((Shape(path, RED), Words(text, e, f, abs(a) % 100)), (a, b, c, d, e, f), clip=path),
        Words(text, a, b, 10, stretch=abs(c) % 3),
        Picture("p", a, b, c, d),
        resources={"p": inspect(png(2, 2))},
    )
