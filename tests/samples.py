"""Documents to export: the sample sources, and one that holds every kind of node."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from exporters.document import (
    Admonition,
    BlockQuote,
    Blocks,
    Cell,
    Code,
    CodeBlock,
    Document,
    Emphasis,
    Footnote,
    FootnoteReference,
    Heading,
    Image,
    Inlines,
    LineBreak,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Resource,
    Section,
    Strikethrough,
    Strong,
    Table,
    ThematicBreak,
)
from exporters.toolbox.images import inspect

SOURCES = {path.stem: path for path in sorted((Path(__file__).parent / "documents").glob("*.md"))}
"""The sample sources, by name."""


@dataclass(frozen=True)
class Example:
    """A document that holds one node of a kind, and the same without it."""

    holding: Document
    without: Document
    words: str
    """What the node says; "" where it need not say anything."""
    reference: str = ""
    """What is enough, too: where to find it."""


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""
    rows = (b"\0" + b"\x3c\x6e\x5a" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def paragraph(*content: str | object) -> Document:
    """A document of one paragraph."""
    return Document(blocks=(Paragraph(tuple(content)),))  # type: ignore[arg-type]


def kinds_in(document: Document) -> set[type]:
    """The classes of all nodes of a document."""
    found: set[type] = set()
    todo: list[object] = [document]
    while todo:
        node = todo.pop()
        if names := getattr(node, "__match_args__", ()):
            todo += (getattr(node, name) for name in names)
        if type(node).__module__ == Document.__module__:
            found.add(type(node))
        elif isinstance(node, tuple):
            todo += node
        elif isinstance(node, dict):
            todo += node.values()
    return found


def _phrase(word: str, *holding: object) -> Example:
    return Example(paragraph("before ", *holding, " after"), paragraph("before ", word, " after"), word)


def _block(word: str, holding: Blocks, without: Blocks = ()) -> Example:
    before, after = Paragraph(("before",)), Paragraph(("after",))
    return Example(Document((before, *holding, after)), Document((before, *without, after)), word)


def _said(*words: str) -> Blocks:
    return tuple(Paragraph((word,)) for word in words)


def _cells(*words: str) -> tuple[Cell, ...]:
    return tuple(Cell((word,)) for word in words)


PICTURE = {"picture.png": inspect(png(24, 16))}
_IMAGE: Inlines = (Image("picture.png", "pictured", "Entitled"),)

EXAMPLES: dict[type, Example] = {
    Admonition: _block("warned", (Admonition("warning", _said("warned")),), _said("warned")),
    BlockQuote: _block("quoted", (BlockQuote(_said("quoted")),), _said("quoted")),
    Cell: _block(
        "celled",
        (Table((None, None), _cells("one", "celled"), (_cells("three", "four"),)),),
        (Table((None,), _cells("one"), (_cells("three"),)),),
    ),
    Code: _phrase("coded", Code("coded")),
    CodeBlock: _block("printed", (CodeBlock("printed = 1\n", "python", "python"),), _said("printed = 1")),
    Document: Example(paragraph("documented"), Document(), "documented"),
    Emphasis: _phrase("emphatic", Emphasis(("emphatic",))),
    Footnote: Example(
        Document(_said("before"), footnotes=(Footnote("a", _said("noted")),)), Document(_said("before")), "noted"
    ),
    FootnoteReference: Example(
        Document((Paragraph(("before", FootnoteReference("a"))),), footnotes=(Footnote("a", _said("noted")),)),
        Document((Paragraph(("before",)),), footnotes=(Footnote("a", _said("noted")),)),
        "",
    ),
    Heading: _block("headed", (BlockQuote((Heading(3, ("headed",), "headed"),)),), (BlockQuote(_said("headed")),)),
    Image: Example(
        Document((Paragraph(("before ", *_IMAGE)),), resources=PICTURE),
        Document((Paragraph(("before ",)),), resources=PICTURE),
        "",  # a format that shows it need not say it
    ),
    LineBreak: Example(paragraph("before", LineBreak(), "after"), paragraph("before after"), ""),
    Link: _phrase("linked", Link(("linked",), "https://example.org/to", "Entitled")),
    List: _block("listed", (List((ListItem(_said("listed")),), start=3),), _said("listed")),
    ListItem: _block(
        "itemised",
        (List((ListItem(_said("one")), ListItem(_said("itemised"), checked=True)), tight=False),),
        (List((ListItem(_said("one")),), tight=False),),
    ),
    Math: _phrase("x^{2}", Math("x^{2}")),
    Paragraph: _block("spoken", _said("spoken")),
    RawBlock: _block("within", (RawBlock("<p>within</p>\n"),)),
    RawInline: _phrase("marked", RawInline("<mark>"), "marked", RawInline("</mark>")),
    Resource: Example(
        Document((Paragraph(("before ", *_IMAGE)),), resources=PICTURE),
        Document((Paragraph(("before ", *_IMAGE)),)),
        "",
        "picture.png",
    ),
    Section: Example(
        Document(sections=(Section(1, ("sectioned",), "sectioned", _said("after")),)),
        Document(_said("sectioned", "after")),
        "sectioned",
    ),
    Strikethrough: _phrase("struck", Strikethrough(("struck",))),
    Strong: _phrase("strong", Strong(("strong",))),
    Table: _block(
        "tabled",
        (Table(("left", "right"), _cells("one", "two"), (_cells("tabled", "four"),)),),
        _said("one", "two", "tabled", "four"),
    ),
    ThematicBreak: _block("", (ThematicBreak(),)),
}
"""By kind of node."""

EVERYTHING = Document(
    blocks=tuple(block for example in EXAMPLES.values() for block in example.holding.blocks),
    sections=(
        *EXAMPLES[Section].holding.sections,
        Section(
            1,
            ("A section with ", Emphasis(("emphasis",))),
            "a-section",
            _said("Below the heading."),
            (Section(2, ("A section ", Code("within")), "a-section-within", _said("And below that.")),),
        ),
    ),
    footnotes=(Footnote("a", _said("noted")),),
    metadata={"title": "Every kind of node", "author": ["Ada Lovelace"], "date": "2024-02-29", "lang": "en"},
    resources=PICTURE,
)
"""All of them in one document."""
