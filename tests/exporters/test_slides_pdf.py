"""Slides: what an audience sees, and what those get who read the file."""

import io
import re
from itertools import pairwise
from pathlib import Path

import page as page_validation
import pikepdf
import pypdfium2
import pytest
from counting import steps
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import EVERYTHING, png

from exporters import Source
from exporters.document import (
    Admonition,
    Cell,
    CodeBlock,
    Diagram,
    Document,
    Figure,
    Footnote,
    FootnoteReference,
    Image,
    Link,
    List,
    ListItem,
    Map,
    Paragraph,
    Section,
    Table,
    ThematicBreak,
    Topic,
)
from exporters.errors import BadOption, SourceTooLarge
from exporters.formats.slides_pdf import Options
from exporters.formats.slides_pdf.export import export
from exporters.pages import flow
from exporters.pages.lines import Line
from exporters.pages.recording import Recording
from exporters.pages.slide_parting import parting
from exporters.readers import read
from exporters.readers.resources import key_of
from exporters.report import Report
from exporters.toolbox.images import inspect

ROOT = Path(__file__).parents[2]
SAMPLES = [*sorted((ROOT / "tests" / "documents").glob("*.md")), ROOT / "tests" / "documents" / "plan.mup"]
EXAMPLES = sorted((ROOT / "examples").glob("*.md"))
THEMES = ("modern", "classic", "editorial")


class Deck:
    """A presentation that was made of a document, as others see it."""

    def __init__(self, document: Document, **options):
        self.report = Report()
        self.data = export(document, Options(**options), self.report)
        self.pdf = pypdfium2.PdfDocument(self.data)
        self.objects = pikepdf.open(io.BytesIO(self.data))

    def __len__(self) -> int:
        return len(self.pdf)

    def text(self, number: int) -> str:
        """The words of a slide, from 1."""
        return self.pdf[number - 1].get_textpage().get_text_bounded().replace("\r\n", "\n")

    @property
    def texts(self) -> list[str]:
        return [self.text(number) for number in range(1, len(self) + 1)]

    @property
    def bookmarks(self) -> list[tuple[int, str, int]]:
        return [(mark.level, mark.get_title(), mark.get_dest().get_index() + 1) for mark in self.pdf.get_toc()]

    def place(self, text: str, number: int) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the first such text on a slide."""
        page = self.pdf[number - 1].get_textpage()
        index, count = page.search(text, match_case=True).get_next()
        boxes = [page.get_charbox(at) for at in range(index, index + count)]
        return boxes[0][0], min(box[1] for box in boxes), boxes[-1][2], max(box[3] for box in boxes)

    def size(self, number: int) -> float:
        """Of most of the text on a slide, in points."""
        written = re.findall(r"/F\d+ ([\d.]+) Tf(.*?)(?=/F\d+ |ET)", self.content(number), re.DOTALL)
        return max(((len(operators), float(size)) for size, operators in written))[1]

    def content(self, number: int) -> str:
        return self.objects.pages[number - 1].Contents.read_bytes().decode("latin-1")

    def image(self, number: int) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of the image on a slide."""
        width, height, left, bottom = map(
            float, re.search(r"q ([\d.]+) 0.00 0.00 ([\d.]+) ([\d.]+) ([\d.]+) cm", self.content(number)).groups()
        )
        return left, bottom, width, height

    @property
    def roles(self) -> list[str]:
        """Of the elements of the structure, in reading order."""
        found: list[str] = []

        def follow(element) -> None:
            if isinstance(element, pikepdf.Dictionary) and "/S" in element:
                found.append(str(element.S)[1:])
                for kid in (
                    element.get("/K", []) if isinstance(element.get("/K"), pikepdf.Array) else [element.get("/K")]
                ):
                    follow(kid)

        for kid in self.objects.Root.StructTreeRoot.K:
            follow(kid)
        return found


def deck(*blocks, **options) -> Deck:
    """A presentation with one section."""
    return Deck(Document(sections=(section("Heading", *blocks), section("Other"))), **options)


def section(heading: str, *blocks, below: tuple[Section, ...] = (), level: int = 1) -> Section:
    return Section(level, (heading,), heading.casefold().replace(" ", "-"), blocks, below)


