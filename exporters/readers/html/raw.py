"""Reads the HTML that stands in a document of another kind, for formats that cannot hold it as it is.

A tag may stand alone in Markdown, and its end in a later block: `<div align="center">`, a blank line, Markdown,
`</div>`. So blocks that stand in a row are read as one piece of a page. What in it is no HTML is held: it goes through
the tree as it is, and comes out where the elements around it have put it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import replace
from itertools import groupby

from exporters.document.nodes import (
    MAX_DEPTH,
    Admonition,
    Block,
    BlockQuote,
    Blocks,
    Cell,
    Code,
    CodeBlock,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Figure,
    FootnoteReference,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    Link,
    List,
    Paragraph,
    RawBlock,
    RawInline,
    Section,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.document.rewrite import rewritten, without_links
from exporters.document.walk import blocks, depth, lines, parts, plain_text, sections, within
from exporters.readers.html import anchors as html_anchors
from exporters.readers.html.nesting import Nesting
from exporters.readers.html.roles import Roles
from exporters.readers.html.tags import END, START, TEXT, WHOLE, Token, attributes, tokens
from exporters.readers.html.tree import Tree
from exporters.readers.reading import Place, Reading, anchors
from exporters.readers.slugs import Slugs
from exporters.report import Code as About
from exporters.toolbox import raw_html
from exporters.toolbox.escaping import html_attribute
from exporters.toolbox.html_tags import STYLED
from exporters.toolbox.urls import scheme

_WITH_ADDRESS = {"a": ("href",), "img": ("src", "srcset"), "source": ("srcset",)}
_ADDRESSED = re.compile(r"<(?:a|img|source)[\s/]", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([^ \t\n\f\r/>][^ \t\n\f\r/>=]*+)(?:[ \t\n\f\r]*+=[ \t\n\f\r]*+
    ("[^"]*+"|'[^']*+'|[^ \t\n\f\r"'>][^ \t\n\f\r>]*+))?+""",
    re.VERBOSE,
)
_CANDIDATE = re.compile(r"([^\s,]+)([^,]*)")

_HELD = "\0held"  # an element that no page has: its name holds what readers take out of every source


def read_raw(document: Document, reading: Reading) -> Document:
    """The document with what its HTML says in place of the HTML. Raises `SourceTooLarge`."""
    ids = _ids(document)
    moved = {f"#{old}": f"#{new}" for old, new in _moved(document).items() if old not in ids}
    raw = _Raw(reading, ids)
    reading.where = ""
    read = replace(
        document,
        blocks=raw.blocks(document.blocks),
        sections=tuple(map(raw.section, document.sections)),
        footnotes=tuple(replace(note, blocks=raw.blocks(note.blocks)) for note in document.footnotes),
    )
    return rewritten(read, {"url": lambda _, url: moved.get(url, url)}) if reading.leads_to(moved) else read


def _moved(document: Document) -> dict[str, str]:
    """By the ids that HTML gives, those of the headings that a link to them can lead to.

    That is the heading the id stands below, or in; or that right after it: `<a name="begin"></a>`, an empty line, and
    `# Begin`.
    """
    found: dict[str, str] = {}
    before, id = document.blocks, ""
    for section in sections(document):
        body, tail = _parted(before)
        found |= dict.fromkeys(anchors(Document(body)), id or section.id)
        found |= dict.fromkeys(anchors(Document((*tail, Paragraph(section.heading)))), section.id)
        before, id = section.blocks, section.id
    return found | dict.fromkeys(anchors(Document(before)) if id else (), id)


def _parted(blocks: Blocks) -> tuple[Blocks, Blocks]:
    """The blocks, and those at their end that say nothing."""
    at = len(blocks)
    while at and _says_nothing(blocks[at - 1]):
        at -= 1
    return blocks[:at], blocks[at:]


