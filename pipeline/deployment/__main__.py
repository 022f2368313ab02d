"""Writes what follows from the exporters' declarations.

python -m pipeline.deployment             writes generated/ and what pages tell of formats (`make generate`)
python -m pipeline.deployment --check     says whether they are current

generated/ shows what is deployed for the formats where a stage has no settings of its own, to be read and compared.
What a deployment takes is made by `pipeline.deployment.release` from the same functions.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from exporters import registry
from exporters.exporter import Exporter
from pipeline.deployment import formats, pages
from pipeline.deployment.lines import dumps
from pipeline.deployment.stages import Stage

ROOT = Path(__file__).parents[2]


def main(arguments: list[str]) -> int:
    """Writes the generated files, or with --check names those that are not current."""
    stale = {path: text for path, text in generate(ROOT).items() if not path.is_file() or path.read_text() != text}
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not current: run `make generate`\n")
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text)
    return 0


def generate(root: Path) -> dict[Path, str]:
    """The generated files, and the pages that tell of formats, as they are to be."""
    exporters = {name: registry.get(name) for name in registry.names()}
    folder = root / "pipeline" / "generated"
    files = {folder / name: text for name, text in generated_files(exporters).items()}
    return files | pages.telling(root, exporters)


def generated_files(exporters: Mapping[str, Exporter]) -> dict[str, str]:
    """What generated/ holds: a line for each function, each queue and each statement of a role."""
    stage = Stage("${sls:stage}", formats=tuple(exporters))
    return {
        "functions.json": dumps(formats.functions(exporters, stage), depth=1),
        "queues.json": dumps({"Resources": formats.queues(exporters)}, depth=2),
        "roles.json": dumps({"Resources": formats.roles(exporters, stage)}, depth=2),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
