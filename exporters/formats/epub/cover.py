"""The cover of a book: the picture that its author names, or its title in large letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from exporters.document import Document
from exporters.formats.epub.content import BookContent
from exporters.formats.epub.pages import Book
from exporters.toolbox import metadata
from exporters.toolbox.escaping import html_text, without_controls

_WIDTH, _HEIGHT = 1600, 2400  # pixels, in the shape that shops ask for
_MARGIN = 160
_SIZES = {210: 4, 170: 5, 135: 6, 105: 8, 80: 10}  # of the title, and how many lines of it may be
_AUTHORS = 76
_LONGEST = 400  # characters that are looked at: more than goes onto a cover


def picture(document: Document, content: BookContent) -> str:
    """The path of the image that `cover` in the metadata names, by its path in the source; "" for none."""
    named = metadata.stated(document, "cover")
    for key, resource in document.resources.items() if named else ():
        if named in (key, resource.name):
            return content.image_file(key)
    return ""


def drawn(book: Book) -> str:
    """A cover as SVG. Apple's and Kobo's shelves show none that is no picture of pixels, and draw their own instead."""
    lines, size = _fitted(without_controls(book.title[:_LONGEST])[0])
    authors = without_controls(", ".join(metadata.authors(book.document))[:_LONGEST])[0]
    below = 700 + (len(lines) - 1) * size * 1.15 + size * 0.85
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
            f'viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="Georgia,\'Noto Serif\',serif" text-anchor="middle" '
            f'direction="{metadata.direction(book.document)}">',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#1f3a4d"/>',
            f'<rect x="70" y="70" width="{_WIDTH - 140}" height="{_HEIGHT - 140}" fill="none" stroke="#c9b37e" '
            'stroke-width="4"/>',
            *(
                f'<text x="{_WIDTH // 2}" y="{700 + at * size * 1.15:.0f}" font-size="{size}" fill="#fff">'
                f"{html_text(line)}</text>"
                for at, line in enumerate(lines)
            ),
            f'<rect x="{_WIDTH // 2 - 120}" y="{below:.0f}" width="240" height="6" fill="#c9b37e"/>',
            *(
                f'<text x="{_WIDTH // 2}" y="{2050 + at * 100}" font-size="{_AUTHORS}" fill="#e9e2cf">'
                f"{html_text(line)}</text>"
                for at, line in enumerate(_broken(authors, _AUTHORS)[:2])
            ),
            "</svg>",
        )
    )


def _fitted(title: str) -> tuple[list[str], int]:
    """The title in lines, and their size."""
    for size, most in _SIZES.items():
        lines = _broken(title, size)
        if len(lines) <= most:
            return lines, size
    return [*lines[: most - 1], lines[most - 1] + " …"], size


def _broken(text: str, size: int) -> list[str]:
    """Text in lines of about the cover's width. Nothing is measured: fonts are those of the e-reader."""
    room = (_WIDTH - 2 * _MARGIN) / size
    lines, width = [""], 0.0
    for word in _words(text):
        length = _width(word)
        if lines[-1] and width + length > room:
            lines.append("")
            width = 0.0
        lines[-1] += word
        width += length
    return [line.strip() for line in lines]


def _words(text: str) -> Iterator[str]:
    """What stays on one line: words, characters of scripts that know no words, and pieces of what is too long."""
    for word in text.split():
        wide = any(unicodedata.east_asian_width(each) in "WF" for each in word)
        pieces = word if wide else (word[at : at + 20] for at in range(0, len(word), 20))
        yield from pieces
        yield " "


def _width(word: str) -> float:
    """In em, about."""
    return sum(1.0 if unicodedata.east_asian_width(each) in "WF" else 0.54 for each in word)
