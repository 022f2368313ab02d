"""The JSON reader: documents come back as they were, and what is none is refused with the place that is wrong."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from copy import deepcopy, replace
from typing import Any

import pytest
from documents_strategy import documents, rebuilt
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from samples import EVERYTHING, EXAMPLES, SOURCES, png

from exporters import Source, export, options, readers
from exporters.document import (
    Block,
    BlockQuote,
    CodeBlock,
    Document,
    Image,
    Link,
    List,
    ListItem,
    Paragraph,
    Section,
    Strong,
    Topic,
    schema,
)
from exporters.document.nodes import MAX_DEPTH, MAX_INLINE_DEPTH
from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.formats.json import Options
from exporters.formats.json import export as json_export
from exporters.options import CommonOptions
from exporters.readers import json_source, resources
from exporters.readers.resources import key_of
from exporters.report import Report
from exporters.source import no_companions

AS_JSON = CommonOptions(source_kind="json")
PNG = png(3, 2)
PNG_KEY = key_of(PNG)
PNG_RESOURCE = {"media_type": "image/png", "data": b64encode(PNG).decode(), "width": 3, "height": 2}


def read(whole: object, report: Report | None = None, companions: Mapping[str, bytes] | None = None) -> Document:
    data = whole if isinstance(whole, bytes) else json.dumps(whole).encode()
    source = Source(data, "a.json", companions.get if companions else no_companions)
    return readers.read(source, report or Report(), AS_JSON)


def made(document: Document) -> bytes:
    return json_export.export(document, options.parse(Options, {}, "json")[0], Report())


def with_blocks(*blocks: object) -> dict[str, object]:
    return {"schema": 1, "blocks": list(blocks)}


def with_line(*content: object) -> dict[str, object]:
    return with_blocks({"node": "Paragraph", "content": list(content)})


def with_topics(*topics: dict[str, object], **others: object) -> dict[str, object]:
    usual = {"id": "1", "parent": -1, "text": "a"}
    return {"schema": 1, "map": {"topics": [{**usual, **each} for each in topics], **others}}


# There and back

DOCUMENTS = {name: readers.read(Source(path.read_bytes(), path.name), Report()) for name, path in SOURCES.items()}
DOCUMENTS["every kind of node"] = EVERYTHING
DOCUMENTS |= {kind.__name__: example.holding for kind, example in EXAMPLES.items()}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_comes_back_as_it_was(document: Document) -> None:
    assert read(made(document)) == with_own_keys(document)


@settings(max_examples=200)
@given(documents())
def test_any_document_comes_back_as_it_was(document: Document) -> None:
    assert read(made(document)) == document


def with_own_keys(document: Document) -> Document:
    """The document with its images under the keys that readers give them."""
    keys = {key: key_of(resource.data) for key, resource in document.resources.items()}

    def renamed(node: Any) -> Any:
        match node:
            case Image(url) | Link(_, url) if url in keys:
                return replace(node, url=keys[url])
            case Topic() if node.image in keys:
                return replace(node, image=keys[node.image])
            case _:
                return node

    found = {keys[key]: resource for key, resource in document.resources.items()}
    document = rebuilt(document, renamed)
    return replace(document, resources=found)


def test_what_is_left_out_is_as_usual() -> None:
    assert read({"schema": 1}) == Document()
    assert read(with_blocks({"node": "List", "items": [{"blocks": []}]})) == Document((List((ListItem(()),)),))


def test_a_document_needs_no_option_to_be_known_as_one() -> None:
    data = made(EVERYTHING)
    assert readers.read(Source(data, "a.json"), Report()) == read(data)


def test_a_document_in_json_is_exported_as_any_other() -> None:
    source = Source(made(Document((Paragraph(("a ", Strong(("b",)))),))), "a.json")
    assert export(source, "markdown").data == b"a **b**\n"


# Images and attachments


def test_images_are_kept_under_the_hash_of_their_bytes_whatever_they_are_named_by() -> None:
    whole = with_line(
        {"node": "Image", "url": "photo", "alternative": "a"}, {"node": "Link", "content": ["b"], "url": "photo"}
    )
    report = Report()
    document = read({**whole, "resources": {"photo": PNG_RESOURCE}}, report)
    assert document.blocks == (Paragraph((Image(PNG_KEY, "a"), Link(("b",), PNG_KEY))),)
    assert list(document.resources) == [PNG_KEY]
    assert report.items == ()


def test_what_an_image_is_says_its_bytes() -> None:
    lying = {**PNG_RESOURCE, "media_type": "image/jpeg", "width": 10**9, "height": 1, "name": "a/b.png"}
    [found] = read({"schema": 1, "resources": {"a": lying}}).resources.values()
    assert (found.media_type, found.width, found.height, found.name) == ("image/png", 3, 2, "a/b.png")


def test_what_is_no_image_is_left_out_and_said_once() -> None:
    report = Report()
    whole = with_line({"node": "Image", "url": "photo", "alternative": "a"})
    document = read({**whole, "resources": {"photo": {"media_type": "image/png", "data": "AAAA"}}}, report)
    assert document == Document((Paragraph((Image("photo", "a"),)),))
    assert [(item.code, item.severity) for item in report.items] == [("image-unreadable", "lost")]


def test_attachments_are_kept_as_they_are() -> None:
    whole = with_line({"node": "Link", "content": ["a"], "url": "file"})
    document = read({**whole, "resources": {"file": {"media_type": "text/csv", "data": "YTti", "name": "a.csv"}}})
    [(key, found)] = document.resources.items()
    assert (found.data, found.name) == (b"a;b", "a.csv")
    assert document.blocks == (Paragraph((Link(("a",), key),)),)


def test_attachments_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "MAX_BYTES", 2)
    report = Report()
    assert not read({"schema": 1, "resources": {"a": {"media_type": "text/csv", "data": "YTti"}}}, report).resources
    assert [(item.code, item.severity) for item in report.items] == [("attachment", "lost")]


def test_images_may_come_beside_the_document_or_in_an_address() -> None:
    url = f"data:image/png;base64,{b64encode(PNG).decode()}"
    for name, companions in ((url, None), ("a.png", {"a.png": PNG})):
        whole = with_line({"node": "Image", "url": name, "alternative": "a"})
        document = read(whole, companions=companions)
        assert document.blocks == (Paragraph((Image(PNG_KEY, "a"),)),)
        assert list(document.resources) == [PNG_KEY]


def test_the_picture_of_a_topic_is_one_of_the_images() -> None:
    whole = with_topics({"image": "photo"})
    document = read({**whole, "resources": {"photo": PNG_RESOURCE}})
    assert document.map is not None
    assert document.map.topics[0].image == PNG_KEY


def test_what_nobody_has_described_and_links_to_nowhere_are_said_with_their_section() -> None:
    section = {
        "level": 1,
        "heading": ["Here"],
        "id": "here",
        "blocks": [
            {
                "node": "Paragraph",
                "content": [
                    {"node": "Image", "url": "photo"},
                    {"node": "Link", "content": ["a"], "url": "#there"},
                    {"node": "Link", "content": ["a"], "url": "#here"},
                ],
            }
        ],
    }
    report = Report()
    read({"schema": 1, "sections": [section], "resources": {"photo": PNG_RESOURCE}}, report)
    assert [(item.code, item.where) for item in report.items] == [("alternative", "Here"), ("link", "Here")]


# What is none

CELL = {"content": []}
HEADING = {"level": 1, "heading": ["a"], "id": "a"}

WRONG: dict[str, tuple[object, str]] = {
    "no object": ([], "it must be an object, not an array."),
    "no schema": ({}, "schema is missing; it must be 1."),
    "another schema": ({"schema": 2}, "schema must be 1."),
    "a schema that is true": ({"schema": True}, "schema must be 1."),
    "an unknown field": (
        {"schema": 1, "titel": "a"},
        'it must have no "titel". Fields of Document: blocks, sections, footnotes, metadata, resources, map.',
    ),
    "an unknown field of a node": (
        with_blocks({"node": "Paragraph", "content": [], "x" * 100: 1}),
        f'blocks[0] must have no "{"x" * 40}". Fields of Paragraph: node, content, alignment.',
    ),
    "a field too few": (with_blocks({"node": "Paragraph"}), "blocks[0].content is missing; it must be an array."),
    "a node that does not say what it is": (with_line({"content": []}), "blocks[0].content[0].node is missing; it"),
    "a node of no kind": (
        with_line({"node": "Paragraph", "content": []}),
        'blocks[0].content[0].node must be "Emphasis", "Strong", "Strikethrough", "Underline", "Highlight", '
        '"Superscript", "Subscript", "Code", "Keyboard", "Abbreviation", "Math", "Link", "Image", '
        '"FootnoteReference", "LineBreak" or "RawInline".',
    ),
    "a kind that is no word": (with_line({"node": ["Link"]}), "blocks[0].content[0].node must be "),
    "a node where text is": (with_line({"node": "Code", "text": {}}), "text must be a string, not an object."),
    "text where a node is": (with_blocks("secret"), "blocks[0] must be an object, not a string."),
    "null where an inline is": (with_line(None), "blocks[0].content[0] must be a string or an object, not null."),
    "a task that is half done": (
        with_blocks({"node": "List", "items": [{"blocks": [], "checked": "secret"}]}),
        "blocks[0].items[0].checked must be true, false or null, not a string.",
    ),
    "a number that is no whole one": (
        with_blocks({"node": "List", "items": [], "start": 1.0}),
        "blocks[0].start must be a whole number or null, not a number.",
    ),
    "a number that is true": (with_blocks({"node": "List", "items": [], "start": True}), "start must be a whole"),
    "a number below zero": (with_blocks({"node": "List", "items": [], "start": -1}), "start must be at least 0."),
    "an alignment": (
        with_blocks({"node": "Paragraph", "content": [], "alignment": "secret"}),
        'blocks[0].alignment must be "left", "center", "right" or null.',
    ),
    "a title that is text": (
        with_blocks({"node": "Admonition", "kind": "tip", "blocks": [], "title": "secret"}),
        "blocks[0].title must be an array or null, not a string.",
    ),
    "a link in a link": (
        with_line(
            {
                "node": "Link",
                "url": "",
                "content": [{"node": "Strong", "content": [{"node": "Link", "url": "", "content": []}]}],
            }
        ),
        "blocks[0].content[0].content must hold no other link.",
    ),
    "a level of nothing": ({"schema": 1, "sections": [{**HEADING, "level": 0}]}, "level must be at least 1."),
    "a level of too much": ({"schema": 1, "sections": [{**HEADING, "level": 21}]}, "level must be at most 20."),
    "a level of its parent": (
        {"schema": 1, "sections": [{**HEADING, "sections": [{**HEADING, "id": "b"}]}]},
        "sections[0].sections[0].level must be higher than that of the section around it, 1.",
    ),
    "no id": ({"schema": 1, "sections": [{**HEADING, "id": ""}]}, "sections[0].id must not be empty."),
    "an id twice": ({"schema": 1, "sections": [HEADING, HEADING]}, "sections[1].id must be unique"),
    "a footnote twice": (
        {"schema": 1, "footnotes": [{"label": "a", "blocks": []}] * 2},
        "footnotes[1].label must be unique",
    ),
    "a table without columns": (
        with_blocks({"node": "Table", "alignments": [], "head": [], "rows": []}),
        "blocks[0].alignments must have at least 1.",
    ),
    "a short head": (
        with_blocks({"node": "Table", "alignments": [None, None], "head": [CELL], "rows": []}),
        "blocks[0].head must have 2 cells, as many as `alignments`, or none.",
    ),
    "a long row": (
        with_blocks({"node": "Table", "alignments": [None], "head": [], "rows": [[CELL], [CELL, CELL]]}),
        "blocks[0].rows[1] must have 1 cells, as many as `alignments`.",
    ),
    "a cell out of the table": (
        with_blocks({"node": "Table", "alignments": [None], "head": [], "rows": [[{**CELL, "columns": 2}]]}),
        "blocks[0].rows[0][0] must not span more than there is.",
    ),
    "a head cell in the body": (
        with_blocks({"node": "Table", "alignments": [None], "head": [{**CELL, "rows": 2}], "rows": [[CELL]]}),
        "blocks[0].head[0] must not span more than there is.",
    ),
    "words below another cell": (
        with_blocks(
            {
                "node": "Table",
                "alignments": [None] * 2,
                "head": [],
                "rows": [[{**CELL, "columns": 2}, {"content": ["a"]}]],
            }
        ),
        "blocks[0].rows[0][1] must be empty: another cell spans it.",
    ),
    "cells that cross": (
        with_blocks(
            {
                "node": "Table",
                "alignments": [None] * 2,
                "head": [],
                "rows": [[CELL, {**CELL, "rows": 2}], [{**CELL, "columns": 2}, CELL]],
            }
        ),
        "blocks[0].rows[1][0] must not span what another cell spans.",
    ),
    "no base64": (
        {"schema": 1, "resources": {"a": {"media_type": "image/png", "data": "secret"}}},
        'resources["a"].data must be base64',
    ),
    "letters that base64 has not": (
        {"schema": 1, "resources": {"a": {"media_type": "image/png", "data": "éééé"}}},
        'resources["a"].data must be base64',
    ),
    "a media type that is a header": (
        {"schema": 1, "resources": {"a": {"media_type": "text/csv\r\nSet-Cookie: a", "data": ""}}},
        'resources["a"].media_type must match',
    ),
    "a topic before its parent": (with_topics({"parent": 0}), "map.topics[0].parent must be less than"),
    "a topic of no parent": (with_topics({"parent": -2}), "map.topics[0].parent must be at least -1."),
    "a topic twice": (with_topics({}, {}), "map.topics[1].id must be unique: another topic has this id."),
    "a colour that is code": (with_topics({"colour": "#fff;x:url(a)"}), "map.topics[0].colour must match"),
    "a place of one number": (with_topics({"position": [1]}), "map.topics[0].position must have 2 values."),
    "a place that is no number": (
        with_topics({"position": [1, "a"]}),
        "map.topics[0].position[1] must be a number, not a string.",
    ),
    "a place far out": (
        b'{"schema":1,"map":{"topics":[{"id":"1","parent":-1,"text":"","position":[1e999,1]}]}}',
        "position[0] must be a number, and not so large.",
    ),
    "a place of many digits": (with_topics({"position": [10**400, 1]}), "a number, and not so large."),
    "a line from nowhere": (
        with_topics({}, connectors=[{"start": "1", "end": "2"}]),
        "map.connectors[0].end must be the id of a topic.",
    ),
    "metadata of infinity": (b'{"schema":1,"metadata":{"a":[NaN]}}', 'metadata["a"] must be a number'),
    "metadata too deep": (
        {"schema": 1, "metadata": {"a": json.loads("[" * 21 + "]" * 21)}},
        'metadata["a"] is nested too deep: values may stand in each other 20 deep.',
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_document_is_refused_with_the_place(what: str) -> None:
    whole, says = WRONG[what]
    with pytest.raises(UnreadableSource) as refused:
        read(whole)
    assert says in str(refused.value)
    assert "secret" not in str(refused.value), "messages go into logs"


NO_JSON = {
    b"": "The source is empty",
    b"{": "The source is not valid JSON: expecting property name enclosed in double quotes in line 1, column 2.",
    b'{"schema":\n}': "expecting value in line 2, column 1",
    b'{"schema": 1} a': "extra data",
    b'{"a": "\n"}': "invalid control character",
    b"[" * 100_000: "nested too deep",
    b'{"a":' * 100_000: "nested too deep",
    b"[" + b"9" * 5000 + b"]": "more than 4,300 digits",
    b"PK\x03\x04": "a zip archive",
    b"{\0}": "zero bytes",
}


@pytest.mark.parametrize("data", NO_JSON, ids=NO_JSON.values())
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableSource, match=NO_JSON[data]):
        read(data)


TOO_LARGE = {
    b'{"schema":1,"metadata":{"a":"' + b"a" * json_source.MAX_SIZE + b'"}}': "more than 25 MB",
    b'{"schema":1,"metadata":{"a":[' + b"{}," * 1_000_000 + b"1]}}": "too many parts",
    b"[" * (json_source.MAX_MARKS + 1): "too many parts",
}


@pytest.mark.parametrize("data", TOO_LARGE, ids=("bytes", "values", "brackets"))
def test_what_would_take_too_much_is_refused_before_it_does(data: bytes) -> None:
    with pytest.raises(SourceTooLarge, match=TOO_LARGE[data]):
        read(data)


def nested(depth: int) -> Block:
    block: Block = Paragraph(("a",))
    for _ in range(depth):
        block = List((ListItem((block,)),))
    return block


def test_blocks_nest_as_deep_as_readers_let_them() -> None:
    document = Document((nested(MAX_DEPTH),))
    assert read(made(document)) == document
    with pytest.raises(UnreadableSource, match="is nested too deep: blocks may stand in each other 101 deep"):
        read(made(Document((BlockQuote((nested(MAX_DEPTH),)),))))


def test_the_deepest_document_is_read_within_pythons_own_bound() -> None:
    line = Link(("a",), "https://example.org/")
    dressed: Any = line
    for _ in range(MAX_INLINE_DEPTH):
        dressed = Strong((dressed,))
    block: Any = {
        "node": "Paragraph",
        "content": json.loads(made(Document((Paragraph((dressed,)),))))["blocks"][0]["content"],
    }
    for _ in range(MAX_DEPTH):
        block = {"node": "DefinitionList", "items": [{"terms": [], "descriptions": [[block]]}]}
    section: Any = {"level": 20, "heading": [], "id": "20", "blocks": [block]}
    for level in range(19, 0, -1):
        section = {"level": level, "heading": [], "id": str(level), "sections": [section]}
    document = read({"schema": 1, "sections": [section]})
    assert read(made(document)) == document
    assert isinstance(document.sections[0], Section)


def test_inlines_nest_as_deep_as_readers_let_them() -> None:
    node: Any = "a"
    for _ in range(MAX_INLINE_DEPTH + 1):
        node = {"node": "Strong", "content": [node]}
    assert read(with_line(node))
    with pytest.raises(UnreadableSource, match="is nested too deep: inlines may stand in each other 32 deep"):
        read(with_line({"node": "Strong", "content": [node]}))


# What is mended rather than refused


def test_code_ends_its_last_line() -> None:
    assert read(with_blocks({"node": "CodeBlock", "text": "a"})).blocks == (CodeBlock("a\n"),)
    assert read(with_blocks({"node": "CodeBlock", "text": ""})).blocks == (CodeBlock(""),)


def test_line_ends_are_those_of_every_source() -> None:
    assert read(with_line("a\r\nb\rc")).blocks == (Paragraph(("a\nb\nc",)),)


def test_characters_that_are_none_become_marks_of_that() -> None:
    report = Report()
    text = rb"\u0000 \ud800 \udc00 \ud83d\ude00 \\ud800 \\\udfff"
    document = read(b'{"schema":1,"blocks":[{"node":"Paragraph","content":["%s"]}]}' % text, report)
    assert document.blocks == (Paragraph(("� � � 😀 \\ud800 \\�",)),)
    assert [(item.code, item.severity) for item in report.items] == [("encoding", "lost")]


def test_a_source_may_be_in_utf_16_and_begin_with_a_mark() -> None:
    text = '{"schema":1,"blocks":[{"node":"Paragraph","content":["é"]}]}'
    for data in (text.encode("utf-16"), text.encode("utf-8-sig"), text.replace(",", ",\r\n").encode()):
        assert read(data).blocks == (Paragraph(("é",)),)


# Anything

_VALUES = st.sampled_from(
    (None, True, 0, -1, 1.5, "", "a", [], {}, [[]], {"node": "Paragraph", "content": ["a"]}, {"node": "LineBreak"})
)
_VALIDATOR = Draft202012Validator(schema.schema())


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a value: what holds it, and its key or index there."""
    here = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [(value, key) for key, _ in here]
    return found + [place for holder, key in found for place in places(holder[key])]


