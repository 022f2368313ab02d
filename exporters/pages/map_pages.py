"""Puts the drawing of a mind map on pages: small ones among the text, others on a page of their own.

That page is turned the way that suits the drawing, and as large as the document's others if what is written in the
drawing can be read then; otherwise as large as the drawing.
"""

from __future__ import annotations

from copy import replace
from functools import partial
from typing import NamedTuple

from exporters.document.nodes import Document, Map
from exporters.document.walk import sections
from exporters.pages.file import File
from exporters.pages.flow import Area, Flow
from exporters.pages.line import Line, align
from exporters.pages.page import Page
from exporters.pages.pictures import Picture as Embedded
from exporters.pages.pictures import Pictures
from exporters.pages.tags import Element
from exporters.pages.vectors import Sketch, show
from exporters.report import Report
from exporters.toolbox.drawing import Drawing
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.map_drawing import described, draw
from exporters.toolbox.map_looks import LEAST_TEXT

_LEAST = 5.0  # points: smaller text cannot be read on paper
_AMONG_TEXT = 6.0  # points that text has at least where the drawing stands among other text
_SHARE = 0.45  # of a page that a drawing among text is high at most
_MARGIN = 28.0  # points around a drawing on a page of its own: printers leave a third of an inch white
_LARGEST = 14_400.0  # points that a page may have (ISO 32000-1, C.2)


class Sheet(NamedTuple):
    """A page for a drawing, and where the drawing stands on it, in points."""

    width: float
    height: float
    scale: float
    left: float
    top: float
    """From the lower edge."""


class MapPages:
    """Draws the map of a document. Made for one file."""

    def __init__(
        self, document: Document, file: File, flow: Flow, fonts: Fonts, pictures: Pictures, report: Report
    ) -> None:
        self._document = document
        self._file = file
        self._flow = flow
        self._fonts = fonts
        self._pictures = pictures
        self._report = report
        self._ids = frozenset(section.id for section in sections(document))

    def write(self, map: Map, tag: Element, left: float, width: float) -> None:
        """Draws a map here, as one figure below `tag`; among text, it stands in a column of this place and width."""
        sketch = self.sketch(map, tag)
        if sketch is None:
            return
        drawing, area = sketch.drawing, self._flow.area
        scale = min(1.0, width / drawing.width)
        if scale * LEAST_TEXT >= _AMONG_TEXT and scale * drawing.height <= _SHARE * area.height:
            sketch = replace(sketch, scale=scale)
            line = Line([], [(0.0, sketch)], sketch.width, 1.0)
            align(line, left, width, "center")
            self._flow.add(line)
            return
        sheet = sheet_for(drawing, area)
        self._flow.page_of_size(sheet.width, sheet.height, partial(self._draw, drawing, sheet, sketch.tag))

    def sketch(self, map: Map, tag: Element) -> Sketch | None:
        """A map in its own size, as one figure below `tag`; None where there is nothing to draw."""
        drawing = draw(map, self._fonts, self._document.resources, self._report)
        if not drawing.parts:
            return None
        # The outline reports the links that cannot be followed.
        parts = self._pictures.artist.settled(drawing.parts, self._ids, self._document.resources)
        drawing = replace(drawing, parts=parts)
        figure = Element("Figure", tag)
        figure.alt = described(map)
        return Sketch(drawing, self._file, self._fonts, self._picture, tag=figure)

    def _draw(self, drawing: Drawing, sheet: Sheet, figure: Element | None, page: Page) -> None:
        show(drawing, page, self._file, sheet.left, sheet.top, sheet.scale, self._fonts, self._picture, figure)

    def _picture(self, url: str) -> Embedded | None:
        return self._pictures.raster(url)


def sheet_for(drawing: Drawing, area: Area) -> Sheet:
    """The page that suits a drawing best, in a document whose pages are like this area."""
    margin = min(_MARGIN, area.margins.outer)
    short, long = sorted((area.paper_width, area.paper_height))
    ways = [(short, long), (long, short)]
    if area.is_landscape:
        ways.reverse()
    scale, width, height = max(
        ((_scale(drawing, width - 2 * margin, height - 2 * margin), width, height) for width, height in ways),
        key=lambda way: way[0],  # the first of equals, which is how the document's other pages are turned
    )
    if scale * LEAST_TEXT < _LEAST:
        scale = _scale(drawing, _LARGEST - 2 * margin, _LARGEST - 2 * margin)
        width, height = drawing.width * scale + 2 * margin, drawing.height * scale + 2 * margin
    return Sheet(
        width,
        height,
        scale,
        (width - drawing.width * scale) / 2,
        (height + drawing.height * scale) / 2,
    )


def _scale(drawing: Drawing, width: float, height: float) -> float:
    return min(1.0, width / drawing.width, height / drawing.height)
