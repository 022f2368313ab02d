"""Typst: a source for that typesetter."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".typ",
    media_type="text/x-typst; charset=utf-8",
    memory_mb=1769,  # peak 242 MB on a 1.2 MB book, 963 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.4 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "typst-smart",
        keywords=False,
        variables=(("papersize", "a4"), ("header-includes", "#show figure: set block(breakable: true)")),
    ),
)
