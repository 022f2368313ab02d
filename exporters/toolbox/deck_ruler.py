"""How many lines a text takes, without any font: for formats whose programs set the text themselves.

The widths are those of Helvetica, whose letters Arial and Liberation Sans have, too. What a text takes in the end
depends on the fonts of whoever opens the file; so all is taken to be a little wider than it is.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import repeat
from typing import NamedTuple

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
from exporters.toolbox.office_fonts import HELVETICA

_OF_BYTE = (*(500,) * 32, *HELVETICA, *(500,) * 129)
_LETTER, _OTHER, _WIDE, _EMOJI = 570, 640, 1_000, 1_350  # thousandths: beyond ASCII; of other scripts; Chinese; emoji
_BOLD = 1.07  # times as wide
_MONO = 610  # thousandths of an em: Consolas has 550, Courier New and DejaVu Sans Mono 602
MONO = _MONO / 1000
_SPACE = 0.278
_SLACK = 1.03  # for hinting, kerning, and the widths of other fonts
_MAX_WORDS = 50_000  # whose widths are remembered, 5 MB
_TALL = 1.2  # times as high as Latin lines are those of fonts for other scripts


class _Words(NamedTuple):
    """The words of a line, as numbers alone: a paragraph may have millions, and pairs would take 100 bytes for each."""

    widths: array[float]
    """In em."""
    spaces: array[float]
    """Before each, where it is not the first on its line: infinite where it always is the first."""

    def add(self, width: float, space: float) -> None:
        self.widths.append(width)
        self.spaces.append(space)


_BREAK = float("inf")


class _Known(NamedTuple):
    """What was measured of a line."""

    content: Inlines
    words: _Words
    natural: float
    """How wide it is on one line, in em."""
    tall: float
    """How high its lines are, by what lines usually are."""


class Ruler:
    """Measures the lines of one document."""

    def __init__(self, widening: float = 1.0, height: float = 1.0) -> None:
        """`widening` is how much wider the letters are than Helvetica's, and `height` how much higher its lines."""
        self._height = height
        self._widening = widening * _SLACK
        self._words: dict[str, float] = {}
        self._lines: dict[int, _Known] = {}

    def lines(self, content: Inlines, width: float, share: float = 1.0) -> float:
        """How many lines this takes where so many em fit on one; letters of other scripts have higher lines.

        `share` is how much wider it is than usual, such as in bold letters.
        """
        _, words, natural, tall = self._known(content)
        if natural * share <= width:
            return tall
        room = max(width / share, 1.0)
        count, taken = 1, 0.0
        for word, space in zip(words.widths, words.spaces, strict=True):
            if taken and taken + space + word > room:
                count += 1
                taken = 0.0
            elif taken:
                taken += space
            taken += word
            if taken > room:  # a word that is longer than a line is broken
                more = int(taken / room)
                count += more
                taken -= more * room
        return count * tall

    def natural(self, content: Inlines) -> float:
        """How wide it is on one line, in em."""
        return self._known(content).natural

    def widest_word(self, content: Inlines) -> float:
        """In em: narrower than that, words are broken."""
        return max(self._known(content).words.widths)

    def _known(self, content: Inlines) -> _Known:
        # By identity, and held: equal contents would have to be compared word by word.
        known = self._lines.get(id(content))
        if known is None:
            words, tall = self._measured(content)
            # The first has no space before it; and where there is a break, all is infinite.
            natural = sum(words.widths) + sum(words.spaces)
            known = self._lines[id(content)] = _Known(content, words, natural, tall)
        return known

    def forget(self) -> None:
        """Forgets the contents, not the words: a document has more than need be held at once."""
        self._lines.clear()

    def _measured(self, content: Inlines) -> tuple[_Words, float]:
        """Its words, of which there is at least one."""
        found = _Words(array("d"), array("d"))
        width, space = 0.0, 0.0
        tall = self._height
        for text, share, is_mono in _pieces(content, 1.0):
            if text is None:
                found.add(width, space)
                width, space = 0.0, _BREAK
                continue
            if text.isascii():
                words = text.split()
                if text[:1].isspace() and (width or space == _BREAK):
                    found.add(width, space)
                    width, space = 0.0, _SPACE
                widths = self._widths(words, share, is_mono)
                if widths:
                    width += widths[0]
                if len(widths) > 1:
                    found.add(width, space)
                    found.widths.extend(widths[1:-1])
                    found.spaces.extend(repeat(_SPACE, len(widths) - 2))
                    width, space = widths[-1], _SPACE
                if widths and text[-1].isspace():
                    found.add(width, space)
                    width, space = 0.0, _SPACE
                continue
            tall = max(tall, _TALL) if max(text) >= "\u0590" else tall
            for at, word in enumerate(text.replace("\n", " ").split(" ")):
                if at and (width or space == _BREAK):
                    found.add(width, space)
                    width, space = 0.0, _SPACE
                if word.isascii() or not _has_wide(word):
                    width += len(word) * MONO * share if is_mono else self._width(word) * share
                    continue
                for character in word:  # which may stand on the next line, wherever they are
                    found.add(width, space)
                    width, space = self._width(character) * share, 0.0
        if width or not found.widths:
            found.add(width, space)
        return found, tall

    def _widths(self, words: list[str], share: float, is_mono: bool) -> list[float]:
        """How wide words are of ASCII: most that documents have, so this is what most of the time is for."""
        if is_mono:
            return [len(word) * MONO * share for word in words]
        known, measured = self._words.get, self._width
        widths = [known(word) or measured(word) for word in words]
        return widths if share == 1 else [width * share for width in widths]

    def _width(self, word: str) -> float:
        known = self._words.get(word)
        if known is None:
            known = width_of(word) * self._widening
            if len(self._words) < _MAX_WORDS and len(word) < 40:
                self._words[word] = known
        return known


