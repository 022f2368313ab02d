"""Lines and metrics are what Powertools for AWS Lambda would write, and CloudWatch reads."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics
from steps import Steps

from exporters import registry
from pipeline import telemetry
from pipeline.job import Job
from pipeline.telemetry import Invocation
from pipeline.tuning.prices import LIST
from pipeline.tuning.standing import FREE

JOB = Job("acme", "j1", "html", "notes.md", "v1", 10, tags={"customer": "42"})
METRICS = {name: float(number) for number, name in enumerate(telemetry.METRICS)}


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_has_the_keys_that_powertools_gives_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.log("INFO", "Dispatched.", telemetry.about_job(JOB, Invocation(128, "r1")), size=10)
    (ours,) = lines(capsys)
    logger = Logger(service="s", log_record_order=["level"], utc=True)
    logger.append_keys(job="j1", tenant="acme", format="html", function_request_id="r1", cold_start=ours["cold_start"])
    logger.info("Dispatched.", size=10, tags={"customer": "42"})
    (theirs,) = lines(capsys)

    for added in ("location", "service", "timestamp"):  # where in the code, which service: our messages tell
        theirs.pop(added)
    ours.pop("timestamp")
    assert ours == theirs


def test_metrics_are_powertools_metrics(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.measure("INFO", "Exported.", {"job": "j1", "tenant": "acme"}, "prod", METRICS)
    (ours,) = lines(capsys)
    metrics = Metrics(namespace="DocumentExport")
    metrics.set_default_dimensions(stage="prod")
    for name, value in METRICS.items():
        metrics.add_metric(name, telemetry.METRICS[name], value)
    theirs = metrics.serialize_metric_set()

    (our_directive,), (their_directive,) = ours["_aws"]["CloudWatchMetrics"], theirs["_aws"]["CloudWatchMetrics"]
    assert our_directive["Namespace"] == their_directive["Namespace"]
    assert our_directive["Metrics"] == their_directive["Metrics"]
    assert our_directive["Dimensions"] == their_directive["Dimensions"] == [["stage"]]
    assert ours["stage"] == theirs["stage"] == "prod"
    assert isinstance(ours["_aws"]["Timestamp"], int)
    for name, value in METRICS.items():
        assert [ours[name]] == theirs[name] == [value]


def test_there_are_fewer_metrics_than_are_free() -> None:
    """Ten in an account, over all values of their dimensions: so one stage costs nothing, and leaves the app some."""
    assert len(telemetry.METRICS) <= FREE.custom_metrics - 2


def told(steps: Steps, capsys: pytest.CaptureFixture[str], job: Job, receive_count: int = 1) -> dict[str, Any]:
    """The line with metrics that an export writes."""
    capsys.readouterr()
    steps.export(job, receive_count)
    (line,) = [line for line in lines(capsys) if "_aws" in line]
    return line


@pytest.mark.parametrize(
    ("data", "filename", "level", "counts"),
    [
        (b"# Hello\n", "notes.md", "INFO", {"exports": 1, "failures": 0, "mistakes": 0}),
        (b"%PDF-1.7 \x00\x00", "notes.md", "WARNING", {"exports": 0, "failures": 1, "mistakes": 0}),
    ],
    ids=["done", "failed"],
)
def test_an_export_counts_as_done_or_failed(
    steps: Steps,
    capsys: pytest.CaptureFixture[str],
    data: bytes,
    filename: str,
    level: str,
    counts: dict[str, int],
) -> None:
    line = told(steps, capsys, steps.job(data=data, filename=filename))

    assert (line["level"], {name: line[name] for name in counts}) == (level, counts)
    assert line["cost"] > 0
    assert 0 <= line["limit_used"] <= 100
    assert line["queue_delay"] == line["waited_ms"] >= 0
    assert (line["format"], line["tenant"], line["attempt"]) == ("text", "tenant", 1)
    assert line["peak_memory_mb"] > 10
    assert line["duration_ms"] > 0


def test_what_lands_among_dead_letters_is_a_mistake(
    steps: Steps, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "load", lambda _name: lambda *_: 1 / 0)

    line = told(steps, capsys, steps.job())

    assert (line["level"], line["failures"], line["mistakes"]) == ("ERROR", 1, 1)


def test_a_message_that_is_no_job_is_a_mistake(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    steps.dispatch("no json")

    (line,) = lines(capsys)
    assert (line["level"], line["mistakes"]) == ("ERROR", 1)


def test_only_a_first_attempt_tells_of_a_jam(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    line = told(steps, capsys, steps.job(), receive_count=2)

    assert "queue_delay" not in line
    assert line["exports"] == 1


def test_the_limit_that_is_nearer_is_told(
    steps: Steps, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first job of a process has raised its memory; one that has a second uses less of an hour than of memory."""
    monkeypatch.setattr(Invocation, "_cold", True)
    capsys.readouterr()

    steps.export(steps.job(), seconds=3600)

    line = next(line for line in lines(capsys) if "limit_used" in line)
    assert line["limit_used"] == pytest.approx(100 * line["peak_memory_mb"] / 1024, abs=0.1)


