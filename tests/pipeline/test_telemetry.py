"""Lines and metrics are what Powertools for AWS Lambda would write, and CloudWatch reads."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics

from pipeline import telemetry
from pipeline.job import Job
from pipeline.telemetry import Invocation
from pipeline.tuning.prices import LIST

JOB = Job("acme", "j1", "html", "notes.md", "v1", 10, tags={"customer": "42"})
METRICS: dict[str, tuple[telemetry.Unit, float]] = {"exports": ("Count", 1), "cost": ("None", 0.00001)}


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
    telemetry.measure("INFO", "Exported.", {"job": "j1", "tenant": "acme"}, "prod", "html", METRICS)
    (ours,) = lines(capsys)
    metrics = Metrics(namespace="DocumentExport/prod")
    metrics.set_default_dimensions(format="html")
    for name, (unit, value) in METRICS.items():
        metrics.add_metric(name, unit, value)
    theirs = metrics.serialize_metric_set()

    (our_directive,), (their_directive,) = ours["_aws"]["CloudWatchMetrics"], theirs["_aws"]["CloudWatchMetrics"]
    assert our_directive["Namespace"] == their_directive["Namespace"]
    assert our_directive["Metrics"] == their_directive["Metrics"]
    assert our_directive["Dimensions"] == [["format"]]
    assert isinstance(ours["_aws"]["Timestamp"], int)
    for name, value in METRICS.items():
        assert [ours[name]] == theirs[name] == [value[1]]


def test_tenants_and_jobs_are_no_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    """Each value of a dimension is a metric of its own, and costs $0.30 a month."""
    telemetry.measure("INFO", "Exported.", {"job": "j1", "tenant": "acme"}, "prod", "html", METRICS)
    (line,) = lines(capsys)
    dimensions = {name for each in line["_aws"]["CloudWatchMetrics"] for names in each["Dimensions"] for name in names}
    assert dimensions == {"format"}
    assert line["job"] == "j1"


def test_only_the_first_invocation_of_a_process_pays_for_its_start() -> None:
    program = """
import json
from pipeline.telemetry import Invocation
first, second = Invocation(1024, "1"), Invocation(1024, "2")
print(json.dumps([first.cold_start, first.billed_ms, second.cold_start, second.billed_ms]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    first_cold, first_ms, second_cold, second_ms = json.loads(done.stdout)
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
