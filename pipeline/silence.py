"""Says of exports that they have failed where their functions could not: they do not start, or AWS does not let them.

Whatever runs says itself why there is no file, even ahead of a try that may be killed. What never ran leaves a dead
letter and nothing else, and who holds the ticket would wait for nothing. So the watch, where there are dead letters,
looks which of their jobs have been told of, and tells of the others. The letters stay: they can be replayed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline import settings as environment
from pipeline.dispatch import jobs_of
from pipeline.errors import BadRequest, NotStarted, NotThere
from pipeline.job import REPORT, Job, error_json
from pipeline.queues import LARGE, NEXT, Taken, dead_queue_of
from pipeline.services import storage_and_queues
from pipeline.telemetry import Invocation, about_job, log, measure

if TYPE_CHECKING:
    from pipeline.watch import Seen

# What storage holds of such a job is there yet: no stage deletes files sooner. Of an older one nobody could say any
# more whether it was told of, and its ticket's links have ended.
_YOUNG_S = 24 * 3600

_HIDDEN_S = 90  # longer than the watch may run
_BATCH = 10  # messages, the most that SQS takes or gives in one call
_TOLD_AFTER_S = 2  # when the error has been written
_MOST = 1_000  # letters of a queue that are looked at each time, for $0.0001


def break_silence(near_arn: str, seen: Seen, ends: float, invocation: Invocation) -> None:
    """Looks through queues of dead letters until `ends`, a time of `time.monotonic`, the shortest first."""
    began = time.monotonic()

    def has_time() -> bool:
        # To give letters back takes no longer than to take them has.
        return 2 * time.monotonic() - began < ends

    notices = dead_queue_of(environment.settings().notify_queue)  # of jobs that have ended
    for name, count in sorted(seen.dead.items(), key=lambda each: each[1]):
        if name != notices:
            looked_at = 0
            with closing(_letters(near_arn, name, min(count, _MOST), has_time)) as letters:
                for letter in letters:
                    looked_at += 1
                    _look(letter, near_arn, seen.waiting, invocation)
            if looked_at < count:
                log("WARNING", "Not all dead letters were looked at.", {"queue": name, "looked_at": looked_at})


def _letters(near_arn: str, name: str, most: int, has_time: Callable[[], bool]) -> Generator[Taken]:
    """Those of a queue, as long as there is time; they are given back when that ends."""
    _, queues = storage_and_queues()
    taken: list[Taken] = []
    try:
        while len(taken) < most and has_time():
            batch = queues.take(near_arn, name, _HIDDEN_S)
            if not batch:
                return
            taken += batch
            yield from takewhile(lambda _: has_time(), batch)
    finally:
        for begin in range(0, len(taken), _BATCH):
            queues.give_back(near_arn, name, taken[begin : begin + _BATCH])


def _look(letter: Taken, near_arn: str, waiting: Mapping[str, int], invocation: Invocation) -> None:
    if time.time() - letter.sent_ms / 1000 > _YOUNG_S:
        return
    is_upload, jobs = _jobs(letter.body)
    for job in jobs:
        # Of an upload's jobs some may have been dispatched, and wait: one that is on an empty queue does not.
        if not (is_upload and _queued(job, waiting)) and _is_silent(job):
            _tell(job, near_arn, invocation)


def _queued(job: Job, waiting: Mapping[str, int]) -> bool:
    queue = environment.settings().queue_prefix + job.format
    return any(queue + kind in waiting for kind in ("", NEXT, LARGE))


def _jobs(body: str) -> tuple[bool, list[Job]]:
    """Whether it is an upload, and its jobs; or the one that the message is; none of a message that nobody can read."""
    try:
        uploads = json.loads(body).get("Records")
        if uploads is None:
            return False, [Job.from_json(body)]
        return True, [job for each in uploads for job in jobs_of(each["s3"]["object"])]
    except (BadRequest, NotThere, ValueError, TypeError, KeyError, AttributeError):
        return False, []


def _is_silent(job: Job) -> bool:
    """Whether there is neither a file nor an error. The first question is far cheaper, and mostly enough."""
    storage, _ = storage_and_queues()
    if storage.exists(job.error_key):
        return False
    return all(name == REPORT for name in storage.names(job.folder))


def _tell(job: Job, near_arn: str, invocation: Invocation) -> None:
    storage, queues = storage_and_queues()
    settings = environment.settings()
    error = NotStarted(
        f"The export to {job.format} was not begun: its function did not start, or was not let start. Nothing is wrong "
        "with the source. The operator can replay the job once that is mended."
    )
    if settings.notify_queue:
        from pipeline.notices import tell  # a stage that tells nobody does not wait for it

        # Before the error, with which all is done: what goes wrong here is tried again by the next run.
        tell(job, near_arn, queues, settings, _TOLD_AFTER_S)
    storage.write(job.error_key, error_json(job.id, job.format, error, settings.max_receives), "application/json")
    about = about_job(job, invocation) | {"error": error.code}
    measure("ERROR", "Never begun.", about, settings.stage, {"failures": 1, "mistakes": 1})
