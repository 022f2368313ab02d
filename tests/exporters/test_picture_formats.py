"""Pages as pictures: they show what the pages of the format pdf do, and are of the sizes that were asked for."""

from __future__ import annotations

import io
import zipfile
from copy import replace
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
import pytest
from compare import differences
from PIL import Image, ImageChops, ImageDraw, ImageStat
from samples import EVERYTHING, paragraph
from test_every_format import AWKWARD

from exporters import Source, export, options, registry
from exporters.document import (
    Code,
    CodeBlock,
    Document,
    Footnote,
    FootnoteReference,
    Link,
    Paragraph,
    Resource,
    Section,
)
from exporters.document import Image as Picture
from exporters.errors import BadOption, SourceTooLarge
from exporters.exporter import FileType
from exporters.pages import raster
from exporters.report import Report
from exporters.toolbox import ghostscript
from exporters.toolbox.images import inspect

THREE_PAGES = Document(tuple(Paragraph(("On and on it goes. " * (7 + 17 * n % 31),)) for n in range(24)))
AWKWARD_TEXT = Document(
    tuple(each for text in AWKWARD.values() for each in (Paragraph((text, Code(text))), CodeBlock(text + "\n")))
)


def made(format: str, document: Document, report: Report | None = None, **given: Any) -> bytes:
    own, _ = options.parse(registry.get(format).options, given, format)
    return registry.load(format)(document, own, report or Report())


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def said(report: Report) -> list[str]:
    return [f"{item.severity}: {item.what}" for item in report.items]


def pdf_page(document: Document, width: int, number: int = 1) -> Image.Image:
    """A page of the format pdf, drawn by PDFium."""
    with pypdfium2.PdfDocument(made("pdf", document)) as pdf:
        page = pdf[number - 1]
        return page.render(scale=width / page.get_width()).to_pil()


def shows(picture: Image.Image, page: Image.Image) -> bool:
    """Whether a picture is much more like a page than like the same page three points lower.

    Programs draw the edges of letters each in their own way, so that no two pictures of a page are the same.
    """
    page = page.resize(picture.size)
    moved = ImageChops.offset(page, 0, round(picture.height / 280))
    return unlike(picture, page) < unlike(picture, moved) / 2


