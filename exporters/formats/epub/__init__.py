"""EPUB: a book for e-readers, with chapters, a table of contents and notes that pop up."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter
from exporters.options import option, options


@options
class Options:
    chapter_level: int = option(
        0, "Level of the headings that chapters begin with; 0 for the highest of which there are several", maximum=6
    )
    toc: bool = option(True, "Show the table of contents as a page, too")
    toc_depth: int = option(3, "Levels of headings in the table of contents", minimum=1, maximum=6)
    highlight: bool = option(True, "Colour the code")
    map: Literal["both", "drawing", "outline"] = option("both", "What is shown of a mind map")


EXPORTER = Exporter(
    extension=".epub",
    media_type="application/epub+zip",
    memory_mb=1769,  # peak 59 MB on a map of 5,000 topics, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 0.5 s of a CPU, a document of formulas made to be slow 15 s
    layers=("fonts", "typesetting"),  # for diagrams and mind maps; other documents load none of it
    options=Options,
)
