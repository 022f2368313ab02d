"""The pipeline's command line: `python -m pipeline --help`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from exporters.errors import ExportError, RequestError
from pipeline import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.client import ExportClient
    from pipeline.deployment.channels import Target
    from pipeline.local.stack import Address

app = typer.Typer(
    help="Moves documents through the export pipeline: on this machine, or in your AWS account.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

# What undoes what the command has done, last first. Each may be called twice: a signal can come while it works.
_UNDO: list[Callable[[], None]] = []

Source = Annotated[Path, typer.Argument(help="The document to export, such as notes.md.", show_default=False)]
To = Annotated[str, typer.Option("--to", help="Formats, with commas between them: pdf,html.")]
Out = Annotated[Path, typer.Option("--out", help="The folder for the files.")]
Options = Annotated[
    list[str],
    typer.Option(
        "--option", help="pdf.page_size=A5 for one format, or page_size=A5 for each that has it. May be repeated."
    ),
]
Stage = Annotated[
    str, typer.Option("--stage", envvar="EXPORT_STAGE", help="A stage in your AWS account, not this machine.")
]
DeployedStage = Annotated[
    str,
    typer.Option(
        "--stage", envvar="EXPORT_STAGE", help="The copy of the pipeline: any name; its settings are in stages.yml."
    ),
]
Through = Annotated[
    Literal["itself", "function", "address"],
    typer.Option("--through", help="Who makes the ticket: this command itself, or the stage's function or address."),
]
Tenant = Annotated[str, typer.Option("--tenant", help="Whose export this is.")]
Format = Annotated[str, typer.Argument(help="The format whose exporter it is.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="For programs, on stdout.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")]


@app.command()
def demo(
    source: Source = Path("examples/handbook.md"),
    to: To = "",
    out: Out = Path("build/demo"),
    option: Options = [],  # noqa: B006 – typer copies it
) -> None:
    """Start a stack, export a document through it, to every format without --to, show what came out, and stop."""
    from exporters import registry
    from pipeline.local.stack import LocalStack

    asked = _asked(source, to or ",".join(registry.names()), option)
    stack = LocalStack()
    _UNDO.append(stack.stop)
    with show.working("Starting the pipeline on this machine"):
        stack.start()
    show.stack(stack.address)
    done = show.journey(stack.client(), "demo", source, *asked, out)
    raise typer.Exit(0 if done else 1)


@app.command()
def export(
    source: Source,
    to: To,
    out: Out = Path(),
    option: Options = [],  # noqa: B006
    stage: Stage = "",
    tenant: Tenant = "me",
    through: Through = "itself",
) -> None:
    """Export a document through a running pipeline: that of `up`, or a stage in your AWS account."""
    asked = _asked(source, to, option)
    done = show.journey(_client(stage, through), tenant, source, *asked, out)
    raise typer.Exit(0 if done else 1)


@app.command()
def up() -> None:
    """Keep a stack running on this machine until Ctrl-C."""
    from pipeline.local import stack as local

    if local.running():
        raise RequestError("A stack is running on this machine already. Stop it with Ctrl-C where it was started.")
    stack = local.LocalStack()
    _UNDO.append(stack.stop)
    with show.working("Starting the pipeline on this machine"):
        stack.start()
    _UNDO.append(local.forget)
    local.remember(stack.address)
    show.up(stack.address)
    _end_on_signals(lambda _: show.stopped())  # that is the way to end this command
    while True:
        signal.pause()


@app.command()
def deploy(stage: DeployedStage) -> None:
    """Deploy a stage to your AWS account: all of it the first time, what has changed after that."""
    from pipeline.deployment import deploy as deployment
    from pipeline.deployment import stages
    from pipeline.deployment.account import account

    settings, where = stages.read(stage), account()
    show.place("Deploying", stage, where)
    with show.progress() as say:
        done = deployment.deploy(settings, where, say)
    show.deployed(settings, done)


@app.command()
def remove(
    stage: DeployedStage,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a stage from your AWS account: its files, its functions, its queues, and all that was made for it."""
    from pipeline.deployment import remove as removal
    from pipeline.deployment import stages
    from pipeline.deployment.account import account

    settings, where = stages.read(stage), account()
    show.place("Removing", stage, where)
    if not yes and typer.prompt("All its files and links end. Type the stage's name to go on") != stage:
        raise RequestError("That is not its name: nothing was removed.")
    with show.progress() as say:
        removal.remove(settings, where, say)
    show.removed(stage)


@app.command()
def package(stage: DeployedStage) -> None:
    """Make what a deployment uploads, in build/ and .serverless/: without credentials, and offline once it has run."""
    from pipeline.deployment import deploy as deployment
    from pipeline.deployment import stages

    settings = stages.read(stage)
    with show.progress() as say:
        made = deployment.package(settings, say)
    show.packaged(settings, made)


