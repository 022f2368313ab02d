"""Ships a new version of one exporter to some of the jobs, makes it the one for all, or takes it back.

A version is code and settings that never change again. The queues feed names: `live`, and `next` where the exporter has
a second queue for the jobs that try something. Shipping publishes a version and moves `next` to it; promoting moves
`live` to where `next` is; rolling back moves `live` to where it was. What share of the jobs takes the second queue
stands in one object in the bucket (see `pipeline.channels`); beside it, which of the versions that were shipped were
for all once, and which versions were taken back.

The calls are in such an order that the pipeline works between any two of them, and that a command which was interrupted
is completed by giving it again.
"""

from __future__ import annotations

import json
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from math import isclose
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from exporters import registry
from exporters.errors import RequestError
from pipeline import job
from pipeline.channels import KEY, SCHEMA, parse
from pipeline.deployment.account import SERVICE, account, find_stack, outputs_of, saying
from pipeline.deployment.formats import LIVE_ALIAS, NEXT_ALIAS, VISIBILITY, declaration, sized
from pipeline.deployment.package_shared import build
from pipeline.queues import LARGE
from pipeline.routing import Share

if TYPE_CHECKING:
    from pipeline.deployment.package_wheels import Architecture
    from pipeline.local.stack import Address

ROOT = Path(__file__).parents[2]

_RELEASE = "RELEASE"  # in a function's environment; differs from version to version, so that each can be published
_DIGITS = 12  # of its value, as a deployment's release has
_SHIPPED = "shipped"  # the second word of the description of a version that did not come with a deployment
_WAIT_S = 300  # until Lambda has taken new code: it takes seconds, for large packages a minute
_PAUSE_S = 0.3
_DECIMALS = 2  # of a percentage: there are 10,000 buckets
_TRIES = 5  # to write what is shipped, while somebody else writes it, too
_MAX_ZIP = 50_000_000  # bytes that Lambda takes in a request: AWS Lambda Developer Guide, "Lambda quotas"
_NOTHING_TO_DO = b'{"Records": []}'  # what a function is started with to see whether it starts


class CannotShip(RequestError):
    """What an operator asked for is not possible as things stand. Says why, and what to do."""

    code = "cannot-ship"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a command works: a stage in an account, or the stack on this machine."""

    stage: str
    bucket: str
    client: Callable[[str], Any]
    """A boto3 client for a service."""
    package: Callable[[str, str], bytes]
    """The package of a function, from the working tree, for an architecture."""
    say: Callable[[str], None]
    """Is told of each step."""
    layers: bool = True
    """Whether functions get layers: the stack on this machine has what is in them beside it."""
    revision: str = ""
    """Of the working tree, where git knows one."""
    dry_run: bool = False
    """Whether to say what would be called, and to call nothing that changes anything."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an exporter's function, which never changes."""

    number: str
    release: str
    """The digest of its code and settings."""
    shipped: bool
    """Whether it was shipped, and did not come with a deployment."""
    published: datetime
    code: str
    """The SHA-256 of its package, as Lambda writes it."""
    memory_mb: int
    timeout_s: int
    environment: Mapping[str, str]
    layers: tuple[str, ...]
    architecture: str

    @property
    def content(self) -> tuple[object, ...]:
        """What it does, whatever it is called: two versions with the same content are as good as one."""
        settings = tuple(sorted((name, value) for name, value in self.environment.items() if name != _RELEASE))
        return self.code, self.memory_mb, self.timeout_s, self.layers, self.architecture, settings


@dataclass(frozen=True, slots=True)
class Standing:
    """How an exporter stands."""

    format: str
    live: Version
    next: Version | None
    """None where it has no next channel."""
    percent: float
    """Of the tenants, whose jobs go to `next`."""
    tenants: tuple[str, ...]
    """Those whose jobs go there in any case."""
    before: tuple[Version, ...]
    """What it can be rolled back to: versions that were for all once, the latest first."""
    versions: tuple[Version, ...]
    """All that there are, the latest first."""

    @property
    def shipping(self) -> bool:
        """Whether some jobs are done by another version than the rest."""
        return self.next is not None and self.next.number != self.live.number and bool(self.percent or self.tenants)


