"""Measures what exports take: the function itself, run as Lambda runs it, against storage on this machine.

For each cold start there is a process of its own (`worker`), which runs the step with all that belongs to it: its
imports, its signatures, the reading of the source and the writing of the file. CPU time is what counts, for it depends
least on what else the machine does; the time that passes is kept to see how many CPUs an export keeps busy.

Storage is the embedded stack's. What it does itself is not counted; how long it makes the function wait is not how long
S3 does, see `model`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from copy import replace
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import IO, Any, Literal, Self, cast

import psutil

from exporters import registry
from exporters.errors import ExporterFailed, MissingPart
from pipeline.addresses import bucket_url
from pipeline.aws import Caller
from pipeline.errors import NotThere, OutOfTime
from pipeline.job import Job
from pipeline.local.server import REGION, ROOT_USER, Server
from pipeline.settings import from_environment
from pipeline.storage import Storage
from pipeline.tuning.corpus import Specimen

ROOT = Path(__file__).parents[2]

type State = Literal["exported", "refused", "failed", "timed out", "killed"]

LEAST_RUNS, MOST_RUNS = 3, 7  # processes for a figure
_STEADY = 0.06  # repeated until the middle half of the CPU times is within this of their median
_WARM = 2  # jobs in each process after the first
_LONG_MS = 4_000  # above this the scatter is small beside the figure, and two processes with one warm job are enough
_SAMPLE_S = 0.02  # between looks at the memory of all processes; 1.5 ms each
_START_S = 60  # for INIT, which Lambda gives 10 s: a process of this machine may wait for others
_KILLED_S = 5  # until what was killed is gone
_GRACE_S = 15  # beyond a job's time, for a function to say why it was stopped
_TENANT, _BUCKET = "tuning", "document-export-tuning"
_MB = 2**20

# What a declaration's memory is to be found out for must not be bounded by it.
UNBOUNDED_MB = 10_240


@dataclass(frozen=True, slots=True)
class Started:
    """What INIT took."""

    init_ms: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Ran:
    """What one job took, and how it ended."""

    cpu_ms: float
    wall_ms: float
    peak_mb: float
    done: bool
    size: int
    error: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """One source exported to one format: medians of several runs."""

    format: str
    source: str
    words: str
    """What the source is, in words."""
    size_class: str
    size: int
    state: State
    why: str = ""
    init_ms: float = 0.0
    """CPU time from the first line of the function to its first job."""
    first_ms: float = 0.0
    """CPU time of a process's first job, children included."""
    warm_ms: float = 0.0
    """CPU time of a later one."""
    wall_ms: float = 0.0
    """Time that passed for a later one."""
    peak_mb: float = 0.0
    """The most that any run has held at once, children included."""
    file_size: int = 0
    runs: int = 0
    spread: float = 0.0
    """How far the middle half of the CPU times of later jobs lies apart, as a part of their median."""

    @property
    def threads(self) -> float:
        """CPUs kept busy; never below 1, for what was waited for is no part of it."""
        return max(1.0, self.warm_ms / self.wall_ms) if self.wall_ms else 1.0


class Killed(Exception):
    """The process ended before its job did: out of memory, or a crash."""


class TimedOut(Exception):
    """The job did not end in its time, and nothing stopped it but a kill."""


