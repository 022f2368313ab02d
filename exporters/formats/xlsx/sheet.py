"""Writes a worksheet: what is around its rows, row by row, and what leads from it.

Source: ECMA-376-1, 18.3; what Excel takes of each, in its "Specifications and limits".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from exporters.formats.xlsx.styles import MAIN
from exporters.report import Code, Report
from exporters.toolbox import urls
from exporters.toolbox.escaping import html_attribute, without_controls
from exporters.toolbox.ooxml import RELATIONSHIPS, XML, Relations

MAX_ROWS, MAX_COLUMNS, MAX_LINKS = 1_048_576, 16_384, 65_530
_NARROWEST, _WIDEST = 8, 60  # characters of a column: beyond, words are wrapped
_LINE_HEIGHT, _HIGHEST = 15, 409  # points of a line of 11 points, and the most that Excel gives a row
_PER_WIDTH = 1.1  # letters that stand on the width of a digit, which columns are measured in
_WIDE_PAGE = 95  # characters that an upright page has room for in 11 points; more is set across
_LONGEST_HEADER = 120  # characters above a page in print; Excel takes 255, with its own marks


class Look(NamedTuple):
    """What holds for a sheet as a whole."""

    title: str
    widths: Sequence[float]
    """Of its columns, in characters."""
    frozen: bool = False
    """Whether the first row stays where it is."""
    rtl: bool = False
    deepest: int = 0
    """The most that rows are folded into others."""
    letter: bool = False
    """Whether it is printed on Letter paper; otherwise on A4."""
    filtered: str = ""
    """The cells that a filter is for; "" for none."""


class Sheet:
    """One sheet on its way to its part."""

    def __init__(self, look: Look, report: Report) -> None:
        self.relations = Relations()
        self.table = ""
        """The id of its table, if that is one to Excel."""
        self._look = look
        self._report = report
        self._merged: list[str] = []
        self._links: list[Callable[[], str]] = []

    def merge(self, area: str) -> None:
        """Makes one cell of several, such as `A1:B2`."""
        self._merged.append(area)

    def link(self, place: str, url: str) -> None:
        """Lets a cell lead out of the file."""
        if len(self._links) == MAX_LINKS:
            self._report.lost(Code.LINK, f"A sheet holds {MAX_LINKS:,} links: others are only their words.")
            return
        id = self.relations.id("hyperlink", urls.encoded(without_controls(url)[0]), external=True)
        self._links.append(lambda: f'<hyperlink ref="{place}" r:id="{id}"/>')

    def link_within(self, place: str, target: Callable[[], str]) -> None:
        """Lets a cell lead to another one, which need not be known before all is written; "" for nowhere."""
        if len(self._links) < MAX_LINKS:
            self._links.append(lambda: _within(place, target()))

    def pieces(self, rows: Iterable[str]) -> Iterator[str]:
        """The part, with its rows between `<sheetData>` and its end."""
        look = self._look
        yield f'{XML}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><sheetPr>'
        yield '<outlinePr summaryBelow="0"/><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        yield f'<sheetView workbookViewId="0"{' rightToLeft="1"' if look.rtl else ""}>'
        if look.frozen:
            yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            yield '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/>'
        outline = f' outlineLevelRow="{look.deepest}"' if look.deepest else ""
        yield f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"{outline}/><cols>'
        for number, width in enumerate(look.widths, 1):
            yield f'<col min="{number}" max="{number}" width="{width:g}" customWidth="1"/>'
        yield "</cols><sheetData>"
        yield from rows
        yield "</sheetData>"
        if look.filtered and not self.table:
            yield f'<autoFilter ref="{look.filtered}"/>'
        if self._merged:
            yield f'<mergeCells count="{len(self._merged)}">'
            yield from (f'<mergeCell ref="{area}"/>' for area in self._merged)
            yield "</mergeCells>"
        links = [link for each in self._links if (link := each())]
        if links:
            yield f"<hyperlinks>{''.join(links)}</hyperlinks>"
        yield from self._page()
        if self.table:
            yield f'<tableParts count="1"><tablePart r:id="{self.table}"/></tableParts>'
        yield "</worksheet>"

    def _page(self) -> Iterator[str]:
        """How it is printed: as wide as the page, with as many pages as that takes."""
        orientation = "landscape" if sum(self._look.widths) > _WIDE_PAGE else "portrait"
        paper = 1 if self._look.letter else 9
        yield '<pageMargins left="0.5" right="0.5" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        yield f'<pageSetup paperSize="{paper}" orientation="{orientation}" fitToWidth="1" fitToHeight="0"/>'
        title = html_attribute(without_controls(self._look.title[:_LONGEST_HEADER])[0].replace("&", "&&"))
        header = f"<oddHeader>&amp;L{title}</oddHeader>" if title else ""
        yield f"<headerFooter>{header}<oddFooter>&amp;R&amp;P / &amp;N</oddFooter></headerFooter>"


def _within(place: str, target: str) -> str:
    return f'<hyperlink ref="{place}" location="{html_attribute(target)}"/>' if target else ""


def letters(column: int) -> str:
    """The letters of a column, which are counted from 0."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def height(texts: Sequence[str], widths: Sequence[float]) -> str:
    """The attribute that says how high a row is, if it has several lines: no program looks before somebody edits it."""
    most = 1
    for text, width in zip(texts, widths, strict=False):
        if len(text) * 2 > width - 2 or "\n" in text:
            most = max(most, _lines(text, width))
    return f' ht="{min(most * _LINE_HEIGHT, _HIGHEST):g}"' if most > 1 else ""


def _lines(text: str, width: float) -> int:
    """About how many lines a text takes in a column."""
    room = max(1, int(width * _PER_WIDTH))
    return sum(max(1, -(-_columns(line) // room)) for line in text.split("\n"))


# Characters of two columns, and some of one. `toolbox.columns` is exact, and took half of a book's time.
_WIDE = re.compile("[\u2e80-\U0010ffff]")


def _columns(line: str) -> int:
    return len(line) if line.isascii() else len(line) + len(_WIDE.findall(line))


def widths(rows: Iterable[Sequence[str]], count: int) -> list[float]:
    """How wide columns are to be for these texts."""
    widest = [0] * count
    for row in rows:
        for column, text in enumerate(row):
            if len(text) * 2 > widest[column] and widest[column] < _WIDEST:
                wide = max(map(_columns, text.split("\n")))
                widest[column] = max(widest[column], wide)
    return [min(max(wide + 3, _NARROWEST), _WIDEST) for wide in widest]
