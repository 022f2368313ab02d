"""A folder under `formats/` is an exporter; nobody edits a list.

Declarations are light: reading them all loads no library that an exporter works with.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from exporters import formats
from exporters.document.nodes import Document
from exporters.errors import UnknownFormat
from exporters.exporter import Exporter
from exporters.report import Report

type Export = Callable[[Document, Any, Report], bytes]


@cache
def names() -> tuple[str, ...]:
    """The formats there are, sorted."""
    (folder,) = formats.__path__
    return tuple(sorted(entry.name for entry in os.scandir(folder) if entry.is_dir() and entry.name[0].isalpha()))


def get(name: str) -> Exporter:
    """The declaration of a format. Raises `UnknownFormat`, which lists the known ones."""
    exporter: Exporter = _module(name).EXPORTER
    return exporter


def summary(name: str) -> str:
    """The first line of the format's docstring, as people read it in lists."""
    return (_module(name).__doc__ or "").strip().partition("\n")[0]


def load(name: str) -> Export:
    """The work of a format; loads the libraries it works with."""
    made_by = get(name).pandoc
    if made_by is not None:
        from exporters.toolbox.pandoc import exporter

        return exporter(made_by)
    export: Export = import_module(f"exporters.formats.{name}.export").export
    return export


def _module(name: str) -> Any:
    if name not in names():
        raise UnknownFormat(name, names())
    return import_module(f"exporters.formats.{name}")
