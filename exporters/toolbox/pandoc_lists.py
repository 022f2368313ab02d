"""Lists whose items hold nothing but lines and other lists, for the wikis in which they can hold nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.document.nodes import (
    Blocks,
    Code,
    CodeBlock,
    Diagram,
    Figure,
    Inlines,
    List,
    ListItem,
    Paragraph,
    RawBlock,
    Strong,
    Table,
)
from exporters.document.walk import lines, parts

_BETWEEN = " – "


def is_simple(item: ListItem) -> bool:
    """Whether an item is a line, or one with lists below it."""
    first, rest = item.blocks[:1], item.blocks[1:]
    return all(isinstance(block, Paragraph) for block in first) and all(isinstance(block, List) for block in rest)


def simple(item: ListItem) -> Iterator[ListItem]:
    """The item as one that is simple; where more than lists stands after a list, as several."""
    said: list[Inlines] = []
    below: list[List] = []
    checked = item.checked
    for block in item.blocks:
        if isinstance(block, List):
            below.append(block)
            continue
        if below:
            yield _item(said, below, checked)
            said, below, checked = [], [], None
        said += _lines((block,))
    yield _item(said, below, checked)


def _item(said: list[Inlines], below: list[List], checked: bool | None) -> ListItem:
    # Not breaks: DokuWiki ends an item where its line ends.
    content = tuple(piece for line in said for piece in (_BETWEEN, *line))[1:]
    return ListItem((Paragraph(content), *below), checked)


def _lines(blocks: Blocks) -> Iterator[Inlines]:
    """The lines of blocks, in reading order, with what they have of dress."""
    for block in blocks:
        match block:
            case CodeBlock() | Diagram():
                yield from ((Code(line),) for line in block.text.split("\n") if line.strip())
            case RawBlock():
                yield (block.html,)
            case Table():
                for row in (block.head, *block.rows):
                    yield tuple(piece for cell in row for piece in (", ", *cell.content))[1:]
            case Figure():
                yield from _lines(block.blocks)
                yield block.caption
            case Paragraph():
                yield block.content
            case _:
                yield from ((Strong(line),) for line in lines(block) if line)
                for within in parts(block):
                    yield from _lines(within)
