"""Reads of a TrueType file what laying out and embedding need, and no more: 0.3 ms a face, where fontTools takes 50 ms.

Nothing is parsed before it is asked for, and glyphs stay in the file, which is mapped and not read: a Japanese font of
5 MB costs a few pages of memory. Tables are named as in OpenType 1.9.
"""

from __future__ import annotations

import mmap
import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from exporters.errors import MissingPart

if TYPE_CHECKING:
    from exporters.toolbox.drawing import Drawing, Matrix

type Contour = list[tuple[float, float, bool]]
"""Points x, y in font units, upwards, and whether they are on the curve: those that are not are quadratic controls."""

_ARGUMENTS_ARE_WORDS = 0x0001  # flags of a component ("glyf", Composite Glyph Description)
_ARGUMENTS_ARE_PLACES = 0x0002
_ON_CURVE, _X_IS_BYTE, _Y_IS_BYTE, _REPEATS, _X_IS_SAME, _Y_IS_SAME = (1 << bit for bit in range(6))  # of a point
_HAS_SCALE = 0x0008
_MORE_COMPONENTS = 0x0020
_HAS_TWO_SCALES = 0x0040
_HAS_MATRIX = 0x0080
_MAX_COMPONENTS = 64  # of one glyph: Noto has six, and a damaged font any number


class NotTrueType(ValueError):
    """The file is no TrueType font, or one with a character map that this module does not read."""


class Composed(NamedTuple):
    """A glyph that a font does not have: some that it has, put together."""

    advance: int
    """In font units, as all here."""
    parts: tuple[tuple[int, int, int], ...]
    """Glyphs, and how far to the right and up each of them stands."""


