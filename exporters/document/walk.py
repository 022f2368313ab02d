"""Ways through a document that several exporters need."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.document.nodes import (
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    Code,
    CodeBlock,
    Document,
    Emphasis,
    FootnoteReference,
    Heading,
    Image,
    Inline,
    Inlines,
    LineBreak,
    Link,
    List,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Section,
    Strikethrough,
    Strong,
    Table,
    ThematicBreak,
)


def title(document: Document) -> str:
    """The title in the metadata; without one, the only heading of the highest level; otherwise ""."""
    stated = document.metadata.get("title")
    if isinstance(stated, str | int | float) and not isinstance(stated, bool):
        return str(stated).strip()
    if len(document.sections) == 1:
        return plain_text(document.sections[0].heading)
    return ""


def plain_text(content: Inlines) -> str:
    """The words of a line without their dress, on one line."""
    return "".join(_plain(content)).strip()


def _plain(content: Inlines) -> Iterator[str]:
    for node in content:
        match node:
            case str():
                yield node.replace("\n", " ")
            case Emphasis() | Strong() | Strikethrough() | Link():
                yield from _plain(node.content)
            case Code() | Math():
                yield node.text
            case Image():
                yield node.alternative
            case LineBreak():
                yield " "
            case FootnoteReference() | RawInline():
                pass


def sections(document: Document) -> Iterator[Section]:
    """Every section, in reading order."""
    stack = list(reversed(document.sections))
    while stack:
        section = stack.pop()
        yield section
        stack.extend(reversed(section.sections))


def blocks(document: Document) -> Iterator[Block]:
    """Every block, in reading order, those inside others after their parents; footnotes last."""
    yield from _below(document.blocks)
    for section in sections(document):
        yield from _below(section.blocks)
    for footnote in document.footnotes:
        yield from _below(footnote.blocks)


def _below(content: Blocks) -> Iterator[Block]:
    for block in content:
        yield block
        match block:
            case BlockQuote() | Admonition():
                yield from _below(block.blocks)
            case List():
                for item in block.items:
                    yield from _below(item.blocks)
            case Paragraph() | Heading() | CodeBlock() | Table() | ThematicBreak() | RawBlock():
                pass


def inlines(document: Document) -> Iterator[Inline]:
    """Every inline node, in reading order of the blocks and headings that hold it."""
    for section in sections(document):
        yield from _inside(section.heading)
    for block in blocks(document):
        match block:
            case Paragraph() | Heading():
                yield from _inside(block.content)
            case Table():
                for row in (block.head, *block.rows):
                    for cell in row:
                        yield from _inside(cell.content)
            case CodeBlock() | BlockQuote() | Admonition() | List() | ThematicBreak() | RawBlock():
                pass


def _inside(content: Inlines) -> Iterator[Inline]:
    for node in content:
        yield node
        match node:
            case Emphasis() | Strong() | Strikethrough() | Link():
                yield from _inside(node.content)
