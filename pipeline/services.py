"""The storage and the queues of a function: one connection each, kept for as long as its process lives."""

from __future__ import annotations

from functools import cache

from pipeline import settings as environment
from pipeline.aws import Caller
from pipeline.queues import Queues
from pipeline.storage import Storage


@cache
def storage_and_queues() -> tuple[Storage, Queues]:
    """With the role and in the place that the environment names."""
    settings = environment.settings()
    caller = Caller(environment.credentials(), settings.region)
    return Storage(caller, settings), Queues(caller, settings)
