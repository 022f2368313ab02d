"""Tables of figures: measured, aimed at, and beside others'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from bench.measure import Sample

type Data = dict[str, str | float | bool | None]


@dataclass(frozen=True)
class Aim:
    seconds: float
    peak_mb: float | None = None


@dataclass(frozen=True)
class Table:
    """What one group found out."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    data: Sequence[Data]
    """The same for programs."""
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Line:
    """A command's sample, with its aim or with ours to be seen beside."""

    figure: str
    who: str
    sample: Sample
    aim: Aim | None = None
    ours: Sample | None = None
    bare: Sample | None = None
    """Its times are taken off: what is not ours to change."""
    at_least: float | None = None
    """How many times ours its GB-seconds are to be."""

    @property
    def best_s(self) -> float:
        return self.sample.best_s - (self.bare.best_s if self.bare else 0)

    @property
    def median_s(self) -> float:
        return self.sample.median_s - (self.bare.median_s if self.bare else 0)

    @property
    def cpu_s(self) -> float:
        return self.sample.cpu_s - (self.bare.cpu_s if self.bare else 0)


OURS = "ours"
PROCESS_COLUMNS = ("", "", "best", "median", "aim", "CPU", "peak", "aim", "GB·s", "beside ours: time, memory, GB·s")


def process_table(title: str, lines: Sequence[Line], notes: Sequence[str] = ()) -> Table:
    """A table of commands."""
    return Table(title, PROCESS_COLUMNS, [_cells(line) for line in lines], [_data(line) for line in lines], notes)


def render(table: Table, console: Console) -> None:
    console.print(f"\n{table.title}", style="bold")
    drawn = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, column in enumerate(table.columns):
        drawn.add_column(column, justify="left" if number < 2 else "right", no_wrap=True, header_style="dim")
    for row in table.rows:
        drawn.add_row(*(Text(cell, style=_style(cell)) for cell in row))
    console.print(drawn)
    for note in table.notes:
        console.print(Text(note, style="dim"))


def seconds(value: float) -> str:
    """With the unit that suits."""
    if value < 0.001:
        return f"{value * 1e6:.0f} µs"
    if value < 0.0095:
        return f"{value * 1e3:.1f} ms"
    return f"{value * 1e3:.0f} ms" if value < 0.9995 else f"{value:.2f} s"


def against(value: float, aim: float | None, shown: str) -> str:
    """The aim, and whether it is met."""
    return "" if aim is None else f"≤ {shown} {'✓' if value <= aim else '✗'}"


def times(theirs: float, ours: float) -> str:
    """A ratio with two digits."""
    ratio = theirs / ours
    return f"× {ratio:.0f}" if ratio >= 9.95 else f"× {ratio:.1f}"


def _cells(line: Line) -> list[str]:
    sample, aim = line.sample, line.aim
    least = "" if sample.finished else "> "
    return [
        line.figure,
        line.who,
        least + seconds(line.best_s),
        seconds(line.median_s) if sample.finished else "",
        against(line.best_s, aim.seconds, seconds(aim.seconds)) if aim else "",
        least + seconds(line.cpu_s),
        f"{least}{sample.peak_mb:.0f} MB",
        against(sample.peak_mb, aim.peak_mb, f"{aim.peak_mb:.0f} MB") if aim and aim.peak_mb else "",
        f"{least}{sample.gb_seconds:.4f}",
        _beside(sample, line.ours, line.at_least) if line.ours else "",
    ]


def _beside(theirs: Sample, ours: Sample, at_least: float | None) -> str:
    met = f"  ≥ {at_least:.2g} {'✓' if theirs.gb_seconds >= at_least * ours.gb_seconds else '✗'}" if at_least else ""
    ratios = (
        times(theirs.best_s, ours.best_s),
        times(theirs.peak_mb, ours.peak_mb),
        times(theirs.gb_seconds, ours.gb_seconds),
    )
    return ("" if theirs.finished else "more than ") + "  ".join(f"{ratio:>6}" for ratio in ratios) + met


def _data(line: Line) -> Data:
    sample, aim = line.sample, line.aim or Aim(0)
    return {
        "figure": line.figure,
        "who": line.who,
        "best_s": round(line.best_s, 5),
        "median_s": round(line.median_s, 5),
        "cpu_s": round(line.cpu_s, 5),
        "peak_mb": round(sample.peak_mb, 1),
        "gb_seconds": round(sample.gb_seconds, 6),
        "runs": len(sample.runs),
        "finished": sample.finished,
        "aim_s": aim.seconds if line.aim else None,
        "aim_mb": aim.peak_mb,
        "met": _met(line, line.aim) if line.aim else None,
        "times_ours": round(sample.gb_seconds / line.ours.gb_seconds, 2) if line.ours else None,
        "aim_times_ours": line.at_least,
    }


def _met(line: Line, aim: Aim) -> bool:
    return line.best_s <= aim.seconds and (aim.peak_mb is None or line.sample.peak_mb <= aim.peak_mb)


def _style(cell: str) -> str:
    return {"✓": "green", "✗": "red"}.get(cell[-1:], "")
