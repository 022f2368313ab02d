"""The paper that a file is laid out for."""

from __future__ import annotations

from typing import NamedTuple

from exporters.formats.odt import Options
from exporters.toolbox.paper import POINTS_PER_MM, SIZES


class Paper(NamedTuple):
    """Measures in points."""

    width: float
    height: float
    margin: float

    @property
    def text_width(self) -> float:
        return self.width - 2 * self.margin

    @property
    def text_height(self) -> float:
        return self.height - 2 * self.margin


def paper(options: Options) -> Paper:
    """The paper that was asked for; its margin is smaller where the paper is small."""
    width, height = SIZES[options.page_size]
    if options.orientation == "landscape":
        width, height = height, width
    return Paper(width, height, min(options.margin_mm * POINTS_PER_MM, min(width, height) / 5))
