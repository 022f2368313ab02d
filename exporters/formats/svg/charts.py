"""Which map is drawn of a document, and by which ids links within the document lead to its topics."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from copy import replace
from typing import NamedTuple
from urllib.parse import unquote

from exporters.document import Document, Map, Topic
from exporters.document.walk import plain_text, sections
from exporters.report import Code, Report
from exporters.toolbox import topics
from exporters.toolbox.topics import Entry

_MAX_MADE = 5_000  # topics that headings and lists become: more is no overview
_NAME = re.compile("[A-Za-z_][A-Za-z0-9_-]*")  # what every program takes as an id


class Chart(NamedTuple):
    """What is drawn."""

    map: Map
    """Links within the document lead to `#` and one of `ids`, or nowhere."""
    ids: Mapping[str, str]
    """By `Topic.id`, for topics to which others lead."""


def chart(document: Document, report: Report) -> Chart:
    """The document's own map; or where it has none, or more headings than that has topics, one that is made of them."""
    drawn = document.map
    if drawn is not None and drawn.topics and _shows_all(drawn, document):
        return _led(drawn.topics, _anchors(drawn, document), drawn)
    entries = topics.entries(document, report, one_root=False)
    found = _within_bounds(entries, report)
    places = {entry.topic.id: place for place, entry in enumerate(found)}
    made = tuple(_below(entry.topic, entries, places) for entry in found)
    return _led(made, {entry.topic.id: entry.anchor for entry in found if entry.anchor}, Map(made))


def _shows_all(drawn: Map, document: Document) -> bool:
    """Whether the headings are topics, but for what topics without words are called in an outline."""
    known = _known(drawn)
    unnamed = sum(1 for topic in drawn.topics if not topic.text)
    return sum(1 for section in sections(document) if _key(plain_text(section.heading), known) is None) <= unnamed


def _anchors(drawn: Map, document: Document) -> dict[str, str]:
    """By the ids of topics, those of the sections that they head: both have the same words, in the same order."""
    known = _known(drawn)
    waiting: dict[str, deque[str]] = {}
    for section in sections(document):
        if key := _key(plain_text(section.heading), known):
            waiting.setdefault(key, deque()).append(section.id)
    found: dict[str, str] = {}
    for topic in drawn.topics:
        if ids := waiting.get(_one_line(topic.text)):
            found[topic.id] = ids.popleft()
    return found


def _known(drawn: Map) -> frozenset[str]:
    return frozenset(_one_line(topic.text) for topic in drawn.topics)


def _key(heading: str, known: frozenset[str]) -> str | None:
    """The words of the topic that a heading is, before which icons may stand there; None where it is none."""
    heading = _one_line(heading)
    return next((words for words in (heading, heading.partition(" ")[2]) if words in known), None)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _within_bounds(entries: Sequence[Entry], report: Report) -> Sequence[Entry]:
    if len(entries) <= _MAX_MADE:
        return entries
    levels = Counter(entry.level for entry in entries)
    most = max(levels)
    while most > 1 and sum(count for level, count in levels.items() if level <= most) > _MAX_MADE:
        most -= 1
    what = f"The outline has more than {_MAX_MADE:,} topics: those of its lowest levels are not drawn."
    report.lost(Code.MAP, what)
    return [entry for entry in entries if entry.level <= most][:_MAX_MADE]


def _below(topic: Topic, entries: Sequence[Entry], places: Mapping[str, int]) -> Topic:
    return replace(topic, parent=places[entries[topic.parent].topic.id]) if topic.parent >= 0 else topic


def _led(found: Sequence[Topic], anchors: Mapping[str, str], drawn: Map) -> Chart:
    """The map with links to its topics as ids that are good names in XML."""
    wanted = {unquote(topic.url[1:]) for topic in found if topic.url.startswith("#")}
    if not wanted:
        return Chart(drawn, {})
    ids: dict[str, str] = {}
    named: dict[str, str] = {}
    for place, topic in enumerate(found):
        anchor = anchors.get(topic.id, "")
        if anchor and anchor in wanted:
            ids[topic.id] = named[anchor] = anchor if _NAME.fullmatch(anchor) else f"topic.{place}"
    return Chart(replace(drawn, topics=tuple(_leading(topic, named) for topic in found)), ids)


def _leading(topic: Topic, named: Mapping[str, str]) -> Topic:
    id = named.get(unquote(topic.url[1:])) if topic.url.startswith("#") else None
    return replace(topic, url=f"#{id}") if id else topic
