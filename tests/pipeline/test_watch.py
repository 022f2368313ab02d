"""The watch: what it says of queues that are as they should be, and of those that are not."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from osls import ROOT, released
from steps import Context, Steps, forget_settings

from pipeline import watch
from pipeline.deployment.stages import Stage
from pipeline.local.stack import LocalStack
from pipeline.local.template import compile
from pipeline.queues import dead_queue_of
from pipeline.settings import from_environment
from pipeline.telemetry import NAMESPACE

ARN = "arn:aws:lambda:us-east-1:000000000000:function:document-export-test-watch:live"


class Called(Context):
    """What Lambda gives the watch besides the event."""

    invoked_function_arn = ARN


class Queues:
    """The queues of a stage with three formats, to be put into a state."""

    def __init__(self, steps: Steps) -> None:
        self.sqs = steps.sqs
        self.name = steps.prefix.removesuffix("-export-")
        for kind in ("intake", "intake-dead", "export-html-next", "export-json-large"):
            self.sqs.create_queue(QueueName=f"{self.name}-{kind}")

    def send(self, kind: str, many: int = 1) -> None:
        for number in range(many):
            self.sqs.send_message(QueueUrl=self._url(kind), MessageBody=str(number))

    def take(self, kind: str) -> None:
        """As Lambda's pollers do: the message is in flight then."""
        assert self.sqs.receive_message(QueueUrl=self._url(kind))["Messages"]

    def delete(self, kind: str) -> None:
        self.sqs.delete_queue(QueueUrl=self._url(kind))

    def _url(self, kind: str) -> str:
        return f"{self.sqs.meta.endpoint_url}/000000000000/{self.name}-{kind}"


@pytest.fixture
def queues(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    queues = Queues(steps)
    monkeypatch.setenv("FORMATS", "html,json,text")
    monkeypatch.setenv("NEXT_FORMATS", "html")
    monkeypatch.setenv("LARGE_FORMATS", "json")
    monkeypatch.setenv("INTAKE_QUEUE", f"{queues.name}-intake")
    monkeypatch.setenv("STAGE", "trial")
    monkeypatch.setattr(watch, "_SECOND_LOOK_S", 0)
    forget_settings()
    yield queues


def told(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The line with the metrics, and those of level ERROR by their message."""
    watch.handler({}, Called())
    first, *others = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert all(line["level"] == "ERROR" for line in others)
    return first, {line["message"]: line for line in others}


def test_empty_queues_are_two_zeros_and_nothing_to_do(queues: Queues, capsys: pytest.CaptureFixture[str]) -> None:
    line, errors = told(capsys)

    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == NAMESPACE
    assert directive["Dimensions"] == [["stage"]]
    assert {each["Name"] for each in directive["Metrics"]} == set(watch.METRICS)
    assert (line["stage"], line["dead_letters"], line["stuck"], line["waiting_in_all"]) == ("trial", 0, 0, 0)
    assert errors == {}


def test_dead_letters_are_counted_over_all_queues_and_named(queues: Queues, capsys: pytest.CaptureFixture[str]) -> None:
    queues.send("export-text-dead", 2)
    queues.send("intake-dead")

    line, errors = told(capsys)

    assert (line["dead_letters"], line["stuck"]) == (3, 0)
    error = errors["There are dead letters."]
    assert error["queues"] == {f"{queues.name}-export-text-dead": 2, f"{queues.name}-intake-dead": 1}
    for command in ("doctor", "redrive text", "redrive intake"):
        assert f"python -m pipeline {command} --stage trial" in error["advice"]


@pytest.mark.parametrize("kind", ["intake", "export-html", "export-html-next", "export-json-large"])
def test_a_queue_from_which_nobody_takes_is_stuck(
    queues: Queues, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    queues.send(kind, 2)

    line, errors = told(capsys)

    name = f"{queues.name}-{kind}"
    assert (line["dead_letters"], line["stuck"], line["waiting"]) == (0, 1, {name: 2})
    assert errors["Nobody takes from these queues."]["queues"] == {name: 2}
    assert (
        f"--event-source-arn arn:aws:sqs:us-east-1:000000000000:{name}"
        in errors["Nobody takes from these queues."]["advice"]
    )


def test_a_queue_that_is_worked_on_is_only_long(queues: Queues, capsys: pytest.CaptureFixture[str]) -> None:
    queues.send("export-html", 3)
    queues.take("export-html")

    line, errors = told(capsys)

    assert (line["stuck"], line["waiting_in_all"], errors) == (0, 2, {})


def test_a_message_that_is_taken_before_the_second_look_was_only_new(
    queues: Queues, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    queues.send("export-json")
    monkeypatch.setattr(
        watch.time, "sleep", lambda _: queues.take("export-json")
    )  # the time in which a poller comes by

    line, errors = told(capsys)

    assert (line["stuck"], errors) == (0, {})


def test_a_queue_that_is_not_there_does_not_hide_the_others(queues: Queues, capsys: pytest.CaptureFixture[str]) -> None:
    queues.delete("export-json")
    queues.send("export-text-dead")

    line, errors = told(capsys)

    assert (line["dead_letters"], line["stuck"]) == (1, 1)
    assert errors["These queues do not answer."]["queues"] == [f"{queues.name}-export-json"]


def test_it_is_told_of_every_queue_of_its_stage() -> None:
    """By its environment in the template: whoever adds a queue there has it watched."""
    stage = Stage("seen", events=True)
    resources = compile(stage.name, ROOT, released(stage))["Resources"]
    told = {
        **resources["WatchLambdaFunction"]["Properties"]["Environment"]["Variables"],
        "AWS_REGION": "r",
        "BUCKET": "b",
    }
    queues = {each["Properties"]["QueueName"] for each in resources.values() if each["Type"] == "AWS::SQS::Queue"}

    work = set(watch._names(from_environment(told)))
    assert work | {dead_queue_of(name) for name in work} == queues


@pytest.mark.xdist_group("journey")
def test_on_a_deployed_stage_it_may_look_at_every_queue(stack: LocalStack) -> None:
    """With its own role, called as its rule calls it: by the live version."""
    done = stack.aws("lambda").invoke(
        FunctionName="document-export-local-watch", Qualifier="live", Payload=b"{}", LogType="Tail"
    )
    lines = base64.b64decode(done["LogResult"]).decode().splitlines()
    (line,) = [json.loads(each) for each in lines if '"_aws"' in each]

    assert "FunctionError" not in done
    assert (line["stage"], line["dead_letters"], line["stuck"]) == ("local", 0, 0)
    assert not [each for each in lines if "do not answer" in each]


def test_it_starts_without_what_exporters_and_the_other_steps_need() -> None:
    program = "import pipeline.watch, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"boto3", "botocore", "typer", "yaml", "pyromark", "pipeline.export", "pipeline.job"}
    assert not [name for name in loaded if name.startswith("exporters.formats.")]
