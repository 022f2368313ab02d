"""How text stands in LaTeX without being taken for commands, and without becoming other signs.

Two hyphens would be a dash, and two quotes another quote; so they are parted.
"""

from __future__ import annotations

import re

_TEXT = {
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%", "_": "\\_",
    "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "[": "{[}", "]": "{]}", "`": "\\textasciigrave{}",
    '"': "\\textquotedbl{}",
    "\u00a0": "~", "\u00ad": "\\-", "\u200b": "\\hspace{0pt}", "\u2060": "", "\ufeff": "",
}  # fmt: skip
_LIGATURES = r"-(?=-)|'(?=')|,(?=,)|<(?=<)|>(?=>)"
_BLANKS = r"[ \t]*\n\s*|[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]"
_IN_TEXT = re.compile(f"[{re.escape(''.join(_TEXT))}]|{_LIGATURES}|{_BLANKS}")
# Between commandchars=\\\{\} nothing else has a meaning; two carets would have one if the environment were another.
_IN_CODE = re.compile(r"[\\{}]|\^(?=\^)")
_CODE = {"\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "^": "^{}"}


def text(words: str) -> str:
    """Words of a line; no line of it is empty."""
    return _IN_TEXT.sub(_of_text, words)


def line(words: str) -> str:
    """Words on one line."""
    return " ".join(text(words).split())


def code(words: str) -> str:
    """A line of an environment in which only backslashes and braces are commands."""
    return _IN_CODE.sub(lambda found: _CODE[found[0]], words)


def typed(words: str) -> str:
    """Code within a line, with all its blanks."""
    written = text(words.replace("\n", " ")).replace("'", "\\textquotesingle{}")
    return re.sub(r"(?<= ) |^ | $", "\\\\ ", written)


def address(url: str) -> str:
    """A URL in ASCII, which may stand in arguments."""
    return _IN_ADDRESS.sub(lambda found: "\\" + found[0], url)


_IN_ADDRESS = re.compile(r"[#%&_$]")


def _of_text(found: re.Match[str]) -> str:
    part = found[0]
    if part in _TEXT:
        return _TEXT[part]
    if len(part) == 1 and part in "-',<>":
        return f"{part}{{}}"
    return "\n" if "\n" in part else " "
