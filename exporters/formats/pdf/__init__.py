"""PDF: pages with bookmarks and links, laid out on ReportLab."""

from __future__ import annotations

from exporters.exporter import Exporter
from exporters.options import options
from exporters.pages.settings import PageOptions


@options
class Options(PageOptions):
    pass


EXPORTER = Exporter(
    extension=".pdf",
    media_type="application/pdf",
    memory_mb=1024,  # peak 56 MB on a 1.2 MB book, 650 MB while the largest WebP is decoded; CPU comes with memory
    timeout_s=60,  # with a whole CPU a book of 500 pages takes 2 s, and the worst images there can be take 25 s
    layers=("fonts",),
    options=Options,
)
