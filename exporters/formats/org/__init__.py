"""Org: for Emacs, and what else reads its outlines."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".org",
    media_type="text/org; charset=utf-8",
    memory_mb=1769,  # peak 438 MB on a 1.2 MB book, 955 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.7 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "org",
        lacks=(
            "highlight",
            "merged cells",
            "column alignment",
            "breaks in cells",
        ),
        callouts="blocks",
    ),
)
