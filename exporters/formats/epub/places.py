"""Where in a book its images and chapters are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import replace
from functools import cached_property
from typing import NamedTuple

from exporters.document import Document, Heading, Resource
from exporters.document.walk import blocks, sections
from exporters.formats.epub.chapters import Chapter
from exporters.toolbox import urls
from exporters.toolbox.escaping import html_attribute
from exporters.web.places import Places

_SVG = "image/svg+xml"
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
# Addresses that are whole, for checkers look at each: with a host of the web, or something after the colon.
_WEB = re.compile(r"((?:https?|ftp)://)([^/?#:@]+)((?::(?:\d{1,4}|[1-5]\d{4}))?(?:[/?][^#]*)?)(#.*)?", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)
_OTHERS = re.compile(r"(?:mailto|tel):[^#]+", re.IGNORECASE)
# Not every reader and checker takes these in an id; letters of every script they do.
_UNUSUAL = re.compile(r"[^\w.:-]")


class Item(NamedTuple):
    """A file of the book that is no text."""

    path: str
    media_type: str
    data: bytes | str


class BookPlaces(Places):
    """The places of one book."""

    def __init__(self, chapters: list[Chapter]) -> None:
        super().__init__()
        self.file = ""
        """The file that is written now."""
        self.drawn: dict[str, str] = {}
        """The path of each SVG image that was drawn, by its key; "" where it could not be."""
        self.items: list[Item] = []
        self._chapters = chapters
        self._paths: dict[int, str] = {}

    def image(self, resource: Resource) -> str:
        ending = _ENDINGS.get(resource.media_type)
        if ending is None:
            return ""
        path = self._paths.get(id(resource))
        if path is None:
            path = self._paths[id(resource)] = self._add(ending, resource.media_type, resource.data)
        return path

    def drawing(self, svg: str) -> str:
        """The path of a drawing, which becomes a file."""
        return self._add(".svg", _SVG, svg)

    def attachment(self, resource: Resource) -> str:  # noqa: ARG002
        return ""  # a book leads to nothing that e-readers cannot show

    def link(self, url: str) -> str | None:
        if url.startswith("#"):
            return self._within(url[1:])
        return html_attribute(_whole(url.strip())) or None

    def address(self, id: str) -> str:
        """Where a section is, from a file that is none of the chapters."""
        return f"{self._files[id]}#{urls.encoded(anchor(id))}"

    def _within(self, id: str) -> str | None:
        if "%" in id and id not in self._files:
            from urllib.parse import unquote  # 3 ms

            id = unquote(id)
        file = self._files.get(id)
        if file is None:
            return None
        elsewhere = "" if file == self.file else file
        return f"{elsewhere}#{urls.encoded(anchor(id))}"

    @cached_property
    def _files(self) -> dict[str, str]:
        """Which file each section and heading is in, by its id; made for books that have links within."""
        return {id: chapter.file for chapter in self._chapters for id in _ids(chapter)}

    def _add(self, ending: str, media_type: str, data: bytes | str) -> str:
        path = f"images/{len(self.items) + 1}{ending}"
        self.items.append(Item(path, media_type, data))
        return path


def anchor(id: str) -> str:
    """The id of a section or heading as a book has it."""
    return _UNUSUAL.sub(lambda found: f"_{ord(found[0]):x}_", id)


def _whole(url: str) -> str:
    """The address as checkers of books take it; "" where it is none that leads somewhere from there."""
    if _OTHERS.fullmatch(url):
        return urls.encoded(url)
    found = _WEB.fullmatch(url)
    host = _host(found[2]) if found else ""
    if not found or not host:
        return ""
    fragment = f"#{found[4][1:].replace('#', '%23')}" if found[4] else ""
    return urls.encoded(f"{found[1]}{host}{found[3]}{fragment}")


def _host(name: str) -> str:
    """The name of a host in ASCII; "" where it is none."""
    if not name.isascii() or "xn--" in name.lower():
        try:
            name = name.encode("idna").decode() if not name.isascii() else name
            name.encode().decode("idna")  # fails where it says that it stands for another, and does not
        except UnicodeError:
            return ""
    return name if _HOST.fullmatch(name) else ""


def _ids(chapter: Chapter) -> Iterator[str]:
    own = (replace(each.section, sections=()) if each.is_alone else each.section for each in chapter.pieces)
    part = Document(chapter.blocks, tuple(own))
    yield from (section.id for section in sections(part))
    yield from (block.id for block in blocks(part) if isinstance(block, Heading) and block.id)
