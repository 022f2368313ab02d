"""What the topics of a mind map look like: sizes by level, colours by branch, and what their author says of either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from exporters.document.nodes import Topic
from exporters.toolbox.contrast import contrast_between
from exporters.toolbox.drawing import Colour
from exporters.toolbox.map_layout import Box
from exporters.toolbox.map_text import Lines

LONG = 200  # characters; longer texts get wider boxes, and are no headings
_SMALL = 24.0  # points: pictures as small as that stand before the words, as icons do

LEAST_CONTRAST = 4.5  # contrast of text (WCAG 2.2, 1.4.3)
_LEGIBLE = 1.6  # below it, even the author's own colours cannot be told apart
_VISIBLE = 1.35  # contrast of a line to the paper
_GREY = 0.12  # difference between the strongest and the weakest part of a colour that has no hue to speak of

WHITE: Colour = (1.0, 1.0, 1.0)
_BLACK: Colour = (0.0, 0.0, 0.0)
_INK: Colour = (0.12, 0.14, 0.17)
_ROOT: Colour = (0.14, 0.19, 0.28)

PALETTE: tuple[Colour, ...] = (
    (0.114, 0.373, 0.749),  # blue
    (0.706, 0.325, 0.035),  # orange
    (0.082, 0.502, 0.239),  # green
    (0.494, 0.227, 0.663),  # purple
    (0.745, 0.071, 0.235),  # red
    (0.059, 0.463, 0.431),  # teal
    (0.478, 0.404, 0.000),  # olive
    (0.298, 0.275, 0.686),  # indigo
)
"""Of branches. White text is readable on each, and each on white; neighbours differ in hue."""


class Style(NamedTuple):
    """How topics of a level look, in points."""

    size: float
    bold: bool
    padding: tuple[float, float]
    """Left and right, above and below."""
    limit: float
    """Of the width of its text."""
    radius: float
    line: float
    """Width of the line that leads to it."""
    gap: float
    """Between it and those below it."""


_STYLES = (
    Style(16.0, True, (16.0, 10.0), 240.0, 10.0, 2.4, 44.0),
    Style(12.0, True, (10.0, 6.0), 190.0, 7.0, 2.4, 30.0),
    Style(10.5, False, (8.0, 4.5), 180.0, 5.0, 1.5, 24.0),
    Style(10.0, False, (7.0, 3.5), 180.0, 4.0, 1.1, 20.0),
)
LEAST_TEXT = min(style.size for style in _STYLES)
"""The size of the smallest text of topics, in points; only labels of lines and names of icons are smaller."""


class Look:
    """A topic with all that is known of how it is drawn."""

    __slots__ = (
        "box", "branch", "fill", "ink", "is_long", "label", "level", "lines", "names", "picture", "rim", "style",
        "topic",
    )  # fmt: skip

    box: Box
    lines: Lines
    """Of its text."""
    names: Lines
    """Of icons that no emoji stands for."""
    label: Lines
    """Of the line that leads to it."""
    picture: tuple[float, float]
    """Width and height; 0 where it has none."""
    fill: Colour
    rim: Colour | None
    ink: Colour

    def __init__(self, topic: Topic, level: int, branch: Colour) -> None:
        self.topic = topic
        self.level = level
        self.branch = branch
        """The colour of the line that leads to it, and of those below it."""
        self.is_long = len(topic.text) > LONG
        """Whether it says more than a heading may."""
        self.style = _STYLES[min(level, len(_STYLES) - 1)]
        if self.is_long:
            self.style = self.style._replace(size=LEAST_TEXT, bold=False)

    @property
    def is_centred(self) -> bool:
        return self.level < 2 and not self.is_long

    @property
    def is_dot(self) -> bool:
        """Whether it says nothing."""
        return not (self.topic.text.strip() or self.topic.icons or self.topic.image)

    @property
    def has_small_picture(self) -> bool:
        return 0 < self.picture[0] <= _SMALL and self.picture[1] <= _SMALL


def looks(topics: Sequence[Topic]) -> list[Look]:
    """How each topic looks; nothing is measured yet."""
    found: list[Look] = []
    branches = 0
    for topic in topics:
        parent = found[topic.parent] if topic.parent >= 0 else None
        branch = parent.branch if parent else _ROOT
        if parent and not parent.level:
            branch = _hue(topic) or PALETTE[branches % len(PALETTE)]
            branches += 1
        said = colour(topic.edge.colour) if topic.edge else None
        if said and is_visible(said):
            branch = said
        # What stands below a topic that says nothing is one of the group that it makes.
        level = parent.level + (not parent.level or not parent.is_dot) if parent else 0
        look = Look(topic, level, branch)
        look.fill, look.rim, look.ink = _dress(look)
        found.append(look)
    return found


def _hue(topic: Topic) -> Colour | None:
    """The colour of a branch that begins with this topic, where its author has given it one."""
    said = colour(topic.background)
    return darkened(said, 2.0) if said and max(said) - min(said) > _GREY else None


def _dress(look: Look) -> tuple[Colour, Colour | None, Colour]:
    """What fills a box, what is around it, and what its text is written with."""
    fill, ink = colour(look.topic.background), colour(look.topic.colour)
    if fill:
        if ink is None or contrast_between(fill, ink) < _LEGIBLE:
            ink = WHITE if contrast_between(fill, WHITE) > contrast_between(fill, _BLACK) else _BLACK
        return fill, darkened(fill, 1.8), ink
    if ink:
        return _paper(look, ink), look.branch, ink
    match 2 if look.is_long else look.level:
        case 0:
            return _ROOT, None, WHITE
        case 1:
            return darkened(look.branch, LEAST_CONTRAST), None, WHITE
        case 2:
            return _paled(look.branch, 0.12), _paled(look.branch, 0.40), _INK
        case _:
            return WHITE, _paled(look.branch, 0.50), _INK


def _paper(look: Look, ink: Colour) -> Colour:
    """What a text can be read on, of which only its own colour is said."""
    pale = _paled(look.branch, 0.10) if look.level else WHITE
    if contrast_between(pale, ink) >= LEAST_CONTRAST:
        return pale
    return max(WHITE, _INK, key=lambda paper: contrast_between(paper, ink))


# Colours


def colour(stated: str) -> Colour | None:
    """A colour that is stated as #rrggbb; None for anything else."""
    if len(stated) != 7 or stated[0] != "#":
        return None
    try:
        red, green, blue = bytes.fromhex(stated[1:])
    except ValueError:
        return None
    return red / 255, green / 255, blue / 255


def is_visible(colour: Colour) -> bool:
    """Whether a line of this colour is seen on paper."""
    return contrast_between(colour, WHITE) >= _VISIBLE


def darkened(colour: Colour, contrast: float) -> Colour:
    """The colour, or one as much darker as it needs to have this contrast to white."""
    red, green, blue = colour
    part = 1.0
    while contrast_between(shade := (red * part, green * part, blue * part), WHITE) < contrast and part > 0:
        part -= 0.05
    return shade


def _paled(colour: Colour, part: float) -> Colour:
    """So much of the colour on white."""
    red, green, blue = colour
    return 1 - (1 - red) * part, 1 - (1 - green) * part, 1 - (1 - blue) * part
