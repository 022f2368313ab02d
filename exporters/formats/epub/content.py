"""Writes the content of a book as XHTML for e-readers, which often have neither colours nor anything to point with."""

from __future__ import annotations

from collections.abc import Iterable
from copy import replace
from typing import TYPE_CHECKING

from exporters.document import (
    Blocks,
    Document,
    FootnoteReference,
    Image,
    Inlines,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Tabs,
)
from exporters.formats.epub.places import BookPlaces, anchor
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import raw_html
from exporters.toolbox.escaping import html_attribute, html_text
from exporters.toolbox.words import Words
from exporters.web.content import Content, Note
from exporters.web.inlines import nth_of
from exporters.web.settings import Settings

if TYPE_CHECKING:  # loaded for those documents that have some
    from exporters.toolbox.drawing import Drawing, Part

_OPEN_BOX, _TICKED_BOX = "☐", "☑"


class BookContent(Content):
    """The content of one book on its way to XHTML."""

    def __init__(
        self, document: Document, settings: Settings, report: Report, words: Words, places: BookPlaces
    ) -> None:
        super().__init__(document, settings, report, words, places)
        self._book = places
        self._note_files: dict[int, str] = {}
        self.has_formulas = False
        """Whether there was one since this was last set."""
        self.images = 0
        self.images_without_words = 0

    def image_file(self, key: str) -> str:
        """The path of an image of the document; "" where it cannot be shown."""
        return self._image_source(key)

    # Blocks

    def _details(self, summary: Inlines, blocks: Blocks, attributes: str, is_open: bool) -> None:  # noqa: ARG002
        # Always open: to many e-readers a touch means to turn the page.
        self._report.degraded(About.NODE, "Foldable blocks are shown open.")
        super()._details(summary, blocks, attributes, is_open=True)

    def _tabs(self, block: Tabs) -> None:
        self._report.degraded(About.NODE, "Tabs are shown one after the other, each below its label.")
        self._out.append('<div class="tabs">\n')
        for tab in block.tabs:
            self._out.append('<p class="label">')
            self._phrases(tab.label)
            self._out.append("</p>\n")
            self._blocks(tab.blocks)
        self._out.append("</div>\n")

    def _task(self, item: ListItem, tight: bool) -> Blocks:  # noqa: ARG002
        # As a character: where there are no forms, a box that is one is not seen.
        box = _TICKED_BOX if item.checked else _OPEN_BOX
        match item.blocks:
            case (Paragraph() as first, *rest):
                content = (f"{box} ", *first.content)
                return (Paragraph(content, first.alignment), *rest)
            case blocks:
                return (Paragraph((box,)), *blocks)

    def _drawing(self, drawing: Drawing, title: str, description: str, kind: str) -> None:
        self.images += 1
        path = self._book.drawing(self._svg(drawing, title, description))
        said = html_attribute(f"{title}: {description}" if description else title)
        self._out.append(f'<figure class="{kind}"><img src="{path}" alt="{said}"/></figure>\n')

    def _svg(self, drawing: Drawing, title: str, description: str, prefix: str = "") -> str:
        # Who sees an image in a book cannot follow links within it.
        parts = _without_links(drawing.parts)
        if parts != drawing.parts:
            self._report.degraded(About.LINK, "Links within drawings cannot be followed from a book.")
        return super()._svg(replace(drawing, parts=parts), title, description, prefix)

    def _id(self, id: str) -> str:
        return anchor(id)

    def _raw_block(self, block: RawBlock) -> None:
        if not raw_html.is_comment(block.html):
            self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")
            lines = (line for line in raw_html.words(block.html).split("\n") if line.strip())
            self._out += (f"<p>{html_text(line)}</p>\n" for line in lines)

    # Footnotes

    def _reference(self, node: FootnoteReference) -> None:
        number = self._mentioned(node)
        if number is None:
            self._out.append(html_text(f"[^{node.label}]"))
            return
        # A note stands in the file that mentions it first.
        file = self._note_files.setdefault(number, self._book.file)
        elsewhere = "" if file == self._book.file else file
        nth = nth_of(self._mentions[node.label])
        self._out.append(
            f'<a href="{elsewhere}#fn:{number}" id="fnref:{number}{nth}" epub:type="noteref" role="doc-noteref">'
            f"<sup>{number}</sup></a>"
        )

    def _notes(self, notes: Iterable[Note]) -> None:
        self._out.append('<div class="footnotes">\n')
        for number, note, body in notes:
            self._out.append(f'<aside id="fn:{number}" epub:type="footnote" role="doc-footnote">\n')
            is_mentioned = note.label in self._mentions
            said = f'<a href="#fnref:{number}" role="doc-backlink">{number}.</a>' if is_mentioned else f"{number}."
            if body.startswith("<p>"):
                self._out.append(f"<p>{said} {body[3:]}")
            else:
                self._out.append(f"<p>{said}</p>\n{body}")
            self._out.append("</aside>\n")
        self._out.append("</div>\n")

    # Inlines

    def _formula(self, node: Math) -> str:
        written = super()._formula(node)
        self.has_formulas = self.has_formulas or bool(written)
        return written

    def _image(self, node: Image, more: str = "") -> str:
        written = super()._image(node, more)
        if written.startswith("<img"):
            self.images += 1
            self.images_without_words += not node.alternative
        return written

    def _image_source(self, url: str) -> str:
        resource = self._document.resources.get(url)
        if resource is None:
            return ""
        return self._redrawn(url) if resource.media_type == "image/svg+xml" else self._places.image(resource)

    def _redrawn(self, url: str) -> str:
        """An SVG image as we draw it: with nothing that e-readers refuse, or that their checkers do."""
        known = self._book.drawn.get(url)
        if known is None:
            drawing = self._drawn.image(self._document.resources[url])
            known = self._book.drawing(self._svg(drawing, "", "")) if drawing else ""
            self._book.drawn[url] = known
        return known

    def _raw_inline(self, node: RawInline) -> None:
        if raw_html.is_line_break(node.html):
            self._out.append("<br/>\n")
        elif not raw_html.is_comment(node.html):
            self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")


def _without_links(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    from exporters.toolbox.drawing import Area, Group

    kept = (part for part in parts if not isinstance(part, Area))
    return tuple(replace(part, parts=_without_links(part.parts)) if isinstance(part, Group) else part for part in kept)
