"""A stage in which much is wrong, bad versions, tight limits, bad sources, a switch left off."""

from __future__ import annotations

import copy
import io
import json
import shlex
import zipfile
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from steps import number, wait_until

from exporters.formats import text
from pipeline.client import Ticket
from pipeline.deployment import channels
from pipeline.deployment.channels import Target
from pipeline.deployment.stages import Stage
from pipeline.job import Job
from pipeline.local.stack import LocalStack
from pipeline.local.template import Limits
from pipeline.notices import EVENT, Notice
from pipeline.operating import doctor
from pipeline.operating.doctor import Health

SETTINGS = Stage("local", formats=("text", "json", "html", "csv", "opml", "rst"), events=True)
LIMITS = {"export-html": Limits(timeout_s=8, visibility_s=30)}  # of which the job may have six
BEGIN = "document-export-local-"

DIVIDES = "\n\ndef export(*_):\n    return 1 / 0\n"
DIES = "\n\ndef _export(*_):\n    import os\n\n    os._exit(7)\n"
NEVER_ENDS = "\n\ndef export(*_):\n    while True:\n        pass\n"


class Ailing:
    """The stack, its troubles, and what an operator does there."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.aws = stack.aws
        self.said: list[str] = []
        self.target: Target = channels.on_this_machine(stack.address, self.said.append)
        self.base: bytes = stack.aws("s3").get_object(Bucket="document-export-code", Key="package.zip")["Body"].read()
        self.tickets: dict[str, Ticket] = {}
        self.well: Health
        """How it was before."""
        self.ill: Health
        """How it was found, before anybody mended anything."""

    def job(self, name: str) -> str:
        return self.tickets[name].job

    def upload(self, name: str, format: str, source: bytes = b"# Hi\n", filename: str = "notes.md") -> None:
        """A user's export, that is called by a name here."""
        client = self.stack.client()
        self.tickets[name] = client.request("acme", filename, [format], tags={"called": name})
        client.upload(self.tickets[name], source)

    def state(self, name: str, timeout_s: float = 150) -> str:
        """How its only format ends."""
        (outcome,) = self.stack.client().wait(self.tickets[name], timeout_s).values()
        return outcome.state

    def spoiled(self, path: str, addition: str) -> bytes:
        """The package with something added at the end of a file."""
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.base)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                new.writestr(entry, old.read(entry) + (addition.encode() if entry.filename == path else b""))
        return made.getvalue()

    def deploy(self, function: str, package: bytes, **environment: str) -> None:
        """Another version for all, as a deployment brings it."""
        functions = self.aws("lambda")
        functions.update_function_code(FunctionName=BEGIN + function, ZipFile=package)
        if environment:
            had = functions.get_function_configuration(FunctionName=BEGIN + function)["Environment"]["Variables"]
            functions.update_function_configuration(
                FunctionName=BEGIN + function, Environment={"Variables": had | environment}
            )
        version = functions.publish_version(FunctionName=BEGIN + function)["Version"]
        functions.update_alias(FunctionName=BEGIN + function, Name="live", FunctionVersion=version)

    def try_once(self, which: str, visibility_s: int) -> dict[str, str]:
        """Lets a queue give up what has failed once, so long after it was taken; returns how it was before."""
        sqs = self.aws("sqs")
        url = sqs.get_queue_url(QueueName=BEGIN + which)["QueueUrl"]
        names = ["VisibilityTimeout", "RedrivePolicy"]
        before: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        policy = json.loads(before["RedrivePolicy"]) | {"maxReceiveCount": 1}
        after = {"VisibilityTimeout": str(visibility_s), "RedrivePolicy": json.dumps(policy)}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=after)
        return before

    def watch(self) -> None:
        """As its rule does every ten minutes."""
        done = self.aws("lambda").invoke(FunctionName=BEGIN + "watch", Qualifier="live", Payload=b"{}", LogType="Tail")
        said = b64decode(done["LogResult"]).decode()
        assert "FunctionError" not in done, said
        assert "looked" not in said.replace("Looked at the queues.", ""), said

    def mapping(self, function: str) -> dict[str, Any]:
        all_: list[dict[str, Any]] = self.aws("lambda").list_event_source_mappings()["EventSourceMappings"]
        (found,) = [each for each in all_ if f":function:{BEGIN}{function}:" in each["FunctionArn"]]
        return found

    def dead(self, which: str) -> int:
        return number(self.stack, f"{which}-dead", "ApproximateNumberOfMessages")

    def lose_source(self, name: str) -> None:
        """As the bucket's lifecycle does, some days later."""
        storage, bucket = self.aws("s3"), self.stack.address.bucket
        found = storage.list_object_versions(Bucket=bucket, Prefix=f"uploads/acme/{self.job(name)}/")
        for each in found["Versions"]:
            storage.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])

    def aws_command(self, command: str) -> None:
        """Does what a command of AWS's asks for, with what that command is made of: the service's own description."""
        words = shlex.split(command)
        assert words[0] == "aws"
        service, operation = words[1], words[2].replace("-", "_")
        given = iter(words[3:])
        options: dict[str, Any] = {}
        for word in given:
            if word in ("--region", "--endpoint-url"):
                next(given)
                continue
            name = word.removeprefix("--")
            options[name] = next(given) if name not in ("enabled",) else True
        client = self.aws(service)
        members = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation]).input_shape
        spelled = {name.lower(): name for name in members.members}
        getattr(client, operation)(**{spelled[name.replace("-", "")]: value for name, value in options.items()})


