"""Each format's file of each sample source, compared with the one that was looked at and accepted."""

from __future__ import annotations

from pathlib import Path

import pytest
from compare import differences, kind
from samples import SOURCES

from exporters import Source, export, registry

GOLDEN = Path(__file__).parent.parent / "golden"


def _samples(format: str) -> list[str]:
    """What shows the pages of another format, or is made by pandoc, shows nothing new of the other samples."""
    declared = registry.get(format)
    return ["everything"] if declared.pictures_of else ["everything", "plan"] if declared.pandoc else [*SOURCES]


SAMPLES = {format: _samples(format) for format in registry.names()}
CASES = [pytest.param(format, name, id=f"{format}-{name}") for format, names in SAMPLES.items() for name in names]


def golden_path(format: str, name: str) -> Path:
    declared = registry.get(format)
    return GOLDEN / format / (name + (kind(declared.media_type).ending or declared.extension))


@pytest.mark.parametrize(("format", "name"), CASES)
def test_golden(format: str, name: str, accept: bool) -> None:
    source = SOURCES[name]
    file = export(Source(source.read_bytes(), source.name), format)
    path = golden_path(format, name)
    if accept and (not path.exists() or differences(file.media_type, path.read_bytes(), file.data)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(kind(file.media_type).golden(file.data))

    command = f"Run `make golden FORMAT={format}`, look at {path.relative_to(GOLDEN.parent.parent)}, commit it."
    assert path.exists(), f"The format {format} has no golden for {source.name}. {command}"
    changed = differences(file.media_type, path.read_bytes(), file.data)
    assert not changed, f"The format {format} makes another file of {source.name} than before. {command}\n{changed}"


def test_no_golden_is_left_over(accept: bool) -> None:
    wanted = {golden_path(format, name) for format, names in SAMPLES.items() for name in names}
    others = {GOLDEN / "documents", GOLDEN / "pages"}  # of readers, and of how pages look
    found = (path for path in GOLDEN.rglob("*") if path.is_file() and others.isdisjoint(path.parents))
    orphans = sorted(path for path in found if path not in wanted)
    if accept:
        for orphan in orphans:
            orphan.unlink()
        orphans = []
    names = ", ".join(str(path.relative_to(GOLDEN)) for path in orphans)
    assert not orphans, f"No format makes these of any sample: {names}. Remove them."
