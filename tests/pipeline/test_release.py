"""A release: what a stage's template takes from its settings, and when a function becomes a new version."""

from __future__ import annotations

from copy import replace
from typing import Any

import pytest

from exporters import registry
from exporters.exporter import Large
from exporters.formats import pdf
from pipeline.deployment import deploy, idle, release
from pipeline.deployment.release import Parts
from pipeline.deployment.stages import Stage

STAGE = Stage("trial", formats=("html", "markdown", "pdf"))
PARTS = Parts({"export-html": "a" * 64, "export-pdf": "b" * 64, "dispatch": "c" * 64}, {"fonts": "d" * 64}, "bucket")


def test_a_function_has_a_version_and_a_name_that_leads_to_it():
    resources = _resources(STAGE, PARTS)
    [version] = _versions(resources, "ExportHtml")

    assert resources["ExportHtmlLive"]["Properties"] == {
        "FunctionName": {"Ref": "ExportDashhtmlLambdaFunction"},
        "FunctionVersion": {"Fn::GetAtt": [version, "Version"]},
        "Name": "live",
    }
    assert resources[version]["DeletionPolicy"] == "RetainExceptOnCreate"  # to go back to


def test_the_steps_have_versions_too():
    resources = _resources(STAGE, PARTS)

    assert all(f"{step}Live" in resources for step in ("Request", "Dispatch", "Watch"))


