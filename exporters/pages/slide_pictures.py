"""Images on slides: as high as there is room, and enlarged where one is what a slide shows. Diagrams are drawn once,
though slides are laid out several times.
"""

from __future__ import annotations

from copy import replace
from typing import TYPE_CHECKING

from exporters.pages.pictures import Picture, Pictures
from exporters.pages.sketches import Sketches
from exporters.report import Report

if TYPE_CHECKING:
    from exporters.pages.tags import Element
    from exporters.pages.vectors import Sketch

type Shown = Picture | Sketch
"""An image: of pixels, or drawn."""

_LARGEST = 3.0  # times its size at 96 dpi, that an image is enlarged to: further, its pixels show


class SlidePictures(Pictures):
    """The images of one document. `most_height` may change from slide to slide."""

    room: tuple[float, float] | None = None
    """Width and height that an image fills as well as it can; None where images are as large as they are."""

    def get(self, url: str, where: str) -> Shown | None:
        """The image in the size that is asked for at this moment; None where there is none to show."""
        shown = super().get(url, where)
        if shown is None:
            return None
        if self.room:
            return enlarged(shown, *self.room)
        return replace(shown, most_height=self.most_height)  # type: ignore[return-value] # of both kinds it is its own


class SlideSketches(Sketches):
    """The drawings of one document. Those that are made with the same `drawn` draw, and report, a diagram once."""

    def __init__(self, pictures: SlidePictures, report: Report, drawn: dict[str, Sketch | None]) -> None:
        super().__init__(pictures, report)
        self._drawn = drawn

    def diagram(self, text: str, tag: Element, where: str) -> Sketch | None:
        """A diagram, as high as an image may be at this moment; None where it cannot be read."""
        if text not in self._drawn:
            self._drawn[text] = super().diagram(text, tag, where)
        sketch = self._drawn[text]
        return sketch and replace(sketch, tag=tag, most_height=self._pictures.most_height)


def enlarged(shown: Shown, width: float, height: float, most: float = _LARGEST) -> Shown:
    """The image as large as fits, but not more than so many times its size."""
    scale = min(width / shown.width, height / shown.height, most)
    if isinstance(shown, Picture):
        return replace(shown, width=shown.width * scale, height=shown.height * scale, most_height=height)
    return replace(shown, scale=shown.scale * scale, most_height=height)
