"""Removes a stage, with all that was made for it: its files, its stack, its packages, its secrets."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from exporters.errors import RequestError
from pipeline.deployment import deploy, push, release
from pipeline.deployment.account import SERVICE, Account, find_stack, outputs_of, saying
from pipeline.deployment.deploy import ROOT, Say
from pipeline.deployment.stages import Stage

_AT_ONCE = 1_000  # keys that S3 deletes in one call


class NoStage(RequestError):
    """There is nothing to remove, or not here. Says where it was looked for."""

    code = "no-stage"


def remove(stage: Stage, account: Account, say: Say, root: Path = ROOT) -> None:
    """Leaves nothing of it in the account. What is gone already is passed over.

    Raises `NoStage` where there is nothing of it at all, or it is in another region; and `AwsSaidNo`.
    """
    storage = account.client("s3")
    stack = find_stack(account.client("cloudformation"), f"{SERVICE}-{stage.name}")
    code = release.code_bucket(stage.name, account.id)
    there = _buckets(stage, account, bool(stack))
    if stack:
        if bucket := outputs_of(stack).get("Bucket"):
            say(f"Emptying the bucket {bucket}")
            empty(storage, bucket)  # CloudFormation removes no bucket that holds something
        say(f"Removing the stack {SERVICE}-{stage.name}: a few minutes")
        release.write(stage, release.Parts({}, {}, code), root)  # osls reads the page before it removes
        deploy.run_osls(root, say, "remove", "--verbose", "--stage", stage.name, "--region", account.region)
    if code in there:
        say(f"Removing the bucket {code}")
        empty(storage, code)
        with saying(f"remove the bucket {code}"):
            storage.delete_bucket(Bucket=code)
    push.forget(account.client("ssm"), stage.name)


def _buckets(stage: Stage, account: Account, has_stack: bool) -> Collection[str]:
    """Those of its buckets that there are. Raises `NoStage`: buckets have one name in all regions, stacks have not."""
    files, code = f"{SERVICE}-{stage.name}-{account.id}", release.code_bucket(stage.name, account.id)
    storage = account.client("s3")
    regions = {bucket: region for bucket in (files, code) if (region := region_of(storage, bucket))}
    for bucket, region in regions.items():
        if region != account.region:
            raise NoStage(
                f"The stage {stage.name!r} is not in region {account.region}: its bucket {bucket} is in {region}. "
                f"Nothing was removed. Set AWS_REGION={region}."
            )
    if files in regions and not has_stack:
        raise NoStage(
            f"The stage {stage.name!r} has no stack any more, but its bucket {files} is there, and may hold its users' "
            "files. Nothing was removed. Empty and delete it yourself, and give this command again."
        )
    if not (regions or has_stack):
        raise NoStage(
            f"There is no stage {stage.name!r} in account {account.id}, region {account.region}: neither a stack nor a "
            "bucket. Nothing was removed."
        )
    return regions


def empty(storage: Any, bucket: str) -> None:
    """Deletes every version of every object in a bucket, if there is one."""
    if not region_of(storage, bucket):
        return
    with saying(f"empty the bucket {bucket}"):
        for page in storage.get_paginator("list_object_versions").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": _AT_ONCE}
        ):
            found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            if found:
                keys = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
                storage.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})


def region_of(storage: Any, bucket: str) -> str:
    """Where a bucket is; "" where there is none."""
    from botocore.exceptions import ClientError

    with saying(f"look for the bucket {bucket}"):
        try:
            found: str = storage.head_bucket(Bucket=bucket)["BucketRegion"]
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return ""
            raise
    return found
