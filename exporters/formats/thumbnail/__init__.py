"""Thumbnail: the first page, small, for lists of documents."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter, FileType, Instead
from exporters.options import option, options
from exporters.pages.settings import PageOptions


@options
class Options(PageOptions):
    width: int = option(320, "Width in pixels", minimum=32, maximum=1200)
    kind: Literal["png", "jpeg"] = option("png", "Kind of picture")


EXPORTER = Exporter(
    extension=".png",
    media_type="image/png",
    memory_mb=1769,  # peak 129 MB on a map of 5,000 topics, 645 MB on the largest WebP; its CPU share decides
    timeout_s=60,
    layers=("fonts", "fonts_cjk", "ghostscript", "typesetting"),
    options=Options,
    instead=(Instead("kind", "jpeg", FileType(".jpg", "image/jpeg")),),
    pictures_of="pdf",
)
