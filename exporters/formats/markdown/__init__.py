"""Markdown: normalised GitHub Flavored Markdown that reads back to the same document."""

from exporters.exporter import Exporter

EXPORTER = Exporter(
    extension=".md",
    media_type="text/markdown; charset=utf-8",
    memory_mb=1769,  # peak 44 MB on a 1.2 MB book, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 0.5 s of a CPU, 7 MB of HTML 13 s, and this has a quarter of one
    keeps_html=True,
)
