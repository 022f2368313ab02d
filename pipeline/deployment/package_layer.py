"""Packs a layer of libraries as packages are packed: compiled, made smaller, checked, the same bytes each time."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from layers.libraries import FOLDER, Libraries
from pipeline.deployment import package_files, package_wheels
from pipeline.deployment.package_cache import Cache
from pipeline.deployment.package_contents import Contents
from pipeline.deployment.package_wheels import Architecture
from pipeline.deployment.packages import Packer, Progress


def build(root: Path, path: Path, layer: Libraries, architecture: Architecture, progress: Progress) -> None:
    """Writes the layer's zip, the same bytes for the same libraries; `architecture` "host" is for this machine.

    Raises `MissingPart` for a library that is not there, or that Lambda could not load.
    """
    packer = Packer(architecture, Cache(root / "build" / "packages" / "cache"), f"{package_files.LAYERS}{FOLDER}/")
    contents = Contents(root, package_wheels.wheels(root, architecture, progress), packer.cache)
    packed = [packer.packed(name, file) for name, file in contents.of_layer(layer).items()]
    below = sorted((replace(each, name=f"{FOLDER}/{each.name}") for each in packed), key=lambda each: each.name)
    partial = path.with_suffix(f".{os.getpid()}")
    partial.write_bytes(package_files.archive(below))
    partial.replace(path)


def pins(root: Path, layer: Libraries) -> bytes:
    """What decides which bytes are in it, beside the code that packs it."""
    code = sorted(path for path in Path(__file__).parent.glob("package*.py"))
    return b"\0".join(
        [package_wheels.pinned(root, layer.names).encode(), sys.version.encode(), *(path.read_bytes() for path in code)]
    )
