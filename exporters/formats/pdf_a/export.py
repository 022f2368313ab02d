"""The pages, with what archives ask for.

Our own pages meet it as they are laid out: fonts embedded, colours defined, structure told. Ghostscript would take
another half second, and would leave out the structure.
"""

from __future__ import annotations

from exporters.document import Document
from exporters.errors import BadOption
from exporters.formats.pdf_a import Options
from exporters.pages import layout
from exporters.pages.layout import Wrapping
from exporters.report import Report


def export(document: Document, options: Options, report: Report) -> bytes:
    """A PDF/A of the document. Raises what `layout.write` does."""
    takes_attachments = options.conformance.startswith("3")
    if options.attach_source and not takes_attachments:
        level = options.conformance
        raise BadOption(f"The option pdf_a.attach_source needs conformance=3a or 3b: PDF/A-{level} has no attachments.")
    wrapping = Wrapping(options.conformance, takes_attachments=takes_attachments)
    return layout.write(document, options, report, wrapping=wrapping)
