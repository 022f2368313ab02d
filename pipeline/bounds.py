"""Stops an export shortly before Lambda would: a killed process tells nobody why, an exception becomes an error.json.

Without this a source that needs too much is tried until its queue gives up, and its user hears after minutes; with it,
at once. What it cannot stop (a C library that aborts when memory runs out, or never comes back) Lambda still kills.
"""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pipeline.errors import OutOfTime

_NOT_DATA_MB = 24  # of a process: mapped code of Python and its libraries, which Lambda counts and RLIMIT_DATA does not
_AGAIN_S = 0.5  # a library with a bare "except" may swallow one alarm, but not one every half second


class _Alarm(BaseException):
    """Passes through every "except Exception" on its way out."""


@contextmanager
def bounded(memory_mb: int, seconds: float) -> Iterator[None]:
    """Runs a block in which too much memory raises `MemoryError`, and too much time `OutOfTime`."""
    with _memory(memory_mb), _time(seconds):
        yield


@contextmanager
def _memory(limit_mb: int) -> Iterator[None]:
    # RLIMIT_DATA and not RLIMIT_AS, which counts address space that is never used and stops threads from starting.
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = max(limit_mb - _NOT_DATA_MB, 1) * 2**20
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@contextmanager
def _time(seconds: float) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _Alarm

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01), _AGAIN_S)
    try:
        yield
    except _Alarm:
        raise OutOfTime(
            f"The export took longer than {seconds:.0f} seconds and was stopped. "
            "Split the source, or ask for a simpler format."
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
