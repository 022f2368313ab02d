"""Writes blocks as lines, with the marks between which they stand as long as they are deep."""

from __future__ import annotations

import re

from exporters.document.nodes import (
    Admonition,
    AdmonitionKind,
    Block,
    BlockQuote,
    Blocks,
    CodeBlock,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Figure,
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
from exporters.document.walk import inlines, plain_text, targets, title
from exporters.errors import SourceTooLarge
from exporters.formats.asciidoc import escaping
from exporters.formats.asciidoc.inlines import BREAK, Writer
from exporters.options import NoOptions
from exporters.report import Code, Report
from exporters.toolbox import metadata, raw_html
from exporters.toolbox.admonitions import as_github
from exporters.toolbox.escaping import without_controls
from exporters.toolbox.words import words

MAX_SIZE = 64_000_000  # characters with all images: four thirds of what a source may have of them, and its text

_DEEPEST = 5  # sections below the title
_TERMS = ("::", ":::", "::::", ";;")  # by how deep lists of definitions are in each other
_ALIGNED = {None: "<", "left": "<", "center": "^", "right": ">"}
_LANGUAGE = re.compile(r"[\w+#.\-]+")
_NUMBERED = re.compile(r"-\d+\Z")  # the end of an id that would otherwise be that of another heading
_CALLOUT = re.compile(r"<(?:!--)?(?:\d+|\.)(?:--)?>")


def export(document: Document, _options: NoOptions, report: Report) -> bytes:
    """The document as UTF-8 text that ends with a newline."""
    if document.map is not None:
        report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
    text, impossible = without_controls(_Writer(document, report).text())
    if impossible:
        report.lost(Code.TEXT, f"Control characters became \ufffd: {impossible}.")
    if len(text) > MAX_SIZE:
        raise SourceTooLarge(f"The text would have more than {MAX_SIZE // 10**6} MB. Remove images.")
    return text.encode(errors="replace")


class _Writer:
    """One document on its way to AsciiDoc."""

    def __init__(self, document: Document, report: Report) -> None:
        self._document = document
        self._report = report
        self._words = words(metadata.language(document))
        self._inlines = Writer(document, report, self._words)
        links = (node.url for node in inlines(document) if isinstance(node, Link))
        self._linked = {url[1:] for url in links if url.startswith("#") and len(url) > 1}
        self._ids = targets(document) if self._linked else frozenset()
        self._depth = 0  # of blocks between marks
        self._bullets = 0  # lists in lists, since the last mark of a block
        self._numbers = 0
        self._terms = 0
        self._levels = 0  # lists of any kind in lists

    def text(self) -> str:
        document = self._document
        name = title(document)
        first = document.sections[0] if document.sections else None
        anchor: list[str] = []
        alone = first is not None and not document.blocks and len(document.sections) == 1
        if first is not None and alone and plain_text(first.heading) == name:
            heading = self._inlines.line(first.heading)
            anchor = self._anchor(first.id)
            parts = self._blocks(first.blocks)
            for section in first.sections:
                parts += self._section(section, 1)
        else:
            heading = escaping.text(" ".join(name.split()))
            parts = self._blocks(document.blocks)
            for section in document.sections:
                parts += self._section(section, 1)
        parts += self._other_notes()
        return "\n\n".join(["\n".join([*anchor, self._header(heading)]), *parts]).strip("\n") + "\n"

    def _header(self, heading: str) -> str:
        document = self._document
        subtitle = metadata.stated(document, "subtitle")
        names = metadata.authors(document)
        stated = {
            "authors" if len(names) > 1 else "author": "; ".join(name.replace(";", ",") for name in names),
            "revdate": metadata.stated(document, "date"),
            "description": metadata.stated(document, "description", "abstract", "summary"),
            "keywords": ", ".join(metadata.keywords(document)),
            "lang": metadata.stated_language(document),
        }
        lines = [f"= {heading}{f': {escaping.text(subtitle)}' if subtitle else ''}"] if heading else []
        lines += (f":{key}: {said}" for key, each in stated.items() if (said := escaping.value(each)))
        # Links and captions as everywhere else: no underscores in ids, no numbers that nobody wrote.
        lines += (":idprefix:", ":idseparator: -", ":!figure-caption:", ":!table-caption:", ":!example-caption:")
        lines += [":experimental:"] * self._inlines.has_keys
        lines += [":stem: latexmath"] * self._inlines.has_math
        return "\n".join(lines)

    def _other_notes(self) -> list[str]:
        """The footnotes that nobody mentions, which have no place where they could be."""
        notes = self._document.footnotes
        left = [(number, note) for number, note in enumerate(notes, 1) if note.label not in self._inlines.mentioned]
        if left:
            self._report.degraded(Code.FOOTNOTE, "Footnotes that only footnotes mention, or nobody, are paragraphs.")
        return [escaping.lines(f"{escaping.text(f'[{number}]')} {self._inlines.note(note)}") for number, note in left]

    # Sections

    def _section(self, section: Section, depth: int) -> list[str]:
        heading = self._inlines.line(section.heading) or "{empty}"
        marks = "=" * (min(depth, _DEEPEST) + 1)
        if depth > _DEEPEST:
            self._report.degraded(Code.STYLE, f"Headings below {_DEEPEST} others open no section.")
        before = [*self._anchor(section.id), *(["[discrete]"] if depth > _DEEPEST else [])]
        parts = ["\n".join([*before, f"{marks} {heading}"]), *self._blocks(section.blocks)]
        for below in section.sections:
            parts += self._section(below, depth + 1)
        return parts

    def _anchor(self, id: str) -> list[str]:
        # Of headings that say the same, Asciidoctor numbers those that have no id, and may come to an id of ours.
        numbered = _NUMBERED.search(id)
        is_numbered = numbered is not None and id[: numbered.start()] in self._ids
        return [f"[#{self._inlines.name(id)}]"] if id in self._linked or is_numbered else []

    # Blocks

    def _blocks(self, blocks: Blocks) -> list[str]:
        parts: list[str] = []
        last: Block | None = None
        for block in blocks:
            made = self._block(block)
            if made and isinstance(last, List | DefinitionList) and isinstance(block, List | DefinitionList):
                parts.append("//-")  # or they would be one
            parts += made
            last = block if made else last
        return parts

    def _block(self, block: Block) -> list[str]:
        """A block as parts between which a line is empty."""
        match block:
            case Paragraph():
                return self._paragraph(block)
            case Heading():
                self._report.degraded(Code.NODE, "Headings inside quotes, lists and notes open no section.")
                said = self._inlines.line(block.content) or "{empty}"
                marks = "=" * (min(block.level, _DEEPEST) + 1)
                return ["\n".join([*self._anchor(block.id), "[discrete]", f"{marks} {said}"])]
            case CodeBlock():
                return [_listing(block.text, block.language)]
            case Diagram():
                what = "Diagrams are shown as their source: AsciiDoc has no drawings of its own."
                self._report.degraded(Code.DIAGRAM, what)
                return [_listing(block.text, block.language)]
            case BlockQuote():
                return [self._marked("_", [], block.blocks)]
            case Admonition():
                return [self._admonition(block)]
            case Details():
                if block.kind is not None:
                    self._report.degraded(Code.NODE, "Call-outs that fold are foldable blocks of no kind.")
                attributes = f"[%collapsible{'%open' if block.open else ''}]"
                return [self._marked("=", [*self._title(block.summary), attributes], block.blocks)]
            case Tabs():
                self._report.degraded(Code.NODE, "Tabs are shown one after the other, each below its label.")
                return [self._marked("=", self._title(tab.label), tab.blocks) for tab in block.tabs]
            case Figure():
                return self._figure(block)
            case List():
                return self._list(block)
            case DefinitionList():
                return self._definitions(block)
            case Table():
                return self._table(block)
            case ThematicBreak():
                return ["'''"]
            case RawBlock():
                return self._raw(block)

    def _paragraph(self, block: Paragraph) -> list[str]:
        if (image := _alone(block.content)) and self._inlines.is_there(image[0]):
            return [self._picture(*image, block, self._title((image[0].title,)))]
        parts: list[str] = []
        for part in _split(block.content):
            if isinstance(part, Math):
                parts += self._formula(part.text)
            elif lines := escaping.lines(_without_break(self._inlines.write(part))):
                role = f"[.text-{block.alignment}]\n" if block.alignment in ("center", "right") else ""
                parts.append(role + lines)
        return parts

    def _formula(self, text: str) -> list[str]:
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if not lines:
            return []
        self._inlines.has_math = True
        kept = "\n".join(line if line != "++++" else "+ + + +" for line in lines)
        return [f"[stem]\n++++\n{escaping.verbatim(kept)}\n++++"]

    def _picture(self, image: Image, target: str, block: Paragraph, caption: list[str]) -> str:
        leads = self._inlines.image_target(target) if target else ""
        macro = self._inlines.image(image, "::", leads)
        if block.alignment:
            macro = f"{macro[:-1]},align={block.alignment}]"
        return "\n".join([*caption, macro])

    def _title(self, content: Inlines) -> list[str]:
        said = escaping.line(self._inlines.line(content))
        return [f".{said}"] if said else []

    def _marked(self, mark: str, before: list[str], blocks: Blocks) -> str:
        """Blocks between two lines of marks, which are longer the deeper they are."""
        lists = self._bullets, self._numbers, self._terms, self._levels
        self._bullets = self._numbers = self._terms = self._levels = 0
        self._depth += 1
        line = mark * (3 + self._depth)
        inner = "\n\n".join(self._blocks(blocks)) or "{empty}"
        self._depth -= 1
        self._bullets, self._numbers, self._terms, self._levels = lists
        return "\n".join([*before, line, inner, line])

    def _admonition(self, block: Admonition) -> str:
        known = as_github(block.kind)
        kind: AdmonitionKind = block.kind
        heading = block.title
        if known != kind:
            self._report.degraded(Code.NODE, f"A call-out of the kind {kind} is written as the nearest there is.")
            heading = (self._words.admonition(kind),) if heading is None else heading
        role = "" if known == kind else f".{kind}"
        return self._marked("=", [*self._title(heading or ()), f"[{known.upper()}{role}]"], block.blocks)

    def _figure(self, block: Figure) -> list[str]:
        caption = self._title(block.caption)
        match block.blocks:
            case (Paragraph(content) as paragraph,) if (image := _alone(content)) and self._inlines.is_there(image[0]):
                return [self._picture(*image, paragraph, caption)]
            case (Table() | CodeBlock() as one,):
                return ["\n".join([*caption, *self._block(one)])]
        return [self._marked("=", caption, block.blocks)] if caption else self._blocks(block.blocks)

    # Lists

    def _list(self, block: List) -> list[str]:
        if not block.items:
            return []
        self._levels += 1
        if block.start is None:
            self._bullets += 1
            mark = "*" * self._bullets
        else:
            self._numbers += 1
            mark = "." * self._numbers
        lines = [f"[start={max(block.start, 0)}]"] if block.start not in (None, 1) else []
        lines += (self._item(mark, item) for item in block.items)
        self._levels -= 1
        if block.start is None:
            self._bullets -= 1
        else:
            self._numbers -= 1
        return ["\n".join(lines)]

    def _item(self, mark: str, item: ListItem) -> str:
        lead, content = "", item.blocks
        if item.checked is not None:
            lead = f"[{'x' if item.checked else ' '}] "
            if mark[0] == ".":
                self._report.degraded(Code.NODE, "The boxes of tasks that have numbers are written as signs.")
                lead = "☒ " if item.checked else "☐ "
        first = "{empty}"
        match content:
            case (Paragraph(line, None), *rest) if not _displayed(line) and not _alone(line):
                first = escaping.lines(_without_break(self._inlines.write(line))) or first
                content = tuple(rest)
        return f"{mark} {lead}{first}{self._attached(content)}"

    def _attached(self, blocks: Blocks) -> str:
        """Blocks that go on with an item. After a list within it, an empty line for each level leads back to it."""
        parts: list[str] = []
        after = 0  # levels of lists that have just ended
        for block in blocks:
            is_list = isinstance(block, List | DefinitionList)
            for at, part in enumerate(self._block(block)):
                if is_list and not after and at == 0:
                    parts.append(f"\n{part}")
                else:
                    parts.append(f"{'\n' * after}\n+\n{f'--\n{part}\n--' if is_list else part}")
                    is_list = False
            after = _levels(block) if is_list else 0
        return "".join(parts)

    def _definitions(self, block: DefinitionList) -> list[str]:
        if self._terms == len(_TERMS):
            self._report.degraded(Code.NODE, "Lists of terms deeper than four in each other are paragraphs.")
            terms = (term for item in block.items for term in item.terms)
            meanings = (each for item in block.items for each in item.descriptions)
            return [*map(self._inlines.line, terms), *(part for each in meanings for part in self._blocks(each))]
        mark = _TERMS[self._terms]
        self._terms += 1
        self._levels += 1
        lines: list[str] = []
        for item in block.items:
            if len(item.descriptions) > 1:
                self._report.degraded(Code.NODE, "Several meanings of one term stand below each other.")
            said = (escaping.line(self._inlines.line(term)) or "{empty}" for term in item.terms or ((),))
            lines += (f"{term}{mark}" for term in said)
            content = tuple(each for description in item.descriptions for each in description)
            match content:
                case (Paragraph(line, None), *rest) if not _displayed(line) and not _alone(line):
                    meaning = escaping.lines(_without_break(self._inlines.write(line))) or "{empty}"
                    lines[-1] += f" {meaning}{self._attached(tuple(rest))}"
                case _:
                    lines[-1] += f" {{empty}}{self._attached(content)}"
        self._terms -= 1
        self._levels -= 1
        return ["\n".join(lines)] if lines else []

    # Tables

    def _table(self, block: Table) -> list[str]:
        rows = [block.head, *block.rows] if block.head else list(block.rows)
        if not rows or not block.alignments:
            return []
        columns = ",".join(_ALIGNED[each] for each in block.alignments)
        lines = [f'[{"%header," if block.head else ""}cols="{columns}"]', "|==="]
        covered = [0] * len(block.alignments)
        for number, row in enumerate(rows):
            until = 0
            for at, cell in enumerate(row):
                if covered[at]:
                    covered[at] -= 1
                elif at >= until:
                    until = min(at + cell.columns, len(row))
                    tall = min(cell.rows, len(rows) - number) if number or not block.head else 1
                    covered[at:until] = [tall - 1] * (until - at)
                    lines.append(f"{_span(until - at, tall)}|{self._cell(cell.content)}")
            lines += [""] * (number == 0 and bool(block.head))
        return ["\n".join([*lines, "|==="])]

    def _cell(self, content: Inlines) -> str:
        said = _without_break(self._inlines.write(content, in_cell=True))
        lines = (escaping.line(" ".join(each.split())) for each in said.split(BREAK))
        return BREAK.join(lines).replace("|", "\\|")

    def _raw(self, block: RawBlock) -> list[str]:
        if raw_html.is_comment(block.html):
            return []
        self._report.degraded(Code.RAW_HTML, "Of HTML inside the source only the words were kept.")
        said = raw_html.words(block.html).split("\n")
        return [lines for each in said if (lines := escaping.lines(escaping.text(each)))]


def _listing(text: str, language: str) -> str:
    code = escaping.verbatim(text.rstrip("\n"))
    longest = max((len(line) for line in code.split("\n") if set(line.rstrip()) == {"-"}), default=3)
    marks = "-" * max(4, longest + 1)
    attributes = f"source,{language}" if _LANGUAGE.fullmatch(language) else ""
    if _CALLOUT.search(code):
        attributes += f"{',' if attributes else ''}subs=specialchars"  # numbers in pointed brackets are none of ours
    head = f"[{attributes}]\n" if attributes else ""
    return f"{head}{marks}\n{code}\n{marks}"


def _span(columns: int, rows: int) -> str:
    if columns == rows == 1:
        return ""
    return f"{columns if columns > 1 else ''}{f'.{rows}' if rows > 1 else ''}+"


def _levels(block: Block) -> int:
    """How many lists end with a list that ends."""
    levels = 0
    while True:
        match block:
            case List((*_, ListItem((*_, last)))):
                block = last
            case List():
                return levels + 1
            case DefinitionList((*_, item)) if item.descriptions and item.descriptions[-1]:
                block = item.descriptions[-1][-1]
            case DefinitionList():
                return levels + 1
            case _:
                return levels
        levels += 1


def _split(content: Inlines) -> list[Inlines | Math]:
    """The parts of a paragraph before, between and after the formulas that are displayed."""
    parts: list[Inlines | Math] = []
    start = 0
    for at, node in enumerate(content):
        if isinstance(node, Math) and node.display:
            parts += (content[start:at], node)
            start = at + 1
    return [part for part in (*parts, content[start:]) if part]


def _displayed(content: Inlines) -> bool:
    return any(isinstance(node, Math) and node.display for node in content)


def _alone(content: Inlines) -> tuple[Image, str] | None:
    """The image that is all there is, and where it leads."""
    match content:
        case (Image() as image,):
            return image, ""
        case (Link((Image() as image,), url),):
            return image, url
        case _:
            return None


def _without_break(written: str) -> str:
    """The line without breaks at its ends, which break nothing."""
    written = written.strip(" \n")
    while written.endswith(" +") or written == "+":
        written = written[:-1].rstrip(" \n")
    while written.startswith("+\n"):
        written = written[2:].lstrip(" ")
    return written
