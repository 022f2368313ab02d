"""Breaks text into lines.

Lines are filled one after the other, as far as words fit. Measuring is done in bulk: the widths of all words are looked
up at once and summed, so the end of each line is found by bisection, not word by word. A paragraph of any length is
worked through in batches, and its lines are given out as they are found.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, groupby
from operator import add
from typing import NamedTuple, Protocol, assert_never

from exporters.document import Alignment
from exporters.pages import theme
from exporters.pages.inlines import HAN, Break, Piece, Style, Text
from exporters.pages.page import Page
from exporters.pages.pictures import Picture
from exporters.toolbox.fonts import Widths

_BATCH = 4_000  # words laid out at once
_SLICE = 65_536  # characters taken in at once
_MEASURED = 4_000  # characters looked at to find how wide a text is: wider than any page
_PICTURE = 48.0  # points that a picture in a table shrinks to, if it must
_SLACK = 0.01  # points that a line may be too long, for sums of floats are not exact


class Drawing(Protocol):
    """What stands in a line beside text."""

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
    style: Style
    widths: Widths


class Line:
    """A line of text, ready to be drawn."""

    __slots__ = ("_ascent", "drawings", "height", "keep", "left", "runs", "width")

    def __init__(
        self, runs: Sequence[Run], drawings: Sequence[tuple[float, Drawing]], width: float, leading: float
    ) -> None:
        self.runs = runs
        self.drawings = drawings
        self.width = width
        self.left = 0.0
        self.keep = False
        """Whether the next item must stand on the same page."""
        self._ascent = leading * theme.ASCENT
        self.height = leading
        for _, drawing in drawings:
            if drawing.height > self._ascent:
                self.height += drawing.height - self._ascent
                self._ascent = drawing.height

    def draw(self, page: Page, top: float) -> None:
        """Draws the line below `top`."""
        self.draw_at(page, top - self._ascent)

    def draw_at(self, page: Page, baseline: float) -> None:
        """Draws the line on a baseline."""
        dressed: list[Run] = []  # one after the other
        for run in self.runs:
            left, _, text, style, widths = run
            if style.shade or style.struck or style.underlined or style.target:
                dressed.append(run)
            elif dressed:
                _dress(page, dressed, self.left, baseline)
                dressed = []
            page.text(self.left + left, baseline + style.rise, text, widths.face, style.size, style.colour)
        if dressed:
            _dress(page, dressed, self.left, baseline)
        for left, drawing in self.drawings:
            drawing.draw(page, self.left + left, baseline)

    def destinations(self) -> list[tuple[str, float]]:
        """The destinations that stand in the line, and where."""
        return [(run.style.name, self.left + run.left) for run in self.runs if run.style.name]


def break_lines(pieces: Iterable[Piece], width: float, leading: float) -> Iterator[Line]:
    """Breaks pieces into lines of at most this width."""
    batch = _Batch(width, leading)
    most = _BATCH
    for piece in pieces:
        match piece:
            case Text():
                for text in _slices(piece.text):
                    batch.add(text, piece.style)
                    if len(batch.widths) > most:
                        yield from batch.lines(is_end=False)
                        most = _BATCH + 2 * len(batch.widths)  # for characters without width make lines without end
            case Break():
                yield from batch.lines(is_end=True)
            case Picture():
                batch.add_picture(piece)
            case _:
                assert_never(piece)
    yield from batch.lines(is_end=True)


def single_line(text: str, style: Style, most: float = float("inf")) -> Line:
    """One line of text; what is longer than `most` is cut, with an ellipsis."""
    text = text[:_MEASURED]
    [line] = break_lines([Text(text, style)], float("inf"), style.size * style.theme.leading)
    if line.width <= most:
        return line
    text = text[: max(1, int(len(text) * most / line.width) - 2)].rstrip()
    return single_line(f"{text}…" if len(text) > 1 else "…", style)


def measure(pieces: Iterable[Piece]) -> tuple[float, float]:
    """How wide pieces are at least (their longest word) and at most (all on one line, but for breaks)."""
    least = most = 0.0
    batch = _Batch(float("inf"), 0)
    for piece in pieces:
        match piece:
            case Text():
                batch.add(piece.text[:_MEASURED], piece.style)
            case Break():
                least, most = max(least, batch.least()), max(most, batch.most())
                batch = _Batch(float("inf"), 0)
            case Picture():
                batch.add_picture(piece)
            case _:
                assert_never(piece)
    return max(least, batch.least()), max(most, batch.most())


def align(line: Line, left: float, width: float, alignment: Alignment) -> None:
    """Puts a line into a column."""
    line.left = left
    if alignment == "right" or alignment == "center":
        spare = max(0.0, width - line.width)
        line.left += spare if alignment == "right" else spare / 2


class _Batch:
    """Words (and parts of words, and pictures) that wait for a place on a line.

    Four lists run in parallel. A line may end before a word that has a gap before it, or is among `joints`.
    """

    def __init__(self, limit: float, leading: float) -> None:
        self._limit = limit
        self._leading = leading
        self._gap = 0.0  # the space that was met last and has no word after it yet
        self._clear()

    def _clear(self) -> None:
        self.texts: list[str] = []
        self.widths: list[float] = []
        self.gaps: list[float] = []
        self.looks: list[tuple[Style, Widths] | Picture] = []
        self.joints: set[int] = set()

    def add(self, text: str, style: Style) -> None:
        for widths, run in style.font.runs(text):
            words = run.split(" ")
            space = widths[" "] * style.size
            if not words[0]:
                self._gap = space
            ends_with_space = not words[-1]
            if "" in words:
                words = [word for word in words if word]
            if words:
                self._add_words(words, space, (style, widths))
                self._gap = space if ends_with_space else 0.0

    def add_picture(self, picture: Picture) -> None:
        picture = picture.fitted(self._limit)
        self.joints |= {len(self.texts), len(self.texts) + 1}
        self._append("", picture.width, picture)
        self._gap = 0.0

    def _add_words(self, words: list[str], space: float, look: tuple[Style, Widths]) -> None:
        if self.texts and not self._gap and _joint().search(self.texts[-1][-1:] + words[0][0]):
            self.joints.add(len(self.texts))  # where the face changes, as between Latin and Chinese
        start = 0
        for index in [index for index, word in enumerate(words) if _MAY_HAVE_JOINTS.search(word)]:
            self._add_whole(words[start:index], space, look)
            self._add_parted(words[index], look)
            self._gap = space
            start = index + 1
        self._add_whole(words[start:], space, look)

    def _add_whole(self, words: list[str], space: float, look: tuple[Style, Widths]) -> None:
        if not words:
            return
        style, widths = look
        size = style.size
        measured = [width * size for width in map(widths.__getitem__, words)]
        if max(measured) > self._limit:
            for word in words:
                self._add_parted(word, look)
                self._gap = space
            return
        self.texts += words
        self.widths += measured
        self.gaps.append(self._gap)
        self.gaps += [space] * (len(words) - 1)
        self.looks += [look] * len(words)
        self._gap = space

    def _add_parted(self, word: str, look: tuple[Style, Widths]) -> None:
        # A word that may be broken within: behind a hyphen, between Chinese characters, anywhere if no line is as long.
        style, widths = look
        limit = self._limit / style.size
        is_wide_word = word.isascii() and widths[word] > limit
        parts = [part for part in ([word] if is_wide_word else _joint().split(word)) if part]
        if not parts:
            return
        if max(map(widths.__getitem__, parts)) > limit:
            parts = [text for part in parts for text in _cut(part, limit, widths)]
        start = len(self.texts)
        self.joints.update(range(start + 1, start + len(parts)))
        self.texts += parts
        self.widths += [width * style.size for width in map(widths.__getitem__, parts)]
        self.gaps.append(self._gap)
        self.gaps += [0.0] * (len(parts) - 1)
        self.looks += [look] * len(parts)

    def _append(self, text: str, width: float, look: tuple[Style, Widths] | Picture) -> None:
        self.texts.append(text)
        self.widths.append(width)
        self.gaps.append(self._gap)
        self.looks.append(look)

    def least(self) -> float:
        widest = width = 0.0
        for index, (each, gap) in enumerate(zip(self.widths, self.gaps, strict=True)):
            if isinstance(self.looks[index], Picture):
                each = min(each, _PICTURE)
            width = each if gap or index in self.joints else width + each
            widest = max(widest, width)
        return widest

    def most(self) -> float:
        return sum(self.widths) + sum(self.gaps[1:])

    def lines(self, is_end: bool) -> Iterator[Line]:
        """Takes lines off the batch; the last one only if nothing more will come before the end of the line."""
        ends = list(accumulate(map(add, self.gaps, self.widths)))
        start, count = 0, len(ends)
        while start < count:
            origin = ends[start] - self.widths[start]
            end = max(bisect_right(ends, origin + self._limit + _SLACK, start, count), start + 1)
            if end < count:
                end = self._last_joint(start, end)
            elif not is_end:
                break
            yield self._line(start, end, ends)
            start = end
        if is_end:
            if not count:
                yield Line([], [], 0.0, self._leading)
            self._gap = 0.0
            self._clear()
        else:
            self._drop(start)

    def _last_joint(self, start: int, end: int) -> int:
        joint = end
        while joint > start and not self.gaps[joint] and joint not in self.joints:
            joint -= 1
        return joint if joint > start else end

    def _drop(self, count: int) -> None:
        for each in (self.texts, self.widths, self.gaps, self.looks):
            del each[:count]
        self.joints = {joint - count for joint in self.joints if joint >= count}

    def _line(self, start: int, end: int, ends: list[float]) -> Line:
        runs: list[Run] = []
        drawings: list[tuple[float, Drawing]] = []
        origin = ends[start] - self.widths[start]
        at = start
        while at < end:
            look = self.looks[at]
            left = ends[at] - self.widths[at] - origin
            last = at + 1
            if isinstance(look, Picture):
                drawings.append((left, look))
            else:
                while last < end and self.looks[last] is look:
                    last += 1
                text = self._text(at, last)
                if last < end and self.gaps[last]:
                    text += " "  # so that words stay apart when the text is copied
                runs.append(Run(left, ends[last - 1] - origin - left, text, *look))
            at = last
        return Line(runs, drawings, ends[end - 1] - origin, self._leading)

    def _text(self, start: int, end: int) -> str:
        words, gaps = self.texts[start:end], self.gaps[start + 1 : end]
        if all(gaps):
            return " ".join(words)
        if not any(gaps):
            return "".join(words)
        return words[0] + "".join(" " + word if gap else word for word, gap in zip(words[1:], gaps, strict=True))


def _dress(page: Page, runs: list[Run], origin: float, baseline: float) -> None:
    """Draws what runs beside each other wear: those that wear the same as one, with the spaces between them."""
    if len(runs) == 1:
        [(left, width, _, style, _)] = runs
        _draw_shade(page, style, origin + left, origin + left + width, baseline)
        _draw_lines(page, style, origin + left, origin + left + width, baseline)
        return
    for worn, draw in ((_shade, _draw_shade), (_lines, _draw_lines)):
        for _, alike in groupby(runs, key=lambda run: worn(run.style)):
            first, *_, last = [*alike] * 2
            draw(page, first.style, origin + first.left, origin + last.left + last.width, baseline)


def _draw_shade(page: Page, style: Style, left: float, right: float, baseline: float) -> None:
    if not style.shade:
        return
    size, rise = style.ground or (style.size, style.rise)
    bottom, top = baseline + rise - size * 0.24, baseline + rise + size * 0.86
    if style.outline:
        page.key(left + size * 0.06, bottom, right - size * 0.06, top, style.shade, style.outline, size * 0.05)
    else:
        page.box(left - size * 0.12, bottom, right + size * 0.12, top, style.shade, size * 0.15)


def _draw_lines(page: Page, style: Style, left: float, right: float, baseline: float) -> None:
    size, rise = style.ground or (style.size, style.rise)
    height = baseline + rise
    if style.struck:
        page.line([(left, height + size * 0.28), (right, height + size * 0.28)], style.colour, size * 0.055)
    if style.underlined:
        page.line([(left, height - size * 0.13), (right, height - size * 0.13)], style.colour, size * 0.04)
    if style.target:
        page.link(left, height - size * 0.24, right, height + size * 0.86, style.target)


def _shade(style: Style) -> object:
    # A pen goes on over what is bold or small, but two pieces of code beside each other are not one.
    return (style.shade, style.ground or (style.size, style.rise)) if style.shade == style.theme.mark else style


def _lines(style: Style) -> object:
    size, rise = style.ground or (style.size, style.rise)
    return style.struck, style.underlined, style.target, style.colour, size, rise


def _slices(text: str) -> Iterator[str]:
    at = 0
    while len(text) - at > _SLICE:
        end = text.rfind(" ", at, at + _SLICE) + 1 or at + _SLICE
        yield text[at:end]
        at = end
    yield text[at:] if at else text


def _cut(word: str, limit: float, widths: Widths) -> Iterator[str]:
    # A word wider than a line is cut, behind a sign that separates if there is one in the second half of the line.
    ends = list(accumulate(map(widths.advances.__getitem__, word)))
    start, origin = 0, 0.0
    while start < len(word):
        end = max(bisect_right(ends, origin + limit, start), start + 1)
        if end < len(word):
            separated = [match.end() for match in _SEPARATOR.finditer(word, (start + end) // 2, end)]
            end = separated[-1] if separated else end
        yield word[start:end]
        start, origin = end, ends[end - 1]


_NOT_FIRST = (  # JIS X 4051: closing brackets, stops, small kana, marks of length and repetition
    "\u3001\u3002\uff0c\uff0e\u30fb\uff1a\uff1b\uff1f\uff01\u3005\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u3019\u301b"
    "\uff09\uff3d\uff5d\u30fc\u309d\u309e\u30fd\u30fe\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e"
    "\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30ee\u30f5\u30f6.,;:!?)\\]}%\u2019\u201d"
)
_NOT_LAST = "\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u3018\u301a\uff08\uff3b\uff5b(\\[{\u2018\u201c"


@cache
def _joint() -> re.Pattern[str]:
    """Places within a word where a line may end (after UAX #14): after a hyphen between letters, after a long dash, at
    a zero-width space, beside Chinese and Japanese characters unless one of them must not begin or end a line.
    """
    return re.compile(
        rf"\u200b|(?<=\w[-\u2010\u2013])(?=[^\W\d])|(?<=\u2014)(?=\w)"
        rf"|(?<=[{HAN}])(?<![{_NOT_LAST}])(?![{_NOT_FIRST}]|$)"
        rf"|(?<!^)(?<![{_NOT_LAST}])(?=[{HAN}])(?![{_NOT_FIRST}])"
    )


_MAY_HAVE_JOINTS = re.compile(rf"[-\u200b\u2010\u2013\u2014{HAN}]")
_SEPARATOR = re.compile(r"[-/.,;:?&=_+)\]}|]")
