"""Blocks as paragraphs and tables. What holds blocks says where theirs stand, and how they are dressed."""

from __future__ import annotations

from copy import replace
from itertools import count, groupby
from typing import TYPE_CHECKING, NamedTuple

from exporters.document import (
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    CodeBlock,
    DefinitionList,
    Details,
    Diagram,
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
from exporters.document.walk import plain_text
from exporters.formats.docx.code import CodeWriter
from exporters.formats.docx.directions import Direction, direction_of
from exporters.formats.docx.lists import LEVELS, STEP, Kinds, is_countable
from exporters.formats.docx.paragraphs import BOX_INDENT, INDENT, Box, Flow, Lines
from exporters.formats.docx.styles import ADMONITIONS, CODE_FILL, QUOTE_BAR, admonition_style
from exporters.formats.docx.tables import MOST_COLUMNS, parted, table
from exporters.report import Code as About
from exporters.toolbox import raw_html
from exporters.toolbox.admonitions import as_github

if TYPE_CHECKING:
    from exporters.formats.docx.work import Work

_PADDING = 150  # twips at both sides of code
_NARROWEST = 2_000  # twips that nested blocks leave for text, however deep they are
_HEADINGS = 9  # levels that Word has
_BEFORE_CODE = 60
_FOLD = "▾ "
_NOTE = "FootnoteText"
_BOXES = {True: "☒", False: "☐"}

# Where paragraphs of a style stand if nothing else is said.
_OWN_INDENTS = {"": 0, "FootnoteText": 0, "Quote": INDENT, "Definition": STEP, "ListParagraph": STEP} | {
    f"{admonition_style(kind)}{end}": INDENT for kind in ADMONITIONS for end in ("", "Label")
}


class Place(NamedTuple):
    """Where blocks stand."""

    style: str = ""
    """Of their paragraphs."""
    left: int = 0
    box: Box | None = None
    direction: Direction = "ltr"
    outline: int = 0
    """The level of the heading that is above."""
    listed: int = 0
    """Tells the outermost list around from others; 0 for none."""


class _Items(NamedTuple):
    """The list that items belong to."""

    number: int
    kinds: Kinds
    level: int
    base: int
    """Where the outermost of its levels begins, from the margin."""


class BlockWriter:
    """Writes the blocks of one document."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._report = work.report
        self.flow = Flow()
        self._code = CodeWriter(work.options.highlight)
        self._serials = count(1)
        self._last_level = 0

    def finish(self) -> None:
        """Says what could not be done as it should."""
        self._code.finish(self._report)

    def blocks(self, blocks: Blocks, place: Place) -> None:
        """Writes blocks one after the other."""
        for block in blocks:
            self.block(block, place)

    def block(self, block: Block, place: Place) -> None:
        """Writes one block."""
        match block:
            case Paragraph():
                self._paragraph(block, place)
            case Heading():
                # Who listens to a document is lost where levels of its headings are skipped.
                level = min(place.outline + block.level, self._last_level + 1)
                self.heading(level, block.content, block.id, place)
            case CodeBlock():
                self._code_block(block.text, block.language, place)
            case Diagram():
                self._diagram(block, place)
            case BlockQuote():
                self.blocks(block.blocks, self._boxed(place, "Quote", QUOTE_BAR, ""))
            case Admonition():
                self._admonition(block, place)
            case Details():
                self._details(block, place)
            case Tabs():
                self._tabs(block, place)
            case Figure():
                self._figure(block, place)
            case List():
                self._list(block, place)
            case DefinitionList():
                self._definitions(block, place)
            case Table():
                self._table(block, place)
            case ThematicBreak():
                self._add(Lines("", "HorizontalRule", place.direction), place)
            case RawBlock():
                self._raw_block(block, place)

    def note(self, blocks: Blocks, place: Place, begin: str) -> None:
        """Writes the blocks of a footnote; `begin` is what stands before their first words."""
        match blocks:
            case (Paragraph() as first, *rest):
                lines = Lines(begin, place.style, direction_of(first.content, place.direction))
                self._content(first, place, lines)
                self.blocks(tuple(rest), place)
            case _:
                self._add_item(Lines(begin, place.style, place.direction), place)
                self.blocks(blocks, place)

    def heading(self, level: int, content: Inlines, id: str, place: Place, more: str = "") -> None:
        """Writes a heading; one that says nothing is only the place that links lead to."""
        self._last_level = level
        direction = direction_of(content, place.direction)
        runs = self._work.bookmarks.around(id, more + self._work.inlines.heading(content, direction))
        is_silent = not plain_text(content) and "<w:drawing>" not in runs
        lines = Lines(runs, "" if is_silent else f"Heading{min(level, _HEADINGS)}", direction)
        if self._work.options.numbering and not is_silent and place.box is None and not place.left:
            lines.number = self._work.numbering.headings(), min(level, _HEADINGS) - 1
        self._add(lines, place)

    # Paragraphs

    def _paragraph(self, block: Paragraph, place: Place) -> None:
        self._content(block, place)

    def _content(self, block: Paragraph, place: Place, lines: Lines | None = None) -> None:
        """Writes a paragraph, as `lines` where it is an item's. Formulas that are displayed stand on their own."""
        if lines is None and (image := _alone(block.content)) and self._picture(block, image, place):
            return
        direction = direction_of(block.content, place.direction)
        for is_formula, group in groupby(block.content, _is_displayed):
            content = _without_blanks(tuple(group), len(block.content))
            if is_formula:
                for node in content:
                    if isinstance(node, Math):
                        self._displayed(node, place, direction)
            elif lines is not None:
                lines.runs += self._runs(content, direction, place)
                self._add_item(lines, place)
                lines = None
            elif len(content) == len(block.content) or plain_text(content):
                self._words(content, block, direction, place)
        if lines is not None:
            self._add_item(lines, place)
        elif not block.content:
            self._words((), block, direction, place)

    def _words(self, content: Inlines, block: Paragraph, direction: Direction, place: Place) -> None:
        lines = Lines(self._runs(content, direction, place), place.style, direction)
        lines.alignment = block.alignment
        self._add(lines, place)

    def _runs(self, content: Inlines, direction: Direction, place: Place) -> str:
        self._work.inlines.room = self._room(place)
        return self._work.inlines.runs(content, direction)

    def _displayed(self, node: Math, place: Place, direction: Direction) -> None:
        formula = self._work.inlines.formula(node.text, display=True)
        if formula is None:
            self._code_block(node.text.strip("\n"), "", place)
        elif formula:
            self._add(Lines(formula, place.style, direction), place)

    def _add(self, lines: Lines, place: Place) -> None:
        """Adds a paragraph where it is to stand."""
        own = _OWN_INDENTS.get(lines.style, 0)
        is_own = lines.style.removesuffix("Label") == place.style
        if place.left != own or (place.box is not None and not is_own):
            lines.left = place.left
        lines.box = place.box
        lines.has_own_box = place.box is not None and is_own
        self.flow.add(lines)

    def _room(self, place: Place) -> int:
        right = BOX_INDENT if place.box is not None and place.box.fill else 0
        return max(self._work.width - place.left - right, _NARROWEST)

    def _inner(self, place: Place, step: int) -> int:
        """Where what stands within begins: deeper, as long as there is room."""
        return place.left + step if self._work.width - place.left - step >= _NARROWEST else place.left

    def _picture(self, block: Paragraph, image: Image, place: Place) -> bool:
        """Writes a paragraph that is but a picture, with its title as a caption; whether there was one to show."""
        direction = place.direction
        runs = self._runs(block.content, direction, place)
        if "<w:drawing>" not in runs:
            return False
        lines = Lines(runs, "CaptionedFigure" if image.title else "Figure", direction)
        lines.alignment = block.alignment
        if place.listed and lines.alignment is None:
            lines.alignment = "right" if direction == "rtl" else "left"  # below the words of its item
        self._add(lines, place)
        if image.title:
            caption = Lines(self._work.inlines.runs((image.title,), direction), "Caption", direction)
            caption.alignment = lines.alignment
            self._add(caption, place)
        return True

    # Code and drawings

    def _code_block(self, text: str, language: str, place: Place) -> None:
        lines = Lines(self._code.runs(text, language), "SourceCode", "ltr")
        lines.before = _BEFORE_CODE
        lines.is_code = True
        is_filled = place.box is not None and place.box.fill  # what is behind all of it is behind code, too
        if place.box is not None or place.left:
            lines.left = place.left + (0 if is_filled else _PADDING)
        if place.box is not None:
            lines.before = 0
            lines.box = place.box
            lines.fill = "" if is_filled else CODE_FILL
        self.flow.add(lines)

    def _diagram(self, block: Diagram, place: Place) -> None:
        drawing = self._work.pictures.diagram(block.text, self._room(place))
        if drawing:
            self._add(Lines(drawing, "Figure", place.direction), place)
        else:
            self._code_block(block.text, block.language, place)

    # What holds blocks

    def _boxed(self, place: Place, style: str, bar: str, fill: str) -> Place:
        box = Box(bar, fill, place.left, next(self._serials), place.direction, place.box)
        return place._replace(style=style, left=self._inner(place, INDENT), box=box)

    def _admonition(self, block: Admonition, place: Place) -> None:
        kind = as_github(block.kind)
        style = admonition_style(kind)
        within = self._boxed(place, style, *ADMONITIONS[kind])
        title = (self._work.words.admonition(block.kind),) if block.title is None else block.title
        if title:
            self._label(title, f"{style}Label", within)
        self.blocks(block.blocks, within)

    def _details(self, block: Details, place: Place) -> None:
        self._report.degraded(About.NODE, "Foldable blocks are shown open.", self._work.where)
        if block.kind is not None:
            self._admonition(Admonition(block.kind, block.blocks, block.summary), place)
            return
        self._label((_FOLD, *block.summary), "Summary", place)
        self.blocks(block.blocks, place._replace(left=self._inner(place, INDENT)))

    def _tabs(self, block: Tabs, place: Place) -> None:
        what = "Tabs are shown one after the other, each below its label."
        self._report.degraded(About.NODE, what, self._work.where)
        for tab in block.tabs:
            self._label(tab.label, "Summary", place)
            self.blocks(tab.blocks, place._replace(left=self._inner(place, INDENT)))

    def _label(self, content: Inlines, style: str, place: Place) -> None:
        self._add(self._labelled(content, style, place), place)

    def _labelled(self, content: Inlines, style: str, place: Place) -> Lines:
        direction = direction_of(content, place.direction)
        return Lines(self._runs(content, direction, place), style, direction)

    def _figure(self, block: Figure, place: Place) -> None:
        match block.blocks:
            case (Paragraph(content) as only,) if image := _alone(content):
                if block.caption:  # which says what the title would
                    alignment = only.alignment or "center"  # words that stand for the image, too
                    only = replace(only, content=_without_title(content, image), alignment=alignment)
                self.blocks((only,), place)
            case blocks:
                self.blocks(blocks, place)
        if block.caption:
            last = self.flow.last
            if last is not None:
                last.keep_next = True
            caption = self._labelled(block.caption, "Caption", place)
            if not any(isinstance(each, Paragraph | Diagram) for each in block.blocks):  # tables begin where text does
                caption.alignment = "right" if caption.direction == "rtl" else "left"
            self._add(caption, place)

    def _definitions(self, block: DefinitionList, place: Place) -> None:
        for item in block.items:
            for term in item.terms:
                self._label(term, "DefinitionTerm", place)
            within = place._replace(left=self._inner(place, STEP))
            for description in item.descriptions:
                self.blocks(description, within._replace(style="Definition" if place.box is None else place.style))

    def _table(self, block: Table, place: Place) -> None:
        if len(block.alignments) > MOST_COLUMNS:
            what = f"A table with more than {MOST_COLUMNS} columns, as many as Word takes, became several."
            self._report.degraded(About.TABLE, what, self._work.where)
        for part in parted(block) if block.head or block.rows else ():
            pieces = table(self._work, part, place.left, self._room(place), place.direction)
            self.flow.add_table("".join(pieces))

    def _raw_block(self, block: RawBlock, place: Place) -> None:
        if raw_html.is_comment(block.html):
            return
        self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.", self._work.where)
        for line in raw_html.words(block.html).split("\n"):
            if line.strip():
                self._paragraph(Paragraph((line,)), place)

    # Lists

    def _list(self, block: List, place: Place, within: _Items | None = None) -> None:
        first = block.items[0].blocks if block.items else ()
        if first and isinstance(first[0], Paragraph):
            place = place._replace(direction=direction_of(first[0].content, place.direction))
        level = 0 if within is None else within.level + 1
        if within is None:
            place = place._replace(listed=next(self._serials))
        if level >= LEVELS:
            what = (
                f"Lists are nested more than {LEVELS} deep, as deep as Word's are; what is deeper has its last level."
            )
            self._report.degraded(About.NESTING, what, self._work.where)
            level = LEVELS - 1
        if not is_countable(block):
            what = "A list begins at a number that Word cannot show; it begins at the nearest that Word can."
            self._report.degraded(About.NODE, what, self._work.where)
        base = place.left if within is None else within.base
        if within is not None and level > within.level and _is_level_of(block, within, level):
            items = within._replace(level=level)
        else:
            items = _Items(*self._work.numbering.list(block, level), level, base)
        for item in block.items:
            self._item(item, block, items, place)

    def _item(self, item: ListItem, block: List, items: _Items, place: Place) -> None:
        style = "ListBullet" if block.start is None else "ListNumber"
        style = place.style if place.style == _NOTE else style
        left = self._inner(place, STEP)
        lines = Lines("", style, place.direction)
        is_counted = item.checked is None or block.start is not None  # a box stands for a bullet, not for a number
        lines.number = (items.number if is_counted else self._work.numbering.tasks(), items.level)
        lines.hanging = STEP
        lines.listed = place.listed
        lines.is_tight, lines.is_loose = block.tight, not block.tight
        if place.box is not None or items.base or left != STEP * (items.level + 1):
            lines.left = left
        if item.checked is not None:
            lines.runs = _tick(item.checked, '<w:t xml:space="preserve"> </w:t>' if is_counted else "<w:tab/>")
        inner = place._replace(style=place.style if place.box or place.style == _NOTE else "ListParagraph", left=left)
        rest = item.blocks
        match item.blocks:
            case (Paragraph() as first, *_):
                lines.alignment = first.alignment
                lines.direction = direction_of(first.content, place.direction)
                self._content(first, inner, lines)
                rest = item.blocks[1:]
            case _:
                self._add_item(lines, inner)
        for each in rest:
            if isinstance(each, List):
                # Word counts a nested list anew after each item of the one around, but not a second one in an item.
                self._list(each, inner, items if is_counted else items._replace(kinds=()))
                is_counted = False
            else:
                self.block(each, inner)

    def _add_item(self, lines: Lines, place: Place) -> None:
        if lines.left is None:
            lines.hanging = 0  # as the list says
        lines.box = place.box
        self.flow.add(lines)


def _is_level_of(block: List, items: _Items, level: int) -> bool:
    """Whether a list can be a level of the list around it."""
    ordered = block.start is not None
    return items.kinds[level : level + 1] == (ordered,) and block.start in (None, 1)


def _is_displayed(node: object) -> bool:
    return isinstance(node, Math) and node.display


def _without_blanks(content: Inlines, whole: int) -> Inlines:
    """A part of a paragraph, without the blanks that stand between it and a formula before it or after it."""
    if len(content) == whole:
        return content
    first, *rest = content
    if isinstance(first, str):
        content = (first.lstrip(), *rest)
    *rest, last = content
    return (*rest, last.rstrip()) if isinstance(last, str) else content


def _alone(content: Inlines) -> Image | None:
    """The image that is all there is, or all that a link holds."""
    match content:
        case (Image() as image,) | (Link(content=(Image() as image,)),):
            return image
        case _:
            return None


def _without_title(content: Inlines, image: Image) -> Inlines:
    [only] = content
    bare = replace(image, title="")
    return (replace(only, content=(bare,)),) if isinstance(only, Link) else (bare,)


def _tick(is_done: bool, gap: str) -> str:
    """A box to tick (Microsoft's [MS-DOCX], 2.6.2: w14:checkbox), and what parts it from the words after it."""
    font = '<w:rFonts w:ascii="MS Gothic" w:hAnsi="MS Gothic" w:eastAsia="MS Gothic" w:hint="eastAsia"/>'
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(is_done)}"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/><w14:uncheckedState w14:val="2610" '
        f'w14:font="MS Gothic"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:rPr>{font}</w:rPr>'
        f"<w:t>{_BOXES[is_done]}</w:t></w:r></w:sdtContent></w:sdt><w:r>{gap}</w:r>"
    )
