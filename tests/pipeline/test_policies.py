"""Every function may do what it does, and nothing else: by the compiled template, and by what the steps really ask.

Whether a call is allowed is decided by the embedded stack's own IAM, which knows nothing of how our policies are made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from copy import replace
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from calls import ACCOUNT, Asked, link, record
from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document
from osls import ROOT, released
from receivers import receiving
from steps import Context, Steps, forget_settings, sqs_record

from exporters import registry
from exporters.exporter import Exporter, Large
from pipeline import notify, request, watch
from pipeline.channels import KEY as CHANNELS_KEY
from pipeline.deployment import push
from pipeline.deployment.stages import Stage
from pipeline.local.server import REGION
from pipeline.local.template import compile

FULL = Stage("full", alarm_email="ops@example.com", webhook_hosts=("127.0.0.1",), events=True, mqtt=True)
PLAIN = Stage("plain")
NEXT = next(name for name in registry.names() if registry.get(name).next)
NAME = "document-export-full"
BUCKET = f"{NAME}-{ACCOUNT}"

type Resources = dict[str, Any]
type Statement = dict[str, Any]


def resources_of(stage: Stage, more: Mapping[str, Exporter] | None = None) -> Resources:
    found: Resources = compile(stage.name, ROOT, released(stage, more))["Resources"]
    return found


RESOURCES = resources_of(FULL)
ROLES = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::IAM::Role"}

# And where a format's large sources have a function of their own.
LARGE = Large(memory_mb=3_008, timeout_s=300, from_bytes=1_000_000)
SIZED = resources_of(FULL, {"text": replace(registry.get("text"), large=LARGE)})


def resolved(value: Any, resources: Resources = RESOURCES) -> Any:
    """With CloudFormation's references replaced by what they will be."""

    def replaced(found: dict[str, Any]) -> Any:
        match found:
            case {"Fn::GetAtt": [name, "Arn"]}:
                return _arn(name, resources)
            case {"Fn::Sub": text}:
                known = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT}
                return re.sub(
                    r"\$\{([\w:.]+)\}",
                    lambda name: known.get(name[1]) or _arn(name[1].removesuffix(".Arn"), resources),
                    text,
                )
        return found

    return json.loads(json.dumps(value), object_hook=replaced)


def _arn(name: str, resources: Resources) -> str:
    properties = resources[name]["Properties"]
    match resources[name]["Type"]:
        case "AWS::S3::Bucket":
            return "arn:aws:s3:::" + properties["BucketName"]["Fn::Sub"].replace("${AWS::AccountId}", ACCOUNT)
        case "AWS::SQS::Queue":
            return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{properties['QueueName']}"
        case "AWS::Logs::LogGroup":
            return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{properties['LogGroupName']}:*"
        case "AWS::IAM::Role":
            return f"arn:aws:iam::{ACCOUNT}:role/{name}"
        case kind:
            raise AssertionError(f"Nobody has said what the ARN of a {kind} is.")


def statements(role: str, resources: Resources = RESOURCES) -> list[Statement]:
    found = [
        statement
        for policy in resources[role]["Properties"]["Policies"]
        for statement in resolved(policy["PolicyDocument"], resources)["Statement"]
    ]
    assert all(each["Effect"] == "Allow" for each in found)
    return found


def allows(asked: Asked, *given: Statement) -> bool:
    context = EvalContext(
        principal_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/role/session",
        principal_type="AssumedRole",
        principal_account=ACCOUNT,
        action=asked.action,
        resource_arn=asked.resource,
        region=REGION,
        source_ip="192.0.2.1",
        secure_transport=True,
        service_context=dict(asked.context),
    )
    document = {"Version": "2012-10-17", "Statement": list(given)}
    decision: str = evaluate(context, [parse_policy_document(document)]).decision
    return decision == "Allow"


# What may be wide, and why


