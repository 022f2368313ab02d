"""Writes the parts of the file: text, styles, pictures, and what the document says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from exporters.document import Document, Section
from exporters.document.walk import plain_text, title
from exporters.formats.odt import Options
from exporters.formats.odt.automatic import Automatic
from exporters.formats.odt.blocks import BlockWriter
from exporters.formats.odt.contents import contents
from exporters.formats.odt.frames import Frames
from exporters.formats.odt.geometry import Place
from exporters.formats.odt.held import Held
from exporters.formats.odt.inlines import TOP, UNKNOWN_NUMBER, InlineWriter
from exporters.formats.odt.map_page import sheet_for
from exporters.formats.odt.paper import paper
from exporters.formats.odt.styles import Sheet, styles
from exporters.formats.odt.text import NAMESPACES, VERSION, XML
from exporters.report import Code, Report
from exporters.toolbox import metadata
from exporters.toolbox.escaping import html_text, without_controls
from exporters.toolbox.words import words
from exporters.toolbox.zipped import Zip

if TYPE_CHECKING:  # loaded for those documents that hold drawings
    from exporters.toolbox.drawing import Drawing

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
_GENERATOR = "Document export pipeline"
_FOLLOWED = 'fo:margin-bottom="6pt"'  # of a title that is not the last before the text, and of a subtitle
_LINE = 4.0  # points that a line with a picture is higher than that
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def export(document: Document, options: Options, report: Report) -> bytes:
    """The document as an OpenDocument text file (ODF 1.3)."""
    return _Writer(document, options, report).file()


class _Writer:
    """One document on its way to a file."""

    def __init__(self, document: Document, options: Options, report: Report) -> None:
        self._document = document
        self._options = options
        self._report = report
        self._language = metadata.language(document)
        self._words = words(self._language)
        self._paper = paper(options)
        self._zip = Zip()
        self._zip.add("mimetype", MEDIA_TYPE, stored=True)
        self._is_rtl = metadata.direction(document) == "rtl"
        self._automatic = Automatic(self._is_rtl)
        self._out = Held()
        self._frames = Frames(document, options, self._zip, self._automatic, report)
        self._inlines = InlineWriter(document, self._out, self._automatic, self._frames, self._words, report)
        self._blocks = BlockWriter(
            document, options, self._out, self._automatic, self._frames, self._inlines, self._words, report
        )
        self._place = Place(self._paper.text_width)
        self._sheet: Sheet | None = None
        self._impossible = 0

    def file(self) -> bytes:
        self._body()
        self._zip.add("content.xml", self._legal(self._content()))
        sheet = styles(self._options, self._language, self._is_rtl, self._paper, self._sheet)
        self._zip.add("styles.xml", sheet)
        self._zip.add("meta.xml", self._legal([_meta(self._document, self._words.untitled)]))
        self._zip.add("settings.xml", _SETTINGS)
        self._zip.add("META-INF/manifest.xml", _manifest(self._frames.listed))
        if self._impossible:
            what = f"Control characters, which XML cannot hold, became \ufffd: {self._impossible}."
            self._report.lost(Code.TEXT, what)
        return self._zip.finish()

    def _legal(self, pieces: Iterable[str]) -> Iterator[str]:
        for piece in pieces:
            text, found = without_controls(piece)
            self._impossible += found
            yield text

    def _content(self) -> Iterator[str]:
        yield f"{XML}<office:document-content {NAMESPACES} {VERSION}><office:automatic-styles>"
        yield from self._automatic.written()
        yield "</office:automatic-styles><office:body><office:text>"
        for piece in self._out.all():
            yield UNKNOWN_NUMBER.sub(self._number, piece) if self._document.footnotes else piece
        yield "</office:text></office:body></office:document-content>"

    def _number(self, unknown: re.Match[str]) -> str:
        return str(self._inlines.numbers.get(int(unknown[1]), ""))

    # The body

    def _body(self) -> None:
        document = self._document
        name = title(document)
        hoisted = _hoisted(document, name)
        shows_outline = document.map is None or self._options.map != "drawing"
        drawing = self._drawing()
        if self._sheet is not None:
            self._map(drawing)  # before the title, which would be alone on its page
        if shows_outline or self._sheet is None:
            self._opening(name, hoisted)
        if self._options.toc and shows_outline:
            self._contents(hoisted)
        if self._sheet is None:
            self._map(drawing)
        if shows_outline:
            self._blocks.blocks(document.blocks, self._place)
            for section in document.sections:
                self._section(section, 1, section is hoisted)
        self._end()
        if self._inlines.leads_to_top and self._blocks.paragraphs.top is not None:
            self._out.put(self._blocks.paragraphs.top, f'<text:bookmark text:name="{TOP}"/>')

    def _opening(self, name: str, hoisted: Section | None) -> None:
        """The title, where no heading says it, with who wrote the document and when."""
        document, place = self._document, self._place
        stated = document.metadata.get("title") is not None and name and name != _first_heading(document)
        subtitle = metadata.stated(document, "subtitle")
        byline = (", ".join(metadata.authors(document)), metadata.stated(document, "date"))
        more = _FOLLOWED if subtitle or any(byline) else ""
        if hoisted is not None:
            self._inlines.where = plain_text(hoisted.heading)
            self._blocks.heading(hoisted.heading, 1, hoisted.id, place, "Title", more)
        elif stated:
            self._blocks.line("Title", (name,), place, more)
        if subtitle:
            self._blocks.line("Subtitle", (subtitle,), place, _FOLLOWED if any(byline) else "")
        if any(byline):
            self._blocks.line("Byline", (" · ".join(filter(None, byline)),), place)

    def _contents(self, hoisted: Section | None) -> None:
        top = self._document.sections if hoisted is None else (*hoisted.sections, *self._document.sections[1:])
        for piece in contents(top, self._options.toc_depth, self._words.contents, self._paper, self._automatic):
            self._out.add(piece)

    def _drawing(self) -> Drawing | None:
        if self._document.map is None:
            return None
        if self._options.map == "outline":
            self._report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
            return None
        drawing = self._frames.map()
        if drawing is not None:
            self._sheet = sheet_for(drawing, self._paper)
        return drawing

    def _map(self, drawing: Drawing | None) -> None:
        if drawing is None or self._document.map is None:
            return
        from exporters.toolbox.map_drawing import described  # 10 ms, and there once there is a drawing

        said = described(self._document.map)
        if self._sheet is None:
            frame = self._frames.drawing(drawing, self._place.width, self._paper.text_height, "", said)
            self._blocks.picture(frame, "Picture", self._place)
            return
        margins = 2 * self._sheet.margin
        width, height = self._sheet.width - margins, self._sheet.height - margins - _LINE
        self._automatic.master = "Map"
        self._blocks.picture(self._frames.drawing(drawing, width, height, "", said), "Map", self._place)
        self._automatic.master = "Standard"

    def _section(self, section: Section, level: int, is_hoisted: bool = False) -> None:
        self._inlines.where = plain_text(section.heading)
        if not is_hoisted:
            self._blocks.heading(section.heading, level, section.id, self._place)
        self._inlines.write_notes()
        self._blocks.blocks(section.blocks, self._place)
        for below in section.sections:
            self._section(below, level if is_hoisted else level + 1)

    def _end(self) -> None:
        self._inlines.where = ""
        unmentioned = self._inlines.unmentioned()
        if unmentioned:
            self._out.add('<text:p text:style-name="Text_20_body">')
            for label in unmentioned:
                if not self._inlines.is_mentioned(label):  # by one of those before
                    self._inlines.note(label)
                    self._inlines.write_notes()
            self._out.add("</text:p>")
        self._blocks.paragraphs.rest()
        self._inlines.abbreviations.add_to(self._report)
        self._blocks.add_to_report()


def _hoisted(document: Document, name: str) -> Section | None:
    """The only section of the highest level, where its heading is the title of all."""
    if document.blocks or len(document.sections) != 1:
        return None
    first = document.sections[0]
    return first if name and plain_text(first.heading) == name else None


def _first_heading(document: Document) -> str:
    return plain_text(document.sections[0].heading) if document.sections else ""


# The other parts


def _meta(document: Document, untitled: str) -> str:
    date = metadata.stated(document, "date")
    day = f"{date}T00:00:00" if _DATE.fullmatch(date) else ""
    authors = ", ".join(metadata.authors(document))
    stated = (
        ("meta:generator", _GENERATOR),
        ("dc:title", title(document) or untitled),
        ("dc:description", metadata.stated(document, "description", "abstract", "summary")),
        ("dc:subject", metadata.stated(document, "subject", "subtitle")),
        *(("meta:keyword", word) for word in metadata.keywords(document)),
        ("meta:initial-creator", authors),
        ("dc:creator", authors),
        ("meta:creation-date", day),
        ("dc:date", day),
        ("dc:language", metadata.stated_language(document)),
    )
    said = "".join(f"<{name}>{html_text(value)}</{name}>" for name, value in stated if value)
    return f"{XML}<office:document-meta {NAMESPACES} {VERSION}><office:meta>{said}</office:meta></office:document-meta>"


_SETTINGS = (
    f"{XML}<office:document-settings {NAMESPACES} {VERSION}><office:settings>"
    '<config:config-item-set config:name="ooo:configuration-settings">'
    '<config:config-item config:name="MathBaselineAlignment" config:type="boolean">true</config:config-item>'
    "</config:config-item-set></office:settings></office:document-settings>"
)


def _manifest(listed: Iterable[tuple[str, str]]) -> str:
    parts = (
        ("/", MEDIA_TYPE),
        *((part, "text/xml") for part in ("content.xml", "styles.xml", "meta.xml", "settings.xml")),
        *listed,
    )
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{type}"'
        f"{' manifest:version="1.3"' if path == '/' else ''}/>"
        for path, type in parts
    )
    return (
        f'{XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.3">{entries}</manifest:manifest>'
    )
