"""The part `word/settings.xml` (ECMA-376-1, 17.15.1): what a file asks Word for.

It asks for Word's own ways since 2013; without that, Word says at the top that it imitates an older version. It does
not ask for fields to be updated, for then Word asks whoever opens the file whether it may.
"""

from __future__ import annotations

from exporters.formats.docx.language import Language
from exporters.formats.docx.styles import WORD
from exporters.toolbox.ooxml import XML

_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def settings(language: Language, has_even_pages: bool = False) -> str:
    """The part. Left pages have headers of their own where they are to have some."""
    return (
        f'{XML}<w:settings xmlns:w="{WORD}" xmlns:m="{_MATH}"><w:zoom w:percent="100"/>'
        f"{'<w:evenAndOddHeaders/>' if has_even_pages else ''}"
        '<w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/><w:footnotePr>'
        '<w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat>'
        + "".join(
            f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
            for name, value in _COMPATIBILITY.items()
        )
        + '</w:compat><m:mathPr><m:mathFont m:val="Cambria Math"/><m:dispDef/><m:lMargin m:val="0"/>'
        f'<m:rMargin m:val="0"/><m:defJc m:val="centerGroup"/></m:mathPr><w:themeFontLang{language.tag}/>'
        "<w:clrSchemeMapping"
        + "".join(f' w:{name}="{value}"' for name, value in _COLOURS.items())
        + '/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


_COMPATIBILITY = {
    "compatibilityMode": 15,
    "overrideTableStyleFontSizeAndJustification": 1,
    "enableOpenTypeFeatures": 1,
    "doNotFlipMirrorIndents": 1,
    "differentiateMultirowTableHeaders": 1,
}
_COLOURS = {
    "bg1": "light1",
    "t1": "dark1",
    "bg2": "light2",
    "t2": "dark2",
    **{f"accent{number}": f"accent{number}" for number in range(1, 7)},
    "hyperlink": "hyperlink",
    "followedHyperlink": "followedHyperlink",
}
