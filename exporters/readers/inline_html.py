"""HTML within a line that says what a document has a node for: `<sup>2</sup>`, `<kbd>Ctrl</kbd>`.

Tags are taken without attributes, and only in pairs; all others stay what they are, `RawInline`. Of what is taken, the
`html` format writes the same tag again, or one that looks the same: `<strong>` for `<b>`. So nothing is lost where HTML
is kept as it is, and other formats show more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from exporters.document.nodes import (
    Abbreviation,
    Code,
    Emphasis,
    Highlight,
    Inline,
    Inlines,
    Keyboard,
    LineBreak,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)

# Exporters recurse, so what may stand in each other has a bound. Emphasis counts the same in tags as in Markdown's
# marks, for the `markdown` format writes the one as the other.
MAX_EMPHASIS = 3  # around a tag that is taken
MAX_DEPTH = 4  # other tags in each other, between two of emphasis

_EMPHASIS: dict[str, Callable[[Inlines], Inline]] = {
    "b": Strong,
    "del": Strikethrough,
    "em": Emphasis,
    "i": Emphasis,
    "s": Strikethrough,
    "strike": Strikethrough,
    "strong": Strong,
}
_STYLED: dict[str, Callable[[Inlines], Inline]] = {
    **_EMPHASIS,
    "ins": Underline,
    "mark": Highlight,
    "sub": Subscript,
    "sup": Superscript,
    "u": Underline,
}
_OF_WORDS: dict[str, Callable[[str], Inline]] = {"code": Code, "kbd": Keyboard}
_TAG = re.compile(rf"<(/?)({'|'.join((*_STYLED, *_OF_WORDS, 'abbr'))})\s*>", re.IGNORECASE)
_ABBREVIATION = re.compile(r"<abbr\s+title\s*=\s*(?:\"([^\"<>]+)\"|'([^'<>]+)')\s*>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ufeff]")  # no words that could stand between backticks

type _Dress = Callable[[list[Any]], Inlines]
"""Makes inlines of what stands between two tags."""


def is_line_break(tag: str) -> bool:
    """Whether a tag is `<br>`, in one of its spellings."""
    return _LINE_BREAK.fullmatch(tag) is not None


def may_pair(tag: str) -> bool:
    """Whether a tag is one that `paired` would take with its partner."""
    return _TAG.fullmatch(tag) is not None or _ABBREVIATION.fullmatch(tag) is not None


def paired(children: list[Any], dress: _Dress, emphasis: int = 0) -> list[Any]:
    """Texts, nodes and tags, where nodes stand for the tags that go together and what is between them.

    `emphasis` is how much of it there is around them.
    """
    pairs = _pairs(children)
    around = _Around(emphasis)
    ends: dict[int, tuple[str, RawInline]] = {}
    levels: list[list[Any]] = [[]]
    for at, child in enumerate(children):
        if at in pairs and around.has_room_for(name := _name(child)[0]):
            ends[pairs[at]] = (name, child)
            around.enter(name)
            levels.append([])
        elif at in ends:
            name, tag = ends[at]
            around.leave()
            content = levels.pop()
            node = _node(name, tag.html, content, dress)
            levels[-1] += [tag, *content, child] if node is None else [node]
        else:
            levels[-1].append(child)
    return levels[0]


class _Around:
    """What is around a tag. Only what has become nodes counts, so that it is the same when these are read again."""

    def __init__(self, emphasis: int) -> None:
        self._depths = [(emphasis, 0)]

    def has_room_for(self, name: str) -> bool:
        emphasis, others = self._depths[-1]
        if name in _EMPHASIS:
            return emphasis < MAX_EMPHASIS
        return emphasis <= MAX_EMPHASIS and others < MAX_DEPTH

    def enter(self, name: str) -> None:
        emphasis, others = self._depths[-1]
        self._depths.append((emphasis + 1, 0) if name in _EMPHASIS else (emphasis, others + 1))

    def leave(self) -> None:
        self._depths.pop()


def _pairs(children: list[Any]) -> dict[int, int]:
    """Where each tag is that has a partner, and where that is."""
    found: dict[int, int] = {}
    opened: list[tuple[str, int]] = []
    counts: dict[str, int] = {}
    for at, child in enumerate(children):
        name, closes = _name(child) if type(child) is RawInline else ("", False)
        if closes and counts.get(name):
            opening = ""
            while opening != name:  # what was opened since then is never closed
                opening, where = opened.pop()
                counts[opening] -= 1
            found[where] = at
        elif name and not closes:
            opened.append((name, at))
            counts[name] = counts.get(name, 0) + 1
    return found


def _name(tag: RawInline) -> tuple[str, bool]:
    """The name of a tag that may have a partner, and whether it is the second of them."""
    found = _TAG.fullmatch(tag.html)
    if found:
        name, closes = found[2].lower(), found[1] == "/"
        return (name, closes) if name != "abbr" or closes else ("", False)
    return ("abbr", False) if _ABBREVIATION.fullmatch(tag.html) else ("", False)


def _node(name: str, tag: str, content: list[Any], dress: _Dress) -> Inline | None:
    if name == "ins" and any(type(each) is RawInline and _name(each)[0] == "u" for each in content):
        return None  # an Underline is written as <u>, which would go together with that
    if name in _STYLED:
        dressed = dress(content)
        return _STYLED[name](dressed) if dressed else None
    words = "".join(content).replace("\n", " ").replace("\0", "") if all(map(_is_text, content)) else ""
    if not words or _UNSAFE.search(words):
        return None
    return Abbreviation(words, _expansion(tag)) if name == "abbr" else _OF_WORDS[name](words)


def _is_text(child: object) -> bool:
    return type(child) is str


def _expansion(tag: str) -> str:
    from html import unescape  # 1 ms

    found = _ABBREVIATION.fullmatch(tag)
    return unescape(found[1] or found[2]) if found else ""


_PIECE = re.compile(r"<[A-Za-z/](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")


def read(html: str, spelled: Callable[[str], str]) -> Inlines:
    """The line that stands in a short piece of HTML. `spelled` is given each text as it is written."""
    from html import unescape  # 1 ms

    children: list[Any] = []
    at = 0
    for found in _PIECE.finditer(html):
        children += (unescape(spelled(html[at : found.start()])), _tag(found[0]))
        at = found.end()
    children.append(unescape(spelled(html[at:])))
    return _joined(paired([child for child in children if child != ""], _joined))


def _tag(html: str) -> Inline:
    return LineBreak() if is_line_break(html) else RawInline(html)


def _joined(children: list[Any]) -> Inlines:
    """Inlines with adjacent texts made one."""
    joined: list[Any] = []
    for child in children:
        if type(child) is str and joined and type(joined[-1]) is str:
            joined[-1] += child
        else:
            joined.append(child)
    return tuple(joined)
