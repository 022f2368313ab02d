"""Drawings: paths, words and images at places, before anybody has said in which format they are written.

Emoji in colour, formulas, SVG images and mind maps are drawings; a page, or an SVG file, shows them. Units are points,
x goes to the right and y **downwards** from the upper left corner, as on a screen and in SVG.
"""

from __future__ import annotations

from typing import Literal

from exporters.frozen import frozen

type Colour = tuple[float, float, float]
"""Red, green and blue of sRGB, from 0 to 1."""

type Matrix = tuple[float, float, float, float, float, float]
"""a b c d e f: x' = a·x + c·y + e, y' = b·x + d·y + f."""

type Command = tuple[str, tuple[float, ...]]
"""`M` (x, y) begins, `L` (x, y) draws a line, `C` (x1, y1, x2, y2, x, y) a cubic Bézier curve, `Z` () closes."""

type Path = tuple[Command, ...]


@frozen
class Stop:
    """A colour on the way of a gradient."""

    offset: float
    """From 0 to 1; stops are sorted by it."""
    colour: Colour
    opacity: float = 1.0


@frozen
class LinearGradient:
    """From the first point to the second, in the coordinates of the shape it fills, before `transform`."""

    start: tuple[float, float]
    end: tuple[float, float]
    stops: tuple[Stop, ...]
    transform: Matrix = (1, 0, 0, 1, 0, 0)


@frozen
class RadialGradient:
    """From the first circle (x, y, radius) to the second."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    stops: tuple[Stop, ...]
    transform: Matrix = (1, 0, 0, 1, 0, 0)


type Paint = Colour | LinearGradient | RadialGradient | None
"""None for none at all."""


@frozen
class Pen:
    """How an outline is drawn."""

    paint: Paint
    width: float = 1.0
    dashes: tuple[float, ...] = ()
    dash_offset: float = 0.0
    cap: Literal["butt", "round", "square"] = "butt"
    join: Literal["miter", "round", "bevel"] = "miter"
    miter_limit: float = 4.0
    opacity: float = 1.0


@frozen
class Shape:
    """A path, filled, outlined or both."""

    path: Path
    fill: Paint = None
    pen: Pen | None = None
    opacity: float = 1.0
    """Of the fill."""
    even_odd: bool = False
    """Which points are inside: by the even-odd rule, or by the nonzero winding number."""


@frozen
class Words:
    """Text on one line, from its left end on a baseline."""

    text: str
    x: float
    y: float
    size: float
    colour: Colour = (0, 0, 0)
    family: Literal["sans", "serif", "mono"] = "sans"
    bold: bool = False
    italic: bool = False
    anchor: Literal["start", "middle", "end"] = "start"
    """Which end of the text, or its middle, stands at x."""
    opacity: float = 1.0
    stretch: float = 1.0
    """How wide it is, as a share of how wide its font makes it."""


@frozen
class Glyph:
    """A glyph of a face that whoever drew it has chosen by its number, as formulas do."""

    number: int
    text: str
    """What it stands for; "" where another glyph does so, or where it is but a piece of a brace."""
    x: float
    y: float
    """Where its origin stands."""


@frozen
class Glyphs:
    """Glyphs of one face and size, in reading order."""

    face: str
    """As `exporters.toolbox.fonts.face` knows it."""
    size: float
    glyphs: tuple[Glyph, ...]
    colour: Colour = (0, 0, 0)


@frozen
class Picture:
    """An image of the document, in a rectangle."""

    url: str
    """A key of `Document.resources`."""
    x: float
    y: float
    width: float
    height: float


@frozen
class Area:
    """A rectangle that leads somewhere when it is clicked."""

    x: float
    y: float
    width: float
    height: float
    url: str
    """An address, or `#id` of a section."""


@frozen
class Group:
    """Parts that are moved, made transparent, or cut out together."""

    parts: tuple[Part, ...]
    transform: Matrix = (1, 0, 0, 1, 0, 0)
    opacity: float = 1.0
    clip: Path | None = None
    clip_even_odd: bool = False
    name: str = ""
    """What it is, to whoever drew it: the `Topic.id` of all that shows a topic. Where its last part is an `Area`, the
    whole group leads there."""


type Part = Shape | Words | Glyphs | Picture | Area | Group


@frozen
class Drawing:
    """What is drawn, back to front, on an area from (0, 0) to (width, height)."""

    width: float
    height: float
    parts: tuple[Part, ...]
    depth: float = 0.0
    """How far it reaches below the baseline, where it stands in a line of text."""
