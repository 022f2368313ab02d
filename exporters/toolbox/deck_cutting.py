"""Cuts lines of text: between their sentences, and in the dress that they have."""

from __future__ import annotations

import re
from copy import replace
from itertools import pairwise
from math import ceil
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

_SENTENCE = re.compile(r"[.!?…][\"'”’)]*\s+|[。！？]")


def sentence_ends(text: str, count: int) -> list[int]:
    """Where to cut a text into about so many pieces: behind sentences, or else words, or else anywhere."""
    step = max(1, ceil(len(text) / max(count, 1)))
    ends: list[int] = []
    at = 0
    while len(text) - at > step:
        low, aim = at + max(1, step * 2 // 3), at + step
        found = [each.end() for each in _SENTENCE.finditer(text, low, aim)]
        space = text.rfind(" ", low, aim)
        at = found[-1] if found else space + 1 if space > 0 else aim
        ends.append(at)
    return [*ends, len(text)]  # at most `count` / 2 * 3, for each takes two thirds of a step


def plain_of(content: Inlines) -> str:
    """The text of a line, in which each node that is no text counts as one character: see `parted`."""
    return "".join(_plain(node) for node in content)


def _plain(node: Inline) -> str:
    match node:
        case str():
            return node
        case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript() | Link():
            return plain_of(node.content)
        case _:
            return "\ufffc"


def parted(content: Inlines, ends: list[int]) -> list[Inlines]:
    """A line in pieces that end at these characters of `plain_of`, each in the same dress."""
    pieces: list[list[Inline]] = [[] for _ in ends]
    at = index = 0
    for node in content:
        start, at = at, at + len(_plain(node))
        first = index
        while index < len(ends) - 1 and ends[index] <= at:
            index += 1
        last = index if ends[index - 1] < at or index == first else index - 1
        if first == last or not isinstance(node, _DIVISIBLE):
            pieces[first].append(node)
            continue
        its = [min(end, at) - start for end in ends[first : last + 1]]
        if isinstance(node, str):
            parts: list[Inline] = [node[low:high] for low, high in pairwise((0, *its))]
        else:
            dress: Any = node
            parts = [replace(dress, content=each) for each in parted(node.content, its)]
        for piece, part in zip(pieces[first : last + 1], parts, strict=True):
            piece.append(part)
    return [tuple(piece) for piece in pieces]


_DIVISIBLE = (str, Emphasis, Strong, Strikethrough, Underline, Highlight, Superscript, Subscript, Link)
