"""CSV: every table as a file of its own, and the text as an outline, in a zip; or one of them alone."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter, FileType, Instead
from exporters.options import option, options

_ALONE = FileType(".csv", "text/csv; charset=utf-8")


@options
class Options:
    content: Literal["all", "table", "outline"] = option(
        "all", "A zip of all there is; or a single file: one table, or the outline with its notes"
    )
    table: int = option(1, "Which table of the document, if it is to be one", minimum=1)
    separator: Literal["comma", "semicolon", "tab"] = option("comma", "What stands between two cells")
    merged: Literal["empty", "repeat"] = option("empty", "What the other cells of merged ones hold")
    bom: bool = option(
        True, "Begin with a byte order mark, without which Excel takes letters beyond ASCII for others; no for programs"
    )


EXPORTER = Exporter(
    extension=".csv.zip",
    media_type="application/zip",
    memory_mb=1769,  # peak 43 MB on a 1.2 MB book, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 0.4 s of a CPU, and this has a quarter of one
    options=Options,
    instead=(Instead("content", "table", _ALONE), Instead("content", "outline", _ALONE)),
)
