"""What is deployed for each format, from the exporters' declarations: its function, its queues, its role."""

from __future__ import annotations

from collections.abc import Mapping
from copy import replace
from typing import Any

from exporters import registry
from exporters.errors import RequestError, UnknownFormat
from exporters.exporter import Exporter
from pipeline import policies
from pipeline.deployment import push
from pipeline.deployment.ids import log_group_id, own_id
from pipeline.deployment.stages import Stage
from pipeline.queues import DEAD, LARGE, NEXT

type Resources = dict[str, Any]

LIVE_ALIAS, NEXT_ALIAS = "live", "next"

MAX_RECEIVES = 3  # the last attempt writes error.json before it tries: the user hears of it after two crashes
VISIBILITY = 6  # × timeout, as AWS advises: room for Lambda's own retries when it is throttled
_DAY_S = 24 * 60 * 60
_RETENTION_S = 4 * _DAY_S  # SQS's default; less than the dead letters', whose clock runs from the first send
_DEAD_RETENTION_S = 14 * _DAY_S  # the longest there is: time to mend an exporter and replay


def sized(exporters: Mapping[str, Exporter]) -> dict[str, Exporter]:
    """The exporters, and after each of those that have one its larger function, as if that were another exporter.

    By what comes after `export-` in the function's name: `pdf`, `pdf-large`. Raises `RequestError` for a larger one
    that is not larger.
    """
    found: dict[str, Exporter] = {}
    for name, each in exporters.items():
        found[name] = each
        if large := each.large:
            if large.memory_mb < each.memory_mb or large.timeout_s < each.timeout_s:
                raise RequestError(
                    f"The larger function of {name} has {large.memory_mb} MB and {large.timeout_s} s, the other one "
                    f"{each.memory_mb} MB and {each.timeout_s} s: it must have no less of either. See `large` in "
                    f"exporters/formats/{name}/__init__.py."
                )
            # One version of it is in use, whatever is tried with the other one.
            found[name + LARGE] = replace(
                each, memory_mb=large.memory_mb, timeout_s=large.timeout_s, next=False, large=None
            )
    return found


def declaration(name: str) -> Exporter:
    """What the function `export-<name>` is to have; `name` is a format, with `-large` after it for its larger function.

    Raises `UnknownFormat`, which lists all that there are.
    """
    format = name.removesuffix(LARGE)
    try:
        return sized({format: registry.get(format)})[name]
    except KeyError:
        raise UnknownFormat(name, sized({each: registry.get(each) for each in registry.names()})) from None


def package_of(function: str) -> str:
    """The package of a function: those of both sizes have one."""
    return function.removesuffix(LARGE)


def functions(exporters: Mapping[str, Exporter], stage: Stage) -> dict[str, Any]:
    """The functions of each format, as osls takes them: one, or two where large sources get more."""
    return {f"export-{name}": _function(name, exporter, stage) for name, exporter in sized(exporters).items()}


def queues(exporters: Mapping[str, Exporter]) -> Resources:
    """For each format its jobs' queue, the queue of those that failed on every attempt, and what feeds its function.

    A format that asks for it has a second queue, which feeds the function's next version, and one for what its larger
    function does. What fails on any of them has one place.
    """
    found: Resources = {}
    for name, exporter in sized(exporters).items():
        function = f"export-{name}"
        found[own_id(function, "Queue")] = _queue(name, exporter)
        if name in exporters:
            found[own_id(function, "DeadQueue")] = _dead_queue(name)
        found[own_id(function, "Mapping")] = _mapping(function, "Queue", "Live", exporter.concurrency)
        if exporter.next:
            found[own_id(function, "NextQueue")] = _queue(name, exporter, NEXT)
            found[own_id(function, "NextMapping")] = _mapping(function, "NextQueue", "Next", exporter.concurrency)
    return found


def roles(exporters: Mapping[str, Exporter], stage: Stage) -> Resources:
    """One role per function; those of the other steps too, so that all permissions are read in one place."""
    taken = {
        name: [own_id(f"export-{name}", kind) for kind in ("Queue", *(["NextQueue"] if each.next else ()))]
        for name, each in sized(exporters).items()
    }
    format_queues = [queue for queues in taken.values() for queue in queues]
    following = any(each.next for each in exporters.values())
    found = {
        "RequestRole": _role("request", policies.request("RequestLogGroup"), stage),
        "DispatchRole": _role(
            "dispatch", policies.dispatch("IntakeQueue", format_queues, "DispatchLogGroup", following), stage
        ),
        "WatchRole": _role("watch", policies.watch("WatchLogGroup"), stage),
    }
    for name, each in sized(exporters).items():
        function, format = f"export-{name}", name.removesuffix(LARGE)
        dead, larger = own_id(f"export-{format}", "DeadQueue"), own_id(function + LARGE, "Queue") if each.large else ""
        policy = policies.exporter(format, taken[name], dead, log_group_id(function), larger)
        found[own_id(function, "Role")] = _role(function, policy, stage)
    return found


