"""Nests the sections of a document, whose headings come one after the other."""

from __future__ import annotations

from exporters.document.nodes import Block, Blocks, Inlines, Section


class Outline:
    """The sections of one document, as far as it has been read."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        """Of the section that is open now, or what stands before the first."""
        self._open: list[tuple[int, Inlines, str, list[Block], list[Section]]] = [(0, (), "", self.blocks, [])]

    def section(self, level: int, heading: Inlines, id: str) -> None:
        """Begins a section, within the last one of a lower level."""
        self._close(level)
        self.blocks = []
        self._open.append((level, heading, id, self.blocks, []))

    def close(self) -> tuple[Blocks, tuple[Section, ...]]:
        """What stands before the first heading, and the sections."""
        self._close(1)
        _, _, _, blocks, sections = self._open[0]
        return tuple(blocks), tuple(sections)

    def _close(self, level: int) -> None:
        while self._open[-1][0] >= level:
            own, heading, id, blocks, sections = self._open.pop()
            self._open[-1][4].append(Section(own, heading, id, tuple(blocks), tuple(sections)))
