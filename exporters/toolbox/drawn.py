"""What is drawn in a document: its SVG images, its diagrams, its map. All together are bounded in time and memory.

What draws them is imported when a document has some: 15 ms for images, 35 for diagrams, 10 for maps.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from copy import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from exporters.document import walk
from exporters.document.nodes import Document, Resource
from exporters.report import Code, Report
from exporters.toolbox import metadata, urls
from exporters.toolbox.drawing import Area, Drawing, Group, Part, Picture
from exporters.toolbox.fonts import Fonts

if TYPE_CHECKING:
    from exporters.toolbox.svg_drawing import SvgDrawing

POINTS_PER_PIXEL = 0.75  # CSS: 96 pixels are an inch
DIAGRAM_SCALE = 0.8
"""Of a diagram's natural size, where text has 10 points: so its words, of 12, are as large as that."""

_WITHOUT_SIZE = 300, 150  # pixels: of an image that says nothing of its size (CSS 2.2, 10.3.2)
_SHOWN = 60  # characters of a reason in the report
_MAX_DRAWN = 250_000  # elements of all SVG images and diagrams of a document: 15 s; the map of a city has 20,000
_MAX_SECONDS = 10  # of a processor, for all of Mermaid's diagrams: 400 usual ones


class Drawn:
    """The drawings of one document."""

    def __init__(self, document: Document, report: Report, largest: float = 14_000.0) -> None:
        """`largest` is the size of a map in points at which it is made smaller; by default, what fits on a page."""
        self.fonts = Fonts(metadata.stated_language(document))
        """What they are measured in."""
        self.resources: dict[str, Resource] = dict(document.resources)
        """The document's, and those that are within its SVG images."""
        self._document = document
        self._largest = largest
        self._report = report
        self._artist = Artist(self.fonts, report)

    def image(self, resource: Resource, where: str = "") -> Drawing | None:
        """An SVG image at its natural size; None where it cannot be drawn, which is reported."""
        return self._taken(self._artist.image(resource, where))

    def diagram(self, text: str, where: str = "") -> Drawing | None:
        """A diagram in Mermaid's notation, its words mostly of 12 points; None where it cannot be read or drawn, which
        is reported."""
        return self._taken(self._artist.diagram(text, where))

    def map(self, targets: Collection[str] | None = None) -> Drawing | None:
        """The document's mind map; None where it has none, or one that cannot be drawn, which is reported.

        Links lead out of the file, or are `#` and one of the targets: ids of sections and headings, unless others are
        given. Images within it are of pixels.
        """
        if self._document.map is None:
            return None
        from exporters.toolbox import map_drawing  # 10 ms

        drawing = map_drawing.draw(self._document.map, self.fonts, self.resources, self._report, self._largest)
        if not drawing.parts:
            return None
        if targets is None:
            targets = walk.targets(self._document)
        return replace(drawing, parts=self._artist.settled(drawing.parts, targets, self.resources))

    def _taken(self, drawn: SvgDrawing | None) -> Drawing | None:
        if drawn is None:
            return None
        self.resources.update(drawn.resources)
        return drawn.drawing


class Artist:
    """Draws for one document, for as long as all of it together takes bearable time."""

    def __init__(self, fonts: Fonts, report: Report) -> None:
        self._fonts = fonts
        self._report = report
        self._drawn = 0
        """Elements of SVG images and diagrams so far."""
        self._seconds = 0.0
        """That diagrams took."""

    def image(self, resource: Resource, where: str) -> SvgDrawing | None:
        """An SVG image at its natural size, in points; None where it cannot be drawn. What is left out is reported."""
        drawn = self._svg(resource)
        if drawn is None:
            what = "An SVG image is damaged, or too large to draw; its description stands for it."
            self._report.lost(Code.IMAGE_UNREADABLE, what, where)
            return None
        for what in drawn.missing:
            self._report.degraded(Code.IMAGE, f"Of an SVG image, something is left out: {what}.", where)
        return drawn

    def diagram(self, text: str, where: str) -> SvgDrawing | None:
        """A diagram in Mermaid's notation; None where it cannot be read or drawn, which is reported."""
        from exporters.toolbox import images, mermaid

        before = _seconds()
        try:
            if self._seconds > _MAX_SECONDS:
                raise mermaid.UnreadableDiagram("all together take too long to draw")
            resource = images.inspect(mermaid.image(text))
        except (mermaid.UnreadableDiagram, images.NotAnImage) as error:
            self._report.degraded(Code.DIAGRAM, f"A diagram is shown as its source: {str(error)[:_SHOWN]}.", where)
            return None
        finally:
            self._seconds += _seconds() - before
        drawn = self._svg(resource)
        if drawn is None:
            self._report.degraded(Code.DIAGRAM, "A diagram is shown as its source: it is too large to draw.", where)
        elif mermaid.without_links(text) != text:
            self._report.degraded(Code.LINK, "Links within diagrams are not kept.", where)
        return drawn

    def settled(
        self, parts: tuple[Part, ...], targets: Collection[str], resources: Mapping[str, Resource]
    ) -> tuple[Part, ...]:
        """The parts of a map with links as a file has them, and pictures that are drawings themselves drawn."""
        return tuple(self._settled(parts, targets, resources))

    def _settled(
        self, parts: tuple[Part, ...], targets: Collection[str], resources: Mapping[str, Resource]
    ) -> Iterator[Part]:
        for part in parts:
            match part:
                case Group():
                    yield replace(part, parts=tuple(self._settled(part.parts, targets, resources)))
                case Area():
                    if target := _target(part.url, targets):
                        yield replace(part, url=target)
                case Picture():
                    yield self._shown(part, resources[part.url])
                case _:
                    yield part

    def _shown(self, picture: Picture, resource: Resource) -> Part:
        if resource.media_type != "image/svg+xml":
            return picture
        drawn = self._svg(resource, (picture.width, picture.height))
        if drawn is None:
            self._report.lost(Code.IMAGE_UNREADABLE, "An SVG image in the map is damaged or too large to draw.")
            return Group(())
        if drawn.missing or drawn.resources:
            what = "An SVG image in the map is drawn without its effects and the images within it."
            self._report.degraded(Code.IMAGE, what)
        return Group(drawn.drawing.parts, (1, 0, 0, 1, picture.x, picture.y))

    def _svg(self, resource: Resource, size: tuple[float, float] | None = None) -> SvgDrawing | None:
        from exporters.toolbox import svg_drawing  # 15 ms

        if self._drawn > _MAX_DRAWN:
            return None
        if size is None:
            width, height = (resource.width, resource.height) if resource.width and resource.height else _WITHOUT_SIZE
            size = width * POINTS_PER_PIXEL, height * POINTS_PER_PIXEL
        drawn = svg_drawing.drawing(resource.data, *size, self._fonts)
        # Where it cannot be drawn, at most so much was done before that was known.
        self._drawn += svg_drawing.MAX_DRAWN if drawn is None else drawn.elements
        return drawn


def _target(url: str, targets: Collection[str]) -> str:
    # What cannot be followed is reported where the outline has it.
    if url.startswith("#"):
        name = unquote(url[1:])
        return f"#{name}" if name in targets else ""
    return urls.encoded(url) if urls.is_followed_from_a_file(url) else ""


def _seconds() -> float:
    """That processes which we started have worked."""
    times = os.times()
    return times.children_user + times.children_system
