"""MediaWiki: to be pasted into Wikipedia and wikis like it."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".mediawiki",
    media_type="text/x-mediawiki; charset=utf-8",
    memory_mb=1769,  # peak 248 MB on a 1.2 MB book, 963 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.6 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "mediawiki",
        lacks=(
            "highlight",
            "captions",
        ),
        title="heading",
    ),
)