@app.command()
def ship(
    format: Format,
    percent: Annotated[
        float | None, typer.Option("--percent", help="How many of the tenants get it: 0 to 100; 0 ends it.")
    ] = None,
    tenant: Annotated[
        list[str], typer.Option("--tenant", help="Who gets it whatever the percentage. May be repeated.")
    ] = [],  # noqa: B006
    stage: Stage = "",
    dry_run: DryRun = False,
) -> None:
    """Try an exporter as it is in the working tree on some of the jobs, beside the version that does the rest."""
    from pipeline.deployment import channels

    channels.check(format, percent, tenant)
    with show.progress() as say:
        standing = channels.ship(_target(stage, say, dry_run), format, percent, tenant)
    show.standing(standing, stage, dry_run)


@app.command()
def promote(format: Format, stage: Stage = "", dry_run: DryRun = False) -> None:
    """Give all jobs to the version that was shipped."""
    from pipeline.deployment import channels

    with show.progress() as say:
        standing = channels.promote(_target(stage, say, dry_run), format)
    show.standing(standing, stage, dry_run)


@app.command()
def rollback(
    format: Format,
    to: Annotated[str, typer.Option("--to", help="The number of a version, from `status`.")] = "",
    stage: Stage = "",
    dry_run: DryRun = False,
) -> None:
    """Take back what was shipped; or, where nothing is, what was promoted or deployed last."""
    from pipeline.deployment import channels

    with show.progress() as say:
        standing = channels.rollback(_target(stage, say, dry_run), format, to)
    show.standing(standing, stage, dry_run)


@app.command()
def status(
    format: Annotated[str, typer.Argument(help="One format, with all its versions and what became of its jobs.")] = "",
    stage: Stage = "",
) -> None:
    """Show which versions of the exporters do which jobs, and what can be gone back to."""
    from pipeline.deployment import channels, outcomes

    with show.working("Looking"):
        target = _target(stage, lambda _: None)
        if format:
            (standing,), lately = channels.status(target, [format]), outcomes.lately(target, format)
        else:
            standings = channels.status(target, channels.formats_of(target))
    if format:
        show.versions(standing, lately)
        show.standing(standing, stage)
    else:
        show.standings(standings)


