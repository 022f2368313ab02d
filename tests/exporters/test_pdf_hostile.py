"""Sources made to break pages, or whoever waits for them: an ordinary file with a report, after a bearable time."""

from __future__ import annotations

import io
import re
from time import process_time

import page as page_validation
import pikepdf
import pypdfium2
import pytest

from exporters.document import (
    Cell,
    Diagram,
    Document,
    Footnote,
    FootnoteReference,
    Image,
    Link,
    Math,
    Paragraph,
    Resource,
    Section,
    Table,
)
from exporters.formats.pdf import Options
from exporters.formats.pdf.export import export
from exporters.formats.slides_pdf import Options as SlideOptions
from exporters.formats.slides_pdf.export import export as export_slides
from exporters.pages import sketches
from exporters.report import Report
from exporters.toolbox import drawn, mermaid, shaping
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.images import inspect


def texts(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def said(report: Report) -> list[str]:
    return [item.what for item in report.items]


# Diagrams, which a library draws that is not ours


def test_a_diagram_that_takes_gigabytes_ends_its_own_process_and_no_other():
    many = " & ".join(f"a{number}" for number in range(1_200))
    report = Report()

    data = export(Document((Diagram(f"graph TD\n{many} --> {many.replace('a', 'b')}\n"),)), Options(), report)

    assert said(report) == ["A diagram is shown as its source: it takes too much to draw."]
    assert "graph TD" in texts(data)


def test_a_diagram_that_takes_minutes_is_given_up(monkeypatch):
    monkeypatch.setattr(mermaid, "_MAX_SECONDS", 1)
    days = "gantt\ndateFormat YYYY-MM-DD\nexcludes weekends\na:2000-01-01,300000000d\n"

    with pytest.raises(mermaid.UnreadableDiagram, match="it takes too much to draw"):
        mermaid.image(days)


def test_what_the_library_says_of_a_diagram_is_not_in_our_logs(capfd):
    with pytest.raises(mermaid.UnreadableDiagram):
        mermaid.image("graph TD\na[(secret\n")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "graph TD\n\ufffe-->\U0010ffff\n", "%%{init: {'a':" * 900])
def test_any_text_is_a_diagram_or_none(text):
    try:
        assert mermaid.image(text).startswith(b"<svg")
    except mermaid.UnreadableDiagram as error:
        assert str(error) == "it cannot be read as Mermaid"


def test_diagrams_that_take_too_long_together_are_shown_as_their_source(monkeypatch):
    monkeypatch.setattr(drawn, "_MAX_SECONDS", 0.001)
    report = Report()

    data = export(Document((Diagram("graph TD\nfirst\n"), Diagram("graph TD\nsecond\n"))), Options(), report)

    assert said(report) == ["A diagram is shown as its source: all together take too long to draw."]
    assert "graph TD\r\nsecond" in texts(data)


# SVG images