def paragraph(text: str) -> Paragraph:
    return Paragraph((text,))


def words(count: int) -> str:
    return " ".join(f"word{number}" for number in range(count))


def bullets(*texts: str) -> List:
    return List(tuple(ListItem((paragraph(text),)) for text in texts))


def code(lines: int) -> CodeBlock:
    return CodeBlock("".join(f"line{number} = {number}\n" for number in range(lines)))


def picture(width: int, height: int, words: str = "A picture") -> tuple[Image, dict]:
    data = png(width, height)
    return Image(key_of(data), words), {key_of(data): inspect(data)}


def squeezed(text: str) -> str:
    return "".join(text.split())


def sample(path: Path) -> Document:
    return read(Source(path.read_bytes(), path.name), Report())


def failures(data: bytes, folder: Path) -> set[str]:
    path = folder / "file.pdf"
    path.write_bytes(data)
    return {failure.rule_id for failure in page_validation.validate_pdf(str(path), profile="ua1").failures}


# What all files keep


@pytest.mark.parametrize("path", [*SAMPLES, *EXAMPLES], ids=lambda path: path.stem)
def test_qpdf_and_the_validator_find_nothing_wrong(path, tmp_path):
    theme = THEMES[len(path.stem) % 3]
    made = Deck(sample(path), theme=theme)
    assert made.objects.check_pdf_syntax() == []
    assert failures(made.data, tmp_path) == set()


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_wrong_with_every_kind_of_node(theme, tmp_path):
    made = Deck(EVERYTHING, theme=theme)
    assert made.objects.check_pdf_syntax() == []
    assert failures(made.data, tmp_path) == set()


@pytest.mark.parametrize("aspect", ["16:9", "4:3"])
@pytest.mark.parametrize("path", [ROOT / "examples" / "handbook.md", *SAMPLES], ids=lambda path: path.stem)
def test_nothing_stands_outside_of_a_slide_or_in_its_foot(path, aspect):
    made = Deck(sample(path), aspect=aspect, footer="")
    for each in made.pdf:
        text = each.get_textpage()
        boxes = [text.get_charbox(index) for index in range(text.count_chars())]
        assert min((box[0] for box in boxes), default=50) >= each.get_width() * 0.05 - 8
        assert max((box[2] for box in boxes), default=0) <= each.get_width() * 0.95 + 2
        assert min((box[1] for box in boxes), default=50) >= each.get_height() * 0.09
        assert max((box[3] for box in boxes), default=0) <= each.get_height() * 0.95


def test_an_empty_document_is_one_slide():
    made = Deck(Document())
    assert len(made) == 1
    assert made.report.facts == {"pages": 1}


# Which sections are slides


@pytest.mark.parametrize(("aspect", "size"), [("16:9", (960, 540)), ("4:3", (720, 540))])
def test_slides_have_the_shape_that_was_asked_for(aspect, size):
    assert [page.get_size() for page in deck(paragraph("Text."), aspect=aspect).pdf] == [size, size]


def chapters() -> tuple[Section, ...]:
    deeper = section("Deeper", paragraph("More."), level=3)
    within = section("One within", paragraph("Text."), below=(deeper,), level=2)
    beside = section("Two within", paragraph("Text."), level=2)
    return section("One", below=(within, beside)), section("Two", paragraph("Text."))


METADATA = {"title": "The title", "subtitle": "A subtitle", "author": ["Ada", "Öz"], "date": "2026-02-03"}
CHAPTERS = Document(sections=chapters(), metadata=METADATA)


@pytest.mark.parametrize(
    ("level", "slides"),
    [
        (1, ["One\nOne within\nText.\nDeeper\nMore.\nTwo within\nText.", "Two\nText."]),
        (2, ["One", "One within\nText.\nDeeper\nMore.", "Two within\nText.", "Two\nText."]),
        (3, ["One", "One within\nText.", "Deeper\nMore.", "Two within\nText.", "Two\nText."]),
    ],
)
def test_sections_down_to_a_level_begin_slides_and_the_others_stand_on_them(level, slides):
    made = Deck(CHAPTERS, slide_level=level, footer="")
    assert made.texts == ["The title\nA subtitle\nAda · Öz\n2026-02-03", *slides]


