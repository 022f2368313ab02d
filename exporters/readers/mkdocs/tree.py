"""Builds a document of Python-Markdown's element tree.

The tree is walked with recursion that is bounded: what stands deeper is flattened. What the tree does not say is found
here: sections, the ids of headings, the order of footnotes, tasks, and which tabs belong together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args
from xml.etree.ElementTree import Element

from markdown.extensions.toc import slugify, unique
from markdown.serializers import to_html_string
from markdown.util import AtomicString

from exporters.document.nodes import (
    MAX_DEPTH,
    Admonition,
    AdmonitionKind,
    Alignment,
    Block,
    BlockQuote,
    Blocks,
    Cell,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Figure,
    Footnote,
    Heading,
    Inlines,
    Json,
    LineBreak,
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Tab,
    Table,
    Tabs,
    ThematicBreak,
)
from exporters.document.walk import lines, plain_text
from exporters.readers.mkdocs.attributes import without_last_attributes
from exporters.readers.mkdocs.blocks import BOX, FORMULA, Box, Elements
from exporters.readers.mkdocs.inlines import Lines, words
from exporters.readers.outline import Outline
from exporters.readers.reading import Reading
from exporters.report import Code as Reported

_KINDS: dict[str, AdmonitionKind] = {
    **{kind: kind for kind in get_args(AdmonitionKind.__value__)},
    "hint": "tip",
    "attention": "warning",
    "error": "danger",
    "fail": "failure",
    "missing": "failure",
    "summary": "abstract",
    "tldr": "abstract",
    "todo": "info",
    "check": "success",
    "done": "success",
    "help": "question",
    "faq": "question",
    "cite": "quote",
    "snippet": "example",
}
"""The kinds of admonitions, by all the names that MkDocs' themes have for them."""
_NAMED_BY_EXPORTERS = frozenset(("note", "tip", "important", "warning", "caution"))

_HEADING = re.compile(r"h[1-6]")
_DROPPED = ("", "[TOC]", "///Footnotes Go Here///")  # what MkDocs replaces by something that every format makes itself
_EXPLICIT_ID = re.compile(r"\{[^{}\n]*#([\w:.-]+)[^{}\n]*\}[ #]*\Z")
_TASK = re.compile(r" *\[([xX ])\] +")


