"""Fonts: where they are, which of them has a character, how wide words are.

A `Font` is one face of a family with those that stand in where it lacks a glyph. A face is opened when a text first
needs it, so a Latin document does not pay for Japanese; neither does it pay for finding out about scripts, for shaping
or for emoji, which are modules of their own. What belongs to the process is only what fonts are made of; what comes
from a text (the widths of its words, the characters that no font has) lives in a `Fonts`, of which each job makes its
own.
"""

from __future__ import annotations

import os
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Literal, NamedTuple

from exporters.errors import MissingPart
from exporters.report import Code, Report
from exporters.toolbox.truetype import Face

type Family = Literal["sans", "serif", "mono"]
type Run = tuple[Widths, str]

_LAYER = Path("/opt/fonts")
_BUILT = Path(__file__).parents[2] / "build" / "fonts"
_ENDINGS = (".ttf", ".metrics")  # with outlines, and without: of Chinese, Japanese and Korean `fonts` has the latter

_MAX_WORDS = 50_000  # widths remembered per face, about 5 MB: more than any language's everyday words
_MAX_WORD = 40  # characters; longer ones hardly come twice
_MAX_COMPOSED = 1_000  # characters: letters have three marks, and in jests a hundred
_MAX_NOTED = 1_000  # different characters remembered per script that cannot be written
_EXAMPLES = 8  # of them are named


class Fonts:
    """The fonts of one job, for a document in this language (BCP 47; "" if nobody knows)."""

    def __init__(self, language: str = "") -> None:
        self.language = language
        self._fonts: dict[tuple[Family, bool, bool], Font] = {}
        self._widths: dict[tuple[str, str, bool], Widths] = {}
        self.shortcomings = Shortcomings()
        self.han = _han(language)
        """What Chinese is set in, the best first, and Japanese and Korean but for their own syllables."""

    def font(self, family: Family, bold: bool = False, italic: bool = False) -> Font:
        """The font of a family. Raises `MissingPart` where its file is absent."""
        key = (family, bold, italic)
        if key not in self._fonts:
            self._fonts[key] = Font(self, _FACES[key], bold)
        return self._fonts[key]

    def prefer(self, name: str) -> None:
        """Sets the Chinese of a document whose language is unknown in this face from here on, if it is one for that."""
        family = name.partition("-")[0]
        if family in self.han and not self.language:
            self.han = (family, *(each for each in self.han if each != family))

    def widths(self, name: str, script: str = "", is_rtl: bool = False) -> Widths:
        """The widths of words in the face of this name; of words that must be shaped, in this script and direction."""
        key = (name, script, is_rtl)
        if key not in self._widths:
            self._widths[key] = self._measure(*key)
        return self._widths[key]

    def _measure(self, name: str, script: str, is_rtl: bool) -> Widths:
        if not script:
            return Widths(face(name), is_kerned=not name.startswith(_SET_SOLID))
        from exporters.toolbox import shaping  # 1 ms; and 30 when it first shapes

        if name == _EMOJI:
            return shaping.Coloured(face(name), is_rtl, self.shortcomings)
        return shaping.Shaped(face(name), script, is_rtl, self.language)