@settings(max_examples=300)
@given(documents(), st.data())
def test_any_change_of_a_document_gives_another_or_is_refused(document: Document, data: st.DataObject) -> None:
    whole = deepcopy(json.loads(made(document)))
    for _ in range(data.draw(st.integers(1, 2))):
        holder, key = data.draw(st.sampled_from(places(whole)))
        match data.draw(st.sampled_from(("replace", "remove", "repeat", "rename"))):
            case "replace":
                holder[key] = data.draw(_VALUES)
            case "remove":
                del holder[key]
            case "repeat" if isinstance(holder, list):
                holder.append(holder[key])
            case _ if isinstance(holder, dict):
                holder[data.draw(st.text(max_size=3))] = holder.pop(key)
            case _:
                pass
        if not places(whole):
            break
    try:
        document = read(whole)
    except UnreadableSource:
        return
    assert _VALIDATOR.is_valid(whole), "the reader takes what the schema does not"
    assert read(made(document)) == document


@settings(max_examples=100)
@given(documents(), st.data())
def test_a_document_cut_off_anywhere_is_refused(document: Document, data: st.DataObject) -> None:
    whole = made(document).rstrip()
    with pytest.raises(UnreadableSource):
        read(whole[: data.draw(st.integers(0, len(whole) - 1))])
