"""The pictures of one file, each in it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exporters.document import Diagram, Document, Image, Math
from exporters.report import Code, Report
from exporters.toolbox.deck_heights import Size
from exporters.toolbox.escaping import html_attribute
from exporters.toolbox.ooxml import Package, Relations

if TYPE_CHECKING:
    from exporters.toolbox.drawing import Colour
    from exporters.toolbox.formula_reader import Macros
    from exporters.toolbox.office_pictures import OfficePicture, OfficePictures

FORMULA_SIZE = 20.0
"""Points, that the letters of formulas are drawn in."""
_DIAGRAM = 1.4  # of its natural size, in which its words have 12 points
_MAX_SIGNS = 500_000  # of the source of all formulas of a document that are drawn: 15 s
_FAILED = 500  # of them, that one counts for which cannot be read, where macros may have made it long
_SVG = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"  # of the extension that brings a picture's SVG


class Media:
    """What is drawn and shown on slides."""

    def __init__(self, document: Document, package: Package, ink: Colour, report: Report) -> None:
        """`ink` is the colour of formulas."""
        self._document = document
        self._package = package
        self._report = report
        self._ink = ink
        self._macros: Macros | None = None
        self._signs = 0
        self._alike: dict[str, OfficePicture] = {}
        """Of formulas, by their source, since a macro was last defined."""
        self._formulas: dict[int, tuple[Math, OfficePicture | None]] = {}
        self._pictures: OfficePictures | None = None
        self._targets: dict[int, tuple[OfficePicture, str, str]] = {}
        self._diagrams: dict[int, tuple[Diagram, OfficePicture | None]] = {}

    def size(self, node: Image | Diagram | Math) -> Size | None:
        """How large a picture is by itself."""
        match node:
            case Math():
                found = self.formula(node)
                return Size(found.width / FORMULA_SIZE, found.height / FORMULA_SIZE) if found else None
            case Image():
                found = self.image(node.url)
            case Diagram():
                found = self.diagram(node)
                return Size(found.width * _DIAGRAM, found.height * _DIAGRAM) if found else None
        return Size(found.width, found.height) if found else None

    def image(self, key: str, where: str = "") -> OfficePicture | None:
        """The picture of an image; None where there is none to show."""
        return self._office().picture(key, where) if key in self._document.resources else None

    def diagram(self, node: Diagram, where: str = "") -> OfficePicture | None:
        """That of a diagram; None where it cannot be drawn, which is reported."""
        # By identity: parts of it are only made where it is shown as its source.
        if id(node) not in self._diagrams:
            drawing = None
            if node.language == "mermaid":
                drawing = self._office().drawn.diagram(node.text, where)
            else:
                what = "Diagrams are shown as their source: no program draws them here."
                self._report.degraded(Code.DIAGRAM, what, where)
            self._diagrams[id(node)] = node, self._office().drawing(drawing) if drawing else None
        return self._diagrams[id(node)][1]

    def formula(self, node: Math) -> OfficePicture | None:
        """That of a formula on a line of its own, its letters of `FORMULA_SIZE`; None where it cannot be drawn."""
        if id(node) not in self._formulas:
            self._formulas[id(node)] = node, self._drawn_formula(node)
        return self._formulas[id(node)][1]

    def _drawn_formula(self, node: Math) -> OfficePicture | None:
        from exporters.toolbox import formula  # 10 ms, and few documents have formulas
        from exporters.toolbox.formula_reader import Macros

        if node.text in self._alike:
            return self._alike[node.text]
        if self._macros is None:
            self._macros = Macros()
        office, macros, before = self._office(), self._macros, self._macros.defined
        try:
            if self._signs > _MAX_SIGNS:
                return None
            drawing = formula.drawing(node.text, FORMULA_SIZE, self._ink, True, office.drawn.fonts, macros)
        except formula.UnreadableFormula:  # which is reported where it is written
            self._signs += _FAILED if macros else 0
            return None
        finally:
            if macros.defined != before:
                self._alike.clear()
        self._signs += len(node.text)
        if not (drawing.width and drawing.height):
            return None
        picture = office.drawing(drawing)
        if macros.defined == before:
            self._alike[node.text] = picture
        return picture

    def map(self) -> OfficePicture | None:
        """That of the document's map."""
        drawing = self._office().drawn.map()
        return self._office().drawing(drawing) if drawing else None

    def fill(self, picture: OfficePicture, relations: Relations) -> str:
        """The picture as what fills a shape of a slide that has these relations."""
        target, svg = self._parts(picture)
        more = ""
        if svg:
            more = (
                f'<a:extLst><a:ext uri="{_SVG}"><asvg:svgBlip '
                'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
                f'r:embed="{relations.id("image", svg)}"/></a:ext></a:extLst>'
            )
        embed = html_attribute(relations.id("image", target))
        blip = f'<a:blip r:embed="{embed}">{more}</a:blip>' if more else f'<a:blip r:embed="{embed}"/>'
        return f"<p:blipFill>{blip}<a:stretch><a:fillRect/></a:stretch></p:blipFill>"

    def _parts(self, picture: OfficePicture) -> tuple[str, str]:
        if id(picture) not in self._targets:
            number = len(self._targets) + 1
            target, svg = f"../media/image{number}.{picture.ending}", ""
            self._package.add(f"ppt/media/image{number}.{picture.ending}", picture.data)
            if picture.svg:
                svg = f"../media/image{number}.svg"
                self._package.add(f"ppt/media/image{number}.svg", picture.svg)
            self._targets[id(picture)] = picture, target, svg
        return self._targets[id(picture)][1:]

    def _office(self) -> OfficePictures:
        if self._pictures is None:
            from exporters.toolbox.office_pictures import OfficePictures  # 8 ms, and few documents have pictures

            self._pictures = OfficePictures(self._document, self._report)
        return self._pictures
