"""Markdown: normalised GitHub Flavored Markdown that reads back to the same document."""

from exporters.exporter import Exporter

EXPORTER = Exporter(
    extension=".md",
    media_type="text/markdown; charset=utf-8",
    memory_mb=256,
    timeout_s=30,
)
