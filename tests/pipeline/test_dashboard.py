"""The dashboard is one that CloudWatch takes, and shows what there is."""

from __future__ import annotations

import json
import re
import time
from copy import replace
from itertools import combinations
from typing import Any

import pytest
from osls import ROOT, client, released
from steps import Steps

from exporters import registry
from exporters.exporter import Exporter, Large
from pipeline.deployment import dashboard
from pipeline.deployment.stages import Stage
from pipeline.local.server import REGION, Server
from pipeline.local.template import compile
from pipeline.telemetry import METRICS, NAMESPACE
from pipeline.tuning.standing import FREE

STAGE = Stage("shown")
EXPORTERS = {name: registry.get(name) for name in registry.names()}
RESOURCES = compile(STAGE.name, ROOT, released(STAGE))["Resources"]

type Widget = dict[str, Any]


def shown() -> dict[str, Any]:
    """What the template's dashboard shows, with its references as they are there."""
    found: dict[str, Any] = json.loads(RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    return found


WIDGETS: list[Widget] = shown()["widgets"]


# The API Reference's "Dashboard body structure and syntax": for each type of widget what it must have, and what it may.
PROPERTIES = {
    "metric": (
        {"metrics", "region"},
        {
            "accountId",
            "annotations",
            "labels",
            "legend",
            "liveData",
            "period",
            "setPeriodToTimeRange",
            "sparkline",
            "stacked",
        }
        | {"singleValueFullPrecision", "stat", "table", "timezone", "title", "trend", "view", "yAxis"},
    ),
    "log": ({"query", "region"}, {"accountId", "queryLanguage", "stacked", "title", "view"}),
    "alarm": ({"alarms"}, {"sortBy", "states", "title"}),
}
VIEWS = {
    "metric": {"timeSeries", "singleValue", "gauge", "bar", "pie", "table"},
    "log": {"table", "timeSeries", "bar", "pie"},
}
RENDERING = {"accountId", "color", "expression", "id", "label", "period", "region", "stat", "visible", "yAxis"}
STATISTIC = re.compile(r"SampleCount|Average|Sum|Minimum|Maximum|p(100|\d{1,2}(\.\d{1,10})?)")


def test_the_whole_is_as_documented() -> None:
    body = shown()

    assert body.keys() <= {"start", "end", "periodOverride", "widgets", "variables"}
    assert re.fullmatch(r"-P(T\d+[MH]|\d+[DWM])", body["start"])
    assert body["periodOverride"] in ("auto", "inherit")
    assert len(WIDGETS) <= 500
    assert sum(len(each["properties"].get("metrics", ())) for each in WIDGETS) <= 2500
    assert len(json.dumps(RESOURCES)) < 1_000_000 * 0.8, (
        "a template may hold 1 MB, and this is the largest part of ours"
    )


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget["properties"]["title"])
def test_a_widget_is_as_documented(widget: Widget) -> None:
    kind, properties = widget["type"], widget["properties"]
    must, may = PROPERTIES[kind]

    assert widget.keys() == {"type", "x", "y", "width", "height", "properties"}
    assert must <= properties.keys() <= must | may
    assert 0 <= widget["x"] < widget["x"] + widget["width"] <= 24
    assert widget["y"] >= 0
    assert 1 <= widget["height"] <= 1000
    if "view" in properties:
        assert properties["view"] in VIEWS[kind]
    if kind == "alarm":
        assert 1 <= len(properties["alarms"]) <= 100
    if kind == "log":
        assert 1 <= properties["query"].count("SOURCE '") <= 50, "what a query may name"
        assert re.match(r"(SOURCE '[\w./-]+' \| )+(filter|fields|stats) ", properties["query"])
    if kind == "metric":
        assert 1 <= len(properties["metrics"]) <= 500
        assert properties["period"] % 60 == 0
        for *names, rendering in properties["metrics"]:
            assert rendering.keys() <= RENDERING
            assert len(names) % 2 == 0, "a namespace, a name, and dimensions with their values"
            assert len(names) >= 4
            assert STATISTIC.fullmatch(rendering.get("stat", properties["stat"]))
            assert rendering.get("yAxis", "left") in ("left", "right")
            assert re.fullmatch(r"#[0-9a-f]{6}", rendering.get("color", "#000000"))
        for line in properties.get("annotations", {}).get("horizontal", ()):
            assert line.keys() <= {"color", "fill", "label", "value", "visible", "yAxis"}
            assert line["value"] > 0


