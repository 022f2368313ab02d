"""Where lines may end in scripts that are written without spaces and need a dictionary: Thai, Lao, Khmer, Burmese.

ICU has the dictionaries. It is loaded when a text first has such letters: 20 ms, and 5 MB of its tables.
"""

from __future__ import annotations

import re

_MOST = 2_000  # characters looked at together: 1 ms; a sentence has some 50


def needs_dictionary(text: str) -> bool:
    """Whether a text has words of these scripts."""
    return not text.isascii() and _LETTER.search(text) is not None


def parts(word: str) -> list[str]:
    """Cuts what stands between two spaces where a line may end."""
    from icu4py.breakers import LineBreaker  # 20 ms

    found: list[str] = []
    start = 0
    while start < len(word):
        window = word[start : start + _MOST]
        several = list(LineBreaker(window, "th"))
        if len(window) == _MOST and len(several) > 1:
            several.pop()  # it may go on behind the window
        found += several
        start += sum(map(len, several))
    return found


# Thai and Lao, Myanmar and its extensions, Khmer.
_LETTER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f]")
