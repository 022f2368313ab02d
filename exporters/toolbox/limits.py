"""Bounds what a program may take that runs beside ours."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen


def bound(process: Popen[bytes], *, addresses: int, seconds: int, file_size: int = 0) -> None:
    """Bounds a process that has just begun: bytes of its address space, seconds of its CPU, bytes of a file; no dump.

    From outside and at once: a function to run in the child before the program would make Python copy this process.
    """
    if sys.platform != "linux":  # elsewhere nobody can, and time is bounded by who waits
        return
    import resource

    limits = {
        resource.RLIMIT_AS: addresses,
        resource.RLIMIT_CPU: seconds,  # should we be killed before we can kill it
        resource.RLIMIT_FSIZE: file_size,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in limits.items():
        _, most = resource.getrlimit(kind)
        allowed = limit if most == resource.RLIM_INFINITY else min(limit, most)
        # SIGXCPU comes first, which says why it ended, and is SIGKILL where both limits are one.
        later = allowed + 1 if kind == resource.RLIMIT_CPU and allowed != most else allowed
        try:
            resource.prlimit(process.pid, kind, (allowed, later))
        except ProcessLookupError:  # it has ended
            return
