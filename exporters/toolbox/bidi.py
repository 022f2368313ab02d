"""In which order the characters of a line stand where scripts that run from right to left meet others.

This is the Unicode Bidirectional Algorithm (UAX #9) with isolates and paired brackets; names such as W4 are those of
its rules. Each character becomes a letter for its class, and the rules are patterns over these letters, so
that the work is done by `re` and not by a loop over characters: 0.1 s for a million of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Literal

type Direction = Literal["ltr", "rtl"]

_MAX_DEPTH = 125  # of embeddings within each other (BD2)
_MAX_BRACKETS = 63  # open at a time (BD16)


def needs_bidi(text: str) -> bool:
    """Whether a text that runs from left to right has anything that does not."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def base(text: str, otherwise: Direction = "ltr") -> Direction:
    """The direction of a paragraph: that of its first letter outside isolates (P2, P3), if it has any."""
    classes = _Classes()
    depth = 0
    for letter in map(classes.__getitem__, map(ord, text)):
        if letter in "678":
            depth += 1
        elif letter == "9":
            depth = max(0, depth - 1)
        elif letter == "P":
            break
        elif letter in "LRA" and not depth:
            return "ltr" if letter == "L" else "rtl"
    return otherwise


def levels(text: str, direction: Direction) -> bytes:
    """The embedding level of each character: even if it runs from left to right, odd if from right to left.

    Spaces at the end of a line, which have the level of the paragraph (L1), are for the caller to find. Characters that
    only steer have the level of what stands before them.
    """
    classes = text.translate(_Classes())
    level = 1 if direction == "rtl" else 0
    if "P" not in classes:
        return _paragraph(text, classes, level)
    found: list[bytes] = []
    for match in re.finditer(_PARAGRAPH, classes):
        start, end = match.span(1)
        found += (_paragraph(text[start:end], classes[start:end], level), bytes((level,)) * (match.end() - end))
    return b"".join(found)


def visual_order(levels: Sequence[int]) -> list[int]:
    """The indexes of what has these levels, as it stands on its line from left to right (L2)."""
    order = list(range(len(levels)))
    present = sorted(set(levels), reverse=True)
    for level, below in pairwise((*present, 0)):
        if (level - below) % 2 == 0:  # turned twice
            continue
        start = 0
        for is_turned, group in groupby(order, key=lambda index: levels[index] >= level):
            end = start + sum(1 for _ in group)
            if is_turned:
                order[start:end] = order[start:end][::-1]
            start = end
    return order


class _Classes(dict[int, str]):
    """Character → the letter of its class."""

    def __missing__(self, code: int) -> str:
        letter = self[code] = _LETTERS.get(unicodedata.bidirectional(chr(code)), "") or _unassigned(code)
        return letter


def _unassigned(code: int) -> str:
    # What future letters will be (DerivedBidiClass.txt).
    if _RIGHT_TO_LEFT.match(chr(code)):
        return "R"
    if code & 0xFFFE == 0xFFFE or 0xE0000 <= code < 0xE1000 or 0xFDD0 <= code < 0xFDF0 or 0xFFF0 <= code < 0xFFF9:
        return "b"
    return "T" if 0x20A0 <= code < 0x20D0 else "L"


def _paragraph(text: str, classes: str, level: int) -> bytes:
    if not classes:
        return b""
    edge = _letter(level)
    if not re.search(_STEERING, classes):
        found = _sequence(text, classes, level, edge, edge)
    else:
        found = _steered(text, classes, level)
    return _before_tabs(classes, found, level) if "s" in classes else found


def _before_tabs(classes: str, found: bytes, level: int) -> bytes:
    """Tabs, and the spaces before them, have the level of the paragraph (L1)."""
    changed = bytearray(found)
    for match in re.finditer(_BEFORE_TAB, classes):
        changed[match.start() : match.end()] = bytes((level,)) * len(match[0])
    return bytes(changed)


