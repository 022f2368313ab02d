"""MQTT through IoT Core: how a browser hears of its job without asking again and again, and of no other job.

A ticket gets a link to the account's broker that is signed with credentials made for this one ticket: they may connect
as one client, subscribe to one topic and receive from it, and nothing else. They live for an hour, in the link alone.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from copy import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from exporters.frozen import frozen
from pipeline.addresses import service_url
from pipeline.aws import Caller
from pipeline.errors import Refused
from pipeline.request import Place, Push, Ticket
from pipeline.settings import Settings
from pipeline.signing import Credentials, sign_socket

LISTEN = timedelta(hours=1)  # the longest session that STS gives to who has a role's session already, as functions do

_VERSION = "2011-06-15"  # of STS's API


@frozen
class Broker:
    """Where a stage's notices are published, and the role that listens; the stack's outputs say both."""

    stage: str
    role: str
    """Its ARN: arn:aws:iam::123456789012:role/…"""
    host: str
    """The account's own, such as a1b2c3-ats.iot.eu-west-1.amazonaws.com."""

    @staticmethod
    def of(settings: Settings) -> Broker:
        return Broker(settings.stage, settings.mqtt_role, settings.iot_endpoint)


def with_push(ticket: Ticket, broker: Broker, place: Place, credentials: Credentials, now: datetime) -> Ticket:
    """The ticket with word of where a browser can listen. Raises `Refused` or `Unavailable` as STS does."""
    topic = topic_of(broker.stage, ticket.tenant, ticket.job)
    # Nobody can guess it: a broker closes a connection when another comes with the same id.
    client = f"{client_prefix(broker.stage)}{uuid.uuid4().hex}"
    session = _session(broker, topic, client, place, credentials)
    scheme = "ws" if place.endpoint else "wss"
    ends = min(now + LISTEN, session.expires_at or now + LISTEN)
    url = sign_socket(session, place.region, f"{scheme}://{broker.host}/mqtt", now, ends - now)
    return replace(ticket, push=Push(url, topic, client, f"{ends.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"))


def topic_of(stage: str, tenant: str, job: str) -> str:
    """Where a job's notices are published."""
    return f"{topic_prefix(stage)}{tenant}/{job}"


def topic_prefix(stage: str) -> str:
    """What all topics of a stage begin with."""
    return f"document-export/{stage}/"


def client_prefix(stage: str) -> str:
    """What the ids of all clients of a stage begin with."""
    return f"document-export-{stage}-"


def session_policy(arn_prefix: str, topic: str, client: str) -> dict[str, Any]:
    """What one listener may do. `arn_prefix` is `arn:aws:iot:<region>:<account>:`; STS takes 2,048 characters."""
    allowed = {"Connect": f"client/{client}", "Subscribe": f"topicfilter/{topic}", "Receive": f"topic/{topic}"}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": f"iot:{action}", "Resource": arn_prefix + resource}
            for action, resource in allowed.items()
        ],
    }


def _session(broker: Broker, topic: str, client: str, place: Place, credentials: Credentials) -> Credentials:
    """Credentials that may listen to one topic. Raises `Refused` or `Unavailable`."""
    partition, account = broker.role.split(":")[1], broker.role.split(":")[4]
    policy = session_policy(f"arn:{partition}:iot:{place.region}:{account}:", topic, client)
    asked = {
        "Action": "AssumeRole",
        "Version": _VERSION,
        "RoleArn": broker.role,
        "RoleSessionName": client[-32:],
        "DurationSeconds": str(int(LISTEN.total_seconds())),
        "Policy": json.dumps(policy, separators=(",", ":")),
    }
    answer = Caller(credentials, place.region).call(
        "sts",
        "POST",
        service_url("sts", place.region, place.endpoint) + "/",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode(asked).encode(),
    )
    found = _texts(answer.body, "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "Code")
    if answer.status >= 300:
        why = found.get("Code", answer.status)
        raise Refused(f"STS refused the role {broker.role} ({why}). See pipeline/policies.py.")
    ends = datetime.fromisoformat(found["Expiration"])
    return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"], ends)


def _texts(xml: bytes, *names: str) -> Mapping[str, str]:
    """The texts of elements that hold text alone, as those of STS do. An XML parser takes 10 ms to import."""
    found = {name: re.search(rf"<{name}>([^<]*)</{name}>", xml.decode()) for name in names}
    return {name: match[1] for name, match in found.items() if match}
