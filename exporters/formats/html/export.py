"""Writes one page, or only its content, as a list of strings that are joined once."""

from __future__ import annotations

from exporters.document import Document
from exporters.formats.html import Options
from exporters.report import Code, Report
from exporters.toolbox import metadata
from exporters.toolbox.words import words
from exporters.web.content import Content
from exporters.web.page import Frame, encoded, page, style
from exporters.web.places import Places
from exporters.web.settings import Settings

# Nothing is loaded from anywhere, and no script runs, whatever the content holds.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def export(document: Document, options: Options, report: Report) -> bytes:
    """The document as UTF-8 HTML."""
    settings = Settings(options.raw_html, options.highlight, options.fragment)
    places = Places()
    if options.raw_html == "keep":
        from exporters.web.raw import kept

        document = kept(document, None if options.fragment else places, report)
    if options.fragment:
        if document.map is not None:
            report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
        return encoded(_fragment(document, settings, report), report)
    frame = Frame(_POLICY, f"<style>\n{style()}</style>", options.theme, options.toc, options.map)
    return encoded(page(document, settings, frame, report, places), report)


def _fragment(document: Document, settings: Settings, report: Report) -> list[str]:
    content = Content(document, settings, report, words(metadata.language(document)))
    content.body()
    content.end()
    return content.pieces()
