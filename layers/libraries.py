"""Layers of Python libraries: what many formats share, and is large, is uploaded once and not within each package.

What is in the `python/` of a layer, Lambda finds as it finds what is in a package ("Packaging your layer content").
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

FOLDER = "python"
"""Of a layer; in Lambda it is /opt/python."""


@dataclass(frozen=True, slots=True)
class Libraries:
    """A layer that has libraries in `/opt/python`, whole but for what is named: so it changes with them alone.

    requirements.lock says which versions.
    """

    description: str
    licence: str
    """Of all of them, as an SPDX expression."""
    names: tuple[str, ...]
    """As requirements.lock has them."""
    without: tuple[str, ...] = ()
    """Patterns of files that are left out. What only these need of other files is left out, too."""

    def takes(self, file: str) -> bool:
        """Whether a file of its libraries is to be in it."""
        return not any(fnmatchcase(file, pattern) for pattern in self.without)
