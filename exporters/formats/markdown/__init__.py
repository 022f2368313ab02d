"""Markdown: normalised GitHub Flavored Markdown that reads back to the same document."""

from exporters.exporter import Exporter

EXPORTER = Exporter(
    extension=".md",
    media_type="text/markdown; charset=utf-8",
    memory_mb=256,  # peak 32 MB on a 1.2 MB book, 104 MB on the worst that the reader lets through
    timeout_s=60,  # the worst takes 6 s of a whole CPU, and this has a seventh of one
    keeps_html=True,
)
