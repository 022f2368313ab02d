"""One page: text, lines, boxes, images and drawings at places, in points from the lower left corner."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from exporters.pages import shapes
from exporters.pages.file import File, PageLink
from exporters.pages.objects import number
from exporters.pages.shapes import Shape, Steps
from exporters.pages.tags import Element
from exporters.pages.theme import Colour

if TYPE_CHECKING:
    from exporters.toolbox.drawing import Matrix
    from exporters.toolbox.fonts import Widths

_NOBODY = ""  # whom text belongs to where none was written, or something else after it
_NEAR = 0.06  # points: text that begins so near to the end of the text before it is not moved there


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
        self._below: list[list[Shape]] = []
        self._text: list[str] = []
        self._first: list[str] = []
        self._last: list[str] = []
        self._font: tuple[str, float] | None = None
        self._colour: Colour | None = None
        self._spacing = 0.0
        self._x = self._y = 0  # in tenths of a point
        self._steps = Steps()
        self._heights: dict[float, int] = {}  # where baselines really are: the same for all that is written on them
        self._written: tuple[float, str, Widths, float, float] | None = None
        self._tag: Element | None = None
        self._open: Element | str | None = _NOBODY  # what the text belongs to that was written last
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
        font, shown, spacing = self._file.font(widths).show(text, widths, size, stretch)
        if self._number:
            self._mark_text()
        if (font, size) != self._font:
            self._font = (font, size)
            if font:
                self._text.append(f"/{font} {number(size)} Tf")
        if colour != self._colour:
            self._colour = colour
            self._text.append(f" {colour} rg")
        if spacing is not None and spacing != self._spacing:
            self._spacing = spacing
            self._text.append(f" {number(spacing)} Tw")
        left += self.offset
        if baseline not in self._heights:
            self._heights[baseline] = self._y + self._steps.like(baseline - self._y / 10)
        y = self._heights[baseline]
        pen = self._pen() if y == self._y else None
        if pen is not None and abs(pen - left) < _NEAR:
            left = pen
        else:
            # Moves are relative, which packs better; in whole tenths of a point, so that no error adds up.
            x = round(left * 10)
            shown = f" {(x - self._x) / 10:g} {(y - self._y) / 10:g} Td{shown}"
            self._x, self._y, left = x, y, x / 10
        self._text.append(shown)
        # PDFium forgets how far it has moved after the last space.
        is_moved = stretch and spacing is None and text.endswith(" ")
        self._written = None if is_moved else (left, text, widths, size, stretch)

    def _pen(self) -> float | None:
        """Where the text ends that was written last, as those reckon it who read it; None where they round too much."""
        if self._written is None or self._written[2].face.units_per_em != 1000:
            return None
        left, text, widths, size, stretch = self._written
        words = text.split(" ")
        width = sum(map(widths.__getitem__, filter(None, words))) + (len(words) - 1) * widths[" "]
        return left + round(size, 3) * width + (len(words) - 1) * round(stretch, 3)

    def _mark_text(self) -> None:
        owner = self.furniture or (None if self.is_artifact else self._tag)
        if owner != self._open:
            if self._open != _NOBODY:
                self._text.append(" EMC")
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
                return f"/P<</MCID {number}>>BDC"

    # What lies below text

    def reserve(self) -> int:
        """Keeps a place for a box that is drawn below all that follows, though its size is known only later."""
        self._below.append([])
        return len(self._below) - 1

    def box(
        self, left: float, bottom: float, right: float, top: float, fill: Colour, radius: float = 0, at: int = -1
    ) -> None:
        """Fills a rectangle, with round corners if asked; at a reserved place if there is one."""
        left, right = self._turned(left, right)
        self._lay(shapes.box(left, bottom, right, top, fill, radius), at)

    def frame(self, left: float, bottom: float, right: float, top: float, colour: Colour, width: float) -> None:
        """Draws the outline of a rectangle."""
        left, right = self._turned(left, right)
        self._lay(shapes.frame(left, bottom, right, top, colour, width))

    def key(
        self, left: float, bottom: float, right: float, top: float, fill: Colour, colour: Colour, width: float
    ) -> None:
        """Draws a filled rectangle with an outline and round corners."""
        left, right = self._turned(left, right)
        self._lay(shapes.key(left, bottom, right, top, fill, colour, width))

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float) -> None:
        """Draws a line through points."""
        self._lay(shapes.line([(self._turned(x, x)[0], y) for x, y in points], colour, width))

    def _lay(self, shape: Shape, at: int = -1) -> None:
        self._below[self.reserve() if at < 0 else at].append(shape)

    def dots(self, left: float, right: float, baseline: float, colour: Colour, size: float) -> None:
        """Draws a dotted line, whose dots stand below each other on every line."""
        start = left + size - left % size
        if start < right:
            start, right = self._turned(start, right)
            path = f"{start:.2f} {baseline:.2f} m {right:.2f} {baseline:.2f} l"
            self._lay(Shape("", f"q {colour} RG 1 J {size / 7:.2f} w [0 {size:.2f}] 0 d {path} S Q", ""))

    def image(self, name: str, matrix: Matrix) -> None:
        """Shows an image of the file. The matrix puts its unit square on the page (ISO 32000-1, 8.3.3)."""
        a, b, c, d, e, f = matrix
        self._show(f"q {a:.2f} {b:.2f} {c:.2f} {d:.2f} {e + self.offset:.2f} {f:.2f} cm /{name} Do Q")

    def draw(self, content: str, matrix: Matrix = (1, 0, 0, 1, 0, 0), is_text: bool = False) -> None:
        """Draws what operators say (ISO 32000-1, 8.2), in coordinates that the matrix puts on the page.

        What is text, as formulas are, stands between that before it and that after it for those who copy it.
        """
        a, b, c, d, e, f = matrix
        operators = f"q {' '.join(map(_precise, (a, b, c, d, e + self.offset, f)))} cm {content} Q"
        if is_text:
            self._show_within(operators)
        else:
            self._show(operators)

    def _show_within(self, operators: str) -> None:
        before = after = ""
        if self._number:
            before = " EMC" if self._open != _NOBODY else ""
            operators, after = f"{self._mark(None if self.is_artifact else self._tag)} {operators}", " EMC"
        self._text.append(f"{before} ET {operators}{after} BT")
        self._open = _NOBODY
        self._x = self._y = 0
        self._written = None

    def _show(self, operators: str) -> None:
        owner = None if self.is_artifact or self.furniture else self._tag
        if owner and self._number:
            self._lay(Shape("", f"{self._mark(owner)} {operators} EMC", "", is_tagged=True))
        else:
            self._lay(Shape("", operators, ""))

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
            ends = (" EMC" if self._number and self._open != _NOBODY else "") + (" 0 Tw" if self._spacing else "")
            parts.append(f"BT{''.join(self._text)}{ends} ET")
        return " ".join(parts + self._last).encode("latin-1")

    def _marked_below(self) -> Iterator[str]:
        for is_tagged, group in groupby(chain.from_iterable(self._below), key=attrgetter("is_tagged")):
            if is_tagged or not self._number:
                yield from shapes.operators(group)
            else:
                yield from ("/Artifact BMC", *shapes.operators(group), "EMC")

    def _turned(self, left: float, right: float) -> tuple[float, float]:
        if self._mirror:
            left, right = self._mirror - right, self._mirror - left
        return left + self.offset, right + self.offset


def _precise(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")
