"""Text: lines that fit, and nothing that only a screen with colours could say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import GFM_SOURCES, paragraph

from exporters import Source, options, readers
from exporters.document import (
    Abbreviation,
    Admonition,
    BlockQuote,
    Cell,
    Code,
    Definition,
    DefinitionList,
    Details,
    Document,
    Figure,
    Highlight,
    Image,
    Keyboard,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    Resource,
    Strong,
    Subscript,
    Superscript,
    Tab,
    Table,
    Tabs,
    Underline,
)
from exporters.errors import BadOption
from exporters.formats.text import Options
from exporters.formats.text.export import export
from exporters.report import Report
from exporters.toolbox.columns import columns


def text(document: Document | str, report: Report | None = None, **chosen: object) -> str:
    """The text of a document, or of Markdown."""
    whole = readers.read(Source(document.encode(), "a.md"), Report()) if isinstance(document, str) else document
    return export(whole, options.parse(Options, chosen, "text")[0], report or Report()).decode()


def test_headings_are_underlined_as_far_as_they_go() -> None:
    assert text("# Größe\n\n## 日本\n\n### Three\n\n#### Four") == (
        "Größe\n=====\n\n日本\n----\n\nThree\n~~~~~\n\nFour\n"
    )


def test_the_title_stands_above_everything_unless_the_first_heading_says_it() -> None:
    head = "---\ntitle: One\nauthor: Ada\ndate: 2024-02-29\n---\n"
    assert text(head + "Text.") == "One\n═══\n\nAda · 2024-02-29\n\nText.\n"
    assert text(head + "# One\n\nText.") == "Ada · 2024-02-29\n\n\nOne\n===\n\nText.\n"


def test_words_keep_their_dress_as_people_type_it() -> None:
    assert text("*a* **b** ~~c~~ `d` ***e***") == "_a_ *b* ~c~ `d` _*e*_\n"


def test_links_say_where_they_lead_unless_their_words_do() -> None:
    assert text("[here](https://a.b/c d)".replace(" ", "%20")) == "here <https://a.b/c%20d>\n"
    assert text("<https://a.b/> and <a@b.c> and www.a.b") == "https://a.b/ and a@b.c and www.a.b\n"
    assert text("[the *end*](#end) [x]()") == "the _end_ x\n"

    report = Report()
    assert text(paragraph(Link(("x",), "javascript:y")), report) == "x\n"
    assert [item.code for item in report.items] == ["link"]


def test_lists_hang_from_their_marks() -> None:
    assert text("- a\n  - b\n    - c\n      - d\n- [x] e\n- [ ] f") == (
        "• a\n  ◦ b\n    ▪ c\n      ▪ d\n[x] e\n[ ] f\n"
    )
    assert text("9. a\n10. b\n    c") == " 9. a\n10. b c\n"
    assert text("- a\n\n  b\n\n- c") == "• a\n\n  b\n\n• c\n"


def test_quotes_and_call_outs_are_behind_a_margin() -> None:
    assert text("> a\n>\n> > b") == "> a\n>\n> > b\n"
    assert text("> [!WARNING]\n> a\n>\n> b") == "| WARNING\n| a\n|\n| b\n"
    assert text(Document((Admonition("tip", ()),), metadata={"lang": "de"})) == "| TIPP\n"


def test_code_is_indented_and_never_broken() -> None:
    long = "x " * 100
    assert text(f"```\n{long}\n\n\ty\n```") == f"    {long.rstrip()}\n\n    \ty\n"


def test_pictures_are_their_words_and_reported() -> None:
    report = Report()
    assert text(paragraph("a ", Image("x.png", "b"), " ", Image("y.png")), report) == "a [Image: b] [Image]\n"
    assert [(item.code, item.severity) for item in report.items] == [("image", "degraded"), ("image", "lost")]


# Kinds that only some readers make


def test_what_folds_and_what_is_behind_tabs_is_written_out() -> None:
    report = Report()
    document = Document(
        (
            Details(("More",), (Paragraph(("a",)),)),
            Tabs((Tab(("One",), (Paragraph(("b",)),)), Tab(("Two",), (Paragraph(("c",)),)))),
        )
    )
    assert text(document, report) == "▾ More\n  a\n\n▾ One\n  b\n\n▾ Two\n  c\n"
    assert [(item.code, item.severity) for item in report.items] == [("node", "degraded"), ("node", "degraded")]


def test_call_outs_say_their_title() -> None:
    blocks = (Paragraph(("a",)),)
    assert text(Document((Admonition("bug", blocks),))) == "| BUG\n| a\n"
    assert text(Document((Admonition("bug", blocks, ("Its ", Strong(("title",)))),))) == "| ITS TITLE\n| a\n"
    assert text(Document((Admonition("bug", blocks, ()),))) == "| a\n"


def test_definitions_are_indented_below_their_terms() -> None:
    listed = DefinitionList((Definition((("a",), ("b",)), ((Paragraph(("c",)),), (Paragraph(("d",)),))),))
    assert text(Document((listed, listed))) == "a\nb\n    c\n    d\n\na\nb\n    c\n    d\n"


def test_a_figure_has_its_caption_in_parentheses() -> None:
    assert text(Document((Figure((Paragraph(("a",)),), ("b",)),))) == "a\n\n(b)\n"


def test_what_stands_higher_or_lower_does_so_by_itself_where_it_can() -> None:
    assert text(paragraph("x", Superscript(("12",)), " H", Subscript(("2",)), "O")) == "x¹² H₂O\n"
    assert text(paragraph("x", Superscript(("n",)), " y", Subscript(("i+j",)))) == "x^n y_(i+j)\n"


def test_an_abbreviation_is_explained_once() -> None:
    html = Abbreviation("HTML", "Hypertext Markup Language")
    assert text(paragraph(html, " and ", html)) == "HTML (Hypertext Markup Language) and HTML\n"


def test_keys_and_marks_look_like_it() -> None:
    assert text(paragraph(Keyboard("Ctrl"), "+", Keyboard("C"), " ", Highlight(("a",)), " ", Underline(("b",)))) == (
        "[Ctrl]+[C] =a= _b_\n"
    )


def test_a_table_without_a_head_has_no_line_below_its_first_row() -> None:
    rows = ((Cell(("a",)), Cell(("b",))), (Cell(("c",)), Cell(("d",))))
    assert text(Document((Table((None, None), (), rows),))) == "a │ b\nc │ d\n"
    assert text(Document((Table((None, None), (), ()),))) == "\n"


def test_an_attached_file_is_its_name() -> None:
    report = Report()
    files = {"resource:1": Resource("text/csv", b"1,2", name="data/one.csv")}
    document = Document((Paragraph((Link(("the data",), "resource:1"),)),), resources=files)
    assert text(document, report) == "the data <data/one.csv>\n"
    assert [(item.code, item.severity) for item in report.items] == [("attachment", "lost")]


def test_lines_stand_where_their_author_has_put_them() -> None:
    assert text(Document((Paragraph(("a",), "right"),)), width=40) == " " * 39 + "a\n"


def test_formulas_are_their_source_and_reported() -> None:
    report = Report()
    assert text(paragraph("a ", Math("x^2"), " b", Math("y", True), "c"), report) == "a x^2 b\ny\nc\n"
    assert [(item.code, item.count) for item in report.items] == [("math", 2)]


def test_footnotes_stand_at_the_end() -> None:
    assert text("a[^x] b[^y]\n\n[^x]: One.\n[^y]: Two.") == f"a[1] b[2]\n\n{'─' * 24}\n\n[1] One.\n[2] Two.\n"


def test_of_raw_html_the_words_are_kept() -> None:
    report = Report()
    assert text("a<br>b <u class=x>c</u><!-- d -->", report) == "a\nb c\n"
    html = "<table><tr><td>one</td><td>two &amp; three</td></tr></table><style>x</style><!-- y <b> --><script>z"
    assert text(Document((RawBlock(html), RawBlock("<!-- only -->"))), report) == "one two & three\n"
    assert [item.severity for item in report.items] == ["degraded"]


@pytest.mark.parametrize(
    "html", ["<!--" * 100_000, "<script>" * 100_000, "<" * 500_000, "<a b='" * 100_000, "&" * 500_000]
)
def test_hostile_raw_html_costs_little(html: str) -> None:
    assert text(Document((RawBlock(html),))).endswith("\n")


# Tables


def test_tables_are_drawn() -> None:
    table = "| a | b | c |\n|:--|:-:|--:|\n| one | two | three |\n| 日本 | `x` | |"
    assert text(table) == (
        "a    │  b  │     c\n"
        "─────┼─────┼──────\n"
        "one  │ two │ three\n"
        "日本 │ `x` │\n"
    )  # fmt: skip


def test_wide_columns_share_the_width_and_narrow_ones_keep_theirs() -> None:
    table = Table((None, None), _cells("id", "words"), (_cells("1", "word " * 20), _cells("2", "few")))
    assert text(Document((table,)), width=40) == (
        "id │ words\n"
        "───┼────────────────────────────────────\n"
        "1  │ word word word word word word word\n"
        "   │ word word word word word word word\n"
        "   │ word word word word word word\n"
        "───┼────────────────────────────────────\n"
        "2  │ few\n"
    )  # fmt: skip


def test_a_table_of_too_many_columns_is_a_list() -> None:
    report = Report()
    names = tuple(f"column {number}" for number in range(12))
    table = Table((None,) * 12, _cells(*names), (_cells(*"abcdefghijkl"),))
    assert text(Document((table,)), report, width=60).startswith("column 0: a\ncolumn 1: b\n")
    assert [item.code for item in report.items] == ["table"]
    assert "│" in text(Document((table,)), wrap=False)


def _cells(*words: str) -> tuple[Cell, ...]:
    return tuple(Cell((word,)) for word in words)


# Widths


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("name", sorted(GFM_SOURCES))
def test_lines_fit_unless_a_word_does_not(name: str, width: int) -> None:
    for line in text(GFM_SOURCES[name].read_text(), width=width).split("\n"):
        words = line.split()
        alone = [word for word in words if not set(word) <= set("•◦▪>|[]x0123456789. ")]
        assert columns(line) <= width or len(alone) <= 1 or line.startswith("    "), line


def test_without_a_width_a_paragraph_is_one_line() -> None:
    assert text("word " * 100, wrap=False) == "word " * 99 + "word\n"


@pytest.mark.parametrize("width", [0, 39, 201, -1])
def test_a_width_that_nobody_can_read_is_refused(width: int) -> None:
    with pytest.raises(BadOption, match="Valid: "):
        text("x", width=width)


def test_deep_nesting_leaves_some_room() -> None:
    document = paragraph("word " * 10)
    for _ in range(40):
        document = Document((BlockQuote((List((ListItem(document.blocks),)),)),))
    assert max(map(len, text(document).split("\n"))) <= 40 * 4 + 20


def test_wide_characters_count_twice_and_break_between() -> None:
    assert text("水" * 41 + "。") == "水" * 40 + "\n" + "水。\n"
    assert text("水" * 40 + "。") == "水" * 39 + "\n" + "水。\n"
    assert text("日本\n語 and\nmore") == "日本語 and more\n"


def test_controls_do_not_reach_a_terminal() -> None:
    report = Report()
    assert text(paragraph("a\x1b[31m", Code("b\x07"), Strong(("c\x0b",))), report) == "a\ufffd[31m`b\ufffd`*c *\n"
    assert [(item.code, item.severity) for item in report.items] == [("text", "lost")]


@given(st.text(max_size=80), st.sampled_from([40, 80]), st.booleans())
def test_any_words_come_out_in_their_order(words: str, width: int, wrap: bool) -> None:
    printable = "".join(character for character in words if character.isprintable() or character in " \n")
    made = text(Document((Paragraph((printable,)),)), width=width, wrap=wrap)
    assert "".join(made.split()) == "".join(printable.split())
