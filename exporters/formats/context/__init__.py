"""ConTeXt: a source for that typesetter, which is a TeX."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".context",
    media_type="text/x-context; charset=utf-8",
    memory_mb=1024,  # peak 230 MB on a 1.2 MB book; pandoc itself is stopped at 650
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
