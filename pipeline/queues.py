"""The only module that speaks to SQS, in JSON over HTTP (Amazon SQS Developer Guide, "AWS JSON protocol")."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from exporters.frozen import frozen
from pipeline.aws import Caller
from pipeline.errors import Refused
from pipeline.settings import Settings

DEAD = "-dead"  # what a dead-letter queue is called after its queue
REPLAYED = "replayed"  # an attribute of a message that was a dead letter: when it was sent again
NEXT = "-next"  # what the queue of an exporter's next version is called after that of its live one
LARGE = "-large"  # what the larger function of a format is called after the other one, and its queue


def dead_queue_of(arn: str) -> str:
    """The name of the queue for what failed on this one: all queues of a format share it."""
    return arn.rpartition(":")[2].removesuffix(NEXT).removesuffix(LARGE) + DEAD


def replayed_of(record: Mapping[str, Any]) -> str:
    """When an operator has taken a message back from the dead letters, as Lambda hands it out; "" where nobody has."""
    found: str = record.get("messageAttributes", {}).get(REPLAYED, {}).get("stringValue", "")
    return found


@frozen
class Message:
    body: str
    group: str
    """The tenant. On a standard queue a group orders nothing: it turns on fair queues, so that one tenant's thousand
    jobs do not stand before another's one."""
    replayed: str = ""
    """Where it was a dead letter: when it was sent again."""


@frozen
class Taken:
    """A message that is hidden from all others for a while."""

    receipt: str
    """With which it is given back."""
    body: str
    sent_ms: float
    """When it was sent, in Unix time."""


@frozen
class Count:
    """How many messages a queue has, nearly: SQS's figures come from many machines, and are some seconds old."""

    waiting: int
    in_flight: int
    """Taken, and neither done nor given back."""


class Queues:
    """The queues of one account, reached by the ARN of one of them and their names."""

    def __init__(self, caller: Caller, settings: Settings) -> None:
        self._caller = caller
        self._region = settings.region
        suffix = "amazonaws.com.cn" if settings.region.startswith("cn-") else "amazonaws.com"
        self._endpoint = settings.endpoint or f"https://sqs.{settings.region}.{suffix}"

    def send(self, near_arn: str, name: str, message: Message, delay_s: int = 0) -> None:
        """Puts a message on the queue `name` in the account of the queue `near_arn`.

        It is received after the delay, of at most 900 seconds.
        """
        request: dict[str, object] = {
            "QueueUrl": self._url(near_arn, name),
            "MessageBody": message.body,
            "MessageGroupId": message.group,
            **({"DelaySeconds": delay_s} if delay_s else {}),
        }
        if message.replayed:
            request["MessageAttributes"] = {REPLAYED: {"DataType": "String", "StringValue": message.replayed}}
        self._call("SendMessage", request)

    def hide(self, arn: str, receipt: str, seconds: int) -> None:
        """Lets a message that is being worked on come back after this many seconds, if it is not done by then."""
        self._call(
            "ChangeMessageVisibility",
            {"QueueUrl": self._url(arn), "ReceiptHandle": receipt, "VisibilityTimeout": seconds},
        )

    def take(self, near_arn: str, name: str, seconds: int) -> list[Taken]:
        """At most ten messages of the queue `name`, which nobody else sees for so long."""
        request = {
            "QueueUrl": self._url(near_arn, name),
            "MaxNumberOfMessages": 10,
            "VisibilityTimeout": seconds,
            "WaitTimeSeconds": 1,  # without, not all of SQS's machines are asked
            "MessageSystemAttributeNames": ["SentTimestamp"],
        }
        return [
            Taken(each["ReceiptHandle"], each["Body"], float(each["Attributes"]["SentTimestamp"]))
            for each in self._call("ReceiveMessage", request).get("Messages", ())
        ]

    def give_back(self, near_arn: str, name: str, messages: Sequence[Taken]) -> None:
        """Shows messages again that were taken, at most ten."""
        entries = [
            {"Id": str(number), "ReceiptHandle": each.receipt, "VisibilityTimeout": 0}
            for number, each in enumerate(messages)
        ]
        self._call("ChangeMessageVisibilityBatch", {"QueueUrl": self._url(near_arn, name), "Entries": entries})

    def count(self, near_arn: str, name: str) -> Count:
        """Asks the queue `name` how many messages it has. Raises `Refused` if it is not there."""
        waiting, in_flight = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
        request = {"QueueUrl": self._url(near_arn, name), "AttributeNames": [waiting, in_flight]}
        found = self._call("GetQueueAttributes", request)["Attributes"]
        return Count(int(found[waiting]), int(found[in_flight]))

    def _url(self, arn: str, name: str = "") -> str:
        *_, account, own_name = arn.split(":")
        return f"{self._endpoint}/{account}/{name or own_name}"

    def _call(self, action: str, request: Mapping[str, object]) -> dict[str, Any]:
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"AmazonSQS.{action}"}
        body = json.dumps(request).encode()
        answer = self._caller.call("sqs", "POST", f"{self._endpoint}/", headers=headers, body=body)
        found: dict[str, Any] = json.loads(answer.body or b"{}")
        if answer.status >= 300:
            code = str(found.get("__type", answer.status)).rpartition("#")[2]
            queue = str(request["QueueUrl"]).rpartition("/")[2]
            raise Refused(f"SQS refused {action} on {queue} ({code}). See pipeline/policies.py.")
        return found