def ship(target: Target, format: str, percent: float | None = None, tenants: Sequence[str] = ()) -> Standing:
    """Publishes an exporter as it is in the working tree, and gives it a share of the jobs.

    `percent` is from 0 to 100, with two decimals at most; `tenants` get it whatever the percentage. What is not given
    stays as it was, save that 0 without tenants ends a shipment. Where there is such a version already, only the share
    changes. Raises `RequestError`.
    """
    check(format, percent, tenants)
    function = _Function(target, format)
    standing = function.standing
    if standing.next is None:
        raise CannotShip(_no_next(format))
    if percent == 0 and not tenants:
        function.share(0, ())
        return function.read()
    function.move(NEXT_ALIAS, function.publish())
    kept_percent, kept_tenants = (standing.percent, standing.tenants) if standing.shipping else (0.0, ())
    function.share(kept_percent if percent is None else percent, tenants or kept_tenants)
    return function.read()


def check(format: str, percent: float | None, tenants: Sequence[str]) -> None:
    """What can be known to be wrong with a shipment without asking AWS. Raises `RequestError`."""
    declaration(format)
    if percent is None and not tenants:
        raise CannotShip("Say who is to have it: --percent 5, --tenant t7, or both. --percent 0 ends a shipment.")
    if percent is not None and not (0 <= percent <= 100 and isclose(round(percent, _DECIMALS), percent)):
        raise CannotShip("The percentage must be from 0 to 100, with two decimals at most.")
    for tenant in tenants:
        job.check_name("tenant", tenant)


def promote(target: Target, format: str) -> Standing:
    """Gives all jobs to the version that was shipped. Raises `RequestError`."""
    function = _Function(target, format)
    standing = function.standing
    if standing.next is None:
        raise CannotShip(_no_next(format))
    # First this: who has the new version keeps it, and from now on it does not matter which channel a job takes.
    function.move(LIVE_ALIAS, standing.next.number)
    function.share(0, (), standing.next)
    if declaration(format).large:
        target.say(f"{format}{LARGE} stays as it was deployed: the next deployment gives it this code, too")
    return function.read()


def rollback(target: Target, format: str, to: str = "") -> Standing:
    """Takes back what was done last: a shipment, or else what was promoted or deployed.

    `to` is the number of the version that is to do all jobs. Raises `RequestError`, which names those that there are.
    """
    function = _Function(target, format)
    standing = function.standing
    good = standing.live if standing.shipping and not to else _version_before(standing, to)
    if standing.next is not None:
        # At once, and also for jobs that wait for the bad version already or come back to it.
        function.move(NEXT_ALIAS, good.number)
    function.share(0, (), good)
    function.move(LIVE_ALIAS, good.number)  # last, for up to here the same version is found if this is called again
    return function.read()


def status(target: Target, formats: Sequence[str]) -> list[Standing]:
    """How exporters stand. Raises `RequestError`."""
    return [_Function(target, format).standing for format in formats]


def formats_of(target: Target) -> list[str]:
    """The formats that the stage has, and the larger functions of formats. Raises `RequestError`."""
    begin = f"{SERVICE}-{target.stage}-export-"
    with saying("list the functions"):
        pages = target.client("lambda").get_paginator("list_functions").paginate()
        names = {each["FunctionName"] for page in pages for each in page["Functions"]}
    return [name for name in sized({each: registry.get(each) for each in registry.names()}) if begin + name in names]


