"""The GFM reader: what becomes of each piece of Markdown."""

from __future__ import annotations

import base64

import pytest
from samples import GFM_SOURCES, kinds_in, png

from exporters import export, readers
from exporters.document import (
    Abbreviation,
    Admonition,
    Block,
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
    FootnoteReference,
    Heading,
    Highlight,
    Image,
    Inlines,
    Keyboard,
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
    Subscript,
    Superscript,
    Table,
    ThematicBreak,
    Underline,
    nodes,
)
from exporters.document.walk import plain_text
from exporters.options import CommonOptions
from exporters.readers import autolinks, emoji
from exporters.readers.slugs import slugify
from exporters.report import Report
from exporters.source import Source, no_companions

PNG = png(3, 2)
PNG_URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"


def read(text: str | bytes, report: Report | None = None, companions: dict[str, bytes] | None = None) -> Document:
    data = text.encode() if isinstance(text, str) else text
    source = Source(data, "a.md", companions.get if companions else no_companions)
    return readers.read(source, report or Report(), CommonOptions(source_kind="gfm"))


def blocks(text: str) -> tuple[Block, ...]:
    return read(text).blocks


def line(text: str) -> Inlines:
    """The content of a text's only paragraph."""
    match blocks(text):
        case (Paragraph(content),):
            return content
    raise AssertionError(f"{text!r} is not one paragraph")


def codes(report: Report) -> list[str]:
    return [item.code for item in report.items]


# Blocks

BLOCKS: dict[str, tuple[Block, ...]] = {
    "a\nb": (Paragraph(("a\nb",)),),
    "***": (ThematicBreak(),),
    "```py x=1  y\na\n\nb\n```": (CodeBlock("a\n\nb\n", "py", "py x=1 y"),),
    "    a\n\n    b": (CodeBlock("a\n\nb\n"),),
    "```\n```": (CodeBlock(""),),
    "> a\n>\n> > b": (BlockQuote((Paragraph(("a",)), BlockQuote((Paragraph(("b",)),)))),),
    "> # a": (BlockQuote((Heading(1, ("a",), "a"),)),),
    "> [!TIP]\n> a": (Admonition("tip", (Paragraph(("a",)),)),),
    "> [!NO]\n> a": (BlockQuote((Paragraph(("[!NO]\na",)),)),),
    "- a\n- b": (List((ListItem((Paragraph(("a",)),)), ListItem((Paragraph(("b",)),)))),),
    "3. a\n\n4. b": (List((ListItem((Paragraph(("a",)),)), ListItem((Paragraph(("b",)),))), 3, tight=False),),
    "- [x] a\n- [ ] b\n- c": (
        List(
            (
                ListItem((Paragraph(("a",)),), True),
                ListItem((Paragraph(("b",)),), False),
                ListItem((Paragraph(("c",)),)),
            )
        ),
    ),
    "- a\n  - b\n  > c": (
        List(
            (
                ListItem(
                    (
                        Paragraph(("a",)),
                        List((ListItem((Paragraph(("b",)),)),)),
                        BlockQuote((Paragraph(("c",)),)),
                    )
                ),
            )
        ),
    ),
    "- ```\n  a\n  ```": (List((ListItem((CodeBlock("a\n"),)),)),),
    "-": (List((ListItem(()),)),),
    "- a\n\n* b": (List((ListItem((Paragraph(("a",)),)),)), List((ListItem((Paragraph(("b",)),)),))),
    "|a|b|\n|:-|-:|\n|c|": (Table(("left", "right"), (Cell(("a",)), Cell(("b",))), ((Cell(("c",)), Cell(())),)),),
    "|a|\n|:-:|\n|b|c|": (Table(("center",), (Cell(("a",)),), ((Cell(("b",)),),)),),
    "|a|\n|-|\n|`\\|`<b title='\\|'>|": (
        Table((None,), (Cell(("a",)),), ((Cell((Code("|"), RawInline("<b title='|'>"))),),)),
    ),
    "<div>\n a\n</div>\n\n<!-- b -->": (RawBlock("<div>\n a\n</div>"), RawBlock("<!-- b -->")),
    "  <p>": (RawBlock("<p>"),),
    "$$\n a\n   b\n$$": (Paragraph((Math("a\nb", display=True),)),),
    "```math\na\n\nb\n```": (Paragraph((Math("a\n\nb", display=True),)),),
    "```mermaid\na\n```": (Diagram("a\n"),),
    "```geojson\n{}\n```": (CodeBlock("{}\n", "geojson", "geojson"),),
}


@pytest.mark.parametrize("text", BLOCKS)
def test_blocks(text: str) -> None:
    assert blocks(text) == BLOCKS[text]


