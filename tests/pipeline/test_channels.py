"""Two versions of an exporter at once: which jobs go to which, as the dispatcher decides it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from steps import EVENTS, Steps

from pipeline import settings as environment
from pipeline.aws import Caller
from pipeline.channels import KEY, Channels, parse
from pipeline.errors import BadRequest
from pipeline.job import Job
from pipeline.request import Place, Request, make_ticket
from pipeline.routing import Share
from pipeline.settings import from_environment
from pipeline.signing import Credentials
from pipeline.storage import Storage

type Arrived = Callable[..., str]

HALF = {"schema": 1, "formats": {"text": {"percent": 50, "tenants": ["t7"]}}}


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def storage(steps: Steps) -> Storage:
    return Storage(Caller(environment.credentials(), environment.settings().region), environment.settings())


@pytest.fixture
def nowhere() -> Storage:
    """Storage that does not answer: nobody listens on this port."""
    settings = from_environment({"BUCKET": "b", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    return Storage(Caller(Credentials("a", "b"), settings.region), settings)


def write(steps: Steps, content: object) -> None:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    steps.s3.put_object(Bucket=steps.bucket, Key=KEY, Body=data)


def test_where_nothing_was_shipped_all_jobs_go_live(storage: Storage) -> None:
    assert Channels(storage, ("text", "html"), 30).shares() == {"text": Share(), "html": Share()}


def test_where_no_format_has_a_next_channel_storage_is_not_asked(nowhere: Storage) -> None:
    assert Channels(nowhere, (), 0).shares() == {}


def test_what_is_shipped_is_known_within_half_a_minute(steps: Steps, storage: Storage) -> None:
    clock = Clock()
    channels = Channels(storage, ("text",), 30, clock)
    assert channels.shares() == {"text": Share()}
    write(steps, HALF)
    clock.now += 29.9
    assert channels.shares() == {"text": Share()}
    clock.now += 0.1
    assert channels.shares() == {"text": Share(50.0, frozenset({"t7"}))}


def test_a_format_without_a_next_channel_has_no_share_whatever_is_written(steps: Steps, storage: Storage) -> None:
    write(steps, HALF)
    assert Channels(storage, ("html",), 30).shares() == {"html": Share()}


BROKEN = {
    "no JSON": b"{",
    "no text": b"\xff\xfe",
    "too deep": b"[" * 100_000,
    "a list": b"[]",
    "of a later schema": {"schema": 2, "formats": {}},
    "without formats": {"schema": 1},
    "a share that is none": {"schema": 1, "formats": {"text": 5}},
    "a percentage in words": {"schema": 1, "formats": {"text": {"percent": "5", "tenants": []}}},
    "a percentage that is true": {"schema": 1, "formats": {"text": {"percent": True, "tenants": []}}},
    "more than all": {"schema": 1, "formats": {"text": {"percent": 101, "tenants": []}}},
    "less than nothing": {"schema": 1, "formats": {"text": {"percent": -1, "tenants": []}}},
    "not a number": b'{"schema": 1, "formats": {"text": {"percent": NaN, "tenants": []}}}',
    "one tenant": {"schema": 1, "formats": {"text": {"percent": 5, "tenants": "t7"}}},
    "tenants by number": {"schema": 1, "formats": {"text": {"percent": 5, "tenants": [7]}}},
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_stops_nobody_and_is_told_once(
    steps: Steps, storage: Storage, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    write(steps, HALF)
    channels = Channels(storage, ("text",), 0)
    assert channels.shares() == {"text": Share(50.0, frozenset({"t7"}))}

    write(steps, BROKEN[name])
    assert [channels.shares() for _ in range(3)] == [{"text": Share()}] * 3

    (line,) = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert (line["level"], line["key"]) == ("ERROR", KEY)

    write(steps, HALF)  # mended, and broken again: that is news
    assert channels.shares() == {"text": Share(50.0, frozenset({"t7"}))}
    write(steps, BROKEN[name])
    channels.shares()
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_when_storage_does_not_answer_jobs_go_as_they_went_before(
    steps: Steps, storage: Storage, nowhere: Storage, capsys: pytest.CaptureFixture[str]
) -> None:
    write(steps, HALF)
    channels = Channels(storage, ("text",), 0)
    known = channels.shares()
    channels._storage = nowhere
    assert channels.shares() == known
    (line,) = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert line["level"] == "ERROR"
    assert "did not answer" in line["why"]


def test_fields_of_later_versions_do_no_harm() -> None:
    more = b'{"schema":1,"by":"me","formats":{"text":{"percent":5,"tenants":[],"promoted":["2"]}}}'
    assert parse(more) == {"text": Share(5.0)}


@pytest.fixture
def two_channels(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """The steps, where `text` has a next channel and `html` has none."""
    from steps import forget_settings

    monkeypatch.setenv("NEXT_FORMATS", "text")
    monkeypatch.setenv("CHANNELS_SECONDS", "0")
    forget_settings()
    steps.sqs.create_queue(QueueName=steps.prefix + "text-next")
    return steps


@pytest.mark.parametrize(
    ("tenant", "channel", "queue"),
    [
        ("t7", "", "text-next"),
        ("t8", "", "text"),
        ("t8", "next", "text-next"),
        ("t7", "live", "text"),
        ("t7", "nonsense", "text-next"),
    ],
)
def test_the_dispatcher_sends_each_job_to_its_channel(
    two_channels: Steps, arrived: Arrived, tenant: str, channel: str, queue: str
) -> None:
    steps = two_channels
    write(steps, {"schema": 1, "formats": {"text": {"percent": 0, "tenants": ["t7"]}}})
    agreed = {"formats": "text,html"} | ({"channel": channel} if channel else {})
    version = steps.put_source(f"uploads/{tenant}/j1/notes.md", **agreed)

    assert steps.dispatch(arrived(f"uploads/{tenant}/j1/notes.md", version)) == {"batchItemFailures": []}

    found = {name: [job.tenant for job in steps.jobs_on(name)] for name in ("text", "text-next", "html")}
    assert found == {"text": [], "text-next": [], "html": [tenant]} | {queue: [tenant]}


def test_a_format_without_a_next_channel_is_live_though_next_is_asked_for(
    two_channels: Steps, arrived: Arrived
) -> None:
    """A ticket asks for one channel for all its formats."""
    version = two_channels.put_source("uploads/acme/j1/notes.md", formats="html", channel="next")
    assert two_channels.dispatch(arrived("uploads/acme/j1/notes.md", version)) == {"batchItemFailures": []}
    assert [job.channel for job in two_channels.jobs_on("html")] == ["next"]


def ticket(**asked: Any) -> Any:
    request = Request("acme", "notes.md", ["text"], **asked)
    from datetime import UTC, datetime

    return make_ticket(request, Place("b", "eu-west-1"), Credentials("a", "b"), datetime.now(UTC))


def test_a_ticket_pins_the_channel_that_the_app_asked_for() -> None:
    assert ticket(channel="next").upload.fields["x-amz-meta-channel"] == "next"
    assert "x-amz-meta-channel" not in ticket().upload.fields
    with pytest.raises(BadRequest, match="'channel' must be 'live' or 'next'"):
        ticket(channel="beta")


def test_a_message_of_the_schema_before_is_still_a_job() -> None:
    """It lies on a queue while a new version is deployed."""
    old = (EVENTS / "job_schema_1.json").read_text()
    expected = Job("acme", "j1", "text", "notes.md", "v1", 8, {"width": 60}, {"customer": "42"}, "text/markdown")
    assert Job.from_json(old) == expected


def test_a_job_that_needs_nothing_new_is_told_as_before() -> None:
    """So that an exporter that was rolled back to the version before reads it."""
    old = json.loads((EVENTS / "job_schema_1.json").read_text())
    assert json.loads(Job.from_json(json.dumps(old)).to_json()) == old


@pytest.mark.parametrize("more", [{"channel": "next"}, {"webhook": "https://api.example.com/done"}])
def test_a_job_that_needs_something_new_says_so(more: dict[str, str]) -> None:
    job = Job("acme", "j1", "text", "notes.md", "v1", 8, **more)  # type: ignore[arg-type]
    assert json.loads(job.to_json())["schema"] == 2
    assert Job.from_json(job.to_json()) == job


@pytest.mark.parametrize("schema", [0, 3, "1", None])
def test_a_message_of_another_schema_is_refused(schema: object) -> None:
    old = json.loads((EVENTS / "job_schema_1.json").read_text())
    with pytest.raises(BadRequest, match="this version reads schemas 1 and 2"):
        Job.from_json(json.dumps(old | {"schema": schema}))
