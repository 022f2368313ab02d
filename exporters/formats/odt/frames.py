"""Pictures, drawings and formulas: each stands in a frame that is as a character in its line."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from exporters.document import Document, Image, Math
from exporters.formats.odt import Options
from exporters.formats.odt.automatic import Automatic
from exporters.formats.odt.paper import paper
from exporters.formats.odt.text import XML
from exporters.report import Report
from exporters.toolbox.escaping import html_text
from exporters.toolbox.zipped import Zip

if TYPE_CHECKING:  # loaded for those documents that hold pictures
    from exporters.toolbox.drawing import Drawing, Part
    from exporters.toolbox.formula_reader import Macro
    from exporters.toolbox.formulas import Formulas
    from exporters.toolbox.office_pictures import OfficePicture, OfficePictures

MEDIA_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "emf": "image/x-emf",
    "svg": "image/svg+xml",
}

_HIGHEST = 0.82  # of the height of text, that a picture has at most, so that its caption is on the same page
_INK = (0x1F / 255, 0x23 / 255, 0x28 / 255)
_ENLARGED = 6.0  # so that they have 576 dots to an inch
_MAX_SIGNS = 400_000  # in all formulas of a document: 15 s; a book of 500 pages of mathematics has 300,000


class _Formula(NamedTuple):
    mathml: str
    drawing: Drawing
    picture: str
    """The drawing as SVG; "" for one that only defines something for others."""


class Frames:
    """The frames of one file, and the files within it that they show."""

    def __init__(self, document: Document, options: Options, zip: Zip, automatic: Automatic, report: Report) -> None:
        self._document = document
        self._zip = zip
        self._automatic = automatic
        self._report = report
        self._size = options.font_size
        self._is_serif = options.font == "serif"
        self._highest = paper(options).text_height * _HIGHEST
        self._pictures: OfficePictures | None = None
        self._names: dict[str, str] = {}
        self._count = 0
        self._macros: dict[str, Macro] = {}
        """What is known to those that are drawn; what writes them keeps its own."""
        self.listed: list[tuple[str, str]] = []
        """The files that were added, each with its media type."""

    def image(self, node: Image, width: float, where: str) -> str | None:
        """An image, at most so wide; None where it cannot be shown."""
        if node.url not in self._document.resources:
            return None
        picture = self._office.picture(node.url, where)
        if picture is None:
            return None
        if node.url not in self._names:
            self._names[node.url] = self._add(picture)
        return self._frame(self._names[node.url], picture.width, picture.height, width, node.title, node.alternative)

    def diagram(self, text: str, width: float, where: str) -> str | None:
        """A diagram in Mermaid's notation; None where it cannot be drawn, which is reported."""
        from exporters.toolbox.drawn import DIAGRAM_SCALE

        drawing = self._office.drawn.diagram(text, where)
        if drawing is None:
            return None
        return self.drawing(drawing, width, self._highest, "", f"Mermaid: {text.strip()}", DIAGRAM_SCALE)

    def map(self) -> Drawing | None:
        """The drawing of the document's map, if it has one."""
        return self._office.drawn.map()

    def drawing(
        self, drawing: Drawing, width: float, height: float, title: str, description: str, scale: float = 1.0
    ) -> str:
        """A drawing, at most so wide and high."""
        picture = self._office.drawing(drawing)
        shown = picture.width * scale, picture.height * scale
        return self._frame(self._add(picture), *shown, width, title, description, height)

    def formula(self, latex: str, width: float, where: str, *, is_displayed: bool) -> str | None:
        """A formula as an object of its own with a picture of it; None where it cannot be read, which is reported."""
        found = self._writer.written(Math(latex, is_displayed), where)
        if found is None:
            return None
        mathml, drawing, picture = found
        if not drawing.width:
            return ""  # one that only defines something for others
        self._count += 1
        name = f"Object {self._count}"
        self._zip.add(f"{name}/content.xml", f"{XML}{mathml}")
        self._zip.add(f"ObjectReplacements/{name}", picture)
        self.listed += (
            (f"{name}/", "application/vnd.oasis.opendocument.formula"),
            (f"{name}/content.xml", "text/xml"),
            (f"ObjectReplacements/{name}", MEDIA_TYPES["svg"]),
        )
        scale = min(1.0, width / drawing.width)
        above = (drawing.height - drawing.depth) * scale
        style = self._automatic.style(
            "graphic",
            "fr",
            '<style:graphic-properties style:vertical-pos="from-top" style:vertical-rel="baseline" '
            'draw:ole-draw-aspect="1" fo:margin="0pt" fo:padding="0pt" fo:border="none"/>',
        )
        links = 'xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"'
        return (
            f'<draw:frame draw:style-name="{style}" draw:name="Formula {self._count}" text:anchor-type="as-char" '
            f'svg:x="0pt" svg:y="{-above:.2f}pt" svg:width="{drawing.width * scale:.2f}pt" '
            f'svg:height="{drawing.height * scale:.2f}pt">'
            f'<draw:object xlink:href="./{name}" {links}/>'
            f'<draw:image xlink:href="./ObjectReplacements/{name}" {links}/>'
            f"<svg:desc>{html_text(latex.strip())}</svg:desc></draw:frame>"
        )

    def _enlarged(self, drawing: Drawing) -> str:
        # LibreOffice makes dots of such pictures, 96 to an inch of their own size; so that has to be large.
        from exporters.toolbox import svg_file
        from exporters.toolbox.drawing import Drawing, Group

        large = Group(drawing.parts, (_ENLARGED, 0, 0, _ENLARGED, 0, 0))
        drawing = Drawing(drawing.width * _ENLARGED, drawing.height * _ENLARGED, (large,))
        return svg_file.write(drawing, {}, self._office.drawn.fonts)

    @cached_property
    def _writer(self) -> Formulas[_Formula]:
        from exporters.toolbox.formulas import Formulas

        return Formulas(self._made, self._report, lambda made: sum(map(_signs, made.drawing.parts)), _MAX_SIGNS)

    @property
    def _office(self) -> OfficePictures:
        if self._pictures is None:
            from exporters.toolbox.office_pictures import OfficePictures

            self._pictures = OfficePictures(self._document, self._report)
        return self._pictures

    def _made(self, latex: str, is_displayed: bool, macros: dict[str, Macro]) -> _Formula:
        from exporters.toolbox import formula, mathml

        face = formula.SERIF if self._is_serif else formula.SANS
        fonts = self._office.drawn.fonts
        written = mathml.write(latex, is_displayed, macros)
        drawing = formula.drawing(latex, self._size, _INK, is_displayed, fonts, self._macros, face)
        return _Formula(written, drawing, self._enlarged(drawing) if drawing.width else "")

    def _add(self, picture: OfficePicture) -> str:
        """Adds the files of a picture. Gives the elements that show it."""
        self._count += 1
        files = [(picture.ending, picture.data)]
        if picture.svg is not None:
            files.insert(0, ("svg", picture.svg))
        elements = []
        for ending, data in files:
            name, type = f"Pictures/{self._count}.{ending}", MEDIA_TYPES[ending]
            self._zip.add(name, data)
            self.listed.append((name, type))
            elements.append(
                f'<draw:image xlink:href="{name}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad" '
                f'draw:mime-type="{type}"/>'
            )
        return "".join(elements)

    def _frame(
        self, shown: str, width: float, height: float, widest: float, title: str, description: str, highest: float = 0
    ) -> str:
        scale = min(1.0, widest / width, (highest or self._highest) / height)
        self._count += 1
        style = self._automatic.style(
            "graphic",
            "fr",
            '<style:graphic-properties style:vertical-pos="top" style:vertical-rel="baseline" fo:margin="0pt" '
            'fo:padding="0pt" fo:border="none"/>',
        )
        said = f"<svg:title>{html_text(title)}</svg:title>" if title else ""
        said += f"<svg:desc>{html_text(description)}</svg:desc>" if description else ""
        return (
            f'<draw:frame draw:style-name="{style}" draw:name="Picture {self._count}" text:anchor-type="as-char" '
            f'svg:x="0pt" svg:y="0pt" svg:width="{width * scale:.2f}pt" svg:height="{height * scale:.2f}pt">'
            f"{shown}{said}</draw:frame>"
        )


def _signs(part: Part) -> int:
    from exporters.toolbox.drawing import Glyphs

    return len(part.glyphs) if isinstance(part, Glyphs) else 1
