"""What an operator decides for a stage: the settings of stages.yml.

stages.yml has a block `default`, and one for each stage that differs from it. A stage that has no block is as `default`
says, so that a second copy of everything needs no more than a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

import yaml

from exporters import registry
from exporters.errors import RequestError

ROOT = Path(__file__).parents[2]

# A bucket's name has 63 characters at most, with an account's number among them; queues and stacks take more.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
_ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.*-]+(:\d{1,5})?")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MAX_DAYS = 3650


class BadStage(RequestError):
    """stages.yml, or the name of a stage, is not as it must be. Names the field."""

    code = "bad-stage"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask for tickets at the stage's address."""

    kind: Literal["iam", "jwt"] = "iam"
    """`iam`: who has AWS credentials that may call it, and names the tenant; `jwt`: who has a token, which names it."""
    issuer: str = ""
    """Of the tokens: an https address, with its keys at /.well-known/openid-configuration."""
    audience: tuple[str, ...] = ()
    """The tokens' `aud` (or `client_id`) must be one of these."""
    tenant_claim: str = "sub"
    """The claim of a token that is the tenant."""
    per_second: int = 50
    """Requests for tickets that the address answers in a second, over time."""
    burst: int = 100
    """How many at once."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One copy of the pipeline in an account, and what is particular to it."""

    name: str
    origins: tuple[str, ...] = ("*",)
    """Whose pages may upload and download, such as https://app.example.com; with `*` any that has a form or a link."""
    architecture: Literal["arm64", "x86_64"] = "arm64"
    """arm64 costs a fifth less for the same work."""
    formats: tuple[str, ...] = field(default_factory=lambda: tuple(registry.names()))
    """Each has a queue that is polled, so those that nobody needs are worth leaving out."""
    keep_files_days: int = 7
    """As long as a link can be valid, at most."""
    keep_sources_days: int = 2
    """How long a failed job can be replayed, and a day more: from Friday evening to Monday. They are users' documents,
    so no longer than somebody needs to mend an exporter; each day is 2 cents for a million sources of 25 kB."""
    alarm_email: str = ""
    """Who hears of alarms; "" for nobody."""
    max_usd_per_hour: float = 1.0
    """What exports may cost in an hour before somebody is told: at about $25 a million, 40,000 of them."""
    monitoring: bool = True
    """Whether there are alarms and a dashboard, about $4.70 a month; a copy to try something may do without."""
    requests: Access = Access()
    webhook_hosts: tuple[str, ...] = ()
    """Hosts that may be told by webhook how an export ended."""
    events: bool = False
    """Whether each outcome is put on EventBridge's default bus."""
    mqtt: bool = False
    """Whether browsers may hear of outcomes through IoT Core."""

    @property
    def push(self) -> bool:
        """Whether anybody is told of outcomes; all can ask for them, always."""
        return bool(self.webhook_hosts or self.events or self.mqtt)

    @property
    def all_formats(self) -> bool:
        return set(self.formats) == set(registry.names())


def read(name: str, root: Path = ROOT) -> Stage:
    """The stage of this name. Raises `BadStage`."""
    path = root / "stages.yml"
    try:
        found = yaml.safe_load(path.read_text()) if path.is_file() else {}
    except yaml.YAMLError as error:
        raise BadStage(f"stages.yml is not YAML: {error}") from None
    return stage_of(name, found or {})


def stage_of(name: str, blocks: object) -> Stage:
    """The stage of this name among the blocks of a stages.yml. Raises `BadStage`."""
    if not _NAME.fullmatch(name):
        raise BadStage(
            f"The stage {name!r} must be 1 to 20 small letters, digits and '-', and begin with a letter: "
            "it becomes part of the names of the bucket and the queues."
        )
    if name.endswith("-code"):
        raise BadStage(
            f"The stage {name!r} may not end in '-code': its bucket would be that of the packages of "
            f"{name.removesuffix('-code')!r}."
        )
    if not isinstance(blocks, Mapping) or not all(isinstance(each, Mapping | None) for each in blocks.values()):
        raise BadStage(
            "stages.yml must have blocks of settings: `default:`, and one for each stage that differs from it."
        )
    given = {**(blocks.get("default") or {}), **(blocks.get(name) or {})}
    known = _SETTINGS
    for setting in given:
        if setting not in known:
            raise BadStage(f"stages.yml: there is no setting {setting!r}. Settings: {', '.join(known)}.")
    return replace(Stage(name), **{setting: known[setting](setting, value) for setting, value in given.items()})


