"""Shaping: the glyphs of words whose letters change their form or place beside others, and of emoji in colour.

HarfBuzz does it, which takes 30 ms to import: this module is loaded when a text first needs it, and HarfBuzz when a
word does, which a smile does not. Fonts are mapped into memory, by us and by HarfBuzz, so none of them is read whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from exporters.toolbox import scripts
from exporters.toolbox.fonts import Glyph, Shortcomings, Widths
from exporters.toolbox.truetype import Face

_MAX_GLYPHS = 100_000  # remembered in words per face and script, about 3 MB
_MAX_WORD = 40  # characters; longer ones hardly come twice
_MAX_LONG = 16  # of them are remembered for a moment, for they are measured several times while a line is looked for
_MAX_PLACED = 20_000  # different glyphs in their places that are shared: 3 MB


class Shaped(Widths):
    """The widths and glyphs of words in one face, one script and one direction."""

    def __init__(self, face: Face, script: str, is_rtl: bool, language: str) -> None:
        super().__init__(face, is_kerned=False)
        self.is_rtl = is_rtl
        self._script = script
        self._language = language if _LANGUAGE.fullmatch(language) else "und"
        self._words: dict[str, tuple[Glyph, ...]] = {}
        self._count = 0
        self._placed: dict[_Place, Glyph] = {}  # for the same few hundred stand in all words
        self._long: dict[str, float] = {}

    def __missing__(self, word: str) -> float:
        if word in self._long:
            return self._long[word]
        width = sum(glyph.advance for glyph in self.glyphs(word)) / 1000
        self._remember(word, width)
        if len(word) > _MAX_WORD:
            if len(self._long) >= _MAX_LONG:
                self._long.clear()
            self._long[word] = width
        return width

    def glyphs(self, word: str) -> tuple[Glyph, ...]:
        """The glyphs of a word, in visual order."""
        if word in self._words:
            return self._words[word]
        glyphs = self._shape(word)
        if len(word) <= _MAX_WORD:
            self._count += len(glyphs)
            if self._count > _MAX_GLYPHS:
                self._words.clear()
                self._count = len(glyphs)
            self._words[word] = glyphs
        return glyphs

    def _shape(self, word: str) -> tuple[Glyph, ...]:
        placed, scale = self._placed, 1000 / self.face.units_per_em
        if len(placed) > _MAX_PLACED:
            placed.clear()
        glyphs: list[Glyph] = []
        for place in _shaped(self.face, word, self._script, self.is_rtl, self._language):
            if place not in placed:
                number, text, advance, x, y = place
                placed[place] = Glyph(number, text, round(scale * advance), round(scale * x), round(scale * y))
            glyphs.append(placed[place])
        return tuple(glyphs)


class Coloured(Shaped):
    """The widths and glyphs of emoji, which are drawings."""

    is_colour = True

    def __init__(self, face: Face, is_rtl: bool, shortcomings: Shortcomings) -> None:
        super().__init__(face, scripts.COMMON, is_rtl, "")
        self._shortcomings = shortcomings

    def _shape(self, word: str) -> tuple[Glyph, ...]:
        if scripts.are_single(word):
            emoji = _SINGLE.findall(word)
            return tuple(map(self._single, reversed(emoji) if self.is_rtl else emoji))
        glyphs = super()._shape(word)
        if len(glyphs) > len(scripts.each_emoji(word)):
            self._shortcomings.has_parts = True
        return glyphs

    def _single(self, emoji: str) -> Glyph:
        number = self.face.glyph(ord(emoji[0]))
        return Glyph(number, emoji, round(1000 * self.face.advance(number) / self.face.units_per_em))


type _Place = tuple[int, str, int, int, int]
"""As `Glyph`, in units of the face."""


def _shaped(face: Face, word: str, script: str, is_rtl: bool, language: str) -> Iterator[_Place]:
    import uharfbuzz as hb

    font = _font(face.path)
    buffer = hb.Buffer()
    # A letter and the marks on it stay apart, where they can: each is copied as what it is.
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.flags = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES
    buffer.add_codepoints([ord(character) for character in word])
    # Never guessed, for the guess at the language is that of the machine.
    buffer.script = _HARFBUZZ_SCRIPTS.get(script, script)
    buffer.direction = "rtl" if is_rtl else "ltr"
    buffer.language = language
    hb.shape(font, buffer, _FEATURES if script == scripts.COMMON else None)

    infos, positions = buffer.glyph_infos, buffer.glyph_positions or []  # None of no glyphs
    texts = _texts(word, [info.cluster for info in infos])
    for info, text, place in zip(infos, texts, positions, strict=True):
        x, y, advance, _ = place.position
        yield info.codepoint, text, advance, x, y


def _texts(word: str, clusters: list[int]) -> list[str]:
    # The characters up to the next cluster, for the first glyph of each. Clusters rise, or fall from right to left;
    # what is not shown before all of them belongs to the first.
    starts = sorted(set(clusters))
    parts = {start: word[start:end] for start, end in pairwise([*starts, len(word)])}
    if starts:
        parts[starts[0]] = word[: starts[0]] + parts[starts[0]]
    before = [None, *clusters]
    return ["" if cluster == last else parts[cluster] for cluster, last in zip(clusters, before, strict=False)]


@cache
def _font(path: Path) -> Any:
    import uharfbuzz as hb

    return hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))


_LANGUAGE = re.compile("[A-Za-z0-9-]{1,35}")  # BCP 47, 4.4.1: the longest that is not private
_SINGLE = re.compile(".\ufe0f?", re.DOTALL)
_HARFBUZZ_SCRIPTS = {scripts.JAMO: "Hang"}
_FEATURES = {"liga": False, "clig": False}  # since Latin words without marks have no ligatures, either
