"""Tables: how wide columns are, which cells others cover, and what repeats on each page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from exporters.document import Alignment, Cell, Image, Inlines, Table
from exporters.document.walk import plain_text, within
from exporters.formats.odt import looks as look
from exporters.formats.odt.automatic import Automatic
from exporters.formats.odt.geometry import Place
from exporters.formats.odt.held import Held
from exporters.report import Code, Report
from exporters.toolbox.widths import capped

_LETTER = 0.56  # width of an average letter by its size, in the wider of the fonts there may be
_BOLD = 1.08  # the same of bold letters, by that of others
_SIZES = (1.0, 0.88, 0.77)  # of the size of tables, tried in turn until the longest words fit
_NEARLY = 0.85  # of the width: a table that is wider has all of it, lest it looks like a mistake
_LONGEST_WORD = 0.45  # of the width, that a word may ask for: longer ones are broken
_PICTURE = 20  # letters that a picture in a cell asks for as much room as
_BREAKABLE = 8  # columns of words without blanks in Chinese and Japanese, which can be broken nearly anywhere
_SHORT = 14  # letters of a line that stays whole, where there is room: 3 hours, 12 March
_BROKEN = 1.6  # of the width: what asks for more has words that are broken all over
_ROOM = 1.4  # letters more than there are, since some words are all wide ones
_LEAST = 8.0  # points of text in a column
_MEASURED = 400  # rows that are looked at; all others are much like them
_SHORT_ROW = 400  # characters: so short, a row does not part between pages
_SHORT_TABLE = 8  # short rows: no more, and the table does not part, either


class TableWriter:
    """Writes the tables of one document."""

    def __init__(
        self, out: Held, automatic: Automatic, size: float, write: Callable[[Inlines, float], None], report: Report
    ) -> None:
        self._out = out
        self._automatic = automatic
        self._size = size * look.TABLE
        self._write = write
        self._report = report
        self._count = 0

    def table(
        self, table: Table, place: Place, where: str, runs: Callable[[Inlines], bool | None], is_rtl: bool
    ) -> None:
        """Writes a table; `runs` says whether a line runs from right to left, if not as the document does."""
        self._count += 1
        widths, share = self._widths(table, place.width, where)
        self._share = share
        self._runs = runs
        parts = len(table.rows) > _SHORT_TABLE or not all(map(_is_short, table.rows))
        style = self._table_style(place, sum(widths), is_rtl, parts)
        self._out.add(f'<table:table table:name="Table{self._count}" table:style-name="{style}">')
        for width in widths:
            style = self._automatic.style(
                "table-column", "co", f'<style:table-column-properties style:column-width="{width:.2f}pt"/>'
            )
            self._out.add(f'<table:table-column table:style-name="{style}"/>')
        if table.head:
            self._out.add("<table:table-header-rows>")
            self._rows((table.head,), table.alignments, widths, is_head=True)
            self._out.add("</table:table-header-rows>")
        self._rows(table.rows, table.alignments, widths, is_head=False)
        self._out.add("</table:table>")

    def _table_style(self, place: Place, width: float, is_rtl: bool, parts: bool) -> str:
        runs = ' style:writing-mode="rl-tb"' if is_rtl else ""
        runs += "" if parts else ' style:may-break-between-rows="false"'
        left, right = (0.0, place.left) if is_rtl else (place.left, 0.0)
        aligned = "right" if is_rtl else "left"
        return self._automatic.style(
            "table",
            "ta",
            f'<style:table-properties style:width="{width:.2f}pt" table:align="{aligned}" '
            f'fo:margin-left="{left:.2f}pt" fo:margin-right="{right:.2f}pt" fo:margin-top="4pt" '
            f'fo:margin-bottom="{look.GAP + 6}pt" table:border-model="collapsing"{runs}/>',
            self._automatic.page().strip(),
        )

    def _rows(
        self, rows: Sequence[tuple[Cell, ...]], alignments: Sequence[Alignment], widths: list[float], *, is_head: bool
    ) -> None:
        covered = [0] * len(widths)
        for at, row in enumerate(rows):
            kept = "always" if _is_short(row) else "auto"
            style = self._automatic.style("table-row", "ro", f'<style:table-row-properties fo:keep-together="{kept}"/>')
            self._out.add(f'<table:table-row table:style-name="{style}">')
            until = 0
            for column, (cell, alignment) in enumerate(zip(row, alignments, strict=True)):
                if covered[column] or column < until:
                    covered[column] -= column >= until
                    self._out.add("<table:covered-table-cell/>")
                    continue
                until = min(column + max(cell.columns, 1), len(widths))
                until = next((each for each in range(column + 1, until) if covered[each]), until)
                down = min(max(cell.rows, 1), len(rows) - at)
                covered[column:until] = [down - 1] * (until - column)
                its = self._spans(until - column, down) + self._cell_style(
                    column == 0, until == len(widths), is_head, at + down == len(rows)
                )
                self._out.add(f'<table:table-cell{its} office:value-type="string">')
                self._cell(cell, alignment, sum(widths[column:until]), is_head)
                self._out.add("</table:table-cell>")
            self._out.add("</table:table-row>")

    def _spans(self, across: int, down: int) -> str:
        columns = f' table:number-columns-spanned="{across}"' if across > 1 else ""
        return columns + (f' table:number-rows-spanned="{down}"' if down > 1 else "")

    def _cell_style(self, is_first: bool, is_last: bool, is_head: bool, is_end: bool) -> str:
        line = (
            f"1pt solid {look.QUIET}"
            if is_head
            else f"{1 if is_end else 0.5}pt solid {look.FAINT if is_end else look.LINE}"
        )
        side = look.CELL * self._share
        style = self._automatic.style(
            "table-cell",
            "ce",
            f'<style:table-cell-properties style:vertical-align="{"bottom" if is_head else "top"}" fo:border="none" '
            f'fo:border-bottom="{line}" fo:padding-top="4pt" fo:padding-bottom="4pt" '
            f'fo:padding-left="{1 if is_first else side:.1f}pt" fo:padding-right="{1 if is_last else side:.1f}pt"/>',
        )
        return f' table:style-name="{style}"'

    def _cell(self, cell: Cell, alignment: Alignment, width: float, is_head: bool) -> None:
        parent = "Table_20_Heading" if is_head else "Table_20_Contents"
        more = f'fo:text-align="{alignment}"' if alignment else ""
        inner = Place(width - 2 * look.CELL, base=parent)
        is_rtl = self._runs(cell.content)
        if is_rtl is not None and not alignment:
            more = f'fo:text-align="{"left" if is_rtl else "right"}"'  # in the line of its column
        if self._share < 1:
            style = self._small(parent, more, is_rtl)
        else:
            style = self._automatic.paragraph(parent, inner, more, is_rtl=is_rtl)
        if not cell.content:
            self._out.add(f'<text:p text:style-name="{style}"/>')
            return
        self._out.add(f'<text:p text:style-name="{style}">')
        self._write(cell.content, inner.width)
        self._out.add("</text:p>")

    def _small(self, parent: str, more: str, is_rtl: bool | None) -> str:
        size = f"{self._size * self._share:.1f}pt"
        if is_rtl is not None:
            more += f' style:writing-mode="{"rl-tb" if is_rtl else "lr-tb"}"'
        aligned = f"<style:paragraph-properties {more}/>" if more else ""
        letters = f'fo:font-size="{size}" style:font-size-asian="{size}" style:font-size-complex="{size}"'
        inner = f"{aligned}<style:text-properties {letters}/>"
        return self._automatic.style("paragraph", "P", inner, f'style:parent-style-name="{parent}"')

    # Widths

    def _widths(self, table: Table, width: float, where: str) -> tuple[list[float], float]:
        """The widths of columns, and the size of letters by that of other tables."""
        measured = _measured(table)
        for share, keeps_short in ((1.0, True), *((each, False) for each in _SIZES)):
            letter, sides = self._size * share * _LETTER, 2 * look.CELL * share
            least = [
                min((high if keeps_short and high <= _SHORT else low) * letter, width * _LONGEST_WORD) + sides
                for low, high in measured
            ]
            if sum(least) <= width:
                most = [max(high * letter + sides, low) for (_, high), low in zip(measured, least, strict=True)]
                return _shared(least, most, width), share
        if sum(least) > width * _BROKEN:
            what = "A table has more columns than fit its page; words in it are broken."
            self._report.degraded(Code.TABLE, what, where)
        return [max(_LEAST, each) for each in capped(least, width)], _SIZES[-1]


def _shared(least: list[float], most: list[float], width: float) -> list[float]:
    whole = sum(most)
    if whole <= width:
        more = width / whole if whole > width * _NEARLY else 1.0
        return [each * more for each in most]
    # Each has what its longest word needs, and of the rest as much as it could use more than that.
    wanted = [high - low for low, high in zip(least, most, strict=True)]
    rest = (width - sum(least)) / max(sum(wanted), 1e-9)
    return [low + more * rest for low, more in zip(least, wanted, strict=True)]


def _measured(table: Table) -> list[tuple[float, float]]:
    """The letters of the longest word, and of the longest line, of each column."""
    found = [(1.0, 1.0)] * len(table.alignments)
    for row, boldness in _looked_at(table):
        for column, cell in enumerate(row):
            if cell.columns == 1 and cell.content:
                low, high = _extent(cell.content)
                least, most = found[column]
                found[column] = max(least, low * boldness), max(most, high * boldness)
    return found


def _looked_at(table: Table) -> Iterable[tuple[tuple[Cell, ...], float]]:
    yield table.head, _BOLD
    for row in table.rows[:_MEASURED]:
        yield row, 1.0


def _extent(content: Inlines) -> tuple[float, float]:
    text = plain_text(content)
    longest, whole = max(map(len, text.split()), default=0), len(text)
    if not text.isascii():
        from exporters.toolbox.columns import columns  # 2 ms

        longest, whole = max(map(columns, text.split()), default=0), columns(text)
        if whole > len(text):
            longest = min(longest, _BREAKABLE)
    wide = _PICTURE if any(isinstance(node, Image) for node in within(content)) else 0
    return max(longest, wide) + _ROOM, max(whole, wide) + _ROOM


def _is_short(row: tuple[Cell, ...]) -> bool:
    return sum(map(_length, row)) < _SHORT_ROW


def _length(cell: Cell) -> int:
    return sum(len(node) if isinstance(node, str) else 40 for node in cell.content)
