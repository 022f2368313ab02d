"""How slides look, where users change it: a theme of colours and fonts, a master, and the layouts that slides have.

All else refers to these. So another theme, or a colour of it, changes all slides at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from exporters.formats.pptx.shapes import Box, bar, placeholder
from exporters.pages.theme import Theme
from exporters.toolbox.deck_heights import GAP
from exporters.toolbox.deck_slide import Settings, big_line, title_line
from exporters.toolbox.escaping import html_attribute
from exporters.toolbox.ooxml import EMU_PER_POINT, RELATIONSHIPS, XML

NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    f'xmlns:r="{RELATIONSHIPS}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
TREE = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
MUTED = '<a:schemeClr val="tx1"><a:lumMod val="75000"/><a:lumOff val="25000"/></a:schemeClr>'
INDENT = 1.4  # em that each level of a list is further in
LEVELS = 9  # that a list can have (ECMA-376-1, 21.1.2.4)
FOOT = 11.0  # points
BODIES = 8
"""Places for text on a slide that has tables and the like between them."""
_PARTS = 20  # the index of the second of them
_SUBTITLE = 1.3  # size, by that of text

MONO = "Consolas"


class Layout(NamedTuple):
    """One of the ways in which a slide can be laid out."""

    number: int
    """Its part is `slideLayout` and that."""
    name: str
    type: str
    """Office's own name of its kind (ECMA-376-1, 19.7.15)."""


TITLE = Layout(1, "Title Slide", "title")
CONTENT = Layout(2, "Title and Content", "obj")
HEADER = Layout(3, "Section Header", "secHead")
TWO = Layout(4, "Two Content", "twoObj")
ONLY = Layout(5, "Title Only", "titleOnly")
BLANK = Layout(6, "Blank", "blank")
STATEMENT = Layout(7, "Statement", "")
PARTS = Layout(8, "Title and Parts", "")
BARE = Layout(9, "Without Heading", "")
"""For what has none to be seen."""
LAYOUTS = (TITLE, CONTENT, HEADER, TWO, ONLY, BLANK, STATEMENT, PARTS, BARE)


def body_index(number: int) -> int:
    """The index of a place for text in the layout `PARTS`, from 0."""
    return 1 if number == 0 else _PARTS + number


