"""Writes a map as FreeMind 1.0 has it, with what Freeplane has added where FreeMind passes over that.

Source: FreeMind's `freemind.xsd`; Freeplane for emoji, dashed lines, and labels of lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from exporters.document.nodes import Connector, Document, Edge, Image, Math
from exporters.options import NoOptions
from exporters.readers.maps.icons import TASKS, name_of
from exporters.report import Code, Report
from exporters.toolbox import urls
from exporters.toolbox.note_html import COMMANDS, NoteHtml
from exporters.toolbox.topics import Entry, children, entries, is_plain, says_title, sides
from exporters.toolbox.untold import report_untold

_VERSION = "1.0.1"  # both programs open it without a question; a higher one is "from a newer version" to FreeMind


def export(document: Document, _options: NoOptions, report: Report) -> bytes:
    """The map as UTF-8 XML."""
    return "".join(_Writer(document, report).pieces()).encode(errors="replace")


class _Writer:
    """One document on its way to a map."""

    def __init__(self, document: Document, report: Report) -> None:
        self._document = document
        self._report = report
        self._entries = entries(document, report, one_root=True)
        title = () if says_title(self._entries, document) else ("title",)
        report_untold(document, report, *title, "subtitle", "author", "date", "abstract")
        self._sides = sides(self._entries)
        self._ids = {entry.anchor: entry.topic.id for entry in self._entries if entry.anchor}
        self._notes = NoteHtml(document, report, self._address, self._anchor)
        known = {entry.topic.id for entry in self._entries}
        self._arrows: dict[str, list[Connector]] = {}
        for line in document.map.connectors if document.map else ():
            if line.start in known and line.end in known:
                self._arrows.setdefault(line.start, []).append(line)

    def pieces(self) -> Iterator[str]:
        yield f'<map version="{_VERSION}">\n'
        below = children(self._entries)
        # What is to be written, the next one last: a place, or the end of one that is open. Maps nest by the hundred.
        todo = [*reversed(below[-1])]
        while todo:
            place = todo.pop()
            if place < 0:
                yield "</node>\n"
                continue
            yield from self._node(place)
            todo.append(-1)
            todo += reversed(below[place])
        yield "</map>\n"
        if self._notes.controls:
            self._report.lost(Code.TEXT, f"Control characters became \ufffd: {self._notes.controls}.")

    def _node(self, place: int) -> Iterator[str]:
        entry = self._entries[place]
        topic, attribute = entry.topic, self._notes.attribute
        icons, words = self._icons(entry)
        rich = words is None
        yield f'<node ID="{attribute(topic.id)}"'
        if words is not None:
            yield f' TEXT="{attribute(words)}"'
        if place in self._sides:
            yield f' POSITION="{self._sides[place]}"'
        if topic.folded:
            yield ' FOLDED="true"'
        if topic.colour:
            yield f' COLOR="{attribute(topic.colour)}"'
        if topic.background:
            yield f' BACKGROUND_COLOR="{attribute(topic.background)}"'
        if topic.url and (url := self._link(topic.url)):
            yield f' LINK="{attribute(url)}"'
        yield ">\n"
        if rich:
            yield _rich("NODE", f"<p>{self._notes.line(entry.content)}</p>")
        if topic.edge:
            yield from self._edge(topic.edge)
        yield from (f'<icon BUILTIN="{attribute(name)}"/>\n' for name in icons)
        yield from map(self._arrow, self._arrows.get(topic.id, ()))
        if topic.image and not any(isinstance(node, Image) for node in entry.content):
            yield self._picture(topic.image)
        if topic.notes:
            yield _rich("NOTE", self._notes.blocks(topic.notes))
        if topic.position:
            self._report.degraded(Code.MAP, "FreeMind arranges topics itself: where they stood is not kept.")

    def _icons(self, entry: Entry) -> tuple[list[str], str | None]:
        """The names of a topic's icons, and its words; None for words that are not plain."""
        found: list[str] = []
        before = ""
        for icon in entry.icons:
            name = name_of(icon)
            found += [name] if name else []
            before += "" if name else icon
        if entry.checked is not None:
            found.append(next(name for name, done in TASKS.items() if done == entry.checked))
        match entry.content:
            case (Math(formula),) if not before and not _DOLLAR.search(formula):
                return found, f"\\latex {' '.join(formula.split())}"
            case content if not is_plain(content):
                return found, None
        text = entry.topic.text
        if text[:5].lower() == "<html" or text.startswith(_LATEX):
            return found, None  # as it stands there, it would not be words
        return found, f"{before} {text}" if before else text

    def _link(self, url: str) -> str:
        if url.startswith("#"):
            leads = self._anchor(url[1:])
            if not leads:
                self._report.degraded(Code.LINK, "Links to another place of the document are only their words.")
            return leads
        if url in self._document.resources:
            self._report.lost(Code.ATTACHMENT, "Attached files are left out; their names are kept.")
            return ""
        if urls.is_safe(url) and urls.scheme(url) not in COMMANDS:
            return url
        self._report.lost(Code.LINK, "Links that could run code are only their words.")
        return ""

    def _anchor(self, id: str) -> str:
        return f"#{self._ids[id]}" if id in self._ids else ""

    # Pictures

    def _address(self, image: Image) -> str:
        resource = self._document.resources.get(image.url)
        if resource is None or not resource.name:
            return ""
        self._report.degraded(Code.IMAGE, _BY_PATH)
        return urls.encoded(resource.name.replace("%", "%25").replace("#", "%23").replace("?", "%3F"))

    def _picture(self, key: str) -> str:
        if address := self._address(Image(key)):
            return f'<hook NAME="ExternalObject" URI="{self._notes.attribute(address)}"/>\n'
        self._report.lost(Code.IMAGE, "FreeMind has pictures only as files beside a map: those of topics are left out.")
        return ""

    # Lines

    def _edge(self, edge: Edge) -> Iterator[str]:
        if edge.label or edge.arrow:
            self._report.degraded(Code.MAP, "What stands at the line to a parent, and its arrow, are not kept.")
        colour = f' COLOR="{self._notes.attribute(edge.colour)}"' if edge.colour else ""
        dash = f' DASH="{_EDGES[edge.line]}"' if edge.line else ""
        if colour or dash:
            yield f"<edge{colour}{dash}/>\n"

    def _arrow(self, line: Connector) -> str:
        edge, attribute = line.edge, self._notes.attribute
        stated = f' DESTINATION="{attribute(line.end)}"'
        stated += f' COLOR="{attribute(edge.colour)}"' if edge.colour else ""
        stated += f' DASH="{_LINES[edge.line]}"' if edge.line in _LINES else ""
        stated += f' MIDDLE_LABEL="{attribute(edge.label)}"' if edge.label else ""
        return f'<arrowlink{stated} STARTARROW="None" ENDARROW="{"Default" if edge.arrow else "None"}"/>\n'


def _rich(type: str, html: str) -> str:
    return f'<richcontent TYPE="{type}"><html><head></head><body>{html}</body></html></richcontent>\n'


_BY_PATH = "Pictures are named by their paths, and are not in the file: keep them beside it."
_LATEX = ("\\latex ", "\\latex\n", "\\unparsedlatex ", "\\unparsedlatex\n")
_DOLLAR = re.compile(r"\$|^\s*$")

# Freeplane has words for the lines to parents, and lengths of strokes and gaps, in pixels, for others.
_EDGES = {"solid": "SOLID", "dashed": "DASHES", "dotted": "CLOSE_DOTS"}
_LINES = {"dashed": "7 7", "dotted": "2 7"}
