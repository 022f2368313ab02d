"""Manual page: for the command `man`."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".man",
    media_type="text/troff; charset=utf-8",
    memory_mb=1769,  # peak 233 MB on a 1.2 MB book, 963 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.0 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "man",
        lacks=(
            "underline",
            "highlight",
            "strikethrough",
            "superscript",
            "subscript",
            "levels",
            "rules",
            "languages",
            "captions",
            "merged cells",
            "formulas",
            "inner links",
        ),
        variables=(("section", "7"),),
        longest_title=18,
    ),
)
