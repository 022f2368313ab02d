"""Makes the inlines of a line from pieces of text and what holds for each of them.

Spaces are kept as a browser keeps them: one for as many as there are, none at the begin and end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from exporters.document.nodes import (
    Abbreviation,
    Code,
    Emphasis,
    FootnoteReference,
    Highlight,
    Inline,
    Inlines,
    Keyboard,
    LineBreak,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)
from exporters.readers.html.styles import LINES, SPACES, UNDERLINE, Mark, Marks
from exporters.readers.reading import Reading

type Piece = tuple[Marks, Inline]
"""What holds for a text or for any other inline, and that."""

_SPACES = re.compile(r"[ \t\n\f\r]{2,}|[\t\n\f\r]")
_AROUND_LINE_ENDS = re.compile(r"[ \t]*\n[ \t]*")
_NOT_WORDS = " \xa0\u200b\ufeff"  # an editor's empty paragraph holds one of these
_BREAK = LineBreak()


class Line:
    """A line of text that is still being read."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.pieces: list[Piece] = []
        self._after_space = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added yet."""
        return not self.pieces

    def text(self, text: str, marks: Marks) -> None:
        """Adds text, of which some spaces may not count."""
        if SPACES in marks or LINES in marks:
            self._kept(text, marks)
            return
        if "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text:  # a tenth of a search's time
            text = _SPACES.sub(" ", text)
        if self._after_space and text[:1] == " ":
            text = text[1:]
        if text:
            self.pieces.append((marks, text))
            self._after_space = text[-1] == " "

    def add(self, leaf: Inline, marks: Marks) -> None:
        """Adds what is no text."""
        self.pieces.append((_shown(marks), leaf))
        self._after_space = type(leaf) is LineBreak

    def cut(self, at: int) -> str:
        """Takes back what was added from a place on, and gives its words."""
        taken = self.pieces[at:]
        del self.pieces[at:]
        last = self.pieces[-1][1] if self.pieces else " "
        self._after_space = last[-1:] == " " if isinstance(last, str) else type(last) is LineBreak
        return _words(leaf for _, leaf in taken)

    def words(self, at: int) -> str:
        """The words that were added from a place on."""
        return _words(leaf for _, leaf in self.pieces[at:])

    def take(self) -> list[Inlines]:
        """Ends the line and gives its inlines; of more than one paragraph, where two breaks stand together."""
        pieces, self.pieces = self.pieces, []
        self._after_space = True
        if len(pieces) == 1 and not pieces[0][0] and type(text := pieces[0][1]) is str:
            return [(text.strip(" "),)] if text.strip(_NOT_WORDS) else []
        return [self._nodes(_with_spaces_outside(trimmed)) for part in _parted(pieces) if (trimmed := _trimmed(part))]

    def _kept(self, text: str, marks: Marks) -> None:
        if SPACES not in marks:
            text = _AROUND_LINE_ENDS.sub("\n", text)
        lines = text.split("\n")
        shown = _shown(marks)
        for number, line in enumerate(lines):
            if number:
                self.add(_BREAK, shown)
            if SPACES in marks and line:
                self.pieces.append((shown, line))
                self._after_space = False
            else:
                self.text(line, shown)

    def _nodes(self, pieces: Iterable[Piece]) -> Inlines:
        """Nests the pieces in what holds for them, with one node for neighbours that share a mark."""
        top: list[Inline] = []
        open_lists = [top]
        open_marks: list[Mark] = []
        for marks, leaf in pieces:
            shared = _shared(open_marks, marks)
            self._close(open_lists, open_marks, shared)
            for mark in marks[shared:]:
                open_marks.append(mark)
                open_lists.append([])
            open_lists[-1].append(leaf)
        self._close(open_lists, open_marks, 0)
        return _merged(top)

    def _close(self, lists: list[list[Inline]], marks: list[Mark], to: int) -> None:
        while len(marks) > to:
            content = _merged(lists.pop())
            lists[-1].append(self._node(marks.pop(), content))

    def _node(self, mark: Mark, content: Inlines) -> Inline:
        match mark:
            case ("link", url, title):
                return self._reading.link(content, url, title)
            case ("abbreviation", expansion):
                return Abbreviation(_words(content), expansion)
            case ("code",):
                return Code(_words(content))
            case ("key", _):
                return Keyboard(_words(content))
            case _:
                return _STYLED[mark[0]](content)


def _shown(marks: Marks) -> Marks:
    """The marks without those that only say which spaces count."""
    return tuple(mark for mark in marks if mark not in (SPACES, LINES)) if marks else marks


_STYLED: dict[str, Callable[[Inlines], Inline]] = {
    "emphasis": Emphasis,
    "strong": Strong,
    "underline": Underline,
    "strikethrough": Strikethrough,
    "highlight": Highlight,
    "superscript": Superscript,
    "subscript": Subscript,
}
_OF_TEXT_ALONE = ("abbreviation", "code", "key")


def _words(content: Iterable[Inline]) -> str:
    return "".join(node for node in content if isinstance(node, str))


def _merged(content: list[Inline]) -> Inlines:
    """The inlines with one text where several stand together."""
    found: list[Inline] = []
    for is_text, group in groupby(content, lambda node: type(node) is str):
        together = list(group)
        found += (_words(together),) if is_text else together
    return tuple(found)


def joined(lines: Iterable[Inlines]) -> Inlines:
    """Several lines as one, with breaks."""
    found: list[Inline] = []
    for line in lines:
        if found and line:
            found.append(_BREAK)
        found += line
    return tuple(found)


def _parted(pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces of each paragraph."""
    parts: list[list[Piece]] = [[]]
    breaks: list[Piece] = []
    for piece in pieces:
        if type(piece[1]) is LineBreak:
            breaks.append(piece)
            continue
        if breaks and type(piece[1]) is str and not piece[1].strip(_NOT_WORDS):
            continue  # between two breaks
        if len(breaks) > 1:
            parts.append([])
        else:
            parts[-1] += breaks
        breaks.clear()
        parts[-1].append(piece)
    return parts


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """The pieces without breaks and spaces at both ends, each with the marks it can have; none if no words are left."""
    if not any(type(leaf) is not str or leaf.strip(_NOT_WORDS) for _, leaf in pieces if type(leaf) is not LineBreak):
        return []
    start, end = 0, len(pieces)
    while _is_space(pieces[start][1]):
        start += 1
    while _is_space(pieces[end - 1][1]):
        end -= 1
    pieces = [(_fitting(marks, leaf), leaf) for marks, leaf in pieces[start:end]]
    for at, strip in ((-1, str.rstrip), (0, str.lstrip)):
        marks, leaf = pieces[at]
        if isinstance(leaf, str):
            pieces[at] = marks, strip(leaf, " ")
    return pieces


