"""PDF: pages with bookmarks and links, laid out on ReportLab."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter
from exporters.options import option, options


@options
class Options:
    page_size: Literal["A3", "A4", "A5", "A6", "Letter", "Legal", "Tabloid"] = option("A4", "Paper size")
    orientation: Literal["portrait", "landscape"] = option("portrait", "Which way the paper is turned")
    margin_mm: int = option(25, "Margin on every side, in millimetres", minimum=5, maximum=40)
    font_size: float = option(10.5, "Size of the text, in points", minimum=6, maximum=24)
    toc: bool = option(False, "Begin with a table of contents")


EXPORTER = Exporter(
    extension=".pdf",
    media_type="application/pdf",
    memory_mb=1024,  # peak 56 MB on a 1.2 MB book, 650 MB while the largest WebP is decoded; CPU comes with memory
    timeout_s=60,  # with a whole CPU a book of 500 pages takes 2 s, and the worst images there can be take 25 s
    layers=("fonts",),
    options=Options,
)
