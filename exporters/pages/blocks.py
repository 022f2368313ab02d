"""What stands on lines of its own: paragraphs, lists, quotes … one after the other, each where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import replace
from itertools import groupby
from typing import assert_never

from exporters.document import (
    Admonition,
    AdmonitionKind,
    Alignment,
    Block,
    BlockQuote,
    Blocks,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Diagram,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    Inlines,
    Link,
    List,
    ListItem,
    Paragraph,
    RawBlock,
    Tab,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.frozen import frozen
from exporters.pages.balance import balanced_lines
from exporters.pages.code import CodeWriter
from exporters.pages.flow import Frame, Receiver
from exporters.pages.inlines import InlineWriter, Piece, Style, Text
from exporters.pages.lines import FROM_RIGHT, RAGGED, Line, Setting, align, break_lines, single_line
from exporters.pages.marks import Rule, Unfolded
from exporters.pages.page import Page
from exporters.pages.tables import TableWriter
from exporters.pages.tags import HEADINGS, Element, Role
from exporters.pages.theme import Colour
from exporters.report import Code, Report
from exporters.toolbox.admonitions import as_github
from exporters.toolbox.words import Words


@frozen
class Column:
    """Where blocks stand, how their text looks, and what of the document's structure they belong to."""

    left: float
    width: float
    style: Style
    tag: Element
    is_rtl: bool = False
    """Whether the document runs from right to left."""
    bullet: int = 0
    """How many lists of bullets are around."""

    def indented(self, by: float) -> Column:
        """A narrower one; the same where lines would become too short to read."""
        if self.width - by < 10 * self.style.size:
            return self
        return replace(self, left=self.left + by, width=self.width - by)

    def styled(self, style: Style) -> Column:
        return replace(self, style=style)

    def within(self, role: Role) -> Column:
        """The same for what belongs to a new element of the structure."""
        return replace(self, tag=Element(role, self.tag))

    @property
    def gap(self) -> float:
        """Between two blocks."""
        return self.style.size * self.style.theme.gap


@frozen
class Look:
    """How the lines of a document are made."""

    text: Setting
    ragged: Setting
    """Of what is never justified: headings, captions, cells."""


