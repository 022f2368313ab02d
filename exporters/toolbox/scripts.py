"""Scripts: which one a character belongs to, and where a text changes from one to another.

A text is turned into a string of as many letters, one for the class of each character, and cut by two small regular
expressions over that; so all that costs time is done in C. The classes:

    d     digits, signs and spaces of ASCII          L     letters of Latin, Greek, Cyrillic, and of no font's script
    c     other signs                                E     emoji that are in colour by themselves
    i     marks that stand on another character      R     halves of flags
    z     joiners and non-joiners                    m     skin tones
    v w   selectors of colour, and of text           k t   what makes keycaps, and the flags of regions
    H     Chinese, Japanese and Korean

and from U+0100 on, one letter for each script in the table at the end, which is why this module is loaded only when a
text has more than letters that everybody's first font has. Sources: UAX #24 (scripts), UTS #51 (emoji).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

_MAX_CHARACTERS = 50_000  # whose classes are remembered, about 5 MB

EMOJI = "Zsye"
HAN = "Hani"
JAMO = "Jamo"
COMMON = "Zyyy"


class Segment(NamedTuple):
    script: str
    """By ISO 15924; "" for whatever has no script of its own, or one that is written like Latin; `EMOJI` for one emoji,
    of however many characters; `HAN` for all of Chinese, Japanese and Korean but for Hangul in parts, which is `JAMO`.
    """
    text: str


def segments(text: str) -> Iterator[Segment]:
    """Cuts a text where its script changes.

    Signs and digits between two words of a script are that script's, and so are those at the ends of a text without
    Latin. In Chinese, Japanese and Korean those of ASCII are not: they are written beside Latin, too.
    """
    classes = text.translate(_classes())
    at = 0
    for match in _pattern("L" not in classes).finditer(classes):
        start, end = match.span()
        if start > at:
            yield Segment("", text[at:start])
        script = _LETTERS[ord(match["script"]) - _FIRST_LETTER] if match["script"] else HAN
        yield Segment(EMOJI if match["emoji"] else script, text[start:end])
        at = end
    if at < len(text):
        yield Segment("", text[at:])


def script(character: str) -> str:
    """The script of a character, by ISO 15924, or "" where it is not in the table."""
    starts, ends, scripts = _ranges()
    place = bisect_right(starts, ord(character)) - 1
    return scripts[place] if place >= 0 and ord(character) <= ends[place] else ""


def has_marks(text: str) -> bool:
    """Whether marks stand on other characters."""
    return "i" in text.translate(_classes())


def has_syllables(text: str) -> bool:
    """Whether a text has kana or Hangul, so it is Japanese or Korean for certain."""
    return any(script(character) in _SYLLABLES for character in text)


def each_emoji(text: str) -> list[str]:
    """Cuts a text of emoji between them."""
    starts = [match.start() for match in _emoji().finditer(text.translate(_classes()))]
    return [text[start:end] for start, end in pairwise([0, *starts[1:], len(text)])]


def are_single(text: str) -> bool:
    """Whether each of some emoji is one character, but for selectors of colour."""
    return _singles().fullmatch(text.translate(_classes())) is not None


@cache
def _pattern(has_ends: bool) -> re.Pattern[str]:
    # What is repeated begins with what nothing before it may end with, so the time is linear.
    any_script = f"[{chr(_FIRST_LETTER)}-{chr(_FIRST_LETTER + len(_LETTERS) - 1)}]"
    sign, sign_of_han = "(?:[cdizw](?!v))", "(?:[cizw](?!v))"
    return re.compile(
        f"(?P<emoji>{_EMOJI})"
        f"|{_stretch(f'{_HAN}(?!v)', f'{_HAN}(?!v)', sign_of_han, has_ends)}"
        f"|{_stretch(f'(?P<script>{any_script})', '(?P=script)', sign, has_ends)}"
    )


def _stretch(first: str, next_: str, sign: str, has_ends: bool) -> str:
    before, after = (rf"(?:\A{sign}+)?", rf"(?:{sign}+\Z|[izw]*)") if has_ends else ("", "[izw]*")
    return f"{before}{first}(?:{sign}*{next_})*{after}"


@cache
def _emoji() -> re.Pattern[str]:
    return re.compile(_EMOJI)


@cache
def _singles() -> re.Pattern[str]:
    return re.compile("(?:[^dizvwkmRt]v?)+")


# UTS #51, ED-17: keycaps; flags; one emoji, with its tone of skin or its region; several, joined.
_EMOJI = r"(?:[cd]v?k|RR?|(?:E(?!w)v?|[^dizvwkt]v|c(?=m)|m)m?t*)(?:z[Ec]v?m?)*"
_HAN = "H"


class _Classes(dict[int, str]):
    """The class of any character, by its code point: made for `str.translate`."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _MAX_CHARACTERS:
            self.clear()
        letter = self[code] = _class(chr(code))
        return letter


@cache
def _classes() -> _Classes:
    return _Classes()


def _class(character: str) -> str:
    if character.isascii():
        return "L" if character.isalpha() else "d"
    if character in _SPECIAL:
        return _SPECIAL[character]
    found = script(character)
    if found:
        return _HAN if found in _EAST_ASIAN else chr(_FIRST_LETTER + _LETTERS.index(found))
    code = ord(character)
    if 0x1F000 <= code < 0x1FB00:
        return "m" if 0x1F3FB <= code <= 0x1F3FF else "R" if 0x1F1E6 <= code <= 0x1F1FF else "E"
    if code in _IN_COLOUR:
        return "E"
    if 0xFE00 <= code < 0xFE0E or 0xE0100 <= code < 0xE01F0:
        return "i"
    if 0xE0020 <= code < 0xE0080:
        return "t"
    return {"M": "i", "L": "L"}.get(unicodedata.category(character)[0], "c")


