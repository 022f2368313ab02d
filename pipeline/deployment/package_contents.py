"""What a function needs of our code and of the libraries: what its handler reaches by importing, and nothing else.

Imports are read, not run, so also those count that wait within a function until a document needs them. What no reading
can find stands in the tables at the end, each with its reason: modules whose names are made as a program runs, data
that is read from beside a module, and what a library could import but is never asked for here.

What the layers of a format bring is not in its package; a format has those layers that it needs, and no other.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from exporters import registry
from exporters.errors import MissingPart, RequestError
from exporters.readers.kinds import KINDS
from exporters.toolbox.highlight import LANGUAGES
from layers.libraries import Libraries
from pipeline.deployment import elf, layer_recipes, package_imports, package_native
from pipeline.deployment.package_cache import Cache
from pipeline.deployment.package_imports import Imports
from pipeline.deployment.package_wheels import Wheels

OWN = "exporters and pipeline"

_EXPORT = "export-"
_STEPS = ("request", "dispatch", "notify", "watch")


def functions() -> tuple[str, ...]:
    """All functions that there are, by the names that they have in serverless.yml."""
    return (*_STEPS, *(_EXPORT + name for name in registry.names()))


@dataclass(frozen=True, slots=True)
class File:
    """A file of a package."""

    path: Path
    """Where it is now."""
    origin: str
    """The library that it belongs to, or `OWN`."""
    module: str = ""
    """What imports call it, if it is Python."""


class Contents:
    """Finds what functions need. What is found out about a module serves all of them."""

    def __init__(self, root: Path, wheels: Wheels, cache: Cache, layers: Mapping[str, Libraries] | None = None) -> None:
        """`layers` are those that bring libraries; by default those that there are."""
        self._root = root
        self._folder = wheels.folder
        self._cache = cache
        self._theirs = {name: each.name for each in wheels.distributions for name in each.files}
        self._modules = dict(_modules(wheels.folder, self._theirs)) | dict(_modules(root, dict(_own_files(root))))
        self._tops = {module.partition(".")[0] for module in self._modules}
        self._imports: dict[str, Imports] = {}
        self._needs: dict[Path, frozenset[str]] = {}
        self._layers = layer_recipes.of_libraries() if layers is None else layers
        self._brought = {library: name for name, recipe in self._layers.items() for library in recipe.names}
        self._held: dict[str, frozenset[str]] = {}

    def of(self, function: str) -> dict[str, File]:
        """The files of a function's package, by their names in it: what its layers bring is not among them.

        Raises `RequestError` for a function that does not exist, `MissingPart` for what its modules need and is not
        there, or is not known how to find, and for a layer that its format does not declare, or declares for nothing.
        """
        if function not in functions():
            raise RequestError(f"There is no function {function!r}. Functions: {', '.join(functions())}.")
        modules = {module: self._modules[module] for module in self._reached(function)}
        files = {self._name(file): file for file in modules.values()}
        files |= {self._name(file): file for file in self._data(modules)}
        files |= {self._name(file): file for file in self._libraries(files.values())}
        files = self._beside_layers(function, files)
        files |= {self._name(file): file for file in self._licences(files.values())}
        return dict(sorted(files.items()))

    def of_layer(self, layer: Libraries) -> dict[str, File]:
        """The files of a layer of libraries, by their names within its `python/`.

        Raises `MissingPart` for a library that functions cannot have, for requirements.lock does not name it.
        """
        if absent := sorted({*layer.names} - {*self._theirs.values()}):
            raise MissingPart(
                f"A layer is to hold {absent[0]}, which is not among the libraries in {self._folder}. Name it in "
                "`dependencies` of pyproject.toml and run `make lock`, or take it out of the layer's build.py."
            )
        files = {
            name: File(self._folder / name, origin)
            for name, origin in self._theirs.items()
            if origin in layer.names and layer.takes(name) and not _NOT_RUN.search(name)
        }
        files |= {self._name(file): file for file in self._libraries(files.values())}
        files |= {self._name(file): file for file in self._licences(files.values())}
        return dict(sorted(files.items()))

    def _beside_layers(self, function: str, files: Mapping[str, File]) -> dict[str, File]:
        declared = registry.get(function.removeprefix(_EXPORT)).layers if function.startswith(_EXPORT) else ()
        wanted: defaultdict[str, set[str]] = defaultdict(set)
        for name, file in files.items():
            if layer := self._brought.get(file.origin):
                if layer not in declared:
                    raise MissingPart(self._undeclared(function, file.origin, layer))
                wanted[layer].add(name)
        if idle := sorted({*declared}.intersection(self._layers) - wanted.keys()):
            raise MissingPart(
                f"{function} imports nothing of the layer {idle[0]}, and would fetch it at every start. Take it out of "
                f"the `layers` in {_declaration(function)}."
            )
        for layer, names in wanted.items():
            if absent := sorted(names - self._names(layer)):
                raise MissingPart(
                    f"{function} needs {absent[0]}, which the layer {layer} leaves out. Take the pattern for it out of "
                    f"`without` in layers/{layer}/build.py."
                )
        return {name: file for name, file in files.items() if file.origin not in self._brought}

    def _names(self, layer: str) -> frozenset[str]:
        if layer not in self._held:
            self._held[layer] = frozenset(self.of_layer(self._layers[layer]))
        return self._held[layer]

    def _undeclared(self, function: str, library: str, layer: str) -> str:
        exports = function.startswith(_EXPORT)
        theirs = {module for module, file in self._modules.items() if file.origin == library}
        importing = sorted(
            module
            for module in self._reached(function)
            if self._modules[module].origin == OWN and not theirs.isdisjoint(self._next(module, exports))
        )
        who = f"{function} (in {', '.join(importing)})" if importing else function
        told = f"{who} imports {library}, which is in the layer {layer}. "
        if exports:
            return told + f'Declare it: "{layer}" among the `layers` in {_declaration(function)}.'
        return told + "Only exporters have layers, so this step has to do without."

    def _name(self, file: File) -> str:
        return file.path.relative_to(self._root if file.origin == OWN else self._folder).as_posix()

    def _reached(self, function: str) -> set[str]:
        exports = function.startswith(_EXPORT)
        waiting = list(_roots(function))
        if missing := sorted(set(waiting) - self._modules.keys()):
            raise MissingPart(f"The function {function} begins with {missing[0]}, and there is no such module.")
        reached: set[str] = set()
        while waiting:
            module = waiting.pop()
            if module not in reached and module in self._modules:
                reached.add(module)
                waiting += self._next(module, exports)
        return reached

    def _next(self, module: str, exports: bool) -> Iterator[str]:
        yield module.rpartition(".")[0]  # what it is in is loaded before it
        yield from _BY_NAME.get(module, ())
        if self._modules[module].path.suffix == ".so":
            return
        found = self._read(module)
        is_work = module == _WORK or (module.startswith("exporters.") and not exports)
        unused = _UNUSED.get(module, ())
        for name in (*found.first, *found.perhaps, *(() if is_work else found.later)):
            if not any(fnmatchcase(name, pattern) for pattern in unused):
                yield name
        if module == _LEXERS:
            yield from _lexers(self._folder)

    def _read(self, module: str) -> Imports:
        if module not in self._imports:
            found = package_imports.of(self._modules[module].path, module, self._cache)
            self._check(module, found)
            self._imports[module] = found
        return self._imports[module]

    def _check(self, module: str, found: Imports) -> None:
        if found.by_name and module not in {*_BY_ROOTS, _LEXERS, *_BY_NAME}:
            raise MissingPart(
                f"{module} imports by a name that is made as it runs, which reading it cannot find. Say in "
                f"{Path(__file__).name} which modules it imports."
            )
        if self._modules[module].origin != OWN:
            return  # what a library can do without is often not there
        for name in (*found.first, *found.later):
            if not package_imports.is_standard(name) and name.partition(".")[0] not in self._tops:
                raise MissingPart(
                    f"{module} imports {name}, which is not among the libraries in {self._folder}. Name it in "
                    "`dependencies` of pyproject.toml, and run `make lock`."
                )

    def _data(self, modules: Mapping[str, File]) -> Iterator[File]:
        for module, file in modules.items():
            if file.origin == OWN:
                beside = (file.path.parent / word for word in self._read(module).words if word.endswith(_DATA))
                yield from (File(path, OWN) for path in beside if path.is_file())
            for pattern in _BESIDE.get(module, ()):
                yield from (
                    File(self._folder / name, origin)
                    for name, origin in self._theirs.items()
                    if fnmatchcase(name, pattern)
                )

    def _libraries(self, files: Iterable[File]) -> Iterator[File]:
        # What the loader looks for beside compiled modules: wheels bring it along in folders of their own.
        beside = {name.rpartition("/")[2]: name for name in self._theirs if ".so" in name}
        waiting = [file.path for file in files if ".so" in file.path.name]
        found: set[str] = set()
        while waiting:
            path = waiting.pop()
            needed = self._needed(path) - RUNTIME
            if missing := sorted(needed - beside.keys()):
                raise MissingPart(f"{path} needs {missing[0]}, which neither its wheel brings nor Lambda has.")
            names = {beside[each] for each in needed} - found
            found |= names
            waiting += (self._folder / name for name in names)
        return (File(self._folder / name, self._theirs[name]) for name in found)

    def _needed(self, library: Path) -> frozenset[str]:
        if library not in self._needs:
            self._needs[library] = frozenset(elf.needed(library.read_bytes()))
        return self._needs[library]

    def _licences(self, files: Iterable[File]) -> Iterator[File]:
        used = {file.origin for file in files}
        for name, origin in self._theirs.items():
            if origin in used and _LICENCE.fullmatch(name):
                yield File(self._folder / name, origin)


def _declaration(function: str) -> str:
    return f"exporters/formats/{function.removeprefix(_EXPORT)}/__init__.py"


def smaller(name: str, library: bytes) -> bytes:
    """A compiled library with all that it does here, and no more than that needs."""
    if fnmatchcase(name, _ICU_DATA):
        return package_native.with_less_icu_data(
            library, lambda item: any(fnmatchcase(item, each) for each in _ICU_USED)
        )
    return package_native.loaded(library)


def _own_files(root: Path) -> Iterator[tuple[str, str]]:
    for folder in ("exporters", "pipeline"):
        yield from ((path.relative_to(root).as_posix(), OWN) for path in (root / folder).rglob("*.py"))


def _modules(folder: Path, origins: Mapping[str, str]) -> Iterator[tuple[str, File]]:
    # Compiled modules last, for they are found before others of the same name.
    for name in sorted(origins, key=lambda name: name.endswith(".so")):
        if name.endswith((".py", ".so")):
            parts = name.removesuffix(".py").split("/")
            parts[-1] = parts[-1].partition(".")[0]  # without the machine that it was compiled for
            module = ".".join(parts).removesuffix(".__init__")
            yield module, File(folder / name, origins[name], module)


def _roots(function: str) -> Iterator[str]:
    if not function.startswith(_EXPORT):
        yield f"pipeline.{function}"
        yield from (f"exporters.formats.{name}" for name in registry.names())
        return
    name = function.removeprefix(_EXPORT)
    yield "pipeline.export"
    yield from (f"exporters.readers.{kind}" for kind in KINDS)  # any kind of source may become any format
    yield "exporters.toolbox.pandoc" if registry.get(name).pandoc else f"exporters.formats.{name}.export"
    yield f"exporters.formats.{name}"


def _lexers(folder: Path) -> Iterator[str]:
    """The modules with the lexers of the languages that are coloured: a sixth of all of them."""
    tree = ast.parse((folder / "pygments" / "lexers" / "_mapping.py").read_bytes())
    for node in ast.walk(tree):
        match node:
            case ast.Assign([ast.Name("LEXERS")], value):
                table = ast.literal_eval(value)
                yield from (module for module, _, names, *_ in table.values() if LANGUAGES.intersection(names))


RUNTIME = elf.GLIBC_LIBRARIES | {"libgcc_s.so.1", "libstdc++.so.6", "libz.so.1"}
"""Libraries that Lambda has; wheels for manylinux count on them (PEP 600)."""

_DATA = (".css", ".js", ".json", ".xml")

_LICENCE = re.compile(r"[^/]+\.dist-info/(?:licenses?/.*|(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*)", re.IGNORECASE)
"""Who hands on a library hands on its licence with it."""

_NOT_RUN = re.compile(r"\.dist-info/|\.libs/|(?:\.pyi|\.typed|\.c|\.cpp|\.h|\.pyx|\.pxd)$")
"""What of a library is for installing it, for compilers or for those who check types; and what wheels bring along
beside compiled modules, which is found by what these need."""

_WORK = "exporters.registry"
"""What it imports within its functions is the work of one format, which the roots of that format's function name."""
_BY_ROOTS = (_WORK, "exporters.readers")
_LEXERS = "pygments.lexers"

