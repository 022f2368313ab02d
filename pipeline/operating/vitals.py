"""What is measured of a stage, for the doctor: its queues, its jobs' memory and cost, and what is deployed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from exporters import registry
from pipeline.deployment.account import SERVICE, saying
from pipeline.deployment.channels import Standing
from pipeline.deployment.formats import LIVE_ALIAS
from pipeline.operating import letters, loglines
from pipeline.operating.letters import INTAKE, NOTIFY
from pipeline.queues import LARGE, NEXT, dead_queue_of

if TYPE_CHECKING:
    from pipeline.deployment.channels import Target

SPAN = timedelta(hours=24)

_STEPS = ("request", "dispatch", "watch", "notify")
_MEASURED = '"_aws"'  # what every line of `pipeline.telemetry.measure` holds, and no other


@dataclass(frozen=True, slots=True)
class Queue:
    """How a queue stands."""

    which: str
    """A format, a format's next channel or larger function, `intake` or `notify`."""
    waiting: int
    in_flight: int
    dead: int
    age_s: float | None = None
    """Of the message that waits longest; None where nobody knows."""
    missing: bool = False
    """Whether the stage does not have it, though it has what it feeds."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a function's jobs have needed of what they may have."""

    format: str
    memory_mb: int
    jobs: int
    p95_mb: float
    share: float
    """p95 of the share of its own version's memory that each job needed at most."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Jobs that ended without a file."""

    format: str
    code: str
    count: int
    job: str
    """The latest of them."""


class Function(NamedTuple):
    """What runs as `live`."""

    name: str
    memory_mb: int
    release: str
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logged:
    """What the lines of a stage's exports add up to."""

    memory: tuple[Memory, ...]
    failures: tuple[Failures, ...]
    exports_today: int
    usd_today: float


# --- queues


def queues(
    target: Target, formats: Sequence[str], standings: Sequence[Standing], now: datetime, *, notifies: bool
) -> list[Queue]:
    following = [each.format + NEXT for each in standings if each.next]
    names = [INTAKE, *([NOTIFY] if notifies else ()), *sorted([*formats, *following])]
    with ThreadPoolExecutor(letters.THREADS) as pool:
        found = list(pool.map(lambda name: _queue(target, name), names))
    ages = _ages(target, [each for each in found if each.waiting + each.in_flight], now)
    return [
        Queue(each.which, each.waiting, each.in_flight, each.dead, ages.get(each.which), each.missing) for each in found
    ]


def _queue(target: Target, which: str) -> Queue:
    name = letters.queue_of(target, which)
    try:
        work = _counts(target, name)
        # A format's other queues share its dead letters.
        dead = (0, 0) if which.endswith((NEXT, LARGE)) else _counts(target, dead_queue_of(name))
    except letters.NoQueue:
        return Queue(which, 0, 0, 0, missing=True)
    return Queue(which, work[0], work[1], sum(dead))


def _counts(target: Target, name: str) -> tuple[int, int]:
    wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = letters.url_of(target, name)
    with saying(f"look at {name}"):
        found = target.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
    return int(found[wanted[0]]), int(found[wanted[1]])


def _ages(target: Target, queues: Sequence[Queue], now: datetime) -> dict[str, float]:
    """How long the oldest message of each waits, in seconds: by CloudWatch, or where that knows nothing by the logs."""
    if not queues:
        return {}
    names = {each.which: letters.queue_of(target, each.which) for each in queues}
    metric = {
        which: {
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateAgeOfOldestMessage",
            "Dimensions": [{"Name": "QueueName", "Value": name}],
        }
        for which, name in names.items()
    }
    # SQS tells it each minute, some minutes late.
    found = metrics(target, metric, "Maximum", 60, now - timedelta(minutes=15), now)
    ages = {which: values[0] for which, values in found.items() if values}
    return _ages_of_dispatched(target, now) | ages if len(ages) < len(queues) else ages


def _ages_of_dispatched(target: Target, now: datetime) -> dict[str, float]:
    """Since when the job waits that was dispatched first and of which nobody has said how it ended."""
    since = now - SPAN
    open_: dict[tuple[str, str], datetime] = {}
    for line in loglines.of_stage(target, since, functions=["dispatch"], pattern='"Dispatched."'):
        open_[line.job, str(line.fields.get("format"))] = line.time
    if not open_:
        return {}
    functions = {f"export-{format}" for _, format in open_}
    for line in loglines.of_stage(target, since, functions=functions, pattern='"job"'):
        open_.pop((line.job, str(line.fields.get("format"))), None)
    found: dict[str, float] = {}
    for (_, format), time in open_.items():
        found[format] = max(found.get(format, 0), (now - time).total_seconds())
    return found


# --- what the lines tell


