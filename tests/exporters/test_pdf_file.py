"""The PDF file itself: objects, fonts, structure, conformance, locks; as qpdf, PDFium and a validator see it."""

import io
import random
import re
import subprocess
import sys
import unicodedata
import zlib
from pathlib import Path

import page as page_validation
import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from painted import painted
from PIL import Image, ImageCms

from exporters.pages import embedded_fonts
from exporters.pages.colour_profile import srgb
from exporters.pages.file import Bookmark, File
from exporters.pages.metadata import About, information, xmp
from exporters.pages.objects import Objects, name, number, references, text
from exporters.pages.page import Page
from exporters.pages.structure import name_tree
from exporters.pages.tags import Element
from exporters.toolbox.fonts import Fonts, Glyph, face
from exporters.toolbox.truetype import Composed

INK = "0 0 0"
ABOUT = About("A title", language="en")


class Sheet:
    """A file with pages, being written; and what others make of it."""

    def __init__(self, about: About = ABOUT, width: float = 500, height: float = 500) -> None:
        self.file = File(about)
        self.fonts = Fonts()
        self.root = Element("Document", None)
        self.size = width, height
        self.new_page()

    def new_page(self) -> Page:
        self.page = Page(self.file, number=self.file.add_page(*self.size))
        return self.page

    def end_page(self) -> None:
        page = self.page
        self.file.write_page(page._number, page.content(), page.links, page.owners)

    def paragraph(self, words: str, top: float = 400, left: float = 50, size: float = 20, parent=None) -> Element:
        element = Element("P", parent or self.root)
        self.page.tag(element)
        self.write(words, top, left, size)
        return element

    def write(self, words: str, top: float = 400, left: float = 50, size: float = 20, stretch: float = 0) -> None:
        is_rtl = any(unicodedata.bidirectional(character) in ("R", "AL") for character in words)
        for widths, run in self.fonts.font("sans").runs(words, is_rtl):
            self.page.text(left, top, run, widths, size, INK, stretch)
            left += size * sum(widths[word] for word in run.split(" ") if word)
            left += (size * widths[" "] + stretch) * run.count(" ")

    def close(self, bookmarks=(), is_tagged: bool = True) -> bytes:
        self.end_page()
        return self.file.close(bookmarks, self.root if is_tagged else None)


def opened(data: bytes, password: str = "") -> pikepdf.Pdf:
    pdf = pikepdf.open(io.BytesIO(data), password=password)
    assert pdf.check_pdf_syntax() == []
    return pdf


def words_of(data: bytes, number: int = 1, password: str | None = None) -> str:
    page = pypdfium2.PdfDocument(data, password=password)[number - 1]
    return page.get_textpage().get_text_bounded().replace("\r\n", "\n")


def drawn(data: bytes, number: int = 1) -> Image.Image:
    return pypdfium2.PdfDocument(data)[number - 1].render().to_pil().convert("RGB")


def failures(data: bytes, folder: Path, profile: str) -> list[str]:
    path = folder / "file.pdf"
    path.write_bytes(data)
    return [failure.message for failure in page_validation.validate_pdf(str(path), profile=profile).failures]


# Objects


def objects_with(*values: str) -> tuple[pikepdf.Pdf, list[object]]:
    """Values as they come back; and what they are in, without which they are gone."""
    objects = Objects()
    pages = objects.add("<< /Type /Pages /Kids [] /Count 0 >>")
    numbers = [objects.add(value) for value in values]
    catalogue, info = objects.add(f"<< /Type /Catalog /Pages {pages} 0 R >>"), objects.add("<< >>")
    pdf = opened(objects.close(catalogue, info))
    return pdf, [pdf.get_object(number, 0) for number in numbers]


@given(st.lists(st.text(), min_size=1, max_size=5))
@settings(max_examples=50)
def test_any_text_comes_back(texts):
    kept = ["".join("?" if "\ud800" <= each <= "\udfff" else each for each in text) for text in texts]
    _pdf, found = objects_with(*map(text, texts))
    assert list(map(str, found)) == kept


def test_text_is_cut_where_readers_stop():
    _pdf, found = objects_with(text("é" * 100_000), text("e" * 100_000), text("😀" * 100_000))
    assert all(16_000 < len(bytes(each)) < 32_767 for each in found)


@pytest.mark.parametrize("value", ["a", "a b", "é#(/", "text/markdown", "\n", ""])
def test_names_come_back(value):
    _pdf, [found] = objects_with(f"<< {name(value)} 1 >>")
    assert list(found.keys()) == [f"/{value}"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(1, "1"), (1.5, "1.5"), (-0.0001, "0"), (1e-9, "0"), (2.99999, "3"), (123456789.25, "123456789.25"), (0.1, "0.1")],
)
def test_numbers_have_neither_exponents_nor_idle_zeros(value, written):
    assert number(value) == written


def test_thousands_of_objects_are_packed():
    values = [f"<< /Number {index} /Text (The same text again and again) >>" for index in range(5_000)]
    _pdf, found = objects_with(*values)
    assert [each.Number for each in found] == list(range(5_000))
    sheet = Sheet()
    for value in values:
        sheet.file.add_object(value)
    assert len(sheet.close()) < 100_000


