"""PDF, small: the same pages with smaller images, to send by e-mail."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter
from exporters.options import option, options
from exporters.pages.settings import PageOptions


@options
class Options(PageOptions):
    quality: Literal["screen", "ebook", "printer"] = option("ebook", "Images: 96, 150 or 300 dots per inch at most")


EXPORTER = Exporter(
    extension=".pdf",
    media_type="application/pdf",
    memory_mb=1769,  # peak 72 MB on a 200 kB handbook, 661 MB on the largest WebP; its CPU share decides
    timeout_s=60,
    concurrency=20,  # 11 s where there are many large images, for which people ask for it
    layers=("fonts", "fonts_cjk", "typesetting"),
    options=Options,
)
