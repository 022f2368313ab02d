"""Turns a source into a document. One file or folder per kind of source; `kinds` says how a kind is found out.

Every reader is a module with one public function `read(reading: Reading) -> Document`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from exporters.document.nodes import Document, RawBlock, RawInline
from exporters.document.walk import holds
from exporters.options import USUAL, CommonOptions
from exporters.readers import kinds
from exporters.report import Report
from exporters.source import Source

if TYPE_CHECKING:
    from exporters.readers.reading import Reading


def read(source: Source, report: Report, options: CommonOptions = USUAL, keep_html: bool = True) -> Document:
    """Reads a source. Raises `UnknownKind`, or `SourceError` where the source is not of its kind.

    `keep_html` leaves the HTML that stands in Markdown as it is; otherwise there is only what it says.
    """
    from exporters.readers.reading import Reading  # not before there is something to read

    reader = import_module(f"exporters.readers.{kinds.choose(source, options.source_kind)}")
    reading = Reading(source, options, report)
    document: Document = reader.read(reading)
    if b"<" in source.data and holds(document, RawBlock, RawInline):
        document = with_html(document, reading, keep_html)
    return reading.finished(document)


def with_html(document: Document, reading: Reading, keep: bool) -> Document:
    """The document with its HTML read, or kept; then the images that the HTML shows are looked for."""
    from exporters.readers.html import raw as html_raw  # 10 ms, and most sources hold no HTML

    if keep:
        html_raw.find_images(document, reading)
        return document
    return html_raw.read_raw(document, reading)
