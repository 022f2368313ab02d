"""Makes a CloudFormation template of serverless.yml and a release, so that the embedded stack needs no Node.

It knows what our serverless.yml uses of osls's language, refuses the rest, and makes the same as `osls package` does: a
test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.deployment.ids import function_id, log_group_id, own_id

type Json = Any
type Resources = dict[str, dict[str, Json]]

CODE_BUCKET, CODE_KEY = "CodeBucket", "CodeKey"
"""The template's parameters: where the package was put."""

# ${self:custom.name}, ${opt:stage, 'dev'}, ${file(path)} are osls's; ${Bucket.Arn} and ${AWS::Region} CloudFormation's.
# One may hold another: the innermost is the one without a further ${.
_VARIABLE = re.compile(r"\$\{([a-z]+[:(][^${}]*)\}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a function and its queue get instead of what is declared, where that is not None."""

    memory_mb: int | None = None
    timeout_s: int | None = None
    visibility_s: int | None = None


def compile(
    stage: str,
    root: Path,
    release: Mapping[str, Json],
    *,
    environment: Mapping[str, str] | None = None,
    limits: Mapping[str, Limits] | None = None,
) -> dict[str, Json]:
    """The template of root/serverless.yml for a stage; its parameters are `CODE_BUCKET` and `CODE_KEY`.

    `release` is what `pipeline.deployment.release.files` makes, in place of the files in build/release/. `environment`
    goes to every function, on top of its own; `limits` are by the function's name, such as "dispatch".

    Raises `ValueError` for what it does not know.
    """
    service = _Service(root, stage, release).read()
    functions = _merged(service["functions"])
    declared = _merged(service["resources"])
    resources: Resources = {}
    for name, function in functions.items():
        resources |= _function(service["provider"], f"{service['service']}-{stage}-{name}", name, function)
        resources[function_id(name)]["Properties"]["Environment"]["Variables"] |= environment or {}
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
        function_id(name): {
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
    if layers := function.get("layers"):
        resources[function_id(name)]["Properties"]["Layers"] = layers
    return resources


def _limit(resources: Resources, functions: dict[str, Json], limits: Mapping[str, Limits]) -> None:
    for name, limit in limits.items():
        if name not in functions:
            raise ValueError(f"There is no function {name!r}. Functions: {', '.join(functions)}.")
        properties = resources[function_id(name)]["Properties"]
        if limit.memory_mb is not None:
            properties["MemorySize"] = limit.memory_mb
        if limit.timeout_s is not None:
            properties["Timeout"] = limit.timeout_s
        if limit.visibility_s is not None:
            for queue in _queues_of(name, resources):
                resources[queue]["Properties"]["VisibilityTimeout"] = limit.visibility_s


def _queues_of(function: str, resources: Resources) -> list[str]:
    """The logical ids of the queues that feed a function."""
    aliases = [own_id(function, kind) for kind in ("Live", "Next")]
    return [
        each["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]
        for each in resources.values()
        if each["Type"] == "AWS::Lambda::EventSourceMapping" and each["Properties"]["FunctionName"]["Ref"] in aliases
    ]


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

    def __init__(self, root: Path, stage: str, release: Mapping[str, Json]) -> None:
        self._release = {f"build/release/{stage}/{name}": content for name, content in release.items()}
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
                resolved = _VARIABLE.sub(lambda found: str(self._looked_up(found[1])), value)
                return resolved if resolved == value else self._resolved(resolved)
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
                    found = self._resolved(found) if isinstance(found, str) else found
                    found = found[name]
                return self._resolved(found)
            case "file":
                return self._resolved(self._release[rest.removesuffix(")")])
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