WIDE = {
    ("SignUploads", "uploads/*"): "a ticket is for any tenant and job; its form pins one key",
    ("SignLinks", "exports/*"): "likewise; each link is for one key",
    ("ReadSources", "uploads/*"): "a job is of any tenant, and its message says which source",
    ("LookAtSources", "uploads/*"): "likewise",
    ("WriteFiles", "exports/*/*/FORMAT/*"): "any tenant and job, one format",
    ("WithdrawErrors", "exports/*/*/FORMAT/error.json"): "likewise",
    ("WithdrawErrors", "exports/*/*/*/error.json"): "likewise; a source was mended and sent as the same job",
    ("WithdrawErrors", "exports/*/*/*/report.json"): "likewise",
    (
        "WriteErrors",
        "exports/*/*/*/error.json",
    ): "what is refused is of any tenant, job and format; it is an error.json",
    ("LookAtOutcomes", "exports/*"): "the outcome of any job of any format",
    ("LookAtQueues", "intake*"): "the queue of uploads and its dead letters, as numbers",
    ("LookAtQueues", "export-*"): "the ARNs of a hundred queues do not go into a role; numbers only",
    ("LookAtQueues", "notify*"): "as for the intake",
    ("LookAtDeadLetters", "export-*-dead"): "as above; dead letters, of which none is taken away",
    ("Publish", "topic/document-export/full/*"): "the topic of any job of this stage",
    ("Connect", "client/document-export-full-*"): "a session's own policy names one client",
    ("Subscribe", "topicfilter/document-export/full/*"): "a session's own policy names one topic",
    ("Receive", "topic/document-export/full/*"): "likewise",
    ("WriteLogs", "*"): "the streams of its own log group, which Lambda names",
}


def _pattern(resource: str) -> str:
    """The part of an ARN that is ours to choose."""
    own = resource.removeprefix(f"arn:aws:s3:::{BUCKET}/").removeprefix(f"arn:aws:sqs:{REGION}:{ACCOUNT}:{NAME}-")
    own = own.removeprefix(f"arn:aws:iot:{REGION}:{ACCOUNT}:")
    own = re.sub(r"^arn:aws:logs:\S+:log-group:/aws/lambda/document-export-full-[\w-]+:", "", own)
    return re.sub(r"(exports/\*/\*)/\w+/", r"\1/FORMAT/", own)


def test_no_action_is_a_wildcard() -> None:
    actions = {action for role in ROLES for each in statements(role) for action in each["Action"]}

    assert actions
    assert not [action for action in actions if "*" in action]


def test_what_is_wide_is_explained_and_what_is_explained_is_there() -> None:
    wide = {
        (each["Sid"], _pattern(resource))
        for role in ROLES
        for each in statements(role)
        for resource in each["Resource"]
        if "*" in resource or "?" in resource
    }

    assert wide == WIDE.keys()


def test_a_condition_is_on_keys_and_on_nothing_else() -> None:
    conditions = [
        each.get("Condition") for role in ROLES for each in statements(role) if each["Action"] == ["s3:ListBucket"]
    ]

    assert conditions
    assert all(
        each and list(each) == ["StringLike"] and list(each["StringLike"]) == ["s3:prefix"] for each in conditions
    )
    assert not [each for each in conditions if "*" in each["StringLike"]["s3:prefix"]]


# One role, one function


def test_each_function_has_a_role_of_its_own_that_only_lambda_can_take() -> None:
    functions = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Lambda::Function"]
    taken = [json.dumps(each["Role"]) for each in functions]

    assert len(set(taken)) == len(taken)
    assert len(ROLES) == len(functions) + 1
    for name, role in ROLES.items():
        trusted = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
        if name == "ListenerRole":
            assert resolved(trusted) == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "by those whose own policy says so"
        else:
            assert trusted == {"Service": "lambda.amazonaws.com"}
        assert not role.get("ManagedPolicyArns")


def test_a_role_has_room_for_its_policy_whatever_things_are_called() -> None:
    """A role's policies hold 10,240 characters; here with the longest names and all that a stage can have."""
    stage = replace(FULL, name="a" * 20)
    resources = resources_of(stage)
    for name, each in resources.items():
        if each["Type"] == "AWS::IAM::Role":
            text = json.dumps(resolved(each["Properties"]["Policies"], resources), separators=(",", ":"))
            longest = text.replace(REGION, "ap-southeast-99").replace('"arn:aws:', '"arn:aws-us-gov:')
            assert len(longest) < 10_240, name


