"""What is deployed for each format, from the exporters' declarations: its function, its queues, its role.

python -m pipeline.deployment             writes generated/ and what pages tell of formats (`make generate`)
python -m pipeline.deployment --check     says whether they are current

serverless.yml includes the files of generated/, so that it is as long for fifty formats as for five.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

from exporters import registry
from exporters.exporter import Exporter
from pipeline import policies
from pipeline.queues import DEAD

ROOT = Path(__file__).parent.parent

MAX_RECEIVES = 3  # the last attempt writes error.json before it tries: the user hears of it after two crashes
VISIBILITY = 6  # × timeout, as AWS advises: room for Lambda's own retries when it is throttled
_DAY_S = 24 * 60 * 60
_RETENTION_S = 4 * _DAY_S  # SQS's default; less than the dead letters', whose clock runs from the first send
_DEAD_RETENTION_S = 14 * _DAY_S  # the longest there is: time to mend an exporter and replay

_BEGINS, _ENDS = "<!-- formats -->", "<!-- /formats -->"  # in a page, around what is told of formats
_WIDTH = 120  # characters of a line


def main(arguments: list[str]) -> int:
    """Writes the generated files, or with --check names those that are not current."""
    stale = {path: text for path, text in generate(ROOT).items() if not path.is_file() or path.read_text() != text}
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not current: run `make generate`\n")
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text)
    return 0


def generate(root: Path) -> dict[Path, str]:
    """The generated files, and the pages with a table of formats, as they are to be."""
    exporters = {name: registry.get(name) for name in registry.names()}
    folder = root / "pipeline" / "generated"
    files = {folder / name: text for name, text in generated_files(exporters).items()}
    return files | _pages(root, exporters)


def generated_files(exporters: Mapping[str, Exporter]) -> dict[str, str]:
    """What generated/ holds: a line for each function, each queue and each statement of a role."""
    return {
        "functions.json": _json(functions(exporters), depth=1),
        "queues.json": _json({"Resources": queues(exporters)}, depth=2),
        "roles.json": _json({"Resources": roles(exporters)}, depth=2),
    }


def functions(exporters: Mapping[str, Exporter]) -> dict[str, Any]:
    """One function per format, as osls takes them."""
    return {f"export-{name}": _function(name, exporter) for name, exporter in exporters.items()}


def queues(exporters: Mapping[str, Exporter]) -> dict[str, Any]:
    """Two queues per format: its jobs, and those that failed on every attempt."""
    return {
        logical_id: queue
        for name, exporter in exporters.items()
        for logical_id, queue in (
            (_id(name, "Queue"), _queue(name, exporter)),
            (_id(name, "DeadQueue"), _dead_queue(name)),
        )
    }


def roles(exporters: Mapping[str, Exporter]) -> dict[str, Any]:
    """One role per function; those of the other steps too, so that all permissions are read in one place."""
    format_queues = [_id(name, "Queue") for name in exporters]
    found = {
        "RequestRole": _role("request", policies.request("RequestLogGroup")),
        "DispatchRole": _role("dispatch", policies.dispatch("IntakeQueue", format_queues, "DispatchLogGroup")),
    }
    for name in exporters:
        log_group = log_group_id(f"export-{name}")
        policy = policies.exporter(name, _id(name, "Queue"), _id(name, "DeadQueue"), log_group)
        found[_id(name, "Role")] = _role(f"export-{name}", policy)
    return found


def log_group_id(function: str) -> str:
    """The logical id that osls gives to a function's log group."""
    return f"{osls_id(function)}LogGroup"


def osls_id(function: str) -> str:
    """What osls makes of a function's name in logical ids, which hold letters and digits only."""
    spelled = function.replace("-", "Dash").replace("_", "Underscore")
    return spelled[0].upper() + spelled[1:]


def formats_table(exporters: Mapping[str, Exporter]) -> str:
    """The table of formats for people, as Markdown."""
    rows = [
        f"| `{name}` | {registry.summary(name)} | {_endings(each)} | {each.memory_mb} MB | {each.timeout_s} s |"
        for name, each in exporters.items()
    ]
    return "\n".join(["| format | what it is | ending | memory | time limit |", "|---|---|---|---:|---:|", *rows])


