"""Writes blocks and lines as the plain text of a cell: a line for each, and nothing drawn with characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from exporters.document.nodes import (
    Abbreviation,
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    Code,
    CodeBlock,
    Definition,
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
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Table,
    Tabs,
    ThematicBreak,
    Underline,
)
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import metadata, raw_html, urls
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.words import words

_BULLET, _RULE, _INDENT = "• ", "———", "   "
_DEEPEST = 10  # margins before a line: blocks may be a hundred deep, and then lines would be but margins


class Plain:
    """Writes the text of one document."""

    def __init__(self, document: Document, report: Report, tables: Mapping[int, str]) -> None:
        """`tables` says by the `id()` of a table what stands for it, where it is somewhere else in the file."""
        self._document = document
        self._report = report
        self._tables = tables
        self._words = words(metadata.language(document))
        self._explained: set[str] = set()
        self._numbers = {note.label: number for number, note in enumerate(document.footnotes, 1)}

    # Blocks

    def parts(self, blocks: Blocks) -> Iterator[str]:
        """The text of each block, of one line or more; none for one that says nothing."""
        for block in blocks:
            if text := "\n".join(self._block(block)):
                yield text

    def _within(self, blocks: Blocks, margin: str = "") -> Iterator[str]:
        for block in blocks:
            for line in self._block(block):
                yield line if margin and line.startswith(margin * _DEEPEST) else margin + line

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph(content, alignment):
                if alignment:
                    self._undressed()
                yield from self.line(content).split("\n")
            case Heading(_, content):
                self._undressed()
                yield from self.line(content).split("\n")
            case CodeBlock(text):
                self._undressed()
                yield from text.removesuffix("\n").split("\n")
            case Diagram(text):
                self._report.degraded(About.DIAGRAM, "Diagrams are shown as their source: cells have no drawings.")
                yield from text.removesuffix("\n").split("\n")
            case BlockQuote(blocks):
                yield from self._within(blocks, "> ")
            case Admonition(kind, blocks, title):
                yield self._words.admonition(kind) if title is None else self.line(title)
                yield from self._within(blocks)
            case Details(summary, blocks):
                self._report.degraded(About.NODE, "Foldable blocks are shown open.")
                yield self.line(summary)
                yield from self._within(blocks)
            case Tabs(tabs):
                self._report.degraded(About.NODE, "Tabs are shown one after the other, each below its label.")
                for tab in tabs:
                    yield self.line(tab.label)
                    yield from self._within(tab.blocks)
            case Figure(blocks, caption):
                yield from self._within(blocks)
                if caption:
                    self._report.degraded(About.NODE, "The captions of figures are lines like all others.")
                    yield self.line(caption)
            case List():
                yield from self._list(block)
            case DefinitionList(items):
                for item in items:
                    yield from self._definition(item)
            case Table():
                yield from self._table(block)
            case ThematicBreak():
                yield _RULE
            case RawBlock(html):
                yield from self._raw_block(html)

    def _list(self, block: List) -> Iterator[str]:
        for number, item in enumerate(block.items, block.start or 0):
            mark = _BULLET if block.start is None else f"{number}. "
            if item.checked is not None:
                box = "☑ " if item.checked else "☐ "
                mark = box if block.start is None else mark + box
            first = mark
            for line in self._within(item.blocks):
                yield line if line.startswith(_INDENT * _DEEPEST) else first + line
                first = _INDENT

    def _definition(self, item: Definition) -> Iterator[str]:
        for term in item.terms:
            yield self.line(term)
        for description in item.descriptions:
            yield from self._within(description, _INDENT)

    def _table(self, block: Table) -> Iterator[str]:
        if elsewhere := self._tables.get(id(block)):
            yield elsewhere
            return
        for row in (block.head, *block.rows):
            if row:
                yield " | ".join(self.line(cell.content).replace("\n", " ") for cell in row)

    def _raw_block(self, html: str) -> Iterator[str]:
        if raw_html.is_comment(html):
            return
        self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")
        yield from (" ".join(line.split()) for line in raw_html.words(html).split("\n") if line.strip())

    # Inlines

    def line(self, content: Inlines, *, addresses: bool = True) -> str:
        """The words of a line, with the breaks that its author asked for; and where links lead, if `addresses` are
        wanted."""
        return "".join(self._inline(node, addresses) for node in content)

    def _inline(self, node: Inline, addresses: bool) -> str:
        match node:
            case str():
                return node.replace("\n", " ")
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                self._undressed()
                return self.line(node.content, addresses=addresses)
            case Code(text) | Keyboard(text):
                self._undressed()
                return text.replace("\n", " ")
            case Abbreviation(text, expansion):
                return f"{text} ({expansion})" if expansion and self._is_new(text) else text
            case Math(text):
                self._report.degraded(About.MATH, "Formulas are shown as their LaTeX source.")
                return text
            case Link():
                return self._link(node, addresses)
            case Image(_, alternative):
                return self._image(node, alternative)
            case FootnoteReference(label):
                number = self._numbers.get(label)
                if number is None:
                    note_missing(label, self._report)
                return f"[{label if number is None else number}]"
            case LineBreak():
                return "\n"
            case RawInline(tag):
                if raw_html.is_line_break(tag):
                    return "\n"
                if not raw_html.is_comment(tag):
                    self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")
                return ""

    def _undressed(self) -> None:
        self._report.degraded(About.STYLE, "Words are written without their dress: this text is plain.")

    def _is_new(self, abbreviation: str) -> bool:
        if abbreviation in self._explained:
            return False
        self._explained.add(abbreviation)
        return True

    def _link(self, node: Link, addresses: bool) -> str:
        said = self.line(node.content, addresses=False)
        if node.url in self._document.resources:
            self._report.lost(About.ATTACHMENT, "Attached files are left out; their names are kept.")
            name = self._document.resources[node.url].name
            return f"{said} ({name})" if name and name != said else said
        if not urls.is_safe(node.url) or urls.scheme(node.url) == "data":
            self._report.lost(About.LINK, "Links that could run code are only their words.")
            return said
        if node.url.startswith("#"):
            self._report.degraded(About.LINK, "Links within the document are only their words.")
            return said
        if not node.url or urls.is_address_of(said, node.url):
            return said
        if not addresses:
            self._report.degraded(About.LINK, "Links in cells are only their words.")
            return said
        return f"{said} ({node.url})" if said else node.url

    def _image(self, node: Image, alternative: str) -> str:
        if node.url in self._document.resources:
            if alternative:
                self._report.degraded(About.IMAGE, "Cells have no pictures; their alternative text stands for them.")
            else:
                self._report.lost(About.IMAGE, "Cells have no pictures, and some have no alternative text either.")
        return alternative or f"[{self._words.image}]"
