"""Looks into a stage, and says what is wrong with it and which command acts on that.

A trouble is what an operator has to act on. An advice is what may be as it should: memory that is bought for its CPU, a
version that is out of step because somebody has rolled back.

On AWS nearly all that is asked is free. What is not are metrics, at $0.01 for a thousand: one for each function, and
one for each queue that is not empty; and some hundreds of requests to SQS and S3, which are a thousandth of a dollar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from pipeline.deployment import channels, outcomes
from pipeline.deployment.account import SERVICE, saying
from pipeline.deployment.channels import Standing
from pipeline.deployment.ids import own_id
from pipeline.operating import letters, typed, vitals
from pipeline.operating.letters import NOTIFY, Group
from pipeline.operating.vitals import Failures, Function, Memory, Queue
from pipeline.queues import LARGE

if TYPE_CHECKING:
    from pipeline.deployment.channels import Target

MOST_LETTERS = 200  # that are read of each queue: to see why, not to count them
TOO_NEAR, TOO_FAR = 0.80, 0.40  # of a function's memory, p95: above, the largest sources are killed; below, it is idle
LEAST_JOBS = 20  # before a p95 says anything but the maximum
LEAST_MB = 128  # that Lambda gives: there is no less
TOO_OLD_S = 15 * 60  # of a message that waits: the longest that Lambda lets any job run

_STRENGTH = ("out-of-memory", "out-of-time", "gave-up")
_OPERATORS = ("missing-part", "refused", "missing-secret")

_PASSING = ("done", "unavailable")  # no version is to blame

type Level = Literal["trouble", "advice"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, or that may not be."""

    level: Level
    kind: str
    """What it is about: `dead-letters`, `mapping`, `memory` …"""
    about: str
    """A format, a queue or a function; `formats` for several."""
    what: str
    """One sentence, with the figures."""
    commands: tuple[str, ...]
    """What acts on it, in the order in which it is to be typed."""


@dataclass(frozen=True, slots=True)
class Health:
    """What was seen of a stage."""

    stage: str
    at: datetime
    since: datetime
    queues: tuple[Queue, ...]
    dead: Mapping[str, tuple[Group, ...]]
    """Why letters are dead, of the first few hundred of each queue."""
    memory: tuple[Memory, ...]
    standings: tuple[Standing, ...]
    failures: tuple[Failures, ...]
    exports_today: int
    usd_today: float
    """Of the exports since midnight, UTC, as their lines tell it: without what storage and logs cost by the month."""
    findings: tuple[Finding, ...]

    @property
    def troubles(self) -> int:
        return sum(each.level == "trouble" for each in self.findings)


def examine(target: Target, since: datetime | None = None) -> Health:
    """How a stage is; logs and metrics are looked at since a moment, by default for 24 hours. Raises `RequestError`."""
    now = datetime.now(UTC)
    since = since or now - vitals.SPAN
    say = target.say
    for service in ("lambda", "s3", "sqs", "logs", "cloudwatch", "cloudformation"):
        target.client(service)  # clients may be used by several threads at once, but not made
    say("Looking at the functions")
    functions = vitals.functions(target)
    formats = [each.removeprefix("export-") for each in functions if each.startswith("export-")]
    with ThreadPoolExecutor(letters.THREADS) as pool:
        standings = tuple(pool.map(lambda name: channels.status(target, [name])[0], formats))
    say("Looking at the queues")
    queues = vitals.queues(target, formats, standings, now, notifies=NOTIFY in functions)
    dead: dict[str, tuple[Group, ...]] = {}
    for queue in queues:
        if queue.dead:
            say(f"Reading the dead letters of {queue.which}: {queue.dead}")
            found = letters.peek(target, queue.which, MOST_LETTERS)
            dead[queue.which] = tuple(letters.grouped(target, queue.which, found))
    logged = vitals.logged(target, standings, since, now)
    say("Looking at mappings, alarms, throttles and the stack")
    findings = [
        *_of_queues(target, queues),
        *_of_dead(target, dead, {each.which: each.dead for each in queues}, {each.format: each for each in standings}),
        *_of_mappings(target, queues),
        *_of_throttles(target, functions, since, now),
        *_of_memory(logged.memory),
        *_of_shipments(target, standings),
        *_of_releases(target, functions),
        *_of_alarms(target),
    ]
    return Health(
        target.stage,
        now,
        since,
        tuple(queues),
        dead,
        logged.memory,
        standings,
        logged.failures,
        logged.exports_today,
        logged.usd_today,
        tuple(sorted(findings, key=lambda each: each.level != "trouble")),
    )


# --- queues


def _of_queues(target: Target, queues: Iterable[Queue]) -> Iterator[Finding]:
    for each in queues:
        if each.missing:
            yield Finding(
                "trouble",
                "queue",
                each.which,
                f"The queue {letters.queue_of(target, each.which)}, or that of its dead letters, is not there.",
                (typed.deploy(target),),
            )
        elif each.age_s and each.age_s > TOO_OLD_S and each.waiting:
            yield Finding(
                "trouble",
                "queue",
                each.which,
                f"{each.waiting} messages wait, one of them for {_span(each.age_s)}; {each.in_flight} are worked on.",
                (typed.more_runs(target) if each.in_flight else typed.ours(target, "status"),),
            )


