"""Blocks that wait for their place: recorded item by item, measured, and handed on once the place is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from exporters.pages.flow import Frame, Marker, Receiver, Solid
from exporters.pages.page import Page


class TooHigh(Exception):
    """What is measured is higher than it may be."""


class Placed(NamedTuple):
    item: Solid
    below: float
    """How far its top is below that of all."""


class Seam(NamedTuple):
    """A place where what is recorded may be parted: between blocks, rows, lines of code …"""

    asked: int
    """How often the receiver was asked for something before."""
    item: int
    """The first item after it."""
    above: float
    """Where that ends, and where what follows begins."""
    below: float
    head: float = 0.0
    """How much higher what follows is then, for what frames repeat."""
    foot: float = 0.0
    """How much higher what is before is then, for frames that end."""


class Recording:
    """What a receiver is asked for, and how high that would be. A `Receiver`.

    It begins `gap` below something of `height`, or at the top if that is 0. Once it is higher than `most`, it raises
    `TooHigh`. `notes` tells how high the notes are that an item mentions.
    """

    def __init__(
        self,
        height: float = 0.0,
        gap: float = 0.0,
        most: float = float("inf"),
        notes: Callable[[Solid], float] | None = None,
    ) -> None:
        self.height = height
        self.items: list[Placed] = []
        self.seams: list[Seam] = []
        self._asked: list[Callable[[Receiver], None]] = []
        self._most = most
        self._notes = notes
        self._gap = gap
        self._is_at_top = not height
        self._is_beside_marker = False
        self._frames: list[Frame] = []  # that are open
        self._ties = 0

    @property
    def asked(self) -> int:
        """How often something was asked for."""
        return len(self._asked)

    def replay(self, receiver: Receiver, start: int = 0, end: int | None = None) -> None:
        """Asks another receiver for the same, or for a part of it."""
        for ask in self._asked[start:end]:
            ask(receiver)

    def draw(self, page: Page, top: float) -> None:
        """Draws the lines and rows; there must be no frames."""
        for item, below in self.items:
            item.draw(page, top - below)

    def add(self, item: Solid) -> None:
        """Adds an item below what is there."""
        self._flush_gap()
        self._asked.append(lambda receiver: receiver.add(item))
        self._is_beside_marker = False
        self.items.append(Placed(item, self.height))
        self._grow(item.height + (self._notes(item) if self._notes else 0.0))

    def space(self, height: float) -> None:
        """Asks for space here. Of several wishes at one place the largest counts; none at the top."""
        self._asked.append(lambda receiver: receiver.space(height))
        if not self._is_beside_marker:
            self._gap = max(self._gap, height)

    def open(self, frame: Frame) -> None:
        """Begins what a frame surrounds."""
        self._flush_gap()
        self._asked.append(lambda receiver: receiver.open(frame))
        self._frames.append(frame)
        self._grow(frame.padding)

    def close(self) -> None:
        """Ends what the frame that was opened last surrounds."""
        self._asked.append(lambda receiver: receiver.close())
        self._gap = 0.0
        self._grow(self._frames.pop().padding)

    def tie(self) -> None:
        """From here to `untie`, the last line or row stands on one page with what comes after `untie`."""
        self._asked.append(lambda receiver: receiver.tie())
        self._ties += 1

    def untie(self, space: float) -> None:
        """Ends a tie, with so much space and no more."""
        self._asked.append(lambda receiver: receiver.untie(space))
        self._ties -= 1
        self._gap = space

    def together(self, count: int) -> None:
        """So many lines or rows that follow stand on one page with what is kept before them."""
        self._asked.append(lambda receiver: receiver.together(count))

    def destination(self, name: str, left: float) -> None:
        """Names this place, so that links can lead to it."""
        self._flush_gap()
        self._asked.append(lambda receiver: receiver.destination(name, left))

    def marker(self, draw: Marker) -> None:
        """Draws something beside the next item, for instance a list's number; `draw` gets the top of that item."""
        self._flush_gap()
        self._asked.append(lambda receiver: receiver.marker(draw))
        self._is_beside_marker = True

    def _flush_gap(self) -> None:
        if self._is_at_top:
            return
        end = self.height
        self.height += self._gap
        if self._is_seam():
            frames = self._frames
            foot = sum(frame.padding for frame in frames)
            head = foot + sum(frame.repeated.height for frame in frames if frame.repeated)
            self.seams.append(Seam(self.asked, len(self.items), end, self.height, head, foot))
        self._gap = 0.0

    def _is_seam(self) -> bool:
        if not self.items or self._ties or self._is_beside_marker or self.items[-1].item.keep:
            return False
        if self.seams and self.seams[-1].item == len(self.items):
            return False
        return bool(self._gap or self._frames)  # else it is between two lines of a paragraph

    def _grow(self, height: float) -> None:
        if height:
            self.height += height
            self._is_at_top = False
        if self.height > self._most:
            raise TooHigh


class Stage:
    """Hands what it is asked for on to the receiver that is its own at that moment. A `Receiver`."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver

    def add(self, item: Solid) -> None:
        """Adds an item below what is there."""
        self.receiver.add(item)

    def space(self, height: float) -> None:
        """Asks for space here."""
        self.receiver.space(height)

    def open(self, frame: Frame) -> None:
        """Begins what a frame surrounds."""
        self.receiver.open(frame)

    def close(self) -> None:
        """Ends what the frame that was opened last surrounds."""
        self.receiver.close()

    def tie(self) -> None:
        """Begins a tie."""
        self.receiver.tie()

    def untie(self, space: float) -> None:
        """Ends a tie, with so much space and no more."""
        self.receiver.untie(space)

    def together(self, count: int) -> None:
        """Keeps so many lines or rows that follow together."""
        self.receiver.together(count)

    def destination(self, name: str, left: float) -> None:
        """Names this place, so that links can lead to it."""
        self.receiver.destination(name, left)

    def marker(self, draw: Marker) -> None:
        """Draws something beside the next item."""
        self.receiver.marker(draw)
