"""Zim: a page of the wiki that people keep on their own desk."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".zim",
    media_type="text/x-zim-wiki; charset=utf-8",
    memory_mb=1769,  # peak 224 MB on a 1.2 MB book, 956 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.0 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "zimwiki",
        lacks=(
            "highlight",
            "numbers",
            "definitions",
            "captions",
            "merged cells",
            "headless tables",
            "blocks in lists",
            "links in cells",
            "underline",
        ),
        title="heading",
    ),
)