class BlockWriter:
    """Lays out the blocks of one document."""

    def __init__(
        self, flow: Receiver, inlines: InlineWriter, tables: TableWriter, words: Words, report: Report, look: Look
    ) -> None:
        self._flow = flow
        self._inlines = inlines
        self._tables = tables
        self._words = words
        self._report = report
        self._look = look
        self._code = CodeWriter()

    def into(self, receiver: Receiver) -> BlockWriter:
        """The same, for blocks that stand elsewhere: in a footnote."""
        other = BlockWriter(receiver, self._inlines, self._tables.into(receiver), self._words, self._report, self._look)
        other._code = self._code
        return other

    def add_to(self, report: Report) -> None:
        """Says what was left without colours."""
        self._code.add_to(report)

    def blocks(self, blocks: Blocks, column: Column) -> None:
        """Adds blocks, with space between them."""
        element = _element_around(blocks, column)
        for index, block in enumerate(blocks):
            if index:
                gap = column.gap * (_ABOVE_TABLE if isinstance(block, Table) else 1)
                self._between(blocks[index - 1 : index + 1], gap)
            if _is_captioned(blocks[index : index + 2]):
                self._flow.tie()
            if isinstance(block, Paragraph):
                keep = _announces(block, blocks[index + 1 : index + 2])
                self.paragraph(block.content, column, block.alignment, keep, element)
            else:
                self._block(block, column)

    def heading(self, content: Inlines, level: int, column: Column, depth: int, is_chapter: bool = False) -> None:
        """Adds a heading, which stands on one page with what follows. `depth` counts it and those it is below of."""
        theme = column.style.theme
        size = column.style.size * theme.heading_size(level)
        colour = theme.muted if level > 5 else theme.heading
        style = replace(column.style, family=theme.heading_family, size=size, bold=True, colour=colour)
        element = Element(HEADINGS[min(depth, len(HEADINGS)) - 1], column.tag)
        self._kept_pieces(self._inlines.heading_pieces(content, style, element), style, column, element)
        if is_chapter and theme.heading_rule:
            rule = Line([], [(0, Rule(column.width, theme.heading_rule, theme.accent))], column.width, size * 0.35)
            rule.left, rule.keep = column.left, True
            self._flow.add(rule)
        self._flow.together(2)  # lines, lest it stands with one alone at the foot of a page

    def kept(
        self, content: Inlines, style: Style, column: Column, role: Role = "P", alignment: Alignment = None
    ) -> None:
        """Adds lines that must stand on one page with what follows."""
        element = Element(role, column.tag)
        self._kept_pieces(self._inlines.pieces(content, style, element), style, column, element, alignment)

    def paragraph(
        self,
        content: Inlines,
        column: Column,
        alignment: Alignment = None,
        keep: bool = False,
        element: Element | None = None,
    ) -> None:
        """Adds a paragraph; whose last line stands on one page with what follows, if it is to be kept.

        Its text belongs to an element of its own, unless another is given.
        """
        style = column.style
        element = element or Element("P", column.tag)
        pieces = self._inlines.pieces(content, style, element)
        setting = self._look.ragged if alignment else self._look.text
        leading = _BESIDE_PICTURE if pieces and not any(map(_is_written, pieces)) else style.theme.leading
        lines = break_lines(pieces, column.width, style.size * leading, setting)
        self._lines(lines, column, element, alignment, keep)

    def _between(self, pair: Blocks, gap: float) -> None:
        """The space between two blocks, which for a picture and its caption ends what ties them."""
        if _is_captioned(pair):
            self._flow.untie(gap)
        else:
            self._flow.space(gap)

    def _kept_pieces(
        self, pieces: list[Piece], style: Style, column: Column, element: Element, alignment: Alignment = None
    ) -> None:
        for line in balanced_lines(pieces, column.width, _dense(style), self._look.ragged):
            align(line, column.left, column.width, alignment)
            line.tag = element
            line.keep = True
            self._flow.add(line)

    def _lines(
        self,
        lines: Iterable[Line],
        column: Column,
        element: Element,
        alignment: Alignment = None,
        keeps_last: bool = False,
    ) -> None:
        """Adds lines so that neither the first nor the last stands alone on a page, nor a picture that begins them."""
        waiting: list[Line] = []
        is_first = are_pictures = True
        for line in lines:
            align(line, column.left, column.width, alignment)
            line.tag = element
            if are_pictures and not _is_pictured(line):
                self._above_caption(waiting, is_first)
                waiting.clear()
                is_first, are_pictures = True, False
            waiting.append(line)
            if len(waiting) > 2:
                waiting[0].keep = is_first
                is_first = False
                self._flow.add(waiting.pop(0))
        for line in waiting:
            line.keep = keeps_last or line is not waiting[-1]
            self._flow.add(line)

    def _above_caption(self, pictures: list[Line], is_first: bool) -> None:
        """Adds pictures, the last of which stands on one page with the text below it, however high it is."""
        for line in pictures[:-1]:
            line.keep = is_first
            self._flow.add(line)
        for line in pictures[-1:]:
            line.keep = True
            self._flow.tie()
            self._flow.add(line)
            self._flow.untie(0)

    def _block(self, block: Block, column: Column) -> None:
        match block:
            case Paragraph():
                self.paragraph(block.content, column, block.alignment)
            case Heading():
                self._heading(block, column)
            case CodeBlock():
                self._code_block(block, column)
            case BlockQuote():
                self._quote(block, column)
            case Admonition():
                self._admonition(block, column)
            case List():
                self._list(block, column)
            case Table():
                style = replace(column.style, size=column.style.size * column.style.theme.table)
                self._tables.write(block, column.left, column.width, style, column.tag)
            case ThematicBreak():
                self._thematic_break(column)
            case RawBlock():
                self._inlines.left_out()
            case Diagram():
                self._diagram(block, column)
            case Details():
                self._details(block, column)
            case Tabs():
                self._tabs(block, column)
            case Figure():
                self._figure(block, column)
            case DefinitionList():
                self._definitions(block, column)
            case _:
                assert_never(block)

    def _heading(self, heading: Heading, column: Column) -> None:
        self._flow.space(column.style.size * 1.2)
        if heading.id:
            self._flow.destination(heading.id, column.left)
        self.heading(heading.content, heading.level, column, heading.level)

    def _code_block(self, block: CodeBlock, column: Column, label: str = "") -> None:
        theme, padding = column.style.theme, column.style.size * 0.7
        self._flow.open(Frame(column.left, column.width, theme.shade, radius=3, padding=padding))
        inner = replace(column, left=column.left + padding, width=column.width - 2 * padding)
        if label:
            size = column.style.size * theme.caption
            self.kept((label,), replace(column.style, size=size, bold=True, colour=theme.muted), inner)
            self._flow.space(size * 0.4)
        code = Element("Code", Element("P", column.tag))
        self._lines(self._code.lines(block, inner.width, column.style), inner, code, "left")
        self._flow.close()

    def _diagram(self, diagram: Diagram, column: Column) -> None:
        if diagram.language == "mermaid":
            figure = Element("Figure", column.tag)
            figure.alt = f"Mermaid: {diagram.text}"
            if sketch := self._inlines.sketches.diagram(diagram.text, figure, self._inlines.where):
                for line in break_lines([sketch], column.width, column.style.size * _BESIDE_PICTURE):
                    align(line, column.left, column.width, "center")
                    self._flow.add(line)
                return
        else:
            what = "Diagrams are shown as their source: no program draws them here."
            self._report.degraded(Code.DIAGRAM, what, self._inlines.where)
        label = f"{diagram.language.capitalize()} diagram" if diagram.language else "Diagram"
        self._code_block(CodeBlock(diagram.text, diagram.language), column, label)

    def _quote(self, quote: BlockQuote, column: Column) -> None:
        theme, size = column.style.theme, column.style.size
        inner = column.indented(size * 1.2)
        bar = theme.rule if inner is not column else None  # else it would stand in the text
        self._flow.open(Frame(column.left, column.width, bar=bar, bar_width=size * 0.25))
        self.blocks(quote.blocks, inner.styled(replace(column.style, colour=theme.muted)).within("BlockQuote"))
        self._flow.close()

    def _admonition(self, admonition: Admonition, column: Column) -> None:
        title = (self._words.admonition(admonition.kind),) if admonition.title is None else admonition.title
        inner, colour = self._open_admonition(admonition.kind, column.within("Aside"))
        if title:
            self.kept(title, replace(column.style, bold=True, colour=colour), inner)
            self._flow.space(column.style.size * 0.35)
        self.blocks(admonition.blocks, inner)
        self._flow.close()

    def _open_admonition(self, kind: AdmonitionKind, column: Column) -> tuple[Column, Colour]:
        """Begins the frame of a call-out. Gives where its blocks stand, and the colour of its title."""
        colour, shade = column.style.theme.admonitions[as_github(kind)]
        size = column.style.size
        inner = column.indented(size * 1.9)
        if inner is not column:
            inner = replace(inner, left=column.left + size * 1.2)
        bar = colour if inner is not column else None
        self._flow.open(Frame(column.left, column.width, shade, bar=bar, bar_width=size * 0.3, padding=size * 0.7))
        return inner, colour

    def _details(self, details: Details, column: Column) -> None:
        self._report.degraded(Code.NODE, "Foldable blocks are shown open.", self._inlines.where)
        column = column.within("Div")
        if details.kind is None:
            self._folded(details, column, column.style.colour)
        else:
            inner, colour = self._open_admonition(details.kind, column)
            self._folded(details, inner, colour)
            self._flow.close()

    def _folded(self, details: Details, column: Column, colour: Colour) -> None:
        """What folds on a screen, with the mark of what is unfolded beside its summary."""
        style = replace(column.style, bold=True, colour=colour)
        inner = column.indented(style.size * 1.3)
        if inner is not column:
            mark = Line([], [(0, Unfolded(style.size, colour))], 0, _dense(style))
            mark.left = column.left
            self._flow.marker(mark.draw)
        self.kept(details.summary, style, inner)
        self._flow.space(style.size * 0.35)
        self.blocks(details.blocks, inner)

    def _tabs(self, tabs: Tabs, column: Column) -> None:
        what = "Tabs are shown one after the other, each below its label."
        self._report.degraded(Code.NODE, what, self._inlines.where)
        for index, tab in enumerate(tabs.tabs):
            if index:
                self._flow.space(column.gap * 1.4)
            self._tab(tab, column.within("Div"))

    def _tab(self, tab: Tab, column: Column) -> None:
        theme, size = column.style.theme, column.style.size
        self.kept(tab.label, replace(column.style, size=size * theme.caption, bold=True), column)
        rule = Line([], [(0, Rule(column.width, 0.7, theme.rule))], column.width, size * 0.5)
        rule.left, rule.keep = column.left, True
        self._flow.add(rule)
        self._flow.space(size * 0.35)
        self.blocks(tab.blocks, column.indented(size * 1.3))

    def _figure(self, figure: Figure, column: Column) -> None:
        blocks = tuple(map(_centred, figure.blocks))
        if not figure.caption:
            self.blocks(blocks, column)
            return
        column = column.within("Div")
        self._flow.tie()
        self.blocks(blocks, column)
        theme = column.style.theme
        style = replace(column.style, size=column.style.size * theme.caption, colour=theme.muted)
        self._flow.untie(style.size * 0.5)
        is_below_table = bool(blocks) and isinstance(blocks[-1], Table)  # which stands at the left, and may be narrow
        self._caption(figure.caption, column.styled(style), None if is_below_table else "center")

    def _caption(self, content: Inlines, column: Column, alignment: Alignment) -> None:
        element = Element("Caption", column.tag)
        pieces = self._inlines.pieces(content, column.style, element)
        before: Line | None = None
        for line in balanced_lines(pieces, column.width, _dense(column.style), self._look.ragged):
            align(line, column.left, column.width, alignment)
            line.tag = element
            if before:
                before.keep = True
                self._flow.add(before)
            before = line
        if before:
            self._flow.add(before)

    def _definitions(self, block: DefinitionList, column: Column) -> None:
        column = column.within("L")
        for index, definition in enumerate(block.items):
            if index:
                self._flow.space(column.gap)
            self._definition(definition, column.within("LI"))

    def _definition(self, definition: Definition, column: Column) -> None:
        style = replace(column.style, bold=True)
        for term in definition.terms:
            self.kept(term, style, column, "Lbl")
        is_loose = any(len(description) > 1 for description in definition.descriptions)
        for index, description in enumerate(definition.descriptions):
            self._flow.space(column.gap if index and is_loose else style.size * 0.22)
            self.blocks(description, column.indented(style.size * style.theme.indent).within("LBody"))

    def _list(self, items: List, column: Column) -> None:
        size, theme = column.style.size, column.style.theme
        labels = _labels(items, theme.bullets[column.bullet % len(theme.bullets)])
        widest = single_line(max((labels[0], labels[-1]), key=len), column.style).width if labels else 0.0
        inner = column.indented(max(size * theme.indent, widest + size * 0.9)).within("L")
        numbering = "/Disc" if items.start is None else "/Decimal"
        inner.tag.attributes["List"] = {"ListNumbering": numbering}
        inner = replace(inner, bullet=column.bullet + (items.start is None))
        for index, (item, marker) in enumerate(zip(items.items, _markers(labels, inner), strict=True)):
            if index:
                self._flow.space(size * 0.22 if items.tight else column.gap)
            self._item(item, marker, inner.within("LI"), items.tight)

    def _item(self, item: ListItem, marker: Line, column: Column, is_tight: bool) -> None:
        style = column.style
        if item.checked is not None:
            marker = _task_box(item.checked, column)
        self._flow.marker(tagged(marker, Element("Lbl", column.tag)))
        if not item.blocks:
            self._flow.add(Line([], [], 0, style.size * style.theme.leading))
        column = column.within("LBody")
        element = _element_around(item.blocks, column)
        for index, block in enumerate(item.blocks):
            if index:
                self._between(item.blocks[index - 1 : index + 1], style.size * 0.22 if is_tight else column.gap)
            if _is_captioned(item.blocks[index : index + 2]):
                self._flow.tie()
            if isinstance(block, Paragraph):
                self.paragraph(block.content, column, block.alignment, element=element)
            else:
                self._block(block, column)

    def _thematic_break(self, column: Column) -> None:
        size = column.style.size
        self._flow.space(size * 1.1)
        line = Line([], [(0, Rule(column.width, 0.7, column.style.theme.rule))], column.width, 1)
        line.left = column.left
        self._flow.add(line)
        self._flow.space(size * 1.1)


