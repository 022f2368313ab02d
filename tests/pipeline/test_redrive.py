"""`redrive`: after the fix the files come and the errors go; what cannot be replayed is left, and said."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from copy import replace
from typing import Any
from uuid import uuid4

import pytest
from steps import Steps, wait_until
from troubles import Ailing
from typer.testing import CliRunner

from exporters.exporter import Large
from exporters.formats import text
from pipeline.__main__ import app
from pipeline.deployment import channels
from pipeline.deployment.channels import Target
from pipeline.job import Job
from pipeline.local import stack as local
from pipeline.local.server import Server
from pipeline.operating import letters, show_stage
from pipeline.operating.letters import NoQueue
from pipeline.operating.redrive import redrive
from pipeline.queues import REPLAYED

pytestmark = pytest.mark.xdist_group("troubles")


def test_after_the_fix_the_file_comes_and_the_error_goes(ailing: Ailing, monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: back to the version before, and the command that `doctor` named."""
    monkeypatch.setattr(local, "running", lambda: ailing.stack.address)
    channels.rollback(ailing.target, "json")

    done = CliRunner().invoke(app, ["redrive", "json", "--reason", "exporter-failed"])

    wait_until(lambda: ailing.state("replay", 0) == "done")
    assert ailing.stack.client().download(ailing.tickets["replay"], "json")
    wait_until(lambda: not exists(ailing, ailing.job("replay"), "json/error.json"))
    assert "sent to their queue again" in done.stderr
    assert f"{ailing.job('spent')}: its source is gone" in done.stderr
    assert done.exit_code == 1, "one was asked for, and could not be"
    assert ailing.state("spent") == "failed"

    shown = json.loads(CliRunner().invoke(app, ["redrive", "json", "--drop-lost", "--json"]).stdout)
    assert {each["fate"] for each in shown["letters"] if each["job"] == ailing.job("spent")} == {"dropped"}
    assert ailing.dead("json") == 0
    assert ailing.state("spent") == "failed", "its user was told, and that stays"


def test_an_upload_that_nobody_has_seen_is_exported_after_all(ailing: Ailing) -> None:
    assert exists(ailing, ailing.job("unseen too"), "json/error.json"), "the watch has told of it"

    done = redrive(ailing.target, "intake", [ailing.job("unseen too")])

    assert [each.letter.job_id for each in done.all if each.fate == "replayed"] == [ailing.job("unseen too")]
    assert not done.failed
    wait_until(lambda: exists(ailing, ailing.job("unseen too"), "json/notes.json"))
    wait_until(lambda: not exists(ailing, ailing.job("unseen too"), "json/error.json"))


def exists(ailing: Ailing, job: str, name: str) -> bool:
    return letters.is_there(ailing.target, f"exports/acme/{job}/{name}")


