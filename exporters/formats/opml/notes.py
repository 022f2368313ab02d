"""Writes what is noted of an outline: as plain text, Markdown, or HTML, whichever is enough and first in this row.

Nothing in an outline says which it is. So each is only taken where readers see by its look that it is that.
"""

from __future__ import annotations

from exporters.document.nodes import (
    Abbreviation,
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    Cell,
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
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Table,
    Tabs,
    ThematicBreak,
    Underline,
)
from exporters.errors import SourceTooLarge
from exporters.frozen import NOTHING
from exporters.readers.maps import joined
from exporters.readers.opml import notation, says_itself
from exporters.report import Report
from exporters.toolbox import urls
from exporters.toolbox.note_html import NoteHtml
from exporters.toolbox.topics import plain_notes


class Notes:
    """The notes of one document."""

    def __init__(self, document: Document, report: Report, html: NoteHtml) -> None:
        self._document = document
        self._report = report
        self._html = html

    def write(self, blocks: Blocks) -> str:
        """One note."""
        if all(map(self._is_markdown, blocks)):
            # Pictures and mentions of footnotes are but words in both, so that most notes need no HTML.
            blocks = tuple(map(self._in_words, blocks))
            if written := self._without_html(blocks):
                return written
        return self._html.blocks(blocks)

    def _without_html(self, blocks: Blocks) -> str:
        text = plain_notes(blocks)
        if text is not None and notation(text) == "text" and says_itself(text):
            return text
        written = self._markdown(blocks)
        return written if written and notation(written) == "markdown" else ""

    def _in_words(self, block: Block) -> Block:
        """A block with words in place of what notes do not show."""
        match block:
            case Paragraph(content):
                return Paragraph(self._line_in_words(content))
            case Heading(level, content):
                return Heading(level, self._line_in_words(content))
            case BlockQuote(blocks):
                return BlockQuote(tuple(map(self._in_words, blocks)))
            case List(items, start, tight):
                made = (ListItem(tuple(map(self._in_words, item.blocks)), item.checked) for item in items)
                return List(tuple(made), start, tight)
            case Table(alignments, head, rows):
                return Table(alignments, self._cells(head), tuple(map(self._cells, rows)))
            case _:
                return block  # which has no lines

    def _cells(self, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(Cell(self._line_in_words(cell.content)) for cell in row)

    def _line_in_words(self, content: Inlines) -> Inlines:
        if all(type(node) is str for node in content):
            return content
        return joined(*map(self._part_in_words, content))

    def _part_in_words(self, node: Inline) -> Inline:
        match node:
            case Image():
                return self._html.alternative(node)
            case FootnoteReference():
                return self._html.number(node)
            case Emphasis() | Strong() | Strikethrough():
                return type(node)(self._line_in_words(node.content))
            case Link(content, url, title):
                return Link(self._line_in_words(content), url, title)
            case _:
                return node

    def _markdown(self, blocks: Blocks) -> str:
        """The Markdown of blocks; "" where marks before each line would make it far larger than they are."""
        from exporters.formats.markdown.writer import Writer  # 9 ms, and most outlines have but plain notes

        try:
            return Writer(self._document, self._report, NOTHING, NOTHING).blocks(blocks)
        except SourceTooLarge:
            return ""

    def _is_markdown(self, block: Block) -> bool:
        """Whether all of a block has a place in Markdown, without any HTML in it."""
        match block:
            case Paragraph(content, alignment):
                return alignment is None and self._is_line(content)
            case Heading(_, content):
                return self._is_line(content)
            case BlockQuote(blocks):
                return all(map(self._is_markdown, blocks))
            case List(items):
                return all(self._is_markdown(each) for item in items for each in item.blocks)
            case Table(_, head, rows):
                cells = [cell for row in (head, *rows) for cell in row]
                return bool(head) and all(
                    cell.columns == cell.rows == 1 and self._is_line(cell.content) for cell in cells
                )
            case CodeBlock() | ThematicBreak():
                return True
            case Admonition() | DefinitionList() | Details() | Diagram() | Figure() | RawBlock() | Tabs():
                return False

    def _is_line(self, content: Inlines) -> bool:
        return all(map(self._is_part, content))

    def _is_part(self, node: Inline) -> bool:
        match node:
            case str() | Code() | LineBreak() | Math():
                return True
            case Emphasis() | Strong() | Strikethrough():
                return self._is_line(node.content)
            case Link(content, url):
                return urls.is_safe(url) and url not in self._document.resources and self._is_line(content)
            case Highlight() | Subscript() | Superscript() | Underline() | Abbreviation() | Keyboard():
                return False
            case FootnoteReference() | Image():
                return True
            case RawInline():
                return False
