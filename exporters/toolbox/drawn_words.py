"""What writers of drawings ask of words: how wide they are, and which way they run."""

from __future__ import annotations

from itertools import groupby

from exporters.toolbox.drawing import Words
from exporters.toolbox.fonts import Font, Fonts, Run


def width_of(words: Words, fonts: Fonts) -> float:
    """How wide words are in points, in the fonts that they were laid out with."""
    runs = fonts.font(words.family, words.bold, words.italic).runs(words.text)
    return sum(map(run_width, runs)) * words.size * words.stretch


def run_width(run: Run) -> float:
    """How wide a run is, in em."""
    widths, text = run
    return sum(map(widths.__getitem__, text.split(" "))) + text.count(" ") * widths[" "]


def runs_from_right(text: str) -> bool:
    """Whether a text begins at its right end: whether its first letter that has a direction does."""
    if text.isascii():
        return False
    from exporters.toolbox import bidi  # 2 ms

    return bidi.needs_bidi(text) and bidi.base(text) == "rtl"


def changes_direction(text: str) -> bool:
    """Whether some of a text runs from right to left, and some of it the other way."""
    if text.isascii():
        return False
    from exporters.toolbox import bidi

    return bidi.needs_bidi(text) and len(set(bidi.levels(text, bidi.base(text)))) > 1


def visual_runs(font: Font, text: str) -> list[Run]:
    """The runs of a text as they stand from left to right."""
    if text.isascii():
        return font.runs(text)
    from exporters.toolbox import bidi  # 2 ms

    if not bidi.needs_bidi(text):
        return font.runs(text)
    levels = bidi.levels(text, bidi.base(text))
    stretches = [
        (level, "".join(text[at] for at, _ in group))
        for level, group in groupby(enumerate(levels), key=lambda each: each[1])
    ]
    runs: list[Run] = []
    for index in bidi.visual_order([level for level, _ in stretches]):
        level, stretch = stretches[index]
        found = font.runs(stretch, is_rtl=level % 2 == 1)
        runs += reversed(found) if level % 2 else found
    return runs
