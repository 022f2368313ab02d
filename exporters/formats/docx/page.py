"""Paper, and what stands above and below the text of each page (ECMA-376-1, 17.6 and 17.10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from exporters.document import Document
from exporters.document.walk import title
from exporters.formats.docx import Options
from exporters.formats.docx.language import Language
from exporters.toolbox import metadata
from exporters.toolbox.escaping import html_text, without_controls
from exporters.toolbox.paper import SIZES

TWIPS_PER_POINT = 20
_TWIPS_PER_MM = 1440 / 25.4
_PLACEHOLDER = re.compile(r"\{(title|section|page|pages|date|author)\}")
_FIELDS = {"page": "PAGE", "pages": "NUMPAGES"}


class Page(NamedTuple):
    """A sheet of paper, in twips."""

    width: int
    height: int
    margins: tuple[int, int, int, int]
    """At the top, right, bottom and left."""
    edge: int
    """Between the edge of the paper and what stands above or below the text."""
    more: str = '<w:cols w:space="720"/><w:titlePg/>'
    """Elements for what else it has: columns, and whether its first page has another header."""
    columns: int = 1
    between: int = 0
    """Columns, that is."""

    @property
    def text_width(self) -> int:
        """Between the margins, or of a column."""
        within = self.width - self.margins[1] - self.margins[3]
        return (within - self.between * (self.columns - 1)) // self.columns

    @property
    def text_height(self) -> int:
        """The same from top to bottom."""
        return self.height - self.margins[0] - self.margins[2]

    def turned(self) -> Page:
        """The same paper, turned; its margins are turned with it."""
        top, right, bottom, left = self.margins
        return Page(self.height, self.width, (left, top, right, bottom), min(self.edge, left // 2))

    def xml(self) -> str:
        """The elements for it."""
        turned = ' w:orient="landscape"' if self.width > self.height else ""
        top, right, bottom, left = self.margins
        return (
            f'<w:pgSz w:w="{self.width}" w:h="{self.height}"{turned}/><w:pgMar w:top="{top}" w:right="{right}" '
            f'w:bottom="{bottom}" w:left="{left}" w:header="{self.edge}" w:footer="{self.edge}" w:gutter="0"/>'
        )


def page(options: Options) -> Page:
    """The paper that was asked for. Margins leave at least half of it for text."""
    width, height = (round(points * TWIPS_PER_POINT) for points in SIZES[options.page_size])
    if options.orientation == "landscape":
        width, height = height, width
    margin = min(round(options.margin_mm * _TWIPS_PER_MM), min(width, height) // 4)
    return Page(width, height, (margin,) * 4, max(margin // 2, 200))


def section(page: Page, references: str, language: Language) -> str:
    """The element of a section."""
    return f"<w:sectPr>{references}{page.xml()}{page.more}{'<w:bidi/>' if language.is_rtl else ''}</w:sectPr>"


def running(written: str, style: str, width: int, document: Document, language: Language) -> str:
    """A paragraph of what stands above or below pages: `left`, `left|right` or `left|middle|right`."""
    slots = [part.strip() for part in written.split("|", 2)]
    if len(slots) == 2:
        slots.insert(1, "")
    values = {
        "title": title(document),
        "author": ", ".join(metadata.authors(document)),
        "date": metadata.stated(document, "date"),
    }
    tab = "<w:r><w:tab/></w:r>"
    runs = tab.join("".join(_runs(slot, values)) for slot in slots)
    direction = "<w:bidi/>" if language.is_rtl else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:tabs><w:tab w:val="center" w:pos="{width // 2}"/>'
        f'<w:tab w:val="right" w:pos="{width}"/></w:tabs>{direction}</w:pPr>{runs}</w:p>'
    )


def _runs(slot: str, values: dict[str, str]) -> Iterator[str]:
    for at, part in enumerate(_PLACEHOLDER.split(slot)):
        if at % 2 == 0:
            yield _text(part)
        elif part in values:
            yield _text(values[part])
        elif part == "section":
            yield _field('STYLEREF "heading 1"', "")
        else:
            yield _field(_FIELDS[part], "1")


def _text(text: str) -> str:
    said = html_text(without_controls(" ".join(text.split()))[0])
    before, after = (" " * (text[:1] == " "), " " * (text[-1:] == " ")) if said else (" " * bool(text), "")
    return f'<w:r><w:t xml:space="preserve">{before}{said}{after}</w:t></w:r>' if text else ""


def _field(instruction: str, shown: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {html_text(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
