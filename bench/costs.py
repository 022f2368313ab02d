"""What a thousand exports cost at list price, from what is measured here and what is assumed of AWS.

The functions wait for storage and compute; only the second can be measured on this machine. Lambda gives a function the
share of a CPU that its memory is of 1,769 MB, so computing takes as much longer there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.tuning.model import FULL_CPU_MB, WAITS_MS
from pipeline.tuning.prices import compute_usd, requests_usd

COLD_SHARE = 0.01  # assumed: AWS says that cold starts are typically under 1 % of invocations

DISPATCHER_MB = 256
DISPATCHER_MS = 40  # assumed: a HEAD and a SendMessage, and hardly any work

# One format of one ticket. Writes: the upload's POST, the file's PUT. Reads: the dispatcher's HEAD, the exporter's GET,
# two polls by the client that came too early, one that did not, the download. SQS: send, receive, delete on two queues.
REQUESTS = {"invocations": 2, "sqs": 6, "sqs_fair": 3, "s3_writes": 2, "s3_reads": 6}

_EXPORTS = 1000


@dataclass(frozen=True)
class Cost:
    """In dollars for a thousand exports."""

    requests: float
    compute: float
    """Of the exporter, its share of cold starts included, and of the dispatcher."""
    cold: float
    """What it would be if every export met a cold start."""

    @property
    def total(self) -> float:
        return self.requests + self.compute


def cost_of(memory_mb: int, warm_cpu_ms: float, init_cpu_ms: float) -> Cost:
    """The cost of an export in a function of this size, from the CPU time that it takes on a whole CPU."""
    warm = compute_usd(memory_mb, _billed(memory_mb, warm_cpu_ms))
    # INIT has a whole CPU for itself, whatever the memory.
    init = compute_usd(memory_mb, math.ceil(init_cpu_ms))
    dispatcher = compute_usd(DISPATCHER_MB, DISPATCHER_MS)
    return Cost(
        requests=_EXPORTS * requests_usd(**REQUESTS),
        compute=_EXPORTS * (warm + COLD_SHARE * init + dispatcher),
        cold=_EXPORTS * (warm + init + dispatcher + requests_usd(**REQUESTS)),
    )


def _billed(memory_mb: int, cpu_ms: float) -> int:
    return math.ceil(cpu_ms / min(1.0, memory_mb / FULL_CPU_MB) + WAITS_MS)
