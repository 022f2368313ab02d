"""What slides are, and where on them what stands. All measures are in points."""

from __future__ import annotations

from typing import Literal, NamedTuple

from exporters.document.nodes import Blocks, Inlines
from exporters.toolbox.deck_heights import Size

_EDGE = 0.052  # of a slide's width, that stays free at both sides
_ABOVE, _BELOW = 0.055, 0.098  # of its height; the foot stands in what is below
_BESIDE, _GUTTER = 0.52, 0.04  # of the width, that text has beside an image, and between them
_TITLE_LEADING = 1.15

TITLES = ((1.6, 1), (1.4, 1), (1.25, 2), (1.1, 2))
"""Sizes of headings by that of text, and how many lines they may have then."""
BIG = ((2.6, 1), (2.2, 2), (1.8, 3), (1.4, 5))
"""The same of those that have a slide for themselves."""

type Kind = Literal["title", "map", "text", "words", "divider", "notes"]
"""The title of all; the drawing of a map; text below a heading; a heading alone; one that begins a part of it all; the
footnotes that stand on no other slide."""


class Settings(NamedTuple):
    """What decides about slides besides the document."""

    width: float
    """In points, as all measures."""
    height: float
    font_size: float
    level: int
    """Levels of headings that begin a slide."""
    map: Literal["both", "drawing", "outline"] = "both"
    spoken: bool = True
    """Whether the notes of a map's topics are for who speaks; else they stand on the slides."""
    widening: float = 1.0
    """How much wider letters are than Helvetica's."""
    tall: float = 1.0
    """How much higher lines are than those of most fonts."""
    longest_note: float = 0.3
    """How much of a slide a footnote may take; longer ones stand on slides at the end."""

    @property
    def left(self) -> float:
        """Where text begins; as much stays free on the right."""
        return self.width * _EDGE

    @property
    def column(self) -> float:
        """The width of text."""
        return self.width * (1 - 2 * _EDGE)

    @property
    def title_top(self) -> float:
        """Where headings begin."""
        return self.height * _ABOVE

    @property
    def title_height(self) -> float:
        """That of a heading, one line or two."""
        return self.font_size * 1.25 * _TITLE_LEADING * 2

    @property
    def top(self) -> float:
        """Where text begins below a heading."""
        return self.title_top + self.title_height + self.font_size * 0.8

    @property
    def bottom(self) -> float:
        """Where text ends."""
        return self.height * (1 - _BELOW)

    @property
    def room(self) -> float:
        """The height of text below a heading."""
        return self.bottom - self.top

    @property
    def beside(self) -> tuple[float, float, float]:
        """The width of text beside a picture, where the picture begins, and its width."""
        text = self.column * _BESIDE
        gutter = self.column * _GUTTER
        return text, self.left + text + gutter, self.column - text - gutter


class Placed(NamedTuple):
    """A picture that is as large as there is room."""

    at: int
    """Which of the slide's blocks shows it."""
    url: str
    size: Size
    is_beside: bool
    """Whether it stands beside the other blocks, and not between them."""


class Slide(NamedTuple):
    kind: Kind
    heading: Inlines = ()
    level: int = 1
    """How deep its section is, from 1."""
    title_scale: float = 1.0
    """How large its heading is: by the largest that headings of its kind are."""
    part: int = 1
    """Where something goes on: the heading is repeated on the second slide, and all after that."""
    blocks: Blocks = ()
    scale: float = 1.0
    """Of its text."""
    picture: Placed | None = None
    footnotes: tuple[int, ...] = ()
    """By number, those that stand at its foot."""
    notes: Blocks = ()
    """What is only for who speaks."""
    id: str = ""
    """Of the section that begins with it."""
    ids: tuple[str, ...] = ()
    """Of the sections and headings that are on it, that one first."""
    chapter: str = ""
    """The heading of the highest section that it is in."""


def title_line(settings: Settings) -> float:
    """The size of the largest headings above text."""
    return settings.font_size * TITLES[0][0]


def big_line(settings: Settings) -> float:
    """The size of the largest headings that have a slide for themselves."""
    return settings.font_size * BIG[0][0]
