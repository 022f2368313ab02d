"""Workers that die: by a power cut, for memory, for time. Nothing is lost, and others go on."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil
import pytest
from steps import number, queue_url, wait_until

from pipeline.client import ExportClient
from pipeline.local.stack import LocalStack
from pipeline.local.template import Limits

pytestmark = pytest.mark.xdist_group("killed")


@pytest.fixture(scope="module")
def tight() -> Iterator[LocalStack]:
    """A stack whose functions have little memory or time, and whose messages come back soon."""
    limits = {
        "export-text": Limits(memory_mb=72, timeout_s=8, visibility_s=9),
        "export-html": Limits(timeout_s=8, visibility_s=9),
        # All but the reserve for saying why: whatever the machine, a book is too much.
        "export-json": Limits(timeout_s=2, visibility_s=3),
    }
    with LocalStack(limits) as running:
        yield running


@pytest.fixture
def client(tight: LocalStack) -> ExportClient:
    return tight.client()


def test_a_worker_that_is_killed_loses_nothing(tight: LocalStack, client: ExportClient) -> None:
    ticket = client.request("acme", "long.md", ["html"])
    client.upload(ticket, b"# Long\n\n" + b"word **word** `word`\n\n" * 60_000)
    kill_while_busy(tight, "html")

    outcome = client.wait(ticket, timeout_s=120)["html"]
    assert outcome.state == "done"
    assert outcome.told["attempt"] == "2"
    versions = tight.aws("s3").list_object_versions(Bucket=tight.address.bucket, Prefix=f"exports/acme/{ticket.job}/")
    assert len(versions["Versions"]) == 1


def test_a_killer_ends_as_an_error_and_a_dead_letter_while_others_go_on(
    tight: LocalStack, client: ExportClient
) -> None:
    """The parser is compiled code: without memory it ends the process, and no exception tells of it."""
    killer = client.request("acme", "killer.md", ["text"])
    client.upload(killer, b"*a*\n" * 260_000)
    others = [client.request("rival", f"small-{n}.md", ["text"]) for n in range(6)]
    for each in others:
        client.upload(each, b"# Small\n")
    assert all(client.wait(each, timeout_s=60)["text"].state == "done" for each in others)
    assert client.wait(killer, timeout_s=0)["text"].state == "waiting"

    outcome = client.wait(killer, timeout_s=200)["text"]
    assert outcome.state == "failed"
    assert (outcome.error["code"], outcome.error["attempt"]) == ("gave-up", 3)
    wait_for_dead_letter(tight, "text", killer.job)


def test_too_long_is_told_at_once_and_kept_for_a_replay(tight: LocalStack, client: ExportClient) -> None:
    ticket = client.request("acme", "slow.md", ["json"])
    client.upload(ticket, b"- *a* `b` **c**\n" * 60_000)
    error = client.wait(ticket, timeout_s=60)["json"].error
    assert (error["code"], error["attempt"]) == ("out-of-time", 1)
    wait_for_dead_letter(tight, "json", ticket.job)


def test_a_worker_that_passes_its_memory_is_killed_as_lambda_would(tight: LocalStack, client: ExportClient) -> None:
    """Whatever the worker itself makes of it: here its own bound is taken away."""
    assert tight.memory is not None
    ticket = client.request("acme", "notes.md", ["text"])
    client.upload(ticket, b"# Hi\n")
    client.wait(ticket, timeout_s=60)
    (worker, *_) = workers(tight, "text")
    before = tight.memory.killed
    tight.memory._limits[worker.pid] = 1
    watch = tight.memory
    wait_until(lambda: watch.killed > before and ended(worker))


def kill_while_busy(stack: LocalStack, format: str) -> None:
    """Kills the format's workers while a message is being worked on, as a power cut would."""
    for _ in range(2000):
        if number(stack, format, "ApproximateNumberOfMessagesNotVisible") and [*workers(stack, format)]:
            time.sleep(0.1)
            for worker in workers(stack, format):
                worker.kill()
            return
        time.sleep(0.01)
    pytest.fail("No message was worked on.")


def ended(worker: psutil.Process) -> bool:
    """Whether it is gone, or only waits to be told of: a killed process takes a moment to give its memory back."""
    try:
        return not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def workers(stack: LocalStack, format: str) -> Iterator[psutil.Process]:
    for child in psutil.Process(stack.server.pid).children():
        try:
            if child.environ().get("EXPORT_FORMAT") == format:
                yield child
        except psutil.Error:
            continue


def wait_for_dead_letter(stack: LocalStack, format: str, job: str) -> None:
    queue = queue_url(stack, format + "-dead")
    for _ in range(60):
        found = stack.aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        if any(job in message["Body"] for message in found.get("Messages", ())):
            return
    pytest.fail(f"The job {job} is not among the dead letters of {format}.")