# What nobody may do


def _key(path: str) -> str:
    return f"arn:aws:s3:::{BUCKET}/{path}"


WRITES = ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectAcl")


def _role_of(format: str) -> str:
    (name,) = (name for name, role in ROLES.items() if role["Policies"][0]["PolicyName"] == f"export-{format}")
    return name


def test_only_the_one_that_signs_can_put_a_source_and_nobody_can_take_one_away() -> None:
    source = _key("uploads/acme/j1/notes.md")
    able = {(role, action) for role in ROLES for action in WRITES if allows(Asked(action, source), *statements(role))}

    assert able == {("RequestRole", "s3:PutObject")}


def test_only_the_one_that_signs_and_the_one_that_tells_can_read_what_all_formats_made() -> None:
    files = [_key(f"exports/acme/j1/{name}/notes{registry.get(name).extension}") for name in registry.names()]
    able = {role for role in ROLES if all(allows(Asked("s3:GetObject", each), *statements(role)) for each in files)}

    assert able == {"RequestRole", "NotifyRole"}
    assert "NotifyRole" not in resources_of(PLAIN)


def test_the_watch_writes_errors_and_reads_no_file() -> None:
    able = {
        (action, name)
        for action in ("s3:GetObject", *WRITES)
        for name in ("notes.x", "report.json", "error.json")
        if allows(Asked(action, _key(f"exports/acme/j1/text/{name}")), *statements("WatchRole"))
    }

    assert able == {("s3:GetObject", "error.json"), ("s3:PutObject", "error.json")}


def test_nobody_but_the_operator_says_which_jobs_go_to_the_next_version() -> None:
    key = _key(CHANNELS_KEY)
    assert not [(role, action) for role in ROLES for action in WRITES if allows(Asked(action, key), *statements(role))]
    assert [role for role in ROLES if allows(Asked("s3:GetObject", key), *statements(role))] == ["DispatchRole"]


@pytest.mark.parametrize("name", registry.names())
def test_an_exporter_reaches_its_own_format_and_no_other(name: str) -> None:
    given = statements(_role_of(name))
    own, others = f"exports/acme/j1/{name}/notes.x", [each for each in registry.names() if each != name]

    assert allows(Asked("s3:PutObject", _key(own)), *given)
    for other in others:
        for action in ("s3:GetObject", *WRITES):
            for file in ("notes.x", "error.json", "report.json"):
                assert not allows(Asked(action, _key(f"exports/acme/j1/{other}/{file}")), *given)
        for queue in (f"export-{other}", f"export-{other}-dead", f"export-{other}-next", "intake"):
            arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{NAME}-{queue}"
            assert not [each for each in given if allows(Asked("sqs:SendMessage", arn), each)]
            assert not [each for each in given if allows(Asked("sqs:ReceiveMessage", arn), each)]
    assert not allows(Asked("s3:DeleteObject", _key(own)), *given), "a file that is there stays"
    assert not allows(Asked("s3:ListBucket", f"arn:aws:s3:::{BUCKET}", {"s3:prefix": "exports/"}), *given)
    assert not allows(Asked("s3:ListBucket", f"arn:aws:s3:::{BUCKET}"), *given)


def test_who_puts_a_message_on_which_queue() -> None:
    queues = [each["Properties"]["QueueName"] for each in RESOURCES.values() if each["Type"] == "AWS::SQS::Queue"]
    senders = {
        queue: {
            role
            for role in ROLES
            if allows(Asked("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"), *statements(role))
        }
        for queue in queues
    }

    assert senders.pop(f"{NAME}-intake") == set(), "S3 alone, by the queue's own policy"
    assert senders.pop(f"{NAME}-intake-dead") == senders.pop(f"{NAME}-notify-dead") == set(), "SQS itself"
    assert senders.pop(f"{NAME}-notify") == {"DispatchRole", "WatchRole", *map(_role_of, registry.names())}
    for queue, able in senders.items():
        format = queue.removeprefix(f"{NAME}-export-").removesuffix("-dead").removesuffix("-next")
        assert able == ({_role_of(format)} if queue.endswith("-dead") else {"DispatchRole"}), queue


