"""The reader of plain text: what becomes of lines, and what they are not taken for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters import Source, readers
from exporters.document import (
    Block,
    BlockQuote,
    CodeBlock,
    Document,
    Inline,
    LineBreak,
    Link,
    List,
    ListItem,
    Paragraph,
    Section,
    ThematicBreak,
)
from exporters.document.nodes import MAX_DEPTH
from exporters.document.walk import blocks, inlines, plain_text
from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.readers import text
from exporters.readers.text import blocks as plain_blocks
from exporters.report import Report

SAMPLES = Path(__file__).parent.parent / "documents" / "text"
BREAK = LineBreak()


def read(source: str | bytes, report: Report | None = None) -> Document:
    data = source.encode() if isinstance(source, str) else source
    return readers.read(Source(data, "a.txt"), report or Report())


def paragraph(*content: Inline) -> Paragraph:
    return Paragraph(content)


def items(*words: str, start: int | None = None, tight: bool = True) -> List:
    return List(tuple(ListItem((paragraph(word),)) for word in words), start, tight)


# Paragraphs

WRAPPED = """\
The keeper of the lamp went up at six, for the sun had gone an hour before, and
came down again at seven. Nobody had seen him go. Those who asked were told the
lamp had lit itself, as lamps do."""

LONG = "This is a paragraph on one line of its own, as editors have it that do not break lines, " * 2 + "and it ends."

PARAGRAPHS: dict[str, tuple[Block, ...]] = {
    "a": (paragraph("a"),),
    "a\n\nb\n\n\n c ": (paragraph("a"), paragraph("b"), paragraph("c")),
    "a\r\nb\r\rc": (paragraph("a", BREAK, "b"), paragraph("c")),
    "12 Harbour Lane\nSeaville": (paragraph("12 Harbour Lane", BREAK, "Seaville"),),
    WRAPPED: (paragraph(WRAPPED),),
    "   " + WRAPPED: (paragraph(WRAPPED),),
    "".join(f"  {line}\n" for line in WRAPPED.splitlines()): (paragraph(WRAPPED),),
    WRAPPED.upper(): (paragraph(WRAPPED.upper()),),
    WRAPPED + "\n\nAda\nKeeper": (paragraph(WRAPPED), paragraph("Ada", BREAK, "Keeper")),
    f"{LONG}\n{LONG}": (paragraph(LONG), paragraph(LONG)),
    "see https://a.example/b, or <mailto:a@b.example>\nwww.c.example": (
        paragraph(
            "see ",
            Link(("https://a.example/b",), "https://a.example/b"),
            ", or <",
            Link(("mailto:a@b.example",), "mailto:a@b.example"),
            ">",
            BREAK,
            Link(("www.c.example",), "http://www.c.example"),
        ),
    ),
    "*a* _b_ `c` # <d> &amp; [e](f)": (paragraph("*a* _b_ `c` # <d> &amp; [e](f)"),),
    "\x1b[1mbold\x1b[0m and N\bNA\bAM\bME\bE": (paragraph("bold and NAME"),),
    "\f\fa\f\n\fb\f": (paragraph("a"), ThematicBreak(), paragraph("b")),
}


@pytest.mark.parametrize("source", PARAGRAPHS)
def test_paragraphs(source: str) -> None:
    assert read(source).blocks == PARAGRAPHS[source]


def test_a_title_that_stands_in_the_middle_stays_there() -> None:
    document = read(" " * 34 + "THE KEEPER\n\n" + WRAPPED)
    assert document.blocks == (Paragraph(("THE KEEPER",), "center"), paragraph(WRAPPED))


def test_entries_as_long_as_each_other_are_no_paragraph() -> None:
    lines = [
        f"2024-03-0{day} the lamp was lit at six and put out again at seven in the morn{'i' * day}ng"
        for day in range(1, 8)
    ]
    [block] = read("\n".join(lines)).blocks
    assert block == Paragraph(tuple(part for line in lines for part in (BREAK, line))[1:])


def test_verses_are_lines() -> None:
    verses = ["The lamp turns once, the lamp turns twice,", "and all that it has seen is sea;", "the warden sleeps."]
    [block] = read("\n".join(verses) + "\n\n" + WRAPPED).blocks[:1]
    assert block == paragraph(verses[0], BREAK, verses[1], BREAK, verses[2])


# Headings

HEADINGS: dict[str, list[tuple[int, str]]] = {
    "A\n=\n": [],
    "A\n===\nb": [(1, "A")],
    "A title\n=======\n\nb\n\nAnother\n-------\nc\n\nThird\n~~~": [(1, "A title"), (2, "Another"), (3, "Third")],
    "=====\nA title\n=====\nb": [(1, "A title")],
    "A title\n═══════": [(1, "A title")],
    "-----\nno title": [],
    "one\ntwo\n---": [],
    "Name  Age\n---------\nAda   36": [],
    "*\n---": [],
    "CHAPTER ONE\n\nb": [],
    "> a\n> ===": [],
}


@pytest.mark.parametrize("source", HEADINGS)
def test_headings_are_underlined(source: str) -> None:
    found: list[tuple[int, str]] = []
    stack = list(read(source).sections)
    while stack:
        section = stack.pop(0)
        found.append((section.level, plain_text(section.heading)))
        stack = [*section.sections, *stack]
    assert found == HEADINGS[source]


def test_headings_open_sections_and_have_ids() -> None:
    assert read("a\n\nB c\n===\nd\n\nB c\n---\n\ne") == Document(
        (paragraph("a"),),
        (Section(1, ("B c",), "b-c", (paragraph("d"),), (Section(2, ("B c",), "b-c-1", (paragraph("e"),)),)),),
    )


RULES = ("---", "* * *", "______", "=====", "───", "~~~", "  ---  ", "-----\n-----", "\f", "\f\n\f\n")


@pytest.mark.parametrize("rule", RULES)
def test_rules_are_lines_across_the_page(rule: str) -> None:
    found = read(f"a\n\n{rule}\n\nb").blocks
    assert found[0] == paragraph("a")
    assert found[-1] == paragraph("b")
    assert set(found[1:-1]) == {ThematicBreak()}


# Lists

LISTS: dict[str, tuple[Block, ...]] = {
    "- a\n- b": (items("a", "b"),),
    "* a\n* b\n\n+ c\n+ d": (items("a", "b"), items("c", "d")),
    "• a\n• b": (items("a", "b"),),
    "1. a\n2. b\n3. c": (items("a", "b", "c", start=1),),
    "(3) a\n(4) b": (items("a", "b", start=3),),
    " 9) a\n10) b": (items("a", "b", start=9),),
    "- a\n\n- b": (items("a", "b", tight=False),),
    "Buy:\n- a\n- b": (paragraph("Buy:"), items("a", "b")),
    "- a\n  goes on\n- b": (items("a\ngoes on", "b"),),
    "- a\n\n  more\n\n- b\n\nc": (
        List((ListItem((paragraph("a"), paragraph("more"))), ListItem((paragraph("b"),))), tight=False),
        paragraph("c"),
    ),
    "- a\n  - b\n  - c\n- d": (List((ListItem((paragraph("a"), items("b", "c"))), ListItem((paragraph("d"),)))),),
    "- a\n  1. b\n- c": (List((ListItem((paragraph("a"), items("b", start=1))), ListItem((paragraph("c"),)))),),
    "- [ ] a\n- [x] b\n[X] c": (
        List(tuple(ListItem((paragraph(word),), done) for word, done in (("a", False), ("b", True), ("c", True)))),
    ),
    "- a\n\n      code\n\n- b": (
        List((ListItem((paragraph("a"), CodeBlock("code\n"))), ListItem((paragraph("b"),))), tight=False),
    ),
    "1. a\n2.\n3. c": (List((ListItem((paragraph("a"),)), ListItem(()), ListItem((paragraph("c"),))), 1),),
    # What is none:
    "- a": (paragraph("- a"),),
    "-a\n-b": (paragraph("-a", BREAK, "-b"),),
    "- a\n  - b": (List((ListItem((paragraph("a"), items("b"))),)),),
    "1. a\n\nb\n\n2. c": (paragraph("1. a"), paragraph("b"), paragraph("2. c")),
    "1. a\n3. b": (paragraph("1. a", BREAK, "3. b"),),
    "- a\n- b\nc": (paragraph("- a", BREAK, "- b", BREAK, "c"),),
    "- a\n- b\n\n- c\nd": (items("a", "b"), paragraph("- c", BREAK, "d")),
    "1990. a year\n1991. another": (items("a year", "another", start=1990),),
}


@pytest.mark.parametrize("source", LISTS)
def test_lists(source: str) -> None:
    assert read(source).blocks == LISTS[source]


def test_an_item_goes_on_below_its_mark_where_its_line_was_full() -> None:
    assert read(f"{WRAPPED}\n\n- {WRAPPED}\n- b").blocks == (paragraph(WRAPPED), items(WRAPPED, "b"))


# Quotes, and what keeps its columns

OTHERS: dict[str, tuple[Block, ...]] = {
    "> a\n> b": (BlockQuote((paragraph("a", BREAK, "b"),)),),
    ">a\n>> b\n>\n>c": (BlockQuote((paragraph("a", BREAK, "> b"), paragraph("c"))),),
    "> > a": (BlockQuote((BlockQuote((paragraph("a"),)),)),),
    "> a\nb": (paragraph("> a", BREAK, "b"),),
    ">>> a\n1": (CodeBlock(">>> a\n1\n"),),
    "    make\n\n        install\n\na": (CodeBlock("make\n\n    install\n"), paragraph("a")),
    "\tmake": (CodeBlock("make\n"),),
    "def a():\n    return 1": (CodeBlock("def a():\n    return 1\n"),),
    "a   b   c": (CodeBlock("a   b   c\n"),),
    "Name  Age\nAda   36": (CodeBlock("Name  Age\nAda   36\n"),),
    "a\tb\nc\td": (CodeBlock("a\tb\nc\td\n"),),
    "One ..... 1\nTwo ..... 2": (CodeBlock("One ..... 1\nTwo ..... 2\n"),),
    "+---+\n| a |\n+---+": (CodeBlock("+---+\n| a |\n+---+\n"),),
    "A sentence.  Another one.  And (a third.)  Who types so?": (
        paragraph("A sentence.  Another one.  And (a third.)  Who types so?"),
    ),
    "a  b": (paragraph("a  b"),),
}


@pytest.mark.parametrize("source", OTHERS)
def test_quotes_and_columns(source: str) -> None:
    assert read(source).blocks == OTHERS[source]


def test_stretched_spaces_are_no_columns() -> None:
    justified = (
        "The  keeper of the  lamp went up at  six, for the\n"
        "sun had gone  an  hour before, and came down just\n"
        "at  seven, as  he did  on all  the days  of  May,\n"
        "and on no other."
    )
    assert isinstance(read(justified).blocks[0], Paragraph)


# Outlines

OUTLINE = List(
    (
        ListItem((paragraph("a"), List((ListItem((paragraph("b"), items("c"))), ListItem((paragraph("d"),)))))),
        ListItem((paragraph("e"),)),
    )
)


@pytest.mark.parametrize("source", ["a\n\tb\n\t\tc\n\td\ne", "\na\n\n\tb\n\t\tc\r\n\td\ne\n"])
def test_lines_below_each_other_by_tabs_are_lists_in_lists(source: str) -> None:
    assert read(source).blocks == (OUTLINE,)


NO_OUTLINES = ("a\nb", "a\n\t\tb", "\ta\n\tb", "if a:\n\tb", "a {\n\tb;\n}", "a\n\tb\tc")


@pytest.mark.parametrize("source", NO_OUTLINES)
def test_what_is_no_outline_is_none(source: str) -> None:
    assert not any(isinstance(block, List) for block in read(source).blocks)


def test_an_outline_that_is_too_deep_is_flattened_and_reported_once() -> None:
    report = Report()
    document = read("".join("\t" * depth + "a\n" for depth in range(400)), report)
    assert sum(isinstance(block, Paragraph) for block in blocks(document)) == 400
    assert sum(isinstance(block, List) for block in blocks(document)) == MAX_DEPTH
    assert [(item.code, item.severity, item.count) for item in report.items] == [("nesting", "degraded", 300)]


# Encodings

ENCODINGS: dict[bytes, tuple[str, list[tuple[str, str]]]] = {
    "é".encode(): ("é", []),
    "é".encode("utf-8-sig"): ("é", []),
    "é".encode("utf-16"): ("é", []),
    "Größe – „weiß“".encode("cp1252"): ("Größe – „weiß“", [("encoding", "note")]),
    "é".encode("latin-1"): ("é", [("encoding", "note")]),
    "日本é".encode()[:-1]: ("日本�", [("encoding", "lost")]),
}


@pytest.mark.parametrize("data", ENCODINGS)
def test_encodings(data: bytes) -> None:
    report = Report()
    words, said = ENCODINGS[data]
    assert read(data, report).blocks == (paragraph(words),)
    assert [(item.code, item.severity) for item in report.items] == said


@pytest.mark.parametrize(
    "data", ["Привет, это длинный текст без латиницы".encode("cp1251"), "日本語の文章、長い文章".encode("shift-jis")]
)
def test_an_encoding_that_does_not_tell_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableSource, match=r"its bytes do not tell in what\. Save it as UTF-8"):
        read(data)


@pytest.mark.parametrize("data", [b"", b" \n", b"a\0b", b"%PDF-1.7"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        read(data)


# Much

TOO_LARGE = {"a" * (text.MAX_SIZE + 1): "more than 8 MB", "a\n" * (text.MAX_LINES + 1): "more than 400,000 lines"}


@pytest.mark.parametrize("source", TOO_LARGE, ids=TOO_LARGE.values())
def test_what_would_take_too_much_is_refused(source: str) -> None:
    with pytest.raises(SourceTooLarge, match=TOO_LARGE[source]):
        read(source)


BEARABLE = {
    "lines": "a\n" * 100_000,
    "a line": "a " * 1_000_000,
    "spaces": "a" + " " * 1_000_000 + "b",
    "dots": "." * 500_000 + "\n" + ". " * 200_000,
    "signs": "=" * 500_000 + "\n\n" + "- " * 300_000 + "a",
    "items that are none": "- a\n\n" * 50_000 + "- a\nb",
    "items of increasing indentation": "".join(" " * (i % 70) + "- a\n\n" for i in range(30_000)),
    "lists in lists": "".join(" " * i + "- a\n" for i in range(2_000)),
    "a deep item over many lines": "".join(" " * i + "- a\n" for i in range(60)) + (" " * 61 + "a\n\n") * 50_000,
    "quotes in quotes": (">" * 1_000 + "a\n") * 500,
    "headings": "a\n---\n" * 50_000,
    "rules": "a\nb\n---\n" * 50_000,
    "code": "    a\n\n" * 50_000,
    "marks in a paragraph": "a\n- b\n" * 50_000,
    "escapes never closed": "\x1b]" * 200_000 + "\x1b[" * 200_000 + "\na",
    "backspaces": "a\b" * 300_000 + "a",
    "addresses": "www.a.example " * 50_000 + "@a" * 50_000,
    "numbers": "".join(f"{i}. a\n" for i in range(50_000)),
}


@pytest.mark.parametrize("what", BEARABLE)
def test_much_of_anything_is_read_in_time_that_is_proportional(what: str) -> None:
    assert read(BEARABLE[what]) != Document()


def test_lists_and_quotes_in_each_other_have_a_bound() -> None:
    document = read("".join("  " * i + "- a\n" for i in range(200)) + "\n" + "> " * 200 + "a")
    assert sum(isinstance(block, List) for block in blocks(document)) == plain_blocks.MAX_DEPTH
    assert sum(isinstance(block, BlockQuote) for block in blocks(document)) == plain_blocks.MAX_DEPTH


# Anything

_LINES = st.lists(
    st.sampled_from(
        ("", "", "a", "- a", "  - b", "1. a", "2. b", "> a", "---", "===", "    a", "\ta", "a  b  c", WRAPPED)
    )
    | st.text(st.characters(exclude_characters="\x1b\x9b\b"), max_size=30),  # what moves eats letters
    max_size=12,
)


def words_of(document: Document) -> str:
    found = [block.text for block in blocks(document) if isinstance(block, CodeBlock)]
    found += [node for node in inlines(document) if isinstance(node, str)]
    return "".join("".join(found).split())


@settings(max_examples=300)
@given(_LINES)
def test_no_word_of_any_text_is_lost(lines: list[str]) -> None:
    source = "\n".join(lines)
    try:
        document = read(source.encode(errors="replace"))
    except UnreadableSource:
        assert not source.strip() or "\0" in source
        return
    letters = [each for each in source if each.isalpha()]
    assert sorted(letters) == sorted(each for each in words_of(document) if each.isalpha())


@settings(max_examples=100)
@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_are_a_document_or_refused(data: bytes) -> None:
    try:
        read(data)
    except (UnreadableSource, SourceTooLarge) as error:
        assert str(error).startswith("The source")


# Whole texts


def test_a_readme() -> None:
    document = read((SAMPLES / "readme.txt").read_bytes())
    [lantern] = document.sections
    assert [plain_text(section.heading) for section in lantern.sections] == [
        "Installation",
        "Options",
        "Known problems",
    ]
    installation, options, problems = lantern.sections
    assert [type(block) for block in installation.blocks] == [Paragraph, List, Paragraph, CodeBlock]
    assert [type(block) for block in options.blocks] == [CodeBlock]
    assert [type(block) for block in problems.blocks] == [List, Paragraph, BlockQuote, ThematicBreak, Paragraph]


def test_a_letter() -> None:
    *head, body, greeting = read((SAMPLES / "letter.txt").read_bytes()).blocks
    assert head == [
        paragraph("Ada Example", BREAK, "12 Harbour Lane", BREAK, "Seaville"),
        paragraph("3 March 2024"),
        paragraph("Dear Warden,"),
    ]
    assert isinstance(body, Paragraph)
    assert not any(isinstance(node, LineBreak) for node in body.content)
    assert greeting == paragraph("Yours,", BREAK, "Ada")
