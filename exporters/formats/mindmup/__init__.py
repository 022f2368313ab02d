"""MindMup: a mind map to work on in MindMup, with its pictures in it."""

from __future__ import annotations

from exporters.exporter import Exporter

EXPORTER = Exporter(
    extension=".mup",
    media_type="application/json",
    memory_mb=1769,  # peak 47 MB on a 1.2 MB book, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 0.4 s of a CPU, 100,000 topics 4 s, and this has a quarter of one
)
