"""What a book says of itself to shops, shelves and e-readers: the package document (EPUB 3.3, 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from exporters.document import Document
from exporters.document.walk import sections
from exporters.formats.epub.content import BookContent
from exporters.formats.epub.pages import Book, Page, language_of
from exporters.formats.epub.places import Item
from exporters.frozen import frozen
from exporters.toolbox import metadata
from exporters.toolbox.escaping import html_attribute, html_text

_NO_DATE = "2000-01-01"  # when a book was modified has to be said, and there is no clock here
_DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ISBN = re.compile(r"97[89]\d{10}|\d{9}[\dXx]")
_MAY_MOVE = frozenset(("image/gif", "image/webp"))


def identifier(document: Document, digest: bytes) -> str:
    """The book's ISBN or identifier, where it has one; otherwise a UUID (RFC 9562, 5.8) that its text makes."""
    isbn = metadata.stated(document, "isbn").replace("-", "").replace(" ", "")
    if _ISBN.fullmatch(isbn):
        return f"urn:isbn:{isbn.upper()}"
    if stated := metadata.stated(document, "identifier"):
        return stated
    digits = digest[:16].hex()
    variant = f"{int(digits[16], 16) & 3 | 8:x}"
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


@frozen
class Package:
    """All that the package document tells."""

    book: Book
    identifier: str
    pages: list[Page]
    items: list[Item]
    cover: str
    """The path of its picture."""
    content: BookContent

    def written(self) -> Iterator[str]:
        """The package document."""
        yield (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
            f'xml:lang="{language_of(self.book.document)}" dir="{metadata.direction(self.book.document)}">\n'
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        )
        yield from self._metadata()
        yield from self._accessibility()
        yield "</metadata>\n<manifest>\n"
        yield from self._manifest()
        direction = ' page-progression-direction="rtl"' if metadata.direction(self.book.document) == "rtl" else ""
        yield f'</manifest>\n<spine toc="ncx"{direction}>\n'
        for number, page in enumerate(self.pages, 1):
            linear = "" if page.is_linear else ' linear="no"'
            yield f'<itemref idref="page{number}"{linear}/>\n'
        yield "</spine>\n</package>\n"

    def _metadata(self) -> Iterator[str]:
        document = self.book.document
        date = metadata.stated(document, "date")
        date = date if _is_date(date) else ""
        yield f'<dc:identifier id="id">{html_text(self.identifier)}</dc:identifier>\n'
        yield f'<dc:title id="title">{html_text(self.book.title)}</dc:title>\n'
        yield '<meta refines="#title" property="title-type">main</meta>\n'
        if subtitle := metadata.stated(document, "subtitle"):
            yield f'<dc:title id="subtitle">{html_text(subtitle)}</dc:title>\n'
            yield '<meta refines="#subtitle" property="title-type">subtitle</meta>\n'
        yield f"<dc:language>{language_of(document)}</dc:language>\n"
        for number, author in enumerate(metadata.authors(document), 1):
            yield f'<dc:creator id="author{number}">{html_text(author)}</dc:creator>\n'
            yield f'<meta refines="#author{number}" property="role" scheme="marc:relators">aut</meta>\n'
        for name, keys in _STATED.items():
            if stated := metadata.stated(document, *keys):
                yield f"<dc:{name}>{html_text(stated)}</dc:{name}>\n"
        for keyword in metadata.keywords(document):
            yield f"<dc:subject>{html_text(keyword)}</dc:subject>\n"
        yield f"<dc:date>{date}</dc:date>\n" if date else ""
        yield f'<meta property="dcterms:modified">{date or _NO_DATE}T00:00:00Z</meta>\n'
        yield '<meta name="cover" content="cover"/>\n'

    def _accessibility(self) -> Iterator[str]:
        """What readers need to be able to do, and what helps them (EPUB Accessibility 1.1, 2; schema.org)."""
        content, has_sections = self.content, next(sections(self.book.document), None) is not None
        has_formulas = any(page.has_formulas for page in self.pages)
        is_told = not content.images_without_words
        features = {
            "alternativeText": content.images and is_told,
            "displayTransformability": True,
            "MathML": has_formulas,
            "readingOrder": True,
            "structuralNavigation": has_sections,
            "tableOfContents": True,
        }
        moves = any(item.media_type in _MAY_MOVE for item in self.items)
        said = {
            "accessMode": ("textual", "visual") if content.images else ("textual",),
            "accessModeSufficient": (*(("textual",) if is_told else ()), *(("textual,visual",) * bool(content.images))),
            "accessibilityFeature": [name for name, is_there in features.items() if is_there],
            "accessibilityHazard": ("unknown" if moves else "none",),
        }
        for name, values in said.items():
            yield from (f'<meta property="schema:{name}">{value}</meta>\n' for value in values)
        summary = " ".join(_summary(content, has_formulas))
        yield f'<meta property="schema:accessibilitySummary" xml:lang="en" dir="ltr">{summary}</meta>\n'

    def _manifest(self) -> Iterator[str]:
        yield '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>\n'
        yield '<item id="style" href="style.css" media-type="text/css"/>\n'
        for number, page in enumerate(self.pages, 1):
            properties = ["nav"] * (page.kind == "toc") + ["mathml"] * page.has_formulas
            more = f' properties="{" ".join(properties)}"' if properties else ""
            yield f'<item id="page{number}" href="{page.file}" media-type="application/xhtml+xml"{more}/>\n'
        for number, item in enumerate(self.items, 1):
            is_cover = item.path == self.cover
            id, more = ("cover", ' properties="cover-image"') if is_cover else (f"image{number}", "")
            yield f'<item id="{id}" href="{html_attribute(item.path)}" media-type="{item.media_type}"{more}/>\n'


_STATED = {
    "publisher": ("publisher",),
    "description": ("description", "abstract", "summary"),
    "rights": ("rights", "copyright", "license"),
}


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if not found:
        return False
    year, month, day = map(int, found.groups())
    return day <= _DAYS[month - 1] and (month != 2 or day < 29 or year % (400 if year % 100 == 0 else 4) == 0)


def _summary(content: BookContent, has_formulas: bool) -> Iterator[str]:
    yield "The text can be read aloud, enlarged and recoloured. Headings are marked up, and the contents lead to them."
    if content.images:
        lacking = content.images_without_words
        yield f"Of its images, {lacking} have no description." if lacking else "All of its images are described."
    if has_formulas:
        yield "Formulas are MathML."
