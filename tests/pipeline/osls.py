"""Packages and deploys with osls, in a folder of its own: several tests may do so at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import boto3

from pipeline import package
from pipeline.local.server import REGION, ROOT_USER

ROOT = Path(__file__).parent.parent.parent

_OSLS = ROOT / "node_modules" / ".bin" / "osls"


def service_folder(folder: Path) -> Path:
    """A folder that holds what osls reads, and nothing else."""
    shutil.copy(ROOT / "serverless.yml", folder)
    shutil.copytree(ROOT / "pipeline" / "generated", folder / "pipeline" / "generated")
    (folder / "build").mkdir()
    package.build(ROOT, folder / "build" / "package.zip")
    return folder


def osls(folder: Path, *arguments: str, **environment: str) -> str:
    """Runs osls there, with no AWS settings but the given ones, and returns what it says."""
    # Node is beside Python, from a wheel.
    clean = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder), **environment}
    done = subprocess.run([_OSLS, *arguments], cwd=folder, env=clean, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, f"osls {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def deploy(folder: Path, endpoint: str, stage: str = "test") -> dict[str, str]:
    """Deploys as an operator would, but to the stack that listens at the endpoint; returns the outputs.

    Takes about 12 s, most of which osls waits.
    """
    credentials = {"AWS_ACCESS_KEY_ID": ROOT_USER.access_key, "AWS_SECRET_ACCESS_KEY": ROOT_USER.secret_key}
    osls(
        service_folder(folder),
        *("deploy", "--stage", stage, "--region", REGION),
        **credentials,
        AWS_ENDPOINT_URL=endpoint,
        AWS_EC2_METADATA_DISABLED="true",
    )
    stack = client("cloudformation", endpoint).describe_stacks(StackName=f"document-export-{stage}")["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def client(service: str, endpoint: str):
    """A boto3 client with all rights on the stack at the endpoint."""
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=ROOT_USER.access_key,
        aws_secret_access_key=ROOT_USER.secret_key,
    )