def test_only_a_format_that_asks_for_it_has_a_next_version():
    resources = _resources(STAGE, PARTS)

    asking = {name for name in STAGE.formats if registry.get(name).next}
    assert asking == {"pdf"}
    assert {name for name in resources if name.endswith("Next")} == {"ExportPdfNext"}


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pdf` has a larger function."""
    declared = replace(pdf.EXPORTER, large=Large(memory_mb=3_008, timeout_s=300, from_bytes=1_000_000))
    monkeypatch.setattr(pdf, "EXPORTER", declared)


def test_the_larger_function_of_a_format_has_versions_of_its_own_and_none_to_try(large: None):
    files = release.files(STAGE, PARTS)
    resources = files["resources.json"]["Resources"]
    [version] = _versions(resources, "ExportPdfLarge")

    assert resources["ExportPdfLargeLive"]["Properties"] == {
        "FunctionName": {"Ref": "ExportDashpdfDashlargeLambdaFunction"},
        "FunctionVersion": {"Fn::GetAtt": [version, "Version"]},
        "Name": "live",
    }
    assert "ExportPdfLargeNext" not in resources
    assert files["functions.json"]["export-pdf-large"]["environment"]["RELEASE"] == version.partition("Version")[2]


@pytest.mark.parametrize(
    "changed",
    [
        replace(PARTS, packages=PARTS.packages | {"export-pdf": "e" * 64}),
        replace(PARTS, layers={"fonts": "e" * 64}),
    ],
)
def test_it_changes_with_the_code_and_the_layers_that_it_has_in_common_with_the_other_one(large: None, changed: Parts):
    before, after = _versions(_resources(STAGE, PARTS)), _versions(_resources(STAGE, changed))

    assert {"ExportPdf", "ExportPdfLarge"} <= {name.partition("Version")[0] for name in after - before}


def test_a_deployment_makes_its_package_once_and_takes_away_its_old_versions(large: None):
    functions = deploy.functions_of(STAGE)

    assert [name for name in functions if "pdf" in name] == ["export-pdf", "export-pdf-large"]
    artifacts = [each["package"]["artifact"] for each in release.files(STAGE, PARTS)["functions.json"].values()]
    assert artifacts.count("build/packages/export-pdf.zip") == 2
    assert not [each for each in artifacts if "large" in each]


@pytest.mark.parametrize(
    ("changed", "functions"),
    [
        (replace(PARTS, packages=PARTS.packages | {"export-html": "e" * 64}), {"ExportHtml"}),
        (replace(PARTS, packages=PARTS.packages | {"dispatch": "e" * 64}), {"Dispatch"}),
    ],
)
def test_what_has_changed_becomes_a_new_version_and_nothing_else(changed: Parts, functions: set[str]):
    before, after = _versions(_resources(STAGE, PARTS)), _versions(_resources(STAGE, changed))

    assert {name.partition("Version")[0] for name in after - before} == functions
    assert len(after) == len(before)


def test_another_setting_of_a_function_is_a_new_version_too():
    """For a version keeps the settings that it was published with."""
    before = _versions(_resources(STAGE, PARTS))
    after = _versions(_resources(replace(STAGE, formats=("html", "pdf")), PARTS))

    assert {name.partition("Version")[0] for name in after - before} == {"Request", "Dispatch", "Watch"}


def test_a_new_layer_is_a_new_version_of_whoever_has_it():
    changed = replace(PARTS, layers={"fonts": "e" * 64})
    before, after = _versions(_resources(STAGE, PARTS)), _versions(_resources(STAGE, changed))

    having = {name for name in STAGE.formats if "fonts" in registry.get(name).layers}
    assert {name.partition("Version")[0] for name in after - before} == {
        f"Export{name.capitalize()}" for name in having
    }


def test_a_function_is_told_its_release_so_that_publishing_it_is_never_refused():
    files = release.files(STAGE, PARTS)
    [version] = _versions(files["resources.json"]["Resources"], "ExportHtml")

    assert files["functions.json"]["export-html"]["environment"]["RELEASE"] == version.partition("Version")[2]
    assert files["settings.json"]["environment"]["dispatch"]["RELEASE"]


def test_a_stage_with_some_formats_has_these_and_says_so():
    files = release.files(STAGE, PARTS)

    assert list(files["functions.json"]) == ["export-html", "export-markdown", "export-pdf"]
    assert "ExportDocxQueue" not in files["resources.json"]["Resources"]
    for step in ("request", "dispatch", "watch"):
        assert files["settings.json"]["environment"][step]["FORMATS"] == "html,markdown,pdf"


def test_a_stage_with_all_formats_need_not_say_so_to_who_takes_any():
    environment = release.files(Stage("trial"), PARTS)["settings.json"]["environment"]

    assert "FORMATS" not in environment["request"] | environment["dispatch"]


def test_a_copy_without_monitoring_has_no_alarm_and_no_dashboard_to_pay_for():
    whole, bare = (release.files(replace(STAGE, monitoring=on), PARTS)["resources.json"] for on in (True, False))

    dear = {each["Type"] for each in whole["Resources"].values()} - {
        each["Type"] for each in bare["Resources"].values()
    }
    assert {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::Events::Rule"} <= dear
    assert whole["Outputs"].keys() - bare["Outputs"].keys() == {"AlarmTopic", "Dashboard"}
    stage = replace(STAGE, formats=registry.names(), monitoring=False)
    assert sum(each.usd for each in idle.month(idle.resources_of(stage))) < 6.5


def test_what_an_operator_decides_reaches_the_page():
    stage = replace(STAGE, origins=("https://app.example.com",), keep_files_days=2, architecture="x86_64")

    settings = release.files(stage, PARTS)["settings.json"]

    assert settings["origins"] == ["https://app.example.com"]
    assert (settings["keepFilesDays"], settings["architecture"]) == (2, "x86_64")
    assert settings["codeBucket"] == "bucket"


def _resources(stage: Stage, parts: Parts) -> dict[str, Any]:
    resources: dict[str, Any] = release.files(stage, parts)["resources.json"]["Resources"]
    return resources


def _versions(resources: dict[str, Any], of: str = "") -> set[str]:
    """The logical ids of the versions, of all functions or of one."""
    return {
        name
        for name, each in resources.items()
        if each["Type"] == "AWS::Lambda::Version" and (not of or name.partition("Version")[0] == of)
    }
