"""What a load would cost in a month: here, on servers that always run, and at list prices of conversion services.

What an export costs comes from a stage's own lines (`cost`) where it has done enough of them, and else from what was
measured on one machine (`pipeline.tuning.figures`) and the model of Lambda (`pipeline.tuning.model`). What is assumed
besides is written down below, each with its reason, and printed with the table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from exporters import registry
from exporters.errors import RequestError
from pipeline.deployment import stages
from pipeline.operating.cost import (
    MONTH_S,
    PARTS,
    VERSION_DAYS,
    Group,
    Terms,
    asking_usd,
    idle_items,
    logs_usd,
    of_target,
    prices,
    source_usd,
    storage_usd,
    transfer_usd,
)
from pipeline.operating.loglines import Say
from pipeline.queues import LARGE
from pipeline.telemetry import METRICS
from pipeline.tuning import model
from pipeline.tuning.figures import Figures, measured
from pipeline.tuning.prices import compute_usd, requests_usd
from pipeline.tuning.services import SERVERS, SERVICES, Service
from pipeline.tuning.standing import STANDING
from pipeline.watch import METRICS as IDLE_METRICS

if TYPE_CHECKING:
    from pipeline.deployment.channels import Target
    from pipeline.deployment.idle import Item

ENOUGH = 20
"""Exports of a format that a stage must have done for its own lines to be believed."""

REPORTS = 0.5  # of exports that have something to report: in a chapter, 7 of 15 formats had
DISPATCHER_MB, DISPATCHER_MS = 256, 40  # serverless.yml; a HEAD and a SendMessage, and hardly any work
LINES_BYTES = 1_900  # of both steps for one export, with Lambda's own lines: measured on the embedded stack
WARM_S = 600  # that Lambda keeps a process without work, about: nobody promises it
LEAST_COLD = 0.01  # AWS says that under 1 % of runs are cold; when many come at once some always are

PEAK_HOUR = 0.15  # of a day's exports in its busiest hour: an office's day, of eight hours and a peak
BUSY = 0.6  # of a server's CPU in that hour, so that a minute that is busier than the hour makes nobody wait long
LEAST_SERVERS = 2  # one may fail, or be replaced by a new version

_DAYS = 30
_HOURS = MONTH_S / 3600
_MIX = re.compile(r"\s*([a-z][a-z0-9_]*)\s*=\s*(\d+(?:\.\d+)?)\s*%?\s*")


@dataclass(frozen=True, slots=True)
class Load:
    """What users do in a month."""

    users: int
    exports_per_user: float
    mix: Mapping[str, float]
    """The share of each format; together 1."""
    source_bytes: int

    @property
    def exports(self) -> float:
        return self.users * self.exports_per_user


@dataclass(frozen=True, slots=True)
class Each:
    """What one export to a format costs, on average, and takes."""

    format: str
    origin: str
    """Where the figures are from: "stage" or "measured"."""
    costs: Mapping[str, float]
    """By part, in dollars."""
    cpu_s: float
    """Of a whole CPU, once its process is warm."""
    peak_mb: float
    file_bytes: float

    @property
    def total(self) -> float:
        return sum(self.costs.values())


@dataclass(frozen=True, slots=True)
class Row:
    """A format in the forecast."""

    exports: float
    each: Each

    def usd(self, part: str) -> float:
        return self.exports * self.each.costs[part]

    @property
    def total(self) -> float:
        return self.exports * self.each.total


@dataclass(frozen=True, slots=True)
class Servers:
    """Servers that are enough for the busiest hour, with their load balancer: US dollars a month."""

    exports_in_peak_hour: float
    cpus: float
    """That are busy in that hour."""
    workers: int
    """On each server: as many as it has CPUs, or as its memory holds."""
    instances: int
    instances_usd: float
    balancer_usd: float
    storage_and_transfer_usd: float
    """As here: files lie in S3 and leave AWS, whoever makes them."""

    @property
    def usd(self) -> float:
        return self.instances_usd + self.balancer_usd + self.storage_and_transfer_usd


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a load costs in a month."""

    load: Load
    rows: tuple[Row, ...]
    standing: tuple[tuple[str, float], ...]
    """What is paid for besides exports: what is there while nobody exports, and metrics."""
    servers: Servers
    services: tuple[tuple[Service, float], ...]
    """With what each asks, the cheapest first."""
    assumed: tuple[str, ...]

    @property
    def exports_usd(self) -> float:
        return sum(row.total for row in self.rows)

    @property
    def standing_usd(self) -> float:
        return sum(usd for _, usd in self.standing)

    @property
    def usd(self) -> float:
        return self.exports_usd + self.standing_usd


