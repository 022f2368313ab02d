"""Lays a document out as slides: one for each section, in large text, which is made smaller where that saves a slide.

What stands on a slide is first laid out on trial, in each size of text that comes into question. That is bounded: what
is higher than a few slides is not looked at further. What fits in no size goes on on further slides.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import replace
from functools import partial
from itertools import islice, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from exporters.document import (
    Blocks,
    Document,
    Footnote,
    Inlines,
    Map,
    Section,
    walk,
)
from exporters.pages import settings, slide_settings
from exporters.pages.blocks import BlockWriter, Column, Look
from exporters.pages.file import Bookmark, File
from exporters.pages.flow import Area, Flow, Margins, Sheet, Solid
from exporters.pages.footnotes import FootnoteWriter, numbers, separator
from exporters.pages.furniture import FurnitureWriter, Running, slots
from exporters.pages.inlines import TOP, InlineWriter, Style
from exporters.pages.lines import Line, Setting, align, break_lines
from exporters.pages.notes import Notes
from exporters.pages.page import Page
from exporters.pages.recording import Recording, Stage, TooHigh
from exporters.pages.slide_looks import Backdrop, Heading, empty, heading_style, looks, total_height
from exporters.pages.slide_parting import parting
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
from exporters.pages.slide_pictures import Shown, SlidePictures, SlideSketches, enlarged
from exporters.pages.slide_settings import SlideOptions
from exporters.pages.tables import TableWriter
from exporters.pages.tags import Element, Role
from exporters.pages.wrapping import about, attach, logo, placeholders
from exporters.report import Report
from exporters.toolbox import metadata
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.words import words

if TYPE_CHECKING:
    from exporters.pages.vectors import Sketch

_EDGE = 0.052  # of a slide's width, that stays free at both sides
_ABOVE, _BELOW = 0.062, 0.098  # of its height; the foot stands in what is below
_FOOT = 11.0  # points
_SCALES = (1.0, 0.9, 0.8, 0.7)  # of the text, tried in turn until all is on one slide
_GOES_ON = 0.8  # where it is not, it is not smaller: that would help nobody
_SHRINKS = 0.8  # of the height that lines have if they fill as much as before, that they may have at least
_MOST_SLIDES = 6  # as many are measured to find the size with which there are fewest
_LEAST_ROOM = 0.4  # of a slide, below a heading that is longer than any should be: else nothing is planned
_PICTURE = 0.62  # of a slide's height, that an image among text has at most
_LEAST_PICTURE = 0.4  # of what is left of it by the heading, that an image above or below text has at least
_BESIDE = 0.52  # of the width, that text has beside an image
_GUTTER = 0.04  # of the width, between them
_TITLES = ((1.6, 1), (1.4, 1), (1.25, 2))  # sizes of headings by that of text, and how many lines they may have then
_LEAST_TITLE = 1.1
_BIG = ((2.6, 1), (2.2, 2), (1.8, 3))  # the same of those that have a slide for themselves
_LEAST_BIG = 1.1
_LARGEST_MAP = 1.6  # times its own size, in which its text is as large as in print
_MOST_BALANCED = 4  # lines of a heading that are made equally long
_LOGO_WIDTH, _LOGO_HEIGHT = 220.0, 70.0  # points, at most


def write(document: Document, options: SlideOptions, report: Report) -> bytes:
    """A PDF whose pages are slides.

    Raises `MissingPart` without fonts, `SourceTooLarge` where slides have no end, `BadOption`.
    """
    return _DeckWriter(document, options, report).write()


class _Writers(NamedTuple):
    """What writes a document: once in earnest, and once on trial."""

    stage: Stage
    inlines: InlineWriter
    blocks: BlockWriter
    footnotes: FootnoteWriter


type _Content = Callable[[_Writers, Column], None]
"""Writes what stands below the heading of a slide."""


class _Plan(NamedTuple):
    """The size of a slide's text, and where the slides end on which it goes on; () where that is left to the flow."""

    scale: float
    ends: tuple[int, ...]
    spare: float = 0.0
    """How much height is left on the only slide."""


class _PictureLayout(NamedTuple):
    """Where the picture of a slide stands, and how large it may be."""

    scale: float
    room: tuple[float, float]
    is_beside: bool
    spare: float
    """How much height is left."""


