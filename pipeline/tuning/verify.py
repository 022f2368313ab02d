"""The model against reality: exports under a real quota of CPU and limit of memory, beside what was predicted.

A function goes through INIT at full speed, as Lambda lets it, and is put under the quota then. Predicted is from what
the same export takes without a quota, measured right before: it is the model that is put to the test here, and not how
steady the machine is from one hour to the next. For the same reason its CPUs are kept awake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from exporters.errors import ExporterFailed
from pipeline.tuning.corpus import Specimen
from pipeline.tuning.measure import Killed, Laboratory, Ran, TimedOut
from pipeline.tuning.model import Assumptions, running_ms, share
from pipeline.tuning.quota import Quota

_RUNS, _WARM = 5, 6  # processes for a figure, and jobs after the first in each
_LONG_RUNS, _LONG_WARM = 3, 1  # where a job takes longer than a second: its figures scatter less
_LONG_MS = 1_000


@dataclass(frozen=True, slots=True)
class Check:
    """One source at one memory."""

    format: str
    source: str
    memory_mb: int
    predicted_ms: float
    """Of a job in a warm function."""
    measured_ms: float
    """0 where it was killed."""
    predicted_first_ms: float
    measured_first_ms: float
    """Of the first job of a process, without INIT."""

    @property
    def error(self) -> float:
        """By how much longer the warm job took than predicted, as a part of what it took; negative where shorter."""
        return (self.measured_ms - self.predicted_ms) / self.measured_ms if self.measured_ms else 0.0

    @property
    def first_error(self) -> float:
        if not self.measured_first_ms:
            return 0.0
        return (self.measured_first_ms - self.predicted_first_ms) / self.measured_first_ms

    @property
    def killed(self) -> bool:
        return not self.measured_ms


@dataclass(frozen=True, slots=True)
class _Job:
    cpu_ms: float
    wall_ms: float

    @staticmethod
    def of(runs: Sequence[Ran]) -> _Job:
        return _Job(median(each.cpu_ms for each in runs), median(each.wall_ms for each in runs))

    def predicted_ms(self, memory_mb: int) -> float:
        """What is waited for takes as long as before; work takes as the model has it."""
        waits_ms = max(0.0, self.wall_ms - self.cpu_ms)
        return running_ms(memory_mb, self.cpu_ms, self.cpu_ms / self.wall_ms, Assumptions()) + waits_ms


@dataclass(frozen=True, slots=True)
class _Taken:
    """Medians of several processes."""

    first: _Job
    warm: _Job


_NONE = _Taken(_Job(0.0, 0.0), _Job(0.0, 0.0))  # of what was killed


def verify(
    laboratory: Laboratory,
    quota: Quota,
    format: str,
    specimens: Iterable[Specimen],
    memory_mb: Sequence[int],
    say: Callable[[str], None],
) -> Iterator[Check]:
    """Each source at each memory. Raises `ExporterFailed` for a source that is not exported at full speed."""
    for specimen in specimens:
        taken = _take(laboratory, quota, format, specimen, memory_mb, say)
        full = taken[None]
        for memory in memory_mb:
            held = taken[memory]
            yield Check(
                format=format,
                source=specimen.name,
                memory_mb=memory,
                predicted_ms=full.warm.predicted_ms(memory),
                measured_ms=held.warm.wall_ms,
                predicted_first_ms=full.first.predicted_ms(memory),
                measured_first_ms=held.first.wall_ms,
            )


def _take(
    laboratory: Laboratory,
    quota: Quota,
    format: str,
    specimen: Specimen,
    memory_mb: Sequence[int],
    say: Callable[[str], None],
) -> dict[int | None, _Taken]:
    """For each memory and, by None, at full speed: in turns, so that what else the machine does falls on all alike."""
    sizes: tuple[int | None, ...] = (None, *memory_mb)
    firsts: dict[int | None, list[Ran]] = {each: [] for each in sizes}
    later: dict[int | None, list[Ran]] = {each: [] for each in sizes}
    killed = set[int | None]()
    turn, runs, again = 0, _RUNS, _WARM
    while turn < runs:
        turn += 1
        for size in (each for each in sizes if each not in killed):
            say(f"{format}: {specimen.name}, {f'{size} MB' if size else 'at full speed'}, {turn} of {runs}")
            try:
                first, warm = _once(laboratory, quota, format, specimen, size, again)
            except (Killed, TimedOut):
                killed.add(size)
                continue
            if first.cpu_ms > _LONG_MS:
                runs, again = _LONG_RUNS, _LONG_WARM
            firsts[size].append(first)
            later[size] += warm
    if None in killed:
        raise ExporterFailed(f"The export of {specimen.name} to {format} did not end well, without any quota.")
    return {each: _NONE if each in killed else _Taken(_Job.of(firsts[each]), _Job.of(later[each])) for each in sizes}


def _once(
    laboratory: Laboratory, quota: Quota, format: str, specimen: Specimen, memory_mb: int | None, again: int
) -> tuple[Ran, list[Ran]]:
    worker = laboratory.start(memory_mb) if memory_mb else laboratory.start()
    quota.set(share(memory_mb) if memory_mb else None)
    quota.hold(worker.pid)
    try:
        first = _done(laboratory.run(worker, format, specimen, memory_mb))
        warm = [_done(laboratory.run(worker, format, specimen, memory_mb)) for _ in range(again)]
    finally:
        worker.end()
    return first, warm


def _done(ran: Ran) -> Ran:
    """One that was stopped for want of memory or time is as good as killed."""
    if not ran.done:
        raise Killed
    return ran
