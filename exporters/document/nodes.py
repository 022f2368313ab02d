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
    """The images that came with the source, by the `Image.url` that shows them."""


@frozen
class Resource:
    """The bytes of an image, checked to be what they claim."""

    media_type: str
    data: bytes
    width: int = 0
    """Pixels; 0 where the image has no size of its own (SVG)."""
    height: int = 0


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


@frozen
class Paragraph:
    content: Inlines


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
class BlockQuote:
    blocks: Blocks


type AdmonitionKind = Literal["note", "tip", "important", "warning", "caution"]


@frozen
class Admonition:
    """A call-out, such as GitHub's `> [!NOTE]`."""

    kind: AdmonitionKind
    blocks: Blocks


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


type Alignment = Literal["left", "center", "right"] | None


@frozen
class Table:
    alignments: tuple[Alignment, ...]
    """One per column."""
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """Each as long as `alignments`."""


@frozen
class Cell:
    content: Inlines


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
class Code:
    text: str


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


type Block = Paragraph | Heading | CodeBlock | BlockQuote | Admonition | List | Table | ThematicBreak | RawBlock
type Inline = (
    str | Emphasis | Strong | Strikethrough | Code | Math | Link | Image | FootnoteReference | LineBreak | RawInline
)
type Blocks = tuple[Block, ...]
type Inlines = tuple[Inline, ...]
