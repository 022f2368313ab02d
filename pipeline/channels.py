"""Which jobs go to the next version of an exporter: one small object in the bucket, that an operator's commands write.

{"schema": 1, "formats": {"<format>": {"percent": 5.0, "tenants": ["t7"]}}}

The dispatcher reads it now and then, and only where some format has a next channel. What it cannot read must not stop
anybody's export: then all jobs go the way they went before, or live where nothing was known yet.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from exporters.errors import ExportError
from pipeline import settings as environment
from pipeline.errors import NotThere
from pipeline.routing import Share
from pipeline.services import storage_and_queues
from pipeline.storage import Storage
from pipeline.telemetry import log

KEY = "control/channels.json"
SCHEMA = 1


class Channels:
    """What is shipped, as a warm process knows it."""

    def __init__(
        self, storage: Storage, formats: Sequence[str], every_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`formats` are those with a next channel; without any, storage is never asked, otherwise each `every_s`."""
        self._storage = storage
        self._formats = formats
        self._every_s = every_s
        self._clock = clock
        self._known: Mapping[str, Share] = dict.fromkeys(formats, Share())
        self._looks_again = 0.0 if formats else float("inf")
        self._told = False

    def shares(self) -> Mapping[str, Share]:
        """The share of each format that has a next channel."""
        if self._clock() >= self._looks_again:
            self._look()
            self._looks_again = self._clock() + self._every_s
        return self._known

    def _look(self) -> None:
        try:
            found = parse(self._storage.read(KEY))
        except NotThere:
            found = {}  # nothing was ever shipped
            self._told = False
        except (ValueError, RecursionError) as error:
            found = {}
            self._tell("All jobs go live: what says otherwise cannot be read.", str(error))
        except ExportError as error:
            self._tell("What is shipped cannot be read: it stays as it was.", str(error))
            return
        else:
            self._told = False
        self._known = {name: found.get(name, Share()) for name in self._formats}

    def _tell(self, message: str, why: str) -> None:
        # Once until it is mended, for the next look is seconds away and its line would be the same.
        if not self._told:
            log("ERROR", message, {"key": KEY}, why=why)
        self._told = True


@cache
def channels() -> Channels:
    """What this process knows.

    By default it looks each 30 seconds. So long an operator waits for a change; looking at every job would cost a tenth
    of what it costs to write the job's file.
    """
    settings = environment.settings()
    return Channels(storage_and_queues()[0], settings.next_formats, settings.channels_s)


def parse(data: bytes) -> dict[str, Share]:
    """The share of each format that the object names. Raises `ValueError`, which says what is wrong with it."""
    found: Any = json.loads(data)
    if not isinstance(found, dict) or found.get("schema") != SCHEMA or not isinstance(found.get("formats"), dict):
        raise ValueError(f"{KEY} is not an object of schema {SCHEMA} with formats.")
    return {name: _share(name, each) for name, each in found["formats"].items()}


def _share(name: str, found: Any) -> Share:
    percent, tenants = (found.get("percent"), found.get("tenants")) if isinstance(found, dict) else (None, None)
    if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 <= percent <= 100:
        raise ValueError(f"{KEY}: formats.{name}.percent must be a number from 0 to 100.")
    if not isinstance(tenants, list) or not all(isinstance(each, str) for each in tenants):
        raise ValueError(f"{KEY}: formats.{name}.tenants must be a list of texts.")
    return Share(float(percent), frozenset(tenants))
