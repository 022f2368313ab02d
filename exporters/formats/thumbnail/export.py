"""The first page, drawn."""

from __future__ import annotations

from exporters.document import Document
from exporters.formats.thumbnail import Options
from exporters.pages import layout, raster
from exporters.pages.settings import paper
from exporters.report import Report
from exporters.toolbox import ghostscript

_DEVICES = {"png": ("png16m", ()), "jpeg": ("jpeg", ("-dJPEGQ=85",))}


def export(document: Document, options: Options, report: Report) -> bytes:
    """A picture of the first page. Raises what `layout.write` and `ghostscript.pages` do."""
    pdf = layout.write(document, options, report, last_page=1)
    width, _ = paper(options)
    device, more = _DEVICES[options.kind]
    drawing = (*raster.drawn_at(options.width * 72 / width), *more)
    (picture,) = ghostscript.pages(pdf, device, drawing, 1, 1, report)
    return picture