def of_load(
    load: Load, target: Target | None = None, since: datetime | None = None, say: Say = lambda _: None
) -> Forecast:
    """What a load costs in a stage with these formats: as `target` has done it since then, where it has done enough.

    Without a target, in a stage with the settings of stages.yml's `default`. Raises `RequestError`.
    """
    settings = replace(stages.read(target.stage if target else "dev"), formats=tuple(load.mix))
    terms = Terms.of(settings)
    groups: Mapping[str, Group] = {}
    if target and since:
        groups = of_target(target, "format", since, say, _functions(load)).groups
    each = [
        of_group(name, groups[name], terms)
        if name in groups and groups[name].exports >= ENOUGH
        else of_figures(name, load, terms, measured())
        for name in load.mix
    ]
    return forecast(load, each, idle_items(settings))


def _functions(load: Load) -> list[str]:
    return ["dispatch", "notify", *(f"export-{name}{larger}" for name in load.mix for larger in ("", LARGE))]


def forecast(load: Load, each: Iterable[Each], idle: Iterable[Item]) -> Forecast:
    """What a load costs, if one export to each format costs that, and an idle stage a month of `idle`."""
    rows = tuple(Row(load.exports * load.mix[one.format], one) for one in each)
    standing = [(item.what, item.usd) for item in idle]
    metrics = (len(METRICS) - len(IDLE_METRICS)) * STANDING.custom_metric
    standing.append(("metrics of exports", metrics))
    mean_bytes = _mean(rows, lambda one: one.file_bytes)
    asked = ((service, service.usd(load.exports, mean_bytes)) for service in SERVICES)
    return Forecast(
        load=load,
        rows=rows,
        standing=tuple(standing),
        servers=servers(load, rows),
        services=tuple(sorted(asked, key=lambda pair: pair[1])),
        assumed=_assumed(rows),
    )


def parse_mix(text: str) -> dict[str, float]:
    """The share of each format in `pdf=70,docx=20,html=10`; the numbers are weights, and need not make 100.

    Raises `RequestError`, and `UnknownFormat` with the formats that there are.
    """
    mix: dict[str, float] = {}
    for part in filter(str.strip, text.split(",")):
        found = _MIX.fullmatch(part)
        if not found:
            raise RequestError(f"--mix: {part.strip()!r} is not format=number. Write it as pdf=70,docx=20,html=10.")
        name = found[1]
        registry.get(name)
        if name in mix:
            raise RequestError(f"--mix names {name} twice.")
        mix[name] = float(found[2])
    total = sum(mix.values())
    if not total:
        raise RequestError("--mix has no format with a share above 0. Write it as pdf=70,docx=20,html=10.")
    return {name: weight / total for name, weight in mix.items() if weight}


def of_figures(format: str, load: Load, terms: Terms, figures: Figures) -> Each:
    """What an export takes as it was measured, in a function with the memory that the format declares.

    Raises `RequestError` for a format that nobody has measured.
    """
    try:
        figure = figures.of(format, load.source_bytes)
    except KeyError:
        raise RequestError(
            f"{format} has not been measured. Measure it: python -m pipeline tune {format} --apply. "
            "Or name a stage that makes such files, with --stage."
        ) from None
    memory_mb = registry.get(format).memory_mb
    cold = cold_share(load.exports * load.mix[format])
    taken = model.duration(memory_mb, figure.work, model.Assumptions(cold_share=cold))
    dispatcher = compute_usd(DISPATCHER_MB, DISPATCHER_MS, terms.architecture)
    stored = storage_usd(figure.file_bytes, terms.keep_days + VERSION_DAYS)
    stored += storage_usd(load.source_bytes, terms.keep_sources_days + VERSION_DAYS)
    costs = {
        "compute": model.cost_usd(memory_mb, taken, cold, terms.architecture) + dispatcher,
        "requests": each_requests_usd() + asking_usd(),
        "storage": stored,
        "transfer": transfer_usd(figure.file_bytes),
        "logs": logs_usd(LINES_BYTES),
    }
    return Each(format, "measured", costs, figure.warm_ms / 1000, figure.peak_mb, figure.file_bytes)


def of_group(format: str, group: Group, terms: Terms) -> Each:
    """What an export has cost a stage, with all that was in vain; its group must hold some."""
    memory_mb = registry.get(format).memory_mb
    costs: dict[str, float] = {part: group.costs[part] / group.exports for part in PARTS}
    # Seconds from dollars. That a function waits counts as work, which a server would do meanwhile: a little too much.
    seconds = costs["compute"] / compute_usd(memory_mb, 1000, terms.architecture)
    cpu_s = seconds * min(1.0, model.share(memory_mb))
    return Each(format, "stage", costs, cpu_s, memory_mb, group.bytes / group.exports)


