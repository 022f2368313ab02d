"""Reads a bundle, a zip archive: one source with its images and attachments, or several sources that make one book.

Which source it is, by the first of these rules that says:

1. A manifest at the top makes a book: `export.yml`, else `mkdocs.yml`, else `SUMMARY.md`; see `book`.
2. The source at the top whose name is `index`, else the one whose name is `README`, whatever its ending.
3. The only source at the top; else the only source there is. A plain text is one where there is no other, and so is
   JSON or XML after that.

Where none says, the error lists the sources and how to write an `export.yml`. A single folder around all the rest is
looked through; files that begin with a dot and those that systems leave behind are not there.

Images and links mean the files of the bundle, from where the source lies, or from its top where they begin with `/`.
What a source links to and is no chapter becomes an attachment. A bundle within a bundle is not read.
"""

from __future__ import annotations

from exporters.document.nodes import Document
from exporters.errors import UnreadableSource
from exporters.readers import kinds
from exporters.readers.bundle import book
from exporters.readers.bundle.archive import Archive
from exporters.readers.bundle.chapters import Chapters
from exporters.readers.bundle.files import Files
from exporters.readers.reading import Reading, shown
from exporters.report import Code

_SHOWN = 10  # candidates in an error: enough to see what is meant

# In the order in which they are looked for.
_TEXTS = tuple(ending for kind in kinds.KINDS if kind not in ("bundle", "text") for ending in kinds.KINDS[kind])
_RANKS = (_TEXTS, kinds.KINDS["text"], kinds.LOOKED_INTO)

# Other files that are zip archives, by what is in them.
_OTHERS = {
    "[Content_Types].xml": "a Word, Excel or PowerPoint file",
    "META-INF/container.xml": "an EPUB file",
    "META-INF/manifest.xml": "an OpenDocument file",
}


def read(reading: Reading) -> Document:
    """Reads a bundle. Raises `UnreadableSource`, `SourceTooLarge`."""
    files = Files(Archive(reading.source.data, reading.report), reading.report)
    chapters = Chapters(reading, files)
    manifest = book.find(files)
    document = chapters.book(manifest) if manifest else chapters.alone(_entry(files))
    if unused := files.unused():
        count = "1 file of the bundle is" if unused == 1 else f"{unused} files of the bundle are"
        reading.report.note(Code.PART, f"{count} not used: nothing shows or links to what is in there.")
    return document


def _entry(files: Files) -> str:
    """The path of the source, by the rules 2 and 3."""
    top = [path for path in files.paths if "/" not in path]
    for name in ("index", "readme"):
        for endings in (*_RANKS, ("",)):
            for ending in endings:
                found = [path for path in top if path.lower() == name + ending]
                if found:
                    return found[0]
    looks_like = next((what for path, what in _OTHERS.items() if path in files.paths), None)
    if looks_like:
        raise UnreadableSource(f"The source is no bundle: it looks like {looks_like}.")
    for endings in _RANKS:
        every = [path for path in files.paths if path.lower().endswith(endings)]
        first = [path for path in every if "/" not in path] or every
        if len(first) == 1:
            return first[0]
        if first:
            raise UnreadableSource(_ambiguous(first))
    inner = [path for path in files.paths if path.lower().endswith(kinds.KINDS["bundle"])]
    if inner:
        raise UnreadableSource(
            f"The bundle has but another within ({shown(inner[0])}), and that is not read. Unpack it."
        )
    known = ", ".join(ending for endings in _RANKS for ending in endings)
    raise UnreadableSource(f"The bundle has no source in it. Endings of sources: {known}.")


def _ambiguous(paths: list[str]) -> str:
    listed = ", ".join(shown(path) for path in paths[:_SHOWN])
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return (
        f"The bundle has {len(paths)} sources, and nothing says which is meant: {listed}{more}. Call one of them "
        "index.md; or, for a book of several, add a file export.yml with their paths in order: "
        "chapters: [first.md, second.md]."
    )