def test_only_the_dispatcher_and_the_smaller_function_of_a_format_reach_the_larger_one() -> None:
    roles = [name for name, each in SIZED.items() if each["Type"] == "AWS::IAM::Role"]
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{NAME}-export-text-large"

    def able(action: str) -> set[str]:
        return {role for role in roles if allows(Asked(action, queue), *statements(role, SIZED))}

    assert able("sqs:SendMessage") == {"DispatchRole", "ExportTextRole"}
    assert able("sqs:ReceiveMessage") == {"ExportTextLargeRole"}
    assert {name for name in roles if name not in ROLES} == {"ExportTextLargeRole"}
    changed = {name for name in ROLES if statements(name) != statements(name, SIZED)}
    assert changed == {"DispatchRole", "ExportTextRole"}, "nobody else is allowed more where there is one"


def test_the_larger_function_may_do_with_files_what_the_smaller_one_may() -> None:
    def of_storage(role: str) -> list[Statement]:
        return [each for each in statements(role, SIZED) if each["Action"][0].startswith("s3:")]

    assert of_storage("ExportTextLargeRole")
    assert of_storage("ExportTextLargeRole") == of_storage("ExportTextRole")


# What each step really asks


UNASKED = {
    ("TakeMessages", "sqs:ReceiveMessage"): "Lambda's pollers do, with the function's role",
    ("TakeMessages", "sqs:DeleteMessage"): "likewise",
    ("TakeMessages", "sqs:GetQueueAttributes"): "likewise",
    ("WriteLogs", "logs:CreateLogStream"): "Lambda does, with the function's role",
    ("WriteLogs", "logs:PutLogEvents"): "likewise",
}


def compare(role: str, asked: list[Asked], resources: Resources = RESOURCES) -> None:
    """Everything that was asked is allowed, and everything that is allowed was asked."""
    given = statements(role, resources)
    assert [each for each in asked if not allows(each, *given)] == [], "it asks for what its role does not hold"
    unused = {
        (each["Sid"], each["Action"][0], *each["Resource"], *_prefixes(each))
        for statement in given
        for each in _single(statement)
        if not any(allows(one, each) for one in asked) and (each["Sid"], each["Action"][0]) not in UNASKED
    }
    assert unused == set(), "its role holds what it does not ask for"


def _single(statement: Statement) -> Iterator[Statement]:
    """Each action for itself, and where there are prefixes or places in the bucket, each of them."""
    places = [[each] for each in statement["Resource"]]
    if not statement["Resource"][0].startswith("arn:aws:s3:"):
        places = [statement["Resource"]]  # queues, of which one stands for those of all formats
    prefixes = _prefixes(statement)
    for action in statement["Action"]:
        for resource in places:
            one = statement | {"Action": [action], "Resource": resource}
            for prefix in prefixes:
                yield one | {"Condition": {"StringLike": {"s3:prefix": [prefix]}}}
            if not prefixes:
                yield one


def _prefixes(statement: Statement) -> list[str]:
    found: list[str] = statement.get("Condition", {}).get("StringLike", {}).get("s3:prefix", [])
    return found


@dataclass
class Playing:
    """The steps, with all that a stage can have, and what they ask."""

    steps: Steps
    asked: list[Asked]

    def all(self) -> list[Asked]:
        """With the names that things have in the template."""
        own = self.steps.prefix.removesuffix("-export-")
        return [
            replace(each, resource=each.resource.replace(self.steps.bucket, BUCKET).replace(f":{own}-", f":{NAME}-"))
            for each in self.asked
        ]