INLINES: dict[str, Inlines] = {
    "*a* **b** ***c*** ~d~ ~~e~~": (
        Emphasis(("a",)), " ", Strong(("b",)), " ", Emphasis((Strong(("c",)),)), " ", Strikethrough(("d",)), " ",
        Strikethrough(("e",)),
    ),
    "a &amp; &copy; \\* &#x41;": ("a & © * A",),
    "a\\\nb  \nc": ("a", LineBreak(), "b", LineBreak(), "c"),
    "`` a`b ``": (Code("a`b"),),
    "[a *b*](c 'd')": (Link(("a ", Emphasis(("b",))), "c", "d"),),
    "[a]\n\n[a]: b": (Link(("a",), "b"),),
    "[]()": (Link((), ""),),
    "<https://a.b> <c@d.e>": (Link(("https://a.b",), "https://a.b"), " ", Link(("c@d.e",), "mailto:c@d.e")),
    "a<b>c": ("a", RawInline("<b>"), "c"),
    "a <!-- b\n   c -->": ("a ", RawInline("<!-- b\nc -->")),
    "$a_1$ $`b`$ $$c$$ $5": (Math("a_1"), " ", Math("b"), " ", Math("c", display=True), " $5"),
    "$5-$10 $5$ 1 $`a`$1": ("$5-$10 ", Math("5"), " 1 ", Math("a"), "1"),
    "![a *b* `c` [d](e) ![f](g)](h)": (Image("h", "a b c d f"),),
    "H<sub>2</sub>O 2<sup>*n*</sup>": ("H", Subscript(("2",)), "O 2", Superscript((Emphasis(("n",)),))),
    "<u>a</u> <mark>b</mark> <del>c</del> <em>d</em> <strong>e</strong>": (
        Underline(("a",)), " ", Highlight(("b",)), " ", Strikethrough(("c",)), " ", Emphasis(("d",)), " ",
        Strong(("e",)),
    ),
    "<b>a</b> <i>b</i> <s>c</s> <strike>d</strike> <ins>e</ins>": (
        Strong(("a",)), " ", Emphasis(("b",)), " ", Strikethrough(("c",)), " ", Strikethrough(("d",)), " ",
        Underline(("e",)),
    ),
    "<kbd>Ctrl</kbd> <code>a &lt; b</code> <KBD>C</KBD >": (
        Keyboard("Ctrl"), " ", Code("a < b"), " ", Keyboard("C"),
    ),
    "<abbr title='A &amp; B'>AB</abbr> <abbr>CD</abbr>": (
        Abbreviation("AB", "A & B"), " ", RawInline("<abbr>"), "CD", RawInline("</abbr>"),
    ),
    "a<br>b<br/>\nc<br />": ("a", LineBreak(), "b", LineBreak(), "c", LineBreak()),
    # as they are: without a partner, with attributes, with more than words in it
    "<sup>a</sub>": (RawInline("<sup>"), "a", RawInline("</sub>")),
    "*<sup>a*</sup>": (Emphasis((RawInline("<sup>"), "a")), RawInline("</sup>")),
    "<sup>a<mark>b</sup>": (Superscript(("a", RawInline("<mark>"), "b")),),
    "<sup id=a>b</sup>": (RawInline("<sup id=a>"), "b", RawInline("</sup>")),
    "<kbd>*a*</kbd>": (RawInline("<kbd>"), Emphasis(("a",)), RawInline("</kbd>")),
    "a<kbd></kbd>": ("a", RawInline("<kbd>"), RawInline("</kbd>")),
}  # fmt: skip


@pytest.mark.parametrize("text", INLINES)
def test_inlines(text: str) -> None:
    assert line(text) == INLINES[text]


def test_a_comment_in_a_quote_loses_the_marks_of_the_quote() -> None:
    assert blocks("> - > a <!-- b\n>   > c -->") == (
        BlockQuote((List((ListItem((BlockQuote((Paragraph(("a ", RawInline("<!-- b\nc -->"))),)),)),)),)),
    )


def test_no_link_stands_in_a_link() -> None:
    report = Report()
    assert read("[a <bc:d>](e)", report).blocks == (Paragraph((Link(("a bc:d",), "e"),)),)
    assert codes(report) == ["link"]


OF_OTHER_SOURCES = {
    nodes.Connector, nodes.Edge, nodes.Figure, nodes.Map, nodes.Tab, nodes.Tabs, nodes.Topic,
}  # fmt: skip


def test_the_samples_have_every_kind_of_node_that_markdown_has() -> None:
    texts = [path for path in GFM_SOURCES.values() if path.suffix == ".md"]
    kinds = {type for path in texts for type in kinds_in(read(path.read_bytes()))}
    every = {each for each in vars(nodes).values() if isinstance(each, type) and each.__module__ == nodes.__name__}
    assert kinds == every - OF_OTHER_SOURCES


# Sections


