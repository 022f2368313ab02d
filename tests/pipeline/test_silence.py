"""Jobs that never ran: whoever holds their ticket is told so, by the watch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from steps import Context, Steps, forget_settings, wait_until

import exporters
from exporters.errors import Unavailable
from pipeline import silence, watch
from pipeline.job import Job
from pipeline.notices import Notice
from pipeline.queues import Queues

SCHEMA = json.loads((Path(exporters.__file__).parent / "schemas/error.schema.json").read_text())


class Called(Context):
    """What Lambda gives the watch besides the event."""

    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:document-export-test-watch:live"


class Graveyard:
    """Queues of dead letters, and the watch that looks through them."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.name = steps.prefix.removesuffix("-export-")
        for kind in ("intake", "intake-dead", "notify", "notify-dead"):
            steps.sqs.create_queue(QueueName=f"{self.name}-{kind}")

    def bury(self, body: str, kind: str = "export-text") -> None:
        self.steps.sqs.send_message(QueueUrl=self._url(f"{kind}-dead"), MessageBody=body)

    def job(self, **more: Any) -> Job:
        """One that is a dead letter."""
        job = self.steps.job(**more)
        self.bury(job.to_json())
        return job

    def visible(self, kind: str = "export-text") -> int:
        name = "ApproximateNumberOfMessages"
        found = self.steps.sqs.get_queue_attributes(QueueUrl=self._url(f"{kind}-dead"), AttributeNames=[name])
        return int(found["Attributes"][name])

    def notices(self) -> list[Notice]:
        found = self.steps.sqs.receive_message(QueueUrl=self._url("notify"), MaxNumberOfMessages=10)
        return [Notice.from_json(each["Body"]) for each in found.get("Messages", ())]

    def _url(self, kind: str) -> str:
        return f"{self.steps.sqs.meta.endpoint_url}/000000000000/{self.name}-{kind}"


