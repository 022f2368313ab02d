"""The pipeline's command line: `python -m pipeline --help`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
Tenant = Annotated[str, typer.Option("--tenant", help="Whose export this is.")]
Format = Annotated[str, typer.Argument(help="The format whose exporter it is.", show_default=False)]
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
) -> None:
    """Export a document through a running pipeline: that of `up`, or a stage in your AWS account."""
    asked = _asked(source, to, option)
    done = show.journey(_client(stage), tenant, source, *asked, out)
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

    with show.progress() as say:
        deployment.package(stages.read(stage), say)


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


def _client(stage: str) -> ExportClient:
    if stage:
        from pipeline.deployed import client_of

        return client_of(stage)
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
