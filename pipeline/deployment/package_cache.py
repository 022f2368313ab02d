"""Keeps what takes long to make of a content, by that content: in build/, so that nobody has to trust it for ever."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class Digest(Protocol):
    """What `hashlib` makes."""

    def hexdigest(self) -> str: ...


class Cache:
    """Files in a folder, each named by the digest of all that it was made from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: Digest, make: Callable[[], bytes]) -> bytes:
        """What was kept for this digest, or what `make` returns, which is kept then."""
        name = key.hexdigest()
        path = self._folder / name[:2] / name[2:]
        try:
            return path.read_bytes()
        except FileNotFoundError:
            made = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        # Several processes may make the same: each writes its own file, and whichever is last is as good.
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_bytes(made)
        partial.replace(path)
        return made