# --- dead letters


def _of_dead(
    target: Target,
    dead: Mapping[str, Sequence[Group]],
    counts: Mapping[str, int],
    standings: Mapping[str, Standing],
) -> Iterator[Finding]:
    for which, groups in dead.items():
        read = sum(len(group.letters) for group in groups)
        for group in groups:
            of = f" of the {read} read first" if counts[which] > read else ""
            what = (
                f"{len(group.letters)} of {counts[which]} dead letters{of}: {group.reason.code}. {group.reason.message}"
            )
            commands = tuple(_for_dead(target, which, group, standings.get(which)))
            yield Finding("trouble", "dead-letters", which, what, commands)
            if group.lost:
                yield Finding(
                    "trouble",
                    "lost",
                    which,
                    f"{len(group.lost)} of them have lost their source and cannot be replayed; their users were told.",
                    (typed.ours(target, f"redrive {which} --reason {group.reason.code} --drop-lost"),),
                )
        unseen = min(counts[which], MOST_LETTERS) - read
        if unseen > 0:
            of = f"{unseen} of {counts[which]} dead letters could not be read"
            what = f"{of}: somebody else reads them at this moment. Look again in two minutes."
            yield Finding("trouble", "unseen", which, what, (typed.ours(target, "doctor"),))


def _for_dead(target: Target, which: str, group: Group, standing: Standing | None) -> Iterator[str]:
    code = group.reason.code
    if code in _STRENGTH:
        yield typed.ours(target, f"tune {which} --sources DIR")
    elif code in _OPERATORS:
        yield typed.deploy(target)
    elif code not in _PASSING and standing and (standing.shipping or standing.before):
        yield typed.ours(target, f"rollback {which}")
    if group.letters[0].job_id:
        yield typed.ours(target, f"explain {group.letters[0].job_id}")
    if len(group.lost) < len(group.letters):
        yield typed.ours(target, f"redrive {which} --reason {code}")


# --- mappings


def _of_mappings(target: Target, queues: Iterable[Queue]) -> Iterator[Finding]:
    functions = target.client("lambda")
    with saying("list the event source mappings"):
        pages = functions.get_paginator("list_event_source_mappings").paginate()
        found = [each for page in pages for each in page["EventSourceMappings"]]
    by_queue = {each["EventSourceArn"].rpartition(":")[2]: each for each in found if "EventSourceArn" in each}
    for queue in queues:
        if queue.missing:
            continue
        mapping = by_queue.get(letters.queue_of(target, queue.which))
        waiting = f": {queue.waiting} messages wait" if queue.waiting else ""
        if mapping is None:
            what = f"Nothing takes from its queue{waiting}: the mapping to its function is gone."
            yield Finding("trouble", "mapping", queue.which, what, (typed.deploy(target),))
        elif mapping.get("State") in ("Disabled", "Disabling"):
            enable = f"lambda update-event-source-mapping --uuid {mapping['UUID']} --enabled"
            what = f"Nothing takes from its queue{waiting}: the mapping to its function is off."
            yield Finding("trouble", "mapping", queue.which, what, (typed.aws(target, enable),))
        elif str(mapping.get("LastProcessingResult", "")).startswith("PROBLEM"):
            what = f"Lambda has trouble to take from its queue: {mapping['LastProcessingResult']}"
            yield Finding("trouble", "mapping", queue.which, what, (typed.deploy(target),))


# --- throttles


def _of_throttles(
    target: Target, functions: Mapping[str, Function], since: datetime, now: datetime
) -> Iterator[Finding]:
    metric = {
        name: {
            "Namespace": "AWS/Lambda",
            "MetricName": "Throttles",
            "Dimensions": [{"Name": "FunctionName", "Value": f"{SERVICE}-{target.stage}-{name}"}],
        }
        for name in functions
    }
    for name, values in vitals.metrics(target, metric, "Sum", 3600, since, now).items():
        if times := int(sum(values)):
            reserved = _reserved(target, name)
            if reserved is None:
                what = "the account's functions run as often as they may"
                command = typed.more_runs(target)
            else:
                what = f"{reserved} concurrent runs are set aside for it, and it gets no more"
                delete = f"lambda delete-function-concurrency --function-name {SERVICE}-{target.stage}-{name}"
                command = typed.aws(target, delete)
            what = f"Turned away {times} times since {_when(since)}: {what}."
            yield Finding("trouble", "throttles", name, what, (command,))


def _reserved(target: Target, name: str) -> int | None:
    with saying(f"look at {name}"):
        found = target.client("lambda").get_function_concurrency(FunctionName=f"{SERVICE}-{target.stage}-{name}")
    reserved: int | None = found.get("ReservedConcurrentExecutions")
    return reserved


