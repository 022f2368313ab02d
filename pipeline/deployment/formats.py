"""What is deployed for each format, from the exporters' declarations: its function, its queues, its role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exporters import registry
from exporters.exporter import Exporter
from pipeline import policies
from pipeline.deployment import push
from pipeline.deployment.ids import log_group_id, own_id
from pipeline.deployment.stages import Stage
from pipeline.queues import DEAD, NEXT

type Resources = dict[str, Any]

LIVE_ALIAS, NEXT_ALIAS = "live", "next"

MAX_RECEIVES = 3  # the last attempt writes error.json before it tries: the user hears of it after two crashes
VISIBILITY = 6  # × timeout, as AWS advises: room for Lambda's own retries when it is throttled
_DAY_S = 24 * 60 * 60
_RETENTION_S = 4 * _DAY_S  # SQS's default; less than the dead letters', whose clock runs from the first send
_DEAD_RETENTION_S = 14 * _DAY_S  # the longest there is: time to mend an exporter and replay


def functions(exporters: Mapping[str, Exporter], stage: Stage) -> dict[str, Any]:
    """One function per format, as osls takes them."""
    return {f"export-{name}": _function(name, exporter, stage) for name, exporter in exporters.items()}


def queues(exporters: Mapping[str, Exporter]) -> Resources:
    """For each format its jobs' queue, the queue of those that failed on every attempt, and what feeds its function.

    A format that asks for it has a second queue, which feeds the function's next version.
    """
    found: Resources = {}
    for name, exporter in exporters.items():
        function = f"export-{name}"
        found[own_id(function, "Queue")] = _queue(name, exporter)
        found[own_id(function, "DeadQueue")] = _dead_queue(name)
        found[own_id(function, "Mapping")] = _mapping(function, "Queue", "Live", exporter.concurrency)
        if exporter.next:
            found[own_id(function, "NextQueue")] = _queue(name, exporter, NEXT)
            found[own_id(function, "NextMapping")] = _mapping(function, "NextQueue", "Next", exporter.concurrency)
    return found


def roles(exporters: Mapping[str, Exporter], stage: Stage) -> Resources:
    """One role per function; those of the other steps too, so that all permissions are read in one place."""
    format_queues = [
        own_id(f"export-{name}", kind)
        for name, each in exporters.items()
        for kind in ("Queue", *(["NextQueue"] if each.next else ()))
    ]
    following = any(each.next for each in exporters.values())
    found = {
        "RequestRole": _role("request", policies.request("RequestLogGroup"), stage),
        "DispatchRole": _role(
            "dispatch", policies.dispatch("IntakeQueue", format_queues, "DispatchLogGroup", following), stage
        ),
        "WatchRole": _role("watch", policies.watch("WatchLogGroup"), stage),
    }
    for name, each in exporters.items():
        function = f"export-{name}"
        taken = [own_id(function, kind) for kind in ("Queue", *(["NextQueue"] if each.next else ()))]
        policy = policies.exporter(name, taken, own_id(function, "DeadQueue"), log_group_id(function))
        found[own_id(function, "Role")] = _role(function, policy, stage)
    return found


def steps_environment(exporters: Mapping[str, Exporter], stage: Stage) -> dict[str, dict[str, str]]:
    """What the functions that are in serverless.yml find in their environment, as far as it depends on the stage."""
    names = ",".join(exporters)
    following = ",".join(name for name, each in exporters.items() if each.next)
    some = {} if set(exporters) == set(registry.names()) else {"FORMATS": names}
    return {
        "request": some | _tokens(stage) | push.environment(stage, "request"),
        "dispatch": some | ({"NEXT_FORMATS": following} if following else {}) | push.environment(stage, "dispatch"),
        "watch": {"FORMATS": names, "INTAKE_QUEUE": "${self:custom.name}-intake"}
        | ({"NEXT_FORMATS": following} if following else {})
        | push.environment(stage, "watch"),
    }


def alias_id(function: str, alias: str) -> str:
    """The logical id of a function's alias."""
    return own_id(function, alias.capitalize())


def function_block(function: str) -> dict[str, Any]:
    """What every function has in common."""
    return {
        "role": {"Fn::Sub": f"${{{own_id(function, 'Role')}.Arn}}"},
        "package": {"artifact": f"build/packages/{function}.zip"},
    }


def _function(name: str, exporter: Exporter, stage: Stage) -> dict[str, Any]:
    environment = {"EXPORT_FORMAT": name, "MAX_RECEIVES": str(MAX_RECEIVES)}
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
    dead = own_id(f"export-{name}", "DeadQueue")
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
