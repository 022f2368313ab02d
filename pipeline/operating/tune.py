"""Finds out how much memory each exporter's function should have: measures, prices, recommends, and writes it down."""

from __future__ import annotations

import difflib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile

from exporters import registry
from exporters.errors import MissingPart, RequestError
from pipeline.tuning import corpus, declare, figures, page, recommend, results
from pipeline.tuning.corpus import Corpus, Specimen
from pipeline.tuning.measure import Laboratory, Measured, measure, speed_check
from pipeline.tuning.model import FULL_CPU_MB, LEAST_MB, MOST_MB, Assumptions
from pipeline.tuning.quota import Awake, Quota
from pipeline.tuning.recommend import Advice
from pipeline.tuning.results import Tuning
from pipeline.tuning.verify import Check, verify

ROOT = Path(__file__).parents[2]
DATA, PAGE = "tuning.json", "tuning.html"
CHECKED_SIZES = 4  # beside the recommended one


def ask(
    formats: Sequence[str],
    sources: Path | None,
    memory: str,
    strategy: str,
    assumptions: Assumptions,
    out: Path,
    worst: bool,
    measured: Path | None = None,
) -> tuple[Session, Corpus]:
    """What was asked for, checked. Raises `RequestError`, which names what is wrong and what is valid."""
    for name in formats:
        registry.get(name)
    if strategy not in recommend.STRATEGIES:
        raise RequestError(f"--strategy is {strategy!r}. Strategies: {', '.join(recommend.STRATEGIES)}.")
    asked: dict[str, object] = {"memory_mb": sizes(memory), "strategy": strategy, "assumptions": checked(assumptions)}
    chosen = corpus.of_folder(sources) if sources else corpus.built_in()
    specimens = chosen.specimens + (corpus.worst() if worst else ())
    if measured:
        return Session(_again(measured, tuple(formats), asked), specimens, out), chosen
    names = tuple(dict.fromkeys(formats)) or registry.names()
    tuning = Tuning(
        made=results.now(),
        machine=results.machine(speed_check()),
        corpus=chosen.origin,
        timeouts_s={name: registry.get(name).timeout_s for name in names},
        declared_mb={name: registry.get(name).memory_mb for name in names},
        **asked,  # type: ignore[arg-type]
    )
    return Session(tuning, specimens, out), chosen


def _again(path: Path, formats: tuple[str, ...], asked: dict[str, object]) -> Tuning:
    """Measurements of a run before, to be looked at in another way."""
    found = replace(results.read(path), **asked)  # type: ignore[arg-type]
    missing = [name for name in formats if name not in found.formats]
    if missing:
        raise RequestError(f"{str(path)!r} has nothing of {', '.join(missing)}. It has {', '.join(found.formats)}.")
    kept = tuple(each for each in found.measured if not formats or each.format in formats)
    declared = {name: registry.get(name).memory_mb for name in found.timeouts_s if name in registry.names()}
    return replace(found, measured=kept, declared_mb=declared, finished=found.finished)


def sizes(given: str) -> tuple[int, ...]:
    """Memory sizes as they are written: 128,256,512. Raises `RequestError`."""
    try:
        found = sorted({int(each) for each in given.split(",") if each.strip()})
    except ValueError:
        found = []
    if not found or found[0] < LEAST_MB or found[-1] > MOST_MB:
        raise RequestError(
            f"--memory is {given!r}. Give whole megabytes with commas between them, each from {LEAST_MB} to {MOST_MB}."
        )
    return tuple(found)


def checked(given: Assumptions) -> Assumptions:
    """Raises `RequestError` for a share that is none, or a speed that nothing has."""
    if not 0 <= given.cold_share <= 1:
        raise RequestError(f"--cold is {given.cold_share:g}. It is a share of the exports: from 0 to 1.")
    if not 0.05 <= given.speed <= 20:
        raise RequestError(f"--speed is {given.speed:g}. It is a factor, from 0.05 to 20: 0.8 for a slower CPU there.")
    return given


@dataclass(frozen=True, slots=True)
class ToDo:
    """What the command was asked to do with its recommendations."""

    measure: bool = True
    verify: bool = False
    table: Path | None = None
    """A page that gets the table of what was verified."""
    apply: bool = False
    dry_run: bool = False
    as_json: bool = False


