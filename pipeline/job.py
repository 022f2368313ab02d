"""A job: one request to export one source to one format; and where its objects lie in the bucket.

uploads/<tenant>/<job>/<filename>
exports/<tenant>/<job>/<format>/<stem><ending>     done; in a folder file/ where that is the name of one of these:
exports/<tenant>/<job>/<format>/error.json         failed for good
exports/<tenant>/<job>/<format>/report.json        only when there is something to report
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from exporters import options, registry
from exporters.errors import ExportError
from exporters.exporter import FileType
from exporters.frozen import NOTHING, as_dict, frozen
from exporters.source import split_name
from pipeline.errors import BadRequest

SCHEMA = 2  # of job messages; a function reads its own and the one before

_ADDED = ("channel", "webhook")  # the fields of the latest schema; "" where a job does not need one

ERROR, REPORT = "error.json", "report.json"
FINAL = "final"  # in the metadata of an error.json: the version of the source that fails whenever it is tried

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_JOINERS = "\u200c\u200d"  # Persian and emoji need them; other invisible characters turn names around or hide in them
_MAX_ENDING = 20  # characters
_MAX_FILENAME = 180  # bytes; a key holds 1,024, and file systems take 255
_MAX_GIVEN = 4_096  # characters, as long as a path on Linux; what is done to a name takes time with its square


@frozen
class Job:
    tenant: str
    id: str
    format: str
    filename: str
    version: str
    """Of the source in the versioned bucket: a source that is replaced later does not change what is exported."""
    size: int
    """Bytes of the source."""
    options: Mapping[str, object] = NOTHING
    tags: Mapping[str, str] = NOTHING
    """What the app wants to find again in logs."""
    media_type: str = ""
    """Of the source, as the app has declared it; "" where it has not."""
    channel: str = ""
    """`live` or `next`, where the app has asked for one: see `pipeline.routing`."""
    webhook: str = ""
    """An address that is told how it ended: see `pipeline.notices`."""

    def to_json(self) -> str:
        """The message, of the lowest schema that says it all: an exporter that was rolled back may have to read it."""
        said = {name: value for name, value in as_dict(self).items() if value or name not in _ADDED}
        return json.dumps({"schema": SCHEMA if any(name in said for name in _ADDED) else SCHEMA - 1, **said})

    @staticmethod
    def from_json(text: str) -> Job:
        """Raises `BadRequest` for a message that is no job, or of another schema."""
        try:
            found: dict[str, Any] = json.loads(text)
            schema = found.pop("schema")
            if schema in (SCHEMA, SCHEMA - 1):
                return Job(**found)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadRequest("This is not a job message.") from error
        raise BadRequest(
            f"This is a job message of schema {schema!r}; this version reads schemas {SCHEMA - 1} and {SCHEMA}."
        )

    @property
    def source_key(self) -> str:
        return upload_key(self.tenant, self.id, self.filename)

    @property
    def file_key(self) -> str:
        return file_key(self.folder, file_name(self.filename, self.file_type))

    @property
    def file_type(self) -> FileType:
        """What its file will be. Raises `BadOption`."""
        return file_type(self.format, self.options)

    @property
    def error_key(self) -> str:
        return error_key(self.folder)

    @property
    def report_key(self) -> str:
        return report_key(self.folder)

    @property
    def folder(self) -> str:
        return export_folder(self.tenant, self.id, self.format)


def upload_key(tenant: str, job: str, filename: str) -> str:
    return f"uploads/{tenant}/{job}/{filename}"


def export_folder(tenant: str, job: str, format: str) -> str:
    return f"exports/{tenant}/{job}/{format}"


def file_key(folder: str, name: str) -> str:
    """Where a format's file of this name is. One that is called as the error or the report is must be neither."""
    return f"{folder}/file/{name}" if name in (ERROR, REPORT) else f"{folder}/{name}"


def error_key(folder: str) -> str:
    return f"{folder}/{ERROR}"


def report_key(folder: str) -> str:
    return f"{folder}/{REPORT}"


def file_type(format: str, given: Mapping[str, object]) -> FileType:
    """What a format makes with the options that somebody gave. Raises `BadOption`."""
    declared = registry.get(format)
    own, _ = options.parse(declared.options, given, format)
    return declared.file_type(own)


def file_name(filename: str, type: FileType) -> str:
    """What a file of this type is called after its source."""
    return split_name(filename)[0] + type.extension


def parse_upload_key(key: str) -> tuple[str, str, str]:
    """Tenant, job id and file name. Raises `BadRequest` for a key of another shape."""
    match key.split("/"):
        case ["uploads", tenant, job, filename] if tenant and job and filename:
            return check_name("tenant", tenant), check_name("job", job), filename
    raise BadRequest("This key is not of the form uploads/<tenant>/<job>/<filename>.")


def check_name(field: str, value: str) -> str:
    """A tenant or a job id: they are folders, and one must never reach into another's."""
    if not is_name(value):
        raise BadRequest(
            f"The field {field!r} must be 1 to 64 letters, digits, '-' or '_', and begin with a letter or a digit."
        )
    return value


def is_name(value: str) -> bool:
    """Whether it can be a tenant or a job id."""
    return _NAME.fullmatch(value) is not None


def check_filename(name: str) -> str:
    """The name without folders and control characters, in one Unicode form, short enough for a key.

    Any language's letters stay. Raises `BadRequest` where nothing is left.
    """
    if len(name) > _MAX_GIVEN:
        raise BadRequest(f"The field 'filename' has {len(name)} characters; at most {_MAX_GIVEN}, folders and all.")
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in base if c in _JOINERS or unicodedata.category(c)[0] != "C").strip(" .")
    stem, ending = split_name(clean)
    ending = ending[:_MAX_ENDING]
    while stem and len((stem + ending).encode()) > _MAX_FILENAME:
        stem = stem[:-1]
    if not stem.strip():
        raise BadRequest("The field 'filename' is empty. Give the source's name with its ending, such as 'notes.md'.")
    return stem.rstrip() + ending


def error_json(job: str, format: str, error: ExportError, attempt: int) -> bytes:
    """What the user gets instead of a file; published as `exporters/schemas/error.schema.json`."""
    found = {"schema": 1, "job": job, "format": format, **error.told(), "attempt": attempt}
    return json.dumps(found, ensure_ascii=False, indent=1).encode()
