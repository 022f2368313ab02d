"""What is deployed for a format follows from its declaration; what a function may do is as little as can be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from copy import replace
from pathlib import Path
from typing import Any

import pytest
from osls import ROOT

from exporters import registry
from exporters.errors import RequestError, UnknownFormat
from exporters.exporter import Exporter, Large
from pipeline.deployment import formats, package_shared
from pipeline.deployment.__main__ import generate, generated_files
from pipeline.deployment.stages import Stage

STAGE = Stage("${sls:stage}")
LARGE = Large(memory_mb=3_008, timeout_s=300, from_bytes=1_000_000)
ROMAN = {"roman": Exporter(extension=".rmn", media_type="text/x-roman", memory_mb=640, timeout_s=17, concurrency=3)}


def test_a_function_gets_what_its_format_declares():
    function = formats.functions(ROMAN, STAGE)["export-roman"]

    assert (function["memorySize"], function["timeout"]) == (640, 17)
    assert function["environment"]["EXPORT_FORMAT"] == "roman"
    assert function["package"]["artifact"] == "build/packages/export-roman.zip"
    assert formats.queues(ROMAN)["ExportRomanMapping"]["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 3}


def test_what_runs_is_the_live_version_and_never_what_was_uploaded_last():
    mapping = formats.queues(ROMAN)["ExportRomanMapping"]["Properties"]

    assert mapping["FunctionName"] == {"Ref": "ExportRomanLive"}
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["ExportRomanQueue", "Arn"]}


def test_a_format_that_asks_for_it_has_a_second_queue_for_its_next_version():
    asking = {"roman": replace(ROMAN["roman"], next=True)}
    queues = formats.queues(asking)

    assert queues.keys() - formats.queues(ROMAN).keys() == {"ExportRomanNextQueue", "ExportRomanNextMapping"}
    assert queues["ExportRomanNextMapping"]["Properties"]["FunctionName"] == {"Ref": "ExportRomanNext"}
    live, following = (queues[name]["Properties"] for name in ("ExportRomanQueue", "ExportRomanNextQueue"))
    assert following["RedrivePolicy"] == live["RedrivePolicy"]
    assert following["QueueName"] == live["QueueName"] + "-next"


def test_a_format_whose_large_sources_get_more_has_a_second_function_for_them():
    both = {"roman": replace(ROMAN["roman"], next=True, large=LARGE)}
    functions, queues = formats.functions(both, STAGE), formats.queues(both)

    large, small = functions["export-roman-large"], functions["export-roman"]
    assert (large["memorySize"], large["timeout"]) == (3_008, 300)
    assert (small["memorySize"], small["timeout"]) == (640, 17)
    assert large["package"] == small["package"], "the same code, built once"
    assert large["environment"] == {"EXPORT_FORMAT": "roman", "MAX_RECEIVES": "3"}
    assert small["environment"]["LARGE_QUEUE"] == "${self:custom.name}-export-roman-large"

    queue, mapping = queues["ExportRomanLargeQueue"]["Properties"], queues["ExportRomanLargeMapping"]["Properties"]
    assert queue["QueueName"] == "${self:custom.name}-export-roman-large"
    assert queue["VisibilityTimeout"] == 6 * 300
    assert queue["RedrivePolicy"] == queues["ExportRomanQueue"]["Properties"]["RedrivePolicy"], "one place to look"
    assert mapping["FunctionName"] == {"Ref": "ExportRomanLargeLive"}
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["ExportRomanLargeQueue", "Arn"]}
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 3}
    asking = formats.queues({"roman": replace(ROMAN["roman"], next=True)})
    assert queues.keys() - asking.keys() == {"ExportRomanLargeQueue", "ExportRomanLargeMapping"}, "and no next of it"


def test_only_who_watches_is_told_which_formats_have_a_larger_function():
    """The dispatcher reads it in the declarations, by which it also knows which source is large."""
    both = ROMAN | {"greek": replace(ROMAN["roman"], large=LARGE)}
    told = formats.steps_environment(both, STAGE)

    assert told["watch"]["LARGE_FORMATS"] == "greek"
    assert "LARGE_FORMATS" not in told["dispatch"] | told["request"] | formats.steps_environment(ROMAN, STAGE)["watch"]


@pytest.mark.parametrize("large", [replace(LARGE, memory_mb=512), replace(LARGE, timeout_s=16)])
def test_a_larger_function_that_is_smaller_is_refused(large: Large):
    with pytest.raises(RequestError, match=r"of roman has .*, the other one 640 MB and 17 s"):
        formats.functions({"roman": replace(ROMAN["roman"], large=large)}, STAGE)


def test_what_there_is_no_declaration_of_is_refused():
    for name in ("roman", "text-large", "-large"):
        with pytest.raises(UnknownFormat):
            formats.declaration(name)
    assert formats.declaration("text") == registry.get("text")


def test_a_format_without_a_cap_is_polled_less_while_nobody_exports():
    free = {"roman": replace(ROMAN["roman"], concurrency=None)}

    assert "ScalingConfig" not in formats.queues(free)["ExportRomanMapping"]["Properties"]


def test_a_message_is_hidden_for_six_timeouts():
    assert formats.queues(ROMAN)["ExportRomanQueue"]["Properties"]["VisibilityTimeout"] == 6 * 17


def test_the_queue_and_the_function_agree_on_which_attempt_is_the_last():
    redrive = formats.queues(ROMAN)["ExportRomanQueue"]["Properties"]["RedrivePolicy"]
    told = formats.functions(ROMAN, STAGE)["export-roman"]["environment"]["MAX_RECEIVES"]

    assert redrive["maxReceiveCount"] == int(told)
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["ExportRomanDeadQueue", "Arn"]}


def test_dead_letters_outlive_the_messages_they_were():
    queues = formats.queues(ROMAN)
    alive, dead = queues["ExportRomanQueue"]["Properties"], queues["ExportRomanDeadQueue"]["Properties"]

    assert dead["MessageRetentionPeriod"] > alive["MessageRetentionPeriod"]


def test_a_format_is_one_line_among_the_functions_and_three_among_the_queues():
    both = ROMAN | {"greek": ROMAN["roman"]}
    files = generated_files(both)

    assert len(files["functions.json"].splitlines()) == len("{}") + 2
    assert len(files["queues.json"].splitlines()) == len("{{}}") + 6
    assert json.loads(files["functions.json"]) == formats.functions(both, STAGE)
    assert json.loads(files["roles.json"]) == {"Resources": formats.roles(both, STAGE)}


def test_no_policy_names_an_action_or_a_resource_by_a_wildcard_alone():
    for role in formats.roles(ROMAN, STAGE).values():
        for statement in _statements(role):
            assert not any("*" in action for action in statement["Action"]), statement
            assert all(isinstance(resource, dict) for resource in statement["Resource"]), (
                statement
            )  # ours, by reference


def test_an_exporters_role_holds_no_other_format_and_no_other_queue():
    role = json.dumps(formats.roles(ROMAN | {"greek": ROMAN["roman"]}, STAGE)["ExportRomanRole"])

    assert "roman" in role
    assert "reek" not in role
    assert "Intake" not in role


@pytest.mark.parametrize(
    ("name", "begin", "told"),
    [("README.md", f"{len(registry.names())} formats: ", "`{}`"), ("exporters/README.md", "| format |", "| `{}` |")],
)
def test_a_page_keeps_everything_but_what_is_between_its_marks(tmp_path: Path, name: str, begin: str, told: str):
    page = tmp_path / name
    page.parent.mkdir(exist_ok=True)
    page.write_text("# Title\n\n<!-- formats -->\n(stale)\n<!-- /formats -->\n\nThe end.\n")

    made = generate(tmp_path)[page]

    assert made.startswith(f"# Title\n\n<!-- formats -->\n{begin}")
    assert made.endswith("\n<!-- /formats -->\n\nThe end.\n")
    assert "(stale)" not in made
    assert all(told.format(each) in made for each in registry.names())


def test_a_page_without_marks_is_left_alone(tmp_path: Path):
    (tmp_path / "README.md").write_text("# Title\n")

    assert tmp_path / "README.md" not in generate(tmp_path)


def test_the_same_code_makes_the_same_package(tmp_path: Path):
    here, there = tmp_path / "here", tmp_path / "there"
    for folder, date in ((there, 1_000_000_000), (here, 1_700_000_000)):
        for name in ("pipeline/b.py", "pipeline/a.py", "exporters/c.json"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
            path.chmod(0o600 if folder is here else 0o755)
            os.utime(path, (date, date))
        package_shared.build(folder, tmp_path / f"{folder.name}.zip")

    assert (tmp_path / "here.zip").read_bytes() == (tmp_path / "there.zip").read_bytes()
    assert zipfile.ZipFile(tmp_path / "here.zip").namelist() == ["exporters/c.json", "pipeline/a.py", "pipeline/b.py"]


def test_the_package_holds_all_that_functions_run_on_and_nothing_else(tmp_path: Path):
    package_shared.build(ROOT, tmp_path / "package.zip")
    zipfile.ZipFile(tmp_path / "package.zip").extractall(tmp_path / "task")
    names = zipfile.ZipFile(tmp_path / "package.zip").namelist()
    wanted = ["pipeline.request", "pipeline.dispatch", "pipeline.export"]
    program = (
        f"import importlib, pipeline; [importlib.import_module(each) for each in {wanted}]; "
        "from exporters import registry; [registry.load(each) for each in registry.names()]; print(pipeline.__file__)"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=tmp_path / "task", capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path))
    assert not [name for name in names if "__pycache__" in name or name.startswith(("pipeline/local/", "tests/"))]


def _statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return statements
