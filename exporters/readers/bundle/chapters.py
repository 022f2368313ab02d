"""Makes one document of the sources in a bundle.

Each is read by the reader of its kind, as if it had come alone. In a book it then becomes a section: its ids and the
labels of its footnotes are made unique, its headings move below that of its part, and its links lead to where things
are now, which is a heading of the book or an attachment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import replace
from typing import Any

from exporters.document.nodes import (
    Document,
    Footnote,
    FootnoteReference,
    Image,
    Inlines,
    Json,
    Link,
    Section,
)
from exporters.document.rewrite import rewritten
from exporters.document.walk import plain_text, targets
from exporters.errors import SourceError, SourceTooLarge, UnknownKind, UnreadableSource
from exporters.options import CommonOptions
from exporters.readers import document_of, kinds
from exporters.readers.bundle.archive import CannotUnpack
from exporters.readers.bundle.book import Book, Entry, in_words
from exporters.readers.bundle.files import Files, folder_of
from exporters.readers.reading import Links, Reading, anchors, pictures_of, shown
from exporters.readers.resources import Embedded, Resources
from exporters.readers.slugs import slugify
from exporters.report import Code, Report
from exporters.source import Source, no_companions, split_name
from exporters.toolbox.escaping import html_attribute
from exporters.toolbox.metadata import line
from exporters.toolbox.urls import is_external, scheme

MAX_PARTS = 6  # levels of parts and chapters, before those that chapters have themselves
MAX_TEXT = 40_000_000  # bytes of all chapters, with the images within their text
MAX_MARKS = 1_000_000  # characters in all chapters that may be markup: each may be a node, which takes 100 bytes

_CHECK = "Check its paths: they begin at the folder where it lies, or at its docs_dir if it names one."

_MARKS = tuple(bytes((mark,)) for mark in b"*_~[]!<>&\\`$|#\n")
_FIRST_PAGES = ("index", "readme")
_MARKDOWN = kinds.KINDS["gfm"]

# What is often beside a document. Another file is "application/octet-stream", which is always true.
_MEDIA_TYPES = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "epub": "application/epub+zip",
    "gif": "image/gif",
    "gz": "application/gzip",
    "html": "text/html",
    "ics": "text/calendar",
    "ipynb": "application/x-ipynb+json",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "md": "text/markdown",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "webp": "image/webp",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}


class Chapters:
    """The sources of one bundle on their way to a document."""

    def __init__(self, reading: Reading, files: Files) -> None:
        self._files = files
        self._report = reading.report
        self._keep_html = reading.keep_html
        self._wanted = reading.wanted
        self._options: CommonOptions = replace(reading.options, source_kind="auto")
        self._resources = reading.resources = _Resources(files, reading.report)
        self._ids = _Names()
        self._labels = _Names()
        self._chapters: dict[str, _Chapter] = {}
        self._anywhere: dict[str, str] = {}
        """By what a heading's id was in its chapter, what that of the first such heading is in the book."""
        self._attached: dict[str, str | None] = {}
        self._why = ""
        """Why the first chapter that is left out cannot be read."""
        self._is_book = False
        self._bytes = 0
        self._marks = 0

    def alone(self, path: str) -> Document:
        """The document of one source. Raises `UnreadableSource`, `SourceTooLarge`."""
        try:
            chapter = self._read(path, "auto", self._report)
        except (CannotUnpack, UnknownKind) as error:
            raise UnreadableSource(_because(path, error)) from None
        document = chapter.document
        self._look_for_more(document.metadata)
        if not chapter.leads:
            return document
        chapter.ids = {id: id for id in targets(document)}
        chapter.start = document.sections[0].id if document.sections else ""
        self._chapters[path] = chapter
        return self._linked(chapter, document)

    def book(self, book: Book) -> Document:
        """The document of a book. Raises `UnreadableSource`, `SourceTooLarge`."""
        self._is_book = True
        self._files.base = book.base
        placed = [(entry, level, self._chapter(entry, book)) for entry, level in self._entries(book.entries)]
        if not self._chapters:
            named = next((f", such as {shown(entry.path)}" for entry, *_ in placed if entry.path), "")
            raise UnreadableSource(
                f"No chapter that the bundle's {shown(book.manifest)} names can be read{named}. {self._why or _CHECK}"
            )
        for entry, level, chapter in placed:
            if chapter:
                chapter.section = self._renamed(chapter, entry, level)
        sections = [self._section(*each) for each in placed]
        metadata = {**next(iter(self._chapters.values())).document.metadata, **book.metadata}
        self._look_for_more(metadata)
        nested = _nested([section for section in sections if section])
        return Document((), nested, self._footnotes(), metadata)

    def _look_for_more(self, metadata: Mapping[str, Json]) -> None:
        # Paths that are said of the whole begin at the bundle's top, and what they lead to is used.
        self._resources.begin("", self._report)
        for path in pictures_of(metadata, self._options).values():
            self._resources.key(path, "")
        if self._wanted:
            self._resources.take_along(self._wanted)

    def _entries(self, entries: tuple[Entry, ...]) -> Iterator[tuple[Entry, int]]:
        """All lines of a manifest in reading order, each with the level of its heading."""
        stack = [(entry, 1) for entry in reversed(entries)]
        while stack:
            entry, level = stack.pop()
            yield entry, level
            if level == MAX_PARTS and entry.below:
                what = f"Parts and chapters are nested more than {MAX_PARTS} deep; what is deeper is flattened."
                self._report.degraded(Code.NESTING, what, shown(entry.title))
            stack += ((below, min(level + 1, MAX_PARTS)) for below in reversed(entry.below))

    # Reading

    def _chapter(self, entry: Entry, book: Book) -> _Chapter | None:
        """The chapter of a line; None where it has none, or none that can be read, which is reported."""
        if entry.path is None:
            return None
        manifest = shown(book.manifest)
        if is_external(entry.path):
            self._report.note(Code.PART, "An entry of the book leads to another server, and is no chapter.", manifest)
            return None
        path = self._files.find("", entry.path)
        if path is None:
            self._report.lost(Code.PART, f"The chapter {shown(entry.path)} is not in the bundle.", manifest)
            return None
        if path in self._chapters:
            self._report.note(Code.PART, "A chapter is named twice, and is in the book once.", shown(path))
            return None
        try:
            chapter = self._read(path, book.dialect, _ReportOfChapter(self._report, shown(path)))
        except SourceTooLarge as error:
            raise SourceTooLarge(f"The chapter {shown(path)}: {error}") from None
        except (CannotUnpack, SourceError, UnknownKind) as error:
            why = _because(path, error)
            self._why = self._why or why
            self._report.lost(_code(error), f"The chapter {shown(path)} is left out. {why}", manifest)
            return None
        self._chapters[path] = chapter
        return chapter

    def _read(self, path: str, dialect: str, report: Report) -> _Chapter:
        data = self._files.unpack(path)
        self._bytes += len(data)
        self._marks += sum(map(data.count, _MARKS))
        if self._is_book and (self._bytes > MAX_TEXT or self._marks > MAX_MARKS):
            raise SourceTooLarge("The chapters of the book are too long together. Make several books of them.")
        folder = folder_of(path)
        source = Source(data, path, lambda other: self._companion(folder, other))
        self._resources.begin(folder, report)
        reading = _Reading(source, self._options, report, self._resources, self._keep_html)
        if self._is_book and not data.strip():
            report.note(Code.PART, "A chapter is empty; only its title is in the book.")
            return _Chapter(path, Document(), reading)
        kind = kinds.choose(source, dialect if path.lower().endswith(_MARKDOWN) else "auto")
        if kind == "bundle":
            raise _Nested("A bundle within a bundle is not read.")
        return _Chapter(path, document_of(kind, reading), reading)

    def _companion(self, folder: str, path: str) -> bytes | None:
        found = self._files.find(folder, path)
        return self._files.read(found, "") if found else None

    # From sources to sections

    def _section(self, entry: Entry, level: int, chapter: _Chapter | None) -> Section | None:
        """What a line of a manifest is in the book, without those below it."""
        if chapter:
            return self._linked(chapter, chapter.section)
        if entry.below:
            title = entry.title or in_words(split_name(entry.path or "")[0])
            return Section(level, (title,), self._ids.give(slugify((title,))))
        if entry.path is None:
            self._report.note(Code.PART, "A chapter of the book is not written yet.", shown(entry.title))
        return None

    def _renamed(self, chapter: _Chapter, entry: Entry, level: int) -> Section:
        """The section of the book that a chapter is, with ids, labels and levels as they are there."""
        document = chapter.document
        if document.map is not None:
            what = "Only the outline of a map is in a book, not its drawing."
            chapter.report.degraded(Code.MAP, what)
        title = line(document.metadata.get("title"))
        if _has_own_heading(document, title):
            document = self._unique(chapter, level - document.sections[0].level)
            [section] = document.sections
            # What stands before the heading, such as a picture, has to stand within its section.
            section = replace(section, blocks=document.blocks + section.blocks)
        else:
            title = entry.title or title or _title_of(chapter.path)
            id = self._ids.give(slugify((title,)))
            top = min((section.level for section in document.sections), default=1)
            document = self._unique(chapter, level + 1 - top)
            section = Section(level, (title,), id, document.blocks, document.sections)
        chapter.start = section.id
        chapter.notes = document.footnotes
        return section

    def _unique(self, chapter: _Chapter, shift: int) -> Document:
        labels: dict[str, str] = {}

        def id(_: Any, old: str) -> str:
            if not old:
                return old
            chapter.ids[old] = self._ids.give(old)
            self._anywhere.setdefault(old, chapter.ids[old])
            return chapter.ids[old]

        def label(node: Any, old: str) -> str:
            if old not in labels:
                labels[old] = self._labels.give(old)
            if isinstance(node, FootnoteReference):
                chapter.mentioned.add(labels[old])
            return labels[old]

        def deeper(_: Any, old: int) -> int:
            return max(1, old + shift)

        alone = replace(chapter.document, map=None)  # whose topics have ids of their own
        return rewritten(alone, {"id": id, "label": label, "level": deeper})

    def _footnotes(self) -> tuple[Footnote, ...]:
        """In the order of the chapters; those that nobody mentions last, as in every document."""
        every = [
            (note.label not in chapter.mentioned, self._linked(chapter, note))
            for chapter in self._chapters.values()
            for note in chapter.notes
        ]
        return tuple(note for _, note in sorted(every, key=lambda each: each[0]))

    # Links

    def _linked[T](self, chapter: _Chapter, node: T) -> T:
        """The same with its links as they are to be."""
        if not chapter.leads:
            return node

        def url(node: Any, old: str) -> str:
            if isinstance(node, Image):
                return old
            if old not in chapter.links:
                chapter.links[old] = self._link(chapter, old)
            return chapter.links[old]

        def html(node: Any, old: str) -> str:
            out: list[str] = []
            at = 0
            for start, end, address in chapter.html_links.get(old, ()):
                if (new := url(node, address)) != address:
                    out += old[at:start], f'"{html_attribute(new)}"'
                    at = end
            return "".join((*out, old[at:])) if out else old

        return rewritten(node, {"url": url, "html": html})

    def _link(self, chapter: _Chapter, url: str) -> str:
        """Where an address leads now."""
        if not _is_local(url):
            return url
        path, fragment = _parted(url)
        if not path:
            return self._within(chapter, chapter, fragment, url)
        where = chapter.leads.get(url, "")
        found = self._file(chapter.folder, path)
        if found is None:
            what = f"The link {shown(url)} leads to a file that is not in the bundle."
            chapter.report.degraded(Code.PART, what, where)
            return url
        if found in self._chapters:
            return self._within(chapter, self._chapters[found], fragment, url)
        return self._attachment(chapter, found, where) or url

    def _file(self, folder: str, path: str) -> str | None:
        """The file that a link means: of a folder its first page, of a page of a website the source."""
        if not path.endswith("/") and (found := self._files.find(folder, path)):
            return found
        stem = path.removesuffix("/").removesuffix(".html")
        meant = (f"{stem}.md", f"{path}/index.md", f"{path}/README.md")
        return next((found for each in meant if (found := self._files.find(folder, each)) in self._chapters), None)

    def _within(self, chapter: _Chapter, target: _Chapter, fragment: str, url: str) -> str:
        """The link to a heading, which is named by its id in the chapter where it stands."""
        id = self._id(chapter, target, fragment)
        if id is None:
            what = f"The link {shown(url)} leads nowhere: no heading has this id."
            chapter.report.note(Code.LINK, what, chapter.leads.get(url, ""))
        if not self._is_book and url.startswith("#"):
            return url
        return f"#{target.start if id is None else id}"

    def _id(self, chapter: _Chapter, target: _Chapter, fragment: str) -> str | None:
        if fragment in ("", "top"):  # a browser takes both for the begin of the page
            return target.start
        if fragment in target.ids:
            return target.ids[fragment]
        if fragment in target.anchors():
            return fragment
        # Authors who join their chapters with other programs link across them by the id alone.
        return self._anywhere.get(fragment) if chapter is target else None

    def _attachment(self, chapter: _Chapter, path: str, where: str) -> str | None:
        if path not in self._attached:
            self._attached[path] = self._attach(chapter, path, where)
        return self._attached[path]

    def _attach(self, chapter: _Chapter, path: str, where: str) -> str | None:
        data = self._files.read(path, where)
        if data is None:
            return None
        ending = split_name(path)[1][1:].lower()
        key = self._resources.attach(data, _MEDIA_TYPES.get(ending, "application/octet-stream"), path)
        if key is None:
            what = "An attachment is left out: the images and attachments of a source are too large together."
            chapter.report.lost(Code.ATTACHMENT, what, where)
        return key


