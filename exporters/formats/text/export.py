"""Writes lines. Each block becomes lines of its own; what holds blocks puts a margin before theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from exporters.document import (
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
    ListItem,
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
from exporters.document.walk import plain_text, title
from exporters.formats.text import Options
from exporters.formats.text.tables import table_lines
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import metadata, raw_html, urls
from exporters.toolbox.abbreviations import Abbreviations
from exporters.toolbox.columns import aligned, columns, wrap
from exporters.toolbox.escaping import without_controls
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.leads import report_unsafe
from exporters.toolbox.words import words

_UNDERLINES = "=-~"  # by level; deeper headings have none
_TITLE_UNDERLINE = "═"
_BULLETS = "•◦▪"
_CODE_MARGIN = "    "
_FOLD = "▾ "
_QUOTE_MARGIN = "> "
_ALERT_MARGIN = "| "
_NARROWEST = 20  # columns that nested lists and quotes leave, however deep they are
_RULE = 24
# Only the digits, for which all fonts have such characters.
SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
SUBSCRIPTS = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")


def export(document: Document, options: Options, report: Report) -> bytes:
    """The document as UTF-8 text that ends with a newline."""
    if document.map is not None:
        report.degraded(About.MAP, "Only the outline of the map is shown, not its drawing.")
    lines = _Writer(document, options.width if options.wrap else 0, report).lines()
    text, impossible = without_controls("\n".join(line.rstrip(" ") for line in lines) + "\n")
    if impossible:
        report.lost(About.TEXT, f"Control characters became \ufffd: {impossible}.")
    return text.encode()


class _Writer:
    """One document on its way to text."""

    def __init__(self, document: Document, width: int, report: Report) -> None:
        self._document = document
        self._width = width
        self._report = report
        self._words = words(metadata.language(document))
        self._abbreviations = Abbreviations()
        self._numbers = {note.label: number for number, note in enumerate(document.footnotes, 1)}

    def lines(self) -> Iterator[str]:
        parts = (*self._head(), *self._parts(self._document.blocks, self._width))
        yield from _spaced(parts)
        first = not parts
        for section in self._document.sections:
            yield from self._section(section, first)
            first = False
        if self._document.footnotes:
            yield from ("", "─" * _RULE, "")
            yield from self._footnotes()

    def _head(self) -> Iterator[list[str]]:
        """The title, where no heading says it, and who wrote the document when."""
        name = title(self._document)
        sections = self._document.sections
        if name and not (sections and plain_text(sections[0].heading) == name):
            yield self._underlined(name, _TITLE_UNDERLINE)
        about = (
            metadata.stated(self._document, "subtitle"),
            " · ".join(
                filter(None, (", ".join(metadata.authors(self._document)), metadata.stated(self._document, "date")))
            ),
        )
        stated = [line for each in about if each for line in wrap(each, self._width)]
        if stated:
            yield stated

    def _section(self, section: Section, first: bool) -> Iterator[str]:
        if not first:
            yield from ("", "")[: 2 if section.level == 1 else 1]
        heading = self._heading(section.level, section.heading, self._width)
        yield from heading
        for part in self._parts(section.blocks, self._width):
            yield ""
            yield from part
        for below in section.sections:
            yield from self._section(below, first=False)

    def _footnotes(self) -> Iterator[str]:
        notes = self._document.footnotes
        labels = [f"[{number}] " for number in range(1, len(notes) + 1)]
        margin = max(map(len, labels))
        bodies = [list(_spaced(self._parts(note.blocks, self._inner(self._width, margin)))) for note in notes]
        apart = any("" in body for body in bodies)
        for at, (label, body) in enumerate(zip(labels, bodies, strict=True)):
            if at and apart:
                yield ""
            yield from _hung(label.rjust(margin), body)

    # Blocks

    def _parts(self, blocks: Blocks, width: int) -> Iterator[list[str]]:
        for block in blocks:
            lines = self._block(block, width)
            if lines:
                yield lines

    def _block(self, block: Block, width: int) -> list[str]:
        match block:
            case Paragraph():
                lines = self._paragraph(block.content, width)
                if width and block.alignment:
                    return [aligned(line, width, block.alignment) for line in lines]
                return lines
            case Heading():
                return self._heading(block.level, block.content, width)
            case CodeBlock():
                return _code(block.text)
            case Diagram():
                self._report.degraded(About.DIAGRAM, "Diagrams are shown as their source: text has no drawings.")
                return _code(block.text)
            case BlockQuote():
                return self._behind(_QUOTE_MARGIN, block.blocks, width)
            case Admonition():
                title = (self._words.admonition(block.kind),) if block.title is None else block.title
                return self._labelled(_ALERT_MARGIN, plain_text(title).upper(), block.blocks, width)
            case Details():
                self._report.degraded(About.NODE, "Foldable blocks are shown open.")
                return self._folded(self._inlines(block.summary), block.blocks, width)
            case Tabs():
                self._report.degraded(About.NODE, "Tabs are shown one after the other, each below its label.")
                return list(_spaced(self._folded(self._inlines(tab.label), tab.blocks, width) for tab in block.tabs))
            case Figure():
                return list(_spaced(self._figure(block, width)))
            case List():
                return self._list(block, width)
            case DefinitionList():
                return list(_spaced(self._definition(item, width) for item in block.items))
            case Table():
                return self._table(block, width)
            case ThematicBreak():
                return [aligned("─" * _RULE, width, "center") if width else "─" * _RULE]
            case RawBlock():
                return self._raw_block(block, width)

    def _paragraph(self, content: Inlines, width: int) -> list[str]:
        return [line for part in self._inlines(content).strip("\v").split("\v") for line in wrap(part, width)]

    def _heading(self, level: int, content: Inlines, width: int) -> list[str]:
        text = self._inlines(content).replace("\v", " ")
        underline = _UNDERLINES[level - 1] if level <= len(_UNDERLINES) else ""
        return self._underlined(text, underline, width)

    def _underlined(self, text: str, underline: str, width: int | None = None) -> list[str]:
        lines = wrap(text, self._width if width is None else width)
        longest = max(map(columns, lines))
        return [*lines, underline * longest] if underline and longest else lines

    def _labelled(self, margin: str, label: str, blocks: Blocks, width: int) -> list[str]:
        """Blocks behind a margin, below a label of their own."""
        words = wrap(label, self._inner(width, len(margin))) if label else []
        return [*(margin + line for line in words), *self._behind(margin, blocks, width)]

    def _folded(self, label: str, blocks: Blocks, width: int) -> list[str]:
        words = wrap(label.replace("\v", " "), self._inner(width, len(_FOLD)))
        return [*_hung(_FOLD, words), *self._behind(" " * len(_FOLD), blocks, width)]

    def _figure(self, block: Figure, width: int) -> Iterator[list[str]]:
        yield from self._parts(block.blocks, width)
        if block.caption:
            yield wrap(f"({self._inlines(block.caption)})".replace("\v", " "), width)

    def _definition(self, item: Definition, width: int) -> list[str]:
        lines = [line for term in item.terms for line in self._paragraph(term, width)]
        for description in item.descriptions:
            lines += self._behind(_CODE_MARGIN, description, width)
        return lines

    def _behind(self, margin: str, blocks: Blocks, width: int) -> list[str]:
        lines = _spaced(self._parts(blocks, self._inner(width, len(margin))))
        return [margin + line for line in lines]

    def _list(self, block: List, width: int, depth: int = 0) -> list[str]:
        longest = len(str((block.start or 0) + len(block.items) - 1))
        lines: list[str] = []
        for at, item in enumerate(block.items):
            if at and not block.tight:
                lines.append("")
            label = self._label(block, at, item, depth, longest)
            lines += _hung(label, self._item(item, block.tight, width, columns(label), depth))
        return lines

    def _label(self, block: List, at: int, item: ListItem, depth: int, longest: int) -> str:
        task = {True: "[x] ", False: "[ ] ", None: ""}[item.checked]
        if block.start is not None:
            return f"{str(block.start + at).rjust(longest)}. {task}"
        return task or f"{_BULLETS[min(depth, len(_BULLETS) - 1)]} "

    def _item(self, item: ListItem, tight: bool, width: int, margin: int, depth: int) -> list[str]:
        inner = self._inner(width, margin)
        parts = [
            self._list(block, inner, depth + 1) if isinstance(block, List) else self._block(block, inner)
            for block in item.blocks
        ]
        return [line for part in parts for line in part] if tight else list(_spaced(part for part in parts if part))

    def _table(self, block: Table, width: int) -> list[str]:
        head = (block.head,) if block.head else ()
        rows = [[self._inlines(cell.content) for cell in row] for row in (*head, *block.rows)]
        if any(cell.columns > 1 or cell.rows > 1 for row in (*head, *block.rows) for cell in row):
            self._report.degraded(About.TABLE, "Cells that span several are written in the first of them.")
        lines, fits = table_lines(rows, block.alignments, width, has_head=bool(head))
        if not fits:
            self._report.degraded(About.TABLE, "A table with many columns became a list of its cells.")
        return lines

    def _raw_block(self, block: RawBlock, width: int) -> list[str]:
        if raw_html.is_comment(block.html):
            return []
        self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")
        said = raw_html.words(block.html)
        return [part for line in said.split("\n") if line.strip() for part in wrap(line, width)]

    # Inlines

    def _inlines(self, content: Inlines) -> str:
        """The words of a line. A vertical tab stands for a break that the author asked for."""
        return "".join(map(self._inline, content))

    def _inline(self, node: Inline) -> str:
        match node:
            case str():
                return node.replace("\v", " ")
            case Emphasis():
                return f"_{self._inlines(node.content)}_"
            case Strong():
                return f"*{self._inlines(node.content)}*"
            case Strikethrough():
                return f"~{self._inlines(node.content)}~"
            case Underline():
                return f"_{self._inlines(node.content)}_"
            case Highlight():
                return f"={self._inlines(node.content)}="
            case Superscript():
                return self._raised(node.content, "^", SUPERSCRIPTS)
            case Subscript():
                return self._raised(node.content, "_", SUBSCRIPTS)
            case Code():
                return f"`{node.text}`"
            case Keyboard():
                return f"[{node.text}]"
            case Abbreviation():
                return self._abbreviations.said(node)
            case Math():
                self._report.degraded(About.MATH, "Formulas are shown as their LaTeX source.")
                return f"\v{node.text.strip()}\v" if node.display else node.text
            case Link():
                return self._link(node)
            case Image():
                return self._image(node)
            case FootnoteReference():
                return self._reference(node)
            case LineBreak():
                return "\v"
            case RawInline():
                return self._raw_inline(node)

    def _image(self, node: Image) -> str:
        if not node.alternative:
            self._report.lost(About.IMAGE, "Text has no pictures, and some have no alternative text either.")
            return f"[{self._words.image}]"
        self._report.degraded(About.IMAGE, "Text has no pictures; their alternative text stands for them.")
        return f"[{self._words.image}: {node.alternative}]"

    def _raised(self, content: Inlines, mark: str, as_characters: Mapping[int, int]) -> str:
        """What stands higher or lower: in characters that do so by themselves, or behind a mark."""
        said = self._inlines(content)
        if said and all(ord(character) in as_characters for character in said):
            return said.translate(as_characters)
        return f"{mark}{said}" if said.isalnum() else f"{mark}({said})"

    def _link(self, node: Link) -> str:
        said = self._inlines(node.content)
        if node.url in self._document.resources:
            self._report.lost(About.ATTACHMENT, "Attached files are left out; their names are kept.")
            return f"{said} <{self._document.resources[node.url].name}>"
        url = node.url.replace(" ", "%20")
        if not urls.is_safe(url) or urls.scheme(url) == "data":
            report_unsafe(url, self._report)
            return said
        if not url or url.startswith("#") or urls.is_address_of(said, url):
            return said
        return f"{said} <{url}>" if said else f"<{url}>"

    def _reference(self, node: FootnoteReference) -> str:
        number = self._numbers.get(node.label)
        if number is None:
            note_missing(node.label, self._report)
            return f"[^{node.label}]"
        return f"[{number}]"

    def _raw_inline(self, node: RawInline) -> str:
        if raw_html.is_line_break(node.html):
            return "\v"
        if not raw_html.is_comment(node.html):
            self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")
        return ""

    def _inner(self, width: int, margin: int) -> int:
        return width and max(width - margin, _NARROWEST)


def _code(text: str) -> list[str]:
    return [_CODE_MARGIN + line if line else "" for line in text.removesuffix("\n").split("\n")]


def _spaced(parts: Iterator[list[str]] | tuple[list[str], ...]) -> Iterator[str]:
    """The lines of blocks that stand one after the other, with an empty line between two."""
    first = True
    for lines in parts:
        if not first:
            yield ""
        yield from lines
        first = False


def _hung(label: str, lines: list[str]) -> list[str]:
    """The label before the first line, and as much space before the others."""
    margin = " " * columns(label)
    return [label + lines[0], *(margin + line if line else "" for line in lines[1:])] if lines else [label]
