"""JSON that people can read and compare: a line for each thing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def dumps(value: dict[str, Any], depth: int) -> str:
    """JSON to read and to compare: a line for each entry of the outer `depth` objects and of every list of objects."""
    return _lines(value, depth, "\n") + "\n"


def _lines(value: Any, depth: int, newline: str) -> str:
    inner = newline + "  "
    match value:
        case dict() if depth > 0 and value:
            return f"{{{inner}" + f",{inner}".join(_entries(value, depth - 1, inner)) + f"{newline}}}"
        case dict():
            return "{" + ", ".join(_entries(value, 0, newline)) + "}"
        case [dict(), dict(), *_]:
            return f"[{inner}" + f",{inner}".join(_lines(each, 0, inner) for each in value) + f"{newline}]"
        case list():
            return "[" + ", ".join(_lines(each, 0, newline) for each in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _entries(value: dict[str, Any], depth: int, newline: str) -> Iterator[str]:
    return (f"{json.dumps(key)}: {_lines(each, depth, newline)}" for key, each in value.items())
