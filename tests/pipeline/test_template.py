"""The template that is made without Node is the one that osls makes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from osls import ROOT, osls, released, service_folder

from exporters.exporter import Exporter, Large
from pipeline.deployment.stages import Access, Stage
from pipeline.local.template import CODE_BUCKET, CODE_KEY, Limits, compile

ODD_NAMES = {
    "x_1": Exporter(extension=".x1", media_type="text/x-1", memory_mb=640, timeout_s=17, concurrency=3),
    "x1": Exporter(extension=".x1", media_type="text/x-1", memory_mb=128, timeout_s=1),
    "xl": Exporter(".xl", "text/x-l", memory_mb=128, timeout_s=1, next=True, large=Large(1024, 60, 1_000_000)),
}


# With everything on that a stage can have.
TRIAL = Stage(
    "trial",
    origins=("https://app.example.com",),
    alarm_email="ops@example.com",
    requests=Access("jwt", "https://id.example.com", ("app",)),
    webhook_hosts=("api.example.com",),
    events=True,
    mqtt=True,
)


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A service of every format and two with odd names, packaged by osls without network or credentials."""
    folder = service_folder(tmp_path_factory.mktemp("service"), TRIAL, ODD_NAMES)
    osls(folder, "package", "--stage", "trial", offline=True)
    return folder


def test_it_is_what_osls_makes(packaged: Path):
    theirs = json.loads((packaged / ".serverless" / "cloudformation-template-update-stack.json").read_text())
    theirs["Outputs"].pop("ServerlessDeploymentBucketName", None)
    for resource in theirs["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Code"] = {"S3Bucket": {"Ref": CODE_BUCKET}, "S3Key": {"Ref": CODE_KEY}}

    ours = compile("trial", ROOT, released(TRIAL, ODD_NAMES))

    assert sorted(ours["Resources"]) == sorted(theirs["Resources"])
    for logical_id, resource in ours["Resources"].items():
        assert resource == theirs["Resources"][logical_id], logical_id
    assert ours["Outputs"] == theirs["Outputs"]


def test_cfn_lint_has_nothing_to_say_about_either(packaged: Path, tmp_path: Path):
    ours = tmp_path / "ours.json"
    ours.write_text(json.dumps(compile("trial", ROOT, released(TRIAL, ODD_NAMES))))
    theirs = packaged / ".serverless" / "cloudformation-template-update-stack.json"

    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([lint, ours, theirs], capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_tests_can_shorten_what_is_declared():
    limits = {"export-x_1": Limits(memory_mb=256, timeout_s=2, visibility_s=3), "request": Limits(timeout_s=1)}

    resources = compile("trial", ROOT, released(TRIAL, ODD_NAMES), limits=limits)["Resources"]

    shortened = resources["ExportDashxUnderscore1LambdaFunction"]["Properties"]
    assert (shortened["MemorySize"], shortened["Timeout"]) == (256, 2)
    assert resources["ExportXUnderscore1Queue"]["Properties"]["VisibilityTimeout"] == 3
    assert resources["RequestLambdaFunction"]["Properties"]["Timeout"] == 1
    assert resources["RequestLambdaFunction"]["Properties"]["MemorySize"] == 256
    assert resources["ExportDashx1LambdaFunction"]["Properties"]["Timeout"] == 1
    assert resources["ExportX1Queue"]["Properties"]["VisibilityTimeout"] == 6


def test_the_stack_can_tell_every_function_something():
    resources = compile("trial", ROOT, released(TRIAL, ODD_NAMES), environment={"EXPORT_FONTS": "/fonts"})["Resources"]

    functions = [each for each in resources.values() if each["Type"] == "AWS::Lambda::Function"]
    told = [each["Properties"]["Environment"]["Variables"] for each in functions]
    assert all(variables["EXPORT_FONTS"] == "/fonts" and variables["STAGE"] == "trial" for variables in told)


def test_limits_for_a_function_that_does_not_exist_are_refused():
    with pytest.raises(ValueError, match=r"no function 'export-nothing'\. Functions: request, dispatch, "):
        compile("trial", ROOT, released(TRIAL, ODD_NAMES), limits={"export-nothing": Limits(timeout_s=1)})


@pytest.mark.parametrize("foreign", ["${env:HOME}", "${ssm:/path}", "${opt:region}", "!ImportValue other"])
def test_what_it_does_not_know_is_refused_and_not_passed_on(tmp_path: Path, foreign: str):
    written = (ROOT / "serverless.yml").read_text()
    (tmp_path / "serverless.yml").write_text(written.replace("service: document-export\n", f"service: {foreign}\n"))

    with pytest.raises(ValueError, match="does not know"):
        compile("trial", tmp_path, released(TRIAL))