class _Nested(UnreadableSource):
    """A bundle in a bundle."""


class _Chapter:
    """A source that has been read, and what becomes of its parts in the book."""

    def __init__(self, path: str, document: Document, reading: _Reading) -> None:
        self.path = path
        self.folder = folder_of(path)
        self.document = document
        self.report = reading.report
        self.leads = reading.leads
        self.html_links = reading.html_links
        self.section = Section(1, (), "")
        self.notes: tuple[Footnote, ...] = ()
        self.ids: dict[str, str] = {}
        """By the id that a heading had in its source, the one it has now."""
        self.start = ""
        """The id of its first heading."""
        self.mentioned: set[str] = set()
        self.links: dict[str, str] = {}
        self._anchors: frozenset[str] | None = None

    def anchors(self) -> frozenset[str]:
        """The ids in raw HTML."""
        if self._anchors is None:
            self._anchors = anchors(self.document)
        return self._anchors


class _Reading(Reading):
    """Of a chapter. Where its links lead is looked at when all chapters have been read."""

    def __init__(
        self, source: Source, options: CommonOptions, report: Report, resources: Resources, keep_html: bool
    ) -> None:
        super().__init__(source, options, report, keep_html)
        self.resources = resources
        self.html_links: Links = {}

    def link(self, content: Inlines, url: str, title: str = "") -> Link:
        if _is_local(url):
            self.leads.setdefault(url, self.where)
        return Link(content, url, title)


