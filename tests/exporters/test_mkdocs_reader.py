"""The MkDocs reader: what becomes of each piece of its Markdown, and of sources made to break it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import kinds_in, png

from exporters import readers
from exporters.document import (
    Abbreviation,
    Admonition,
    AdmonitionKind,
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
    Figure,
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
    Tab,
    Table,
    Tabs,
    ThematicBreak,
    Underline,
    nodes,
)
from exporters.document.walk import inlines, parts, plain_text, sections
from exporters.errors import SourceError, SourceTooLarge
from exporters.options import CommonOptions
from exporters.readers import kinds, mkdocs
from exporters.report import Report
from exporters.source import Companions, Source, no_companions

SAMPLES = sorted((Path(__file__).parent.parent / "documents" / "mkdocs").glob("*.md"))
OPTIONS = CommonOptions(source_kind="mkdocs")  # type: ignore[call-arg]


def read(text: str | bytes, report: Report | None = None, companions: Companions = no_companions) -> Document:
    data = text.encode() if isinstance(text, str) else text
    return readers.read(Source(data, "a.md", companions), report or Report(), OPTIONS)


def blocks(text: str) -> tuple[Block, ...]:
    return read(text).blocks


def line(text: str) -> Inlines:
    """The content of a text's first block, which is a paragraph."""
    match blocks(text):
        case (Paragraph(content), *_):
            return content
    raise AssertionError(f"{text!r} begins with no paragraph")


def said(text: str) -> list[tuple[str, str]]:
    """What is reported of a text."""
    report = Report()
    read(text, report)
    return [(item.code, item.severity) for item in report.items]


def test_what_mkdocs_does_not_show_is_reported() -> None:
    assert said("|a|b|\n|-|-|\n|1|2|3|\n|1|2|\n|1|2||") == [("table", "lost")]
    assert said('``` py title="a.py"\na\n```') == said('```{ .py title="a.py" }\na\n```') == [("node", "note")]


def test_a_tag_that_nobody_knows_and_nothing_ends_is_words() -> None:
    assert line("a <your name> *<b-c>*") == ("a <your name> ", Emphasis(("<b-c>",)))
    assert line("<x>a</x>") == (RawInline("<x>"), "a", RawInline("</x>"))
    assert said("<name>") == [("syntax", "note")]


def p(*content: nodes.Inline) -> Paragraph:
    return Paragraph(content)


A, B, C = p("a"), p("b"), p("c")


# Blocks

BLOCKS: dict[str, tuple[Block, ...]] = {
    "a\n   b": (p("a\nb"),),
    "***": (ThematicBreak(),),
    "> a\n> # b": (BlockQuote((A, Heading(1, ("b",), "b"))),),
    "- a\n- b": (List((ListItem((A,)), ListItem((B,)))),),
    "3. a\n\n4. b": (List((ListItem((A,)), ListItem((B,))), 3, tight=False),),
    "1234567890. a": (List((ListItem((A,)),), 1),),
    "- a\n\n1. b": (List((ListItem((A,)),)), List((ListItem((B,)),), 1)),
    "- a\n    - b\n- c": (List((ListItem((A, List((ListItem((B,)),)))), ListItem((C,)))),),
    "- a\n\n    b\n\n        c": (List((ListItem((A, B, CodeBlock("c\n"))),), tight=False),),
    "- [x] a\n- [ ] b\n- c": (List((ListItem((A,), True), ListItem((B,), False), ListItem((C,)))),),
    "- [X] a\n\n- b": (List((ListItem((A,), True), ListItem((B,))), tight=False),),
    "a\n:   b\n:   c\n\nb\n\n:   a\n\n    b": (
        DefinitionList((Definition((("a",),), ((B,), (C,))), Definition((("b",),), ((A, B),)))),
    ),
    "a | b\n:-|-:\nc | `|` \\|\nd": (
        Table(
            ("left", "right"),
            (Cell(("a",)), Cell(("b",))),
            ((Cell(("c",)), Cell((Code("|"), " |"))), (Cell(("d",)), Cell(()))),
        ),
    ),
    "    a\n\n      b  \n\nc": (CodeBlock("a\n\n  b\n"), C),
    "[TOC]\n\na": (A,),
    "a\n{: .b }": (A,),
    "<div>\n *a*\n</div>\n\nb\n\n<!-- c -->": (RawBlock("<div>\n *a*\n</div>"), B, RawBlock("<!-- c -->")),
    "<div>\n\n```\n<a>\n```\n\n</div>": (RawBlock("<div>\n\n<pre><code>&lt;a&gt;\n</code></pre>\n\n</div>"),),
}

