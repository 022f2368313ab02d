"""AsciiDoc: for Asciidoctor and Antora."""

from __future__ import annotations

from exporters.exporter import Exporter

EXPORTER = Exporter(
    extension=".adoc",
    media_type="text/asciidoc; charset=utf-8",
    memory_mb=1769,  # peak 44 MB on a 1.2 MB book, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 0.7 s of a CPU, and this has a quarter of one
)
