"""What became of an exporter's jobs lately, by version: counted in what its versions have logged.

Lambda's own metrics cannot say it: to them a document that nobody can read is a success like any other. Logs Insights
costs $0.005 for each GB that it looks through; a million jobs write about one.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.deployment.account import SERVICE, saying

if TYPE_CHECKING:
    from pipeline.deployment.channels import Target

SPAN = timedelta(hours=24)
MOST = 10_000  # lines that Logs Insights returns

_PAUSE_S = 0.3
_WAIT_S = 60

# The lines of `pipeline.telemetry.measure` for a job's end, and Lambda's own about a run that it ended or that crashed.
_DONE, _FAILED, _KILLED = '"exports": 1', '"failures": 1', "Status: (timeout|error)"
_QUERY = f"fields @logStream, @message | filter @message like /{_DONE}|{_FAILED}|{_KILLED}/ | limit {MOST}"
_VERSION = re.compile(r"\[(\d+)\]")  # in the name of a log stream: 2026/11/26/[3]4459c970fa6d4c77aca62c95850fce54


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How many jobs of one version ended how."""

    done: int = 0
    failed: int = 0
    killed: int = 0
    """Tries that Lambda ended, for their time or their memory, or that crashed; the job is tried again."""


def lately(target: Target, format: str) -> Mapping[str, Outcomes]:
    """By the version's number, over the last 24 hours, of at most 10,000 jobs. Raises `RequestError`."""
    logs = target.client("logs")
    group = f"/aws/lambda/{SERVICE}-{target.stage}-export-{format}"
    now = datetime.now(UTC)
    with saying(f"look into {group}"):
        query = logs.start_query(
            logGroupName=group,
            startTime=int((now - SPAN).timestamp()),
            endTime=int(now.timestamp()) + 1,
            queryString=_QUERY,
        )["queryId"]
        ends = time.monotonic() + _WAIT_S
        while (found := logs.get_query_results(queryId=query))["status"] in ("Scheduled", "Running"):
            if time.monotonic() > ends:
                break  # what has been found by then is better than nothing
            time.sleep(_PAUSE_S)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in found["results"]:
        line = {each["field"]: each["value"] for each in row}
        if version := _VERSION.search(line["@logStream"]):
            counts[version[1]][_kind(line["@message"])] += 1
    return {version: Outcomes(*each) for version, each in counts.items()}


def _kind(message: str) -> int:
    return 0 if _DONE in message else 1 if _FAILED in message else 2
