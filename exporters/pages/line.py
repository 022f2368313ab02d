"""A line of text: what stands on it, and how it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from exporters.document import Alignment
from exporters.pages import theme
from exporters.pages.inlines import Style
from exporters.pages.page import Page
from exporters.pages.tags import Element
from exporters.toolbox.bidi import Direction
from exporters.toolbox.fonts import Widths

_DESCENT = 1 - theme.ASCENT  # of the line height that hangs below the baseline
_LEAST_PICTURE = 0.6  # of its size, that a picture keeps where it is made smaller lest half a page stays empty
_WIDE = 0.1  # of its column, that a picture may leave empty and still fill it: made smaller, it stands in the middle
_SLACK = 0.1  # points that it becomes lower besides, for sums of floats are not exact


class Drawing(Protocol):
    """What stands in a line beside text.

    It may have a `depth`, which is how far it reaches below the baseline, and a `tag`, which is what it belongs to.
    """

    @property
    def height(self) -> float:
        """Above the baseline."""

    def draw(self, page: Page, left: float, baseline: float) -> None: ...


class Run(NamedTuple):
    """A stretch of one line in one style and face."""

    left: float
    """From the line's own left end."""
    width: float
    text: str
    """Words from left to right, as they stand on the page; each of them as it is read."""
    style: Style
    widths: Widths
    stretch: float = 0.0
    """By how much its spaces are wider than usual, in points."""


class Line:
    """A line of text, ready to be drawn."""

    __slots__ = (
        *("_ascent", "_before", "direction", "drawings", "height", "keep", "left", "offset", "room", "runs"),
        *("tag", "width"),
    )

    def __init__(
        self,
        runs: Sequence[Run],
        drawings: Sequence[tuple[float, Drawing]],
        width: float,
        leading: float,
        direction: Direction = "ltr",
        before: Sequence[int] = (),
    ) -> None:
        self.runs = runs
        """In the order in which they are read."""
        self.drawings = drawings
        """Each with where it is, from the line's own left end."""
        self._before = before  # how many runs are read before each drawing; all of them if it does not say
        self.width = width
        self.left = 0.0
        """Of its column, or its own, as if the page ran from left to right."""
        self.room = width
        """How wide its column is."""
        self.offset = 0.0
        """Where in its column it begins, from the real left end."""
        self.direction = direction
        self.keep = False
        """Whether the next item must stand on the same page."""
        self.tag: Element | None = None
        """What its text belongs to, unless a run says otherwise."""
        self._ascent = leading * theme.ASCENT
        self.height = leading
        if drawings:
            self._make_room(leading * _DESCENT)

    def _make_room(self, descent: float) -> None:
        above = max(drawing.height for _, drawing in self.drawings)
        below = max(getattr(drawing, "depth", 0.0) for _, drawing in self.drawings)
        self.height += max(0.0, above - self._ascent) + max(0.0, below - descent)
        self._ascent = max(self._ascent, above)

    @property
    def notes(self) -> list[str]:
        """The labels of the footnotes that it mentions, in order."""
        return list(dict.fromkeys(run.style.note for run in self.runs if run.style.note))

    def lower(self, by: float) -> bool:
        """Makes a picture that stands alone in it lower by so many points; does nothing if little would be left."""
        if self.runs or len(self.drawings) != 1:
            return False
        [(left, picture)] = self.drawings
        tag, fitted = getattr(picture, "tag", None), getattr(picture, "fitted", None)
        high = picture.height + getattr(picture, "depth", 0.0)
        if fitted is None or (tag and tag.role != "Figure") or high * (1 - _LEAST_PICTURE) < by + _SLACK:
            return False
        share = 1 - (by + _SLACK) / high
        spare, narrower = self.room - self.width, self.width * (1 - share)
        self.drawings = [(left, fitted(self.width * share))]
        is_wide = spare < self.room * _WIDE
        self.offset = (spare + narrower) / 2 if is_wide else self.offset * (spare + narrower) / spare
        self.width -= narrower
        self.height -= by + _SLACK
        self._ascent -= picture.height * (1 - share)
        return True

    def draw(self, page: Page, top: float) -> None:
        """Draws the line below `top`."""
        self.draw_at(page, top - self._ascent)

    def draw_at(self, page: Page, baseline: float) -> None:
        """Draws the line on a baseline."""
        origin = page.left(self.left, self.room) + self.offset
        if not self.drawings:
            self._draw_runs(page, self.runs, origin, baseline)
            return
        done = 0
        for index, (left, drawing) in enumerate(self.drawings):
            count = self._before[index] if index < len(self._before) else len(self.runs)
            self._draw_runs(page, self.runs[done:count], origin, baseline)
            page.tag(getattr(drawing, "tag", self.tag))
            drawing.draw(page, origin + left, baseline)
            done = count
        self._draw_runs(page, self.runs[done:], origin, baseline)

    def _draw_runs(self, page: Page, runs: Sequence[Run], origin: float, baseline: float) -> None:
        dressed: list[Run] = []  # one after the other
        for run in runs:
            left, _, text, style, widths, stretch = run
            if style.shade or style.struck or style.underlined or style.target:
                dressed.append(run)
            elif dressed:
                self._dress(page, dressed, origin, baseline)
                dressed = []
            page.tag(style.tag or self.tag)
            page.text(origin + left, baseline + style.rise, text, widths, style.size, style.colour, stretch)
        if dressed:
            self._dress(page, dressed, origin, baseline)

    def _dress(self, page: Page, runs: list[Run], origin: float, baseline: float) -> None:
        """Draws what runs beside each other wear: those that wear the same as one, with the spaces between them."""
        if len(runs) == 1:
            [run] = runs
            left = page.left(origin + run.left, run.width)
            _draw_shade(page, runs, left, left + run.width, baseline)
            _draw_lines(page, runs, left, left + run.width, baseline)
            return
        for worn, draw in ((_shade, _draw_shade), (_lines, _draw_lines)):
            for _, alike in groupby(runs, key=lambda run: worn(run.style)):
                for beside in self._beside(alike):
                    width = beside[-1].left + beside[-1].width - beside[0].left
                    left = page.left(origin + beside[0].left, width)
                    draw(page, beside, left, left + width, baseline)

    def _beside(self, runs: Iterable[Run]) -> Iterator[list[Run]]:
        """Which of these runs stand side by side, from left to right."""
        places = {left: place for place, left in enumerate(sorted(run.left for run in self.runs))}
        first, *others = sorted(runs, key=_left)
        beside = [first]
        for run in others:
            if places[run.left] > places[beside[-1].left] + 1:  # something else is between them
                yield beside
                beside = []
            beside.append(run)
        yield beside

    def destinations(self) -> list[tuple[str, float]]:
        """The destinations that stand in the line, and where."""
        return [(run.style.name, self.left + run.left) for run in self.runs if run.style.name]


