"""Which way lines run, for formats that say so of each paragraph."""

from __future__ import annotations

import re
from typing import Literal

from exporters.document.nodes import (
    Abbreviation,
    Code,
    Emphasis,
    FootnoteReference,
    Highlight,
    Image,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    Math,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)

# The first character that has a direction. Blocks, not characters: all scripts written from the right are in these.
# Compiled when a text needs it, for it takes 2 ms.
_STRONG = (
    "[A-Za-z\u00c0-\u02b8\u0370-\u058f\u0900-\u1fff\u2c00-\u2dff\u3005-\ufb1c\uff21-\uff5a"
    "\U00010000-\U000107ff\U00011000-\U0001bfff\U00020000-\U0003ffff]"
    "|([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff])"
)
_LETTER = re.compile("[A-Za-z]")


def first_direction(content: Inlines) -> Literal["ltr", "rtl", ""]:
    """Which way a line runs, as its first letter tells (UAX #9, P2 and P3); "" where it has none."""
    for node in content:
        match node:
            case str():
                if node.isascii():
                    if _LETTER.search(node):
                        return "ltr"
                elif found := re.search(_STRONG, node):
                    return "rtl" if found[1] else "ltr"
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                if inner := first_direction(node.content):
                    return inner
            case Link():
                if inner := first_direction(node.content):
                    return inner
            case (
                Code()
                | Keyboard()
                | Abbreviation()
                | Math()
                | Image()
                | FootnoteReference()
                | LineBreak()
                | RawInline()
            ):
                pass
    return ""