class Laboratory:
    """Storage, and the processes that work with it, one at a time."""

    def __init__(self) -> None:
        self._server = Server({})
        self._worker: Worker | None = None
        self._uploaded: set[str] = set()

    def __enter__(self) -> Self:
        self._server.start()
        self._uploaded.clear()  # it may have been another before
        self._environment = _environment(self._server.endpoint)
        settings = from_environment(self._environment)
        caller = Caller(ROOT_USER, REGION)
        self._storage = Storage(caller, settings)
        url = bucket_url(_BUCKET, REGION, self._server.endpoint)
        caller.call("s3", "PUT", url.removesuffix("/"))
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the function that runs and the storage; does nothing if that is done."""
        if self._worker:
            self._worker.end()
        self._server.stop()

    def start(self, memory_mb: int = UNBOUNDED_MB) -> Worker:
        """A function that has gone through INIT. Ends the one before."""
        if self._worker:
            self._worker.end()
        self._worker = Worker(self._environment | {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb)})
        return self._worker

    def run(self, worker: Worker, format: str, specimen: Specimen, limit_mb: float | None = None) -> Ran:
        """One job, which is killed where its processes pass the limit. Raises `Killed` and `TimedOut`."""
        job = self._job(format, specimen)
        ran = worker.run(job, registry.get(format).timeout_s, limit_mb)
        if ran.done:
            self._storage.delete(job.file_key)  # the next job of this source is to write it again
            return ran
        told = self._told(job)
        return replace(ran, error=told["code"], why=told["message"]) if told else ran

    def _told(self, job: Job) -> dict[str, str]:
        """The error that the user would be told; empty where there is none."""
        try:
            told: dict[str, str] = json.loads(self._storage.read(job.error_key))
        except NotThere:
            return {}
        self._storage.delete(job.error_key)
        return told

    def _job(self, format: str, specimen: Specimen) -> Job:
        # One upload for all formats; the name tells the kind of source, so the id tells sources of one name apart.
        id = sha256(specimen.name.encode()).hexdigest()[:16]
        job = Job(_TENANT, id, format, specimen.filename, "", len(specimen.data))
        if job.source_key not in self._uploaded:
            self._storage.write(job.source_key, specimen.data, "application/octet-stream")
            self._uploaded.add(job.source_key)
        return job


class Worker:
    """One execution environment: see `worker`."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.tuning.worker"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # its group is itself and the programs that it runs
        )
        self._asked, self._answers = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        self.started = Started(**self.answer(_START_S))

    @property
    def pid(self) -> int:
        return self._process.pid

    def run(self, job: Job, seconds: float, limit_mb: float | None = None) -> Ran:
        """Runs a job that may take so many seconds, and is killed where all processes together pass the limit."""
        asked = {"body": job.to_json(), "queue": job.format, "seconds": seconds}
        try:
            self._asked.write(json.dumps(asked) + "\n")
            self._asked.flush()
        except BrokenPipeError:
            raise Killed from None
        with _Watched(self._process.pid, limit_mb, self._kill) as watched:
            found = self.answer(seconds + _GRACE_S)
        return Ran(**found | {"peak_mb": max(found["peak_mb"], watched.peak_mb)})

    def end(self) -> None:
        """Kills it and what it runs; does nothing if that is done.

        A signal's handler calls this, too, maybe in the middle of a wait or a read of this very thread: `wait` without
        a time would stop for a lock that the thread itself holds, and a pipe that is being read cannot be closed.
        """
        self._kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_KILLED_S)
        for pipe in (self._asked, self._answers):
            if not pipe.closed:
                with suppress(BrokenPipeError, RuntimeError):
                    pipe.close()

    def answer(self, seconds: float) -> dict[str, Any]:
        """What it says next. Raises `TimedOut` where that takes longer, and `Killed` where it ends without a word."""
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            line = self._answers.readline()
        finally:
            timer.cancel()
        if not line:
            raise TimedOut if late.is_set() else Killed
        found: dict[str, Any] = json.loads(line)
        return found

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


class _Watched:
    """Looks at the memory of a process and its children for as long as a block runs.

    Beside the kernel's own marks, which do not tell what several processes held at once.
    """

    def __init__(self, pid: int, limit_mb: float | None, kill: Callable[[], None]) -> None:
        self._pid, self._limit_mb, self._kill = pid, limit_mb, kill
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peak_mb = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        try:
            process = psutil.Process(self._pid)
            while not self._over.wait(_SAMPLE_S):
                held = sum(_resident_mb(each) for each in (process, *process.children(recursive=True)))
                self.peak_mb = max(self.peak_mb, held)
                if self._limit_mb and held > self._limit_mb:
                    self._kill()
        except psutil.NoSuchProcess:
            return


