"""FictionBook: an e-book in one file."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".fb2",
    media_type="application/x-fictionbook+xml",
    memory_mb=1769,  # peak 228 MB on a 1.2 MB book, 956 MB on 7 MB of HTML; its CPU share decides
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
