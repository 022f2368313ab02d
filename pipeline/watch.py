"""Looks at every queue of the stage now and then: for dead letters, and for queues from which nobody takes.

SQS tells CloudWatch how many messages each queue has, for nothing; but an alarm on each of a hundred queues is $10 a
month. This step asks all of them every ten minutes, which is about $0.20, and tells two figures that two alarms are on.
The lines say which queues, and what to do. Where there are dead letters, `pipeline.silence` tells of jobs that never
ran.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from exporters.errors import ExportError
from exporters.frozen import frozen
from pipeline import settings as environment
from pipeline.errors import Refused
from pipeline.queues import DEAD, LARGE, NEXT, Count, dead_queue_of
from pipeline.services import storage_and_queues
from pipeline.settings import Settings
from pipeline.telemetry import Invocation, log, measure

METRICS = ("dead_letters", "stuck")
"""What is told each time: the only metrics that are sent while nobody exports."""

_RESERVE_S = 5  # of this function's time, to end in peace
_SECOND_LOOK_S = 20  # Lambda's pollers take a message within a second; SQS's figures are some seconds behind


@frozen
class Seen:
    """What the queues hold, by name."""

    waiting: Mapping[str, int]
    """On queues of work; only those that have any."""
    dead: Mapping[str, int]
    """On queues of dead letters; only those that have any."""
    stuck: Mapping[str, int]
    """On queues of work from which nobody takes."""
    unknown: tuple[str, ...]
    """Queues that did not answer the question."""


def handler(_event: Mapping[str, Any], context: Any) -> None:
    """Takes no notice of the event: the time has come, and that is all it says."""
    _arn, partition, _lambda, region, account, *_ = context.invoked_function_arn.split(":")
    near = f"arn:{partition}:sqs:{region}:{account}:"
    settings = environment.settings()
    seen = look(near, list(_names(settings)))
    _tell(seen, near, settings.stage)
    if seen.dead:
        _tell_of_jobs(seen, near, Invocation.of(settings, context.aws_request_id), context)


def look(near_arn: str, names: Iterable[str]) -> Seen:
    """Asks these queues of work, and the queues of their dead letters, what they hold."""
    work = tuple(dict.fromkeys(names))
    dead = tuple(dict.fromkeys(dead_queue_of(name) for name in work))
    found, unknown = _ask(near_arn, (*work, *dead))
    still = _idle(found, work)
    if still:
        time.sleep(_SECOND_LOOK_S)
        again, more = _ask(near_arn, still)
        still, unknown = _idle(again, still), (*unknown, *more)
        found |= again
    return Seen(
        waiting={name: found[name].waiting for name in work if name in found and found[name].waiting},
        dead={name: found[name].waiting for name in dead if name in found and found[name].waiting},
        stuck={name: found[name].waiting for name in still},
        unknown=unknown,
    )


def _tell_of_jobs(seen: Seen, near_arn: str, invocation: Invocation, context: Any) -> None:
    from pipeline.silence import break_silence  # mostly there is nothing to look through

    ends = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - _RESERVE_S
    try:
        break_silence(near_arn, seen, ends, invocation)
    except ExportError as error:  # it is tried again by the next run
        log("ERROR", "Dead letters were not looked through.", {"error": error.code}, why=str(error))


def _names(settings: Settings) -> Iterator[str]:
    yield settings.intake_queue
    for format in settings.formats:
        yield settings.queue_prefix + format
    for format in settings.next_formats:
        yield settings.queue_prefix + format + NEXT
    for format in settings.large_formats:
        yield settings.queue_prefix + format + LARGE
    if settings.notify_queue:
        yield settings.notify_queue


def _ask(near_arn: str, names: Iterable[str]) -> tuple[dict[str, Count], tuple[str, ...]]:
    """What they answer, and who does not."""
    _, queues = storage_and_queues()
    found: dict[str, Count] = {}
    unknown = []
    for name in names:
        try:
            found[name] = queues.count(near_arn, name)
        except Refused:  # one that is being replaced, or that the role does not hold: the others are to be seen yet
            unknown.append(name)
    return found, tuple(unknown)


def _idle(found: Mapping[str, Count], names: Iterable[str]) -> tuple[str, ...]:
    """Those on which messages wait while none is being worked on."""
    return tuple(name for name in names if name in found and found[name].waiting and not found[name].in_flight)


def _tell(seen: Seen, near_arn: str, stage: str) -> None:
    about = {"waiting": dict(seen.waiting), "waiting_in_all": sum(seen.waiting.values())}
    # A queue that does not answer is one from which nobody can take, either.
    metrics = dict(zip(METRICS, (sum(seen.dead.values()), len(seen.stuck) + len(seen.unknown)), strict=True))
    measure("INFO", "Looked at the queues.", about, stage, metrics)
    if seen.dead:
        log("ERROR", "There are dead letters.", {"queues": dict(seen.dead)}, advice=_replay(seen.dead, stage))
    if seen.stuck:
        log(
            "ERROR",
            "Nobody takes from these queues.",
            {"queues": dict(seen.stuck)},
            advice=_unblock(seen.stuck, near_arn),
        )
    if seen.unknown:
        log("ERROR", "These queues do not answer.", {"queues": list(seen.unknown)}, advice=_DEPLOY)


_DEPLOY = "Deploy the stage again, unless that is being done at this moment: its queues or the role WatchRole differ."


def _replay(dead: Mapping[str, int], stage: str) -> str:
    # Not by SQS's own move, which says nothing to the exporter: the error.json would stay beside the file.
    names = [name.removesuffix(DEAD).rpartition("-")[2] for name in dead]
    commands = "; ".join(f"python -m pipeline redrive {name} --stage {stage}" for name in names)
    return (
        f"See why, and what to do: python -m pipeline doctor --stage {stage}. Once it is mended, let them be tried "
        f"again while their sources are there: {commands}"
    )


def _unblock(stuck: Mapping[str, int], near_arn: str) -> str:
    commands = "; ".join(f"aws lambda list-event-source-mappings --event-source-arn {near_arn}{name}" for name in stuck)
    return (
        "See whether the mapping from the queue to its function is Enabled, and its LastProcessingResult: "
        f"{commands}. If it is, the account has no concurrency left: aws lambda get-account-settings"
    )
