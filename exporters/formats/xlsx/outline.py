"""Writes the text of a document as a sheet: a row for each heading or topic, folded as they stand below each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from exporters.document.nodes import Document, Inlines
from exporters.formats.xlsx.cells import MAX_URL, Cells, Content
from exporters.formats.xlsx.sheet import MAX_ROWS, Look, Sheet, height, widths
from exporters.formats.xlsx.styles import SIZE, Font, Style
from exporters.report import Code, Report
from exporters.toolbox import urls
from exporters.toolbox.plain import Plain
from exporters.toolbox.topics import Entry, entries

_TITLE, _NOTES = "A", "B"
_NOTES_WIDTH = 80
_DEEPEST = 7  # levels of rows that fold (ECMA-376-1, 18.3.1.73)
_LARGEST_INDENT = 15
_PER_LEVEL = 2  # characters that an indentation takes of a column's width
_LONGEST_NOTE = 1_500  # characters of a row: higher ones than 409 points, or some 27 lines, are not shown whole


class OutlineSheet:
    """The text of one document on its way to a sheet."""

    def __init__(
        self, name: str, document: Document, cells: Cells, report: Report, refs: Mapping[str, str], plain: Plain,
        *, rtl: bool, letter: bool,
    ) -> None:  # fmt: skip
        """`refs` says where the cells lead that stand for tables, by what stands in them."""
        self._name = name
        self._document = document
        self._cells = cells
        self._report = report
        self._refs = refs
        self._plain = plain
        self._entries = entries(document, Report(), one_root=False)
        self._of_map = document.map is not None
        self._anchors: dict[str, int] = {}
        titles = [self._content(entry) for entry in self._entries]
        texts = ((content.text,) for content in titles)
        deepest = max(entry.level for entry in self._entries)
        indented = min(deepest - 1, _LARGEST_INDENT) * _PER_LEVEL
        own = widths(texts, 1)[0] + indented
        self._widths = [min(own, _NOTES_WIDTH), _NOTES_WIDTH]
        self._edge = "right" if rtl else "left"
        look = Look(name, self._widths, rtl=rtl, letter=letter, deepest=min(deepest, _DEEPEST))
        self._titles = titles
        self.sheet = Sheet(look, report)

    def pieces(self) -> Iterator[str]:
        """The part of the sheet."""
        return self.sheet.pieces(self._rows())

    def _rows(self) -> Iterator[str]:
        number = 0
        for entry, title in zip(self._entries, self._titles, strict=True):
            notes = list(self._parts(entry))
            for at, note in enumerate(notes or [Content()]):
                number += 1
                if number > MAX_ROWS:
                    self._report.lost(Code.TABLE, f"A sheet holds {MAX_ROWS:,} rows: what comes after is left out.")
                    return
                yield self._row(number, entry, Content() if at else title, note, begins=not at)

    def _row(self, number: int, entry: Entry, title: Content, note: Content, *, begins: bool) -> str:
        # What goes on below a topic folds into it, as those below it do.
        fold = min(entry.level - 1 + (not begins), _DEEPEST)
        level = f' outlineLevel="{fold}"' if fold else ""
        written = ""
        if title.runs:
            indent = min(entry.level - 1, _LARGEST_INDENT)
            style = Style(title.runs[0].font, horizontal=self._edge if indent else "", indent=indent)
            written += self._cells.xml(f"{_TITLE}{number}", title, style, numbers=False)
            self._link(f"{_TITLE}{number}", entry)
        if begins and entry.anchor:
            self._anchors[entry.anchor] = number
        if note.runs:
            place = f"{_NOTES}{number}"
            written += self._cells.xml(place, note, Style(note.runs[0].font), numbers=False)
            if target := self._refs.get(note.text):
                self.sheet.link_within(place, lambda: target)
        room = self._widths[0] - _PER_LEVEL * min(entry.level - 1, _LARGEST_INDENT)
        high = height((title.text, note.text), (room, _NOTES_WIDTH))
        return f'<row r="{number}"{level}{high}>{written}</row>'

    def _content(self, entry: Entry) -> Content:
        """The words of a topic, with its icons before them."""
        named = entry.anchor or entry.level < (3 if self._of_map else 2)
        size = max(SIZE, SIZE + 2 * (3 - entry.level)) if named else SIZE
        font = Font(bold=bool(named), size=size, link=self._leads(entry.topic.url))
        icons = "".join(icon for icon in entry.icons if not icon.isascii())
        if entry.checked is not None:
            icons += "☑" if entry.checked else "☐"
        content: Inlines = (f"{icons} ", *entry.content) if icons else entry.content
        made = self._cells.content(content, font)
        return Content(made.runs)

    def _leads(self, url: str) -> bool:
        return url.startswith("#") or (urls.is_followed_from_a_file(url) and len(urls.encoded(url)) <= MAX_URL)

    def _link(self, place: str, entry: Entry) -> None:
        url = entry.topic.url
        if url.startswith("#"):
            self.sheet.link_within(place, lambda: self._place_of(url[1:]))
        elif self._leads(url):
            self.sheet.link(place, url)
        elif url:
            self._report.degraded(Code.LINK, "Links that lead nowhere from a file are only their words.")

    def _place_of(self, id: str) -> str:
        return f"{quoted(self._name)}!{_TITLE}{self._anchors[id]}" if id in self._anchors else ""

    def _parts(self, entry: Entry) -> Iterator[Content]:
        """What is noted of a topic, in pieces that are shown whole; what leads to a table by itself."""
        waiting: list[str] = []
        length = 0
        for part in self._plain.parts(entry.topic.notes):
            for piece in _pieces(part):
                is_ref = piece in self._refs
                if waiting and (is_ref or length + len(piece) > _LONGEST_NOTE):
                    yield self._cells.words("\n".join(waiting))
                    waiting, length = [], 0
                if is_ref:
                    yield self._cells.words(piece, Font(link=True))
                    continue
                waiting.append(piece)
                length += len(piece)
        if waiting:
            yield self._cells.words("\n".join(waiting))


def _pieces(text: str) -> Iterator[str]:
    """A text in pieces of bearable length, parted at the ends of lines, else of words."""
    at = 0
    while len(text) - at > _LONGEST_NOTE:
        most = at + _LONGEST_NOTE
        cut = max(text.rfind("\n", at, most), text.rfind(" ", at, most) if "\n" not in text[at:most] else -1)
        end = cut if cut > at else most
        if piece := text[at:end].strip():
            yield piece
        at = end
    if piece := text[at:].strip():
        yield piece


def quoted(name: str) -> str:
    """The name of a sheet in the address of a cell."""
    return "'" + name.replace("'", "''") + "'"
