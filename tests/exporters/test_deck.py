"""A document as slides: which there are, what is on each, and that nothing is lost on the way."""

from __future__ import annotations

from collections import Counter

import pytest
from counting import steps
from documents_strategy import documents
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import EVERYTHING

from exporters.document import (
    Admonition,
    BlockQuote,
    Cell,
    CodeBlock,
    Definition,
    DefinitionList,
    Diagram,
    Document,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Heading,
    Image,
    LineBreak,
    List,
    ListItem,
    Map,
    Math,
    Paragraph,
    Section,
    Strong,
    Table,
    ThematicBreak,
    Topic,
    walk,
)
from exporters.errors import SourceTooLarge
from exporters.toolbox import deck as decks
from exporters.toolbox.deck import Deck
from exporters.toolbox.deck_cutting import parted, plain_of
from exporters.toolbox.deck_heights import Leaf, Size
from exporters.toolbox.deck_parting import parting
from exporters.toolbox.deck_ruler import Ruler, width_of
from exporters.toolbox.deck_slide import Settings, Slide

WIDE = Settings(960, 540, 20, 2)


def no_pictures(node: Image | Diagram | Math) -> Size | None:
    return None


def slides(document: Document, setting: Settings = WIDE, sizes=no_pictures) -> list[Slide]:
    return list(Deck(document, setting, sizes).slides())


def section(heading: str, *blocks, below: tuple[Section, ...] = (), level: int = 1) -> Section:
    return Section(level, (heading,), heading.casefold().replace(" ", "-"), blocks, below)


def paragraph(text: str) -> Paragraph:
    return Paragraph((text,))


def words(count: int) -> str:
    return " ".join(f"word{number}" for number in range(count))


def one(*blocks, **options) -> list[Slide]:
    """The slides of one section, without that of another after it."""
    return slides(Document(sections=(section("Heading", *blocks), section("Other"))), **options)[:-1]


def heading(slide: Slide) -> str:
    return walk.plain_text(slide.heading)


def text(slide: Slide) -> str:
    return "\n".join(said(slide.blocks))


def said(blocks) -> list[str]:
    """All lines, and those of code."""
    found: list[str] = []
    for block in walk.blocks(Document(tuple(blocks))):
        if isinstance(block, CodeBlock | Diagram):
            found.append(block.text)
        found += (walk.plain_text(line) for line in walk.lines(block))
    return found


# Which sections are slides


def chapters() -> tuple[Section, ...]:
    deeper = section("Deeper", paragraph("More."), level=3)
    within = section("One within", paragraph("Text."), below=(deeper,), level=2)
    beside = section("Two within", paragraph("Text."), level=2)
    return section("One", below=(within, beside)), section("Two", paragraph("Text."))


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (1, ["title The title", "text One: One within|Text.|Deeper|More.|Two within|Text.", "text Two: Text."]),
        (
            2,
            [
                "title The title",
                "divider One: ",
                "text One within: Text.|Deeper|More.",
                "text Two within: Text.",
                "text Two: Text.",
            ],
        ),
    ],
)
def test_sections_down_to_a_level_begin_slides_and_the_others_stand_on_them(level, expected):
    found = slides(Document(sections=chapters(), metadata={"title": "The title"}), WIDE._replace(level=level))
    lines = [f"{each.kind} {heading(each)}: {text(each)}".replace("\n", "|") for each in found]
    assert [line.removesuffix(": ") if line.startswith("title") else line for line in lines] == expected


def test_a_slide_says_which_chapter_it_is_in_and_which_places_are_on_it():
    found = slides(Document(sections=chapters()))
    assert [(each.chapter, each.ids) for each in found] == [
        ("One", ("one",)),
        ("One", ("one-within", "deeper")),
        ("One", ("two-within",)),
        ("Two", ("two",)),
    ]


