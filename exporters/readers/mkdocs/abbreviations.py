"""Finds the abbreviations that a document explains, `*[HTML]: Hypertext Markup Language`, in its texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from exporters.document.nodes import Abbreviation

if TYPE_CHECKING:
    from exporters.readers.mkdocs.inlines import Lines

MAX_LENGTH = 100  # characters; what is longer is no abbreviation

_BOUNDARY = re.compile(r"\b")


class Abbreviations:
    """Those of one document. They count where they are words of their own."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._effort = lines.found.effort
        known = {short: long for short, long in lines.found.abbreviations.items() if len(short) <= MAX_LENGTH}
        self._known = {short: lines.source(long) for short, long in known.items()}
        self._lengths = sorted({len(short) for short in known}, reverse=True)
        # A pattern of all of them would try each of a thousand at every word.
        begins = "".join(re.escape(each) for each in sorted({short[0] for short in known}))
        self._begin = re.compile(rf"\b(?=[{begins}])" if begins else r"(?!)")

    def find(self, text: str) -> list[Any]:
        """A text as texts and abbreviations; of two that begin at one place, the longer."""
        found: list[Any] = []
        at = 0
        for begin in self._begin.finditer(text):
            start = begin.start()
            self._effort.spend(3 * len(self._lengths))
            short = self._at(text, start) if start >= at else ""
            if short:
                found += [text[at:start], Abbreviation(short, self._known[short])]
                at = start + len(short)
        return [each for each in (*found, text[at:]) if each]

    def _at(self, text: str, start: int) -> str:
        for length in self._lengths:
            end = start + length
            if text[start:end] in self._known and _BOUNDARY.match(text, end):
                return text[start:end]
        return ""
