"""What a stage has cost, from the lines that it has logged: per format, tenant or day, and of which parts.

What is exact: the time that Lambda bills, where its REPORT lines are there (in CloudWatch Logs they always are, also
for runs that were killed), and the requests of each try, which the exporter's own line tells. Where a line stands
without a REPORT, or the REPORT is not Lambda's, the cost that the line tells is taken: it was computed in the run, from
CPU time for INIT and the clock for the rest, as the cost was that the file has in its metadata.

What is estimated, because nobody logs it: see `ASSUMED`. Prices are list prices, before the free tier.

Lines are read one by one and in any number: what is held is a sum for each group, and the runs that are not over.
"""

from __future__ import annotations

import heapq
import math
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, get_args

from pipeline.deployment import stages
from pipeline.deployment.stages import Stage
from pipeline.operating import loglines
from pipeline.operating.loglines import Line, NoLines, Say
from pipeline.queues import LARGE
from pipeline.telemetry import METRICS
from pipeline.tuning.prices import LIST, Architecture, compute_usd, requests_usd
from pipeline.tuning.standing import STANDING

if TYPE_CHECKING:
    from pipeline.deployment.channels import Target
    from pipeline.deployment.idle import Item

type By = Literal["format", "tenant", "day"]
type Part = Literal["compute", "requests", "storage", "transfer", "logs"]

BYS: tuple[By, ...] = get_args(By.__value__)
PARTS: tuple[Part, ...] = get_args(Part.__value__)

POLLS = 3  # of a ticket's links: two that came too early, and one that did not
VERSION_DAYS = 1  # that files and sources lie there beyond their days, as old versions (serverless.yml)
LOG_DAYS = 14  # serverless.yml, logRetentionInDays
MONTH_S = 30 * 24 * 60 * 60

ASSUMED = (
    f"each file is looked for {POLLS} times and downloaded once (transfer, and 4 GETs)",
    "files and sources are kept as long as the stage keeps them now, and nobody deletes them earlier",
    f"lines are kept {LOG_DAYS} days, at their full size: how well Logs compresses them is not told",
)
"""What is estimated, in words."""

TICKETS, OTHERS, UNKNOWN = "(tickets)", "(others)", "(not told)"
"""Groups that are no format and no tenant: making tickets; the cheapest of very many; what no line says whose it is."""

_GB = 1e9
_MOST_GROUPS = 20_000  # held at once; beyond that the cheaper half is one group
_MOST_OPEN = 20_000  # runs without a REPORT line, each a few hundred bytes; Lambda runs a thousand at once
_SETTLED = 1_000  # runs that are over, to know a late line of theirs
_DEAREST = 5
_STEP = 1.02  # between two values that a `Spread` tells apart


@dataclass(frozen=True, slots=True)
class Terms:
    """What a stage's costs depend on besides its lines."""

    keep_days: int = 7
    """Files."""
    keep_sources_days: int = 2
    architecture: Architecture = "arm64"
    exact: bool = True
    """Whether REPORT lines are Lambda's own. The stack on this machine counts the start of a process as Lambda does
    not, so there the exporters' own lines are taken."""

    @staticmethod
    def of(stage: Stage, exact: bool = True) -> Terms:
        return Terms(stage.keep_files_days, stage.keep_sources_days, stage.architecture, exact)


