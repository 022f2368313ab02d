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
    memory_mb=1769,  # peak 200 MB on a map of 5,000 topics, 645 MB on the largest WebP; its CPU share decides
    timeout_s=60,
    layers=("fonts", "fonts_cjk", "ghostscript", "typesetting"),
    options=Options,
    pictures_of="pdf",
)
