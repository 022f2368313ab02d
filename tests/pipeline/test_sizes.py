"""A format whose large sources get more: which function does which job, and what is too much for either."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from copy import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from osls import ROOT
from steps import Context, Steps, forget_settings, queue_url, sqs_record, wait_until

from exporters import registry
from exporters.errors import OutOfMemory, UnknownFormat, UnreadableSource
from exporters.exporter import Large
from pipeline import export
from pipeline.client import ExportClient, Outcome
from pipeline.deployment import channels
from pipeline.deployment.channels import CannotShip
from pipeline.deployment.stages import Stage
from pipeline.errors import OutOfTime, Refused
from pipeline.job import Job
from pipeline.local import stack as local
from pipeline.local.server import REGION
from pipeline.local.stack import LocalStack
from pipeline.local.template import Limits
from pipeline.queues import LARGE, REPLAYED, Queues, dead_queue_of

DONE: dict[str, Any] = {"batchItemFailures": []}


# Each delivery of a message, played by hand


class Sizes:
    """The two functions of the format `text`, each with its queue."""

    def __init__(self, steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps = steps
        self._patch = monkeypatch
        steps.sqs.create_queue(QueueName=f"{steps.prefix}text{LARGE}")

    def small(self, job: Job, **more: Any) -> dict[str, Any]:
        """The smaller function takes a job, for the first time unless something else is said."""
        return self._deliver(job, "text", self.steps.prefix + "text" + LARGE, **more)

    def large(self, job: Job, **more: Any) -> dict[str, Any]:
        return self._deliver(job, "text" + LARGE, "", **more)

    def given(self) -> list[dict[str, Any]]:
        """Takes all messages from the larger function's queue."""
        url = self.steps.queue_url("text" + LARGE)
        asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        found: list[dict[str, Any]] = self.steps.sqs.receive_message(**asked).get("Messages", [])
        return found

    def _deliver(
        self, job: Job, queue: str, larger: str, *, received: int = 1, since_s: float = 3_600, **attributes: str
    ) -> dict[str, Any]:
        self._patch.setenv("LARGE_QUEUE", larger)
        forget_settings()
        url = self.steps.queue_url(queue)
        self.steps.sqs.send_message(QueueUrl=url, MessageBody=job.to_json())
        message = self.steps.sqs.receive_message(QueueUrl=url)["Messages"][0]
        record = sqs_record(message["Body"], f"arn:aws:sqs:{REGION}:000000000000:{self.steps.prefix}{queue}")
        record["receiptHandle"] = message["ReceiptHandle"]
        first = str(int((time.time() - since_s) * 1000))
        record["attributes"] |= {"ApproximateReceiveCount": str(received), "ApproximateFirstReceiveTimestamp": first}
        record["messageAttributes"] = {
            name: {"stringValue": value, "dataType": "String"} for name, value in attributes.items()
        }
        answer = export.handler({"Records": [record]}, Context())
        self.steps.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return answer


