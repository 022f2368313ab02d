"""Opens paragraphs. How one in a box looks depends on what follows, so there the name of its style is put in later."""

from __future__ import annotations

from typing import NamedTuple

from exporters.formats.odt.automatic import Automatic, joined_at
from exporters.formats.odt.geometry import Joins, Place
from exporters.formats.odt.held import Held


class _Pending(NamedTuple):
    """A paragraph in a box, before it is known what stands below it."""

    slot: int
    """Where the name of its style is to be."""
    style: str
    place: Place
    more: str
    is_rtl: bool | None
    page: str
    at: tuple[object, ...]
    joins: Joins


class Paragraphs:
    """The paragraphs of one body, or of one footnote."""

    def __init__(self, out: Held, automatic: Automatic) -> None:
        self._out = out
        self._automatic = automatic
        self.begin = ""
        """What the next paragraph begins with: bookmarks of headings that say nothing, the sign of a task."""
        self.top: int | None = None
        """A place in the first paragraph, for a bookmark."""
        self._begun: list[bool] = []
        """For each box that is open, whether there is anything in it."""
        self._pending: _Pending | None = None

    def open(
        self,
        style: str,
        place: Place,
        more: str = "",
        *,
        is_rtl: bool | None = None,
        tag: str = "text:p",
        attributes: str = "",
    ) -> None:
        """Opens a paragraph of a named style at a place; `more` are properties besides."""
        page = self._automatic.page()
        if place.box is None:
            name = self._automatic.paragraph(style, place, more, is_rtl=is_rtl, page=page)
            self._out.add(f'<{tag} text:style-name="{name}"{attributes}>{self.begin}')
        else:
            at = joined_at(style, place, is_rtl)
            joins = Joins(above=self.settle(at), begins=not self._begun[-1])
            self._out.add(f'<{tag} text:style-name="')
            self._pending = _Pending(self._out.slot(), style, place, more, is_rtl, page, at, joins)
            self._begun[-1] = True
            self._out.add(f'"{attributes}>{self.begin}')
        self.begin = ""
        if self.top is None:
            self.top = self._out.slot()

    def begin_box(self) -> None:
        """Says that a box begins, maybe within another."""
        self.settle()
        self._begun.append(False)

    def end_box(self) -> None:
        """Says that the innermost box ends."""
        self.settle(ends=True)
        self._begun.pop()

    def settle(self, next: tuple[object, ...] = (), *, ends: bool = False) -> bool:
        """Says how the last paragraph of a box looks, now that it is known what follows. Gives whether that joins."""
        last, self._pending = self._pending, None
        if last is None:
            return False
        joins = last.at == next
        name = self._automatic.paragraph(
            last.style,
            last.place,
            last.more,
            is_rtl=last.is_rtl,
            joins=last.joins._replace(below=joins or ends, ends=ends),
            page=last.page,
        )
        self._out.put(last.slot, name)
        return joins

    def rest(self) -> None:
        """Writes what still waits for a paragraph."""
        if self.begin:
            self._out.add(f'<text:p text:style-name="Text_20_body">{self.begin}</text:p>')
            self.begin = ""
