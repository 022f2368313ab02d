"""What an app's backend imports.

    from pipeline.client import ExportClient

    exports = ExportClient(bucket="document-export-prod-123456789012", region="eu-west-1")
    ticket = exports.request("tenant-7", "notes.md", ["pdf", "docx"])   # hand ticket.to_dict() to the browser

That signs tickets in the app's own process. An app whose role is not to reach the bucket asks the stage for them:

    exports = ExportClient.at("https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com")
    exports = ExportClient.of_function("document-export-prod-request", "eu-west-1")

The browser does the rest with the ticket alone. A backend can do it too, with `upload`, `wait` and `download`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exporters.errors import MissingPart, Unavailable
from pipeline import remote, transfer
from pipeline.mqtt import Broker, with_push
from pipeline.request import LINK_EXPIRES, MAX_BYTES, UPLOAD_EXPIRES, Place, Request, Ticket, check_types, make_ticket
from pipeline.settings import credentials_from
from pipeline.signing import Credentials
from pipeline.transfer import Outcome, Progress

__all__ = ["Broker", "Credentials", "ExportClient", "Outcome", "Ticket"]


class ExportClient:
    """Gets tickets, and does with them what browsers do. Safe to share between threads."""

    def __init__(
        self,
        bucket: str,
        region: str,
        *,
        credentials: Credentials | Callable[[], Credentials] | None = None,
        endpoint: str = "",
        broker: Broker | None = None,
    ) -> None:
        """Makes tickets in this process, without a call to AWS.

        `credentials` may be a function that is asked at each ticket; without any, boto3's usual places are searched.
        They need no more than `policies.app` allows. `endpoint` is that of the embedded stack. With a `broker`, of a
        stage that has MQTT, tickets say where browsers can listen: that takes a call to AWS for each.
        """
        place = Place(bucket, region, endpoint.rstrip("/"))
        self._make: Callable[[Request], Ticket] = _signing(place, credentials or _found_credentials(), broker)

    @classmethod
    def at(
        cls,
        url: str,
        *,
        region: str = "",
        credentials: Credentials | Callable[[], Credentials] | None = None,
        token: str | Callable[[], str] | None = None,
    ) -> ExportClient:
        """Asks the HTTP API of a stage, whose address is the output `RequestUrl` of the stage's stack.

            ExportClient.at("https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com").request("acme", "a.md", ["pdf"])

        Where the stage takes tokens, `token` is one, or a function that is asked for it at each ticket; then the
        tenant may be "", for the token says who it is. Elsewhere credentials are found as in `ExportClient(…)`, and
        need no more than `policies.asks_address` allows. `region` is needed only where the address does not tell it.
        """
        signer = (credentials or _found_credentials()) if token is None else None
        return cls._asking(remote.Address(url, region, signer, token))

    @classmethod
    def of_function(
        cls,
        function: str,
        region: str,
        *,
        credentials: Credentials | Callable[[], Credentials] | None = None,
        endpoint: str = "",
    ) -> ExportClient:
        """Invokes the function `request` of a stage, by its name or ARN; its alias `live` where none is named.

            ExportClient.of_function("document-export-prod-request", "eu-west-1").request("acme", "a.md", ["pdf"])

        Credentials are found as in `ExportClient(…)`, and need no more than `policies.asks_function` allows.
        `endpoint` is that of the embedded stack.
        """
        return cls._asking(remote.Function(function, region, credentials or _found_credentials(), endpoint))

    @classmethod
    def _asking(cls, whom: Callable[[Request], Ticket]) -> ExportClient:
        made = cls.__new__(cls)
        made._make = whom
        return made

    def request(
        self,
        tenant: str,
        filename: str,
        formats: Sequence[str],
        *,
        options: Mapping[str, Mapping[str, object]] | None = None,
        tags: Mapping[str, str] | None = None,
        job: str = "",
        media_type: str = "",
        max_bytes: int = MAX_BYTES,
        upload_expires_s: int = int(UPLOAD_EXPIRES.total_seconds()),
        link_expires_s: int = int(LINK_EXPIRES.total_seconds()),
        channel: str = "",
        webhook: str = "",
    ) -> Ticket:
        """A ticket for one source in some formats; the fields are those of `pipeline.request.Request`.

        Raises `RequestError`, which names the field and its valid values. Where somebody else is asked, also `Refused`
        if AWS does not let us, and `Unavailable` if nobody answers in four tries.
        """
        asked = Request(
            tenant,
            filename,
            formats,
            options or {},
            tags or {},
            job,
            media_type,
            max_bytes,
            upload_expires_s,
            link_expires_s,
            channel,
            webhook,
        )
        return self._make(check_types(asked))

    def upload(self, ticket: Ticket, source: bytes | Path, on_progress: Progress | None = None) -> None:
        """Sends the source to storage. Raises `UploadRefused`, or `Unavailable`: then the same ticket will do."""
        transfer.upload(ticket, source.read_bytes() if isinstance(source, Path) else source, on_progress)

    def wait(
        self,
        ticket: Ticket,
        timeout_s: float = 300,
        on_change: Callable[[Outcome], None] | None = None,
        longest_pause_s: float = transfer.LONGEST_PAUSE_S,
    ) -> dict[str, Outcome]:
        """Waits until every format is done or failed, at most so long, and says how each stands: `transfer.wait`."""
        return transfer.wait(ticket, timeout_s, on_change, longest_pause_s)

    def download(self, ticket: Ticket, format: str) -> bytes:
        """The file. Raises `NoFile`, with the reason that error.json gives, or `Unavailable`."""
        return transfer.download(ticket, format)

    def save(self, ticket: Ticket, format: str, folder: Path, source: Path | None = None) -> Path:
        """Downloads the file into a folder, not over the `source`, and returns its path: `transfer.save`."""
        return transfer.save(ticket, format, folder, source)

    def report(self, ticket: Ticket, format: str) -> dict[str, Any] | None:
        """What the export kept only in part or dropped; None where there is nothing to tell."""
        return transfer.report(ticket, format)


def _signing(
    place: Place, credentials: Credentials | Callable[[], Credentials], broker: Broker | None
) -> Callable[[Request], Ticket]:
    def make(asked: Request) -> Ticket:
        signer = credentials() if callable(credentials) else credentials
        now = datetime.now(UTC)
        ticket = make_ticket(asked, place, signer, now)
        if broker:
            with suppress(Unavailable):  # the ticket's links say the same; that the role is refused has to be known
                return with_push(ticket, broker, place, signer, now)
        return ticket

    return make


def _found_credentials() -> Credentials | Callable[[], Credentials]:
    if os.environ.get("AWS_ACCESS_KEY_ID"):
        return credentials_from(os.environ)
    try:
        import botocore.session
    except ImportError:
        raise MissingPart("There are no AWS credentials in the environment, and boto3 is not installed.") from None
    session = botocore.session.get_session()
    found = session.get_credentials()
    if found is None:
        raise MissingPart("No AWS credentials were found. Log in as you do for the aws command, or pass `credentials`.")

    def current() -> Credentials:
        frozen = found.get_frozen_credentials()  # renews them first where they are about to end
        ends = getattr(found, "_expiry_time", None)
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token or "", ends)

    return current
