"""The fonts that office programs have on every system, and how wide their letters are.

Arial, Times New Roman and Courier New are where Word is; elsewhere, fonts of the same widths stand for them. Widths are
what the metrics of these fonts say, in thousandths of an em.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exporters.toolbox.drawing import Words

_NAMES = {"sans": "Arial", "serif": "Times New Roman", "mono": "Courier New"}
_MONO = 600
_USUAL = 556  # of what is not in a table: digits have it, and most letters


def name(family: str) -> str:
    """The font that stands for a family."""
    return _NAMES[family]


def advances(text: str, words: Words) -> list[int]:
    """How wide each character of a text is, in the font that stands for that of the words."""
    if words.family == "mono":
        return [_MONO] * len(text)
    table, signs = _WIDTHS[words.family, words.bold], _SIGN_WIDTHS[words.family, words.bold]
    if text.isascii():
        return [table[ord(each) - 32] if each.isprintable() else 0 for each in text]
    return [_advance(each, table, signs) for each in text]


def _advance(character: str, table: tuple[int, ...], signs: tuple[int, ...]) -> int:
    if (place := _SIGNS.find(character)) >= 0:
        return signs[place]
    code = _base(character)
    return table[code - 32] if 32 <= code < 127 else _USUAL


def _base(character: str) -> int:
    # Letters with accents are as wide as without.
    if character.isascii():
        return ord(character)
    if character == "\u00a0":
        return 32
    decomposed = unicodedata.decomposition(character).split()
    return int(decomposed[0], 16) if decomposed and decomposed[0][0] != "<" else ord(character)


# From blank to tilde.
# fmt: off
_WIDTHS: dict[tuple[str, bool], tuple[int, ...]] = {
    ("sans", False): (
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
        556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667,
        556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556,
        556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722,
        500, 500, 500, 334, 260, 334, 584,
    ),
    ("sans", True): (
        278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
        556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722,
        611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556,
        611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778,
        556, 556, 500, 389, 280, 389, 584,
    ),
    ("serif", False): (
        250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500,
        500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722,
        611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444,
        500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722,
        500, 500, 444, 480, 200, 480, 541,
    ),
    ("serif", True): (
        250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500,
        500, 500, 500, 500, 333, 333, 570, 570, 570, 500, 930, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778,
        667, 944, 722, 778, 611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581, 500, 333, 500,
        556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500, 556, 556, 444, 389, 333, 556, 500, 722,
        500, 500, 444, 394, 220, 394, 520,
    ),
}

HELVETICA = _WIDTHS["sans", False]
"""How wide Arial's letters are, from blank to tilde; they are Helvetica's."""

_SIGNS = "‘’‚“”„–—…•·€£¥§©®™°±×÷«»¡¿¶ßæøœÆØŒłŁđðÐþÞ→←↔"
_SIGN_WIDTHS: dict[tuple[str, bool], tuple[int, ...]] = {
    ("sans", False): (
        222, 222, 222, 333, 333, 333, 556, 1000, 1000, 350, 278, 556, 556, 556, 556, 737, 737, 1000, 400, 549, 584,
        549, 556, 556, 333, 611, 537, 611, 889, 611, 944, 1000, 778, 1000, 222, 556, 556, 556, 722, 556, 667, 1000,
        1000, 1000,
    ),
    ("sans", True): (
        278, 278, 278, 500, 500, 500, 556, 1000, 1000, 350, 278, 556, 556, 556, 556, 737, 737, 1000, 400, 549, 584,
        549, 556, 556, 333, 611, 556, 611, 889, 611, 944, 1000, 778, 1000, 278, 611, 611, 611, 722, 611, 667, 1000,
        1000, 1000,
    ),
    ("serif", False): (
        333, 333, 333, 444, 444, 444, 500, 1000, 1000, 350, 250, 500, 500, 500, 500, 760, 760, 980, 400, 549, 564,
        549, 500, 500, 333, 444, 453, 500, 667, 500, 722, 889, 722, 889, 278, 611, 500, 500, 722, 500, 556, 1000,
        1000, 1000,
    ),
    ("serif", True): (
        333, 333, 333, 500, 500, 500, 500, 1000, 1000, 350, 250, 500, 500, 500, 500, 747, 747, 1000, 400, 549, 570,
        549, 500, 500, 333, 500, 540, 556, 722, 500, 722, 1000, 778, 1000, 278, 667, 556, 500, 722, 556, 611, 1000,
        1000, 1000,
    ),
}
# fmt: on
