"""Where the links of a document lead, and what the report says of those that a file cannot hold."""

from __future__ import annotations

import re
from binascii import b2a_base64
from typing import Literal, NamedTuple

from exporters.document.nodes import Document, Resource
from exporters.document.walk import targets
from exporters.report import Code, Report
from exporters.toolbox import urls


class Lead(NamedTuple):
    """Where a link leads."""

    to: Literal["nowhere", "inside", "outside"]
    address: str = ""
    """An id of the document, or a URL in ASCII."""


NOWHERE = Lead("nowhere")


def report_unsafe(url: str, report: Report, where: str = "") -> None:
    """Says that a link is only its words because following it could run code."""
    what = f"Links of the scheme {urls.scheme(url)} are only their words, for they can run code."
    report.lost(Code.LINK, what, where)


def report_unfollowed(url: str, file: str, report: Report, where: str) -> None:
    """Says why a link cannot be followed from a file, such as "a PDF".

    Not address by address: a page of a web site has hundreds of links to the pages beside it.
    """
    if not url:
        report.degraded(Code.LINK, "A link has no address.", where)
    elif not urls.is_safe(url):
        report_unsafe(url, report, where)
    else:
        what = f"Links to other files cannot be followed from {file}; their words are kept."
        report.degraded(Code.LINK, what, where)


class Leads:
    """The links of one document, for formats whose file is one text."""

    def __init__(self, document: Document, report: Report) -> None:
        self._document = document
        self._report = report
        self._targets = targets(document)

    def of(self, url: str) -> Lead:
        """Where a link leads. What cannot be followed is reported."""
        if url in self._document.resources:
            self._report.lost(Code.ATTACHMENT, "Attached files are left out; the words of their links are kept.")
            return NOWHERE
        if not urls.is_safe(url) or urls.scheme(url) == "data":
            report_unsafe(url, self._report)
            return NOWHERE
        if url.startswith("#"):
            if url[1:] in self._targets:
                return Lead("inside", url[1:])
            self._report.degraded(Code.LINK, "Links to places that the document does not have are only their words.")
            return NOWHERE
        return Lead("outside", urls.encoded(url)) if url else NOWHERE

    def inside(self, id: str) -> bool:
        """Whether it is an id that links can lead to."""
        return id in self._targets


def address(resource: Resource) -> str:
    """What names an image in a text: its path in the source, or all of it as a URL where it has none."""
    if resource.name:
        return _NO_PART_OF_A_PATH.sub(_percent, urls.encoded(resource.name.replace("%", "%25")))
    return f"data:{resource.media_type};base64,{b2a_base64(resource.data, newline=False).decode()}"


# In the address of an image these mean something else.
_NO_PART_OF_A_PATH = re.compile(r"[?#]|\A[^/]*?:")


def _percent(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}%{ord(found[0][-1]):02X}"
