"""The document as slides."""

from __future__ import annotations

from exporters.document import Document
from exporters.formats.slides_pdf import Options
from exporters.pages import slides
from exporters.report import Report


def export(document: Document, options: Options, report: Report) -> bytes:
    """A PDF whose pages are slides. Raises what `slides.write` does."""
    return slides.write(document, options, report)
