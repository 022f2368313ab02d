"""Paragraphs, and how they stand to each other.

Word closes the gap between two paragraphs only where both have the same style, indents and borders. So a paragraph is
kept until the next one is known: what is behind a call-out is to have no white stripes, and a list within another no
gap. Lengths are in twips, of which an inch has 1,440 (ECMA-376-1, 17.18.74 and 22.9.2.14).
"""

from __future__ import annotations

from typing import NamedTuple

from exporters.document import Alignment
from exporters.formats.docx.directions import Direction

INDENT = 280
"""Of what stands behind a bar, or has padding."""
_EIGHTHS = 24  # of a point, that a bar is thick
_BAR = _EIGHTHS * 20 // 8  # the same in twips
BOX_SPACE = 7
"""Points between the text of a filled box and its end."""
BOX_INDENT = 150
"""The same in twips, with the border that is there."""
_PADDING, _LITTLE = 5, 1  # points above and below what stands in a box; between the items of a list
_MOST_SPACE = 31  # points between a border and the text (17.3.4: ST_PointMeasure of borders)
_AFTER_BOX = 240  # twips
_AFTER_TABLE = 240
_BETWEEN_NESTED = 160
_WITHIN_BAR = 80  # where a bar may have gaps, for nothing is behind


class Box(NamedTuple):
    """What stands behind paragraphs: a bar at the side, and a fill."""

    bar: str
    fill: str
    """"" for none."""
    at: int
    """Where the bar is, from the margin."""
    serial: int
    """Tells it from another that looks the same."""
    direction: Direction = "ltr"
    """Which way runs what it is in: the bar is where lines begin that run so."""
    outer: Box | None = None

    def is_within(self, other: Box | None) -> bool:
        """Whether it is that box, or stands in it."""
        return other is not None and (self is other or (self.outer is not None and self.outer.is_within(other)))

    def is_like(self, other: Box) -> bool:
        """Whether Word would make one of both."""
        return (self.bar, self.fill, self.at) == (other.bar, other.fill, other.at)


