"""Ids of headings, by GitHub's rule: links that work there work here."""

from __future__ import annotations

import re
from unicodedata import category

from exporters.document.nodes import (
    Abbreviation,
    Code,
    Emphasis,
    FootnoteReference,
    Highlight,
    Image,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    Math,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)

OWN_ID = re.compile(r"[ \t]\{#([\w:.-]+)([ \t][^{}\n]*)?\}\Z")
"""An id that a heading's author has given it, at its end; and other attributes. Braces with anything else are words."""

_NEITHER_WORD_NOR_SPACE = re.compile(r"[^\w\- ]")


class Slugs:
    """Gives each heading of one document an id of its own."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def give(self, heading: Inlines, own: str = "") -> str:
        """The heading in lower case, without punctuation, with hyphens for spaces; `-1`, `-2` … where it is taken.

        The `own` id that its author wants for it goes before, if nobody has it yet.
        """
        if own and own not in self._given:
            self._given[own] = 0
            return own
        slug, wanted, count = self._free(heading)
        if slug != wanted:
            self._given[wanted] = count
        self._given[slug] = 0
        return slug

    def next(self, heading: Inlines) -> str:
        """What the heading would get now."""
        return self._free(heading)[0]

    def _free(self, heading: Inlines) -> tuple[str, str, int]:
        """A slug that is free, the one that is wanted, and which of those it is."""
        wanted = slug = slugify(heading)
        count = self._given.get(wanted, 0)
        while slug in self._given:
            count += 1
            slug = f"{wanted}-{count}"
        return slug, wanted, count


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
        case Code() | Keyboard() | Abbreviation() | Math():
            return node.text
        case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript() | Link():
            return "".join(map(_words, node.content))
        case Image() | FootnoteReference() | RawInline() | LineBreak():
            pass
    return ""
