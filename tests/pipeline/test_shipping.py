"""An operator tries a new version of an exporter on some of the jobs, and gives it to all or takes it back."""

from __future__ import annotations

import copy
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from steps import wait_until
from typer.main import get_command

from exporters import registry
from exporters.errors import RequestError
from exporters.formats import json as json_format
from exporters.formats import text
from pipeline.__main__ import app
from pipeline.channels import KEY
from pipeline.deployment import channels, outcomes, release
from pipeline.deployment.channels import CannotShip, Standing, Target
from pipeline.deployment.stages import Stage
from pipeline.local import template
from pipeline.local.server import REGION, ROOT_USER
from pipeline.local.stack import LocalStack
from pipeline.local.template import Limits
from pipeline.routing import bucket

pytestmark = pytest.mark.xdist_group("shipping")

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "shipping.md"
FUNCTION = "document-export-local-export-text"
CHANGED = "exporters/formats/text/export.py"
SETTINGS = Stage("local", formats=("text", "json"))

WRITES = {
    "update_function_code",
    "update_function_configuration",
    "publish_version",
    "update_alias",
    "invoke",
    "put_object",
}

CRASH = "\nimport os\n\ndef export(*_):\n    os._exit(7)\n"


def marked(mark: str) -> str:
    """What makes each file of `text` begin with a mark."""
    return f"\n_before = export\n\ndef export(*about):\n    return b'{mark} ' + _before(*about)\n"


@pytest.fixture(scope="module")
def two_channels() -> Iterator[None]:
    """`text` asks for a next channel."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "EXPORTER", copy.replace(text.EXPORTER, next=True))
        yield


@pytest.fixture(scope="module")
def stack(two_channels: None) -> Iterator[LocalStack]:
    """A stack with two formats, of which one has a next channel. A job whose worker was killed comes back soon."""
    with LocalStack({"export-text": Limits(visibility_s=8)}, SETTINGS) as running:
        yield running


class Shipyard:
    """The stack, with what an operator and users do there."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.said: list[str] = []
        self.target = channels.on_this_machine(stack.address, self.said.append)
        self.base = stack.aws("s3").get_object(Bucket="document-export-code", Key="package.zip")["Body"].read()
        """The package that was deployed."""

    def of(self, addition: str) -> Target:
        """The target, with a working tree in which the code of `text` ends with this."""
        return replace(self.target, package=lambda _function, _architecture: self.changed(CHANGED, addition))

    def changed(self, name: str, addition: str) -> bytes:
        """The package with something added at the end of a file."""
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.base)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                new.writestr(entry, old.read(entry) + (addition.encode() if entry.filename == name else b""))
        return made.getvalue()

    def file(self, tenant: str, channel: str = "", timeout_s: float = 120) -> str:
        """What a user of this tenant gets."""
        client = self.stack.client()
        ticket = client.request(tenant, "notes.md", ["text"], channel=channel)
        client.upload(ticket, b"# Hi\n")
        outcome = client.wait(ticket, timeout_s)["text"]
        return client.download(ticket, "text").decode() if outcome.state == "done" else outcome.state

    def now(self) -> Standing:
        (standing,) = channels.status(self.target, ["text"])
        return standing

    def written(self) -> Any:
        """What says who gets what, as it lies in the bucket."""
        return json.load(self.stack.aws("s3").get_object(Bucket=self.stack.address.bucket, Key=KEY)["Body"])


OLD = "Hi\n==\n"


@pytest.fixture
def yard(stack: LocalStack) -> Iterator[Shipyard]:
    """Nothing is shipped, and all jobs are done by the version that was deployed."""
    yard = Shipyard(stack)
    yield yard
    channels.rollback(yard.target, "text", "1")