def fall_ill(stack: LocalStack) -> Ailing:
    """Everything that goes wrong, at once, and until it has gone wrong."""
    ailing = Ailing(stack)
    ailing.well = doctor.examine(ailing.target)
    ailing.aws("lambda").update_event_source_mapping(UUID=ailing.mapping("export-opml")["UUID"], Enabled=False)
    ailing.upload("waiting", "opml")
    ship(ailing)
    ailing.deploy("export-json", ailing.spoiled("exporters/formats/json/export.py", DIVIDES))
    ailing.deploy("export-html", ailing.spoiled("exporters/formats/html/export.py", NEVER_ENDS))
    ailing.deploy("export-csv", ailing.spoiled("pipeline/export.py", DIES), MAX_RECEIVES="1")
    ailing.try_once("export-csv", 5)
    for name, format in {"mistake": "text", "lost": "text", "replay": "json", "spent": "json", "killed": "csv"}.items():
        ailing.upload(name, format)
    ailing.upload("slow", "html")
    ailing.upload("bad", "text", b"%PDF-1.7\n\x00\x00")
    refused(ailing)
    for name in ("mistake", "lost", "replay", "spent", "bad", "refused", "killed"):
        assert ailing.state(name) == "failed", name
    for name in ("lost", "spent"):
        ailing.lose_source(name)
    unseen(ailing)
    untold(ailing)
    assert ailing.state("slow") == "failed"
    wait_until(lambda: all(ailing.dead(which) for which in ("text", "json", "csv", "html")))
    ailing.watch()
    ailing.ill = doctor.examine(ailing.target)
    return ailing


def ship(ailing: Ailing) -> None:
    """A new version of `text` for all, as `ship` and `promote` bring it."""
    package = ailing.spoiled("exporters/formats/text/export.py", DIVIDES)
    target = replace(ailing.target, package=lambda *_: package)
    channels.ship(target, "text", 100)
    channels.promote(target, "text")


def refused(ailing: Ailing) -> None:
    """An app that makes its tickets itself asks for what the stage does not have."""
    client = ailing.stack.client()
    ticket = client.request("acme", "notes.md", ["text"])
    key = ticket.upload.fields["key"]
    ailing.aws("s3").put_object(
        Bucket=ailing.stack.address.bucket, Key=key, Body=b"# Hi\n", Metadata={"formats": "rtf", "tags": "{}"}
    )
    ailing.tickets["refused"] = client.request("acme", "notes.md", ["rtf"], job=ticket.job)


def unseen(ailing: Ailing) -> None:
    """A version of the dispatcher that does not do its work, until somebody goes back to the one before."""
    before = ailing.try_once("intake", 5)
    ailing.deploy("dispatch", ailing.spoiled("pipeline/dispatch.py", "\n\ndef _arrived(*_):\n    return 1 / 0\n"))
    ailing.upload("unseen", "json")
    ailing.upload("unseen too", "json")
    queue = ailing.aws("sqs").get_queue_url(QueueName=BEGIN + "intake-dead")["QueueUrl"]
    names = ["ApproximateNumberOfMessages"]

    def dead() -> int:
        found = ailing.aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)
        return int(found["Attributes"][names[0]])

    wait_until(lambda: dead() == 2)
    ailing.aws("lambda").update_alias(FunctionName=BEGIN + "dispatch", Name="live", FunctionVersion="1")
    url = ailing.aws("sqs").get_queue_url(QueueName=BEGIN + "intake")["QueueUrl"]
    ailing.aws("sqs").set_queue_attributes(QueueUrl=url, Attributes=before)


def untold(ailing: Ailing) -> None:
    """Somebody who was not told, after all tries: four and a half hours of them, so the letter is put there."""
    ticket = ailing.tickets["bad"]
    version = ailing.aws("s3").list_object_versions(
        Bucket=ailing.stack.address.bucket, Prefix=f"uploads/acme/{ticket.job}/"
    )["Versions"][0]["VersionId"]
    job = Job("acme", ticket.job, "text", "notes.md", version, 10)
    queue = ailing.aws("sqs").get_queue_url(QueueName=BEGIN + "notify-dead")["QueueUrl"]
    ailing.aws("sqs").send_message(QueueUrl=queue, MessageBody=Notice(EVENT, job).to_json())


def two_channels(patch: pytest.MonkeyPatch) -> None:
    """`text` asks for a next channel."""
    patch.setattr(text, "EXPORTER", copy.replace(text.EXPORTER, next=True))
