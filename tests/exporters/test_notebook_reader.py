"""The notebook reader: what becomes of cells and their outputs, and of notebooks that are damaged."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import png

from exporters import Source, readers
from exporters.document import (
    Block,
    Cell,
    CodeBlock,
    Document,
    Emphasis,
    Heading,
    Image,
    Math,
    Paragraph,
    Strong,
    Table,
)
from exporters.document.walk import blocks, inlines, plain_text
from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.readers import notebook
from exporters.readers.notebook import outputs as notebook_outputs
from exporters.readers.resources import key_of
from exporters.report import Report

SAMPLES = Path(__file__).parent.parent / "documents" / "notebooks"
PNG = png(3, 2)
PNG_64 = base64.b64encode(PNG).decode()
PNG_KEY = key_of(PNG)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"><path d="M0 0h3"/></svg>'


def read(whole: object, report: Report | None = None) -> Document:
    data = whole if isinstance(whole, bytes) else json.dumps(whole).encode()
    return readers.read(Source(data, "a.ipynb"), report or Report())


def book(*cells: object, **metadata: object) -> dict[str, object]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


def code(source: object, *outputs: object, **metadata: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "outputs": list(outputs), "metadata": metadata}


def markdown(source: object, **others: object) -> dict[str, object]:
    return {"cell_type": "markdown", "source": source, "metadata": {}, **others}


def raw(source: str, form: str) -> dict[str, object]:
    return {"cell_type": "raw", "source": source, "metadata": {"format": form}}


def display(**forms: object) -> dict[str, object]:
    """An output; `text_plain` is the form text/plain."""
    return {"output_type": "display_data", "data": {name.replace("_", "/", 1): form for name, form in forms.items()}}


def stream(text: object, name: str = "stdout") -> dict[str, object]:
    return {"output_type": "stream", "name": name, "text": text}


def said(text: str) -> CodeBlock:
    return CodeBlock(text, "text", "text output")


def shown(*outputs: object, report: Report | None = None) -> tuple[Block, ...]:
    """What becomes of the outputs of a cell without code."""
    return read(book(code("", *outputs)), report).blocks


def codes(report: Report) -> list[tuple[str, str]]:
    return [(item.code, item.severity) for item in report.items]


# Cells

CELLS: dict[str, tuple[object, tuple[Block, ...]]] = {
    "markdown": (markdown("a *b*"), (Paragraph(("a ", Emphasis(("b",)))),)),
    "a source in lines": (markdown(["a\n", "b"]), (Paragraph(("a\nb",)),)),
    "code": (code("a = 1"), (CodeBlock("a = 1\n", "python", "python"),)),
    "code without text": (code(["\n", " "]), ()),
    "a magic": (code("%%bash\nls"), (CodeBlock("%%bash\nls\n", "bash", "bash"),)),
    "another magic": (code("%%time\na"), (CodeBlock("%%time\na\n", "python", "python"),)),
    "a language of its own": (
        code("a", vscode={"languageId": "fsharp"}),
        (CodeBlock("a\n", "fsharp", "fsharp"),),
    ),
    "a language that is none": (code("a", vscode={"languageId": "a b`"}), (CodeBlock("a\n", "python", "python"),)),
    "raw": (raw("a", ""), (CodeBlock("a\n"),)),
    "raw markdown": (raw("**a**", "text/markdown"), (Paragraph((Strong(("a",)),)),)),
    "raw html": (raw("<p>a</p>", "text/html"), (Paragraph(("a",)),)),
    "raw latex": (raw("\\newpage", "text/latex"), (CodeBlock("\\newpage\n", "latex", "latex"),)),
    "raw restructured text": (raw("a", "text/restructuredtext"), (CodeBlock("a\n", "rst", "rst"),)),
    "raw anything": (raw("a", "application/pdf"), (CodeBlock("a\n"),)),
    "a kind of its own": ({"cell_type": "prompt", "source": "a"}, (CodeBlock("a\n"),)),
    "nothing": ({}, ()),
    "nothing of the right shape": (
        {"cell_type": "code", "source": {"a": 1}, "metadata": [], "outputs": {"b": 2}},
        (),
    ),
}


@pytest.mark.parametrize("what", CELLS)
def test_cells(what: str) -> None:
    cell, expected = CELLS[what]
    assert read(book(cell, language_info={"name": "Python"})).blocks == expected


def test_markdown_cells_are_one_document() -> None:
    document = read(
        book(markdown("# A\n\n[^1] [b](#b)"), code("c"), markdown("## B\n\nd"), markdown("# A"), markdown("[^1]: e"))
    )
    first, second = document.sections
    assert (first.id, second.id) == ("a", "a-1")
    assert [plain_text(section.heading) for section in first.sections] == ["B"]
    assert first.blocks[1:] == (CodeBlock("c\n"),)
    assert [note.blocks for note in document.footnotes] == [(Paragraph(("e",)),)]


def test_the_language_of_code_is_the_kernels() -> None:
    for metadata in ({"language_info": {"name": "R"}}, {"kernelspec": {"language": "R"}}):
        assert read(book(code("a"), **metadata)).blocks == (CodeBlock("a\n", "r", "r"),)


def test_attachments_are_the_images_of_their_cell() -> None:
    other = png(2, 2)
    attached = [{"a b.png": {"image/png": base64.b64encode(data).decode()}} for data in (PNG, other)]
    report = Report()
    document = read(
        book(
            markdown("![c](attachment:a%20b.png)", attachments=attached[0]),
            markdown("![c](<attachment:a b.png>)", attachments=attached[1]),
        ),
        report,
    )
    assert [node for node in inlines(document) if isinstance(node, Image)] == [
        Image(PNG_KEY, "c"),
        Image(key_of(other), "c"),
    ]
    assert document.resources[PNG_KEY].name == "", "it is no file beside the notebook, which a name would say"
    assert not report.items


def test_an_attachment_that_is_no_image_is_said_once() -> None:
    report = Report()
    read(book(markdown("![c](attachment:a.png)", attachments={"a.png": {"image/png": "AAAA"}})), report)
    assert codes(report) == [("image-unreadable", "lost")]


def test_an_attachment_that_is_not_there_is_said() -> None:
    report = Report()
    read(book(markdown("![c](attachment:a.png)")), report)
    assert codes(report) == [("image-missing", "lost")]


# Metadata

METADATA: dict[str, tuple[dict[str, Any], dict[str, object]]] = {
    "title and authors": (
        {"title": "A", "authors": [{"name": "B"}, "C", {"no": 1}, 2]},
        {"title": "A", "author": ["B", "C"]},
    ),
    "an author": ({"author": "B", "date": "2024"}, {"date": "2024", "author": ["B"]}),
    "anything": ({"title": 1, "authors": "B", "kernelspec": []}, {}),
}


@pytest.mark.parametrize("what", METADATA)
def test_metadata(what: str) -> None:
    stated, expected = METADATA[what]
    assert read(book(**stated)).metadata == expected


@pytest.mark.parametrize("cell", [raw("---\ntitle: A\n---\n", ""), markdown("---\ntitle: A\n---\nb")])
def test_front_matter_may_be_in_the_first_cell(cell: dict[str, object]) -> None:
    document = read(book(cell, raw("---\ntitle: C\n---", ""), title="B"))
    assert document.metadata == {"title": "A"}
    assert CodeBlock("---\ntitle: C\n---\n") in document.blocks


# What its author has hidden

HIDDEN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing": ({"tags": ["a", 1]}, ["code", "output"]),
    "a cell": ({"tags": ["remove_cell"]}, []),
    "a cell of a book": ({"tags": ["hide-cell", "hide-input"]}, []),
    "code": ({"tags": ["hide_input"]}, ["output"]),
    "code, by a button": ({"jupyter": {"source_hidden": True}}, ["output"]),
    "code, by an extension": ({"hide_input": True}, ["output"]),
    "outputs": ({"tags": ["remove-output"]}, ["code"]),
    "outputs, by a button": ({"jupyter": {"outputs_hidden": True}}, ["code"]),
    "outputs that are folded": ({"collapsed": True}, ["code"]),
    "both": ({"tags": ["remove_input", "remove_output"]}, []),
}


@pytest.mark.parametrize("what", HIDDEN)
def test_what_is_hidden_stays_so_and_is_said(what: str) -> None:
    metadata, left = HIDDEN[what]
    report = Report()
    document = read(book(code("code", stream("output"), **metadata)), report)
    assert [block.text.strip() for block in blocks(document) if isinstance(block, CodeBlock)] == left
    assert set(codes(report)) == (set() if len(left) == 2 else {("part", "note")})


def test_text_can_be_hidden_too() -> None:
    assert read(book({**markdown("a"), "metadata": {"tags": ["remove-cell"]}})) == Document()


# Outputs

TABLE = "<style scoped>.dataframe {}</style><table><thead><tr><th>a</th></tr></thead><tr><td>1</td></tr></table>"
TABLE_NODE = Table((None,), (Cell(("a",)),), ((Cell(("1",)),),))

OUTPUTS: dict[str, tuple[object, tuple[Block, ...]]] = {
    "printed": (stream("a\nb\n"), (said("a\nb\n"),)),
    "printed in lines": (stream(["a\n", "b"]), (said("a\nb\n"),)),
    "printed space": (stream(" \n"), ()),
    "in colours": (stream("\x1b[1;31ma\x1b[0m\x1b]8;;https://a.example\x07b\x1b]8;;\x07"), (said("ab\n"),)),
    "progress": (stream("0%\r50%\r100%\r\nb"), (said("100%\nb\n"),)),
    "progress without an end": (stream("0%\r50%\r"), (said("50%\n"),)),
    "typing": (stream("ab\b\bcd"), (said("cd\n"),)),
    "other controls": (stream("a\x07\x0cb"), (said("ab\n"),)),
    "plain": (display(text_plain=["a\n", "b"]), (said("a\nb\n"),)),
    "html": (display(text_html=TABLE, text_plain="a"), (TABLE_NODE,)),
    "html that says nothing": (display(text_html="<div id='a'></div>", text_plain="a"), (said("a\n"),)),
    "markdown": (display(text_markdown="*a*", text_plain="a"), (Paragraph((Emphasis(("a",)),)),)),
    "latex": (display(text_latex="$\\displaystyle x$", text_plain="x"), (Paragraph((Math("x", display=True),)),)),
    "latex with other signs": (display(text_latex=["\\[x\n", "y\\]"]), (Paragraph((Math("x\ny", display=True),)),)),
    "latex in an environment": (
        display(text_latex="\\begin{align*}x\\end{align*}"),
        (Paragraph((Math("\\begin{align*}x\\end{align*}", display=True),)),),
    ),
    "latex that is no formula": (
        display(text_latex="\\begin{tabular}{l}x\\end{tabular}"),
        (CodeBlock("\\begin{tabular}{l}x\\end{tabular}\n", "latex", "latex"),),
    ),
    "prices in latex": (display(text_latex="$1 and $2"), (CodeBlock("$1 and $2\n", "latex", "latex"),)),
    "latex before an image": (display(text_latex="$x$", image_png=PNG_64), (Paragraph((Math("x", display=True),)),)),
    "an image": (display(image_png=PNG_64, text_plain="two\nlines"), (Paragraph((Image(PNG_KEY, "two lines"),)),)),
    "an image in lines": (display(image_png=[PNG_64[:9] + "\n", PNG_64[9:] + "\n"]), (Paragraph((Image(PNG_KEY),)),)),
    "an image with a name for its kind": (
        display(image_png=PNG_64, text_plain="<Figure size 640x480 with 1 Axes>"),
        (Paragraph((Image(PNG_KEY),)),),
    ),
    "an image of two kinds": (
        {**display(**{"image_svg+xml": SVG, "image_png": PNG_64}), "metadata": {"image/png": {"alt": "b"}}},
        (Paragraph((Image(PNG_KEY, "b"),)),),
    ),
    "a drawing": (display(**{"image_svg+xml": [SVG]}), (Paragraph((Image(key_of(SVG.encode())),)),)),
    "json": (
        display(application_json={"a": [1, "é"]}),
        (CodeBlock('{\n  "a": [\n    1,\n    "é"\n  ]\n}\n', "json", "json"),),
    ),
    "json with words": (display(application_json={}, text_plain="a"), (CodeBlock("{}\n", "json", "json"),)),
    "a result": ({"output_type": "execute_result", "data": {"text/plain": "1"}, "execution_count": 7}, (said("1\n"),)),
    "an error": (
        {"output_type": "error", "ename": "E", "evalue": "a", "traceback": ["\x1b[31mline 1\x1b[0m", "E: a"]},
        (said("line 1\nE: a\n"),),
    ),
    "an error that does not say itself": (
        {"output_type": "error", "ename": "E", "evalue": "a", "traceback": ["line 1"]},
        (said("line 1\nE: a\n"),),
    ),
    "an error alone": ({"output_type": "error", "ename": "E", "evalue": "a"}, (said("E: a\n"),)),
    "nothing": ({"output_type": "display_data", "data": {}}, ()),
}


@pytest.mark.parametrize("what", OUTPUTS)
def test_outputs(what: str) -> None:
    output, expected = OUTPUTS[what]
    report = Report()
    assert shown(output, report=report) == expected
    assert not [item for item in report.items if item.severity == "lost"]


def test_what_is_printed_bit_by_bit_is_one_text() -> None:
    assert shown(stream("a"), stream("b\r", "stderr"), stream("c\n"), display(text_plain="d"), stream("e")) == (
        said("c\n"),
        said("d\n"),
        said("e\n"),
    )


def test_headings_in_outputs_have_ids_of_their_own() -> None:
    output = display(text_html="<h2>A</h2><ul><li><h3>A</h3></li></ul>")
    document = read(book(markdown("# A"), code("", output), code("", output)))
    ids = [block.id for block in blocks(document) if isinstance(block, Heading)]
    assert [*ids, document.sections[0].id] == ["a-1", "a-2", "a-3", "a-4", "a"]


def test_outputs_are_reported_with_their_section_or_cell() -> None:
    report = Report()
    broken = display(image_png="AAAA")
    read(book(code(""), code("", broken), markdown("# B"), code("", display(image_gif="AAAA"))), report)
    assert [item.where for item in report.items] == ["cell 2", "cell 2"]
    assert [item.count for item in report.items] == [2, 2], "the same, met twice"
    assert codes(report) == [("image-unreadable", "lost"), ("syntax", "lost")]


PLOTLY = "application_vnd.plotly.v1+json"

LOST: dict[str, tuple[object, tuple[Block, ...], list[tuple[str, str]]]] = {
    "a widget": (
        display(**{"application_vnd.jupyter.widget-view+json": {"model_id": "1"}, "text_plain": "a slider"}),
        (said("a slider\n"),),
        [("script", "lost")],
    ),
    "a chart": (display(**{PLOTLY: {}}), (), [("script", "lost")]),
    "a chart with a picture": (
        display(**{PLOTLY: {}, "image_png": PNG_64, "text_plain": "a"}),
        (Paragraph((Image(PNG_KEY, "a"),)),),
        [("script", "degraded")],
    ),
    "a table that can be explored": (
        display(**{"application_vnd.dataresource+json": {}, "text_html": TABLE}),
        (TABLE_NODE,),
        [],
    ),
    "a script": (display(application_javascript="alert(1)"), (), [("script", "lost")]),
    "a script in a page": (
        display(text_html="<script>a</script>", text_plain="b"),
        (said("b\n"),),
        [("script", "lost"), ("script", "lost")],
    ),
    "a film": (display(video_mp4="AAAA"), (), [("syntax", "lost")]),
    "an image that is none": (
        display(image_png="AAAA", text_plain="a"),
        (said("a\n"),),
        [("image-unreadable", "lost")],
    ),
    "an image that is no base64": (display(image_png="é"), (), [("image-unreadable", "lost"), ("syntax", "lost")]),
    "a drawing that is a program": (
        display(**{"image_svg+xml": SVG.replace("<path", "<script/><path"), "text_plain": "a"}),
        (said("a\n"),),
        [("image-unreadable", "lost")],
    ),
    "a kind of its own": ({"output_type": "smell"}, (), [("syntax", "lost")]),
    "no object": ("a", (), [("syntax", "lost")]),
}  # fmt: skip


@pytest.mark.parametrize("what", LOST)
def test_what_cannot_be_shown_is_said(what: str) -> None:
    output, expected, says = LOST[what]
    report = Report()
    assert shown(output, report=report) == expected
    assert [each for each in codes(report) if each != ("alternative", "note")] == says


# Other versions

OLD = {
    "nbformat": 3,
    "metadata": {"name": "Untitled0"},
    "worksheets": [
        {
            "cells": [
                {"cell_type": "heading", "level": 2, "source": ["A *b*\n", "c"]},
                {
                    "cell_type": "code",
                    "language": "python",
                    "input": ["a\n", "b"],
                    "outputs": [
                        {"output_type": "stream", "stream": "stdout", "text": "c"},
                        {"output_type": "pyout", "text": ["d"], "png": PNG_64},
                        {"output_type": "display_data", "svg": SVG},
                        {"output_type": "pyerr", "ename": "E", "evalue": "e", "traceback": []},
                    ],
                },
            ]
        },
        {"cells": [{"cell_type": "html", "source": "<p>f"}]},
    ],
}


def test_notebooks_of_older_versions() -> None:
    document = read(OLD)
    [section] = document.sections
    assert (section.level, section.heading) == (2, ("A ", Emphasis(("b",)), " c"))
    assert section.blocks == (
        CodeBlock("a\nb\n", "python", "python"),
        said("c\n"),
        Paragraph((Image(PNG_KEY, "d"),)),
        Paragraph((Image(key_of(SVG.encode())),)),
        said("E: e\n"),
        Paragraph(("f",)),
    )


# What is none

NONE: dict[str, tuple[object, str]] = {
    "no json": (b"{", "is not valid JSON"),
    "no object": (b'["nbformat"]', "it must be a JSON object with the field nbformat"),
    "no version": ({"cells": []}, "it must be a JSON object with the field nbformat"),
    "a version to come": ({"nbformat": 5, "cells": []}, "Save it with nbformat 2 to 4"),
    "the first version": ({"nbformat": 1, "cells": []}, "Save it with nbformat 2 to 4"),
    "a version that is no number": ({"nbformat": "4", "cells": []}, "Save it with nbformat 2 to 4"),
    "no cells": ({"nbformat": 4}, "its cells must be an array of objects"),
    "cells that are one": ({"nbformat": 4, "cells": {}}, "its cells must be an array of objects"),
    "cells that are text": ({"nbformat": 4, "cells": ["a"]}, "its cells must be an array of objects"),
    "no sheets": ({"nbformat": 3, "cells": []}, "its cells must be an array of objects"),
    "too deep": (b'{"nbformat": 4, "cells": ' + b"[" * 100_000, "nested too deep"),
}


@pytest.mark.parametrize("what", NONE)
def test_what_is_no_notebook_is_refused(what: str) -> None:
    whole, says = NONE[what]
    with pytest.raises(UnreadableSource, match=says):
        readers.read(Source(whole if isinstance(whole, bytes) else json.dumps(whole).encode(), "a.ipynb"), Report())


def test_nothing_in_a_notebook_is_an_empty_document() -> None:
    assert read(book()) == Document()
    assert read({"nbformat": 3, "worksheets": []}) == Document()


# Much


def test_outputs_are_cut_off_and_that_is_said() -> None:
    for text, kept in (("a\n" * 30_000, "a\n" * notebook_outputs.MAX_LINES), ("b" * 1_100_000, "b" * 1_000_000 + "\n")):
        report = Report()
        assert shown(stream(text), report=report) == (said(kept),)
        assert codes(report) == [("part", "lost")]


def test_json_that_is_deep_does_not_become_large() -> None:
    value = b"[" * 500 + b"1," * 200_000 + b"1" + b"]" * 500
    report = Report()
    [block] = with_json(value, report).blocks
    assert isinstance(block, CodeBlock)
    assert len(block.text) <= notebook_outputs.MAX_TEXT + 1
    assert codes(report) == [("part", "lost")]


def test_json_that_is_too_deep_is_left_out() -> None:
    report = Report()
    assert with_json(b"[" * 3_000 + b"]" * 3_000, report) == Document()
    assert codes(report) == [("syntax", "lost")]


def with_json(value: bytes, report: Report) -> Document:
    whole = json.dumps(book(code("", display(application_json="value"))))
    return read(whole.encode().replace(b'"value"', value), report)


def test_markdown_has_a_bound_in_all_cells_together() -> None:
    cells = [markdown("a " * 300_000)] * (notebook.MAX_MARKDOWN // 600_000 + 1)
    with pytest.raises(SourceTooLarge, match="more than 2 MB of Markdown"):
        read(book(*cells))


BEARABLE: dict[str, object] = {
    "cells": book(*[markdown("a")] * 20_000),
    "outputs": book(code("", *[stream("a\n")] * 50_000)),
    "errors": book(code("", *[{"output_type": "error", "ename": "a"}] * 20_000)),
    "styles": book(code("", display(text_html="<style scoped>" * 50_000, text_plain="a"))),
    "dollars": book(code("", display(text_latex="$" * 500_000 + "a"))),
    "brackets": book(code("", display(text_latex="\\[" * 200_000))),
    "environments": book(code("", display(text_latex="\\begin{align}" + "\\end{align" * 50_000))),
    "returns": book(code("", stream("a\r" * 500_000))),
    "escapes": book(code("", stream("\x1b]" * 300_000 + "a"))),
    "tags": book(code("a", tags=["a"] * 100_000)),
    "attachments": book(markdown("a", attachments={f"a{i}": {"image/png": "AAAA"} for i in range(10_000)})),
}


@pytest.mark.parametrize("what", BEARABLE)
def test_much_of_anything_is_read_in_time_that_is_proportional(what: str) -> None:
    assert read(BEARABLE[what]) != Document()


# Anything

_LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(("", "a", "# a", "$x$", "<p>a", PNG_64, SVG))
_NAMES = """
    cell_type source metadata outputs attachments tags jupyter format level input output_type data text name ename png
    text/plain text/html image/png image/svg+xml text/latex text/markdown application/json
    """
_KEYS = st.sampled_from(_NAMES.split())
_KINDS = st.sampled_from(("code", "markdown", "raw", "heading", "html", "stream", "display_data", "error", "pyout"))
_VALUES = st.recursive(
    _LEAVES | _KINDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)
_OUTPUTS = st.fixed_dictionaries(
    {"output_type": _KINDS, "data": st.dictionaries(_KEYS, _VALUES)}, optional={"text": _VALUES}
)
_CELLS = st.fixed_dictionaries(
    {"cell_type": _KINDS, "source": _VALUES}, optional={"outputs": st.lists(_OUTPUTS, max_size=3), "metadata": _VALUES}
)


@settings(max_examples=200)
@given(st.lists(_CELLS, max_size=4), _VALUES, st.sampled_from((3, 4)))
def test_cells_of_any_shape_are_a_document(cells: list[object], metadata: object, version: int) -> None:
    whole = {"nbformat": version, "metadata": metadata, "cells": cells, "worksheets": [{"cells": cells}]}
    document = read(whole)
    ids = [block.id for block in blocks(document) if isinstance(block, Heading)]
    assert len(set(ids)) == len(ids)


# Whole notebooks


def test_a_notebook() -> None:
    report = Report()
    document = read((SAMPLES / "ships.ipynb").read_bytes(), report)
    [ships] = document.sections
    counting, failing = ships.sections
    assert document.metadata == {"title": "Ships of the year", "author": ["Ada Example"]}
    assert [type(block) for block in counting.blocks] == [CodeBlock, CodeBlock, CodeBlock, Table, CodeBlock, Paragraph]
    assert said("done\na warning\n") in counting.blocks
    assert [plain_text(failing.heading), type(failing.blocks[4])] == ["Where it fails", Paragraph]
    assert len(document.resources) == 2
    assert codes(report) == [("alternative", "note"), ("part", "note"), ("part", "note"), ("script", "lost")]


def test_an_old_notebook() -> None:
    [tides] = read((SAMPLES / "tides.ipynb").read_bytes()).sections
    assert [type(block) for block in tides.blocks] == [Paragraph, CodeBlock, CodeBlock, Paragraph, CodeBlock, CodeBlock]
