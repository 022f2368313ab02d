"""Blocks of plain text: what stands between blank lines, and what it looks like.

The guesses, in their order: a rule, an underlined heading, a list, a quote, what must keep its columns or indentation,
a paragraph. In a paragraph that its author has broken into lines of a width, a line end is a space: there each line
ends where the first word of the next would have been too much. In any other it is a line break, so that poems and
addresses stay what they are.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from exporters.document.nodes import (
    Block,
    BlockQuote,
    CodeBlock,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    List,
    ListItem,
    Paragraph,
    ThematicBreak,
)
from exporters.frozen import frozen
from exporters.readers import autolinks
from exporters.readers.reading import Reading

MAX_DEPTH = 12  # of lists and quotes in each other: people write three
MAX_INDENT = 60  # columns before the mark of a list
MAX_BREAKS = 300  # lines that are broken by hand: more are no poem but data

_WIDTHS = range(50, 111)  # columns of lines that are broken where they are full: mails have 72, books up to 100
_INDENTED = 4  # columns before a line that is code
_DRAWN = 8  # signs that make a drawing, if there are not twice as many letters
_SEVERAL = 5  # lines in a row that by chance begin with a capital, in one of 2,000 paragraphs
_NARROW = 56  # columns of a paragraph that may be narrower than the others; verses have fewer
_LONG = 120  # characters of a line that is a paragraph

_LEVELS = {"=": 1, "═": 1, "-": 2, "─": 2, "~": 3, "^": 4}
_UNDERLINE = re.compile(r" *([=═\-─~^])\1{2,}")
_RULE = re.compile(r"\s*([-=_*~#═─])(?: *\1){2,}")
_MARK = re.compile(r"[ \t]*(?:(?P<bullet>[-*+•◦▪‣●])|(?P<task>\[[ xX]\])|\(?(?P<number>[0-9]{1,9})[.)])(?:[ \t]+|\Z)")
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_QUOTE = re.compile(r" {0,3}>(?!>> )[ ]?")
# What columns are made with; two spaces after a sentence are how some people type.
_COLUMNS = re.compile(r"(?<=\S)(?<![.!?:;])(?<![.!?:;][\"')\]])(?:\t| {2,}|\.{4,})[ \t]*(?=\S)")
_ART = re.compile(r"[!-/:-@\[-`{-~\u2500-\u259f]")
_SENTENCE = re.compile(r"[.!?:…。][\"'”’»)\]]?\Z")


def blocks(lines: list[str], reading: Reading) -> Iterator[Block]:
    """The blocks of a text, whose lines have no space at their ends; headings among them open sections."""
    return _Blocks(lines, reading).of(lines)


def line(text: str, reading: Reading) -> Inlines:
    """A text in which bare addresses are links."""
    return tuple(_linked(text, reading))


class _Blocks:
    """Makes blocks of lines that stand as those of one text do."""

    def __init__(self, lines: list[str], reading: Reading) -> None:
        self.reading = reading
        self.width = _width(lines)
        self.margin = _usual_margin(lines)

    def of(self, lines: list[str], depth: int = 0, joined: bool = False) -> Iterator[Block]:
        """Blocks within so many lists and quotes; `joined` says that no line end is a break, as in lists."""
        code: list[str] = []
        margin = 0
        for start, block in self.pieces(lines, depth, joined):
            if code and not (isinstance(block, list) and _margin(block) >= margin):
                yield _code(code)
                code = []
            if not isinstance(block, list):
                yield block
            elif code:
                code += [*_blank_before(lines, start), *block]
            else:
                code, margin = block, _margin(block)
        if code:
            yield _code(code)

    def pieces(self, lines: list[str], depth: int, joined: bool) -> Iterator[tuple[int, Block | list[str]]]:
        """Blocks, and the lines of code that may go on in the next piece; each with the line where it begins."""
        at = 0
        while at < len(lines):
            if not lines[at]:
                at += 1
            elif not depth and (found := _heading(lines, at)):
                yield at, Heading(found.level, line(found.words, self.reading))
                at = found.after
            elif lines[at] == "\f" or _RULE.fullmatch(lines[at]):
                yield at, ThematicBreak()
                at += 1
            elif found_list := self.listed(lines, at, depth, joined):
                yield at, found_list[0]
                at = found_list[1]
            else:
                end = _end(lines, at)
                mark = next((i for i in range(at + 1, end) if _MARK.match(lines[i])), end)
                listed = self.listed(lines, mark, depth, joined) if mark < end else None
                yield from ((at, each) for each in self.chunk(lines[at : mark if listed else end], depth, joined))
                at = end
                if listed:
                    yield mark, listed[0]
                    at = listed[1]

    def chunk(self, chunk: list[str], depth: int, joined: bool) -> Iterator[Block | list[str]]:
        """What stands between two blank lines."""
        if depth < MAX_DEPTH and all(map(_QUOTE.match, chunk)):
            inner = [_QUOTE.sub("", each, count=1) for each in chunk]
            yield BlockQuote(tuple(_Blocks(inner, self.reading).of(inner, depth + 1)))
        elif self.is_centred(chunk):
            yield Paragraph(_broken(chunk, self.reading), alignment="center")
        elif self.keeps_columns(chunk, joined):
            yield chunk
        else:
            yield from self.paragraphs(chunk, joined)

    def listed(self, lines: list[str], at: int, depth: int, nested: bool) -> tuple[List, int] | None:
        """The list that begins in a line, and the line after it; None where it is not certain that there is one."""
        mark = _MARK.match(lines[at])
        if mark is None or depth >= MAX_DEPTH or _indent(lines[at]) > MAX_INDENT:
            return None
        items, after = _items(lines, at, mark, self.width)
        # A single item is one if it is in a list, or has a list in it.
        if not items or (len(items) == 1 and not nested and not any(map(_MARK.match, lines[at + 1 : after]))):
            return None
        made = tuple(self.item(lines[start:end], depth) for start, end in items)
        apart = any(not lines[place] for start, end in items for place in range(start, end))
        apart |= any(end < following for (_, end), (following, _) in pairwise(items))
        return List(made, int(mark["number"]) if mark["number"] else None, not apart), after

    def item(self, lines: list[str], depth: int) -> ListItem:
        first, *rest = lines
        mark = _MARK.match(first)
        words = first[mark.end() :] if mark else first
        task = _TASK.match(words)
        state = mark["task"][1] if mark and mark["task"] else task[1] if task else ""
        words = words[task.end() :] if task else words
        inner = tuple(self.of([words, *_dedented(rest, mark.end() if mark else 0)], depth + 1, joined=True))
        return ListItem(inner, state.lower() == "x" if state else None)

    def keeps_columns(self, chunk: list[str], joined: bool) -> bool:
        """Whether the letters of some lines stand below each other on purpose."""
        text = "\n".join(each.lstrip() for each in chunk)
        if text.startswith(">>> ") or (len(_COLUMNS.findall(text)) > 1 and not _is_justified(chunk)):
            return True
        if len(chunk) > 1 and len(_ART.findall(text)) > max(_DRAWN, (len(text) - text.count(" ")) // 3):
            return True
        indents = [_indent(each) for each in chunk]
        if joined:
            return len(set(indents[1:])) > 1 or min(indents) >= _INDENTED
        if len(chunk) > 1 and self.is_wrapped(chunk):
            return len(set(indents[1:])) > 1
        return len(set(indents)) > 1 or indents[0] >= self.margin + _INDENTED or len(chunk) > MAX_BREAKS

    def paragraphs(self, chunk: list[str], joined: bool) -> Iterator[Block]:
        begin = 0
        for at, each in enumerate(chunk):
            if _RULE.fullmatch(each):
                yield from self.words(chunk[begin:at], joined)
                yield ThematicBreak()
                begin = at + 1
        yield from self.words(chunk[begin:], joined)

    def words(self, chunk: list[str], joined: bool) -> Iterator[Block]:
        if not chunk:
            return
        stripped = [each.strip() for each in chunk]
        if joined or self.is_wrapped(chunk):
            yield Paragraph(line("\n".join(stripped), self.reading))
        elif _is_long(stripped) and sum(bool(_SENTENCE.search(each)) for each in stripped) * 2 > len(stripped):
            yield from (Paragraph(line(each, self.reading)) for each in stripped)
        else:
            yield Paragraph(_broken(stripped, self.reading))

    def is_wrapped(self, chunk: list[str]) -> bool:
        """Whether lines are broken where the next word would have been too much."""
        if len(chunk) == 1:
            return True
        own = max(map(len, chunk))
        width = own if len(chunk) > 2 and _NARROW <= own < self.width else self.width
        early = sum(not _is_full(one, following, width) for one, following in pairwise(chunk))
        if early * 5 > len(chunk) - 1 or _is_long(chunk) or sum(bool(_MARK.match(each)) for each in chunk[1:]) > 1:
            return False
        return _is_one_text([each.strip() for each in chunk[1:]])

    def is_centred(self, chunk: list[str]) -> bool:
        return self.width > 0 and all(
            _indent(each) >= 2 * _INDENTED
            and abs(_indent(each) - self.margin - (self.width - len(each))) <= 2 * _INDENTED
            and any(map(str.isalpha, each))
            for each in chunk
        )


def _width(lines: list[str]) -> int:
    """At how many columns lines are broken; 0 where that is not to be seen."""
    lengths = sorted(len(one) for one, following in pairwise(lines) if following and len(one) < _WIDTHS.stop)
    width = lengths[len(lengths) * 19 // 20] if lengths else 0  # a few may stand out
    return width if width in _WIDTHS else 0


def _is_full(one: str, following: str, width: int) -> bool:
    """Whether a line has no room for the first word of the next, give or take a little."""
    return width > 0 and len(one) + 1 + len(following.split(None, 1)[0]) > width - width // 8


def _is_one_text(lines: list[str]) -> bool:
    """Whether lines may go on what stands before them. Entries of a log begin with dates, brackets or names."""
    if len(lines) >= _SEVERAL and not any(
        (each[0].isalpha() and not each[0].isupper()) or each.isupper() for each in lines
    ):
        return False
    return len(lines) == 1 or any(each[0].isalpha() for each in lines)


def _usual_margin(lines: list[str]) -> int:
    """The columns before most lines that go as far as those of paragraphs."""
    columns = Counter(_indent(each) for each in lines if len(each) >= _WIDTHS.start)
    return columns.most_common(1)[0][0] if columns else 0


def _indent(text: str) -> int:
    before = text[: len(text) - len(text.lstrip(" \t"))]
    return len(before.expandtabs()) if "\t" in before else len(before)


def _margin(lines: list[str]) -> int:
    return min(_indent(each) for each in lines if each)


def _end(lines: list[str], at: int) -> int:
    """Where the next blank line is."""
    while at < len(lines) and lines[at] and lines[at] != "\f":
        at += 1
    return at


def _filled(lines: list[str], at: int) -> int:
    """Where the next line is that is not blank."""
    while at < len(lines) and not lines[at]:
        at += 1
    return at


@frozen
class _Heading:
    level: int
    words: str
    after: int
    """The line after it."""


def _heading(lines: list[str], at: int) -> _Heading | None:
    """The heading that begins in a line: one with a line of signs below, and maybe above."""
    above = _UNDERLINE.fullmatch(lines[at])
    title = at + 1 if above else at
    if title + 1 >= len(lines):
        return None
    below = _UNDERLINE.fullmatch(lines[title + 1])
    words = lines[title].strip()
    if below is None or (above and above[1] != below[1]) or len(words) > _LONG or _COLUMNS.search(words):
        return None
    if not any(map(str.isalnum, words)):
        return None
    return _Heading(_LEVELS[below[1]], words, title + 2)


def _items(lines: list[str], at: int, mark: re.Match[str], width: int) -> tuple[list[tuple[int, int]], int]:
    """Where the items of a list begin and end, and the line after it."""
    column = _indent(lines[at])
    items: list[tuple[int, int]] = []
    while True:
        end = _end_of_item(lines, at + 1, column, width)
        items.append((at, end))
        at = _filled(lines, end)
        if not (at < len(lines) and _goes_on(lines[at], mark, column, len(items))):
            break
    if at == end and at < len(lines):
        # Something follows without a blank line between: what that belongs to is no list, nor is what it follows.
        while end and lines[end - 1]:
            end -= 1
        items = [(start, min(stop, end)) for start, stop in items if start < end]
        at = end
    return [(start, _trimmed(lines, start, stop)) for start, stop in items], at


def _end_of_item(lines: list[str], at: int, column: int, width: int) -> int:
    """Where an item ends: at the blank lines after what is indented, or goes on where a line was full."""
    while True:
        following = _filled(lines, at)
        if following == len(lines) or lines[following] == "\f":
            return at
        if _indent(lines[following]) <= column:
            lazy = following == at and not _MARK.match(lines[at]) and _is_full(lines[at - 1], lines[at], width)
            if not lazy:
                return at
        at = following + 1


def _trimmed(lines: list[str], start: int, stop: int) -> int:
    while stop > start and not lines[stop - 1]:
        stop -= 1
    return stop


def _goes_on(text: str, mark: re.Match[str], column: int, count: int) -> bool:
    """Whether a line is the next item of a list."""
    found = _MARK.match(text)
    if found is None or (found["number"] is None) != (mark["number"] is None):
        return False
    if found["number"] is None:
        alike = found["bullet"] == mark["bullet"] or found["task"] or mark["task"]
        return bool(alike) and _indent(text) == column
    # Numbers may stand below each other by their last digits.
    below = _indent(text) == column or _text_begins(found) == _text_begins(mark)
    return below and int(found["number"]) == int(mark["number"]) + count


def _text_begins(mark: re.Match[str]) -> int:
    return len(mark[0].expandtabs())


def _is_justified(chunk: list[str]) -> bool:
    """Whether a paragraph has two even edges, for which its spaces are stretched."""
    lengths = {len(each) for each in chunk[:-1]}
    return len(chunk) > 2 and len(lengths) == 1 and "    " not in "\n".join(map(str.strip, chunk))


def _is_long(chunk: list[str]) -> bool:
    return sum(len(each) > _LONG for each in chunk) * 2 > len(chunk)


def _blank_before(lines: list[str], at: int) -> list[str]:
    """The blank lines before one."""
    count = 0
    while not lines[at - count - 1]:
        count += 1
    return [""] * count


def _broken(lines: list[str], reading: Reading) -> Inlines:
    """A line of each line."""
    content: list[Inline] = []
    for each in lines:
        content += (LineBreak(),) if content else ()
        content += _linked(each.strip(), reading)
    return tuple(content)


def _code(lines: list[str]) -> CodeBlock:
    return CodeBlock("".join(f"{each}\n" for each in _dedented(lines)))


def _dedented(lines: list[str], most: int = sys.maxsize) -> list[str]:
    """The lines without the space that all of them begin with, or so much of it."""
    filled = [each for each in lines if each]
    if not filled:
        return lines
    least, greatest = min(filled), max(filled)
    common = next((i for i, each in enumerate(least) if each not in " \t" or each != greatest[i]), len(least))
    return [each[min(common, most) :] for each in lines]


def _linked(text: str, reading: Reading) -> Iterator[Inline]:
    at = 0
    if autolinks.possible(text):
        for start, end, url in autolinks.find(text):
            if text[start - 1 : start] == "<" and ">" in text[start:end]:
                end = text.index(">", start)
                url = url[: url.index(">")]
            if start > at:
                yield text[at:start]
            yield reading.link((text[start:end],), url)
            at = end
    if at < len(text):
        yield text[at:]
