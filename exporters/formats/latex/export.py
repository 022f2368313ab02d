"""Writes blocks as LaTeX. Nothing of the document's text gets into the file as it is: all of it is escaped, and its
formulas are read and written anew, so no document can run a command."""

from __future__ import annotations

from exporters.document.nodes import (
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    Cell,
    CodeBlock,
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
    Paragraph,
    RawBlock,
    Section,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.document.walk import inlines, plain_text, title
from exporters.errors import SourceTooLarge
from exporters.formats.latex import Options, escaping
from exporters.formats.latex.inlines import BREAK, Writer
from exporters.formats.latex.preamble import preamble
from exporters.formats.latex.tables import Columns, columns
from exporters.report import Code, Report
from exporters.toolbox import metadata, raw_html
from exporters.toolbox.admonitions import as_github
from exporters.toolbox.depth import deeper
from exporters.toolbox.escaping import without_controls
from exporters.toolbox.words import words

MAX_SIZE = 64_000_000  # characters

type Cells = tuple[Cell, ...]

_MOST_LISTS = 6  # lists and quotes in each other; LaTeX reads no more, and four of one kind
_MOST_OF_A_KIND = 4
_MOST_MARGINS = 12  # beyond, there is no room for another
_HEADINGS = ("chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")


def export(document: Document, options: Options, report: Report) -> bytes:
    """The document as UTF-8 text that ends with a newline."""
    if document.map is not None:
        report.degraded(Code.MAP, "Only the outline of the map is shown, not its drawing.")
    writer = _Writer(document, options, report)
    with deeper():  # footnotes are written where they are mentioned
        body = writer.body()
    head = "\n".join(preamble(document, options, body, frozenset(writer.used)))
    text, impossible = without_controls(f"{head}\n\n\\begin{{document}}\n\n{body}\n\n\\end{{document}}\n")
    if impossible:
        report.lost(Code.TEXT, f"Control characters became \ufffd: {impossible}.")
    if "% !TEX program" in head:
        report.note(Code.GLYPH, "Some characters need LuaLaTeX and fonts that have them; pdfLaTeX shows boxes.")
    if len(text) > MAX_SIZE:
        raise SourceTooLarge(f"The text would have more than {MAX_SIZE // 10**6} MB.")
    return text.encode(errors="replace")


class _Writer:
    """One document on its way to LaTeX."""

    def __init__(self, document: Document, options: Options, report: Report) -> None:
        self._document = document
        self._options = options
        self._report = report
        self._words = words(metadata.language(document))
        self._inlines = Writer(document, report, self._words, self._note)
        self.used = self._inlines.used
        links = (node.url for node in inlines(document) if isinstance(node, Link))
        self._linked = {url[1:] for url in links if url.startswith("#") and len(url) > 1}
        self._open: list[str] = []  # lists and quotes
        self._in_note = False
        self._levels = _HEADINGS[1:] if options.document_class == "article" else _HEADINGS
        self._highlighter = None
        if options.highlight:
            from exporters.toolbox.highlight import Highlighter

            self._highlighter = Highlighter()

    def body(self) -> str:
        document = self._document
        name = title(document)
        first = document.sections[0] if document.sections else None
        alone = first is not None and not document.blocks and len(document.sections) == 1
        parts: list[str] = []
        if first is not None and alone and plain_text(first.heading) == name:
            parts += self._title(self._inlines.line(first.heading), first.id)
            parts += self._blocks(first.blocks)
            top = first.sections
        else:
            parts += self._title(escaping.line(name), "")
            parts += self._blocks(document.blocks)
            top = document.sections
        for section in top:
            parts += self._section(section, 0)
        numbered = enumerate(document.footnotes, 1)
        left = [(number, note) for number, note in numbered if not self._inlines.is_told(note.label)]
        parts += (f"\\textsuperscript{{{number}}} {self._inlines.said_in(note)}" for number, note in left)
        parts += filter(None, (self._inlines.notes(),))
        if self._highlighter and self._highlighter.left_plain:
            self._report.note(Code.STYLE, "Very long code, and code with very long lines, is not coloured.")
        return "\n\n".join(parts)

    def _title(self, said: str, id: str) -> list[str]:
        document = self._document
        subtitle = escaping.line(metadata.stated(document, "subtitle"))
        names = [escaping.line(name) for name in metadata.authors(document)]
        date = escaping.line(metadata.stated(document, "date"))
        contents = ["\\setcounter{tocdepth}{2}\n\\tableofcontents"] if self._options.toc else []
        if not said and not names:
            return contents
        below = f"\\\\[0.4em] \\large {subtitle}" if subtitle else ""
        lines = [
            f"\\title{{{said}{below}}}",
            f"\\author{{{' \\and '.join(names)}}}",
            f"\\date{{{date}}}",
            "\\maketitle",
        ]
        anchor = [f"\\phantomsection{self._inlines.label(id)}"] if id in self._linked else []
        return ["\n".join((*lines, *anchor)), *filter(None, (self._inlines.notes(),)), *contents]

    # Sections

    def _section(self, section: Section, depth: int) -> list[str]:
        if depth >= len(self._levels):
            self._report.degraded(Code.STYLE, f"Headings below {len(self._levels)} others look like the last of these.")
        parts = [self._heading(self._levels[min(depth, len(self._levels) - 1)], section.heading, section.id)]
        parts += self._blocks(section.blocks)
        for below in section.sections:
            parts += self._section(below, depth + 1)
        return parts

    def _heading(self, command: str, content: Inlines, id: str) -> str:
        said = self._inlines.line(content) or "~"
        plain = "" if all(isinstance(each, str) for each in content) else f"[{{{escaping.line(plain_text(content))}}}]"
        label = self._inlines.label(id) if id in self._linked else ""
        return f"\\{command}{plain}{{{said}}}{label}{self._inlines.notes()}"

    def _note(self, note: Footnote) -> str:
        outer, self._in_note = self._in_note, True
        opened, self._open = self._open, []
        written = "\n\n".join(self._blocks(note.blocks))
        self._in_note, self._open = outer, opened
        return written.replace("\n\n", "\n\\par\n")

    # Blocks

    def _blocks(self, blocks: Blocks) -> list[str]:
        parts: list[str] = []
        for block in blocks:
            parts += self._block(block)
            if parts and (notes := self._inlines.notes()):
                # Nothing may stand on the line that ends what is kept as it is.
                parts[-1] += f"\n{notes}" if parts[-1].endswith("\\end{Verbatim}") else notes
        return parts

    def _block(self, block: Block) -> list[str]:
        """A block as parts between which a line is empty."""
        match block:
            case Paragraph():
                return self._paragraph(block)
            case Heading():
                self._report.degraded(Code.NODE, "Headings inside quotes, lists and notes open no section.")
                anchor = f"\\phantomsection{self._inlines.label(block.id)}" if block.id in self._linked else ""
                return [f"{anchor}\\textbf{{{self._inlines.line(block.content)}}}"]
            case CodeBlock():
                return self._code(block.text, block.language)
            case Diagram():
                what = "Diagrams are shown as their source: no program draws them here."
                self._report.degraded(Code.DIAGRAM, what)
                return self._code(block.text, "")
            case BlockQuote():
                return [self._within("quote", self._blocks_in("quote", block.blocks))]
            case Admonition():
                said = (self._words.admonition(block.kind),) if block.title is None else block.title
                return [self._callout(as_github(block.kind), said, block.blocks)]
            case Details():
                self._report.degraded(Code.NODE, "Foldable blocks are shown open.")
                return [self._callout(as_github(block.kind or "note"), block.summary, block.blocks)]
            case Tabs():
                self._report.degraded(Code.NODE, "Tabs are shown one after the other, each below its label.")
                return [
                    part
                    for tab in block.tabs
                    for part in (f"\\textbf{{{self._inlines.line(tab.label)}}}", *self._blocks(tab.blocks))
                ]
            case Figure():
                return self._figure(block)
            case List():
                return self._list(block)
            case DefinitionList():
                return self._definitions(block)
            case Table():
                return self._table(block)
            case ThematicBreak():
                self.used.add("pagewide")
                return ["\\pagewide"]
            case RawBlock():
                return self._raw(block)

    def _paragraph(self, block: Paragraph) -> list[str]:
        if image := _alone(block.content):
            return [self._picture(block.content, (image.title,) if image.title else ())]
        written = _without_breaks(self._inlines.write(block.content, displays=True))
        if not written:
            return []
        match block.alignment:
            case "center":
                return [f"\\begin{{center}}\n{written}\n\\end{{center}}"]
            case "right":
                return [f"\\begin{{flushright}}\n{written}\n\\end{{flushright}}"]
            case _:
                return [written]

    def _picture(self, content: Inlines, caption: Inlines) -> str:
        self.used.add("caption")
        below = f"\n\\captioned{{{self._inlines.line(caption)}}}" if caption else ""
        return f"\\begin{{center}}\n{_without_breaks(self._inlines.write(content))}\n\\end{{center}}{below}"

    def _figure(self, block: Figure) -> list[str]:
        match block.blocks:
            case (Paragraph(content),) if _alone(content):
                return [self._picture(content, block.caption)]
        parts = self._blocks(block.blocks)
        if block.caption:
            self.used.add("caption")
            parts.append(f"\\captioned{{{self._inlines.line(block.caption)}}}")
        return parts

    def _callout(self, kind: str, heading: Inlines, blocks: Blocks) -> str:
        self.used.add("callout")
        said = self._inlines.line(heading)
        return f"\\begin{{callout}}{{{kind}}}{{{said}}}\n{'\n\n'.join(self._blocks(blocks))}\n\\end{{callout}}"

    def _code(self, text: str, language: str) -> list[str]:
        text = text.rstrip("\n")
        if not text:
            return []
        if self._in_note:  # which takes no lines that are kept as they are
            return [BREAK.join(f"\\texttt{{{escaping.typed(line) or '~'}}}" for line in text.split("\n"))]
        tokens = self._highlighter.tokens(text, language) if self._highlighter else None
        pieces = (self._token(kind, piece) for kind, piece in tokens or [("", text)])
        inner = "".join(pieces)
        return [f"\\begin{{Verbatim}}\n{inner}\n\\end{{Verbatim}}"]

    def _token(self, kind: str, text: str) -> str:
        if not kind:
            return escaping.code(text)
        self.used.add(f"code-{kind}")
        lines = (f"\\code{kind}{{{escaping.code(line)}}}" if line else "" for line in text.split("\n"))
        return "\n".join(lines)

    # Lists

    def _may_open(self, kind: str) -> bool:
        most = _MOST_LISTS if kind in ("quote", "description") else _MOST_OF_A_KIND
        return len(self._open) < _MOST_LISTS and self._open.count(kind) < most and "deeper" not in self._open

    def _blocks_in(self, kind: str, blocks: Blocks) -> str:
        self._open.append(kind if self._may_open(kind) else "deeper")
        written = "\n\n".join(self._blocks(blocks))
        self._open.pop()
        return written

    def _within(self, kind: str, inner: str) -> str:
        """What stands in a quote, or in what replaces one that LaTeX would find too deep."""
        if self._may_open(kind):
            return f"\\begin{{{kind}}}\n{inner or '~'}\n\\end{{{kind}}}"
        if len(self._open) > _MOST_MARGINS:
            return inner
        self.used.add("deeper")
        return f"\\begin{{deeper}}\n{inner}\n\\end{{deeper}}"

    def _list(self, block: List) -> list[str]:
        if not block.items:
            return []
        kind = "itemize" if block.start is None else "enumerate"
        if not self._may_open(kind):
            lines = [self._deep_item(block, at, item) for at, item in enumerate(block.items)]
            return [self._within(kind, "\n\n".join(lines))]
        lines = [f"\\begin{{{kind}}}"]
        if block.start not in (None, 1):
            counter = ("i", "ii", "iii", "iv")[self._open.count("enumerate")]
            lines.append(f"\\setcounter{{enum{counter}}}{{{max(block.start or 0, 0) - 1}}}")
        if block.tight:
            self.used.add("tightlist")
            lines.append("\\tightlist")
        for item in block.items:
            inner = self._blocks_in(kind, item.blocks)
            mark = f"[{_box(item)}]" if item.checked is not None and block.start is None else ""
            box = f"{_box(item)} " if item.checked is not None and block.start is not None else ""
            lines.append(f"\\item{mark} {box}{_not_an_option(inner)}".rstrip())
        return ["\n".join([*lines, f"\\end{{{kind}}}"])]

    def _deep_item(self, block: List, at: int, item: ListItem) -> str:
        mark = "\\textbullet{}" if block.start is None else f"{max(block.start, 0) + at}."
        if item.checked is not None:
            mark = _box(item)
        return f"{mark} {self._blocks_in('deeper', item.blocks)}"

    def _definitions(self, block: DefinitionList) -> list[str]:
        lines: list[str] = []
        opens = self._may_open("description")
        for item in block.items:
            if len(item.descriptions) > 1:
                self._report.degraded(Code.NODE, "Several meanings of one term stand below each other.")
            terms = ", ".join(filter(None, map(self._inlines.line, item.terms)))
            content = tuple(each for description in item.descriptions for each in description)
            inner = self._blocks_in("description", content)
            lines.append(f"\\item[{{{terms}}}] {inner}".rstrip() if opens else f"\\textbf{{{terms}}} {inner}")
        if not lines:
            return []
        return [self._within("description", "\n".join(lines) if opens else "\n\n".join(lines))]

    # Tables

    def _table(self, block: Table) -> list[str]:
        rows = [block.head, *block.rows] if block.head else list(block.rows)
        if not rows or not block.alignments:
            return []
        wide = columns(block)
        covered: list[tuple[int, int]] = [(0, 0)] * len(block.alignments)
        written: list[str] = []
        for at, row in enumerate(rows):
            # What is repeated on each page can hold no notes, and neither can a table within a note.
            with self._inlines.held(simple_too=self._in_note or (at == 0 and bool(block.head))):
                written.append(self._row(block, wide, row, covered, len(rows) - at))
        head = f"{written[0]} \\\\\n\\midrule\n" if block.head else ""
        body = "".join(f"{row} \\\\\n" for row in (written[1:] if block.head else written))
        described = wide.described(block.alignments)
        if self._in_note:
            table = f"\\begin{{tabular}}{{{described}}}\n\\toprule\n{head}{body}\\bottomrule\n\\end{{tabular}}"
        else:
            head = f"\\toprule\n{head}\\endhead\n" if head else "\\toprule\n"
            table = f"\\begin{{longtable}}{{{described}}}\n{head}{body}\\bottomrule\n\\end{{longtable}}"
        return [f"{{\\footnotesize\\setlength{{\\tabcolsep}}{{3pt}}\n{table}\n}}" if wide.is_crowded else table]

    def _row(
        self, block: Table, wide: Columns, row: tuple[Cell, ...], covered: list[tuple[int, int]], left: int
    ) -> str:
        """Writes a row; `covered` says, and is told, for how many rows each column belongs to how wide a cell above."""
        cells: list[str] = []
        at = 0
        while at < len(row):
            cell = row[at]
            if covered[at][0]:
                count, said = covered[at][1], ""
                covered[at : at + count] = [(covered[at][0] - 1, count)] * count
            else:
                count = min(cell.columns, len(row) - at)
                while any(below[0] for below in covered[at + 1 : at + count]):
                    count -= 1
                tall = min(cell.rows, left)
                covered[at : at + count] = [(tall - 1, count)] * count
                said = self._cell(cell.content, has_shares=bool(wide.shares))
                if tall > 1:
                    said = f"\\multirow{{{tall}}}{{{'=' if wide.shares and count == 1 else '*'}}}{{{said}}}"
            if count > 1:
                said = f"\\multicolumn{{{count}}}{{{wide.of(at, count, block.alignments[at])}}}{{{said}}}"
            cells.append(said)
            at += count
        line = " & ".join(cells)
        return f"{{}}{line}" if line[:1] in ("*", "[", "(") else line

    def _cell(self, content: Inlines, *, has_shares: bool) -> str:
        said = _without_breaks(self._inlines.write(content))
        lines = said if has_shares else said.replace(BREAK, " ")
        return "\n".join(line.strip() for line in lines.split("\n") if line.strip())

    def _raw(self, block: RawBlock) -> list[str]:
        if raw_html.is_comment(block.html):
            return []
        self._report.degraded(Code.RAW_HTML, "Of HTML inside the source only the words were kept.")
        said = raw_html.words(block.html).split("\n")
        return [escaping.line(each) for each in said if each.strip()]


def _box(item: ListItem) -> str:
    return "$\\boxtimes$" if item.checked else "$\\square$"


def _alone(content: Inlines) -> Image | None:
    """The image that is all there is."""
    match content:
        case (Image() as image,) | (Link((Image() as image,)),):
            return image
        case _:
            return None


def _without_breaks(written: str) -> str:
    """The line without breaks at its ends, where there is nothing to break."""
    written = written.strip(" \n")
    stem = BREAK.strip()
    while written.endswith(stem):
        written = written[: -len(stem)].rstrip(" \n")
    while written.startswith(stem):
        written = written[len(stem) :].lstrip(" \n")
    return written


def _not_an_option(written: str) -> str:
    """What follows `\\item`, which takes a square bracket for the begin of a mark."""
    return f"{{}}{written}" if written.startswith("[") else written
