"""What a format's function should have: durations and costs at each memory, and the one that a strategy chooses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pipeline.tuning.measure import Measured
from pipeline.tuning.model import LEAST_MB, MOST_MB, Assumptions, Duration, Work, cost_usd, duration

type Strategy = Literal["cost", "speed", "balanced"]

STRATEGIES: tuple[Strategy, ...] = get_args(Strategy.__value__)
MEMORY_MB = (128, 256, 512, 1024, 1769, 3008)
"""Those that are looked at unless others are given. 1,769 MB is a whole vCPU; new accounts end at 3,008."""

HEADROOM = 1.2
"""Of the memory that was measured: an allocator that has got it back does not always give it back, another build of
Python or of a library needs somewhat more, and no corpus has the one source that needs most."""
OUTSIDE_MB = 20
"""What Lambda counts beside our processes: its runtime interface client, and the pages of files that it holds."""
STEP_MB = 64
"""To which a floor is rounded up. Lambda takes every megabyte, but no measurement is as fine as that."""
OF_TIME = 0.8
"""Of a format's timeout: a memory with which any source takes longer is too little. The alarm is set there, too."""
WEIGHT = 0.5
"""Of cost beside speed in the balanced strategy, as AWS Lambda Power Tuning has it."""
_ALIKE = 0.01  # costs and durations that differ by less are the same


@dataclass(frozen=True, slots=True)
class Point:
    """A memory, with what exports take and cost in a function that has it."""

    memory_mb: int
    p50_ms: float
    """Of exports in warm functions, over the sources."""
    p95_ms: float
    max_ms: float
    cold_ms: float
    """The mean of those that start a function, with INIT."""
    mean_ms: float
    """Of all, with the share of cold ones."""
    usd: float
    """Compute for one export on arm64, with the share of cold ones."""
    usd_x86_64: float
    fits: bool
    """Whether it is at least the floor."""
    in_time: bool
    """Whether the slowest source ends well within the format's timeout."""

    @property
    def possible(self) -> bool:
        return self.fits and self.in_time


@dataclass(frozen=True, slots=True)
class Advice:
    """For a format, or for one class of its sources."""

    format: str
    size_class: str
    """"" for all of them."""
    sources: int
    peak_mb: float
    peak_of: str
    """Which source needed that, in words."""
    floor_mb: int
    points: tuple[Point, ...]
    """Smallest first; the floor is among them."""
    memory_mb: int
    """What is recommended."""
    decides: Literal["memory", "time", "cost", "speed", "balance", "nothing else is possible"]
    """Why that, and no less."""

    @property
    def chosen(self) -> Point:
        return next(each for each in self.points if each.memory_mb == self.memory_mb)


def advise(
    measured: Iterable[Measured],
    timeout_s: float,
    memory_mb: Sequence[int] = MEMORY_MB,
    strategy: Strategy = "balanced",
    given: Assumptions = Assumptions(),  # noqa: B008 – it is frozen
) -> list[Advice]:
    """For one format: what all sources ask for first, and then what each class of them would. Empty where none was
    exported. Sources made to need as much as any may count for the memory and the time alone."""
    all_of_them = list(measured)
    ordinary = [each for each in all_of_them if each.size_class != "worst"]
    found = [_advise("", all_of_them, timeout_s, memory_mb, strategy, given)]
    classes = dict.fromkeys(each.size_class for each in sorted(ordinary, key=lambda each: each.size))
    for name in classes:
        of_class = [each for each in ordinary if each.size_class == name]
        found.append(_advise(name, of_class, timeout_s, memory_mb, strategy, given))
    return [each for each in found if each is not None]


def floor_mb(peak_mb: float) -> int:
    """The least memory for such a peak."""
    wanted = math.ceil((peak_mb * HEADROOM + OUTSIDE_MB) / STEP_MB) * STEP_MB
    return min(max(wanted, LEAST_MB), MOST_MB)


