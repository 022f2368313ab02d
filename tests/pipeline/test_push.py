"""A stage that tells of outcomes: what is deployed for it, and the whole journey with everybody who is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import jsonschema
import pytest
import yaml
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from receivers import Forbidden, Listener, Receiver, receiving
from test_imports import AWS, HEAVY, LOCAL, loaded_by

from pipeline import mqtt, notify, policies, request, webhooks
from pipeline.client import Broker, Credentials, ExportClient, Ticket
from pipeline.deployment import push
from pipeline.deployment.release import Parts, files
from pipeline.deployment.stages import ROOT, Stage, stage_of
from pipeline.errors import BadRequest, Refused
from pipeline.local.server import REGION, ROOT_USER, Server
from pipeline.local.stack import LocalStack
from pipeline.request import Place
from pipeline.signing import sign_socket
from pipeline.webhooks import verify

pytestmark = pytest.mark.xdist_group("push")

OFF = Stage("local", formats=("text", "html"))
ALL = replace(OFF, webhook_hosts=("127.0.0.1",), events=True, mqtt=True)
PARTS = Parts(packages={}, layers={}, bucket="code")
NOTICE = json.loads((Path(request.__file__).parent / "schemas" / "notice.schema.json").read_text())
TICKET = json.loads((Path(request.__file__).parent / "schemas" / "ticket.schema.json").read_text())
WEBHOOKS, EVENTS, MQTT = (
    replace(OFF, webhook_hosts=("api.example.com",)),
    replace(OFF, events=True),
    replace(OFF, mqtt=True),
)


# What is deployed


def test_off_is_nothing() -> None:
    assert push.functions(OFF) == push.resources(OFF) == push.outputs(OFF) == {}
    assert push.queues(OFF) == []
    for function in ("request", "dispatch", "export-text", "watch"):
        assert push.environment(OFF, function) == {}
        assert push.statements(OFF, function) == []
    said = json.dumps(files(OFF, PARTS)).lower()
    for word in (
        "notifyqueue",
        "notify_queue",
        "notify.zip",
        "webhook",
        "iot:",
        "iot_",
        "events:put",
        "ssm:",
        "listener",
    ):
        assert word not in said
        assert word in json.dumps(files(ALL, PARTS)).lower(), "else it would say nothing that it is not there"


@pytest.mark.parametrize(
    ("stage", "actions", "telling", "asking"),
    [
        (WEBHOOKS, {"ssm:GetParameter"}, "webhook", {"WEBHOOK_HOSTS"}),
        (EVENTS, {"events:PutEvents"}, "event", set()),
        (MQTT, {"iot:Publish"}, "mqtt", {"MQTT_ROLE", "IOT_ENDPOINT"}),
        (ALL, {"ssm:GetParameter", "events:PutEvents", "iot:Publish"}, "webhook,event,mqtt", None),
    ],
    ids=["webhooks", "events", "mqtt", "all"],
)
def test_on_is_what_it_needs(stage: Stage, actions: set[str], telling: str, asking: set[str] | None) -> None:
    found = push.resources(stage)
    document = found["NotifyRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    allowed = {action for statement in document["Statement"] for action in statement["Action"]}
    assert {each for each in allowed if each.split(":")[0] in ("ssm", "events", "iot", "sts")} == actions
    assert ("ListenerRole" in found) == stage.mqtt
    assert set(found) - {"ListenerRole"} == {"NotifyQueue", "NotifyDeadQueue", "NotifyMapping", "NotifyRole"}
    assert push.environment(stage, "export-text")["NOTIFY"] == telling
    assert push.environment(stage, "dispatch")["NOTIFY_QUEUE"] == found["NotifyQueue"]["Properties"]["QueueName"]
    if asking is not None:
        assert set(push.environment(stage, "request")) == asking
    assert [each["Sid"] for each in push.statements(stage, "request")] == (["LendListening"] if stage.mqtt else [])
    assert [each["Sid"] for each in push.statements(stage, "export-html")] == ["SayOutcomes"]


def test_no_permission_has_a_star_of_its_own() -> None:
    for stage in (WEBHOOKS, EVENTS, MQTT, ALL):
        for resource in push.resources(stage).values():
            for policy in resource["Properties"].get("Policies", ()):
                for statement in policy["PolicyDocument"]["Statement"]:
                    assert "*" not in json.dumps(statement["Action"])
                    assert "*" not in statement["Resource"]


def test_what_comes_back_seven_times_is_a_dead_letter() -> None:
    properties = push.resources(ALL)["NotifyQueue"]["Properties"]
    assert properties["RedrivePolicy"]["maxReceiveCount"] == 7
    assert properties["VisibilityTimeout"] == 6 * push.functions(ALL)["notify"]["timeout"]


# The secret and the broker


@pytest.fixture
def aws(server: Server) -> Any:
    import boto3

    def client(service: str) -> Any:
        keys = {"aws_access_key_id": ROOT_USER.access_key, "aws_secret_access_key": ROOT_USER.secret_key}
        return boto3.client(service, region_name=REGION, endpoint_url=server.endpoint, **keys)

    return client


def test_a_secret_is_made_once_and_kept_as_a_secure_string(aws: Any) -> None:
    ssm = aws("ssm")
    assert push.read_secrets(ssm, "first") == []
    made = push.ensure_secret(ssm, "first")
    assert made == push.ensure_secret(ssm, "first") == push.read_secrets(ssm, "first")
    assert made[0].startswith("whsec_")
    kept = ssm.get_parameter(Name="/document-export/first/webhook-secret")["Parameter"]
    assert kept["Type"] == "SecureString"
    assert kept["Value"] != made[0], "not to be read without leave to decrypt"

    rotated = push.rotate_secret(ssm, "first")
    assert rotated == [rotated[0], made[0]]
    assert push.rotate_secret(ssm, "first")[1:] == rotated[:1]
    push.forget(ssm, "first")
    push.forget(ssm, "first")
    assert push.read_secrets(ssm, "first") == []


def test_only_what_a_stage_has_is_prepared(aws: Any) -> None:
    ssm = aws("ssm")

    def names() -> set[str]:
        return {each["Name"] for each in ssm.describe_parameters()["Parameters"] if "/prepared/" in each["Name"]}

    push.prepare(aws, Stage("prepared"))
    push.prepare(aws, Stage("prepared", events=True))
    assert names() == set()
    push.prepare(aws, Stage("prepared", webhook_hosts=("api.example.com",), mqtt=True))
    assert names() == {"/document-export/prepared/webhook-secret", "/document-export/prepared/iot-endpoint"}
    push.forget(ssm, "prepared")
    assert names() == set()


# Who may listen to what


def test_a_listener_may_listen_to_one_topic_and_do_nothing_else() -> None:
    policy = mqtt.session_policy("arn:aws:iot:eu-west-1:1:", "document-export/prod/acme/j1", "document-export-prod-x")
    assert {each["Action"]: each["Resource"] for each in policy["Statement"]} == {
        "iot:Connect": "arn:aws:iot:eu-west-1:1:client/document-export-prod-x",
        "iot:Subscribe": "arn:aws:iot:eu-west-1:1:topicfilter/document-export/prod/acme/j1",
        "iot:Receive": "arn:aws:iot:eu-west-1:1:topic/document-export/prod/acme/j1",
    }


def test_the_longest_names_fit_into_a_session() -> None:
    """STS takes 2,048 characters, IoT topics of 256 bytes and client ids of 128."""
    stage, tenant, job = "s" * 20, "t" * 64, "j" * 64
    topic, client = mqtt.topic_of(stage, tenant, job), mqtt.client_prefix(stage) + "c" * 32
    prefix = "arn:aws-us-gov:iot:ap-southeast-2:123456789012:"
    assert len(json.dumps(mqtt.session_policy(prefix, topic, client), separators=(",", ":"))) < 1024
    assert len(topic) <= 256
    assert len(client) <= 128


# The whole journey


@pytest.fixture(scope="module")
def told() -> Iterator[LocalStack]:
    """A stage that tells in every way."""
    with LocalStack(stage=ALL) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def ask(stack: LocalStack, **asked: Any) -> dict[str, Any]:
    """Invokes the request function, as an app's backend does."""
    event = {"tenant": "acme", "filename": "notes.md", "formats": ["text"]} | asked
    answer = stack.aws("lambda").invoke(FunctionName=stack.outputs["RequestFunction"], Payload=json.dumps(event))
    found: dict[str, Any] = json.loads(answer["Payload"].read())
    return found


