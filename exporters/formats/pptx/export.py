"""The document as a presentation: a package of parts, one for each slide (ECMA-376-1, 13)."""

from __future__ import annotations

from exporters.document import Document
from exporters.formats.pptx import Options, notes, slide, theme
from exporters.formats.pptx.design import LAYOUTS, NAMESPACES, Design, emu
from exporters.formats.pptx.media import Media
from exporters.formats.pptx.text import TextWriter
from exporters.pages import slide_settings
from exporters.pages.settings import look
from exporters.report import Code, Report
from exporters.toolbox import metadata
from exporters.toolbox.deck import Deck
from exporters.toolbox.deck_feet import feet
from exporters.toolbox.deck_slide import Settings, Slide
from exporters.toolbox.escaping import without_controls
from exporters.toolbox.highlight import Highlighter
from exporters.toolbox.ooxml import XML, Package, Relations
from exporters.toolbox.words import words

_TYPE = "application/vnd.openxmlformats-officedocument.presentationml"
# How much wider than Helvetica's letters, and higher, are those of what stands for Georgia where that is missing.
_SERIF, _SERIF_HEIGHT = 1.18, 1.07


def export(document: Document, options: Options, report: Report) -> bytes:
    """A PowerPoint file. Raises `BadOption`, `SourceTooLarge`, and `MissingPart` where a drawing needs fonts."""
    return _DeckWriter(document, options, report).write()


