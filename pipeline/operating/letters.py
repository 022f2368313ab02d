"""Dead letters: what a stage could not do, and why; read without taking them away.

A queue's dead letters are kept for 14 days. Who reads one hides it from all others for a while; here it is shown again
at once, and where this is killed, by itself after two minutes, or twice as long as it has run.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from exporters import registry
from exporters.errors import ExportError, RequestError
from pipeline import job as jobs
from pipeline.deployment.account import SERVICE, saying
from pipeline.job import Job
from pipeline.notices import Notice
from pipeline.operating import loglines
from pipeline.queues import dead_queue_of

if TYPE_CHECKING:
    from pipeline.deployment.channels import Target

INTAKE, NOTIFY = "intake", "notify"  # what has dead letters beside the formats
NO_WORD = "no-word"
"""The code of a job of which nothing was written: its function did not start, or was not let start."""

HIDDEN_S = 120
_LONGEST_S = 12 * 3600  # that SQS hides a message
THREADS = 8  # calls at once: boto3's clients keep ten connections, and AWS answers each in some tens of milliseconds
BATCH = 10  # messages, the most that SQS takes or gives in one call


class NoQueue(RequestError):
    """The stage has no such queue. Names those that there are."""

    code = "no-queue"


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter."""

    id: str
    receipt: str
    """With which it can be shown again, or taken away."""
    body: str
    sent: datetime
    """When its message was sent; that of a mistake of ours is sent to the dead letters, so when it failed."""
    job: Job | None = None
    """None for an upload, and for what is no job."""
    target: str = ""
    """Who was to be told, for a notice."""
    uploads: tuple[tuple[str, str], ...] = ()
    """Key and version of each source, for an upload of which there are no jobs yet."""

    @property
    def job_id(self) -> str:
        """ "" where it cannot be read."""
        if self.job:
            return self.job.id
        return jobs.parse_upload_key(self.uploads[0][0])[1] if self.uploads else ""

    @property
    def tenant(self) -> str:
        """ "" where it cannot be read."""
        if self.job:
            return self.job.tenant
        return jobs.parse_upload_key(self.uploads[0][0])[0] if self.uploads else ""

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """Key and version of what it needs."""
        return ((self.job.source_key, self.job.version),) if self.job else self.uploads


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is a dead letter."""

    code: str
    """Of `exporters.errors` and `pipeline.errors`, `NO_WORD`, or the name of an exception that nobody foresaw."""
    message: str


@dataclass(frozen=True, slots=True)
class Group:
    """Dead letters with one reason."""

    reason: Reason
    letters: tuple[Letter, ...]
    lost: tuple[Letter, ...] = ()
    """Those among them whose source is gone."""


def function_of(which: str) -> str:
    """The name of the function that a queue feeds, without the stage's."""
    return {INTAKE: "dispatch", NOTIFY: NOTIFY}.get(which, f"export-{which}")


def queue_of(target: Target, which: str) -> str:
    """The name of a queue of work. `which` is a format, one of its other queues, `intake` or `notify`."""
    return f"{SERVICE}-{target.stage}-{which if which in (INTAKE, NOTIFY) else f'export-{which}'}"


def check(which: str) -> None:
    """Raises `RequestError` for what has no dead letters, which names all that have."""
    if which not in (INTAKE, NOTIFY) and which not in registry.names():
        raise NoQueue(f"There is no queue {which!r}. Queues: {INTAKE}, {NOTIFY}, {', '.join(registry.names())}.")


def url_of(target: Target, queue: str) -> str:
    """Raises `NoQueue` where the stage does not have it."""
    sqs = target.client("sqs")
    with saying(f"look for the queue {queue}"):
        try:
            url: str = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        except sqs.exceptions.QueueDoesNotExist:
            raise NoQueue(
                f"The stage {target.stage} has no queue {queue}. What it has is said in stages.yml, by `formats` and, "
                "for notify, by whether anybody is told of outcomes."
            ) from None
    return url


