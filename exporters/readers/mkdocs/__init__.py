"""Reads Markdown as MkDocs has it: Python-Markdown with its extra syntax, and what pymdown-extensions adds to it.

The steps are `text`, which sets code aside; `blocks`, Python-Markdown's parser; `inlines`, what
stands within lines; `tree`, which makes a document of it all. Snippets and macros, which read files and run
programs, are never followed: they stay text.
"""

from __future__ import annotations

import re

from exporters.document.nodes import CodeBlock, Document, Json
from exporters.errors import SourceTooLarge
from exporters.readers import decoding, front_matter
from exporters.readers.mkdocs.blocks import Elements
from exporters.readers.mkdocs.text import Effort, normalised, without_places
from exporters.readers.mkdocs.tree import Tree
from exporters.readers.reading import Reading
from exporters.readers.resources import Embedded
from exporters.report import Code

MAX_SIZE = 2_000_000  # bytes without embedded images: 1.5 s, and a chapter of a book has 25 kB
MAX_MARKS = 400_000  # characters that may be markup, of up to 400 bytes each while they are read: 150 MB in all

_MARKS = "*_~^=[]!<>&\\`$|#+:{\n"
_HEADER = re.compile(r" {0,3}([A-Za-z0-9_-]+):(?!//)[ \t]*(.*)")
_MORE = re.compile(r" {4,}(.*)")


def read(reading: Reading) -> Document:
    """Reads a source in MkDocs' Markdown. Raises `UnreadableSource`, `SourceTooLarge`."""
    report = reading.report
    embedded = reading.resources.embedded = Embedded(decoding.as_utf8(reading.source.data))
    if len(embedded.text) > MAX_SIZE:
        raise SourceTooLarge(f"The source has more than {MAX_SIZE // 10**6} MB of text. Split it.")
    whole = without_places(decoding.as_text(embedded.text, report))
    metadata, unread, text = front_matter.cut(whole, report)
    if text is whole:
        metadata, text = _headers(text)
    if sum(map(text.count, _MARKS)) > MAX_MARKS:
        raise SourceTooLarge("The source has too much markup. Split it.")
    text = normalised(text)
    found = Elements(text, Effort(len(text)))
    tree = Tree(reading, found)
    if unread:
        tree.append(CodeBlock(embedded.restore(unread), "yaml", "yaml"))
    document = tree.document({key: embedded.restored_in(value) for key, value in metadata.items()})
    if found.twice:
        report.lost(Code.FOOTNOTE, "A footnote is there twice; the last one counts.")
    for _ in range(found.wide_rows):
        report.lost(Code.TABLE, "Cells beyond a table's last column are not shown; MkDocs leaves them out, too.")
    return document


def _headers(text: str) -> tuple[dict[str, Json], str]:
    """The metadata that a text begins with where it has no YAML, `Key: value` on each line, and the text after it."""
    block, _, rest = text.partition("\n\n")
    values: dict[str, Json] = {}
    key = ""
    for line in block.split("\n"):
        if header := _HEADER.fullmatch(line):
            key = header[1].lower()
            value = header[2].strip()
        elif key and (more := _MORE.fullmatch(line)):
            value = more[1].strip()
        else:
            return {}, text
        values[key] = f"{values[key]} {value}" if key in values else value
    return values, rest
