"""What a font for mathematics says about itself: its "MATH" table (OpenType 1.9).

How thick the line of a fraction is, how high a superscript stands, which larger brackets there are, and of which pieces
the largest are built. Read when a formula first asks for it: 0.5 ms.
"""

from __future__ import annotations

import struct
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from exporters.toolbox.fonts import face
from exporters.toolbox.truetype import Face


class Extent(NamedTuple):
    """How far a glyph reaches, in em."""

    width: float
    """How far the pen moves."""
    left: float
    bottom: float
    right: float
    top: float
    """The ink, from the origin, upwards."""


class Piece(NamedTuple):
    """A part that tall brackets, or long arrows, are built of. Lengths are in em."""

    glyph: int
    start: float
    end: float
    """How much of it may be covered by the piece before, and after."""
    length: float
    repeats: bool


class Growth(NamedTuple):
    """How a glyph becomes larger."""

    variants: tuple[tuple[int, float], ...]
    """Glyphs, with their lengths in em, from the smallest."""
    pieces: tuple[Piece, ...]
    """From the bottom to the top, or from left to right."""


NO_GROWTH = Growth((), ())

type Direction = Literal["up", "across"]


class MathFont:
    """A face with what it says about formulas. All lengths are in em."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self._unit = 1 / face.units_per_em
        self._data = face.data
        math = face.place(b"MATH")
        constants, info, variants = (math + offset for offset in struct.unpack_from(">3H", self._data, math + 4))
        # "MathConstants": two percentages, two heights, records of a value and a device table, a percentage.
        shares = struct.unpack_from(">2h2H", self._data, constants)
        values = struct.unpack_from(">" + "hH" * len(_VALUES), self._data, constants + 8)[::2]
        self.constants: dict[str, float] = {
            name: value * self._unit for name, value in zip(_VALUES, values, strict=True)
        }
        self.constants["display_operator_height"] = shares[3] * self._unit
        self.script_share: float = shares[0] / 100
        self.script_script_share: float = shares[1] / 100
        degree_at = constants + 8 + 4 * len(_VALUES)
        self.degree_share: float = struct.unpack_from(">h", self._data, degree_at)[0] / 100
        italics, accents = (info + offset for offset in struct.unpack_from(">2H", self._data, info))
        self._italics, self._accents = self._values(italics), self._values(accents)
        self._overlap: float = struct.unpack_from(">H", self._data, variants)[0] * self._unit
        up, across, up_count, across_count = struct.unpack_from(">4H", self._data, variants + 2)
        places = struct.unpack_from(f">{up_count + across_count}H", self._data, variants + 10)
        self._growths: dict[Direction, dict[int, int]] = {
            "up": self._places(variants, up, places[:up_count]),
            "across": self._places(variants, across, places[up_count:]),
        }
        self._locations = face.place(b"loca"), face.place(b"glyf")
        self._is_long = struct.unpack_from(">h", self._data, face.place(b"head") + 50)[0] == 1
        self._extents: dict[int, Extent] = {}

    def glyph(self, character: str) -> int:
        """The glyph of a character; 0 where the font has none."""
        return self.face.glyph(ord(character))

    def extent(self, glyph: int) -> Extent:
        """How far a glyph reaches."""
        if glyph not in self._extents:
            locations, outlines = self._locations
            if self._is_long:
                start, end = struct.unpack_from(">2I", self._data, locations + 4 * glyph)
            else:
                start, end = (2 * half for half in struct.unpack_from(">2H", self._data, locations + 2 * glyph))
            box = struct.unpack_from(">4h", self._data, outlines + start + 2) if end > start else (0, 0, 0, 0)
            self._extents[glyph] = Extent(self.face.advance(glyph) * self._unit, *(each * self._unit for each in box))
        return self._extents[glyph]

    def italic(self, glyph: int) -> float:
        """How far a slanted glyph leans over its right end."""
        return self._italics.get(glyph, 0.0)

    def accent(self, glyph: int) -> float | None:
        """Where the middle of an accent belongs above a glyph; None where the font does not say."""
        return self._accents.get(glyph)

    def growth(self, glyph: int, direction: Direction) -> Growth:
        """How a glyph becomes taller, or longer."""
        at = self._growths[direction].get(glyph)
        if at is None:
            return NO_GROWTH
        assembly, count = struct.unpack_from(">2H", self._data, at)
        numbers = struct.unpack_from(f">{2 * count}H", self._data, at + 4)
        lengths = [length * self._unit for length in numbers[1::2]]
        variants = tuple(zip(numbers[::2], lengths, strict=True))
        if not assembly:
            return Growth(variants, ())
        pieces_at = at + assembly
        count = struct.unpack_from(">H", self._data, pieces_at + 4)[0]
        records = struct.iter_unpack(">5H", self._data[pieces_at + 6 : pieces_at + 6 + 10 * count])
        unit = self._unit
        pieces = (
            Piece(number, start * unit, end * unit, length * unit, flags & 1 == 1)
            for number, start, end, length, flags in records
        )
        return Growth(variants, tuple(pieces))

    def built(self, pieces: tuple[Piece, ...], length: float) -> list[tuple[int, float]]:
        """The glyphs that pieces build at least this length of, each with where it begins; and the end of the last."""
        repeated = [piece for piece in pieces if piece.repeats]
        times = 0
        while True:
            row = [piece for piece in pieces for _ in range(times if piece.repeats else 1)]
            overlaps = [min(self._overlap, a.end, b.start) for a, b in pairwise(row)]
            longest = sum(piece.length for piece in row) - sum(overlaps)
            if (longest >= length and row) or times >= _MAX_REPEATS or not repeated:
                break
            gain = sum(piece.length for piece in repeated) - len(repeated) * self._overlap
            if gain <= 0:
                break
            times = min(_MAX_REPEATS, times + max(1, int((length - longest) / gain)))
        # What is too much is taken from the overlaps, as far as they go.
        rooms = [
            max(0.0, min(before.end, after.start) - overlap)
            for before, after, overlap in zip(row, row[1:], overlaps, strict=False)
        ]
        share = min(1.0, max(0.0, longest - length) / sum(rooms)) if sum(rooms) else 0.0
        glyphs: list[tuple[int, float]] = []
        at = 0.0
        for index, piece in enumerate(row):
            glyphs.append((piece.glyph, at))
            at += piece.length
            if index < len(overlaps):
                at -= overlaps[index] + share * rooms[index]
        return [*glyphs, (0, at)]

    def _values(self, at: int) -> dict[int, float]:
        # "MathItalicsCorrectionInfo" and "MathTopAccentAttachment": a coverage, and a record for each glyph in it.
        coverage, count = struct.unpack_from(">2H", self._data, at)
        values = struct.unpack_from(">" + "hH" * count, self._data, at + 4)[::2]
        return {glyph: value * self._unit for glyph, value in zip(self._coverage(at + coverage), values, strict=False)}

    def _places(self, base: int, coverage: int, offsets: tuple[int, ...]) -> dict[int, int]:
        if not coverage:
            return {}
        return {glyph: base + offset for glyph, offset in zip(self._coverage(base + coverage), offsets, strict=False)}

    def _coverage(self, at: int) -> list[int]:
        # "Coverage Table": a list of glyphs, or of ranges.
        form, count = struct.unpack_from(">2H", self._data, at)
        if form == 1:
            return list(struct.unpack_from(f">{count}H", self._data, at + 4))
        ranges = struct.iter_unpack(">3H", self._data[at + 4 : at + 4 + 6 * count])
        return [glyph for first, last, _ in ranges for glyph in range(first, last + 1)]


@cache
def math_font(name: str) -> MathFont:
    """The font of this name, opened once per process. Raises `MissingPart`."""
    return MathFont(face(name))


_MAX_REPEATS = 200  # pieces in a row: a bracket as high as a page has 60

# The values of "MathConstants", in their order.
_VALUES = """
math_leading axis_height accent_base_height flattened_accent_base_height
subscript_shift_down subscript_top_max subscript_baseline_drop_min
superscript_shift_up superscript_shift_up_cramped superscript_bottom_min superscript_baseline_drop_max
sub_superscript_gap_min superscript_bottom_max_with_subscript space_after_script
upper_limit_gap_min upper_limit_baseline_rise_min lower_limit_gap_min lower_limit_baseline_drop_min
stack_top_shift_up stack_top_display_style_shift_up stack_bottom_shift_down stack_bottom_display_style_shift_down
stack_gap_min stack_display_style_gap_min
stretch_stack_top_shift_up stretch_stack_bottom_shift_down stretch_stack_gap_above_min stretch_stack_gap_below_min
fraction_numerator_shift_up fraction_numerator_display_style_shift_up
fraction_denominator_shift_down fraction_denominator_display_style_shift_down
fraction_numerator_gap_min fraction_num_display_style_gap_min fraction_rule_thickness
fraction_denominator_gap_min fraction_denom_display_style_gap_min
skewed_fraction_horizontal_gap skewed_fraction_vertical_gap
overbar_vertical_gap overbar_rule_thickness overbar_extra_ascender
underbar_vertical_gap underbar_rule_thickness underbar_extra_descender
radical_vertical_gap radical_display_style_vertical_gap radical_rule_thickness radical_extra_ascender
radical_kern_before_degree radical_kern_after_degree
""".split()
