"""`doctor` on a stage in which much is wrong, and on one that is well: what it finds, and what it says to type."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from troubles import Ailing
from typer.main import get_command
from typer.testing import CliRunner

from exporters.errors import RequestError
from pipeline.__main__ import app
from pipeline.deployment import alarms
from pipeline.deployment.stages import Stage
from pipeline.local import stack as local
from pipeline.local.server import REGION, ROOT_USER
from pipeline.operating import doctor, letters, show_stage, typed, vitals
from pipeline.operating.doctor import Finding, Health, Memory

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.xdist_group("troubles")


@pytest.fixture
def health(ailing: Ailing) -> Health:
    return ailing.ill


def found(health: Health, kind: str, about: str) -> Finding:
    (finding,) = [each for each in health.findings if (each.kind, each.about) == (kind, about)]
    return finding


@pytest.mark.parametrize(
    ("kind", "about", "said", "commands"),
    [
        (
            "dead-letters",
            "text",
            r"exporter-failed\. .*ZeroDivisionError",
            ["rollback text", "explain MISTAKE", "redrive text --reason exporter-failed"],
        ),
        ("lost", "text", "lost their source", ["redrive text --reason exporter-failed --drop-lost"]),
        (
            "dead-letters",
            "html",
            r"out-of-time\. ",
            ["tune html --sources DIR", "explain SLOW", "redrive html --reason out-of-time"],
        ),
        (
            "dead-letters",
            "csv",
            r"gave-up\. .*stopped 1 times",
            ["tune csv --sources DIR", "explain KILLED", "redrive csv --reason gave-up"],
        ),
        (
            "dead-letters",
            "intake",
            r"ZeroDivisionError\. At pipeline/dispatch\.py:\d+, in _arrived",
            ["explain UNSEEN", "redrive intake --reason ZeroDivisionError"],
        ),
        ("dead-letters", "notify", r"no-word\. ", ["explain BAD", "redrive notify --reason no-word"]),
        ("release", "text", "the stack deployed", ["status text", "up"]),
    ],
)
def test_each_trouble_is_named_with_what_acts_on_it(
    ailing: Ailing, health: Health, kind: str, about: str, said: str, commands: list[str]
) -> None:
    finding = found(health, kind, about)

    assert re.search(said, finding.what)
    names = {ticket.job: name.upper().removesuffix(" TOO") for name, ticket in ailing.tickets.items()}
    names[ailing.job("lost")] = "MISTAKE"  # either of the two that failed alike
    typed_ = [re.sub(r"[0-9a-f]{32}", lambda job: names[job[0]], each) for each in finding.commands]
    assert typed_ == [f"python -m pipeline {each}" for each in commands]
    assert finding.level == ("advice" if kind == "release" else "trouble")


def test_nothing_is_found_where_nothing_is_wrong(health: Health) -> None:
    expected = {("dead-letters", name) for name in ("text", "json", "html", "csv", "intake", "notify")}
    expected |= {("lost", "text"), ("lost", "json"), ("mapping", "opml"), ("release", "text")}

    assert {(each.kind, each.about) for each in health.findings} == expected


def test_what_users_and_apps_are_to_blame_for_is_told_and_is_no_trouble(ailing: Ailing, health: Health) -> None:
    failed = {(each.format, each.code): each for each in health.failures}

    assert failed["text", "unreadable-source"].job == ailing.job("bad")
    assert failed["rtf", "unknown-format"].job == ailing.job("refused")


def test_every_command_that_it_names_is_one(health: Health) -> None:
    """Ours are understood by the command line; AWS's are read by the test that follows them."""
    ours = [each for finding in health.findings for each in finding.commands if each.startswith(typed.PIPELINE)]
    commands = get_command(app).commands  # type: ignore[attr-defined]

    assert len(ours) > 10
    for each in ours:
        name, *given = shlex.split(each.removeprefix(typed.PIPELINE))
        commands[name].make_context(name, given)