def test_a_lone_heading_is_the_title_and_not_said_again():
    lone = Document(sections=(section("All of it", below=(section("Part", paragraph("Text."), level=2),)),))
    assert [(each.kind, heading(each), each.ids) for each in slides(lone)] == [
        ("title", "All of it", ("all-of-it",)),
        ("text", "Part", ("part",)),
    ]


def test_slides_begin_at_lines_across():
    found = one(paragraph("First."), ThematicBreak(), ThematicBreak(), paragraph("Second."), ThematicBreak())
    assert [(each.part, text(each)) for each in found] == [(1, "First."), (2, "Second.")]


def test_a_line_across_right_below_a_heading_leaves_it_with_its_text():
    rule = ThematicBreak()
    low = (section("Part", rule, paragraph("First."), rule, paragraph("Second."), level=3), section("Last", level=3))
    high = section("Top", below=(section("Middle", paragraph("Text."), below=low, level=2),))
    found = slides(Document(sections=(high, section("Other"))))
    assert [text(each) for each in found if each.kind == "text"] == ["Text.\nPart\nFirst.", "Second.\nLast"]


def test_a_heading_that_is_longer_than_there_is_room_for_is_text_as_well():
    [slide, *_] = one(paragraph("Text."))
    assert slide.title_scale == 1.0
    found = slides(Document(sections=(section(words(150), paragraph("Text.")), section("Other"))))
    assert heading(found[0]).endswith(" …")
    assert len(heading(found[0])) < 200
    assert text(found[0]).startswith(words(150)[:100])


# What fits


def test_text_is_smaller_where_that_saves_a_slide():
    found = {count: one(*(paragraph(f"Line {at}") for at in range(count))) for count in (5, 11, 60)}
    assert [(len(each), each[0].scale) for each in (found[5], found[11])] == [(1, 1.0), (1, 0.9)]
    assert len(found[60]) > 3


BLOCKS = {
    "paragraphs": tuple(paragraph(f"Begin{at} {words(30)}.") for at in range(20)),
    "a paragraph": (paragraph(". ".join(f"Sentence{at} {words(12)}" for at in range(150))),),
    "a dressed paragraph": (Paragraph(("a ", Strong((words(400), Emphasis((words(900),)))), words(600))),),
    "one word": (paragraph("x" * 9_000),),
    "code": (CodeBlock("".join(f"line{at} = {at}\n" for at in range(90)), "python"),),
    "a line of code": (CodeBlock("x = 1; " * 3_000 + "\n"),),
    "a list": (List(tuple(ListItem((paragraph(f"Item{at} {words(9)}"),)) for at in range(60)), start=5),),
    "lists in each other": (
        List(
            tuple(
                ListItem(
                    (paragraph(f"Outer{at}"), List(tuple(ListItem((paragraph(f"in{at}-{n}"),)) for n in range(9))))
                )
                for at in range(9)
            )
        ),
    ),
    "a table": (
        Table(
            (None, "right"),
            (Cell(("Name",)), Cell(("Value",))),
            tuple((Cell((f"row{at}",)), Cell((words(at % 9),))) for at in range(70)),
        ),
    ),
    "a cell": (Table((None,), (Cell(("Head",)),), ((Cell((words(2_000),)),),)),),
    "a quote": (BlockQuote(tuple(paragraph(f"Quoted{at} {words(20)}") for at in range(20))),),
    "a call-out": (Admonition("note", tuple(paragraph(f"Noted{at} {words(20)}") for at in range(20))),),
    "definitions": (
        DefinitionList(tuple(Definition(((f"term{at}",),), ((paragraph(words(30)),),)) for at in range(30))),
    ),
    "a figure": (Figure((CodeBlock("line\n" * 60),), ("The caption",)),),
    "a diagram": (Diagram("graph LR\n" + "".join(f"  a{at} --> b\n" for at in range(60))),),
}


