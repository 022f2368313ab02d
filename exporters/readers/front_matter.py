"""Cuts the YAML front matter off a text and reads it.

YAML as people write it in front matter: mappings, sequences and scalars of the core schema (YAML 1.2.2, 10.3), so `no`
is the code of Norway's language and not false. A number that is not written as programs write it stays a text, so the
version 1.10 is not 1.1. Aliases, anchors and tags are refused: they are how a kilobyte of YAML becomes a gigabyte, or
an object. Values are built from the parser's events; PyYAML makes no object itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from exporters.document.nodes import Json
from exporters.report import Code, Report

MAX_SIZE = 64_000  # characters: 30 ms of parsing; people write some hundred
MAX_DEPTH = 20  # libyaml's time is quadratic in the depth of brackets

# The line after the first may not be blank: that is how a text begins that has a thematic break at its top.
_BEGIN = re.compile(r"---[ \t]*(?=\n(?!\s*\n))")
_END = re.compile(r"\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)")

_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"-?[0-9]{1,300}")
_FLOAT = re.compile(r"-?[0-9]+\.[0-9]{1,20}")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt ][0-9:.]+ ?(?:[Zz]|[-+]\d\d(?::?\d\d)?)?")


type Wanted = Mapping[str, Wanted | None]
"""The keys of a mapping that are to be read; with each those of the mapping below it, or None for all there is."""


class Refused(ValueError):
    """YAML that is wrong, or more than people write. Says why, and in which line."""


def cut(text: str, report: Report) -> tuple[dict[str, Json], str, str]:
    """The metadata, the front matter that could not be read (else ""), and the text after it."""
    begin = _BEGIN.match(text)
    end = _END.search(text, begin.end()) if begin else None
    if begin is None or end is None:
        return {}, "", text
    yaml, rest = text[begin.end() + 1 : end.start()], text[end.end() :]
    try:
        found = read(yaml, first_line=2)
    except Refused as reason:
        report.degraded(Code.METADATA, f"The front matter cannot be read, and is shown as code: {reason}")
        return {}, yaml + "\n", rest
    if not isinstance(found, dict):
        # Text between two thematic breaks is no front matter at all. Nothing between two lines is, where something
        # follows: that is how generators of sites mark a page. With nothing after it, it is before nothing.
        return ({}, "", rest) if found is None and rest.strip() else ({}, "", text)
    return found, "", rest


def read(text: str, first_line: int = 1, wanted: Wanted | None = None) -> Json:
    """The value of a YAML text. Raises `Refused`.

    Of its mapping only the keys in `wanted` are read, where that is given: the others may have any tag or alias.
    """
    if len(text) > MAX_SIZE:
        raise Refused(f"it has more than {MAX_SIZE // 1000} kB.")
    import yaml  # 10 ms, and most texts have no front matter

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _document(yaml.parse(text, Loader=loader), first_line, wanted)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + first_line if error.problem_mark else 1
        raise Refused(f"its YAML is wrong in line {line}.") from None
    except yaml.YAMLError:
        raise Refused("it has a character that YAML forbids.") from None


class _Place:
    """A list or mapping that is being filled."""

    __slots__ = ("container", "keys", "wanted")

    def __init__(self, container: list[Json] | dict[str, Json], wanted: Wanted | None) -> None:
        self.container = container
        self.keys: list[str] = []
        self.wanted = wanted

    def is_unwanted(self) -> bool:
        """Whether what comes next is the value of a key that nobody asked for."""
        return bool(self.keys) and self.wanted is not None and self.keys[-1] not in self.wanted

    def below(self, container: list[Json] | dict[str, Json]) -> _Place:
        key = self.keys[-1] if self.keys else ""
        within = isinstance(self.container, dict) and self.wanted is not None
        return _Place(container, (self.wanted or {}).get(key) if within else self.wanted)


def _document(events: Iterable[Any], first_line: int, wanted: Wanted | None) -> Json:
    """Builds the value from the events of one YAML document."""
    root: list[Json] = []
    stack = [_Place(root, wanted)]
    skipped = 0  # how many collections are open within a value that nobody wants
    for event in events:
        line = event.start_mark.line + first_line if event.start_mark else 1
        kind = type(event).__name__
        if skipped or (stack[-1].is_unwanted() and kind in _VALUES):
            skipped += _VALUES.get(kind, 0)
            if not skipped:
                stack[-1].keys.pop()
            if len(stack) + skipped > MAX_DEPTH + 1:
                raise Refused(f"it is nested too deep in line {line}.")
            continue
        value: Json
        match kind:
            case "ScalarEvent":
                value = plain(event.value) if _is_plain(event, line) else event.value
            case "MappingStartEvent" | "SequenceStartEvent":
                _is_plain(event, line)
                if len(stack) > MAX_DEPTH:
                    raise Refused(f"it is nested too deep in line {line}.")
                value = {} if kind == "MappingStartEvent" else []
            case "MappingEndEvent" | "SequenceEndEvent":
                stack.pop()
                continue
            case "AliasEvent":
                raise Refused(f"it has an alias (*) in line {line}; write the value again.")
            case _:
                continue  # the begin and end of the stream and of the document
        below = stack[-1].below(value) if isinstance(value, dict | list) else None
        _put(stack[-1], value, line)
        if below is not None:
            stack.append(below)
    if len(root) > 1:
        raise Refused("it has several YAML documents.")
    return root[0] if root else None


_VALUES = {
    "ScalarEvent": 0,
    "AliasEvent": 0,
    "MappingStartEvent": 1,
    "SequenceStartEvent": 1,
    "MappingEndEvent": -1,
    "SequenceEndEvent": -1,
}
"""The events that make values, and how many collections are open after each that were not before."""


def _put(place: _Place, value: Json, line: int) -> None:
    container, keys = place.container, place.keys
    if isinstance(container, list):
        container.append(value)
    elif keys:
        container[keys.pop()] = value
    elif isinstance(value, dict | list):
        raise Refused(f"it has a key that is no word in line {line}.")
    elif (key := _as_key(value)) in container:
        raise Refused(f"it has the key of line {line} twice.")
    else:
        keys.append(key)


def _as_key(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


def _is_plain(event: Any, line: int) -> bool:
    """Whether a node is without quotation marks, so that its type is to be guessed. Refuses anchors and tags."""
    if event.anchor is not None:
        raise Refused(f"it has an anchor (&) in line {line}; write the value where it is used.")
    if event.tag is not None and event.tag != "!":
        raise Refused(f"it has a tag (!) in line {line}; remove it.")
    return event.implicit is not False and event.implicit != (False, True)


def plain(text: str) -> Json:
    """What a scalar without quotation marks means."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    number: int | float
    if _INT.fullmatch(text) and str(number := int(text)) == text:
        return number
    if _FLOAT.fullmatch(text) and str(number := float(text)) == text:
        return number
    return _moment(text) if _TIMESTAMP.fullmatch(text) else text


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return text
