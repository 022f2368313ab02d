"""JSON: the whole document, as its published schema says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from documents_strategy import documents
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from samples import EVERYTHING, EXAMPLES, SOURCES

from exporters import Source, options, readers
from exporters.document import (
    Cell,
    Document,
    Emphasis,
    List,
    ListItem,
    Map,
    Paragraph,
    Resource,
    Table,
    Topic,
    Underline,
    nodes,
    schema,
)
from exporters.formats.json import Options
from exporters.formats.json.export import export
from exporters.report import MAX_ITEMS, Code, Report

SCHEMAS = Path(__file__).parent.parent.parent / "exporters" / "schemas"
SCHEMA = json.loads((SCHEMAS / "document.schema.json").read_text())

DOCUMENTS = {name: readers.read(Source(path.read_bytes(), path.name), Report()) for name, path in SOURCES.items()}
DOCUMENTS["every kind of node"] = EVERYTHING
DOCUMENTS |= {kind.__name__: example.holding for kind, example in EXAMPLES.items()}


def made(document: Document, report: Report | None = None, **chosen: object) -> bytes:
    return export(document, options.parse(Options, chosen, "json")[0], report or Report())


# The form

FORMS: dict[str, Document] = {
    '{"schema":1}': Document(),
    '{"schema":1,"blocks":[{"node":"Paragraph","content":["a"]}]}': Document((Paragraph(("a",)),)),
    '{"schema":1,"blocks":[{"node":"Paragraph","content":[{"node":"Emphasis","content":[{"node":"Underline",'
    '"content":["a"]}]}],"alignment":"right"}]}': Document(
        (Paragraph((Emphasis((Underline(("a",)),)),), alignment="right"),)
    ),
    '{"schema":1,"blocks":[{"node":"List","items":[{"blocks":[],"checked":false}],"start":1,"tight":false}]}': Document(
        (List((ListItem((), checked=False),), start=1, tight=False),)
    ),
    '{"schema":1,"blocks":[{"node":"Table","alignments":[null],"head":[],"rows":[[{"content":["a"]}]]}]}': Document(
        (Table((None,), (), ((Cell(("a",)),),)),)
    ),
    '{"schema":1,"metadata":{"title":"a","draft":null}}': Document(metadata={"title": "a", "draft": None}),
    '{"schema":1,"resources":{"resource:1":{"media_type":"text/csv","data":"YTti","name":"a.csv"}}}': Document(
        resources={"resource:1": Resource("text/csv", b"a;b", name="a.csv")}
    ),
    '{"schema":1,"map":{"topics":[{"id":"1","parent":-1,"text":"a","position":[1.5,-2]}]}}': Document(
        map=Map((Topic("1", -1, "a", position=(1.5, -2)),))
    ),
}


@pytest.mark.parametrize("text", FORMS)
def test_what_is_as_usual_is_left_out(text: str) -> None:
    assert made(FORMS[text]).decode() == text + "\n"


def test_an_indented_file_says_the_same() -> None:
    assert json.loads(made(EVERYTHING, indent=True)) == json.loads(made(EVERYTHING))
    assert made(EVERYTHING).count(b"\n") == 1
    assert made(EVERYTHING, indent=True).count(b"\n") > 100


def test_numbers_that_json_does_not_have_become_text() -> None:
    report = Report()
    found = json.loads(made(Document(metadata={"a": [float("nan")], "b": {"c": float("-inf")}, "d": 1.5}), report))
    assert found["metadata"] == {"a": ["nan"], "b": {"c": "-inf"}, "d": 1.5}
    assert [item.code for item in report.items] == ["metadata", "metadata"]


def test_text_is_readable_in_every_script() -> None:
    assert "日本 é 😀".encode() in made(Document((Paragraph(("日本 é 😀",)),)))


# The schema


def test_the_published_schema_is_what_the_nodes_say() -> None:
    assert schema.PATH.read_text() == schema.text(), "run `make generate`"


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_schemas_are_schemas(path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(path.read_text()))


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_file_is_as_the_schema_says(document: Document) -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(made(document)))


@settings(max_examples=50)
@given(documents())
def test_any_file_is_as_the_schema_says(document: Document) -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(made(document)))


def test_the_schema_names_every_field_of_every_node() -> None:
    classes = {each.__name__: each for each in vars(nodes).values() if hasattr(each, "__match_args__")}
    del classes["Document"]
    named = {name: set(each["properties"]) - {"node"} for name, each in SCHEMA["$defs"].items() if name in classes}
    assert named == {name: set(each.__match_args__) for name, each in classes.items()}
    assert set(SCHEMA["properties"]) == {"schema", *Document.__match_args__}


def test_the_schema_says_what_the_nodes_do_in_the_words_of_json() -> None:
    defined = SCHEMA["$defs"]
    assert defined["ListItem"]["properties"]["checked"] == {
        "type": ["boolean", "null"],
        "description": "Whether a task is done; null where the item is no task.",
        "default": None,
    }
    assert defined["Topic"]["properties"]["position"]["anyOf"] == [
        {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        {"type": "null"},
    ]
    assert defined["Section"]["properties"]["level"]["minimum"] == 1
    assert defined["Section"]["required"] == ["level", "heading", "id"]
    assert defined["Emphasis"]["required"] == ["node", "content"]
    assert {"$ref": "#/$defs/Styled"} in defined["Inline"]["anyOf"]
    assert "None" not in schema.PATH.read_text()


def test_the_schema_of_reports_knows_every_code() -> None:
    report = json.loads((SCHEMAS / "report.schema.json").read_text())
    assert report["properties"]["items"]["items"]["properties"]["code"]["enum"] == [str(code) for code in Code]
    assert report["properties"]["items"]["maxItems"] == MAX_ITEMS