class _DeckWriter:
    """The state of one export."""

    def __init__(self, document: Document, options: Options, report: Report) -> None:
        looks = look(options)
        width, height = slide_settings.size(options)
        self._document = document
        self._report = report
        self._settings = Settings(
            width,
            height,
            options.font_size,
            options.slide_level,
            options.map,
            options.notes == "speaker",
            widening=_SERIF if looks.text_family == "serif" else 1.0,
            tall=_SERIF_HEIGHT if looks.text_family == "serif" else 1.0,
        )
        language = metadata.stated_language(document)
        is_rtl = metadata.direction(document) == "rtl"
        self._design = Design(self._settings, looks, is_rtl=is_rtl, language=language)
        self._package = Package(document, "ppt/presentation.xml", f"{_TYPE}.presentation.main+xml")
        self._media = Media(document, self._package, _rgb(looks.ink), report)
        self._deck = Deck(document, self._settings, self._media.size)
        self._options = options
        self._relations = Relations()
        self._impossible = 0
        self._has_notes = False

    def write(self) -> bytes:
        slides = list(self._deck.slides()) or [Slide("text")]
        self._report.facts["slides"] = len(slides)
        self._masters()
        ids = self._slides(slides)
        self._presentation(ids)
        if self._impossible:
            what = f"Control characters, which PowerPoint cannot hold, became \ufffd: {self._impossible}."
            self._report.lost(Code.TEXT, what)
        return self._package.finish()

    def _masters(self) -> None:
        package, design = self._package, self._design
        self._relations.id("slideMaster", "slideMasters/slideMaster1.xml")
        master = Relations()
        for layout in LAYOUTS:
            master.id("slideLayout", f"../slideLayouts/slideLayout{layout.number}.xml")
        master.id("theme", "../theme/theme1.xml")
        package.add("ppt/slideMasters/slideMaster1.xml", design.master_part(), f"{_TYPE}.slideMaster+xml", master)
        for layout in LAYOUTS:
            relations = Relations()
            relations.id("slideMaster", "../slideMasters/slideMaster1.xml")
            name = f"ppt/slideLayouts/slideLayout{layout.number}.xml"
            package.add(name, design.layout_part(layout), f"{_TYPE}.slideLayout+xml", relations)
        self._theme(1)

    def _theme(self, number: int) -> None:
        type = "application/vnd.openxmlformats-officedocument.theme+xml"
        self._package.add(
            f"ppt/theme/theme{number}.xml", theme.part(self._design.theme, is_rtl=self._design.is_rtl), type
        )

    def _slides(self, slides: list[Slide]) -> list[str]:
        """Adds the slides, and gives the ids of their relationships."""
        document, report = self._document, self._report
        places = {id: number for number, each in enumerate(slides, 1) for id in each.ids}
        texts = TextWriter(document, self._design, places, report)
        local = words(metadata.language(document))
        highlighter = Highlighter()
        context = slide.Context(
            document,
            self._deck,
            self._design,
            texts,
            self._media,
            highlighter,
            local,
            report,
            feet(document, self._deck.title, self._options.footer),
            len(slides),
        )
        ids: list[str] = []
        for number, each in enumerate(slides, 1):
            texts.relations = Relations()
            written = slide.write(each, number, context)
            self._deck.heights.forget()
            texts.relations.id("slideLayout", f"../slideLayouts/slideLayout{written.layout.number}.xml")
            if written.notes:
                self._notes(written, number, texts.relations)
            name = f"slides/slide{number}.xml"
            self._package.add(f"ppt/{name}", self._clean(written.xml), f"{_TYPE}.slide+xml", texts.relations)
            ids.append(self._relations.id("slide", name))
        if highlighter.left_plain:
            report.note(Code.STYLE, "Very long code, and code with very long lines, is not coloured.")
        return ids

    def _notes(self, written: slide.Written, number: int, relations: Relations) -> None:
        if not self._has_notes:
            self._has_notes = True
            self._relations.id("notesMaster", "notesMasters/notesMaster1.xml")
            its = Relations()
            its.id("theme", "../theme/theme2.xml")
            name = "ppt/notesMasters/notesMaster1.xml"
            self._package.add(name, notes.master_part(self._design), f"{_TYPE}.notesMaster+xml", its)
            self._theme(2)
        own = written.note_relations
        own.id("notesMaster", "../notesMasters/notesMaster1.xml")
        own.id("slide", f"../slides/slide{number}.xml")
        name = f"notesSlides/notesSlide{number}.xml"
        self._package.add(f"ppt/{name}", self._clean(notes.part(written.notes)), f"{_TYPE}.notesSlide+xml", own)
        relations.id("notesSlide", f"../{name}")

    def _clean(self, xml: str) -> str:
        text, found = without_controls(xml)
        self._impossible += found
        return text

    def _presentation(self, ids: list[str]) -> None:
        relations, settings = self._relations, self._settings
        relations.id("presProps", "presProps.xml")
        relations.id("viewProps", "viewProps.xml")
        relations.id("theme", "theme/theme1.xml")
        relations.id("tableStyles", "tableStyles.xml")
        package = self._package
        package.add("ppt/presProps.xml", f"{XML}<p:presentationPr {NAMESPACES}/>", f"{_TYPE}.presProps+xml")
        package.add("ppt/viewProps.xml", f"{XML}<p:viewPr {NAMESPACES}/>", f"{_TYPE}.viewProps+xml")
        styles = (
            f'{XML}<a:tblStyleLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            'def="{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}"/>'
        )
        package.add("ppt/tableStyles.xml", styles, f"{_TYPE}.tableStyles+xml")
        rtl = ' rtl="1"' if self._design.is_rtl else ""
        shown = "".join(f'<p:sldId id="{255 + number}" r:id="{id}"/>' for number, id in enumerate(ids, 1))
        masters = ""
        if self._has_notes:
            id = relations.id("notesMaster", "notesMasters/notesMaster1.xml")
            masters = f'<p:notesMasterIdLst><p:notesMasterId r:id="{id}"/></p:notesMasterIdLst>'
        kind = "" if settings.width > settings.height * 1.5 else ' type="screen4x3"'
        package.add(
            "ppt/presentation.xml",
            f'{XML}<p:presentation {NAMESPACES}{rtl} saveSubsetFonts="1"><p:sldMasterIdLst>'
            f'<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>{masters}<p:sldIdLst>{shown}</p:sldIdLst>'
            f'<p:sldSz cx="{emu(settings.width)}" cy="{emu(settings.height)}"{kind}/>{notes.size()}'
            f"{self._design.default_levels()}</p:presentation>",
            f"{_TYPE}.presentation.main+xml",
            relations,
        )


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = map(float, colour.split())
    return red, green, blue
