"""What is deployed for a format follows from its declaration; what a function may do is as little as can be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from functions import ONE_OF_EACH
from osls import ROOT, allow_plain_http, client, deploy

from exporters import registry
from exporters.errors import RequestError
from exporters.exporter import Exporter
from pipeline import deployment, package, policies
from pipeline.client import Credentials, ExportClient
from pipeline.deployed import client_of
from pipeline.local.server import REGION, ROOT_USER, Server

pytestmark = pytest.mark.xdist_group("osls")

ROMAN = {"roman": Exporter(extension=".rmn", media_type="text/x-roman", memory_mb=640, timeout_s=17, concurrency=3)}


def test_a_function_gets_what_its_format_declares():
    function = deployment.functions(ROMAN)["export-roman"]

    assert (function["memorySize"], function["timeout"]) == (640, 17)
    assert function["environment"]["EXPORT_FORMAT"] == "roman"
    assert function["events"][0]["sqs"]["maximumConcurrency"] == 3


def test_a_message_is_hidden_for_six_timeouts():
    assert deployment.queues(ROMAN)["ExportRomanQueue"]["Properties"]["VisibilityTimeout"] == 6 * 17


def test_the_queue_and_the_function_agree_on_which_attempt_is_the_last():
    redrive = deployment.queues(ROMAN)["ExportRomanQueue"]["Properties"]["RedrivePolicy"]
    told = deployment.functions(ROMAN)["export-roman"]["environment"]["MAX_RECEIVES"]

    assert redrive["maxReceiveCount"] == int(told)
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["ExportRomanDeadQueue", "Arn"]}


def test_dead_letters_outlive_the_messages_they_were():
    queues = deployment.queues(ROMAN)
    alive, dead = queues["ExportRomanQueue"]["Properties"], queues["ExportRomanDeadQueue"]["Properties"]

    assert dead["MessageRetentionPeriod"] > alive["MessageRetentionPeriod"]


def test_a_format_is_one_line_among_the_functions_and_two_among_the_queues():
    both = ROMAN | {"greek": ROMAN["roman"]}
    files = deployment.generated_files(both)

    assert len(files["functions.json"].splitlines()) == len("{}") + 2
    assert len(files["queues.json"].splitlines()) == len("{{}}") + 4
    assert json.loads(files["functions.json"]) == deployment.functions(both)
    assert json.loads(files["roles.json"]) == {"Resources": deployment.roles(both)}


def test_no_policy_names_an_action_or_a_resource_by_a_wildcard_alone():
    for role in deployment.roles(ROMAN).values():
        for statement in _statements(role):
            assert not any("*" in action for action in statement["Action"]), statement
            assert all(isinstance(resource, dict) for resource in statement["Resource"]), (
                statement
            )  # ours, by reference


def test_an_exporters_role_holds_no_other_format_and_no_other_queue():
    role = json.dumps(deployment.roles(ROMAN | {"greek": ROMAN["roman"]})["ExportRomanRole"])

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

    made = deployment.generate(tmp_path)[page]

    assert made.startswith(f"# Title\n\n<!-- formats -->\n{begin}")
    assert made.endswith("\n<!-- /formats -->\n\nThe end.\n")
    assert "(stale)" not in made
    assert all(told.format(each) in made for each in registry.names())


def test_a_page_without_marks_is_left_alone(tmp_path: Path):
    (tmp_path / "README.md").write_text("# Title\n")

    assert tmp_path / "README.md" not in deployment.generate(tmp_path)


def test_the_same_code_makes_the_same_package(tmp_path: Path):
    here, there = tmp_path / "here", tmp_path / "there"
    for folder, date in ((there, 1_000_000_000), (here, 1_700_000_000)):
        for name in ("pipeline/b.py", "pipeline/a.py", "exporters/c.json"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
            path.chmod(0o600 if folder is here else 0o755)
            os.utime(path, (date, date))
        package.build(folder, tmp_path / f"{folder.name}.zip")

    assert (tmp_path / "here.zip").read_bytes() == (tmp_path / "there.zip").read_bytes()
    assert zipfile.ZipFile(tmp_path / "here.zip").namelist() == ["exporters/c.json", "pipeline/a.py", "pipeline/b.py"]


def test_the_package_holds_all_that_functions_run_on_and_nothing_else(tmp_path: Path):
    package.build(ROOT, tmp_path / "package.zip")
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


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The endpoint and the outputs of a stack that osls has deployed."""
    server = Server({"EXPORT_FONTS": str(ROOT / "build" / "fonts")})
    try:
        server.start()
        yield server.endpoint, deploy(tmp_path_factory.mktemp("service"), server.endpoint)
    finally:
        server.stop()