class _DeckWriter:
    """The state of one export."""

    def __init__(self, document: Document, options: SlideOptions, report: Report) -> None:
        self._document = document
        self._options = options
        self._report = report
        self._title = walk.title(document)
        self._words = words(metadata.language(document))
        self._theme = looks(settings.look(options))
        self._fonts = Fonts(metadata.language(document))
        self._is_rtl = metadata.direction(document) == "rtl"
        self._has_title_slide = has_title_slide(document, self._title)
        self._is_title_said = self._has_title_slide and is_title(document, self._title)
        self._levels = max(options.slide_level, 1 + self._is_title_said)
        self._file = File(about(document, self._title or self._words.untitled))
        self._root = Element("Document", None)
        self._bookmarks: list[Bookmark] = []

        width, height = slide_settings.size(options)
        edge = width * _EDGE
        self._area = Area(width, height, Margins(edge, edge, height * _ABOVE, height * _BELOW))
        style = Style(self._fonts, options.font_size, self._theme, self._theme.text_family, colour=self._theme.ink)
        self._styles = {scale: replace(style, size=style.size * scale) for scale in _SCALES}
        self._column = Column(self._area.left, self._area.width, self._styles[1.0], self._root, self._is_rtl)
        self._furniture = self._furniture_writer(options, style)
        self._pictures = SlidePictures(
            self._file, document.resources, self._area.height * _PICTURE, report, self._fonts
        )
        self._diagrams: dict[str, Sketch | None] = {}  # by their text
        self._numbers = numbers(document)
        self._real, self._trial = self._writers(report), self._writers(Report())
        self._separator = separator(self._column)
        self._notes = Notes(self._real.footnotes.write, self._separator)
        self._measured_notes: dict[str, tuple[float, list[str]]] = {}
        self._chapter = ""

    def _furniture_writer(self, options: SlideOptions, style: Style) -> FurnitureWriter:
        small = replace(style, size=_FOOT, colour=self._theme.muted)
        said = placeholders(self._document, self._title)
        return FurnitureWriter(self._file, small, Running(foot=slots(options.footer)), said, is_rtl=self._is_rtl)

    def _writers(self, report: Report) -> _Writers:
        document = self._document
        stage = Stage(Recording())
        inlines = InlineWriter(document, self._pictures, self._words.image, self._numbers, report)
        inlines.sketches = SlideSketches(self._pictures, report, self._diagrams)
        setting = Setting(otherwise="rtl" if self._is_rtl else "ltr")
        # Tables stay on their slide, which is never turned: this flow is not asked for a page.
        tables = TableWriter(self._flow(), inlines, report, self._area.height, setting).into(stage)
        blocks = BlockWriter(stage, inlines, tables, self._words, report, Look(setting, setting))
        return _Writers(stage, inlines, blocks, FootnoteWriter(document, inlines, blocks, self._words, self._column))

    @property
    def _own_notes(self) -> Notes | None:
        return self._notes if self._document.footnotes else None

    def _flow(self, notes: Notes | None = None, backdrop: Backdrop | None = None) -> Flow:
        """The pages of one slide, and of those on which it goes on."""
        backdrop = backdrop or Backdrop(self._theme)
        foot = _nothing if backdrop.is_opening else self._furniture.footer
        return Flow(self._file, self._area, backdrop.draw, foot, notes, self._is_rtl)

    def write(self) -> bytes:
        self._title_slide()
        shown = self._document.map
        if shown and self._options.map != "outline":
            self._map(shown)
        if not shown or self._options.map != "drawing":
            self._slides(None, sheets([Part(self._document.blocks)]), Element("Sect", self._root))
            self._sections()
        self._unmentioned_notes()
        if not self._file.page_count:
            self._flow().finish()
        self._furniture.finish(self._file.page_count)
        if self._real.footnotes.tag.kids:
            self._root.add(self._real.footnotes.tag)
        if self._real.inlines.leads_to_top:
            self._file.add_destination(TOP, 1, 0, self._area.paper_height)
        self._real.inlines.abbreviations.add_to(self._report)
        self._real.blocks.add_to(self._report)
        self._fonts.shortcomings.add_to(self._report)
        self._report.facts["pages"] = self._file.page_count
        attach(self._file, self._document, self._real.inlines.attachments, self._report)
        return self._file.close(self._bookmarks, self._root)

    # Slides of a kind of their own

    def _title_slide(self) -> None:
        if not self._has_title_slide:
            return
        backdrop = Backdrop(self._theme, "title")
        theme, size, area = backdrop.words(), self._styles[1.0].size, self._area
        style = replace(self._styles[1.0], theme=theme, colour=theme.ink)
        column = backdrop.column(self._column.styled(style), area.paper_width)
        title = heading_style(style, self._size((self._title,), column, _BIG, _LEAST_BIG))
        lines = self._kept(self._title, title, column, "Title")
        if subtitle := metadata.stated(self._document, "subtitle"):
            lines.append(empty(size * 0.5))
            lines += self._kept(subtitle, replace(style, size=size * 1.3), column)
        lines += backdrop.bar(column)
        backdrop = backdrop.down_to(area.margins.top + total_height(lines) + size * 2, area.paper_height)
        details = self._details(column.styled(style if backdrop.coloured == 1 else self._styles[1.0]))
        flow = self._flow(backdrop=backdrop)
        figure = Element("Figure", self._root)
        if sign := logo(self._document, self._pictures, figure, self._words.image):
            sign = sign.fitted(min(_LOGO_WIDTH, _LOGO_HEIGHT * sign.width / sign.height))
            flow.marker(partial(_draw_logo, sign, area.left + area.width - sign.width, area.bottom))
        for item in backdrop.title(lines, details, column, area):
            flow.add(item)
        flow.finish()

    def _kept(self, words: str, style: Style, column: Column, role: Role = "P") -> list[Line]:
        recording = Recording()
        self._real.stage.receiver = recording
        if words:
            self._real.blocks.kept((words,), style, self._balanced((words,), style, column), role)
        return [placed.item for placed in recording.items if isinstance(placed.item, Line)]

    def _details(self, column: Column) -> list[Line]:
        people = " · ".join(metadata.authors(self._document))
        date = metadata.stated(self._document, "date")
        muted = replace(column.style, colour=column.style.theme.muted)
        return self._kept(people, column.style, column) + self._kept(date, muted, column)

    def _big(self, heading: Inlines, depth: int, tag: Element, backdrop: Backdrop) -> None:
        """A slide with nothing but a heading."""
        style = replace(self._styles[1.0], theme=backdrop.words())
        column = backdrop.column(replace(self._column, tag=tag, style=style), self._area.paper_width)
        lines = self._heading_lines(heading, depth, column, self._size(heading, column, _BIG, _LEAST_BIG))
        flow = self._flow(self._own_notes, backdrop)
        flow.mark(self._chapter, 1)
        for item in backdrop.placed(lines, column, self._area.height):
            flow.add(item)
        flow.finish()

    def _map(self, shown: Map) -> None:
        from exporters.pages.map_pages import MapPages  # and with it, what draws maps: 8 ms

        flow, area = self._flow(), self._area
        pages = MapPages(self._document, self._file, flow, self._fonts, self._pictures, self._report)
        sketch = pages.sketch(shown, self._root)
        if sketch is None:
            return
        drawing = enlarged(sketch, area.width, area.height - 1, _LARGEST_MAP)
        line = Line([], [(0.0, drawing)], drawing.width, 1.0)
        align(line, area.left, area.width, "center")
        flow.add(empty((area.height - line.height) / 2))
        flow.add(line)
        flow.finish()

    # Sections

    def _sections(self) -> None:
        """Every section that begins a slide, in reading order."""
        stack = [(section, 0, self._root) for section in reversed(self._document.sections)]
        while stack:
            section, depth, around = stack.pop()
            element = Element("Sect", around)
            if depth == 0 or (depth == 1 and self._is_title_said):
                self._chapter = walk.plain_text(section.heading)
            self._section(section, depth, element)
            if depth + 1 < self._levels:
                stack.extend((child, depth + 1, element) for child in reversed(section.sections))

    def _section(self, section: Section, depth: int, element: Element) -> None:
        title = walk.plain_text(section.heading)
        self._is_in(title)
        self._bookmarks.append(Bookmark(depth, title or "…", section.id))
        parts = [Part(section.blocks)]
        if depth + 1 >= self._levels:
            parts += below(section, depth)
        content = sheets(parts)
        is_said = self._is_title_said and section is self._document.sections[0]
        number = 1 if is_said else self._file.page_count + 1
        self._file.add_destination(section.id, number, 0, self._area.paper_height)
        if content:
            self._slides(self._heading(section.heading, depth, element, is_said), content, element)
        elif not is_said:
            is_plain = not section.sections or any(not isinstance(node, str) for node in section.heading)
            self._big(section.heading, depth, element, Backdrop(self._theme, "words" if is_plain else "divider"))

    def _is_in(self, title: str) -> None:
        self._real.inlines.where = self._trial.inlines.where = title[:80]

    # Headings

    def _heading(self, content: Inlines, depth: int, tag: Element, is_said: bool) -> Heading:
        """The heading of a slide; where the title slide has said it, it is only repeated."""
        column = replace(self._column, tag=tag)
        share = self._size(content, column, _TITLES, _LEAST_TITLE)
        lines = [] if is_said else self._heading_lines(content, depth, column, share)
        return Heading(walk.plain_text(content), lines, column, share)

    def _size(self, content: Inlines, column: Column, sizes: tuple[tuple[float, int], ...], least: float) -> float:
        """The largest of these sizes in which a heading has not more lines than go with it."""
        for share, most in sizes:
            if self._line_count(content, heading_style(column.style, share), column.width) <= most:
                return share
        return least

    def _balanced(self, content: Inlines, style: Style, column: Column) -> Column:
        """As narrow as it can be without more lines, so that the last is not much shorter than the others."""
        count = self._line_count(content, style, column.width)
        if count < 2 or count > _MOST_BALANCED:
            return column
        low, high = column.width / 2, column.width
        while high - low > style.size / 2:
            middle = (low + high) / 2
            if self._line_count(content, style, middle) > count:
                low = middle
            else:
                high = middle
        return replace(column, width=high)

    def _line_count(self, content: Inlines, style: Style, width: float) -> int:
        """How many lines a heading has; where there are many, not all are counted."""
        self._pictures.most_height = style.size * 1.5
        pieces = self._trial.inlines.heading_pieces(content, style, Element("P", None))
        return len(list(islice(break_lines(pieces, width, style.size * style.theme.dense), _MOST_BALANCED + 1)))

    def _heading_lines(self, content: Inlines, depth: int, column: Column, share: float) -> list[Line]:
        recording = Recording()
        self._real.stage.receiver = recording
        style = replace(column.style, size=column.style.size * share / column.style.theme.heading_size(1))
        self._pictures.most_height = column.style.size * share * 1.5
        column = self._balanced(content, heading_style(column.style, share), column)
        self._real.blocks.heading(content, 1, column.styled(style), depth + 1)
        return [placed.item for placed in recording.items if isinstance(placed.item, Line)]

    # Slides with a heading, and what stands below it

    def _slides(self, heading: Heading | None, content: list[list[Part]], tag: Element) -> None:
        column = replace(self._column, tag=tag)
        for sheet in content:
            slide = picture_slide(sheet)
            layout = self._picture_layout(slide, heading) if slide else None
            if slide and layout:
                writes = partial(self._write_picture, slide, layout)
                column = column.styled(self._styles[layout.scale])
                above = 0.0 if slide.before or slide.after else layout.spare / 2
                self._slide(heading, partial(self._write, writes, column, above))
            else:
                self._parted(heading, partial(_write_parts, sheet), column)

    def _parted(self, heading: Heading | None, writes: _Content, column: Column) -> None:
        """Slides as many as there must be. Where they end is chosen, unless there are many."""
        plan = self._plan(writes, heading)
        column = column.styled(self._styles[plan.scale])
        self._pictures.most_height = self._area.height * _PICTURE * plan.scale
        if len(plan.ends) < 2:
            spare = 0.0 if heading else plan.spare / 2  # without a heading, it stands in the middle
            self._slide(heading, partial(self._write, writes, column, spare))
            return
        recording = Recording()
        self._real.stage.receiver = recording
        writes(self._real, column)
        # Where it is not quite the same as it was on trial, it goes on by itself.
        ends = plan.ends if recording.asked == plan.ends[-1] else (recording.asked,)
        self._slide(heading, partial(_replay, recording, ends))

    def _slide(self, heading: Heading | None, fill: Callable[[Flow], None]) -> None:
        """A slide, and those on which it goes on."""
        flow = self._flow(self._own_notes)
        flow.mark(self._chapter, 1)
        if heading:
            heading.begin(flow)
        fill(flow)
        if heading:
            flow.close()
        flow.finish()

    def _write(self, writes: _Content, column: Column, above: float, flow: Flow) -> None:
        self._real.stage.receiver = flow
        if above:
            flow.add(empty(above))
        writes(self._real, column)

    def _plan(self, writes: _Content, heading: Heading | None) -> _Plan:
        """The largest text with which all is on one slide; failing that, with which there are fewest."""
        above = heading.height + heading.gap if heading else 0.0
        room = self._area.height - above
        if room < self._area.height * _LEAST_ROOM:
            return _Plan(1.0, ())
        plans: list[tuple[float, _Plan]] = []
        least = 0.0
        for scale in _SCALES:
            if scale != _GOES_ON and least * scale * scale > room:
                continue  # it is much too high for one slide
            self._pictures.most_height = self._area.height * _PICTURE * scale
            column = self._column.styled(self._styles[scale])
            recording = self._tried(writes, column, _MOST_SLIDES * room, heading)
            if recording is None:
                return _Plan(1.0, ())
            badness, ends = parting(recording, above, room)
            if recording.height <= self._area.height:
                return _Plan(scale, ends, self._area.height - recording.height)
            if scale >= _GOES_ON:
                plans.append((badness + 1 - scale, _Plan(scale, ends)))
            least = least or (recording.height - above) * _SHRINKS
        return min(plans, key=itemgetter(0))[1]

    def _tried(self, writes: _Content, column: Column, most: float, heading: Heading | None = None) -> Recording | None:
        """What would stand on a slide, with the notes that it mentions first; None if it is higher than `most`."""
        notes = partial(self._notes_of, set()) if self._document.footnotes else None
        height, gap = (heading.height, heading.gap) if heading else (0.0, 0.0)
        recording = Recording(height, gap, most, notes)
        self._trial.stage.receiver = recording
        try:
            writes(self._trial, replace(column, tag=Element("Sect", None)))
        except TooHigh:
            return None
        return recording

    def _height(self, blocks: Blocks, column: Column, most: float = float("inf")) -> float:
        """How high blocks would be; infinite if that is more than `most`."""
        recording = self._tried(partial(_write_blocks, blocks), column, most)
        return recording.height if recording else float("inf")

    def _notes_of(self, seen: set[str], item: Solid) -> float:
        """How high the notes are that an item mentions first, and those that they mention."""
        height = 0.0
        labels = _labels(item)
        while labels:
            label = labels.pop()
            if label in seen or self._real.inlines.is_mentioned(label):
                continue
            height += 0.0 if seen else self._separator.height
            seen.add(label)
            if label not in self._measured_notes:
                self._measured_notes[label] = self._measured_note(label)
            its_height, its_labels = self._measured_notes[label]
            height += its_height
            labels += its_labels
        return height

    def _measured_note(self, label: str) -> tuple[float, list[str]]:
        """How high a note is, and which notes it mentions."""
        number = self._numbers[label]
        recording = Recording(most=self._area.height * _MOST_SLIDES)
        blocks = self._trial.blocks.into(recording)
        try:
            self._trial.footnotes.note(self._document.footnotes[number - 1], number, blocks, recording)
        except TooHigh:
            return float("inf"), []
        labels = [label for item, _ in recording.items for label in _labels(item)]
        return recording.height + self._separator.gap, labels

    # Slides with a picture

    def _picture_layout(self, slide: PictureSlide, heading: Heading | None) -> _PictureLayout | None:
        """The largest text with which all is on the slide, and the larger of the pictures that can be then."""
        self._pictures.room = None
        picture = self._pictures.get(slide.url, self._real.inlines.where)
        if picture is None:
            return None
        room = self._area.height - (heading.height + heading.gap if heading else 0.0)
        if room < self._area.height * _LEAST_ROOM:
            return None
        for scale in _SCALES[:3]:
            column = self._column.styled(self._styles[scale])
            ways = [*self._above_or_below(slide, picture, column, room, scale)]
            if slide.before or slide.after:
                ways += self._beside(slide, picture, column, room, scale)
            if ways:
                return max(ways, key=lambda way: enlarged(picture, *way.room).width)
        return None

    def _above_or_below(
        self, slide: PictureSlide, picture: Shown, column: Column, room: float, scale: float
    ) -> list[_PictureLayout]:
        texts = [blocks for blocks in (slide.before, slide.after) if blocks]
        used = sum(self._height(blocks, column, room) for blocks in texts) + column.gap * len(texts)
        used += self._caption(slide, picture, column)
        if texts and room - used < room * _LEAST_PICTURE:
            return []
        shown = enlarged(picture, column.width, room - used)
        return [_PictureLayout(scale, (column.width, room - used), False, room - used - shown.height)]

    def _beside(
        self, slide: PictureSlide, picture: Shown, column: Column, room: float, scale: float
    ) -> list[_PictureLayout]:
        text, beside = _columns(column)
        height = self._height(slide.before + slide.after, text, room)
        left = room - self._caption(slide, picture, beside)
        if height > room or left < room * _LEAST_PICTURE:
            return []
        return [_PictureLayout(scale, (beside.width, left), True, 0.0)]

    def _caption(self, slide: PictureSlide, picture: Shown, column: Column) -> float:
        """How much height a picture's block needs beside that of the picture."""
        self._pictures.room = (column.width, 1.0)
        height = self._height((slide.picture,), column)
        self._pictures.room = None
        return height - enlarged(picture, column.width, 1.0).height

    def _write_picture(self, slide: PictureSlide, layout: _PictureLayout, writers: _Writers, column: Column) -> None:
        receiver = writers.stage.receiver
        text, beside = _columns(column) if layout.is_beside else (column, column)
        parts = []
        for blocks, its in ((slide.before, text), ((slide.picture,), beside), (slide.after, text)):
            recording = Recording()
            writers.stage.receiver = recording
            self._pictures.room = layout.room if its is beside and blocks == (slide.picture,) else None
            writers.blocks.blocks(blocks, its)
            parts.append(recording)
        self._pictures.room = None
        before, shown, after = parts
        if layout.is_beside:
            receiver.marker(shown.draw)
            before.replay(receiver)
        else:
            before.replay(receiver)
            receiver.space(column.gap)
            shown.replay(receiver)
        receiver.space(column.gap)
        after.replay(receiver)

    # What stands at the end

    def _unmentioned_notes(self) -> None:
        notes = list(self._real.footnotes.unmentioned())
        if not notes:
            return
        self._is_in(self._words.footnotes)
        element = Element("Sect", self._root)
        heading = self._heading((self._words.footnotes,), 0, element, is_said=False)
        self._parted(heading, partial(_write_notes, notes), replace(self._column, tag=element))


