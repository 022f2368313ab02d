"""What an operator decides for a stage, and what is said of a setting that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from exporters import registry
from exporters.errors import RequestError
from pipeline.deployment.stages import Access, Stage, read, stage_of


def test_a_stage_without_a_block_is_as_the_default_says():
    blocks = {"default": {"origins": ["https://app.example.com"]}, "prod": {"keep_files_days": 1}}

    assert stage_of("try-fonts", blocks) == Stage("try-fonts", origins=("https://app.example.com",))
    assert stage_of("prod", blocks) == Stage("prod", origins=("https://app.example.com",), keep_files_days=1)


def test_without_a_file_everything_has_its_default(tmp_path: Path):
    stage = read("dev", tmp_path)

    assert stage == Stage("dev")
    assert stage.formats == tuple(registry.names())
    assert stage.all_formats
    assert not stage.push


def test_the_file_in_the_repository_is_read():
    assert read("prod").name == "prod"


def test_formats_may_be_some_of_them_in_any_order():
    stage = stage_of("dev", {"default": {"formats": ["pdf", "docx", "pdf"]}})

    assert stage.formats == ("docx", "pdf")
    assert not stage.all_formats


def test_tokens_say_who_makes_them_for_whom_and_what_the_tenant_is():
    asked = {"kind": "jwt", "issuer": "https://id.example.com", "audience": ["app"], "tenant_claim": "org"}

    assert stage_of("dev", {"dev": {"requests": asked}}).requests == Access(
        "jwt", "https://id.example.com", ("app",), "org"
    )


@pytest.mark.parametrize("on", [{"webhook_hosts": ["api.example.com"]}, {"events": True}, {"mqtt": True}])
def test_a_stage_tells_of_outcomes_when_it_is_asked_to(on: dict[str, Any]):
    assert stage_of("dev", {"dev": on}).push


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("colour", "red", "no setting 'colour'. Settings: origins, architecture, formats"),
        ("origins", "https://a.example", "'origins' must be a list"),
        ("origins", ["app.example.com"], "origins such as https://app.example.com, or '*'; 'app.example.com' is none"),
        ("architecture", "riscv", "'architecture' must be one of arm64, x86_64"),
        ("formats", ["pdf", "wordperfect"], "wordperfect"),
        ("formats", [], "at least one"),
        ("keep_files_days", 0, "'keep_files_days' must be a whole number from 1 to 3650"),
        ("keep_files_days", True, "whole number"),
        ("keep_sources_days", 0, "'keep_sources_days' must be a whole number from 1 to 3650"),
        ("alarm_email", "nobody", "an address such as ops@example.com"),
        ("max_usd_per_hour", -1, "US dollars above 0"),
        ("max_usd_per_hour", float("nan"), "US dollars above 0"),
        ("webhook_hosts", ["https://api.example.com/hook"], "hosts such as api.example.com"),
        ("events", "yes", "'events' must be true or false"),
        ("requests", ["jwt"], "'requests' must be a block with kind, issuer"),
        ("requests", {"who": "all"}, "'requests' has no setting 'who'. Settings: kind, issuer"),
        ("requests", {"kind": "open"}, "'requests.kind' must be one of iam, jwt"),
        ("requests", {"kind": "jwt"}, "say who makes the tokens"),
        ("requests", {"kind": "jwt", "issuer": "http://a.b", "audience": ["x"]}, "an https address"),
        ("requests", {"burst": 0}, "'requests.burst' must be a whole number from 1 to 5000"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_what_it_may_be(setting: str, value: Any, said: str):
    with pytest.raises(RequestError) as refused:
        stage_of("dev", {"default": {setting: value}})

    assert said in str(refused.value)


@pytest.mark.parametrize("name", ["", "Prod", "1st", "a_b", "a" * 21, "../x", "prod\n"])
def test_a_stage_has_a_name_that_buckets_and_queues_can_have(name: str):
    with pytest.raises(RequestError, match="must be 1 to 20 small letters"):
        stage_of(name, {})


def test_a_stage_shares_no_bucket_with_the_packages_of_another():
    with pytest.raises(RequestError, match="would be that of the packages of 'prod'"):
        stage_of("prod-code", {})


@pytest.mark.parametrize("blocks", [[], "prod", {"prod": ["a"]}, {"prod": 1}])
def test_a_file_of_another_shape_is_refused(blocks: Any):
    with pytest.raises(RequestError, match="blocks of settings"):
        stage_of("prod", blocks)


def test_what_is_no_yaml_is_told(tmp_path: Path):
    (tmp_path / "stages.yml").write_text("default: [")

    with pytest.raises(RequestError, match=r"stages\.yml is not YAML"):
        read("dev", tmp_path)


def test_empty_blocks_say_nothing():
    assert stage_of("prod", yaml.safe_load("default:\nprod:\n")) == Stage("prod")
