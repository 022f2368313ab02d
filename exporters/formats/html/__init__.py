"""HTML: one page that needs nothing else, for screens and for paper."""

from __future__ import annotations

from exporters.exporter import Exporter
from exporters.options import option, options
from exporters.web.page_options import PageOptions


@options
class Options(PageOptions):
    fragment: bool = option(False, "Only the content, to stand in a page of your own")


EXPORTER = Exporter(
    extension=".html",
    media_type="text/html; charset=utf-8",
    memory_mb=1024,  # peak 39 MB on a 1.2 MB book, 175 MB with 24 MB of images; more than that for its share of a CPU
    timeout_s=60,  # the book takes 0.5 s of a CPU, a document made to be slow 30 s
    layers=("fonts", "typesetting"),  # for diagrams and mind maps; other documents load none of it
    keeps_html=True,
    options=Options,
)
