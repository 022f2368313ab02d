"""RTF: for word processors of any age."""

from __future__ import annotations

from exporters.exporter import Exporter, Pandoc

EXPORTER = Exporter(
    extension=".rtf",
    media_type="application/rtf",
    memory_mb=1769,  # peak 234 MB on a 1.2 MB book, 956 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # the book takes 1.6 s of a CPU; pandoc is stopped after 50
    layers=("pandoc",),
    pandoc=Pandoc(
        "rtf",
        lacks=(
            "highlight",
            "merged cells",
            "formulas",
        ),
        images=("image/png", "image/jpeg"),
        image_mb=8,  # which take 11 s of a CPU
    ),
)
