"""Documents made to break the formats whose files other programs open, or whoever opens them: all formats at once.

Pages have their own tests beside this, and so have the readers, which refuse most of it before it gets here.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import tracemalloc
import xml.parsers.expat
from collections.abc import Callable
from copy import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from counting import steps
from docutils import core
from docutils import nodes as rst
from samples import png

from exporters import Source, export, registry
from exporters.document import (
    Abbreviation,
    Admonition,
    Block,
    BlockQuote,
    Cell,
    CodeBlock,
    Connector,
    Definition,
    DefinitionList,
    Details,
    Document,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Heading,
    Highlight,
    Image,
    Inline,
    LineBreak,
    Link,
    List,
    ListItem,
    Map,
    Math,
    Paragraph,
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
)
from exporters.errors import Lossy, SourceTooLarge
from exporters.report import Report
from exporters.toolbox import deck_heights, emf, formula_reader, pandoc, pandoc_tree
from exporters.toolbox.drawing import Drawing, Pen, Shape
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.images import inspect

PAGES = {"pdf", "pdf_a", "pdf_small", "png", "jpeg", "ps", "eps", "slides_pdf", "thumbnail"}
FORMATS = [name for name in registry.names() if name not in PAGES and not registry.get(name).pandoc]
BY_PANDOC = [name for name in registry.names() if registry.get(name).pandoc]
SHARED = ["docbook", "xwiki"]
"""Formats of pandoc's that stand for the others, which write the same tree: one with all that is in it, one that has to
be escaped by us."""
ROOMY = [name for name in FORMATS if name not in ("json", "text", "markdown")]
"""The formats that have no hostile tests of their own."""


def made(document: Document, format: str, report: Report | None = None) -> bytes:
    return registry.load(format)(document, registry.get(format).options(), report or Report())


def parts(data: bytes) -> dict[str, bytes]:
    """The files of an archive; the file itself, where it is none."""
    if not data.startswith(b"PK"):
        return {"": data}
    with ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def paragraph(*content: Inline) -> Paragraph:
    return Paragraph(content)


# Depth

BLOCKS: tuple[Callable[[Block], Block], ...] = (
    lambda block: BlockQuote((block,)),
    lambda block: List((ListItem((block,)),)),
    lambda block: List((ListItem((block,), True),), 3),
    lambda block: Admonition("note", (block,)),
    lambda block: Details(("a",), (block,)),
    lambda block: Tabs((Tab(("a",), (block,)),)),
    lambda block: Figure((block,), ("a",)),
    lambda block: DefinitionList((Definition((("a",),), ((block,),)),)),
)
STYLES = (Emphasis, Strong, Strikethrough, Underline, Highlight, Superscript, Subscript)


def deep(block: Block, depth: int = 100) -> Block:
    for level in range(depth):
        block = BLOCKS[level % len(BLOCKS)](block)
    return block


def dressed(depth: int = 30) -> Inline:
    node: Inline = "word"
    for level in range(depth):
        node = STYLES[level % len(STYLES)]((node,))
    return node


def chain(count: int) -> tuple[Section, ...]:
    sections: tuple[Section, ...] = ()
    for level in range(count, 0, -1):
        sections = (Section(level, ("a",), f"s{level}", (paragraph("b"),), sections),)
    return sections


@pytest.mark.parametrize("format", [*FORMATS, *SHARED])
def test_blocks_and_lines_nest_as_deep_as_they_may(format: str) -> None:
    table = Table((None,), (), ((Cell((dressed(),)),),))
    document = Document((deep(paragraph(dressed())), deep(table)), chain(90))
    assert b"word" in b"".join(parts(made(document, format)).values())


@pytest.mark.parametrize("kind", range(len(BLOCKS)))
@pytest.mark.parametrize("format", [*ROOMY, *SHARED[1:]])
def test_those_of_one_kind_do_with_a_footnote_that_is_as_deep(format: str, kind: int) -> None:
    block: Block = paragraph(dressed(), FootnoteReference("a"))
    for _ in range(100):
        block = BLOCKS[kind](block)
    assert made(Document((block,), footnotes=(Footnote("a", (block,)),)), format)


@pytest.mark.parametrize("format", ROOMY)
def test_a_map_is_as_deep_as_it_likes(format: str) -> None:
    topics = (Topic("0", -1, "root"), *(Topic(f"{at}", at - 1, f"topic {at}") for at in range(1, 1_100)))
    assert made(Document(map=Map(topics)), format)


@pytest.mark.parametrize("format", ["latex", "docx", "odt", "epub", "pptx", "rst", "asciidoc"])
def test_footnotes_may_mention_each_other_in_a_circle(format: str) -> None:
    mentions = ((f"{(at + 1) % 1_500}", f"{(at + 7) % 1_500}") for at in range(1_500))
    notes = (Footnote(f"{at}", (paragraph("b", *map(FootnoteReference, to)),)) for at, to in enumerate(mentions))
    assert made(Document((paragraph("a", FootnoteReference("0")),), footnotes=tuple(notes)), format)


def test_the_dashes_of_a_drawing_have_a_bound_together(monkeypatch: pytest.MonkeyPatch) -> None:
    def size(count: int) -> int:
        line = Shape((("M", (0.0, 0.0)), ("L", (900.0, 9.0))), pen=Pen((0, 0, 0), dashes=(1.0, 1.0)))
        return len(emf.write(Drawing(900, 10, (line,) * count), {}, Fonts("en")))

    monkeypatch.setattr(emf, "_MAX_DASHED", 1_000)
    assert size(100) - size(10) < size(10), "lines after the first are solid"


def test_much_that_is_deep_is_too_much_for_slides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deck_heights, "_MOST_LEAVES", 10_000)
    block: Block = CodeBlock("a\n" * 200)
    for _ in range(60):
        block = BlockQuote((block,))
    with pytest.raises(SourceTooLarge, match="nested too deep, for slides"):
        made(Document((block,)), "pptx")


# Much of anything: twice as much takes twice as many steps


def mentions(count: int) -> Document:
    text = (paragraph("a", FootnoteReference(f"{at}"), FootnoteReference(f"{at // 2}")) for at in range(count))
    notes = (Footnote(f"{at}", (paragraph("b", FootnoteReference(f"{at // 3}")),)) for at in range(count + count // 2))
    return Document(tuple(text), footnotes=tuple(notes))


def headings(count: int) -> Document:
    links = paragraph(*(Link((f"{at}",), f"#s{at}") for at in range(count)))
    return Document((links,), tuple(Section(1 + at % 3, ("Same",), f"s{at}") for at in range(count)))


def lines(count: int) -> Document:
    pieces: list[Inline] = []
    for at in range(count):
        pieces += ("a ", "b", STYLES[at % 7](("c",)), Link(("d",), f"https://a.example/{at}"), LineBreak())
        pieces += (Abbreviation(f"A{at}", "long"), Superscript((Strong(("e",)),)))
    return Document((Paragraph(tuple(pieces)),))


def cells(count: int) -> Document:
    wide = tuple(Cell((f"{at}",), 10**6, 10**6) for at in range(count))
    tall = ((Cell(("a",), 1, 10**6), Cell(("b",))), *((Cell(()), Cell(("c",), 2, 2)) for _ in range(count)))
    return Document((Table((None,) * count, wide, (wide, wide)), Table((None,) * 2, (), tall)))


def blocks(count: int) -> Document:
    of_each: list[Block] = []
    for at in range(count):
        of_each += (List((ListItem(()), ListItem((paragraph("a"),))), at), CodeBlock("a\n"), Details(("b",), ()))
        of_each += (
            DefinitionList((Definition((("c",),), ((paragraph("d"),),)),)),
            Table((None,), (), ((Cell(("e",)),),)),
        )
    quoted = BlockQuote(tuple(Heading(2, ("f",), f"h{at}") for at in range(count)))
    return Document((*of_each, quoted, List(tuple(ListItem(()) for _ in range(count)))))


def pictures(count: int) -> Document:
    resources = {"a": inspect(png(4, 3))} | {
        f"b{at}": Resource("text/plain", b"c", name="c.txt") for at in range(count)
    }
    shown = (paragraph(Image("a", "d"), Link(("e",), f"b{at}"), Image("gone", "f")) for at in range(count))
    return Document(tuple(shown), resources=resources)


def topics(count: int) -> Document:
    found = [Topic("t0", -1, "root")]
    for at in range(1, count):
        icons = ("😀", "☑", "idea") if at % 3 else ()
        found.append(Topic(f"t{at}", at // 3, "same", notes=(paragraph("a"),), icons=icons, url=f"#s{at}"))
    return Document(map=Map(tuple(found), tuple(Connector(f"t{at}", "t0") for at in range(count))))


def fat(count: int) -> Document:
    text = "A sentence of six more words. " * 40 * count
    return Document((Table((None,) * 2, (), ((Cell((text,)), Cell((text,))),)), Paragraph((text,))))


def formulas(count: int) -> Document:
    shown = (Math(f"\\frac{{a_{at}}}{{b}} + \\sqrt{{x}}", display=at % 2 == 0) for at in range(count))
    return Document(tuple(paragraph(each) for each in shown))


def drawings(count: int) -> Document:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h{}v9z"/><text y="9">a</text></svg>'
    resources = {f"{at}": Resource("image/svg+xml", svg.format(at).encode(), 9, 9) for at in range(count)}
    return Document(tuple(paragraph(Image(key, "a")) for key in resources), resources=resources)


MUCH = (mentions, headings, lines, cells, blocks, pictures, topics, fat, formulas, drawings)


@pytest.mark.parametrize("much", MUCH, ids=[each.__name__ for each in MUCH])
@pytest.mark.parametrize("format", ROOMY)
def test_what_a_file_takes_is_proportional(format: str, much: Callable[[int], Document]) -> None:
    made(much(3), format)  # imports, and tables that are made once
    few, many = much(30), much(120)
    assert steps(lambda: made(many, format)) < 6 * steps(lambda: made(few, format))


@pytest.mark.parametrize("format", ["html", "epub", "docx", "odt", "pptx", "slides_html"])
def test_a_formula_that_comes_again_is_written_once(format: str) -> None:
    def document(*formulas: str) -> Document:
        return Document(tuple(paragraph(Math(each, display=True)) for each in formulas))

    different = [f"\\frac{{a_{{{at}}}}}{{b}} + \\sqrt{{\\int_0^\\infty x^{{{at}}}}}" for at in range(100)]
    made(document(*different[:3]), format)
    again, anew = (steps(lambda each=each: made(document(*each), format)) for each in (different[:1] * 100, different))
    assert again < anew / 2


@pytest.mark.parametrize("format", ["html", "epub", "docx", "odt", "pptx", "slides_html"])
def test_unless_it_means_something_else_by_then(format: str) -> None:
    formulas = ("\\newcommand{\\a}{q}", "\\a+1", "\\a+1", "\\renewcommand{\\a}{\\beta}", "\\a+1")
    first, last = (
        b"".join(parts(made(Document(tuple(paragraph(Math(each, display=True)) for each in some)), format)).values())
        for some in (formulas[:3], formulas)
    )
    assert "β".encode() not in first and "𝛽".encode() not in first
    assert "β".encode() in last or "𝛽".encode() in last


def test_text_takes_little_room_on_its_way_to_pandoc() -> None:
    text = "The quick brown fox jumps over it. " * 30_000
    declared = registry.get("docbook").pandoc
    assert declared
    tracemalloc.start()
    try:
        size = sum(map(len, pandoc_tree.pieces(Document((paragraph(text),)), declared, Report())))
        assert size < tracemalloc.get_traced_memory()[1] < 5 * size
    finally:
        tracemalloc.stop()


def test_what_takes_pandoc_too_long_ends_and_is_called_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_MAX_SECONDS", 1)
    block: Block = paragraph("The quick brown fox jumps over it. " * 4_000)
    for _ in range(100):
        block = BlockQuote((block,))
    with pytest.raises(SourceTooLarge, match="more than 1 seconds"):
        made(Document((block,)), "typst")


@pytest.mark.parametrize("format", ["docbook", "rtf", "fb2"])
def test_images_beyond_what_pandoc_can_bear_are_left_out_and_that_is_said(format: str) -> None:
    declared = registry.get(format).pandoc
    assert declared and 0 < declared.image_mb <= 20
    images = {f"{at}": replace(inspect(png(9, 9)), data=png(9, 9).ljust(600_000, b"\0")) for at in range(3)}
    document = Document(tuple(paragraph(Image(key, "picture")) for key in images), resources=images)
    report = Report()
    tree = "".join(pandoc_tree.pieces(document, replace(declared, image_mb=1), report))
    assert tree.count("base64,") == 1
    assert tree.count("picture") == 3
    assert [(item.what, item.count) for item in report.items] == [("Images beyond 1 MB are not shown.", 2)]


NAMES_NOTHING = ("markdown", "markdown_bundle", "json", "svg", "thumbnail")
"""Formats in which a mention is what it was, or that have no text."""


@pytest.mark.parametrize("format", [*(name for name in FORMATS if name not in NAMES_NOTHING), *SHARED, "pdf"])
def test_footnotes_that_are_not_there_are_named_but_not_all_and_not_in_full(format: str) -> None:
    long = (FootnoteReference(f"{at:04} {'word ' * 200}") for at in range(100))
    report = Report()
    made(Document((paragraph("a", FootnoteReference("gone"), *long),)), format, report)
    found = [item for item in report.items if item.code == "footnote"]
    assert found[0].what == "The footnote [^gone] is mentioned, but not there."
    assert 1 < len(found) < 25
    assert max(len(item.what) for item in found) < 120
    assert sum(item.count for item in found) + report.left_out >= 101


# Text that is markup somewhere

PAYLOADS = (
    "]]>&x;<?php EVIL ?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///EVIL'>]><!--",
    "</p></w:t></text:p></textarea><script>EVIL()</script><img src=x onerror='EVIL()'>",
    "'\" onload=\"EVIL()\" style='x'",
    "\x00\x01\x0b\x1b\x1f\x7f\x85\ufffe\uffff\ud800\U0001fffe",
    "=cmd|'/C EVIL'!A0",
    "\\input{EVIL}\\write18{EVIL}^^5cinput{EVIL}\\end{verbatim}\\end{lstlisting}\\csname input\\endcsname EVIL%",
    "\n.. include:: EVIL\n\n.. raw:: html\n\n   <b>EVIL</b>\n",
    "a\r.. include:: EVIL\r\rb\u2028.. include:: EVIL\x0b.. include:: EVIL\x85.. include:: EVIL",
    ":raw-html:`<b>EVIL`|EVIL|_ `a`:raw:`EVIL` `a <javascript:EVIL>`__",
    "\ninclude::EVIL[]\n++++\n<script>EVIL</script>\n++++\n{EVIL}pass:[<script>EVIL]link:javascript:EVIL[a]",
    "javascript:EVIL()",
    "{{/code}}{{/html}}{{groovy}}EVIL{{/groovy}}",
)


def hostile(payload: str) -> Source:
    """A document whose every text is the payload, as programs may send it."""

    def paragraph(*content: object) -> dict[str, object]:
        return {"node": "Paragraph", "content": list(content)}

    def link(url: str) -> dict[str, object]:
        return {"node": "Link", "content": [payload], "url": url, "title": payload}

    cell = {"content": [payload]}
    styled = ("Strong", "Emphasis", "Highlight", "Superscript", "Subscript", "Underline")
    coded = ("Code", "Keyboard")
    whole = {
        "schema": 1,
        "metadata": dict.fromkeys(("title", "language", "date", "description", "subtitle", "subject"), payload)
        | {"author": [payload], "keywords": [payload], payload: {"a": [None, 1.5, payload]}},
        "blocks": [
            paragraph(payload),
            paragraph("a ", payload, " b", {"node": "LineBreak"}, payload),
            *(paragraph({"node": node, "content": [payload]}, payload) for node in styled),
            *(paragraph({"node": node, "text": payload}, payload) for node in coded),
            paragraph({"node": "Abbreviation", "text": payload, "expansion": payload}),
            paragraph({"node": "Math", "text": payload}, {"node": "FootnoteReference", "label": payload}),
            paragraph({"node": "Math", "text": payload, "display": True}),
            *map(
                paragraph, map(link, (payload, f"https://a.example/{payload}", f"#{payload}", f"javascript:{payload}"))
            ),
            paragraph(
                link("execute:EVIL"), link("VBScript:EVIL"), link("data:text/html,EVIL"), link("\x01javascript:EVIL")
            ),
            paragraph({"node": "Image", "url": payload, "alternative": payload, "title": payload}),
            paragraph({"node": "Image", "url": "https://EVIL.example/a.png", "alternative": "a"}),
            {"node": "CodeBlock", "text": f"{payload}\n", "language": payload, "info": payload},
            {"node": "CodeBlock", "text": f"{payload}\n"},
            {"node": "Admonition", "kind": "note", "blocks": [paragraph(payload)], "title": [payload]},
            {"node": "Details", "summary": [payload], "blocks": [paragraph(payload)]},
            {"node": "Tabs", "tabs": [{"label": [payload], "blocks": [paragraph(payload)]}]},
            {"node": "Figure", "blocks": [paragraph(payload)], "caption": [payload]},
            {"node": "DefinitionList", "items": [{"terms": [[payload]], "descriptions": [[paragraph(payload)]]}]},
            {
                "node": "List",
                "items": [{"blocks": [paragraph(payload)]}, {"blocks": [paragraph(payload)], "checked": True}],
            },
            {"node": "Table", "alignments": [None, "right"], "head": [cell, cell], "rows": [[cell, cell]]},
            {
                "node": "BlockQuote",
                "blocks": [{"node": "Heading", "level": 2, "content": [payload], "id": f"h{payload}"}],
            },
            {"node": "RawBlock", "html": payload},
            paragraph({"node": "RawInline", "html": payload}),
        ],
        "sections": [{"level": 1, "heading": [payload], "id": payload, "blocks": [paragraph(payload)]}],
        "footnotes": [{"label": payload, "blocks": [paragraph(payload)]}],
    }
    return Source(json.dumps(whole).encode(), "a.json")


XML = re.compile(r"\.(?:xml|rels|xhtml|opf|ncx|svg|rdf)\Z")
XML_FORMATS = ("svg", "opml", "freemind")
RUNS = re.compile(rb"(?i)(?:href|target|url|src|link)\s*=\s*[\"']\s*(?:javascript|vbscript|data:text):")
RUNS_IN_MAPS = re.compile(rb"(?i)(?:href|link|uri)=\"\s*(?:javascript|vbscript|data|execute|menuitem|script):")
TEXT = (".csv", ".xml", ".rels", ".xhtml", ".html", ".opf", ".svg")


@pytest.mark.parametrize("format", ROOMY)
def test_no_text_is_markup(format: str) -> None:
    for payload in PAYLOADS:
        for name, data in parts(export(hostile(payload), format).data).items():
            if format in XML_FORMATS or XML.search(name):
                assert_well_formed(data)
            runs = RUNS_IN_MAPS if format == "freemind" else RUNS
            assert not runs.search(data) or format in ("csv", "mindmup", "rst", "asciidoc", "latex")
            assert not re.search(rb"[\0\x01\x0b\x1f]", data) or not name.endswith(TEXT)
            if name.endswith(".rels"):
                others = re.findall(rb'<Relationship [^>]*TargetMode="External"[^>]*>', data)
                assert all(b'/hyperlink"' in each for each in others), "else Office fetches it unasked"


def assert_well_formed(data: bytes) -> None:
    """Of XML, with nothing in it but what is declared by XML itself."""
    found: list[str] = []
    parser = xml.parsers.expat.ParserCreate()
    parser.EntityDeclHandler = lambda name, *_: found.append(name)
    parser.ProcessingInstructionHandler = lambda target, _: found.append(target)
    parser.Parse(data, True)
    assert not found


def test_docutils_finds_no_directive_in_any_text() -> None:
    for payload in PAYLOADS:
        text = export(hostile(payload), "rst").data.decode()
        told = io.StringIO()
        document = core.publish_doctree(
            text, settings_overrides={"warning_stream": told, "file_insertion_enabled": False}
        )
        assert told.getvalue() == ""
        assert not list(document.findall(rst.raw))
        assert not [node for node in document.findall(rst.reference) if "javascript:" in node.get("refuri", "")[:12]]


@pytest.mark.parametrize("format", BY_PANDOC)
def test_nor_is_it_markup_for_pandoc(format: str) -> None:
    payload = "".join(PAYLOADS)
    assert export(hostile(payload), format).data


# Files in archives

NAMES = (
    "../../etc/passwd", "/etc/passwd", "C:\\Windows\\a.png", "..\\a.png", "a/../../b.png", "a\0.png", "CON", "con.png",
    "nul.tar.gz", "COM1.png", "A.PNG", "a.png", "a.png ", "a.png.", "a:b.png", "a\nb.png", "\u202egnp.a", "a/b", "a",
    ".htaccess",
    "~a", "-rf", "index.html", "INDEX.MD", "images/1.png", "mimetype", "META-INF/container.xml", "[Content_Types].xml",
    "n" * 300, "é" * 200, "e\u0301.png", "\u00e9.png", "a\ud800.png", "", ".", "..", "//", "images/map.svg",
    "%2e%2e/a.png", "a?b#c.png",
)  # fmt: skip
RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)")


@pytest.mark.parametrize("format", ["html_bundle", "markdown_bundle", "epub", "docx", "odt", "pptx"])
def test_files_lie_within_their_archive_under_names_that_all_systems_have(format: str) -> None:
    attached = {f"f{at}": Resource("application/x-msdownload", b"MZ", name=name) for at, name in enumerate(NAMES)}
    images = {f"i{at}": replace(inspect(png(1 + at, 1)), name=name) for at, name in enumerate(NAMES)}
    shown = (paragraph(Link(("a",), f"f{at}"), Image(f"i{at}", "b")) for at in range(len(NAMES)))
    found = list(parts(made(Document(tuple(shown), resources={**attached, **images}), format)))
    assert len({name.casefold() for name in found}) == len(found)
    for name in found:
        assert len(name) <= 200
        assert not re.search(r'[\\:*?"<>|\0-\x1f\u202a-\u202e]', name)
        steps_to_it = name.split("/")
        assert not any(each in ("", ".", "..") or each[-1] in ". " or RESERVED.match(each) for each in steps_to_it)


def test_tables_are_files_whose_names_lead_nowhere() -> None:
    one = Table((None,), (), ((Cell(("a",)),),))
    figures = tuple(Figure((one,), (name,)) for name in NAMES)
    found = list(parts(made(Document(figures), "csv")))
    assert len({name.casefold() for name in found}) == len(NAMES) + 1
    assert all(re.fullmatch(r"\d\d-[\w.-]{1,70}\.csv|outline\.csv", name) for name in found)


# Formulas of spreadsheets

FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+A1",
    "@SUM(A1)",
    "\t=1",
    "  =1",
    "\u200b=1",
    "\ufeff=1",
    "\u202e=1",
    "\0=1",
    "\uff1d1",
    "=cmd|' /C'!A0",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_csv_begins_a_formula(text: str) -> None:
    document = Document((Table((None,), (Cell((text,)),), ((Cell((Strong((text,)),)),),)), CodeBlock(f"{text}\n")))
    for data in parts(made(document, "csv")).values():
        cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
        assert not any(re.match(r"[\s\u200b\u202e\ufeff\ufffd]*[=+@\uff1d-]", cell) for cell in cells)


@pytest.mark.parametrize(
    "text", ["a;=cmd|' /C'!A0;", "a;\t-cmd|' /C'!A0", "a\n@x|y!A0", "a\n=HYPERLINK(B1)", "a\n =f(B1)"]
)
def test_nor_does_one_begin_in_a_cell_where_another_separator_is_usual(text: str) -> None:
    data = made(Document((CodeBlock(f"{text}\n"),)), "csv")
    assert not re.search(r"[;\t\n] *[=@-]", parts(data)["outline.csv"].decode())


@pytest.mark.parametrize("text", ["a; b", "a, -5 (per cent)", "a\n@app.route('/')\n", "a\n- b (c)", "x;-1"])
def test_what_is_no_formula_stands_as_it_was_written(text: str) -> None:
    data = made(Document((CodeBlock(f"{text}\n"),)), "csv")
    assert text.strip() in parts(data)["outline.csv"].decode()


def test_where_a_topic_leads_is_no_program_in_csv() -> None:
    topics = (
        Topic("0", -1, "a", url="javascript:EVIL"),
        Topic("1", 0, "b", url="f"),
        Topic("2", 0, "c", url="https://d.example/"),
    )
    resources = {"f": Resource("text/plain", b"", name="e.txt")}
    report = Report()
    data = made(Document(map=Map(topics), resources=resources), "csv", report)
    links = [line.split(",")[3] for line in parts(data)["outline.csv"].decode().splitlines()]
    assert links == ["link", "", "e.txt", "https://d.example/"]
    assert {item.code for item in report.items} >= {"link", "attachment"}


# One document after the other

EACH = """
import hashlib, sys
from exporters import Source, export
for name in sys.argv[2:]:
    file = export(Source(open(sys.argv[1], "rb").read(), "a.md"), name)
    print(name, hashlib.sha256(file.data).hexdigest(), *(item.what for item in file.report.items))
