"""AWS list prices of what is paid for by the month, and what an account has for nothing, dated, with their source.

Apart from `prices`, which every function imports when it starts: none of them needs these. Prices are those of
us-east-1, in US dollars.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StandingPrices:
    """What is paid for by the month, whether anybody exports or not."""

    as_of: str
    source: str
    alarm_metric: float
    """For each metric that an alarm looks at, in periods of a minute or more."""
    custom_metric: float
    """For each value of its dimensions, by the hours in which it is sent; the first 10,000."""
    dashboard: float
    log_gb_taken_in: float
    log_gb_month: float
    """Kept, as it is compressed."""
    s3_gb_month: float
    """S3 Standard; the first 50 TB."""


@dataclass(frozen=True, slots=True)
class FreeTier:
    """What an account has for nothing in every month, as long as it exists; all stages of it share that."""

    as_of: str
    source: str
    sqs_requests: int
    lambda_requests: int
    lambda_gb_seconds: int
    alarm_metrics: int
    custom_metrics: int
    dashboards: int
    dashboard_metrics: int
    """As many as one of them may show; with more it is not free at all."""
    log_gb: float
    """Taken in, kept and searched, together."""


STANDING = StandingPrices(
    as_of="2026-09-24",
    source="AWS Price List API; the pages 'Amazon CloudWatch pricing' and 'Amazon S3 pricing'",
    alarm_metric=0.10,
    custom_metric=0.30,
    dashboard=3.00,
    log_gb_taken_in=0.50,
    log_gb_month=0.03,
    s3_gb_month=0.023,
)

FREE = FreeTier(
    as_of="2026-09-24",
    source="the pages 'Amazon SQS pricing', 'AWS Lambda pricing' and 'Amazon CloudWatch pricing', free tier",
    sqs_requests=1_000_000,
    lambda_requests=1_000_000,
    lambda_gb_seconds=400_000,
    alarm_metrics=10,
    custom_metrics=10,
    dashboards=3,
    dashboard_metrics=50,
    log_gb=5,
)
