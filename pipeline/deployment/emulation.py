"""Runs programs that are made for the other of Lambda's machines: natively on one of its kind, elsewhere under QEMU.

QEMU and the C library come from Debian's packages, which are unpacked into build/qemu and not installed.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from exporters.errors import MissingPart
from pipeline.deployment.elf import Machine

# What QEMU calls a machine, the package of its C library, and where that has it.
_DEBIAN = {
    "arm64": ("aarch64", "libc6-arm64-cross", "usr/aarch64-linux-gnu"),
    "x86_64": ("x86_64", "libc6-amd64-cross", "usr/x86_64-linux-gnu"),
}
_QEMU = "qemu-user-static"

_HERE: dict[str, Machine] = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86_64", "AMD64": "x86_64"}


def command(root: Path, architecture: Machine) -> list[str]:
    """What stands before a program of this architecture to run it here: nothing, or QEMU with what it needs.

    Raises `MissingPart`.
    """
    if sys.platform != "linux":
        raise MissingPart(
            "The programs in the layers run on Linux only. Check them there; building them works here too."
        )
    if _HERE.get(platform.machine()) == architecture:
        return []
    emulator, library = fetch(root, architecture)
    return [str(emulator), "-L", str(library)]


def fetch(root: Path, architecture: Machine) -> tuple[Path, Path]:
    """QEMU for an architecture, and the folder with its C library; fetched the first time (64 MB).

    Raises `MissingPart` where Debian's packages cannot be had.
    """
    name, library, place = _DEBIAN[architecture]
    folder = root / "build" / "qemu"
    emulator = folder / "usr" / "bin" / f"qemu-{name}-static"
    if not emulator.is_file():
        _unpacked(_QEMU, folder, f"usr/bin/{emulator.name}")
    if not (folder / place).is_dir():
        _unpacked(library, folder, place)
    return emulator, folder / place


def wrapped(program: Path, folder: Path, before: list[str]) -> Path:
    """A program to be called in the place of another, which runs that with `before` before it."""
    if not before:
        return program
    script = folder / f"run-{program.name}"
    words = " ".join(f"'{word}'" for word in (*before, str(program)))
    script.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    script.chmod(0o755)
    return script


def _unpacked(package: str, folder: Path, path: str) -> None:
    """Takes one path out of a package of Debian's into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="package-", dir=folder) as name:
        place = Path(name)
        archive = _downloaded(package, place)
        tar = place / "content.tar"
        with tar.open("wb") as file:
            _run(["dpkg-deb", "--fsys-tarfile", str(archive)], place, package, file.fileno())
        _run(["tar", "--extract", f"--file={tar}", "--no-same-owner", f"./{path}"], place, package)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).replace(folder / path)  # at once, so that what is there is whole


def _downloaded(package: str, place: Path) -> Path:
    # By the lists of packages on this machine, or where it has none, by new ones, which nobody else sees.
    own = place / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (own / folder).mkdir(parents=True)
    options = ["-o", f"Dir::State::Lists={own}/lists", "-o", f"Dir::Cache={own}/cache", "-o", "APT::Sandbox::User="]
    try:
        _run(["apt-get", "download", package], place, package)
    except MissingPart:
        _run(["apt-get", *options, "update"], place, package)
        _run(["apt-get", *options, "download", package], place, package)
    [archive] = place.glob("*.deb")
    return archive


def _run(command: list[str], folder: Path, package: str, output: int | None = None) -> None:
    otherwise = f"The programs in the layers cannot be run here: Debian's package {package} is not to be had"
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | {"LC_ALL": "C"},
            stdout=subprocess.PIPE if output is None else output,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError:
        raise MissingPart(f"{otherwise}, for there is no {command[0]} on this machine. Check them on Debian.") from None
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())[-300:]
        raise MissingPart(f"{otherwise}. {command[0]} says: {said}")
