"""Writes what stands within a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from exporters.document.nodes import (
    Abbreviation,
    Code,
    Document,
    Emphasis,
    Footnote,
    FootnoteReference,
    Highlight,
    Image,
    Inline,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    Math,
    Paragraph,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)
from exporters.document.walk import plain_text
from exporters.formats.latex import escaping
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import raw_html
from exporters.toolbox.abbreviations import Abbreviations
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.leads import Leads
from exporters.toolbox.words import Words

if TYPE_CHECKING:
    from exporters.toolbox.formulas import Formulas

BREAK = "\\newline\n"

_COMMANDS: dict[type, str] = {
    Emphasis: "emph",
    Strong: "textbf",
    Superscript: "textsuperscript",
    Subscript: "textsubscript",
}
_EMPTY_LINES = re.compile(r"\n\s*\n")  # they would end a paragraph

# What cannot be broken into lines, and so is written word by word.
_BY_WORDS: dict[type, str] = {Underline: "underline", Strikethrough: "struck", Highlight: "marked"}

# Names that mean nothing to TeX, of files beside this one, that all of its programs can show.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_+@/-]|\.(?!\.))*\.(?:png|jpe?g)", re.IGNORECASE)


class Writer:
    """The lines of one document."""

    def __init__(
        self, document: Document, report: Report, words: Words, blocks_of_note: Callable[[Footnote], str]
    ) -> None:
        self._document = document
        self._report = report
        self._words = words
        self._leads = Leads(document, report)
        self._blocks_of_note = blocks_of_note
        self._numbers = {note.label: number for number, note in enumerate(document.footnotes, 1)}
        self._told: set[str] = set()
        self._abbreviations = Abbreviations()
        self._labels: dict[str, str] = {}
        self._holding = 0
        self._holding_simple = 0
        self._held: list[tuple[int, Footnote]] = []
        self._formulas: Formulas[str] | None = None
        self.used: set[str] = set()
        """The names of the commands of ours that are used."""

    def write(self, content: Inlines, *, displays: bool = False) -> str:
        """A line. `displays` says whether formulas may stand on lines of their own."""
        written = "".join(self._inline(node, displays) for node in content)
        return _EMPTY_LINES.sub("\n", written) if "\n" in written else written

    def line(self, content: Inlines) -> str:
        """A line that cannot be broken: a heading, a term."""
        if any(isinstance(each, LineBreak) for each in content):
            self._report.degraded(About.STYLE, "Line breaks in headings and captions are written as spaces.")
        with self.held():
            return " ".join(self.write(content).replace(BREAK, " ").split("\n")).strip()

    def label(self, id: str) -> str:
        """The command that marks where links with this id lead."""
        return f"\\label{{{self._label(id)}}}"

    def is_target(self, id: str) -> bool:
        """Whether links can lead to it."""
        return self._leads.inside(id)

    def formula(self, node: Math) -> str | None:
        """A formula, where it can be read."""
        if self._formulas is None:
            from exporters.toolbox import formula_latex  # 6 ms, for documents with formulas
            from exporters.toolbox.formulas import Formulas

            self._formulas = Formulas(formula_latex.write, self._report, len)
        return self._formulas.written(node)

    @contextmanager
    def held(self, *, simple_too: bool = True) -> Iterator[None]:
        """Within this, footnotes are only mentioned; what they say is written by `notes` later.

        Those that are a single paragraph can stand in more places than others.
        """
        self._holding += 1
        self._holding_simple += simple_too
        yield
        self._holding -= 1
        self._holding_simple -= simple_too

    def notes(self) -> str:
        """The footnotes that were mentioned where they could not be."""
        if self._holding or not self._held:
            return ""
        # What they say may mention others, which come behind them: notes mention each other by the thousand, and this
        # takes no recursion.
        written = [f"\\footnotetext[{number}]{{{self.said_in(note)}}}" for number, note in self._held]
        self._held.clear()
        return "".join(written)

    def is_told(self, label: str) -> bool:
        """Whether a footnote is in the text."""
        return label in self._told

    def said_in(self, note: Footnote) -> str:
        """What a footnote says."""
        self._told.add(note.label)
        with self.held():
            return self._blocks_of_note(note).strip("\n")

    def picture(self, image: Image) -> str:
        """An image that came with the source, where it will lie beside the file; otherwise its words in a frame."""
        resource = self._document.resources.get(image.url)
        words = escaping.line(image.alternative or self._words.image)
        self.used.add("nopicture")
        if resource is None:
            return f"\\nopicture{{{words}}}"
        if resource.media_type not in ("image/png", "image/jpeg") or not _NAME.fullmatch(resource.name):
            what = "Images that LaTeX cannot show, or have no plain name, are frames with their alternative text."
            self._report.degraded(About.IMAGE, what)
            return f"\\nopicture{{{words}}}"
        self._report.degraded(About.IMAGE, "Images are not in the file: it shows those that lie beside it.")
        self.used.add("picture")
        return f"\\picturein{{{resource.name}}}{{{words}}}"

    # Nodes

    def _inline(self, node: Inline, displays: bool) -> str:
        match node:
            case str():
                return escaping.text(node)
            case Emphasis() | Strong() | Superscript() | Subscript():
                with self.held(simple_too=False):  # a footnote can have paragraphs, and these commands none
                    inner = self.write(node.content)
                return f"\\{_COMMANDS[type(node)]}{{{inner}}}" if inner else ""
            case Underline() | Strikethrough() | Highlight():
                with self.held(simple_too=False):
                    return self._by_words(_BY_WORDS[type(node)], node.content)
            case Code():
                return f"\\texttt{{{escaping.typed(node.text)}}}" if node.text else ""
            case Keyboard():
                self.used.add("keyboard")
                return f"\\keyboard{{{escaping.typed(node.text)}}}"
            case Abbreviation():
                return escaping.text(self._abbreviations.said(node))
            case Math():
                return self._math(node, displays)
            case Link():
                return self._link(node)
            case Image():
                return self.picture(node)
            case FootnoteReference():
                return self._reference(node)
            case LineBreak():
                return BREAK
            case RawInline():
                if raw_html.is_line_break(node.html):
                    return BREAK
                if not raw_html.is_comment(node.html):
                    self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")
                return ""

    def _by_words(self, command: str, content: Inlines) -> str:
        self.used.add(command)
        parts: list[str] = []
        for node in content:
            if isinstance(node, str):
                pieces = re.split(r"(\s+)", node)
                parts += (
                    each if not each or each.isspace() else f"\\{command}{{{escaping.text(each)}}}" for each in pieces
                )
            elif isinstance(node, LineBreak):
                parts.append(BREAK)
            elif isinstance(node, FootnoteReference):
                parts.append(self._reference(node))
            else:
                parts.append(f"\\{command}{{{self._inline(node, displays=False)}}}")
        return re.sub(r"\n\s*", "\n", "".join(parts))

    def _math(self, node: Math, displays: bool) -> str:
        written = self.formula(node)
        if written is None:
            return f"\\texttt{{{escaping.typed(node.text)}}}" if node.text.strip() else ""
        if not written:
            return ""
        if node.display and displays:
            return f"\n\\[\n{written}\n\\]\n"
        return f"\\({'\\displaystyle ' if node.display else ''}{written}\\)"

    def _link(self, node: Link) -> str:
        lead = self._leads.of(node.url)
        with self.held(simple_too=False):
            words = self.write(node.content).replace(BREAK, " ")
        match lead.to:
            case "nowhere":
                return words
            case "inside":
                return f"\\hyperref[{self._label(lead.address)}]{{{words or escaping.text(node.url)}}}"
            case "outside":
                if node.title:
                    self._report.degraded(About.LINK, "The titles of links are left out.")
                said = words if words.strip() or not plain_text(node.content) else ""
                return f"\\href{{{escaping.address(lead.address)}}}{{{said or escaping.text(node.url)}}}"

    def _reference(self, node: FootnoteReference) -> str:
        number = self._numbers.get(node.label)
        if number is None:
            note_missing(node.label, self._report)
            return escaping.text(f"[^{node.label}]")
        if node.label in self._told:
            return f"\\footnotemark[{number}]{{}}"
        note = self._document.footnotes[number - 1]
        is_simple = len(note.blocks) == 1 and isinstance(note.blocks[0], Paragraph)
        if self._holding_simple or (self._holding and not is_simple):
            self._told.add(note.label)
            self._held.append((number, note))
            return f"\\footnotemark[{number}]{{}}"
        return f"\\footnote[{number}]{{{self.said_in(note)}}}"

    def _label(self, id: str) -> str:
        if id not in self._labels:
            plain = id.isascii() and all(part.isalnum() for part in id.split("-"))
            self._labels[id] = f"to:{id}" if plain else f"place:{len(self._labels) + 1}"
        return self._labels[id]
