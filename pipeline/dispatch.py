"""The second step: a source has arrived; put one job per format on that format's queue.

Whatever can be known to fail without reading the source gets its error.json here, where it costs next to nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from exporters.errors import ExportError
from pipeline import job as jobs
from pipeline import settings as environment
from pipeline.batch import Response, process
from pipeline.errors import BadRequest, NotThere
from pipeline.job import Job
from pipeline.queues import Message
from pipeline.routing import queue_for
from pipeline.services import storage_and_queues
from pipeline.storage import Head
from pipeline.telemetry import Invocation, about_job, log, measure


def handler(event: Mapping[str, Any], context: Any) -> Response:
    """Takes a batch of the intake queue's messages, each with S3's events in it."""
    invocation = Invocation(environment.settings().memory_mb, context.aws_request_id)
    return process(event, lambda record: _dispatch(record, invocation))


def _dispatch(record: Mapping[str, Any], invocation: Invocation) -> None:
    body = json.loads(record["body"])
    # The test event that S3 sends when a notification is set up has no records, and wants no work.
    for found in body.get("Records", ()):
        _arrived(found["s3"]["object"], record["eventSourceARN"], invocation)


def _arrived(found: Mapping[str, Any], intake_arn: str, invocation: Invocation) -> None:
    storage, queues = storage_and_queues()
    key = unquote_plus(found["key"])  # S3 encodes keys in events as forms do: "a+b" is "a b"
    version = found.get("versionId", "")
    try:
        tenant, job, filename = jobs.parse_upload_key(key)
        head = storage.head(key, version)
        agreed, tags = _agreed(head), _json(head, "tags")
    except (BadRequest, NotThere) as error:  # not from a ticket, or removed since: nobody waits for it
        log("WARNING", "Left alone.", {"error": error.code}, why=str(error))
        return
    for format, given in agreed.items():
        asked = Job(tenant, job, format, filename, version, head.size, given, tags, head.metadata.get("media-type", ""))
        about = about_job(asked, invocation)
        try:
            queue = queue_for(asked, environment.settings().queue_prefix)
        except ExportError as error:
            storage.write(asked.error_key, jobs.error_json(job, format, error, 1), "application/json")
            stage = environment.settings().stage
            measure("WARNING", "Refused.", about | {"error": error.code}, stage, format, {"failures": ("Count", 1)})
        else:
            queues.send(intake_arn, queue, Message(asked.to_json(), tenant))
            log("INFO", "Dispatched.", about, size=head.size)


def _agreed(head: Head) -> dict[str, dict[str, object]]:
    """The formats that the ticket's form pinned, each with its options."""
    given = _json(head, "options")
    names = [jobs.check_name("formats", name) for name in head.metadata.get("formats", "").split(",") if name]
    return {name: dict(given.get(name, {})) for name in names}


def _json(head: Head, name: str) -> dict[str, Any]:
    try:
        found = json.loads(head.metadata.get(name, "{}"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BadRequest(f"The metadata field {name!r} is not a JSON object. Upload with the form of a ticket.")
    return found
