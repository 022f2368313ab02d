"""Draws real documents in each theme and script, for eyes: `make gallery` fills build/gallery with pictures of pages.

Where Typst can be had, it draws the handbook beside ours.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pypdfium2

from bench import others
from bench.measure import BUILD, ROOT
from exporters import Source, export
from exporters.pages.theme import THEMES

_EXAMPLES = ROOT / "examples"
_TARGET = ROOT / "build" / "gallery"
_SCALE = 1.25  # 90 dpi: what a page looks like on a screen
_PAGES = 8  # of each document

type Plate = tuple[str, Path, Mapping[str, object]]
"""The name of the pictures, their source, and the options."""


def main() -> int:
    """Draws everything, and says where."""
    _TARGET.mkdir(parents=True, exist_ok=True)
    for old in _TARGET.glob("*.png"):
        old.unlink()
    for name, source, options in _plates():
        file = export(Source(source.read_bytes(), source.name), "pdf", options)
        _draw(name, file.data)
        for item in file.report.items:
            sys.stdout.write(f"  {item.severity}: {item.what}\n")
    _typst()
    return 0


def _plates() -> Iterator[Plate]:
    handbook = _EXAMPLES / "handbook.md"
    for theme in THEMES:
        yield f"handbook-{theme}", handbook, {"theme": theme, "toc": True}
    yield "handbook-brand", handbook, {"theme": "editorial", "accent": "#b3261e", "cover": True, "columns": 2}
    for theme in THEMES:
        yield f"languages-{theme}", _EXAMPLES / "languages.md", {"theme": theme}
    yield "arabic", _EXAMPLES / "arabic.md", {"toc": True}
    for sample in ("everything", "tables", "math", "code", "footnotes"):
        yield sample, ROOT / "tests" / "documents" / f"{sample}.md", {"page_size": "A5"}
    yield "map", ROOT / "tests" / "documents" / "plan.mup", {}


def _typst() -> None:
    # Without its keywords, which it takes for variables as pandoc writes them.
    source = BUILD / "plain-handbook.md"
    BUILD.mkdir(parents=True, exist_ok=True)
    source.write_text(re.sub(r"(?m)^keywords:.*\n", "", (_EXAMPLES / "handbook.md").read_text()))
    for name, command in others.find().pdf(source, 1, 0, 60).items():
        if "Typst" in name:
            if all(subprocess.run(step, capture_output=True).returncode == 0 for step in command.steps):
                _draw("handbook-typst", source.with_suffix(".pdf").read_bytes())
            else:
                sys.stdout.write("Typst cannot read what pandoc makes of the handbook, and is left out.\n")


def _draw(name: str, data: bytes) -> None:
    with pypdfium2.PdfDocument(data) as pdf:
        for number in range(min(len(pdf), _PAGES)):
            path = _TARGET / f"{name}-{number + 1}.png"
            pdf[number].render(scale=_SCALE).to_pil().save(path)
        sys.stdout.write(f"{name}: {len(pdf)} pages, {len(data) / 1000:.0f} kB\n")


if __name__ == "__main__":
    sys.exit(main())
