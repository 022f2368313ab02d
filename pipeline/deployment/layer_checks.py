"""Runs what is in the layers as the exporters do: from its layers alone, each format makes the file that it makes here.

So the programs for Lambda's machine draw and write what those for ours do; and a format that lacks a layer is found out
before a user finds it.
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
from layers.program import Program
from pipeline.deployment import emulation, layers
from pipeline.deployment.elf import Machine

SAMPLE = Path("layers") / "sample.md"

# Ghostscript names the part of a font that is in a file after a digest, which is another on each kind of machine.
_SUBSET = re.compile(rb"\b[A-Z]{6}\+")

_ABSENT = "no layer"  # what no file is called, so that nothing is found where a format does not say that it needs it


def check(root: Path, zips: Mapping[str, Path], architecture: Machine, say: Callable[[str], None]) -> None:
    """Tries every format whose layers are all among `zips`, and says how many are right.

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
    for name in layers.names(root):
        recipe = layers.recipe_of(name)
        if isinstance(recipe, Program):
            environment[f"EXPORT_{name.upper()}"] = str(opt / _ABSENT)
    for name, path in zips.items():
        layers.unpack(path, opt)
        recipe = layers.recipe_of(name)
        if isinstance(recipe, Program):
            program = opt / name / "bin" / Path(recipe.program).name
            environment[f"EXPORT_{name.upper()}"] = str(
                emulation.wrapped(program, opt, emulation.command(root, architecture))
            )
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
