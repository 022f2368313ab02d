"""Replays dead letters after a fix: each goes to its queue again, and then from the dead letters.

In that order. Whoever is interrupted in between leaves a message twice, and the file is the record: the second one
finds that the job is done. A job's message tells that it is a replay, and so its error.json goes when the file comes.

What cannot be done is left where it is: a job whose source is gone, or a message that nobody can read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from exporters import registry
from pipeline.deployment.account import saying
from pipeline.operating import letters
from pipeline.operating.letters import NOTIFY, Letter
from pipeline.queues import LARGE, REPLAYED, dead_queue_of
from pipeline.routing import is_large

if TYPE_CHECKING:
    from pipeline.deployment.channels import Target
    from pipeline.job import Job

type Fate = Literal["replayed", "done", "dropped", "lost", "unreadable", "refused", "other"]
"""What becomes of a letter. `done`: there is a file already, and nothing to do; `other`: it was not asked for."""

GONE: tuple[Fate, ...] = ("replayed", "done", "dropped")
"""Those that are no dead letters any more."""
FAILED: tuple[Fate, ...] = ("lost", "unreadable", "refused")
"""Those that were asked for and stay."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one letter."""

    letter: Letter
    fate: Fate
    why: str = ""


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of a queue's dead letters."""

    which: str
    all: tuple[Done, ...]
    missing: tuple[str, ...] = ()
    """Jobs that were asked for and are not among them."""
    unseen: int = 0
    """How many more there are, among which something that was asked for may be."""

    @property
    def counts(self) -> Mapping[Fate, int]:
        return Counter(each.fate for each in self.all)

    @property
    def failed(self) -> bool:
        """Whether something that was asked for could not be replayed."""
        return bool(self.missing or self.unseen) or any(each.fate in FAILED for each in self.all)


def redrive(
    target: Target, which: str, jobs: Sequence[str] = (), reason: str = "", *, drop_lost: bool = False
) -> Redriven:
    """Sends the dead letters of a format, of `intake` or of `notify` to their queue again.

    With `jobs`, only those; with `reason`, the code of an error, only those that failed of it. With `drop_lost`, those
    that cannot be replayed any more are deleted. Raises `RequestError` where the stage has no such queue.
    """
    letters.check(which)
    replay = _Replay(target, which, jobs, reason, drop_lost)
    done: list[Done] = []
    with letters.Taking(target, which) as taking:
        for batch in taking:
            found = replay.batch(batch)
            done += found
            if not target.dry_run:
                taking.gone(each.letter for each in found if each.fate in GONE)
            target.say(f"{'Looked at' if target.dry_run else 'Done with'} {len(done)} dead letters")
    seen = {each.letter.job_id for each in done}
    missing = tuple(each for each in dict.fromkeys(jobs) if each not in seen)
    return Redriven(which, tuple(done), missing, taking.unseen if missing or not jobs else 0)


