"""Looks at an image's first bytes: what it is and how large, without decoding it.

Decoding is where hostile images do their harm (30,000 × 30,000 pixels are 2.7 GB from 100 kB of PNG), so readers ask
here first. Sizes are read as the formats define them: PNG (ISO/IEC 15948, 11.2.2), GIF89a (18), JPEG (ITU-T T.81,
B.2.2), WebP (RFC 9649, 2.5 to 2.7).
"""

from __future__ import annotations

import struct

from exporters.document.nodes import Resource

_LOOK = 100  # bytes before the first mark of XML: blanks
MAX_PIXELS = 40_000_000  # 120 MB once decoded to RGB: an A3 page at 300 dpi has 17 million


class NotAnImage(ValueError):
    """The bytes are no image that exporters can show. Says what they are instead, or what is wrong."""


def inspect(data: bytes) -> Resource:
    """Checks that the bytes begin as a PNG, JPEG, GIF or WebP image of bearable size, or are a harmless SVG image.

    Raises `NotAnImage`.
    """
    for magic, media_type, size in _KNOWN:
        if data.startswith(magic):
            try:
                width, height = size(data)
            except (struct.error, IndexError):
                raise NotAnImage(f"is a damaged {media_type} image") from None
            if not (width and height):
                raise NotAnImage(f"is a damaged {media_type} image")
            if width * height > MAX_PIXELS:
                raise NotAnImage(f"has {width} × {height} pixels, more than {MAX_PIXELS // 10**6} million")
            return Resource(media_type, data, width, height)
    if b"<" in data[:_LOOK]:
        from exporters.toolbox import svg  # 1.5 ms, and few documents have such images

        if svg.is_svg(data):
            return Resource("image/svg+xml", data, *svg.size(data))
    raise NotAnImage("is not a PNG, JPEG, GIF, WebP or SVG image")


def _png(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    while True:
        marker, length = struct.unpack_from(">HH", data, at)
        if marker & 0xFF00 != 0xFF00:
            return 0, 0
        if marker == 0xFFFF:  # fill bytes may stand before any marker
            at += 1
            continue
        # SOF0 … SOF15 hold the size; C4, C8 and CC among them are tables.
        if 0xFFC0 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length


def _webp(data: bytes) -> tuple[int, int]:
    if data[8:12] != b"WEBP":
        return 0, 0
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            bits = struct.unpack_from("<I", data, 21)[0]
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            low_width, high_width, low_height, high_height = struct.unpack_from("<HBHB", data, 24)
            return (high_width << 16 | low_width) + 1, (high_height << 16 | low_height) + 1
    return 0, 0


_KNOWN = (
    (b"\x89PNG\r\n\x1a\n", "image/png", _png),
    (b"\xff\xd8\xff", "image/jpeg", _jpeg),
    (b"GIF8", "image/gif", _gif),
    (b"RIFF", "image/webp", _webp),
)
