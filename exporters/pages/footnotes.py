"""Writes the footnotes of a document: those that are mentioned for the foot of that page, the others after all text."""

from __future__ import annotations

from collections.abc import Iterator
from copy import replace

from exporters.document import Document, Footnote
from exporters.pages.blocks import BlockWriter, Column, marker_line, tagged
from exporters.pages.flow import Receiver
from exporters.pages.inlines import InlineWriter, mention, note
from exporters.pages.lines import Line, single_line
from exporters.pages.notes import Recorder, Separator
from exporters.pages.rows import Rule
from exporters.pages.tags import Element
from exporters.toolbox.words import Words

_RULE = 0.3  # of the width of text, that the line above notes is long


class FootnoteWriter:
    """The footnotes of one document, below text in a column. In the structure they are an element of their own."""

    def __init__(
        self, document: Document, inlines: InlineWriter, blocks: BlockWriter, words: Words, column: Column
    ) -> None:
        self.tag = Element("Sect", None)
        """What they belong to, for the end of the document."""
        self._notes = document.footnotes
        self._numbers = numbers(document)
        self._inlines = inlines
        self._blocks = blocks
        self._where = words.footnotes
        self._outer = column
        style = replace(column.style, size=column.style.size * column.style.theme.note)
        widest = single_line(f"{len(self._notes)}.", style).width
        inner = replace(column, tag=self.tag, style=style)
        self._column = inner.indented(max(style.size * style.theme.indent, widest + style.size * 0.9))

    def write(self, label: str, recorder: Recorder) -> None:
        """Writes a note that has been mentioned, for the foot of that page."""
        number = self._numbers[label]
        self.note(self._notes[number - 1], number, self._blocks.into(recorder), recorder)

    def unmentioned(self) -> Iterator[tuple[int, Footnote]]:
        """The notes that nothing mentions, with their numbers. Look when all text is written."""
        for number, footnote in enumerate(self._notes, 1):
            if not self._inlines.is_mentioned(footnote.label):
                self._inlines.stands(footnote.label)
                yield number, footnote

    def note(self, footnote: Footnote, number: int, blocks: BlockWriter, receiver: Receiver) -> None:
        """Writes a note here, with its number beside it."""
        before, self._inlines.where = self._inlines.where, self._where
        column = self._column.within("Note")
        style = column.style
        column.tag.id = note(number)
        label = Element("Lbl", column.tag)
        if self._inlines.is_mentioned(footnote.label):
            link = Element("Link", label, is_inline=True)
            style = replace(style, target=f"#{mention(number)}", colour=style.theme.link, tag=link)
        receiver.destination(note(number), self._outer.left)
        receiver.marker(tagged(marker_line(f"{number}.", column.styled(style)), label))
        if not footnote.blocks:
            receiver.add(Line([], [], 0, style.size * style.theme.leading))
        blocks.blocks(footnote.blocks, column)
        self._inlines.where = before


def separator(column: Column) -> Separator:
    """What stands above them at the foot of a page whose text is in this column, and between them."""
    theme, width = column.style.theme, column.width * _RULE
    size = column.style.size * theme.note
    leading = size * theme.leading
    return Separator(column.left, width, Rule(0.6, theme.rule), size * 1.2, size * 0.8, size * 0.35, leading)


def numbers(document: Document) -> dict[str, int]:
    """The numbers of footnotes by their labels."""
    return {footnote.label: number for number, footnote in enumerate(document.footnotes, 1)}
