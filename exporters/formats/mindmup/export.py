"""Writes a map as MindMup has it: JSON in which ideas hold ideas, version 3.

Source: the page "Data Format" of the mapjs wiki. Ideas of positive rank stand right of their root, in the order of
their ranks; those of negative rank left of it, the nearest to zero first. The first address in a title is where the
idea leads.
"""

from __future__ import annotations

import json
import re
from binascii import b2a_base64
from collections.abc import Iterator

from exporters.document.nodes import Blocks, Document, Edge, Image, Link, Paragraph, Resource
from exporters.options import NoOptions
from exporters.readers.mindmup import parted
from exporters.report import Code, Report
from exporters.toolbox import urls
from exporters.toolbox.note_html import NoteHtml
from exporters.toolbox.topics import Entry, children, entries, is_plain, plain_notes, says_title, sides
from exporters.toolbox.untold import report_untold

_LARGEST_ICON = 200  # pixels of its longer side: a photograph would hide the map
_NO_SIZE = 100  # pixels, for drawings that have no size of their own
_MAX_REPEATED = 20_000_000  # bytes of pictures that notes hold again: they have them by their bytes
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")  # what JavaScript can hold as a number (2^53), so that MindMup counts on

type _Json = str | int | float | bool | dict[str, _Json] | list[_Json]


def export(document: Document, _options: NoOptions, report: Report) -> bytes:
    """The map as UTF-8 JSON."""
    return "".join(_Writer(document, report).pieces()).encode(errors="replace")