_ABOVE_TABLE = 1.35  # times the space between blocks, for what is above begins with small letters, or a rule
_BESIDE_PICTURE = 0.5  # line height by size: below a picture is no room for letters that hang down
_ANNOUNCED = (List, CodeBlock, Table, BlockQuote, Diagram, Figure)


def tagged(line: Line, element: Element) -> Callable[[Page, float], None]:
    """Draws a line that several items share, as what belongs to one of them."""

    def draw(page: Page, top: float) -> None:
        line.tag = element
        line.draw(page, top)

    return draw


def marker_line(label: str, column: Column) -> Line:
    """A number or bullet, at the left of a column."""
    # From right to left, the point of a number stands at its left.
    line = single_line(label, column.style, setting=FROM_RIGHT if column.is_rtl else RAGGED)
    line.left = column.left - column.style.size * 0.55 - line.width
    return line


def _dense(style: Style) -> float:
    return style.size * style.theme.dense


def _element_around(blocks: Blocks, column: Column) -> Element | None:
    """The element that blocks belong to, if it may hold text and only one of them is a paragraph: it needs no other."""
    if column.tag.role not in ("LBody", "Note") or sum(isinstance(block, Paragraph) for block in blocks) != 1:
        return None
    return column.tag


def _centred(block: Block) -> Block:
    """A block of a figure: with its pictures in the middle, unless the author wants them elsewhere."""
    if isinstance(block, Paragraph) and not block.alignment and _is_pictures(block.content):
        return replace(block, alignment="center")
    return block


