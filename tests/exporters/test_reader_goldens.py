"""What each reader makes of its sample sources, compared with what was looked at and accepted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exporters import Source, registry
from exporters.readers import read
from exporters.report import Report
from exporters.source import Companions

TESTS = Path(__file__).parent.parent
DOCUMENTS, GOLDEN = TESTS / "documents", TESTS / "golden" / "documents"

SAMPLES = [path for path in sorted(DOCUMENTS.glob("*/*")) if path.is_file()]
"""Those in folders; the ones beside these go through every format, see `test_golden`."""


def golden_path(sample: Path) -> Path:
    return GOLDEN / sample.parent.name / f"{sample.name}.json"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_golden_documents(sample: Path, accept: bool) -> None:
    report = Report()
    document = read(Source(sample.read_bytes(), sample.name, _beside(sample)), report)
    form = json.loads(registry.load("json")(document, registry.get("json").options(), Report()))
    found = json.dumps({"report": report.as_json()["items"], "document": form}, ensure_ascii=False, indent=1) + "\n"

    path = golden_path(sample)
    if accept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found)
    command = f"Run `make golden`, look at {path.relative_to(TESTS.parent)}, commit it."
    assert path.exists(), f"There is no golden for {sample.name}. {command}"
    assert path.read_text() == found, f"Another document is made of {sample.name} than before. {command}"


def test_no_golden_document_is_left_over(accept: bool) -> None:
    orphans = sorted(set(GOLDEN.rglob("*.json")) - {golden_path(sample) for sample in SAMPLES})
    if accept:
        for orphan in orphans:
            orphan.unlink()
        orphans = []
    assert not orphans, "No sample makes these; remove them."


def _beside(sample: Path) -> Companions:
    def companion(path: str) -> bytes | None:
        found = sample.parent / path
        return found.read_bytes() if found.is_file() else None

    return companion
