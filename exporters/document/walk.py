"""Ways through a document that several exporters need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from exporters.document.nodes import (
    Abbreviation,
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    Code,
    CodeBlock,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Emphasis,
    Figure,
    FootnoteReference,
    Heading,
    Highlight,
    Image,
    Inline,
    Inlines,
    Keyboard,
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
    Subscript,
    Superscript,
    Table,
    Tabs,
    ThematicBreak,
    Underline,
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
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                yield from _plain(node.content)
            case Link():
                yield from _plain(node.content)
            case Code() | Keyboard() | Abbreviation() | Math():
                yield node.text
            case Image():
                yield node.alternative
            case LineBreak():
                yield " "
            case FootnoteReference() | RawInline():
                pass


def undressed(content: Inlines) -> Iterator[str]:
    """Words without their dress, in pieces; their author's line breaks stay, and no others."""
    for node in content:
        match node:
            case str():
                yield node.replace("\n", " ")
            case LineBreak():
                yield "\n"
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                yield from undressed(node.content)
            case Link():
                yield from undressed(node.content)
            case _:
                yield plain_text((node,))


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
        for within in parts(block):
            yield from _below(within)


def parts(block: Block) -> Iterator[Blocks]:
    """The blocks that a block holds, in reading order."""
    match block:
        case BlockQuote() | Admonition() | Details() | Figure():
            yield block.blocks
        case List():
            for item in block.items:
                yield item.blocks
        case Tabs():
            for tab in block.tabs:
                yield tab.blocks
        case DefinitionList():
            for definition in block.items:
                yield from definition.descriptions
        case Paragraph() | Heading() | CodeBlock() | Diagram() | Table() | ThematicBreak() | RawBlock():
            pass


def depth(content: Iterable[Block]) -> int:
    """How deep blocks hold others; 0 where none of them does."""
    return max((max((1 + depth(inner) for inner in parts(block)), default=0) for block in content), default=0)


def lines(block: Block) -> Iterator[Inlines]:
    """The lines of a block that are its own, not those of the blocks it holds."""
    match block:
        case Paragraph() | Heading():
            yield block.content
        case Table():
            for row in (block.head, *block.rows):
                for cell in row:
                    yield cell.content
        case Admonition():
            yield block.title or ()
        case Details():
            yield block.summary
        case Figure():
            yield block.caption
        case Tabs():
            for tab in block.tabs:
                yield tab.label
        case DefinitionList():
            for definition in block.items:
                yield from definition.terms
        case CodeBlock() | Diagram() | BlockQuote() | List() | ThematicBreak() | RawBlock():
            pass


def inlines(document: Document) -> Iterator[Inline]:
    """Every inline node, in reading order of the blocks and headings that hold it."""
    for section in sections(document):
        yield from within(section.heading)
    for block in blocks(document):
        for line in lines(block):
            yield from within(line)


def within(content: Inlines) -> Iterator[Inline]:
    """Every inline node of a line, those inside others after their parents."""
    for node in content:
        yield node
        match node:
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                yield from within(node.content)
            case Link():
                yield from within(node.content)
            case _:
                pass  # what holds no other


def holds(document: Document, *kinds: type) -> bool:
    """Whether there is a node of one of these kinds among the sections, blocks, inlines and footnotes."""
    return any(map(_holds(frozenset(kinds)), (document.blocks, document.sections, document.footnotes)))


def _holds(kinds: frozenset[type]) -> Callable[[tuple[object, ...]], bool]:
    # By the fields that nodes have, for speed: a book takes 25 ms so, and twice that with the generators above.
    def found(nodes: tuple[object, ...]) -> bool:
        for node in nodes:
            kind = type(node)
            if kind is str:
                continue
            if kind in kinds:
                return True
            if kind is tuple:
                if found(node):  # type: ignore[arg-type] # as its type says
                    return True
            elif any(type(inner := getattr(node, name)) is tuple and found(inner) for name in _fields(kind)):
                return True
        return False

    return found


def _fields(kind: type) -> tuple[str, ...]:
    return getattr(kind, "__match_args__", ())


def targets(document: Document) -> frozenset[str]:
    """The ids that links within the document can lead to."""
    headings = (block.id for block in blocks(document) if isinstance(block, Heading) and block.id)
    return frozenset((*(section.id for section in sections(document)), *headings))
