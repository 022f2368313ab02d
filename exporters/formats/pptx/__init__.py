"""PowerPoint: one slide per section, as text, tables and pictures that can be edited."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter
from exporters.options import option, options
from exporters.pages.slide_settings import SlideOptions


@options
class Options(SlideOptions):
    notes: Literal["speaker", "slides"] = option(
        "speaker", "Where the notes of a mind map's topics stand: with what is only for who speaks, or on the slides"
    )


EXPORTER = Exporter(
    extension=".pptx",
    media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
    memory_mb=1769,  # peak 73 MB on a map of 5,000 topics, 643 MB on the largest WebP; the slowest source decides
    timeout_s=60,  # the book takes 2.1 s of a CPU
    layers=("fonts", "typesetting"),  # for drawings of maps and diagrams
    options=Options,
)
