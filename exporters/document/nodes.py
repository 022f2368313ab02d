"""What a document can hold. Every kind of node is in this file.

A document is a tree of frozen objects. Three families:

* `Section` nests: a heading, what stands under it, and the sections below it;
* `Block` stands on lines of its own: paragraphs, lists, tables, code …;
* `Inline` stands within a line: text, emphasis, links, images ….

Text is a plain `str`, because most nodes of a book are text and an object around each would double its size.
A newline inside it is a line end of the source, which counts as a space; `LineBreak` is a break the author asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from exporters.frozen import NOTHING, frozen

MAX_DEPTH = 100
"""How deep blocks may stand in each other: exporters recurse, some with five frames for each of the 1,000 there are.
Who reads what is deeper flattens it."""
MAX_INLINE_DEPTH = 30
"""The same of emphasis and other dress within a line."""

SOURCE = "source"
"""The key in `Document.resources` of the source itself, where a format is asked to take it along."""

type Json = str | int | float | bool | list[Json] | dict[str, Json] | None


@frozen
class Document:
    """A whole document."""

    blocks: Blocks = ()
    """What stands before the first heading."""
    sections: tuple[Section, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    """In the order of their first mention; those that nobody mentions come last."""
    metadata: Mapping[str, Json] = NOTHING
    """What the author said about the document: title, author, date, language, and anything else."""
    resources: Mapping[str, Resource] = NOTHING
    """The images and attachments that came with the source, by the key that `Image.url` and `Link.url` name them by:
    `resource:` and the begin of the hash of their bytes."""
    map: Map | None = None
    """The drawing, where the source is a mind map; `sections` and `blocks` are its outline."""


@frozen
class Resource:
    """The bytes of an image, checked to be what they claim, or of an attachment, which nobody has looked at."""

    media_type: str
    data: bytes
    width: int = 0
    """Pixels; 0 for an attachment, and for an image that has no size of its own (SVG)."""
    height: int = 0
    name: str = ""
    """The path that the source names it by; "" for what stood within the text."""


@frozen
class Section:
    """A heading with everything under it."""

    level: int
    """As the source has it, from 1. A section's children have higher levels, but may skip some."""
    heading: Inlines
    id: str
    """Unique in the document; `#id` links to it."""
    blocks: Blocks = ()
    sections: tuple[Section, ...] = ()


# Blocks


type Alignment = Literal["left", "center", "right"] | None


@frozen
class Paragraph:
    content: Inlines
    alignment: Alignment = None
    """Where its lines stand, if the author has said so."""


@frozen
class Heading:
    """A heading inside a quote, a list or a footnote, where it opens no section."""

    level: int
    content: Inlines
    id: str = ""


@frozen
class CodeBlock:
    text: str
    """With a newline at the end of each line."""
    language: str = ""
    """The first word after the fence."""
    info: str = ""
    """All that stands after the fence."""


@frozen
class Diagram:
    """A drawing that is described by a text, such as Mermaid's."""

    text: str
    """With a newline at the end of each line."""
    language: str = "mermaid"


@frozen
class BlockQuote:
    blocks: Blocks


type AdmonitionKind = Literal[
    "note", "tip", "important", "warning", "caution",  # GitHub's
    "abstract", "info", "success", "question", "failure", "danger", "bug", "example", "quote",  # and those of MkDocs
]  # fmt: skip


@frozen
class Admonition:
    """A call-out, such as GitHub's `> [!NOTE]` and MkDocs' `!!! note "Title"`."""

    kind: AdmonitionKind
    blocks: Blocks
    title: Inlines | None = None
    """None for the kind's own word in the document's language, () for no title at all."""


@frozen
class Details:
    """What is folded away below its summary until somebody opens it. Paper shows it open."""

    summary: Inlines
    blocks: Blocks
    open: bool = False
    """Whether it is unfolded from the start."""
    kind: AdmonitionKind | None = None
    """As what it is dressed, where it is an admonition that folds."""


@frozen
class Tabs:
    """Alternatives of which a screen shows one at a time, and paper one after the other."""

    tabs: tuple[Tab, ...]


@frozen
class Tab:
    label: Inlines
    blocks: Blocks


@frozen
class Figure:
    """Blocks, mostly an image or a table, with a caption below them."""

    blocks: Blocks
    caption: Inlines = ()


@frozen
class DefinitionList:
    items: tuple[Definition, ...]


@frozen
class Definition:
    """Terms, and what each of them means."""

    terms: tuple[Inlines, ...]
    descriptions: tuple[Blocks, ...]


@frozen
class List:
    items: tuple[ListItem, ...]
    start: int | None = None
    """The first number of an ordered list; None for bullets."""
    tight: bool = True
    """Whether its items stand without space between them."""


