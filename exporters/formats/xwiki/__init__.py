"""XWiki: to be pasted into a page of such a wiki."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".xwiki",
    media_type="text/x-xwiki; charset=utf-8",
    memory_mb=1769,  # peak 225 MB on a 1.2 MB book, 955 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.2 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "xwiki",
        lacks=(
            "highlight",
            "numbers",
            "captions",
            "merged cells",
            "column alignment",
            "headless tables",
        ),
        title="heading",
    ),
)
