"""What the command line shows: progress, tables, errors. All of it goes to stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from exporters import registry
from pipeline import transfer
from pipeline.client import ExportClient, Outcome, Ticket

if TYPE_CHECKING:
    from pipeline.deployment.account import Account
    from pipeline.deployment.channels import Standing
    from pipeline.deployment.deploy import Deployed
    from pipeline.deployment.outcomes import Outcomes
    from pipeline.deployment.packages import Package
    from pipeline.deployment.stages import Stage
    from pipeline.local.stack import Address

_console = Console(stderr=True, highlight=False)
_PATIENCE_S = 900  # no job can still come after that: the queue has given it up
_PAUSE_S = 0.1  # between polls: a person watches, and the times shown are as fine as that


@contextmanager
def working(what: str) -> Iterator[None]:
    """Shows that something takes a moment, and then how long it took."""
    began = time.monotonic()
    with _console.status(f"{what} …"):
        yield
    _console.print(f"{what}: {time.monotonic() - began:.1f} s")


def command() -> str:
    """How this command line was called, to be typed again from the same folder."""
    python = os.path.relpath(sys.executable)
    return f"{sys.executable if python.startswith('..') else python} -m pipeline"


def calm() -> None:
    """Leaves the terminal as it was found, whatever was being drawn."""
    _console.show_cursor(True)
    _console.print()


def stopped() -> int:
    """The end of a stack, which is no error: returns 0."""
    _console.print("Stopped: nothing of it is left.")
    return 0


def error(message: str) -> None:
    """One clear message."""
    _console.print(Text("pipeline: ", style="bold red") + Text(message))


def stack(address: Address) -> None:
    """Where the stack of a demonstration is."""
    _console.print(f"  storage and queues: {address.endpoint}\n  bucket: {address.bucket}", soft_wrap=True)


def up(address: Address) -> None:
    """All that is needed to use a running stack, from any language."""
    for line in (
        "",
        f"  endpoint    {address.endpoint}",
        f"  bucket      {address.bucket}",
        f"  region      {address.region}",
        f"  access key  {address.access_key}",
        f"  secret key  {address.secret_key}",
        "",
        "Export through it, in another terminal:",
        f"  {command()} export examples/handbook.md --to pdf,html --out build/files",
        "Make tickets in your app's own code:",
        f'  ExportClient("{address.bucket}", "{address.region}", endpoint="{address.endpoint}",',
        f'               credentials=Credentials("{address.access_key}", "{address.secret_key}"))',
        "",
        "Stop it with Ctrl-C: everything in it is gone then.",
    ):
        _console.print(line, soft_wrap=True, markup=False)


def place(doing: str, stage: str, where: Account) -> None:
    """Where a command is about to change something."""
    _console.print(f"{doing} the stage {stage!r} in account {where.id}, region {where.region}, as {where.who}")


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Gives a function that tells each step of long work, and how long it has taken until then."""
    began = time.monotonic()
    with _console.status("…") as status:

        def say(step: str) -> None:
            past = f"{int(time.monotonic() - began) // 60}:{int(time.monotonic() - began) % 60:02}"
            if _console.is_terminal:
                status.update(Text(f"{past}  {step}"))
            if not _is_detail(step) or not (_console.is_terminal or "_IN_PROGRESS" in step):
                _console.print(f"{past}  {step}", markup=False, soft_wrap=True)

        yield say


def _is_detail(step: str) -> bool:
    return " - AWS::" in step and "FAILED" not in step  # one of hundreds of events of a stack


def deployed(stage: Stage, done: Deployed) -> None:
    """What an app needs of a stage, and how to try it."""
    outputs = done.outputs
    lines = (
        "",
        f"  bucket            {outputs['Bucket']}",
        f"  region            {done.region}",
        f"  tickets           {outputs.get('RequestUrl', '')}",
        f"  request function  {outputs['RequestFunction']}",
        f"  policy            {os.path.relpath(done.policy)}: attach it to your app's role",
        "",
        "Try it:",
        f"  {command()} export examples/handbook.md --to {','.join(_few(stage.formats))} --stage {stage.name}",
        "In your app:",
        "  from pipeline.client import ExportClient",
        f'  exports = ExportClient("{outputs["Bucket"]}", "{done.region}")',
        f'  ticket = exports.request("tenant-1", "notes.md", {json.dumps(_few(stage.formats))})',
    )
    for line in lines:
        _console.print(line, markup=False, soft_wrap=True)
    if stage.alarm_email:
        _console.print(f"AWS has written to {stage.alarm_email}: alarms come once somebody has confirmed that mail.")
    _idle(stage)


