"""The CSV format: what a spreadsheet, and a program, gets out of the tables and the text of a document."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters import Source, readers, registry
from exporters.__main__ import main
from exporters.document import (
    Block,
    Cell,
    Document,
    Emphasis,
    Figure,
    LineBreak,
    Link,
    List,
    ListItem,
    Map,
    Paragraph,
    Section,
    Table,
    Topic,
)
from exporters.errors import BadOption
from exporters.formats.csv import Options
from exporters.formats.csv.export import export
from exporters.report import Report

SAMPLES = Path(__file__).parent.parent / "documents"


def made(document: Document, report: Report | None = None, **chosen: object) -> bytes:
    return export(document, Options(**chosen), report or Report())  # type: ignore[arg-type]


def unpacked(document: Document, report: Report | None = None, **chosen: object) -> dict[str, str]:
    with ZipFile(io.BytesIO(made(document, report, **chosen))) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def alone(document: Document, report: Report | None = None, **chosen: object) -> str:
    """The one table, without a mark."""
    return made(document, report, content="table", bom=False, **chosen).decode()


def table(*rows: tuple[str, ...]) -> Table:
    head, *others = (tuple(Cell((text,) if text else ()) for text in row) for row in rows)
    return Table((None,) * len(head), head, tuple(others))


def said(report: Report) -> list[tuple[str, str]]:
    return [(str(item.code), item.severity) for item in report.items]


ONE = table(("a", "b"), ("c", "d"))

# Files


def test_each_table_is_a_file_named_by_what_it_stands_under() -> None:
    document = Document(
        (ONE,),
        (
            Section(1, ("Costs: 2024/25?",), "costs", (ONE, Paragraph(("between",)), ONE)),
            Section(1, ("..\\..",), "dots", (Figure((ONE,), ("A caption",)), ONE)),
        ),
    )
    found = unpacked(document)
    assert list(found) == [
        "01-table.csv", "02-Costs-2024-25.csv", "03-Costs-2024-25.csv", "04-A-caption.csv", "05-table.csv",
        "outline.csv",
    ]  # fmt: skip
    assert found["01-table.csv"] == "a,b\r\nc,d\r\n"


def test_the_text_is_an_outline() -> None:
    bullets = List((ListItem((Paragraph(("c",)),), checked=True),))
    document = Document(sections=(Section(1, ("a",), "a", (Paragraph(("b", LineBreak(), "more")), ONE, bullets)),))
    assert unpacked(document)["outline.csv"] == (
        'level,topic,notes,link,done\r\n1,a,"b\r\nmore\r\n[01-a.csv]",,\r\n'.replace("\r\nmore\r\n[", "\nmore\n[")
        + "2,c,,,yes\r\n"
    )


def test_tasks_of_an_ordered_list_keep_their_numbers() -> None:
    items = ListItem((Paragraph(("a",)),), checked=True), ListItem((Paragraph(("b",)),))
    found = unpacked(Document((List(items, start=9),)))["outline.csv"]
    assert '"9. ☑ a\n10. b"' in found


def test_a_map_is_an_outline() -> None:
    report = Report()
    topics = (Topic("1", -1, "a", icons=("💡",)), Topic("2", 0, "b\nc", "https://example.org", (Paragraph(("d",)),)))
    assert made(Document(map=Map(topics)), report, content="outline", bom=False).decode() == (
        'level,topic,notes,link\r\n1,💡 a,,\r\n2,"b\nc",d,https://example.org\r\n'
    )
    assert said(report) == [("map", "degraded")]


def test_an_empty_document_has_a_file_in_its_archive() -> None:
    assert unpacked(Document()) == {"outline.csv": "level,topic,notes,link\r\n1,Document,,\r\n"}


def test_one_table_alone() -> None:
    other = table(("x",), ("y",))
    report = Report()
    assert alone(Document((ONE, other)), report, table=2) == "x\r\ny\r\n"
    assert said(report) == [("table", "lost")]


def test_a_table_alone_loses_what_else_there_is() -> None:
    report = Report()
    assert alone(Document((ONE,)), report) == "a,b\r\nc,d\r\n"
    assert said(report) == []
    alone(Document((ONE, Paragraph(("x",)))), report)
    assert said(report) == [("node", "lost")]


def test_a_table_that_is_not_there() -> None:
    with pytest.raises(BadOption, match=r"^The document has 1 table, so csv\.table cannot be 2\. Valid: 1 to 1\.$"):
        alone(Document((ONE,)), table=2)


def test_without_a_table_there_is_the_outline() -> None:
    report = Report()
    assert alone(Document((Paragraph(("x",)),)), report) == "level,topic,notes,link\r\n1,Document,x,\r\n"
    assert said(report) == [("table", "note")]


def test_what_the_file_is_depends_on_the_options() -> None:
    declared = registry.get("csv")
    assert declared.file_type(Options()).extension == ".csv.zip"
    assert declared.file_type(Options(content="table")).media_type == "text/csv; charset=utf-8"
    assert declared.file_type(Options(content="outline")).extension == ".csv"


def test_the_command_makes_one_file_where_its_name_says_so(tmp_path: Path) -> None:
    source = str(SAMPLES / "tables.md")
    assert main([source, str(tmp_path / "a.csv")]) == 0
    assert (tmp_path / "a.csv").read_bytes().decode("utf-8-sig").startswith("Name,Number\r\n")
    assert main([source, str(tmp_path / "b.csv"), "--option", "content=outline"]) == 0
    assert (tmp_path / "b.csv").read_bytes().decode("utf-8-sig").startswith("level,topic")
    assert main([source, str(tmp_path / "c.csv.zip")]) == 0
    assert (tmp_path / "c.csv.zip").read_bytes().startswith(b"PK")


# Cells


def test_excel_is_told_that_it_is_utf_8() -> None:
    assert made(Document((table(("ü",)),)), content="table") == b"\xef\xbb\xbf\xc3\xbc\r\n"


@pytest.mark.parametrize(
    ("separator", "line"),
    [
        ("comma", '"a,b",a;b,a\tb,"a""b"\r\n'),
        ("semicolon", 'a,b;"a;b";a\tb;"a""b"\r\n'),
        ("tab", 'a,b\ta;b\t"a\tb"\t"a""b"\r\n'),
    ],
)
def test_separators(separator: str, line: str) -> None:
    assert alone(Document((table(("a,b", "a;b", "a\tb", 'a"b')),)), separator=separator) == line


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("https://e.org")', '\'=HYPERLINK("https://e.org")'),
        ("@SUM(1)", "'@SUM(1)"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'=1"),
        ("-12", "-12"),
        ("+3.5 %", "+3.5 %"),
        ("-1,234.50", "-1,234.50"),
        ("-", "-"),
        ("a=b", "a=b"),
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    report = Report()
    (row,) = csv.reader(io.StringIO(alone(Document((table((text,)),)), report)))
    assert row[0].lstrip("'") == cell.lstrip("'") if text.startswith("\t") else row == [cell]
    assert (("text", "note") in said(report)) == (cell[0] == "'")


def test_dress_and_links_are_words() -> None:
    report = Report()
    row = (Cell((Emphasis(("a",)), LineBreak(), "b")), Cell((Link(("c",), "https://example.org"),)))
    assert alone(Document((Table((None, None), (), (row,)),)), report) == '"a\nb",c\r\n'
    assert said(report) == [("style", "degraded"), ("link", "degraded")]


def test_links_within_the_document_are_reported() -> None:
    report = Report()
    cell, text = Cell((Link(("a",), "#b"),)), Paragraph((Link(("c",), "#b"),))
    unpacked(Document((Table((None,), (), ((cell,),)), text)), report)
    assert [(item.code, item.severity, item.count) for item in report.items] == [("link", "degraded", 2)]


SPANS = Table(
    (None, None, None),
    (),
    (
        (Cell(("wide",), columns=2), Cell(()), Cell(("tall",), rows=2)),
        (Cell(("a",)), Cell(("b",)), Cell(())),
        (Cell(("c",)), Cell(()), Cell(("d",))),
    ),
)


@pytest.mark.parametrize(
    ("merged", "lines"),
    [("empty", ["wide,,tall", "a,b,", "c,,d"]), ("repeat", ["wide,wide,tall", "a,b,tall", "c,,d"])],
)
def test_merged_cells(merged: str, lines: list[str]) -> None:
    assert alone(Document((SPANS,)), merged=merged).splitlines() == lines


@settings(max_examples=200)
@given(
    st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))).map(str.strip), min_size=1, max_size=4),
    st.sampled_from([("comma", ","), ("semicolon", ";"), ("tab", "\t")]),
)
def test_any_cells_come_out_as_they_went_in(cells: list[str], separator: tuple[str, str]) -> None:
    name, sign = separator
    written = alone(Document((table(tuple(cells), tuple(cells)),)), separator=name)
    rows = list(csv.reader(io.StringIO(written, newline=""), delimiter=sign, strict=True))
    for row in rows:
        for cell, found in zip(cells, row, strict=True):
            assert found == cell or (found == f"'{cell}" and cell[0] in "=+-@＝＋－＠")


def test_tables_in_other_blocks_are_found() -> None:
    def within(*blocks: Block) -> Document:
        return Document((List((ListItem(blocks),)),))

    report = Report()
    assert len(unpacked(within(Paragraph(("x",)), ONE, Figure((ONE,))), report)) == 3
    assert report.facts == {"tables": 2}


def test_a_sample() -> None:
    source = SAMPLES / "tables.md"
    found = unpacked(readers.read(Source(source.read_bytes(), source.name), Report()))
    assert found["01-Tables.csv"] == "Name,Number\r\none,1\r\ntwo,2\r\n"
