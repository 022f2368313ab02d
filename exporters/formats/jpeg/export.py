"""The pages, drawn."""

from __future__ import annotations

from exporters.document import Document
from exporters.formats.jpeg import Options
from exporters.pages import raster
from exporters.report import Report


def export(document: Document, options: Options, report: Report) -> bytes:
    """A picture, or a zip of pictures. Raises what `raster.write` does."""
    return raster.write(document, options, report, "jpeg", f"-dJPEGQ={options.quality}", format="jpeg", ending=".jpg")