def test_sections_nest_by_the_level_of_their_headings() -> None:
    document = read("before\n\n# A\n\n### A1\n\ntext\n\n## A2\n\n# B\n===")
    a1 = Section(3, ("A1",), "a1", (Paragraph(("text",)),))
    a2 = Section(2, ("A2",), "a2")
    assert document.blocks == (Paragraph(("before",)),)
    assert document.sections == (
        Section(1, ("A",), "a", sections=(a1, a2)),
        Section(1, ("B",), "b", (Paragraph(("===",)),)),
    )


IDS = {
    "A *b* `c`": "a-b-c",
    "What's new?": "whats-new",
    "🚀 Start": "-start",  # as on GitHub: the space before the first word stays
    "Überschrift – mit „Zeichen“": "überschrift--mit-zeichen",
    "नमस्ते दुनिया": "नमस्ते-दुनिया",
    "snake_case - x": "snake_case---x",
    "![logo](a) Name": "-name",
    "???": "section",
}


@pytest.mark.parametrize("heading", IDS)
def test_ids_follow_githubs_rule(heading: str) -> None:
    assert read(f"# {heading}").sections[0].id == IDS[heading]


def test_ids_are_unique_in_the_document() -> None:
    document = read("# A\n\n# A\n\n# A-1\n\n# A\n\n> # A\n\nx[^n]\n\n[^n]: # A")
    ids = [section.id for section in document.sections]
    assert ids == ["a", "a-1", "a-1-1", "a-2"]
    assert document.sections[-1].blocks[0] == BlockQuote((Heading(1, ("A",), "a-3"),))
    assert document.footnotes[0].blocks == (Heading(1, ("A",), "a-4"),), "in the order of reading, notes last"


def test_a_heading_without_words_gets_an_id() -> None:
    assert slugify(()) == "section"


OWN_IDS = {
    "# A {#b}": ("b", ("A",)),
    "# A {#b_c.d:e-é}": ("b_c.d:e-é", ("A",)),
    "A {#b}\n===": ("b", ("A",)),
    "# A *b* {#c} #": ("c", ("A ", Emphasis(("b",)))),
    "# A {#b .c d=e}": ("b", ("A",)),
    # and what are only braces
    "# A {b}": ("a-b", ("A {b}",)),
    "# A {.b}": ("a-b", ("A {.b}",)),
    "# A{#b}": ("ab", ("A{#b}",)),
    "# A {#b} c": ("a-b-c", ("A {#b} c",)),
    "# A {#b c": ("a-b-c", ("A {#b c",)),
    "# A \\{#b}": ("a-b", ("A {#b}",)),
    "# A `{#b}`": ("a-b", ("A ", Code("{#b}"))),
    "# {#b}": ("b", ("{#b}",)),
    "# {{ a }} {#": ("-a--", ("{{ a }} {#",)),
}


@pytest.mark.parametrize("text", OWN_IDS)
def test_a_heading_may_have_an_id_of_its_own(text: str) -> None:
    [section] = read(text).sections
    assert (section.id, section.heading) == OWN_IDS[text]


def test_of_two_headings_with_an_id_the_first_has_it() -> None:
    report = Report()
    document = read("# A {#x}\n\n# X\n\n# B {#x}\n\n> # C {#y}\n\n[a](#y)", report)
    assert [section.id for section in document.sections] == ["x", "x-1", "b"]
    assert document.sections[-1].blocks[0] == BlockQuote((Heading(1, ("C",), "y"),))
    assert [(item.code, item.severity, item.where) for item in report.items] == [("link", "note", "X")]


# Definitions


def defined(*definitions: tuple[str, ...]) -> DefinitionList:
    """Terms before "|", and what they mean."""
    items = []
    for each in definitions:
        at = each.index("|")
        terms = tuple((term,) for term in each[:at])
        items.append(Definition(terms, tuple((Paragraph((words,)),) for words in each[at + 1 :])))
    return DefinitionList(tuple(items))


DEFINITIONS: dict[str, tuple[Block, ...]] = {
    "a\n: b\n: c": (defined(("a", "|", "b", "c")),),
    "a\nb\n:   c\n\nd\n:   e\n    f": (defined(("a", "b", "|", "c"), ("d", "|", "e\nf")),),
    "a\n\n: b": (defined(("a", "|", "b")),),
    "a\n\nb\n: c\n\nd": (Paragraph(("a",)), defined(("b", "|", "c")), Paragraph(("d",))),
    "*a*\\\nb\n:   c\n\n    - d": (
        DefinitionList(
            (
                Definition(
                    ((Emphasis(("a",)), LineBreak(), "b"),),
                    ((Paragraph(("c",)), List((ListItem((Paragraph(("d",)),)),))),),
                ),
            )
        ),
    ),
    "- [x] a\n  : b": (List((ListItem((defined(("a", "|", "b")),), True),)),),
    "> a\n> : b": (BlockQuote((defined(("a", "|", "b")),)),),
    # and what only looks like some
    "a\n:b": (Paragraph(("a\n:b",)),),
    "a\n:tada:": (Paragraph(("a\n🎉",)),),
    "a\n\n:tada: b": (Paragraph(("a",)), Paragraph(("🎉 b",))),
    "a\n\n:::note\nb\n:::": (Paragraph(("a",)), Paragraph((":::note\nb\n:::",))),
    "a\n:": (Paragraph(("a\n:",)),),
    "a\n:\n: b\n:c": (defined(("a", ":", "|", "b\n:c")),),
    "> a\n>\n> :b": (BlockQuote((Paragraph(("a",)), Paragraph((":b",)))),),
    "<a\n:b='c'>": (Paragraph((RawInline("<a\n:b='c'>"),)),),
    "```\na\n:b\n```\nc\n:d": (CodeBlock("a\n:b\n"), Paragraph(("c\n:d",))),
}