CODE: dict[str, tuple[Block, ...]] = {
    "``` py\na\n\n  b\n```": (CodeBlock("a\n\n  b\n", "py", "py"),),
    "~~~\n```\n~~~": (CodeBlock("```\n"),),
    "````\n```\n````": (CodeBlock("```\n"),),
    "```\n```": (CodeBlock(""),),
    '``` py title="a b" hl_lines="1 2"\na\n```': (CodeBlock("a\n", "py", 'py title="a b" hl_lines="1 2"'),),
    '``` { .py .annotate title="a b" #c }\na\n```': (CodeBlock("a\n", "py", 'py title="a b"'),),
    "```py{ linenums=1 }\na\n```": (CodeBlock("a\n", "py", "py linenums=1"),),
    "```{r, echo=FALSE}\na\n```": (CodeBlock("a\n", "r", "r echo=FALSE"),),
    "``` mermaid\na --> b\n```": (Diagram("a --> b\n"),),
    "```math\na\n```": (p(Math("a", display=True)),),
    "- a\n    ```\n    b\n\n      c\n    ```\n- b": (List((ListItem((A, CodeBlock("b\n\n  c\n"))), ListItem((B,)))),),
    "> ```\n> a\n>\n> b\n> ```": (BlockQuote((CodeBlock("a\n\nb\n"),)),),
    "a\n```\nb\n```\nc": (A, CodeBlock("b\n"), C),
    "    ```\n    a\n    ```": (CodeBlock("```\na\n```\n"),),
    "```\n*a*": (p("```\n", Emphasis(("a",))),),
    "    ```\na\n    ```": (CodeBlock("```\n"), p("a\n```")),
    "| a | b |\n|---|---|\n| ``` | c |": (
        Table((None, None), (Cell(("a",)), Cell(("b",))), ((Cell(("```",)), Cell(("c",))),)),
    ),
}

BOXES: dict[str, tuple[Block, ...]] = {
    "!!! note\n    a\n\n    b": (Admonition("note", (A, B)),),
    "!!! note\n    a\nb": (Admonition("note", (A,)), B),
    '!!! tip "a *b*"\n\n    a': (Admonition("tip", (A,), ("a ", Emphasis(("b",)))),),
    '!!! tip "say "a""\n    a': (Admonition("tip", (A,), ('say "a"',)),),
    '!!! tip ""\n    a': (Admonition("tip", (A,), ()),),
    '!!! warning inline end "a"\n    a': (Admonition("warning", (A,), ("a",)),),
    "!!! bug\n    a": (Admonition("bug", (A,), ("Bug",)),),
    "!!! hint\n    a": (Admonition("tip", (A,), ("Hint",)),),
    "!!! my-own\n    a": (Admonition("note", (A,), ("My-own",)),),
    "!!! a!": (p("!!! a!"),),
    "??? note\n    a": (Details(("Note",), (A,), kind="note"),),
    '???+ faq "a"\n    a': (Details(("a",), (A,), True, "question"),),
    '??? "a *b*"\n    a': (Details(("a ", Emphasis(("b",))), (A,)),),
    '=== "a"\n\n    a\n\n=== "*b*"\n    b': (Tabs((Tab(("a",), (A,)), Tab((Emphasis(("b",)),), (B,)))),),
    '=== "a"\n    a\n\n===! "b"\n    b\n\n===+ "c"\n    c': (
        Tabs((Tab(("a",), (A,)),)),
        Tabs((Tab(("b",), (B,)), Tab(("c",), (C,)))),
    ),
    '=== "a"\n    a\n\nc\n\n=== "b"\n    b': (Tabs((Tab(("a",), (A,)),)), C, Tabs((Tab(("b",), (B,)),))),
    '=== "a"\n\n    === "b"\n\n        b\n\n    === "c"\n\n        c': (
        Tabs((Tab(("a",), (Tabs((Tab(("b",), (B,)), Tab(("c",), (C,)))),)),)),
    ),
    "- a\n\n    !!! note\n\n        b\n\n- c": (
        List((ListItem((A, Admonition("note", (B,)))), ListItem((C,))), tight=False),
    ),
    "> !!! note\n>     a": (BlockQuote((Admonition("note", (A,)),)),),
}