class Face:
    """One TrueType file: the glyph of a character, its width, and fonts that hold some glyphs only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem
        with path.open("rb") as file:
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        version, tables = struct.unpack_from(">4sH", self.data)
        if version != b"\0\1\0\0":
            raise NotTrueType(f"{path.name} is not a TrueType font")
        records = struct.iter_unpack(">4s4xII", self.data[12 : 12 + 16 * tables])
        self._tables = {tag: (offset, length) for tag, offset, length in records}

        head = self._table(b"head")
        self.units_per_em: int = struct.unpack_from(">H", head, 18)[0]
        self.bounds: tuple[int, int, int, int] = struct.unpack_from(">4h", head, 36)
        self._long_offsets: bool = struct.unpack_from(">h", head, 50)[0] == 1
        hhea = self._table(b"hhea")
        self.ascent: int
        self.descent: int
        self.ascent, self.descent = struct.unpack_from(">2h", hhea, 4)
        self._metrics = self._words(b"hmtx", struct.unpack_from(">H", hhea, 34)[0] * 2)
        os2 = self._table(b"OS/2")
        self.weight: int = struct.unpack_from(">H", os2, 4)[0]
        self.cap_height: int = struct.unpack_from(">h", os2, 88)[0]
        post = self._table(b"post")
        self.italic_angle: float = struct.unpack_from(">i", post, 4)[0] / 65536
        self.is_monospaced: bool = struct.unpack_from(">I", post, 12)[0] != 0

        self._starts, self._ends, self._firsts = self._character_map()
        self._known: set[str] = set()  # characters that it has
        self._kerning: tuple[tuple[_Pairs, ...], ...] | None = None

    def glyph(self, character: int) -> int:
        """The glyph of a code point; 0, which is a box, where the font has none."""
        group = bisect_right(self._starts, character) - 1
        if group < 0 or character > self._ends[group]:
            return 0
        return self._firsts[group] + character - self._starts[group]

    def has_all(self, text: str, but: frozenset[str]) -> bool:
        """Whether it has a glyph for each character of a text, but for these."""
        if self._known.issuperset(text):
            return True
        new = {character for character in set(text) - self._known if character in but or self.glyph(ord(character))}
        self._known |= new
        return self._known.issuperset(text)

    def advance(self, glyph: int) -> int:
        """How far the pen moves, in font units. Glyphs beyond the table are as wide as the last one in it."""
        return self._metrics[min(2 * glyph, len(self._metrics) - 2)]

    def kern(self, left: int, right: int) -> int:
        """How much further from each other two glyphs stand than their advances say, in font units; mostly below 0.

        Read are the pairs of "GPOS"; marks, whose places depend on what they stand on, are not for this.
        """
        if self._kerning is None:
            self._kerning = _kerning(self.data, *self._tables[b"GPOS"]) if b"GPOS" in self._tables else ()
        total = 0
        for lookup in self._kerning:
            for pairs in lookup:  # of which the first that knows the pair has the last word
                value = pairs.value(left, right)
                if value is not None:
                    total += value
                    break
        return total

    def drawing(self, glyph: int) -> Drawing:
        """The picture that a glyph of a font in colour is: 1,000 to the em, with the baseline at y = 0."""
        from exporters.toolbox import emoji  # 3 ms

        return emoji.drawing(self, glyph)

    def place(self, tag: bytes) -> int:
        """Where a table begins in `data`."""
        begin: int = self._tables[tag][0]
        return begin

    def contours(self, glyph: int) -> list[Contour]:
        """The outline of a glyph that is not composed of others."""
        outline = self._outline(glyph)
        return _contours(outline) if len(outline) > 10 and outline[0] < 0x80 else []

    def components(self, glyph: int) -> list[tuple[int, Matrix]]:
        """The glyphs that a glyph is composed of, and how each is moved, in font units; [] for one that is not."""
        outline = self._outline(glyph)
        if len(outline) <= 10 or outline[0] < 0x80:
            return []
        found: list[tuple[int, Matrix]] = []
        at, flags = 10, _MORE_COMPONENTS
        while flags & _MORE_COMPONENTS and len(found) < _MAX_COMPONENTS:
            flags, component = struct.unpack_from(">2H", outline, at)
            kind = "h" if flags & _ARGUMENTS_ARE_WORDS else "b"
            x, y = struct.unpack_from(f">2{kind}", outline, at + 4) if flags & _ARGUMENTS_ARE_PLACES else (0, 0)
            at += 4 + 2 * struct.calcsize(kind)
            a, b, c, d = 1.0, 0.0, 0.0, 1.0
            if flags & _HAS_MATRIX:
                a, b, c, d = (each / 16384 for each in struct.unpack_from(">4h", outline, at))
                at += 8
            elif flags & _HAS_TWO_SCALES:
                a, d = (each / 16384 for each in struct.unpack_from(">2h", outline, at))
                at += 4
            elif flags & _HAS_SCALE:
                a = d = struct.unpack_from(">h", outline, at)[0] / 16384
                at += 2
            found.append((component, (a, b, c, d, x, y)))
        return found

    def subset(self, glyphs: Sequence[int | Composed], codes: bytes = bytes(256)) -> bytes:
        """A font whose glyphs are these, numbered from 0 in this order; what they are composed of follows them.

        `codes` are the glyphs of 256 codes. It has the tables that a font in a PDF needs (ISO 32000-1, 9.9).
        """
        order = list(glyphs)
        numbers = {glyph: number for number, glyph in reversed(list(enumerate(order))) if isinstance(glyph, int)}
        # `order` grows while it is walked.
        outlines = [
            self._renumbered(self._outline(glyph) if isinstance(glyph, int) else self._composed(glyph), numbers, order)
            for glyph in order
        ]

        offsets = array("I", [0])
        metrics = array("H")
        for number, (glyph, outline) in enumerate(zip(order, outlines, strict=True)):
            outlines[number] = outline + b"\0" * (-len(outline) % 4)
            offsets.append(offsets[-1] + len(outlines[number]))
            if isinstance(glyph, int):
                metrics.extend((self.advance(glyph), self._bearing(glyph) & 0xFFFF))
            else:
                metrics.extend((glyph.advance, struct.unpack_from(">H", outline, 2)[0]))
        head, hhea, maxp = (bytearray(self._table(tag)) for tag in (b"head", b"hhea", b"maxp"))
        struct.pack_into(">I", head, 8, 0)
        struct.pack_into(">h", head, 50, 1)
        struct.pack_into(">H", hhea, 34, len(order))
        struct.pack_into(">H", maxp, 4, len(order))
        _make_room(maxp, max((len(glyph.parts) for glyph in glyphs if not isinstance(glyph, int)), default=0))
        tables = {
            # For codes of one byte: one table, of format 0, as symbolic fonts in a PDF have it (ISO 32000-1, 9.6.6.4).
            b"cmap": struct.pack(">4HI3H", 0, 1, 1, 0, 12, 0, 262, 0) + codes,
            b"glyf": b"".join(outlines),
            b"head": bytes(head),
            b"hhea": bytes(hhea),
            b"hmtx": _big_endian(metrics),
            b"loca": _big_endian(offsets),
            b"maxp": bytes(maxp),
        }
        tables |= {tag: self._table(tag) for tag in (b"cvt ", b"fpgm", b"prep") if tag in self._tables}
        return _font_file(tables)

    def _table(self, tag: bytes) -> bytes:
        offset, length = self._tables[tag]
        return self.data[offset : offset + length]

    def _words(self, tag: bytes, count: int) -> array[int]:
        offset, _ = self._tables[tag]
        return _numbers("H", self.data[offset : offset + 2 * count])

    def _character_map(self) -> tuple[array[int], array[int], array[int]]:
        # "cmap": groups of consecutive characters with consecutive glyphs, sorted.
        base, _ = self._tables[b"cmap"]
        count: int = struct.unpack_from(">H", self.data, base + 2)[0]
        places = [base + struct.unpack_from(">I", self.data, base + 8 + 8 * index)[0] for index in range(count)]
        formats = {struct.unpack_from(">H", self.data, at)[0]: at for at in places}
        if 12 in formats:
            at = formats[12]
            groups = struct.unpack_from(">I", self.data, at + 12)[0]
            numbers = _numbers("I", self.data[at + 16 : at + 16 + 12 * groups])
            return numbers[0::3], numbers[1::3], numbers[2::3]
        if 4 in formats:
            return self._groups(formats[4])
        raise NotTrueType(f"{self.name} has no character map of format 4 or 12")

    def _groups(self, at: int) -> tuple[array[int], array[int], array[int]]:
        # Format 4, which fonts have whose characters are all below U+10000.
        length, twice = struct.unpack_from(">2xH2xH", self.data, at)
        words = _numbers("H", self.data[at + 14 : at + length])
        count = twice // 2
        ends, starts = words[:count], words[count + 1 : 2 * count + 1]
        deltas, offsets = words[2 * count + 1 : 3 * count + 1], words[3 * count + 1 : 4 * count + 1]
        groups = array("I"), array("I"), array("I")
        for index, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
            listed = 3 * count + 1 + index + offset // 2 - start  # in `words`, less the character
            for first in range(start, end + 1 if offset else start + 1):
                glyph = words[listed + first] if offset else first
                if start != 0xFFFF and (glyph or not offset):
                    for group, value in zip(groups, (first, first if offset else end, glyph + delta), strict=True):
                        group.append(value & 0xFFFF)
        return groups

    def _bearing(self, glyph: int) -> int:
        full = len(self._metrics) // 2
        if glyph < full:
            return self._metrics[2 * glyph + 1]
        offset, _ = self._tables[b"hmtx"]
        bearing: int = struct.unpack_from(">H", self.data, offset + 4 * full + 2 * (glyph - full))[0]
        return bearing

    @property
    def has_outlines(self) -> bool:
        """Whether it can be drawn, and not only measured."""
        return b"glyf" in self._tables

    def _outline(self, glyph: int) -> bytes:
        if not self.has_outlines:
            raise MissingPart(
                f"The font {self.name} is here to measure words, not to draw them. Run `make build/fonts/ready` to "
                "fetch it whole, or add the layer `fonts_cjk`."
            )
        loca, _ = self._tables[b"loca"]
        if self._long_offsets:
            start, end = struct.unpack_from(">2I", self.data, loca + 4 * glyph)
        else:
            start, end = (2 * half for half in struct.unpack_from(">2H", self.data, loca + 2 * glyph))
        base, _ = self._tables[b"glyf"]
        return self.data[base + start : base + end]

    def _composed(self, glyph: Composed) -> bytes:
        # "glyf", Composite Glyph Description, with the numbers that glyphs have here.
        lefts, bottoms, rights, tops = [], [], [], []
        parts = b""
        for index, (part, x, y) in enumerate(glyph.parts):
            outline = self._outline(part)
            if outline:
                left, bottom, right, top = struct.unpack_from(">4h", outline, 2)
                lefts.append(left + x)
                bottoms.append(bottom + y)
                rights.append(right + x)
                tops.append(top + y)
            more = _MORE_COMPONENTS if index + 1 < len(glyph.parts) else 0
            parts += struct.pack(">HHhh", _ARGUMENTS_ARE_WORDS | _ARGUMENTS_ARE_PLACES | more, part, _word(x), _word(y))
        box = [min(lefts, default=0), min(bottoms, default=0), max(rights, default=0), max(tops, default=0)]
        return struct.pack(">5h", -1, *map(_word, box)) + parts

    def _renumbered(self, outline: bytes, numbers: dict[int, int], order: list[int | Composed]) -> bytes:
        # A composite glyph names its components; those that are not in the subset yet are appended to it.
        if len(outline) < 10 or outline[0] < 0x80:  # numberOfContours is not negative: a simple glyph
            return outline
        changed = bytearray(outline)
        at, flags = 10, _MORE_COMPONENTS
        while flags & _MORE_COMPONENTS:
            flags, component = struct.unpack_from(">2H", changed, at)
            if component not in numbers:
                numbers[component] = len(order)
                order.append(component)
            struct.pack_into(">H", changed, at + 2, numbers[component])
            at += 8 if flags & _ARGUMENTS_ARE_WORDS else 6
            if flags & _HAS_SCALE:
                at += 2
            elif flags & _HAS_TWO_SCALES:
                at += 4
            elif flags & _HAS_MATRIX:
                at += 8
        return bytes(changed)


def _make_room(maxp: bytearray, parts: int) -> None:
    # "maxp": how large composite glyphs are at most, and how deep, for those who set memory aside.
    if parts:
        points, contours, all_points, all_contours = struct.unpack_from(">4H", maxp, 6)
        most = [min(0xFFFF, parts * max(points, all_points)), min(0xFFFF, parts * max(contours, all_contours))]
        struct.pack_into(">2H", maxp, 10, *most)
        elements, depth = struct.unpack_from(">2H", maxp, 28)
        struct.pack_into(">2H", maxp, 28, max(elements, parts), depth + 1)


def _word(number: int) -> int:
    return max(-0x8000, min(0x7FFF, number))


def _contours(outline: bytes) -> list[Contour]:
    # "glyf", Simple Glyph Description.
    count = struct.unpack_from(">h", outline)[0]
    ends = struct.unpack_from(f">{count}H", outline, 10)
    at = 12 + 2 * count + struct.unpack_from(">H", outline, 10 + 2 * count)[0]
    flags: list[int] = []
    while len(flags) <= ends[-1]:
        flag = outline[at]
        at += 1
        repeats = 1
        if flag & _REPEATS:
            repeats += outline[at]
            at += 1
        flags += [flag] * repeats
    xs, at = _coordinates(outline, at, flags, _X_IS_BYTE, _X_IS_SAME)
    ys, at = _coordinates(outline, at, flags, _Y_IS_BYTE, _Y_IS_SAME)
    points = [(x, y, bool(flag & _ON_CURVE)) for x, y, flag in zip(xs, ys, flags, strict=True)]
    return [points[start + 1 : end + 1] for start, end in zip((-1, *ends), ends, strict=False) if end > start]


def _coordinates(outline: bytes, at: int, flags: list[int], byte: int, same: int) -> tuple[list[float], int]:
    # Differences: of one byte, with its sign in the flag; none; or of two bytes.
    value = 0
    values: list[float] = []
    for flag in flags:
        if flag & byte:
            value += outline[at] if flag & same else -outline[at]
            at += 1
        elif not flag & same:
            value += int.from_bytes(outline[at : at + 2], signed=True)
            at += 2
        values.append(value)
    return values, at


def _kerning(data: mmap.mmap, base: int, length: int) -> tuple[tuple[_Pairs, ...], ...]:
    # "GPOS": the lookups of the feature "kern", for whichever script, in the order in which they are applied.
    if not length:
        return ()
    features, lookups = (base + offset for offset in struct.unpack_from(">2H", data, base + 6))
    used: set[int] = set()
    for index in range(struct.unpack_from(">H", data, features)[0]):
        tag, offset = struct.unpack_from(">4sH", data, features + 2 + 6 * index)
        if tag == b"kern":
            count = struct.unpack_from(">H", data, features + offset + 2)[0]
            used.update(struct.unpack_from(f">{count}H", data, features + offset + 4))
    places = [lookups + struct.unpack_from(">H", data, lookups + 2 + 2 * index)[0] for index in sorted(used)]
    return tuple(_lookup(data, at) for at in places)


def _lookup(data: mmap.mmap, at: int) -> tuple[_Pairs, ...]:
    kind, _, count = struct.unpack_from(">3H", data, at)
    places = [at + offset for offset in struct.unpack_from(f">{count}H", data, at + 6)]
    if kind == _EXTENSION:
        extended = [(place, *struct.unpack_from(">2xHI", data, place)) for place in places]
        places = [place + offset for place, kind, offset in extended if kind == _PAIRS]
    elif kind != _PAIRS:
        return ()  # contexts, which Noto has for combining marks
    return tuple(_PAIR_FORMATS[struct.unpack_from(">H", data, place)[0]](data, place) for place in places)


class _Pairs:
    """A subtable of pairs: what `value` finds is read when it is asked for."""

    def __init__(self, data: mmap.mmap, at: int) -> None:
        self.data = data
        self._at = at
        coverage, first, second = struct.unpack_from(">3H", data, at + 2)
        self._firsts = _Coverage(data, at + coverage)
        self._skipped = (first & 3).bit_count()  # words before the advance: XPlacement, YPlacement
        self._has_advance = bool(first & 4)
        self._size = first.bit_count() + second.bit_count()  # words

    def value(self, left: int, right: int) -> int | None:
        """What is added to the advance of the left glyph; None where the pair is not in the table."""
        raise NotImplementedError

    def _advance(self, at: int) -> int:
        advance: int = struct.unpack_from(">h", self.data, at + 2 * self._skipped)[0] if self._has_advance else 0
        return advance


class _GlyphPairs(_Pairs):
    """Pair Adjustment Positioning Format 1: each pair of glyphs."""

    def value(self, left: int, right: int) -> int | None:
        index = self._firsts.index(left)
        if index < 0:
            return None
        at = self._at + struct.unpack_from(">H", self.data, self._at + 10 + 2 * index)[0]
        count = struct.unpack_from(">H", self.data, at)[0]
        stride = 1 + self._size
        seconds = _numbers("H", self.data[at + 2 : at + 2 + 2 * stride * count])[::stride]
        place = bisect_right(seconds, right) - 1
        if place < 0 or seconds[place] != right:
            return None
        return self._advance(at + 2 + 2 * stride * place + 2)


class _ClassPairs(_Pairs):
    """Pair Adjustment Positioning Format 2: a matrix of classes of glyphs."""

    def __init__(self, data: mmap.mmap, at: int) -> None:
        super().__init__(data, at)
        lefts, rights, _, self._columns = struct.unpack_from(">4H", data, at + 8)
        self._lefts = _Classes(data, at + lefts)
        self._rights = _Classes(data, at + rights)

    def value(self, left: int, right: int) -> int | None:
        if self._firsts.index(left) < 0:
            return None
        cell = self._lefts.of(left) * self._columns + self._rights.of(right)
        return self._advance(self._at + 16 + 2 * self._size * cell)


_PAIRS, _EXTENSION = 2, 9  # types of lookups
_PAIR_FORMATS = {1: _GlyphPairs, 2: _ClassPairs}


class _Coverage:
    """Which glyphs a subtable knows ("Coverage Table"), as ranges."""

    def __init__(self, data: mmap.mmap, at: int) -> None:
        kind, count = struct.unpack_from(">2H", data, at)
        if kind == 1:
            self._starts = self._ends = _numbers("H", data[at + 4 : at + 4 + 2 * count])
            self._indexes = array("H", range(count))
        else:
            numbers = _numbers("H", data[at + 4 : at + 4 + 6 * count])
            self._starts, self._ends, self._indexes = numbers[::3], numbers[1::3], numbers[2::3]

    def index(self, glyph: int) -> int:
        """Its number in the subtable, or -1."""
        place = bisect_right(self._starts, glyph) - 1
        if place < 0 or glyph > self._ends[place]:
            return -1
        return self._indexes[place] + glyph - self._starts[place]


class _Classes:
    """The classes of glyphs ("Class Definition Table"), as ranges."""

    def __init__(self, data: mmap.mmap, at: int) -> None:
        kind, start, count = struct.unpack_from(">3H", data, at)
        if kind == 1:
            self._starts = self._ends = array("H", range(start, start + count))
            self._classes = _numbers("H", data[at + 6 : at + 6 + 2 * count])
        else:
            numbers = _numbers("H", data[at + 4 : at + 4 + 6 * start])
            self._starts, self._ends, self._classes = numbers[::3], numbers[1::3], numbers[2::3]

    def of(self, glyph: int) -> int:
        """0 for all that are in no class."""
        place = bisect_right(self._starts, glyph) - 1
        return self._classes[place] if place >= 0 and glyph <= self._ends[place] else 0


def _numbers(kind: str, data: bytes) -> array[int]:
    numbers = array(kind, data)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _big_endian(numbers: array[int]) -> bytes:
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers.tobytes()


def _font_file(tables: dict[bytes, bytes]) -> bytes:
    # "Table directory". Checksums are sums of big-endian words; head's checkSumAdjustment makes the file's sum fixed.
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">4s4H", b"\0\1\0\0", count, 16 << power, power, 16 * (count - (1 << power)))
    offset = len(header) + 16 * count
    directory, body = bytearray(), bytearray()
    head = 0
    for tag, data in sorted(tables.items()):
        if tag == b"head":
            head = offset
        padded = data + b"\0" * (-len(data) % 4)
        directory += struct.pack(">4s3I", tag, _checksum(padded), offset, len(data))
        body += padded
        offset += len(padded)
    file = bytearray(header + directory + body)
    struct.pack_into(">I", file, head + 8, (0xB1B0AFBA - _checksum(bytes(file))) & 0xFFFFFFFF)
    return bytes(file)


def _checksum(data: bytes) -> int:
    return sum(_numbers("I", data)) & 0xFFFFFFFF