"""


def test_a_file_depends_on_its_document_alone() -> None:
    root = Path(__file__).parents[2]
    source = root / "README.md"
    before = export(Source(b"# Other\n\nb[^1] *c* $x$\n\n[^1]: d\n", "b.md"), FORMATS[0])
    assert before.data

    def told(seed: str, names: list[str]) -> list[str]:
        command = [sys.executable, "-c", EACH, str(source), *names]
        done = subprocess.run(
            command, cwd=root, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        return sorted(done.stdout.splitlines())

    first, second = told("1", ROOMY), told("2", [*reversed(ROOMY)])
    assert first == second
    assert len(first) == len(ROOMY)


# What is lost


@pytest.mark.parametrize("format", FORMATS)
def test_strict_fails_wherever_the_report_tells_of_a_loss(format: str) -> None:
    source = hostile(PAYLOADS[3])
    losses = export(source, format).report.losses
    if losses:
        with pytest.raises(Lossy):
            export(source, format, {"strict": True})
    else:
        assert export(source, format, {"strict": True}).data


@pytest.mark.parametrize("format", [*FORMATS, *SHARED])
def test_an_empty_document_and_empty_nodes_are_a_file(format: str) -> None:
    inlines = (Strong(()), Link((), ""), Image(""), Abbreviation("", ""), FootnoteReference(""), "")
    blocks: tuple[Block, ...] = (
        Paragraph(()),
        Paragraph(inlines),
        BlockQuote(()),
        List(()),
        List((), 5),
        Tabs(()),
        Figure(()),
        DefinitionList(()),
        CodeBlock(""),
        Admonition("tip", (), ()),
        Details((), ()),
        Heading(1, ()),
        Table((), (), ()),
        Table((None,), (), ()),
        DefinitionList((Definition((), ()), Definition(((),), ((),)))),
        List((ListItem(()),), 10**12),
        Heading(50, ("a",)),
    )
    sections = (Section(50, (), "", blocks, (Section(10**6, (), "b"),)),)
    for document in (
        Document(),
        Document(blocks, sections, (Footnote("", ()),)),
        Document(map=Map(())),
        Document(map=Map((Topic("", -1, ""), Topic("a", 0, "", image="gone", url="#gone")))),
    ):
        assert made(document, format) is not None


@pytest.mark.parametrize("name", ["docx", "epub", "html", "latex", "odt", "pptx", "slides_html"])
def test_what_macros_bring_into_formulas_is_bounded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formula_reader, "MAX_BROUGHT", 20_000)
    source = "$\\def\\x{" + "y" * 1_000 + "}$\n\n" + "\n\n".join(f"$\\x {number}$" for number in range(60))
    report = export(Source(source.encode(), "a.md"), name).report
    found = [item.count for item in report.items if "macros make all together too long" in item.what]
    assert found == [40]
