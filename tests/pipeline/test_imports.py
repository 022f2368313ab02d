"""Time to start is money: what a function may import. Each is asked in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from exporters import registry

AWS = ("boto3", "botocore", "aws_lambda_powertools", "urllib3", "requests")
HEAVY = ("reportlab", "pygments", "PIL", "nh3", "yaml", "fontTools", "pyromark")
LOCAL = ("typer", "rich", "psutil", "ministack", "pipeline.local", "pipeline.client")


def loaded_by(program: str) -> set[str]:
    """All modules there are after a program, and the packages they are in."""
    ending = "\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    environment = os.environ | {"BUCKET": "b", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "A"}
    environment["AWS_SECRET_ACCESS_KEY"] = "s"
    done = subprocess.run(
        [sys.executable, "-c", program + ending], capture_output=True, text=True, check=True, env=environment
    )
    modules: list[str] = json.loads(done.stdout.splitlines()[-1])
    return {name.split(".")[0] for name in modules} | set(modules)


@pytest.mark.parametrize("step", ["request", "dispatch", "export", "notify", "watch"])
def test_a_step_starts_without_aws_libraries_and_without_the_exporters_own(step: str) -> None:
    service = "" if step == "request" else "; from pipeline.services import storage_and_queues; storage_and_queues()"
    assert not loaded_by(f"import pipeline.{step}{service}") & {*AWS, *HEAVY, *LOCAL}


def test_who_only_signs_loads_nothing_that_speaks_to_others() -> None:
    """That is half of what the step takes to start."""
    assert not loaded_by("import pipeline.request") & {"http.client", "ssl", "socket", "email", "exporters.listing"}


def test_declarations_load_nothing_that_exporters_work_with() -> None:
    program = "from exporters import registry\nfor name in registry.names(): registry.get(name); registry.summary(name)"
    assert not loaded_by(program) & {*AWS, *HEAVY}


def test_text_needs_nothing_that_only_pdf_needs() -> None:
    program = """
from exporters import Source, export
export(Source(b"# A\\n\\n```python\\nx = 1\\n```\\n\\n<b>x</b>\\n", "a.md"), "text")
"""
    assert not loaded_by(program) & {*AWS, "reportlab", "PIL", "fontTools", "pygments", "nh3", "yaml"}


@pytest.mark.parametrize("name", registry.names())
def test_no_exporter_loads_another(name: str) -> None:
    loaded = loaded_by(f"from exporters import registry\nregistry.load({name!r})")
    others = {f"exporters.formats.{other}.export" for other in registry.names() if other != name}
    assert not loaded & (others | set(AWS))


def test_exporters_speak_to_no_network() -> None:
    """Not even a library they use opens a socket: images are embedded, never fetched."""
    program: Any = """
import socket, sys
def refuse(*_): raise AssertionError("a socket")
sys.addaudithook(lambda event, _: refuse() if event.startswith("socket.") else None)
from exporters import Source, export, registry
text = b"![a](http://example.com/a.png) ![b](//example.com/b.png) <img src=http://example.com/c.png>\\n\\n# A\\n"
for name in registry.names():
    export(Source(text, "a.md"), name)
"""
    loaded_by(program)
