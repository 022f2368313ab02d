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

type Policy = dict[str, Any]
type Statement = dict[str, Any]
type Resource = str | dict[str, Any]


def exporter(format: str, queue: str, dead_queue: str, log_group: str) -> Policy:
    """Takes jobs from its own queue, reads sources, writes the files of its own format."""
    folder = f"exports/*/*/{format}"
    return _policy(
        _takes_messages(queue),
        _allow("ReadSources", ["s3:GetObject", "s3:GetObjectVersion"], _objects("uploads/*")),
        _allow("WriteFiles", ["s3:GetObject", "s3:PutObject"], _objects(f"{folder}/*")),
        _allow("WithdrawErrors", ["s3:DeleteObject"], _objects(f"{folder}/error.json")),
        _allow("KeepMistakes", ["sqs:SendMessage"], _arn(dead_queue)),
        _lists(_arn("Bucket"), "uploads/*", f"{folder}/*"),
        _logs(log_group),
    )


def dispatch(queue: str, format_queues: Iterable[str], log_group: str) -> Policy:
    """Takes events from the intake queue, looks at what came with the source, puts jobs on the formats' queues.

    Where a job cannot be, it says so in an error.json; it never writes a file.
    """
    return _policy(
        _takes_messages(queue),
        _allow("LookAtSources", ["s3:GetObject", "s3:GetObjectVersion"], _objects("uploads/*")),
        _allow("WriteErrors", ["s3:PutObject"], _objects("exports/*/*/*/error.json")),
        _allow("SendJobs", ["sqs:SendMessage"], *(_arn(each) for each in format_queues)),
        _lists(_arn("Bucket"), "uploads/*"),
        _logs(log_group),
    )


def request(log_group: str) -> Policy:
    """Signs tickets: whoever holds one may do with it at most what is allowed here."""
    return _policy(*_signs(_objects, _arn("Bucket")), _logs(log_group))


def app(bucket_arn: str) -> Policy:
    """For an app that makes tickets in its own process: what its role needs on the bucket."""
    return _policy(*_signs(lambda keys: f"{bucket_arn}/{keys}", bucket_arn))


def trust() -> Policy:
    """Who may take a function's role: Lambda."""
    return _policy({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})


def _signs(objects: Callable[[str], Resource], bucket: Resource) -> list[Statement]:
    return [
        _allow("SignUploads", ["s3:PutObject"], objects("uploads/*")),
        _allow("SignLinks", ["s3:GetObject"], objects("exports/*")),
        _lists(bucket, "exports/*"),
    ]


def _takes_messages(queue: str) -> Statement:
    # Lambda polls with the function's role, and asks for the first three; the last is for a job that is to come back.
    polls = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    return _allow("TakeMessages", [*polls, "sqs:ChangeMessageVisibility"], _arn(queue))


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


def _arn(logical_id: str) -> Resource:
    return {"Fn::GetAtt": [logical_id, "Arn"]}
