"""Values of a notebook, which may have any shape: as what they should be, or else as nothing."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from typing import Any


def text(value: Any) -> str:
    """A text, which may be stored line by line."""
    if isinstance(value, list):
        return "".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def decoded(value: Any) -> bytes:
    """The bytes of a text in base64, which may have line ends in it; none where it is broken."""
    try:
        return a2b_base64(text(value))
    except (Base64Error, ValueError):  # ValueError for what is not ASCII
        return b""
