"""Reads GitHub Flavored Markdown: CommonMark 0.31.2 with tables, task lists, strikethrough, footnotes, alerts, math,
bare addresses as links, and YAML front matter.

pulldown-cmark parses, and `gfm_tree` builds the document from its events. Here is what goes before that, and the bounds
of what it may cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyromark

from exporters.document.nodes import Document
from exporters.errors import SourceTooLarge
from exporters.readers import autolinks, decoding, front_matter
from exporters.readers.gfm_tree import ESCAPE, Tree
from exporters.readers.resources import Embedded, Resources
from exporters.report import Report
from exporters.source import Source

MAX_SIZE = 8_000_000  # bytes without embedded images: five times a book of 1,000 pages
MAX_MARKS = 800_000  # characters that may be markup: the parser takes up to 60 bytes for each, so 50 MB in all
MAX_EVENTS = 800_000  # some 100 bytes of nodes for each: a book of 500 pages has 100,000
MAX_PREFIX = 1_000  # characters before a line's text: the parser's time is their number times that of the lines

_O = pyromark.Options
_OPTIONS = (
    _O.ENABLE_TABLES
    | _O.ENABLE_FOOTNOTES
    | _O.ENABLE_STRIKETHROUGH
    | _O.ENABLE_TASKLISTS
    | _O.ENABLE_GFM
    | _O.ENABLE_MATH
)
_MARKS = "*_~[]!<>&\\`$|#\n"
_LONG_PREFIX = re.compile(rf"(?:\A|\n)(?:[ \t>]|[-+*](?=[ \t])|\d{{1,9}}+[.)](?=[ \t])){{{MAX_PREFIX},}}+")
# An address that its author has spelled so that it is none: `https\://…`, `www\.…`, `me\@…`.
_ESCAPED_ADDRESS = re.compile(rb"(?:https?|ftp)\\:|www\\\.|\\@", re.IGNORECASE)


def read(source: Source, report: Report) -> Document:
    """Reads a source in GitHub Flavored Markdown. Raises `UnreadableSource`, `SourceTooLarge`."""
    embedded = Embedded(decoding.as_utf8(source.data))
    if len(embedded.text) > MAX_SIZE:
        raise SourceTooLarge(f"The source has more than {MAX_SIZE // 10**6} MB of text. Split it.")
    whole = decoding.as_text(embedded.text, report)
    _check(whole)
    metadata, unread, text = front_matter.cut(whole, report)
    look_for_links = autolinks.possible(text)
    tree = Tree(Resources(source, embedded, report), embedded, report, look_for_links)
    if unread:
        tree.begin_with_code(unread, "yaml")
    events = embedded.restored(_events(text, look_for_links))
    tree.grow(islice(events, MAX_EVENTS))
    if next(events, None) is not None:
        raise SourceTooLarge("The source has too many parts: words with markup, list items, cells of tables. Split it.")
    return tree.document(metadata)


def _check(text: str) -> None:
    if sum(map(text.count, _MARKS)) > MAX_MARKS:
        raise SourceTooLarge("The source has too much markup. Split it.")
    for found in _LONG_PREFIX.finditer(text):
        if not found[0].isspace():
            line = text.count("\n", 0, found.start() + 1) + 1
            raise SourceTooLarge(f"Line {line} of the source is nested too deep. Remove lists and quotes around it.")


# Events are typed as Any: what one holds depends on its key, which the library's types cannot say.
type _Events = Iterator[Any]


def _events(text: str, look_for_links: bool) -> _Events:
    data = text.encode() if look_for_links and "\\" in text else b""
    escapes = {found.end() - 1 for found in _ESCAPED_ADDRESS.finditer(data)}
    return _with_escapes(text, escapes) if escapes else pyromark.events(text, options=_OPTIONS)


def _with_escapes(text: str, escapes: set[int]) -> _Events:
    """The events, with `ESCAPE` before each text that begins at one of the places: slower, and seldom needed."""
    for event, span in pyromark.events_with_range(text, options=_OPTIONS):
        if span["start"] in escapes and type(event) is dict and "Text" in event:
            yield {"Text": ESCAPE}
        yield event
