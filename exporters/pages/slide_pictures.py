"""Images on slides: as high as there is room, and enlarged where one is what a slide shows."""

from __future__ import annotations

from copy import replace
from typing import TYPE_CHECKING

from exporters.pages.pictures import Picture, Pictures

if TYPE_CHECKING:
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


def enlarged(shown: Shown, width: float, height: float, most: float = _LARGEST) -> Shown:
    """The image as large as fits, but not more than so many times its size."""
    scale = min(width / shown.width, height / shown.height, most)
    if isinstance(shown, Picture):
        return replace(shown, width=shown.width * scale, height=shown.height * scale, most_height=height)
    return replace(shown, scale=shown.scale * scale, most_height=height)
