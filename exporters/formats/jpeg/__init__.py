"""JPEG: a page as a picture for the web, or every page in a zip."""

from __future__ import annotations

from exporters.exporter import Exporter
from exporters.options import option, options
from exporters.pages.raster_settings import IN_A_ZIP, RasterOptions


@options
class Options(RasterOptions):
    quality: int = option(85, "How well the picture is kept: below 60 letters get stains", minimum=10, maximum=100)


EXPORTER = Exporter(
    extension=".jpg",
    media_type="image/jpeg",
    memory_mb=1769,  # peak 122 MB on a 200 kB handbook, 645 MB on the largest WebP; its CPU share decides
    timeout_s=120,
    concurrency=20,  # as png
    layers=("fonts", "fonts_cjk", "ghostscript", "typesetting"),
    options=Options,
    instead=(IN_A_ZIP,),
    pictures_of="pdf",
)
