"""Fills pages: takes lines, rows and spaces in reading order and puts each where it belongs.

Nothing is kept longer than needed: items wait only while they must stand together with what follows, and a page is
handed over as soon as it is full.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from exporters.errors import SourceTooLarge
from exporters.frozen import frozen
from exporters.pages.file import File
from exporters.pages.lines import Line
from exporters.pages.page import Page
from exporters.pages.rows import JoinedRows, Row
from exporters.pages.theme import Colour

MAX_PAGES = 20_000  # 10 MB of text make 4,000
_HELD = 0.25  # of a page: as much may wait, lest a page be left emptier than that
_TALL = 0.4  # of a page: a higher row is cut where it stands, rather than leave so much of the page empty

type Furniture = Callable[[Page, int], None]
"""Draws what stands on every page outside the text, given the page's number."""


@frozen
class Area:
    """The part of a page that text may fill, on paper of a size, in points."""

    paper_width: float
    paper_height: float
    margin: float

    @property
    def width(self) -> float:
        return self.paper_width - 2 * self.margin

    @property
    def height(self) -> float:
        return self.paper_height - 2 * self.margin

    @property
    def top(self) -> float:
        return self.paper_height - self.margin


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


class _Destination(NamedTuple):
    name: str
    left: float


@frozen
class _Close:
    """Where the frame ends that was opened last."""


_ROWS = (Row, JoinedRows)

type _Marker = Callable[[Page, float], None]
type _Solid = Line | Row | JoinedRows
type _Item = _Solid | float | Frame | _Close | _Destination | _Marker
"""What waits for its place; a number is a space, a frame begins where it stands."""


class Flow:
    """The pages of one file, being filled."""

    def __init__(self, file: File, area: Area, header: Furniture, footer: Furniture) -> None:
        self._file = file
        self._area = area
        self._header = header
        self._footer = footer
        self._begun: list[Frame] = []  # all that are not closed
        self._open: list[Frame] = []  # those of them that stand on the page
        self._held: list[_Item] = []
        self._held_height = 0.0
        self._most_held = area.height * _HELD
        self._ties = 0
        self._is_withheld = False  # whether what is held waits only for what may follow in a tie
        self._gap = 0.0
        self._is_beside_marker = False
        self._is_later = False
        self._waiting: list[Callable[[], None]] = []
        self._begin_page()

    def add(self, item: _Solid) -> None:
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
        self._hold(frame, frame.padding, keep=True)
        if marker is not None:
            self._hold(marker, 0, keep=True)

    def close(self) -> None:
        """Ends what the frame that was opened last surrounds."""
        self._gap = 0.0
        frame = self._begun.pop()
        if self._is_withheld:
            self._held.append(_Close())
            self._held_height += frame.padding
        else:
            self._release()  # an end must never be what begins a page
            self._put(_Close())

    def tie(self) -> None:
        """From here to `untie`, the last line or row stands on one page with what comes after `untie`."""
        self._ties += 1

    def untie(self, space: float) -> None:
        """Ends a tie, with so much space and no more."""
        self._ties -= 1
        self._is_withheld = False
        self._gap = space

    def destination(self, name: str, left: float) -> None:
        """Names this place, so that links can lead to it."""
        self._flush_gap()
        self._hold(_Destination(name, left), 0, keep=True)

    def marker(self, draw: Callable[[Page, float], None]) -> None:
        """Draws something beside the next item, for instance a list's number; `draw` gets the top of that item."""
        self._flush_gap()
        self._hold(draw, 0, keep=True)
        self._is_beside_marker = True

    def draw_later(self, value: bool) -> None:
        """Whether the pages from here on are drawn by `finish` only, for what is known only then."""
        self._release()
        self._gap = 0.0
        ends_page = self._is_later or not self._is_at_top
        if ends_page:
            self._end_page()
        self._is_later = value
        if ends_page:
            self._begin_page()

    def finish(self) -> None:
        """Completes the last page, and those that were to be drawn later. A file has at least one."""
        self._release()
        self._end_page()
        for draw in self._waiting:
            draw()

    def _flush_gap(self) -> None:
        if self._is_withheld:
            self._release()
        if self._gap:
            self._held.append(float(self._gap))
            self._held_height += self._gap
            self._gap = 0.0

    def _hold(self, item: _Item, height: float, keep: bool) -> None:
        self._held.append(item)
        self._held_height += height
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
        if isinstance(last, _ROWS):
            height -= max(0.0, last.height - self._area.height * _TALL)
        if self._room < height and not self._is_at_top:
            self._next_page()
        for item in held:
            self._put(item)

    def _do(self, draw: Callable[[], None]) -> None:
        if self._is_later:
            self._waiting.append(draw)
        else:
            draw()

    @property
    def _room(self) -> float:
        return self._y - self._area.margin

    def _put(self, item: _Item) -> None:
        match item:
            case Line() | Row() | JoinedRows():
                self._put_solid(item)
            case float():
                if not self._is_at_top:
                    self._y -= item
            case Frame():
                self._do(partial(item.begin, self._page, self._y))
                self._open.append(item)
                self._y -= item.padding
            case _Close():
                frame = self._open.pop()
                self._y -= frame.padding
                self._do(partial(frame.end, self._page, self._y))
            case _Destination():
                self._file.add_destination(item.name, self._number, item.left, self._y)
            case _:
                self._do(partial(item, self._page, self._y))

    def _put_solid(self, item: _Solid) -> None:
        while item.height > self._room:
            parts = None if isinstance(item, Line) else item.split(self._room)
            if parts:
                self._draw(parts[0])
                item = parts[1]
            elif self._is_at_top:
                break
            self._next_page()
        self._draw(item)

    def _draw(self, item: _Solid) -> None:
        self._do(partial(item.draw, self._page, self._y))
        for line, top in [(item, self._y)] if isinstance(item, Line) else item.lines(self._y):
            for name, left in line.destinations():
                self._file.add_destination(name, self._number, left, top)
        self._y -= item.height
        self._is_at_top = False

    def _next_page(self) -> None:
        self._end_page()
        self._begin_page()

    def _end_page(self) -> None:
        for frame in reversed(self._open):
            self._do(partial(frame.end, self._page, self._y - frame.padding))
        self._do(partial(self._footer, self._page, self._number))
        self._do(partial(self._write, self._page, self._number))

    def _begin_page(self) -> None:
        if self._file.page_count >= MAX_PAGES:
            raise SourceTooLarge(
                f"The document fills more than {MAX_PAGES:,} pages. Split it, or make the text smaller."
            )
        self._number = self._file.add_page(self._area.paper_width, self._area.paper_height)
        self._page = Page(self._file)
        self._do(partial(self._header, self._page, self._number))
        self._y = self._area.top
        for frame in self._open:
            self._do(partial(frame.begin, self._page, self._y))
            self._y -= frame.padding
            if frame.repeated:
                self._do(partial(frame.repeated.draw, self._page, self._y))
                self._y -= frame.repeated.height
        self._is_at_top = True

    def _write(self, page: Page, number: int) -> None:
        self._file.write_page(number, page.content(), page.links)