def align(line: Line, left: float, width: float, alignment: Alignment) -> None:
    """Puts a line into a column; without an alignment at the side where it begins to be read."""
    line.left, line.room = left, width
    side = alignment or ("right" if line.direction == "rtl" else "left")
    spare = max(0.0, width - line.width)
    line.offset = spare if side == "right" else spare / 2 if side == "center" else 0.0


def is_dressed(style: Style) -> bool:
    """Whether a text has more around it than itself."""
    return bool(style.shade or style.struck or style.underlined or style.target)


def _left(run: Run) -> float:
    return run.left


def _draw_shade(page: Page, runs: Sequence[Run], left: float, right: float, baseline: float) -> None:
    style = runs[0].style
    if not style.shade:
        return
    size, rise = style.ground or (style.size, style.rise)
    bottom, top = baseline + rise - size * 0.24, baseline + rise + size * 0.86
    if style.outline:
        page.key(left + size * 0.06, bottom, right - size * 0.06, top, style.shade, style.outline, size * 0.05)
    else:
        page.box(left - size * 0.12, bottom, right + size * 0.12, top, style.shade, size * 0.15)


def _draw_lines(page: Page, runs: Sequence[Run], left: float, right: float, baseline: float) -> None:
    style = runs[0].style
    size, rise = style.ground or (style.size, style.rise)
    height = baseline + rise
    if style.struck:
        page.line([(left, height + size * 0.28), (right, height + size * 0.28)], style.colour, size * 0.055)
    if style.underlined:
        page.line([(left, height - size * 0.13), (right, height - size * 0.13)], style.colour, size * 0.04)
    if style.target:
        bottom, top = height - size * 0.24, height + size * 0.86
        page.link(left, bottom, right, top, style.target, _link(style), _words(runs))


def _words(runs: Sequence[Run]) -> str:
    """What runs side by side say; nothing where that is a number only, as of a footnote, which says too little."""
    words = [word for run in runs for word in run.text.split()]
    if runs[0].widths.is_rtl:
        words.reverse()
    return " ".join(words) if any(map(str.isalpha, "".join(words))) else ""


def _shade(style: Style) -> object:
    # A pen goes on over what is bold or small, but two pieces of code beside each other are not one.
    return (style.shade, style.ground or (style.size, style.rise)) if style.shade == style.theme.mark else style


def _lines(style: Style) -> object:
    size, rise = style.ground or (style.size, style.rise)
    return style.struck, style.underlined, style.target, _link(style), style.colour, size, rise


def _link(style: Style) -> Element | None:
    """The link that a text belongs to, or the code within a link."""
    element = style.tag
    while element and element.is_inline and element.role != "Link":
        element = element.parent
    return element if element and element.is_inline else None
