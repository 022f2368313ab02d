"""PNG: a page as a sharp picture, or every page in a zip."""

from __future__ import annotations

from exporters.exporter import Exporter
from exporters.options import options
from exporters.pages.raster_settings import IN_A_ZIP, RasterOptions


@options
class Options(RasterOptions):
    pass


EXPORTER = Exporter(
    extension=".png",
    media_type="image/png",
    memory_mb=1769,  # peak 95 MB on a 1.2 MB book, 645 MB on the largest WebP; its CPU share decides
    timeout_s=120,  # 200 pages take 20 s at 150 dpi, 60 s at 300
    concurrency=20,  # 20 s for 200 pages: 330 of them a second would take all runs of an account
    layers=("fonts", "fonts_cjk", "ghostscript", "typesetting"),
    options=Options,
    instead=(IN_A_ZIP,),
    pictures_of="pdf",
)
