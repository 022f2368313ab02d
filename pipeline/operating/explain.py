"""Tells one job's whole story, in the order of time: from what lies in storage and what was logged.

Both forget: storage what is older than the stage keeps it, logs after two weeks. What is not known is said. Nothing of
the document's content is told: of a report its codes and fixed sentences, and of files their keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from exporters.errors import RequestError
from pipeline import job as jobs
from pipeline.deployment.account import saying
from pipeline.errors import GaveUp
from pipeline.operating import letters, loglines, typed
from pipeline.operating.letters import INTAKE, NOTIFY, Letter
from pipeline.operating.loglines import FAULT, REPORT, Line
from pipeline.queues import LARGE, NEXT

if TYPE_CHECKING:
    from pipeline.deployment.channels import Target

KEPT = timedelta(days=14)
"""How long logs and dead letters are kept."""
MOST_TENANTS = 1_000  # whose folders are looked into, where no log says whose job it is: $0.005
MOST_LETTERS = 1_000  # of each queue, that are looked through for the job
MOST_RUNS = 20  # of which Lambda's own lines are looked for: one question each


class NoJob(RequestError):
    """Nothing is known of a job. Says where it was looked for."""

    code = "no-job"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job."""

    time: datetime
    format: str
    """ "" for what is of all its formats."""
    what: str
    """One sentence."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """What was measured or told with it, for programs."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How one format stands now."""

    format: str
    state: str
    """`done`, `failed`, or `waiting`."""
    where: str
    """Where its message is, or that it is done with."""
    commands: tuple[str, ...]
    """What replays it, where it is a dead letter."""
    keys: Mapping[str, str]
    """Of what there is in storage: `file`, `error`, `report`."""
    told: Mapping[str, str] = field(default_factory=dict)
    """What the file tells of its making: duration, memory, cost."""
    error: Mapping[str, Any] = field(default_factory=dict)
    items: tuple[Mapping[str, Any], ...] = ()
    """Of its report, without what is from the document."""


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of a job."""

    job: str
    tenant: str
    bucket: str
    agreed: Mapping[str, Any]
    """What its ticket says: formats, options, tags, channel, webhook, media type. Empty where the source is gone."""
    source: str
    """Its key; "" where it is gone."""
    events: tuple[Event, ...]
    endings: tuple[Ending, ...]
    unknown: tuple[str, ...]
    """What is not known, and why: a sentence each."""

    @property
    def failed(self) -> bool:
        """Whether some format has no file, and none will come by itself."""
        return any(each.state == "failed" for each in self.endings)


def explain(target: Target, job: str, tenant: str = "") -> Story:
    """The story of a job. Where the tenant is not named, the logs say who it is, or else folders are looked through.

    Raises `NoJob` where neither storage nor logs know of it.
    """
    jobs.check_name("job", job)
    if tenant:
        jobs.check_name("tenant", tenant)
    target.client("s3")  # clients may be used by several threads at once, but not made
    lines = _lines(target, job, tenant)
    tenant = tenant or next((str(each.fields["tenant"]) for each in lines if each.fields.get("tenant")), "")
    tenant = tenant or _owner(target, job)
    target.say("Looking into storage")
    upload = _upload(target, tenant, job)
    objects = _objects(target, f"exports/{tenant}/{job}/")
    dead = _dead(target, job, tenant, {*upload.formats, *objects, *_formats(lines)})
    formats = sorted({*upload.formats, *objects, *_formats(lines), *(each.format for each in dead if each.format)})
    if not (lines or upload.versions or objects or dead):
        raise NoJob(f"Nothing is known of the job {job} of the tenant {tenant}: neither storage nor the logs name it.")
    runs = _runs(target, lines)
    events = [
        *upload.events,
        # Before the lines of the same millisecond: who has written a file says so after that.
        *(event for format in formats for event in _stored(target, format, objects.get(format, ()))),
        *_logged(lines, runs),
        *(each.event for each in dead),
    ]
    with ThreadPoolExecutor(letters.THREADS) as pool:
        endings = pool.map(lambda format: _ending(target, job, format, objects.get(format, ()), dead), formats)
        found = tuple(endings)
    return Story(
        job,
        tenant,
        target.bucket,
        upload.agreed,
        upload.key,
        tuple(sorted(events, key=_millisecond)),
        found,
        tuple(_unknown(upload, lines, found)),
    )


def _millisecond(event: Event) -> datetime:
    """When it was, as exactly as all clocks tell."""
    return event.time.replace(microsecond=event.time.microsecond // 1000 * 1000)


# --- whose it is


def _owner(target: Target, job: str) -> str:
    """The tenant in whose folder the job is, among the first thousand. Raises `NoJob`."""
    storage = target.client("s3")
    tenants: list[str] = []
    for prefix in ("exports/", "uploads/"):
        with saying("list the tenants"):
            found = storage.list_objects_v2(Bucket=target.bucket, Prefix=prefix, Delimiter="/", MaxKeys=MOST_TENANTS)
        tenants += [each["Prefix"].split("/")[1] for each in found.get("CommonPrefixes", ())]
    tenants = sorted(set(tenants))[:MOST_TENANTS]
    target.say(f"No log names its tenant: looking into the folders of {len(tenants)}")

    def has(tenant: str) -> bool:
        with saying("look into a tenant's folder"):
            return any(
                storage.list_objects_v2(Bucket=target.bucket, Prefix=f"{kind}/{tenant}/{job}/", MaxKeys=1).get(
                    "Contents"
                )
                for kind in ("exports", "uploads")
            )

    with ThreadPoolExecutor(letters.THREADS) as pool:
        for tenant, found_it in zip(tenants, pool.map(has, tenants), strict=True):
            if found_it:
                return tenant
    raise NoJob(
        f"Nothing is known of the job {job}: no log of the last {KEPT.days} days names it, and none of {len(tenants)} "
        "tenants' folders holds it. Name the tenant with --tenant, if there are more of them."
    )


# --- the upload


@dataclass(frozen=True, slots=True)
class _Upload:
    key: str
    versions: int
    agreed: Mapping[str, Any]
    formats: tuple[str, ...]
    events: tuple[Event, ...]
    gone: str
    """Why nothing is known of what was agreed; "" where it is."""


def _upload(target: Target, tenant: str, job: str) -> _Upload:
    storage, prefix = target.client("s3"), f"uploads/{tenant}/{job}/"
    with saying(f"look into {prefix}"):
        found = storage.list_object_versions(Bucket=target.bucket, Prefix=prefix)
    versions = sorted(found.get("Versions", ()), key=lambda each: each["LastModified"])
    marks = found.get("DeleteMarkers", ())
    events = [Event(each["LastModified"], "", f"The source was removed: {each['Key']}.") for each in marks]
    if not versions:
        return _Upload("", 0, {}, (), tuple(events), "Its source is gone, and with it what its ticket said.")
    for each in versions:
        figures = {"key": each["Key"], "size": each["Size"], "version": each["VersionId"]}
        events.append(Event(each["LastModified"], "", f"The source came: {each['Size']:,} bytes.", figures))
    last = versions[-1]
    with saying(f"look at {last['Key']}"):
        told = storage.head_object(Bucket=target.bucket, Key=last["Key"], VersionId=last["VersionId"])["Metadata"]
    agreed = {name: _read(value) for name, value in told.items()}
    formats = tuple(name for name in str(told.get("formats", "")).split(",") if name)
    return _Upload(last["Key"], len(versions), agreed | {"formats": list(formats)}, formats, tuple(events), "")


def _read(text: str) -> Any:
    """Options and tags are JSON; the rest is as it stands there."""
    if text.startswith(("{", "[")):
        try:
            return json.loads(text)
        except ValueError:
            pass
    return text


# --- what lies in storage


@dataclass(frozen=True, slots=True)
class _Object:
    key: str
    version: str
    time: datetime
    size: int
    is_latest: bool
    is_mark: bool
    """Of a removal."""

    @property
    def name(self) -> str:
        """Within its format's folder."""
        return self.key.split("/", 4)[4]