class Hospital:
    """Queues without any function, with dead letters that are put there by hand."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        stage = f"t{uuid4().hex[:12]}"
        self.said: list[str] = []
        self.target = Target(stage, steps.bucket, steps.client, lambda *_: b"", self.said.append, layers=False)
        self.urls = {
            name: steps.sqs.create_queue(QueueName=f"document-export-{stage}-{name}")["QueueUrl"]
            for which in ("export-text", "intake", "notify")
            for name in (which, f"{which}-dead")
        }

    def dies(self, job: Job, code: str = "exporter-failed") -> Job:
        error = {"code": code, "message": "No.", "attempt": 1}
        self.steps.s3.put_object(Bucket=self.steps.bucket, Key=job.error_key, Body=json.dumps(error).encode())
        self.put("export-text", job.to_json(), MessageGroupId=job.tenant)
        return job

    def put(self, which: str, body: str, **more: str) -> None:
        self.steps.sqs.send_message(QueueUrl=self.urls[f"{which}-dead"], MessageBody=body, **more)

    def on(self, name: str) -> list[dict[str, Any]]:
        """Takes all messages from a queue."""
        found: list[dict[str, Any]] = []
        while more := self.steps.sqs.receive_message(
            QueueUrl=self.urls[name], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            found += more
        return found

    def count(self, name: str) -> int:
        names = ["ApproximateNumberOfMessages"]
        found = self.steps.sqs.get_queue_attributes(QueueUrl=self.urls[name], AttributeNames=names)
        return int(found["Attributes"][names[0]])


@pytest.fixture
def hospital(server: Server, steps: Steps) -> Iterator[Hospital]:
    yield Hospital(steps)


def test_all_are_sent_again_as_they_were_with_a_mark_and_are_dead_no_more(hospital: Hospital) -> None:
    jobs = [hospital.dies(hospital.steps.job(options={"width": 60 + number})) for number in range(23)]

    done = redrive(hospital.target, "text")

    assert done.counts == {"replayed": 23}
    assert not done.failed
    sent = hospital.on("export-text")
    assert sorted(each["Body"] for each in sent) == sorted(job.to_json() for job in jobs)
    assert all(REPLAYED in each["MessageAttributes"] for each in sent)
    assert hospital.count("export-text-dead") == 0
    assert any("23" in said for said in hospital.said)


def test_a_dry_run_says_the_same_and_changes_nothing(hospital: Hospital) -> None:
    there, lost = hospital.dies(hospital.steps.job()), hospital.dies(hospital.steps.job())
    lose(hospital, lost)

    done = redrive(replace(hospital.target, dry_run=True), "text", drop_lost=True)

    assert {each.letter.job_id: each.fate for each in done.all} == {there.id: "replayed", lost.id: "dropped"}
    assert (hospital.count("export-text"), hospital.count("export-text-dead")) == (0, 2)


def test_only_what_was_asked_for_is_touched(hospital: Hospital) -> None:
    first = hospital.dies(hospital.steps.job())
    second = hospital.dies(hospital.steps.job(), "out-of-memory")
    third = hospital.dies(hospital.steps.job(), "out-of-memory")

    done = redrive(hospital.target, "text", [first.id, second.id, "never-was"], "out-of-memory")

    assert {each.letter.job_id: each.fate for each in done.all} == {
        first.id: "other",
        second.id: "replayed",
        third.id: "other",
    }
    assert done.missing == ("never-was",)
    assert done.failed
    assert hospital.count("export-text-dead") == 2, "for everybody to see, at once"


def test_letters_are_all_read_however_long_that_takes(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones are back before the last were there; at the end all are, for everybody."""
    monkeypatch.setattr(letters, "HIDDEN_S", 1)
    for number in range(31):
        hospital.put("export-text", str(number))

    read: list[str] = []
    with letters.Taking(hospital.target, "text") as taking:
        for batch in taking:
            read += [each.body for each in batch]
            time.sleep(0.6)

    assert sorted(map(int, read)) == [*range(31)]
    assert (taking.unseen, hospital.count("export-text-dead")) == (0, 31)


