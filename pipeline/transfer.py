"""What a browser does with a ticket, in plain HTTP: upload the source, poll the links, download the files.

No AWS library and no credentials: whoever holds a ticket can do this in any language.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException
from pathlib import Path
from secrets import token_hex
from typing import Any, Literal
from urllib.error import HTTPError, URLError
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from exporters.errors import Unavailable
from exporters.frozen import NOTHING, frozen
from exporters.source import split_name
from pipeline.errors import LinkRefused, NoFile, UploadRefused
from pipeline.request import Ticket

type Progress = Callable[[int, int], None]
"""Called with the bytes sent so far and those to send."""

_CHUNK = 64 * 1024
_TIMEOUT_S = 60
LONGEST_PAUSE_S = 2.0
_FIRST_PAUSE_S, _SLOWER = 0.1, 1.4  # a warm export takes 0.3 s; a poll costs $0.0000004, a thirtieth of an export
_ERROR_EVERY = 3  # polls of the file for one of its error: most exports succeed


@frozen
class Outcome:
    """How one format stands."""

    format: str
    state: Literal["waiting", "done", "failed"]
    size: int = 0
    """Bytes of the file."""
    told: Mapping[str, str] = NOTHING
    """What the file tells about its making: duration, peak memory, cost, pages …"""
    error: Mapping[str, Any] = NOTHING
    """The content of error.json."""


def upload(ticket: Ticket, data: bytes, on_progress: Progress | None = None) -> None:
    """Posts the source with the ticket's form. Raises `UploadRefused`, or `Unavailable` where nobody answers."""
    form = ticket.upload
    if not form.min_bytes <= len(data) <= form.max_bytes:
        raise UploadRefused(
            f"The source has {len(data)} bytes; this ticket takes {form.min_bytes} to {form.max_bytes}."
        )
    boundary = token_hex(16)
    head, tail = _multipart(form.fields, boundary)
    total = len(head) + len(data) + len(tail)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Content-Length": str(total)}
    body = _chunks(head, data, tail, total, on_progress)
    try:
        _open(HttpRequest(form.url, data=body, headers=headers, method="POST")).close()  # noqa: S310
    except HTTPError as error:
        raise UploadRefused(f"Storage refused the source: {_why(error)}. Ask for a new ticket.") from None


def wait(
    ticket: Ticket,
    timeout_s: float = 300,
    on_change: Callable[[Outcome], None] | None = None,
    longest_pause_s: float = LONGEST_PAUSE_S,
) -> dict[str, Outcome]:
    """Polls until every format is done or failed, or the time is up; then some may still be waiting.

    `on_change` is called once for each format that is done or failed. Polls come more and more slowly, for each costs
    something, up to `longest_pause_s`. Raises `LinkRefused`.
    """
    outcomes = {format: Outcome(format, "waiting") for format in ticket.formats}
    ends, pause, polls = time.monotonic() + timeout_s, _FIRST_PAUSE_S, 0
    while True:
        polls += 1
        for format, outcome in outcomes.items():
            if outcome.state == "waiting":
                outcomes[format] = found = look(ticket, format, also_error=polls % _ERROR_EVERY == 0)
                if found.state != "waiting" and on_change:
                    on_change(found)
        waiting = any(outcome.state == "waiting" for outcome in outcomes.values())
        if not waiting or time.monotonic() + pause > ends:
            return outcomes
        time.sleep(pause)
        pause = min(pause * _SLOWER, longest_pause_s)


def look(ticket: Ticket, format: str, also_error: bool = True) -> Outcome:
    """Asks once how a format stands. Where there are a file and an error, the file wins."""
    links = ticket.formats[format]
    # One byte is enough to know. A link is signed for GET alone, so HEAD is no way.
    file = _get(links.url, {"Range": "bytes=0-0"})
    if file is not None:
        return Outcome(format, "done", file.size, file.told)
    error = _get(links.error_url) if also_error else None
    if error is not None:
        return Outcome(format, "failed", error=json.loads(error.body))
    return Outcome(format, "waiting")


def download(ticket: Ticket, format: str) -> bytes:
    """The file. Raises `NoFile`, with the reason that error.json gives, or `LinkRefused`."""
    links = ticket.formats[format]
    file = _get(links.url)
    if file is None:
        error = _get(links.error_url)
        raise NoFile(json.loads(error.body)["message"] if error else f"There is no {format} file yet. Wait for it.")
    return file.body


def save(ticket: Ticket, format: str, folder: Path, source: Path | None = None) -> Path:
    """Writes the file into a folder, and returns its path.

    It has its own name there, and that of its format, too, where the ticket has several files of that name, or where it
    would be written over the `source`.
    """
    name = ticket.formats[format].filename
    is_source = source is not None and (folder / name).exists() and source.samefile(folder / name)
    if is_source or sum(links.filename == name for links in ticket.formats.values()) > 1:
        stem, ending = split_name(name)
        name = f"{stem}-{format}{ending}"
    path = folder / name
    data = download(ticket, format)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def report(ticket: Ticket, format: str) -> dict[str, Any] | None:
    """What the export kept only in part or dropped; None where there is nothing to tell."""
    found = _get(ticket.formats[format].report_url)
    return json.loads(found.body) if found else None


@frozen
class _Found:
    body: bytes
    size: int
    told: Mapping[str, str]


def _get(url: str, headers: Mapping[str, str] | None = None) -> _Found | None:
    try:
        with _open(HttpRequest(url, headers=dict(headers or {}))) as answer:  # noqa: S310 – a ticket's own address
            body: bytes = answer.read()
            whole = re.search(r"/(\d+)$", answer.headers.get("Content-Range", ""))
            told = {
                name.lower().removeprefix("x-amz-meta-"): value
                for name, value in answer.headers.items()
                if name.lower().startswith("x-amz-meta-")
            }
            return _Found(body, int(whole[1]) if whole else len(body), told)
    except HTTPError as error:
        if error.code == 404:
            error.close()
            return None
        if error.code == 416:  # the first byte of an empty file
            error.close()
            return _Found(b"", 0, {})
        raise LinkRefused(f"Storage refused the link: {_why(error)}. Ask for a new ticket.") from None


def _open(request: HttpRequest) -> Any:
    try:
        return urlopen(request, timeout=_TIMEOUT_S)  # noqa: S310 – the ticket's own addresses
    except HTTPError:
        raise
    except (URLError, HTTPException, OSError) as error:
        reason = getattr(error, "reason", error)
        raise Unavailable(f"Storage at {request.host} cannot be reached ({reason}).") from None


def _why(error: HTTPError) -> str:
    with error:
        body = error.read(10_000).decode(errors="replace")
    code, message = (re.search(f"<{tag}>([^<]*)</{tag}>", body) for tag in ("Code", "Message"))
    return ", ".join(found[1] for found in (code, message) if found) or f"status {error.code}"


def _multipart(fields: Mapping[str, str], boundary: str) -> tuple[bytes, bytes]:
    """What stands before and after the source in the form's body. RFC 7578; S3 wants the file last."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="source"\r\n\r\n'
    return ("".join(parts) + file).encode(), f"\r\n--{boundary}--\r\n".encode()


def _chunks(head: bytes, data: bytes, tail: bytes, total: int, on_progress: Progress | None) -> Iterator[bytes]:
    sent = 0
    for part in (head, data, tail):
        for start in range(0, len(part), _CHUNK):
            chunk = part[start : start + _CHUNK]
            yield chunk
            sent += len(chunk)
            if on_progress:
                on_progress(sent, total)