class Spread:
    """A distribution in little memory: its quantiles are right to one per cent."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self.many = 0

    def add(self, value: float, times: int = 1) -> None:
        key = round(math.log(value) / math.log(_STEP)) if value > 0 else -10_000
        self._counts[key] = self._counts.get(key, 0) + times
        self.many += times

    def merge(self, other: Spread) -> None:
        for key, times in other._counts.items():
            self._counts[key] = self._counts.get(key, 0) + times
        self.many += other.many

    def at(self, quantile: float) -> float:
        """The value below which this share of all lies; 0 where there are none."""
        wanted, seen = max(1, math.ceil(quantile * self.many)), 0
        for key in sorted(self._counts):
            seen += self._counts[key]
            if seen >= wanted:
                return _STEP**key if key > -10_000 else 0.0
        return 0.0


@dataclass(slots=True)
class Group:
    """What one format, tenant or day has cost, and what was had for it."""

    exports: int = 0
    failures: int = 0
    """Jobs that ended without a file."""
    in_vain: int = 0
    """Tries that ended without an outcome: killed by Lambda, or failed for a reason that passes."""
    killed: int = 0
    """Of those, how many Lambda ended."""
    bytes: int = 0
    """Of all files."""
    costs: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))
    duration_ms: Spread = field(default_factory=Spread)
    """Of the runs that exported or failed, without INIT: what users wait for beside the queue."""
    usd: Spread = field(default_factory=Spread)
    """Of exports: of the run that made the file, with the file's storage and transfer."""

    @property
    def total(self) -> float:
        return sum(self.costs.values())

    @property
    def each(self) -> float:
        """Of an export, with all that was in vain; 0 where there are none."""
        return self.total / self.exports if self.exports else 0.0

    def merge(self, other: Group) -> None:
        self.exports += other.exports
        self.failures += other.failures
        self.in_vain += other.in_vain
        self.killed += other.killed
        self.bytes += other.bytes
        for part, usd in other.costs.items():
            self.costs[part] += usd
        self.duration_ms.merge(other.duration_ms)
        self.usd.merge(other.usd)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is paid for by the hour, whoever exports."""

    what: str
    usd: float
    """In the period."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What a stage has cost in a period."""

    by: By
    since: datetime
    until: datetime
    stage: str
    """As the lines say; "" where none does."""
    groups: Mapping[str, Group]
    """The dearest first; days in their order."""
    total: Group
    """Of all groups: their sum."""
    dearest: tuple[tuple[float, str, str, str], ...]
    """Dollars, job, format and tenant of the exports that cost most."""
    standing: tuple[Standing, ...]
    lines: int
    runs: int
    reported: int
    """Of the runs, those that Lambda's own REPORT line prices."""

    @property
    def usd(self) -> float:
        """All of it."""
        return self.total.total + sum(each.usd for each in self.standing)

    @property
    def days(self) -> float:
        return (self.until - self.since).total_seconds() / 86_400


@dataclass(slots=True)
class _Share:
    """What one line says of a run: the work that it did for one job."""

    format: str
    tenant: str
    job: str
    compute: float
    requests: float
    storage: float
    transfer: float
    exported: bool
    failed: bool
    in_vain: bool
    duration_ms: float | None
    size: int
    source_bytes: int


@dataclass(slots=True)
class _Run:
    """One run of a function, until its REPORT line comes."""

    function: str
    day: str
    size: int = 0
    shares: list[_Share] = field(default_factory=list)
    fault: bool = False
    told: bool = False
    """Whether it has logged anything itself."""
    report: Mapping[str, Any] | None = None


