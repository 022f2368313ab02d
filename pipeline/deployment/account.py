"""The account and region that an operator works in, as boto3 finds them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from exporters.errors import RequestError

SERVICE = "document-export"  # `service` in serverless.yml: osls calls its stacks <service>-<stage>


class AwsSaidNo(RequestError):
    """AWS refused a call of an operator's command, or there is nobody to ask. Says what AWS said."""

    code = "aws-said-no"


@dataclass(frozen=True, slots=True)
class Account:
    """Where a command works. `client(service)` is a boto3 client."""

    id: str
    region: str
    who: str
    """The ARN of whose credentials they are."""
    client: Callable[[str], Any]

    @property
    def partition(self) -> str:
        """What ARNs begin with: `aws`, or that of China or of the government's regions."""
        return self.who.split(":")[1]


def account() -> Account:
    """Whose credentials boto3 finds, and for which region. Raises `AwsSaidNo` where there are none."""
    import boto3

    # As the aws command does it; boto3 itself knows AWS_DEFAULT_REGION and the profile alone.
    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
    region = session.region_name
    if not region:
        raise AwsSaidNo("No region is set. Set AWS_REGION, such as AWS_REGION=eu-west-1, or one in your AWS profile.")
    with saying("ask who you are"):
        found = session.client("sts", region_name=region).get_caller_identity()
    return Account(found["Account"], region, found["Arn"], lambda service: session.client(service, region_name=region))


@contextmanager
def saying(what: str) -> Iterator[None]:
    """Turns what boto3 raises into one sentence: that AWS did not `what`, and why. Raises `AwsSaidNo`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {})
        raise AwsSaidNo(f"Could not {what}: AWS says {told.get('Code')}: {told.get('Message')}") from None
    except BotoCoreError as error:
        raise AwsSaidNo(f"Could not {what}: {error}. Log in as you do for the aws command, and try again.") from None


def outputs_of(stack: Mapping[str, Any]) -> dict[str, str]:
    """What a stack tells of itself, by name."""
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}


def find_stack(cloudformation: Any, name: str) -> dict[str, Any] | None:
    """What CloudFormation knows of a stack; None where there is none."""
    from botocore.exceptions import ClientError

    with saying(f"look for the stack {name}"):
        try:
            found: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
    return found
