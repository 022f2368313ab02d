"""Finds a stage that was deployed to AWS, by the outputs of its stack."""

from __future__ import annotations

from exporters.errors import RequestError
from pipeline.client import ExportClient

_SERVICE = "document-export"  # `service` in serverless.yml: osls calls its stacks <service>-<stage>


def client_of(stage: str) -> ExportClient:
    """A client for a stage in the account and region that boto3 finds. Raises `RequestError` where there is none."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    name = f"{_SERVICE}-{stage}"
    try:
        cloudformation = boto3.client("cloudformation")
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except (BotoCoreError, ClientError) as error:
        raise RequestError(f"The stage {stage!r} was not found: AWS says of the stack {name}: {error}") from None
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}
    return ExportClient(outputs["Bucket"], cloudformation.meta.region_name)
