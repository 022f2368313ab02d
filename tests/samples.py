"""Documents to export: the sample sources, and one that holds every kind of node."""

from __future__ import annotations

import struct
import zlib
from copy import replace
from dataclasses import dataclass
from pathlib import Path

from exporters.document import (
    Abbreviation,
    Admonition,
    BlockQuote,
    Blocks,
    Cell,
    Code,
    CodeBlock,
    Connector,
    Definition,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Edge,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Heading,
    Highlight,
    Image,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    List,
    ListItem,
    Map,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Resource,
    Section,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Tab,
    Table,
    Tabs,
    ThematicBreak,
    Topic,
    Underline,
)
from exporters.readers.resources import key_of
from exporters.toolbox.images import inspect

SOURCES = {path.stem: path for path in sorted((Path(__file__).parent / "documents").glob("*.*"))}
"""The sample sources that go through every format, by name. Others lie in folders by the kind they are of."""

OTHER_KINDS = ("mkdocs", "plan")
GFM_SOURCES = {name: path for name, path in SOURCES.items() if name not in OTHER_KINDS}
"""Those in GitHub Flavored Markdown."""


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


PICTURED = key_of(png(24, 16))
PICTURE = {PICTURED: replace(inspect(png(24, 16)), name="picture.png")}
_IMAGE: Inlines = (Image(PICTURED, "pictured", "Entitled"),)

_MAP = Map(
    (
        Topic("1", -1, "planned", side=None, colour="#224466", icons=("💡",)),
        Topic("2", 0, "first", "https://example.org/", _said("noted"), "left", (-120.0, 0.0), True),
        Topic("3", 0, "second", background="#ffeeaa", edge=Edge("why", "#ff0000", "dashed")),
    ),
    (Connector("2", "3", Edge("then", arrow=True)),),
)
_MAPPED = Document(sections=(Section(1, ("planned",), "planned"),), map=_MAP)

EXAMPLES: dict[type, Example] = {
    Abbreviation: _phrase("HTML", Abbreviation("HTML", "Hypertext Markup Language")),
    Admonition: _block("warned", (Admonition("warning", _said("warned")),), _said("warned")),
    BlockQuote: _block("quoted", (BlockQuote(_said("quoted")),), _said("quoted")),
    Cell: _block(
        "celled",
        (Table((None, None), _cells("one", "celled"), (_cells("three", "four"),)),),
        (Table((None,), _cells("one"), (_cells("three"),)),),
    ),
    Code: _phrase("coded", Code("coded")),
    Connector: Example(_MAPPED, replace(_MAPPED, map=None), "planned"),
    CodeBlock: _block("printed", (CodeBlock("printed = 1\n", "python", "python"),), _said("printed = 1")),
    Definition: _block(
        "defined",
        (DefinitionList((Definition((("term",), ("another term",)), (_said("defined"), _said("in other words"))),)),),
        _said("term", "another term", "defined", "in other words"),
    ),
    DefinitionList: _block(
        "meant", (DefinitionList((Definition((("term",),), (_said("meant"),)),)),), _said("term", "meant")
    ),
    Details: _block("folded", (Details(("More",), _said("folded")),), _said("More", "folded")),
    Diagram: _block("graph LR", (Diagram("graph LR\n  a --> b\n"),)),
    Document: Example(paragraph("documented"), Document(), "documented"),
    Edge: Example(_MAPPED, replace(_MAPPED, map=None), "planned"),
    Emphasis: _phrase("emphatic", Emphasis(("emphatic",))),
    Figure: _block("captioned", (Figure(_said("shown"), ("captioned",)),), _said("shown", "captioned")),
    Footnote: Example(
        Document(_said("before"), footnotes=(Footnote("a", _said("noted")),)), Document(_said("before")), "noted"
    ),
    FootnoteReference: Example(
        Document((Paragraph(("before", FootnoteReference("a"))),), footnotes=(Footnote("a", _said("noted")),)),
        Document((Paragraph(("before",)),), footnotes=(Footnote("a", _said("noted")),)),
        "",
    ),
    Heading: _block("headed", (BlockQuote((Heading(3, ("headed",), "headed"),)),), (BlockQuote(_said("headed")),)),
    Highlight: _phrase("highlit", Highlight(("highlit",))),
    Image: Example(
        Document((Paragraph(("before ", *_IMAGE)),), resources=PICTURE),
        Document((Paragraph(("before ",)),), resources=PICTURE),
        "",  # a format that shows it need not say it
    ),
    Keyboard: _phrase("Ctrl", Keyboard("Ctrl")),
    LineBreak: Example(paragraph("before", LineBreak(), "after"), paragraph("before after"), ""),
    Link: _phrase("linked", Link(("linked",), "https://example.org/to", "Entitled")),
    List: _block("listed", (List((ListItem(_said("listed")),), start=3),), _said("listed")),
    ListItem: _block(
        "itemised",
        (List((ListItem(_said("one")), ListItem(_said("itemised"), checked=True)), tight=False),),
        (List((ListItem(_said("one")),), tight=False),),
    ),
    Map: Example(_MAPPED, replace(_MAPPED, map=None), "planned"),
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
    Subscript: _phrase("lowered", Subscript(("lowered",))),
    Superscript: _phrase("raised", Superscript(("raised",))),
    Tab: _block(
        "second tab",
        (Tabs((Tab(("One",), _said("first tab")), Tab(("Two",), _said("second tab")))),),
        _said("One", "first tab", "Two", "second tab"),
    ),
    Table: _block(
        "tabled",
        (Table(("left", "right"), _cells("one", "two"), (_cells("tabled", "four"),)),),
        _said("one", "two", "tabled", "four"),
    ),
    Tabs: _block("tabbed", (Tabs((Tab(("One",), _said("tabbed")),)),), _said("One", "tabbed")),
    ThematicBreak: _block("", (ThematicBreak(),)),
    Topic: Example(_MAPPED, replace(_MAPPED, map=None), "planned"),
    Underline: _phrase("underlined", Underline(("underlined",))),
}
"""By kind of node."""

