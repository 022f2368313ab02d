"""JATS: XML for the articles of journals."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".jats",
    media_type="application/jats+xml",
    memory_mb=1769,  # peak 322 MB on a 1.2 MB book, 963 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.4 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "jats_archiving",
        lacks=(
            "highlight",
            "rules",
            "line breaks",
        ),
        images=("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"),
        image_mb=4,  # of which pandoc makes 630 MB
    ),
)
