"""What users may choose of pages, seen in the PDF that they get."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from functools import cache
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image as Pillow

from exporters import Source, export
from exporters.errors import BadOption, ExportError
from exporters.pages.theme import THEMES, readable

BOOK = """---
title: The River
subtitle: How it is measured
author: [Ada Lovelace, Grace Hopper]
date: 2026-03-01
lang: en
---

# Upstream

The measurement of extraordinary circumstances requires considerable international understanding, as
[the handbook](https://example.com/handbook) says of unquestionable representations and acknowledgements.

## Springs

Water[^1] comes out of the ground.

# Downstream

It reaches the sea.

[^1]: Mostly.
"""


class Made:
    """A PDF, as others see it."""

    def __init__(self, data: bytes, password: str | None = None) -> None:
        self.data = data
        self.pdf = pypdfium2.PdfDocument(data, password=password)
        self.objects = pikepdf.open(io.BytesIO(data), password=password or "")

    @property
    def pages(self) -> list[str]:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in self.pdf]

    @property
    def text(self) -> str:
        return "\n".join(self.pages)

    @property
    def fonts(self) -> set[str]:
        names = (each.get("/BaseFont") for each in self.objects.objects if isinstance(each, pikepdf.Dictionary))
        return {str(name).partition("+")[2].partition("-")[0] for name in names if name is not None}

    def place(self, text: str, number: int = 1) -> tuple[float, float]:
        """The left end and the bottom of the first such text on a page."""
        page = self.pdf[number - 1].get_textpage()
        index, _ = page.search(text, match_case=True).get_next()
        left, bottom, _, _ = page.get_charbox(index)
        return left, bottom


@cache
def made(source: str = BOOK, **options: Any) -> Made:
    return Made(export(Source(source.encode(), "river.md"), "pdf", options).data)


# Paper


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ({}, (595, 842)),
        ({"page_size": "Letter"}, (612, 792)),
        ({"page_size": "A5", "orientation": "landscape"}, (595, 420)),
        ({"page_size": "custom", "page_width_mm": 100, "page_height_mm": 200}, (283, 567)),
        ({"page_size": "custom", "page_width_mm": 200, "page_height_mm": 100, "orientation": "landscape"}, (567, 283)),
    ],
)
def test_paper_has_the_size_that_was_asked_for(options: dict[str, Any], size: tuple[int, int]) -> None:
    width, height = made(**options).pdf[0].get_size()
    assert (round(width), round(height)) == size


def test_paper_printed_on_both_sides_has_its_heads_at_the_outer_edges() -> None:
    source = "# T\n\n" + "\n\n".join(f"x{number}" for number in range(200))
    file = made(source, sides="two", header="{page}", page_size="A6")
    assert file.place("2", 2)[0] > file.place("3", 3)[0]


def test_columns_stand_beside_each_other_and_are_never_too_narrow() -> None:
    text = "# T\n\n" + "\n\n".join(f"paragraph-{number} of some words" for number in range(60))
    file = made(text, columns=2)
    first, last = file.place("paragraph-0 "), file.place("paragraph-45 ")
    assert last[0] > first[0] + 200
    assert made(text, columns=3, page_size="A6").data == made(text, page_size="A6").data


# Looks


def test_themes_differ_in_their_fonts() -> None:
    assert {theme: made(theme=theme).fonts for theme in THEMES} == {
        "modern": {"NotoSans"},
        "classic": {"NotoSerif"},
        "editorial": {"NotoSans", "NotoSerif"},
    }
    assert made(theme="classic", font="sans").fonts == {"NotoSans"}


def test_headings_and_links_have_the_colour_of_the_brand() -> None:
    content = made(accent="#aa0000").objects.pages[0].Contents.read_bytes()
    assert readable("#aa0000").split() == ["0.667", "0.000", "0.000"]
    assert content.count(b".667 0 0 rg") + content.count(b"0.667 0.000 0.000 rg") >= 3


@pytest.mark.parametrize("colour", ["#ffffff", "#ffff00", "#00ff88"])
def test_a_colour_that_could_not_be_read_is_darkened(colour: str) -> None:
    red, green, blue = map(float, readable(colour).split())
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in (red, green, blue)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5


@pytest.mark.parametrize(("size", "margin"), [("A4", 25), ("A5", 18), ("A6", 12)])
def test_margins_suit_the_paper_unless_they_are_asked_for(size: str, margin: int) -> None:
    def left(file: Made) -> float:
        page = file.pdf[0].get_textpage()
        return min(page.get_charbox(at)[0] for at in range(page.count_chars())) * 25.4 / 72

    assert left(made(page_size=size)) == pytest.approx(margin, abs=1)
    assert left(made(page_size=size, margin_mm=20)) == pytest.approx(20, abs=1)


def test_a_margin_that_printers_leave_empty_is_refused() -> None:
    with pytest.raises(BadOption, match=r"margin_mm cannot be 3\. Valid: 0, or from 5 to 40"):
        made(margin_mm=3)


def test_what_is_no_colour_is_refused_with_an_example() -> None:
    with pytest.raises(BadOption, match=r"accent cannot be 'red'\. Valid: a colour such as #0b6e4f"):
        made(accent="red")


def test_justified_lines_end_below_each_other_and_part_words_of_a_known_language() -> None:
    narrow: dict[str, Any] = {"page_size": "A6", "margin_mm": 20, "alignment": "justified"}
    parted, whole = made(**narrow), made(hyphenation=False, **narrow)
    assert "\x02" in parted.text or "\u00ad" in parted.text or "-\n" in parted.text
    assert not {"\x02", "\u00ad"} & set(whole.text)
    unknown = made(BOOK.replace("lang: en\n", ""), **narrow)
    assert not {"\x02", "\u00ad"} & set(unknown.text)


def test_a_map_that_is_only_drawn_has_no_contents_and_no_links_to_its_outline() -> None:
    source = b"<map version='1.0.1'><node TEXT='root' LINK='#a'><node TEXT='a'/></node></map>"
    file = Made(export(Source(source, "a.mm"), "pdf", {"toc": True, "map": "drawing"}).data)
    assert sorted(file.pages[0].split()[:2]) == ["a", "root"]
    assert list(file.pdf.get_toc()) == []


# Around the text


def test_a_cover_says_title_subtitle_authors_and_date_and_has_no_page_number() -> None:
    file = made(cover=True)
    assert file.pages[0].split("\n") == [
        "The River",
        "How it is measured",
        "Ada Lovelace",
        "Grace Hopper",
        "2026-03-01",
    ]
    assert "The River" not in file.pages[1].replace("The River\n", "", 1)


def test_heads_and_feet_say_what_they_are_asked_to() -> None:
    source = BOOK.replace("Water[^1]", "Water[^1]\n\n" + "more\n\n" * 80)
    file = made(source, header="{author}||{section}", footer="{date}|Page {page} of {pages}|draft")
    head, *_ = file.pages[1].split("\n")
    assert head == "Ada Lovelace, Grace Hopper Upstream"
    assert "2026-03-01" in file.pages[0]
    assert "Page 1 of" in file.pages[0]
    assert "draft" in file.pages[0]


def test_headings_are_numbered_in_text_contents_and_bookmarks() -> None:
    file = made(numbering=True, toc=True)
    numbered = ["1 Upstream", "1.1 Springs", "2 Downstream"]
    assert [mark.get_title().replace("\u2002", " ") for mark in file.pdf.get_toc()] == numbered
    text = file.text.replace("\u2002", " ")
    assert [text.count(heading) for heading in numbered] == [2, 2, 2]


def test_contents_go_as_deep_as_asked() -> None:
    assert "Springs" in made(toc=True).pages[0]
    assert "Springs" not in made(toc=True, toc_depth=1).pages[0]


def test_addresses_of_links_are_printed_where_words_stand_for_them() -> None:
    assert "the handbook (https://example.com/handbook)" in made(link_addresses=True).text.replace("\n", " ")
    bare = made("<https://example.com/a> and <me@example.com>", link_addresses=True).text
    assert bare.count("https://example.com/a") == 1
    assert bare.count("me@example.com") == 1


def test_a_watermark_is_on_every_page_and_no_part_of_the_text() -> None:
    file, plain = made(watermark="DRAFT", toc=True), made(toc=True)
    assert all(page.Resources.XObject for page in file.objects.pages)
    pictures = [each.pdf[0].render(scale=0.3).to_pil().tobytes() for each in (file, plain)]
    assert pictures[0] != pictures[1]


def logo() -> bytes:
    buffer = io.BytesIO()
    Pillow.new("RGB", (120, 60), (200, 30, 30)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("cover", [True, False])
@pytest.mark.parametrize("said", ["option", "front matter"])
def test_a_logo_from_the_bundle_stands_on_the_cover_or_above_the_title(cover: bool, said: str) -> None:
    bundle = io.BytesIO()
    text = BOOK.replace("lang: en", "lang: en\nlogo: img/logo.png") if said == "front matter" else BOOK
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("river.md", text)
        archive.writestr("img/logo.png", logo())
    options = {"cover": cover, **({"logo": "img/logo.png"} if said == "option" else {})}
    file = export(Source(bundle.getvalue(), "river.zip"), "pdf", options)
    first = Made(file.data).pdf[0]
    assert [type(each) for each in first.get_objects()].count(pypdfium2.PdfImage) == 1
    assert file.report.items == ()


def test_the_logo_can_lie_behind_every_page() -> None:
    address = f"data:image/png;base64,{b64encode(logo()).decode()}"
    text = BOOK.replace("lang: en", f"lang: en\nlogo: {address}")
    plain, marked = (made(text, watermark_logo=value, toc=True) for value in (False, True))
    forms = [len(file.objects.pages[1].Resources.XObject) for file in (plain, marked)]
    assert forms[1] > forms[0]
    pictures = [file.pdf[1].render(scale=0.3).to_pil().tobytes() for file in (plain, marked)]
    assert pictures[0] != pictures[1]


def test_a_logo_that_is_not_there_is_reported() -> None:
    file = export(Source(BOOK.encode(), "river.md"), "pdf", {"logo": "logo.png"})
    assert [item.what for item in file.report.items] == ["The image logo.png is not in the source."]


# Locks and attachments


def test_a_locked_file_opens_with_its_password_only_and_allows_what_it_says() -> None:
    options = {"password": "open", "owner_password": "change", "printing": False, "copying": False}
    data = export(Source(BOOK.encode(), "river.md"), "pdf", options).data
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(data), password="wrong")
    with pikepdf.open(io.BytesIO(data), password="open") as pdf:
        assert not pdf.allow.print_highres
        assert not pdf.allow.extract
        assert pdf.allow.accessibility
        assert pdf.allow.modify_annotation
    assert "The River" in Made(data, "open").text
    assert "The River" in Made(data, "change").text


def test_a_file_that_forbids_something_opens_without_a_password() -> None:
    data = export(Source(BOOK.encode(), "river.md"), "pdf", {"changing": False}).data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert not pdf.allow.modify_other
        assert pdf.allow.print_highres


def test_the_source_can_be_taken_along() -> None:
    with pikepdf.open(io.BytesIO(made(attach_source=True).data)) as pdf:
        assert pdf.attachments["river.md"].get_file().read_bytes() == BOOK.encode()


@pytest.mark.parametrize(
    "options",
    [
        {"toc": True, "cover": True, "numbering": True},
        {"watermark": "x" * 200},
        {"header": "{" * 200, "footer": "|||||"},
        {"columns": 3, "page_size": "A6", "font_size": 24},
        {"page_size": "custom", "page_width_mm": 70, "page_height_mm": 70, "margin_mm": 40, "cover": True},
        {"page_size": "custom", "page_width_mm": 1000, "page_height_mm": 1000},
    ],
)
@pytest.mark.parametrize("source", ["", "# T", BOOK, "x" * 3000, "| a |\n|--|\n" + "| " + "y " * 3000 + "|\n"])
def test_options_that_hardly_fit_end_in_a_file_or_a_clear_refusal(options: dict[str, Any], source: str) -> None:
    try:
        file = export(Source(source.encode(), "a.md"), "pdf", options)
    except ExportError as error:
        assert str(error).endswith(".")
        return
    assert Made(file.data).objects.check_pdf_syntax() == []