def _objects(target: Target, prefix: str) -> dict[str, tuple[_Object, ...]]:
    """What there is and was of each format."""
    found: dict[str, list[_Object]] = {}
    with saying(f"look into {prefix}"):
        pages = target.client("s3").get_paginator("list_object_versions").paginate(Bucket=target.bucket, Prefix=prefix)
        for page in pages:
            for kind in ("Versions", "DeleteMarkers"):
                for each in page.get(kind, ()):
                    format, _, _name = each["Key"].removeprefix(prefix).partition("/")
                    made = _Object(
                        each["Key"],
                        each["VersionId"],
                        each["LastModified"],
                        each.get("Size", 0),
                        each["IsLatest"],
                        kind != "Versions",
                    )
                    found.setdefault(format, []).append(made)
    return {format: tuple(sorted(each, key=lambda one: one.time)) for format, each in found.items()}


def _stored(target: Target, format: str, objects: Iterable[_Object]) -> Iterator[Event]:
    for each in objects:
        figures = {"key": each.key} | ({} if each.is_mark else {"size": each.size})
        if each.is_mark:
            what = f"{each.name} was removed."
        elif each.name == jobs.ERROR:
            what = _of_error(letters.object_of(target, each.key, each.version) or {})
        elif each.name == jobs.REPORT:
            what = f"{each.name} was written."
        else:
            what = f"The file was written: {each.size:,} bytes."
        yield Event(each.time, format, what, figures)


