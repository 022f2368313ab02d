"""Writes tables as RFC 4180 has them: cells between commas, lines that end with CR LF, quotes around what needs them.

No cell is a formula, whatever stands in it: programs that open CSV would run it (OWASP, "CSV Injection").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from exporters.document.nodes import Cell, Document, Table
from exporters.document.walk import title
from exporters.errors import BadOption
from exporters.formats.csv import Options
from exporters.report import Code, Report
from exporters.toolbox import urls
from exporters.toolbox.escaping import without_controls
from exporters.toolbox.file_names import safe_name
from exporters.toolbox.plain import Plain
from exporters.toolbox.sheets import Sheet, is_all_tables, is_ragged, tables
from exporters.toolbox.topics import entries
from exporters.toolbox.zipped import Zip

_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_END = "\r\n"  # RFC 4180, 2.1
_MARK = "\ufeff"
_OUTLINE = "outline.csv"
_NO_PATH = re.compile(r"[./\\]+")


def export(document: Document, options: Options, report: Report) -> bytes:
    """A zip of CSV files, or one of them. Raises `BadOption` for a table that the document does not have."""
    found = list(tables(document))
    report.facts["tables"] = len(found)
    writer = _Writer(document, options, report)
    match options.content:
        case "outline":
            return writer.file(writer.outline({}))
        case "table" if found:
            return writer.file(writer.table(_chosen(found, options.table, document, report)))
        case "table":
            report.note(Code.TABLE, "There is no table: the file holds the outline of the text.")
            return writer.file(writer.outline({}))
        case "all":
            return _archive(found, writer)


def _chosen(found: list[Sheet], number: int, document: Document, report: Report) -> Table:
    if number > len(found):
        count = "1 table" if len(found) == 1 else f"{len(found)} tables"
        raise BadOption(f"The document has {count}, so csv.table cannot be {number}. Valid: 1 to {len(found)}.")
    if len(found) > 1:
        report.lost(Code.TABLE, "The document has other tables, which are not in the file: it holds one.")
    if not is_all_tables(document):
        report.lost(Code.NODE, "Text outside the table is not in the file.")
    return found[number - 1].table


def _archive(found: list[Sheet], writer: _Writer) -> bytes:
    archive = Zip()
    digits = max(2, len(str(len(found))))
    names: dict[int, str] = {}
    for number, sheet in enumerate(found, 1):
        # The number makes it unique, and sorts it.
        name = f"{number:0{digits}}-{safe_name(_NO_PATH.sub(' ', sheet.name), 'table')}.csv"
        names[id(sheet.table)] = f"[{name}]"
        archive.add(name, writer.pieces(writer.table(sheet.table)))
    archive.add(_OUTLINE, writer.pieces(writer.outline(names)))
    return archive.finish()


class _Writer:
    """Writes the files of one document."""

    def __init__(self, document: Document, options: Options, report: Report) -> None:
        self._document = document
        self._options = options
        self._report = report
        self._plain = Plain(document, report, {})
        separator = _SEPARATORS[options.separator]
        self._separator = separator
        self._to_quote = re.compile(f'["\\r\\n{separator}]|^[ \\t]|[ \\t]$')
        others = "".join(sorted({*_SEPARATORS.values()} - {separator}))
        self._within = re.compile(_WITHIN.format(others=others, unseen=_UNSEEN, sign=_SIGN))
        self._controls = 0

    def file(self, rows: Iterable[Sequence[str]]) -> bytes:
        """A file of these rows."""
        return "".join(self.pieces(rows)).encode(errors="replace")

    def pieces(self, rows: Iterable[Sequence[str]]) -> Iterator[str]:
        """The same, line by line."""
        if self._options.bom:
            yield _MARK
        for row in rows:
            # A line with nothing on it would be no row to many programs.
            yield (self._separator.join(map(self._cell, row)) or '""') + _END
        if self._controls:
            self._report.lost(Code.TEXT, f"Control characters became \ufffd: {self._controls}.")
            self._controls = 0

    def _cell(self, text: str) -> str:
        text, controls = without_controls(text)
        self._controls += controls
        if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
            self._report.note(Code.TEXT, "Cells that a program could take for formulas begin with an apostrophe.")
            text = f"'{text}"
        if self._within.search(text):
            self._report.note(Code.TEXT, "What a program could take for a formula within a cell follows an apostrophe.")
            text = self._within.sub(r"\g<0>'", text)
        return f'"{text.replace(chr(34), chr(34) * 2)}"' if self._to_quote.search(text) else text

    # Tables

    def table(self, table: Table) -> Iterator[Sequence[str]]:
        """The rows of a table, its head first."""
        ragged = is_ragged(table)
        if ragged:
            self._report.degraded(Code.TABLE, "Cells that span several are written in the first of them.")
        repeats = ragged and self._options.merged == "repeat"
        covered: dict[int, tuple[int, str]] = {}  # by column: for how many rows more, and with what
        for row in chain((table.head,) if table.head else (), table.rows):
            yield self._repeated(row, covered) if repeats else [self._words(cell) for cell in row]

    def _repeated(self, row: tuple[Cell, ...], covered: dict[int, tuple[int, str]]) -> list[str]:
        found: list[str] = []
        for column, cell in enumerate(row):
            if column in covered:
                left, said = covered.pop(column)
            else:
                left, said = cell.rows, self._words(cell)
                covered |= dict.fromkeys(range(column + 1, min(column + cell.columns, len(row))), (left, said))
            if left > 1:
                covered[column] = (left - 1, said)
            found.append(said)
        return found

    def _words(self, cell: Cell) -> str:
        return self._plain.line(cell.content, addresses=False).strip()

    # The outline

    def outline(self, names: dict[int, str]) -> Iterator[Sequence[str]]:
        """A row for each topic: how deep it stands, its words, its notes, where it leads, whether it is done."""
        plain = Plain(self._document, self._report, names)
        found = entries(self._document, Report(), one_root=False)
        if self._document.map:
            self._report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
        has_tasks = any(entry.checked is not None for entry in found)
        yield ("level", "topic", "notes", "link", "done")[: 5 if has_tasks else 4]
        stated = title(self._document)
        if stated and stated != found[0].topic.text and self._document.map is None:
            yield ("0", stated, "", "", "")[: 5 if has_tasks else 4]
        for entry in found:
            icons = "".join(icon for icon in entry.icons if not icon.isascii())
            said = plain.line(entry.content)
            row = (
                str(entry.level),
                f"{icons} {said}".strip() if icons else said,
                "\n".join(plain.parts(entry.topic.notes)),
                self._address(entry.topic.url),
                {True: "yes", False: "no", None: ""}[entry.checked],
            )
            yield row if has_tasks else row[:4]

    def _address(self, url: str) -> str:
        if attached := self._document.resources.get(url):
            self._report.lost(Code.ATTACHMENT, "Attached files are left out; their names are kept.")
            return attached.name
        if not urls.is_safe(url):
            self._report.lost(Code.LINK, "Links that could run code are only their words.")
            return ""
        return url


_SIGN = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
_UNSEEN = r"[\s\ufeff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufffd]"
# What begins a formula, in any program: some pass over what nobody sees. Without the minus and plus that begin numbers.
_FORMULA = re.compile(rf"{_UNSEEN}*{_SIGN}|[\t\r\n]")
# Excel parts cells by what its country is used to, whatever stands in the file. The quotes around a cell are none then,
# and a formula may begin behind any other separator, and on any line: one that runs a program has | and !, and one with
# an equals sign may call what leads somewhere. Other signs before a bracket are most often code.
_WITHIN = (
    r"[{others}\r\n]{unseen}{{0,20}}"
    r"(?={sign}[^{others}\r\n|]{{0,200}}\|[^\r\n!]{{0,200}}!|[=\uff1d][^\r\n(]{{0,200}}\()"
)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][+-]?\d{1,3})?\s?%?|[+-]")
