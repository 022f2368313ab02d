"""Packs Markdown and what it shows: a bundle that reads back to the same document."""

from __future__ import annotations

import re
from copy import replace
from unicodedata import normalize

from exporters.document.nodes import SOURCE, Document, Image, Paragraph, Resource
from exporters.formats.markdown.writer import write
from exporters.options import NoOptions
from exporters.report import Code, Report
from exporters.toolbox import metadata
from exporters.toolbox.file_names import safe_name
from exporters.toolbox.zipped import Zip

_TEXT = "index.md"
_MAP = "images/map.svg"
# What says to readers of bundles which text it is.
_MEANT = (_TEXT, "export.yml", "export.yaml", "mkdocs.yml", "mkdocs.yaml", "book.toml", "summary.md", "src/summary.md")


def export(document: Document, _options: NoOptions, report: Report) -> bytes:
    """The zip: `index.md`, and what it shows where its source had it: `images/` and `files/` hold what had no path."""
    document = _with_map(document, report)
    files = _places(document)
    bundle = Zip()
    bundle.add(_TEXT, write(document, report, files))
    for key, path in files.items():
        bundle.add(path, document.resources[key].data)
    return bundle.finish()


def _with_map(document: Document, report: Report) -> Document:
    """The document with the drawing of its map as an image before all else."""
    if document.map is None:
        return document
    from exporters.toolbox import svg_file  # 8 ms with `drawn`, and few documents are maps
    from exporters.toolbox.drawn import Drawn
    from exporters.toolbox.map_drawing import described

    drawn = Drawn(document, report)
    drawing = drawn.map()
    if drawing is None:
        report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
        return document
    said = described(document.map)
    language = metadata.stated_language(document)
    svg = svg_file.write(drawing, drawn.resources, drawn.fonts, title=said, language=language)
    resource = Resource("image/svg+xml", svg.encode(errors="replace"), name=_MAP)
    shown = Paragraph((Image(_MAP, said),))
    return replace(document, blocks=(shown, *document.blocks), resources={_MAP: resource, **document.resources})


# Paths


def _places(document: Document) -> dict[str, str]:
    """Where each file lies, by its key: under the path that the source has for it, so that HTML in the text that
    names it still finds it; or under one that is made for it."""
    taken = {*_MEANT}
    numbers: dict[str, int] = {}
    found: dict[str, str] = {}
    resources = {key: each for key, each in document.resources.items() if key != SOURCE}
    # All that keep their paths first, or a name that is made could take one.
    for key, resource in resources.items():
        path = _own(resource)
        if path and not _is_taken(path, taken):
            found[key] = _take(path, taken)
    for key, resource in resources.items():
        if key not in found:
            found[key] = _take(_made(key, resource, taken, numbers), taken)
    return {key: found[key] for key in resources}


def _take(path: str, taken: set[str]) -> str:
    folded = _folded(path)
    taken |= {folded, *(f"{folder}/" for folder in _folders(folded))}
    return path


def _own(resource: Resource) -> str:
    """The path of the source, if it is one that every system can unpack and that stays within the bundle."""
    path = normalize("NFC", resource.name)
    parts = path.split("/")
    return path if len(path) <= _LONGEST and len(parts) <= _DEEPEST and all(map(_is_safe, parts)) else ""


def _made(key: str, resource: Resource, taken: set[str], numbers: dict[str, int]) -> str:
    """A path of its own, by the last part of its name or by its hash; `numbers` says which were the last for a path."""
    is_image = resource.media_type in _ENDINGS
    folder, usual = ("images", "image") if is_image else ("files", "file")
    name = safe_name(resource.name or key.rpartition(":")[2], usual, _ENDINGS.get(resource.media_type, ()))
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    path = wanted = f"{folder}/{name}"
    while _is_taken(path, taken):
        numbers[wanted] = numbers.get(wanted, 1) + 1
        path = f"{folder}/{stem}-{numbers[wanted]}{dot}{ending}"
    return path


def _is_taken(path: str, taken: set[str]) -> bool:
    """Whether there is such a file, or a folder of this name, or a file where a folder would be."""
    folded = _folded(path)
    return folded in taken or f"{folded}/" in taken or any(folder in taken for folder in _folders(folded))


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def _folded(path: str) -> str:
    return path.casefold()  # many disks take capital letters and small ones for the same


def _is_safe(part: str) -> bool:
    return _SAFE.fullmatch(part) is not None and _OF_WINDOWS.match(part) is None


_LONGEST, _DEEPEST = 200, 8  # characters of paths, folders in each other: within what Windows takes
_SAFE = re.compile(r"(?![. ])[\w .,()+@=\-]*[\w()+@=\-]")
_OF_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)  # devices, with any ending
_ENDINGS = {
    "image/gif": (".gif",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/svg+xml": (".svg",),
    "image/webp": (".webp",),
}