@pytest.mark.parametrize("theme", THEMES)
def test_bookmarks_lead_to_the_slides_of_sections(theme):
    made = Deck(CHAPTERS, theme=theme)
    assert made.bookmarks == [(0, "One", 2), (1, "One within", 3), (1, "Two within", 4), (0, "Two", 5)]


def test_the_structure_has_headings_as_deep_as_their_sections():
    roles = [role for role in Deck(CHAPTERS).roles if role not in ("Document", "Sect")]
    assert roles == ["Title", "P", "P", "P", "H1", "H2", "P", "H3", "P", "H2", "P", "H1", "P"]


def test_a_lone_heading_is_the_title_and_repeated_above_what_follows_it():
    lone = Document(sections=(section("All of it", paragraph("Text."), below=(section("Part", paragraph("More.")),)),))
    made = Deck(lone, footer="")
    assert made.texts == ["All of it", "All of it\nText.", "Part\nMore."]
    assert made.bookmarks == [(0, "All of it", 1), (1, "Part", 3)]
    assert [role for role in made.roles if role[0] in "HT"] == ["Title", "H1"]


def test_a_lone_heading_that_holds_more_than_words_is_shown_as_well():
    heading = ("All of it", FootnoteReference("n"))
    lone = Document(sections=(Section(1, heading, "all"),), footnotes=(Footnote("n", (paragraph("The note."),)),))
    assert Deck(lone, footer="").texts == ["All of it", "All of it1\n1. The note."]


def test_slides_begin_at_lines_across():
    rule = ThematicBreak()
    made = deck(rule, paragraph("First."), rule, rule, paragraph("Second."), rule, footer="")
    assert made.texts == ["Heading\nFirst.", "Heading (2)\nSecond.", "Other"]
    assert Deck(Document((paragraph("A."), rule, paragraph("B."))), footer="").texts == ["A.", "B."]


def test_what_is_alone_stands_in_the_middle():
    made = deck(paragraph("Text."))
    _, bottom, right, top = made.place("Other", 2)
    left = made.place("Other", 2)[0]
    assert (left + right) / 2 == pytest.approx(480, abs=5)
    assert (bottom + top) / 2 == pytest.approx(290, abs=25)
    assert made.place("Heading", 1)[3] > 480


@pytest.mark.parametrize(
    ("theme", "colour"), [("modern", "0.02 0.32 0.68 rg 0 0 960 540 re"), ("editorial", "86.4 540 re")]
)
def test_slides_that_begin_a_part_have_the_colour_of_the_theme(theme, colour):
    made = Deck(CHAPTERS, theme=theme)
    assert [colour in made.content(number) for number in (2, 3)] == [True, False]


def test_the_foot_says_what_was_asked_for():
    made = Deck(CHAPTERS, footer="{section} of {title}|{author}|{page}/{pages}")
    assert " ".join(made.text(4).split()).endswith(" One of The title Ada, Öz 4/ 5")
    assert made.text(1).endswith("2026-02-03")


# What fits


@pytest.mark.parametrize(
    ("lines", "size", "slides"), [(10, 20, 1), (11, 18, 1), (12, 16, 1), (14, 14, 1), (15, 20, 2), (80, 20, 8)]
)
def test_text_is_made_smaller_where_that_saves_a_slide(lines, size, slides):
    made = deck(*(paragraph(f"Line {number}") for number in range(lines)), footer="")
    assert (made.size(1), len(made) - 1) == (size, slides)


def test_what_does_not_fit_goes_on_below_its_heading():
    made = deck(*(paragraph(f"Point{number} {words(25)}.") for number in range(16)), footer="")
    *slides, _ = made.texts
    assert [slide.partition("\n")[0] for slide in slides] == ["Heading", "Heading (2)", "Heading (3)"]
    assert re.findall(r"Point\d+", "\n".join(slides)) == [f"Point{number}" for number in range(16)]
    assert made.roles.count("H1") == 2


