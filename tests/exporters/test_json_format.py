"""JSON: the whole document, as its published schema says."""

from __future__ import annotations

import json
import types
import typing
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from samples import EVERYTHING, SOURCES

from exporters import Source, options, readers
from exporters.document import Document, Paragraph, Resource, nodes
from exporters.formats.json import Options
from exporters.formats.json.export import export
from exporters.report import MAX_ITEMS, Code, Report

SCHEMAS = Path(__file__).parent.parent.parent / "exporters" / "schemas"
SCHEMA = json.loads((SCHEMAS / "document.schema.json").read_text())

DOCUMENTS = {name: readers.read(Source(path.read_bytes(), path.name), Report()) for name, path in SOURCES.items()}
DOCUMENTS["every kind of node"] = EVERYTHING


def made(document: Document, report: Report | None = None, **chosen: object) -> bytes:
    return export(document, options.parse(Options, chosen, "json"), report or Report())


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_file_is_as_the_schema_says(document: Document) -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(made(document)))


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_file_holds_everything_there_is_in_the_document(document: Document) -> None:
    found = json.loads(made(document))
    assert found.pop("schema") == 1
    assert rebuilt(found, Document) == document


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_schemas_are_schemas(path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(path.read_text()))


def test_the_schema_names_every_field_of_every_node() -> None:
    classes = {each.__name__: each for each in vars(nodes).values() if hasattr(each, "__match_args__")}
    del classes["Document"]
    named = {name: set(each["properties"]) - {"node"} for name, each in SCHEMA["$defs"].items() if name in classes}
    assert named == {name: set(each.__match_args__) for name, each in classes.items()}
    assert set(SCHEMA["properties"]) == {"schema", *Document.__match_args__}


def test_the_schema_of_reports_knows_every_code() -> None:
    report = json.loads((SCHEMAS / "report.schema.json").read_text())
    assert report["properties"]["items"]["items"]["properties"]["code"]["enum"] == [str(code) for code in Code]
    assert report["properties"]["items"]["maxItems"] == MAX_ITEMS


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


def rebuilt(value: Any, hint: Any) -> Any:
    """The value as its type in nodes.py says: what a reader of this format would do."""
    hint = getattr(hint, "__value__", hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return tuple(rebuilt(each, arguments[0]) for each in value)
    if origin is Mapping:
        return (
            value if arguments[1] is nodes.Json else {key: rebuilt(each, arguments[1]) for key, each in value.items()}
        )
    if isinstance(hint, types.UnionType) or origin is typing.Union:
        return rebuilt(value, getattr(nodes, value["node"])) if isinstance(value, dict) else value
    if hint is Resource:
        value = {**value, "data": b64decode(value["data"], validate=True)}
        return Resource(**value)
    if hasattr(hint, "__match_args__"):
        known = typing.get_type_hints(hint)
        return hint(**{name: rebuilt(each, known[name]) for name, each in value.items() if name != "node"})  # type: ignore[operator]
    return value