def test_thousands_that_are_alike_are_packed_best_and_all_come_back():
    def file(put_alike: bool) -> bytes:
        objects = Objects()
        pages = objects.add("<< /Type /Pages /Kids [] /Count 0 >>")
        root = objects.reserve()
        made = [objects.reserve() for _ in range(5_000)]
        for index, each in enumerate(made):
            put = objects.put_alike if put_alike else objects.put
            put(each, f"<</K {index % 30}/P {index // 4 + 1} 0 R/Pg {index // 30 + 1} 0 R/S/TD>>")
        objects.put(root, f"<< /Type /Catalog /Pages {pages} 0 R /All {references(made)} >>")
        return objects.close(root, objects.add("<< >>"))

    pdf = opened(file(put_alike=True))
    assert [int(each.K) for each in pdf.Root.All] == [index % 30 for index in range(5_000)]
    assert len(file(put_alike=True)) < 0.92 * len(file(put_alike=False))


def test_streams_are_compressed_where_that_pays():
    objects = Objects()
    pages = objects.add("<< /Type /Pages /Kids [] /Count 0 >>")
    numbers = [objects.add_stream("/A 1", data) for data in (b"abc", b"abc" * 100)]
    pdf = opened(objects.close(objects.add(f"<< /Type /Catalog /Pages {pages} 0 R >>"), objects.add("<< >>")))
    short, long = (pdf.get_object(number, 0) for number in numbers)
    assert (short.read_raw_bytes(), "/Filter" in short) == (b"abc", False)
    assert (zlib.decompress(long.read_raw_bytes()), str(long.Filter)) == (b"abc" * 100, "/FlateDecode")


def test_names_are_found_in_a_tree_of_any_size():
    for count in (1, 64, 65, 5_000):
        objects = Objects()
        pages = objects.add("<< /Type /Pages /Kids [] /Count 0 >>")
        tree = name_tree(objects, ((f"name {index % count}".encode(), str(index)) for index in range(count + 1)))
        root = objects.add(f"<< /Type /Catalog /Pages {pages} 0 R /Tree {tree} 0 R >>")
        pdf = opened(objects.close(root, objects.add("<< >>")))
        found = pikepdf.NameTree(pdf.Root.Tree)
        assert {key: int(value) for key, value in found.items()} == {f"name {index}": index for index in range(count)}


def test_the_same_pages_give_the_same_bytes_and_others_another_identity():
    def made(words: str) -> bytes:
        sheet = Sheet()
        sheet.paragraph(words)
        return sheet.close()

    assert made("one") == made("one")
    identities = [bytes(pdf.trailer.ID[0]) for pdf in map(opened, map(made, ("one", "two")))]
    assert len(set(identities)) == 2
    assert {len(identity) for identity in identities} == {16}


