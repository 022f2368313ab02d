"""The third step: one job, one file. Every format's function runs this module; the job says which format.

Messages come at least once, so the file itself is the record that a job is done: it is written only if it is not there.
A message is acknowledged after the write, never before. What cannot be exported ends as an error.json:

* a source or request that fails for good: at once, and the message is done;
* a mistake of ours: at once too, and the message goes to the dead-letter queue, to be replayed after the fix: then the
  file takes the place of the error.json;
* a killed worker writes nothing, so the last try writes the error.json first and takes it away when the file is there.

Where large sources of a format get more than others, that is another function, which runs this module too. What is too
much for the smaller one goes on to it and is not counted as failed: at once, if it was stopped for want of memory or
time, and when its message comes back, if it was killed. It is put on the larger one's queue before it is acknowledged;
if that does not work, the smaller one goes on as if it were the only one.

Where a stage tells somebody how exports end (`pipeline.notices`), that comes last, when the outcome is in storage; and
once before the last try, to be told when it is over: it may be killed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from exporters import File, Source, export, registry
from exporters.errors import ExportError, Lossy, OutOfMemory
from exporters.frozen import frozen
from exporters.report import Report
from pipeline import settings as environment
from pipeline.batch import Response, process
from pipeline.bounds import bounded
from pipeline.errors import GaveUp, NotThere, OutOfTime
from pipeline.job import FINAL, Job, error_json
from pipeline.queues import LARGE, Message, dead_queue_of, replayed_of
from pipeline.services import storage_and_queues
from pipeline.storage import Storage
from pipeline.telemetry import Invocation, Level, about_job, log, measure, peak_memory_mb
from pipeline.tuning.prices import requests_usd

_RESERVE_S = 2  # of the function's time, to say why an export was stopped
_BACK_OFF_S = 5  # before a job is tried again that failed for a reason that passes
_MARGIN_S = 5  # between the end of an invocation and the return of its message

_JSON = "application/json"

_SENT = 3  # requests to SQS for each try: send, or hide where it was tried before; receive; delete


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
    known_s: float
    """Since the message was first given to somebody."""
    replayed: str
    """When an operator has taken the message back from the dead letters; "" where nobody has."""

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
            known_s=(now_ms - float(attributes.get("ApproximateFirstReceiveTimestamp", now_ms))) / 1000,
            replayed=replayed_of(record),
        )


def handler(event: Mapping[str, Any], context: Any) -> Response:
    """Takes the message of one job."""
    invocation = Invocation.of(environment.settings(), context.aws_request_id)
    if not event["Records"]:
        # Who ships a version starts it so; without a word it would look like a run that was killed.
        log("INFO", "Started.", {"function_request_id": invocation.request_id})

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
        if (last or _was_killed(attempt)) and _given_to_larger(attempt, invocation, why="It was killed."):
            return
    if last:
        storage.write(job.error_key, error_json(job.id, job.format, _gave_up(attempt), attempt.number), _JSON)
        _tell_if_killed(attempt)
    try:
        file = _export(attempt, storage)
    except ExportError as error:
        wants_more = isinstance(error, OutOfMemory | OutOfTime) and not last
        if not (wants_more and _given_to_larger(attempt, invocation, error=error.code, why=str(error))):
            _failed(attempt, invocation, error, last)
        return
    if file.report.items:
        _write_report(file.report, job, storage)
    asked_usd = _requests_usd(attempt, reported=bool(file.report.items))
    first = storage.write_once(job.file_key, file.data, file.media_type, _cost_of(file, attempt, invocation, asked_usd))
    if again or attempt.replayed:
        storage.delete(job.error_key)  # of an earlier try, or of an earlier life of the message
    message = "Exported." if first else "Already done."
    _measure(attempt, invocation, "INFO", message, asked_usd, exports=int(first), size=len(file.data))
    _tell(attempt)


def _export(attempt: Attempt, storage: Storage) -> File:
    job = attempt.job
    with bounded(environment.settings().memory_mb, attempt.seconds - _RESERVE_S):
        data = storage.read(job.source_key, job.version)
        return export(Source(data, job.filename, media_type=job.media_type), job.format, job.options)


def _was_killed(attempt: Attempt) -> bool:
    """Whether the try before was killed, as far as can be told: by how long the message was away.

    A killed one says nothing, so its message comes back when its queue thinks that time is up, which Lambda wants to be
    no sooner than the function may run. One that failed for a reason that passes has seen to it that it is back within
    seconds. A long run that has ended so, or a call that Lambda turned away, is taken for a killed one.
    """
    return attempt.known_s > attempt.seconds


def _given_to_larger(attempt: Attempt, invocation: Invocation, **why: str) -> bool:
    """Whether the format's larger function does the job now. It does not if there is none, or this is it.

    If this is killed before the message is acknowledged, the job is given away twice: the file is the record.
    """
    queue, job = environment.settings().large_queue, attempt.job
    if not queue:
        return False
    try:
        storage_and_queues()[1].send(attempt.queue_arn, queue, Message(attempt.body, job.tenant, attempt.replayed))
    except ExportError as error:
        about = about_job(job, invocation) | {"attempt": attempt.number}
        log("ERROR", "Not given to the larger function.", about, error=error.code, why=str(error))
        return False
    told = {"peak_memory_mb": round(peak_memory_mb(), 1), **why}
    _measure_in_vain(attempt, invocation, "INFO", "Given to the larger function.", told, begun="error" in why)
    return True


def _failed(attempt: Attempt, invocation: Invocation, error: ExportError, last: bool) -> None:
    storage, queues = storage_and_queues()
    job = attempt.job
    if error.retry and not last:
        queues.hide(attempt.queue_arn, attempt.receipt, _BACK_OFF_S * attempt.number)
        told = {"error": error.code, "why": str(error)}
        _measure_in_vain(attempt, invocation, "WARNING", "Tried in vain.", told)
        raise error
    if isinstance(error, Lossy):
        _write_report(error.report, job, storage)  # before the error, which is what people wait for
    final = {} if error.retry or error.keep else {FINAL: job.version}
    storage.write(job.error_key, error_json(job.id, job.format, error, attempt.number), _JSON, final)
    if error.keep:
        queues.send(attempt.queue_arn, dead_queue_of(attempt.queue_arn), Message(attempt.body, job.tenant))
    kept = error.keep or error.retry
    level: Level = "ERROR" if kept else "WARNING"
    usd = _requests_usd(attempt, reported=isinstance(error, Lossy), dead=error.keep)
    why = str(error)
    _measure(attempt, invocation, level, "Failed.", usd, failures=1, mistakes=int(kept), error=error.code, why=why)
    _tell(attempt)
    if error.retry:
        raise error  # the queue moves it among its dead letters by itself


def _failed_before(job: Job, storage: Storage) -> bool:
    """Whether an earlier try has said for good why there will be no file, and its message was not acknowledged."""
    try:
        return storage.head(job.error_key).metadata.get(FINAL) == job.version
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
    had = (declared.large if attempt.queue_arn.endswith(LARGE) else None) or declared
    return GaveUp(
        f"The export to {attempt.job.format} was stopped {attempt.number} times: this source needs more than the "
        f"{had.memory_mb} MB of memory or the {had.timeout_s} seconds that the format has. "
        "Split the source, or ask the operator to replay the job with more."
    )


def _requests_usd(
    attempt: Attempt, *, reported: bool = False, dead: bool = False, written: bool = True, begun: bool = True
) -> float:
    """What the requests of a try to Lambda, SQS and S3 cost. Notices are not among them: who tells them counts those.

    `written` says whether it ends with a file or an error, `reported` whether there is a report beside that, `dead`
    whether the message goes to the dead letters, and `begun` whether the export was tried at all. A message for the
    larger function is counted there.
    """
    again, last = attempt.number > 1, attempt.number >= environment.settings().max_receives
    sqs = _SENT + dead
    # Written: also the error ahead of the last try. Read: the source, and what an earlier try may have left.
    writes, reads = written + reported + (last and begun), begun + 2 * again
    return requests_usd(invocations=1, sqs=sqs, sqs_fair=sqs, s3_writes=writes, s3_reads=reads)


def _cost_of(file: File, attempt: Attempt, invocation: Invocation, asked_usd: float) -> dict[str, str]:
    """What the file tells about its making, in its own metadata. `x-amz-meta-` goes before each name.

    The request that writes it is part of the cost; the time that this takes is not, for it is told before.
    """
    told = {
        "duration-ms": f"{invocation.duration_ms:.0f}",
        "billed-ms": f"{invocation.billed_ms}",
        "waited-ms": f"{attempt.waited_ms:.0f}",
        "peak-memory-mb": f"{peak_memory_mb():.0f}",
        "cost-usd": f"{invocation.compute_usd + asked_usd:.9f}",
        "attempt": str(attempt.number),
    }
    return told | {name: str(value) for name, value in file.report.facts.items()}


def _measure(
    attempt: Attempt,
    invocation: Invocation,
    level: Level,
    message: str,
    asked_usd: float,
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
        "cost": round(invocation.compute_usd + asked_usd, 9),
        "limit_used": round(100 * max(of_memory, of_time), 1),
    }
    if attempt.number == 1:  # later ones have waited because they failed, not because there is a jam
        metrics["queue_delay"] = round(attempt.waited_ms, 1)
    figures = _figures(attempt, invocation, asked_usd) | {"peak_memory_mb": round(peak_mb, 1)}
    measure(level, message, about_job(attempt.job, invocation) | figures | more, settings.stage, metrics)


def _measure_in_vain(
    attempt: Attempt,
    invocation: Invocation,
    level: Level,
    message: str,
    told: Mapping[str, object],
    *,
    begun: bool = True,
) -> None:
    """A try that leads to another one costs money, and has no outcome to count."""
    asked_usd = _requests_usd(attempt, written=False, begun=begun)
    about = about_job(attempt.job, invocation) | _figures(attempt, invocation, asked_usd)
    cost = {"cost": round(invocation.compute_usd + asked_usd, 9)}
    measure(level, message, {**about, **told}, environment.settings().stage, cost)


def _figures(attempt: Attempt, invocation: Invocation, asked_usd: float) -> dict[str, object]:
    return {
        "attempt": attempt.number,
        "duration_ms": round(invocation.duration_ms, 1),
        "waited_ms": round(attempt.waited_ms, 1),
        "requests_usd": round(asked_usd, 9),
    }
