"""PowerPoint: slides that people edit, and that every program opens."""

from __future__ import annotations

import io
import posixpath
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

import pytest
from checkers import office_mistakes, pandoc
from documents_strategy import documents
from hypothesis import given, settings
from samples import EVERYTHING, png

from exporters import Source
from exporters.document import (
    Abbreviation,
    Admonition,
    BlockQuote,
    Cell,
    Code,
    CodeBlock,
    Document,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Highlight,
    Image,
    Link,
    List,
    ListItem,
    Map,
    Math,
    Paragraph,
    Section,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Table,
    Topic,
    Underline,
)
from exporters.errors import BadOption
from exporters.formats.pptx import Options
from exporters.formats.pptx.export import export
from exporters.readers import read
from exporters.readers.resources import key_of
from exporters.report import Report
from exporters.toolbox.images import inspect

ROOT = Path(__file__).parents[2]
SAMPLES = [*sorted((ROOT / "tests" / "documents").glob("*.md")), ROOT / "tests" / "documents" / "plan.mup"]
THEMES = ("modern", "classic", "editorial")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 0h40v20z"/></svg>'
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


class Deck:
    """A presentation that was made of a document."""

    def __init__(self, document: Document, **options):
        self.report = Report()
        self.data = export(document, Options(**options), self.report)
        self.zip = ZipFile(io.BytesIO(self.data))

    def part(self, name: str) -> Element:
        return fromstring(self.zip.read(name))

    def relations(self, name: str) -> dict[str, str]:
        folder, _, file = name.rpartition("/")
        root = self.part(f"{folder}/_rels/{file}.rels")
        return {each.get("Id"): each.get("Target") for each in root}

    def slide(self, number: int) -> Element:
        return self.part(f"ppt/slides/slide{number}.xml")

    @property
    def slides(self) -> list[Element]:
        count = len([name for name in self.zip.namelist() if name.startswith("ppt/slides/slide")])
        return [self.slide(number) for number in range(1, count + 1)]

    def layout(self, number: int) -> str:
        [target] = [each for each in self.relations(f"ppt/slides/slide{number}.xml").values() if "slideLayouts" in each]
        return self.part(f"ppt/slideLayouts/{posixpath.basename(target)}").find(f"{P}cSld").get("name")

    def notes(self, number: int) -> list[str]:
        return paragraphs(self.part(f"ppt/notesSlides/notesSlide{number}.xml"))

    def texts(self) -> list[list[str]]:
        return [paragraphs(slide) for slide in self.slides]


def shown(slide: Element) -> list[Element]:
    """The shapes of a slide, of alternatives those that PowerPoint takes."""
    found = []
    for each in slide.find(f"{P}cSld/{P}spTree"):
        found += list(each.find(f"{MC}Choice")) if each.tag == f"{MC}AlternateContent" else [each]
    return [each for each in found if each.tag.rpartition("}")[2] in ("sp", "pic", "graphicFrame")]


def paragraphs(slide: Element) -> list[str]:
    return [line for shape in shown(slide) for each in shape.iter(f"{A}p") if (line := words_of(each))]


