"""Ids of headings, by GitHub's rule: links that work there work here."""

from __future__ import annotations

import re
from unicodedata import category

from exporters.document.nodes import (
    Code,
    Emphasis,
    FootnoteReference,
    Image,
    Inlines,
    LineBreak,
    Link,
    Math,
    RawInline,
    Strikethrough,
    Strong,
)

_NEITHER_WORD_NOR_SPACE = re.compile(r"[^\w\- ]")


class Slugs:
    """Gives each heading of one document an id of its own."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def give(self, heading: Inlines) -> str:
        """The heading in lower case, without punctuation, with hyphens for spaces; `-1`, `-2` … where it is taken."""
        wanted = slug = slugify(heading)
        while slug in self._given:
            self._given[wanted] += 1
            slug = f"{wanted}-{self._given[wanted]}"
        self._given[slug] = 0
        return slug


def slugify(heading: Inlines) -> str:
    """The id a heading wants; "section" where it has no words."""
    words = "".join(map(_words, heading)).lower().replace("\n", " ")
    return _NEITHER_WORD_NOR_SPACE.sub(_mark, words).replace(" ", "-") or "section"


def _mark(other: re.Match[str]) -> str:
    # Python's \w lacks the marks that many scripts write their vowels with; GitHub keeps them.
    return other[0] if category(other[0]).startswith("M") else ""


def _words(node: object) -> str:
    # As a browser gives the text of a heading: an image has none.
    match node:
        case str():
            return node
        case Code() | Math():
            return node.text
        case Emphasis() | Strong() | Strikethrough() | Link():
            return "".join(map(_words, node.content))
        case Image() | FootnoteReference() | RawInline() | LineBreak():
            pass
    return ""
