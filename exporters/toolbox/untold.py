"""What the report says of front matter that a file has no place for."""

from __future__ import annotations

from exporters.document.nodes import Document
from exporters.document.walk import title
from exporters.report import Code, Report
from exporters.toolbox import metadata


def report_untold(document: Document, report: Report, *keys: str) -> None:
    """Says which of these, of what stands at the head of a document, it states: they are not in the file."""
    for key in keys:
        if _states(document, key):
            report.lost(Code.METADATA, f"The {key} is left out: the format has no place for it.")


def _states(document: Document, key: str) -> bool:
    match key:
        case "title":
            return bool(title(document))
        case "author":
            return bool(metadata.authors(document))
        case _:
            return bool(metadata.stated(document, key))
