"""Turns a source into a document and a document into a file. Knows nothing of AWS, nor of any network.

from exporters import Source, export

file = export(Source(data, "notes.md"), "pdf", {"page_size": "A5"})
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import replace

from exporters import options, readers, registry
from exporters.document.nodes import SOURCE, Document, Resource
from exporters.errors import ExporterFailed, ExportError, Lossy, OutOfMemory
from exporters.frozen import frozen
from exporters.report import Report
from exporters.source import Source, split_name

__all__ = ["File", "Source", "export"]


@frozen
class File:
    """The bytes an exporter returns, and what goes with them."""

    data: bytes
    name: str
    media_type: str
    report: Report


def export(source: Source, format: str, given: Mapping[str, object] | None = None) -> File:
    """Exports a source to one format.

    `given` are options as the user wrote them: the format's own, and those of `exporters.options.CommonOptions`. Raises
    `ExportError` and nothing else: an exception that an exporter did not foresee becomes `ExporterFailed`.
    """
    exporter = registry.get(format)
    own, common = options.parse(exporter.options, given or {}, format)
    report = Report()
    try:
        # A file of the source that says how the format's own are to look: the one option that names another file.
        wanted = getattr(own, "reference", "")
        document = readers.read(source, report, common, exporter.keeps_html, wanted)
        if getattr(own, "attach_source", False):
            document = _with_source(document, source)
        data = registry.load(format)(document, own, report)
        if common.strict:
            _refuse_loss(report)
    except ExportError:
        raise
    except MemoryError as error:
        raise OutOfMemory(
            f"The export to {format} ran out of memory. Split the source, or make its images smaller."
        ) from error
    except Exception as error:
        raise ExporterFailed(_unforeseen(format, error)) from error
    made = exporter.file_type(own)
    return File(data, split_name(source.name)[0] + made.extension, made.media_type, report)


def _with_source(document: Document, source: Source) -> Document:
    """The document with its source among its resources, for a format that takes it along."""
    attached = Resource(source.media_type or "application/octet-stream", source.data, name=source.name)
    return replace(document, resources={**document.resources, SOURCE: attached})


def _refuse_loss(report: Report) -> None:
    if report.losses:
        # Codes, not the items' own words: those may quote the document, and messages go into logs.
        places = "1 place" if report.losses == 1 else f"{report.losses} places"
        codes = sorted({item.code for item in report.items if item.severity == "lost"})
        raise Lossy(
            f"The export would lose something in {places} ({', '.join(codes) or _NO_ROOM}), and the option "
            "strict=true asks to fail then. The report says what and where; mend the source, or leave the option out.",
            report,
        )


_NO_ROOM = "which the report has no room for"


def _unforeseen(format: str, error: Exception) -> str:
    # Where, but not the error's own text: that may quote the document, and messages go into logs.
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f"{at.tb_frame.f_code.co_filename.rpartition('/')[2]}:{at.tb_lineno}" if at else "an unknown place"
    return (
        f"The {format} exporter failed on this source ({type(error).__name__} at {place}). "
        "This is a mistake in the exporter, not in the source; the operator can replay the job once it is mended."
    )
