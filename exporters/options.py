"""Options that a format declares, and how what a user wrote becomes them.

A format's options are a class whose annotations are the valid values:

    @options
    class Options:
        page_size: Literal["A4", "Letter"] = option("A4", "Paper size")
        toc: bool = option(False, "Begin with a table of contents")
        margin_mm: int = option(20, "Margin on every side", minimum=0, maximum=100)

Formats that share options extend a class of them: `class Options(PageOptions)`.
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
    """Makes a format's options of a class of `option`s, and of those of the class that it extends."""
    own: dict[str, Option] = {name: declared.__dict__[name] for name in declared.__annotations__}
    its = {**getattr(declared, "__options__", {}), **own}
    body: dict[str, Any] = {name: each.default for name, each in its.items()}
    body |= {"__doc__": declared.__doc__, "__module__": declared.__module__, "__annotations__": dict.fromkeys(its)}
    made: Any = frozen(type(declared.__name__, (), body))
    made.__options__ = its
    made.__annotations__ = declared.__annotations__
    made.__declared__ = declared
    return made  # type: ignore[no-any-return]


@options
class NoOptions:
    """For formats that leave no choice."""


type Kind = Literal["gfm", "mkdocs", "html", "mindmup", "freemind", "opml", "bundle", "notebook", "json", "text"]


@options
class CommonOptions:
    """What can be said of every export, whatever its format. No format has an option of one of these names."""

    source_kind: Kind | Literal["auto"] = option("auto", "What the source is, where its name and content do not tell")
    maxheading: int = option(
        3, "Levels of a map that become headings; those below become lists in each other", minimum=0, maximum=5
    )
    text_direction: Literal["auto", "ltr", "rtl"] = option(
        "auto", "Which way the text runs, where its language does not tell"
    )
    logo: str = option("", "Picture of who sends the document, where a format shows one: its path in the source")
    strict: bool = option(False, "Fail where the report would say that something was lost")


USUAL = CommonOptions()  # type: ignore[call-arg] # checkers do not see that options have defaults
"""When nobody has said anything."""


def parse[T](declared: type[T], given: Mapping[str, object], format: str) -> tuple[T, CommonOptions]:
    """Turns what the user wrote (strings, or JSON's types) into the format's options, and those of every export.

    Raises `BadOption`, which names the option and its valid values.
    """
    own: dict[str, object] = {}
    common: dict[str, object] = {}
    for name, value in given.items():
        if name in declared_in(declared):
            own[name] = value
        elif name in declared_in(CommonOptions):
            common[name] = value
        else:
            raise BadOption(_unknown(format, name, [*declared_in(declared), *declared_in(CommonOptions)]))
    return _parsed(declared, own, format), _parsed(CommonOptions, common, format)


def _parsed[T](declared: type[T], given: Mapping[str, object], format: str) -> T:
    known = declared_in(declared)
    hints = _hints(declared) if given else {}
    values: dict[str, Any] = {name: _value(f"{format}.{name}", hints[name], known[name], given[name]) for name in given}
    return declared(**values)


def collect(written: Iterable[str], declared: Mapping[str, type[object]]) -> dict[str, dict[str, object]]:
    """Sorts options as they are written on a command line by format.

    `pdf.page_size=A5` is for one format, `page_size=A5` for each of `declared` that has such an option, and
    `strict=true`, as every common option, for all. Raises
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
        common = option in declared_in(CommonOptions)
        takers = [format] if dot else [one for one, its in declared.items() if common or option in declared_in(its)]
        if not takers:
            raise BadOption(_unknown(", ".join(declared), option, _all_names(declared)))
        for taker in takers:
            found.setdefault(taker, {})[option] = value
    return found


def describe(declared: type[object]) -> list[dict[str, object]]:
    """The options for people and programs: name, valid values, default, help."""
    hints = _hints(declared)
    return [
        {
            "name": name,
            "values": _values(hints[name], each),
            "default": each.default,
            "help": each.help,
        }
        for name, each in declared_in(declared).items()
    ]


def written(value: object) -> str:
    """A value as people write it on a command line."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _hints(declared: type[object]) -> dict[str, Any]:
    # Class by class, for an annotation means what the names in its module mean.
    written: type[object] = declared.__declared__  # type: ignore[attr-defined]
    found: dict[str, Any] = {}
    for base in written.__bases__:
        if hasattr(base, "__declared__"):
            found |= _hints(base)
    return found | get_type_hints(written)


def declared_in(declared: type[object]) -> Mapping[str, Option]:
    """The options of a class, by name."""
    found: Mapping[str, Option] = declared.__options__  # type: ignore[attr-defined]
    return found


def _all_names(declared: Mapping[str, type[object]]) -> list[str]:
    return sorted({name for its in (*declared.values(), CommonOptions) for name in declared_in(its)})


def _unknown(format: str, name: str, known: list[str]) -> str:
    import difflib  # only for those who need help

    near = difflib.get_close_matches(name, known, n=1)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    return f"The format {format} has no option {name!r}.{guess} Options: {', '.join(known)}."


def _value(name: str, hint: Any, its: Option, value: object) -> object:
    wrong = BadOption(f"The option {name} cannot be {_shown(value)}. Valid: {_values(hint, its)}.")
    if choices := _choices(hint):
        if value not in choices:
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


def _choices(hint: Any) -> tuple[str, ...]:
    """The values of a Literal, or of a union of them; () for any other type."""
    hint = getattr(hint, "__value__", hint)  # of a type that has a name
    if get_origin(hint) is Literal:
        return get_args(hint)
    return tuple(each for part in get_args(hint) for each in _choices(part))


def _values(hint: Any, its: Option) -> str:
    if choices := _choices(hint):
        return ", ".join(choices)
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