def _is_space(leaf: Inline) -> bool:
    return not leaf.strip(" ") if isinstance(leaf, str) else type(leaf) is LineBreak


def _fitting(marks: Marks, leaf: Inline) -> Marks:
    """The marks a piece can have: what holds text alone comes last, and once, and around no picture."""
    if not marks:
        return marks
    if type(leaf) is FootnoteReference:
        return tuple(mark for mark in marks if mark[0] not in (*_OF_TEXT_ALONE, "superscript", "link"))
    in_link = any(mark[0] == "link" for mark in marks)
    last = next((mark for mark in marks if mark[0] in _OF_TEXT_ALONE), None) if type(leaf) is str else None
    dress = tuple(
        mark for mark in marks if mark[0] not in _OF_TEXT_ALONE and not (in_link and mark == UNDERLINE)
    )  # links are underlined by themselves
    return (*dress, last) if last else dress


def _with_spaces_outside(pieces: list[Piece]) -> list[Piece]:
    """The pieces with the spaces at the edges of what a mark holds for beyond them: few syntaxes have them within."""
    if not any(marks for marks, _ in pieces):
        return pieces
    split: list[Piece] = []
    for marks, leaf in pieces:
        if isinstance(leaf, str) and marks and (leaf[:1] == " " or leaf[-1:] == " "):
            words = leaf.strip(" ")
            start = leaf.find(words) if words else len(leaf)
            parts = (leaf[:start], words, leaf[start + len(words) :])
            split += [(marks, part) for part in parts if part]
        else:
            split.append((marks, leaf))
    found: list[Piece] = []
    for number, (marks, leaf) in enumerate(split):
        if marks and isinstance(leaf, str) and not leaf.strip(" "):
            before = found[-1][0] if found else ()
            after = split[number + 1][0] if number + 1 < len(split) else ()
            marks = marks[: min(_shared(before, marks), _shared(after, marks))]
        found.append((marks, leaf))
    return found


def _shared(some: Iterable[Mark], others: Marks) -> int:
    count = 0
    for one, other in zip(some, others, strict=False):
        if one != other:
            break
        count += 1
    return count
