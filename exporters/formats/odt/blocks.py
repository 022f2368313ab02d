"""Writes blocks: nearly all become paragraphs, for in OpenDocument hardly anything else can hold text."""

from __future__ import annotations

from typing import NamedTuple

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
    Heading,
    Image,
    Inlines,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.formats.odt import Options
from exporters.formats.odt import looks as look
from exporters.formats.odt.automatic import Automatic
from exporters.formats.odt.frames import Frames
from exporters.formats.odt.geometry import DETAILS, LEVELS, QUOTE, Box, ListKind, Place, callout, hang
from exporters.formats.odt.held import Held
from exporters.formats.odt.inlines import InlineWriter, bookmark
from exporters.formats.odt.paper import paper
from exporters.formats.odt.paragraphs import Paragraphs
from exporters.formats.odt.styles import LIST_STYLES
from exporters.formats.odt.tables import TableWriter
from exporters.formats.odt.text import kept
from exporters.report import Code, Report
from exporters.toolbox import metadata, raw_html
from exporters.toolbox.escaping import html_attribute
from exporters.toolbox.highlight import Highlighter
from exporters.toolbox.text_runs import first_direction
from exporters.toolbox.words import Words

_DONE, _TO_DO = "☒<text:tab/>", "☐<text:tab/>"  # no ☑, which would be an emoji to many programs
_NO_TASK = "•<text:tab/>"
_FOLD = "▾ "


class _Open(NamedTuple):
    """A list that is being written."""

    id: str
    style: str
    item: str
    """The element that its present item is."""


