"""The alarms: what sets each off, what does not, whom they tell, and what they cost."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import boto3
import pytest
from botocore.validate import ParamValidator
from osls import ROOT, client, released

from pipeline.deployment.stages import Stage
from pipeline.local.server import REGION, Server
from pipeline.local.template import compile
from pipeline.telemetry import METRICS, NAMESPACE
from pipeline.tuning.standing import STANDING

STAGE = Stage("alarmed", formats=("text", "pdf"), alarm_email="ops@example.com", max_usd_per_hour=2.5)
RESOURCES = compile(STAGE.name, ROOT, released(STAGE))["Resources"]
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}


def test_all_of_them_cost_less_than_a_dollar_a_month() -> None:
    assert all("Metrics" not in each for each in ALARMS.values()), (
        "each metric of an expression costs as much as an alarm"
    )
    assert len(ALARMS) * STANDING.alarm_metric < 1


@pytest.mark.parametrize("name", ALARMS)
def test_cloudwatch_would_take_it(name: str) -> None:
    """By the API that CloudFormation calls; what is a reference is a text there."""
    alarm = json.loads(json.dumps(ALARMS[name]), object_hook=lambda found: "arn" if found.keys() == {"Ref"} else found)
    shape = (
        boto3.client("cloudwatch", region_name=REGION).meta.service_model.operation_model("PutMetricAlarm").input_shape
    )

    assert ParamValidator().validate(alarm, shape).generate_report() == ""
    assert ("Statistic" in alarm) != ("ExtendedStatistic" in alarm)
    assert alarm["Period"] % 60 == 0, "shorter ones cost three times as much"
    assert alarm["Period"] * alarm["EvaluationPeriods"] <= 24 * 60 * 60, "the longest that CloudWatch looks back"


@pytest.mark.parametrize("name", ALARMS)
def test_it_says_in_plain_words_what_happened_and_what_to_look_at(name: str) -> None:
    description = ALARMS[name]["AlarmDescription"]

    assert description.count(".") >= 2, "what happened, and what to do"
    assert re.search(
        r"aws \w+ [\w-]+|python -m pipeline|/aws/lambda/document-export-alarmed-\w+|dashboard", description
    )
    assert len(description) <= 1024, "what CloudWatch takes"
    assert "${" not in description


@pytest.mark.parametrize("name", ALARMS)
def test_it_is_on_a_metric_that_somebody_sends(name: str) -> None:
    alarm = ALARMS[name]
    dimensions = {each["Name"]: each["Value"] for each in alarm.get("Dimensions", ())}
    match alarm["Namespace"]:
        case "DocumentExport":
            assert alarm["MetricName"] in METRICS
            assert dimensions == {"stage": "alarmed"}
        case "AWS/SQS":
            queues = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::SQS::Queue"]
            assert dimensions["QueueName"] in [each["QueueName"] for each in queues]
        case "AWS/Lambda":
            assert dimensions == {}, "of the account"
        case _:
            pytest.fail("a namespace that nobody sends to")


def test_an_idle_stage_is_green_and_a_silent_watch_is_not() -> None:
    """Nothing is exported: no data. The watch sends its figures all the same, and its alarms keep what they knew."""
    silent = {name: each["TreatMissingData"] for name, each in ALARMS.items()}

    assert [name for name, treated in silent.items() if treated == "breaching"] == ["WatchSilentAlarm"]
    assert {name for name, treated in silent.items() if treated == "ignore"} == {"DeadLettersAlarm", "StuckAlarm"}
    assert set(silent.values()) == {"breaching", "ignore", "notBreaching"}


def test_the_watch_is_called_as_often_as_its_alarms_expect() -> None:
    rule, permission = RESOURCES["WatchRule"]["Properties"], RESOURCES["WatchPermission"]["Properties"]

    assert rule["ScheduleExpression"] == "rate(10 minutes)"
    assert {ALARMS[name]["Period"] for name in ("DeadLettersAlarm", "StuckAlarm", "WatchSilentAlarm")} == {600}
    (target,) = rule["Targets"]
    assert target["Arn"] == permission["FunctionName"] == {"Ref": "WatchLive"}
    assert permission["SourceArn"] == {"Fn::GetAtt": ["WatchRule", "Arn"]}


def test_nobody_gets_mail_who_did_not_ask_for_it() -> None:
    resources = compile("dev", ROOT, released(Stage("dev", formats=("text",))))["Resources"]

    assert RESOURCES["AlarmMail"]["Properties"]["Endpoint"] == "ops@example.com"
    assert not [name for name, each in resources.items() if each["Type"] == "AWS::SNS::Subscription"]
    assert resources["DeadLettersAlarm"]["Properties"]["AlarmActions"] == [{"Ref": "AlarmTopic"}]


_FROM_TOPICS = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}
    ],
}


@dataclass
class Watched:
    """The alarms in a stack of their own, and a queue that hears what they tell."""

    endpoint: str
    inbox: str

    def send(self, metric: str, value: float) -> None:
        """As CloudWatch makes it of a log line, or a service of what it counts."""
        alarm = next(each for each in ALARMS.values() if each["MetricName"] == metric)
        datum = {"MetricName": metric, "Value": value, "Timestamp": datetime.now(UTC)}
        datum["Dimensions"] = alarm.get("Dimensions", [])
        client("cloudwatch", self.endpoint).put_metric_data(Namespace=alarm["Namespace"], MetricData=[datum])

    def state(self, name: str) -> str:
        (alarm,) = client("cloudwatch", self.endpoint).describe_alarms(AlarmNames=[ALARMS[name]["AlarmName"]])[
            "MetricAlarms"
        ]
        state: str = alarm["StateValue"]
        return state

    def heard(self) -> list[str]:
        """The subjects of what the topic was told, since last asked."""
        sqs = client("sqs", self.endpoint)
        found = sqs.receive_message(QueueUrl=self.inbox, MaxNumberOfMessages=10).get("Messages", [])
        for each in found:
            sqs.delete_message(QueueUrl=self.inbox, ReceiptHandle=each["ReceiptHandle"])
        return [json.loads(each["Body"])["Subject"] for each in found]


@pytest.fixture(scope="module")
def watched(server: Server) -> Iterator[Watched]:
    kinds = ("AWS::CloudWatch::Alarm", "AWS::SNS::Topic", "AWS::SNS::Subscription")
    template = {"Resources": {name: each for name, each in RESOURCES.items() if each["Type"] in kinds}}
    cloudformation, sqs, sns = (client(service, server.endpoint) for service in ("cloudformation", "sqs", "sns"))
    cloudformation.create_stack(StackName="alarmed", TemplateBody=json.dumps(template))
    while cloudformation.describe_stacks(StackName="alarmed")["Stacks"][0]["StackStatus"] == "CREATE_IN_PROGRESS":
        time.sleep(0.02)
    inbox = sqs.create_queue(QueueName="inbox", Attributes={"Policy": json.dumps(_FROM_TOPICS)})["QueueUrl"]
    topic = f"arn:aws:sns:{REGION}:000000000000:document-export-alarmed-alarms"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:000000000000:inbox")
    yield Watched(server.endpoint, inbox)
    cloudformation.delete_stack(StackName="alarmed")
    sqs.delete_queue(QueueUrl=inbox)


SET_OFF = {  # by its name: a figure that is well, and one that is not
    "DeadLettersAlarm": (0, 1),
    "StuckAlarm": (0, 1),
    "IntakeAgeAlarm": (299, 301),
    "QueueDelayAlarm": (59_000, 900_000),
    "MistakesAlarm": (0, 1),
    "ThrottlesAlarm": (0, 1),
    "LimitAlarm": (84, 86),
    "CostAlarm": (0.5, 2.1),
}


@pytest.mark.parametrize(("name", "good", "bad"), [(name, *figures) for name, figures in SET_OFF.items()])
def test_it_is_set_off_by_what_it_is_for_and_tells_the_topic(
    watched: Watched, name: str, good: float, bad: float
) -> None:
    metric = ALARMS[name]["MetricName"]

    watched.send(metric, good)
    assert watched.state(name) == "OK"
    watched.heard()
    watched.send(metric, bad)
    assert watched.state(name) == "ALARM"

    assert f'ALARM: "{ALARMS[name]["AlarmName"]}" in {REGION}' in watched.heard()


def test_every_alarm_but_that_on_silence_was_set_off() -> None:
    """Emulated alarms are judged by the data that comes, so none is set off by its absence."""
    assert ALARMS.keys() - SET_OFF == {"WatchSilentAlarm"}
    silent = ALARMS["WatchSilentAlarm"]
    assert (silent["Namespace"], silent["MetricName"]) == (NAMESPACE, "dead_letters")
    assert (silent["Statistic"], silent["ComparisonOperator"], silent["Threshold"]) == (
        "SampleCount",
        "LessThanThreshold",
        1,
    )
