"""EPS: a page as a drawing to put into other documents."""

from __future__ import annotations

from exporters.exporter import Exporter
from exporters.options import option, options
from exporters.pages.settings import PageOptions


@options
class Options(PageOptions):
    page: int = option(1, "Which page becomes the drawing", minimum=1, maximum=10_000)


EXPORTER = Exporter(
    extension=".eps",
    media_type="application/postscript",
    memory_mb=1024,  # as pdf, for its images; with Ghostscript 46 MB for a page of a chapter
    timeout_s=60,
    layers=("fonts", "fonts_cjk", "ghostscript", "typesetting"),
    options=Options,
    pictures_of="pdf",
)
