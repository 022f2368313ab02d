"""The images of a source: those within its text as `data:` URLs, and those it names by a relative path.

A document keeps the bytes of an image once and beside its text, however many names they have; what points at them is a
key, made of their hash. So that a megabyte of base64 does not travel through the Markdown parser either, `Embedded`
sets it aside before and gives it back after.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterator
from copy import replace
from typing import Any

from exporters.document.nodes import Json, Resource
from exporters.report import Code, Report
from exporters.source import Companions
from exporters.toolbox.images import NotAnImage, inspect

KEY_PREFIX = "resource:"
MAX_BYTES = 40_000_000  # of all images together: exporters hold them again in their files
_LONG = 64  # characters of base64 that are worth setting aside

_BASE64_URL = re.compile(rb"data:[A-Za-z]{1,20}/[A-Za-z0-9.+-]{1,80};base64,([A-Za-z0-9+/]{%d,})" % _LONG)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SHOWN = 80  # characters of an address in the report


class Embedded:
    """A source whose long base64 URLs are set aside: `text` has a short stand-in for each."""

    def __init__(self, data: bytes) -> None:
        self._source = data
        self._spans: list[tuple[int, int, int]] = []
        self._stand_in: re.Pattern[str] | None = None
        self._mark = ""
        self.text = data
        if b";base64," in data:
            from hashlib import sha256

            # No source can hold its own hash, so nothing in it can pass for a stand-in.
            self._mark = sha256(data).hexdigest()[:16]
            self.text = _BASE64_URL.sub(self._set_aside, data)
            self._stand_in = re.compile(rf"data:([0-9]+)\.{self._mark}") if self._spans else None

    @property
    def sets_aside(self) -> bool:
        """Whether there is anything to give back."""
        return self._stand_in is not None

    def restore(self, text: str) -> str:
        """A text as the source has it."""
        if self._stand_in is None or self._mark not in text:
            return text
        return self._stand_in.sub(lambda found: self._original(int(found[1])), text)

    def restored_in(self, value: Json) -> Json:
        """A value with its texts as the source has them."""
        match value:
            case str():
                return self.restore(value)
            case list():
                return [self.restored_in(each) for each in value]
            case dict():
                return {self.restore(key): self.restored_in(each) for key, each in value.items()}
            case _:
                return value

    def restored(self, events: Iterator[Any]) -> Iterator[Any]:
        """A parser's events with their texts as the source has them; addresses in links and images are left alone."""
        return events if self._stand_in is None else map(self._restored, events)

    def base64(self, url: str) -> bytes | None:
        """What stands after the comma of a URL, if that was set aside."""
        found = self._stand_in.fullmatch(url.rstrip("=")) if self._stand_in else None
        if found is None:
            return None
        _, comma, end = self._spans[int(found[1])]
        return self._source[comma:end]

    def _restored(self, event: Any) -> Any:
        if type(event) is not str:
            for name, value in event.items():
                if type(value) is str and self._mark in value:
                    return {name: self.restore(value)}
        return event

    def _set_aside(self, found: re.Match[bytes]) -> bytes:
        self._spans.append((found.start(), found.start(1), found.end()))
        return b"data:%d.%s" % (len(self._spans) - 1, self._mark.encode())

    def _original(self, number: int) -> str:
        start, _, end = self._spans[number]
        return self._source[start:end].decode("ascii")