@pytest.fixture
def graveyard(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graveyard]:
    found = Graveyard(steps)
    for name, value in {
        "FORMATS": "html,json,text",
        "INTAKE_QUEUE": f"{found.name}-intake",
        "NOTIFY_QUEUE": f"{found.name}-notify",
        "NOTIFY": "event",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(watch, "_SECOND_LOOK_S", 0)
    forget_settings()
    yield found


def watch_once(milliseconds: int = 60_000) -> None:
    watch.handler({}, Called(milliseconds=milliseconds))


def test_who_holds_its_ticket_is_told_and_the_letter_stays(
    graveyard: Graveyard, capsys: pytest.CaptureFixture[str]
) -> None:
    job = graveyard.job(tags={"order": "7"})

    watch_once()

    error = graveyard.steps.error(job)
    jsonschema.validate(error, SCHEMA)
    assert error
    assert (error["code"], error["fault"], error["retry"]) == ("not-started", "operator", False)
    assert graveyard.visible() == 1, "for a replay"
    assert [notice.job for notice in wait_until(graveyard.notices)] == [job]
    (line,) = [json.loads(each) for each in capsys.readouterr().out.splitlines() if "Never begun." in each]
    assert (line["job"], line["tags"], line["failures"], line["mistakes"]) == (job.id, {"order": "7"}, 1, 1)


def test_once(graveyard: Graveyard) -> None:
    job = graveyard.job()
    watch_once()
    graveyard.notices()

    watch_once()

    assert (
        len(graveyard.steps.s3.list_object_versions(Bucket=graveyard.steps.bucket, Prefix=job.folder)["Versions"]) == 1
    )


def test_what_is_said_already_stays_as_it_is(graveyard: Graveyard) -> None:
    steps = graveyard.steps
    done, failed = graveyard.job(), graveyard.job(data=b"\x00\x00")
    lossy = graveyard.job(format="json", data=b"![a](gone.png)\n", filename="report.md")
    for each in (done, failed, lossy):
        steps.export(each)
    before = steps.error(failed)

    watch_once()

    assert before
    assert (steps.error(done), steps.error(failed), steps.error(lossy)) == (None, before, None)


def test_a_report_alone_says_nothing_of_the_end(graveyard: Graveyard) -> None:
    job = graveyard.job()
    graveyard.steps.s3.put_object(Bucket=graveyard.steps.bucket, Key=job.report_key, Body=b"{}")

    watch_once()

    assert graveyard.steps.error(job)


def test_each_format_of_an_upload_that_was_never_dispatched_is_told(
    graveyard: Graveyard, arrived: Callable[..., str]
) -> None:
    key = f"uploads/acme/{uuid4().hex}/notes 1.md"
    version = graveyard.steps.put_source(key, formats="html,text", tags='{"a": "b"}')
    graveyard.bury(arrived(key, version), "intake")
    graveyard.bury(arrived("uploads/acme/gone/notes.md", version), "intake")
    jobs = [Job("acme", key.split("/")[2], format, "notes 1.md", version, 8) for format in ("html", "text")]
    graveyard.steps.export(jobs[1])  # it was, just before the dispatcher ended

    watch_once()

    assert (graveyard.steps.error(jobs[0]) or {})["code"] == "not-started"
    assert graveyard.steps.error(jobs[1]) is None
    assert graveyard.visible("intake") == 2


@pytest.mark.parametrize("body", ["", "no JSON", "[]", '{"Records": 7}', '{"Records": [{}]}', '{"schema": 99}'])
def test_what_nobody_can_read_stands_in_nobodys_way(graveyard: Graveyard, body: str) -> None:
    graveyard.bury(body or "{}")
    job = graveyard.job()

    watch_once()

    assert graveyard.steps.error(job)
    assert graveyard.visible() == 2


def test_of_old_letters_nothing_is_said(graveyard: Graveyard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their errors may have been deleted with their time."""
    job = graveyard.job()
    monkeypatch.setattr(silence, "_YOUNG_S", 0)

    watch_once()

    assert graveyard.steps.error(job) is None
    assert graveyard.visible() == 1


def test_an_uploads_job_that_waits_on_its_queue_is_not_said_to_have_failed(
    graveyard: Graveyard, arrived: Callable[..., str]
) -> None:
    key = f"uploads/acme/{uuid4().hex}/notes.md"
    version = graveyard.steps.put_source(key, formats="html,text")
    graveyard.bury(arrived(key, version), "intake")
    html, text = (Job("acme", key.split("/")[2], format, "notes.md", version, 8) for format in ("html", "text"))
    graveyard.steps.sqs.send_message(QueueUrl=graveyard.steps.queue_url("text"), MessageBody=text.to_json())

    watch_once()

    assert graveyard.steps.error(html)
    assert graveyard.steps.error(text) is None


def test_where_nobody_can_be_told_all_is_tried_again(graveyard: Graveyard, monkeypatch: pytest.MonkeyPatch) -> None:
    job = graveyard.job()

    def unavailable(*_: object, **__: object) -> None:
        raise Unavailable("SQS does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(Queues, "send", unavailable)
        watch_once()
    assert graveyard.steps.error(job) is None

    watch_once()

    assert graveyard.steps.error(job)
    assert [notice.job for notice in wait_until(graveyard.notices)] == [job]


def test_notices_that_could_not_be_told_are_not_jobs_that_failed(graveyard: Graveyard) -> None:
    job = graveyard.steps.job()
    graveyard.bury(Notice("event", job).to_json(), "notify")

    watch_once()

    assert graveyard.steps.error(job) is None


def test_many_are_looked_through_and_all_are_there_again(graveyard: Graveyard) -> None:
    jobs = [graveyard.job() for _ in range(23)]

    watch_once()

    assert all(graveyard.steps.error(each) for each in jobs)
    assert graveyard.visible() == 23


def test_when_time_is_up_it_says_what_is_left(graveyard: Graveyard, capsys: pytest.CaptureFixture[str]) -> None:
    job = graveyard.job()

    watch_once(milliseconds=0)

    (line,) = [json.loads(each) for each in capsys.readouterr().out.splitlines() if "Not all" in each]
    assert (line["queue"], line["looked_at"]) == (f"{graveyard.name}-export-text-dead", 0)
    assert graveyard.steps.error(job) is None


def test_what_aws_refuses_is_logged_and_figures_are_told_all_the_same(
    graveyard: Graveyard, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    graveyard.job()
    monkeypatch.setenv("BUCKET", "another-bucket")
    forget_settings()

    watch_once()

    lines = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [line["dead_letters"] for line in lines if "dead_letters" in line] == [1]
    assert "error" in next(line for line in lines if line["message"] == "Dead letters were not looked through.")
    assert graveyard.visible() == 1
