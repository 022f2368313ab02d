"""Runs commands one after the other and measures each: lines of JSON in, lines of JSON out.

A process of its own, because the kernel lets a command's high-water mark of memory begin with that of the process which
started it. This one has 10 MB; the benchmark itself has more than some exports.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any

_MB = 2**20 if sys.platform == "darwin" else 2**10  # of ru_maxrss: bytes on macOS, kilobytes elsewhere


def main() -> None:
    """Answers until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the benchmark is told as well, and ends this process
    for line in sys.stdin:
        print(json.dumps(_run(**json.loads(line))), flush=True)


def _run(argv: list[str], cwd: str, env: dict[str, str], errors: str, limit_s: float) -> dict[str, Any]:
    os.chdir(cwd)
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
    ]
    began = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=files, setpgroup=0)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(pid, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    _, status, usage = os.wait4(pid, 0)
    took = time.perf_counter() - began
    signal.setitimer(signal.ITIMER_REAL, 0)
    return {
        "wall_s": took,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / _MB,
        "code": os.waitstatus_to_exitcode(status),
    }


if __name__ == "__main__":
    main()