@app.command()
def tune(
    formats: Annotated[
        list[str], typer.Argument(metavar="[FORMAT]…", help="Which exporters; all without any.", show_default=False)
    ] = [],  # noqa: B006
    sources: Annotated[
        Path | None,
        typer.Option("--sources", help="A folder of sources such as your users'; without it, some that are built in."),
    ] = None,
    memory: Annotated[str, typer.Option("--memory", help="Sizes to look at, in MB.")] = "128,256,512,1024,1769,3008",
    strategy: Annotated[
        str, typer.Option("--strategy", help="What is wanted: cost, speed, or balanced, which weighs both alike.")
    ] = "balanced",
    cold: Annotated[float, typer.Option("--cold", help="The share of exports that meet a cold start.")] = 0.1,
    speed: Annotated[
        float, typer.Option("--speed", help="How fast Lambda's CPU is beside this one's: 0.8 where it is slower.")
    ] = 1.0,
    worst: Annotated[
        bool, typer.Option("--worst/--no-worst", help="Measure sources made to need as much as any may, too.")
    ] = True,
    out: Annotated[Path, typer.Option("--out", help="The folder for the page and the figures.")] = Path("build/tuning"),
    measured: Annotated[
        Path | None, typer.Option("--measured", help="Figures of a run before, to be priced anew: nothing is measured.")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Run what is recommended, and four others, under a real quota of CPU.")
    ] = False,
    table: Annotated[
        Path | None, typer.Option("--table", help="With --verify: a page between whose marks the figures go.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write what is recommended into the declarations, and generate anew.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Measure exporters over documents, and recommend how much memory each one's function should have."""
    from pipeline.operating import tune as tuning
    from pipeline.tuning.model import Assumptions

    given = Assumptions(cold_share=cold, speed=speed)
    session, chosen = tuning.ask(formats, sources, memory, strategy, given, out, worst, measured)
    _UNDO.append(lambda: tuning.leave(session))
    todo = tuning.ToDo(
        measure=measured is None, verify=verify, table=table, apply=apply, dry_run=dry_run, as_json=as_json
    )
    raise typer.Exit(tuning.run(session, chosen, todo))


@app.command()
def cost(
    file: Annotated[
        str, typer.Option("--file", help="Lines of a file instead, or - for those that are piped in.")
    ] = "",
    since: Annotated[
        str, typer.Option("--since", help="24h, 7d, 2026-11-01: 24h where it is not said; 7d for a forecast.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="format, tenant or day.")] = "format",
    users: Annotated[int, typer.Option("--users", min=0, help="Forecast a month with so many users.")] = 0,
    exports_per_user: Annotated[float, typer.Option("--exports-per-user", min=0, help="In a month.")] = 1.0,
    mix: Annotated[str, typer.Option("--mix", help="Shares of formats in the forecast: pdf=70,docx=20,html=10.")] = "",
    source_kb: Annotated[float, typer.Option("--source-kb", min=0, help="Of a source in the forecast.")] = 25.0,
    stage: Stage = "",
    as_json: AsJson = False,
) -> None:
    """Say what a stage has cost, and of what; or with --users and --mix what a load would cost, here and elsewhere."""
    from pipeline.operating import costs

    options = costs.Options(file, since, by, users, exports_per_user, mix, source_kb, stage, as_json)
    with show.progress() as say:
        shown = costs.run(options, lambda: _target(stage, say), say)
    shown()


@app.command()
def doctor(
    stage: Stage = "",
    since: Annotated[str, typer.Option("--since", help="How far back logs are read: 24h, 7d, 2026-11-01.")] = "24h",
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a stage, and which command acts on it. Exits with 1 where something is."""
    from pipeline.operating import doctor as health
    from pipeline.operating import loglines, show_stage

    moment = loglines.moment(since)
    with show.progress() as say:
        found = health.examine(_target(stage, say), moment)
    (show_stage.health_json if as_json else show_stage.health)(found)
    raise typer.Exit(1 if found.troubles else 0)


@app.command()
def redrive(
    queue: Annotated[str, typer.Argument(help="A format, or `intake`, or `notify`.", show_default=False)],
    job: Annotated[list[str], typer.Option("--job", help="Only this one. May be repeated.")] = [],  # noqa: B006
    reason: Annotated[str, typer.Option("--reason", help="Only what failed of this, such as exporter-failed.")] = "",
    drop_lost: Annotated[bool, typer.Option("--drop-lost", help="Delete what cannot be replayed any more.")] = False,
    stage: Stage = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Replay dead letters after a fix. Exits with 1 where something could not be."""
    from pipeline.operating import redrive as replay
    from pipeline.operating import show_stage, typed

    with show.progress() as say:
        target = _target(stage, say, dry_run)
        done = replay.redrive(target, queue, job, reason, drop_lost=drop_lost)
    if as_json:
        show_stage.redriven_json(done, dry_run)
    else:
        show_stage.redriven(done, dry_run, typed.ours(target, "doctor"))
    raise typer.Exit(1 if done.failed else 0)


@app.command()
def explain(
    job: Annotated[str, typer.Argument(help="Its id, as the ticket says it.", show_default=False)],
    tenant: Annotated[str, typer.Option("--tenant", help="Whose it is, where that is known: it is found sooner.")] = "",
    stage: Stage = "",
    as_json: AsJson = False,
) -> None:
    """Tell one job's whole story, from storage and logs. Exits with 1 where it failed."""
    from pipeline.operating import explain as stories
    from pipeline.operating import show_stage

    with show.progress() as say:
        told = stories.explain(_target(stage, say), job, tenant)
    (show_stage.story_json if as_json else show_stage.story)(told)
    raise typer.Exit(1 if told.failed else 0)


def _asked(source: Path, to: str, given: list[str]) -> tuple[list[str], dict[str, dict[str, object]]]:
    """The formats and their options; all that is wrong with them is said before anything is started."""
    from exporters import options, registry
    from exporters.readers import kinds

    if not source.is_file():
        raise RequestError(f"There is no file {str(source)!r}.")
    formats = [name.strip() for name in to.split(",") if name.strip()]
    if not formats:
        raise RequestError(f"No format is named. Formats: {', '.join(registry.names())}.")
    chosen = options.collect(given, {name: registry.get(name).options for name in formats})
    for name in formats:
        _, common = options.parse(registry.get(name).options, chosen.get(name, {}), name)
        kinds.check(source.name, common.source_kind)
    return formats, chosen


def _client(stage: str, through: Literal["itself", "function", "address"] = "itself") -> ExportClient:
    if stage:
        from pipeline.deployed import client_of

        return client_of(stage, through)
    return _running().client()


def _running() -> Address:
    from pipeline.local.stack import running

    address = running()
    if address is None:
        raise RequestError(
            f"No stack is running on this machine. Start one with `{show.command()} up` in another terminal, "
            "or name a stage in your AWS account with --stage."
        )
    return address


def _target(stage: str, say: Callable[[str], None], dry_run: bool = False) -> Target:
    from pipeline.deployment import channels

    if stage:
        return channels.in_account(stage, say, dry_run=dry_run)
    return channels.on_this_machine(_running(), say, dry_run=dry_run)


@contextmanager
def _exit_codes() -> Iterator[None]:
    """0 done, 1 the export failed, 2 wrong use."""
    try:
        yield
    except ExportError as error:
        show.error(str(error))
        sys.exit(2 if isinstance(error, RequestError) else 1)


def _end_on_signals(code: Callable[[int], int]) -> None:
    """Lets Ctrl-C and its like undo what was done, and end with a code made of the signal's number."""

    def end(number: int, _frame: object) -> None:
        # Not by an exception: from a signal's handler it may come up in a place that swallows it.
        show.calm()
        _undo()
        os._exit(code(number))

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, end)


def _undo() -> None:
    for each in reversed(_UNDO):
        each()


if __name__ == "__main__":
    _end_on_signals(lambda number: 128 + number)  # as shells have it
    try:
        with _exit_codes():
            app(prog_name="python -m pipeline")
    finally:
        _undo()
