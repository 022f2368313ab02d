"""Where blocks stand: how far in, in which list, beside which line. Measures are points.

Quotations and call-outs are paragraphs with a line at their side, for there is no box for text that parts between pages
and that people can still change as text. Paragraphs whose text begins at the same place are joined to one by word
processors; between others there is no space, but padding, so that line and shade have no gaps.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from exporters.document import AdmonitionKind
from exporters.formats.odt import looks as look
from exporters.formats.odt.looks import named
from exporters.toolbox.admonitions import as_github

LEVELS = range(1, 11)
"""Of lists, as a list style has them (ODF 1.3 part 3, 19.888)."""

type ListKind = Literal["bullets", "numbers", "tasks"]

_BULLETS = "•–◦"  # by level, and again; ▪ would be an emoji to many programs
_FIRST, _LAST = 7.0, 8.0  # points of padding that a shaded box has at its begin and its end


class Box(NamedTuple):
    """What makes paragraphs one quotation, or one call-out."""

    display: str
    """The name of the paragraph style."""
    bar: str
    """The colour of the line at the side."""
    shade: str
    title_colour: str
    padding: float
    """Between the line and text."""
    between: float
    """Between its paragraphs."""
    step: float = 0.0
    """How far in the line stands from the text around it."""
    gap: float = look.GAP + 2
    """Below all of it."""
    left: float = 0.0
    """Where the line stands."""

    @property
    def style(self) -> str:
        return named(self.display)

    @property
    def titled(self) -> Box:
        """The same for its title."""
        return self._replace(display=f"{self.display} Title", between=1.0)


QUOTE = Box("Quotations", look.LINE, "", look.QUIET, look.PADDING, 5.0, look.STEP)
DETAILS = Box("Details", look.LINE, "", look.STRONG, look.PADDING, 5.0)
"""For what folds on a screen, and for tabs."""


def callout(kind: AdmonitionKind) -> Box:
    """The box for a call-out."""
    known = as_github(kind)
    tone = look.TONES[known]
    return Box(f"Callout {known.capitalize()}", tone.colour, tone.shade, tone.colour, look.PADDING, 5.0)


class Place(NamedTuple):
    """Where a block stands."""

    width: float
    """Of its lines."""
    left: float = 0.0
    """Where they begin."""
    base: str = "Text_20_body"
    """The style of paragraphs that have no other."""
    own: float = 0.0
    """How far in that style stands by itself."""
    level: int = 0
    """How many lists it is in."""
    listed: float | None = None
    """How far in it stands by its list; None outside lists."""
    kind: ListKind = "bullets"
    """Of that list."""
    out: float = 0.0
    """How far its labels stand out of the text."""
    is_tight: bool = False
    labelled: bool = False
    """Whether it stands beside the bullet or number."""
    box: Box | None = None
    closes: bool = True
    """Whether all boxes around end with it."""
    ends: bool = False
    """Whether the outermost of its lists ends with it."""

    def indented(self, step: float) -> Place:
        """Further in; the lines keep some width, however deep that is."""
        step = max(0.0, min(step, self.width - _LEAST))
        return self._replace(left=self.left + step, width=self.width - step)

    def boxed(self, box: Box) -> Place:
        """Within a box that begins here."""
        inner = self.indented(box.step + box.padding + look.BAR)
        left = min(self.left + box.step, inner.left - box.padding)
        is_outer = self.box is None
        box = box._replace(left=left, gap=box.gap if is_outer or self.closes else box.between)
        return inner._replace(left=left + box.padding, box=box, labelled=False, closes=is_outer or self.closes)


_LEAST = 90.0


class Joins(NamedTuple):
    """What stands above and below a paragraph in a box."""

    above: bool = True
    """Whether it is joined to the one above."""
    below: bool = True
    begins: bool = False
    """Whether the box begins with it."""
    ends: bool = False


def box_properties(box: Box, offset: float, is_rtl: bool, joins: Joins, *, in_list: bool = False) -> str:
    """The properties of a paragraph in a box whose text stands so far from the line; `in_list` if a list says where."""
    side, other = ("right", "left") if is_rtl else ("left", "right")
    first, last = (_FIRST, _LAST) if box.shade else (0.0, 0.0)
    above = first if joins.begins else 0.0 if joins.above else box.between / 2
    below = last if joins.ends else 0.0 if joins.below else box.between / 2
    gap = box.gap if joins.ends else box.between if joins.below else 0.0
    place = "" if in_list else f'fo:margin-left="{_short(box.left)}pt" fo:margin-right="0pt" fo:text-indent="0pt" '
    shade = f'fo:background-color="{box.shade}" ' if box.shade else ""
    return (
        f'{place}fo:margin-top="0pt" fo:margin-bottom="{_short(gap)}pt" {shade}'
        # It says whether a paragraph is joined to the one below: two boxes one after the other are two.
        f'style:join-border="{"false" if joins.ends else "true"}" '
        f'fo:border="none" fo:border-{side}="{look.BAR}pt solid {box.bar}" fo:padding-top="{_short(above)}pt" '
        f'fo:padding-bottom="{_short(below)}pt" fo:padding-{side}="{_short(offset)}pt" fo:padding-{other}="8pt"'
    )


def hang(kind: ListKind, step: float) -> float:
    """How far labels stand out of the text of their items."""
    return {"bullets": 12.0, "numbers": step, "tasks": 13.0}[kind]


def level_properties(
    level: int, kind: ListKind, base: float, step: float, box: Box | None, start: int = 1, *, is_rtl: bool = False
) -> str:
    """One level of a list style; `base` is where a list stands that has no level."""
    text = base + level * step
    out = hang(kind, step)
    margin, tab = text, text
    if box is not None:  # what is more than the first step is padding
        margin, tab = box.left + out, text + look.BAR
    follows = "nothing" if kind == "tasks" else "listtab"
    place = (
        '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment"'
        # LibreOffice puts labels into the margin else, for it takes where they begin for their left end.
        f"{' fo:text-align="end"' if is_rtl else ''}>"
        f'<style:list-level-label-alignment text:label-followed-by="{follows}" '
        f'text:list-tab-stop-position="{_short(tab)}pt" fo:text-indent="{_short(-out)}pt" '
        f'fo:margin-left="{_short(margin)}pt"/></style:list-level-properties>'
    )
    match kind:
        case "bullets":
            sign = _BULLETS[(level - 1) % len(_BULLETS)]
            return (
                f'<text:list-level-style-bullet text:level="{level}" text:style-name="Bullet_20_Symbols" '
                f'text:bullet-char="{sign}">{place}</text:list-level-style-bullet>'
            )
        case "numbers":
            begin = f' text:start-value="{start}"' if start > 1 else ""  # 0 is for items only
            return (
                f'<text:list-level-style-number text:level="{level}" text:style-name="Numbering_20_Symbols" '
                f'style:num-format="1" style:num-suffix="."{begin}>{place}</text:list-level-style-number>'
            )
        case "tasks":
            # A sign that nobody sees: the box is text, which a click can change.
            return (
                f'<text:list-level-style-bullet text:level="{level}" text:bullet-char="\u200b">{place}'
                "</text:list-level-style-bullet>"
            )


def _short(points: float) -> str:
    return f"{points:.2f}".rstrip("0").rstrip(".")
