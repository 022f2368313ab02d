"""Deploys a stage: packages, layers, stack. What is there already is left as it is, so it can be called again.

Each part of the work can be done twice: packages and layers are called by their content, the stack is CloudFormation's,
which goes back by itself if an update fails. Whatever breaks off is finished by the next call.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from exporters import registry
from pipeline import policies
from pipeline.deployment import formats, layers, packages, push, release
from pipeline.deployment.account import SERVICE, Account, AwsSaidNo, find_stack, outputs_of, saying
from pipeline.deployment.channels import was_shipped
from pipeline.deployment.packages import Package
from pipeline.deployment.release import Parts
from pipeline.deployment.stages import Stage

ROOT = Path(__file__).parents[2]

type Say = Callable[[str], None]

_STEPS = ("request", "dispatch", "watch")  # the functions that serverless.yml has itself
_KEPT_VERSIONS = 5  # of each function, to go back to; Lambda keeps 75 GB of an account's code for nothing
_TAIL = 30  # lines of osls that are shown when it fails


@dataclass(frozen=True, slots=True)
class Deployed:
    """What an app needs of a stage."""

    region: str
    outputs: Mapping[str, str]
    policy: Path
    """What the app's role needs, as a policy to attach."""


def deploy(stage: Stage, account: Account, say: Say, root: Path = ROOT) -> Deployed:
    """Makes the stage as the working tree has it; `say` is told of each step.

    Raises `AwsSaidNo`, and `DeploymentFailed` where osls or CloudFormation gave up.
    """
    stack = _ready(stage, account, say)
    _, parts, layer_zips = _parts(stage, release.code_bucket(stage.name, account.id), say, root)
    _code_bucket(parts.bucket, account, say)
    _upload_layers(account.client("s3"), layer_zips, parts, say)
    push.prepare(account.client, stage)
    release.write(stage, parts, root)
    say(f"{'Updating' if stack else 'Creating'} the stack {SERVICE}-{stage.name}: a few minutes")
    cloudformation = account.client("cloudformation")
    try:
        run_osls(root, say, "deploy", "--verbose", "--stage", stage.name, "--region", account.region)
    except DeploymentFailed as failed:
        raise DeploymentFailed("\n".join([str(failed), *_reasons(cloudformation, stage)])) from None
    say("Looking whether all is well, and taking away old versions")
    functions = account.client("lambda")
    _start_watch(functions, stage)
    prune_versions(functions, stage, functions_of(stage))
    outputs = outputs_of(find_stack(cloudformation, f"{SERVICE}-{stage.name}") or {})
    return Deployed(account.region, outputs, _policy(stage, account, outputs, root))


def package(stage: Stage, say: Say, root: Path = ROOT) -> list[Package]:
    """Makes all that a deployment uploads, without an account: no credentials, no network once the caches are warm.

    Returns the functions' packages, to tell their sizes.
    """
    # The bucket's real name has the account's number, which nobody knows here.
    made, parts, _ = _parts(stage, release.code_bucket(stage.name, "account"), say, root)
    release.write(stage, parts, root)
    say("Packaging the stack")
    run_osls(root, say, "package", "--stage", stage.name)
    return made


def functions_of(stage: Stage) -> list[str]:
    """The names of a stage's functions."""
    exporters = {name: registry.get(name) for name in stage.formats}
    return [*_STEPS, *push.functions(stage), *formats.functions(exporters, stage)]


class DeploymentFailed(AwsSaidNo):
    """osls or CloudFormation gave up. Holds the end of what they said."""

    code = "deployment-failed"


def _ready(stage: Stage, account: Account, say: Say) -> dict[str, Any] | None:
    """The stack as it is; None where it is to be created. A first creation that failed is cleared away."""
    cloudformation = account.client("cloudformation")
    name = f"{SERVICE}-{stage.name}"
    stack = find_stack(cloudformation, name)
    status = stack["StackStatus"] if stack else ""
    if status.endswith("_IN_PROGRESS"):
        raise AwsSaidNo(f"The stack {name} is being changed at this moment ({status}). Wait until that is over.")
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"):
        say(f"Clearing away a stack that was not completed ({status})")
        with saying(f"delete the stack {name}"):
            cloudformation.delete_stack(StackName=name)
            cloudformation.get_waiter("stack_delete_complete").wait(StackName=name)
        return None
    return stack


def _parts(stage: Stage, bucket: str, say: Say, root: Path) -> tuple[list[Package], Parts, dict[str, Path]]:
    """What is uploaded, built; and where the layers lie."""
    wanted = dict.fromkeys(map(formats.package_of, functions_of(stage)))
    made = packages.build_all(root, root / "build" / "packages", wanted, stage.architecture, say)
    zips = layers.build_all(root, root / "build" / "layers", layers.needed(stage.formats), stage.architecture, say)
    digests = {name: layers.built(path).sha256 for name, path in zips.items()}
    return [*made.values()], Parts({name: each.digest for name, each in made.items()}, digests, bucket), zips


def _code_bucket(name: str, account: Account, say: Say) -> None:
    """The bucket for packages and layers: made, if it is not there, and closed."""
    from botocore.exceptions import ClientError

    storage = account.client("s3")
    with saying(f"make the bucket {name}"):
        try:
            storage.head_bucket(Bucket=name, ExpectedBucketOwner=account.id)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            say(f"Making the bucket {name}")
            # us-east-1 is the one region that may not be named.
            place = {} if account.region == "us-east-1" else {"LocationConstraint": account.region}
            storage.create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))
            storage.get_waiter("bucket_exists").wait(Bucket=name)
        storage.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=_CLOSED)
        storage.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration=_LEFTOVERS)
        if not os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://"):  # the embedded stack has no TLS
            storage.put_bucket_policy(Bucket=name, Policy=json.dumps(_only_tls(name, account)))


