"""Lines of a log are read from wherever they lie, and Lambda's own are told from ours."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from exporters.errors import RequestError
from pipeline.deployment.channels import Target
from pipeline.local.server import REGION, ROOT_USER, Server
from pipeline.operating import loglines
from pipeline.operating.loglines import END, FAULT, INIT, OTHER, REPORT, START, Line, NoLines

RUN = "8286a188-ba32-4475-8077-530cd35c09a9"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
STAMP = int(NOON.timestamp() * 1000)

OURS = {
    "level": "INFO",
    "message": "Exported.",
    "timestamp": "2026-11-26T12:00:00.000Z",
    "job": "j1",
    "tenant": "t7",
    "format": "pdf",
    "function_request_id": RUN,
    "duration_ms": 120.5,
}


def read(text: str) -> list[Line]:
    return list(loglines.of_stream(io.StringIO(text)))


# As Lambda writes them (AWS Lambda Developer Guide, "Log format"; Telemetry API, "Event schema reference").
PLATFORM: list[tuple[str, dict[str, Any]]] = [
    (
        f"REPORT RequestId: {RUN}\tDuration: 13.19 ms\tBilled Duration: 185 ms\tMemory Size: 1769 MB\t"
        "Max Memory Used: 67 MB\tInit Duration: 171.82 ms\t\n",
        {
            "type": REPORT,
            "function_request_id": RUN,
            "status": "success",
            "duration_ms": 13.19,
            "billed_ms": 185.0,
            "memory_mb": 1769.0,
            "peak_memory_mb": 67.0,
            "init_ms": 171.82,
        },
    ),
    (
        f"REPORT RequestId: {RUN}\tDuration: 60000.00 ms\tBilled Duration: 60000 ms\tMemory Size: 512 MB\t"
        "Max Memory Used: 211 MB\tStatus: timeout",
        {
            "type": REPORT,
            "function_request_id": RUN,
            "status": "timeout",
            "duration_ms": 60000.0,
            "billed_ms": 60000.0,
            "memory_mb": 512.0,
            "peak_memory_mb": 211.0,
        },
    ),
    (
        f"REPORT RequestId: {RUN}\tDuration: 812.44 ms\tBilled Duration: 813 ms\tMemory Size: 512 MB\t"
        "Max Memory Used: 512 MB\tStatus: error\tError Type: Runtime.OutOfMemory\n"
        "XRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\tSegmentId: 557abcec3ee5a047\tSampled: true",
        {
            "type": REPORT,
            "function_request_id": RUN,
            "status": "error",
            "error_type": "Runtime.OutOfMemory",
            "duration_ms": 812.44,
            "billed_ms": 813.0,
            "memory_mb": 512.0,
            "peak_memory_mb": 512.0,
        },
    ),
    (
        json.dumps(
            {
                "time": "2026-11-26T12:00:00.000Z",
                "type": "platform.report",
                "record": {
                    "requestId": RUN,
                    "status": "timeout",
                    "metrics": {
                        "durationMs": 60000.0,
                        "billedDurationMs": 60090,
                        "memorySizeMB": 512,
                        "maxMemoryUsedMB": 90,
                        "initDurationMs": 89.5,
                    },
                },
            }
        ),
        {
            "type": REPORT,
            "time": "2026-11-26T12:00:00.000Z",
            "function_request_id": RUN,
            "status": "timeout",
            "duration_ms": 60000.0,
            "billed_ms": 60090,
            "memory_mb": 512,
            "peak_memory_mb": 90,
            "init_ms": 89.5,
        },
    ),
    (
        json.dumps(
            {
                "time": "2026-11-26T12:00:00.000Z",
                "type": "platform.report",
                "record": {"requestId": RUN, "status": "failure", "errorType": "Runtime.ExitError", "metrics": {}},
            }
        ),
        {
            "type": REPORT,
            "time": "2026-11-26T12:00:00.000Z",
            "function_request_id": RUN,
            "status": "error",
            "error_type": "Runtime.ExitError",
        },
    ),
    (f"START RequestId: {RUN} Version: 12", {"type": START, "function_request_id": RUN, "version": "12"}),
    (f"END RequestId: {RUN}", {"type": END, "function_request_id": RUN}),
    (
        "INIT_START Runtime Version: python:3.13.v52\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:0b",
        {"type": INIT},
    ),
    (
        f"2026-11-26T12:01:00.000Z {RUN} Task timed out after 60.06 seconds",
        {"type": FAULT, "function_request_id": RUN, "why": "Task timed out after 60.06 seconds"},
    ),
    (
        f"RequestId: {RUN} Error: Runtime exited with error: signal: killed",
        {"type": FAULT, "function_request_id": RUN, "why": "Error: Runtime exited with error: signal: killed"},
    ),
    ("Anything else {that is} no JSON", {"type": OTHER, "said": "Anything else {that is} no JSON"}),
    ('["a list"]', {"type": OTHER, "said": '["a list"]'}),
]


@pytest.mark.parametrize(("message", "fields"), PLATFORM, ids=[str(fields["type"]) for _, fields in PLATFORM])
def test_what_lambda_writes_itself_has_fields(message: str, fields: dict[str, Any]) -> None:
    """Of an event: in a file of lines, one of several lines would be several."""
    (line,) = read(json.dumps({"events": [{"timestamp": STAMP, "message": message}]}))
    assert dict(line.fields) == fields
    assert line.type == fields["type"]
    assert line.run == fields.get("function_request_id", "")
    assert line.time == NOON
    assert line.size == len(message.encode())


def test_a_line_of_ours_keeps_its_fields() -> None:
    (line,) = read(json.dumps(OURS))
    assert (dict(line.fields), line.type, line.run, line.job) == (OURS, "", RUN, "j1")
    assert (line.time, line.function) == (NOON, "export-pdf")


OUR_TEXT = json.dumps(OURS)
STREAM = "2026/11/26/[3]4459c970fa6d4c77aca62c95850fce54"
EVENT = {"logStreamName": STREAM, "timestamp": STAMP, "message": OUR_TEXT + "\n", "ingestionTime": 1, "eventId": "1"}

SAVED = {
    "what a function printed": OUR_TEXT,
    "aws logs tail": f"2026-11-26T12:00:00.123000+00:00 {STREAM} {OUR_TEXT}",
    "aws logs tail --format short": f"2026-11-26T12:00:00 {OUR_TEXT}",
    "aws logs filter-log-events": json.dumps({"events": [EVENT], "searchedLogStreams": []}, indent=4),
    "the same, without spaces": json.dumps({"events": [EVENT], "nextToken": "x"}, separators=(",", ":")),
    "its events alone": json.dumps([EVENT], indent=2),
    "its events, one to a line": json.dumps(EVENT),
    "an export to S3": f"2026-11-26T12:00:00.000Z {OUR_TEXT}",
    "a subscription": json.dumps(
        {
            "messageType": "DATA_MESSAGE",
            "logGroup": "/aws/lambda/document-export-prod-export-pdf",
            "logStream": STREAM,
            "logEvents": [{"id": "1", "timestamp": STAMP, "message": OUR_TEXT}],
        }
    ),
    "a list of our own lines": json.dumps([OURS]),
}


@pytest.mark.parametrize("saved", SAVED.values(), ids=SAVED)
@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_are_read_from_what_people_save(saved: str, zipped: bool, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / ("lines.log.gz" if zipped else "lines.log")
    data = saved.encode(encoding)
    path.write_bytes(gzip.compress(data) if zipped else data)

    (line,) = loglines.of_file(str(path))

    assert dict(line.fields) == OURS
    assert line.function == "export-pdf"
    assert abs(line.time - NOON) < timedelta(seconds=1)


def test_the_version_is_told_by_the_stream() -> None:
    (line,) = read(json.dumps(EVENT))
    assert line.version == "3"


@pytest.mark.parametrize("data", [OUR_TEXT.encode(), gzip.compress(OUR_TEXT.encode())], ids=["plain", "gz"])
def test_lines_are_piped_in(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert [line.job for line in loglines.of_file("-")] == ["j1"]


def test_a_line_without_a_time_has_that_of_the_one_before() -> None:
    _, report = read(f"{OUR_TEXT}\nREPORT RequestId: {RUN}\tDuration: 1 ms\tBilled Duration: 2 ms\n")
    assert (report.type, report.time) == (REPORT, NOON)


def test_a_long_list_of_events_is_read_piece_by_piece() -> None:
    class Slow(io.StringIO):
        longest = 0

        def read(self, size: int | None = -1) -> str:
            assert size is not None and size > 0, "never all of it at once"
            self.longest = max(self.longest, size)
            return super().read(size)

    many = 5_000
    stream = Slow(json.dumps({"events": [EVENT] * many, "nextToken": "more"}, indent=4))
    assert sum(1 for _ in loglines.of_stream(stream)) == many
    assert stream.longest < 100_000 < len(stream.getvalue())


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (None, "lines.log", "cannot be read: No such file"),
        (b'{"events": [{"message": "a"', "lines.json", "ends in the middle of an event"),
        (b"no gzip", "lines.gz", r"is no whole \.gz file"),
        (gzip.compress(b"line\n" * 1000)[:40], "lines.gz", r"is no whole \.gz file"),
        (gzip.compress(b"line\n" * 1000)[:10] + b"\xff" * 40, "lines.gz", r"is no whole \.gz file"),
    ],
    ids=["none", "cut off", "not zipped", "cut off zip", "damaged zip"],
)
def test_what_cannot_be_read_is_said(content: bytes | None, name: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NoLines, match=message):
        list(loglines.of_file(str(path)))


def test_bytes_that_are_no_text_stop_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lines.log"
    path.write_bytes(b"\xfe\x00 what is that\n" + OUR_TEXT.encode())
    assert [line.type for line in loglines.of_file(str(path))] == [OTHER, ""]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("24h", NOON - timedelta(hours=24)),
        ("7d", NOON - timedelta(days=7)),
        ("30m", NOON - timedelta(minutes=30)),
        ("2w", NOON - timedelta(weeks=2)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T08:30", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("2026-11-01T08:30+02:00", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert loglines.moment(text, NOON) == moment


@pytest.mark.parametrize("text", ["yesterday", "", "7", "7 years", "2026-13-01"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="Write an age, as 24h or 7d, or a date, as 2026-11-01"):
        loglines.moment(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2030-01-01", "is yet to come: now it is 2026-11-26T12:00 UTC. Write an age"),
        ("2026-11-26T12:01", "is yet to come"),
        ("99999w", "is before 1970"),
        ("1969-12-31", "is before 1970"),
    ],
)
def test_a_moment_of_which_no_log_can_tell_is_refused(text: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        loglines.moment(text, NOON)


# --- CloudWatch Logs


class Logs:
    """A stage's logs in the embedded CloudWatch Logs, and the target that leads to them."""

    def __init__(self, server: Server) -> None:
        import boto3

        self.client = boto3.client(
            "logs",
            region_name=REGION,
            endpoint_url=server.endpoint,
            aws_access_key_id=ROOT_USER.access_key,
            aws_secret_access_key=ROOT_USER.secret_key,
        )
        self.stage = f"s{uuid4().hex[:8]}"
        self.target = Target(self.stage, "", lambda _: self.client, lambda *_: b"", lambda _: None)
        self.made: list[str] = []

    def put(self, function: str, messages: list[tuple[int, str]], stage: str = "", version: int = 1) -> None:
        group = f"/aws/lambda/document-export-{stage or self.stage}-{function}"
        if group not in self.made:
            self.client.create_log_group(logGroupName=group)
            self.made.append(group)
        stream = f"2026/11/26/[{version}]{uuid4().hex}"
        self.client.create_log_stream(logGroupName=group, logStreamName=stream)
        events = [{"timestamp": time, "message": message} for time, message in messages]
        for start in range(0, len(events), 10_000):
            self.client.put_log_events(
                logGroupName=group, logStreamName=stream, logEvents=events[start : start + 10_000]
            )