class _Replay:
    """How the letters of one queue are replayed."""

    def __init__(self, target: Target, which: str, jobs: Sequence[str], reason: str, drop_lost: bool) -> None:
        self._target = target
        self._which = which
        self._jobs = frozenset(jobs)
        self._reason = reason
        self._drop_lost = drop_lost
        self._large = ""  # the queue of the format's larger function, where the stage has one
        if which in registry.names() and registry.get(which).large:
            with suppress(letters.NoQueue):  # not deployed yet
                self._large = letters.url_of(target, letters.queue_of(target, which) + LARGE)
        target.client("s3")  # clients may be used by several threads at once, but not made
        queue = letters.queue_of(target, which)
        self._live, self._dead = letters.url_of(target, queue), letters.url_of(target, dead_queue_of(queue))

    def batch(self, batch: Sequence[Letter]) -> list[Done]:
        """Does what is to be done with at most as many letters as SQS takes in one call."""
        why = letters.reasons(self._target, self._which, batch) if self._reason else {}
        with ThreadPoolExecutor(letters.THREADS) as pool:
            planned = list(pool.map(lambda each: self._plan(each, why[each.id].code if why else ""), batch))
        if self._target.dry_run:
            return planned
        refused = self._send([each.letter for each in planned if each.fate == "replayed"])
        done = [
            Done(each.letter, "refused", refused.get(each.letter.id, "")) if each.letter.id in refused else each
            for each in planned
        ]
        for each in done:
            if each.fate == "done" and each.letter.job:
                self._withdraw(each.letter.job.error_key)
        self._delete([each.letter for each in done if each.fate in GONE])
        return done

    def _plan(self, letter: Letter, code: str) -> Done:
        if not letter.job_id:
            asked = not self._jobs and not self._reason
            return Done(letter, "unreadable" if asked else "other", "no message of ours, or one of another version")
        if (self._jobs and letter.job_id not in self._jobs) or (self._reason and code != self._reason):
            return Done(letter, "other")
        if letter.job and self._which == NOTIFY:
            return self._kept(letter, self._ended(letter.job), "what there was to tell is gone from storage")
        if letter.job and letters.has_file(self._target, letter.job):
            return Done(letter, "done")
        found = any(letters.is_there(self._target, *each) for each in letter.sources)
        return self._kept(letter, found, "" if found else self._since(letter))

    def _kept(self, letter: Letter, there: bool, why: str) -> Done:
        if there:
            return Done(letter, "replayed")
        return Done(letter, "dropped" if self._drop_lost else "lost", why)

    def _ended(self, job: Job) -> bool:
        return letters.has_file(self._target, job) or letters.is_there(self._target, job.error_key)

    def _since(self, letter: Letter) -> str:
        """Since when its source is gone, as far as storage tells."""
        key, _ = letter.sources[0]
        with saying(f"look for {key}"):
            found = self._target.client("s3").list_object_versions(Bucket=self._target.bucket, Prefix=key)
        marks = [each["LastModified"] for each in found.get("DeleteMarkers", ()) if each["Key"] == key]
        if marks:
            return f"its source is gone since {max(marks):%Y-%m-%d %H:%M} UTC"
        return f"its source is gone; the message is of {letter.sent:%Y-%m-%d %H:%M} UTC"

    def _send(self, batch: Sequence[Letter]) -> dict[str, str]:
        """Puts messages on the queue, and says which it did not take, and why."""
        refused: dict[str, str] = {}
        for url in sorted({self._queue(each) for each in batch}):
            refused |= self._send_to(url, [each for each in batch if self._queue(each) == url])
        return refused

    def _queue(self, letter: Letter) -> str:
        """Where it goes: as the dispatcher would send it, but never to a version that is tried."""
        if letter.job and self._large and self._which != NOTIFY and is_large(letter.job, registry.get(self._which)):
            return self._large
        return self._live

    def _send_to(self, url: str, batch: Sequence[Letter]) -> dict[str, str]:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        mark = {REPLAYED: {"DataType": "String", "StringValue": now}}
        entries: list[dict[str, Any]] = []
        for number, each in enumerate(batch):
            # With its tenant's group, as the dispatcher sends it: a thousand replays do not stand before others' jobs.
            group = {"MessageGroupId": each.tenant} if each.job else {}
            entries.append({"Id": str(number), "MessageBody": each.body, "MessageAttributes": mark, **group})
        with saying(f"send to {url}"):
            answer = self._target.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
        return {batch[int(each["Id"])].id: f"SQS says {each['Code']}" for each in answer.get("Failed", ())}

    def _delete(self, batch: Sequence[Letter]) -> None:
        if not batch:
            return
        entries = [{"Id": str(number), "ReceiptHandle": each.receipt} for number, each in enumerate(batch)]
        with saying(f"take letters from {self._dead}"):
            self._target.client("sqs").delete_message_batch(QueueUrl=self._dead, Entries=entries)

    def _withdraw(self, key: str) -> None:
        with saying(f"delete {key}"):
            self._target.client("s3").delete_object(Bucket=self._target.bucket, Key=key)