def unlike(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are from each other."""
    difference: float = ImageStat.Stat(ImageChops.difference(one.convert("L"), other.convert("L"))).rms[0]
    return difference


# They show the pages


@pytest.mark.parametrize("format", ["png", "jpeg"])
@pytest.mark.parametrize("document", [EVERYTHING, AWKWARD_TEXT], ids=["everything", "awkward text"])
def test_a_picture_shows_what_the_page_does(format: str, document: Document) -> None:
    report = Report()
    picture = opened(made(format, document, report))
    page = pdf_page(document, picture.width)

    assert abs(picture.height - page.height) <= 1
    assert shows(picture, page)
    assert "image-unreadable" not in {item.code for item in report.items}


def test_a_thumbnail_shows_the_first_page() -> None:
    picture = opened(made("thumbnail", THREE_PAGES, width=600))
    assert shows(picture, pdf_page(THREE_PAGES, 600))


@pytest.mark.parametrize("lines", range(20, 30))
def test_a_thumbnail_ends_anywhere(lines: int) -> None:
    source = "text\n\n" * lines + "# A heading that moves to the next page\n\n# Another[^1]\n\ntext\n\n[^1]: A note.\n"
    file = export(Source(source.encode(), "a.md"), "thumbnail")
    assert Image.open(io.BytesIO(file.data)).width == 320


def test_a_thumbnail_needs_nothing_of_the_pages_that_follow() -> None:
    later = Section(1, ("Later",), "later", (Paragraph(("Here it is.",)),))
    link = Paragraph((Link(("Later",), "#later"), FootnoteReference("a")))
    document = replace(
        THREE_PAGES,
        blocks=(link, *THREE_PAGES.blocks),
        sections=(later,),
        footnotes=(Footnote("a", (Paragraph(("Noted.",)),)),),
    )
    report = Report()
    assert opened(made("thumbnail", document, report)).width == 320
    assert said(report) == []


@pytest.mark.parametrize("format", ["ps", "eps"])
def test_postscript_shows_what_the_page_does(format: str) -> None:
    (drawn,) = ghostscript.pages(
        made(format, EVERYTHING), "png16m", ("-r600", "-dDownScaleFactor=4", "-g4960x7016"), 1, 1, Report()
    )
    picture = opened(drawn)
    assert shows(picture, pdf_page(EVERYTHING, picture.width))


def test_a_golden_notices_a_line_that_moves() -> None:
    data = made("png", EVERYTHING)
    picture = opened(data)
    ink = ImageChops.invert(picture.convert("L"))
    rows = [ink.crop((0, y, ink.width, y + 1)).getbbox() is not None for y in range(ink.height)]
    first = rows.index(True)
    after = first + rows[first:].index(False)
    line = picture.crop((0, first, picture.width, after))
    moved = picture.copy()
    ImageDraw.Draw(moved).rectangle((0, first, moved.width, after), "white")
    moved.paste(line, (0, first + 2))
    buffer = io.BytesIO()
    moved.save(buffer, "PNG")

    assert differences("image/png", data, data) == ""
    assert "dots differ" in differences("image/png", data, buffer.getvalue())


# Which pages


def test_one_page_is_shown_and_the_others_are_named() -> None:
    report = Report()
    second = opened(made("png", THREE_PAGES, report, page=2))
    assert shows(second, pdf_page(THREE_PAGES, second.width, 2))
    assert not shows(second, pdf_page(THREE_PAGES, second.width, 1))
    assert said(report) == ["lost: Only one page is shown; the option all_pages=true gives every page, in a zip."]

    report = Report()
    made("png", paragraph("Short"), report)
    assert said(report) == []


@pytest.mark.parametrize("format", ["png", "jpeg", "eps"])
def test_a_page_that_is_not_there_is_refused(format: str) -> None:
    with pytest.raises(BadOption, match=f"^The option {format}.page cannot be 2, for the document has only one page.$"):
        made(format, paragraph("Short"), page=2)
    with pytest.raises(BadOption, match=f"^The option {format}.page cannot be 99, for the document has 3 pages.$"):
        made(format, THREE_PAGES, page=99)


@pytest.mark.parametrize(("format", "kind", "ending"), [("png", "PNG", ".png"), ("jpeg", "JPEG", ".jpg")])
def test_all_pages_are_in_a_zip(format: str, kind: str, ending: str) -> None:
    report = Report()
    data = made(format, THREE_PAGES, report, all_pages=True, resolution=36)
    assert said(report) == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"page-{number:03}{ending}" for number in (1, 2, 3)]
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        pictures = [opened(archive.read(name)) for name in archive.namelist()]
    assert {picture.format for picture in pictures} == {kind}
    assert {picture.size for picture in pictures} == {(297, 421)}
    assert len({picture.tobytes() for picture in pictures}) == 3
    assert data == made(format, THREE_PAGES, all_pages=True, resolution=36)


def test_pages_beyond_the_most_are_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "_MAX_PAGES", 2)
    monkeypatch.setattr(raster, "_AT_ONCE", 1)
    report = Report()
    with zipfile.ZipFile(io.BytesIO(made("png", THREE_PAGES, report, all_pages=True, resolution=36))) as archive:
        assert archive.namelist() == ["page-001.png", "page-002.png"]
    assert said(report) == ["lost: Only the first 2 pages are in the zip."]


def test_a_zip_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "_MAX_ZIP", 1000)
    with pytest.raises(SourceTooLarge, match="Ask for a lower resolution"):
        made("png", THREE_PAGES, all_pages=True)


def test_what_a_file_is_follows_from_the_options() -> None:
    zipped = FileType(".zip", "application/zip")
    cases: list[tuple[str, dict[str, object], FileType]] = [
        ("png", {}, FileType(".png", "image/png")),
        ("png", {"all_pages": True}, zipped),
        ("jpeg", {"all_pages": "yes", "quality": 50}, zipped),
        ("jpeg", {"all_pages": False}, FileType(".jpg", "image/jpeg")),
        ("thumbnail", {"kind": "jpeg"}, FileType(".jpg", "image/jpeg")),
        ("eps", {}, FileType(".eps", "application/postscript")),
    ]
    for format, given, expected in cases:
        declared = registry.get(format)
        own, _ = options.parse(declared.options, given, format)
        assert declared.file_type(own) == expected


# How large


@pytest.mark.parametrize(("resolution", "size"), [(36, (297, 421)), (99, (818, 1157)), (150, (1240, 1754))])
def test_a_picture_has_so_many_dots_per_inch(resolution: int, size: tuple[int, int]) -> None:
    picture = opened(made("png", paragraph("Short"), resolution=resolution))
    assert picture.size == size
    assert picture.info["dpi"] == pytest.approx((resolution, resolution), abs=0.02)


@pytest.mark.parametrize("width", [32, 100, 320, 1200])
@pytest.mark.parametrize("page_size", ["A3", "A4", "A6", "Letter", "Legal"])
def test_a_thumbnail_is_as_wide_as_asked(page_size: str, width: int) -> None:
    document = paragraph("Short")
    assert opened(made("thumbnail", document, page_size=page_size, width=width)).width == width
    turned = made("thumbnail", document, page_size=page_size, width=width, orientation="landscape", kind="jpeg")
    assert opened(turned).width == width


def test_a_page_as_large_as_a_wall_is_drawn_less_finely_and_that_is_said() -> None:
    report = Report()
    wall = {"page_size": "custom", "page_width_mm": 1000, "page_height_mm": 1000}
    picture = opened(made("png", paragraph("Short"), report, resolution=300, **wall))
    assert picture.width * picture.height <= 20_100_000
    assert said(report) == ["degraded: Pages as large as these are drawn with fewer dots per inch than was asked for."]


def test_a_jpeg_of_less_quality_is_smaller() -> None:
    assert len(made("jpeg", EVERYTHING, quality=30)) < len(made("jpeg", EVERYTHING)) * 0.75


# PostScript


def test_postscript_has_all_pages_and_eps_one() -> None:
    report = Report()
    assert b"%%Pages: 3\n" in made("ps", THREE_PAGES, report)
    assert said(report) == []

    eps = made("eps", THREE_PAGES, report, page=2)
    assert eps.startswith(b"%!PS-Adobe-3.0 EPSF-3.0\n")
    assert b"%%Pages: 1\n" in eps
    assert said(report) == ["lost: Only one page is shown; the option page chooses which."]


# Damaged images


def test_an_image_that_cannot_be_drawn_is_named() -> None:
    buffer = io.BytesIO()
    Image.effect_noise((400, 300), 80).save(buffer, "JPEG")
    data = bytearray(buffer.getvalue())
    table = data.find(b"\xff\xc4")
    data[table + 5 : table + 21] = b"\xff" * 16  # the lengths of a Huffman code that cannot be
    report = Report()
    made("png", pictured(Resource("image/jpeg", bytes(data), 400, 300)), report)
    assert said(report) == ["degraded: An image is damaged or too large; it is shown in part or not at all."]


def pictured(*resources: Resource) -> Document:
    names = [f"resource:{number}" for number in range(len(resources))]
    blocks = tuple(Paragraph((Picture(name, "A picture"),)) for name in names)
    return Document(blocks, resources=dict(zip(names, resources, strict=True)))


# Small PDFs


def photograph(width: int, height: int, format: str, mode: str = "RGB", **how: Any) -> Resource:
    """A picture with as many shades as a photograph has."""
    coarse = Image.effect_noise((width // 16, height // 16), 90).resize((width, height), Image.Resampling.BICUBIC)
    bands = [coarse, coarse.transpose(Image.Transpose.ROTATE_180), ImageChops.invert(coarse), coarse]
    picture = coarse if mode == "L" else Image.merge(mode, bands[: len(mode)])
    buffer = io.BytesIO()
    picture.save(buffer, format, **how)
    return inspect(buffer.getvalue())


class Embedded(NamedTuple):
    """An image in a PDF."""

    pixels: tuple[int, int]
    inches: float
    """Its width on the page."""
    filters: list[str]


def embedded(data: bytes) -> list[Embedded]:
    with pypdfium2.PdfDocument(data) as pdf:
        images = [each for page in pdf for each in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])]
        bounds = [each.get_bounds() for each in images]
        return [
            Embedded(each.get_px_size(), (right - left) / 72, each.get_filters())
            for each, (left, _, right, _) in zip(images, bounds, strict=True)
        ]


@pytest.mark.parametrize(
    ("format", "quality", "dpi"),
    [
        ("JPEG", "screen", 96),
        ("JPEG", "ebook", 150),
        ("JPEG", "printer", 300),
        ("PNG", "ebook", 150),
        ("WEBP", "ebook", 150),
    ],
)
def test_images_have_the_dots_that_are_shown(format: str, quality: str, dpi: int) -> None:
    document = pictured(photograph(2600, 1400, format))
    small, whole = made("pdf_small", document, quality=quality), made("pdf", document)
    ((pixels, inches, _),), (original,) = embedded(small), embedded(whole)

    assert inches == pytest.approx(original.inches, abs=0.005), "it is as large on the page as it was"
    assert pixels[0] / inches == pytest.approx(dpi, abs=1)
    assert original.pixels == (2600, 1400)
    assert len(small) < len(whole)


def test_what_was_saved_is_said() -> None:
    report = Report()
    photo = photograph(2000, 1400, "JPEG", quality=95)
    made("pdf_small", pictured(photo, photo), report)
    (item,) = report.items
    assert (item.severity, item.code) == ("note", "image")
    assert item.what.startswith("Images were made smaller: ")
    assert report.facts["smaller_images"] == 2


@pytest.mark.parametrize(
    "resource",
    [
        photograph(300, 200, "JPEG", quality=60),
        photograph(2000, 1400, "JPEG", "CMYK"),
        replace(photograph(2000, 1400, "PNG"), data=photograph(2000, 1400, "PNG").data[:60_000]),
        replace(photograph(2000, 1400, "JPEG"), data=b"\xff\xd8\xff" + b"\0" * 20_000),
        Resource("image/svg+xml", b"<svg/>" + b" " * 20_000),
        Resource("text/csv", b"1,2\n" * 10_000, name="data.csv"),
    ],
    ids=["small already", "inks", "cut off", "no image", "a drawing", "no image, and says so"],
)
def test_what_cannot_be_made_smaller_stays(resource: Resource) -> None:
    document = pictured(resource)
    reports = Report(), Report()
    assert len(made("pdf_small", document, reports[0])) == len(made("pdf", document, reports[1]))
    assert said(reports[0]) == said(reports[1])


def test_a_drawing_keeps_its_edges_and_a_photograph_becomes_a_jpeg() -> None:
    drawing = Image.new("RGB", (2400, 1600), "white")
    for x in range(0, 2400, 7):
        ImageDraw.Draw(drawing).line((x, 0, 2400 - x, 1600), "navy")
    buffer = io.BytesIO()
    drawing.save(buffer, "PNG", compress_level=1)
    drawn, photo = embedded(
        made("pdf_small", pictured(inspect(buffer.getvalue()), photograph(1600, 1200, "PNG")), quality="screen")
    )
    assert (drawn.filters, photo.filters) == (["FlateDecode"], ["DCTDecode"])


def test_transparency_stays() -> None:
    data = made("pdf_small", pictured(photograph(1600, 1200, "PNG", "RGBA")))
    assert embedded(data)[0].pixels[0] < 1000
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert any("/SMask" in each for each in pdf.objects if isinstance(each, pikepdf.Stream))


def test_a_picture_that_lies_on_its_side_is_turned_as_before() -> None:
    lying = Image.Exif()
    lying[0x0112] = 6
    document = pictured(photograph(3000, 1000, "JPEG", exif=lying))
    (small,), (whole,) = embedded(made("pdf_small", document)), embedded(made("pdf", document))
    assert small.pixels < whole.pixels
    assert small.pixels[0] < small.pixels[1]
    assert small.inches == pytest.approx(whole.inches, abs=0.005)


def test_all_but_the_images_is_as_in_pdf() -> None:
    """Bookmarks, links, language and tags are the same objects."""
    kept = []
    for format in ("pdf", "pdf_small"):
        with pikepdf.open(io.BytesIO(made(format, EVERYTHING))) as pdf:
            kept.append((sorted(pdf.Root.keys()), len(pdf.pages), pdf.pages[0].Contents.read_bytes()))
    assert kept[0] == kept[1]
