"""What the user uploads."""

from __future__ import annotations

from collections.abc import Callable

from exporters.frozen import frozen

type Companions = Callable[[str], bytes | None]
"""Gives the file that the source names by a relative path, or None. The only way from a document to other bytes."""


def no_companions(path: str) -> None:
    """A source that came alone."""


def split_name(name: str) -> tuple[str, str]:
    """The stem of a file name, without its folders, and its ending with the dot. (pathlib takes 6 ms to import.)"""
    base = name.rpartition("/")[2]
    stem, dot, ending = base.rpartition(".")
    return (stem, dot + ending) if stem else (base, "")


@frozen
class Source:
    data: bytes
    name: str
    """Its file name, which tells its kind."""
    companions: Companions = no_companions
    media_type: str = ""
    """As whoever sent it has declared it; "" where nobody has. Its name says more."""
