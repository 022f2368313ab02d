"""What all tests share."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A machine that has much else to do is no mistake.
settings.register_profile("at any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("at any speed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the golden files with what the exporters make now")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether goldens are to be rewritten instead of compared."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture
def rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made, for tests of what has to leave it empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder
