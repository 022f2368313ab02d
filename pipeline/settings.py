"""What a function is told by its environment: typed, read once, when first needed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from exporters.errors import MissingPart
from exporters.frozen import frozen
from pipeline.signing import Credentials


@frozen
class Settings:
    """Each field names its variable where the two differ."""

    bucket: str
    region: str
    stage: str
    endpoint: str
    """`AWS_ENDPOINT_URL`: where the embedded stack listens; "" on AWS."""
    queue_prefix: str
    """What the name of every format's queue begins with."""
    max_receives: int
    """How often a job is tried; the queue's maxReceiveCount."""
    memory_mb: int
    """`AWS_LAMBDA_FUNCTION_MEMORY_SIZE`."""


@cache
def settings() -> Settings:
    """The settings of this process."""
    return from_environment(os.environ)


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Raises `MissingPart`, which names the variable that is not set."""
    for name in ("BUCKET", "AWS_REGION"):
        if not environment.get(name):
            raise MissingPart(f"The environment variable {name} is not set. serverless.yml sets it for every function.")
    return Settings(
        bucket=environment["BUCKET"],
        region=environment["AWS_REGION"],
        stage=environment.get("STAGE", "dev"),
        endpoint=environment.get("AWS_ENDPOINT_URL", "").rstrip("/"),
        queue_prefix=environment.get("QUEUE_PREFIX", ""),
        max_receives=int(environment.get("MAX_RECEIVES", "3")),
        memory_mb=int(environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")),
    )


@cache
def credentials() -> Credentials:
    """The credentials of the function's role, as Lambda gives them to a process for as long as it lives."""
    return credentials_from(os.environ)


def credentials_from(environment: Mapping[str, str]) -> Credentials:
    """Raises `MissingPart` where the environment holds none."""
    key, secret = environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")
    if not (key and secret):
        raise MissingPart(
            "There are no AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set. "
            "Lambda sets them in every function; elsewhere, log in as you do for the aws command."
        )
    ends = environment.get("AWS_CREDENTIAL_EXPIRATION")
    return Credentials(
        key,
        secret,
        environment.get("AWS_SESSION_TOKEN", ""),
        datetime.fromisoformat(ends) if ends else None,
    )
