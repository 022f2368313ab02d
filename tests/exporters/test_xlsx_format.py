"""The Excel format: sheets that programs open without a question, and whose numbers are numbers."""

from __future__ import annotations

import io
import re
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

import pytest
from checkers import office_mistakes, pandoc
from documents_strategy import documents
from hypothesis import HealthCheck, given, settings
from samples import EVERYTHING, PICTURE, PICTURED, SOURCES

from exporters import Source, readers
from exporters.document import (
    Cell,
    Code,
    Document,
    Emphasis,
    Figure,
    Image,
    Inlines,
    LineBreak,
    Link,
    List,
    ListItem,
    Map,
    Paragraph,
    Section,
    Strong,
    Superscript,
    Table,
    Topic,
)
from exporters.formats.xlsx.export import export
from exporters.formats.xlsx.values import Values
from exporters.options import NoOptions
from exporters.report import Report

N = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def made(document: Document, report: Report | None = None) -> bytes:
    return export(document, NoOptions(), report or Report())


def complaints(data: bytes, folder: Path) -> list[str]:
    return [str(each) for each in office_mistakes(data, "xlsx", folder)]


class Book:
    """A workbook, as tests look at it."""

    def __init__(self, document: Document, report: Report | None = None) -> None:
        with ZipFile(io.BytesIO(made(document, report))) as archive:
            self.parts = {name: archive.read(name).decode() for name in archive.namelist()}
        self.workbook = fromstring(self.parts["xl/workbook.xml"])
        self.names = [sheet.get("name") for sheet in self.workbook.iter(f"{N}sheet")]
        shared = fromstring(self.parts["xl/sharedStrings.xml"])
        self.strings = ["".join(text.text or "" for text in each.iter(f"{N}t")) for each in shared]
        self.rich = list(shared)
        self.styles = fromstring(self.parts["xl/styles.xml"])

    def sheet(self, number: int = 1) -> Element:
        return fromstring(self.parts[f"xl/worksheets/sheet{number}.xml"])

    def rows(self, number: int = 1) -> list[dict[str, str | float]]:
        """What stands in the cells of each row, by their columns."""
        return [
            {re.sub(r"\d", "", cell.get("r", "")): value for cell in row if (value := self.value(cell)) is not None}
            for row in self.sheet(number).iter(f"{N}row")
        ]

    def value(self, cell: Element) -> str | float | None:
        text = cell.findtext(f"{N}v")
        if text is None:
            return None
        return self.strings[int(text)] if cell.get("t") == "s" else float(text)

    def cell(self, place: str, number: int = 1) -> Element:
        return next(cell for cell in self.sheet(number).iter(f"{N}c") if cell.get("r") == place)

    def style(self, place: str, number: int = 1) -> Element:
        """How a cell looks."""
        styles = self.styles.find(f"{N}cellXfs")
        assert styles is not None
        return styles[int(self.cell(place, number).get("s", "0"))]

    def format(self, place: str) -> str:
        """How the number in a cell is shown."""
        id = self.style(place).get("numFmtId", "")
        own = {each.get("numFmtId"): each.get("formatCode") for each in self.styles.iter(f"{N}numFmt")}
        return own.get(id) or id

    def links(self, number: int = 1) -> dict[str, str]:
        """Where cells lead."""
        part = self.parts.get(f"xl/worksheets/_rels/sheet{number}.xml.rels", "<a/>")
        targets = {each.get("Id"): each.get("Target", "") for each in fromstring(part)}
        return {
            each.get("ref", ""): each.get("location") or targets[each.get(f"{R}id")]
            for each in self.sheet(number).iter(f"{N}hyperlink")
        }


def table(*rows: tuple[str | Inlines, ...]) -> Table:
    head, *others = (tuple(Cell((each,) if isinstance(each, str) else each) for each in row) for row in rows)
    return Table((None,) * len(head), head, tuple(others))


def of(content: str | Inlines) -> Book:
    """A workbook whose cell A2 holds this."""
    return Book(Document((table(("head",), (content,)),)))


def said(report: Report) -> list[tuple[str, str]]:
    return [(str(item.code), item.severity) for item in report.items]


# Files


def test_a_file_with_everything_is_valid(tmp_path: Path) -> None:
    assert complaints(made(EVERYTHING), tmp_path) == []


@pytest.mark.parametrize("name", ["tables", "plan", "everything", "scripts"])
def test_files_of_sources_are_valid(name: str, tmp_path: Path) -> None:
    document = readers.read(Source(SOURCES[name].read_bytes(), SOURCES[name].name), Report())
    assert complaints(made(document), tmp_path) == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(documents())
