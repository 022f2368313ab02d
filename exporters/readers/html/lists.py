"""Nests items that stand in a row into lists: editors write levels as classes, Word as styles of paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import replace
from itertools import pairwise

from exporters.document.nodes import Block, Blocks, List, ListItem, Paragraph


class Item:
    """An item that no list has taken yet."""

    __slots__ = ("apart", "blocks", "checked", "is_guess", "level", "number", "ordered")

    def __init__(
        self,
        blocks: Blocks,
        ordered: bool | None = None,
        level: int = 0,
        number: int | None = None,
        checked: bool | None = None,
        apart: bool = False,
        is_guess: bool = False,
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
        self.is_guess = is_guess
        """Whether its number was written with letters: `i.` may be the ninth or the first."""


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
        return not self.ordered or item.is_guess or item.number in (None, self.number + len(self.items))


def nested(items: Iterable[Item]) -> list[List]:
    """The lists of some items in a row: a new one for each kind and where numbers do not go on, and one in the item
    before for each deeper level."""
    done: list[List] = []
    opened: list[_Open] = []
    for item in items:
        while opened and (
            item.level < opened[-1].level or (item.level == opened[-1].level and not opened[-1].goes_on(item))
        ):
            _close(opened, done)
        if not opened or item.level > opened[-1].level:
            opened.append(_Open(item))
        opened[-1].items.append((item.blocks, item.checked))
        opened[-1].apart |= item.apart
    while opened:
        _close(opened, done)
    return done


def _close(opened: list[_Open], done: list[List]) -> None:
    each = opened.pop()
    items = tuple(ListItem(tuple(blocks), checked) for blocks, checked in each.items)
    pairs = (pair for item in items for pair in pairwise(item.blocks))
    apart = each.apart or any(isinstance(a, Paragraph) and isinstance(b, Paragraph) for a, b in pairs)
    made = List(items, each.number if each.ordered else None, tight=not apart)
    if opened:
        opened[-1].items[-1][0].append(made)
    else:
        done.append(made)


_NUMBER = re.compile(r"\(?(?:[\d.]*?(\d{1,4})|([a-zA-Z])|[ivxlcdmIVXLCDM]{1,7})[.)]+")
_MARKER = re.compile(r"([·•●○▪■◦‣§o–-]|\(?(?:\d{1,4}|[a-zA-Z]{1,4})[.)])(?: *\xa0[ \xa0]*)")


def number_of(marker: str) -> int | None:
    """The number that a text before an item says: 3 for `3.` and `c)`; None for a bullet."""
    found = _NUMBER.match(marker.strip(" \xa0\n"))
    if found is None:
        return None
    if found[1]:
        return int(found[1])
    letter = (found[2] or "i").lower()
    return 1 if letter == "i" else ord(letter) - ord("a") + 1  # a list that begins with `i.` counts in Roman numbers


def cut_marker(blocks: Blocks) -> tuple[str, Blocks]:
    """The bullet or number that a text begins with, and the text without it; "" where there is none."""
    if blocks and isinstance(first := blocks[0], Paragraph):
        text = first.content[0]
        if isinstance(text, str) and (found := _MARKER.match(text)):
            rest = (text[found.end() :],) if found.end() < len(text) else ()
            content = (*rest, *first.content[1:])
            return found[1], (*((replace(first, content=content),) if content else ()), *blocks[1:])
    return "", blocks
