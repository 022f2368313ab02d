"""Markdown that reads back to the same document, in as plain a spelling as there is."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from samples import EVERYTHING, SOURCES, paragraph, png

from exporters.document import (
    Admonition,
    BlockQuote,
    Blocks,
    Cell,
    Code,
    CodeBlock,
    Document,
    Emphasis,
    Footnote,
    FootnoteReference,
    Heading,
    Image,
    Inlines,
    LineBreak,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Section,
    Strikethrough,
    Strong,
    Table,
    ThematicBreak,
)
from exporters.errors import ExportError
from exporters.formats.markdown.export import export
from exporters.options import NoOptions
from exporters.readers import gfm
from exporters.report import Report
from exporters.source import Source


def read(text: str | bytes) -> Document:
    return gfm.read(Source(text.encode() if isinstance(text, str) else text, "a.md"), Report())


def write(document: Document, report: Report | None = None) -> str:
    return export(document, NoOptions(), report or Report()).decode()


def normal(text: str) -> str:
    """What a text is written as; it must read back the same."""
    document = read(text)
    written = write(document)
    assert read(written) == document
    return written


# The spelling


@pytest.mark.parametrize(
    "text",
    [
        "Prose (like this) – with 50 % of it, #1, a_b_c, 2 * 3, C:\\path, x < y & z, AT&T, [sic], a|b, ~5, 3.5; 1) -.",
        "It costs $5, or $6 with it. That is ~10.",
        "*a* **b** ***c*** ~~d~~ `e` $f$ <kbd>g</kbd>",
        "**a _b_ c** and *a __b__ c*",
        "a\nb\\\nc",
        '[a](b) [c](d "e") [f](<g h>) ![i](j_k(l).png)',
        "<https://a.b/c_d?e=f&g=h> <me@a.b>",
        "# A\n\n## B *c*\n\nd",
        "A\nB\n===",
        "- a\n- b\n  - c\n    1. d\n    2. e\n\nf",
        "- a\n\n  b\n\n- c",
        "9. a\n\n10. b\n\n    c",
        "- [x] a\n- [ ] b\n  - c",
        "- a\n\n* b\n\n- c",
        "1. a\n\n1) b",
        "> a\n>\n> > b",
        "> [!NOTE]\n> a",
        "```py\na\n```",
        "````\n```\n````",
        "~~~a`b\nc\n~~~",
        "a\n\n---\n\nb",
        "$$\na\n$$",
        "<div>\n<p>a\n</div>\n\nb",
        "a[^n]\n\n[^n]: b\n\n    c",
        "---\ntitle: A\ndate: 2024-02-29\nlang: 'no'\nn: 1\nv: '1.10'\ntext: |-\n  a\n  b\nlist:\n- a\n---\n\nb",
        "| A   | B    |  C  |   D |\n| --- | :--- | :-: | --: |\n| \\|  | `\\|` |  c  |   d |",
    ],
)
def test_what_is_written_like_this_stays_as_it_is(text: str) -> None:
    assert normal(text) == text + "\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("A\n=", "# A"),
        ("## A ##", "## A"),
        ("* a\n* b", "- a\n- b"),
        ("+ a", "- a"),
        ("1. a\n1. b", "1. a\n2. b"),
        ("__a__ _b_ ~c~", "**a** *b* ~~c~~"),
        ("    a", "```\na\n```"),
        ("***", "___"),  # at the very top, hyphens would begin front matter
        ("a\n***", "a\n\n---"),
        ("- ***", "- ___"),
        ("https://a.b www.c.d me@e.f", "<https://a.b> [www.c.d](http://www.c.d) <me@e.f>"),
        ("[a][b]\n\n[b]: c", "[a](c)"),
        ("a  \nb", "a\\\nb"),
        ("|a|\n|-|", "| a   |\n| --- |"),
        ("a &amp; b &copy;", "a & b ©"),
        ("$`a`$", "$a$"),
        ("$`a`$1 $5-$10", "$`a`$1 \\$5-\\$10"),
        ("b[^2] a[^1]\n\n[^1]: x\n[^2]: y", "b[^2] a[^1]\n\n[^2]: y\n\n[^1]: x"),
    ],
)
def test_of_several_spellings_there_is_one(text: str, written: str) -> None:
    assert normal(text) == written + "\n"


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("# a", "\\# a"),
        ("#a", "#a"),
        ("a # b", "a # b"),
        ("- a", "\\- a"),
        ("-a", "-a"),
        ("1. a", "1\\. a"),
        ("1.a", "1.a"),
        ("a\n1) b", "a\n1\\) b"),
        ("> a", "\\> a"),
        ("a\n===", "a\n\\==="),
        ("a\n---", "a\n\\---"),
        ("a | b\n- | -", "a | b\n\\- | -"),
        ("~~~", "\\~\\~\\~"),
        ("*a*", "\\*a\\*"),
        ("a * b", "a * b"),
        ("_a_", "\\_a\\_"),
        ("a__b", "a__b"),
        ("`a`", "\\`a\\`"),
        ("[a](b)", "[a\\](b)"),
        ("[a]: b", "[a\\]: b"),
        ("[^a]", "\\[^a]"),
        ("[image-1]", "\\[image-1]"),
        ("![a](b)", "![a\\](b)"),
        ("<b>", "\\<b>"),
        ("a < b", "a < b"),
        ("&amp;", "\\&amp;"),
        ("$a$", "\\$a\\$"),
        ("a~b~c", "a\\~b\\~c"),
        ("https://a.b", "https\\://a.b"),
        ("www.a.b", "www\\.a.b"),
        ("me@a.b", "me\\@a.b"),
        ("http://me@a.b/?c@d.e", "http\\://me\\@a.b/?c\\@d.e"),
        (" a ", "&#32;a&#32;"),
        ("a\n\nb", "a\n&#10;b"),
        ("a \n b", "a&#32;\n&#32;b"),
        ("a\tb\rc\x0bd", "a\tb&#13;c&#11;d"),
        ("\\", "\\\\"),
        ("\\*", "\\\\\\*"),
    ],
)
def test_text_stays_text_with_as_few_backslashes_as_it_takes(words: str, written: str) -> None:
    assert write(paragraph(words)) == written + "\n"
    assert read(written).blocks == paragraph(words).blocks


@pytest.mark.parametrize(
    ("blocks", "written"),
    [
        ((List((ListItem((Paragraph(("[ ] a",)),)),)),), "- \\[ ] a"),
        ((List((ListItem((Paragraph(("[ ] a",)),), True),)),), "- [x] [ ] a"),
        ((List((ListItem((Paragraph(("- a",)),), True),)),), "- [x] - a"),
        ((BlockQuote((Paragraph(("[!NOTE]\na",)),)),), "> \\[!NOTE]\n> a"),
        ((List((ListItem((List((ListItem((List((ListItem(()),)),)),)),)),)),), "* - -"),  # "- - -" would be a line
    ],
)
def test_text_stays_text_where_only_its_place_makes_markup_of_it(blocks: Blocks, written: str) -> None:
    assert write(Document(blocks)) == written + "\n"
    assert read(written).blocks == blocks


def test_headings_keep_what_looks_like_their_end() -> None:
    assert normal("# a \\#\n\n## \\#\n\n### a#") == "# a \\#\n\n## \\#\n\n### a#\n"


EMPHASIS: dict[str, Inlines] = {
    "*a*_b_*c*": (Emphasis(("a",)), Emphasis(("b",)), Emphasis(("c",))),
    "**_a_**": (Strong((Emphasis(("a",)),)),),
    "*_a_*": (Emphasis((Emphasis(("a",)),)),),
    "a*b*c": ("a", Emphasis(("b",)), "c"),
    '&#97;*"b"*&#99;': ("a", Emphasis(('"b"',)), "c"),
    "*&#32;a&#32;*": (Emphasis((" a ",)),),
    "**a**__b__": (Strong(("a",)), Strong(("b",))),
    "a*b&#98;_c_&#100;d*e": ("a", Emphasis(("bb", Emphasis(("c",)), "dd")), "e"),
    "~~a ~b~ c~~": (Strikethrough(("a ", Strikethrough(("b",)), " c")),),
}


@pytest.mark.parametrize("written", EMPHASIS)
def test_emphasis_beside_and_in_emphasis(written: str) -> None:
    assert write(paragraph(*EMPHASIS[written])) == written + "\n"
    assert read(written).blocks == paragraph(*EMPHASIS[written]).blocks


# Images


def test_images_from_within_the_text_become_definitions_at_its_end() -> None:
    url = f"data:image/png;base64,{base64.b64encode(png(2, 2)).decode()}"
    written = normal(f'![a]({url}) ![b]({url} "c") ![d]({url})\n\ne[^f]\n\n[^f]: ![g]({url})')
    assert written == (
        f"![a][image-1] ![b][image-2] ![d][image-1]\n\ne[^f]\n\n[^f]: ![g][image-1]\n\n"
        f'[image-1]: {url}\n[image-2]: {url} "c"\n'
    )


def test_other_images_keep_their_address() -> None:
    assert normal('![a](b/c.png) ![d](https://e.f/g.png "h")') == '![a](b/c.png) ![d](https://e.f/g.png "h")\n'


def test_html_that_is_never_closed_comes_after_the_footnotes() -> None:
    assert normal("a[^b]\n\n[^b]: c\n\n<!-- d") == "a[^b]\n\n[^b]: c\n\n<!-- d\n"


# What Markdown has no words for

DEGRADED: list[tuple[Blocks, str, str]] = [
    ((Table((None,), (Cell(("a", LineBreak(), "b")),), ()),), "| a<br>b |\n| ------ |", "style"),
    ((Paragraph((Math("a$b"),)),), "`a$b`", "math"),
    ((Paragraph((Math("a}b"),)),), "`a}b`", "math"),
    ((Paragraph((Link(("a", Link(("b",), "c")), "d"),)),), "[ab](d)", "link"),
    ((Paragraph((Strikethrough(("a",)), Strikethrough(("b",)))),), "~~a~~b", "style"),
    ((Paragraph((RawInline("a<b"),)),), "a\\<b", "raw-html"),
    ((Paragraph((Emphasis(("a", LineBreak())),)),), "a", "style"),
    ((List((ListItem((Paragraph(("a",)), Paragraph(("b",)))),)),), "- a\n\n  b", "style"),
]


@pytest.mark.parametrize(("blocks", "written", "code"), DEGRADED)
def test_what_markdown_cannot_say_is_written_near_it_and_reported(blocks: Blocks, written: str, code: str) -> None:
    report = Report()
    assert write(Document(blocks), report) == written + "\n"
    assert [(item.code, item.severity) for item in report.items] == [(code, "degraded")]


def test_a_mention_in_a_link_comes_after_it() -> None:
    document = Document((Paragraph((Link(("a", FootnoteReference("n")), "b"),)),), footnotes=(Footnote("n", ()),))
    assert write(document) == "[a](b)[^n]\n\n[^n]:\n"


def test_a_mention_before_a_link_stays_one() -> None:
    report = Report()
    document = Document((Paragraph((FootnoteReference("n"), Link(("a",), "b"))),), footnotes=(Footnote("n", ()),))
    written = write(document, report)
    assert read(written).blocks[0].content[0] == FootnoteReference("n")  # type: ignore[union-attr]
    assert [item.code for item in report.items] == ["footnote"]


def test_levels_beyond_the_sixth_are_written_as_the_sixth() -> None:
    report = Report()
    assert write(Document(sections=(Section(7, ("a",), "a"),)), report) == "###### a\n"
    assert [item.code for item in report.items] == ["style"]


def test_links_within_the_document_follow_ids_of_another_making() -> None:
    document = Document((Paragraph((Link(("a",), "#own"),)),), (Section(1, ("The Words",), "own"),))
    assert write(document) == "[a](#the-words)\n\n# The Words\n"


def test_labels_that_markdown_cannot_have_are_replaced() -> None:
    footnotes = (Footnote("a]", (Paragraph(("b",)),)), Footnote("c", ()), Footnote("C", ()))
    text = write(Document((Paragraph((FootnoteReference("a]"), FootnoteReference("C"))),), footnotes=footnotes))
    document = read(text)
    assert len({note.label for note in document.footnotes}) == 3
    assert document.footnotes[0].blocks == (Paragraph(("b",)),)


def test_html_that_would_be_a_block_stays_in_its_paragraph() -> None:
    for content in ((RawInline("<b>"),), (RawInline("<!-- a -->"), " *b*"), (RawInline("<div>"), "\n- a")):
        document = paragraph(*content)
        assert read(write(document)).blocks == document.blocks


def test_an_empty_document_is_an_empty_file() -> None:
    assert write(Document()) == ""
    assert write(Document((Paragraph(()),))) == ""


# Whatever is read comes back

FRAGMENTS = """
a b 1 é 日 “ . : - + = # ! | ' " { } ( ) [ ] < > & \\ ~ ` $ * _ ** __ ~~ *** `` $$ *a* **b** ~c~ `d` $e$ [a](b) ![a](b)
[a][b] [^1] [^n] <b> </b> <http://a.b> https://a.b/c www.a.b x@y.z &amp; &#32; &#10; &nbsp; \\* \\_ \\[ https\\://a.b
"""
SPACES = [" ", "  ", "\t", "\n", "\n\n", "\\\n", "  \n", "<!-- x -->", "\u00a0"]
BLOCK_FRAGMENTS = [
    "\n", "\n\n", "- ", "* ", "+ ", "1. ", "3) ", "> ", "# ", "## ", "    ", "  ", "\n---\n", "***\n", "\n===\n",
    "```\n", "```py\n", "~~~\n", "| a | b |\n|---|:-:|\n", "| ", "|---|\n", "<div>\n", "</div>\n", "<!--\n", "-->\n",
    "<script>\n", "[^1]: ", "[^n]: ", "[b]: /u\n", "- [ ] ", "- [x] ", "> [!NOTE]\n> ", "$$\n", "---\n", "a: 1\n",
    "\n- ", "\n> ", "\n  ", "\n    ", "\n\n    ", "\n1. ",
]  # fmt: skip
PIECES = [*FRAGMENTS.split(), *SPACES, *BLOCK_FRAGMENTS]
MARKDOWNISH = st.lists(st.sampled_from(PIECES) | st.sampled_from(BLOCK_FRAGMENTS), max_size=24).map("".join)
ANYTHING = st.text(st.characters(codec="utf-8"), max_size=60) | st.text(
    "*_~`[]()<>!&$|\\#-+=:.\n\t 1a\"'{}^@/w", max_size=60
)


def comes_back(text: str) -> None:
    """Reading, writing and reading gives the same, unless the report says what is not."""
    try:
        document = read(text)
    except ExportError:
        return
    assume(document != Document())  # an empty file is no source
    report = Report()
    written = write(document, report)
    assert report.items or read(written) == document
    assert write(read(written)) == written or report.items


# In this order: a closing delimiter before a letter that is alone, a mention before a bracket, an entity for a space
# after a backslash, a line of hyphens in a formula, a task without words, two lists of nothing but bullets.
@settings(max_examples=600, derandomize=True, deadline=None)
@given(MARKDOWNISH)
@example("b**a*p***")
@example("[^1][[!]\n[^1]:")
@example("\\\t&#10;")
@example("- )$$|\n--\n_$$")
@example("- [\n  - [ ] ")
@example("- * -")
@example("[b]:c\n<b>")
@example("$\\\n\u00a0$")
@example("*>**__`__***")
@example(">- >]<!--\n-->")
def test_markdown_comes_back(text: str) -> None:
    comes_back(text)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(ANYTHING)
@example("ã*\x7f*")
@example("<-@a\\>")
@example('[](; "\\\n")')
def test_any_text_comes_back(text: str) -> None:
    comes_back(text)


@pytest.mark.parametrize("name", SOURCES)
def test_the_samples_come_back_with_nothing_to_report(name: str) -> None:
    document = read(SOURCES[name].read_bytes())
    report = Report()
    assert read(write(document, report)) == document
    assert report.items == ()


# Whatever a tree holds can be written

WORDS = st.text("ab *_`[]<&$~\\|#-1.\n!:@", min_size=1, max_size=8)
LEAVES = (
    WORDS
    | WORDS.map(Code)
    | st.builds(Math, st.sampled_from(["a", "a_{b}", "\\alpha", "a\nb"]), st.booleans())
    | st.builds(Image, st.sampled_from(["a.png", "b c.png"]), WORDS, st.sampled_from(["", "a"]))
    | st.just(LineBreak())
    | st.sampled_from([RawInline("<b>"), RawInline("</b>"), RawInline("<!-- a\nb -->")])
    | st.just(FootnoteReference("n"))
)
LINES = st.recursive(
    st.lists(LEAVES, min_size=1, max_size=3).map(tuple),
    lambda inner: st.lists(
        LEAVES
        | inner.map(Emphasis)
        | inner.map(Strong)
        | inner.map(Strikethrough)
        | st.builds(Link, inner, st.sampled_from(["a", "#b", "c d"]), st.sampled_from(["", '"'])),
        min_size=1,
        max_size=3,
    ).map(tuple),
    max_leaves=6,
)
BLOCKS = st.recursive(
    st.lists(
        st.builds(Paragraph, LINES)
        | st.builds(Heading, st.integers(1, 6), LINES)
        | st.builds(
            CodeBlock, st.sampled_from(["", "a\n", "```\n", "  a\n\n"]), st.just(""), st.sampled_from(["", "py x"])
        )
        | st.builds(lambda a, b: Table((None,), (Cell(a),), ((Cell(b),),)), LINES, LINES)
        | st.sampled_from([ThematicBreak(), RawBlock("<div>\na\n</div>"), RawBlock("<!-- a\n\nb -->")]),
        max_size=3,
    ).map(tuple),
    lambda inner: st.lists(
        inner.map(BlockQuote)
        | st.builds(Admonition, st.sampled_from(["note", "tip"]), inner)
        | st.builds(
            List,
            st.lists(st.builds(ListItem, inner, st.sampled_from([None, True, False])), min_size=1, max_size=3).map(
                tuple
            ),
            st.sampled_from([None, 1, 7]),
            st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
    max_leaves=5,
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(BLOCKS, LINES)
def test_any_tree_can_be_written_and_then_stays_the_same(blocks: Blocks, heading: Inlines) -> None:
    notes = (Footnote("n", (Paragraph(("a",)),)),)
    document = Document(blocks, (Section(2, heading, "s"),), notes)
    once = read(write(document))
    assert read(write(once)) == once


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text("ab *_`[]()<>&$~\\|#-+=1.\n!:@/w\t\"'", min_size=1, max_size=30))
def test_the_words_of_a_paragraph_are_never_markup(words: str) -> None:
    assume(words.strip("\n"))
    assert read(write(paragraph(words))).blocks == paragraph(words).blocks
    assert read(write(paragraph(Code("x"), words, Code("y")))).blocks == paragraph(Code("x"), words, Code("y")).blocks
    [table] = read(write(Document((Table((None,), (Cell((words,)),), ()),)))).blocks
    assert table == Table((None,), (Cell((words,)),), ())


def test_every_kind_of_node_is_written() -> None:
    report = Report()
    written = write(EVERYTHING, report)
    assert read(written).sections
    assert re.search(r"\S", written)


def test_deep_nesting_does_not_exhaust_the_stack() -> None:
    text = "".join("  " * depth + "- a\n" for depth in range(100))
    assert normal(text) == text
    assert normal("> " * 100 + "a") == "> " * 100 + "a\n"
