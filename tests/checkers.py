"""What programs that are not ours find in our files: pandoc reads them back, others look for mistakes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from openxml_audit import OpenXmlValidator

_HTML = Path(__file__).parents[1] / "node_modules/vnu-jar/build/dist/vnu.jar"


def pandoc(file: str | bytes, before: str, after: str, *more: str) -> str:
    """A file of the format `before` as pandoc reads it, written in the format `after`."""
    data = file.encode() if isinstance(file, str) else file
    command = [pypandoc.get_pandoc_path(), "-f", before, "-t", after, *more]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


def pandoc_blocks(file: str | bytes, before: str) -> list[dict[str, Any]]:
    """The blocks that pandoc reads in a file, as its JSON has them."""
    blocks: list[dict[str, Any]] = json.loads(pandoc(file, before, "json"))["blocks"]
    return blocks


def office_mistakes(data: bytes, ending: str, folder: Path) -> list[Any]:
    """What is wrong with a file of Word, PowerPoint or Excel, as openxml-audit finds; each is a sentence as a `str`."""
    path = folder / f"made.{ending}"
    path.write_bytes(data)
    # One validator for each file: it remembers what it has read by where that lay in memory.
    return list(OpenXmlValidator().validate(str(path)).errors)


def html_mistakes(pages: Iterable[Path], *more: str) -> list[dict[str, Any]]:
    """What the Nu HTML checker says of pages: `url`, `lastLine` and `message` of each. Skips the test without it."""
    if not (java := shutil.which("java")):
        pytest.skip("there is no Java on this machine, and the HTML validator needs it")
    if not _HTML.exists():
        pytest.skip("the HTML validator is not there: run `make node_modules/ready`")
    command = [java, "-jar", str(_HTML), *more, "--exit-zero-always", "--format", "json", *map(str, pages)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    messages: list[dict[str, Any]] = json.loads(found.stderr)["messages"]
    return messages
