"""What programs have written for a terminal: as the text that one would have seen there."""

from __future__ import annotations

import re

# ECMA-48, 5.3 to 5.6: control sequences, strings that end with ST or BEL, and the other escapes.
_ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]"
    r"|\x1b[]PX^_][^\x07\x1b\n]{0,1000}(?:\x07|\x1b\\)"  # their length is bounded, for an end may be missing
    r"|\x1b[ -/]*[0-~]?"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def shown(text: str) -> str:
    """The text without colours and movements; of what was written over, such as a progress bar, the last state."""
    text = unescaped(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        text = "\n".join(_last(line) if "\r" in line else line for line in text.split("\n"))
    return _CONTROLS.sub("", text)


def unescaped(text: str) -> str:
    """The text without colours and movements, and without the letters that were struck over."""
    if "\x1b" in text or "\x9b" in text:
        text = _ESCAPE.sub("", text)
    if "\b" in text:
        text = "\n".join(_typed(line) if "\b" in line else line for line in text.split("\n"))
    return text


def _last(line: str) -> str:
    return next((state for state in reversed(line.split("\r")) if state.strip()), "")


def _typed(line: str) -> str:
    kept: list[str] = []
    for character in line:
        if character != "\b":
            kept.append(character)
        elif kept:
            kept.pop()
    return "".join(kept)
