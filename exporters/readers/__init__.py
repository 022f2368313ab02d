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


def read(
    source: Source, report: Report, options: CommonOptions = USUAL, keep_html: bool = True, wanted: str = ""
) -> Document:
    """Reads a source. Raises `UnknownKind`, or `SourceError` where the source is not of its kind.

    `keep_html` leaves the HTML that stands in Markdown as it is; otherwise there is only what it says. `wanted` is the
    path of a file of the source that the format needs: it is among the resources by that name, if it is there.
    """
    from exporters.readers.reading import Reading  # not before there is something to read

    reading = Reading(source, options, report, keep_html, wanted)
    return reading.finished(document_of(kinds.choose(source, options.source_kind), reading))


def document_of(kind: str, reading: Reading) -> Document:
    """What the reader of a kind makes of a source, and of the HTML in it."""
    document: Document = import_module(f"exporters.readers.{kind}").read(reading)
    return with_html(document, reading) if _may_hold_html(kind, reading.source.data) else document


def with_html(document: Document, reading: Reading) -> Document:
    """The document with its HTML read; or kept, with the keys of the images that the HTML shows."""
    if not holds(document, RawBlock, RawInline):
        return document
    from exporters.readers.html import raw as html_raw  # 10 ms, and most sources hold no HTML

    if reading.keep_html:
        return html_raw.with_keys(document, reading)
    return html_raw.read_raw(document, reading)


def _may_hold_html(kind: str, data: bytes) -> bool:
    """Whether it is worth looking, which takes 25 ms for a book. What is spelled in JSON or XML cannot be told."""
    match kind:
        case "gfm" | "mkdocs" | "text":
            return b"<" in data
        case "bundle":
            return False  # each of its sources has been looked at
        case _:
            return True