@pytest.mark.parametrize("text", DEFINITIONS)
def test_definitions(text: str) -> None:
    assert blocks(text) == DEFINITIONS[text]


# Details

SAID = Paragraph(("b",))
FOLDED: dict[str, tuple[Block, ...]] = {
    "<details>\n<summary>a</summary>\n\nb\n\n</details>": (Details(("a",), (SAID,)),),
    "<details open>\n\n<summary>a</summary>\n\nb\n\n</details>\n\nb": (Details(("a",), (SAID,), open=True), SAID),
    '<details open=""><summary>\n  a\n</summary>\n\n</details>': (Details(("a",), (), open=True),),
    "<details><summary>a</summary>\n<p>\n\nb\n\n</p>\n</details>": (
        Details(("a",), (RawBlock("<p>"), SAID, RawBlock("</p>"))),
    ),
    "<details><summary>a</summary>\n\nb\n\n</details><details><summary>c</summary>\n\nb\n\n</details>": (
        Details(("a",), (SAID,)),
        Details(("c",), (SAID,)),
    ),
    "<details>\n<summary>a</summary>\n\n<details>\n<summary>c</summary>\n\nb\n\n</details>\n\n</details>": (
        Details(("a",), (Details(("c",), (SAID,)),)),
    ),
    "<div>\n<details>\n<summary>a</summary>\n\nb\n\n</details>\n</div>": (
        RawBlock("<div>"),
        Details(("a",), (SAID,)),
        RawBlock("</div>"),
    ),
    "- b\n\n  <details>\n  <summary>a</summary>\n\n  b\n\n  </details>": (
        List((ListItem((SAID, Details(("a",), (SAID,)))),), tight=False),
    ),
    "<details>\n<summary>a</summary>\n\n# c\n\nb\n\n</details>": (Details(("a",), (Heading(1, ("c",), "c"), SAID)),),
    "<details>\n<summary>a <a title='b > c'>d</a></summary>\n</details>": (
        Details(("a ", RawInline("<a title='b > c'>"), "d", RawInline("</a>")), ()),
    ),
    "<details>\n<summary><b>a</b> &lt;<kbd>c</kbd> :x:<h3></summary>\n</details>": (
        Details((Strong(("a",)), " <", Keyboard("c"), " ❌", RawInline("<h3>")), ()),
    ),
    # as they are: without a summary, with attributes, with words that would be lost, not closed, in a comment
    "<details>\n\nb\n\n</details>": (RawBlock("<details>"), SAID, RawBlock("</details>")),
    "<details id=c>\n<summary>a</summary>\n\nb\n\n</details>": (
        RawBlock("<details id=c>\n<summary>a</summary>"),
        SAID,
        RawBlock("</details>"),
    ),
    "<details>\n<summary>a</summary>\nwords *c*\n</details>": (
        RawBlock("<details>\n<summary>a</summary>\nwords *c*\n</details>"),
    ),
    "<details>\n<summary>" + "a" * 3_000 + "</summary>\n\n</details>": (
        RawBlock("<details>\n<summary>" + "a" * 3_000 + "</summary>"),
        RawBlock("</details>"),
    ),
    "<details>\n<summary>a</summary>\n\nb": (RawBlock("<details>\n<summary>a</summary>"), SAID),
    "<div>\n</details>\n</div>": (RawBlock("<div>\n</details>\n</div>"),),
    "<!-- <details>\n<summary>a</summary>\n\n</details> -->": (
        RawBlock("<!-- <details>\n<summary>a</summary>\n\n</details> -->"),
    ),
}


@pytest.mark.parametrize("text", FOLDED)
def test_details_have_a_summary_and_blocks(text: str) -> None:
    assert blocks(text) == FOLDED[text]


def test_headings_in_details_that_are_never_closed_begin_sections() -> None:
    document = read(
        "<details>\n<summary>a</summary>\n\n# b\n\nc\n\n## d\n\n<details>\n<summary>e</summary>\n</details>"
    )
    assert document.blocks == (RawBlock("<details>\n<summary>a</summary>"),)
    assert document.sections == (
        Section(1, ("b",), "b", (Paragraph(("c",)),), (Section(2, ("d",), "d", (Details(("e",), ()),)),)),
    )


