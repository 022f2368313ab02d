"""Lays a document out on pages, section after section, and writes them as PDF."""

from __future__ import annotations

from copy import replace
from typing import TYPE_CHECKING

from exporters.document import Alignment, Document, Inlines, Section, walk
from exporters.frozen import frozen
from exporters.pages import settings
from exporters.pages.blocks import BlockWriter, Column, Look
from exporters.pages.contents import Contents, listed
from exporters.pages.file import Bookmark, File
from exporters.pages.flow import Area, Enough, Flow, Margins
from exporters.pages.footnotes import FootnoteWriter, numbers, separator
from exporters.pages.furniture import FurnitureWriter, Running, Watermark, slots
from exporters.pages.inlines import TOP, InlineWriter, Style
from exporters.pages.lines import Line, Setting, align, break_lines
from exporters.pages.locks import Permission
from exporters.pages.marks import Rule
from exporters.pages.metadata import Conformance
from exporters.pages.notes import Notes, Recorder
from exporters.pages.pictures import Picture, Pictures
from exporters.pages.settings import PageOptions
from exporters.pages.tables import TableWriter
from exporters.pages.tags import Element
from exporters.pages.wrapping import about, attach, logo, placeholders
from exporters.report import Report
from exporters.toolbox import metadata
from exporters.toolbox.bidi import Direction
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.words import words

if TYPE_CHECKING:
    from exporters.pages.vectors import Sketch

_COLUMN_GAP = 2.0  # em between columns
_LEAST_COLUMN = 16.0  # em: narrower columns hold four words a line
_EXPECTED_PAGES = 100  # as many, and their count may need as many digits


@frozen
class Wrapping:
    """What a file is besides its pages."""

    conformance: Conformance = ""
    password: str = ""
    """To open it."""
    owner_password: str = ""
    """To do what is not permitted."""
    permissions: frozenset[Permission] = frozenset(("print", "copy", "change", "annotate"))
    takes_attachments: bool = True

    @property
    def is_locked(self) -> bool:
        return bool(self.password or self.owner_password or len(self.permissions) < 4)


PLAIN = Wrapping()


def write(
    document: Document,
    options: PageOptions,
    report: Report,
    last_page: int | None = None,
    wrapping: Wrapping = PLAIN,
) -> bytes:
    """A PDF of the document, or of its first pages.

    Raises `MissingPart` without fonts, `SourceTooLarge` where pages have no end, `BadOption`.
    """
    return _Writer(document, options, report, last_page, wrapping).write()


