"""Builds what a deployment uploads: one zip per function, with only what that function imports.

python -m pipeline.deployment.packages                        all functions, for arm64, into build/packages/
python -m pipeline.deployment.packages request --architecture x86_64

The same code makes the same bytes, on every machine with the same Python, so that what did not change is not uploaded.
No network is needed once the libraries are there, and no credentials ever.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from exporters.errors import ExportError, MissingPart
from pipeline.deployment import elf, package_contents, package_files, package_wheels
from pipeline.deployment.package_cache import Cache
from pipeline.deployment.package_contents import Contents, File
from pipeline.deployment.package_files import Packed
from pipeline.deployment.package_wheels import Architecture

ROOT = Path(__file__).parents[2]

type Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Package:
    """One function's zip."""

    function: str
    path: Path
    digest: str
    """Of all that is in it, in hexadecimal: another digest is another package."""
    zipped: int
    unzipped: int
    origins: Mapping[str, int]
    """How many bytes of the zip come from each library, and from our own code."""


def build_all(
    root: Path,
    target: Path,
    functions: Iterable[str] = (),
    architecture: Architecture = "arm64",
    progress: Progress | None = None,
) -> dict[str, Package]:
    """Builds the packages of some functions (all, if none is named) into `target`, each as `<function>.zip`.

    `architecture` "host" is for this machine. What is there already and would be the same is left as it is. Raises
    `RequestError` for a function that does not exist, and `MissingPart` for a library that is not there, or that Lambda
    could not load.
    """
    say = progress or _silent
    chosen = tuple(functions) or package_contents.functions()
    packer = Packer(architecture, Cache(root / "build" / "packages" / "cache"))
    contents = Contents(root, package_wheels.wheels(root, architecture, say), packer.cache)
    target.mkdir(parents=True, exist_ok=True)
    built: dict[str, Package] = {}
    for number, function in enumerate(chosen, 1):
        say(f"Packing {function} ({number} of {len(chosen)})")
        built[function] = _build(contents.of(function), function, target, packer)
    return built


def build_one(
    root: Path, target: Path, function: str, architecture: Architecture = "arm64", progress: Progress | None = None
) -> Package:
    """Builds one function's package, as `build_all` does: in a second, where little of its code is new."""
    return build_all(root, target, (function,), architecture, progress)[function]


def _build(files: Mapping[str, File], function: str, target: Path, packer: Packer) -> Package:
    entries = sorted(((packer.packed(name, file), file.origin) for name, file in files.items()), key=_by_name)
    packed = [each for each, _ in entries]
    digest = sha256()
    for each in packed:
        digest.update(f"{each.name}\n{each.size} {sha256(each.data).hexdigest()}\n".encode())
    path = target / f"{function}.zip"
    comment = digest.hexdigest().encode()
    if not (path.is_file() and _ends_with(path, comment)):
        partly = path.with_suffix(f".{os.getpid()}")
        partly.write_bytes(package_files.archive(packed, comment))
        partly.replace(path)
    origins: defaultdict[str, int] = defaultdict(int)
    for each, origin in entries:
        origins[origin] += len(each.data)
    largest = dict(sorted(origins.items(), key=lambda origin: -origin[1]))
    unzipped = sum(each.size for each in packed)
    return Package(function, path, digest.hexdigest(), path.stat().st_size, unzipped, largest)


def _by_name(entry: tuple[Packed, str]) -> str:
    return entry[0].name


def _ends_with(path: Path, comment: bytes) -> bool:
    with path.open("rb") as file:
        file.seek(-min(len(comment), path.stat().st_size), os.SEEK_END)
        return file.read() == comment


class Packer:
    """Makes of files what stands in a zip; what it has made is kept, here and for the next time."""

    def __init__(self, architecture: Architecture, cache: Cache, folder: str = package_files.TASK) -> None:
        """`folder` is where Lambda lays out what they are packed into."""
        if architecture != "host" and sys.version_info[:2] != _PYTHON:
            raise MissingPart(
                "Packages hold compiled Python, so they are built by the version that runs in Lambda, "
                f"{_PYTHON[0]}.{_PYTHON[1]}; this is {sys.version_info[0]}.{sys.version_info[1]}. Use the Makefile, "
                "which installs it."
            )
        self.cache = cache
        self._architecture = architecture
        self._folder = folder
        self._packed: dict[str, Packed] = {}

    def packed(self, name: str, file: File) -> Packed:
        """Raises `MissingPart` for a library that could not be loaded."""
        if name not in self._packed:
            self._packed[name] = self._pack(name, file.path.read_bytes())
        return self._packed[name]

    def _pack(self, name: str, data: bytes) -> Packed:
        if name.endswith(".py"):
            # Without its source: that would be a third more, for tracebacks that quote lines beside naming them.
            key = sha256(b"\0".join(((self._folder + name).encode(), sys.version.encode(), data)))
            kept = self.cache.get(key, lambda: package_files.packed(package_files.compiled(data, name, self._folder)))
            return Packed.from_bytes(name + "c", kept)
        if elf.is_elf(data):
            self._check(name, data)
            data = package_contents.smaller(name, data)
        return Packed.from_bytes(name, self.cache.get(sha256(data), lambda: package_files.packed(data)))

    def _check(self, name: str, data: bytes) -> None:
        machine, glibc = elf.machine(data), elf.newest_glibc(data)
        if self._architecture == "host":
            return
        if machine != self._architecture:
            raise MissingPart(
                f"{name} is for {machine}, and this is to run on {self._architecture}. "
                "Remove build/wheels, and build again."
            )
        if glibc is not None and glibc > elf.LAMBDA_GLIBC:
            raise MissingPart(
                f"{name} needs glibc {_dotted(glibc)}, and Lambda has {_dotted(elf.LAMBDA_GLIBC)}. Choose a version of "
                "its library in pyproject.toml that has a wheel for manylinux_2_34 or older, and run `make lock`."
            )


_PYTHON = (3, 13)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _silent(_: str) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds what was asked for, and says how large it is."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.deployment.packages", description="Builds packages.")
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help="such as request; all, if none is named")
    parser.add_argument("--architecture", choices=("arm64", "x86_64", "host"), default="arm64")
    asked = parser.parse_args(arguments)
    try:
        built = build_all(ROOT, ROOT / "build" / "packages", asked.functions, asked.architecture, _tell)
    except ExportError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{line}\n" for line in table(built.values()))
    return 0


def table(packages: Iterable[Package]) -> Iterator[str]:
    """The sizes of packages in MB, a line for each, with the largest of what is in it."""
    yield f"{'function':<24} {'zipped':>7} {'unzipped':>9}  largest, zipped"
    for each in packages:
        largest = ", ".join(f"{name} {size / _MB:.1f}" for name, size in list(each.origins.items())[:_LARGEST])
        yield f"{each.function:<24} {each.zipped / _MB:>7.2f} {each.unzipped / _MB:>9.1f}  {largest}"


def _tell(message: str) -> None:
    sys.stderr.write(f"{message}\n")


_MB = 1_000_000
_LARGEST = 4  # names in a line


if __name__ == "__main__":
    sys.exit(main())
