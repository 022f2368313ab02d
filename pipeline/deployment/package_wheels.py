"""The libraries that functions run on, as files for Lambda's machines: installed once from requirements.lock, by hash.

For a package only what the lock says counts; for this machine ("host") the environment that runs this, which `make` has
made from the same lock.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from exporters.errors import MissingPart

type Architecture = Literal["arm64", "x86_64", "host"]

_PYTHON = "3.13"
_PLATFORMS = {"arm64": "aarch64-manylinux_2_34", "x86_64": "x86_64-manylinux_2_34"}  # Amazon Linux 2023 has glibc 2.34

# Programs, each of which is a layer: no function imports them.
_LAYERS = frozenset({"ghostscript-bin", "pypandoc-binary"})


@dataclass(frozen=True, slots=True)
class Distribution:
    """A library as it was installed."""

    name: str
    version: str
    files: tuple[str, ...]
    """Below the folder, with `/`; what stands beside its modules (scripts, caches) is not among them."""


@dataclass(frozen=True, slots=True)
class Wheels:
    """A folder of libraries, and what of it belongs to which."""

    folder: Path
    distributions: tuple[Distribution, ...]


def wheels(root: Path, architecture: Architecture, progress: Callable[[str], None]) -> Wheels:
    """All libraries that functions may import, on this architecture. The first time they are fetched.

    Raises `MissingPart` where one cannot be, or is not installed.
    """
    locked = _locked(root)
    folder = (
        Path(sysconfig.get_path("platlib"))
        if architecture == "host"
        else _installed(root, "".join(locked.values()), architecture, progress)
    )
    found = {each.name: each for each in _distributions(folder)}
    missing = sorted(locked.keys() - found.keys())
    if missing:
        raise MissingPart(
            f"{folder} does not have {', '.join(missing)}, which requirements.lock names. "
            + ("Run `make`, which installs it." if architecture == "host" else "Remove the folder, and build again.")
        )
    return Wheels(folder, tuple(found[name] for name in sorted(locked)))


def pinned(root: Path, names: Iterable[str]) -> str:
    """What requirements.lock says of some of these libraries: their versions, and the hashes of their wheels."""
    locked = _locked(root)
    return "".join(locked.get(name, name) for name in names)


def _locked(root: Path) -> dict[str, str]:
    # What the lock says of each library that `dependencies` names, and of those that these need in turn.
    entries = dict(_entries((root / "requirements.lock").read_text()))
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    chosen = {_normal(re.split(r"[^\w.-]", line)[0]) for line in project["dependencies"]} - _LAYERS
    while more := {name for name, (_, needed_by) in entries.items() if needed_by & chosen} - chosen - _LAYERS:
        chosen |= more
    if unknown := sorted(chosen - entries.keys()):
        raise MissingPart(f"requirements.lock does not name {', '.join(unknown)}. Run `make lock`.")
    return {name: entries[name][0] for name in sorted(chosen)}


def _entries(lock: str) -> Iterator[tuple[str, tuple[str, set[str]]]]:
    # Each library's requirement with its hashes, and the libraries that need it, from uv's comments.
    for entry in re.findall(r"^\S.*?(?=^[^\s#]|\Z)", lock, re.MULTILINE | re.DOTALL):
        if entry.startswith("#"):
            continue
        lines = entry.splitlines()
        comments = [line.strip("# \t") for line in lines if line.lstrip().startswith("#")]
        requirement = "".join(line + "\n" for line in lines if not line.lstrip().startswith("#"))
        yield _normal(entry.partition("==")[0]), (requirement, {each.removeprefix("via").strip() for each in comments})


def _installed(root: Path, requirements: str, architecture: str, progress: Callable[[str], None]) -> Path:
    # Named by what it was made from: another lock is another folder, and the old one is thrown away.
    key = sha256(f"{_PYTHON} {_PLATFORMS[architecture]}\n{requirements}".encode()).hexdigest()[:16]
    every = root / "build" / "wheels" / architecture
    folder = every / key
    if folder.is_dir():
        return folder
    progress(f"Fetching the libraries of requirements.lock for {architecture}")
    partial = every / f".{key}-{os.getpid()}"
    partial.mkdir(parents=True, exist_ok=True)
    (every / f"{key}.txt").write_text(requirements)
    _install(root, every / f"{key}.txt", partial, architecture)
    for old in every.iterdir():
        if old.is_dir() and not old.name.startswith((".", key)):
            shutil.rmtree(old)
            old.with_suffix(".txt").unlink(missing_ok=True)
    try:
        partial.rename(folder)
    except OSError:  # another process has been faster
        shutil.rmtree(partial)
    return folder


def _install(root: Path, requirements: Path, folder: Path, architecture: str) -> None:
    uv = root / ".tools" / "bin" / "uv"
    if not uv.is_file():
        raise MissingPart(
            f"{uv} is not there. Run `make test` or another target of the Makefile once, which sets it up."
        )
    command = [
        *(str(uv), "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
        *("--python", sys.executable, "--python-platform", _PLATFORMS[architecture], "--python-version", _PYTHON),
        *("--target", str(folder), "--requirements", str(requirements)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(folder)
        raise MissingPart(
            f"The libraries for {architecture} could not be fetched. The first time this needs the network. "
            f"uv says: {done.stderr.strip()}"
        )


def _distributions(folder: Path) -> Iterator[Distribution]:
    for about in sorted(folder.glob("*.dist-info")):
        name, _, version = about.name.removesuffix(".dist-info").rpartition("-")
        record = (about / "RECORD").read_text().splitlines()
        # A path with a comma is quoted (PEP 376); none of ours has one.
        paths = (line.rsplit(",", 2)[0] for line in record)
        files = (path for path in paths if not path.startswith(("../", "bin/", "/", '"')))
        yield Distribution(_normal(name), version, tuple(path for path in files if not path.endswith(".pyc")))


def _normal(name: str) -> str:
    # As PEP 503 has it: `PyYAML` and `pypandoc_binary` are written in several ways.
    return re.sub(r"[-_.]+", "-", name.strip()).lower()
