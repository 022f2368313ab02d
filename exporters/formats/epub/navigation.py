"""The ways into a book: its table of contents, as EPUB 3 has it and as EPUB 2 had it, and its landmarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import NamedTuple

from exporters.document import Section
from exporters.document.walk import plain_text
from exporters.formats.epub.chapters import Chapter
from exporters.formats.epub.pages import Book, Page, whole
from exporters.formats.epub.places import BookPlaces
from exporters.toolbox.escaping import html_attribute, html_text


class Entry(NamedTuple):
    """A line of the table of contents."""

    label: str
    href: str
    below: list[Entry]


def entries(book: Book, pages: list[Page], chapters: list[Chapter], places: BookPlaces, depth: int) -> list[Entry]:
    """The table of contents, so many levels deep; never empty."""
    begins = {each.pieces[0].section.id: each.file for each in chapters if each.pieces and not each.blocks}
    top = book.document.sections if book.hoisted is None else book.hoisted.sections
    found = list(_entries(top, begins, places, depth)) if chapters else []
    first = next(page.file for page in pages if page.kind == "bodymatter")
    if not chapters or first != chapters[0].file or chapters[0].blocks or not found:
        # What begins without a heading has the book's name.
        found.insert(0, Entry(book.title, first, []))
    return found


def _entries(sections: Iterable[Section], begins: dict[str, str], places: BookPlaces, depth: int) -> Iterator[Entry]:
    for section in sections:
        below = list(_entries(section.sections, begins, places, depth - 1)) if depth > 1 else []
        if label := plain_text(section.heading):
            yield Entry(label, begins.get(section.id) or places.address(section.id), below)
        else:
            yield from below


def navigation(book: Book, found: list[Entry], pages: list[Page]) -> Iterator[str]:
    """The navigation document (EPUB 3.3, 5)."""
    contents = html_text(book.words.contents)
    page = next(page for page in pages if page.kind == "toc")
    landmarks = "".join(
        f'<li><a epub:type="{kind}" href="{file}">{html_text(label)}</a></li>\n'
        for kind, file, label in _landmarks(book, pages)
    )
    yield from whole(
        book,
        page,
        (
            f'<nav epub:type="toc" role="doc-toc" id="toc" aria-labelledby="contents">\n'
            f'<h1 id="contents">{contents}</h1>\n',
            *_list(found),
            '</nav>\n<nav epub:type="landmarks" hidden="">\n<ol>\n',
            landmarks,
            "</ol>\n</nav>\n",
        ),
    )


def _landmarks(book: Book, pages: list[Page]) -> Iterator[tuple[str, str, str]]:
    """Kind, address and label of what a reader may want to go to; each kind once."""
    seen: set[str] = set()
    for page in pages:
        if page.kind not in seen:
            seen.add(page.kind)
            yield page.kind, page.file, book.words.contents if page.kind == "toc" else page.title or book.title


def _list(found: list[Entry]) -> Iterator[str]:
    yield "<ol>\n"
    for entry in found:
        yield f'<li><a href="{entry.href}">{html_text(entry.label)}</a>'
        if entry.below:
            yield "\n"
            yield from _list(entry.below)
        yield "</li>\n"
    yield "</ol>\n"


def ncx(book: Book, found: list[Entry], identifier: str) -> Iterator[str]:
    """The table of contents for readers of EPUB 2 (Open Packaging Format 2.0.1, 2.4.1)."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1">\n'
        f'<head><meta name="dtb:uid" content="{html_attribute(identifier)}"/></head>\n'
        f"<docTitle><text>{html_text(book.title)}</text></docTitle>\n<navMap>\n"
    )
    yield from _points(found, count(1))
    yield "</navMap>\n</ncx>\n"


def _points(found: list[Entry], numbers: Iterator[int]) -> Iterator[str]:
    for entry in found:
        number = next(numbers)
        yield (
            f'<navPoint id="p{number}" playOrder="{number}"><navLabel><text>{html_text(entry.label)}</text></navLabel>'
            f'<content src="{entry.href}"/>'
        )
        yield from _points(entry.below, numbers)
        yield "</navPoint>\n"
