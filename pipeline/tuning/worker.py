"""Plays a Lambda execution environment: starts an exporter's function, and runs one job after another in it.

A process of its own for each cold start. Lines of JSON in, lines of JSON out: the first line out says that INIT is over
and what it took, each one after it what a job took. What a function takes is the CPU time of its process and of the
programs that it has run, and the most memory that they have held at once.
"""

from __future__ import annotations

import time

_BEGAN_S = time.process_time()  # what Python itself took to start; Lambda's own figure for that is in `model`

import contextlib  # noqa: E402 – what is below belongs to INIT
import io  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

_ARN = "arn:aws:sqs:us-east-1:000000000000:tuning-export-"


class _Context:
    """What Lambda gives a handler besides the event."""

    def __init__(self, seconds: float) -> None:
        self.aws_request_id = "00000000-0000-0000-0000-000000000000"
        self._ends = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._ends - time.monotonic()) * 1000))


def main() -> None:
    """Answers until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = io.StringIO()
    from pipeline import export, telemetry

    _say(answers, {"init_ms": (time.process_time() - _BEGAN_S) * 1000, "peak_mb": telemetry.peak_memory_mb()})
    first = True
    for line in sys.stdin:
        asked = json.loads(line)
        began_s, cpu_s = time.perf_counter(), _cpu_s()
        if first:
            _trust()
            first = False
        told = _run(export.handler, **asked)
        took = {"cpu_ms": (_cpu_s() - cpu_s) * 1000, "wall_ms": (time.perf_counter() - began_s) * 1000}
        _say(answers, told | took | {"peak_mb": telemetry.peak_memory_mb()})


def _run(handler: Any, body: str, queue: str, seconds: float) -> dict[str, Any]:
    """Runs a job, and says how it ended: the last line that the function wrote into its log."""
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(time.time() * 1000))}
    record = {
        "messageId": "1",
        "receiptHandle": "1",
        "body": body,
        "attributes": attributes,
        "eventSourceARN": _ARN + queue,
    }
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        handler({"Records": [record]}, _Context(seconds))
    lines = said.getvalue().splitlines()
    last: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return {
        "done": last.get("message") == "Exported.",
        "size": last.get("size", 0),
        "error": last.get("error", ""),
        "why": last.get("why", ""),
    }


def _trust() -> None:
    """What the first call of a process does on AWS: it reads the certificates to trust, which takes 10 ms and more.
    The embedded stack speaks plain HTTP."""
    import ssl

    ssl.create_default_context()


def _cpu_s() -> float:
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in found)


def _say(answers: Any, what: dict[str, Any]) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