def steps_environment(exporters: Mapping[str, Exporter], stage: Stage) -> dict[str, dict[str, str]]:
    """What the functions that are in serverless.yml find in their environment, as far as it depends on the stage."""
    names = ",".join(exporters)
    following = ",".join(name for name, each in exporters.items() if each.next)
    large = ",".join(name for name, each in exporters.items() if each.large)
    some = {} if set(exporters) == set(registry.names()) else {"FORMATS": names}
    return {
        "request": some | _tokens(stage) | push.environment(stage, "request"),
        "dispatch": some | ({"NEXT_FORMATS": following} if following else {}) | push.environment(stage, "dispatch"),
        "watch": {"FORMATS": names, "INTAKE_QUEUE": "${self:custom.name}-intake"}
        | ({"NEXT_FORMATS": following} if following else {})
        | ({"LARGE_FORMATS": large} if large else {})
        | push.environment(stage, "watch"),
    }


def alias_id(function: str, alias: str) -> str:
    """The logical id of a function's alias."""
    return own_id(function, alias.capitalize())


def function_block(function: str) -> dict[str, Any]:
    """What every function has in common."""
    return {
        "role": {"Fn::Sub": f"${{{own_id(function, 'Role')}.Arn}}"},
        "package": {"artifact": f"build/packages/{package_of(function)}.zip"},
    }


def _function(name: str, exporter: Exporter, stage: Stage) -> dict[str, Any]:
    environment = {"EXPORT_FORMAT": name.removesuffix(LARGE), "MAX_RECEIVES": str(MAX_RECEIVES)}
    if exporter.large:
        environment["LARGE_QUEUE"] = _queue_name(name + LARGE)
    found = {
        "handler": "pipeline.export.handler",
        "memorySize": exporter.memory_mb,
        "timeout": exporter.timeout_s,
        **function_block(f"export-{name}"),
        "environment": environment | push.environment(stage, f"export-{name}"),
    }
    if exporter.layers:
        found["layers"] = [{"Ref": own_id(layer.replace("_", "-"), "Layer")} for layer in exporter.layers]
    return found


def _tokens(stage: Stage) -> dict[str, str]:
    return {"TENANT_CLAIM": stage.requests.tenant_claim} if stage.requests.kind == "jwt" else {}


def _queue(name: str, exporter: Exporter, suffix: str = "") -> dict[str, Any]:
    dead = own_id(f"export-{name.removesuffix(LARGE)}", "DeadQueue")
    properties = {
        "QueueName": _queue_name(name) + suffix,
        "VisibilityTimeout": VISIBILITY * exporter.timeout_s,
        "MessageRetentionPeriod": _RETENTION_S,
        "RedrivePolicy": {"deadLetterTargetArn": _arn(dead), "maxReceiveCount": MAX_RECEIVES},
    }
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def _dead_queue(name: str) -> dict[str, Any]:
    properties = {"QueueName": _queue_name(name) + DEAD, "MessageRetentionPeriod": _DEAD_RETENTION_S}
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def _mapping(function: str, queue: str, alias: str, concurrency: int | None) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "FunctionName": {"Ref": own_id(function, alias)},
        "EventSourceArn": _arn(own_id(function, queue)),
        "BatchSize": 1,  # a batch shares one timeout and one memory: one large source would starve the rest
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    if concurrency is not None:
        properties["ScalingConfig"] = {"MaximumConcurrency": concurrency}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}


def _role(function: str, policy: policies.Policy, stage: Stage) -> dict[str, Any]:
    # Without a name of its own: CloudFormation's begins with the stack's, and a stage can be in two regions at once.
    statements = [*policy["Statement"], *push.statements(stage, function)]
    named = {"PolicyName": function, "PolicyDocument": policy | {"Statement": statements}}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": policies.trust(), "Policies": [named]},
    }


def _queue_name(format: str) -> str:
    return f"${{self:custom.name}}-export-{format}"


def _arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}
