"""reStructuredText, as Docutils reads it."""

from __future__ import annotations

import io
import re

import docutils.core
import docutils.nodes as rst
import pytest
from checkers import pandoc
from documents_strategy import TEXTS, documents
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import EVERYTHING, GFM_SOURCES, SOURCES, paragraph

from exporters import Source, readers
from exporters.document import (
    Admonition,
    BlockQuote,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Document,
    Emphasis,
    Heading,
    Highlight,
    Keyboard,
    LineBreak,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    Strikethrough,
    Strong,
    Subscript,
    Table,
    ThematicBreak,
)
from exporters.formats.rst.export import export
from exporters.options import NoOptions
from exporters.report import Report
from exporters.toolbox.escaping import without_controls


def text(document: Document | str, report: Report | None = None) -> str:
    whole = readers.read(Source(document.encode(), "a.md"), Report()) if isinstance(document, str) else document
    return export(whole, NoOptions(), report or Report()).decode()


def tree(written: str) -> rst.document:
    """What Docutils makes of it, which it must do without a warning."""
    said = io.StringIO()
    settings = {"warning_stream": said, "report_level": 2, "halt_level": 5, "_disable_config": True}
    found = docutils.core.publish_doctree(written, settings_overrides=settings)
    assert said.getvalue() == "", written
    return found


WRITTEN = {
    "emphasis": ("*a* and **b**", "*a* and **b**"),
    "dress within a word": ("a*b*c", r"a\ *b*\ c"),
    "dress within dress has one": ("**a *b* c**", "**a** *b* **c**"),
    "code": ("`a*b`", "``a*b``"),
    "code with backquotes": ("``` a``b ```", r":literal:`a\`\`b`"),
    "a link": ("[a](https://b.c/d_)", r"`a <https://b.c/d\_>`__"),
    "an address": ("<https://b.c/d>", "https://b.c/d"),
    "an unsafe link is its words": ("[a](javascript:b)", "a"),
    "a break": ("a\\\nb", "| a\n| b"),
    "a formula": ("$x^2$", ":math:`x^2`"),
    "a formula on a line of its own": ("$$\nx\n$$", ".. math::\n\n   x"),
    "code in a block": ("```python\nx = 1\n```", ".. code-block:: python\n\n   x = 1"),
    "code in a language nobody knows": ("```zz9\nx\n```", ".. code-block::\n   :class: zz9\n\n   x"),
    "a quote": ("a\n\n> b", "a\n\n   b"),
    "a quote at the beginning": ("> b", "..\n\n   b"),
    "a call-out": ("> [!NOTE]\n> a", ".. note::\n\n   a"),
    "a list": ("- a\n- b\n  - c", "- a\n- b\n\n  - c"),
    "a list with numbers": ("3. a\n4. b", "3. a\n4. b"),
    "tasks": ("- [x] a\n- [ ] b", "- ☒ a\n- ☐ b"),
    "two lists": ("- a\n\n\n* b", "- a\n\n..\n\n- b"),
    "a table": (
        "| a | b |\n|---|---|\n| c | d |",
        "+---+---+\n| a | b |\n+===+===+\n| c | d |\n+---+---+",
    ),
    "a footnote": ("a[^1]\n\n[^1]: b", "a\\ [1]_\n\n.. [1] b"),
    "a rule between": ("a\n\n---\n\nb", "a\n\n----\n\nb"),
    "a rule at the end": ("a\n\n---", "a\n\n\\* \\* \\*"),
    "headings": ("# A\n\n## B\n\n# C", "A\n====\n\nB\n----\n\nC\n===="),
}


