"""Runs what is in the layers as the exporters do: from its layers alone, each format makes the file that it makes here.

So the programs for Lambda's machine draw and write what those for ours do; and a format that lacks a layer is found out
before a user finds it. Libraries are loaded into Python, which there is for this machine alone: formats are made with
the same layer for it, and the loader of Lambda's machine tells whether it finds and maps all that is in the other.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from exporters import Source, export, registry
from exporters.errors import ExportError, MissingPart
from layers.libraries import FOLDER, Libraries
from layers.program import Program
from pipeline.deployment import elf, emulation, layer_recipes, layers, package_contents
from pipeline.deployment.elf import Machine

SAMPLE = Path("layers") / "sample.md"

# Ghostscript names the part of a font that is in a file after a digest, which is another on each kind of machine.
_SUBSET = re.compile(rb"\b[A-Z]{6}\+")

# How the loader says that a library is not to be found, and what its programs are called.
_NOT_FOUND = re.compile(r"^\s*(\S+) => not found$", re.MULTILINE)
_LOADERS: Mapping[Machine, str] = {"arm64": "ld-linux-aarch64.so.1", "x86_64": "ld-linux-x86-64.so.2"}

_ABSENT = "no layer"  # what no file is called, so that nothing is found where a format does not say that it needs it


def check(root: Path, zips: Mapping[str, Path], architecture: Machine, say: Callable[[str], None]) -> None:
    """Tries every format whose layers are all among `zips`, and every library in them, and says how many are right.

    Raises `MissingPart`, with those that are not, and where the programs cannot be run on this machine.
    """
    known = [name for name in registry.names() if set(registry.get(name).layers) <= zips.keys()]
    found = differing(root, zips, architecture, known, (root / SAMPLE).read_bytes(), SAMPLE.name)
    if found:
        lines = "\n".join(f"  {name}: {why}" for name, why in found.items())
        raise MissingPart(
            f"With their layers for {architecture}, these formats are not made as they are here:\n{lines}"
        )
    say(f"{len(known)} formats make the same files with their layers for {architecture} as here.")
    for name, path in zips.items():
        if isinstance(layer_recipes.recipe_of(name), Libraries) and emulation.command(root, architecture):
            if not_loaded := unloadable(root, path, architecture):
                lines = "\n".join(f"  {library}: {why}" for library, why in not_loaded.items())
                raise MissingPart(f"The loader for {architecture} cannot load libraries of the layer {name}:\n{lines}")
            say(f"{name}: the loader for {architecture} finds and maps all of its libraries.")


def unloadable(root: Path, path: Path, architecture: Machine) -> dict[str, str]:
    """The libraries of a layer for another kind of machine that its loader cannot load, and why.

    It maps each library, and looks for what that needs, as for a function in Lambda; but runs none of them.
    Raises `MissingPart`.
    """
    emulator, glibc = emulation.fetch(root, architecture)
    # With that in its environment the loader says what it has found, as `ldd` does, and ends.
    loader = [
        str(emulator),
        "-L",
        str(glibc),
        "-E",
        "LD_TRACE_LOADED_OBJECTS=1",
        str(glibc / "lib" / _LOADERS[architecture]),
    ]
    with TemporaryDirectory(prefix="layers-") as folder:
        layers.unpack(path, Path(folder))
        libraries = sorted(each for each in Path(folder).rglob("*.so*") if elf.is_elf(each.read_bytes()))
        said = {each: subprocess.run([*loader, str(each)], capture_output=True, text=True) for each in libraries}
        found: dict[str, str] = {}
        for each, done in said.items():
            absent = {*_NOT_FOUND.findall(done.stdout)} - package_contents.RUNTIME
            if absent:
                found[each.relative_to(folder).as_posix()] = f"it needs {', '.join(sorted(absent))}"
            elif done.returncode:
                found[each.relative_to(folder).as_posix()] = f"it is damaged ({done.stderr.strip()[-200:]})"
        return found


def differing(
    root: Path, zips: Mapping[str, Path], architecture: Machine, formats: Collection[str], source: bytes, name: str
) -> dict[str, str]:
    """The formats that make another file of a source from their layers than here, and what becomes of it instead."""
    with TemporaryDirectory(prefix="layers-") as folder:
        place = Path(folder)
        (place / name).write_bytes(source)
        here = made(root, place / name, formats, {})
        found: dict[str, str] = {}
        for used in sorted({registry.get(each).layers for each in formats}):
            same = [each for each in formats if registry.get(each).layers == used]
            opt = place / ("-".join(used) or "none")
            environment = _laid_out(root, {each: zips[each] for each in used}, opt, architecture)
            there = made(root, place / name, same, environment)
            found |= {each: there[each] for each in same if there[each] != here[each]}
        return found


def _laid_out(root: Path, zips: Mapping[str, Path], opt: Path, architecture: Machine) -> dict[str, str]:
    """Lays layers out as Lambda does, and gives the environment that leads the exporters to them, and nowhere else."""
    opt.mkdir()
    environment = {"EXPORT_FONTS": str(opt / "fonts")}
    before = emulation.command(root, architecture)
    for name in layer_recipes.names(root):
        recipe = layer_recipes.recipe_of(name)
        if isinstance(recipe, Program):
            environment[f"EXPORT_{name.upper()}"] = str(opt / _ABSENT)
    for name, path in zips.items():
        recipe = layer_recipes.recipe_of(name)
        if isinstance(recipe, Libraries):
            environment["PYTHONPATH"] = str(opt / FOLDER)  # which is before those that are installed
            path = layers.build_all(root, path.parent / "host", [name], "host")[name] if before else path
        layers.unpack(path, opt)
        if isinstance(recipe, Program):
            program = opt / name / "bin" / Path(recipe.program).name
            environment[f"EXPORT_{name.upper()}"] = str(emulation.wrapped(program, opt, before))
    return environment


def made(root: Path, source: Path, formats: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    """For each format the digest of its file, or what became of it; in a process that has opened no font before."""
    command = [sys.executable, "-m", "pipeline.deployment.layer_checks", str(source), *formats]
    said = subprocess.run(command, cwd=root, env=os.environ | environment, stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, str] = json.loads(said)
    return found


def main(arguments: list[str]) -> int:
    """Exports a source to some formats, and prints what became of each."""
    path, *formats = arguments
    source = Source(Path(path).read_bytes(), Path(path).name)
    sys.stdout.write(json.dumps({name: _digest(source, name) for name in formats}))
    return 0


def _digest(source: Source, name: str) -> str:
    try:
        data = export(source, name).data
    except ExportError as error:
        return str(error)
    return f"another file, whose SHA-256 is {sha256(_SUBSET.sub(b'', data)).hexdigest()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
