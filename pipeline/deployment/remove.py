"""Removes a stage, with all that was made for it: its files, its stack, its packages, its secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.deployment import deploy, push, release
from pipeline.deployment.account import SERVICE, Account, find_stack, outputs_of, saying
from pipeline.deployment.deploy import ROOT, Say
from pipeline.deployment.stages import Stage

_AT_ONCE = 1_000  # keys that S3 deletes in one call


def remove(stage: Stage, account: Account, say: Say, root: Path = ROOT) -> None:
    """Leaves nothing of it in the account. What is gone already is passed over. Raises `AwsSaidNo`."""
    storage = account.client("s3")
    stack = find_stack(account.client("cloudformation"), f"{SERVICE}-{stage.name}")
    code = release.code_bucket(stage.name, account.id)
    if stack:
        if bucket := outputs_of(stack).get("Bucket"):
            say(f"Emptying the bucket {bucket}")
            empty(storage, bucket)  # CloudFormation removes no bucket that holds something
        say(f"Removing the stack {SERVICE}-{stage.name}: a few minutes")
        release.write(stage, release.Parts({}, {}, code), root)  # osls reads the page before it removes
        deploy.run_osls(root, say, "remove", "--verbose", "--stage", stage.name, "--region", account.region)
    if exists(storage, code):
        say(f"Removing the bucket {code}")
        empty(storage, code)
        with saying(f"remove the bucket {code}"):
            storage.delete_bucket(Bucket=code)
    push.forget(account.client("ssm"), stage.name)


def empty(storage: Any, bucket: str) -> None:
    """Deletes every version of every object in a bucket, if there is one."""
    if not exists(storage, bucket):
        return
    with saying(f"empty the bucket {bucket}"):
        for page in storage.get_paginator("list_object_versions").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": _AT_ONCE}
        ):
            found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            if found:
                keys = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
                storage.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})


def exists(storage: Any, bucket: str) -> bool:
    """Whether there is such a bucket."""
    from botocore.exceptions import ClientError

    with saying(f"look for the bucket {bucket}"):
        try:
            storage.head_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
    return True
