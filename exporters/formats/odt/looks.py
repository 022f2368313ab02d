"""How the file looks: colours, sizes and spaces as data. Sizes are shares of the size of text, spaces are points."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from exporters.toolbox import code_colours as colours
from exporters.toolbox.admonitions import GithubKind

INK, STRONG, QUIET, FAINT = "#1f2328", "#0d1117", "#59636e", "#8a939d"
LINE, SHADE, INLINE_SHADE, LINK, MARK = "#d9dee3", "#f5f7f9", "#eef1f4", "#0b5cad", "#fff1b8"
KEY_SHADE = "#e1e6eb"

# What each is on Windows, macOS and Linux, the first of them beside the fonts that LibreOffice brings along.
SANS = "'Noto Sans', 'Open Sans', 'Segoe UI', 'Helvetica Neue', Carlito, Arial"
SERIF = "'Noto Serif', Georgia, Cambria, Caladea, 'Times New Roman'"
MONO = "'Noto Sans Mono', 'Cascadia Mono', Consolas, Menlo, 'DejaVu Sans Mono', 'Liberation Mono'"
COMPLEX = "'Noto Sans Arabic', 'Noto Sans Hebrew', 'Noto Sans Devanagari', 'Noto Sans Thai', 'Segoe UI', Tahoma, Arial"
ASIAN = {  # by language: the same character has another shape in each
    "ja": "'Noto Sans CJK JP', 'Noto Sans JP', 'Yu Gothic', 'Hiragino Sans', Meiryo",
    "ko": "'Noto Sans CJK KR', 'Noto Sans KR', 'Malgun Gothic', 'Apple SD Gothic Neo'",
    "zh-TW": "'Noto Sans CJK TC', 'Noto Sans TC', 'Microsoft JhengHei', 'PingFang TC'",
    "zh": "'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', SimSun",
}

LEADING = 108  # per cent of the height that the font itself asks for, which for Noto is 1.36 of its size
DENSE = 100  # the same for code, tables and headings
GAP = 8.0  # between blocks
CLOSE = 2.5  # between the items of a tight list
STEP = 18.0  # that each list, and each description, is indented by
WIDER = 6.0  # more for each digit that a list's last number has above two
BAR = 2.5  # thickness of the line beside a call-out or quotation
PADDING = 10.0  # between that and the text
NOTE_INDENT = 14.0  # of a footnote, from its number
CELL = 5.0  # padding at both sides of a table's cell
CODE, TABLE, NOTE, CAPTION = 0.79, 0.92, 0.86, 0.88  # of the size of text; 88 columns of code fit on A4

HEADINGS = (1.75, 1.4, 1.18, 1.05, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
ABOVE = (22, 18, 15, 13, 12, 12, 12, 12, 12, 12)  # points
BELOW = (7, 6, 5, 4, 4, 4, 4, 4, 4, 4)


class Tone(NamedTuple):
    """The colours of a call-out."""

    colour: str
    """Of its bar and title: at least 4.5 times the darkness of the shade (WCAG 2.2, 1.4.3)."""
    shade: str


TONES: Mapping[GithubKind, Tone] = MappingProxyType(
    {
        "note": Tone("#0b5cad", "#eef4f9"),
        "tip": Tone("#177344", "#eff6f2"),
        "important": Tone("#7443c8", "#f5f2fb"),
        "warning": Tone("#8a5800", "#f8f4ed"),
        "caution": Tone("#b92a2a", "#fbf0f0"),
    }
)


class Dress(NamedTuple):
    """How a piece of code looks."""

    name: str
    """As a style that people choose from a list."""
    colour: str
    bold: bool = False
    italic: bool = False
    shade: str = ""


def _hex(colour: str) -> str:
    return f"#{colour.lower()}"


_KEYWORD = Dress("Code Keyword", _hex(colours.KEYWORD))
_VALUE = Dress("Code Value", _hex(colours.VALUE))
_TYPE = Dress("Code Type", _hex(colours.TYPE))
_STRING = Dress("Code String", _hex(colours.STRING))
_NAME = Dress("Code Name", _hex(colours.NAME))

CODE_DRESSES: Mapping[str, Dress] = MappingProxyType(
    {
        "c": Dress("Code Comment", _hex(colours.COMMENT), italic=True),
        "go": Dress("Code Output", _hex(colours.COMMENT)),
        "gp": Dress("Code Prompt", _hex(colours.QUIET)),
        "k": _KEYWORD,
        "nt": _KEYWORD,
        "kc": _VALUE,
        "m": _VALUE,
        "se": _VALUE,
        "na": _VALUE,
        "kt": _TYPE,
        "nc": _TYPE,
        "nb": _TYPE,
        "nv": _TYPE,
        "cp": _TYPE,
        "s": _STRING,
        "sr": _STRING,
        "nf": _NAME,
        "nd": _NAME,
        "gd": Dress("Code Deleted", _hex(colours.DELETED), shade="#ffecea"),
        "gi": Dress("Code Inserted", _hex(colours.STRING), shade="#e6f6ea"),
        "gh": Dress("Code Heading", STRONG, bold=True),
        "gs": Dress("Code Strong", STRONG, bold=True),
        "ge": Dress("Code Emphasis", STRONG, italic=True),
    }
)
"""By the classes of `exporters.toolbox.highlight`."""


def named(display: str) -> str:
    """The name of a style in the file, where blanks have to be spelled (ODF 1.3 part 3, 19.502: an NCName)."""
    # What pandoc takes for code has another name there than LibreOffice gives it, which goes by what people see.
    return "Source_Text" if display == "Source Text" else display.replace(" ", "_20_")
