"""Which page the drawing of a mind map stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exporters.formats.odt.paper import Paper
from exporters.formats.odt.styles import Sheet

if TYPE_CHECKING:
    from exporters.toolbox.drawing import Drawing

_AMONG_TEXT = 0.8  # of its size, that a drawing may have among text: its smallest words are of 8 points
_SHARE = 0.5  # of a page that a drawing among text is high at most
_READABLE = 0.65  # of its size: smaller, its words could not be read
_MARGIN = 28.0  # points around a drawing on a page of its own
_LARGEST = 8_000.0  # points of a page: LibreOffice has none over 3 metres


def sheet_for(drawing: Drawing, paper: Paper) -> Sheet | None:
    """A page of its own for a drawing, as the document's or larger; None where it can stand among the text."""
    scale = min(1.0, paper.text_width / drawing.width)
    if scale >= _AMONG_TEXT and drawing.height * scale <= paper.text_height * _SHARE:
        return None
    width, height = sorted((paper.width, paper.height), reverse=drawing.width > drawing.height)
    fits = min((width - 2 * _MARGIN) / drawing.width, (height - 2 * _MARGIN) / drawing.height)
    if fits >= _READABLE:
        return Sheet(width, height, _MARGIN)
    width, height = (min(each + 2 * _MARGIN, _LARGEST) for each in (drawing.width, drawing.height))
    return Sheet(width, height, _MARGIN)
