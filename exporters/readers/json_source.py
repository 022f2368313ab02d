"""Sources that are JSON, as several kinds are: from bytes to a value, with the bounds of what that may cost."""

from __future__ import annotations

import json
import re
from typing import Any

from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.readers import decoding
from exporters.readers.reading import Reading
from exporters.report import Code

MAX_SIZE = 25_000_000  # bytes: as text up to four times that, where it has a character such as an emoji
MAX_MARKS = 1_000_000  # values, and commas in texts: up to 120 bytes for each. A book of 500 pages has 106,000

_MARKS = "{[,"
_BAD = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
# A pair of surrogates, what is to be mended, or any other escape.
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]|(?P<bad>\\u(?:[dD][89a-fA-F][0-9a-fA-F]{2}|0000))|\\.", re.DOTALL
)


def load(reading: Reading) -> Any:
    """The value that the source is. Raises `UnreadableSource`, `SourceTooLarge`.

    Its strings can be written as UTF-8, and have no zero character in them. A number may be infinite, or none.
    """
    if len(reading.source.data) > MAX_SIZE:
        raise SourceTooLarge(f"The source has more than {MAX_SIZE // 10**6} MB. Split it, or make its images smaller.")
    text = decoding.as_text(decoding.as_utf8(reading.source.data), reading.report)
    if sum(map(text.count, _MARKS)) > MAX_MARKS:
        raise SourceTooLarge("The source has too many parts. Split it.")
    if _BAD.search(text):
        text = _mended(text, reading)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        place = f"line {error.lineno}, column {error.colno}"
        raise UnreadableSource(
            f"The source is not valid JSON: {what} in {place}. Save it again with the program that wrote it."
        ) from None
    except RecursionError:
        raise UnreadableSource("The source is nested too deep. Take the innermost parts out of it.") from None
    except ValueError:
        # Python turns no more digits into a number, for that takes quadratic time.
        raise UnreadableSource("The source has a number of more than 4,300 digits. Write it as a string.") from None


def _mended(text: str, reading: Reading) -> str:
    """The text without escapes of what no text can have: zero, and one half of a pair of surrogates."""
    mended: list[str] = []
    at = 0
    for found in _ESCAPE.finditer(text):
        if found["bad"]:
            mended += text[at : found.start()], "\N{REPLACEMENT CHARACTER}"
            at = found.end()
    if mended:
        what = "The source has characters that are none: \\u0000, or one half of a pair of surrogates."
        reading.report.lost(Code.ENCODING, what)
    return "".join((*mended, text[at:]))