_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8v8z"/></svg>'

_SPANS = Table(
    ("left", None, "right"),
    (),
    (
        (Cell(("wide",), columns=2), Cell(()), Cell(("tall",), rows=2)),
        (Cell(("three",)), Cell(("four",)), Cell(())),
    ),
)
VARIANTS: dict[str, Document] = {
    "Paragraph, centred": Document((Paragraph(("centred",), "center"),)),
    "Admonition, of MkDocs": Document((Admonition("bug", _said("crawling")),)),
    "Admonition, with a title": Document((Admonition("note", _said("warned"), ("Entitled",)),)),
    "Details, of a kind": Document((Details(("More",), _said("folded"), kind="tip"),)),
    "Table, without a head": Document((Table((None,), (), ((Cell(("celled",)),),)),)),
    "Table, with merged cells": Document((_SPANS,)),
    "Image, of SVG": Document(
        (Paragraph((Image(key_of(_SVG), "drawn"),)),), resources={key_of(_SVG): Resource("image/svg+xml", _SVG)}
    ),
    "Image, not there": Document((Paragraph((Image("gone.png", "missed"),)),)),
    "Link, to an attached file": Document(
        (Paragraph((Link(("attached",), key_of(b"1,2")),)),),
        resources={key_of(b"1,2"): Resource("text/csv", b"1,2", name="data/one.csv")},
    ),
}
"""What kinds of nodes can be besides what their examples are."""

_DRESSED: Blocks = (
    Paragraph(("in the middle",), "center"),
    Paragraph(("on the right",), "right"),
    Admonition("bug", _said("crawling"), ("A ", Strong(("bug",)))),
    Admonition("example", _said("without a title"), ()),
    Details(("Unfolded",), _said("seen at once"), open=True, kind="tip"),
    _SPANS,
)

EVERYTHING = Document(
    blocks=(*(block for example in EXAMPLES.values() for block in example.holding.blocks), *_DRESSED),
    sections=(
        *EXAMPLES[Section].holding.sections,
        *_MAPPED.sections,
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
    map=_MAP,
)
"""All of them in one document."""
