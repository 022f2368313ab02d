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
from exporters.pages.lines import align, break_lines, single_line
from exporters.pages.page import Page
from exporters.pages.tags import Element

_NUMBER = 3.0  # em at the right that no words stand in: a number of four digits, and some dots
_INDENT = 1.5  # em, for each level
_HANG = 1.0  # em that further lines of an entry are indented by
_ABOVE, _ABOVE_CHAPTER = 0.1, 0.7  # em before an entry; with it, those within a chapter stand as close as text
_LEAST = 12.0  # em that words have at least, however deep their section is


class Contents:
    """Lists the sections of a document with their page numbers. In the structure it stands below `tag`."""

    def __init__(self, file: File, flow: Flow, left: float, width: float, style: Style, tag: Element) -> None:
        self._file = file
        self._flow = flow
        self._left = left
        self._width = width
        self._style = style
        self._tag = Element("TOC", tag)

    def write(self, sections: list[tuple[int, Section]]) -> None:
        """Adds the entries."""
        for depth, section in sections:
            self._add(section, depth)

    def _add(self, section: Section, depth: int) -> None:
        size = self._style.size
        link = Element("Link", Element("Reference", Element("TOCI", self._tag)))
        style = replace(self._style, bold=depth == 0, tag=link)
        room = self._width - size * (_NUMBER + _HANG)
        indent = max(0.0, min(depth * size * _INDENT, room - _LEAST * size))
        words = plain_text(section.heading)
        lines = list(break_lines([Text(words, style)], room - indent, size * style.theme.dense))
        self._flow.space(size * (_ABOVE_CHAPTER if depth == 0 else _ABOVE))
        for index, line in enumerate(lines):
            indent += size * _HANG if index == 1 else 0.0
            align(line, self._left + indent, room - indent, None)
            line.tag = link
            line.keep = line is not lines[-1]
            if not line.keep:
                entry = _Entry(self._file, section.id, words, style, link, line.left, line.width, self._width - indent)
                line.drawings = [*line.drawings, (0.0, entry)]
                if line.direction == "ltr":
                    *before, last = line.runs
                    line.runs = [*before, last._replace(text=f"{last.text} ")]  # keeps it from the number when copied
            self._flow.add(line)


@frozen
class _Entry:
    """The number of the page that a section is on, and the dots that lead to it."""

    file: File
    section: str
    name: str
    style: Style
    tag: Element
    left: float
    """Where the line begins, if the page runs from left to right."""
    words: float
    """How wide the words before it are."""
    width: float
    """Of the whole line."""
    height: float = 0.0

    def draw(self, page: Page, left: float, baseline: float) -> None:
        size, left = self.style.size, self.left
        number = single_line(str(self.file.page_of(self.section)), self.style)
        number.left = left + self.width - number.width
        number.tag = self.tag
        number.draw_at(page, baseline)
        start, end = left + self.words + size * 0.5, number.left - size * 0.5
        page.dots(start, end, baseline, self.style.theme.faint, size * 0.5)
        page.link(
            left, baseline - size * 0.3, left + self.width, baseline + size, f"#{self.section}", self.tag, self.name
        )


def listed(document: Document, skips_title: bool, depth: int = 3) -> list[tuple[int, Section]]:
    """The sections that a table of contents lists down to a depth, with their own depth, from 0.

    The document's title need not be among them.
    """
    sections = document.sections[0].sections if skips_title else document.sections
    return list(_listed(sections, 0, depth))


def _listed(sections: tuple[Section, ...], depth: int, most: int) -> Iterator[tuple[int, Section]]:
    for section in sections:
        if plain_text(section.heading):
            yield depth, section
        if depth + 1 < most:
            yield from _listed(section.sections, depth + 1, most)
