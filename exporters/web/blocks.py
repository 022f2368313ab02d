"""Writes the blocks of a document as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from exporters.document import (
    Admonition,
    AdmonitionKind,
    Block,
    BlockQuote,
    Blocks,
    Cell,
    CodeBlock,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Figure,
    Heading,
    Image,
    Inlines,
    Link,
    List,
    ListItem,
    Paragraph,
    RawBlock,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.document.walk import plain_text
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox.admonitions import as_github
from exporters.toolbox.escaping import html_attribute, html_text
from exporters.toolbox.highlight import Highlighter
from exporters.toolbox.words import Words
from exporters.web.inlines import InlineContent, has_raw, link_targets
from exporters.web.places import Places
from exporters.web.settings import Settings

if TYPE_CHECKING:  # loaded for those documents that hold raw HTML, or drawings
    from exporters.toolbox.drawing import Drawing
    from exporters.toolbox.drawn import Drawn
    from exporters.web.raw import Piece

_LONG_LINE = 80  # characters; a line of code that may have to be scrolled
_WIDE = 700  # pixels; a map that may have to be scrolled
_MANY_COLUMNS = 5  # a table that may have to be scrolled

_SPACE = re.compile(r"\s")


class BlockContent(InlineContent):
    """What stands on lines of its own. `Content` extends it by sections and footnotes."""

    def __init__(
        self, document: Document, settings: Settings, report: Report, words: Words, places: Places | None = None
    ) -> None:
        super().__init__(document, settings, report, words, places)
        self.outline_level = 0
        """The level of the heading that the next one stands below."""
        self._last_level = 0
        self._is_touched = self._page and not settings.xml
        """Whether what is too wide is scrolled: to who reads a book, a touch means to turn the page."""
        self._tab_groups = 0
        self._drawings = 0
        self._targets = None if self._page else link_targets(document)
        self._highlighter = Highlighter() if self._page and settings.highlight else None

    def _blocks(self, blocks: Blocks) -> None:
        if self._sanitizes and any(isinstance(block, RawBlock) for block in blocks):
            self._assemble(list(self._row_of(blocks)))
        else:
            self._each(blocks)

    def _each(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._block(block)

    def _row_of(self, blocks: Blocks) -> Iterator[Piece]:
        for raw, group in groupby(blocks, lambda block: isinstance(block, RawBlock)):
            if raw and self._sanitizes:
                yield from (("raw", block.html) for block in group if isinstance(block, RawBlock))
            else:
                yield ("whole", self._captured(self._each, group))

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self._paragraph(block)
            case Heading():
                self._nested_heading(block)
            case CodeBlock():
                self._code_block(block)
            case Diagram():
                self._diagram(block)
            case BlockQuote():
                self._out.append(f"<blockquote{self._dir_of(block.blocks)}>\n")
                self._blocks(block.blocks)
                self._out.append("</blockquote>\n")
            case Admonition():
                self._admonition(block)
            case Details():
                self._details(block.summary, block.blocks, _alert(block.kind), block.open)
            case Tabs():
                self._tabs(block)
            case Figure():
                self._figure(block)
            case List():
                self._list(block)
            case DefinitionList():
                self._definitions(block)
            case Table():
                self._table(block)
            case ThematicBreak():
                self._out.append(f"<hr{self._void}\n")
            case RawBlock():
                self._raw_block(block)

    def _paragraph(self, block: Paragraph) -> None:
        if self._page and (image := _alone(block.content)):
            self._picture(block, image)
            return
        opening = f"<p{self._alignment(block.alignment)}{self._dir(block.content)}>"
        if self._sanitizes and has_raw(block.content):
            # The paragraph's own tags go along, for raw HTML may end it: `one <div>two</div>`.
            within = self._raw_pieces(block.content)
            self._assemble([("own", opening), *within, ("own", "</p>")])
            self._out.append("\n")
            return
        self._out.append(opening)
        self._each_inline(block.content)
        self._out.append("</p>\n")

    def _nested_heading(self, block: Heading) -> None:
        level = block.level
        if self._page:
            # A page whose heading levels skip one is hard to follow for those who listen to it.
            level = min(self.outline_level + block.level, self._last_level + 1)
            self._last_level = level
            if not says_something(block.content):
                return
        self._heading(level, block.content, block.id)

    def _heading(self, level: int, content: Inlines, id: str) -> None:
        tag, deeper = (f"h{level}", "") if level <= 6 else ("h6", f' aria-level="{level}"')
        wanted = bool(id) and (self._targets is None or id in self._targets)
        identity = f' id="{self._id(id)}"' if wanted else ""
        self._out.append(f"<{tag}{identity}{deeper}{self._dir(content)}>")
        self._phrases(content)
        self._out.append(f"</{tag}>\n")

    def _code_block(self, block: CodeBlock) -> None:
        language = html_attribute(block.language)
        label = f' class="language-{language}"' if language and not _SPACE.search(language) else ""
        if not self._page:
            self._out.append(f"<pre><code{label}>{html_text(block.text)}</code></pre>\n")
            return
        shown = f' data-language="{language}"' if language else ""
        # Who has no pointer scrolls with the keys, and for that the block must be reachable.
        long = self._is_touched and max(map(len, block.text.split("\n"))) > _LONG_LINE
        reachable = ' tabindex="0"' if long else ""
        self._out.append(f'<pre dir="ltr"{shown}{reachable}><code{label}>')
        tokens = self._highlighter.tokens(block.text, block.language) if self._highlighter else None
        if tokens is None:
            self._out.append(html_text(block.text))
        else:
            for kind, text in tokens:
                self._out.append(f'<span class="{kind}">{html_text(text)}</span>' if kind else html_text(text))
        self._out.append("</code></pre>\n")

    def _diagram(self, block: Diagram) -> None:
        if self._page and block.language == "mermaid":
            if drawing := self._drawn.diagram(block.text):
                self._drawing(drawing, "Mermaid", block.text, "diagram")
                return
        else:
            # A fragment may come to where Mermaid itself is.
            self._report.degraded(About.DIAGRAM, "Diagrams are shown as their source: no program draws them here.")
        self._code_block(CodeBlock(block.text, block.language))

    def _drawing(self, drawing: Drawing, title: str, description: str, kind: str) -> None:
        """Writes a drawing as an image that is made of elements."""
        wide = round(drawing.width / 0.75)  # pixels of CSS, each of 0.75 points
        scrolled = f' style="--wide: {wide}px" tabindex="0"' if kind == "map" and wide > _WIDE else ""
        self._drawings += 1
        written = self._svg(drawing, title, description, prefix=f"drawing:{self._drawings}:")
        self._out.append(f'<figure class="{kind}"{scrolled}>{written}</figure>\n')

    def _svg(self, drawing: Drawing, title: str, description: str, prefix: str = "") -> str:
        from exporters.toolbox import svg_file

        resources, fonts = self._drawn.resources, self._drawn.fonts
        return svg_file.write(drawing, resources, fonts, title=title, description=description, prefix=prefix)

    @cached_property
    def _drawn(self) -> Drawn:
        from exporters.toolbox.drawn import Drawn

        return Drawn(self._document, self._report)

    def _admonition(self, block: Admonition) -> None:
        title: Inlines = (self._words.admonition(block.kind),) if block.title is None else block.title
        self._out.append(f'<div{_alert(block.kind)} role="note">\n')
        if title:
            self._out.append('<p class="label">')
            self._phrases(title)
            self._out.append("</p>\n")
        self._blocks(block.blocks)
        self._out.append("</div>\n")

    def _details(self, summary: Inlines, blocks: Blocks, attributes: str, is_open: bool) -> None:
        self._out.append(f"<details{attributes}{self._flag('open') if is_open else ''}>\n<summary>")
        self._phrases(summary)
        self._out.append("</summary>\n")
        self._blocks(blocks)
        self._out.append("</details>\n")

    def _tabs(self, block: Tabs) -> None:
        # Of details with one name a browser opens one at a time, and no script is needed for it.
        self._tab_groups += 1
        name = f' name="tabs:{self._tab_groups}"'
        self._out.append('<div class="tabs">\n')
        for at, tab in enumerate(block.tabs):
            self._details(tab.label, tab.blocks, name, is_open=at == 0)
        self._out.append("</div>\n")

    def _figure(self, block: Figure) -> None:
        self._out.append("<figure>\n")
        match block.blocks:
            case (Paragraph(content),) if self._page and _alone(content):
                self._each_inline(content)
                self._out.append("\n")
            case blocks:
                self._blocks(blocks)
        if block.caption:
            self._out.append("<figcaption>")
            self._flow(block.caption)
            self._out.append("</figcaption>\n")
        self._out.append("</figure>\n")

    def _definitions(self, block: DefinitionList) -> None:
        self._out.append("<dl>\n")
        for item in block.items:
            for term in item.terms or ((),):
                self._out.append(f"<dt{self._dir(term)}>")
                self._phrases(term)
                self._out.append("</dt>\n")
            for description in item.descriptions or ((),):
                self._out.append("<dd>")
                match description:
                    case (Paragraph(content, None),):
                        self._flow(content)
                    case _:
                        self._out.append("\n")
                        self._blocks(description)
                self._out.append("</dd>\n")
        self._out.append("</dl>\n")

    def _list(self, block: List) -> None:
        tag = "ul" if block.start is None else "ol"
        start = f' start="{block.start}"' if block.start is not None and block.start != 1 else ""
        outer, direction = self._direction, self._dir_of(block.items[0].blocks) if block.items else ""
        self._out.append(f"<{tag}{start}{direction}>\n")
        self._turn(direction)
        for item in block.items:
            self._item(item, block.tight)
        self._direction = outer
        self._out.append(f"</{tag}>\n")

    def _item(self, item: ListItem, tight: bool) -> None:
        self._out.append('<li class="task">' if self._page and item.checked is not None else "<li>")
        rest = item.blocks
        if item.checked is not None:
            rest = self._task(item, tight)
        if rest and not (tight and isinstance(rest[0], Paragraph)):
            self._out.append("\n")
        if not tight:
            self._blocks(rest)
        elif self._sanitizes and any(isinstance(block, RawBlock) for block in rest):
            self._assemble(list(self._row_of(rest)))
        else:
            for at, block in enumerate(rest):
                if isinstance(block, Paragraph):
                    self._flow(block.content)
                    self._out.append("\n" if at + 1 < len(rest) else "")
                else:
                    self._block(block)
        self._out.append("</li>\n")

    def _task(self, item: ListItem, tight: bool) -> Blocks:
        """Writes the box with the words it belongs to, and gives the blocks that are still to write."""
        box = (
            f'<input type="checkbox"{self._flag("disabled")}{self._flag("checked") if item.checked else ""}{self._void}'
        )
        if not item.blocks or not isinstance(item.blocks[0], Paragraph):
            self._out.append(box)
            return item.blocks
        first, rest = item.blocks[0], item.blocks[1:]
        opening, closing = ("", "\n" if rest else "") if tight else ("\n<p>", "</p>\n")
        label, ending = ("<label>", "</label>") if self._page else ("", "")
        self._out.append(f"{opening}{label}{box} ")
        self._phrases(first.content)
        self._out.append(f"{ending}{closing}")
        return rest

    def _table(self, block: Table) -> None:
        reachable = ' tabindex="0"' if self._is_touched and len(block.alignments) > _MANY_COLUMNS else ""
        first = next(iter((block.head, *block.rows)), ())
        outer, direction = self._direction, self._dir(first[0].content) if first else ""
        self._out.append(f'<div class="table"{reachable}>\n<table{direction}>\n' if self._page else "<table>\n")
        self._turn(direction)
        aligned = [self._alignment(each) for each in block.alignments]
        if block.head:
            self._out.append("<thead>\n")
            self._row(block.head, "th", aligned, [0] * len(aligned))
            self._out.append("</thead>\n")
        if block.rows:
            covered = [0] * len(aligned)
            self._out.append("<tbody>\n")
            for row in block.rows:
                self._row(row, "td", aligned, covered)
            self._out.append("</tbody>\n")
        self._out.append("</table>\n</div>\n" if self._page else "</table>\n")
        self._direction = outer

    def _alignment(self, alignment: str | None) -> str:
        if alignment is None:
            return ""
        # A fragment is written as GitHub writes it: what takes it in may not let styles through.
        return f' style="text-align: {alignment}"' if self._page else f' align="{alignment}"'

    def _row(self, cells: tuple[Cell, ...], tag: str, aligned: list[str], covered: list[int]) -> None:
        """Writes a row; `covered` says, and is told, for how many rows each column belongs to a cell above."""
        self._out.append("<tr>\n")
        until = 0
        for at, (cell, alignment) in enumerate(zip(cells, aligned, strict=True)):
            if at < until:
                continue
            if covered[at]:
                covered[at] -= 1
                continue
            until = at + cell.columns
            covered[at:until] = [cell.rows - 1] * len(covered[at:until])
            attributes = f"{self._scope(tag, cell)}{alignment}{_spans(cell)}{self._dir(cell.content)}"
            self._out.append(f"<{tag}{attributes}>")
            self._flow(cell.content)
            self._out.append(f"</{tag}>\n")
        self._out.append("</tr>\n")

    def _scope(self, tag: str, cell: Cell) -> str:
        if tag != "th" or not self._page:
            return ""
        return ' scope="col"' if cell.columns == 1 else ' scope="colgroup"'

    def _raw_block(self, block: RawBlock) -> None:
        if self._settings.raw_html == "keep":
            self._out.append(block.html if block.html.endswith("\n") else block.html + "\n")
        else:
            self._report.lost(About.RAW_HTML, "HTML inside the source was left out, as the option raw_html=drop asks.")

    def _picture(self, block: Paragraph, image: Image) -> None:
        self._out.append(f"<figure{self._alignment(block.alignment)}>")
        self._each_inline(block.content)
        caption = f"<figcaption>{html_text(image.title)}</figcaption>" if image.title else ""
        self._out.append(f"{caption}</figure>\n")


def _alert(kind: AdmonitionKind | None) -> str:
    """The attribute that dresses a block as a call-out. The first class tells its colour, a second its own kind."""
    if kind is None:
        return ""
    known = as_github(kind)
    return f' class="alert {known}"' if kind == known else f' class="alert {known} {kind}"'


def _spans(cell: Cell) -> str:
    columns = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    return columns + (f' rowspan="{cell.rows}"' if cell.rows > 1 else "")


def _alone(content: Inlines) -> Image | None:
    """The image that is all there is, or all that a link holds."""
    if len(content) != 1:
        return None
    match content[0]:
        case Image():
            return content[0]
        case Link(content=(Image() as image,)):
            return image
    return None


def says_something(heading: Inlines) -> bool:
    return bool(plain_text(heading)) or any(isinstance(node, Image | Link) for node in heading)
