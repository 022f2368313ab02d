"""Makes a document anew with some of its fields changed: ids, links, labels of footnotes, levels of headings.

    rewritten(document, {"level": lambda node, level: level + 1})

It goes by the names of fields and knows no kind of node, so that a kind that is new is gone through like the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import replace
from typing import Any

from exporters.document.nodes import (
    Emphasis,
    Highlight,
    Inline,
    Inlines,
    Link,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)

type Change = Callable[[Any, Any], Any]
"""Gives the new value of a field, from the node that has it and the old value."""


def rewritten[T](node: T, changes: Mapping[str, Change]) -> T:
    """The same tree, with each text and number that stands in a field of one of these names as the change makes it.

    A node's own fields come before those of the nodes within, so changes see a document in reading order. A node in
    which nothing has changed is the same object as before. What mappings hold is left alone: metadata and resources.
    """
    fresh: dict[str, Any] = {}
    for name in node.__match_args__:  # type: ignore[attr-defined] # every node has them
        old = getattr(node, name)
        kind = type(old)
        if kind is tuple:
            new = _each(old, changes)
        elif hasattr(kind, "__match_args__"):
            new = rewritten(old, changes)
        elif (kind is str or kind is int) and name in changes:
            new = changes[name](node, old)
            if new == old:
                continue
        else:
            continue
        if new is not old:
            fresh[name] = new
    return replace(node, **fresh) if fresh else node  # type: ignore[arg-type]


def _each(old: tuple[Any, ...], changes: Mapping[str, Change]) -> tuple[Any, ...]:
    fresh: list[Any] | None = None
    for at, value in enumerate(old):
        kind = type(value)
        if kind is str:  # most of what there is
            continue
        if kind is tuple:
            new = _each(value, changes)
        elif hasattr(kind, "__match_args__"):
            new = rewritten(value, changes)
        else:
            continue
        if new is not value:
            if fresh is None:
                fresh = list(old)
            fresh[at] = new
    return old if fresh is None else tuple(fresh)


def without_links(content: Inlines) -> Inlines:
    """A line with the words of its links instead of these: no link stands in another."""
    return tuple(_without_links(content))


def _without_links(content: Inlines) -> Iterator[Inline]:
    for node in content:
        match node:
            case Link():
                yield from _without_links(node.content)
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                yield type(node)(without_links(node.content))
            case _:
                yield node  # what holds no other
