"""The second step: a source has arrived; put one job per format on that format's queue.

Whatever can be known to fail without reading the source gets its error.json here, where it costs next to nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from exporters.errors import ExportError, UnknownFormat
from pipeline import job as jobs
from pipeline import settings as environment
from pipeline.batch import Response, process
from pipeline.channels import channels
from pipeline.errors import BadRequest, NotThere
from pipeline.job import Job
from pipeline.queues import Message, replayed_of
from pipeline.routing import queue_for
from pipeline.services import storage_and_queues
from pipeline.storage import Head
from pipeline.telemetry import Invocation, about_job, log, measure


def handler(event: Mapping[str, Any], context: Any) -> Response:
    """Takes a batch of the intake queue's messages, each with S3's events in it."""
    invocation = Invocation.of(environment.settings(), context.aws_request_id)
    return process(event, lambda record: _dispatch(record, invocation))


def _dispatch(record: Mapping[str, Any], invocation: Invocation) -> None:
    body = json.loads(record["body"])
    # The test event that S3 sends when a notification is set up has no records, and wants no work.
    for found in body.get("Records", ()):
        _arrived(found["s3"]["object"], record["eventSourceARN"], invocation, replayed_of(record))


def jobs_of(found: Mapping[str, Any]) -> list[Job]:
    """What a source that S3 tells of is to become: a job for each format that its ticket says.

    Raises `BadRequest` for a source that came without a ticket, and `NotThere` where it was removed since.
    """
    key = unquote_plus(found["key"])  # S3 encodes keys in events as forms do: "a+b" is "a b"
    version = found.get("versionId", "")
    tenant, job, filename = jobs.parse_upload_key(key)
    head = storage_and_queues()[0].head(key, version)
    agreed, tags = _agreed(head), _json(head, "tags")
    return [
        Job(tenant, job, format, filename, version, head.size, given, tags, *_said(head))
        for format, given in agreed.items()
    ]


def _arrived(found: Mapping[str, Any], intake_arn: str, invocation: Invocation, replayed: str) -> None:
    try:
        all_asked = jobs_of(found)
    except (BadRequest, NotThere) as error:  # nobody waits for it
        log("WARNING", "Left alone.", {"error": error.code}, why=str(error))
        return
    _, queues = storage_and_queues()
    taken: list[tuple[str, Job]] = []
    shares = channels().shares()
    for asked in all_asked:
        try:
            _check_format(asked)
            _check_webhook(asked)
            taken.append((queue_for(asked, environment.settings().queue_prefix, shares), asked))
        except ExportError as error:
            _refuse(asked, error, intake_arn, invocation)
    # Last, so that what goes wrong before makes the event come back without a job that is done twice.
    for queue, asked in taken:
        _withdraw_error(asked)
        queues.send(intake_arn, queue, Message(asked.to_json(), asked.tenant, replayed))
        log("INFO", "Dispatched.", about_job(asked, invocation), size=asked.size)


def _withdraw_error(asked: Job) -> None:
    """Takes away what was said of an earlier version of the source: one that was mended may come as the same job."""
    storage, _ = storage_and_queues()
    try:
        said_of = storage.head(asked.error_key).metadata.get(jobs.FINAL)
    except NotThere:
        return
    if said_of != asked.version:  # or else S3 has told of it twice
        storage.delete(asked.error_key)
        storage.delete(asked.report_key)


def _refuse(asked: Job, error: ExportError, intake_arn: str, invocation: Invocation) -> None:
    storage, queues = storage_and_queues()
    settings = environment.settings()
    storage.write(asked.error_key, jobs.error_json(asked.id, asked.format, error, 1), "application/json")
    about = about_job(asked, invocation) | {"error": error.code}
    measure("WARNING", "Refused.", about, settings.stage, {"failures": 1})
    if settings.notify_queue:
        from pipeline.notices import tell  # a stage that tells nobody does not wait for it

        tell(asked, intake_arn, queues, settings)


def _check_format(asked: Job) -> None:
    """Refuses a format that the stage has no function for: an app that makes its tickets itself may not know."""
    had = environment.settings().formats
    if had and asked.format not in had:
        raise UnknownFormat(asked.format, had)


def _check_webhook(asked: Job) -> None:
    """Refuses a job whose webhook may not be told: its app would wait for a word that never comes, and not know why.

    A ticket of the request function has been checked; an app that makes its tickets itself may not know the hosts.
    """
    if asked.webhook:
        from pipeline.webhooks import check_url  # few jobs have one

        settings = environment.settings()
        check_url(asked.webhook, settings.webhook_hosts, embedded=bool(settings.endpoint))


def _agreed(head: Head) -> dict[str, dict[str, object]]:
    """The formats that the ticket's form pinned, each with its options."""
    given = _json(head, "options")
    names = [jobs.check_name("formats", name) for name in head.metadata.get("formats", "").split(",") if name]
    return {name: dict(given.get(name, {})) for name in names}


def _said(head: Head) -> tuple[str, str, str]:
    """The source's media type, the channel and the webhook, where the app has named one."""
    return head.metadata.get("media-type", ""), head.metadata.get("channel", ""), head.metadata.get("webhook", "")


def _json(head: Head, name: str) -> dict[str, Any]:
    try:
        found = json.loads(head.metadata.get(name, "{}"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BadRequest(f"The metadata field {name!r} is not a JSON object. Upload with the form of a ticket.")
    return found