def packaged(stage: Stage, packages: Sequence[Package]) -> None:
    """How large each function's package is, and what the stage will cost while nobody exports."""
    from pipeline.deployment.packages import table

    for line in table(packages):
        _console.print(line, markup=False, soft_wrap=True)
    total = sum(each.zipped for each in packages)
    _console.print(f"{len(packages)} packages, {total / 1e6:.0f} MB; build/release/{stage.name}/ and .serverless/")
    _idle(stage)


def _idle(stage: Stage) -> None:
    from pipeline.deployment import idle

    resources = idle.resources_of(stage)
    month = idle.month(resources, idle.stored_bytes())
    usd, free = sum(each.usd for each in month), sum(each.free_usd for each in month)
    _console.print(
        f"While nobody exports it costs ${usd:.2f} a month at list price, ${usd - free:.2f} with the free tier; it has "
        f"{len(resources)} resources. What for: {command().removesuffix('pipeline')}pipeline.deployment.idle "
        f"--stage {stage.name}",
        markup=False,
        soft_wrap=True,
    )


def removed(stage: str) -> None:
    """The end of a stage."""
    _console.print(f"The stage {stage!r} is gone: nothing of it is left in the account.")


def _few(formats: Sequence[str]) -> list[str]:
    """Those that most people ask for, by what is tried out on a few first; else any two."""
    return [name for name in formats if registry.get(name).next] or list(formats[:2])


def standing(now: Standing, stage: str, dry_run: bool = False) -> None:
    """Who gets which version of an exporter, and what to type next."""
    if dry_run:
        _console.print("Nothing was changed.")
        return
    if now.shipping and now.next:
        who = _and([*([f"{now.percent:g} % of the tenants"] if now.percent else ()), *now.tenants])
        said = f"{now.format}: {who} get version {now.next.number}, the others version {now.live.number}."
    else:
        said = f"{now.format}: all jobs are done by version {now.live.number}."
    _console.print(Text(said, style="bold"), soft_wrap=True)
    for what, typed in _next_commands(now, f" --stage {stage}" if stage else ""):
        _console.print(f"  {what:<17} {typed}", markup=False, soft_wrap=True)


def _next_commands(now: Standing, where: str) -> Iterator[tuple[str, str]]:
    def typed(verb: str, *options: str) -> str:
        return " ".join([command(), verb, now.format, *options]) + where

    if now.shipping:
        if now.percent < 100:
            yield "more of them:", typed("ship", "--percent", f"{min(100, max(5, now.percent * 5)):g}")
        yield "all of them:", typed("promote")
        yield "back:", typed("rollback")
    elif now.before:
        yield f"back to {now.before[0].number}:", typed("rollback")


