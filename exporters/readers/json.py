"""Reads documents in their own JSON form, which the format `json` writes and programs make: strictly.

What a value must be follows from the annotations of `nodes`: from these, one function per class is made when it is
first needed. Below stands what no annotation says: ids that are there once, rows as long as their table, and so on.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from copy import replace
from functools import cache
from math import isfinite
from typing import Any, TypeAliasType, get_args, get_origin, get_type_hints

from exporters.document import form
from exporters.document.nodes import (
    MAX_DEPTH,
    MAX_INLINE_DEPTH,
    Block,
    Cell,
    CodeBlock,
    Diagram,
    Document,
    Image,
    Inline,
    Inlines,
    Json,
    Link,
    Map,
    Resource,
    Section,
    Table,
    Topic,
)
from exporters.document.walk import plain_text, within
from exporters.errors import UnreadableSource
from exporters.frozen import NOTHING
from exporters.readers import front_matter, json_source
from exporters.readers.reading import Reading, shown
from exporters.readers.resources import MAX_BYTES
from exporters.report import Code

_MOST_NESTED: dict[Any, tuple[int, str]] = {
    Block: (MAX_DEPTH + 1, "blocks"),  # those in the innermost list, and around it as many lists as a reader makes
    Inline: (MAX_INLINE_DEPTH + 2, "inlines"),  # the same, and a link
}
_NAME = 40  # characters of a name in a message


def read(reading: Reading) -> Document:
    """Reads a document in JSON. Raises `UnreadableSource`, which says where what must be, and `SourceTooLarge`."""
    whole = json_source.load(reading)
    try:
        return _document(whole, _Work(reading))
    except _Wrong as wrong:
        raise UnreadableSource(f"The source is no document in JSON: {wrong}") from None


def _document(whole: Any, work: _Work) -> Document:
    if type(whole) is not dict:
        raise _Wrong(f"must be an object, not {_found(whole)}.")
    if "schema" not in whole:
        raise _Wrong(f"is missing; it must be {form.VERSION}.").at(".schema")
    version = whole.pop("schema")
    if type(version) is not int or version != form.VERSION:
        raise _Wrong(f"must be {form.VERSION}.").at(".schema")
    document: Document = _node(Document)(whole, work)
    return document


class _Work:
    """What is known of the document that is being read."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.keys: dict[str, str] = {}
        """The keys of images and attachments, by those that the source has for them."""
        self.ids: set[str] = set()
        self.labels: set[str] = set()
        self.depth: dict[Any, int] = dict.fromkeys(_MOST_NESTED, 0)


