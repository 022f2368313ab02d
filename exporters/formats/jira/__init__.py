"""Jira: to be pasted into issues, and into Confluence."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".jira",
    media_type="text/x-jira; charset=utf-8",
    memory_mb=1769,  # peak 232 MB on a 1.2 MB book, 963 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.4 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "jira",
        lacks=(
            "highlight",
            "numbers",
            "definitions",
            "captions",
            "merged cells",
            "column alignment",
            "formulas",
        ),
        title="heading",
        names_all=True,
    ),
)
