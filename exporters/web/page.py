"""Writes a whole page around the content of a document, as strings that are joined or packed once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Literal

from exporters.document import Document, Section
from exporters.document.walk import plain_text, sections, title
from exporters.frozen import frozen
from exporters.report import Code, Report
from exporters.toolbox import metadata
from exporters.toolbox.escaping import html_attribute, html_text, without_controls
from exporters.toolbox.words import Words, words
from exporters.web.content import Content
from exporters.web.places import Places
from exporters.web.settings import Settings

_TOC_DEPTH = 3
_STYLE = f"{__file__.rpartition('/')[0]}/page.css"


@frozen
class Frame:
    """What a page is besides its content."""

    policy: str
    """Its Content Security Policy."""
    style: str
    """The element that brings `page.css`."""
    theme: str = "auto"
    """Colours: `light`, `dark`, or `auto` as the reader's system has it."""
    toc: bool = False
    """Whether it begins with a table of contents."""
    map: Literal["both", "drawing", "outline"] = "both"
    """What is shown of a mind map."""


def style() -> str:
    """The style sheet of pages."""
    with open(_STYLE, encoding="utf-8") as file:  # noqa: PTH123 – pathlib takes 6 ms to import
        return file.read()


def encoded(pieces: Iterable[str], report: Report) -> bytes:
    """The pieces as UTF-8, without what HTML cannot hold."""
    # In batches: one emoji in a string makes every character of it take four bytes, those of embedded images, too.
    cleaner = Cleaner()
    whole = b"".join(batch.encode() for batch in cleaner.cleaned(pieces))
    cleaner.tell(report)
    return whole


class Cleaner:
    """Puts U+FFFD in the place of what neither HTML nor XML can hold, and counts it."""

    def __init__(self) -> None:
        self._found = 0

    def cleaned(self, pieces: Iterable[str]) -> Iterator[str]:
        """The pieces, many joined to one."""
        for batch in batched(pieces, 2_000, strict=False):
            text, found = without_controls("".join(batch))
            self._found += found
            yield text

    def tell(self, report: Report) -> None:
        """Reports what was found."""
        if self._found:
            report.lost(Code.TEXT, f"Control characters, which HTML cannot hold, became \ufffd: {self._found}.")


def page(document: Document, settings: Settings, frame: Frame, report: Report, places: Places) -> Iterator[str]:
    """A page with its head, a header with the title, and the content."""
    language = metadata.language(document)
    local = words(language)
    content = Content(document, settings, report, local, places)
    name = title(document)
    hoisted = hoisted_section(document, name)
    stands_alone = document.metadata.get("title") is not None and name != "" and name != first_heading(document)
    content.outline_level = 1 if stands_alone else 0

    yield "<!DOCTYPE html>\n"
    yield f'<html lang="{language}" dir="{metadata.direction(document)}"{_scheme(frame)}>\n'
    yield head(document, name or first_heading(document) or local.untitled, frame)
    yield "<body>\n"
    yield _header(document, name if stands_alone else "", hoisted, content)
    yield _contents(document, hoisted, local) if frame.toc else ""
    yield "<main>\n"
    drawing = content.map(alone=frame.map == "drawing") if frame.map != "outline" else ""
    yield drawing
    if not drawing or frame.map != "drawing":
        content.body(hoisted)
    content.end()
    yield from content.pieces()
    yield "</main>\n</body>\n</html>\n"


def hoisted_section(document: Document, name: str) -> Section | None:
    """The only section of the highest level, where its heading is the title: that goes into the page's header."""
    if document.blocks or len(document.sections) != 1:
        return None
    first = document.sections[0]
    return first if name and plain_text(first.heading) == name else None


def first_heading(document: Document) -> str:
    """The first heading that says something; "" without one."""
    return next((words for section in sections(document) if (words := plain_text(section.heading))), "")


def _scheme(frame: Frame) -> str:
    return "" if frame.theme == "auto" else f' style="color-scheme: {frame.theme}"'


def head(document: Document, name: str, frame: Frame) -> str:
    """The head of a page that is called `name`."""
    scheme = "light dark" if frame.theme == "auto" else frame.theme
    stated = {
        "author": ", ".join(metadata.authors(document)),
        "description": metadata.stated(document, "description", "abstract", "summary"),
        "keywords": ", ".join(metadata.keywords(document)),
    }
    return "".join(
        (
            '<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{frame.policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f'<meta name="color-scheme" content="{scheme}">\n',
            f"<title>{html_text(name)}</title>\n",
            *(f'<meta name="{key}" content="{html_attribute(value)}">\n' for key, value in stated.items() if value),
            f"{frame.style}\n</head>\n",
        )
    )


def _header(document: Document, name: str, hoisted: Section | None, content: Content) -> str:
    subtitle = metadata.stated(document, "subtitle")
    below_it = byline(document)
    heading = f"<h1>{html_text(name)}</h1>\n" if name else ""
    if hoisted is not None:
        heading = content.heading(hoisted, 1)
    below = f'<p class="subtitle">{html_text(subtitle)}</p>\n' if subtitle else ""
    return f'<header class="title">\n{heading}{below}{below_it}</header>\n' if heading or below or below_it else ""


def byline(document: Document) -> str:
    """The authors and the date; "" for neither."""
    names = html_text(", ".join(metadata.authors(document)))
    date = html_text(metadata.stated(document, "date"))
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", date):
        date = f'<time datetime="{date}" dir="ltr">{date}</time>'
    parts = [part for part in (names, date) if part]
    return f'<p class="byline">{" <span>·</span> ".join(parts)}</p>\n' if parts else ""


def _contents(document: Document, hoisted: Section | None, local: Words) -> str:
    top = document.sections if hoisted is None else (*hoisted.sections, *document.sections[1:])
    if not top:
        return ""
    entries = "".join(_entries(top, 1))
    return f'<nav class="toc" aria-labelledby="toc:">\n<p id="toc:">{html_text(local.contents)}</p>\n{entries}</nav>\n'


def _entries(level: tuple[Section, ...], depth: int) -> list[str]:
    out = ["<ol>\n"]
    for section in level:
        label = html_text(plain_text(section.heading))
        out.append(f'<li><a href="#{html_attribute(section.id)}">{label}</a>')
        if section.sections and depth < _TOC_DEPTH:
            out.append("\n")
            out += _entries(section.sections, depth + 1)
        out.append("</li>\n")
    out.append("</ol>\n")
    return out