class Design:
    """The design of one file."""

    def __init__(self, settings: Settings, theme: Theme, *, is_rtl: bool, language: str) -> None:
        self.settings = settings
        self.theme = theme
        self.is_rtl = is_rtl
        self.language = language
        self.is_centred = theme.is_title_centred
        self.has_side = theme.heading_rule > 0 and not theme.is_title_centred
        self.has_blocks = not (self.is_centred or self.has_side)
        """Whether parts begin with a block of colour; otherwise with bands at the edges, or a band at the side."""

    @property
    def title_block(self) -> float:
        """Down to where the title slide is coloured."""
        return self.settings.height * 0.62

    # Master

    def master_part(self) -> str:
        settings = self.settings
        title = placeholder(2, "Title", 'type="title"', self._title_box(), "Title", anchor="b", inset=True)
        body = placeholder(3, "Text", 'type="body" idx="1"', self.body_box(), self._level_words(), inset=True)
        ids = "".join(f'<p:sldLayoutId id="{2147483649 + each.number}" r:id="rId{each.number}"/>' for each in LAYOUTS)
        tree = f"{TREE}{self._backdrop('text')}{title}{body}{self._feet()}"
        size = title_line(settings)
        title_style = self._level(1, size, 0.0, bullet="", before=0.0, bold=True, colour="tx2", major=True, line=95)
        return (
            f'{XML}<p:sldMaster {NAMESPACES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill>'
            f"<a:effectLst/></p:bgPr></p:bg><p:spTree>{tree}</p:spTree></p:cSld>"
            '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
            'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
            f"<p:sldLayoutIdLst>{ids}</p:sldLayoutIdLst>"
            f"<p:txStyles><p:titleStyle>{title_style}</p:titleStyle><p:bodyStyle>{self.list_levels()}</p:bodyStyle>"
            f"<p:otherStyle>{self._other_levels()}</p:otherStyle></p:txStyles></p:sldMaster>"
        )

    def list_levels(self, size: float = 0.0, count: int = LEVELS) -> str:
        """The styles of the levels of lists, for text of this size, or else the usual one."""
        usual = self.settings.font_size
        size = size or usual
        return "".join(
            self._level(level, size, INDENT * usual * level, self.theme.bullets[(level - 1) % 2], before=GAP * size / 2)
            for level in range(1, min(count, LEVELS) + 1)
        )

    def default_levels(self) -> str:
        """The styles of text that is nowhere in particular."""
        usual = f"<a:defPPr><a:defRPr{self._lang()}/></a:defPPr>"
        return f"<p:defaultTextStyle>{usual}{self._other_levels()}</p:defaultTextStyle>"

    def _other_levels(self) -> str:
        size = self.settings.font_size
        return "".join(self._level(level, size, 0.0, bullet="", before=0.0) for level in range(1, LEVELS + 1))

    def _level(
        self,
        level: int,
        size: float,
        indent: float,
        bullet: str,
        before: float,
        *,
        bold: bool = False,
        colour: str = "tx1",
        major: bool = False,
        line: int = 110,
    ) -> str:
        side = "r" if self.is_rtl else "l"
        hang = (
            f' marL="{emu(indent)}" indent="{-emu(INDENT * self.settings.font_size)}"'
            if bullet
            else ' marL="0" indent="0"'
        )
        mark = f'<a:buFont typeface="Arial"/><a:buChar char="{bullet}"/>' if bullet else "<a:buNone/>"
        font = "mj" if major else "mn"
        weight = ' b="1"' if bold else ""
        return (
            f'<a:lvl{level}pPr{hang} algn="{side}" rtl="{int(self.is_rtl)}" eaLnBrk="1" latinLnBrk="0" '
            f'hangingPunct="1"><a:lnSpc><a:spcPct val="{line}000"/></a:lnSpc>'
            f'<a:spcBef><a:spcPts val="{hundredths(before)}"/></a:spcBef>{mark}'
            f'<a:defRPr{self._lang()} sz="{hundredths(size)}"{weight} kern="1200">'
            f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:latin typeface="+{font}-lt"/>'
            f'<a:ea typeface="+{font}-ea"/><a:cs typeface="+{font}-cs"/></a:defRPr></a:lvl{level}pPr>'
        )

    def _lang(self) -> str:
        return f' lang="{html_attribute(self.language)}"' if self.language else ""

    # Layouts

    def layout_part(self, layout: Layout) -> str:
        shapes = "".join(self._shapes(layout))
        kind = f' type="{layout.type}"' if layout.type else ' userDrawn="1"'
        is_opening = layout in (TITLE, HEADER)
        hidden = ' showMasterSp="0"' if is_opening or (layout == STATEMENT and self.is_centred) else ""
        background = ""
        if layout == HEADER and self.has_blocks:
            background = (
                '<p:bg><p:bgPr><a:solidFill><a:schemeClr val="accent1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
            )
        return (
            f'{XML}<p:sldLayout {NAMESPACES}{hidden}{kind} preserve="1"><p:cSld name="{layout.name}">{background}'
            f"<p:spTree>{TREE}{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
        )

    def _shapes(self, layout: Layout) -> Iterable[str]:
        settings = self.settings
        size = settings.font_size
        text, beside_left, beside = settings.beside
        match layout.name:
            case "Title Slide":
                yield self._backdrop("title")
                yield self._big_title(40, "ctrTitle", self.title_box(), "b")
                subtitle = self._plain_level(size * _SUBTITLE, "bg1" if self.has_blocks else "tx1")
                yield placeholder(41, "Subtitle", 'type="subTitle" idx="1"', self.subtitle_box(), "Subtitle", subtitle)
                details = self._plain_level(size, "tx1")
                yield placeholder(
                    42, "Author and Date", 'type="body" sz="quarter" idx="10"', self.details_box(), "Author", details
                )
            case "Title and Content":
                yield self._rule()
                yield placeholder(40, "Title", 'type="title"', None, "Title")
                yield placeholder(41, "Content", 'idx="1"', None, self._level_words())
                yield self._feet()
            case "Section Header":
                yield self._backdrop("divider")
                yield self._big_title(40, "title", self.header_box(), "ctr")
            case "Two Content":
                left, right = (
                    Box(settings.left, settings.top, text, settings.room),
                    Box(beside_left, settings.top, beside, settings.room),
                )
                if self.is_rtl:
                    left, right = self.mirrored(left), self.mirrored(right)
                yield self._rule()
                yield placeholder(40, "Title", 'type="title"', None, "Title")
                yield placeholder(41, "Content", 'sz="half" idx="1"', left, self._level_words())
                yield placeholder(42, "Content", 'sz="half" idx="2"', right, self._level_words())
                yield self._feet()
            case "Title Only":
                yield self._rule()
                yield placeholder(40, "Title", 'type="title"', None, "Title")
                yield self._feet()
            case "Statement":
                yield self._big_title(40, "title", self.header_box(), "ctr", is_statement=True)
                yield self._feet()
            case "Title and Parts":
                yield self._rule()
                yield placeholder(40, "Title", 'type="title"', None, "Title")
                yield from self._bodies(settings.top)
                yield self._feet()
            case "Without Heading":
                above = self._title_box()._replace(top=-settings.title_height * 1.5)
                yield placeholder(40, "Title", 'type="title"', above, "Title")
                yield from self._bodies(settings.title_top)
                yield self._feet()
            case _:
                yield self._feet()

    def _bodies(self, top: float) -> Iterable[str]:
        """Places for text between other things."""
        settings = self.settings
        height = (settings.bottom - top) / BODIES
        for at in range(BODIES):
            box = Box(settings.left, top + at * height, settings.column, height - settings.font_size * GAP / 2)
            where = f'type="body" sz="quarter" idx="{body_index(at)}"'
            yield placeholder(41 + at, "Text", where, box, self._level_words())

    def _big_title(self, id: int, type: str, box: Box, anchor: str, *, is_statement: bool = False) -> str:
        size = big_line(self.settings)
        colour = "bg1" if self.has_blocks and not is_statement else "tx2"
        centred = self.is_centred or is_statement
        side = "ctr" if centred else "r" if self.is_rtl else "l"
        style = (
            f'<a:lvl1pPr algn="{side}"><a:defRPr sz="{hundredths(size)}" b="1"><a:solidFill>'
            f'<a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
        )
        return placeholder(id, "Title", f'type="{type}"', box, "Title", style, anchor=anchor)

    def _plain_level(self, size: float, colour: str) -> str:
        side = "ctr" if self.is_centred else "r" if self.is_rtl else "l"
        return (
            f'<a:lvl1pPr marL="0" indent="0" algn="{side}"><a:buNone/><a:defRPr sz="{hundredths(size)}"><a:solidFill>'
            f'<a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
        )

    @staticmethod
    def _level_words() -> str:
        return "Text"

    # Where things stand

    def _title_box(self) -> Box:
        settings = self.settings
        return Box(settings.left, settings.title_top, settings.column, settings.title_height)

    def body_box(self) -> Box:
        """Of text below a heading."""
        settings = self.settings
        return Box(settings.left, settings.top, settings.column, settings.room)

    def _opening_left(self) -> float:
        return self.settings.left + (self.settings.width * 0.09 if self.has_side else 0.0)

    def _opening(self, top: float, height: float) -> Box:
        left = self._opening_left()
        box = Box(left, top, self.settings.width - left - self.settings.left, height)
        return self.mirrored(box) if self.is_rtl else box

    def title_box(self) -> Box:
        """Of the title of all."""
        top = self.settings.height * 0.1
        return self._opening(top, self.settings.height * (0.36 if self.has_blocks else 0.38))

    def subtitle_box(self) -> Box:
        """Of what stands below it."""
        height = self.settings.height
        return self._opening(height * (0.475 if self.has_blocks else 0.52), height * 0.1)

    def details_box(self) -> Box:
        """Of who wrote it, and when."""
        height = self.settings.height
        return self._opening(height * (0.68 if self.has_blocks else 0.66), height * 0.16)

    def header_box(self) -> Box:
        """Of a heading that is alone."""
        return self._opening(self.settings.height * 0.2, self.settings.height * 0.56)

    def foot_box(self, third: int) -> Box:
        """Of what stands at the left (0), in the middle and at the right (2) of the foot."""
        settings = self.settings
        widths = (0.42, 0.28, 0.3)
        left = settings.left + settings.column * sum(widths[:third])
        return Box(left, settings.height * 0.925, settings.column * widths[third], FOOT * 1.6)

    def mirrored(self, box: Box) -> Box:
        return box._replace(left=self.settings.width - box.left - box.width)

    # What stands on all slides

    def _feet(self) -> str:
        kinds = (
            'type="ftr" sz="quarter" idx="11"',
            'type="dt" sz="half" idx="12"',
            'type="sldNum" sz="quarter" idx="13"',
        )
        names = ("Footer", "Date", "Slide Number")
        found: list[str] = []
        for third, (kind, name) in enumerate(zip(kinds, names, strict=True)):
            style = (
                f'<a:lvl1pPr algn="{self.foot_side(third)}"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc>'
                f'<a:defRPr sz="{hundredths(FOOT)}"><a:solidFill>{MUTED}</a:solidFill>'
                '<a:latin typeface="+mn-lt"/></a:defRPr></a:lvl1pPr>'
            )
            text = '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr/><a:t>‹#›</a:t></a:fld>'
            box = self.foot_box(2 - third if self.is_rtl else third)
            found.append(
                placeholder(10 + third, name, kind, box, text if third == 2 else "", style, anchor="ctr", inset=True)
            )
        return "".join(found)

    def foot_side(self, third: int) -> str:
        """To which side its words stand."""
        sides = ("l", "ctr", "r")
        return sides[2 - third] if self.is_rtl else sides[third]

    def _backdrop(self, kind: str) -> str:
        width, height = self.settings.width, self.settings.height
        shapes: list[str] = []
        if self.is_centred:
            if kind != "text":
                shapes.append(bar(30, Box(0, 0, width, height * 0.018)))
                shapes.append(bar(31, Box(0, height * 0.982, width, height * 0.018)))
        elif self.has_side:
            side = Box(0, 0, width * (0.014 if kind == "text" else 0.09), height)
            shapes.append(bar(30, self.mirrored(side) if self.is_rtl else side))
        elif kind == "text":
            shapes.append(bar(30, Box(0, 0, width, height * 0.011)))
        elif kind == "title":
            shapes.append(bar(30, Box(0, 0, width, self.title_block)))
        return "".join(shapes)

    def _rule(self) -> str:
        """The line below headings."""
        em = self.settings.font_size
        below = self.settings.title_top + self.settings.title_height + em * 0.2
        if not self.has_blocks:
            return bar(32, Box(self.settings.left, below, self.settings.column, em * 0.05))
        rule = Box(self.settings.left, below, em * 2.4, em * 0.16)
        return bar(32, self.mirrored(rule) if self.is_rtl else rule)


def emu(points: float) -> int:
    return round(points * EMU_PER_POINT)


def hundredths(points: float) -> int:
    """Sizes of text and spaces, as they are written."""
    return round(points * 100)
