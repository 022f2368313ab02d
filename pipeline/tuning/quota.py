"""Holds a process, and what it runs, to a share of one CPU: by the kernel where it can, by stopping it where not.

Lambda enforces a function's share by CFS bandwidth control: in every period a group of processes may run for a quota,
and then waits for the next period. A control group does the same here. That takes the right to make one: root, or a
group that was delegated. Without, a duty cycle is next best: all processes are stopped for the rest of each period.

Source: Linux, Documentation/scheduler/sched-bwc.rst and admin-guide/cgroup-v2.rst.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from pipeline.tuning.model import PERIOD_MS

_NAME = "document-export-tune-"
_LEAST_US = 1_000  # of a quota: the kernel takes no less
_DUTY_PERIOD_MS = 100  # a stop and a start take a millisecond each, and would be much of a shorter one
_ROOT = Path("/sys/fs/cgroup")
_V1_SHARES, _V2_WEIGHT = "262144", "10000"  # the most there is: what else the machine does is not to be measured


class Quota(Protocol):
    """A limit that is set before a process is put under it."""

    name: str
    """What enforces it, in words."""

    def set(self, cpus: float | None) -> None:
        """How many CPUs may be used; None for as many as there are."""

    def hold(self, pid: int) -> None:
        """Puts a process under it, with all that it will start. It leads its process group."""

    def release(self) -> None:
        """Ends it. What was under it must have ended; does nothing if that is done."""


def best() -> Quota:
    """The best one that this machine allows. Removes what is left of a process that was killed."""
    for made in (_V2, _V1):
        with suppress(OSError, StopIteration):
            return made()
    return DutyCycle()


class _Group:
    """What both versions of control groups have in common."""

    name = "a control group"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hold(self, pid: int) -> None:
        _write(self._folder / "cgroup.procs", str(pid))

    def release(self) -> None:
        for _ in range(100):  # a process that was killed leaves its group a moment later
            if not self._folder.exists():
                return
            with suppress(OSError):
                self._folder.rmdir()
            time.sleep(0.02)


class _V1(_Group):
    def __init__(self) -> None:
        super().__init__(_new_group("cpu"))
        try:
            _write(self._folder / "cpu.shares", _V1_SHARES)
            _write(self._folder / "cpu.cfs_period_us", f"{PERIOD_MS * 1000:.0f}")
        except OSError:
            self.release()
            raise

    def set(self, cpus: float | None) -> None:
        _write(self._folder / "cpu.cfs_quota_us", "-1" if cpus is None else _quota_us(cpus))


class _V2(_Group):
    def __init__(self) -> None:
        super().__init__(_new_group(""))
        try:
            _write(self._folder / "cpu.weight", _V2_WEIGHT)
            self.set(None)
        except OSError:  # the group has no CPU controller
            self.release()
            raise

    def set(self, cpus: float | None) -> None:
        _write(self._folder / "cpu.max", f"{'max' if cpus is None else _quota_us(cpus)} {PERIOD_MS * 1000:.0f}")


class DutyCycle:
    """Stops all processes for a part of each period. A program that runs on two CPUs gets twice its share."""

    name = "a duty cycle of stops, which is coarser than a control group"

    def __init__(self) -> None:
        self._cpus: float | None = None
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def set(self, cpus: float | None) -> None:
        self._cpus = cpus

    def hold(self, pid: int) -> None:
        self.release()
        if self._cpus is None or self._cpus >= 1:
            return
        self._over.clear()
        self._thread = threading.Thread(target=self._cycle, args=(pid, self._cpus), daemon=True)
        self._thread.start()

    def release(self) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()
            self._thread = None

    def _cycle(self, group: int, cpus: float) -> None:
        with suppress(ProcessLookupError):
            while not self._over.wait(cpus * _DUTY_PERIOD_MS / 1000):
                os.killpg(group, signal.SIGSTOP)
                self._over.wait((1 - cpus) * _DUTY_PERIOD_MS / 1000)
                os.killpg(group, signal.SIGCONT)


class Awake:
    """Keeps all CPUs busy with work that makes room for any other, for as long as a block runs.

    A virtual machine that sleeps while a function is paused gives its CPUs away, and gets them back late, slow and with
    cold caches. Lambda's hosts have other functions to run meanwhile, and do not sleep.
    """

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        command = [sys.executable, "-I", "-S", "-c", _IDLE]
        self._processes = [subprocess.Popen(command) for _ in range(os.cpu_count() or 1)]
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Does nothing if that is done."""
        for process in self._processes:
            process.kill()
            process.wait()


# Ends with the process that started it, too: nobody wants to find such a thing later.
_IDLE = """
import os
os.nice(19)
if hasattr(os, "SCHED_IDLE"):
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(100_000):
        pass
"""


def _own_group(controller: str) -> Path:
    """The control group of this process in a hierarchy: that of a controller (version 1), or "" for version 2.

    A group that is made below it is within all limits that this process has. Raises `OSError` or `StopIteration` where
    there is no such hierarchy.
    """
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            folder = (_ROOT / controller if controller else _ROOT) / path.lstrip("/")
            if (folder / "cgroup.procs").exists() and (controller or (_ROOT / "cgroup.controllers").exists()):
                return folder
    raise StopIteration


def _quota_us(cpus: float) -> str:
    return str(max(_LEAST_US, round(cpus * PERIOD_MS * 1000)))


def _new_group(controller: str) -> Path:
    own = _own_group(controller)
    for left in own.glob(f"{_NAME}*"):
        with suppress(OSError):  # in use
            left.rmdir()
    folder = own / f"{_NAME}{os.getpid()}"
    folder.mkdir()
    return folder


def _write(path: Path, text: str) -> None:
    with path.open("w") as file:
        file.write(text)