def _announces(paragraph: Paragraph, following: Blocks) -> bool:
    """Whether a paragraph says that something follows, which it should not do on another page."""
    last = paragraph.content[-1] if paragraph.content else ""
    return isinstance(last, str) and last.endswith(":") and bool(following) and isinstance(following[0], _ANNOUNCED)


def _is_captioned(pair: Blocks) -> bool:
    """Whether two blocks are a picture and its caption: a paragraph that is emphasised as a whole."""
    match pair:
        case (Paragraph() as picture, Paragraph() as caption) if _is_pictures(picture.content):
            words = [node for node in caption.content if not (isinstance(node, str) and node.isspace())]
            return bool(words) and all(isinstance(node, Emphasis) for node in words)
        case _:
            return False


def _is_pictured(line: Line) -> bool:
    """Whether a line holds pictures, and nothing else."""
    if line.runs or not line.drawings:
        return False
    tags = [getattr(drawing, "tag", None) for _, drawing in line.drawings]
    return all(tag is None or tag.role == "Figure" for tag in tags)  # not a formula


def _is_written(piece: Piece) -> bool:
    """Whether it needs the height of a line: not a picture, nor blanks beside it, nor a formula, which has its own."""
    return isinstance(piece, Text) and not piece.text.isspace()


def _is_pictures(content: Inlines) -> bool:
    """Whether a line holds pictures, and nothing else but blanks."""
    return all(map(_is_picture, content)) and any(not isinstance(node, str) for node in content)


def _is_picture(node: Inline) -> bool:
    match node:
        case str():
            return node.isspace()
        case Link():
            return _is_pictures(node.content)
        case _:
            return isinstance(node, Image)


def _labels(items: List, bullet: str) -> list[str]:
    if items.start is None:
        return [bullet] * len(items.items)
    return [f"{items.start + index}." for index in range(len(items.items))]


def _markers(labels: list[str], column: Column) -> Iterator[Line]:
    """What stands beside each item: a number of its own, or the bullet that all share."""
    for label, alike in groupby(labels):
        marker = marker_line(label, column)
        for _ in alike:
            yield marker


def _task_box(is_checked: bool, column: Column) -> Line:
    """A box to tick. It is a character, so that it is read aloud, and copied with the text."""
    theme = column.style.theme
    style = replace(column.style, size=column.style.size * 1.1, colour=theme.link if is_checked else theme.muted)
    return marker_line("\u2611" if is_checked else "\u2610", column.styled(style))
