"""Takes the program and its licence out of its package, and says how large it is.

    python layers/pandoc/build.py TARGET

`pip download` must have put the wheel beside this file. The target folder becomes `/opt/pandoc` of the layer.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from zipfile import ZipFile

WHEELS = Path(__file__).parent / "wheels"

PROGRAM = "pypandoc/files/pandoc"
LICENCE = "pypandoc/files/copyright.pandoc"

ELF = b"\x7fELF"
ARM64 = 183  # System V ABI, "ELF header": e_machine


def main(target: Path) -> None:
    (wheel,) = WHEELS.glob("pypandoc_binary-*.whl")
    shutil.rmtree(target, ignore_errors=True)
    (target / "bin").mkdir(parents=True)
    with ZipFile(wheel) as package:
        data = package.read(PROGRAM)
        (target / "LICENSE.txt").write_bytes(package.read(LICENCE))
    if not data.startswith(ELF) or int.from_bytes(data[18:20], "little") != ARM64:
        sys.exit(f"{wheel.name} is not for Linux on arm64. Download it as layers/pandoc/README.md says.")
    program = target / "bin" / "pandoc"
    program.write_bytes(data)
    program.chmod(0o755)  # a wheel does not say that it is to be run; a zip made with Python keeps this
    print(f"{len(data) / 1e6:6.2f} MB  {program}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