def test_memory_is_told_by_the_job_that_raised_it() -> None:
    """A process keeps its mark: else one large document would be told again with each that comes after it."""
    program = """
import json
from pipeline.telemetry import Invocation, peak_memory_mb
first = Invocation(1024, "1")
held = bytearray(60 * 2**20); held[::4096] = b"x" * len(held[::4096]); del held
second = Invocation(1024, "2")
print(json.dumps([peak_memory_mb() > first.peak_before_mb + 60, peak_memory_mb() > second.peak_before_mb]))
"""
    assert printed(program) == [True, False]


def test_the_memory_of_a_program_counts_where_it_is_the_larger() -> None:
    program = """
import json, subprocess, sys
from pipeline.telemetry import peak_memory_mb
before = peak_memory_mb()
subprocess.run([sys.executable, "-c", "pass"], check=True)
small = peak_memory_mb()
large = "held = bytearray(150 * 2**20); held[::4096] = b'x' * len(held[::4096])"
subprocess.run([sys.executable, "-c", large], check=True)
print(json.dumps([small < 2 * before + 20, peak_memory_mb() > before + 150]))
"""
    assert printed(program) == [True, True]


def test_no_line_holds_anything_of_a_document(steps: Steps, arrived: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither when all goes well, nor when a source cannot be read, an exporter fails or a job is refused."""
    secret = "Zanzibarfinch"
    linked = f"{secret} [x](http://{secret}) ![{secret}]({secret}.png)"
    sources = {
        "notes.md": f"---\ntitle: {secret}\n---\n# {secret}\n\n{linked}\n",
        "notes.json": f'{{"type": "{secret}"}}',
        "notes.html": f"<p>{secret}<table><td>{secret}",
        "notes.mup": f'{{"title": "{secret}", "ideas": "{secret}"}}',
        "notes.opml": f"<opml><{secret}>",
        "notes.docx": secret,
    }
    for name, text in sources.items():
        for format in ("text", "html", "json"):
            for options in ({}, {"strict": True}):
                steps.export(steps.job(format, text.encode(), name, options=options))
        version = steps.put_source(f"uploads/acme/j1/{name}", text.encode(), formats="text,nothing")
        steps.dispatch(arrived(f"uploads/acme/j1/{name}", version))

    written = capsys.readouterr()
    assert len(written.out.splitlines()) > len(sources)
    assert '"level": "WARNING"' in written.out
    assert secret.lower() not in (written.out + written.err).lower()


def printed(program: str) -> Any:
    """What a process of its own says, as JSON."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_only_the_first_invocation_of_a_process_pays_for_its_start() -> None:
    program = """
import json
from pipeline.telemetry import Invocation
first, second = Invocation(1024, "1"), Invocation(1024, "2")
print(json.dumps([first.cold_start, first.billed_ms, second.cold_start, second.billed_ms]))
"""
    first_cold, first_ms, second_cold, second_ms = printed(program)
    assert (first_cold, second_cold) == (True, False)
    assert first_ms > second_ms >= 0


def test_compute_is_priced_by_memory_and_time() -> None:
    invocation = Invocation(1024, "r")
    while invocation.duration_ms < 5:
        pass
    cost, billed = invocation.compute_usd, invocation.billed_ms
    assert 0.005 * LIST.gb_second_arm64 < cost <= billed / 1000 * LIST.gb_second_arm64 * 1.01


def test_peak_memory_is_this_process_own() -> None:
    before = telemetry.peak_memory_mb()
    held = bytearray(60 * 2**20)
    held[::4096] = b"x" * len(held[::4096])
    assert telemetry.peak_memory_mb() > before + 30 or before > 90