class _Resources(Resources):
    """The images of all chapters together: each file is unpacked once, whatever chapters call it."""

    def __init__(self, files: Files, report: Report) -> None:
        super().__init__(no_companions, report)
        self._files = files
        self._folder = ""
        self._of_files: dict[str, str | None] = {}

    def begin(self, folder: str, report: Report) -> None:
        """Makes ready for a source in this folder."""
        self._folder = folder
        self._report = report
        self._keys = {}
        self.embedded = Embedded(b"")

    def key(self, url: str, where: str) -> str:
        if url not in self._keys and _is_local(url):
            path, _ = _parted(url)
            found = self._files.find(self._folder, path) if path else None
            if found is not None:
                self._keys[url] = self._of_file(found, url, where) or url
        return super().key(url, where)

    def key_in_html(self, url: str, where: str) -> str:
        """An image that is not there is named from the bundle's top: there may be one where its path leads to from
        another chapter."""
        key = self.key(url, where)
        if key != url or not self._folder or not _is_local(url) or url.startswith(("/", "\\", "#", "?")):
            return key
        from urllib.parse import quote

        return f"{quote(self._folder)}/{url}"

    def _file(self, path: str) -> bytes | None:
        found = self._files.find("", path)
        return self._files.read(found, "") if found is not None else None

    def _of_file(self, path: str, url: str, where: str) -> str | None:
        if path not in self._of_files:
            data = self._files.read(path, where)
            self._of_files[path] = None if data is None else self.add(data, f"The image {shown(url)}", where, path)
        return self._of_files[path]


