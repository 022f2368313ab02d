"""A signed HTTP call to AWS, with retries. `storage` and `queues` are the only modules that use it.

Not boto3: making its S3 client takes 0.4 s and 30 MB, six times what the whole export step takes to start with this
module (`make bench`), and every cold start of every exporter would pay for that. The functions make four kinds of calls
on S3 and two on SQS.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
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

    def __init__(self, credentials: Credentials, region: str) -> None:
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
        asked, trouble = query or {}, ""
        for pause in (*_PAUSES_S, None):
            signed = sign_call(
                self._credentials, self._region, service, method, url, asked, headers or {}, body, datetime.now(UTC)
            )
            try:
                answer = self._send(method, url, asked, signed, body)
            except (OSError, http.client.HTTPException) as error:
                trouble = type(error).__name__
            else:
                if answer.status not in _TRY_AGAIN:
                    return answer
                trouble = f"status {answer.status}"
            if pause is not None:
                time.sleep(pause)
        raise Unavailable(f"{service.upper()} did not answer {method} after {len(_PAUSES_S) + 1} tries ({trouble}).")

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
