"""How long an export takes in a Lambda function of a given memory, and what that costs, from what it takes on one CPU.

What is known of Lambda (AWS Lambda Developer Guide, "Configure Lambda function memory"): a function has CPU in
proportion to its memory, and one whole vCPU at 1,769 MB. What is assumed, because AWS does not promise it:

* INIT runs at full speed whatever the memory: published measurements show the same cold start of an empty function
  from 128 to 1,024 MB. It is billed, since 2025-08-01.
* A vCPU of Lambda is as fast as a CPU of the machine that measured. It is not, and nobody knows the factor before
  somebody has measured both: `speed` is that factor.
* Storage answers in the same time whatever the memory: `WAITS_MS` for both calls.
* A share is enforced by pauses: a function runs until its part of a period is used up, and then waits for the next one.
  After each pause its work goes on with cold caches, which costs CPU time: `PAUSE_MS`. So a quarter of a CPU is worth
  somewhat less than a quarter. Both this cost and the period are those of a control group here, see `verify`.
* A job finds its part of the period unused, and begins at any moment of it: see `running_ms`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.tuning.prices import Architecture, compute_usd

FULL_CPU_MB = 1_769
"""Memory with which a function has one whole vCPU."""
LEAST_MB, MOST_MB = 128, 10_240
"""What a function may have."""
RUNTIME_INIT_MS: float = 80
"""Lambda's part of INIT, before the first line of ours: an empty Python 3.13 function from a zip starts in 77 to 91 ms,
arm64 and x86_64 alike (the public measurements of maxday/lambda-perf, August 2026)."""
WAITS_MS: float = 60
"""Assumed: an exporter's GET of its source and PUT of its file, within the region."""
PERIOD_MS: float = 20
"""Of the control group that Lambda holds a function with. AWS does not tell it; studies infer it from the pauses."""
TICK_MS: float = 4
"""How long a function runs at least between two pauses: Linux looks at a quota when its clock ticks, 250 times a second
as most are built. Where the part of a period is smaller, the pause after it is so much longer."""
PAUSE_MS: float = 0.6
"""CPU time that each pause costs: what made predictions for small shares of a CPU too short by a tenth and more, on a
virtual machine with two CPUs that had other work."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one export takes on a whole CPU, its child processes included."""

    init_ms: float
    """CPU time of INIT, from the first line of ours."""
    first_ms: float
    """CPU time of the first job of a process, which loads what the format works with."""
    warm_ms: float
    """CPU time of a later job."""
    threads: float = 1.0
    """How many CPUs it keeps busy where it may: CPU time by time that passes, and 1 at least."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is not measured."""

    cold_share: float = 0.1
    """Of exports that meet a cold start. AWS says that under 1 % do in busy functions; a rare format has more."""
    speed: float = 1.0
    """Of Lambda's vCPU, as a factor of this machine's CPU: 0.8 where Lambda takes 10 s for what takes 8 s here."""
    waits_ms: float = WAITS_MS
    runtime_init_ms: float = RUNTIME_INIT_MS
    pause_ms: float = PAUSE_MS


@dataclass(frozen=True, slots=True)
class Duration:
    """Of one export, in milliseconds."""

    warm_ms: float
    cold_ms: float
    """With INIT."""

    def expected_ms(self, cold_share: float) -> float:
        return self.warm_ms + cold_share * (self.cold_ms - self.warm_ms)


def share(memory_mb: float) -> float:
    """How many CPUs a function has."""
    return memory_mb / FULL_CPU_MB


def useful_share(memory_mb: float, threads: float, pause_ms: float) -> float:
    """How many CPUs' worth of work a function gets done that could keep so many busy."""
    has = share(memory_mb)
    if has >= threads:
        return threads  # it is never paused
    return has - pause_ms / max(PERIOD_MS, TICK_MS / has)


def running_ms(memory_mb: float, cpu_ms: float, threads: float, given: Assumptions) -> float:
    """How long work takes that needs so much CPU time, without what it waits for others.

    With a share s of a CPU in periods P, and not counting what pauses cost, it is max(W, W / s - P (1 - s)). The first
    part of a period, s P, is there at once, and at the next period's beginning, which comes sooner than a period later,
    is a new one: over all moments at which work may begin, that saves P (1 - s) / 2 of waiting. The last part is not
    followed by a pause, whether it is used up or not: that saves as much again. What fits into one part waits for none.
    """
    alone_ms, threads = cpu_ms / given.speed, max(1.0, threads)
    saved_ms = PERIOD_MS * max(0.0, 1 - share(memory_mb) / threads)
    return max(alone_ms / threads, alone_ms / useful_share(memory_mb, threads, given.pause_ms) - saved_ms)


def duration(memory_mb: float, work: Work, given: Assumptions) -> Duration:
    """How long an export takes in a function that is warm, and in one that has to start first."""
    warm = running_ms(memory_mb, work.warm_ms, work.threads, given) + given.waits_ms
    first = running_ms(memory_mb, work.first_ms, work.threads, given) + given.waits_ms
    init = given.runtime_init_ms + work.init_ms / given.speed
    return Duration(warm, init + first)


def cost_usd(memory_mb: int, taken: Duration, cold_share: float, architecture: Architecture) -> float:
    """What Lambda asks for the time of one export, on average: each is rounded up to whole milliseconds."""
    warm = compute_usd(memory_mb, math.ceil(taken.warm_ms), architecture)
    cold = compute_usd(memory_mb, math.ceil(taken.cold_ms), architecture)
    return warm + cold_share * (cold - warm)