class Ledger:
    """Takes lines, one after the other, and says in the end what they cost."""

    def __init__(self, by: By, terms: Terms) -> None:
        self._by, self._terms = by, terms
        self._groups: dict[str, Group] = {}
        self._total = Group()
        self._open: OrderedDict[str, _Run] = OrderedDict()
        self._settled: OrderedDict[str, None] = OrderedDict()
        self._dearest: list[tuple[float, str, str, str]] = []
        self._hours: dict[str, set[int]] = {}
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._stage = ""
        self._lines = self._runs = self._reported = 0

    def add(self, line: Line) -> None:
        """Takes one line; those of one run must come in their order."""
        if line.function == "watch":
            return  # it runs by the clock, and is part of what a stage costs while it is idle
        self._lines += 1
        if line.time.year > 1970:  # a file may begin with lines that do not say when they were written
            self._first = min(self._first or line.time, line.time)
            self._last = max(self._last or line.time, line.time)
        if not line.type:
            self._stage = self._stage or str(line.fields.get("stage", ""))
            self._note_metrics(line)
        if not line.run or line.run in self._settled:
            self._charge(_format_of(line.function), UNKNOWN, _day(line.time), {"logs": logs_usd(line.size)})
            return
        run = self._open.setdefault(line.run, _Run(line.function, _day(line.time)))
        run.function = run.function or line.function
        run.size += line.size
        match line.type:
            case loglines.FAULT:
                run.fault = True
            case loglines.REPORT:
                run.report = line.fields
                self._settle(self._open.pop(line.run))
                self._remember(line.run)
            case "":
                run.told = True
                if "format" in line.fields:
                    run.shares.append(_share(line.fields, self._terms))
        if len(self._open) > _MOST_OPEN:
            self._settle(self._open.popitem(last=False)[1])

    def bill(
        self, since: datetime | None = None, until: datetime | None = None, idle: Iterable[Item] | None = None
    ) -> Bill:
        """What all of it comes to. `idle` is what the stage costs in a month in which nobody exports.

        Without a period, that of the lines is taken. No line can be added after this.
        """
        while self._open:
            self._settle(self._open.popitem()[1])
        now = datetime.now(UTC)
        since, until = since or self._first or now, until or self._last or now
        part_of_month = (until - since).total_seconds() / MONTH_S
        standing = [Standing(each.what, each.usd * part_of_month) for each in idle or ()]
        hours = sum(len(hours) for hours in self._hours.values())
        if hours:
            usd = hours * STANDING.custom_metric * 3600 / MONTH_S
            standing.append(Standing("metrics of exports, in the hours in which they were sent", usd))
        return Bill(
            by=self._by,
            since=since,
            until=until,
            stage=self._stage,
            groups=dict(sorted(self._groups.items(), key=self._order)),
            total=self._total,
            dearest=tuple(sorted(self._dearest, reverse=True)),
            standing=tuple(standing),
            lines=self._lines,
            runs=self._runs,
            reported=self._reported,
        )

    def _order(self, entry: tuple[str, Group]) -> tuple[float, str]:
        name, group = entry
        return (0.0, name) if self._by == "day" else (-group.total, name)

    def _note_metrics(self, line: Line) -> None:
        if "_aws" in line.fields:
            hour = int(line.time.timestamp() // 3600)
            for name in METRICS:
                if name in line.fields:
                    self._hours.setdefault(name, set()).add(hour)

    def _remember(self, run: str) -> None:
        self._settled[run] = None
        if len(self._settled) > _SETTLED:
            self._settled.popitem(last=False)

    def _settle(self, run: _Run) -> None:
        """Puts what a run has cost down to those for whom it was."""
        self._runs += 1
        reported = self._reported_usd(run)
        if reported is not None:
            self._reported += 1
        if not run.shares:
            self._settle_unknown(run, reported or 0.0)
            return
        together = _together_usd(run, self._terms)
        for share in run.shares:
            part = 1 / len(run.shares)
            costs = {
                "compute": share.compute if reported is None else reported * part,
                "requests": share.requests + together * part,
                "storage": share.storage,
                "transfer": share.transfer,
                "logs": logs_usd(run.size) * part,
            }
            group = self._charge(share.format, share.tenant, run.day, costs)
            for each in (group, self._total):
                _count(each, share, sum(costs.values()))
            if share.exported:
                self._note_dearest((sum(costs.values()), share.job, share.format, share.tenant))

    def _settle_unknown(self, run: _Run, compute: float) -> None:
        """A run that has not said for whom it was: it made a ticket, had nothing to do, or was killed."""
        exporter = run.function.startswith("export-")
        killed = exporter and (run.fault or _ended(run.report) or not (self._terms.exact or run.told))
        # Killed: its message was sent or hidden, and taken; its source was read.
        requests = requests_usd(invocations=1, sqs=2 * killed, sqs_fair=2 * killed, s3_reads=int(killed))
        costs = {"compute": compute, "requests": requests, "logs": logs_usd(run.size)}
        group = self._charge(_format_of(run.function), UNKNOWN, run.day, costs)
        for each in (group, self._total):
            each.killed += killed
            each.in_vain += killed

    def _reported_usd(self, run: _Run) -> float | None:
        """What Lambda bills for the time of a run; None where its own line does not tell."""
        report = run.report
        if report is None or "billed_ms" not in report or "memory_mb" not in report:
            return None
        if not self._terms.exact and any(share.compute for share in run.shares):
            return None
        return compute_usd(round(report["memory_mb"]), report["billed_ms"], self._terms.architecture)

    def _charge(self, format: str, tenant: str, day: str, costs: Mapping[str, float]) -> Group:
        name = {"format": format, "tenant": tenant, "day": day}[self._by]
        group = self._groups.get(name)
        if group is None:
            if len(self._groups) >= _MOST_GROUPS:
                self._fold()
            group = self._groups.setdefault(name, Group())
        for each in (group, self._total):
            for part, usd in costs.items():
                each.costs[part] += usd
        return group

    def _fold(self) -> None:
        """Makes one group of the cheaper half."""
        others = self._groups.pop(OTHERS, Group())
        cheapest = heapq.nsmallest(_MOST_GROUPS // 2, self._groups, key=lambda name: self._groups[name].total)
        for name in cheapest:
            others.merge(self._groups.pop(name))
        self._groups[OTHERS] = others

    def _note_dearest(self, export: tuple[float, str, str, str]) -> None:
        if len(self._dearest) < _DEAREST:
            heapq.heappush(self._dearest, export)
        else:
            heapq.heappushpop(self._dearest, export)


def of_target(
    target: Target, by: By, since: datetime, say: Say = lambda _: None, functions: Collection[str] = ()
) -> Bill:
    """What a stage has cost until now: all of it, or what these functions have. Raises `RequestError`."""
    settings, now = stages.read(target.stage), datetime.now(UTC)
    # The stack on this machine, which has no layers, writes REPORT lines, too: they are of another kind of start.
    terms = Terms.of(settings, exact=target.layers)
    lines = loglines.of_stage(target, since, now, functions, say)
    return of_lines(lines, by, terms, since, now, () if functions else idle_items(settings))


def of_file(path: str, by: By, stage: str = "", since: datetime | None = None, say: Say = lambda _: None) -> Bill:
    """What the lines of a file tell, or those of the standard input where it is `-`.

    `stage` is the one whose settings hold: without it that of stages.yml's `default`, and no word of what the stage
    costs while nobody exports. Raises `RequestError`.
    """
    settings = stages.read(stage or "dev")
    bill = of_lines(
        loglines.of_file(path, say), by, Terms.of(settings), since, None, idle_items(settings) if stage else ()
    )
    if not bill.lines:
        raise NoLines(f"There are no lines in {path!r}" + (f" since {since:%Y-%m-%d %H:%M} UTC." if since else "."))
    return bill


def idle_items(settings: Stage) -> list[Item]:
    """What a stage with these settings costs in a month in which nobody exports."""
    from pipeline.deployment import idle

    return idle.month(idle.resources_of(settings), idle.stored_bytes())


def of_lines(
    lines: Iterable[Line],
    by: By = "format",
    terms: Terms | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    idle: Iterable[Item] | None = None,
) -> Bill:
    """What these lines cost."""
    ledger = Ledger(by, terms or Terms())
    for line in lines:
        if (since is None or line.time >= since) and (until is None or line.time <= until):
            ledger.add(line)
    return ledger.bill(since, until, idle)


def storage_usd(bytes: float, days: float) -> float:
    """Of files that lie in S3 Standard for so many days."""
    return bytes / _GB * STANDING.s3_gb_month * days * 86_400 / MONTH_S


def transfer_usd(bytes: float) -> float:
    """Of files that leave AWS's network once."""
    return bytes / _GB * LIST.gb_to_internet


def asking_usd() -> float:
    """What a client asks S3 for to see that a file is there, and to have it."""
    return requests_usd(s3_reads=POLLS + 1)


def source_usd() -> float:
    """What the arrival of a source costs in requests: the upload, S3's event, and the look at its metadata."""
    return requests_usd(sqs=1, s3_writes=1, s3_reads=1)


def logs_usd(bytes: float) -> float:
    """Of lines that are taken in and kept."""
    return bytes / _GB * (STANDING.log_gb_taken_in + STANDING.log_gb_month * timedelta(days=LOG_DAYS) / timedelta(30))


def _share(fields: Mapping[str, Any], terms: Terms) -> _Share:
    message = str(fields.get("message", ""))
    exported, size = bool(fields.get("exports")), int(fields.get("size", 0))
    dispatched = message in ("Dispatched.", "Refused.")
    requests = float(fields.get("requests_usd", 0.0))
    if "cost" in fields and "requests_usd" not in fields:
        requests = requests_usd(
            invocations=1, sqs=3, sqs_fair=3, s3_writes=1, s3_reads=1
        )  # of lines of earlier versions
    elif message in ("Already done.", "Already failed.") and "cost" not in fields:
        requests = requests_usd(invocations=1, sqs=3, sqs_fair=3, s3_reads=2)
    elif message in ("Told.", "Not told."):
        requests = requests_usd(sqs=3, sqs_fair=3, s3_reads=1)
    elif message == "Dispatched.":
        requests = requests_usd(s3_reads=1)  # for what was said of an earlier version of the source
    elif message == "Refused.":
        requests = requests_usd(s3_writes=1)
    return _Share(
        format=str(fields["format"]),
        tenant=str(fields.get("tenant", UNKNOWN)),
        job=str(fields.get("job", "")),
        compute=max(0.0, float(fields.get("cost", requests)) - requests),
        requests=requests + (asking_usd() if exported else 0.0),
        storage=storage_usd(size, terms.keep_days + VERSION_DAYS) if exported else 0.0,
        transfer=transfer_usd(size) if exported else 0.0,
        exported=exported,
        failed=bool(fields.get("failures")),
        in_vain="cost" in fields and not fields.keys() & {"exports", "failures"},
        duration_ms=float(fields["duration_ms"]) if "duration_ms" in fields else None,
        size=size if exported else 0,
        source_bytes=size if dispatched else 0,
    )


def _together_usd(run: _Run, terms: Terms) -> float:
    """The requests of a run that are for all its jobs together; puts a source's storage down to its first job."""
    if run.function == "dispatch":
        sources = {share.job: share.source_bytes for share in run.shares}
        for share in run.shares:
            same = sum(each.job == share.job for each in run.shares)
            share.storage += storage_usd(share.source_bytes, terms.keep_sources_days + VERSION_DAYS) / same
        # One run takes several messages of the intake queue, with one receive and one delete.
        return requests_usd(invocations=1, sqs=2) + len(sources) * source_usd()
    if run.function == "notify":
        return requests_usd(invocations=1)
    return 0.0


def _count(group: Group, share: _Share, usd: float) -> None:
    group.exports += share.exported
    group.failures += share.failed
    group.in_vain += share.in_vain
    group.bytes += share.size
    if share.duration_ms is not None and not share.in_vain:
        group.duration_ms.add(share.duration_ms)
    if share.exported:
        group.usd.add(usd)


def _ended(report: Mapping[str, Any] | None) -> bool:
    return report is not None and report.get("status", "success") != "success"


def _format_of(function: str) -> str:
    if function.startswith("export-"):
        return function.removeprefix("export-").removesuffix(LARGE)
    return TICKETS if function == "request" else UNKNOWN


def _day(time: datetime) -> str:
    return time.astimezone(UTC).date().isoformat()


def as_json(bill: Bill) -> dict[str, Any]:
    """For machines."""

    def group(each: Group) -> dict[str, Any]:
        return {
            "exports": each.exports,
            "failures": each.failures,
            "in_vain": each.in_vain,
            "killed": each.killed,
            "bytes": each.bytes,
            "usd": {**each.costs, "total": each.total, "each": each.each},
            "duration_ms": {"p50": each.duration_ms.at(0.5), "p95": each.duration_ms.at(0.95)},
            "export_usd": {"p50": each.usd.at(0.5), "p95": each.usd.at(0.95)},
        }

    return {
        "schema": 1,
        "stage": bill.stage,
        "since": bill.since.isoformat(),
        "until": bill.until.isoformat(),
        "by": bill.by,
        "groups": [{"name": name, **group(each)} for name, each in bill.groups.items()],
        "total": group(bill.total),
        "standing": [{"what": each.what, "usd": each.usd} for each in bill.standing],
        "usd": bill.usd,
        "dearest": [
            {"usd": usd, "job": job, "format": format, "tenant": tenant} for usd, job, format, tenant in bill.dearest
        ],
        "lines": bill.lines,
        "runs": bill.runs,
        "reported": bill.reported,
        "assumed": list(ASSUMED),
        "prices": prices(),
    }


def prices() -> list[dict[str, str]]:
    """When each list of prices was read, and where."""
    return [{"as_of": each.as_of, "source": each.source} for each in _price_lists()]


def _price_lists() -> Iterator[Any]:
    yield from (LIST, STANDING)