class Font:
    """A face, and those that stand in for it. Made by `Fonts.font`."""

    def __init__(self, fonts: Fonts, name: str, bold: bool) -> None:
        self._fonts = fonts
        self._name = name
        self._weight = "Bold" if bold else "Regular"
        self._chosen: dict[str, dict[str, str]] = {}  # script → character → face, of all but marks
        self._simple: set[str] = set()  # characters met that need no look at what stands beside them
        self._plain: set[str] = set()  # those of them in the first face
        self.first = fonts.widths(name)

    def runs(self, text: str, is_rtl: bool = False) -> list[Run]:
        """Cuts a text where another face or script must take over. What no face has stays in the first, and is noted.

        The text is in logical order; with `is_rtl` it is one that runs from right to left, whatever its script.
        """
        if not is_rtl:
            if (text.isascii() and text.isprintable()) or self._plain.issuperset(text):
                return [(self.first, text)]
            if self._is_simple(text):
                return [(self._fonts.widths(name), run) for name, run in self._faces("", text)]
        from exporters.toolbox.scripts import segments  # 5 ms, with what it makes at the first call

        text = _composed(text)
        runs: list[Run] = []
        for script, part in segments(text):
            for widths, run in self._segment(script, part, is_rtl):
                if runs and runs[-1][0] is widths:
                    run = runs.pop()[1] + run
                runs.append((widths, run))
        return runs

    def _is_simple(self, text: str) -> bool:
        new = set(text) - self._simple
        if not all(bisect_right(_SIMPLE, ord(character)) % 2 for character in new):
            return False
        self._simple |= new
        return True

    def _segment(self, script: str, text: str, is_rtl: bool) -> Iterator[Run]:
        # The runs of a text in one script.
        from exporters.toolbox.scripts import COMMON, EMOJI, has_marks

        if script == EMOJI and not face(_EMOJI).has_all(text, _IN_EMOJI):
            script = ""
        is_shaped = script not in _UNSHAPED
        if not is_shaped and not _INVISIBLE.isdisjoint(text):
            text = "".join(character for character in text if character not in _INVISIBLE)
        is_rtl = is_rtl or (script in _FROM_RIGHT and any(map(_runs_left, text)))
        for name, run in self._faces(script, text):
            if name == _EMOJI:
                yield self._fonts.widths(name, EMOJI, is_rtl), run
            elif is_shaped or is_rtl or has_marks(run):
                yield self._fonts.widths(name, script or COMMON, is_rtl), run
            else:
                yield self._fonts.widths(name), run

    def _faces(self, script: str, text: str) -> list[tuple[str, str]]:
        # One face for all of a text, if there is one made for its script; or else one for each character.
        for name in self._made_for(script, text):
            if face(name).has_all(text, _IN_EMOJI if name == _EMOJI else _INVISIBLE):
                self._fonts.prefer(name)
                return [(name, text)]
        chosen = self._chosen.setdefault(script, {})
        try:
            return [(name, "".join(run)) for name, run in groupby(text, chosen.__getitem__)]
        except KeyError:
            pass
        runs: list[tuple[str, list[str]]] = []
        name = ""
        for character in text:
            name = self._choose(character, script, chosen, name)
            if runs and runs[-1][0] == name:
                runs[-1][1].append(character)
            else:
                runs.append((name, [character]))
        return [(name, "".join(characters)) for name, characters in runs]

    def _choose(self, character: str, script: str, chosen: dict[str, str], before: str) -> str:
        # Marks, and what joins letters, stay in the face of the letter that they follow.
        if character in chosen:
            return chosen[character]
        is_joined = character in _INVISIBLE or unicodedata.category(character)[0] == "M"
        if is_joined and before and (character in _INVISIBLE or self._has(before, character)):
            return before
        name = next((name for name in self._order(character, script) if self._has(name, character)), None)
        if name is None:
            name = self._name
            self._fonts.shortcomings.note(character)
        if not is_joined:
            if len(chosen) >= _MAX_WORDS:
                chosen.clear()
            chosen[character] = name
            if name == self._name and character in self._simple:
                self._plain.add(character)
        return name

    def _made_for(self, script: str, text: str) -> tuple[str, ...]:
        # Chinese in an unknown language is better set in one face than in one that lacks some of its characters.
        if not script:
            return ()
        from exporters.toolbox.scripts import EMOJI, HAN, has_syllables

        if script == EMOJI:
            return (_EMOJI,)
        if script == HAN:
            return () if self._fonts.language or has_syllables(text) else self._weighted(self._fonts.han)
        return (self._name, *self._own(script))

    def _order(self, character: str, script: str) -> tuple[str, ...]:
        # The faces that may have a character, the best first.
        han = self._weighted(self._fonts.han)
        if not script:
            own = self._own(_block(character))
            return (self._name, f"NotoSans-{self._weight}", _MATH, *_SIGNS, *own, *han, _EMOJI)
        from exporters.toolbox import scripts

        if script == scripts.HAN:
            syllables = _SYLLABLES.get(scripts.script(character))
            own = (syllables,) if syllables else ()
            return (*self._weighted((*own, *_han(self._fonts.language))), self._name, *_SIGNS)
        # Without the face for mathematics, which has Arabic letters, but as signs.
        return (self._name, *self._own(script), *_SIGNS, *self._own(_block(character)), *han, _EMOJI)

    def _own(self, script: str) -> tuple[str, ...]:
        return self._weighted((_SCRIPT_FACES[script],)) if script in _SCRIPT_FACES else ()

    def _weighted(self, families: Iterable[str]) -> tuple[str, ...]:
        return tuple(f"{each}-{'Regular' if each in _ONLY_REGULAR else self._weight}" for each in families)

    def _has(self, name: str, character: str) -> bool:
        return face(name).glyph(ord(character)) != 0


