"""How slides look: their sizes and colours, what stands behind the text, and their headings.

As covers have it, there are three ways: bands above and below where titles are centred, a band at the side where
headings have a line below them, and otherwise blocks of colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import replace
from typing import Literal

from exporters.document import Alignment
from exporters.frozen import frozen
from exporters.pages.blocks import Column
from exporters.pages.flow import Area, Flow, Frame, Sheet, Solid
from exporters.pages.inlines import Style
from exporters.pages.lines import Line, align, single_line
from exporters.pages.marks import Rule
from exporters.pages.page import Page
from exporters.pages.rows import Row
from exporters.pages.theme import Colour, Theme

type Kind = Literal["title", "text", "words", "divider"]
"""What a slide is for: the title of all; text below a heading; a heading alone; one that begins a part of it all."""

_WHITE: Colour = "1 1 1"
_STRIP = 0.011  # of a slide's height, that a strip of colour has
_SIDE = 0.014  # of its width, that a band at the side has
_WIDE_SIDE = 0.09  # the same of a divider's
_BAND = 0.018  # of a divider's height, that bands above and below it have
_BAR = 2.4  # em that a short line below a large heading is long
_GAP = 0.95  # em, of text, between a heading and what stands below it
_TITLE_BLOCK, _MOST_TITLE_BLOCK = 0.62, 0.74  # of a slide's height, that is coloured behind the title of all
_RULE = 0.6  # em between a heading and the line below it


def looks(theme: Theme) -> Theme:
    """The theme for text that is large and short: what is read from afar needs less air."""
    return replace(
        theme, leading=1.34, dense=1.24, is_justified=False, gap=0.62, headings=(1.3, 1.3, 1.2, 1.08), note=0.6
    )


def heading_style(style: Style, share: float) -> Style:
    """That of a heading which is so much larger than text."""
    theme = style.theme
    return replace(style, family=theme.heading_family, size=style.size * share, bold=True, colour=theme.heading)


@frozen
class Backdrop:
    """What stands on a slide besides its text and its foot."""

    theme: Theme
    kind: Kind = "text"
    coloured: float = 1.0
    """How much of a coloured slide is, from above."""

    @property
    def is_coloured(self) -> bool:
        """Whether the slide is a block of colour, at least its upper part."""
        return self.is_opening and not (self.theme.is_title_centred or self.theme.heading_rule)

    @property
    def is_opening(self) -> bool:
        """Whether all, or a part of it, begins here."""
        return self.kind in ("title", "divider")

    def words(self) -> Theme:
        """The theme of what stands on it."""
        if not self.is_coloured:
            return self.theme
        accent = self.theme.accent
        return replace(
            self.theme, ink=_WHITE, heading=_WHITE, muted=_WHITE, link=_WHITE, inline_shade=accent, mark=accent
        )

    def draw(self, page: Page, sheet: Sheet) -> None:
        """Draws it, behind all else."""
        width, height = sheet.area.paper_width, sheet.area.paper_height
        accent = self.theme.accent
        if self.is_coloured:
            page.box(0, height * (1 - self.coloured), width, height, accent)
        elif self.theme.is_title_centred:
            if self.is_opening:
                page.box(0, height * (1 - _BAND), width, height, accent)
                page.box(0, 0, width, height * _BAND, accent)
        elif self.theme.heading_rule:
            page.box(0, 0, width * (_WIDE_SIDE if self.is_opening else _SIDE), height, accent)
        else:
            page.box(0, height * (1 - _STRIP), width, height, accent)

    def column(self, column: Column, width: float) -> Column:
        """Where a heading stands that is alone, on a slide of this width."""
        if self.is_opening and self.theme.heading_rule and not self.theme.is_title_centred:
            by = width * _WIDE_SIDE
            return replace(column, left=column.left + by, width=column.width - by)
        return column

    def placed(self, lines: list[Line], column: Column, room: float) -> Iterator[Solid]:
        """The lines of a heading that is alone, with what adorns them, in the middle of the slide."""
        adorned = [*lines, *self.bar(column)]
        yield empty(max(0.0, (room - total_height(adorned)) / 2 - column.style.size * 0.4))
        yield from self.aligned(adorned, column)

    def down_to(self, least: float, paper: float) -> Backdrop:
        """The backdrop of a title, whose words need so much of a slide of this height."""
        share = max(_TITLE_BLOCK, least / paper)
        return replace(self, coloured=1.0 if share > _MOST_TITLE_BLOCK else share)

    def title(self, lines: list[Line], details: list[Line], column: Column, area: Area) -> Iterator[Solid]:
        """The lines of the title of all, and of what is said below it: from the edge of the colour on, if there is."""
        size = column.style.size
        if self.is_coloured and self.coloured < 1:
            yield empty(
                max(0.0, area.paper_height * self.coloured - area.margins.top - total_height(lines) - size * 1.5)
            )
            between = size * 2.6
        else:
            between = size
            yield empty(max(0.0, (area.height - total_height(lines) - between - total_height(details)) / 2))
        yield from self.aligned(lines, column)
        yield empty(between)
        yield from self.aligned(details, column)

    def bar(self, column: Column) -> list[Line]:
        """What adorns words with which something begins."""
        width = column.style.size * _BAR
        return [rule(column.left, width, column.style, self.words().heading, 0.16)] if self.is_opening else []

    def aligned(self, lines: list[Line], column: Column) -> list[Line]:
        """The same lines, where they stand on such a slide."""
        is_centred = self.theme.is_title_centred or self.kind == "words"
        for line in lines:
            start: Alignment = "right" if column.is_rtl and not line.runs else None  # of a bar, which has no letters
            align(line, column.left, column.width, "center" if is_centred else start)
        return lines


def total_height(lines: list[Line]) -> float:
    return sum(line.height for line in lines)


class Heading:
    """The heading of a slide, which is repeated on those where its text goes on.

    Without lines it is only repeated, for something else has said it.
    """

    def __init__(self, words: str, lines: list[Line], column: Column, share: float) -> None:
        size, theme = column.style.size, column.style.theme
        if theme.is_title_centred or theme.heading_rule:
            colour = theme.accent if theme.heading_rule else theme.rule
            below = rule(column.left, column.width, column.style, colour, 0.05)
        else:
            below = rule(column.left, size * _BAR, column.style, theme.accent, 0.16)
        self._column = column
        self._lines = [*lines, below] if lines else []
        usual = heading_style(column.style, max(share, 1.25))
        whole = size * (1.6 * theme.dense + _GAP) + below.height
        self._again = _Again(words, [below], column, usual, whole, len(lines) > 0)

    @property
    def height(self) -> float:
        """Of what `begin` adds."""
        return total_height(self._lines) if self._lines else self._again.height

    @property
    def gap(self) -> float:
        """Between that and what stands below."""
        if not self._lines:
            return 0.0
        return max(self._column.style.size * _GAP, self._again.height - self.height)

    def begin(self, flow: Flow) -> None:
        """Adds it, and has it repeated on further slides until `flow.close`."""
        flow.open(Frame(self._column.left, self._column.width, repeated=self._again))
        for line in self._lines:
            line.keep = True
            flow.add(line)
        if not self._lines:
            flow.add(self._again)
        flow.space(self.gap)
        self._lines = []


class _Again(Row):
    """A heading that is repeated, on one line, with the number of the slide among those it stands on."""

    __slots__ = ("_below", "_column", "_number", "_style", "_words")

    def __init__(
        self, words: str, below: list[Line], column: Column, style: Style, height: float, is_said: bool
    ) -> None:
        super().__init__([[empty(height)]], column.left, column.width, 0.0, None)
        self._words = words
        self._below = below
        self._column = column
        self._style = style
        self._number = 1 if is_said else 0
        self.keep = True

    def draw(self, page: Page, top: float) -> None:
        """Draws it as what is read already."""
        self._number += 1
        column, style = self._column, self._style
        was, page.is_artifact = page.is_artifact, True
        number = single_line(f"({self._number})", replace(style, bold=False, colour=style.theme.muted))
        gap = style.size * 0.3
        line = single_line(self._words, style, column.width - number.width - gap)
        line.left = column.left
        number.left = line.left + line.width + gap
        baseline = top - style.size * style.theme.dense * 0.7
        line.draw_at(page, baseline)
        if self._number > 1:
            number.draw_at(page, baseline)
        below = top - column.style.size * 1.6 * style.theme.dense
        for each in self._below:
            each.draw(page, below)
            below -= each.height
        page.is_artifact = was


def rule(left: float, width: float, style: Style, colour: Colour, thickness: float) -> Line:
    """A line across, with space above, in em of text."""
    size = style.size
    line = Line([], [(0.0, Rule(width, size * thickness, colour))], width, size * _RULE)
    line.left = left
    return line


def empty(height: float) -> Line:
    """Space that stays even at the top of a slide."""
    line = Line([], [], 0.0, height)
    line.keep = True
    return line
