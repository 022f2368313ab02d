"""Writes the content of a document as HTML: whole, or piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import replace
from operator import itemgetter

from exporters.document import Blocks, Footnote, Inlines, RawBlock, Section
from exporters.document.walk import sections
from exporters.report import Code as About
from exporters.toolbox.escaping import html_attribute
from exporters.web.blocks import BlockContent, says_something
from exporters.web.inlines import nth_of

type Note = tuple[int, Footnote, str]
"""A footnote with its number, and its blocks as HTML."""


class Content(BlockContent):
    """One document on its way to HTML."""

    def pieces(self) -> list[str]:
        """All that `body` and `end` wrote, still to be joined."""
        return self._out

    def body(self, without_heading: Section | None = None) -> None:
        """Writes everything but the footnotes; the heading of one section may stand elsewhere already."""
        if not self._page or self._has_raw_sections():
            self._flat(without_heading)
            return
        self._blocks(self._document.blocks)
        for section in self._document.sections:
            self._section(section, without_heading)

    def end(self) -> None:
        """Writes the footnotes, if there are any."""
        self.tell()
        if not self._document.footnotes:
            return
        # All of them before the first link back: a footnote may mention another that stands before it.
        self._notes([self._note(number) for number in range(1, len(self._document.footnotes) + 1)])

    def tell(self) -> None:
        """Reports what is known once all is written."""
        if self._highlighter and self._highlighter.left_plain:
            self._report.note(About.STYLE, "Very long code, and code with very long lines, is not coloured.")

    # Piece by piece

    def map(self, alone: bool = False) -> str:
        """The drawing of a mind map; "" for what is none, and for one that cannot be drawn.

        Where it stands `alone`, without its outline, it leads to nothing within the page.
        """
        if self._document.map is None:
            return ""
        if alone:
            from exporters.toolbox.drawn import Drawn

            self._drawn = Drawn(replace(self._document, blocks=(), sections=()), self._report)
        if not (drawing := self._drawn.map()):
            return ""
        from exporters.toolbox.map_drawing import described

        return self._captured(self._drawing, drawing, described(self._document.map), "", "map")

    def heading(self, section: Section, level: int) -> str:
        """The heading of a section."""
        self._last_level = level
        return self._captured(self._heading, level, section.heading, section.id)

    def section(self, section: Section, attributes: str = "", *, alone: bool = False) -> str:
        """A section one level below `outline_level`; `alone` without those below it."""
        section = replace(section, sections=()) if alone else section
        return self._captured(self._section, section, None, attributes)

    def line(self, content: Inlines) -> str:
        """The HTML of a line, without any tag around it."""
        return self._captured(self._phrases, content)

    def html(self, blocks: Blocks) -> str:
        """The HTML of some blocks."""
        return self._captured(self._blocks, blocks)

    def notes(self, last: bool = False) -> str:
        """The footnotes that were mentioned since this was last asked, and those that they mention; "" for none.

        With `last`, those that nobody mentions, too.
        """
        found: list[Note] = []
        for number in self._unwritten:  # which grows by what these mention
            self._written.add(number)
            found.append(self._note(number))
        if last:
            others = [n for n in range(1, len(self._document.footnotes) + 1) if n not in self._written]
            found += map(self._note, others)
            self._written.update(others)
        self._unwritten.clear()
        return self._captured(self._notes, sorted(found, key=itemgetter(0))) if found else ""

    def _note(self, number: int) -> Note:
        note = self._document.footnotes[number - 1]
        return number, note, self._captured(self._blocks, note.blocks)

    def _notes(self, notes: Iterable[Note]) -> None:
        label = html_attribute(self._words.footnotes)
        self._out.append(f'<div class="footnotes" role="doc-endnotes" aria-label="{label}">\n<ol>\n')
        expected = 1
        for number, note, body in notes:
            value = "" if number == expected else f' value="{number}"'
            expected = number + 1
            self._out.append(f'<li id="fn:{number}"{value}>\n{self._with_links_back(note, number, body)}</li>\n')
        self._out.append("</ol>\n</div>\n")

    def _with_links_back(self, note: Footnote, number: int, body: str) -> str:
        links = [
            f'<a href="#fnref:{number}{nth_of(nth)}" role="doc-backlink" '
            f'aria-label="{html_attribute(self._words.back)}{f" ({nth})" if nth > 1 else ""}">↩</a>'
            for nth in range(1, self._mentions.get(note.label, 0) + 1)
        ]
        if not links:
            return body
        together = " ".join(links)
        if body.endswith("</p>\n"):
            return f"{body.removesuffix('</p>\n')} {together}</p>\n"
        return f"{body}<p>{together}</p>\n"

    # Sections

    def _section(self, section: Section, without_heading: Section | None = None, attributes: str = "") -> None:
        outer, self.outline_level = self.outline_level, self.outline_level + 1
        bare = section is without_heading
        # What has no heading is no section: nothing would name it.
        named = says_something(section.heading)
        if not bare:
            opening = f"<section{attributes}>\n" if named else f'<div id="{self._id(section.id)}">\n'
            self._out.append(opening + self.heading(section, self.outline_level) if named else opening)
        self._blocks(section.blocks)
        for below in section.sections:
            self._section(below)
        if not bare:
            self._out.append("</section>\n" if named else "</div>\n")
        self.outline_level = outer

    def _has_raw_sections(self) -> bool:
        if self._settings.raw_html == "drop":
            return False
        every = (self._document.blocks, *(section.blocks for section in sections(self._document)))
        return any(isinstance(block, RawBlock) for blocks in every for block in blocks)

    def _flat(self, without_heading: Section | None) -> None:
        # All headings and blocks in one row: raw HTML may begin in one section and end in another.
        pieces = list(self._row_of(self._document.blocks))
        outer = self.outline_level
        for section, depth in _outline(self._document.sections):
            self.outline_level = outer + depth
            if section is not without_heading and (not self._page or says_something(section.heading)):
                level = self.outline_level if self._page else section.level
                pieces.append(("whole", self.heading(section, level)))
            pieces += self._row_of(section.blocks)
        self.outline_level = outer
        self._assemble(pieces)


def _outline(top: tuple[Section, ...]) -> Iterator[tuple[Section, int]]:
    """Every section with its depth, from 1, in reading order."""
    stack = [(section, 1) for section in reversed(top)]
    while stack:
        section, depth = stack.pop()
        yield section, depth
        stack.extend((below, depth + 1) for below in reversed(section.sections))