class Tree:
    """Builds one document."""

    def __init__(self, reading: Reading, found: Elements) -> None:
        self.reading = reading
        self.found = found
        self.lines = Lines(reading, found)
        self.ids = _Ids(found.root)
        self.outline = Outline()

    def append(self, block: Block) -> None:
        """Adds a block that is no Markdown to the section that is open."""
        self.outline.blocks.append(block)

    def document(self, metadata: dict[str, Json]) -> Document:
        """The document. To be called once."""
        for element, more in self.grouped(_at_the_top(self.found.root)):
            if _HEADING.fullmatch(element.tag):
                level, content, id = self.heading_parts(element)
                self.outline.section(level, content, id)
                self.reading.where = plain_text(content)
            else:
                self.grow(self.outline.blocks, element, more, 1)
            self.outline.blocks += self.paragraphs((more or [element])[-1].tail or "")
        footnotes = tuple(self.footnotes())
        blocks, sections = self.outline.close()
        return Document(blocks, sections, footnotes, metadata)

    def footnotes(self) -> Iterator[Footnote]:
        """The notes in the order of their first mention, which may be in another note."""
        for label in self.lines.mentions:  # grows while it is read
            yield self.footnote(label)
        for label in [label for label in self.found.notes if label not in self.lines.mentioned]:
            what = "A footnote is mentioned nowhere; it comes after the others."
            self.reading.report.note(Reported.FOOTNOTE, what)
            yield self.footnote(label)

    def footnote(self, label: str) -> Footnote:
        return Footnote(self.lines.source(label), self.blocks(self.found.notes[label], 1))

    # What stands in an element

    def blocks(self, parent: Any, depth: int) -> Blocks:
        """The blocks that an element holds."""
        found: list[Block] = [*self.paragraphs(parent.text or "")]
        for child, more in self.grouped(parent):
            self.grow(found, child, more, depth)
            found += self.paragraphs((more or [child])[-1].tail or "")
        return tuple(found)

    def grouped(self, elements: Iterable[Any]) -> Iterator[tuple[Any, list[Any]]]:
        """Each element; of tabs that belong together the first, with the others."""
        first: Any = None
        more: list[Any] = []
        for element in elements:
            box = self.box(element)
            is_tab = box is not None and box.kind == "==="
            if first is not None and is_tab and box and not box.flag and not ((more or [first])[-1].tail or "").strip():
                more.append(element)
                continue
            if first is not None:
                yield first, more
            first, more = (element, []) if is_tab else (None, [])
            if not is_tab:
                yield element, []
        if first is not None:
            yield first, more

    def grow(self, blocks: list[Block], element: Any, more: list[Any], depth: int) -> None:
        """Adds the blocks of an element, and of those that belong to it, to those before it."""
        if depth > MAX_DEPTH:
            what = f"Lists, quotes and other blocks are nested more than {MAX_DEPTH} deep; what is deeper is flattened."
            self.reading.report.degraded(Reported.NESTING, what, self.reading.where)
            for each in (element, *more):
                blocks += self.flat(each)
        elif box := self.box(element):
            if more or box.kind == "===":
                blocks.append(Tabs(tuple(self.tab(each, depth + 1) for each in (element, *more))))
            else:
                _BOXES[box.kind](self, blocks, element, box, depth + 1)
        else:
            make = _raw if _off(element) else _BLOCKS.get(element.tag, _raw)
            blocks += make(self, element, depth + 1)

    def tab(self, element: Any, depth: int) -> Tab:
        box = self.box(element)
        return Tab(self.lines.line(box.title or "" if box else ""), self.blocks(element, depth))

    def box(self, element: Any) -> Box | None:
        """What the parser has found of an admonition or its like."""
        kind, _, number = element.get("class", "").partition(" ") if element.tag == "div" else ("", "", "")
        return self.found.boxes[int(number)] if kind == BOX else None

    def flat(self, element: Any) -> Iterator[Block]:
        """The blocks of what is too deep, without what they stand in."""
        waiting = [element]
        while waiting:
            each = waiting.pop()
            if isinstance(each, str):
                yield from self.paragraphs(each)
            elif each.tag in _LEAVES:
                yield from _BLOCKS[each.tag](self, each, MAX_DEPTH)
            else:
                inner = [part for child in each for part in (child, child.tail) if part is not None]
                waiting += reversed([each.text, *inner] if each.text else inner)

    def paragraphs(self, text: str) -> Iterator[Block]:
        """The paragraphs of a text, and the blocks that stand between them."""
        if not text or text.strip() in _DROPPED:
            return
        if isinstance(text, AtomicString):
            yield Paragraph((self.lines.plain(text.strip()),))
            return
        nodes = self.lines.read(text)
        without_last_attributes(nodes, own_line=True)
        line: list[Any] = []
        for node in nodes:
            if not isinstance(node, CodeBlock | Diagram | RawBlock) or (
                isinstance(node, RawBlock) and len(nodes) > 1 and node.html.count("<") == 1
            ):
                line.append(RawInline(node.html) if isinstance(node, RawBlock) else node)
                continue
            yield from _paragraph(line)
            line = []
            yield node
        yield from _paragraph(line)

    def line(self, element: Any) -> Inlines:
        """The inlines of an element in which no block can stand."""
        texts = [element.text or "", *(part for child in element for part in (_text(child), child.tail or ""))]
        text = "".join(texts)
        if isinstance(element.text, AtomicString):
            plain = self.lines.plain(text.strip())
            return (plain,) if plain else ()
        return self.lines.line(text)

    def line_of_blocks(self, element: Any, depth: int) -> Inlines:
        """The inlines of an element whose blocks are but one line, or several."""
        if not len(element):
            return self.line(element)
        content: list[Any] = []
        for block in self.blocks(element, depth):
            for line in lines(block):
                content += [LineBreak(), *line] if content else line
        return tuple(content)

    # Headings

    def heading_parts(self, element: Any) -> tuple[int, Inlines, str]:
        nodes: list[Any] = list(self.line(element))
        id = without_last_attributes(nodes)
        if id and nodes and isinstance(nodes[-1], str):
            nodes[-1:] = filter(None, (nodes[-1].rstrip("# "),))  # `# A # {#a}`
        content = tuple(nodes)
        return int(element.tag[1]), content, self.ids.give(content, id or element.get("id", ""))


