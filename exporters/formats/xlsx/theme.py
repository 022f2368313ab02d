"""The theme of a workbook: the colours and fonts that Excel offers to whoever goes on with it.

Source: ECMA-376-1, 20.1.6.9.
"""

from __future__ import annotations

from exporters.formats.xlsx.styles import FONT
from exporters.toolbox.ooxml import XML

_COLOURS = {
    "dk1": "1F2937", "lt1": "FFFFFF", "dk2": "27406B", "lt2": "E3EAF3",
    "accent1": "0B57A4", "accent2": "B4540A", "accent3": "3C7A3C", "accent4": "8A3FA0",
    "accent5": "0F7C86", "accent6": "9A7500", "hlink": "0B57A4", "folHlink": "6B3FA0",
}  # fmt: skip


def theme() -> str:
    """The part `theme1.xml`."""
    colours = "".join(f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in _COLOURS.items())
    font = f'<a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(f'<a:ln w="{width}">{fill}</a:ln>' for width in (6350, 12700, 19050))
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{XML}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Calm"><a:themeElements>'
        f'<a:clrScheme name="Calm">{colours}</a:clrScheme><a:fontScheme name="Calm"><a:majorFont>{font}</a:majorFont>'
        f'<a:minorFont>{font}</a:minorFont></a:fontScheme><a:fmtScheme name="Calm"><a:fillStyleLst>{fill * 3}'
        f"</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst><a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )
