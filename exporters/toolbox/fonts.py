"""Fonts: where they are, which of them has a character, how wide words are.

A `Font` is one face of a family with those that stand in where it lacks a glyph. A face is opened when a text first
needs it, so a Latin document does not pay for Japanese. What belongs to the process is only what fonts are made of;
what comes from a text (the widths of its words, the characters that no font has) lives in a `Fonts`, of which each job
makes its own.
"""

from __future__ import annotations

import os
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Literal

from exporters.errors import MissingPart
from exporters.report import Code, Report
from exporters.toolbox.truetype import Face

type Family = Literal["sans", "mono"]
type Run = tuple[Widths, str]

_LAYER = Path("/opt/fonts")
_BUILT = Path(__file__).parents[2] / "build" / "fonts"

_MAX_WORDS = 50_000  # widths remembered per face, about 5 MB: more than any language's everyday words
_MAX_WORD = 40  # characters; longer ones hardly come twice
_MAX_NOTED = 1_000  # different characters remembered per script that cannot be written
_EXAMPLES = 8  # of them are named


class Fonts:
    """The fonts of one job."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[Family, bool, bool], Font] = {}
        self._widths: dict[str, Widths] = {}
        self.shortcomings = Shortcomings()

    def font(self, family: Family, bold: bool = False, italic: bool = False) -> Font:
        """The font of a family. Raises `MissingPart` where its file is absent."""
        key = (family, bold, italic)
        if key not in self._fonts:
            self._fonts[key] = Font(self, _FACES[key], _STAND_INS[bold])
        return self._fonts[key]

    def widths(self, name: str) -> Widths:
        """The widths of words in the face of this name."""
        if name not in self._widths:
            self._widths[name] = Widths(face(name))
        return self._widths[name]


class Font:
    """A face, and those that stand in for it. Made by `Fonts.font`."""

    def __init__(self, fonts: Fonts, name: str, stand_ins: tuple[str, ...]) -> None:
        self._fonts = fonts
        self._names = (name, *stand_ins)
        self._chosen: dict[str, str] = {}  # character → face, where those beside it have no say
        self._plain: set[str] = set()  # those of them in the first face
        self.first = fonts.widths(name)

    def runs(self, text: str) -> list[Run]:
        """Cuts a text where another face must take over. What no face has stays in the first one, and is noted."""
        if (text.isascii() and text.isprintable()) or self._plain.issuperset(text):
            return [(self.first, text)]
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        try:
            runs = [(name, "".join(run)) for name, run in groupby(text, self._chosen.__getitem__)]
        except KeyError:
            runs = self._split(text)
        return [(self._fonts.widths(name), run) for name, run in runs]

    def _split(self, text: str) -> list[tuple[str, str]]:
        # As above, for characters that are new or depend on those beside them.
        runs: list[tuple[str, list[str]]] = []
        name = self._names[0]
        for index, character in enumerate(text):
            if character in _INVISIBLE:
                self._fonts.shortcomings.note_invisible(character, name)
                continue
            name = self._name(character, name, text[index + 1 : index + 2])
            if runs and runs[-1][0] == name:
                runs[-1][1].append(character)
            else:
                runs.append((name, [character]))
        return [(name, "".join(characters)) for name, characters in runs]

    def _name(self, character: str, before: str, after: str) -> str:
        # A mark stays in the face of the letter it stands on; U+FE0F asks for the emoji among lookalikes.
        if after == _AS_EMOJI and self._has(_EMOJI, character):
            return _EMOJI
        if character in self._chosen:
            return self._chosen[character]
        is_mark = unicodedata.combining(character) != 0
        if is_mark and self._has(before, character):
            return before
        name = next((name for name in self._order(character) if self._has(name, character)), None)
        self._fonts.shortcomings.note(character, name is not None)
        name = name or self._names[0]
        if not is_mark:
            if len(self._chosen) >= _MAX_WORDS:
                self._chosen.clear()
            self._chosen[character] = name
            if name == self._names[0]:
                self._plain.add(character)
        return name

    def _order(self, character: str) -> tuple[str, ...]:
        if character >= _FIRST_EMOJI:
            return (_EMOJI, *self._names)
        if _needs_shaping(character):  # the face for mathematics has Arabic letters, but as signs
            return tuple(name for name in self._names if name != _MATH)
        return self._names

    def _has(self, name: str, character: str) -> bool:
        return face(name).glyph(ord(character)) != 0


class Widths(dict[str, float]):
    """The width of any word in one face, in em; looks like a dictionary, and remembers common words."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face = face
        self.advances = _Advances(face)

    def __missing__(self, word: str) -> float:
        width = sum(map(self.advances.__getitem__, word))
        if len(word) <= _MAX_WORD:
            if len(self) >= _MAX_WORDS:
                self.clear()
            self[word] = width
        return width


