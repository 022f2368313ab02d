"""What comes nearest in GitHub's Markdown to the blocks that it has no words for."""

from __future__ import annotations

from collections.abc import Iterator
from copy import replace

from exporters.document.nodes import (
    Admonition,
    Block,
    Blocks,
    Cell,
    CodeBlock,
    Details,
    Diagram,
    Emphasis,
    Figure,
    Paragraph,
    Strong,
    Table,
    Tabs,
)
from exporters.report import Code, Report
from exporters.toolbox.admonitions import as_github


def blocks(those: Blocks, report: Report) -> Blocks:
    """The blocks, without those that Markdown lacks; what stands inside others is left for later."""
    if all(type(block) is Paragraph and block.alignment is None for block in those):
        return those  # as most items of lists
    return tuple(near for block in those for near in _nearest(block, report))


def _nearest(block: Block, report: Report) -> Iterator[Block]:
    match block:
        case Paragraph(content, alignment) if alignment:
            report.degraded(Code.STYLE, "Centred and right-aligned paragraphs are written like all others.")
            yield Paragraph(content)
        case Diagram(text, language) if language != "mermaid":
            report.degraded(Code.DIAGRAM, "Diagrams of another language than Mermaid are written as code.")
            yield CodeBlock(text, language, language)
        case Admonition():
            yield _admonition(block, report)
        case Details() if block.kind:
            report.degraded(Code.NODE, "Call-outs that fold are written as foldable details without a kind.")
            yield replace(block, kind=None)
        case Tabs(tabs):
            report.degraded(Code.NODE, "Tabs are shown one after the other, each below its label.")
            for tab in tabs:
                yield Paragraph((Strong(tab.label),))
                yield from blocks(tab.blocks, report)
        case Figure(inner, caption):
            yield from blocks(inner, report)
            if caption:
                report.degraded(Code.NODE, "The captions of figures are written as paragraphs.")
                yield Paragraph((Emphasis(caption),))
        case Table():
            yield _table(block, report)
        case _:
            yield block


def _admonition(block: Admonition, report: Report) -> Admonition:
    kind = as_github(block.kind)
    if kind != block.kind:
        report.degraded(Code.NODE, f"A call-out of the kind {block.kind} is written as the nearest that GitHub has.")
    if block.title is None:
        return Admonition(kind, block.blocks)
    if not block.title:
        report.degraded(Code.NODE, "A call-out without a title gets the name of its kind.")
        return Admonition(kind, block.blocks)
    report.degraded(Code.NODE, "The title of a call-out is written as its first paragraph.")
    return Admonition(kind, (Paragraph((Strong(block.title),)), *block.blocks))


def _table(table: Table, report: Report) -> Table:
    if any(cell.columns > 1 or cell.rows > 1 for row in (table.head, *table.rows) for cell in row):
        report.degraded(Code.TABLE, "Cells that span several are written in the first of them.")
        table = Table(table.alignments, _single(table.head), tuple(map(_single, table.rows)))
    if not table.head:
        report.degraded(Code.TABLE, "A table without a head gets an empty one.")
        table = replace(table, head=(Cell(()),) * len(table.alignments))
    return table


def _single(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(Cell(cell.content) for cell in row)