def test_files_of_any_document_are_valid(tmp_path: Path, document: Document) -> None:
    assert complaints(made(document), tmp_path) == []


def test_pandoc_reads_what_is_written() -> None:
    document = readers.read(Source(SOURCES["tables"].read_bytes(), "tables.md"), Report())
    found = pandoc(made(document), "xlsx", "plain")
    assert {"Contents", "Tables 5", "emphasis", "a | bar", "December"} <= {
        words for line in found.split("\n") for words in re.split(r"  +", line.strip())
    }


def test_an_empty_document_has_a_sheet(tmp_path: Path) -> None:
    assert complaints(made(Document()), tmp_path) == []
    assert Book(Document()).rows() == [{"A": "Document"}]


# Sheets


def test_sheets_are_named_by_captions_and_headings() -> None:
    one = table(("a",), ("b",))
    document = Document(
        sections=(
            Section(1, ("Costs [2024]: in/out?",), "a", (one, one)),
            Section(1, ("COSTS 2024 IN OUT",), "b", (Figure((one,), ("'Quoted'",)),)),
            Section(1, ("A heading that is far too long for the name of a sheet",), "c", (one,)),
            Section(1, ("History",), "d", (one,)),
            Section(1, ("👩‍🚀" * 20,), "e", (one,)),
            Section(1, ("***",), "f", (one,)),
        ),
        metadata={"title": "All"},
    )
    names = Book(document).names
    assert names[:8] == [
        "Contents", "Costs 2024 in out", "Costs 2024 in out 2", "Quoted", "A heading that is far too long",
        "History 2", "👩‍🚀" * 6, "Document",
    ]  # fmt: skip
    assert all(len((name or "").encode("utf-16-le")) <= 62 for name in names)


def test_a_list_of_many_sheets_leads_to_them() -> None:
    one = table(("a",), ("b",))
    book = Book(Document((Paragraph(("x",)), one), tuple(Section(1, (f"It's {i}",), f"{i}", (one,)) for i in range(4))))
    assert book.names == ["Contents", "Document", "It's 0", "It's 1", "It's 2", "It's 3", "Document 2"]
    assert book.links() == {
        f"A{row}": f"'{(name or '').replace(chr(39), chr(39) * 2)}'!A1" for row, name in enumerate(book.names[1:], 1)
    }


def test_a_table_is_a_table_to_excel() -> None:
    book = Book(Document((table(("Name", "Number & more"), ("a", "1"), ("b", "2")),)))
    assert book.rows() == [{"A": "Name", "B": "Number & more"}, {"A": "a", "B": 1}, {"A": "b", "B": 2}]
    made = fromstring(book.parts["xl/tables/table1.xml"])
    assert (made.get("ref"), made.get("displayName")) == ("A1:B3", "Table1")
    assert [column.get("name") for column in made.iter(f"{N}tableColumn")] == ["Name", "Number & more"]
    pane = book.sheet().find(f".//{N}pane")
    assert pane is not None
    assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", "A2")
    assert [name.text for name in book.workbook.iter(f"{N}definedName")] == ["'Document'!$1:$1"]


@pytest.mark.parametrize(
    "rows",
    [
        (("a", "A"), ("b", "c")),  # names that are the same to Excel
        (("a", ""), ("b", "c")),
        (("a", ("b", LineBreak(), "c")), ("b", "c")),
        (("a_x0041_", "b"), ("b", "c")),
    ],
)
def test_what_excel_takes_for_no_table_has_a_filter(
    rows: tuple[tuple[str | Inlines, ...], ...], tmp_path: Path
) -> None:
    document = Document((table(*rows),))
    book = Book(document)
    assert "xl/tables/table1.xml" not in book.parts
    found = book.sheet().find(f"{N}autoFilter")
    assert found is not None
    assert found.get("ref") == "A1:B2"
    assert complaints(made(document), tmp_path) == []


def test_merged_cells() -> None:
    rows = (
        (Cell(("wide",), columns=2), Cell(()), Cell(("tall",), rows=2)),
        (Cell(("a",)), Cell(("b",)), Cell(())),
        (Cell(("over",), columns=9, rows=9), Cell(("hidden",), columns=2), Cell(())),
    )
    head = (Cell(("all",), columns=3), Cell(()), Cell(()))
    book = Book(Document((Table((None,) * 3, head, rows),)))
    assert [cell.get("ref") for cell in book.sheet().iter(f"{N}mergeCell")] == ["A1:C1", "A2:B2", "C2:C3", "A4:C4"]