def test_paragraphs_are_not_cut_and_slides_are_equally_full():
    made = deck(*(paragraph(f"Begin {words(40)} end.") for _ in range(7)), footer="")
    *slides, _ = made.texts
    assert [slide.count("Begin") for slide in slides] == [slide.count("end.") for slide in slides]
    assert max(slide.count("Begin") for slide in slides) - min(slide.count("Begin") for slide in slides) <= 1


def test_what_a_colon_announces_is_on_the_same_slide():
    made = deck(*(paragraph(words(60)) for _ in range(3)), paragraph("It is this:"), code(9), footer="")
    [of_words] = [slide for slide in made.texts if "It is this:" in slide]
    assert "line0 = 0" in of_words


def test_code_that_fits_on_a_slide_is_not_cut():
    made = deck(code(9), paragraph("Between."), code(9), paragraph("After."), code(9), footer="")
    *slides, _ = made.texts
    assert [slide.count("line0 ") for slide in slides] == [slide.count("line8 ") for slide in slides]


def test_long_tables_repeat_their_heads():
    rows = tuple((Cell((f"row {number}",)), Cell(("x",))) for number in range(40))
    made = deck(Table((None, None), (Cell(("Name",)), Cell(("Value",))), rows), footer="")
    *slides, _ = made.texts
    assert len(slides) > 2
    assert all("\nName Value\nrow " in slide for slide in slides)
    counts = [slide.count("row ") for slide in slides]
    assert sum(counts) == 40
    assert min(counts) > 5


def test_wide_tables_are_not_turned():
    row = tuple(Cell((f"{'long' * 6}{number}",)) for number in range(12))
    made = deck(Table((None,) * 12, row, (row,)))
    assert {page.get_size() for page in made.pdf} == {(960, 540)}


def test_a_slide_may_have_a_call_out_that_is_higher_than_it():
    made = deck(Admonition("note", tuple(paragraph(words(60)) for _ in range(9))), footer="")
    assert "".join(made.texts).count("word59") == 9


# Headings


@pytest.mark.parametrize(
    "heading", ["Short", "A heading of one line that is nearly too long for it all", words(12), words(150)]
)
@pytest.mark.parametrize("has_text", [True, False])
def test_headings_of_any_length_are_kept(heading, has_text):
    blocks = (paragraph("The text."),) if has_text else ()
    made = Deck(Document(sections=(section(heading, *blocks), section("Other"))), footer="")
    shown = "".join(re.sub(r"^word0 .*… \(\d\)\n", "", text) for text in made.texts)
    assert squeezed(heading) in squeezed(shown)
    assert ("The text." in shown) is has_text


def test_a_repeated_heading_is_on_one_line():
    text = [paragraph(words(300)) for _ in range(3)]
    made = Deck(Document(sections=(section(words(150), *text), section("Other"))), footer="")
    assert re.match(r"word0 word1 .*… \(2\)\n", made.text(2))


# Images


@pytest.mark.parametrize(("size", "shown"), [((800, 400), "width"), ((400, 400), "height"), ((20, 20), "three times")])
def test_an_image_that_is_alone_is_as_large_as_there_is_room(size, shown):
    image, resources = picture(*size)
    document = Document(sections=(section("Heading", Paragraph((image,))), section("Other")), resources=resources)
    left, bottom, width, height = Deck(document, footer="").image(1)
    match shown:
        case "width":
            assert width > 640
        case "height":
            assert height > 330
        case _:
            assert width == pytest.approx(20 * 0.75 * 3, abs=0.1)
    assert left + width / 2 == pytest.approx(480, abs=1)
    assert bottom > 50
    assert bottom + height < 460


@pytest.mark.parametrize(
    ("size", "is_beside"), [((300, 600), True), ((500, 500), True), ((1200, 300), False), ((1600, 500), False)]
)
@pytest.mark.parametrize("is_first", [True, False])
def test_text_stands_beside_an_image_or_above_or_below_it_as_makes_that_larger(size, is_beside, is_first):
    image, resources = picture(*size)
    blocks = [Figure((Paragraph((image,)),), ("Caption",)), bullets("First point", "Second point", "Third point")]
    if not is_first:
        blocks.reverse()
    document = Document(sections=(section("Heading", *blocks), section("Other")), resources=resources)
    made = Deck(document)
    assert len(made) == 2
    left, bottom, _, height = made.image(1)
    _, low, right, high = made.place("Second point", 1)
    assert (right < left) is is_beside
    assert (bottom < low and high < bottom + height) is is_beside
    found = [role for role in made.roles if role in ("L", "Figure")]
    assert found == (["Figure", "L"] if is_first else ["L", "Figure"])
    assert made.place("Caption", 1)[3] < bottom


