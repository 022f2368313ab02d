"""PDF/A: for archives, with all that is needed to show it in a hundred years."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter
from exporters.options import option, options
from exporters.pages.settings import PageOptions


@options
class Options(PageOptions):
    conformance: Literal["2a", "2b", "2u", "3a", "3b"] = option(
        "2a", "Level of ISO 19005: 2a is also accessible; 3a and 3b may have attachments"
    )
    attach_source: bool = option(False, "Put the source itself into the file, as an attachment: 3a and 3b only")


EXPORTER = Exporter(
    extension=".pdf",
    media_type="application/pdf",
    memory_mb=1769,  # peak 68 MB on a 1.2 MB book, 645 MB on the largest WebP; its CPU share decides
    timeout_s=60,
    layers=("fonts", "fonts_cjk", "typesetting"),
    options=Options,
)
