"""What an export costs, worked by hand."""

from __future__ import annotations

import pytest

from pipeline.tuning.prices import compute_usd, requests_usd


def test_compute_is_gigabytes_times_seconds_times_the_price_of_the_architecture() -> None:
    # 1,769 MB are 1.7275390625 GB; for 1.5 s that is 2.59130859375 GB-s.
    assert compute_usd(1769, 1500) == pytest.approx(2.59130859375 * 0.0000133334)
    assert compute_usd(1769, 1500, "x86_64") == pytest.approx(2.59130859375 * 0.0000166667)


def test_a_million_short_exports_of_half_a_gigabyte_cost_two_dollars() -> None:
    # 0.5 GB x 0.3 s x 10^6 = 150,000 GB-s x $0.0000133334 = $2.00001.
    assert compute_usd(512, 300) * 1e6 == pytest.approx(2.00001)


def test_nothing_billed_costs_nothing() -> None:
    assert compute_usd(10_240, 0) == 0
    assert requests_usd() == 0


def test_each_kind_of_request_has_its_own_price() -> None:
    assert requests_usd(invocations=1_000_000) == pytest.approx(0.20)
    assert requests_usd(sqs=1_000_000) == pytest.approx(0.40)
    assert requests_usd(s3_writes=1_000_000) == pytest.approx(5.00)
    assert requests_usd(s3_reads=1_000_000) == pytest.approx(0.40)


def test_requests_add_up() -> None:
    # 2 invocations, 6 calls to SQS of which 3 fair, 2 writes and 4 reads, in millionths of a dollar:
    # 0.4 + 2.4 + 0.3 + 10 + 1.6.
    assert requests_usd(invocations=2, sqs=6, sqs_fair=3, s3_writes=2, s3_reads=4) == pytest.approx(14.7e-6)
