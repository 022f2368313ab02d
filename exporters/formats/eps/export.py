"""The page, written as PostScript that stands within other PostScript."""

from __future__ import annotations

from exporters.document import Document
from exporters.formats.eps import Options
from exporters.pages import layout, raster
from exporters.report import Code, Report
from exporters.toolbox import ghostscript


def export(document: Document, options: Options, report: Report) -> bytes:
    """Encapsulated PostScript. Raises what `layout.write` and `ghostscript.pages` do, and `BadOption`."""
    pdf = layout.write(document, options, report)
    count = report.facts["pages"]
    raster.check_page(options.page, count, "eps")
    if count > 1:
        report.lost(Code.PAGE, "Only one page is shown; the option page chooses which.")
    (drawing,) = ghostscript.pages(pdf, "eps2write", _AS_CURVES, options.page, options.page, report)
    return drawing


# Letters too, for such a drawing is made larger and smaller: 1.7 MB for a page of text. As letters they would be dots,
# since PostScript of level 2 knows no fonts such as ours.
_AS_CURVES = (*ghostscript.FOR_PAPER, "-dNoOutputFonts=true")
