"""Tables, with widths that Word, LibreOffice and Pages all take from the file (ECMA-376-1, 17.4).

Word measures columns by their text as it opens a file, LibreOffice and Pages take them as they are. So all three places
that can say a width say the same one, which is estimated here from the letters that stand in a column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from exporters.document import Alignment, Cell, Image, Table
from exporters.document.walk import plain_text, within
from exporters.formats.docx.directions import Direction, direction_of
from exporters.formats.docx.paragraphs import Lines
from exporters.toolbox.widths import capped

if TYPE_CHECKING:
    from exporters.formats.docx.work import Work

_PADDING = 220 + 80  # twips at both sides of a cell, and what LibreOffice takes for lines and rounding
_SIZE = 200  # twips: letters of tables have 10 points
_SMALL = 0.8  # of the size of text, where columns are many
_SAMPLE = 300  # rows that are measured: the rest will be alike
_LONGEST_WORD = 2_400  # twips that are kept together where room is scarce; longer words are broken
_PICTURE = 2_400  # twips that a picture takes where room is scarce
_TALL = 1_200  # letters in a row that may be broken between pages
MOST_COLUMNS = 63
"""That Word takes; it refuses a file whose table has more."""


def table(work: Work, block: Table, left: int, room: int, around: Direction) -> Iterator[str]:
    """The element in pieces; `room` is for how wide it may be, `left` how far from the margin it begins."""
    first = next(iter((block.head, *block.rows)), ())
    runs = direction_of(first[0].content, around) if first else around
    widths, is_full, is_small = _widths(block, room)
    if runs == "rtl" and not is_full:  # else LibreOffice puts it on the left
        whole = sum(widths)  # once, for a table may have thousands of columns
        widths = [width * room // whole for width in widths]
    layout = '<w:tblLayout w:type="fixed"/>' if is_full else ""
    visual = "<w:bidiVisual/>" if runs == "rtl" else ""
    head = 1 if block.head else 0
    indent = f'<w:tblInd w:w="{left}" w:type="dxa"/>' if left else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Table"/>{visual}<w:tblW w:w="{sum(widths)}" w:type="dxa"/>{indent}{layout}'
        f'<w:tblLook w:val="06{0x20 * head:02X}" w:firstRow="{head}" w:lastRow="0" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    )
    rows = _Rows(work, widths, block.alignments, runs, is_small)
    if block.head:
        yield from rows.row(block.head, is_head=True)
    for row in block.rows:
        yield from rows.row(row, is_head=False)
    yield "</w:tbl>"


def parted(block: Table) -> Iterator[Table]:
    """A table in as many as Word needs: itself, or one for each 63 of its columns."""
    for at in range(0, len(block.alignments), MOST_COLUMNS):
        some = slice(at, at + MOST_COLUMNS)
        yield Table(block.alignments[some], block.head[some], tuple(row[some] for row in block.rows))


class _Rows:
    """The rows of one table, from the first to the last."""

    def __init__(
        self,
        work: Work,
        widths: Sequence[int],
        alignments: Sequence[Alignment],
        direction: Direction,
        is_small: bool,
    ) -> None:
        self._work = work
        self._widths = widths
        self._alignments = alignments
        self._direction = direction
        self._is_small = is_small
        self._covered = [(0, 1)] * len(widths)
        """For each column, for how many rows more a cell above covers it, and how many columns that spans."""

    def row(self, cells: Sequence[Cell], *, is_head: bool) -> Iterator[str]:
        style = ("TableHeading" if is_head else "TableText") + ("Small" if self._is_small else "")
        properties = "<w:cantSplit/><w:tblHeader/>" if is_head else "<w:cantSplit/>" if _is_low(cells) else ""
        yield f"<w:tr><w:trPr>{properties}</w:trPr>" if properties else "<w:tr>"
        at = 0
        while at < len(cells):
            cell = cells[at]
            left, spanned = self._covered[at]
            if left:
                self._covered[at] = (left - 1, spanned)
                yield self._cell((), at, spanned, "<w:vMerge/>", style)
                at += spanned
                continue
            spanned = self._spanned(cell, at, len(cells))
            merge = '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
            self._covered[at] = (cell.rows - 1, spanned)
            yield self._cell(cell.content, at, spanned, merge, style)
            at += spanned
        yield "</w:tr>"

    def _spanned(self, cell: Cell, at: int, end: int) -> int:
        """How many columns a cell spans, which those that cells above cover bound."""
        spanned = 1
        while spanned < cell.columns and at + spanned < end and not self._covered[at + spanned][0]:
            spanned += 1
        return spanned

    def _cell(self, content: tuple[object, ...], at: int, spanned: int, merge: str, style: str) -> str:
        width = sum(self._widths[at : at + spanned])
        span = f'<w:gridSpan w:val="{spanned}"/>' if spanned > 1 else ""
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}</w:tcPr>'
            f"{self._lines(content, self._alignments[at], width, style)}</w:tc>"
        )

    def _lines(self, content: tuple[object, ...], alignment: Alignment, width: int, style: str) -> str:
        inlines = self._work.inlines
        outer, inlines.room = inlines.room, max(width - _PADDING, 200)
        direction = direction_of(content, self._direction)  # type: ignore[arg-type]
        lines = Lines(inlines.runs(content, direction), style, direction)  # type: ignore[arg-type]
        inlines.room = outer
        lines.alignment = alignment
        return lines.xml()


def _is_low(cells: Sequence[Cell]) -> bool:
    """Whether a row is better not broken between two pages."""
    return sum(len(node) for cell in cells for node in cell.content if type(node) is str) < _TALL


def _widths(block: Table, room: int) -> tuple[list[int], bool, bool]:
    """The width of each column in twips; whether they need all the room; and whether letters have to be smaller."""
    natural, least = _measured(block)
    wanted = [width + _PADDING for width in natural]
    if sum(wanted) <= room:
        return wanted, False, False
    needed = [min(width, _LONGEST_WORD) + _PADDING for width in least]
    is_small = sum(needed) > room
    if is_small:
        needed = [round(each * _SMALL) for each in needed]
        wanted = [round(each * _SMALL) for each in wanted]
    if sum(needed) > room:
        return [max(1, int(each)) for each in capped(needed, room)], True, True
    return _shared(wanted, needed, room), True, is_small


def _shared(wanted: list[int], needed: list[int], room: int) -> list[int]:
    """Gives each column what it needs, and the rest to those that want more: to each at most what it wants."""
    widths = list(needed)
    left = room - sum(widths)
    wanting = sorted(range(len(widths)), key=lambda at: wanted[at] - needed[at])
    for position, at in enumerate(wanting):
        more = min(left // (len(wanting) - position), wanted[at] - needed[at])
        widths[at] += max(more, 0)
        left -= max(more, 0)
    return widths


def _measured(block: Table) -> tuple[list[int], list[int]]:
    """Of each column, how wide its longest line is in twips, and its longest word."""
    count = len(block.alignments)
    natural, least = [1] * count, [1] * count
    for row in islice((block.head, *block.rows), _SAMPLE):
        for at, cell in enumerate(row):
            if cell.columns > 1 or not cell.content:
                continue
            pictured = any(isinstance(node, Image) for node in within(cell.content)) * _PICTURE
            text = plain_text(cell.content)
            wide = max(_twips(text), pictured)
            natural[at] = max(natural[at], wide)
            if wide > least[at]:
                least[at] = max(least[at], pictured, *map(_twips, text.split()))
    return natural, least


def _twips(text: str) -> int:
    """How wide a text is."""
    if text.isascii():
        return sum(map(_ADVANCES.__getitem__, text.encode())) * _SIZE // 1000
    from exporters.toolbox.columns import columns  # 2 ms

    return sum(_ADVANCES[ord(each)] if each.isascii() else _OTHER * columns(each) for each in text) * _SIZE // 1000


# Of Calibri Bold's letters from the blank to the tilde, in thousandths of their size; of other letters, about.
_OTHER = 545
_ADVANCES = (
    *(226,) * 32,
    226, 326, 438, 498, 507, 729, 705, 233, 312, 312, 498, 498, 258, 306, 267, 430, 507, 507, 507, 507, 507, 507, 507,
    507, 507, 507, 276, 276, 498, 498, 498, 463, 898, 606, 561, 529, 630, 488, 459, 637, 631, 267, 331, 547, 423, 874,
    659, 676, 532, 686, 563, 473, 495, 653, 591, 906, 551, 520, 478, 325, 430, 325, 498, 498, 300, 494, 537, 418, 537,
    503, 316, 474, 537, 246, 255, 480, 246, 813, 537, 538, 537, 537, 355, 399, 347, 537, 473, 745, 459, 474, 397, 344,
    475, 344, 498, 226,
)  # fmt: skip
