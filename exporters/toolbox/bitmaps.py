"""Images as bitmaps, which are all that metafiles hold ([MS-WMF], 2.2.2.3)."""

from __future__ import annotations

from math import sqrt

from exporters.document.nodes import Resource
from exporters.toolbox import decoding

MAX_DECODED = decoding.MAX_DECODED


class Bitmap:
    """Rows of pixels from below to above, blue green red, each row filled up to four bytes."""

    __slots__ = ("height", "rows", "width")

    def __init__(self, width: int, height: int, rows: bytes) -> None:
        self.width, self.height, self.rows = width, height, rows


def bitmap(resource: Resource, width: float, height: float, most: int) -> Bitmap | None:
    """An image with no more pixels than this in either direction, or `most` in all, on white; None if it is damaged."""
    try:
        image = decoding.plain(decoding.decoded(resource))
    except decoding.DAMAGED:
        return None
    bound = sqrt(most / (image.width * image.height))
    scale = min(1.0, bound, max(width / image.width, height / image.height, 0.0))
    if scale < 1:
        image = image.resize((max(1, int(image.width * scale)), max(1, int(image.height * scale))))
    if image.mode == "RGBA":
        from PIL import Image

        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    stride = (3 * image.width + 3) // 4 * 4
    return Bitmap(image.width, image.height, image.convert("RGB").tobytes("raw", "BGR", stride, -1))
