"""Any document, for tests with hypothesis: `@given(documents())`.

What a field may hold follows from the annotations of `nodes`, so that a new kind of node is in here by itself; what
these do not say (ids that are there once, rows as long as their table) is put right afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import replace
from functools import cache
from itertools import count
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from samples import png

from exporters.document import (
    Block,
    Blocks,
    Cell,
    CodeBlock,
    Connector,
    Diagram,
    Document,
    Footnote,
    FootnoteReference,
    Heading,
    Inline,
    Inlines,
    Json,
    Link,
    Map,
    Resource,
    Section,
    Table,
    Topic,
    form,
)
from exporters.document.walk import within
from exporters.readers.resources import key_of
from exporters.toolbox.images import inspect

MOST = 3  # of anything in anything
DEPTH = 3  # of blocks in blocks, and of inlines in inlines

_ATTACHMENT = Resource("text/csv", b"a;b\n", name="data/numbers.csv")
RESOURCES = {key_of(data): inspect(data) for data in (png(2, 3), png(4, 1))} | {key_of(_ATTACHMENT.data): _ATTACHMENT}
URLS = ("", "#", "#a", "https://example.org/?a=1&b=%20", "mailto:a@b.example", "a b.md#c", "javascript:alert(1)", "//a")

# Not what no source has (see readers): zero, carriage returns, and halves of surrogate pairs.
_CHARACTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\0\r")
_AWKWARD = ("a", "two words", "line\nend", "<b>&amp;", "*a* _b_ `c`", "|", "# 1. - +", "שלום", "日本", "👩\u200d🚀", "")
TEXTS = st.sampled_from(_AWKWARD) | st.text(_CHARACTERS, max_size=8)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document of some hundred nodes at most that a reader could have made, though none may ever have."""
    return _mended(draw(_of(Document, DEPTH)))


@cache
def _of(hint: Any, depth: int) -> SearchStrategy[Any]:
    """A value of a type that has no more than so many levels of blocks or inlines below it."""
    members = form.members(hint)
    return st.one_of([_member(each, depth) for each in members]) if len(members) > 1 else _member(members[0], depth)


def _member(hint: Any, depth: int) -> SearchStrategy[Any]:
    if isinstance(hint, str):
        return st.just(hint)
    if hint in _SPECIAL:
        return _SPECIAL[hint](depth)
    if hasattr(hint, "__match_args__"):
        hints = get_type_hints(hint)
        return st.builds(hint, **{name: _field(f"{hint.__name__}.{name}", its, depth) for name, its in hints.items()})
    whole = getattr(hint, "__value__", hint)
    arguments = get_args(whole)
    if get_origin(whole) is Mapping:
        return st.dictionaries(TEXTS, _of(arguments[1], depth), max_size=MOST)
    if arguments[-1] is not ...:
        return st.tuples(*(_of(each, depth) for each in arguments))
    if arguments[0] in (Block, Inline):
        if not depth:
            return st.just(()) if arguments[0] is Block else st.lists(TEXTS, max_size=1).map(tuple)
        depth -= 1
    return st.lists(_of(arguments[0], depth), max_size=MOST).map(tuple)


def _field(place: str, hint: Any, depth: int) -> SearchStrategy[Any]:
    if place in _PLACES:
        return _PLACES[place]
    limits = form.LIMITS.get(place, {})
    if int in form.members(hint) and limits:
        numbers = st.integers(limits.get("minimum"), min(limits.get("maximum", 9), 9))  # type: ignore[arg-type,type-var]
        return numbers if len(form.members(hint)) == 1 else st.none() | numbers
    return _of(hint, depth)


_COLOURS = st.sampled_from(("", "#12abEF"))
_PLACES: dict[str, SearchStrategy[Any]] = {
    "Document.resources": st.sampled_from(({}, RESOURCES)),
    "Document.sections": st.deferred(lambda: _sections(0)),
    "Link.url": st.sampled_from((*URLS, *RESOURCES)),
    "Image.url": st.sampled_from(("https://example.org/a.png", "missing.png", "", *RESOURCES)),
    "Topic.url": st.sampled_from(URLS),
    "Topic.image": st.sampled_from(("", *RESOURCES)),
    "Topic.colour": _COLOURS,
    "Topic.background": _COLOURS,
    "Edge.colour": _COLOURS,
}


