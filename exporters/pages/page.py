"""One page: text, lines, boxes and images at places, in points from the lower left corner."""

from __future__ import annotations

from exporters.pages.file import File, PageLink
from exporters.pages.theme import Colour
from exporters.toolbox.truetype import Face

_CURVE = 0.4477  # 1 minus the length of a Bézier handle that makes a quarter of a circle with radius 1


class Page:
    """Collects what a page shows. What lies below text is kept apart, for it is drawn first."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._below: list[str] = []
        self._text: list[str] = []
        self._last: list[str] = []
        self._font: tuple[str, float] | None = None
        self._colour: Colour | None = None
        self._x = self._y = 0
        self.links: list[PageLink] = []

    def text(self, left: float, baseline: float, text: str, face: Face, size: float, colour: Colour) -> None:
        """Writes text on one line. The face must have its characters, or shows boxes."""
        font = self._file.font(face)
        operators = self._text
        if (font.name, size) != self._font:
            self._font = (font.name, size)
            operators.append(f"/{font.name} {size:.2f} Tf")
        if colour != self._colour:
            self._colour = colour
            operators.append(f"{colour} rg")
        # Moves are relative, which packs better; counted in whole hundredths of a point, so that no error adds up.
        x, y = round(left * 100), round(baseline * 100)
        operators.append(f"{(x - self._x) / 100:g} {(y - self._y) / 100:g} Td ({text.translate(font.codes)}) Tj")
        self._x, self._y = x, y

    def reserve(self) -> int:
        """Keeps a place for a box that is drawn below all that follows, though its size is known only later."""
        self._below.append("")
        return len(self._below) - 1

    def box(
        self, left: float, bottom: float, right: float, top: float, fill: Colour, radius: float = 0, at: int = -1
    ) -> None:
        """Fills a rectangle, with round corners if asked; at a reserved place if there is one."""
        if at < 0:
            at = self.reserve()
        self._below[at] += f"{fill} rg {_outline(left, bottom, right, top, radius)} f "

    def frame(self, left: float, bottom: float, right: float, top: float, colour: Colour, width: float) -> None:
        """Draws the outline of a rectangle."""
        self._below.append(f"{colour} RG {width:.2f} w {_outline(left, bottom, right, top, 0)} S")

    def key(
        self, left: float, bottom: float, right: float, top: float, fill: Colour, colour: Colour, width: float
    ) -> None:
        """Draws a filled rectangle with an outline and round corners."""
        path = _outline(left, bottom, right, top, 3 * width)
        self._below.append(f"{fill} rg {colour} RG {width:.2f} w {path} B")

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float) -> None:
        """Draws a line through points."""
        (left, bottom), *rest = points
        path = f"{left:.2f} {bottom:.2f} m " + " ".join(f"{x:.2f} {y:.2f} l" for x, y in rest)
        self._below.append(f"{colour} RG {width:.2f} w {path} S")

    def dots(self, left: float, right: float, baseline: float, colour: Colour, size: float) -> None:
        """Draws a dotted line, whose dots stand below each other on every line."""
        start = left + size - left % size
        if start < right:
            path = f"{start:.2f} {baseline:.2f} m {right:.2f} {baseline:.2f} l"
            self._below.append(f"q {colour} RG 1 J {size / 7:.2f} w [0 {size:.2f}] 0 d {path} S Q")

    def image(self, name: str, matrix: tuple[float, float, float, float, float, float]) -> None:
        """Shows an image of the file. The matrix puts its unit square on the page (ISO 32000-1, 8.3.3)."""
        self._below.append(f"q {' '.join(f'{number:.2f}' for number in matrix)} cm /{name} Do Q")

    def form(self, name: str, left: float, bottom: float) -> None:
        """Shows a form of the file, after all text."""
        self._last.append(f"q 1 0 0 1 {left:.2f} {bottom:.2f} cm /{name} Do Q")

    def link(self, left: float, bottom: float, right: float, top: float, target: str) -> None:
        """Makes an area lead somewhere, see `PageLink`."""
        self.links.append(PageLink((left, bottom, right, top), target))

    def content(self) -> bytes:
        """The content stream (ISO 32000-1, 7.8.2)."""
        parts = [part for part in self._below if part]
        if self._text:
            parts += ["BT", *self._text, "ET"]
        return "\n".join(parts + self._last).encode("latin-1")


def _outline(left: float, bottom: float, right: float, top: float, radius: float) -> str:
    radius = min(radius, (right - left) / 2, (top - bottom) / 2)
    if radius <= 0:
        return f"{left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f} re"
    near = radius * _CURVE
    points = (
        ("m", (left + radius, bottom)),
        ("l", (right - radius, bottom)),
        ("c", (right - near, bottom, right, bottom + near, right, bottom + radius)),
        ("l", (right, top - radius)),
        ("c", (right, top - near, right - near, top, right - radius, top)),
        ("l", (left + radius, top)),
        ("c", (left + near, top, left, top - near, left, top - radius)),
        ("l", (left, bottom + radius)),
        ("c", (left, bottom + near, left + near, bottom, left + radius, bottom)),
    )
    return " ".join(" ".join(f"{number:.2f}" for number in numbers) + f" {operator}" for operator, numbers in points)
