"""Makes a CloudFormation template of serverless.yml, so that the embedded stack needs no Node.

It knows what our serverless.yml uses of osls's language, refuses the rest, and makes the same as `osls package` does: a
test compares the two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.deployment import log_group_id, osls_id

type Json = Any
type Resources = dict[str, dict[str, Json]]

CODE_BUCKET, CODE_KEY = "CodeBucket", "CodeKey"
"""The template's parameters: where the package was put."""

# ${self:custom.name}, ${opt:stage, 'dev'}, ${file(path)} are osls's; ${Bucket.Arn} and ${AWS::Region} CloudFormation's.
_VARIABLE = re.compile(r"\$\{([a-z]+[:(][^}]*)\}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a function and its queue get instead of what is declared, where that is not None."""

    memory_mb: int | None = None
    timeout_s: int | None = None
    visibility_s: int | None = None


def compile(
    stage: str,
    root: Path,
    *,
    environment: Mapping[str, str] | None = None,
    limits: Mapping[str, Limits] | None = None,
) -> dict[str, Json]:
    """The template of root/serverless.yml for a stage; its parameters are `CODE_BUCKET` and `CODE_KEY`.

    `environment` goes to every function, on top of its own; `limits` are by the function's name in serverless.yml, such
    as "dispatch". Raises `ValueError` for what it does not know.
    """
    service = _Service(root, stage).read()
    functions = _merged(service["functions"])
    declared = _merged(service["resources"])
    resources: Resources = {}
    for name, function in functions.items():
        resources |= _function(service["provider"], f"{service['service']}-{stage}-{name}", name, function)
        resources[_function_id(name)]["Properties"]["Environment"]["Variables"] |= environment or {}
    resources |= declared["Resources"]
    _limit(resources, functions, limits or {})
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {CODE_BUCKET: {"Type": "String"}, CODE_KEY: {"Type": "String"}},
        "Resources": resources,
        "Outputs": declared["Outputs"],
    }


def _function(provider: dict[str, Json], full_name: str, name: str, function: dict[str, Json]) -> Resources:
    resources: Resources = {
        log_group_id(name): {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {
                "LogGroupName": f"/aws/lambda/{full_name}",
                "RetentionInDays": provider["logRetentionInDays"],
            },
        },
        _function_id(name): {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"S3Bucket": {"Ref": CODE_BUCKET}, "S3Key": {"Ref": CODE_KEY}},
                "Handler": function["handler"],
                "Runtime": provider["runtime"],
                "FunctionName": full_name,
                "MemorySize": function["memorySize"],
                "Timeout": function["timeout"],
                "Architectures": [provider["architecture"]],
                "Environment": {"Variables": provider["environment"] | function.get("environment", {})},
                "Role": function["role"],
            },
            "DependsOn": [log_group_id(name)],
        },
    }
    for event in function.get("events", ()):
        resources |= _mapping(name, event["sqs"])
    return resources


def _mapping(name: str, sqs: dict[str, Json]) -> Resources:
    return {
        f"{osls_id(name)}EventSourceMappingSQS{_queue_id(sqs)}": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "DependsOn": [],
            "Properties": {
                "BatchSize": sqs["batchSize"],
                "EventSourceArn": sqs["arn"],
                "FunctionName": {"Fn::GetAtt": [_function_id(name), "Arn"]},
                "Enabled": True,
                "FunctionResponseTypes": [sqs["functionResponseType"]],
                "ScalingConfig": {"MaximumConcurrency": sqs["maximumConcurrency"]},
            },
        }
    }


def _limit(resources: Resources, functions: dict[str, Json], limits: Mapping[str, Limits]) -> None:
    for name, limit in limits.items():
        if name not in functions:
            raise ValueError(f"There is no function {name!r}. Functions: {', '.join(functions)}.")
        properties = resources[_function_id(name)]["Properties"]
        if limit.memory_mb is not None:
            properties["MemorySize"] = limit.memory_mb
        if limit.timeout_s is not None:
            properties["Timeout"] = limit.timeout_s
        if limit.visibility_s is not None:
            for event in functions[name]["events"]:
                resources[_queue_id(event["sqs"])]["Properties"]["VisibilityTimeout"] = limit.visibility_s


def _function_id(name: str) -> str:
    return f"{osls_id(name)}LambdaFunction"


def _queue_id(sqs: dict[str, Json]) -> str:
    logical_id: str = sqs["arn"]["Fn::GetAtt"][0]
    return logical_id


def _merged(parts: list[dict[str, Json]]) -> dict[str, Json]:
    """One object of several, as osls merges them."""
    whole: dict[str, Json] = {}
    for part in parts:
        for key, value in part.items():
            both_objects = isinstance(value, dict) and isinstance(whole.get(key), dict)
            whole[key] = _merged([whole[key], value]) if both_objects else value
    return whole


class _Service:
    """serverless.yml with its variables resolved."""

    def __init__(self, root: Path, stage: str) -> None:
        self._root = root
        self._stage = stage
        self._written: dict[str, Json] = _Yaml((root / "serverless.yml").read_text()).get_single_data()

    def read(self) -> dict[str, Json]:
        service: dict[str, Json] = self._resolved(self._written)
        return service

    def _resolved(self, value: Json) -> Json:
        match value:
            case dict():
                return {key: self._resolved(each) for key, each in value.items()}
            case list():
                return [self._resolved(each) for each in value]
            case str():
                if whole := _VARIABLE.fullmatch(value):
                    return self._looked_up(whole[1])
                return _VARIABLE.sub(lambda found: str(self._looked_up(found[1])), value)
            case _:
                return value

    def _looked_up(self, expression: str) -> Json:
        kind, _, rest = expression.replace("(", ":", 1).partition(":")
        match kind:
            case "sls" | "opt" if rest.partition(",")[0] == "stage":
                return self._stage
            case "self":
                found = self._written
                for name in rest.split("."):
                    found = found[name]
                return self._resolved(found)
            case "file":
                return self._resolved(json.loads((self._root / rest.removesuffix(")")).read_text()))
            case _:
                raise ValueError(
                    f"serverless.yml says ${{{expression}}}, which pipeline/local/template.py does not know."
                )


class _Yaml(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _short(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> Json:
    text: str = loader.construct_scalar(node)  # type: ignore[arg-type]
    match tag:
        case "Ref":
            return {"Ref": text}
        case "GetAtt":
            return {"Fn::GetAtt": text.split(".", 1)}
        case "Sub":
            return {"Fn::Sub": text}
        case _:
            raise ValueError(f"serverless.yml says !{tag}, which pipeline/local/template.py does not know.")


_Yaml.add_multi_constructor("!", _short)