def words_of(element: Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{A}t"))


def shape(slide: Element, name: str) -> Element:
    [found] = [each for each in shown(slide) if name_of(each).rpartition(" ")[0] == name]
    return found


def name_of(each: Element) -> str:
    return next(each.iter(f"{P}cNvPr")).get("name")


def place(each: Element) -> tuple[float, float, float, float] | None:
    """Left, top, width and height in points; None where the layout has it."""
    offset = next(each.iter(f"{A}off"), None)
    extent = next((one for one in each.iter(f"{A}ext") if one.get("cx")), None)  # others are extensions
    if offset is None:
        return None
    return tuple(
        int(value) / 12_700 for value in (offset.get("x"), offset.get("y"), extent.get("cx"), extent.get("cy"))
    )


def run(slide: Element, text: str) -> Element:
    [found] = [each for each in slide.iter(f"{A}r") if words_of(each) == text]
    return found.find(f"{A}rPr")


def section(heading: str, *blocks, below: tuple[Section, ...] = (), level: int = 1) -> Section:
    return Section(level, (heading,), heading.casefold().replace(" ", "-"), blocks, below)


def paragraph(*content) -> Paragraph:
    return Paragraph(content)


def deck(*blocks, resources=None, footnotes=(), metadata=None, **options) -> Deck:
    sections = (section("Heading", *blocks), section("Other"))
    return Deck(Document((), sections, footnotes, metadata or {}, resources or {}), **options)


def bullets(*texts: str, start=None) -> List:
    return List(tuple(ListItem((paragraph(text),)) for text in texts), start=start)


def sample(path: Path) -> Document:
    return read(Source(path.read_bytes(), path.name), Report(), keep_html=False)


def findings(data: bytes, folder: Path) -> list[str]:
    """What the auditor finds wrong.

    It takes the properties that PowerPoint itself gives to the runs of formulas for an error: the schema of formulas,
    which is Word's, does not know them.
    """
    errors = map(str, office_mistakes(data, "pptx", folder))
    return [error for error in errors if not ("/oMath" in error and "Unexpected element 'rPr'" in error)]


# What every file keeps


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_auditor_finds_nothing_wrong(path, tmp_path):
    assert findings(Deck(sample(path), theme=THEMES[len(path.stem) % 3]).data, tmp_path) == []


@pytest.mark.parametrize("options", [{}, {"theme": "classic", "aspect": "4:3"}, {"theme": "editorial"}])
def test_nothing_is_wrong_with_every_kind_of_node(options, tmp_path):
    assert findings(Deck(EVERYTHING, **options).data, tmp_path) == []


def test_nothing_is_wrong_with_what_runs_from_right_to_left(tmp_path):
    hebrew = Document(
        sections=(section("שלום", paragraph("שלום עולם")),), metadata={"lang": "he", "title": "כותרת", "author": "א"}
    )
    assert findings(Deck(hebrew).data, tmp_path) == []


@pytest.mark.parametrize("path", [ROOT / "examples" / "handbook.md", *SAMPLES], ids=lambda path: path.stem)
@pytest.mark.parametrize("aspect", ["16:9", "4:3"])
def test_nothing_stands_outside_of_a_slide_or_in_its_foot(path, aspect):
    width = 960 if aspect == "16:9" else 720
    for slide in Deck(sample(path), aspect=aspect).slides:
        for each in shown(slide):
            kind = next(each.iter(f"{P}ph"), Element("ph")).get("type")
            if (where := place(each)) and kind not in ("ftr", "dt", "sldNum"):
                left, top, wide, high = where
                assert left >= -0.5
                assert left + wide <= width + 0.5
                assert top >= 0
                assert top + high <= 540 * 0.92 + 3


@settings(max_examples=25)
@given(documents())
def test_any_document_is_well_formed_slides_with_unlike_ids(document):
    for slide in Deck(document).slides:
        ids = Counter(each.get("id") for shape in shown(slide) for each in shape.iter(f"{P}cNvPr"))
        assert max(ids.values(), default=1) == 1


def test_pandoc_reads_the_slides_back():
    table = Table((None, None), (Cell(("Name",)), Cell(("Value",))), ((Cell(("one",)), Cell(("1",))),))
    found = pandoc(deck(paragraph("Text."), bullets("first", "second"), table).data, "pptx", "markdown")
    # What of it are lists, it does not tell: that is the master's to say.
    assert [line for line in found.splitlines() if line] == [
        "## Heading {#slide-1}",
        "Text.",
        "first",
        "second",
        "  Name   Value",
        "  ------ -------",
        "  one    1",
        "1",
        "## Other {#slide-2}",
        "2",
    ]


def test_an_empty_document_is_one_slide():
    made = Deck(Document())
    assert len(made.slides) == 1
    assert made.report.facts == {"slides": 1}


# Layouts and placeholders


def test_slides_have_the_layouts_that_suit_them():
    key = key_of(png(400, 300))
    document = Document(
        sections=(
            section("Part", below=(section("Text", paragraph("Text."), level=2),)),
            section("Alone"),
            section("Table", Table((None,), (), ((Cell(("x",)),),))),
            section("Code", CodeBlock("x\n")),
            section("Parts", paragraph("Text."), CodeBlock("x\n"), paragraph("More.")),
            section("Picture", paragraph(Image(key, "seen")), paragraph("word " * 120)),
        ),
        metadata={"title": "All"},
        resources={key: inspect(png(400, 300))},
    )
    made = Deck(document)
    assert [made.layout(number) for number in range(1, len(made.slides) + 1)] == [
        "Title Slide",
        "Section Header",
        "Title and Content",
        "Statement",
        "Title and Content",
        "Title Only",
        "Title and Parts",
        "Two Content",
    ]


def test_text_stands_in_a_placeholder_where_its_layout_has_it():
    slide = deck(paragraph("Text."), bullets("item")).slide(1)
    title, body = shape(slide, "Title"), shape(slide, "Content")
    assert (place(title), place(body)) == (None, None)
    assert next(body.iter(f"{P}ph")).attrib == {"idx": "1"}
    assert [words_of(each) for each in body.iter(f"{A}p")] == ["Text.", "item"]


def test_the_title_slide_says_what_is_known():
    metadata = {"title": "The title", "subtitle": "Below", "author": ["Ada", "Öz"], "date": "2026-02-03"}
    made = Deck(Document(metadata=metadata))
    kinds = {next(each.iter(f"{P}ph")).get("type"): words_of(each) for each in shown(made.slide(1))}
    assert kinds == {"ctrTitle": "The title", "subTitle": "Below", "body": "Ada · Öz2026-02-03"}
    core = made.zip.read("docProps/core.xml").decode()
    assert "<dc:title>The title</dc:title>" in core


def test_what_goes_on_says_which_of_its_slides_it_is():
    made = deck(*(paragraph(f"Point{number} {'word ' * 30}") for number in range(16)), footer="")
    titles = [words_of(shape(slide, "Title")) for slide in made.slides]
    assert titles == ["Heading", "Heading (2)", "Heading (3)", "Other"]


def test_text_that_is_smaller_says_so_once_for_its_shape():
    made = deck(*(paragraph(f"Line {number}") for number in range(11)))
    body = shape(made.slide(1), "Content")
    assert [each.get("sz") for each in body.iter() if each.get("sz") and each.tag != f"{P}ph"] == ["1800"]


def test_a_slide_without_heading_has_one_that_is_heard():
    made = Deck(Document((paragraph("Text."),), metadata={"lang": "de"}))
    assert made.layout(1) == "Without Heading"
    assert made.texts() == [["Dokument", "Text.", "1"]]
    titles = [
        each for each in shown(made.part("ppt/slideLayouts/slideLayout9.xml")) if name_of(each).startswith("Title")
    ]
    assert place(titles[0])[1] < -50


def test_the_theme_has_the_colours_and_fonts_that_were_asked_for():
    made = deck(theme="editorial", accent="#0b6e4f", font="serif")
    theme = made.part("ppt/theme/theme1.xml")
    assert next(theme.iter(f"{A}accent1"))[0].get("val") == "0B6E4F"
    assert [each.get("typeface") for each in theme.iter(f"{A}latin")] == ["Georgia", "Georgia"]
    with pytest.raises(BadOption, match="accent"):
        deck(accent="green")


def test_the_foot_says_what_was_asked_for():
    made = deck(
        paragraph("Text."), metadata={"title": "All", "author": "Ada"}, footer="{section}|{author}|{page}/{pages}"
    )
    feet = [words_of(each) for each in shown(made.slide(2)) if "Content" not in name_of(each)][1:]
    assert feet == ["Heading", "Ada", "2/3"]
    assert next(made.slide(2).iter(f"{A}fld")).get("type") == "slidenum"


# Text


@pytest.mark.parametrize(
    ("node", "attribute", "value"),
    [
        (Strong(("x",)), "b", "1"),
        (Emphasis(("x",)), "i", "1"),
        (Strikethrough(("x",)), "strike", "sngStrike"),
        (Underline(("x",)), "u", "sng"),
        (Superscript(("x",)), "baseline", "30000"),
        (Subscript(("x",)), "baseline", "-25000"),
    ],
)
def test_dress_is_that_of_runs(node, attribute, value):
    assert run(deck(paragraph("a ", node)).slide(1), "x").get(attribute) == value


def test_code_and_marks_have_their_colours_behind_them():
    slide = deck(paragraph(Code("code"), " ", Highlight(("marked",)))).slide(1)
    assert run(slide, "code").find(f"{A}latin").get("typeface") == "Consolas"
    assert run(slide, "marked").find(f"{A}highlight")[0].get("val") == "FFF09E"


def test_what_an_abbreviation_stands_for_is_said_once():
    texts = deck(paragraph(*(Abbreviation("HTML", "Hypertext") for _ in range(2)), Math("x"))).texts()
    assert texts[0][1] == "HTML (Hypertext)HTML"


def levels(slide: Element, name: str = "Content") -> list[tuple[str, str, str]]:
    """Level, kind of bullet and text of each paragraph."""
    found = []
    for each in shape(slide, name).iter(f"{A}p"):
        properties = each.find(f"{A}pPr")
        mark = [
            (one.tag.rpartition("}")[2], one.get("startAt") or one.get("char"))
            for one in properties
            if "}bu" in one.tag
        ]
        kind = next((f"{kind} {value}" if value else kind for kind, value in mark if kind != "buFont"), "")
        found.append((properties.get("lvl", "0"), kind, words_of(each)))
    return found


def test_lists_have_real_levels_and_numbers():
    inner = List((ListItem((paragraph("in"),)),), start=3)
    tasks = List((ListItem((paragraph("done"),), checked=True), ListItem((paragraph("open"),), checked=False)))
    outer = List((ListItem((paragraph("out"), inner)), ListItem((paragraph("next"),))))
    assert levels(deck(paragraph("Text"), outer, tasks).slide(1)) == [
        ("0", "buNone", "Text"),
        ("0", "", "out"),
        ("1", "buAutoNum 3", "in"),
        ("0", "", "next"),
        ("0", "buChar ☒", "done"),
        ("0", "buChar ☐", "open"),
    ]


def test_tasks_of_an_ordered_list_keep_their_numbers():
    tasks = ListItem((paragraph("done"),), checked=True), ListItem((), checked=False), ListItem((paragraph("else"),))
    assert levels(deck(List(tasks, start=1)).slide(1)) == [
        ("0", "buAutoNum", "☒ done"),
        ("0", "buAutoNum", "☐"),
        ("0", "buAutoNum", "else"),
    ]


def test_numbers_are_told_where_something_stands_between():
    items = (
        ListItem((paragraph("one"), paragraph("more"))),
        ListItem((paragraph("two"),)),
        ListItem((paragraph("three"),)),
    )
    assert levels(deck(List(items, start=1)).slide(1)) == [
        ("0", "buAutoNum", "one"),
        ("0", "buNone", "more"),
        ("0", "buAutoNum 2", "two"),
        ("0", "buAutoNum 2", "three"),
    ]


def test_numbers_that_powerpoint_cannot_count_from_are_said():
    assert levels(deck(bullets("nought", "one", "two", start=0)).slide(1)) == [
        ("0", "buNone", "0.\tnought"),
        ("0", "buAutoNum", "one"),
        ("0", "buAutoNum", "two"),
    ]
    assert [each[1:] for each in levels(deck(bullets("last", "more", start=32_767)).slide(1))] == [
        ("buAutoNum 32767", "last"),
        ("buNone", "32768.\tmore"),
    ]


def test_paragraphs_that_run_the_other_way_say_so():
    slide = deck(paragraph("left"), paragraph("שלום")).slide(1)
    assert [each.get("rtl") for each in shape(slide, "Content").iter(f"{A}pPr")] == [None, "1"]


def test_a_document_from_right_to_left_is_mirrored():
    document = Document(sections=(section("כותרת", CodeBlock("x\n")), section("עוד")), metadata={"lang": "he"})
    made = Deck(document)
    master = made.part("ppt/slideMasters/slideMaster1.xml")
    assert {each.get("algn") for each in master.iter(f"{A}lvl1pPr")} >= {"r"}
    assert made.part("ppt/presentation.xml").get("rtl") == "1"


def test_long_headings_are_smaller_and_longer_ones_are_shortened():
    made = Deck(Document(sections=(section("word " * 16, paragraph("x")), section("word " * 200, paragraph("x")))))
    sizes = [next(shape(slide, "Title").iter(f"{A}defRPr")).get("sz") for slide in made.slides[:2]]
    assert all(int(size) < 3_000 for size in sizes)
    assert words_of(shape(made.slide(2), "Title")).endswith(" …")
    assert words_of(made.slide(2)).count("word") > 200


# Links


def test_links_lead_out_of_the_file_and_to_slides():
    target = (Link(("there",), "#other"), Link(("out",), "https://example.org/a b", "Tip"), Link(("lost",), "a.txt"))
    made = deck(paragraph(*target))
    links = {words_of(each): each.find(f"{A}rPr/{A}hlinkClick") for each in made.slide(1).iter(f"{A}r")}
    relations = made.relations("ppt/slides/slide1.xml")
    assert relations[links["there"].get(f"{R}id")] == "slide2.xml"
    assert links["there"].get("action") == "ppaction://hlinksldjump"
    assert relations[links["out"].get(f"{R}id")] == "https://example.org/a%20b"
    assert links["out"].get("tooltip") == "Tip"
    assert links["lost"] is None
    assert [item.code for item in made.report.items] == ["link"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "vbscript:x", "../a.md"]
)
def test_no_other_links_are_in_the_file(url):
    made = deck(paragraph(Link(("words",), url)))
    assert not list(made.slide(1).iter(f"{A}hlinkClick"))
    assert [item.severity for item in made.report.items] == ["degraded"]


