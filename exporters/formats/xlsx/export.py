"""Puts the sheets of a workbook together: its tables, its text, and a list of them where there are many.

Source: ECMA-376-1, 18.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from exporters.document.nodes import Document
from exporters.document.walk import title
from exporters.formats.xlsx.cells import Cells, Strings
from exporters.formats.xlsx.outline import OutlineSheet, quoted
from exporters.formats.xlsx.sheet import Look, Sheet, widths
from exporters.formats.xlsx.styles import MAIN, Font, Style, Styles
from exporters.formats.xlsx.tables import TableSheet
from exporters.formats.xlsx.theme import theme
from exporters.formats.xlsx.values import Values
from exporters.options import NoOptions
from exporters.report import Code, Report
from exporters.toolbox import metadata, sheets
from exporters.toolbox.escaping import html_attribute, html_text, without_controls
from exporters.toolbox.ooxml import RELATIONSHIPS, XML, Package, Relations
from exporters.toolbox.plain import Plain
from exporters.toolbox.words import words

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LOOK = 200  # characters of a title that its sheet may be named by
_LONGEST_NAME = 31  # characters of a sheet's name that Excel takes
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f-\x9f\ufffe\uffff]+")
_MOST_SHEETS = 250  # beyond, nobody finds any, and programs take seconds to open the file
_MANY = 4  # tables, from which on a list of them helps


def export(document: Document, _options: NoOptions, report: Report) -> bytes:
    """The workbook."""
    return _Workbook(document, report).file()


class _Workbook:
    """One document on its way to a workbook."""

    def __init__(self, document: Document, report: Report) -> None:
        self._document = document
        self._report = report
        self._package = Package(document, "xl/workbook.xml", f"{_TYPE}.sheet.main+xml")
        self._styles, self._strings = Styles(), Strings()
        self._relations = Relations()
        self._rtl = metadata.direction(document) == "rtl"
        self._letter = metadata.stated_language(document).lower() in ("en-us", "en-ca")
        self._words = words(metadata.language(document))
        self._names: list[str] = []
        self._taken = {"history"}  # which Excel keeps for itself
        self._defined: list[str] = []
        self._cells = self._cells_with(Plain(document, report, {}))

    def file(self) -> bytes:
        if self._document.map:
            self._report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
        found = list(sheets.tables(self._document))
        self._report.facts["tables"] = len(found)
        tables = found[:_MOST_SHEETS]
        if len(tables) < len(found):
            what = f"Only the first {_MOST_SHEETS} tables have a sheet; others stand in the text."
            self._report.degraded(Code.TABLE, what)
        contents = self._name(self._words.contents) if len(tables) >= _MANY else ""
        text = self._text_name()
        names = [self._name(each.name or text) for each in tables]
        has_text = not tables or not sheets.is_all_tables(self._document)
        own = self._name(text) if has_text else ""
        if contents:
            listed = [*zip(names, (each.name for each in tables), strict=True)]
            self._contents(contents, [*listed, (own, text)] if own else listed)
        if own and self._document.map:
            self._text(own, tables, names)
        for each, name in zip(tables, names, strict=True):
            self._table(name, each)
        if own and not self._document.map:
            self._text(own, tables, names)
        return self._finish()

    # Sheets

    def _table(self, name: str, found: sheets.Sheet) -> None:
        made = TableSheet(
            found.name or name, found.table, self._cells, self._report, rtl=self._rtl, letter=self._letter
        )
        number = len(self._names) + 1
        if made.names:
            made.sheet.table = made.sheet.relations.id("table", f"../tables/table{number}.xml")
            self._package.add(f"xl/tables/table{number}.xml", made.part(number), f"{_TYPE}.table+xml")
        self._add(name, made.pieces(), made.sheet.relations)
        if made.filtered:
            self._define("_xlnm._FilterDatabase", f"{quoted(name)}!{_fixed(made.filtered)}", hidden=True)
        if made.has_head:
            self._define("_xlnm.Print_Titles", f"{quoted(name)}!$1:$1")

    def _text(self, name: str, tables: list[sheets.Sheet], names: list[str]) -> None:
        refs = {f"→ {each}": f"{quoted(each)}!A1" for each in names}
        plain = Plain(
            self._document, self._report, {id(each.table): f"→ {one}" for each, one in zip(tables, names, strict=True)}
        )
        cells = self._cells_with(plain)
        made = OutlineSheet(name, self._document, cells, self._report, refs, plain, rtl=self._rtl, letter=self._letter)
        self._add(name, made.pieces(), made.sheet.relations)
        self._cells.controls += cells.controls

    def _contents(self, name: str, rows: list[tuple[str, str]]) -> None:
        texts = [(sheet, whole if len(whole) > len(sheet) else "") for sheet, whole in rows]
        sheet = Sheet(Look(title(self._document), widths(texts, 2), rtl=self._rtl, letter=self._letter), self._report)
        written: list[str] = []
        for number, row in enumerate(texts, 1):
            link = Style(Font(link=True))
            first = self._cells.xml(f"A{number}", self._cells.words(row[0], link.font), link, numbers=False)
            second = self._cells.xml(f"B{number}", self._cells.words(row[1]), Style(), numbers=False)
            sheet.link_within(f"A{number}", lambda to=row[0]: f"{quoted(to)}!A1")  # type: ignore[misc]
            written.append(f'<row r="{number}">{first}{second}</row>')
        self._add(name, sheet.pieces(written), sheet.relations)

    def _add(self, name: str, pieces: Iterable[str], relations: Relations) -> None:
        self._names.append(name)
        path = f"worksheets/sheet{len(self._names)}.xml"
        self._relations.id("worksheet", path)
        self._package.add(f"xl/{path}", pieces, f"{_TYPE}.worksheet+xml", relations)

    def _cells_with(self, plain: Plain) -> Cells:
        return Cells(plain, self._report, self._styles, self._strings, Values(metadata.stated_language(self._document)))

    # Names

    def _text_name(self) -> str:
        return title(self._document) or self._words.untitled

    def _name(self, wanted: str) -> str:
        """A name that Excel takes for a sheet, and that no other sheet has."""
        name = " ".join(_NOT_IN_NAMES.sub(" ", without_controls(wanted[:_LOOK])[0]).split()).strip("' ")
        name = _cut(name, _LONGEST_NAME) or self._words.untitled
        unique, number = name, 1
        while unique.casefold() in self._taken:
            number += 1
            end = f" {number}"
            unique = _cut(name, _LONGEST_NAME - len(end)) + end
        self._taken.add(unique.casefold())
        return unique

    def _define(self, name: str, area: str, *, hidden: bool = False) -> None:
        sheet = len(self._names) - 1
        also = ' hidden="1"' if hidden else ""
        self._defined.append(f'<definedName name="{name}" localSheetId="{sheet}"{also}>{html_text(area)}</definedName>')

    # The file

    def _finish(self) -> bytes:
        if self._cells.controls:
            self._report.lost(Code.TEXT, f"Control characters became \ufffd: {self._cells.controls}.")
        listed = "".join(
            f'<sheet name="{html_attribute(name)}" sheetId="{number}" r:id="rId{number}"/>'
            for number, name in enumerate(self._names, 1)
        )
        defined = f"<definedNames>{''.join(sorted(self._defined))}</definedNames>" if self._defined else ""
        workbook = (
            f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}">'
            f'<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="24000" windowHeight="12000"/></bookViews>'
            f"<sheets>{listed}</sheets>{defined}</workbook>"
        )
        self._relations.id("theme", "theme/theme1.xml")
        self._package.add("xl/theme/theme1.xml", theme(), "application/vnd.openxmlformats-officedocument.theme+xml")
        self._relations.id("sharedStrings", "sharedStrings.xml")
        self._package.add("xl/sharedStrings.xml", self._strings.pieces(), f"{_TYPE}.sharedStrings+xml")
        self._relations.id("styles", "styles.xml")
        self._package.add("xl/styles.xml", self._styles.xml(), f"{_TYPE}.styles+xml")
        self._package.add("xl/workbook.xml", workbook, relations=self._relations)
        return self._package.finish()


def _cut(name: str, most: int) -> str:
    """A name with no more than so many units of UTF-16, cut after a word where there is one."""
    short = name[:most]
    while len(short.encode("utf-16-le", errors="replace")) // 2 > most:
        short = short[:-1]
    if len(short) < len(name) and name[len(short)] != " ":
        short = short[: max(short.rfind(" "), 0)] or short if short.rfind(" ") > most // 2 else short
    return short.strip("' ")


def _fixed(area: str) -> str:
    """An area that stays where it is: `$A$1:$B$2`."""
    return re.sub(r"[A-Z]+|\d+", r"$\g<0>", area)
