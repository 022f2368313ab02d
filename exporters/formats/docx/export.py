"""Puts the parts of a Word file together. The text is written in pieces, and never all of it in memory at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from exporters.document import Document, Section
from exporters.document.walk import plain_text, title
from exporters.formats.docx import Options
from exporters.formats.docx.blocks import BlockWriter, Place
from exporters.formats.docx.contents import contents, outline
from exporters.formats.docx.language import language
from exporters.formats.docx.lists import Numbering
from exporters.formats.docx.notes import OWN_NUMBER, other_bookmark
from exporters.formats.docx.page import Page, page, running, section
from exporters.formats.docx.paragraphs import Lines
from exporters.formats.docx.settings import settings
from exporters.formats.docx.styles import WORD, fonts, styles, theme
from exporters.formats.docx.work import Work
from exporters.report import Code, Report
from exporters.toolbox import metadata
from exporters.toolbox.escaping import without_controls
from exporters.toolbox.ooxml import RELATIONSHIPS, XML, Package

if TYPE_CHECKING:
    from exporters.formats.docx.reference import Reference

_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
NAMESPACES = (
    f' xmlns:w="{WORD}" xmlns:r="{RELATIONSHIPS}" xmlns:m="{_MATH}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_BATCH = 200_000  # characters that are looked through for controls at once


def export(document: Document, options: Options, report: Report) -> bytes:
    """The document as a Word file. Raises `BadOption` where there is no reference document to use."""
    return _Writer(document, options, report).write()


class _Writer:
    """The state of one export."""

    def __init__(self, document: Document, options: Options, report: Report) -> None:
        self._document = document
        self._options = options
        self._report = report
        self._reference = _reference(document, options)
        self._work = Work(document, options, report, *_begun(options, self._reference))
        self._blocks = BlockWriter(self._work)
        self._place = Place(direction="rtl" if self._work.language.is_rtl else "ltr")
        self._package = Package(document, "word/document.xml", f"{_TYPE}.document.main+xml")
        self._controls = 0

    def write(self) -> bytes:
        work, package, reference = self._work, self._package, self._reference
        body = work.relations
        references = self._around_pages() if reference is None or not reference.parts else self._given(reference)
        for kind, target in _PARTS.items():
            body.id(kind, target)
        pieces = self._cleaned(self._body(references))
        package.add("word/document.xml", pieces, "", body)
        looks = reference or _Looks(*(part(work.language) for part in (styles, theme, fonts)))
        package.add("word/styles.xml", looks.styles, f"{_TYPE}.styles+xml")
        package.add("word/theme/theme1.xml", looks.theme, "application/vnd.openxmlformats-officedocument.theme+xml")
        package.add("word/fontTable.xml", looks.fonts, f"{_TYPE}.fontTable+xml")
        has_even_pages = reference is not None and reference.has_even_pages
        package.add("word/settings.xml", settings(work.language, has_even_pages), f"{_TYPE}.settings+xml")
        package.add("word/numbering.xml", work.numbering.xml(), f"{_TYPE}.numbering+xml")
        notes = self._cleaned([work.notes.xml(NAMESPACES)])
        package.add("word/footnotes.xml", notes, f"{_TYPE}.footnotes+xml", work.notes.relations)
        work.pictures.add_to(package)
        work.inlines.abbreviations.add_to(self._report)
        self._blocks.finish()
        if self._controls:
            self._report.lost(
                Code.TEXT, f"Control characters, which Word cannot hold, became \ufffd: {self._controls}."
            )
        return package.finish()

    def _cleaned(self, pieces: Iterable[str]) -> Iterator[str]:
        batch: list[str] = []
        length = 0
        for piece in pieces:
            batch.append(piece)
            length += len(piece)
            if length > _BATCH:
                yield self._clean("".join(batch))
                batch, length = [], 0
        yield self._clean("".join(batch))

    def _clean(self, text: str) -> str:
        cleaned, count = without_controls(text)
        self._controls += count
        return cleaned

    # The text

    def _body(self, references: str) -> Iterator[str]:
        work, flow = self._work, self._blocks.flow
        yield f"{XML}<w:document{NAMESPACES}><w:body>"
        name = title(self._document)
        hoisted = _hoisted(self._document, name)
        self._head(name, hoisted)
        top = self._document.sections if hoisted is None else (*hoisted.sections, *self._document.sections[1:])
        if self._options.toc and (listed := contents(work, top)):
            flow.add_whole(listed)
            what = "The table of contents has no page numbers until it is updated in Word: a right click, Update Field."
            self._report.note(Code.PAGE, what)
        shows_outline = self._map(name, references)
        if shows_outline:
            yield from self._outline(hoisted, top)
            self._notes()
        yield from flow.end()
        last = section(work.page if shows_outline else self._sheet, references, work.language)
        yield f"{last}</w:body></w:document>"

    def _head(self, name: str, hoisted: Section | None) -> None:
        """The title, and who wrote the document when."""
        document, inlines = self._document, self._work.inlines
        if hoisted is not None:
            self._line(self._work.bookmarks.around(hoisted.id, self._heading(hoisted)), "Title")
        elif document.metadata.get("title") is not None and name and name != _first_heading(document):
            self._line(inlines.runs((name,), self._place.direction), "Title")
        stated = (
            ("Subtitle", metadata.stated(document, "subtitle")),
            ("Author", ", ".join(metadata.authors(document))),
            ("Date", metadata.stated(document, "date")),
        )
        for style, said in stated:
            if said:
                self._line(inlines.runs((said,), self._place.direction), style)
        last = self._blocks.flow.last
        if last is not None:
            last.after = _AFTER_HEAD

    def _heading(self, hoisted: Section) -> str:
        return self._work.inlines.heading(hoisted.heading, self._place.direction)

    def _line(self, runs: str, style: str) -> None:
        self._blocks.flow.add(Lines(runs, style, self._place.direction))

    def _outline(self, hoisted: Section | None, top: tuple[Section, ...]) -> Iterator[str]:
        """The blocks and sections, piece by piece."""
        blocks, flow = self._blocks, self._blocks.flow
        for block in (*self._document.blocks, *(hoisted.blocks if hoisted else ())):
            blocks.block(block, self._place)
            yield from flow.take()
        for each, level, _ in outline(top):
            self._work.where = plain_text(each.heading)[:80]
            blocks.heading(level, each.heading, each.id, self._place)
            within = self._place._replace(outline=level)
            for block in each.blocks:
                blocks.block(block, within)
                yield from flow.take()

    @property
    def _sheet(self) -> Page:
        """The paper for the drawing of a map, which is wider than high."""
        page = self._work.page
        return page if page.width > page.height else page.turned()

    def _map(self, name: str, references: str) -> bool:
        """Writes the drawing of a map, and says whether its outline is to follow."""
        work, options = self._work, self._options
        if self._document.map is None or options.map == "outline":
            if self._document.map is not None:
                self._report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
            return True
        sheet = self._sheet
        drawing = work.pictures.map(name, sheet.text_width, sheet.text_height)
        if not drawing:
            return True
        lines = Lines(drawing, "Figure", "ltr")
        lines.alignment = "center"
        if options.map == "both":
            lines.section = section(sheet, references, work.language)
        self._blocks.flow.add(lines)
        return options.map == "both"

    # Notes

    def _notes(self) -> None:
        """Writes the notes that the text mentions, and at its end those that it does not."""
        work, notes = self._work, self._work.notes
        flow = self._blocks.flow
        place = self._place._replace(style="FootnoteText")
        body, work.relations, notes.is_within = work.relations, notes.relations, True
        main, self._blocks.flow = flow, type(flow)()
        for label, number in notes.numbers.items():
            self._blocks.note(notes.blocks[label], place, OWN_NUMBER)
            notes.written.append(f'<w:footnote w:id="{number}">{"".join(self._blocks.flow.end())}</w:footnote>')
        work.relations, self._blocks.flow = body, main
        for label in notes.blocks:
            if label not in notes.numbers:
                notes.other(label)
        done = 0
        for label, number in [*notes.others.items()]:
            if not done:
                self._line("", "HorizontalRule")
            done += 1
            mark = work.bookmarks.named(other_bookmark(number), work.inlines.text(f"*{number} "))
            self._blocks.note(notes.blocks[label], place, mark)
        if done:
            what = "Footnotes that the text itself does not mention stand at its end."
            self._report.note(Code.FOOTNOTE, what)

    # What stands around the text

    def _around_pages(self) -> str:
        """Adds the parts, and gives the elements that refer to them."""
        found = []
        for kind, style, written, type in (
            ("header", "Header", self._options.header, "default"),
            ("footer", "Footer", self._options.footer, "default"),
            ("footer", "Footer", self._options.footer, "first"),
        ):
            if not written.strip(" |"):
                continue
            name = f"{kind}{1 if type == 'default' else 2}.xml"
            lines = running(written, style, self._work.width, self._document, self._work.language)
            root = {"header": "hdr", "footer": "ftr"}[kind]
            self._package.add(f"word/{name}", f"{XML}<w:{root}{NAMESPACES}>{lines}</w:{root}>", f"{_TYPE}.{kind}+xml")
            found.append(f'<w:{kind}Reference w:type="{type}" r:id="{self._work.relations.id(kind, name)}"/>')
        return "".join(found)

    def _given(self, reference: Reference) -> str:
        """Adds those of the reference document, with their images."""
        found = []
        for number, part in enumerate(reference.parts, 1):
            name = f"{part.kind}{number}.xml"
            self._package.add(f"word/{name}", part.xml, f"{_TYPE}.{part.kind}+xml", part.relations)
            id = self._work.relations.id(part.kind, name)
            found.append(f'<w:{part.kind}Reference w:type="{part.type}" r:id="{id}"/>')
        for name, data, type in reference.media:
            self._package.add(f"word/{name}", data, type)
        return "".join(found)


class _Looks(NamedTuple):
    """The parts that say how a document looks."""

    styles: str
    theme: str
    fonts: str


def _reference(document: Document, options: Options) -> Reference | None:
    if not options.reference:
        return None
    from exporters.formats.docx.reference import reference  # 5 ms, for those who have one

    return reference(document, options.reference.strip(), language(document))


def _begun(options: Options, reference: Reference | None) -> tuple[Page, Numbering]:
    """The paper, and the lists that there are already."""
    if reference is None:
        return page(options), Numbering()
    return reference.page, Numbering(*reference.next_ids, reference.numbering)


_AFTER_HEAD = 480  # twips
_PARTS = {
    "styles": "styles.xml",
    "settings": "settings.xml",
    "theme": "theme/theme1.xml",
    "fontTable": "fontTable.xml",
    "numbering": "numbering.xml",
    "footnotes": "footnotes.xml",
}


def _hoisted(document: Document, name: str) -> Section | None:
    """The only section of the highest level, where its heading is the title."""
    if document.blocks or len(document.sections) != 1:
        return None
    first = document.sections[0]
    return first if name and plain_text(first.heading) == name else None


def _first_heading(document: Document) -> str:
    return next((words for each, *_ in outline(document.sections) if (words := plain_text(each.heading))), "")