def _paragraph(line: list[Any]) -> Iterator[Paragraph]:
    while line and isinstance(line[-1], LineBreak):
        line = line[:-1]
    if line and isinstance(line[-1], str):
        line[-1] = line[-1].rstrip(" \n")
    if line and isinstance(line[0], str):
        line[0] = line[0].lstrip(" \n")
    content = tuple(node for node in line if node != "")
    if content:
        yield Paragraph(content)


def _text(element: Any) -> str:
    return "".join(element.itertext())


_TRANSPARENT = frozenset(
    ("div", "section", "article", "main", "header", "footer", "aside", "center", "address", "nav", "form", "hgroup")
)
"""Elements that only dress what they hold."""


def _at_the_top(root: Any) -> Iterator[Any]:
    """The elements of a document, those in elements that only dress them too: their headings begin sections."""
    waiting = list(reversed(root))
    while waiting:
        element = waiting.pop()
        if element.tag not in _TRANSPARENT or element.get("class", "").startswith((BOX, "admonition")) or _off(element):
            yield element
            continue
        if element.text and element.text.strip():
            yield _in_paragraph(element.text)
        if element.tail and element.tail.strip():
            waiting.append(_in_paragraph(element.tail))
        waiting += reversed(element)


def _in_paragraph(text: str) -> Any:
    paragraph = Element("p")
    paragraph.text = text
    return paragraph


def _off(element: Any) -> bool:
    """Whether an element is HTML in which nobody looks for Markdown."""
    return isinstance(element.text, AtomicString) and element.tag not in ("code", FORMULA)


# Blocks


type _Make = Callable[[Tree, Any, int], Iterable[Block]]
"""Makes blocks of an element. The number is the depth of what stands in it."""


def _paragraphs(tree: Tree, element: Any, depth: int) -> Iterable[Block]:
    return tree.blocks(element, depth) if len(element) else tree.paragraphs(element.text or "")


def _heading(tree: Tree, element: Any, _depth: int) -> Iterable[Block]:
    yield Heading(*tree.heading_parts(element))


def _code(tree: Tree, element: Any, depth: int) -> Iterable[Block]:
    if not len(element) or element[0].tag != "code":
        yield from _raw(tree, element, depth)
        return
    text = tree.lines.source(_unescaped(element[0].text or "")).rstrip()
    yield CodeBlock(f"{text}\n" if text else "")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _quote(tree: Tree, element: Any, depth: int) -> Iterable[Block]:
    yield BlockQuote(tree.blocks(element, depth))


def _list(tree: Tree, element: Any, depth: int) -> Iterable[Block]:
    if any(map(_off, element)):
        yield _as_html(tree, element)
        return
    items = tuple(_item(tree, each, depth) for each in element if each.tag == "li")
    several = len(items) > 1 or any(len(item.blocks) > 1 for item in items)
    loose = several and any(child.tag == "p" for each in element for child in each)
    start = element.get("start", "1")
    number = int(start) if start.isdecimal() and len(start) < MAX_DIGITS else 1
    yield List(items, number if element.tag == "ol" else None, not loose)


MAX_DIGITS = 10  # of a list's first number


def _item(tree: Tree, element: Any, depth: int) -> ListItem:
    holder = element if (element.text or "").strip() or not len(element) else element[0]
    task = _TASK.match(holder.text or "") if holder is element or holder.tag == "p" else None
    if task:
        holder.text = holder.text[task.end() :]
    return ListItem(tree.blocks(element, depth), task[1] != " " if task else None)


