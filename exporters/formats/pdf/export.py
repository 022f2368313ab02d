"""The pages, as they are."""

from __future__ import annotations

from exporters.document import Document
from exporters.formats.pdf import Options
from exporters.pages import layout
from exporters.report import Report


def export(document: Document, options: Options, report: Report) -> bytes:
    """A PDF of the document. Raises `MissingPart` without fonts, `SourceTooLarge` where pages have no end."""
    return layout.write(document, options, report)