@pytest.mark.parametrize("blocks", BLOCKS.values(), ids=BLOCKS)
def test_what_does_not_fit_goes_on_and_nothing_of_it_is_lost(blocks):
    found = one(*blocks)
    assert len(found) > 1
    assert [each.part for each in found] == list(range(1, len(found) + 1))
    assert {heading(each) for each in found} == {"Heading"}
    before = Counter("".join("".join(said(blocks)).split()))
    after = Counter("".join("".join(text(each) for each in found).split()))
    assert before - after == Counter()
    room = Deck(Document(), WIDE, no_pictures)
    for each in found:
        height = room.heights.height(each.blocks, WIDE.column, WIDE.font_size * each.scale)
        assert height <= WIDE.room * 1.02


def test_numbers_go_on_where_a_list_does():
    found = one(*BLOCKS["a list"])
    lists = [block for each in found for block in each.blocks if isinstance(block, List)]
    numbers = [each.start for each in lists]
    assert numbers[0] == 5
    assert numbers[1] == 5 + len(lists[0].items)


def test_tables_keep_their_heads_and_rows_that_belong_together():
    tall = (Cell(("tall",), rows=3), Cell(("1",))), (Cell(()), Cell(("2",))), (Cell(()), Cell(("3",)))
    rows = tuple(row for _ in range(20) for row in tall)
    tables = [each.blocks[0] for each in one(Table((None, None), (Cell(("Name",)), Cell(("No.",))), rows))]
    assert len(tables) > 2
    assert all(table.head[0].content == ("Name",) for table in tables)
    assert all(len(table.rows) % 3 == 0 and table.rows[0][0].rows == 3 for table in tables)


def test_a_heading_does_not_end_a_slide():
    blocks = tuple(
        block for at in range(12) for block in (Heading(3, (f"Part {at}",)), paragraph(words(35)), paragraph(words(20)))
    )
    for each in one(*blocks):
        assert not isinstance(each.blocks[-1], Heading)


# Pictures


def sizes(width: float, height: float):
    return lambda node: Size(width, height) if isinstance(node, Image) else None


@pytest.mark.parametrize(
    ("size", "beside", "shown"),
    [((1000, 100), False, Size(860, 86)), ((300, 600), True, None), ((20, 10), False, Size(60, 30))],
)
def test_a_picture_has_the_room_that_text_leaves(size, beside, shown):
    text = () if shown else (paragraph(words(60)),)
    [slide] = one(Paragraph((Image("resource:x"),)), *text, sizes=sizes(*size))
    placed = slide.picture
    assert placed is not None
    assert placed.is_beside is beside
    if shown:
        assert placed.size == pytest.approx(shown, abs=1)
    else:
        assert placed.size.height > WIDE.room * 0.8


# Notes


def noted(*labels: str, note: str = "The note.") -> Document:
    content = tuple(node for label in labels for node in (f"Text {label}", FootnoteReference(label)))
    notes = tuple(Footnote(label, (paragraph(note),)) for label in ("a", "b", "c"))
    return Document(sections=(section("One", Paragraph(content)), section("Two", Paragraph(content))), footnotes=notes)


def test_footnotes_stand_where_they_are_first_mentioned_and_the_others_at_the_end():
    found = slides(noted("b", "a"))
    assert [each.footnotes for each in found] == [(2, 1), (), ()]
    assert heading(found[2]) == "Footnotes"
    assert text(found[2]) == "The note."
    assert found[2].blocks[0].start == 3


def test_a_footnote_that_is_longer_than_a_slide_has_room_for_stands_at_the_end():
    found = slides(noted("a", "b", "c", note=words(300)))
    assert all(not each.footnotes for each in found)
    assert "".join(text(each) for each in found).count("word299") == 3


def mapped() -> Document:
    notes = (paragraph("Said by who speaks."),)
    item = ListItem((paragraph("Leaf"), *notes))
    topics = (Topic("1", -1, "Root", notes=notes), Topic("2", 0, "Leaf", notes=notes))
    return Document(sections=(section("Root", *notes, List((item,))), section("Other")), map=Map(topics))


