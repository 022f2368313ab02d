"""What the command line shows: progress, tables, errors. All of it goes to stderr."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from pipeline.client import ExportClient, Outcome, Ticket

if TYPE_CHECKING:
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
    _upload(client, ticket, source)
    took: dict[str, float] = {}
    uploaded = time.monotonic()

    def note(outcome: Outcome) -> None:
        took[outcome.format] = time.monotonic() - uploaded

    with working(f"Exporting to {len(formats)} {'format' if len(formats) == 1 else 'formats'}"):
        outcomes = client.wait(ticket, _PATIENCE_S, note, longest_pause_s=_PAUSE_S)
    saved = {
        format: client.save(ticket, format, out) for format, outcome in outcomes.items() if outcome.state == "done"
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
