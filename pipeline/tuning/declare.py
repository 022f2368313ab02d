"""Writes a recommended memory, and its reason, into a format's declaration: one line, and no other byte."""

from __future__ import annotations

import re
from pathlib import Path

from exporters.errors import MissingPart
from pipeline.tuning.measure import Measured
from pipeline.tuning.recommend import Advice

_LINE = re.compile(r"^(?P<before>    memory_mb=)(?P<mb>\d+)(?P<after>,)(?P<reason>  # [^\n]*)?$", re.MULTILINE)
_WIDTH = 120  # of a line, as ruff has it
_DECIDES = {
    "memory": "which decides",
    "time": "the slowest source decides",
    "cost": "its price decides",
    "speed": "time decides",
    "balance": "its CPU share decides",
    "nothing else is possible": "no less is enough",
}


def path_of(format: str, root: Path) -> Path:
    """Where a format declares what it is."""
    return root / "exporters" / "formats" / format / "__init__.py"


def declared(text: str, advice: Advice, measured: tuple[Measured, ...]) -> str:
    """The text of a declaration with what is recommended. Raises `MissingPart` where no one line says the memory."""
    found = _LINE.findall(text)
    if len(found) != 1:
        raise MissingPart(f"The declaration of {advice.format} has no one line `    memory_mb=…,` to be changed.")
    line = f"    memory_mb={advice.memory_mb},"
    return _LINE.sub(lambda _: line + _comment(advice, measured, _WIDTH - len(line)), text)


def reason(advice: Advice, measured: tuple[Measured, ...], width: int = _WIDTH) -> str:
    """Peaks and what decides, as many of them as there is room for: "peak 54 MB on a 1.2 MB book, 650 MB with …"."""
    ordinary = [each for each in measured if each.state == "exported" and each.size_class != "worst"]
    largest = max(ordinary, key=lambda each: each.peak_mb)
    worst = sorted((each for each in measured if each.size_class == "worst"), key=lambda each: -each.peak_mb)
    said = [f"peak {largest.peak_mb:.0f} MB on {largest.words}"]
    said += [f"{each.peak_mb:.0f} MB on {each.words}" for each in worst if each.peak_mb > largest.peak_mb]
    ending = f"; {_DECIDES[advice.decides]}"
    while len(said) > 1 and len(", ".join(said) + ending) > width:
        said.pop()
    whole = ", ".join(said) + ending
    return whole if len(whole) <= width else said[0]


def _comment(advice: Advice, measured: tuple[Measured, ...], room: int) -> str:
    return f"  # {reason(advice, measured, room - len('  # '))}"