# Short codes of emoji

EMOJI = {
    ":tada:": "🎉",
    "Done:tada:": "Done🎉",
    ":+1::-1:": "👍👎",
    ":heart:": "❤️",
    ":de:": "🇩🇪",
    ":foo:tada:": ":foo🎉",
    ":no_such_code:": ":no_such_code:",
    ":octocat:": ":octocat:",
    "\\:tada:": ":tada:",
    ":tada\\:": ":tada:",
    # in the middle of words
    "16:100:9": "16:100:9",
    "a:b:c": "a:b:c",
    "std::x::y": "std::x::y",
    "12:30:45": "12:30:45",
}


@pytest.mark.parametrize("text", EMOJI)
def test_short_codes_are_emoji(text: str) -> None:
    assert line(text) == (EMOJI[text],)


def test_code_and_addresses_have_no_short_codes() -> None:
    assert line("`:x:` <ab:x:> [:x:](:x:) https://a.b/:x:/ <kbd>:x:</kbd> ![:x:](https://a.b)") == (
        Code(":x:"), " ", Link(("ab:x:",), "ab:x:"), " ", Link(("❌",), ":x:"), " ",
        Link(("https://a.b/:x:/",), "https://a.b/:x:/"), " ", Keyboard(":x:"), " ", Image("https://a.b", "❌"),
    )  # fmt: skip
    assert blocks("    :x:") == (CodeBlock(":x:\n"),)


def test_the_id_of_a_heading_has_the_names_of_its_emoji() -> None:
    # Links within a README rely on it.
    document = read("# :rocket: Start\n\n# *:x:* \\:y: 🚀")
    assert [(section.id, section.heading) for section in document.sections] == [
        ("rocket-start", ("🚀 Start",)),
        ("x-y-", (Emphasis(("❌",)), " :y: 🚀")),
    ]


@pytest.mark.parametrize("text", ["no code", "a: b: c:", "|:---:|:-:|", "::", ":A:", "\0:x:"])
def test_texts_without_a_short_code_are_not_searched(text: str) -> None:
    assert not emoji.possible(text)
    assert list(emoji.find(text)) == []


# What is not shown


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("|a|b|\n|-|-|\n|1|2|3|\n|1|2|\n|1|2||\n\n> |a|b|\n> |-|-|\n> |1|2|3|4", 2),
        ("- |a|b|\n  |-|-|\n  |`c|d`|e|", 1),
        ("me\\@a.b\n\n|a|\n|-|\nb|c", 1),
        ("|a|b|\n|-|-|\n|1\\|1|2|\n\n```\n|a|b|\n|-|-|\n|1|2|3|\n```", 0),
    ],
)
def test_cells_beyond_the_last_column_are_reported(text: str, count: int) -> None:
    report = Report()
    read(f"# Here\n\n{text}", report)
    assert [(item.code, item.severity, item.where, item.count) for item in report.items] == [
        ("table", "lost", "Here", count)
    ][:count]


@pytest.mark.parametrize(
    "text",
    ["a <b-c> d", "a<T>", "<x>@<y>", "a <your full name> b", "<name>", "<host>\n<port> &lt; 1", "https://a/<dir> </x"],
)
def test_a_tag_that_nobody_knows_and_nothing_ends_is_words(text: str) -> None:
    report = Report()
    document = read(text, report)
    [block] = document.blocks
    assert isinstance(block, Paragraph)
    assert plain_text(block.content) == text.replace("&lt;", "<").replace("\n", " ")
    assert [(item.code, item.severity) for item in report.items] == [("syntax", "note")]
    page = export(Source(text.encode(), "a.md"), "html", {"fragment": True}).data.decode()
    assert text.split("<")[1].split(">")[0] + "&gt;" in page


@pytest.mark.parametrize("tag", ["<b>", "<video controls>", "<x-y/>", '<a-b c="d">', "<x>b</x>", "</x>", "<P>"])
def test_other_tags_are_html(tag: str) -> None:
    assert any(isinstance(node, RawInline) for node in line(f"a {tag}"))


# Markup of others

