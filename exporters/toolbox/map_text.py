"""Breaks the words of a map into lines that fit into a box.

Lines are filled as far as words fit, and then made about equally long: a box around them looks better, and is smaller.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from exporters.toolbox.fonts import Font

_BALANCED = 6  # lines at most that are made equally long: of more, nobody sees that they are not
_TRIES = 6  # to find how narrow lines can be: a sixty-fourth of the width is less than a letter
_SIGN, _PIECE = 4, 32  # what a character and a piece of text cost that needs a look at its script: 0.1 and 20 µs
_SLACK = 0.01  # points that a line may be too long, for sums of floats are not exact

type _Word = tuple[str, float, bool]
"""Its characters, its width in points, whether a space stands before it."""


class Lines(NamedTuple):
    """Text in lines, and how wide the widest of them is, in points."""

    texts: list[str]
    width: float


def wrap(text: str, font: Font, size: float, limit: float) -> Lines:
    """Text in lines of at most `limit` points, each broken where its script allows it. "" has no lines."""
    texts: list[str] = []
    width = 0.0
    for line in text.split("\n"):
        words = list(_words(line, font, size, limit))
        if not words:
            continue
        space = font.first[" "] * size
        whole = sum(width for _, width, _ in words) + space * sum(spaced for _, _, spaced in words[1:])
        if whole <= limit:
            texts.append(_joined(words))
            width = max(width, whole)
            continue
        starts, widest = _balanced(words, space, limit)
        texts += [_joined(words[start:end]) for start, end in zip(starts, [*starts[1:], len(words)], strict=True)]
        width = max(width, widest)
    if not text.isascii():  # another face may have other spaces
        width = max((_exact(line, font) * size for line in texts), default=0.0)
    return Lines(texts, width)


def effort(text: str) -> int:
    """What it takes to draw a text, as the number of Latin letters that take as much, which are 0.3 µs each.

    Where scripts change, another font must be found, and each emoji is such a place.
    """
    if text.isascii() or not _of_scripts().search(text):
        return len(text)
    from exporters.toolbox.scripts import segments  # 5 ms, and there once such a text is measured

    return _SIGN * len(text) + _PIECE * sum(1 for _ in segments(text))


def is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction goes from right to left."""
    if text.isascii():
        return False
    from exporters.toolbox import bidi  # 4 ms

    return bidi.needs_bidi(text) and bidi.base(text) == "rtl"


def _words(line: str, font: Font, size: float, limit: float) -> Iterator[_Word]:
    """The parts of a line between which it may be broken, none wider than the limit."""
    runs = font.runs(line)
    widths = runs[0][0] if len(runs) == 1 else None
    parts = _parts_of(line)
    for word in line.replace("\t", " ").split(" "):  # and nowhere else: some spaces are to hold words together
        if not word:
            continue
        spaced = True
        for part in parts(word) if parts else (word,):
            width = (_width(part, font) if widths is None else widths[part]) * size
            if width <= limit:
                yield part, width, spaced
                spaced = False
                continue
            for cut in _cut(part, font, limit / size):
                yield cut, _width(cut, font) * size, spaced
                spaced = False


def _parts_of(line: str) -> Callable[[str], list[str]] | None:
    """What cuts the words of a line where a line may end within them; None where there are no such places."""
    if not line.isascii():
        from exporters.toolbox import breaks  # less than 1 ms, until there is a word of Thai

        if breaks.needs_dictionary(line):
            return breaks.parts
    return _joint().split if _MAY_BE_PARTED.search(line) else None


def _exact(line: str, font: Font) -> float:
    # The width of a line in em.
    return sum(
        sum(map(widths.__getitem__, run.split(" "))) + run.count(" ") * widths[" "] for widths, run in font.runs(line)
    )


def _width(word: str, font: Font) -> float:
    return sum(widths[run] for widths, run in font.runs(word))


def _cut(word: str, font: Font, limit: float) -> Iterator[str]:
    """The pieces of a word that is wider than a line. No mark is parted from its letter."""
    steps = [widths.advances[character] for widths, run in font.runs(word) for character in run]
    if len(steps) != len(word):  # the font has left out what is not seen, or joined letters with their marks
        steps = [sum(steps) / len(word)] * len(word)
    ends = list(accumulate(steps))
    start, origin = 0, 0.0
    while start < len(word):
        end = max(bisect_right(ends, origin + limit, start), start + 1)
        while end < len(word) and unicodedata.category(word[end])[0] in "MC":
            end += 1
        yield word[start:end]
        start, origin = end, ends[end - 1]


def _balanced(words: Sequence[_Word], space: float, limit: float) -> tuple[list[int], float]:
    """At which words lines begin, and how wide the widest is."""
    starts, width = _filled(words, space, limit)
    if len(starts) > _BALANCED:
        return starts, width
    least, most = max(width for _, width, _ in words), limit
    for _ in range(_TRIES):
        tried = (least + most) / 2
        narrower = _filled(words, space, tried)
        if len(narrower[0]) > len(starts):
            least = tried
        else:
            most = tried
            starts, width = narrower
    return starts, width


def _filled(words: Sequence[_Word], space: float, limit: float) -> tuple[list[int], float]:
    starts = [0]
    widest = at = 0.0
    for index, (_, width, spaced) in enumerate(words):
        end = at + width + (space if spaced and at else 0.0)
        if at and end > limit + _SLACK:
            starts.append(index)
            widest = max(widest, at)
            end = width
        at = end
    return starts, max(widest, at)


def _joined(words: Sequence[_Word]) -> str:
    return "".join(f" {word}" if spaced else word for word, _, spaced in words).lstrip(" ")


# Chinese and Japanese characters, between which lines may end; and those that must not begin or end one (JIS X 4051).
_HAN = "\u2e80-\u2fdf\u3001-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
_NOT_FIRST = "、。，．・：；？！々〉》」』】〕）］｝ーゝゞヽヾぁぃぅぇぉっゃゅょァィゥェォッャュョ.,:;!?)}%’”" + r"\]"
_NOT_LAST = "〈《「『【〔（［｛({‘“" + r"\["
_MAY_BE_PARTED = re.compile(rf"[-/\u200b\u2010\u2013{_HAN}]")


@cache
def _of_scripts() -> re.Pattern[str]:
    """What is neither Latin, Greek nor Cyrillic, nor a sign that stands among these; and marks on letters."""
    return re.compile(r"[^\0-\u02ff\u0370-\u058f\u1e00-\u218f]")


@cache
def _joint() -> re.Pattern[str]:
    """Places within a word where a line may end: after a hyphen or a slash, beside Chinese and Japanese characters."""
    return re.compile(
        rf"(?<=\w[-\u2010\u2013/])(?=[^\W\d])|(?<=\u200b)"
        rf"|(?<=[{_HAN}])(?<![{_NOT_LAST}])(?![{_NOT_FIRST}]|$)"
        rf"|(?<!^)(?<![{_NOT_LAST}])(?=[{_HAN}])(?![{_NOT_FIRST}])"
    )
