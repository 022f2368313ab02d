"""Finds out which element stands in which, by the rules that browsers have for it (WHATWG HTML, 13.2.6).

A source need not close its paragraphs, items and cells, and may close what it likes: the standard says what that means.
Here are its rules for what a document can hold, with two simplifications. Tags that only dress (`<b>`, `<a>` …) are no
elements in others: they hold from their begin to their end, which is what browsers make of `<b>1<p>2</b>3` at great
expense. And what stands in a table but in no cell of it stays where it is, for whoever takes the elements to move.

So every tag costs the same, however deep it stands and whatever is not closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from exporters.readers.html.tags import END, START, TEXT, Token, names


class Element:
    """One that is open now."""

    __slots__ = ("at", "name", "own", "raw", "stops")

    def __init__(self, name: str, raw: str, at: int) -> None:
        self.name = name
        self.raw = raw
        """Its attributes as they are written."""
        self.at = at
        """Where it begins in the source."""
        self.own: Any = None
        """What whoever takes the elements has to remember of it."""
        self.stops = 0
        """Which searches among the open elements it ends."""


class Taker(Protocol):
    """What elements are for."""

    def open(self, element: Element) -> None:
        """Takes the begin of an element."""

    def close(self, element: Element) -> None:
        """Takes the end of an element: the last that was opened, except of those that only dress."""

    def text(self, text: str) -> None:
        """Takes text as it is written, with its references."""

    def single(self, name: str, raw: str, inner: str) -> None:
        """Takes an element that others cannot stand in, with the source of what it holds, if anything."""


BLOCKS = names(
    """
    address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form header
    hgroup listing main menu nav ol pre search section summary ul
    """
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ITEMS = frozenset(("dd", "dt", "li"))
DRESSING = names("a b big code em font i nobr s small strike strong tt u")
_SECTIONS = frozenset(("tbody", "tfoot", "thead"))
_CELLS = frozenset(("caption", "td", "th"))
_OF_TABLES = frozenset(("table", "tr")) | _SECTIONS | _CELLS
SINGLE = names(
    "area base basefont bgsound br embed frame hr image img input keygen link meta oembed param source track wbr"
)
_OVERLOOKED = frozenset(("col", "colgroup", "frameset", "head"))
_ENDED_BY_RUBY = frozenset(("dd", "dt", "li", "optgroup", "option", "p", "rb", "rp", "rt", "rtc"))

_PLAIN, _BLOCK, _HEADING, _ITEM, _DRESS, _PART, _ONE, _RUBY, _PAGE, _NONE = range(10)
_KINDS = {
    **dict.fromkeys((*BLOCKS, "p"), _BLOCK),
    **dict.fromkeys(HEADINGS, _HEADING),
    **dict.fromkeys(_ITEMS, _ITEM),
    **dict.fromkeys(DRESSING, _DRESS),
    **dict.fromkeys(_OF_TABLES, _PART),
    **dict.fromkeys(SINGLE, _ONE),
    **dict.fromkeys(("rb", "rp", "rt", "rtc"), _RUBY),
    **dict.fromkeys(("html", "body"), _PAGE),
    **dict.fromkeys(_OVERLOOKED, _NONE),
}
_SPECIAL = BLOCKS | HEADINGS | _ITEMS | _OF_TABLES | {"p"}
# What ends the search for an item that is still open; some of it ends other searches, too.
_STOPS_AS_BLOCK, _STOPS_AS_HEADING, _STOPS_AS_PART, _STOPS_AS_TABLE, _STOPS_AS_CELL = range(1, 6)
_STOPS = {
    **dict.fromkeys((*(BLOCKS - {"address", "div"}), *_ITEMS), _STOPS_AS_BLOCK),
    **dict.fromkeys(HEADINGS, _STOPS_AS_HEADING),
    **dict.fromkeys(("tr", *_SECTIONS), _STOPS_AS_PART),
    "table": _STOPS_AS_TABLE,
    **dict.fromkeys(_CELLS, _STOPS_AS_CELL),
}

_SAME = 3  # of tags that only dress and are the same, as many count (13.2.4.3)
_MAX_DRESS = 50  # that hold at a place: each new one is compared with them


class Nesting:
    """Takes the pieces of one source and tells what stands in what."""

    def __init__(self, taker: Taker) -> None:
        self._taker = taker
        self._open: list[Element] = []
        self._dress: list[Element | None] = []  # None where a cell begins: what is before holds, but is not ended in it
        # Where they are among those that are open: all of a name, those that a search for something may not pass, and
        # those that decide what the next part of a table means.
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        self._walls: list[int] = []
        self._low_walls: list[int] = []
        self._parts: list[int] = []
        self._headings: list[int] = []

    def take(self, tokens: Iterable[Token]) -> None:
        """Takes a whole source."""
        text, start, end = self._taker.text, self._start, self._end
        for kind, name, raw, at, inner in tokens:
            if kind == TEXT:
                text(name)
            elif kind == START:
                start(name, raw, at)
            elif kind == END:
                end(name)
            else:
                self._taker.single(name, raw, inner)
        self._leave(0)
        self._undress(0)

    # Begins

    def _start(self, name: str, raw: str, at: int) -> None:
        kind = _KINDS.get(name, _PLAIN)
        if kind == _PLAIN:
            self._enter(Element(name, raw, at))
        elif kind == _DRESS:
            self._put_on(Element(name, raw, at))
        elif kind == _ONE:
            if name == "hr":
                self._end_paragraph()
            self._taker.single(name, raw, "")
        elif kind == _PART:
            self._start_part(Element(name, raw, at))
        elif kind == _PAGE:
            self._taker.single(name, raw, "")
        elif kind != _NONE:
            if kind == _ITEM:
                self._end_item(name)
            elif kind == _RUBY:
                self._end_ruby()
            if kind != _RUBY:
                self._end_paragraph()
            if kind == _HEADING and self._open and self._open[-1].name in HEADINGS:
                self._leave(len(self._open) - 1)
            self._enter(Element(name, raw, at))

    def _end_paragraph(self) -> None:
        place = self._last("p")
        if place >= 0 and place > self._wall():
            self._leave(place)

    def _end_item(self, name: str) -> None:
        if self._low_walls:
            nearest = self._open[self._low_walls[-1]].name
            if nearest == name or (nearest in ("dd", "dt") and name in ("dd", "dt")):
                self._leave(self._low_walls[-1])

    def _end_ruby(self) -> None:
        if self._last("ruby") > self._wall():
            while self._open[-1].name in _ENDED_BY_RUBY:
                self._leave(len(self._open) - 1)

    def _put_on(self, element: Element) -> None:
        if element.name == "a":
            self._take_off("a")
        same = [
            place
            for place in range(self._cell(), len(self._dress))
            if (other := self._dress[place]) and other.name == element.name and other.raw == element.raw
        ]
        if len(same) == _SAME:
            self._end_dress(same[0])
        elif len(self._dress) - self._cell() == _MAX_DRESS:
            self._end_dress(self._cell())
        self._dress.append(element)
        self._taker.open(element)

    def _start_part(self, element: Element) -> None:
        """Begins a table or a part of one, after ending what that must not stand in and beginning what it must."""
        name = element.name
        if name != "table" and not self._parts:
            return
        while self._parts:
            at = self._parts[-1]
            inside = self._open[at].name
            if name == "table":
                if inside in _CELLS:
                    break
                self._leave(self._last("table"))
            elif inside in _CELLS or (inside != "table" and name not in ("td", "th", "tr")) or inside == name:
                self._leave(at)
            else:
                self._leave(at + 1)
                if inside == "tr" or name in _SECTIONS or name == "caption" or (name == "tr" and inside in _SECTIONS):
                    break
                self._enter(Element("tbody" if inside == "table" else "tr", "", element.at))
        if name == "table":
            self._end_paragraph()
        self._enter(element)

    # Ends

    def _end(self, name: str) -> None:
        kind = _KINDS.get(name, _PLAIN)
        if kind == _DRESS:
            self._take_off(name)
        elif kind == _PART:
            self._end_part(name)
        elif kind == _HEADING:
            if self._headings and self._headings[-1] > self._wall():
                self._leave(self._headings[-1])
        elif name == "br":
            self._taker.single("br", "", "")
        elif (place := self._last(name)) >= 0:
            wall = self._wall()
            if name == "li":
                wall = max(wall, self._last("ol"), self._last("ul"))
            elif kind in (_PLAIN, _RUBY):
                below = self._low_walls[-1] if self._low_walls else -1
                wall = max(below, self._last("div"), self._last("p"), self._last("address"))
            if place > wall:
                self._leave(place)

    def _end_part(self, name: str) -> None:
        if not self._parts:
            return
        table, place = self._last("table"), self._last(name)
        if self._open[self._parts[-1]].name == "caption" and name not in ("caption", "table"):
            return
        if place > table or name == "table":
            self._leave(place)

    def _take_off(self, name: str) -> None:
        dress = self._dress
        for place in range(len(dress) - 1, self._cell() - 1, -1):
            element = dress[place]
            if element and element.name == name:
                # What was begun in it, and is no block, ends with it.
                while self._open and self._open[-1].at > element.at and self._open[-1].name not in _SPECIAL:
                    self._leave(len(self._open) - 1)
                self._end_dress(place)
                return

    # What is open

    def _enter(self, element: Element) -> None:
        place = len(self._open)
        self._open.append(element)
        self._places[element.name].append(place)
        stops = element.stops = _STOPS.get(element.name, 0)
        if stops:
            self._low_walls.append(place)
            if stops == _STOPS_AS_HEADING:
                self._headings.append(place)
            elif stops >= _STOPS_AS_PART:
                self._parts.append(place)
                if stops >= _STOPS_AS_TABLE:
                    self._walls.append(place)
                if stops == _STOPS_AS_CELL:
                    self._dress.append(None)
        self._taker.open(element)

    def _leave(self, place: int) -> None:
        """Ends all elements from this place on."""
        while len(self._open) > place:
            element = self._open.pop()
            self._places[element.name].pop()
            stops = element.stops
            if stops:
                self._low_walls.pop()
                if stops == _STOPS_AS_HEADING:
                    self._headings.pop()
                elif stops >= _STOPS_AS_PART:
                    self._parts.pop()
                    if stops >= _STOPS_AS_TABLE:
                        self._walls.pop()
                    if stops == _STOPS_AS_CELL:
                        self._undress(self._cell())
                        self._dress.pop()
            self._taker.close(element)

    def _undress(self, place: int) -> None:
        for at in range(len(self._dress) - 1, place - 1, -1):
            self._end_dress(at)

    def _end_dress(self, place: int) -> None:
        element = self._dress.pop(place)
        if element:
            self._taker.close(element)

    def _cell(self) -> int:
        """Where the tags that dress begin that were begun in the cell that is open."""
        place = len(self._dress)
        while place and self._dress[place - 1] is not None:
            place -= 1
        return place

    def _wall(self) -> int:
        return self._walls[-1] if self._walls else -1

    def _last(self, name: str) -> int:
        places = self._places.get(name)
        return places[-1] if places else -1
