"""What can go wrong, as one tree.

                                 whose fault     is a retry useful
ExportError
├── RequestError                 the app's       no: ask for something else
│   ├── UnknownFormat
│   ├── UnknownKind
│   └── BadOption
├── SourceError                  the user's      no: the same source fails again
│   ├── UnreadableSource
│   ├── SourceTooLarge
│   ├── Lossy                                    without strict=true
│   └── OutOfMemory                              on a larger function (kept for replay)
├── MissingPart                  the operator's  after the deployment is mended (kept)
├── ExporterFailed               ours            after a new version is deployed (kept)
└── Unavailable                  nobody's        yes, soon: storage or a queue did not answer

A message says what failed, why where that is not obvious, and what to do; it names the field and its valid values.
It never holds text of the document beyond a name, for it goes into logs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from exporters.report import Report

type Fault = Literal["app", "user", "operator", "pipeline", "nobody"]


class ExportError(Exception):
    """An export cannot be done. Its text is for the person who asked for it."""

    code: ClassVar[str] = "export-failed"
    """Part of a small closed set, for metrics and for programs that read error.json."""
    fault: ClassVar[Fault] = "pipeline"
    retry: ClassVar[bool] = False
    """Whether the same job may well succeed if tried again soon."""
    keep: ClassVar[bool] = False
    """Whether it may succeed after an operator has changed something, so that the job is kept for a replay."""

    def told(self) -> dict[str, str | bool]:
        """What programs read of an error: in error.json, and in the answer to a request."""
        return {"code": self.code, "message": str(self), "fault": self.fault, "retry": self.retry}


class RequestError(ExportError, ValueError):
    """What the app asked for does not exist."""

    code = "bad-request"
    fault = "app"


class UnknownFormat(RequestError):
    """No exporter has this name."""

    code = "unknown-format"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no format {name!r}. Formats: {', '.join(sorted(known))}.")


class UnknownKind(RequestError):
    """No reader takes this kind of source."""

    code = "unknown-kind"


class BadOption(RequestError):
    """An option does not exist, or not with this value."""

    code = "bad-option"


class SourceError(ExportError, ValueError):
    """The source cannot be exported as it is."""

    code = "bad-source"
    fault = "user"


class UnreadableSource(SourceError):
    """The source is not what its name says it is."""

    code = "unreadable-source"


class SourceTooLarge(SourceError):
    """The source passes a limit of size or complexity."""

    code = "source-too-large"


class Lossy(SourceError):
    """Something of the source would not be in the file, and that was not to be."""

    code = "lossy"

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report
        """What would have been lost."""


class OutOfMemory(SourceError):
    """The source needs more memory than this process may have."""

    code = "out-of-memory"
    keep = True


class MissingPart(ExportError):
    """Something that the exporter runs on was not deployed: a layer, a program, a font."""

    code = "missing-part"
    fault = "operator"
    keep = True


class ExporterFailed(ExportError):
    """An exporter met something that its author did not think of."""

    code = "exporter-failed"
    keep = True


class Unavailable(ExportError):
    """A service did not answer, or asked to come back later."""

    code = "unavailable"
    fault = "nobody"
    retry = True
