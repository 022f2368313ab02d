"""Finds where the links within a page lead: to which heading, or to which footnote.

HTML has no footnotes. Whatever wrote the page, a footnote is a place that a mark in the text leads to and that leads
back to the mark, or that stands among what its author has called footnotes.

A link may stand before the place that it leads to, so all of them are looked at before the document is made.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from exporters.frozen import frozen
from exporters.readers.html.nesting import HEADINGS, SINGLE
from exporters.readers.html.roles import Role, Roles
from exporters.readers.html.tags import END, START, TEXT, Token, names


@frozen
class Anchors:
    """Where links lead. Elements are known by where they begin in the source."""

    headings: Mapping[int, str]
    """The ids of headings that links lead to, and of those that have an id of their own."""
    leads: Mapping[str, str]
    """For the ids that are no heading's: that of the heading they stand at, or below."""
    notes: Mapping[int, str]
    """The labels of the elements that are footnotes."""
    labels: Mapping[str, str]
    """The labels of footnotes by the ids that marks lead to."""
    marks: frozenset[str]
    """The ids of marks, which footnotes lead back to."""


NONE = Anchors({}, {}, {}, {}, frozenset())

_LINK_WITHIN = re.compile(r"href\s*=\s*[\"']?\s*#[^\"'\s>]", re.IGNORECASE)


def are_possible(html: str) -> bool:
    """Whether there may be a link within the page."""
    return _LINK_WITHIN.search(html) is not None


def find(tokens: Iterable[Token], roles: Roles) -> Anchors:
    """Looks at the whole page."""
    page = _Page()
    for kind, name, raw, at, _ in tokens:
        if kind == START:
            if raw or name in _TELLING:
                page.start(name, roles.of(name, raw), at)
        elif kind == END:
            page.end(name, at)
        elif kind == TEXT and not name.isspace():
            page.text(name)
    return page.anchors()


class _Spot:
    """An element that has an id."""

    __slots__ = ("at", "holders", "name", "texts")

    def __init__(self, name: str, at: int, texts: int, holders: tuple[int, ...]) -> None:
        self.name = name
        self.at = at
        self.texts = texts
        """How many texts stand before it."""
        self.holders = holders
        """The blocks that begin with it, from the outermost."""


class _Link:
    """A link within the page."""

    __slots__ = ("at", "ids", "is_mark", "target", "text")

    def __init__(self, target: str, at: int, ids: tuple[str, ...], is_mark: bool) -> None:
        self.target = target
        self.at = at
        self.ids = ids
        """Its own, and those of what it stands in and begins."""
        self.is_mark = is_mark
        """Whether its author calls it that of a footnote."""
        self.text = ""


class _Heading:
    __slots__ = ("end", "id", "start", "texts")

    def __init__(self, start: int, texts: int, id: str) -> None:
        self.start = start
        self.end = start
        self.texts = texts
        self.id = id


_HOLDERS = names("article aside blockquote dd div li p section")
_TELLING = _HOLDERS | HEADINGS | SINGLE
"""The tags that mean something here even without attributes."""
_MARKS = names("footnote-ref footnote-reference footnoteref footnote_ref")
_ID = re.compile(r"\S{1,200}\Z")
_NUMBER = re.compile(r"[\[(]*(?:\d{1,4}|[a-z]|[ivxl]{1,6}|[*†‡§¶]{1,3})[\])]*\Z", re.IGNORECASE)
_SHOWN = 12  # characters of a link's text that tell whether it is a mark