def _says_nothing(block: Block) -> bool:
    match block:
        case RawBlock():
            return not raw_html.words(block.html).strip()
        case Paragraph():
            return not plain_text(block.content)
        case _:
            return False


def with_keys(document: Document, reading: Reading) -> Document:
    """The document with the keys of images in the HTML that it keeps, as in Markdown: a path says which image it is
    only where the source lies.

    The reading is told of the links in the HTML as it is then. Raises `SourceTooLarge`.
    """
    return _Kept(reading).document(document)


class _Kept:
    """The HTML of one document that keeps it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._address = reading.resources.key_in_html
        self._links = reading.html_links

    def document(self, document: Document) -> Document:
        self._reading.where = ""
        read = self._own(replace(document, sections=()))
        return replace(read, sections=tuple(map(self._section, document.sections)))

    def _section(self, section: Section) -> Section:
        self._reading.where = plain_text(section.heading)
        own = self._own(replace(section, sections=()))
        return replace(own, sections=tuple(map(self._section, section.sections)))

    def _own[T](self, node: T) -> T:
        return rewritten(node, {"html": lambda _, html: self._html(html)})

    def _html(self, html: str) -> str:
        if not _ADDRESSED.search(html):
            return html
        out: list[str] = []
        links: list[Place] = []
        at = length = 0
        for start, end, name, value in _addresses(html):
            out.append(html[at:start])
            length += start - at
            at = start
            if name == "href":
                if self._links is not None:
                    links.append((length, length + end - start, value))
                    self._reading.link((), value)
                continue
            new = self._of_set(value) if name == "srcset" else self._address(value, self._reading.where)
            of = scheme(value)
            if new != value and of == "attachment":
                # Two cells of a notebook may call different images so, and which cell this is nobody knows by now.
                what = (
                    "An image that is attached to a cell is not shown by HTML. Show it by Markdown: ![](attachment:…)."
                )
                self._reading.report.lost(About.IMAGE_MISSING, what, self._reading.where)
            elif new != value and of != "data":  # which needs nothing beside the HTML
                out.append(f'"{html_attribute(new)}"')
                length += len(out[-1])
                at = end
        html = "".join((*out, html[at:]))
        if links and self._links is not None:
            self._links[html] = links
        return html

    def _of_set(self, value: str) -> str:
        """A `srcset` with the addresses that are not of other servers; those within the text have commas."""
        return value if "data:" in value else _CANDIDATE.sub(self._candidate, value)

    def _candidate(self, found: re.Match[str]) -> str:
        is_near = not scheme(found[1]) and not found[1].startswith("//")
        return (self._address(found[1], self._reading.where) if is_near else found[1]) + found[2]


def _addresses(html: str) -> Iterator[tuple[int, int, str, str]]:
    """Where the addresses of links and images are written, the names of their attributes, and what they are."""
    for kind, name, raw, at, _ in tokens(html):
        wanted = _WITH_ADDRESS.get(name) if kind == START else None
        for found in _ATTRIBUTE.finditer(raw) if wanted else ():
            attribute = found[1].lower()
            if wanted and attribute in wanted and found[2]:
                wanted = tuple(each for each in wanted if each != attribute)  # the first one counts
                if value := attributes(found[0])[attribute].strip():
                    begin = at + 1 + len(name)
                    yield begin + found.start(2), begin + found.end(2), attribute, value


class _Raw:
    """The HTML of one document."""

    def __init__(self, reading: Reading, ids: set[str]) -> None:
        self._reading = reading
        self._ids = ids
        self._slugs = Slugs()
        self._depth = 0
        """How many blocks are around those that are being read."""

    def section(self, section: Section) -> Section:
        heading = self.line(section.heading)
        self._reading.where = plain_text(heading)
        blocks = self.blocks(section.blocks)
        return replace(section, heading=heading, blocks=blocks, sections=tuple(map(self.section, section.sections)))

    def blocks(self, blocks: Blocks) -> Blocks:
        self._depth += 1
        blocks = tuple(map(self._block, blocks))
        self._depth -= 1
        raw = [block.html for block in blocks if isinstance(block, RawBlock)]
        raw += [html for block in blocks if isinstance(block, Paragraph) for html in _raw(block.content)]
        if not raw:
            return blocks
        tree = self._tree(raw)
        Nesting(tree).take(_in_order(_tokens(blocks, tree)))
        return tree.blocks()

    def line(self, content: Inlines) -> Inlines:
        raw = _raw(content)
        if not raw:
            return content
        tree = self._tree(raw)
        Nesting(tree.on_one_line()).take(_in_order(_line_tokens(content, tree)))
        return tree.inlines()

    def _tree(self, raw: Iterable[str]) -> _Tree:
        tree = _Tree(self._reading, raw, self._depth)
        tree.ids, tree.slugs = self._ids, self._slugs
        return tree

    def _block(self, block: Block) -> Block:
        """The block with the HTML read in what it holds. That of a paragraph goes with the blocks around it."""
        match block:
            case Heading():
                return replace(block, content=self.line(block.content))
            case BlockQuote():
                return replace(block, blocks=self.blocks(block.blocks))
            case Admonition():
                title = None if block.title is None else self.line(block.title)
                return replace(block, blocks=self.blocks(block.blocks), title=title)
            case Details():
                return replace(block, summary=self.line(block.summary), blocks=self.blocks(block.blocks))
            case Figure():
                return replace(block, blocks=self.blocks(block.blocks), caption=self.line(block.caption))
            case List():
                return replace(
                    block, items=tuple(replace(each, blocks=self.blocks(each.blocks)) for each in block.items)
                )
            case Tabs():
                tabs = (replace(tab, label=self.line(tab.label), blocks=self.blocks(tab.blocks)) for tab in block.tabs)
                return replace(block, tabs=tuple(tabs))
            case DefinitionList():
                items = (
                    replace(
                        each,
                        terms=tuple(map(self.line, each.terms)),
                        descriptions=tuple(map(self.blocks, each.descriptions)),
                    )
                    for each in block.items
                )
                return replace(block, items=tuple(items))
            case Table():
                return replace(block, head=self._row(block.head), rows=tuple(map(self._row, block.rows)))
            case Paragraph() | CodeBlock() | Diagram() | ThematicBreak() | RawBlock():
                return block

    def _row(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(replace(cell, content=self.line(cell.content)) for cell in cells)


class _Tree(Tree):
    """A tree that holds what is no HTML."""

    def __init__(self, reading: Reading, raw: Iterable[str], around: int) -> None:
        super().__init__(reading, Roles("\n".join(raw)), html_anchors.NONE, frozenset())
        self.depth = self._around = around
        self._held: list[Block | Inline] = []

    def hold(self, node: Block | Inline) -> Token:
        """What stands for a node among the pieces of HTML."""
        self._held.append(node)
        return WHOLE, _HELD, str(len(self._held) - 1), 0, ""

    def single(self, name: str, raw: str, inner: str) -> None:
        if name != _HELD:
            super().single(name, raw, inner)
            if name == "title" and inner.strip() and self.hidden is None:
                what = "The title of a page (<title>) is left out, because the source is no page."
                self.report.lost(About.RAW_HTML, what, self.reading.where)
        elif self.hidden is None:
            self._take(self._held[int(raw)])

    def _take(self, node: Block | Inline) -> None:
        if self.verbatim is not None:
            if isinstance(node, FootnoteReference):
                node = f"[^{node.label}]"  # code mentions nothing, but says what stood there
            found = _words(node) if isinstance(node, _BLOCKS) else ((node,),)
            self.verbatim.append("\n".join(map(plain_text, found)))
        elif isinstance(node, _BLOCKS):
            self._put(node)
        else:
            self._add(node)

    def _put(self, block: Block) -> None:
        if not self.flat and self._may_hold(block):
            self.flush()
            if isinstance(block, Paragraph) and block.alignment is None:
                block = replace(block, alignment=self.alignment)
            self.put(block)
            return
        for words in filter(None, _words(block)):
            if not self.line.is_empty:
                self.line.add(LineBreak(), self.marks)
            for node in words:
                self._add(node)

    def _add(self, node: Inline) -> None:
        # No link stands in another: <a href="…">https://example.org</a>, whose words are an address.
        is_in_link = any(mark[0] == "link" for mark in self.marks)
        for each in without_links((node,)) if is_in_link else (node,):
            self.line.add(each, self.marks)

    def _may_hold(self, block: Block) -> bool:
        """Whether a block may stand so deep; says so where it may not. Where it stood before, it always may."""
        fits = self.depth == self._around or self.depth + depth((block,)) <= MAX_DEPTH
        if not fits:
            what = f"The source has lists, quotes and the like nested more than {MAX_DEPTH} deep"
            what += "; what is deeper is flattened."
            self.report.degraded(About.NESTING, what, self.reading.where)
        return fits


_BLOCKS = (
    Admonition,
    BlockQuote,
    CodeBlock,
    DefinitionList,
    Details,
    Diagram,
    Figure,
    Heading,
    List,
    Paragraph,
    RawBlock,
    Table,
    Tabs,
    ThematicBreak,
)


def _ids(document: Document) -> set[str]:
    headings = (block.id for block in blocks(document) if isinstance(block, Heading))
    return {*(section.id for section in sections(document)), *headings}


def _raw(content: Inlines) -> list[str]:
    return [node.html for node in within(content) if isinstance(node, RawInline)]


def _tokens(blocks: Blocks, tree: _Tree) -> Iterator[Token]:
    for block in blocks:
        match block:
            case RawBlock():
                yield from tokens(block.html)
            case Paragraph() if _raw(block.content):
                yield START, "p", f' align="{block.alignment}"' if block.alignment else "", 0, ""
                yield from _line_tokens(block.content, tree)
                yield END, "p", "", 0, ""
            case _:
                yield tree.hold(block)


def _line_tokens(content: Inlines, tree: _Tree) -> Iterator[Token]:
    # Tags that stand side by side are read as one: what a `<video>` is must be known where it begins.
    for is_raw, nodes in groupby(content, lambda node: type(node) is RawInline):
        if is_raw:
            yield from tokens("".join(node.html for node in nodes if isinstance(node, RawInline)))
        else:
            yield from _other_tokens(nodes, tree)


def _other_tokens(nodes: Iterable[Inline], tree: _Tree) -> Iterator[Token]:
    for node in nodes:
        match node:
            case str():
                yield TEXT, node.replace("&", "&amp;"), "", 0, ""
            case Link() if _raw(node.content):
                title = f' title="{html_attribute(node.title)}"' if node.title else ""
                yield START, "a", f' href="{html_attribute(node.url)}"{title}', 0, ""
                yield from _line_tokens(node.content, tree)
                yield END, "a", "", 0, ""
            case _ if (tag := STYLED.get(type(node))) and _raw((node,)):
                yield START, tag, "", 0, ""
                yield from _line_tokens(node.content, tree)  # type: ignore[union-attr] # all of `STYLED` have content
                yield END, tag, "", 0, ""
            case _:
                yield tree.hold(node)


def _in_order(found: Iterable[Token]) -> Iterator[Token]:
    """The tokens of several sources, each at a place after the one before."""
    for at, (kind, name, raw, _, inner) in enumerate(found):
        yield kind, name, raw, at, inner


def _words(block: Block) -> Iterator[Inlines]:
    """The lines of a block and of those in it."""
    match block:
        case CodeBlock() | Diagram():
            for line in block.text.splitlines():
                yield (Code(line),) if line.strip() else ()
        case _:
            yield from lines(block)
            for inner in parts(block):
                for each in inner:
                    yield from _words(each)
