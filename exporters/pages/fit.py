"""Where the lines of a justified paragraph end, so that its spaces are as even as can be.

All ways to break a paragraph are compared, not only the first that fits, by how far spaces must be stretched or
squeezed, and by how many words are parted. What can be reached is followed from the left to the right, so a paragraph
takes time by its length, and only a few ends of each line are looked at.

Source: D. E. Knuth and M. F. Plass, Breaking Paragraphs into Lines (1981).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

STRETCH = 0.5  # of its width that a space grows by before a line looks loose
SQUEEZE = 0.2  # of its width that a space may lose
_SLACK = 0.01  # points that a line may be too long, for sums of floats are not exact
_LOOSE = 1.0  # stretched further, a line is only looked at if there is no better one
_GOOD = 0.5  # stretched further, it is worth to part a word
_WORST = 10.0  # stretched further, it is as bad as it can be
_HYPHEN = 2_500.0  # for a parted word
_LADDER = 10_000.0  # for another below it
_RAGGED = 1e12  # for a line that cannot be filled
_ALONE = 5_000.0  # for a last line that is nearly empty
_SHORT = 0.92  # of a line that is left empty then
_NO_END = float("inf")
_BACK = 4  # lines taken back where text is still to come, which may change them

type Part = tuple[int, float, float]
"""Where a word may be parted: index of a character, width of what is before it with a hyphen, width of the rest."""


class Words(NamedTuple):
    """Words in a row. `ends` are summed up from `gaps`, which are before each word, and `widths`."""

    widths: Sequence[float]
    gaps: Sequence[float]
    ends: Sequence[float]
    joints: Container[int]
    """Words before which a line may end though there is no gap."""
    hyphens: Mapping[int, float]
    """Those of them where a hyphen is then shown, and its width."""
    elastic: Mapping[int, float]
    """Those of them where letters may stand further apart, and what is wide there as a space is elsewhere."""
    parts: Callable[[int], Iterable[Part]]
    """Where a word may be parted, the last place first."""


class _State(NamedTuple):
    """The best way to a place where a line may begin."""

    cost: float
    word: int
    part: Part | None
    """Where the line begins within the word."""
    is_parted: bool
    """Whether the line before ends with a hyphen."""
    before: _State | None


class End(NamedTuple):
    """Where a line ends: before a word, or within it."""

    word: int
    part: Part | None = None


def best_ends(words: Words, limit: float, is_end: bool) -> list[End]:
    """Where lines of at most this width end; the last of them only if no text follows."""
    return _Fitting(words, limit, is_end).ends()


class _Fitting:
    """What is known of one paragraph while its lines are looked for."""

    def __init__(self, words: Words, limit: float, is_end: bool) -> None:
        self._words = words
        self._limit = limit
        self._is_end = is_end
        self._count = len(words.widths)
        elastic = words.elastic
        gaps = [gap or elastic.get(index, 0.0) for index, gap in enumerate(words.gaps)] if elastic else words.gaps
        self._room = list(accumulate(gaps))
        self._squeeze = 0.0 if elastic else SQUEEZE
        self._states: dict[int, dict[int, _State]] = {
            0: {0: _State(0.0, 0, None, False, None)}
        }  # by word, then by part
        self._last: list[_State] = []  # those from which the rest of the text fits on one line

    def ends(self) -> list[End]:
        for index in range(self._count):
            for state in self._states.pop(index, _NONE).values():
                self._follow(state)
        path: list[End] = []
        last = min(self._last, key=_cost)
        while last.before:
            path.append(End(last.word, last.part))
            last = last.before
        path.reverse()
        return [*path, End(self._count)] if self._is_end else path[:-_BACK]

    def _follow(self, state: _State) -> None:
        """Looks for the ends of the line that begins here."""
        words, start = self._words, state.word
        ends = words.ends
        target = self._limit + ends[start] - (state.part[2] if state.part else words.widths[start])
        out = bisect_right(ends, target + _SLACK, start, self._count)  # the first word that does not fit
        if out == self._count:
            is_short = target - ends[-1] > _SHORT * self._limit
            self._last.append(state._replace(cost=state.cost + _ALONE) if is_short else state)
            return
        best = self._whole(state, target, out)
        if best > _GOOD and out > start:
            best = min(best, self._parted(state, target, out))
        if best == _NO_END:
            end = out
            while end > start and not self._may_end(end):
                end -= 1
            self._reach(state, end if end > start else max(out, start + 1), None, _WORST, _RAGGED, False)

    def _whole(self, state: _State, target: float, out: int) -> float:
        """Ends lines between words: a squeezed line, and those that are not too loose. Tells how good the best is."""
        words, room, start = self._words, self._room, state.word
        best = _NO_END
        for end in range(min(out + 1, self._count), start, -1):
            if not self._may_end(end):
                continue
            is_parted = end in words.hyphens and end < self._count and not words.gaps[end]
            spare = target - words.ends[end - 1] - (words.hyphens[end] if is_parted else 0.0)
            ratio = self._ratio(spare, room[end - 1] - room[start])
            if ratio < -1:
                continue
            if ratio > _LOOSE and best < _NO_END:
                break
            self._reach(state, end, None, ratio, _HYPHEN if is_parted else 0.0, is_parted)
            best = min(best, abs(ratio))
            if ratio > _LOOSE:
                break
        return best

    def _parted(self, state: _State, target: float, word: int) -> float:
        """The same within the first word that does not fit."""
        words, best = self._words, _NO_END
        elastic = self._room[word] - self._room[state.word]
        before = words.ends[word] - words.widths[word]
        for part in words.parts(word):
            ratio = self._ratio(target - before - part[1], elastic)
            if ratio < -1:
                continue
            if ratio > _LOOSE and best < _NO_END:
                break
            self._reach(state, word, part, ratio, _HYPHEN, True)
            best = min(best, abs(ratio))
        return best

    def _ratio(self, spare: float, elastic: float) -> float:
        """How far spaces are stretched, where 1 is as far as looks well, or squeezed, where -1 is the most."""
        if spare < -_SLACK:
            most = elastic * self._squeeze
            return spare / most if most else -2.0
        if spare < 1:  # point, which nobody sees
            return 0.0
        return min(spare / (elastic * STRETCH), _WORST) if elastic else _WORST

    def _may_end(self, end: int) -> bool:
        if end == self._count:
            return self._is_end
        return self._words.gaps[end] > 0 or end in self._words.joints

    def _reach(
        self, state: _State, word: int, part: Part | None, ratio: float, penalty: float, is_parted: bool
    ) -> None:
        """Remembers a place where the next line may begin, and how it was reached, if that is the best way so far."""
        cost = state.cost + (1 + 100 * abs(ratio) ** 3) ** 2 + penalty
        if is_parted and state.is_parted:
            cost += _LADDER
        if word == self._count:  # squeezed, the rest fits on one line
            self._last.append(state._replace(cost=cost))
            return
        states = self._states.setdefault(word, {})
        place = part[0] if part else 0
        if place not in states or cost < states[place].cost:
            states[place] = _State(cost, word, part, is_parted, state)


def _cost(state: _State) -> float:
    return state.cost


_NONE: Mapping[int, _State] = MappingProxyType({})
