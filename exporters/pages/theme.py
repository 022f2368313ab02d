"""How pages look: fonts, sizes, spaces and colours, as data. Sizes and spaces are multiples of the size of text.

The themes there are stand at the end of this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from exporters.frozen import frozen
from exporters.toolbox.admonitions import GithubKind
from exporters.toolbox.contrast import WHITE, contrast_between

if TYPE_CHECKING:
    from exporters.toolbox.fonts import Family

type Colour = str
"""Red, green and blue from 0 to 1, as PDF writes them."""

RAISED = 0.68  # size of what stands higher or lower
KEY = 0.85  # of a key to press
LEAST = 4.0  # points: smaller text cannot be read
ASCENT = 0.70  # of the line height that stands above the baseline

_LEAST_CONTRAST = 4.5  # of text on white (WCAG 2.2, 1.4.3)

# kind → colour of bar and title, shade behind. Titles have at least 4.5 times the darkness of the shade.
_ADMONITIONS: Mapping[GithubKind, tuple[Colour, Colour]] = MappingProxyType(
    {
        "note": ("0.04 0.36 0.79", "0.945 0.965 0.992"),
        "tip": ("0.08 0.46 0.22", "0.945 0.976 0.953"),
        "important": ("0.46 0.27 0.80", "0.965 0.953 0.992"),
        "warning": ("0.58 0.38 0.00", "0.996 0.973 0.925"),
        "caution": ("0.76 0.13 0.16", "0.996 0.949 0.949"),
    }
)


@frozen
class Theme:
    """One way for pages to look."""

    text_family: Family = "sans"
    heading_family: Family = "sans"

    ink: Colour = "0.12 0.14 0.17"
    heading: Colour = "0.12 0.14 0.17"
    muted: Colour = "0.38 0.42 0.47"
    faint: Colour = "0.62 0.66 0.70"
    rule: Colour = "0.83 0.85 0.87"
    shade: Colour = "0.957 0.965 0.973"
    inline_shade: Colour = "0.933 0.941 0.949"
    link: Colour = "0.02 0.32 0.68"
    accent: Colour = "0.02 0.32 0.68"
    """Of what adorns: the band of a cover, the line below a large heading."""
    mark: Colour = "1.00 0.94 0.62"
    """Of a bright pen; `muted` and `link` still have 4.5 times its darkness."""
    admonitions: Mapping[GithubKind, tuple[Colour, Colour]] = _ADMONITIONS

    leading: float = 1.45
    """Line height by size of text, for reading."""
    dense: float = 1.35
    """The same for code, tables and headings."""
    is_justified: bool = False
    """Whether lines end below each other at both sides; words are parted then, where their language is known."""
    gap: float = 0.75
    """Between blocks."""
    indent: float = 1.9
    """Of a list's items and a quote's blocks."""
    bullets: tuple[str, ...] = ("•", "–")
    """By turns, in lists within lists."""

    title: float = 2.4
    headings: tuple[float, ...] = (1.95, 1.5, 1.22, 1.08)
    """Sizes by level; those below are as large as text."""
    is_title_centred: bool = False
    heading_rule: float = 0.0
    """Thickness of the line below the largest headings, in points."""
    code: float = 0.79
    """Size of code blocks, by that of text around them: so 88 characters, as formatters make them, fit on A4."""
    table: float = 0.92
    row_padding: float = 0.38
    """Above and below what stands in a table's cell, by its size."""
    row_rule: float = 0.45
    """Thickness of the line below each row of a table, in points; 0 for none."""
    head_rule: float = 0.9
    """Of that below its head."""
    end_rule: float = 0.9
    """Of that below its last row."""
    top_rule: float = 0.0
    """Of that above its head."""
    table_rule: Colour = "0.62 0.66 0.70"
    """Of all these but those between rows."""
    has_coloured_tables: bool = False
    """Whether the heads of tables have the colours of headings instead."""
    note: float = 0.85
    caption: float = 0.88
    furniture: float = 0.8
    """The running title and the page number."""

    def heading_size(self, level: int) -> float:
        """The size of a heading of this level, from 1."""
        return self.headings[level - 1] if 0 < level <= len(self.headings) else 1.0


def readable(colour: str) -> Colour:
    """A colour such as `#3366cc`, darkened as far as text in it needs to be read on white."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    share = 1.0
    while share > 0 and contrast_between(WHITE, (red * share, green * share, blue * share)) < _LEAST_CONTRAST:
        share -= 0.02
    return " ".join(f"{max(0.0, each * share):.3f}" for each in (red, green, blue))


MODERN = Theme()

# As books are set: letters with serifs, even margins, quiet headings.
CLASSIC = Theme(
    text_family="serif",
    heading_family="serif",
    ink="0.10 0.09 0.08",
    heading="0.10 0.09 0.08",
    muted="0.38 0.36 0.34",
    rule="0.80 0.78 0.75",
    shade="0.969 0.965 0.953",
    inline_shade="0.949 0.941 0.925",
    link="0.42 0.10 0.10",
    accent="0.42 0.10 0.10",
    table_rule="0.10 0.09 0.08",
    leading=1.42,
    is_justified=True,
    gap=0.6,
    title=2.2,
    headings=(1.7, 1.35, 1.15, 1.05),
    is_title_centred=True,
    row_padding=0.24,  # without lines between them, rows may stand closer
    row_rule=0.0,
    head_rule=0.5,
    top_rule=0.9,
)

# As reports are set: coloured headings without serifs over text with them, a line below each chapter's.
EDITORIAL = Theme(
    text_family="serif",
    heading_family="sans",
    ink="0.13 0.14 0.16",
    heading="0.06 0.27 0.35",
    link="0.00 0.38 0.46",
    accent="0.00 0.44 0.53",
    leading=1.48,
    gap=0.8,
    title=2.8,
    headings=(2.0, 1.4, 1.15, 1.0),
    heading_rule=1.2,
    has_coloured_tables=True,
)

THEMES = {"modern": MODERN, "classic": CLASSIC, "editorial": EDITORIAL}