def test_an_image_without_resource_leaves_its_words():
    assert "[A picture]" in deck(Paragraph((Image("missing", "A picture"),))).text(1)


def test_several_images_and_text_are_all_there():
    one, resources = picture(300, 200, "One")
    other, more = picture(200, 300, "Other one")
    blocks = (Paragraph((one,)), paragraph("Text."), Paragraph((other,)), paragraph("More text."))
    made = Deck(Document(sections=(section("Heading", *blocks), section("Other")), resources=resources | more))
    assert made.roles.count("Figure") == 2


def test_a_diagram_that_cannot_be_read_is_reported_once_however_often_it_is_tried():
    made = deck(Diagram("nonsense\n"), code(30), Diagram("graph LR\nAlpha --> Omega\n"))
    assert [(item.code, item.count) for item in made.report.items] == [("diagram", 1)]
    assert "Alpha" in "".join(made.texts)


# Notes, links, maps


def noted(*blocks, notes: int) -> Document:
    footnotes = tuple(Footnote(f"n{number}", (paragraph(f"Note {number}."),)) for number in range(notes))
    return Document(sections=(section("Heading", *blocks), section("Other")), footnotes=footnotes)


def test_notes_stand_at_the_foot_of_the_slide_that_mentions_them():
    first = Paragraph(("First", FootnoteReference("n0")))
    second = Paragraph(("Second", FootnoteReference("n1"), " and again", FootnoteReference("n0")))
    made = Deck(noted(first, ThematicBreak(), second, notes=3), footer="")
    assert made.texts == [
        "Heading\nFirst1\n1. Note 0.",
        "Heading (2)\nSecond2 and again1\n2. Note 1.",
        "Other",
        "Footnotes\n3. Note 2.",
    ]
    assert made.place("Note 0", 1)[1] < 80


def test_text_leaves_room_for_notes():
    blocks = (Paragraph((words(80), FootnoteReference(f"n{number}"))) for number in range(4))
    made = Deck(noted(*blocks, notes=4), footer="")
    for text in made.texts[:-1]:
        assert len(re.findall(r"word79\d", text)) == len(re.findall(r"Note \d", text))


def test_links_lead_to_slides():
    inside = Paragraph((Link(("there",), "#deeper"), " ", Link(("up",), "#top"), " ", Link(("out",), "https://a.b/")))
    made = Deck(Document((inside,), CHAPTERS.sections))
    annotations = made.objects.pages[0].Annots
    names = list(made.objects.Root.Names.Dests.Names)
    places = {bytes(name): place for name, place in zip(names[::2], names[1::2], strict=True)}
    pages = [made.objects.pages.index(pikepdf.Page(places[bytes(each.Dest)][0])) + 1 for each in annotations[:2]]
    assert pages == [3, 1]
    assert str(annotations[2].A.URI) == "https://a.b/"


@pytest.mark.parametrize(("shows", "slides"), [("both", 3), ("drawing", 1), ("outline", 2)])
def test_a_map_is_drawn_on_a_slide_before_its_outline(shows, slides):
    topics = Map((Topic("1", -1, "Planned"), Topic("2", 0, "Sooner"), Topic("3", -1, "Unplanned")))
    sections = (section("Planned", paragraph("Text.")), section("Unplanned"))
    made = Deck(Document(sections=sections, map=topics), map=shows, footer="")
    assert len(made) == slides
    assert ("Sooner" in made.text(1)) is (shows != "outline")
    assert {page.get_size() for page in made.pdf} == {(960, 540)}


