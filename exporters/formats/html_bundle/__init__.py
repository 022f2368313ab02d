"""HTML bundle: a zip of one page with its images and attachments as files beside it."""

from __future__ import annotations

from exporters.exporter import Exporter
from exporters.options import options
from exporters.web.page_options import PageOptions


@options
class Options(PageOptions):
    pass


EXPORTER = Exporter(
    extension=".html.zip",
    media_type="application/zip",
    memory_mb=1769,  # peak 61 MB on a map of 5,000 topics, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # as for `html`
    layers=("fonts", "typesetting"),  # for diagrams and mind maps; other documents load none of it
    keeps_html=True,
    options=Options,
)
