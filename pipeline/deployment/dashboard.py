"""The dashboard of a stage: how it is as a whole, then a row for each exporter.

The rows show what Lambda and SQS measure by themselves. What only the log lines know (cost, size, who it was for) is in
tables that Logs Insights makes of them while somebody looks: $0.005 for each GB of lines in the time that is shown.

It is $3 a month. An account has three for nothing, but only with 50 metrics or fewer: that is a stage of up to three
formats, such as one to try something.

Source: Amazon CloudWatch API Reference, "Dashboard body structure and syntax".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from exporters.exporter import Exporter
from pipeline.deployment import alarms, push
from pipeline.deployment.formats import sized
from pipeline.deployment.stages import Stage
from pipeline.queues import DEAD, LARGE, NEXT
from pipeline.telemetry import NAMESPACE

type Resources = dict[str, Any]
type Widget = dict[str, Any]

_NAME = "${self:custom.name}"
_WIDTH = 24  # columns of a dashboard
_HEIGHT = 5  # of a row of graphs, in the grid's units
_LOG_GROUPS = 50  # that one query may name (CloudWatch Logs User Guide, quotas)
_MINUTE, _HOUR = 60, 3600


def resources(stage: Stage, exporters: Mapping[str, Exporter]) -> Resources:
    """The dashboard, by its logical id; nothing, where the stage has no monitoring."""
    if not stage.monitoring:
        return {}
    text = json.dumps(body(stage, exporters), separators=(",", ":"))
    properties = {"DashboardName": _NAME, "DashboardBody": {"Fn::Sub": text}}
    return {"Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}}


def outputs(stage: Stage) -> Resources:
    """Where to look at it."""
    if not stage.monitoring:
        return {}
    page = f"https://${{AWS::Region}}.console.aws.amazon.com/cloudwatch/home#dashboards/dashboard/{_NAME}"
    return {"Dashboard": {"Value": {"Fn::Sub": page}}}


def body(stage: Stage, exporters: Mapping[str, Exporter]) -> dict[str, Any]:
    """What it shows, as CloudWatch takes it, with names in it that CloudFormation and osls replace."""
    rows = [
        (3, [_states(stage)]),
        (_HEIGHT + 1, _whole(stage)),
        (_HEIGHT, _steps()),
        *([(_HEIGHT, _telling())] if stage.push else []),
        *((8, tables) for tables in _tables(stage, list(sized(exporters)))),
        *((_HEIGHT, _row(name, each)) for name, each in sized(exporters).items()),
    ]
    return {"start": "-P1D", "periodOverride": "auto", "widgets": list(_placed(rows))}


def _placed(rows: Iterable[tuple[int, Sequence[Widget]]]) -> Iterator[Widget]:
    """Each row below the one before; the widgets of a row share its width."""
    y = 0
    for height, widgets in rows:
        width = _WIDTH // len(widgets)
        for number, widget in enumerate(widgets):
            yield {"type": widget["type"], "x": number * width, "y": y, "width": width, "height": height} | widget
        y += height


def _states(stage: Stage) -> Widget:
    arns = [f"${{{logical_id}.Arn}}" for logical_id in alarms.alarms(stage)]
    return {"type": "alarm", "properties": {"title": "Alarms", "alarms": arns}}


def _whole(stage: Stage) -> list[Widget]:
    """The stage as a whole, in its own metrics."""

    def ours(name: str, label: str, **more: Any) -> list[Any]:
        return [NAMESPACE, name, "stage", stage.name, {"label": label} | more]

    return [
        _graph(
            "Exports",
            [ours("exports", "done"), ours("failures", "failed"), ours("mistakes", "to look at", color="#d62728")],
        ),
        _graph("Cost per hour, $", [ours("cost", "$")], period=_HOUR, lines={"limit": stage.max_usd_per_hour}),
        _graph(
            "Waiting before an export",
            [ours("queue_delay", "half", stat="p50"), ours("queue_delay", "one in ten", stat="p90")],
            yAxis={"left": {"min": 0, "label": "ms", "showUnits": False}},
        ),
        _graph("Used of time or memory, %", [ours("limit_used", "most", stat="Maximum")], lines={"alarm": 85}),
        _graph(
            "Queues to look at",
            [ours("dead_letters", "dead letters", stat="Maximum"), ours("stuck", "stuck queues", stat="Maximum")],
        ),
    ]


def _steps() -> list[Widget]:
    """The functions that are not for one format, and the queue of uploads."""
    intake = f"{_NAME}-intake"
    return [
        _runs("Tickets", "request"),
        _graph("Tickets: duration", _durations("request"), lines={"limit": 10_000}),
        _runs("Dispatcher", "dispatch"),
        _queue("Uploads", intake, intake + DEAD, []),
    ]


def _telling() -> list[Widget]:
    """The function that tells of outcomes, where the stage has it."""
    queue = f"{_NAME}-notify"
    return [_runs("Telling", "notify"), _queue("To be told", queue, queue + DEAD, [])]


def _row(name: str, exporter: Exporter) -> list[Widget]:
    """How one exporter is."""
    function = f"export-{name}"
    queue = f"{_NAME}-{function}"
    following = [queue + NEXT] if exporter.next else []
    cap = {} if exporter.concurrency is None else {"cap": exporter.concurrency}
    return [
        _runs(name, function, following=exporter.next),
        _graph(f"{name}: duration", _durations(function), lines={"limit": exporter.timeout_s * 1000}),
        _graph(
            f"{name}: at once", [_lambda(function, "ConcurrentExecutions", stat="Maximum", label="runs")], lines=cap
        ),
        _queue(name, queue, queue.removesuffix(LARGE) + DEAD, following),
    ]


def _runs(title: str, function: str, *, following: bool = False) -> Widget:
    metrics = [
        _lambda(function, "Invocations", label="runs"),
        _lambda(function, "Errors", label="errors", color="#d62728"),
        _lambda(function, "Throttles", label="throttled", color="#ff7f0e"),
    ]
    if following:  # by the alias: what is tried beside what is used
        metrics += [
            _lambda(function, "Invocations", "next", label="runs of next"),
            _lambda(function, "Errors", "next", label="errors of next"),
        ]
    return _graph(f"{title}: runs", metrics)


def _durations(function: str) -> list[list[Any]]:
    return [_lambda(function, "Duration", stat=stat, label=stat) for stat in ("p50", "p95")]


def _queue(title: str, queue: str, dead: str, following: Sequence[str]) -> Widget:
    def sqs(name: str, of: str, **more: Any) -> list[Any]:
        return ["AWS/SQS", name, "QueueName", of, more]

    waiting = "ApproximateNumberOfMessagesVisible"
    metrics = [
        sqs(waiting, queue, label="waiting"),
        *(sqs(waiting, each, label="waiting for next") for each in following),
        sqs(waiting, dead, label="dead", color="#d62728"),
        sqs("ApproximateAgeOfOldestMessage", queue, label="oldest, s", yAxis="right"),
    ]
    return _graph(f"{title}: queue", metrics, stat="Maximum")


def _lambda(function: str, name: str, alias: str = "", **more: Any) -> list[Any]:
    full = f"{_NAME}-{function}"
    of_alias = ["Resource", f"{full}:{alias}"] if alias else []
    return ["AWS/Lambda", name, "FunctionName", full, *of_alias, more]


def _graph(
    title: str,
    metrics: list[list[Any]],
    *,
    stat: str = "Sum",
    period: int = 5 * _MINUTE,
    lines: Mapping[str, float] | None = None,
    **more: Any,
) -> Widget:
    properties = {
        "title": title,
        "region": "${AWS::Region}",
        "view": "timeSeries",
        "stat": stat,
        "period": period,
        "metrics": metrics,
        "yAxis": {"left": {"min": 0}},
        **more,
    }
    if lines:
        properties["annotations"] = {"horizontal": [{"label": each, "value": value} for each, value in lines.items()]}
    return {"type": "metric", "properties": properties}


def _tables(stage: Stage, formats: list[str]) -> Iterator[list[Widget]]:
    exports = [f"export-{name}" for name in formats]
    for groups in _parts(exports):
        yield [
            _table("Exports by format", groups, _BY_FORMAT),
            _table("Exports by tenant", groups, _BY_TENANT),
        ]
    for groups in _parts(["request", "dispatch", "watch", *push.functions(stage), *exports]):
        yield [_table("To look at", groups, _TO_LOOK_AT)]


def _parts(functions: list[str]) -> Iterator[list[str]]:
    return (functions[begin : begin + _LOG_GROUPS] for begin in range(0, len(functions), _LOG_GROUPS))


def _table(title: str, functions: Iterable[str], query: Sequence[str]) -> Widget:
    sources = [f"SOURCE '/aws/lambda/{_NAME}-{function}'" for function in functions]
    properties = {"title": title, "region": "${AWS::Region}", "view": "table", "query": " | ".join([*sources, *query])}
    return {"type": "log", "properties": properties}


# Fields are those of the lines that `pipeline.export` writes; names after `as` may not be a field's.
_BY_FORMAT = (
    "filter ispresent(exports)",
    "stats sum(exports) as done, sum(failures) as failed, sum(mistakes) as to_look_at, sum(cost) as usd, "
    "1000 * usd / done as usd_per_1000, pct(duration_ms, 50) as p50_ms, pct(duration_ms, 95) as p95_ms, "
    "max(peak_memory_mb) as most_mb, max(limit_used) as most_of_limit, pct(waited_ms, 90) as p90_waited_ms by format",
    "sort usd desc",
)
_BY_TENANT = (
    "filter ispresent(exports)",
    "stats sum(exports) as done, sum(failures) as failed, sum(cost) as usd, max(limit_used) as most_of_limit by tenant",
    "sort usd desc",
    "limit 50",
)
_TO_LOOK_AT = (
    'filter level = "ERROR" or @message like /Task timed out|Runtime exited|Status: error/',
    "fields @timestamp, coalesce(format, @log) as place, message, error, why, advice, job, tenant",
    "sort @timestamp desc",
    "limit 50",
)
