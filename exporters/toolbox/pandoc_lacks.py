"""What the report says where a format of pandoc's cannot hold what a document has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from exporters.exporter import Lack, Pandoc
from exporters.report import Code

# Of the writers that have a place for the title: what their templates pass over of what stands below it.
_UNTOLD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "djot": ("subtitle", "abstract"),
        "docbook5": ("abstract",),
        "fb2": ("subtitle", "abstract"),
        "man": ("subtitle", "abstract"),
        "org": ("subtitle",),
        "rtf": ("subtitle", "abstract"),
        "tei": ("subtitle", "abstract"),
        "texinfo": ("subtitle", "abstract"),
    }
)


def untold(pandoc: Pandoc) -> tuple[str, ...]:
    """What front matter says at the head of a document and is not in the files of a format."""
    return ("abstract",) if pandoc.title == "heading" else _UNTOLD.get(re.split("[-+]", pandoc.writer)[0], ())


LACKS: Mapping[Lack, tuple[Code, str]] = MappingProxyType(
    {
        "underline": (Code.STYLE, "Underlined words are written as emphasis, or like all others."),
        "strikethrough": (Code.STYLE, "Words that are struck through stand between tildes."),
        "highlight": (Code.STYLE, "Highlighted words are written like all others."),
        "superscript": (Code.STYLE, "Raised characters stand on the line, with a mark before them or without."),
        "subscript": (Code.STYLE, "Lowered characters stand on the line, with a mark before them or without."),
        "keys": (Code.STYLE, "Keys to press are written as code."),
        "alignment": (Code.STYLE, "Centred and right-aligned paragraphs are written like all others."),
        "code": (Code.STYLE, "Code within a line is written like all other words."),
        "levels": (Code.STYLE, "Headings of deep levels are written like each other."),
        "rules": (Code.NODE, "The format has no lines across the page; three stars stand for each."),
        "line breaks": (Code.STYLE, "Breaks within a paragraph are written as spaces."),
        "breaks in cells": (Code.STYLE, "Breaks within a cell of a table are written as spaces."),
        "links in cells": (Code.LINK, "Links within a table are only their words."),
        "inner links": (Code.LINK, "Links to places within the document are only their words."),
        "numbers": (Code.STYLE, "Numbered lists begin with the number that the format gives them."),
        "languages": (Code.STYLE, "The language of code is not told."),
        "callouts": (Code.NODE, "Call-outs are written as quotes that begin with their names."),
        "kinds": (Code.NODE, "A call-out is written as the nearest kind that the format has."),
        "details": (Code.NODE, "Foldable blocks are shown open."),
        "tabs": (Code.NODE, "Tabs are shown one after the other, each below its label."),
        "captions": (Code.NODE, "The captions of figures are written as paragraphs."),
        "headings": (Code.NODE, "Headings within quotes, lists and notes are written as bold paragraphs."),
        "definitions": (Code.NODE, "Definitions are written as paragraphs, their terms bold."),
        "blocks in lists": (
            Code.NODE,
            "Items of lists hold lines and other lists; all else is written as lines.",
        ),
        "headless tables": (Code.TABLE, "A table without a head gets an empty one."),
        "merged cells": (Code.TABLE, "Cells that span several are written in the first of them."),
        "column alignment": (Code.TABLE, "The columns of tables are aligned as the format does it by itself."),
        "footnotes": (Code.FOOTNOTE, "Footnotes are numbers in the text, and stand at the end."),
        "mentions": (
            Code.FOOTNOTE,
            "Where a footnote is mentioned again, or in another, there is only its number.",
        ),
        "formulas": (Code.MATH, "A formula is written as code, in LaTeX's notation."),
        "diagrams": (Code.DIAGRAM, "Diagrams are shown as their source: the format has no drawings."),
        "map": (Code.MAP, "Only the outline of the map is shown, not its drawing."),
    }
)