def test_what_somebody_else_reads_at_this_moment_is_said(
    hospital: Hospital, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = [hospital.dies(hospital.steps.job()) for _ in range(2)]
    held = hospital.steps.sqs.receive_message(
        QueueUrl=hospital.urls["export-text-dead"], MaxNumberOfMessages=10, VisibilityTimeout=90
    )["Messages"]
    free = hospital.dies(hospital.steps.job())

    found = redrive(replace(hospital.target, dry_run=True), "text", [free.id])
    assert (found.unseen, found.failed) == (0, False), "what was asked for was there"
    done = redrive(hospital.target, "text", [free.id, jobs[0].id])
    assert (done.counts, done.missing, done.unseen, done.failed) == ({"replayed": 1}, (jobs[0].id,), len(held), True)
    nothing = redrive(hospital.target, "text")
    assert (nothing.counts, nothing.unseen, nothing.failed) == ({}, 2, True)

    show_stage.redriven(done, False, "doctor")
    assert "is not among those dead letters of text that could be read." in capsys.readouterr().err
    show_stage.redriven(nothing, False, "doctor")
    said = capsys.readouterr().err
    assert said.startswith("2 more are being read by somebody else at this moment, or came meanwhile: give the command")


def test_a_job_whose_source_is_gone_is_left_and_said_since_when(hospital: Hospital) -> None:
    deleted, expired = hospital.dies(hospital.steps.job()), hospital.dies(hospital.steps.job())
    lose(hospital, expired)
    storage, bucket = hospital.steps.s3, hospital.steps.bucket
    storage.delete_object(Bucket=bucket, Key=deleted.source_key)  # the version is there yet, below a mark
    assert redrive(replace(hospital.target, dry_run=True), "text", [deleted.id]).counts["replayed"] == 1
    storage.delete_object(Bucket=bucket, Key=deleted.source_key, VersionId=deleted.version)

    done = redrive(hospital.target, "text")

    why = {each.letter.job_id: each.why for each in done.all if each.fate == "lost"}
    assert "its source is gone since 20" in why[deleted.id]
    assert why[expired.id].startswith("its source is gone; ")
    assert done.failed
    assert hospital.count("export-text-dead") == 2

    assert redrive(hospital.target, "text", drop_lost=True).counts == {"dropped": 2}
    assert hospital.count("export-text-dead") == 0


def test_what_is_done_already_is_done_with(hospital: Hospital) -> None:
    job = hospital.dies(hospital.steps.job())
    hospital.steps.s3.put_object(Bucket=hospital.steps.bucket, Key=job.file_key, Body=b"the file")

    assert redrive(hospital.target, "text").counts == {"done": 1}

    assert hospital.steps.error(job) is None
    assert (hospital.count("export-text"), hospital.count("export-text-dead")) == (0, 0)


def test_a_large_source_goes_to_the_larger_function(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    large = Large(memory_mb=2048, timeout_s=120, from_bytes=1000)
    monkeypatch.setattr(text, "EXPORTER", replace(text.EXPORTER, large=large))
    sizes = [hospital.dies(hospital.steps.job(data=b"a" * size)).size for size in (999, 1000)]
    assert redrive(replace(hospital.target, dry_run=True), "text").counts == {"replayed": 2}, "it is not deployed yet"
    name = f"document-export-{hospital.target.stage}-export-text-large"
    hospital.urls["export-text-large"] = hospital.steps.sqs.create_queue(QueueName=name)["QueueUrl"]

    assert redrive(hospital.target, "text").counts == {"replayed": 2}

    found = [
        Job.from_json(each["Body"]).size
        for which in ("export-text", "export-text-large")
        for each in hospital.on(which)
    ]
    assert found == sizes


def test_what_nobody_can_read_is_left(hospital: Hospital) -> None:
    for which in ("export-text", "intake", "notify"):
        hospital.put(which, "what is this?")
    hospital.put("intake", json.dumps({"Records": [{"s3": {"object": {"key": "elsewhere/a"}}}]}))

    for which, many in (("text", 1), ("intake", 2), ("notify", 1)):
        done = redrive(hospital.target, which, drop_lost=True)
        assert done.counts == {"unreadable": many}
        assert done.failed


def test_whoever_is_interrupted_leaves_a_message_twice_and_none_lost(hospital: Hospital) -> None:
    hospital.dies(hospital.steps.job())

    class Interrupted(BaseException):
        pass

    class Sqs:
        def __getattr__(self, name: str) -> Any:
            if name == "delete_message_batch":
                raise Interrupted
            return getattr(hospital.steps.sqs, name)

    client = hospital.target.client
    stopped = replace(hospital.target, client=lambda service: Sqs() if service == "sqs" else client(service))
    with pytest.raises(Interrupted):
        redrive(stopped, "text")

    assert (hospital.count("export-text"), hospital.count("export-text-dead")) == (1, 1)


def test_a_notice_is_told_again_while_there_is_something_to_tell(hospital: Hospital) -> None:
    from pipeline.notices import EVENT, Notice

    ended, over = hospital.steps.job(), hospital.steps.job()
    hospital.steps.s3.put_object(Bucket=hospital.steps.bucket, Key=ended.error_key, Body=b"{}")
    for job in (ended, over):
        hospital.put("notify", Notice(EVENT, job).to_json())

    done = redrive(hospital.target, "notify")

    assert {each.letter.job_id: each.fate for each in done.all} == {ended.id: "replayed", over.id: "lost"}
    assert [Notice.from_json(each["Body"]).job for each in hospital.on("notify")] == [ended]


def test_a_queue_that_the_stage_does_not_have_is_named(hospital: Hospital) -> None:
    with pytest.raises(NoQueue, match=r"has no queue document-export-t\w+-export-html"):
        redrive(hospital.target, "html")
    with pytest.raises(NoQueue, match="Queues: intake, notify, "):
        redrive(hospital.target, "wordstar")


def lose(hospital: Hospital, job: Job) -> None:
    hospital.steps.s3.delete_object(Bucket=hospital.steps.bucket, Key=job.source_key, VersionId=job.version)
