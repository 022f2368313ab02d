"""Code blocks: coloured, and wrapped where a line is too long, with a mark where it goes on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from copy import replace
from itertools import accumulate

from exporters.document import CodeBlock
from exporters.frozen import frozen
from exporters.pages.inlines import Style, Text
from exporters.pages.lines import Drawing, Line, Run, Setting, break_lines
from exporters.pages.page import Page
from exporters.pages.theme import Colour
from exporters.report import Code, Report
from exporters.toolbox import bidi
from exporters.toolbox.fonts import Widths
from exporters.toolbox.highlight import Highlighter

_TAB = 4  # columns
_HANG = 2  # em that a line which goes on is indented by; the mark stands in it
_SLICE = 500  # characters in one style that are looked at together
_WINDOW = 2_000  # characters wrapped together; a longer line begins anew after them
_WIDEST = 400  # characters that one line may have: across an A3 page there are 375 of the smallest

type _Pieces = list[tuple[str, str]]
"""Class that the highlighter gave, text."""
type _Look = tuple[Style, Widths, str]


class CodeWriter:
    """Lays out the code blocks of one document."""

    def __init__(self) -> None:
        self._highlighter = Highlighter()
        self._bases: dict[Style, Style] = {}
        self._styles: dict[tuple[str, Style], Style] = {}

    def lines(self, block: CodeBlock, width: float, style: Style) -> Iterator[Line]:
        """The lines of a block. `style` is that of text around it."""
        base = self._base(style)
        pieces = self._highlighter.tokens(block.text, block.language) or [("", block.text)]
        is_mixed = bidi.needs_bidi(block.text)
        for line in _source_lines(pieces):
            if is_mixed and any(bidi.needs_bidi(text) for _, text in line):
                yield from self._mixed(line, width, base)
            else:
                yield from self._wrapped(line, width, base)

    def add_to(self, report: Report) -> None:
        """Says what was left without colours."""
        if self._highlighter.left_plain:
            report.note(Code.STYLE, "Very long code, and code with very long lines, is not coloured.")

    def _wrapped(self, pieces: _Pieces, width: float, base: Style) -> Iterator[Line]:
        """The lines that one line of the source takes."""
        is_first = True
        for looks in _windows(self._looks(pieces, base)):
            while looks:
                left = 0.0 if is_first else _HANG * base.size
                end = _end(looks, width - left)
                runs, looks = _cut(looks, end, left)
                drawings: list[tuple[float, Drawing]] = (
                    [] if is_first else [(0.0, _GoesOn(base.size, base.theme.faint))]
                )
                yield Line(runs, drawings, width, base.size * base.theme.dense)
                is_first = False
        if is_first:
            yield Line([], [], 0, base.size * base.theme.dense)

    def _mixed(self, pieces: _Pieces, width: float, base: Style) -> Iterator[Line]:
        """The same where some of it runs from right to left; all in all, code still runs from left to right."""
        texts = [Text(_BLANKS.sub(_kept_blanks, text), self._style(name, base)) for name, text in pieces]
        hang = _HANG * base.size
        lines = break_lines(texts, width - hang, base.size * base.theme.dense, _CODE)
        for index, line in enumerate(lines):
            if index:
                line.runs = [run._replace(left=run.left + hang) for run in line.runs]
                line.drawings = [(0.0, _GoesOn(base.size, base.theme.faint))]
            line.width = width
            yield line

    def _looks(self, pieces: _Pieces, base: Style) -> Iterator[_Look]:
        for name, text in pieces:
            style = self._style(name, base)
            for at in range(0, len(text), _SLICE):
                for widths, run in style.font.runs(text[at : at + _SLICE]):
                    yield style, widths, run

    def _base(self, style: Style) -> Style:
        if style not in self._bases:
            size = style.size * style.theme.code
            self._bases[style] = replace(style, family="mono", size=size, bold=False, italic=False)
        return self._bases[style]

    def _style(self, name: str, base: Style) -> Style:
        key = (name, base)
        if key not in self._styles:
            colour, bold, italic = _LOOKS.get(name, ("", False, False))
            self._styles[key] = replace(base, colour=colour or base.colour, bold=bold, italic=italic)
        return self._styles[key]


@frozen
class _GoesOn:
    """A hooked arrow: this line is the rest of the one above."""

    size: float
    colour: Colour
    height: float = 0.0

    def draw(self, page: Page, left: float, baseline: float) -> None:
        size = self.size
        x, y = left + size * 0.45, baseline + size * 0.22
        tip = x + size * 0.75
        page.line([(x, y + size * 0.42), (x, y), (tip, y)], self.colour, size * 0.07)
        page.line(
            [(tip - size * 0.2, y + size * 0.17), (tip, y), (tip - size * 0.2, y - size * 0.17)],
            self.colour,
            size * 0.07,
        )


_CODE = Setting("ltr")
_BLANKS = re.compile(r"^ +| {2,}")


def _kept_blanks(blanks: re.Match[str]) -> str:
    """Spaces as they are, for text would make one of several."""
    return "\u00a0" * len(blanks[0])


def _source_lines(pieces: Iterable[tuple[str, str]]) -> Iterator[_Pieces]:
    line: _Pieces = []
    column = 0
    for name, text in pieces:
        at = 0
        while (end := text.find("\n", at)) >= 0:
            column = _append(line, name, text[at:end], column)
            yield line
            line, column, at = [], 0, end + 1
        column = _append(line, name, text[at:], column)
    if line:
        yield line


def _append(line: _Pieces, name: str, text: str, column: int) -> int:
    if "\t" in text:
        text = (" " * (column % _TAB) + text).expandtabs(_TAB)[column % _TAB :]
    if text:
        line.append((name, text))
    return column + len(text)


def _windows(looks: Iterable[_Look]) -> Iterator[list[_Look]]:
    """A line in parts that are short enough to be measured at once. Most lines are one part."""
    window: list[_Look] = []
    length = 0
    for look in looks:
        if length + len(look[2]) > _WINDOW:
            yield window
            window, length = [], 0
        window.append(look)
        length += len(look[2])
    if window:
        yield window


def _end(looks: list[_Look], room: float) -> int:
    """How many characters stand on a line: all if they fit, else up to a space in its second half if there is one."""
    used = 0.0
    line = ""
    for style, widths, text in looks:
        advances = [width * style.size for width in map(widths.advances.__getitem__, text[:_WIDEST])]
        used += sum(advances)
        if used > room or len(text) > _WIDEST:
            ends = list(accumulate(advances, initial=used - sum(advances)))
            end = max(1, len(line) + bisect_right(ends, room) - 1)
            return (line + text).rfind(" ", end // 2, end) + 1 or end
        line += text
    return len(line)


def _cut(looks: list[_Look], end: int, left: float) -> tuple[list[Run], list[_Look]]:
    """The runs of one line, and what is left for the next."""
    runs: list[Run] = []
    for index, (style, widths, text) in enumerate(looks):
        if end <= 0:
            return runs, looks[index:]
        taken = text[:end]
        width = widths[taken] * style.size
        runs.append(Run(left, width, taken, style, widths))
        left += width
        end -= len(taken)
        if len(taken) < len(text):
            return runs, [(style, widths, text[len(taken) :]), *looks[index + 1 :]]
    return runs, []


# The highlighter's classes → colour ("" for that of text), bold, italic.
# Each colour is at least 4.5 times as dark as the shade behind it.
_LOOKS: dict[str, tuple[Colour, bool, bool]] = {
    "c": ("0.38 0.43 0.48", False, False),
    "cp": ("0.60 0.27 0.00", False, False),
    "k": ("0.78 0.13 0.25", False, False),
    "kc": ("0.02 0.32 0.68", False, False),
    "kt": ("0.60 0.27 0.00", False, False),
    "m": ("0.02 0.32 0.68", False, False),
    "s": ("0.04 0.33 0.30", False, False),
    "se": ("0.02 0.32 0.68", False, False),
    "sr": ("0.04 0.33 0.30", False, False),
    "na": ("0.02 0.32 0.68", False, False),
    "nb": ("0.02 0.32 0.68", False, False),
    "nc": ("0.60 0.27 0.00", False, False),
    "nd": ("0.46 0.27 0.80", False, False),
    "nf": ("0.42 0.22 0.76", False, False),
    "nt": ("0.08 0.40 0.20", False, False),
    "nv": ("0.60 0.27 0.00", False, False),
    "gd": ("0.70 0.10 0.12", False, False),
    "gi": ("0.07 0.40 0.18", False, False),
    "gh": ("0.02 0.32 0.68", True, False),
    "gp": ("0.38 0.43 0.48", False, False),
    "go": ("0.30 0.34 0.38", False, False),
    "ge": ("", False, True),
    "gs": ("", True, False),
}