def in_account(stage: str, say: Callable[[str], None], *, dry_run: bool = False) -> Target:
    """A stage in the account and region that boto3 finds. Raises `RequestError` where there is none."""
    from pipeline.deployment import packages

    found = account()
    stack = find_stack(found.client("cloudformation"), f"{SERVICE}-{stage}")
    if stack is None:
        raise CannotShip(
            f"There is no stage {stage!r} in account {found.id}, {found.region}. Deploy it: make deploy STAGE={stage}"
        )

    def package(function: str, architecture: str) -> bytes:
        machine: Architecture = "arm64" if architecture == "arm64" else "x86_64"
        return packages.build_one(ROOT, ROOT / "build" / "packages", function, machine, say).path.read_bytes()

    return Target(stage, outputs_of(stack)["Bucket"], cache(found.client), package, say, True, _revision(), dry_run)


def on_this_machine(
    address: Address, say: Callable[[str], None], *, dry_run: bool = False, root: Path = ROOT
) -> Target:
    """The stack that runs on this machine. `root` is the working tree to ship from."""
    from pipeline.local.stack import STAGE, root_client

    def package(_function: str, _architecture: str) -> bytes:
        # The one package that all functions have there.
        with TemporaryDirectory() as folder:
            path = Path(folder) / "package.zip"
            build(root, path)
            return path.read_bytes()

    client = cache(partial(root_client, address.endpoint))
    return Target(STAGE, address.bucket, client, package, say, False, _revision(), dry_run)


def was_shipped(version: Mapping[str, Any]) -> bool:
    """Whether a version, as Lambda lists it, was shipped and did not come with a deployment."""
    description: str = version.get("Description", "")
    return description.split()[1:2] == [_SHIPPED]


