"""`@frozen`: a frozen dataclass with slots, at a fraction of its price.

    @frozen
    class Link:
        content: Inlines
        url: str
        title: str = ""

The dataclasses of the standard library compile seven methods for each class, and import half the compiler to do so: a
third of what a function needs to start (`make bench`, group "start"), and INIT is billed. A node takes 0.3 µs to make
instead of 0.5; a book has a hundred thousand.

Instances compare and hash by value, cannot be changed, match by position, and are copied with `copy.replace`. Type
checkers see a frozen dataclass. A default must be immutable, for all instances share it: `NOTHING` for a mapping.

Source: PEP 681 for `dataclass_transform`; Python's data model for `__slots__`, `__match_args__` and `__replace__`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, dataclass_transform

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass_transform(frozen_default=True)
def frozen[T](declared: type[T]) -> type[T]:
    """Makes the class of a declaration whose annotations are the fields."""
    names = tuple(declared.__annotations__)
    body = dict(declared.__dict__)
    defaults = {name: body.pop(name) for name in names if name in body}
    for of_the_old in ("__dict__", "__weakref__"):
        body.pop(of_the_old, None)
    made: Any = type(declared.__name__, (), {**_METHODS, **body, "__slots__": names, "__match_args__": names})
    made.__init__ = _init(made, names, defaults)
    return made  # type: ignore[no-any-return]


def as_dict(instance: Any) -> dict[str, Any]:
    """The fields by name, down to the last instance inside; mappings and sequences become dicts and lists."""
    return {name: _plain(getattr(instance, name)) for name in instance.__match_args__}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return as_dict(value) if hasattr(type(value), "__match_args__") else value


def _init(made: Any, names: tuple[str, ...], defaults: dict[str, Any]) -> Any:
    # By the slots' own setters, since `__setattr__` refuses.
    known = {f"set_{name}": getattr(made, name).__set__ for name in names}
    known |= {f"default_{name}": value for name, value in defaults.items()}
    arguments = "".join(f", {name}=default_{name}" if name in defaults else f", {name}" for name in names)
    lines = "".join(f"\n set_{name}(self, {name})" for name in names) or "\n pass"
    exec(f"def __init__(self{arguments}):{lines}", known)  # noqa: S102 – the names of fields in our own code
    return known["__init__"]


def _refuse(self: object, name: str, _value: object = None) -> None:
    raise AttributeError(f"A {type(self).__name__} cannot be changed ({name}): copy.replace makes another.")


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name in self.__match_args__)


def _equal(self: Any, other: Any) -> Any:
    return _values(self) == _values(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash((type(self), _values(self)))


def _show(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__name__}({shown})"


def _replace(self: Any, /, **changes: Any) -> Any:
    kept = {name: getattr(self, name) for name in self.__match_args__ if name not in changes}
    return type(self)(**kept, **changes)


def _rebuild(self: Any) -> Any:
    return type(self), _values(self)


_METHODS = {
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _show,
    "__replace__": _replace,
    "__reduce__": _rebuild,
}
