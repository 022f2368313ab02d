"""Djot: a light markup that leaves less to guess than Markdown."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".dj",
    media_type="text/x-djot; charset=utf-8",
    memory_mb=1769,  # peak 353 MB on a 1.2 MB book, 963 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 2.3 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "djot",
        lacks=(
            "merged cells",
            "breaks in cells",
        ),
    ),
)
