"""Texinfo: a source for GNU's manuals."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".texi",
    media_type="text/x-texinfo; charset=utf-8",
    memory_mb=1769,  # peak 335 MB on a 1.2 MB book, 956 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.8 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "texinfo",
        lacks=(
            "highlight",
            "underline",
            "strikethrough",
            "languages",
            "merged cells",
            "column alignment",
            "empty cells",
        ),
        formulas="harmless",
    ),
)
