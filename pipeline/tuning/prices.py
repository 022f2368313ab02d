"""AWS list prices, dated, with their source: what an export costs is arithmetic.

Prices are those of us-east-1, in US dollars, before the free tier and before any discount for volume. Light on purpose:
every function imports this to put a cost on its own log line.
"""

from __future__ import annotations

from typing import Literal

from exporters.frozen import frozen

type Architecture = Literal["arm64", "x86_64"]


@frozen
class Prices:
    """One list of prices, as it stood on a day."""

    as_of: str
    source: str
    gb_second_arm64: float
    gb_second_x86_64: float
    lambda_request: float
    sqs_request: float
    """For each 64 kB of a message or a part of it; ours are far below."""
    sqs_fair_surcharge: float
    """On top, for messages with a MessageGroupId on a standard queue, which makes the queue fair between tenants."""
    s3_write: float
    """PUT, POST, COPY and LIST. DELETE is free."""
    s3_read: float
    """GET, HEAD and all others."""
    gb_to_internet: float
    """Beyond the first 100 GB of a month, which are free."""


LIST = Prices(
    as_of="2026-09-19",
    source="Lambda and S3: AWS Price List API; SQS: public guides to its pricing page; us-east-1, first tier",
    gb_second_arm64=0.0000133334,
    gb_second_x86_64=0.0000166667,
    lambda_request=0.20 / 1e6,
    sqs_request=0.40 / 1e6,
    sqs_fair_surcharge=0.10 / 1e6,
    s3_write=5.00 / 1e6,
    s3_read=0.40 / 1e6,
    gb_to_internet=0.09,
)


def compute_usd(memory_mb: int, billed_ms: float, architecture: Architecture = "arm64") -> float:
    """What Lambda asks for the time of one invocation, in dollars.

    `billed_ms` is the duration rounded up to whole milliseconds, with INIT where there was one: it is billed since
    2025-08-01. Lambda counts a GB as 1,024 MB.
    """
    per_gb_second = LIST.gb_second_arm64 if architecture == "arm64" else LIST.gb_second_x86_64
    return memory_mb / 1024 * billed_ms / 1000 * per_gb_second


def requests_usd(
    *, invocations: int = 0, sqs: int = 0, sqs_fair: int = 0, s3_writes: int = 0, s3_reads: int = 0
) -> float:
    """What requests cost, in dollars: Lambda invocations, calls to SQS, and both classes of calls to S3.

    `sqs` counts every call to SQS; `sqs_fair` says how many of them were about messages with a MessageGroupId.
    """
    return (
        invocations * LIST.lambda_request
        + sqs * LIST.sqs_request
        + sqs_fair * LIST.sqs_fair_surcharge
        + s3_writes * LIST.s3_write
        + s3_reads * LIST.s3_read
    )