def _of_error(error: Mapping[str, Any]) -> str:
    code, attempt = error.get("code", "of another version"), error.get("attempt", 1)
    if code == GaveUp.code:
        return (
            f"{jobs.ERROR} was written ahead of try {attempt}, the last one: {code}. It stays if that one is killed, "
            "too; of a try that is killed there is no line."
        )
    return f"{jobs.ERROR} was written: {code}."


def _ending(target: Target, job: str, format: str, objects: Sequence[_Object], dead: Sequence[_Dead]) -> Ending:
    there = {each.name: each for each in objects if each.is_latest and not each.is_mark}
    keys = {
        {jobs.ERROR: "error", jobs.REPORT: "report"}.get(name, "file"): each.key for name, each in sorted(there.items())
    }
    error = letters.object_of(target, keys["error"]) if "error" in keys else None
    told: Mapping[str, str] = {}
    if "file" in keys:
        with saying(f"look at {keys['file']}"):
            told = target.client("s3").head_object(Bucket=target.bucket, Key=keys["file"])["Metadata"]
    items: tuple[Mapping[str, Any], ...] = ()
    if "report" in keys and (report := letters.object_of(target, keys["report"])):
        items = tuple(
            {name: each[name] for name in ("severity", "code", "what", "count") if name in each}
            for each in report.get("items", ())
        )
    state = "done" if "file" in keys else "failed" if error is not None else "waiting"
    return Ending(format, state, *_where(target, job, format, state, dead), keys, told, error or {}, items)


def _where(target: Target, job: str, format: str, state: str, dead: Sequence[_Dead]) -> tuple[str, tuple[str, ...]]:
    """Where its message is, and what to do about it. Those that wait are only counted: to see one is to take a try."""
    for which in (format, INTAKE):
        if any(each.which == which for each in dead):
            replay = typed.ours(target, f"redrive {which} --job {job}")
            of = "its upload" if which == INTAKE else "its message"
            why = next((f": {each.why}" for each in dead if each.which == which and each.why), "")
            return f"{of} is among the dead letters of {which}{why}", (replay,)
    if state != "waiting":
        return "its message is done with", ()
    found = [counts for queue in (format, format + NEXT, format + LARGE) if (counts := _counts(target, queue))]
    if not found:
        return "nowhere: the stage has no queue for this format", ()
    waiting, in_flight = (sum(each) for each in zip(*found, strict=True))
    if not waiting + in_flight:
        return "nowhere: its queue is empty, and so are its dead letters", ()
    return f"on its queue, it must be: {waiting} messages wait there, {in_flight} are being worked on or put off", ()


