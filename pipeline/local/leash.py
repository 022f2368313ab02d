"""Runs MiniStack for as long as the process that started it lives, however that ends.

A program of its own, started by `server`: its standard input is a pipe that nobody writes to, and that closes with its
parent, even when the parent is killed. The argument is the temporary folder to take along.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import threading

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


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, args=(sys.argv.pop(),), daemon=True).start()
    runpy.run_module("ministack", run_name="__main__")