def _write_parts(sheet: list[Part], writers: _Writers, column: Column) -> None:
    size, receiver = column.style.size, writers.stage
    is_below_heading = True
    for part in sheet:
        if part.section:
            where = walk.plain_text(part.section.heading)
            writers.inlines.where = where[:80]
            receiver.space(0.0 if is_below_heading else size * 1.1)
            receiver.destination(part.section.id, column.left)
            level = min(part.depth + 1 + (part.depth < 3), 6)
            writers.blocks.heading(part.section.heading, level, column, part.depth + 1)
            receiver.space(size * 0.4)
        writers.blocks.blocks(tuple(map(centred, part.blocks)), column)
        is_below_heading = not part.blocks


def _write_notes(notes: list[tuple[int, Footnote]], writers: _Writers, column: Column) -> None:
    for number, footnote in notes:
        writers.stage.space(column.style.size * 0.5)
        writers.footnotes.note(footnote, number, writers.blocks, writers.stage)


def _write_blocks(blocks: Blocks, writers: _Writers, column: Column) -> None:
    writers.blocks.blocks(blocks, column)


def _labels(item: Solid) -> list[str]:
    """Of the notes that an item mentions."""
    lines = [item] if isinstance(item, Line) else [line for line, _ in item.lines(0.0)]
    return [label for line in lines for label in line.notes]


def _replay(recording: Recording, ends: tuple[int, ...], flow: Flow) -> None:
    """Fills slides with what was recorded, each up to its end."""
    recording.replay(flow, 0, ends[0])
    for start, end in pairwise(ends):
        flow.next_page()
        recording.replay(flow, start, end)


def _columns(column: Column) -> tuple[Column, Column]:
    """One for text, and one for a picture beside it."""
    text, gutter = column.width * _BESIDE, column.width * _GUTTER
    left = column.left + text + gutter
    return replace(column, width=text), replace(column, left=left, width=column.width - text - gutter)


def _draw_logo(logo: Shown, left: float, bottom: float, page: Page, top: float) -> None:
    del top  # it stands in a corner
    logo.draw(page, page.left(left, logo.width), bottom)


def _nothing(page: Page, sheet: Sheet) -> None:
    """Stands at the foot of slides where something begins."""
