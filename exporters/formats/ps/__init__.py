"""PostScript: all pages, for printers."""

from __future__ import annotations

from exporters.exporter import Exporter
from exporters.options import options
from exporters.pages.settings import PageOptions


@options
class Options(PageOptions):
    pass


EXPORTER = Exporter(
    extension=".ps",
    media_type="application/postscript",
    memory_mb=1769,  # peak 107 MB on a 1.2 MB book, 645 MB on the largest WebP; its CPU share decides
    timeout_s=120,  # a book of 500 pages takes 4 s; 100 pages with transparent images take 80 s
    concurrency=20,  # 4 s for a book, and a minute where pages are to be made into pictures
    layers=("fonts", "fonts_cjk", "ghostscript", "typesetting"),
    options=Options,
    pictures_of="pdf",
)
