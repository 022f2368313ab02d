"""Kills a worker that passes its function's memory, as Lambda does; MiniStack itself lets it."""

from __future__ import annotations

import threading

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
                workers = self._server.children()
            except psutil.NoSuchProcess:
                return
            for worker in workers:
                self._look(worker)

    def _look(self, worker: psutil.Process) -> None:
        try:
            limit = self._limit_mb(worker)
            family = [worker, *worker.children(recursive=True)]
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
