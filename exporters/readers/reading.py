"""What every reader works with: one source on its way to a document.

It knows what a reader would otherwise have to be told again and again: where it is, which images there are, where links
lead, and the report of what goes wrong with them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import replace

from exporters.document.nodes import Document, Image, Inlines, Json, Link, RawBlock, RawInline
from exporters.document.walk import blocks, inlines, targets
from exporters.options import CommonOptions
from exporters.readers.resources import Resources
from exporters.report import Code, Report
from exporters.source import Source

_SHOWN = 80  # characters of an address or a heading in the report
_PICTURE = re.compile(r"(?i)\.(?:png|jpe?g|gif|webp|svg)$|^data:image/")
_ANCHOR = re.compile(r"\s(?:id|name)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)


type Place = tuple[int, int, str]
"""Where an address is written, with its quotation marks, and what it is."""
type Links = dict[str, list[Place]]
"""The links in pieces of HTML, by what is written there."""


class Reading:
    """One source on its way to a document."""

    def __init__(
        self, source: Source, options: CommonOptions, report: Report, keep_html: bool = True, wanted: str = ""
    ) -> None:
        self.source = source
        self.keep_html = keep_html
        """Whether HTML inside the source stays as it is."""
        self.wanted = wanted
        """The path of a file that is to be among the document's resources, whatever it is; "" for none."""
        self.options = options
        self.report = report
        self.resources = Resources(source.companions, report)
        self._where = ""
        self.leads: dict[str, str] = {}
        """The addresses of links within the source, and where each was first met."""
        self.html_links: Links | None = None
        """The links in HTML that is kept; None where nobody is to change them."""

    @property
    def where(self) -> str:
        """The section that is being read, for the report; "" before the first."""
        return self._where

    @where.setter
    def where(self, heading: str) -> None:
        self._where = heading[:_SHOWN]

    def image(self, url: str, alternative: str, title: str = "") -> Image:
        """An image, of which the document holds the bytes if they came with the source.

        What cannot be had, and what nobody has described, is reported.
        """
        if not (alternative or title):
            what = "An image has no alternative text. Who does not see it will not know what it shows."
            self.report.note(Code.ALTERNATIVE, what, self._where)
        return Image(self.resources.key(url, self._where), alternative, title)

    def link(self, content: Inlines, url: str, title: str = "") -> Link:
        """A link. Where it leads within the document is looked at when that is whole."""
        if url.startswith("#"):
            self.leads.setdefault(url, self._where)
        return Link(content, url, title)

    def leads_to(self, moved: Mapping[str, str]) -> bool:
        """Takes note that what links lead to has other addresses now, and says whether any link leads there."""
        found = [url for url in self.leads if url in moved]
        for url in found:
            self.leads.setdefault(moved[url], self.leads.pop(url))
        return bool(found)

    def finished(self, document: Document) -> Document:
        """The document with its images, and what holds for all kinds of source: options, and links that lead nowhere.

        To be called once, with what the reader has made.
        """
        metadata = dict(document.metadata)
        if self.options.text_direction != "auto":
            metadata["dir"] = self.options.text_direction
        for name, path in pictures_of(metadata, self.options).items():
            metadata[name] = self.resources.key(path, "")
        if self.wanted:
            self.resources.take_along(self.wanted)
        document = replace(document, metadata=metadata, resources=self.resources.found)
        self._check_links(document)
        return document

    def _check_links(self, document: Document) -> None:
        if not self.leads:
            return
        from urllib.parse import unquote

        known = {"", "top"} | targets(document)  # a browser takes both for the begin of the page
        missing = {url: where for url, where in self.leads.items() if unquote(url[1:]) not in known}
        html = anchors(document) if missing else frozenset()
        for url, where in missing.items():
            if url[1:] not in html:
                self.report.note(Code.LINK, f"The link {shown(url)} leads nowhere: no heading has this id.", where)


def pictures_of(metadata: Mapping[str, Json], options: CommonOptions) -> dict[str, str]:
    """The paths of the pictures that go with a document, not in it: its sender's `logo`, and the `cover` of a book."""
    stated = {"logo": options.logo or metadata.get("logo"), "cover": metadata.get("cover", metadata.get("cover-image"))}
    # Themes of websites know a `cover`, too, which may be a word.
    return {
        name: path
        for name, path in stated.items()
        if isinstance(path, str) and path and (name == "logo" or _PICTURE.search(path))
    }


def shown(text: str) -> str:
    """A name or an address as the report shows it: on one line, and not longer than that."""
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def anchors(document: Document) -> frozenset[str]:
    """The ids in raw HTML."""
    raw = [block.html for block in blocks(document) if isinstance(block, RawBlock)]
    raw += [node.html for node in inlines(document) if isinstance(node, RawInline)]
    return frozenset(found for html in raw for found in _ANCHOR.findall(html))