def peek(target: Target, which: str, most: int) -> list[Letter]:
    """At most so many dead letters, which are there for everybody again when this returns."""
    found: list[Letter] = []
    with Taking(target, which) as taking:
        for batch in taking:
            found += batch
            if len(found) >= most:
                break
    return found[:most]


class Taking:
    """All dead letters of a queue, some at a time, each once. Those that stay are shown to everybody again at its end.

    They are hidden for two minutes, or for twice as long as all this has taken so far, if that is more: who reads many
    would meet the first ones again before the last. One that comes again all the same has another receipt.
    """

    def __init__(self, target: Target, which: str) -> None:
        self._which = which
        self._sqs, self._url = target.client("sqs"), url_of(target, dead_queue_of(queue_of(target, which)))
        self._receipts: dict[str, str] = {}
        """Of those that are to be shown again, by id: the latest, for no other works."""
        self._seen: set[str] = set()
        self._free = self._all = 0

    @property
    def unseen(self) -> int:
        """How many there were of which nothing was seen: somebody else reads them."""
        return max(0, self._all - len(self._seen))

    def __enter__(self) -> Taking:
        return self

    def __exit__(self, *_: object) -> None:
        receipts = list(self._receipts.values())
        with saying(f"show again what is on {self._url}"):
            for begin in range(0, len(receipts), BATCH):
                entries = [
                    {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                    for number, receipt in enumerate(receipts[begin : begin + BATCH])
                ]
                self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)

    def __iter__(self) -> Iterator[list[Letter]]:
        self._count()
        began = time.monotonic()
        while True:
            found = self._receive(max(HIDDEN_S, min(_LONGEST_S, int(2 * (time.monotonic() - began)))))
            new = [each for each in found if each.id not in self._seen]
            self._receipts |= {each.id: each.receipt for each in found}
            self._seen |= {each.id for each in new}
            if new:
                yield new
            elif not found or len(self._seen) >= self._free:
                return  # else it was the first ones again, and there are more

    def gone(self, letters: Iterable[Letter]) -> None:
        """Tells that letters are no dead letters any more, and need not be shown again."""
        for each in letters:
            self._receipts.pop(each.id, None)

    def _count(self) -> None:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        with saying(f"read {self._url}"):
            told = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        self._free = int(told[names[0]])
        self._all = self._free + int(told[names[1]])

    def _receive(self, hidden_s: int) -> list[Letter]:
        with saying(f"read {self._url}"):
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                VisibilityTimeout=hidden_s,
                # An answer that was waited for has asked all of SQS's machines; without, no messages means little.
                WaitTimeSeconds=1 if len(self._seen) < self._free else 0,
                MessageSystemAttributeNames=["SentTimestamp"],
            )
        return [_letter(each, self._which) for each in answer.get("Messages", ())]


def lost(target: Target, letters: Iterable[Letter]) -> list[Letter]:
    """Those whose sources are all gone: nothing can be made of them."""
    having = [each for each in letters if each.sources]
    target.client("s3")  # likewise
    with ThreadPoolExecutor(THREADS) as pool:
        gone = pool.map(lambda each: not any(is_there(target, *source) for source in each.sources), having)
        return [each for each, is_gone in zip(having, gone, strict=True) if is_gone]


def is_there(target: Target, key: str, version: str = "") -> bool:
    """Whether storage has an object, or a version of one."""
    from botocore.exceptions import ClientError

    which = {"VersionId": version} if version else {}
    with saying(f"look for {key}"):
        try:
            target.client("s3").head_object(Bucket=target.bucket, Key=key, **which)
        except ClientError as error:
            # 400: S3 knows no such version; 405: it is a mark of a deletion.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 404, 405):
                return False
            raise
    return True


def has_file(target: Target, job: Job) -> bool:
    """Whether the job is done."""
    try:
        key = job.file_key
    except ExportError:  # a format or an option that this version does not know
        return False
    return is_there(target, key)


