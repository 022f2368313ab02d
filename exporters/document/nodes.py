"""What a document can hold. Every kind of node is in this file.

A document is a tree of frozen dataclasses. Three families:

* `Section` nests: a heading, what stands under it, and the sections below it;
* `Block` stands on lines of its own: paragraphs, lists, tables, code …;
* `Inline` stands within a line: text, emphasis, links, images ….

Text is a plain `str`, because most nodes of a book are text and an object around each would double its size.
A newline inside it is a line end of the source, which counts as a space; `LineBreak` is a break the author asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

type Json = str | int | float | bool | list[Json] | dict[str, Json] | None


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document."""

    blocks: Blocks = ()
    """What stands before the first heading."""
    sections: tuple[Section, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    """In the order of their first mention; those that nobody mentions come last."""
    metadata: Mapping[str, Json] = field(default_factory=dict)
    """What the author said about the document: title, author, date, language, and anything else."""
    resources: Mapping[str, Resource] = field(default_factory=dict)
    """The images that came with the source, by the `Image.url` that shows them."""


@dataclass(frozen=True, slots=True)
class Resource:
    """The bytes of an image, checked to be what they claim."""

    media_type: str
    data: bytes
    width: int = 0
    """Pixels; 0 where the image has no size of its own (SVG)."""
    height: int = 0


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Paragraph:
    content: Inlines


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a quote, a list or a footnote, where it opens no section."""

    level: int
    content: Inlines
    id: str = ""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    text: str
    """With a newline at the end of each line."""
    language: str = ""
    """The first word after the fence."""
    info: str = ""
    """All that stands after the fence."""


@dataclass(frozen=True, slots=True)
class BlockQuote:
    blocks: Blocks


type AdmonitionKind = Literal["note", "tip", "important", "warning", "caution"]


@dataclass(frozen=True, slots=True)
class Admonition:
    """A call-out, such as GitHub's `> [!NOTE]`."""

    kind: AdmonitionKind
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class List:
    items: tuple[ListItem, ...]
    start: int | None = None
    """The first number of an ordered list; None for bullets."""
    tight: bool = True
    """Whether its items stand without space between them."""


@dataclass(frozen=True, slots=True)
class ListItem:
    blocks: Blocks
    checked: bool | None = None
    """Whether a task is done; None where the item is no task."""


type Alignment = Literal["left", "center", "right"] | None


@dataclass(frozen=True, slots=True)
class Table:
    alignments: tuple[Alignment, ...]
    """One per column."""
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """Each as long as `alignments`."""


@dataclass(frozen=True, slots=True)
class Cell:
    content: Inlines


@dataclass(frozen=True, slots=True)
class ThematicBreak:
    """A line across the page."""


@dataclass(frozen=True, slots=True)
class RawBlock:
    """HTML that stood in the source as it is. Not checked: an exporter that keeps it makes it safe."""

    html: str


@dataclass(frozen=True, slots=True)
class Footnote:
    label: str
    blocks: Blocks


# Inlines


@dataclass(frozen=True, slots=True)
class Emphasis:
    content: Inlines


@dataclass(frozen=True, slots=True)
class Strong:
    content: Inlines


@dataclass(frozen=True, slots=True)
class Strikethrough:
    content: Inlines


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Math:
    """A formula in LaTeX's notation, without the dollar signs."""

    text: str
    display: bool = False
    """Whether it stands on a line of its own."""


@dataclass(frozen=True, slots=True)
class Link:
    content: Inlines
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    """A key of `Document.resources`; where that lacks it, the image did not come with the source."""
    alternative: str = ""
    """What to say to those who do not see it."""
    title: str = ""


@dataclass(frozen=True, slots=True)
class FootnoteReference:
    label: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    pass


@dataclass(frozen=True, slots=True)
class RawInline:
    """One HTML tag, comment or the like within a line. Not checked, see `RawBlock`."""

    html: str


type Block = Paragraph | Heading | CodeBlock | BlockQuote | Admonition | List | Table | ThematicBreak | RawBlock
type Inline = (
    str | Emphasis | Strong | Strikethrough | Code | Math | Link | Image | FootnoteReference | LineBreak | RawInline
)
type Blocks = tuple[Block, ...]
type Inlines = tuple[Inline, ...]
