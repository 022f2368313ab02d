"""The table of contents. It is laid out first and drawn last, when the pages of sections are known."""

from __future__ import annotations

from collections.abc import Iterator
from copy import replace

from exporters.document import Document, Section
from exporters.document.walk import plain_text
from exporters.frozen import frozen
from exporters.pages.file import File
from exporters.pages.flow import Flow
from exporters.pages.inlines import Style, Text
from exporters.pages.lines import break_lines, single_line
from exporters.pages.page import Page

_DEPTH = 3  # levels of sections that are listed


class Contents:
    """Lists the sections of a document with their page numbers."""

    def __init__(self, file: File, flow: Flow, left: float, width: float, style: Style) -> None:
        self._file = file
        self._flow = flow
        self._left = left
        self._width = width
        self._style = style

    def write(self, sections: list[tuple[int, Section]]) -> None:
        """Adds the entries."""
        for depth, section in sections:
            self._add(section, depth)

    def _add(self, section: Section, depth: int) -> None:
        size = self._style.size
        style = replace(self._style, bold=depth == 0)
        indent = depth * size * 1.5
        width = self._width - indent - size * 3  # room for the number
        words = plain_text(section.heading)
        lines = list(break_lines([Text(words, style)], width, size * style.theme.leading))
        self._flow.space(size * (0.7 if depth == 0 else 0.1))
        for line in lines:
            line.left = self._left + indent
            line.keep = line is not lines[-1]
            if not line.keep:
                number = _Number(self._file, section.id, style, line.width, width + size * 3)
                line.drawings = [(0.0, number)]
                *before, last = line.runs
                line.runs = [*before, last._replace(text=f"{last.text} ")]  # keeps words and number apart when copied
            self._flow.add(line)


@frozen
class _Number:
    """The number of the page that a section is on, and the dots that lead to it."""

    file: File
    section: str
    style: Style
    words: float
    """How wide the words before it are."""
    width: float
    """Of the whole line."""
    height: float = 0.0

    def draw(self, page: Page, left: float, baseline: float) -> None:
        size = self.style.size
        number = single_line(str(self.file.page_of(self.section)), self.style)
        number.left = left + self.width - number.width
        number.draw_at(page, baseline)
        page.dots(
            left + self.words + size * 0.5, number.left - size * 0.5, baseline, self.style.theme.faint, size * 0.5
        )
        page.link(left, baseline - size * 0.3, left + self.width, baseline + size, f"#{self.section}")


def listed(document: Document, skips_title: bool) -> list[tuple[int, Section]]:
    """The sections that a table of contents lists, with their depth. The document's title need not be among them."""
    sections = document.sections[0].sections if skips_title else document.sections
    return list(_listed(sections, 0))


def _listed(sections: tuple[Section, ...], depth: int) -> Iterator[tuple[int, Section]]:
    for section in sections:
        if plain_text(section.heading):
            yield depth, section
        if depth + 1 < _DEPTH:
            yield from _listed(section.sections, depth + 1)
