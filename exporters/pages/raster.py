"""Pages as pictures: one of them, or all in a zip."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from math import sqrt

from exporters.document import Document
from exporters.errors import BadOption, SourceTooLarge
from exporters.pages import layout
from exporters.pages.raster_settings import RasterOptions
from exporters.pages.settings import paper
from exporters.report import Code, Report
from exporters.toolbox import ghostscript

_MAX_PAGES = 200  # in a zip: 20 s of work at 150 dpi
_MAX_ZIP = 200_000_000  # bytes; 200 pages of text at 300 dpi have 70 million
_AT_ONCE = 10  # pages that one run of Ghostscript draws: starting it is then a thirtieth of the work
_MAX_PIXELS = 20_000_000  # of one page: an A3 page at 300 dpi has 17 million
_FINE = 150  # dpi from which letters stand well without help
_DATE = (1980, 1, 1, 0, 0, 0)  # zip's first day: the same pages are the same bytes
_MODE = 0o100644 << 16  # whoever unpacks it may read it


def write(
    document: Document, options: RasterOptions, report: Report, device: str, *more: str, format: str, ending: str
) -> bytes:
    """The page that the options name, as Ghostscript's `device` draws it with the options `more`; or all, in a zip.

    Raises what `layout.write` and `ghostscript.pages` do, and `BadOption` where there is no such page.
    """
    pdf = layout.write(document, options, report)
    count = report.facts["pages"]
    drawing = (*drawn_at(_bearable(options, report)), *more)
    if options.all_pages:
        if count > _MAX_PAGES:
            report.lost(Code.PAGE, f"Only the first {_MAX_PAGES} pages are in the zip.")
        return _zipped(_pictures(pdf, device, drawing, min(count, _MAX_PAGES), report), ending)
    check_page(options.page, count, format)
    if count > 1:
        report.lost(Code.PAGE, "Only one page is shown; the option all_pages=true gives every page, in a zip.")
    (picture,) = ghostscript.pages(pdf, device, drawing, options.page, options.page, report)
    return picture


def check_page(page: int, count: int, format: str) -> None:
    """Raises `BadOption` where a document has no such page."""
    if page > count:
        pages = "only one page" if count == 1 else f"{count} pages"
        raise BadOption(f"The option {format}.page cannot be {page}, for the document has {pages}.")


def drawn_at(resolution: float) -> tuple[str, ...]:
    """What makes Ghostscript draw at so many dots per inch, with soft edges."""
    if resolution >= _FINE:
        return f"-r{resolution:.6g}", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4"
    # It puts each letter on a whole dot, which shows in words where dots are large: so it draws four times as fine, and
    # makes that smaller.
    return f"-r{4 * resolution:.6g}", "-dDownScaleFactor=4"


def _bearable(options: RasterOptions, report: Report) -> float:
    """The resolution that was asked for, or what paper of this size allows."""
    width, height = paper(options)
    most = sqrt(_MAX_PIXELS / (width * height)) * 72
    if options.resolution > most:
        report.degraded(Code.PAGE, "Pages as large as these are drawn with fewer dots per inch than was asked for.")
    return min(options.resolution, most)


def _pictures(pdf: bytes, device: str, drawing: tuple[str, ...], count: int, report: Report) -> Iterator[bytes]:
    for first in range(1, count + 1, _AT_ONCE):
        yield from ghostscript.pages(pdf, device, drawing, first, min(first + _AT_ONCE - 1, count), report)


def _zipped(pictures: Iterator[bytes], ending: str) -> bytes:
    from zipfile import ZipFile, ZipInfo  # 2 ms, for those who want all pages

    archive = BytesIO()
    with ZipFile(archive, "w") as zipped:  # stored as they are, for pictures are packed
        for number, picture in enumerate(pictures, 1):
            entry = ZipInfo(f"page-{number:03}{ending}", _DATE)
            entry.external_attr = _MODE
            zipped.writestr(entry, picture)
            if archive.tell() > _MAX_ZIP:
                raise SourceTooLarge(
                    f"The pictures of the pages have more than {_MAX_ZIP // 10**6} MB. Ask for a lower resolution."
                )
    return archive.getvalue()
