"""Footnotes: written when they are first mentioned, and set at the foot of the column where that is.

A note that is longer than what is left of the column goes on at the foot of the next, before those mentioned there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from exporters.pages.flow import SOLID, Close, Destination, Frame, Item, Marker, Repeat, Solid
from exporters.pages.lines import Line
from exporters.pages.page import Page
from exporters.pages.rows import JoinedRows, Row, Rule

_WHOLE = 0.12  # of a column: a note that is no higher stands on one page
_MOST_OWED = 0.5  # of a column: where notes need more to begin, they go on elsewhere rather than leave so much empty
_CHUNK = 0.25  # of a column: as much of a note stays together if its lines ask for it
_SLACK = 0.01  # points that items may be too high, for sums of floats are not exact


class Separator(NamedTuple):
    """What stands between text and notes, and between notes. Lengths are in points."""

    left: float
    width: float
    rule: Rule
    above: float
    """Space above the rule."""
    below: float
    gap: float
    """Between two notes."""
    leading: float
    """The height of a note without text."""

    @property
    def height(self) -> float:
        return self.above + self.below

    def draw(self, page: Page, top: float) -> None:
        """Draws the rule, given the top of what stands below it."""
        height = top + self.below
        page.line([(self.left, height), (self.left + self.width, height)], self.rule.colour, self.rule.thickness)


class Recorder:
    """Takes what a note consists of, as a flow would. A `Receiver`."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._gap = 0.0
        self._is_beside_marker = False

    def add(self, item: Solid) -> None:
        """Adds an item below what is there."""
        self._flush_gap()
        self._is_beside_marker = False
        self._items.append(item)

    def space(self, height: float) -> None:
        """Asks for space here. Of several wishes at one place the largest counts."""
        if not self._is_beside_marker:
            self._gap = max(self._gap, height)

    def open(self, frame: Frame) -> None:
        """Begins what a frame surrounds."""
        self._flush_gap()
        marker = self._items.pop() if self._is_beside_marker else None  # belongs to the text in the frame
        self._items.append(frame)
        if marker is not None:
            self._items.append(marker)

    def close(self) -> None:
        """Ends what the frame that was opened last surrounds."""
        self._gap = 0.0
        self._items.append(Close())

    def tie(self) -> None:
        """Nothing is tied in notes: what is tied is a figure and its caption, which are rare here."""

    def untie(self, space: float) -> None:
        """Ends a tie, with so much space and no more."""
        self._gap = space

    def together(self, count: int) -> None:
        """Headings do not wait for more lines in notes, which have few."""

    def destination(self, name: str, left: float) -> None:
        """Names this place, so that links can lead to it."""
        self._flush_gap()
        self._items.append(Destination(name, left))

    def marker(self, draw: Marker) -> None:
        """Draws something beside the next item, for instance a list's number; `draw` gets the top of that item."""
        self._flush_gap()
        self._items.append(draw)
        self._is_beside_marker = True

    def items(self, leading: float) -> list[Item]:
        """What was recorded: from its first item to its last, with an empty line of this height if there is none."""
        if not any(isinstance(item, SOLID) for item in self._items) or self._is_beside_marker:
            self._items.append(Line([], [], 0.0, leading))
        return self._items

    def _flush_gap(self) -> None:
        if self._gap and self._items:
            self._items.append(float(self._gap))
        self._gap = 0.0


class _Note(NamedTuple):
    items: list[Item]
    height: float
    least: float
    """As much of it must stand where it is mentioned."""


