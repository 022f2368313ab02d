"""The paper that a file is laid out for."""

from __future__ import annotations

from typing import NamedTuple

from exporters.formats.odt import Options

_POINTS_PER_MM = 72 / 25.4
_SIZES = {  # width and height in points; ISO 216 and ANSI/ASME Y14.1
    "A3": (841.89, 1190.55),
    "A4": (595.28, 841.89),
    "A5": (419.53, 595.28),
    "A6": (297.64, 419.53),
    "Letter": (612.0, 792.0),
    "Legal": (612.0, 1008.0),
    "Tabloid": (792.0, 1224.0),
}


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
    width, height = _SIZES[options.page_size]
    if options.orientation == "landscape":
        width, height = height, width
    return Paper(width, height, min(options.margin_mm * _POINTS_PER_MM, min(width, height) / 5))