class Lines:
    """A paragraph on its way."""

    __slots__ = (
        "after", "alignment", "before", "box", "closes", "direction", "fill", "hanging", "has_own_box", "is_code",
        "is_loose", "is_tight", "keep_next", "left", "listed", "number", "runs", "section", "style",
    )  # fmt: skip

    def __init__(self, runs: str, style: str, direction: Direction) -> None:
        self.runs = runs
        self.style = style
        self.direction = direction
        self.alignment: Alignment = None
        self.left: int | None = None
        """None for what the style says."""
        self.hanging = 0
        self.number: tuple[int, int] | None = None
        """The list, and the level in it."""
        self.listed = 0
        """Tells the outermost list that it is an item of from others; 0 for none."""
        self.is_tight = False
        self.is_loose = False
        """Whether it belongs to a list with space between its items."""
        self.box: Box | None = None
        self.closes = False
        """Whether it is the last in the box."""
        self.has_own_box = False
        """Whether its style draws the box already."""
        self.is_code = False
        self.fill = ""
        """What is behind it, where that is not the box's."""
        self.keep_next = False
        self.before: int | None = None
        self.after: int | None = None
        self.section = ""
        """The element of the section that it ends."""

    def joins(self, other: Lines) -> bool:
        """Whether Word draws both in one box, with what is between them."""
        return (
            self.box is other.box
            and self._edge == other._edge
            and self.hanging == other.hanging
            and self.direction == other.direction
            and (self.number is None) == (other.number is None)
            and self.fill == other.fill
        )

    def xml(self) -> str:
        """The element, with its properties in the order of the schema (17.3.1.26)."""
        parts = ["<w:p>"]
        properties = self._properties()
        if properties:
            parts += ("<w:pPr>", *properties, "</w:pPr>")
        parts += (self.runs, "</w:p>")
        return "".join(parts)

    def _properties(self) -> list[str]:
        found: list[str] = []
        if self.style:
            found.append(f'<w:pStyle w:val="{self.style}"/>')
        if self.keep_next:
            found.append("<w:keepNext/>")
        if self.number:
            found.append(f'<w:numPr><w:ilvl w:val="{self.number[1]}"/><w:numId w:val="{self.number[0]}"/></w:numPr>')
        if self.box and (not self.has_own_box or self._is_turned or self.direction == "rtl"):
            found += self._borders(self.box)
        if self.direction == "rtl":
            found.append("<w:bidi/>")
        if self.before is not None or self.after is not None:
            before = "" if self.before is None else f' w:before="{self.before}"'
            after = "" if self.after is None else f' w:after="{self.after}"'
            found.append(f"<w:spacing{before}{after}/>")
        if self.left is not None or self._is_turned:
            hanging = f' w:hanging="{self.hanging}"' if self.hanging else ""
            far = BOX_INDENT if self.box and self.box.fill else 0
            if self._is_turned:  # `left` is where lines begin (17.3.1.12), and the bar is at the other side
                found.append(f'<w:ind w:left="{far + self.hanging}" w:right="{self._edge}"{hanging}/>')
            else:
                right = f' w:right="{far}"' if far else ""
                found.append(f'<w:ind w:left="{self.left}"{right}{hanging}/>')
        if self.is_loose:
            found.append('<w:contextualSpacing w:val="0"/>')
        if self.alignment:
            found.append(f'<w:jc w:val="{_side(self.alignment, self.direction)}"/>')
        if self.section:
            found.append(self.section)
        return found

    @property
    def _edge(self) -> int:
        """Where it begins, in a box."""
        return INDENT + (self.box.at if self.box else 0) if self.left is None else self.left - self.hanging

    @property
    def _is_turned(self) -> bool:
        """Whether it runs the other way than what its box is in."""
        return self.box is not None and self.box.direction != self.direction

    def _borders(self, box: Box) -> list[str]:
        space = min(max((self._edge - box.at - _BAR) // 20, 0), _MOST_SPACE)
        side = "right" if box.direction == "rtl" else "left"
        bar = f'<w:{side} w:val="single" w:sz="{_EIGHTHS}" w:space="{space}" w:color="{box.bar}"/>'
        fill = self.fill or box.fill
        fill = self.fill or box.fill
        if not fill:  # on the other side, the style may have one
            return [f"<w:pBdr>{bar if side == 'left' else '<w:left w:val="nil"/>' + bar}</w:pBdr>"]
        top = _edge("top", _LITTLE if self.number else _PADDING, fill)
        bottom = _edge("bottom", _LITTLE if self.number and not self.closes else _PADDING, fill)
        left, right = (
            (bar, _edge("right", BOX_SPACE, fill)) if side == "left" else (_edge("left", BOX_SPACE, fill), bar)
        )
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
        return [f"<w:pBdr>{top}{left}{bottom}{right}</w:pBdr>", shade]


def _edge(side: str, space: int, colour: str) -> str:
    return f'<w:{side} w:val="single" w:sz="4" w:space="{space}" w:color="{colour}"/>'


class Flow:
    """What has been written of one part, in order."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._last: Lines | None = None
        self._is_after_table = False

    def add(self, lines: Lines) -> None:
        """Adds a paragraph."""
        self._settle(lines)
        if self._is_after_table and lines.before is None and not lines.style.startswith("Heading"):
            lines.before = _AFTER_TABLE
        self._is_after_table = False
        self._last = lines

    def add_table(self, xml: str) -> None:
        """Adds a table. Between two of them stands a small paragraph, else Word makes one table of both."""
        self._settle(None)
        if self._is_after_table:
            self._out.append(_GAP)
        self._is_after_table = True
        self._out.append(xml)

    def add_whole(self, xml: str) -> None:
        """Adds what holds paragraphs of its own."""
        self._settle(None)
        self._is_after_table = False
        self._out.append(xml)

    @property
    def last(self) -> Lines | None:
        """The paragraph before whatever comes next; None where that is no paragraph."""
        return self._last

    def take(self) -> list[str]:
        """What was written since the last time, but for the last paragraph."""
        taken, self._out = self._out, []
        return taken

    def end(self) -> list[str]:
        """The rest. A table is not the last, for Word wants a paragraph after it."""
        self._settle(None)
        if self._is_after_table:
            self._out.append(_GAP)
            self._is_after_table = False
        return self.take()

    def _settle(self, following: Lines | None) -> None:
        last, self._last = self._last, None
        if last is None:
            return
        has_gap = False
        if last.box is not None and last.after is None:
            has_gap = self._settle_box(last, last.box, following)
        elif following is not None and last.is_tight:
            if (following.listed and following.listed != last.listed) or following.is_loose:
                last.is_loose = True  # else Word closes the gap, for both have the same style
            elif following.is_tight and last.style != following.style:
                last.after = 0
        self._out.append(last.xml())
        if has_gap:
            self._out.append(_GAP)

    def _settle_box(self, last: Lines, box: Box, following: Lines | None) -> bool:
        """Says what space follows a paragraph in a box, and whether a small paragraph has to follow it."""
        next_box = following.box if following else None
        if following is not None and next_box is box:
            if not last.joins(following):
                last.after = 0 if box.fill else _WITHIN_BAR
            return False
        last.closes = True
        last.after = _AFTER_BOX
        if next_box is None:
            return False
        if box.is_within(next_box) or next_box.is_within(box):
            last.after = _BETWEEN_NESTED
            if not box.is_like(next_box):
                return False
        last.after -= _GAP_HEIGHT  # Word would make one of two boxes that look the same
        return True


_GAP_HEIGHT = 160  # as its element says
_GAP = '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/></w:pPr></w:p>'


def _side(alignment: str, direction: Direction) -> str:
    """Where lines stand. Word takes `left` for the side where a paragraph begins (17.3.1.13)."""
    if direction == "rtl" and alignment != "center":
        return "left" if alignment == "right" else "right"
    return alignment
