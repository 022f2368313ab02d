"""What is folded away: `<details>` with a `<summary>`, and Markdown between its tags.

The parser knows but blocks of HTML, each up to the next empty line. Here those are taken apart at these tags, and what
stands between two that belong together becomes one block. Only what can be taken apart without a loss is: tags without
attributes but `open`, and other HTML beside them that would be a block by itself. All else stays `RawBlock`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from typing import Any

from exporters.document.nodes import Details, Inlines, RawBlock
from exporters.frozen import frozen

# Exporters recurse, and lists and quotes have a bound of their own that does not count these.
MAX_DEPTH = 4  # in each other
MAX_AROUND = 4  # lists and quotes around them

MAX_SUMMARY = 2_000  # characters: what is no line, and takes long to read, is left as it is
_SPACE = " \t\n"

_TAG = re.compile(
    r"<details\b(?P<open>[^<>]*)>|(?P<close></details\s*>)"
    r"|<summary>(?P<summary>(?:(?!</?(?:summary|details)\b).)*)</summary>",
    re.DOTALL,
)
_IS_OPEN = re.compile(r"\s+open(?:=(?:\"(?:open)?\"|'(?:open)?'))?\s*")
# Within these, a tag is none.
_OTHER_HTML = re.compile(r"<(?:!|\?|(?:pre|script|style|textarea)\b)", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:blockquote|center|dd|div|dl|dt|figure|h[1-6]|hr|li|ol|p|section|table|tbody|td|tfoot|th|thead|tr|ul)"
    r"(?=[\s/>]|\Z)|<br\s*/?>[ \t]*(?:\n|\Z)",
    re.IGNORECASE,
)


class _Is(Enum):
    OPENING = auto()
    SUMMARY = auto()
    CLOSING = auto()
    OTHER = auto()


@frozen
class _Piece:
    """A part of a block of HTML."""

    block: RawBlock
    start: int
    end: int
    kind: _Is
    words: str = ""
    """The attributes of the tag, or the summary."""


def stands_alone(html: str) -> bool:
    """Whether HTML right after a summary, without an empty line between, is taken for a block of its own."""
    return bool(_BLOCK.match(html)) and not _OTHER_HTML.search(html) and not _TAG.search(html)


def folded(blocks: Iterable[Any], summary: Callable[[str], Inlines]) -> list[Any]:
    """Blocks, with `Details` where there are both tags; `summary` reads the line between those of the summary."""
    entries = [piece for block in blocks for piece in _taken_apart(block)]
    pairs = _pairs(entries)
    outer: list[tuple[list[Any], _Piece, Inlines]] = []
    out: list[Any] = []
    ends: set[int] = set()
    left: list[_Piece] = []  # pieces that stay as they are, not yet put together again
    at = 0
    while at < len(entries):
        entry = entries[at]
        if at in pairs and len(outer) < MAX_DEPTH:
            out += _together(left)
            outer.append((out, entry, summary(entries[at + 1].words.strip(_SPACE))))
            ends.add(pairs[at])
            out = []
            at += 1  # the summary
        elif at in ends:
            out += _together(left)
            around, opening, line = outer.pop()
            around.append(Details(line, tuple(out), _IS_OPEN.fullmatch(opening.words) is not None))
            out = around
        elif isinstance(entry, _Piece):
            left.append(entry)
        else:
            out += _together(left)
            out.append(entry)
        at += 1
    return out + _together(left)


def _taken_apart(block: Any) -> list[Any]:
    """The pieces of a block of HTML; other blocks as they are."""
    if type(block) is not RawBlock or _OTHER_HTML.search(block.html):
        return [block]
    pieces = list(_pieces(block))
    rests = [piece for piece in pieces if piece.kind is _Is.OTHER]
    separable = len(rests) < len(pieces) and all(_BLOCK.match(block.html, rest.start) for rest in rests)
    return pieces if separable else [block]


def _pieces(block: RawBlock) -> Iterator[_Piece]:
    at = 0
    for found in _TAG.finditer(block.html):
        yield from _rest(block, at, found.start())
        at = found.end()
        if found["close"]:
            yield _Piece(block, found.start(), at, _Is.CLOSING)
        elif found["summary"] is not None:
            yield _Piece(block, found.start(), at, _Is.SUMMARY, found["summary"])
        else:
            yield _Piece(block, found.start(), at, _Is.OPENING, found["open"])
    yield from _rest(block, at, len(block.html))


def _rest(block: RawBlock, start: int, end: int) -> Iterator[_Piece]:
    rest = block.html[start:end]
    if words := rest.strip(_SPACE):
        start += rest.index(words[0])
        yield _Piece(block, start, start + len(words), _Is.OTHER)


def _pairs(entries: list[Any]) -> dict[int, int]:
    """Where each tag is that opens details, and where the one that closes them."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for at, entry in enumerate(entries):
        kind = entry.kind if type(entry) is _Piece else None
        if kind is _Is.OPENING:
            opened.append(at)
        elif kind is _Is.CLOSING and opened:
            opening = opened.pop()
            if _has_summary(entries, opening) and _is_plain(entries[opening]):
                found[opening] = at
    return found


def _has_summary(entries: list[Any], opening: int) -> bool:
    match entries[opening + 1]:
        case _Piece(kind=_Is.SUMMARY, words=words):
            return len(words) <= MAX_SUMMARY
        case _:
            return False


def _is_plain(opening: _Piece) -> bool:
    return not opening.words.strip(_SPACE) or _IS_OPEN.fullmatch(opening.words) is not None


def _together(left: list[_Piece]) -> list[RawBlock]:
    """The blocks of HTML that are left, those as they were from which nothing was taken."""
    made: list[RawBlock] = []
    at = 0
    while at < len(left):
        block, start, end = left[at].block, left[at].start, left[at].end
        while (
            at + 1 < len(left)
            and left[at + 1].block is block
            and not block.html[end : left[at + 1].start].strip(_SPACE)
        ):
            at += 1
            end = left[at].end
        html = block.html[start:end]
        made.append(block if html == block.html.strip(_SPACE) else RawBlock(html))
        at += 1
    left.clear()
    return made
