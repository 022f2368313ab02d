"""Slides: one slide per section, for presentations."""

from __future__ import annotations

from exporters.exporter import Exporter
from exporters.options import options
from exporters.pages.slide_settings import SlideOptions


@options
class Options(SlideOptions):
    pass


EXPORTER = Exporter(
    extension=".pdf",
    media_type="application/pdf",
    memory_mb=1769,  # peak 69 MB on a 1.2 MB book, 645 MB on the largest WebP; its CPU share decides
    timeout_s=60,  # 0.6 s and 4.2 s for these: what stands on a slide is laid out twice to five times
    layers=("fonts", "fonts_cjk", "typesetting"),
    options=Options,
)
