"""Writes a document as GitHub Flavored Markdown, in one spelling of the many there are.

What the GFM reader makes of a source, this writes so that it reads back the same. What only other readers make, and
Markdown has no words for, is written as near as it goes and named in the report.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from copy import replace
from itertools import pairwise

from exporters.document.nodes import (
    Admonition,
    Alignment,
    Block,
    BlockQuote,
    Blocks,
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
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.document.walk import sections
from exporters.errors import SourceTooLarge
from exporters.formats.markdown import escaping, front_matter, html, inlines, nearest, summaries
from exporters.formats.markdown.inlines import Place
from exporters.readers import details, kinds
from exporters.readers.slugs import OWN_ID, Slugs
from exporters.report import Code, Report
from exporters.source import Source
from exporters.toolbox import raw_addresses

MAX_SIZE = 64_000_000  # characters with all images: four thirds of what a source may have of them, and its text
MAX_NESTED = 8_000_000  # characters: within 100 quotes each line has 200 before it, so a file can outgrow its source
_PADDED_CELLS = 2_000  # larger tables are for programs
_PADDED_WIDTH = 40  # characters: beyond, spaces make a column harder to read


def write(document: Document, report: Report, files: Mapping[str, str]) -> bytes:
    """A document as UTF-8 with `\\n` at the end of each line.

    `files` says by their keys where images and attachments lie that are files beside it; images it leaves out stand in
    the text itself.
    """
    writer = Writer(document, report, {}, files)
    text = writer.document()
    if writer.renamed and ("](#" in text or "](<#" in text):
        # An id that no heading can have in Markdown is made of the heading's words; links to it need the new one.
        text = Writer(document, Report(), writer.renamed, files).document()
    data = text.encode(errors="replace")
    if kinds.choose(Source(data, "a.md"), "auto") == "gfm":
        return data
    # Something in it looks like MkDocs' Markdown, or the source has said that it was.
    document = replace(document, metadata={**document.metadata, "dialect": "gfm"})
    return Writer(document, Report(), writer.renamed, files).document().encode(errors="replace")


class Writer:
    """Writes one document, or blocks of it."""

    def __init__(self, document: Document, report: Report, ids: Mapping[str, str], files: Mapping[str, str]) -> None:
        self.source = document
        self.files = files
        self.report = report
        self.renamed: dict[str, str] = {}
        self._ids = ids
        self._slugs = Slugs()
        self._definitions: dict[tuple[str, str], str] = {}
        self._labels: dict[str, str] = {}
        self._taken: set[str] = set()
        self._lists = 0  # open ones
        self._repeated = 0  # bytes of images that stand in HTML themselves, each time
        self._context = inlines.Context(
            report, self._image, self._path, self._attached, self._label, self._url, self._html
        )

    def document(self) -> str:
        """The whole document."""
        parts = self._parts(self.source.blocks)
        for section in sections(self.source):
            parts.append((_A_LINE, self._heading(section.level, section.heading, section.id)))
            parts += self._parts(section.blocks)
        lines = [part for _, part in parts]
        notes = [self._footnote(note) for note in self.source.footnotes]
        if self._definitions:
            notes.append("\n".join(self._definition(*image, label) for image, label in self._definitions.items()))
        # HTML that is never closed takes all that follows, so it comes last.
        at = len(lines) - 1 if parts and html.never_ends(parts[-1][0]) else len(lines)
        lines[at:at] = notes
        if lines[:1] == [_BREAK]:
            lines[0] = _OTHER_BREAK
        head = front_matter.write(self.source.metadata)
        return self._bounded(head + "\n\n".join(lines) + "\n" if lines else head)

    def blocks(self, blocks: Blocks) -> str:
        """Some blocks by themselves, which need nothing of the document: no footnotes, no images of its own."""
        return self._blocks(blocks)

    def _parts(self, blocks: Blocks, item: ListItem | None = None) -> list[tuple[Block, str]]:
        """Each block with its Markdown. Two lists in a row have different marks, or they would be one."""
        parts: list[tuple[Block, str]] = []
        marks = ""  # of the list just before
        for block in nearest.blocks(blocks, self.report):
            if isinstance(block, List):
                marks, part = self._list(block, taken=marks)
            else:
                part = self._block(block, None if parts else item)
                marks = "" if part else marks
            if part:
                if isinstance(block, DefinitionList) and parts and isinstance(parts[-1][0], DefinitionList):
                    part = f"{_SEAM}\n\n{part}"  # or they would be one
                parts.append((block, part))
        return parts

    def _block(self, block: Block, item: ListItem | None) -> str:
        match block:
            case Paragraph(content):
                return self._paragraph(content, item)
            case Heading(level, content, id):
                return self._heading(level, content, id)
            case CodeBlock():
                return _code_block(block)
            case BlockQuote(blocks):
                return self._within("> ", self._blocks(blocks))
            case Diagram(text, language):
                return _code_block(CodeBlock(text, language, language))
            case Details():
                return self._details(block)
            case DefinitionList():
                return self._definition_list(block, item)
            case Admonition(kind, blocks):
                space = "\n\n" if blocks and isinstance(blocks[0], List) and _run_together(_A_LINE, blocks[0]) else "\n"
                return self._within("> ", f"[!{kind.upper()}]{space}{self._blocks(blocks)}")
            case List():
                return self._list(block, taken="")[1]
            case Table():
                return self._table(block)
            case ThematicBreak():
                return _OTHER_BREAK if self._lists else _BREAK
            case RawBlock():
                return html.block(self._html(block.html))
            case Tabs() | Figure():
                return self._blocks((block,))

    def _blocks(self, blocks: Blocks) -> str:
        return "\n\n".join(part for _, part in self._parts(blocks))

    def _paragraph(self, content: Inlines, item: ListItem | None) -> str:
        place = Place.PARAGRAPH if item is None else Place.ITEM if item.checked is None else Place.TASK
        match content:
            case (Math(formula, True),) if place is not Place.TASK:
                if escaping.fits_dollars(formula):
                    return escaping.formula(f"$$\n{formula}") + "\n$$"
                return _code_block(CodeBlock(formula + "\n", "math", "math"))
            case _:
                return inlines.write(content, place, self._context)

    def _heading(self, level: int, content: Inlines, id: str) -> str:
        own = self._own_id(content, id)
        if level > 6:
            self.report.degraded(
                Code.STYLE, "Markdown has six levels of headings; deeper ones are written as the sixth."
            )
        # Under a line of a list there may be no room for a heading that is underlined.
        if level < 3 and inlines.has_line_end(content, soft=not self._lists):
            lines = inlines.write(content, Place.UNDERLINED, self._context)
            if "\n" in lines.removeprefix(inlines.BEFORE_HTML):
                return f"{lines}{own}\n{'=-'[level - 1] * 3}"
        return f"{'#' * min(level, 6)} {inlines.write(content, Place.HEADING, self._context)}{own}".rstrip(" ")

    def _own_id(self, content: Inlines, id: str) -> str:
        """The id of a heading as it is written; "" where the reader makes the same, or no other can be written."""
        own = f" {{#{id}}}"
        written = OWN_ID.fullmatch(own)
        if id == self._slugs.next(content) or not written or written[1] != id or not _ends_visibly(content):
            own = ""
        given = self._slugs.give(content, id if own else "")
        if id and id != given:
            self.report.note(Code.LINK, "An id that Markdown cannot give a heading is made of the heading's words.")
            self.renamed[id] = given
        return escaping.between_words(own) if id == given else ""

    def _details(self, node: Details) -> str:
        tag = "<details open>" if node.open else "<details>"
        head = f"{tag}\n<summary>{summaries.write(node.summary, self.report, self._html)}</summary>"
        match node.blocks:
            case ():
                return f"{head}\n</details>"
            case (RawBlock(raw),) if raw == raw.strip(" \t\n") and details.stands_alone(raw):
                return f"{head}\n{html.block(self._html(raw))}\n</details>"
            case blocks:
                return f"{head}\n\n{self._blocks(blocks)}\n\n</details>"

    def _definition_list(self, node: DefinitionList, item: ListItem | None) -> str:
        place = Place.PARAGRAPH if item is None else Place.ITEM if item.checked is None else Place.TASK
        parts: list[str] = []
        for definition in node.items:
            terms = inlines.write_lines(
                definition.terms or _NO_TERM, Place.PARAGRAPH if parts else place, self._context
            )
            means = (self._within("    ", self._blocks(each) or _SEAM) for each in definition.descriptions)
            parts.append("\n".join([terms, *(f":{each[1:]}" for each in means)]))
        return "\n\n".join(parts)

    def _list(self, node: List, taken: str) -> tuple[str, str]:
        """What marks its items, and the list. `taken` marks the list before it."""
        node = replace(node, items=tuple(self._with_nearest(item) for item in node.items))
        if node.tight and _has_paragraphs(node) and any(map(_need_space, node.items)):
            self.report.degraded(Code.STYLE, "A list has more space between its items than it had.")
        self._lists += 1
        items = [self._item(item, node.tight) for item in node.items]
        self._lists -= 1
        if node.start is None:
            free = (each for each in _BULLETS if each != taken and not any(_rules(each, item) for item in items))
            mark = next(free, _BULLETS[-1])
            marks = [mark] * len(items)
        else:
            mark = ")" if taken == "." else "."
            marks = [f"{_number(node.start + i)}{mark}" for i in range(len(items))]
        lines = (self._marked(each, item) for each, item in zip(marks, items, strict=True))
        return mark, ("\n" if node.tight else "\n\n").join(lines)

    def _with_nearest(self, item: ListItem) -> ListItem:
        blocks = nearest.blocks(item.blocks, self.report)
        return item if blocks == item.blocks else replace(item, blocks=blocks)

    def _item(self, item: ListItem, tight: bool) -> str:
        parts = self._parts(item.blocks, item)
        lines = [part for _, part in parts]
        if item.checked is not None:
            task = "[x]" if item.checked else "[ ]"
            on_its_line = not parts or isinstance(parts[0][0], Paragraph | DefinitionList)
            lines[:1] = [f"{task} {''.join(lines[:1])}" if on_its_line else f"{task}\n{lines[0]}"]
        return ("\n" if tight and not _need_space(item) else "\n\n").join(lines)

    def _marked(self, mark: str, item: str) -> str:
        return mark + self._within(" " * (len(mark) + 1), item)[len(mark) :] if item else mark

    def _table(self, node: Table) -> str:
        rows = [
            [inlines.write(cell.content, Place.CELL, self._context) for cell in row] for row in (node.head, *node.rows)
        ]
        widths = [3] * len(node.alignments)
        if len(rows) * len(widths) <= _PADDED_CELLS:
            columns = zip(*rows, strict=True)
            widths = [max([3, *(len(cell) for cell in column if len(cell) <= _PADDED_WIDTH)]) for column in columns]
        lines = [_row(row, node.alignments, widths) for row in rows]
        rules = [_RULES[each](width) for each, width in zip(node.alignments, widths, strict=True)]
        return "\n".join([lines[0], f"| {' | '.join(rules)} |", *lines[1:]])

    def _footnote(self, note: Footnote) -> str:
        label = f"[^{self._label(note.label)}]:"
        parts = self._parts(note.blocks)
        if not parts:
            return label
        content = self._within("    ", "\n\n".join(part for _, part in parts))
        return f"{label} {content[4:]}" if isinstance(parts[0][0], Paragraph) else f"{label}\n{content}"

    def _definition(self, key: str, title: str, label: str) -> str:
        resource = self.source.resources[key]
        url = f"data:{resource.media_type};base64,{b64encode(resource.data).decode()}"
        return self._bounded(f"[{label}]: {url} {escaping.title(title)}" if title else f"[{label}]: {url}")

    def _image(self, image: Image) -> str:
        resource = self.source.resources.get(image.url)
        if image.url in self.files or resource is None:
            return ""
        if resource.name:
            self._report_beside()
            return ""
        return self._definitions.setdefault((image.url, image.title), f"image-{len(self._definitions) + 1}")

    def _report_beside(self) -> None:
        what = "Images are not in the file: it names them, and shows those that lie beside it."
        self.report.degraded(Code.IMAGE, what)

    def _path(self, url: str) -> str:
        if url in self.files:
            return _NO_PART_OF_A_PATH.sub(_percent, self.files[url])
        resource = self.source.resources.get(url)
        return _NO_PART_OF_A_PATH.sub(_percent, resource.name) if resource else url

    def _attached(self, url: str) -> str | None:
        resource = None if url in self.files else self.source.resources.get(url)
        return resource.name.rpartition("/")[2] if resource else None

    def _label(self, label: str) -> str:
        if label not in self._labels:
            safe = _LABEL.fullmatch(label) is not None and label.casefold() not in self._taken
            self._labels[label] = label if safe else f"note-{len(self._labels) + 1}-"
            self._taken.add(label.casefold())
        return self._labels[label]

    def _url(self, url: str) -> str:
        if url in self.files:
            return self._path(url)
        return f"#{self._ids[url[1:]]}" if url[:1] == "#" and url[1:] in self._ids else url

    def _html(self, raw: str) -> str:
        """HTML of the source, which names images and attachments by their paths."""
        return raw_addresses.replaced(raw, self.source.resources, self._attribute)

    def _attribute(self, name: str, key: str) -> str:
        if key not in self.files and name == "href":
            self.report.lost(Code.ATTACHMENT, "Attached files are left out; their names are kept.")
        elif not self._path(key):
            resource = self.source.resources[key]
            self._repeated += len(resource.data)
            if self._repeated > MAX_SIZE:
                raise _too_large(MAX_SIZE)
            return f'{name}="data:{resource.media_type};base64,{b64encode(resource.data).decode()}"'
        elif key not in self.files:
            self._report_beside()
        return f'{name}="{html.attribute(self._path(key))}"'

    def _within(self, prefix: str, lines: str) -> str:
        """Lines within a quote, an item, or a note."""
        if not lines:
            return prefix.rstrip()
        within = prefix + lines.replace("\n", f"\n{prefix}")
        if len(within) > MAX_NESTED:
            raise _too_large(MAX_NESTED)
        return re.sub(rf"^{prefix}$", prefix.rstrip(), within, flags=re.MULTILINE) if "\n\n" in lines else within

    def _bounded(self, text: str) -> str:
        if len(text) > MAX_SIZE:
            raise _too_large(MAX_SIZE)
        return text


def _too_large(most: int) -> SourceTooLarge:
    return SourceTooLarge(f"The Markdown would have more than {most // 10**6} MB. Remove images, or lists in lists.")


_NO_TERM: tuple[Inlines, ...] = (("\u00a0",),)

# In the address of an image these mean something else.
_NO_PART_OF_A_PATH = re.compile(r"[%?#]|\A[^/]*?:")


def _percent(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}%{ord(found[0][-1]):02X}"


# A definition of a link that there is none of: it parts what is before from what follows, and leaves no trace.
_SEAM = "[//]: #"

# A line of hyphens after a bullet is another bullet, and at the top of a file it begins front matter.
_BREAK, _OTHER_BREAK = "---", "___"
_LABEL = re.compile(r"(?:[^\[\]\\\n]|\\.)+")


# The third is for lists in lists that have nothing but bullets on a line, which draws a rule.
_BULLETS = "-*+"


def _rules(bullet: str, item: str) -> bool:
    return re.fullmatch(rf"(?:[{bullet}][ \t]*){{2,}}", item.partition("\n")[0]) is not None


def _number(number: int) -> int:
    return min(max(number, 0), 999_999_999)  # nine digits is the most (CommonMark 0.31.2, 5.2)


def _code_block(block: CodeBlock) -> str:
    info = escaping.info(block.info or block.language)
    tick = "~" if "`" in info else "`"
    longest = max(map(len, re.findall(f"{tick}+", block.text)), default=0)
    fence = tick * max(3, longest + 1) + (" " if info.startswith(tick) else "")
    text = block.text if not block.text or block.text.endswith("\n") else block.text + "\n"
    return f"{fence}{info}\n{text}{fence.rstrip()}"


_RULES: dict[Alignment, Callable[[int], str]] = {
    None: lambda width: "-" * width,
    "left": lambda width: ":" + "-" * (width - 1),
    "center": lambda width: ":" + "-" * (width - 2) + ":",
    "right": lambda width: "-" * (width - 1) + ":",
}


def _row(cells: Sequence[str], alignments: Sequence[Alignment], widths: Sequence[int]) -> str:
    padded = (_padded(*each) for each in zip(cells, alignments, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def _padded(cell: str, alignment: Alignment, width: int) -> str:
    match alignment:
        case "right":
            return cell.rjust(width)
        case "center":
            return cell.center(width)
        case "left" | None:
            return cell.ljust(width)


def _ends_visibly(content: Inlines) -> bool:
    """Whether blanks after a line are none of its own."""
    match content:
        case (*_, str(last)):
            return last[-1:].strip() != ""
        case _:
            return content != ()


def _has_paragraphs(node: List) -> bool:
    return any(isinstance(block, Paragraph) for item in node.items for block in item.blocks)


def _need_space(item: ListItem) -> bool:
    """Whether the blocks of an item need empty lines between them."""
    return any(_run_together(*pair) for pair in pairwise(item.blocks))


def _run_together(above: Block, below: Block) -> bool:
    """Whether the lower of two blocks would become a part of the upper without an empty line between them."""
    match above, below:
        case (Paragraph(), Paragraph()) | (Table(), Table() | Paragraph()):
            return True
        case ((BlockQuote() | Admonition()), (BlockQuote() | Admonition())):
            return True
        case (_, DefinitionList()) | (DefinitionList(), _) | (Details(), _):
            return True
        case RawBlock(text), _:
            return not html.ends_itself(text)
        case Paragraph(), List(items, start):
            return (start or 1) != 1 or items[:1] == (ListItem(()),)
        case _, Heading(level, content) if level < 3 and inlines.has_line_end(content, soft=False):
            return _ends_with_a_line(above)
        case ((Paragraph() | BlockQuote() | Admonition() | List() | Table()), RawBlock(text)):
            return not html.interrupts(text) and _ends_with_a_line(above)
        case ((BlockQuote() | Admonition() | List()), (Paragraph() | Table())):
            return _ends_with_a_line(above)
        case _:
            return False


def _ends_with_a_line(block: Block | None) -> bool:
    """Whether the last thing in a block is a line of text, which goes on even without the marks of the block."""
    while True:
        match block:
            case BlockQuote(blocks) | List((*_, ListItem(blocks))):
                block = blocks[-1] if blocks else None
            case Admonition(_, blocks):
                block = blocks[-1] if blocks else _A_LINE
            case _:
                return isinstance(block, Paragraph | Table)


_A_LINE = Paragraph(())
