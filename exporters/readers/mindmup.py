"""Reads MindMup's maps: JSON in which ideas hold ideas, in the three versions there have been.

Source: the page "Data Format" of the mapjs wiki, for what is stored; and what MindMup shows, for what it means: the
first address in a title is where the idea leads, ideas of a negative rank stand left of their root, and come last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from exporters.document.nodes import Block, Connector, Document, Edge, Image
from exporters.errors import UnreadableSource
from exporters.readers import json_source
from exporters.readers.maps import Entry, Outline, colour, facts, html, line, paragraphs, words
from exporters.readers.reading import Reading, shown
from exporters.report import Code

# What JSON holds is typed as Any: nothing is known of it before it has been looked at.
type _Idea = Mapping[str, Any]


def read(reading: Reading) -> Document:
    """Reads a map of MindMup. Raises `UnreadableSource`, `SourceTooLarge`."""
    source = json_source.load(reading)
    if not isinstance(source, dict) or not ("ideas" in source or "title" in source):
        raise UnreadableSource(
            "The source is JSON, but not a map of MindMup: it has neither ideas nor a title. "
            "Say what it is with the option source_kind."
        )
    return _Map(source, reading).document()


class _Map:
    """One map on its way to a document."""

    def __init__(self, source: _Idea, reading: Reading) -> None:
        self.source = source
        self.version = _version(source)
        self.reading = reading
        self.outline = Outline(reading)
        self.resources = _mapping(source.get("resources"))
        self.statuses = _mapping(_mapping(source.get("attr")).get("progress-statuses"))

    def document(self) -> Document:
        # Ideas that are to be read, the next one last: maps nest by the hundred, and this takes no recursion.
        todo = [(idea, -1, 0.0) for idea in self.roots()]
        roots: set[int] = set()
        while todo:
            idea, parent, rank = todo.pop()
            attributes = self.attributes(idea)
            ranked = self.ranked(idea)
            if attributes.get("group") and not ranked:
                continue  # what is left of a group that has lost its ideas
            number, entry = self.outline.begin(_id(idea.get("id")), parent)
            self.fill(entry, idea, attributes)
            if parent < 0:
                roots.add(number)
            elif parent in roots:
                entry.side = "left" if rank < 0 else "right"
            todo += [(each, number, its) for its, each in reversed(ranked)]
        return self.outline.document(self.connectors())

    def roots(self) -> list[_Idea]:
        """The ideas that stand alone, last one first. Before version 3 the source itself was the only one."""
        if self.version < 3:
            return [self.source]
        return [idea for _, idea in reversed(self.ranked(self.source))]

    def ranked(self, idea: _Idea) -> list[tuple[float, _Idea]]:
        """The ideas in another by their ranks, in reading order."""
        ideas = idea.get("ideas")
        if not ideas:
            return []
        if not isinstance(ideas, dict):
            self.unknown()
            return []
        found: list[tuple[float, _Idea]] = []
        for rank in sorted(ideas, key=_order):
            each = ideas[rank]
            if isinstance(each, dict):
                found.append((_number(rank), each))
            else:
                self.unknown()
        return found

    def unknown(self) -> None:
        what = "A part of the map is not as MindMup writes it, and left out."
        self.reading.report.lost(Code.SYNTAX, what, self.reading.where)

    def attributes(self, idea: _Idea) -> _Idea:
        """What an idea has beside its title. Version 1 had no more than a style, and `collapsed` in it."""
        attributes = _mapping(idea.get("attr"))
        style = idea.get("style")
        if self.version > 1 or not isinstance(style, dict):
            return attributes
        return {"style": style, "collapsed": style.get("collapsed"), **attributes}

    # An idea

    def fill(self, entry: Entry, idea: _Idea, attributes: _Idea) -> None:
        title = _text(idea.get("title"))
        if attributes.get("group") and title in ("", "group"):
            title = ""  # what it is called is never shown
        entry.url, told = parted(title)
        entry.content = words(told)
        self.outline.at(entry)
        if not attributes:
            return
        entry.folded = attributes.get("collapsed") in (True, "true")
        style = _mapping(attributes.get("style"))
        entry.background = colour(style.get("background"))
        entry.colour = colour(style.get("color") or _mapping(style.get("text")).get("color"))
        if entry.parent < 0:  # that of another is how far it is from its parent, which is laid out when it is shown
            entry.position = _position(attributes.get("position"))
        if "parentConnector" in attributes:
            entry.edge = _edge(_mapping(attributes["parentConnector"]))
        if "icon" in attributes:
            entry.image = self.image(_mapping(attributes["icon"]), shown(told))
        if not _NOTED.isdisjoint(attributes):
            entry.notes = list(self.notes(attributes))

    def image(self, icon: _Idea, alternative: str) -> Image | None:
        url = _text(icon.get("url"))
        if not url:
            return None
        key = url.partition(":")[2]
        kept = self.resources.get(key)
        if isinstance(kept, str) and kept[:5].lower() == "data:":
            url = kept
        return self.reading.image(url, alternative)

    def notes(self, attributes: _Idea) -> Iterator[Block]:
        note = attributes.get("note")
        yield from paragraphs(_text(note.get("text") if isinstance(note, dict) else note), self.reading)
        yield from self.attachment(_mapping(attributes.get("attachment")))
        measurements = _mapping(attributes.get("measurements")).items()
        measured = [(_text(name), _text(value)) for name, value in measurements if _text(value)]
        yield from facts([("", self.progress(attributes.get("progress"))), *measured])

    def progress(self, status: object) -> str:
        """The name of a status, as those who use the map know it."""
        if status is None:
            return ""
        key = _text(status)
        return _text(_mapping(self.statuses.get(key)).get("description")) or key

    def attachment(self, attachment: _Idea) -> Iterator[Block]:
        content = _text(attachment.get("content"))
        if not content:
            return
        media_type = _text(attachment.get("contentType")).partition(";")[0].strip().lower()
        match media_type:
            case "text/html" | "":
                yield from html(content, self.reading)
            case "text/plain":
                yield from paragraphs(content, self.reading)
            case _:
                what = f"An attachment of the type {shown(media_type)} is left out."
                self.reading.report.lost(Code.ATTACHMENT, what, self.reading.where)

    # Lines

    def connectors(self) -> Iterator[Connector]:
        links = self.source.get("links")
        for link in links if isinstance(links, list) else ():
            if isinstance(link, dict):
                attributes = _mapping(link.get("attr"))
                style = _mapping(attributes.get("style"))
                start, end = _id(link.get("ideaIdFrom")), _id(link.get("ideaIdTo"))
                arrow = style.get("arrow")
                if arrow == "from":
                    start, end = end, start
                edge = _edge({**attributes, **style}, arrow=arrow in (True, "true", "to", "from", "both"))
                yield Connector(start, end, edge)


_NOTED = frozenset(("note", "attachment", "measurements", "progress"))  # most ideas have none of these


# Values that may have any shape


def _version(source: _Idea) -> float:
    version = _number(_text(source.get("formatVersion")))
    return version if version == version else 1 if "title" in source else 3


def _mapping(value: object) -> _Idea:
    return value if isinstance(value, dict) else {}


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _text(value: object) -> str:
    """A text, or a number as one, without controls; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value)
    if text.isprintable():
        return text
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _id(value: object) -> str:
    """Sessions of several people make ids such as "12.abc", those of one make numbers. Links may have either."""
    return _text(value)


