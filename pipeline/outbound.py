"""The only module that speaks to hosts which are not AWS: it posts to an app's webhook, and to nowhere else by mistake.

The address that was looked at is the one that is connected to, so that a name which leads elsewhere the second time it
is asked leads nowhere. No redirect is followed, and of the answer nothing counts but its status.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Mapping
from functools import cache
from ssl import SSLContext, create_default_context
from urllib.parse import SplitResult, urlsplit

from pipeline.errors import NotTold

_TIMEOUT_S = 10  # for the whole exchange: who needs longer takes the message, answers, and works then
_POLITE_S = 1  # to let a receiver finish its answer
_MAX_ANSWER = 64 * 1024  # bytes that are read, and thrown away
_FINAL_STATUS = re.compile(rb"(?:HTTP/1\.[01] 1\d\d[^\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n)*HTTP/1\.[01] ([2-5]\d\d)\b")


def post(url: str, headers: Mapping[str, str], body: bytes, *, private: bool = False) -> int:
    """Posts to an address and returns the status of the answer. With `private`, of the embedded stack, to any address.

    Raises `NotTold` where there was no answer within ten seconds, or no public address to ask.
    """
    parts, ends = urlsplit(url), time.monotonic() + _TIMEOUT_S
    host = parts.hostname or ""
    try:
        with _connected(host, parts.port or (443 if parts.scheme == "https" else 80), private, ends) as raw:
            if parts.scheme != "https":
                return _exchange(raw, _request(parts, headers, body), ends)
            raw.settimeout(_left(ends))
            with _tls().wrap_socket(raw, server_hostname=host) as secured:
                return _exchange(secured, _request(parts, headers, body), ends)
    except OSError as error:  # among them those of TLS and of names
        raise NotTold(f"The webhook at {host} could not be reached ({type(error).__name__}).") from error


def is_public(address: str) -> bool:
    """Whether an IP address is somebody's on the internet: not of this machine or network, nor of AWS's metadata."""
    from ipaddress import IPv6Address, ip_address, ip_network  # 4 ms that only webhooks need

    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return is_public(str(found.ipv4_mapped))
        # What IANA has given out, and nothing old or translated; but behind 6to4 and Teredo, which are in there, stand
        # IPv4 addresses that may be private: RFC 3056, RFC 4380.
        if found not in ip_network("2000::/3") or found.sixtofour or found.teredo:
            return False
    return found.is_global and not found.is_multicast


def _connected(host: str, port: int, private: bool, ends: float) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [(str(each[0]), port) for *_, each in found if private or is_public(str(each[0]))]
    if not addresses:
        raise NotTold(f"The webhook's host {host} has no public address.")
    trouble: OSError = TimeoutError()
    for address in addresses:
        try:
            return socket.create_connection(address, timeout=_left(ends))
        except OSError as error:
            trouble = error
    raise trouble


def _request(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = {"host": parts.netloc, "connection": "close", "content-length": str(len(body)), **headers}
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
    return "\r\n".join(lines).encode("ascii") + body


def _exchange(connection: socket.socket, request: bytes, ends: float) -> int:
    connection.settimeout(_left(ends))
    connection.sendall(request)
    said = b""
    while len(said) < _MAX_ANSWER:
        connection.settimeout(_left(ends))
        part = connection.recv(8192)
        said += part
        if status := _FINAL_STATUS.match(said):
            _finish(connection, len(said))
            return int(status[1])
        if not part:
            break
    raise ConnectionError


def _finish(connection: socket.socket, size: int) -> None:
    """Reads what is left, for some receivers take it for a failure when nobody does."""
    ends = time.monotonic() + _POLITE_S
    try:
        while size < _MAX_ANSWER:
            connection.settimeout(_left(ends))
            part = connection.recv(8192)
            size += len(part)
            if not part:
                break
    except OSError:
        pass  # it has answered; how it ends is its own affair


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@cache
def _tls() -> SSLContext:
    """With the certificates that this machine trusts; reading them takes 20 ms."""
    return create_default_context()