def test_no_widget_covers_another() -> None:
    def covered(one: Widget, other: Widget) -> bool:
        return all(
            one[begin] < other[begin] + other[size] and other[begin] < one[begin] + one[size]
            for begin, size in (("x", "width"), ("y", "height"))
        )

    assert not [(one, other) for one, other in combinations(WIDGETS, 2) if covered(one, other)]


@pytest.mark.parametrize("name", registry.names())
def test_every_exporter_has_a_row(name: str) -> None:
    row = [each for each in WIDGETS if each["properties"]["title"].startswith(f"{name}: ")]
    (height,) = {each["y"] for each in row}
    text = json.dumps(row)

    assert [each for each in WIDGETS if each["y"] == height] == row, "and the row is its own"
    assert sum(each["width"] for each in row) == 24
    for metric in ("Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions"):
        assert f'"AWS/Lambda", "{metric}", "FunctionName", "document-export-shown-export-{name}"' in text
    for metric, queue in (
        ("ApproximateNumberOfMessagesVisible", ""),
        ("ApproximateNumberOfMessagesVisible", "-dead"),
        ("ApproximateAgeOfOldestMessage", ""),
    ):
        assert f'"AWS/SQS", "{metric}", "QueueName", "document-export-shown-export-{name}{queue}"' in text
    assert ("-next" in text) == EXPORTERS[name].next
    lines = [line for each in row for line in each["properties"].get("annotations", {}).get("horizontal", ())]
    assert {"label": "limit", "value": EXPORTERS[name].timeout_s * 1000} in lines
    caps = [line["value"] for line in lines if line["label"] == "cap"]
    assert caps == ([] if EXPORTERS[name].concurrency is None else [EXPORTERS[name].concurrency])


def test_what_it_names_is_what_is_deployed() -> None:
    def named(kind: str, name: str) -> set[str]:
        return {each["Properties"][name] for each in RESOURCES.values() if each["Type"] == kind}

    deployed = {
        "FunctionName": named("AWS::Lambda::Function", "FunctionName"),
        "QueueName": named("AWS::SQS::Queue", "QueueName"),
        "stage": {STAGE.name},
    }
    for widget in WIDGETS:
        for *names, _ in widget["properties"].get("metrics", ()):
            assert names[3] in deployed[names[2]], names
            assert names[0] != NAMESPACE or names[1] in METRICS
        groups = re.findall(r"SOURCE '([^']+)'", widget["properties"].get("query", ""))
        assert set(groups) <= named("AWS::Logs::LogGroup", "LogGroupName")
    (states,) = (each["properties"]["alarms"] for each in WIDGETS if each["type"] == "alarm")
    assert {each.removeprefix("${").removesuffix(".Arn}") for each in states} == {
        name for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"
    }


def test_every_function_is_in_the_table_of_what_to_look_at() -> None:
    tables = [each["properties"]["query"] for each in WIDGETS if each["properties"]["title"] == "To look at"]
    groups = {
        each["Properties"]["LogGroupName"] for each in RESOURCES.values() if each["Type"] == "AWS::Logs::LogGroup"
    }

    assert len(groups) > 50 <= 50 * len(tables), "more than one query may name"
    assert groups == {group for query in tables for group in re.findall(r"SOURCE '([^']+)'", query)}


