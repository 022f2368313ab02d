"""Where a page finds what is not text: the page itself holds it, or it lies in files beside it."""

from __future__ import annotations

from binascii import b2a_base64

from exporters.document import Resource
from exporters.toolbox import urls
from exporters.toolbox.escaping import html_attribute

# Bytes of images that are shown more than once: HTML has to hold them each time, and a source may show one image of
# 5 MB ten thousand times.
_MAX_REPEATED = 20_000_000


class Places:
    """For a page that holds everything itself. Formats with files beside their pages say here where these are."""

    def __init__(self) -> None:
        self._held: set[int] = set()
        self._repeated = 0

    def image(self, resource: Resource) -> str:
        """The address of an image that came with the source, escaped; "" where it cannot be shown once more."""
        return _data_url(resource.media_type, resource.data) if self._affords(resource) else ""

    def attachment(self, resource: Resource) -> str:
        """The attributes of a link to a file that came with the source; "" where there is no room for it."""
        if not self._affords(resource):
            return ""
        # Of no type that a browser would show: what stands in it is not this page's.
        data = _data_url("application/octet-stream", resource.data)
        return f' href="{data}" download="{html_attribute(resource.name.rpartition("/")[2])}"'

    def link(self, url: str) -> str | None:
        """The address that a link leads to, escaped; None where it cannot be followed from here."""
        return html_attribute(urls.encoded(url))

    def _affords(self, resource: Resource) -> bool:
        if id(resource) in self._held:
            self._repeated += len(resource.data)
        self._held.add(id(resource))
        return self._repeated <= _MAX_REPEATED


def _data_url(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{b2a_base64(data, newline=False).decode()}"
