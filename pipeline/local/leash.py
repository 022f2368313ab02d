"""Runs MiniStack for as long as the process that started it lives, however that ends.

A program of its own, started by `server`: its standard input is a pipe that nobody writes to, and that closes with its
parent, even when the parent is killed. The argument is the temporary folder to take along.
"""

from __future__ import annotations

import os
import runpy
import shutil
import signal
import sys
import threading


def _end_with_parent(folder: str) -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)  # the group is the server and its workers


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, args=(sys.argv.pop(),), daemon=True).start()
    runpy.run_module("ministack", run_name="__main__")
