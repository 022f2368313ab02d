"""One job, one file: what the exporter does with each delivery of a message."""

from __future__ import annotations

import json
import time
from copy import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from steps import Context, Steps

import exporters
from exporters import registry
from exporters.errors import Unavailable
from pipeline import export
from pipeline.job import Job

DONE: dict[str, Any] = {"batchItemFailures": []}
SCHEMAS = Path(exporters.__file__).parent / "schemas"


def test_the_file_is_written_with_its_type_and_what_it_cost(steps: Steps) -> None:
    job = steps.job("html", tags={"customer": "42"})
    assert steps.export(job) == DONE

    found = steps.s3.get_object(Bucket=steps.bucket, Key=job.file_key)
    assert found["ContentType"] == registry.get("html").media_type
    assert b"Hello" in found["Body"].read()
    told = found["Metadata"]
    assert 0 < float(told["cost-usd"]) < 0.001
    assert int(told["billed-ms"]) >= int(told["duration-ms"]) >= 0
    assert int(told["peak-memory-mb"]) > 5
    assert told["attempt"] == "1"
    assert steps.error(job) is None


def test_a_function_that_is_started_for_a_trial_says_so(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    """Or else it would look like one that was killed."""
    assert export.handler({"Records": []}, Context()) == DONE
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (line["message"], line["function_request_id"]) == ("Started.", Context().aws_request_id)


def test_a_second_delivery_changes_nothing(steps: Steps) -> None:
    job = steps.job()
    steps.export(job)
    assert steps.export(job) == DONE
    assert steps.export(job, receive_count=2) == DONE
    assert len(steps.s3.list_object_versions(Bucket=steps.bucket, Prefix=job.folder)["Versions"]) == 1


def test_the_first_file_stays_whatever_comes_later(steps: Steps) -> None:
    job = steps.job(data=b"# First\n")
    later = replace(job, version=steps.put_source(job.source_key, b"# Later\n"))
    steps.export(job)
    assert steps.export(later) == DONE
    assert b"First" in (steps.read(job.file_key) or b"")


def test_a_worker_killed_before_the_write_leaves_the_job_to_the_next(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = steps.job()
    with monkeypatch.context() as killed:
        killed.setattr(export.Storage, "write_once", _die)
        with pytest.raises(Killed):
            steps.export(job)
    assert steps.read(job.file_key) is None

    assert steps.export(job, receive_count=2) == DONE
    assert steps.read(job.file_key) is not None


def test_a_worker_killed_after_the_write_has_done_the_job(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    job = steps.job()
    with monkeypatch.context() as killed:
        killed.setattr(export, "_measure", _die)
        with pytest.raises(Killed):
            steps.export(job)

    assert steps.export(job, receive_count=2) == DONE
    assert len(steps.s3.list_object_versions(Bucket=steps.bucket, Prefix=job.folder)["Versions"]) == 1


def test_a_bad_source_gets_its_error_and_is_not_tried_again(steps: Steps) -> None:
    job = steps.job(data=b"%PDF-1.7\n%\x00\x00\x00binary")
    assert steps.export(job) == DONE

    error = steps.error(job)
    jsonschema.validate(error, json.loads((SCHEMAS / "error.schema.json").read_text()))
    assert error is not None
    assert (error["code"], error["fault"], error["retry"]) == ("unreadable-source", "user", False)
    assert error["job"] == job.id
    assert steps.read(job.file_key) is None
    assert steps.jobs_on("text-dead") == []


def test_what_strict_does_not_lose_is_told_in_the_report(steps: Steps) -> None:
    job = steps.job(data=b"![a](gone.png)\n", options={"strict": True})
    assert steps.export(job) == DONE

    error, report = steps.error(job), json.loads(steps.read(job.report_key) or b"{}")
    assert error is not None
    assert (error["code"], error["fault"], error["retry"]) == ("lossy", "user", False)
    assert [(item["code"], item["severity"]) for item in report["items"]] == [
        ("image-missing", "lost"),
        ("image", "degraded"),
    ]
    assert steps.read(job.file_key) is None
    assert steps.jobs_on("text-dead") == []


def test_the_declared_media_type_tells_the_kind(steps: Steps) -> None:
    job = steps.job(data=b"*a*\n", media_type="text/html", filename="notes.unknown")
    assert steps.export(job) == DONE
    assert steps.read(job.file_key) == b"*a*\n", "no emphasis, for it is no Markdown"


@pytest.mark.parametrize("name", ["report.md", "error.md"])
def test_a_file_that_would_be_called_as_its_report_or_its_error_is_neither(steps: Steps, name: str) -> None:
    job = steps.job("json", data=b"# Hello\n\n![a](gone.png)\n", filename=name)
    assert steps.export(job) == DONE

    assert json.loads(steps.read(job.file_key) or b"")["sections"]
    assert [item["code"] for item in json.loads(steps.read(job.report_key) or b"")["items"]] == ["image-missing"]
    assert steps.error(job) is None


def test_our_own_mistake_is_told_and_the_job_kept_for_a_replay(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    job = steps.job()
    with monkeypatch.context() as broken:
        broken.setattr("exporters.registry.load", lambda name: _divide_by_zero)
        assert steps.export(job) == DONE
    error = steps.error(job)
    assert error is not None
    assert error["code"] == "exporter-failed"
    assert "ZeroDivisionError" in error["message"]
    assert steps.jobs_on("text-dead") == [job]

    # The exporter is mended and the message replayed: it comes as new.
    assert steps.export(job) == DONE
    assert steps.read(job.file_key) is not None


def test_what_passes_is_tried_again_soon(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    job = steps.job()
    with monkeypatch.context() as busy:
        busy.setattr(export.Storage, "read", _unavailable)
        assert len(steps.export(job)["batchItemFailures"]) == 1
    assert steps.error(job) is None
    assert steps.read(job.file_key) is None


def test_the_last_try_says_so_before_it_begins(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed worker can write nothing, so the error must be there before the killing."""
    job = steps.job()
    with monkeypatch.context() as killed:
        killed.setattr(export, "export", _die)
        with pytest.raises(Killed):
            steps.export(job, receive_count=3)
    error = steps.error(job)
    assert error is not None
    assert (error["code"], error["attempt"]) == ("gave-up", 3)
    assert f"{registry.get('text').memory_mb} MB" in error["message"]

    # It was no killer after all: the file takes the error's place.
    assert steps.export(job, receive_count=3) == DONE
    assert steps.read(job.file_key) is not None
    assert steps.error(job) is None


def test_a_try_that_works_withdraws_an_earlier_error(steps: Steps) -> None:
    job = steps.job()
    steps.s3.put_object(Bucket=steps.bucket, Key=job.error_key, Body=b"{}")
    assert steps.export(job, receive_count=2) == DONE
    assert steps.error(job) is None


def test_a_replay_that_works_withdraws_the_error_of_its_earlier_life(steps: Steps) -> None:
    """It comes as new, and says itself that it is a replay. Nobody else pays for a request to look."""
    job, ordinary = steps.job(), steps.job()
    for each in (job, ordinary):
        steps.s3.put_object(Bucket=steps.bucket, Key=each.error_key, Body=b"{}")
    assert steps.export(job, replayed=True) == DONE
    assert steps.export(ordinary) == DONE
    assert steps.read(job.file_key) is not None
    assert steps.error(job) is None
    assert steps.error(ordinary) is not None


def test_a_report_stands_beside_the_file_only_when_there_is_something_to_tell(steps: Steps) -> None:
    complete, lossy = steps.job("html"), steps.job("html", data=b"![a map](map.png)\n")
    steps.export(complete)
    steps.export(lossy)

    assert steps.read(complete.report_key) is None
    report = json.loads(steps.read(lossy.report_key) or b"{}")
    jsonschema.validate(report, json.loads((SCHEMAS / "report.schema.json").read_text()))
    assert [item["code"] for item in report["items"]] == ["image-missing"]


def test_too_long_is_stopped_and_told_before_lambda_kills(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    job = steps.job()
    monkeypatch.setattr("exporters.registry.load", lambda name: _never_ends)
    assert steps.export(job, seconds=3) == DONE
    error = steps.error(job)
    assert error is not None
    assert error["code"] == "out-of-time"
    assert "1 seconds" in error["message"]
    assert steps.jobs_on("text-dead") == [job]


def test_too_much_memory_is_stopped_and_told_before_lambda_kills(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    job = steps.job()
    monkeypatch.setattr("exporters.registry.load", lambda name: lambda *_: bytes(2 * 2**30))
    assert steps.export(job) == DONE
    error = steps.error(job)
    assert error is not None
    assert error["code"] == "out-of-memory"
    assert steps.jobs_on("text-dead") == [job]


def test_a_source_that_is_gone_is_told(steps: Steps) -> None:
    job = steps.job()
    steps.s3.delete_object(Bucket=steps.bucket, Key=job.source_key, VersionId=job.version)
    assert steps.export(job) == DONE
    error = steps.error(job)
    assert error is not None
    assert error["code"] == "not-there"


def test_every_line_names_the_job_and_none_holds_the_text(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    job = steps.job(data=b"# A secret heading\n\n[x](javascript:alert)\n")
    steps.export(job)
    steps.export(steps.job(data=b"secret \x00\x00\x00"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 2
    for line in lines:
        assert line["tenant"] == "tenant"
        assert line["format"] == "text"
        assert line["job"]
        assert "secret" not in json.dumps(line)


def test_the_line_of_an_unforeseen_mistake_names_the_job_too(
    steps: Steps, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = steps.job()
    monkeypatch.setattr(export.Storage, "write_once", _mistaken)

    assert len(steps.export(job)["batchItemFailures"]) == 1
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["job"], line["tenant"], line["format"]) == (job.id, job.tenant, job.format)
    assert line["error"] == "ZeroDivisionError"
    assert "secret" not in json.dumps(line)


def test_a_message_that_is_no_job_comes_back_until_it_is_a_dead_letter(steps: Steps) -> None:
    job = Job("t", "j", "text", "n.md", "", 1)
    for body in ("no json", "[]", '{"schema": 1}', job.to_json().replace('"schema": 1', '"schema": 99')):
        record = {"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1"}}
        record |= {"eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:q", "receiptHandle": "r"}
        context = type("Context", (), {"aws_request_id": "1", "get_remaining_time_in_millis": lambda self: 9000})()
        assert export.handler({"Records": [record]}, context) == {"batchItemFailures": [{"itemIdentifier": "m"}]}


class Killed(BaseException):
    """The worker is gone: nothing of it can run any more."""


def _mistaken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("sec" + "ret")  # a line of code is shown, what it says is not


def _die(*_: object, **__: object) -> None:
    raise Killed


def _divide_by_zero(*_: object) -> float:
    return 1 / 0


def _never_ends(*_: object) -> bytes:
    while True:
        try:
            time.sleep(0.01)
        except Exception:  # as a library does that goes on whatever happens
            continue


def _unavailable(*_: object) -> bytes:
    raise Unavailable("S3 did not answer.")
