"""What `tune` shows in a terminal."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.operating.tune import DATA, PAGE, Change, Progress
from pipeline.tuning import corpus, results
from pipeline.tuning.corpus import Corpus
from pipeline.tuning.measure import Measured
from pipeline.tuning.recommend import Advice
from pipeline.tuning.results import Tuning
from pipeline.tuning.verify import Check

_console = Console(stderr=True, highlight=False)
_MILLION = 1_000_000
_WRONG = 0.15  # above this a prediction is marked
_WORDS = ("decides", "source", "remark")  # columns that are no figures


def begin(tuning: Tuning, chosen: Corpus, specimens: int) -> None:
    """What is about to be measured, and what is left out."""
    formats = f"{len(tuning.timeouts_s)} format{'' if len(tuning.timeouts_s) == 1 else 's'}"
    note(f"Measuring {formats} on {specimens} sources; CPU: {tuning.machine['processor']}")
    for name, why in chosen.left_out:
        _console.print(Text(f"  left out: {name}: {why}", style="yellow"))


@contextmanager
def measuring() -> Iterator[tuple[Callable[[Progress], None], Callable[[Measured], None]]]:
    """Two functions: one says where a run is, the other what was found."""
    began = time.monotonic()
    with _console.status("…") as status:

        def say(now: Progress) -> None:
            left = "" if now.left_s is None else f", about {_clock(now.left_s)} to go"
            past = _clock(time.monotonic() - began)
            status.update(Text(f"{past}  {now.done + 1} of {now.all}{left}: {now.format}, {now.source}"))

        def found(each: Measured) -> None:
            if each.state != "exported":
                _console.print(Text(f"  {each.format}, {each.source}: {each.state}. {each.why}", style="yellow"))
            elif not _console.is_terminal:
                past, took = _clock(time.monotonic() - began), f"{each.warm_ms:.0f} ms of CPU"
                note(f"{past}  {each.format}, {each.source}: {took}, peak {each.peak_mb:.0f} MB")

        yield say, found


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """A function that says what is done at this moment."""
    began = time.monotonic()
    with _console.status("…") as status:

        def say(step: str) -> None:
            told = f"{_clock(time.monotonic() - began)}  {step}"
            status.update(Text(told))
            if not _console.is_terminal:
                note(told)

        yield say


def recommended(tuning: Tuning) -> None:
    """A line for each format."""
    table = _table("format", "declared", "best", "decides", "peak", "median", "slowest", "cold", "$/million")
    for format in tuning.formats:
        found = tuning.advice(format)
        if not found:
            table.add_row(format, "", "", "nothing exported")
            continue
        advice, point = found[0], found[0].chosen
        declared = tuning.declared_mb.get(format, 0)
        table.add_row(
            format,
            f"{declared:,}" if declared else "",
            Text(f"{advice.memory_mb:,}", style="" if declared == advice.memory_mb else "bold"),
            advice.decides,
            f"{advice.peak_mb:,.0f} MB",
            *map(_time, (point.p50_ms, point.max_ms, point.cold_ms)),
            f"{point.usd * _MILLION:.2f}",
        )
    _console.print(table)


def details(advice: Sequence[Advice]) -> None:
    """Of one format: a line for each memory, and one for each class of sources."""
    points = _table("memory", "median", "95 %", "slowest", "cold", "arm64", "x86_64", "remark")
    for point in advice[0].points:
        remark = "recommended" if point.memory_mb == advice[0].memory_mb else ""
        points.add_row(
            f"{point.memory_mb:,} MB",
            *map(_time, (point.p50_ms, point.p95_ms, point.max_ms, point.cold_ms)),
            f"{point.usd * _MILLION:.2f}",
            f"{point.usd_x86_64 * _MILLION:.2f}",
            "too little" if not point.fits else "too slow" if not point.in_time else remark,
            style="" if point.possible else "dim",
        )
    table = _table("sources", "number", "peak", "best", "median", "slowest", "$/million")
    for each in advice[1:]:
        point = each.chosen
        table.add_row(
            f"{each.size_class}, {corpus.CLASSES[each.size_class]}",  # type: ignore[index]
            str(each.sources),
            f"{each.peak_mb:,.0f} MB",
            f"{each.memory_mb:,} MB",
            *map(_time, (point.p50_ms, point.max_ms)),
            f"{point.usd * _MILLION:.2f}",
        )
    for shown in (points, table):
        _console.print()
        _console.print(shown)


def as_json(tuning: Tuning) -> None:
    """All of it, on standard output."""
    sys.stdout.write(json.dumps(results.as_json(tuning), ensure_ascii=False) + "\n")


def written(tuning: Tuning, out: Path) -> None:
    """Where it all is, and how it can be looked at."""
    note(f"Charts: {os.path.relpath(out / PAGE)}. The same for programs: {os.path.relpath(out / DATA)}.")
    found = tuning.advice(tuning.formats[0]) if len(tuning.formats) == 1 else []
    if found:
        note(results.link(found[0]))


def interrupted(out: Path) -> None:
    """Where that is which was measured before a Ctrl-C."""
    note(f"What was measured until then is in {os.path.relpath(out / PAGE)} and {os.path.relpath(out / DATA)}.")


def changed(found: Sequence[Change], dry_run: bool) -> None:
    """The differences, which go to standard output, and what comes next."""
    sys.stdout.write("".join(each.diff for each in found))
    many = f"{len(found)} file{'' if len(found) == 1 else 's'}"
    if not found:
        note("Every declaration says that already.")
    elif dry_run:
        note(f"{many} would be changed. Nothing was.")
    else:
        note(f"{many} changed, and what is generated from them. Look at them, and deploy.")


def checked(found: Sequence[Check], by: str) -> None:
    """Predicted beside measured."""
    table = _table("format", "source", "memory", "predicted", "measured", "error", "first job", "measured", "error")
    for each in found:
        table.add_row(
            each.format,
            each.source,
            f"{each.memory_mb:,} MB",
            _time(each.predicted_ms),
            *(("killed", "") if each.killed else (_time(each.measured_ms), _error(each.error))),
            _time(each.predicted_first_ms),
            *(("killed", "") if each.killed else (_time(each.measured_first_ms), _error(each.first_error))),
        )
    note(f"\nUnder {by}:")
    _console.print(table)


def table_of(found: Sequence[Check], tuning: Tuning, by: str) -> str:
    """The same in Markdown, for a page."""
    machine = tuning.machine
    lines = [
        f"{tuning.made[:10]}, {machine['processor']}, {machine['cpus']:.0f} CPUs, {machine['system']}, "
        f"Python {machine['python']}; held by {by}.",
        "",
        "| format | source | memory | predicted | measured | error | first job: predicted | measured | error |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for each in found:
        warm = ("killed", "") if each.killed else (_time(each.measured_ms), f"{each.error:+.0%}")
        first = ("killed", "") if each.killed else (_time(each.measured_first_ms), f"{each.first_error:+.0%}")
        cells = (each.format, each.source, f"{each.memory_mb:,} MB", _time(each.predicted_ms), *warm)
        lines.append(f"| {' | '.join((*cells, _time(each.predicted_first_ms), *first))} |")
    return "\n".join(["", *lines, ""])


def note(text: str) -> None:
    """A line that is not cut, and in which nothing is markup."""
    _console.print(text, soft_wrap=True, markup=False)


def _error(value: float) -> Text:
    return Text(f"{value:+.0%}", style="red" if abs(value) > _WRONG else "green")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, name in enumerate(columns):
        table.add_column(name, justify="left" if number == 0 or name in _WORDS else "right", no_wrap=True)
    return table


def _time(ms: float) -> str:
    return f"{ms:,.0f} ms" if ms < 1_000 else f"{ms / 1000:.1f} s" if ms < 100_000 else f"{ms / 1000:,.0f} s"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
