"""ODT: OpenDocument text with named styles, for LibreOffice and every word processor that keeps to the standard."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter
from exporters.options import option, options


@options
class Options:
    page_size: Literal["A3", "A4", "A5", "A6", "Letter", "Legal", "Tabloid"] = option("A4", "Paper size")
    orientation: Literal["portrait", "landscape"] = option("portrait", "Which way the paper is turned")
    margin_mm: int = option(25, "Margin on every side, in millimetres", minimum=5, maximum=40)
    font: Literal["sans", "serif"] = option("sans", "Letters of text and headings: without serifs, or with them")
    font_size: float = option(10.5, "Size of the text, in points", minimum=6, maximum=24)
    toc: bool = option(False, "Begin with a table of contents, filled and with page numbers")
    toc_depth: int = option(3, "Levels of headings in the table of contents", minimum=1, maximum=6)
    page_numbers: bool = option(True, "Number the pages, below the text")
    map: Literal["both", "drawing", "outline"] = option("both", "What is shown of a mind map")
    highlight: bool = option(True, "Colour the code")


EXPORTER = Exporter(
    extension=".odt",
    media_type="application/vnd.oasis.opendocument.text",
    memory_mb=1769,  # peak 76 MB on a map of 5,000 topics, 643 MB on the largest WebP; its CPU share decides
    timeout_s=60,  # the book takes 0.7 s of a CPU, the worst diagrams, drawings and formulas there can be 30 s
    layers=("fonts", "typesetting"),
    options=Options,
)
