"""Builds a document from the elements of a page, in one pass and without recursion.

A block is made where its element ends: `blocks` knows how, for each kind. Text that is in no block of its own, and
all text of an element that is one line to a document (a heading, a cell), stands in paragraphs. How text is dressed is
no matter of nesting: each piece carries what holds for it, and `lines` nests that when its line is whole.
"""

from __future__ import annotations

import re
from html import unescape

from exporters.document.nodes import (
    MAX_DEPTH,
    AdmonitionKind,
    Alignment,
    Blocks,
    Code,
    CodeBlock,
    Diagram,
    Document,
    Footnote,
    FootnoteReference,
    Inlines,
    Json,
    LineBreak,
    Math,
    Paragraph,
    ThematicBreak,
)
from exporters.readers.html import blocks as html_blocks
from exporters.readers.html import singles as html_singles
from exporters.readers.html.anchors import Anchors, is_number
from exporters.readers.html.frames import Content, Entry, Frame, Own, line_of, settled
from exporters.readers.html.lines import Line
from exporters.readers.html.lists import Item
from exporters.readers.html.nesting import Element
from exporters.readers.html.roles import Role, Roles, is_block
from exporters.readers.html.styles import DROPPED, PLAIN, Look, Marks
from exporters.readers.outline import Outline
from exporters.readers.reading import Reading
from exporters.readers.slugs import Slugs
from exporters.report import Code as About
from exporters.toolbox.words import words

_MAX_DRESS = 200  # elements that dress the text at one place; further ones do nothing
_MAX_ID = 200  # characters
_LEFT_OUT = frozenset(("hidden", "unseen"))


