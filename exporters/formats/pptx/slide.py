"""Writes one slide: its heading, its frames, its footnotes, its foot, and what is only for who speaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from exporters.document import Blocks, Diagram, Document, Image, Inlines, Paragraph
from exporters.document.walk import blocks as every_block
from exporters.document.walk import lines, plain_text
from exporters.formats.pptx import design as looks
from exporters.formats.pptx.code import code
from exporters.formats.pptx.design import LEVELS, MUTED, NAMESPACES, TREE, Design, Layout, body_index, emu, hundredths
from exporters.formats.pptx.frame import CodeFrame, FormulaFrame, Frame, PictureFrame, ShadeFrame, TableFrame, TextFrame
from exporters.formats.pptx.frames import Frames, tone
from exporters.formats.pptx.media import Media
from exporters.formats.pptx.shapes import Box, bar, properties, scheme
from exporters.formats.pptx.tables import table
from exporters.formats.pptx.text import Look, Place, TextWriter
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import metadata
from exporters.toolbox.deck import Deck
from exporters.toolbox.deck_feet import foot
from exporters.toolbox.deck_heights import NOTE
from exporters.toolbox.deck_slide import Slide, big_line, title_line
from exporters.toolbox.highlight import Highlighter
from exporters.toolbox.ooxml import XML, Relations
from exporters.toolbox.words import Words

_LEAST_FIT = 0.25  # as small as PowerPoint makes text that does not fit
_NAMES = {"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning", "caution": "Caution"}
_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_KNOWN = (
    'xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" '
    'xmlns:a16="http://schemas.microsoft.com/office/drawing/2014/main"'
)


class Context(NamedTuple):
    """What all slides of a file share."""

    document: Document
    deck: Deck
    design: Design
    texts: TextWriter
    media: Media
    highlighter: Highlighter
    words: Words
    report: Report
    feet: tuple[str, str, str]
    """What stands at the foot, with `{page}`, `{pages}` and `{section}` as placeholders."""
    slides: int
    """How many there are."""


class Written(NamedTuple):
    """A slide as parts of a file."""

    xml: str
    layout: Layout
    notes: str
    """The paragraphs for who speaks; "" for none."""
    note_relations: Relations


def write(slide: Slide, number: int, context: Context) -> Written:
    """The slide with this number, whose relations the texts are collecting."""
    return _SlideWriter(slide, number, context).write()


class _SlideWriter:
    """The state of one slide."""

    def __init__(self, slide: Slide, number: int, context: Context) -> None:
        self._slide = slide
        self._number = number
        self._context = context
        self._design = context.design
        self._settings = context.design.settings
        self._texts = context.texts
        self._next = 1
        self._bodies = 0
        self._saying = ""
        self._layout = looks.CONTENT

    def write(self) -> Written:
        self._texts.where = plain_text(self._slide.heading)[:80]
        match self._slide.kind:
            case "title":
                self._layout = looks.TITLE
                shapes = self._title_slide()
            case "map":
                self._layout = looks.BARE
                shapes = self._map()
            case "words" | "divider":
                self._layout = looks.STATEMENT if self._slide.kind == "words" else looks.HEADER
                shapes = self._heading(bottom=True) + self._footnotes() + self._feet()
            case "text" | "notes":
                shapes = self._text_slide()
        xml = (
            f"{XML}<p:sld {NAMESPACES}><p:cSld><p:spTree>{TREE}{shapes}</p:spTree></p:cSld>"
            "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
        )
        notes, relations = self._notes()
        return Written(xml, self._layout, notes, relations)

    def _id(self) -> int:
        self._next += 1
        return self._next

    # Shapes with text

    def _shape(self, build: Callable[[], str]) -> str:
        """A shape; one that holds formulas comes with another for programs that do not know those."""
        texts = self._texts
        texts.sources = []
        before, bodies = self._next, self._bodies
        shape = build()
        if not texts.sources:
            return shape
        # There, the formulas are nearly what they are, and their sources are what the shape is described by.
        self._saying = ", ".join(texts.sources)
        self._next, self._bodies, texts.native = before, bodies, False
        instead = build()
        self._saying, texts.native = "", True
        return _alternatives(shape, instead)

    def _placeholder(
        self, kind: str, name: str, paragraphs: str, box: Box | None = None, size: float = 0.0, levels: int = 0
    ) -> str:
        """A place of the layout, filled. `box` and `size` are given where they are not as it has them."""
        place = box.xml() if box else ""
        called = properties(self._id(), name, self._saying)
        return (
            f'<p:sp><p:nvSpPr>{called}<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
            f"<p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr>{place}</p:spPr><p:txBody><a:bodyPr><a:normAutofit/></a:bodyPr>"
            f"<a:lstStyle>{_sizes(size, levels)}</a:lstStyle>{paragraphs or '<a:p/>'}</p:txBody></p:sp>"
        )

    def _text_box(
        self,
        name: str,
        box: Box,
        paragraphs: str,
        *,
        levels: str = "",
        fill: str = "",
        pad: float = 0.0,
        anchor: str = "t",
    ) -> str:
        filled = f"{fill}<a:ln><a:noFill/></a:ln>" if fill else "<a:noFill/>"
        inset = emu(pad)
        return (
            f'<p:sp><p:nvSpPr>{properties(self._id(), name, self._saying)}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
            f'<p:spPr>{box.xml()}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{filled}</p:spPr><p:txBody>'
            f'<a:bodyPr wrap="square" lIns="{inset}" tIns="{inset}" rIns="{inset}" bIns="{inset}" rtlCol="0" '
            f'anchor="{anchor}"><a:normAutofit/></a:bodyPr>'
            f"<a:lstStyle>{levels}</a:lstStyle>{paragraphs or '<a:p/>'}</p:txBody></p:sp>"
        )

    def _heading(self, *, bottom: bool = False) -> str:
        slide = self._slide
        size = (big_line if bottom else title_line)(self._settings) * slide.title_scale
        if not slide.heading:
            return self._hidden_heading()
        again = ""
        its = size if slide.title_scale < 1 else 0.0
        if slide.part > 1:
            again = self._texts.run(f" ({slide.part})", Look(colour=MUTED))

        def build() -> str:
            runs = self._texts.runs(slide.heading, Look())
            direction = self._texts.direction(slide.heading)
            turned = ""
            if direction:
                side = (
                    ""
                    if bottom and self._layout == looks.STATEMENT
                    else f' algn="{"r" if direction == "rtl" else "l"}"'
                )
                turned = f'<a:pPr{side} rtl="{int(direction == "rtl")}"/>'
            return self._placeholder('type="title"', "Title", f"<a:p>{turned}{runs}{again}</a:p>", size=its)

        return self._shape(build)

    def _hidden_heading(self) -> str:
        """A heading that is not seen, for those who hear the slides or go through their outline."""
        words = self._context.deck.title or self._context.words.untitled
        return self._placeholder('type="title"', "Title", f"<a:p>{self._texts.run(words, Look())}</a:p>")

    # Kinds of slides

    def _title_slide(self) -> str:
        document, texts = self._context.document, self._texts
        title = texts.runs(self._slide.heading)
        shapes = [self._placeholder('type="ctrTitle"', "Title", f"<a:p>{title}</a:p>", size=self._title_size())]
        if subtitle := metadata.stated(document, "subtitle"):
            shapes.append(
                self._placeholder('type="subTitle" idx="1"', "Subtitle", f"<a:p>{texts.run(subtitle, Look())}</a:p>")
            )
        people = " · ".join(metadata.authors(document))
        date = metadata.stated(document, "date")
        rows = [texts.run(people, Look()), texts.run(date, Look(colour=MUTED))]
        details = "".join(f"<a:p>{row}</a:p>" for row in rows if row)
        if details:
            shapes.append(self._placeholder('type="body" sz="quarter" idx="10"', "Author", details))
        if logo := self._logo():
            shapes.append(logo)
        return "".join(shapes)

    def _title_size(self) -> float:
        """Of the title of all; 0 for the layout's."""
        box = self._design.title_box()
        words = plain_text(self._slide.heading)
        whole = big_line(self._settings)
        for share in (1.0, 0.85, 0.7, 0.55, 0.4):
            rows = self._context.deck.ruler.lines((words,), box.width / (whole * share), 1.07)
            if rows * whole * share * 1.2 <= box.height and (rows <= 2 or share < 0.8):
                return whole * share if share < 1 else 0.0
        return whole * _LEAST_FIT

    def _logo(self) -> str:
        document = self._context.document
        key = metadata.stated(document, "logo")
        picture = self._context.media.image(key)
        if picture is None:
            return ""
        fit = min(220 / picture.width, 70 / picture.height)
        width, height = picture.width * fit, picture.height * fit
        settings = self._settings
        box = Box(settings.width - settings.left - width, settings.height * 0.92 - height, width, height)
        if self._design.is_rtl:
            box = self._design.mirrored(box)
        words = document.resources[key].name.rpartition("/")[2].partition(".")[0] or self._context.words.image
        return self._picture(PictureFrame(box, Image(key, words), None))

    def _map(self) -> str:
        picture = self._context.media.map()
        settings = self._settings
        if picture is None:
            return self._heading() + self._feet()
        room = Box(settings.left, settings.title_top, settings.column, settings.bottom - settings.title_top)
        fit = min(room.width / picture.width, room.height / picture.height, 1.6)
        width, height = picture.width * fit, picture.height * fit
        box = Box(room.left + (room.width - width) / 2, room.top + (room.height - height) / 2, width, height)
        words = self._context.deck.title or self._context.words.image
        fill = self._context.media.fill(picture, self._texts.relations)
        return self._hidden_heading() + self._pic(box, words, fill) + self._feet()

    def _text_slide(self) -> str:
        slide, settings = self._slide, self._settings
        top = settings.top if slide.heading else settings.title_top
        below = self._foot_height()
        _, left, width = settings.beside
        beside = Box(left, top, width, settings.bottom - below - top)
        context = self._context
        frames = Frames(
            settings, slide.scale, context.deck.heights, self._texts, context.media, context.words, context.report, top
        )
        frames.fill(slide.blocks, slide.picture, beside)
        found = self._fitted(frames.found, top, frames.bottom, settings.bottom - below)
        self._layout = self._layout_for(found)
        heading = self._heading()
        shapes = "".join([self._frame(frame) for frame in found])
        return heading + shapes + self._footnotes() + self._feet()

    def _fitted(self, found: list[Frame], top: float, bottom: float, end: float) -> list[Frame]:
        """The frames moved together where they are higher than the slide, and apart where it has no heading."""
        by = 0.0
        if bottom > end + 0.5 and bottom > top:
            share = (end - top) / (bottom - top)
            return [frame._replace(box=_squeezed(frame, top, share)) for frame in found]
        is_picture = len([frame for frame in found if not isinstance(frame, TextFrame)]) == len(found)
        if not self._slide.heading or (is_picture and any(isinstance(frame, PictureFrame) for frame in found)):
            by = (end - bottom) / 2
        beside = [frame for frame in found if isinstance(frame, PictureFrame) and frame.is_beside]
        if by == 0.0 or beside:
            return found
        return [frame._replace(box=frame.box._replace(top=frame.box.top + by)) for frame in found]

    def _layout_for(self, found: list[Frame]) -> Layout:
        if not self._slide.heading:
            return looks.BARE
        bodies = [frame for frame in found if isinstance(frame, TextFrame) and frame.is_body]
        others = [frame for frame in found if not (isinstance(frame, TextFrame) and frame.is_body)]
        if any(isinstance(frame, PictureFrame) and frame.is_beside for frame in found) and len(bodies) == 1:
            return looks.TWO
        if len(bodies) == 1 and not others:
            return looks.CONTENT
        if not bodies and len(others) == 1 and isinstance(others[0], PictureFrame | TableFrame):
            return looks.CONTENT
        return looks.PARTS if bodies else looks.ONLY

    # Frames

    def _frame(self, frame: Frame) -> str:
        match frame:
            case TextFrame():
                return self._shape(lambda: self._text(frame))
            case CodeFrame():
                return self._code(frame)
            case TableFrame():
                return self._shape(lambda: self._table(frame))
            case PictureFrame():
                return self._picture(frame)
            case FormulaFrame():
                return self._formula(frame)
            case ShadeFrame():
                return self._shade(frame)

    def _formula(self, frame: FormulaFrame) -> str:
        """A formula that PowerPoint lets people edit, and its picture for programs that do not know it."""
        box = self._mirrored(frame.box)
        content = self._texts.runs((frame.node,))
        centre = '<a:pPr algn="ctr"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc></a:pPr>'
        its = _sizes(self._settings.font_size * self._slide.scale, 1)
        native = self._text_box("Formula", box, f"<a:p>{centre}{content}</a:p>", levels=its, anchor="ctr")
        picture = self._context.media.formula(frame.node)
        if picture is None:
            return native
        width, height = frame.size
        within = Box(box.left + (box.width - width) / 2, box.top + (box.height - height) / 2, width, height)
        self._next -= 1  # it is the same shape
        shown = self._pic(within, frame.node.text, self._context.media.fill(picture, self._texts.relations))
        return _alternatives(native, shown)

    def _text(self, frame: TextFrame) -> str:
        paragraphs = "".join([paragraph() for paragraph in frame.paragraphs])
        size = self._settings.font_size * self._slide.scale
        its = size if self._slide.scale < 1 else 0.0
        is_place = frame.is_body and self._bodies < looks.BODIES and self._layout != looks.ONLY
        if not is_place:
            levels = self._design.list_levels(size, frame.levels) if frame.levels else _sizes(its, 1)
            return self._text_box("Text", self._mirrored(frame.box), paragraphs, levels=levels)
        box: Box | None = self._mirrored(frame.box)
        at = self._bodies
        self._bodies += 1
        if self._layout in (looks.CONTENT, looks.TWO):
            # Where the layout has it, so that it is where that moves it; higher footnotes leave less.
            box = None
            if below := self._foot_height():
                whole = self._design.body_box()
                width = self._settings.beside[0] if self._layout == looks.TWO else whole.width
                box = self._mirrored(whole._replace(width=width, height=whole.height - below))
            half = 'sz="half" ' if self._layout == looks.TWO else ""
            return self._placeholder(f'{half}idx="1"', "Content", paragraphs, box, its, frame.levels)
        index = body_index(at)
        return self._placeholder(f'type="body" sz="quarter" idx="{index}"', "Text", paragraphs, box, its, frame.levels)

    def _mirrored(self, box: Box) -> Box:
        return self._design.mirrored(box) if self._design.is_rtl else box

    def _code(self, frame: CodeFrame) -> str:
        paragraphs, level = code(frame, self._context.highlighter, self._texts)
        box = self._mirrored(frame.box)
        return self._text_box("Code", box, paragraphs, levels=level, fill=scheme("bg2"), pad=frame.padding)

    def _table(self, frame: TableFrame) -> str:
        box = self._mirrored(frame.box)
        accented = self._design.theme.has_coloured_tables
        graphic = table(frame.block, frame.shape, self._texts, is_rtl=self._design.is_rtl, accented=accented)
        place = '<p:ph idx="1"/>' if self._layout == looks.CONTENT else ""
        nv = f"<p:nvPr>{place}</p:nvPr>" if place else "<p:nvPr/>"
        return (
            f"<p:graphicFrame><p:nvGraphicFramePr>{properties(self._id(), 'Table', self._saying)}<p:cNvGraphicFramePr>"
            f'<a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr>{nv}</p:nvGraphicFramePr>'
            f"{box.xml('p:xfrm')}{graphic}</p:graphicFrame>"
        )

    def _picture(self, frame: PictureFrame) -> str:
        media = self._context.media
        match frame.node:
            case Diagram():
                picture, words = media.diagram(frame.node), f"Mermaid: {frame.node.text}"
            case Image():
                picture, words = media.image(frame.node.url), frame.node.alternative or frame.node.title
        if picture is None:  # it was there when the slide was planned
            return ""
        link = self._texts.link(frame.link) if frame.link else ""
        fill = media.fill(picture, self._texts.relations)
        place = ""
        if self._layout == looks.TWO and frame.is_beside:
            place = '<p:ph sz="half" idx="2"/>'
        elif self._layout == looks.CONTENT:
            place = '<p:ph idx="1"/>'
        return self._pic(self._mirrored(frame.box), " ".join(words.split()), fill, link, place)

    def _pic(self, box: Box, words: str, fill: str, link: str = "", place: str = "") -> str:
        nv = f"<p:nvPr>{place}</p:nvPr>" if place else "<p:nvPr/>"
        return (
            f"<p:pic><p:nvPicPr>{properties(self._id(), 'Picture', words, link)}<p:cNvPicPr>"
            f'<a:picLocks noChangeAspect="1"/></p:cNvPicPr>{nv}</p:nvPicPr>{fill}<p:spPr>{box.xml()}'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
        )

    def _shade(self, frame: ShadeFrame) -> str:
        box = frame.box
        side = self._mirrored(box._replace(width=frame.bar))
        if frame.kind == "quote":
            faint = '<a:schemeClr val="tx1"><a:lumMod val="25000"/><a:lumOff val="75000"/></a:schemeClr>'
            return bar(self._id(), side, faint, is_of_layout=False)
        shade = (
            f'<a:schemeClr val="{tone(frame.kind)[18:25]}"><a:lumMod val="10000"/><a:lumOff val="90000"/></a:schemeClr>'
        )
        behind = bar(self._id(), self._mirrored(box), shade, is_of_layout=False)
        return behind + bar(self._id(), side, tone(frame.kind), is_of_layout=False)

    # The foot

    def _foot_height(self) -> float:
        if not self._slide.footnotes:
            return 0.0
        return 8.0 + sum(self._context.deck.note_height(number) for number in self._slide.footnotes)

    def _footnotes(self) -> str:
        """The footnotes that this slide mentions first, in small letters."""
        slide, settings = self._slide, self._settings
        if not slide.footnotes:
            return ""
        notes = [self._context.document.footnotes[number - 1].blocks for number in slide.footnotes]
        if not all(isinstance(block, Paragraph) for blocks in notes for block in blocks):
            what = "Footnotes at the foot of a slide are lines: what stands in them has no bullets, numbers or frames."
            self._context.report.degraded(About.FOOTNOTE, what, self._texts.where)
        height = self._foot_height()
        size = settings.font_size * NOTE
        top = settings.bottom - height
        box = self._mirrored(Box(settings.left, top + 6.0, settings.column, height - 6.0))
        rule = bar(
            self._id(),
            self._mirrored(Box(settings.left, top, settings.column * 0.2, 0.6)),
            '<a:schemeClr val="tx1"><a:lumMod val="50000"/><a:lumOff val="50000"/></a:schemeClr>',
            is_of_layout=False,
        )

        def build() -> str:
            rows: list[str] = []
            for number, blocks in zip(slide.footnotes, notes, strict=True):
                mark = self._texts.run(f"{number} ", Look(size=size, bold=True))
                found = list(_flat(blocks)) or [()]
                for at, content in enumerate(found):
                    runs = self._texts.runs(content, Look(size=size))
                    place = Place(before=2.0 if rows else 0.0, line=100)
                    rows.append(f"<a:p>{self._texts.properties(place, content)}{'' if at else mark}{runs}</a:p>")
            return self._text_box("Footnotes", box, "".join(rows))

        return rule + self._shape(build)

    def _feet(self) -> str:
        if self._layout in (looks.TITLE, looks.HEADER):
            return ""
        kinds = (
            'type="ftr" sz="quarter" idx="11"',
            'type="dt" sz="half" idx="12"',
            'type="sldNum" sz="quarter" idx="13"',
        )
        names = ("Footer", "Date", "Slide Number")
        found: list[str] = []
        for third, (kind, name, said) in enumerate(zip(kinds, names, self._context.feet, strict=True)):
            if not said:
                continue
            side = f'<a:pPr algn="{self._design.foot_side(third)}"/>'  # LibreOffice puts it in the middle otherwise
            pieces = foot(said, self._slide.chapter, self._context.slides)
            runs = [
                self._page_number() if piece is None else self._texts.run(_short(piece), Look()) for piece in pieces
            ]
            found.append(self._placeholder(kind, name, f"<a:p>{side}{''.join(runs)}</a:p>"))
        return "".join(found)

    def _page_number(self) -> str:
        return (
            f'<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum"><a:rPr/>'
            f"<a:t>{self._number}</a:t></a:fld>"
        )

    # For who speaks

    def _notes(self) -> tuple[str, Relations]:
        relations = Relations()
        if not self._slide.notes:
            return "", relations
        outer, self._texts.relations = self._texts.relations, relations
        self._texts.native, self._texts.in_notes = False, True
        rows = [f"<a:p>{self._texts.runs(content)}</a:p>" for content in _flat(self._slide.notes)]
        self._texts.relations, self._texts.native, self._texts.in_notes = outer, True, False
        return "".join(rows), relations