def _steered(text: str, classes: str, base_level: int) -> bytes:
    """The levels where characters steer (X1 to X10)."""
    matches = _isolates(classes)
    embedding, classes = _explicit(classes, base_level)
    kept = [index for index, letter in enumerate(classes) if letter not in _REMOVED]  # X9
    found = bytearray(embedding)
    for sequence in _sequences(embedding, kept, matches):
        start, end = _edges(classes, embedding, sequence, base_level, matches)
        characters = "".join(map(text.__getitem__, sequence))
        letters = "".join(map(classes.__getitem__, sequence))
        resolved = _sequence(characters, letters, embedding[sequence[0]], start, end)
        for index, level in zip(sequence, resolved, strict=True):
            found[index] = level
    before = base_level
    for index, letter in enumerate(classes):
        if letter in _REMOVED:
            found[index] = before
        before = found[index]
    return bytes(found)


def _isolates(classes: str) -> dict[int, int]:
    """Index of what begins an isolate → index of what ends it, and the other way round (BD9)."""
    matches: dict[int, int] = {}
    open_at: list[int] = []
    for match in re.finditer(_ISOLATE, classes):
        if match[0] != "9":
            open_at.append(match.start())
        elif open_at:
            start = open_at.pop()
            matches[start], matches[match.start()] = match.start(), start
    return matches


def _own_directions(classes: str) -> Iterator[tuple[int, bool]]:
    """Where isolates find their own direction (FSI), and whether it is right to left (P2, P3)."""
    open_at: list[int] = []
    known: set[int] = set()
    for match in re.finditer(_STRONG_OR_ISOLATE, classes):
        letter = match[0]
        if letter in "678":
            open_at.append(match.start())
        elif letter == "9":
            del open_at[-1:]
        elif open_at and open_at[-1] not in known:
            known.add(open_at[-1])
            yield open_at[-1], letter != "L"


def _explicit(classes: str, base_level: int) -> tuple[bytes, str]:
    """The levels that embeddings, overrides and isolates ask for, and the classes that are left (X1 to X8)."""
    own = {index: is_rtl for index, is_rtl in _own_directions(classes) if classes[index] == "8"}
    found = bytearray(len(classes))
    letters = list(classes)
    stack: list[tuple[int, str, bool]] = [(base_level, "", False)]  # level, override, whether an isolate
    too_deep = too_deep_isolates = isolates = 0
    for index, letter in enumerate(classes):
        level, override, _ = stack[-1]
        found[index] = level
        if letter in "678":
            letters[index] = override or letter
            is_rtl = letter == "7" or (letter == "8" and own.get(index, False))
            deeper = _next_level(level, is_rtl)
            if deeper <= _MAX_DEPTH and not (too_deep or too_deep_isolates):
                isolates += 1
                stack.append((deeper, "", True))
            else:
                too_deep_isolates += 1
        elif letter == "9":
            if too_deep_isolates:
                too_deep_isolates -= 1
            elif isolates:
                too_deep = 0
                while not stack[-1][2]:
                    stack.pop()
                stack.pop()
                isolates -= 1
            level, override, _ = stack[-1]
            found[index] = level
            letters[index] = override or letter
        elif letter in "1234":
            deeper = _next_level(level, letter in "24")
            if deeper <= _MAX_DEPTH and not (too_deep or too_deep_isolates):
                stack.append((deeper, {"3": "L", "4": "R"}.get(letter, ""), False))
            elif not too_deep_isolates:
                too_deep += 1
        elif letter == "5":
            if too_deep_isolates:
                pass
            elif too_deep:
                too_deep -= 1
            elif len(stack) > 1 and not stack[-1][2]:
                stack.pop()
        elif override and letter != "b":
            letters[index] = override
    return bytes(found), "".join(letters)


def _next_level(level: int, is_rtl: bool) -> int:
    """The next higher level that is odd, or even."""
    return (level + 1) | 1 if is_rtl else (level + 2) & ~1


