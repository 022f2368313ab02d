"""InCopy: a story to be placed in InDesign."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".icml",
    media_type="application/x-icml+xml",
    memory_mb=1769,  # peak 375 MB on a 1.2 MB book, 955 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.9 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "icml",
        lacks=(
            "highlight",
            "rules",
            "languages",
            "formulas",
        ),
        title="heading",
    ),
)