class _Page:
    def __init__(self) -> None:
        self._spots: dict[str, _Spot] = {}
        self._links: list[_Link] = []
        self._headings: list[_Heading] = []
        self._notes_begin = -1
        self._texts = 0
        # The tags since the last text or end: the blocks, and the ids.
        self._holders: list[int] = []
        self._ids: list[str] = []
        self._in_heading = False
        self._in_link = False

    def start(self, name: str, role: Role, at: int) -> None:
        if name in SINGLE:
            self._forget()
            return
        its = role.attributes
        own = its.get("id", "")
        if own or (name == "a" and (own := its.get("name", ""))):
            self._spots.setdefault(own, _Spot(name, at, self._texts, tuple(self._holders[-_NEAR:])))
            self._ids.append(own)
        if name in _HOLDERS:
            self._holders.append(at)
        if role.kind == "heading":
            self._headings.append(_Heading(at, self._texts, own))
            self._in_heading = True
        elif role.kind == "notes" and self._notes_begin < 0:
            self._notes_begin = at
        if name == "a":
            target = its.get("href", "").strip()
            self._in_link = target.startswith("#") and len(target) > 1
            if self._in_link:
                self._links.append(_Link(target_of(target), at, tuple(self._ids[-_NEAR:]), _is_mark(role)))

    def end(self, name: str, at: int) -> None:
        self._forget()
        if name == "a":
            self._in_link = False
        if self._in_heading and (name in HEADINGS or name in ("div", "p", "span")):
            self._headings[-1].end = at
            self._in_heading = name not in HEADINGS

    def text(self, text: str) -> None:
        self._texts += 1
        self._forget()
        if self._in_link and len(self._links[-1].text) < _SHOWN:
            self._links[-1].text += text[:_SHOWN].strip()

    def _forget(self) -> None:
        if self._holders:
            self._holders.clear()
        if self._ids:
            self._ids.clear()

    def anchors(self) -> Anchors:
        by_target: dict[str, list[_Link]] = {}
        for link in self._links:
            by_target.setdefault(link.target, []).append(link)
        wanted = {id: self._spots[id] for id in by_target if id in self._spots}
        notes = self._notes(wanted, by_target)
        labels = _labels(notes)
        marks = frozenset(id for target in notes for link in by_target[target] for id in link.ids)
        elements = {at: labels[id] for id, at in notes.items()}
        headings, leads = self._leads([id for id in wanted if id not in notes and id not in marks])
        return Anchors(headings, leads, elements, labels, marks)

    # Footnotes

    def _notes(self, wanted: Mapping[str, _Spot], links: Mapping[str, list[_Link]]) -> dict[str, int]:
        """The ids of footnotes, with the elements that they are."""
        lead_back = self._leading_back(wanted, links)
        spots = {}
        for id, spot in wanted.items():
            first = links[id][0]
            among = 0 <= self._notes_begin < spot.at and first.at < self._notes_begin
            is_mark = first.is_mark or among or (id in lead_back and is_number(first.text))
            if is_mark and self._heading_around(spot) is None and first.at < spot.at:
                spots[id] = spot
        within = [len(spot.holders) for spot in spots.values() if spot.name not in _HOLDERS]
        depth = max(1, min(within, default=1))  # the first may begin what is around all of them
        return {
            id: spot.at if spot.name in _HOLDERS else spot.holders[-depth:][0]
            for id, spot in spots.items()
            if spot.name in _HOLDERS or spot.holders
        }

    def _leading_back(self, wanted: Mapping[str, _Spot], links: Mapping[str, list[_Link]]) -> set[str]:
        """The ids of places behind which a link leads back to where a link to them is."""
        forward = ((id, link) for id, spot in wanted.items() for link in links[id] if link.at < spot.at)
        owners = {own: id for id, link in forward for own in link.ids}
        places = sorted((spot.at, id) for id, spot in wanted.items() if id not in owners)
        starts = [at for at, _ in places]
        found: set[str] = set()
        for link in self._links:
            owner = owners.get(link.target)
            before = bisect_right(starts, link.at) - 1
            if owner is not None and before >= 0 and places[before][1] == owner:
                found.add(owner)
        return found

    # Headings

    def _leads(self, wanted: list[str]) -> tuple[dict[int, str], dict[str, str]]:
        found: dict[int, str] = {}
        given: set[str] = set()
        for heading in self._headings:
            if _ID.match(heading.id) and heading.id not in given:
                found[heading.start] = heading.id
                given.add(heading.id)
        leads: dict[str, str] = {}
        for id in wanted:
            heading_at = self._heading_at(self._spots[id])
            if id in given or heading_at is None or not _ID.match(id):
                continue
            if heading_at.start not in found:
                found[heading_at.start] = id
                given.add(id)
            else:
                leads[id] = found[heading_at.start]
        return found, leads

    def _heading_at(self, spot: _Spot) -> _Heading | None:
        """The heading that the spot is in, or right before, or else below."""
        if around := self._heading_around(spot):
            return around
        at = self._before(spot)
        following = self._headings[at + 1] if at + 1 < len(self._headings) else None
        if following and following.texts == spot.texts:
            return following
        return self._headings[at] if at >= 0 else None

    def _heading_around(self, spot: _Spot) -> _Heading | None:
        at = self._before(spot)
        return self._headings[at] if at >= 0 and spot.at <= self._headings[at].end else None

    def _before(self, spot: _Spot) -> int:
        return bisect_right(self._headings, spot.at, key=lambda heading: heading.start) - 1


_NEAR = 4  # tags that a page has around one that is marked


def target_of(url: str) -> str:
    """The id that a link within the page leads to."""
    if "%" not in url:
        return url[1:]
    from urllib.parse import unquote

    return unquote(url[1:])


def is_number(text: str) -> bool:
    """Whether a text is but the number of a footnote, or a sign for it."""
    return _NUMBER.match(text.strip(" \xa0")) is not None


def _is_mark(role: Role) -> bool:
    its = role.attributes
    return (
        its.get("role") == "doc-noteref"
        or its.get("epub:type") == "noteref"
        or "data-footnote-ref" in its
        or any(name in _MARKS for name in its.get("class", "").lower().split())
    )


_LABEL = re.compile(
    r"(?:user-content-)?(?:cite_note|footnote|ftnt|note|sdendnote|sdfootnote|_?(?:edn|en|fn|ftn))[:_-]?(.+)\Z"
)


def _labels(ids: Iterable[str]) -> dict[str, str]:
    """A short label for each footnote: what its id says beyond that it is one."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for id in ids:
        match = _LABEL.match(id.removesuffix("sym"))
        label = match[1] if match and match[1] not in taken else id
        taken.add(label)
        found[id] = label
    return found
