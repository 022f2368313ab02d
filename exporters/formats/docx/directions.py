"""Which way text runs, and which parts of it Word has to be told are in another script.

Word does not find out by itself: a run says that it is from right to left, and all signs in it are, too (ECMA-376-1,
17.3.2.30), and a paragraph says on which side it begins (17.3.1.6). What is cut here follows what the Unicode
Bidirectional Algorithm (UAX #9) does with signs between words: they go with the words around them where these agree,
else with the paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from exporters.document import Inlines
from exporters.toolbox.text_runs import first_direction

type Direction = Literal["ltr", "rtl"]
type Script = Literal["", "rtl", "cs"]

# Blocks, not characters: all scripts written from the right are in these, with their digits and signs.
_R = "\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_FROM_RIGHT = re.compile(f"[{_R}]")
# Indic scripts, Thai, Lao, Tibetan, Burmese, Khmer: Word takes the font of complex scripts for them.
_C = "\u0900-\u109f\u1780-\u17ff\u19e0-\u19ff\ua8e0-\ua8ff\ua9e0-\ua9ff\uaa60-\uaa7f"
_COMPLEX = re.compile(f"[{_C}]")


def direction_of(content: Inlines, otherwise: Direction) -> Direction:
    """Which way a paragraph runs: as its first letter does, if it has any."""
    return first_direction(content) or otherwise


def parts(text: str, around: Direction) -> Iterator[tuple[Script, str]]:
    """Cuts a text of a paragraph that runs one way where Word has to be told so."""
    if around == "rtl":
        yield from _cut(text, _stretches()[0], "", "rtl")
    elif _FROM_RIGHT.search(text):
        yield from _cut(text, _stretches()[1], "rtl", "")
    elif _COMPLEX.search(text):
        yield from _cut(text, _stretches()[2], "cs", "")
    else:
        yield "", text


@cache
def _stretches() -> tuple[re.Pattern[str], ...]:
    """From one letter to the last before those that run the other way, with digits after it; of complex scripts, to the
    last before Latin. Their classes are large, and take 20 ms to compile: for texts that need them."""
    left = (
        "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u02b8\u0370-\u058f\u0900-\u1fff\u200e\u2c00-\u2dff\u3005-\ud7ff"
        "\uf900-\ufb1c\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\U00010000-\U000107ff\U00011000-\U0001cfff"
        "\U00020000-\U0003ffff"
    )
    return (
        re.compile(f"[{left}](?:[^{_R}]*[{left}0-9])?"),
        re.compile(f"[{_R}](?:[^{left}]*[{_R}0-9])?"),
        re.compile(f"[{_C}](?:[^A-Za-z\u00c0-\u02b8\u0370-\u058f\u3005-\ud7ff]*[{_C}])?"),
    )


def _cut(text: str, stretch: re.Pattern[str], within: Script, between: Script) -> Iterator[tuple[Script, str]]:
    at = 0
    for found in stretch.finditer(text):
        start, end = found.span()
        if start > at:
            yield between, text[at:start]
        yield within, found[0]
        at = end
    if at < len(text):
        yield between, text[at:]
