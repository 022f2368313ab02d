"""Who is told: a web server that takes webhooks, and a browser that listens by MQTT."""

from __future__ import annotations

import json
import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, RejectConnection, Request

PATIENCE_S = 20  # before a test gives up waiting for what should come


@dataclass(frozen=True)
class Received:
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """Answers each request with the next of `statuses`, and with 204 when there are none left."""

    port: int
    statuses: list[int] = field(default_factory=list)
    arrived: Queue[Received] = field(default_factory=Queue)
    location: str = ""

    def next(self) -> Received:
        return self.arrived.get(timeout=PATIENCE_S)

    def all(self) -> list[Received]:
        """What has come by now."""
        return [self.arrived.get() for _ in range(self.arrived.qsize())]


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A web server on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            sent = {name.lower(): value for name, value in self.headers.items()}
            receiver.arrived.put(Received(self.path, sent, body))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
            if receiver.location:
                self.send_header("location", receiver.location)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_port)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield receiver
    server.shutdown()
    server.server_close()


@contextmanager
def talking(says: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that says to who connects whatever it likes; yields its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(PATIENCE_S)
                try:
                    connection.recv(65536)
                    says(connection)
                except OSError:
                    pass

    Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


class Forbidden(Exception):
    """The broker does not let the client do that."""


class Listener:
    """A browser that listens: MQTT 3.1.1 in binary messages of a WebSocket, as a ticket's `push` says."""

    def __init__(self, url: str, client_id: str) -> None:
        """Raises `Forbidden` where the link or the client id is refused."""
        parts = urlsplit(url)
        self._socket = socket.create_connection(("127.0.0.1", parts.port or 80), timeout=PATIENCE_S)
        self._web = WSConnection(ConnectionType.CLIENT)
        self._bytes = b""
        target = f"{parts.path}?{parts.query}"
        self._socket.sendall(self._web.send(Request(host=parts.netloc, target=target, subprotocols=["mqtt"])))
        self._read_event()
        protocol = b"\x00\x04MQTT\x04\x02\x00\x3c"  # level 4, clean session, a minute between pings
        self._send(0x10, protocol + _text(client_id))
        if self._packet()[1] != b"\x00\x00":
            raise Forbidden("CONNECT")

    def subscribe(self, topic: str) -> None:
        """Raises `Forbidden`."""
        self._send(0x82, struct.pack("!H", 1) + _text(topic) + b"\x01")
        kind, body = self._packet()
        if kind != 0x90 or body[2] == 0x80:
            raise Forbidden("SUBSCRIBE")

    def publish(self, topic: str, body: bytes) -> None:
        """Raises `Forbidden`."""
        self._send(0x32, _text(topic) + struct.pack("!H", 7) + body)
        if self._packet()[0] != 0x40:
            raise Forbidden("PUBLISH")

    def next(self) -> tuple[str, dict[str, Any]]:
        """The topic and what was published to it."""
        kind, body = self._packet()
        length = struct.unpack("!H", body[:2])[0]
        topic, rest = body[2 : 2 + length].decode(), body[2 + length :]
        if kind & 0x06:  # at least once: it wants to hear that we have it
            self._send(0x40, rest[:2])
            rest = rest[2:]
        return topic, json.loads(rest)

    def close(self) -> None:
        self._socket.close()

    def _send(self, kind: int, body: bytes) -> None:
        size, length = len(body), b""
        while True:
            size, digit = divmod(size, 128)
            length += bytes([digit | (0x80 if size else 0)])
            if not size:
                break
        self._socket.sendall(self._web.send(BytesMessage(bytes([kind]) + length + body)))

    def _packet(self) -> tuple[int, bytes]:
        while True:
            if found := _packet_in(self._bytes):
                kind, body, self._bytes = found
                return kind, body
            self._read_event()

    def _read_event(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise Forbidden("the connection was closed")
        self._web.receive_data(data)
        for event in self._web.events():
            if isinstance(event, BytesMessage):
                self._bytes += event.data
            elif isinstance(event, RejectConnection | CloseConnection):
                raise Forbidden(type(event).__name__)
            else:
                assert isinstance(event, AcceptConnection) or event


def _packet_in(data: bytes) -> tuple[int, bytes, bytes] | None:
    size = shift = 0
    for at, byte in enumerate(data[1:5], 2):
        size |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            whole = at + size
            return (data[0], data[at:whole], data[whole:]) if len(data) >= whole else None
    return None


def _text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack("!H", len(encoded)) + encoded
