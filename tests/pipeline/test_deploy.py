"""A stage is deployed with osls, changed, and removed again: to a stack on this machine that speaks as AWS does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from copy import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from osls import ROOT, allow_plain_http, client

from exporters.errors import RequestError
from pipeline import policies
from pipeline.client import Credentials, ExportClient
from pipeline.deployed import client_of
from pipeline.deployment.account import Account, account
from pipeline.deployment.deploy import Deployed, DeploymentFailed, deploy
from pipeline.deployment.remove import NoStage, remove
from pipeline.deployment.stages import Stage
from pipeline.local.server import REGION, ROOT_USER, Server

pytestmark = pytest.mark.xdist_group("osls")

# With the packages and layers of this machine, for functions run on it; and one format for each layer that is the same
# on every machine, for the others are large.
STAGE = Stage("test", architecture="x86_64", formats=("html", "markdown", "pdf"), origins=("https://app.example.com",))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """An account that has nothing in it; whoever looks for AWS finds this one."""
    server = Server({"EXPORT_FONTS": str(ROOT / "build" / "fonts")})
    with pytest.MonkeyPatch.context() as environment:
        try:
            server.start()
            environment.setenv("AWS_ENDPOINT_URL", server.endpoint)
            environment.setenv("AWS_REGION", REGION)
            environment.setenv("AWS_DEFAULT_REGION", REGION)
            environment.setenv("AWS_ACCESS_KEY_ID", ROOT_USER.access_key)
            environment.setenv("AWS_SECRET_ACCESS_KEY", ROOT_USER.secret_key)
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working tree of its own: what a deployment writes into it disturbs no other."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("exporters", "pipeline", "layers"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("serverless.yml", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tree)
    for name in ("node_modules", ".tools", ".venv"):
        (tree / name).symlink_to(ROOT / name)
    (tree / "build").mkdir()
    for name in ("wheels", "layers"):
        if (ROOT / "build" / name).is_dir():
            shutil.copytree(ROOT / "build" / name, tree / "build" / name)
    return tree


@pytest.fixture(scope="module")
def where(server: Server) -> Account:
    return account()


@pytest.fixture(scope="module")
def deployed(where: Account, tree: Path) -> Deployed:
    said: list[str] = []
    done = deploy(STAGE, where, said.append, tree)
    assert any("Creating the stack document-export-test" in each for each in said)
    return done


def test_what_is_deployed_is_closed_and_runs_what_was_published(deployed: Deployed, where: Account):
    s3, functions = where.client("s3"), where.client("lambda")
    bucket = deployed.outputs["Bucket"]

    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    for each in (bucket, f"document-export-test-code-{where.id}"):
        assert all(s3.get_public_access_block(Bucket=each)["PublicAccessBlockConfiguration"].values())
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    cors = s3.get_bucket_cors(Bucket=bucket)["CORSRules"][0]
    assert (cors["AllowedMethods"], cors["AllowedOrigins"]) == (["POST", "GET", "HEAD"], list(STAGE.origins))
    notification = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"][0]
    assert notification["QueueArn"].endswith(":document-export-test-intake")
    assert notification["Filter"]["Key"]["FilterRules"] == [{"Name": "prefix", "Value": "uploads/"}]

    made = {each["FunctionName"]: each for each in functions.list_functions(MaxItems=10_000)["Functions"]}
    steps = {"request", "dispatch", "watch", *(f"export-{name}" for name in STAGE.formats)}
    assert made.keys() == {f"document-export-test-{step}" for step in steps}
    assert len({each["Role"] for each in made.values()}) == len(made)
    mapped = functions.list_event_source_mappings()["EventSourceMappings"]
    assert {each["FunctionArn"].rpartition(":")[2] for each in mapped} == {"live", "next"}
    assert all(each["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for each in mapped)
    layers = [each["Arn"].split(":")[6] for each in made["document-export-test-export-pdf"]["Layers"]]
    assert sorted(layers) == [f"document-export-test-{name}" for name in ("fonts", "fonts-cjk", "typesetting")]


def test_the_journey_runs_on_it(deployed: Deployed, server: Server):
    allow_plain_http(server.endpoint, deployed.outputs["Bucket"])
    key = _user(server.endpoint, "app", deployed.policy.read_text())
    exports = ExportClient(deployed.outputs["Bucket"], REGION, credentials=Credentials(*key), endpoint=server.endpoint)

    ticket = exports.request("acme", "handbook.md", STAGE.formats)
    exports.upload(ticket, ROOT / "examples" / "handbook.md")
    outcomes = exports.wait(ticket, timeout_s=120)

    found = {format: outcome.error or outcome.state for format, outcome in outcomes.items()}
    assert found == dict.fromkeys(STAGE.formats, "done")
    assert all(len(exports.download(ticket, format)) == outcome.size for format, outcome in outcomes.items())


def test_a_stage_is_found_by_its_name(deployed: Deployed):
    ticket = client_of("test").request("acme", "notes.md", STAGE.formats)

    assert f"/{deployed.outputs['Bucket']}/" in ticket.upload.url
    with pytest.raises(RequestError, match="There is no stage 'prod' in account"):
        client_of("prod")


def test_what_has_not_changed_is_left_as_it_is(deployed: Deployed, where: Account, tree: Path):
    before = _versions(where)

    again = deploy(STAGE, where, lambda _: None, tree)

    assert again == deployed
    assert _versions(where) == before


def test_a_changed_exporter_becomes_a_new_version_and_no_other(deployed: Deployed, where: Account, tree: Path):
    before = _versions(where)
    changed = tree / "exporters" / "formats" / "markdown" / "export.py"
    changed.write_text(changed.read_text() + "\nCHANGED = True\n")

    deploy(STAGE, where, lambda _: None, tree)

    after = _versions(where)
    assert {name for name in after if after[name] != before[name]} == {"document-export-test-export-markdown"}
    assert after["document-export-test-export-markdown"] == ("2", {"live": "2"})


def test_a_changed_setting_reaches_what_it_is_about(deployed: Deployed, where: Account, tree: Path):
    before = _versions(where)

    deploy(replace(STAGE, origins=("https://other.example.com",)), where, lambda _: None, tree)

    cors = where.client("s3").get_bucket_cors(Bucket=deployed.outputs["Bucket"])["CORSRules"][0]
    assert cors["AllowedOrigins"] == ["https://other.example.com"]
    assert _versions(where) == before


def test_a_second_copy_stands_beside_the_first(deployed: Deployed, where: Account, tree: Path):
    copy = replace(STAGE, name="try-fonts", formats=("markdown",))

    done = deploy(copy, where, lambda _: None, tree)
    names = {each["FunctionName"] for each in where.client("lambda").list_functions(MaxItems=10_000)["Functions"]}
    remove(copy, where, lambda _: None, tree)

    assert done.outputs["Bucket"] != deployed.outputs["Bucket"]
    assert "document-export-try-fonts-export-markdown" in names
    left = {each["FunctionName"] for each in where.client("lambda").list_functions(MaxItems=10_000)["Functions"]}
    assert left == {name for name in names if name.startswith("document-export-test-")}


def test_a_deployment_that_fails_says_why_and_is_mended_by_the_next(where: Account, tree: Path):
    stage = replace(STAGE, name="failing", formats=("markdown",))
    s3 = where.client("s3")
    s3.create_bucket(Bucket=f"document-export-failing-{where.id}")  # the name that the stage's own is to have

    with pytest.raises(DeploymentFailed, match=f"'document-export-failing-{where.id}' already exists"):
        deploy(stage, where, lambda _: None, tree)
    s3.delete_bucket(Bucket=f"document-export-failing-{where.id}")
    done = deploy(stage, where, lambda _: None, tree)
    remove(stage, where, lambda _: None, tree)

    assert done.outputs["Bucket"] == f"document-export-failing-{where.id}"


def test_a_removed_stage_leaves_nothing(deployed: Deployed, where: Account, tree: Path):
    where.client("s3").put_object(Bucket=deployed.outputs["Bucket"], Key="exports/t/j/text/a.txt", Body=b"x")

    remove(STAGE, where, lambda _: None, tree)

    assert _everything(where) == {}
    with pytest.raises(NoStage, match="There is no stage 'test' in account"):
        remove(STAGE, where, lambda _: None, tree)


def test_a_stage_of_another_region_is_not_removed_from_here(where: Account, tree: Path):
    elsewhere = f"document-export-abroad-code-{where.id}"
    where.client("s3").create_bucket(Bucket=elsewhere, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    with pytest.raises(NoStage, match=r"is in eu-west-1\. Nothing was removed\. Set AWS_REGION=eu-west-1"):
        remove(replace(STAGE, name="abroad"), where, lambda _: None, tree)

    where.client("s3").delete_bucket(Bucket=elsewhere)


def test_files_without_a_stack_are_left_for_somebody_to_look_at(where: Account, tree: Path):
    files, code = (f"document-export-torn-{kind}{where.id}" for kind in ("", "code-"))
    for bucket in (files, code):
        where.client("s3").create_bucket(Bucket=bucket)

    with pytest.raises(NoStage, match="may hold its users' files"):
        remove(replace(STAGE, name="torn"), where, lambda _: None, tree)

    for bucket in (files, code):
        where.client("s3").delete_bucket(Bucket=bucket)  # they are there yet


def test_the_region_is_that_of_the_environment_before_the_profiles(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """As for the aws command; boto3 by itself does not know AWS_REGION."""
    (tmp_path / "config").write_text("[default]\nregion = us-west-2\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert account().region == "eu-west-1"
    monkeypatch.delenv("AWS_REGION")
    assert account().region == "us-west-2"


def test_without_a_region_it_says_how_to_name_one(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(RequestError, match=r"No region is set\. Set AWS_REGION"):
        account()


def test_without_credentials_it_says_whom_to_ask(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(RequestError, match=r"Unable to locate credentials\. Log in as you do for the aws command"):
        account()


def test_storage_and_queues_refuse_what_a_role_does_not_hold(server: Server):
    root, queues = client("s3", server.endpoint), client("sqs", server.endpoint)
    root.create_bucket(Bucket="roles")
    root.put_bucket_versioning(Bucket="roles", VersioningConfiguration={"Status": "Enabled"})
    for key in ("exports/t/j/roman/a.rmn", "exports/t/j/greek/a.grk", "uploads/t/j/a.md"):
        version = root.put_object(Bucket="roles", Key=key, Body=b"x")["VersionId"]
    own, dead = (queues.create_queue(QueueName=name)["QueueUrl"] for name in ("own", "own-dead"))
    arn = "arn:aws:sqs:us-east-1:000000000000:own"
    names = {"Bucket": "arn:aws:s3:::roles", "Own": arn, "OwnDead": arn + "-dead", "Log": "*"}
    key = _user(server.endpoint, "roman", _resolved(policies.exporter("roman", ["Own"], "OwnDead", "Log"), names))
    s3, sqs = client("s3", server.endpoint, *key), client("sqs", server.endpoint, *key)

    assert s3.get_object(Bucket="roles", Key="uploads/t/j/a.md", VersionId=version)["Body"].read() == b"x"
    s3.put_object(Bucket="roles", Key="exports/t/j/roman/error.json", Body=b"x")
    s3.delete_object(Bucket="roles", Key="exports/t/j/roman/error.json")
    sqs.receive_message(QueueUrl=own)
    sqs.send_message(QueueUrl=dead, MessageBody="{}")

    for refused in (
        lambda: s3.get_object(Bucket="roles", Key="exports/t/j/greek/a.grk"),
        lambda: s3.put_object(Bucket="roles", Key="exports/t/j/greek/a.grk", Body=b"y"),
        lambda: s3.put_object(Bucket="roles", Key="uploads/t/j/a.md", Body=b"y"),
        lambda: s3.delete_object(Bucket="roles", Key="exports/t/j/roman/a.rmn"),
        lambda: s3.list_objects_v2(Bucket="roles"),
        lambda: sqs.send_message(QueueUrl=own, MessageBody="{}"),
        lambda: sqs.receive_message(QueueUrl=dead),
    ):
        with pytest.raises(ClientError, match=r"AccessDenied|not authorized|Forbidden"):
            refused()


def _versions(where: Account) -> dict[str, tuple[str, dict[str, str]]]:
    """Of each function: its newest version, and which its names lead to."""
    functions = where.client("lambda")
    found = {}
    for each in functions.list_functions(MaxItems=10_000)["Functions"]:
        name = each["FunctionName"]
        newest = functions.list_versions_by_function(FunctionName=name)["Versions"][-1]["Version"]
        aliases = functions.list_aliases(FunctionName=name)["Aliases"]
        found[name] = newest, {alias["Name"]: alias["FunctionVersion"] for alias in aliases}
    return found


def _everything(where: Account) -> dict[str, list[str]]:
    """What there is of a pipeline in the account, by the kind of thing."""
    found = {
        "stacks": [
            each["StackName"]
            for each in where.client("cloudformation").list_stacks()["StackSummaries"]
            if each["StackStatus"] != "DELETE_COMPLETE"
        ],
        "buckets": [each["Name"] for each in where.client("s3").list_buckets()["Buckets"]],
        "queues": where.client("sqs").list_queues().get("QueueUrls", []),
        "functions": [each["FunctionName"] for each in where.client("lambda").list_functions()["Functions"]],
        "layers": [each["LayerName"] for each in where.client("lambda").list_layers()["Layers"]],
        "mappings": [
            each["UUID"] for each in where.client("lambda").list_event_source_mappings()["EventSourceMappings"]
        ],
        "roles": [each["RoleName"] for each in where.client("iam").list_roles()["Roles"]],
        "logs": [each["logGroupName"] for each in where.client("logs").describe_log_groups()["logGroups"]],
        "alarms": [each["AlarmName"] for each in where.client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "dashboards": [
            each["DashboardName"] for each in where.client("cloudwatch").list_dashboards()["DashboardEntries"]
        ],
        "rules": [each["Name"] for each in where.client("events").list_rules()["Rules"]],
        "topics": [each["TopicArn"] for each in where.client("sns").list_topics()["Topics"]],
        "addresses": [each["Name"] for each in where.client("apigatewayv2").get_apis()["Items"]],
        "parameters": [each["Name"] for each in where.client("ssm").describe_parameters()["Parameters"]],
    }
    ours = {kind: [name for name in names if "document-export" in name] for kind, names in found.items()}
    return {kind: names for kind, names in ours.items() if names}


def _resolved(policy: dict[str, Any], names: dict[str, str]) -> str:
    """The policy with CloudFormation's references replaced."""

    def replaced(found: dict[str, Any]) -> Any:
        match found:
            case {"Fn::GetAtt": [name, "Arn"]}:
                return names[name]
            case {"Fn::Sub": text}:
                return text.replace("${Bucket.Arn}", names["Bucket"])
        return found

    return json.dumps(json.loads(json.dumps(policy), object_hook=replaced))


def _user(endpoint: str, name: str, policy: str) -> tuple[str, str]:
    """The key of a user that may do what the policy says."""
    iam = client("iam", endpoint)
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]
