"""Runs MiniStack for as long as the process that started it lives, however that ends, and more as AWS than by itself.

A program of its own, started by `server`: its standard input is a pipe that nobody writes to, and that closes with its
parent, even when the parent is killed. The argument is the temporary folder to take along.
"""

from __future__ import annotations

import os
import runpy
import select
import signal
import subprocess
import sys
import threading
from queue import SimpleQueue
from typing import IO, Any

# Waits for the end of a group, at most 5 s, and removes a folder.
_REMOVE = """
import os, shutil, sys, time
folder, group = sys.argv[1], int(sys.argv[2])
ends = time.monotonic() + 5
while time.monotonic() < ends:
    try:
        os.killpg(group, 0)
    except OSError:
        break
    time.sleep(0.02)
shutil.rmtree(folder, ignore_errors=True)
"""


def _end_with_parent(folder: str) -> None:
    sys.stdin.buffer.read()
    # After the end, and so by a process that is not of the group: those that still run write on into the folder, and
    # what is written while it is removed stays.
    command = [sys.executable, "-I", "-S", "-c", _REMOVE, folder, str(os.getpgrp())]
    subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, start_new_session=True)
    os.killpg(0, signal.SIGKILL)  # the group is the server and its workers


class _Lines:
    """What a worker writes to its standard error, by lines."""

    def __init__(self, stream: IO[str], queue: SimpleQueue[str]) -> None:
        self._stream = stream  # held, so that nobody else gets its number while it is read
        self._queue = queue
        self._begun = b""
        self._lock = threading.Lock()
        os.set_blocking(stream.fileno(), False)

    def read_on(self) -> None:
        """Until the worker ends: a pipe that is full would stop it."""
        while self.take():
            select.select([self._stream], [], [])

    def take(self) -> bool:
        """Puts all that has been written on the queue; False where no more can come."""
        with self._lock:
            while True:
                try:
                    read = os.read(self._stream.fileno(), 1 << 16)
                except BlockingIOError:
                    return True
                *lines, self._begun = (self._begun + read).split(b"\n")
                if not read and self._begun:
                    lines, self._begun = [self._begun], b""
                for line in lines:
                    self._queue.put(line.decode(errors="replace"))
                if not read:
                    return False


def _keep_all_lines() -> None:
    """Has MiniStack log all that a function said before it answered.

    It waits some milliseconds for lines by the clock. On a busy machine a thread of its own, which reads them, comes
    later than that: they are lost, or told of another job, and with them what an export cost.
    """
    from ministack.core.lambda_runtime import Worker

    def read(worker: Any) -> None:
        worker.lines = _Lines(worker._proc.stderr, worker._stderr_queue)
        worker.lines.read_on()

    def drain(worker: Any, **_waits: float) -> str:
        worker.lines.take()
        return str(worker._drain_stderr())

    Worker._read_stderr = read
    Worker._drain_stderr_bounded = drain


def _allow_batches() -> None:
    """Has MiniStack ask for the permission that a batch of SQS needs on AWS: that of the same call without "Batch"."""
    from ministack.core import iam_actions

    action_of = iam_actions._action_from_target

    def action(headers: dict[str, str]) -> str | None:
        found: str | None = action_of(headers)
        return found.removesuffix("Batch") if found and headers["x-amz-target"].startswith("AmazonSQS.") else found

    iam_actions._action_from_target = action


if __name__ == "__main__":
    _keep_all_lines()
    _allow_batches()
    threading.Thread(target=_end_with_parent, args=(sys.argv.pop(),), daemon=True).start()
    runpy.run_module("ministack", run_name="__main__")
