"""Turns a source into a document: picks the reader by the source's name, or takes the one that is asked for."""

from __future__ import annotations

from importlib import import_module

from exporters.document.nodes import Document
from exporters.errors import UnknownKind
from exporters.report import Report
from exporters.source import Source, split_name

# kind → the endings of its names. The reader is the module of the same name beside this one.
KINDS: dict[str, tuple[str, ...]] = {
    "gfm": (".md", ".markdown", ".mdown", ".mkd"),
}


def read(source: Source, report: Report, kind: str | None = None) -> Document:
    """Reads a source. Raises `UnknownKind`, or `SourceError` where the source is not of its kind."""
    reader = import_module(f"exporters.readers.{chosen_kind(source.name, kind)}")
    document: Document = reader.read(source, report)
    return document


def kind_of(name: str) -> str | None:
    """The kind that a file name tells, or None."""
    ending = split_name(name)[1].lower()
    return next((kind for kind, its in KINDS.items() if ending in its), None)


def check_kind(name: str) -> str:
    """The kind that a file name tells. Raises `UnknownKind`, which lists what can be read."""
    kind = kind_of(name)
    if kind is None:
        raise UnknownKind(
            f"The name {name!r} does not say what kind of source it is. Give it one of these endings: {endings()}; "
            f"or name its kind: {', '.join(KINDS)}."
        )
    return kind


def endings() -> str:
    """The endings of names that tell a kind, for messages."""
    return ", ".join(ending for each in KINDS.values() for ending in each)


def chosen_kind(name: str, asked: str | None) -> str:
    """The kind that is asked for, or else the one that the name tells. Raises `UnknownKind`."""
    if asked is None:
        return check_kind(name)
    if asked not in KINDS:
        raise UnknownKind(f"There is no kind of source {asked!r}. Kinds: {', '.join(KINDS)}.")
    return asked