def test_a_new_version_is_shipped_promoted_and_rolled_back(yard: Shipyard, tmp_path: Path) -> None:
    """From a working tree in a folder of its own, as the command does it."""
    for name in ("exporters", "pipeline"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "exporters").unlink()
    with zipfile.ZipFile(io.BytesIO(yard.changed(CHANGED, marked("NEW")))) as archive:
        archive.extractall(tmp_path, [name for name in archive.namelist() if name.startswith("exporters/")])
    target = channels.on_this_machine(yard.stack.address, yard.said.append, root=tmp_path)

    shipped = channels.ship(target, "text", 0, ["t7"])
    assert shipped.shipping
    assert shipped.next and shipped.next.number != shipped.live.number == "1"
    assert (yard.file("t7"), yard.file("t8")) == ("NEW " + OLD, OLD)
    assert (yard.file("t7", "live"), yard.file("t8", "next")) == (OLD, "NEW " + OLD)

    channels.ship(target, "text", 50)
    for tenant in [f"t{n}" for n in range(8)]:
        chosen = tenant == "t7" or bucket("text", tenant) < 5_000
        assert yard.file(tenant) == ("NEW " if chosen else "") + OLD

    assert channels.ship(target, "text", 100).tenants == ("t7",)
    assert yard.file("t8") == "NEW " + OLD
    assert channels.ship(target, "text", 0).shipping is False
    assert yard.file("t7") == OLD

    promoted = channels.promote(target, "text")
    assert (promoted.live.number, promoted.percent, promoted.tenants) == (shipped.next.number, 0, ())
    assert [each.number for each in promoted.before] == ["1"]
    assert yard.file("t8") == "NEW " + OLD

    back = channels.rollback(target, "text")
    assert (back.live.number, back.next and back.next.number) == ("1", "1")
    assert (yard.file("t8"), yard.file("t8", "next")) == (OLD, OLD)


def test_a_version_that_crashes_touches_only_its_share_and_its_jobs_are_done_after_all(yard: Shipyard) -> None:
    channels.ship(yard.of(CRASH), "text", 0, ["t7"])
    client = yard.stack.client()
    ticket = client.request("t7", "notes.md", ["text"])
    client.upload(ticket, b"# Hi\n")
    assert [yard.file(f"t{n}") for n in range(3)] == [OLD] * 3
    assert client.wait(ticket, timeout_s=0.5)["text"].state == "waiting"

    channels.rollback(yard.target, "text")
    assert client.wait(ticket, timeout_s=180)["text"].state == "done"  # by the version that is good
    assert client.download(ticket, "text").decode() == OLD
    assert yard.file("t7") == OLD


def test_a_version_that_does_not_start_gets_no_job(yard: Shipyard) -> None:
    package = yard.changed("pipeline/export.py", "\nraise RuntimeError('no')\n")
    target = replace(yard.target, package=lambda *_: package)
    for _ in range(2):
        with pytest.raises(CannotShip, match=r"does not start: .*No job was given to it"):
            channels.ship(target, "text", 100)
        assert not yard.now().shipping
    assert yard.file("t7") == OLD


def test_shipping_the_same_again_uploads_nothing(yard: Shipyard) -> None:
    target = yard.of(marked("SAME"))
    first = channels.ship(target, "text", 5)
    yard.said.clear()
    again = channels.ship(target, "text", 7.25)
    assert (again.next, len(again.versions)) == (first.next, len(first.versions))
    assert again.percent == 7.25
    assert not [line for line in yard.said if "Uploading" in line or "Publishing" in line]
    assert any("nothing to upload" in line for line in yard.said)


def test_what_is_live_already_is_not_published_a_second_time(yard: Shipyard) -> None:
    before = yard.now()
    after = channels.ship(replace(yard.target, package=lambda *_: yard.base), "text", 5)
    assert (after.versions, after.shipping) == (before.versions, False)
    assert any("is live: nothing to upload" in line for line in yard.said)


def test_a_version_that_was_taken_back_can_be_shipped_again_without_an_upload(yard: Shipyard) -> None:
    target = yard.of(marked("AGAIN"))
    first = channels.ship(target, "text", 100)
    channels.rollback(yard.target, "text")
    second = channels.ship(target, "text", 100)
    assert second.next == first.next
    assert yard.file("t8") == "AGAIN " + OLD


