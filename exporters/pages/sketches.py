"""What is drawn as vectors on pages: formulas, diagrams and SVG images, each as a piece that stands in a line.

What draws them is imported when a document has some: 10 ms for formulas, 15 for images, 35 for diagrams.
"""

from __future__ import annotations

from copy import replace
from typing import TYPE_CHECKING

from exporters.document import Resource
from exporters.frozen import frozen
from exporters.report import Code, Report

if TYPE_CHECKING:
    from exporters.pages.inlines import Style
    from exporters.pages.page import Page
    from exporters.pages.pictures import Pictures
    from exporters.pages.tags import Element
    from exporters.pages.vectors import Sketch
    from exporters.toolbox.formula import Macro

_POINTS_PER_PIXEL = 0.75  # CSS: 96 pixels are an inch
_WITHOUT_SIZE = 300, 150  # pixels: of an image that says nothing of its size (CSS 2.2, 10.3.2)
_SPACE = 0.35  # em above and below a formula on a line of its own
_SHOWN = 60  # characters of a reason in the report
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

    def formula(self, latex: str, is_displayed: bool, style: Style, where: str) -> Sketch | Displayed | None:
        """A formula in LaTeX's notation; None where it cannot be read, which is reported."""
        from exporters.pages.vectors import Sketch
        from exporters.toolbox import formula

        red, green, blue = map(float, style.colour.split())
        font = formula.SERIF if style.family == "serif" else formula.SANS
        try:
            drawing = formula.drawing(
                latex, style.size, (red, green, blue), is_displayed, style.fonts, self._macros, font
            )
        except formula.UnreadableFormula as error:
            what = f"A formula is shown as its LaTeX source: {str(error)[:_SHOWN]}."
            self._report.degraded(Code.MATH, what, where)
            return None
        sketch = Sketch(drawing, self._pictures.file, style.fonts, most_height=self._pictures.most_height)
        return Displayed(sketch, style.size * _SPACE) if is_displayed else sketch

    def diagram(self, text: str, tag: Element, where: str) -> Sketch | None:
        """A diagram in Mermaid's notation; None where it cannot be read, which is reported."""
        from exporters.toolbox import images, mermaid

        try:
            resource = images.inspect(mermaid.image(text))
        except (mermaid.UnreadableDiagram, images.NotAnImage) as error:
            self._report.degraded(Code.DIAGRAM, f"A diagram is shown as its source: {str(error)[:_SHOWN]}.", where)
            return None
        sketch = svg(resource, self._pictures)
        if sketch is None:
            self._report.degraded(Code.DIAGRAM, "A diagram is shown as its source: it is too large to draw.", where)
            return None
        return replace(sketch[0], tag=tag, scale=_DIAGRAM)


def svg(resource: Resource, pictures: Pictures) -> tuple[Sketch, tuple[str, ...]] | None:
    """An SVG image at its natural size, and what of it is left out; None where it cannot be drawn."""
    from exporters.pages.vectors import Sketch
    from exporters.toolbox import svg_drawing

    width, height = (resource.width, resource.height) if resource.width and resource.height else _WITHOUT_SIZE
    drawn = svg_drawing.drawing(resource.data, width * _POINTS_PER_PIXEL, height * _POINTS_PER_PIXEL, pictures.fonts)
    if drawn is None:
        return None
    pictures.add(dict(drawn.resources))
    sketch = Sketch(drawn.drawing, pictures.file, pictures.fonts, pictures.raster, pictures.most_height)
    return sketch, drawn.missing
