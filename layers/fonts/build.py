"""Takes the fonts that exporters use out of their packages, with their licences, and says how large they are.

    python layers/fonts/build.py TARGET

`npm ci` must have filled `node_modules` beside this file. The target folder becomes `/opt/fonts` of the layer.
"""

from __future__ import annotations

import mmap
import shutil
import struct
import sys
from pathlib import Path
from typing import BinaryIO

PACKAGES = Path(__file__).parent / "node_modules" / "@expo-google-fonts"

# Packages → the weights taken of them, as the packages name them.
REGULAR = ("400Regular",)
BOLD = (*REGULAR, "700Bold")
ITALIC = (*BOLD, "400Regular_Italic", "700Bold_Italic")
FONTS = {
    "noto-sans": ITALIC,
    "noto-serif": ITALIC,
    "noto-sans-mono": BOLD,
    "noto-sans-math": REGULAR,
    "stix-two-math": REGULAR,
    "noto-sans-symbols": REGULAR,
    "noto-sans-symbols-2": REGULAR,
    "noto-color-emoji": REGULAR,
    "noto-sans-jp": BOLD,
    "noto-sans-sc": BOLD,
    "noto-sans-tc": BOLD,
    "noto-sans-kr": BOLD,
    "noto-sans-adlam": BOLD,
    "noto-sans-arabic": BOLD,
    "noto-sans-armenian": BOLD,
    "noto-sans-bengali": BOLD,
    "noto-sans-canadian-aboriginal": BOLD,
    "noto-sans-cherokee": BOLD,
    "noto-sans-devanagari": BOLD,
    "noto-sans-ethiopic": BOLD,
    "noto-sans-georgian": BOLD,
    "noto-sans-gujarati": BOLD,
    "noto-sans-gurmukhi": BOLD,
    "noto-sans-hebrew": BOLD,
    "noto-sans-kannada": BOLD,
    "noto-sans-khmer": BOLD,
    "noto-sans-lao": BOLD,
    "noto-sans-malayalam": BOLD,
    "noto-sans-mongolian": REGULAR,
    "noto-sans-myanmar": BOLD,
    "noto-sans-nko": REGULAR,
    "noto-sans-oriya": BOLD,
    "noto-sans-sinhala": BOLD,
    "noto-sans-syriac": BOLD,
    "noto-sans-tamil": BOLD,
    "noto-sans-telugu": BOLD,
    "noto-sans-thaana": BOLD,
    "noto-sans-thai": BOLD,
    "noto-sans-tifinagh": REGULAR,
    "noto-serif-tibetan": BOLD,
}

# OpenType 1.9, "Table directory".
TRUETYPE = b"\x00\x01\x00\x00"  # outlines are TrueType's
UNUSED = frozenset({b"SVG "})  # 20 MB of Noto Color Emoji, which has the same in "COLR"


def main(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    total = 0
    for package, weights in FONTS.items():
        for weight in weights:
            [path] = (PACKAGES / package / weight).glob("*.ttf")
            family, _, _ = path.stem.partition("_")
            name = f"{family}-{weight.lstrip('0123456789').replace('Regular_', '').replace('_', '')}"
            size = copy(path, target / f"{name}.ttf")
            total += size
            print(f"{size / 1e6:6.2f} MB  {name}")
        shutil.copyfile(PACKAGES / package / "LICENSE_FONT", target / f"LICENSE-{package}.txt")
    print(f"{total / 1e6:6.2f} MB  in {target}")


def copy(source: Path, target: Path) -> int:
    """Copies a font without the tables that nobody reads; returns its size in bytes."""
    with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:4] != TRUETYPE:
            sys.exit(f"{source.name} is not a TrueType font. Choose another version in layers/fonts/package.json.")
        [count] = struct.unpack_from(">H", data, 4)
        records = [*struct.iter_unpack(">4s3I", data[12 : 12 + 16 * count])]
        kept = [record for record in records if record[0] not in UNUSED]
        if kept == records:
            shutil.copyfile(source, target)
        else:
            with target.open("wb") as made:
                write(data, kept, made)
    return target.stat().st_size


def write(data: mmap.mmap, records: list[tuple[bytes, int, int, int]], target: BinaryIO) -> None:
    """Writes a font anew with some of its tables. Its checksum as a whole stays that of the old one; nobody asks."""
    count = len(records)
    power = count.bit_length() - 1
    target.write(struct.pack(">4s4H", TRUETYPE, count, 16 << power, power, 16 * (count - (1 << power))))
    offset = 12 + 16 * count
    for tag, checksum, _, length in records:
        target.write(struct.pack(">4s3I", tag, checksum, offset, length))
        offset += length + -length % 4
    for _, _, start, length in records:
        target.write(data[start : start + length])
        target.write(bytes(-length % 4))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