def _block(character: str) -> str:
    """The script among whose letters a sign stands that is of none, as ฿ does; "" for others."""
    return next((script for first, last, script in _SIGNS_AMONG if first <= character <= last), "")


def _composed(text: str) -> str:
    """Letters and their marks as one character where there is one (NFC)."""
    if len(text) > _MAX_COMPOSED:
        # In parts, for the marks of one letter are put in order in the square of their number.
        parts: list[str] = []
        at = 0
        while at < len(text):
            end = at + _MAX_COMPOSED
            end = (text.rfind(" ", at, end) + 1 or end) if end < len(text) else len(text)
            parts.append(_composed(text[at:end]))
            at = end
        return "".join(parts)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


class Glyph(NamedTuple):
    """A glyph in its place. Glyphs of a word stand in visual order, from left to right."""

    number: int
    """In the face; 0 for a character that it does not have."""
    text: str
    """The characters that it stands for; "" where a glyph beside it stands for them."""
    advance: int
    """How far the pen moves, with kerning, in thousandths of an em."""
    x: int = 0
    y: int = 0
    """How far the glyph is moved from the pen, to the right and up, in thousandths of an em."""


class Widths(dict[str, float]):
    """The width of any word in one face, in em; looks like a dictionary, and remembers common words."""

    is_colour = False
    """Whether glyphs are drawings, and not outlines: see `Face.drawing`."""
    is_rtl = False
    """Whether words stand from right to left."""

    def __init__(self, face: Face, is_kerned: bool) -> None:
        super().__init__()
        self.face = face
        self.advances = _Advances(face)
        self._kerns = _Kerns(face) if is_kerned else None
        self._made: dict[tuple[str, float], Glyph] = {}

    def __missing__(self, word: str) -> float:
        width = sum(map(self.advances.__getitem__, word))
        if self._kerns is not None:
            width += sum(map(self._kerns.__getitem__, pairwise(word)))
        self._remember(word, width)
        return width

    def _remember(self, word: str, width: float) -> None:
        if len(word) <= _MAX_WORD:
            if len(self) >= _MAX_WORDS:
                self.clear()
            self[word] = width

    def glyphs(self, word: str) -> tuple[Glyph, ...] | None:
        """The glyphs of a word; None where each character is one glyph with its own advance."""
        if self._kerns is None:
            return None
        between = [self._kerns[pair] for pair in pairwise(word)]
        if not any(between):
            return None
        return tuple(map(self._glyph, word, [*between, 0.0]))

    def _glyph(self, character: str, kern: float) -> Glyph:
        key = (character, kern)
        if key not in self._made:
            if len(self._made) >= _MAX_WORDS:
                self._made.clear()
            advance = round(1000 * (self.advances[character] + kern))
            self._made[key] = Glyph(self.face.glyph(ord(character)), character, advance)
        return self._made[key]