def listen(found: dict[str, Any]) -> Listener:
    listener = Listener(found["push"]["url"], found["push"]["client_id"])
    listener.subscribe(found["push"]["topic"])
    return listener


def upload(stack: LocalStack, found: dict[str, Any], source: bytes = b"# Hello\n") -> None:
    stack.client().upload(Ticket.from_dict(found), source)


def test_everybody_is_told(told: LocalStack, receiver: Receiver) -> None:
    """Each step with its own role, whose permissions are enforced."""
    events, sqs = told.aws("events"), told.aws("sqs")
    heard = sqs.create_queue(QueueName="heard")["QueueUrl"]
    events.put_rule(Name="all", EventPattern=json.dumps({"source": ["document-export"]}))
    events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": f"arn:aws:sqs:{REGION}:000000000000:heard"}])

    found = ask(told, webhook=f"http://127.0.0.1:{receiver.port}/exports", tags={"customer": "42"})
    jsonschema.validate(found, TICKET)
    listener = listen(found)
    upload(told, found)

    received = receiver.next()
    secrets = push.read_secrets(told.aws("ssm"), "local")
    by_webhook = verify(secrets, received.headers, received.body)
    topic, by_mqtt = listener.next()
    (message,) = sqs.receive_message(QueueUrl=heard, WaitTimeSeconds=20)["Messages"]
    by_event = json.loads(message["Body"])["detail"]

    jsonschema.validate(by_webhook, NOTICE)
    assert by_webhook == by_mqtt == by_event
    assert (by_webhook["type"], by_webhook["data"]["job"]) == ("export.done", found["job"])
    assert topic == f"document-export/local/acme/{found['job']}"
    listener.close()


