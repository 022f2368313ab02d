"""What each function may do: one small function per step, which returns its policy. For a security review, read this.

Every action is written out, and every resource is one of ours: the bucket, a queue, a log group. A role is for one
function and no other, so an exporter that a hostile document has taken over reads sources and writes its own format's
files, and that is all: it cannot read what other formats made, write a source, or make a job for another format.

Keys are those of `pipeline.job`. In a resource `*` also stands for slashes: `exports/*/*/<format>/*` is that format's
folder in every job of every tenant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pipeline.channels import KEY as CHANNELS_KEY

_ACCOUNT = "${AWS::Region}:${AWS::AccountId}"
_STAGE = "document-export/${sls:stage}"

_ERRORS_AND_REPORTS = ("exports/*/*/*/error.json", "exports/*/*/*/report.json")

type Policy = dict[str, Any]
type Statement = dict[str, Any]
type Resource = str | dict[str, Any]


def exporter(format: str, queues: Iterable[str], dead_queue: str, log_group: str, large_queue: str = "") -> Policy:
    """Takes jobs from its own queues, reads sources, writes the files of its own format.

    Where the format has a larger function, the other one puts on its queue, `large_queue`, what is too much for itself.
    """
    folder = f"exports/*/*/{format}"
    return _policy(
        _takes_messages(*queues),
        _allow("ReadSources", ["s3:GetObjectVersion"], _objects("uploads/*")),
        _allow("WriteFiles", ["s3:GetObject", "s3:PutObject"], _objects(f"{folder}/*")),
        _allow("WithdrawErrors", ["s3:DeleteObject"], _objects(f"{folder}/error.json")),
        _allow("KeepMistakes", ["sqs:SendMessage"], _arn(dead_queue)),
        *([_allow("GiveToLarger", ["sqs:SendMessage"], _arn(large_queue))] if large_queue else []),
        _lists(_arn("Bucket"), "uploads/*", f"{folder}/*"),
        _logs(log_group),
    )


def dispatch(queue: str, format_queues: Iterable[str], log_group: str, following: bool) -> Policy:
    """Takes events from the intake queue, looks at what came with the source, puts jobs on the formats' queues.

    Where a job cannot be, it says so in an error.json, and it takes away what was said of an earlier version of a
    source; it never writes a file. `following` is whether some jobs may go to the next version of an exporter: which,
    it reads.
    """
    channels = [_allow("ReadChannels", ["s3:GetObject"], _objects(CHANNELS_KEY))] if following else []
    return _policy(
        _takes_messages(queue, puts_off=False),
        _allow("LookAtSources", ["s3:GetObjectVersion"], _objects("uploads/*")),
        _allow("WriteErrors", ["s3:GetObject", "s3:PutObject"], _objects("exports/*/*/*/error.json")),
        _allow("WithdrawErrors", ["s3:DeleteObject"], *map(_objects, _ERRORS_AND_REPORTS)),
        _allow("SendJobs", ["sqs:SendMessage"], *(_arn(each) for each in format_queues)),
        *channels,
        _lists(_arn("Bucket"), "uploads/*", "exports/*", *([CHANNELS_KEY] if following else ())),
        _logs(log_group),
    )


def watch(log_group: str) -> Policy:
    """Asks every queue of the stage how many messages it has. Looks through dead letters, and takes none away; where
    the job of one has neither a file nor an error, it says so in an error.json.

    It sees what files are called, and reads none. Queues are allowed by the begin of their names, since a role's
    policies hold 10,240 characters and the ARNs of a hundred queues do not go in (IAM User Guide, "IAM and AWS STS
    quotas"). What a stage could learn of another, whose name goes on where its own ends, is how many messages there
    are, and what its dead letters say.
    """
    queues = [_queues_named(f"{begin}*") for begin in ("intake", "export-", "notify")]
    dead = [_queues_named("intake-dead"), _queues_named("export-*-dead")]
    errors = _objects("exports/*/*/*/error.json")
    return _policy(
        _allow("LookAtQueues", ["sqs:GetQueueAttributes"], *queues),
        _allow("LookAtDeadLetters", ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"], *dead),
        _allow("LookAtSources", ["s3:GetObjectVersion"], _objects("uploads/*")),
        _allow("WriteErrors", ["s3:GetObject", "s3:PutObject"], errors),
        _lists(_arn("Bucket"), "uploads/*", "exports/*"),
        _logs(log_group),
    )


def request(log_group: str) -> Policy:
    """Signs tickets: whoever holds one may do with it at most what is allowed here."""
    return _policy(*_signs(_objects, _arn("Bucket")), _logs(log_group))


def notify(queue: str, log_group: str, *, webhooks: bool, events: bool, mqtt: bool) -> Policy:
    """Takes notices from its own queue, looks how exports ended, tells of it in the ways that the stage has.

    It reads files for their metadata alone: S3 has no permission for less than the whole object.
    """
    secret, topics = _own(f"ssm:{_ACCOUNT}:parameter/{_STAGE}/webhook-secret"), _own(f"iot:{_ACCOUNT}:topic/{_STAGE}/*")
    return _policy(
        _takes_messages(queue),
        _allow("LookAtOutcomes", ["s3:GetObject"], _objects("exports/*")),
        _lists(_arn("Bucket"), "exports/*"),
        *([_allow("ReadSecret", ["ssm:GetParameter"], secret)] if webhooks else []),
        *([_puts_events()] if events else []),
        *([_allow("Publish", ["iot:Publish"], topics)] if mqtt else []),
        _logs(log_group),
    )


def tells(queue: str) -> Statement:
    """On top of what an exporter or the dispatcher may do, where outcomes are told: to say that there is one."""
    return _allow("SayOutcomes", ["sqs:SendMessage"], _arn(queue))


def lends(role: str) -> Statement:
    """On top of what signs tickets, where browsers listen: to make credentials for one of them."""
    return _allow("LendListening", ["sts:AssumeRole"], _arn(role))


def listener() -> Policy:
    """All that browsers' credentials could do: to listen to a stage's jobs. Each session is limited to one of them."""
    client = _own(f"iot:{_ACCOUNT}:client/${{self:custom.name}}-*")
    return _policy(
        _allow("Connect", ["iot:Connect"], client),
        _allow("Subscribe", ["iot:Subscribe"], _own(f"iot:{_ACCOUNT}:topicfilter/{_STAGE}/*")),
        _allow("Receive", ["iot:Receive"], _own(f"iot:{_ACCOUNT}:topic/{_STAGE}/*")),
    )


def trust_own_account() -> Policy:
    """Who may take the listeners' role: who is allowed to by a policy of theirs (`lends`, `app`) in this account."""
    root = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
    return _policy({"Effect": "Allow", "Principal": {"AWS": root}, "Action": "sts:AssumeRole"})


def app(bucket_arn: str, listener_role_arn: str = "") -> Policy:
    """For an app that makes tickets in its own process: what its role needs on the bucket, and to let a browser listen.

    `listener_role_arn` is the stack's output `ListenerRole`, where the stage has MQTT.
    """
    lending = [_allow("LendListening", ["sts:AssumeRole"], listener_role_arn)] if listener_role_arn else []
    return _policy(*_signs(lambda keys: f"{bucket_arn}/{keys}", bucket_arn), *lending)


def asks_address(api_arn: str) -> Policy:
    """For an app that asks the stage's address: its two routes.

    `api_arn` is `arn:aws:execute-api:<region>:<account>:<id>`, where the id is the first part of the address.
    Whoever has it names the tenant, so it is for a backend, which knows who is asking, and not for its users.
    """
    # The star is for the API's stage, of which there is one.
    routes = [f"{api_arn}/*/{route}" for route in ("POST/tickets", "GET/formats")]
    return _policy(_allow("AskForTickets", ["execute-api:Invoke"], *routes))


def asks_function(alias_arn: str) -> Policy:
    """For an app that invokes the function `request`: its alias `live`, no other version. It names the tenant, too."""
    return _policy(_allow("AskForTickets", ["lambda:InvokeFunction"], alias_arn))


def trust() -> Policy:
    """Who may take a function's role: Lambda."""
    return _policy({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})


def _signs(objects: Callable[[str], Resource], bucket: Resource) -> list[Statement]:
    return [
        _allow("SignUploads", ["s3:PutObject"], objects("uploads/*")),
        _allow("SignLinks", ["s3:GetObject"], objects("exports/*")),
        _lists(bucket, "exports/*"),
    ]


def _puts_events() -> Statement:
    # For all values, as there are ten of them in a call at most: none may be another's.
    only_ours = {"ForAllValues:StringEquals": {"events:source": "document-export"}}
    return _allow("PutEvents", ["events:PutEvents"], _own(f"events:{_ACCOUNT}:event-bus/default")) | {
        "Condition": only_ours
    }


def _takes_messages(*queues: str, puts_off: bool = True) -> Statement:
    # Lambda polls with the function's role, and asks for these three; the fourth is for what is to come back later.
    actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    later = ["sqs:ChangeMessageVisibility"] if puts_off else []
    return _allow("TakeMessages", [*actions, *later], *(_arn(each) for each in queues))


def _lists(bucket: Resource, *prefixes: str) -> Statement:
    # So that "not there" is 404: S3 answers 403 for a key that does not exist to those who may not list the bucket.
    # Whether they may, it decides with the key as the prefix.
    return _allow("TellMissing", ["s3:ListBucket"], bucket) | {
        "Condition": {"StringLike": {"s3:prefix": list(prefixes)}}
    }


def _logs(group: str) -> Statement:
    return _allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], _arn(group))


def _policy(*statements: Statement) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(sid: str, actions: list[str], *resources: Resource) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": list(resources)}


def _objects(keys: str) -> Resource:
    return {"Fn::Sub": f"${{Bucket.Arn}}/{keys}"}


def _own(resource: str) -> Resource:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{resource}"}


def _queues_named(pattern: str) -> Resource:
    place = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}"
    return {"Fn::Sub": f"{place}:${{self:custom.name}}-{pattern}"}


def _arn(logical_id: str) -> Resource:
    return {"Fn::GetAtt": [logical_id, "Arn"]}