class _Wrong(Exception):
    """A value is not what it must be. Says where it is, and what it must be."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.path: list[str] = []

    def at(self, step: str) -> _Wrong:
        """The same, from one step further out."""
        self.path.append(step)
        return self

    def __str__(self) -> str:
        where = "".join(reversed(self.path)).removeprefix(".")
        return f"{where or 'it'} {self.what}"


# By type


type _Take = Callable[[Any, _Work], Any]
"""Makes of a value what the document holds. Raises `_Wrong`."""


class _Takers(dict[type, _Take]):
    """What to do with a value, by the type that it has in Python."""

    def __init__(self, must: str) -> None:
        self.must = must
        """What the value must be."""

    def __missing__(self, kind: type) -> _Take:
        return self._refuse

    def _refuse(self, value: Any, _work: _Work) -> Any:
        raise _Wrong(f"must be {self.must}, not {_found(value)}.")


@cache
def _takers(hint: Any) -> _Takers:
    """For the values of a type."""
    members = form.members(hint)
    takers = _Takers(_must(members))
    words = tuple(each for each in members if isinstance(each, str))
    kinds = tuple(each for each in members if hasattr(each, "__match_args__"))
    if words:
        takers[str] = _one_of(words, takers.must)
    if kinds:
        takers[dict] = _node(kinds[0]) if len(kinds) == 1 else _alternatives(kinds)
    for each in members:
        if each not in words and each not in kinds:
            takers.update(_simple(each))
    return takers


def _must(members: tuple[Any, ...]) -> str:
    """What a value of one of these types is, in the words of JSON."""
    words: dict[str, None] = {}  # in order, each once
    for each in members:
        if isinstance(each, str):
            words[f'"{each}"'] = None
        else:
            array = get_origin(getattr(each, "__value__", each)) is tuple
            words.update(dict.fromkeys(_IN_JSON.get(each) or ("an array" if array else "an object",)))
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


_IN_JSON: dict[Any, tuple[str, ...]] = {
    str: ("a string",),
    bytes: ("a string",),
    int: ("a whole number",),
    float: ("a number",),
    bool: ("true", "false"),
    type(None): ("null",),
}


def _simple(hint: Any) -> Mapping[type, _Take]:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if hint is Json:
        return dict.fromkeys((str, int, float, bool, type(None), list, dict), _json)
    whole = hint.__value__ if isinstance(hint, TypeAliasType) else hint
    arguments = get_args(whole)
    if get_origin(whole) is Mapping:
        return {dict: _mapping(arguments[1])}
    return {list: _array(arguments[0]) if arguments[-1] is ... else _tuple(arguments)}


def _node(kind: Any) -> _Take:
    itself, _, _ = form.shape(kind)
    check = _NODES.get(kind)

    def take(value: Any, work: _Work) -> Any:
        made = {}
        for name, takers, checks, required in _fields(kind):
            if name in value:
                given = value[name]
                try:
                    made[name] = takers[type(given)](given, work)
                    for each in checks:
                        made[name] = each(made[name], work)
                except _Wrong as wrong:
                    wrong.at(f".{name}")
                    raise
            elif required:
                raise _Wrong(f"is missing; it must be {takers.must}.").at(f".{name}")
        if len(made) + len(itself) != len(value):
            raise _unknown(kind, value)
        node = kind(**made)
        return check(node, work) if check else node

    return take


@cache
def _fields(kind: Any) -> tuple[tuple[str, _Takers, tuple[_Take, ...], bool], ...]:
    """For each field: its name, what to do with its values, what to check then, and whether it must be there."""
    _, required, _ = form.shape(kind)
    found = []
    for name, hint in get_type_hints(kind).items():
        place = f"{kind.__name__}.{name}"
        checks = [*map(_limit, form.LIMITS.get(place, {}).items()), *_FIELDS.get(place, ())]
        found.append((name, _takers(hint), tuple(checks), name in required))
    # Images first, for others name them by keys that are yet to be found out.
    return tuple(sorted(found, key=lambda field: field[0] != "resources"))


def _unknown(kind: Any, value: dict[str, Any]) -> _Wrong:
    itself, required, others = form.shape(kind)
    known = (*itself, *required, *(name for name, _ in others))
    name = next(each for each in value if each not in known)
    return _Wrong(f'must have no "{_name(name)}". Fields of {kind.__name__}: {", ".join(known) or "none"}.')


def _alternatives(kinds: tuple[Any, ...]) -> _Take:
    by_name = {kind.__name__: _node(kind) for kind in kinds}
    must = _must(tuple(by_name))

    def take(value: Any, work: _Work) -> Any:
        name = value.get("node")
        node = by_name.get(name) if type(name) is str else None
        if node is None:
            raise _Wrong(f"must be {must}." if "node" in value else f"is missing; it must be {must}.").at(".node")
        return node(value, work)

    return take


def _array(item: Any) -> _Take:
    most, what = _MOST_NESTED.get(item, (0, ""))

    def take(values: Any, work: _Work) -> Any:
        takers = _takers(item)
        if most:
            work.depth[item] += 1
            if work.depth[item] > most:
                raise _Wrong(f"is nested too deep: {what} may stand in each other {most} deep.")
        made = []
        try:
            for value in values:
                made.append(takers[type(value)](value, work))  # noqa: PERF401 – the length says where it went wrong
        except _Wrong as wrong:
            wrong.at(f"[{len(made)}]")
            raise
        if most:
            work.depth[item] -= 1
        return tuple(made)

    return take


def _tuple(items: tuple[Any, ...]) -> _Take:
    take = _array(items[0])  # there is none of several types

    def take_all(values: Any, work: _Work) -> Any:
        if len(values) != len(items):
            raise _Wrong(f"must have {len(items)} values.")
        return take(values, work)

    return take_all


def _mapping(item: Any) -> _Take:
    def take(values: Any, work: _Work) -> Any:
        takers = _takers(item)
        made = {}
        for key, value in values.items():
            try:
                made[key] = takers[type(value)](value, work)
            except _Wrong as wrong:
                wrong.at(f'["{_name(key)}"]')
                raise
        return made

    return take


def _one_of(words: tuple[str, ...], must: str) -> _Take:
    def take(value: Any, _work: _Work) -> Any:
        if value not in words:
            raise _Wrong(f"must be {must}.")
        return value

    return take


def _string(value: Any, _work: _Work) -> Any:
    return value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value


def _as_it_is(value: Any, _work: _Work) -> Any:
    return value


def _number(value: Any, _work: _Work) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise _Wrong("must be a number, and not so large.")
    return number


def _bytes(value: Any, _work: _Work) -> bytes:
    try:
        return a2b_base64(value, strict_mode=True)
    except (Base64Error, ValueError):  # ValueError for what is not ASCII
        raise _Wrong("must be base64 (RFC 4648, 4), with padding and without line ends.") from None


_SCALARS: dict[Any, Mapping[type, _Take]] = {
    str: {str: _string},
    int: {int: _as_it_is},
    float: {int: _number, float: _number},
    bool: {bool: _as_it_is},
    bytes: {str: _bytes},
    type(None): {type(None): _as_it_is},
}


def _json(value: Any, work: _Work, depth: int = 1) -> Any:
    if depth > front_matter.MAX_DEPTH:
        raise _Wrong(f"is nested too deep: values may stand in each other {front_matter.MAX_DEPTH} deep.")
    match value:
        case float():
            _number(value, work)
        case list():
            for each in value:
                _json(each, work, depth + 1)
        case dict():
            for each in value.values():
                _json(each, work, depth + 1)
        case _:
            pass
    return value


def _limit(limit: tuple[str, Any]) -> _Take:
    """Checks one of `form.LIMITS`."""
    keyword, bound = limit
    is_within, must = _KEYWORDS[keyword]

    def check(value: Any, _work: _Work) -> Any:
        if value is not None and not is_within(value, bound):
            raise _Wrong(must.format(bound))
        return value

    return check


_KEYWORDS: dict[str, tuple[Callable[[Any, Any], object], str]] = {
    "minimum": (lambda value, least: value >= least, "must be at least {}."),
    "maximum": (lambda value, most: value <= most, "must be at most {}."),
    "minLength": (lambda value, least: len(value) >= least, "must not be empty."),
    "minItems": (lambda value, least: len(value) >= least, "must have at least {}."),
    "pattern": (lambda value, pattern: re.fullmatch(pattern, value), "must match {}"),
}


def _found(value: Any) -> str:
    """What a value is: its kind and not itself, for messages go into logs."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def _name(name: str) -> str:
    return shown(name)[:_NAME]