UNKNOWN = {
    "- !!! note": "call-out of MkDocs (!!! note)",
    "- ??? note": "call-out of MkDocs (??? note)",
    '- === "a"': "tab of MkDocs",
    "*[a]: b": "An abbreviation",
    "a\n\n::: warning\nb\n:::": "A container",
    "> [!INFO]\n> a": "A call-out of a kind that GitHub lacks",
    "[TOC]": "a table of contents",
    "[[TOC]]": "a table of contents",
    "a [[b c]] d": "A wiki link",
    "a {{ b }}": "What a template would fill in",
    "{% a %}": "What a template would fill in",
    "a {: .b }": "Attributes",
    "# a {.b}": "Attributes",
    "a ==b c== d": "A ==marked== text",
    "import A from 'b'": "Lines of a program",
    "export const a = 1": "Lines of a program",
    "<Tabs>\n\na\n\n</Tabs>": "A component",
    "a <MyThing/>": "A component",
    "a <username>": "A tag of an element that HTML does not have",
    ":shipit:": "One of GitHub's own emoji",
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_markup_of_others_is_kept_as_text_and_noted(text: str) -> None:
    report = Report()
    assert read(text, report) != Document()
    assert {(item.code, item.severity) for item in report.items} == {("syntax", "note")}
    assert UNKNOWN[text] in report.items[0].what


@pytest.mark.parametrize(
    "text",
    [
        "`{{ a }}` `[[b]]`\n\n    !!! note\n\n```\n::: a\nimport a from 'b'\n==c==\n```",
        "a == b, x::y, [a][b], {c}, d!!! e??? import duties from 1990; export goods {1: 2}",
        "> [!NOTE]\n> a\n\n<P>b</P>\n\n<HR>",
        "---\na: '{{ b }}'\n---\n\nc",
    ],
)
def test_code_and_ordinary_words_are_not_noted(text: str) -> None:
    report = Report()
    read(text, report)
    assert report.items == ()


# Bare addresses

ADDRESSES = {
    "https://a.b/c": ["https://a.b/c"],
    "see http://a.b.": ["http://a.b"],
    "(https://a.b/c)": ["https://a.b/c"],
    "https://a.b/c_(d)": ["https://a.b/c_(d)"],
    "https://a.b/c_(d))": ["https://a.b/c_(d)"],
    "https://a.b/?q=1&amp;r=2;": ["https://a.b/?q=1&r=2"],
    "www.a.b/c, and": ["http://www.a.b/c"],
    "http://localhost:8000/": ["http://localhost:8000/"],
    "ftp://a.b": ["ftp://a.b"],
    "HTTPS://A.b": ["HTTPS://A.b"],
    '"https://a.b/"': ["https://a.b/"],
    "请看https://a.b/": ["https://a.b/"],
    "a.b-c_d@e.f": ["mailto:a.b-c_d@e.f"],
    "a@b.c.": ["mailto:a@b.c"],
    "mailto:a@b.c": ["mailto:a@b.c"],
    "a+b@c.d, e@f.g": ["mailto:a+b@c.d", "mailto:e@f.g"],
    "https://user@a.b": ["https://user@a.b"],
    "xmpp:a@b.c/d@e.f. x": ["xmpp:a@b.c/d@e.f"],
    "https://a.b/c\\:x:/": ["https://a.b/c:x:/"],
    "*https://a.b*": ["https://a.b"],
    "**www.a.b**": ["http://www.a.b"],
    # and what is none
    "xhttps://a.b": [],
    "awww.a.b": [],
    "www.": [],
    "http://": [],
    "http://a_b.c": [],
    "a@b": [],
    "a@b.c-": [],
    "a@b.c_": [],
    "@a.b": [],
    "`https://a.b`": [],
    "`a`www.a.b": [],
    "https\\://a.b": [],
    "www\\.a.b": [],
    "a\\@b.c": [],
    "<b title='https://a.b'>": [],
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_bare_addresses_are_links(text: str) -> None:
    def urls(content: Inlines) -> list[str]:
        found: list[str] = []
        for node in content:
            match node:
                case Link(_, url):
                    found.append(url)
                case Emphasis(inner) | Strong(inner):
                    found += urls(inner)
                case _:
                    pass
        return found

    assert urls(line(f"x {text}" if text.startswith("<") else text)) == ADDRESSES[text]


def test_an_address_in_a_link_or_an_image_is_a_part_of_its_words() -> None:
    assert line("[https://a.b www.c.d](e)") == (Link(("https://a.b www.c.d",), "e"),)
    assert line("![me@a.b](c)") == (Image("c", "me@a.b"),)


@pytest.mark.parametrize("text", ["no address", "50 % : //", "a: b.c"])
def test_texts_without_an_address_are_not_searched(text: str) -> None:
    assert not autolinks.possible(text)
    assert list(autolinks.find(text)) == []


# Footnotes


def test_footnotes_come_in_the_order_of_their_first_mention() -> None:
    report = Report()
    text = "a[^two] b[^one]\n\n[^one]: 1[^three]\n[^Two]: 2\n[^nobody]: 0[^late]\n[^three]: 3\n[^late]: 4"
    document = read(text, report)
    assert [note.label for note in document.footnotes] == ["two", "one", "three", "nobody", "late"]
    assert document.blocks == (Paragraph(("a", FootnoteReference("two"), " b", FootnoteReference("one"))),)
    assert codes(report) == ["footnote"]
    assert report.items[0].severity == "note"


def test_a_mention_without_a_note_stays_as_it_is() -> None:
    assert line("a[^b]") == ("a[^b]",)


def test_of_two_notes_with_one_label_the_first_counts() -> None:
    report = Report()
    document = read("a[^n]\n\n[^n]: one\n\n[^N]: two", report)
    assert [note.blocks for note in document.footnotes] == [(Paragraph(("one",)),)]
    assert [(item.code, item.severity) for item in report.items] == [("footnote", "lost")]


def test_notes_are_taken_out_of_whatever_they_stand_in() -> None:
    document = read("> - a[^n]\n>\n>   [^n]: b\n>\n>       [^m]: c[^m]")
    assert [note.label for note in document.footnotes] == ["n", "m"]
    assert FootnoteReference in kinds_in(document)


# Front matter


def test_front_matter_becomes_metadata() -> None:
    head = '---\ntitle: "A: b"\nauthors: [x, {name: y}]\ndate: 2024-02-29\nat: 2024-02-29 12:30:00\nn: 3\nok: true\n'
    document = read(f"{head}none: ~\nlang: no\n---\ntext")
    assert document.metadata == {
        "title": "A: b",
        "authors": ["x", {"name": "y"}],
        "date": "2024-02-29",
        "at": "2024-02-29T12:30:00",
        "n": 3,
        "ok": True,
        "none": None,
        "lang": "no",
    }
    assert document.blocks == (Paragraph(("text",)),)


@pytest.mark.parametrize(
    "value", ["1.10", "007", "1e3", "0x1f", "+1", ".5", "12:30", "2024-13-45", "1_000", ".inf", "yes"]
)
def test_what_would_not_come_back_as_it_was_stays_a_text(value: str) -> None:
    assert read(f"---\na: {value}\n---").metadata == {"a": value}


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        ("a: &x 1\nb: *x", "an anchor (&) in line 2"),
        ("a: *x", "an alias (*) in line 2"),
        ("a: !!python/object/apply:os.system [ls]", "a tag (!) in line 2"),
        ("a: b: c", "wrong in line 2"),
        ("a: 1\na: 2", "the key of line 3 twice"),
        ("? [a]\n: b", "a key that is no word in line 2"),
        ("a: " + "[" * 60_000, "nested too deep in line 2"),
        ("a: |\n" + "  b\n" * 20_000, "more than 64 kB"),
        ("a: \x01", "a character that YAML forbids"),
    ],
    ids=["anchor", "alias", "tag", "broken", "twice", "key", "deep", "large", "control"],
)
def test_front_matter_that_cannot_be_read_is_shown_and_reported(yaml: str, says: str) -> None:
    report = Report()
    document = read(f"---\n{yaml}\n---\n\ntext", report)
    assert document.metadata == {}
    assert document.blocks[0] == CodeBlock(yaml + "\n", "yaml", "yaml")
    assert document.blocks[1] == Paragraph(("text",))
    assert codes(report) == ["metadata"]
    assert says in report.items[0].what


