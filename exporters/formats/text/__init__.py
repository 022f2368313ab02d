"""Text: plain, as people read it in a mail or a terminal."""

from __future__ import annotations

from exporters.exporter import Exporter
from exporters.options import option, options


@options
class Options:
    width: int = option(80, "Columns of a line", minimum=40, maximum=200)
    wrap: bool = option(True, "Break what is wider than a line; otherwise a paragraph is one line")


EXPORTER = Exporter(
    extension=".txt",
    media_type="text/plain; charset=utf-8",
    memory_mb=1769,  # peak 43 MB on a 1.2 MB book, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 0.5 s of a CPU, 800,000 HTML tags 6 s, and this has a quarter of one
    options=Options,
)
