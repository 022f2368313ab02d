"""DokuWiki: to be pasted into a page of such a wiki."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".dokuwiki",
    media_type="text/x-dokuwiki; charset=utf-8",
    memory_mb=1769,  # peak 223 MB on a 1.2 MB book, 963 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.2 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "dokuwiki",
        lacks=(
            "highlight",
            "numbers",
            "definitions",
            "captions",
            "merged cells",
            "blocks in lists",
            "inner links",
        ),
        title="heading",
    ),
)
