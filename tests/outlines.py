"""Documents as short texts, so that a test of a map shows at a glance what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.document import (
    Block,
    Blocks,
    Code,
    Document,
    Emphasis,
    Heading,
    Image,
    Inlines,
    LineBreak,
    Link,
    List,
    Math,
    Paragraph,
    Section,
    Strikethrough,
    Strong,
)


def outline(document: Document) -> str:
    """Sections, lists and paragraphs with Markdown's marks; a line for each."""
    return "\n".join((*_blocks(document.blocks), *(line for each in document.sections for line in _section(each))))


def _section(section: Section) -> Iterator[str]:
    yield f"{'#' * section.level} {inline(section.heading)}"
    yield from _blocks(section.blocks)
    for each in section.sections:
        yield from _section(each)


def _blocks(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield inline(block.content)
        case Heading():
            yield f"<h{block.level}> {inline(block.content)}"
        case List():
            for item in block.items:
                first, *others = _blocks(item.blocks)
                task = "" if item.checked is None else "[x] " if item.checked else "[ ] "
                yield f"- {task}{first}"
                yield from (f"  {line}" for line in others)
        case _:
            yield f"<{type(block).__name__}>"


def inline(content: Inlines) -> str:
    """A line with Markdown's marks; `/` for a break."""
    return "".join(map(_inline, content))


def _inline(node: object) -> str:
    match node:
        case str():
            return node
        case Strong():
            return f"**{inline(node.content)}**"
        case Emphasis():
            return f"*{inline(node.content)}*"
        case Strikethrough():
            return f"~~{inline(node.content)}~~"
        case Link():
            return f"[{inline(node.content)}]({node.url})"
        case Image():
            return f"![{node.alternative}]({node.url})"
        case Math():
            return f"$${node.text}$$" if node.display else f"${node.text}$"
        case Code():
            return f"`{node.text}`"
        case LineBreak():
            return " / "
        case _:
            return f"<{type(node).__name__}>"
