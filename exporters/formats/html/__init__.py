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
    memory_mb=1769,  # peak 61 MB on a map of 5,000 topics, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 0.5 s of a CPU, a document made to be slow 30 s
    layers=("fonts", "typesetting"),  # for diagrams and mind maps; other documents load none of it
    keeps_html=True,
    options=Options,
)
