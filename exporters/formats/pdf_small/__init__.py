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
    memory_mb=1024,  # as pdf; 293 MB for six images of 12 to 40 million pixels, in 11 s
    timeout_s=60,
    concurrency=20,  # 11 s where there are many large images, for which people ask for it
    layers=("fonts", "fonts_cjk", "typesetting"),
    options=Options,
)