@frozen
class ListItem:
    blocks: Blocks
    checked: bool | None = None
    """Whether a task is done; None where the item is no task."""


@frozen
class Table:
    alignments: tuple[Alignment, ...]
    """One per column."""
    head: tuple[Cell, ...]
    """As long as `alignments`; () for a table without a head."""
    rows: tuple[tuple[Cell, ...], ...]
    """Each as long as `alignments`."""


@frozen
class Cell:
    """One place of a table. Where it spans others, these are in their rows too, and empty."""

    content: Inlines
    columns: int = 1
    """How many columns it spans: itself and those after it."""
    rows: int = 1


@frozen
class ThematicBreak:
    """A line across the page."""


@frozen
class RawBlock:
    """HTML that stood in the source as it is. Not checked: an exporter that keeps it makes it safe."""

    html: str


@frozen
class Footnote:
    label: str
    blocks: Blocks


# Inlines


@frozen
class Emphasis:
    content: Inlines


@frozen
class Strong:
    content: Inlines


@frozen
class Strikethrough:
    content: Inlines


@frozen
class Underline:
    """Underlined, or inserted into an earlier version."""

    content: Inlines


@frozen
class Highlight:
    """Marked, as with a bright pen."""

    content: Inlines


@frozen
class Superscript:
    content: Inlines


@frozen
class Subscript:
    content: Inlines


@frozen
class Code:
    text: str


@frozen
class Keyboard:
    """A key to press."""

    text: str


@frozen
class Abbreviation:
    text: str
    expansion: str
    """What it stands for."""


@frozen
class Math:
    """A formula in LaTeX's notation, without the dollar signs."""

    text: str
    display: bool = False
    """Whether it stands on a line of its own."""


@frozen
class Link:
    content: Inlines
    url: str
    title: str = ""


@frozen
class Image:
    url: str
    """A key of `Document.resources`; where that lacks it, the image did not come with the source."""
    alternative: str = ""
    """What to say to those who do not see it."""
    title: str = ""


@frozen
class FootnoteReference:
    label: str


@frozen
class LineBreak:
    pass


@frozen
class RawInline:
    """One HTML tag, comment or the like within a line. Not checked, see `RawBlock`."""

    html: str


type Block = (
    Paragraph
    | Heading
    | CodeBlock
    | Diagram
    | BlockQuote
    | Admonition
    | Details
    | Tabs
    | Figure
    | List
    | DefinitionList
    | Table
    | ThematicBreak
    | RawBlock
)
type Styled = Emphasis | Strong | Strikethrough | Underline | Highlight | Superscript | Subscript
"""Inlines that only dress their content."""
type Inline = (
    str | Styled | Code | Keyboard | Abbreviation | Math | Link | Image | FootnoteReference | LineBreak | RawInline
)
type Blocks = tuple[Block, ...]
type Inlines = tuple[Inline, ...]


# Maps


@frozen
class Map:
    """A mind map as it is drawn. Its topics are in reading order, each after its parent; none is inside another, for
    maps nest by the hundred."""

    topics: tuple[Topic, ...]
    connectors: tuple[Connector, ...] = ()
    """Lines between topics that are neither's parent."""


type Side = Literal["left", "right"] | None
type Line = Literal["solid", "dashed", "dotted"] | None


@frozen
class Topic:
    """A node of a map."""

    id: str
    """Unique in the map."""
    parent: int
    """Where its parent is in `Map.topics`; -1 for a root."""
    text: str
    """Its words without their dress; lines are ended by newlines."""
    url: str = ""
    """Where it leads: an address, or `#id` of a section."""
    notes: Blocks = ()
    """What is attached to it; in the outline it stands below its heading."""
    side: Side = None
    """Of its root, for a child of one that is put on a side by its author."""
    position: tuple[float, float] | None = None
    """Of its left upper corner in the author's drawing, in pixels, x to the right and y downwards."""
    folded: bool = False
    """Whether its children are hidden in the author's drawing."""
    colour: str = ""
    """Of its text, as #rrggbb; "" where the author has not said."""
    background: str = ""
    image: str = ""
    """A key of `Document.resources`."""
    icons: tuple[str, ...] = ()
    """Emoji, or names of icons that no emoji stands for."""
    edge: Edge | None = None
    """The line to its parent, where the author has dressed it."""


@frozen
class Edge:
    """How a line of a map looks."""

    label: str = ""
    colour: str = ""
    """As #rrggbb; "" where the author has not said."""
    line: Line = None
    arrow: bool = False
    """Whether it has a head where it ends."""


@frozen
class Connector:
    """A line from one topic to another, each by its `Topic.id`."""

    start: str
    end: str
    edge: Edge = Edge()
