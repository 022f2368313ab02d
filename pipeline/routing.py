"""Where a job goes: to a queue, or back to its user. Pure: it looks at the job and at nothing else."""

from __future__ import annotations

from exporters import options, registry
from exporters.readers import kinds
from pipeline.job import Job


def queue_for(job: Job, prefix: str) -> str:
    """The name of the queue that takes a job; `prefix` is what the names of a stage's format queues begin with.

    Raises `RequestError`, which names the valid values, for a job that must fail: that can be known without reading its
    source, and costs next to nothing here.
    """
    _, common = options.parse(registry.get(job.format).options, job.options, job.format)
    kinds.check(job.filename, common.source_kind)
    return prefix + job.format
