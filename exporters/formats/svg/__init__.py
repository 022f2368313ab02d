"""SVG: the mind map as a drawing, which needs no other file and can be searched, read out and edited."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter
from exporters.options import option, options


@options
class Options:
    text: Literal["text", "outlines"] = option(
        "text", "Words as text, or as outlines, which look the same where the fonts are not installed"
    )
    background: Literal["white", "none"] = option("white", "What the map is drawn on: none lets through what is behind")


EXPORTER = Exporter(
    extension=".svg",
    media_type="image/svg+xml",
    memory_mb=1769,  # peak 64 MB on a map of 5,000 topics, 333 MB on 7 MB of HTML; its CPU share decides
    timeout_s=60,  # 0.2 s of a CPU for the chapter, 0.6 for the book and for 5,000 topics, 3 for 20,000
    layers=("fonts", "fonts_cjk", "typesetting"),  # Chinese, Japanese and Korean for words as outlines
    options=Options,
)
