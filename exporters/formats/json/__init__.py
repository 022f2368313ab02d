"""JSON: the document itself, for programs; its schema is `exporters/schemas/document.schema.json`."""

from __future__ import annotations

from exporters.exporter import Exporter
from exporters.options import option, options


@options
class Options:
    indent: bool = option(False, "Put every value on a line of its own, for people to read")


EXPORTER = Exporter(
    extension=".json",
    media_type="application/json",
    memory_mb=1024,  # peak 41 MB on a 1.2 MB book, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 0.3 s of a CPU
    keeps_html=True,
    options=Options,
)