def test_a_failure_is_told(told: LocalStack, receiver: Receiver) -> None:
    found = ask(told, webhook=f"http://127.0.0.1:{receiver.port}/")
    listener = listen(found)
    upload(told, found, b"\x00\x00\x00")
    _, by_mqtt = listener.next()
    assert by_mqtt["data"]["error"]["code"] == "unreadable-source"
    assert receiver.next().told == by_mqtt
    listener.close()


def test_a_webhook_elsewhere_is_refused_with_the_hosts_there_are(told: LocalStack) -> None:
    error = ask(told, webhook="https://evil.example.com/")["error"]
    assert error["code"] == "bad-request"
    assert "'evil.example.com', which may not be told. Hosts: 127.0.0.1." in error["message"]


def test_what_a_listener_may_not(told: LocalStack) -> None:
    mine, theirs = ask(told), ask(told, tenant="rival")
    url, client_id, topic = (mine["push"][name] for name in ("url", "client_id", "topic"))
    for other in (
        theirs["push"]["topic"],
        "document-export/local/acme/#",
        "document-export/local/+/" + mine["job"],
        "#",
    ):
        listener = Listener(url, client_id)
        with pytest.raises(Forbidden):
            listener.subscribe(other)
    with pytest.raises(Forbidden):
        Listener(url, client_id).publish(topic, b"{}")
    with pytest.raises(Forbidden):
        Listener(url, theirs["push"]["client_id"])
    with pytest.raises(Forbidden):
        Listener(url, "anybody")
    Listener(url, client_id).subscribe(topic)