def _sequences(embedding: bytes, kept: list[int], matches: dict[int, int]) -> list[list[int]]:
    """The isolating run sequences (BD13), as the indexes of their characters."""
    sequences: list[list[int]] = []
    waiting: dict[int, list[int]] = {}  # index of what ends an isolate → the sequence that goes on with it
    for _, group in groupby(kept, key=embedding.__getitem__):
        run = list(group)
        sequence = waiting.pop(run[0], None)
        if sequence is None:
            sequence = []
            sequences.append(sequence)
        sequence += run
        last = run[-1]
        if matches.get(last, -1) > last:
            waiting[matches[last]] = sequence
    return sequences


def _edges(
    classes: str, embedding: bytes, sequence: list[int], base_level: int, matches: dict[int, int]
) -> tuple[str, str]:
    """The directions at both ends of an isolating run sequence (X10)."""
    first, last = sequence[0], sequence[-1]
    level = embedding[first]
    before = _neighbour(classes, embedding, range(first - 1, -1, -1), base_level)
    is_open = classes[last] in "678" and last not in matches
    after = base_level if is_open else _neighbour(classes, embedding, range(last + 1, len(classes)), base_level)
    return _letter(max(level, before)), _letter(max(level, after))


def _sequence(text: str, classes: str, level: int, start: str, end: str) -> bytes:
    """The levels of characters that stand together at one level, between two edges with a direction."""
    direction = _letter(level)
    letters = _weak(start + classes)
    if re.search(_BRACKET, text):
        letters = _paired(text, classes, letters, direction)
    letters = re.sub(_BETWEEN_L, lambda match: "L" * len(match[0]), letters + end)  # N1
    letters = re.sub(_BETWEEN_R, lambda match: "R" * len(match[0]), letters)
    resolved = letters[1:-1].replace("O", direction)  # N2
    up = (1, 0, 1, 1) if level % 2 else (0, 1, 2, 2)  # I1, I2
    return resolved.encode("ascii").translate(bytes.maketrans(b"LREN", bytes(level + each for each in up)))


def _weak(letters: str) -> str:
    """What is left of numbers, marks and signs: L, R, E, N, and O for all else (W1 to W7).

    The first of the letters, here and below, is the edge before the text.
    """
    if "M" in letters:
        letters = re.sub(_MARKS, lambda match: ("O" if match[1] in "6789" else match[1]) * len(match[0]), letters)
    if "A" in letters:
        letters = re.sub(_AFTER_ARABIC, lambda match: match[0].translate(_TO_ARABIC), letters)  # W2, W3
    if "N" in letters:
        letters = re.sub(_BETWEEN_ARABIC, "N", letters)  # W4
    if "E" in letters:
        letters = re.sub(_BETWEEN_EUROPEAN, "E", letters)  # W4
        letters = re.sub(_BESIDE_EUROPEAN, lambda match: "E" * len(match[0]), letters)  # W5
    letters = letters.translate(_TO_OTHER)  # W6
    if "E" in letters:
        letters = re.sub(_AFTER_LATIN, lambda match: match[0].translate(_TO_LATIN), letters)  # W7
    return letters


def _paired(text: str, classes: str, letters: str, direction: str) -> str:
    """Gives both brackets of a pair one direction (N0)."""
    found = list(letters)
    strong = bytearray(letters.translate(_NUMBERS_TO_R), "ascii")
    opposite = "L" if direction == "R" else "R"
    before, at = letters[0], 0
    for opening, closing in _pairs(text, classes):
        before, at = _last_strong(strong, at, opening, before), opening
        if strong.find(ord(direction), opening, closing) >= 0:
            chosen = direction
        elif strong.find(ord(opposite), opening, closing) >= 0:
            chosen = opposite if before == opposite else direction
        else:
            continue
        for place in (opening, closing):
            end = place + 1
            while end < len(found) and classes[end - 1] == "M":  # marks go with what they stand on
                end += 1
            found[place:end] = chosen * (end - place)
            strong[place:end] = chosen.encode("ascii") * (end - place)
    return "".join(found)


