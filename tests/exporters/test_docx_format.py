"""Word files: what is in them, what Word asks of them, and what pandoc reads back."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pypandoc
import pytest
from checkers import office_mistakes, pandoc_blocks
from documents_strategy import documents
from hypothesis import given, settings
from samples import EVERYTHING, PICTURE, PICTURED, SOURCES, VARIANTS, paragraph, png

from exporters import Source, export, registry
from exporters.document import (
    Abbreviation,
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
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    Section,
    Strong,
    Table,
)
from exporters.document.nodes import MAX_DEPTH
from exporters.errors import BadOption, UnreadableSource
from exporters.formats.docx import Options
from exporters.formats.docx.language import language
from exporters.formats.docx.paragraphs import Flow
from exporters.formats.docx.styles import ADMONITIONS, CODE_FILL, TOKENS
from exporters.report import Report
from exporters.toolbox.contrast import WHITE, contrast_between

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def made(document: Document, report: Report | None = None, **given: object) -> bytes:
    return registry.load("docx")(document, Options(**given), report or Report())  # type: ignore[arg-type]


def of_markdown(text: str, **given: object) -> bytes:
    return export(Source(text.encode(), "a.md"), "docx", given).data


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def body(data: bytes) -> Element:
    found = fromstring(part(data, "word/document.xml")).find(f"{W}body")
    assert found is not None
    return found


def text(element: Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{W}t"))


def value(element: Element, path: str, attribute: str = "val") -> str | None:
    found = element.find("/".join(W + step for step in path.split("/")))
    return None if found is None else found.get(W + attribute)


def paragraphs(data: bytes) -> list[tuple[str, str]]:
    """Style and text of each paragraph outside of tables."""
    return [(value(each, "pPr/pStyle") or "", text(each)) for each in body(data).findall(f"{W}p")]


def section(*blocks: object, heading: str = "Heading", id: str = "heading", **more: object) -> Document:
    return Document(sections=(Section(1, (heading,), id, blocks),), **more)  # type: ignore[arg-type]


def words(*said: str) -> Blocks:
    return tuple(Paragraph((each,)) for each in said)


# What others say of the files


def complaints(data: bytes, tmp_path: Path) -> list[str]:
    return [str(each) for each in office_mistakes(data, "docx", tmp_path)]


@pytest.mark.parametrize("options", [{}, {"toc": True, "numbering": True, "orientation": "landscape"}], ids=str)
def test_a_file_with_everything_is_valid(options: dict[str, object], tmp_path: Path) -> None:
    assert complaints(made(EVERYTHING, **options), tmp_path) == []


@pytest.mark.parametrize("name", ["everything", "footnotes", "images", "lists", "math", "mkdocs", "plan", "tables"])
def test_files_of_sources_are_valid(name: str, tmp_path: Path) -> None:
    source = SOURCES[name]
    file = export(Source(source.read_bytes(), source.name, lambda path: _beside(source, path)), "docx")
    assert complaints(file.data, tmp_path) == []


def _beside(source: Path, path: str) -> bytes | None:
    beside = source.parent / path
    return beside.read_bytes() if beside.is_file() else None


@pytest.mark.parametrize("document", VARIANTS.values(), ids=VARIANTS)
def test_variants_are_valid(document: Document, tmp_path: Path) -> None:
    assert complaints(made(document), tmp_path) == []


def read_back(data: bytes) -> object:
    """The blocks that pandoc reads, without attributes of its own."""
    return _simple(pandoc_blocks(data, "docx"))


@cache
def read_as_markdown(text: str) -> object:
    dialect = "markdown+lists_without_preceding_blankline-auto_identifiers-implicit_figures-smart"
    return _simple(pandoc_blocks(text, dialect))


def _simple(node: object) -> object:
    """Without identifiers, classes and widths, and with all text of a line in one piece."""
    match node:
        case {"t": "Plain", "c": content}:
            return _simple({"t": "Para", "c": content})
        case {"t": "Header", "c": [level, _, content]}:
            return ("Header", level, _simple(content))
        case {"t": "CodeBlock" | "Code" as kind, "c": [_, written]}:
            return (kind, written)
        case {"t": "Link" | "Image" as kind, "c": [_, content, [url, _]]}:
            return (kind, _simple(content), "" if kind == "Image" else url)
        case {"t": "Math", "c": [kind, latex]}:
            return ("Math", kind["t"], re.sub(r"[{}\s]", "", latex))
        case {"t": "Table", "c": [_, _, columns, head, bodies, _]}:
            aligned = [column[0]["t"] for column in columns]
            rows = [_row(row) for part in (head[1], *(each[3] for each in bodies)) for row in part]
            return ("Table", aligned, len(head[1]), rows)
        case {"t": "OrderedList", "c": [[start, *_], items]}:
            return ("OrderedList", start, _simple(items))
        case {"t": "Str", "c": written}:
            return written
        case {"t": "Space" | "SoftBreak"}:
            return " "
        case {"t": kind, "c": content}:
            return (kind, _simple(content))
        case {"t": kind}:
            return (kind,)
        case list():
            return _joined([_simple(each) for each in _without_spans(node)])
        case _:
            return node


def _without_spans(nodes: list[object]) -> Iterator[object]:
    for node in nodes:
        match node:
            case {"t": "Span" | "Div", "c": [_, list() as content]}:
                yield from _without_spans(content)
            case _:
                yield node


def _row(row: object) -> object:
    return [(down, across, _simple(blocks)) for _, _, down, across, blocks in row[1]]  # type: ignore[index]


def _joined(items: list[object]) -> list[object]:
    joined: list[object] = []
    for each in items:
        if isinstance(each, str) and joined and isinstance(joined[-1], str):
            joined[-1] += each
        else:
            joined.append(each)
    return joined


FAITHFUL = {
    "headings": "First.\n\n# One *of* many\n\n## Two\n\n### Three\n\ntext\n\n# Another\n",
    "emphasis": "*a* **b** ~~d~~ `e` H~2~O x^2^ **f *g* h**\n",
    "a line break": "one  \ntwo\n",
    "tight and nested bullets": "- a\n- b\n    - c\n        - d\n    - e\n- f\n",
    "numbers from seven": "7. a\n8. b\n\ntext\n\n3. c\n",
    "a list of each kind within the other": (
        "1. a\n    - b\n    - c\n        1. d\n        2. e\n2. f\n    1. g\n    2. h\n3. i\n"
    ),
    "two lists that count anew": "1. a\n2. b\n\ntext\n\n1. c\n2. d\n",
    "nested lists that count anew": "1. a\n    1. b\n    2. c\n2. d\n    1. e\n",
    "code": "```python\ndef f():\n    return '<&>'\n\n\nprint(f())\n```\n",
    "a quote": "> a\n>\n> b\n\nc\n",
    "a table": "| a | b | c |\n|:--|:-:|--:|\n| 1 | *2* | `3` |\n| x | y |  |\n",
    "notes": "a[^1] and b[^2].\n\n[^1]: One *note*.\n\n    With two paragraphs.\n\n[^2]: Another `one`.\n",
    "links": "[a *b*](https://example.org/?c=d&e=f#g) <https://example.com/> [mail](mailto:a@example.org)\n",
    "a link within": "First.\n\n# Heading\n\n## Here\n\nSee [there](#here).\n",
    "formulas": "Inline $a^{2}$ and\n\n$$\\frac{a}{b}$$\n\nend\n",
    "a definition list": "Term\n\n:   What it means.\n\nAnother\n\n:   What that means.\n",
    "scripts": "שלום *עולם*, abc 123. 日本語、中文。 नमस्ते\n",
    "signs": "a < b & c > d \"e\" 'f' \u00a0 – …\n",
}


@pytest.mark.parametrize("markdown", FAITHFUL.values(), ids=FAITHFUL)
def test_pandoc_reads_back_what_it_reads_in_the_source(markdown: str) -> None:
    file = export(Source(markdown.encode(), "a.md"), "docx", {"source_kind": "mkdocs"})
    wanted = json.dumps(read_as_markdown(markdown), ensure_ascii=False, indent=1)
    found = json.dumps(read_back(file.data), ensure_ascii=False, indent=1)
    assert found.replace("#Here", "#here") == wanted


# What Word asks for


def test_the_styles_are_those_that_word_knows() -> None:
    data = made(EVERYTHING)
    sheet = fromstring(part(data, "word/styles.xml"))
    named = {value(style, "name"): style.get(f"{W}styleId") for style in sheet.iter(f"{W}style")}
    assert {
        "Title", "Subtitle", "heading 1", "heading 9", "Quote", "List Bullet", "List Number", "caption", "Hyperlink",
        "footnote text", "footnote reference", "toc 1", "TOC Heading", "header", "footer", "Source Code",
        "Verbatim Char", "Table",
    } <= {*named}  # fmt: skip
    used = set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"', part(data, "word/document.xml")))
    assert used <= {*named.values()}
    bases = {value(style, "basedOn") for style in sheet.iter(f"{W}style")} - {None}
    assert bases <= {*named.values()}


def test_nothing_makes_word_ask_or_warn() -> None:
    data = made(EVERYTHING, toc=True)
    asked = part(data, "word/settings.xml")
    assert "updateFields" not in asked
    assert 'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"' in asked
    everything = "".join(part(data, name) for name in names(data) if name.endswith(".xml"))
    assert "w:dirty" not in everything
    assert not any("vba" in name.lower() for name in names(data))


def test_the_table_of_contents_is_filled_and_leads_to_headings() -> None:
    below = Section(2, ("Below ", Strong(("it",))), "below", (), (Section(3, ("Deep",), "deep"),))
    document = Document(sections=(Section(1, ("One",), "one", (), (below,)), Section(1, ("Two",), "two")))
    report = Report()
    data = made(document, report, toc=True, toc_depth=2, numbering=True)
    listed = body(data).find(f"{W}sdt")
    assert listed is not None
    entries = [(value(each, "pPr/pStyle"), text(each)) for each in listed.iter(f"{W}p")]
    assert entries == [
        ("TOCHeading", "Contents"), ("TOC1", "1 One"), ("TOC2", "1.1 Below it"), ("TOC1", "2 Two"), (None, ""),
    ]  # fmt: skip
    anchors = [each.get(f"{W}anchor") for each in listed.iter(f"{W}hyperlink")]
    assert {*anchors} <= {each.get(f"{W}name") for each in body(data).iter(f"{W}bookmarkStart")}
    fields = [each.get(f"{W}fldCharType") for each in listed.iter(f"{W}fldChar")]
    assert fields == ["begin", "separate", "end"]
    assert [item.code for item in report.items] == ["page"]


def test_a_document_without_headings_has_no_table_of_contents() -> None:
    assert body(made(paragraph("text"), toc=True)).find(f"{W}sdt") is None


def test_bookmarks_are_unique_short_and_made_of_letters() -> None:
    ids = ("a b", "a_b", "A-B", "1", "x" * 60, "x" * 61, "日本", "e\u0301", "")
    document = Document(sections=tuple(Section(1, (f"h{at}",), id) for at, id in enumerate(ids)))
    marks = [*body(made(document)).iter(f"{W}bookmarkStart")]
    found = [mark.get(f"{W}name") or "" for mark in marks]
    assert len({name.casefold() for name in found}) == len(found) == len(ids) - 1
    assert all(re.fullmatch(r"[^\W\d_]\w{0,39}", name) for name in found)
    assert len({mark.get(f"{W}id") for mark in marks}) == len(marks)


# The head, headings and pages


def test_a_title_stands_once() -> None:
    alone = section(*words("text"), heading="Name", id="name")
    assert paragraphs(made(alone)) == [("Title", "Name"), ("", "text")]
    titled = section(*words("text"), heading="One", metadata={"title": "Name", "subtitle": "More", "date": "2024"})
    assert paragraphs(made(titled)) == [
        ("Title", "Name"), ("Subtitle", "More"), ("Date", "2024"), ("Heading1", "One"), ("", "text"),
    ]  # fmt: skip


def test_headings_have_levels_without_gaps() -> None:
    inner = Section(4, ("Deep",), "deep", (BlockQuote((Heading(6, ("quoted",)),)),))
    document = Document(sections=(Section(2, ("A",), "a", (), (inner,)), Section(2, ("B",), "b")))
    assert paragraphs(made(document)) == [
        ("Heading1", "A"), ("Heading2", "Deep"), ("Heading3", "quoted"), ("Heading1", "B"),
    ]  # fmt: skip


def test_ten_levels_of_headings_are_nine_to_word() -> None:
    deepest = Section(10, ("h",), "h10")
    for level in range(9, 0, -1):
        deepest = Section(level, ("h",), f"h{level}", (), (deepest,))
    found = paragraphs(made(Document(words("text"), (deepest,))))
    assert found[-2:] == [("Heading9", "h"), ("Heading9", "h")]


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ({}, (11906, 16838, 1417)),
        ({"page_size": "Letter", "orientation": "landscape", "margin_mm": 10}, (15840, 12240, 567)),
        ({"page_size": "A5", "margin_mm": 60}, (8391, 11906, 2097)),  # half of the paper is for text
    ],
    ids=str,
)
def test_paper(options: dict[str, object], size: tuple[int, int, int]) -> None:
    last = body(made(paragraph("x"), **options)).find(f"{W}sectPr")
    assert last is not None
    found = (value(last, "pgSz", "w"), value(last, "pgSz", "h"), value(last, "pgMar", "left"))
    assert found == tuple(map(str, size))


def test_what_stands_above_and_below_pages() -> None:
    document = Document(words("x"), metadata={"title": "A & B", "author": "Ada", "date": "2024"})
    data = made(document, header="{title}|{author}, {date}", footer="{section} | {page} of {pages}|{unknown}")
    assert text(fromstring(part(data, "word/header1.xml"))) == "A & BAda, 2024"
    below = part(data, "word/footer1.xml")
    assert re.findall(r"<w:instrText[^>]*> (.+?) </w:instrText>", below) == ['STYLEREF "heading 1"', "PAGE", "NUMPAGES"]
    assert "{unknown}" in below
    assert not [name for name in names(made(document, header="", footer=" | ")) if "header" in name or "footer" in name]


# Text


def test_runs_are_dressed() -> None:
    [only] = body(made(paragraph(Strong(("a", Emphasis(("b",)))), Code("c")))).findall(f"{W}p")
    runs = [(text(run), [each.tag[len(W) :] for each in run.iterfind(f"{W}rPr/*")]) for run in only.iter(f"{W}r")]
    assert runs == [("a", ["b", "bCs"]), ("b", ["b", "bCs", "i", "iCs"]), ("c", ["rStyle"])]


def test_blanks_are_kept_and_line_ends_are_blanks() -> None:
    [only] = body(made(paragraph(" a\nb\tc ", Code("d  e")))).findall(f"{W}p")
    assert text(only) == " a b c d  e"
    kept = [each.get("{http://www.w3.org/XML/1998/namespace}space") for each in only.iter(f"{W}t")]
    assert kept == ["preserve", "preserve"]


def test_an_abbreviation_is_explained_once_and_not_in_headings() -> None:
    html = Abbreviation("HTML", "Markup")
    document = section(Paragraph((html, " and ", html)), heading="x", metadata={"title": "t"})
    document = Document(sections=(Section(1, (html,), "h", document.sections[0].blocks),), metadata={"title": "t"})
    assert paragraphs(made(document))[1:] == [("Heading1", "HTML"), ("", "HTML (Markup) and HTML")]


LINKS = {
    "https://example.org/a b?c=d&e": "https://example.org/a%20b?c=d&e",
    "mailto:a@example.org": "mailto:a@example.org",
    "tel:+43123": "tel:+43123",
    "Https://example.com": "Https://example.com",
    "mailto:a@example.org?subject=Re:%20Offer": "mailto:a@example.org?subject=Re:%20Offer",
    "http://[::1": "",  # Word refuses a file with an address that is none
    "http://a:b/": "",
    "http:nowhere": "",
    "mailto:a:b": "",
    "javascript:alert(1)": "",
    "data:text/html,x": "",
    "notes.md": "",
    "": "",
    "https://example.org/" + "a" * 3000: "",
}


@pytest.mark.parametrize(("url", "target"), LINKS.items(), ids=[url[:30] for url in LINKS])
def test_links(url: str, target: str) -> None:
    report = Report()
    data = made(paragraph(Link(("words",), url, 'a "title"')), report)
    followed = re.findall(r'Type="[^"]+/hyperlink" Target="([^"]+)" TargetMode="External"', _relations(data))
    assert [each.replace("&amp;", "&") for each in followed] == [target] * bool(target)
    assert bool(target) != bool(report.items)
    assert text(body(data)) == "words"


def test_links_that_cannot_be_followed_are_reported_by_what_they_are_and_not_one_by_one() -> None:
    report = Report()
    made(paragraph(*(Link(("words",), url) for url in ("a.md", "b.md", "javascript:x", "javascript:y"))), report)
    assert [(item.severity, item.count) for item in report.items] == [("degraded", 2), ("lost", 2)]


def _relations(data: bytes) -> str:
    return part(data, "word/_rels/document.xml.rels")


def test_a_link_within_leads_to_a_bookmark() -> None:
    data = made(
        section(
            Paragraph((Link(("there",), "#two%20words"), Link(("up",), "#"), Link(("no",), "#gone"))), id="two words"
        )
    )
    assert [each.get(f"{W}anchor") for each in body(data).iter(f"{W}hyperlink")] == ["two_words", "_top"]


def test_controls_become_a_mark_and_are_reported() -> None:
    report = Report()
    data = made(paragraph("bell\x07 next\x85"), report)
    assert text(body(data)) == "bell\ufffd next\ufffd"
    assert [(item.code, item.severity) for item in report.items] == [("text", "lost")]


# Code


def test_code_is_one_paragraph_with_its_lines_and_tabs() -> None:
    [only] = body(made(Document((CodeBlock("a\n\n\tb\n"),)))).findall(f"{W}p")
    assert value(only, "pPr/pStyle") == "SourceCode"
    assert [each.tag[len(W) :] for run in only.iter(f"{W}r") for each in run] == ["t", "br", "br", "tab", "t"]


def test_code_is_coloured_unless_that_is_not_wanted() -> None:
    document = Document((CodeBlock("if x: pass  # y\n", "python"),))
    assert {"CodeKeyword", "CodeComment"} <= {
        *re.findall(r'rStyle w:val="(\w+)"', part(made(document), "word/document.xml"))
    }
    assert "CodeKeyword" not in part(made(document, highlight=False), "word/document.xml")


@pytest.mark.parametrize(
    ("colour", "behind"),
    [*((colour, CODE_FILL) for _, colour, _ in TOKENS.values() if colour), *ADMONITIONS.values(), ("0B5CAD", "FFF0A3")],
)
def test_colours_can_be_read(colour: str, behind: str) -> None:
    one, other = (tuple(int(each[at : at + 2], 16) / 255 for at in (0, 2, 4)) for each in (colour, behind))
    assert contrast_between(one, other) >= 4.5  # type: ignore[arg-type] # three numbers each
    assert contrast_between(one, WHITE) >= 4.5  # type: ignore[arg-type]


# Lists


def numbers(data: bytes) -> list[tuple[str, str | None, str | None]]:
    return [
        (text(each), value(each, "pPr/numPr/numId"), value(each, "pPr/numPr/ilvl")) for each in body(data).iter(f"{W}p")
    ]


def items(*said: str) -> tuple[ListItem, ...]:
    return tuple(ListItem(words(each)) for each in said)


def test_a_nested_list_is_a_level_of_the_list_around_it() -> None:
    nested = List((ListItem((*words("a"), List(items("b", "c"), start=1))), *items("d")), start=1)
    assert numbers(made(Document((nested,)))) == [("a", "3", "0"), ("b", "3", "1"), ("c", "3", "1"), ("d", "3", "0")]


def test_lists_that_would_be_counted_on_are_lists_of_their_own() -> None:
    one, other = List(items("b"), start=1), List(items("c"), start=1)
    twice = Document((List((ListItem((*words("a"), one, *words("between"), other)),), start=1),))
    assert [each[1] for each in numbers(made(twice))] == ["3", "3", None, "4"]
    data = made(Document((List(items("a"), start=1), *words("between"), List(items("b"), start=5))))
    assert [each[1] for each in numbers(data)] == ["3", None, "4"]
    assert re.findall(r'startOverride w:val="(\d+)"', part(data, "word/numbering.xml")) == ["1", "5"]


def test_tasks_have_boxes_to_tick() -> None:
    document = Document((List((ListItem(words("done"), True), ListItem(words("open"), False))),))
    data = made(document)
    assert [each[0] for each in numbers(data)] == ["☒done", "☐open"]
    assert re.findall(r'w14:checked w14:val="(\d)"', part(data, "word/document.xml")) == ["1", "0"]


def test_tasks_of_an_ordered_list_keep_their_numbers() -> None:
    nested = List((ListItem(words("below")),), start=1)
    tasks = ListItem(words("done"), True), ListItem((*words("open"), nested), False), ListItem(words("else"))
    found = numbers(made(Document((List(tasks, start=1),))))
    assert [each[0] for each in found] == ["☒ done", "☐ open", "below", "else"]
    assert {each[1] for each in found} == {"3"}


def test_tight_lists_have_no_gaps_where_kinds_change() -> None:
    mixed = List((ListItem((*words("a"), List(items("b"), start=1))), *items("c")))
    gaps = [value(each, "pPr/spacing", "after") for each in body(made(Document((mixed,)))).findall(f"{W}p")]
    assert gaps == ["0", "0", None]


def test_lists_deeper_than_word_has_levels_are_reported() -> None:
    deep = List(items("end"))
    for _ in range(12):
        deep = List((ListItem((*words("a"), deep)),))
    report = Report()
    assert max(int(each[2] or 0) for each in numbers(made(Document((deep,)), report))) == 8
    assert [(item.code, item.count) for item in report.items] == [("nesting", 4)]


@pytest.mark.parametrize("start", [0, 32_766, 999_999_999, -3])
def test_lists_may_begin_anywhere(start: int, tmp_path: Path) -> None:
    report = Report()
    data = made(Document((List(items("a"), start=start),)), report)
    assert complaints(data, tmp_path) == []
    assert bool(report.items) == (start not in (0, 32_766))


# Boxes


def test_paragraphs_of_a_call_out_are_drawn_as_one() -> None:
    blocks = (Admonition("tip", (*words("a"), List(items("b", "c")), CodeBlock("d\n"))), *words("e"))
    [label, first, *listed, code, after] = body(made(Document(blocks))).findall(f"{W}p")
    assert [value(each, "pPr/pStyle") for each in (label, first, code)] == [
        "AdmonitionTipLabel",
        "AdmonitionTip",
        "SourceCode",
    ]
    assert value(first, "pPr/spacing", "after") == "0", "no white stripe before the list"
    assert {value(each, "pPr/pBdr/left", "color") for each in (*listed, code)} == {ADMONITIONS["tip"][0]}
    assert after.find(f"{W}pPr") is None


def test_call_outs_that_follow_each_other_stay_two() -> None:
    two = Document((Admonition("tip", words("a")), Admonition("tip", words("b"))))
    assert [said for _, said in paragraphs(made(two))] == ["Tip", "a", "", "Tip", "b"]


# Tables


def test_all_places_that_say_a_width_say_the_same() -> None:
    wide = Table((None, None), (Cell(("a",)), Cell(("b",))), ((Cell(("c " * 400,)), Cell(("d",))),))
    found = body(made(Document((wide,)))).find(f"{W}tbl")
    assert found is not None
    columns = [int(each.get(f"{W}w") or 0) for each in found.iter(f"{W}gridCol")]
    assert int(value(found, "tblPr/tblW", "w") or 0) == sum(columns) <= 11906 - 2 * 1417
    assert [int(value(each, "tcPr/tcW", "w") or 0) for each in found.iter(f"{W}tc")] == columns * 2
    assert value(found, "tblPr/tblLayout", "type") == "fixed"


def test_a_small_table_is_as_wide_as_its_words() -> None:
    small = Table((None,), (), ((Cell(("a",)),),))
    found = body(made(Document((small,)))).find(f"{W}tbl")
    assert found is not None
    assert int(value(found, "tblPr/tblW", "w") or 0) < 600
    assert found.find(f"{W}tblPr/{W}tblLayout") is None


def test_the_head_of_a_table_is_repeated() -> None:
    data = made(Document((Table((None,), (Cell(("a",)),), ((Cell(("b",)),),)),)))
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in body(data).iter(f"{W}tr")] == [True, False]


def test_merged_cells() -> None:
    nothing = Cell(())
    rows = (
        (Cell(("wide and tall",), columns=2, rows=2), nothing, Cell(("c",))),
        (nothing, nothing, Cell(("f",))),
        (Cell(("g",)), Cell(("h",)), Cell(("i",))),
    )
    found = [
        [
            (text(cell), value(cell, "tcPr/gridSpan"), cell.find(f"{W}tcPr/{W}vMerge") is not None)
            for cell in row.iter(f"{W}tc")
        ]
        for row in body(made(Document((Table((None,) * 3, (), rows),)))).iter(f"{W}tr")
    ]
    assert found == [
        [("wide and tall", "2", True), ("c", None, False)],
        [("", "2", True), ("f", None, False)],
        [("g", None, False), ("h", None, False), ("i", None, False)],
    ]


def test_tables_do_not_run_into_each_other_nor_end_a_document() -> None:
    small = Table((None,), (), ((Cell(("a",)),),))
    assert [each.tag[len(W) :] for each in body(made(Document((small, small))))] == ["tbl", "p", "tbl", "p", "sectPr"]


def test_a_table_with_more_columns_than_word_takes_becomes_several() -> None:
    report = Report()
    row = tuple(Cell((f"c{at}",)) for at in range(130))
    data = made(Document((Table((None,) * 130, row, (row,)),)), report)
    assert [len([*each.iter(f"{W}gridCol")]) for each in body(data).findall(f"{W}tbl")] == [63, 63, 4]
    assert "c129" in text(body(data))
    assert [item.code for item in report.items] == ["table"]


# Pictures


def test_pictures_are_described_fitted_and_kept_once() -> None:
    wide = png(2000, 10)
    from exporters.readers.resources import key_of
    from exporters.toolbox.images import inspect

    shown = Image(key_of(wide), "a \n wide one", "Entitled")
    data = made(Document((Paragraph((shown, "text", shown)),), resources={key_of(wide): inspect(wide)}))
    described = [*body(data).iter(f"{WP}docPr")]
    assert [(each.get("descr"), each.get("title")) for each in described] == [("a wide one", "Entitled")] * 2
    assert len({each.get("id") for each in described}) == 2
    [extent, _] = body(data).iter(f"{WP}extent")
    assert int(extent.get("cx") or 0) <= (11906 - 2 * 1417) * 635
    assert [name for name in names(data) if "media" in name] == ["word/media/image1.png"]


def test_a_picture_alone_has_its_title_below_it() -> None:
    data = made(Document((Paragraph((Image(PICTURED, "a", "Entitled"),)),), resources=PICTURE))
    assert paragraphs(data) == [("CaptionedFigure", ""), ("Caption", "Entitled")]


def test_a_picture_that_is_not_there_is_its_description() -> None:
    assert text(body(made(paragraph(Image("gone.png", "a bridge"))))) == "[a bridge]"


# Formulas


def test_formulas_are_words_own() -> None:
    math = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
    found = body(made(paragraph("a ", Math("x^2"), " b ", Math("y", True), " c")))
    assert [len([*each.iter(f"{math}oMath")]) for each in found.findall(f"{W}p")] == [1, 1, 0]
    assert len([*found.iter(f"{math}oMathPara")]) == 1
    assert [said for _, said in paragraphs(made(paragraph("a ", Math("y", True), " c")))] == ["a", "", "c"]


def test_a_formula_that_cannot_be_read_is_its_source_and_reported() -> None:
    report = Report()
    data = made(paragraph(Math("\\frac{a"), Math("\\left( b", True)), report)
    assert "\\frac{a" in text(body(data)) and "\\left( b" in text(body(data))
    assert {item.code for item in report.items} == {"math"}


# Footnotes


def notes(data: bytes) -> dict[str, str]:
    found = fromstring(part(data, "word/footnotes.xml")).findall(f"{W}footnote")
    return {each.get(f"{W}id") or "": text(each) for each in found}


def test_notes_are_words_own_and_numbered_by_their_mentions() -> None:
    of = FootnoteReference
    document = Document(
        (Paragraph(("x", of("b"), of("a"), of("b"), of("gone"))),),
        footnotes=(Footnote("a", words("A")), Footnote("b", (*words("B"), List(items("c"))))),
    )
    report = Report()
    data = made(document, report)
    assert notes(data) == {"-1": "", "0": "", "1": " Bc", "2": " A"}
    assert [each.get(f"{W}id") for each in body(data).iter(f"{W}footnoteReference")] == ["1", "2"]
    assert re.findall(r" NOTEREF (\w+) ", part(data, "word/document.xml")) == ["_RefNote1"]
    assert text(body(data)) == "x1[^gone]"
    assert [item.code for item in report.items] == ["footnote"]


def test_notes_that_the_text_does_not_mention_stand_at_its_end() -> None:
    within = Paragraph(("A", FootnoteReference("b"), FootnoteReference("a")))
    document = Document(
        (Paragraph(("x", FootnoteReference("a"))),),
        footnotes=(Footnote("a", (within,)), Footnote("b", words("B")), Footnote("c", words("C"))),
    )
    data = made(document)
    assert notes(data)["1"] == " A*11", "in notes, Word takes no notes"
    assert paragraphs(data)[1:] == [("HorizontalRule", ""), ("FootnoteText", "*1 B"), ("FootnoteText", "*2 C")]


def test_links_and_pictures_in_notes_are_related_to_them() -> None:
    note = Paragraph((Link(("there",), "https://example.org/"), Image(PICTURED, "seen")))
    document = Document((Paragraph((FootnoteReference("a"),)),), footnotes=(Footnote("a", (note,)),), resources=PICTURE)
    related = part(made(document), "word/_rels/footnotes.xml.rels")
    assert "https://example.org/" in related and "media/image1.png" in related


# Languages and directions


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("", ' w:eastAsia="zh-CN" w:bidi="ar-SA"'),
        ("de", ' w:val="de-DE" w:eastAsia="zh-CN" w:bidi="ar-SA"'),
        ("en-GB", ' w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"'),
        ("ja", ' w:val="en-US" w:eastAsia="ja-JP" w:bidi="ar-SA"'),
        ("zh-Hant-TW", ' w:val="en-US" w:eastAsia="zh-TW" w:bidi="ar-SA"'),
        ("he", ' w:val="en-US" w:eastAsia="zh-CN" w:bidi="he-IL"'),
    ],
)
def test_the_language_of_the_document(tag: str, told: str) -> None:
    document = Document(metadata={"lang": tag} if tag else {})
    assert language(document).tag == told
    assert f"<w:lang{told}/>" in part(made(document), "word/styles.xml")


def test_letters_of_each_script_have_their_fonts() -> None:
    fonts = part(made(Document(words("本"), metadata={"lang": "ja"})), "word/theme/theme1.xml")
    assert '<a:ea typeface="Yu Gothic"/>' in fonts
    assert 'w:hint="eastAsia"' in part(made(Document(words("“本”"), metadata={"lang": "ja"})), "word/document.xml")


def scripts(data: bytes) -> list[tuple[str, str]]:
    return [
        (text(run), next((each.tag[len(W) :] for each in run.iter() if each.tag in (f"{W}rtl", f"{W}cs")), ""))
        for run in body(data).iter(f"{W}r")
    ]


def test_runs_from_the_right_say_so_with_the_signs_between_their_words() -> None:
    assert scripts(made(paragraph("see (שלום, עולם 12), ok"))) == [
        ("see (", ""),
        ("שלום, עולם 12", "rtl"),
        ("), ok", ""),
    ]
    assert scripts(made(paragraph("שלום (abc 1), ok."))) == [("שלום (", "rtl"), ("abc 1), ok", ""), (".", "rtl")]
    assert scripts(made(paragraph("a नमस्ते b"))) == [("a ", ""), ("नमस्ते", "cs"), (" b", "")]


def test_each_paragraph_runs_as_its_first_letter_does() -> None:
    mixed = Document((*words("abc", "שלום", "12"), CodeBlock("שלום\n")), metadata={"lang": "he"})
    found = [each.find(f"{W}pPr/{W}bidi") is not None for each in body(made(mixed)).findall(f"{W}p")]
    assert found == [False, True, True, False]


def test_what_is_aligned_to_a_side_is_so_in_either_direction() -> None:
    def side(said: str) -> str | None:
        [only] = body(made(Document((Paragraph((said,), "right"),)))).findall(f"{W}p")
        return value(only, "pPr/jc")

    assert (side("abc"), side("שלום")) == ("right", "left"), "Word calls the side left where a paragraph begins"


# Maps


def test_a_map_is_drawn_on_a_sheet_of_its_own_above_its_outline() -> None:
    data = registry.load("docx")(EVERYTHING, Options(), Report())
    [first, last] = body(data).iter(f"{W}sectPr")
    assert [value_of(each, "orient") for each in (first, last)] == ["landscape", None]
    outline = made(EVERYTHING, map="outline")
    assert len([*body(outline).iter(f"{W}sectPr")]) == 1
    drawing = made(EVERYTHING, map="drawing")
    assert "noted" not in part(drawing, "word/document.xml")
    assert [value_of(each, "orient") for each in body(drawing).iter(f"{W}sectPr")] == ["landscape"]


def value_of(section: Element, attribute: str) -> str | None:
    return value(section, "pgSz", attribute)


# Hostile documents


def test_what_is_as_deep_as_can_be_is_written() -> None:
    deep: Blocks = words("end")
    for at in range(MAX_DEPTH):
        deep = (BlockQuote(deep),) if at % 2 else (List((ListItem(deep),)),)
    assert "end" in text(body(made(Document(deep))))


def test_a_row_of_signs_takes_no_time_that_grows_with_its_square() -> None:
    awkward = "א" + "!" * 200_000 + "a" + "!" * 200_000
    assert len(text(body(made(paragraph(awkward))))) == len(awkward)


@settings(max_examples=20)
@given(documents())
def test_any_document_is_well_formed_and_its_references_lead_somewhere(document: Document) -> None:
    data = made(document)
    for name in names(data):
        if name.endswith((".xml", ".rels")):
            fromstring(part(data, name))
    written = part(data, "word/document.xml")
    marks = re.findall(r'<w:bookmarkStart w:id="(\d+)" w:name="([^"]+)"', written)
    assert len({id for id, _ in marks}) == len({name for _, name in marks}) == len(marks)
    assert {*re.findall(r' w:anchor="([^"]+)"', written)} <= {name for _, name in marks} | {"_top"}
    related = {*re.findall(r'Id="(rId\d+)"', _relations(data))}
    assert {*re.findall(r' r:(?:id|embed)="(rId\d+)"', written)} <= related


def test_paragraphs_wait_for_the_next_one() -> None:
    flow = Flow()
    flow.add_table("<w:tbl/>")
    assert flow.last is None
    assert flow.end() == [
        "<w:tbl/>",
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/></w:pPr></w:p>',
    ]


# Reference documents


def packed(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
)


def relations(**targets: str) -> str:
    rows = "".join(
        f'<Relationship Id="{id}" Type="{OFFICE}/{id.rstrip("0123456789")}" Target="{target}"'
        f"{' TargetMode="External"' if ':' in target else ''}/>"
        for id, target in targets.items()
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def word(element: str, within: str) -> str:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    spaces = f'xmlns:w="{W[1:-1]}" xmlns:r="{OFFICE}" xmlns:wp="{WP[1:-1]}"'
    spaces += f' xmlns:a="{drawing}/main" xmlns:pic="{drawing}/picture"'
    return f"<w:{element} {spaces}>{within}</w:{element}>"


STYLES = word(
    "styles",
    '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="24"/><w:lang w:val="de-DE"/></w:rPr></w:rPrDefault>'
    "</w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="Heading 1"/><w:basedOn w:val="Standard"/>'
    '<w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr><w:rPr><w:color w:val="AA0055"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="Quote"><w:name w:val="House Style"/></w:style>',
)
LISTS = word(
    "numbering",
    '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/>'
    '<w:pStyle w:val="berschrift1"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="4"><w:abstractNumId w:val="7"/></w:num>',
)
DRAWING = (
    '<w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="1" name="a"/><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
    '<pic:cNvPr id="1" name="a"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="image1"/>'
    "<a:stretch/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
)
HEADER = word(
    "hdr",
    f'<w:p><w:pPr><w:pStyle w:val="Standard"/></w:pPr><w:r><w:t>Brand &amp; Co</w:t></w:r><w:r>{DRAWING}</w:r>'
    '<w:hyperlink r:id="hyperlink1"><w:r><w:t>shop</w:t></w:r></w:hyperlink>'
    '<w:hyperlink r:id="hyperlink2"><w:r><w:t>trap</w:t></w:r></w:hyperlink><w:r><w:object/></w:r></w:p>',
)
TEXT = word(
    "document",
    '<w:body><w:p><w:r><w:t>Lorem</w:t></w:r></w:p><w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
    '<w:pgSz w:w="10000" w:h="14000"/><w:pgMar w:top="900" w:right="800" w:bottom="700" w:left="600" w:header="300" '
    'w:footer="300" w:gutter="0"/></w:sectPr></w:body>',
)
BRAND: dict[str, str | bytes] = {
    "[Content_Types].xml": TYPES,
    "word/document.xml": TEXT,
    "word/_rels/document.xml.rels": relations(
        styles1="styles.xml", numbering1="numbering.xml", header1="header1.xml", vbaProject1="vbaProject.bin"
    ),
    "word/styles.xml": STYLES,
    "word/numbering.xml": LISTS,
    "word/header1.xml": HEADER,
    "word/_rels/header1.xml.rels": relations(
        image1="media/logo.png", hyperlink1="https://example.org/", hyperlink2="javascript:alert(1)"
    ),
    "word/media/logo.png": png(3, 4),
    "word/vbaProject.bin": b"macros",
}
NOTES = "# One\n\n> quote\n\n1. item\n"


def branded(parts: dict[str, str | bytes] | bytes, text: str = NOTES, **more: object) -> bytes:
    data = parts if isinstance(parts, bytes) else packed(parts)
    source = Source(packed({"index.md": text, "brand/look.docx": data}), "notes.zip")
    file = export(source, "docx", {"reference": "brand/look.docx", **more})
    assert file.report.items == (), "the reference document is used"
    return file.data


def test_a_reference_document_gives_its_looks(tmp_path: Path) -> None:
    data = branded(BRAND)
    assert complaints(data, tmp_path) == []
    sheet = fromstring(part(data, "word/styles.xml"))
    found = {style.get(f"{W}styleId"): style for style in sheet.iter(f"{W}style")}
    assert value(found["Heading1"], "rPr/color") == "AA0055", "known by its name, whatever its id"
    assert value(found["Heading1"], "basedOn") == "Normal"
    assert value(found["QuoteOther"], "name") == "House Style", "of another name, though it has an id of ours"
    assert value(found["Quote"], "name") == "Quote", "added, for it was not there"
    assert [
        style.get(f"{W}styleId")
        for style in found.values()
        if style.get(f"{W}default") and style.get(f"{W}type") == "paragraph"
    ] == ["Normal"]
    assert value(sheet, "docDefaults/rPrDefault/rPr/sz") == "24"


def test_a_reference_document_gives_its_paper_and_what_stands_above_pages() -> None:
    data = branded(BRAND)
    last = body(data).find(f"{W}sectPr")
    assert last is not None
    assert (value(last, "pgSz", "w"), value(last, "pgMar", "left")) == ("10000", "600")
    above = part(data, "word/header1.xml")
    assert text(fromstring(above)) == "Brand & Coshoptrap"
    assert "w:object" not in above and 'w:pStyle w:val="Normal"' in above
    related = part(data, "word/_rels/header1.xml.rels")
    assert "https://example.org/" in related and "javascript" not in related
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("word/media/reference1.png") == png(3, 4)


def test_nothing_else_is_taken_of_a_reference_document() -> None:
    data = branded(BRAND)
    assert not [name for name in names(data) if "vba" in name or "logo" in name]
    assert "Lorem" not in part(data, "word/document.xml")


def test_lists_of_a_reference_document_stay_apart_from_those_of_the_text() -> None:
    data = branded(BRAND)
    lists = fromstring(part(data, "word/numbering.xml"))
    assert [each.get(f"{W}abstractNumId") for each in lists.findall(f"{W}abstractNum")] == ["7", "8", "9"], (
        "and of the styles List Bullet and List Number"
    )
    assert [each.get(f"{W}numId") for each in lists.findall(f"{W}num")] == ["4", "5", "6", "7"]
    assert [each[1] for each in numbers(data) if each[0] == "item"] == ["7"]
    assert value(lists, "abstractNum/lvl/pStyle") == "Heading1"


def test_a_reference_document_speaks_the_language_of_the_text() -> None:
    sheet = part(branded(BRAND, "---\nlang: fr\n---\n\ntext\n"), "word/styles.xml")
    assert 'w:lang w:val="fr-FR"' in sheet and "de-DE" not in sheet


def test_the_reference_document_of_another_program_will_do(tmp_path: Path) -> None:
    printed = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    given = subprocess.run(printed, capture_output=True, check=True).stdout
    data = branded(given, "# A *b*\n\ntext `code`\n\n- item\n\n| a |\n|---|\n| b |\n")
    assert complaints(data, tmp_path) == []


def test_a_reference_document_may_lie_beside_the_source() -> None:
    files = {"look.dotx": packed(BRAND)}
    file = export(Source(b"text\n", "a.md", files.get), "docx", {"reference": "look.dotx"})
    assert "AA0055" in part(file.data, "word/styles.xml")


LADEN = f"<w:a {' '.join(f'a{number}=""' for number in range(5000))}/>"
BOMB = '<!DOCTYPE a [<!ENTITY b "c">]>'
UNREADABLE: dict[str, dict[str, str | bytes] | bytes] = {
    "no archive": b"text",
    "another archive": packed({"a.txt": "b"}),
    "a spreadsheet": BRAND | {"[Content_Types].xml": TYPES.replace("wordprocessingml", "spreadsheetml")},
    "no styles": {name: data for name, data in BRAND.items() if "styles" not in name},
    "no XML": BRAND | {"word/styles.xml": "<w:styles"},
    "entities": BRAND | {"word/styles.xml": BOMB + STYLES},
    "a strict document": BRAND | {"word/styles.xml": STYLES.replace(W[1:-1], "http://purl.oclc.org/ooxml/wordprocessingml/main")},
    "far too deep": BRAND | {"word/header1.xml": word("hdr", "<w:p>" * 3000 + "</w:p>" * 3000)},
    "far too many": BRAND | {"word/styles.xml": word("styles", '<w:style w:type="x"/>' * 120_000)},
    "far too many attributes": BRAND | {"word/styles.xml": STYLES.replace("<w:docDefaults", f"{LADEN}<w:docDefaults")},
    "a bomb": BRAND | {"word/styles.xml": " " * 30_000_000},
    "a part that is not there": {name: data for name, data in BRAND.items() if name != "word/document.xml"},
}  # fmt: skip


@pytest.mark.parametrize("parts", UNREADABLE.values(), ids=UNREADABLE)
def test_a_reference_document_that_cannot_be_read_is_an_error(parts: dict[str, str | bytes] | bytes) -> None:
    with pytest.raises(UnreadableSource, match=r"^The reference document 'brand/look\.docx' .+\. Save it in Word"):
        branded(parts)


@pytest.mark.parametrize("path", ["gone.docx", "../look.docx", "https://example.org/look.docx", "/etc/passwd", "#"])
def test_a_reference_document_that_is_not_there_is_an_error(path: str) -> None:
    with pytest.raises(BadOption, match=r"^The option docx\.reference cannot be .+: the source has no such file"):
        export(Source(packed({"index.md": "text"}), "notes.zip"), "docx", {"reference": path})
    with pytest.raises(BadOption, match="no such file"):
        export(Source(b"text", "a.md"), "docx", {"reference": path})


@pytest.mark.parametrize(
    "size",
    ['w:w="1" w:h="1"', 'w:w="x" w:h="99999999999"', 'w:w="-5" w:h="40000"', ""],
)
def test_paper_that_leaves_no_room_is_not_used(size: str) -> None:
    data = branded(BRAND | {"word/document.xml": TEXT.replace('w:w="10000" w:h="14000"', size)})
    last = body(data).find(f"{W}sectPr")
    assert last is not None
    assert value(last, "pgSz", "w") == "11906"


def test_a_book_may_have_a_reference_document() -> None:
    book = packed(
        {"export.yml": "chapters: [a.md, b.md]", "a.md": "# A\n", "b.md": "# B\n", "look.docx": packed(BRAND)}
    )
    file = export(Source(book, "book.zip"), "docx", {"reference": "look.docx"})
    assert file.report.items == ()
    assert "AA0055" in part(file.data, "word/styles.xml")


# How things stand to each other


def test_code_in_a_call_out_is_in_the_same_box() -> None:
    label, before, code, after = body(of_markdown("> [!TIP]\n> before\n>\n> ```\n> x\n> ```\n>\n> after\n")).findall(
        f"{W}p"
    )
    assert value(code, "pPr/shd", "fill") == ADMONITIONS["tip"][1]
    assert (value(code, "pPr/ind", "left"), value(code, "pPr/ind", "right")) == ("280", "150")
    assert [value(each, "pPr/spacing", "after") for each in (label, before)] == [None, None]
    assert value(after, "pPr/spacing", "after") == "240"


def test_a_quote_in_a_quote_follows_closely() -> None:
    outer, inner, *_ = body(of_markdown("> outer\n>\n> > inner\n\nend\n")).findall(f"{W}p")
    assert [text(outer), text(inner)] == ["outer", "inner"]
    assert value(outer, "pPr/spacing", "after") == "160"


def test_the_bar_of_a_box_stays_at_its_side_where_text_runs_the_other_way() -> None:
    _, hebrew, *_ = body(of_markdown("> [!NOTE]\n> שלום\n")).findall(f"{W}p")
    assert hebrew.find(f"{W}pPr/{W}bidi") is not None
    assert value(hebrew, "pPr/pBdr/left") == "single"
    assert value(hebrew, "pPr/pBdr/left", "color") == ADMONITIONS["note"][0]
    assert value(hebrew, "pPr/ind", "right") == "280"


def test_two_lists_have_a_gap_between_them() -> None:
    one, other = body(of_markdown("- one\n\n* other\n")).findall(f"{W}p")
    assert (value(one, "pPr/contextualSpacing"), value(other, "pPr/contextualSpacing")) == ("0", None)


def test_short_words_stay_whole_in_a_table_that_is_too_wide() -> None:
    def widths(*words: str) -> list[int]:
        data = of_markdown(f"|{'|'.join(words)}|\n|{'-|' * len(words)}\n")
        return [int(each.get(f"{W}w", "0")) for each in body(data).iter(f"{W}gridCol")]

    many = widths("yes", "w" * 300, "w" * 300, *["longerword"] * 10)
    assert many[0] == round(widths("yes")[0] * 0.8), "all that it needs in smaller letters"
    assert many[0] < many[1] == many[2]
    assert sum(many) <= 9070


def test_a_style_of_another_kind_makes_way_for_ours_of_that_name() -> None:
    styles = STYLES.replace(
        "</w:styles>", '<w:style w:type="character" w:styleId="X"><w:name w:val="table"/></w:style></w:styles>'
    )
    sheet = fromstring(part(branded(BRAND | {"word/styles.xml": styles}), "word/styles.xml"))
    names = [each.get(f"{W}val", "") for each in sheet.iter(f"{W}name")]
    assert "table Other" in names
    assert len({name.casefold() for name in names}) == len(names)


def test_a_link_that_holds_nothing_is_left_out() -> None:
    assert "w:hyperlink" not in part(of_markdown("a [](https://example.org) b\n"), "word/document.xml")


def test_code_is_as_large_as_the_text_around_it() -> None:
    style = re.search('w:styleId="VerbatimChar".*?</w:style>', part(made(EVERYTHING), "word/styles.xml"))
    assert style is not None and "w:sz " not in style[0]
