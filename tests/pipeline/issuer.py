"""Who makes tokens, as an identity provider does: RS256, with its keys where OpenID Connect has them."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

AUDIENCE = "https://exports.example.com"


class Issuer:
    """Answers on this machine between `start` and `stop`."""

    def __init__(self) -> None:
        self._key = _key()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def token(self, key: RSAPrivateKey | None = None, **claims: Any) -> str:
        """A token with these claims, good for five minutes; signed with another key, if one is given."""
        now = int(time.time())
        usual = {"iss": self.url, "aud": AUDIENCE, "iat": now, "exp": now + 300}
        signed = f"{_part({'alg': 'RS256', 'typ': 'JWT', 'kid': 'first'})}.{_part(usual | claims)}"
        return f"{signed}.{_base64((key or self._key).sign(signed.encode(), PKCS1v15(), SHA256()))}"

    def published(self, path: str) -> dict[str, Any]:
        """What it tells about itself: RFC 8414 and RFC 7517."""
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        public = self._key.public_key().public_numbers()
        modulus = public.n.to_bytes((public.n.bit_length() + 7) // 8)
        exponent = public.e.to_bytes(3)
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "first"}
        return {"keys": [{**key, "n": _base64(modulus), "e": _base64(exponent)}]}


def strangers_key() -> RSAPrivateKey:
    """A key that the issuer has never published."""
    return _key()


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(issuer.published(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def _part(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value).encode())


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")
