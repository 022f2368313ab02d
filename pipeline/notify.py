"""The step beside the others, where a stage has it: tells apps and browsers how exports ended.

It takes notices from a queue of their own and looks into storage: the file is there, or an error.json. What it tells is
the same for all (`schemas/notice.schema.json`) and goes by webhook, as an event on EventBridge, or by MQTT. At least
once: a receiver that was told twice sees the same id twice.

Who does not take it is told again later, at longer and longer intervals, and in the end it is a dead letter. Nothing of
that touches the export: it is done, and its ticket's links say so all the time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

from exporters.errors import ExportError, RequestError, Unavailable
from pipeline import settings as environment
from pipeline.addresses import service_url
from pipeline.aws import Answer, Caller
from pipeline.batch import Response, process
from pipeline.errors import BadRequest, MissingSecret, NotThere, NotTold, Refused
from pipeline.job import Job
from pipeline.notices import EVENT, WEBHOOK, Notice
from pipeline.queues import Queues
from pipeline.services import storage_and_queues
from pipeline.storage import Head, Storage
from pipeline.telemetry import Invocation, about_job, log

BACK_OFF_S = (10, 60, 5 * 60, 15 * 60, 60 * 60, 3 * 60 * 60)
"""Before the second try, the third and so on: four and a half hours in all, for a receiver that is being mended."""
SOURCE, DONE, FAILED = "document-export", "export.done", "export.failed"

_DETAIL_TYPES = {DONE: "Export done", FAILED: "Export failed"}  # what rules of EventBridge go by
_JITTER = 0.2  # of a pause, at most: those that failed together do not all come back together
_GONE = 410

type Told = dict[str, Any]


def handler(event: Mapping[str, Any], context: Any) -> Response:
    """Takes notices, one at a time on AWS; what cannot be told now comes back later."""
    invocation = Invocation.of(environment.settings(), context.aws_request_id)
    return process(event, lambda record: _work(record, invocation))


def told_of(job: Job, storage: Storage, stage: str) -> Told:
    """What there is to tell of a job, as `schemas/notice.schema.json` has it.

    The same outcome gives the same `id`, whenever and however often it is told. Raises `Unavailable` where there is
    neither a file nor an error: nothing to tell, yet.
    """
    about = {"stage": stage, "tenant": job.tenant, "job": job.id, "format": job.format, "tags": dict(job.tags)}
    try:
        key = job.file_key
        return _told(DONE, about, head := storage.head(key), file=_file(key, head), facts=_facts(head))
    except (NotThere, RequestError):  # or it was refused: of a format that there is not, there is no file either
        pass
    try:
        head = storage.head(job.error_key)
        error = json.loads(storage.read(job.error_key))
    except NotThere:
        raise Unavailable("There is neither a file nor an error to tell of.") from None
    reason = {name: error[name] for name in ("code", "message", "fault", "retry", "attempt")}
    return _told(FAILED, about, head, error=reason)


def _work(record: Mapping[str, Any], invocation: Invocation) -> None:
    storage, queues = storage_and_queues()
    notice = Notice.from_json(record["body"])
    attempt = int(record["attributes"]["ApproximateReceiveCount"])
    about = about_job(notice.job, invocation) | {"target": notice.target, "attempt": attempt}
    try:
        told = told_of(notice.job, storage, environment.settings().stage)
        _tell(notice, told)
    except BadRequest as error:  # its host is not, or no longer, one that may be told
        log("WARNING", "Not told.", about | {"error": error.code}, why=str(error))
    except ExportError as error:
        _later(queues, record, attempt, about | {"error": error.code, "why": str(error)})
        raise
    else:
        log("INFO", "Told.", about, outcome=told["type"], id=told["id"])


def _tell(notice: Notice, told: Told) -> None:
    if notice.target == WEBHOOK:
        _post(notice.job.webhook, told)
    elif notice.target == EVENT:
        _put_event(told)
    else:
        _publish(notice.job, told)


def _later(queues: Queues, record: Mapping[str, Any], attempt: int, about: Mapping[str, object]) -> None:
    last = attempt > len(BACK_OFF_S)
    if last:
        log("ERROR", "Told for the last time, in vain.", about)
    # After the last try the queue moves it among its dead letters, at once.
    pause = 0 if last else BACK_OFF_S[attempt - 1] * (1 + _JITTER * os.urandom(1)[0] / 255)
    queues.hide(record["eventSourceARN"], record["receiptHandle"], int(pause))


def _post(url: str, told: Told) -> None:
    from pipeline import outbound, webhooks  # with TLS and names: 20 ms that events do not need

    settings = environment.settings()
    webhooks.check_url(url, settings.webhook_hosts, embedded=bool(settings.endpoint))
    body = json.dumps(told, separators=(",", ":")).encode()
    headers = webhooks.headers(_secrets(), told["id"], datetime.now(UTC), body)
    status = outbound.post(url, headers | {"user-agent": SOURCE}, body, private=bool(settings.endpoint))
    if status == _GONE:
        log("WARNING", "The webhook is gone, and is not told again.", {"id": told["id"]}, url=_without_query(url))
    elif not 200 <= status < 300:
        raise NotTold(f"The webhook at {_without_query(url)} answered with {status}, not with 200 to 299.")


def _put_event(told: Told) -> None:
    entry = {
        "Source": SOURCE,
        "DetailType": _DETAIL_TYPES[told["type"]],
        "Time": datetime.fromisoformat(told["timestamp"]).timestamp(),
        "Detail": json.dumps(told),
    }
    found = _json_call("events", "AWSEvents.PutEvents", {"Entries": [entry]})
    if found.get("FailedEntryCount"):  # with status 200: each event has its own outcome
        failed = found["Entries"][0]
        why = f"{failed.get('ErrorCode')}: {failed.get('ErrorMessage')}"
        raise Unavailable(f"EventBridge did not take an event ({why}).")


def _publish(job: Job, told: Told) -> None:
    from pipeline.mqtt import topic_of

    settings = environment.settings()
    topic = topic_of(settings.stage, job.tenant, job.id)
    url = f"{settings.endpoint or f'https://{settings.iot_endpoint}'}/topics/{quote(topic, safe='')}"
    body = json.dumps(told, separators=(",", ":")).encode()
    answer = _caller().call("iotdata", "POST", url, query={"qos": "1"}, body=body)  # 1: the broker has it, or says so
    if answer.status >= 300:
        raise Refused(f"IoT Core refused to publish (status {answer.status}). See pipeline/policies.py.")


@cache
def _secrets() -> list[str]:
    """The stage's secrets, the newest first: two while it is being changed. Read once in the life of a process."""
    name = f"/document-export/{environment.settings().stage}/webhook-secret"
    found = _json_call("ssm", "AmazonSSM.GetParameter", {"Name": name, "WithDecryption": True})
    secrets: list[str] = found["Parameter"]["Value"].split()
    return secrets


