"""PDF/A: what an archive's own validator says."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import page as page_validation
import pikepdf
import pytest
from samples import EVERYTHING, SOURCES

from exporters import Source, export, registry
from exporters.document import Document, Image, Link, Paragraph, Resource
from exporters.errors import BadOption
from exporters.formats.pdf_a import Options
from exporters.report import Report

LEVELS = ("2a", "2b", "2u", "3a", "3b")


def made(document: Document, report: Report | None = None, **options: Any) -> bytes:
    return registry.load("pdf_a")(document, Options(**options), report or Report())


def failures(data: bytes, folder: Path, profile: str) -> set[str]:
    path = folder / "file.pdf"
    path.write_bytes(data)
    return {failure.rule_id for failure in page_validation.validate_pdf(str(path), profile=profile).failures}


@pytest.mark.parametrize("name", SOURCES)
def test_every_sample_can_go_into_an_archive_and_is_accessible(name: str, tmp_path: Path) -> None:
    data = export(Source(SOURCES[name].read_bytes(), SOURCES[name].name), "pdf_a").data
    assert failures(data, tmp_path, "2a") == set()
    assert failures(data, tmp_path, "ua1") == set()


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_holds_what_it_claims(level: str, tmp_path: Path) -> None:
    data = made(EVERYTHING, conformance=level, toc=True, cover=True, watermark="DRAFT")
    assert failures(data, tmp_path, level) == set()
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == level.upper()


@pytest.mark.parametrize("theme", ["modern", "classic", "editorial"])
def test_themes_are_fit_for_archives(theme: str, tmp_path: Path) -> None:
    assert failures(made(EVERYTHING, theme=theme, columns=2, sides="two"), tmp_path, "2a") == set()


def test_the_source_goes_along_where_the_level_allows_it(tmp_path: Path) -> None:
    source = Source(b"# The source\n", "notes.md", media_type="text/markdown")
    file = export(source, "pdf_a", {"conformance": "3b", "attach_source": True})
    assert failures(file.data, tmp_path, "3b") == set()
    with pikepdf.open(io.BytesIO(file.data)) as pdf:
        assert pdf.attachments["notes.md"].get_file().read_bytes() == source.data
    with pytest.raises(BadOption, match="needs conformance=3a or 3b"):
        export(source, "pdf_a", {"conformance": "2b", "attach_source": True})


def test_attached_files_are_left_out_where_the_level_has_none() -> None:
    files = {"resource:1": Resource("application/zip", b"PK", name="data.zip")}
    document = Document((Paragraph((Link(("the data",), "resource:1"),)),), resources=files)
    report = Report()
    with pikepdf.open(io.BytesIO(made(document, report))) as pdf:
        assert len(pdf.attachments) == 0
    assert [(item.code, item.severity) for item in report.items] == [("attachment", "lost")]


def test_inks_become_colours_that_the_profile_defines(tmp_path: Path) -> None:
    from PIL import Image as Pillow

    buffer = io.BytesIO()
    Pillow.new("CMYK", (20, 20), (200, 30, 0, 10)).save(buffer, "JPEG")
    picture = Resource("image/jpeg", buffer.getvalue(), 20, 20, name="ink.jpg")
    document = Document((Paragraph((Image("resource:1", "ink"),)),), resources={"resource:1": picture})
    assert failures(made(document), tmp_path, "2a") == set()