def _sizes(size: float, levels: int) -> str:
    """The size of text for its levels, where it is not the layout's."""
    if not size:
        return ""
    its = f'<a:defRPr sz="{hundredths(size)}"/>'
    return "".join(f"<a:lvl{level}pPr>{its}</a:lvl{level}pPr>" for level in range(1, min(max(levels, 1), LEVELS) + 1))


def _alternatives(shape: str, instead: str) -> str:
    """A shape with formulas, and what stands for it in programs that do not know those.

    PowerPoint 2013 and older are taken for such, for LibreOffice says that it knew formulas, and leaves them out. What
    it does not say to know is what came with PowerPoint 2016.
    """
    return (
        f'<mc:AlternateContent {_MC}><mc:Choice {_KNOWN} Requires="a14 a16">{shape}</mc:Choice>'
        f"<mc:Fallback>{instead}</mc:Fallback></mc:AlternateContent>"
    )


def _flat(blocks: Blocks) -> list[Inlines]:
    """The lines of blocks, without what is around them."""
    from exporters.document import CodeBlock

    found: list[Inlines] = []
    for block in every_block(Document(blocks)):
        if isinstance(block, CodeBlock | Diagram):
            found += ((line,) for line in block.text.removesuffix("\n").split("\n"))
        elif not isinstance(block, Paragraph):
            found += (line for line in lines(block) if line)
        else:
            found.append(block.content)
    return found


def _squeezed(frame: Frame, top: float, share: float) -> Box:
    box = frame.box
    shorter = box._replace(top=top + (box.top - top) * share, height=box.height * share)
    if isinstance(frame, PictureFrame):
        width = box.width * share
        return shorter._replace(left=box.left + (box.width - width) / 2, width=width)
    return shorter


def _short(text: str) -> str:
    """What the foot has room for."""
    return text if len(text) <= 90 else text[:89].rstrip() + "…"