# Footnotes and notes


def test_footnotes_stand_at_the_foot_of_their_slide():
    made = deck(paragraph("Text", FootnoteReference("a")), footnotes=(Footnote("a", (paragraph("The note."),)),))
    assert words_of(shape(made.slide(1), "Footnotes")) == "1 The note."
    assert run(made.slide(1), "1").get("baseline") == "30000"
    assert made.report.items == ()


def test_a_footnote_that_is_more_than_lines_is_reported():
    notes = (Footnote("a", (paragraph("The note."), bullets("one", "two", start=1))),)
    made = deck(paragraph("Text", FootnoteReference("a")), footnotes=notes)
    assert words_of(shape(made.slide(1), "Footnotes")) == "1 The note.onetwo"
    assert [(item.code, item.severity, item.count) for item in made.report.items] == [("footnote", "degraded", 1)]


def test_a_footnote_that_is_not_there_is_reported():
    made = deck(paragraph("Text", FootnoteReference("gone")))
    assert made.texts()[0][1] == "Text[^gone]"
    assert [item.code for item in made.report.items] == ["footnote"]


def mapped() -> Document:
    notes = (paragraph("Said ", Link(("aloud",), "https://example.org/")),)
    topics = (Topic("1", -1, "Root", notes=notes), Topic("2", 0, "Leaf"))
    return Document(
        sections=(section("Root", *notes, below=(section("Leaf", level=2),)), section("Two")), map=Map(topics)
    )


