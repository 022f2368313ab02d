"""Writes what stands within a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from exporters.document.nodes import (
    Abbreviation,
    Blocks,
    Code,
    CodeBlock,
    Diagram,
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
from exporters.document.walk import lines, parts, plain_text
from exporters.formats.asciidoc import escaping
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import raw_html, urls
from exporters.toolbox.abbreviations import Abbreviations
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.leads import Lead, Leads, address
from exporters.toolbox.words import Words

_APART = re.compile(r"\+|:(?=:)|;(?=;)")  # in formulas, where a blank more means nothing
_MAX_REPEATED = 500  # characters of a footnote that is there several times
BREAK = " +\n"
_MARKS: dict[type, str] = {Emphasis: "_", Strong: "*", Highlight: "#", Strikethrough: "#", Underline: "#"}
_RAISED: dict[type, str] = {Superscript: "^", Subscript: "~"}
_ROLES: dict[type, str] = {Strikethrough: ".line-through", Underline: ".underline", Highlight: ""}
_MARK_SIGNS = "*_`#^~+$"
_NOT_BEFORE = f"{_MARK_SIGNS}&;:}}<>\"'"
_NOT_AFTER = f"{_MARK_SIGNS}\"'"


class _Dressed(NamedTuple):
    """Words between marks, which are single where what is beside them allows it, and double otherwise."""

    mark: str
    inner: str
    roles: str = ""


class _Macro(str):
    """What could be taken for the end of another macro, where one stands before it."""

    __slots__ = ()


class _Around(NamedTuple):
    """What a line stands in."""

    styles: frozenset[type] = frozenset()
    in_macro: bool = False
    in_note: bool = False
    in_cell: bool = False


class Writer:
    """The lines of one document."""

    def __init__(self, document: Document, report: Report, words: Words) -> None:
        self._document = document
        self._report = report
        self._words = words
        self._leads = Leads(document, report)
        self._notes = {note.label: (number, note) for number, note in enumerate(document.footnotes, 1)}
        self._abbreviations = Abbreviations()
        self._names: dict[str, str] = {}
        self.mentioned: set[str] = set()
        """The labels of the footnotes that are in the text."""
        self.has_keys = False
        """Whether there are keys to press, which an attribute of the document allows."""
        self.has_math = False

    def line(self, content: Inlines) -> str:
        """A line that cannot be broken: a heading, a term."""
        if any(isinstance(each, LineBreak) for each in content):
            self._report.degraded(About.STYLE, "Line breaks in headings and captions are written as spaces.")
        return " ".join(self.write(content).replace(BREAK, " ").split("\n")).strip()

    def write(self, content: Inlines, *, in_cell: bool = False) -> str:
        """A line; newlines stand for blanks, and are breaks after a plus."""
        return self._joined(content, _Around(in_cell=in_cell))

    def name(self, id: str) -> str:
        """The name of what links with this id lead to."""
        if id not in self._names:
            simple = id.isascii() and id[:1].isalpha() and all(part.isalnum() for part in id.split("-"))
            # In `[#name]` a dot would begin a role, and there are no underscores in ids that Asciidoctor makes.
            self._names[id] = id if simple else f"s_{len(self._names) + 1}"
        return self._names[id]

    def image(self, image: Image, mark: str, target: str = "") -> str:
        """An image as a macro; `mark` is `:` within a line and `::` for a block."""
        resource = self._document.resources[image.url]
        if resource.name:
            what = "Images are not in the file: it names them, and shows those that lie beside it."
            self._report.degraded(About.IMAGE, what)
        attributes = [escaping.quoted(image.alternative)]
        if image.title and mark == ":":
            attributes.append(f"title={escaping.quoted(image.title)}")
        if target:
            attributes.append(f"link={escaping.quoted(target)}")
        return _Macro(f"image{mark}{escaping.address(address(resource))}[{_closed(','.join(attributes))}]")

    def image_target(self, url: str) -> str:
        """Where an image leads; "" for nowhere."""
        lead = self._leads.of(url)
        return f"#{self.name(lead.address)}" if lead.to == "inside" else escaping.address(lead.address)

    def is_there(self, image: Image) -> bool:
        """Whether an image came with the source."""
        return image.url in self._document.resources

    # Pieces

    def _joined(self, content: Inlines, around: _Around, edge: str = "") -> str:
        pieces = [piece for node in content for piece in self._pieces(node, around) if piece]
        out: list[str] = []
        last = edge
        for at, piece in enumerate(pieces):
            if isinstance(piece, _Dressed):
                after = pieces[at + 1] if at + 1 < len(pieces) else edge
                written = _marked(piece, last, after[0][:1] if isinstance(after, _Dressed) else after[:1])
            else:
                written = piece
                if at + 1 < len(pieces) and isinstance(pieces[at + 1], _Macro):
                    written = escaping.ending(written)
                if last == "]" and written[0] in _MARK_SIGNS:
                    written = f"{{empty}}{written}"  # what is in brackets before marks is how they are dressed
            out.append(written)
            last = written[-1]
        return "".join(out)

    def _pieces(self, node: Inline, around: _Around) -> Iterator[str | _Dressed]:
        match node:
            case str():
                yield escaping.text(node, around.in_macro)
            case Emphasis() | Strong() | Highlight() | Strikethrough() | Underline():
                yield from self._styled(node, around)
            case Superscript() | Subscript():
                yield from self._raised(node, around)
            case Code():
                yield from _code(node.text, around)
            case Keyboard():
                yield self._key(node.text, around)
            case Abbreviation():
                yield escaping.text(self._abbreviations.said(node), around.in_macro)
            case Math():
                yield self._math(node.text)
            case Link():
                yield from self._link(node, around)
            case Image():
                yield self._image(node, around)
            case FootnoteReference():
                yield self._reference(node, around)
            case LineBreak():
                yield BREAK
            case RawInline():
                if raw_html.is_line_break(node.html):
                    yield BREAK
                elif not raw_html.is_comment(node.html):
                    self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")

    def _styled(
        self, node: Emphasis | Strong | Highlight | Strikethrough | Underline, around: _Around
    ) -> Iterator[str | _Dressed]:
        mark, roles, content = _MARKS[type(node)], _ROLES.get(type(node), ""), node.content
        kinds = {type(node)}
        while mark == "#" and len(content) == 1 and isinstance(content[0], Highlight | Strikethrough | Underline):
            roles += _ROLES[type(content[0])]
            kinds.add(type(content[0]))
            content = content[0].content
        if any(_MARKS.get(each) == mark for each in around.styles):
            if type(node) not in around.styles:
                self._report.degraded(
                    About.STYLE, "Words that are marked, underlined or struck through are one of these."
                )
            yield self._joined(content, around)
            return
        inner = self._joined(content, around._replace(styles=around.styles | kinds), "_" if mark == "_" else "")
        yield from _with_blanks(inner, mark, f"[{roles}]" if roles else "")

    def _raised(self, node: Superscript | Subscript, around: _Around) -> Iterator[str]:
        if type(node) in around.styles:
            yield self._joined(node.content, around)
            return
        inner = self._joined(node.content, around._replace(styles=around.styles | {type(node)})).replace(BREAK, " ")
        mark = _RAISED[type(node)]
        # No blank may stand between these marks.
        yield f"{mark}{'{sp}'.join(inner.split())}{mark}" if inner.strip() else inner

    # Nodes

    def _key(self, key: str, around: _Around) -> str:
        words = " ".join(key.split())
        if not all(each.isalnum() or each in "+- " for each in words) or not words or around.in_macro:
            return escaping.text(words, around.in_macro)
        self.has_keys = True
        return _Macro(f"kbd:[{words}]")

    def _math(self, formula: str) -> str:
        # Square brackets end a macro, and what stands between pluses would be kept without them.
        words = " ".join(formula.split()).replace("]", "\\]").rstrip("\\")
        words = _APART.sub(r"\g<0> ", words)
        if not words:
            return ""
        self.has_math = True
        return _Macro(f"stem:[{words}]")

    def _link(self, node: Link, around: _Around) -> Iterator[str | _Dressed]:
        lead = self._leads.of(node.url)
        if lead.to == "nowhere":
            for each in node.content:
                yield from self._pieces(each, around)
            return
        if node.title:
            self._report.degraded(About.LINK, "The titles of links are left out.")
        match node.content:
            case (Image() as image,) if self.is_there(image):
                yield self.image(image, ":", self.image_target(node.url))
                return
        inner = self._joined(node.content, around._replace(in_macro=True)).replace(BREAK, " ").replace("\n", " ")
        words = inner.strip(" ")
        yield " " if inner[:1] == " " else ""
        yield self._lead(node, lead, words, around)
        yield " " if words and inner[-1:] == " " else ""

    def _lead(self, node: Link, lead: Lead, words: str, around: _Around) -> str:
        if lead.to == "inside":
            return _Macro(f"<<{self.name(lead.address)},{words or escaping.text(node.url, True)}>>")
        said = plain_text(node.content)
        if said == lead.address and _stands_alone(said) and not around.in_macro:
            return _Macro(f"link:{said}[]" if around.styles else f"{said}[]")
        return _Macro(f"link:{_address(lead.address)}[{words}]")

    def _image(self, node: Image, around: _Around) -> str:
        if self.is_there(node):
            return self.image(node, ":")
        words = f"[{self._words.image}: {node.alternative}]" if node.alternative else f"[{self._words.image}]"
        return escaping.text(words, around.in_macro)

    def _reference(self, node: FootnoteReference, around: _Around) -> str:
        number, note = self._notes.get(node.label, (0, None))
        if note is None:
            note_missing(node.label, self._report)
            return escaping.text(f"[^{node.label}]", around.in_macro)
        if around.in_note or around.in_macro:
            self._report.degraded(About.FOOTNOTE, "Mentions of footnotes within footnotes and links are their numbers.")
            return escaping.text(f"[{number}]", in_macro=True)
        name = f"fn-{number}"
        if note.label not in self.mentioned:
            self.mentioned.add(note.label)
            return _Macro(f"footnote:{name}[{self.note(note)}]")
        if not around.in_cell:
            return _Macro(f"footnote:{name}[]")
        # Asciidoctor reads tables before the text that is before them.
        self._report.degraded(About.FOOTNOTE, "Footnotes that are mentioned again in a table are there twice.")
        said = self.note(note)
        return _Macro(f"footnote:[{said}]") if len(said) <= _MAX_REPEATED else f"({number})"

    def note(self, note: Footnote) -> str:
        """All that a footnote says, as one line."""
        if len(note.blocks) > 1 or not all(isinstance(block, Paragraph) for block in note.blocks):
            self._report.degraded(About.FOOTNOTE, "Footnotes of several blocks are one paragraph of their words.")
        said = [self._joined(each, _Around(in_macro=True, in_note=True)) for each in _lines_of(note.blocks)]
        return " ".join(word for each in said for word in each.replace(BREAK, " ").split()) or "{empty}"


def _marked(piece: _Dressed, before: str, after: str) -> str:
    # As Asciidoctor decides, which by then has made references of the signs of XML.
    free = not before or not (before.isalnum() or before in _NOT_BEFORE)
    single = free and (not after or not (after.isalnum() or after in _NOT_AFTER))
    mark = piece.mark if single else 2 * piece.mark
    lead = tail = ""
    if before == "]" and not piece.roles:  # what is in brackets before marks is how they are dressed
        lead, mark = "{empty}", 2 * piece.mark
    elif piece.mark == "`":  # quotes with backquotes are other quotes
        lead, tail = ("{empty}" if each and each in "\"'" else "" for each in (before, after))
    return f"{lead}{piece.roles}{mark}{piece.inner}{mark}{tail}"


def _with_blanks(inner: str, mark: str, roles: str) -> Iterator[str | _Dressed]:
    """Words between marks. Blanks at their ends are outside."""
    words = inner.strip(" \n")
    if words.endswith(" +"):  # a break at the end
        words = words[:-2].rstrip()
    if not words:
        yield inner
        return
    before, _, after = inner.partition(words)
    if before:
        yield before
    yield _Dressed(mark, words, roles)
    if after:
        yield after


def _code(text: str, around: _Around) -> Iterator[str | _Dressed]:
    words = " ".join(text.split("\n"))
    if words:
        plain = escaping.text(words, around.in_macro) == words and "'" not in words and words == words.strip()
        yield _Dressed("`", words if plain else escaping.kept(words, around.in_macro))


def _lines_of(blocks: Blocks) -> Iterator[Inlines]:
    for block in blocks:
        if isinstance(block, CodeBlock | Diagram):
            yield from ((Code(line),) for line in block.text.split("\n") if line.strip())
        yield from lines(block)
        for within in parts(block):
            yield from _lines_of(within)


def _address(url: str) -> str:
    url = url.replace("_", "%5F")  # the same to any server (RFC 3986, 6.2.2.2), and no markup
    if escaping.text(url) == url and "'" not in url:
        return url
    return escaping.kept(url) if "+" not in url or "$" in url else f"$${url}$$"


def _stands_alone(url: str) -> bool:
    plain = url.isascii() and escaping.text(url) == url and "'" not in url
    return plain and urls.scheme(url) in ("http", "https")


def _closed(attributes: str) -> str:
    return attributes.replace("]", "\\]")
