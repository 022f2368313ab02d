"""What is being made of the elements of a page while they are open, for `tree`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from exporters.document.nodes import Block, Blocks, Definition, DefinitionList, Inlines, Paragraph
from exporters.readers.html.lines import joined
from exporters.readers.html.lists import Item, nested
from exporters.readers.html.roles import Role
from exporters.readers.html.styles import Look
from exporters.readers.html.tables import Row

if TYPE_CHECKING:
    from exporters.readers.html.tree import Tree


class Entry:
    """A term, or what it means, that no list has taken yet."""

    __slots__ = ("blocks", "term")

    def __init__(self, term: Inlines | None, blocks: Blocks = ()) -> None:
        self.term = term
        self.blocks = blocks


type Content = Block | Item | Entry


class Frame:
    """An element that makes a block, or a part of one."""

    # What few frames have is set in those alone: there is one for each cell of a table.
    mixed = False
    """Whether there is in it what a list still has to take."""
    title: Inlines | None = None
    """Of an admonition, of details."""
    caption: Inlines = ()
    in_head = False
    """Whether the next row is of the table's head."""
    checked: bool | None = None
    """Whether the task of an item is done."""
    label = ""
    """Of a footnote."""
    marker = ""
    """What Word has put before an item."""
    spaced = False
    """Whether an item's author has set it apart from the others."""

    def __init__(self, kind: str, role: Role, depth: int = 0) -> None:
        self.kind = kind
        self.role = role
        self.depth = depth
        """How many blocks deeper its content stands."""
        self.blocks: list[Content] = []
        self.rows: list[Row] = []
        if role.checked is not None:
            self.checked = role.checked


class Own:
    """What the tree remembers of an element while it is open."""

    look: Look | None = None
    frame: Frame | None = None
    label = ""
    """Of the footnote that it mentions."""

    def __init__(self, tree: Tree, role: Role) -> None:
        self.role = role
        self.line = tree.lines
        """Which line it began in, and after how many of that line's pieces."""
        self.at = len(tree.line.pieces)
        self.before = tree.marks
        """What was around it, to be so again when it ends."""
        self.alignment = tree.alignment
        self.language = tree.language


def settled(content: list[Content]) -> Blocks:
    """Blocks, with lists of what still had to be taken by one."""
    found: list[Block] = []
    groups: Iterable[tuple[type | None, Iterable[Any]]] = groupby(content, _taken_by)
    for kind, group in groups:
        found += nested(group) if kind is Item else definitions(group) if kind is Entry else group
    return tuple(found)


def _taken_by(content: Content) -> type | None:
    return type(content) if isinstance(content, Item | Entry) else None


def definitions(entries: Iterable[Entry]) -> list[DefinitionList]:
    """The list of some entries in a row."""
    found: list[tuple[list[Inlines], list[Blocks]]] = []
    for entry in entries:
        if not found or (entry.term is not None and found[-1][1]):
            found.append(([], []))
        if entry.term is not None:
            found[-1][0].append(entry.term)
        else:
            found[-1][1].append(entry.blocks)
    return [DefinitionList(tuple(Definition(tuple(terms), tuple(meanings)) for terms, meanings in found))]


def line_of(frame: Frame) -> Inlines:
    """What stands in a frame that is one line."""
    if len(frame.blocks) == 1 and isinstance(only := frame.blocks[0], Paragraph):
        return only.content
    return joined(block.content for block in frame.blocks if isinstance(block, Paragraph))
