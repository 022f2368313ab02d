"""The OPML format: outlines that read back as they were, here and in pandoc."""

from __future__ import annotations

from copy import replace
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from checkers import pandoc_blocks
from hypothesis import given, settings
from hypothesis import strategies as st
from maps_strategy import maps
from outlines import outline
from samples import PICTURE, PICTURED, paragraph

from exporters import Source, readers
from exporters.document import (
    Block,
    Cell,
    Code,
    CodeBlock,
    Connector,
    Details,
    Document,
    Edge,
    Emphasis,
    Footnote,
    FootnoteReference,
    LineBreak,
    Link,
    List,
    ListItem,
    Map,
    Math,
    Paragraph,
    Section,
    Strong,
    Table,
    Topic,
    Underline,
)
from exporters.formats.opml.export import export
from exporters.options import CommonOptions, NoOptions
from exporters.report import Report

SAMPLES = Path(__file__).parent.parent / "documents" / "maps"


def written(document: Document, report: Report | None = None) -> str:
    return export(document, NoOptions(), report or Report()).decode()


def read(data: bytes, name: str = "a.opml", maxheading: int = 3) -> Document:
    return readers.read(Source(data, name), Report(), CommonOptions(maxheading=maxheading))


def back(document: Document, maxheading: int = 3) -> Document:
    return read(export(document, NoOptions(), Report()), maxheading=maxheading)


def outlines(text: str) -> list[Element]:
    return list(fromstring(text).iter("outline"))


def said(report: Report) -> list[tuple[str, str]]:
    return [(str(item.code), item.severity) for item in report.items]


def note(*blocks: Block, report: Report | None = None) -> str | None:
    """What is noted of a topic."""
    return outlines(written(Document(map=Map((Topic("a", -1, "a", notes=blocks),))), report))[0].get("_note")


# Round trips


@pytest.mark.parametrize("maxheading", [0, 1, 3, 5])
@pytest.mark.parametrize("name", ["chapters.opml", "feeds.opml", "tasks.opml"])
def test_an_outline_reads_back_as_it_was(name: str, maxheading: int) -> None:
    document = read((SAMPLES / name).read_bytes(), name, maxheading)
    report = Report()
    assert read(export(document, NoOptions(), report), maxheading=maxheading) == document
    assert said(report) == []


def test_topics_of_the_same_words_as_the_root_keep_their_own_links() -> None:
    """The root is the title, and has no line of its own in the outline."""
    drawn = Map((Topic("1", -1, "a"), Topic("2", 0, "a"), Topic("3", 0, "a", url="https://example.org/")))
    document = back(Document(map=drawn), 0)
    assert [(each.get("text"), each.get("url")) for each in outlines(written(document))] == [
        ("a", None),
        ("a", None),
        ("a", "https://example.org/"),
    ]


@settings(max_examples=150)
@given(maps(icons=False), st.integers(0, 4))
def test_any_outline_reads_back_as_it_was(drawn: Map, maxheading: int) -> None:
    bare = (replace(topic, side=None, colour="", background="", edge=None) for topic in drawn.topics)
    document = back(Document(map=Map(tuple(bare))), maxheading)
    assert back(document, maxheading) == document
    assert document.map is not None
    for before, after in zip(drawn.topics, document.map.topics, strict=True):
        assert (after.id, after.parent, after.text, after.folded) == (
            before.id,
            before.parent,
            before.text,
            before.folded,
        )
        assert (after.url, after.notes) == (before.url, before.notes)


def test_an_outline_may_be_deep() -> None:
    topics = tuple(Topic(f"topic-{i + 1}", i - 1, f"level {i}") for i in range(3_000))
    document = back(Document(map=Map(topics)))
    assert document.map == Map(topics)


# Outlines


def test_an_outline_is_written_as_opml_has_it() -> None:
    document = Document(
        metadata={"title": "All & some", "author": ["Ann", "Bob"], "date": "2024-02-29"},
        map=Map(
            (
                Topic("topic-1", -1, 'a "b" <c', notes=(Paragraph(("one", LineBreak(), "two")), Paragraph(("three",)))),
                Topic("own", 0, "d", "https://example.org/?e&f", folded=True, icons=("☑",)),
            )
        ),
    )
    assert written(document) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<opml version="2.0">\n'
        "<head>\n"
        "<title>All &amp; some</title>\n"
        "<dateModified>Thu, 29 Feb 2024 00:00:00 GMT</dateModified>\n"
        "<ownerName>Ann; Bob</ownerName>\n"
        "</head>\n"
        "<body>\n"
        '<outline text="a &quot;b&quot; &lt;c" _note="one&#10;two&#10;&#10;three">\n'
        '<outline text="d" id="own" _complete="true" _status="checked" collapsed="true" type="link"'
        ' url="https://example.org/?e&amp;f"/>\n'
        "</outline>\n"
        "</body>\n"
        "</opml>\n"
    )


@pytest.mark.parametrize(
    ("date", "stated"),
    [
        ("1999-12-31", "Fri, 31 Dec 1999 00:00:00 GMT"),
        ("2023-03-01", "Wed, 01 Mar 2023 00:00:00 GMT"),
        ("2024-13-01", None),
        ("²024-01-01", None),
        ("spring", None),
    ],
)
def test_dates(date: str, stated: str | None) -> None:
    found = fromstring(written(Document(metadata={"title": "a", "date": date}))).findtext("head/dateModified")
    assert found == stated


