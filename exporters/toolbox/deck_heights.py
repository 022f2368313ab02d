"""How high blocks are on a slide, and where they may be parted.

A block is measured as a row of leaves: a paragraph, an item, a row of a table, a line of code. Wherever one leaf ends
the block may be cut, and what is then before and behind is a block again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from copy import replace
from functools import partial
from itertools import accumulate
from math import ceil
from typing import NamedTuple, Protocol

from exporters.document.nodes import (
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    Cell,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Diagram,
    Figure,
    FootnoteReference,
    Heading,
    Image,
    Inlines,
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    Strong,
    Tab,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.document.walk import plain_text, within
from exporters.errors import SourceTooLarge
from exporters.toolbox.deck_cutting import parted, plain_of, sentence_ends
from exporters.toolbox.deck_ruler import MONO, Ruler
from exporters.toolbox.deck_tables import TableShape, row_parts, rows_together, shared

# In em of the text around, as slides of the PDF family have them.
LEADING = 1.27  # 1.1 times the 1.15 em that lines of most fonts have
GAP = 0.62  # between blocks
TIGHT = 0.22  # between the items of a list, and a term and what it means
INDENT = 1.5  # of a list's items
QUOTE = 1.2  # from the bar at a quote's side to its text
PADDING = 0.7  # around code and call-outs
CODE, CODE_LEADING = 0.79, 1.2  # size, and height of lines by that
TABLE = 0.92  # size of what stands in tables
CELL, CELL_SIDE = 0.32, 0.5  # above and below what stands in a cell, and at its sides, by its size
CAPTION = 0.8
FORMULA = 0.25  # above and below a formula that is displayed
ABOVE_TABLE = 1.35  # times the usual gap
BELOW_TABLE = 0.3
HEADINGS = (1.2, 1.2, 1.2, 1.08, 1.0, 1.0)  # sizes by level
NOTE = 0.6  # size of footnotes

_LONG = 5  # lines of a paragraph that is cut into pieces of as many where it is higher than a third of a slide
_MOST_ROWS = 5  # of one line of code that stay together
_LEAST_TABLE = 0.55  # of the size of text, that a table has which is too wide
_PICTURE = 0.62  # of a slide's height, that an image among text has at most
_NARROW = 3.0  # em of room that is left at any depth
_MOST_LEAVES = 2_000_000  # measured for one slide and those on which it goes on: 5 s; 10,000 slides have 400,000

# What is bad about parting before a leaf, where a slide more is 1.
_ITEM, _BELOW, _LINE, _TIED, _HEADED = 0.2, 0.35, 0.45, 0.8, 3.0


class Size(NamedTuple):
    width: float
    height: float


class Sizes(Protocol):
    """What an exporter knows of pictures."""

    def __call__(self, node: Image | Diagram | Math) -> Size | None:
        """At its natural size, in points, and for a formula in em; None for what is shown as words."""


class Leaf(NamedTuple):
    height: float
    before: float
    """Space above it, where it is not the first on its slide."""
    head: float = 0.0
    """What else it needs where a slide begins with it: what is repeated above."""
    foot: float = 0.0
    """What else it needs where a slide ends with it, for something goes on."""
    badness: float = 0.0
    """Of ending a slide before it."""
    notes: tuple[str, ...] = ()
    """The footnotes that it mentions, by label."""


type Cut = Callable[[int, int], Block | None]
"""What of a block is between two of its leaves."""


class Measured(NamedTuple):
    leaves: list[Leaf]
    cut: Cut

    @property
    def height(self) -> float:
        return sum(leaf.height + leaf.before for leaf in self.leaves) - (self.leaves[0].before if self.leaves else 0.0)


class Heights:
    """Measures blocks that stand in columns of one deck."""

    def __init__(self, ruler: Ruler, sizes: Sizes, room: float) -> None:
        """`room` is how high a slide is, in points."""
        self.ruler = ruler
        self._sizes = sizes
        self._room = room
        self._tables: dict[int, tuple[Table, list[float], list[float]]] = {}
        self._parts: dict[int, tuple[Table, list[float], list[float]]] = {}
        """Of tables that go on on other slides: on each they have the columns that they have as a whole."""
        self._leaves = 0
        """Of all rows that were made since the last slide; what is ten deep is in ten rows."""

    def forget(self) -> None:
        """Forgets what was measured: a document has more than need be held at once."""
        self._tables.clear()
        self._leaves = 0
        self.ruler.forget()

    def height(self, blocks: Iterable[Block], width: float, size: float) -> float:
        """Of blocks below each other, in points."""
        leaves = self.row(tuple(blocks), width, size).leaves
        return sum(leaf.height + leaf.before for leaf in leaves) - (leaves[0].before if leaves else 0.0)

    def row(self, blocks: Blocks, width: float, size: float, tight: bool = False) -> Row:
        """Blocks below each other."""
        gap = size * (TIGHT if tight else GAP)
        found: list[Measured] = []
        announces = 0.0
        for block in blocks:
            measured = self._block(block, width, size)
            if measured.leaves and found:
                first = measured.leaves[0]
                more = announces
                before = max(gap, first.before)
                measured.leaves[0] = first._replace(before=before, badness=first.badness + more)
            found.append(measured)
            announces = _announces(block)
        row = Row(found)
        self._leaves += len(row.leaves)
        if self._leaves > _MOST_LEAVES:
            raise SourceTooLarge("What stands below one heading is too much, or nested too deep, for slides. Split it.")
        return row

    def _block(self, block: Block, width: float, size: float) -> Measured:
        width = max(width, size * _NARROW)
        match block:
            case Paragraph():
                return self._paragraph(block, width, size)
            case Heading():
                its = size * HEADINGS[min(block.level, len(HEADINGS)) - 1]
                height = self._lines(block.content, width, its, 1.07) * its * LEADING
                if height > self._room / 3:
                    return self._paragraph(Paragraph((Strong(block.content),)), width, size)
                return _whole(block, height, size * 0.9, block.content)
            case CodeBlock():
                return self._code(block, width, size)
            case Diagram():
                return self._diagram(block, width, size)
            case BlockQuote():
                row = self.row(block.blocks, width - size * QUOTE, size)
                return _framed(row, lambda inner: replace(block, blocks=inner), block)
            case Admonition():
                return self._admonition(block, width, size)
            case Details():
                inner = width - size * (1.3 if block.kind is None else 1.9)
                row = self.row(block.blocks, inner, size)
                top = self._lines(block.summary, inner, size, 1.07) * size * LEADING + size * 0.35
                pad = 0.0 if block.kind is None else size * PADDING
                return _framed(row, lambda inner: replace(block, blocks=inner), block, top, pad)
            case Tabs():
                return self._tabs(block, width, size)
            case Figure():
                return self._figure(block, width, size)
            case List():
                return self._list(block, width, size)
            case DefinitionList():
                return self._definitions(block, width, size)
            case Table():
                return self._table(block, width, size)
            case ThematicBreak():
                return _whole(block, size, size * GAP)
            case RawBlock():
                return _whole(block, 0.0, 0.0)  # what is still there, its exporter reports

    # Text

    def _lines(self, content: Inlines, width: float, size: float, share: float = 1.0) -> float:
        return self.ruler.lines(content, width / size, share)

    def _paragraph(self, block: Paragraph, width: float, size: float) -> Measured:
        line = size * LEADING
        if (formula := alone(block.content)) and (found := self._sizes(formula)):
            fit = min(1.0, width / (found.width * size), self._room * 0.8 / (found.height * size))
            return _whole(block, found.height * size * fit + 2 * FORMULA * size, size * GAP)
        pictures = self._pictures(block.content, width, size)
        if pictures and not plain_text(tuple(node for node in block.content if not isinstance(node, Image))):
            return _whole(block, pictures, size * GAP, block.content)
        count = self._lines(block.content, width, size)
        if count * line <= self._room / 3 or pictures:
            return _whole(block, count * line + pictures, size * GAP, block.content)
        return self._pieces(block, width, size, ceil(count / _LONG))

    def _pieces(self, block: Paragraph, width: float, size: float, count: int) -> Measured:
        """A paragraph that may be parted between its sentences."""
        ends = sentence_ends(plain_of(block.content), count)
        pieces = parted(block.content, ends)

        def cut(start: int, end: int) -> Block:
            if start == 0 and end == len(ends):
                return block
            return replace(block, content=tuple(node for piece in pieces[start:end] for node in piece))

        leaves: list[Leaf] = []
        for at, piece in enumerate(pieces):
            height = self._lines(piece, width, size) * size * LEADING
            before, bad = (size * GAP, 0.0) if at == 0 else (0.0, _BELOW)
            leaves.append(Leaf(height, before, badness=bad, notes=_mentions(piece)))
        return Measured(leaves, cut)

    def _pictures(self, content: Inlines, width: float, size: float) -> float:
        """How much height what is drawn adds to a line."""
        if _is_only_text(content):
            return 0.0
        images: list[Size] = []
        more = 0.0
        for node in within(content):
            if isinstance(node, Image) and (found := self._sizes(node)):
                images.append(found)
            elif isinstance(node, Math):
                more += _formula_lines(node) * size * LEADING
        rows = in_rows(images, width, self._room)
        more += sum(max(its.height for _, its in row) + size * GAP for row in rows)
        return min(more, self._room * 0.9)

    def _code(self, block: CodeBlock, width: float, size: float) -> Measured:
        its = size * CODE
        columns = max(8, int((width - 2 * size * PADDING) / (its * MONO)))
        pieces: list[str] = []
        for line in block.text.removesuffix("\n").split("\n"):
            step = columns * _MOST_ROWS
            pieces += [line[at : at + step] for at in range(0, len(line), step)][:-1]
            pieces.append(line[(max(len(line) - 1, 0) // step) * step :] + "\n")
        pad = size * PADDING
        leaves: list[Leaf] = []
        count = len(pieces)
        for at, piece in enumerate(pieces):
            rows = max(1, ceil(_columns(piece) / columns))
            blank = at > 0 and not pieces[at - 1].strip()
            few = min(at, count - at) <= 2
            leaves.append(
                Leaf(
                    rows * its * CODE_LEADING + pad * ((at == 0) + (at == count - 1)),
                    size * GAP if at == 0 else 0.0,
                    pad if at else 0.0,
                    pad if at < count - 1 else 0.0,
                    0.0 if at == 0 else _LINE * (0.4 if blank else 1.0) + (_BELOW if few else 0.0),
                )
            )

        def cut(start: int, end: int) -> Block:
            return block if end - start == count else replace(block, text="".join(pieces[start:end]))

        return Measured(leaves, cut)

    def _diagram(self, block: Diagram, width: float, size: float) -> Measured:
        found = self._sizes(block)
        if found is None:
            measured = self._code(CodeBlock(block.text, block.language), width, size)
            return Measured(measured.leaves, lambda start, end: _diagram_cut(block, measured, start, end))
        fit = min(1.0, width / found.width, self._room * 0.8 / found.height) if found.width and found.height else 1.0
        return _whole(block, found.height * fit, size * GAP)

    # What holds other blocks

    def _admonition(self, block: Admonition, width: float, size: float) -> Measured:
        inner = width - size * 1.9
        row = self.row(block.blocks, inner, size)
        title: Inlines = ("Word",) if block.title is None else block.title
        top = self._lines(title, inner, size, 1.07) * size * LEADING + size * 0.35 if title else 0.0
        return _framed(row, lambda inner: replace(block, blocks=inner), block, top, size * PADDING)

    def _tabs(self, block: Tabs, width: float, size: float) -> Measured:
        rows: list[Measured] = []
        for tab in block.tabs:
            row = self.row(tab.blocks, width - size * 1.3, size)
            remade = partial(_one_tab, tab)
            rows.append(_framed(row, remade, Tabs((tab,)), size * LEADING + size * 0.35))
        together = Row(rows)

        def cut(start: int, end: int) -> Block:
            parts = together.cut(start, end)
            return Tabs(tuple(tab for each in parts if isinstance(each, Tabs) for tab in each.tabs))

        return Measured(together.taken(), cut)

    def _figure(self, block: Figure, width: float, size: float) -> Measured:
        height = self.height(block.blocks, width, size)
        if block.caption:
            height += self._lines(block.caption, width, size * CAPTION) * size * CAPTION * LEADING + size * 0.4
        match block.blocks:
            case (Table() | CodeBlock() as inner,) if height > self._room / 2:
                measured = self._block(inner, width, size)
                last = len(measured.leaves)
                more = height - measured.height
                if measured.leaves:
                    measured.leaves[-1] = measured.leaves[-1]._replace(height=measured.leaves[-1].height + more)
                return Measured(
                    measured.leaves,
                    lambda start, end: replace(
                        block,
                        blocks=tuple(each for each in (measured.cut(start, end),) if each),
                        caption=block.caption if end == last else (),
                    ),
                )
        return _whole(block, height, size * GAP, block.caption)

    def _list(self, block: List, width: float, size: float) -> Measured:
        found: list[Leaf] = []
        ends = [0]
        rows: list[Row] = []
        for item in block.items:
            row = self.row(item.blocks, width - size * INDENT, size, block.tight)
            rows.append(row)
            leaves = row.taken() or [Leaf(size * LEADING, 0.0)]
            for at, leaf in enumerate(leaves):
                bad = _ITEM if at == 0 else _BELOW
                leaves[at] = leaf._replace(badness=leaf.badness + bad)
            if found:
                leaves[0] = leaves[0]._replace(before=size * (TIGHT if block.tight else GAP))
            found += leaves
            ends.append(len(found))

        def cut(start: int, end: int) -> Block:
            if start == 0 and end == ends[-1]:
                return block
            kept: list[ListItem] = []
            number = bisect_right(ends, start) - 1
            for at in range(number, len(rows)):
                if ends[at] >= end:
                    break
                first, last = max(start, ends[at]) - ends[at], min(end, ends[at + 1]) - ends[at]
                item = block.items[at]
                is_whole = first == 0 and last == ends[at + 1] - ends[at]
                kept.append(item if is_whole else replace(item, blocks=tuple(rows[at].cut(first, last))))
            begin = None if block.start is None else block.start + number
            return replace(block, items=tuple(kept), start=begin)

        return Measured(found, cut)

    def _definitions(self, block: DefinitionList, width: float, size: float) -> Measured:
        parts: list[tuple[int, int, Row]] = []  # item, description, its blocks
        leaves: list[Leaf] = []
        ends = [0]
        for at, item in enumerate(block.items):
            term = sum(self._lines(each, width, size, 1.07) for each in item.terms) * size * LEADING
            for number, description in enumerate(item.descriptions or ((),)):
                row = self.row(description, width - size * INDENT, size)
                its = row.taken() or [Leaf(0.0, 0.0)]
                above = term if number == 0 else 0.0
                notes = tuple(label for each in item.terms for label in _mentions(each)) if number == 0 else ()
                its[0] = its[0]._replace(
                    height=its[0].height + above + size * TIGHT,
                    before=size * (GAP if number == 0 else TIGHT),
                    badness=_ITEM if number == 0 else _BELOW,
                    notes=notes + its[0].notes,
                )
                parts.append((at, number, row))
                leaves += its
                ends.append(len(leaves))

        def cut(start: int, end: int) -> Block:
            if start == 0 and end == ends[-1]:
                return block
            found: dict[int, tuple[tuple[Inlines, ...], list[Blocks]]] = {}
            for index in range(bisect_right(ends, start) - 1, len(parts)):
                if ends[index] >= end:
                    break
                at, number, row = parts[index]
                first, last = max(start, ends[index]) - ends[index], min(end, ends[index + 1]) - ends[index]
                terms = block.items[at].terms if number == 0 and first == 0 else ()
                _, inner = found.setdefault(at, (terms, []))
                if block.items[at].descriptions:
                    inner.append(tuple(row.cut(first, last)))
            return DefinitionList(tuple(Definition(terms, tuple(inner)) for terms, inner in found.values()))

        return Measured(leaves, cut)

    # Tables

    def _table(self, block: Table, width: float, size: float) -> Measured:
        shape = self.table(block, width, size)
        columns = self._columns_of(block)  # now, for they are forgotten with each slide
        head, rows = shape.head, shape.rows
        groups = rows_together(block)
        leaves: list[Leaf] = []
        cuts: list[tuple[tuple[Cell, ...], ...]] = []
        for start, end in groups:
            height = sum(rows[start:end])
            several = ceil(height / max(self._room * 0.8 - head, size)) if end - start == 1 else 1
            cells = block.rows[start:end]
            if several > 1:
                # A row that is higher than a slide goes on in rows below it.
                parts = row_parts(cells[0], several)
                cuts += ((part,) for part in parts)
                leaves += (self._row_leaf(part, height / several + size * 0.4, head) for part in parts)
            else:
                cuts.append(cells)
                leaves.append(self._row_leaf(tuple(cell for row in cells for cell in row), height, head))
        if leaves:
            first = leaves[0]
            notes = tuple(label for cell in block.head for label in _mentions(cell.content)) + first.notes
            leaves[0] = first._replace(
                height=first.height + head, before=size * GAP * ABOVE_TABLE, head=0.0, badness=0.0, notes=notes
            )
        else:
            leaves.append(Leaf(head, size * GAP * ABOVE_TABLE))
            cuts.append(())
        leaves[-1] = leaves[-1]._replace(height=leaves[-1].height + size * BELOW_TABLE)
        count = len(cuts)

        def cut(start: int, end: int) -> Block:
            if end - start == count and len(cuts) == len(groups):
                return block
            part = replace(block, rows=tuple(row for rows in cuts[start:end] for row in rows))
            self._parts[id(part)] = part, *columns
            return part

        return Measured(leaves, cut)

    def _row_leaf(self, cells: Sequence[Cell], height: float, head: float) -> Leaf:
        notes = tuple(label for cell in cells for label in _mentions(cell.content))
        return Leaf(height, 0.0, head, 0.0, _ITEM, notes)

    def table(self, block: Table, width: float, size: float) -> TableShape:
        """How wide the columns of a table are, how high its rows, and how large its text."""
        count = len(block.alignments)
        natural, least = self._columns_of(block)
        its = size * TABLE
        sides = 2 * CELL_SIDE
        while its > size * _LEAST_TABLE and sum(least) + count * sides > width / its:
            its *= 0.92
        widths = [each * its for each in shared(natural, least, width / its, sides)]
        rows = [self._row_height(row, widths, its) for row in block.rows]
        head = self._row_height(block.head, widths, its, 1.07) if block.head else 0.0
        return TableShape(widths, head, rows, its)

    def _columns_of(self, block: Table) -> tuple[list[float], list[float]]:
        """How wide each column would be on one line, and must be for its words, in em."""
        known = self._parts.get(id(block)) or self._tables.get(id(block))
        if known is None:
            count = len(block.alignments)
            natural, least = [0.0] * count, [0.0] * count
            for row in (block.head, *block.rows[:200]):
                share = 1.07 if row is block.head else 1.0
                for at, cell in enumerate(row):
                    if cell.columns == 1 and cell.content:
                        natural[at] = max(natural[at], min(self.ruler.natural(cell.content), 60.0) * share)
                        least[at] = max(least[at], min(self.ruler.widest_word(cell.content), 24.0) * share)
            known = self._tables[id(block)] = block, natural, least
        return known[1], known[2]

    def _row_height(self, row: tuple[Cell, ...], widths: list[float], size: float, share: float = 1.0) -> float:
        most = size * LEADING
        for at, cell in enumerate(row):
            if cell.content and cell.rows == 1:
                room = sum(widths[at : at + cell.columns]) - 2 * CELL_SIDE * size
                room = max(room, size)
                count = self._lines(cell.content, room, size, share)
                most = max(most, count * size * LEADING + self._pictures(cell.content, room, size))
        return most + 2 * CELL * size


class Row:
    """Blocks below each other, with their leaves."""

    def __init__(self, found: list[Measured]) -> None:
        self._cuts = [each.cut for each in found]
        self._ends = [0, *accumulate(len(each.leaves) for each in found)]
        self.leaves = [leaf for each in found for leaf in each.leaves]

    def taken(self) -> list[Leaf]:
        """Its leaves for what holds it. It gives them up, or each level of a nest would hold as many of its own."""
        leaves, self.leaves = self.leaves, []
        return leaves

    def cut(self, start: int, end: int) -> list[Block]:
        """The blocks that are between two leaves, and what is there of those that begin before or end behind."""
        blocks: list[Block] = []
        ends = self._ends
        for at in range(bisect_right(ends, start) - 1, len(self._cuts)):
            if ends[at] >= end:
                break
            first, last = max(start, ends[at]) - ends[at], min(end, ends[at + 1]) - ends[at]
            if first < last and (block := self._cuts[at](first, last)) is not None:
                blocks.append(block)
        return blocks


def _one_tab(tab: Tab, blocks: Blocks) -> Tabs:
    return Tabs((replace(tab, blocks=blocks),))


def _whole(block: Block, height: float, before: float, content: Inlines = ()) -> Measured:
    return Measured([Leaf(height, before, notes=_mentions(content))], lambda _start, _end: block)


def _framed(
    row: Row, remade: Callable[[Blocks], Block], whole: Block | None, top: float = 0.0, pad: float = 0.0
) -> Measured:
    """Blocks in a frame that has a title of this height, and space within its upper and lower edge."""
    leaves = row.taken() or [Leaf(0.0, 0.0)]
    last = len(leaves) - 1
    for at, leaf in enumerate(leaves):
        leaves[at] = leaf._replace(
            height=leaf.height + (top + pad if at == 0 else 0.0) + (pad if at == last else 0.0),
            before=leaf.before if at else 0.0,
            head=leaf.head + (top + pad if at else 0.0),  # the title is repeated
            foot=leaf.foot + (pad if at < last else 0.0),
            badness=leaf.badness + (_BELOW if at else 0.0),
        )

    def cut(start: int, end: int) -> Block | None:
        if whole is not None and start == 0 and end == last + 1:
            return whole
        return remade(tuple(row.cut(start, end)))

    return Measured(leaves, cut)


def _diagram_cut(block: Diagram, measured: Measured, start: int, end: int) -> Block:
    part = measured.cut(start, end)
    text = part.text if isinstance(part, CodeBlock) else block.text
    return block if text == block.text else CodeBlock(text, block.language)


def alone(content: Inlines) -> Math | None:
    """The formula that is all that a line holds, if that is displayed."""
    shown = [node for node in content if not (isinstance(node, str) and node.isspace())]
    match shown:
        case [Math(display=True) as formula]:
            return formula
        case _:
            return None


def in_rows(sizes: list[Size], width: float, room: float) -> list[list[tuple[int, Size]]]:
    """Images beside each other as far as a column of this width has room: which of them, and how large each is."""
    rows: list[list[tuple[int, Size]]] = []
    taken = 0.0
    for at, size in enumerate(sizes):
        fit = min(1.0, width / (size.width or 1.0), room * _PICTURE / (size.height or 1.0))
        shown = Size(size.width * fit, size.height * fit)
        if not rows or taken + shown.width > width:
            rows.append([])
            taken = 0.0
        rows[-1].append((at, shown))
        taken += shown.width + room * 0.02
    return rows


def _formula_lines(node: Math) -> float:
    """How many lines a formula adds to those of its source, roughly."""
    if not node.display:
        return 0.3 if _TALL.search(node.text) else 0.0
    return 0.6 + (1.2 if _TALL.search(node.text) else 0.0) + 1.2 * node.text.count("\\\\")


_TALL = re.compile(r"\\(?:[dt]?frac|sum|prod|int|begin|binom|over|lim)")


def _announces(block: Block) -> float:
    """How bad it is to end a slide behind it, for it announces what follows."""
    match block:
        case Heading():
            return _HEADED
        case Paragraph():
            last = block.content[-1] if block.content else ""
            return _TIED if isinstance(last, str) and last.rstrip().endswith((":", "\uff1a")) else 0.0
        case _:
            return 0.0


def _mentions(content: Inlines) -> tuple[str, ...]:
    return (
        ()
        if _is_only_text(content)
        else tuple(node.label for node in within(content) if isinstance(node, FootnoteReference))
    )


def _is_only_text(content: Inlines) -> bool:
    """Whether there is nothing within: so it is with two lines of three, and each is asked several times."""
    return len(content) <= 1 and (not content or isinstance(content[0], str))


def _columns(text: str) -> int:
    if text.isascii() and "\t" not in text:
        return len(text.rstrip("\n"))
    from exporters.toolbox.columns import columns  # 1 ms

    return columns(text.rstrip("\n").expandtabs(4))
