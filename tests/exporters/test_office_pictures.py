"""Pictures for office programs, opened again by Pillow."""

from __future__ import annotations

import io
from collections.abc import Mapping
from copy import replace
from xml.etree.ElementTree import fromstring

import pytest
from PIL import Image, ImageChops
from samples import png

from exporters.document import Document, Map, Resource, Section, Topic
from exporters.report import Code, Report
from exporters.toolbox import decoding
from exporters.toolbox.images import inspect
from exporters.toolbox.office_pictures import OfficePicture, OfficePictures

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><path fill="red" d="M0 0h80v40z"/></svg>'


def scene(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Dark on the left, light on the right."""
    grey = Image.linear_gradient("L").rotate(90).resize(size)
    return (
        grey.convert("RGB").convert(mode)
        if mode != "I;16"
        else grey.convert("I").point(lambda x: x * 256).convert(mode)
    )


def packed(kind: str, mode: str = "RGB", **chosen: object) -> bytes:
    buffer = io.BytesIO()
    scene(mode).save(buffer, kind, **chosen)
    return buffer.getvalue()


def moving(kind: str) -> bytes:
    buffer = io.BytesIO()
    frames = [scene("P"), scene("P").transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def turned(how: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = how
    return exif


def made(data: bytes | Resource, report: Report | None = None) -> OfficePicture | None:
    resource = data if isinstance(data, Resource) else inspect(data)
    return OfficePictures(Document(resources={"key": resource}), report or Report()).picture("key", "Here")


def opened(picture: OfficePicture | None) -> Image.Image:
    assert picture is not None
    image = Image.open(io.BytesIO(picture.data))
    image.load()
    assert image.format == picture.ending.upper()
    return image


@pytest.mark.parametrize(
    "data",
    [
        packed("PNG"),
        packed("PNG", "P"),
        packed("PNG", "1"),
        packed("PNG", "RGBA"),
        packed("PNG", "I;16"),
        packed("JPEG"),
        packed("JPEG", "L"),
        packed("JPEG", progressive=True),
        packed("JPEG", exif=turned(1)),
        packed("GIF", "P"),
        moving("GIF"),
    ],
    ids=[
        *("RGB", "palette", "black and white", "transparent", "16 bits"),
        *("JPEG", "grey JPEG", "progressive", "upright", "GIF", "moving"),
    ],
)
def test_what_these_programs_know_is_copied(data: bytes) -> None:
    picture = made(data)

    assert picture is not None
    assert picture.data == data
    assert (picture.width, picture.height) == (45, 30)
    assert picture.svg is None
    opened(picture)


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (packed("WEBP"), "jpeg"),
        (packed("WEBP", "RGBA", lossless=True), "png"),
        (packed("WEBP", lossless=True), "png"),
        (moving("WEBP"), "jpeg"),
        (packed("JPEG", "CMYK"), "jpeg"),
    ],
    ids=["WebP", "transparent WebP", "lossless WebP", "moving WebP", "JPEG in inks"],
)
def test_anything_else_becomes_what_they_know(data: bytes, ending: str) -> None:
    picture = made(data)

    image = opened(picture)
    assert picture is not None
    assert (picture.ending, picture.width, picture.height) == (ending, 45, 30)
    assert image.mode in ("L", "RGB", "RGBA")
    with Image.open(io.BytesIO(data)) as source:
        difference = ImageChops.difference(image.convert("L"), source.convert("RGB").convert("L"))
    assert difference.getextrema()[1] < 24


def test_transparency_is_kept() -> None:
    clear = scene("RGBA")
    clear.putalpha(scene("L"))
    buffer = io.BytesIO()
    clear.save(buffer, "WEBP", lossless=True)

    assert opened(made(buffer.getvalue())).getchannel("A").getextrema() == clear.getchannel("A").getextrema()


@pytest.mark.parametrize("how", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_is_turned_by_exif_is_upright(kind: str, how: int) -> None:
    data = packed(kind, exif=turned(how))
    picture = made(data)

    assert picture is not None
    assert (picture.width > picture.height) == (how <= 4)
    image = opened(picture).convert("L")
    assert not image.getexif().get(0x0112) or how == 1
    dark = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"}[how]
    width, height = image.size
    ends = {
        "left": (2, height // 2),
        "right": (width - 3, height // 2),
        "top": (width // 2, 2),
        "bottom": (width // 2, height - 3),
    }
    brightness = {side: image.getpixel(place) for side, place in ends.items()}
    assert min(brightness, key=lambda side: brightness[side] or 0) == dark


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (packed("PNG")[:-30], "image/png"),
        (packed("PNG").replace(b"IDAT", b"IDAX"), "image/png"),
        (packed("JPEG")[:-20], "image/jpeg"),
        (packed("JPEG", "CMYK")[:400], "image/jpeg"),
        (packed("GIF", "P")[:30], "image/gif"),
        (packed("WEBP")[:60], "image/webp"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"<svg", "image/svg+xml"),
    ],
    ids=[
        *("PNG cut off", "PNG", "JPEG cut off", "JPEG in inks cut off"),
        *("GIF cut off", "WebP cut off", "next to nothing", "SVG"),
    ],
)
def test_what_is_damaged_is_reported(data: bytes, media_type: str) -> None:
    report = Report()

    assert made(Resource(media_type, data, 60, 40), report) is None
    [item] = report.items
    assert (item.code, item.severity, item.where) == (Code.IMAGE_UNREADABLE, "lost", "Here")


def test_what_is_of_an_unknown_kind_is_reported() -> None:
    report = Report()

    assert made(Resource("image/tiff", b"II*", 4, 4), report) is None
    assert [(item.code, item.severity) for item in report.items] == [(Code.IMAGE, "degraded")]


def test_the_same_picture_is_the_same_object_and_one_that_did_not_come_is_none() -> None:
    pictures = OfficePictures(Document(resources={"key": inspect(packed("WEBP"))}), Report())

    assert pictures.picture("key") is pictures.picture("key")
    assert pictures.picture("gone.png") is None


def test_large_pictures_are_halved_and_all_together_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_KEPT", 1_000)
    picture = made(packed("WEBP"))
    assert opened(picture).size == (30, 20)
    assert picture is not None
    assert (picture.width, picture.height) == (45, 30)

    monkeypatch.setattr(decoding, "MAX_DECODED", 5_000)
    resources: Mapping[str, Resource] = {str(number): inspect(packed("WEBP")) for number in range(3)}
    pictures, report = OfficePictures(Document(resources=resources), report := Report()), report
    assert [pictures.picture(key) is None for key in resources] == [False, False, True]
    assert [item.code for item in report.items] == [Code.IMAGE_UNREADABLE]


def test_an_svg_image_is_a_metafile_with_its_svg() -> None:
    picture = made(SVG)

    assert picture is not None
    assert (picture.ending, picture.width, picture.height) == ("emf", 60, 30)
    assert picture.data[40:44] == b" EMF"
    assert picture.svg is not None
    assert fromstring(picture.svg).get("viewBox") == "0 0 60 30"


def test_what_an_svg_image_loses_is_reported() -> None:
    report = Report()
    filtered = SVG.replace(b"<path", b'<filter id="f"/><path filter="url(#f)"')

    assert made(filtered, report) is not None
    assert [(item.code, item.severity, item.where) for item in report.items] == [(Code.IMAGE, "degraded", "Here")]


def test_diagrams_are_drawings() -> None:
    report = Report()
    pictures = OfficePictures(Document(), report)

    drawing = pictures.drawn.diagram("graph LR\n  A[Begin] --> B[End]\n")
    assert drawing is not None
    picture = pictures.drawing(drawing)
    assert (picture.width, picture.height) == (drawing.width, drawing.height)
    assert "Begin".encode("utf-16-le") in picture.data
    assert picture.svg is not None
    assert b">Begin</text>" in picture.svg
    assert not report.items

    assert pictures.drawn.diagram("nonsense {{", "There") is None
    assert [(item.code, item.where) for item in report.items] == [(Code.DIAGRAM, "There")]


def test_a_map_is_a_drawing_whose_links_can_be_followed() -> None:
    topics = (
        Topic("1", -1, "Root", "#root"),
        Topic("2", 0, "Gone", "#gone"),
        Topic("3", 0, "Web", "https://example.org/", image="svg"),
        Topic("4", 0, "File", "notes.md", image="png"),
    )
    document = Document(
        sections=(Section(1, ("Root",), "root"),),
        resources={"svg": inspect(SVG), "png": inspect(png(8, 8))},
        map=Map(topics),
    )
    pictures = OfficePictures(document, Report())

    drawing = pictures.drawn.map()
    assert drawing is not None
    picture = pictures.drawing(drawing)
    assert picture.svg is not None
    tree = fromstring(picture.svg)
    targets = [each.get("{http://www.w3.org/1999/xlink}href") for each in tree.iter("{http://www.w3.org/2000/svg}a")]
    assert targets == ["#root", "https://example.org/"]
    assert picture.svg.count(b"data:image/png") == 1
    assert b"data:image/svg" not in picture.svg

    assert OfficePictures(replace(document, map=None), Report()).drawn.map() is None
