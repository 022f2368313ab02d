"""Lays a document out on pages, block after block, and writes them as PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    Document,
    Figure,
    Footnote,
    Heading,
    Image,
    Inline,
    Inlines,
    Link,
    List,
    ListItem,
    Paragraph,
    RawBlock,
    Section,
    Tab,
    Table,
    Tabs,
    ThematicBreak,
    walk,
)
from exporters.frozen import frozen
from exporters.pages.code import CodeWriter
from exporters.pages.contents import Contents, listed
from exporters.pages.file import Bookmark, File
from exporters.pages.flow import Area, Flow, Frame
from exporters.pages.inlines import TOP, InlineWriter, Piece, Style, mention, note
from exporters.pages.lines import Line, align, break_lines, single_line
from exporters.pages.page import Page
from exporters.pages.pictures import Pictures
from exporters.pages.settings import PageOptions
from exporters.pages.tables import TableWriter
from exporters.pages.theme import MODERN, Colour, Theme
from exporters.report import Code, Report
from exporters.toolbox import metadata
from exporters.toolbox.admonitions import as_github
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.words import words

_POINTS_PER_MM = 72 / 25.4
_PAPER = {  # width and height in points; ISO 216 and ANSI/ASME Y14.1
    "A3": (841.89, 1190.55),
    "A4": (595.28, 841.89),
    "A5": (419.53, 595.28),
    "A6": (297.64, 419.53),
    "Letter": (612.0, 792.0),
    "Legal": (612.0, 1008.0),
    "Tabloid": (792.0, 1224.0),
}


def write(document: Document, options: PageOptions, report: Report) -> bytes:
    """A PDF of the document. Raises `MissingPart` without fonts, `SourceTooLarge` where pages have no end."""
    if document.map is not None:
        report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
    return _Writer(document, options, report).write()


@frozen
class _Column:
    """Where blocks stand, and how their text looks."""

    left: float
    width: float
    style: Style
    bullet: int = 0
    """How many lists of bullets are around."""

    def indented(self, by: float) -> _Column:
        """A narrower one; the same where lines would become too short to read."""
        if self.width - by < 10 * self.style.size:
            return self
        return replace(self, left=self.left + by, width=self.width - by)

    def styled(self, style: Style) -> _Column:
        return replace(self, style=style)

    @property
    def gap(self) -> float:
        """Between two blocks."""
        return self.style.size * self.style.theme.gap


class _Writer:
    """The state of one export."""

    def __init__(self, document: Document, options: PageOptions, report: Report) -> None:
        self._document = document
        self._options = options
        self._report = report
        self._title = walk.title(document)
        self._has_title_block = bool(self._title) and ("title" in document.metadata or options.toc)
        self._words = words(metadata.language(document))
        self._theme = MODERN
        self._fonts = Fonts()
        self._file = File(self._title, ", ".join(metadata.authors(document)), metadata.language(document))
        self._area = _area(options)
        self._column = _Column(self._area.margin, self._area.width, Style(self._fonts, options.font_size, self._theme))
        self._small = replace(
            self._column.style, size=min(options.font_size * self._theme.furniture, 9), colour=self._theme.muted
        )
        self._flow = Flow(self._file, self._area, self._header, self._footer)
        self._notes = {note.label: number for number, note in enumerate(document.footnotes, 1)}
        pictures = Pictures(self._file, document.resources, self._area.height * 0.8, report)
        self._inlines = InlineWriter(document, pictures, self._words.image, self._notes, report)
        self._tables = TableWriter(self._flow, self._inlines, report, self._area.height)
        self._code = CodeWriter()
        self._bookmarks: list[Bookmark] = []
        self._is_below_heading = False

    def write(self) -> bytes:
        self._front()
        self._blocks(self._document.blocks, self._column)
        for section, depth in _sections(self._document):
            self._section(section, depth)
        self._footnotes()
        self._flow.finish()
        self._file.add_form(*self._page_count())
        if self._inlines.leads_to_top:
            self._file.add_destination(TOP, 1, self._area.margin, self._area.paper_height)
        self._inlines.add_to(self._report)
        self._code.add_to(self._report)
        self._fonts.shortcomings.add_to(self._report)
        self._report.facts["pages"] = self._file.page_count
        return self._file.close(self._bookmarks)

    # What stands before the text, and around it

    def _front(self) -> None:
        """The title block; and the contents if there are any, both on pages of their own."""
        sections = listed(self._document, self._is_first_heading_said()) if self._options.toc else []
        self._flow.draw_later(bool(sections))
        self._title_block(self._column)
        if sections:
            self._heading_lines((self._words.contents,), 2, self._column)
            contents = Contents(self._file, self._flow, self._column.left, self._column.width, self._column.style)
            contents.write(sections)
            self._flow.draw_later(False)

    def _title_block(self, column: _Column) -> None:
        size = column.style.size
        if self._has_title_block:
            self._kept((self._title,), replace(column.style, size=size * self._theme.title, bold=True), column)
        people_and_date = (*metadata.authors(self._document), metadata.stated(self._document, "date"))
        details = (
            (metadata.stated(self._document, "subtitle"), size * 1.2),
            (" · ".join(filter(None, people_and_date)), size),
        )
        for detail, detail_size in details:
            if detail:
                self._flow.space(size * 0.5)
                self._paragraph(
                    (detail,), column.styled(replace(column.style, size=detail_size, colour=self._theme.muted))
                )
        self._flow.space(size * 2.4)

    def _is_first_heading_said(self) -> bool:
        """Whether the first heading is the title of the whole document, and the title block says it already."""
        sections = self._document.sections
        is_title = len(sections) == 1 and walk.plain_text(sections[0].heading) == self._title
        return self._has_title_block and is_title

    def _header(self, page: Page, number: int) -> None:
        if number > 1 and self._title:
            title = single_line(self._title, self._small, most=self._area.width)
            title.left = self._area.margin
            title.draw_at(page, self._area.paper_height - self._area.margin / 2 - self._small.size / 3)

    def _footer(self, page: Page, number: int) -> None:
        style, area = self._small, self._area
        # The slash stands in the middle of the page, so that all this is known before the count of pages is.
        bottom = area.margin / 2 - style.size / 3
        count, slash = single_line(f"{number} /", style), single_line("/", style)
        slash_right = (area.paper_width + slash.width) / 2
        count.left = slash_right - count.width
        count.draw_at(page, bottom)
        page.form(_PAGE_COUNT, slash_right + style.size * 0.26, bottom)

    def _page_count(self) -> tuple[str, bytes, tuple[float, float, float, float]]:
        # How many pages there are is known when all but this are written, so each page refers to this.
        drawing = Page(self._file)
        line = single_line(str(self._file.page_count), self._small)
        line.draw_at(drawing, 0)
        size = self._small.size
        return _PAGE_COUNT, drawing.content(), (0, -size, line.width, size)

    # Sections and blocks

    def _section(self, section: Section, depth: int) -> None:
        size = self._column.style.size
        words = walk.plain_text(section.heading)
        self._inlines.where = words[:80]
        self._flow.space(size * (1.2 if self._is_below_heading else 2.2 if section.level <= 2 else 1.6))
        self._is_below_heading = not section.blocks
        self._flow.destination(section.id, self._column.left)
        self._bookmarks.append(Bookmark(depth, words or "…", section.id))
        if section is not self._document.sections[0] or not self._is_first_heading_said():
            self._heading_lines(section.heading, section.level, self._column)
            self._flow.space(size * 0.3 * (1 + self._theme.heading_size(section.level)))
        self._blocks(section.blocks, self._column)

    def _blocks(self, blocks: Blocks, column: _Column) -> None:
        for index, block in enumerate(blocks):
            if index:
                self._flow.space(column.gap)
            self._block(block, column)

    def _block(self, block: Block, column: _Column) -> None:
        match block:
            case Paragraph():
                self._paragraph(block.content, column, block.alignment)
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
                style = replace(column.style, size=column.style.size * self._theme.table)
                self._tables.write(block, column.left, column.width, style)
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

    def _paragraph(self, content: Inlines, column: _Column, alignment: Alignment = None) -> None:
        style = column.style
        pieces = self._inlines.pieces(content, style)
        self._lines(break_lines(pieces, column.width, style.size * self._theme.leading), column, alignment)

    def _heading(self, heading: Heading, column: _Column) -> None:
        self._flow.space(column.style.size * 1.2)
        if heading.id:
            self._flow.destination(heading.id, column.left)
        self._heading_lines(heading.content, heading.level, column)

    def _heading_lines(self, content: Inlines, level: int, column: _Column) -> None:
        colour = self._theme.muted if level > 5 else column.style.colour
        size = column.style.size * self._theme.heading_size(level)
        style = replace(column.style, size=size, bold=True, colour=colour)
        self._kept_pieces(self._inlines.heading_pieces(content, style), style, column)

    def _kept(self, content: Inlines, style: Style, column: _Column) -> None:
        """Adds lines that must stand on one page with what follows."""
        self._kept_pieces(self._inlines.pieces(content, style), style, column)

    def _kept_pieces(self, pieces: list[Piece], style: Style, column: _Column) -> None:
        for line in break_lines(pieces, column.width, _dense(style)):
            line.left = column.left
            line.keep = True
            self._flow.add(line)

    def _lines(self, lines: Iterable[Line], column: _Column, alignment: Alignment = None) -> None:
        """Adds lines so that neither the first nor the last stands alone on a page."""
        waiting: list[Line] = []
        is_first = True
        for line in lines:
            line.left = column.left
            if alignment:
                align(line, column.left, column.width, alignment)
            waiting.append(line)
            if len(waiting) > 2:
                waiting[0].keep = is_first
                is_first = False
                self._flow.add(waiting.pop(0))
        for line in waiting:
            line.keep = line is not waiting[-1]
            self._flow.add(line)

    def _code_block(self, block: CodeBlock, column: _Column, label: str = "") -> None:
        padding = column.style.size * 0.7
        self._flow.open(Frame(column.left, column.width, self._theme.shade, radius=3, padding=padding))
        inner = replace(column, left=column.left + padding, width=column.width - 2 * padding)
        if label:
            size = column.style.size * self._theme.caption
            self._kept((label,), replace(column.style, size=size, bold=True, colour=self._theme.muted), inner)
            self._flow.space(size * 0.4)
        self._lines(self._code.lines(block, inner.width, column.style), inner)
        self._flow.close()

    def _diagram(self, diagram: Diagram, column: _Column) -> None:
        what = "Diagrams are shown as their source: no program draws them here."
        self._report.degraded(Code.DIAGRAM, what, self._inlines.where)
        label = f"{diagram.language.capitalize()} diagram" if diagram.language else "Diagram"
        self._code_block(CodeBlock(diagram.text, diagram.language), column, label)

    def _quote(self, quote: BlockQuote, column: _Column) -> None:
        size = column.style.size
        inner = column.indented(size * 1.2)
        bar = self._theme.rule if inner is not column else None  # else it would stand in the text
        self._flow.open(Frame(column.left, column.width, bar=bar, bar_width=size * 0.25))
        self._blocks(quote.blocks, inner.styled(replace(column.style, colour=self._theme.muted)))
        self._flow.close()

    def _admonition(self, admonition: Admonition, column: _Column) -> None:
        title = (self._words.admonition(admonition.kind),) if admonition.title is None else admonition.title
        inner, colour = self._open_admonition(admonition.kind, column)
        if title:
            self._kept(title, replace(column.style, bold=True, colour=colour), inner)
            self._flow.space(column.style.size * 0.35)
        self._blocks(admonition.blocks, inner)
        self._flow.close()

    def _open_admonition(self, kind: AdmonitionKind, column: _Column) -> tuple[_Column, Colour]:
        """Begins the frame of a call-out. Gives where its blocks stand, and the colour of its title."""
        colour, shade = self._theme.admonitions[as_github(kind)]
        size = column.style.size
        inner = column.indented(size * 1.9)
        if inner is not column:
            inner = replace(inner, left=column.left + size * 1.2)
        bar = colour if inner is not column else None
        self._flow.open(Frame(column.left, column.width, shade, bar=bar, bar_width=size * 0.3, padding=size * 0.7))
        return inner, colour

    def _details(self, details: Details, column: _Column) -> None:
        self._report.degraded(Code.NODE, "Foldable blocks are shown open.", self._inlines.where)
        if details.kind is None:
            self._folded(details, column, column.style.colour)
        else:
            inner, colour = self._open_admonition(details.kind, column)
            self._folded(details, inner, colour)
            self._flow.close()

    def _folded(self, details: Details, column: _Column, colour: Colour) -> None:
        """What folds on a screen, with the mark of what is unfolded beside its summary."""
        style = replace(column.style, bold=True, colour=colour)
        inner = column.indented(style.size * 1.3)
        if inner is not column:
            mark = Line([], [(0, _Unfolded(style.size, colour))], 0, _dense(style))
            mark.left = column.left
            self._flow.marker(mark.draw)
        self._kept(details.summary, style, inner)
        self._flow.space(style.size * 0.35)
        self._blocks(details.blocks, inner)

    def _tabs(self, tabs: Tabs, column: _Column) -> None:
        what = "Tabs are shown one after the other, each below its label."
        self._report.degraded(Code.NODE, what, self._inlines.where)
        for index, tab in enumerate(tabs.tabs):
            if index:
                self._flow.space(column.gap * 1.4)
            self._tab(tab, column)

    def _tab(self, tab: Tab, column: _Column) -> None:
        size = column.style.size
        self._kept(tab.label, replace(column.style, size=size * self._theme.caption, bold=True), column)
        rule = Line([], [(0, _Rule(column.width, 0.7, self._theme.rule))], 0, size * 0.5)
        rule.left, rule.keep = column.left, True
        self._flow.add(rule)
        self._flow.space(size * 0.35)
        self._blocks(tab.blocks, column.indented(size * 1.3))

    def _figure(self, figure: Figure, column: _Column) -> None:
        blocks = tuple(map(_centred, figure.blocks))
        if not figure.caption:
            self._blocks(blocks, column)
            return
        self._flow.tie()
        self._blocks(blocks, column)
        style = replace(column.style, size=column.style.size * self._theme.caption, colour=self._theme.muted)
        self._flow.untie(style.size * 0.5)
        is_below_table = bool(blocks) and isinstance(blocks[-1], Table)  # which stands at the left, and may be narrow
        self._caption(figure.caption, column.styled(style), "left" if is_below_table else "center")

    def _caption(self, content: Inlines, column: _Column, alignment: Alignment) -> None:
        before: Line | None = None
        for line in break_lines(self._inlines.pieces(content, column.style), column.width, _dense(column.style)):
            align(line, column.left, column.width, alignment)
            if before:
                before.keep = True
                self._flow.add(before)
            before = line
        if before:
            self._flow.add(before)

    def _definitions(self, block: DefinitionList, column: _Column) -> None:
        for index, definition in enumerate(block.items):
            if index:
                self._flow.space(column.gap)
            self._definition(definition, column)

    def _definition(self, definition: Definition, column: _Column) -> None:
        style = replace(column.style, bold=True)
        for term in definition.terms:
            self._kept(term, style, column)
        is_loose = any(len(description) > 1 for description in definition.descriptions)
        for index, description in enumerate(definition.descriptions):
            self._flow.space(column.gap if index and is_loose else style.size * 0.22)
            self._blocks(description, column.indented(style.size * self._theme.indent))

    def _list(self, items: List, column: _Column) -> None:
        size = column.style.size
        labels = _labels(items, self._theme.bullets[column.bullet % len(self._theme.bullets)])
        widest = single_line(max((labels[0], labels[-1]), key=len), column.style).width if labels else 0.0
        inner = column.indented(max(size * self._theme.indent, widest + size * 0.9))
        inner = replace(inner, bullet=column.bullet + (items.start is None))
        for index, (item, marker) in enumerate(zip(items.items, _markers(labels, inner), strict=True)):
            if index:
                self._flow.space(size * 0.22 if items.tight else column.gap)
            self._item(item, marker, inner, items.tight)

    def _item(self, item: ListItem, marker: Line, column: _Column, is_tight: bool) -> None:
        style = column.style
        if item.checked is not None:
            marker = Line(
                [], [(0, _TaskBox(style.size, item.checked, style.theme))], 0, style.size * self._theme.leading
            )
            marker.left = column.left - style.size * 1.35
        self._flow.marker(marker.draw)
        if not item.blocks:
            self._flow.add(Line([], [], 0, style.size * self._theme.leading))
        for index, block in enumerate(item.blocks):
            if index:
                self._flow.space(style.size * 0.22 if is_tight else column.gap)
            self._block(block, column)

    def _thematic_break(self, column: _Column) -> None:
        size = column.style.size
        self._flow.space(size * 1.1)
        line = Line([], [(0, _Rule(column.width, 0.7, self._theme.rule))], column.width, 1)
        line.left = column.left
        self._flow.add(line)
        self._flow.space(size * 1.1)

    def _footnotes(self) -> None:
        if not self._document.footnotes:
            return
        self._inlines.where = self._words.footnotes
        style = replace(self._column.style, size=self._column.style.size * self._theme.note)
        self._flow.space(style.size * 2.5)
        rule = Line([], [(0, _Rule(self._column.width * 0.3, 0.7, self._theme.rule))], 0, 1)
        rule.left, rule.keep = self._column.left, True
        self._flow.add(rule)
        column = self._column.styled(style)
        widest = single_line(f"{len(self._document.footnotes)}.", style).width
        column = column.indented(max(style.size * self._theme.indent, widest + style.size * 0.9))
        for footnote in self._document.footnotes:
            self._flow.space(style.size * 0.6)
            self._footnote(footnote, column)

    def _footnote(self, footnote: Footnote, column: _Column) -> None:
        number = self._notes[footnote.label]
        style = column.style
        if self._inlines.is_mentioned(footnote.label):
            style = replace(style, target=f"#{mention(number)}", colour=self._theme.link)
        marker = single_line(f"{number}.", style)
        marker.left = column.left - style.size * 0.55 - marker.width
        self._flow.destination(note(number), self._column.left)
        self._flow.marker(marker.draw)
        if not footnote.blocks:
            self._flow.add(Line([], [], 0, style.size * self._theme.leading))
        self._blocks(footnote.blocks, column)


@frozen
class _TaskBox:
    """A box to tick, and its tick."""

    size: float
    is_checked: bool
    theme: Theme
    height: float = 0.0

    def draw(self, page: Page, left: float, baseline: float) -> None:
        size = self.size
        side, bottom = size * 0.72, baseline - size * 0.04
        if not self.is_checked:
            page.frame(left, bottom, left + side, bottom + side, self.theme.muted, size * 0.06)
            return
        page.box(left, bottom, left + side, bottom + side, self.theme.link, size * 0.1)
        tick = [(0.2, 0.52), (0.42, 0.28), (0.8, 0.74)]
        page.line([(left + side * x, bottom + side * y) for x, y in tick], "1 1 1", size * 0.09)


@frozen
class _Unfolded:
    """An arrow that points down to what was unfolded."""

    size: float
    colour: Colour
    height: float = 0.0

    def draw(self, page: Page, left: float, baseline: float) -> None:
        size = self.size
        arrow = [(0.08, 0.46), (0.36, 0.18), (0.64, 0.46)]
        page.line([(left + size * x, baseline + size * y) for x, y in arrow], self.colour, size * 0.11)


@frozen
class _Rule:
    width: float
    thickness: float
    colour: Colour
    height: float = 0.0

    def draw(self, page: Page, left: float, baseline: float) -> None:
        page.line([(left, baseline), (left + self.width, baseline)], self.colour, self.thickness)


_PAGE_COUNT = "PageCount"


def _area(options: PageOptions) -> Area:
    width, height = _PAPER[options.page_size]
    if options.orientation == "landscape":
        width, height = height, width
    return Area(width, height, options.margin_mm * _POINTS_PER_MM)


def _dense(style: Style) -> float:
    return style.size * style.theme.dense


def _centred(block: Block) -> Block:
    """A block of a figure: with its pictures in the middle, unless the author wants them elsewhere."""
    if isinstance(block, Paragraph) and not block.alignment and _is_pictures(block.content):
        return replace(block, alignment="center")
    return block


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


def _sections(document: Document) -> Iterator[tuple[Section, int]]:
    """Every section in reading order, with how many others it is in. Not recursive, for maps nest without bounds."""
    stack = [(section, 0) for section in reversed(document.sections)]
    while stack:
        section, depth = stack.pop()
        yield section, depth
        stack.extend((child, depth + 1) for child in reversed(section.sections))


def _labels(items: List, bullet: str) -> list[str]:
    if items.start is None:
        return [bullet] * len(items.items)
    return [f"{items.start + index}." for index in range(len(items.items))]


def _markers(labels: list[str], column: _Column) -> Iterator[Line]:
    """What stands beside each item: a number of its own, or the bullet that all share."""
    for label, alike in groupby(labels):
        marker = single_line(label, column.style)
        marker.left = column.left - column.style.size * 0.55 - marker.width
        for _ in alike:
            yield marker