def measure(laboratory: Laboratory, format: str, specimen: Specimen) -> Measured:
    """Exports a source several times, in processes of their own and one after the other in each."""
    runs: list[tuple[Started, Ran, list[Ran]]] = []
    try:
        while not _enough(runs, specimen):
            worker = laboratory.start()
            first = laboratory.run(worker, format, specimen)
            if not first.done:
                return _not_exported(format, specimen, worker.started, first)
            again = 0 if specimen.is_worst else 1 if first.cpu_ms > _LONG_MS else _WARM
            warm = [laboratory.run(worker, format, specimen) for _ in range(again)]
            runs.append((worker.started, first, [each for each in warm if each.done] or [first]))
    except (Killed, TimedOut) as ended:
        state: State = "killed" if isinstance(ended, Killed) else "timed out"
        return _about(format, specimen, state, why=_ENDED[state])
    return _medians(format, specimen, runs)


def speed_check(rounds: int = 5) -> float:
    """Milliseconds of CPU that a fixed piece of work takes here: to see whether two machines, or two days, compare."""
    found = [float(_loop()) for _ in range(rounds)]
    return min(found)


def _loop() -> float:
    done = subprocess.run([sys.executable, "-I", "-S", "-c", _LOOP], capture_output=True, text=True, check=True)
    return float(done.stdout)


_LOOP = """
import time
began = time.process_time()
total = 0
for number in range(1_000_000):
    total += number * number % 7
print((time.process_time() - began) * 1000)
"""

_ENDED: dict[State, str] = {
    "killed": "The process was killed, or crashed.",
    "timed out": "It did not end in the time that the format has.",
}
_FAULTS = (ExporterFailed.code, MissingPart.code)  # the rest of what an export may fail with is the source's


def _enough(runs: Sequence[tuple[Started, Ran, list[Ran]]], specimen: Specimen) -> bool:
    if specimen.is_worst:
        return bool(runs)
    if runs and runs[0][1].cpu_ms > _LONG_MS:
        return len(runs) >= 2
    return len(runs) >= LEAST_RUNS and (len(runs) >= MOST_RUNS or _spread(list(_warm(runs))) <= _STEADY)


def _warm(runs: Sequence[tuple[Started, Ran, list[Ran]]]) -> Iterator[float]:
    yield from (each.cpu_ms for _, _, warm in runs for each in warm)


def _spread(values: Sequence[float]) -> float:
    ranked, quarter = sorted(values), len(values) // 4
    return (ranked[-1 - quarter] - ranked[quarter]) / median(ranked)


def _medians(format: str, specimen: Specimen, runs: Sequence[tuple[Started, Ran, list[Ran]]]) -> Measured:
    later = [each for _, _, warm in runs for each in warm]
    return _about(
        format,
        specimen,
        "exported",
        init_ms=median(started.init_ms for started, _, _ in runs),
        first_ms=median(first.cpu_ms for _, first, _ in runs),
        warm_ms=median(_warm(runs)),
        wall_ms=median(each.wall_ms for each in later),
        peak_mb=max(each.peak_mb for _, first, warm in runs for each in (first, *warm)),
        file_size=runs[0][1].size,
        runs=len(runs),
        spread=_spread(list(_warm(runs))),
    )


def _not_exported(format: str, specimen: Specimen, started: Started, ran: Ran) -> Measured:
    state: State = "timed out" if ran.error == OutOfTime.code else "failed" if ran.error in _FAULTS else "refused"
    return _about(
        format,
        specimen,
        state,
        why=ran.why or ran.error,
        init_ms=started.init_ms,
        first_ms=ran.cpu_ms,
        wall_ms=ran.wall_ms,
        peak_mb=ran.peak_mb,
        runs=1,
    )


def _about(format: str, specimen: Specimen, state: State, **found: Any) -> Measured:
    return Measured(
        format=format,
        source=specimen.name,
        words=specimen.words,
        size_class=specimen.size_class,
        size=len(specimen.data),
        state=state,
        **found,
    )


def _environment(endpoint: str) -> dict[str, str]:
    # Without PYTHONDONTWRITEBYTECODE and its like: what is deployed has its bytecode with it.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AWS_"))}
    return inherited | {
        "BUCKET": _BUCKET,
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ROOT_USER.access_key,
        "AWS_SECRET_ACCESS_KEY": ROOT_USER.secret_key,
    }


def _resident_mb(process: psutil.Process) -> float:
    try:
        resident: int = process.memory_info().rss
    except psutil.Error:  # it has ended since
        return 0.0
    return resident / _MB