# What no type says: of fields


def _keep(resources: dict[str, Resource], work: _Work) -> Mapping[str, Resource]:
    """Puts the images and attachments where all readers do; the document gets them when it is finished."""
    for key, resource in resources.items():
        work.keys[key] = _kept(resource, work) or key
        work.reading.resources.alias(key, work.keys[key])
    return NOTHING


def _kept(resource: Resource, work: _Work) -> str | None:
    resources = work.reading.resources
    if resource.media_type.lower().startswith("image/"):
        name = f"The image {shown(resource.name)}" if resource.name else "An image of the source"
        return resources.add(resource.data, name, "", resource.name)
    key = resources.attach(resource.data, resource.media_type, resource.name)
    if key is None:
        what = f"A file is left out: those of a source may have {MAX_BYTES // 10**6} MB together."
        work.reading.report.lost(Code.ATTACHMENT, what)
    return key


def _entered(heading: Inlines, work: _Work) -> Inlines:
    work.reading.where = plain_text(heading)
    return heading


def _own_id(id: str, work: _Work) -> str:
    if id in work.ids:
        raise _Wrong("must be unique: another heading has this id.")
    if id:
        work.ids.add(id)
    return id


def _own_label(label: str, work: _Work) -> str:
    if label in work.labels:
        raise _Wrong("must be unique: another footnote has this label.")
    work.labels.add(label)
    return label


