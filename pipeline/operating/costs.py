"""The command `cost`: what its options mean, and which of `cost` and `forecast` answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exporters.errors import RequestError
from pipeline.deployment.channels import Target
from pipeline.operating import cost, forecast, loglines, show_cost
from pipeline.operating.cost import BYS, By
from pipeline.operating.forecast import Load
from pipeline.operating.loglines import Say

_LATELY, _FOR_FORECAST = "24h", "7d"  # a week has all of a week's days in it

_MOST = 10_000_000_000  # of anything: there are fewer people


@dataclass(frozen=True, slots=True)
class Options:
    """As they were typed; see `python -m pipeline cost --help`."""

    file: str
    since: str
    by: str
    users: int
    exports_per_user: float
    mix: str
    source_kb: float
    stage: str
    as_json: bool

    @property
    def looks_ahead(self) -> bool:
        return bool(self.users or self.mix)


def run(options: Options, target: Callable[[], Target], say: Say) -> Callable[[], None]:
    """Does what was asked for, and returns what shows it. `target` finds where to look. Raises `RequestError`."""
    return (_forecast if options.looks_ahead else _cost)(options, target, say)


def _cost(options: Options, target: Callable[[], Target], say: Say) -> Callable[[], None]:
    if options.by not in BYS:
        raise RequestError(f"--by {options.by!r} is not one of {', '.join(BYS)}.")
    by: By = options.by
    if options.file:
        since = loglines.moment(options.since) if options.since else None
        found, where = cost.of_file(options.file, by, options.stage, since, say), options.file
    else:
        found = cost.of_target(target(), by, loglines.moment(options.since or _LATELY), say)
        where = f"the stage {options.stage!r}" if options.stage else "the stack on this machine"
    if options.as_json:
        return lambda: show_cost.as_json(cost.as_json(found))
    return lambda: show_cost.bill(found, where)


def _forecast(options: Options, target: Callable[[], Target], say: Say) -> Callable[[], None]:
    if not options.users or not options.mix:
        raise RequestError("A forecast needs both --users and --mix: --users 400000 --mix pdf=70,docx=20,html=10")
    if options.file:
        raise RequestError("A forecast looks at no file. Leave --file out, or name a stage with --stage.")
    given = {
        "users": options.users,
        "exports-per-user": options.exports_per_user,
        "source-kb": options.source_kb,
    }
    for name, value in given.items():
        if not 0 <= value <= _MOST:  # "inf" and "nan" are numbers, too
            raise RequestError(f"--{name} is {value}. Give a number from 0 to {_MOST:,}.")
    mix = forecast.parse_mix(options.mix)
    load = Load(options.users, options.exports_per_user, mix, round(options.source_kb * 1000))
    since = loglines.moment(options.since or _FOR_FORECAST)
    found = forecast.of_load(load, target() if options.stage else None, since, say)
    if options.as_json:
        return lambda: show_cost.as_json(forecast.as_json(found))
    return lambda: show_cost.forecast(found)