def drawing(shapes: int, name: str = "") -> Resource:
    shape = '<path d="M0 0L9 9"/>'
    each = f"<desc>{name}</desc>{shape * shapes}"
    return inspect(f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{each}</svg>'.encode())


def test_a_large_drawing_is_in_the_file_once_however_often_it_is_shown():
    def made(count: int) -> bytes:
        shown = tuple(Paragraph((Image("a", "a drawing"),)) for _ in range(count))
        return export(Document(shown, resources={"a": drawing(2_000)}), Options(), Report())

    once, often = made(1), made(15)

    with pikepdf.open(io.BytesIO(often)) as pdf:
        assert [name for name in pdf.pages[0].resources.XObject if name.startswith("/V")] == ["/V1"]
    assert len(often) - len(once) < 2_000, "a drawing of 2,000 paths has more"
    page = pypdfium2.PdfDocument(often)[0]
    assert page.render(scale=1).to_pil().convert("L").getcolors()[0][1] < 128, "something black is on the page"


def test_a_large_drawing_in_several_sizes_is_drawn_in_each(tmp_path):
    wide = Table((None, None), (), ((Cell((Image("a", "a drawing"),)), Cell(("words " * 400,))),))
    blocks = (Paragraph((Image("a", "a drawing"),)), wide, Paragraph((Link((Image("a", "a"),), "https://a.example"),)))
    data = export(Document(blocks, resources={"a": drawing(2_000)}), Options(), Report())

    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    assert page_validation.validate_pdf(str(path), profile="ua1").failures == []


def test_drawings_that_are_too_much_together_are_left_out(monkeypatch):
    monkeypatch.setattr(drawn, "_MAX_DRAWN", 150)  # one of these counts for 113
    resources = {f"{number}": drawing(80, f"{number}") for number in range(4)}
    report = Report()

    blocks = tuple(Paragraph((Image(key, f"drawing {key}"),)) for key in resources)
    data = export(Document(blocks, resources=resources), Options(), report)

    assert said(report) == ["An SVG image is damaged, or too large to draw; its description stands for it."]
    assert re.findall(r"\[drawing \d\]", texts(data)) == ["[drawing 2]", "[drawing 3]"]


# Formulas


def test_formulas_that_macros_make_long_are_bounded_together(monkeypatch):
    monkeypatch.setattr(sketches, "_MAX_SIGNS", 1_000)
    formulas = (Math(r"\newcommand{\x}{" + "y" * 600 + "}"), *(Paragraph((Math(r"\x"),)) for _ in range(4)))
    report = Report()
    export(Document((Paragraph(formulas[:1]), *formulas[1:])), Options(), report)
    assert [(item.what, item.count) for item in report.items] == [
        ("A formula is shown as its LaTeX source: all together are too long.", 2)
    ]


# Text


@pytest.mark.parametrize(
    "text",
    ["ب" * 30_000, "\u0301" * 30_000, "ب a" * 5_000, "\u2067\u2068a" * 10_000, "👩\u200d" * 15_000],
    ids=["one Arabic word", "marks on nothing", "directions in turn", "isolates without end", "an emoji without end"],
)
def test_text_of_no_language_is_laid_out_and_drawn(text):
    data = export(Document((Paragraph((text,)),)), Options(), Report())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
    assert pypdfium2.PdfDocument(data)[0].render(scale=0.2)


def test_a_thousand_marks_on_a_letter_take_no_longer_than_as_many_letters():
    before = process_time()
    Fonts("en").font("sans").runs("a" + "\u0301\u0323" * 60_000)
    assert process_time() - before < 2, "0.2 s; 15 s where all marks are put in order together"


def test_a_long_word_is_shaped_once_however_often_it_is_measured(monkeypatch):
    [(widths, word)] = Fonts("ar").font("sans").runs("ب" * 1_000)
    shaped = []
    monkeypatch.setattr(shaping, "_shaped", lambda *each, found=shaping._shaped: shaped.append(0) or found(*each))
    assert len({widths[word] for _ in range(9)}) == len(shaped) == 1


def test_marks_are_composed_in_a_long_word_as_in_a_short_one():
    font = Fonts("en").font("sans")
    long = "e\u0301 " * 2_000
    assert "".join(run for _, run in font.runs(long)) == "\u00e9 " * 2_000


def test_an_address_without_end_is_not_written_for_each_line_of_its_link():
    address = "https://a.example/" + "a" * 100_000
    report = Report()
    data = export(Document((Paragraph((Link(("word " * 20_000,), address),)),)), Options(), report)
    assert said(report) == ["A link whose address has more than 4,000 characters cannot be followed."]
    assert len(data) < 200_000


# Footnotes

SELF = Footnote("b", (Paragraph(("beta", FootnoteReference("b"), FootnoteReference("a"))),))


@pytest.mark.parametrize("columns", [1, 2])
def test_a_note_that_only_notes_without_mention_mention_stands_once(columns, tmp_path):
    notes = (Footnote("a", (Paragraph(("alpha",)),)), SELF)
    data = export(Document((Paragraph(("Text.",)),), footnotes=notes), Options(columns=columns), Report())
    assert_once(data, tmp_path)


def test_the_same_on_slides(tmp_path):
    notes = (Footnote("a", (Paragraph(("alpha",)),)), SELF)
    section = Section(1, ("Title",), "title", (Paragraph(("Text.",)),))
    data = export_slides(Document(sections=(section,), footnotes=notes), SlideOptions(), Report())
    assert_once(data, tmp_path)


def assert_once(data: bytes, folder) -> None:
    found = texts(data)
    assert (found.count("alpha"), found.count("beta")) == (1, 1)
    path = folder / "a.pdf"
    path.write_bytes(data)
    assert page_validation.validate_pdf(str(path), profile="ua1").failures == []


# Tables


@pytest.mark.parametrize(
    "spans", [[(3, 2), (1, 1), (1, 1)], [(2, 3), (1, 1), (1, 3)], [(1, 2), (1, 2), (1, 3)], [(3, 4), (1, 1), (1, 1)]]
)
def test_rows_that_cells_reach_over_as_a_whole_are_none_for_who_cannot_see_them(spans, tmp_path):
    first = tuple(Cell(("a",) if columns + rows > 2 else (), columns, rows) for columns, rows in spans)
    empty, full = (Cell(()),) * 3, tuple(Cell((text,)) for text in "bcd")
    blocks = (Table((None,) * 3, (), (first, empty, empty, full)),)
    path = tmp_path / "a.pdf"
    path.write_bytes(export(Document(blocks), Options(), Report()))
    assert page_validation.validate_pdf(str(path), profile="ua1").failures == []
