"""What a bundle's manifest says: which sources make the book, in which order, under which parts.

Three kinds of manifest, and the first that lies at the top of the bundle counts:

`export.yml` (or `export.yaml`) is our own. Paths begin where it lies.

    title: The Analytical Engine    # these four are metadata, and each may be left out
    author: Ada Lovelace            # or a list of names
    lang: en
    date: 2024-02-29
    chapters:
      - introduction.md             # a chapter; its title is its own heading
      - Notes: notes.md             # a title for a chapter that has no heading
      - Appendices:                 # a part: a heading with chapters below it
          - sources/a.md
          - sources/b.ipynb

`mkdocs.yml` is that of MkDocs: `site_name`, `site_author`, `docs_dir`, the language of the theme, and `nav`; without a
`nav`, all the Markdown there is in `docs_dir`, in the order that MkDocs gives it. Nothing else of it is looked at.

`SUMMARY.md` is that of mdBook and GitBook, at the top, in `src/`, or where `book.toml` says. Its links are chapters,
lists in lists are chapters below chapters, headings are parts, and a link without an address is a draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from exporters.document.nodes import Block, Document, Json, Link, List, Paragraph, Section
from exporters.document.walk import plain_text, within
from exporters.errors import SourceError, UnreadableSource
from exporters.frozen import frozen
from exporters.options import USUAL
from exporters.readers import front_matter, kinds
from exporters.readers.bundle.archive import CannotUnpack
from exporters.readers.bundle.files import Files, folder_of, resolved
from exporters.readers.reading import Reading, shown
from exporters.report import Report
from exporters.source import Source, split_name
from exporters.toolbox.urls import is_external

MAX_ENTRIES = 5_000  # in a manifest; the longest documentation has some thousand pages

_OUR_KEYS = ("title", "author", "lang", "date", "chapters")
_OF_MKDOCS: front_matter.Wanted = {
    "site_name": None,
    "site_author": None,
    "docs_dir": None,
    "nav": None,
    "theme": {"language": None},
}


@frozen
class Entry:
    """A line of a manifest: a chapter, a part, or both."""

    title: str = ""
    """For a heading, where the chapter has none of its own."""
    path: str | None = None
    """From the top of the bundle; None for a part and for a chapter that nobody has written yet."""
    below: tuple[Entry, ...] = ()


@frozen
class Book:
    """What a manifest says."""

    manifest: str
    """Its path, for messages."""
    entries: tuple[Entry, ...]
    metadata: dict[str, Json]
    base: str
    """The folder from which addresses go that begin with `/`."""
    dialect: str = "auto"
    """The kind of the Markdown in it, see `kinds.KINDS`."""


def find(files: Files) -> Book | None:
    """The book that a bundle is; None where it has no manifest. Raises `UnreadableSource`."""
    for path in ("export.yml", "export.yaml"):
        if path in files.paths:
            return _ours(files, path)
    for path in ("mkdocs.yml", "mkdocs.yaml"):
        if path in files.paths and (book := _mkdocs(files, path)):
            return book
    about = _book_toml(files)
    source = about.get("src")
    for folder in (source if isinstance(source, str) else "", "", "src"):
        summary = resolved(folder.strip("/"), "SUMMARY.md")
        if summary in files.paths:
            return _summary(files, summary, about)
    return None


# Our own


def _ours(files: Files, path: str) -> Book:
    found = _mapping(files, path)
    for key in found:
        if key not in _OUR_KEYS:
            raise _wrong(path, f"there is no key {shown(key)!r}. Keys: {', '.join(_OUR_KEYS)}.")
    metadata = {key: value for key, value in found.items() if key != "chapters"}
    for key, value in metadata.items():
        names = value if key == "author" and isinstance(value, list) else [value]
        if not all(isinstance(each, str | int | float) and not isinstance(each, bool) for each in names):
            raise _wrong(path, f"{key} is no line of text{' and no list of them' if key == 'author' else ''}.")
    chapters = found.get("chapters")
    if not chapters:
        raise _wrong(path, "it names no chapters. Write them as a list of paths: chapters: [first.md, second.md].")
    entries = _entries(chapters, "chapters", path, "")
    return Book(path, _counted(entries, path), metadata, "")


def _entries(value: Json, key: str, manifest: str, folder: str) -> tuple[Entry, ...]:
    """A list of paths, titles with a path, and titles with such a list. As deep as YAML may be."""
    if not isinstance(value, list):
        raise _wrong(manifest, f"{key} is no list. Write each chapter on a line of its own, after a hyphen.")
    entries = []
    for number, each in enumerate(value, 1):
        match each:
            case str():
                entries.append(Entry(path=_found(folder, each)))
            case dict() if len(each) == 1:
                [(title, what)] = each.items()
                entries.append(_titled(title, what, f"{key}, item {number}", manifest, folder))
            case _:
                raise _wrong(manifest, f"{key}, item {number} is neither a path nor one title with a path or a list.")
    return tuple(entries)


def _titled(title: str, what: Json, key: str, manifest: str, folder: str) -> Entry:
    if what is None:
        return Entry(title)
    if isinstance(what, str):
        return Entry(title, _found(folder, what))
    return Entry(title, below=_entries(what, key, manifest, folder))


# That of MkDocs


def _mkdocs(files: Files, path: str) -> Book | None:
    found = _mapping(files, path, _OF_MKDOCS)
    folder = resolved("", found["docs_dir"] if isinstance(found.get("docs_dir"), str) else "docs") or ""  # type: ignore[arg-type]
    nav = found.get("nav")
    if nav:
        entries = _counted(_entries(nav, "nav", path, folder), path)
    elif not (entries := _by_folder(_markdown(files, folder), folder)):
        return None
    theme = found.get("theme")
    said = {
        "title": found.get("site_name"),
        "author": found.get("site_author"),
        "lang": theme.get("language") if isinstance(theme, dict) else None,
    }
    return Book(path, entries, {key: value for key, value in said.items() if value}, folder, "mkdocs")


def _markdown(files: Files, folder: str) -> list[str]:
    """All Markdown below a folder: its own before that of the folders within, the first page of each at its begin."""
    begin = f"{folder}/" if folder else ""
    found = [path for path in files.paths if path.startswith(begin) and path.endswith(kinds.KINDS["gfm"])]
    return sorted(found, key=lambda path: _place(path[len(begin) :]))


def _place(path: str) -> Any:
    *folders, name = path.split("/")
    first = split_name(name)[0] in ("index", "README")
    # A file sorts before any folder beside it, for a 0 stands where those have a 1.
    return [(1, folder, "") for folder in folders] + [(0, "" if first else "1", name)]


def _by_folder(paths: Iterable[str], top: str) -> tuple[Entry, ...]:
    """Chapters in a part for each folder; paths are in the order of the book."""
    root: dict[str, Any] = {}
    for path in paths:
        *folders, name = path[len(top) :].lstrip("/").split("/")
        at = root
        for folder in folders:
            at = at.setdefault(f"{folder}/", {})
        at[name] = path
    return tuple(_of_folder(root))


def _of_folder(content: dict[str, Any]) -> Iterator[Entry]:
    for name, what in content.items():
        if isinstance(what, str):
            yield Entry(path=what)
        else:
            yield Entry(in_words(name[:-1]), below=tuple(_of_folder(what)))


# That of mdBook


def _summary(files: Files, path: str, about: dict[str, Any]) -> Book:
    from exporters.readers import gfm  # 10 ms, which not every bundle needs

    folder = folder_of(path)
    try:
        document = gfm.read(Reading(Source(_unpacked(files, path), path), USUAL, Report()))
    except SourceError as error:
        raise _wrong(path, str(error)) from None
    entries = _counted(tuple(_of_summary(document, folder)), path)
    if not entries:
        raise _wrong(path, "it has no links. Write one for each chapter: - [Title](path.md).")
    said = {"title": about.get("title"), "author": about.get("authors"), "lang": about.get("language")}
    return Book(path, entries, {key: value for key, value in said.items() if value}, folder)


def _of_summary(document: Document, folder: str) -> Iterator[Entry]:
    yield from _of_blocks(document.blocks, folder)
    sections = document.sections
    if sections and sections[0].level == 1 and not document.blocks:
        # The first heading is that of the list itself.
        yield from _of_blocks(sections[0].blocks, folder)
        sections = sections[0].sections + sections[1:]
    for section in sections:
        yield from _of_part(section, folder)


def _of_part(section: Section, folder: str) -> Iterator[Entry]:
    lists = [number for number, block in enumerate(section.blocks) if isinstance(block, List)]
    end = lists[-1] + 1 if lists else len(section.blocks)  # chapters after the last list belong to no part
    below = (
        *_of_blocks(section.blocks[:end], folder),
        *(each for inner in section.sections for each in _of_part(inner, folder)),
    )
    if below:
        yield Entry(plain_text(section.heading), below=below)
    yield from _of_blocks(section.blocks[end:], folder)


def _of_blocks(blocks: Iterable[Block], folder: str) -> Iterator[Entry]:
    for block in blocks:
        match block:
            case Paragraph(content):
                yield from (_of_link(node, folder) for node in within(content) if isinstance(node, Link))
            case List(items):
                for item in items:
                    yield from _of_item(item.blocks, folder)
            case _:
                pass  # what is no link means nothing here


def _of_item(blocks: tuple[Block, ...], folder: str) -> Iterator[Entry]:
    """One chapter with those below it; or a part, where there is but a title."""
    first, *rest = blocks or (Paragraph(()),)
    if not isinstance(first, Paragraph):
        yield from _of_blocks(blocks, folder)
        return
    below = tuple(_of_blocks(rest, folder))
    links = [node for node in within(first.content) if isinstance(node, Link)]
    if links:
        chapter = _of_link(links[0], folder)
        yield Entry(chapter.title, chapter.path, below)
    elif below:
        yield Entry(plain_text(first.content), below=below)


def _of_link(link: Link, folder: str) -> Entry:
    from urllib.parse import unquote

    url = link.url if is_external(link.url) else unquote(link.url.partition("#")[0].partition("?")[0])
    return Entry(plain_text(link.content), _found(folder, url) if url else None)


def _book_toml(files: Files) -> dict[str, Any]:
    """What mdBook's own file says of the book; nothing where there is none, or it cannot be read."""
    if "book.toml" not in files.paths:
        return {}
    import tomllib  # 4 ms, and few bundles have such a file

    try:
        found = tomllib.loads(_unpacked(files, "book.toml")[: front_matter.MAX_SIZE].decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise _wrong("book.toml", "it is not as TOML is written.") from None
    book = found.get("book")
    return {key: value for key, value in book.items() if _is_text(value)} if isinstance(book, dict) else {}


def _is_text(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


# What they share


def in_words(name: str) -> str:
    """A title made of the name of a file or folder."""
    words = name.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words == words.lower() else words


def _found(folder: str, path: str) -> str:
    """A path from the top of the bundle, as far as it is one. Whether there is such a file is looked at later."""
    if is_external(path):
        return path
    return resolved("" if path.startswith("/") else folder, path) or path


def _mapping(files: Files, path: str, wanted: front_matter.Wanted | None = None) -> dict[str, Json]:
    data = _unpacked(files, path)
    try:
        found = front_matter.read(data.decode("utf-8-sig").replace("\r\n", "\n"), wanted=wanted)
    except UnicodeDecodeError:
        raise _wrong(path, "it is not in UTF-8.") from None
    except front_matter.Refused as error:
        raise _wrong(path, str(error)) from None
    if not isinstance(found, dict):
        raise _wrong(path, "it has no keys such as `chapters: [first.md, second.md]`.")
    return found


def _unpacked(files: Files, path: str) -> bytes:
    try:
        return files.unpack(path)
    except CannotUnpack as error:
        raise _wrong(path, f"it {error}.") from None


def _counted(entries: tuple[Entry, ...], manifest: str) -> tuple[Entry, ...]:
    todo = list(entries)
    count = 0
    while todo:
        count += 1
        todo += todo.pop().below
    if count > MAX_ENTRIES:
        raise _wrong(manifest, f"it has more than {MAX_ENTRIES} entries. Make several books of it.")
    return entries


def _wrong(manifest: str, why: str) -> UnreadableSource:
    return UnreadableSource(f"The bundle's {shown(manifest)} cannot be read: {why}")