def test_front_matter_may_be_empty_before_something() -> None:
    # So generators of sites mark their pages.
    assert read("---\n---\n# A") == read("---\n# remark\n---\n\n# A") == read("# A")
    assert blocks("---\n---\n") == (ThematicBreak(), ThematicBreak()), "before nothing it is not front"


def test_thematic_breaks_at_the_top_are_no_front_matter() -> None:
    assert blocks("---\n\na: b\n\n---") == (ThematicBreak(), Paragraph(("a: b",)), ThematicBreak())
    assert blocks("---\nwords\n***\n---")[0] == ThematicBreak()
    assert read("---\nwords\n---\n").sections[0].heading == ("words",)
    assert read("a\n\n---\nb: c\n---\n").metadata == {}


# Images


def test_an_image_within_the_text_becomes_a_resource_with_a_short_key() -> None:
    document = read(f'![a]({PNG_URL} "b") ![c]({PNG_URL.replace("data:", "DATA:")}) ![d][e]\n\n[e]: {PNG_URL}')
    [(key, resource)] = document.resources.items()
    assert (resource.media_type, resource.data, resource.width, resource.height) == ("image/png", PNG, 3, 2)
    assert key.startswith("resource:") and len(key) == len("resource:") + 16
    assert document.blocks == (Paragraph((Image(key, "a", "b"), " ", Image(key, "c"), " ", Image(key, "d"))),)


def test_a_percent_encoded_image_is_one_too() -> None:
    gif = b"GIF89a" + bytes([3, 0, 2, 0]) + bytes(8)
    url = "data:image/gif," + "".join(f"%{byte:02x}" for byte in gif)
    assert next(iter(read(f"![a]({url})").resources.values())).data == gif