def _number(stated: str) -> float:
    try:
        return float(stated)
    except ValueError:
        return float("nan")


def _order(rank: str) -> tuple[int, float, str]:
    """Where an idea stands among others: those of negative ranks last, farther from zero after nearer ones."""
    number = _number(rank)
    if number != number:
        return 2, 0, rank
    return (0, number, rank) if number >= 0 else (1, -number, rank)


def _position(stated: object) -> tuple[float, float] | None:
    match stated:
        case [int() | float() as x, int() | float() as y, *_] if abs(x) < _FAR and abs(y) < _FAR:
            return float(x), float(y)
        case _:
            return None


_FAR = 1e6  # pixels: nothing is that far, and a drawing that spans it would be empty


def _edge(stated: _Idea, *, arrow: bool = False) -> Edge:
    return Edge(_text(stated.get("label")), colour(stated.get("color")), line(stated.get("lineStyle")), arrow)


# Addresses

# As MindMup finds them: with a dot in the host's name. No two parts of it can match the same character, so it takes
# time in proportion to the text.
_ADDRESS = re.compile(r"(?i:https?://|www\.)[\w-]++(?:\.[\w-]++)++(?:[\w.,!@?^=%&;:/~+#()$'*-]*[\w@?^=%&/~+#)$*-])?")


def parted(title: str) -> tuple[str, str]:
    """Where a title leads, and its words without that. One that is nothing else keeps it."""
    if "://" not in title and "www." not in title.lower():
        return "", title
    found = _ADDRESS.search(title)
    if found is None:
        return "", title
    url = found[0] if "://" in found[0][:8] else f"http://{found[0]}"
    before, after = title[: found.start()], title[found.end() :]
    told = f"{before.rstrip(' ')}{' ' if after[:1] == ' ' else ''}{after.lstrip(' ')}".strip()
    return url, told or found[0]
