"""The third step: one job, one file. Every format's function runs this module; the job says which format.

Messages come at least once, so the file itself is the record that a job is done: it is written only if it is not there.
A message is acknowledged after the write, never before. What cannot be exported ends as an error.json:

* a source or request that fails for good: at once, and the message is done;
* a mistake of ours: at once too, and the message goes to the dead-letter queue, to be replayed after the fix;
* a killed worker writes nothing, so the last try writes the error.json first and takes it away when the file is there.

Where a stage tells somebody how exports end (`pipeline.notices`), that comes last, when the outcome is in storage; and
once before the last try, to be told when it is over: it may be killed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from exporters import File, Source, export, registry
from exporters.errors import ExportError, Lossy
from exporters.frozen import frozen
from exporters.report import Report
from pipeline import settings as environment
from pipeline.batch import Response, process
from pipeline.bounds import bounded
from pipeline.errors import GaveUp, NotThere
from pipeline.job import Job, error_json
from pipeline.queues import Message, dead_queue_of
from pipeline.services import storage_and_queues
from pipeline.storage import Storage
from pipeline.telemetry import Invocation, Level, about_job, log, measure, peak_memory_mb
from pipeline.tuning.prices import requests_usd

_RESERVE_S = 2  # of the function's time, to say why an export was stopped
_BACK_OFF_S = 5  # before a job is tried again that failed for a reason that passes
_MARGIN_S = 5  # between the end of an invocation and the return of its message
_FINAL = "final"  # in the metadata of an error.json: the version of the source that fails whenever it is tried

_JSON = "application/json"

# To SQS: send, receive, delete. To S3: PUT, GET.
_REQUESTS_USD = requests_usd(invocations=1, sqs=3, sqs_fair=3, s3_writes=1, s3_reads=1)


@frozen
class Attempt:
    """One delivery of a job's message."""

    job: Job
    body: str
    number: int
    queue_arn: str
    receipt: str
    waited_ms: float
    """On the queue, since it was sent."""
    seconds: float
    """That the function may still run."""

    @staticmethod
    def of(record: Mapping[str, Any], seconds: float, now_ms: float) -> Attempt:
        attributes = record["attributes"]
        return Attempt(
            job=Job.from_json(record["body"]),
            body=record["body"],
            number=int(attributes["ApproximateReceiveCount"]),
            queue_arn=record["eventSourceARN"],
            receipt=record["receiptHandle"],
            waited_ms=max(0.0, now_ms - float(attributes["SentTimestamp"])),
            seconds=seconds,
        )


def handler(event: Mapping[str, Any], context: Any) -> Response:
    """Takes the message of one job."""
    invocation = Invocation.of(environment.settings(), context.aws_request_id)

    def work(record: Mapping[str, Any]) -> None:
        _attempt(Attempt.of(record, context.get_remaining_time_in_millis() / 1000, time.time() * 1000), invocation)

    return process(event, work)


def _attempt(attempt: Attempt, invocation: Invocation) -> None:
    storage, queues = storage_and_queues()
    job, about = attempt.job, about_job(attempt.job, invocation)
    again, last = attempt.number > 1, attempt.number >= environment.settings().max_receives
    if again:
        # It was killed or failed before: should that happen again, do not wait for the queue's six timeouts.
        queues.hide(attempt.queue_arn, attempt.receipt, int(attempt.seconds) + _MARGIN_S)
        if storage.exists(job.file_key):
            storage.delete(job.error_key)
            log("INFO", "Already done.", about, attempt=attempt.number)
            _tell(attempt)
            return
        if _failed_before(job, storage):
            log("INFO", "Already failed.", about, attempt=attempt.number)
            _tell(attempt)
            return
    if last:
        storage.write(job.error_key, error_json(job.id, job.format, _gave_up(attempt), attempt.number), _JSON)
        _tell_if_killed(attempt)
    try:
        file = _export(attempt, storage)
    except ExportError as error:
        _failed(attempt, invocation, error, last)
        return
    if file.report.items:
        _write_report(file.report, job, storage)
    first = storage.write_once(job.file_key, file.data, file.media_type, _cost_of(file, attempt, invocation))
    if again:
        storage.delete(job.error_key)
    message = "Exported." if first else "Already done."
    _measure(attempt, invocation, "INFO", message, exports=int(first), size=len(file.data))
    _tell(attempt)


def _export(attempt: Attempt, storage: Storage) -> File:
    job = attempt.job
    with bounded(environment.settings().memory_mb, attempt.seconds - _RESERVE_S):
        data = storage.read(job.source_key, job.version)
        return export(Source(data, job.filename, media_type=job.media_type), job.format, job.options)


