"""Fills pages: takes lines, rows and spaces in reading order and puts each where it belongs.

Nothing is kept longer than needed: items wait only while they must stand together with what follows, and a page is
handed over as soon as it is full.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from exporters.errors import SourceTooLarge
from exporters.frozen import frozen
from exporters.pages.file import File
from exporters.pages.lines import Line
from exporters.pages.page import Page
from exporters.pages.rows import JoinedRows, Row
from exporters.pages.theme import Colour

if TYPE_CHECKING:
    from exporters.pages.notes import Notes

MAX_PAGES = 20_000  # 10 MB of text make 4,000
_HELD = 0.25  # of a page: as much may wait, lest a page be left emptier than that
_TALL = 0.4  # of a page: a higher row is cut where it stands, rather than leave so much of the page empty
_NOTES = 0.75  # of a column: as much may be notes that go on from the one before, so that text goes on as well
_SLACK = 0.01  # points that items may be too high, for sums of floats are not exact

type Furniture = Callable[[Page, Sheet], None]
"""Draws what stands on a page outside the text."""


class Margins(NamedTuple):
    """How far text stays away from the edges of the paper, in points."""

    inner: float
    """At the left; where paper is printed on both sides, at the side where it is bound."""
    outer: float
    top: float
    bottom: float

    @staticmethod
    def even(margin: float, binding: float = 0.0) -> Margins:
        """The same on every side, and more where paper is bound."""
        return Margins(margin + binding, margin, margin, margin)


@frozen
class Area:
    """The part of a page that text may fill, on paper of a size, in points."""

    paper_width: float
    paper_height: float
    margins: Margins
    is_two_sided: bool = False
    """Whether pages with even numbers are left ones, whose inner margin is at the right."""
    columns: int = 1
    column_gap: float = 0.0

    @property
    def left(self) -> float:
        """Where text begins on a page that is a right one and runs from left to right. Items are placed as there."""
        return self.margins.inner

    @property
    def width(self) -> float:
        """Of all columns."""
        return self.paper_width - self.margins.inner - self.margins.outer

    @property
    def column_width(self) -> float:
        return (self.width - (self.columns - 1) * self.column_gap) / self.columns

    @property
    def height(self) -> float:
        return self.paper_height - self.margins.top - self.margins.bottom

    @property
    def top(self) -> float:
        return self.paper_height - self.margins.top

    @property
    def bottom(self) -> float:
        return self.margins.bottom

    @property
    def is_landscape(self) -> bool:
        return self.paper_width > self.paper_height

    def turned(self) -> Area:
        """The same paper turned, with one column, for what is wide."""
        return Area(self.paper_height, self.paper_width, self.margins, self.is_two_sided)

    def is_left(self, number: int) -> bool:
        """Whether the page of this number is a left one."""
        return self.is_two_sided and number % 2 == 0


class Sheet(NamedTuple):
    """A page, as those see it who draw what stands around its text."""

    number: int
    area: Area
    section: str
    """The nearest one of the highest level, at the top of the page."""
    is_opening: bool
    """Whether a section of the first level begins at the top of the page."""

    @property
    def is_left(self) -> bool:
        return self.area.is_left(self.number)


class Enough(Exception):
    """The last page that was asked for is complete."""


class Frame:
    """What surrounds a run of items on each page they reach: a shade, a bar at the left, a heading that is repeated.

    `padding` is above the first item and below the last one on each page; `repeated` is drawn again at the top of each
    further page.
    """

    __slots__ = ("_place", "_top", "bar", "bar_width", "fill", "left", "padding", "radius", "repeated", "width")

    def __init__(
        self,
        left: float,
        width: float,
        fill: Colour | None = None,
        radius: float = 0,
        bar: Colour | None = None,
        bar_width: float = 0,
        padding: float = 0,
        repeated: Row | None = None,
    ) -> None:
        self.left, self.width = left, width
        self.fill, self.radius = fill, radius
        self.bar, self.bar_width = bar, bar_width
        self.padding, self.repeated = padding, repeated
        self._top = 0.0
        self._place = 0

    def begin(self, page: Page, top: float) -> None:
        self._top = top
        self._place = page.reserve()

    def end(self, page: Page, bottom: float) -> None:
        right = self.left + self.width
        if bottom >= self._top:
            return
        if self.fill:
            page.box(self.left, bottom, right, self._top, self.fill, self.radius, at=self._place)
        if self.bar:
            page.box(self.left, bottom, self.left + self.bar_width, self._top, self.bar, at=self._place)


class Destination(NamedTuple):
    name: str
    left: float


class Mark(NamedTuple):
    """Where a section begins, for what stands around the text."""

    title: str
    level: int


class Repeat(NamedTuple):
    """The heading of a frame, once more."""

    row: Row


@frozen
class Close:
    """Where the frame ends that was opened last."""


ROWS = (Row, JoinedRows)
SOLID = (Line, *ROWS)

type Marker = Callable[[Page, float], None]
type Solid = Line | Row | JoinedRows
type Item = Solid | float | Frame | Close | Destination | Mark | Repeat | Marker
"""What waits for its place; a number is a space, a frame begins where it stands."""


class Receiver(Protocol):
    """Takes blocks, item after item: the pages of a file, or a note that waits for its page."""

    def add(self, item: Solid) -> None:
        """Adds an item below what is there."""

    def space(self, height: float) -> None:
        """Asks for space here. Of several wishes at one place the largest counts; none at the top of a page."""

    def open(self, frame: Frame) -> None:
        """Begins what a frame surrounds."""

    def close(self) -> None:
        """Ends what the frame that was opened last surrounds."""

    def tie(self) -> None:
        """From here to `untie`, the last line or row stands on one page with what comes after `untie`."""

    def untie(self, space: float) -> None:
        """Ends a tie, with so much space and no more."""

    def together(self, count: int) -> None:
        """So many lines or rows that follow stand on one page with what is kept before them."""

    def destination(self, name: str, left: float) -> None:
        """Names this place, so that links can lead to it."""

    def marker(self, draw: Marker) -> None:
        """Draws something beside the next item, for instance a list's number; `draw` gets the top of that item."""


