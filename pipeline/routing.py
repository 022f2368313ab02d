"""Where a job goes: to a queue, or back to its user. Pure: it looks at the job and at what is shipped, at nothing else.

An exporter may have a larger function for large sources. How much memory or time an export will take nobody knows who
has not read its source, but its size says a good deal of it and is known.

It may have two channels: `live`, and `next` for a version that is tried on some of the jobs first. Which of them a job
takes is decided by the first of these that says anything: the request, the tenant, the percentage. The larger function
has one version, which is live: a large source does not try anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Literal

from exporters import options, registry
from exporters.exporter import Exporter
from exporters.frozen import NOTHING, frozen
from exporters.readers import kinds
from pipeline.job import Job
from pipeline.queues import LARGE, NEXT

type Channel = Literal["live", "next"]

BUCKETS = 10_000  # that tenants are put into, so that a percentage may have two decimals


@frozen
class Share:
    """Which of a format's jobs go to its next version."""

    percent: float = 0.0
    """Of the tenants: from 0 to 100, with two decimals at most."""
    tenants: frozenset[str] = frozenset()
    """Those who get the next version whatever the percentage."""


def queue_for(job: Job, prefix: str, shares: Mapping[str, Share] = NOTHING) -> str:
    """The name of the queue that takes a job; `prefix` is what the names of a stage's format queues begin with.

    `shares` has an entry for each format with a next channel. Raises `RequestError`, which names the valid values, for
    a job that must fail: that can be known without reading its source, and costs next to nothing here.
    """
    declared = registry.get(job.format)
    _, common = options.parse(declared.options, job.options, job.format)
    kinds.check(job.filename, common.source_kind)
    if is_large(job, declared):
        return prefix + job.format + LARGE
    return prefix + job.format + (NEXT if channel_for(job, shares) == "next" else "")


def is_large(job: Job, declared: Exporter) -> bool:
    """Whether a job is for the larger function of its format.

    By the size of what was uploaded: of a bundle that of the zip, which says more of its images than of its text, for
    that is packed to a fraction of what it is.
    """
    return declared.large is not None and job.size >= declared.large.from_bytes


def channel_for(job: Job, shares: Mapping[str, Share]) -> Channel:
    """The channel that a job takes.

    A format without a next channel is always live, also for a request that asks for `next`: that speaks of all formats
    of its ticket, and an app that tries new versions in its tests need not know which of them have one.
    """
    share = shares.get(job.format)
    if share is None or job.channel == "live":
        return "live"
    chosen = job.channel == "next" or job.tenant in share.tenants or bucket(job.format, job.tenant) < _buckets(share)
    return "next" if chosen else "live"


def bucket(format: str, tenant: str) -> int:
    """From 0 to 9,999, the same each time: a tenant sees one version of a format, and not now this and then that.

    Of the format too, lest the same tenants try everything first.
    """
    return int.from_bytes(sha256(f"{format}/{tenant}".encode()).digest()[:8]) % BUCKETS


def _buckets(share: Share) -> int:
    """How many buckets get the next version. They are the first ones: a greater share holds every smaller one."""
    return round(share.percent * BUCKETS / 100)