def test_a_link_that_was_altered_or_is_old_opens_nothing(told: LocalStack) -> None:
    found = ask(told)["push"]
    for altered in (
        found["url"].replace("X-Amz-Expires=3", "X-Amz-Expires=8"),
        found["url"].split("&X-Amz-Security-Token")[0],
    ):
        with pytest.raises(Forbidden):
            Listener(altered, found["client_id"]).subscribe(found["topic"])


def test_a_ticket_tells_when_listening_ends(told: LocalStack) -> None:
    found = ask(told)["push"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(found["url"]).query).items()}
    began = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    lasts = (datetime.fromisoformat(found["expires_at"]) - began).total_seconds()
    assert 3590 <= int(query["X-Amz-Expires"]) <= lasts + 1 <= 3601


def test_an_app_that_makes_its_tickets_itself_can_do_so_too(told: LocalStack) -> None:
    """With its own role, which needs leave to take that of listeners; without, it is told whose leave is missing."""
    outputs, iam = told.outputs, told.aws("iam")
    broker = Broker("local", outputs["ListenerRole"], push.read_broker(told.aws("ssm"), "local"))

    def app(name: str, *arguments: str) -> ExportClient:
        iam.create_user(UserName=name)
        policy = json.dumps(policies.app(f"arn:aws:s3:::{outputs['Bucket']}", *arguments))
        iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
        endpoint = told.address.endpoint
        return ExportClient(outputs["Bucket"], REGION, credentials=credentials, endpoint=endpoint, broker=broker)

    exports = app("listening-app", outputs["ListenerRole"])
    ticket = exports.request("acme", "notes.md", ["text"])
    assert Ticket.from_dict(ticket.to_dict()) == ticket
    listener = listen(ticket.to_dict())
    exports.upload(ticket, b"# Hello\n")
    assert listener.next()[1]["type"] == "export.done"
    listener.close()

    with pytest.raises(Refused, match="AccessDenied"):
        app("deaf-app").request("acme", "notes.md", ["text"])


def test_the_stage_is_told_of_in_the_watched_queues(told: LocalStack) -> None:
    names = [
        url.rpartition("/")[2]
        for url in told.aws("sqs").list_queues(QueueNamePrefix="document-export-local-n")["QueueUrls"]
    ]
    assert sorted(names) == ["document-export-local-notify", "document-export-local-notify-dead"]


# In this process


PLACE = Place("bucket", REGION)
NOW = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)
USER = Credentials("AKIDEXAMPLE", "secret")


def test_a_webhook_is_pinned_by_the_form() -> None:
    asked = request.Request("t", "a.md", ["text"], webhook="https://api.example.com/x")
    ticket = request.make_ticket(asked, PLACE, USER, NOW, ["api.example.com"])
    assert ticket.upload.fields["x-amz-meta-webhook"] == "https://api.example.com/x"
    assert "push" not in ticket.to_dict()
    assert Ticket.from_dict(ticket.to_dict()) == ticket


@pytest.mark.parametrize(
    ("webhook", "hosts", "said"),
    [
        ("https://api.example.com/x", (), "This stage has none"),
        ("https://evil.example.com/x", ("api.example.com",), "Hosts: api.example.com"),
        ("http://127.0.0.1/x", None, "https address"),
    ],
)
def test_a_webhook_is_checked_as_far_as_can_be_known(webhook: str, hosts: tuple[str, ...] | None, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        request.make_ticket(request.Request("t", "a.md", ["text"], webhook=webhook), PLACE, USER, NOW, hosts)


def test_a_socket_is_signed_as_botocore_does_it_with_the_token_after_the_signature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: NOW.replace(tzinfo=None))
    host = "wss://a1b2c3-ats.iot.eu-west-1.amazonaws.com/mqtt"
    theirs = AWSRequest("GET", host.replace("wss", "https"))
    SigV4QueryAuth(BotoCredentials("ASIA", "secret"), "iotdevicegateway", "eu-west-1", expires=60).add_auth(theirs)

    ours = sign_socket(Credentials("ASIA", "secret", "a/token+="), "eu-west-1", host, NOW, timedelta(minutes=1))

    signed, token, value = ours.partition("&X-Amz-Security-Token=")
    assert (token, value) == ("&X-Amz-Security-Token=", "a%2Ftoken%2B%3D")
    assert signed.startswith(f"{host}?")
    assert parse_qs(urlsplit(signed).query) == parse_qs(urlsplit(theirs.url).query)


