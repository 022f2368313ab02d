"""Writes one page, or only its content, as a list of strings that are joined once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import batched

from exporters.document import Document, Section
from exporters.document.walk import plain_text, sections, title
from exporters.formats.html import Options
from exporters.formats.html.content import Content
from exporters.report import Code, Report
from exporters.toolbox import metadata
from exporters.toolbox.escaping import html_attribute, html_text, without_controls
from exporters.toolbox.words import Words, words

# Nothing is loaded from anywhere, and no script runs, whatever the content holds.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_TOC_DEPTH = 3
_STYLE = f"{__file__.rpartition('/')[0]}/page.css"


def export(document: Document, options: Options, report: Report) -> bytes:
    """The document as UTF-8 HTML."""
    if document.map is not None:
        report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
    pieces = _fragment(document, options, report) if options.fragment else _page(document, options, report)
    return _encoded(pieces, report)


def _encoded(pieces: Iterable[str], report: Report) -> bytes:
    # In batches: one emoji in a string makes every character of it take four bytes, those of embedded images, too.
    encoded: list[bytes] = []
    impossible = 0
    for batch in batched(pieces, 2_000, strict=False):
        text, found = without_controls("".join(batch))
        encoded.append(text.encode())
        impossible += found
    if impossible:
        report.lost(Code.TEXT, f"Control characters, which HTML cannot hold, became \ufffd: {impossible}.")
    return b"".join(encoded)


def _fragment(document: Document, options: Options, report: Report) -> list[str]:
    content = Content(document, options, report, words(metadata.language(document)))
    content.body()
    content.end()
    return content.pieces()


def _page(document: Document, options: Options, report: Report) -> Iterator[str]:
    language = metadata.language(document)
    local = words(language)
    content = Content(document, options, report, local)
    name = title(document)
    hoisted = _hoisted(document, name)
    stands_alone = document.metadata.get("title") is not None and name != "" and name != _first_heading(document)
    content.outline_level = 1 if stands_alone else 0

    yield "<!DOCTYPE html>\n"
    yield f'<html lang="{language}" dir="{metadata.direction(document)}"{_scheme(options)}>\n'
    yield _head(document, name or _first_heading(document) or local.untitled, options)
    yield "<body>\n"
    yield _header(document, name if stands_alone else "", hoisted, content)
    yield _contents(document, hoisted, local) if options.toc else ""
    yield "<main>\n"
    content.body(hoisted)
    content.end()
    yield from content.pieces()
    yield "</main>\n</body>\n</html>\n"


def _hoisted(document: Document, name: str) -> Section | None:
    """The only section of the highest level, where its heading is the title: that goes into the page's header."""
    if document.blocks or len(document.sections) != 1:
        return None
    first = document.sections[0]
    return first if name and plain_text(first.heading) == name else None


def _first_heading(document: Document) -> str:
    return next((words for section in sections(document) if (words := plain_text(section.heading))), "")


def _scheme(options: Options) -> str:
    return "" if options.theme == "auto" else f' style="color-scheme: {options.theme}"'


def _head(document: Document, name: str, options: Options) -> str:
    scheme = "light dark" if options.theme == "auto" else options.theme
    stated = {
        "author": ", ".join(metadata.authors(document)),
        "description": metadata.stated(document, "description", "abstract", "summary"),
        "keywords": ", ".join(metadata.keywords(document)),
    }
    with open(_STYLE, encoding="utf-8") as file:  # noqa: PTH123 – pathlib takes 6 ms to import
        style = file.read()
    return "".join(
        (
            '<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f'<meta name="color-scheme" content="{scheme}">\n',
            f"<title>{html_text(name)}</title>\n",
            *(f'<meta name="{key}" content="{html_attribute(value)}">\n' for key, value in stated.items() if value),
            f"<style>\n{style}</style>\n</head>\n",
        )
    )


def _header(document: Document, name: str, hoisted: Section | None, content: Content) -> str:
    subtitle = metadata.stated(document, "subtitle")
    byline = _byline(document)
    heading = f"<h1>{html_text(name)}</h1>\n" if name else ""
    if hoisted is not None:
        heading = content.heading(hoisted, 1)
    below = f'<p class="subtitle">{html_text(subtitle)}</p>\n' if subtitle else ""
    return f'<header class="title">\n{heading}{below}{byline}</header>\n' if heading or below or byline else ""


def _byline(document: Document) -> str:
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
