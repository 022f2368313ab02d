"""Commands, what one run of them takes, and samples of several runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Self

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build" / "bench"


class CommandFailed(Exception):
    """What is to be measured ended with an error; says what it told."""


@dataclass(frozen=True)
class Command:
    """What a user would type: one program, or some after each other."""

    steps: Sequence[Sequence[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to ours."""
    rounds: int = 10
    limit_s: float = 60

    @staticmethod
    def python(code: str, environment: Mapping[str, str] | None = None, rounds: int = 10) -> Command:
        return Command([[sys.executable, "-c", code]], environment or {}, rounds)


@dataclass(frozen=True)
class Run:
    wall_s: float
    cpu_s: float
    peak_mb: float
    """Of the largest of its processes."""
    finished: bool = True
    """False where it was stopped at its limit."""

    def __add__(self, later: Run) -> Run:
        return Run(
            self.wall_s + later.wall_s,
            self.cpu_s + later.cpu_s,
            max(self.peak_mb, later.peak_mb),
            self.finished and later.finished,
        )


@dataclass(frozen=True)
class Sample:
    """Several runs of one command."""

    runs: tuple[Run, ...]

    @property
    def best_s(self) -> float:
        """The run that the machine's other work disturbed least."""
        return min(run.wall_s for run in self.runs)

    @property
    def median_s(self) -> float:
        return median(run.wall_s for run in self.runs)

    @property
    def cpu_s(self) -> float:
        return min(run.cpu_s for run in self.runs)

    @property
    def peak_mb(self) -> float:
        return median(run.peak_mb for run in self.runs)

    @property
    def gb_seconds(self) -> float:
        """What Lambda would bill for, if memory could be chosen to the megabyte."""
        return self.best_s * self.peak_mb / 1024

    @property
    def finished(self) -> bool:
        return all(run.finished for run in self.runs)


class Stopwatch:
    """Runs commands in a small process beside this one, see `bench.stopwatch`."""

    def __enter__(self) -> Self:
        BUILD.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", str(Path(__file__).with_name("stopwatch.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        for child in _children(self._process.pid):
            os.killpg(child, signal.SIGKILL)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.terminate()
        self._process.wait()

    def run(self, command: Command) -> Run:
        """Runs a command once. Raises `CommandFailed`."""
        total: Run | None = None
        for step in command.steps:
            run = self._step(step, command)
            total = run if total is None else total + run
            if not run.finished:
                break
        assert total is not None, "a command has at least one step"
        return total

    def sample(self, commands: Mapping[str, Command]) -> dict[str, Sample]:
        """Runs each command once to warm the disk's cache, and then all in turns, so that noise falls on all alike."""
        runs: dict[str, list[Run]] = {name: [] for name in commands}
        for name, command in commands.items():
            first = self.run(command)
            if command.rounds == 1 or not first.finished:
                runs[name].append(first)
        for turn in range(max((command.rounds for command in commands.values()), default=0)):
            for name, command in commands.items():
                if command.rounds > 1 and turn < command.rounds and (not runs[name] or runs[name][-1].finished):
                    runs[name].append(self.run(command))
        return {name: Sample(tuple(found)) for name, found in runs.items()}

    def _step(self, argv: Sequence[str], command: Command) -> Run:
        errors = BUILD / f"stderr-{self._process.pid}.txt"  # others may measure at the same time
        request = {
            "argv": list(argv),
            "cwd": str(ROOT),
            "env": _environment(command.environment),
            "errors": str(errors),
            "limit_s": command.limit_s,
        }
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        found = json.loads(self._process.stdout.readline())
        if found["code"] not in (0, -signal.SIGKILL):
            told = errors.read_text(errors="replace")[-500:]
            errors.unlink()
            raise CommandFailed(f"{' '.join(argv)[:120]} ended with {found['code']}: {told}")
        errors.unlink()
        return Run(found["wall_s"], found["cpu_s"], found["peak_mb"], found["code"] == 0)


def inside(code: str, environment: Mapping[str, str] | None = None) -> dict[str, float]:
    """Runs Python code in a fresh process and returns the JSON object that it prints last."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=_environment(environment or {}),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise CommandFailed(done.stderr[-500:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _environment(added: Mapping[str, str]) -> dict[str, str]:
    # Without PYTHONDONTWRITEBYTECODE and its like: what is deployed has its bytecode with it.
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | dict(added)


def _children(pid: int) -> Iterable[int]:
    """The command that is being measured when the benchmark is interrupted."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # no /proc: the command ends by itself
        return []
