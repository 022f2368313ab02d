"""Finds a stage that was deployed to AWS, by the outputs of its stack."""

from __future__ import annotations

import os
from typing import Literal

from exporters.errors import RequestError
from pipeline.client import ExportClient
from pipeline.deployment.account import SERVICE, account, find_stack, outputs_of

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
    where = account()
    stack = find_stack(where.client("cloudformation"), f"{SERVICE}-{stage}")
    if stack is None:
        raise RequestError(f"There is no stage {stage!r} in account {where.id}, region {where.region}.")
    return outputs_of(stack), where.region
