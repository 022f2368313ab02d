"""What an export takes, measured: for a forecast that has no stage of its own to look at.

`figures.json` beside this holds, for each format, a chapter and a book. What lies between and beyond is taken to be on
the line through both: an exporter's work grows with its source, on top of what it does for any.

`python -m pipeline tune FORMAT --apply` measures formats again and writes the file, as long as the sources are those
that are built in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.tuning.model import Work

if TYPE_CHECKING:
    from pipeline.tuning.measure import Measured
    from pipeline.tuning.results import Tuning

PATH = Path(__file__).with_name("figures.json")

SOURCES = ("chapter.md", "book.md")  # of `corpus.built_in`: 25 kB and 1.2 MB


@dataclass(frozen=True, slots=True)
class Figure:
    """What one export takes on a whole CPU, in milliseconds of CPU time."""

    source_bytes: int
    init_ms: float
    first_ms: float
    warm_ms: float
    threads: float
    peak_mb: float
    file_bytes: int

    @property
    def work(self) -> Work:
        return Work(self.init_ms, self.first_ms, self.warm_ms, self.threads)


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was measured."""

    as_of: str
    machine: str
    formats: Mapping[str, Sequence[Figure]]
    """By the size of their sources, the smallest first."""

    def of(self, format: str, source_bytes: float) -> Figure:
        """What an export of a source of this size takes. Raises `KeyError` for a format that was not measured."""
        measured = self.formats[format]
        return measured[0] if len(measured) == 1 else _between(measured[0], measured[-1], source_bytes)


@cache
def measured() -> Figures:
    """What `figures.json` holds."""
    return parse(json.loads(PATH.read_text()))


def parse(found: Mapping[str, Any]) -> Figures:
    formats = {name: tuple(Figure(**each) for each in figures) for name, figures in found["formats"].items()}
    return Figures(found["as_of"], found["machine"], formats)


def dumps(figures: Figures) -> str:
    """As `figures.json` has it: a line for each measurement."""
    lines = [
        f"    {json.dumps(name)}: [\n"
        + ",\n".join(f"      {json.dumps(asdict(each))}" for each in figures.formats[name])
        + "\n    ]"
        for name in sorted(figures.formats)
    ]
    head = f'  "as_of": {json.dumps(figures.as_of)},\n  "machine": {json.dumps(figures.machine)},\n  "formats": {{\n'
    return "{\n" + head + ",\n".join(lines) + "\n  }\n}\n"


def with_measured(figures: Figures, tuning: Tuning) -> Figures:
    """The figures, with those of a run over the built-in sources in the place of what they were."""
    formats = dict(figures.formats)
    for format in tuning.formats:
        found = [each for each in tuning.of(format) if each.source in SOURCES and each.state == "exported"]
        if found:
            formats[format] = tuple(sorted(map(figure_of, found), key=lambda each: each.source_bytes))
    machine = tuning.machine
    said = f"{machine['processor']}, {machine['cpus']:.0f} CPUs, Python {machine['python']}"
    return Figures(tuning.made[:10], said, formats)


def figure_of(found: Measured) -> Figure:
    """Of a measurement, rounded to what its scatter leaves of it."""
    return Figure(
        source_bytes=found.size,
        init_ms=round(found.init_ms, 1),
        first_ms=round(found.first_ms, 1),
        warm_ms=round(found.warm_ms, 1),
        threads=round(found.threads, 2),
        peak_mb=round(found.peak_mb, 1),
        file_bytes=found.file_size,
    )


def _between(small: Figure, large: Figure, source_bytes: float) -> Figure:
    along = (source_bytes - small.source_bytes) / (large.source_bytes - small.source_bytes)

    def at(name: str) -> float:
        low, high = float(getattr(small, name)), float(getattr(large, name))
        # Below the smaller one the line may cut zero, where no export is: never less than half of what was measured.
        return max(low / 2, low + along * (high - low))

    return Figure(
        source_bytes=round(source_bytes),
        init_ms=at("init_ms"),
        first_ms=at("first_ms"),
        warm_ms=at("warm_ms"),
        threads=max(1.0, at("threads")),
        peak_mb=at("peak_mb"),
        file_bytes=round(at("file_bytes")),
    )