def _last_strong(strong: bytearray, start: int, end: int, before: str) -> str:
    last = max(strong.rfind(b"L", start, end), strong.rfind(b"R", start, end))
    return before if last < 0 else chr(strong[last])


def _pairs(text: str, classes: str) -> list[tuple[int, int]]:
    """Where brackets belong together (BD16), counted from the edge before the text."""
    pairs: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for match in re.finditer(_BRACKET, text):
        if classes[match.start()] != "O":  # overridden
            continue
        at, bracket = match.start() + 1, _SAME.get(match[0], match[0])
        if bracket in _CLOSING:
            if len(waiting) == _MAX_BRACKETS:
                break
            waiting.append((_CLOSING[bracket], at))
            continue
        for index in range(len(waiting) - 1, -1, -1):
            if waiting[index][0] == bracket:
                pairs.append((waiting[index][1], at))
                del waiting[index:]
                break
    return sorted(pairs)


def _neighbour(classes: str, embedding: bytes, indexes: range, base_level: int) -> int:
    return next((embedding[index] for index in indexes if classes[index] not in _REMOVED), base_level)


def _letter(level: int) -> str:
    return "R" if level % 2 else "L"


# Bidi_Class → a letter. Single letters keep their own where they can; digits are what steers.
_LETTERS = {
    "L": "L", "R": "R", "AL": "A", "EN": "E", "ES": "S", "ET": "T", "AN": "N", "CS": "C", "NSM": "M", "BN": "b",
    "B": "P", "S": "s", "WS": "W", "ON": "O", "LRE": "1", "RLE": "2", "LRO": "3", "RLO": "4", "PDF": "5", "LRI": "6",
    "RLI": "7", "FSI": "8", "PDI": "9",
}  # fmt: skip
_REMOVED = "12345b"

# Patterns over these letters. They are compiled when text first needs them: all together that takes 4 ms.
_STEERING = "[1-9b]"
_ISOLATE = "[6-9]"
_STRONG_OR_ISOLATE = "[LRA6-9]"
_PARAGRAPH = "([^P]*)(?:P|$)"
_BEFORE_TAB = "[W1-9b]*s"

_MARKS = "(.)M+"
_AFTER_ARABIC = "A[^LR]*"
_BETWEEN_ARABIC = "(?<=N)C(?=N)"
_BETWEEN_EUROPEAN = "(?<=E)[SC](?=E)"
_BESIDE_EUROPEAN = "(?<=E)T+|T+(?=E)"
_AFTER_LATIN = "L[^R]*"
_BETWEEN_L = "(?<=L)O+(?=L)"
_BETWEEN_R = "(?<=[REN])O+(?=[REN])"
_TO_ARABIC = str.maketrans("AE", "RN")
_TO_OTHER = str.maketrans("STCWs6789", "OOOOOOOOO")
_TO_LATIN = str.maketrans("E", "L")
_NUMBERS_TO_R = str.maketrans("EN", "RR")

# BidiBrackets.txt: what opens, each before what closes it. Two pairs are others in a second spelling.
_BRACKETS = (
    "()[]{}༺༻༼༽᚛᚜⁅⁆⁽⁾₍₎⌈⌉⌊⌋❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟅⟆⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⦉⦊⦋⦌⦍⦐⦏⦎⦑⦒⦓⦔⦕⦖⦗⦘⧘⧙⧚⧛⧼⧽⸢⸣⸤⸥⸦⸧⸨⸩⹕⹖⹗⹘⹙⹚⹛⹜"
    "〈〉《》「」『』【】〔〕〖〗〘〙〚〛﹙﹚﹛﹜﹝﹞（）［］｛｝｟｠｢｣"
)
_SAME = {"\u2329": "\u3008", "\u232a": "\u3009"}
_CLOSING = dict(zip(_BRACKETS[::2], _BRACKETS[1::2], strict=True))
_BRACKET = f"[{re.escape(_BRACKETS)}\u2329\u232a]"

# Hebrew to Arabic Extended-A, their forms for compatibility, what was added later, and the marks that turn to the left.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