@cache
def _caller() -> Caller:
    return Caller(environment.credentials(), environment.settings().region)


def _json_call(service: str, target: str, request: Mapping[str, object]) -> dict[str, Any]:
    settings = environment.settings()
    url = service_url(service, settings.region, settings.endpoint) + "/"
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": target}
    answer = _caller().call(service, "POST", url, headers=headers, body=json.dumps(request).encode())
    if answer.status >= 300:
        raise _refusal(target, answer)
    found: dict[str, Any] = json.loads(answer.body)
    return found


def _refusal(target: str, answer: Answer) -> ExportError:
    try:
        code = str(json.loads(answer.body).get("__type", "")).rpartition("#")[2]
    except ValueError:
        code = ""
    if code == "ParameterNotFound":
        return MissingSecret("The stage has no secret to sign webhooks with. `make deploy` makes it.")
    return Refused(f"AWS refused {target} ({code or answer.status}). See pipeline/policies.py.")


def _told(type: str, about: Mapping[str, object], head: Head, **more: Any) -> Told:
    # By what happened, not by when: an error.json that is written again says nothing new. Without a dot, for that parts
    # the id from the rest of what is signed.
    parts = (about["stage"], about["tenant"], about["job"], about["format"], type, more.get("error", {}).get("code"))
    return {
        "id": f"msg_{sha256(json.dumps(parts).encode()).hexdigest()[:32]}",
        "type": type,
        "timestamp": parsedate_to_datetime(head.modified).astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {**about, **more},
    }


def _file(key: str, head: Head) -> dict[str, object]:
    return {"key": key, "name": key.rpartition("/")[2], "size": head.size, "media_type": head.media_type}


def _facts(head: Head) -> dict[str, object]:
    """What the file tells of its making and of itself: `duration_ms`, `cost_usd`, `pages`."""
    return {name.replace("-", "_"): _number(value) for name, value in head.metadata.items()}


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _without_query(url: str) -> str:
    """An address for the log: what comes after the path may be a secret of its receiver."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
