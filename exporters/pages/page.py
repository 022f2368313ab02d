"""One page: text, lines, boxes, images and drawings at places, in points from the lower left corner."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Literal

from exporters.pages.file import File, PageLink
from exporters.pages.tags import Element
from exporters.pages.theme import Colour

if TYPE_CHECKING:
    from exporters.toolbox.drawing import Matrix
    from exporters.toolbox.fonts import Widths

_CURVE = 0.4477  # 1 minus the length of a Bézier handle that makes a quarter of a circle with radius 1
_NEAR = 0.02  # points: text that begins so near to the end of the text before it is not moved there


class Page:
    """Collects what a page shows. What lies below text is kept apart, for it is drawn first.

    Everything belongs to an element of the document's structure, or is an artifact (ISO 32000-1, 14.8.2.2), such as a
    box or a page number. Where `mirror` is the width of the page, what is given by its left and right ends is turned
    round, as pages of Arabic and Hebrew are. A page without a number is a form that other pages show: it has no
    structure.
    """

    def __init__(self, file: File, mirror: float = 0.0, number: int = 0) -> None:
        self._file = file
        self._mirror = mirror
        self._number = number
        self._below: list[str] = []
        self._tagged: set[int] = set()  # those of them that belong to an element
        self._text: list[str] = []
        self._first: list[str] = []
        self._last: list[str] = []
        self._font: tuple[str, float] | None = None
        self._colour: Colour | None = None
        self._x = self._y = 0
        self._written: tuple[float, str, Widths, float, float] | None = None
        self._tag: Element | None = None
        self._open: Element | str | None = None  # what the text belongs to that was written last
        self.offset = 0.0
        """How far to the right everything stands from where it is said to stand, for instance in a second column."""
        self.links: list[PageLink] = []
        self.owners: list[Element] = []
        """The elements that its marked contents belong to, in the order of their numbers."""
        self.is_artifact = False
        """Whether what follows is an artifact, whatever it is said to belong to."""
        self.furniture: Literal["", "Header", "Footer"] = ""
        """Whether what follows is an artifact that stands on many pages."""

    # What things belong to

    def tag(self, element: Element | None) -> None:
        """What is written or shown from here on belongs to this element; or to none, as everything at first."""
        self._tag = element

    def left(self, left: float, width: float) -> float:
        """Where something really begins that would begin here if the page ran from left to right."""
        return self._mirror - left - width if self._mirror else left

    def link(
        self,
        left: float,
        bottom: float,
        right: float,
        top: float,
        target: str,
        element: Element | None = None,
        words: str = "",
    ) -> None:
        """Makes an area lead somewhere, see `PageLink`. What repeats or adorns the text has no links.

        A link that is given no element becomes one below what is tagged, for no link may be without (PDF/UA-1, 7.18.5).
        """
        if self.is_artifact or self.furniture:
            return
        left, right = self._turned(left, right)
        number = self._file.reserve()
        if not self._number:
            element = None
        elif element is None and self._tag:
            element = Element("Link", self._tag)
        if element:
            element.add(number)
        self.links.append(PageLink((left, bottom, right, top), target, number, element, words))

    # Text

    def text(
        self, left: float, baseline: float, text: str, widths: Widths, size: float, colour: Colour, stretch: float = 0.0
    ) -> None:
        """Writes text on one line, with so much added to each of its spaces. What the face lacks shows as boxes."""
        font = self._file.font(widths)
        operators = self._text
        if self._number:
            self._mark_text()
        if (font.name, size) != self._font:
            self._font = (font.name, size)
            if font.name:
                operators.append(f"/{font.name} {size:.2f} Tf")
        if colour != self._colour:
            self._colour = colour
            operators.append(f"{colour} rg")
        left += self.offset
        shown = font.show(text, widths, size, stretch)
        y = round(baseline * 100)
        pen = self._pen() if y == self._y else None
        if pen is not None and abs(pen - left) < _NEAR:
            left = pen
            operators.append(shown)
        else:
            # Moves are relative, which packs better; in whole hundredths of a point, so that no error adds up.
            x = round(left * 100)
            operators.append(f"{(x - self._x) / 100:g} {(y - self._y) / 100:g} Td {shown}")
            self._x, self._y, left = x, y, x / 100
        self._written = left, text, widths, size, stretch

    def _pen(self) -> float | None:
        """Where the text ends that was written last, as those reckon it who read it; None where they round too much."""
        if self._written is None or self._written[2].face.units_per_em != 1000:
            return None
        left, text, widths, size, stretch = self._written
        if stretch and text.endswith(" "):  # PDFium forgets what is added to the last space
            return None
        words = text.split(" ")
        width = sum(map(widths.__getitem__, filter(None, words)))
        return left + round(size, 2) * (width + (len(words) - 1) * (widths[" "] + round(1000 * stretch / size) / 1000))

    def _mark_text(self) -> None:
        owner = self.furniture or (None if self.is_artifact else self._tag)
        if owner != self._open or not self._text:
            if self._text:
                self._text.append("EMC")
            self._open = owner
            self._text.append(self._mark(owner))

    def _mark(self, owner: Element | str | None) -> str:
        """The operator that begins what belongs to something (ISO 32000-1, 14.6)."""
        match owner:
            case None:
                return "/Artifact BMC"
            case str():
                kind = self._file.resource("Properties", f"<< /Type /Pagination /Subtype /{owner} >>")
                return f"/Artifact /{kind} BDC"
            case Element():
                number = len(self.owners)
                self.owners.append(owner)
                owner.add((self._number, number))
                # Its kind is said by the structure. Here it is one for all, which packs better.
                return f"/P <</MCID {number}>>BDC"

    # What lies below text

    def reserve(self) -> int:
        """Keeps a place for a box that is drawn below all that follows, though its size is known only later."""
        self._below.append("")
        return len(self._below) - 1

    def box(
        self, left: float, bottom: float, right: float, top: float, fill: Colour, radius: float = 0, at: int = -1
    ) -> None:
        """Fills a rectangle, with round corners if asked; at a reserved place if there is one."""
        left, right = self._turned(left, right)
        if at < 0:
            at = self.reserve()
        radius = min(radius, (right - left) / 2, (top - bottom) / 2)
        if radius <= 0:
            self._below[at] += f"{fill} rg {_rectangle(left, bottom, right, top)} f "
            return
        # A pen with a round tip makes round corners of a smaller rectangle, in a tenth of the numbers of curves.
        path = _rectangle(left + radius, bottom + radius, right - radius, top - radius)
        self._below[at] += f"{fill} rg {fill} RG 1 j {2 * radius:.2f} w {path} B 0 j "

    def frame(self, left: float, bottom: float, right: float, top: float, colour: Colour, width: float) -> None:
        """Draws the outline of a rectangle."""
        left, right = self._turned(left, right)
        self._below.append(f"{colour} RG {width:.2f} w {_rectangle(left, bottom, right, top)} S")

    def key(
        self, left: float, bottom: float, right: float, top: float, fill: Colour, colour: Colour, width: float
    ) -> None:
        """Draws a filled rectangle with an outline and round corners."""
        left, right = self._turned(left, right)
        path = _outline(left, bottom, right, top, 3 * width)
        self._below.append(f"{fill} rg {colour} RG {width:.2f} w {path} B")

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float) -> None:
        """Draws a line through points."""
        (left, bottom), *rest = ((self._turned(x, x)[0], y) for x, y in points)
        path = f"{left:.2f} {bottom:.2f} m " + " ".join(f"{x:.2f} {y:.2f} l" for x, y in rest)
        self._below.append(f"{colour} RG {width:.2f} w {path} S")

    def dots(self, left: float, right: float, baseline: float, colour: Colour, size: float) -> None:
        """Draws a dotted line, whose dots stand below each other on every line."""
        start = left + size - left % size
        if start < right:
            start, right = self._turned(start, right)
            path = f"{start:.2f} {baseline:.2f} m {right:.2f} {baseline:.2f} l"
            self._below.append(f"q {colour} RG 1 J {size / 7:.2f} w [0 {size:.2f}] 0 d {path} S Q")

    def image(self, name: str, matrix: Matrix) -> None:
        """Shows an image of the file. The matrix puts its unit square on the page (ISO 32000-1, 8.3.3)."""
        a, b, c, d, e, f = matrix
        self._show(f"q {a:.2f} {b:.2f} {c:.2f} {d:.2f} {e + self.offset:.2f} {f:.2f} cm /{name} Do Q")

    def draw(self, content: str, matrix: Matrix = (1, 0, 0, 1, 0, 0)) -> None:
        """Draws what operators say (ISO 32000-1, 8.2), in coordinates that the matrix puts on the page."""
        a, b, c, d, e, f = matrix
        self._show(f"q {' '.join(map(_precise, (a, b, c, d, e + self.offset, f)))} cm {content} Q")

    def _show(self, operators: str) -> None:
        owner = None if self.is_artifact or self.furniture else self._tag
        if owner and self._number:
            self._tagged.add(len(self._below))
            operators = f"{self._mark(owner)} {operators} EMC"
        self._below.append(operators)

    def form(self, name: str, left: float, bottom: float, under: bool = False) -> None:
        """Shows a form of the file: after all else, or before, which is under it."""
        shown = f"q 1 0 0 1 {left + self.offset:.2f} {bottom:.2f} cm /{name} Do Q"
        if self._number:
            shown = f"{self._mark(self.furniture or None)} {shown} EMC"
        (self._first if under else self._last).append(shown)

    def content(self) -> bytes:
        """The content stream (ISO 32000-1, 7.8.2)."""
        parts = [*self._first, *self._marked_below()]
        if self._text:
            parts += ["BT", *self._text, *(["EMC"] if self._number else []), "ET"]
        return "\n".join(parts + self._last).encode("latin-1")

    def _marked_below(self) -> list[str]:
        if not self._number:
            return [part for part in self._below if part]
        parts = []
        drawn = (at for at, part in enumerate(self._below) if part)
        for is_tagged, group in groupby(drawn, key=self._tagged.__contains__):
            beside = [self._below[at] for at in group]
            parts += beside if is_tagged else ["/Artifact BMC", *beside, "EMC"]
        return parts

    def _turned(self, left: float, right: float) -> tuple[float, float]:
        if self._mirror:
            left, right = self._mirror - right, self._mirror - left
        return left + self.offset, right + self.offset


def _rectangle(left: float, bottom: float, right: float, top: float) -> str:
    return f"{left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f} re"


def _outline(left: float, bottom: float, right: float, top: float, radius: float) -> str:
    radius = min(radius, (right - left) / 2, (top - bottom) / 2)
    if radius <= 0:
        return _rectangle(left, bottom, right, top)
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


def _precise(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")
