"""The steps, played by hand, and questions to the queues of a running stack."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from copy import replace
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from pipeline import dispatch, export
from pipeline import settings as environment
from pipeline.channels import channels
from pipeline.job import Job
from pipeline.local.server import REGION, ROOT_USER, Server
from pipeline.local.stack import LocalStack
from pipeline.services import storage_and_queues

EVENTS = Path(__file__).parent.parent / "events"


@dataclass(frozen=True)
class Context:
    """What Lambda gives a handler besides the event."""

    aws_request_id: str = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    milliseconds: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


class Steps:
    """A bucket and queues of its own, and the handlers called by hand with the events that AWS would send."""

    def __init__(self, server: Server) -> None:
        import boto3

        def client(service: str) -> Any:
            return boto3.client(
                service,
                region_name=REGION,
                endpoint_url=server.endpoint,
                aws_access_key_id=ROOT_USER.access_key,
                aws_secret_access_key=ROOT_USER.secret_key,
            )

        self.client = client
        self.s3, self.sqs = client("s3"), client("sqs")
        name = uuid4().hex[:12]
        self.bucket, self.prefix = f"bucket-{name}", f"{name}-export-"
        self.s3.create_bucket(Bucket=self.bucket)
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        self.intake = f"arn:aws:sqs:{REGION}:000000000000:{name}-intake"
        for format in ("text", "html", "json"):
            self.sqs.create_queue(QueueName=f"{self.prefix}{format}-dead")
            self.sqs.create_queue(QueueName=self.prefix + format)

    def put_source(self, key: str, data: bytes = b"# Hello\n", **metadata: str) -> str:
        """Puts a source as a ticket's form would, and returns its version."""
        put = self.s3.put_object(Bucket=self.bucket, Key=key, Body=data, Metadata=metadata)
        version: str = put["VersionId"]
        return version

    def dispatch(self, *bodies: str) -> dict[str, Any]:
        """Hands the dispatcher the intake queue's messages."""
        return dispatch.handler(
            {"Records": [sqs_record(body, self.intake, str(n)) for n, body in enumerate(bodies)]}, Context()
        )

    def export(self, job: Job, receive_count: int = 1, seconds: int = 60, *, replayed: bool = False) -> dict[str, Any]:
        """Hands the exporter a delivery of a job's message, really received from its queue."""
        arn = f"arn:aws:sqs:{REGION}:000000000000:{self.prefix}{job.format}"
        url = self.queue_url(job.format)
        self.sqs.send_message(QueueUrl=url, MessageBody=job.to_json())
        message = self.sqs.receive_message(QueueUrl=url)["Messages"][0]
        record = sqs_record(message["Body"], arn, message["MessageId"])
        record["receiptHandle"] = message["ReceiptHandle"]
        record["attributes"]["ApproximateReceiveCount"] = str(receive_count)
        if replayed:
            mark = {"stringValue": "2026-11-26T07:00:00+00:00", "dataType": "String"}
            record["messageAttributes"] = {"replayed": mark}
        return export.handler({"Records": [record]}, Context(milliseconds=seconds * 1000))

    def job(self, format: str = "text", data: bytes = b"# Hello\n", filename: str = "notes.md", **more: Any) -> Job:
        """A job whose source is in storage."""
        job = Job("tenant", uuid4().hex, format, filename, "", len(data), **more)
        return replace(job, version=self.put_source(job.source_key, data))

    def queue_url(self, format: str) -> str:
        url: str = self.sqs.get_queue_url(QueueName=self.prefix + format)["QueueUrl"]
        return url

    def jobs_on(self, format: str) -> list[Job]:
        """Takes all messages from a queue."""
        found = self.sqs.receive_message(QueueUrl=self.queue_url(format), MaxNumberOfMessages=10)
        return [Job.from_json(message["Body"]) for message in found.get("Messages", ())]

    def read(self, key: str) -> bytes | None:
        try:
            body: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except self.s3.exceptions.NoSuchKey:
            return None
        return body

    def error(self, job: Job) -> dict[str, Any] | None:
        """What error.json says, if there is one."""
        found = self.read(job.error_key)
        return json.loads(found) if found else None


def forget_settings() -> None:
    """A process reads its settings once; the next test is another process as far as they are concerned."""
    for cached in (environment.settings, environment.credentials, storage_and_queues, channels):
        cached.cache_clear()


def sqs_record(body: str, queue_arn: str, message_id: str = "1") -> dict[str, Any]:
    record: dict[str, Any] = json.loads((EVENTS / "sqs_record.json").read_text())
    return record | {"body": body, "eventSourceARN": queue_arn, "messageId": message_id}


def queue_url(stack: LocalStack, name: str) -> str:
    """Of a format's queue, or with "-dead" after its name that of its dead letters."""
    url: str = stack.aws("sqs").get_queue_url(QueueName=f"document-export-local-export-{name}")["QueueUrl"]
    return url


def number(stack: LocalStack, name: str, attribute: str) -> int:
    """What a queue says about itself, such as ApproximateNumberOfMessages."""
    found = stack.aws("sqs").get_queue_attributes(QueueUrl=queue_url(stack, name), AttributeNames=[attribute])
    return int(found["Attributes"][attribute])


def wait_until_empty(stack: LocalStack, format: str) -> None:
    """Returns once no message waits on a format's queue and none is being worked on."""
    time.sleep(0.5)  # for the event to pass through the dispatcher
    kinds = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    wait_until(lambda: not any(number(stack, format, kind) for kind in kinds))


def wait_until[T](ask: Callable[[], T], seconds: float = 120) -> T:
    """What `ask` answers as soon as that is true, or not empty."""
    ends = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < ends, "It does not come to pass."
        time.sleep(0.05)
    return answer