def reasons(target: Target, which: str, letters: Sequence[Letter]) -> dict[str, Reason]:
    """Why each of them failed, by the id of the letter: what its error.json says, or the function's log."""
    if which in (INTAKE, NOTIFY):
        return _logged_reasons(target, which, letters)
    target.client("s3")  # clients may be used by several threads at once, but not made
    with ThreadPoolExecutor(THREADS) as pool:
        found = pool.map(lambda each: _told(target, each), letters)
        return {each.id: reason for each, reason in zip(letters, found, strict=True)}


def grouped(target: Target, which: str, letters: Sequence[Letter]) -> list[Group]:
    """Letters by their reasons, the most frequent first."""
    why = reasons(target, which, letters)
    gone = {each.id for each in lost(target, letters)} if which != NOTIFY else set()
    groups: dict[Reason, list[Letter]] = {}
    for each in letters:
        groups.setdefault(why[each.id], []).append(each)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0].code))
    return [Group(reason, tuple(found), tuple(each for each in found if each.id in gone)) for reason, found in ordered]


def object_of(target: Target, key: str, version: str = "") -> dict[str, Any] | None:
    """What an error.json or a report.json says; None where there is none."""
    s3 = target.client("s3")
    with saying(f"read {key}"):
        try:
            which = {"VersionId": version} if version else {}
            data = s3.get_object(Bucket=target.bucket, Key=key, **which)["Body"].read()
        except s3.exceptions.NoSuchKey:
            return None
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _letter(message: Mapping[str, Any], which: str) -> Letter:
    body = message["Body"]
    sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    letter = Letter(message["MessageId"], message["ReceiptHandle"], body, sent)
    try:
        if which == INTAKE:
            return Letter(letter.id, letter.receipt, body, sent, uploads=_uploads(body))
        if which == NOTIFY:
            notice = Notice.from_json(body)
            return Letter(letter.id, letter.receipt, body, sent, notice.job, notice.target)
        return Letter(letter.id, letter.receipt, body, sent, Job.from_json(body))
    except (ExportError, ValueError, KeyError, TypeError, AttributeError):
        return letter  # whoever has put it there: no step of ours can read it, either


def _uploads(body: str) -> tuple[tuple[str, str], ...]:
    found = [each["s3"]["object"] for each in json.loads(body)["Records"]]
    uploads = tuple((unquote_plus(each["key"]), each.get("versionId", "")) for each in found)
    for key, _ in uploads:
        jobs.parse_upload_key(key)
    return uploads


_UNREADABLE = Reason("bad-request", "This is not a message of ours, or one of another version's schema.")
_DONE = Reason("done", "There is a file: another try has made it, and the message was not taken away.")
_SILENT = Reason(NO_WORD, "Nothing was written of it: its function did not start, or Lambda did not let it start.")


def _told(target: Target, letter: Letter) -> Reason:
    if letter.job is None:
        return _UNREADABLE
    if found := object_of(target, letter.job.error_key):
        return Reason(str(found.get("code", NO_WORD)), str(found.get("message", "")))
    return _DONE if has_file(target, letter.job) else _SILENT


def _logged_reasons(target: Target, which: str, letters: Sequence[Letter]) -> dict[str, Reason]:
    """What the function has said of each message when it failed, which it calls by the id that the letter has, too."""
    if not letters:
        return {}
    since = min(each.sent for each in letters)
    lines = loglines.of_stage(target, since, functions=[function_of(which)], pattern='"message_id"')
    said = {str(line.fields.get("message_id")): _reason_of(line.fields) for line in lines}
    return {each.id: said.get(each.id, _SILENT if each.job_id else _UNREADABLE) for each in letters}


def _reason_of(fields: Mapping[str, Any]) -> Reason:
    code = str(fields.get("error", NO_WORD))
    return Reason(code, str(fields.get("why") or _place(str(fields.get("trace", "")))))


def _place(trace: str) -> str:
    """Where an exception came up, without the folder that the function was in."""
    found = re.findall(r'File "[^"]*?([^"/]+/[^"/]+)", line (\d+), in (\w+)', trace.replace('\\"', '"'))
    return "At {}:{}, in {}.".format(*found[-1]) if found else ""
