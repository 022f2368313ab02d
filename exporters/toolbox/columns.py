"""How wide text stands where every character has one column or two, and where its lines may be broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category, east_asian_width

_BLANKS = re.compile(r"[ \t\n]+")
# Where a line ends between two of these, it ends for want of room, and no space is meant.
_CHINESE = r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
LINE_END_IN_CHINESE = re.compile(rf"(?<={_CHINESE})\n(?={_CHINESE})")
# Not at the beginning of a line, and not at its end: the marks that Chinese and Japanese writing keeps to their words.
_NOT_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝」』】〉》〕〗〙’”…‥%％)]},.:;!?ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)
_NOT_LAST = frozenset("（［｛「『【〈《〔〖〘‘“([{")

_JOINER = "\u200d"
_AS_EMOJI = "\ufe0f"  # makes an emoji of the sign before it


def columns(text: str) -> int:
    """The columns that a line takes: East Asian wide characters and emoji two, marks on other characters none.

    After Unicode Standard Annex 11; what a joiner ties to the emoji before it adds nothing.
    """
    if text.isascii():
        return len(text)
    taken = last = 0
    joined = False
    for character in text:
        if character == _AS_EMOJI and last == 1:
            taken += 1
        last = 0 if joined else _columns(character)
        taken += last
        joined = character == _JOINER
    return taken


def wrap(text: str, width: int, hard: bool = False) -> list[str]:
    """Breaks text into lines of at most so many columns, at blanks and between East Asian characters.

    A word that is longer stands alone on its line, or is broken where `hard` asks for it. With width 0 all is one line.
    Blanks are joined to one space; a no-break space is no blank.
    """
    if not width:
        return [" ".join(_words(text))]
    lines: list[str] = []
    line: list[str] = []
    taken = 0
    for unit, glue in _units(text, width if hard else 0):
        wide = columns(unit)
        if line and taken + len(glue) + wide > width:
            lines.append("".join(line))
            line, taken = [], 0
        elif line:
            line.append(glue)
            taken += len(glue)
        line.append(unit)
        taken += wide
    lines.append("".join(line))
    return lines


def aligned(text: str, width: int, alignment: str | None) -> str:
    """The line with spaces around it to so many columns."""
    room = max(width - columns(text), 0)
    match alignment:
        case "right":
            return " " * room + text
        case "center":
            return " " * (room // 2) + text + " " * (room - room // 2)
        case _:
            return text + " " * room


def _columns(character: str) -> int:
    if "\U0001f3fb" <= character <= "\U0001f3ff" or category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _words(text: str) -> list[str]:
    if not text.isascii():
        text = LINE_END_IN_CHINESE.sub("", text)
    return [word for word in _BLANKS.split(text) if word]


def _units(text: str, longest: int) -> Iterator[tuple[str, str]]:
    """What is not to be broken, each with what stands before it where it follows on the same line."""
    for word in _words(text):
        glue = " "
        for unit in (word,) if word.isascii() else _between_wide(word):
            for part in _parts(unit, longest):
                yield part, glue
                glue = ""


def _between_wide(word: str) -> Iterator[str]:
    unit = ""
    for character in word:
        breakable = (
            unit
            and (_is_written_without_blanks(character) or _is_written_without_blanks(unit[-1]))
            and character not in _NOT_FIRST
            and unit[-1] not in _NOT_LAST
            and unit[-1] != _JOINER
            and _columns(character)
        )
        if breakable:
            yield unit
            unit = ""
        unit += character
    yield unit


def _is_written_without_blanks(character: str) -> bool:
    # Hangul is as wide, but Korean has blanks between its words.
    return east_asian_width(character) in "WF" and not "\uac00" <= character <= "\ud7a3"


def _parts(unit: str, longest: int) -> Iterator[str]:
    if not longest or columns(unit) <= longest:
        yield unit
        return
    part, taken = "", 0
    for character in unit:
        wide = _columns(character)
        if part and taken + wide > longest:
            yield part
            part, taken = "", 0
        part += character
        taken += wide
    yield part
