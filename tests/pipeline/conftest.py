"""The pipeline's surroundings: storage and queues that are real servers on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote_plus

import pytest
from steps import EVENTS, Steps, forget_settings
from troubles import LIMITS, SETTINGS, Ailing, fall_ill, two_channels

from exporters import registry
from pipeline.local.server import REGION, ROOT_USER, Server
from pipeline.local.stack import LocalStack
from pipeline.local.template import Limits


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """The whole pipeline, deployed as it is. Six timeouts are long for a test: a killed job comes back sooner here."""
    limits = {f"export-{name}": Limits(visibility_s=registry.get(name).timeout_s + 1) for name in registry.names()}
    with LocalStack(limits) as running:
        yield running


@pytest.fixture(scope="session")
def ailing_stack() -> Iterator[Ailing]:
    with pytest.MonkeyPatch.context() as patch:
        two_channels(patch)
        running = LocalStack(LIMITS, SETTINGS)
        with running:
            ill = fall_ill(running)
            patch.undo()  # so that other tests meet the formats as they are
            yield ill


@pytest.fixture
def ailing(ailing_stack: Ailing, monkeypatch: pytest.MonkeyPatch) -> Ailing:
    """A stack of its own in which much is wrong; each test mends what nobody else looks at."""
    two_channels(monkeypatch)
    return ailing_stack


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """S3 and SQS without any function, so that a test can play every step itself."""
    server = Server({})
    server.start()
    yield server
    server.stop()


@pytest.fixture
def steps(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    """The three steps, to be played by hand against real storage and queues."""
    steps = Steps(server)
    for name, value in {
        "BUCKET": steps.bucket,
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_ACCESS_KEY_ID": ROOT_USER.access_key,
        "AWS_SECRET_ACCESS_KEY": ROOT_USER.secret_key,
        "QUEUE_PREFIX": steps.prefix,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
    }.items():
        monkeypatch.setenv(name, value)
    forget_settings()
    yield steps
    forget_settings()


@pytest.fixture
def arrived() -> Callable[..., str]:
    """The event that S3 sends for a key, encoded as S3 encodes it."""

    def body(key: str, version: str, event: str = "s3_object_created_post.json") -> str:
        text = (EVENTS / event).read_text()
        return text.replace("KEY", quote_plus(key, safe="/")).replace("VERSION", version)

    return body