def test_notes_of_a_map_are_for_who_speaks():
    made = Deck(mapped())
    assert made.notes(2) == ["Said aloud"]
    assert "https://example.org/" in made.relations("ppt/notesSlides/notesSlide2.xml").values()
    assert "ppt/notesMasters/notesMaster1.xml" in made.zip.namelist()
    assert "Said aloud" not in made.texts()[1]
    assert "Said aloud" in Deck(mapped(), notes="slides").texts()[1]


def test_a_map_is_a_drawing_that_is_described(tmp_path):
    made = Deck(mapped(), map="drawing")
    [picture] = [each for each in shown(made.slide(1)) if each.tag == f"{P}pic"]
    assert next(picture.iter(f"{P}cNvPr")).get("descr")
    assert {name.rpartition(".")[2] for name in made.zip.namelist() if "media" in name} == {"emf", "svg"}
    assert findings(made.data, tmp_path) == []


# Tables


def test_tables_are_tables():
    head = (Cell(("Name",)), Cell(("Count",)))
    made = deck(Table((None, "right"), head, ((Cell(("one",)), Cell(("1",))),)))
    [table] = made.slide(1).iter(f"{A}tbl")
    assert table.find(f"{A}tblPr").get("firstRow") == "1"
    assert len(table.findall(f"{A}tblGrid/{A}gridCol")) == 2
    assert [each.get("algn") for each in table.iter(f"{A}pPr")] == ["l", "r", "l", "r"]
    assert next(table.iter(f"{A}rPr")).get("b") == "1"