_BY_NAME: dict[str, tuple[str, ...]] = {
    "exporters.toolbox.mermaid": ("mmdr._mmdr",),  # in a program for a process of its own
    "cryptography.hazmat.bindings._rust": ("_cffi_backend",),
    "icu4py.breakers": ("icu4py.locale",),
    "yaml.constructor": (),  # for tags that name Python's own objects, which no safe loader follows
    "markdown.core": (),  # extensions that are given by their names; ours are classes
    "PIL.Image": ("PIL.WebPImagePlugin",),  # PNG, JPEG and GIF it imports by itself, and of others we open none
}
"""What modules import under names that are made as they run, or in code that is not Python's."""

_BESIDE = {"exporters.toolbox.hyphenation": ("pyphen/dictionaries/*.dic",)}  # and nothing else of it
"""Files of libraries that are read as data."""

_UNUSED: dict[str, tuple[str, ...]] = {
    "PIL.Image": (
        "PIL.ImageCms",
        "PIL.ImageQt",
        "PIL.ImageShow",
    ),  # for CIE Lab, which no image on the web is in; screens
    "pygments": ("pygments.formatter*",),  # classes are ours, so are colours
    "icu4py": ("icu4py._version",),
}
"""What libraries could import and never do here."""

_ICU_DATA = "icu4py.libs/libicudata-*"
_ICU_USED = ("brkitr/*.res", "brkitr/line.brk", "brkitr/[!c]*dict.dict")
"""Its data is for all that ICU can do in all languages, 33 MB; ours is asked where lines end in Thai, Lao, Khmer and
Burmese. The dictionary for Chinese and Japanese, 2 MB, is for words, and these lines end between any two characters."""
