"""Excel: a sheet for each table, and one with the text as an outline whose rows fold."""

from __future__ import annotations

from exporters.exporter import Exporter

EXPORTER = Exporter(
    extension=".xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    memory_mb=1769,  # peak 48 MB on a 1.2 MB book, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 0.6 s of a CPU, 200,000 cells 2 s, and this has a quarter of one
)