@pytest.mark.parametrize("text", ["<b>no tag</b>", "&amp;", "a < b & c", "Map<String>", "<", "&copy; 2024", "*a* `b`"])
def test_words_stay_words(text: str) -> None:
    assert back(Document(map=Map((Topic("a", -1, text),)))).map == Map((Topic("a", -1, text),))
    assert outline(back(Document(map=Map((Topic("a", -1, "a", notes=(Paragraph((text,)),)),))))) == f"# a\n{text}"


# Notes


def test_notes_are_plain_text_if_that_is_enough() -> None:
    assert note(Paragraph(("one",)), Paragraph(("two", LineBreak(), "three"))) == "one\n\ntwo\nthree"
    address = "https://example.org/"
    assert note(Paragraph(("see ", Link((address,), address)))) == f"see {address}"


def test_notes_with_dress_are_markdown() -> None:
    dressed = Paragraph(
        (Strong(("a",)), " ", Emphasis(("b",)), " ", Code("c"), " ", Link(("d",), "https://e.org"), " ", Math("f"))
    )
    assert note(dressed) == "**a** *b* `c` [d](https://e.org) $f$"
    items = tuple(ListItem((Paragraph((word,)),)) for word in ("a", "b"))
    assert note(List(items), CodeBlock("c = 1\n", "python", "python")) == "- a\n- b\n\n```python\nc = 1\n```"
    table = Table((None,), (Cell(("a",)),), ((Cell(("b",)),),))
    assert note(table) == "| a   |\n| --- |\n| b   |"


def test_line_ends_between_dressed_words_stay() -> None:
    """As people write them, and other programs."""
    text = '<opml version="2.0"><body><outline text="a" _note="**one**&#10;two&#10;&#10;_three_"/></body></opml>'
    assert outline(read(text.encode())) == "# a\n**one** / two\n*three*"


def test_notes_are_html_if_markdown_has_no_words_for_them() -> None:
    assert note(Paragraph((Underline(("a",)),))) == "<p><u>a</u></p>"
    assert note(Details(("a",), (Paragraph(("b",)),))) == "<details><summary>a</summary><p>b</p></details>"
    assert note(Paragraph(("1. no list",))) == "<p>1. no list</p>"


# Documents


def test_a_document_is_an_outline() -> None:
    bullets = List((ListItem((Paragraph(("b",)), List((ListItem((Paragraph(("c",)),)),)))),))
    document = Document(
        sections=(
            Section(1, ("a",), "a", (Paragraph(("noted", FootnoteReference("n"))), bullets)),
            Section(1, ("d",), "d"),
        ),
        footnotes=(Footnote("n", (Paragraph(("said",)),)),),
    )
    assert [(each.get("text"), each.get("_note")) for each in outlines(written(document))] == [
        ("a", "noted[1]"), ("b", None), ("c", None), ("d", None), ("Footnotes", "1. said")
    ]  # fmt: skip


def test_what_stands_before_the_first_heading_is_noted_of_the_title() -> None:
    document = Document((Paragraph(("before",)),), (Section(1, ("a",), "a"),), metadata={"title": "All"})
    assert outline(back(document)) == "# All\nbefore\n## a"


def test_links_within_a_document_lead_to_its_headings() -> None:
    document = Document(sections=(Section(1, ("a ", Link(("b",), "#c")), "a"), Section(1, ("c",), "c")))
    assert outlines(written(document))[0].get("text") == 'a <a href="#c">b</a>'


def test_pandoc_reads_what_is_written() -> None:
    document = Document(
        sections=(
            Section(
                1, ("One ", Emphasis(("two",))), "one",
                (Paragraph(("A ", Strong(("bold",)), " word.")), CodeBlock("x = 1\n", "python", "python")),
                (Section(2, ("Three",), "three", (Paragraph(("Plain.",)),)),),
            ),
        ),
        metadata={"title": "All"},
    )  # fmt: skip
    blocks = pandoc_blocks(export(document, NoOptions(), Report()), "opml")
    assert [block["t"] for block in blocks] == ["Header", "Para", "CodeBlock", "Header", "Para"]
    assert [part["t"] for part in blocks[0]["c"][2]] == ["Str", "Space", "Emph"]
    assert "Strong" in [part["t"] for part in blocks[1]["c"]]


# Reports


def test_what_a_head_has_no_place_for_is_reported() -> None:
    report = Report()
    about = {"title": "a", "subtitle": "b", "author": "c", "date": "spring", "abstract": "d"}
    written(Document(metadata=about), report)
    assert said(report) == [("metadata", "lost")] * 3


def test_what_an_outline_has_no_place_for_is_reported() -> None:
    report = Report()
    topics = (
        Topic("1", -1, "a", image=PICTURED, icons=("💡", "own")),
        Topic("2", 0, "b", "javascript:alert(1)", side="left"),
    )
    lines = (Connector("1", "2", Edge("then")),)
    text = written(Document(map=Map(topics, lines), resources=PICTURE), report)
    assert [(each.get("text"), each.get("_note"), each.get("url")) for each in outlines(text)] == [
        ("💡 a", "then → b", None), ("b", None, None)
    ]  # fmt: skip
    assert said(report) == [
        ("map", "degraded"), ("map", "degraded"), ("image", "lost"), ("image", "lost"), ("link", "lost"),
        ("map", "degraded"),
    ]  # fmt: skip


def test_controls_are_reported() -> None:
    report = Report()
    assert "a\ufffdb" in written(paragraph("a\x07b"), report)
    assert said(report) == [("text", "lost")]
