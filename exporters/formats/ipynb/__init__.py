"""Jupyter notebook: cells of text, and of code in Python."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".ipynb",
    media_type="application/x-ipynb+json",
    memory_mb=1769,  # peak 251 MB on a 1.2 MB book, 956 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.5 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "ipynb+startnum",
        lacks=(
            "highlight",
            "definitions",
            "inner links",
        ),
        images=("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"),
        title="heading",
        cells=True,
    ),
)
