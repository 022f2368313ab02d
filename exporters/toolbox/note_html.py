"""Writes blocks as the plain HTML that mind maps have in their notes: no style, no class that means nothing elsewhere.

It is well-formed XML too. What old programs do not know (FreeMind draws HTML 3.2 and no more) still shows its words,
and reads back as what it was.
"""

from __future__ import annotations

from collections.abc import Callable

from exporters.document.nodes import (
    Abbreviation,
    Admonition,
    Alignment,
    Block,
    BlockQuote,
    Blocks,
    Cell,
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
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import metadata, raw_html, urls
from exporters.toolbox.escaping import html_attribute, html_text, without_controls
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.html_tags import STYLED
from exporters.toolbox.words import words

COMMANDS = frozenset(("execute", "menuitem", "script"))
"""The schemes of what Freeplane would run."""


class NoteHtml:
    """Writes the notes of one document."""

    def __init__(
        self, document: Document, report: Report, image: Callable[[Image], str], anchor: Callable[[str], str]
    ) -> None:
        """`image` gives the address that shows an image, "" for none; `anchor` that of an id in the document."""
        self._resources = document.resources
        self._report = report
        self._image_address = image
        self._anchor = anchor
        self._words = words(metadata.language(document))
        self._numbers = {note.label: number for number, note in enumerate(document.footnotes, 1)}
        self.controls = 0
        """How many characters XML cannot hold; they became U+FFFD."""

    def blocks(self, blocks: Blocks) -> str:
        """The HTML of blocks."""
        return "".join(map(self._block, blocks))

    def line(self, content: Inlines) -> str:
        """The HTML of a line."""
        return "".join(map(self._inline, content))

    def text(self, text: str) -> str:
        """Words between tags."""
        safe, controls = without_controls(text)
        self.controls += controls
        return html_text(safe)

    def attribute(self, text: str) -> str:
        """Words within an attribute; line breaks stay."""
        safe, controls = without_controls(text)
        self.controls += controls
        return html_attribute(safe).replace("\n", "&#10;").replace("\t", "&#9;")

    # Blocks

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(content, alignment):
                return f"<p{_align(alignment)}>{self.line(content)}</p>"
            case Heading(level, content):
                tag = f"h{min(level, 6)}"
                return f"<{tag}>{self.line(content)}</{tag}>"
            case CodeBlock(text, language):
                return self._code(text, language)
            case Diagram(text, language):
                self._report.degraded(About.DIAGRAM, "Diagrams are shown as their source: notes have no drawings.")
                return self._code(text, language)
            case BlockQuote(blocks):
                return f"<blockquote>{self.blocks(blocks)}</blockquote>"
            case Admonition():
                return self._admonition(block)
            case Details():
                kind = f' class="{block.kind}"' if block.kind else ""
                is_open = ' open="open"' if block.open else ""
                summary = f"<summary>{self.line(block.summary)}</summary>"
                return f"<details{kind}{is_open}>{summary}{self.blocks(block.blocks)}</details>"
            case Tabs(tabs):
                each = (
                    f"<details><summary>{self.line(t.label)}</summary>{self.blocks(t.blocks)}</details>" for t in tabs
                )
                return f'<div class="tabs">{"".join(each)}</div>'
            case Figure(blocks, caption):
                words = f"<figcaption>{self.line(caption)}</figcaption>" if caption else ""
                return f"<figure>{self.blocks(blocks)}{words}</figure>"
            case List():
                return self._list(block)
            case DefinitionList(items):
                return f"<dl>{''.join(map(self._definition, items))}</dl>"
            case Table():
                return self._table(block)
            case ThematicBreak():
                return "<hr/>"
            case RawBlock(html):
                return self._raw_block(html)

    def _code(self, text: str, language: str) -> str:
        label = (
            f' class="language-{self.attribute(language)}"' if language and not any(map(str.isspace, language)) else ""
        )
        first = "\n" if text.startswith("\n") else ""  # HTML drops the first line end in it
        return f"<pre><code{label}>{first}{self.text(text)}</code></pre>"

    def _admonition(self, block: Admonition) -> str:
        title: Inlines = (self._words.admonition(block.kind),) if block.title is None else block.title
        label = f'<p class="admonition-title">{self.line(title)}</p>' if title else ""
        return f'<div class="admonition {block.kind}">{label}{self.blocks(block.blocks)}</div>'

    def _list(self, block: List) -> str:
        items = "".join(self._item(item, block.tight) for item in block.items)
        if block.start is None:
            return f"<ul>{items}</ul>"
        start = f' start="{block.start}"' if block.start != 1 else ""
        return f"<ol{start}>{items}</ol>"

    def _item(self, item: ListItem, tight: bool) -> str:
        box = ""
        if item.checked is not None:
            box = '<input type="checkbox" checked="checked"/> ' if item.checked else '<input type="checkbox"/> '
        match item.blocks:
            case (Paragraph(content, None), *others) if tight:
                return f"<li>{box}{self.line(content)}{self.blocks(tuple(others))}</li>"
            case (Paragraph(content, alignment), *others):
                return f"<li><p{_align(alignment)}>{box}{self.line(content)}</p>{self.blocks(tuple(others))}</li>"
            case blocks:
                return f"<li>{box}{self.blocks(blocks)}</li>"

    def _definition(self, item: Definition) -> str:
        terms = "".join(f"<dt>{self.line(term)}</dt>" for term in item.terms)
        means = "".join(f"<dd>{self.blocks(each)}</dd>" for each in item.descriptions)
        return terms + means

    def _table(self, block: Table) -> str:
        head = ""
        if block.head:
            head = f"<thead>{self._row(block.head, block.alignments, 'th', [0] * len(block.head), 1)}</thead>"
        taken, count = [0] * len(block.alignments), len(block.rows)
        rows = (self._row(row, block.alignments, "td", taken, count - at) for at, row in enumerate(block.rows))
        return f'<table border="1">{head}<tbody>{"".join(rows)}</tbody></table>'

    def _row(
        self, row: tuple[Cell, ...], alignments: tuple[Alignment, ...], tag: str, taken: list[int], left: int
    ) -> str:
        """A row, of which cells above take some columns for so many rows more; `left` rows are left with it."""
        cells: list[str] = []
        for column, (cell, alignment) in enumerate(zip(row, alignments, strict=True)):
            if taken[column]:
                taken[column] -= 1
                continue
            across, down = min(cell.columns, len(row) - column), min(cell.rows, left)
            taken[column : column + across] = [down] * across
            taken[column] -= 1
            spans = f' colspan="{across}"' if across > 1 else ""
            spans += f' rowspan="{down}"' if down > 1 else ""
            cells.append(f"<{tag}{_align(alignment)}{spans}>{self.line(cell.content)}</{tag}>")
        return f"<tr>{''.join(cells)}</tr>"

    def _raw_block(self, html: str) -> str:
        if raw_html.is_comment(html):
            return ""
        self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")
        said = (" ".join(line.split()) for line in raw_html.words(html).split("\n"))
        return "".join(f"<p>{self.text(line)}</p>" for line in said if line)

    # Inlines

    def _inline(self, node: Inline) -> str:
        match node:
            case str():
                return self.text(node)
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                tag = STYLED[type(node)]
                return f"<{tag}>{self.line(node.content)}</{tag}>"
            case Code(text):
                return f"<code>{self.text(text)}</code>"
            case Keyboard(text):
                return f"<kbd>{self.text(text)}</kbd>"
            case Abbreviation(text, expansion):
                return f'<abbr title="{self.attribute(expansion)}">{self.text(text)}</abbr>'
            case Math(text, display):
                self._report.degraded(About.MATH, "Formulas are shown as their LaTeX source.")
                return f'<code class="math{" display" if display else ""}">{self.text(text)}</code>'
            case Link():
                return self._link(node)
            case Image():
                return self._image(node)
            case FootnoteReference():
                return f"<sup>{self.text(self.number(node))}</sup>"
            case LineBreak():
                return "<br/>"
            case RawInline(tag):
                if raw_html.is_line_break(tag):
                    return "<br/>"
                if not raw_html.is_comment(tag):
                    self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")
                return ""

    def _link(self, node: Link) -> str:
        said = self.line(node.content)
        if node.url in self._resources:
            self._report.lost(About.ATTACHMENT, "Attached files are left out; their names are kept.")
            name = self.text(self._resources[node.url].name)
            return f"{said} ({name})" if name else said
        url = self._anchor(node.url[1:]) if node.url.startswith("#") else node.url
        if not urls.is_safe(url) or urls.scheme(url) in ("data", *COMMANDS):
            self._report.lost(About.LINK, "Links that could run code are only their words.")
            return said
        if node.url.startswith("#") and not url:
            self._report.degraded(About.LINK, "Links to another place of the document are only their words.")
            return said
        title = f' title="{self.attribute(node.title)}"' if node.title else ""
        return f'<a href="{self.attribute(url)}"{title}>{said or self.text(url)}</a>'

    def _image(self, node: Image) -> str:
        address = self._image_address(node)
        if address:
            title = f' title="{self.attribute(node.title)}"' if node.title else ""
            return f'<img src="{self.attribute(address)}" alt="{self.attribute(node.alternative)}"{title}/>'
        return self.text(self.alternative(node))

    def alternative(self, node: Image) -> str:
        """What stands for an image that is not shown, which is reported."""
        if node.url in self._resources:
            if node.alternative:
                self._report.degraded(About.IMAGE, "Notes have no pictures; their alternative text stands for them.")
            else:
                self._report.lost(About.IMAGE, "Notes have no pictures, and some have no alternative text either.")
        return node.alternative or f"[{self._words.image}]"

    def number(self, node: FootnoteReference) -> str:
        """What stands for the mention of a footnote."""
        number = self._numbers.get(node.label)
        if number is None:
            note_missing(node.label, self._report)
        return f"[{node.label if number is None else number}]"


def _align(alignment: Alignment) -> str:
    return f' align="{alignment}"' if alignment else ""