class _Writer:
    """The state of one export."""

    def __init__(
        self, document: Document, options: PageOptions, report: Report, last_page: int | None, wrapping: Wrapping
    ) -> None:
        self._document = document
        self._options = options
        self._report = report
        self._wrapping = wrapping
        self._title = walk.title(document)
        self._has_title_block = bool(self._title) and ("title" in document.metadata or options.toc or options.cover)
        self._is_title_said = self._has_title_block and _is_title(document, self._title)
        self._words = words(metadata.language(document))
        self._theme = settings.theme(options)
        self._fonts = Fonts(metadata.language(document))
        self._is_rtl = metadata.direction(document) == "rtl"
        self._file = File(about(document, self._title or self._words.untitled, wrapping.conformance))
        self._root = Element("Document", None)
        self._numbers = _numbers(document, self._is_title_said) if options.numbering else {}
        self._bookmarks: list[Bookmark] = []
        self._is_below_heading = False
        self._shows_outline = document.map is None or options.map != "drawing"

        style = Style(self._fonts, options.font_size, self._theme, self._theme.text_family, colour=self._theme.ink)
        self._area = _area(options)
        most_height = self._area.height * 0.8
        takes_inks = not wrapping.conformance
        self._pictures = Pictures(self._file, document.resources, most_height, report, self._fonts, takes_inks)
        small = replace(style, size=min(options.font_size * self._theme.furniture, 9), colour=self._theme.muted)
        self._furniture = self._furniture_writer(small)
        self._column = Column(self._area.left, self._area.column_width, style, self._root, self._is_rtl)
        self._notes = Notes(self._write_note, separator(self._column))
        self._flow = Flow(
            self._file,
            self._area,
            self._furniture.header,
            self._furniture.footer,
            self._notes if document.footnotes else None,
            self._is_rtl,
            last_page,
        )
        self._inlines = InlineWriter(
            document, self._pictures, self._words.image, numbers(document), report, options.link_addresses
        )
        look = self._look()
        tables = TableWriter(self._flow, self._inlines, report, self._area.height, look.ragged)
        self._blocks = BlockWriter(self._flow, self._inlines, tables, self._words, report, look)
        self._footnotes = FootnoteWriter(document, self._inlines, self._blocks, self._words, self._column)

    def write(self) -> bytes:
        try:
            self._write_all()
            pages: int | None = self._file.page_count
        except Enough:
            pages = None
        self._furniture.finish(pages)
        if self._footnotes.tag.kids:
            self._root.add(self._footnotes.tag)
        if self._inlines.leads_to_top:
            self._file.add_destination(TOP, 1, self._area.left, self._area.paper_height)
        self._inlines.abbreviations.add_to(self._report)
        self._blocks.add_to(self._report)
        self._fonts.shortcomings.add_to(self._report)
        self._report.facts["pages"] = self._file.page_count
        attach(self._file, self._document, self._inlines.attachments, self._report, self._wrapping.takes_attachments)
        if self._wrapping.is_locked:
            wrapping = self._wrapping
            self._file.protect(wrapping.password, wrapping.owner_password, wrapping.permissions)
        # Where pages are left out, a heading may have moved to one of them.
        return self._file.close(self._bookmarks if pages else (), self._root)

    def _write_all(self) -> None:
        self._front()
        shows = self._options.map
        if self._document.map is not None and shows != "outline":
            from exporters.pages.map_pages import MapPages  # and with it, what draws maps: 8 ms

            shown = self._document if shows == "both" else replace(self._document, sections=())  # to lead to
            pages = MapPages(shown, self._file, self._flow, self._fonts, self._pictures, self._report)
            pages.write(self._document.map, self._root, self._column.left, self._column.width)
            self._flow.space(self._column.gap * 2)
        if self._shows_outline:
            self._blocks.blocks(self._document.blocks, self._column)
            self._sections()
        self._unmentioned_notes()
        self._flow.finish()

    # What stands before the text, around it, and beside it

    def _front(self) -> None:
        """The cover, or the title block; and the contents if there are any, both on pages of their own."""
        options = self._options
        has_contents = options.toc and self._shows_outline
        sections = listed(self._document, self._is_title_said, options.toc_depth) if has_contents else []
        column = replace(self._column, width=self._area.width)
        if options.cover:
            self._cover(column)
        if sections:
            self._flow.draw_later(True)
        if not options.cover:
            self._flow.spread(True)
            self._title_block(column)
        if sections:
            self._flow.spread(True)
            self._blocks.heading((self._words.contents,), 2, column, 1)
            contents = Contents(self._file, self._flow, column.left, column.width, column.style, self._root)
            contents.write([(depth, replace(section, heading=self._heading(section))) for depth, section in sections])
        self._flow.spread(False)
        if sections:
            self._flow.draw_later(False)

    def _cover(self, column: Column) -> None:
        from exporters.pages.cover import Cover  # 1 ms, and few documents have one

        cover = Cover(
            self._area,
            column.style,
            column.tag,
            self._title,
            metadata.stated(self._document, "subtitle"),
            metadata.authors(self._document),
            metadata.stated(self._document, "date"),
            self._sign(column),
            self._is_rtl,
        )
        self._flow.page_of_size(self._area.paper_width, self._area.paper_height, cover.draw)

    def _sign(self, column: Column) -> Picture | Sketch | None:
        figure = Element("Figure", column.tag, is_inline=True)
        return logo(self._document, self._pictures, figure, self._words.image)

    def _title_block(self, column: Column) -> None:
        size = column.style.size
        alignment: Alignment = "center" if self._theme.is_title_centred else None
        if sign := self._sign(column):
            [line] = break_lines([sign.fitted(column.width / 4)], column.width, size)
            align(line, column.left, column.width, alignment)
            line.keep = True
            self._flow.add(line)
            self._flow.space(size * 1.5)
        if self._has_title_block:
            style = replace(column.style, family=self._theme.heading_family, size=size * self._theme.title, bold=True)
            style = replace(style, colour=self._theme.heading)
            self._blocks.kept((self._title,), style, column, "Title", alignment)
        people_and_date = (*metadata.authors(self._document), metadata.stated(self._document, "date"))
        details = (
            (metadata.stated(self._document, "subtitle"), size * 1.2),
            (" · ".join(filter(None, people_and_date)), size),
        )
        for detail, detail_size in details:
            if detail:
                self._flow.space(size * 0.5)
                style = replace(column.style, size=detail_size, colour=self._theme.muted)
                self._blocks.kept((detail,), style, column, "P", alignment)
        self._flow.space(size * 2.4)

    def _furniture_writer(self, style: Style) -> FurnitureWriter:
        options = self._options
        running = Running(slots(options.header), slots(options.footer))
        sign = self._pictures.raster(metadata.stated(self._document, "logo")) if options.watermark_logo else None
        shown = sign or options.watermark
        watermark = Watermark(self._file, shown, style) if shown else None
        said = placeholders(self._document, self._title)
        return FurnitureWriter(self._file, style, running, said, _EXPECTED_PAGES, watermark, self._is_rtl)

    def _look(self) -> Look:
        hyphenator = None
        if self._theme.is_justified and self._options.hyphenation:
            from exporters.toolbox.hyphenation import for_language  # reads the patterns of a language: 10 ms

            hyphenator = for_language(metadata.stated_language(self._document))
        otherwise: Direction = "rtl" if self._is_rtl else "ltr"
        ragged = Setting(hyphenator=hyphenator, otherwise=otherwise)
        return Look(replace(ragged, justified=self._theme.is_justified), ragged)

    # Sections

    def _sections(self) -> None:
        """Every section in reading order. Not recursive, for maps nest without bounds."""
        stack = [(section, 0, self._root) for section in reversed(self._document.sections)]
        while stack:
            section, depth, around = stack.pop()
            element = Element("Sect", around)
            self._section(section, depth, replace(self._column, tag=element))
            stack.extend((child, depth + 1, element) for child in reversed(section.sections))

    def _section(self, section: Section, depth: int, column: Column) -> None:
        size = column.style.size
        heading = self._heading(section)
        words = walk.plain_text(heading)
        is_said = self._is_title_said and section is self._document.sections[0]
        self._inlines.where = words[:80]
        self._flow.space(size * (1.2 if self._is_below_heading else 2.2 if section.level <= 2 else 1.6))
        self._is_below_heading = not section.blocks
        self._flow.destination(section.id, column.left)
        if not is_said:
            self._flow.mark(words, depth + 1 - self._is_title_said)
        self._bookmarks.append(Bookmark(depth, words or "…", section.id))
        if not is_said:
            is_chapter = depth == int(self._is_title_said)
            self._blocks.heading(heading, section.level, column, depth + 1, is_chapter)
            self._flow.space(size * 0.3 * (1 + self._theme.heading_size(section.level)))
        self._blocks.blocks(section.blocks, column)

    def _heading(self, section: Section) -> Inlines:
        """The words above a section, after its number if it has one."""
        number = self._numbers.get(section.id)
        return (f"{number}\u2002", *section.heading) if number else section.heading

    # Footnotes

    def _write_note(self, label: str, recorder: Recorder) -> None:
        self._footnotes.write(label, recorder)

    def _unmentioned_notes(self) -> None:
        """The notes that nothing mentions, after all text."""
        size = self._column.style.size
        is_first = True
        for number, footnote in self._footnotes.unmentioned():
            if is_first:
                self._flow.space(size * 2.1)
                width = self._column.width * 0.3
                rule = Line([], [(0, Rule(width, 0.7, self._theme.rule))], width, 1)
                rule.left, rule.keep = self._column.left, True
                self._flow.add(rule)
                is_first = False
            self._flow.space(size * self._theme.note * 0.5)
            self._footnotes.note(footnote, number, self._blocks, self._flow)


def _is_title(document: Document, title: str) -> bool:
    """Whether the first heading is the title of the whole document, so that whoever says it has said that, too."""
    return len(document.sections) == 1 and walk.plain_text(document.sections[0].heading) == title


def _area(options: PageOptions) -> Area:
    width, height = settings.paper(options)
    margins = Margins.even(settings.margin(options))
    gap = options.font_size * _COLUMN_GAP
    columns = options.columns
    room = width - margins.inner - margins.outer
    while columns > 1 and (room - (columns - 1) * gap) / columns < options.font_size * _LEAST_COLUMN:
        columns -= 1
    return Area(width, height, margins, options.sides == "two", columns, gap)


def _numbers(document: Document, skips_title: bool) -> dict[str, str]:
    """The numbers of sections by their ids: 1, 1.1, 1.2 … The document's title need not have one."""
    sections = document.sections[0].sections if skips_title else document.sections
    found: dict[str, str] = {}
    stack = [(section, f"{at}") for at, section in reversed(list(enumerate(sections, 1)))]
    while stack:
        section, number = stack.pop()
        found[section.id] = number
        stack.extend((child, f"{number}.{at}") for at, child in reversed(list(enumerate(section.sections, 1))))
    return found
