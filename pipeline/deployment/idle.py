"""What a stage costs in a month in which nobody exports anything, counted from its template.

python -m pipeline.deployment.idle --stage prod      prints it, and how many resources there are of which kind

The largest part is that Lambda asks every queue all the time whether there is work: five pollers for a queue whose
mapping has a cap, and as few as two for others, each with a question that waits for 20 seconds (AWS Lambda Developer
Guide, "Configuring scaling behavior for SQS event source mappings"). So what helps most is `formats` in stages.yml, and
a cap only for the exporters that need one. When Lambda goes from five to two is its own affair: the table also says
what it would be if it never did.
"""

from __future__ import annotations

import json
import math
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exporters.errors import RequestError
from pipeline.deployment import layers, release, stages
from pipeline.deployment.ids import function_id
from pipeline.deployment.stages import Stage
from pipeline.local import template
from pipeline.tuning.prices import LIST, compute_usd, requests_usd
from pipeline.tuning.standing import FREE, STANDING
from pipeline.watch import METRICS

type Resources = Mapping[str, Mapping[str, Any]]

ROOT = Path(__file__).parents[2]

MAX_RESOURCES = 500  # of a stack (CloudFormation User Guide, quotas)

_MONTH_S = 30 * 24 * 60 * 60
_POLL_S = 20  # the longest that SQS lets a question wait
_POLLERS, _POLLERS_WITH_CAP = 2, 5
_CALL_MS = 10  # to ask SQS something, in its own region
_START_MS = 150  # of a process: after ten minutes without work there is a new one most of the time
_LINES_BYTES = 1200  # of one run of the watch: its own line, and Lambda's three


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the bill, in US dollars a month."""

    what: str
    how_many: str
    usd: float
    """At list price."""
    free_usd: float
    """What the free tier takes off that, where nothing else in the account uses it."""


def main(arguments: list[str]) -> int:
    """Prints the table for a stage, as the working tree and stages.yml have it. 2 for wrong use."""
    parser = ArgumentParser(prog="python -m pipeline.deployment.idle", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stage", default="dev", help="as in stages.yml; without a block there, its default")
    name = parser.parse_args(arguments).stage
    try:
        stage = stages.read(name)
    except RequestError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    resources = resources_of(stage)
    _print(name, resources, month(resources, stored_bytes()))
    return 0


def month(resources: Resources, stored_bytes: int = 0) -> list[Item]:
    """What the resources of a template cost while they are idle. `stored_bytes` are those of packages and layers in S3.

    Raises `ValueError` for a kind of resource of which it is not said here what it costs.
    """
    unknown = {each["Type"] for each in resources.values()} - _PRICED - _FREE.keys()
    if unknown:
        raise ValueError(f"pipeline/deployment/idle.py does not say what these cost: {', '.join(sorted(unknown))}.")
    return [*_queues(resources), *_watch(resources), *_cloudwatch(resources), _stored(stored_bytes)]


def dearest(resources: Resources) -> float:
    """What asking the queues would cost at list price if every queue had five pollers all the time."""
    many = len(_of(resources, "AWS::Lambda::EventSourceMapping"))
    return requests_usd(sqs=many * _POLLERS_WITH_CAP * (_MONTH_S // _POLL_S))


def kinds(resources: Resources) -> dict[str, int]:
    """How many resources there are of each kind, most first."""
    return dict(Counter(each["Type"] for each in resources.values()).most_common())


def _queues(resources: Resources) -> Iterator[Item]:
    """Free requests are taken off the first line."""
    mappings = _of(resources, "AWS::Lambda::EventSourceMapping")
    capped = sum("ScalingConfig" in each for each in mappings)
    polls = _MONTH_S // _POLL_S
    free = LIST.sqs_request * FREE.sqs_requests
    for many, pollers, kind in (
        (len(mappings) - capped, _POLLERS, "without a cap"),
        (capped, _POLLERS_WITH_CAP, "with a cap"),
    ):
        usd = requests_usd(sqs=many * pollers * polls)
        taken, free = min(usd, free), max(0.0, free - usd)
        yield Item(f"asking queues {kind} for work", f"{many} × {pollers} × {polls:,} requests", usd, taken)


def _watch(resources: Resources) -> Iterator[Item]:
    """What runs by the clock: `pipeline.watch`."""
    if not _of(resources, "AWS::Events::Rule"):
        return
    queues = len(_of(resources, "AWS::SQS::Queue"))
    runs = sum(_runs(rule["ScheduleExpression"]) for rule in _of(resources, "AWS::Events::Rule"))
    memory_mb = resources[function_id("watch")]["Properties"]["MemorySize"]
    billed_ms = runs * (_START_MS + queues * _CALL_MS)
    gb_seconds = memory_mb / 1024 * billed_ms / 1000
    log_gb = runs * _LINES_BYTES / 1e9

    yield Item("looking at all queues", f"{runs:,} × {queues} requests", requests_usd(sqs=runs * queues), 0.0)
    usd = compute_usd(memory_mb, billed_ms) + requests_usd(invocations=runs)
    free = runs <= FREE.lambda_requests and gb_seconds <= FREE.lambda_gb_seconds
    yield Item("the function that looks", f"{runs:,} runs, {gb_seconds:,.0f} GB-s", usd, usd if free else 0.0)
    usd = log_gb * (STANDING.log_gb_taken_in + STANDING.log_gb_month)
    yield Item("its log", f"{log_gb * 1000:.1f} MB", usd, usd if log_gb <= FREE.log_gb else 0.0)
    usd = len(METRICS) * STANDING.custom_metric
    yield Item("its metrics", f"{len(METRICS)}", usd, min(usd, FREE.custom_metrics * STANDING.custom_metric))


def _cloudwatch(resources: Resources) -> Iterator[Item]:
    metrics = sum(len(each.get("Metrics", (1,))) for each in _of(resources, "AWS::CloudWatch::Alarm"))
    usd = metrics * STANDING.alarm_metric
    yield Item("alarms", f"{metrics} metrics", usd, min(usd, FREE.alarm_metrics * STANDING.alarm_metric))
    for dashboard in _of(resources, "AWS::CloudWatch::Dashboard"):
        shown = shown_metrics(json.loads(dashboard["DashboardBody"]["Fn::Sub"]))
        free = STANDING.dashboard if shown <= FREE.dashboard_metrics else 0.0
        yield Item("the dashboard", f"1, of {shown} metrics", STANDING.dashboard, free)


def shown_metrics(body: Mapping[str, Any]) -> int:
    """How many metrics a dashboard refers to, each as often as it does."""
    return sum(len(widget["properties"].get("metrics", ())) for widget in body["widgets"])


def _stored(stored_bytes: int) -> Item:
    return Item(
        "packages and layers in S3", f"{stored_bytes / 1e6:.0f} MB", stored_bytes / 1e9 * STANDING.s3_gb_month, 0.0
    )


def _runs(schedule: str) -> int:
    """In a month, of a `rate(10 minutes)`."""
    number, unit = schedule.removeprefix("rate(").removesuffix(")").split()
    every_s = int(number) * {"minute": 60, "hour": 3600, "day": 86_400}[unit.removesuffix("s")]
    return math.ceil(_MONTH_S / every_s)


def _of(resources: Resources, kind: str) -> list[Mapping[str, Any]]:
    return [each["Properties"] for each in resources.values() if each["Type"] == kind]


def resources_of(stage: Stage) -> dict[str, Any]:
    """All that a stage's stack is made of, by logical id."""
    parts = release.Parts(
        {}, dict.fromkeys(layers.needed(stage.formats), "0" * 64), release.code_bucket(stage.name, "0" * 12)
    )
    found: dict[str, Any] = template.compile(stage.name, ROOT, release.files(stage, parts))["Resources"]
    return found


