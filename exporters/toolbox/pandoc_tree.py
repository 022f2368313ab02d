"""A document as pandoc's JSON, in pieces, so that it is never in memory as a whole.

Nothing of a document goes through as HTML or in the target's own syntax: all text is escaped, by pandoc's writer or
where that does not, by `pandoc_escapes`. pandoc's tree has no tabs, foldable blocks, or
notes that are mentioned twice: `pandoc_lacks` says what becomes of them.

Source: pandoc-types 1.23.1, `Text.Pandoc.Definition`, and its instances of `ToJSON`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import replace

from exporters.document.nodes import (
    Blocks,
    CodeBlock,
    Document,
    FootnoteReference,
    Inlines,
    Link,
    ListItem,
    Paragraph,
    Section,
)
from exporters.document.walk import inlines, plain_text, targets, title
from exporters.exporter import Pandoc
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import metadata
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.pandoc_blocks import BlockTree
from exporters.toolbox.pandoc_inlines import NO_ATTRIBUTES
from exporters.toolbox.pandoc_lacks import untold
from exporters.toolbox.untold import report_untold

_API_VERSION = "[1,23,1]"
_PIECE = 500  # strings, some of which are long: 20 kB are a piece that is worth writing

_LEVELS = 6
_NAMED = re.compile(r"[^\W\d][\w-]*")  # what is an id in XML, in TeX and in Typst

_PROGRAMS = frozenset(("python", "python3", "py", "ipython"))  # what the kernel runs that everybody has
_KERNEL = (
    ',"jupyter":{"t":"MetaMap","c":{"kernelspec":{"t":"MetaMap","c":{"display_name":{"t":"MetaString","c":"Python 3"},'
    '"language":{"t":"MetaString","c":"python"},"name":{"t":"MetaString","c":"python3"}}}}}'
)


def pieces(document: Document, pandoc: Pandoc, report: Report) -> Iterator[str]:
    """The tree, for `pandoc --from=json`. Tells the report what the format cannot hold."""
    return _Tree(document, pandoc, report).pieces()


class _Tree(BlockTree):
    """One document on its way to pandoc."""

    def __init__(self, document: Document, pandoc: Pandoc, report: Report) -> None:
        linked = frozenset(_linked(document))
        super().__init__(document, pandoc, report, targets(document) & linked if linked else linked)
        self._title = _title(document) if pandoc.title == "stated" else None
        if self._title:
            self._targets -= {self._title.id}
        if "inner links" in pandoc.lacks:
            self._targets = frozenset()
        self._notes = {note.label: note for note in document.footnotes}
        self._numbers = _numbered(document)
        self._written: set[str] = set()
        self._in_note = False
        self._names: dict[str, str] = {}
        self._begun: int | None = None
        self._begun_kind = ""

    def pieces(self) -> Iterator[str]:
        if self._document.map is not None:
            self._said("map")
        self._metadata()
        yield f'{{"pandoc-api-version":{_API_VERSION},"meta":{self._taken()},"blocks":['
        first = True
        for _ in self._body():
            if self._begun is None and (len(self._out) > _PIECE or first):
                piece = self._taken()
                yield piece[1:] if first else piece
                first = first and not piece
        yield self._taken() + "]}"
        if self.impossible:
            self._report.lost(About.TEXT, f"Control characters became \ufffd: {self.impossible}.")

    def _taken(self) -> str:
        piece = "".join(self._out)
        self._out.clear()
        return piece

    # The whole

    def _metadata(self) -> None:
        document, out = self._document, self._out
        out.append("{")
        language = metadata.stated_language(document)
        if language:
            out.append(f',"lang":{{"t":"MetaString","c":{self._string(language)}}}')
        if metadata.direction(document) == "rtl":
            out.append(',"dir":{"t":"MetaString","c":"rtl"}')
        if self._pandoc.title == "stated":
            self._stated("title", self._title_in_place())
            for key in ("subtitle", "date", "abstract"):
                self._stated(key, (metadata.stated(document, key),))
            self._stated_list("author", metadata.authors(document))
            if self._pandoc.keywords:
                self._stated_list("keywords", metadata.keywords(document))
        report_untold(document, self._report, *untold(self._pandoc))
        if self._pandoc.cells:
            out.append(_KERNEL)
        self._end(1, "}")

    def _title_in_place(self) -> Inlines:
        if self._is_too_long():
            return (title(self._document)[: self._pandoc.longest_title - 1].rstrip() + "…",)
        return self._title.heading if self._title else (title(self._document),)

    def _is_too_long(self) -> bool:
        return 0 < self._pandoc.longest_title < len(title(self._document))

    def _stated(self, key: str, content: Inlines) -> None:
        if any(content):
            self._out.append(f',"{key}":{{"t":"MetaInlines","c":')
            self._line(content)
            self._out.append("}")

    def _stated_list(self, key: str, lines: Iterable[str]) -> None:
        if lines:
            self._out.append(f',"{key}":{{"t":"MetaList","c":')
            self._each(lambda line: self._node("MetaInlines", (line,)), lines)
            self._out.append("}")

    def _body(self) -> Iterator[None]:
        """Writes block after block, with a pause after each."""
        if self._pandoc.title == "heading":
            if self._pandoc.cells:
                self._into_cell("markdown")
            self._said_title()
            yield
        if self._is_too_long():
            self._bold((title(self._document),))
            yield
        yield from self._flow(self._document.blocks)
        sections = self._document.sections
        if self._title:
            yield from self._flow(self._title.blocks)
            sections = self._title.sections
        for section in sections:
            yield from self._section(section, 1)
        self._left_notes()
        self._end_cell()
        yield

    def _flow(self, blocks: Blocks) -> Iterator[None]:
        for block in blocks:
            if self._pandoc.cells:
                is_program = isinstance(block, CodeBlock) and block.language.lower() in _PROGRAMS
                self._into_cell("code" if is_program else "markdown")
            self._block(block)
            yield

    def _into_cell(self, kind: str) -> None:
        """Begins a cell, unless what comes next goes into that which has begun."""
        if self._begun is None or kind == "code" or self._begun_kind == "code":
            self._end_cell()
            self._out.append(f',{{"t":"Div","c":[["",["cell","{kind}"],[]],[')
            self._begun, self._begun_kind = len(self._out), kind

    def _end_cell(self) -> None:
        if self._begun == len(self._out):
            self._out.pop()
        elif self._begun is not None:
            self._end(self._begun, "]]}")
        self._begun = None

    def _said_title(self) -> None:
        """The title, where no heading says it, and who wrote the document when."""
        document = self._document
        name = title(document)
        if name and not (document.sections and plain_text(document.sections[0].heading) == name):
            self._heading(1, (name,), "")
        about = (", ".join(metadata.authors(document)), metadata.stated(document, "date"))
        for line in (metadata.stated(document, "subtitle"), " · ".join(filter(None, about))):
            if line:
                self._node("Para", (line,))

    def _section(self, section: Section, level: int) -> Iterator[None]:
        if self._pandoc.cells:
            self._end_cell()
            self._into_cell("markdown")
        self._heading(level, section.heading, section.id)
        yield from self._flow(section.blocks)
        for below in section.sections:
            yield from self._section(below, level + 1)

    def _heading(self, level: int, content: Inlines, id: str) -> None:
        if level > 2:
            self._lacks("levels")
        named = id in self._targets or self._pandoc.names_all
        attributes = f'["{self._name(id)}",[],[]]' if named else NO_ATTRIBUTES
        self._out.append(f',{{"t":"Header","c":[{min(level, _LEVELS)},{attributes},')
        marks = self._marks
        if marks is not None and not marks.in_headings:
            self._marks = None
        self._line(content)
        self._marks = marks
        self._out.append("]}")

    def _name(self, id: str) -> str:
        if id not in self._names:
            own = id if _NAMED.fullmatch(id) and not id.startswith("place-") else ""
            self._names[id] = own or f"place-{len(self._names) + 1}"
        return self._names[id]

    # Notes

    def _reference(self, node: FootnoteReference) -> None:
        note = self._notes.get(node.label)
        if note is None:
            note_missing(node.label, self._report)
            self._text(f"[^{node.label}]")
        elif self._in_note or node.label in self._written or "footnotes" in self._pandoc.lacks:
            # pandoc writes a note where it is mentioned, so that two mentions would be two notes.
            self._said("footnotes" if "footnotes" in self._pandoc.lacks else "mentions")
            number = str(self._numbers[node.label])
            if "superscript" in self._pandoc.lacks:
                self._text(f"({number})")
            else:
                self._dressed("Superscript", (number,))
        else:
            self._written.add(node.label)
            self._in_note = True
            self._out.append(',{"t":"Note","c":')
            self._blocks(note.blocks or (Paragraph((note.label,)),))
            self._out.append("}")
            self._in_note = False

    def _left_notes(self) -> None:
        """Those that have not been written where they are mentioned."""
        left = [note for note in self._document.footnotes if note.label not in self._written]
        if not left:
            return
        if self._pandoc.cells:
            self._into_cell("markdown")
        self._in_note = True
        self._rule()
        for note in sorted(left, key=lambda note: self._numbers[note.label]):
            self._numbered_list(self._numbers[note.label], (ListItem(note.blocks),), tight=True)
        self._in_note = False


def _title(document: Document) -> Section | None:
    """The section that holds all others, and whose heading is the title."""
    match document:
        case Document((), (Section() as only,)) if plain_text(only.heading) == title(document):
            return only
        case _:
            return None


def _linked(document: Document) -> Iterator[str]:
    """The ids that links lead to."""
    for node in inlines(document):
        if type(node) is Link and node.url.startswith("#"):
            yield node.url[1:]


def _numbered(document: Document) -> dict[str, int]:
    """The number of each note: those that pandoc writes where they are mentioned as it counts them, then the others."""
    if not document.footnotes:
        return {}
    labels = [note.label for note in document.footnotes]
    without = replace(document, footnotes=())
    mentioned = (node.label for node in inlines(without) if type(node) is FootnoteReference)
    return {label: number for number, label in enumerate(dict.fromkeys((*mentioned, *labels)), 1)}
