"""Where a job goes, as a table, and whom a share meets."""

from __future__ import annotations

import math
from collections import Counter
from copy import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters import registry
from exporters.errors import BadOption, RequestError, UnknownFormat, UnknownKind
from exporters.exporter import Large
from exporters.formats import html
from pipeline.job import Job
from pipeline.routing import BUCKETS, Share, bucket, channel_for, queue_for

names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True)
percents = st.integers(0, BUCKETS).map(lambda steps: steps / 100)


def job(format: str, filename: str = "notes.md", *, tenant: str = "acme", channel: str = "", **options: Any) -> Job:
    return Job(tenant, "j1", format, filename, "v1", 10, options, channel=channel)


@pytest.mark.parametrize("name", registry.names())
def test_each_format_has_a_queue_of_its_own(name: str) -> None:
    assert queue_for(job(name), "prod-export-") == f"prod-export-{name}"


def test_the_next_channel_has_another_queue() -> None:
    assert queue_for(job("html"), "prod-export-", {"html": Share(100)}) == "prod-export-html-next"
    assert queue_for(job("text"), "prod-export-", {"html": Share(100)}) == "prod-export-text"


@pytest.mark.parametrize(
    ("size", "share", "channel", "queue"),
    [
        (999_999, Share(0), "", "html"),
        (1_000_000, Share(0), "", "html-large"),
        (5_000_000_000, Share(0), "", "html-large"),
        (999_999, Share(100), "", "html-next"),
        (1_000_000, Share(100), "", "html-large"),
        (1_000_000, Share(0), "next", "html-large"),
    ],
)
def test_a_large_source_has_another_queue_whatever_is_tried_with_the_others(
    size: int, share: Share, channel: str, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = Large(memory_mb=3_008, timeout_s=300, from_bytes=1_000_000)
    monkeypatch.setattr(html, "EXPORTER", replace(html.EXPORTER, large=large))
    asked = replace(job("html", channel=channel), size=size)

    assert queue_for(asked, "prod-export-", {"html": share}) == f"prod-export-{queue}"
    assert queue_for(replace(asked, format="text"), "prod-export-") == "prod-export-text", "which has no larger one"


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
        queue_for(refused, "prod-export-", {"html": Share(100)})


ACME, ALL, NOBODY = Share(0, frozenset({"acme"})), Share(100), Share(0)


@pytest.mark.parametrize(
    ("asked", "share", "channel"),
    [
        ("", NOBODY, "live"),
        ("", ALL, "next"),
        ("", ACME, "next"),
        ("", Share(0, frozenset({"acme2"})), "live"),
        ("live", ALL, "live"),
        ("live", ACME, "live"),
        ("next", NOBODY, "next"),
        ("next", None, "live"),  # this format has no next channel; others of the ticket may have one
        ("", None, "live"),
        ("nonsense", NOBODY, "live"),
    ],
)
def test_the_request_decides_before_the_tenant_and_the_tenant_before_the_percentage(
    asked: str, share: Share | None, channel: str
) -> None:
    shares = {"html": share} if share else {}
    assert channel_for(job("html", channel=asked), shares) == channel


@given(names, names)
def test_nothing_and_everything_are_exact(format: str, tenant: str) -> None:
    asked = job(format, tenant=tenant)
    assert channel_for(asked, {format: Share(0.0)}) == "live"
    assert channel_for(asked, {format: Share(100.0)}) == "next"


@given(names, names, percents, percents)
def test_a_greater_share_takes_nobody_out(format: str, tenant: str, one: float, other: float) -> None:
    asked = job(format, tenant=tenant)
    smaller, greater = sorted((one, other))
    if channel_for(asked, {format: Share(smaller)}) == "next":
        assert channel_for(asked, {format: Share(greater)}) == "next"


@given(percents)
def test_a_percentage_is_as_many_buckets_as_it_says(percent: float) -> None:
    """As people write it, whatever it is as a binary fraction: 0.07 is 7 buckets, and not 8."""
    for tenant in (f"t{n}" for n in range(500)):
        expected = "next" if bucket("pdf", tenant) < int(f"{percent:.2f}".replace(".", "")) else "live"
        assert channel_for(job("pdf", tenant=tenant), {"pdf": Share(percent)}) == expected


@pytest.mark.parametrize("percent", [0.5, 1, 5, 10, 33.33, 50, 90])
def test_a_percentage_meets_that_share_of_the_tenants(percent: float) -> None:
    """Within five standard deviations of a fair lot: a fixed set of names, so this holds always or never."""
    tenants, share = 20_000, percent / 100
    met = sum(channel_for(job("pdf", tenant=f"tenant-{n}"), {"pdf": Share(percent)}) == "next" for n in range(tenants))
    assert abs(met - tenants * share) < 5 * math.sqrt(tenants * share * (1 - share))


def test_tenants_spread_over_all_buckets_evenly() -> None:
    counts = Counter(bucket("pdf", f"tenant-{n}") * 20 // BUCKETS for n in range(20_000))
    assert set(counts) == set(range(20))
    # Chi-square with 19 degrees of freedom passes 43.8 once in a thousand sets of names.
    assert sum((found - 1000) ** 2 / 1000 for found in counts.values()) < 43.8


def test_each_format_tries_on_other_tenants_first() -> None:
    def first(format: str) -> set[int]:
        return {n for n in range(2_000) if bucket(format, f"tenant-{n}") < BUCKETS / 20}

    assert len(first("pdf") & first("html")) < 20  # 5 of 2,000 by chance; 100 if they were the same


@pytest.mark.parametrize(
    ("format", "tenant", "expected"), [("pdf", "acme", 7734), ("html", "acme", 6100), ("pdf", "t7", 4237)]
)
def test_a_tenant_stays_in_its_bucket_from_release_to_release(format: str, tenant: str, expected: int) -> None:
    """Another hash would swap the tenants who try something, in the middle of it."""
    assert bucket(format, tenant) == expected