@cache
def _ranges() -> tuple[list[int], list[int], list[str]]:
    ranges = sorted(
        (*(int(end, 16) for end in (each + "-" + each).split("-")[:2]), script)
        for script, listed in _SCRIPTS.items()
        for each in listed.split()
    )
    starts, ends, scripts = zip(*ranges, strict=True)
    return list(starts), list(ends), list(scripts)


_SPECIAL = {"\u200c": "z", "\u200d": "z", "\ufe0e": "w", "\ufe0f": "v", "\u20e3": "k"}

# Emoji_Presentation below U+1F000, Unicode 17.
_IN_COLOUR = frozenset(
    code
    for first, last in (
        *((0x231A, 0x231B), (0x23E9, 0x23EC), (0x23F0, 0x23F0), (0x23F3, 0x23F3), (0x25FD, 0x25FE)),
        *((0x2614, 0x2615), (0x2648, 0x2653), (0x267F, 0x267F), (0x2693, 0x2693), (0x26A1, 0x26A1)),
        *((0x26AA, 0x26AB), (0x26BD, 0x26BE), (0x26C4, 0x26C5), (0x26CE, 0x26CE), (0x26D4, 0x26D4)),
        *((0x26EA, 0x26EA), (0x26F2, 0x26F3), (0x26F5, 0x26F5), (0x26FA, 0x26FA), (0x26FD, 0x26FD)),
        *((0x2705, 0x2705), (0x270A, 0x270B), (0x2728, 0x2728), (0x274C, 0x274C), (0x274E, 0x274E)),
        *((0x2753, 0x2755), (0x2757, 0x2757), (0x2795, 0x2797), (0x27B0, 0x27B0), (0x27BF, 0x27BF)),
        *((0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55)),
    )
    for code in range(first, last + 1)
)

# Script_Extensions, Unicode 17, for the scripts that a font in the layer is made for. What is not assigned counts to
# what stands around it. Signs of one script that UAX #24 calls common are with it: Arabic digits and commas, the
# brackets and stops of Chinese. Arabic letters that are signs of mathematics are not with theirs.
_SCRIPTS = {
    "Arab": (
        "600-604 606-64a 656-66f 671-6dc 6de-6ff 750-77f 870-8e1 8e3-8ff fb50-fdff fe70-fefc 10e60-10e7e 10ec2-10eff"
    ),
    "Hebr": "591-5f4 fb1d-fb4f",
    "Syrc": "700-74f 860-86a",
    "Thaa": "780-7b1",
    "Nkoo": "7c0-7ff",
    "Adlm": "1e900-1e95f",
    "Deva": "900-950 955-963 966-97f a8e0-a8ff 11b00-11b0a",
    "Beng": "980-9fe 11df0-11df1",
    "Guru": "a01-a76",
    "Gujr": "a81-aff",
    "Orya": "b01-b77",
    "Taml": "b82-bfa 11fc0-11fff",
    "Telu": "c00-c7f",
    "Knda": "c80-cf3",
    "Mlym": "d00-d7f",
    "Sinh": "d81-df4 111e1-111f4",
    "Thai": "e01-e3a e40-e5b",
    "Laoo": "e81-edf",
    "Tibt": "f00-fd4 fd9-fda",
    "Mymr": "1000-109f a9e0-a9fe aa60-aa7f 116d0-116e3",
    "Khmr": "1780-17f9 19e0-19ff",
    "Mong": "1800-18aa 11660-1166c",
    "Geor": "10a0-10fa 10fc-10ff 1c90-1cbf 2d00-2d2d",
    "Armn": "531-58f fb13-fb17",
    "Ethi": "1200-1399 2d80-2dde ab01-ab2e 1e7e0-1e7fe",
    "Cher": "13a0-13fd ab70-abbf",
    "Cans": "1400-167f 18b0-18f5 11ab0-11abf",
    "Tfng": "2d30-2d7f",
    "Hani": (
        "2e80-2fff 3000-3029 3030-303f 3190-319f 31c0-31ef 3220-325f 3280-32cf 32ff 3358-33ff 3400-4dbf 4e00-9fff "
        "f900-fad9 fe10-fe1f fe30-fe4f ff00-ff65 16fe2-16fe3 16ff0-16ff6 20000-2ee5d 2f800-2fa1d 30000-33479"
    ),
    "Hira": "3041-3096 309b-309f 1b001-1b11f 1b123 1b132-1b152",
    "Kana": "30a0-30ff 31f0-31ff 32d0-32fe 3300-3357 ff66-ff9f 1aff0-1b000 1b120-1b122 1b124-1b128 1b155-1b168",
    "Bopo": "2ea-2eb 3105-312f 31a0-31bf",
    "Hang": "3131-318e 3200-321e 3260-327e ac00-d7a3 ffa0-ffdc",
    "Jamo": "1100-11ff 302e-302f a960-a97c d7b0-d7fb",
}
_EAST_ASIAN = frozenset({"Hani", "Hira", "Kana", "Bopo", "Hang"})
_SYLLABLES = frozenset({"Hira", "Kana", "Hang"})
_LETTERS = tuple(_SCRIPTS)
_FIRST_LETTER = 0x100
