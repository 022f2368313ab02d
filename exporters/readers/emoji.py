"""Emoji by their short codes, `:tada:`, as GitHub has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A zero byte stands before a colon that a backslash has made an ordinary one (`gfm.tree.ESCAPE`).
_CODE = re.compile(r"(?<!\0):([+-]1|[a-z0-9][a-z0-9_-]{0,41}):")
_WORD = re.compile(r"\0?[A-Za-z0-9:]")


def possible(text: str) -> bool:
    """Whether it is worth looking: cheap, and never wrong about a no."""
    return _CODE.search(text) is not None


def find(text: str, at: int = 0) -> Iterator[tuple[int, int, str]]:
    """Where each short code begins and ends, and the emoji it stands for; none begins before `at`.

    What stands in the middle of a word is none, though GitHub would take it for one: `a:b:c`, `16:100:9`.
    """
    done = -1  # the end of the last one, after which another may follow at once
    while found := _CODE.search(text, at):
        start, end = found.span()
        within = start != done and start > 0 and _WORD.match(text[start - 1]) and _WORD.match(text, end)
        emoji = "" if within else _emoji(found[1])
        if emoji:
            yield start, end, emoji
            at = done = end
        else:
            at = end - 1  # the second colon may be the first of another


def starts(text: str) -> Iterator[int]:
    """Where the colons are that must be spelled otherwise so that there is no short code."""
    at = 0
    while found := next(find(text, at), None):
        start, end, _ = found
        yield start
        at = end - 1  # what is none leaves its second colon for another


def replaced(text: str) -> str:
    """The text with its short codes as emoji."""
    pieces: list[str] = []
    at = 0
    for start, end, emoji in find(text):
        pieces += (text[at:start], emoji)
        at = end
    return "".join((*pieces, text[at:])) if pieces else text


def _emoji(name: str) -> str:
    """The characters for a name; "" where there are none."""
    from pymdownx import gemoji_db  # 13 ms, and few texts have short codes

    code = f":{name}:"
    its = gemoji_db.emoji.get(gemoji_db.aliases.get(code, code))
    return "".join(chr(int(each, 16)) for each in its.get("unicode_alt", its["unicode"]).split("-")) if its else ""
