"""What an image's first bytes say, and what hostile ones may not."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest
from PIL import Image as Pillow
from samples import png

from exporters.toolbox.images import MAX_PIXELS, NotAnImage, inspect


def picture(format: str, **options: object) -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", (7, 5), "teal").save(out, format, **options)
    return out.getvalue()


PICTURES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "png": ("image/png", lambda: picture("PNG")),
    "gif": ("image/gif", lambda: picture("GIF")),
    "jpeg": ("image/jpeg", lambda: picture("JPEG")),
    "progressive jpeg": ("image/jpeg", lambda: picture("JPEG", progressive=True)),
    "jpeg with much before its size": ("image/jpeg", lambda: picture("JPEG", icc_profile=bytes(3_000))),
    "lossy webp": ("image/webp", lambda: picture("WEBP", quality=50)),
    "lossless webp": ("image/webp", lambda: picture("WEBP", lossless=True)),
    "extended webp": ("image/webp", lambda: picture("WEBP", icc_profile=bytes(300))),
}


@pytest.mark.parametrize("name", PICTURES)
def test_type_and_size_are_those_that_the_file_has(name: str) -> None:
    media_type, make = PICTURES[name]
    data = make()
    resource = inspect(data)
    assert (resource.media_type, resource.width, resource.height) == (media_type, 7, 5)
    assert resource.data is data


@pytest.mark.parametrize("name", PICTURES)
def test_an_image_cut_short_is_damaged_or_known_by_its_size(name: str) -> None:
    _, make = PICTURES[name]
    data = make()
    for length in range(len(data)):
        try:
            resource = inspect(data[:length])
        except NotAnImage:
            continue
        assert (resource.width, resource.height) == (7, 5)


def test_fill_bytes_in_a_jpeg_are_skipped() -> None:
    data = picture("JPEG")
    assert inspect(data[:2] + b"\xff\xff\xff" + data[2:]).width == 7


NO_IMAGES = {
    b"": "is not a PNG, JPEG, GIF, WebP or SVG image",
    b"<svg/>": "is an SVG image that lacks its namespace, without which nobody shows it; save it as PNG",
    b"BM" + bytes(60): "is not a PNG, JPEG, GIF, WebP or SVG image",
    b"\x89PNG\r\n\x1a\n": "is a damaged image/png image",
    png(0, 5)[:40]: "is a damaged image/png image",
    b"\xff\xd8\xff\xd9": "is a damaged image/jpeg image",
    b"\xff\xd8\xff\xe0\x00\x00" + bytes(60): "is a damaged image/jpeg image",
    b"RIFF\x00\x00\x00\x00WAVEfmt " + bytes(60): "is a damaged image/webp image",
    b"RIFF\x00\x00\x00\x00WEBPVP9 " + bytes(60): "is a damaged image/webp image",
}


@pytest.mark.parametrize("data", NO_IMAGES)
def test_what_is_no_image_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(NotAnImage) as refused:
        inspect(data)
    assert str(refused.value) == NO_IMAGES[data]


def test_an_image_may_have_forty_million_pixels() -> None:
    def sized(width: int, height: int) -> bytes:
        return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)

    assert inspect(sized(8_000, 5_000)).width * 5_000 == MAX_PIXELS
    with pytest.raises(NotAnImage, match="has 8001 × 5000 pixels, more than 40 million"):
        inspect(sized(8_001, 5_000))
