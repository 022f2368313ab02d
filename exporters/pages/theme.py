"""How pages look: sizes, spaces and colours. Sizes and spaces are multiples of the size of text."""

from __future__ import annotations

from exporters.toolbox.admonitions import GithubKind

type Colour = str
"""Red, green and blue from 0 to 1, as PDF writes them."""

INK = "0.12 0.14 0.17"
MUTED = "0.38 0.42 0.47"
FAINT = "0.62 0.66 0.70"
RULE = "0.83 0.85 0.87"
SHADE = "0.957 0.965 0.973"
INLINE_SHADE = "0.933 0.941 0.949"
LINK = "0.02 0.32 0.68"
MARK = "1.00 0.94 0.62"  # of a bright pen; MUTED and LINK still have 4.5 times its darkness

# kind → colour of bar and title, shade behind.
ADMONITIONS: dict[GithubKind, tuple[Colour, Colour]] = {
    "note": ("0.04 0.36 0.79", "0.945 0.965 0.992"),
    "tip": ("0.08 0.46 0.22", "0.945 0.976 0.953"),
    "important": ("0.46 0.27 0.80", "0.965 0.953 0.992"),
    "warning": ("0.58 0.38 0.00", "0.996 0.973 0.925"),
    "caution": ("0.76 0.13 0.16", "0.996 0.949 0.949"),
}

LEADING = 1.45  # line height by size of text, for reading
DENSE = 1.35  # the same for code, tables and headings
CODE = 0.86  # size of code blocks, by that of text around them
TABLE = 0.92
NOTE = 0.85
CAPTION = 0.88
KEY = 0.85
RAISED = 0.68  # what stands higher or lower
LEAST = 4.0  # points: smaller text cannot be read
ASCENT = 0.70  # of the line height that stands above the baseline

HEADINGS = {1: 1.95, 2: 1.5, 3: 1.22, 4: 1.08}  # size by level; below, as large as text
TITLE = 2.4
FURNITURE = 0.8  # the running title and the page number
GAP = 0.75  # between blocks, by size of text
INDENT = 1.9  # of a list's items and a quote's blocks
BULLETS = ("•", "–")  # by turns, in lists within lists
