"""How cells look: a table of styles that grows with what cells ask for, and becomes the part `styles.xml`.

Source: ECMA-376-1, 18.8.
"""

from __future__ import annotations

from typing import NamedTuple

from exporters.toolbox.escaping import html_attribute
from exporters.toolbox.ooxml import XML

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

FONT, SIZE = "Calibri", 11
CODE_FONT = "Consolas"
INK, LINK = "FF1F2937", "FF0B57A4"
_HEAD, _LINE, _PALE = "FFE3EAF3", "FFC3CBD6", "FF667085"
_FIRST_OWN = 164  # number formats below are Excel's own (18.8.30)


class Font(NamedTuple):
    """How words look."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    underline: bool = False
    link: bool = False
    code: bool = False
    raised: bool = False
    lowered: bool = False
    pale: bool = False
    size: int = SIZE

    def xml(self, tag: str, name: str) -> str:
        """As a style has it (`font`, `name`), and as a run within a cell (`rPr`, `rFont`)."""
        colour = LINK if self.link else _PALE if self.pale else INK
        vertical = "superscript" if self.raised else "subscript" if self.lowered else ""
        said = (
            ("<b/>", self.bold),
            ("<i/>", self.italic),
            ("<strike/>", self.strike),
            ('<u val="single"/>', self.underline or self.link),
            (f'<vertAlign val="{vertical}"/>', vertical),
            (f'<sz val="{self.size}"/><color rgb="{colour}"/>', True),
            (f'<{name} val="{CODE_FONT if self.code else FONT}"/>', True),
            (f'<family val="{3 if self.code else 2}"/>', True),
        )
        return f"<{tag}>{''.join(xml for xml, wanted in said if wanted)}</{tag}>"


PLAIN = Font()


class Style(NamedTuple):
    """How a cell looks."""

    font: Font = PLAIN
    format: str = ""
    """Of its number; "@" for what stays text even if somebody goes into the cell."""
    horizontal: str = ""
    indent: int = 0
    head: bool = False
    lined: bool = False
    quoted: bool = False
    """Whether Excel is to take what looks like a formula for text, even after somebody has gone into the cell."""


class Styles:
    """The styles of one file."""

    def __init__(self) -> None:
        self._fonts: dict[Font, int] = {PLAIN: 0}
        self._formats: dict[str, int] = {}
        self._styles: dict[Style, int] = {Style(): 0}

    def id(self, style: Style) -> int:
        """The number that cells name a style by."""
        return self._styles.setdefault(style, len(self._styles))

    def xml(self) -> str:
        """The part."""
        formats = {style.format for style in self._styles if style.format not in _OWN}
        for style in self._styles:
            self._fonts.setdefault(style.font, len(self._fonts))
            if style.format in formats:
                self._formats.setdefault(style.format, _FIRST_OWN + len(self._formats))
        cells = "".join(map(self._cell, self._styles))
        own = "".join(
            f'<numFmt numFmtId="{id}" formatCode="{html_attribute(code)}"/>' for code, id in self._formats.items()
        )
        fonts = "".join(font.xml("font", "name") for font in self._fonts)
        return (
            f'{XML}<styleSheet xmlns="{MAIN}">'
            + (f'<numFmts count="{len(self._formats)}">{own}</numFmts>' if own else "")
            + f'<fonts count="{len(self._fonts)}">{fonts}</fonts>'
            f'<fills count="3">{_FILLS}</fills><borders count="3">{_BORDERS}</borders>'
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(self._styles)}">{cells}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            "</styleSheet>"
        )

    def _cell(self, style: Style) -> str:
        number = _OWN.get(style.format, self._formats.get(style.format, 0))
        fill, border = (2, 2) if style.head else (0, int(style.lined))
        horizontal = f' horizontal="{style.horizontal}"' if style.horizontal else ""
        indent = f' indent="{style.indent}"' if style.indent else ""
        quoted = ' quotePrefix="1"' if style.quoted else ""
        return (
            f'<xf numFmtId="{number}" fontId="{self._fonts[style.font]}" fillId="{fill}" borderId="{border}" xfId="0"'
            f'{quoted} applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
            f'<alignment{horizontal} vertical="{"center" if style.head else "top"}" wrapText="1"{indent}/></xf>'
        )


_OWN = {"": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "0.00%": 10, "@": 49}


def _border(bottom: str) -> str:
    line = f'<bottom style="{bottom}"><color rgb="{_LINE}"/></bottom>' if bottom else "<bottom/>"
    return f"<border><left/><right/><top/>{line}<diagonal/></border>"


_BORDERS = _border("") + _border("hair") + _border("medium")

# The first two are not for us to choose.
_FILLS = (
    '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    f'<fill><patternFill patternType="solid"><fgColor rgb="{_HEAD}"/><bgColor indexed="64"/></patternFill></fill>'
)
