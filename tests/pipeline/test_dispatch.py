"""A source has arrived: what the dispatcher makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from steps import EVENTS, Steps

from exporters import registry
from pipeline.job import Job

type Arrived = Callable[..., str]


def test_a_job_per_format_goes_on_its_queue(steps: Steps, arrived: Arrived) -> None:
    options, tags = json.dumps({"html": {"toc": True}}), json.dumps({"customer": "42"})
    agreed = {"formats": "text,html", "options": options, "tags": tags, "media-type": "text/markdown"}
    version = steps.put_source("uploads/acme/j1/notes.md", **agreed)

    assert steps.dispatch(arrived("uploads/acme/j1/notes.md", version)) == {"batchItemFailures": []}

    (text,), (html,) = steps.jobs_on("text"), steps.jobs_on("html")
    assert text.media_type == html.media_type == "text/markdown"
    assert (text.tenant, text.id, text.format, text.filename) == ("acme", "j1", "text", "notes.md")
    assert (text.version, text.size, text.options) == (version, 8, {})
    assert html.options == {"toc": True}
    assert html.tags == {"customer": "42"}


def test_a_message_from_before_there_were_media_types_is_still_a_job() -> None:
    """It may lie on a queue while a new version is deployed."""
    message = """{"schema": 1, "tenant": "acme", "id": "j1", "format": "text", "filename": "notes.md", "version": "v1",
        "size": 8, "options": {"width": 60}, "tags": {}}"""
    assert Job.from_json(message) == Job("acme", "j1", "text", "notes.md", "v1", 8, {"width": 60}, {}, media_type="")


@pytest.mark.parametrize("name", ["with spaces.md", "a+b.md", "ü.md", "家族 👩‍👧 100%.md", "a%2Fb.md", "q&a=?#.md"])
def test_keys_are_decoded_as_s3_encodes_them(steps: Steps, arrived: Arrived, name: str) -> None:
    version = steps.put_source(f"uploads/acme/j1/{name}", formats="text")
    assert steps.dispatch(arrived(f"uploads/acme/j1/{name}", version)) == {"batchItemFailures": []}
    assert [job.filename for job in steps.jobs_on("text")] == [name]


def test_the_test_event_of_a_new_notification_is_done_with(steps: Steps) -> None:
    body = (EVENTS / "s3_test_event.json").read_text()
    assert steps.dispatch(body) == {"batchItemFailures": []}


def test_what_is_exported_is_the_version_of_the_event(steps: Steps, arrived: Arrived) -> None:
    first = steps.put_source("uploads/acme/j1/notes.md", b"# First\n", formats="text")
    steps.put_source("uploads/acme/j1/notes.md", b"# Second\n", formats="text")

    steps.dispatch(arrived("uploads/acme/j1/notes.md", first))

    (job,) = steps.jobs_on("text")
    steps.export(job)
    assert b"First" in (steps.read(job.file_key) or b"")


def test_an_event_that_comes_twice_makes_one_file(steps: Steps, arrived: Arrived) -> None:
    version = steps.put_source("uploads/acme/j1/notes.md", formats="text")
    event = arrived("uploads/acme/j1/notes.md", version)
    assert steps.dispatch(event, event) == {"batchItemFailures": []}

    first, second = steps.jobs_on("text")
    assert steps.export(first) == steps.export(second) == {"batchItemFailures": []}
    versions = steps.s3.list_object_versions(Bucket=steps.bucket, Prefix="exports/")["Versions"]
    assert [version["Key"] for version in versions] == [first.file_key]


def test_a_source_that_was_mended_may_come_as_the_same_job(steps: Steps, arrived: Arrived) -> None:
    key = "uploads/acme/j1/notes.md"
    bad = steps.put_source(key, b"\x00\x00", formats="text")
    steps.dispatch(arrived(key, bad))
    (first,) = steps.jobs_on("text")
    steps.export(first)
    assert steps.error(first)
    steps.s3.put_object(Bucket=steps.bucket, Key=first.report_key, Body=b"{}")  # as the option strict leaves one

    steps.dispatch(arrived(key, bad))
    assert steps.error(first), "S3 told of it twice: what was said is still so"

    steps.dispatch(arrived(key, steps.put_source(key, b"# Mended\n", formats="text")))

    assert steps.error(first) is steps.read(first.report_key) is None, "nobody is told what was wrong before"
    *_, second = steps.jobs_on("text")
    steps.export(second)
    assert b"Mended" in (steps.read(second.file_key) or b"")


def test_an_unknown_format_is_told_which_there_are(steps: Steps, arrived: Arrived) -> None:
    version = steps.put_source("uploads/acme/j1/notes.md", formats="text,wordstar")
    assert steps.dispatch(arrived("uploads/acme/j1/notes.md", version)) == {"batchItemFailures": []}

    error = json.loads(steps.read("exports/acme/j1/wordstar/error.json") or b"{}")
    assert error["code"] == "unknown-format"
    assert error["fault"] == "app"
    assert "'wordstar'" in error["message"]
    assert all(name in error["message"] for name in registry.names())
    assert len(steps.jobs_on("text")) == 1  # the others go on


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tock": True}, "Did you mean 'toc'?"),
        ({"toc": "perhaps"}, "Valid: true, false."),
        ({"raw_html": "eval"}, "Valid: sanitize, keep, drop."),
    ],
)
def test_a_bad_option_is_told_the_valid_ones(
    steps: Steps, arrived: Arrived, options: dict[str, object], said: str
) -> None:
    version = steps.put_source("uploads/acme/j1/notes.md", formats="html", options=json.dumps({"html": options}))
    assert steps.dispatch(arrived("uploads/acme/j1/notes.md", version)) == {"batchItemFailures": []}

    error = json.loads(steps.read("exports/acme/j1/html/error.json") or b"{}")
    assert error["code"] == "bad-option"
    assert said in error["message"]
    assert steps.jobs_on("html") == []


def test_a_kind_that_no_reader_takes_costs_no_exporter(steps: Steps, arrived: Arrived) -> None:
    version = steps.put_source("uploads/acme/j1/notes.docx", formats="text")
    steps.dispatch(arrived("uploads/acme/j1/notes.docx", version))
    error = json.loads(steps.read("exports/acme/j1/text/error.json") or b"{}")
    assert error["code"] == "unknown-kind"
    assert ".md" in error["message"]
    assert steps.jobs_on("text") == []


@pytest.mark.parametrize(
    ("key", "metadata"),
    [
        ("uploads/acme/j1/gone.md", None),
        ("uploads/acme/notes.md", {"formats": "text"}),
        ("uploads/acme/j1/deep/notes.md", {"formats": "text"}),
        ("uploads/../j1/notes.md", {"formats": "text"}),
        ("uploads/acme/j1/notes.md", {}),
        ("uploads/acme/j1/notes.md", {"formats": "../../other/j9/text"}),
        ("uploads/acme/j1/notes.md", {"formats": "text", "options": "no json"}),
        ("uploads/acme/j1/notes.md", {"formats": "text", "options": "[1]"}),
    ],
    ids=["removed since", "no job", "too deep", "dots", "no formats", "format with dots", "bad options", "list"],
)
def test_what_came_from_no_ticket_is_left_alone(
    steps: Steps, arrived: Arrived, key: str, metadata: dict[str, str] | None
) -> None:
    version = "00000000-0000-0000-0000-000000000000" if metadata is None else steps.put_source(key, **metadata)
    assert steps.dispatch(arrived(key, version)) == {"batchItemFailures": []}
    assert steps.jobs_on("text") == []
    assert "Contents" not in steps.s3.list_objects_v2(Bucket=steps.bucket, Prefix="exports/")


def test_one_bad_message_fails_alone(steps: Steps, arrived: Arrived) -> None:
    version = steps.put_source("uploads/acme/j1/notes.md", formats="text")
    good = arrived("uploads/acme/j1/notes.md", version)
    assert steps.dispatch("no json", good) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert len(steps.jobs_on("text")) == 1
