"""Starts the embedded stack and deploys the pipeline to it, from the same template as to AWS."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from exporters.errors import MissingPart
from pipeline import policies
from pipeline.client import ExportClient
from pipeline.deployment import package_shared, push, release
from pipeline.deployment.release import Parts
from pipeline.deployment.stages import Stage
from pipeline.local import template
from pipeline.local.memory import MemoryWatch
from pipeline.local.server import REGION, ROOT_USER, Server
from pipeline.local.template import Limits
from pipeline.signing import Credentials

ROOT = Path(__file__).parent.parent.parent
STATE = Path(os.environ.get("EXPORT_STACK", ROOT / "build" / "stack.json"))  # for two stacks on one machine

_STACK = "document-export-local"
STAGE = "local"
_CODE_BUCKET, _CODE_KEY, _TEMPLATE_KEY = "document-export-code", "package.zip", "template.json"
_APP = "app"
_FINISHED = ("CREATE_COMPLETE", "CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


@dataclass(frozen=True, slots=True)
class Address:
    """What an app needs to know of a running stack."""

    endpoint: str
    bucket: str
    region: str
    access_key: str
    secret_key: str
    pid: int
    """Of the process that runs it, to be told to stop."""

    def client(self) -> ExportClient:
        credentials = Credentials(self.access_key, self.secret_key)
        return ExportClient(self.bucket, self.region, credentials=credentials, endpoint=self.endpoint)


class LocalStack:
    """The whole pipeline on this machine, for as long as the `with` block runs.

    `limits` gives functions, by their names, other limits than they declare; `stage` is what the operator decides for
    one, which here is the default of each setting.
    """

    def __init__(self, limits: Mapping[str, Limits] | None = None, stage: Stage | None = None) -> None:
        self._limits = limits or {}
        self._settings = stage or Stage(STAGE)
        # Functions run from an unpacked zip, so they do not find the fonts beside their code as a checkout does.
        fonts = os.environ.get("EXPORT_FONTS", str(ROOT / "build" / "fonts"))
        self.server = Server({"EXPORT_FONTS": fonts, "CHANNELS_SECONDS": "0"})  # looking costs nothing here
        self.memory: MemoryWatch | None = None
        self.outputs: dict[str, str] = {}

    def __enter__(self) -> LocalStack:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Returns once everything is deployed. Whoever calls this calls `stop`, even if it fails."""
        self.server.start()
        self.memory = MemoryWatch(self.server.pid)
        self.memory.start()
        self.outputs = self._deploy()
        self.address = self._address()

    def stop(self) -> None:
        """Ends everything; nothing is left on the machine."""
        if self.memory:
            self.memory.stop()
        self.server.stop()

    def aws(self, service: str) -> Any:
        """A boto3 client with all rights on this stack."""
        return root_client(self.server.endpoint, service)

    def client(self) -> ExportClient:
        """What an app would use: it may do what `policies.request` allows and nothing else."""
        return self.address.client()

    def _deploy(self) -> dict[str, str]:
        storage = self.aws("s3")
        storage.create_bucket(Bucket=_CODE_BUCKET)
        zipped = self.server.folder / _CODE_KEY
        package_shared.build(ROOT, zipped)
        storage.put_object(Bucket=_CODE_BUCKET, Key=_CODE_KEY, Body=zipped.read_bytes())
        parts = Parts(packages={}, layers={}, bucket=_CODE_BUCKET)
        made = template.compile(STAGE, ROOT, release.files(self._settings, parts), limits=self._limits)
        for resource in made["Resources"].values():
            resource.get("Properties", {}).pop("Layers", None)  # programs and fonts are on this machine already
        # It refuses all that is not TLS. Here the wire is this machine's own loopback, and there is no TLS on it.
        del made["Resources"]["BucketPolicy"]
        # From storage, for a request may hold no more than 51,200 bytes of it, and there are four times as many.
        storage.put_object(Bucket=_CODE_BUCKET, Key=_TEMPLATE_KEY, Body=json.dumps(made).encode())
        parameters = {template.CODE_BUCKET: _CODE_BUCKET, template.CODE_KEY: _CODE_KEY}
        url = f"{self.server.endpoint}/{_CODE_BUCKET}/{_TEMPLATE_KEY}"
        push.prepare(self.aws, self._settings)
        outputs = create_stack(self.aws("cloudformation"), _STACK, url, parameters)
        # The name that MiniStack gives to an API is known to no resolver; the same is to be had by this path.
        api = urlsplit(outputs["RequestUrl"]).netloc.partition(".")[0]
        return outputs | {"RequestUrl": f"{self.server.endpoint}/_aws/execute-api/{api}"}

    def _address(self) -> Address:
        iam = self.aws("iam")
        iam.create_user(UserName=_APP)
        policy = policies.app(f"arn:aws:s3:::{self.outputs['Bucket']}")
        iam.put_user_policy(UserName=_APP, PolicyName=_APP, PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=_APP)["AccessKey"]
        return Address(
            endpoint=self.server.endpoint,
            bucket=self.outputs["Bucket"],
            region=REGION,
            access_key=key["AccessKeyId"],
            secret_key=key["SecretAccessKey"],
            pid=os.getpid(),
        )


def create_stack(cloudformation: Any, name: str, template_url: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Creates a stack from a template in storage, and returns its outputs.

    Raises `MissingPart` with the reason of what failed first.
    """
    cloudformation.create_stack(
        StackName=name,
        TemplateURL=template_url,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    while (stack := cloudformation.describe_stacks(StackName=name)["Stacks"][0])["StackStatus"] not in _FINISHED:
        time.sleep(0.02)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        events = reversed(cloudformation.describe_stack_events(StackName=name)["StackEvents"])
        why: dict[str, str] = next((event for event in events if event["ResourceStatus"].endswith("FAILED")), {})
        what = f"{why.get('LogicalResourceId')}: {why.get('ResourceStatusReason')}"
        raise MissingPart(f"The stack could not be created: {what}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}


def root_client(endpoint: str, service: str) -> Any:
    """A boto3 client with all rights on the stack that listens there."""
    import boto3

    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=ROOT_USER.access_key,
        aws_secret_access_key=ROOT_USER.secret_key,
    )


def remember(address: Address) -> None:
    """Leaves word of a running stack for other commands on this machine; only this user can read it."""
    STATE.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(STATE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(address), file)


def forget() -> None:
    STATE.unlink(missing_ok=True)


def running() -> Address | None:
    """The stack that `up` keeps on this machine, if there is one."""
    import psutil

    try:
        address = Address(**json.loads(STATE.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    if not psutil.pid_exists(address.pid):
        return None
    return address
