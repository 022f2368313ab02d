"""How text stands in reStructuredText without being taken for markup.

Source: the reStructuredText Markup Specification, "Escaping Mechanism" and "Inline Markup Recognition Rules".
"""

from __future__ import annotations

import re

# What begins, ends or is a part of markup within a line. A star between blanks is none, nor is a line between letters.
_IN_TEXT = re.compile(
    r"[\\`|]"
    r"|\*(?!(?<=[ \n]\*)[ \n])"
    r"|_(?!(?<=[^\W_]_)[^\W_])"
    r"|(?<=javascript)(?=:)|(?<=vbscript)(?=:)|(?<=data)(?=:)",
    re.IGNORECASE,
)
_IN_ROLE = re.compile(r"[\\`]")
_IN_LINK = re.compile(r"[\\`<]")

# What makes something else than a line of a paragraph of a line.
_LINE_START = re.compile(
    r"""
      [-+*•‣⁃](?=\ |$)                                    # bullets
    | \(?(?:[0-9]+|[A-Za-z]|[ivxlcdmIVXLCDM]+|\#)[.)](?=\ |$)  # numbers
    | :(?![:\ ])(?:[^:\\]|\\.|:(?![\ `]|$))*(?<!\ ):(?:\ |$)  # fields
    | (?:--?|/|\+)[A-Za-z]                               # options
    | >>>(?=\ |$)
    | \.\.(?=\ |$)
    | ([!-/:-@\[-`{-~])\1*$                              # lines below headings, and across the page
    | =+(?:\ +=+)+$                                      # tables
    | \+[-=+]+\+?$
    | --|—                                               # who said what is quoted
    """,
    re.VERBOSE,
)
LONGEST_LINE = 10_000
"""Characters; Docutils reads nothing of a file that has longer lines (its setting `line_length_limit`)."""
_BROKEN_AT = 8_000  # leaves room for margins

_BLANKS = re.compile(r"\s+")
# Docutils ends a line at each of these; other programs do not.
_LINE_ENDS = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")


def text(words: str) -> str:
    """Words of a line."""
    return _IN_TEXT.sub(r"\\\g<0>", words)


def role(words: str) -> str:
    """What stands between backquotes."""
    return _IN_ROLE.sub(r"\\\g<0>", words)


def link(words: str) -> str:
    """What stands between backquotes before an address."""
    return _IN_LINK.sub(r"\\\g<0>", words)


def plain(words: str) -> str:
    """The text without the rare characters that Docutils takes for the end of a line."""
    return _LINE_ENDS.sub(" ", words)


def line(written: str) -> str:
    """A line of a paragraph, as what it begins with could be taken for something else."""
    written = _BLANKS.sub(_narrow, written.strip())
    if written and not written.strip("\\"):
        return f"\\ {written}"
    return f"\\{written}" if _LINE_START.match(written) else written


def _narrow(blanks: re.Match[str]) -> str:
    # No-break spaces and their kin are no blanks to those who wrote them.
    return " " if blanks[0].isascii() else blanks[0].replace("\t", " ")


def paragraph(written: str) -> list[str]:
    """The lines of a paragraph; none where it says nothing."""
    lines = [made for each in written.split("\n") for part in _broken(each) if (made := line(part))]
    if lines and lines[-1].endswith("::"):
        lines[-1] = f"{lines[-1][:-1]}\\:"  # code would be expected to follow
    return lines


def _broken(written: str) -> list[str]:
    """A line as several where it is too long, as a paragraph that is one line can be."""
    if len(written) <= LONGEST_LINE:
        return [written]
    lines: list[str] = []
    at = 0
    while len(written) - at > _BROKEN_AT:
        end = written.rfind(" ", at + 1, at + _BROKEN_AT)
        end = written.find(" ", at + _BROKEN_AT) if end < 0 else end
        if end < 0:
            break
        lines.append(written[at:end])
        at = end + 1
    return [*lines, written[at:]]
