"""What of a document goes into spreadsheets: its tables, each with a name, and all the rest as an outline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from exporters.document.nodes import Block, Blocks, Document, Figure, Heading, Inlines, Table
from exporters.document.walk import parts, plain_text, sections

_LONGEST = 200  # characters of a name: many tables may stand under a heading that is a book


class Sheet(NamedTuple):
    """A table, and what to call it."""

    name: str
    """Its caption, or the heading it stands under; "" for neither."""
    table: Table


def tables(document: Document) -> Iterator[Sheet]:
    """The tables that have any cells, in reading order."""
    yield from _within(document.blocks, "")
    for section in sections(document):
        yield from _within(section.blocks, _said(section.heading))
    for note in document.footnotes:
        yield from _within(note.blocks, "")


def _within(blocks: Blocks, name: str) -> Iterator[Sheet]:
    for block in blocks:
        match block:
            case Table(alignments, head, rows):
                if alignments and (head or rows):
                    yield Sheet(name, block)
            case Figure(inner, caption):
                yield from _within(inner, _said(caption) or name)
            case Heading(_, content):
                name = _said(content) or name
            case _:
                yield from _deeper(block, name)


def _deeper(block: Block, name: str) -> Iterator[Sheet]:
    for inner in parts(block):
        yield from _within(inner, name)


def _said(content: Inlines) -> str:
    return " ".join(plain_text(content).split())[:_LONGEST]


def is_ragged(table: Table) -> bool:
    """Whether any of its cells spans others."""
    return any(cell.columns > 1 or cell.rows > 1 for row in (table.head, *table.rows) for cell in row)


def is_all_tables(document: Document) -> bool:
    """Whether there is nothing to read but tables, whose captions their sheets bear."""
    if document.sections or document.footnotes or document.map:
        return False
    return all(
        isinstance(block, Table)
        or (isinstance(block, Figure) and all(isinstance(each, Table) for each in block.blocks))
        for block in document.blocks
    )
