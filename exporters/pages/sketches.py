"""What is drawn as vectors on pages: formulas, diagrams and SVG images, each as a piece that stands in a line.

What draws them is imported when a document has some: 10 ms for formulas, 15 for images, 35 for diagrams.
"""

from __future__ import annotations

import os
from copy import replace
from typing import TYPE_CHECKING

from exporters.document import Resource
from exporters.frozen import frozen
from exporters.pages.pictures import POINTS_PER_PIXEL
from exporters.report import Code, Report

if TYPE_CHECKING:
    from exporters.pages.inlines import Style
    from exporters.pages.page import Page
    from exporters.pages.pictures import Pictures
    from exporters.pages.tags import Element
    from exporters.pages.vectors import Sketch
    from exporters.toolbox.drawing import Part
    from exporters.toolbox.formula import Macro

_WITHOUT_SIZE = 300, 150  # pixels: of an image that says nothing of its size (CSS 2.2, 10.3.2)
_SPACE = 0.35  # em above and below a formula on a line of its own
_SHOWN = 60  # characters of a reason in the report
_MAX_DRAWN = 250_000  # elements of all SVG images and diagrams of a document: 15 s; the map of a city has 20,000
_MAX_SIGNS = 1_000_000  # in all formulas of a document: 30 s; a book of 500 pages of mathematics has 300,000
_FAILED = 500  # of them, that one counts for which cannot be read, where macros may have made it long
_MAX_SECONDS = 10  # of a processor, for all of Mermaid's diagrams: 400 usual ones
_DIAGRAM = 0.8  # of the size that Mermaid gives it, so that its words are as large as text


@frozen
class Displayed:
    """A formula on a line of its own, in the middle of it."""

    sketch: Sketch
    space: float
    """Above and below it, in points."""
    room: float = 0.0

    @property
    def width(self) -> float:
        return max(self.sketch.width, self.room)

    @property
    def height(self) -> float:
        return self.sketch.height + self.space

    @property
    def depth(self) -> float:
        return self.sketch.depth + self.space

    @property
    def tag(self) -> Element | None:
        return self.sketch.tag

    def fitted(self, width: float) -> Displayed:
        """As wide as the line, where that has an end."""
        return Displayed(self.sketch.fitted(width), self.space, width if width < float("inf") else 0.0)

    def draw(self, page: Page, left: float, baseline: float) -> None:
        self.sketch.draw(page, left + (self.width - self.sketch.width) / 2, baseline)


class Sketches:
    """The drawings of one document."""

    def __init__(self, pictures: Pictures, report: Report) -> None:
        self._pictures = pictures
        self._report = report
        self._macros: dict[str, Macro] = {}
        self._signs = 0
        self._seconds = 0.0
        """That diagrams took."""

    def formula(self, latex: str, is_displayed: bool, style: Style, where: str) -> Sketch | Displayed | None:
        """A formula in LaTeX's notation; None where it cannot be read, which is reported."""
        from exporters.pages.vectors import Sketch
        from exporters.toolbox import formula

        red, green, blue = map(float, style.colour.split())
        font = formula.SERIF if style.family == "serif" else formula.SANS
        try:
            if self._signs > _MAX_SIGNS:
                raise formula.UnreadableFormula("all together are too long")
            drawing = formula.drawing(
                latex, style.size, (red, green, blue), is_displayed, style.fonts, self._macros, font
            )
            self._signs += sum(_signs(part) for part in drawing.parts)
        except formula.UnreadableFormula as error:
            self._signs += _FAILED if self._macros else 0
            what = f"A formula is shown as its LaTeX source: {str(error)[:_SHOWN]}."
            self._report.degraded(Code.MATH, what, where)
            return None
        sketch = Sketch(drawing, self._pictures.file, style.fonts, most_height=self._pictures.most_height)
        return Displayed(sketch, style.size * _SPACE) if is_displayed else sketch

    def diagram(self, text: str, tag: Element, where: str) -> Sketch | None:
        """A diagram in Mermaid's notation; None where it cannot be read, which is reported."""
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
        sketch = svg(resource, self._pictures)
        if sketch is None:
            self._report.degraded(Code.DIAGRAM, "A diagram is shown as its source: it is too large to draw.", where)
            return None
        return replace(sketch[0], tag=tag, scale=_DIAGRAM, forms=None)


def _signs(part: Part) -> int:
    from exporters.toolbox.drawing import Glyphs  # 2 ms, and there once there is a drawing

    return len(part.glyphs) if isinstance(part, Glyphs) else 1


def _seconds() -> float:
    """That processes which we started have worked."""
    times = os.times()
    return times.children_user + times.children_system


def svg(resource: Resource, pictures: Pictures) -> tuple[Sketch, tuple[str, ...]] | None:
    """An SVG image at its natural size, and what of it is left out; None where it cannot be drawn."""
    from exporters.pages.vectors import Sketch
    from exporters.toolbox import svg_drawing

    width, height = (resource.width, resource.height) if resource.width and resource.height else _WITHOUT_SIZE
    if pictures.drawn > _MAX_DRAWN:
        return None
    drawn = svg_drawing.drawing(resource.data, width * POINTS_PER_PIXEL, height * POINTS_PER_PIXEL, pictures.fonts)
    if drawn is None:
        pictures.drawn += svg_drawing.MAX_DRAWN  # at most so much was done before that was known
        return None
    pictures.drawn += drawn.elements
    pictures.add(dict(drawn.resources))
    sketch = Sketch(
        drawn.drawing, pictures.file, pictures.fonts, pictures.raster, pictures.most_height, forms=pictures.forms
    )
    return sketch, drawn.missing
