"""What a stage's deployment is made of, beside the page that is the same for all: build/release/<stage>/.

python -m pipeline.deployment.release --stage prod

serverless.yml includes these files: the functions and resources of the stage's formats, and what its settings say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from exporters import registry
from exporters.exporter import Exporter
from pipeline.deployment import alarms, api, dashboard, formats, layers, push
from pipeline.deployment.formats import LIVE_ALIAS, NEXT_ALIAS
from pipeline.deployment.ids import function_id, own_id
from pipeline.deployment.stages import Stage

type Json = Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Parts:
    """What is uploaded: a digest for each function's package and for each layer, and the bucket they are put into."""

    packages: Mapping[str, str]
    layers: Mapping[str, str]
    bucket: str


def files(
    stage: Stage, parts: Parts, root: Path = ROOT, exporters: Mapping[str, Exporter] | None = None
) -> dict[str, Json]:
    """What build/release/<stage>/ holds, by file name; for other exporters than the stage's, if they are given."""
    if exporters is None:
        exporters = {name: registry.get(name) for name in stage.formats}
    page = _page(root)
    own = formats.functions(exporters, stage) | push.functions(stage)
    blocks = page["functions"] | own
    steps = formats.steps_environment(exporters, stage)
    beneath = {
        f"export-{name}": [parts.layers.get(layer) for layer in each.layers]
        for name, each in formats.sized(exporters).items()
    }
    packages = {name: parts.packages.get(formats.package_of(name)) for name in blocks}
    releases = {
        name: _digest([block, steps.get(name), page["provider"], packages[name], beneath.get(name)])
        for name, block in blocks.items()
    }
    resources: dict[str, Json] = {
        **formats.queues(exporters),
        **formats.roles(exporters, stage),
        **_versions(releases, following={f"export-{name}" for name, each in exporters.items() if each.next}),
        **layers.resources(stage, parts.layers, parts.bucket),
        **api.resources(stage),
        **push.resources(stage),
        **alarms.resources(stage),
        **dashboard.resources(stage, exporters),
    }
    return {
        "functions.json": {name: _with_release(block, releases[name]) for name, block in own.items()},
        "resources.json": {
            "Resources": resources,
            "Outputs": api.outputs(stage) | push.outputs(stage) | alarms.outputs(stage) | dashboard.outputs(stage),
        },
        "settings.json": {
            "architecture": stage.architecture,
            "origins": list(stage.origins),
            "keepFilesDays": stage.keep_files_days,
            "keepSourcesDays": stage.keep_sources_days,
            "codeBucket": parts.bucket,
            "environment": {name: told | {"RELEASE": releases[name]} for name, told in steps.items()},
        },
    }


def write(stage: Stage, parts: Parts, root: Path = ROOT) -> Path:
    """Writes them, and returns the folder."""
    folder = root / "build" / "release" / stage.name
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files(stage, parts, root).items():
        (folder / name).write_text(json.dumps(content, indent=1))
    return folder


def code_bucket(stage: str, account: str) -> str:
    """The bucket of a stage's packages and layers. In an account's own name, for those of others may be taken."""
    return f"document-export-{stage}-code-{account}"


def _versions(releases: Mapping[str, str], following: set[str]) -> dict[str, Json]:
    """What of each function is run: a version that does not change any more, by a name that can be moved to another.

    A version's logical id ends in its digest: CloudFormation publishes one where there is a new id, and only there.
    """
    found: dict[str, Json] = {}
    for name, release in releases.items():
        function = {"Ref": function_id(name)}
        version = own_id(name, f"Version{release}")
        found[version] = {
            "Type": "AWS::Lambda::Version",
            # To go back to; `deploy` takes away those that are older than the last few. Not if the rest of the
            # deployment fails: nothing would tell it from one that was for all.
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"FunctionName": function, "Description": release},
        }
        for alias in (LIVE_ALIAS, *([NEXT_ALIAS] if name in following else ())):
            found[formats.alias_id(name, alias)] = {
                "Type": "AWS::Lambda::Alias",
                "Properties": {
                    "FunctionName": function,
                    "FunctionVersion": {"Fn::GetAtt": [version, "Version"]},
                    "Name": alias,
                },
            }
    return found


def _with_release(block: dict[str, Json], release: str) -> dict[str, Json]:
    # In the environment, for a version is published only of a function that has changed since the last one.
    return block | {"environment": block.get("environment", {}) | {"RELEASE": release}}


def _page(root: Path) -> dict[str, Json]:
    """The functions of serverless.yml as they are written, and what they have in common."""
    written = yaml.load((root / "serverless.yml").read_text(), Loader=_AsWritten)  # noqa: S506 – a safe loader's child
    steps = {name: block for part in written["functions"] if isinstance(part, dict) for name, block in part.items()}
    return {"functions": steps, "provider": written["provider"]}


class _AsWritten(yaml.SafeLoader):
    """YAML in which a CloudFormation function stays what it is: its name and what it is given."""


def _tagged(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> Json:
    return [tag, loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None]


_AsWritten.add_multi_constructor("!", _tagged)


def _digest(value: Json) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]
