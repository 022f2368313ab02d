"""The form that documents have in JSON: what its exporter, its reader and its schema have in common.

Every field stands under its own name, and is left out where it has its default. A node that may stand in another's
place says what it is: `{"node": "Emphasis", "content": ["words"]}`. Text within a line is a string; bytes are in
base64. All of this follows from the annotations in `nodes`, which nothing here repeats.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin

from exporters.document.nodes import Block, Inline, Json

VERSION = 1
"""The number under "schema"; another one when readers of this one could no longer read a document."""

MAX_LEVEL = 20  # of headings, and so of sections in each other: HTML has 6, Word 9; exporters recurse

_COLOUR = "^(#[0-9A-Fa-f]{6})?$"
_MEDIA_TYPE = "^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$"  # RFC 6838, 4.2

LIMITS: Mapping[str, Mapping[str, Json]] = MappingProxyType(
    {
        "Section.level": {"minimum": 1, "maximum": MAX_LEVEL},
        "Section.id": {"minLength": 1},
        "Heading.level": {"minimum": 1, "maximum": MAX_LEVEL},
        "List.start": {"minimum": 0, "maximum": 999_999_999},  # CommonMark 0.31.2, 5.2: browsers overflow above
        "Table.alignments": {"minItems": 1},
        "Cell.columns": {"minimum": 1},
        "Cell.rows": {"minimum": 1},
        "Resource.media_type": {"pattern": _MEDIA_TYPE},
        "Resource.width": {"minimum": 0},
        "Resource.height": {"minimum": 0},
        "Topic.parent": {"minimum": -1},
        "Topic.colour": {"pattern": _COLOUR},
        "Topic.background": {"pattern": _COLOUR},
        "Edge.colour": {"pattern": _COLOUR},
    }
)
"""What a value must be beyond its type, in the words of JSON Schema."""


@cache
def shape(kind: Any) -> tuple[dict[str, object], tuple[str, ...], tuple[tuple[str, object], ...]]:
    """How a class of nodes is written: what it says of itself, the fields it must have, and the others with their
    defaults."""
    names: tuple[str, ...] = kind.__match_args__
    defaults = kind.__init__.__defaults__ or ()
    required = names[: len(names) - len(defaults)]
    itself: dict[str, object] = {"node": kind.__name__} if kind in _ALTERNATIVES else {}
    return itself, required, tuple(zip(names[len(required) :], defaults, strict=True))


def members(hint: Any) -> tuple[Any, ...]:
    """What a type may be: the members of a union, and of the unions in it; of any other type, itself."""
    named = hint.__value__ if isinstance(hint, TypeAliasType) and hint is not Json else hint
    if get_origin(named) in (UnionType, Union, Literal):
        return tuple(one for each in get_args(named) for one in members(each))
    return (hint,)


_ALTERNATIVES = frozenset((*members(Block), *members(Inline))) - {str}