def _topic_entered(text: str, work: _Work) -> str:
    work.reading.where = text
    work.ids = set()  # what is attached to a topic stands in the outline, too
    return text


_FIELDS: dict[str, tuple[_Take, ...]] = {
    "Document.resources": (_keep,),
    "Section.heading": (_entered,),
    "Section.id": (_own_id,),
    "Heading.id": (_own_id,),
    "Footnote.label": (_own_label,),
    "Topic.text": (_topic_entered,),
}


# … and of nodes


def _section(section: Section, _work: _Work) -> Section:
    for i, below in enumerate(section.sections):
        if below.level <= section.level:
            raise _Wrong(f"must be higher than that of the section around it, {section.level}.").at(
                f".sections[{i}].level"
            )
    return section


def _code[T: (CodeBlock, Diagram)](block: T, _work: _Work) -> T:
    return replace(block, text=f"{block.text}\n") if block.text and block.text[-1] != "\n" else block


def _table(table: Table, _work: _Work) -> Table:
    columns = len(table.alignments)
    if table.head and len(table.head) != columns:
        raise _Wrong(f"must have {columns} cells, as many as `alignments`, or none.").at(".head")
    for i, row in enumerate(table.rows):
        if len(row) != columns:
            raise _Wrong(f"must have {columns} cells, as many as `alignments`.").at(f".rows[{i}]")
    covered: set[tuple[int, int]] = set()
    for i, cell in enumerate(table.head):
        _check_span((table.head,), cell, 0, i, covered, f".head[{i}]")
    covered.clear()
    for r, row in enumerate(table.rows):
        for i, cell in enumerate(row):
            _check_span(table.rows, cell, r, i, covered, f".rows[{r}][{i}]")
    return table


def _check_span(
    rows: tuple[tuple[Cell, ...], ...], cell: Cell, row: int, column: int, covered: set[tuple[int, int]], where: str
) -> None:
    """Checks that a cell neither spans what is not there nor what another one spans."""
    if (row, column) in covered and (cell.content or cell.rows > 1 or cell.columns > 1):
        raise _Wrong("must be empty: another cell spans it.").at(where)
    if cell.rows == cell.columns == 1:
        return
    if row + cell.rows > len(rows) or column + cell.columns > len(rows[0]):
        raise _Wrong("must not span more than there is.").at(where)
    for place in ((r, c) for r in range(row, row + cell.rows) for c in range(column, column + cell.columns)):
        if place in covered:  # so that no place is looked at twice
            raise _Wrong("must not span what another cell spans.").at(where)
        covered.add(place)


def _link(link: Link, work: _Work) -> Link:
    if any(isinstance(each, Link) for each in within(link.content)):
        raise _Wrong("must hold no other link.").at(".content")
    return work.reading.link(link.content, work.keys.get(link.url, link.url), link.title)


def _image(image: Image, work: _Work) -> Image:
    return work.reading.image(image.url, image.alternative, image.title)


def _topic(topic: Topic, work: _Work) -> Topic:
    reading = work.reading
    url = reading.link((), work.keys.get(topic.url, topic.url)).url
    return replace(topic, url=url, image=reading.resources.key(topic.image, reading.where) if topic.image else "")


def _map(drawn: Map, _work: _Work) -> Map:
    ids: set[str] = set()
    for i, topic in enumerate(drawn.topics):
        if topic.parent >= i:
            raise _Wrong("must be less than the topic's own place: topics stand after their parents.").at(
                f".topics[{i}].parent"
            )
        if topic.id in ids:
            raise _Wrong("must be unique: another topic has this id.").at(f".topics[{i}].id")
        ids.add(topic.id)
    for i, connector in enumerate(drawn.connectors):
        for end in ("start", "end"):
            if getattr(connector, end) not in ids:
                raise _Wrong("must be the id of a topic.").at(f".connectors[{i}].{end}")
    return drawn


_NODES: dict[Any, _Take] = {
    Section: _section,
    CodeBlock: _code,
    Diagram: _code,
    Table: _table,
    Link: _link,
    Image: _image,
    Topic: _topic,
    Map: _map,
}