# --- what the lines tell


def _of_memory(memory: Iterable[Memory]) -> Iterator[Finding]:
    idle: list[Memory] = []
    for each in memory:
        if each.share > TOO_NEAR:
            told = f"p95 of {each.jobs} jobs is {each.p95_mb:.0f} MB, {each.share:.0%} of its {each.memory_mb} MB"
            what = f"Its peak memory is near the limit: {told}. A little more, and jobs are killed."
            yield Finding("trouble", "memory", each.format, what, _tuning([each]))
        elif each.share < TOO_FAR and each.jobs >= LEAST_JOBS and each.memory_mb > LEAST_MB:
            idle.append(each)
    if idle:  # one for all, for most formats have their memory for its CPU
        told = ", ".join(f"{each.p95_mb:.0f} of {each.memory_mb} MB by {each.format}" for each in idle)
        what = f"More memory than jobs use (p95): {told}. Memory is CPU too, so that may be meant: measure it."
        about = idle[0].format if len(idle) == 1 else "formats"
        yield Finding("advice", "memory", about, what, _tuning(idle))


def _tuning(memory: Iterable[Memory]) -> tuple[str, ...]:
    formats = dict.fromkeys(each.format.removesuffix(LARGE) for each in memory)
    return (typed.local(f"tune {' '.join(formats)} --sources DIR"),)


# --- versions


def _of_shipments(target: Target, standings: Iterable[Standing]) -> Iterator[Finding]:
    for now in standings:
        if not (now.shipping and now.next):
            continue
        lately = outcomes.lately(target, now.format)
        next, live = (lately.get(each.number, outcomes.Outcomes()) for each in (now.next, now.live))
        bad, all_next = next.failed + next.killed, next.done + next.failed + next.killed
        usual = (live.failed + live.killed) / max(1, live.done + live.failed + live.killed)
        if bad and bad / all_next > max(2 * usual, 0.05):
            what = (
                f"Version {now.next.number}, which is tried on some, fails more than version {now.live.number}: "
                f"{bad} of {all_next} jobs and tries in 24 hours, against {usual:.0%}."
            )
            yield Finding("trouble", "shipment", now.format, what, (typed.ours(target, f"rollback {now.format}"),))


def _of_releases(target: Target, functions: Mapping[str, Function]) -> Iterator[Finding]:
    releases, layers = vitals.stack(target)
    if not releases:
        return
    for name, each in functions.items():
        wanted = releases.get(own_id(name, ""))
        strange = [arn.split(":", 6)[-1] for arn in each.layers if arn not in layers]
        if wanted and each.release != wanted:
            what = (
                f"It runs release {each.release or '(none)'}, and the stack deployed {wanted}: shipped, or rolled back."
            )
        elif strange and layers:
            what = f"It runs on layers that the stack has replaced: {', '.join(strange)}."
        else:
            continue
        format = name.removeprefix("export-")
        look = (typed.ours(target, f"status {format}"),) if format != name else ()
        yield Finding("advice", "release", format, what, (*look, typed.deploy(target)))


# --- alarms


def _of_alarms(target: Target) -> Iterator[Finding]:
    begin = f"{SERVICE}-{target.stage}-"
    with saying("look at the alarms"):
        pages = (
            target.client("cloudwatch")
            .get_paginator("describe_alarms")
            .paginate(AlarmNamePrefix=begin, StateValue="ALARM")
        )
        found = [each for page in pages for each in page["MetricAlarms"]]
    for each in found:
        name = each["AlarmName"].removeprefix(begin)
        # That of another stage whose name begins with this one's is not known by such a name.
        if name in _FOR_ALARMS:
            commands = tuple(command(target) for command in _FOR_ALARMS[name])
            since = f" since {_when(each['StateUpdatedTimestamp'])}" if "StateUpdatedTimestamp" in each else ""
            yield Finding("trouble", "alarm", name, f"In alarm{since}: {each.get('AlarmDescription', '')}", commands)


def _watch_on(target: Target) -> str:
    return typed.aws(target, f"events enable-rule --name {SERVICE}-{target.stage}-watch")


def _status(target: Target) -> str:
    return typed.ours(target, "status")


def _tune(_target: Target) -> str:
    return typed.local("tune --sources DIR")


def _cost(target: Target) -> str:
    return typed.ours(target, "cost")


_FOR_ALARMS: Mapping[str, tuple[Callable[[Target], str], ...]] = {
    # What these two are about is a finding of its own, which has the command: the alarm ends when that does.
    "dead-letters": (),
    "stuck": (),
    "watch-silent": (_watch_on,),
    "intake-age": (_status,),
    "queue-delay": (lambda target: typed.more_runs(target),),
    "mistakes": (_status,),
    "throttles": (lambda target: typed.more_runs(target),),
    "near-limit": (_tune,),
    "cost": (_cost,),
}
"""What acts on each alarm of `pipeline.deployment.alarms`."""


def _span(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _when(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