def test_reportlab_and_what_encrypts_are_not_loaded_for_a_page():
    program = (
        "import sys; from exporters.pages.file import File; from exporters.pages.metadata import About;"
        "from exporters.pages.page import Page; from exporters.toolbox.fonts import Fonts;"
        "file = File(About('x')); page = Page(file, number=file.add_page(9, 9));"
        "page.text(1, 1, 'Text', Fonts().font('sans').first, 9, '0 0 0');"
        "file.write_page(1, page.content()); file.close([]); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    heavy = {"reportlab", "cryptography", "hashlib", "exporters.pages.locks", "exporters.pages.vectors", "uharfbuzz"}
    assert heavy & set(done.stdout.split()) == set()


# Pages


@pytest.mark.parametrize("count", [1, 32, 33, 1_100])
def test_pages_are_found_in_few_steps(count):
    sheet = Sheet()
    for _ in range(count - 1):
        sheet.end_page()
        sheet.new_page()
    pdf = opened(sheet.close())
    assert len(pdf.pages) == count
    nodes = [pdf.Root.Pages]
    for node in nodes:
        kids = list(node.get("/Kids", []))
        assert len(kids) <= 32
        nodes += kids
    assert sum(node.Type == "/Page" for node in nodes) == count


def test_a_page_keeps_no_more_than_its_compressed_bytes():
    import tracemalloc

    sheet = Sheet()
    sheet.paragraph("The same words on every page. " * 10)
    sheet.end_page()
    tracemalloc.start()
    for _ in range(100):
        sheet.new_page()
        for line in range(50):
            sheet.write("The same words on every page. " * 10, top=9 * line, size=9)
        sheet.end_page()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 100 * 3_000


def test_bookmarks_and_destinations_lead_to_their_pages():
    sheet = Sheet()
    sheet.end_page()
    sheet.new_page()
    sheet.file.add_destination("one", 1, 0, 300)
    sheet.file.add_destination("two é", 2, 10.004, 200)
    sheet.file.add_destination("two é", 1, 0, 0)
    data = sheet.close([Bookmark(0, "One", "one"), Bookmark(3, "Two", "two é"), Bookmark(0, "Again", "one")])
    marks = [
        (mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in pypdfium2.PdfDocument(data).get_toc()
    ]
    assert marks == [(0, "One", 0), (1, "Two", 1), (0, "Again", 0)]
    pdf = opened(data)
    names = list(pdf.Root.Names.Dests.Names)
    assert [bytes(name).decode() for name in names[::2]] == ["one", "two é"]
    assert [float(each) for each in list(names[3])[2:4]] == [10, 200]


def test_a_page_from_right_to_left_turns_boxes_lines_and_links_but_not_text():
    sheet = Sheet()
    page = sheet.page = Page(sheet.file, mirror=500, number=1)
    page.box(0, 0, 100, 100, "1 0 0")
    page.line([(0, 150), (100, 150)], "0 0 1", 20)
    page.link(0, 200, 100, 300, "https://example.org")
    sheet.write("I", top=400, left=page.left(0, 30), size=50)
    data = sheet.close(is_tagged=False)
    image = drawn(data)
    assert image.getpixel((450, 450)) == (255, 0, 0)
    assert image.getpixel((450, 350)) == (0, 0, 255)
    assert image.getpixel((50, 450)) == (255, 255, 255)
    pdf = opened(data)
    assert [int(each) for each in pdf.pages[0].Annots[0].Rect] == [400, 200, 500, 300]
    assert pypdfium2.PdfDocument(data)[0].get_textpage().get_charbox(0)[0] == pytest.approx(473, abs=5)


def test_everything_moves_into_another_column():
    def place(offset: float) -> tuple[float, tuple[int, int, int, int]]:
        sheet = Sheet()
        sheet.page.offset = offset
        sheet.page.box(10, 10, 60, 60, "1 0 0", radius=10)
        sheet.page.draw("0 1 0 rg 0 0 50 50 re f", (1, 0, 0, 1, 10, 70))
        sheet.write("I", left=10)
        data = sheet.close(is_tagged=False)
        image = drawn(data)
        below = image.crop((0, 300, 500, 500)).convert("L").point(lambda value: 255 * (value < 250))
        return pypdfium2.PdfDocument(data)[0].get_textpage().get_charbox(0)[0], below.getbbox()

    (text_left, box), (moved_left, moved_box) = place(0), place(200)
    assert moved_left - text_left == pytest.approx(200, abs=0.01)
    assert moved_box == (box[0] + 200, box[1], box[2] + 200, box[3])


def test_boxes_and_lines_are_where_they_were_said_to_be():
    sheet = Sheet()
    heights = [400 - 20.384 * row for row in range(15)]
    sheet.page.line([(50, 430), (300, 430)], "0 0 0", 0.9)
    for height in heights:
        sheet.page.line([(50, height), (300, height)], "0 0 0", 0.45)
    sheet.page.line([(60, 20), (70, 30), (80, 20)], "0 0 0", 0.45)
    boxes = [(10.123 * at, 15, 10.123 * (at + 1), 18.456) for at in range(20)]
    for box in boxes:
        sheet.page.box(*box, "1 0 0")
    sheet.page.box(100, 100, 150, 120, "0 1 0", radius=3)
    sheet.page.box(200, 100, 250, 120, "0 1 0", radius=3)
    pdf = opened(sheet.close(is_tagged=False))
    found = painted(pdf.pages[0])
    lines = [each for each in found if each.is_line]
    assert [each.width for each in lines] == [0.9] + [0.45] * 15
    assert [each.points[0][1] for each in lines[1:]] == pytest.approx(heights, abs=0.07)
    assert {(each.points[0][0], each.points[1][0]) for each in lines} == {(50, 300)}
    assert found[16].points == [(60, 20), (70, 30), (80, 20)]
    red = [each.bounds for each in found if each.fill == "1 0 0"]
    assert [number for box in red for number in box] == pytest.approx(
        [number for box in boxes for number in box], abs=0.01
    )
    assert [right for _, _, right, _ in red[:-1]] == [left for left, _, _, _ in red[1:]]  # without gaps
    assert [each.bounds for each in found if each.fill == "0 1 0"] == [(103, 103, 147, 117), (203, 103, 247, 117)]


def test_what_lies_on_something_else_is_painted_after_it():
    sheet = Sheet()
    for at, colour in enumerate(["1 0 0", "0 0 1", "1 0 0"]):
        sheet.page.box(20 * at, 0, 20 * at + 50, 50, colour)
    image = drawn(sheet.close(is_tagged=False))
    assert [image.getpixel((x, 470)) for x in (10, 30, 45, 80)] == [(255, 0, 0), (0, 0, 255), (255, 0, 0), (255, 0, 0)]


def test_round_corners_are_round():
    sheet = Sheet()
    sheet.page.box(100, 100, 300, 300, "1 0 0", radius=50)
    image = drawn(sheet.close(is_tagged=False))
    assert image.getpixel((103, 203)) == (255, 255, 255)
    assert image.getpixel((101, 300)) == image.getpixel((200, 201)) == image.getpixel((117, 217)) == (255, 0, 0)


def test_drawings_stand_where_their_matrix_says_with_words_that_can_be_copied():
    sheet = Sheet()
    widths = sheet.fonts.font("sans").first
    words = sheet.file.words("Upright", widths, 20, (1, 0, 0, -1, 0, 80))
    state = sheet.file.resource("ExtGState", "<< /ca 0.5 >>")
    assert sheet.file.resource("ExtGState", "<< /ca 0.5 >>") == state
    content = f"q /{state} gs 1 0 0 rg 0 0 50 50 re f Q 0 0 0 rg {words}"
    sheet.page.draw(content, (2, 0, 0, -2, 100, 400))
    data = sheet.close(is_tagged=False)
    assert drawn(data).getpixel((150, 150))[1] == pytest.approx(127, abs=2)
    assert words_of(data).strip() == "Upright"
    _, bottom, _, top = pypdfium2.PdfDocument(data)[0].get_textpage().get_charbox(0)
    assert (bottom, top) == (pytest.approx(240, abs=1), pytest.approx(268, abs=2))


def test_forms_stand_over_or_under_everything():
    for under, colour in ((False, (255, 0, 0)), (True, (0, 0, 255))):
        sheet = Sheet()
        form = sheet.file.add_form("", "1 0 0 rg 0 0 100 100 re f", (0, 0, 100, 100))
        assert sheet.file.add_form("", b"1 0 0 rg 0 0 100 100 re f", (0, 0, 100, 100)) == form
        sheet.page.form(form, 50, 50, under=under)
        sheet.page.box(0, 0, 100, 100, "0 0 1")
        assert drawn(sheet.close()).getpixel((75, 425)) == colour


# Fonts


@pytest.mark.parametrize(
    "words",
    [
        "AVATAR Type office",
        "Ünïcödé Ελληνικά Кириллица",
        "e\u0323\u0301x",
        "שלום עולם",
        "שָׁלוֹם",
        "مرحبا بالعالم",
        "لا إله السلام",
        "مُحَمَّد",
        "हिन्दी में लिखा किताब",
        "ক্ষি বাংলা",
        "தமிழ் கொ",
        "สวัสดีครับ น้ำ",
        "한국어 漢字かな",
        "မြန်မာ",
        "ខ្មែរ",
        "😀 👨‍👩‍👧 🇩🇪 👋🏽 \u2764\ufe0f",
    ],
)
def test_words_of_every_script_come_out_in_logical_order(words, tmp_path):
    sheet = Sheet()
    sheet.page.tag(Element("P", sheet.root))
    is_rtl = unicodedata.bidirectional(words[0]) in ("R", "AL")
    if is_rtl:
        left = 400.0  # it is for lines to place each word
        for widths, run in sheet.fonts.font("sans").runs(words, is_rtl):
            for word in run.split(" "):
                left -= 20 * (widths[word] + widths[" "])
                sheet.page.text(left, 400, f"{word} ", widths, 20, INK)
    else:
        sheet.write(words)
    data = sheet.close()
    found = unicodedata.normalize("NFC", words_of(data)).strip()
    assert found == unicodedata.normalize("NFC", words).replace("\ufe0f", "\ufe0f" * ("\ufe0f" in found))
    assert failures(data, tmp_path, "ua1") == []


def test_words_are_kerned_and_stretched():
    def ends(stretch: float) -> tuple[float, float]:
        sheet = Sheet()
        sheet.write("AVA AVA AVA", stretch=stretch)
        page = pypdfium2.PdfDocument(sheet.close(is_tagged=False))[0].get_textpage()
        return page.get_charbox(2)[2], page.get_charbox(10)[2]

    (first, last), (same, wide) = ends(0), ends(7.5)
    assert (first, last + 15) == (pytest.approx(same, abs=0.1), pytest.approx(wide, abs=0.1))
    widths = Fonts().font("sans").first
    assert first < 50 + 20 * sum(widths.advances[letter] for letter in "AVA")


@pytest.mark.parametrize("words", ["one two ", "Ünïcödé ŵ ", "漢字 "])
@pytest.mark.parametrize("stretch", [0, 3.337, -0.8])
def test_text_goes_on_where_readers_see_the_text_before_it_end(words, stretch):
    sheet = Sheet()
    left = 50.0
    for at in range(6):
        for widths, run in sheet.fonts.font("sans", bold=bool(at % 2)).runs(words):
            sheet.page.text(left, 400, run, widths, 9.125, INK, stretch)
            left += 9.125 * sum(widths[word] for word in run.split(" ") if word)
            left += (9.125 * widths[" "] + stretch) * run.count(" ")
    [(widths, run)] = sheet.fonts.font("sans").runs("I")
    sheet.page.text(left, 400, run, widths, 9.125, INK)
    sheet.page.text(left, 300, run, widths, 9.125, INK)
    page = pypdfium2.PdfDocument(sheet.close(is_tagged=False))[0].get_textpage()
    places = [page.get_charbox(at)[0] for at in range(page.count_chars()) if page.get_text_range(at, 1) == "I"]
    assert places[0] == pytest.approx(places[1], abs=0.1)


def test_what_is_added_to_spaces_ends_with_the_text():
    sheet = Sheet()
    sheet.write("stretched words", stretch=50)
    sheet.page.form(sheet.file.add_form("", form_with("a b", sheet), (0, 0, 500, 500)), 0, 0)
    sheet.end_page()
    sheet.new_page()
    sheet.page.form("X1", 0, 0)
    data = sheet.close(is_tagged=False)
    places = [pypdfium2.PdfDocument(data)[at].get_textpage() for at in (0, 1)]
    ends = [page.get_charbox(page.count_chars() - 1)[0] for page in places]
    assert ends[0] == pytest.approx(ends[1], abs=0.01)


def form_with(words: str, sheet: Sheet) -> str:
    return sheet.file.words(words, sheet.fonts.font("sans").first, 20, (1, 0, 0, 1, 50, 50))


def test_lines_are_moved_by_less_than_can_be_seen_and_no_error_adds_up():
    sheet = Sheet(height=2_000)
    heights = [1_950 - 15.225 * line - 0.31 * (line // 7) for line in range(100)]
    for height in heights:
        sheet.write("H", top=height, size=10)
        sheet.write("H", top=height + 3.33, left=60, size=7)  # raised
        sheet.write("H", top=height, left=70, size=10)
    data = sheet.close(is_tagged=False)
    page = pypdfium2.PdfDocument(data)[0].get_textpage()
    bottoms = [page.get_charbox(at)[1] for at in range(page.count_chars()) if page.get_text_range(at, 1) == "H"]
    assert bottoms[::3] == bottoms[2::3]  # what stands on one line stands on it wherever it was begun
    assert bottoms[::3] == pytest.approx(heights, abs=0.07)
    assert bottoms[1::3] == pytest.approx([height + 3.33 for height in heights], abs=0.07)
    pdf = opened(data)
    moves = set(re.findall(rb"[-\d.]+ Td", pdf.pages[0].Contents.read_bytes()))
    assert len(moves) < 12


def test_text_goes_on_where_the_text_before_it_ended():
    sheet = Sheet()
    widths = sheet.fonts.font("sans").first
    page, left = sheet.page, 50.0
    for word in ("one ", "AVATAR ", "three"):
        page.text(left, 400, word, widths, 20, INK)
        left += 20 * (widths[word.strip()] + widths[" "])
    page.text(60, 300, "below", widths, 20, INK)
    data = sheet.close(is_tagged=False)
    pdf = opened(data)
    assert pdf.pages[0].Contents.read_bytes().count(b" Td(") == 2
    assert words_of(data) == "one AVATAR three\nbelow"
    written = pypdfium2.PdfDocument(data)[0].get_textpage()
    starts = [written.get_charbox(written.search(word).get_next()[0])[0] for word in ("one", "three", "below")]
    assert starts == pytest.approx([50, left - 20 * (widths["three"] + widths[" "]), 60], abs=2)


def test_what_looks_alike_is_embedded_once_and_read_as_what_it_is():
    sheet = Sheet()
    sans = face("NotoSans-Regular")
    glyph = sans.glyph(ord("A"))
    glyphs = [Glyph(glyph, letter, sans.advance(glyph)) for letter in "AΑА"]
    sheet.page.draw(sheet.file.glyphs(glyphs, sans, 20, (1, 0, 0, 1, 50, 400)))
    data = sheet.close(is_tagged=False)
    assert words_of(data) == "AΑА"
    pdf = opened(data)
    [font] = pdf.pages[0].Resources.Font.values()
    program = TTFont(io.BytesIO(font.FontDescriptor.FontFile2.read_bytes()))
    [table] = program["cmap"].tables
    letters = [code for code, name in table.cmap.items() if name == table.cmap[ord("A")]]
    assert (program["maxp"].numGlyphs, len(letters)) == (3, 3)  # with the box and the space


def test_a_character_that_a_face_lacks_is_a_box_that_keeps_its_meaning():
    for words in ("a\U0010fffd漢", "a\u0378\u0379"):  # with codes of two bytes, and of one
        sheet = Sheet()
        sheet.page.text(50, 400, words, sheet.fonts.font("sans").first, 20, INK)
        data = sheet.close(is_tagged=False)
        assert words_of(data) == words
        image = drawn(data).crop((0, 80, 500, 110)).convert("L")
        assert len(glyphs_across(image)) == 3


def glyphs_across(image: Image.Image) -> list[int]:
    """Where something begins in an image, from left to right."""
    columns = [min(image.crop((x, 0, x + 1, image.height)).tobytes()) < 128 for x in range(image.width)]
    return [x for x in range(1, image.width) if columns[x] and not columns[x - 1]]


def test_words_are_written_in_ascii_where_it_has_their_letters():
    sheet = Sheet()
    sheet.write("Plain bits, 1 + 2")
    data = sheet.close(is_tagged=False)
    pdf = opened(data)
    assert b"(Plain bits, 1 + 2)Tj" in pdf.pages[0].Contents.read_bytes()
    assert words_of(data) == "Plain bits, 1 + 2"


@pytest.mark.parametrize(
    "characters",
    [
        [chr(code) for code in range(0x4E00, 0x4E00 + 3_000)],
        [chr(code) for code in (*range(0x20, 0x7F), *range(0xA1, 0x250), *range(0x391, 0x3A2), *range(0x400, 0x460))],
    ],
    ids=["han", "letters"],
)
def test_text_comes_back_however_many_different_characters_it_has(characters, tmp_path):
    sheet = Sheet(width=1_000, height=2_000)
    sheet.page.tag(Element("P", sheet.root))
    random.Random(1).shuffle(characters)
    text = "".join(characters).translate({ord(" "): None, ord("\xad"): None})
    lines = [text[at : at + 40] for at in range(0, len(text), 40)]
    for at, line in enumerate(lines):
        sheet.write(line, top=1_980 - 24 * at, size=10)
    data = sheet.close()
    assert re.sub(r"\s", "", words_of(data)) == text
    assert failures(data, tmp_path, "ua1") == []
    pdf = opened(data)
    kinds = {str(font.Subtype) for font in pdf.pages[0].Resources.Font.values()}
    assert kinds == ({"/Type0"} if characters[0] > "\u2e80" else {"/TrueType", "/Type0"})


def test_codes_do_not_run_out_and_few_of_them_are_for_kerning(monkeypatch):
    monkeypatch.setattr(embedded_fonts, "_MAX_CODES", 300)
    long = embedded_fonts.LongCodes("F", face("NotoSans-Regular"))
    assert len({long.of(40, str(index)) for index in range(1_000)}) == 300
    assert (len(long.said), long.said[300][1]) == (301, "\ufffd")
    short = embedded_fonts.ShortCodes("F", face("NotoSans-Regular"))
    kerned = [short.kerned(40, "x", advance) for advance in range(100)]
    assert (len(set(kerned)), kerned[64:]) == (65, [""] * 36)
    assert kerned[0] == short.kerned(40, "x", 0)
    codes = [short.of(40, chr(index)) for index in range(0x100, 0x300)]
    assert (len(set(codes)), codes[-1]) == (len(embedded_fonts._FREE) - 64 + 1, "\0")
    assert not set("()\\\r\n") & {*codes, *kerned}
    assert short.of(face("NotoSans-Regular").glyph(ord("x")), "x") == "x"  # which has its own for ever


def test_glyphs_are_put_together_as_outlines_that_others_read():
    sans = face("NotoSans-Regular")
    letter, mark = sans.glyph(ord("a")), sans.glyph(ord("´"))
    raised = Composed(700, ((letter, 0, 0), (mark, 50, 300)))
    font = TTFont(io.BytesIO(sans.subset([0, letter, mark, raised])), checkChecksums=2)
    made = font["glyf"][font.getGlyphName(3)]
    assert font["hmtx"][font.getGlyphName(3)] == (700, made.xMin)
    assert [(part.x, part.y) for part in made.components] == [(0, 0), (50, 300)]
    own = font["glyf"][font.getGlyphName(2)]
    assert (made.yMax, made.xMin) == (own.yMax + 300, min(font["glyf"][font.getGlyphName(1)].xMin, own.xMin + 50))


def test_glyphs_that_were_chosen_by_number_are_written():
    sheet = Sheet()
    maths = face("NotoSansMath-Regular")
    glyphs = [Glyph(maths.glyph(ord(each)), each, 900, y=200) for each in "x∑"]
    sheet.page.draw(sheet.file.glyphs(glyphs, maths, 20, (1, 0, 0, 1, 50, 400)))
    data = sheet.close(is_tagged=False)
    assert words_of(data).strip() == "x∑"
    text = pypdfium2.PdfDocument(data)[0].get_textpage()
    assert text.get_charbox(0)[1] == pytest.approx(404, abs=0.5)


def test_gaps_that_are_too_wide_for_kerning_are_read_as_spaces():
    sheet = Sheet()
    sans = face("NotoSans-Regular")
    glyphs = [Glyph(sans.glyph(ord(each)), each, sans.advance(sans.glyph(ord(each))) + 278) for each in "a=b"]
    sheet.page.draw(sheet.file.glyphs(glyphs, sans, 20, (1, 0, 0, 1, 50, 400)))
    assert words_of(sheet.close(is_tagged=False)).strip() == "a = b"


def test_emoji_of_any_number_have_colours():
    sheet = Sheet(width=1000, height=1000)
    emoji = [chr(code) for code in range(0x1F300, 0x1F700) if unicodedata.category(chr(code)) == "So"][:300]
    found = []
    for index, each in enumerate(emoji):
        for widths, run in sheet.fonts.font("sans").runs(each):
            if widths.is_colour:
                found.append(each)
                sheet.page.text(20 + 40 * (index % 24), 950 - 50 * (index // 24), run, widths, 30, INK)
    data = sheet.close(is_tagged=False)
    pdf = opened(data)
    fonts = pdf.pages[0].Resources.Font
    assert len(found) > 256
    assert [str(font.Subtype) for font in fonts.values()] == ["/Type3"] * 2
    assert re.sub(r"\s", "", words_of(data)) == "".join(found)
    colours = drawn(data).convert("P", palette=Image.Palette.ADAPTIVE, colors=64).convert("RGB").getcolors()
    assert sum(1 for _, (red, _, blue) in colours if abs(red - blue) > 60) > 8


# Structure


def tree(element, depth: int = 0) -> list[str]:
    """Roles by depth, in reading order."""
    found = [f"{'  ' * depth}{str(element.S)[1:]}"]
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            assert kid.P.objgen == element.objgen
            found += tree(kid, depth + 1)
    return found


def test_marked_contents_and_elements_know_each_other():
    sheet = Sheet()
    sheet.page.box(0, 0, 10, 10, "1 0 0")
    heading = Element("H1", sheet.root)
    sheet.page.tag(heading)
    sheet.write("Heading")
    paragraph = sheet.paragraph("Before ", top=350)
    code = Element("Code", paragraph, is_inline=True)
    sheet.page.tag(code)
    sheet.write("code", top=350, left=130)
    sheet.page.tag(paragraph)
    sheet.write(" behind.", top=350, left=180)
    sheet.end_page()
    sheet.new_page()
    sheet.page.tag(paragraph)
    sheet.write("Overleaf.")
    Element("P", Element("Sect", sheet.root))  # of which nothing is ever drawn
    pdf = opened(sheet.close())
    root = pdf.Root.StructTreeRoot
    assert tree(root.K[0]) == ["Document", "  H1", "  P", "    Code"]
    parents = pikepdf.NumberTree(root.ParentTree)
    paragraph = root.K[0].K[1]
    assert [str(each) if isinstance(each, int) else each.get("/S", each.get("/MCID")) for each in paragraph.K] == [
        "1",
        "/Code",
        "3",
        0,
    ]
    assert paragraph.K[3].Pg.objgen == pdf.pages[1].obj.objgen
    for index, owners in ((0, ["/H1", "/P", "/Code", "/P"]), (1, ["/P"])):
        assert [str(owner.S) for owner in parents[pdf.pages[index].StructParents]] == owners
        assert marks(pdf.pages[index]) == list(range(len(owners)))
    assert pdf.Root.MarkInfo.Marked


def marks(page) -> list[int]:
    """The numbers of the marked contents. Everything else that shows must be an artifact."""
    depth, found = 0, []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                depth += 1
                assert depth == 1
                if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary):
                    found.append(int(operands[1].MCID))
            case "EMC":
                depth -= 1
            case "Tj" | "TJ" | "f" | "S" | "B" | "Do":
                assert depth == 1
    return found


def test_furniture_and_repetitions_are_artifacts(tmp_path):
    sheet = Sheet()
    page = sheet.page
    page.furniture = "Header"
    sheet.write("Running title", top=480, size=9)
    page.furniture = ""
    sheet.paragraph("Text")
    page.is_artifact = True
    repeated = sheet.paragraph("Repeated head", top=300)
    page.link(0, 0, 10, 10, "#x", repeated)
    page.is_artifact = False
    page.form(sheet.file.add_form("", "0 0 9 9 re f", (0, 0, 9, 9)), 10, 10)
    data = sheet.close()
    pdf = opened(data)
    assert (marks(pdf.pages[0]), "/Annots" in pdf.pages[0]) == ([0], False)
    assert tree(pdf.Root.StructTreeRoot.K[0]) == ["Document", "  P"]
    assert [str(each.Subtype) for each in pdf.pages[0].Resources.Properties.values()] == ["/Header"]
    assert failures(data, tmp_path, "ua1") == []


def test_links_belong_to_their_elements(tmp_path):
    sheet = Sheet()
    paragraph = sheet.paragraph("See ")
    link = Element("Link", paragraph, is_inline=True)
    for left, target in ((100, "https://example.org/(a)"), (200, "#place")):
        sheet.page.tag(link)
        sheet.write("there", left=left)
        sheet.page.link(left, 395, left + 60, 420, target, link, "There")
    sheet.file.add_destination("place", 1, 0, 500)
    data = sheet.close()
    pdf = opened(data)
    [paragraph] = pdf.Root.StructTreeRoot.K[0].K
    kids = list(paragraph.K[1].K)
    annotations = list(pdf.pages[0].Annots)
    assert [kid if isinstance(kid, int) else kid.Obj.objgen for kid in kids] == [
        1,
        annotations[0].objgen,
        annotations[1].objgen,
    ]
    parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    assert {parents[each.StructParent].objgen for each in annotations} == {paragraph.K[1].objgen}
    assert [str(each.Contents) for each in annotations] == ["There", "There"]
    assert (str(annotations[0].A.URI), str(annotations[1].Dest), annotations[0].F) == (
        "https://example.org/(a)",
        "place",
        4,
    )
    assert failures(data, tmp_path, "ua1") == []


def test_a_link_that_has_no_element_gets_one(tmp_path):
    sheet = Sheet()
    sheet.paragraph("1.")
    sheet.page.link(50, 395, 70, 420, "https://example.org/ü b")
    data = sheet.close()
    pdf = opened(data)
    assert tree(pdf.Root.StructTreeRoot.K[0]) == ["Document", "  P", "    Link"]
    assert str(pdf.pages[0].Annots[0].A.URI) == "https://example.org/%C3%BC%20b"
    assert failures(data, tmp_path, "ua1") == []


def test_elements_made_before_their_parents_know_them():
    sheet = Sheet()
    notes = Element("Sect", None)
    sheet.paragraph("A note", parent=notes)
    sheet.root.add(notes)
    pdf = opened(sheet.close())
    assert tree(pdf.Root.StructTreeRoot.K[0]) == ["Document", "  Sect", "    P"]


def test_elements_say_what_is_not_seen():
    sheet = Sheet()
    figure = sheet.paragraph("x")
    figure.role, figure.alt, figure.lang, figure.id = "Figure", "Ein Bild (ä)", "de", "f1"
    figure.actual_text = "text"
    figure.attributes = {"Layout": {"BBox": "[0 0 9 9]"}, "Table": {"Scope": "/Row"}}
    note = sheet.paragraph("A note", top=300)
    note.role = "Note"
    pdf = opened(sheet.close())
    root = pdf.Root.StructTreeRoot
    figure, note = root.K[0].K
    assert (str(figure.Alt), str(figure.ActualText), str(figure.Lang)) == ("Ein Bild (ä)", "text", "de")
    assert [str(owned.O) for owned in figure.A] == ["/Layout", "/Table"]
    found = pikepdf.NameTree(root.IDTree)
    assert {str(found[str(each.ID)].S) for each in (figure, note)} == {"/Figure", "/Note"}


def test_a_tree_of_any_depth_is_written():
    sheet = Sheet()
    element = sheet.root
    for _ in range(5_000):
        element = Element("Div", element)
    sheet.paragraph("Deep", parent=element)
    assert words_of(sheet.close()) == "Deep"


def test_a_file_without_structure_claims_none():
    sheet = Sheet()
    sheet.write("Text")
    pdf = opened(sheet.close())
    assert not {"/StructTreeRoot", "/MarkInfo"} & set(pdf.Root.keys())
    assert b"pdfuaid:part>" not in pdf.Root.Metadata.read_bytes()


# What a file says about itself


@pytest.mark.parametrize(
    ("given", "pdf", "iso"),
    [
        ("2024-02-29", "D:20240229", "2024-02-29"),
        (" 2024-2-9 ", "D:20240209", "2024-02-09"),
        ("2024", "D:2024", "2024"),
        ("2024-07", "D:202407", "2024-07"),
        ("2024-02-29T10:11", "D:20240229101100Z", "2024-02-29T10:11:00Z"),
        ("2024-02-29 10:11:12.5+0130", "D:20240229101112+01'30'", "2024-02-29T10:11:12+01:30"),
        ("2024-02-29T10:11:12Z", "D:20240229101112Z", "2024-02-29T10:11:12Z"),
        ("2023-02-29", "", ""),
        ("2024-13-01", "", ""),
        ("2024-00-01", "", ""),
        ("2024-01-01T25:00", "", ""),
        ("last spring", "", ""),
        ("٢٠٢٤", "", ""),
        ("", "", ""),
    ],
)
def test_dates_are_those_of_the_author_or_none(given, pdf, iso):
    about = About(created=given)
    assert information(about).partition("/CreationDate ")[2] == (f"({pdf}) >>" if pdf else "")
    assert (f"<xmp:CreateDate>{iso}<" in xmp(about, False).decode()) == bool(iso)


HOSTILE = 'A <b> & "title" ]]> (é) \x00\x0b 😀 \ud800'


@pytest.mark.parametrize("conformance", ["", "2a", "2b", "2u", "3a", "3b"])
def test_files_conform_as_they_claim(conformance, tmp_path):
    about = About(HOSTILE, "Ada, Öz", "About", "a, b", "de-AT", "2024-02-29", conformance)
    sheet = Sheet(about)
    sheet.paragraph("Text AVA שלום नमस्ते 😀")
    figure = Element("Figure", sheet.root)
    figure.alt, figure.attributes = "A picture", {"Layout": {"BBox": "[50 50 90 90]"}}
    sheet.page.tag(figure)
    grey = {"Width": 2, "Height": 2, "BitsPerComponent": 8, "ColorSpace": "/DeviceGray"}
    colours = grey | {"ColorSpace": "/DeviceRGB"}
    sheet.page.image(
        sheet.file.add_image(b"\xff\x80\x00" * 4, colours, (b"\xff\x80\x00\x10", grey)), (40, 0, 0, 40, 50, 50)
    )
    if conformance.startswith("3"):
        sheet.file.attach("source.md", b"# Text", "text/markdown", "The source", "Source")
    data = sheet.close()
    for profile in ("ua1", conformance):
        assert not profile or failures(data, tmp_path, profile) == []
    pdf = opened(data)
    assert str(pdf.docinfo.Title) == HOSTILE.replace("\ud800", "?")
    with pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == conformance.upper()
        assert metadata["dc:title"] == HOSTILE.translate({0: "\ufffd", 11: "\ufffd", 0xD800: "\ufffd"})
        assert metadata["pdfuaid:part"] == "1"
    assert ("/OutputIntents" in pdf.Root) == bool(conformance)
    assert (str(pdf.Root.Lang), bool(pdf.Root.ViewerPreferences.DisplayDocTitle)) == ("de-AT", True)


def test_a_file_without_title_or_language_does_not_claim_to_be_accessible():
    for about in (About("A title"), About(language="en")):
        sheet = Sheet(about)
        sheet.paragraph("Text")
        assert b"<pdfuaid:part>" not in opened(sheet.close()).Root.Metadata.read_bytes()


def test_a_book_from_right_to_left_says_so():
    sheet = Sheet(About("עברית", language="he", is_right_to_left=True))
    assert str(opened(sheet.close()).Root.ViewerPreferences.Direction) == "/R2L"


def test_the_colour_profile_is_that_of_srgb():
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb()))
    assert (len(srgb()), ours.profile.xcolor_space.strip()) == (520, "RGB")
    colours = Image.new("RGB", (256, 3))
    for value in range(256):
        for row, colour in enumerate([(value,) * 3, (value, 0, 255 - value), (255, value, 40)]):
            colours.putpixel((value, row), colour)
    same = ImageCms.profileToProfile(colours, ours, ImageCms.createProfile("sRGB"))
    assert max(abs(a - b) for a, b in zip(colours.tobytes(), same.tobytes(), strict=True)) <= 1


def test_attached_files_come_out_as_they_went_in():
    sheet = Sheet()
    sheet.file.attach("Über.md", b"# Text", "text/markdown", "The source", "Source")
    sheet.file.attach("Über.md", b"another", "text/plain")
    sheet.file.attach("b.png", b"", "image/png")
    pdf = opened(sheet.close())
    assert {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()} == {
        "Über.md": b"# Text",
        "b.png": b"",
    }
    spec = pdf.attachments["Über.md"]
    assert (spec.filename, spec.description, str(spec.relationship)) == ("Über.md", "The source", "/Source")
    assert (spec.get_file().mime_type, spec.get_file().size) == ("text/markdown", 6)
    assert len(pdf.Root.AF) == 2


# Locks


def locked(user: str, owner: str, *permissions) -> bytes:
    sheet = Sheet()
    sheet.paragraph("A secret")
    sheet.file.attach("a.txt", b"secret", "text/plain")
    sheet.file.protect(user, owner, permissions)
    return sheet.close()


ALL = ("print", "copy", "change", "annotate")


@pytest.mark.parametrize(
    ("user", "owner"), [("user", "owner"), ("", "owner"), ("ünïcode 密码", ""), ("x" * 200, "y" * 200)]
)
def test_a_locked_file_opens_with_its_passwords_and_no_other(user, owner):
    data = locked(user, owner)
    assert b"secret" not in data
    for password in filter(None, (user, owner)) if owner else (user,):
        pdf = opened(data, password)
        assert (pdf.encryption.R, pdf.encryption.bits) == (6, 256)
        assert pdf.attachments["a.txt"].get_file().read_bytes() == b"secret"
        assert str(pdf.docinfo.Title) == "A title"
        assert words_of(data, password=password[:127]) == "A secret"
    for password in ("wrong", "") if user else ("wrong",):
        if user or password:
            with pytest.raises(pikepdf.PasswordError):
                pikepdf.open(io.BytesIO(data), password=password if user else password + "\0")
    assert opened(data, owner or user).owner_password_matched == bool(owner)


@pytest.mark.parametrize(
    ("permissions", "allowed"),
    [
        ((), set()),
        (("print",), {"print_lowres", "print_highres"}),
        (("copy",), {"extract"}),
        (("change",), {"modify_other", "modify_assembly"}),
        (("annotate",), {"modify_annotation", "modify_form"}),
        (
            ALL,
            {
                "print_lowres",
                "print_highres",
                "extract",
                "modify_other",
                "modify_assembly",
                "modify_annotation",
                "modify_form",
            },
        ),
    ],
)
def test_a_locked_file_allows_what_was_permitted_and_reading_aloud(permissions, allowed):
    found = opened(locked("", "owner", *permissions)).allow._asdict()
    assert {permission for permission, is_allowed in found.items() if is_allowed} == allowed | {"accessibility"}


def test_the_same_lock_gives_the_same_bytes_and_another_password_another_key():
    assert locked("user", "owner") == locked("user", "owner")
    keys = {opened(locked(*each), each[1]).encryption.encryption_key for each in (("a", "b"), ("a", "c"), ("c", "b"))}
    assert len(keys) == 3
    streams = [bytes(opened(locked(user, "b"), "b").trailer.ID[0]) for user in ("a", "c")]
    assert len(set(streams)) == 2
