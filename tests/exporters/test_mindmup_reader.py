"""The MindMup reader: what becomes of each part of a map, in each version there has been."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlines import outline
from samples import png

from exporters import Source, readers
from exporters.document import Connector, Document, Edge, Heading, LineBreak, Link, List, Map, Paragraph, Topic
from exporters.document.walk import blocks, sections
from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.options import CommonOptions
from exporters.readers import maps
from exporters.readers.resources import key_of
from exporters.report import Report

SAMPLES = Path(__file__).parent.parent / "documents" / "maps"
PNG = png(3, 2)
PNG_URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"


def read(source: object, report: Report | None = None, maxheading: int = 3) -> Document:
    data = source if isinstance(source, bytes) else json.dumps(source).encode()
    return readers.read(Source(data, "a.mup"), report or Report(), CommonOptions(maxheading=maxheading))


def a_map(*roots: dict[str, Any], **more: object) -> dict[str, Any]:
    """A map of version 3 with these roots."""
    return {"formatVersion": 3, "id": "root", "ideas": {str(i + 1): root for i, root in enumerate(roots)}, **more}


def idea(title: object, *below: dict[str, Any], **attributes: object) -> dict[str, Any]:
    """An idea with others in it, and with attributes."""
    made: dict[str, Any] = {"id": title, "title": title}
    if below:
        made["ideas"] = {str(i + 1): each for i, each in enumerate(below)}
    return {**made, "attr": attributes} if attributes else made


def topics(document: Document) -> tuple[Topic, ...]:
    assert document.map is not None
    return document.map.topics


def said(report: Report) -> list[tuple[str, str]]:
    return [(item.code, item.severity) for item in report.items]


# The outline

TREE = a_map(idea("A", idea("B", idea("C", idea("D", idea("E")), idea("F"))), idea("G")))

BY_MAXHEADING = {
    0: "- B\n  - C\n    - D\n      - E\n    - F\n- G",
    1: "# A\n- B\n  - C\n    - D\n      - E\n    - F\n- G",
    2: "# A\n## B\n- C\n  - D\n    - E\n  - F\n## G",
    3: "# A\n## B\n### C\n- D\n  - E\n- F\n## G",
    5: "# A\n## B\n### C\n#### D\n##### E\n#### F\n## G",
}


@pytest.mark.parametrize("maxheading", BY_MAXHEADING)
def test_the_first_levels_become_headings_and_those_below_lists(maxheading: int) -> None:
    assert outline(read(TREE, maxheading=maxheading)) == BY_MAXHEADING[maxheading]


def test_a_single_root_says_the_title_once() -> None:
    assert read(TREE, maxheading=1).metadata == {}
    assert read(TREE, maxheading=0).metadata == {"title": "A"}


def test_a_title_that_leads_somewhere_is_followed_by_its_address() -> None:
    document = read(a_map(idea("A https://a.b", idea("B"))), maxheading=0)
    assert (document.metadata, outline(document)) == ({"title": "A"}, "[https://a.b](https://a.b)\n- B")


def test_several_roots_are_several_sections() -> None:
    source = a_map(idea("A", idea("B")), idea("C"))
    assert outline(read(source)) == "# A\n## B\n# C"
    document = read(source, maxheading=0)
    assert (outline(document), document.metadata) == ("- A\n  - B\n- C", {})


def test_the_map_holds_every_topic_after_its_parent() -> None:
    assert [(topic.text, topic.parent) for topic in topics(read(TREE))] == [
        ("A", -1), ("B", 0), ("C", 1), ("D", 2), ("E", 3), ("F", 2), ("G", 0)
    ]  # fmt: skip


def test_ids_of_headings_are_as_in_any_document() -> None:
    document = read(a_map(idea("What's new?"), idea("What's new?")))
    assert [section.id for section in document.sections] == ["whats-new", "whats-new-1"]


def test_a_title_of_several_lines_is_one_line_as_a_heading_only() -> None:
    document = read(a_map(idea("A\n B\r\n\nC", idea("D\nE"))), maxheading=1)
    assert outline(document) == "# A B C\n- D / E"
    assert topics(document)[0].text == "A\nB\nC"
    [block] = document.sections[0].blocks
    assert isinstance(block, List)
    assert block.items[0].blocks == (Paragraph(("D", LineBreak(), "E")),)


def test_notes_stand_below_their_topic_and_make_a_list_loose() -> None:
    document = read(a_map(idea("A", idea("B", note={"text": "n"}), note={"text": "m"})), maxheading=1)
    assert outline(document) == "# A\nm\n- B\n  n"
    assert isinstance(document.sections[0].blocks[1], List)
    assert not document.sections[0].blocks[1].tight
    assert [topic.notes for topic in topics(document)] == [(Paragraph(("m",)),), (Paragraph(("n",)),)]


# Versions


def test_before_version_3_the_source_itself_is_the_root() -> None:
    ideas = {"1": {"title": "B", "id": 2}}
    for version in ({}, {"formatVersion": 1}, {"formatVersion": 2}, {"formatVersion": "2"}):
        assert outline(read({"title": "A", "id": 1, "ideas": ideas, **version})) == "# A\n## B"


def test_version_1_has_styles_of_its_own() -> None:
    source = {"title": "A", "id": 1, "style": {"background": "#FFF", "collapsed": "true"}}
    [topic] = topics(read(source))
    assert (topic.background, topic.folded) == ("#ffffff", True)


def test_a_later_version_is_read_as_the_last_one_known() -> None:
    assert outline(read({**TREE, "formatVersion": 4})) == outline(read(TREE))
    assert outline(read({"ideas": {"1": {"title": "A"}}})) == "# A", "without a version, a source without a title is 3"


# Order

RANKS: dict[tuple[str, ...], list[str]] = {
    ("1", "2", "10"): ["1", "2", "10"],
    ("-1", "1"): ["1", "-1"],
    ("-22", "-3.5", "12", "4.5", "-4", "0.5", "5", "0"): ["0", "0.5", "4.5", "5", "12", "-3.5", "-4", "-22"],
    ("1e2", " 3 ", "x", "", "nan", "-x"): [" 3 ", "1e2", "", "-x", "nan", "x"],
    ("2", "2.0"): ["2", "2.0"],
}


@pytest.mark.parametrize("ranks", RANKS)
def test_ideas_stand_by_rank_those_of_negative_ranks_last(ranks: tuple[str, ...]) -> None:
    root = {"title": "A", "ideas": {rank: {"title": f"<{rank}>"} for rank in ranks}}
    assert [topic.text for topic in topics(read(a_map(root)))[1:]] == [f"<{rank}>" for rank in RANKS[ranks]]


def test_negative_ranks_are_the_left_side_of_a_root_and_of_a_root_only() -> None:
    inner = {"title": "B", "ideas": {"-1": {"title": "C"}}}
    root = {"title": "A", "ideas": {"1": inner, "-1": {"title": "D"}}}
    assert [(topic.text, topic.side) for topic in topics(read(a_map(root)))] == [
        ("A", None), ("B", "right"), ("C", None), ("D", "left")
    ]  # fmt: skip


# Titles

TITLES: dict[str, tuple[str, str]] = {
    "see https://a.b/c now": ("see now", "https://a.b/c"),
    "https://a.b/c see": ("see", "https://a.b/c"),
    "see www.a.b": ("see", "http://www.a.b"),
    "https://a.b/c": ("https://a.b/c", "https://a.b/c"),
    "www.a.b": ("www.a.b", "http://www.a.b"),
    "a http://b.c/d. Then http://e.f": ("a. Then http://e.f", "http://b.c/d"),
    "Mjölke https://sv.wikipedia.org/wiki/Mjölke_(växt)": ("Mjölke", "https://sv.wikipedia.org/wiki/Mjölke_(växt)"),
    "x https://a.b:80/?c=d&e=f#g": ("x", "https://a.b:80/?c=d&e=f#g"),
    "http://localhost/a": ("http://localhost/a", ""),
    "www.": ("www.", ""),
    "a.b.c": ("a.b.c", ""),
    "a\u0000\u0007b\u0085\tc": ("ab\tc", ""),
}


@pytest.mark.parametrize("title", TITLES)
def test_the_first_address_in_a_title_is_where_it_leads(title: str) -> None:
    [topic] = topics(read(a_map({"title": title})))
    assert (topic.text.replace("\ufffd", ""), topic.url) == TITLES[title]


def test_a_topic_that_leads_somewhere_is_a_link_in_the_outline() -> None:
    [section] = read(a_map(idea("see https://a.b"))).sections
    assert (section.heading, section.id) == ((Link(("see",), "https://a.b"),), "see")


@pytest.mark.parametrize(("title", "text"), [(12, "12"), (1.5, "1.5"), (None, ""), (True, ""), (["a"], ""), ({}, "")])
def test_a_title_of_another_type_is_a_number_or_nothing(title: object, text: str) -> None:
    root, _ = topics(read(a_map({"title": title, "ideas": {"1": {"title": "x"}}})))
    assert root.text == text


def test_a_topic_that_says_nothing_is_only_in_the_drawing() -> None:
    document = read(a_map(idea("A", idea("", idea("B", idea(" "))), idea("C"))))
    assert outline(document) == "# A\n## B\n## C"
    assert [topic.text for topic in topics(document)] == ["A", "", "B", "", "C"]


# Ids


def test_ids_are_numbers_or_texts_and_unique() -> None:
    source = a_map({"id": 1, "title": "A"}, {"id": "1", "title": "B"}, {"id": "1.abc", "title": "C"}, {"title": "D"})
    assert [topic.id for topic in topics(read(source))] == ["1", "1-2", "1.abc", "topic-4"]


# Attributes


def test_a_style_is_in_the_drawing() -> None:
    [topic] = topics(
        read(a_map(idea("A", style={"background": "#E0E0E0", "color": "red"}, collapsed=True, position=[1, -2.5, 3])))
    )
    assert topic == Topic("A", -1, "A", position=(1.0, -2.5), folded=True, colour="#ff0000", background="#e0e0e0")


COLOURS = {
    "#fff": "#ffffff", "#A1b2C3": "#a1b2c3", "a1b2c3": "#a1b2c3", "#a1b2c3ff": "#a1b2c3", "rgb(1, 2,300)": "#0102ff",
    "rgba(1,2,3,0.5)": "#010203", "Red": "#ff0000", "rgba(1,2,3,0)": "", "transparent": "", "#12": "", "": "",
    "false": "", "url(x)": "", "#" * 100: "",
}  # fmt: skip


@pytest.mark.parametrize("stated", COLOURS)
def test_colours(stated: str) -> None:
    assert maps.colour(stated) == COLOURS[stated]


@pytest.mark.parametrize("position", [[1], ["a", "b"], [1, None], "12", [10**400, 1], [float("nan"), 1], {}])
def test_a_position_that_is_none_is_left_alone(position: object) -> None:
    assert topics(read(a_map(idea("A", position=position))))[0].position is None


def test_the_line_to_the_parent_may_be_dressed() -> None:
    source = a_map(idea("A", idea("B", parentConnector={"label": "so", "color": "#00f", "lineStyle": "dashed"})))
    assert topics(read(source))[1].edge == Edge("so", "#0000ff", "dashed")


NOTES = {
    "one\ntwo\n\nthree": "# A\none / two\nthree",
    "• a\r\n• b\r\n \r\n c ": "# A\n• a / • b\nc",
    "see https://a.b.": "# A\nsee [https://a.b](https://a.b).",
    "": "# A",
    " \n ": "# A",
}


@pytest.mark.parametrize("note", NOTES)
def test_a_note_is_paragraphs(note: str) -> None:
    assert outline(read(a_map(idea("A", note={"index": 3, "text": note})))) == NOTES[note]


def test_measurements_and_progress_are_one_paragraph() -> None:
    statuses = {"": {"description": "Not Started"}, "passing": {"description": "Passed"}, "odd": 3}
    source = a_map(
        idea(
            "A",
            idea("B", progress="odd"),
            idea("C", progress=""),
            idea("D", note={"text": "n"}),
            progress="passing",
            measurements={"cost": 3, "time": "2 h", "x": None},
        ),
        attr={"progress-statuses": statuses, "storyboards": {}, "theme": "x"},
    )
    assert outline(read(source)) == "# A\nPassed · cost: 3 · time: 2 h\n## B\nodd\n## C\nNot Started\n## D\nn"


@pytest.mark.parametrize("media_type", ["text/html", "TEXT/HTML; charset=utf-8", ""])
def test_an_attachment_in_html_is_blocks(media_type: str) -> None:
    attachment = {"contentType": media_type, "content": "<p>a <b>b</b></p><ul><li>c</li></ul>"}
    document = read(a_map(idea("A", idea("B", attachment=attachment), attachment=attachment)), maxheading=1)
    assert outline(document) == "# A\na **b**\n- c\n- B\n  a **b**\n  - c"


def test_headings_in_attachments_take_no_ids_from_those_of_the_map() -> None:
    attachment = {"contentType": "text/html", "content": "<h1>A</h1><blockquote><h2 id='a'>B</h2></blockquote>"}
    document = read(a_map(idea("A", idea("A", attachment=attachment), attachment=attachment)))
    ids = [block.id for block in blocks(document) if isinstance(block, Heading)]
    assert ids == [""] * 4
    assert [section.id for section in sections(document)] == ["a", "a-1"]


def test_a_text_attachment_is_paragraphs_and_what_is_neither_text_nor_html_is_lost() -> None:
    report = Report()
    plain = {"contentType": "text/plain; charset=utf-8", "content": "a\n\nb"}
    other = {"contentType": "application/pdf", "content": "x"}
    assert outline(read(a_map(idea("A", attachment=plain)), report)) == "# A\na\nb"
    assert said(report) == []
    assert outline(read(a_map(idea("A", attachment=other)), report)) == "# A"
    assert [(item.code, item.severity, item.where) for item in report.items] == [("attachment", "lost", "A")]


# Images


@pytest.mark.parametrize("url", [PNG_URL, "internal:k", "x:k"])
def test_an_icon_is_an_image_of_the_file(url: str) -> None:
    icon = {"url": url, "width": 3, "height": 2, "position": "left"}
    document = read(a_map(idea("A", icon=icon), resources={"k": PNG_URL}))
    assert outline(document) == f"# A\n![A]({key_of(PNG)})"
    assert topics(document)[0].image == key_of(PNG)
    assert list(document.resources) == [key_of(PNG)]


def test_an_idea_that_is_but_an_icon_has_it_for_its_words() -> None:
    report = Report()
    assert outline(read(a_map(idea("", icon={"url": PNG_URL})), report)) == f"# ![]({key_of(PNG)})"
    assert said(report) == [("alternative", "note")]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://a.b/c.png", "image-remote"),
        ("internal:gone", "image-missing"),
        ("data:image/png,x", "image-unreadable"),
    ],
)
def test_an_icon_that_cannot_be_had_is_reported(url: str, code: str) -> None:
    report = Report()
    document = read(a_map(idea("A", icon={"url": url}), resources={"gone": "no data URL" * 1000}), report)
    assert (topics(document)[0].image, [item.code for item in report.items]) == ("", [code])


# Groups


@pytest.mark.parametrize("title", ["group", "", None])
@pytest.mark.parametrize("group", [True, "blank", "supporting"])
def test_a_group_has_no_title_and_its_ideas_take_its_place(title: object, group: object) -> None:
    source = a_map(idea("A", {"title": title, "attr": {"group": group}, "ideas": {"1": idea("B")}}))
    document = read(source)
    assert outline(document) == "# A\n## B"
    assert [topic.text for topic in topics(document)] == ["A", "", "B"]


def test_a_group_that_has_lost_its_ideas_is_left_out() -> None:
    assert len(topics(read(a_map(idea("A", idea("group", group=True)))))) == 1


# Lines between ideas


def linked(maxheading: int = 3, **style: object) -> Document:
    links = [{"ideaIdFrom": 1, "ideaIdTo": "2.x", "attr": {"style": style}}]
    one, two = {"id": "1", "title": "One"}, {"id": "2.x", "title": "Two\nlines"}
    return read(a_map({"id": 0, "title": "A", "ideas": {"1": one, "2": two}}, links=links), maxheading=maxheading)


def test_a_line_between_ideas_is_a_link_below_the_one_it_leads_from() -> None:
    assert outline(linked()) == "# A\n## One\n→ [Two lines](#two-lines)\n## Two lines"
    assert outline(linked(label="then")) == "# A\n## One\nthen → [Two lines](#two-lines)\n## Two lines"
    assert outline(linked(maxheading=1)) == "# A\n- One\n  → Two lines\n- Two / lines"


ARROWS = {True: ("1", "2.x", True), "to": ("1", "2.x", True), "both": ("1", "2.x", True), "from": ("2.x", "1", True),
          False: ("1", "2.x", False), "": ("1", "2.x", False)}  # fmt: skip


@pytest.mark.parametrize("arrow", ARROWS)
def test_an_arrow_is_where_the_line_ends(arrow: object) -> None:
    document = linked(arrow=arrow, color="#f00", lineStyle="dotted")
    start, end, has = ARROWS[arrow]  # type: ignore[index]
    assert document.map is not None
    assert document.map.connectors == (Connector(start, end, Edge("", "#ff0000", "dotted", has)),)


def test_lines_from_or_to_nowhere_are_noted() -> None:
    report = Report()
    links = [{"ideaIdFrom": 1, "ideaIdTo": 9}, {"ideaIdFrom": 9, "ideaIdTo": 1}, {}, "x", None]
    document = read(a_map({"id": 1, "title": "A"}, links=links), report)
    assert document.map == Map(topics(document))
    assert [(item.code, item.severity, item.count) for item in report.items] == [("map", "note", 3)]


def test_a_line_from_or_to_a_topic_without_words_is_only_in_the_drawing() -> None:
    report = Report()
    group = {"id": 2, "title": "group", "attr": {"group": True}, "ideas": {"1": {"id": 3, "title": "B"}}}
    links = [{"ideaIdFrom": 1, "ideaIdTo": 2}, {"ideaIdFrom": 2, "ideaIdTo": 1}, {"ideaIdFrom": 1, "ideaIdTo": 1}]
    document = read(a_map({"id": 1, "title": "A", "ideas": {"1": group}}, links=links), report)
    assert outline(document) == "# A\n## B"
    assert document.map is not None
    assert len(document.map.connectors) == 3
    assert [(item.code, item.severity, item.count) for item in report.items] == [("map", "degraded", 2)]


def test_a_long_text_is_not_repeated_by_the_lines_that_lead_to_it() -> None:
    links = [{"ideaIdFrom": 1, "ideaIdTo": 2}] * 1_000
    document = read(a_map({"id": 1, "title": "A"}, {"id": 2, "title": "x" * 100_000}, links=links))
    assert len(outline(document)) < 300_000


# Sources that are no map


NO_MAP = {
    b"[]": "neither ideas nor a title",
    b'{"a": 1}': "neither ideas nor a title",
    b'"ideas"': "neither ideas nor a title",
    b"{": "not valid JSON",
    b'{"title": "a" "id": 1}': "not valid JSON",
    b"<map/>": "not valid JSON",
    b"": "empty",
    b"%PDF-1.7": "a PDF file",
}


@pytest.mark.parametrize("data", NO_MAP)
def test_what_is_no_map_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableSource, match=NO_MAP[data]):
        read(data)


ODD: list[tuple[dict[str, Any], str, int]] = [
    (a_map({"title": "A", "ideas": ["B"]}), "# A", 1),
    (a_map({"title": "A", "ideas": "B"}), "# A", 1),
    (a_map({"title": "A", "ideas": {"1": "B", "2": 3, "3": None, "4": idea("C")}}), "# A\n## C", 3),
    (a_map({"title": "A", "attr": []}), "# A", 0),
    (
        a_map({"title": "A", "attr": {"style": 1, "icon": 2, "note": 3, "attachment": 4, "measurements": 5}}),
        "# A\n3",
        0,
    ),
    (a_map({"title": "A"}, attr=1, links={}, resources=[]), "# A", 0),
    ({"formatVersion": 3, "ideas": []}, "", 0),
    ({"formatVersion": 3, "ideas": {}}, "", 0),
    ({"formatVersion": {}, "title": "A"}, "# A", 0),
]


@pytest.mark.parametrize(("source", "expected", "lost"), ODD)
def test_parts_of_another_shape_are_left_out_and_named(source: dict[str, Any], expected: str, lost: int) -> None:
    report = Report()
    assert outline(read(source, report)) == expected
    assert sum(item.count for item in report.items if item.code == "syntax") == lost


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["title", "ideas", "attr", "id", "1", "-1", "note", "text", "icon"]), inner)
    ),
    max_leaves=20,
)


@settings(max_examples=150)
@given(root=JSON, links=JSON, resources=JSON, maxheading=st.integers(0, 5))
def test_any_json_yields_a_document(root: Any, links: Any, resources: Any, maxheading: int) -> None:
    source = {"formatVersion": 3, "ideas": {"1": root}, "links": links, "resources": resources}
    document = read(source, maxheading=maxheading)
    found = topics(document)
    assert all(-1 <= topic.parent < number for number, topic in enumerate(found))
    assert len({topic.id for topic in found}) == len(found)


# Depth and size


def nested(depth: int) -> bytes:
    return (
        b'{"formatVersion":3,"ideas":{"1":'
        + b"".join(b'{"title":"%d","ideas":{"1":' % level for level in range(depth))
        + b'{"title":"last"}'
        + b"}}" * depth
        + b"}}"
    )


def deepest_list(document: Document) -> int:
    depth, found = 0, list(document.sections[-1].blocks)
    while found and isinstance(found[-1], List):
        depth += 1
        found = list(found[-1].items[-1].blocks)
    return depth


def test_topics_more_than_a_hundred_lists_deep_stand_in_the_lists_above_and_that_is_said_once() -> None:
    report = Report()
    document = read(nested(1_000), report, maxheading=1)
    assert deepest_list(document) == maps.MAX_DEPTH
    lines = [line.strip() for line in outline(document).split("\n")]
    assert lines == ["# 0", *(f"- {level}" for level in range(1, 1_000)), "- last"]
    assert [(item.code, item.severity, item.count) for item in report.items] == [("nesting", "degraded", 1)]
    assert topics(document)[-1].parent == 999


def test_what_json_cannot_nest_is_refused() -> None:
    with pytest.raises(UnreadableSource, match="nested too deep"):
        read(nested(100_000))


def test_too_many_topics_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "MAX_TOPICS", 4)
    read(a_map(*map(idea, "abcd")))
    with pytest.raises(SourceTooLarge, match="more than 4 topics"):
        read(a_map(*map(idea, "abcde")))


def deep(html: str) -> dict[str, str]:
    return {"contentType": "text/html", "content": html * 3_000}


MUCH: dict[str, Any] = {
    "deep attachments": a_map(idea("A", idea("B", attachment=deep("<ul><li>")), attachment=deep("<blockquote>a"))),
    "roots": a_map(*[{"title": "A"}] * 20_000),
    "same ids": a_map(*[{"id": 1, "title": "A"}] * 20_000),
    "addresses that are none": a_map({"title": "http://www." * 50_000}),
    "dots": a_map({"title": "http://a.b" + "." * 500_000}),
    "one word": a_map({"title": "www." + "a" * 500_000}),
    "lines": a_map({"title": "a\n" * 100_000}),
    "paragraphs": a_map(idea("A", note={"text": "a \n \n" * 50_000})),
    "spaces": a_map(idea("A", note={"text": "a" + " \n" * 200_000 + "b"})),
    "links": a_map(idea("A"), idea("B"), links=[{"ideaIdFrom": "A", "ideaIdTo": "B"}] * 20_000),
    "groups in groups": a_map({"title": "A"} | json.loads('{"ideas":{"1":{"attr":{"group":1},"ideas":{"1":' * 500
                              + '{"title":"B"}' + "}}}}" * 500 + "")["ideas"]["1"]),
}  # fmt: skip


@pytest.mark.parametrize("what", MUCH)
def test_much_of_anything_is_read_in_time_that_is_proportional(what: str) -> None:
    assert topics(read(MUCH[what]))


# The samples


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.mup")), ids=lambda path: path.stem)
def test_the_samples_are_read_without_a_loss(path: Path) -> None:
    report = Report()
    document = readers.read(Source(path.read_bytes(), path.name), report)
    assert document.sections
    assert [item for item in report.items if item.severity == "lost"] == []