def _upload_layers(storage: Any, zips: Mapping[str, Path], parts: Parts, say: Say) -> None:
    from botocore.exceptions import ClientError

    for name, path in zips.items():
        key = layers.key(name, parts.layers[name])
        with saying(f"upload the layer {name}"):
            try:
                storage.head_object(Bucket=parts.bucket, Key=key)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                    raise
                say(f"Uploading the layer {name}: {path.stat().st_size / 1e6:.0f} MB")
                storage.upload_file(str(path), parts.bucket, key)


def _reasons(cloudformation: Any, stage: Stage) -> list[str]:
    """What CloudFormation says of each thing that it could not make, when it was asked last."""
    from botocore.exceptions import ClientError

    try:
        events = cloudformation.describe_events(StackName=f"{SERVICE}-{stage.name}")["OperationEvents"]
    except ClientError:  # there is no such stack, or nobody may ask
        return []
    last = [each for each in events if each["OperationId"] == events[0]["OperationId"]]
    return [
        f"{each['LogicalResourceId']} ({each['ResourceType']}): {reason}"
        for each in last
        if (reason := each.get("ValidationStatusReason") or each.get("ResourceStatusReason"))
        and "FAILED" in (each.get("ValidationStatus", ""), *each.get("ResourceStatus", "").split("_"))
        and "cancelled" not in reason  # as all others are when one has failed
    ]


def _start_watch(functions: Any, stage: Stage) -> None:
    """Runs the function that watches, once: that shows that functions start, and its alarm hears of it."""
    name = f"{SERVICE}-{stage.name}-watch"
    with saying(f"start {name}"):
        answer = functions.invoke(FunctionName=name, Qualifier="live", Payload=b"{}")
    if "FunctionError" in answer:
        why = answer["Payload"].read().decode()[:500]
        raise DeploymentFailed(f"The stack is there, but {name} does not run: {why}")


def prune_versions(functions: Any, stage: Stage, names: list[str]) -> None:
    """Deletes the versions of each function that nothing points to, but for the last few and the last one deployed."""
    for name in names:
        function = f"{SERVICE}-{stage.name}-{name}"
        with saying(f"look at the versions of {function}"):
            used = {each["FunctionVersion"] for each in _all(functions, "list_aliases", "Aliases", function)}
            found = _all(functions, "list_versions_by_function", "Versions", function)
            versions = {int(each["Version"]): each for each in found if each["Version"].isdigit()}
            # The stack knows this one, and what is shipped takes its settings from it.
            used |= {str(max((n for n in versions if not was_shipped(versions[n])), default=0))}
            for number in sorted(versions, reverse=True)[_KEPT_VERSIONS:]:
                if str(number) not in used:
                    functions.delete_function(FunctionName=function, Qualifier=str(number))


def _all(functions: Any, call: str, field: str, function: str) -> list[dict[str, Any]]:
    pages = functions.get_paginator(call).paginate(FunctionName=function)
    return [each for page in pages for each in page[field]]


def _policy(stage: Stage, account: Account, outputs: Mapping[str, str], root: Path) -> Path:
    """What an app's role needs to get tickets in any of the three ways; it may leave out those that it does not use."""
    path = root / "build" / "release" / stage.name / "app-policy.json"
    signs = policies.app(f"arn:{account.partition}:s3:::{outputs['Bucket']}", outputs.get("ListenerRole", ""))
    invokes = policies.asks_function(outputs["RequestFunction"])
    asked = [signs, invokes]
    if stage.requests.kind == "iam":
        address = urlsplit(outputs["RequestUrl"]).netloc.partition(".")[0]
        asked.append(
            policies.asks_address(f"arn:{account.partition}:execute-api:{account.region}:{account.id}:{address}")
        )
    statements = [statement for each in asked for statement in each["Statement"]]
    path.write_text(json.dumps({"Version": signs["Version"], "Statement": _named_once(statements)}, indent=2))
    return path


def _named_once(statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Statements of several policies in one: each has a name of its own."""
    seen: dict[str, int] = {}
    for each in statements:
        seen[each["Sid"]] = seen.get(each["Sid"], 0) + 1
        if seen[each["Sid"]] > 1:
            each["Sid"] += str(seen[each["Sid"]])
    return statements


def run_osls(root: Path, say: Say, *arguments: str) -> None:
    """Runs osls, and tells what it says as it says it."""
    command = [str(root / "node_modules" / ".bin" / "osls"), *arguments]
    # Node is beside Python, from a wheel; osls has nothing to send anywhere and nobody to ask.
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off", "CI": "1"}
    said: list[str] = []
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as osls:
        for line in osls.stdout or ():
            said.append(line.rstrip())
            if " - AWS::" in line:  # an event of the stack: CREATE_COMPLETE - AWS::SQS::Queue - IntakeQueue
                say(line.strip())
    if osls.returncode:
        raise DeploymentFailed(
            "The stack was not changed as asked; CloudFormation goes back to what was before. osls says:\n"
            + "\n".join(each for each in said[-_TAIL:] if each)
        )


_CLOSED = {"BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True}
_LEFTOVERS = {
    "Rules": [
        {
            "ID": "leftovers",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
    ]
}


def _only_tls(bucket: str, account: Account) -> policies.Policy:
    arn = f"arn:{account.partition}:s3:::{bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": False}},
            }
        ],
    }
