"""Draws the document's map, or the map that its headings and lists make, and writes that as SVG."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import replace

from exporters.document import Document, Map, Topic
from exporters.document.walk import title
from exporters.errors import SourceTooLarge
from exporters.formats.svg import Options
from exporters.formats.svg.charts import chart
from exporters.formats.svg.notes import Notes
from exporters.report import Code, Report
from exporters.toolbox import map_drawing, metadata, svg_file, topics, urls
from exporters.toolbox.drawing import Drawing, Shape
from exporters.toolbox.drawn import Drawn
from exporters.toolbox.escaping import without_controls
from exporters.toolbox.svg_paths import rectangle
from exporters.toolbox.untold import report_untold

_MAX_OUTLINED = 500_000  # characters: 25 MB, 2 s
_SHOWN = 60  # characters of a topic in the report


def export(document: Document, options: Options, report: Report) -> bytes:
    """The drawing as UTF-8. Raises `SourceTooLarge` where a map has more topics than one drawing can show, and
    `MissingPart` without fonts."""
    map, ids = chart(document, report)
    drawn = Drawn(replace(document, map=map), report, largest=float("inf"))
    drawing = drawn.map(ids.values())
    if drawing is None:
        raise SourceTooLarge(
            f"The map has more than {map_drawing.MAX_TOPICS:,} topics, which are more than a drawing can show. "
            "Export a branch of it, or choose a format that has its outline."
        )
    notes = _notes(map, document, report)
    _report_links(map, ids.values(), report)
    _report_controls(map, notes, report)
    report_untold(document, report, "subtitle", "author", "date", "abstract")
    as_outlines = options.text == "outlines" and _can_be_outlines(map, report)
    written = svg_file.write(
        _on(drawing, options),
        drawn.resources,
        drawn.fonts,
        title=title(document) or map.topics[0].text,
        description=map_drawing.described(map),
        language=metadata.stated_language(document),
        notes=notes,
        ids=ids,
        is_read=True,
        as_outlines=as_outlines,
    )
    if as_outlines:
        drawn.fonts.shortcomings.add_to(report)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'.encode()


def _on(drawing: Drawing, options: Options) -> Drawing:
    if options.background == "none":
        return drawing
    paper = Shape(rectangle(0, 0, drawing.width, drawing.height), fill=(1, 1, 1))
    return replace(drawing, parts=(paper, *drawing.parts))


def _can_be_outlines(map: Map, report: Report) -> bool:
    if sum(len(topic.text) for topic in map.topics) <= _MAX_OUTLINED:
        return True
    what = f"More than {_MAX_OUTLINED:,} characters stay text: as outlines, they would be too large a file."
    report.degraded(Code.STYLE, what)
    return False


def _notes(map: Map, document: Document, report: Report) -> dict[str, str]:
    """By `Topic.id`, what stands below topics."""
    notes = Notes(document)
    found: dict[str, str] = {}
    for topic in map.topics:
        if topic.notes:
            if topics.plain_notes(topic.notes) is None:
                what = "What stands below a topic is shown when the mouse rests on it, as plain text."
                report.degraded(Code.NODE, what, _where(topic))
            if told := notes.told(topic.notes):
                found[topic.id] = told
    if notes.is_cut:
        report.lost(Code.NODE, "What stands below topics is too long to be shown on them, and was cut.")
    return found


def _report_links(map: Map, ids: Collection[str], report: Report) -> None:
    for topic in map.topics:
        url = topic.url
        if url and not (urls.is_followed_from_a_file(url) or (url[0] == "#" and url[1:] in ids)):
            # Not one by one: a page of a web site has hundreds of links to the pages beside it.
            what = "Links to other files, and those that could run code, lead nowhere."
            report.degraded(Code.LINK, what, _where(topic))


def _where(topic: Topic) -> str:
    return " ".join(topic.text[:_SHOWN].split())


def _report_controls(map: Map, notes: Mapping[str, str], report: Report) -> None:
    texts = (*(topic.text for topic in map.topics), *notes.values())
    if impossible := sum(without_controls(text)[1] for text in texts):
        report.lost(Code.TEXT, f"Control characters, which SVG cannot hold, became \ufffd: {impossible}.")