def width_of(text: str) -> float:
    """In em, in letters of Helvetica."""
    if text.isascii():
        return sum(map(_OF_BYTE.__getitem__, text.encode())) / 1000
    return sum(map(_width_of, text)) / 1000


def _width_of(character: str) -> int:
    code = ord(character)
    if code < 0x80:
        return _OF_BYTE[code]
    if code < 0x250:
        return _LETTER
    if 0x300 <= code <= 0x36F or 0x200B <= code <= 0x200F or 0x202A <= code <= 0x202E or 0xFE00 <= code <= 0xFE0F:
        return 0
    if code >= 0x1F000:
        return _EMOJI
    return _WIDE if _is_wide(character) else _OTHER


def _has_wide(word: str) -> bool:
    return max(word) >= "\u2e80" and any(map(_is_wide, word))


def _is_wide(character: str) -> bool:
    return "\u2e80" <= character <= "\ua4cf" or "\uf900" <= character <= "\ufaff" or "\ufe30" <= character <= "\uff60"


def _pieces(content: Inlines, share: float) -> Iterator[tuple[str | None, float, bool]]:
    """The text with how much wider than usual it is, and whether it is code; None for a break."""
    for node in content:
        match node:
            case str():
                yield node, share, False
            case Strong():
                yield from _pieces(node.content, share * _BOLD)
            case Subscript() | Superscript():
                yield from _pieces(node.content, share * 0.7)
            case Emphasis() | Strikethrough() | Underline() | Highlight() | Link():
                yield from _pieces(node.content, share)
            case Code() | Keyboard():
                yield node.text, share, True
            case Abbreviation():
                yield node.text, share, False
            case Math():
                yield (None, share, False) if node.display else ("", share, False)
                yield node.text, share * 0.8, True
                yield (None, share, False) if node.display else ("", share, False)
            case Image():
                yield node.alternative or "image", share, False
            case FootnoteReference():
                yield "00", share * 0.7, False
            case LineBreak():
                yield None, share, False
            case RawInline():
                pass
