"""Writes what `exporters.document.form` says: every field of every node under its own name, but for its default."""

from __future__ import annotations

import json
from binascii import b2a_base64
from copy import replace
from math import isfinite
from typing import Any

from exporters.document import Document, Json
from exporters.document.form import VERSION, shape
from exporters.formats.json import Options
from exporters.report import Code, Report


def export(document: Document, options: Options, report: Report) -> bytes:
    """The document as UTF-8 JSON."""
    metadata = {key: _finite(value, report) for key, value in document.metadata.items()}
    document = replace(document, metadata=metadata, resources=dict(document.resources))
    # `default` is asked node by node, so that the tree is never in memory a second time as dicts.
    text = json.dumps(
        {"schema": VERSION, **_fields(document)},
        default=_fields,
        ensure_ascii=False,
        allow_nan=False,
        check_circular=False,
        indent=2 if options.indent else None,
        separators=None if options.indent else (",", ":"),
    )
    return text.encode() + b"\n"


def _fields(node: Any) -> Any:
    if type(node) is bytes:
        return b2a_base64(node, newline=False).decode()
    kind: Any = type(node)
    itself, required, others = shape(kind)
    fields = itself.copy()
    for name in required:
        fields[name] = getattr(node, name)
    for name, default in others:
        value = getattr(node, name)
        if value is not default and value != default:
            fields[name] = value
    return fields


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
