"""HTTP requests as API Gateway hands them to a function, and the answers that it takes back.

Who may ask is decided before: API Gateway answers 401 and 403 by itself, and the function never runs. What is left to
do here is to learn from the request whose export it is.

Source: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0: a
body is text where its type is JSON or text, and base64 otherwise.
"""

from __future__ import annotations

import json
import re
from base64 import b32encode, b64decode
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from exporters.errors import ExportError, MissingPart, RequestError, Unavailable
from exporters.frozen import NOTHING, frozen
from pipeline import job as jobs
from pipeline.errors import BadCall

MAX_BODY = 32_768  # bytes; what is agreed takes at most 2,000, and JSON can write six for one of them

type Event = Mapping[str, Any]
type Work = Callable[[Event], Answer]


@frozen
class Answer:
    status: int
    said: Mapping[str, Any]
    """Becomes JSON."""
    headers: Mapping[str, str] = NOTHING
    """Beside those that every answer has."""


def is_http(event: object) -> bool:
    """Whether the event is an HTTP request; what else a function is invoked with comes as it is."""
    match event:
        case {"version": "2.0", "rawPath": str(), "requestContext": {"http": {"method": str()}}}:
            return True
    return False


def answer(event: Event, routes: Mapping[str, Mapping[str, Work]]) -> dict[str, Any]:
    """What to return to API Gateway. `routes` has paths, and for each its methods with what does the work.

    What the work raises is answered with `{"error": {code, message, fault, retry}}` and the status that goes with it.
    """
    try:
        found = _work(event, routes)(event)
    except ExportError as error:
        headers = error.headers if isinstance(error, BadCall) else NOTHING
        found = Answer(_status(error), {"error": error.told()}, headers)
    return {
        "statusCode": found.status,
        # A ticket is as good as a key, so no cache on the way may keep it.
        "headers": {"content-type": "application/json", "cache-control": "no-store", **found.headers},
        "body": json.dumps(found.said),
    }


def json_body(event: Event) -> dict[str, Any]:
    """The JSON object that was sent. Raises `BadCall`."""
    body = event.get("body") or ""
    if not body:
        raise BadCall(400, "The request has no body. Send a JSON object, with Content-Type: application/json.")
    media_type = _headers(event).get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise BadCall(415, f"The Content-Type is {media_type[:80]!r}; send a JSON object, as application/json.")
    sent = _bytes(body, bool(event.get("isBase64Encoded")))
    if len(sent) > MAX_BODY:
        raise BadCall(413, f"The body has {len(sent)} bytes; at most {MAX_BODY}. The source goes to the ticket's form.")
    try:
        found = json.loads(sent)
    except (ValueError, RecursionError) as error:
        raise BadCall(400, f"The body is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise BadCall(400, "The body must be a JSON object, with the fields of a request.")
    return found


def tenant_in(event: Event, claim: str) -> str:
    """The tenant that the caller's token names; "" where the caller has signed with AWS credentials, and may name any.

    `claim` says where in a token it is, and is "" where no tokens are taken. Raises `BadCall` for a token that names
    nobody, and `MissingPart` where the address was opened to callers that nobody has looked at.
    """
    match event["requestContext"].get("authorizer"):
        case {"jwt": {"claims": {**claims}}} if claim:
            return tenant_of(_text(claims.get(claim), claim))
        case {"iam": {}} if not claim:
            return ""
    raise MissingPart(
        "The address does not say who is asking as this function was told that it would: by "
        + (f"tokens with the claim {claim!r}." if claim else "AWS credentials.")
        + " Deploy the stage again."
    )


def tenant_of(claim: str) -> str:
    """The tenant of whoever has this claim in a token: for a backend that speaks of the same tenants as its browsers.

    It is the claim itself where that can be a tenant's name, such as `acme` or a UUID. Otherwise, as for an e-mail
    address or `auth0|6f5a…`, it is `claim-` and the claim's SHA-256 in base 32: always the same, and 58 of the 64
    characters that a name may have. No two claims become one tenant: one that begins with `claim-` is hashed, too.
    """
    if jobs.is_name(claim) and not claim.startswith(_MADE):
        return claim
    digest = sha256(claim.encode(errors="surrogatepass")).digest()
    return _MADE + b32encode(digest).decode().rstrip("=").lower()


_MADE = "claim-"

# How API Gateway writes a claim that is no string: [a b], map[a:b], <nil>, 1.2e+19. Strings can look the same, and
# large numbers become the same.
_NO_STRING = r"|\[.*\]|map\[.*\]|<nil>|null|-?[0-9.]+e[+-][0-9]+"


def _text(value: object, claim: str) -> str:
    if not isinstance(value, str) or re.fullmatch(_NO_STRING, value, re.DOTALL):
        raise BadCall(403, f"The token does not say whose export this is: its claim {claim!r} must be a string.")
    return value


def _work(event: Event, routes: Mapping[str, Mapping[str, Work]]) -> Work:
    path, method = event["rawPath"], event["requestContext"]["http"]["method"]
    known = ", ".join(f"{each} {at}" for at, methods in routes.items() for each in methods)
    if path not in routes:
        raise BadCall(404, f"There is nothing at {path[:200]!r}. There are: {known}.")
    if method not in routes[path]:
        allow = {"allow": ", ".join(routes[path])}  # RFC 9110, 15.5.6
        raise BadCall(405, f"{method[:20]!r} cannot be done here. There are: {known}.", allow)
    return routes[path][method]


def _status(error: ExportError) -> int:
    match error:
        case BadCall():
            return error.status
        case RequestError():
            return 400
        case Unavailable():
            return 503
        case _:
            return 500


def _headers(event: Event) -> dict[str, str]:
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def _bytes(body: str, in_base64: bool) -> bytes:
    if not in_base64:
        return body.encode(errors="surrogatepass")
    try:
        return b64decode(body)
    except ValueError:
        raise BadCall(400, "The body is not what its encoding says.") from None
