"""Shapes of DrawingML: what has a place on a slide (ECMA-376-1, 19.3.1.43 and 20.1)."""

from __future__ import annotations

from typing import NamedTuple

from exporters.toolbox.escaping import html_attribute
from exporters.toolbox.ooxml import EMU_PER_POINT


class Box(NamedTuple):
    """A place, in points."""

    left: float
    top: float
    width: float
    height: float

    def xml(self, tag: str = "a:xfrm") -> str:
        """As the transformation of a shape."""
        return f"<{tag}>{self.place()}</{tag}>"

    def place(self) -> str:
        """Its corner and its extent."""
        left, top = _emu(self.left), _emu(self.top)
        return f'<a:off x="{left}" y="{top}"/><a:ext cx="{max(_emu(self.width), 0)}" cy="{max(_emu(self.height), 0)}"/>'


def scheme(name: str) -> str:
    """A colour of the theme, as a fill."""
    return f'<a:solidFill><a:schemeClr val="{name}"/></a:solidFill>'


def properties(id: int, name: str, description: str = "", inner: str = "") -> str:
    """What a shape is called, and what it is to those who do not see it."""
    said = f' descr="{html_attribute(description)}"' if description else ""
    end = f">{inner}</p:cNvPr>" if inner else "/>"
    return f'<p:cNvPr id="{id}" name="{html_attribute(name)} {id}"{said}{end}'


def bar(id: int, box: Box, fill: str = "", *, is_of_layout: bool = True) -> str:
    """A filled rectangle that adorns, of a layout or of a slide. `fill` is a colour as an element."""
    its = ' userDrawn="1"' if is_of_layout else ""
    filled = f"<a:solidFill>{fill}</a:solidFill>" if fill else scheme("accent1")
    return (
        f"<p:sp><p:nvSpPr>{properties(id, 'Bar')}<p:cNvSpPr/><p:nvPr{its}/></p:nvSpPr><p:spPr>{box.xml()}"
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{filled}<a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )


def placeholder(
    id: int,
    name: str,
    kind: str,
    box: Box | None,
    words: str,
    levels: str = "",
    *,
    anchor: str = "",
    inset: bool = False,
) -> str:
    """A place for what slides say, in a master or a layout. `kind` is what slides refer to it by."""
    place = box.xml() + '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>' if box else ""
    anchored = f' anchor="{anchor}"' if anchor else ""
    # Without insets, so that text begins where tables and pictures do.
    insets = ' vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0"' if inset else ""
    fit = "<a:normAutofit/>"
    text = words if words.startswith("<") else f"<a:r><a:rPr/><a:t>{words}</a:t></a:r>" if words else ""
    styles = f"<a:lstStyle>{levels}</a:lstStyle>" if levels else "<a:lstStyle/>"
    return (
        f'<p:sp><p:nvSpPr>{properties(id, name)}<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {kind}/>'
        f"</p:nvPr></p:nvSpPr><p:spPr>{place}</p:spPr><p:txBody><a:bodyPr{insets}{anchored}>{fit}</a:bodyPr>{styles}"
        f"<a:p>{text}</a:p></p:txBody></p:sp>"
    )


def _emu(points: float) -> int:
    return round(points * EMU_PER_POINT)