def test_looking_takes_nothing_away(ailing: Ailing) -> None:
    first, second = doctor.examine(ailing.target), doctor.examine(ailing.target)

    assert {"text", "html", "csv", "notify"} <= first.dead.keys()
    assert {each.which: each.dead for each in second.queues} == {each.which: each.dead for each in first.queues}
    ids = [
        {letter.id for group in groups for letter in group.letters}
        for health in (first, second)
        for groups in health.dead.values()
    ]
    assert ids[: len(ids) // 2] == ids[len(ids) // 2 :]


def test_the_command_shows_it_and_exits_with_1(ailing: Ailing, cli: Callable[..., Any]) -> None:
    shown = cli("doctor")
    assert shown.exit_code == 1
    for said in ("dead letters", "text: ", "rollback text", "The stage local has ", "Today: "):
        assert said in shown.stderr

    told = cli("doctor", "--json")
    assert told.exit_code == 1
    as_json = json.loads(told.stdout)
    assert as_json["fine"] is False
    assert ailing.job("lost") in as_json["dead_letters"]["text"][0]["lost"]
    assert any("rollback text" in command for each in as_json["findings"] for command in each["commands"])
    assert isinstance(cli("doctor", "--since", "yesterday").exception, RequestError)


def test_a_mapping_that_is_off_is_turned_on_by_the_command_that_is_named(ailing: Ailing) -> None:
    before = doctor.examine(ailing.target)
    finding = found(before, "mapping", "opml")
    assert "messages wait: the mapping to its function is off" in finding.what
    (queue,) = [each for each in before.queues if each.which == "opml"]
    assert queue.age_s and queue.age_s > 0, "by the dispatcher's line, where CloudWatch does not know"

    (command,) = finding.commands
    ailing.aws_command(command)

    assert ailing.state("waiting") == "done"
    assert ("mapping", "opml") not in {(each.kind, each.about) for each in doctor.examine(ailing.target).findings}
    ailing.aws("lambda").update_event_source_mapping(UUID=ailing.mapping("export-opml")["UUID"], Enabled=False)
    ailing.upload("waiting", "opml")  # as it was found


def test_how_long_the_oldest_message_waits_is_asked_of_cloudwatch(ailing: Ailing) -> None:
    """Which hears it from SQS; here it is told by hand."""
    name = {"Name": "QueueName", "Value": "document-export-local-export-opml"}
    told = {"MetricName": "ApproximateAgeOfOldestMessage", "Dimensions": [name], "Value": 7200.0, "Unit": "Seconds"}
    ailing.aws("cloudwatch").put_metric_data(Namespace="AWS/SQS", MetricData=[told])

    health = doctor.examine(ailing.target)

    assert {each.which: each.age_s for each in health.queues}["opml"] == 7200
    assert "one of them for 2 hours" in found(health, "queue", "opml").what


def test_who_was_turned_away_is_let_in_by_the_command_that_is_named(ailing: Ailing) -> None:
    functions = at_once(ailing)
    with throttled(ailing):
        with pytest.raises(functions.exceptions.TooManyRequestsException):
            functions.invoke(FunctionName="document-export-local-request", Payload=b"{}")
        finding = found(doctor.examine(ailing.target), "throttles", "request")
        assert "Turned away" in finding.what
        assert "0 concurrent runs are set aside for it" in finding.what
        (command,) = finding.commands
        ailing.aws_command(command)
        functions.invoke(FunctionName="document-export-local-request", Payload=b"{}")

    finding = found(doctor.examine(ailing.target), "throttles", "request")
    assert "request-service-quota-increase" in finding.commands[0], "where nothing is set aside, the account is full"


def at_once(ailing: Ailing) -> Any:
    """A client of Lambda's that does not try again who is turned away."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "lambda",
        region_name=REGION,
        endpoint_url=ailing.stack.address.endpoint,
        aws_access_key_id=ROOT_USER.access_key,
        aws_secret_access_key=ROOT_USER.secret_key,
        config=Config(retries={"total_max_attempts": 1}),
    )


@contextmanager
def throttled(ailing: Ailing) -> Iterator[None]:
    functions = ailing.aws("lambda")
    name = "document-export-local-request"
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    yield
    functions.delete_function_concurrency(FunctionName=name)


def test_an_alarm_is_told_with_what_it_says(ailing: Ailing) -> None:
    cloudwatch, name = ailing.aws("cloudwatch"), "document-export-local-watch-silent"
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    finding = found(doctor.examine(ailing.target), "alarm", "watch-silent")
    assert "Nobody has looked at the queues for half an hour" in finding.what
    assert "events enable-rule --name document-export-local-watch" in finding.commands[0]
    ailing.aws_command(finding.commands[0])
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="a test")


def test_every_alarm_has_something_to_do() -> None:
    there = {each["Properties"]["AlarmName"].rpartition("}-")[2] for each in alarms.alarms(Stage("any")).values()}
    assert doctor._FOR_ALARMS.keys() == there


def test_a_function_of_another_project_is_none_of_the_stage(ailing: Ailing) -> None:
    """Whatever it is called, such as one of ours without the stage's name."""
    functions = ailing.aws("lambda")
    ours = functions.get_function_configuration(FunctionName="document-export-local-request")
    code = {"ZipFile": ailing.base}
    copied = {name: ours[name] for name in ("Role", "Runtime", "Handler")}
    functions.create_function(FunctionName="export-pdf", Code=code, **copied)
    try:
        assert "export-pdf" not in vitals.functions(ailing.target)
    finally:
        functions.delete_function(FunctionName="export-pdf")


def test_a_queue_that_is_gone_is_told(ailing: Ailing) -> None:
    sqs = ailing.aws("sqs")
    url = sqs.get_queue_url(QueueName="document-export-local-export-text-next")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout", "RedrivePolicy"])
    sqs.delete_queue(QueueUrl=url)
    try:
        finding = found(doctor.examine(ailing.target), "queue", "text-next")
        assert "document-export-local-export-text-next" in finding.what
    finally:
        sqs.create_queue(QueueName="document-export-local-export-text-next", Attributes=attributes["Attributes"])


def test_letters_that_somebody_else_reads_are_a_trouble_all_the_same(ailing: Ailing) -> None:
    (finding,) = doctor._of_dead(ailing.target, {"csv": ()}, {"csv": 2}, {})
    assert (finding.level, finding.kind) == ("trouble", "unseen")
    assert "2 of 2 dead letters could not be read: somebody else reads them" in finding.what


def memory(p95_mb: float, jobs: int, memory_mb: int = 512) -> list[str]:
    found = doctor._of_memory([Memory("pdf", memory_mb, jobs, p95_mb, p95_mb / memory_mb)])
    return [each.level for each in found]


def test_memory_that_is_nearly_used_up_is_a_trouble_and_memory_that_is_not_used_an_advice() -> None:
    assert memory(420, 1) == ["trouble"]  # 82 %
    assert memory(400, 1000) == []  # 78 %
    assert memory(210, 1000) == []  # 41 %
    assert memory(200, 20) == ["advice"]  # 39 %
    assert memory(200, 19) == [], "too few to say that no source needs more"
    assert memory(40, 1000, 128) == [], "there is no less"


def test_all_memory_that_is_not_used_is_one_advice() -> None:
    used = [
        Memory("pdf", 1769, 900, 68, 0.04),
        Memory("pdf-large", 3008, 40, 900, 0.3),
        Memory("text", 1024, 20, 44, 0.04),
    ]
    (found,) = doctor._of_memory(used)
    assert found.about == "formats"
    assert "68 of 1769 MB by pdf, 900 of 3008 MB by pdf-large, 44 of 1024 MB by text." in found.what
    assert found.commands == ("python -m pipeline tune pdf text --sources DIR",)


def test_the_95th_of_a_hundred_jobs() -> None:
    hundred = [(mb / 200, float(mb)) for mb in range(1, 101)]
    assert vitals.p95(hundred) == (95.0, 95 / 200)
    assert vitals.p95(hundred[:1]) == (1.0, 1 / 200)


def test_the_page_names_commands_that_there_are() -> None:
    page = (ROOT / "docs" / "troubles.md").read_text()
    found = re.findall(r"python -m pipeline ([^#`\n]+)", page)
    found += re.findall(r"`((?:redrive|rollback|tune|explain|status|ship|deploy)\b[^`]*)`", page)
    commands = get_command(app).commands  # type: ignore[attr-defined]

    assert len(found) > 15
    for each in found:
        name, *given = shlex.split(each.replace("…", ""))
        known = {option for parameter in commands[name].params for option in parameter.opts}
        assert {word for word in given if word.startswith("--")} <= known, each


def test_on_aws_commands_name_the_stage_and_its_region(ailing: Ailing) -> None:
    from dataclasses import replace

    there = replace(ailing.target, stage="prod", layers=True)
    assert typed.ours(there, "redrive pdf") == "python -m pipeline redrive pdf --stage prod"
    assert typed.deploy(there) == "python -m pipeline deploy --stage prod"
    assert typed.aws(there, "lambda x") == "aws lambda x --region us-east-1"


@pytest.fixture
def cli(ailing: Ailing, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The command line, on the stack in which much is wrong."""
    monkeypatch.setattr(local, "running", lambda: ailing.stack.address)
    monkeypatch.setattr("pipeline.show._console.width", 200, raising=False)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(app, [*arguments])

    return run


def test_a_stage_that_is_well_is_said_to_be(ailing: Ailing, capsys: pytest.CaptureFixture[str]) -> None:
    assert (ailing.well.findings, ailing.well.troubles) == ((), 0)
    show_stage.health_json(ailing.well)
    assert json.loads(capsys.readouterr().out)["fine"] is True


def test_what_has_no_dead_letters_is_named() -> None:
    with pytest.raises(letters.NoQueue, match=r"no queue 'wordstar'\. Queues: intake, notify, "):
        letters.check("wordstar")