def test_osls_deploys_all_of_it(deployed: tuple[str, dict[str, str]]):
    endpoint, outputs = deployed
    s3, sqs, functions = (client(service, endpoint) for service in ("s3", "sqs", "lambda"))
    bucket = outputs["Bucket"]

    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"][0]["AllowedMethods"] == ["POST", "GET", "HEAD"]
    notification = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"][0]
    assert notification["QueueArn"].endswith(":document-export-test-intake")
    assert notification["Filter"]["Key"]["FilterRules"] == [{"Name": "prefix", "Value": "uploads/"}]

    steps = {"request", "dispatch", *(f"export-{name}" for name in registry.names())}
    made = {each["FunctionName"]: each for each in functions.list_functions(MaxItems=10_000)["Functions"]}
    assert made.keys() == {f"document-export-test-{step}" for step in steps}
    assert len({each["Role"] for each in made.values()}) == len(made)
    mapped = functions.list_event_source_mappings()["EventSourceMappings"]
    assert {each["FunctionArn"].rpartition(":")[2] for each in mapped} == made.keys() - {outputs["RequestFunction"]}
    assert all(each["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for each in mapped)

    jobs = ["intake", *(f"export-{name}" for name in registry.names())]
    queues = {url.rpartition("/")[2] for url in sqs.list_queues(MaxResults=1000)["QueueUrls"]}
    assert queues == {f"document-export-test-{job}{dead}" for job in jobs for dead in ("", "-dead")}


def test_storage_and_queues_refuse_what_a_role_does_not_hold(deployed: tuple[str, dict[str, str]]):
    endpoint, outputs = deployed
    bucket = outputs["Bucket"]
    root = client("s3", endpoint)
    for key in ("uploads/t/j/a.md", "exports/t/j/roman/a.rmn", "exports/t/j/greek/a.grk"):
        root.put_object(Bucket=bucket, Key=key, Body=b"x")
    intake = "arn:aws:sqs:us-east-1:000000000000:document-export-test-intake"
    names = {"Bucket": f"arn:aws:s3:::{bucket}", "Own": intake, "OwnDead": intake + "-dead", "Log": "*"}
    policy = _resolved(policies.exporter("roman", "Own", "OwnDead", "Log"), names)
    key = _user(endpoint, "roman", policy)
    s3, sqs = client("s3", endpoint, *key), client("sqs", endpoint, *key)

    with _refused():  # the wire has no TLS
        s3.get_object(Bucket=bucket, Key="uploads/t/j/a.md")
    allow_plain_http(endpoint, bucket)

    assert s3.get_object(Bucket=bucket, Key="uploads/t/j/a.md")["Body"].read() == b"x"
    s3.put_object(Bucket=bucket, Key="exports/t/j/roman/error.json", Body=b"x")
    s3.delete_object(Bucket=bucket, Key="exports/t/j/roman/error.json")
    sqs.receive_message(QueueUrl=outputs["IntakeQueue"])
    sqs.send_message(QueueUrl=outputs["IntakeQueue"] + "-dead", MessageBody="{}")

    with _refused():
        s3.get_object(Bucket=bucket, Key="exports/t/j/greek/a.grk")
    with _refused():
        s3.put_object(Bucket=bucket, Key="exports/t/j/greek/a.grk", Body=b"y")
    with _refused():
        s3.put_object(Bucket=bucket, Key="uploads/t/j/a.md", Body=b"y")
    with _refused():
        s3.delete_object(Bucket=bucket, Key="exports/t/j/roman/a.rmn")
    with _refused():
        s3.list_objects_v2(Bucket=bucket)
    with _refused():
        sqs.send_message(QueueUrl=outputs["IntakeQueue"], MessageBody="{}")
    with _refused():
        sqs.receive_message(QueueUrl=outputs["IntakeQueue"] + "-dead")


def test_a_stage_is_found_by_its_name(deployed: tuple[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch):
    endpoint, outputs = deployed
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ROOT_USER.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", ROOT_USER.secret_key)

    ticket = client_of("test").request("acme", "notes.md", registry.names())
    assert ticket.upload.url == f"https://{outputs['Bucket']}.s3.{REGION}.amazonaws.com/"
    with pytest.raises(RequestError, match="The stage 'prod' was not found"):
        client_of("prod")


def test_the_journey_runs_on_what_osls_deployed(deployed: tuple[str, dict[str, str]]):
    endpoint, outputs = deployed
    allow_plain_http(endpoint, outputs["Bucket"])
    key = _user(endpoint, "app", json.dumps(policies.app(f"arn:aws:s3:::{outputs['Bucket']}")))
    exports = ExportClient(outputs["Bucket"], REGION, credentials=Credentials(*key), endpoint=endpoint)

    ticket = exports.request("acme", "handbook.md", ONE_OF_EACH)
    exports.upload(ticket, ROOT / "examples" / "handbook.md")
    outcomes = exports.wait(ticket, timeout_s=120)

    assert {format: outcome.error or outcome.state for format, outcome in outcomes.items()} == dict.fromkeys(
        ONE_OF_EACH, "done"
    )
    assert all(len(exports.download(ticket, format)) == outcome.size for format, outcome in outcomes.items())


def _refused() -> Any:
    return pytest.raises(ClientError, match=r"AccessDenied|not authorized|Forbidden")


def _statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return statements


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
