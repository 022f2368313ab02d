"""What the functions say about themselves: JSON lines, and metrics in CloudWatch's embedded metric format.

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
from typing import Literal

from pipeline.job import Job
from pipeline.tuning.prices import compute_usd

NAMESPACE = "DocumentExport"

type Level = Literal["INFO", "WARNING", "ERROR"]
type Unit = Literal["Count", "Milliseconds", "Megabytes", "None"]


class Invocation:
    """One run of a function: when it began, and what it has cost so far."""

    _cold = True  # of the process, not of a job: the first invocation pays for INIT

    def __init__(self, memory_mb: int, request_id: str) -> None:
        self.memory_mb = memory_mb
        self.request_id = request_id
        self.cold_start = Invocation._cold
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
        return compute_usd(self.memory_mb, self.billed_ms)


def log(level: Level, message: str, about: Mapping[str, object], **more: object) -> None:
    """Writes one line. `about` says of what: see `about_job`."""
    _write({"level": level, "message": message, "timestamp": _now(), **about, **more})


def measure(
    level: Level,
    message: str,
    about: Mapping[str, object],
    stage: str,
    format: str,
    metrics: Mapping[str, tuple[Unit, float]],
) -> None:
    """Writes one line that CloudWatch turns into metrics, by format.

    Tenant and job are on the line but no dimensions: each value of a dimension is a metric that costs $0.30 a month.

    Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
    """
    header = {
        "Timestamp": int(time.time() * 1000),
        "CloudWatchMetrics": [
            {
                "Namespace": f"{NAMESPACE}/{stage}",
                "Dimensions": [["format"]],
                "Metrics": [{"Name": name, "Unit": unit} for name, (unit, _) in metrics.items()],
            }
        ],
    }
    values = {name: value for name, (_, value) in metrics.items()}
    line = {"level": level, "message": message, "timestamp": _now(), **about, "format": format, **values}
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
    """The most memory this process has held at once.

    From the kernel's high-water mark where there is one (Linux): `ru_maxrss` begins with that of the forking parent.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 – pathlib is not imported here
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    import resource  # no /proc: a laptop

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _write(line: Mapping[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False, default=str), flush=True)