def test_slides_of_a_language_that_runs_from_right_to_left_are_mirrored():
    made = Deck(sample(ROOT / "examples" / "arabic.md"), theme="editorial")
    band = made.pdf[1].render(scale=0.1).to_pil().convert("RGB")
    assert band.getpixel((95, 20)) == (0, 112, 135)
    assert band.getpixel((1, 20)) == (255, 255, 255)


# Hostile documents


def test_a_heading_within_a_thousand_others_is_found():
    inner = section("Innermost", paragraph("The text."), level=6)
    for number in range(1_000):
        inner = section(f"Level {number}", below=(inner,), level=1)
    assert "Innermost\nThe text." in "\n".join(Deck(Document(sections=(inner, section("Other")))).texts)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: Document(sections=tuple(section(f"Section {each}", paragraph("Text.")) for each in range(n))),
        lambda n: Document(sections=tuple(section(f"Section {each}") for each in range(n))),
        lambda n: Document((ThematicBreak(), paragraph("a")) * n),
        lambda n: Document((bullets(*map(str, range(3 * n))),)),
        lambda n: Document((code(5 * n),)),
        lambda n: Document((paragraph("word " * 20 * n),)),
        lambda n: Document((paragraph("w" * 100 * n),)),
        lambda n: Document(sections=(section("heading " * 15 * n, paragraph("Text.")), section("Other"))),
        lambda n: noted(*(Paragraph((f"{each}", FootnoteReference(f"n{each}"))) for each in range(n)), notes=n),
    ],
    ids=["sections", "headings", "breaks", "items", "code", "a paragraph", "a word", "a heading", "notes"],
)
def test_work_grows_with_length_and_not_faster(make):
    def taken(count: int) -> int:
        document = make(count)
        return steps(lambda: export(document, Options(), Report()))

    taken(20)  # what is only done once
    assert taken(400) < 2.3 * taken(200)


def test_slides_have_an_end(monkeypatch):
    monkeypatch.setattr(flow, "MAX_PAGES", 20)
    with pytest.raises(SourceTooLarge):
        Deck(Document((ThematicBreak(), paragraph("a")) * 30))


def test_a_colour_that_is_none_is_refused():
    with pytest.raises(BadOption, match="accent"):
        deck(accent="blue")


SIZED = st.integers(0, 70).map(lambda count: f"begin {words(count)} end")
BLOCKS = st.one_of(
    SIZED.map(paragraph),
    st.integers(1, 30).map(code),
    st.lists(SIZED, min_size=1, max_size=6).map(lambda texts: bullets(*texts)),
    st.lists(SIZED.map(paragraph), max_size=4).map(lambda blocks: Admonition("tip", tuple(blocks))),
    st.just(ThematicBreak()),
)


@settings(max_examples=40)
@given(st.lists(BLOCKS, max_size=12), st.sampled_from([12.0, 20.0, 40.0]))
def test_no_word_is_lost_or_said_twice(blocks, size):
    made = deck(*blocks, font_size=size, footer="")
    shown = [re.sub(r"^Heading(?: \(\d+\))?\n?", "", text) for text in made.texts[:-1]]
    whole = Deck(Document(tuple(block for block in blocks if not isinstance(block, ThematicBreak))), footer="")
    assert "".join("".join(shown).split()) == "".join("".join(whole.texts).split())


# How text is parted


def recorded(*heights: float, gap: float = 10) -> Recording:
    recording = Recording()
    for height in heights:
        recording.space(gap)
        recording.add(Line([], [], 0, height))
    return recording


@pytest.mark.parametrize(
    ("heights", "slides"),
    [
        ((50,), [1]),
        ((50, 50, 50, 50), [2, 2]),  # and not three and one
        ((30, 30, 30, 30, 30), [2, 3]),
        ((90, 20, 90), [1, 1, 1]),
        ((250, 20), [1, 1]),  # what is higher than a slide has some for itself
        ((), [0]),
    ],
)
def test_what_is_recorded_is_parted_into_slides_that_are_equally_full(heights, slides):
    recording = recorded(*heights)
    items = {seam.asked: seam.item for seam in recording.seams} | {recording.asked: len(heights)}
    ends = [items[end] for end in parting(recording, 0, 115).ends]
    assert [end - start for start, end in pairwise([0, *ends])] == slides