SLASHES: dict[str, tuple[Block, ...]] = {
    "/// note\na\n\nb\n///\nc": (Admonition("note", (A, B)), C),
    "/// note | *a*\na\n///": (Admonition("note", (A,), (Emphasis(("a",)),)),),
    "/// admonition | b\n    type: warning\n\na\n///": (Admonition("warning", (A,), ("b",)),),
    "/// details | b\n    open: true\n    type: tip\n\na\n///": (Details(("b",), (A,), True, "tip"),),
    "/// tab | a\na\n///\n\n/// tab | b\nb\n///\n\n/// tab | c\n    new: true\n\nc\n///": (
        Tabs((Tab(("a",), (A,)), Tab(("b",), (B,)))),
        Tabs((Tab(("c",), (C,)),)),
    ),
    "//// note\n/// tip\na\n///\n////": (Admonition("note", (Admonition("tip", (A,)),)),),
    "- a\n\n    /// note\n    b\n    ///": (List((ListItem((A, Admonition("note", (B,)))),), tight=False),),
    "a\n\n/// caption\nb *c*\n///": (Figure((A,), ("b ", Emphasis(("c",)))),),
    "/// define\na\n\n- b\n- c\n\n///": (DefinitionList((Definition((("a",),), ((B,), (C,))),)),),
    "/// html | div.b\na\n///": (A,),
    "/// note\na": (p("/// note\na"),),
    "a\n///": (p("a\n///"),),
    "a\n\n    /// b\n    ///": (A, CodeBlock("/// b\n///\n")),
}

HTML: dict[str, tuple[Block, ...]] = {
    '<div class="grid" markdown>\n*a*\n\nb\n</div>': (p(Emphasis(("a",))), B),
    '<figure markdown="span">\n  ![a](b)\n  <figcaption>c &amp; <b>d</b></figcaption>\n</figure>': (
        Figure((p(Image("b", "a")),), ("c & <b>d</b>",)),
    ),
    "<figure markdown>\n![a](b)\n<figcaption markdown>c *d*</figcaption>\n</figure>": (
        Figure((p(Image("b", "a")),), ("c ", Emphasis(("d",)))),
    ),
    '<details class="tip" open markdown>\n<summary>a</summary>\n\n*b*\n\n</details>': (
        Details(("a",), (p(Emphasis(("b",))),), True, "tip"),
    ),
    '<div class="admonition bug" markdown>\n<p class="admonition-title">a</p>\n\n*b*\n\n</div>': (
        Admonition("bug", (p(Emphasis(("b",))),), ("a",)),
    ),
    "<div markdown>\n\n<pre>*a*</pre>\n\nb\n\n</div>": (RawBlock("<pre>*a*</pre>"), B),
    "<div markdown>\n\n<pre>a</pre>\nb\n\n</div>": (RawBlock("<pre>a</pre>"), B),
    "<ul markdown>\n<li>*a* <b>c</b></li>\n</ul>": (RawBlock("<ul><li>*a* <b>c</b></li></ul>"),),
    "<ul markdown>\n<li markdown>*a*</li>\n</ul>": (List((ListItem((p(Emphasis(("a",))),)),)),),
    "<table markdown>\n<tr markdown>\n<td markdown>*a*</td>\n<td markdown>b</td>\n</tr>\n</table>": (
        Table((None, None), (), ((Cell((Emphasis(("a",)),)), Cell(("b",))),)),
    ),
    "<blockquote markdown>\n*a*\n</blockquote>": (BlockQuote((p(Emphasis(("a",))),)),),
    "<video markdown>\n*a*\n</video>": (p(Emphasis(("a",))),),
    "<div markdown>\n<table>\n<tr><td>*a*</td></tr>\n</table>\n</div>": (
        RawBlock("<table>\n<tr><td>*a*</td></tr>\n</table>"),
    ),
}


@pytest.mark.parametrize("text", [*BLOCKS, *CODE, *BOXES, *SLASHES, *HTML])
def test_blocks(text: str) -> None:
    assert blocks(text) == (BLOCKS | CODE | BOXES | SLASHES | HTML)[text]


