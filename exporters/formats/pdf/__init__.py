"""PDF: tagged pages with bookmarks and links, that every reader of the document can use."""

from __future__ import annotations

from exporters.exporter import Exporter
from exporters.options import option, options
from exporters.pages.settings import PageOptions


@options
class Options(PageOptions):
    attach_source: bool = option(False, "Put the source itself into the file, as an attachment")
    password: str = option("", "Password that is needed to open the file")
    owner_password: str = option("", "Password that lifts what is forbidden; without it, nobody can")
    printing: bool = option(True, "Allow to print, where programs heed it")
    copying: bool = option(True, "Allow to copy text, likewise; those who have it read to them always can")
    changing: bool = option(True, "Allow to change the file and to write remarks into it, likewise")


EXPORTER = Exporter(
    extension=".pdf",
    media_type="application/pdf",
    memory_mb=1769,  # peak 68 MB on a 1.2 MB book, 645 MB on the largest WebP; its CPU share decides
    timeout_s=60,  # with a whole CPU a book of 500 pages takes 2 s, and the worst images there can be take 25 s
    layers=("fonts", "fonts_cjk", "typesetting"),
    options=Options,
    next=True,  # what most people ask for: a new version is tried on a few first
)