class _Advances(dict[str, float]):
    """The width of any character in one face, in em."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, character: str) -> float:
        width = self[character] = self._face.advance(self._face.glyph(ord(character))) / self._face.units_per_em
        return width


class Shortcomings:
    """The characters that the fonts of a job cannot write, or not as their readers expect."""

    def __init__(self) -> None:
        self._missing: dict[str, dict[str, None]] = {}  # kind → characters, in the order they were met
        self._unshaped: dict[str, dict[str, None]] = {}
        self._has_sequences = False

    def note(self, character: str, has_glyph: bool) -> None:
        """Remembers a character that has no glyph, or whose glyph alone is not enough."""
        if not has_glyph:
            _remember(self._missing, character)
        elif _needs_shaping(character):
            _remember(self._unshaped, character)

    def note_invisible(self, character: str, name: str) -> None:
        """Remembers that a joiner or modifier was left out between emoji."""
        if name == _EMOJI and character in _JOINS_EMOJI:
            self._has_sequences = True

    def add_to(self, report: Report) -> None:
        """Makes one item for each script."""
        for kind, characters in sorted(self._missing.items()):
            has = "character of {} has" if len(characters) == 1 else "characters of {} have"
            what = f"{_count(characters)} {has.format(kind)} no glyph in the fonts: {_examples(characters)}"
            report.lost(Code.GLYPH, what)
        for kind, characters in sorted(self._unshaped.items()):
            are = "character of {} is" if len(characters) == 1 else "characters of {} are"
            how = "shown one by one from left to right, not joined"
            report.degraded(Code.GLYPH, f"{_count(characters)} {are.format(kind)} {how}: {_examples(characters)}")
        if self._has_sequences:
            report.degraded(Code.GLYPH, "Emoji made of several characters are shown as their parts.")


def _remember(groups: dict[str, dict[str, None]], character: str) -> None:
    group = groups.setdefault(_kind(character), {})
    if len(group) < _MAX_NOTED:
        group[character] = None


def _count(characters: dict[str, None]) -> str:
    return str(len(characters)) if len(characters) < _MAX_NOTED else f"More than {_MAX_NOTED}"


def _examples(characters: dict[str, None]) -> str:
    shown = ", ".join(_shown(character) for character, _ in zip(characters, range(_EXAMPLES), strict=False))
    return shown + (" …" if len(characters) > _EXAMPLES else "")


@cache
def face(name: str) -> Face:
    """Opens a face, once per process. Raises `MissingPart`."""
    path = folder() / f"{name}.ttf"
    try:
        return Face(path)
    except FileNotFoundError:
        raise MissingPart(
            f"The font {name} is not in {path.parent}. Run `make build/fonts/ready` to fetch the fonts, "
            "add the layer `fonts`, or name the folder that has them in EXPORT_FONTS."
        ) from None


def folder() -> Path:
    """The folder that has the fonts: EXPORT_FONTS, the Lambda layer, or what `make` has built."""
    given = os.environ.get("EXPORT_FONTS")
    if given:
        return Path(given)
    return _LAYER if _LAYER.is_dir() else _BUILT


def _kind(character: str) -> str:
    # The first word of a character's name is its script; what has none is grouped by what it is.
    category = unicodedata.category(character)
    if category[0] == "C":
        return {"Co": "private use", "Cc": "control"}.get(category, "no assigned meaning")
    if category[0] == "S":
        return "symbols"
    script = unicodedata.name(character, "rare scripts").split()[0].capitalize()
    return {"Cjk": "Han", "Rare": "rare scripts"}.get(script, script)


def _shown(character: str) -> str:
    return character if unicodedata.category(character)[0] in "LNPS" else f"U+{ord(character):04X}"


def _needs_shaping(character: str) -> bool:
    return bisect_right(_SHAPED, ord(character)) % 2 == 1


def _characters(*ranges: tuple[int, int]) -> Iterable[str]:
    return (chr(code) for first, last in ranges for code in range(first, last + 1))


# Scripts whose letters change their form or place beside others: the first of each range, and the first after it.
# Hebrew to Arabic Extended and the Indic ones to Myanmar, Khmer and Mongolian, and their extensions further on.
_SHAPED = (
    *(0x0590, 0x10A0),
    *(0x1780, 0x18B0),
    *(0xA840, 0xA880),
    *(0xA8E0, 0xA900),
    *(0xAA00, 0xAAE0),
    *(0xFB1D, 0xFE00),
    *(0xFE70, 0xFEFF),
    *(0x10800, 0x12000),
    *(0x1E800, 0x1F000),
)

# Joiners, marks of direction, variation selectors, skin tones, tags, and the soft hyphen: no glyph of their own.
_INVISIBLE = frozenset(
    _characters(
        (0x00AD, 0x00AD),
        (0x200C, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x2064),
        (0x2066, 0x2069),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0x1F3FB, 0x1F3FF),
        (0xE0000, 0xE01EF),
    )
)
_JOINS_EMOJI = frozenset("\u200d" + "".join(_characters((0x1F3FB, 0x1F3FF), (0xE0020, 0xE007F))))
_AS_EMOJI = "\ufe0f"
_FIRST_EMOJI = "\U0001f000"
_EMOJI = "NotoEmoji-Regular"
_MATH = "NotoSansMath-Regular"

# (family, bold, italic) → face.
_FACES: dict[tuple[Family, bool, bool], str] = {
    ("sans", False, False): "NotoSans-Regular",
    ("sans", False, True): "NotoSans-Italic",
    ("sans", True, False): "NotoSans-Bold",
    ("sans", True, True): "NotoSans-BoldItalic",
    ("mono", False, False): "NotoSansMono-Regular",
    ("mono", False, True): "NotoSansMono-Regular",
    ("mono", True, False): "NotoSansMono-Bold",
    ("mono", True, True): "NotoSansMono-Bold",
}

# bold → what stands in, in this order.
_STAND_INS = {
    bold: (
        _MATH,
        "NotoSansSymbols-Regular",
        "NotoSansSymbols2-Regular",
        f"NotoSansJP-{'Bold' if bold else 'Regular'}",
        _EMOJI,
        f"NotoSans-{'Bold' if bold else 'Regular'}",
    )
    for bold in (False, True)
}
