"""pandoc, and the only place that runs it: writes the formats of the long tail from our tree, given as its JSON.

It is a program in a process of its own: it holds one document, sees an empty environment, reads one file and writes
two, and has bounds to its time, memory and files. `--sandbox` keeps its readers and writers from all other files, and
it never reads markup: the tree is ours, so nothing of a document is taken for an instruction.

It starts in 8 ms, and what it takes after that is for what it reads.

Source: pandoc 3.9, "Pandoc User's Guide"; GHC 9.10, "Running a compiled program", for what follows +RTS.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from exporters.document import Document
from exporters.errors import ExporterFailed, ExportError, OutOfMemory, SourceTooLarge
from exporters.exporter import Pandoc
from exporters.options import NoOptions
from exporters.report import Code, Report
from exporters.toolbox import pandoc_tree, programs
from exporters.toolbox.depth import deeper

_PACKAGE = "pypandoc/files/pandoc"

_MAX_HEAP_MB = 512  # the process has at most 650 then; a book takes 340
_RESERVED_MB = 1024  # of addresses for the heap; GHC takes a terabyte unless it is told
_MAX_ADDRESSES = (_RESERVED_MB + 512) * 2**20  # and the program itself, which has 160 MB
_MAX_TREE = 64 * 2**20  # bytes of JSON
_MAX_FILE = 128 * 2**20
_MAX_SECONDS = 40  # of a processor
_PATIENCE = 50  # seconds, where many share one

# Until the first collection of garbage, memory is what was ever needed: with 24 MB to fill before that, a chapter takes
# 0.02 s and 43 MB instead of 0.04 s and 107 MB. A book is collected in any case, best by the collector's own 4 MB, and
# not as often as it does by itself: 0.5 s and 189 MB instead of 0.7 s and 196 MB.
_SMALL_TREE = 400_000
_FOR_SMALL, _FOR_LARGE = ("-A24m",), ("-F4",)

# Whoever gets such a file has a program that breaks its lines and colours its code, and pandoc takes longest for these.
_PLAINLY = ("--wrap=none", "--syntax-highlighting=idiomatic")

_UNBOUNDED = "pandoc was stopped, because the document takes {}. Split the source, or make its images smaller."


def exporter(declared: Pandoc) -> Callable[[Document, NoOptions, Report], bytes]:
    """The work of a format that pandoc makes."""

    def export(document: Document, options: NoOptions, report: Report) -> bytes:  # noqa: ARG001 – as all exporters
        with deeper():
            return written(declared.writer, pandoc_tree.pieces(document, declared, report), report, declared.variables)

    return export


def written(writer: str, tree: Iterable[str], report: Report, variables: Iterable[tuple[str, str]] = ()) -> bytes:
    """The file that a writer of pandoc's makes of a tree in JSON, which comes in pieces. `variables` are for its
    template, which takes them as they are.

    Raises `MissingPart` without pandoc, and `SourceTooLarge` or `OutOfMemory` where the tree is too much for it.
    """
    from tempfile import TemporaryDirectory  # 4 ms

    program = str(find())
    with TemporaryDirectory(prefix="export-") as name:
        folder = Path(name)
        size = _save(tree, folder / "tree.json")
        collector = _FOR_SMALL if size < _SMALL_TREE else _FOR_LARGE
        runtime = ("+RTS", "-H1m", f"-M{_MAX_HEAP_MB}m", f"-xr{_RESERVED_MB}m", *collector, "-RTS")
        usual = ("--sandbox", "--standalone", *_PLAINLY, "--from=json", f"--to={writer}")
        told = (f"--variable={name}={value}" for name, value in variables)
        _run([program, *usual, *told, "--log=log.json", "--output=made", "tree.json", *runtime], folder)
        _tell((folder / "log.json").read_bytes(), report)
        return (folder / "made").read_bytes()


def find() -> Path:
    """Where pandoc is: EXPORT_PANDOC, the Lambda layer, or its package. Raises `MissingPart`."""
    return programs.find("pandoc", "pandoc", "pypandoc_binary", _packaged)


def _packaged() -> Path | None:
    # Not by importing it, which takes 30 ms.
    return next((path for folder in sys.path if (path := Path(folder, _PACKAGE)).is_file()), None)


def _save(tree: Iterable[str], path: Path) -> int:
    size = 0
    with path.open("wb") as file:
        for piece in tree:
            size += file.write(piece.encode(errors="replace"))
            if size > _MAX_TREE:
                raise SourceTooLarge(_UNBOUNDED.format("too much room"))
    return size


def _run(command: list[str], folder: Path) -> None:
    """Runs it to its end. Raises what became of it, if it did not end well."""
    code, said = programs.run(
        command,
        folder,
        {},
        addresses=_MAX_ADDRESSES,
        seconds=_MAX_SECONDS,
        file_size=_MAX_FILE,
        patience=_PATIENCE,
    )
    if code:
        raise _failed(code, said)


def _failed(code: int, said: bytes) -> ExportError:
    """What an exit code, or the number of a signal below 0, and the last words mean for whoever asked."""
    from signal import SIGKILL, SIGXCPU, SIGXFSZ

    if code in (_HEAP_EXHAUSTED, -SIGKILL) or b"out of memory" in said or b"stack overflow" in said.lower():
        return OutOfMemory(_UNBOUNDED.format("more memory than pandoc may have"))
    if code == -SIGXFSZ or b"File too large" in said or b"No space left on device" in said:
        return SourceTooLarge(_UNBOUNDED.format("too much room"))
    if code == -SIGXCPU:
        return SourceTooLarge(_UNBOUNDED.format(f"more than {_MAX_SECONDS} seconds"))
    return ExporterFailed(
        f"pandoc could not write the document (code {code}). This is a mistake in the exporter, not in the source; the "
        "operator can replay the job once it is mended."
    )


_HEAP_EXHAUSTED = 251  # GHC: rts/RtsFlags, EXIT_HEAPOVERFLOW


# What pandoc's writers say in their log, by its type. Their own words quote the document.
_SAID = {
    "CouldNotConvertTeXMath": (Code.MATH, "A formula is shown as its LaTeX source."),
    "CouldNotFetchResource": (Code.IMAGE, "An image could not be taken into the file."),
    "CouldNotDetermineImageSize": (Code.IMAGE, "An image has a size that pandoc cannot find out."),
}
_LOST = {
    "BlockNotRendered": (Code.NODE, "A block was left out, because the format has none of its kind."),
    "InlineNotRendered": (Code.NODE, "Something within a line was left out, because the format has none of its kind."),
}
_USUAL = frozenset(("NoTitleElement", "CouldNotLoadTranslations", "NoTranslation", "InvalidLang", "LoadedResource"))


def _tell(log: bytes, report: Report) -> None:
    """Tells the report what pandoc says that it did not do."""
    if log.strip() == b"[]":
        return
    from json import loads  # 2 ms

    for message in loads(log):
        kind = message.get("type")
        if kind in _LOST:
            report.lost(*_LOST[kind])
        elif kind in _SAID:
            report.degraded(*_SAID[kind])
        elif kind not in _USUAL:
            report.degraded(Code.NODE, "Something is not written as it stands in the source.")
