"""Small things that are drawn and not written: arrows and rules.

They are told where their left end is; the page wants to know where it would be if the page ran from left to right.
"""

from __future__ import annotations

from exporters.frozen import frozen
from exporters.pages.page import Page
from exporters.pages.theme import Colour


@frozen
class Unfolded:
    """An arrow that points down to what was unfolded."""

    size: float
    colour: Colour
    height: float = 0.0

    def draw(self, page: Page, left: float, baseline: float) -> None:
        size = self.size
        left = page.left(left, size * 0.64)
        arrow = [(0.08, 0.46), (0.36, 0.18), (0.64, 0.46)]
        page.line([(left + size * x, baseline + size * y) for x, y in arrow], self.colour, size * 0.11)


@frozen
class Rule:
    """A line across."""

    width: float
    thickness: float
    colour: Colour
    height: float = 0.0

    def draw(self, page: Page, left: float, baseline: float) -> None:
        left = page.left(left, self.width)
        page.line([(left, baseline), (left + self.width, baseline)], self.colour, self.thickness)