def stored_bytes() -> int:
    """Of the packages and layers that were made last."""
    built = (*(ROOT / "build" / "packages").glob("*.zip"), *(ROOT / "build" / "layers").glob("*.zip"))
    return sum(path.stat().st_size for path in built)


def _print(stage: str, resources: Resources, items: list[Item]) -> None:
    from rich.console import Console
    from rich.table import Table

    usd, free = sum(each.usd for each in items), sum(each.free_usd for each in items)
    bill = Table(
        title=f"The stage {stage!r} in a month in which nobody exports, US dollars",
        caption=f"With five pollers for every queue, asking them would be {dearest(resources):.2f}.",
        show_footer=True,
    )
    bill.add_column("what", "together")
    bill.add_column("how many")
    bill.add_column("list price", f"{usd:.2f}", justify="right")
    bill.add_column("with free tier", f"{usd - free:.2f}", justify="right")
    for each in items:
        bill.add_row(each.what, each.how_many, f"{each.usd:.2f}", f"{each.usd - each.free_usd:.2f}")
    counted = Table(title=f"{len(resources)} resources; a stack may have {MAX_RESOURCES}")
    counted.add_column("kind")
    counted.add_column("how many", justify="right")
    counted.add_column("what it costs while nothing happens")
    for kind, many in kinds(resources).items():
        counted.add_row(kind, str(many), _FREE.get(kind, "see above"))
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(bill, counted)


_PRICED = {"AWS::SQS::Queue", "AWS::Lambda::EventSourceMapping", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"}

_FREE = {
    "AWS::ApiGatewayV2::Api": "nothing: by the request",
    "AWS::ApiGatewayV2::Authorizer": "nothing",
    "AWS::ApiGatewayV2::Integration": "nothing",
    "AWS::ApiGatewayV2::Route": "nothing",
    "AWS::ApiGatewayV2::Stage": "nothing",
    "AWS::Events::Rule": "nothing: a schedule's events are free",
    "AWS::IAM::Role": "nothing",
    "AWS::Lambda::Alias": "nothing",
    "AWS::Lambda::EventInvokeConfig": "nothing",
    "AWS::Lambda::Function": "nothing: by the run",
    "AWS::Lambda::LayerVersion": "nothing: Lambda keeps 75 GB",
    "AWS::Lambda::Permission": "nothing",
    "AWS::Lambda::Version": "nothing: Lambda keeps 75 GB",
    "AWS::Logs::LogGroup": "nothing: by the GB",
    "AWS::S3::Bucket": "nothing: by the GB, and files go after some days",
    "AWS::S3::BucketPolicy": "nothing",
    "AWS::SNS::Subscription": "nothing: by the mail, 1,000 a month are free",
    "AWS::SNS::Topic": "nothing",
    "AWS::SQS::QueuePolicy": "nothing",
    "AWS::SSM::Parameter": "nothing: standard parameters are free",
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
