"""Blocks as pandoc's JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import replace

from exporters.document.nodes import (
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    Cell,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Diagram,
    Figure,
    Heading,
    Image,
    Inlines,
    List,
    ListItem,
    Paragraph,
    RawBlock,
    Strong,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.report import Code as About
from exporters.toolbox import raw_html
from exporters.toolbox.admonitions import as_github
from exporters.toolbox.pandoc_inlines import NO_ATTRIBUTES, InlineTree
from exporters.toolbox.pandoc_lists import is_simple, simple

_TAB = 4  # columns, as pandoc has it
_NO_BREAK = "\u00a0"
_BOXES = {True: "☒", False: "☐"}  # what pandoc's writers know as tasks
_ALIGNMENTS = {None: "AlignDefault", "left": "AlignLeft", "center": "AlignCenter", "right": "AlignRight"}
_LANGUAGE = re.compile(r"[\w.+#-]{1,40}")


class BlockTree(InlineTree):
    """The blocks of one document on their way to pandoc. Every node that it writes begins with a comma."""

    def _blocks(self, blocks: Blocks) -> None:
        self._each(self._block, blocks)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self._paragraph(block)
            case Heading():
                self._said("headings")
                self._bold(block.content, block.id)
            case CodeBlock():
                self._code_block(block.text, block.language)
            case Diagram():
                self._said("diagrams")
                self._code_block(block.text, block.language)
            case BlockQuote():
                self._quote(block.blocks)
            case Admonition():
                self._admonition(block)
            case Details():
                self._said("details")
                self._quote((Paragraph((Strong(block.summary),)), *block.blocks))
            case Tabs():
                self._said("tabs")
                for tab in block.tabs:
                    self._bold(tab.label)
                    for each in tab.blocks:
                        self._block(each)
            case Figure():
                self._figure(block)
            case List():
                self._list(block)
            case DefinitionList():
                self._definitions(block)
            case Table():
                self._table(block)
            case ThematicBreak():
                self._rule()
            case RawBlock():
                self._raw_block(block)

    def _paragraph(self, block: Paragraph, kind: str = "Para") -> None:
        if block.alignment in ("center", "right"):
            self._said("alignment")
        match block.content:
            case (Image(url, _, title) as image,) if title and kind == "Para" and self._holds(url):
                self._figure(Figure((replace(block, content=(replace(image, title=""),)),), (title,)))
            case content if any(content):
                self._node(kind, content)

    def _holds(self, key: str) -> bool:
        resource = self._document.resources.get(key)
        return resource is not None and resource.media_type in self._pandoc.images

    def _bold(self, content: Inlines, id: str = "") -> None:
        if not any(content):
            return
        out = self._out
        out.append(',{"t":"Para","c":')
        if id in self._targets:
            out.append(f'[{{"t":"Span","c":[["{self._name(id)}",[],[]],')
            self._line((Strong(content),))
            out.append("]}]}")
        else:
            self._line((Strong(content),))
            out.append("}")

    def _code_block(self, text: str, language: str) -> None:
        known = language and "languages" not in self._pandoc.lacks and _LANGUAGE.fullmatch(language)
        if language and not known:
            self._said("languages")
        classes = f"[{self._string(language)}]" if known else "[]"
        text = text.removesuffix("\n").expandtabs(_TAB)
        code = self._string(self._marks.unended(text) if self._marks is not None else text)
        self._out.append(f',{{"t":"CodeBlock","c":[["",{classes},[]],{code}]}}')

    def _quote(self, blocks: Blocks) -> None:
        self._out.append(',{"t":"BlockQuote","c":')
        self._blocks(blocks)
        self._out.append("}")

    def _admonition(self, block: Admonition) -> None:
        label: Inlines = (self._words.admonition(block.kind),) if block.title is None else block.title
        named = Paragraph((Strong(label),)) if any(label) else Paragraph(())
        if self._pandoc.callouts == "quotes":
            self._said("callouts")
            self._quote((named, *block.blocks))
            return
        kind = as_github(block.kind)
        if kind != block.kind:
            self._said("kinds")
        self._out.append(f',{{"t":"Div","c":[["",["{kind}"],[]],[')
        begin = len(self._out)
        if self._pandoc.callouts == "titled blocks":
            if any(label):
                self._out.append(',{"t":"Div","c":[["",["title"],[]],[{"t":"Para","c":')
                self._line(label)
                self._out.append("}]]}")
        else:
            self._paragraph(named)
        for each in block.blocks:
            self._block(each)
        self._end(begin, "]]}")

    def _figure(self, block: Figure) -> None:
        if "captions" in self._pandoc.lacks:
            self._said("captions")
            for each in block.blocks:
                self._block(each)
            self._paragraph(Paragraph(block.caption))
            return
        self._out.append(f',{{"t":"Figure","c":[{NO_ATTRIBUTES},[null,')
        self._each(lambda content: self._node("Plain", content), (block.caption,) if any(block.caption) else ())
        self._out.append("],")
        match block.blocks:
            case (Paragraph((Image(),)) as only,):
                self._each(lambda only: self._paragraph(only, "Plain"), (only,))  # to pandoc, pictures are so
            case blocks:
                self._blocks(blocks)
        self._out.append("]}")

    # Lists

    def _list(self, block: List) -> None:
        if block.start is None:
            self._out.append(',{"t":"BulletList","c":')
            self._items(block.items, block.tight)
            self._out.append("}")
        else:
            if block.start != 1:
                self._lacks("numbers")
            self._numbered_list(block.start, block.items, block.tight)

    def _numbered_list(self, start: int, items: tuple[ListItem, ...], tight: bool) -> None:
        self._out.append(f',{{"t":"OrderedList","c":[[{start},{{"t":"Decimal"}},{{"t":"Period"}}],')
        self._items(items, tight)
        self._out.append("]}")

    def _items(self, items: tuple[ListItem, ...], tight: bool) -> None:
        def written(item: ListItem) -> None:
            self._out.append(",")
            self._each(lambda block: self._in_item(block, kind), _with_box(item))

        if "blocks in lists" in self._pandoc.lacks and not all(map(is_simple, items)):
            self._said("blocks in lists")
            items = tuple(each for item in items for each in simple(item))
            tight = True
        kind = "Plain" if tight else "Para"
        self._each(written, items)

    def _in_item(self, block: Block, kind: str) -> None:
        if isinstance(block, Paragraph):
            self._paragraph(block, kind)
        else:
            self._block(block)

    def _definitions(self, block: DefinitionList) -> None:
        if "definitions" in self._pandoc.lacks:
            self._said("definitions")
            for item in block.items:
                for term in item.terms:
                    self._bold(term)
                for description in item.descriptions:
                    self._quote(description)
            return
        self._out.append(',{"t":"DefinitionList","c":')
        self._each(self._definition, block.items)
        self._out.append("}")

    def _definition(self, item: Definition) -> None:
        # pandoc has one term for each, and what means the same stands in a line.
        terms = [piece for term in item.terms for piece in (", ", *term)][1:]
        self._out.append(",[")
        self._line(tuple(terms))
        self._out.append(",")
        self._each(self._description, item.descriptions)
        self._out.append("]")

    def _description(self, blocks: Blocks) -> None:
        self._out.append(",")
        self._each(lambda block: self._in_item(block, "Plain" if len(blocks) == 1 else "Para"), blocks)

    # Tables

    def _table(self, block: Table) -> None:
        head = block.head
        if not head and "headless tables" in self._pandoc.lacks:
            self._said("headless tables")
            head = (Cell(()),) * len(block.alignments)
        if any(block.alignments):
            self._lacks("column alignment")
        out = self._out
        columns = ",".join(f'[{{"t":"{_ALIGNMENTS[each]}"}},{{"t":"ColWidthDefault"}}]' for each in block.alignments)
        out.append(f',{{"t":"Table","c":[{NO_ATTRIBUTES},[null,[]],[{columns}],[{NO_ATTRIBUTES},')
        self._rows((head,) if head else ())
        out.append(f"],[[{NO_ATTRIBUTES},0,[],")
        self._rows(block.rows)
        out.append(f"]],[{NO_ATTRIBUTES},[]]]}}")

    def _rows(self, rows: tuple[tuple[Cell, ...], ...]) -> None:
        merges = "merged cells" not in self._pandoc.lacks
        covered = [0] * (len(rows[0]) if rows else 0)
        below = len(rows)

        def written(row: tuple[Cell, ...]) -> None:
            nonlocal below
            self._out.append(f",[{NO_ATTRIBUTES},")
            self._each(lambda cell: self._cell(*cell), _shown(row, covered, below) if merges else self._single(row))
            self._out.append("]")
            below -= 1

        self._each(written, rows)

    def _single(self, row: tuple[Cell, ...]) -> Iterator[tuple[Inlines, int, int]]:
        for cell in row:
            if cell.columns > 1 or cell.rows > 1:
                self._said("merged cells")
            yield cell.content, 1, 1

    def _cell(self, content: Inlines, columns: int, rows: int) -> None:
        self._out.append(f',[{NO_ATTRIBUTES},{{"t":"AlignDefault"}},{rows},{columns},')
        self._in_cell = True
        if not any(content) and "empty cells" in self._pandoc.lacks:
            content = (_NO_BREAK,)
        self._each(lambda content: self._node("Plain", content), (content,) if any(content) else ())
        self._in_cell = False
        self._out.append("]")

    def _rule(self) -> None:
        if "rules" in self._pandoc.lacks:
            self._said("rules")
            self._node("Para", ("* * *",))
        else:
            self._out.append(',{"t":"HorizontalRule"}')

    def _raw_block(self, block: RawBlock) -> None:
        if raw_html.is_comment(block.html):
            return
        self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")
        if words := raw_html.words(block.html).strip():
            self._node("Para", (words,))


def _shown(row: tuple[Cell, ...], covered: list[int], below: int) -> Iterator[tuple[Inlines, int, int]]:
    """The cells of a row that no other covers, each with how many columns and rows it spans of those there are.

    `covered` says, and is told, for how many rows each column belongs to a cell above; `below` is how many rows there
    are from this on.
    """
    at = 0
    while at < len(row):
        if covered[at]:
            covered[at] -= 1
            at += 1
            continue
        cell = row[at]
        end = at + 1
        while end < len(row) and end - at < cell.columns and not covered[end]:
            end += 1
        rows = min(cell.rows, below)
        covered[at:end] = [rows - 1] * (end - at)
        yield cell.content, end - at, rows
        at = end


def _with_box(item: ListItem) -> Blocks:
    """The blocks of an item, with a box before the words of a task."""
    if item.checked is None:
        return item.blocks
    box = _BOXES[item.checked]
    match item.blocks:
        case (Paragraph(content) as first, *rest):
            return (replace(first, content=(f"{box} ", *content)), *rest)
        case blocks:
            return (Paragraph((box,)), *blocks)
