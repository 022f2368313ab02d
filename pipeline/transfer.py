"""What a browser does with a ticket, in plain HTTP: upload the source, poll the links, download the files.

No AWS library and no credentials: whoever holds a ticket can do this in any language.
"""

from __future__ import annotations

import errno
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from secrets import token_hex
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from exporters.errors import RequestError, Unavailable
from exporters.frozen import NOTHING, frozen
from exporters.source import split_name
from pipeline.errors import LinkRefused, NoFile, UploadRefused
from pipeline.request import Ticket

type Progress = Callable[[int, int], None]
"""Called with the bytes sent so far and those to send; they begin anew where the source has to be sent again."""

_CHUNK = 64 * 1024
_TIMEOUT_S = 60  # for connecting and for each read; who has waited that long is not made to wait again
_PAUSES_S = (0.1, 0.4, 1.6)  # before the second, third and fourth try, as in `pipeline.aws`
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
    """Posts the source with the ticket's form. Raises `UploadRefused`, or `Unavailable`: then the same form will do."""
    form = ticket.upload
    if not form.min_bytes <= len(data) <= form.max_bytes:
        raise UploadRefused(
            f"The source has {len(data)} bytes; this ticket takes {form.min_bytes} to {form.max_bytes}."
        )
    boundary = token_hex(16)
    head, tail = _multipart(form.fields, boundary)
    total = len(head) + len(data) + len(tail)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Content-Length": str(total)}

    def request() -> HttpRequest:
        body = _chunks(head, data, tail, total, on_progress)
        return HttpRequest(form.url, data=body, headers=headers, method="POST")  # noqa: S310 – a ticket's own address

    answer = _ask(request)
    if answer.status >= 300:
        raise UploadRefused(f"Storage refused the source: {_why(answer)}. Ask for a new ticket.")


def wait(
    ticket: Ticket,
    timeout_s: float = 300,
    on_change: Callable[[Outcome], None] | None = None,
    longest_pause_s: float = LONGEST_PAUSE_S,
) -> dict[str, Outcome]:
    """Polls until every format is done or failed, or the time is up; then some may still be waiting.

    `on_change` is called once for each format that is done or failed. Polls come more and more slowly, for each costs
    something, up to `longest_pause_s`. Raises `LinkRefused`, or `Unavailable`.
    """
    outcomes = {format: Outcome(format, "waiting") for format in ticket.formats}
    ends, pause, polls = time.monotonic() + timeout_s, _FIRST_PAUSE_S, 0
    while True:
        polls += 1
        last = time.monotonic() >= ends
        for format, outcome in outcomes.items():
            if outcome.state == "waiting":
                outcomes[format] = found = look(ticket, format, also_error=last or polls % _ERROR_EVERY == 0)
                if found.state != "waiting" and on_change:
                    on_change(found)
        waiting = any(outcome.state == "waiting" for outcome in outcomes.values())
        if last or not waiting:
            return outcomes
        time.sleep(max(0.0, min(pause, ends - time.monotonic())))
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
    """The file. Raises `NoFile`, with the reason that error.json gives, `LinkRefused` or `Unavailable`."""
    links = ticket.formats[format]
    file = _get(links.url)
    if file is None:
        error = _get(links.error_url)
        raise NoFile(json.loads(error.body)["message"] if error else f"There is no {format} file yet. Wait for it.")
    return file.body


def save(ticket: Ticket, format: str, folder: Path, source: Path | None = None) -> Path:
    """Writes the file into a folder, and returns its path. Raises as `download`, or `RequestError` for a bad path.

    It has its own name there, and that of its format, too, where the ticket has several files of that name, or where it
    would be written over the `source`.
    """
    path = _path(ticket, format, folder, source)
    data = download(ticket, format)
    with _written(path):
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return path


def prepare(ticket: Ticket, folder: Path, source: Path | None = None) -> None:
    """Makes the folder, so that no export is lost for want of it. Raises `RequestError` where `save` would fail."""
    for format in ticket.formats:
        path = _path(ticket, format, folder, source)
        with _written(path):
            folder.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if not os.access(path if path.exists() else folder, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


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
    answer = _ask(lambda: HttpRequest(url, headers=dict(headers or {})))  # noqa: S310 – a ticket's own address
    if answer.status == 404:
        return None
    if answer.status == 416:  # the first byte of an empty file
        return _Found(b"", 0, {})
    if answer.status >= 300:
        raise LinkRefused(f"Storage refused the link: {_why(answer)}. Ask for a new ticket.")
    whole = re.search(r"/(\d+)$", answer.headers.get("content-range", ""))
    told = {
        name.removeprefix("x-amz-meta-"): value
        for name, value in answer.headers.items()
        if name.startswith("x-amz-meta-")
    }
    return _Found(answer.body, int(whole[1]) if whole else len(answer.body), told)


@frozen
class _Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


def _ask(make: Callable[[], HttpRequest]) -> _Answer:
    """Whatever storage answers, save for what passes: that is tried again. Raises `Unavailable` if the last try fails.

    A request is made for each try, for a body can be sent once.
    """
    tries = 0
    for pause in (*_PAUSES_S, None):
        tries, request = tries + 1, make()
        try:
            answer = _send(request)
            if answer.status != 429 and answer.status < 500:
                return answer
            trouble = _why(answer)
        except (HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            trouble = str(reason) or type(reason).__name__
            if isinstance(reason, TimeoutError):
                break
        if pause is not None:
            time.sleep(pause)
    times = "once" if tries == 1 else f"{tries} times"
    raise Unavailable(
        f"Storage at {request.host} was asked {times} and did not answer as it should ({trouble}). Try again later."
    )


def _send(request: HttpRequest) -> _Answer:
    try:
        answer = urlopen(request, timeout=_TIMEOUT_S)  # noqa: S310 – a ticket's own address
    except HTTPError as error:
        answer = error  # an answer, too
    with answer:
        return _Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read())


def _why(answer: _Answer) -> str:
    """What storage says of it, without a full stop."""
    body = answer.body[:10_000].decode(errors="replace")
    code, message = (re.search(f"<{tag}>([^<]*)</{tag}>", body) for tag in ("Code", "Message"))
    return ", ".join(found[1] for found in (code, message) if found).rstrip(".") or f"status {answer.status}"


def _path(ticket: Ticket, format: str, folder: Path, source: Path | None) -> Path:
    name = ticket.formats[format].filename
    is_source = source is not None and (folder / name).exists() and source.samefile(folder / name)
    if is_source or sum(links.filename == name for links in ticket.formats.values()) > 1:
        stem, ending = split_name(name)
        name = f"{stem}-{format}{ending}"
    return folder / name


@contextmanager
def _written(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise RequestError(f"The file {str(path)!r} cannot be written: {why}. Name another folder.") from None


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
