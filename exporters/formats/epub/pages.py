"""The pages of a book, around their content, and those that only say what book it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import replace

from exporters.document import Document, Section
from exporters.formats.epub.content import BookContent
from exporters.frozen import frozen
from exporters.toolbox import metadata
from exporters.toolbox.escaping import html_attribute, html_text
from exporters.toolbox.words import Words
from exporters.web.page import byline

_LONGEST = 200  # characters of a page's name, of which each page has one


@frozen
class Book:
    """What is the same on every page."""

    document: Document
    title: str
    words: Words
    hoisted: Section | None
    """The section whose heading is the title."""

    @property
    def attributes(self) -> str:
        """Of the outermost element of a file: which language it is in."""
        language = language_of(self.document)
        return f'lang="{language}" xml:lang="{language}" dir="{metadata.direction(self.document)}"'


@frozen
class Page:
    """A file that is read."""

    file: str
    kind: str
    """What it is, in the words of EPUB's structural semantics."""
    title: str = ""
    """"" for the book's."""
    is_linear: bool = True
    """Whether who turns the pages comes by it."""
    has_formulas: bool = False

    def with_formulas(self) -> Page:
        return replace(self, has_formulas=True)


def language_of(document: Document) -> str:
    """The language, in a form that every checker takes: without a variant that may be none."""
    language, *others = metadata.language(document).split("-")
    script = [each for each in others[:1] if len(each) == 4 and each.isalpha()]
    region = [each for each in others[len(script) :][:1] if len(each) == 2 and each.isalpha()]
    return "-".join((language, *script, *region))


def whole(book: Book, page: Page, pieces: Iterable[str]) -> Iterator[str]:
    """The pieces of a file as XHTML."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" {book.attributes}>\n'
        f'<head>\n<meta charset="utf-8"/>\n<title>{html_text((page.title or book.title)[:_LONGEST])}</title>\n'
        '<link rel="stylesheet" type="text/css" href="style.css"/>\n</head>\n'
        f'<body epub:type="{_MATTER.get(page.kind, page.kind)}">\n'
    )
    yield from pieces
    yield "</body>\n</html>\n"


_MATTER = {"titlepage": "frontmatter", "toc": "frontmatter"}


def cover(book: Book, picture: str) -> str:
    """The page that shows the cover and nothing else."""
    return f'<div class="cover"><img src="{picture}" alt="{html_attribute(book.title)}"/></div>\n'


def title_page(book: Book, content: BookContent) -> Iterator[str]:
    """The page with title, subtitle, authors and date."""
    subtitle = metadata.stated(book.document, "subtitle")
    heading = f"<h1>{html_text(book.title)}</h1>\n"
    if book.hoisted is not None:
        heading = content.heading(book.hoisted, 1)
    below = f'<p class="subtitle" role="doc-subtitle">{html_text(subtitle)}</p>\n' if subtitle else ""
    # Programs that read books back leave out what says so of itself: right for what the metadata have, too.
    kind = "" if book.hoisted is not None else ' epub:type="titlepage"'
    yield f'<section class="titlepage"{kind}>\n{heading}{below}{byline(book.document)}</section>\n'
    yield content.notes()
