"""FictionBook: an e-book in one file."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".fb2",
    media_type="application/x-fictionbook+xml",
    memory_mb=1024,  # peak 210 MB on a 1.2 MB book; pandoc itself is stopped at 650
    timeout_s=60,  # the book takes 1.2 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "fb2",
        lacks=(
            "highlight",
            "underline",
            "merged cells",
            "languages",
            "line breaks",
            "captions",
            "rules",
            "formulas",
        ),
        images=("image/png", "image/jpeg"),
    ),
)
