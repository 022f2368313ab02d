"""PDF: what a reader sees, copies, clicks and prints."""

import io
import os
import random
import re
import struct
import subprocess
import sys
import zlib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import page as page_validation
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from painted import painted
from PIL import Image as Pillow
from samples import EVERYTHING

from exporters import Source
from exporters import export as export_source
from exporters.document import (
    Abbreviation,
    Admonition,
    BlockQuote,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Heading,
    Highlight,
    Image,
    Keyboard,
    LineBreak,
    Link,
    List,
    ListItem,
    Map,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Resource,
    Section,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Tab,
    Table,
    Tabs,
    Topic,
    Underline,
    walk,
)
from exporters.errors import SourceTooLarge
from exporters.formats.pdf import Options
from exporters.formats.pdf.export import export
from exporters.pages import flow, theme
from exporters.pages.inlines import Style, Text
from exporters.pages.lines import break_lines
from exporters.readers import read
from exporters.report import Report
from exporters.toolbox.bidi import needs_bidi
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.images import inspect

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "tests" / "documents").glob("*.md"))
MM = 72 / 25.4


class Made:
    """A PDF that was made of a document, as others see it."""

    def __init__(self, document: Document, **options):
        self.report = Report()
        self.data = export(document, Options(**options), self.report)
        self.pdf = pypdfium2.PdfDocument(self.data)
        self.objects = pikepdf.open(io.BytesIO(self.data))

    def text(self, number: int) -> str:
        """The text of a page, from 1, without the page number."""
        return re.sub(r"\n?\d+ /\n?\d+$", "", self.whole_text(number))

    def whole_text(self, number: int) -> str:
        return self.pdf[number - 1].get_textpage().get_text_bounded().replace("\r\n", "\n")

    @property
    def all_text(self) -> str:
        return "\n".join(self.text(number) for number in range(1, len(self.pdf) + 1))

    @property
    def bookmarks(self) -> list[tuple[int, str, int]]:
        return [(mark.level, mark.get_title(), mark.get_dest().get_index() + 1) for mark in self.pdf.get_toc()]

    def links(self, number: int) -> list[str | tuple[int, float]]:
        """Where the links of a page lead: addresses, or page and height."""
        return [self._target(link) for link in self.objects.pages[number - 1].get("/Annots", [])]

    def _target(self, link) -> str | tuple[int, float]:
        if "/A" in link:
            return str(link.A.URI)
        names = list(self.objects.Root.Names.Dests.Names)
        places = {bytes(name): place for name, place in zip(names[::2], names[1::2], strict=True)}
        place = places[bytes(link.Dest)]
        return self.objects.pages.index(pikepdf.Page(place[0])) + 1, float(place[3])

    def content(self, number: int) -> bytes:
        return self.objects.pages[number - 1].Contents.read_bytes()

    def boxes(self, colour: str) -> int:
        """How many boxes of a colour the first page has."""
        return sum(each.fill == colour for each in painted(self.objects.pages[0]))

    def outlines(self, colour: str) -> int:
        """How many outlines of a colour it has."""
        return sum(each.stroke == colour for each in painted(self.objects.pages[0]))

    def strokes(self, number: int = 1) -> list[tuple[float, float, float]]:
        """The left and right ends and the height of the straight lines on a page, as they were drawn."""
        lines = (each.points for each in painted(self.objects.pages[number - 1]) if each.is_line)
        return [(left, right, height) for (left, height), (right, _) in lines]

    def place(self, text: str, number: int = 1) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the first such text on a page."""
        page = self.pdf[number - 1].get_textpage()
        index, count = page.search(text, match_case=True).get_next()
        boxes = [page.get_charbox(at) for at in range(index, index + count)]
        return boxes[0][0], min(box[1] for box in boxes), boxes[-1][2], max(box[3] for box in boxes)

    def images(self) -> list[pikepdf.Stream]:
        resources = self.objects.pages[0].Resources.XObject
        return [each for _, each in sorted(resources.items()) if each.Subtype == "/Image"]

    @property
    def said(self) -> list[str]:
        return [item.what for item in self.report.items]


def made(*blocks, **options) -> Made:
    return Made(Document(blocks), **options)


def paragraphs(*texts: str) -> list[Paragraph]:
    return [Paragraph((text,)) for text in texts]


def words(count: int, seed: int = 0) -> str:
    pool = ("river", "gauge", "rain", "snow", "bridge", "station", "observer", "Straße", "naïve", "žluťoučký", "κόσμε")
    return " ".join(random.Random(seed).choices(pool, k=count))


def table(*rows: tuple[str, ...], alignments=None) -> Table:
    head, *body = [tuple(Cell((text,)) for text in row) for row in rows]
    return Table(alignments or (None,) * len(head), head, tuple(body))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def sample(path: Path) -> Document:
    return read(Source(path.read_bytes(), path.name), Report())


# What all files keep


@pytest.mark.parametrize("path", [*SAMPLES, ROOT / "examples" / "handbook.md"], ids=lambda path: path.stem)
def test_qpdf_and_the_validator_find_nothing_wrong(path, tmp_path):
    file = Made(sample(path), toc=True)
    assert file.objects.check_pdf_syntax() == []
    assert failures(file.data, tmp_path) == set()


def test_nothing_is_wrong_with_a_file_of_every_kind_of_node(tmp_path):
    file = Made(EVERYTHING, toc=True)
    assert file.objects.check_pdf_syntax() == []
    assert failures(file.data, tmp_path) == set()


@pytest.mark.parametrize(
    "document",
    [
        Document(sections=(Section(1, (), "a", (), (Section(2, ("b",), "b"),)),)),
        Document((Heading(5, ("a",)), BlockQuote((Heading(3, ("b",)),))), (Section(4, ("c",), "c"),)),
        Document(sections=(Section(1, ("\u200b",), "a", (Heading(6, ("b",)),), (Section(6, ("c",), "c"),)),)),
    ],
)
def test_no_level_of_headings_is_skipped_in_the_structure(document, tmp_path):
    assert failures(Made(document).data, tmp_path) == set()


def failures(data: bytes, folder: Path, profile: str = "ua1") -> set[str]:
    path = folder / "file.pdf"
    path.write_bytes(data)
    return {failure.rule_id for failure in page_validation.validate_pdf(str(path), profile=profile).failures}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_text_comes_out_in_reading_order(path):
    document = sample(path)
    file = Made(document, page_size="A3")
    found = squeezed(file.all_text)
    at = 0
    notes = {id(block) for note in document.footnotes for block in note.blocks}  # which stand where they are mentioned
    for block in walk.blocks(document):
        if id(block) in notes:
            continue
        if isinstance(block, Paragraph) and not says_more(block):
            text = squeezed(walk.plain_text(block.content)).replace("\u00ad", "")
            if needs_bidi(text):  # PDFium reads words from right to left as they stand where a line runs to the right
                assert all(word in found for word in re.findall(r"\w+", walk.plain_text(block.content)))
                continue
            at = found.index(text.partition("[^")[0], at)


def says_more(block: Paragraph) -> bool:
    """Whether a page says more of a paragraph, or other things, than its words."""
    more = Abbreviation | FootnoteReference | Image | Math
    return any(isinstance(node, more) for node in walk.inlines(Document((block,))))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("size", ["A6", "A4"])
def test_nothing_stands_outside_the_margins(path, size):
    assert_within_margins(Made(sample(path), page_size=size, margin_mm=20))


@pytest.mark.parametrize("size", ["A6", "A4"])
def test_no_kind_of_node_stands_outside_the_margins(size):
    quoted = Document((*EVERYTHING.blocks, BlockQuote(EVERYTHING.blocks)), resources=EVERYTHING.resources)
    assert_within_margins(Made(quoted, page_size=size, margin_mm=20))


def assert_within_margins(file: Made) -> None:
    for page in file.pdf:
        text = page.get_textpage()
        boxes = [text.get_charbox(index) for index in range(text.count_chars())]
        assert min(box[0] for box in boxes) >= 20 * MM - 8  # a list's number and an italic letter may lean out
        assert max(box[2] for box in boxes) <= page.get_width() - 20 * MM + 2


def test_the_same_document_gives_the_same_bytes_in_a_cold_and_in_a_warm_process():
    path = ROOT / "tests" / "documents" / "everything.md"
    program = (
        "import sys; from exporters import Source, export;"
        f"sys.stdout.buffer.write(export(Source(open({str(path)!r}, 'rb').read(), 'a.md'), 'pdf').data)"
    )
    cold = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=ROOT).stdout
    secret = made(*paragraphs("Ein Geheimnis: ŽŘŮ 漢字"))
    assert "Geheimnis" in secret.all_text
    for _ in range(2):
        assert export_source(Source(path.read_bytes(), "a.md"), "pdf").data == cold


def test_exporting_loads_neither_platypus_nor_the_canvas_nor_image_decoders_without_need():
    program = (
        "import sys; from exporters import Source, export;"
        "export(Source(b'# Title\\n\\nText, *emphasis*, `code`.\\n\\n| a |\\n|---|\\n| b |\\n', 'a.md'), 'pdf');"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=ROOT, text=True)
    heavy = {"reportlab.platypus", "reportlab.pdfgen", "fontTools", "PIL.PngImagePlugin", "pygments.lexers"}
    assert heavy & set(done.stdout.split()) == set()


def test_text_is_never_read_as_markup():
    text = "<b>&amp;</b> <font color='red'>x</font> <para> ${x} %s \\(a\\) (b)) \\n <!-- c -->"
    assert made(*paragraphs(text)).text(1) == text


def test_every_byte_value_can_be_a_glyph_number():
    text = "".join(map(chr, range(0x100, 0x240)))  # enough letters to reach the numbers of ( ) \\ and line ends
    assert squeezed(made(*paragraphs(text)).text(1)) == text


def test_an_empty_document_is_one_empty_page():
    file = Made(Document())
    assert len(file.pdf) == 1
    assert file.report.facts == {"pages": 1}
    assert file.bookmarks == []


# The document as a whole


@pytest.mark.parametrize(
    ("shown", "text"), {"both": "Planned\nPlanned\nText.", "drawing": "Planned", "outline": "Planned\nText."}.items()
)
def test_a_map_is_drawn_and_its_outline_follows(shown, text):
    section = Section(1, ("Planned",), "planned", tuple(paragraphs("Text.")))
    file = Made(Document(sections=(section,), map=Map((Topic("1", -1, "Planned"),))), map=shown)
    assert file.text(1) == text
    assert file.report.items == ()


def test_metadata_tells_title_authors_and_language():
    metadata = {"title": "Über (den) Fluß", "author": ["Ada", {"name": "Öz"}], "lang": "de-AT"}
    file = Made(Document(tuple(paragraphs("x")), metadata=metadata))
    info = file.objects.trailer.Info
    assert (str(info.Title), str(info.Author)) == ("Über (den) Fluß", "Ada, Öz")
    assert file.objects.Root.Lang == "de-AT"
    assert not {"/CreationDate", "/ModDate"} & set(info.keys())
    assert file.text(1).startswith("Über (den) Fluß\nAda · Öz\n")


def test_a_heading_that_repeats_the_title_is_printed_once():
    section = Section(1, ("The title",), "the-title", tuple(paragraphs("Text.")))
    file = Made(Document(sections=(section,), metadata={"title": "The title", "date": "2024-02-29"}))
    assert file.text(1) == "The title\n2024-02-29\nText."
    assert file.bookmarks == [(0, "The title", 1)]


def chapters(*lengths: int) -> tuple[Section, ...]:
    return tuple(
        Section(
            1,
            (f"Chapter {number}",),
            f"c{number}",
            tuple(paragraphs(words(length, number))),
            (
                Section(3, ("Below ", Emphasis((str(number),))), f"b{number}", tuple(paragraphs("Text."))),
                Section(2, ("Beside ", Code(str(number))), f"s{number}", tuple(paragraphs("Text."))),
            ),
        )
        for number, length in enumerate(lengths, 1)
    )


def test_bookmarks_nest_as_sections_do_and_lead_to_their_pages():
    file = Made(Document(sections=chapters(900, 900)))
    assert [(level, title) for level, title, _ in file.bookmarks] == [
        (0, "Chapter 1"),
        (1, "Below 1"),
        (1, "Beside 1"),
        (0, "Chapter 2"),
        (1, "Below 2"),
        (1, "Beside 2"),
    ]
    for _, title, number in file.bookmarks:
        assert title in file.text(number)


def test_pages_are_counted_and_numbered():
    file = Made(Document(sections=chapters(1500), metadata={"title": "The title"}))
    count = len(file.pdf)
    assert count > 2
    assert file.report.facts == {"pages": count}
    for number in range(1, count + 1):
        assert file.whole_text(number).endswith(f"\n{number} /\n{count}")
    assert [file.text(number).startswith("The title\n") for number in range(1, 4)] == [True] * 3
    assert file.text(1).count("The title") == 1


def test_a_table_of_contents_has_the_pages_of_its_sections():
    file = Made(Document(sections=chapters(900, 400, 900), metadata={"title": "A book"}), toc=True)
    first, *entries = file.text(1).split("\n")[1:]
    assert first == "Contents"
    assert [re.fullmatch(r"(.*?) ?(\d+)", entry).groups() for entry in entries] == [
        (title, str(number)) for _, title, number in file.bookmarks
    ]
    assert [page for page, _ in file.links(1)] == [number for _, _, number in file.bookmarks]
    assert file.text(2).startswith("Chapter 1")  # which needs no title above it
    assert file.text(3).startswith("A book\n")


def test_contents_are_left_out_where_there_is_nothing_to_list():
    assert "Contents" not in Made(Document(tuple(paragraphs("Text."))), toc=True).all_text
    lone = Document(sections=(Section(1, ("Lone",), "lone", tuple(paragraphs("Text."))),))
    assert Made(lone, toc=True).all_text == "Lone\nText."


def test_contents_may_fill_pages_themselves():
    sections = tuple(Section(1, (f"Section {n}",), f"s{n}", tuple(paragraphs("Text."))) for n in range(120))
    file = Made(Document(sections=sections), toc=True, page_size="A5")
    numbers = dict(re.findall(r"(Section \d+) (\d+)\n", f"{file.all_text}\n"))
    assert len(numbers) == 120
    assert all(title in file.text(int(number)) for title, number in numbers.items())


@pytest.mark.parametrize(
    ("options", "millimetres"),
    [
        ({}, (210, 297)),
        ({"page_size": "A3"}, (297, 420)),
        ({"page_size": "A5", "orientation": "landscape"}, (210, 148)),
        ({"page_size": "A6"}, (105, 148)),
        ({"page_size": "Letter"}, (215.9, 279.4)),
        ({"page_size": "Legal"}, (215.9, 355.6)),
        ({"page_size": "Tabloid", "orientation": "landscape"}, (431.8, 279.4)),
    ],
)
def test_paper_has_the_size_that_was_asked_for(options, millimetres):
    page = made(**options).pdf[0]
    assert (page.get_width() / MM, page.get_height() / MM) == pytest.approx(millimetres, abs=0.3)


def test_margins_and_text_size_are_as_asked():
    text = made(*paragraphs("Hg")).pdf[0].get_textpage()
    large = made(*paragraphs("Hg"), font_size=21.0, margin_mm=10).pdf[0].get_textpage()
    left, bottom, _, top = text.get_charbox(0)
    assert left == pytest.approx(25 * MM, abs=2)
    assert large.get_charbox(0)[0] == pytest.approx(10 * MM, abs=3)
    assert (large.get_charbox(0)[3] - large.get_charbox(0)[1]) == pytest.approx(2 * (top - bottom), rel=0.05)


@pytest.mark.parametrize("size", [6.0, 24.0])
@pytest.mark.parametrize("margin", [5, 40])
def test_extreme_options_still_give_pages(size, margin):
    document = sample(ROOT / "tests" / "documents" / "everything.md")
    file = Made(document, page_size="A6", orientation="landscape", font_size=size, margin_mm=margin, toc=True)
    assert "What stands before" in file.all_text.replace("\n", " ")


# Lines


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.text(alphabet="aWi -–—漢か。「」é\u200b\u0301😀שa ", max_size=30), st.booleans()), max_size=12
    ),
    st.floats(8, 300),
)
def test_lines_hold_all_of_the_text_and_are_not_too_long(pieces, width):
    fonts = Fonts()
    styles = {bold: Style(fonts, 10, bold=bold) for bold in (False, True)}
    lines = list(break_lines([Text(text, styles[bold]) for text, bold in pieces], width, 12))
    whole = "".join(run for text, bold in pieces for _, run in styles[bold].font.runs(text))
    found = squeezed("".join(run.text for line in lines for run in line.runs))
    assert sorted(found) == sorted(squeezed(whole).replace("\u200b", ""))  # Hebrew words stand in another order
    widest = max(fonts.font("sans", bold=True).first["W"], 1.3) * 10
    assert all(line.width <= max(width, widest) + 0.02 for line in lines)
    for line in lines:
        runs = sorted(line.runs, key=lambda run: (round(run.left, 3), run.width))
        for run, following in pairwise(runs):
            assert run.left + run.width <= following.left + 0.01


def lines_of(text: str, width: float) -> list[str]:
    style = Style(Fonts(), 10)
    return ["".join(run.text for run in line.runs) for line in break_lines([Text(text, style)], width, 12)]


def test_lines_end_after_hyphens_and_dashes_but_not_in_numbers():
    assert lines_of("a well-known fact", 40) == ["a well-", "known", "fact"]
    assert lines_of("pages 12-34 and", 45) == ["pages", "12-34", "and"]
    assert lines_of("one—two", 30) == ["one—", "two"]


def test_chinese_and_japanese_break_anywhere_but_before_stops_and_after_brackets():
    assert lines_of("日本語の文章。", 60) == ["日本語の文", "章。"]
    assert lines_of("日本語「文章」", 40) == ["日本語", "「文章」"]


def test_a_line_end_between_japanese_characters_is_no_space():
    assert made(Paragraph(("日本\n語 and\nmore",))).text(1) == "日本語 and more"


def test_a_word_wider_than_the_page_is_cut_after_a_sign_if_there_is_one():
    first, second, *_ = lines_of("https://example.org/a-long-path/" + "x" * 300, 300)
    assert first == "https://example.org/a-long-path/"
    assert set(second) == {"x"}


def test_no_line_stands_alone_at_the_end_or_the_top_of_a_page():
    for before in range(1, 14):
        file = made(*paragraphs(*["x"] * before), Paragraph(tuple(spaced(40))), page_size="A6")
        for number in range(1, len(file.pdf) + 1):
            lines = [line for line in file.text(number).split("\n") if line.startswith("line")]
            assert len(lines) != 1, f"{before} paragraphs before"


def spaced(count: int) -> list:
    return [node for number in range(count) for node in (f"line {number}", LineBreak())]


def test_a_heading_stands_on_the_page_of_what_follows():
    for before in range(1, 14):
        section = Section(2, ("The heading",), "h", (Paragraph(tuple(spaced(5))),))
        document = Document(tuple(paragraphs(*["x"] * before)), (section,), metadata={"title": "Title"})
        file = Made(document, page_size="A6")
        [number] = [number for number in range(1, len(file.pdf) + 1) if "The heading" in file.text(number)]
        assert "The heading\nline 0\nline 1" in file.text(number)


# What stands within lines


def test_an_underline_goes_on_below_all_words_of_a_line():
    file = made(Paragraph(("a ", Underline(("b ", Strong(("c",)), " d", Superscript(("2",)))), " e")))
    [(left, right, height)] = file.strokes()
    first, last = file.place("b"), file.place("2")
    assert (left, right) == (pytest.approx(first[0], abs=1.5), pytest.approx(last[2], abs=1.5))
    assert height < first[1]


def test_a_pen_marks_all_words_of_a_line_as_one():
    content = (
        "b ",
        Strong(("c",)),
        " ",
        Code("d"),
        " ",
        Superscript(("e",)),
        " ",
        Link(("f",), "https://example.org/"),
    )
    file = made(Paragraph(("a ", Highlight(content), " g")))
    boxes = file.boxes(theme.MODERN.mark), file.boxes(theme.MODERN.inline_shade)
    assert (file.text(1), *boxes) == ("a b c d e f g", 1, 0)


def test_pieces_of_code_beside_each_other_have_each_its_own_shade():
    assert made(Paragraph((Code("a"), " ", Code("b"), " c"))).boxes(theme.MODERN.inline_shade) == 2


def test_what_is_struck_underlined_and_marked_may_go_over_lines():
    content = Highlight((Strikethrough((Underline((words(60),)),)),))
    file = made(Paragraph((content,)))
    lines = file.text(1).count("\n") + 1
    assert lines > 3
    assert (file.boxes(theme.MODERN.mark), len(file.strokes())) == (lines, 2 * lines)


def test_what_is_raised_or_lowered_is_smaller_and_beside_its_line():
    file = made(Paragraph(("H", Superscript(("H",)), "H", Subscript(("H",)))))
    page = file.pdf[0].get_textpage()
    base, higher, _, lower = (page.get_charbox(index) for index in range(4))
    heights = [top - bottom for _, bottom, _, top in (base, higher, lower)]
    assert heights[1] == heights[2] == pytest.approx(heights[0] * 0.68, rel=0.05)
    assert higher[3] > base[3] > higher[1] > base[1]
    assert lower[3] < base[3]
    assert lower[1] < base[1]


@pytest.mark.parametrize("raised", [Superscript, Subscript])
def test_what_is_raised_in_any_depth_can_be_read_and_stays_near_its_line(raised):
    node = "deepest"
    for _ in range(30):
        node = raised((node,))
    file = made(*paragraphs("above"), Paragraph(("H", node)), *paragraphs("below"))
    left, bottom, right, top = file.place("deepest")
    assert file.place("above")[1] > top > bottom > file.place("below")[3]
    assert right - left > 10


def test_a_key_has_one_frame_around_all_its_letters():
    file = made(Paragraph(("Press ", Keyboard("Ctrl"), "+", Keyboard("⌘ C"), " or ", Keyboard("Esc"), ".")))
    assert re.sub(r"[\u2005\xa0 ]+", " ", file.text(1)) == "Press Ctrl + ⌘ C or Esc ."
    assert file.outlines(theme.MODERN.faint) == 3
    assert file.said == []


def test_a_key_stays_on_one_line():
    for before in range(1, 40):
        file = made(Paragraph(("x" * before, " ", Keyboard("Page Up"))), page_size="A6")
        assert file.outlines(theme.MODERN.faint) == 1


def test_an_abbreviation_is_explained_where_it_is_first_mentioned():
    html = Abbreviation("HTML", "Hypertext Markup Language")
    cells = Table((None,), (Cell((html,)),), ((Cell((Abbreviation("CSS", ""),)),),))
    file = made(Paragraph((html, " and ", html)), cells)
    assert file.text(1) == "HTML (Hypertext Markup Language) and HTML\nHTML\nCSS"


def test_a_heading_explains_no_abbreviation():
    html, css = Abbreviation("HTML", "Hypertext Markup Language"), Abbreviation("CSS", "Cascading Style Sheets")
    section = Section(1, (html, " and ", css), "s", (Paragraph(("Of ", html, ".")),))
    file = Made(Document(sections=(section,)))
    assert file.text(1) == "HTML and CSS\nOf HTML (Hypertext Markup Language)."
    what = "What an abbreviation stands for is not said where only headings have it."
    assert reported(file) == [("node", "degraded", what, "HTML and CSS")]


# Blocks


@pytest.mark.parametrize(("alignment", "side"), [("left", 0), ("center", 1), ("right", 2)])
def test_lines_of_a_paragraph_stand_where_its_author_wants_them(alignment, side):
    file = made(Paragraph(("A short line", LineBreak(), "and another"), alignment))
    width = file.pdf[0].get_width()
    for text in ("A short line", "and another"):
        left, _, right, _ = file.place(text)
        expected = (25 * MM, width / 2, width - 25 * MM)[side]
        assert (left, (left + right) / 2, right)[side] == pytest.approx(expected, abs=2)


def test_diagrams_of_mermaid_are_drawn():
    file = made(Diagram("graph LR\nAlpha -->|says| Omega\n"))
    assert sorted(file.text(1).split()) == ["Alpha", "Omega", "says"]
    assert b"graph LR" not in file.content(1)
    assert file.report.items == ()


@pytest.mark.parametrize(
    ("diagram", "link"),
    [
        ("graph TD\nA[Alpha] --> B[Omega]\n", 'click A "https://example.com"\n'),
        ("graph TD\nA[Alpha] --> B[Omega]", '; click A href "#a;b" "A tip" _blank\n'),
        ("classDiagram\nAlpha <|-- Omega\n", 'link Alpha "page.html"\n'),
        ("stateDiagram-v2\nAlpha --> Omega\n", 'click Alpha "/a"\n'),
    ],
)
def test_words_of_diagrams_stay_where_they_are_if_there_are_links(diagram, link):
    file, plain = made(Diagram(diagram + link)), made(Diagram(diagram))
    assert [file.place(word) for word in ("Alpha", "Omega")] == [plain.place(word) for word in ("Alpha", "Omega")]
    assert file.said == ["Links within diagrams are not kept."]


def test_texts_that_look_like_links_of_diagrams_are_kept():
    assert 'click here "now"' in made(Diagram('mindmap\n  root\n    click here "now"\n')).text(1)


def test_a_diagram_that_nothing_draws_is_its_source_with_a_label():
    blocks = (Diagram("nonsense\n"), Diagram("digraph {}\n", "dot"), Diagram("?\n", ""))
    file = Made(Document(sections=(Section(1, ("Here",), "here", blocks),)))
    expected = ["Here", "Mermaid diagram", "nonsense", "Dot diagram", "digraph {}", "Diagram", "?"]
    assert file.text(1).split("\n") == expected
    assert reported(file) == [
        ("diagram", "degraded", "A diagram is shown as its source: it cannot be read as Mermaid.", "Here"),
        ("diagram", "degraded", "Diagrams are shown as their source: no program draws them here.", "Here"),
    ]


def test_a_diagram_without_end_is_its_source():
    file = made(Diagram("graph LR\n" + "a --> b\n" * 5_000))
    assert file.said == ["A diagram is shown as its source: it has more than 20,000 characters."]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (None, "Bug\nText."),
        (("Of ", Emphasis(("mine",))), "Of mine\nText."),
        ((), "Text."),
    ],
)
def test_an_admonition_of_any_kind_has_its_title_and_a_colour(title, text):
    file = made(Admonition("bug", tuple(paragraphs("Text.")), title))
    assert file.text(1) == text
    colour, shade = theme.MODERN.admonitions["caution"]
    assert (file.boxes(colour), file.boxes(shade)) == (1, 1)


def test_what_folds_is_printed_open_with_an_arrow():
    details = Details(("More ", Code("here")), (*paragraphs("Folded."), List((ListItem(tuple(paragraphs("item"))),))))
    file = Made(Document(sections=(Section(1, ("Here",), "here", (details,)),)))
    assert file.text(1) == "Here\nMore here\nFolded.\n• item"
    assert file.place("More")[0] == pytest.approx(file.place("Folded")[0], abs=1.5)
    assert file.place("More")[0] > file.place("Here")[0] + 8
    assert file.content(1).count(b" l S") == 1  # the arrow
    assert reported(file) == [("node", "degraded", "Foldable blocks are shown open.", "Here")]


def test_what_folds_may_be_an_admonition():
    file = made(Details(("Summary",), tuple(paragraphs("Folded.")), kind="tip"))
    assert file.text(1) == "Summary\nFolded."
    colour, shade = theme.MODERN.admonitions["tip"]
    assert (file.boxes(colour), file.boxes(shade)) == (1, 1)
    assert f"{colour} RG".encode() in file.content(1)  # the arrow


def test_tabs_are_printed_one_after_the_other():
    tabs = Tabs(
        (Tab(("One",), tuple(paragraphs("first", "text"))), Tab(("Two ", Code("x")), tuple(paragraphs("second"))))
    )
    file = Made(Document(sections=(Section(1, ("Here",), "here", (tabs, *paragraphs("after"))),)))
    assert file.text(1) == "Here\nOne\nfirst\ntext\nTwo x\nsecond\nafter"
    assert len(file.strokes()) == 2
    assert file.place("second")[0] > file.place("after")[0] + 8
    assert reported(file) == [("node", "degraded", "Tabs are shown one after the other, each below its label.", "Here")]


def test_terms_stand_above_their_descriptions_which_are_indented():
    item = Definition(
        (("Term",), (Code("other"), " term")), (tuple(paragraphs("One.", "More.")), tuple(paragraphs("Two.")))
    )
    file = made(DefinitionList((item, Definition((("Alone",),), ()))), *paragraphs("after"))
    assert file.text(1) == "Term\nother term\nOne.\nMore.\nTwo.\nAlone\nafter"
    assert file.place("One.")[0] == pytest.approx(file.place("Two.")[0], abs=1.5)
    assert file.place("One.")[0] > file.place("Term")[0] + 10
    assert file.said == []


def test_descriptions_of_several_paragraphs_stand_apart():
    def gap(*first: str) -> float:
        item = Definition((("Term",),), (tuple(paragraphs(*first)), tuple(paragraphs("Next."))))
        file = made(DefinitionList((item,)))
        return file.place(first[-1])[1] - file.place("Next.")[3]

    assert gap("One.", "End.") > gap("End.") + 4


def test_terms_summaries_labels_and_titles_stand_on_the_page_of_what_follows():
    content = (Paragraph(tuple(spaced(5))),)
    blocks = (
        DefinitionList((Definition((("The label",),), (content,)),)),
        Details(("The label",), content),
        Details(("The label",), content, kind="note"),
        Tabs((Tab(("The label",), content),)),
        Admonition("note", content, ("The label",)),
        Diagram("".join(f"line {number}\n" for number in range(5)), "the label:"),
    )
    for block in blocks:
        for before in range(8, 14):
            file = made(*paragraphs(*["x"] * before), block, page_size="A6")
            [page] = [file.text(number) for number in range(1, len(file.pdf) + 1) if "he label" in file.text(number)]
            assert "line 0\nline 1" in page, block


# Figures


def test_the_picture_of_a_figure_stands_in_the_middle_and_so_does_its_caption():
    figure = Figure(
        (Paragraph((Link((Image("it", "words"),), "https://example.org/"),)),), ("A ", Emphasis(("caption",)))
    )
    file = Made(Document((figure,), resources={"it": image()}))
    [found] = [each for each in file.pdf[0].get_objects() if isinstance(each, pypdfium2.PdfImage)]
    left, bottom, right, _ = found.get_bounds()
    middle = file.pdf[0].get_width() / 2
    assert (left + right) / 2 == pytest.approx(middle, abs=0.5)
    left, _, right, top = file.place("A caption")
    assert (left + right) / 2 == pytest.approx(middle, abs=1)
    assert bottom > top
    assert file.links(1) == ["https://example.org/"]


def test_a_picture_stands_where_its_author_wants_it():
    figure = Figure((Paragraph((Image("it"),), "right"),))
    file = Made(Document((figure,), resources={"it": image()}))
    [found] = [each for each in file.pdf[0].get_objects() if isinstance(each, pypdfium2.PdfImage)]
    assert found.get_bounds()[2] == pytest.approx(file.pdf[0].get_width() - 25 * MM, abs=0.5)


def test_a_caption_stands_on_the_page_of_what_it_is_about():
    pictured = Paragraph((Image("it"),))
    figures = {
        "a picture": (pictured,),
        "text": (*paragraphs("text", "shown"),),
        "code": (CodeBlock("code\nshown\n"),),
        "a table": (table(("head",), ("cell",), ("shown",)),),
        "a list in a quote": (BlockQuote((List((ListItem((*paragraphs("item", "shown"),)),)),)),),
        "a figure": (Figure((*paragraphs("inner"),), ("shown",)),),
    }
    for name, blocks in figures.items():
        for before in range(1, 14):
            figure = Figure(blocks, ("The caption of", LineBreak(), "two lines"))
            document = Document((*paragraphs(*["x"] * before), figure, *paragraphs("after")), resources={"it": image()})
            file = Made(document, page_size="A6")
            [number] = [number for number in range(1, len(file.pdf) + 1) if "The caption" in file.text(number)]
            assert "The caption of\ntwo lines" in file.text(number), name
            if name == "a picture":
                assert any(isinstance(each, pypdfium2.PdfImage) for each in file.pdf[number - 1].get_objects())
            else:
                assert "shown\nThe caption" in file.text(number), name
            assert file.all_text.replace("\n", " ").endswith("The caption of two lines after")


def test_a_high_picture_and_all_of_its_caption_share_a_page():
    figure = Figure((Paragraph((Image("it"),)),), ("The caption", LineBreak(), "of", LineBreak(), "lines"))
    pages = []
    for before in range(1, 20, 2):
        blocks = (*paragraphs(*["before"] * before), figure)
        file = Made(Document(blocks, resources={"it": image(size=(300, 3000))}))
        [number] = [number for number in range(1, len(file.pdf) + 1) if "The caption" in file.text(number)]
        assert "The caption\nof\nlines" in file.text(number)
        assert any(isinstance(each, pypdfium2.PdfImage) for each in file.pdf[number - 1].get_objects())
        pages.append(number)
    assert set(pages) == {1, 2}


_CAPTION = (Emphasis(("The caption",)),)


@pytest.mark.parametrize(
    "blocks",
    [
        (Paragraph((Image("it"), LineBreak(), *_CAPTION)),),
        (Paragraph((Image("it"), "\n", *_CAPTION)),),
        (Paragraph((Image("it"), LineBreak(), *_CAPTION, LineBreak(), "goes", LineBreak(), "on")),),
        (Paragraph((Image("it"),)), Paragraph(_CAPTION)),
        (List((ListItem((*paragraphs("step"), Paragraph((Image("it"),)), Paragraph(_CAPTION))),)),),
    ],
)
def test_a_caption_that_is_only_text_below_a_picture_shares_its_page(blocks):
    pages = []
    for before in range(7, 23, 2):
        document = Document((*paragraphs(*["before"] * before), *blocks), resources={"it": image(size=(600, 550))})
        file = Made(document)
        [number] = [number for number in range(1, len(file.pdf) + 1) if "The caption" in file.text(number)]
        assert any(isinstance(each, pypdfium2.PdfImage) for each in file.pdf[number - 1].get_objects())
        pages.append(number)
    assert set(pages) == {1, 2}


@pytest.mark.parametrize(("before", "page"), [(1, 1), (9, 1), (20, 2)])
def test_a_picture_becomes_smaller_where_it_has_no_room_unless_little_would_be_left_of_it(before, page):
    blocks = (*paragraphs(*["before"] * before), Paragraph((Image("it"),)), *paragraphs("after"))
    file = Made(Document(blocks, resources={"it": image(size=(600, 700))}))
    [picture] = [each for each in file.pdf[page - 1].get_objects() if isinstance(each, pypdfium2.PdfImage)]
    left, bottom, right, top = picture.get_bounds()
    assert (right - left) / (top - bottom) == pytest.approx(600 / 700, abs=0.01)
    assert bottom >= 25 * 72 / 25.4 - 1
    assert (top - bottom == pytest.approx(525, abs=10)) == (before != 9)
    assert (left + right) / 2 == pytest.approx(595 / 2, abs=2) or before != 9


def test_a_caption_stands_on_the_page_of_a_frame_that_hardly_fits():
    figure = Figure((CodeBlock("code\nshown\n"),), ("The caption",))
    pages = []
    for margin in range(10, 41):
        file = made(*paragraphs(*["x"] * 7), figure, page_size="A6", margin_mm=margin)
        [number] = [number for number in range(1, len(file.pdf) + 1) if "The caption" in file.text(number)]
        assert "shown\nThe caption" in file.text(number)
        pages.append(number)
    assert set(pages) == {1, 2}


def test_the_caption_of_a_table_stands_right_below_it():
    file = made(Figure((table(("head",), ("cell",)),), ("The caption",)))
    left, _, _, top = file.place("The caption")
    assert left == pytest.approx(25 * MM, abs=1.5)
    assert 0 < file.strokes()[-1][2] - top < 12


def test_only_the_end_of_a_figure_is_kept_with_its_caption():
    figure = Figure(tuple(paragraphs(*(f"part {n}" for n in range(30)))), ("The caption",))
    file = made(*paragraphs(*["x"] * 6), figure, page_size="A6")
    assert "x\npart 0\npart 1" in file.text(1)


def test_a_caption_longer_than_a_page_goes_on():
    text = words(900)
    file = Made(Document((Figure(tuple(paragraphs("text")), (text,)),)), page_size="A6")
    assert squeezed(file.all_text) == "text" + squeezed(text)


# Lists, quotes and tables


def test_lists_nest_and_number():
    inner = List((ListItem(tuple(paragraphs("inner"))), ListItem(())), start=9)
    outer = List((ListItem((*paragraphs("outer"), inner)), ListItem(tuple(paragraphs("last")))))
    assert made(outer).text(1) == "• outer\n9. inner\n10.\n• last"


def test_tasks_have_boxes_that_can_be_copied():
    done, todo = (ListItem(tuple(paragraphs("x")), checked) for checked in (True, False))
    assert made(List((done, todo))).text(1) == "☑ x\n☐ x"


def test_lists_of_any_depth_stay_on_the_page():
    block = paragraphs("deepest")[0]
    for depth in range(100):
        block = List((ListItem((block,)),), start=depth)
    file = made(block)
    assert "deepest" in file.all_text
    text = file.pdf[len(file.pdf) - 1].get_textpage()
    assert max(text.get_charbox(index)[2] for index in range(text.count_chars())) <= file.pdf[0].get_width() - 25 * MM


def test_quotes_and_alerts_of_any_depth_stay_on_the_page():
    block = paragraphs("deepest")[0]
    for _ in range(60):
        block = BlockQuote((Admonition("tip", (block,)),))
    assert "deepest" in made(block).all_text


@pytest.mark.parametrize(
    "around",
    [
        lambda block: Details(("s",), (block,)),
        lambda block: Details(("s",), (block,), kind="bug"),
        lambda block: Tabs((Tab(("t",), (block,)),)),
        lambda block: Figure((block,), ("c",)),
        lambda block: DefinitionList((Definition((("t",),), ((block,),)),)),
    ],
    ids=["details", "folded admonitions", "tabs", "figures", "definitions"],
)
def test_blocks_of_any_depth_stay_on_the_page(around):
    block = paragraphs("deepest")[0]
    for _ in range(100):
        block = around(block)
    file = made(block)
    [number] = [number for number in range(1, len(file.pdf) + 1) if "deepest" in file.text(number)]
    assert file.place("deepest", number)[2] <= file.pdf[0].get_width() - 25 * MM


def test_alerts_are_named_in_the_language_of_the_document():
    alert = Admonition("warning", tuple(paragraphs("Text.")))
    assert Made(Document((alert,), metadata={"lang": "fr"})).text(1) == "Avertissement\nText."


def test_a_table_repeats_its_header_on_each_page():
    rows = [(f"row {number}", words(6, number)) for number in range(150)]
    file = made(table(("Head one", "Head two"), *rows))
    assert len(file.pdf) > 2
    assert all(file.text(number).startswith("Head one Head two\n") for number in range(1, len(file.pdf) + 1))
    found = re.findall(r"row \d+", file.all_text)
    assert found == [name for name, _ in rows]


def test_a_row_higher_than_a_page_goes_on_on_the_next():
    text = words(1500)
    file = made(table(("Short", "Long"), ("a", text)), page_size="A5")
    assert len(file.pdf) > 2
    cut = [file.text(number).replace("Short Long\n", "") for number in range(1, len(file.pdf) + 1)]
    assert squeezed("".join(cut)) == "a" + squeezed(text)


def test_columns_are_aligned():
    file = made(table(("Left", "Centre", "Right"), ("a", "b", "c"), alignments=("left", "center", "right")))
    left, centre, right = (column_ends(file, pair) for pair in (("Left", "a"), ("Centre", "b"), ("Right", "c")))
    assert left[0][0] == pytest.approx(left[1][0], abs=1.5)
    assert sum(centre[0]) == pytest.approx(sum(centre[1]), abs=2)
    assert right[0][1] == pytest.approx(right[1][1], abs=1.5)


def column_ends(file: Made, texts: tuple[str, str]) -> list[tuple[float, float]]:
    page = file.pdf[0].get_textpage()
    ends = []
    for text in texts:
        index, count = page.search(text, match_case=True, match_whole_word=True).get_next()
        boxes = [page.get_charbox(at) for at in range(index, index + count)]
        ends.append((boxes[0][0], boxes[-1][2]))
    return ends


def test_no_word_in_a_table_is_cut_while_there_is_room():
    rows = [("identifier_of_a_thing", words(40), "Donaudampfschifffahrt"), ("x", words(30, 1), "y")]
    text = made(table(("Name", "Description", "Word"), *rows)).text(1)
    assert "identifier_of_a_thing" in text
    assert "Donaudampfschifffahrt" in text


def test_a_table_that_is_too_wide_is_set_smaller_then_printed_in_parts():
    months = ("January", "February", "September", "October", "November", "December")
    assert made(table(months * 2, months * 2)).said == []
    wide = made(table(tuple(f"column{n}" for n in range(60)), tuple(f"cell{n}" for n in range(60))))
    assert [re.sub(r"\d+ parts", "n parts", what) for what in wide.said] == [
        "A table of 60 columns is too wide for the page and is printed in n parts."
    ]
    assert re.findall(r"cell\d+", wide.all_text) == [f"cell{n}" for n in range(60)]


def test_a_table_may_have_no_head():
    rows = tuple((Cell((f"row {number}",)), Cell(("x",))) for number in range(60))
    file = made(Table((None, "right"), (), rows))
    assert len(file.pdf) > 1
    assert squeezed(file.all_text) == "".join(f"row{number}x" for number in range(60))
    for number in range(1, len(file.pdf) + 1):
        heights = [height for _, _, height in file.strokes(number)]
        assert heights[0] > file.place("row", number)[3] > heights[1]  # a line above it, too


@pytest.mark.parametrize("empty", [Table((), (), ()), Table((), (), ((), ())), Table((None,), (), ())])
def test_a_table_of_nothing_is_nothing(empty):
    assert made(*paragraphs("before"), empty, *paragraphs("after")).text(1) == "before\nafter"


def spanning(*rows: str, head: str = "", **spans: tuple[int, int]) -> Table:
    """A table of one word a cell, `.` for none; `spans` has columns and rows by word."""

    def cells(row: str) -> tuple[Cell, ...]:
        return tuple(Cell((word,) if word != "." else (), *spans.get(word, (1, 1))) for word in row.split())

    return Table((None,) * len(rows[0].split()), cells(head), tuple(map(cells, rows)))


def test_a_cell_may_span_columns():
    wide = "wide_enough_for_three_narrow_columns"
    file = made(spanning("A B C D", "E less . .", head=f"H {wide} . .", less=(3, 1), **{wide: (3, 1)}))
    assert squeezed(file.text(1)) == f"H{wide}ABCDEless"
    assert file.place(wide)[0] == pytest.approx(file.place("B")[0], abs=1.5)
    assert file.place("less")[0] == pytest.approx(file.place("B")[0], abs=1.5)
    assert file.place(wide)[2] < file.strokes()[0][1]
    gaps = [file.place(after)[0] - file.place(before)[0] for before, after in (("B", "C"), ("C", "D"))]
    assert gaps[0] == pytest.approx(gaps[1], abs=1.5)  # they share what the wide cell needs


def test_columns_are_wide_enough_for_what_spans_them():
    text = "Words that are on one line."
    assert made(spanning("a b", "wide .", wide=(2, 1))).strokes()[0][1] < 25 * MM + 80
    rows = ((Cell((text,), 2), Cell(())), (Cell(("a",)), Cell(("b",))))
    assert made(Table((None, None), (), rows)).text(1) == f"{text}\na b"
    word = "Donaudampfschifffahrt"
    rows = ((Cell((word,), 2), Cell(()), Cell((words(90),))), (Cell(("a",)), Cell(("b",)), Cell(("c",))))
    assert word in made(Table((None, None, None), (), rows), page_size="A6").text(1)


def test_a_spanning_cell_is_aligned_within_all_its_columns():
    row = (Cell(("middle",), 2), Cell(()), Cell(("x",)))
    file = made(
        Table(("center", "left", None), (), (row, tuple(Cell((word,)) for word in ("left side", "right side", "y"))))
    )
    left, _, right, _ = file.place("middle")
    assert (left + right) / 2 == pytest.approx((file.place("left side")[0] + file.place("right side")[2]) / 2, abs=2)


def test_a_cell_may_span_rows_and_no_line_crosses_it():
    file = made(spanning("tall a", ". b", ". c", "d e", head="h i", tall=(1, 3)))
    assert file.text(1) == "h i\ntall a\nb\nc\nd e"
    ends = [left for left, _, _ in file.strokes()]
    whole, cut = min(ends), max(ends)
    assert cut > file.place("tall")[2]
    assert ends == [whole, cut, cut, whole, whole]


def test_a_block_of_cells_may_be_one():
    file = made(spanning("a b c d", "e block . f", "g . . h", "i j k l", block=(2, 2)))
    assert file.text(1) == "a b c d\ne block f\ng h\ni j k l"
    across = [stroke for stroke in file.strokes() if file.place("g")[3] < stroke[2] < file.place("e")[1]]
    [(_, left, _), (right, _, _)] = across  # beside the block, on both sides
    assert left < file.place("block")[0] < file.place("block")[2] < right


def test_rows_are_high_enough_for_what_spans_them():
    text = words(60)
    rows = ((Cell((text,), 1, 2), Cell(("a",))), (Cell(()), Cell(("b",))), (Cell(("last",)), Cell(("c",))))
    file = made(Table((None, None), (), rows))
    assert squeezed(text) in squeezed(file.text(1))
    assert file.place("last")[3] < min(file.place(word)[1] for word in text.split()[-1:])


def test_rows_that_a_cell_ties_stay_on_one_page():
    for before in range(1, 14):
        table_ = spanning("tall a", ". b", ". c", "d e", tall=(1, 3))
        file = made(*paragraphs(*["x"] * before), table_, page_size="A6", margin_mm=25)
        [number] = [number for number in range(1, len(file.pdf) + 1) if "tall" in file.text(number)]
        assert "tall a\nb\nc" in file.text(number)


@pytest.mark.parametrize("alone", ["row 0", "row 11"])
def test_neither_the_first_nor_the_last_row_of_a_table_stands_alone_on_a_page(alone):
    rows = tuple((Cell((f"row {n}",)),) for n in range(12))
    for before in range(1, 16):
        file = made(*paragraphs(*["x"] * before), Table((None,), (Cell(("head",)),), rows), page_size="A6")
        [text] = [text for text in map(file.text, range(1, len(file.pdf) + 1)) if f"{alone}\n" in f"{text}\n"]
        assert len(re.findall(r"row \d+", text)) > 1


def test_a_low_table_is_on_one_page():
    rows = tuple((Cell((f"row {n}",)),) for n in range(4))
    for before in range(1, 40):
        file = made(*paragraphs(*["x"] * before), Table((None,), (Cell(("head",)),), rows))
        assert [file.text(number).count("row") for number in range(1, len(file.pdf) + 1)][-1] == 4


def test_a_table_that_columns_are_too_narrow_for_goes_across_them_below_the_text():
    cells = tuple(Cell((f"quite-long-word-{n}",)) for n in range(4))
    file = made(*paragraphs("before"), Table((None,) * 4, cells, (cells,)), *paragraphs("after"), columns=2)
    assert len(file.pdf) == 1
    assert file.place("before")[1] > file.place("word-3")[3] > file.place("word-3")[1] > file.place("after")[3]
    assert file.report.items == ()


def test_headings_break_into_lines_of_about_the_same_length():
    file = made(Heading(1, ("A heading that is only a little too long for one line of the page, so",)))
    first, last = file.text(1).split("\n")[:2]
    assert len(last) > len(first) / 2


def test_rows_that_a_cell_ties_part_between_two_if_they_must():
    rows = tuple((Cell(("tall",), 1, 14) if not n else Cell(()), Cell((f"row {n}",))) for n in range(14))
    for before in range(4, 9):
        file = made(*paragraphs(*["x"] * before), Table((None, None), (), rows), page_size="A6", margin_mm=25)
        assert re.findall(r"row \d+", file.all_text) == [f"row {n}" for n in range(14)]
        for number in range(1, len(file.pdf) + 1):
            for last in re.findall(r"row \d+", file.text(number))[-1:]:
                assert file.place(last, number)[1] > file.strokes(number)[-1][2] > 25 * MM
        assert file.report.items == ()


def test_a_cell_over_rows_of_many_pages_is_cut_and_reported():
    rows = tuple((Cell(("tall",), 1, 200) if not n else Cell(()), Cell((f"row {n}",))) for n in range(200))
    file = Made(Document(sections=(Section(1, ("Here",), "here", (Table((None, None), (), rows),)),)), page_size="A6")
    assert re.findall(r"row \d+", file.all_text) == [f"row {n}" for n in range(200)]
    assert file.all_text.count("tall") == 1
    what = "A cell that spans more rows than a page holds is cut; below that, its place is empty."
    assert reported(file) == [("table", "degraded", what, "Here")]


def test_text_higher_than_a_page_that_spans_rows_goes_on_on_the_next():
    text = words(900)
    rows = ((Cell((text,), 1, 2), Cell(("a",))), (Cell(()), Cell(("b",))), (Cell(("last",)), Cell(("c",))))
    file = made(Table((None, None), (), rows), page_size="A5")
    assert len(file.pdf) > 2
    assert Counter(squeezed(file.all_text)) == Counter(squeezed(text) + "ablastc")
    assert file.report.items == ()


def test_a_cell_that_spans_columns_of_several_parts_is_in_each():
    names = tuple(f"column{n}" for n in range(60))
    head = (Cell(("everywhere",), 60), *(Cell(()) for _ in range(59)))
    file = made(Table((None,) * 60, head, (tuple(Cell((name,)) for name in names),)))
    [parts] = [int(number) for number in re.findall(r"in (\d+) parts", file.said[0])]
    assert file.all_text.count("everywhere") == parts > 2
    assert re.findall(r"column\d+", file.all_text) == list(names)


def test_rows_of_a_table_in_parts_may_be_tied():
    tied = (Cell(("first",)), *(Cell((f"column{n}",), 1, 2) for n in range(1, 60)))
    below = (Cell(("second",)), *(Cell(()) for _ in range(1, 60)))
    file = made(Table((None,) * 60, (), (tied, below)))
    assert re.findall(r"column\d+", file.all_text) == [f"column{n}" for n in range(1, 60)]
    assert file.all_text.count("second") == 1


def test_what_is_raised_rises_less_in_a_table_that_is_set_smaller():
    def rise(columns: int) -> float:
        cells = (Cell(("H", Superscript(("H",)))), *(Cell(("September",)) for _ in range(columns)))
        page = made(Table((None,) * len(cells), (), (cells,))).pdf[0].get_textpage()
        base, raised = page.get_charbox(0), page.get_charbox(1)
        return (raised[1] - base[1]) / (base[3] - base[1])

    assert rise(8) == pytest.approx(rise(1), rel=0.03)


@settings(max_examples=60)
@given(st.data())
def test_a_table_of_any_spans_keeps_all_its_text(data):
    columns, rows = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 30))
    span = st.sampled_from((1, 1, 1, 2, 3, 9, 10**9))

    def cell(row: int, column: int) -> Cell:
        letter = chr(0x100 + row * columns + column)  # one for each cell, for longer words would be cut
        return Cell((letter,) if data.draw(st.booleans()) else (), data.draw(span), data.draw(span))

    cells = tuple(tuple(cell(row, column) for column in range(columns)) for row in range(rows))
    head, *body = cells if data.draw(st.booleans()) else ((), *cells)
    found = Counter(made(Table((None,) * columns, head, tuple(body)), page_size="A6").all_text)
    assert all(found[letter] >= 1 for each in head for letter in each.content)
    assert all(found[letter] == 1 for row in body for each in row for letter in each.content)


def test_code_is_coloured_wrapped_and_never_cut():
    line = "value = " + " + ".join(f"number_{n}" for n in range(40)) + "  # " + "x" * 200
    file = made(CodeBlock(f"def f():\n    {line}\n\n\treturn value\n", "python", "python"))
    code = file.text(1)
    assert squeezed(code) == squeezed(f"def f(): {line} return value")
    boxes = file.pdf[0].get_textpage()
    assert max(boxes.get_charbox(index)[2] for index in range(boxes.count_chars())) < file.pdf[0].get_width() - 25 * MM
    assert len(set(re.findall(rb"([\d.]+ [\d.]+ [\d.]+) rg", file.content(1)))) > 4


def test_code_of_one_enormous_line_keeps_every_character():
    text = "".join(random.Random(1).choices("abc (){};", k=30_000)) + "\n"
    assert squeezed(made(CodeBlock(text, "", "")).all_text) == squeezed(text)


def test_shades_go_on_over_pages_and_end_with_their_block():
    file = made(CodeBlock("x\n" * 150, "", ""), *paragraphs("after"))
    shades = [file.content(number).count(b"0.957 0.965 0.973 rg") for number in range(1, len(file.pdf) + 1)]
    assert shades == [1] * len(file.pdf)


def test_formulas_are_set_in_the_line_and_displayed_in_its_middle():
    file = made(Paragraph(("Area ", Math("a+b"), " or", Math("c \\cdot d", display=True), "in all.")))
    assert squeezed(file.text(1)) == "Areaa+borc⋅dinall."
    left, _, right, _ = file.place("⋅")
    assert (left + right) / 2 == pytest.approx(file.pdf[0].get_width() / 2, abs=2)
    assert file.place("+")[1] == pytest.approx(file.place("Area")[1], abs=3)
    assert file.report.items == ()


def test_a_formula_that_cannot_be_read_is_its_source_and_reported():
    file = made(Paragraph(("Area ", Math("\\nothing{a}"), ".")))
    assert file.text(1) == "Area \\nothing{a}."
    assert file.said == ["A formula is shown as its LaTeX source: \\nothing is not known here."]


def test_raw_html_is_left_out_and_reported():
    file = made(
        Paragraph(("a", RawInline("<kbd>"), "K", RawInline("</kbd>"), RawInline("<br>"), "b")), RawBlock("<hr>")
    )
    assert file.text(1) == "aK\nb"
    assert file.said == ["HTML inside the source was left out; text between its tags is kept."]


# Links and notes


def test_links_lead_outside_and_inside():
    section = Section(1, ("There",), "dört", tuple(paragraphs("Text.")))
    links = (
        Link(("web",), "https://example.org/ü?a=(b)"),
        " ",
        Link(("mail",), "mailto:a@example.org"),
        " ",
        Link((Strong(("in",)), "side"), "#d%C3%B6rt"),
    )
    file = Made(Document((Paragraph(links), *paragraphs(words(900))), (section,)))
    web, mail, *inside = file.links(1)
    assert (web, mail) == ("https://example.org/%C3%BC?a=(b)", "mailto:a@example.org")
    assert [number for number, _ in inside] == [file.bookmarks[0][2]]  # in one piece, though only a part is bold
    assert file.report.items == ()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("other.md", "Links to other files cannot be followed from a PDF; their words are kept."),
        ("javascript:alert(1)", "Links of the scheme javascript are only their words, for they can run code."),
        ("file:///etc/passwd", "Links to other files cannot be followed from a PDF; their words are kept."),
        ("", "A link has no address."),
    ],
)
def test_a_link_that_cannot_be_followed_is_text_and_reported(url, said):
    file = made(Paragraph((Link(("words",), url),)))
    assert file.text(1) == "words"
    assert file.links(1) == []
    assert file.said == [said]


def test_a_link_to_no_heading_is_text_which_its_reader_has_reported():
    file = made(Paragraph((Link(("words",), "#nowhere"),)))
    assert (file.text(1), file.links(1), file.said) == ("words", [], [])


@pytest.mark.parametrize("url", ["#", "#top"])
def test_a_link_to_the_top_leads_to_the_first_page(url):
    file = made(*paragraphs(words(900)), Paragraph((Link(("up",), url),)))
    assert [number for number, _ in file.links(len(file.pdf))] == [1]
    named = Document((Paragraph((Link(("there",), url),)),), (Section(1, ("Top",), "top"),))
    assert len(Made(named).links(1)) == 1


def test_a_link_to_an_attached_file_is_its_text():
    files = {"resource:1": Resource("application/zip", b"PK", name="data.zip")}
    section = Section(1, ("Files",), "files", (Paragraph((Link(("the data",), "resource:1"),)),))
    file = Made(Document(sections=(section,), resources=files))
    assert (file.text(1), file.links(1)) == ("Files\nthe data", [])
    assert reported(file) == [
        ("attachment", "degraded", "Links to attached files do not open them; they are in the PDF.", "")
    ]
    assert file.objects.attachments["data.zip"].get_file().read_bytes() == b"PK"


def reported(file: Made) -> list[tuple[str, str, str, str]]:
    return [(str(item.code), item.severity, item.what, item.where) for item in file.report.items]


def test_a_heading_in_a_quote_can_be_linked_to():
    file = made(Paragraph((Link(("there",), "#q"),)), BlockQuote((Heading(2, ("Quoted",), "q"),)))
    assert [number for number, _ in file.links(1)] == [1]


def test_a_link_over_two_lines_can_be_clicked_on_both():
    file = made(Paragraph((words(10), " ", Link((words(12),), "https://example.org/"))))
    assert file.links(1) == ["https://example.org/"] * 2


def test_footnotes_link_both_ways():
    notes = (Footnote("a", tuple(paragraphs("First note."))), Footnote("b", tuple(paragraphs("Second note."))))
    content = ("One", FootnoteReference("a"), ", two", FootnoteReference("b"), ", one", FootnoteReference("a"), ".")
    file = Made(Document((Paragraph(content), *paragraphs(words(900))), footnotes=notes))
    last = len(file.pdf)
    assert squeezed(file.text(1)).startswith("One1,two2,one1.")
    assert file.text(1).endswith("1. First note.\n2. Second note.")
    assert last > 1
    assert "note" not in file.text(last)
    assert [number for number, _ in file.links(1)] == [1] * 5
    first, second, again, *back = [height for _, height in file.links(1)]
    assert first == again > second
    assert min(back) > first  # they lead up, to where the notes are mentioned


def test_what_is_wrong_in_a_footnote_is_found_there():
    section = Section(1, ("Here",), "here", (Paragraph((FootnoteReference("a"),)),))
    notes = (Footnote("a", (Paragraph((Math("\\nothing"),)),)),)
    file = Made(Document(sections=(section,), footnotes=notes, metadata={"lang": "fr"}))
    assert [item.where for item in file.report.items] == ["Notes"]


def test_a_mention_without_note_is_kept_as_text():
    file = made(Paragraph(("x", FootnoteReference("gone"))))
    assert squeezed(file.text(1)) == "x[gone]"
    assert file.said == ["The footnote [^gone] is mentioned, but not there."]


# Images


def image(mode: str = "RGB", size: tuple[int, int] = (40, 20), format: str = "PNG", **save) -> Resource:
    picture = Pillow.radial_gradient("L").resize(size).convert(mode)
    if mode == "RGBA":
        picture.putalpha(Pillow.linear_gradient("L").resize(size))
    buffer = io.BytesIO()
    picture.save(buffer, format, **save)
    return inspect(buffer.getvalue())


def illustrated(*resources: Resource, **options) -> Made:
    named = {f"image{number}": resource for number, resource in enumerate(resources)}
    return Made(
        Document((Paragraph(tuple(Image(name, "words for it") for name in named)),), resources=named), **options
    )


def drawn_sizes(file: Made) -> list[tuple[float, float]]:
    bounds = [each.get_bounds() for each in file.pdf[0].get_objects() if isinstance(each, pypdfium2.PdfImage)]
    return [(right - left, top - bottom) for left, bottom, right, top in bounds]


def test_a_jpeg_is_copied_as_it_is():
    resource = image(format="JPEG")
    file = illustrated(resource)
    [embedded] = file.images()
    assert embedded.read_raw_bytes() == resource.data
    assert embedded.Filter == "/DCTDecode"


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_a_png_without_transparency_is_copied_and_shows_the_same_pixels(mode):
    resource = image(mode)
    file = illustrated(resource)
    [embedded] = file.images()
    assert embedded.read_raw_bytes() in resource.data
    assert_same_pixels(file, resource)


@pytest.mark.parametrize(
    ("mode", "format"),
    [("RGBA", "PNG"), ("LA", "PNG"), ("RGB", "GIF"), ("RGBA", "WEBP"), ("RGB", "WEBP"), ("I;16", "PNG")],
)
def test_other_images_show_the_same_pixels(mode, format):
    resource = image(mode, format=format, **({"lossless": True} if format == "WEBP" else {}))
    assert_same_pixels(illustrated(resource), resource)


def assert_same_pixels(file: Made, resource: Resource) -> None:
    with Pillow.open(io.BytesIO(resource.data)) as original:
        over_white = Pillow.new("RGBA", original.size, "white")
        grey = original.convert("I").point(lambda v: v * (1 / 256)).convert("L") if "16" in original.mode else original
        over_white.alpha_composite(grey.convert("RGBA"))
    scale = original.width * 4 / drawn_sizes(file)[0][0]
    [found] = [each for each in file.pdf[0].get_objects() if isinstance(each, pypdfium2.PdfImage)]
    assert found.get_px_size() == original.size
    left, _, _, top = found.get_bounds()
    page = file.pdf[0].render(scale=scale).to_pil()
    for x, y in [(1, 1), (2, 1), (3, 1), (1, 3), (2, 3)]:
        x, y = x * original.width // 4, y * original.height // 4
        shown = page.getpixel((int(left * scale + 4 * x + 2), int(page.height - top * scale + 4 * y + 2)))
        assert shown == pytest.approx(over_white.convert("RGB").getpixel((x, y)), abs=24)


@pytest.mark.parametrize("format", ["PNG", "GIF"])
def test_a_huge_image_that_must_be_decoded_is_halved(format):
    huge = Pillow.new("RGB", (4000, 3200), "red")
    huge.paste("blue", (2000, 0, 4000, 3200))
    buffer = io.BytesIO()
    huge.convert("RGBA" if format == "PNG" else "P").save(buffer, format)
    file = illustrated(inspect(buffer.getvalue()))
    [embedded] = file.images()
    assert (embedded.Width, embedded.Height) == (2000, 1600)
    colours = pikepdf.PdfImage(embedded).as_pil_image().convert("RGB")
    assert [colours.getpixel((x, 800)) for x in (500, 1500)] == [(255, 0, 0), (0, 0, 255)]


def test_transparency_is_kept_as_a_mask():
    file = illustrated(image("RGBA"))
    [embedded] = file.images()
    assert embedded.SMask.ColorSpace == "/DeviceGray"


def test_an_image_that_is_shown_twice_is_embedded_once():
    resource = image()
    document = Document((Paragraph((Image("a"), Image("a"))),), resources={"a": resource})
    file = Made(document)
    assert len(file.images()) == 1
    assert len(drawn_sizes(file)) == 2


def test_images_have_their_size_unless_the_page_is_smaller():
    small, wide, high = image(size=(40, 20)), image(size=(3000, 30)), image(size=(30, 3000))
    assert drawn_sizes(illustrated(small)) == [pytest.approx((30, 15), abs=0.1)]
    [(width, height)] = drawn_sizes(illustrated(wide))
    assert (width, height) == pytest.approx((160 * MM, 1.6 * MM), abs=0.3)
    [(width, height)] = drawn_sizes(illustrated(high))
    assert height < 297 * MM - 50 * MM
    assert width == pytest.approx(height / 100, abs=0.1)


def test_a_photograph_taken_sideways_is_turned():
    exif = Pillow.Exif()
    for orientation in range(1, 9):
        exif[0x0112] = orientation
        upright = orientation < 5
        picture = Pillow.new("RGB", (40, 20), "black")
        picture.paste("red", (0, 0, 20, 10))  # upper left
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", exif=exif, quality=95, subsampling=0)
        file = illustrated(inspect(buffer.getvalue()))
        assert drawn_sizes(file) == [pytest.approx((30, 15) if upright else (15, 30), abs=0.1)]
        corner = red_corner(file)
        with Pillow.open(buffer) as source:
            from PIL import ImageOps

            turned = ImageOps.exif_transpose(source)
        w, h = turned.size
        expected = [
            name
            for name, place in {"ul": (3, 3), "ur": (w - 4, 3), "ll": (3, h - 4), "lr": (w - 4, h - 4)}.items()
            if turned.getpixel(place)[0] > 128
        ]
        assert [corner] == expected, orientation


def red_corner(file: Made) -> str:
    [found] = [each for each in file.pdf[0].get_objects() if isinstance(each, pypdfium2.PdfImage)]
    left, bottom, right, top = found.get_bounds()
    page = file.pdf[0].render(scale=4).to_pil()
    height = file.pdf[0].get_height()
    places = {
        name: page.getpixel((int(4 * x), int(4 * (height - y))))
        for name, (x, y) in {
            "ul": (left + 2, top - 2),
            "ur": (right - 2, top - 2),
            "ll": (left + 2, bottom + 2),
            "lr": (right - 2, bottom + 2),
        }.items()
    }
    return max(places, key=lambda name: places[name][0])


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("damage", ["cut", "zeroed"])
def test_a_damaged_image_is_replaced_by_its_description(format, damage):
    whole = image("RGB", (300, 200), format=format)
    half = len(whole.data) // 2
    data = whole.data[:half] + (bytes(len(whole.data) - half) if damage == "zeroed" else b"")
    file = illustrated(Resource(whole.media_type, data, whole.width, whole.height))
    if format == "WEBP" and damage == "zeroed":
        return  # its decoder has no way to tell
    assert file.text(1) == "[words for it]"
    assert file.said == [
        f"An image ({whole.media_type}, 300 × 200 pixels) is damaged or too large; its description stands for it."
    ]


def test_an_image_larger_than_it_says_is_not_decoded():
    bomb = image("RGBA", (10, 10)).data
    header = struct.pack(">II", 60_000, 60_000) + bomb[24:29]
    bomb = bomb[:16] + header + struct.pack(">I", zlib.crc32(b"IHDR" + header)) + bomb[33:]
    assert len(illustrated(Resource("image/png", bomb, 10, 10)).said) == 1


@pytest.mark.parametrize(
    ("media_type", "said"),
    [
        ("image/x-photoshop", "An image of an unknown kind is not drawn; its description stands for it."),
        ("", "An image of an unknown kind is not drawn; its description stands for it."),
    ],
)
def test_an_image_of_another_kind_is_described(media_type, said):
    section = Section(1, ("Here",), "here", (Paragraph((Image("it", "words for it"),)),))
    file = Made(Document(sections=(section,), resources={"it": Resource(media_type, b"<svg/>")}))
    assert file.text(1) == "Here\n[words for it]"
    assert reported(file) == [("image", "degraded", said, "Here")]


def test_svg_images_are_drawn_and_what_is_missing_of_them_is_said():
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text y="15">ship</text></svg>'
    assert illustrated(Resource("image/svg+xml", drawn, 40, 20)).text(1) == "ship"
    blurred = drawn.replace(b"<text", b'<filter id="f"/><text filter="url(#f)"')
    file = illustrated(Resource("image/svg+xml", blurred, 40, 20))
    assert file.said == ["Of an SVG image, something is left out: filter."]
    damaged = illustrated(Resource("image/svg+xml", b"<svg", 40, 20))
    assert damaged.text(1) == "[words for it]"
    assert damaged.said == ["An SVG image is damaged, or too large to draw; its description stands for it."]


def test_an_attachment_that_says_it_is_an_image_is_described():
    assert illustrated(Resource("image/jpeg", image(format="JPEG").data)).text(1) == "[words for it]"


def test_an_image_that_did_not_come_with_the_source_is_described():
    assert made(Paragraph((Image("gone.png", "A map"), " ", Image("gone.png")))).text(1) == "[A map] [Image]"


# What no font has


def test_a_character_that_no_font_has_is_a_visible_box_that_keeps_its_meaning(tmp_path):
    file = made(*paragraphs("𓀀𓂀𓀁"))
    assert file.text(1) == "𓀀𓂀𓀁"
    assert file.said[0].startswith("3 characters of Egyptian have no glyph in the fonts: 𓀀, ")
    page = file.pdf[0].get_textpage()
    left, bottom, right, top = page.get_charbox(0)
    assert right - left > 3
    assert top - bottom > 5
    assert failures(file.data, tmp_path) == set()  # glyph 0 is never shown


def test_thousands_of_unknown_characters_end_in_a_file():
    text = " ".join(map(chr, range(0xAC00, 0xAC00 + 3_000)))
    file = made(*paragraphs(text))
    assert file.text(1).startswith("가 각")


def test_many_scripts_come_out_as_they_went_in():
    text = "Příliš žluťoučký. Ξεσκεπάζω. Съешь ещё. Việt Nam. 日本語、カタカナ。 ∀x ∈ ℝ → ✓ ❤ 😀 𝔘"
    file = made(*paragraphs(text))
    assert file.text(1) == text
    assert file.report.items == ()


# Hostile documents


def test_a_document_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(flow, "MAX_PAGES", 5)
    with pytest.raises(SourceTooLarge, match="more than 5 pages"):
        made(*paragraphs(*["x"] * 1_000))


@pytest.mark.parametrize(
    "block",
    [
        Paragraph(("x" * 200_000,)),
        Paragraph(("（" * 50_000,)),
        Paragraph(("a\u200b" * 50_000,)),
        Paragraph(("a", *(Emphasis(("\u0301",)) for _ in range(5_000)))),
        Paragraph(tuple(node for _ in range(10_000) for node in ("a", Strong(("b",))))),
        CodeBlock("x" * 200_000, "", ""),
        Table((None, None), (Cell(()), Cell(())), ((Cell(("y" * 100_000,)), Cell(("z",))),)),
        Table((None,) * 500, (Cell(("h",)),) * 500, ((Cell(("c",)),) * 500,) * 3),
        Table((None,), (Cell(("head " * 5_000,)),), ((Cell(("c",)),),)),
        List(tuple(ListItem(tuple(paragraphs(str(n)))) for n in range(2_000))),
    ],
    ids=["word", "brackets", "spaces of no width", "marks", "styles", "line", "cell", "columns", "head", "items"],
)
def test_hostile_blocks_keep_every_character(block):
    file = made(block)
    expected = Counter(squeezed(text_of(block)))
    found = Counter(squeezed(file.all_text))
    ignored = set("\u200b\u0301•")
    repeated = isinstance(block, Table)  # its head is on each page
    for character, count in expected.items():
        if character not in ignored:
            assert found[character] >= count if repeated else found[character] == count, character


def text_of(block) -> str:
    match block:
        case CodeBlock():
            return block.text
        case _:
            document = Document((block,))
            return "".join(node for node in walk.inlines(document) if isinstance(node, str))


def test_memory_grows_with_pages_not_with_a_paragraph():
    program = (
        "import resource\n"
        "from exporters.document import Document, Paragraph\n"
        "from exporters.formats.pdf import Options\n"
        "from exporters.formats.pdf.export import export\n"
        "from exporters.report import Report\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * UNIT)\n"
        "export(Document((Paragraph(('x',)),)), Options(), Report())\n"
        "text = 'some words on one line ' * 90_000\n"
        "before = peak()\n"
        "export(Document((Paragraph((text,)),)), Options(), Report())\n"
        "print(peak() - before)\n"
    ).replace("UNIT", "1024" if sys.platform == "darwin" else "1")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=ROOT, text=True)
    assert float(done.stdout) < 25  # MB, for 2 MB of text and 500 pages


def test_the_layer_folder_can_be_named(tmp_path):
    program = "from exporters import Source, export; export(Source(b'x', 'a.md'), 'pdf')"
    environment = {**os.environ, "EXPORT_FONTS": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, cwd=ROOT, text=True)
    assert "MissingPart" in done.stderr
