"""Where a job goes, as a table."""

from __future__ import annotations

from typing import Any

import pytest

from exporters import registry
from exporters.errors import BadOption, RequestError, UnknownFormat, UnknownKind
from pipeline.job import Job
from pipeline.routing import queue_for


def job(format: str, filename: str = "notes.md", **options: Any) -> Job:
    return Job("acme", "j1", format, filename, "v1", 10, options)


@pytest.mark.parametrize("name", registry.names())
def test_each_format_has_a_queue_of_its_own(name: str) -> None:
    assert queue_for(job(name), "prod-export-") == f"prod-export-{name}"


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        (job("wordstar"), UnknownFormat),
        (job("../html"), UnknownFormat),
        (job("html", "notes.docx"), UnknownKind),
        (job("html", tock=True), BadOption),
        (job("html", toc="perhaps"), BadOption),
        (job("html", source_kind="docx"), BadOption),
        (job("html", maxheading=6), BadOption),
    ],
)
def test_what_must_fail_goes_back_to_its_user(refused: Job, error: type[RequestError]) -> None:
    with pytest.raises(error):
        queue_for(refused, "prod-export-")
