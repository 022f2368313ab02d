"""Images of pixels, decoded by Pillow: bounded in size, turned as Exif says, and small enough to be shown.

Only for images that a file cannot hold as they are: Pillow takes 25 ms to import.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from exporters.document.nodes import Resource
from exporters.toolbox.images import MAX_PIXELS

if TYPE_CHECKING:
    from PIL import Image as Pillow

MAX_DECODED = 4 * MAX_PIXELS
"""Pixels in all images of a document that are decoded: at most 20 s of work."""
MAX_KEPT = 12_000_000
"""Pixels of one that is decoded and kept as it is: an A4 page at 300 dpi has 9 million. Larger ones are halved."""

DAMAGED = (OSError, ValueError, LookupError, ArithmeticError, SyntaxError, EOFError, struct.error, zlib.error)
"""What damaged images make zlib, struct and Pillow raise."""


def decoded(resource: Resource) -> Pillow.Image:
    """The image, or the first of a moving one, turned, and not much larger than paper can show. Raises `DAMAGED`."""
    from io import BytesIO

    from PIL import Image, ImageOps

    try:
        opened = Image.open(BytesIO(resource.data), formats=("PNG", "JPEG", "GIF", "WEBP"))
    except Image.DecompressionBombError as error:
        raise ValueError("the image is larger than it said") from error
    with opened as source:
        pixels = source.width * source.height
        if pixels > MAX_PIXELS:
            raise ValueError("the image is larger than it said")
        source.load()
        # A copy, so that what it was decoded from is freed.
        return ImageOps.exif_transpose(_halved(source) if pixels > MAX_KEPT else source.copy())


def plain(image: Pillow.Image) -> Pillow.Image:
    """The image in one of the modes L, RGB and RGBA; the last only where something of it is transparent."""
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        return image if image.getchannel("A").getextrema() != (255, 255) else image.convert("RGB")
    if image.mode.startswith("I"):  # 16 bits of grey, which convert() would cut off instead of scaling
        image = image.convert("I").point(lambda value: value * (1 / 256))
    return image.convert("L" if image.mode in ("1", "L", "I") else "RGB")


def _halved(image: Pillow.Image) -> Pillow.Image:
    from PIL import Image

    if image.mode in ("1", "P"):  # numbers of colours have no mean
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if len(image.getbands()) == 1:
        return image.reduce(2)
    # One band after the other, for Pillow itself would make another whole copy of an image with transparency.
    return Image.merge(image.mode, [image.getchannel(band).reduce(2) for band in image.getbands()])


def orientation(tiff: bytes) -> int:
    """How Exif data says that an image is to be turned, from 1 to 8 (CIPA DC-008, 4.6.4 A); 1 where it is damaged."""
    # TIFF 6.0, section 2: a header, then entries of 12 bytes.
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 1
    start: int = struct.unpack_from(f"{order}I", tiff, 4)[0]
    if start + 2 > len(tiff):
        return 1
    count = struct.unpack_from(f"{order}H", tiff, start)[0]
    for at in range(start + 2, min(start + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind = struct.unpack_from(f"{order}HH", tiff, at)
        if tag == 0x0112 and kind == 3:
            value: int = struct.unpack_from(f"{order}H", tiff, at + 8)[0]
            return value if 1 <= value <= 8 else 1
    return 1