class BlockWriter:
    """Writes the blocks of one document."""

    def __init__(
        self,
        document: Document,
        options: Options,
        out: Held,
        automatic: Automatic,
        frames: Frames,
        inlines: InlineWriter,
        words: Words,
        report: Report,
    ) -> None:
        self._document = document
        self._out = out
        self._automatic = automatic
        self._frames = frames
        self._inlines = inlines
        self._words = words
        self._report = report
        self._is_rtl = metadata.direction(document) == "rtl"
        self._tables = TableWriter(out, automatic, options.font_size, inlines.write, report)
        self._highlighter = Highlighter() if options.highlight else None
        self.paragraphs = Paragraphs(out, automatic)
        self._open = self.paragraphs.open
        self._lists: list[_Open] = []
        self._list_count = 0
        self._is_in_note = False
        self._note_width = paper(options).text_width - look.NOTE_INDENT
        notes = {note.label: note.blocks for note in document.footnotes}
        inlines.write_note = lambda label: self._note(notes[label])

    def blocks(self, blocks: Blocks, place: Place) -> None:
        """Writes blocks one below the other."""
        if place.box is None and not place.level:
            for block in blocks:
                self._block(block, place)
                if not self._is_in_note:
                    self._inlines.write_notes()
            return
        last = len(blocks) - 1
        for at, block in enumerate(blocks):
            is_last = at == last
            its = place._replace(
                ends=place.ends and is_last, closes=place.closes and is_last, labelled=place.labelled and at == 0
            )
            self._block(block, its)

    def add_to_report(self) -> None:
        """Says what was left without colours."""
        if self._highlighter and self._highlighter.left_plain:
            self._report.note(Code.STYLE, "Very long code, and code with very long lines, is not coloured.")

    def heading(self, content: Inlines, level: int, id: str, place: Place, style: str = "", more: str = "") -> None:
        """Writes a heading, with the bookmark that links lead to. One that says nothing leaves only that."""
        marks = ("", "")
        if id:
            name = html_attribute(bookmark(id))
            marks = f'<text:bookmark-start text:name="{name}"/>', f'<text:bookmark-end text:name="{name}"/>'
        if not content:
            self.paragraphs.begin += f'<text:bookmark text:name="{html_attribute(bookmark(id))}"/>' if id else ""
            return
        level = min(level, 10)
        parent = style or f"Heading_20_{level}"
        is_rtl = self._turned(content)
        tag, outline = ("text:p", "") if style else ("text:h", f' text:outline-level="{level}"')
        self._open(parent, place, more, is_rtl=is_rtl, tag=tag, attributes=outline)
        self._out.add(marks[0])
        self._inlines.write_heading(content, place.width)
        self._out.add(f"{marks[1]}</{tag}>")

    def line(self, style: str, content: Inlines, place: Place, more: str = "") -> None:
        """Writes one paragraph."""
        self._open(style, place, more, is_rtl=self._turned(content))
        self._inlines.write(content, place.width)
        self._out.add("</text:p>")

    def picture(self, frame: str, style: str, place: Place) -> None:
        """Writes a paragraph that is a picture."""
        self._open(style, place)
        self._out.add(f"{frame}</text:p>")

    def _block(self, block: Block, place: Place) -> None:
        match block:
            case Paragraph():
                self._paragraph(block, place)
            case Heading():
                self.heading(block.content, block.level, block.id, place)
            case CodeBlock():
                self._label_alone(place)
                self._code(block, place)
            case Diagram():
                self._label_alone(place)
                self._diagram(block, place)
            case BlockQuote():
                self._label_alone(place)
                self._boxed(QUOTE, (), block.blocks, place)
            case Admonition():
                self._label_alone(place)
                title: Inlines = (self._words.admonition(block.kind),) if block.title is None else block.title
                self._boxed(callout(block.kind), title, block.blocks, place)
            case Details():
                self._label_alone(place)
                self._report.degraded(Code.NODE, "Foldable blocks are shown open.", self._inlines.where)
                box = DETAILS if block.kind is None else callout(block.kind)
                self._boxed(box, (_FOLD, *block.summary), block.blocks, place)
            case Tabs():
                self._label_alone(place)
                self._tabs(block, place)
            case Figure():
                self._figure(block, place)
            case List():
                self._label_alone(place)
                self._list(block, place)
            case DefinitionList():
                self._label_alone(place)
                self._definitions(block, place)
            case Table():
                self._label_alone(place)
                self._table(block, place)
            case ThematicBreak():
                self._label_alone(place)
                self._open("Horizontal_20_Line", place)
                self._out.add("</text:p>")
            case RawBlock():
                self._raw(block, place)

    # Paragraphs

    def _paragraph(self, block: Paragraph, place: Place) -> None:
        more = f'fo:text-align="{block.alignment}"' if block.alignment else ""
        if (image := _alone(block.content)) is not None and not place.level:
            self._image(block, image, place, more)
            return
        for content in _without_displayed(block.content):
            if isinstance(content, Math):
                self._formula(content, place)
            else:
                self.line(self._style(place), content, place, more)
            place = place._replace(labelled=False)

    def _image(self, block: Paragraph, image: Image, place: Place, more: str) -> None:
        is_there = image.url in self._document.resources
        caption = image.title if is_there else ""
        self.line("Figure_20_Body" if caption else "Picture", block.content, place, more)
        if caption:
            self.line("Caption", (caption,), place, more)

    def _formula(self, formula: Math, place: Place) -> None:
        frame = self._frames.formula(formula.text, place.width, self._inlines.where, is_displayed=True)
        if frame is None:
            self.code_text(kept(formula.text.strip()), place)
        elif frame:
            self.picture(frame, "Formula", place)

    def _style(self, place: Place) -> str:
        if place.box is not None:
            return place.box.style
        if place.level and place.base in ("Text_20_body", "List_20_Contents"):
            name = "Numbering" if place.kind == "numbers" else "List"
            end = "" if place.is_tight and not place.ends else "_20_End"
            return f"{name}_20_{min(place.level, LIST_STYLES)}{end}"
        return place.base

    def _turned(self, content: Inlines) -> bool | None:
        """Whether a line runs from right to left; None where it runs as the document."""
        direction = first_direction(content)
        return None if not direction or (direction == "rtl") == self._is_rtl else direction == "rtl"

    # Code and drawings

    def _code(self, block: CodeBlock, place: Place) -> None:
        text = block.text.removesuffix("\n")
        tokens = self._highlighter.tokens(text, block.language) if self._highlighter else None
        if tokens is None:
            self.code_text(kept(text), place)
            return
        pieces = []
        for kind, piece in tokens:
            dress = look.CODE_DRESSES.get(kind)
            said = kept(piece)
            pieces.append(
                f'<text:span text:style-name="{look.named(dress.name)}">{said}</text:span>' if dress else said
            )
        self.code_text("".join(pieces), place)

    def code_text(self, xml: str, place: Place) -> None:
        """Writes a block of code."""
        self._open("Preformatted_20_Text", place)
        self._out.add(f"{xml}</text:p>")

    def _diagram(self, block: Diagram, place: Place) -> None:
        if block.language == "mermaid":
            if frame := self._frames.diagram(block.text, place.width, self._inlines.where):
                self.picture(frame, "Picture", place)
                return
        else:
            what = "Diagrams are shown as their source: no program draws them here."
            self._report.degraded(Code.DIAGRAM, what, self._inlines.where)
        self.code_text(kept(block.text.removesuffix("\n")), place)

    # What holds blocks

    def _boxed(self, box: Box, title: Inlines, blocks: Blocks, place: Place) -> None:
        self.paragraphs.begin_box()
        inner = place.boxed(box)
        if title:
            self.line(box.titled.style, title, inner)
        self.blocks(blocks, inner)
        self.paragraphs.end_box()

    def _tabs(self, block: Tabs, place: Place) -> None:
        what = "Tabs are shown one after the other, each below its label."
        self._report.degraded(Code.NODE, what, self._inlines.where)
        for tab in block.tabs:
            self._boxed(DETAILS, tab.label, tab.blocks, place)

    def _figure(self, block: Figure, place: Place) -> None:
        for inner in block.blocks:
            match inner:
                case Paragraph(content) if _alone(content) is not None and block.caption:
                    self.line("Figure_20_Body", content, place)
                case _:
                    self._block(inner, place)
            place = place._replace(labelled=False)
        if block.caption:
            has_table = any(isinstance(inner, Table) for inner in block.blocks)  # which begin where text does
            is_rtl = self._turned(block.caption) if self._turned(block.caption) is not None else self._is_rtl
            side = "right" if is_rtl else "left"
            self.line("Caption", block.caption, place, f'fo:text-align="{side}"' if has_table else "")

    def _definitions(self, block: DefinitionList, place: Place) -> None:
        outer = place._replace(labelled=False)
        inner = outer.indented(look.STEP)
        if place.base == "Text_20_body" and place.box is None:
            inner = inner._replace(base="List_20_Contents", own=look.STEP)
        for item in block.items:
            for term in item.terms:
                self.line("List_20_Heading", term, outer)
            for description in item.descriptions:
                self.blocks(description, inner)

    def _raw(self, block: RawBlock, place: Place) -> None:
        if raw_html.is_comment(block.html):
            return
        self._report.degraded(Code.RAW_HTML, "Of HTML inside the source only the words were kept.", self._inlines.where)
        for words in raw_html.words(block.html).split("\n"):
            if words.strip():
                self.line(self._style(place), (words,), place)

    # Lists

    def _list(self, block: List, place: Place) -> None:
        if place.level == LEVELS[-1]:
            self._deep_list(block, place)
            return
        kind = _kind(block)
        step = look.STEP
        if block.start is not None:
            digits = len(str(block.start + len(block.items) - 1))
            step += max(0, digits - 2) * look.WIDER
        style = self._automatic.list(kind, place, step, 1 if block.start is None else block.start)
        inner = place.indented(step)._replace(
            level=place.level + 1,
            kind=kind,
            out=hang(kind, step),
            is_tight=block.tight,
            labelled=True,
        )
        inner = inner._replace(listed=inner.left)
        self._list_count += 1
        opened = _Open(f"list{self._list_count}", style, "text:list-item")
        self._out.add(f'<text:list xml:id="{opened.id}" text:style-name="{style}">')
        self._lists.append(opened)
        last = len(block.items) - 1
        for at, item in enumerate(block.items):
            start = f' text:start-value="{block.start}"' if at == 0 and block.start not in (None, 1) else ""
            self._out.add(f"<text:list-item{start}>")
            closes = place.closes and at == last
            ends = at == last and (place.ends or not place.level or not place.is_tight)
            self._item(item, inner._replace(ends=ends, closes=closes))
            self._out.add(f"</{self._lists[-1].item}>")
            self._lists[-1] = opened
        self._lists.pop()
        self._out.add("</text:list>")

    def _deep_list(self, block: List, place: Place) -> None:
        # List styles have ten levels, and programs refuse XML in which 256 elements stand in each other.
        what = f"Lists are nested more than {LEVELS[-1]} deep; what is deeper has its bullets and numbers as text."
        self._report.degraded(Code.NESTING, what, self._inlines.where)
        place = place._replace(labelled=False)
        for at, item in enumerate(block.items):
            label = _NO_TASK if block.start is None else f"{block.start + at}. "
            self.paragraphs.begin += label if item.checked is None else _DONE if item.checked else _TO_DO
            if not (item.blocks and isinstance(item.blocks[0], Paragraph)):
                self.line(self._style(place), (), place)
            self.blocks(item.blocks, place)

    def _item(self, item: ListItem, place: Place) -> None:
        if item.checked is not None:
            self.paragraphs.begin += _DONE if item.checked else _TO_DO
        elif place.kind == "tasks":
            self.paragraphs.begin += _NO_TASK
        if item.blocks:
            self.blocks(item.blocks, place)
        else:
            self.line(self._style(place), (), place)

    def _label_alone(self, place: Place) -> None:
        # What is no paragraph of text has no place for a bullet or number: that gets a line of its own.
        if place.labelled:
            self.line(self._style(place), (), place._replace(ends=False))

    def _table(self, block: Table, place: Place) -> None:
        if not block.alignments or not (block.head or block.rows):
            return
        if self._is_in_note:
            self._as_lines(block, place)
            return
        self.paragraphs.settle()
        # No table may stand in a list (ODF 1.3 part 3, 5.3.3), so the lists end here, and go on below it.
        for each in reversed(self._lists):
            self._out.add(f"</{each.item}></text:list>")
        rtl = self._is_rtl
        self._tables.table(block, place, self._inlines.where, self._turned, rtl)
        for at, each in enumerate(self._lists):
            going_on = f' text:continue-list="{each.id}"' if at == 0 else ""
            self._lists[at] = each._replace(item="text:list-header")
            self._out.add(
                f'<text:list text:style-name="{each.style}" text:continue-numbering="true"{going_on}><text:list-header>'
            )

    def _as_lines(self, block: Table, place: Place) -> None:
        what = "Tables in footnotes are written as lines: word processors have none there."
        self._report.degraded(Code.TABLE, what, self._inlines.where)
        for row in (block.head, *block.rows):
            content: list[object] = []
            for cell in row:
                content += (" | ", *cell.content) if content and cell.content else cell.content
            if content:
                self.line(self._style(place), tuple(content), place)  # type: ignore[arg-type]

    # Footnotes

    def _note(self, blocks: Blocks) -> None:
        outer = self._lists, self._is_in_note, self.paragraphs, self._open
        self._lists, self._is_in_note = [], True
        self.paragraphs = Paragraphs(self._out, self._automatic)
        self._open = self.paragraphs.open
        first = Place(self._note_width, left=look.NOTE_INDENT, base="Footnote", own=look.NOTE_INDENT)
        rest = first._replace(base="Footnote_20_Continuation")
        if blocks and isinstance(blocks[0], Paragraph):
            self.blocks(blocks[:1], first)
            self.blocks(blocks[1:], rest)
        else:
            self.line("Footnote", (), first)
            self.blocks(blocks, rest)
        self._lists, self._is_in_note, self.paragraphs, self._open = outer


def _kind(block: List) -> ListKind:
    if block.start is not None:
        return "numbers"
    return "tasks" if any(item.checked is not None for item in block.items) else "bullets"


def _alone(content: Inlines) -> Image | None:
    """The image that is all there is, or all that a link holds."""
    match content:
        case (Image() as image,) | (Link(content=(Image() as image,)),):
            return image
        case _:
            return None


def _without_displayed(content: Inlines) -> list[Inlines | Math]:
    """The content, cut where a formula stands on a line of its own."""
    if not any(isinstance(node, Math) and node.display for node in content):
        return [content]
    parts: list[Inlines | Math] = []
    line: list[object] = []
    for node in content:
        if isinstance(node, Math) and node.display:
            if _says(line):
                parts.append(tuple(line))  # type: ignore[arg-type]
            parts.append(node)
            line = []
        else:
            line.append(node)
    if _says(line):
        parts.append(tuple(line))  # type: ignore[arg-type]
    return parts


def _says(line: list[object]) -> bool:
    return any(not isinstance(node, str) or node.strip() for node in line)