def formats_list(exporters: Mapping[str, Exporter]) -> str:
    """Their names for people, in lines as long as those of a page."""
    return fill(f"{len(exporters)} formats: " + " ".join(f"`{name}`" for name in exporters), _WIDTH)


def _endings(exporter: Exporter) -> str:
    return ", ".join(f"`{each}`" for each in exporter.extensions())


def _function(name: str, exporter: Exporter) -> dict[str, Any]:
    return {
        "handler": "pipeline.export.handler",
        "memorySize": exporter.memory_mb,
        "timeout": exporter.timeout_s,
        "role": {"Fn::Sub": f"${{{_id(name, 'Role')}.Arn}}"},
        "environment": {"EXPORT_FORMAT": name, "MAX_RECEIVES": str(MAX_RECEIVES)},
        "events": [
            {
                "sqs": {
                    "arn": _arn(_id(name, "Queue")),
                    "batchSize": 1,  # a batch shares one timeout and one memory: one large source would starve the rest
                    "maximumConcurrency": exporter.concurrency,
                    "functionResponseType": "ReportBatchItemFailures",
                }
            }
        ],
    }


def _queue(name: str, exporter: Exporter) -> dict[str, Any]:
    properties = {
        "QueueName": _queue_name(name),
        "VisibilityTimeout": VISIBILITY * exporter.timeout_s,
        "MessageRetentionPeriod": _RETENTION_S,
        "RedrivePolicy": {"deadLetterTargetArn": _arn(_id(name, "DeadQueue")), "maxReceiveCount": MAX_RECEIVES},
    }
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def _dead_queue(name: str) -> dict[str, Any]:
    properties = {"QueueName": _queue_name(name) + DEAD, "MessageRetentionPeriod": _DEAD_RETENTION_S}
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def _role(function: str, policy: policies.Policy) -> dict[str, Any]:
    # Without a name of its own: CloudFormation's begins with the stack's, and a stage can be in two regions at once.
    named = {"PolicyName": function, "PolicyDocument": policy}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": policies.trust(), "Policies": [named]},
    }


def _queue_name(format: str) -> str:
    return f"${{self:custom.name}}-export-{format}"


def _id(format: str, kind: str) -> str:
    # As a format's name is a Python identifier in lower case, no two of them meet in one id.
    return f"Export{osls_id(format)}{kind}"


def _arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def _pages(root: Path, exporters: Mapping[str, Exporter]) -> dict[Path, str]:
    told = {"README.md": formats_list(exporters), "exporters/README.md": formats_table(exporters)}
    pages = {root / name: (root / name).read_text() for name in told if (root / name).is_file()}
    return {path: _telling(text, told[str(path.relative_to(root))]) for path, text in pages.items() if _BEGINS in text}


def _telling(page: str, told: str) -> str:
    before, begins, rest = page.partition(_BEGINS)
    _, ends, after = rest.partition(_ENDS)
    return f"{before}{begins}\n{told}\n{ends}{after}"


def _json(value: dict[str, Any], depth: int) -> str:
    """JSON to read and to compare: a line for each entry of the outer `depth` objects and of every list of objects."""
    return _lines(value, depth, "\n") + "\n"


def _lines(value: Any, depth: int, newline: str) -> str:
    inner = newline + "  "
    match value:
        case dict() if depth > 0 and value:
            return f"{{{inner}" + f",{inner}".join(_entries(value, depth - 1, inner)) + f"{newline}}}"
        case dict():
            return "{" + ", ".join(_entries(value, 0, newline)) + "}"
        case [dict(), dict(), *_]:
            return f"[{inner}" + f",{inner}".join(_lines(each, 0, inner) for each in value) + f"{newline}]"
        case list():
            return "[" + ", ".join(_lines(each, 0, newline) for each in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _entries(value: dict[str, Any], depth: int, newline: str) -> Iterator[str]:
    return (f"{json.dumps(key)}: {_lines(each, depth, newline)}" for key, each in value.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
