"""Divides a document into the files of a book: e-readers open one at a time, and begin each on a new page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched
from typing import NamedTuple

from exporters.document import Blocks, CodeBlock, Document, Heading, Paragraph, Section
from exporters.document.walk import parts, plain_text

_MOST = 500  # files: a book of 2,000 sections of one level has several in each
# Characters of a chapter that is divided where it can be: some e-readers take no file over 300 kB, and are slow before.
_LARGEST = 150_000


class Piece(NamedTuple):
    """A section in a file."""

    section: Section
    depth: int
    """How deep it stands in the document, from 1."""
    is_alone: bool
    """Whether the sections below it are in other files."""


class Chapter(NamedTuple):
    """What is in one file."""

    file: str
    pieces: tuple[Piece, ...]
    blocks: Blocks = ()
    """What stands before the first section, without a heading."""
    depth: int = 1
    """How deep in the document that stands."""

    @property
    def title(self) -> str:
        """Its first heading; "" where it has none."""
        return next((said for piece in self.pieces if (said := plain_text(piece.section.heading))), "")


def divided(document: Document, hoisted: Section | None, level: int) -> list[Chapter]:
    """The chapters of a document. The heading of one section may stand elsewhere; `level` is that of chapters, or 0."""
    begin = document.blocks if hoisted is None else hoisted.blocks
    top = document.sections if hoisted is None else hoisted.sections
    depth = 1 if hoisted is None else 2
    pieces = [piece for section in top for piece in _pieces(section, depth, level, is_only=len(top) == 1)]
    several = -(-len(pieces) // _MOST) or 1
    bodies: list[tuple[tuple[Piece, ...], Blocks]] = [((), begin)] if begin or not pieces else []
    bodies += ((tuple(batch), ()) for batch in batched(pieces, several, strict=False))
    digits = len(str(len(bodies)))
    return [Chapter(f"chapter-{n:0{digits}}.xhtml", *body, depth) for n, body in enumerate(bodies, 1)]


def _pieces(section: Section, depth: int, level: int, is_only: bool) -> Iterator[Piece]:
    goes_on = depth < level if level else is_only or _length(section) > _LARGEST
    if not goes_on or not section.sections:
        yield Piece(section, depth, is_alone=False)
        return
    yield Piece(section, depth, is_alone=True)
    for below in section.sections:
        yield from _pieces(below, depth + 1, level, is_only and len(section.sections) == 1)


def _length(section: Section) -> int:
    """About how many characters a section has."""
    return _length_of_blocks(section.blocks) + sum(map(_length, section.sections))


def _length_of_blocks(blocks: Blocks) -> int:
    length = 0
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                length += sum(len(each) if isinstance(each, str) else _USUAL for each in block.content)
            case CodeBlock():
                length += len(block.text)
            case _:
                length += _USUAL + sum(map(_length_of_blocks, parts(block)))
    return length


_USUAL = 40  # characters of what is not looked into
