"""What can be said of a URL without following it."""

from __future__ import annotations

import re

# Browsers leave out what these find before they look for the scheme (WHATWG URL Standard, 4.4).
_OVERLOOKED = re.compile(r"^[\x00-\x20]+|[\t\n\r]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*(?=:)")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)

_TO_ENCODE = re.compile(r"[^\w!#$%&'()*+,\-./:;=?@~]|%(?![0-9A-Fa-f]{2})", re.ASCII)


def scheme(url: str) -> str:
    """The scheme as a browser finds it, in lower case; "" where there is none."""
    found = _SCHEME.match(_OVERLOOKED.sub("", url))
    return found[0].lower() if found else ""


def is_safe(url: str) -> bool:
    """Whether following the URL runs no script and opens no page that is hidden in it; pictures may be."""
    match scheme(url):
        case "javascript" | "vbscript":
            return False
        case "data":
            return _PICTURE.match(_OVERLOOKED.sub("", url)) is not None
        case _:
            return True


def is_external(url: str) -> bool:
    """Whether the URL leads to another server."""
    return scheme(url) in ("http", "https", "ftp") or url.startswith("//")


def is_followed_from_a_file(url: str) -> bool:
    """Whether the URL leads somewhere by itself, from a file that may be anywhere."""
    return scheme(url) in ("http", "https", "mailto", "tel", "ftp")


def is_address_of(text: str, url: str) -> bool:
    """Whether the text is the URL itself, as in an autolink."""
    return url.endswith(text) and url[: len(url) - len(text)] in ("", "http://", "https://", "mailto:")


def encoded(url: str) -> str:
    """The URL in ASCII: what a URL cannot hold as it is becomes UTF-8 in `%` notation; what is encoded stays so."""
    return _TO_ENCODE.sub(_percent, url) if _TO_ENCODE.search(url) else url


def _percent(character: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in character[0].encode())
