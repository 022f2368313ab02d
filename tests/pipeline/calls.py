"""What the steps ask of AWS, as IAM sees it: recorded while they run against real storage and queues."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from pipeline.aws import Answer, Caller
from pipeline.local.server import REGION

ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Asked:
    """One thing that a role must be allowed for a call to be answered."""

    action: str
    resource: str
    context: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)


def record(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """The list grows with every call that any step makes from now on; the calls themselves go through."""
    found: list[Asked] = []
    real = Caller.call

    def call(self: Caller, service: str, method: str, url: str, **more: Any) -> Answer:
        answer = real(self, service, method, url, **more)
        found.extend(asked(service, method, url, more.get("query") or {}, more, answer.status))
        return answer

    monkeypatch.setattr(Caller, "call", call)
    return found


def asked(
    service: str, method: str, url: str, query: Mapping[str, str], more: Mapping[str, Any], status: int
) -> Iterator[Asked]:
    """By the Service Authorization Reference: which action, on which resource."""
    path, headers, body = unquote(urlsplit(url).path), more.get("headers") or {}, more.get("body") or b""
    target = headers.get("x-amz-target", "").rpartition(".")[2]
    match service:
        case "s3":
            yield from _s3(method, path, query, status)
        case "sqs":
            queue = json.loads(body)["QueueUrl"].rpartition("/")[2]
            yield Asked(f"sqs:{target.removesuffix('Batch')}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
        case "ssm":
            name = json.loads(body)["Name"].lstrip("/")
            yield Asked(f"ssm:{target}", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{name}")
        case "events":
            sources = [each["Source"] for each in json.loads(body)["Entries"]]
            bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
            yield Asked(f"events:{target}", bus, {"events:source": sources})
        case "iotdata":
            yield Asked("iot:Publish", f"arn:aws:iot:{REGION}:{ACCOUNT}:topic/{path.removeprefix('/topics/')}")
        case "sts":
            form = parse_qs(body.decode())
            yield Asked(f"sts:{form['Action'][0]}", form["RoleArn"][0])
        case _:
            raise AssertionError(f"Nobody has said what a call to {service!r} needs of IAM.")


def link(url: str, method: str = "GET", status: int = 404) -> list[Asked]:
    """What a signed link asks for when somebody follows it; by default, before there is anything behind it."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return list(_s3(method, unquote(parts.path), query, status))


_OBJECTS = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "POST": "PutObject", "DELETE": "DeleteObject"}


def _s3(method: str, path: str, query: Mapping[str, str], status: int) -> Iterator[Asked]:
    bucket, _, key = path.lstrip("/").partition("/")
    if not key:
        yield Asked("s3:ListBucket", f"arn:aws:s3:::{bucket}", {"s3:prefix": query["prefix"]})
        return
    version = "Version" if query.get("versionId") else ""
    yield Asked(f"s3:{_OBJECTS[method]}{version}", f"arn:aws:s3:::{bucket}/{key}")
    if status == 404:  # which S3 says only to those who may list the bucket, with the key as the prefix
        yield Asked("s3:ListBucket", f"arn:aws:s3:::{bucket}", {"s3:prefix": key})
