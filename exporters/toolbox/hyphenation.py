"""Where words may be parted, by Liang's patterns for their language.

The patterns are those that pyphen brings. Its code is not imported: that takes 25 ms, and as much again to read those
of American English, where this module takes 4. It reads the numbers in a pattern only when a word has it.

Source: F. M. Liang, Word Hy-phen-a-tion by Com-put-er (1983).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from exporters.errors import MissingPart

_LEAST = 6  # letters of a word that is parted
_LEFT, _RIGHT = 2, 3  # letters that stay together at its ends
_MOST = 60  # letters; longer words are no words, and matching takes time by the square of it
_MAX_WORDS = 20_000  # remembered, about 3 MB


class Hyphenator:
    """Parts the words of one language. Each job makes its own, for it remembers words."""

    def __init__(self, patterns: _Patterns) -> None:
        self._patterns = patterns
        self._known: dict[str, tuple[int, ...]] = {}

    def points(self, word: str) -> tuple[int, ...]:
        """The indexes of characters before which a word may be parted.

        There are none where parting would do harm: in addresses, names of variables, acronyms, what has digits, and
        short words. Signs around a word are no hindrance.
        """
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= _MAX_WORDS:
                self._known.clear()
            found = self._known[word] = self._points(word)
        return found

    def _points(self, word: str) -> tuple[int, ...]:
        match = _WORD.fullmatch(word)
        if not match:
            return ()
        letters = match[1]
        if not _LEAST <= len(letters) <= _MOST or not letters[1:].islower():
            return ()
        start, length = match.start(1), len(letters)
        return tuple(start + point for point in self._patterns.points(letters) if _LEFT <= point <= length - _RIGHT)


def for_language(tag: str) -> Hyphenator | None:
    """What parts the words of a language such as `de-AT` (RFC 5646); None where no patterns are known.

    Raises `MissingPart` without pyphen.
    """
    path = _path(tag)
    return Hyphenator(_patterns(path)) if path else None


class _Patterns(NamedTuple):
    """All patterns of a language, in the bytes of its file."""

    by_letters: dict[bytes, bytes]
    """Letters without numbers → with them, such as b".hyph" → b".hy3ph"."""
    longest: int
    encoding: str

    def points(self, word: str) -> list[int]:
        """Where the highest number between two letters is odd."""
        lower = word.lower()
        try:
            letters = f".{lower}.".encode(self.encoding)
        except UnicodeEncodeError:  # of another language
            return []
        if len(lower) != len(word):
            return []
        values = self._values(letters)
        places = [at for at in range(2, len(letters) - 1) if values[at] % 2]
        if len(letters) != len(word) + 2:  # UTF-8
            return [len(letters[1:at].decode(self.encoding)) for at in places]
        return [at - 1 for at in places]

    def _values(self, letters: bytes) -> bytearray:
        values = bytearray(len(letters) + 1)
        length = len(letters)
        find = self.by_letters.get
        for start in range(length):
            for end in range(start + 1, min(start + self.longest, length) + 1):
                pattern = find(letters[start:end])
                if pattern:
                    _apply(pattern, values, start)
        return values


def _apply(pattern: bytes, values: bytearray, at: int) -> None:
    for byte in pattern:
        if _ZERO <= byte <= _NINE:
            values[at] = max(values[at], byte - _ZERO)
        else:
            at += 1


@cache
def _patterns(path: Path) -> _Patterns:
    """Reads a file of patterns: 4 ms and 2 MB for English, 20 ms and 12 MB for German with its list of compounds."""
    encoding, _, content = path.read_bytes().partition(b"\n")
    lines = content.split(b"\n")
    by_letters = dict(zip(content.translate(None, b"0123456789").split(b"\n"), lines, strict=True))
    if b"=" in content:
        by_letters.update(map(_unchanged, filter(_CHANGES.search, lines)))
    longest = min(max(map(len, by_letters)), 4 * _MOST)
    return _Patterns(by_letters, longest, _ENCODINGS.get(encoding.strip(), encoding.strip().decode("ascii")))


def _unchanged(line: bytes) -> tuple[bytes, bytes]:
    # Hungarian "asszony" is parted as "asz-szony". Places where letters would change are left whole.
    pattern = line.partition(b"/")[0].translate(_ODD_TO_EVEN)
    return pattern.translate(None, b"0123456789"), pattern


def _path(tag: str) -> Path | None:
    folder = _folder()
    parts = tag.replace("_", "-").split("-")
    language = parts[0].lower()
    others = [part.title() if len(part) == 4 else part.upper() for part in parts[1:]]
    names = [f"{language}_{other}" for other in others]
    names += [_USUAL.get(language, language), f"{language}_{language.upper()}"]
    paths = [folder / f"hyph_{name}.dic" for name in names if name.isidentifier()]
    found = next((path for path in paths if path.is_file()), None)
    return found or next(iter(sorted(folder.glob(f"hyph_{language}_*.dic"))), None) if language.isalpha() else None


@cache
def _folder() -> Path:
    from importlib.util import find_spec  # 1 ms

    spec = find_spec("pyphen")
    if spec is None or not spec.submodule_search_locations:
        raise MissingPart(
            "The patterns by which words are parted are not installed. "
            "Install the package pyphen, or ask for lines that are not justified."
        )
    return Path(spec.submodule_search_locations[0]) / "dictionaries"


_WORD = re.compile(r"[^\w/@#&+=\\-]*([^\W\d_]+(?:['’][^\W\d_]+)*)[^\w/@#&+=\\-]*")
_CHANGES = re.compile(rb"^[^%#].*/.*=")
_ZERO, _NINE = b"09"
_ODD_TO_EVEN = bytes.maketrans(b"13579", b"24688")
_ENCODINGS = {b"microsoft-cp1251": "cp1251"}
_USUAL = {"en": "en_US", "de": "de_DE", "no": "nb_NO", "pt": "pt_PT", "sr": "sr"}  # where a tag names no region
