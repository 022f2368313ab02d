"""Builds what a deployment uploads: exporters/ and pipeline/ in one zip, the same bytes for the same code.

python -m pipeline.package                 writes build/package.zip
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent

_FOLDERS = ("exporters", "pipeline")
_LEFT_OUT = ("pipeline/local", "pipeline/generated", "__pycache__")  # what no function reads
_DATE = (1980, 1, 1, 0, 0, 0)  # zip's first day: a package that did not change has the same hash, and is not uploaded
_MODE = 0o100644 << 16  # readable by the user that Lambda runs functions as, whoever built it


def main() -> int:
    """Writes the package into build/."""
    target = ROOT / "build" / "package.zip"
    target.parent.mkdir(exist_ok=True)
    build(ROOT, target)
    sys.stdout.write(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1024:.0f} KB\n")
    return 0


def build(root: Path, target: Path) -> None:
    """Zips the code and the data files beside it."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for path in sorted(_files(root)):
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _DATE)
            entry.external_attr = _MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, path.read_bytes())


def _files(root: Path) -> Iterator[Path]:
    for folder in _FOLDERS:
        for path in (root / folder).rglob("*"):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not path.name.startswith(".") and not any(f"{each}/" in name for each in _LEFT_OUT):
                yield path


if __name__ == "__main__":
    sys.exit(main())