def test_cells_that_span_others_are_merged():
    rows = (
        (Cell(("big",), columns=2, rows=2), Cell(()), Cell(("c",))),
        (Cell(()), Cell(()), Cell(("f",))),
        (Cell(("g",)), Cell(("wide",), columns=2), Cell(())),
    )
    [table] = deck(Table((None,) * 3, (), rows)).slide(1).iter(f"{A}tbl")
    spans = [
        "".join(f"{name}={cell.get(name)} " for name in ("rowSpan", "gridSpan", "hMerge", "vMerge") if cell.get(name))
        for cell in table.iter(f"{A}tc")
    ]
    assert [each.strip() for each in spans] == [
        "rowSpan=2 gridSpan=2",
        "rowSpan=2 hMerge=1",
        "",
        "gridSpan=2 vMerge=1",
        "hMerge=1 vMerge=1",
        "",
        "",
        "gridSpan=2",
        "hMerge=1",
    ]


def test_long_tables_go_on_below_their_heads():
    rows = tuple((Cell((f"row {number}",)), Cell(("x",))) for number in range(40))
    made = deck(Table((None, None), (Cell(("Name",)), Cell(("Value",))), rows))
    tables = [next(slide.iter(f"{A}tbl")) for slide in made.slides[:-1]]
    assert len(tables) > 2
    assert [words_of(table.find(f"{A}tr")) for table in tables] == ["NameValue"] * len(tables)


