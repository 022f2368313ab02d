"""HTML: one page that needs nothing else, for screens and for paper."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter
from exporters.options import option, options


@options
class Options:
    fragment: bool = option(False, "Only the content, to stand in a page of your own")
    raw_html: Literal["sanitize", "keep", "drop"] = option(
        "sanitize", "HTML inside the source: made safe, kept as it is (only for sources you trust), or left out"
    )
    toc: bool = option(False, "Begin with a table of contents")
    highlight: bool = option(True, "Colour the code")
    theme: Literal["auto", "light", "dark"] = option(
        "auto", "Colours: as the reader's system has it, or always the same"
    )


EXPORTER = Exporter(
    extension=".html",
    media_type="text/html; charset=utf-8",
    memory_mb=1024,  # peak 62 MB on a 1.2 MB book, 280 MB with 24 MB of images; more than that for its share of a CPU
    timeout_s=60,  # the book takes 1 s of a CPU, a document made to be slow 30 s
    keeps_html=True,
    options=Options,
)
