"""What the documents say can be done, can be done."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "exporters/README.md", "layers/README.md"),
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")),
]


def code_blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a language; those inside lists without their indentation."""
    text = (ROOT / page).read_text()
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_is_named_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", (ROOT / page).read_text(), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_is_named_exists(page: str) -> None:
    text = (ROOT / page).read_text()
    named = re.findall(r"`((?:exporters|pipeline|tests|examples|layers|bench)/[\w./-]+)`", text)
    named += [str(Path(page).parent / link) for link in re.findall(r"\]\(([^)#:]+)\)", text)]
    missing = [path for path in named if not (ROOT / path).exists() and "golden/words" not in path]
    assert not missing


def test_every_option_of_the_commands_that_are_named_exists() -> None:
    text = (ROOT / "README.md").read_text()
    for module in ("exporters", "pipeline export", "pipeline up"):
        help = subprocess.run(
            [sys.executable, "-m", *module.split(), "--help"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for line in re.findall(rf"python -m {module}\b[^`|]*", text):
            for option in re.findall(r"--[a-z]+", line):
                assert option in help, f"{module} has no {option}"


def test_the_readmes_code_for_an_app_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    (program,) = code_blocks("README.md", "python")
    names: dict[str, object] = {}
    exec(program, names)
    ticket = names["ticket"].to_dict()  # type: ignore[attr-defined]
    assert set(ticket["formats"]) == {"pdf", "html"}
    for name in ("upload", "wait", "download", "report"):
        assert hasattr(names["exports"], name)


def test_a_format_is_added_as_the_guide_says(tmp_path: Path) -> None:
    """Two files in one folder, and it is there: on the command line, in the registry, in the deployment."""
    for folder in ("exporters", "pipeline"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    declaration, work = code_blocks("CONTRIBUTING.md", "python")
    words = tmp_path / "exporters" / "formats" / "words"
    words.mkdir(exist_ok=True)
    (words / "__init__.py").write_text(declaration)
    (words / "export.py").write_text(work)

    def run(*arguments: str, stdin: str = "") -> str:
        return subprocess.run(
            [sys.executable, "-m", *arguments], cwd=tmp_path, input=stdin, capture_output=True, text=True, check=True
        ).stdout

    assert run("exporters", "-", "-", "--from", "gfm", "--to", "words", stdin="# Two words\n") == "Two\nwords"
    assert "words" in run("exporters", "--list")
    run("pipeline.deployment")
    functions = json.loads((tmp_path / "pipeline" / "generated" / "functions.json").read_text())
    assert functions["export-words"]["memorySize"] == 128


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    assert re.search(r"^## Unreleased$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