def logged(target: Target, standings: Sequence[Standing], since: datetime, now: datetime) -> Logged:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    memory_of = {(now.format, each.number): each.memory_mb for now in standings for each in now.versions}
    live = {each.format: each.live.memory_mb for each in standings}
    peaks: dict[str, list[tuple[float, float]]] = {}
    failed: Counter[tuple[str, str]] = Counter()
    latest: dict[tuple[str, str], tuple[datetime, str]] = {}
    exports, usd = 0, 0.0
    for line in loglines.of_stage(target, min(since, midnight), now, say=target.say, pattern=_MEASURED):
        fields, format = line.fields, str(line.fields.get("format", ""))
        exporter = line.function.removeprefix("export-") or format
        if line.time >= midnight:
            usd += float(fields.get("cost", 0))
            exports += int(fields.get("exports", 0))
        if line.time < since:
            continue
        if (peak := fields.get("peak_memory_mb")) and exporter in live:
            of = memory_of.get((exporter, line.version), live[exporter])
            peaks.setdefault(exporter, []).append((peak / of, peak))
        if fields.get("failures"):
            group = format, str(fields.get("error", ""))
            failed[group] += 1
            latest[group] = max(latest.get(group, (line.time, line.job)), (line.time, line.job))
    memory = [Memory(name, live[name], len(found), *p95(found)) for name, found in sorted(peaks.items())]
    failures = [Failures(*group, count, latest[group][1]) for group, count in failed.most_common()]
    return Logged(tuple(memory), tuple(failures), exports, usd)


def p95(peaks: list[tuple[float, float]]) -> tuple[float, float]:
    """MB and share, of the job that 95 of a hundred stay below."""
    share, peak = sorted(peaks)[ceil(0.95 * len(peaks)) - 1]
    return peak, share


# --- what is deployed


def functions(target: Target) -> dict[str, Function]:
    """What runs as `live`, by the function's name without the stage's."""
    client, begin = target.client("lambda"), f"{SERVICE}-{target.stage}-"
    with saying("list the functions"):
        pages = client.get_paginator("list_functions").paginate()
        there = {each["FunctionName"] for page in pages for each in page["Functions"]}
    known = [*_STEPS, *(f"export-{name}{size}" for name in registry.names() for size in ("", LARGE))]
    names = [each for each in known if begin + each in there]
    with ThreadPoolExecutor(letters.THREADS) as pool:
        return {each.name: each for each in pool.map(lambda name: _function(client, begin, name), names)}


def _function(client: Any, begin: str, name: str) -> Function:
    with saying(f"look at {begin}{name}"):
        found = client.get_function_configuration(FunctionName=begin + name, Qualifier=LIVE_ALIAS)
    release = found.get("Environment", {}).get("Variables", {}).get("RELEASE", "")
    return Function(name, found["MemorySize"], release, tuple(each["Arn"] for each in found.get("Layers", ())))


def stack(target: Target) -> tuple[dict[str, str], set[str]]:
    """The release of each function, by the begin of its logical ids, and the layers, as they were deployed last."""
    with saying(f"look at the stack {SERVICE}-{target.stage}"):
        pages = (
            target.client("cloudformation")
            .get_paginator("list_stack_resources")
            .paginate(StackName=f"{SERVICE}-{target.stage}")
        )
        found = [each for page in pages for each in page["StackResourceSummaries"]]
    releases = {}
    for each in found:
        if each["ResourceType"] == "AWS::Lambda::Version":
            function, _, release = each["LogicalResourceId"].rpartition("Version")
            releases[function] = release
    layers = {each["PhysicalResourceId"] for each in found if each["ResourceType"] == "AWS::Lambda::LayerVersion"}
    return releases, layers


# --- CloudWatch


def metrics(
    target: Target,
    wanted: Mapping[str, Mapping[str, Any]],
    statistic: str,
    period_s: int,
    since: datetime,
    until: datetime,
) -> dict[str, list[float]]:
    """The values of each metric, the latest first."""
    names = list(wanted)
    found: dict[str, list[float]] = {}
    for begin in range(0, len(names), 500):  # CloudWatch API, GetMetricData
        some = names[begin : begin + 500]
        queries = [
            {"Id": f"m{number}", "MetricStat": {"Metric": wanted[name], "Period": period_s, "Stat": statistic}}
            for number, name in enumerate(some)
        ]
        with saying("read metrics"):
            pages = (
                target.client("cloudwatch")
                .get_paginator("get_metric_data")
                .paginate(
                    MetricDataQueries=queries,
                    StartTime=since,
                    EndTime=until + timedelta(seconds=1),
                    ScanBy="TimestampDescending",
                )
            )
            for page in pages:
                for each in page["MetricDataResults"]:
                    found.setdefault(some[int(each["Id"][1:])], []).extend(each["Values"])
    return found
