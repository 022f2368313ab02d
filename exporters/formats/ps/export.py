"""The pages, written as PostScript."""

from __future__ import annotations

from exporters.document import Document
from exporters.formats.ps import Options
from exporters.pages import layout
from exporters.report import Report
from exporters.toolbox import ghostscript


def export(document: Document, options: Options, report: Report) -> bytes:
    """PostScript of level 2. Raises what `layout.write` and `ghostscript.whole` do."""
    return ghostscript.whole(layout.write(document, options, report), "ps2write", ghostscript.FOR_PAPER, report)
