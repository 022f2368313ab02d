"""InCopy: a story to be placed in InDesign."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".icml",
    media_type="application/x-icml+xml",
    memory_mb=1024,  # peak 360 MB on a 1.2 MB book; pandoc itself is stopped at 650
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
