"""Notices: that somebody is to be told how an export ended. They lie on a queue of their own, for `pipeline.notify`.

A notice holds no outcome. What happened is in storage, and who tells of it looks there, so that a notice may come late
or twice without saying anything wrong. Only a stage that tells somebody loads this module.
"""

from __future__ import annotations

import json
from typing import Any

from exporters.errors import ExportError
from exporters.frozen import frozen
from pipeline.errors import BadRequest, Refused
from pipeline.job import Job
from pipeline.queues import Message, Queues
from pipeline.settings import Settings
from pipeline.telemetry import log

SCHEMA = 1  # of notices; a function reads its own and the one before
WEBHOOK, EVENT, MQTT = "webhook", "event", "mqtt"
TARGETS = (WEBHOOK, EVENT, MQTT)

_MAX_DELAY_S = 900  # of a message in SQS, and the longest that Lambda lets a job run


@frozen
class Notice:
    """One target is to be told of one job."""

    target: str
    job: Job

    def to_json(self) -> str:
        return json.dumps({"schema": SCHEMA, "target": self.target, "job": self.job.to_json()})

    @staticmethod
    def from_json(text: str) -> Notice:
        """Raises `BadRequest` for a message that is no notice, or of another schema."""
        try:
            found: dict[str, Any] = json.loads(text)
            schema, target, job = found["schema"], found["target"], found["job"]
        except (ValueError, TypeError, KeyError) as error:
            raise BadRequest("This is not a notice.") from error
        if schema not in (SCHEMA, SCHEMA - 1) or target not in TARGETS:
            raise BadRequest(f"This is a notice of schema {schema} for {target!r}; this version reads schema {SCHEMA}.")
        return Notice(target, Job.from_json(job))


def tell(job: Job, near_arn: str, queues: Queues, settings: Settings, after_s: int = 0) -> None:
    """Has everybody told of a job whose outcome is in storage, or will be after `after_s` seconds.

    Raises `Unavailable` where the queue does not answer: the caller's own message then comes back, and this is tried
    again. What will not pass by itself is logged, for the operator; the outcome stands, and a ticket's links say it.
    """
    targets = [target for target in settings.notify if target != WEBHOOK or job.webhook]
    try:
        for target in targets:  # a message each, so that who does not listen makes nobody be told twice
            message = Message(Notice(target, job).to_json(), job.tenant)
            queues.send(near_arn, settings.notify_queue, message, min(after_s, _MAX_DELAY_S))
    except Refused as error:
        log("ERROR", "Nobody is told.", _about(job), error=error.code, why=str(error))


def tell_if_killed(job: Job, near_arn: str, queues: Queues, settings: Settings, after_s: int) -> None:
    """The same ahead of a job's last try, which writes nothing any more if it is killed.

    Never stands in the way of the try itself: an error is logged.
    """
    try:
        tell(job, near_arn, queues, settings, after_s)
    except ExportError as error:
        log("ERROR", "Nobody is told if this try is killed.", _about(job), error=error.code, why=str(error))


def _about(job: Job) -> dict[str, object]:
    return {"job": job.id, "tenant": job.tenant, "format": job.format}