KINDS: dict[AdmonitionKind, str] = {
    "note": "note",
    "tip": "tip hint",
    "important": "important",
    "warning": "warning attention",
    "caution": "caution",
    "abstract": "abstract summary tldr",
    "info": "info todo",
    "success": "success check done",
    "question": "question help faq",
    "failure": "failure fail missing",
    "danger": "danger error",
    "bug": "bug",
    "example": "example snippet",
    "quote": "quote cite",
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_admonitions_have_several_names(kind: AdmonitionKind) -> None:
    for name in KINDS[kind].split():
        [box] = blocks(f"!!! {name}\n    a")
        assert isinstance(box, Admonition)
        assert box.kind == kind
        github = name in ("note", "tip", "important", "warning", "caution")
        assert box.title == (None if github else (name.capitalize(),)), "exporters have words of their own for GitHub's"


# Inlines

INLINES: dict[str, Inlines] = {
    "*a* **b** _c_ __d__": (Emphasis(("a",)), " ", Strong(("b",)), " ", Emphasis(("c",)), " ", Strong(("d",))),
    "***a*** *b **c***": (Strong((Emphasis(("a",)),)), " ", Emphasis(("b ", Strong(("c",))))),
    "~~a~~ ~b~ ^c^ ^^d^^ ==e==": (
        Strikethrough(("a",)), " ", Subscript(("b",)), " ", Superscript(("c",)), " ", Underline(("d",)), " ",
        Highlight(("e",)),
    ),
    "a_b_c 2 * 3 * 4 ~a b~ a~ ==": ("a_b_c 2 * 3 * 4 ~a b~ a~ ==",),
    "a^b\\ c^": ("a", Superscript(("b c",))),
    "**a*": ("*", Emphasis(("a",))),
    "`a *b*` ``c`d`` `e": (Code("a *b*"), " ", Code("c`d"), " `e"),
    "\\`a\\` \\\\`b`": ("`a` \\", Code("b")),
    "`#!python a` `:::py b` `#! c`": (Code("a"), " ", Code("b"), " ", Code("#! c")),
    "a &amp; &copy; &nosuch; \\* &#x41; &#0;": ("a & © &nosuch; * A \ufffd",),
    "a  \nb<br>c<BR/>\nd\\\ne": ("a", LineBreak(), "b", LineBreak(), "c", LineBreak(), "d\\\ne"),
    '[a *b*](c "d") [e](<f g>) [h](i(j)k)': (
        Link(("a ", Emphasis(("b",))), "c", "d"), " ", Link(("e",), "f g"), " ", Link(("h",), "i(j)k"),
    ),
    "[a][b], [B], [`c`][] [d]\n\n[b]: e 'f'\n[`c`]: g": (
        Link(("a",), "e", "f"), ", ", Link(("B",), "e", "f"), ", ", Link((Code("c"),), "g"), " [d]",
    ),
    "[a](b\\_c&amp;d) [](e)": (Link(("a",), "b_c&d"), " ", Link((), "e")),
    "[![a](b)](c)": (Link((Image("b", "a"),), "c"),),
    "![a *b* `c`](d \"e\") ![f][g] ![g]\n\n[g]: h": (
        Image("d", "a b c", "e"), " ", Image("h", "f"), " ", Image("h", "g"),
    ),
    "<https://a.b> <c@d.e>": (Link(("https://a.b",), "https://a.b"), " ", Link(("c@d.e",), "mailto:c@d.e")),
    "https://a.b/c_d_e, (www.a.b) x@y.z [http://a]": (
        Link(("https://a.b/c_d_e",), "https://a.b/c_d_e"), ", (", Link(("www.a.b",), "http://www.a.b"), ") ",
        Link(("x@y.z",), "mailto:x@y.z"), " [", Link(("http://a",), "http://a"), "]",
    ),
    "a@1.2 @b/c@3.4.5 `d@e.f` [g@h.i](j)": ("a@1.2 @b/c@3.4.5 ", Code("d@e.f"), " ", Link(("g@h.i",), "j")),
    "a<span>c</span> <i class='d'>e</i>": (
        "a", RawInline("<span>"), "c", RawInline("</span>"), " ", RawInline("<i class='d'>"), "e", RawInline("</i>"),
    ),
    "<sup>a</sup> <kbd>b</kbd> <mark>*c*</mark>": (
        Superscript(("a",)), " ", Keyboard("b"), " ", Highlight((Emphasis(("c",)),)),
    ),
    "$a_1$ \\(b\\) $$c$$ \\$d$ $5 and $10, $5-$10": (
        Math("a_1"), " ", Math("b"), " ", Math("c", display=True), " $d$ $5 and $10, $5-$10",
    ),
    "++ctrl+Alt+del++ ++\"a b\"++ ++nosuch++ C++": (
        Keyboard("Ctrl"), "+", Keyboard("Alt"), "+", Keyboard("Del"), " ", Keyboard("a b"), " ++nosuch++ C++",
    ),
    ":tada: :nosuch: 10:30:20 \\:tada:": ("🎉 :nosuch: 10:30:20 :tada:",),
    "{++a++} {--b--} {~~c~>d~~} {==e==}{>>f<<}": (
        Underline(("a",)), " ", Strikethrough(("b",)), " ", Strikethrough(("c",)), Underline(("d",)), " ",
        Highlight(("e",)),
    ),
    "*a {++b* c++}": (Emphasis(("a ", Underline(("b",)))), Underline((" c",))),
    "`{++a++}` $b$": (Code("{++a++}"), " ", Math("b")),
    "a[^1] [^2]\n\n[^1]: b": ("a", FootnoteReference("1"), " [^2]"),
    "HTML, XHTML, the HTML5 and a HTML\n\n*[HTML]: b\n*[HTML5]: c": (
        Abbreviation("HTML", "b"), ", XHTML, the ", Abbreviation("HTML5", "c"), " and a ", Abbreviation("HTML", "b"),
    ),
    "[a](b){ .c } ![d](e){ width=1 }, *f*{x}": (
        Link(("a",), "b"), " ", Image("e", "d"), ", ", Emphasis(("f",)), "{x}",
    ),
    "[](){#a}": (RawInline('<a id="a"></a>'),),
}  # fmt: skip


@pytest.mark.parametrize("text", INLINES)
def test_inlines(text: str) -> None:
    assert line(text) == INLINES[text]


def test_edits_go_on_from_one_paragraph_to_the_next() -> None:
    assert blocks("a {++b\n\nc++} d") == (p("a ", Underline(("b",))), p(Underline(("c",)), " d"))
    assert blocks("{++a\n\n    b++}\n\nc") == (p(Underline(("a",))), CodeBlock("b++}\n"), C), "but end in code"


def test_no_link_stands_in_a_link() -> None:
    assert line("[a [*b*][c]](d)\n\n[c]: e") == (Link(("a ", Emphasis(("b",))), "d"),)
    assert said("[a [*b*][c]](d)\n\n[c]: e") == [("link", "degraded")]


def test_a_place_where_no_block_can_be_has_code_within_the_line() -> None:
    assert read("a\n-\n").sections == (Section(2, ("a",), "a"),)
    assert read("```\na\nb\n```\n---\n").sections[0].heading == (Code("a b"),)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_are_found_to_be_of_mkdocs(path: Path) -> None:
    assert kinds.choose(Source(path.read_bytes(), path.name), "auto") == "mkdocs"


def test_the_samples_have_every_kind_of_node_that_is_in_text() -> None:
    kinds = {type for path in SAMPLES for type in kinds_in(read(path.read_bytes()))}
    every = {each for each in vars(nodes).values() if isinstance(each, type) and each.__module__ == nodes.__name__}
    of_others = {nodes.Heading, nodes.Resource, nodes.Map, nodes.Topic, nodes.Edge, nodes.Connector}
    assert every - kinds - of_others == set()


# Sections

IDS = {
    "Café *b* `c`": "cafe-b-c",
    "What's new?": "whats-new",
    "a_b – c": "a_b-c",
    "日本": "_1",
    "![logo](a) Name[^1]": "name",
    "a { #own }": "own",
    "a {: #own .b c=d }": "own",
    "a # {#own}": "own",
    "`{ #no }`": "no",
    "a {x}": "a-x",
}


@pytest.mark.parametrize("heading", IDS)
def test_ids_follow_mkdocs_rule(heading: str) -> None:
    assert read(f"# {heading}\n\n[^1]: b").sections[0].id == IDS[heading]


def test_ids_are_unique_and_those_that_are_stated_go_first() -> None:
    document = read("# a\n\n# b {#a}\n\n# a\n\n# c {#a}\n\n> # a")
    assert [section.id for section in document.sections] == ["a_1", "a", "a_2", "a_3"]
    assert document.sections[-1].blocks == (BlockQuote((Heading(1, ("a",), "a_4"),)),)
    assert document.sections[1].heading == ("b",)


def test_sections_nest_and_begin_in_elements_that_only_dress() -> None:
    document = read("a\n\n# A\n\n### A1\n\n<div markdown>\n\nb\n\n## A2\n\nc\n\n</div>\n\n# B")
    assert document.blocks == (A,)
    a1, a2 = Section(3, ("A1",), "a1", (B,)), Section(2, ("A2",), "a2", (C,))
    assert document.sections == (Section(1, ("A",), "a", sections=(a1, a2)), Section(1, ("B",), "b"))


def test_links_to_headings_and_anchors_are_looked_at() -> None:
    assert said("# A\n\n[b](#a) [c](#d) [e](#f)\n\n[](){#f}") == [("link", "note")]


# Footnotes


def test_footnotes_come_in_the_order_of_their_first_mention() -> None:
    report = Report()
    text = "a[^b] [^a]\n\n[^a]: 1[^c]\n[^b]: 2\n\n    # more\n\n[^never]: 0\n\n[^c]: 3[^b]"
    document = read(text, report)
    assert [note.label for note in document.footnotes] == ["b", "a", "c", "never"]
    assert document.footnotes[0].blocks == (p("2"), Heading(1, ("more",), "more"))
    assert [(item.code, item.severity) for item in report.items] == [("footnote", "note")]


def test_of_two_footnotes_of_one_label_the_last_counts() -> None:
    assert said("[^a]\n\n[^a]: 1\n[^a]: 2") == [("footnote", "lost")]
    assert read("[^a]\n\n[^a]: 1\n[^a]: 2").footnotes[0].blocks == (p("2"),)


# Metadata


def test_front_matter_is_yaml_or_lines_with_colons() -> None:
    assert read("---\ntitle: A\ntags: [b]\n---\nc").metadata == {"title": "A", "tags": ["b"]}
    document = read("Title: A\nAuthor: B\n    C\nauthor: D\n\nc")
    assert document.metadata == {"title": "A", "author": "B C D"}
    assert document.blocks == (C,)


@pytest.mark.parametrize("text", ["a: b\nc", "https://a.b", "a", "  \n\nTitle: A", "**a:** b"])
def test_words_at_the_top_are_no_metadata(text: str) -> None:
    assert read(text).metadata == {}
    assert blocks(text)


def test_front_matter_that_cannot_be_read_is_shown() -> None:
    assert blocks("---\na: *b\n---\nc") == (CodeBlock("a: *b\n", "yaml", "yaml"), C)


# What is reported

REPORTED = {
    "{>>a<<}b": [("comment", "lost")],
    '--8<-- "a.md"': [("syntax", "note")],
    '```\n--8<-- "a.py"\n```': [("syntax", "note")],
    "{{ a }}": [("syntax", "note")],
    "{% a %}": [("syntax", "note")],
    ":material-check: a": [("syntax", "note")],
    "`{{ a }} --8<-- :material-check:`": [],
    "![](a)": [("alternative", "note"), ("image-missing", "lost")],
    "[a](b){ .md-button }": [],
}


@pytest.mark.parametrize("text", REPORTED)
def test_what_is_lost_or_left_as_text_is_reported(text: str) -> None:
    assert said(text) == REPORTED[text]


def test_the_attributes_of_icons_are_not_shown() -> None:
    assert line(":material-lock:{ .lg .middle } **a** :octicons-x-24:{b} :simple-c:{#d} e") == (
        ":material-lock: ",
        Strong(("a",)),
        " :octicons-x-24:{b} :simple-c: e",
    )


def test_where_something_is_lost_is_said() -> None:
    report = Report()
    read("# A\n\n## B *c*\n\n!!! note\n\n    {>>d<<}", report)
    assert [item.where for item in report.items] == ["B c"]


def test_no_other_file_is_read() -> None:
    def companions(path: str) -> bytes:
        raise AssertionError(f"{path} was asked for")

    read('--8<-- "a.md"\n\n;--8<--\nb.md\n;--8<--\n\n{% include "c.md" %}', companions=companions)


def test_images_come_from_within_the_source() -> None:
    picture = png(3, 2)
    url = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    document = read(f"![a](b%20c.png) ![d]({url})", companions={"b c.png": picture}.get)
    [key] = document.resources
    assert document.blocks == (p(Image(key, "a"), " ", Image(key, "d")),)


def test_base64_that_is_no_image_stays_as_it_is_written() -> None:
    url = "data:font/woff;base64," + "QUJD" * 40
    text = f"`{url}` [a]({url}) {url}\n\n```\n{url}\n```\n\n<p>{url}</p>\n\n*[b]: {url}\n\nb"
    assert blocks(text) == (
        p(Code(url), " ", Link(("a",), url), f" {url}"),
        CodeBlock(f"{url}\n"),
        RawBlock(f"<p>{url}</p>"),
        p(Abbreviation("b", url)),
    )


# Which dialect it is

DIALECTS = {
    "---\ndialect: mkdocs\n---\na": "mkdocs",
    '---\ntitle: a\ndialect: "gfm"\n---\n!!! note\n    a': "gfm",
    "!!! note\n    a": "mkdocs",
    '!!! note "a"\n\n    b': "mkdocs",
    "a\n\n???+ b c\r\n    d": "mkdocs",
    '??? "a"\n\tb': "mkdocs",
    '=== "a"\n\n    b': "mkdocs",
    '===! "a"\n\n    b': "mkdocs",
    "a :material-check: b": "mkdocs",
    '--8<-- "a.md"': "mkdocs",
    "!!! Attention please": "gfm",
    "!!! note\n\na": "gfm",
    "What??? really": "gfm",
    "a\n===\n\n    b": "gfm",
    "```\n!!! note\n    a\n```": "gfm",
    "~~~ md\n```\n!!! note\n    a\n~~~": "gfm",
    "`:material-check:`": "gfm",
    "    --8<--": "mkdocs",
    "a": "gfm",
}


@pytest.mark.parametrize("text", DIALECTS)
def test_the_dialect_is_stated_or_found_out(text: str) -> None:
    assert kinds.choose(Source(text.encode(), "a.md"), "auto") == DIALECTS[text]


# Too much

SPLIT = "takes too long"
TOO_LARGE = {
    "bytes": ("a" * (mkdocs.MAX_SIZE + 1), "more than 2 MB of text"),
    "markup": ("*" * (mkdocs.MAX_MARKS + 1), "too much markup"),
    "quotes on a line": ("> " * 10_000 + "a", "nested too deep"),
    "lists on a line": ("- " * 10_000 + "a", "nested too deep"),
    "admonitions in each other": ("".join("    " * depth + "!!! note\n" for depth in range(300)), "nested too deep"),
    "definitions without an empty line": ("a\n:   b\n" * 5_000, "nested too deep"),
    "Markdown in tags never closed": ("<div markdown>\n" * 5_000, "nested too deep"),
    "tags never closed": ("<div>\n" * 5_000, "nested too deep"),
    "the begins of tags": ("<a " * 20_000, SPLIT),
    "attributes never closed": ("<a b='" * 20_000, SPLIT),
    "tags": ("a <b>c</b> " * 30_000, "too many HTML tags"),
    "comments in tags never closed": ("<b>" * 3_000 + "<!-- -->" * 3_000, SPLIT),
    "brackets of links": ("[](" * 50_000, SPLIT),
    "titles of links": ('[a](b "' * 50_000, SPLIT),
    "headings without an empty line": ("# a\n" * 20_000, SPLIT),
    "footnotes on several lines each": ("".join(f"[^{i}]: a\nb\n" for i in range(10_000)), SPLIT),
    "backticks in a row of a table": ("|`a" * 20_000 + "|\n" + "|-" * 20_000 + "|\n", SPLIT),
    "cells that a table fills up": ("|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + "|a\n" * 2_000, SPLIT),
    "fences never closed": ("".join("`" * (3 + i) + "\n" for i in range(97)) + "a\n" * 100_000, SPLIT),
}


@pytest.mark.parametrize("what", TOO_LARGE)
def test_what_would_take_too_much_comes_to_an_end(what: str) -> None:
    text, says = TOO_LARGE[what]
    with pytest.raises(SourceTooLarge, match=says):
        read(text)


# Each of them takes time in proportion to its length: half a second at most. What must not be is a time that grows
# faster, which at these sizes would be minutes.

BEARABLE = {
    "emphasis never closed": "*a " * 50_000,
    "emphasis closed at the end": "*a " * 20_000 + "b* " * 20_000,
    "delimiters": "a*_~^==" * 10_000,
    "brackets": "[" * 50_000,
    "brackets that are names": "[a]: b\n\n" + "[" * 50_000 + "a" + "]" * 50_000,
    "brackets in brackets": "[" * 20_000 + "](a)" * 20_000,
    "images in images": "![a" * 20_000 + "](b)" * 20_000,
    "images never closed": "![" * 50_000,
    "backticks": "".join("`" * count + " " for count in range(400)),
    "one run of backticks": "`" * 100_000,
    "backslashes": "\\" * 100_000 + "`a`",
    "dollars": "$a" * 50_000,
    "parentheses of formulas": "\\(" * 50_000,
    "braces": "{" * 100_000,
    "lists of attributes": "*a*{ " * 20_000 + "}",
    "braces of a heading": "# a " + "{ " * 50_000 + "}",
    "edits never closed": "{++" * 50_000,
    "substitutions never closed": "{~~a~>" * 20_000,
    "keys": "++a" * 30_000 + '++"' * 30_000,
    "colons": ":a" * 50_000,
    "addresses": "http://" * 30_000,
    "at signs": "@a" * 50_000,
    "spaces before a line end": "a" + " " * 100_000 + "\nb",
    "spaces in a line": "a" + " " * 100_000 + "b",
    "bars": "|a" * 10_000,
    "a table of many rows": "|a|b|\n|-|-|\n" + "|c|d|\n" * 2_000,
    "quotes": "> a\n\n" * 3_000,
    "paragraphs": "a\n\n" * 10_000,
    "empty lines": "\n" * 300_000 + "a",
    "footnotes": "".join(f"[^{i}] " for i in range(3_000)) + "".join(f"\n\n[^{i}]: x" for i in range(3_000)),
    "footnotes in footnotes": "[^0]" + "".join(f"\n\n[^{i}]: [^{i + 1}]" for i in range(3_000)),
    "abbreviations": "".join(f"*[A{i}]: x\n" for i in range(5_000)) + "\nA1 " * 5_000,
    "abbreviations of many lengths": "".join(f"*[{'A' * i}]: x\n" for i in range(1, 200)) + "\n" + "A " * 20_000,
    "tabs": '=== "a"\n\n    b\n\n' * 2_000,
    "blocks between slashes": "/// note\na\n///\n\n" * 2_000,
    "slashes never closed": "/// note\n" * 3_000,
    "blocks between slashes in each other": "".join(f"{'/' * i} a\n" for i in range(60, 3, -1)) * 20,
    "comments never closed": "<!-- " * 5_000,
    "instructions never closed": "<? " * 5_000,
    "end tags": "</a>" * 5_000,
    "fences": "```\na\n```\n\n" * 3_000,
    "one name for all headings": "# a\n\n" * 2_000,
    "snippets": '--8<-- "a"\n\n' * 2_000,
    "words": "word " * 200_000,
}


@pytest.mark.parametrize("what", BEARABLE)
def test_much_of_anything_is_read_in_time_that_is_proportional(what: str) -> None:
    assert read(BEARABLE[what]) != Document()


def test_lists_that_are_too_deep_are_flattened_and_reported() -> None:
    report = Report()
    text = "".join("    " * level + f"- {level}\n\n" for level in range(150))
    document = read(text, report)
    assert depth(document) == nodes.MAX_DEPTH + 1
    assert [item.code for item in report.items] == ["nesting"]
    words = [plain_text(block.content) for block in flat(document.blocks) if isinstance(block, Paragraph)]
    assert words == [str(level) for level in range(150)], "nothing is lost"


def test_emphasis_that_is_too_deep_is_flattened_and_reported() -> None:
    report = Report()
    document = read("*a " * 100 + "b* " * 100, report)
    assert sum(isinstance(node, Emphasis) for node in inlines(document)) == nodes.MAX_INLINE_DEPTH
    assert [item.code for item in report.items] == ["nesting"]


def flat(content: tuple[Block, ...]) -> list[Block]:
    found: list[Block] = []
    for block in content:
        found += [block, *(each for inner in parts(block) for each in flat(inner))]
    return found


def depth(document: Document) -> int:
    deepest, stack = 0, [(block, 1) for block in document.blocks]
    while stack:
        block, level = stack.pop()
        deepest = max(deepest, level)
        stack += [(each, level + 1) for inner in parts(block) for each in inner]
    return deepest


# Any text

PIECES = [
    *("a", "b c", " ", "  ", "    ", "\n", "\n\n", "\t", "*", "**", "_", "~", "^", "=", "==", "`", "```", "~~~", "\\"),
    *("[", "]", "(", ")", "![", "](", "[^1]", "[^1]: ", "[a]: b", "[a]", "<", ">", "&", "&#2;", "&amp;", "&#x3;"),
    *("<b>", "</b>", "<br>", "<div>", "</div>", "<div markdown>", "<p markdown>", "</p>", "<figure markdown>", "<pre>"),
    *(
        "<figcaption>",
        "</figure>",
        "<details markdown>",
        "<summary>",
        "</details>",
        "<!--",
        "-->",
        "<?",
        "<table markdown>",
    ),
    *("- ", "1. ", "> ", "# ", "{#id}", "{ .c }", "{", "}", "|", "|a|b|\n|-|-|\n", "---", "!!! note\n", '=== "T"\n'),
    *(
        "???+ a\n",
        "/// note | T\n",
        "/// tab | X\n",
        "/// define\n",
        "/// caption\n",
        "///\n",
        ":   d",
        "$",
        "$$",
        "\\(",
    ),
    *("\\[", "++a++", '++"x"++', "{++", "++}", "{--", "--}", "{~~", "~>", "~~}", "{>>", "<<}", ":smile:", "http://a.b"),
    *("a@b.cd", "--8<--", "{{ x }}", "*[ab]: c", "ab", "\x02", "\x03", "\x02wzxhzdk:0\x03", "\x02klzzwxh:0000\x03"),
    *("\x020\x03", "\x02c0\x03", "\x02/0\x03", "\u2028", "é", "\x01", '"', "'", "Key: v\n", "---\na: b\n---\n"),
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)))
def test_any_text_is_a_document_and_always_the_same(text: str) -> None:
    try:
        document = read(text)
    except SourceError:
        return
    assert read(text) == document
    shown = repr(document)
    assert "\\x02" not in shown and "\\x03" not in shown, "what marks a place in the parser is nowhere"
    ids = [section.id for section in sections(document)]
    assert len(ids) == len(set(ids))
