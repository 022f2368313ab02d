"""ConTeXt: a source for that typesetter, which is a TeX."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".context",
    media_type="text/x-context; charset=utf-8",
    memory_mb=1769,  # peak 241 MB on a 1.2 MB book, 955 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.0 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "context-smart",
        lacks=(
            "highlight",
            "languages",
        ),
        formulas="harmless",
        variables=(("papersize", "A4"),),
    ),
)
