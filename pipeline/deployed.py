"""Finds a stage that was deployed to AWS, by the outputs of its stack."""

from __future__ import annotations

import os
from typing import Literal

from exporters.errors import RequestError
from pipeline.client import ExportClient

_SERVICE = "document-export"  # `service` in serverless.yml: osls calls its stacks <service>-<stage>

type Way = Literal["itself", "function", "address"]


def client_of(stage: str, way: Way = "itself") -> ExportClient:
    """A client for a stage in the account and region that boto3 finds.

    It makes tickets itself, or asks the stage's function or its address, where that takes AWS credentials. Raises
    `RequestError` where there is no such stage.
    """
    outputs, region = _outputs(stage)
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")  # boto3 follows it, too
    match way:
        case "itself":
            return ExportClient(outputs["Bucket"], region, endpoint=endpoint)
        case "function":
            return ExportClient.of_function(outputs["RequestFunction"], region, endpoint=endpoint)
        case "address":
            return ExportClient.at(outputs["RequestUrl"], region=region)


def _outputs(stage: str) -> tuple[dict[str, str], str]:
    """The outputs of the stage's stack, and its region."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    name = f"{_SERVICE}-{stage}"
    try:
        cloudformation = boto3.client("cloudformation")
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except (BotoCoreError, ClientError) as error:
        raise RequestError(f"The stage {stage!r} was not found: AWS says of the stack {name}: {error}") from None
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}
    return outputs, cloudformation.meta.region_name
