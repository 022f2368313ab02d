"""The FreeMind format: maps that read back as they were, and that FreeMind and Freeplane open."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maps_strategy import maps
from samples import PICTURE, PICTURED, paragraph

from exporters import Source, readers
from exporters.document import (
    Cell,
    Connector,
    Document,
    Edge,
    Emphasis,
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
)
from exporters.formats.freemind.export import export
from exporters.options import CommonOptions, NoOptions
from exporters.report import Report

SAMPLES = Path(__file__).parent.parent / "documents" / "maps"


def written(document: Document, report: Report | None = None) -> str:
    return export(document, NoOptions(), report or Report()).decode()


def read(data: bytes, name: str, maxheading: int = 3) -> Document:
    def beside(path: str) -> bytes | None:
        return (SAMPLES / path).read_bytes() if (SAMPLES / path).is_file() else None

    return readers.read(Source(data, name, beside), Report(), CommonOptions(maxheading=maxheading))


def back(document: Document, maxheading: int = 3) -> Document:
    return read(export(document, NoOptions(), Report()), "a.mm", maxheading)


def drawn(*topics: Topic, lines: tuple[Connector, ...] = ()) -> Document:
    """A map, and the outline that a reader makes of it."""
    return back(Document(map=Map(topics, lines)))


def nodes(text: str) -> list[Element]:
    return list(fromstring(text).iter("node"))


def said(report: Report) -> list[tuple[str, str]]:
    return [(str(item.code), item.severity) for item in report.items]


# Round trips


@pytest.mark.parametrize("maxheading", [0, 1, 3, 5])
@pytest.mark.parametrize("name", ["freemind.mm", "freeplane.mm", "version_1.mup", "version_2.mup"])
def test_a_map_reads_back_as_it_was(name: str, maxheading: int) -> None:
    document = read((SAMPLES / name).read_bytes(), name, maxheading)
    assert back(document, maxheading) == document


@settings(max_examples=150)
@given(maps(one_root=True), st.integers(0, 4))
def test_any_map_reads_back_as_it_was(drawn: Map, maxheading: int) -> None:
    document = back(Document(map=drawn), maxheading)
    assert back(document, maxheading) == document
    assert document.map is not None
    for before, after in zip(drawn.topics, document.map.topics, strict=True):
        assert (after.id, after.parent, after.text, after.folded) == (
            before.id,
            before.parent,
            before.text,
            before.folded,
        )
        assert (after.colour, after.background, after.url) == (before.colour, before.background, before.url)
        assert (after.icons, after.notes) == (before.icons, before.notes)
        assert after.side == before.side or before.side is None
    # FreeMind has lines with the topics that they lead from, so their own order is another.
    assert _ends(document.map) == _ends(drawn)


def _ends(drawn: Map) -> list[tuple[str, str]]:
    return sorted((line.start, line.end) for line in drawn.connectors)


def test_a_map_may_be_deep() -> None:
    depth = 3_000
    document = drawn(*(Topic(f"n{i}", i - 1, f"level {i}") for i in range(depth)))
    assert document.map is not None
    assert [topic.text for topic in document.map.topics[-2:]] == [f"level {depth - 2}", f"level {depth - 1}"]
    assert back(document) == document


# Topics


def test_a_map_is_written_as_freemind_has_it() -> None:
    document = Document(
        map=Map(
            (
                Topic("a", -1, "root"),
                Topic("b", 0, "two\nlines", "https://example.org/?a&b", side="left", folded=True, colour="#112233"),
                Topic(
                    "c", 0, 'a "quote" <b>', side="right", icons=("💡", "my_icon"), edge=Edge("", "#ff0000", "dotted")
                ),
            ),
            (Connector("b", "c", Edge("then", "#00ff00", "dashed", arrow=True)),),
        )
    )
    assert written(document) == (
        '<map version="1.0.1">\n'
        '<node ID="a" TEXT="root">\n'
        '<node ID="b" TEXT="two&#10;lines" POSITION="left" FOLDED="true" COLOR="#112233"'
        ' LINK="https://example.org/?a&amp;b">\n'
        '<arrowlink DESTINATION="c" COLOR="#00ff00" DASH="7 7" MIDDLE_LABEL="then" STARTARROW="None"'
        ' ENDARROW="Default"/>\n'
        "</node>\n"
        '<node ID="c" TEXT="a &quot;quote&quot; &lt;b&gt;" POSITION="right">\n'
        '<edge COLOR="#ff0000" DASH="CLOSE_DOTS"/>\n'
        '<icon BUILTIN="idea"/>\n'
        '<icon BUILTIN="my_icon"/>\n'
        "</node>\n"
        "</node>\n"
        "</map>\n"
    )


def test_dressed_words_notes_and_tasks() -> None:
    text = written(
        Document(
            sections=(
                Section(
                    1, ("Plan ", Strong(("now",))), "plan",
                    (
                        Paragraph(("See ", Link(("this",), "#plan"))),
                        List((ListItem((Paragraph(("done",)),), checked=True), ListItem((Paragraph((Math("x^2"),)),)))),
                    ),
                ),
            )
        )
    )  # fmt: skip
    assert '<richcontent TYPE="NODE"><html><head></head><body><p>Plan <strong>now</strong></p></body></html>' in text
    assert '<p>See <a href="#topic-1">this</a></p>' in text
    assert '<icon BUILTIN="checked"/>' in text
    assert 'TEXT="\\latex x^2"' in text


def test_what_text_would_be_taken_for_something_else_is_rich_text() -> None:
    for text in ("<html><b>x", "\\latex x", "\\unparsedlatex x"):
        document = drawn(Topic("a", -1, "root"), Topic("b", 0, text))
        assert document.map is not None
        assert document.map.topics[1].text == text


def test_several_roots_stand_below_the_title() -> None:
    report = Report()
    text = written(Document(metadata={"title": "All"}, map=Map((Topic("0", -1, "a"), Topic("1", -1, "b")))), report)
    assert [(node.get("TEXT"), node.get("POSITION"), node.get("ID")) for node in nodes(text)] == [
        ("All", None, "2"), ("a", "right", "0"), ("b", "left", "1")
    ]  # fmt: skip
    assert said(report) == [("map", "degraded")]


def test_both_sides_have_about_as_many_topics() -> None:
    document = Document(sections=(Section(1, ("root",), "r", sections=tuple(_section(str(i)) for i in range(5))),))
    assert [node.get("POSITION") for node in nodes(written(document))] == [
        None, "right", "right", "right", "left", "left"
    ]  # fmt: skip


def _section(words: str) -> Section:
    return Section(2, (words,), words)


def test_a_picture_is_named_by_its_path_or_left_out() -> None:
    report = Report()
    text = written(Document(map=Map((Topic("a", -1, "root", image=PICTURED),)), resources=PICTURE), report)
    assert '<hook NAME="ExternalObject" URI="picture.png"/>' in text
    assert said(report) == [("image", "degraded")]


def test_what_a_map_of_freemind_has_no_place_for_is_reported() -> None:
    report = Report()
    topics = (
        Topic("a", -1, "root", position=(3.0, 4.0)),
        Topic("b", 0, "x", "javascript:alert(1)", edge=Edge("why", arrow=True)),
        Topic("c", 0, "y", "#nowhere"),
        Topic("d", 0, "z", "menuitem:quit"),
    )
    text = written(Document(map=Map(topics)), report)
    assert "LINK" not in text
    assert said(report) == [("map", "degraded"), ("link", "lost"), ("map", "degraded"), ("link", "degraded")]


# Documents


def test_headings_are_topics_and_so_are_bullets_at_their_end() -> None:
    inner = List((ListItem((Paragraph(("c",)), Paragraph(("noted",)))),))
    bullets = List((ListItem((Paragraph(("b",)), inner)), ListItem((Paragraph((Emphasis(("d",)),)),))))
    numbers = List((ListItem((Paragraph(("one",)),)),), 1)
    document = Document(
        sections=(Section(1, ("a",), "a", (Paragraph(("words",)), bullets)), Section(1, ("e",), "e", (numbers,)))
    )
    topics = back(document).map
    assert topics is not None
    assert [(topic.text, topic.parent) for topic in topics.topics] == [
        ("Document", -1), ("a", 0), ("b", 1), ("c", 2), ("d", 1), ("e", 0)
    ]  # fmt: skip
    assert [topic.notes for topic in topics.topics] == [
        (), (Paragraph(("words",)),), (), (Paragraph(("noted",)),), (), (numbers,)
    ]  # fmt: skip


def test_a_title_that_no_heading_says_stands_above_the_only_one() -> None:
    report = Report()
    about = {"title": "Book", "subtitle": "s", "author": "Ada", "date": "2024-02-29", "abstract": "b"}
    text = written(Document(sections=(Section(1, ("Chapter",), "c"),), metadata=about), report)
    assert [node.get("TEXT") for node in nodes(text)] == ["Book", "Chapter"]
    assert said(report) == [("metadata", "lost")] * 4


def test_a_title_that_the_root_says_is_not_said_again() -> None:
    for document in (
        Document(sections=(Section(1, ("a ", Strong(("b",))), "a"),)),
        drawn(Topic("a", -1, "r", icons=("💡",))),
    ):
        report = Report()
        assert len(nodes(written(document, report))) == 1
        assert said(report) == []


def test_the_title_of_a_map_that_its_root_does_not_say_is_reported() -> None:
    report = Report()
    written(Document(metadata={"title": "All"}, map=Map((Topic("0", -1, "a"),))), report)
    assert said(report) == [("metadata", "lost")]


def test_tables_are_notes() -> None:
    table = Table(
        ("left", None),
        (Cell(("a",)), Cell(("b",))),
        ((Cell(("c",), rows=2), Cell(("d",))), (Cell(()), Cell(("e",)))),
    )
    document = back(Document((table,)))
    assert document.sections[0].blocks == (table,)


def test_controls_are_reported() -> None:
    report = Report()
    assert "a\ufffdb" in written(paragraph("a\x07b"), report)
    assert ("text", "lost") in said(report)