def test_the_larger_function_of_a_format_has_a_row_of_its_own() -> None:
    large = Large(memory_mb=3_008, timeout_s=300, from_bytes=1_000_000)
    widgets = dashboard.body(Stage("large"), {"text": replace(EXPORTERS["text"], next=True, large=large)})["widgets"]
    row = [each for each in widgets if each["properties"]["title"].startswith("text-large: ")]
    text = json.dumps(row)

    assert '"AWS/Lambda", "Duration", "FunctionName", "${self:custom.name}-export-text-large"' in text
    assert '{"label": "limit", "value": 300000}' in text
    waiting = '"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${self:custom.name}-export-text'
    assert f'{waiting}-large"' in text
    assert f'{waiting}-dead"' in text
    assert "next" not in text
    tables = [each["properties"]["query"] for each in widgets if each["type"] == "log"]
    assert tables
    assert all("-export-text-large'" in each for each in tables), "with what it costs"


def test_the_one_that_tells_is_shown_where_there_is_one() -> None:
    told = Stage("told", formats=("text",), events=True)
    text = json.dumps(dashboard.body(told, {"text": EXPORTERS["text"]}))

    for name in ("notify", "notify-dead"):
        assert f'{{self:custom.name}}-{name}"' in text
        assert f"document-export-shown-{name}" not in json.dumps(WIDGETS)


def test_tables_ask_for_fields_that_lines_have(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    steps.export(steps.job())
    line = next(line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "exports" in line)
    tables = {each["properties"]["title"]: each["properties"]["query"] for each in WIDGETS if each["type"] == "log"}

    for title in ("Exports by format", "Exports by tenant"):
        query = tables[title].rpartition("SOURCE ")[2].partition(" | ")[2]
        aliases = set(re.findall(r" as (\w+)", query))
        asked = set(re.findall(r"(?:sum|pct|max|ispresent)\((\w+)|by (\w+)", query))
        fields = {name for pair in asked for name in pair if name}
        assert fields <= line.keys()
        assert not aliases & line.keys(), "a name of its own: else it is not clear which is meant"
        assert {"exports", "failures", "cost", "limit_used"} <= fields


def test_cloudwatch_has_it_when_the_stack_is_there(server: Server) -> None:
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::SNS::Topic")
    template = {"Resources": {name: each for name, each in RESOURCES.items() if each["Type"] in kinds}}
    s3, cloudformation = client("s3", server.endpoint), client("cloudformation", server.endpoint)
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="dashboard.json", Body=json.dumps(template))
    cloudformation.create_stack(StackName="shown", TemplateURL=f"{server.endpoint}/templates/dashboard.json")
    while cloudformation.describe_stacks(StackName="shown")["Stacks"][0]["StackStatus"] == "CREATE_IN_PROGRESS":
        time.sleep(0.02)

    cloudwatch = client("cloudwatch", server.endpoint)
    text = cloudwatch.get_dashboard(DashboardName="document-export-shown")["DashboardBody"]
    arns = json.loads(text)["widgets"][0]["properties"]["alarms"]

    assert "${" not in text
    assert {each["properties"].get("region", REGION) for each in json.loads(text)["widgets"]} == {REGION}
    names = [arn.rpartition(":")[2] for arn in arns]
    assert len(cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]) == len(names)
    cloudformation.delete_stack(StackName="shown")


@pytest.mark.parametrize(
    ("formats", "free"), [(("html", "json", "text"), True), (("csv", "html", "json", "text"), False)]
)
def test_a_stage_of_three_formats_has_it_for_nothing(formats: tuple[str, ...], free: bool) -> None:
    body = dashboard.body(Stage("tried", formats=formats), {name: EXPORTERS[name] for name in formats})
    metrics = sum(len(each["properties"].get("metrics", ())) for each in body["widgets"])

    assert (metrics <= FREE.dashboard_metrics) == free


def test_a_hundred_formats_have_room() -> None:
    many = {
        f"f{number}": Exporter(extension=".f", media_type="text/f", memory_mb=128, timeout_s=9) for number in range(100)
    }
    widgets = dashboard.body(STAGE, many)["widgets"]

    assert len(widgets) <= 500
    assert max(each["properties"].get("query", "").count("SOURCE '") for each in widgets) == 50
