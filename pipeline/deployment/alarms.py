"""The alarms of a stage: nine for all functions together, which is $0.90 a month; one on each queue would be $10.

Each is on one metric, for each metric is billed, and says in its description what has happened and where to look. An
idle stage is green: where no data means that nothing was exported, that is well; where a figure is sent every ten
minutes in any case, silence has an alarm of its own.

There is none for the intake's dead letters alone: the watch counts them with the others, and what brought them there is
a mistake or a throttle, on which there are alarms.
"""

from __future__ import annotations

from typing import Any, Literal

from pipeline.deployment.formats import LIVE_ALIAS, alias_id
from pipeline.deployment.stages import Stage
from pipeline.telemetry import NAMESPACE

type Resources = dict[str, Any]
type Dimensions = dict[str, Any]

_NAME = "${self:custom.name}"

WATCH_EVERY_MIN = 10
_MINUTE = 60
_HOUR = 60 * _MINUTE


def resources(stage: Stage) -> Resources:
    """The alarms, the topic that they tell, and what calls the function that some of them rest on.

    Nothing, where the stage has no monitoring. The topic is there without a subscriber too: whoever wants to hear
    subscribes to it.
    """
    if not stage.monitoring:
        return {}
    return {
        "AlarmTopic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": f"{_NAME}-alarms"}},
        **_mail(stage),
        **_watch(),
        **alarms(stage),
    }


def outputs(stage: Stage) -> Resources:
    """Where to subscribe."""
    return {"AlarmTopic": {"Value": {"Ref": "AlarmTopic"}}} if stage.monitoring else {}


def alarms(stage: Stage) -> Resources:
    """The alarms by their logical ids."""
    return {
        "DeadLettersAlarm": _alarm(
            "dead-letters",
            "Jobs or uploads could not be done and lie among dead letters, where they are kept for 14 days. Which, and "
            f"how to try them again: the last lines of level ERROR in the log group {_log('watch')}.",
            _ours(stage, "dead_letters"),
            "Maximum",
            above=0,
            period_s=WATCH_EVERY_MIN * _MINUTE,
            silence="ignore",  # what lies there lies there; that nobody looks is told by the alarm below
        ),
        "StuckAlarm": _alarm(
            "stuck",
            "Messages wait on a queue and nobody takes them: its mapping is switched off, or the account has no "
            f"concurrency left. Which queue, and what to do: the last lines of level ERROR in {_log('watch')}.",
            _ours(stage, "stuck"),
            "Maximum",
            above=0,
            period_s=WATCH_EVERY_MIN * _MINUTE,
            silence="ignore",  # likewise
        ),
        "WatchSilentAlarm": _alarm(
            "watch-silent",
            "Nobody has looked at the queues for half an hour, so the alarms on dead letters and on stuck queues know "
            f"nothing. Why: the errors in {_log('watch')}, or the rule {_NAME}-watch is disabled. After the first "
            "deployment it may be so for ten minutes.",
            _ours(stage, "dead_letters"),
            "SampleCount",
            below=1,
            period_s=WATCH_EVERY_MIN * _MINUTE,
            periods=3,  # one that fails by chance is not worth a mail
            silence="breaching",
        ),
        "IntakeAgeAlarm": _alarm(
            "intake-age",
            "An upload has waited for five minutes to be looked at: the dispatcher fails, or does not get to run. See "
            f"its errors in {_log('dispatch')}.",
            _sqs("ApproximateAgeOfOldestMessage", f"{_NAME}-intake"),
            "Maximum",
            above=5 * _MINUTE,  # it is a matter of a second; a try that failed comes back after three minutes
            period_s=_MINUTE,
            periods=2,
        ),
        "QueueDelayAlarm": _alarm(
            "queue-delay",
            "One job in ten has waited for more than a minute before its export began, for a quarter of an hour. Which "
            f"formats: p90_waited_ms in the table of exports, on the dashboard {_NAME}. Raise `concurrency` where a "
            "format has it, or ask for more concurrent runs in Service Quotas.",
            _ours(stage, "queue_delay"),
            "p90",
            above=_MINUTE * 1000,
            period_s=5 * _MINUTE,
            periods=3,
        ),
        "MistakesAlarm": _alarm(
            "mistakes",
            "More than 5 % of the jobs of a quarter of an hour failed and are kept among the dead letters: by a "
            "mistake of ours, or for want of memory or time. Which, and why: the table To look at, on the dashboard "
            f"{_NAME}. If it began with a deployment, go back to what was before: python -m pipeline rollback --help",
            _ours(stage, "mistakes"),
            "Average",  # each job tells 0 or 1
            above=0.05,
            period_s=15 * _MINUTE,
        ),
        "ThrottlesAlarm": _alarm(
            "throttles",
            "Lambda has turned calls away for five minutes: the functions of this account run as often as they may, "
            "all together. How often that is: aws lambda get-account-settings. More is asked for in Service Quotas; "
            "until then jobs wait, and those that are turned away too often become dead letters.",
            {"Namespace": "AWS/Lambda", "MetricName": "Throttles", "Dimensions": []},  # of the account: one for all
            "Sum",
            above=0,
            period_s=_MINUTE,
            periods=5,
        ),
        "LimitAlarm": _alarm(
            "near-limit",
            "In each of three quarters of an hour some export took more than 85 % of the time or the memory that its "
            "function has; a little more, and such exports are stopped. Which formats: most_of_limit in the table of "
            f"exports, on the dashboard {_NAME}. Raise `memory_mb` or `timeout_s` in their declarations.",
            _ours(stage, "limit_used"),
            "Maximum",
            above=85,
            period_s=15 * _MINUTE,
            periods=3,  # one large document is no news
        ),
        "CostAlarm": _alarm(
            "cost",
            f"The exports of an hour cost more than ${stage.max_usd_per_hour:g}, at list price. Whose, and of which "
            f"format: the tables of exports, on the dashboard {_NAME}. To stop a format: aws lambda "
            "update-event-source-mapping --no-enabled --uuid, with the mapping of its queue; its jobs wait for four "
            "days. The limit is max_usd_per_hour in stages.yml.",
            _ours(stage, "cost"),
            "Sum",
            above=stage.max_usd_per_hour,
            period_s=_HOUR,
        ),
    }