class Resources:
    """Collects the images of one document and says which cannot be had."""

    def __init__(self, companions: Companions, report: Report) -> None:
        self._companions = companions
        self._report = report
        self._keys: dict[str, str] = {}
        self._attached: set[str] = set()  # keys of what nobody has looked at
        self._bytes = 0
        self.found: dict[str, Resource] = {}
        self.embedded = Embedded(b"")
        """What has been set aside of the text that is being read."""

    def add(self, data: bytes, name: str, where: str, path: str = "") -> str | None:
        """Keeps an image and gives its key; None where it is none that can be shown, which is reported.

        `name` begins the sentence that says so: "The image a.png", "An output".
        """
        key = key_of(data)
        looked_at = key in self.found and key not in self._attached
        return key if looked_at or self._keep(key, data, name, where, path) else None

    def attach(self, data: bytes, media_type: str, path: str) -> str | None:
        """Keeps a file that is no image, as it is; None where the source has too much of everything."""
        key = key_of(data)
        if key not in self.found:
            if self._bytes + len(data) > MAX_BYTES:
                return None
            self.found[key] = Resource(media_type, data, name=path)
            self._attached.add(key)
            self._bytes += len(data)
        return key

    def take_along(self, path: str) -> None:
        """Keeps a file that the format asks for, as it is and by this name, where the source has it."""
        if not any(resource.name == path for resource in self.found.values()):
            data = self._file(path)
            if data is not None:
                self.attach(data, "application/octet-stream", path)

    def _file(self, path: str) -> bytes | None:
        return None if path.startswith(("/", "#")) or _SCHEME.match(path) else self._companions(path)

    def key(self, url: str, where: str) -> str:
        """The address for the document: of an image at hand its key in `found`, of any other the URL itself."""
        if url not in self._keys:
            self._keys[url] = self._look(url, where)
        return self._keys[url]

    def key_in_html(self, url: str, where: str) -> str:
        """The same for an image in HTML that is kept."""
        return self.key(url, where)

    def alias(self, url: str, key: str) -> None:
        """Lets an address name what is at hand already; the next one to be given the same address takes it over."""
        self._keys[url] = key

    def _look(self, url: str, where: str) -> str:
        scheme = _SCHEME.match(url)
        if url[:5].lower() == "data:":
            return self._data(url, where)
        if url.startswith("//") or (scheme and scheme[0].lower() in ("http:", "https:")):
            self._report.degraded(
                Code.IMAGE_REMOTE,
                f"The image {_short(url)} is on another server, and exports fetch nothing. Put it into the source.",
                where,
            )
        elif not url or url.startswith(("/", "#")) or scheme:
            what = f"The image {_short(url)} lies outside the source. Put it into the source." if url else _NO_ADDRESS
            self._missing(what, where)
        else:
            path = _path(url)
            data = self._companions(path)
            if data is not None:
                return self.add(data, f"The image {_short(url)}", where, path) or url
            self._missing(f"The image {_short(url)} is not in the source.", where)
        return url

    def _data(self, url: str, where: str) -> str:
        key = self.add(self._decoded(url), "An image within the text", where)
        if key is not None:
            return key
        whole = self.embedded.restore(url)
        return whole if len(whole) <= _SHOWN else f"{whole.partition(',')[0][: _SHOWN - 2]},…"

    def _decoded(self, url: str) -> bytes:
        """The bytes of a data URL (RFC 2397); none where it is broken."""
        base64 = self.embedded.base64(url)
        if base64 is None:
            from urllib.parse import unquote_to_bytes

            head, _, payload = self.embedded.restore(url).partition(",")
            base64 = unquote_to_bytes(payload)
            if not head.lower().endswith(";base64"):
                return base64
        try:
            base64 = base64.rstrip(b"=")
            return a2b_base64(base64 + b"=" * (-len(base64) % 4), strict_mode=True)
        except Base64Error:
            return b""

    def _keep(self, key: str, data: bytes, name: str, where: str, path: str) -> bool:
        if self._bytes + len(data) > MAX_BYTES:
            reason = f"is left out: the images of a source may have {MAX_BYTES // 10**6} MB together"
        else:
            try:
                image = inspect(data)
                self.found[key] = replace(image, name=path) if path else image
                self._attached.discard(key)
                self._bytes += len(data)
                return True
            except NotAnImage as error:
                reason = str(error)
        self._report.lost(Code.IMAGE_UNREADABLE, f"{name} {reason}.", where)
        return False

    def _missing(self, what: str, where: str) -> None:
        self._report.lost(Code.IMAGE_MISSING, what, where)


_NO_ADDRESS = "An image has no address."


def _path(url: str) -> str:
    path = url.partition("#")[0].partition("?")[0]
    if "%" not in path:
        return path
    from urllib.parse import unquote

    return unquote(path)


def key_of(data: bytes) -> str:
    """The key of a resource with these bytes."""
    from hashlib import sha256

    return KEY_PREFIX + sha256(data).hexdigest()[:16]


def _short(url: str) -> str:
    return url if len(url) <= _SHOWN else f"{url[: _SHOWN - 1]}…"
