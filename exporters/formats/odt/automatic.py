"""The automatic styles of a file: what its named styles do not say of a paragraph, a table or a picture."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.document.nodes import Styled
from exporters.formats.odt import looks as look
from exporters.formats.odt.geometry import LEVELS, Box, Joins, ListKind, Place, box_properties, level_properties
from exporters.formats.odt.looks import named
from exporters.formats.odt.styles import DRESSES

_LISTS: dict[ListKind, str] = {"bullets": "Bullets", "numbers": "Numbering_20_123", "tasks": "Tasks"}
_ALONE = Joins()


class Automatic:
    """The automatic styles of one file. Equal ones are one."""

    def __init__(self, is_rtl: bool) -> None:
        self._is_rtl = is_rtl
        self._names: dict[tuple[str, str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._written: list[str] = []
        self.master = ""
        """The kind of page that begins with the next paragraph or table; "" for none."""

    def written(self) -> Iterator[str]:
        """All of them."""
        yield from self._written

    def paragraph(
        self,
        parent: str,
        place: Place,
        more: str = "",
        *,
        is_rtl: bool | None = None,
        joins: Joins = _ALONE,
        page: str = "",
    ) -> str:
        """The style of a paragraph that is as this named style says, but stands at a place.

        `more` are properties besides; `is_rtl` says how it runs, if not as the document. `page` is what `page` said.
        """
        is_turned = is_rtl is not None and is_rtl != self._is_rtl
        runs_rtl = self._is_rtl if is_rtl is None else is_rtl
        if place.box is not None:
            properties = _boxed(parent, place, place.box, runs_rtl, is_turned, joins)
        else:
            properties = _indented(parent, place)
        if is_turned:
            properties += ' style:writing-mode="rl-tb"' if runs_rtl else ' style:writing-mode="lr-tb"'
            if "fo:text-align" not in more:
                properties += f' fo:text-align="{"right" if runs_rtl else "left"}"'
        if more:
            properties += f" {more}"
        if not (properties or page):
            return parent
        inner = f"<style:paragraph-properties {properties.strip()}/>" if properties else ""
        return self.style("paragraph", "P", inner, f'style:parent-style-name="{parent}"{page}')

    def dressed(self, dress: tuple[type[Styled], ...]) -> str:
        """The style of words that wear all of this, the outermost first.

        Spans within each other would do for LibreOffice, but others see only the innermost.
        """
        display, _ = DRESSES[dress[-1]]
        outer = {DRESSES[each][1]: None for each in dress[:-1] if each is not dress[-1]}
        if not outer:
            return named(display)
        properties = _together([DRESSES[dress[-1]][1], *reversed(outer)])
        inner = f"<style:text-properties {properties}/>"
        return self.style("text", "T", inner, f'style:parent-style-name="{named(display)}"')

    def page(self) -> str:
        """The attribute that begins a page of the kind that is asked for; once."""
        found, self.master = self.master, ""
        return f' style:master-page-name="{found}"' if found else ""

    def style(self, family: str, prefix: str, inner: str, attributes: str = "") -> str:
        """The name of a style of a family, such as `table-cell`, with these elements in it."""
        key = (family, attributes, inner)
        if key not in self._names:
            name = self._new(key, prefix)
            said = f" {attributes}" if attributes else ""
            self._written.append(
                f'<style:style style:name="{name}" style:family="{family}"{said}>{inner}</style:style>'
            )
        return self._names[key]

    def list(self, kind: ListKind, place: Place, step: float, start: int) -> str:
        """The style of a list that stands at a place, its first number being this."""
        level = min(place.level + 1, LEVELS[-1])
        base = place.left + step - level * step
        if base == 0 and step == look.STEP and place.box is None and start == 1:
            return _LISTS[kind]
        levels = "".join(
            level_properties(each, kind, base, step, place.box, start if each == level else 1, is_rtl=self._is_rtl)
            for each in LEVELS
        )
        key = ("list", "", levels)
        if key not in self._names:
            name = self._new(key, "L")
            self._written.append(f'<text:list-style style:name="{name}">{levels}</text:list-style>')
        return self._names[key]

    def _new(self, key: tuple[str, str, str], prefix: str) -> str:
        self._counts[prefix] = self._counts.get(prefix, 0) + 1
        name = self._names[key] = f"{prefix}{self._counts[prefix]}"
        return name


def joined_at(parent: str, place: Place, is_rtl: bool | None) -> tuple[object, ...]:
    """What is equal for paragraphs that are joined in a box: where their line and their text stand."""
    is_labelled = place.labelled and place.listed is not None
    return place.box, place.left, place.out if is_labelled else 0.0, is_rtl, parent == "Preformatted_20_Text"


def _indented(parent: str, place: Place) -> str:
    given = place.listed if place.listed is not None else place.own if parent == place.base else 0.0
    if place.left == given and (place.listed is None or parent not in _FRAMED):
        return ""
    return f'fo:margin-left="{place.left:.2f}pt" fo:margin-right="0pt" fo:text-indent="0pt"'


def _together(said: list[str]) -> str:
    """Properties of several styles; where two say the same, the first counts."""
    found: dict[str, str] = {}
    for each in " ".join(said).split('" '):
        name, _, value = each.partition('="')
        found.setdefault(name, value.removesuffix('"'))
    return " ".join(f'{name}="{value}"' for name, value in found.items())


_FRAMED = ("Preformatted_20_Text", "Horizontal_20_Line")  # whose frames would begin where the labels of lists do


def _boxed(parent: str, place: Place, box: Box, is_rtl: bool, is_turned: bool, joins: Joins) -> str:
    offset = place.left - box.left
    is_labelled = place.labelled and place.listed is not None
    is_title = parent == box.titled.style
    is_usual = joins.below and not joins.ends and (joins.begins if is_title else joins.above and not joins.begins)
    is_there = box.left == box.step and offset == box.padding and place.listed is None
    if parent in (box.style, box.titled.style) and is_usual and is_there and not is_turned:
        return ""
    if is_labelled:
        offset = max(0.0, offset - place.out)
    return box_properties(box.titled if is_title else box, offset, is_rtl, joins, in_list=is_labelled)