@pytest.mark.parametrize(("source", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_each_kind_of_node_has_its_markup(source: str, expected: str) -> None:
    assert text(source) == expected + "\n"
    tree(expected + "\n")


@pytest.mark.parametrize(
    "line",
    ["- a", "1. a", "(a) b", "A. b", ":a: b", "--all", ".. note::", ">>> a", "====", "| a", "__ a", "— a", "a::",
     "\\", "*", "+--+", ".. include:: /etc/passwd", "== =="],
)  # fmt: skip
def test_a_line_is_no_more_than_a_line(line: str) -> None:
    found = tree(text(Document((Paragraph(("a",)), Paragraph((line,)), Paragraph((f"b\n{line}",))))))

    assert [type(node) for node in found.children] == [rst.paragraph] * 3
    assert found.children[1].astext() == line


def test_roles_that_docutils_does_not_know_are_declared() -> None:
    dressed = paragraph(Strikethrough(("a",)), " ", Highlight(("b",)), " ", Keyboard("c"), " ", Subscript(("d",)))

    assert text(dressed) == (
        ".. role:: del\n\n.. role:: kbd\n\n.. role:: mark\n\n:del:`a` :mark:`b` :kbd:`c` :sub:`d`\n"
    )
    tree(text(dressed))


def test_what_people_link_to_has_a_name() -> None:
    written = text("# A\n\n[to b](#b-c)\n\n## B c\n\n[nowhere](#d)")

    assert ".. _b-c:\n\nB c" in written
    assert "`to b <b-c_>`__" in written
    assert [node["refid"] for node in tree(written).findall(rst.reference)] == ["b-c"]


def test_metadata_are_fields_below_the_title() -> None:
    written = text("---\ntitle: A\nauthor: [B, C]\ndate: 2024-02-29\nkeywords: d\n---\n# E\n\n# F")

    assert written.startswith("====\nA\n====\n\n:Author: B, C\n:Date: 2024-02-29\n\n.. meta::\n   :keywords: d\n")
    assert tree(written)["title"] == "A"


def test_an_image_that_is_all_of_a_paragraph_is_a_block_and_others_stand_for_a_name() -> None:
    written = text(EVERYTHING)
    assert ".. |image-1| image:: picture.png\n   :alt: pictured" in written


def test_merged_cells_stay_merged() -> None:
    spans = Table(
        (None, None, None),
        (),
        (
            (Cell(("wide",), columns=2), Cell(()), Cell(("tall",), rows=2)),
            (Cell(("three",)), Cell(("four",)), Cell(())),
        ),
    )
    written = text(Document((spans,)))

    assert written == (
        "+--------------+------+\n| wide         | tall |\n+-------+------+      |\n| three | four |      |\n"
        "+-------+------+------+\n"
    )
    entries = [(each.get("morecols", 0), each.get("morerows", 0)) for each in tree(written).findall(rst.entry)]
    assert entries == [(1, 0), (0, 1), (0, 0), (0, 0)]


def test_words_where_a_corner_could_be_make_way_for_it() -> None:
    row = (Cell(("ab | + c",), columns=2), Cell(()))
    found = tree(text(Document((Table((None, None), (), (row, (Cell(("de",)), Cell(("f",))))),))))
    assert [each.astext() for each in found.findall(rst.entry)] == ["ab | + c", "de", "f"]


def test_wide_tables_and_those_of_other_scripts_are_lists() -> None:
    assert text(f"| a |\n|---|\n| {'b ' * 80} |").startswith(".. list-table::\n   :header-rows: 1\n\n   * - a\n")
    assert text("| a |\n|---|\n| 👩‍🚀 |").startswith(".. list-table::")
    assert text("| a |\n|---|\n| 日本 |") == "+------+\n| a    |\n+======+\n| 日本 |\n+------+\n"


NESTED = {
    "a quote in an item": List((ListItem((BlockQuote((Paragraph(("a",)),)),)),)),
    "code in an item": List((ListItem((CodeBlock("a\n"),)),)),
    "a list in a quote": BlockQuote((List((ListItem((Paragraph(("a",)),)),)),)),
    "a heading in a quote": BlockQuote((Heading(2, ("a",)),)),
    "a quote in a call-out": Admonition("note", (BlockQuote((Paragraph(("a",)),)),)),
    "nothing in a call-out": Admonition("note", ()),
    "a quote in a definition": DefinitionList((Definition((("a",),), ((BlockQuote((Paragraph(("b",)),)),),)),)),
    "a rule in a quote": BlockQuote((Paragraph(("a",)), ThematicBreak(), Paragraph(("b",)))),
    "details": Details((Emphasis(("a",)),), (Paragraph(("b",)),)),
    "a term with a colon": DefinitionList((Definition((("a : b",),), ((Paragraph(("c",)),),)),)),
    "a break in an item": List((ListItem((Paragraph(("a", LineBreak(), "b")),)),)),
    "an empty item": List((ListItem(()), ListItem((Paragraph(("a",)),))), start=1),
}


@pytest.mark.parametrize("block", NESTED.values(), ids=NESTED)
def test_blocks_in_blocks_stay_where_they_are(block: List) -> None:
    found = tree(text(Document((Paragraph(("before",)), block, BlockQuote((Paragraph(("after",)),))))))

    assert len([node for node in found.children if not isinstance(node, rst.comment)]) == 3


@pytest.mark.parametrize("name", SOURCES)
def test_docutils_reads_every_sample(name: str) -> None:
    tree(text(readers.read(Source(SOURCES[name].read_bytes(), SOURCES[name].name), Report())))


_MARKUP = (
    "* - | _ ` :: : .. [1]_ a_ __ `x` |a| *b* **c** :sub:`x` 1. (a) — >>> ==== \\ \\\\ foo \n ( ) < , a*b --x .. a::"
)
_TEXTS = st.lists(st.sampled_from(_MARKUP.split(" ")), max_size=8).map(" ".join) | TEXTS


@settings(max_examples=60)
@given(_TEXTS, _TEXTS, st.sampled_from((Strong, Emphasis, Strikethrough)))
def test_any_text_is_read_back(before: str, within: str, dress: type) -> None:
    found = tree(text(paragraph(before, dress((within,)), before)))
    assert _words(found.astext()) == _words(before + within + before)


def _words(said: str) -> list[str]:
    return without_controls(re.sub("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]", " ", said))[0].split()


@settings(max_examples=40)
@given(documents())
def test_docutils_reads_any_document(document: Document) -> None:
    tree(text(document))


# What pandoc's own writer makes of the same Markdown is the measure: as many of each are found again.
_COUNTED = (
    "Header",
    "Table",
    "Note",
    "CodeBlock",
    "BulletList",
    "OrderedList",
    "Math",
    "Image",
    "Link",
    "Emph",
    "Code",
)


@pytest.mark.parametrize("name", ["everything", "lists", "tables", "footnotes", "code", "text", "math"])
def test_another_program_finds_as_much_in_it_as_in_its_own(name: str) -> None:
    source = GFM_SOURCES[name].read_text()
    theirs = pandoc(pandoc(source, "gfm+tex_math_dollars", "rst"), "rst", "json")
    ours = pandoc(text(source), "rst", "json")

    fewer = [kind for kind in _COUNTED if ours.count(f'"t":"{kind}"') < theirs.count(f'"t":"{kind}"')]
    assert fewer == []


def test_long_lines_are_broken_where_they_can_be() -> None:
    assert max(map(len, text(paragraph("word " * 10_000)).split("\n"))) < 10_000

    report = Report()
    text(paragraph("x" * 20_000), report)
    assert [item.code for item in report.items] == ["text"]


def test_what_is_lost_is_reported() -> None:
    report = Report()
    text(paragraph(Strong((Emphasis(("a",)),)), Link(("b",), "https://c.d", "e"), Math("a`b"), Code("")), report)
    assert {(item.code, item.severity) for item in report.items} == {
        ("style", "degraded"),
        ("link", "degraded"),
        ("math", "degraded"),
    }
