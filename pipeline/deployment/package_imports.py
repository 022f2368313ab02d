"""Finds out what a module imports, without running it: at its begin, within functions, and by names made as it runs."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from pipeline.deployment.package_cache import Cache


@dataclass(frozen=True, slots=True)
class Imports:
    """What one module imports, by whole names; of `from a import b` both `a` and `a.b`, for b may be a module."""

    first: tuple[str, ...]
    """As it is loaded, with what it cannot do without."""
    later: tuple[str, ...]
    """Within functions."""
    perhaps: tuple[str, ...]
    """Where it goes on if that is not there."""
    by_name: bool
    """Whether it also imports what has no name in its text."""
    words: tuple[str, ...]
    """Short texts in it that may name files beside it."""


def of(path: Path, module: str, cached: Cache) -> Imports:
    """The imports of a module's file; from the cache, where the same text has been read before."""
    text = path.read_bytes()
    is_package = path.stem == "__init__"
    about = f"{module} {is_package} {sys.version}".encode()
    found = cached.get(sha256(b"\0".join((_own(), about, text))), lambda: _written(_read(text, module, is_package)))
    first, later, perhaps, by_name, words = json.loads(found)
    return Imports(tuple(first), tuple(later), tuple(perhaps), by_name, tuple(words))


def is_standard(module: str) -> bool:
    """Whether a module comes with Python."""
    return module.partition(".")[0] in sys.stdlib_module_names


@cache
def _own() -> bytes:
    # What was found by another version of this file is found anew.
    return Path(__file__).read_bytes()


def _written(found: Imports) -> bytes:
    return json.dumps([found.first, found.later, found.perhaps, found.by_name, found.words]).encode()


def _read(text: bytes, module: str, is_package: bool) -> Imports:
    visitor = _Visitor(module if is_package else module.rpartition(".")[0])
    visitor.visit(ast.parse(text))
    first, later, perhaps = (tuple(sorted(each)) for each in (visitor.first, visitor.later, visitor.perhaps))
    return Imports(first, later, perhaps, visitor.by_name, tuple(sorted(visitor.words)))


class _Visitor(ast.NodeVisitor):
    def __init__(self, package: str) -> None:
        self._package = package
        self._functions = 0
        self._trials = 0
        self.first: set[str] = set()
        self.later: set[str] = set()
        self.perhaps: set[str] = set()
        self.words: set[str] = set()
        self.by_name = False

    def visit_Import(self, node: ast.Import) -> None:
        self._found({alias.name for alias in node.names})

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        parts = self._package.split(".")
        start = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
        origin = ".".join(filter(None, (start, node.module)))
        self._found({origin} if node.module else set())
        self._found({f"{origin}.{alias.name}" for alias in node.names if alias.name != "*"})

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            self._all(node.orelse)
        else:
            self.generic_visit(node)

    def visit_Try(self, node: ast.Try) -> None:
        forgiven = any(_is_forgiven(handler) for handler in node.handlers)
        self._trials += forgiven
        self._all(node.body)
        self._trials -= forgiven
        self._all([*node.handlers, *node.orelse, *node.finalbody])

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        self._functions += 1
        self.generic_visit(node)
        self._functions -= 1

    visit_AsyncFunctionDef = visit_FunctionDef
    visit_Lambda = visit_FunctionDef

    def visit_Call(self, node: ast.Call) -> None:
        if ast.unparse(node.func).rpartition(".")[2] in ("import_module", "__import__"):
            match node.args:
                case [ast.Constant(str() as name), *_]:
                    self._found({name})
                case _:
                    self.by_name = True
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and len(node.value) < _LONGEST_WORD:
            self.words.add(node.value.rpartition("/")[2])

    def _found(self, names: set[str]) -> None:
        if self._trials:
            self.perhaps |= names
        elif self._functions:
            self.later |= names
        else:
            self.first |= names

    def _all(self, nodes: list[ast.stmt] | list[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)


_LONGEST_WORD = 100  # characters of a file's name


def _is_forgiven(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or any(name in _NOT_THERE for name in _names(handler.type))


def _names(node: ast.expr) -> Iterator[str]:
    return (each.id for each in ast.walk(node) if isinstance(each, ast.Name))


_NOT_THERE = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")