class _Kerns(dict[tuple[str, str], float]):
    """How much further from each other two characters of a face stand than their widths say, in em."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, pair: tuple[str, str]) -> float:
        left, right = (self._face.glyph(ord(character)) for character in pair)
        if len(self) >= _MAX_WORDS:
            self.clear()
        kern = self[pair] = self._face.kern(left, right) / self._face.units_per_em
        return kern


class _Advances(dict[str, float]):
    """The width of any character in one face, in em."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, character: str) -> float:
        width = self[character] = self._face.advance(self._face.glyph(ord(character))) / self._face.units_per_em
        return width


class Shortcomings:
    """What the fonts of a job cannot write."""

    def __init__(self) -> None:
        self._missing: dict[str, dict[str, None]] = {}  # kind → characters, in the order they were met
        self.has_parts = False
        """Whether emoji of several characters are shown as their parts."""

    def note(self, character: str) -> None:
        """Remembers a character that has no glyph."""
        group = self._missing.setdefault(_kind(character), {})
        if len(group) < _MAX_NOTED:
            group[character] = None

    def add_to(self, report: Report) -> None:
        """Makes one item for each script."""
        for kind, characters in sorted(self._missing.items()):
            has = "character of {} has" if len(characters) == 1 else "characters of {} have"
            what = f"{_count(characters)} {has.format(kind)} no glyph in the fonts: {_examples(characters)}"
            report.lost(Code.GLYPH, what)
        if self.has_parts:
            report.degraded(
                Code.GLYPH, "Emoji made of several characters, for which there is no picture, are shown as their parts."
            )


def _runs_left(character: str) -> bool:
    # Letters do, but the digits of Arabic do not (UAX #9).
    return unicodedata.bidirectional(character) in ("R", "AL")


def _count(characters: dict[str, None]) -> str:
    return str(len(characters)) if len(characters) < _MAX_NOTED else f"More than {_MAX_NOTED}"


def _examples(characters: dict[str, None]) -> str:
    shown = ", ".join(_shown(character) for character, _ in zip(characters, range(_EXAMPLES), strict=False))
    return shown + (" …" if len(characters) > _EXAMPLES else "")


@cache
def face(name: str) -> Face:
    """Opens a face, once per process; without outlines where it is here to measure only. Raises `MissingPart`."""
    place = folder()
    for ending in _ENDINGS:
        try:
            return Face(place / f"{name}{ending}")
        except FileNotFoundError:
            pass
    raise MissingPart(
        f"The font {name} is not in {place}. Run `make build/fonts/ready` to fetch the fonts, "
        "add the layer `fonts`, or name the folder that has them in EXPORT_FONTS."
    )


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


def _han(language: str) -> tuple[str, ...]:
    # BCP 47: zh-Hant, zh-TW … are traditional characters, other Chinese is simplified.
    main, *others = language.lower().split("-")
    if main in ("zh", "yue", "cmn"):
        if main == "yue" or not {"hant", "tw", "hk", "mo"}.isdisjoint(others):
            return _TC, _SC, _JP, _KR
        return _SC, _TC, _JP, _KR
    if main == "ko":
        return _KR, _JP, _SC, _TC
    return _JP, _SC, _KR, _TC


def _characters(*ranges: tuple[int, int]) -> Iterable[str]:
    return (chr(code) for first, last in ranges for code in range(first, last + 1))


# Letters and signs of Latin, Greek, Cyrillic and mathematics: the first of each range, and the first after it. Marks
# are not among them, nor is what is an emoji by itself.
_SIMPLE = (
    *(0x0020, 0x007F),
    *(0x00A0, 0x00AD),
    *(0x00AE, 0x02EA),
    *(0x02EC, 0x0300),
    *(0x0370, 0x0483),
    *(0x048A, 0x0530),
    *(0x1E00, 0x200C),
    *(0x2010, 0x2028),
    *(0x202F, 0x2060),
    *(0x2070, 0x20D0),
    *(0x2100, 0x231A),
    *(0x2500, 0x25FD),
    *(0x27C0, 0x2B1B),
    *(0xA720, 0xA800),
)

