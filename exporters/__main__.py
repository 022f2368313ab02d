"""Exports one source to one file, with no pipeline: `python -m exporters notes.md notes.pdf`.

Exit codes: 0 done, 1 the export failed, 2 wrong use; 130 after Ctrl-C, and 141 where the reader of standard output went
away, as shells have it.

Starting fast is a feature: what an export does not need is not imported, and argparse is used because it is light.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path

from exporters import File, Source, export, options, registry
from exporters.errors import ExportError, Lossy, RequestError, SourceTooLarge
from exporters.exporter import Exporter
from exporters.readers import kinds
from exporters.report import Report
from exporters.source import Companions

MAX_SOURCE = 100 * 2**20  # bytes; far above any book, far below a machine's memory
MAX_COMPANION = 20 * 2**20  # bytes of one image beside the source
SHOWN_ITEMS = 6  # of the report on stderr: more would hide the first

_STDIN, _STDOUT = 0, 1

_EXAMPLES = """\
examples:
  python -m exporters notes.md notes.pdf --option page_size=A5
  python -m exporters notes.md notes.html --report report.json
  cat notes.md | python -m exporters - - --to text | less
  python -m exporters plan.mup plan.pdf --option maxheading=2
  python -m exporters book.zip --to json --option indent=true
  python -m exporters --list
  python -m exporters --list --to pdf

Images that the source names by a relative path are read from its folder and the folders below.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what the command line asks for, and returns the exit code."""
    try:
        asked = _parser().parse_args(arguments)
        if asked.list:
            _write("-", _listed(asked))
        else:
            _export(asked)
        return 0
    except ExportError as error:
        _say(str(error))
        return 2 if isinstance(error, RequestError) else 1
    except BrokenPipeError:
        return 141
    except OSError as error:
        _say(f"Cannot write {_named(error.filename) if error.filename else 'standard output'}: {error.strerror}.")
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m exporters",
        description="Export a document to another format.",
        epilog=_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("source", nargs="?", metavar="SOURCE", help="the document to export, or - for standard input")
    parser.add_argument(
        "output",
        nargs="?",
        metavar="OUTPUT",
        help="the file to make, or - for standard output, where text goes if there is no OUTPUT but --to",
    )
    parser.add_argument(
        "--from", dest="kind", metavar="KIND", help="the kind of source, see --list (default: by its name and content)"
    )
    parser.add_argument("--to", dest="format", metavar="FORMAT", help="the format (default: by OUTPUT's ending)")
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an option, such as page_size=A5; may be repeated, see --list",
    )
    parser.add_argument(
        "--report", metavar="FILE", help="write as JSON what was lost or changed on the way; - for standard output"
    )
    parser.add_argument(
        "--list",
        action="store_true",
        help="show the formats and kinds of source, or with --to the options of one format, and export nothing",
    )
    parser.add_argument("--json", action="store_true", help="with --list: as JSON")
    return parser


def _listed(asked: Namespace) -> bytes:
    from exporters import listing

    names = (asked.format,) if asked.format else registry.names()
    if asked.json:
        return _json(listing.for_programs(names))
    return (listing.of_one(asked.format) if asked.format else listing.of_all()).encode()


def _export(asked: Namespace) -> None:
    """Says all that is wrong with the request before any work is done."""
    if asked.json:
        raise RequestError("--json goes with --list. The report of an export is JSON by itself: --report FILE.")
    if asked.output is None and asked.format is not None:
        asked.output = _for_reading(asked.format)
    if asked.source is None or asked.output is None:
        raise RequestError("Name a source and the file to make, such as: python -m exporters notes.md notes.pdf")
    if asked.report == "-" and asked.output == "-":
        raise RequestError("The file and its report cannot both go to standard output. Give one of them a name.")
    kinds.check(asked.source, asked.kind or "auto")
    format = _format(asked)
    for name in (asked.output, asked.report or "-"):
        _check_place(name, asked.source)
    exporter = registry.get(format)
    chosen = options.collect(asked.option, {format: exporter.options}).get(format, {})
    if asked.format is None:
        chosen = {**_meant_by(asked.output, exporter), **chosen}
    if asked.kind is not None:
        chosen["source_kind"] = asked.kind
    own, _ = options.parse(exporter.options, chosen, format)
    _check_ending(asked.output, format, exporter.file_type(own).extension)

    file = _exported(asked, format, chosen)
    _write(asked.output, file.data)
    if asked.report is not None:
        _write(asked.report, _json(file.report.as_json()))
    elif file.report.items:
        _summarise(file.report, file.name if asked.output == "-" else asked.output)


def _exported(asked: Namespace, format: str, chosen: dict[str, object]) -> File:
    try:
        return export(_source(asked.source), format, chosen)
    except Lossy as error:
        if asked.report is not None:
            _write(asked.report, _json(error.report.as_json()))
        else:
            _summarise(error.report, asked.source)
        raise


def _for_reading(format: str) -> str | None:
    """Where a file goes that nobody has named: to standard output, if people can read it there."""
    media_type = registry.get(format).media_type
    return "-" if media_type.startswith("text/") or media_type == "application/json" else None


def _format(asked: Namespace) -> str:
    if asked.format is not None:
        registry.get(asked.format)
        return str(asked.format)
    if asked.output == "-":
        raise RequestError(
            f"Standard output has no ending that tells the format. Add --to: {', '.join(registry.names())}."
        )
    last = Path(asked.output).suffix[1:].lower()
    if last in registry.names():  # .pdf is that of several, and means the one that is called so
        return last
    ending = _ending(asked.output)
    usual = [name for name in registry.names() if registry.get(name).extension == ending]
    found = usual or [name for name in registry.names() if ending in registry.get(name).extensions()]
    if len(found) == 1:
        return found[0]
    if found:
        raise RequestError(f"The ending {ending} is that of {' and '.join(found)}. Say which with --to.")
    known = ", ".join(f"{registry.get(name).extension} ({name})" for name in registry.names())
    raise RequestError(
        f"The ending of {_named(asked.output)} does not tell the format. Endings: {known}; or say it with --to."
    )


def _ending(output: str) -> str:
    """The longest ending of a name that is one of some format's, such as .html.zip; otherwise what follows its dot."""
    name = Path(output).name.lower()
    known = (ending for each in registry.names() for ending in registry.get(each).extensions())
    return max((ending for ending in known if name.endswith(ending)), key=len, default=Path(name).suffix)


