"""What pages tell of the formats."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import fill

from exporters import registry
from exporters.exporter import Exporter

_BEGINS, _ENDS = "<!-- formats -->", "<!-- /formats -->"  # in a page, around what is told of formats
_WIDTH = 120  # characters of a line


def telling(root: Path, exporters: Mapping[str, Exporter]) -> dict[Path, str]:
    """The pages with what they are to tell of the formats, by path."""
    told = {"README.md": formats_list(exporters), "exporters/README.md": formats_table(exporters)}
    pages = {root / name: (root / name).read_text() for name in told if (root / name).is_file()}
    return {path: _telling(text, told[str(path.relative_to(root))]) for path, text in pages.items() if _BEGINS in text}


def formats_table(exporters: Mapping[str, Exporter]) -> str:
    """The table of formats for people, as Markdown."""
    rows = [
        f"| `{name}` | {registry.summary(name)} | {_endings(each)} | {each.memory_mb} MB | {each.timeout_s} s |"
        for name, each in exporters.items()
    ]
    return "\n".join(["| format | what it is | ending | memory | time limit |", "|---|---|---|---:|---:|", *rows])


def formats_list(exporters: Mapping[str, Exporter]) -> str:
    """Their names for people, in lines as long as those of a page."""
    return fill(f"{len(exporters)} formats: " + " ".join(f"`{name}`" for name in exporters), _WIDTH)


def _endings(exporter: Exporter) -> str:
    return ", ".join(f"`{each}`" for each in exporter.extensions())


def _telling(page: str, told: str) -> str:
    before, begins, rest = page.partition(_BEGINS)
    _, ends, after = rest.partition(_ENDS)
    return f"{before}{begins}\n{told}\n{ends}{after}"