class _Writer:
    """One document on its way to a map."""

    def __init__(self, document: Document, report: Report) -> None:
        self._document = document
        self._report = report
        self._entries = entries(document, report, one_root=document.map is None)
        title = () if says_title(self._entries, document) else ("title",)
        report_untold(document, report, *title, "subtitle", "author", "date", "abstract")
        self._sides = sides(self._entries)
        self._ids = _ids(self._entries)
        self._html = NoteHtml(document, report, self._within, lambda _id: "")
        self._resources: dict[str, _Json] = {}
        self._shown: set[str] = set()
        self._repeated = 0
        self._noted = 0

    def pieces(self) -> Iterator[str]:
        below = children(self._entries)
        yield '{"formatVersion":3,"id":"root","attr":{},"ideas":{'
        yield from self._ideas(below)
        yield f'}},"links":{_json(self._links())},"resources":{_json(self._resources)}}}\n'
        if self._html.controls:
            self._report.lost(Code.TEXT, f"Control characters became \ufffd: {self._html.controls}.")

    def _ideas(self, below: list[list[int]]) -> Iterator[str]:
        # What is to be written, the next one last: an idea with its rank, or what ends one. Maps nest by the hundred,
        # and this takes no recursion.
        todo: list[tuple[int, int] | str] = [*reversed(self._ranked(below[-1]))]
        separator = ""
        while todo:
            match todo.pop():
                case str(end):
                    yield end
                    separator = ","
                case (rank, place):
                    yield f"{separator}{_json(str(rank))}:{{{self._idea(place)}"
                    separator = ""
                    if below[place]:
                        yield ',"ideas":{'
                        todo.append("}}")
                        todo += reversed(self._ranked(below[place]))
                    else:
                        todo.append("}")

    def _ranked(self, places: list[int]) -> list[tuple[int, int]]:
        """Ideas beside each other with their ranks, in reading order."""
        right = [place for place in places if self._sides.get(place) != "left"]
        left = [place for place in places if self._sides.get(place) == "left"]
        if [*right, *left] != places:
            what = "MindMup reads all topics on the right of a root before those on its left: their order is another."
            self._report.degraded(Code.MAP, what)
        return [*enumerate(right, 1), *((-number, place) for number, place in enumerate(left, 1))]

    def _idea(self, place: int) -> str:
        entry = self._entries[place]
        title, linked = self._title(entry)
        attributes = self._attributes(entry, linked)
        stated = f'"id":{_json(self._ids[entry.topic.id])},"title":{_json(title)}'
        return f'{stated},"attr":{_json(attributes)}' if attributes else stated

    # Titles

    def _title(self, entry: Entry) -> tuple[str, bool]:
        """What an idea says, and whether that holds where it leads."""
        topic = entry.topic
        if not is_plain(entry.content):
            self._report.degraded(Code.STYLE, "Words of topics are written without their dress: MindMup has none.")
        icons = "".join(icon for icon in topic.icons if not icon.isascii())
        if icons:
            self._report.degraded(Code.MAP, "Icons stand before the words of their topics: MindMup has none.")
        if any(icon.isascii() for icon in topic.icons):
            self._report.lost(Code.IMAGE, "Icons that no emoji stands for are left out.")
        title = f"{icons} {topic.text}".rstrip() if icons else topic.text
        found = parted(title)
        if not topic.url:
            if found[0]:
                self._report.note(Code.LINK, "MindMup takes the first address in a topic's words for where it leads.")
            return title, True
        if found == (topic.url, title):
            return title, True
        with_address = f"{title} {topic.url}".lstrip()
        return (with_address, True) if parted(with_address) == (topic.url, title) else (title, False)

    # Attributes

    def _attributes(self, entry: Entry, linked: bool) -> dict[str, _Json]:
        topic = entry.topic
        found: dict[str, _Json] = {}
        style: dict[str, _Json] = {}
        if topic.background:
            style["background"] = topic.background
        if topic.colour:
            style["color"] = topic.colour
        if style:
            found["style"] = style
        if topic.position and topic.parent < 0:
            found["position"] = [*map(_number, topic.position), 1]
        elif topic.position:
            self._report.degraded(Code.MAP, "MindMup arranges topics itself: where they stood is not kept.")
        if topic.folded:
            found["collapsed"] = True
        if resource := self._document.resources.get(topic.image):
            found["icon"] = self._icon(topic.image, resource)
        if topic.edge:
            if topic.edge.arrow:
                self._report.degraded(Code.MAP, "Arrows of lines to parents are not kept.")
            found["parentConnector"] = _edge(topic.edge)
        self._note(topic.notes if linked else (*self._link(topic.url), *topic.notes), found)
        return found

    def _link(self, url: str) -> Blocks:
        """What is noted of where a topic leads, if its title cannot say it."""
        if url.startswith("#"):
            self._report.degraded(Code.LINK, "Links to another place of the document are only their words.")
            return ()
        if not urls.is_safe(url):
            self._report.lost(Code.LINK, "Links that could run code are only their words.")
            return ()
        if url not in self._document.resources:
            self._report.degraded(
                Code.LINK, "Where topics lead is noted of them, if MindMup cannot have it as a title."
            )
        return (Paragraph((Link((url,), url),)),)

    def _note(self, notes: Blocks, found: dict[str, _Json]) -> None:
        if not notes:
            return
        self._noted += 1
        text = plain_notes(notes)
        if text is None:
            found["attachment"] = {"contentType": "text/html", "content": self._html.blocks(notes)}
        else:
            found["note"] = {"index": self._noted, "text": text}

    # Pictures

    def _icon(self, key: str, resource: Resource) -> dict[str, _Json]:
        short = key.rpartition(":")[2]
        self._resources[short] = _data_url(resource)
        width, height = resource.width or _NO_SIZE, resource.height or _NO_SIZE
        scale = min(1.0, _LARGEST_ICON / max(width, height))
        size: dict[str, _Json] = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
        return {"url": f"internal:{short}", **size, "position": "left"}

    def _within(self, image: Image) -> str:
        """The address of a picture in a note: itself."""
        resource = self._document.resources.get(image.url)
        if resource is None or not resource.media_type.startswith("image/"):
            return ""
        if image.url in self._shown:
            self._repeated += len(resource.data)
            if self._repeated > _MAX_REPEATED:
                return ""
        self._shown.add(image.url)
        return _data_url(resource)

    # Lines

    def _links(self) -> list[_Json]:
        return [
            {
                "ideaIdFrom": self._ids[line.start],
                "ideaIdTo": self._ids[line.end],
                "attr": {"style": {**_edge(line.edge), **({"arrow": "to"} if line.edge.arrow else {})}},
            }
            for line in (self._document.map.connectors if self._document.map else ())
            if line.start in self._ids and line.end in self._ids
        ]


def _edge(edge: Edge) -> dict[str, _Json]:
    stated = {"label": edge.label, "color": edge.colour, "lineStyle": edge.line or ""}
    return {name: value for name, value in stated.items() if value}


def _data_url(resource: Resource) -> str:
    return f"data:{resource.media_type};base64,{b2a_base64(resource.data, newline=False).decode()}"


def _ids(found: list[Entry]) -> dict[str, str | int]:
    """The ids as MindMup likes them: numbers, where they are that or only count the topics."""
    ids = [entry.topic.id for entry in found]
    if ids == [f"topic-{number}" for number in range(1, len(ids) + 1)]:
        return {id: number for number, id in enumerate(ids, 1)}
    return {id: int(id) if _NUMBER.fullmatch(id) else id for id in ids}


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _json(value: _Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
