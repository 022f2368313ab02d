"""What users may choose of how pages look. Every format made of pages has these options."""

from __future__ import annotations

from typing import Literal

from exporters.options import option, options


@options
class PageOptions:
    page_size: Literal["A3", "A4", "A5", "A6", "Letter", "Legal", "Tabloid"] = option("A4", "Paper size")
    orientation: Literal["portrait", "landscape"] = option("portrait", "Which way the paper is turned")
    margin_mm: int = option(25, "Margin on every side, in millimetres", minimum=5, maximum=40)
    font_size: float = option(10.5, "Size of the text, in points", minimum=6, maximum=24)
    toc: bool = option(False, "Begin with a table of contents")
