"""Programs of others, each in a process of its own: where one is, and what became of it when it ran within bounds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from exporters.errors import MissingPart
from exporters.toolbox.limits import bound


def find(name: str, file: str, package: str, packaged: Callable[[], Path | None]) -> Path:
    """Where a program is: EXPORT_ and its name, its Lambda layer, or its package. Never one that a PATH leads to.

    Raises `MissingPart`.
    """
    variable = f"EXPORT_{name.upper()}"
    given = os.environ.get(variable)
    layer = Path("/opt", name.lower(), "bin", file)
    found = Path(given) if given else layer if layer.is_file() else packaged()
    if found is None or not (found.is_file() and os.access(found, os.X_OK)):
        where = f"where {variable} says" if given else "installed"
        raise MissingPart(
            f"{name} is not {where}. Add the layer `{name.lower()}`, install the package {package}, or name the "
            f"program in {variable}."
        )
    return found


def run(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    *,
    addresses: int,
    seconds: int,
    file_size: int,
    patience: float,
) -> tuple[int, bytes]:
    """Runs it to its end in a folder. Gives its exit code, or the number of a signal below 0, and what it said.

    `seconds` are of a processor; what has not ended after `patience`, in seconds of a clock, ends as if by SIGXCPU.
    """
    from signal import SIGXCPU
    from subprocess import DEVNULL, PIPE, STDOUT, Popen, TimeoutExpired  # 3.5 ms

    # In our own process group, so that whatever ends us with it ends it too; it can start no process itself.
    with Popen(command, cwd=folder, env=environment, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT) as process:
        try:
            bound(process, addresses=addresses, seconds=seconds, file_size=file_size)
            said, _ = process.communicate(timeout=patience)
        except TimeoutExpired:
            return -SIGXCPU, b""
        finally:
            process.kill()  # does nothing if it has ended
    return process.returncode, said
