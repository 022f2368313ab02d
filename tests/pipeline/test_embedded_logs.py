"""The embedded stack's logs: all that functions say is there, for what an export cost is read out of them."""

from __future__ import annotations

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Any

from steps import Steps

LINES = 9_000  # what a pipe holds, so that all of it is still there to be read when the answer comes
SAYS = f"""
import sys

def handler(event, context):
    sys.stderr.write("".join(f"{{event}}{{number}}\\n" for number in range({LINES})))
"""


def test_what_functions_say_at_the_same_time_is_logged_whole(steps: Steps) -> None:
    functions = [made(steps, f"says-{number}") for number in range(6)]

    with ThreadPoolExecutor(len(functions)) as pool:
        for turn in "ab":
            list(pool.map(invoke, repeat(steps), functions, repeat(turn)))

    for name in functions:
        found = said(steps, name)
        for turn in "ab":
            assert [message for message in found if message.startswith(turn)] == [f"{turn}{n}" for n in range(LINES)]


def made(steps: Steps, name: str) -> str:
    """A function that says much and answers at once."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("says.py", SAYS)
    name = f"{steps.bucket}-{name}"
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = steps.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    steps.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="says.handler",
        Code={"ZipFile": package.getvalue()},
        Timeout=60,
    )
    return name


def invoke(steps: Steps, function: str, event: str) -> None:
    answer = steps.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    assert "FunctionError" not in answer, answer["Payload"].read()


def said(steps: Steps, function: str) -> list[str]:
    """In order, all of its runs."""
    asked: dict[str, Any] = {"logGroupName": f"/aws/lambda/{function}"}
    logs = steps.client("logs")
    streams = logs.describe_log_streams(**asked)["logStreams"]
    return [
        event["message"]
        for each in sorted(streams, key=lambda each: each["creationTime"])
        for event in logs.get_log_events(**asked, logStreamName=each["logStreamName"], startFromHead=True)["events"]
    ]
