"""Breaks text into lines.

Ragged lines are filled one after the other, as far as words fit. Measuring is done in bulk: the widths of all words are
looked up at once and summed, so the end of each line is found by bisection, not word by word. Justified lines are
chosen together (see `fit`). A paragraph of any length is worked through in batches, and its lines are given out as they
are found.

Where something runs from right to left, all is measured in the order in which it is read, and each line is put in the
order in which it is seen when it is made.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from operator import add
from typing import TYPE_CHECKING, Literal, Protocol, Self

from exporters.frozen import frozen
from exporters.pages.inlines import HAN, Break, Piece, Style, Text
from exporters.pages.line import Drawing, Line, Run, align, is_dressed
from exporters.pages.pictures import Picture
from exporters.toolbox import bidi, breaks
from exporters.toolbox.bidi import Direction
from exporters.toolbox.fonts import Widths

if TYPE_CHECKING:
    from exporters.toolbox.hyphenation import Hyphenator

__all__ = (
    "FROM_RIGHT",
    "RAGGED",
    "Drawing",
    "Line",
    "Run",
    "Setting",
    "align",
    "break_lines",
    "measure",
    "single_line",
)

_BATCH = 4_000  # words laid out at once
_SLICE = 65_536  # characters taken in at once
_MEASURED = 4_000  # characters looked at to find how wide a text is: wider than any page
_PICTURE = 48.0  # points that a picture in a table shrinks to, if it must
_LETTER_GAP = 0.25  # of the size of letters without spaces between them, that stretches as a space does
_SLACK = 0.01  # points that a line may be too long, for sums of floats are not exact
_LOOSEST = 2.0  # times its width that a space may grow by; else the line is left ragged


@frozen
class Setting:
    """How the lines of a paragraph are made."""

    direction: Direction | Literal["auto"] = "auto"
    """Of the paragraph; "auto" for that of its first letter."""
    justified: bool = False
    """Whether its lines, but for the last, are as wide as their column."""
    hyphenator: Hyphenator | None = None
    """Parts words: all in justified lines, and in ragged ones those that are longer than a line."""
    otherwise: Direction = "ltr"
    """The direction of a paragraph without a letter, such as "12": that of the document."""


RAGGED = Setting()
FROM_RIGHT = Setting("rtl")


class Fitting(Drawing, Protocol):
    """A drawing that can be made narrower."""

    @property
    def width(self) -> float: ...

    def fitted(self, width: float) -> Self:
        """As wide as it is, or as the width allows."""


def break_lines(pieces: Iterable[Piece], width: float, leading: float, setting: Setting = RAGGED) -> Iterator[Line]:
    """Breaks pieces into lines of at most this width."""
    pieces = pieces if isinstance(pieces, Sequence) else list(pieces)
    direction = _direction(pieces, setting)
    batch = _Batch(width, leading, setting, direction)
    most = _BATCH
    for piece, level in _unlevelled(pieces) if direction is None else _levelled(pieces, direction):
        match piece:
            case Text():
                batch.add(piece.text, piece.style, level)
                if len(batch.widths) > most:
                    yield from batch.lines(is_end=False)
                    most = _BATCH + 2 * len(batch.widths)  # for characters without width make lines without end
            case Break():
                yield from batch.lines(is_end=True)
                batch.clear()
            case _:
                batch.add_drawing(piece, level)
    yield from batch.lines(is_end=True)


def single_line(text: str, style: Style, most: float = float("inf"), setting: Setting = RAGGED) -> Line:
    """One line of text; what is longer than `most` is cut, with an ellipsis."""
    text = text[:_MEASURED]
    [line] = break_lines([Text(text, style)], float("inf"), style.size * style.theme.leading, setting)
    if line.width <= most:
        return line
    text = text[: max(1, int(len(text) * most / line.width) - 2)].rstrip()
    return single_line(f"{text}…" if len(text) > 1 else "…", style, setting=setting)


def measure(pieces: Iterable[Piece]) -> tuple[float, float]:
    """How wide pieces are at least (their longest word) and at most (all on one line, but for breaks)."""
    pieces = pieces if isinstance(pieces, Sequence) else list(pieces)
    direction = _direction(pieces, RAGGED)
    least = most = 0.0
    batch = _Batch(float("inf"), 0, RAGGED, direction)
    for piece, level in _unlevelled(pieces) if direction is None else _levelled(pieces, direction):
        match piece:
            case Text():
                batch.add(piece.text[:_MEASURED], piece.style, level)
            case Break():
                least, most = max(least, batch.least()), max(most, batch.most())
                batch = _Batch(float("inf"), 0, RAGGED, direction)
            case _:
                batch.add_drawing(piece, level)
    return max(least, batch.least()), max(most, batch.most())


def _direction(pieces: Sequence[Piece], setting: Setting) -> Direction | None:
    """That of a paragraph; None where all runs from left to right."""
    direction = setting.direction
    if direction == "rtl":
        return "rtl"
    for piece in pieces:
        if isinstance(piece, Text) and not piece.text.isascii() and bidi.needs_bidi(piece.text):
            break
    else:
        if direction == "ltr" or setting.otherwise == "ltr":
            return None
        return "rtl" if _base(pieces, "rtl") == "rtl" else None
    return _base(pieces, setting.otherwise) if direction == "auto" else "ltr"


def _base(pieces: Iterable[Piece], otherwise: Direction) -> Direction:
    return bidi.base("".join(piece.text[:_MEASURED] for piece in pieces if isinstance(piece, Text)), otherwise)


def _unlevelled(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, int]]:
    """Pieces in parts that are not too long, all of which run from left to right."""
    for piece in pieces:
        if isinstance(piece, Text) and len(piece.text) > _SLICE:
            for text in _slices(piece.text):
                yield Text(text, piece.style), 0
        else:
            yield piece, 0


def _levelled(pieces: Iterable[Piece], direction: Direction) -> Iterator[tuple[Piece, int]]:
    """The same where something runs from right to left: parts that run one way, each with its level (UAX #9)."""
    for together in _together(pieces):
        levels = bidi.levels("".join(map(_as_text, together)), direction)
        at = 0
        for piece in together:
            whole = _as_text(piece)
            if not isinstance(piece, Text):
                yield piece, levels[at]
            else:
                text, style = piece
                start = at + (len(whole) - len(text)) // 2
                for match in _ALIKE.finditer(levels, start, start + len(text)):
                    yield Text(text[match.start() - start : match.end() - start], style), match[0][0]
            at += len(whole)


def _together(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Pieces whose order is found together. What is longer than any paragraph that people write is cut."""
    together: list[Piece] = []
    length = 0
    for piece in pieces:
        for part in [Text(text, piece.style) for text in _slices(piece.text)] if isinstance(piece, Text) else [piece]:
            if length > _SLICE:
                yield together
                together, length = [], 0
            together.append(part)
            length += len(_as_text(part))
    yield together


def _as_text(piece: Piece) -> str:
    match piece:
        case Text():  # code runs from left to right whatever is around it
            return f"{_ISOLATE}{piece.text}{_END_OF_ISOLATE}" if piece.style.family == "mono" else piece.text
        case Break():
            return "\u2028"
        case _:
            return "\ufffc"


class _Batch:
    """Words (and parts of words, and drawings) that wait for a place on a line.

    Lists run in parallel. A line may end before a word that has a gap before it, or is among `joints`.
    """

    def __init__(self, limit: float, leading: float, setting: Setting, direction: Direction | None) -> None:
        self._limit = limit
        self._leading = leading
        self._is_justified = setting.justified and limit < float("inf")
        self._hyphenator = setting.hyphenator
        self._direction: Direction = direction or "ltr"
        self._is_mixed = direction is not None
        self._level = self._gap_level = 0  # of what is being added, and of the gap before it
        self.clear()

    def clear(self) -> None:
        """Forgets the words of a line, or several, that are done."""
        self._gap = 0.0  # the space that was met last and has no word after it yet
        self._taken = 0  # words on lines
        self.texts: list[str] = []
        self.widths: list[float] = []
        self.gaps: list[float] = []
        self.looks: list[_Look | Fitting] = []
        self.joints: set[int] = set()
        self._hyphens: dict[int, float] = {}  # joints where a hyphen is shown if a line ends there, and its width
        self.elastic: dict[int, float] = {}  # joints where letters may stand apart, and the width of a letter
        self.levels: list[tuple[int, int]] = []  # of the gap before a word, and of the word; only where they differ

    def add(self, text: str, style: Style, level: int = 0) -> None:
        """Adds text that runs one way, as its level says."""
        self._level = level
        if _SOFT_HYPHEN in text and not text.isascii():
            self._add_soft(text, style)
        else:
            self._add_text(text, style)

    def add_drawing(self, drawing: Fitting, level: int = 0) -> None:
        """Adds what a line may end before and after."""
        self._level = level
        drawing = drawing.fitted(self._limit)
        self.joints |= {len(self.texts), len(self.texts) + 1}
        self._append([""], [drawing.width], drawing, 0.0)
        self._gap = 0.0

    def _add_soft(self, text: str, style: Style) -> None:
        """Words that show a hyphen at each of their soft hyphens if a line ends there."""
        first, *others = text.split(_SOFT_HYPHEN)
        self._add_text(first, style)
        for part in others:
            look = self.looks[-1] if self.looks and not self._gap else None
            if isinstance(look, tuple):
                self.joints.add(len(self.texts))
                self._hyphens[len(self.texts)] = _hyphen(*look)[1]
            self._add_text(part, style)

    def _add_text(self, text: str, style: Style) -> None:
        font, is_rtl = style.font, self._level % 2 == 1
        for widths, run in font.runs(text, is_rtl) if is_rtl else font.runs(text):
            words = run.split(" ")
            space = widths[" "] * style.size
            if not words[0]:
                self._set_gap(space)
            ends_with_space = not words[-1]
            if "" in words:
                words = [word for word in words if word]
            if words:
                if not _TIED_SIGNS.isdisjoint(words) and style.family != "mono":
                    words = _tied(words)
                self._add_words(words, space, (style, widths), _may_have_joints(run))
                self._set_gap(space if ends_with_space else 0.0)

    def _set_gap(self, gap: float) -> None:
        self._gap, self._gap_level = gap, self._level

    def _add_words(self, words: list[str], space: float, look: _Look, may_have_joints: bool) -> None:
        if self.texts and not self._gap and self.texts[-1] and _joint().search(self.texts[-1][-1] + words[0][0]):
            self.joints.add(len(self.texts))  # where the face changes, as between Latin and Chinese
        start = 0
        if may_have_joints:
            for index in [index for index, word in enumerate(words) if _may_have_joints(word)]:
                self._add_whole(words[start:index], space, look)
                self._add_parted(words[index], look)
                self._set_gap(space)
                start = index + 1
        self._add_whole(words[start:], space, look)

    def _add_whole(self, words: list[str], space: float, look: _Look) -> None:
        if not words:
            return
        style, widths = look
        size = style.size
        measured = [width * size for width in map(widths.__getitem__, words)]
        if max(measured) > self._limit + _SLACK:
            for word in words:
                self._add_parted(word, look)
                self._set_gap(space)
            return
        self._append(words, measured, look, space)
        self._set_gap(space)

    def _add_parted(self, word: str, look: _Look) -> None:
        # A word that may be broken within: behind a hyphen, between Chinese characters, anywhere if no line is as long.
        style, widths = look
        limit = (self._limit + _SLACK) / style.size
        first, parts = len(self.texts), list[str]()
        for part in _parted(word, widths[word] > limit):
            if widths[part] <= limit:
                parts.append(part)
                continue
            syllables = self._syllables(part, style)
            hyphen = _hyphen(style, widths)[1] if len(syllables) > 1 else 0.0
            room = limit - hyphen / style.size
            for index, syllable in enumerate(syllables):
                if index:
                    self._hyphens[first + len(parts)] = hyphen
                parts += [syllable] if widths[syllable] <= room else _cut(syllable, room, widths)
        if not parts:
            return
        self.joints.update(range(first + 1, first + len(parts)))
        if self._is_justified:
            apart = [
                index for index in range(1, len(parts)) if re.search(_APART, parts[index - 1][-1] + parts[index][0])
            ]
            self.elastic.update((first + index, style.size * _LETTER_GAP) for index in apart)
        self._append(parts, [width * style.size for width in map(widths.__getitem__, parts)], look, 0.0)

    def _syllables(self, word: str, style: Style) -> list[str]:
        points = self._hyphenator.points(word) if self._hyphenator and style.family != "mono" else ()
        return [word[start:end] for start, end in zip((0, *points), (*points, len(word)), strict=True)]

    def _append(self, words: list[str], widths: list[float], look: _Look | Fitting, space: float) -> None:
        count = len(words)
        self.texts += words
        self.widths += widths
        self.gaps.append(self._gap)
        self.gaps += [space] * (count - 1)
        self.looks += [look] * count
        if self._is_mixed:
            self.levels.append((self._gap_level, self._level))
            self.levels += [(self._level, self._level)] * (count - 1)

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
        if self._is_justified and ends and 2 * len(self.elastic) < len(ends):
            yield from self._optimal(ends, is_end)
        else:  # of Chinese, too: where a line may end after each character, all are as full
            yield from self._filled(ends, is_end)
        if not is_end:
            self._drop(self._taken)
        elif not ends:
            yield Line([], [], 0.0, self._leading, self._direction)

    def _filled(self, ends: list[float], is_end: bool) -> Iterator[Line]:
        start, count = 0, len(ends)
        while start < count:
            origin = ends[start] - self.widths[start]
            end = max(bisect_right(ends, origin + self._limit + _SLACK, start, count), start + 1)
            if end < count:
                end = self._last_joint(start, end, ends)
                if end in self._hyphens and self._is_joint(end, start, ends):
                    self._add_hyphen(end, ends)
            elif not is_end:
                break
            ratio = self._ratio(start, end, ends, is_end and end == count) if self._is_justified else 0.0
            yield self._line(start, end, ends, ratio)
            start = end
        self._taken = start

    def _last_joint(self, start: int, end: int, ends: list[float]) -> int:
        joint = end
        while joint > start and not self.gaps[joint] and not self._is_joint(joint, start, ends):
            joint -= 1
        return joint if joint > start else end

    def _is_joint(self, at: int, start: int, ends: list[float]) -> bool:
        if at not in self._hyphens:
            return at in self.joints
        return ends[at - 1] - ends[start] + self.widths[start] + self._hyphens[at] <= self._limit + _SLACK

    def _add_hyphen(self, end: int, ends: list[float]) -> None:
        """Adds a hyphen to the word before a soft hyphen where a line ends."""
        look = self.looks[end - 1]
        if not self.gaps[end] and isinstance(look, tuple):
            hyphen, width = _hyphen(*look)
            self.texts[end - 1] += hyphen
            self.widths[end - 1] += width
            ends[end - 1] += width

    def _optimal(self, ends: list[float], is_end: bool) -> Iterator[Line]:
        from exporters.pages import fit  # 1 ms

        words = fit.Words(self.widths, self.gaps, ends, self.joints, self._hyphens, self.elastic, self._places)
        start, count = 0, len(ends)
        for end, place in fit.best_ends(words, self._limit, is_end):
            if place:
                yield self._parted_line(start, end, place, ends)
            else:
                if end < count and end in self._hyphens and self._is_joint(end, start, ends):
                    self._add_hyphen(end, ends)
                yield self._line(start, end, ends, self._ratio(start, end, ends, is_end and end == count))
            start = end
        self._taken = start

    def _places(self, index: int) -> Iterator[tuple[int, float, float]]:
        """Where a word may be parted, the last place first, and how wide its parts are then."""
        look = self.looks[index]
        if self._hyphenator is None or not isinstance(look, tuple) or look[0].family == "mono":
            return
        style, widths = look
        word, size = self.texts[index], style.size
        for point in reversed(self._hyphenator.points(word)):
            yield point, widths[word[:point]] * size + _hyphen(style, widths)[1], widths[word[point:]] * size

    def _parted_line(self, start: int, end: int, place: tuple[int, float, float], ends: list[float]) -> Line:
        """A line that ends within a word, whose rest then begins the next one."""
        word, width, total = self.texts[end], self.widths[end], ends[end]
        at, before, after = place
        look = self.looks[end]
        hyphen = _hyphen(*look)[0] if isinstance(look, tuple) else ""
        self.texts[end], self.widths[end], ends[end] = word[:at] + hyphen, before, total - width + before
        line = self._line(start, end + 1, ends, self._ratio(start, end + 1, ends, False))
        self.texts[end], self.widths[end], ends[end] = word[at:], after, total
        return line

    def _ratio(self, start: int, end: int, ends: list[float], is_last: bool) -> float:
        """By which share of their widths the gaps of a line become wider, so that the line is full."""
        spare = self._limit - (ends[end - 1] - ends[start] + self.widths[start])
        gaps = sum(self.gaps[start + 1 : end])
        if self.elastic:
            gaps += sum(self.elastic.get(at, 0.0) for at in range(start + 1, end))
        ratio = spare / gaps if gaps else 0.0
        return 0.0 if ratio > _LOOSEST or (is_last and ratio > 0) else ratio

    def _drop(self, count: int) -> None:
        self._taken = 0
        for each in (self.texts, self.widths, self.gaps, self.looks, self.levels):
            del each[:count]
        self.joints = {joint - count for joint in self.joints if joint >= count}
        self._hyphens = {joint - count: width for joint, width in self._hyphens.items() if joint >= count}
        self.elastic = {joint - count: width for joint, width in self.elastic.items() if joint >= count}

    def _line(self, start: int, end: int, ends: list[float], ratio: float = 0.0) -> Line:
        if self._is_mixed or (ratio and self.elastic):
            return self._ordered_line(start, end, ratio)
        runs: list[Run] = []
        drawings: list[tuple[float, Drawing]] = []
        before: list[int] = []
        origin = ends[start] - self.widths[start]
        at, grown = start, 0.0
        while at < end:
            look = self.looks[at]
            left = ends[at] - self.widths[at] - origin
            last = at + 1
            if isinstance(look, tuple):
                while last < end and self.looks[last] is look:
                    last += 1
                text = self._text(at, last)
                if last < end and self.gaps[last]:
                    text += " "  # so that words stay apart when the text is copied
                run = Run(left, ends[last - 1] - origin - left, text, *look)
                runs.append(self._stretched(run, at, last, ratio, grown) if ratio else run)
            else:
                drawings.append((left + grown, look))
                before.append(len(runs))
            if ratio:
                grown += ratio * sum(self.gaps[at + 1 : min(last + 1, end)])
            at = last
        return Line(runs, drawings, ends[end - 1] - origin + grown, self._leading, "ltr", before)

    def _stretched(self, run: Run, start: int, end: int, ratio: float, grown: float) -> Run:
        """A run of these words whose gaps are wider, on a line that is wider already before it."""
        width = run.width + ratio * sum(self.gaps[start + 1 : end])
        return run._replace(left=run.left + grown, width=width, stretch=ratio * run.widths[" "] * run.style.size)

    def _ordered_line(self, start: int, end: int, ratio: float) -> Line:
        """A line whose words do not all stand in the order in which they are read, or whose letters stand apart."""
        order = _Order(self, start, end, ratio)
        runs: list[Run] = []
        drawings: list[tuple[float, Drawing]] = []
        before: list[int] = []
        at = start
        while at < end:
            look = self.looks[at]
            last = at + 1
            if isinstance(look, tuple):
                while last < end and self.looks[last] is look and order.goes_on(last):
                    last += 1
                runs.append(order.run(at, last, look))
            else:
                drawings.append((order.place(at, last)[0], look))
                before.append(len(runs))
            at = last
        return Line(runs, drawings, order.width, self._leading, self._direction, before)

    def _text(self, start: int, end: int) -> str:
        words, gaps = self.texts[start:end], self.gaps[start + 1 : end]
        if all(gaps):
            return " ".join(words)
        if not any(gaps):
            return "".join(words)
        return words[0] + "".join(" " + word if gap else word for word, gap in zip(words[1:], gaps, strict=True))


class _Order:
    """Where the words of one line stand.

    What has a place is a word, or the gap before a word; there is one before each but the first, if only of no width.
    """

    def __init__(self, batch: _Batch, start: int, end: int, ratio: float) -> None:
        self._batch = batch
        self._start = start
        self._ratio = ratio
        self._widths: list[float] = []  # of what has a place, as it is read
        self._levels: list[int] = []
        for at in range(start, end):
            gap_level, level = batch.levels[at] if batch.levels else (0, 0)
            self._widths += (batch.gaps[at] * (1 + ratio) + batch.elastic.get(at, 0.0) * ratio, batch.widths[at])
            self._levels += (gap_level, level)
        del self._widths[0], self._levels[0]
        order = bidi.visual_order(self._levels) if batch.levels else range(len(self._levels))
        self._rank = dict(zip(order, range(len(self._levels)), strict=True))
        self._order = order
        ends = list(accumulate(self._widths[place] for place in order))
        self._ends = [ends[self._rank[place]] for place in range(len(ends))]
        self._spaces = self._with_spaces()
        self.width = ends[-1]

    def goes_on(self, at: int) -> bool:
        """Whether a word stands beside the one before it, as far from it as in any text, in the direction of both."""
        place = 2 * (at - self._start)
        step = -1 if self._levels[place] % 2 else 1
        is_beside = self._rank[place] - self._rank[place - 1] == self._rank[place - 1] - self._rank[place - 2] == step
        return is_beside and not (self._ratio and at in self._batch.elastic)

    def place(self, start: int, end: int) -> tuple[float, float]:
        """Left end and width of words that stand side by side."""
        first, last = self._edges(start, end)
        left = self._ends[first] - self._widths[first]
        return left, self._ends[last] - left

    def run(self, start: int, end: int, look: _Look) -> Run:
        """Words that stand side by side, and the spaces at their ends that keep them apart when they are copied."""
        (style, widths), gaps = look, self._batch.gaps
        words: list[str] = []
        for at in range(start, end):
            if at > start and not gaps[at]:
                words[-1] += self._batch.texts[at]
            else:
                words.append(self._batch.texts[at])
        first, last = self._edges(start, end)
        left, width = self.place(start, end)
        text = " ".join(words if first <= last else reversed(words))
        if (first, -1) in self._spaces:
            gap = self._widths[self._order[self._rank[first] - 1]]
            left, width, text = left - gap, width + gap, f" {text}"
        if (last, 1) in self._spaces:
            text += " "
        return Run(left, width, text, style, widths, self._ratio * widths[" "] * style.size)

    def _edges(self, start: int, end: int) -> tuple[int, int]:
        """The words at the left and at the right end of words side by side."""
        first, last = 2 * (start - self._start), 2 * (end - 1 - self._start)
        return (last, first) if self._levels[first] % 2 else (first, last)

    def _with_spaces(self) -> set[tuple[int, int]]:
        """The words that a space is written with, and at which side: -1 for the left, 1 for the right.

        It goes with the word that runs as the gap does, so that it is where it should be when the text is copied.
        """
        found: set[tuple[int, int]] = set()
        shown = [place for place in self._order if place % 2 == 0 or self._is_space(place)]
        for left, gap, right in zip(shown, shown[1:], shown[2:], strict=False):
            if gap % 2:
                sides = [(left, 1), (right, -1)] if self._levels[gap] % 2 == 0 else [(right, -1), (left, 1)]
                sides = [(word, side) for word, side in sides if word % 2 == 0 and self._takes_space(word, side)]
                found.add(min(sides, key=lambda each: (self._levels[each[0]] - self._levels[gap]) % 2, default=(0, 0)))
        return found

    def _is_space(self, place: int) -> bool:
        return self._batch.gaps[self._start + (place + 1) // 2] > 0

    def _takes_space(self, place: int, side: int) -> bool:
        """Whether it is text; and before it no space that would be underlined with it."""
        look = self._batch.looks[self._start + place // 2]
        return isinstance(look, tuple) and (side > 0 or not is_dressed(look[0]))


def _slices(text: str) -> Iterator[str]:
    at = 0
    while len(text) - at > _SLICE:
        end = text.rfind(" ", at, at + _SLICE) + 1 or at + _SLICE
        yield text[at:end]
        at = end
    yield text[at:] if at else text


def _tied(words: list[str]) -> list[str]:
    """Signs that stand alone stay beside their word, as no-break spaces keep them."""
    tied: list[str] = []
    for word in words:
        if tied and (word in _TIED_BEFORE or tied[-1] in _TIED_AFTER):
            tied[-1] += _NO_BREAK_SPACE + word
        else:
            tied.append(word)
    return tied


def _parted(word: str, is_wide: bool) -> list[str]:
    """Cuts a word where a line may end."""
    if not word.isascii() and breaks.needs_dictionary(word):
        return breaks.parts(word)
    if word.isascii() and "://" in word:
        return re.split(_ADDRESS_JOINT, word)
    if is_wide and word.isascii():
        return [word]
    return [part for part in _joint().split(re.sub(_FLAGS, "\\g<0>\u200b", word)) if part]


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


def _hyphen(style: Style, widths: Widths) -> tuple[str, float]:
    """What shows where a word is parted, and its width: a soft hyphen, which is gone when the text is copied."""
    character = _SOFT_HYPHEN if widths.face.glyph(ord(_SOFT_HYPHEN)) and widths[_SOFT_HYPHEN] else "-"
    return character, widths[character] * style.size


type _Look = tuple[Style, Widths]

_NOT_FIRST = (  # JIS X 4051: closing brackets, stops, small kana, marks of length and repetition
    "\u3001\u3002\uff0c\uff0e\u30fb\uff1a\uff1b\uff1f\uff01\u3005\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u3019\u301b"
    "\uff09\uff3d\uff5d\u30fc\u309d\u309e\u30fd\u30fe\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e"
    "\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30ee\u30f5\u30f6.,;:!?)\\]}%\u2019\u201d"
)
_NOT_LAST = "\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u3018\u301a\uff08\uff3b\uff5b(\\[{\u2018\u201c"
# Selectors, marks, tones of skin and tags: what goes on a character, or makes one emoji of several (UTS #51).
_WITHIN = "\u200d\u20e3\u3099\u309a\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\U000e0100-\U000e01ef"
_FLAG = "[\U0001f1e6-\U0001f1ff]"  # half of one
_NOT_WITHIN = rf"(?![{_NOT_FIRST}{_WITHIN}])(?!(?<={_FLAG}){_FLAG})"
_WIDE_SPACES = "\u2000-\u2003\u3000"  # narrower ones keep numbers and keys together
_THAI_TO_KHMER = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"  # see `breaks`


def _may_have_joints(text: str) -> bool:
    if text.isascii():
        return "-" in text or "/" in text
    return _joint_sign().search(text) is not None


@cache
def _joint_sign() -> re.Pattern[str]:
    return re.compile(rf"[-/\u200b\u2010\u2013\u2014{_WIDE_SPACES}{_THAI_TO_KHMER}{HAN}]")


@cache
def _joint() -> re.Pattern[str]:
    """Places within a word where a line may end (after UAX #14): after a hyphen between letters, after a long dash, at
    a zero-width space, after a space of another width, beside Chinese and Japanese characters and emoji unless one of
    them must not begin or end a line, or is one of those that make an emoji together.
    """
    return re.compile(
        rf"\u200b|(?<=\w[-\u2010\u2013])(?=[^\W\d])|(?<=\u2014)(?=\w)|(?<=[{_WIDE_SPACES}])(?=[^{_WIDE_SPACES}])"
        rf"|(?<=[{HAN}])(?<![{_NOT_LAST}])(?!$){_NOT_WITHIN}"
        rf"|(?<!^)(?<![{_NOT_LAST}\u200d])(?=[{HAN}]){_NOT_WITHIN}"
    )


_FLAGS = f"{_FLAG}{_FLAG}(?={_FLAG})"  # a flag before another one
_APART = rf"[{_THAI_TO_KHMER}{HAN}]"
_SEPARATOR = re.compile(r"[-/.,;:?&=_+)\]}|]")
_ADDRESS_JOINT = r"(?<=[\w=-]/)(?=\w)|(?<=\w)(?=[?&#]\w)"
_TIED_BEFORE = frozenset(("!", "?", ":", ";", "!!", "?!", "\u00bb", "\u00bb.", "\u00bb,", "\u203a"))  # as in French
_TIED_AFTER = frozenset(("\u00ab", "\u2039"))
_TIED_SIGNS = _TIED_BEFORE | _TIED_AFTER
_ALIKE = re.compile(rb"(.)\1*", re.DOTALL)
_NO_BREAK_SPACE = "\u00a0"
_ISOLATE, _END_OF_ISOLATE = "\u2066", "\u2069"
_SOFT_HYPHEN = "\u00ad"
