"""Options that a format declares, and how what a user wrote becomes them.

A format's options are a class whose annotations are the valid values:

    @options
    class Options:
        page_size: Literal["A4", "Letter"] = option("A4", "Paper size")
        toc: bool = option(False, "Begin with a table of contents")
        margin_mm: int = option(20, "Margin on every side", minimum=0, maximum=100)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, dataclass_transform, get_args, get_origin, get_type_hints

from exporters.errors import BadOption
from exporters.frozen import frozen

_MAX_TEXT = 200  # characters in an option that is free text: options travel in 2 kB of S3 metadata


@frozen
class Option:
    """What is declared of one option."""

    default: Any
    help: str
    minimum: float | None
    maximum: float | None


def option[T](default: T, help: str, *, minimum: float | None = None, maximum: float | None = None) -> T:
    """Declares one option, with the help that users read."""
    return Option(default, help, minimum, maximum)  # type: ignore[return-value] # `options` puts the default there


@dataclass_transform(frozen_default=True, field_specifiers=(option,))
def options[T](declared: type[T]) -> type[T]:
    """Makes a format's options of a class of `option`s."""
    its: dict[str, Option] = {name: declared.__dict__[name] for name in declared.__annotations__}
    for name, each in its.items():
        setattr(declared, name, each.default)
    made = frozen(declared)
    made.__options__ = its  # type: ignore[attr-defined]
    return made


@options
class NoOptions:
    """For formats that leave no choice."""


def parse[T](declared: type[T], given: Mapping[str, object], format: str) -> T:
    """Turns what the user wrote (strings, or JSON's types) into the format's options.

    Raises `BadOption`, which names the option and its valid values.
    """
    known = declared_in(declared)
    hints = get_type_hints(declared)
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise BadOption(_unknown(format, name, list(known)))
        values[name] = _value(f"{format}.{name}", hints[name], known[name], value)
    return declared(**values)


def collect(written: Iterable[str], declared: Mapping[str, type[object]]) -> dict[str, dict[str, object]]:
    """Sorts options as they are written on a command line by format.

    `pdf.page_size=A5` is for one format, `page_size=A5` for each of `declared` that has such an option. Raises
    `BadOption`; values are checked later, by `parse`.
    """
    found: dict[str, dict[str, object]] = {}
    for each in written:
        name, equals, value = each.partition("=")
        format, dot, option = name.rpartition(".")
        if not (equals and option):
            raise BadOption(f"The option {each!r} is not of the form name=value, such as pdf.page_size=A5.")
        if dot and format not in declared:
            raise BadOption(
                f"The option {each!r} is for {format!r}, which is not asked for. Asked: {', '.join(declared)}."
            )
        takers = [format] if dot else [one for one, its in declared.items() if option in declared_in(its)]
        if not takers:
            raise BadOption(_unknown(", ".join(declared), option, _all_names(declared)))
        for taker in takers:
            found.setdefault(taker, {})[option] = value
    return found


def describe(declared: type[object]) -> list[dict[str, object]]:
    """The options for people and programs: name, valid values, default, help."""
    hints = get_type_hints(declared)
    return [
        {
            "name": name,
            "values": _values(hints[name], each),
            "default": each.default,
            "help": each.help,
        }
        for name, each in declared_in(declared).items()
    ]


def declared_in(declared: type[object]) -> Mapping[str, Option]:
    """The options of a class, by name."""
    found: Mapping[str, Option] = declared.__options__  # type: ignore[attr-defined]
    return found


def _all_names(declared: Mapping[str, type[object]]) -> list[str]:
    return sorted({name for its in declared.values() for name in declared_in(its)})


def _unknown(format: str, name: str, known: list[str]) -> str:
    if not known:
        return f"The format {format} has no options, so there is no {name!r}."
    import difflib  # only for those who need help

    near = difflib.get_close_matches(name, known, n=1)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    return f"The format {format} has no option {name!r}.{guess} Options: {', '.join(known)}."


def _value(name: str, hint: Any, its: Option, value: object) -> object:
    wrong = BadOption(f"The option {name} cannot be {_shown(value)}. Valid: {_values(hint, its)}.")
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise wrong
        return value
    if hint is bool:
        truth = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
        if truth is None:
            raise wrong
        return truth
    if hint is str:
        if not isinstance(value, str) or len(value) > _MAX_TEXT or not value.isprintable():
            raise wrong
        return value
    if isinstance(value, bool):
        raise wrong
    try:
        number = hint(str(value))
    except ValueError:
        raise wrong from None
    low, high = its.minimum, its.maximum
    if not ((low is None or number >= low) and (high is None or number <= high)):  # also refuses nan
        raise wrong
    return number


def _values(hint: Any, its: Option) -> str:
    if get_origin(hint) is Literal:
        return ", ".join(map(str, get_args(hint)))
    if hint is bool:
        return "true, false"
    if hint is str:
        return f"a line of at most {_MAX_TEXT} characters"
    kind = "a whole number" if hint is int else "a number"
    low, high = its.minimum, its.maximum
    if low is not None and high is not None:
        return f"{kind} from {low} to {high}"
    return kind if low is None else f"{kind} from {low}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