@pytest.fixture
def sizes(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> Sizes:
    return Sizes(steps, monkeypatch)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def fails(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """From now on the exporter fails of this."""

    def work(*_: object) -> bytes:
        raise error

    monkeypatch.setattr(registry, "load", lambda _name: work)


class Killed(BaseException):
    """The worker is gone: nothing of it can run any more."""


TOO_MUCH = [MemoryError(), OutOfMemory("It needs more."), OutOfTime("It takes longer.")]


@pytest.mark.parametrize("error", TOO_MUCH, ids=lambda error: type(error).__name__)
def test_what_is_stopped_for_want_of_memory_or_time_goes_to_the_larger_function_at_once(
    sizes: Sizes, error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    job = sizes.steps.job()
    with monkeypatch.context() as patch:
        fails(patch, error)
        assert sizes.small(job) == DONE

    [given] = sizes.given()
    assert Job.from_json(given["Body"]) == job
    assert sizes.steps.error(job) is None, "its user waits on, and hears nothing that is not so"
    assert sizes.steps.jobs_on("text-dead") == []
    [line] = lines(capsys)
    assert (line["level"], line["message"]) == ("INFO", "Given to the larger function.")
    assert line["error"] in ("out-of-memory", "out-of-time")
    assert line["cost"] > 0, "a try in vain is paid for all the same"
    assert not {"exports", "failures", "mistakes", "limit_used"} & line.keys()

    assert sizes.large(job) == DONE
    assert sizes.steps.read(job.file_key) is not None


def test_the_message_of_a_job_keeps_its_tenant(sizes: Sizes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lest one tenant's large sources stand before another's."""
    sent: list[Any] = []
    monkeypatch.setattr(Queues, "send", lambda _self, _near, name, message: sent.append((name, message.group)))
    fails(monkeypatch, MemoryError())
    sizes.small(sizes.steps.job())
    assert sent == [(sizes.steps.prefix + "text-large", "tenant")]


def test_a_job_that_was_killed_goes_there_when_its_message_comes_back(
    sizes: Sizes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    job = sizes.steps.job()
    fails(monkeypatch, Killed())
    with pytest.raises(Killed):
        sizes.small(job)
    assert sizes.given() == []

    assert sizes.small(job, received=2) == DONE  # nothing is tried: that would be the end of this test
    assert [Job.from_json(each["Body"]) for each in sizes.given()] == [job]
    assert (sizes.steps.error(job), sizes.steps.read(job.file_key)) == (None, None)
    [line] = lines(capsys)
    assert (line["message"], line["why"]) == ("Given to the larger function.", "It was killed.")


def test_what_failed_for_a_reason_that_passes_is_tried_again_where_it_was(
    sizes: Sizes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its message is back within seconds, and that of a killed one is not."""
    job = sizes.steps.job()
    assert sizes.small(job, received=2, since_s=6) == DONE
    assert sizes.steps.read(job.file_key) is not None

    unlucky = sizes.steps.job()
    fails(monkeypatch, Killed())
    assert sizes.small(unlucky, received=3, since_s=20) == DONE  # the last try, here, is no try
    assert [Job.from_json(each["Body"]) for each in sizes.given()] == [unlucky]


@pytest.mark.parametrize(
    ("error", "code"), [(UnreadableSource("No."), "unreadable-source"), (ZeroDivisionError(), "exporter-failed")]
)
def test_what_more_would_not_help_is_told_at_once(
    sizes: Sizes, error: Exception, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = sizes.steps.job()
    fails(monkeypatch, error)
    assert sizes.small(job) == DONE
    assert (sizes.steps.error(job) or {})["code"] == code
    assert sizes.given() == []


def test_what_is_done_is_not_given_on(sizes: Sizes) -> None:
    job = sizes.steps.job()
    sizes.small(job)
    sizes.small(job, received=2)
    assert sizes.given() == []


def test_who_is_killed_after_it_was_given_on_gives_it_on_twice_and_there_is_one_file(
    sizes: Sizes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = sizes.steps.job()
    with monkeypatch.context() as patch:
        fails(patch, MemoryError())
        patch.setattr(export, "_measure_in_vain", _die)
        with pytest.raises(Killed):
            sizes.small(job)
    sizes.small(job, received=2)
    twice = sizes.given()
    assert len(twice) == 2

    for _ in twice:
        assert sizes.large(job) == DONE
    assert len(sizes.steps.s3.list_object_versions(Bucket=sizes.steps.bucket, Prefix=job.folder)["Versions"]) == 1


def test_a_replayed_job_is_still_one_and_its_error_goes(sizes: Sizes, monkeypatch: pytest.MonkeyPatch) -> None:
    job = sizes.steps.job()
    sizes.steps.s3.put_object(Bucket=sizes.steps.bucket, Key=job.error_key, Body=b"{}")
    with monkeypatch.context() as patch:
        fails(patch, MemoryError())
        sizes.small(job, replayed="2026-11-26T06:00:00+00:00")
    [given] = sizes.given()
    mark = given["MessageAttributes"][REPLAYED]["StringValue"]
    assert mark == "2026-11-26T06:00:00+00:00"

    sizes.large(job, replayed=mark)
    assert sizes.steps.read(job.file_key) is not None
    assert sizes.steps.error(job) is None


def test_what_is_too_much_for_the_larger_function_too_ends_as_for_any_other(
    sizes: Sizes, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = sizes.steps.job()
    fails(monkeypatch, MemoryError())
    assert sizes.large(job) == DONE
    error = sizes.steps.error(job) or {}
    assert (error["code"], error["attempt"]) == ("out-of-memory", 1)
    assert sizes.steps.jobs_on("text-dead") == [job], "what fails on either queue lies in one place"
    assert sizes.given() == []


def test_who_gives_up_names_what_the_larger_function_has(sizes: Sizes, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = replace(registry.get("text"), large=Large(memory_mb=3_008, timeout_s=300, from_bytes=1_000_000))
    monkeypatch.setattr(registry, "get", lambda _name: declared)
    job = sizes.steps.job()
    fails(monkeypatch, Killed())
    with pytest.raises(Killed):
        sizes.large(job, received=3)
    assert "3008 MB of memory or the 300 seconds" in (sizes.steps.error(job) or {})["message"]


def test_a_job_that_cannot_be_given_on_ends_as_if_there_were_no_larger_function(
    sizes: Sizes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong with the stage, its user hears how it ends."""
    stopped, killed = sizes.steps.job(), sizes.steps.job()
    real = Queues.send

    def refuses(self: Queues, near: str, name: str, *more: Any) -> None:
        if name.endswith(LARGE):
            raise Refused("SQS refused SendMessage.")
        real(self, near, name, *more)

    monkeypatch.setattr(Queues, "send", refuses)
    fails(monkeypatch, MemoryError())
    assert sizes.small(stopped) == DONE
    assert (sizes.steps.error(stopped) or {})["code"] == "out-of-memory"
    assert sizes.steps.jobs_on("text-dead") == [stopped]
    assert [line["message"] for line in lines(capsys)] == ["Not given to the larger function.", "Failed."]

    fails(monkeypatch, Killed())
    for received in (1, 2, 3):
        assert sizes.steps.error(killed) is None
        with pytest.raises(Killed):
            sizes.small(killed, received=received)
    assert (sizes.steps.error(killed) or {})["code"] == "gave-up"


@pytest.mark.parametrize("name", ["q-export-pdf", "q-export-pdf-next", "q-export-pdf-large"])
def test_all_queues_of_a_format_have_one_for_dead_letters(name: str) -> None:
    assert dead_queue_of(f"arn:aws:sqs:eu-west-1:1:{name}") == "q-export-pdf-dead"


def _die(*_: object, **__: object) -> None:
    raise Killed


# The whole pipeline, with workers that are really killed

SIZES = {
    "text": Large(memory_mb=2_048, timeout_s=60, from_bytes=2_000_000),
    "json": Large(memory_mb=2_048, timeout_s=120, from_bytes=10_000_000),
    "html": Large(memory_mb=2_048, timeout_s=60, from_bytes=10_000_000),
    "markdown": Large(memory_mb=2_048, timeout_s=60, from_bytes=10_000_000),
}
# As much as a reader takes. It is compiled code: without memory it ends the process, and no exception tells of it.
KILLER = b"*a*\n" * 180_000
SLOW = b"- *a* `b` **c**\n" * 60_000


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working tree in which some formats declare a larger function."""
    root = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "exporters", root / "exporters", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pipeline", "serverless.yml"):
        (root / name).symlink_to(ROOT / name)
    with pytest.MonkeyPatch.context() as patch:
        for name, large in SIZES.items():
            module = import_module(f"exporters.formats.{name}")
            patch.setattr(module, "EXPORTER", replace(module.EXPORTER, large=large))
            with (root / "exporters" / "formats" / name / "__init__.py").open("a") as page:
                page.write("\nfrom copy import replace\nfrom exporters.exporter import Large\n\n")
                page.write(f"EXPORTER = replace(EXPORTER, large={large!r})\n")
        yield root


@pytest.fixture(scope="module")
def tight(tree: Path) -> Iterator[LocalStack]:
    """A stack whose smaller functions have little memory or time, as have two of its larger ones."""
    little_memory, little_time = Limits(memory_mb=72, timeout_s=8, visibility_s=9), Limits(timeout_s=2, visibility_s=3)
    limits = {
        "export-text": little_memory,
        "export-json": little_time,
        "export-html": little_time,
        "export-html-large": little_time,
        "export-markdown": little_memory,
        "export-markdown-large": little_memory,
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "ROOT", tree)
        with LocalStack(limits, Stage("local", formats=tuple(SIZES))) as running:
            yield running


@pytest.fixture
def client(tight: LocalStack) -> ExportClient:
    return tight.client()


def done(client: ExportClient, format: str, source: bytes, timeout_s: float = 120) -> tuple[str, Outcome]:
    """The job's id, and how it ended."""
    ticket = client.request("acme", "notes.md", [format])
    client.upload(ticket, source)
    return ticket.job, client.wait(ticket, timeout_s)[format]


def said(stack: LocalStack, format: str, job: str) -> list[tuple[str, str]]:
    """What the functions of a format have logged of a job once it is done, each line after the function's name."""

    def ask() -> list[tuple[str, str]]:
        return [
            (name, f"{line['message']} {line.get('why', '')}".strip())
            for name in (format, format + LARGE)
            for event in logs.filter_log_events(logGroupName=f"{begin}{name}")["events"]
            if f'"job": "{job}"' in event["message"]
            for line in [json.loads(event["message"])]
        ]

    logs, begin = stack.aws("logs"), "/aws/lambda/document-export-local-export-"
    wait_until(
        lambda: any(message == "Exported." for _, message in ask())
    )  # lines come shortly after they were written
    return ask()


@pytest.mark.xdist_group("sizes")
def test_a_job_that_kills_the_smaller_function_is_done_by_the_larger_one(
    tight: LocalStack, client: ExportClient
) -> None:
    job, outcome = done(client, "text", KILLER)

    assert outcome.state == "done"
    assert said(tight, "text", job) == [
        ("text", "Given to the larger function. It was killed."),
        ("text-large", "Exported."),
    ]


@pytest.mark.xdist_group("sizes")
def test_a_large_source_goes_to_the_larger_function_at_once(tight: LocalStack, client: ExportClient) -> None:
    job, outcome = done(client, "text", b"word " * (SIZES["text"].from_bytes // 5))

    assert outcome.state == "done"
    assert said(tight, "text", job) == [("text-large", "Exported.")]


@pytest.mark.xdist_group("sizes")
def test_a_small_source_does_not(tight: LocalStack, client: ExportClient) -> None:
    job, outcome = done(client, "text", b"# Small\n")

    assert outcome.state == "done"
    assert said(tight, "text", job) == [("text", "Exported.")]


@pytest.mark.xdist_group("sizes")
def test_a_job_that_takes_too_long_goes_on_before_anybody_is_killed(tight: LocalStack, client: ExportClient) -> None:
    job, outcome = done(client, "json", SLOW)

    assert (outcome.state, outcome.told["attempt"]) == ("done", "1")
    stopped, exported = said(tight, "json", job)
    assert stopped[0] == "json"
    assert stopped[1].startswith("Given to the larger function. The export took longer than")
    assert exported == ("json-large", "Exported.")


@pytest.mark.xdist_group("sizes")
def test_what_is_too_much_for_both_is_told_and_kept(tight: LocalStack, client: ExportClient) -> None:
    sources = {"markdown": KILLER, "html": SLOW}  # that is killed, and that is stopped
    tickets = {format: client.request("acme", "notes.md", [format]) for format in sources}
    for format, ticket in tickets.items():
        client.upload(ticket, sources[format])

    errors = {format: client.wait(ticket, timeout_s=200)[format].error for format, ticket in tickets.items()}
    assert (errors["html"]["code"], errors["html"]["attempt"]) == ("out-of-time", 1)
    assert (errors["markdown"]["code"], errors["markdown"]["attempt"]) == ("gave-up", 3)
    assert "2048 MB of memory or the 60 seconds" in errors["markdown"]["message"]
    for format, ticket in tickets.items():
        [letter] = wait_until(lambda name=format: received(tight, name + "-dead"))
        assert letter["id"] == ticket.job


def received(stack: LocalStack, queue: str) -> list[Any]:
    found = stack.aws("sqs").receive_message(QueueUrl=queue_url(stack, queue))
    return [json.loads(each["Body"]) for each in found.get("Messages", ())]


@pytest.mark.xdist_group("sizes")
def test_the_larger_function_has_versions_of_its_own_to_go_back_to(tight: LocalStack, tree: Path) -> None:
    target = channels.on_this_machine(tight.address, lambda _: None, root=tree)
    assert channels.formats_of(target) == sorted([*SIZES, *(name + LARGE for name in SIZES)])

    functions, name = tight.aws("lambda"), "document-export-local-export-text-large"
    functions.update_function_configuration(FunctionName=name, Timeout=61)
    second = functions.publish_version(FunctionName=name, Description="abc")["Version"]
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion=second)
    back = channels.rollback(target, "text-large")
    assert (back.live.number, back.next) == ("1", None)
    [other] = channels.status(target, ["text"])
    assert other.live.number == "1"

    with pytest.raises(CannotShip, match="not large"):
        channels.ship(target, "text-large", 5)
    with pytest.raises(UnknownFormat):
        channels.rollback(target, "text-larger")