# No glyph of their own: joiners, marks of direction, variation selectors, tags, the soft hyphen.
_INVISIBLE = frozenset(
    _characters(
        (0x00AD, 0x00AD),
        (0x034F, 0x034F),
        (0x061C, 0x061C),
        (0x180B, 0x180F),
        (0x200C, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x2064),
        (0x2066, 0x2069),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xE0000, 0xE01EF),
    )
)

_IN_EMOJI = _INVISIBLE | {"\u20e3"}  # which makes a keycap of what is before it

# (family, bold, italic) → face.
_FACES: dict[tuple[Family, bool, bool], str] = {
    ("sans", False, False): "NotoSans-Regular",
    ("sans", False, True): "NotoSans-Italic",
    ("sans", True, False): "NotoSans-Bold",
    ("sans", True, True): "NotoSans-BoldItalic",
    ("serif", False, False): "NotoSerif-Regular",
    ("serif", False, True): "NotoSerif-Italic",
    ("serif", True, False): "NotoSerif-Bold",
    ("serif", True, True): "NotoSerif-BoldItalic",
    ("mono", False, False): "NotoSansMono-Regular",
    ("mono", False, True): "NotoSansMono-Regular",
    ("mono", True, False): "NotoSansMono-Bold",
    ("mono", True, True): "NotoSansMono-Bold",
}

_EMOJI = "NotoColorEmoji-Regular"
_MATH = "NotoSansMath-Regular"
_SIGNS = ("NotoSansSymbols-Regular", "NotoSansSymbols2-Regular")
_JP, _SC, _TC, _KR = "NotoSansJP", "NotoSansSC", "NotoSansTC", "NotoSansKR"
_SYLLABLES = {"Hira": _JP, "Kana": _JP, "Hang": _KR}
_SET_SOLID = (_JP, _SC, _TC, _KR)  # each character in a square of its own, so there is nothing to kern

# Script → its face, which has a regular and a bold weight.
_SCRIPT_FACES = {
    "Adlm": "NotoSansAdlam",
    "Arab": "NotoSansArabic",
    "Armn": "NotoSansArmenian",
    "Beng": "NotoSansBengali",
    "Cans": "NotoSansCanadianAboriginal",
    "Cher": "NotoSansCherokee",
    "Deva": "NotoSansDevanagari",
    "Ethi": "NotoSansEthiopic",
    "Geor": "NotoSansGeorgian",
    "Gujr": "NotoSansGujarati",
    "Guru": "NotoSansGurmukhi",
    "Hebr": "NotoSansHebrew",
    "Jamo": _KR,
    "Khmr": "NotoSansKhmer",
    "Knda": "NotoSansKannada",
    "Laoo": "NotoSansLao",
    "Mlym": "NotoSansMalayalam",
    "Mong": "NotoSansMongolian",
    "Mymr": "NotoSansMyanmar",
    "Nkoo": "NotoSansNKo",
    "Orya": "NotoSansOriya",
    "Sinh": "NotoSansSinhala",
    "Syrc": "NotoSansSyriac",
    "Taml": "NotoSansTamil",
    "Telu": "NotoSansTelugu",
    "Tfng": "NotoSansTifinagh",
    "Thaa": "NotoSansThaana",
    "Thai": "NotoSansThai",
    "Tibt": "NotoSerifTibetan",
}
# Signs of no script that only the face of the letters around them has: the first, the last, and the script of those.
_SIGNS_AMONG = (
    ("\u0e3f", "\u0e3f", "Thai"),
    ("\u0fd5", "\u0fd8", "Tibt"),
    ("\u1cd3", "\u1cf6", "Deva"),
    ("\ua830", "\ua839", "Deva"),
)
_ONLY_REGULAR = frozenset({"NotoSansMongolian", "NotoSansNKo", "NotoSansTifinagh"})
_UNSHAPED = frozenset({"", "Armn", "Cans", "Cher", "Ethi", "Geor", "Hani", "Tfng"})  # but for marks
_FROM_RIGHT = frozenset({"Adlm", "Arab", "Hebr", "Nkoo", "Syrc", "Thaa"})
