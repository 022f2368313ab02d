"""Packs a page and what it shows."""

from __future__ import annotations

from exporters.document import Document
from exporters.formats.html_bundle import Options
from exporters.report import Report
from exporters.toolbox.zipped import Zip
from exporters.web.files import Files
from exporters.web.page import Cleaner, Frame, page, style
from exporters.web.settings import Settings

# Nothing comes from elsewhere, and no script runs. What is opened from a disk has no origin that 'self' could mean to
# every browser, so files are named; styles and images stand in the page itself where they belong to one element.
_POLICY = (
    "default-src 'none'; img-src 'self' file: data:; style-src 'self' file: 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)


def export(document: Document, options: Options, report: Report) -> bytes:
    """The zip: `index.html`, `page.css`, `images/` and `files/`."""
    places = Files()
    settings = Settings(options.raw_html, options.highlight)
    if options.raw_html == "keep":
        from exporters.web.raw import kept

        document = kept(document, places, report)
    frame = Frame(_POLICY, '<link rel="stylesheet" href="page.css">', options.theme, options.toc, options.map)
    bundle, cleaner = Zip(), Cleaner()
    bundle.add("index.html", cleaner.cleaned(page(document, settings, frame, report, places)))
    cleaner.tell(report)
    bundle.add("page.css", style())
    for path, data in places.files():
        bundle.add(path, data)
    return bundle.finish()
