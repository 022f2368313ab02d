"""Which parts of a document stand on which slide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import replace
from typing import NamedTuple

from exporters.document import (
    Block,
    Blocks,
    Document,
    Figure,
    FootnoteReference,
    Image,
    Inlines,
    Link,
    Math,
    Paragraph,
    RawBlock,
    Section,
    ThematicBreak,
    walk,
)


class Part(NamedTuple):
    """Blocks, and the section that begins with them, if its heading stands among the text of a slide."""

    blocks: Blocks
    section: Section | None = None
    depth: int = 0
    """How many sections that is below of."""


class PictureSlide(NamedTuple):
    """A slide whose text has one picture beside it, above it or below it."""

    before: Blocks
    picture: Block
    url: str
    after: Blocks


_LONGEST_TITLE = 200  # characters of a heading that a title slide can say instead


def has_title_slide(document: Document, title: str) -> bool:
    """Whether the first slide is that of the title."""
    return bool(title) and ("title" in document.metadata or len(title) <= _LONGEST_TITLE)


def is_title(document: Document, title: str) -> bool:
    """Whether all of the document is below one heading, which is its title and holds nothing but words."""
    if len(document.sections) != 1 or walk.plain_text(document.sections[0].heading) != title:
        return False
    more = FootnoteReference | Image | Link | Math
    return not any(isinstance(node, more) for node in walk.within(document.sections[0].heading))


def sheets(parts: Iterable[Part]) -> list[list[Part]]:
    """The slides that parts make: another begins with each line across. None of them is empty, nor a heading alone."""
    found: list[list[Part]] = [[]]
    for part in parts:
        first, *others = _cut(part.blocks)
        if part.section and others and not first:
            first, *others = others  # a line right below a heading underlines it, and is not to leave it alone
        if first or part.section:
            found[-1].append(part._replace(blocks=first))
        for blocks in others:
            if found[-1]:
                found.append([])
            if blocks:
                found[-1].append(Part(blocks))
    return [sheet for sheet in found if sheet]


def below(section: Section, depth: int) -> Iterator[Part]:
    """The sections below one of this depth, in reading order. Not recursive, for maps nest without bounds."""
    stack = [(child, depth + 1) for child in reversed(section.sections)]
    while stack:
        each, its = stack.pop()
        yield Part(each.blocks, each, its)
        stack.extend((child, its + 1) for child in reversed(each.sections))


def picture_slide(sheet: list[Part]) -> PictureSlide | None:
    """The same as text with a picture, if it has one that stands on lines of its own, and no headings."""
    if len(sheet) != 1 or sheet[0].section:
        return None
    blocks = tuple(block for block in sheet[0].blocks if not isinstance(block, RawBlock))
    found = [(at, block, url) for at, block in enumerate(blocks) if (url := _picture(block))]
    if len(found) != 1 or len(blocks) < len(sheet[0].blocks):
        return None
    [(at, block, url)] = found
    return PictureSlide(blocks[:at], centred(block), url, blocks[at + 1 :])


def centred(block: Block) -> Block:
    """The block, in the middle of the slide if it shows nothing but an image and its author has not said where."""
    if isinstance(block, Paragraph) and not block.alignment and _picture(block):
        return replace(block, alignment="center")
    return block


def _cut(blocks: Blocks) -> list[Blocks]:
    """The blocks between lines across."""
    found: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, ThematicBreak):
            found.append([])
        else:
            found[-1].append(block)
    return [tuple(each) for each in found]


def _picture(block: Block) -> str:
    """The image that is all a block shows, but for its caption; "" if there is none."""
    match block:
        case Paragraph():
            return _only_image(block.content)
        case Figure(blocks=(Paragraph(content=content),)):
            mentions = any(isinstance(node, FootnoteReference) for node in walk.within(block.caption))
            return "" if mentions else _only_image(content)
        case _:
            return ""


def _only_image(content: Inlines) -> str:
    shown = [node for node in content if not (isinstance(node, str) and node.isspace())]
    match shown:
        case [Image(url=url)]:
            return url
        case [Link(content=inner)]:
            return _only_image(inner)
        case _:
            return ""
