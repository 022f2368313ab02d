"""What `cost` shows: for people on stderr, as all commands do, in a hundred columns; as JSON on stdout."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.operating.cost import ASSUMED, PARTS, Bill, Group
from pipeline.operating.forecast import Forecast
from pipeline.tuning.prices import LIST
from pipeline.tuning.services import LEFT_OUT, SERVERS
from pipeline.tuning.standing import STANDING

_WIDTH = 100
_MOST_ROWS = 40  # of groups; the rest is one line, and --json has them all
_THOUSAND = 1000
_LEAST = 1e-8  # dollars, that are told from nothing


def as_json(found: dict[str, Any]) -> None:
    """For machines: one object."""
    sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def bill(found: Bill, where: str) -> None:
    """What a stage has cost."""
    console = _console()
    of = f"the stage {found.stage!r}" if found.stage else "these lines"
    since, until = (f"{time:%Y-%m-%d %H:%M}" for time in (found.since, found.until))
    console.print(Text(f"What {of} cost from {since} to {until} UTC, in US dollars"))
    rows = _rows(found)
    _money(console, found, rows)
    _work(console, found, rows)
    if found.standing:
        _standing(console, found)
    if found.dearest:
        console.print("\nThe dearest exports:")
        for cost, job, format, tenant in found.dearest:
            console.print(f"  {usd(cost):>10}  {format} for {tenant}, job {job}", markup=False, soft_wrap=True)
    _notes(
        console,
        f"{found.lines:,} lines of {where}; Lambda's REPORT lines price {found.reported:,} of {found.runs:,} runs.",
        *(f"Estimated: {each}." for each in ASSUMED),
        *_prices(LIST, STANDING),
    )


def forecast(found: Forecast) -> None:
    """What a load costs here, on servers and at services."""
    load, console = found.load, _console()
    mix = ", ".join(f"{name} {share:.0%}" for name, share in load.mix.items())
    console.print(
        Text(
            f"{load.users:,} users × {load.exports_per_user:g} exports a month = {load.exports:,.0f} exports of "
            f"{load.source_bytes / 1000:g} kB: {mix}"
        ),
        soft_wrap=True,
    )
    _here(console, found)
    _beside(console, found)
    _servers(console, found)
    _notes(
        console,
        *(f"Assumed: {each}." for each in found.assumed),
        *(f"{each.name}, as of {each.as_of}: {each.plan} ({each.source})." for each, _ in found.services),
        *(f"Without {name}: {why}." for name, why in LEFT_OUT.items()),
        *_prices(LIST, STANDING, SERVERS),
    )


def usd(amount: float) -> str:
    """Dollars: whole from a thousand on, else to the cent, and below ten cents with two digits that count."""
    if amount >= 1000:
        return f"{amount:,.0f}"
    if amount >= 0.1 or amount < _LEAST:
        return f"{amount:.2f}"
    return f"{amount:.{1 - math.floor(math.log10(amount))}f}"


def _money(console: Console, found: Bill, rows: Sequence[tuple[str, Group]]) -> None:
    table = _table(found.by, *PARTS, "together", "1,000 exports")
    for name, group in rows:
        table.add_row(
            name,
            *(usd(group.costs[part]) for part in PARTS),
            usd(group.total),
            usd(group.each * _THOUSAND) if group.exports else "",
        )
    table.add_section()
    total = found.total
    table.add_row(
        "together",
        *(usd(total.costs[part]) for part in PARTS),
        usd(total.total),
        usd(total.each * _THOUSAND) if total.exports else "",
        style="bold",
    )
    console.print()
    console.print(table)


def _work(console: Console, found: Bill, rows: Sequence[tuple[str, Group]]) -> None:
    worked = [(name, group) for name, group in rows if group.exports or group.failures or group.in_vain]
    if not worked:
        return
    table = _table(found.by, "exports", "failed", "in vain", "killed", "median", "p95", "median $", "p95 $", "size")
    for name, group in [*worked, ("together", found.total)]:
        last = name == "together"
        if last:
            table.add_section()
        table.add_row(
            name,
            f"{group.exports:,}",
            f"{group.failures:,}",
            f"{group.in_vain:,}",
            f"{group.killed:,}",
            _seconds(group.duration_ms.at(0.5)),
            _seconds(group.duration_ms.at(0.95)),
            usd(group.usd.at(0.5)),
            usd(group.usd.at(0.95)),
            _size(group.bytes / group.exports) if group.exports else "",
            style="bold" if last else "",
        )
    console.print()
    console.print(table)


def _standing(console: Console, found: Bill) -> None:
    table = _table(f"whoever exports, in {found.days:.1f} days", "$")
    for each in found.standing:
        if each.usd:
            table.add_row(each.what, usd(each.usd))
    table.add_section()
    table.add_row("together", usd(sum(each.usd for each in found.standing)), style="bold")
    table.add_row("with what exports cost", usd(found.usd), style="bold")
    console.print()
    console.print(table)


def _here(console: Console, found: Forecast) -> None:
    table = _table("here, $ a month", "exports", *PARTS, "together", "1,000 exports")
    for row in sorted(found.rows, key=lambda row: -row.total):
        table.add_row(
            row.each.format + ("" if row.each.origin == "measured" else " *"),
            f"{row.exports:,.0f}",
            *(usd(row.usd(part)) for part in PARTS),
            usd(row.total),
            usd(row.each.total * _THOUSAND),
        )
    table.add_row("while nobody exports", *[""] * 6, usd(found.standing_usd), "")
    table.add_section()
    table.add_row(
        "together",
        f"{found.load.exports:,.0f}",
        *(usd(sum(row.usd(part) for row in found.rows)) for part in PARTS),
        usd(found.usd),
        usd(found.usd / found.load.exports * _THOUSAND) if found.load.exports else "",
        style="bold",
    )
    console.print()
    console.print(table)
    if any(row.each.origin == "stage" for row in found.rows):
        console.print("  * as the stage has done it, with its failures and retries; the others as measured")


def _beside(console: Console, found: Forecast) -> None:
    exports = found.load.exports or 1
    table = _table("the same load", "$ a month", "1,000 exports", "times here", "as of")
    asked = [("here", found.usd, "", LIST.as_of), ("servers that always run", found.servers.usd, "", SERVERS.as_of)]
    asked += [(f"{each.name}", cost, each.bound, each.as_of) for each, cost in found.services]
    for name, cost, bound, as_of in asked:
        table.add_row(
            name,
            f"{bound} {usd(cost)}".strip(),
            usd(cost / exports * _THOUSAND),
            f"{cost / found.usd:,.1f}" if found.usd else "",
            as_of,
            style="bold" if name == "here" else "",
        )
    console.print()
    console.print(table)


def _servers(console: Console, found: Forecast) -> None:
    servers = found.servers
    console.print(
        f"\nServers: {servers.instances} × {SERVERS.instance} ({usd(servers.instances_usd)}) for "
        f"{servers.exports_in_peak_hour:,.0f} exports in the busiest hour, which need {servers.cpus:.1f} CPUs, with "
        f"{servers.workers} exports at once on each; a load balancer ({usd(servers.balancer_usd)}); storage and "
        f"transfer as here ({usd(servers.storage_and_transfer_usd)}).",
        markup=False,
    )


def _rows(found: Bill) -> list[tuple[str, Group]]:
    rows = list(found.groups.items())
    if len(rows) <= _MOST_ROWS:
        return rows
    rest = Group()
    for _, group in rows[_MOST_ROWS:]:
        rest.merge(group)
    return [*rows[:_MOST_ROWS], (f"{len(rows) - _MOST_ROWS:,} others", rest)]


def _notes(console: Console, *notes: str) -> None:
    console.print()
    for note in notes:
        console.print(note, style="dim", markup=False)


def _prices(*lists: Any) -> Iterable[str]:
    return (f"Prices as of {each.as_of}: {each.source}." for each in lists)


def _table(first: str, *rest: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(first, max_width=max(30, _WIDTH - 20 - 12 * len(rest)), overflow="ellipsis", no_wrap=True)
    for name in rest:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _console() -> Console:
    # No wider than people read, and as wide where the output is a file.
    return Console(stderr=True, width=_WIDTH, highlight=False)


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.2f} s" if ms else ""


def _size(size: float) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"