def test_a_sheet_runs_as_its_language_does() -> None:
    def view(language: str) -> str | None:
        found = Book(Document(metadata={"lang": language})).sheet().find(f".//{N}sheetView")
        assert found is not None
        return found.get("rightToLeft")

    assert (view("he"), view("de")) == ("1", None)


def test_a_page_is_as_wide_as_its_columns() -> None:
    def page(columns: int, language: str) -> tuple[str | None, str | None]:
        rows = tuple(f"column number {i}" for i in range(columns))
        book = Book(Document((table(rows, rows),), metadata={"lang": language}))
        found = book.sheet().find(f"{N}pageSetup")
        assert found is not None
        return found.get("orientation"), found.get("paperSize")

    assert page(3, "en") == ("portrait", "9")
    assert page(9, "en-US") == ("landscape", "1")


# Values


@pytest.mark.parametrize(
    ("text", "number", "format"),
    [
        ("0", 0, ""),
        ("42", 42, ""),
        ("-3", -3, ""),
        ("\u22123.50", -3.5, "0.00"),
        ("+7", 7, "+0;-0"),
        ("1,234.5", 1234.5, "#,##0.0"),
        ("1,234,567", 1234567, "#,##0"),
        ("1\u00a0234\u202f567", 1234567, "#,##0"),
        ("12.5%", 0.125, "0.0%"),
        ("5 %", 0.05, "0%"),
        ("$1,200.00", 1200, '"$"#,##0.00'),
        ("3 €", 3, '0\\ "€"'),
        ("2024-02-29", 45351, "yyyy\\-mm\\-dd"),
        ("2024-03-01 12:30", 45352.5208333333, "yyyy\\-mm\\-dd\\ hh:mm"),
        ("1901-01-01", 367, "yyyy\\-mm\\-dd"),
        ("123456789012345", 123456789012345, ""),
    ],
)
def test_numbers_are_numbers(text: str, number: float, format: str) -> None:
    value = Values("en").find(text)
    assert value is not None
    assert (float(value.number), value.format) == (pytest.approx(number), format)


@pytest.mark.parametrize(
    "text",
    [
        "007", "1,234", "1.234.567", "1 234", "3,14", "1e5", "0x10", "1/2", "12:30", "1-2", "--1", "1.", ".5", "١٢",
        "٣.٥", "4111111111111111", "2023-02-29", "2024-13-01", "1899-12-31", "2024-01-01 24:00", "$3€", "$5%", "NaN",
        "1_000", "",
        "+43 660 1234567", "3.5 m", "1,23,456.7", "01.02.2024", "²", "1" * 10_000,
    ],
)  # fmt: skip
def test_what_may_be_something_else_stays_text(text: str) -> None:
    assert Values("en").find(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3,14", 3.14),
        ("1.234,5", 1234.5),
        ("12,5 %", 0.125),
        ("42", 42),
        ("1.234", None),
        ("3.14", None),
        ("1,234.5", None),
    ],
)
def test_some_languages_have_a_comma(text: str, number: float | None) -> None:
    value = Values("de-AT").find(text)
    assert (value and float(value.number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("12.500", None), ("$1.234", None), ("0.125", 0.125), ("3.14", 3.14), ("1.2345", 1.2345), ("1234.567", 1234.567)],
)
def test_without_a_language_a_point_may_part_thousands(text: str, number: float | None) -> None:
    value = Values("").find(text)
    assert (value and float(value.number)) == number
    assert Values("en").find(text) is not None


def test_what_begins_like_a_formula_is_text() -> None:
    for text in ("=1+1", "+1+1", "-x", "@a", '=cmd|" /C calc"!A0'):
        book = of(text)
        assert (book.cell("A2").get("t"), book.rows()[1]) == ("s", {"A": text})
        assert book.style("A2").get("quotePrefix") == "1"
        assert not list(book.sheet().iter(f"{N}f"))


def test_what_looks_like_a_number_stays_text_when_it_is_edited() -> None:
    assert of("007").format("A2") == "49"  # "@"
    assert of((Code("42"),)).cell("A2").get("t") == "s"


# Words


