"""Writes every field of every node under its own name.

A node that may stand in another's place says what it is: `{"node": "Emphasis", "content": ["words"]}`. Text within a
line is a JSON string. The bytes of images are in base64.
"""

from __future__ import annotations

import json
from binascii import b2a_base64
from math import isfinite
from typing import Any, get_args

from exporters.document import Block, Document, Inline, Json, Resource
from exporters.formats.json import Options
from exporters.report import Code, Report

SCHEMA = 1


def export(document: Document, options: Options, report: Report) -> bytes:
    """The document as UTF-8 JSON."""
    # `default` is asked node by node, so that the tree is never in memory a second time as dicts.
    text = json.dumps(
        {
            "schema": SCHEMA,
            "metadata": {key: _finite(value, report) for key, value in document.metadata.items()},
            "blocks": document.blocks,
            "sections": document.sections,
            "footnotes": document.footnotes,
            "resources": dict(document.resources),
        },
        default=_fields,
        ensure_ascii=False,
        allow_nan=False,
        check_circular=False,
        indent=2 if options.indent else None,
        separators=None if options.indent else (",", ":"),
    )
    return text.encode() + b"\n"


def _fields(node: object) -> dict[str, object]:
    kind: Any = type(node)
    names = kind.__match_args__
    if isinstance(node, Resource):
        return {**{name: getattr(node, name) for name in names}, "data": b2a_base64(node.data, newline=False).decode()}
    if kind in _ALTERNATIVES:
        return {"node": kind.__name__, **{name: getattr(node, name) for name in names}}
    return {name: getattr(node, name) for name in names}


_ALTERNATIVES = frozenset((*get_args(Block.__value__), *get_args(Inline.__value__))) - {str}


def _finite(value: Json, report: Report) -> Json:
    match value:
        case float() if not isfinite(value):
            report.degraded(Code.METADATA, f"JSON has no number {value}; it became text.")
            return str(value)
        case list():
            return [_finite(each, report) for each in value]
        case dict():
            return {key: _finite(each, report) for key, each in value.items()}
        case _:
            return value
