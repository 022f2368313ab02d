"""Addresses in HTML that stood in the source, where readers have put the keys of images and attachments."""

from __future__ import annotations

import re
from collections.abc import Callable, Container

_ATTRIBUTE = re.compile(r'(?<![\w-])(href|src|srcset)="([^"]*+)"')
_KEY = re.compile("resource:[0-9a-f]{16}")


def replaced(html: str, known: Container[str], attribute: Callable[[str, str], str]) -> str:
    """The HTML with other attributes for those that name files of the source.

    `attribute` makes them of their name and the key. In a `srcset`, only what stands between the quotation marks of
    the `src` that it makes replaces a key.
    """

    def new(found: re.Match[str]) -> str:
        name, value = found.groups()
        if name == "srcset":
            return f'{name}="{_KEY.sub(of_set, value)}"'
        return attribute(name, value) if value in known and _KEY.fullmatch(value) else found[0]

    def of_set(found: re.Match[str]) -> str:
        if found[0] not in known:
            return found[0]
        address = attribute("src", found[0])[5:-1]
        return address if address.startswith("data:") else address.replace(" ", "%20").replace(",", "%2C")

    return _ATTRIBUTE.sub(new, html) if "resource:" in html else html
