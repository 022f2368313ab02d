"""What is drawn as vectors on pages: formulas, diagrams and SVG images, each as a piece that stands in a line.

What draws them is imported when a document has some: 10 ms for formulas, 15 for images, 35 for diagrams.
"""

from __future__ import annotations

from copy import replace
from typing import TYPE_CHECKING

from exporters.frozen import frozen
from exporters.report import Code, Report

if TYPE_CHECKING:
    from exporters.pages.inlines import Style
    from exporters.pages.page import Page
    from exporters.pages.pictures import Pictures
    from exporters.pages.tags import Element
    from exporters.pages.vectors import Sketch
    from exporters.toolbox.drawing import Part
    from exporters.toolbox.formula import Macro
    from exporters.toolbox.svg_drawing import SvgDrawing

_SPACE = 0.35  # em above and below a formula on a line of its own
_SHOWN = 60  # characters of a reason in the report
_MAX_SIGNS = 1_000_000  # in all formulas of a document: 30 s; a book of 500 pages of mathematics has 300,000
_FAILED = 500  # of them, that one counts for which cannot be read, where macros may have made it long


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
        from exporters.toolbox.drawn import DIAGRAM_SCALE

        drawn = self._pictures.artist.diagram(text, where)
        if drawn is None:
            return None
        return replace(sketch_of(drawn, self._pictures), tag=tag, scale=DIAGRAM_SCALE, forms=None)


def _signs(part: Part) -> int:
    from exporters.toolbox.drawing import Glyphs  # 2 ms, and there once there is a drawing

    return len(part.glyphs) if isinstance(part, Glyphs) else 1


def sketch_of(drawn: SvgDrawing, pictures: Pictures) -> Sketch:
    """An SVG image at its natural size."""
    from exporters.pages.vectors import Sketch

    pictures.add(dict(drawn.resources))
    return Sketch(
        drawn.drawing, pictures.file, pictures.fonts, pictures.raster, pictures.most_height, forms=pictures.forms
    )