def choose(points: Sequence[Point], strategy: Strategy) -> Point:
    """The best of some points, which are sorted by memory."""
    if strategy == "cost":
        least = min(each.usd for each in points)
        return [each for each in points if each.usd <= least * (1 + _ALIKE)][-1]  # the fastest of the cheapest
    if strategy == "speed":
        least = min(each.mean_ms for each in points)
        return next(each for each in points if each.mean_ms <= least * (1 + _ALIKE))  # the cheapest of the fastest
    most_usd, most_ms = max(each.usd for each in points), max(each.mean_ms for each in points)
    return min(points, key=lambda each: WEIGHT * each.usd / most_usd + (1 - WEIGHT) * each.mean_ms / most_ms)


def _advise(
    size_class: str,
    measured: Sequence[Measured],
    timeout_s: float,
    memory_mb: Sequence[int],
    strategy: Strategy,
    given: Assumptions,
) -> Advice | None:
    exported = [each for each in measured if each.state == "exported"]
    ordinary = [each for each in exported if each.size_class != "worst"]
    if not ordinary:
        return None
    hungriest = max(measured, key=lambda each: each.peak_mb)  # also of those that were refused, or failed
    floor = floor_mb(hungriest.peak_mb)
    sizes = sorted({*memory_mb, floor})
    points = tuple(_point(each, ordinary, exported, floor, timeout_s, given) for each in sizes)
    possible = [each for each in points if each.possible]
    if not possible:
        last, decides = points[-1], "nothing else is possible"
    else:
        last, decides = choose(possible, strategy), "balance" if strategy == "balanced" else strategy
        if last == possible[0]:
            decides = "memory" if last.memory_mb == floor and floor > LEAST_MB else decides
            decides = "time" if any(each.fits and not each.in_time for each in points) else decides
    return Advice(
        format=ordinary[0].format,
        size_class=size_class,
        sources=len(ordinary),
        peak_mb=hungriest.peak_mb,
        peak_of=hungriest.words,
        floor_mb=floor,
        points=points,
        memory_mb=last.memory_mb,
        decides=decides,  # type: ignore[arg-type]
    )


def _point(
    memory_mb: int,
    ordinary: Sequence[Measured],
    exported: Sequence[Measured],
    floor: int,
    timeout_s: float,
    given: Assumptions,
) -> Point:
    taken = [duration(memory_mb, work(each), given) for each in ordinary]
    warm = sorted(each.warm_ms for each in taken)
    slowest_ms = max(_first_ms(memory_mb, each, given) for each in exported)
    return Point(
        memory_mb=memory_mb,
        p50_ms=percentile(warm, 50),
        p95_ms=percentile(warm, 95),
        max_ms=warm[-1],
        cold_ms=_mean(each.cold_ms for each in taken),
        mean_ms=_mean(each.expected_ms(given.cold_share) for each in taken),
        usd=_mean(cost_usd(memory_mb, each, given.cold_share, "arm64") for each in taken),
        usd_x86_64=_mean(cost_usd(memory_mb, each, given.cold_share, "x86_64") for each in taken),
        fits=memory_mb >= floor,
        in_time=slowest_ms <= OF_TIME * timeout_s * 1000,
    )


def work(measured: Measured) -> Work:
    """What the model wants to know of a measurement."""
    return Work(measured.init_ms, measured.first_ms, measured.warm_ms, measured.threads)


def percentile(ranked: Sequence[float], percent: float) -> float:
    """The value that so many percent of sorted values do not pass: the nearest rank, always one that was measured."""
    return ranked[max(0, math.ceil(percent / 100 * len(ranked)) - 1)]


def _first_ms(memory_mb: int, measured: Measured, given: Assumptions) -> float:
    """Of the job alone: INIT is not of a function's time."""
    taken: Duration = duration(memory_mb, work(measured), given)
    return taken.cold_ms - given.runtime_init_ms - measured.init_ms / given.speed


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)
