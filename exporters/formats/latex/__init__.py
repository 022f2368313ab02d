"""LaTeX: an article or a report that pdfLaTeX, XeLaTeX and LuaLaTeX set without further files."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter
from exporters.options import option, options


@options
class Options:
    document_class: Literal["article", "report", "book"] = option(
        "article", "Class of the document; the sections of reports and books begin with chapters"
    )
    paper: Literal["a4", "letter"] = option("a4", "Paper size")
    toc: bool = option(False, "Begin with a table of contents")
    highlight: bool = option(False, "Colour the code")  # it takes half as long again


EXPORTER = Exporter(
    extension=".tex",
    media_type="text/x-tex; charset=utf-8",
    memory_mb=1769,  # peak 44 MB on a 1.2 MB book, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 0.6 s of a CPU, and this has a quarter of one
    options=Options,
)
