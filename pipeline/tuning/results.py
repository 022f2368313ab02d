"""What was found out, as a file for programs: written after each measurement, so that an interrupted run leaves what
it has, and read again to price the same measurements with other assumptions."""

from __future__ import annotations

import json
import os
import platform
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from struct import pack
from typing import Any

from exporters.errors import RequestError
from pipeline.tuning import prices, recommend
from pipeline.tuning.corpus import CLASSES
from pipeline.tuning.measure import Measured
from pipeline.tuning.model import Assumptions
from pipeline.tuning.recommend import Advice, Strategy

SCHEMA = 1
_COMPARED = ("system", "processor", "cpus", "python")  # of a machine; kernels and a loop's time differ from day to day
VISUALISER = "https://lambda-power-tuning.show/#"
"""The page that AWS Lambda Power Tuning shows its results with. What stands after # stays in the browser."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """One run: what was measured, with what, and what was asked."""

    made: str
    """When, as RFC 3339 has it."""
    machine: Mapping[str, str | float]
    corpus: str
    """The folder of the sources, or "" for those that are always the same."""
    memory_mb: tuple[int, ...] = recommend.MEMORY_MB
    strategy: Strategy = "balanced"
    assumptions: Assumptions = field(default_factory=Assumptions)
    measured: tuple[Measured, ...] = ()
    timeouts_s: Mapping[str, float] = field(default_factory=dict)
    """Of the formats, as they are declared."""
    declared_mb: Mapping[str, int] = field(default_factory=dict)
    finished: bool = False

    @property
    def formats(self) -> tuple[str, ...]:
        """Those of which something was measured, in that order."""
        return tuple(dict.fromkeys(each.format for each in self.measured))

    def of(self, format: str) -> tuple[Measured, ...]:
        return tuple(each for each in self.measured if each.format == format)

    def advice(self, format: str) -> list[Advice]:
        """For all its sources, and for each class of them; empty where none was exported."""
        given = (self.memory_mb, self.strategy, self.assumptions)
        return recommend.advise(self.of(format), self.timeouts_s[format], *given)

    def plus(self, found: Measured) -> Tuning:
        return replace(self, measured=(*self.measured, found))


def comparable(one: Tuning, other: Tuning) -> bool:
    """Whether they can stand in one file: made of the same sources, on the same kind of machine."""
    same = all(one.machine.get(name) == other.machine.get(name) for name in _COMPARED)
    return same and one.corpus == other.corpus


def merged(before: Tuning, now: Tuning) -> Tuning:
    """A run, with what an earlier one has measured of other formats; it is looked at as the later one is."""
    formats = dict.fromkeys((*before.formats, *now.formats))
    found = replace(
        now,
        measured=tuple(each for format in formats for each in now.of(format) or before.of(format)),
        timeouts_s={**before.timeouts_s, **now.timeouts_s},
        declared_mb={**before.declared_mb, **now.declared_mb},
    )
    # What was interrupted is whole again once each of its formats has as many sources as those of a whole run.
    least = min((len(now.of(format)) for format in now.formats), default=0)
    whole = before.finished or all(len(found.of(format)) >= least for format in found.timeouts_s)
    return replace(found, finished=now.finished and whole)


def machine(loop_ms: float) -> dict[str, str | float]:
    """What measured, as far as it helps to compare."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "processor": _processor(),
        "cpus": float(os.cpu_count() or 1),
        "python": platform.python_version(),
        "loop_ms": round(loop_ms, 1),
    }


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def write(tuning: Tuning, path: Path) -> None:
    """All of it or nothing: whoever reads it meets a whole file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(json.dumps(as_json(tuning), indent=1, ensure_ascii=False) + "\n")
    partial.replace(path)


def read(path: Path) -> Tuning:
    """Raises `RequestError` for what is no such file."""
    try:
        found: dict[str, Any] = json.loads(path.read_text())
        if found.pop("schema") != SCHEMA:
            raise RequestError(f"{str(path)!r} is of another schema; this version reads schema {SCHEMA}.")
        for name in ("prices", "classes", "advice", "links"):
            found.pop(name, None)
        return Tuning(
            **found
            | {
                "memory_mb": tuple(found["memory_mb"]),
                "assumptions": Assumptions(**found["assumptions"]),
                "measured": tuple(Measured(**each) for each in found["measured"]),
            }
        )
    except OSError as error:
        raise RequestError(f"Cannot read {str(path)!r}: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, RequestError):
            raise
        raise RequestError(f"{str(path)!r} is not a file that `tune` has written.") from None


def as_json(tuning: Tuning) -> dict[str, Any]:
    """The measurements, and what follows from them."""
    advice = {format: tuning.advice(format) for format in tuning.formats}
    return {
        "schema": SCHEMA,
        **asdict(tuning),
        "prices": {"as_of": prices.LIST.as_of, "source": prices.LIST.source},
        "classes": CLASSES,
        "advice": [asdict(each) for found in advice.values() for each in found],
        "links": {format: link(found[0]) for format, found in advice.items() if found},
    }


def link(advice: Advice) -> str:
    """Where a browser draws the points as AWS Lambda Power Tuning does: those that the format fits into."""
    points = [each for each in advice.points if each.fits]
    arrays = (
        _packed("h", [each.memory_mb for each in points]),
        _packed("f", [each.mean_ms for each in points]),
        _packed("f", [each.usd for each in points]),
    )
    return VISUALISER + ";".join(arrays)


def _packed(kind: str, values: Sequence[float]) -> str:
    return b64encode(pack(f"<{len(values)}{kind}", *values)).decode()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return _first(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))


def _first(found: Iterable[str]) -> str:
    return next(iter(found), "") or platform.machine()
