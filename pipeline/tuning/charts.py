"""Charts as SVG, drawn here: lines over memory, with the floor, the peak and the memory that was chosen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 460, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 14, 40
_ACROSS, _DOWN = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart."""

    name: str
    kind: str
    """Its class in the style sheet: each has a dash of its own as well as a colour."""
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    """For those who do not see it, as is the description."""
    description: str
    unit: str
    memory_mb: Sequence[int]
    series: Sequence[Series]
    chosen_mb: int
    peak_mb: float
    floor_mb: int
    """Left of it a function would be killed."""
    by_factors: bool = False
    """Whether what is measured spans so much that equal factors, not equal steps, are equally high."""


def draw(chart: Chart, id: str) -> str:
    """An SVG element; its id and those within begin with `id`."""
    scale = _Scale.of(chart)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="{id}-t {id}-d">',
        f'<title id="{id}-t">{escape(chart.title)}</title><desc id="{id}-d">{escape(chart.description)}</desc>',
        *_ground(chart, scale),
        *_memory(chart, scale),
        *(_line(each, chart, scale) for each in chart.series),
        *_dots(chart, scale),
        "</svg>",
    ]
    return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Memory to the right by its logarithm, for it is chosen by factors; what is measured upwards."""

    least_mb: float
    most_mb: float
    ticks: tuple[float, ...]
    by_factors: bool

    @property
    def top(self) -> float:
        return self.ticks[-1]

    @staticmethod
    def of(chart: Chart) -> _Scale:
        # What does not fit would dwarf what does: a chart is as high as its possible points, where there are some.
        possible = [
            value
            for each in chart.series
            for memory, value in zip(chart.memory_mb, each.values, strict=True)
            if memory >= chart.floor_mb
        ]
        values = possible or [value for each in chart.series for value in each.values]
        ticks = _factors(min(values), max(values)) if chart.by_factors else _steps(max(values))
        lowest = min(*chart.memory_mb, max(chart.peak_mb, 1))
        return _Scale(lowest / 1.06, max(chart.memory_mb) * 1.06, ticks, chart.by_factors)

    def x(self, memory_mb: float) -> float:
        return _LEFT + _ACROSS * math.log(memory_mb / self.least_mb) / math.log(self.most_mb / self.least_mb)

    def y(self, value: float) -> float:
        if self.by_factors:
            part = math.log(value / self.ticks[0]) / math.log(self.top / self.ticks[0])
        else:
            part = value / self.top
        return _TOP + _DOWN * (1 - part)


def _steps(most: float) -> tuple[float, ...]:
    """From 0 in steps of 1, 2, 5, 10, 20, …"""
    power: float = 10.0 ** math.floor(math.log10(most / _TICKS))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= most / _TICKS * (1 - 1e-9))
    return tuple(number * step for number in range(math.ceil(most / step - 1e-9) + 1))


def _factors(least: float, most: float) -> tuple[float, ...]:
    """Of 1, 2, 5, 10, 20, … those between which the values are, and those beside."""
    first = math.floor(math.log10(least))
    found = [factor * 10.0**power for power in range(first, first + 9) for factor in (1, 2, 5)]
    begin = max(number for number, each in enumerate(found) if each <= least)
    end = next(number for number, each in enumerate(found) if each >= most and number > begin)
    return tuple(found[begin : end + 1])


def _ground(chart: Chart, scale: _Scale) -> Iterator[str]:
    for value in scale.ticks:
        y = scale.y(value)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
        said = f"{value:,.10g}"
        yield f'<text class="tick" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{said}</text>'
    yield f'<text class="tick" x="{_LEFT}" y="{_HEIGHT - 4}">{escape(chart.unit)}</text>'
    yield f'<text class="tick" x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 4}" text-anchor="end">memory, MB</text>'


def _memory(chart: Chart, scale: _Scale) -> Iterator[str]:
    bottom = _TOP + _DOWN
    yield f'<path class="floor" d="M{_LEFT} {_TOP}H{max(scale.x(chart.floor_mb), _LEFT):.1f}V{bottom}H{_LEFT}Z"/>'
    yield f'<path class="peak" d="M{scale.x(max(chart.peak_mb, 1)):.1f} {_TOP}V{bottom}"/>'
    yield f'<path class="chosen" d="M{scale.x(chart.chosen_mb):.1f} {_TOP}V{bottom}"/>'
    for memory in chart.memory_mb:
        x = scale.x(memory)
        if memory == chart.chosen_mb or all(abs(x - scale.x(other)) > 30 for other in _labelled(chart, scale, memory)):
            kind = "tick strong" if memory == chart.chosen_mb else "tick"
            yield f'<text class="{kind}" x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{memory:,}</text>'


def _labelled(chart: Chart, scale: _Scale, memory: int) -> Iterator[int]:
    """Those whose label stands already: the chosen one, and what is to the left."""
    yield chart.chosen_mb
    last = -math.inf
    for each in sorted(chart.memory_mb):
        if each >= memory:
            return
        x = scale.x(each)
        if x - last > 30 and (each == chart.chosen_mb or abs(x - scale.x(chart.chosen_mb)) > 30):
            last = x
            yield each


def _line(series: Series, chart: Chart, scale: _Scale) -> str:
    """As far as it is within the chart."""
    shown = [
        (scale.x(memory), scale.y(value))
        for memory, value in zip(chart.memory_mb, series.values, strict=True)
        if value <= scale.top
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shown)
    return f'<polyline class="line {series.kind}" points="{points}"/>'


def _dots(chart: Chart, scale: _Scale) -> Iterator[str]:
    at = list(chart.memory_mb).index(chart.chosen_mb)
    for each in chart.series:
        x, y = scale.x(chart.chosen_mb), scale.y(each.values[at])
        yield f'<circle class="dot {each.kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
