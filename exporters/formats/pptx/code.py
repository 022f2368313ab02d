"""Writes code as paragraphs: one for each line, so that whoever copies it gets its lines."""

from __future__ import annotations

from exporters.formats.pptx.design import MONO, hundredths
from exporters.formats.pptx.frame import CodeFrame
from exporters.formats.pptx.shapes import scheme
from exporters.formats.pptx.text import Look, TextWriter
from exporters.toolbox import code_colours as colours
from exporters.toolbox.highlight import Highlighter

# What the highlighter's classes look like: colour, bold, italic.
_LOOKS = {
    "c": (colours.COMMENT, False, True),
    "cp": (colours.TYPE, False, False),
    "k": (colours.KEYWORD, False, False),
    "kc": (colours.VALUE, False, False),
    "kt": (colours.TYPE, False, False),
    "m": (colours.VALUE, False, False),
    "s": (colours.STRING, False, False),
    "se": (colours.VALUE, False, False),
    "sr": (colours.STRING, False, False),
    "na": (colours.VALUE, False, False),
    "nb": (colours.TYPE, False, False),
    "nc": (colours.TYPE, False, False),
    "nd": (colours.NAME, False, False),
    "nf": (colours.NAME, False, False),
    "nt": (colours.KEYWORD, False, False),
    "nv": (colours.TYPE, False, False),
    "gd": (colours.DELETED, False, False),
    "gi": (colours.STRING, False, False),
    "gh": ("", True, False),
    "gp": (colours.QUIET, False, False),
    "go": (colours.QUIET, False, False),
    "ge": ("", False, True),
    "gs": ("", True, False),
}


def code(frame: CodeFrame, highlighter: Highlighter, texts: TextWriter) -> tuple[str, str]:
    """The paragraphs, and the style that they have."""
    tokens = highlighter.tokens(frame.block.text, frame.block.language)
    rows: list[list[str]] = [[]]
    column = 0
    for kind, text in tokens or [("", frame.block.text)]:
        colour, bold, italic = _LOOKS.get(kind, ("", False, False))
        look = Look(colour=f'<a:srgbClr val="{colour}"/>' if colour else "", bold=bold, italic=italic)
        for at, line in enumerate(text.split("\n")):
            if at:
                rows.append([])
                column = 0
            spaced = (" " * (column % 4) + line).expandtabs(4)[column % 4 :] if "\t" in line else line
            column += len(spaced)
            rows[-1].append(texts.run(spaced, look))
    if len(rows) > 1 and not any(rows[-1]):
        rows.pop()
    paragraphs = "".join(f"<a:p>{''.join(row)}</a:p>" for row in rows)
    level = (
        '<a:lvl1pPr marL="0" indent="0" algn="l" rtl="0"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef>'
        f'<a:spcPts val="0"/></a:spcBef><a:buNone/><a:defRPr sz="{hundredths(frame.size)}">{scheme("tx1")}'
        f'<a:latin typeface="{MONO}"/><a:cs typeface="{MONO}"/></a:defRPr></a:lvl1pPr>'
    )
    return paragraphs, level
