"""Writes code as paragraphs: one for each line, so that whoever copies it gets its lines."""

from __future__ import annotations

from exporters.formats.pptx.design import MONO, hundredths
from exporters.formats.pptx.frame import CodeFrame
from exporters.formats.pptx.shapes import scheme
from exporters.formats.pptx.text import Look, TextWriter
from exporters.toolbox.highlight import Highlighter

# What the highlighter's classes look like: colours that are read well on the shade of code, bold, italic.
_LOOKS = {
    "c": ("5F6B76", False, True),
    "cp": ("8A4B00", False, False),
    "k": ("A3266A", False, False),
    "kc": ("0A5EA8", False, False),
    "kt": ("8A4B00", False, False),
    "m": ("0A5EA8", False, False),
    "s": ("1C6B35", False, False),
    "se": ("0A5EA8", False, False),
    "sr": ("1C6B35", False, False),
    "na": ("0A5EA8", False, False),
    "nb": ("8A4B00", False, False),
    "nc": ("8A4B00", False, False),
    "nd": ("5B3BB3", False, False),
    "nf": ("5B3BB3", False, False),
    "nt": ("A3266A", False, False),
    "nv": ("8A4B00", False, False),
    "gd": ("B02525", False, False),
    "gi": ("1C6B35", False, False),
    "gh": ("", True, False),
    "gp": ("59636E", False, False),
    "go": ("59636E", False, False),
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