def _counts(target: Target, which: str) -> tuple[int, int] | None:
    """Of the messages that wait on a queue, and of those that are worked on; None where there is no such queue."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    try:
        url = letters.url_of(target, letters.queue_of(target, which))
    except letters.NoQueue:
        return None
    with saying(f"look at the queue of {which}"):
        found = target.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(found[names[0]]), int(found[names[1]])


# --- dead letters


@dataclass(frozen=True, slots=True)
class _Dead:
    which: str
    letter: Letter
    why: str
    """What the function's log says of it, where no error.json does."""

    @property
    def format(self) -> str:
        return self.letter.job.format if self.letter.job else ""

    @property
    def event(self) -> Event:
        of = f", to tell {self.letter.target}" if self.letter.target else ""
        of += f" ({self.why})" if self.why else ""
        return Event(
            self.letter.sent, self.format, f"The message was sent that is now a dead letter of {self.which}{of}."
        )


def _dead(target: Target, job: str, tenant: str, formats: Iterable[str]) -> list[_Dead]:
    """The job's dead letters, on all queues that could have one."""
    found = []
    for which in (INTAKE, *sorted(formats), NOTIFY):
        try:
            target.say(f"Looking through the dead letters of {which}")
            some = letters.peek(target, which, MOST_LETTERS)
        except letters.NoQueue:
            continue
        own = [each for each in some if (each.job_id, each.tenant) == (job, tenant)]
        why = letters.reasons(target, which, own) if which in (INTAKE, NOTIFY) else {}
        found += [_Dead(which, each, f"{why[each.id].code} {why[each.id].message}" if why else "") for each in own]
    return found


# --- what was logged


def _lines(target: Target, job: str, tenant: str) -> list[Line]:
    """All lines that name the job, by time."""
    since = datetime.now(UTC) - KEPT
    try:
        found = loglines.by_time(loglines.of_stage(target, since, say=target.say, pattern=f'"{job}"'))
    except loglines.NoLines:
        return []
    return [each for each in found if each.job == job and (not tenant or each.fields.get("tenant") in (tenant, None))]


def _formats(lines: Iterable[Line]) -> set[str]:
    return {str(each.fields["format"]) for each in lines if each.fields.get("format")}


def _runs(target: Target, lines: Sequence[Line]) -> dict[str, list[Line]]:
    """Lambda's own lines of the runs in which the job was worked on, by their ids."""
    runs = {each.run: each for each in lines if each.run and each.function.startswith("export-")}
    found: dict[str, list[Line]] = {}
    for run, line in list(runs.items())[:MOST_RUNS]:
        since, until = line.time - timedelta(minutes=16), line.time + timedelta(minutes=16)  # no run is longer
        own = loglines.of_stage(target, since, until, functions=[line.function], pattern=f'"{run}"')
        found[run] = [each for each in own if each.type in (REPORT, FAULT) and each.run == run]
    return found


def _logged(lines: Sequence[Line], runs: Mapping[str, Sequence[Line]]) -> Iterator[Event]:
    seen: dict[str, int] = {}
    for line in lines:
        fields, format = line.fields, str(line.fields.get("format", ""))
        attempt = int(fields.get("attempt") or 0) if line.function.startswith("export-") else 0
        if attempt:
            yield from _silent(line, format, seen.get(line.function, 0), attempt)
            seen[line.function] = attempt
        yield Event(_began(line), format, _sentence(line), _figures(line))
        for each in runs.get(line.run, ()):
            if each.type == FAULT or each.fields.get("status") not in ("success", None):
                why = each.fields.get("why") or each.fields.get("error_type") or each.fields.get("status")
                yield Event(each.time, format, f"Lambda ended the run: {why}.", each.fields)


