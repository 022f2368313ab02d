"""Where the blocks of a slide stand: in which frames, how high each is, and what is in it.

What is only text goes on in one frame. A table, code, a picture or a call-out has a frame for itself, and text behind
it begins another. The heights are those that `deck_heights` estimates.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import replace
from functools import partial
from typing import Literal, NamedTuple

from exporters.document import (
    Admonition,
    AdmonitionKind,
    Alignment,
    Block,
    BlockQuote,
    Blocks,
    CodeBlock,
    DefinitionList,
    Details,
    Diagram,
    Figure,
    Heading,
    Image,
    Inlines,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.document.walk import plain_text, within
from exporters.formats.pptx.design import INDENT, MUTED
from exporters.formats.pptx.frame import CodeFrame, FormulaFrame, Frame, PictureFrame, ShadeFrame, TableFrame, TextFrame
from exporters.formats.pptx.media import Media
from exporters.formats.pptx.shapes import Box
from exporters.formats.pptx.text import BOXES, NUMBERS, PLAIN, Bullet, Look, Place, TextWriter
from exporters.report import Code, Report
from exporters.toolbox.admonitions import GithubKind, as_github
from exporters.toolbox.deck_heights import (
    ABOVE_TABLE,
    BELOW_TABLE,
    CAPTION,
    CODE,
    FORMULA,
    GAP,
    HEADINGS,
    LEADING,
    PADDING,
    QUOTE,
    TIGHT,
    Heights,
    Size,
    alone,
    in_rows,
)
from exporters.toolbox.deck_slide import Placed, Settings
from exporters.toolbox.words import Words

_SLACK = 0.45  # em

type Written = Callable[[float], str]
"""Writes a paragraph with so much space above it."""


class _Here(NamedTuple):
    """Where blocks stand."""

    left: float
    width: float
    """Of the frame."""
    level: int = -1
    """Of the list around, in this frame."""
    offset: float = 0.0
    """Points that text is further in than that."""
    look: Look = PLAIN
    is_body: bool = True
    kept: bool = False
    """Whether space between blocks is as between the items of a tight list."""


class Frames:
    """The frames of one slide."""

    def __init__(
        self,
        settings: Settings,
        scale: float,
        heights: Heights,
        texts: TextWriter,
        media: Media,
        words: Words,
        report: Report,
        top: float,
    ) -> None:
        self.found: list[Frame] = []
        self.bottom = top
        """Down to where there is something."""
        self._settings = settings
        self._size = settings.font_size * scale
        self._base = settings.font_size
        self._heights = heights
        self._ruler = heights.ruler
        self._texts = texts
        self._media = media
        self._words = words
        self._report = report
        self._pending: list[Callable[[], str]] = []
        self._at: _Here | None = None
        self._pending_top = top
        self._pending_height = 0.0
        self._levels = 0
        self._is_first = True
        self._placed: Placed | None = None
        self._where = Box(0, 0, 0, 0)

    def fill(self, blocks: Blocks, placed: Placed | None, where: Box) -> None:
        """Places the blocks of a slide; one of them may be a picture whose size is known already, and `where`."""
        settings = self._settings
        width = settings.beside[0] if placed and placed.is_beside else settings.column
        left = settings.left
        here = _Here(left, width)
        self._placed, self._where = placed, where
        for at, block in enumerate(blocks):
            if placed and at == placed.at:
                self._picture_block(block, placed, here)
            else:
                self._block(block, here, self._gap(here))
        self._flush()

    def _gap(self, here: _Here) -> float:
        return self._size * (TIGHT if here.kept else GAP)

    def _blocks(self, blocks: Blocks, here: _Here) -> None:
        for block in blocks:
            self._block(block, here, self._gap(here))

    # Text

    def _room(self, here: _Here) -> float:
        inner = here.width - here.offset - (here.level + 1) * INDENT * self._size
        return max(inner, self._size * 3)

    def _add(self, write: Written, height: float, before: float, here: _Here) -> None:
        """Adds a paragraph to the frame that is being filled, or begins another."""
        at = self._at
        if at is None or (at.left, at.width, at.is_body) != (here.left, here.width, here.is_body):
            self._flush()
            self._pending_top = self.bottom + (0.0 if self._is_first else before)
            self._at = here
            before = 0.0
        self._is_first = False
        self._pending.append(partial(write, before))
        self._pending_height += before + height
        self._levels = max(self._levels, here.level + 1)

    def _flush(self) -> None:
        if self._at is None:
            return
        at, self._at = self._at, None
        # A little higher than estimated, into the space below: else programs make letters smaller for half a point.
        box = Box(at.left, self._pending_top, at.width, self._pending_height + self._size * _SLACK)
        self.found.append(TextFrame(box, tuple(self._pending), at.is_body, self._levels))
        self.bottom = self._pending_top + self._pending_height
        self._pending, self._pending_height, self._levels = [], 0.0, 0

    def _line(
        self,
        content: Inlines,
        here: _Here,
        before: float,
        look: Look | None = None,
        bullet: Bullet = "none",
        begin: int = 1,
        alignment: Alignment = None,
        share: float = 1.0,
        *,
        pictured: bool = False,
    ) -> None:
        """A paragraph; its letters have this share of the size."""
        look = here.look if look is None else look
        size = self._size * share
        if share != 1.0:
            look = look._replace(size=size)
        bold = 1.07 if look.bold else 1.0
        count = self._ruler.lines(content, self._room(here) / size, bold)
        place = Place(bullet, here.level, here.offset, 0.0, begin, alignment)

        def write(space: float) -> str:
            return self._texts.paragraph(content, place._replace(before=space), look, pictured)

        self._add(write, count * size * LEADING, before, here)

    # Blocks

    def _block(self, block: Block, here: _Here, before: float) -> None:
        match block:
            case Paragraph():
                self._paragraph(block, here, before)
            case Heading():
                share = HEADINGS[min(block.level, len(HEADINGS)) - 1]
                look = here.look._replace(bold=True, colour='<a:schemeClr val="tx2"/>')
                self._line(block.content, here, max(before, self._size * 0.9), look, share=share)
            case CodeBlock():
                self._code(block, here, before)
            case Diagram():
                self._diagram(block, here, before)
            case BlockQuote():
                self._quote(block, here, before)
            case Admonition():
                title = (self._words.admonition(block.kind),) if block.title is None else block.title
                self._call_out(block.kind, title, block.blocks, here, before)
            case Details():
                self._report.degraded(Code.NODE, "Foldable blocks are shown open.", self._texts.where)
                if block.kind is None:
                    self._line(block.summary, here, before, here.look._replace(bold=True))
                    self._blocks(block.blocks, here._replace(offset=here.offset + self._size * 1.3))
                else:
                    self._call_out(block.kind, block.summary, block.blocks, here, before)
            case Tabs():
                what = "Tabs are shown one after the other, each below its label."
                self._report.degraded(Code.NODE, what, self._texts.where)
                for tab in block.tabs:
                    self._line(tab.label, here, before, here.look._replace(bold=True))
                    self._blocks(tab.blocks, here._replace(offset=here.offset + self._size * 1.3))
            case Figure():
                self._figure(block, here, before)
            case List():
                self._list(block, here, before)
            case DefinitionList():
                self._definitions(block, here, before)
            case Table():
                self._table(block, here, before)
            case ThematicBreak():
                self._line(("⁂",), here, before, here.look._replace(colour=MUTED), alignment="center")
            case RawBlock():
                self._report.lost(Code.RAW_HTML, "HTML inside the source was left out.", self._texts.where)

    def _paragraph(self, block: Paragraph, here: _Here, before: float, bullet: Bullet = "none", begin: int = 1) -> None:
        formula = alone(block.content)
        if formula and bullet == "none" and self._texts.formula(formula) and (size := self._media.size(formula)):
            self._formula(formula, size, here, before)
            return
        shown = self._shown(block.content)
        words = not shown or bool(_words_of(block.content))
        if shown and words:
            what = "Images within a line of text stand below it."
            self._report.degraded(Code.IMAGE, what, self._texts.where)
        if words or bullet != "none":
            self._line(
                block.content, here, before, bullet=bullet, begin=begin, alignment=block.alignment, pictured=bool(shown)
            )
        if shown:
            self._pictures(shown, here, before, block.alignment)

    def _formula(self, node: Math, natural: Size, here: _Here, before: float) -> None:
        size = self._size
        inner = self._inner(here)
        fit = min(1.0, inner.width / (natural.width * size), self._settings.room * 0.8 / (natural.height * size))
        shown = Size(natural.width * size * fit, natural.height * size * fit)
        height = shown.height + 2 * FORMULA * size
        inner, top = self._own(here, before, height)
        self.found.append(FormulaFrame(Box(inner.left, top, inner.width, height), node, shown))

    def _shown(self, content: Inlines) -> list[tuple[Image, Link | None, Size]]:
        """The images of a line that there is something to show of, each with the link around it."""
        images = [node for node in within(content) if isinstance(node, Image)]
        if not images or any(self._media.size(node) is None for node in images):
            return []
        links = {
            id(inner): node for node in within(content) if isinstance(node, Link) for inner in within(node.content)
        }
        sizes = [self._media.size(node) for node in images]
        return [(node, links.get(id(node)), size) for node, size in zip(images, sizes, strict=True) if size]

    def _pictures(
        self, shown: list[tuple[Image, Link | None, Size]], here: _Here, before: float, alignment: Alignment
    ) -> None:
        """Images beside each other, in as many rows as they need."""
        self._flush()
        inner = self._inner(here)
        for row in in_rows([size for _, _, size in shown], inner.width, self._settings.room):
            top = self.bottom + (0.0 if self._is_first else before)
            wide = sum(size.width for _, size in row) + (len(row) - 1) * self._size * 0.4
            spare = inner.width - wide
            left = inner.left + {"center": spare / 2, "right": spare}.get(alignment or "", 0.0)
            tall = max(size.height for _, size in row)
            for at, size in row:
                node, link, _ = shown[at]
                box = Box(left, top + tall - size.height, size.width, size.height)
                self.found.append(PictureFrame(box, node, link))
                left += size.width + self._size * 0.4
            self.bottom = top + tall
            self._is_first = False
            before = self._size * 0.3

    def _inner(self, here: _Here) -> _Here:
        """Where a frame stands that is as far in as text would be."""
        by = here.offset + (here.level + 1) * INDENT * self._base
        if here.width - by < self._size * 6:
            by = 0.0
        return here._replace(left=here.left + by, width=here.width - by, level=-1, offset=0.0, is_body=False)

    def _own(self, here: _Here, before: float, height: float) -> tuple[_Here, float]:
        """Ends the frame of text, and says where one of another kind begins."""
        self._flush()
        top = self.bottom + (0.0 if self._is_first else before)
        self._is_first = False
        self.bottom = top + height
        return self._inner(here), top

    def _code(self, block: CodeBlock, here: _Here, before: float) -> None:
        inner = self._inner(here)
        height = self._heights.height((block,), inner.width, self._size)
        inner, top = self._own(here, before, height)
        box = Box(inner.left, top, inner.width, height)
        self.found.append(CodeFrame(box, block, self._size * CODE, self._size * PADDING))

    def _diagram(self, block: Diagram, here: _Here, before: float) -> None:
        size = self._media.size(block)
        if size is None:
            self._code(CodeBlock(block.text, block.language), here, before)
            return
        inner = self._inner(here)
        height = self._heights.height((block,), inner.width, self._size)
        inner, top = self._own(here, before, height)
        width = size.width * height / (size.height or 1.0)
        box = Box(inner.left + (inner.width - width) / 2, top, width, height)
        self.found.append(PictureFrame(box, block, None))

    def _quote(self, block: BlockQuote, here: _Here, before: float) -> None:
        self._framed("quote", block.blocks, (), here._replace(look=here.look._replace(colour=MUTED)), before)

    def _call_out(self, kind: AdmonitionKind, title: Inlines, blocks: Blocks, here: _Here, before: float) -> None:
        self._framed(as_github(kind), blocks, title, here, before)

    def _framed(
        self, kind: GithubKind | Literal["quote"], blocks: Blocks, title: Inlines, here: _Here, before: float
    ) -> None:
        """Blocks with a bar at their side, and for a call-out with colour behind them."""
        size = self._size
        inner, top = self._own(here, before, 0.0)
        by, end = (size * QUOTE, 0.0) if kind == "quote" else (size * 1.2, size * 0.7)
        padding = 0.0 if kind == "quote" else size * PADDING
        at = len(self.found)
        self.bottom, self._is_first = top + padding, True
        within_it = inner._replace(left=inner.left + by, width=inner.width - by - end)
        if title:
            self._line(title, within_it, 0.0, within_it.look._replace(bold=True, colour=tone(kind)))
        for number, block in enumerate(blocks):
            self._block(block, within_it, size * 0.35 if title and number == 0 else self._gap(within_it))
        self._flush()
        self.bottom += padding
        box = Box(inner.left, top, inner.width, self.bottom - top)
        self.found.insert(at, ShadeFrame(box, kind, size * (0.2 if kind == "quote" else 0.3)))
        self._is_first = False

    def _figure(self, block: Figure, here: _Here, before: float) -> None:
        alignment: Alignment = None if block.blocks and isinstance(block.blocks[-1], Table) else "center"
        for inner in block.blocks:
            if alignment and isinstance(inner, Paragraph) and not inner.alignment:
                inner = Paragraph(inner.content, alignment)
            self._block(inner, here, before)
        if block.caption:
            self._caption(block.caption, here, alignment)

    def _caption(self, content: Inlines, here: _Here, alignment: Alignment) -> None:
        look = here.look._replace(colour=MUTED)
        self._line(content, here._replace(is_body=False), self._size * 0.4, look, alignment=alignment, share=CAPTION)

    # Lists

    def _list(self, block: List, here: _Here, before: float) -> None:
        deeper = here._replace(level=here.level + 1, kept=block.tight)
        number = block.start or 0
        begin, goes_on = number, True
        for item in block.items:
            bullet: Bullet = "level" if block.start is None else "number" if number in NUMBERS else "said"
            if not goes_on or bullet == "said":
                begin = number
            if item.checked is not None:
                if block.start is None:
                    bullet = "done" if item.checked else "open"
                else:
                    item = _ticked(item)
            frame = self._at
            goes_on = self._item(item, deeper, before, bullet, begin) and bullet != "said"
            # Where something stands between, PowerPoint begins to count anew; so it is told where.
            goes_on = goes_on and self._at is not None and (frame is None or frame is self._at)
            number += 1
            before = self._size * (TIGHT if block.tight else GAP)

    def _item(self, item: ListItem, here: _Here, before: float, bullet: Bullet, begin: int) -> bool:
        """An item; whether the next one is counted on from it by itself."""
        first, *others = item.blocks or (Paragraph(()),)
        if isinstance(first, Paragraph):
            self._paragraph(first, here, before, bullet, begin)
        elif isinstance(first, List):  # an item that goes on from another slide, or that only groups
            others = [first, *others]
        else:
            self._line((), here, before, bullet=bullet, begin=begin)
            others = [first, *others]
        for block in others:
            self._block(block, here, self._gap(here))
        return all(isinstance(block, List) for block in others)

    def _definitions(self, block: DefinitionList, here: _Here, before: float) -> None:
        deeper = here._replace(offset=here.offset + INDENT * self._size)
        for item in block.items:
            for term in item.terms:
                self._line(term, here, before, here.look._replace(bold=True))
                before = 0.0
            for description in item.descriptions:
                for number, inner in enumerate(description):
                    self._block(inner, deeper, self._gap(here) if number else self._size * TIGHT)
            before = self._gap(here)

    # Tables and pictures

    def _table(self, block: Table, here: _Here, before: float) -> None:
        inner = self._inner(here)
        shape = self._heights.table(block, inner.width, self._size)
        inner, top = self._own(here, before * ABOVE_TABLE, shape.head + sum(shape.rows))
        box = Box(inner.left, top, sum(shape.widths), shape.head + sum(shape.rows))
        self.bottom += self._size * BELOW_TABLE
        self.found.append(TableFrame(box, block, shape))

    def _picture_block(self, block: Block, placed: Placed, here: _Here) -> None:
        """The picture that has all the room that is left, and its caption."""
        node, link = _image_in(block)
        caption = getattr(block, "caption", ())
        size = placed.size
        if not placed.is_beside:
            inner, top = self._own(here, self._gap(here), size.height)
            box = Box(inner.left + (inner.width - size.width) / 2, top, size.width, size.height)
            self.found.append(PictureFrame(box, node, link))
            if caption:
                self._caption(caption, here, "center")
            return
        self._flush()
        where = self._where
        box = Box(where.left + (where.width - size.width) / 2, where.top, size.width, size.height)
        self.found.append(PictureFrame(box, node, link, is_beside=True))
        if caption:
            outer, first, self.bottom = self.bottom, self._is_first, where.top + size.height
            self._is_first = False
            self._caption(caption, _Here(where.left, where.width, is_body=False), "center")
            self._flush()
            self.bottom, self._is_first = outer, first


def _ticked(item: ListItem) -> ListItem:
    """A task that has a number with its box before its words: a paragraph has one bullet or number."""
    box = f"{BOXES[bool(item.checked)]} "
    match item.blocks:
        case (Paragraph(content) as first, *rest):
            return replace(item, blocks=(replace(first, content=(box, *content)), *rest))
        case (List(), *_):  # what goes on from another slide has had its box there
            return item
        case blocks:
            return replace(item, blocks=(Paragraph((box.strip(),)), *blocks))


def tone(kind: GithubKind | Literal["quote"]) -> str:
    """The colour of a kind of call-out, which the theme has."""
    return f'<a:schemeClr val="accent{_TONES[kind]}"/>'


_TONES = {"quote": 1, "note": 2, "tip": 3, "important": 4, "warning": 5, "caution": 6}


def _words_of(content: Inlines) -> str:
    return plain_text(tuple(node for node in content if not _is_picture(node)))


def _is_picture(node: object) -> bool:
    match node:
        case Image():
            return True
        case Link(content=content):
            return bool(content) and all(map(_is_picture, content))
        case _:
            return False


def _image_in(block: Block) -> tuple[Image, Link | None]:
    """The image of a block that shows one, with the link around it."""
    content = block.content if isinstance(block, Paragraph) else ()
    if isinstance(block, Figure) and isinstance(block.blocks[0], Paragraph):
        content = block.blocks[0].content
    image = next(node for node in within(content) if isinstance(node, Image))
    return image, next((node for node in within(content) if isinstance(node, Link)), None)
