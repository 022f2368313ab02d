"""What users may choose of pages as pictures, besides how the pages look."""

from __future__ import annotations

from exporters.exporter import FileType, Instead
from exporters.options import option, options
from exporters.pages.settings import PageOptions


@options
class RasterOptions(PageOptions):
    page: int = option(1, "Which page becomes the picture", minimum=1, maximum=10_000)
    all_pages: bool = option(False, "Every page, each a picture in a zip")
    resolution: int = option(150, "Dots per inch: 96 for screens, 300 for paper", minimum=36, maximum=300)


IN_A_ZIP = Instead("all_pages", True, FileType(".zip", "application/zip"))
