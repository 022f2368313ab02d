"""Promises about the code as a whole."""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from exporters import registry
from pipeline.deployment.__main__ import generate

ROOT = Path(__file__).parent.parent

AWS = {"aws_lambda_powertools", "boto3", "botocore", "moto", "pipeline"}
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "ssl", "urllib.request", "urllib3"}


def test_exporters_know_nothing_of_aws_and_of_no_network():
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _python("exporters")
        for name in _imports(path)
        if {name, name.partition(".")[0]} & (AWS | NETWORK)
    ]
    assert not found, "It belongs into pipeline/: " + "; ".join(found)


def test_the_pipeline_names_no_format():
    named = [
        f"{path.relative_to(ROOT)}:{line} says {text!r}"
        for path in _python("pipeline")
        for line, text in _strings(path)
        if text in registry.names()
    ]
    imported = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _python("pipeline")
        for name in _imports(path)
        if name.startswith("exporters.formats")
    ]
    assert not named + imported, "Ask exporters.registry instead: " + "; ".join(named + imported)


@pytest.mark.parametrize("path", generate(ROOT), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_generated_is_current(path: Path):
    assert path.is_file(), "run `make generate`"
    assert path.read_text() == generate(ROOT)[path], "run `make generate`"


def test_no_file_names_the_host_of_a_package_registry():
    hosts = [".".join(parts) for parts in _REGISTRIES]
    found = [
        f"{path} names {host}" for path in _tracked() for host in hosts if host.encode() in (ROOT / path).read_bytes()
    ]
    assert not found, "Whoever builds this chooses where packages come from: " + "; ".join(found)


def test_the_lock_files_pin_by_hash_and_by_no_address():
    python, node = (ROOT / "requirements.lock").read_text(), (ROOT / "package-lock.json").read_text()

    assert "://" not in python
    assert '"resolved"' not in node
    assert python.count("==") <= python.count("--hash=")
    assert node.count('"integrity"') > 0


# In pieces, for this file is one of those that are looked at.
_REGISTRIES = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("deb", "debian", "org"),
    ("golang", "org"),
)


def _python(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield module
                yield from (f"{module}.{each.name}" for each in names)


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]


@pytest.mark.xdist_group("alone")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="tests are run one after the other")
def test_groups_of_tests_stay_together(request: pytest.FixtureRequest):
    """What they share takes up to a minute to make; each process that gets one of them makes it anew."""
    assert request.node.nodeid.endswith("@alone")
