"""What a stage costs while nobody exports: worked by hand, and for what is deployed."""

from __future__ import annotations

import json
import subprocess
import sys
from copy import replace
from typing import Any

import pytest
from osls import ROOT, released

from exporters import registry
from pipeline.deployment import idle
from pipeline.deployment.stages import Access, Stage
from pipeline.local.template import compile
from pipeline.tuning.standing import FREE, STANDING

ALL = registry.names()
CAPPED = [name for name in ALL if registry.get(name).concurrency is not None]
TWO_QUEUES = [name for name in ALL if registry.get(name).next]


def resources_of(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = compile(stage.name, ROOT, released(stage))["Resources"]
    return found


def one(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


BY_HAND: dict[str, Any] = {
    "A": one("AWS::SQS::Queue"),
    "ADead": one("AWS::SQS::Queue"),
    "B": one("AWS::SQS::Queue"),
    "BDead": one("AWS::SQS::Queue"),
    "AMapping": one("AWS::Lambda::EventSourceMapping"),
    "BMapping": one("AWS::Lambda::EventSourceMapping", ScalingConfig={"MaximumConcurrency": 20}),
    "WatchLambdaFunction": one("AWS::Lambda::Function", MemorySize=128),
    "WatchRule": one("AWS::Events::Rule", ScheduleExpression="rate(10 minutes)"),
    "Alarm": one("AWS::CloudWatch::Alarm", MetricName="one"),
    "Sum": one("AWS::CloudWatch::Alarm", Metrics=[{}, {}]),
    "Dashboard": one("AWS::CloudWatch::Dashboard", DashboardBody={"Fn::Sub": json.dumps({"widgets": []})}),
}


@pytest.mark.parametrize(
    ("what", "usd", "free"),
    [
        # 30 days are 2,592,000 s, and 129,600 questions of 20 s; two pollers ask 259,200: within the million.
        ("asking queues without a cap for work", 259_200 * 0.40 / 1e6, 259_200 * 0.40 / 1e6),
        # Five pollers ask 648,000, which are within what is left of the million.
        ("asking queues with a cap for work", 648_000 * 0.40 / 1e6, 648_000 * 0.40 / 1e6),
        # Every ten minutes is 4,320 times, four queues each.
        ("looking at all queues", 17_280 * 0.40 / 1e6, 0),
        # 4,320 x (150 + 4 x 10) ms are 820.8 s, of 128 MB: 102.6 GB-s.
        (
            "the function that looks",
            102.6 * 0.0000133334 + 4_320 * 0.20 / 1e6,
            102.6 * 0.0000133334 + 4_320 * 0.20 / 1e6,
        ),
        # 4,320 x 1,200 bytes.
        ("its log", 0.005184 * 0.53, 0.005184 * 0.53),
        ("its metrics", 0.60, 0.60),
        ("alarms", 0.30, 0.30),  # three metrics
        ("the dashboard", 3.00, 3.00),
        ("packages and layers in S3", 0.5 * 0.023, 0),
    ],
)
def test_a_small_stage_worked_by_hand(what: str, usd: float, free: float) -> None:
    items = {each.what: each for each in idle.month(BY_HAND, stored_bytes=500_000_000)}

    assert items[what].usd == pytest.approx(usd)
    assert items[what].free_usd == pytest.approx(free)


def test_if_lambda_asked_every_queue_five_times_at_once() -> None:
    assert idle.dearest(BY_HAND) == pytest.approx(2 * 5 * 129_600 * 0.40 / 1e6)


def test_the_free_requests_are_taken_off_once() -> None:
    many = BY_HAND | {f"M{number}": one("AWS::Lambda::EventSourceMapping") for number in range(9)}

    items = idle.month(many)

    assert sum(each.free_usd for each in items if "queues" in each.what) == pytest.approx(
        FREE.sqs_requests * 0.40 / 1e6
    )


def test_a_dashboard_of_many_metrics_is_not_free() -> None:
    body = {"widgets": [{"properties": {"metrics": [["AWS/Lambda", "Errors"]] * 51}}]}
    large = BY_HAND | {"Dashboard": one("AWS::CloudWatch::Dashboard", DashboardBody={"Fn::Sub": json.dumps(body)})}

    (item,) = (each for each in idle.month(large) if each.what == "the dashboard")
    assert (item.usd, item.free_usd) == (STANDING.dashboard, 0)


def test_a_kind_of_resource_of_which_nobody_says_what_it_costs_is_refused() -> None:
    with pytest.raises(ValueError, match="does not say what these cost: AWS::EC2::NatGateway"):
        idle.month(BY_HAND | {"Gate": one("AWS::EC2::NatGateway")})


def test_thirty_five_formats_cost_less_than_ten_dollars() -> None:
    """With those among them that cost most: the ones with a cap, and the ones with a second queue."""
    chosen = dict.fromkeys([*CAPPED, *TWO_QUEUES, *ALL])
    stage = Stage("some", formats=tuple(chosen)[:35])

    assert sum(each.usd for each in idle.month(resources_of(stage), 10**9)) < 10


def test_all_formats_cost_less_than_ten_dollars_with_the_free_tier() -> None:
    items = idle.month(resources_of(Stage("all")), 10**9)

    assert sum(each.usd - each.free_usd for each in items) < 10
    assert sum(each.usd for each in items) < 11.5


def test_a_copy_to_try_one_format_costs_next_to_nothing() -> None:
    items = idle.month(resources_of(Stage("try-it", formats=("html",))), 10**8)

    assert sum(each.usd - each.free_usd for each in items) < 0.05


PUSHING = {"webhook_hosts": ("api.example.com",), "events": True, "mqtt": True}
TOKENS = Access(kind="jwt", issuer="https://login.example.com", audience=("exports",))


@pytest.mark.parametrize(
    "stage",
    [Stage("plain"), Stage("full", alarm_email="ops@example.com", requests=TOKENS, **PUSHING)],  # type: ignore[arg-type]
    ids=lambda stage: stage.name,
)
def test_a_stage_with_everything_goes_into_one_stack(stage: Stage) -> None:
    resources = resources_of(stage)

    assert len(resources) == sum(idle.kinds(resources).values()) <= idle.MAX_RESOURCES
    assert idle.month(resources), "and it is known of each what it costs"


def test_what_is_not_used_costs_nothing() -> None:
    plain = Stage("plain", formats=("html", "text"))
    pushing = replace(plain, **PUSHING)

    def usd(stage: Stage) -> float:
        return sum(each.usd for each in idle.month(resources_of(stage)))

    assert usd(replace(plain, requests=TOKENS)) == pytest.approx(usd(plain))
    assert usd(plain) <= usd(pushing) < usd(plain) + 0.30, "one queue more to ask for work"


def test_it_prints_the_bill_and_the_count() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.deployment.idle", "--stage", "dev"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "in a month in which nobody exports" in done.stdout
    assert "asking queues without a cap for work" in done.stdout
    assert "resources; a stack may have 500" in done.stdout