def test_words_keep_their_dress() -> None:
    book = of(("a ", Strong(("b",)), Emphasis(("c",)), Code("d"), Superscript(("2",))))
    dress = ("b", "i", "vertAlign")
    assert [
        (run.findtext(f"{N}t"), [name for name in dress if run.find(f"{N}rPr/{N}{name}") is not None])
        for run in book.rich[1].iter(f"{N}r")
    ] == [("a ", []), ("b", ["b"]), ("c", ["i"]), ("d", []), ("2", ["vertAlign"])]


def test_a_number_may_be_bold() -> None:
    book = of((Strong(("42",)),))
    assert book.rows()[1] == {"A": 42}
    font = list(book.styles.iter(f"{N}font"))[int(book.style("A2").get("fontId", "0"))]
    assert font.find(f"{N}b") is not None


def test_links_are_links() -> None:
    address = "https://example.org/?a&b"
    assert of((Link(("c",), address),)).links() == {"A2": address}
    mixed = of(("see ", Link(("c",), address)))
    assert (mixed.links(), mixed.rows()[1]) == ({}, {"A": f"see c ({address})"})
    assert of((Link(("c",), "javascript:alert(1)"),)).links() == {}
    assert of((Link(("c",), "https://example.org/" + "a" * 3_000),)).links() == {}
    report = Report()
    assert Book(Document((table(("a",), ((Link(("c",), "#a"),),)),)), report).links() == {}
    assert said(report) == [("link", "degraded")]


def test_what_excel_would_take_for_a_character_stays_what_it_is() -> None:
    assert "_x005F_x0041_" in of("_x0041_").parts["xl/sharedStrings.xml"]


def test_a_cell_holds_so_many_characters(tmp_path: Path) -> None:
    report = Report()
    document = Document((table(("a",), ("👩" * 20_000,)),))
    book = Book(document, report)
    assert len(str(book.rows()[1]["A"]).encode("utf-16-le")) // 2 == 32_766
    assert said(report) == [("table", "lost")]
    assert complaints(made(document), tmp_path) == []


def test_pictures_are_their_alternative_text() -> None:
    report = Report()
    book = Book(Document((table(("a",), ((Image(PICTURED, "pictured"),),)),), resources=PICTURE), report)
    assert book.rows()[1] == {"A": "pictured"}
    assert said(report) == [("image", "degraded")]


# The text


def test_the_text_is_an_outline_that_folds() -> None:
    bullets = List((ListItem((Paragraph(("c",)),), checked=False),))
    one = table(("x",), ("y",))
    document = Document(
        sections=(Section(1, ("a",), "a", (Paragraph(("before",)), one, Paragraph(("after",)), bullets)),)
    )
    book = Book(document)
    assert book.names == ["a", "a 2"]
    assert book.rows(2) == [{"A": "a", "B": "before"}, {"B": "→ a"}, {"B": "after"}, {"A": "☐ c"}]
    assert [row.get("outlineLevel") for row in book.sheet(2).iter(f"{N}row")] == [None, "1", "1", "1"]
    assert book.links(2) == {"B2": "'a'!A1"}


def test_a_map_is_an_outline() -> None:
    report = Report()
    topics = (
        Topic("1", -1, "a", "https://example.org", icons=("💡",)),
        Topic("2", 0, "b", "#c", (Paragraph(("noted",)),)),
        *(Topic(str(i), i - 2, str(i)) for i in range(3, 30)),
    )
    book = Book(Document(sections=(Section(1, ("a",), "c"),), map=Map(topics)), report)
    assert book.rows()[:2] == [{"A": "💡 a"}, {"A": "b", "B": "noted"}]
    assert max(int(row.get("outlineLevel", "0")) for row in book.sheet().iter(f"{N}row")) == 7
    assert book.links()["A1"] == "https://example.org"
    assert said(report) == [("map", "degraded")]


def test_long_text_goes_on_in_the_next_row() -> None:
    text = "word " * 2_000
    book = Book(Document((Paragraph((text,)),)))
    rows = book.rows()
    assert len(rows) > 5
    assert " ".join(str(row["B"]) for row in rows) == text.strip()
    assert all(len(str(row["B"])) <= 1_500 for row in rows)


def test_a_table_alone_has_no_other_sheet() -> None:
    assert Book(Document((table(("a",), ("b",)),))).names == ["Document"]


def test_tables_beyond_the_most_stand_in_the_text() -> None:
    report = Report()
    book = Book(Document((table(("a",), ("b",)),) * 252, (Section(1, ("x",), "x"),)), report)
    assert len(book.names) == 252  # with the list and the text
    assert report.facts == {"tables": 252}
    assert said(report) == [("table", "degraded")]