def run(session: Session, chosen: Corpus, todo: ToDo) -> int:
    """The command: measures unless that was done, shows, verifies, writes. Returns the exit code."""
    from pipeline.operating import show_tune as show

    _check(session, todo)
    if aside := session.prepare():
        show.note(aside)
    if todo.measure:
        show.begin(session.tuning, chosen, len(session.specimens))
        with show.measuring() as (say, found):
            for each in session.measure(say):
                found(each)
    session.keep()
    if todo.as_json:
        show.as_json(session.tuning)
    else:
        show.recommended(session.tuning)
        if len(session.tuning.formats) == 1:
            show.details(session.tuning.advice(session.tuning.formats[0]))
    show.written(session.tuning, session.out)
    if todo.verify:
        _verify(session, todo.table)
    if todo.apply:
        _apply(session.tuning, todo.dry_run)
    return int(any(not session.tuning.advice(each) for each in session.tuning.formats))


def _check(session: Session, todo: ToDo) -> None:
    """Says what cannot be done before anything is measured."""
    if todo.table and not todo.verify:
        raise RequestError("--table is for what was verified. Add --verify.")
    if todo.table and not (todo.table.is_file() and all(mark in todo.table.read_text() for mark in MARKS)):
        raise RequestError(f"There is no page {str(todo.table)!r} with {MARKS[0]} and {MARKS[1]}.")
    found = session.specimens if todo.measure else session.tuning.measured
    if todo.apply and not any(each.size_class == "worst" for each in found):
        raise RequestError(
            "--apply wants the sources that need most to be measured too: whoever uploads may mean harm. Leave "
            "--no-worst out."
        )


def leave(session: Session) -> None:
    """Ends a run, wherever it is, and keeps what it has found; does nothing if that is done."""
    from pipeline.operating import show_tune as show

    session.stop()
    if session.ready and session.tuning.measured and not session.kept:
        session.keep()
        show.interrupted(session.out)


def _verify(session: Session, table: Path | None) -> None:
    from pipeline.operating import show_tune as show
    from pipeline.tuning import quota

    limit = quota.best()
    with show.steps() as say:
        found = list(session.verify(limit, say))
    limit.release()
    show.checked(found, limit.name)
    if table:
        _fill(table, show.table_of(found, session.tuning, limit.name))


def _apply(tuning: Tuning, dry_run: bool) -> None:
    from pipeline.operating import show_tune as show

    found = changes(tuning)
    if found and not dry_run:
        write_changes(found)
    show.changed(found, dry_run)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    done: int
    all: int
    format: str
    source: str
    left_s: float | None
    """How long the rest will take, as far as can be told."""


class Session:
    """A run: what it has found so far is in its folder at any time."""

    def __init__(self, tuning: Tuning, specimens: tuple[Specimen, ...], out: Path) -> None:
        self.tuning, self.specimens, self.out = tuning, specimens, out
        self._laboratory = Laboratory()
        self._quota: Quota | None = None
        self._awake = Awake()
        self._before: Tuning | None = None
        """What an earlier run has left in the folder, of which that stays which this one does not measure."""
        self._aside: Path | None = None
        """Where that goes which cannot stand beside this run's."""
        self.ready = False
        """Whether the folder is known to take it."""
        self.kept = False
        """Whether all that was found is in the folder, for people too."""

    def prepare(self) -> str:
        """Makes the folder, and looks at what is in it. Returns what is to be said of that; "" for nothing.

        Raises `RequestError` where the folder cannot be made, or be written into.
        """
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=self.out).close()
        except OSError as error:
            raise RequestError(
                f"--out is {str(self.out)!r}, which cannot be written into: {error.strerror}. Name a folder."
            ) from None
        self.ready, data = True, self.out / DATA
        if not data.exists():
            return ""
        try:
            before = results.read(data)
            why = "" if results.comparable(before, self.tuning) else f"{str(data)!r} is of other sources or machines."
        except RequestError as error:
            why = str(error)
        if not why:
            self._before = before
            return ""
        numbered = (data.with_stem(f"{data.stem}-{number}") for number in count(1))
        self._aside = next(each for each in numbered if not each.exists())
        return f"{why} It is kept as {str(self._aside)!r}."

    def measure(self, say: Callable[[Progress], None]) -> Iterator[Measured]:
        """Measures all, format by format, and keeps each measurement: an interrupted run has whole formats."""
        pairs = [(format, each) for format in self.tuning.timeouts_s for each in self.specimens]
        began = time.monotonic()
        with self._laboratory as laboratory:
            for number, (format, specimen) in enumerate(pairs):
                say(Progress(number, len(pairs), format, specimen.name, self._left_s(number, pairs, began)))
                found = measure(laboratory, format, specimen)
                self.tuning = self.tuning.plus(found)
                self._write()
                yield found
        self.tuning = replace(self.tuning, finished=True)

    def verify(self, quota: Quota, say: Callable[[str], None]) -> Iterator[Check]:
        """The recommended memory, and four others, under a real quota."""
        self._quota = quota
        with self._laboratory as laboratory, self._awake:
            for format in self.tuning.formats:
                advice = self.tuning.advice(format)
                if advice:
                    specimens = to_verify(self.tuning.of(format), self.specimens)
                    yield from verify(laboratory, quota, format, specimens, verified_sizes(advice[0]), say)

    def keep(self) -> None:
        """Writes what there is, for programs and for people; nothing where nothing was measured."""
        if self.tuning.measured:
            (self.out / PAGE).write_text(page.render(self._write()))
        self.kept = True

    def _write(self) -> Tuning:
        """Writes what there is of this run and of those before it, and returns it."""
        data = self.out / DATA
        if self._aside:
            data.replace(self._aside)
            self._aside = None
        all_ = results.merged(self._before, self.tuning) if self._before else self.tuning
        results.write(all_, data)
        return all_

    def stop(self) -> None:
        """Ends what runs; does nothing if that is done."""
        self._laboratory.stop()
        self._awake.end()
        if self._quota:
            self._quota.release()

    def _left_s(self, done: int, pairs: Sequence[tuple[str, Specimen]], began: float) -> float | None:
        """From the bytes that are still to be exported: for a format, time goes with them."""
        weights = [1_000 + len(specimen.data) ** 0.8 for _, specimen in pairs]
        past = sum(weights[:done])
        return (time.monotonic() - began) * sum(weights[done:]) / past if past else None


