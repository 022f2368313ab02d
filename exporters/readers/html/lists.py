"""Nests items that stand in a row into lists: editors write levels as classes, Word as styles of paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import replace
from itertools import pairwise
from typing import NamedTuple

from exporters.document.nodes import Block, Blocks, List, ListItem, Paragraph


class Marker(NamedTuple):
    """What Word has put before an item."""

    text: str
    numbers: tuple[int, ...] = ()
    """What it may say: `i.` is the first or the ninth. None for bullets and words."""
    above: tuple[int, ...] = ()
    """The numbers of the items around its own that it repeats: 2 in `2.1`."""

    @property
    def is_words(self) -> bool:
        """Whether it is neither bullet nor number: `Article I.`, `§1`. A single letter is a bullet of Wingdings."""
        bare = len(self.text) == 1 and not self.text.isnumeric()
        return not self.numbers and not bare and any(map(str.isalnum, self.text))

    @property
    def has_letters(self) -> bool:
        """Whether it counts with letters or Roman numerals."""
        return bool(self.numbers) and any(map(str.isalpha, self.text))


class Item:
    """An item that no list has taken yet."""

    __slots__ = ("apart", "blocks", "checked", "level", "marker", "number", "ordered")

    def __init__(
        self,
        blocks: Blocks,
        ordered: bool | None = None,
        level: int = 0,
        number: int | None = None,
        checked: bool | None = None,
        apart: bool = False,
        marker: Marker | None = None,
    ) -> None:
        self.blocks = list(blocks)
        self.ordered = ordered
        """None where its list knows."""
        self.level = level
        """How far below those of the outermost list."""
        self.number = number
        """The number that it has in an ordered list; None where that goes on from the item before."""
        self.checked = checked
        self.apart = apart
        """Whether its author has left space around it."""
        self.marker = marker


class _Open:
    """A list that is not whole yet."""

    def __init__(self, first: Item) -> None:
        self.level = first.level
        self.ordered = bool(first.ordered)
        self.number = 1 if first.number is None else first.number
        self.apart = False
        self.items: list[tuple[list[Block], bool | None]] = []

    def goes_on(self, item: Item) -> bool:
        """Whether it would give an item of its level the bullet or number that it has."""
        if bool(item.ordered) != self.ordered:
            return False
        due = self.number + len(self.items)
        return not self.ordered or (due in item.marker.numbers if item.marker else item.number in (None, due))


def nested(items: Iterable[Item]) -> list[Block]:
    """The lists of some items in a row: a new one for each kind and where numbers do not go on, and one in the item
    before for each deeper level. What has words for a number is a paragraph that begins with them."""
    done: list[Block] = []
    opened: list[_Open] = []
    row = list(items)
    for at, item in enumerate(row):
        alone = item.marker is not None and _is_alone(item.marker, item.level, opened)
        while opened and (
            item.level < opened[-1].level
            or (item.level == opened[-1].level and (alone or not opened[-1].goes_on(item)))
        ):
            _close(opened, done)
        if alone and item.marker:
            item.blocks = _told(item.marker, item.blocks)
            if item.checked is None:
                (opened[-1].items[-1][0] if opened else done).extend(item.blocks)
                continue
            item.ordered = False
        if not opened or item.level > opened[-1].level:
            if item.marker and item.marker.numbers:
                item.number = _first_number(item.marker.numbers, row, at)
            opened.append(_Open(item))
        opened[-1].items.append((item.blocks, item.checked))
        opened[-1].apart |= item.apart
    while opened:
        _close(opened, done)
    return done


def _is_alone(marker: Marker, level: int, opened: Sequence[_Open]) -> bool:
    """Whether no list would give an item its marker: `2.1` is the first in the second, and only there."""
    if not marker.above:
        return marker.is_words
    around = [each.number + len(each.items) - 1 for each in opened if each.level < level and each.ordered]
    return marker.above != tuple(around[-len(marker.above) :])


def _told(marker: Marker, blocks: list[Block]) -> list[Block]:
    """The blocks of an item whose marker is one of their words."""
    if blocks and isinstance(first := blocks[0], Paragraph):
        text, after = first.content[0], first.content[1:]
        content = (f"{marker.text} {text}", *after) if isinstance(text, str) else (f"{marker.text} ", text, *after)
        return [replace(first, content=content), *blocks[1:]]
    return [Paragraph((marker.text,)), *blocks]


def _first_number(numbers: tuple[int, ...], row: Sequence[Item], at: int) -> int:
    """The number of a list's first item: of those that it may be, the one that the next item goes on from."""
    if len(numbers) > 1:
        after = (row[number] for number in range(at + 1, len(row)))
        then = next((item for item in after if item.level <= row[at].level), None)
        if then and then.marker and then.level == row[at].level:
            return next((number for number in numbers if number + 1 in then.marker.numbers), min(numbers))
    return min(numbers)


def _close(opened: list[_Open], done: list[Block]) -> None:
    each = opened.pop()
    items = tuple(ListItem(tuple(blocks), checked) for blocks, checked in each.items)
    pairs = (pair for item in items for pair in pairwise(item.blocks))
    apart = each.apart or any(isinstance(a, Paragraph) and isinstance(b, Paragraph) for a, b in pairs)
    made = List(items, each.number if each.ordered else None, tight=not apart)
    if opened:
        opened[-1].items[-1][0].append(made)
    else:
        done.append(made)


_NUMBER = re.compile(r"\(?((?:\d{1,4}\.)*)(\d{1,4})[.)]*")
_LETTERS = re.compile(r"\(?([a-z]{1,15}|[A-Z]{1,15})[.)]*")
_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_NUMERALS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_MARKER = re.compile(r"([·•●○▪■◦‣§o–-]|\(?(?:\d{1,4}|[a-zA-Z]{1,4})[.)])(?: *\xa0[ \xa0]*)")


def read_marker(text: str) -> Marker:
    """What the text before an item says: 3 for `3.`, 3 or 100 for `c)`, nothing for a bullet."""
    text = " ".join(text.strip(" \xa0\n").split("\n"))
    if found := _NUMBER.fullmatch(text):
        return Marker(text, (int(found[2]),), tuple(map(int, found[1].split(".")[:-1])))
    found = _LETTERS.fullmatch(text)
    if found is None or len(text) == 1:
        return Marker(text)
    letters = found[1].lower()
    numbers = []
    if letters.count(letters[0]) == len(letters):  # after `z.`, Word has `aa.` and `bb.`
        numbers.append(26 * len(letters) - 25 + ord(letters[0]) - ord("a"))
    if _ROMAN.fullmatch(letters):
        each = [_NUMERALS[letter] for letter in letters]
        numbers.append(sum(-a if a < b else a for a, b in pairwise((*each, 0))))
    return Marker(text, tuple(numbers))


def cut_marker(blocks: Blocks) -> tuple[str, Blocks]:
    """The bullet or number that a text begins with, and the text without it; "" where there is none."""
    if blocks and isinstance(first := blocks[0], Paragraph):
        text = first.content[0]
        if isinstance(text, str) and (found := _MARKER.match(text)):
            rest = (text[found.end() :],) if found.end() < len(text) else ()
            content = (*rest, *first.content[1:])
            return found[1], (*((replace(first, content=content),) if content else ()), *blocks[1:])
    return "", blocks