class Tree:
    """Takes the elements of one page, or of a piece of one."""

    def __init__(self, reading: Reading, roles: Roles, anchors: Anchors, laying_out: frozenset[int]) -> None:
        self.reading = reading
        self.report = reading.report
        self.roles = roles
        self.anchors = anchors
        self.laying_out = laying_out
        """Where the tables begin that are none."""
        self.metadata: dict[str, Json] = {}
        self.outline: Outline | None = None
        """Where sections go; None where headings begin none."""
        self.frames = [Frame("root", Role("flow"))]
        self.framed: list[Element] = []
        """The elements of the frames, but for the first."""
        self.flat = 0
        """How many elements are open that are one line to a document."""
        self.line = Line(reading)
        self.lines = 0
        """How many have been ended."""
        self.marks: Marks = ()
        self.dressed: list[Own] = []
        self.alignment: Alignment = None
        self.depth = 0
        self.hidden: Element | None = None
        """The element that is passed over, with all it holds."""
        self.verbatim: list[str] | None = None
        """The text of the code or formula that is being read."""
        self.verbatim_of: Element | None = None
        self.language = ""
        """Of the code that is being read, or that the element around it announces."""
        self.formula = ""
        """What a formula has said of itself in LaTeX."""
        self.displays = 0
        """How many elements are open whose formulas stand on lines of their own."""
        self.quotations = 0
        self.gap = False
        """Whether there is space before what comes next."""
        self.counters: list[int | None] = []
        """The last number of each list that is open in a cell; None for bullets."""
        self.notes: dict[str, Blocks] = {}
        self.mentions: dict[str, None] = {}
        self.in_notes = 0
        self.has_notes = bool(anchors.notes)
        self.slugs = Slugs()
        self.ids: set[str] = set()
        self.reserved = frozenset(anchors.headings.values())

    def with_sections(self) -> Tree:
        """The tree of a whole page, whose headings begin sections."""
        self.outline = Outline()
        return self

    def on_one_line(self) -> Tree:
        """The tree of a piece of a page that is to be one line."""
        self.flat = 1
        return self

    # What comes out

    def document(self) -> Document:
        """The document of a tree with sections, once everything was taken."""
        blocks = self.blocks()
        if self.outline is None:
            return Document(blocks, (), self.footnotes(), self.metadata)
        self.outline.blocks += blocks
        before, sections = self.outline.close()
        return Document(before, sections, self.footnotes(), self.metadata)

    def blocks(self) -> Blocks:
        """The blocks, once everything was taken; those after the last heading where there are sections."""
        self.flush()
        return self.settled(self.frames[0])

    def inlines(self) -> Inlines:
        """All of it as one line."""
        self.flush()
        return line_of(self.frames[0])

    def footnotes(self) -> tuple[Footnote, ...]:
        """The notes in the order of their first mention."""
        order = dict.fromkeys((*self.mentions, *self.notes))
        return tuple(Footnote(label, self.notes[label]) for label in order if label in self.notes)

    # What goes in

    def open(self, element: Element) -> None:
        gap, self.gap = self.gap, False
        if self.hidden is not None:
            return
        role = self.roles.of(element.name, element.raw)
        if self.verbatim is not None:
            self.open_verbatim(element, role)
            return
        if role.block and self.line.pieces and not (self.flat and role.kind == "cell"):
            self.flush()
        own = element.own = Own(self, role)
        if role.kind in _LEFT_OUT and self.passes_over(role):
            self.hidden = element
            return
        if gap and element.name == "p" and self.frames[-1].kind == "item" and not self.frames[-1].blocks:
            self.frames[-1].spaced = True
        look = html_blocks.LOOKS[role.kind](self, element, own) if role.kind in html_blocks.LOOKS else role.look
        if look is not PLAIN:
            self.dress(own, look)
        self.displays += role.display
        if role.block and role.language:
            self.language = role.language
        if self.has_notes and (label := self.label_of(element, role)):
            self.begin_note(own, label)
        elif role.entitles and self.frames[-1].kind == "admonition" and self.frames[-1].title is None:
            self.push(own, "title")
        elif role.kind in html_blocks.OPEN:
            html_blocks.OPEN[role.kind](self, element, own)
        if own.frame is not None:
            self.framed.append(element)

    def close(self, element: Element) -> None:
        self.gap = False
        own: Own | None = element.own
        if own is None:
            if self.hidden is None and self.verbatim and is_block(element.name):
                self.end_verbatim_line()
            return
        if element is self.hidden:
            self.hidden = None
        role = own.role
        if element is self.verbatim_of:
            self.end_verbatim(own)
        if role.block and self.line.pieces and not (self.flat and role.kind == "cell" and own.frame is None):
            self.flush()
        if own.frame is not None:
            self.pop(element, own.frame)
        elif role.kind in html_blocks.CLOSE:
            html_blocks.CLOSE[role.kind](self, own)
        if own.look is not None:
            self.undress(own)
        self.displays -= role.display
        if role.block:
            self.alignment, self.language = own.alignment, own.language

    def text(self, text: str) -> None:
        if self.hidden is not None:
            return
        if "&" in text:
            text = unescape(text)
        if self.verbatim is not None:
            self.verbatim.append(text)
            return
        self.gap = text.isspace()
        if self.line.pieces or not self.gap:  # unlike most of what stands between two tags
            self.line.text(text, self.marks)

    def single(self, name: str, raw: str, inner: str) -> None:
        self.gap = False
        if self.hidden is None:
            html_singles.take(self, name, raw, inner)

    # Blocks

    def flush(self) -> None:
        """Ends the line, and puts it where it stands if it says anything."""
        if self.line.pieces:
            self.lines += 1
            self.frames[-1].blocks += [Paragraph(content, self.alignment) for content in self.line.take()]

    def put(self, *content: Content) -> None:
        """Adds to the innermost element that is open and makes something."""
        frame = self.frames[-1]
        frame.blocks += content
        frame.mixed = frame.mixed or any(isinstance(each, Item | Entry) for each in content)

    def settled(self, frame: Frame) -> Blocks:
        """The blocks of a frame, with lists of what still had to be taken by one."""
        if not frame.mixed:
            return tuple(frame.blocks)  # type: ignore[arg-type] # nothing but blocks
        return settled(frame.blocks)

    def push(self, own: Own, kind: str, depth: int = 0) -> None:
        """Begins a frame, if it may stand so deep. In what is one line, there is no other."""
        if self.flat and kind != "note":
            return
        if depth and self.depth + depth > MAX_DEPTH:
            what = f"Lists, quotes and the like are nested more than {MAX_DEPTH} deep; what is deeper is flattened."
            self.report.degraded(About.NESTING, what, self.reading.where)
            return
        own.frame = Frame(kind, own.role, depth)
        self.frames.append(own.frame)
        self.depth += depth
        self.flat += kind in html_blocks.FLAT

    def pop(self, element: Element, frame: Frame) -> None:
        """Ends a frame, and first those within it: of `<li><u role="heading"></li>` the inner element ends last."""
        if self.frames[-1] is not frame:
            if frame not in self.frames:
                return
            while (inner := self.framed[-1]) is not element:
                self.pop(inner, self.frames[-1])
        self.framed.pop()
        self.frames.pop()
        self.depth -= frame.depth
        self.flat -= frame.kind in html_blocks.FLAT
        html_blocks.POP[frame.kind](self, frame, element)

    def id_of(self, element: Element, content: Inlines) -> str:
        """The id of a heading: its own, or that of what links lead to; otherwise one made of its words."""
        own = self.roles.of(element.name, element.raw).attributes.get("id", "")
        stated = self.anchors.headings.get(element.at, "" if own in self.reserved else own)
        if stated and stated not in self.ids and len(stated) <= _MAX_ID and not any(map(str.isspace, stated)):
            self.ids.add(stated)
            return stated
        slug = self.slugs.give(content)
        while slug in self.ids or slug in self.reserved:
            slug = self.slugs.give(content)
        self.ids.add(slug)
        return slug

    def names_of(self, kind: AdmonitionKind) -> tuple[str, ...]:
        """What a call-out is called that has no title of its own."""
        language = self.metadata.get("lang")
        return kind, words(language if isinstance(language, str) else "en").admonition(kind).casefold()

    # Dress

    def dress(self, own: Own, look: Look) -> None:
        for what in look.dropped:
            self.report.degraded(About.STYLE, DROPPED[what], self.reading.where)
        if own.role.block and look.alignment != "inherited":
            self.alignment = look.alignment
        if (look.on or look.off) and len(self.dressed) < _MAX_DRESS:
            own.look = look
            self.dressed.append(own)
            self.marks = look.applied(self.marks)

    def undress(self, own: Own) -> None:
        self.marks = own.before
        if self.dressed[-1] is own:
            self.dressed.pop()
            return
        at = self.dressed.index(own)
        del self.dressed[at]
        for other in self.dressed[at:]:
            other.before = self.marks
            if other.look is not None:
                self.marks = other.look.applied(self.marks)

    def passes_over(self, role: Role) -> bool:
        """Whether an element is left out; says so where its author may not know."""
        if role.kind == "unseen":
            what = "What the source keeps from being seen (hidden, display: none) is left out."
            self.report.note(About.STYLE, what, self.reading.where)
        return role.kind in _LEFT_OUT

    # Code and formulas

    def begin_verbatim(self, element: Element) -> None:
        self.verbatim, self.verbatim_of = [], element

    def open_verbatim(self, element: Element, role: Role) -> None:
        """An element within code or a formula."""
        if self.passes_over(role):
            element.own = Own(self, role)
            self.hidden = element
        elif role.block:
            self.end_verbatim_line()
        self.language = self.language or role.language

    def end_verbatim_line(self) -> None:
        if self.verbatim and not self.verbatim[-1].endswith("\n"):
            self.verbatim.append("\n")

    def end_verbatim(self, own: Own) -> None:
        text = "".join(self.verbatim or ())
        self.verbatim = self.verbatim_of = None
        if own.role.kind == "math":
            formula, displayed = _formula(self.formula or text)
            self.put_formula(formula, displayed or own.role.display)
        else:
            self.put_code(text, self.language)
        self.formula, self.language = "", own.language

    def put_formula(self, formula: str, display: bool) -> None:
        if self.verbatim is not None:
            self.formula = self.formula or formula
        elif formula:
            self.line.add(Math(formula, display or self.displays > 0), self.marks)

    def put_code(self, text: str, language: str) -> None:
        text = text.removeprefix("\n").rstrip("\n").replace("\xa0", " ")
        if not text.strip():
            return
        if self.flat:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self.line.add(LineBreak(), self.marks)
                if line.strip():
                    self.line.add(Code(line), self.marks)
        elif language == "mermaid":
            self.put(Diagram(text + "\n"))
        elif language == "math":
            self.put(Paragraph((Math(text.strip(), display=True),)))
        else:
            self.put(CodeBlock(text + "\n", language, language))

    # Footnotes

    def label_of(self, element: Element, role: Role) -> str:
        """The label of an element that is a footnote; "" of others."""
        if label := self.anchors.notes.get(element.at):
            return label
        if role.kind != "item" or [frame.kind for frame in self.frames[-2:]] != ["notes", "list"]:
            return ""
        self.report.note(About.FOOTNOTE, "A footnote is mentioned nowhere; it comes after the others.")
        return role.attributes.get("id") or f"note-{element.at}"

    def begin_note(self, own: Own, label: str) -> None:
        in_list = len(self.frames) > 1 and self.frames[-1].kind == "list"
        before = self.frames[-2 if in_list else -1].blocks
        if not self.notes and before and isinstance(before[-1], ThematicBreak):
            before.pop()  # what sets the notes apart from the text
        self.push(own, "note")
        self.frames[-1].label = label
        self.in_notes += 1

    def mention(self, own: Own) -> None:
        """Ends a mark that leads to a footnote; its number is not the document's, other words are."""
        if own.line == self.lines and is_number(self.line.words(own.at)):
            self.line.cut(own.at)
        self.line.add(FootnoteReference(own.label), self.marks)
        self.mentions[own.label] = None


_DELIMITED = re.compile(r"\\\((.*)\\\)|\\\[(.*)\\\]|\$\$(.*)\$\$|\$(.*)\$", re.DOTALL)


def _formula(text: str) -> tuple[str, bool]:
    """A formula without its delimiters, and whether these put it on a line of its own."""
    text = text.strip()
    found = _DELIMITED.fullmatch(text)
    if not found:
        return text, False
    inner = next(part for part in found.groups() if part is not None)
    return inner.strip(), found[2] is not None or found[3] is not None