def _architecture(setting: str, value: Any) -> str:
    return _one_of(setting, value, ("arm64", "x86_64"))


def _formats(setting: str, value: Any) -> tuple[str, ...]:
    if value == "all":
        return tuple(registry.names())
    names = _strings(setting, value)
    if not names:
        raise BadStage(f"stages.yml: {setting!r} must be a list of formats, at least one, or `all`.")
    for name in names:
        registry.get(name)  # raises an error that names all formats
    return tuple(name for name in registry.names() if name in names)


def _access(setting: str, value: Any) -> Access:
    if not isinstance(value, Mapping):
        raise BadStage(f"stages.yml: {setting!r} must be a block with {_names(Access)}.")
    checks: dict[str, Callable[[str, Any], Any]] = {
        "kind": lambda name, each: _one_of(name, each, ("iam", "jwt")),
        "issuer": _text,
        "audience": _strings,
        "tenant_claim": _text,
        "per_second": lambda name, each: _whole(name, each, 1, 10_000),  # an account's own limit
        "burst": lambda name, each: _whole(name, each, 1, 5_000),  # likewise
    }
    for name in value:
        if name not in checks:
            raise BadStage(f"stages.yml: {setting!r} has no setting {name!r}. Settings: {', '.join(checks)}.")
    access = Access(**{name: checks[name](f"{setting}.{name}", each) for name, each in value.items()})
    if access.kind == "jwt" and not (access.issuer.startswith("https://") and access.audience and access.tenant_claim):
        raise BadStage(
            f"stages.yml: with {setting}.kind `jwt`, say who makes the tokens ({setting}.issuer, an https address), "
            f"for whom ({setting}.audience, a list), and which claim is the tenant ({setting}.tenant_claim)."
        )
    return access


def _origins(setting: str, value: Any) -> tuple[str, ...]:
    return _matching(setting, value, _ORIGIN, "origins such as https://app.example.com, or '*'")


def _hosts(setting: str, value: Any) -> tuple[str, ...]:
    return _matching(setting, value, _HOST, "hosts such as api.example.com")


def _matching(setting: str, value: Any, pattern: re.Pattern[str], wanted: str) -> tuple[str, ...]:
    found = _strings(setting, value)
    for each in found:
        if not pattern.fullmatch(each):
            raise BadStage(f"stages.yml: {setting!r} must be a list of {wanted}; {each!r} is none.")
    return found


def _mail(setting: str, value: Any) -> str:
    if value and not (isinstance(value, str) and _MAIL.fullmatch(value)):
        raise BadStage(f"stages.yml: {setting!r} must be an address such as ops@example.com, or nothing.")
    return value or ""


def _money(setting: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise BadStage(f"stages.yml: {setting!r} must be a number of US dollars above 0.")
    return float(value)


def _days(setting: str, value: Any) -> int:
    return _whole(setting, value, 1, _MAX_DAYS)


def _whole(setting: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadStage(f"stages.yml: {setting!r} must be a whole number from {least} to {most}.")
    return value


def _truth(setting: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadStage(f"stages.yml: {setting!r} must be true or false.")
    return value


def _text(setting: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadStage(f"stages.yml: {setting!r} must be text.")
    return value


def _strings(setting: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadStage(f"stages.yml: {setting!r} must be a list of texts.")
    return tuple(dict.fromkeys(value))


def _one_of(setting: str, value: Any, valid: tuple[str, ...]) -> str:
    if value not in valid:
        raise BadStage(f"stages.yml: {setting!r} must be one of {', '.join(valid)}.")
    found: str = value
    return found


def _names(kind: type[Any]) -> str:
    return ", ".join(each.name for each in fields(kind))


_SETTINGS: dict[str, Any] = {
    "origins": _origins,
    "architecture": _architecture,
    "formats": _formats,
    "keep_files_days": _days,
    "keep_sources_days": _days,
    "alarm_email": _mail,
    "max_usd_per_hour": _money,
    "monitoring": _truth,
    "requests": _access,
    "webhook_hosts": _hosts,
    "events": _truth,
    "mqtt": _truth,
}