def _failed(attempt: Attempt, invocation: Invocation, error: ExportError, last: bool) -> None:
    storage, queues = storage_and_queues()
    job = attempt.job
    if error.retry and not last:
        queues.hide(attempt.queue_arn, attempt.receipt, _BACK_OFF_S * attempt.number)
        raise error
    if isinstance(error, Lossy):
        _write_report(error.report, job, storage)  # before the error, which is what people wait for
    final = {} if error.retry or error.keep else {_FINAL: job.version}
    storage.write(job.error_key, error_json(job.id, job.format, error, attempt.number), _JSON, final)
    if error.keep:
        queues.send(attempt.queue_arn, dead_queue_of(attempt.queue_arn), Message(attempt.body, job.tenant))
    kept = error.keep or error.retry
    level: Level = "ERROR" if kept else "WARNING"
    _measure(attempt, invocation, level, "Failed.", failures=1, mistakes=int(kept), error=error.code, why=str(error))
    _tell(attempt)
    if error.retry:
        raise error  # the queue moves it among its dead letters by itself


def _failed_before(job: Job, storage: Storage) -> bool:
    """Whether an earlier try has said for good why there will be no file, and its message was not acknowledged."""
    try:
        return storage.head(job.error_key).metadata.get(_FINAL) == job.version
    except NotThere:
        return False


def _tell(attempt: Attempt) -> None:
    settings = environment.settings()
    if settings.notify_queue:
        from pipeline.notices import tell  # a stage that tells nobody does not wait for it

        tell(attempt.job, attempt.queue_arn, storage_and_queues()[1], settings)


def _tell_if_killed(attempt: Attempt) -> None:
    settings = environment.settings()
    if settings.notify_queue:
        from pipeline.notices import tell_if_killed

        after_s = int(attempt.seconds) + _MARGIN_S  # Lambda lets nothing run longer
        tell_if_killed(attempt.job, attempt.queue_arn, storage_and_queues()[1], settings, after_s)


def _write_report(report: Report, job: Job, storage: Storage) -> None:
    storage.write(job.report_key, json.dumps(report.as_json(), ensure_ascii=False).encode(), _JSON)


def _gave_up(attempt: Attempt) -> GaveUp:
    declared = registry.get(attempt.job.format)
    return GaveUp(
        f"The export to {attempt.job.format} was stopped {attempt.number} times: this source needs more than the "
        f"{declared.memory_mb} MB of memory or the {declared.timeout_s} seconds that the format has. "
        "Split the source, or ask the operator to replay the job with more."
    )


def _cost_of(file: File, attempt: Attempt, invocation: Invocation) -> dict[str, str]:
    """What the file tells about its making, in its own metadata. `x-amz-meta-` goes before each name."""
    told = {
        "duration-ms": f"{invocation.duration_ms:.0f}",
        "billed-ms": f"{invocation.billed_ms}",
        "waited-ms": f"{attempt.waited_ms:.0f}",
        "peak-memory-mb": f"{peak_memory_mb():.0f}",
        "cost-usd": f"{invocation.compute_usd + _REQUESTS_USD:.9f}",
        "attempt": str(attempt.number),
    }
    return told | {name: str(value) for name, value in file.report.facts.items()}


def _measure(
    attempt: Attempt,
    invocation: Invocation,
    level: Level,
    message: str,
    *,
    exports: int = 0,
    failures: int = 0,
    mistakes: int = 0,
    **more: object,
) -> None:
    settings = environment.settings()
    peak_mb = peak_memory_mb()
    # A process keeps its mark for all jobs that follow, so the memory is told by the one that raised it.
    of_memory = peak_mb / settings.memory_mb if peak_mb > invocation.peak_before_mb else 0.0
    of_time = invocation.duration_ms / 1000 / max(attempt.seconds, 1)
    metrics = {
        "exports": exports,
        "failures": failures,
        "mistakes": mistakes,
        "cost": round(invocation.compute_usd + _REQUESTS_USD, 9),
        "limit_used": round(100 * max(of_memory, of_time), 1),
    }
    if attempt.number == 1:  # later ones have waited because they failed, not because there is a jam
        metrics["queue_delay"] = round(attempt.waited_ms, 1)
    figures = {
        "attempt": attempt.number,
        "duration_ms": round(invocation.duration_ms, 1),
        "peak_memory_mb": round(peak_mb, 1),
        "waited_ms": round(attempt.waited_ms, 1),
    }
    measure(level, message, about_job(attempt.job, invocation) | figures | more, settings.stage, metrics)