def test_an_image_can_be_mentioned_any_number_of_times() -> None:
    # The parser stops resolving references once they have grown a text too much.
    large = f"data:image/png;base64,{base64.b64encode(PNG + bytes(90_000)).decode()}"
    document = read("![a][b] " * 30 + f"\n\n[b]: {large}")
    assert sum(isinstance(node, Image) for node in document.blocks[0].content) == 30  # type: ignore[union-attr]
    assert len(document.resources) == 1


def test_long_base64_in_front_matter_and_labels_stays_as_it_is_written() -> None:
    url = "data:font/woff;base64," + "QUJD" * 40
    document = read(f"---\na: [{{b: '{url}'}}]\n---\nc[^{url}]\n\n[^{url}]: d\n")
    assert document.metadata == {"a": [{"b": url}]}
    assert [note.label for note in document.footnotes] == [url]
    assert read(f"---\n[{url}\n---\nc").blocks[0] == CodeBlock(f"[{url}\n", "yaml", "yaml")


def test_long_base64_that_is_no_image_stays_as_it_is_written() -> None:
    url = "data:font/woff;base64," + "QUJD" * 40
    text = f"`{url}` {url} [a]({url}) <img src='{url}'>\n\n    {url}\n\n<p>{url}\n\n``` {url}\n```"
    document = read(text)
    assert document.blocks == (
        Paragraph((Code(url), f" {url} ", Link(("a",), url), " ", RawInline(f"<img src='{url}'>"))),
        CodeBlock(url + "\n"),
        RawBlock(f"<p>{url}"),
        CodeBlock("", url, url),
    )


@pytest.mark.parametrize(
    "url", ["data:text/plain,hello", "data:image/png;base64,????", "data:", "data:image/png;base64,"]
)
def test_a_data_url_that_is_no_image_keeps_its_words_and_is_reported(url: str) -> None:
    report = Report()
    document = read(f"![words]({url})", report)
    assert document.blocks == (Paragraph((Image(url, "words"),)),)
    assert document.resources == {}
    assert [(item.code, item.severity) for item in report.items] == [("image-unreadable", "lost")]


def test_a_long_url_that_is_no_image_is_shortened() -> None:
    base = "data:application/pdf;base64,"
    assert line(f"![a]({base}{'QUJD' * 1000})") == (Image(base.rstrip(",") + ",…", "a"),)
    assert line(f"![a](data:image/svg+xml,{'%3Csvg' * 100})") == (Image("data:image/svg+xml,…", "a"),)


def test_relative_images_come_from_beside_the_source() -> None:
    report = Report()
    text = "# Here\n\n![a](b%20c.png?x#y) ![d](gone.png) ![e](text.png) ![a](b%20c.png?x#y)"
    document = read(text, report, {"b c.png": PNG, "text.png": b"no image"})
    [resource] = document.resources.values()
    assert (resource.data, resource.name) == (PNG, "b c.png"), "under the path that the address is of"
    assert [(item.code, item.what, item.where, item.count) for item in report.items] == [
        ("image-missing", "The image gone.png is not in the source.", "Here", 1),
        ("image-unreadable", "The image text.png is not a PNG, JPEG, GIF, WebP or SVG image.", "Here", 1),
    ]


@pytest.mark.parametrize("url", ["/etc/passwd", "file:///etc/passwd", "C:\\\\a.png", "", "#a"])
def test_addresses_outside_the_source_are_never_asked_for(url: str) -> None:
    def companions(path: str) -> bytes:
        raise AssertionError(f"{path} was asked for")

    report = Report()
    readers.read(Source(f"![a](<{url}>)".encode(), "a.md", companions), report, CommonOptions(source_kind="gfm"))
    assert codes(report) == ["image-missing"]


@pytest.mark.parametrize("url", ["https://a.b/c.png", "HTTP://a.b/c.png", "//a.b/c.png"])
def test_images_elsewhere_are_reported_and_not_fetched(url: str) -> None:
    report = Report()
    assert read(f"![a]({url})", report).blocks == (Paragraph((Image(url, "a"),)),)
    assert [(item.code, item.severity) for item in report.items] == [("image-remote", "degraded")]


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_that_say_so_are_read(encoding: str) -> None:
    assert read("# Größe\n\n日本 😀".encode(encoding)) == read("# Größe\n\n日本 😀")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_any_line_end_is_one(end: str) -> None:
    text = "# A\n\nb\nc\n\n```\nd\n```\n"
    assert read(text.replace("\n", end)) == read(text)


def test_bytes_that_are_no_utf8_are_replaced_and_reported() -> None:
    report = Report()
    assert read(b"a \xef\xbf\xbd\n\nb \xff c\xc3", report).blocks == (
        Paragraph(("a \ufffd",)),
        Paragraph(("b \ufffd c\ufffd",)),
    )
    assert [(item.code, item.severity, item.where) for item in report.items] == [("encoding", "lost", "line 3")]
    assert "2 places" in report.items[0].what