@pytest.fixture
def logs(server: Server) -> Iterator[Logs]:
    made = Logs(server)
    yield made
    for group in made.made:
        made.client.delete_log_group(logGroupName=group)


def test_the_lines_of_a_stage_come_function_by_function(logs: Logs) -> None:
    now = datetime.now(UTC)
    stamp = int(now.timestamp() * 1000)
    logs.put("export-pdf", [(stamp - 2000, "one"), (stamp, "three")], version=3)
    logs.put("export-pdf", [(stamp - 1000, "two")], version=4)
    logs.put("dispatch", [(stamp, "four")])
    logs.put("export-pdf", [(stamp, "of another stage")], stage=f"{logs.stage}-2")
    said: list[str] = []

    lines = list(loglines.of_stage(logs.target, now - timedelta(hours=1), say=said.append))

    assert [(line.function, line.fields["said"], line.version) for line in lines] == [
        ("dispatch", "four", "1"),
        ("export-pdf", "one", "3"),
        ("export-pdf", "two", "4"),
        ("export-pdf", "three", "3"),
    ]
    assert said == ["Reading logs: dispatch, 1 of 2: 1 lines", "Reading logs: export-pdf, 2 of 2: 3 lines"]


def test_only_what_was_asked_for_is_read(logs: Logs) -> None:
    now = datetime.now(UTC)
    stamp = int(now.timestamp() * 1000)
    logs.put("export-pdf", [(stamp - 7_200_000, "old"), (stamp - 1000, "job-1 mine"), (stamp, "late")])
    logs.put("dispatch", [(stamp, "another function")])

    def texts(**more: Any) -> list[str]:
        return [line.fields["said"] for line in loglines.of_stage(logs.target, now - timedelta(hours=1), **more)]

    assert texts(functions={"export-pdf"}) == ["job-1 mine", "late"]
    assert texts(functions={"export-pdf"}, until=now - timedelta(milliseconds=500)) == ["job-1 mine"]
    assert texts(pattern='"job-1"') == ["job-1 mine"]
    assert texts(functions={"export-docx"}) == []


def test_more_lines_than_an_answer_holds_are_all_read_once(logs: Logs) -> None:
    """Also where several of them bear the time with which an answer ends."""
    now = datetime.now(UTC)
    stamp = int(now.timestamp() * 1000) - 60_000
    many = 25_000
    logs.put("export-pdf", [(stamp + number // 7, f"line {number}") for number in range(many)])

    lines = [line.fields["said"] for line in loglines.of_stage(logs.target, now - timedelta(hours=1))]

    assert lines == [f"line {number}" for number in range(many)]


def test_a_stage_that_has_logged_nothing_is_named(logs: Logs) -> None:
    with pytest.raises(NoLines, match=f"There are no logs called /aws/lambda/document-export-{logs.stage}-"):
        list(loglines.of_stage(logs.target, NOON))