def _definitions(tree: Tree, element: Any, depth: int) -> Iterable[Block]:
    if any(map(_off, element)):
        yield _as_html(tree, element)
        return
    items: list[tuple[list[Inlines], list[Blocks]]] = []
    for child in element:
        if child.tag == "dt":
            if not items or items[-1][1]:
                items.append(([], []))
            nodes = list(tree.line(child))
            without_last_attributes(nodes)
            items[-1][0].append(tuple(nodes))
        elif child.tag == "dd":
            items = items or [([], [])]
            items[-1][1].append(tree.blocks(child, depth))
    yield DefinitionList(tuple(Definition(tuple(terms), tuple(descriptions)) for terms, descriptions in items))


def _table(tree: Tree, element: Any, _depth: int) -> Iterable[Block]:
    if any(_off(each) for each in element.iter()):
        yield _as_html(tree, element)
        return
    heads = [row for part in element if part.tag == "thead" for row in part]
    bodies = [row for part in element if part.tag != "thead" for row in (part if part.tag != "tr" else [part])]
    width = max((len(row) for row in (*heads, *bodies)), default=0)
    alignments = tuple(_alignment(cell.get("align")) for cell in (heads[0] if heads else ()))
    head = _cells(tree, heads[0], width) if heads else ()
    rows = tuple(_cells(tree, row, width) for row in (*heads[1:], *bodies))
    if any(cell.content for row in (head, *rows) for cell in row):
        yield Table((*alignments, *[None] * (width - len(alignments))), head, rows)


def _alignment(written: str | None) -> Alignment:
    match written:
        case "left" | "center" | "right" as found:
            return found
        case _:
            return None


def _cells(tree: Tree, row: Any, width: int) -> tuple[Cell, ...]:
    cells = [_cell(tree, cell) if cell.text or len(cell) else _EMPTY_CELL for cell in row]
    return (*cells, *[_EMPTY_CELL] * (width - len(cells)))


def _cell(tree: Tree, cell: Any) -> Cell:
    nodes = list(tree.line(cell))
    without_last_attributes(nodes)
    return Cell(tuple(nodes))


_EMPTY_CELL = Cell(())


def _rule(_tree: Tree, _element: Any, _depth: int) -> Iterable[Block]:
    yield ThematicBreak()


def _display_formula(tree: Tree, element: Any, _depth: int) -> Iterable[Block]:
    yield Paragraph((Math(tree.lines.source(element.text).strip(), display=True),))


def _figure(tree: Tree, element: Any, depth: int) -> Iterable[Block]:
    captions = [child for child in element if child.tag == "figcaption"]
    caption = tuple(node for each in captions for node in tree.line_of_blocks(each, depth))
    for each in captions:
        element.remove(each)
    yield Figure(tree.blocks(element, depth), caption)


def _html_details(tree: Tree, element: Any, depth: int) -> Iterable[Block]:
    summaries = [child for child in element if child.tag == "summary"]
    summary = tuple(node for each in summaries for node in tree.line_of_blocks(each, depth))
    for each in summaries:
        element.remove(each)
    kind = next((_KINDS[name] for name in element.get("class", "").split() if name in _KINDS), None)
    yield Details(summary, tree.blocks(element, depth), "open" in element.attrib, kind)


def _transparent(tree: Tree, element: Any, depth: int) -> Iterable[Block]:
    classes = element.get("class", "").split()
    if "admonition" not in classes:
        return tree.blocks(element, depth)
    titles = [child for child in element[:1] if child.tag == "p" and "admonition-title" in child.get("class", "")]
    title = tuple(node for each in titles for node in tree.line(each))
    for each in titles:
        element.remove(each)
    kind = next((_KINDS[name] for name in classes if name in _KINDS), None)
    return (Admonition(kind or "note", tree.blocks(element, depth), title),)


def _raw(tree: Tree, element: Any, depth: int) -> Iterable[Block]:
    if not _off(element) and element.tag not in _ALWAYS_RAW:
        yield from tree.blocks(element, depth)
    else:
        yield _as_html(tree, element)


