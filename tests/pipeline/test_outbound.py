"""A post to a host that is not AWS's: to a public address, over TLS that is verified, and to nowhere else."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from receivers import receiving, talking

from pipeline import outbound
from pipeline.errors import NotTold
from pipeline.outbound import is_public, post


@pytest.mark.parametrize("status", [200, 204, 301, 307, 400, 410, 500, 503])
def test_the_status_is_what_counts(status: int) -> None:
    with receiving() as receiver:
        receiver.statuses, receiver.location = [status], f"http://127.0.0.1:{receiver.port}/elsewhere"
        answer = post(f"http://127.0.0.1:{receiver.port}/x?a=1", {"webhook-id": "m"}, b'{"a": 1}', private=True)

        assert answer == status
        (received,) = receiver.all()  # and nobody went elsewhere
        assert (received.path, received.body, received.headers["webhook-id"]) == ("/x?a=1", b'{"a": 1}', "m")
        assert received.headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", 200),
        (b"HTTP/1.0 404 Not Found\r\n\r\nno", 404),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n", 202),
        (b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\nx: y\r\n\r\nHTTP/1.1 500 No\r\n\r\n", 500),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n" + b"x" * 200_000, 200),
    ],
    ids=["plain", "old", "continue", "hints", "huge"],
)
def test_answers_are_read_as_far_as_they_matter(answer: bytes, status: int) -> None:
    with talking(lambda connection: connection.sendall(answer)) as port:
        assert post(f"http://127.0.0.1:{port}/", {}, b"", private=True) == status


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 2", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_what_is_no_answer_is_an_error(answer: bytes) -> None:
    with talking(lambda connection: connection.sendall(answer)) as port, pytest.raises(NotTold, match="webhook at 127"):
        post(f"http://127.0.0.1:{port}/", {}, b"", private=True)


def test_one_that_keeps_talking_does_not_keep_us(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then is no answer: the time is that of the whole exchange, not of each byte."""

    def drip(connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 100 Continue\r\nx: " + b"y" * 10_000:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    monkeypatch.setattr(outbound, "_TIMEOUT_S", 0.5)
    with talking(drip) as port, pytest.raises(NotTold, match="TimeoutError"):
        post(f"http://127.0.0.1:{port}/", {}, b"", private=True)


def test_nobody_there_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotTold, match="ConnectionRefusedError"):
        post(f"http://127.0.0.1:{port}/", {}, b"", private=True)
    with pytest.raises(NotTold, match="gaierror"):
        post("https://there-is-no-such-host.invalid/", {}, b"")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "0.0.0.0"])
def test_nothing_goes_to_this_machine_or_its_network(host: str) -> None:
    with receiving() as receiver:
        with pytest.raises(NotTold, match="no public address"):
            post(f"http://{host}:{receiver.port}/", {}, b"")
        assert receiver.all() == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("::ffff:93.184.216.34", True),
        ("127.0.0.1", False),
        ("127.255.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),  # RFC 6598: behind a carrier's NAT
        ("169.254.169.254", False),  # AWS's metadata
        ("169.254.170.2", False),
        ("0.0.0.0", False),
        ("255.255.255.255", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),  # AWS's metadata
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::127.0.0.1", False),  # RFC 4291, 2.5.5.1: as IPv4 was once written in IPv6
        ("::ffff:0:127.0.0.1", False),  # RFC 2765
        ("fec0::1", False),  # RFC 3879: of a site, as it was once
        ("64:ff9b::a00:1", False),  # 10.0.0.1 behind NAT64
        ("2002:a00:1::", False),  # 10.0.0.1 by 6to4
        ("2001:0:a00:1::", False),  # Teredo
    ],
)
def test_an_address_is_public_or_not(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads to a public address when it is looked at, and to this machine when it is looked at again."""
    asked: list[object] = []
    real = socket.getaddrinfo

    def rebinding(host: object, port: int, *rest: object, **more: object) -> object:
        asked.append(host)
        if host == "rebinding.example.com":
            found = "127.0.0.1" if asked.count(host) > 1 else "192.0.2.1"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]
        return real(host, port, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(outbound, "is_public", lambda address: address == "192.0.2.1")  # for tests alone: RFC 5737
    monkeypatch.setattr(outbound, "_TIMEOUT_S", 0.3)
    with receiving() as receiver:
        with pytest.raises(NotTold):
            post(f"http://rebinding.example.com:{receiver.port}/", {}, b"")
        assert receiver.all() == []
    assert asked.count("rebinding.example.com") == 1


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Of "localhost", signed by itself; in one file with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "localhost.pem"
    path.write_bytes(made.public_bytes(pem) + plain)
    outbound._tls.cache_clear()
    yield path
    outbound._tls.cache_clear()


def test_tls_is_verified_and_the_host_named(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    named: list[str | None] = []
    context.sni_callback = lambda _connection, name, _context: named.append(name)
    with receiving(context) as receiver:
        url = f"https://localhost:{receiver.port}/"
        with pytest.raises(NotTold, match="SSLCertVerificationError"):
            post(url, {}, b"", private=True)

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # as an operator's own authority would be trusted
        outbound._tls.cache_clear()
        assert post(url, {}, b"", private=True) == 204
        assert named == ["localhost", "localhost"]

        other = f"https://127.0.0.1:{receiver.port}/"  # the same server by a name that is not in its certificate
        with pytest.raises(NotTold, match="SSLCertVerificationError"):
            post(other, {}, b"", private=True)
        assert len(receiver.all()) == 1
