"""What the user uploads."""

from __future__ import annotations

from collections.abc import Callable

from exporters.frozen import frozen

type Companions = Callable[[str], bytes | None]
"""Gives the file that the source names by a relative path, or None. The only way from a document to other bytes."""


def no_companions(path: str) -> None:
    """A source that came alone."""


@frozen
class Source:
    data: bytes
    name: str
    """Its file name, which tells its kind."""
    companions: Companions = no_companions
