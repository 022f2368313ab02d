"""What an app's backend imports.

    from pipeline.client import ExportClient

    exports = ExportClient(bucket="document-export-prod-123456789012", region="eu-west-1")
    ticket = exports.request("tenant-7", "notes.md", ["pdf", "docx"])   # hand ticket.to_dict() to the browser

The browser does the rest with the ticket alone. A backend can do it too, with `upload`, `wait` and `download`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exporters.errors import MissingPart
from pipeline import transfer
from pipeline.request import LINK_EXPIRES, MAX_BYTES, UPLOAD_EXPIRES, Place, Request, Ticket, make_ticket
from pipeline.settings import credentials_from
from pipeline.signing import Credentials
from pipeline.transfer import Outcome, Progress

__all__ = ["Credentials", "ExportClient", "Outcome", "Ticket"]


class ExportClient:
    """Makes tickets in this process, without a call to AWS. Safe to share between threads."""

    def __init__(
        self,
        bucket: str,
        region: str,
        *,
        credentials: Credentials | Callable[[], Credentials] | None = None,
        endpoint: str = "",
    ) -> None:
        """`credentials` may be a function that is asked at each ticket; without any, boto3's usual places are searched.

        They need no more than `policies.request` allows. `endpoint` is that of the embedded stack.
        """
        self._place = Place(bucket, region, endpoint.rstrip("/"))
        self._credentials = credentials or _found_credentials()

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
    ) -> Ticket:
        """A ticket for one source in some formats; the fields are those of `pipeline.request.Request`.

        Raises `RequestError`, which names the field and its valid values.
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
        )
        signer = self._credentials() if callable(self._credentials) else self._credentials
        return make_ticket(asked, self._place, signer, datetime.now(UTC))

    def upload(self, ticket: Ticket, source: bytes | Path, on_progress: Progress | None = None) -> None:
        """Sends the source to storage. Raises `UploadRefused`."""
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
        """The file. Raises `NoFile`, with the reason that error.json gives."""
        return transfer.download(ticket, format)

    def save(self, ticket: Ticket, format: str, folder: Path) -> Path:
        """Downloads the file into a folder, and returns its path. See `transfer.save` for its name."""
        return transfer.save(ticket, format, folder)

    def report(self, ticket: Ticket, format: str) -> dict[str, Any] | None:
        """What the export kept only in part or dropped; None where there is nothing to tell."""
        return transfer.report(ticket, format)


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
