"""The pipeline's own branch of the tree in `exporters.errors`.

                          whose fault      is a retry useful
ExportError
├── BadRequest            the app's        no: the request itself is malformed
│   └── BadCall           the app's        no: nor is it one that the address takes
├── Refused               the operator's   after the role or the settings are mended (kept)
├── NotThere              nobody's         no: what was asked for is gone, or never was
├── OutOfTime             the user's       on a larger function, or with a smaller source (kept)
├── GaveUp                the user's       likewise (kept)
├── NotStarted            the operator's   after the function is mended (kept)
├── NotTold               the app's        yes: its webhook did not take what it was told
│                                          who holds a ticket meets these:
├── UploadRefused         the app's        with a new ticket
├── LinkRefused           the app's        with a new ticket
├── NoFile                nobody's         once the export is done; if it failed, the message says why
│                                          who is told by webhook meets these:
├── NotVerified           nobody's         no: somebody else sent it, or it was altered, or it is old
└── MissingSecret         the operator's   once there is a secret
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exporters.errors import (
    BadOption,
    ExportError,
    MissingPart,
    RequestError,
    SourceError,
    Unavailable,
    UnknownFormat,
    UnknownKind,
)
from exporters.frozen import NOTHING


class BadRequest(RequestError):
    """A field of the request is missing or not valid. Names it."""

    code = "bad-request"


class BadCall(BadRequest):
    """An HTTP request that the address does not take, whatever it asks for: its path, method, size, type or token."""

    code = "bad-call"

    def __init__(self, status: int, message: str, headers: Mapping[str, str] = NOTHING) -> None:
        super().__init__(message)
        self.status = status
        """The answer's, as in RFC 9110."""
        self.headers = headers
        """The answer's, beside those that every answer has."""


class Refused(ExportError):
    """AWS refused a call."""

    code = "refused"
    fault = "operator"
    keep = True


class NotThere(ExportError):
    """Storage does not have the object."""

    code = "not-there"
    fault = "nobody"


class OutOfTime(SourceError):
    """The export was stopped shortly before Lambda would have killed it."""

    code = "out-of-time"
    keep = True


class GaveUp(SourceError):
    """The export was killed each time it was tried."""

    code = "gave-up"
    keep = True


class NotStarted(ExportError):
    """The export was never begun: its function does not start, or AWS did not let it."""

    code = "not-started"
    fault = "operator"
    keep = True


class NotTold(ExportError):
    """A webhook did not answer that it has understood."""

    code = "not-told"
    fault = "app"
    retry = True


class UploadRefused(RequestError):
    """Storage did not take the source: the form is spent, the source too large, or what was agreed was changed."""

    code = "upload-refused"


class LinkRefused(RequestError):
    """Storage did not follow a link: it has expired or was altered."""

    code = "link-refused"


class NoFile(ExportError):
    """There is no file to download."""

    code = "no-file"
    fault = "nobody"


class NotVerified(ExportError):
    """A request that says it is one of our webhooks is none, or comes at the wrong time."""

    code = "not-verified"
    fault = "nobody"


class MissingSecret(MissingPart):
    """There is nothing to sign a webhook with."""

    code = "missing-secret"


def retold(told: Mapping[str, Any]) -> ExportError:
    """The error that somebody else has told of as `ExportError.told` does: of the same class, with the same message.

    Of a newer version's code it is a `RequestError` where the app is at fault, and an `ExportError` otherwise.
    """
    of_unknown = RequestError if told.get("fault") == RequestError.fault else ExportError
    kind = _OF_REQUESTS.get(told.get("code", ""), of_unknown)
    # Without __init__, which makes some of the messages: this one is made.
    return kind.__new__(kind, str(told.get("message", "No reason was given.")))


# What a request for a ticket can be answered with.
_OF_REQUESTS: dict[str, type[ExportError]] = {
    each.code: each for each in (BadRequest, BadCall, UnknownFormat, UnknownKind, BadOption, MissingPart, Unavailable)
}