def test_a_version_has_what_its_exporter_declares_and_the_next_deployment_finds_what_the_last_one_left(
    yard: Shipyard, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions = yard.stack.aws("lambda")
    before = functions.get_function_configuration(FunctionName=FUNCTION)
    monkeypatch.setattr(text, "EXPORTER", copy.replace(text.EXPORTER, memory_mb=640, timeout_s=70))
    shipped = channels.ship(yard.of(marked("MORE")), "text", 1).next
    assert shipped is not None
    after = functions.get_function_configuration(FunctionName=FUNCTION)

    assert (shipped.memory_mb, shipped.timeout_s) == (640, 70)
    published = functions.get_function_configuration(FunctionName=FUNCTION, Qualifier=shipped.number)
    release, kind, date, *_ = published["Description"].split()
    assert (release, kind, date[:2]) == (published["Environment"]["Variables"]["RELEASE"], "shipped", "20")
    for setting in ("MemorySize", "Timeout", "Environment"):
        assert after[setting] == before[setting]


def test_a_deployment_ends_a_shipment(two_channels: None) -> None:
    """It brings a version of its own for both channels, also where what was shipped is what it brings."""
    with LocalStack(stage=SETTINGS) as stack:
        yard = Shipyard(stack)
        new = yard.of(marked("NEW"))
        channels.ship(new, "text", 100)
        channels.promote(new, "text")
        channels.ship(yard.of(marked("NEWER")), "text", 100)
        assert yard.file("t8") == "NEWER " + OLD

        deploy(yard, yard.changed(CHANGED, marked("NEW")))

        now = yard.now()
        assert (now.shipping, now.live.shipped, now.next) == (False, False, now.live)
        assert yard.file("t8") == "NEW " + OLD
        assert [each.number for each in now.before] == ["2", "1"]  # 3 was never for all
        assert channels.rollback(yard.target, "text").live.number == "2"
        assert channels.rollback(yard.target, "text").live.number == "1"
        assert yard.file("t8") == OLD
        with pytest.raises(CannotShip, match="no version of text before 1"):
            channels.rollback(yard.target, "text")
        assert channels.rollback(yard.target, "text", "3").live.number == "3"


def deploy(yard: Shipyard, zipped: bytes) -> None:
    """Updates the stack with a package, as a deployment does."""
    storage, cloudformation = yard.stack.aws("s3"), yard.stack.aws("cloudformation")
    bucket = "document-export-code"
    storage.put_object(Bucket=bucket, Key="second.zip", Body=zipped)
    parts = release.Parts(packages={"export-text": "second"}, layers={}, bucket=bucket)
    made = template.compile("local", ROOT, release.files(SETTINGS, parts))
    for resource in made["Resources"].values():
        resource.get("Properties", {}).pop("Layers", None)
    del made["Resources"]["BucketPolicy"]
    storage.put_object(Bucket=bucket, Key="second.json", Body=json.dumps(made).encode())
    cloudformation.update_stack(
        StackName="document-export-local",
        TemplateURL=f"{yard.stack.server.endpoint}/{bucket}/second.json",
        Parameters=[
            {"ParameterKey": template.CODE_BUCKET, "ParameterValue": bucket},
            {"ParameterKey": template.CODE_KEY, "ParameterValue": "second.zip"},
        ],
        Capabilities=["CAPABILITY_IAM"],
    )

    def ended() -> str:
        status: str = cloudformation.describe_stacks(StackName="document-export-local")["Stacks"][0]["StackStatus"]
        return "" if status.endswith("_IN_PROGRESS") else status

    assert wait_until(ended) == "UPDATE_COMPLETE"


def test_every_format_can_be_rolled_back(yard: Shipyard) -> None:
    (now,) = channels.status(yard.target, ["json"])
    assert now.next is None
    functions = yard.stack.aws("lambda")
    functions.update_function_configuration(FunctionName="document-export-local-export-json", Timeout=61)
    time.sleep(0.6)
    second = functions.publish_version(FunctionName="document-export-local-export-json", Description="abc")["Version"]
    functions.update_alias(FunctionName="document-export-local-export-json", Name="live", FunctionVersion=second)

    assert channels.rollback(yard.target, "json").live.number == "1"
    assert channels.rollback(yard.target, "json", second).live.number == second


class Interrupted(BaseException):
    """Ctrl-C."""


class Watched:
    """A client that counts the calls that change something, and stops before one of them."""

    def __init__(self, client: Any, before: Callable[[str, dict[str, Any]], None]) -> None:
        self._client, self._before = client, before

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name not in WRITES:
            return found

        def call(**arguments: Any) -> Any:
            self._before(name, arguments)
            return found(**arguments)

        return call


def watched(target: Target, before: Callable[[str, dict[str, Any]], None]) -> Target:
    return replace(target, client=lambda service: Watched(target.client(service), before))


def stopping(target: Target, after: int) -> Target:
    """The target, where Ctrl-C is pressed after so many changes."""
    left = [after]

    def before(_name: str, _arguments: dict[str, Any]) -> None:
        if not left[0]:
            raise Interrupted
        left[0] -= 1

    return watched(target, before)


def interruptions(command: Callable[[Target, int], object], target: Callable[[int], Target]) -> Iterator[int]:
    """Runs a command that is interrupted ever later, until it is not; yields after each interruption."""
    for after in range(20):
        try:
            command(stopping(target(after), after), after)
        except Interrupted:
            yield after
        else:
            assert after  # it does change something
            return
    pytest.fail("It never ends.")


def test_an_interrupted_ship_harms_nobody_and_is_completed_by_giving_it_again(yard: Shipyard) -> None:
    def target(n: int) -> Target:
        return yard.of(marked(f"S{n}"))

    for n in interruptions(lambda target, _: channels.ship(target, "text", 0, ["t7"]), target):
        assert yard.file("t8") == OLD
        assert yard.file("t7") in (OLD, f"S{n} {OLD}")

        channels.ship(target(n), "text", 0, ["t7"])
        assert (yard.file("t7"), yard.file("t8")) == (f"S{n} {OLD}", OLD)
        latest = yard.stack.aws("lambda").get_function_configuration(FunctionName=FUNCTION)
        assert latest["Environment"]["Variables"]["RELEASE"] == yard.now().live.release
        channels.rollback(yard.target, "text")


def test_an_interrupted_promotion_harms_nobody_and_is_completed_by_giving_it_again(yard: Shipyard) -> None:
    def target(n: int) -> Target:
        channels.ship(yard.of(marked(f"P{n}")), "text", 0, ["t7"])
        return yard.target

    old = OLD
    for n in interruptions(lambda target, _: channels.promote(target, "text"), target):
        new = f"P{n} {OLD}"
        assert yard.file("t7") == new
        assert yard.file("t8") in (old, new)

        done = channels.promote(yard.target, "text")
        assert (yard.file("t7"), yard.file("t8")) == (new, new)
        assert not done.shipping
        assert done.live.number in yard.written()["formats"]["text"]["promoted"]
        old = new


@pytest.mark.parametrize("promoted", [False, True], ids=["shipped", "promoted"])
def test_an_interrupted_rollback_harms_nobody_and_is_completed_by_giving_it_again(
    yard: Shipyard, promoted: bool
) -> None:
    def target(n: int) -> Target:
        channels.ship(yard.of(marked(f"R{n}{promoted}")), "text", 0, ["t7"])
        if promoted:
            channels.promote(yard.target, "text")
        return yard.target

    live = yard.now().live
    for n in interruptions(lambda target, _: channels.rollback(target, "text"), target):
        assert {yard.file("t7"), yard.file("t8")} <= {OLD, f"R{n}{promoted} {OLD}"}
        if yard.now().shipping or yard.now().live != live:  # otherwise it was done but for the share
            done = channels.rollback(yard.target, "text")
            assert (done.live, done.next, done.shipping) == (live, live, False)
        assert (yard.file("t7"), yard.file("t8")) == (OLD, OLD)


def test_what_was_taken_back_is_not_gone_back_to(yard: Shipyard) -> None:
    """A bad version, taken back, and a better one after it, which turns out to be bad, too."""
    for mark in ("BAD", "WORSE"):
        channels.ship(yard.of(marked(mark)), "text", 1)
        channels.promote(yard.target, "text")
        assert yard.file("t8") == f"{mark} {OLD}"
        assert channels.rollback(yard.target, "text").live.number == "1"
    bad = channels.ship(yard.of(marked("BAD")), "text", 1)  # not so bad after all
    assert bad.next and channels.promote(yard.target, "text").live == bad.next
    channels.ship(yard.of(marked("BEST")), "text", 1)
    channels.promote(yard.target, "text")
    assert channels.rollback(yard.target, "text").live == bad.next


def test_an_interrupted_promotion_can_be_rolled_back(yard: Shipyard) -> None:
    channels.ship(yard.of(marked("HALF")), "text", 0, ["t7"])
    with pytest.raises(Interrupted):
        channels.promote(stopping(yard.target, 1), "text")
    assert channels.rollback(yard.target, "text").live.number == "1"
    assert (yard.file("t7"), yard.file("t8")) == (OLD, OLD)


def test_what_two_operators_ship_at_once_is_both_kept(yard: Shipyard) -> None:
    storage = yard.stack.aws("s3")
    another = {"percent": 3, "tenants": ["t1"]}

    def first(name: str, _arguments: dict[str, Any]) -> None:
        if name == "put_object" and not seen:
            seen.append(name)
            written = {"schema": 1, "formats": {"json": another}}
            storage.put_object(Bucket=yard.target.bucket, Key=KEY, Body=json.dumps(written).encode())

    for there in (False, True):
        seen: list[str] = []
        storage.delete_object(Bucket=yard.target.bucket, Key=KEY)
        if there:
            storage.put_object(Bucket=yard.target.bucket, Key=KEY, Body=b'{"schema":1,"formats":{}}')
        channels.ship(watched(yard.of(marked("TWO")), first), "text", 5)
        assert seen
        assert yard.written()["formats"]["json"] == another
        assert yard.written()["formats"]["text"]["percent"] == 5


def test_who_moves_a_version_that_another_has_moved_is_told(yard: Shipyard) -> None:
    def first(name: str, arguments: dict[str, Any]) -> None:
        if name == "update_alias":
            yard.stack.aws("lambda").update_alias(
                FunctionName=FUNCTION, Name=arguments["Name"], Description="I was here first"
            )

    with pytest.raises(CannotShip, match="Somebody else has changed"):
        channels.ship(watched(yard.of(marked("LATE")), first), "text", 5)
    assert not yard.now().shipping


def test_who_uploads_while_another_uploads_publishes_nothing_of_the_others(yard: Shipyard) -> None:
    other = yard.changed(CHANGED, marked("OTHER"))

    def first(name: str, _arguments: dict[str, Any]) -> None:
        if name == "update_function_configuration":
            yard.stack.aws("lambda").update_function_code(FunctionName=FUNCTION, ZipFile=other)

    with pytest.raises(CannotShip, match="Somebody else is changing"):
        channels.ship(watched(yard.of(marked("MINE")), first), "text", 5)
    assert yard.file("t7") == OLD


@pytest.mark.parametrize(
    "command",
    [
        lambda target: channels.ship(target, "text", 100),
        lambda target: channels.promote(target, "text"),
        lambda target: channels.rollback(target, "text"),
    ],
    ids=["ship", "promote", "rollback"],
)
def test_a_dry_run_changes_nothing_and_says_what_it_would(yard: Shipyard, command: Callable[[Target], object]) -> None:
    channels.ship(yard.of(marked("DRY")), "text", 0, ["t7"])
    before = yard.now(), yard.written()
    yard.said.clear()

    def refuse(name: str, _arguments: dict[str, Any]) -> None:
        raise AssertionError(name)

    command(watched(replace(yard.of(marked("DRIER")), dry_run=True), refuse))
    assert (yard.now(), yard.written()) == before
    assert any(line.startswith("Would do: ") for line in yard.said)


@pytest.mark.parametrize(
    ("format", "percent", "tenants", "said"),
    [
        ("wordstar", 5, (), "There is no format 'wordstar'"),
        ("json", 5, (), "Write `next=True` into its declaration, exporters/formats/json/__init__.py,"),
        ("html", 5, (), "The stage local has no html"),
        ("text", 101, (), "must be from 0 to 100"),
        ("text", -0.01, (), "must be from 0 to 100"),
        ("text", 0.005, (), "two decimals at most"),
        ("text", float("nan"), (), "must be from 0 to 100"),
        ("text", None, (), "Say who is to have it: --percent 5, --tenant t7, or both"),
        ("text", 5, ("../t7",), "The field 'tenant' must be"),
    ],
)
def test_what_cannot_be_shipped_is_told_in_a_sentence(
    yard: Shipyard, format: str, percent: float | None, tenants: tuple[str, ...], said: str
) -> None:
    with pytest.raises(RequestError) as told:
        channels.ship(yard.target, format, percent, tenants)
    assert said in str(told.value)


def test_what_needs_a_deployment_is_told(yard: Shipyard, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = text.EXPORTER
    for changed, target, said in (
        (copy.replace(declared, timeout_s=361), yard.target, "its queue gives a job to somebody else after 360"),
        (copy.replace(declared, layers=("fonts_cjk",)), replace(yard.target, layers=True), "the layer fonts_cjk"),
    ):
        monkeypatch.setattr(text, "EXPORTER", changed)
        with pytest.raises(CannotShip, match=f"{said}.*Deploy the stage"):
            channels.ship(target, "text", 5)
    monkeypatch.setattr(text, "EXPORTER", declared)
    with pytest.raises(CannotShip, match="Deploy the stage instead"):
        channels.ship(replace(yard.target, package=lambda *_: bytes(50_000_001)), "text", 5)
    monkeypatch.setattr(json_format, "EXPORTER", copy.replace(json_format.EXPORTER, next=True))
    with pytest.raises(CannotShip, match=r"its declaration asks for one\. Deploy the stage"):
        channels.promote(yard.target, "json")


def test_an_unknown_version_is_told_which_there_are(yard: Shipyard) -> None:
    with pytest.raises(CannotShip, match=r"There is no version 99 of text\. Versions: .*1\."):
        channels.rollback(yard.target, "text", "99")


def test_a_broken_object_is_told_with_what_to_do(yard: Shipyard) -> None:
    storage = yard.stack.aws("s3")
    storage.put_object(Bucket=yard.target.bucket, Key=KEY, Body=b'{"schema": 1}')
    try:
        with pytest.raises(CannotShip, match=r"Delete s3://document-export-local-000000000000/control/channels\.json"):
            yard.now()
        assert yard.file("t7") == OLD
    finally:
        storage.delete_object(Bucket=yard.target.bucket, Key=KEY)


def test_what_became_of_the_jobs_is_counted_by_version(yard: Shipyard) -> None:
    shipped = channels.ship(yard.of(marked("COUNT")), "text", 0, ["t7"]).next
    assert shipped is not None
    before = outcomes.lately(yard.target, "text")
    assert [yard.file(tenant) for tenant in ("t7", "t7", "t8")] == [f"COUNT {OLD}"] * 2 + [OLD]
    client = yard.stack.client()
    ticket = client.request("t7", "notes.md", ["text"])
    client.upload(ticket, b"%PDF-1.7 \x00\x00")
    assert client.wait(ticket, 180)["text"].state == "failed"
    logs, group = yard.stack.aws("logs"), f"/aws/lambda/{FUNCTION}"
    stream = f"2026/11/26/[{shipped.number}]4459c970fa6d4c77aca62c95850fce54"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    report = (
        "REPORT RequestId: 7b61 Duration: 60000.00 ms Billed Duration: 60000 ms Memory Size: 512 MB Status: timeout"
    )
    logs.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": int(time.time() * 1000), "message": report}],
    )

    after = outcomes.lately(yard.target, "text")
    assert after[shipped.number] == outcomes.Outcomes(done=2, failed=1, killed=1)
    assert after["1"].done == before.get("1", outcomes.Outcomes()).done + 1


def test_a_stage_in_an_account_is_found_by_its_name(yard: Shipyard, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": yard.stack.server.endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ROOT_USER.access_key,
        "AWS_SECRET_ACCESS_KEY": ROOT_USER.secret_key,
    }.items():
        monkeypatch.setenv(name, value)

    target = channels.in_account("local", yard.said.append)
    assert target.bucket == yard.target.bucket
    assert channels.formats_of(target) == ["json", "text"]
    assert channels.status(target, ["text"]) == [yard.now()]
    with pytest.raises(CannotShip, match=r"There is no stage 'prod' in account .* make deploy STAGE=prod"):
        channels.in_account("prod", yard.said.append)


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a person gives it; its stack is the one that `place` knows of."""
    environment = os.environ | {"EXPORT_STACK": str(place / "stack.json"), "COLUMNS": "120"}
    command = [sys.executable, "-m", "pipeline", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("line", re.findall(r"^python -m pipeline ([^#\n]+)", PAGE.read_text(), re.MULTILINE))
def test_what_the_page_tells_people_to_type_can_be_typed(line: str) -> None:
    command, *arguments = line.split()
    group: Any = get_command(app)
    group.commands[command].make_context(command, arguments)  # raises for what it does not know


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ship", "wordstar", "--percent", "5"), "There is no format 'wordstar'. Formats: "),
        (("ship", "text"), "Say who is to have it: --percent 5"),
        (("ship", "text", "--percent", "many"), "Invalid value for '--percent'"),
        (("ship", "text", "--percent", "100.01"), "The percentage must be from 0 to 100, with two decimals at most."),
        (("ship", "text", "--percent", "5"), "No stack is running on this machine. Start one with"),
        (("promote", "text"), "No stack is running on this machine. Start one with"),
        (("rollback", "text"), "No stack is running on this machine. Start one with"),
        (("status",), "No stack is running on this machine. Start one with"),
        (("ship",), "Missing argument"),
    ],
)
def test_wrong_use_is_told_and_exits_with_2(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


def test_the_commands_work_on_the_stack_that_is_kept_running(tmp_path: Path) -> None:
    environment = os.environ | {"EXPORT_STACK": str(tmp_path / "stack.json")}
    command = [sys.executable, "-m", "pipeline", "up"]
    up = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_until((tmp_path / "stack.json").exists)
        shown = run(tmp_path, "status")
        assert shown.returncode == 0, shown.stderr
        assert all(name in shown.stderr for name in ("text", "docx", "published", "who gets it"))
        with_next = next(name for name in registry.names() if registry.get(name).next)
        dry = run(tmp_path, "ship", with_next, "--percent", "5", "--tenant", "t7", "--dry-run")
        assert "Would do: Jobs for next: 5 % of the tenants, t7" in dry.stderr
        assert "Nothing was changed." in dry.stderr
        for arguments, said in (
            (("ship", with_next, "--percent", "5", "--tenant", "t7"), "Jobs for next: 5 % of the tenants, t7"),
            (("promote", with_next), f"{with_next}: all jobs are done by version "),
            (("status", with_next), "with its jobs of the last 24 hours:"),
        ):
            done = run(tmp_path, *arguments)
            assert done.returncode == 0, done.stderr
            assert said in done.stderr
        refused = run(tmp_path, "ship", "text", "--percent", "5")
        assert refused.returncode == 2
        assert "next=True" in refused.stderr
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(30)
