"""Keeps lines that only look like definitions from being some.

The parser takes any colon at the begin of a line after a paragraph for the mark of a definition. Here, as in all other
Markdown that has definition lists, the mark has a space after it and then words: `:tada: Done` is a line like any
other, and so are the `:::` of containers.
"""

from __future__ import annotations

import re

import pyromark

_COLON_WITHOUT_SPACE = re.compile(rb"\n[ \t>]*:(?![ \t]+[^ \t\n])")
_MARK = re.compile(rb"[ \t]*:(?P<without_space>(?![ \t]+[^ \t\n]))?")
# What is mended may show others, within what was taken for a definition. Nobody has ever written the third.
_ROUNDS = 3


def mended(text: str, options: pyromark.Options) -> str | None:
    """The text, with such lines spelled so that they stay what they are; None if that cannot be done.

    Definitions are looked for in texts that have such a line at all, so most texts are parsed but once.
    """
    data = text.encode()
    if not _COLON_WITHOUT_SPACE.search(data):
        return text
    for _ in range(_ROUNDS):
        false = _false_marks(data, options)
        if not false:
            return data.decode()
        data = _spelled(data, false)
    return None


def _false_marks(data: bytes, options: pyromark.Options) -> list[int]:
    """Where the colons are that the parser takes for marks and that are none."""
    found: list[int] = []
    for event, span in pyromark.events_with_range(data.decode(), options=options):
        if event == _DEFINITION:
            mark = _MARK.match(data, span["start"])
            if mark and mark["without_space"] is not None:
                found.append(mark.end() - 1)
    return found


_DEFINITION = {"Start": "DefinitionListDefinition"}


def _spelled(data: bytes, colons: list[int]) -> bytes:
    """The data with each of the colons spelled as an ordinary one.

    Within a paragraph four spaces before it do: they are dropped, and nothing else changes, even if the line stands
    within a tag. At the begin of one they would make code of it, so there it becomes an entity.
    """
    pieces: list[bytes] = []
    at = 0
    for colon in colons:
        line = data.rfind(b"\n", 0, colon)
        above = data[data.rfind(b"\n", 0, line) + 1 : line]
        pieces += (data[at:colon], b"    :" if above.strip(b" \t>") else b"&#58;")
        at = colon + 1
    return b"".join((*pieces, data[at:]))
