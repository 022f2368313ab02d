"""Pages for who speaks: their master, and one for each slide that has notes (ECMA-376-1, 19.3.1.26 and 27)."""

from __future__ import annotations

from exporters.formats.pptx.design import NAMESPACES, TREE, Design, emu
from exporters.formats.pptx.shapes import Box, properties
from exporters.toolbox.ooxml import XML

WIDTH, HEIGHT = 540.0, 720.0
"""Of such a page, in points."""

_SLIDE = Box(54, 54, 432, 270)
_TEXT = Box(54, 342, 432, 324)


def master_part(design: Design) -> str:
    """The master of all these pages."""
    settings = design.settings
    height = min(_SLIDE.height, _SLIDE.width * settings.height / settings.width)
    image = _SLIDE._replace(height=height, width=height * settings.width / settings.height)
    image = image._replace(left=(WIDTH - image.width) / 2)
    levels = "".join(
        f'<a:lvl{level}pPr marL="0" algn="{"r" if design.is_rtl else "l"}" rtl="{int(design.is_rtl)}"><a:spcBef>'
        '<a:spcPts val="400"/></a:spcBef><a:defRPr sz="1200" kern="1200"><a:solidFill><a:schemeClr val="tx1"/>'
        "</a:solidFill>"
        '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/></a:defRPr>'
        f"</a:lvl{level}pPr>"
        for level in range(1, 10)
    )
    shapes = _image(2, image.xml() + '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>') + _text(
        3,
        _TEXT.xml() + '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>',
        "<a:p><a:r><a:rPr/><a:t>Text</a:t></a:r></a:p>",
    )
    return (
        f'{XML}<p:notesMaster {NAMESPACES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill>'
        f"<a:effectLst/></p:bgPr></p:bg><p:spTree>{TREE}{shapes}</p:spTree></p:cSld>"
        '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
        'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
        f"<p:notesStyle>{levels}</p:notesStyle></p:notesMaster>"
    )


def part(paragraphs: str) -> str:
    """The page of one slide, with these paragraphs."""
    shapes = _image(2, "") + _text(3, "", paragraphs)
    return (
        f"{XML}<p:notes {NAMESPACES}><p:cSld><p:spTree>{TREE}{shapes}</p:spTree></p:cSld>"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>"
    )


def size() -> str:
    """The size of these pages, as the presentation says it."""
    return f'<p:notesSz cx="{emu(WIDTH)}" cy="{emu(HEIGHT)}"/>'


def _image(id: int, place: str) -> str:
    locks = '<a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/>'
    kind = 'type="sldImg" idx="2"' if place else 'type="sldImg"'
    return (
        f"<p:sp><p:nvSpPr>{properties(id, 'Slide Image')}<p:cNvSpPr>{locks}</p:cNvSpPr><p:nvPr><p:ph {kind}/></p:nvPr>"
        f"</p:nvSpPr><p:spPr>{place}</p:spPr></p:sp>"
    )


def _text(id: int, place: str, paragraphs: str) -> str:
    kind = 'type="body" sz="quarter" idx="3"' if place else 'type="body" idx="1"'
    locks = '<a:spLocks noGrp="1"/>'
    return (
        f"<p:sp><p:nvSpPr>{properties(id, 'Notes')}<p:cNvSpPr>{locks}</p:cNvSpPr><p:nvPr><p:ph {kind}/></p:nvPr>"
        f"</p:nvSpPr><p:spPr>{place}</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>{paragraphs}</p:txBody></p:sp>"
    )
