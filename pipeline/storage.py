"""The only module that speaks to S3."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote_plus

from exporters.errors import ExportError, Unavailable
from exporters.frozen import NOTHING, frozen
from pipeline.addresses import bucket_url
from pipeline.aws import Answer, Caller
from pipeline.errors import NotThere, Refused
from pipeline.settings import Settings
from pipeline.signing import encode_path

_META = "x-amz-meta-"


@frozen
class Head:
    """What storage knows of an object without reading it."""

    size: int
    media_type: str
    metadata: Mapping[str, str]
    modified: str = ""
    """When it was written, as HTTP says it (RFC 9110, 5.6.7)."""


class Storage:
    """One bucket."""

    def __init__(self, caller: Caller, settings: Settings) -> None:
        self._caller = caller
        self._base = bucket_url(settings.bucket, settings.region, settings.endpoint)

    def head(self, key: str, version: str = "") -> Head:
        """Raises `NotThere`."""
        answer = self._call("HEAD", key, version=version)
        headers = answer.headers
        metadata = {name.removeprefix(_META): value for name, value in headers.items() if name.startswith(_META)}
        modified = headers.get("last-modified", "")
        return Head(int(headers.get("content-length", 0)), headers.get("content-type", ""), metadata, modified)

    def read(self, key: str, version: str = "") -> bytes:
        """Raises `NotThere`."""
        return self._call("GET", key, version=version).body

    def exists(self, key: str) -> bool:
        """Whether there is an object; the caller may list the bucket, so that "no" is 404 and not 403."""
        try:
            self.head(key)
        except NotThere:
            return False
        return True

    def names(self, folder: str) -> list[str]:
        """What there is in a folder, at most a thousand names: "notes.pdf", "report.json"."""
        query = {"list-type": "2", "prefix": f"{folder}/", "encoding-type": "url"}
        body = self._call("GET", "", query=query).body.decode()
        return [unquote_plus(key).removeprefix(f"{folder}/") for key in re.findall(r"<Key>([^<]*)</Key>", body)]

    def write(self, key: str, data: bytes, media_type: str, metadata: Mapping[str, str] = NOTHING) -> None:
        """Writes an object, over the one that may be there."""
        headers = {"content-type": media_type} | {_META + name: value for name, value in metadata.items()}
        self._call("PUT", key, headers=headers, body=data)

    def write_once(self, key: str, data: bytes, media_type: str, metadata: Mapping[str, str]) -> bool:
        """Writes an object if there is none, and says whether it did. The first one stays, whoever comes later."""
        headers = {"content-type": media_type, "if-none-match": "*"}
        headers |= {_META + name: value for name, value in metadata.items()}
        answer = self._call("PUT", key, headers=headers, body=data, accepted=(412, 409))
        if answer.status == 409:  # another write is under way; who wins is known when the job is tried again
            raise Unavailable("Another worker is writing the same file at this moment.")
        return answer.status != 412

    def delete(self, key: str) -> None:
        """Removes an object, if it is there."""
        self._call("DELETE", key)

    def _call(
        self,
        method: str,
        key: str,
        *,
        version: str = "",
        query: Mapping[str, str] = NOTHING,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        accepted: tuple[int, ...] = (),
    ) -> Answer:
        query = query or ({"versionId": version} if version else {})
        url = self._base + encode_path(key)
        answer = self._caller.call("s3", method, url, query=query, headers=headers, body=body)
        if answer.status < 300 or answer.status in accepted:
            return answer
        raise _error(method, key, answer)


def _error(method: str, key: str, answer: Answer) -> ExportError:
    if answer.status == 404:
        return NotThere(f"Storage has no {key}.")
    # A HEAD has no body, so no code; and a version that never existed is a 400 in S3.
    found = re.search(rb"<Code>(\w{1,60})</Code>", answer.body)
    code = found[1].decode() if found else f"status {answer.status}"
    if code in ("NoSuchVersion", "InvalidArgument") and method in ("GET", "HEAD"):
        return NotThere(f"Storage has no such version of {key}.")
    return Refused(f"S3 refused {method} {key} ({code}). See what the function's role may do: pipeline/policies.py.")
