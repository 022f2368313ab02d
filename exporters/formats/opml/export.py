"""Writes an outline in OPML 2.0, with the notes that most outliners read: an attribute `_note`.

What is in it is plain text wherever that is enough; Markdown, which people can read as it stands, where words are
dressed; and HTML for what Markdown has no words for. The words of an outline are HTML where they are dressed, as the
specification has it.

Source: OPML 2.0 (opml.org/spec2.opml); WorkFlowy, OmniOutliner, Dynalist and pandoc for what they read beyond it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from exporters.document.nodes import Blocks, Connector, Document, Paragraph
from exporters.document.walk import title
from exporters.formats.opml import notes
from exporters.options import NoOptions
from exporters.readers.opml import notation, says_itself
from exporters.readers.reading import shown
from exporters.report import Code, Report
from exporters.toolbox import metadata, urls
from exporters.toolbox.escaping import html_text
from exporters.toolbox.note_html import NoteHtml
from exporters.toolbox.topics import Entry, children, entries, is_plain
from exporters.toolbox.untold import report_untold


def export(document: Document, _options: NoOptions, report: Report) -> bytes:
    """The outline as UTF-8 XML."""
    return "".join(_Writer(document, report).pieces()).encode(errors="replace")


class _Writer:
    """One document on its way to an outline."""

    def __init__(self, document: Document, report: Report) -> None:
        self._document = document
        self._report = report
        self._entries = entries(document, report, one_root=False)
        self._html = NoteHtml(document, report, lambda _image: "", lambda id: f"#{id}")
        self._notes = notes.Notes(document, report, self._html)
        self._texts = {entry.topic.id: shown(entry.topic.text) for entry in self._entries}
        self._lines: dict[str, list[Connector]] = {}
        for line in document.map.connectors if document.map else ():
            if line.start in self._texts and line.end in self._texts:
                self._lines.setdefault(line.start, []).append(line)

    def pieces(self) -> Iterator[str]:
        yield '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head>\n'
        yield from self._head()
        yield "</head>\n<body>\n"
        below = children(self._entries)
        # What is to be written, the next one last: a place, or the end of one that is open. Outlines nest by the
        # hundred, and this takes no recursion.
        todo = [*reversed(below[-1])]
        while todo:
            place = todo.pop()
            if place < 0:
                yield "</outline>\n"
                continue
            yield f"<outline{''.join(self._attributes(place))}"
            if not below[place]:
                yield "/>\n"
                continue
            yield ">\n"
            todo.append(-1)
            todo += reversed(below[place])
        yield "</body>\n</opml>\n"
        if self._html.controls:
            self._report.lost(Code.TEXT, f"Control characters became \ufffd: {self._html.controls}.")

    def _head(self) -> Iterator[str]:
        stated = {
            "title": title(self._document),
            "dateModified": _rfc_822(metadata.stated(self._document, "date")),
            "ownerName": "; ".join(metadata.authors(self._document)),
        }
        date = () if stated["dateModified"] else ("date",)
        report_untold(self._document, self._report, "subtitle", *date, "abstract")
        for name, value in stated.items():
            if value:
                yield f"<{name}>{self._html.text(value)}</{name}>\n"

    # An outline

    def _attributes(self, place: int) -> Iterator[str]:
        entry = self._entries[place]
        topic = entry.topic
        yield self._attribute("text", self._words(entry))
        if topic.id != f"topic-{place + 1}":
            yield self._attribute("id", topic.id)
        if entry.checked is not None:  # as WorkFlowy has it, and as OmniOutliner has
            yield ' _complete="true" _status="checked"' if entry.checked else ' _complete="false" _status="unchecked"'
        if topic.folded:
            yield ' collapsed="true"'
        if topic.url:
            yield from self._link(topic.url)
        if noted := (*topic.notes, *self._arrows(topic.id)):
            yield self._attribute("_note", self._notes.write(noted))
        self._report_look(entry)

    def _attribute(self, name: str, value: str) -> str:
        return f' {name}="{self._html.attribute(value)}"'

    def _words(self, entry: Entry) -> str:
        icons = "".join(icon for icon in entry.icons if not icon.isascii())
        before = f"{icons} " if icons else ""
        if not is_plain(entry.content):
            return before + self._html.line(entry.content)
        text = before + entry.topic.text
        return text if notation(text) != "html" and says_itself(text) else html_text(text)

    def _link(self, url: str) -> Iterator[str]:
        if url in self._document.resources:
            self._report.lost(Code.ATTACHMENT, "Attached files are left out; their names are kept.")
        elif not urls.is_safe(url):
            self._report.lost(Code.LINK, "Links that could run code are only their words.")
        else:
            yield f"{'' if url.startswith('#') else ' type="link"'}{self._attribute('url', url)}"

    def _arrows(self, id: str) -> Blocks:
        """What is noted of a topic for the lines that lead from it."""
        lines = [line for line in self._lines.get(id, ()) if self._texts[line.end]]
        if lines:
            self._report.degraded(Code.MAP, "Lines between topics are noted of those that they lead from.")
        said = (f"{line.edge.label} → {self._texts[line.end]}".lstrip() for line in lines)
        return tuple(Paragraph((each,)) for each in said)

    def _report_look(self, entry: Entry) -> None:
        topic = entry.topic
        if topic.colour or topic.background or topic.side or topic.position or topic.edge:
            self._report.degraded(Code.MAP, "Outlines have no colours, sides and places of topics.")
        if entry.icons:
            self._report.degraded(Code.MAP, "Icons stand before the words of their topics: outlines have none.")
        if any(icon.isascii() for icon in entry.icons):
            self._report.lost(Code.IMAGE, "Icons that no emoji stands for are left out.")
        if topic.image in self._document.resources:
            self._report.lost(Code.IMAGE, "Pictures of topics are left out: outlines have none.")


def _rfc_822(date: str) -> str:
    """A day as OPML has it (RFC 822, with a year of four digits); "" for what is none."""
    if not _DATE.fullmatch(date):
        return ""
    year, month, day = date.split("-")
    y, m, d = int(year), int(month), int(day)
    if not (y > 0 and 0 < m < 13 and 0 < d < 32):
        return ""
    # The day of the week by the rule of Sakamoto, which sets out from Sundays; `datetime` takes 3 ms to import.
    before = y - (m < 3)
    weekday = (
        before + before // 4 - before // 100 + before // 400 + (0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4)[m - 1] + d
    ) % 7
    return f"{_DAYS[weekday]}, {day} {_MONTHS[m - 1]} {year} 00:00:00 GMT"


_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
