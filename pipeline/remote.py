"""Asks for tickets elsewhere: the function `request`, or the address in front of it. `ExportClient` is what apps use.

The answer is the same as if the ticket were made here, and so are the errors: of the same classes, with the same
messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from threading import local
from typing import Any
from urllib.parse import quote, urlsplit

from exporters.errors import ExportError, RequestError, Unavailable
from exporters.frozen import as_dict
from pipeline.addresses import service_url
from pipeline.aws import Answer, Caller
from pipeline.errors import Refused, retold
from pipeline.request import Request, Ticket
from pipeline.signing import Credentials

type Signer = Credentials | Callable[[], Credentials]
type Token = str | Callable[[], str]

_REGION = re.compile(r"\.execute-api\.([a-z0-9-]+)\.amazonaws\.com")


class Address:
    """The HTTP API of a stage. Safe to share between threads."""

    def __init__(self, url: str, region: str, signer: Signer | None, token: Token | None) -> None:
        """Signs what it sends, or sends a token with it. Raises `RequestError` where it cannot know the region."""
        found = _REGION.search(urlsplit(url).netloc)
        if signer and not (region or found):
            raise RequestError(f"The address {url} does not tell its region. Name it: region='eu-west-1'.")
        self._url = url.rstrip("/") + "/tickets"
        self._callers = _Callers(signer, region or (found[1] if found else ""))
        self._token = token

    def __call__(self, asked: Request) -> Ticket:
        headers = {"content-type": "application/json"}
        if self._token is not None:
            headers["authorization"] = f"Bearer {self._token() if callable(self._token) else self._token}"
        answer = self._callers.mine().ask("execute-api", "POST", self._url, headers=headers, body=_body(asked))
        return _ticket(answer, self._url)


class Function:
    """The function itself, by its name or ARN. Safe to share between threads."""

    def __init__(self, function: str, region: str, signer: Signer, endpoint: str) -> None:
        # What is not bound to a version or an alias would be the latest code, which may not have been released.
        self._name = function if ":" in function.rpartition("function:")[2] else f"{function}:live"
        base = service_url("lambda", region, endpoint.rstrip("/"))
        self._url = f"{base}/2015-03-31/functions/{quote(self._name, safe='')}/invocations"
        self._callers = _Callers(signer, region)

    def __call__(self, asked: Request) -> Ticket:
        answer = self._callers.mine().ask("lambda", "POST", self._url, body=_body(asked))
        if "x-amz-function-error" in answer.headers:
            raise Unavailable(f"The function {self._name} failed before it could answer: its log says why.")
        return _ticket(answer, f"the function {self._name}")


class _Callers:
    """One per thread, for each keeps its connections open and can have one conversation at a time."""

    def __init__(self, signer: Signer | None, region: str) -> None:
        self._signer = signer
        self._region = region
        self._own = local()

    def mine(self) -> Caller:
        if not hasattr(self._own, "caller"):
            self._own.caller = Caller(self._signer, self._region)
        found: Caller = self._own.caller
        return found


def _body(asked: Request) -> bytes:
    """The request without what is usual anyway, so that an older version of the function understands it."""
    usual = as_dict(Request("", "", ()))
    return json.dumps({name: each for name, each in as_dict(asked).items() if each != usual[name]}).encode()


def _ticket(answer: Answer, where: str) -> Ticket:
    said = _read(answer.body)
    match said:
        case {"error": {"code": str(), "message": str()} as told}:
            raise retold(told)
        case {"upload": {}, "formats": {}}:
            return Ticket.from_dict(said)
    raise _refusal(answer.status, str(said.get("message") or said.get("Message") or ""), where)


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _refusal(status: int, message: str, where: str) -> ExportError:
    """What AWS says before the function is asked, as an error of ours."""
    why = f"status {status}" + (f", {message!r}" if message else "")
    if status in (401, 403):
        return Refused(
            f"AWS refused to ask {where} ({why}). A token may have expired, or be of another issuer or audience; "
            "credentials need the policy `policies.asks_address` or `policies.asks_function`."
        )
    if status == 429 or status >= 500:
        return Unavailable(f"There was no ticket from {where} ({why}). Ask again later.")
    return RequestError(f"There was no ticket from {where} ({why}). The outputs of the stage's stack say where it is.")