def _sections(above: int) -> SearchStrategy[tuple[Section, ...]]:
    if above > DEPTH:
        return st.just(())
    levels = st.integers(above + 1, above + 2)
    return st.lists(levels.flatmap(_section), max_size=2).map(tuple)


def _section(level: int) -> SearchStrategy[Section]:
    return st.builds(Section, st.just(level), _of(Inlines, 1), TEXTS, _of(Blocks, 1), _sections(level))


@st.composite
def _tables(draw: st.DrawFn, depth: int) -> Table:
    columns = draw(st.integers(1, MOST))
    cells = st.builds(Cell, _of(Inlines, max(depth - 1, 0)))
    row = st.lists(cells, min_size=columns, max_size=columns).map(tuple)
    rows = draw(st.lists(row, max_size=MOST))
    if rows and draw(st.booleans()):
        wide, high = draw(st.integers(1, columns)), draw(st.integers(1, len(rows)))
        empty = (Cell(()),) * wide
        rows[:high] = [empty + each[wide:] for each in rows[:high]]
        rows[0] = (Cell(draw(_of(Inlines, 0)), wide, high), *rows[0][1:])
    alignments = get_type_hints(Table)["alignments"]
    drawn = draw(st.lists(_of(get_args(alignments)[0], 0), min_size=columns, max_size=columns))
    return Table(tuple(drawn), draw(st.just(()) | row), tuple(rows))


def _json(_depth: int) -> SearchStrategy[Json]:
    leaves = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        leaves | TEXTS,
        lambda below: st.lists(below, max_size=MOST) | st.dictionaries(TEXTS, below, max_size=MOST),
        max_leaves=4,
    )


_SPECIAL: dict[Any, Any] = {
    Table: _tables,
    Json: _json,
    str: lambda _: TEXTS,
    int: lambda _: st.integers(-9, 9),
    float: lambda _: st.floats(-1e6, 1e6),
    bool: lambda _: st.booleans(),
    type(None): lambda _: st.none(),
}


def _mended(document: Document) -> Document:
    """The document with what must be in tune with other places of it put right."""
    number = count()
    notes = tuple(replace(note, label=f"{note.label}{next(number)}") for note in document.footnotes)
    return rebuilt(replace(document, footnotes=notes), lambda node: _fixed(node, number, notes))


def rebuilt(node: Any, fixed: Callable[[Any], Any]) -> Any:
    """A tree of nodes in which each has been put through a function, after those below it."""
    if isinstance(node, tuple):
        return tuple(rebuilt(each, fixed) for each in node)
    if not hasattr(node, "__match_args__"):
        return node
    return fixed(type(node)(*(rebuilt(getattr(node, name), fixed) for name in node.__match_args__)))


def _fixed(node: Any, number: Iterator[int], notes: tuple[Footnote, ...]) -> Any:
    match node:
        case Section() | Heading() if node.id or isinstance(node, Section):
            return replace(node, id=f"{node.id}{next(number)}")
        case CodeBlock() | Diagram() if node.text and not node.text.endswith("\n"):
            return replace(node, text=f"{node.text}\n")
        case FootnoteReference(label) if notes:
            return FootnoteReference(notes[len(label) % len(notes)].label)
        case Link(content) if any(isinstance(each, Link) for each in within(content)):
            return replace(node, content=("no link in a link",))
        case Map():
            return _mended_map(node)
        case _:
            return node


def _mended_map(drawn: Map) -> Map:
    topics = tuple(
        replace(topic, id=f"{topic.id}{i}", parent=min(topic.parent, i - 1)) for i, topic in enumerate(drawn.topics)
    )
    return Map(topics, tuple(_mended_connector(each, topics) for each in drawn.connectors) if topics else ())


def _mended_connector(drawn: Connector, topics: tuple[Topic, ...]) -> Connector:
    def end(text: str) -> str:
        return topics[len(text) % len(topics)].id

    return replace(drawn, start=end(drawn.start), end=end(drawn.end))