def _meant_by(output: str, exporter: Exporter) -> dict[str, object]:
    """The option with which a format makes files of this ending, where nothing but the ending has named the format."""
    name = output.lower()
    found = next((each for each in exporter.instead if name.endswith(each.type.extension)), None)
    return {found.option: found.value} if found and not name.endswith(exporter.extension) else {}


def _check_ending(output: str, format: str, made: str) -> None:
    """Refuses the ending of what the format would make with other options: programs believe it."""
    if output.lower().endswith(made):
        return  # before all formats are asked for their endings, which takes as long as some exports
    ending = _ending(output)
    if ending in registry.get(format).extensions():
        name = Path(output).name[: -len(ending)] + made
        with_it = next((each for each in registry.get(format).instead if each.type.extension == ending), None)
        otherwise = f" A {ending} file it makes with --option {with_it.written}." if with_it else ""
        raise RequestError(
            f"With these options the format {format} makes a {made} file. Call it {name!r}, and say --to {format}."
            + otherwise
        )


def _check_place(name: str, source: str) -> None:
    if name == "-":
        return
    path = Path(name)
    if path.is_dir():
        raise RequestError(f"{_named(name)} is a folder. Name the file in it.")
    if not path.parent.is_dir():
        raise RequestError(f"There is no folder {_named(path.parent)} for {_named(path.name)}.")
    if source != "-" and path.exists() and Path(source).exists() and path.samefile(source):
        raise RequestError(f"{_named(name)} is the source itself. Give the file another name.")


def _source(name: str) -> Source:
    try:
        if name == "-":
            return Source(_bounded(_piped()), "stdin")
        path = Path(name)
        with path.open("rb") as stream:
            data = _bounded(stream.read(MAX_SOURCE + 1))
    except OSError as error:
        what = "standard input" if name == "-" else _named(name)
        raise RequestError(f"Cannot read {what}: {error.strerror}.") from None
    return Source(data, path.name, _beside(path.parent))


def _piped() -> bytes:
    # In pieces, for Python looks for a Ctrl-C between two reads, and one large read would wait on.
    found = bytearray()
    while len(found) <= MAX_SOURCE and (piece := os.read(_STDIN, 2**16)):
        found += piece
    return bytes(found)


def _bounded(data: bytes) -> bytes:
    if len(data) > MAX_SOURCE:
        raise SourceTooLarge(f"The source is larger than {MAX_SOURCE // 2**20} MB. Split it.")
    return data


def _beside(folder: Path) -> Companions:
    """Gives images from a folder and those below it, and nothing that a link or a path leads to elsewhere."""
    root = folder.resolve()

    def companion(path: str) -> bytes | None:
        parts = path.replace("\\", "/").split("/")
        if ".." in parts or not parts[0] or ":" in parts[0]:  # a parent, an absolute path, a drive
            return None
        try:
            found = (root / path).resolve()
            if not (found.is_relative_to(root) and found.is_file()):
                return None
            with found.open("rb") as stream:
                data = stream.read(MAX_COMPANION + 1)
        except (OSError, ValueError, RuntimeError):  # unreadable, a name with NUL, a loop of links
            return None
        return data if len(data) <= MAX_COMPANION else None

    return companion


def _write(name: str, data: bytes) -> None:
    """Writes all of it or nothing: to a file beside, which then takes the place of the old one."""
    if name == "-":
        with open(_STDOUT, "wb", closefd=False) as stream:
            stream.write(data)
        return
    path = Path(name).resolve()  # a link stays a link
    try:
        if path.exists() and not path.is_file():  # a device or a pipe, which must not be replaced
            path.write_bytes(data)
        else:
            _write_whole(path, data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, name) from None


def _write_whole(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{os.getpid()}-{os.urandom(4).hex()}.part")
    try:
        with partial.open("xb") as stream:
            stream.write(data)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _summarise(report: Report, name: str) -> None:
    rank = ("lost", "degraded", "note")
    items = sorted(report.items, key=lambda item: rank.index(item.severity))
    count = report.left_out + len(items)
    _say(f"{count} thing{'' if count == 1 else 's'} to know about {name}:")
    for item in items[:SHOWN_ITEMS]:
        times = f" (× {item.count})" if item.count > 1 else ""
        where = f" – {item.where}" if item.where else ""
        _line(f"  {item.severity}: {item.what}{times}{where}")
    if count > SHOWN_ITEMS:
        _line(f"  and {count - SHOWN_ITEMS} more; --report FILE writes them all")


def _json(value: object) -> bytes:
    import json

    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _named(name: object) -> str:
    return f"{str(name)!r}"


def _say(message: str) -> None:
    _line(f"exporters: {message}")


def _line(text: str) -> None:
    # Names and headings come from the document: none of them may move a terminal's cursor.
    print("".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