def standings(all: Sequence[Standing]) -> None:
    """A line for each exporter."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("format", "live", "published", "next", "who gets it", "back to"):
        table.add_column(name, no_wrap=name != "who gets it")
    for now in all:
        shipped = now.next if now.shipping else None
        who = [*([f"{now.percent:g} %"] if now.percent else ()), *now.tenants] if shipped else []
        table.add_row(
            now.format,
            f"{now.live.number} ({now.live.release})",
            _age(now.live.published),
            f"{shipped.number} ({shipped.release})" if shipped else "" if now.next else "–",
            ", ".join(who),
            ", ".join(each.number for each in now.before),
        )
    _console.print(table)


def versions(now: Standing, lately: Mapping[str, Outcomes]) -> None:
    """A line for each version of an exporter, with what became of its jobs."""
    _console.print(f"{now.format}, with its jobs of the last 24 hours:")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("version", "release", "came", "published"):
        table.add_column(name, no_wrap=True)
    for name in ("memory", "time", "done", "failed", "killed"):
        table.add_column(name, justify="right")
    for each in now.versions:
        names = [name for name, runs in (("live", now.live), ("next", now.next)) if runs == each]
        found = lately.get(each.number)
        table.add_row(
            f"{each.number} {', '.join(names)}",
            each.release,
            "shipped" if each.shipped else "deployed",
            _age(each.published),
            f"{each.memory_mb} MB",
            f"{each.timeout_s} s",
            *([str(found.done), str(found.failed), str(found.killed)] if found else ("", "", "")),
        )
    _console.print(table)


def _age(then: datetime) -> str:
    seconds = int((datetime.now(UTC) - then).total_seconds())
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit} ago"
    return "now"


def _and(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def journey(
    client: ExportClient,
    tenant: str,
    source: Path,
    formats: Sequence[str],
    options: Mapping[str, Mapping[str, object]],
    out: Path,
) -> bool:
    """Takes a source the whole way and shows each step. Says whether every format was exported."""
    began = time.perf_counter()
    ticket = client.request(tenant, source.name, formats, options=options)
    _console.print(f"Ticket for job {ticket.job}: {(time.perf_counter() - began) * 1000:.1f} ms, no call to AWS")
    transfer.prepare(ticket, out, source)
    _upload(client, ticket, source)
    took: dict[str, float] = {}
    uploaded = time.monotonic()

    def note(outcome: Outcome) -> None:
        took[outcome.format] = time.monotonic() - uploaded

    with working(f"Exporting to {len(formats)} {'format' if len(formats) == 1 else 'formats'}"):
        outcomes = client.wait(ticket, _PATIENCE_S, note, longest_pause_s=_PAUSE_S)
    saved = {
        format: client.save(ticket, format, out, source)
        for format, outcome in outcomes.items()
        if outcome.state == "done"
    }
    _console.print(_table(outcomes, took))
    for format, outcome in outcomes.items():
        _tell(client, ticket, format, outcome, saved.get(format))
    return len(saved) == len(outcomes)


def _upload(client: ExportClient, ticket: Ticket, source: Path) -> None:
    columns = (TextColumn("Uploading"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=_console) as progress:
        task = progress.add_task("", total=source.stat().st_size)
        client.upload(ticket, source, lambda sent, total: progress.update(task, completed=sent, total=total))


def _table(outcomes: Mapping[str, Outcome], took: Mapping[str, float]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("format")
    table.add_column("state")
    for name in ("upload → file", "size", "pages", "peak memory", "cost"):
        table.add_column(name, justify="right")
    for format, outcome in outcomes.items():
        told = outcome.told
        done = outcome.state == "done"
        table.add_row(
            format,
            Text(outcome.state, style={"done": "green", "failed": "red"}.get(outcome.state, "yellow")),
            f"{took[format]:.2f} s" if format in took else "",
            _size(outcome.size) if done else "",
            told.get("pages", ""),
            f"{told['peak-memory-mb']} MB" if "peak-memory-mb" in told else "",
            f"${float(told['cost-usd']):.7f}" if "cost-usd" in told else "",
        )
    return table


def _tell(client: ExportClient, ticket: Ticket, format: str, outcome: Outcome, saved: Path | None) -> None:
    """Below the table: where the file is, its link, what was lost, or why it failed."""
    _console.print()
    if saved is None:
        message = outcome.error.get("message", "Nothing came. Look into the function's log.")
        _console.print(Text(f"{format}: ", style="bold red") + Text(str(message)))
        return
    _console.print(Text(f"{saved}", style="bold"))
    _console.print(Text(ticket.formats[format].url, style="dim"), soft_wrap=True)
    for item in _items(client.report(ticket, format)):
        times = f" (× {item['count']})" if item["count"] > 1 else ""
        where = f" – {item['where']}" if item["where"] else ""
        _console.print(f"  {item['severity']}: {item['what']}{times}{where}", markup=False, soft_wrap=True)


def _items(report: dict[str, Any] | None) -> list[dict[str, Any]]:
    return report["items"] if report else []


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"