def cold_share(exports_in_month: float) -> float:
    """How many of a format's exports meet a cold start, if they come evenly through the month and one at a time."""
    return max(LEAST_COLD, math.exp(-exports_in_month / MONTH_S * WARM_S))


def each_requests_usd() -> float:
    """What both steps ask for, for one export of a source that is exported to one format."""
    dispatcher = requests_usd(invocations=1, sqs=2, s3_reads=1) + source_usd()
    exporter = requests_usd(invocations=1, sqs=3, sqs_fair=3, s3_writes=1, s3_reads=1)
    return dispatcher + exporter + REPORTS * requests_usd(s3_writes=1)


def servers(load: Load, rows: Sequence[Row]) -> Servers:
    """Servers that are enough for the busiest hour, at least two."""
    in_peak_hour = load.exports / _DAYS * PEAK_HOUR
    cpus = in_peak_hour * _mean(rows, lambda one: one.cpu_s) / 3600 / BUSY
    largest = max((row.each.peak_mb for row in rows), default=1.0)
    workers = max(1, min(SERVERS.vcpus, int(SERVERS.memory_mb // largest)))
    instances = max(LEAST_SERVERS, math.ceil(cpus / workers))
    gb = load.exports * (load.source_bytes + _mean(rows, lambda one: one.file_bytes)) / 1e9
    return Servers(
        exports_in_peak_hour=in_peak_hour,
        cpus=cpus,
        workers=workers,
        instances=instances,
        instances_usd=instances * SERVERS.instance_hour * _HOURS,
        balancer_usd=SERVERS.balancer_hour * _HOURS + gb * SERVERS.balancer_gb,
        storage_and_transfer_usd=sum(row.usd("storage") + row.usd("transfer") for row in rows),
    )


def as_json(found: Forecast) -> dict[str, Any]:
    """For machines."""
    return {
        "schema": 1,
        "load": {
            "users": found.load.users,
            "exports_per_user": found.load.exports_per_user,
            "exports": found.load.exports,
            "source_bytes": found.load.source_bytes,
            "mix": dict(found.load.mix),
        },
        "formats": [
            {
                "format": row.each.format,
                "figures": row.each.origin,
                "exports": row.exports,
                "usd": {**{part: row.usd(part) for part in PARTS}, "total": row.total, "each": row.each.total},
            }
            for row in found.rows
        ],
        "standing": [{"what": what, "usd": usd} for what, usd in found.standing],
        "usd": found.usd,
        "servers": {
            "usd": found.servers.usd,
            "instance": SERVERS.instance,
            "instances": found.servers.instances,
            "exports_in_peak_hour": found.servers.exports_in_peak_hour,
            "cpus_in_peak_hour": found.servers.cpus,
            "instances_usd": found.servers.instances_usd,
            "balancer_usd": found.servers.balancer_usd,
            "storage_and_transfer_usd": found.servers.storage_and_transfer_usd,
        },
        "services": [
            {
                "name": service.name,
                "plan": service.plan,
                "usd": usd,
                "bound": service.bound,
                "as_of": service.as_of,
                "source": service.source,
            }
            for service, usd in found.services
        ],
        "assumed": list(found.assumed),
        "prices": [*prices(), {"as_of": SERVERS.as_of, "source": SERVERS.source}],
    }


def _mean(rows: Sequence[Row], of: Any) -> float:
    """Over all exports."""
    exports = sum(row.exports for row in rows)
    return sum(row.exports * of(row.each) for row in rows) / exports if exports else 0.0


def _assumed(rows: Sequence[Row]) -> tuple[str, ...]:
    said = [
        "a source is exported to one format, and tickets are made by the app itself, which is free",
        "each file is looked for three times, downloaded once, and kept as long as the stage keeps files",
    ]
    if any(row.each.origin == "measured" for row in rows):
        said += [
            f"{REPORTS:.0%} of exports have a report beside their file",
            f"at least {LEAST_COLD:.0%} of exports meet a cold start: more where fewer than one comes in ten minutes",
            "one of Lambda's CPUs is as fast as one of the machine that measured",
        ]
    said.append(
        f"servers: {PEAK_HOUR:.0%} of a day's exports come in its busiest hour, in which CPUs are {BUSY:.0%} busy; "
        f"{LEAST_SERVERS} servers at least; queue, logs, disks and care are not counted"
    )
    only = ", ".join(service.name for service in SERVICES if service.pdf_only)
    said.append(f"services: each file has the mean size, and {only}, which make PDF alone, make all formats")
    return tuple(said)
