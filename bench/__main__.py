"""Prints what exports take, and writes it to build/bench.json: `python -m bench [--only chapter,start]`."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time

from rich.console import Console

from bench.groups import GROUPS, Bench
from bench.measure import ROOT, CommandFailed, Stopwatch
from bench.show import Data, render


def main() -> int:
    """Measures the groups that are asked for."""
    asked = _asked()
    # As wide as the widest table: a figure cut off by a narrow window would be worse than a line that wraps.
    console = Console(width=150, highlight=False)
    found: dict[str, list[Data]] = {}
    failed = False
    began = time.monotonic()
    with Stopwatch() as stopwatch:
        bench = Bench(stopwatch)
        for name in asked:
            try:
                table = GROUPS[name](bench)
            except CommandFailed as error:
                console.print(f"\n{name}: {error}", markup=False, style="red")
                failed = True
                continue
            render(table, console)
            found[name] = list(table.data)
    target = ROOT / "build" / "bench.json"
    machine = {"system": platform.platform(), "processor": platform.machine(), "python": platform.python_version()}
    target.write_text(json.dumps({"machine": machine, "groups": found}, indent=2) + "\n")
    console.print(f"\n{time.monotonic() - began:.0f} s; the figures are in {target.relative_to(ROOT)}", style="dim")
    return int(failed)


def _asked() -> list[str]:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure what exports take, beside what a user would otherwise pick."
    )
    parser.add_argument("--only", metavar="GROUP,…", default=",".join(GROUPS), help=f"some of {', '.join(GROUPS)}")
    names = [name for name in parser.parse_args().only.split(",") if name]
    for name in names:
        if name not in GROUPS:
            parser.error(f"there is no group {name!r}. Groups: {', '.join(GROUPS)}.")
    return names


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