def _began(line: Line) -> datetime:
    """When what a line tells of was at its end: its own clock, which is finer than that of the log."""
    try:
        return datetime.fromisoformat(str(line.fields.get("timestamp", "")))
    except ValueError:
        return line.time


def _silent(line: Line, format: str, before: int, attempt: int) -> Iterator[Event]:
    """Tries of which nothing was said: who is killed writes no line. A replay begins with 1 again."""
    first = before + 1 if before < attempt else 1
    if first < attempt:
        tries = f"try {first}" if first == attempt - 1 else f"tries {first} to {attempt - 1}"
        what = f"Of {tries} there is no word: killed, for its memory or its time, or turned away."
        yield Event(_began(line) - timedelta(milliseconds=1), format, what, {"tries": [*range(first, attempt)]})


def _sentence(line: Line) -> str:
    fields = line.fields
    message, attempt = str(fields.get("message", "")), fields.get("attempt", 1)
    match message:
        case "Dispatched.":
            return "It was put on the queue of its format."
        case "Never begun.":
            return "It never began, and the watch has written its error.json."
        case "Refused.":
            return f"The dispatcher refused it: {fields.get('error')}."
        case "Exported." | "Already done." | "Failed." | "Already failed.":
            ended = {"Exported.": "made the file", "Failed.": f"failed: {fields.get('error')}"}.get(
                message, "found that it was over already"
            )
            return f"Try {attempt} {ended}{_how(line)}"
        case "Tried in vain.":
            return f"Try {attempt} failed for a reason that passes: {fields.get('error')}{_how(line)}"
        case "Given to the larger function.":
            return f"It was too much for try {attempt}, and was given to the larger function{_how(line)}"
        case "Told.":
            return f"{fields.get('target')} was told: {fields.get('outcome')}."
        case "Not told." | "Told for the last time, in vain.":
            return f"{fields.get('target')} was not told: {fields.get('error')}, {fields.get('why', '')}".rstrip(", ")
    why = f" {fields['why']}" if fields.get("why") else ""
    return message + why


def _how(line: Line) -> str:
    fields = line.fields
    parts = []
    if "duration_ms" in fields:
        parts.append(f"in {fields['duration_ms'] / 1000:.2f} s")
    if "waited_ms" in fields:
        parts.append(f"after {fields['waited_ms'] / 1000:.2f} s on the queue")
    if "peak_memory_mb" in fields:
        parts.append(f"with {fields['peak_memory_mb']:.0f} MB at most")
    if "cold_start" in fields:
        parts.append("cold" if fields["cold_start"] else "warm")
    if line.function.endswith(LARGE):
        parts.append("by the larger function")
    if line.version:
        parts.append(f"version {line.version}")
    return f", {', '.join(parts)}." if parts else "."


_TELLING = (
    "attempt",
    "cost",
    "duration_ms",
    "peak_memory_mb",
    "waited_ms",
    "cold_start",
    "error",
    "why",
    "size",
    "target",
)


def _figures(line: Line) -> dict[str, Any]:
    found = {name: line.fields[name] for name in _TELLING if name in line.fields}
    return found | {"function": line.function, "version": line.version, "run": line.run}


# --- what is not known


def _unknown(upload: _Upload, lines: Sequence[Line], endings: Iterable[Ending]) -> Iterator[str]:
    if upload.gone:
        yield upload.gone
    if not lines:
        yield f"No line names it: it is older than {KEPT.days} days, or its upload was never seen."
    elif not any(each.function == "dispatch" for each in lines):
        yield "When it was dispatched: the dispatcher's lines are gone."
    for each in endings:
        if each.state == "waiting" and each.where.startswith("nowhere"):
            yield f"How {each.format} ended: there is no message, and storage keeps neither file nor error for ever."
