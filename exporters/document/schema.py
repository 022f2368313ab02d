"""Makes the published schema of documents in JSON from the annotations and docstrings of `nodes`.

python -m exporters.document.schema      writes exporters/schemas/document.schema.json (`make generate`)
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAliasType, get_args, get_origin, get_type_hints

from exporters.document import form, nodes
from exporters.document.nodes import Document

PATH = Path(__file__).parent.parent / "schemas" / "document.schema.json"

_WHOLE = (
    "What the format `json` writes and the kind of source `json` reads: a document as readers make it. A field that is "
    "left out has its default. `schema` changes when a reader of this version could no longer read it."
)
_OF_ALIASES = {
    "Block": "What stands on lines of its own.",
    "Inline": "What stands within a line. A string is text; a newline in it counts as a space.",
    "Json": "Any value that JSON has.",
}
_SCALARS: Mapping[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
_OF_PYTHON = {"None": "null", "()": "[]", "True": "true", "False": "false"}
_PYTHON = re.compile(r"\bNone\b|\(\)|\bTrue\b|\bFalse\b")


def main() -> None:
    """Writes the schema."""
    PATH.write_text(text())


def text() -> str:
    """The schema as its file holds it."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def schema() -> dict[str, object]:
    """The schema (JSON Schema 2020-12)."""
    docstrings = dict(_docstrings(ast.parse(inspect.getsource(nodes))))
    whole = _node(Document, docstrings)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:document-export-pipeline:document:{form.VERSION}",
        "title": "Document",
        "description": _WHOLE,
        "type": "object",
        "properties": {"schema": {"const": form.VERSION}, **whole["properties"]},
        "required": ["schema"],
        "additionalProperties": False,
        "$defs": {name: _definition(each, docstrings) for name, each in _named().items()},
    }


def _named() -> dict[str, Any]:
    """What `nodes` declares, in its order, but for the document itself."""
    return {
        name: each
        for name, each in vars(nodes).items()
        if isinstance(each, TypeAliasType) or (hasattr(each, "__match_args__") and each is not Document)
    }


def _docstrings(module: ast.Module) -> Iterator[tuple[str, str]]:
    """What is said of each class, `Class.field` and type, in JSON's words."""
    for node, following in zip(module.body, [*module.body[1:], None], strict=True):
        match node:
            case ast.ClassDef():
                if said := ast.get_docstring(node):
                    yield node.name, _said(said)
                for field, after in zip(node.body, node.body[1:], strict=False):
                    if isinstance(field, ast.AnnAssign) and (said := _string(after)):
                        yield f"{node.name}.{ast.unparse(field.target)}", _said(said)
            case ast.TypeAlias():
                if following and (said := _string(following)):
                    yield node.name.id, _said(said)
            case _:
                pass  # imports


def _string(node: ast.stmt) -> str:
    match node:
        case ast.Expr(ast.Constant(str(said))):
            return said
        case _:
            return ""


def _said(docstring: str) -> str:
    return _PYTHON.sub(lambda found: _OF_PYTHON[found[0]], " ".join(docstring.split()))


def _definition(declared: Any, docstrings: Mapping[str, str]) -> dict[str, object]:
    if not isinstance(declared, TypeAliasType):
        return _node(declared, docstrings)
    said = docstrings.get(declared.__name__) or _OF_ALIASES.get(declared.__name__)
    its: dict[str, object] = {} if declared is nodes.Json else _of(declared.__value__)
    return {"description": said, **its} if said else its


def _node(kind: Any, docstrings: Mapping[str, str]) -> dict[str, Any]:
    itself, required, others = form.shape(kind)
    defaults = dict(others)
    properties: dict[str, object] = {name: {"const": value} for name, value in itself.items()}
    for name, hint in get_type_hints(kind).items():
        field = f"{kind.__name__}.{name}"
        its = {**_of(hint), **form.LIMITS.get(field, {})}
        if field in docstrings:
            its["description"] = docstrings[field]
        if name in defaults:
            its["default"] = _plain(defaults[name])
        properties[name] = its
    whole: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if must := [*itself, *required]:
        whole["required"] = must
    return {"description": docstrings[kind.__name__], **whole} if kind.__name__ in docstrings else whole


def _of(hint: Any) -> dict[str, Any]:
    """The schema of a type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if isinstance(hint, TypeAliasType) or hasattr(hint, "__match_args__"):
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    if hint is bytes:
        return {"type": "string", "contentEncoding": "base64"}
    if origin is tuple and arguments[-1] is not ...:
        return {"type": "array", "items": _of(arguments[0]), "minItems": len(arguments), "maxItems": len(arguments)}
    if origin is tuple:
        return {"type": "array", "items": _of(arguments[0])}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _of(arguments[1])}
    return _one_of(
        tuple(each for one in arguments for each in (get_args(one) if get_origin(one) is Literal else (one,)))
    )


def _one_of(members: tuple[Any, ...]) -> dict[str, Any]:
    if all(isinstance(each, str) or each is type(None) for each in members):
        return {"enum": [None if each is type(None) else each for each in members]}
    if all(each in _SCALARS for each in members):
        return {"type": [_SCALARS[each] for each in members]}
    return {"anyOf": [_of(each) for each in members]}


def _plain(default: Any) -> object:
    """A default as JSON has it."""
    if isinstance(default, tuple):
        return list(default)
    return {} if isinstance(default, Mapping) or hasattr(default, "__match_args__") else default


if __name__ == "__main__":
    main()
