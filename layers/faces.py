"""Layers of fonts: which faces are taken of which packages, and what of them.

Source: OpenType 1.9, "Table directory"; a table's checksum stays, that of the whole font too, for nobody asks for it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from layers.content import READABLE, Entry, Unfit

REGULAR = ("400Regular",)
BOLD = (*REGULAR, "700Bold")
ITALIC = (*BOLD, "400Regular_Italic", "700Bold_Italic")

_TRUETYPE = (
    b"\x00\x01\x00\x00"  # outlines are TrueType's, which is all that PDF and `exporters/toolbox/truetype.py` take
)
_UNUSED = frozenset({b"SVG "})  # 20 MB of Noto Color Emoji, which has the same in "COLR"
_TO_DRAW = frozenset({b"glyf", b"loca", b"cvt ", b"fpgm", b"prep", b"gasp", b"BASE", b"vhea", b"vmtx"})


@dataclass(frozen=True, slots=True)
class Faces:
    """A layer that fills `/opt/fonts`. Names are those of npm's `@expo-google-fonts/*`."""

    description: str
    licence: str
    drawn: Mapping[str, tuple[str, ...]]
    """Packages → weights of them to draw and measure with, as the packages name them."""
    measured: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Likewise, without outlines: words are as wide in them, but another layer draws them."""
    packages: tuple[str, ...] = ()
    """The layers whose `package-lock.json` pins the packages; its own alone if it names none."""

    def entries(self, packages: Mapping[str, Path]) -> Iterator[Entry]:
        """What the layer holds, from the folders that the packages are in. Raises `Unfit`."""
        for package, weights in self.drawn.items():
            for weight in weights:
                name, data = _read(packages[package], weight)
                yield Entry(f"fonts/{name}.ttf", _without(data, _UNUSED), READABLE)
        for package, weights in self.measured.items():
            for weight in weights:
                name, data = _read(packages[package], weight)
                yield Entry(f"fonts/{name}.metrics", _without(data, _UNUSED | _TO_DRAW), READABLE)
        for package in (*self.drawn, *self.measured):
            yield Entry(f"fonts/LICENSE-{package}.txt", (packages[package] / "LICENSE_FONT").read_bytes(), READABLE)


def _read(package: Path, weight: str) -> tuple[str, bytes]:
    """What the exporters call a face, and its file."""
    [path] = (package / weight).glob("*.ttf")
    data = path.read_bytes()
    if data[:4] != _TRUETYPE:
        raise Unfit(f"{path.name} is not a TrueType font. Pin another version of its package in package.json.")
    family, _, _ = path.stem.partition("_")
    return f"{family}-{weight.lstrip('0123456789').replace('Regular_', '').replace('_', '')}", data


def _without(data: bytes, unused: frozenset[bytes]) -> bytes:
    """A font without some of its tables."""
    [count] = struct.unpack_from(">H", data, 4)
    records = [*struct.iter_unpack(">4s3I", data[12 : 12 + 16 * count])]
    kept = [record for record in records if record[0] not in unused]
    return data if kept == records else _written(data, kept)


def _written(data: bytes, records: list[tuple[bytes, int, int, int]]) -> bytes:
    count = len(records)
    power = count.bit_length() - 1
    head = bytearray(struct.pack(">4s4H", _TRUETYPE, count, 16 << power, power, 16 * (count - (1 << power))))
    body = bytearray()
    begin = 12 + 16 * count
    for tag, checksum, start, length in records:
        head += struct.pack(">4s3I", tag, checksum, begin + len(body), length)
        body += data[start : start + length] + bytes(-length % 4)
    return bytes(head + body)