def _alarm(
    name: str,
    description: str,
    metric: dict[str, Any],
    statistic: str,
    *,
    above: float | None = None,
    below: float | None = None,
    period_s: int,
    periods: int = 1,
    silence: Literal["notBreaching", "ignore", "breaching"] = "notBreaching",
) -> dict[str, Any]:
    threshold, compared = (below, "LessThanThreshold") if above is None else (above, "GreaterThanThreshold")
    kind = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    tell = [{"Ref": "AlarmTopic"}]
    properties = {
        "AlarmName": f"{_NAME}-{name}",
        "AlarmDescription": description,
        **{key: value for key, value in metric.items() if value},
        kind: statistic,
        "Period": period_s,
        "EvaluationPeriods": periods,
        "Threshold": threshold,
        "ComparisonOperator": compared,
        "TreatMissingData": silence,
        "AlarmActions": tell,
        "OKActions": tell,  # so that nobody mends what has passed
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


def _ours(stage: Stage, name: str) -> dict[str, Any]:
    return {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": [{"Name": "stage", "Value": stage.name}]}


def _sqs(name: str, queue: str) -> dict[str, Any]:
    return {"Namespace": "AWS/SQS", "MetricName": name, "Dimensions": [{"Name": "QueueName", "Value": queue}]}


def _log(function: str) -> str:
    return f"/aws/lambda/{_NAME}-{function}"


def _mail(stage: Stage) -> Resources:
    """AWS asks the address first whether it wants to hear."""
    if not stage.alarm_email:
        return {}
    properties = {"TopicArn": {"Ref": "AlarmTopic"}, "Protocol": "email", "Endpoint": stage.alarm_email}
    return {"AlarmMail": {"Type": "AWS::SNS::Subscription", "Properties": properties}}


def _watch() -> Resources:
    """What calls the watch, and its leave to do so."""
    live = {"Ref": alias_id("watch", LIVE_ALIAS)}
    rule = {
        "Name": f"{_NAME}-watch",
        "Description": "Looks for dead letters and stuck queues",
        "ScheduleExpression": f"rate({WATCH_EVERY_MIN} minutes)",
        "Targets": [{"Id": "watch", "Arn": live, "Input": "{}"}],
    }
    permission = {
        "FunctionName": live,
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": {"Fn::GetAtt": ["WatchRule", "Arn"]},
    }
    return {
        "WatchRule": {"Type": "AWS::Events::Rule", "Properties": rule},
        "WatchPermission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
    }