def test_tables_that_go_on_keep_their_columns_and_size():
    rows = tuple((Cell(("x",)), Cell(("y",))) for _ in range(40))
    wide = tuple(Cell(("Donaudampfschifffahrtsgesellschaftskapitän" * 2,)) for _ in range(2))
    made = deck(Table((None, None), (Cell(("Name",)), Cell(("Value",))), (*rows, wide)))
    tables = [table for slide in made.slides for table in slide.iter(f"{A}tbl")]
    assert len(tables) > 2
    assert len({tuple(column.get("w") for column in table.iter(f"{A}gridCol")) for table in tables}) == 1
    assert len({run.get("sz") for table in tables for run in table.iter(f"{A}rPr")}) == 1


def test_an_image_in_a_cell_is_its_description():
    key = key_of(png(4, 4))
    made = deck(Table((None,), (), ((Cell((Image(key, "seen"),)),),)), resources={key: inspect(png(4, 4))})
    assert "[seen]" in made.texts()[0]
    assert [(item.code, item.severity) for item in made.report.items] == [("image", "degraded")]


# Pictures


def test_pictures_are_described_fitted_and_in_the_file_once():
    data = png(400, 100)
    image = Image(key_of(data), "A picture")
    made = deck(
        paragraph(Link((image,), "https://example.org/")),
        paragraph("Text."),
        paragraph(image),
        resources={key_of(data): inspect(data)},
    )
    pictures = [each for each in shown(made.slide(1)) if each.tag == f"{P}pic"]
    assert [next(each.iter(f"{P}cNvPr")).get("descr") for each in pictures] == ["A picture"] * 2
    assert next(pictures[0].iter(f"{A}hlinkClick")) is not None
    assert [round(place(each)[2] / place(each)[3], 2) for each in pictures] == [4.0, 4.0]
    assert [name for name in made.zip.namelist() if "media" in name] == ["ppt/media/image1.png"]


