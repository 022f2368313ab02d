"""One zip with the code of all functions and no library, for the embedded stack, which has those of this Python."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.deployment.package_files import Packed, archive, packed

_FOLDERS = ("exporters", "pipeline")
_LEFT_OUT = ("pipeline/deployment", "pipeline/local", "pipeline/generated", "__pycache__")  # what no function reads


def build(root: Path, target: Path) -> None:
    """Zips the code and the data files beside it: the same bytes for the same code."""
    names = sorted(_names(root))
    files = (Packed.from_bytes(name, packed((root / name).read_bytes())) for name in names)
    target.write_bytes(archive(files))


def _names(root: Path) -> Iterator[str]:
    for folder in _FOLDERS:
        for path in (root / folder).rglob("*"):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not path.name.startswith(".") and not any(f"{each}/" in name for each in _LEFT_OUT):
                yield name