def test_notes_of_topics_are_for_who_speaks_unless_they_are_to_stand_on_slides():
    shown, spoken = slides(mapped()), slides(mapped(), WIDE._replace(spoken=False))
    assert [each.kind for each in shown] == ["map", "text", "words"]
    assert text(shown[1]) == "Leaf"
    assert said(shown[1].notes) == ["Said by who speaks.", "Leaf", "Said by who speaks."]
    assert text(spoken[1]).count("Said by who speaks.") == 2
    assert spoken[1].notes == ()


@pytest.mark.parametrize(
    ("which", "kinds"), [("drawing", ["map"]), ("outline", ["text", "words"]), ("both", ["map", "text", "words"])]
)
def test_a_map_is_a_drawing_an_outline_or_both(which, kinds):
    assert [each.kind for each in slides(mapped(), WIDE._replace(map=which))] == kinds


# Bounds


def test_slides_have_an_end(monkeypatch):
    monkeypatch.setattr(decks, "_MOST_SLIDES", 20)
    many = Document(sections=tuple(section(f"s{number}", paragraph("x")) for number in range(21)))
    with pytest.raises(SourceTooLarge, match="more than 20 slides"):
        slides(many)


@pytest.mark.parametrize("blocks", [BLOCKS["paragraphs"], BLOCKS["a line of code"], BLOCKS["a table"]])
def test_twice_as_much_takes_twice_as_long(blocks):
    once, twice = Document(blocks * 5), Document(blocks * 10)
    assert steps(lambda: slides(twice)) < 2.6 * steps(lambda: slides(once))


@settings(max_examples=40)
@given(documents())
def test_any_document_is_slides(document):
    for each in slides(document):
        assert 0.5 < each.scale <= 1
        assert each.kind != "text" or each.blocks or each.heading


def test_every_kind_of_node_is_on_slides():
    found = slides(EVERYTHING)
    on_slides = "".join("".join([heading(each), *said(each.blocks), *said(each.notes)]) for each in found)
    everywhere = [*said(EVERYTHING.blocks), *(walk.plain_text(each.heading) for each in walk.sections(EVERYTHING))]
    assert [line for line in everywhere if "".join(line.split()) not in "".join(on_slides.split())] == []


# Measures


def test_letters_are_as_wide_as_helvetica_has_them():
    assert width_of("Wi") == pytest.approx(0.944 + 0.222)
    assert width_of("日本") == 2.0
    assert width_of("e\u0301") == pytest.approx(0.556)


@pytest.mark.parametrize(
    ("content", "width", "lines"),
    [
        (("",), 10, 1),
        (("one two three four",), 5, 2),
        (("one", LineBreak(), "two"), 40, 2),
        (("m" * 100,), 20, 5),
        (("漢" * 100,), 20.5, 7.2),
    ],
)
def test_lines_are_counted_as_they_are_broken(content, width, lines):
    assert Ruler().lines(content, width) == pytest.approx(lines)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6, unique=True))
def test_a_line_is_cut_anywhere_and_is_whole_again(ends):
    content = ("one two. ", Strong(("three ", Emphasis(("four",)), " five")), Image("x"), " six seven")
    whole = plain_of(content)
    cuts = [*sorted(end for end in ends if end < len(whole)), len(whole)]
    pieces = parted(content, cuts)
    assert "".join(plain_of(piece) for piece in pieces) == whole
    assert sum(isinstance(node, Image) for piece in pieces for node in piece) == 1


def test_the_last_slide_is_not_left_with_little():
    leaves = [Leaf(100.0, 10.0)] * 7
    _, ends = parting(leaves, 340.0, [0.0] * 7)
    assert ends in ([2, 4, 7], [2, 5, 7], [3, 5, 7])