class Notes:
    """The notes of a document, and what of them stands in the column that is being filled.

    `write` writes the note of a label into a recorder; it is asked once for each, when a line that mentions it waits
    for its place.
    """

    def __init__(self, write: Callable[[str, Recorder], None], separator: Separator) -> None:
        self._write = write
        self._separator = separator
        self._written: dict[str, _Note] = {}  # those that have no place yet
        self._mentioned: set[str] = set()
        self._due: deque[Item] = deque()
        self._chosen: list[Item] = []
        self._open: list[Frame] = []  # where what is chosen ends
        self._used = 0.0
        self._collected = 0.0  # how high the notes are that were mentioned since notes were chosen last
        self._owed = 0.0  # as much of them must stand here
        self._column = 0.0

    @property
    def height(self) -> float:
        """Of what stands at the foot of the column."""
        return self._used + sum(frame.padding for frame in self._open) if self._chosen else 0.0

    @property
    def is_due(self) -> bool:
        """Whether some of the notes have no place yet."""
        return bool(self._due)

    @property
    def is_new(self) -> bool:
        """Whether some were mentioned since notes were chosen last."""
        return self._collected > 0

    def new(self, items: Iterable[Solid]) -> list[str]:
        """The labels of the notes that these mention, and nothing before them has."""
        found: dict[str, None] = {}
        for item in items:
            lines = [item] if isinstance(item, Line) else [line for line, _ in item.lines(0.0)]
            for line in lines:
                found.update(dict.fromkeys(line.notes))
        return [label for label in found if label not in self._mentioned]

    def need(self, labels: list[str]) -> float:
        """How much of the column notes need beyond `height`, if those with these labels are to begin here.

        It is infinite while notes from before wait, for they come first.
        """
        if not labels:
            return self._owed
        if self._due and not self._collected:
            return float("inf")
        *others, last = map(self._note, labels)
        needed = self._collected or (0.0 if self._chosen else self._separator.height)
        needed += sum(self._separator.gap + note.height for note in others) + self._separator.gap + last.least
        return min(needed, self._column * _MOST_OWED)

    def mention(self, labels: list[str]) -> None:
        """Says that these notes are mentioned by what was put down last."""
        if not labels:
            return
        if self._collected or not self._due:
            self._owed = self.need(labels)
            heights = sum(self._separator.gap + self._note(label).height for label in labels)
            self._collected += heights if self._collected or self._chosen else self._separator.height + heights
        for label in labels:
            self._append(label)

    def begin(self, height: float, share: float) -> None:
        """Begins a column of this height. Notes from before may take up this share of it, or more if they must."""
        self._column = height
        self._owed = self._collected = 0.0
        if self._due:
            self.fill(height * share)
            if not self._chosen:
                self._fill(height, is_forced=True)

    def fill(self, room: float) -> None:
        """Chooses as much of what is due as this room can hold, beside what was chosen before."""
        self._owed = self._collected = 0.0
        if self._due:
            self._fill(room + self.height, is_forced=False)

    def chosen(self) -> list[Item]:
        """What stands at the foot of the column, from the rule on. Ends the column."""
        chosen = self._chosen
        chosen.extend(Close() for _ in self._open)
        self._chosen, self._used = [], 0.0
        return chosen

    def _note(self, label: str) -> _Note:
        if label not in self._written:
            recorder = Recorder()
            self._write(label, recorder)
            items = recorder.items(self._separator.leading)
            height = sum(map(_height, items))
            least = height if height <= self._column * _WHOLE else _begin(items)
            self._written[label] = _Note(items, height, least)
        return self._written[label]

    def _fill(self, room: float, is_forced: bool) -> None:
        """Chooses part after part, as long as they fit. If forced, one line at least."""
        while self._due and self._take(room, is_forced):
            is_forced = False

    def _take(self, room: float, is_forced: bool) -> bool:
        """Chooses what is due first and may not be parted. Says whether there may be room for more."""
        head, used = ([], self._used) if self._chosen else self._head()
        open_, items, taken = self._open[:], head[:], list[Item]()
        is_end = is_full = False
        start = used
        while self._due and not (is_end and not isinstance(self._due[0], Close)):
            item = self._due.popleft()
            taken.append(item)
            match item:
                case Frame():
                    open_.append(item)
                    used += item.padding
                case Close():
                    used += open_.pop().padding
                case float():
                    if not self._chosen and len(items) == len(head):
                        continue  # no space at the top
                    used += item
                case Line() | Row() | JoinedRows():
                    here = room - used - sum(frame.padding for frame in open_)
                    parts = item.split(here) if not isinstance(item, Line) and item.height > here + _SLACK else None
                    if parts:
                        item, is_full = parts[0], True
                        self._due.appendleft(parts[1])
                    elif item.height > here + _SLACK and not is_forced:
                        self._due.extendleft(reversed(taken))
                        return False
                    used += item.height
                    is_end = not item.keep or is_full or is_forced or used - start > self._column * _CHUNK
                case _:
                    pass
            items.append(item)
        self._chosen += items
        self._used, self._open = used, open_
        for label in self.new(item for item in items if isinstance(item, SOLID)):
            self._append(label)
        return not is_full

    def _head(self) -> tuple[list[Item], float]:
        """What notes begin with in a column, and how high it is: the rule, and the frames that go on."""
        items: list[Item] = [float(self._separator.height), self._separator.draw]
        for frame in self._open:
            items.append(frame)
            if frame.repeated:
                items.append(Repeat(frame.repeated))
        return items, sum(map(_height, items)) - sum(frame.padding for frame in self._open)

    def _append(self, label: str) -> None:
        self._due.append(float(self._separator.gap))
        self._due.extend(self._note(label).items)
        self._mentioned.add(label)
        del self._written[label]


def _height(item: Item) -> float:
    match item:
        case Line() | Row() | JoinedRows():
            return item.height
        case float():
            return item
        case Frame():
            return 2 * item.padding
        case Repeat():
            return item.row.height
        case _:
            return 0.0


def _begin(items: list[Item]) -> float:
    """How high the first lines are that may not be parted."""
    height = 0.0
    for item in items:
        height += _height(item)
        if isinstance(item, SOLID) and not item.keep:
            break
    return height
