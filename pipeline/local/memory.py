"""Kills a worker that passes its function's memory, as Lambda does; MiniStack itself lets it."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import psutil

_EVERY_S = 0.05  # a worker fills about 50 MB in that time; looking takes 1.5 ms
_LIMIT = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"


class MemoryWatch:
    """Watches the workers of one server, from `start` to `stop`."""

    def __init__(self, server_pid: int) -> None:
        self._server = psutil.Process(server_pid)
        self._limits: dict[int, int] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory-watch", daemon=True)
        self.killed = 0
        """Workers killed so far."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(_EVERY_S):
            try:
                families = _families(self._server)
            except psutil.NoSuchProcess:
                return
            for worker, family in families.items():
                self._look(worker, family)

    def _look(self, worker: psutil.Process, family: Sequence[psutil.Process]) -> None:
        try:
            limit = self._limit_mb(worker)
            if limit and sum(each.memory_info().rss for each in family) > limit * 2**20:
                for each in reversed(family):
                    each.kill()
                self.killed += 1
        except psutil.Error:
            pass  # it ended while we looked

    def _limit_mb(self, worker: psutil.Process) -> int:
        if worker.pid not in self._limits:
            self._limits[worker.pid] = int(worker.environ().get(_LIMIT, "0"))
        return self._limits[worker.pid]


def _families(server: psutil.Process) -> dict[psutil.Process, list[psutil.Process]]:
    """Each worker with itself and the processes that it has started, parents first.

    In one look at all processes: one for each of fifty workers takes most of a processor.
    """
    families: dict[psutil.Process, list[psutil.Process]] = {}
    worker_of: dict[int, psutil.Process] = {}
    for each in server.children(recursive=True):
        try:
            worker = worker_of.get(each.ppid(), each)
        except psutil.NoSuchProcess:
            continue
        worker_of[each.pid] = worker
        families.setdefault(worker, []).append(each)
    return families
