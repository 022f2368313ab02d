"""Pictures: those of the source, and drawings made of it, each once in the file (ECMA-376-1, 20.4 and 20.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exporters.document import Image
from exporters.toolbox.escaping import html_attribute, without_controls
from exporters.toolbox.ooxml import EMU_PER_POINT, Package

if TYPE_CHECKING:
    from exporters.formats.docx.work import Work
    from exporters.toolbox.drawing import Drawing
    from exporters.toolbox.office_pictures import OfficePicture, OfficePictures

_EMU_PER_TWIP = EMU_PER_POINT // 20
_MOST_HEIGHT = 0.85  # of what a page has for text, so that a caption stands on it, too
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"


class Pictures:
    """The pictures of one file."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._parts: dict[int, tuple[OfficePicture, str, str]] = {}
        """By the picture's identity, its parts' names."""
        self._last = 0
        self._made: OfficePictures | None = None

    def image(self, node: Image, room: int) -> str:
        """The run that shows an image, at most so many twips wide; "" where there is none to show."""
        if node.url not in self._work.document.resources:
            return ""
        picture = self._office().picture(node.url, self._work.where)
        return "" if picture is None else self._run(picture, node.alternative, node.title, room, self._work.height)

    def diagram(self, text: str, room: int) -> str:
        """The run that shows a diagram; "" where it cannot be drawn, which is reported."""
        drawing = self._office().drawn.diagram(text, self._work.where)
        return self._drawing(drawing, " ".join(text.split()), room, self._work.height) if drawing else ""

    def map(self, title: str, room: int, height: int) -> str:
        """The run that shows the drawing of the document's map; "" where it cannot be drawn, which is reported."""
        drawing = self._office().drawn.map()
        return self._drawing(drawing, title, room, height) if drawing else ""

    def add_to(self, package: Package) -> None:
        """Adds all that were shown."""
        for picture, name, svg in self._parts.values():
            package.add(f"word/{name}", picture.data)
            if picture.svg is not None:
                package.add(f"word/{svg}", picture.svg)

    def _office(self) -> OfficePictures:
        if self._made is None:
            from exporters.toolbox.office_pictures import OfficePictures  # for documents that have pictures

            self._made = OfficePictures(self._work.document, self._work.report)
        return self._made

    def _drawing(self, drawing: Drawing, alternative: str, room: int, height: int) -> str:
        return self._run(self._office().drawing(drawing), alternative, "", room, height)

    def _run(self, picture: OfficePicture, alternative: str, title: str, room: int, height: int) -> str:
        width, tall = picture.width * 20, picture.height * 20
        scale = min(1.0, room / max(width, 1), height * _MOST_HEIGHT / max(tall, 1))
        size = tuple(max(1, round(each * scale * _EMU_PER_TWIP)) for each in (width, tall))
        return self._inline(picture, size[0], size[1], alternative, title)

    def _inline(self, picture: OfficePicture, width: int, height: int, alternative: str, title: str) -> str:
        _, name, svg = self._placed(picture)
        relations = self._work.relations
        self._last += 1
        said = html_attribute(without_controls(" ".join((alternative or title).split()))[0])
        described = f' descr="{said}"' if said else ""
        if title and alternative:
            described += f' title="{html_attribute(without_controls(title)[0])}"'
        vector = ""
        if picture.svg is not None:
            id = relations.id("image", svg)
            vector = (
                '<a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}">'
                f'<asvg:svgBlip xmlns:asvg="{_SVG}" r:embed="{id}"/></a:ext></a:extLst>'
            )
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" '
            f'cy="{height}"/><wp:docPr id="{self._last}" name="Picture {self._last}"{described}/>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
            f'<pic:cNvPr id="{self._last}" name="{name.rpartition("/")[2]}"{described}/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{relations.id("image", name)}">{vector}</a:blip><a:stretch>'
            f'<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" '
            f'cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )

    def _placed(self, picture: OfficePicture) -> tuple[OfficePicture, str, str]:
        found = self._parts.get(id(picture))
        if found is None:
            number = len(self._parts) + 1
            name = f"media/image{number}.{picture.ending}"
            found = self._parts[id(picture)] = picture, name, f"media/image{number}.svg"
        return found
