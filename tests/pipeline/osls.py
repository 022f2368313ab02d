"""Packages and deploys with osls, each time in a folder of its own: several tests may do so at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

from exporters import registry
from exporters.exporter import Exporter
from pipeline.deployment import package_shared, release
from pipeline.deployment.release import Parts
from pipeline.deployment.stages import Stage
from pipeline.local.server import REGION, ROOT_USER

ROOT = Path(__file__).parent.parent.parent

_OSLS = ROOT / "node_modules" / ".bin" / "osls"


CODE_BUCKET = "document-export-test-code"


def service_folder(folder: Path, stage: Stage, more: Mapping[str, Exporter] | None = None) -> Path:
    """A folder that holds what osls reads and nothing else, for the formats of a stage and some more.

    All functions have one package here, with all of the code in it.
    """
    packages = folder / "build" / "packages"
    packages.mkdir(parents=True)
    package_shared.build(ROOT, packages / "one.zip")
    shutil.copy(ROOT / "serverless.yml", folder)
    files = released(stage, more)
    written = folder / "build" / "release" / stage.name
    written.mkdir(parents=True)
    for name, content in files.items():
        (written / name).write_text(json.dumps(content))
    for function in (*files["settings.json"]["environment"], *files["functions.json"]):
        (packages / f"{function}.zip").hardlink_to(packages / "one.zip")
    return folder


def released(stage: Stage, more: Mapping[str, Exporter] | None = None) -> dict[str, Any]:
    """What a deployment of this stage takes, with some more formats."""
    exporters = {name: registry.get(name) for name in stage.formats} | dict(more or {})
    digests = {layer: "0" * 64 for each in exporters.values() for layer in each.layers}
    return release.files(stage, Parts({}, digests, CODE_BUCKET), ROOT, exporters)


def osls(folder: Path, *arguments: str, offline: bool = False, **environment: str) -> str:
    """Runs osls there, with no AWS settings but the given ones, and returns what it says."""
    # Node is beside Python, from a wheel.
    clean = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder), **environment}
    command = [*(_no_network() if offline else []), str(_OSLS), *arguments]
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, f"osls {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def deploy(folder: Path, endpoint: str, stage: str = "test") -> dict[str, str]:
    """Deploys as an operator would, but to the stack that listens at the endpoint; returns the outputs.

    Takes about 12 s; most of the time osls waits.
    """
    osls(
        service_folder(folder),
        *("deploy", "--stage", stage, "--region", REGION),
        AWS_ENDPOINT_URL=endpoint,
        AWS_ACCESS_KEY_ID=ROOT_USER.access_key,
        AWS_SECRET_ACCESS_KEY=ROOT_USER.secret_key,
    )
    stack = client("cloudformation", endpoint).describe_stacks(StackName=f"document-export-{stage}")["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def allow_plain_http(endpoint: str, bucket: str) -> None:
    """Takes away the bucket's policy, which refuses all that is not TLS: the embedded stack has none."""
    client("s3", endpoint).delete_bucket_policy(Bucket=bucket)


def client(service: str, endpoint: str, access_key: str = ROOT_USER.access_key, secret_key: str = ROOT_USER.secret_key):
    """A boto3 client on the stack at the endpoint; with all rights, unless another's key is given."""
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
    )


def _no_network() -> list[str]:
    """What goes before a command to take the network from it, where the machine can do that."""
    command = ["unshare", "--map-root-user", "--net"]
    able = shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True).returncode == 0
    return command if able else []
