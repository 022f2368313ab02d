"""Writes tables as tables of DrawingML (ECMA-376-1, 21.1.3)."""

from __future__ import annotations

from typing import NamedTuple

from exporters.document import Alignment, Cell, Table
from exporters.formats.pptx.design import MUTED, emu
from exporters.formats.pptx.text import Look, Place, TextWriter
from exporters.toolbox.deck_heights import CELL, CELL_SIDE
from exporters.toolbox.deck_tables import TableShape

_URI = "http://schemas.openxmlformats.org/drawingml/2006/table"
_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # Office's own: no fill, and no lines but those of the cells
_RULE, _HEAD_RULE = 0.5, 1.25  # points


def table(block: Table, shape: TableShape, texts: TextWriter, *, is_rtl: bool, accented: bool) -> str:
    """A table as the graphic of a frame."""
    grid = "".join(f'<a:gridCol w="{emu(width)}"/>' for width in shape.widths)
    head = ' firstRow="1"' if block.head else ""
    rows = [_row(block.head, shape.head, block, shape, texts, _Head(accented))] if block.head else []
    covered = [_FREE] * len(block.alignments)
    rows += [
        _row(row, height, block, shape, texts, None, covered, left)
        for left, row, height in zip(range(len(block.rows), 0, -1), block.rows, shape.rows, strict=True)
    ]
    return (
        f'<a:graphic><a:graphicData uri="{_URI}"><a:tbl><a:tblPr{' rtl="1"' if is_rtl else ""}{head}>'
        f"<a:tableStyleId>{_STYLE}</a:tableStyleId></a:tblPr><a:tblGrid>{grid}</a:tblGrid>{''.join(rows)}</a:tbl>"
        "</a:graphicData></a:graphic>"
    )


class _Head:
    """How the head of a table looks."""

    def __init__(self, accented: bool) -> None:
        self.colour = '<a:schemeClr val="tx2"/>' if accented else ""


class _Covered(NamedTuple):
    """What a place of a table belongs to: a cell that begins in a row above."""

    rows: int
    """For how many rows from here on."""
    columns: int = 0
    """How many columns that cell spans, in the first of them; 0 in the others."""


_FREE = _Covered(0)


def _row(
    row: tuple[Cell, ...],
    height: float,
    block: Table,
    shape: TableShape,
    texts: TextWriter,
    head: _Head | None,
    covered: list[_Covered] | None = None,
    left: int = 1,
) -> str:
    """A row; `covered` says, and is told, which columns belong to a cell above.

    `left` is how many rows there are from this one on: PowerPoint repairs files in which a cell reaches further, as one
    does that goes on on the next slide.
    """
    covered = [_FREE] * len(row) if covered is None else covered
    cells: list[str] = []
    until, rows = 0, 1
    for at, cell in enumerate(row):
        above = covered[at]
        if at < until:
            merged = (f' rowSpan="{rows}"' if rows > 1 else "") + ' hMerge="1"'
        elif above.rows:
            covered[at] = above._replace(rows=above.rows - 1)
            merged = f' gridSpan="{above.columns}"' if above.columns > 1 else ""
            merged += ' vMerge="1"' if above.columns else ' hMerge="1" vMerge="1"'
        else:
            columns, rows = min(cell.columns, len(row) - at), min(cell.rows, left)
            until = at + columns
            covered[at:until] = [_Covered(rows - 1, columns), *(_Covered(rows - 1),) * (columns - 1)]
            merged = f' rowSpan="{rows}"' if rows > 1 else ""
            merged += f' gridSpan="{columns}"' if columns > 1 else ""
        cells.append(_cell(cell, merged, block.alignments[at], shape, texts, head))
    return f'<a:tr h="{emu(height)}">{"".join(cells)}</a:tr>'


def _cell(
    cell: Cell, merged: str, alignment: Alignment, shape: TableShape, texts: TextWriter, head: _Head | None
) -> str:
    look = Look(size=shape.size, bold=head is not None, colour=head.colour if head else "")
    # What runs the other way stays in its column's line.
    usual: Alignment = "right" if texts.is_rtl else "left"
    text = texts.paragraph(cell.content, Place(alignment=alignment or usual), look)
    side, top = emu(shape.size * CELL_SIDE), emu(shape.size * CELL)
    none = "".join(f'<a:{name} w="0"><a:noFill/></a:{name}>' for name in ("lnL", "lnR", "lnT"))
    rule = _HEAD_RULE if head else _RULE
    colour = MUTED if head else '<a:schemeClr val="tx1"><a:lumMod val="25000"/><a:lumOff val="75000"/></a:schemeClr>'
    anchor = ' anchor="b"' if head else ""
    return (
        f"<a:tc{merged}><a:txBody><a:bodyPr/><a:lstStyle/>{text}</a:txBody>"
        f'<a:tcPr marL="{side}" marR="{side}" marT="{top}" marB="{top}"{anchor}>{none}'
        f'<a:lnB w="{emu(rule)}"><a:solidFill>{colour}</a:solidFill></a:lnB><a:noFill/></a:tcPr></a:tc>'
    )
