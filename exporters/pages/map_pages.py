"""Puts the drawing of a mind map on pages: small ones among the text, others on a page of their own.

That page is turned the way that suits the drawing, and as large as the document's others if what is written in the
drawing can be read then; otherwise as large as the drawing.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import replace
from functools import partial
from typing import NamedTuple
from urllib.parse import unquote

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
from exporters.report import Code, Report
from exporters.toolbox import urls
from exporters.toolbox.drawing import Area as LinkArea
from exporters.toolbox.drawing import Drawing, Group, Part, Picture
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
        drawing = replace(drawing, parts=tuple(self._for_pages(drawing.parts)))
        figure = Element("Figure", tag)
        figure.alt = described(map)
        return Sketch(drawing, self._file, self._fonts, self._picture, tag=figure)

    def _draw(self, drawing: Drawing, sheet: Sheet, figure: Element | None, page: Page) -> None:
        show(drawing, page, self._file, sheet.left, sheet.top, sheet.scale, self._fonts, self._picture, figure)

    def _picture(self, url: str) -> Embedded | None:
        return self._pictures.raster(url)

    def _for_pages(self, parts: tuple[Part, ...]) -> Iterator[Part]:
        """The parts with links as the file has them, and pictures that are drawings themselves drawn."""
        for part in parts:
            match part:
                case Group():
                    yield replace(part, parts=tuple(self._for_pages(part.parts)))
                case LinkArea():
                    if target := self._target(part.url):
                        yield replace(part, url=target)
                case Picture():
                    yield self._shown(part)
                case _:
                    yield part

    def _target(self, url: str) -> str:
        # What cannot be followed is reported where the outline has it.
        if url.startswith("#"):
            name = unquote(url[1:])
            return f"#{name}" if name in self._ids else ""
        return urls.encoded(url) if urls.is_followed_from_a_file(url) else ""

    def _shown(self, picture: Picture) -> Part:
        resource = self._document.resources[picture.url]
        if resource.media_type != "image/svg+xml":
            return picture
        from exporters.toolbox import svg_drawing  # few maps have such pictures

        drawn = svg_drawing.drawing(resource.data, picture.width, picture.height, self._fonts)
        if drawn is None:
            self._report.lost(Code.IMAGE_UNREADABLE, "An SVG image in the map is damaged or too large to draw.")
            return Group(())
        if drawn.missing or drawn.resources:
            what = "An SVG image in the map is drawn without its effects and the images within it."
            self._report.degraded(Code.IMAGE, what)
        return Group(drawn.drawing.parts, (1, 0, 0, 1, picture.x, picture.y))


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