class _Function:
    """An exporter's function, as it was found, and what can be done with it.

    `format` is a format, or one with `-large` after it for its larger function, which has no next channel.
    """

    def __init__(self, target: Target, format: str) -> None:
        declaration(format)  # raises `UnknownFormat`, which names all there are
        self._target = target
        self._format = format
        self._name = f"{SERVICE}-{target.stage}-export-{format}"
        self._lambda = target.client("lambda")
        self._storage = target.client("s3")
        self._revisions: dict[str, str] = {}
        self.standing = self.read()

    def read(self) -> Standing:
        """How it stands now."""
        with saying(f"look at {self._name}"):
            try:
                aliases = {each["Name"]: each for each in self._all("list_aliases", "Aliases")}
                found = [_version(each) for each in self._all("list_versions_by_function", "Versions")]
            except self._lambda.exceptions.ResourceNotFoundException:
                raise CannotShip(
                    f"The stage {self._target.stage} has no {self._format}: there is no function {self._name}. "
                    "See `formats` in stages.yml, and deploy the stage."
                ) from None
        self._revisions = {name: alias["RevisionId"] for name, alias in aliases.items()}
        versions = {each.number: each for each in found if each.number.isdigit()}
        runs = {name: versions.get(alias["FunctionVersion"]) for name, alias in aliases.items()}
        live, next = runs.get(LIVE_ALIAS), runs.get(NEXT_ALIAS)
        if live is None:
            raise CannotShip(f"{self._name} has no version called {LIVE_ALIAS}. Deploy the stage, and try again.")
        entry = self._shared()[0]["formats"].get(self._format, {})
        share = _share_of(entry)
        latest = sorted(versions.values(), key=lambda each: int(each.number), reverse=True)
        return Standing(
            format=self._format,
            live=live,
            next=next,
            percent=share.percent,
            tenants=tuple(sorted(share.tenants)),
            before=tuple(each for each in latest if _was_live(each, entry) and int(each.number) < int(live.number)),
            versions=tuple(latest),
        )

    def publish(self) -> str:
        """The number of a version that is as the working tree; it is made where there is none."""
        deployed = next((each for each in self.standing.versions if not each.shipped), self.standing.live)
        wanted, package = self._wanted(deployed)
        same = next((each for each in self.standing.versions if each.content == wanted.content), None)
        if same:
            also = ", and it is live" if same.number == self.standing.live.number else ""
            self._target.say(f"Version {same.number} is as the working tree has it{also}: nothing to upload")
        number = same.number if same else self._make(wanted, package)
        self._put_back(deployed, made=same is None)
        self._try(number)
        return number

    def move(self, alias: str, number: str) -> None:
        """Lets a channel run another version; nothing happens where it does so already."""
        standing = self.standing
        now = standing.live if alias == LIVE_ALIAS else standing.next
        if now is not None and now.number == number:
            return
        self._change(
            f"{alias} → version {number}",
            "update_alias",
            Name=alias,
            FunctionVersion=number,
            # What it was when it was looked at: two operators do not undo each other's work unseen.
            RevisionId=self._revisions[alias],
        )

    def share(self, percent: float, tenants: Sequence[str], for_all: Version | None = None) -> None:
        """Writes which jobs take the next channel, and which version is to do all of them where one is.

        What others write of other formats at the same time stays.
        """
        who = [*([f"{percent:g} % of the tenants"] if percent else ()), *sorted(set(tenants))]
        told = f"Jobs for {NEXT_ALIAS}: {', '.join(who) or 'none'}" if self.standing.next else "Noting it"
        for _ in range(_TRIES):
            written, condition = self._shared()
            entry = written["formats"].get(self._format, {})
            changed = {**entry, "percent": percent, "tenants": sorted(set(tenants))}
            if for_all is not None:
                changed |= self._history(entry, for_all)
            if {"percent": 0, "tenants": []} | entry == changed:
                return
            written["formats"][self._format] = changed
            if self._write(told, written, condition):
                return
        raise CannotShip(f"Others write {KEY} all the time. Try again.")

    def _history(self, entry: Mapping[str, Any], for_all: Version) -> dict[str, list[str]]:
        """Which shipped versions were for all, and which versions were taken back, once this one is for all.

        Who goes back to a version takes back all that came after it: none of them is gone back to later on.
        """
        there = {each.number for each in self.standing.versions}
        promoted = {*entry.get("promoted", ()), *([for_all.number] if for_all.shipped else ())} & there
        after = {each for each in there if int(for_all.number) < int(each) <= int(self.standing.live.number)}
        withdrawn = ({*entry.get("withdrawn", ()), *after} & there) - {for_all.number}
        found = {"promoted": sorted(promoted, key=int), "withdrawn": sorted(withdrawn, key=int)}
        return {name: numbers for name, numbers in found.items() if numbers or name in entry}

    def _shared(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What is shipped, and the condition under which it may be written over."""
        with saying(f"read {KEY}"):
            try:
                found = self._storage.get_object(Bucket=self._target.bucket, Key=KEY)
            except self._storage.exceptions.NoSuchKey:
                return {"schema": SCHEMA, "formats": {}}, {"IfNoneMatch": "*"}
            text = found["Body"].read()
        try:
            parse(text)
        except ValueError as error:
            raise CannotShip(
                f"{error} All jobs go {LIVE_ALIAS} meanwhile. Delete s3://{self._target.bucket}/{KEY}, and ship again."
            ) from None
        return json.loads(text), {"IfMatch": found["ETag"]}

    def _write(self, told: str, content: object, condition: Mapping[str, str]) -> bool:
        """Writes what is shipped, unless somebody else has done so meanwhile: then it says no."""
        from botocore.exceptions import ClientError

        if self._said(told):
            return True
        with saying(f"write {KEY}"):
            try:
                self._storage.put_object(
                    Bucket=self._target.bucket,
                    Key=KEY,
                    Body=json.dumps(content, indent=1).encode(),
                    ContentType="application/json",
                    **condition,
                )
            except ClientError as error:
                # 412: another was first; 409: another is at it; 404: it was deleted.
                if error.response["ResponseMetadata"]["HTTPStatusCode"] in (404, 409, 412):
                    return False
                raise
        return True

    def _wanted(self, deployed: Version) -> tuple[Version, bytes]:
        """What the working tree makes of the version that was deployed last: it has no number yet. And its package."""
        declared = registry.get(self._format)
        if self._target.layers:
            self._check_layers(declared.layers, deployed)
        if declared.timeout_s > VISIBILITY * deployed.timeout_s:
            raise CannotShip(
                f"{self._format} may now take {declared.timeout_s} seconds, but its queue gives a job to somebody else "
                f"after {VISIBILITY * deployed.timeout_s}. Deploy the stage, which changes both."
            )
        self._target.say(f"Building the package of {self._name}")
        package = self._target.package(f"export-{self._format}", deployed.architecture)
        if len(package) > _MAX_ZIP:
            raise CannotShip(
                f"The package has {len(package) / 1e6:.0f} MB; Lambda takes {_MAX_ZIP / 1e6:.0f} in a request. "
                "Deploy the stage instead."
            )
        code = b64encode(sha256(package).digest()).decode()
        made = replace(deployed, shipped=True, code=code, memory_mb=declared.memory_mb, timeout_s=declared.timeout_s)
        release = sha256(repr(made.content).encode()).hexdigest()[:_DIGITS]
        return replace(made, release=release, environment={**made.environment, _RELEASE: release}), package

    def _check_layers(self, declared: Sequence[str], deployed: Version) -> None:
        there = {arn.split(":")[-2] for arn in deployed.layers}
        for layer in declared:
            if f"{SERVICE}-{self._target.stage}-{layer.replace('_', '-')}" not in there:
                raise CannotShip(
                    f"{self._format} now runs on the layer {layer}, which {self._name} does not have. Deploy the stage."
                )

    def _make(self, wanted: Version, package: bytes) -> str:
        """Publishes a version, and returns its number."""
        self._settle()  # of what was interrupted, or what somebody else does
        size = f"{len(package) / 1e6:.1f} MB"
        self._change(f"Uploading version {wanted.release}: {size}", "update_function_code", ZipFile=package)
        self._settle()
        self._configure(f"Its settings: {wanted.memory_mb} MB, {wanted.timeout_s} s", wanted)
        now = self._settle()
        if not self._target.dry_run and (_version(now).code, _version(now).release) != (wanted.code, wanted.release):
            raise CannotShip(f"Somebody else is changing {self._name} at this moment. Try again.")
        date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")
        made = self._change(
            "Publishing it",
            "publish_version",
            CodeSha256=wanted.code,
            RevisionId=now["RevisionId"],
            Description=" ".join(filter(None, (wanted.release, _SHIPPED, date, self._target.revision))),
        )
        number: str = made.get("Version", "(new)")
        self._settle(number)
        return number

    def _put_back(self, deployed: Version, made: bool) -> None:
        """Gives the function itself, which nothing runs, the settings that it was deployed with.

        A deployment changes what its template has changed since the last one: what else stands here would become part
        of what it publishes. The code needs no such care, for a deployment always brings its own.
        """
        with saying(f"look at {self._name}"):
            now = _version(self._lambda.get_function_configuration(FunctionName=self._name))
        as_deployed = (deployed.memory_mb, deployed.timeout_s, deployed.environment)
        if (made and self._target.dry_run) or (now.memory_mb, now.timeout_s, now.environment) != as_deployed:
            self._configure("Putting the settings of the last deployment back, for the next one", deployed)
            self._settle()

    def _configure(self, told: str, version: Version) -> None:
        self._change(
            told,
            "update_function_configuration",
            MemorySize=version.memory_mb,
            Timeout=version.timeout_s,
            Environment={"Variables": dict(version.environment)},
        )

    def _try(self, number: str) -> None:
        """Starts a version once, without a job: one that cannot be imported harms nobody's."""
        answer = self._change("Trying whether it starts", "invoke", Qualifier=number, Payload=_NOTHING_TO_DO)
        if "FunctionError" in answer:
            why = json.loads(answer["Payload"].read() or b"{}").get("errorMessage", "")
            raise CannotShip(f"Version {number} does not start: {why} No job was given to it. Mend it, and ship again.")

    def _settle(self, number: str = "$LATEST") -> dict[str, Any]:
        """Waits until Lambda has done what it was asked for, and returns how the function is then."""
        ends = time.monotonic() + _WAIT_S
        while True:
            which = {} if self._target.dry_run or number == "$LATEST" else {"Qualifier": number}
            with saying(f"look at {self._name}"):
                found: dict[str, Any] = self._lambda.get_function_configuration(FunctionName=self._name, **which)
            states = found.get("State"), found.get("LastUpdateStatus")
            if "Failed" in states:
                why = found.get("LastUpdateStatusReason") or found.get("StateReason")
                raise CannotShip(f"Lambda could not change {self._name}: {why}")
            if "Pending" not in states and "InProgress" not in states:
                return found
            if time.monotonic() > ends:
                raise CannotShip(f"Lambda has not changed {self._name} within {_WAIT_S} seconds. Try again later.")
            time.sleep(_PAUSE_S)

    def _change(self, told: str, method: str, **arguments: Any) -> dict[str, Any]:
        """Calls Lambda and says so; in a dry run only says so."""
        if self._said(told):
            return {}
        with saying(f"change {self._name}"):
            try:
                found: dict[str, Any] = getattr(self._lambda, method)(FunctionName=self._name, **arguments)
            except self._lambda.exceptions.PreconditionFailedException:
                raise CannotShip(
                    f"Somebody else has changed {self._name} at the same moment. See what it is now, and try again."
                ) from None
        return found

    def _said(self, told: str) -> bool:
        """Says what is done, or what would be: then it is not to be done."""
        self._target.say(f"Would do: {told}" if self._target.dry_run else told)
        return self._target.dry_run

    def _all(self, method: str, field: str) -> list[dict[str, Any]]:
        pages = self._lambda.get_paginator(method).paginate(FunctionName=self._name)
        return [each for page in pages for each in page[field]]


def _no_next(format: str) -> str:
    if format.endswith(LARGE):
        return (
            f"{format} has no next channel: versions are tried on sources that are not large. Deploy the stage to give "
            f"it the code of the working tree, and `rollback {format}` if that was a mistake."
        )
    if registry.get(format).next:
        return f"{format} has no next channel yet, but its declaration asks for one. Deploy the stage, and ship again."
    return (
        f"{format} has no next channel. Write `next=True` into its declaration, exporters/formats/{format}/__init__.py,"
        " and deploy the stage: that gives it a second queue, which costs about $0.10 a month."
    )


def _version_before(standing: Standing, to: str) -> Version:
    if to:
        for each in standing.versions:
            if each.number == to:
                return each
        there = ", ".join(each.number for each in standing.versions)
        raise CannotShip(f"There is no version {to} of {standing.format}. Versions: {there}.")
    if not standing.before:
        raise CannotShip(f"There is no version of {standing.format} before {standing.live.number} to go back to.")
    return standing.before[0]


def _version(found: Mapping[str, Any]) -> Version:
    """A version as Lambda describes it."""
    environment = found.get("Environment", {}).get("Variables", {})
    return Version(
        number=found["Version"],
        release=environment.get(_RELEASE, ""),
        shipped=was_shipped(found),
        published=datetime.fromisoformat(found["LastModified"]),
        code=found["CodeSha256"],
        memory_mb=found["MemorySize"],
        timeout_s=found["Timeout"],
        environment=environment,
        layers=tuple(each["Arn"] for each in found.get("Layers", ())),
        architecture=found.get("Architectures", ["x86_64"])[0],
    )


def _revision() -> str:
    """What git calls the working tree; "" where there is no git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _was_live(version: Version, entry: Mapping[str, Any]) -> bool:
    """Whether a version was for all jobs once, and was not taken back."""
    lived = not version.shipped or version.number in entry.get("promoted", ())
    return lived and version.number not in entry.get("withdrawn", ())


def _share_of(entry: Mapping[str, Any]) -> Share:
    return Share(float(entry.get("percent", 0)), frozenset(entry.get("tenants", ())))
