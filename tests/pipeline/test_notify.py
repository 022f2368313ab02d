"""How an export ended is told: by whom, when, to whom, and what becomes of it when nobody listens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import replace
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from receivers import Received, Receiver, receiving
from steps import EVENTS, Context, Steps, forget_settings, sqs_record

from exporters.errors import Unavailable
from pipeline import export, notices, notify
from pipeline.deployment import push
from pipeline.job import Job
from pipeline.local.server import REGION
from pipeline.notices import Notice
from pipeline.queues import Message, Queues
from pipeline.webhooks import verify

SCHEMA = json.loads((Path(notify.__file__).parent / "schemas" / "notice.schema.json").read_text())
DONE: dict[str, Any] = {"batchItemFailures": []}


@dataclass(frozen=True)
class Telling:
    """The steps with the one that tells: its queue, the stage's secret, and somebody who is told."""

    steps: Steps
    queue: str
    secrets: list[str]
    receiver: Receiver
    stage: str

    @property
    def webhook(self) -> str:
        return f"http://127.0.0.1:{self.receiver.port}/exports?app=1"

    def job(self, *arguments: Any, **more: Any) -> Job:
        return self.steps.job(*arguments, **{"webhook": self.webhook, **more})

    def notices(self, wait_s: int = 0) -> list[dict[str, Any]]:
        """Takes what is on the queue, as SQS gives it."""
        found = self.steps.sqs.receive_message(
            QueueUrl=self.url(),
            MaxNumberOfMessages=10,
            WaitTimeSeconds=wait_s,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        messages: list[dict[str, Any]] = found.get("Messages", [])
        return messages

    def notify(self, wait_s: int = 0) -> dict[str, Any]:
        """Hands the step all that is on its queue, and takes away what it has done, as Lambda would."""
        taken = self.notices(wait_s)
        answer: dict[str, Any] = notify.handler({"Records": [self._record(each) for each in taken]}, Context())
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        for each in taken:
            if each["MessageId"] not in failed:
                self.steps.sqs.delete_message(QueueUrl=self.url(), ReceiptHandle=each["ReceiptHandle"])
        return answer

    def verified(self) -> list[dict[str, Any]]:
        """What the receiver was told by now, each verified as a receiver would."""
        return [self.check(each) for each in self.receiver.all()]

    def check(self, received: Received) -> dict[str, Any]:
        told = verify(self.secrets, received.headers, received.body)
        jsonschema.validate(told, SCHEMA)
        assert told["id"] == received.headers["webhook-id"]
        return told

    def url(self, suffix: str = "") -> str:
        found: str = self.steps.sqs.get_queue_url(QueueName=self.queue + suffix)["QueueUrl"]
        return found

    def count(self, suffix: str = "", attribute: str = "ApproximateNumberOfMessages") -> int:
        found = self.steps.sqs.get_queue_attributes(QueueUrl=self.url(suffix), AttributeNames=[attribute])
        return int(found["Attributes"][attribute])

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        record = sqs_record(message["Body"], f"arn:aws:sqs:{REGION}:000000000000:{self.queue}", message["MessageId"])
        record["receiptHandle"] = message["ReceiptHandle"]
        record["attributes"] |= message["Attributes"]
        return record


@pytest.fixture
def telling(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> Iterator[Telling]:
    name = steps.prefix.removesuffix("-export-")
    queue, stage = f"{name}-notify", f"s{name}"
    dead = steps.sqs.create_queue(QueueName=f"{queue}-dead")["QueueUrl"]
    arn = steps.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = {"deadLetterTargetArn": arn, "maxReceiveCount": len(notify.BACK_OFF_S) + 1}
    steps.sqs.create_queue(QueueName=queue, Attributes={"RedrivePolicy": json.dumps(redrive)})
    secrets = push.ensure_secret(steps.client("ssm"), stage)
    told = {"NOTIFY_QUEUE": queue, "NOTIFY": "webhook", "WEBHOOK_HOSTS": "127.0.0.1", "STAGE": stage}
    for variable, value in told.items():
        monkeypatch.setenv(variable, value)
    forget()
    with receiving() as receiver:
        yield Telling(steps, queue, secrets, receiver, stage)
    forget()


def forget() -> None:
    forget_settings()
    notify._secrets.cache_clear()
    notify._caller.cache_clear()


# What is told


def test_a_file_is_told_with_its_facts(telling: Telling) -> None:
    job = telling.job("text", tags={"customer": "42"})
    assert telling.steps.export(job) == DONE
    assert telling.receiver.all() == [], "the exporter itself speaks to nobody"
    assert telling.notify() == DONE

    received = telling.receiver.next()
    told = telling.check(received)
    assert (received.path, received.headers["content-type"]) == ("/exports?app=1", "application/json")
    assert told["type"] == "export.done"
    data = told["data"]
    assert (data["stage"], data["tenant"], data["job"], data["format"]) == (telling.stage, "tenant", job.id, "text")
    assert data["tags"] == {"customer": "42"}
    assert data["file"] == {
        "key": job.file_key,
        "name": "notes.txt",
        "size": len(telling.steps.read(job.file_key) or b""),
        "media_type": "text/plain; charset=utf-8",
    }
    assert data["facts"]["attempt"] == 1
    assert 0 < data["facts"]["cost_usd"] < 0.01
    assert data["facts"]["duration_ms"] >= 0
    written = telling.steps.s3.head_object(Bucket=telling.steps.bucket, Key=job.file_key)["LastModified"]
    assert datetime.fromisoformat(told["timestamp"]) == written.astimezone(UTC)
    assert telling.notices() == []


def test_a_failure_is_told_with_its_reason(telling: Telling) -> None:
    job = telling.job("text", b"\x00\x00\x00")
    assert telling.steps.export(job) == DONE
    assert telling.notify() == DONE

    (told,) = telling.verified()
    assert told["type"] == "export.failed"
    error = telling.steps.error(job)
    assert error is not None
    assert told["data"]["error"] == {name: error[name] for name in ("code", "message", "fault", "retry", "attempt")}
    assert told["data"]["error"]["code"] == "unreadable-source"


@pytest.mark.parametrize(
    ("formats", "refused", "code"), [("wordstar,text", "wordstar", "unknown-format"), ("html", "html", "bad-option")]
)
def test_what_the_dispatcher_refuses_is_told(
    telling: Telling, arrived: Callable[..., str], formats: str, refused: str, code: str
) -> None:
    options = json.dumps({"html": {"tock": True}})
    key = "uploads/acme/j1/notes.md"
    version = telling.steps.put_source(key, formats=formats, options=options, webhook=telling.webhook)
    assert telling.steps.dispatch(arrived(key, version)) == DONE
    assert telling.notify() == DONE

    (told,) = telling.verified()
    assert (told["data"]["format"], told["data"]["error"]["code"]) == (refused, code)
    for job in telling.steps.jobs_on("text"):
        assert job.webhook == telling.webhook, "the others are on their way, and will be told of"


def test_a_job_that_is_killed_on_its_last_try_is_told(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_MARGIN_S", 0)
    job = telling.job()
    with monkeypatch.context() as killed:
        killed.setattr(export, "export", _die)
        with pytest.raises(Killed):
            telling.steps.export(job, receive_count=3, seconds=1)
    assert telling.count(attribute="ApproximateNumberOfMessagesDelayed") == 1, "not before Lambda has ended it"
    assert telling.notify(wait_s=10) == DONE

    (told,) = telling.verified()
    assert (told["type"], told["data"]["error"]["code"]) == ("export.failed", "gave-up")


def test_a_last_try_that_ends_well_is_not_told_as_a_failure(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_MARGIN_S", 0)
    job = telling.job()
    assert telling.steps.export(job, receive_count=3, seconds=3) == DONE
    assert telling.notify() == DONE
    assert telling.notify(wait_s=10) == DONE  # the word that was sent ahead

    first, second = telling.verified()
    assert first["type"] == "export.done"
    assert first == second, "a receiver that remembers ids drops it"


@pytest.mark.parametrize("seconds", [60, 890, 900])
def test_the_word_ahead_waits_as_long_as_sqs_can(
    telling: Telling, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    delays: list[int] = []
    real = Queues.send

    def send(self: Queues, near: str, name: str, message: Message, delay_s: int = 0) -> None:
        delays.append(delay_s)
        real(self, near, name, message, delay_s)

    monkeypatch.setattr(Queues, "send", send)
    telling.steps.export(telling.job(), receive_count=3, seconds=seconds)
    assert delays == [min(seconds + export._MARGIN_S, 900), 0]


def test_a_job_that_failed_at_last_for_a_reason_that_passes_is_told(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = telling.job()
    monkeypatch.setattr(export, "export", _unavailable)
    assert telling.steps.export(job, receive_count=1)["batchItemFailures"]
    assert telling.notices() == [], "it is tried again, and nothing is known yet"
    assert telling.steps.export(job, receive_count=3)["batchItemFailures"], "to the dead letters"
    assert telling.notify() == DONE
    (told,) = telling.verified()
    assert told["data"]["error"]["code"] == "unavailable"


# How often


def test_told_again_has_the_same_id_and_another_moment(telling: Telling) -> None:
    job = telling.job()
    telling.steps.export(job)
    telling.notify()
    first = telling.receiver.next()
    assert telling.steps.export(job, receive_count=2) == DONE  # already done, and its message had not been acknowledged
    telling.notify()
    second = telling.receiver.next()

    assert telling.check(first) == telling.check(second)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_a_failure_that_is_written_again_has_the_same_id_and_another_one_another(telling: Telling) -> None:
    job = telling.job("text", b"\x00\x00\x00")
    other = telling.job("text", b"\x00\x00\x00")
    ids = []
    for each in (job, job, other):
        telling.steps.export(each)
        telling.notify()
        ids.append(telling.receiver.next().headers["webhook-id"])
    assert ids[0] == ids[1] != ids[2]


def test_an_id_has_no_dot(telling: Telling) -> None:
    """Dots part what is signed."""
    telling.steps.export(telling.job())
    telling.notify()
    assert "." not in telling.receiver.next().headers["webhook-id"]


def test_a_failure_that_is_known_is_told_again_and_not_made_again(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = telling.job("text", b"\x00\x00\x00")
    telling.steps.export(job)
    monkeypatch.setattr(export, "export", _die)
    assert telling.steps.export(job, receive_count=2) == DONE
    telling.notify()
    first, second = telling.verified()
    assert first == second


def test_a_failure_of_one_version_is_not_that_of_another(telling: Telling) -> None:
    job = telling.job("text", b"\x00\x00\x00")
    telling.steps.export(job)
    mended = replace(job, version=telling.steps.put_source(job.source_key, b"# Hello\n"))
    assert telling.steps.export(mended, receive_count=2) == DONE
    assert telling.steps.read(job.file_key)


# What goes wrong


def test_sqs_that_is_down_makes_the_message_come_back_and_not_the_work(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = telling.job()
    with monkeypatch.context() as down:
        down.setattr(Queues, "send", _unavailable)
        assert len(telling.steps.export(job)["batchItemFailures"]) == 1
    assert telling.steps.read(job.file_key), "the file is there all the same"
    monkeypatch.setattr(export, "export", _die)  # nothing is exported again
    assert telling.steps.export(job, receive_count=2) == DONE
    telling.notify()
    assert [told["type"] for told in telling.verified()] == ["export.done"]


def test_sqs_that_is_down_does_not_stand_in_the_way_of_a_last_try(
    telling: Telling, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    job = telling.job()
    monkeypatch.setattr(Queues, "send", _unavailable)
    telling.steps.export(job, receive_count=3)
    assert telling.steps.read(job.file_key)
    assert "Nobody is told if this try is killed." in capsys.readouterr().out


def test_a_queue_that_is_not_there_fails_no_export(
    telling: Telling, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOTIFY_QUEUE", "no-such-queue")
    forget()
    job = telling.job()
    assert telling.steps.export(job) == DONE
    assert telling.steps.read(job.file_key)
    line = next(line for line in capsys.readouterr().out.splitlines() if "Nobody is told." in line)
    assert json.loads(line)["level"] == "ERROR"


def test_a_refusal_that_cannot_be_told_sends_no_job_twice(
    telling: Telling, arrived: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "uploads/acme/j2/notes.md"
    event = arrived(key, telling.steps.put_source(key, formats="text,wordstar", webhook=telling.webhook))
    with monkeypatch.context() as down:
        down.setattr(Queues, "send", _unavailable)
        assert telling.steps.dispatch(event)["batchItemFailures"]
    assert telling.steps.jobs_on("text") == []
    assert telling.steps.dispatch(event) == DONE
    assert len(telling.steps.jobs_on("text")) == 1


@pytest.mark.parametrize("statuses", [[500], [503, 429], [404, 301, 400]])
def test_who_does_not_take_it_is_told_again(
    telling: Telling, monkeypatch: pytest.MonkeyPatch, statuses: list[int]
) -> None:
    monkeypatch.setattr(notify, "BACK_OFF_S", (0, 0, 0, 0, 0, 0))
    telling.receiver.statuses = list(statuses)
    telling.steps.export(telling.job())
    for _ in statuses:
        assert len(telling.notify()["batchItemFailures"]) == 1
    assert telling.notify() == DONE

    received = telling.receiver.all()
    assert len(received) == len(statuses) + 1
    assert len({each.headers["webhook-id"] for each in received}) == 1
    assert all(telling.check(each) for each in received)
    assert telling.notices() == []


def test_who_never_takes_it_leaves_a_dead_letter(
    telling: Telling, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tries = len(notify.BACK_OFF_S) + 1
    monkeypatch.setattr(notify, "BACK_OFF_S", (0,) * (tries - 1))
    telling.receiver.statuses = [500] * 99
    job = telling.job()
    telling.steps.export(job)
    for _ in range(tries):
        assert len(telling.notify()["batchItemFailures"]) == 1
    assert "Told for the last time, in vain." in capsys.readouterr().out

    assert telling.notices() == []
    assert telling.count("-dead") == 1
    assert len(telling.receiver.all()) == tries
    assert telling.steps.read(job.file_key), "nothing of that touches the export"


def test_pauses_grow_and_are_never_all_the_same(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[int] = []
    monkeypatch.setattr(Queues, "hide", lambda self, arn, receipt, seconds: pauses.append(seconds))
    telling.receiver.statuses = [500] * 99
    body = Notice("webhook", job := telling.job()).to_json()
    telling.steps.export(job)
    arn = f"arn:aws:sqs:{REGION}:000000000000:{telling.queue}"
    for attempt in range(1, 8):
        record = sqs_record(body, arn)
        record["attributes"]["ApproximateReceiveCount"] = str(attempt)
        assert notify.handler({"Records": [record]}, Context())["batchItemFailures"]
    assert pauses.pop() == 0, "after the last one there is nothing to wait for"
    for pause, wanted in zip(pauses, (10, 60, 300, 900, 3600, 10800), strict=True):
        assert wanted <= pause <= wanted * 1.2
    assert max(pauses) < 12 * 3600, "SQS hides nothing longer"


def test_a_failed_delivery_is_hidden_for_its_pause(telling: Telling) -> None:
    telling.receiver.statuses = [500]
    telling.steps.export(telling.job())
    assert telling.notify()["batchItemFailures"]
    assert telling.notices() == []
    assert telling.count(attribute="ApproximateNumberOfMessagesNotVisible") == 1


def test_who_is_gone_is_told_no_more(telling: Telling, capsys: pytest.CaptureFixture[str]) -> None:
    telling.receiver.statuses = [410]
    telling.steps.export(telling.job())
    assert telling.notify() == DONE
    assert telling.count() == telling.count(attribute="ApproximateNumberOfMessagesNotVisible") == 0
    said = capsys.readouterr().out
    assert "The webhook is gone" in said
    assert "app=1" not in said, "what comes after the path may be a secret"


def test_nothing_to_tell_yet_comes_back(telling: Telling) -> None:
    job = telling.job()
    arn = f"arn:aws:sqs:{REGION}:000000000000:{telling.queue}"
    assert notify.handler({"Records": [sqs_record(Notice("webhook", job).to_json(), arn)]}, Context()) != DONE
    assert telling.receiver.all() == []


@pytest.mark.parametrize("body", ["no json", "[]", "{}", '{"schema": 1, "target": "pigeon", "job": "{}"}'])
def test_what_is_no_notice_becomes_a_dead_letter(telling: Telling, body: str) -> None:
    telling.steps.sqs.send_message(QueueUrl=telling.url(), MessageBody=body)
    assert len(telling.notify()["batchItemFailures"]) == 1


def test_one_bad_notice_fails_alone(telling: Telling) -> None:
    telling.steps.sqs.send_message(QueueUrl=telling.url(), MessageBody="no json")
    telling.steps.export(telling.job())
    assert len(telling.notify()["batchItemFailures"]) == 1
    assert len(telling.verified()) == 1


# Who


def test_a_job_without_a_webhook_costs_nothing(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Queues, "send", _die)
    assert telling.steps.export(telling.job(webhook="")) == DONE
    assert telling.notices() == []


def test_a_stage_that_tells_nobody_sends_nothing(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_QUEUE")
    forget()
    monkeypatch.setattr(notices, "tell", _die)
    assert telling.steps.export(telling.job()) == DONE
    assert telling.steps.export(telling.job(), receive_count=3) == DONE
    assert telling.notices() == []


@pytest.mark.parametrize("webhook", ["https://evil.example.com/", "http://10.0.0.1/", "ftp://127.0.0.1/", "nonsense"])
def test_a_host_that_is_not_allowed_is_refused_before_anything_is_exported(
    telling: Telling, arrived: Callable[..., str], webhook: str
) -> None:
    """An app that signs tickets in its own process may not know the hosts; it learns at once, and where it polls."""
    key = "uploads/acme/j3/notes.md"
    version = telling.steps.put_source(key, formats="text,html", webhook=webhook)
    assert telling.steps.dispatch(arrived(key, version)) == DONE
    assert telling.steps.jobs_on("text") == telling.steps.jobs_on("html") == []
    for format in ("text", "html"):
        error = json.loads(telling.steps.read(f"exports/acme/j3/{format}/error.json") or b"{}")
        assert (error["code"], error["fault"]) == ("bad-request", "app")
        assert "'webhook'" in error["message"]

    assert telling.notify() == DONE, "nor is that host told of it"
    assert telling.receiver.all() == []


def test_a_host_that_is_allowed_no_more_is_not_told(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    telling.steps.export(telling.job())
    monkeypatch.setenv("WEBHOOK_HOSTS", "api.example.com")
    forget()
    assert telling.notify() == DONE
    assert telling.receiver.all() == []


def test_without_a_secret_nothing_is_sent_unsigned(telling: Telling, capsys: pytest.CaptureFixture[str]) -> None:
    push.forget(telling.steps.client("ssm"), telling.stage)
    telling.steps.export(telling.job())
    assert len(telling.notify()["batchItemFailures"]) == 1
    assert telling.receiver.all() == []
    assert "missing-secret" in capsys.readouterr().out


def test_while_a_secret_is_changed_either_verifies(telling: Telling) -> None:
    new, old = push.rotate_secret(telling.steps.client("ssm"), telling.stage)
    assert [old] == telling.secrets
    telling.steps.export(telling.job())
    telling.notify()
    received = telling.receiver.next()
    assert verify(old, received.headers, received.body) == verify(new, received.headers, received.body)
    assert len(push.rotate_secret(telling.steps.client("ssm"), telling.stage)) == 2, "the oldest is forgotten"


# By event and by MQTT


def test_each_target_has_a_notice_of_its_own(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY", "webhook,event,mqtt")
    forget()
    telling.steps.export(telling.job())
    assert sorted(Notice.from_json(each["Body"]).target for each in telling.notices()) == ["event", "mqtt", "webhook"]


@pytest.mark.parametrize("data", [b"# Hello\n", b"\x00\x00\x00"], ids=["done", "failed"])
def test_an_event_arrives_where_a_rule_sends_it(telling: Telling, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setenv("NOTIFY", "event")
    forget()
    events, name = telling.steps.client("events"), f"{telling.stage}-rule"
    target = telling.steps.sqs.create_queue(QueueName=name)["QueueUrl"]
    wanted = {
        "source": ["document-export"],
        "detail-type": ["Export done", "Export failed"],
        "detail": {"data": {"stage": [telling.stage]}},
    }
    events.put_rule(Name=name, EventPattern=json.dumps(wanted))
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": f"arn:aws:sqs:{REGION}:000000000000:{name}"}])

    job = telling.job("text", data, webhook="")
    telling.steps.export(job)
    put, real = [], notify._json_call
    monkeypatch.setattr(notify, "_json_call", lambda *given: (put.extend(given[2]["Entries"]), real(*given))[1])
    assert telling.notify() == DONE

    (message,) = telling.steps.sqs.receive_message(QueueUrl=target, WaitTimeSeconds=10)["Messages"]
    event = json.loads(message["Body"])
    jsonschema.validate(event["detail"], SCHEMA)
    done = data == b"# Hello\n"
    assert event["detail-type"] == ("Export done" if done else "Export failed")
    assert event["detail"]["data"]["job"] == job.id
    # Of the event's own time MiniStack knows only when it came.
    assert put[0]["Time"] == datetime.fromisoformat(event["detail"]["timestamp"]).timestamp()


def test_an_event_that_is_not_taken_is_an_error(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    """EventBridge answers with status 200, and says in its answer which events it did not take."""
    monkeypatch.setenv("NOTIFY", "event")
    forget()
    answer = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}]}
    monkeypatch.setattr(notify, "_json_call", lambda *_: answer)
    telling.steps.export(telling.job(webhook=""))
    assert len(telling.notify()["batchItemFailures"]) == 1


# Messages


def test_a_job_of_the_schema_before_is_still_a_job() -> None:
    """It may lie on a queue while a new version is deployed."""
    job = Job.from_json((EVENTS / "job_schema_1.json").read_text())
    assert (job.tenant, job.id, job.media_type, job.webhook) == ("acme", "j1", "text/markdown", "")


def test_a_webhook_travels_with_its_job_and_in_its_notice() -> None:
    job = Job("t", "j", "text", "n.md", "v", 1, webhook="https://api.example.com/x")
    assert json.loads(job.to_json())["schema"] == 2
    assert Job.from_json(job.to_json()) == job
    assert Notice.from_json(Notice("webhook", job).to_json()) == Notice("webhook", job)


class Killed(BaseException):
    """The worker is gone: nothing of it can run any more."""


def _die(*_: object, **__: object) -> None:
    raise Killed


def _unavailable(*_: object, **__: object) -> None:
    raise Unavailable("It did not answer.")
