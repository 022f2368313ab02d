"""The lines that a stage has logged, read one by one: what `cost`, `doctor` and `explain` look at.

Where they come from makes no difference to who reads them: CloudWatch Logs, the logs of the stack on this machine, or a
file of lines as people save them: what a function printed, `aws logs filter-log-events` or `get-log-events` as JSON,
`aws logs tail`, what Logs exports to S3, what a subscription delivers; each also as .gz. Never are more than 10,000
held at once.

A line of `pipeline.telemetry` has the fields that it was written with. One of Lambda's own has a `type` that begins
with `platform.`, and the same names for what both tell: see `PLATFORM`. All else is `text`.

Asking is free: CloudWatch Logs has no price for FilterLogEvents, only for taking lines in and keeping them (Logs
Insights, which is faster where few lines are wanted out of many, is $0.005 for each GB that it looks through). A
million jobs write about 1.5 GB, which at 1 MB an answer are some 1,500 answers; leaving AWS's network is $0.09 a GB.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import sys
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from exporters.errors import RequestError
from pipeline.deployment.account import SERVICE, saying

if TYPE_CHECKING:
    from pipeline.deployment.channels import Target

START, END, INIT, REPORT, FAULT = (
    "platform.start",
    "platform.end",
    "platform.initStart",
    "platform.report",
    "platform.fault",
)
PLATFORM: Mapping[str, tuple[str, ...]] = {
    START: ("function_request_id", "version"),
    END: ("function_request_id",),
    INIT: (),
    REPORT: (
        "function_request_id",
        "status",  # "success", "timeout" or "error"
        "error_type",  # only with "error": Runtime.ExitError, Runtime.OutOfMemory …
        "duration_ms",
        "billed_ms",
        "init_ms",  # only where a process was started; it is part of what is billed
        "memory_mb",
        "peak_memory_mb",
    ),
    FAULT: ("function_request_id", "why"),  # a run that Lambda ended, or that crashed
}
"""The types of Lambda's own lines, and the fields that each has where Lambda tells them."""

OTHER = "other"
"""The type of a line that is neither ours nor one of those; its only other field is `said`."""

type Say = Callable[[str], None]

_GROUP = "/aws/lambda/"
_FUNCTION = re.compile(r"request|dispatch|notify|watch|export-[a-z0-9_]+(?:-large)?")
_PAGE = 10_000  # lines, the most that an answer has (CloudWatch Logs API, FilterLogEvents)
_TOLD_EVERY = 50_000  # lines
_CHUNK = 1 << 16
_LONGEST = 1 << 22  # characters of one event in a file; Logs takes no more than a megabyte
_EPOCH = datetime.fromtimestamp(0, UTC)
_WRITE = "Write an age, as 24h or 7d, or a date, as 2026-11-01."
_GZIP = b"\x1f\x8b"
_ENCODINGS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""Of files that begin with such a mark, as PowerShell's `>` writes them."""


