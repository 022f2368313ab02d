"""Emoji in colour: what we read of the font is what HarfBuzz paints."""

from collections.abc import Iterator

import pytest
import uharfbuzz
from counting import steps
from fontTools.misc.transform import Transform

from exporters.toolbox import fonts
from exporters.toolbox.drawing import Drawing, Group, LinearGradient, Part, RadialGradient, Shape
from exporters.toolbox.fonts import Fonts

SOME = "😀🤔🥳🦊🌍🌈🍕🚀🏠📚💻🎸⚽💡🔑✅🪐🎨🦚🍉🧬☁🧊🔮⌚❤"
FLAGS = "🇨🇭🇺🇸🇳🇵"


def glyphs_of(text: str) -> list[int]:
    [(widths, run)] = Fonts().font("sans").runs(text)
    return [glyph.number for glyph in widths.glyphs(run)]


def drawing_of(text: str) -> Drawing:
    [glyph] = glyphs_of(text)
    return fonts.face("NotoColorEmoji-Regular").drawing(glyph)


def shapes(parts: tuple[Part, ...]) -> Iterator[Shape]:
    for part in parts:
        match part:
            case Shape():
                yield part
            case Group():
                yield from shapes(part.parts)


def bounds(points: list[tuple[float, float]]) -> tuple[float, ...]:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def read(shape: Shape) -> tuple:
    """The kind of fill, its colours, where it begins, and the box of the points on its outline."""
    points = [numbers[-2:] for _, numbers in shape.path if numbers]
    match shape.fill:
        case LinearGradient() | RadialGradient() as gradient:
            start = Transform(*gradient.transform).transformPoint(gradient.start[:2])
            return type(gradient).__name__, [stop.colour for stop in gradient.stops], start, bounds(points)
        case colour:
            return "Colour", [colour], None, bounds(points)


class Painted:
    """What HarfBuzz paints, in the same terms."""

    def __init__(self, glyph: int) -> None:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(fonts.folder() / "NotoColorEmoji-Regular.ttf")))
        self.font = uharfbuzz.Font(face)
        self.matrices = [Transform(1000 / face.upem, 0, 0, -1000 / face.upem, 0, 0)]
        self.clips: list[tuple[float, ...]] = []
        self.fills: list[tuple] = []
        painter = uharfbuzz.PaintFuncs()
        painter.set_push_transform_func(self.push)
        painter.set_pop_transform_func(lambda _: self.matrices.pop())
        painter.set_push_clip_glyph_func(self.clip)
        painter.set_push_clip_rectangle_func(lambda *_: self.clips.append(()))
        painter.set_pop_clip_func(lambda _: self.clips.pop())
        painter.set_color_func(lambda colour, *_: self.fill("Colour", [colour], None))
        painter.set_linear_gradient_func(lambda line, x, y, *_: self.fill("LinearGradient", stops(line), (x, y)))
        painter.set_radial_gradient_func(lambda line, x, y, *_: self.fill("RadialGradient", stops(line), (x, y)))
        self.font.paint_glyph(glyph, painter)

    def push(self, *numbers) -> None:
        self.matrices.append(self.matrices[-1].transform(numbers[:6]))

    def clip(self, glyph: int, _) -> None:
        points: list[tuple[float, float]] = []
        outline = uharfbuzz.DrawFuncs()
        outline.set_move_to_func(lambda x, y, _: points.append((x, y)))
        outline.set_line_to_func(lambda x, y, _: points.append((x, y)))
        outline.set_quadratic_to_func(lambda _u, _v, x, y, _: points.append((x, y)))
        self.font.draw_glyph(glyph, outline)
        self.clips.append(bounds([self.matrices[-1].transformPoint(point) for point in points]))

    def fill(self, kind: str, colours: list, start: tuple[float, float] | None) -> None:
        triples = [(each.red / 255, each.green / 255, each.blue / 255) for each in colours]
        self.fills.append((kind, triples, start and self.matrices[-1].transformPoint(start), self.clips[-1]))


def stops(line) -> list:
    return [stop.color for stop in sorted(line.color_stops, key=lambda stop: stop.offset)]


@pytest.mark.parametrize("emoji", SOME)
def test_emoji_are_drawn_as_harfbuzz_paints_them(emoji):
    [glyph] = glyphs_of(f"{emoji}\ufe0f")
    ours = [read(shape) for shape in shapes(drawing_of(f"{emoji}\ufe0f").parts)]
    theirs = [fill for fill in Painted(glyph).fills if fill[-1]]  # without what only says how opaque a group is
    assert len(ours) == len(theirs) > 1
    for (kind, colours, start, box), (their_kind, their_colours, their_start, their_box) in zip(
        ours, theirs, strict=True
    ):
        assert kind == their_kind
        assert [pytest.approx(colour, abs=0.002) for colour in colours] == their_colours
        assert start == (their_start and pytest.approx(their_start, abs=0.2))
        assert box == pytest.approx(their_box, abs=0.2)


def test_a_drawing_stands_on_the_baseline():
    drawing = drawing_of("😀")
    assert (round(drawing.width), round(drawing.height), round(drawing.depth)) == (1245, 928, 244)
    left, top, right, bottom = bounds(
        [point for shape in shapes(drawing.parts) for point in [read(shape)[3][:2], read(shape)[3][2:]]]
    )
    assert 0 < left < 100 and 1145 < right < 1245
    assert -928 < top < -800 and 150 < bottom < 244


@pytest.mark.parametrize("flag", glyphs_of(FLAGS))
def test_flags_are_flat(flag):
    # Their waves are light that is mixed into the colours below it.
    drawing = fonts.face("NotoColorEmoji-Regular").drawing(flag)
    assert {type(shape.fill) for shape in shapes(drawing.parts)} == {tuple}


def test_a_glyph_without_colours_is_black():
    [shape] = fonts.face("NotoColorEmoji-Regular").drawing(0).parts
    assert shape.fill == (0, 0, 0)


def test_an_emoji_takes_few_steps():
    face, glyphs = fonts.face("NotoColorEmoji-Regular"), [glyphs_of(f"{emoji}\ufe0f")[0] for emoji in SOME]
    face.drawing(glyphs[0])  # what is only done once
    taken = [steps(lambda glyph=glyph: face.drawing(glyph)) for glyph in glyphs]
    assert max(taken) < 60_000  # 21,000: the globe
    assert sum(taken) < 20_000 * len(taken)  # 6,000 each
