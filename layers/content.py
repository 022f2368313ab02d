"""What a layer is made of, whatever kind it is."""

from __future__ import annotations

from typing import NamedTuple

READABLE, EXECUTABLE = 0o644, 0o755  # Lambda runs functions as another user than owns the files


class Entry(NamedTuple):
    """A file of a layer."""

    name: str
    """Where it is below `/opt`."""
    data: bytes
    mode: int


class Unfit(Exception):
    """A package does not hold what its layer is made of: the pin leads to another version, or another machine."""
