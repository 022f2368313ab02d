"""Reads GitHub Flavored Markdown: CommonMark 0.31.2 with tables, task lists, strikethrough, footnotes, alerts, math,
Mermaid's diagrams, short codes of emoji, bare addresses as links, and YAML front matter.

Two things GitHub lacks are read, too, for most others have them: definition lists, and ids of headings (`# A {#b}`).

pulldown-cmark parses, and `tree` builds the document from its events. Here is what goes before that, and the bounds
of what it may cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from operator import itemgetter
from typing import Any

import pyromark

from exporters.document.nodes import CodeBlock, Document
from exporters.errors import SourceTooLarge
from exporters.readers import decoding, front_matter
from exporters.readers.gfm.tree import ESCAPE, Tree
from exporters.readers.reading import Reading
from exporters.readers.resources import Embedded
from exporters.report import Code

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
_DEFINITIONS = _O.ENABLE_DEFINITION_LIST
_DEFINITION_MARK = re.compile(r"\n[ \t>]*:")
_MARKS = "*_~[]!<>&\\`$|#\n"
_LONG_PREFIX = re.compile(rf"(?:\A|\n)(?:[ \t>]|[-+*](?=[ \t])|\d{{1,9}}+[.)](?=[ \t])){{{MAX_PREFIX},}}+")
# What its author has spelled so that it is none: an address (`https\://…`, `www\.…`, `me\@…`), a short code, an id.
_ESCAPED = re.compile(rb"\\:(?=//|[a-z0-9+-][a-z0-9_-]*\\?:)|ww\\\.|\\@|\\\{(?=#)", re.IGNORECASE)

_RULE = r"[ \t>]*+[-:| \t]++"  # compiled when it is first needed, as is the next
_COLUMN = "-+"
_END_OF_CELL, _END_OF_ROW = {"End": "TableCell"}, {"End": "TableRow"}


def read(reading: Reading) -> Document:
    """Reads a source in GitHub Flavored Markdown. Raises `UnreadableSource`, `SourceTooLarge`."""
    report = reading.report
    embedded = reading.resources.embedded = Embedded(decoding.as_utf8(reading.source.data))
    if len(embedded.text) > MAX_SIZE:
        raise SourceTooLarge(f"The source has more than {MAX_SIZE // 10**6} MB of text. Split it.")
    whole = decoding.as_text(embedded.text, report)
    metadata, unread, text = front_matter.cut(whole, report)
    tree = Tree(reading)
    if unread:
        tree.append(CodeBlock(embedded.restore(unread), "yaml", "yaml"))
    add(tree, text)
    return tree.document({key: embedded.restored_in(value) for key, value in metadata.items()})


def add(tree: Tree, text: str) -> None:
    """Reads more Markdown into a document that is being built. Raises `SourceTooLarge`."""
    _check(text)
    tree.look_for(text)
    events = tree.reading.resources.embedded.restored(_events(tree, text))
    tree.read(islice(events, MAX_EVENTS))
    if next(events, None) is not None:
        raise SourceTooLarge("The source has too many parts: words with markup, list items, cells of tables. Split it.")


def _check(text: str) -> None:
    if sum(map(text.count, _MARKS)) > MAX_MARKS:
        raise SourceTooLarge("The source has too much markup. Split it.")
    for found in _LONG_PREFIX.finditer(text):
        if not found[0].isspace():
            line = text.count("\n", 0, found.start() + 1) + 1
            raise SourceTooLarge(f"Line {line} of the source is nested too deep. Remove lists and quotes around it.")


# Events are typed as Any: what one holds depends on its key, which the library's types cannot say.
type _Events = Iterator[Any]
type _Spans = Iterator[tuple[Any, Any]]
"""With where each stands, in bytes."""


def _events(tree: Tree, text: str) -> _Events:
    options = _OPTIONS
    if _DEFINITION_MARK.search(text):
        from exporters.readers.gfm import definitions

        mended = definitions.mended(text, _OPTIONS | _DEFINITIONS)
        if mended is not None:
            text, options = mended, _OPTIONS | _DEFINITIONS
    data = text.encode() if "\\" in text else b""
    escapes = {found.end() - 1 for found in _ESCAPED.finditer(data)}
    may_have_wide_rows = "|" in text and _may_have_wide_rows(text)
    if not (escapes or may_have_wide_rows):
        return pyromark.events(text, options=options)
    tree.has_escapes = tree.has_escapes or bool(escapes)
    events = _with_escapes(text, options, escapes)
    return _of_wide_rows(tree, text, events) if may_have_wide_rows else map(itemgetter(0), events)


def _with_escapes(text: str, options: pyromark.Options, escapes: set[int]) -> _Spans:
    """The events, with `ESCAPE` before each text that begins at one of the places: slower, and seldom needed."""
    for event, span in pyromark.events_with_range(text, options=options):
        if span["start"] in escapes and type(event) is dict and "Text" in event:
            yield {"Text": ESCAPE}, span
        yield event, span


def _may_have_wide_rows(text: str) -> bool:
    """Whether a line may have more cells than the table it stands in has columns: a quick look, wrong in code."""
    columns = 0
    for line in text.split("\n"):
        if "|" in line:
            if "-" in line and re.fullmatch(_RULE, line):
                columns = min(columns or MAX_SIZE, len(re.findall(_COLUMN, line)))
            elif columns and line.strip(" \t>").strip("|").count("|") >= columns:
                return True
        elif columns and not line.strip(" \t>"):
            columns = 0
    return False


def _of_wide_rows(tree: Tree, text: str, events: _Spans) -> _Events:
    """The events alone. Reports rows of which a part is in no cell: the parser gives none for it."""
    data = text.encode()
    end = 0
    for event, span in events:
        if event == _END_OF_CELL:
            end = span["end"]
        elif event == _END_OF_ROW and data[end : span["end"]].strip(b"| \t\n"):
            what = "Cells beyond a table's last column are not shown; GitHub leaves them out, too."
            tree.report.lost(Code.TABLE, what, tree.reading.where)
        yield event
