"""Packs a book: its pages one after the other, what they show, and what e-readers need to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exporters.document import Document
from exporters.document.walk import title
from exporters.formats.epub import Options, cover, navigation, package, pages
from exporters.formats.epub.chapters import Chapter, divided
from exporters.formats.epub.content import BookContent
from exporters.formats.epub.pages import Book, Page
from exporters.formats.epub.places import BookPlaces
from exporters.report import Report
from exporters.toolbox import metadata
from exporters.toolbox.words import words
from exporters.toolbox.zipped import Zip
from exporters.web.page import Cleaner, first_heading, hoisted_section
from exporters.web.settings import Settings

_FOLDER = "EPUB/"
_STYLE = f"{__file__.rpartition('/')[0]}/style.css"
_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">\n'
    f'<rootfiles><rootfile full-path="{_FOLDER}package.opf" media-type="application/oebps-package+xml"/></rootfiles>\n'
    "</container>\n"
)


def export(document: Document, options: Options, report: Report) -> bytes:
    """The document as EPUB 3.3, which opens in readers of EPUB 2, too."""
    local = words(metadata.language(document))
    name = title(document)
    hoisted = hoisted_section(document, name)
    chapters = divided(document, hoisted, options.chapter_level)
    places = BookPlaces(chapters)
    content = BookContent(document, Settings("drop", options.highlight, xml=True), report, local, places)
    cleaner = Cleaner()
    said = "".join(cleaner.cleaned([name or first_heading(document) or local.untitled]))
    book = Book(document, said, local, hoisted)
    binder = _Binder(book, content, places, cleaner)

    if picture := cover.picture(document, content):
        binder.bind(Page("cover.xhtml", "cover"), [pages.cover(book, picture)])
    if name or metadata.authors(document):
        binder.bind(Page("title.xhtml", "titlepage"), pages.title_page(book, content))
    binder.leave_room(Page("nav.xhtml", "toc", is_linear=options.toc))
    drawing = content.map(alone=options.map == "drawing") if options.map != "outline" else ""
    if drawing:
        binder.bind(Page("map.xhtml", "bodymatter"), [drawing])
    if drawing and options.map == "drawing":
        chapters = []
    for chapter in chapters:
        binder.bind(Page(chapter.file, "bodymatter", chapter.title), _chapter(chapter, content, chapters[-1]))
    content.tell()
    return binder.finish(chapters, options.toc_depth, picture, report)


def _chapter(chapter: Chapter, content: BookContent, last: Chapter) -> Iterator[str]:
    content.outline_level = chapter.depth - 1
    yield content.html(chapter.blocks)
    for piece in chapter.pieces:
        content.outline_level = piece.depth - 1
        yield content.section(piece.section, ' epub:type="chapter" role="doc-chapter"', alone=piece.is_alone)
    yield content.notes(last=chapter is last)


class _Binder:
    """The archive on its way, with what is to be said of each page."""

    def __init__(self, book: Book, content: BookContent, places: BookPlaces, cleaner: Cleaner) -> None:
        from hashlib import sha256  # 3 ms

        self._book = book
        self._content = content
        self._places = places
        self._pages: list[Page] = []
        self._cleaner = cleaner
        self._digest = sha256("\0".join((book.title, *metadata.authors(book.document))).encode(errors="replace"))
        self._archive = Zip()
        self._archive.add("mimetype", "application/epub+zip", stored=True)
        self._archive.add("META-INF/container.xml", _CONTAINER)

    def bind(self, page: Page, pieces: Iterable[str]) -> None:
        """Adds a page, while its pieces are written."""
        self._places.file = page.file
        self._content.has_formulas = False
        self._archive.add(_FOLDER + page.file, self._hashed(pages.whole(self._book, page, pieces)))
        self._pages.append(page.with_formulas() if self._content.has_formulas else page)

    def leave_room(self, page: Page) -> None:
        """Says where a page stands that is not yet known."""
        self._pages.append(page)

    def finish(self, chapters: list[Chapter], depth: int, picture: str, report: Report) -> bytes:
        """The archive, with all that leads to its pages."""
        book, places = self._book, self._places
        identifier = package.identifier(book.document, self._digest.digest())
        if not picture:
            picture = places.drawing(cover.drawn(book))
        said = package.Package(book, identifier, self._pages, places.items, picture, self._content)
        entries = navigation.entries(book, self._pages, chapters, places, depth)
        texts = {
            "nav.xhtml": navigation.navigation(book, entries, self._pages),
            "toc.ncx": navigation.ncx(book, entries, identifier),
            "package.opf": said.written(),
        }
        for file, text in texts.items():
            self._archive.add(_FOLDER + file, self._cleaner.cleaned(text))
        with open(_STYLE, encoding="utf-8") as style:  # noqa: PTH123 – pathlib takes 6 ms to import
            self._archive.add(f"{_FOLDER}style.css", style.read())
        for item in places.items:
            self._archive.add(_FOLDER + item.path, item.data)
        self._cleaner.tell(report)
        return self._archive.finish()

    def _hashed(self, pieces: Iterable[str]) -> Iterator[str]:
        for piece in self._cleaner.cleaned(pieces):
            self._digest.update(piece.encode(errors="replace"))
            yield piece
