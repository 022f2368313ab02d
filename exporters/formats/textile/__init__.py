"""Textile: to be pasted into Redmine, and into what else knows it."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".textile",
    media_type="text/x-textile; charset=utf-8",
    memory_mb=1769,  # peak 306 MB on a 1.2 MB book, 956 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.5 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "textile-smart-old_dashes",
        lacks=(
            "highlight",
            "definitions",
            "captions",
            "merged cells",
            "formulas",
            "blocks in lists",
        ),
        title="heading",
    ),
)
