"""What storage itself refuses, whatever a browser sends. Asked of two servers that check as S3 does."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.local.stack import LocalStack
from pipeline.request import Place, Request, Ticket, make_ticket
from pipeline.signing import Credentials, sign_link

pytestmark = pytest.mark.xdist_group("storage")

SOURCE = b"# Notes\n"
FORMATS = ["text", "html"]
SEAWEED = Credentials("seaweed", "seaweedsecret")
REFUSED = (400, 403)


class Bucket:
    """A bucket, and the credentials that sign its tickets."""

    def __init__(self, place: Place, credentials: Credentials) -> None:
        self.place, self.credentials = place, credentials

    def ticket(self, now: datetime | None = None, **asked: Any) -> Ticket:
        wanted: dict[str, Any] = {"tenant": "acme", "filename": "notes.md", "formats": FORMATS, "max_bytes": 100}
        return make_ticket(Request(**(wanted | asked)), self.place, self.credentials, now or datetime.now(UTC))


@pytest.fixture(scope="module")
def ministack(stack: LocalStack) -> Bucket:
    address = stack.address
    credentials = Credentials(address.access_key, address.secret_key)
    return Bucket(Place(address.bucket, address.region, address.endpoint), credentials)


@pytest.fixture(scope="module")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    folder = tmp_path_factory.mktemp("seaweedfs")
    identity = {"accessKey": SEAWEED.access_key, "secretKey": SEAWEED.secret_key}
    rights = ["Admin", "Read", "Write", "List", "Tagging"]
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [{"name": "app", "credentials": [identity], "actions": rights}]}))
    with _seaweedfs_server(folder, config) as endpoint:
        _create_bucket(endpoint)
        yield Bucket(Place("exports", "us-east-1", endpoint), SEAWEED)


@pytest.fixture(params=["ministack", "seaweedfs"])
def bucket(request: pytest.FixtureRequest) -> Bucket:
    """The same questions to both."""
    found: Bucket = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("filename", ["Übung 1+1 👩‍👧.md", "${filename}.md"])
def test_a_form_takes_what_was_agreed_and_the_links_lead_to_it(bucket: Bucket, filename: str) -> None:
    ticket = bucket.ticket(filename=filename, tags={"source": "${filename}"})
    assert post(ticket, SOURCE) == 201
    assert requests.get(ticket.formats["text"].error_url, timeout=9).status_code == 404
    assert requests.get(ticket.status_url, timeout=9).status_code == 200


@pytest.mark.parametrize("size", [0, 101])
def test_a_source_outside_the_size_range(bucket: Bucket, size: int) -> None:
    assert post(bucket.ticket(), b"x" * size) in REFUSED


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "uploads/acme/another/notes.md"},
        {"key": "uploads/rival/j1/notes.md"},
        {"key": "exports/acme/j1/text/notes.txt"},
        {"x-amz-meta-formats": "text,html,pdf"},
        {"x-amz-meta-options": '{"html":{"raw_html":"keep"}}'},
        {"x-amz-meta-tags": '{"customer":"43"}'},
        {"Content-Type": "text/html"},
        {"x-amz-meta-extra": "not agreed"},
        {"x-amz-credential": "AKIDANOTHER/20261123/us-east-1/s3/aws4_request"},
        {"x-amz-signature": "0" * 64},
    ],
    ids=lambda changed: "-".join(f"{name}={value[:20]}" for name, value in changed.items()),
)
def test_a_form_with_another_field_than_agreed(bucket: Bucket, changed: dict[str, str]) -> None:
    ticket = bucket.ticket(job="j1", options={"html": {"toc": True}}, tags={"customer": "42"})
    assert post(ticket, SOURCE, **changed) in REFUSED


@pytest.mark.parametrize("missing", ["x-amz-meta-formats", "Content-Type", "policy", "x-amz-signature"])
def test_a_form_without_a_field_that_was_agreed(bucket: Bucket, missing: str) -> None:
    ticket = bucket.ticket()
    fields = {name: value for name, value in ticket.upload.fields.items() if name != missing}
    assert post(replace(ticket, upload=replace(ticket.upload, fields=fields)), SOURCE) in REFUSED


def test_an_expired_form(bucket: Bucket) -> None:
    ticket = bucket.ticket(now=datetime.now(UTC) - timedelta(minutes=16))
    assert post(ticket, SOURCE) in REFUSED


def test_a_form_whose_policy_was_widened(bucket: Bucket) -> None:
    ticket = bucket.ticket()
    policy = json.loads(b64decode(ticket.upload.fields["policy"]))
    policy["conditions"] = [
        ["content-length-range", 1, 10**9] if "content-length-range" in condition else condition
        for condition in policy["conditions"]
    ]
    wider = b64encode(json.dumps(policy).encode()).decode()
    assert post(ticket, b"x" * 101, policy=wider) in REFUSED


def test_an_expired_link(bucket: Bucket) -> None:
    ticket = bucket.ticket(now=datetime.now(UTC) - timedelta(hours=25))
    assert requests.get(ticket.formats["text"].url, timeout=9).status_code in REFUSED
    assert requests.get(ticket.status_url, timeout=9).status_code in REFUSED


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("/acme/", "/rival/"),
        ("/j1/", "/j2/"),
        ("/text/", "/html/"),
        ("X-Amz-Expires=86400", "X-Amz-Expires=604800"),
        ("response-content-type=text%2Fplain", "response-content-type=text%2Fhtml"),
        ("attachment%3B", "inline%3B"),
    ],
)
def test_a_link_that_was_altered(bucket: Bucket, part: str, other: str) -> None:
    url = bucket.ticket(job="j1").formats["text"].url
    assert part in url
    assert requests.get(url.replace(part, other), timeout=9).status_code in REFUSED


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD"])
def test_a_link_used_for_another_method(bucket: Bucket, method: str) -> None:
    url = bucket.ticket().formats["text"].url
    assert requests.request(method, url, data=b"mine now", timeout=9).status_code in REFUSED


@pytest.mark.parametrize("prefix", ["exports%2Frival%2F", "exports%2F", "uploads%2F", ""])
def test_a_listing_of_another_prefix(bucket: Bucket, prefix: str) -> None:
    url = bucket.ticket(job="j1").status_url
    assert "prefix=exports%2Facme%2Fj1%2F" in url
    other = url.replace("prefix=exports%2Facme%2Fj1%2F", f"prefix={prefix}")
    assert requests.get(other, timeout=9).status_code in REFUSED


def test_anybody_without_a_signature(bucket: Bucket) -> None:
    ticket = bucket.ticket()
    assert post(ticket, SOURCE) == 201
    base = bucket.place.url
    for path in (ticket.upload.fields["key"], f"exports/acme/{ticket.job}/text/notes.txt", "?list-type=2"):
        assert requests.get(base + path, timeout=9).status_code in REFUSED
    assert requests.put(base + "uploads/acme/j/notes.md", data=SOURCE, timeout=9).status_code in REFUSED


def test_the_apps_own_key_reads_no_source_and_writes_no_file(ministack: Bucket) -> None:
    """What a leaked signing key could do is what policies.py allows, and no more."""
    ticket = ministack.ticket()
    assert post(ticket, SOURCE) == 201
    now, hour = datetime.now(UTC), timedelta(hours=1)
    place = ministack.place
    source = sign_link(ministack.credentials, place.region, place.url + ticket.upload.fields["key"], {}, now, hour)
    assert requests.get(source, timeout=9).status_code == 403
    listing = sign_link(
        ministack.credentials, place.region, place.url, {"list-type": "2", "prefix": "uploads/"}, now, hour
    )
    assert requests.get(listing, timeout=9).status_code == 403


def post(ticket: Ticket, data: bytes, **changed: str) -> int:
    """What a browser does with the form; the status that storage answers."""
    fields = dict(ticket.upload.fields) | changed
    return requests.post(ticket.upload.url, data=fields, files={"file": ("notes.md", data)}, timeout=9).status_code


@contextmanager
def _seaweedfs_server(folder: Path, config: Path) -> Iterator[str]:
    names = ["master.port", "volume.port", "filer.port", "s3.port"]
    ports = dict(zip([*names, *(f"{name}.grpc" for name in names)], _free_ports(8), strict=True))
    command = [str(Path(sys.executable).parent / "weed"), "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3"]
    command += [f"-dir={folder}", f"-s3.config={config}", "-volume.max=20", "-master.volumeSizeLimitMB=30"]
    command += ["-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += [f"-{name}={port}" for name, port in ports.items()]
    log = folder / "weed.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True)
    try:
        yield f"http://127.0.0.1:{ports['s3.port']}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _create_bucket(endpoint: str) -> None:
    s3 = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id=SEAWEED.access_key,
        aws_secret_access_key=SEAWEED.secret_key,
        config=Config(retries={"max_attempts": 0}, connect_timeout=1, read_timeout=5),
    )
    for _ in range(240):  # four seconds, on a machine that has nothing else to do
        try:
            s3.create_bucket(Bucket="exports")
            s3.put_object(Bucket="exports", Key="ready", Body=b"x")
            return
        except (BotoCoreError, ClientError):
            time.sleep(0.25)
    pytest.fail("SeaweedFS did not start.")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