def test_who_does_not_tell_does_not_load_what_tells() -> None:
    telling = {f"pipeline.{name}" for name in ("notices", "notify", "webhooks", "outbound", "mqtt")}
    assert not loaded_by("import pipeline.request, pipeline.dispatch, pipeline.export") & telling
    assert loaded_by("import pipeline.notify") & telling == {"pipeline.notices", "pipeline.notify"}


def test_the_step_starts_without_aws_libraries_and_exporters() -> None:
    for step in ("notify", "outbound, pipeline.webhooks, pipeline.mqtt"):
        assert not loaded_by(f"import pipeline.{step}") & {*AWS, *HEAVY, *LOCAL}


# The page about it


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "docs" / "push.md").read_text(), re.MULTILINE | re.DOTALL)


def test_the_pages_receiver_receives(capsys: pytest.CaptureFixture[str]) -> None:
    program, client = blocks("python")
    names: dict[str, Any] = {}
    exec(program, names)
    told = json.loads(blocks("json")[0])
    jsonschema.validate(told, NOTICE)
    body = json.dumps(told).encode()
    sent = webhooks.headers(names["SECRETS"], told["id"], datetime.now(UTC), body)
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in sent.items()}
    statuses: list[str] = []

    def answer(body: bytes) -> str:
        request = {**environ, "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
        names["exports"](request, lambda status, headers: statuses.append(status))
        return statuses[-1]

    assert answer(body) == answer(body) == "204 No Content"
    assert answer(body + b" ") == "401 Unauthorized"
    assert capsys.readouterr().out == "export.done j1 text\n", "once"

    assert "broker=broker" in client
    exec(client.replace("broker=broker", "broker=broker, credentials=user"), {"user": USER})


def test_the_pages_settings_and_events_are_what_there_is() -> None:
    assert stage_of("prod", yaml.safe_load(blocks("yaml")[0])).push
    wanted = json.loads(blocks("json")[1])
    assert wanted["source"] == [notify.SOURCE]
    assert set(wanted["detail-type"]) <= set(notify._DETAIL_TYPES.values())
    assert set(wanted["detail"]["data"]) <= set(NOTICE["properties"]["data"]["properties"])
    page = (ROOT / "docs" / "push.md").read_text()
    assert "10 s,\n1 min, 5 min, 15 min, 1 h and 3 h" in page
    assert notify.BACK_OFF_S == (10, 60, 300, 900, 3600, 10800)


def test_the_secrets_are_printed_for_the_operator(
    aws: Any, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = {"AWS_ACCESS_KEY_ID": ROOT_USER.access_key, "AWS_SECRET_ACCESS_KEY": ROOT_USER.secret_key}
    for name, value in (keys | {"AWS_ENDPOINT_URL": server.endpoint, "AWS_DEFAULT_REGION": REGION}).items():
        monkeypatch.setenv(name, value)
    for asked in ([], ["--rotate"]):  # a secret for a stage that there is not would sign nothing
        assert push.main(["--stage", "printed", *asked]) == 2
        assert "'printed' has no secret in account 000000000000" in capsys.readouterr().err
    assert push.main(["--stage", "Printed"]) == 2
    assert "small letters" in capsys.readouterr().err
    made = push.ensure_secret(aws("ssm"), "printed")
    assert push.main(["--stage", "printed"]) == 0
    assert capsys.readouterr().out.split() == made
    assert push.main(["--stage", "printed", "--rotate"]) == 0
    assert capsys.readouterr().out.split()[1:] == made
