"""Says of exports that they have failed where their functions could not: they do not start, or AWS does not let them.

Whatever runs says itself why there is no file, even ahead of a try that may be killed. What never ran leaves a dead
letter and nothing else, and who holds the ticket would wait for nothing. So the watch, where there are dead letters,
looks which of their jobs have been told of, and tells of the others. The letters stay: they can be replayed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping

from pipeline import settings as environment
from pipeline.dispatch import jobs_of
from pipeline.errors import BadRequest, NotStarted, NotThere
from pipeline.job import Job, error_json
from pipeline.queues import Taken, dead_queue_of
from pipeline.services import storage_and_queues
from pipeline.telemetry import Invocation, about_job, log, measure

# What storage holds of such a job is there yet: no stage deletes files sooner. Of an older one nobody could say any
# more whether it was told of, and its ticket's links have ended.
_YOUNG_S = 24 * 3600

_HIDDEN_S = 90  # longer than the watch may run


def break_silence(near_arn: str, dead: Mapping[str, int], ends: float, invocation: Invocation) -> None:
    """Looks through queues of dead letters, which have so many each, until `ends`, a time of `time.monotonic`.

    The shortest first, so that one with thousands keeps nobody else waiting.
    """
    _, queues = storage_and_queues()
    notices = dead_queue_of(environment.settings().notify_queue)  # of jobs that have ended
    for name, count in sorted(dead.items(), key=lambda each: each[1]):
        taken: list[Taken] = []
        try:
            while name != notices and len(taken) < count and time.monotonic() < ends:
                batch = queues.take(near_arn, name, _HIDDEN_S)
                taken += batch
                if not batch:
                    break
                for letter in batch:
                    _look(letter, near_arn, invocation)
        finally:
            for letter in taken:
                queues.hide(near_arn + name, letter.receipt, 0)
        if name != notices and len(taken) < count:
            log("WARNING", "Not all dead letters were looked at.", {"queue": name, "looked_at": len(taken)})


def _look(letter: Taken, near_arn: str, invocation: Invocation) -> None:
    if time.time() - letter.sent_ms / 1000 > _YOUNG_S:
        return
    for job in _jobs(letter.body):
        if _is_silent(job):
            _tell(job, near_arn, invocation)


def _jobs(body: str) -> Iterator[Job]:
    """Those of an upload, or the one that the message is; none of a message that nobody can read."""
    try:
        uploads = json.loads(body).get("Records")
        if uploads is None:
            yield Job.from_json(body)
            return
        for each in uploads:
            yield from jobs_of(each["s3"]["object"])
    except (BadRequest, NotThere, ValueError, TypeError, KeyError, AttributeError):
        return


def _is_silent(job: Job) -> bool:
    """Whether there is neither a file nor an error. The first question is far cheaper, and mostly enough."""
    storage, _ = storage_and_queues()
    if storage.exists(job.error_key):
        return False
    report = job.report_key.rpartition("/")[2]
    return all(name == report for name in storage.names(job.folder))


def _tell(job: Job, near_arn: str, invocation: Invocation) -> None:
    storage, queues = storage_and_queues()
    settings = environment.settings()
    error = NotStarted(
        f"The export to {job.format} was not begun: its function did not start, or was not let start. Nothing is wrong "
        "with the source. The operator can replay the job once that is mended."
    )
    storage.write(job.error_key, error_json(job.id, job.format, error, settings.max_receives), "application/json")
    about = about_job(job, invocation) | {"error": error.code}
    measure("ERROR", "Never begun.", about, settings.stage, {"failures": 1, "mistakes": 1})
    if settings.notify_queue:
        from pipeline.notices import tell  # a stage that tells nobody does not wait for it

        tell(job, near_arn, queues, settings)
