"""The MindMup format: maps that read back as they were, in the JSON that MindMup has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maps_strategy import maps
from samples import PICTURE, PICTURED

from exporters import Source, readers
from exporters.document import Connector, Document, Edge, Image, Link, Map, Paragraph, Section, Strong, Topic
from exporters.formats.mindmup.export import export
from exporters.options import CommonOptions, NoOptions
from exporters.report import Report

SAMPLES = Path(__file__).parent.parent / "documents"


def written(document: Document, report: Report | None = None) -> Any:
    return json.loads(export(document, NoOptions(), report or Report()))


def read(data: bytes, name: str = "a.mup", maxheading: int = 3) -> Document:
    return readers.read(Source(data, name), Report(), CommonOptions(maxheading=maxheading))


def back(document: Document, maxheading: int = 3) -> Document:
    return read(export(document, NoOptions(), Report()), maxheading=maxheading)


def said(report: Report) -> list[tuple[str, str]]:
    return [(str(item.code), item.severity) for item in report.items]


def noted(*notes: Any) -> Any:
    """The attributes of a topic with these notes."""
    return written(Document(map=Map((Topic("1", -1, "a", notes=notes),))))["ideas"]["1"]["attr"]


# Round trips


@pytest.mark.parametrize("maxheading", [0, 1, 3, 5])
@pytest.mark.parametrize(
    "name", ["plan.mup", "maps/several_roots.mup", "maps/version_1.mup", "maps/version_2.mup", "maps/chapters.opml"]
)
def test_a_map_reads_back_as_it_was(name: str, maxheading: int) -> None:
    document = read((SAMPLES / name).read_bytes(), name, maxheading)
    if name.endswith(".opml"):  # whose topics stand on no side yet, and have no ids
        document = back(document, maxheading)
    assert back(document, maxheading) == document


@settings(max_examples=150)
@given(maps(icons=False), st.integers(0, 4))
def test_any_map_reads_back_as_it_was(drawn: Map, maxheading: int) -> None:
    document = back(Document(map=drawn), maxheading)
    assert back(document, maxheading) == document
    assert document.map is not None
    after = {topic.id: topic for topic in document.map.topics}
    for before in drawn.topics:
        topic = after[before.id]
        assert (topic.text, topic.folded, topic.colour) == (before.text, before.folded, before.colour)
        assert (topic.background, topic.edge) == (before.background, before.edge)
        assert topic.side == before.side or before.side is None
        assert topic.notes[len(topic.notes) - len(before.notes) :] == before.notes
        assert (_parent(document.map, topic), topic.url) == (
            _parent(drawn, before), before.url if before.url.startswith("http") else ""
        )  # fmt: skip
    assert document.map.connectors == drawn.connectors


def _parent(drawn: Map, topic: Topic) -> str:
    return drawn.topics[topic.parent].id if topic.parent >= 0 else ""


def test_a_map_may_be_deep() -> None:
    topics = tuple(Topic(str(i + 1), i - 1, f"level {i}") for i in range(3_000))
    text = export(Document(map=Map(topics)), NoOptions(), Report()).decode()
    assert text.count('"ideas"') == 3_000
    assert text.count("{") == text.count("}")


# Ideas


def test_a_map_is_written_as_mindmup_has_it() -> None:
    document = Document(
        map=Map(
            (
                Topic("1", -1, "root", position=(-12.0, 3.5), background="#112233", colour="#ffffff"),
                Topic("2", 0, "right", "https://example.org/a?b", side="right", edge=Edge("why", "#ff0000", "dashed")),
                Topic("4.abc", 0, "left", side="left", folded=True, image=PICTURED),
                Topic("3", 2, "below"),
            ),
            (Connector("2", "4.abc", Edge("then", "", "dotted", arrow=True)),),
        ),
        resources=PICTURE,
    )
    made = written(document)
    picture = made["resources"].pop(PICTURED.removeprefix("resource:"))
    assert picture.startswith("data:image/png;base64,")
    assert made == {
        "formatVersion": 3,
        "id": "root",
        "attr": {},
        "ideas": {
            "1": {
                "id": 1,
                "title": "root",
                "attr": {"style": {"background": "#112233", "color": "#ffffff"}, "position": [-12, 3.5, 1]},
                "ideas": {
                    "1": {
                        "id": 2,
                        "title": "right https://example.org/a?b",
                        "attr": {"parentConnector": {"label": "why", "color": "#ff0000", "lineStyle": "dashed"}},
                    },
                    "-1": {
                        "id": "4.abc",
                        "title": "left",
                        "attr": {
                            "collapsed": True,
                            "icon": {
                                "url": f"internal:{PICTURED.removeprefix('resource:')}",
                                "width": 24, "height": 16, "position": "left",
                            },
                        },
                        "ideas": {"1": {"id": 3, "title": "below"}},
                    },
                },
            }
        },
        "links": [
            {
                "ideaIdFrom": 2,
                "ideaIdTo": "4.abc",
                "attr": {"style": {"label": "then", "lineStyle": "dotted", "arrow": "to"}},
            }
        ],
        "resources": {},
    }  # fmt: skip


def test_plain_notes_are_text_and_others_html() -> None:
    assert noted(Paragraph(("one",)), Paragraph(("two",))) == {"note": {"index": 1, "text": "one\n\ntwo"}}
    assert noted(Paragraph((Strong(("one",)),))) == {
        "attachment": {"contentType": "text/html", "content": "<p><strong>one</strong></p>"}
    }


def test_notes_hold_their_pictures() -> None:
    document = Document((Paragraph((Image(PICTURED, "pictured"),)),), resources=PICTURE)
    content = written(document)["ideas"]["1"]["attr"]["attachment"]["content"]
    assert content.startswith('<p><img src="data:image/png;base64,')
    assert back(document).resources.keys() == PICTURE.keys()


@pytest.mark.parametrize(
    ("topic", "title", "codes"),
    [
        (Topic("1", -1, "a", "https://example.org"), "a https://example.org", []),
        (Topic("1", -1, "www.example.org", "http://www.example.org"), "www.example.org", []),
        (Topic("1", -1, "https://example.org", "https://example.org"), "https://example.org", []),
        (Topic("1", -1, "a", "mailto:a@example.org"), "a", [("link", "degraded")]),
        (Topic("1", -1, "a", "#b"), "a", [("link", "degraded")]),
        (Topic("1", -1, "a", "javascript:alert(1)"), "a", [("link", "lost")]),
        (Topic("1", -1, "at www.example.org"), "at www.example.org", [("link", "note")]),
        (Topic("1", -1, "a", icons=("💡", "☑")), "💡☑ a", [("map", "degraded")]),
        (Topic("1", -1, "a", icons=("own",)), "a", [("image", "lost")]),
    ],
)
def test_titles(topic: Topic, title: str, codes: list[tuple[str, str]]) -> None:
    report = Report()
    made = written(Document(map=Map((topic,))), report)["ideas"]["1"]
    assert made["title"] == title
    assert said(report) == codes
    assert "javascript" not in json.dumps(made)


def test_what_a_title_cannot_say_is_noted() -> None:
    topic = Topic("1", -1, "a", "mailto:a@example.org")
    assert back(Document(map=Map((topic,)))).map == Map(
        (Topic("1", -1, "a", notes=(Paragraph((Link(("mailto:a@example.org",), "mailto:a@example.org"),)),)),)
    )


def test_dress_of_titles_is_reported() -> None:
    report = Report()
    document = Document(sections=(Section(1, ("a ", Strong(("b",))), "a"),))
    assert written(document, report)["ideas"]["1"]["title"] == "a b"
    assert said(report) == [("style", "degraded")]


def test_a_title_that_no_heading_says_stands_above_the_only_one() -> None:
    report = Report()
    document = Document(sections=(Section(1, ("Chapter",), "c"),), metadata={"title": "Book", "author": "Ada"})
    root = written(document, report)["ideas"]["1"]
    assert (root["title"], root["ideas"]["1"]["title"]) == ("Book", "Chapter")
    assert said(report) == [("metadata", "lost")]


def test_left_before_right_is_another_order() -> None:
    report = Report()
    topics = (Topic("1", -1, "a"), Topic("2", 0, "b", side="left"), Topic("3", 0, "c", side="right"))
    ideas = written(Document(map=Map(topics)), report)["ideas"]["1"]["ideas"]
    assert {rank: idea["title"] for rank, idea in ideas.items()} == {"1": "c", "-1": "b"}
    assert said(report) == [("map", "degraded")]