class Flow:
    """The pages of one file, being filled. A `Receiver`.

    Items are placed as in the first column of a right page; the flow moves them to where they belong. Notes stand at
    the foot of the column that first mentions them. Once `last_page` is complete, whatever asks for another page gets
    `Enough` raised, unless there are pages yet to be drawn by `finish`.
    """

    def __init__(
        self,
        file: File,
        area: Area,
        header: Furniture,
        footer: Furniture,
        notes: Notes | None = None,
        is_rtl: bool = False,
        last_page: int | None = None,
    ) -> None:
        self._file = file
        self._own_area = self._area = area
        self._header = header
        self._footer = footer
        self._notes = notes
        self._is_rtl = is_rtl
        self._last_page = last_page
        self._begun: list[Frame] = []  # all that are not closed
        self._open: list[Frame] = []  # those of them that stand on the page
        self._held: list[Item] = []
        self._held_height = 0.0
        self._most_held = area.height * _HELD
        self._ties = 0
        self._together = 0
        self._is_withheld = False  # whether what is held waits only for what may follow in a tie
        self._gap = 0.0
        self._is_beside_marker = False
        self._is_later = False
        self._is_spread = False
        self._y = self._column_top = area.top
        self._is_at_top = True  # of a column
        self._is_blank = True  # nothing is drawn on the page
        self._is_unused = True  # nor does anything lead there
        self._is_opening = False
        self._section = Mark("", 1_000)  # no level is as low
        self._waiting: list[Callable[[], None]] = []
        self._begin_page()

    @property
    def area(self) -> Area:
        """Of the page that is being filled."""
        return self._area

    def add(self, item: Solid) -> None:
        """Adds an item below what is there."""
        self._flush_gap()
        self._is_beside_marker = False
        self._hold(item, item.height, item.keep)

    def space(self, height: float) -> None:
        """Asks for space here. Of several wishes at one place the largest counts; none at the top of a page."""
        if not self._is_beside_marker:
            self._gap = max(self._gap, height)

    def open(self, frame: Frame) -> None:
        """Begins what a frame surrounds."""
        self._begun.append(frame)
        self._flush_gap()
        marker = self._held.pop() if self._is_beside_marker and self._held else None  # belongs to the text in the frame
        self._hold(frame, 2 * frame.padding, keep=True)
        if marker is not None:
            self._hold(marker, 0, keep=True)

    def close(self) -> None:
        """Ends what the frame that was opened last surrounds."""
        self._gap = 0.0
        self._begun.pop()
        if self._is_withheld:
            self._held.append(Close())
        else:
            self._release()  # an end must never be what begins a page
            self._put(Close())

    def tie(self) -> None:
        """From here to `untie`, the last line or row stands on one page with what comes after `untie`."""
        self._ties += 1

    def untie(self, space: float) -> None:
        """Ends a tie, with so much space and no more."""
        self._ties -= 1
        self._is_withheld = False
        self._gap = space

    def together(self, count: int) -> None:
        """So many lines or rows that follow stand on one page with what is kept before them."""
        self._together = count

    def destination(self, name: str, left: float) -> None:
        """Names this place, so that links can lead to it."""
        self._flush_gap()
        self._hold(Destination(name, left), 0, keep=True)

    def mark(self, title: str, level: int) -> None:
        """Says that a section begins here, for what stands around the text. The first level is 1."""
        self._flush_gap()
        self._hold(Mark(title, level), 0, keep=True)

    def marker(self, draw: Marker) -> None:
        """Draws something beside the next item, for instance a list's number; `draw` gets the top of that item."""
        self._flush_gap()
        self._hold(draw, 0, keep=True)
        self._is_beside_marker = True

    def draw_later(self, value: bool) -> None:
        """Whether the pages from here on are drawn by `finish` only, for what is known only then."""
        self._release()
        self._gap = 0.0
        self._leave_page()
        self._is_later = value
        self._begin_page()

    def next_page(self) -> None:
        """Goes on at the top of the next page."""
        self._release()
        self._gap = 0.0
        self._leave_page()
        self._begin_page()

    def turn(self, landscape: bool) -> None:
        """Goes on on pages in landscape format, or on those of the document again. What is kept goes along."""
        own = self._own_area
        area = own.turned() if landscape and not own.is_landscape else own
        if area == self._area:
            return
        if self._is_withheld:
            self._release()
        self._leave_page()
        self._area = area
        self._begin_page()

    def spread(self, value: bool) -> None:
        """Whether what follows goes across all columns. Where there is text in the first one only, that is below it."""
        if self._own_area.columns == 1 or value == self._is_spread:
            return
        self._release()
        if value:
            if self._column:
                self._leave_page()
                self._begin_page()
            self._is_spread = True
        else:
            if not self._is_at_top:
                self._y -= self._gap
            self._is_spread, self._gap = False, 0.0
            self._column_top, self._is_at_top = self._y, True

    def page_of_size(self, width: float, height: float, draw: Callable[[Page], None]) -> None:
        """Adds a page of its own size, with nothing but what is drawn. Destinations and marks before it lead there."""
        places = [item for item in self._held if isinstance(item, Destination | Mark)]
        if any(isinstance(item, SOLID) for item in self._held):
            self._release()
            places = []
        self._held, self._held_height, self._gap = [], 0.0, 0.0
        self._leave_page()
        number = self._file.add_page(width, height)
        for place in places:
            if isinstance(place, Destination):
                self._file.add_destination(place.name, number, 0, height)
            else:
                self._pass(place)
        self._page = Page(self._file, width if self._is_rtl else 0.0, number)
        self._do(partial(draw, self._page))
        self._do(partial(self._write, self._page, number))
        self._begin_page()

    def finish(self) -> None:
        """Completes the last page, and those that were to be drawn later. A file has at least one."""
        self._release()
        while self._notes and self._notes.is_due:
            self._next_column()
        if not self._is_unused or not self._file.page_count:
            self._end_page()
        for draw in self._waiting:
            draw()

    # What waits

    def _flush_gap(self) -> None:
        if self._is_withheld:
            self._release()
        if self._gap:
            self._held.append(float(self._gap))
            self._held_height += self._gap
            self._gap = 0.0

    def _hold(self, item: Item, height: float, keep: bool) -> None:
        self._held.append(item)
        self._held_height += height
        if self._together and isinstance(item, SOLID):
            self._together -= 1
            keep = keep or self._together > 0
        if self._ties:
            if isinstance(item, Line):
                self._most_held = self._area.height  # for what is tied is a picture most often
            self._is_withheld = not keep
            keep = True
        if not keep or self._held_height > self._most_held:
            self._release()

    def _release(self) -> None:
        self._is_withheld = False
        held, height = self._held, self._held_height
        if not held:
            return
        self._held, self._held_height = [], 0.0
        self._most_held = self._area.height * _HELD
        last = held[-1]
        if isinstance(last, ROWS):
            height -= last.height - last.least(self._tall)
        if self._notes:
            self._find_place(height, self._notes, held)
        else:  # below what is spread, no column may be high enough
            while self._room < height and self._has_more_elsewhere and not _lower(held, height - self._room):
                self._next_column()
        for item in held:
            self._put(item)
        if self._notes and self._notes.is_new:
            self._notes.fill(self._room)

    def _find_place(self, height: float, notes: Notes, held: list[Item]) -> None:
        labels = notes.new(item for item in held if isinstance(item, SOLID))
        while self._room < height + notes.need(labels) and self._has_more_elsewhere:
            missing = height + notes.need(labels) - self._room
            if _lower(held, missing):
                return
            self._next_column()

    # What has its place

    def _do(self, draw: Callable[[], None]) -> None:
        if self._is_later:
            self._waiting.append(partial(_draw_at, self._page, self._page.offset, draw))
        else:
            draw()

    @property
    def _tall(self) -> float:
        return self._area.height * _TALL

    @property
    def _room(self) -> float:
        """How high what is put here can be: down to the notes, and with the frames that must end below it."""
        room = self._y - self._area.bottom
        for frame in self._open:
            room -= frame.padding
        return room - self._notes.height if self._notes else room

    @property
    def _has_more_elsewhere(self) -> bool:
        """Whether another column may have more room than there is here."""
        is_whole = self._is_at_top and self._column_top == self._area.top
        return not is_whole or (self._notes is not None and self._notes.height > 0)

    def _put(self, item: Item) -> None:
        match item:
            case Line() | Row() | JoinedRows():
                self._put_solid(item)
            case float():
                if not self._is_at_top:
                    self._y -= item
            case Frame():
                self._open.append(item)
                self._begin_frame(item)
            case Close():
                frame = self._open.pop()
                self._y -= frame.padding
                self._do(partial(frame.end, self._page, self._y))
            case Destination():
                self._add_destination(item.name, item.left, self._y)
            case Mark():
                self._pass(item)
            case Repeat():
                self._repeat(item.row)
            case _:
                self._begin_drawing()
                self._do(partial(item, self._page, self._y))

    def _put_solid(self, item: Solid) -> None:
        notes = self._notes
        labels = notes.new([item]) if notes else []
        while item.height > self._room - (notes.need(labels) if notes else 0.0) + _SLACK:
            parts = self._split(item, labels)
            if parts:
                self._put_down(parts[0], labels)
                item = parts[1]
                labels = notes.new([item]) if notes else []
            elif not self._has_more_elsewhere:
                break
            self._next_column()
        self._put_down(item, labels)

    def _split(self, item: Solid, labels: list[str]) -> tuple[Solid, Solid] | None:
        """What of a row stands here, and what in the next column; None where it cannot, or should not, be cut."""
        if isinstance(item, Line) or (item.height <= self._tall and self._has_more_elsewhere):
            return None
        room = self._room
        if self._notes:
            room -= min(self._notes.need(labels), room / 2)  # or rows of nothing but mentions would have no end
        return item.split(room) if item.height > room else None

    def _put_down(self, item: Solid, labels: list[str]) -> None:
        self._draw(item)
        if self._notes and labels:
            self._notes.mention(self._notes.new([item]))

    def _draw(self, item: Solid) -> None:
        self._begin_drawing()
        if self._is_later:
            self._do(partial(item.draw, self._page, self._y))
        else:
            item.draw(self._page, self._y)
        for line, top in [(item, self._y)] if isinstance(item, Line) else item.lines(self._y):
            for name, left in line.destinations():
                self._add_destination(name, left, top)
        self._y -= item.height
        self._is_at_top = False

    def _repeat(self, row: Row) -> None:
        self._do(partial(_draw_again, row, self._page, self._y))
        self._y -= row.height

    def _begin_frame(self, frame: Frame) -> None:
        self._do(partial(frame.begin, self._page, self._y))
        self._y -= frame.padding

    def _add_destination(self, name: str, left: float, top: float) -> None:
        self._is_unused = False
        # On a page that runs from right to left, what leads here shows it from its left edge.
        self._file.add_destination(name, self._number, 0.0 if self._is_rtl else left + self._page.offset, top)

    def _pass(self, mark: Mark) -> None:
        if mark.level <= self._section.level:
            self._section = mark
        if self._is_blank and mark.level == 1:
            self._is_opening = True

    # Columns and pages

    def _next_column(self) -> None:
        if self._is_spread or self._column + 1 >= self._area.columns:
            self._end_page()
            self._begin_page()
        else:
            self._end_column()
            self._column += 1
            self._begin_column()

    def _begin_column(self) -> None:
        self._y = self._column_top
        self._is_at_top = True
        self._move(self._column)
        if self._notes:
            self._notes.begin(self._y - self._area.bottom, _NOTES)
        for frame in self._open:
            self._begin_frame(frame)
            if frame.repeated:
                self._repeat(frame.repeated)

    def _end_column(self) -> None:
        if self._notes:
            self._notes.fill(self._room)
        for frame in reversed(self._open):
            self._do(partial(frame.end, self._page, self._y - frame.padding))
        if self._notes:
            self._put_notes(self._notes)

    def _put_notes(self, notes: Notes) -> None:
        self._y = self._area.bottom + notes.height
        items = notes.chosen()
        around, self._open = self._open, []
        self._is_at_top = False
        for item in items:
            if isinstance(item, SOLID):
                self._draw(item)
            else:
                self._put(item)
        self._open = around

    def _begin_page(self) -> None:
        self._number = self._file.page_count + 1
        if self._number > MAX_PAGES:
            raise SourceTooLarge(
                f"The document fills more than {MAX_PAGES:,} pages. Split it, or make the text smaller."
            )
        if self._last_page and self._number > self._last_page and not self._waiting:
            raise Enough
        self._page = Page(self._file, self._area.paper_width if self._is_rtl else 0.0, self._number)
        self._column, self._column_top = 0, self._area.top
        self._is_blank, self._is_unused, self._is_opening = True, True, False
        self._begin_column()
        if self._notes and self._notes.height:
            self._is_unused = False

    def _begin_drawing(self) -> None:
        """Draws what stands above the text before the first of it, for only then is known what section that is in."""
        if not self._is_blank:
            return
        self._is_blank = self._is_unused = False
        self._sheet = Sheet(self._number, self._area, self._section.title, self._is_opening)
        self._do(partial(_furnish, self._header, "Header", self._page, self._sheet))

    def _leave_page(self) -> None:
        """Ends the page, unless there is nothing on it."""
        if not self._is_blank or (self._notes and self._notes.height):
            self._end_page()

    def _end_page(self) -> None:
        self._end_column()
        self._begin_drawing()
        self._move(0)
        self._do(partial(_furnish, self._footer, "Footer", self._page, self._sheet))
        self._file.add_page(self._area.paper_width, self._area.paper_height)
        self._do(partial(self._write, self._page, self._number))

    def _move(self, column: int) -> None:
        """What is drawn from here on stands in this column."""
        area = self._area
        offset = column * (area.column_width + area.column_gap)
        if area.is_left(self._number):
            offset += area.margins.outer - area.margins.inner
        self._page.offset = -offset if self._is_rtl else offset

    def _write(self, page: Page, number: int) -> None:
        self._file.write_page(number, page.content(), page.links, page.owners)


def _lower(held: list[Item], by: float) -> bool:
    """Makes a picture among what is held lower, so that all of it has room here; tells whether there was one."""
    return any(isinstance(item, Line) and item.lower(by) for item in held)


def _draw_at(page: Page, offset: float, draw: Callable[[], None]) -> None:
    page.offset = offset
    draw()


def _furnish(draw: Furniture, kind: Literal["Header", "Footer"], page: Page, sheet: Sheet) -> None:
    page.furniture = kind
    draw(page, sheet)
    page.furniture = ""


def _draw_again(row: Row, page: Page, top: float) -> None:
    """Draws a heading that was read before."""
    page.is_artifact = True
    row.draw(page, top)
    page.is_artifact = False
