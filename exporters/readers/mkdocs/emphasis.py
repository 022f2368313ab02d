"""Finds which delimiters of emphasis and its like belong together: `*a*`, `__b__`, `~~c~~`, `^d^`, `==e==`.

As CommonMark 0.31.2 has it (6.2), but that punctuation means nothing, which is Python-Markdown's way, and that what is
raised or lowered is one word, which is pymdown-extensions'. The time is linear in the text's length, whatever the text.
"""

from __future__ import annotations

import re

_SPACE = re.compile(r"\s")


class Run:
    """Delimiters of one kind in a row, and what they turn out to open and to close."""

    __slots__ = ("can_close", "can_open", "closes", "left", "length", "number", "opens", "sign", "spaces")

    def __init__(self, text: str, start: int, end: int, spaces: int) -> None:
        self.sign = text[start]
        self.length = end - start
        self.left = self.length
        """How many of them are not yet taken: they are text."""
        self.spaces = spaces
        """How many of the texts before it have a space."""
        self.opens: list[str] | None = None  # most have none, and there may be 400,000 runs
        """The delimiters taken of it to open something, from the innermost on."""
        self.closes: list[str] | None = None
        """Those taken to close something, from the innermost on."""
        self.number = 0
        before = text[start - 1 : start] or " "
        after = text[end : end + 1] or " "
        self.can_open = not after.isspace()
        self.can_close = not before.isspace()
        if self.sign == "_":  # snake_case is one word
            self.can_open = self.can_open and not before.isalnum()
            self.can_close = self.can_close and not after.isalnum()


def has_space(text: str) -> bool:
    """What `Run.spaces` counts."""
    return _SPACE.search(text) is not None


def pair(runs: list[Run]) -> None:
    """Finds what each run of a text opens and closes."""
    waiting: list[Run] = []
    lowest: dict[tuple[str, int, bool, bool], int] = {}  # below these, a closer of such a kind has no opener
    for number, run in enumerate(runs):
        run.number = number
        key = (run.sign, run.length % 3, run.length > 1, run.can_open)
        while run.can_close and run.left:
            at = len(waiting) - 1
            while at >= 0 and waiting[at].number >= lowest.get(key, 0) and not _match(waiting[at], run):
                at -= 1
            if at < 0 or waiting[at].number < lowest.get(key, 0):
                lowest[key] = number
                break
            del waiting[at + 1 :]
            _take(waiting[at], run)
            if not waiting[at].left:
                waiting.pop()
        if run.left and run.can_open:
            waiting.append(run)


def _take(opener: Run, closer: Run) -> None:
    size = _size(opener, closer)
    opener.opens = opener.opens or []
    opener.opens.append(opener.sign * size)
    closer.closes = closer.closes or []
    closer.closes.append(closer.sign * size)
    opener.left -= size
    closer.left -= size


def _size(opener: Run, closer: Run) -> int:
    return 1 if min(opener.left, closer.left) == 1 or opener.left == closer.left == 3 else 2


def _match(opener: Run, closer: Run) -> bool:
    if opener.sign != closer.sign:
        return False
    if closer.sign == "=":
        return opener.left > 1 and closer.left > 1
    if closer.sign in "~^" and opener.spaces != closer.spaces and _size(opener, closer) == 1:
        return False
    both_ways = opener.can_close or closer.can_open
    return not (both_ways and (opener.length + closer.length) % 3 == 0 and (opener.length % 3 or closer.length % 3))
