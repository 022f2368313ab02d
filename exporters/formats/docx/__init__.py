"""Word: a document to go on writing in, with real styles, numbered lists, footnotes and formulas."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter
from exporters.options import option, options


@options
class Options:
    page_size: Literal["A3", "A4", "A5", "Letter", "Legal"] = option("A4", "Paper size")
    orientation: Literal["portrait", "landscape"] = option("portrait", "Which way the paper is turned")
    margin_mm: int = option(25, "Margin on every side, in millimetres", minimum=5, maximum=60)
    toc: bool = option(False, "Begin with a table of contents; Word adds the page numbers when it is updated")
    toc_depth: int = option(3, "Levels of headings in the table of contents", minimum=1, maximum=6)
    numbering: bool = option(False, "Number the headings: 1, 1.1, 1.2 …")
    header: str = option("{title}", "What stands above each page but the first: words, {title}, {section}, {author}, "
                         "{date}, {page}, {pages}; as left, left|right or left|middle|right")  # fmt: skip
    footer: str = option("|{page} / {pages}|", "What stands below each page, written like the header")
    map: Literal["both", "drawing", "outline"] = option("both", "What is shown of a mind map")
    highlight: bool = option(True, "Colour the code")
    reference: str = option("", "Word file (.docx or .dotx) whose styles, theme, paper, header and footer are used "
                            "instead: its path in the source")  # fmt: skip


EXPORTER = Exporter(
    extension=".docx",
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    memory_mb=1769,  # peak 78 MB on a map of 5,000 topics, 643 MB on the largest WebP; its CPU share decides
    timeout_s=60,  # the book takes 0.7 s of a CPU, a chapter 0.13 s; images and formulas made to be slow, 30 s
    layers=("fonts", "typesetting"),  # for drawings of maps and diagrams
    options=Options,
    next=True,  # what most people ask for: a new version is tried on a few first
)