def _as_html(tree: Tree, element: Any) -> RawBlock:
    tail, element.tail = element.tail, None
    html = tree.lines.source(to_html_string(element))
    element.tail = tail  # which is read after the element
    return RawBlock(html.strip())


_ALWAYS_RAW = frozenset(("pre", "script", "style", "textarea", "canvas", "math", "option"))

_BLOCKS: dict[str, _Make] = {
    "p": _paragraphs,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _heading),
    "pre": _code,
    "blockquote": _quote,
    "ul": _list,
    "ol": _list,
    "dl": _definitions,
    "table": _table,
    "hr": _rule,
    FORMULA: _display_formula,
    "figure": _figure,
    "details": _html_details,
    **dict.fromkeys(_TRANSPARENT, _transparent),
}
_LEAVES = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "table", FORMULA))
"""What is kept as it is, however deep it stands."""


# Boxes


type _Put = Callable[[Tree, list[Block], Any, Box, int], None]
"""Adds what a box is to the blocks before it."""


def _admonition(tree: Tree, blocks: list[Block], element: Any, box: Box, depth: int) -> None:
    word = box.words.lower().partition(" ")[0]
    title = None if box.title is None and word in _NAMED_BY_EXPORTERS else _title(tree, word, box.title)
    blocks.append(Admonition(_KINDS.get(word, "note"), tree.blocks(element, depth), title))


def _details(tree: Tree, blocks: list[Block], element: Any, box: Box, depth: int) -> None:
    word = box.words.lower().partition(" ")[0]
    kind = _KINDS.get(word, "note") if word else None
    blocks.append(Details(_title(tree, word, box.title), tree.blocks(element, depth), box.flag, kind))


def _title(tree: Tree, word: str, title: str | None) -> Inlines:
    """The title as it is written, otherwise as MkDocs makes it of the kind."""
    if title is not None:
        return tree.lines.line(title)
    return (word.capitalize(),) if word else ()


def _caption(tree: Tree, blocks: list[Block], element: Any, _box: Box, depth: int) -> None:
    caption = tree.line_of_blocks(element, depth)
    before = blocks.pop() if blocks else None
    if isinstance(before, Figure) and not before.caption:
        blocks.append(Figure(before.blocks, caption))
    else:
        blocks.append(Figure((before,) if before else (), caption))


def _define(tree: Tree, blocks: list[Block], element: Any, _box: Box, depth: int) -> None:
    items: list[tuple[list[Inlines], list[Blocks]]] = []
    for child in element:
        if child.tag in ("ul", "ol"):
            items = items or [([], [])]
            items[-1][1].extend(tree.blocks(item, depth) for item in child)
        else:
            if not items or items[-1][1]:
                items.append(([], []))
            items[-1][0].append(tree.line(child))
    blocks.append(DefinitionList(tuple(Definition(tuple(terms), tuple(descriptions)) for terms, descriptions in items)))


def _dress(tree: Tree, blocks: list[Block], element: Any, _box: Box, depth: int) -> None:
    blocks += tree.blocks(element, depth)


_BOXES: dict[str, _Put] = {
    "!!!": _admonition,
    "???": _details,
    "caption": _caption,
    "define": _define,
    "html": _dress,
}


# Sections


class _Ids:
    """Gives each heading the id that MkDocs gives it."""

    def __init__(self, root: Any) -> None:
        stated = (_EXPLICIT_ID.search(each.text or "") for each in root.iter() if _HEADING.fullmatch(each.tag))
        self._used = {found[1] for found in stated if found}
        self._given: set[str] = set()
        self._counts: dict[str, int] = {}

    def give(self, heading: Inlines, own: str) -> str:
        """Its `own` id, if it has one; otherwise its words in ASCII, with `_1`, `_2` … where they are taken."""
        if own and own not in self._given:
            self._used.add(own)
            id = own
        else:
            id = unique(own or slugify(words(heading), "-"), self._used, self._counts)
        self._given.add(id)
        return id
