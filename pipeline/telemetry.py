"""What the functions say about themselves: JSON lines, and metrics in CloudWatch's embedded metric format.

A metric costs $0.30 a month for each value of its dimensions, in the hours in which it is sent; ten are free in an
account. So there are eight, and their only dimension is the stage. What is told of a format, a tenant or a job is a
field of the line, where Logs Insights finds it; and Lambda and SQS count for nothing what they know themselves: calls,
errors, durations, throttles, how many messages wait and for how long.

Levels: INFO – a step did its work; WARNING – a user or an app got an error, and knows it; ERROR – an operator should
look. A line never holds the document's text.

The lines have the shape that Powertools for AWS Lambda gives its own, and a test holds them against it, but Powertools
is not imported: that takes as long as all else an exporter needs to start (`make bench`), and INIT is billed.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pipeline.tuning.prices import Architecture, compute_usd

if TYPE_CHECKING:
    from pipeline.job import Job
    from pipeline.settings import Settings

NAMESPACE = "DocumentExport"

type Level = Literal["INFO", "WARNING", "ERROR"]
type Unit = Literal["Count", "Milliseconds", "Percent", "None"]

METRICS: Mapping[str, Unit] = MappingProxyType(
    {
        # What the stage is there for, and what all else is compared with.
        "exports": "Count",
        # Jobs that ended without a file, whoever is to blame: a reader that refuses too much shows here.
        "failures": "Count",
        # Those that an operator has to look at; 0 for each job that is none, so that the average is a share.
        "mistakes": "Count",
        # US dollars. The bill shows it the day after, and an alarm must see it within the hour.
        "cost": "None",
        # Of the time or of the memory that a job may have, whichever is nearer: one metric and alarm instead of two.
        "limit_used": "Percent",
        # What users feel of a jam. SQS knows how long the oldest message of each queue waits, not how long most do.
        "queue_delay": "Milliseconds",
        # On all queues together. SQS has a metric for each, but an alarm on each would be $5 a month.
        "dead_letters": "Count",
        # Queues from which nobody takes: no metric of SQS tells such a queue from one that is merely long.
        "stuck": "Count",
    }
)
"""The metrics there are, and why each is worth its price."""


class Invocation:
    """One run of a function: when it began, and what it has cost so far."""

    _cold = True  # of the process, not of a job: the first invocation pays for INIT

    def __init__(self, memory_mb: int, request_id: str, architecture: Architecture = "arm64") -> None:
        self.memory_mb = memory_mb
        self.architecture = architecture
        self.request_id = request_id
        self.cold_start = Invocation._cold
        self.peak_before_mb = 0.0 if self.cold_start else peak_memory_mb()
        Invocation._cold = False
        # Starting a Python process is all CPU, so its CPU time is what INIT took.
        self._init_ms = time.process_time() * 1000 if self.cold_start else 0.0
        self._began = time.perf_counter()

    @property
    def duration_ms(self) -> float:
        """Since the invocation began, without INIT."""
        return (time.perf_counter() - self._began) * 1000

    @property
    def billed_ms(self) -> int:
        """As Lambda will bill it: whole milliseconds, INIT included."""
        return math.ceil(self.duration_ms + self._init_ms)

    @property
    def compute_usd(self) -> float:
        """At list price, up to now."""
        return compute_usd(self.memory_mb, self.billed_ms, self.architecture)

    @staticmethod
    def of(settings: Settings, request_id: str) -> Invocation:
        """The one that has just begun."""
        return Invocation(settings.memory_mb, request_id, settings.architecture)


def log(level: Level, message: str, about: Mapping[str, object], **more: object) -> None:
    """Writes one line. `about` says of what: see `about_job`."""
    _write({"level": level, "message": message, "timestamp": _now(), **about, **more})


def measure(level: Level, message: str, about: Mapping[str, object], stage: str, metrics: Mapping[str, float]) -> None:
    """Writes one line that CloudWatch turns into metrics, each a key of `METRICS`.

    Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
    """
    header = {
        "Timestamp": int(time.time() * 1000),
        "CloudWatchMetrics": [
            {
                "Namespace": NAMESPACE,
                "Dimensions": [["stage"]],
                "Metrics": [{"Name": name, "Unit": METRICS[name]} for name in metrics],
            }
        ],
    }
    line = {"level": level, "message": message, "timestamp": _now(), **about, "stage": stage, **metrics}
    _write({**line, "_aws": header})


def about_job(job: Job, invocation: Invocation) -> dict[str, object]:
    """What every line about a job says."""
    about: dict[str, object] = {
        "job": job.id,
        "tenant": job.tenant,
        "format": job.format,
        "function_request_id": invocation.request_id,
        "cold_start": invocation.cold_start,
    }
    if job.tags:
        about["tags"] = dict(job.tags)
    return about


def peak_memory_mb() -> float:
    """The most memory that this process and a program it has run have held at once, as far as can be told.

    From the kernel's high-water marks. A program begins with the mark of the process that starts it, so one that stays
    below that mark says nothing; what passes it is counted whole.
    """
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    own = _high_water_mb()
    if own is None:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    program = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    return own + program if program > own else own


def _high_water_mb() -> float | None:
    """Of this process where there is /proc (Linux): `ru_maxrss` begins with that of the forking parent."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 – pathlib is not imported here
            return next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")), None)
    except OSError:
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _write(line: Mapping[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False, default=str), flush=True)
