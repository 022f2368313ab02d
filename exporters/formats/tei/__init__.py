"""TEI: XML for scholarly editions."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".tei",
    media_type="application/tei+xml",
    memory_mb=1769,  # peak 254 MB on a 1.2 MB book, 955 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.2 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "tei",
        lacks=(
            "highlight",
            "languages",
            "captions",
            "merged cells",
            "column alignment",
        ),
        images=("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"),
        image_mb=4,  # of which pandoc makes 630 MB
        formulas="without signs of XML",
    ),
)