def test_an_svg_image_is_a_metafile_with_its_svg():
    made = deck(paragraph(Image(key_of(SVG), "drawn")), resources={key_of(SVG): inspect(SVG)})
    assert sorted(name for name in made.zip.namelist() if "media" in name) == [
        "ppt/media/image1.emf",
        "ppt/media/image1.svg",
    ]


def test_an_image_in_a_heading_is_its_description():
    image = Image(key_of(png(4, 4)), "seen")
    own = Section(1, ("On ", image), "on", (paragraph("Text."),))
    made = Deck(Document((), (own, section("Other")), (), {}, {image.url: inspect(png(4, 4))}))
    assert made.texts()[0][0] == "On [seen]"
    assert [(item.code, item.severity) for item in made.report.items] == [("image", "degraded")]


def test_a_missing_image_is_its_description():
    made = deck(paragraph("Before ", Image("gone.png", "missed")))
    assert made.texts()[0][1] == "Before [missed]"


def test_pictures_among_text_stand_below_it():
    data = png(40, 20)
    made = deck(paragraph("before ", Image(key_of(data)), " after"), resources={key_of(data): inspect(data)})
    text, picture = shown(made.slide(1))[1:3]
    assert words_of(text) == "before  after"
    assert place(picture)[1] > place(text)[1]
    assert [item.what for item in made.report.items if item.severity == "degraded"] == [
        "Images within a line of text stand below it."
    ]


def test_a_figure_has_its_caption_below():
    data = png(40, 20)
    figure = Figure((paragraph(Image(key_of(data), "seen")),), ("The caption",))
    made = deck(figure, resources={key_of(data): inspect(data)})
    picture, caption = shown(made.slide(1))[1:3]
    assert words_of(caption) == "The caption"
    assert place(caption)[1] >= place(picture)[1] + place(picture)[3]


# Code, call-outs, formulas


def test_code_keeps_its_blanks_and_has_colours():
    made = deck(CodeBlock("def f():\n\treturn  1\n", "python"))
    code = shape(made.slide(1), "Code")
    assert [words_of(each) for each in code.iter(f"{A}p")] == ["def f():", "    return  1"]
    assert [each.get("val") for each in code.iter(f"{A}srgbClr")]


def test_call_outs_and_quotes_have_a_bar():
    made = deck(Admonition("warning", (paragraph("Hot."),)), BlockQuote((paragraph("Said."),)))
    names = [name_of(each).rpartition(" ")[0] for each in shown(made.slide(1))]
    assert names == ["Title", "Bar", "Bar", "Text", "Bar", "Text", "Slide Number"]
    assert made.texts()[0][1:4] == ["Warning", "Hot.", "Said."]


def test_formulas_can_be_edited_and_have_something_for_programs_that_cannot():
    made = deck(paragraph("In a line: ", Math("x^2")), paragraph(Math(r"\frac{a}{b}", display=True)))
    alternatives = list(made.slide(1).iter(f"{MC}AlternateContent"))
    assert [each.find(f"{MC}Choice").get("Requires") for each in alternatives] == ["a14 a16"] * 2
    math = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
    assert all(list(each.find(f"{MC}Choice").iter(f"{math}oMath")) for each in alternatives)
    in_line, displayed = (each.find(f"{MC}Fallback") for each in alternatives)
    assert words_of(in_line) == "In a line: x2"
    assert displayed[0].tag == f"{P}pic"
    assert next(displayed.iter(f"{P}cNvPr")).get("descr") == r"\frac{a}{b}"


def test_a_formula_that_cannot_be_read_is_its_source():
    made = deck(paragraph(Math(r"\frac{a")))
    assert made.texts()[0][1] == r"\frac{a"
    assert [item.code for item in made.report.items] == ["math"]


@pytest.mark.parametrize("text", ["\x00\x0b\x1f", "\ufffe", "]]>", "<a:t>", "&amp;", "_x000D_"])
def test_text_cannot_break_out_of_a_part(text):
    made = deck(paragraph(text), CodeBlock(text + "\n", text), metadata={"title": text, "author": text, "date": text})
    assert len(made.slides) == 3
