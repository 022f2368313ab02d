"""Webhooks: where they may go, how they are signed, and how a receiver knows that one is ours.

    from pipeline.webhooks import verify

    told = verify(["whsec_…"], request.headers, request.body)     # raises NotVerified
    if told["data"]["format"] == "pdf" and told["type"] == "export.done": …

Signed as the Standard Webhooks specification 1.0.0 says ("Signature scheme", "Webhook headers"): a receiver may as well
use any library for it, in any language. The signature covers the id, the moment of sending and the body, so that none
of them can be changed and an old request cannot be sent again later.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import BadRequest, MissingSecret, NotVerified

PREFIX = "whsec_"
TOLERANCE_S = 300  # as in the specification's own libraries: clocks differ, and a replay is to be short-lived

_MAX_URL = 512  # characters; a quarter of what storage keeps with a source
_MAX_STAMP = 12  # digits; the last second that a datetime can be has as many
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_VERSION = "v1"  # HMAC-SHA256 with a shared secret


def verify(
    secrets: str | Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    now: datetime | None = None,
    tolerance_s: int = TOLERANCE_S,
) -> dict[str, Any]:
    """What a webhook says, once it is known to be ours: the JSON of `schemas/notice.schema.json`.

    `secrets` is the stage's secret, or several while it is being changed; `body` are the bytes as they came. Raises
    `NotVerified`. Told at least once: remember `id` of what was handled, for as long as the last try may take (a day).
    """
    given = {name.lower(): value for name, value in headers.items()}
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise NotVerified(f"The header {name} is missing, or no text: this is no webhook of ours.")
    _check_moment(given["webhook-timestamp"], now or datetime.now(UTC), tolerance_s)
    wanted = sign(secrets, given["webhook-id"], given["webhook-timestamp"], body).split()
    if not any(_same(one, other) for one in wanted for other in given["webhook-signature"].split()):
        raise NotVerified(
            "No signature fits. Verify the bytes of the body as they came, with the stage's secret: it is in the SSM "
            "parameter /document-export/<stage>/webhook-secret."
        )
    found: dict[str, Any] = json.loads(body)
    return found


def sign(secrets: str | Sequence[str], id: str, timestamp: str | int, body: bytes) -> str:
    """The header `webhook-signature`: one signature for each secret. `timestamp` is in seconds since 1970.

    Raises `MissingSecret` where there is none that can sign.
    """
    text = _bytes(f"{id}.{timestamp}.") + body
    keys = [_key(secret) for secret in ([secrets] if isinstance(secrets, str) else secrets)]
    if not keys:
        raise MissingSecret("There is no secret to sign webhooks with. `make deploy` makes one for a stage.")
    return " ".join(f"{_VERSION},{b64encode(hmac.digest(key, text, 'sha256')).decode()}" for key in keys)


def headers(secrets: str | Sequence[str], id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers that go with a webhook's body. `id` stays the same for each try, the moment does not."""
    timestamp = str(int(now.timestamp()))
    return {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign(secrets, id, timestamp, body),
    }


def check_url(url: str, hosts: Iterable[str] | None, embedded: bool = False) -> str:
    """The address, if a webhook may go there. Raises `BadRequest`, which names the hosts that may be told.

    `hosts` are those that the stage allows, with a port where it is not 443; None where they are not known. On the
    embedded stack a host of this machine may be told without TLS, on any port.
    """
    parts = _split(url)
    here = embedded and parts.hostname in _LOOPBACK
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise BadRequest("The field 'webhook' must be an https address, such as https://api.example.com/exports.")
    if hosts is None:
        return url
    allowed = sorted(hosts)
    if parts.netloc.lower() not in allowed and not (here and parts.hostname in allowed):
        told = f"Hosts: {', '.join(allowed)}." if allowed else "This stage has none: see webhook_hosts in stages.yml."
        raise BadRequest(f"The field 'webhook' names the host {parts.netloc!r}, which may not be told. {told}")
    return url


def _split(url: str) -> Any:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for one that is no number
    except ValueError:
        raise BadRequest("The field 'webhook' is not an address.") from None
    # No spaces, no control characters, no letters that look like others: the address is a line of a request to be made.
    # Nor "${", which S3 takes for a variable: the address is a field of a form before that.
    plain = url.isascii() and url.isprintable() and not any(each in url for each in (" ", "\\", "${"))
    if not plain or len(url) > _MAX_URL or not parts.hostname or "@" in parts.netloc or "#" in url:
        raise BadRequest(
            f"The field 'webhook' must be an address of at most {_MAX_URL} plain characters, with no user or fragment."
        )
    return parts


def _check_moment(stamp: str, now: datetime, tolerance_s: int) -> None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _MAX_STAMP):
        raise NotVerified("The header webhook-timestamp is not a number of seconds.")
    away = abs(now.timestamp() - int(stamp))
    if away > tolerance_s:
        raise NotVerified(
            f"This webhook was sent {away:.0f} seconds from now; {tolerance_s} are allowed. "
            "It is an old one that somebody sends again, or a clock is wrong."
        )


def _key(secret: str) -> bytes:
    try:
        key = b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise MissingSecret(f"A secret for webhooks is {PREFIX!r} and base64; this one is not.")
    return key


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str) -> bytes:
    """Of whatever somebody sent as a header, half a character among it."""
    return text.encode(errors="surrogatepass")