def to_verify(measured: Sequence[Measured], specimens: Sequence[Specimen]) -> list[Specimen]:
    """Two ordinary sources: the one that takes most time, and the one in the middle."""
    ranked = sorted(
        (each for each in measured if each.state == "exported" and each.size_class != "worst"),
        key=lambda each: each.warm_ms,
    )
    names = dict.fromkeys((ranked[len(ranked) // 2].source, ranked[-1].source)) if ranked else {}
    return [each for each in specimens if each.name in names]


def verified_sizes(advice: Advice) -> list[int]:
    """The recommended memory, and four others: the largest that fit, up to a whole CPU."""
    others = [
        each.memory_mb
        for each in advice.points
        if each.fits and each.memory_mb <= FULL_CPU_MB and each != advice.chosen
    ]
    return sorted({advice.memory_mb, *others[-CHECKED_SIZES:]})


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is to be another."""

    path: Path
    before: str
    after: str

    @property
    def diff(self) -> str:
        name = str(self.path)
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True), self.after.splitlines(keepends=True), name, name, n=0
        )
        return "".join(lines)


def changes(tuning: Tuning, root: Path = ROOT) -> list[Change]:
    """What `--apply` changes: declarations, and the figures of forecasts where the sources are those they are made of.

    Raises `MissingPart` for a declaration that it cannot change.
    """
    advised = {format: tuning.advice(format) for format in tuning.formats}
    found = [_declaration(advice[0], tuning.of(format), root) for format, advice in advised.items() if advice]
    if not tuning.corpus:
        found.append(_figures(tuning, root))
    return [each for each in found if each.after != each.before]


def _declaration(advice: Advice, measured: tuple[Measured, ...], root: Path) -> Change:
    path = declare.path_of(advice.format, root)
    before = path.read_text()
    return Change(path.relative_to(root), before, declare.declared(before, advice, measured))


def _figures(tuning: Tuning, root: Path) -> Change:
    path = figures.PATH.relative_to(ROOT)
    before = (root / path).read_text()
    after = figures.dumps(figures.with_measured(figures.parse(json.loads(before)), tuning))
    return Change(path, before, after)


def write_changes(found: Sequence[Change], root: Path = ROOT) -> None:
    """Writes the files, and what follows from them. Raises `MissingPart` if that does not work."""
    for change in found:
        (root / change.path).write_text(change.after)
    # In a process of its own: this one has read the declarations as they were.
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.deployment"], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise MissingPart(f"The declarations were changed, but `make generate` failed: {done.stderr[-500:]}")


MARKS = "<!-- verified -->", "<!-- /verified -->"


def _fill(path: Path, text: str) -> None:
    """Puts a table between the marks of a page."""
    before, begin, rest = path.read_text().partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}")
