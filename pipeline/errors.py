"""The pipeline's own branch of the tree in `exporters.errors`.

                          whose fault      is a retry useful
ExportError
├── BadRequest            the app's        no: the request itself is malformed
├── Refused               the operator's   after the role or the settings are mended (kept)
├── NotThere              nobody's         no: what was asked for is gone, or never was
├── OutOfTime             the user's       on a larger function, or with a smaller source (kept)
├── GaveUp                the user's       likewise (kept)
│                                          who holds a ticket meets these:
├── UploadRefused         the app's        with a new ticket
├── LinkRefused           the app's        with a new ticket
└── NoFile                nobody's         once the export is done; if it failed, the message says why
"""

from __future__ import annotations

from exporters.errors import ExportError, RequestError, SourceError


class BadRequest(RequestError):
    """A field of the request is missing or not valid. Names it."""

    code = "bad-request"


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
