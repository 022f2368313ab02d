"""What a function is told by its environment: typed, read once, when first needed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from exporters.errors import MissingPart
from exporters.frozen import frozen
from pipeline.signing import Credentials
from pipeline.tuning.prices import Architecture


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
    architecture: Architecture = "arm64"
    """Of the stage's functions, which differ in their price."""
    tenant_claim: str = ""
    """Which claim of a caller's token is the tenant; "" where callers sign with AWS credentials and name it."""
    formats: tuple[str, ...] = ()
    """Those that are deployed, as a list with commas; none where all are."""
    next_formats: tuple[str, ...] = ()
    """Those with a next channel, as a list with commas."""
    large_formats: tuple[str, ...] = ()
    """Those with a larger function, as a list with commas; only the watch is told."""
    large_queue: str = ""
    """The name of the larger function's queue; "" where there is none, and for that function itself."""
    channels_s: float = 30.0
    """`CHANNELS_SECONDS`: how long what is shipped is believed before it is read again."""
    intake_queue: str = ""
    """The name of the queue of uploads that have arrived; only the watch is told."""
    notify_queue: str = ""
    """The name of the queue of what is to be told; "" where the stage tells nobody."""
    notify: tuple[str, ...] = ()
    """Who is told of every outcome, of `pipeline.notices.TARGETS`."""
    webhook_hosts: tuple[str, ...] = ()
    """The hosts that may be told by webhook."""
    iot_endpoint: str = ""
    """The host of the account's MQTT broker."""
    mqtt_role: str = ""
    """The ARN of the role that a browser listens with; "" where it is not to listen."""


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
        architecture="x86_64" if environment.get("ARCHITECTURE") == "x86_64" else "arm64",
        tenant_claim=environment.get("TENANT_CLAIM", ""),
        formats=tuple(filter(None, environment.get("FORMATS", "").split(","))),
        next_formats=_names(environment, "NEXT_FORMATS"),
        large_formats=_names(environment, "LARGE_FORMATS"),
        large_queue=environment.get("LARGE_QUEUE", ""),
        channels_s=float(environment.get("CHANNELS_SECONDS", "30")),
        intake_queue=environment.get("INTAKE_QUEUE", ""),
        notify_queue=environment.get("NOTIFY_QUEUE", ""),
        notify=_names(environment, "NOTIFY"),
        webhook_hosts=_names(environment, "WEBHOOK_HOSTS"),
        iot_endpoint=environment.get("IOT_ENDPOINT", ""),
        mqtt_role=environment.get("MQTT_ROLE", ""),
    )


def _names(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(filter(None, environment.get(name, "").split(",")))


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
