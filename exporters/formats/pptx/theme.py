"""The theme of slides: their colours and fonts, which all else refers to (ECMA-376-1, 14.2.7)."""

from __future__ import annotations

from exporters.pages.theme import Theme
from exporters.toolbox.ooxml import XML

_SANS, _SERIF = "Arial", "Georgia"  # on every system, or with others of the same widths
# Fonts for other scripts, by Office's own names for them (ISO 15924).
_SCRIPTS = {
    "Jpan": ("Yu Gothic", "Yu Mincho"),
    "Hang": ("Malgun Gothic", "Batang"),
    "Hans": ("Microsoft YaHei", "SimSun"),
    "Hant": ("Microsoft JhengHei", "PMingLiU"),
    "Arab": ("Arial", "Times New Roman"),
    "Hebr": ("Arial", "Times New Roman"),
    "Thai": ("Leelawadee UI", "Angsana New"),
    "Deva": ("Nirmala UI", "Mangal"),
}


def part(theme: Theme, *, is_rtl: bool) -> str:
    """The theme as a part of a file. `is_rtl` is whether the document runs from right to left."""
    colours = {
        "dk1": theme.ink,
        "lt1": "1 1 1",
        "dk2": theme.heading,
        "lt2": theme.shade,
        "accent1": theme.accent,
        **{f"accent{at}": colour for at, (colour, _) in enumerate(theme.admonitions.values(), 2)},
        "hlink": theme.link,
        "folHlink": theme.link,
    }
    scheme = "".join(f'<a:{name}><a:srgbClr val="{hexed(colour)}"/></a:{name}>' for name, colour in colours.items())
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(f'<a:ln w="{width}">{fill}</a:ln>' for width in (6350, 12700, 19050))
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    fonts = _fonts("majorFont", theme.heading_family, is_rtl) + _fonts("minorFont", theme.text_family, is_rtl)
    return (
        f'{XML}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Slides">'
        f'<a:themeElements><a:clrScheme name="Slides">{scheme}</a:clrScheme>'
        f'<a:fontScheme name="Slides">{fonts}</a:fontScheme>'
        f'<a:fmtScheme name="Slides"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{lines}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effects}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
        "</a:fmtScheme></a:themeElements></a:theme>"
    )


def hexed(colour: str) -> str:
    """A colour of a theme as six digits."""
    return "".join(f"{round(float(each) * 255):02X}" for each in colour.split())


def _fonts(tag: str, family: str, is_rtl: bool) -> str:
    name, at = (_SERIF, 1) if family == "serif" else (_SANS, 0)
    others = "".join(f'<a:font script="{script}" typeface="{names[at]}"/>' for script, names in _SCRIPTS.items())
    # Programs that overlook the fonts by script take any for letters of Arabic and Hebrew, such as one of a typewriter.
    complex = _SCRIPTS["Arab"][at] if is_rtl else ""
    return f'<a:{tag}><a:latin typeface="{name}"/><a:ea typeface=""/><a:cs typeface="{complex}"/>{others}</a:{tag}>'
