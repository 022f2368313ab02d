"""What `doctor`, `redrive` and `explain` show. For people on stderr, as all commands do; as JSON on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline import show
from pipeline.operating.letters import NOTIFY
from pipeline.operating.typed import PIPELINE

if TYPE_CHECKING:
    from pipeline.operating.doctor import Finding, Health
    from pipeline.operating.explain import Ending, Story
    from pipeline.operating.redrive import Fate, Redriven
    from pipeline.operating.vitals import Queue

_console = Console(stderr=True, highlight=False)
_MOST_NAMED = 10  # jobs, before a person stops reading

# --- doctor


def health(found: Health) -> None:
    """How a stage is, what is wrong with it, and what to type."""
    _queues(found)
    _versions(found)
    for each in found.failures:
        _line(f"{each.format}: {each.count} without a file for {each.code}, such as {each.job}", "dim")
    _line(f"Today: {found.exports_today:,} exports for ${found.usd_today:,.4f}")
    for finding in found.findings:
        _finding(finding)
    if found.troubles:
        count = f"{found.troubles} troubles" if found.troubles > 1 else "1 trouble"
        _line(f"\nThe stage {found.stage} has {count}.", "bold red")
    else:
        _line(f"\nThe stage {found.stage} is fine.", "bold green")


def health_json(found: Health) -> None:
    """The same for programs."""
    standings = [
        {
            "format": each.format,
            "live": each.live.number,
            "next": each.next.number if each.next else None,
            "percent": each.percent,
            "tenants": each.tenants,
            "shipping": each.shipping,
        }
        for each in found.standings
    ]
    dead = {
        which: [
            {
                "code": group.reason.code,
                "message": group.reason.message,
                "jobs": [each.job_id for each in group.letters],
                "lost": [each.job_id for each in group.lost],
                "oldest": min(each.sent for each in group.letters),
            }
            for group in groups
        ]
        for which, groups in found.dead.items()
    }
    shown = {
        "stage": found.stage,
        "at": found.at,
        "since": found.since,
        "fine": not found.troubles,
        "findings": [asdict(each) for each in found.findings],
        "queues": [asdict(each) for each in found.queues],
        "dead_letters": dead,
        "memory": [asdict(each) for each in found.memory],
        "versions": standings,
        "failures": [asdict(each) for each in found.failures],
        "today": {"exports": found.exports_today, "usd": round(found.usd_today, 9)},
    }
    _json(shown)


def _queues(found: Health) -> None:
    busy = [each for each in found.queues if each.waiting or each.in_flight or each.dead]
    _line(f"{len(found.queues)} queues, {len(found.queues) - len(busy)} of them empty")
    if not busy:
        return
    table = _table("queue")
    for name in ("waiting", "oldest", "worked on", "dead letters"):
        table.add_column(name, justify="right")
    for each in busy:
        table.add_row(each.which, str(each.waiting), _age_of(each), str(each.in_flight), str(each.dead))
    _console.print(table)


def _age_of(queue: Queue) -> str:
    if not queue.waiting + queue.in_flight:
        return ""
    return "?" if queue.age_s is None else f"{queue.age_s:.0f} s"


def _versions(found: Health) -> None:
    shipping = [each for each in found.standings if each.shipping]
    if not shipping:
        _line(f"{len(found.standings)} formats, each with one version for all")
    else:
        _line(f"{len(found.standings)} formats; these try a version on some of the tenants:")
        show.standings(shipping)


def _finding(finding: Finding) -> None:
    style = "bold red" if finding.level == "trouble" else "bold yellow"
    _console.print()
    _console.print(Text(f"{finding.about}: ", style=style) + Text(finding.what), soft_wrap=True)
    for command in finding.commands:
        _line(f"  {_typed(command)}")


# --- redrive


_FATES: Mapping[Fate, str] = {
    "replayed": "sent to their queue again",
    "done": "had a file already, and are done with",
    "dropped": "dropped: they could not be replayed any more",
    "lost": "left: what they need is gone (--drop-lost drops them)",
    "unreadable": "left: no message of ours",
    "refused": "left: the queue did not take them",
    "other": "left: not asked for",
}


def redriven(done: Redriven, dry_run: bool, watch: str) -> None:
    """What became of dead letters; `watch` is the command that shows how they end now."""
    if not done.all and not done.unseen:
        _line(f"There are no dead letters of {done.which}.")
    for fate, said in _FATES.items():
        some = [each for each in done.all if each.fate == fate]
        if not some:
            continue
        failed = fate in ("lost", "unreadable", "refused")
        would = "would be " if dry_run and fate in ("replayed", "done", "dropped") else ""
        _line(f"{len(some)} {would}{said}", "bold red" if failed else "bold")
        for each in some[:_MOST_NAMED] if fate != "other" else ():
            _line(f"  {each.letter.job_id or each.letter.id}{': ' if each.why else ''}{each.why}")
        if len(some) > _MOST_NAMED and fate != "other":
            _line(f"  … and {len(some) - _MOST_NAMED} more")
    for job in done.missing:
        among = (
            f"those dead letters of {done.which} that could be read"
            if done.unseen
            else f"the dead letters of {done.which}"
        )
        _line(f"{job} is not among {among}.", "bold red")
    if done.unseen:
        _line(
            f"{done.unseen} more are being read by somebody else at this moment, or came meanwhile: give the command "
            "again in two minutes.",
            "bold red",
        )
    if dry_run:
        _line("Nothing was changed.")
    elif done.counts.get("replayed") and done.which != NOTIFY:
        _line(f"See how they end: {_typed(watch)}")


def redriven_json(done: Redriven, dry_run: bool) -> None:
    """The same for programs."""
    letters = [
        {
            "job": each.letter.job_id,
            "tenant": each.letter.tenant,
            "message": each.letter.id,
            "fate": each.fate,
            "why": each.why,
        }
        for each in done.all
    ]
    counts = {fate: count for fate, count in done.counts.items() if count}
    told = {"counts": counts, "letters": letters, "missing": done.missing, "unseen": done.unseen}
    _json({"queue": done.which, "dry_run": dry_run, **told})


# --- explain


def story(told: Story) -> None:
    """A job's story, a line for each event, and then how each format stands."""
    _line(f"Job {told.job} of the tenant {told.tenant}", "bold")
    for name, value in told.agreed.items():
        _line(f"  {name:<10} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    if told.source:
        _line(f"  {'source':<10} s3://{told.bucket}/{told.source}")
    _console.print()
    table = _table("time (UTC)", "format", "what")
    day = None
    for each in told.events:
        if each.time.date() != day:
            day = each.time.date()
            table.add_row(Text(f"{day}", style="bold"), "", "")
        table.add_row(f"{each.time:%H:%M:%S}.{each.time.microsecond // 1000:03}", each.format, each.what)
    _console.print(table)
    for ending in told.endings:
        _ending(told, ending)
    for sentence in told.unknown:
        _line(f"\nNot known: {sentence}", "yellow")


def story_json(told: Story) -> None:
    """The same for programs."""
    _json(asdict(told))


def _ending(told: Story, ending: Ending) -> None:
    style = {"done": "bold green", "failed": "bold red"}.get(ending.state, "bold yellow")
    _console.print()
    _console.print(Text(f"{ending.format}: {ending.state}", style=style) + Text(f"; {ending.where}"), soft_wrap=True)
    for command in ending.commands:
        _line(f"  {_typed(command)}")
    if ending.error:
        _line(f"  {ending.error.get('code')}: {ending.error.get('message')}")
        _line(f"  fault: {ending.error.get('fault')}; try {ending.error.get('attempt')}", "dim")
    if ending.told:
        _line(f"  {', '.join(f'{name} {value}' for name, value in sorted(ending.told.items()))}")
    for item in ending.items:
        times = f" (× {item['count']})" if item.get("count", 1) > 1 else ""
        _line(f"  {item['severity']}: {item['what']}{times}")
    for key in ending.keys.values():
        _line(f"  s3://{told.bucket}/{key}", "dim")


# --- what they share


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name, no_wrap=name != "what")
    return table


def _line(text: str, style: str = "") -> None:
    _console.print(Text(text, style=style), soft_wrap=True)


def _typed(command: str) -> str:
    """As it is to be typed here."""
    return show.command() + command.removeprefix(PIPELINE) if command.startswith(PIPELINE) else command


def _json(found: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1, default=_plain) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON.")