class _ReportOfChapter(Report):
    """Adds to the report of the book, with the chapter's name before where something is."""

    def __init__(self, report: Report, name: str) -> None:
        super().__init__()
        self._report = report
        self._name = name

    def lost(self, code: Code, what: str, where: str = "") -> None:
        self._report.lost(code, what, self._in(where))

    def degraded(self, code: Code, what: str, where: str = "") -> None:
        self._report.degraded(code, what, self._in(where))

    def note(self, code: Code, what: str, where: str = "") -> None:
        self._report.note(code, what, self._in(where))

    def _in(self, where: str) -> str:
        return f"{self._name}: {where}" if where else self._name


class _Names:
    """Gives names that nobody has yet: the wanted one, or that with a number."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def give(self, wanted: str) -> str:
        key = wanted.casefold()  # for formats in which small and capital letters are the same
        name, tried = wanted, key
        while tried in self._given:
            self._given[key] += 1
            name = f"{wanted}-{self._given[key]}"
            tried = name.casefold()
        self._given[tried] = 0
        return name


def _code(error: Exception) -> Code:
    if isinstance(error, CannotUnpack):
        return error.code
    return Code.NESTING if isinstance(error, _Nested) else Code.PART


def _because(path: str, error: Exception) -> str:
    return f"The file {shown(path)} {error}." if isinstance(error, CannotUnpack) else str(error)


def _has_own_heading(document: Document, title: str) -> bool:
    """Whether a chapter is a section already: all that it says stands below one heading."""
    if len(document.sections) != 1:
        return False
    [section] = document.sections
    if section.level == 1:
        return True
    return not document.blocks and title in ("", plain_text(section.heading))


def _title_of(path: str) -> str:
    stem = split_name(path)[0]
    folder = split_name(folder_of(path))[0]
    return in_words(folder if folder and stem.lower() in _FIRST_PAGES else stem)


def _nested(flat: list[Section]) -> tuple[Section, ...]:
    """Sections in each other, by their levels."""
    open: list[tuple[int, Section | None, list[Section]]] = [(0, None, [])]

    def close(level: int) -> None:
        while open[-1][0] >= level:
            _, section, below = open.pop()
            if section is not None:
                open[-1][2].append(replace(section, sections=(*section.sections, *below)) if below else section)

    for section in flat:
        close(section.level)
        open.append((section.level, section, []))
    close(1)
    return tuple(open[0][2])


def _is_local(url: str) -> bool:
    return bool(url) and not scheme(url) and not url.startswith("//")


def _parted(url: str) -> tuple[str, str]:
    """The path and the id in an address, decoded."""
    path, _, fragment = url.partition("#")
    path = path.partition("?")[0]
    if "%" in url:
        from urllib.parse import unquote

        return unquote(path), unquote(fragment)
    return path, fragment
