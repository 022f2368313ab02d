"""What MkDocs' Markdown sets aside of a text before it looks for blocks: code between fences, and marks of editors.

pymdown-extensions has both, but its fences import an HTTP client (30 ms), and leave HTML where a document needs code.
Everything set aside leaves a place in the text, which stands between STX and ETX, as Python-Markdown has it; no source
holds these characters, for `without_places` takes them away.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from exporters.errors import SourceTooLarge
from exporters.frozen import frozen

MAX_EFFORT = 20_000_000  # characters looked at, besides those that any text needs: 2 s at most
MAX_BLOCKS_DEPTH = 20  # `///` in each other: each costs its lines four more spaces

_FENCE_LINE = re.compile(r"(?:\A|\n)[> ]*(?:```|~~~)")
_FENCE = re.compile(r"([> ]*)(`{3,}|~{3,})(.*)")
_QUOTE_MARKS = re.compile(r"[> ]*")
_SPACES = re.compile(r" *")
_SPACES_ALONE = re.compile(r"(?<=\n) +(?=\n)")
_CRITIC = ("{++", "{--", "{~~", "{==", "{>>")


def without_places(text: str) -> str:
    """The text without the two characters that mark a place."""
    return text.replace("\x02", "").replace("\x03", "")


def normalised(text: str) -> str:
    """The text without tabs, and with nothing on empty lines."""
    text = text.expandtabs(4)
    return _SPACES_ALONE.sub("", f"\n{text}\n\n")[1:]


class Effort:
    """What reading one source may cost, in characters that are looked at.

    Python-Markdown looks at a text several times, but its time can also grow with the square of the length: brackets
    that nobody closes, hundreds of headings without an empty line between them. Only such a source comes to an end.
    """

    def __init__(self, length: int) -> None:
        self._left = MAX_EFFORT + 30 * length

    def spend(self, characters: int) -> None:
        """Notes that characters are looked at. Raises `SourceTooLarge`."""
        self._left -= characters
        if self._left < 0:
            raise SourceTooLarge(
                "The source takes too long to read as MkDocs' Markdown: too many brackets, tags or fences are never "
                "closed, or too many headings, notes or rows stand without an empty line between them. Split it."
            )


# Code between fences


@frozen
class Fence:
    """Code that stood between fences."""

    text: str
    info: str
    """All that stood after the opening fence."""
    source: tuple[str, ...]
    """The lines as they were, for when they turn out to be a part of other code."""


def without_fences(text: str, effort: Effort, keep: Callable[[Fence], str]) -> str:
    """The text with a place for each fenced code, which `keep` gives.

    A fence may be indented and quoted; its code is what has the same before it on each line, up to a fence of the same
    length. One that is never closed is none.
    """
    if not _FENCE_LINE.search(text):
        return text
    lines = text.split("\n")
    kept: list[str] = []
    unclosed: set[tuple[str, str]] = set()
    at = 0
    while at < len(lines):
        found = _FENCE.match(lines[at])
        if found is None or ("`" in found[2] and "`" in found[3]) or (found[1], found[2]) in unclosed:
            kept.append(lines[at])
            at += 1
            continue
        code, end = _code(lines, at, found[1], found[2])
        if code is not None:
            source = (lines[at][found.start(2) :], *code, found[2])
            kept.append(found[1] + keep(Fence("".join(f"{line}\n" for line in code), found[3].strip(), source)))
        elif end == len(lines):
            unclosed.add((found[1], found[2]))  # so that no line is looked at more often than there are kinds of fences
            effort.spend(20 * (end - at))
            kept.append(lines[at])
            end = at + 1
        else:
            kept += lines[at:end]
        at = end
    return "\n".join(kept)


def _code(lines: list[str], at: int, before: str, fence: str) -> tuple[list[str] | None, int]:
    """The code after an opening fence, and the line after it; None with the line that cannot be a part of it."""
    quotes = before.count(">")
    code: list[str] = []
    for number in range(at + 1, len(lines)):
        line = lines[number]
        found = (_QUOTE_MARKS if quotes else _SPACES).match(line, 0, len(before))
        own = found[0] if found else ""
        rest = line[len(own) :]
        if rest.strip() and (len(own) < len(before) or own.count(">") > quotes):
            return None, number
        if rest.rstrip() == fence:
            return code, number + 1
        code.append(rest)
    return None, len(lines)


# Marks of editors (Critic Markup)


@frozen
class Mark:
    """The begin or the end of an edit, or a comment."""

    kind: str
    """`+` inserted, `-` deleted, `=` highlighted, `>` a comment."""
    opens: bool
    source: str


def without_marks(text: str, keep: Callable[[Mark], str]) -> str:
    """The text with a place for each mark, which `keep` gives. What is between two marks stays where it is."""
    if not any(opener in text for opener in _CRITIC):
        return text
    from pymdownx.critic import find_critics

    kept: list[str] = []
    at = 0
    for start, end, kind, content, inserted in find_critics(text):
        kept.append(text[at:start])
        if kind == ">>":
            kept.append(keep(Mark(">", True, text[start:end])))
        elif kind == "~~":
            kept += [keep(Mark("-", True, "{~~")), content, keep(Mark("-", False, ""))]
            kept += [keep(Mark("+", True, "~>")), inserted, keep(Mark("+", False, "~~}"))]
        else:
            kept += [keep(Mark(kind[0], True, f"{{{kind}")), content, keep(Mark(kind[0], False, f"{kind}}}"))]
        at = end
    kept.append(text[at:])
    return "".join(kept)


# Blocks between `///`


_SLASHES = re.compile(r"( *)(/{3,}) *(?:([\w-]+) *(?:\|(.*))?)?")
_OPTION = re.compile(r" {4,}([\w-]+):(.*)")


@frozen
class SlashBlock:
    """The first lines of a block such as `/// note | Title`."""

    name: str
    argument: str | None
    options: dict[str, str]


def without_slashes(text: str, keep: Callable[[SlashBlock], str]) -> str:
    """The text with each block between `///` indented below a place for its first lines, which `keep` gives.

    So they become what an admonition is, which may stand in lists and in each other. A block that is never closed is
    none.
    """
    if "///" not in text:
        return text
    lines = text.split("\n")
    ends = _closed(lines)
    if not ends:
        return text
    kept: list[str] = []
    open_until: list[int] = []
    at = 0
    while at < len(lines):
        before = "    " * len(open_until)
        if open_until and open_until[-1] == at:
            open_until.pop()
            kept.append("")
        elif at in ends and len(open_until) < MAX_BLOCKS_DEPTH:
            block, indentation, after = _slash_block(lines, at)
            kept += ["", before + indentation + keep(block), ""]
            open_until.append(ends[at])
            at = after
            continue
        else:
            kept.append(before + lines[at] if lines[at] else "")
        at += 1
    return "\n".join(kept)


def _closed(lines: list[str]) -> dict[int, int]:
    """For each line that opens a block, the line that closes it."""
    ends: dict[int, int] = {}
    opened: list[tuple[int, int]] = []  # the number of slashes, and the line
    waiting: dict[int, int] = {}  # how many of them are open, by the number of slashes
    around: list[tuple[int, bool]] = []  # lines that are less indented, and whether something can stand in them
    for number, line in enumerate(lines):
        if not line:
            continue
        indentation = len(line) - len(line.lstrip(" "))
        while around and around[-1][0] >= indentation:
            around.pop()
        found = _SLASHES.fullmatch(line) if "///" in line else None
        if found and (indentation < 4 or (around and around[-1][1] and indentation - around[-1][0] < 8)):
            slashes = len(found[2])
            if found[3]:
                opened.append((slashes, number))
                waiting[slashes] = waiting.get(slashes, 0) + 1
            while not found[3] and waiting.get(slashes):
                length, begin = opened.pop()
                waiting[length] -= 1
                if length == slashes:
                    ends[begin] = number
                    break
        around.append((indentation, _HOLDS_BLOCKS.match(line) is not None))
    return ends


# What else is indented by four spaces is code, in which there may well be slashes.
_HOLDS_BLOCKS = re.compile(r" *(?:[-+*] |[0-9]+\. |!!!|\?\?\?|===|: |\[\^|///)")


def _slash_block(lines: list[str], at: int) -> tuple[SlashBlock, str, int]:
    """The block that a line opens, its indentation, and the line after its options."""
    found = _SLASHES.fullmatch(lines[at])
    assert found is not None  # noqa: S101 – `_closed` has found it
    indentation, argument = found[1], found[4]
    options: dict[str, str] = {}
    at += 1
    while option := _OPTION.fullmatch(lines[at].removeprefix(indentation)):
        options[option[1]] = option[2].strip()
        at += 1
    return SlashBlock(found[3].lower(), argument if argument is None else argument.strip(), options), indentation, at
