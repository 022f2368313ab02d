"""A document as slides, for formats whose programs set the text themselves: which there are, and what is on each.

They are those of `exporters.pages.slides`, which sets the text itself: a title, a slide for each section down to a
level, text that is smaller where that saves a slide, and slides on which goes on what fits on none. Here heights are
estimated.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from exporters.document.nodes import (
    Block,
    Blocks,
    Document,
    FootnoteReference,
    Heading,
    Image,
    Inlines,
    List,
    ListItem,
    Paragraph,
    Section,
    Strong,
)
from exporters.document.walk import blocks as every_block
from exporters.document.walk import lines, plain_text, title, within
from exporters.errors import SourceTooLarge
from exporters.pages.slide_parts import (
    Part,
    PictureSlide,
    below,
    centred,
    has_title_slide,
    is_title,
    picture_slide,
    sheets,
)
from exporters.toolbox import metadata
from exporters.toolbox.deck_heights import GAP, NOTE, Heights, Leaf, Row, Size, Sizes
from exporters.toolbox.deck_parting import height, parting
from exporters.toolbox.deck_ruler import Ruler
from exporters.toolbox.deck_slide import BIG, TITLES, Kind, Placed, Settings, Slide
from exporters.toolbox.words import words

_SCALES = (1.0, 0.9, 0.8, 0.7)  # of the text, tried in turn until all is on one slide
_GOES_ON = (1.0, 0.8)  # tried where it is not: smaller letters would help nobody
_SHRINKS = 0.8  # of the height that lines have if they fill as much as before, that they may have at least
_LEAST_PICTURE = 0.4  # of what is left of it by the heading, that an image above or below text has at least
_LARGEST = 3.0  # times its own size, that an image is shown at most
_LEAST_TITLE, _TITLE_LINES = 1.1, 2
_LONGEST_BIG = 300  # of one that has a slide for itself
_SEPARATOR = 8.0  # points above the footnotes of a slide
_MOST_SLIDES = 10_000  # what a program opens with patience; a book of 500 pages has 1,500


class Deck:
    """The slides of one document. They are made as they are asked for."""

    def __init__(self, document: Document, settings: Settings, sizes: Sizes) -> None:
        self.title = title(document)
        self.has_title = has_title_slide(document, self.title)
        """Whether the first slide is that of the title."""
        self._document = document
        self._settings = settings
        self._words = words(metadata.language(document))
        self._is_title_said = self.has_title and is_title(document, self.title)
        self._levels = max(settings.level, 1 + self._is_title_said)
        self.ruler = Ruler(settings.widening, settings.tall)
        self._sizes = sizes
        self.heights = Heights(self.ruler, sizes, settings.room)
        self._numbers = {note.label: number for number, note in enumerate(document.footnotes, 1)}
        self._note_heights: dict[int, float] = {}
        self._note_mentions: dict[int, tuple[str, ...]] = {}
        self._said: set[int] = set()  # footnotes that stand on a slide already
        self._spoken = _spoken(document) if settings.spoken else frozenset[Block]()
        self._chapter = ""

    def slides(self) -> Iterator[Slide]:
        """Every slide, in order. Raises `SourceTooLarge`."""
        for count, slide in enumerate(self._slides()):
            if count >= _MOST_SLIDES:
                raise SourceTooLarge(f"The document makes more than {_MOST_SLIDES} slides. Split it.")
            self.heights.forget()
            yield slide

    def note_height(self, number: int) -> float:
        """Of a footnote at the foot of a slide."""
        if number not in self._note_heights:
            size = self._settings.font_size * NOTE
            blocks = self._document.footnotes[number - 1].blocks
            self._note_heights[number] = self.heights.height(blocks, self._settings.column - size * 2, size)
        return self._note_heights[number]

    def _slides(self) -> Iterator[Slide]:
        shown, wanted = self._document.map, self._settings.map
        blocks, notes = self._parted_notes(self._document.blocks)
        if self.has_title:
            id = self._document.sections[0].id if self._is_title_said else ""
            yield Slide("title", (self.title,), notes=notes, id=id, ids=(id,) if id else ())
            notes = ()
        if shown and wanted != "outline":
            yield Slide("map", notes=notes)
            notes = ()
        if not shown or wanted != "drawing":
            if sheet := sheets([Part(blocks)]):
                yield from self._sheets((), 1, sheet, notes)
            yield from self._sections()
        yield from self._unmentioned()

    # Sections

    def _sections(self) -> Iterator[Slide]:
        stack = [(section, 0) for section in reversed(self._document.sections)]
        while stack:
            section, depth = stack.pop()
            if depth == 0 or (depth == 1 and self._is_title_said):
                self._chapter = plain_text(section.heading)
            yield from self._section(section, depth)
            if depth + 1 < self._levels:
                stack.extend((child, depth + 1) for child in reversed(section.sections))

    def _section(self, section: Section, depth: int) -> Iterator[Slide]:
        own, notes = self._parted_notes(section.blocks)
        parts = [Part(own)]
        if depth + 1 >= self._levels:
            for part in below(section, depth):
                blocks, more = self._parted_notes(part.blocks)
                parts.append(part._replace(blocks=blocks))
                notes += (Paragraph((Strong(part.section.heading),)), *more) if more and part.section else ()
        content = sheets(parts)
        is_said = self._is_title_said and section is self._document.sections[0]
        heading, kept = self._shortened(section.heading, _LONGEST_BIG if not content else 0)
        if kept:
            content = (
                [[Part((kept, *content[0][0].blocks)), *content[0][1:]], *content[1:]] if content else [[Part((kept,))]]
            )
        id = "" if is_said else section.id
        if content:
            yield from self._sheets(heading, depth + 1, content, notes, id)
        elif not is_said or notes:
            is_plain = not section.sections or any(not isinstance(node, str) for node in heading)
            scale = self._title_scale(heading, BIG)
            kind: Kind = "words" if is_plain else "divider"
            yield Slide(
                kind,
                heading,
                depth + 1,
                scale,
                notes=notes,
                footnotes=self._mentioned(heading),
                id=id,
                ids=(id,) if id else (),
                chapter=self._chapter,
            )

    def _shortened(self, heading: Inlines, longest: int) -> tuple[Inlines, Block | None]:
        """The heading as it fits above text, or into so many characters; and all of it, where that is less."""
        if longest:
            fits = len(plain_text(heading)) <= longest
        else:
            fits = self._lines(heading, _LEAST_TITLE) <= _TITLE_LINES + 0.5
        if fits:
            return heading, None
        text = plain_text(heading)
        room = longest or int(_TITLE_LINES * self._settings.column / self._settings.font_size / _LEAST_TITLE * 1.4)
        short = text[:room].rpartition(" ")[0] or text[: room // 2]
        return (f"{short} …",), Paragraph((Strong(heading),))

    def _lines(self, heading: Inlines, share: float) -> float:
        return self.ruler.lines(heading, self._settings.column / (self._settings.font_size * share), 1.07)

    def _title_scale(self, heading: Inlines, sizes: tuple[tuple[float, int], ...]) -> float:
        for share, most in sizes:
            if self._lines(heading, share) <= most * 1.2:  # lines of other scripts count for more
                return share / sizes[0][0]
        return sizes[-1][0] / sizes[0][0]

    # Slides with text

    def _sheets(
        self, heading: Inlines, level: int, content: list[list[Part]], notes: Blocks, id: str = ""
    ) -> Iterator[Slide]:
        """The slides of one section: those that lines across part, and those on which they go on."""
        size = self._title_scale(heading, TITLES) if heading else 1.0
        mentioned = self._mentioned(heading)
        base = Slide("text", heading, level, size, notes=notes, chapter=self._chapter)
        part = 0
        for sheet in content:
            for slide in self._sheet(sheet, base):
                part += 1
                own = id if part == 1 else ""
                first = mentioned if part == 1 else ()
                yield slide._replace(
                    part=part,
                    notes=notes if part == 1 else (),
                    id=own,
                    ids=((own,) if own else ()) + tuple(_ids(slide.blocks)),
                    footnotes=(*first, *slide.footnotes),
                )

    def _sheet(self, sheet: list[Part], base: Slide) -> Iterator[Slide]:
        picture = picture_slide(sheet)
        if picture and (slide := self._picture(picture, base)):
            yield slide
            return
        blocks = tuple(_in_a_row(sheet))
        scale, row, ends = self._plan(blocks, bool(base.heading))
        if not (row.leaves or base.heading or base.notes):
            return
        start = 0
        for end in ends:
            shown = tuple(row.cut(start, end))
            yield base._replace(blocks=shown, scale=scale, footnotes=self._at_foot(row.leaves[start:end]))
            start = end

    def _plan(self, blocks: Blocks, has_heading: bool) -> tuple[float, Row, list[int]]:
        """The largest text with which all is on one slide; failing that, with which there are fewest."""
        settings = self._settings
        room = settings.room if has_heading else settings.bottom - settings.title_top
        plans: list[tuple[float, float, Row, list[int]]] = []
        least = 0.0
        for scale in _SCALES:
            if scale not in _GOES_ON and least * scale * scale > room:
                continue  # it is much too high for one slide
            row = self.heights.row(blocks, settings.column, settings.font_size * scale)
            notes = self._foot_heights(row.leaves)
            if not row.leaves:
                return scale, row, [0]
            whole = height(row.leaves, notes, 0, len(row.leaves))
            if whole <= room:
                return scale, row, [len(row.leaves)]
            if scale in _GOES_ON:
                badness, ends = parting(row.leaves, room, notes)
                plans.append((badness + 1 - scale, scale, row, ends))
            least = least or whole * _SHRINKS
        _, scale, row, ends = min(plans, key=lambda plan: plan[0])
        return self._enlarged(blocks, room, scale, row, ends, {scale: row for _, scale, row, _ in plans})

    def _enlarged(
        self, blocks: Blocks, room: float, scale: float, row: Row, ends: list[int], measured: dict[float, Row]
    ) -> tuple[float, Row, list[int]]:
        """The same slides in larger text, where all of them have room for that."""
        for larger in _SCALES:
            if larger <= scale:
                break
            tried = measured.get(larger)
            if tried is None:
                tried = self.heights.row(blocks, self._settings.column, self._settings.font_size * larger)
            if len(tried.leaves) != len(row.leaves):
                continue
            notes = self._foot_heights(tried.leaves)
            if all(height(tried.leaves, notes, start, end) <= room for start, end in pairwise((0, *ends))):
                return larger, tried, ends
        return scale, row, ends

    # Footnotes

    def _foot_heights(self, leaves: list[Leaf]) -> list[float]:
        """How high those footnotes are that each leaf mentions first."""
        seen: set[int] = set()
        found: list[float] = []
        for leaf in leaves:
            more = 0.0
            for number in self._with_mentioned(leaf.notes):
                if number not in seen and number not in self._said and self._fits(number):
                    more += self.note_height(number) + (0.0 if seen else _SEPARATOR)
                    seen.add(number)
            found.append(more)
        return found

    def _at_foot(self, leaves: list[Leaf]) -> tuple[int, ...]:
        """The footnotes of a slide, which are said then."""
        labels = tuple(label for leaf in leaves for label in leaf.notes)
        return self._say(labels)

    def _mentioned(self, content: Inlines) -> tuple[int, ...]:
        return self._say(tuple(node.label for node in within(content) if isinstance(node, FootnoteReference)))

    def _say(self, labels: tuple[str, ...]) -> tuple[int, ...]:
        found = [each for each in self._with_mentioned(labels) if each not in self._said and self._fits(each)]
        self._said.update(found)
        return tuple(dict.fromkeys(found))

    def _with_mentioned(self, labels: tuple[str, ...]) -> Iterator[int]:
        """The numbers of footnotes, and of those that they mention."""
        if not labels:
            return
        seen: set[str] = set()
        todo = list(reversed(labels))
        while todo:
            label = todo.pop()
            if label in seen or label not in self._numbers:
                continue
            seen.add(label)
            number = self._numbers[label]
            yield number
            if number not in self._said:
                todo += self._mentions_of(number)

    def _mentions_of(self, number: int) -> tuple[str, ...]:
        """The labels of the footnotes that a footnote mentions."""
        if number not in self._note_mentions:
            self._note_mentions[number] = tuple(
                node.label
                for block in every_block(Document(self._document.footnotes[number - 1].blocks))
                for line in lines(block)
                for node in within(line)
                if isinstance(node, FootnoteReference)
            )
        return self._note_mentions[number]

    def _fits(self, number: int) -> bool:
        return self.note_height(number) <= self._settings.room * self._settings.longest_note

    def _unmentioned(self) -> Iterator[Slide]:
        notes = [
            List((ListItem(note.blocks),), start=number)
            for number, note in enumerate(self._document.footnotes, 1)
            if number not in self._said
        ]
        if notes:
            self._said.update(range(1, len(self._document.footnotes) + 1))
            for slide in self._sheets((self._words.footnotes,), 1, [[Part(tuple(notes))]], ()):
                yield slide._replace(kind="notes", chapter="")

    # Pictures

    def _picture(self, slide: PictureSlide, base: Slide) -> Slide | None:
        """A slide whose picture is as large as the text leaves room; None where there is no such room."""
        settings = self._settings
        natural = self._sizes(Image(slide.url))
        if natural is None or not (natural.width and natural.height):
            return None
        caption = _caption_of(slide.picture)
        texts = [blocks for blocks in (slide.before, slide.after) if blocks]
        around = slide.before + slide.after
        whole = settings.room if base.heading else settings.bottom - settings.title_top
        leaves = self.heights.row((*around, Paragraph(caption)), settings.column, settings.font_size).leaves
        room = whole - sum(self._foot_heights(leaves))
        for scale in _SCALES[:3]:
            size = settings.font_size * scale
            ways: list[tuple[Size, bool]] = []
            under = (
                self.heights.height((Paragraph(caption),), settings.column, size * 0.8) + size * 0.5 if caption else 0.0
            )
            used = sum(self.heights.height(blocks, settings.column, size) for blocks in texts) + under
            used += size * GAP * len(texts)
            if not texts or room - used >= room * _LEAST_PICTURE:
                ways.append((_enlarged(natural, settings.column, room - used), False))
            text, _, beside = settings.beside
            if texts and self.heights.height(around, text, size) <= room:
                ways.append((_enlarged(natural, beside, room - under), True))
            ways = [way for way in ways if way[0].height > 0]
            if ways:
                shown, is_beside = max(ways, key=lambda way: way[0].width)
                placed = Placed(len(slide.before), slide.url, shown, is_beside)
                blocks = (*slide.before, slide.picture, *slide.after)
                return base._replace(blocks=blocks, scale=scale, picture=placed, footnotes=self._at_foot(leaves))
        return None

    # Notes of those who speak

    def _parted_notes(self, blocks: Blocks) -> tuple[Blocks, Blocks]:
        """What stands on a slide, and what is only for who speaks."""
        if not self._spoken:
            return blocks, ()
        shown: list[Block] = []
        notes: list[Block] = []
        for block in blocks:
            if block in self._spoken:
                notes.append(block)
            elif isinstance(block, List):
                kept, more = self._items_without_notes(block)
                shown.append(kept)
                notes += more
            else:
                shown.append(block)
        return tuple(shown), tuple(notes)

    def _items_without_notes(self, block: List) -> tuple[List, list[Block]]:
        notes: list[Block] = []
        items: list[ListItem] = []
        for item in block.items:
            kept, more = self._parted_notes(item.blocks[1:])
            if more and item.blocks:
                first = item.blocks[0]
                notes += (Paragraph((Strong(first.content),)), *more) if isinstance(first, Paragraph) else more
                item = ListItem((first, *kept), item.checked)
            items.append(item)
        return (List(tuple(items), block.start, block.tight), notes) if notes else (block, notes)


def _in_a_row(sheet: list[Part]) -> Iterator[Block]:
    for part in sheet:
        if part.section:
            level = min(part.depth + 1 + (part.depth < 3), 6)
            yield Heading(level, part.section.heading, part.section.id)
        yield from map(centred, part.blocks)


def _ids(blocks: Blocks) -> Iterator[str]:
    for block in every_block(Document(blocks)):
        if isinstance(block, Heading) and block.id:
            yield block.id


def _caption_of(block: Block) -> Inlines:
    return getattr(block, "caption", ())


def _enlarged(natural: Size, width: float, height: float) -> Size:
    if height <= 0:
        return Size(0.0, 0.0)
    fit = min(width / natural.width, height / natural.height, _LARGEST)
    return Size(natural.width * fit, natural.height * fit)


def _spoken(document: Document) -> frozenset[Block]:
    """The notes of a map's topics, which stand below their headings and items in the outline."""
    return frozenset(block for topic in (document.map.topics if document.map else ()) for block in topic.notes)
