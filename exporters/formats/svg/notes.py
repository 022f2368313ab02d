"""What stands below a topic as lines of plain text, as long as a tooltip can hold it."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.document import (
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    CodeBlock,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Figure,
    FootnoteReference,
    Heading,
    Image,
    Inlines,
    List,
    Paragraph,
    RawBlock,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.document.walk import plain_text
from exporters.toolbox import metadata, raw_html
from exporters.toolbox.words import words

_MOST = 20_000  # characters of one topic; browsers show a thousand, and programs read the rest
_MOST_OF_ALL = 2_000_000  # of a document: a book of 700 pages


class Notes:
    """The notes of one document."""

    def __init__(self, document: Document) -> None:
        self.is_cut = False
        """Whether some of them were too long."""
        self._words = words(metadata.language(document))
        self._numbers = {note.label: number for number, note in enumerate(document.footnotes, 1)}
        self._left = _MOST_OF_ALL

    def told(self, blocks: Blocks) -> str:
        """Blocks as lines; "" where they say nothing."""
        most = min(_MOST, self._left)
        lines: list[str] = []
        length = 0
        for line in self._lines(blocks):
            lines.append(line)
            length += len(line) + 1
            if length > most:
                self.is_cut = True
                break
        text = "\n".join(lines)[:most].strip()
        self._left -= len(text)
        return text

    def _lines(self, blocks: Blocks) -> Iterator[str]:
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph() | Heading():
                yield self._line(block.content)
            case CodeBlock() | Diagram():
                yield from block.text.rstrip("\n").split("\n")
            case BlockQuote():
                yield from self._lines(block.blocks)
            case Admonition():
                title = (self._words.admonition(block.kind),) if block.title is None else block.title
                if title:
                    yield self._line(title)
                yield from self._lines(block.blocks)
            case Details():
                yield self._line(block.summary)
                yield from self._lines(block.blocks)
            case Tabs():
                for tab in block.tabs:
                    yield self._line(tab.label)
                    yield from self._lines(tab.blocks)
            case Figure():
                yield from self._lines(block.blocks)
                if block.caption:
                    yield self._line(block.caption)
            case List():
                yield from self._list(block)
            case DefinitionList():
                for item in block.items:
                    yield from map(self._line, item.terms)
                    for description in item.descriptions:
                        yield from _hung("  ", self._lines(description))
            case Table():
                for row in (block.head, *block.rows) if block.head else block.rows:
                    yield " | ".join(self._line(cell.content) for cell in row)
            case ThematicBreak():
                yield "—"
            case RawBlock():
                if told := raw_html.words(block.html).strip():
                    yield told

    def _list(self, block: List) -> Iterator[str]:
        for number, item in enumerate(block.items, block.start or 0):
            mark = "• " if block.start is None else f"{number}. "
            if item.checked is not None:
                mark = "☑ " if item.checked else "☐ "
            yield from _hung(mark, self._lines(item.blocks))

    def _line(self, content: Inlines) -> str:
        pieces: list[str] = []
        for node in content:
            match node:
                case FootnoteReference():
                    pieces.append(f"[{self._numbers.get(node.label, '?')}]")
                case Image(alternative=""):
                    pieces.append(self._words.image)
                case _:
                    pieces.append(plain_text((node,)) if not isinstance(node, str) else node.replace("\n", " "))
        return "".join(pieces).strip()


def _hung(mark: str, lines: Iterator[str]) -> Iterator[str]:
    """Lines with a mark before the first, and the others below its words."""
    margin = " " * len(mark)
    for number, line in enumerate(lines):
        yield f"{margin if number else mark}{line}"
