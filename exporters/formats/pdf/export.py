"""The pages, as they are; locked, if that is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.document import Document
from exporters.formats.pdf import Options
from exporters.pages import layout
from exporters.pages.layout import Wrapping
from exporters.pages.locks import Permission
from exporters.report import Report


def export(document: Document, options: Options, report: Report) -> bytes:
    """A PDF of the document. Raises what `layout.write` does."""
    permitted = frozenset(_permitted(options))
    wrapping = Wrapping(password=options.password, owner_password=options.owner_password, permissions=permitted)
    return layout.write(document, options, report, wrapping=wrapping)


def _permitted(options: Options) -> Iterator[Permission]:
    if options.printing:
        yield "print"
    if options.copying:
        yield "copy"
    if options.changing:
        yield from ("change", "annotate")