@pytest.fixture
def playing(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> Iterator[Playing]:
    own = steps.prefix.removesuffix("-export-")
    for queue in ("intake", "intake-dead", "notify", "notify-dead", f"export-{NEXT}", f"export-{NEXT}-next"):
        steps.sqs.create_queue(QueueName=f"{own}-{queue}")
    for name, value in {
        "STAGE": FULL.name,
        "NOTIFY_QUEUE": f"{own}-notify",
        "NOTIFY": "webhook,event,mqtt",
        "WEBHOOK_HOSTS": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    forget()
    yield Playing(steps, record(monkeypatch))
    forget()


def forget() -> None:
    forget_settings()
    notify._secrets.cache_clear()
    notify._caller.cache_clear()


def test_an_exporter_asks_for_all_that_it_may_and_no_more(playing: Playing, monkeypatch: pytest.MonkeyPatch) -> None:
    _export_all(playing.steps, monkeypatch)

    compare(_role_of("text"), playing.all())


def test_so_do_the_two_functions_of_a_format_whose_large_sources_get_more(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They differ in the queues, which are played by one here: only what is given to the larger one is seen."""
    steps = playing.steps
    larger = f"{steps.prefix}text-large"
    steps.sqs.create_queue(QueueName=larger)
    monkeypatch.setenv("LARGE_QUEUE", larger)
    forget()
    with monkeypatch.context() as patch:
        patch.setattr(registry, "load", lambda _name: lambda *_: bytes(2 * 2**30))
        steps.export(steps.job("text"))
    steps.export(steps.job("text"), receive_count=2)  # after it was killed
    assert len(steps.jobs_on("text-large")) == 2
    given = playing.all()
    assert Asked("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{NAME}-export-text-large") in given

    monkeypatch.delenv("LARGE_QUEUE")
    forget()
    playing.asked.clear()
    _export_all(steps, monkeypatch)
    compare("ExportTextRole", given + playing.all(), SIZED)
    own = [
        replace(each, resource=re.sub(r"export-text$", "export-text-large", each.resource)) for each in playing.all()
    ]
    compare("ExportTextLargeRole", own, SIZED)


def _export_all(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that can become of a job."""
    done = steps.job("text")
    steps.export(done)
    steps.export(done, receive_count=2)  # another delivery of what is done
    steps.export(steps.job("text", b"\x00\x00"))  # an unreadable source
    steps.export(replace(steps.job("text"), id=uuid4().hex))  # a source that is gone
    steps.export(steps.job("text"), receive_count=3)  # the last try, which succeeds
    steps.export(steps.job("text", b"![a](b.png)\n", options={"strict": True}))  # refused, with a report
    with monkeypatch.context() as patch:
        patch.setattr(registry, "load", lambda _name: lambda *_: 1 / 0)
        steps.export(steps.job("text"))  # a mistake of ours, which is kept


def test_the_dispatcher_asks_for_all_that_it_may_and_no_more(
    playing: Playing, arrived: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, key = playing.steps, "uploads/acme/j1/notes.md"
    monkeypatch.setenv("NEXT_FORMATS", NEXT)
    forget()
    version = steps.put_source(key, formats=f"text,{NEXT},wordstar")
    steps.dispatch(arrived(key, version))  # two jobs, and a format that there is not; nothing was ever shipped
    steps.dispatch(arrived("uploads/acme/j2/notes.md", version))  # an upload that was taken away again
    steps.s3.put_object(Bucket=steps.bucket, Key="exports/acme/j1/text/error.json", Body=b"{}")  # of another version
    shipped = {"schema": 1, "formats": {NEXT: {"percent": 100.0, "tenants": []}}}
    steps.s3.put_object(Bucket=steps.bucket, Key=CHANNELS_KEY, Body=json.dumps(shipped).encode())
    forget()
    steps.dispatch(arrived(key, version))

    compare("DispatchRole", playing.all())
    assert any(each.resource.endswith(f"{NEXT}-next") for each in playing.all())


def test_the_watch_asks_for_all_that_it_may_and_no_more(
    playing: Playing, arrived: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = playing.steps.prefix.removesuffix("-export-")
    monkeypatch.setenv("FORMATS", "html,json,text")
    monkeypatch.setenv("INTAKE_QUEUE", f"{own}-intake")
    forget()
    steps, never_ran, upload = playing.steps, playing.steps.job("text"), "uploads/acme/j1/notes.md"
    version = steps.put_source(upload, formats="html,text")
    for queue, body in {
        "export-text-dead": never_ran.to_json(),
        "intake-dead": arrived(upload, version),
        "export-json-dead": arrived("uploads/acme/j2/notes.md", version),  # an upload that was taken away again
    }.items():
        steps.sqs.send_message(
            QueueUrl=steps.sqs.get_queue_url(QueueName=f"{own}-{queue}")["QueueUrl"], MessageBody=body
        )

    class Called(Context):
        invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAME}-watch:live"

    watch.handler({}, Called())
    watch.handler({}, Called())  # when all have been told

    compare("WatchRole", playing.all())
    patterns = [_pattern(each) for each in statements("WatchRole")[0]["Resource"]]
    names = {each.resource.rpartition(f"{NAME}-")[2] for each in playing.all()}
    assert all(any(name.startswith(pattern.rstrip("*")) for name in names) for pattern in patterns)


def test_the_one_that_tells_asks_for_all_that_it_may_and_no_more(playing: Playing) -> None:
    steps = playing.steps
    push.ensure_secret(steps.client("ssm"), FULL.name)
    with receiving() as receiver:
        webhook = f"http://127.0.0.1:{receiver.port}/exports"
        done, failed = steps.job("text", webhook=webhook), steps.job("text", b"\x00\x00", webhook=webhook)
        steps.export(done)
        steps.export(failed)
        playing.asked.clear()  # what the exporter asked
        receiver.statuses.append(500)  # who does not take it is told again later
        _notify(steps)

    compare("NotifyRole", playing.all())


def _notify(steps: Steps) -> None:
    queue = steps.prefix.removesuffix("export-") + "notify"
    url = steps.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found = steps.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    records = []
    for each in found:
        one = sqs_record(each["Body"], f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}", each["MessageId"])
        records.append(one | {"receiptHandle": each["ReceiptHandle"]})
    notify.handler({"Records": records}, Context())


def test_what_is_signed_is_all_that_may_be_signed(playing: Playing, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step asks nothing of storage: whoever holds a ticket does, with its rights."""
    steps = playing.steps
    trust = {"Version": "2012-10-17", "Statement": [_anybody_here()]}
    iam = steps.client("iam")
    iam.create_role(RoleName="ListenerRole", AssumeRolePolicyDocument=json.dumps(trust))
    monkeypatch.setenv("MQTT_ROLE", f"arn:aws:iam::{ACCOUNT}:role/ListenerRole")
    monkeypatch.setenv("IOT_ENDPOINT", "broker.localhost")
    forget()

    ticket = request.handler({"tenant": "acme", "filename": "notes.md", "formats": ["text", "pdf"]}, Context())
    iam.delete_role(RoleName="ListenerRole")

    upload = f"{ticket['upload']['url'].rstrip('/')}/{ticket['upload']['fields']['key']}"
    playing.asked.extend(link(upload, "POST", 204))
    playing.asked.extend(link(ticket["status_url"], status=200))
    for links in ticket["formats"].values():
        for kind in ("url", "error_url", "report_url"):
            playing.asked.extend(link(links[kind]))
    compare("RequestRole", playing.all())


def _anybody_here() -> Mapping[str, Any]:
    principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}


def test_every_function_was_compared() -> None:
    """And an exporter's role differs from another's by the format alone."""
    compared = {"RequestRole", "DispatchRole", "WatchRole", "NotifyRole", _role_of("text")}
    others = {_role_of(name) for name in registry.names() if name != "text"}

    assert ROLES.keys() == compared | others | {"ListenerRole"}
    for name in registry.names():
        if not registry.get(name).next:
            theirs = json.dumps(statements(_role_of(name)))
            assert theirs.replace(f"/{name}/", "/text/").replace(f"export-{name}", "export-text") == json.dumps(
                statements(_role_of("text"))
            )
