"""A signed HTTP call to AWS, with retries. `storage` and `queues` use it, and whoever asks for tickets from elsewhere.

Not boto3: making its S3 client takes 0.4 s and 30 MB, six times what the whole export step takes to start with this
module (`make bench`), and every cold start of every exporter would pay for that. The functions make four kinds of calls
on S3 and two on SQS.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from exporters.errors import Unavailable
from exporters.frozen import frozen
from pipeline.signing import Credentials, encode_query, sign_call

_PAUSES_S = (0.1, 0.4, 1.6)  # before the second, third and fourth try: S3 asks for back-off on 503, "Slow Down"
_TIMEOUT_S = 20  # for connecting and for each read; S3 answers in milliseconds or not at all
_TRY_AGAIN = {429, 500, 502, 503, 504}


@frozen
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Caller:
    """Keeps one connection per host open, for as long as the process lives."""

    def __init__(self, credentials: Credentials | Callable[[], Credentials] | None, region: str) -> None:
        """`credentials` may be a function that is asked before each try; with None, calls go out as they are."""
        self._credentials = credentials
        self._region = region
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def call(
        self,
        service: str,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Returns whatever the service answers, save for errors that pass: those are tried again.

        Raises `Unavailable` when the last try failed too.
        """
        answer = self.ask(service, method, url, query=query, headers=headers, body=body)
        if answer.status in _TRY_AGAIN:
            raise _no_answer(service, method, f"status {answer.status}")
        return answer

    def ask(
        self,
        service: str,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """As `call`, but where the last try failed too, the service's answer is returned, with what it says of it.

        Raises `Unavailable` where there is none.
        """
        asked, trouble = query or {}, ""
        for pause in (*_PAUSES_S, None):
            sent = self._signed(service, method, url, asked, headers or {}, body)
            answer: Answer | None = None
            try:
                answer = self._send(method, url, asked, sent, body)
            except (OSError, http.client.HTTPException) as error:
                trouble = type(error).__name__
            if answer and answer.status not in _TRY_AGAIN:
                break
            if pause is not None:
                time.sleep(pause)
        if answer is None:
            raise _no_answer(service, method, trouble)
        return answer

    def _signed(
        self, service: str, method: str, url: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Mapping[str, str]:
        if self._credentials is None:
            return headers
        signer = self._credentials() if callable(self._credentials) else self._credentials
        return sign_call(signer, self._region, service, method, url, query, headers, body, datetime.now(UTC))

    def _send(self, method: str, url: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        parts = urlsplit(url)
        connection = self._connections.get(parts.netloc)
        if connection is None:
            https = parts.scheme == "https"
            make = http.client.HTTPSConnection if https else http.client.HTTPConnection
            connection = self._connections[parts.netloc] = make(parts.netloc, timeout=_TIMEOUT_S)
        target = (parts.path or "/") + (f"?{encode_query(query)}" if query else "")
        try:
            connection.request(method, target, body, dict(headers))
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        except BaseException:
            # Half a conversation cannot be continued. Also after a Lambda was frozen, the other end may have hung up.
            del self._connections[parts.netloc]
            connection.close()
            raise


def _no_answer(service: str, method: str, trouble: str) -> Unavailable:
    return Unavailable(f"{service.upper()} did not answer {method} after {len(_PAUSES_S) + 1} tries ({trouble}).")
