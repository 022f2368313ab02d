"""Writes a document as one Markdown file."""

from __future__ import annotations

from exporters.document.nodes import Document
from exporters.formats.markdown.writer import write
from exporters.frozen import NOTHING
from exporters.options import NoOptions
from exporters.report import Code, Report


def export(document: Document, _options: NoOptions, report: Report) -> bytes:
    """The document as UTF-8, its images within the text."""
    if document.map:
        report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
    return write(document, report, NOTHING)