class NoLines(RequestError):
    """There is nothing to read, or it is not what logs look like. Says what was looked at."""

    code = "no-lines"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log."""

    time: datetime
    """When it was logged; in a file that does not tell, that of the last line before it that does."""
    function: str
    """`dispatch`, `export-pdf` …, without the stage; "" in a file that does not tell."""
    version: str
    """Of the function; "" in a file that does not tell."""
    fields: Mapping[str, Any]
    size: int
    """In bytes: what Logs takes money for."""

    @property
    def type(self) -> str:
        """One of `PLATFORM`, `OTHER`, or "" for a line of ours."""
        return str(self.fields.get("type", ""))

    @property
    def run(self) -> str:
        """The id that Lambda has given to the run in which it was logged; "" where the line does not tell."""
        return str(self.fields.get("function_request_id", ""))

    @property
    def job(self) -> str:
        """ "" where the line is not about one."""
        return str(self.fields.get("job", ""))


def of_stage(
    target: Target,
    since: datetime,
    until: datetime | None = None,
    functions: Collection[str] = (),
    say: Say = lambda _: None,
    pattern: str = "",
) -> Iterator[Line]:
    """The lines of a stage between two moments: function by function, those of each by time.

    `functions` are names without the stage, such as `export-pdf`: all where none is named, and those among them that
    the stage has. `say` is told how far it is. `pattern` is one of CloudWatch Logs, such as a job's id in quotation
    marks: only the lines that match come. Raises `RequestError`.
    """
    logs = target.client("logs")
    begin = f"{_GROUP}{SERVICE}-{target.stage}-"
    names = [name for name in _functions(logs, begin) if not functions or name in functions]
    for number, name in enumerate(names, 1):
        many = 0
        for event in _events(logs, begin + name, since, until, pattern):
            many += 1
            if many % _TOLD_EVERY == 0:
                say(f"Reading logs: {name}, {number} of {len(names)}: {many:,} lines")
            yield _of_event(event, name, _EPOCH)
        if many:
            say(f"Reading logs: {name}, {number} of {len(names)}: {many:,} lines")


def of_file(path: str, say: Say = lambda _: None) -> Iterator[Line]:
    """The lines of a file, or of the standard input where it is called `-`. Raises `NoLines`."""
    with _opened(path) as stream:
        yield from of_stream(stream, say)


def of_stream(stream: IO[str], say: Say = lambda _: None) -> Iterator[Line]:
    """The lines of a text in one of the shapes that logs are saved in, one after the other."""
    last = _EPOCH
    for number, event in enumerate(_saved(stream), 1):
        if number % _TOLD_EVERY == 0:
            say(f"Reading lines: {number:,}")
        line = _of_event(event, "", last)
        last = line.time
        yield line


def moment(text: str, now: datetime | None = None) -> datetime:
    """What people mean by `24h`, `7d`, `30m`, `2026-11-01` or `2026-11-01T08:30`: an age, or a date in UTC.

    Raises `RequestError`, which says how to write it.
    """
    now = now or datetime.now(UTC)
    if age := re.fullmatch(r"(\d{1,5})\s*([mhdw])", text.strip()):
        unit = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[age[2]]
        found = now - timedelta(**{unit: int(age[1])})
    else:
        try:
            found = datetime.fromisoformat(text.strip())
        except ValueError:
            raise RequestError(f"{text!r} is no time. {_WRITE}") from None
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if found > now:
        raise RequestError(f"{text!r} is yet to come: now it is {now.astimezone(UTC):%Y-%m-%dT%H:%M} UTC. {_WRITE}")
    if found < _EPOCH:
        raise RequestError(f"{text!r} is before 1970, when no log had begun. {_WRITE}")
    return found


# --- CloudWatch Logs


def _functions(logs: Any, begin: str) -> list[str]:
    """Those of one stage only: that of another may begin with its name."""
    with saying(f"list the logs {begin}*"):
        pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=begin)
        names = [group["logGroupName"].removeprefix(begin) for page in pages for group in page["logGroups"]]
    found = [name for name in names if _FUNCTION.fullmatch(name)]
    if not found:
        raise NoLines(f"There are no logs called {begin}*. Is that the stage, and has it run since it was deployed?")
    return found


def _events(
    logs: Any, group: str, since: datetime, until: datetime | None, pattern: str
) -> Iterator[Mapping[str, Any]]:
    asked: dict[str, Any] = {"logGroupName": group, "startTime": _milliseconds(since), "limit": _PAGE}
    if until:
        asked["endTime"] = _milliseconds(until)
    if pattern:
        asked["filterPattern"] = pattern
    seen: set[tuple[str, str]] = set()  # of the last millisecond of a full answer, with which the next one begins
    while True:
        with saying(f"read {group}"):
            page = logs.filter_log_events(**asked)
        events = page["events"]
        new = [event for event in events if _identity(event) not in seen] if seen else events
        yield from new
        if token := page.get("nextToken"):
            asked["nextToken"] = token
        elif len(events) == _PAGE and new:
            # An answer that is full and has no token: MiniStack's. The rest begins where this one ends.
            asked["startTime"] = last = events[-1]["timestamp"]
            seen = {_identity(event) for event in events if event["timestamp"] == last}
        else:
            return


def _identity(event: Mapping[str, Any]) -> tuple[str, str]:
    """Of an event in its millisecond: MiniStack gives none to those of its functions."""
    return event["logStreamName"], event["message"]


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)


# --- files


@contextmanager
def _opened(path: str) -> Iterator[IO[str]]:
    try:
        with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as file:
            data: Any = io.BufferedReader(file)  # which peeks, whatever it reads from
            if path.endswith(".gz") or data.peek(2).startswith(_GZIP):
                data = io.BufferedReader(gzip.GzipFile(fileobj=data))
            head = data.peek(3)
            encoding = next((name for mark, name in _ENCODINGS.items() if head.startswith(mark)), "utf-8")
            yield io.TextIOWrapper(data, encoding=encoding, errors="replace")
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise NoLines(f"{path!r} is no whole .gz file.") from None
    except OSError as error:
        raise NoLines(f"{path!r} cannot be read: {error.strerror}.") from None


def _saved(stream: IO[str]) -> Iterator[Mapping[str, Any]]:
    """Events as CloudWatch Logs has them, out of any of the shapes that it and its commands write."""
    head = stream.read(_CHUNK)
    if re.match(r'\s*(\{\s*"events"\s*:\s*)?\[', head):
        yield from _listed(head, stream)
        return
    for line in _lines(head, stream):
        if line.strip():
            yield from _of_saved_line(line.strip())


def _listed(head: str, stream: IO[str]) -> Iterator[Mapping[str, Any]]:
    """The entries of a JSON list, one after the other, however long it is and whatever comes after it."""
    decode = json.JSONDecoder().raw_decode
    buffer, at = head, head.index("[") + 1
    while True:
        while at < len(buffer) and buffer[at] in ", \t\r\n":
            at += 1
        if buffer[at : at + 1] == "]":
            return
        try:
            entry, at = decode(buffer, at)
        except json.JSONDecodeError:
            more = stream.read(_CHUNK)
            buffer, at = buffer[at:] + more, 0
            if not more or len(buffer) > _LONGEST:
                raise NoLines("The JSON ends in the middle of an event, or is no list of log events.") from None
            continue
        if isinstance(entry, dict):
            yield entry if _is_event(entry) else {"message": json.dumps(entry)}


def _lines(head: str, stream: IO[str]) -> Iterator[str]:
    *whole, rest = (head + stream.readline(_LONGEST)).split("\n")
    yield from whole
    yield rest
    while line := stream.readline(_LONGEST):
        yield line


def _is_event(found: Mapping[str, Any]) -> bool:
    """Whether it is what Logs keeps, and not a line itself: those say their time as text."""
    return "message" in found and isinstance(found.get("timestamp"), int)


_TAIL = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)\s"
    r"(?:(?P<stream>\d{4}/\d\d/\d\d/\S+)\s)?(?P<message>.+)",
    re.DOTALL,
)


def _of_saved_line(line: str) -> Iterator[Mapping[str, Any]]:
    if line.startswith("{"):
        found = _object(line)
        if "logEvents" in found:  # of a subscription
            about = {"logGroup": found.get("logGroup", ""), "logStreamName": found.get("logStream", "")}
            yield from ({**about, **event} for event in found["logEvents"])
            return
        if _is_event(found):  # one to a line
            yield found
            return
    if (tail := _TAIL.fullmatch(line)) and not _TIMED_OUT.match(line):
        time = _time(tail["time"]) or _EPOCH
        yield {
            "timestamp": _milliseconds(time),
            "logStreamName": tail["stream"] or "",
            "message": tail["message"],
        }
        return
    yield {"message": line}


# --- one line

_STREAM_VERSION = re.compile(r"\[(\d+|\$LATEST)\]")  # 2026/11/26/[3]4459c970fa6d4c77aca62c95850fce54
_RUN = r"(?P<run>[0-9a-f]{8}-[0-9a-f-]{27})"
_MARK = re.compile(rf"(?P<what>START|END) RequestId: {_RUN}(?: Version: (?P<version>\S+))?")
_TIMED_OUT = re.compile(rf"\S+ {_RUN} (?P<why>Task timed out after [\d.]+ seconds)")
_CRASHED = re.compile(rf"RequestId: {_RUN} (?P<why>Error: .+)", re.DOTALL)
_REPORTED = re.compile(rf"REPORT RequestId: {_RUN}\s+(?P<rest>.*)", re.DOTALL)
_NAMED = {
    "Duration": "duration_ms",
    "Billed Duration": "billed_ms",
    "Init Duration": "init_ms",
    "Memory Size": "memory_mb",
    "Max Memory Used": "peak_memory_mb",
}
_METRICS = {
    "durationMs": "duration_ms",
    "billedDurationMs": "billed_ms",
    "initDurationMs": "init_ms",
    "memorySizeMB": "memory_mb",
    "maxMemoryUsedMB": "peak_memory_mb",
}


def _of_event(event: Mapping[str, Any], function: str, before: datetime) -> Line:
    message = str(event.get("message", ""))
    fields = _fields(message.strip())
    stamp = event.get("timestamp")
    time = datetime.fromtimestamp(stamp / 1000, UTC) if isinstance(stamp, int | float) else _time_of(fields)
    version = _STREAM_VERSION.search(str(event.get("logStreamName", "")))
    return Line(
        time=time or before,
        function=function or _named(str(event.get("logGroup", ""))) or _function_of(fields),
        version=version[1] if version else "",
        fields=fields,
        size=len(message.encode()),
    )


def _fields(message: str) -> Mapping[str, Any]:
    if message.startswith("{"):
        found = _object(message)
        if str(found.get("type", "")).startswith("platform."):
            return _platform(found)
        if found:
            return found
    return _text(message)


def _object(text: str) -> dict[str, Any]:
    """Empty where it is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _platform(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """One of Lambda's own lines where a function logs as JSON (Lambda Telemetry API, "Event schema reference")."""
    record = event.get("record") or {}
    fields = {"type": event["type"], "time": event.get("time", "")}
    if "requestId" in record:
        fields["function_request_id"] = record["requestId"]
    if "version" in record:
        fields["version"] = record["version"]
    if event["type"] == REPORT:
        metrics = record.get("metrics") or {}
        fields |= {name: metrics[told] for told, name in _METRICS.items() if told in metrics}
        # Lambda's words for it are success, failure, error and timeout; a run that was ended is an error, too.
        status = record.get("status", "success")
        fields["status"] = "error" if status == "failure" else status
        if "errorType" in record:
            fields["error_type"] = record["errorType"]
    return fields


def _text(message: str) -> Mapping[str, Any]:
    """One of Lambda's own lines where a function logs as text; or anybody's."""
    if found := _REPORTED.match(message):
        return _report(found["run"], found["rest"])
    if found := _MARK.match(message):
        version = {"version": found["version"]} if found["version"] else {}
        return {"type": START if found["what"] == "START" else END, "function_request_id": found["run"], **version}
    if found := (_TIMED_OUT.match(message) or _CRASHED.match(message)):
        return {"type": FAULT, "function_request_id": found["run"], "why": found["why"]}
    if message.startswith("INIT_START"):
        return {"type": INIT}
    return {"type": OTHER, "said": message}


def _report(run: str, rest: str) -> Mapping[str, Any]:
    """`Duration: 13.19 ms<tab>Billed Duration: 185 ms<tab>…<tab>Status: timeout`, with or without a line end."""
    told = dict(part.strip().partition(": ")[::2] for part in re.split(r"[\t\n]", rest) if ": " in part)
    fields: dict[str, Any] = {"type": REPORT, "function_request_id": run, "status": told.get("Status", "success")}
    if "Error Type" in told:
        fields["error_type"] = told["Error Type"]
    for name, field in _NAMED.items():
        if number := re.match(r"[\d.]+", told.get(name, "")):
            fields[field] = float(number[0])
    return fields


def _time_of(fields: Mapping[str, Any]) -> datetime | None:
    return _time(str(fields.get("timestamp") or fields.get("time") or ""))


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _named(group: str) -> str:
    found = re.search(rf"-({_FUNCTION.pattern})$", group)
    return found[1] if found else ""


def _function_of(fields: Mapping[str, Any]) -> str:
    """In a file that does not say which function's line it is: by what only one of them tells."""
    if "format" not in fields:
        return "watch" if "waiting_in_all" in fields else ""
    if "duration_ms" in fields:
        return f"export-{fields['format']}"
    return "dispatch" if fields.get("message") in ("Dispatched.", "Refused.") else ""


def by_time(lines: Iterable[Line]) -> list[Line]:
    """Lines in the order of time, where there are few enough to be held at once."""
    return sorted(lines, key=lambda line: line.time)
