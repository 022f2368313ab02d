"""Works through the messages of one invocation, so that one bad message fails alone.

An exception that left the handler would make Lambda slow down the whole queue, and return every message of the batch.
Powertools' BatchProcessor does the same; importing it takes twice as long as the rest of the export step.

Source: AWS Lambda Developer Guide, "Implementing partial batch responses".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from traceback import format_exception
from typing import Any

from exporters.errors import ExportError
from pipeline import settings as environment
from pipeline.telemetry import log, measure

type Response = dict[str, list[dict[str, str]]]


def process(event: Mapping[str, Any], work: Callable[[Mapping[str, Any]], None]) -> Response:
    """Calls `work` with each record, and answers with those for which it raised: they come back later."""
    failed = []
    for record in event["Records"]:
        try:
            work(record)
        except Exception as error:
            failed.append({"itemIdentifier": record["messageId"]})
            about = {"message_id": record["messageId"], **_whose(record), **_told(error)}
            _tell(about, passes=getattr(error, "retry", False))
    return {"batchItemFailures": failed}


def _whose(record: Mapping[str, Any]) -> dict[str, object]:
    """Of which job the message is, where it is a job's: so that the line is found with the others about it."""
    try:
        body = json.loads(record["body"])
        return {"job": body["id"], "tenant": body["tenant"], "format": body["format"]}
    except (KeyError, TypeError, ValueError):
        return {}


def _tell(about: Mapping[str, object], *, passes: bool) -> None:
    """A reason that passes is no mistake until the last try, and whoever counts the tries tells of that one."""
    message = "The message will come back."
    if passes:
        log("WARNING", message, about)
    else:
        measure("ERROR", message, about, environment.settings().stage, {"mistakes": 1})


def _told(error: Exception) -> dict[str, object]:
    if isinstance(error, ExportError):
        return {"error": error.code, "why": str(error)}
    # Frames only: the text of an unforeseen exception may quote a document.
    return {"error": type(error).__name__, "trace": format_exception(None, error, error.__traceback__)[:-1]}
