"""Writes lines. Each block becomes lines of its own; what holds blocks puts a margin before theirs."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import east_asian_width

from exporters.document.nodes import (
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Figure,
    Footnote,
    Heading,
    Image,
    Inlines,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    Section,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.document.walk import inlines, plain_text, title
from exporters.errors import SourceTooLarge
from exporters.formats.rst import escaping, tables
from exporters.formats.rst.inlines import BREAK, Writer
from exporters.options import NoOptions
from exporters.report import Code, Report
from exporters.toolbox import metadata, raw_html
from exporters.toolbox.escaping import without_controls
from exporters.toolbox.highlight import LANGUAGES
from exporters.toolbox.words import words

MAX_SIZE = 64_000_000  # characters with all images: four thirds of what a source may have of them, and its text
MAX_NESTED = 8_000_000  # characters: within 100 lists each line has 300 before it, so a file can outgrow its source

# By how deep a section is; the title has a line above, too.
_LINES = "=-~^\"'`.:*+#<>_,;!$%&()/?@[]{|}"
_SHORTEST = 4  # a shorter line below a heading is none
_SEAM = ["..", ""]  # parts an indented block from what it would go on with
_OWN_NAMES = frozenset(("note", "tip", "important", "warning", "caution", "danger"))
_NO_WORDS = "\u200b"  # where something must stand, and there is nothing to say
_RULE = "----"


def export(document: Document, _options: NoOptions, report: Report) -> bytes:
    """The document as UTF-8 text that ends with a newline."""
    if document.map is not None:
        report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
    lines = _Writer(document, report).lines()
    if any(len(line) > escaping.LONGEST_LINE for line in lines):
        longest = f"{escaping.LONGEST_LINE:,} characters"
        report.degraded(Code.TEXT, f"Docutils reads lines of more than {longest} only with a higher line_length_limit.")
    text, impossible = without_controls("\n".join(lines) + "\n")
    if impossible:
        report.lost(Code.TEXT, f"Control characters became \ufffd: {impossible}.")
    if len(text) > MAX_SIZE:
        raise _too_large(MAX_SIZE)
    return text.encode(errors="replace")


class _Writer:
    """One document on its way to reStructuredText."""

    def __init__(self, document: Document, report: Report) -> None:
        self._document = document
        self._report = report
        self._words = words(metadata.language(document))
        self._inlines = Writer(document, report, self._words)
        links = (node.url for node in inlines(document) if isinstance(node, Link))
        self._linked = {url[1:] for url in links if url.startswith("#") and len(url) > 1}

    def lines(self) -> list[str]:
        body = self._body()
        numbered = enumerate(self._document.footnotes, 1)
        notes = [line for number, note in numbered for line in (*self._footnote(number, note), "")]
        images = self._inlines.substitutions()
        declared = [line for role in sorted(self._inlines.roles) for line in (f".. role:: {role}", "")]
        parts = (declared, body, notes, images)
        lines = [line for part in parts if part for line in (*_without_blanks(part), "")]
        return lines[:-1]

    def _body(self) -> list[str]:
        document = self._document
        name = title(document)
        first = document.sections[0] if document.sections else None
        alone = first is not None and not document.blocks and len(document.sections) == 1
        about = self._about()
        if first is not None and alone and plain_text(first.heading) == name:
            # The only section of its level is the title, and what is said of the document stands below it.
            return [*self._section_heading(first, 1), *about, *self._below(first, 1)]
        lines: list[str] = []
        if name:
            said = escaping.line(escaping.text(escaping.plain(" ".join(name.split()))))
            lines = [_LINES[0] * _longest(said), said, _LINES[0] * _longest(said), ""]
        lines += (*about, *self._blocks(document.blocks, is_top=True))
        for section in document.sections:
            lines += self._section(section, 1)
        return lines

    def _about(self) -> list[str]:
        """What the author said of the document, as fields."""
        stated = {
            "Subtitle": metadata.stated(self._document, "subtitle"),
            "Author": ", ".join(metadata.authors(self._document)),
            "Date": metadata.stated(self._document, "date"),
        }
        fields = [f":{key}: {self._said(value)}" for key, value in stated.items() if value]
        hidden = {
            "description": metadata.stated(self._document, "description", "abstract", "summary"),
            "keywords": ", ".join(metadata.keywords(self._document)),
        }
        metas = [f"   :{key}: {self._said(value)}" for key, value in hidden.items() if value]
        return [*fields, *[""] * bool(fields), *([".. meta::", *metas, ""] if metas else [])]

    def _said(self, words: str) -> str:
        return escaping.line(escaping.text(escaping.plain(words)))

    # Sections

    def _section(self, section: Section, depth: int) -> list[str]:
        return [*self._section_heading(section, depth), *self._below(section, depth)]

    def _below(self, section: Section, depth: int) -> list[str]:
        lines = self._blocks(section.blocks, is_top=True, is_first=True)
        for below in section.sections:
            lines += self._section(below, depth + 1)
        return lines

    def _section_heading(self, section: Section, depth: int) -> list[str]:
        if depth > len(_LINES):
            self._report.degraded(Code.STYLE, f"Headings below {len(_LINES)} others open no section.")
            return self._rubric(section.heading, section.id)
        said = escaping.line(self._inlines.line(section.heading)) or _NO_WORDS
        return [*self._target(section.id), said, _LINES[depth - 1] * _longest(said), ""]

    def _target(self, id: str) -> list[str]:
        return [self._inlines.target(id), ""] if id in self._linked else []

    def _rubric(self, heading: Inlines, id: str) -> list[str]:
        said = escaping.line(self._inlines.line(heading))
        return [*self._target(id), f".. rubric:: {said or _NO_WORDS}", ""]

    def _footnote(self, number: int, note: Footnote) -> list[str]:
        body = _without_blanks(self._blocks(note.blocks) or _SEAM)
        # How far the lines after the first are indented says where the note begins.
        if len(body) > 1 and all(line[:1] in ("", " ") for line in body[1:]):
            return [f".. [{number}]", *_within("   ", body)]
        return _hung(f".. [{number}] ", body, margin="   ")

    # Blocks

    def _blocks(self, blocks: Blocks, *, is_top: bool = False, is_first: bool = False) -> list[str]:
        """The lines of blocks, an empty one after each. `is_first` says that they begin a section."""
        made = ((block, [] if isinstance(block, ThematicBreak) else self._block(block)) for block in blocks)
        parts = [(block, lines) for block, lines in made if lines or isinstance(block, ThematicBreak)]
        lines: list[str] = []
        last: Block | None = None
        for at, (block, part) in enumerate(parts):
            if isinstance(block, ThematicBreak):
                # Only between others may it stand, and only where sections may (Docutils, "Transitions").
                between = is_top and 0 < at < len(parts) - 1 and not isinstance(parts[at + 1][0], ThematicBreak)
                lines += [_RULE, ""] if between and not isinstance(last, ThematicBreak) else self._rule()
            else:
                if _needs_seam(last, block) and not (is_first and last is None):
                    lines += _SEAM
                lines += part
            last = block
        if sum(map(len, lines)) > MAX_NESTED:
            raise _too_large(MAX_NESTED)
        return lines

    def _rule(self) -> list[str]:
        self._report.degraded(Code.STYLE, "Lines across the page are stars where reStructuredText can have none.")
        return [r"\* \* \*", ""]

    def _block(self, block: Block) -> list[str]:
        match block:
            case Paragraph():
                return self._paragraph(block)
            case Heading():
                self._report.degraded(Code.NODE, "Headings inside quotes, lists and notes open no section.")
                return self._rubric(block.content, block.id)
            case CodeBlock():
                return self._code(block.text, block.language)
            case Diagram():
                what = "Diagrams are shown as their source: reStructuredText has no drawings."
                self._report.degraded(Code.DIAGRAM, what)
                return self._code(block.text, block.language)
            case BlockQuote():
                return _within("   ", self._blocks(block.blocks))
            case Admonition():
                return self._admonition(block)
            case Details():
                self._report.degraded(Code.NODE, "Foldable blocks are shown open.")
                return self._directive("admonition", self._inlines.line(block.summary), "dropdown", block.blocks)
            case Tabs():
                self._report.degraded(Code.NODE, "Tabs are shown one after the other, each below its label.")
                return [
                    line for tab in block.tabs for line in (*self._rubric(tab.label, ""), *self._blocks(tab.blocks))
                ]
            case Figure():
                return self._figure(block)
            case List():
                return self._list(block)
            case DefinitionList():
                return [line for item in block.items for line in self._definition(item)]
            case Table():
                return self._table(block, "")
            case ThematicBreak():
                return self._rule()
            case RawBlock():
                return self._raw(block)

    def _paragraph(self, block: Paragraph) -> list[str]:
        if (image := _alone(block.content)) and self._inlines.is_there(image[0]):
            return self._picture(*image, block)
        lines: list[str] = []
        for part in _split(block.content):
            if isinstance(part, Math):
                lines += _formula(part.text)
            else:
                lines += self._lines(part)
        if lines and block.alignment in ("center", "right"):
            return [f".. class:: align-{block.alignment}", "", *lines]
        return lines

    def _lines(self, content: Inlines) -> list[str]:
        written = self._inlines.write(content).strip(BREAK + " \n")
        if BREAK not in written:
            lines = escaping.paragraph(written)
        else:
            lines = [f"| {' '.join(escaping.paragraph(each))}".rstrip() for each in written.split(BREAK)]
        return [*lines, ""] if lines else []

    def _picture(self, image: Image, target: str, block: Paragraph, caption: str = "") -> list[str]:
        caption = caption or escaping.line(escaping.text(escaping.plain(" ".join(image.title.split()))))
        name = "figure" if caption else "image"
        address = self._inlines.image_address(image.url)
        lines = [f".. {name}:: {address[0]}", *address[1:], *self._inlines.alternative(image.alternative)]
        if target:
            lines += (f"   :target: {leads}" for leads in (self._inlines.link_target(target),) if leads)
        if block.alignment:
            lines.append(f"   :align: {block.alignment}")
        return [*lines, *(["", f"   {caption}"] if caption else []), ""]

    def _code(self, text: str, language: str) -> list[str]:
        lines = [escaping.plain(line) for line in text.split("\n")]
        if any("\t" in line for line in lines):
            self._report.degraded(Code.TEXT, "Tabs in code are written as spaces.")
            lines = [line.expandtabs(8) for line in lines]
        while lines and not lines[-1].strip():
            lines.pop()
        while lines and not lines[0].strip():
            lines.pop(0)
        if not lines:
            return []
        if all(line[:1] in ("", " ") for line in lines):
            what = "Code whose lines are all indented loses what they have in common of that."
            self._report.degraded(Code.STYLE, what)
        known = language.lower() in LANGUAGES
        head = [f".. code-block:: {language}" if known else ".. code-block::"]
        if language.isalnum() and language.isascii() and language[0].isalpha() and not known:
            head.append(f"   :class: {language}")  # Docutils warns of languages that it cannot colour
        return [*head, "", *(f"   {line}".rstrip() for line in lines), ""]

    def _admonition(self, block: Admonition) -> list[str]:
        if block.title is None and block.kind in _OWN_NAMES:
            return self._directive(block.kind, "", "", block.blocks)
        heading = self._inlines.line(block.title or (self._words.admonition(block.kind),))
        if block.title == ():
            self._report.degraded(Code.NODE, "A call-out without a title gets the name of its kind.")
        return self._directive("admonition", heading, block.kind, block.blocks)

    def _directive(self, name: str, argument: str, dressed: str, blocks: Blocks) -> list[str]:
        said = escaping.line(argument) or (_NO_WORDS if name == "admonition" else "")
        head = [f".. {name}:: {said}".rstrip(), *([f"   :class: {dressed}"] if dressed else []), ""]
        return [*head, *_within("   ", self._blocks(blocks) or _SEAM)]

    def _figure(self, block: Figure) -> list[str]:
        caption = escaping.line(self._inlines.line(block.caption))
        match block.blocks:
            case (Paragraph(content) as paragraph,) if (
                caption and (image := _alone(content)) and self._inlines.is_there(image[0])
            ):
                return self._picture(*image, paragraph, caption)
            case (Table() as table,):
                return self._table(table, caption)
        lines = self._blocks(block.blocks)
        if caption:
            self._report.degraded(Code.NODE, "The captions of figures that are no image are written as paragraphs.")
            lines += (caption, "")
        return lines

    def _list(self, block: List) -> list[str]:
        lines: list[str] = []
        for at, item in enumerate(block.items):
            mark = "- " if block.start is None else f"{max(block.start, 0) + at}. "
            body = _without_blanks(self._item(item)) or _SEAM[:1]
            lines += _hung(mark, body, margin=" " * len(mark))
            if not block.tight or len(body) > 1:
                lines.append("")
        return lines if not lines or lines[-1] == "" else [*lines, ""]

    def _item(self, item: ListItem) -> list[str]:
        if item.checked is None:
            return self._blocks(item.blocks)
        self._report.degraded(Code.NODE, "The boxes of tasks are written as signs.")
        box = "☒" if item.checked else "☐"
        match item.blocks:
            case (Paragraph(content), *rest) if not _alone(content):
                return self._blocks((Paragraph((f"{box} ", *content)), *rest))
            case blocks:
                return self._blocks((Paragraph((box,)), *blocks))

    def _definition(self, item: Definition) -> list[str]:
        if len(item.terms) > 1 or len(item.descriptions) > 1:
            self._report.degraded(
                Code.NODE, "Terms that share a meaning stand on one line, and its parts below each other."
            )
        term = ", ".join(said for term in item.terms if (said := self._inlines.line(term)))
        body = [line for description in item.descriptions for line in self._blocks(description)]
        # What follows a colon between blanks would be a remark on the term.
        said = escaping.line(term).replace(" : ", " \\: ") or _NO_WORDS
        return [said, *_within("   ", body or _SEAM)]

    def _table(self, block: Table, caption: str) -> list[str]:
        if any(each is not None for each in block.alignments):
            self._report.degraded(Code.TABLE, "The alignment of columns is not kept.")
        rows = [block.head, *block.rows] if block.head else list(block.rows)
        written = [[self._cell(cell.content) for cell in row] for row in rows]
        if not any(written):
            return []
        has_head = bool(block.head) and len(rows) > 1  # no table can be nothing but a head
        boxes: list[dict[int, tables.Box]] = []
        covered = [0] * len(block.alignments)
        for row, lines in zip(rows, written, strict=True):
            begun: dict[int, tables.Box] = {}
            until = 0
            for at, cell in enumerate(row):
                if covered[at]:
                    covered[at] -= 1
                elif at >= until:
                    until = min(at + cell.columns, len(row))
                    tall = min(cell.rows, len(rows) - len(boxes)) if not has_head or boxes else 1
                    covered[at:until] = [tall - 1] * (until - at)
                    begun[at] = tables.Box(lines[at], until - at, tall)
            boxes.append(begun)
        layout = tables.Layout(boxes, len(block.alignments), int(has_head))
        if tables.draws(layout):
            head = [f".. table:: {caption}", ""] if caption else []
            drawn = tables.drawn(layout)
            return [*head, *(f"   {line}" for line in drawn), ""] if caption else [*drawn, ""]
        if any(box.columns > 1 or box.rows > 1 for row in boxes for box in row.values()):
            self._report.degraded(Code.TABLE, "In very large tables, cells that span several are written in the first.")
        return [*tables.listed(written, has_head, caption), ""]

    def _cell(self, content: Inlines) -> list[str]:
        written = self._inlines.write(content).strip(BREAK + " \n")
        if BREAK in written:
            return [f"| {' '.join(escaping.paragraph(each))}".rstrip() for each in written.split(BREAK)]
        return escaping.paragraph(" ".join(written.split("\n")))

    def _raw(self, block: RawBlock) -> list[str]:
        if raw_html.is_comment(block.html):
            return []
        self._report.degraded(Code.RAW_HTML, "Of HTML inside the source only the words were kept.")
        said = raw_html.words(block.html).split("\n")
        return [line for each in said for line in self._lines((each,))]


def _too_large(most: int) -> SourceTooLarge:
    return SourceTooLarge(f"The text would have more than {most // 10**6} MB. Remove images, or lists in lists.")


def _needs_seam(last: Block | None, block: Block) -> bool:
    """Whether a block would be taken for a part of what is before it, or begin what it is not the begin of."""
    if isinstance(block, BlockQuote):
        return not isinstance(last, Paragraph)
    if isinstance(block, List):
        return isinstance(last, List) and (last.start is None) == (block.start is None)
    return isinstance(block, DefinitionList) and isinstance(last, DefinitionList)


def _split(content: Inlines) -> list[Inlines | Math]:
    """The parts of a paragraph before, between and after the formulas that are displayed."""
    parts: list[Inlines | Math] = []
    start = 0
    for at, node in enumerate(content):
        if isinstance(node, Math) and node.display:
            parts += (content[start:at], node)
            start = at + 1
    return [part for part in (*parts, content[start:]) if part]


def _formula(text: str) -> list[str]:
    # An empty line would part it into two.
    lines = [f"   {escaping.plain(line.strip())}" for line in text.split("\n") if line.strip()]
    return [".. math::", "", *lines, ""] if lines else []


def _alone(content: Inlines) -> tuple[Image, str] | None:
    """The image that is all there is, and where it leads."""
    match content:
        case (Image() as image,):
            return image, ""
        case (Link((Image() as image,), url),):
            return image, url
        case _:
            return None


def _longest(line: str) -> int:
    return max(_SHORTEST, len(line) + sum(east_asian_width(each) in "WF" for each in line))


def _without_blanks(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    return lines[:end]


def _within(margin: str, lines: Iterable[str]) -> list[str]:
    return [margin + line if line else "" for line in lines]


def _hung(mark: str, lines: list[str], margin: str) -> list[str]:
    """Lines behind a mark, with as much space before the others."""
    first, *rest = _without_blanks(lines) or [""]
    return [f"{mark}{first}".rstrip(), *_within(margin, rest)]
