"""The bucket and the logs in the template: closed to everybody, and nothing is kept for longer than it must be."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document
from osls import ROOT, released

from pipeline.deployment.stages import Stage
from pipeline.local.template import compile

STAGE = Stage(
    "closed",
    origins=("https://app.example.com", "https://*.example.org"),
    keep_files_days=3,
    keep_sources_days=4,
    webhook_hosts=("api.example.com",),
)
RESOURCES = compile(STAGE.name, ROOT, released(STAGE))["Resources"]
BUCKET = RESOURCES["Bucket"]["Properties"]
ARN = "arn:aws:s3:::bucket"


def test_there_is_one_bucket() -> None:
    assert [name for name, each in RESOURCES.items() if each["Type"] == "AWS::S3::Bucket"] == ["Bucket"]


def test_it_is_private() -> None:
    flags = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}

    assert BUCKET["PublicAccessBlockConfiguration"] == dict.fromkeys(flags, True)
    assert BUCKET["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "AccessControl" not in BUCKET
    assert "WebsiteConfiguration" not in BUCKET


def test_it_is_encrypted_and_keeps_what_was_uploaded() -> None:
    (rule,) = BUCKET["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms")
    assert BUCKET["VersioningConfiguration"] == {"Status": "Enabled"}


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteBucketPolicy"])
@pytest.mark.parametrize("resource", [ARN, f"{ARN}/uploads/t/j/a.md", f"{ARN}/exports/t/j/f/a.x"])
@pytest.mark.parametrize(("tls", "decision"), [(False, "Deny"), (True, "ImplicitDeny")])
def test_nothing_of_it_goes_over_a_wire_without_tls(action: str, resource: str, tls: bool, decision: str) -> None:
    """With TLS its policy says neither yes nor no: that is for the roles."""
    policy = RESOURCES["BucketPolicy"]["Properties"]["PolicyDocument"]
    text = json.dumps(policy).replace('{"Fn::GetAtt": ["Bucket", "Arn"]}', f'"{ARN}"')
    text = text.replace('{"Fn::Sub": "${Bucket.Arn}/*"}', f'"{ARN}/*"')
    assert "Fn::" not in text
    asking = EvalContext(
        principal_arn="arn:aws:iam::000000000000:user/anybody",
        principal_type="User",
        principal_account="000000000000",
        action=action,
        resource_arn=resource,
        region="us-east-1",
        source_ip="192.0.2.1",
        secure_transport=tls,
    )

    assert evaluate(asking, [parse_policy_document(text)]).decision == decision


def test_only_the_configured_pages_may_use_it() -> None:
    (rule,) = BUCKET["CorsConfiguration"]["CorsRules"]

    assert rule["AllowedOrigins"] == list(STAGE.origins)
    assert set(rule["AllowedMethods"]) == {"POST", "GET", "HEAD"}
    assert rule["MaxAge"] <= 86_400


def test_nothing_is_kept_for_longer_than_it_must_be() -> None:
    rules = {each["Id"]: each for each in BUCKET["LifecycleConfiguration"]["Rules"]}

    assert all(each["Status"] == "Enabled" for each in rules.values())
    assert rules["sources"]["Prefix"] == "uploads/"
    assert int(rules["sources"]["ExpirationInDays"]) == STAGE.keep_sources_days
    assert (rules["files"]["Prefix"], int(rules["files"]["ExpirationInDays"])) == ("exports/", STAGE.keep_files_days)
    assert "Prefix" not in rules["leftovers"], "of all that there is"
    assert rules["leftovers"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert rules["leftovers"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


def test_only_an_upload_starts_anything() -> None:
    """What functions write lies elsewhere, and none but the one that signs may write here: nothing can go round."""
    assert BUCKET["NotificationConfiguration"].keys() == {"QueueConfigurations"}
    (configured,) = BUCKET["NotificationConfiguration"]["QueueConfigurations"]

    assert configured["Filter"] == {"S3Key": {"Rules": [{"Name": "prefix", "Value": "uploads/"}]}}
    assert configured["Queue"] == {"Fn::GetAtt": ["IntakeQueue", "Arn"]}


def test_only_our_bucket_puts_anything_on_the_intake_queue() -> None:
    (policy,) = (each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::SQS::QueuePolicy")
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Resource"] == {"Fn::GetAtt": ["IntakeQueue", "Arn"]}
    assert statement["Condition"].keys() == {"ArnEquals", "StringEquals"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"]
    assert source.rpartition(":::")[2] == BUCKET["BucketName"]["Fn::Sub"]


def test_every_function_writes_into_a_log_that_is_kept_for_two_weeks() -> None:
    groups = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Logs::LogGroup"]
    functions = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Lambda::Function"]

    assert {each["RetentionInDays"] for each in groups} == {14}
    assert {each["LogGroupName"] for each in groups} == {f"/aws/lambda/{each['FunctionName']}" for each in functions}
    assert not [each for each in functions if "LoggingConfig" in each]


def test_dead_letters_are_kept_as_long_as_the_lines_that_explain_them() -> None:
    dead = [
        each["Properties"]
        for each in RESOURCES.values()
        if each["Type"] == "AWS::SQS::Queue" and each["Properties"]["QueueName"].endswith("-dead")
    ]

    assert len(dead) > 2
    assert {each["MessageRetentionPeriod"] for each in dead} == {14 * 24 * 60 * 60}


def test_no_function_is_told_a_secret_by_its_environment() -> None:
    """Whoever may look at a function sees its environment."""
    told = [
        (name, value)
        for each in RESOURCES.values()
        if each["Type"] == "AWS::Lambda::Function"
        for name, value in _variables(each).items()
    ]

    assert told
    assert not [name for name, _ in told if re.search(r"SECRET|PASSWORD|TOKEN|PRIVATE", name)]
    assert not [value for _, value in told if "whsec_" in json.dumps(value) or "ssm-secure" in json.dumps(value)]


def _variables(function: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = function["Properties"]["Environment"]["Variables"]
    return found
