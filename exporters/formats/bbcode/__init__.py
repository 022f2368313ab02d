"""BBCode: to be pasted into a forum."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".bbcode",
    media_type="text/x-bbcode; charset=utf-8",
    memory_mb=1769,  # peak 323 MB on a 1.2 MB book, 963 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.8 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "bbcode",
        lacks=(
            "highlight",
            "superscript",
            "subscript",
            "code",
            "numbers",
            "definitions",
            "captions",
            "merged cells",
            "column alignment",
            "formulas",
            "inner links",
            "levels",
        ),
        title="heading",
    ),
)
