"""Builds a document from pulldown-cmark's events, without recursion, in one pass.

What is in no event is done here: which section a block belongs to, bare addresses, short codes of emoji, the ids of
headings, HTML that says what a document has a node for, the order of footnotes, the depth of what stands in each other;
and what the parser leaves of its own spelling is taken off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise, takewhile
from typing import Any

from exporters.document.nodes import (
    MAX_DEPTH,
    MAX_INLINE_DEPTH,
    Admonition,
    AdmonitionKind,
    Alignment,
    Block,
    BlockQuote,
    Blocks,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Emphasis,
    Footnote,
    FootnoteReference,
    Heading,
    Highlight,
    Image,
    Inline,
    Inlines,
    Json,
    LineBreak,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Table,
    ThematicBreak,
    Underline,
)
from exporters.document.walk import plain_text
from exporters.readers import autolinks, emoji, placeholders
from exporters.readers.gfm import unknown_syntax
from exporters.readers.outline import Outline
from exporters.readers.placeholders import Placeholders
from exporters.readers.reading import Reading
from exporters.readers.slugs import OWN_ID, Slugs
from exporters.report import Code as Reported

ESCAPE = "\0"  # stands in a text where a backslash has kept something from being what it seems; no source has it


class _Frame:
    """A node whose end has not come yet."""

    __slots__ = ("build", "children", "data", "kind", "task", "tight")

    def __init__(self, build: _Build, kind: int, data: Any) -> None:
        self.build = build
        self.kind = kind
        self.data = data
        self.children: list[Any] = []
        self.task: bool | None = None
        self.tight = True


# Events are typed as Any: what one holds depends on its key, which the library's types cannot say.
type _Events = Iterator[Any]
type _Build = Callable[[Tree, _Frame], Any]
"""Makes the node of a frame that was just closed, or None where there is nothing to add to its parent."""

_LEAF, _LIST, _QUOTE, _ITEM, _CELL, _EMPHASIS, _LINK, _IMAGE, _HEADING = range(9)


class Tree:
    """Builds one document, event by event."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.restore = reading.resources.embedded.restore
        self.report = reading.report
        self.look_for_links = self.look_for_emoji = self.look_for_details = False
        """Whether there may be bare addresses, short codes, foldable details in what comes."""
        self.has_escapes = False
        """Whether there may be `ESCAPE` in texts."""
        self.unknown: tuple[unknown_syntax.Syntax, ...] = ()
        """What there may be that is markup for others."""
        self.has_tags = False
        """Whether there was a tag that others would understand if it has a partner."""
        self.placeholders = Placeholders()
        self.slugs = Slugs()
        self.outline = Outline()
        self.stack = [_Frame(_flat, _LEAF, None)]
        self.stack[0].children = self.outline.blocks
        self.open = [0] * 9  # how many nodes of each kind
        self.in_notes = False
        self.notes: dict[str, tuple[str, list[Any]]] = {}
        self.labels: dict[str, str] = {}  # as first spelled
        self.mentions: list[str] = []

    def append(self, block: Block) -> None:
        """Adds a block that is no Markdown to the section that is open."""
        self.stack[0].children.append(block)

    def look_for(self, text: str) -> None:
        """Prepares for the events of a text."""
        self.look_for_links |= autolinks.possible(text)
        self.look_for_emoji |= emoji.possible(text)
        self.look_for_details |= "<details" in text
        self.unknown = tuple(dict.fromkeys((*self.unknown, *unknown_syntax.possible(text))))
        self.placeholders.look_in(text)

    def read(self, events: _Events) -> None:
        """Takes the events of a whole text."""
        before = len(self.stack[0].children)
        self.grow(events)
        if self.look_for_details:
            blocks = self.stack[0].children[before:]
            del self.stack[0].children[before:]
            for block in self.folded(blocks):
                if isinstance(block, Heading):
                    self.section(block.level, block.content, block.id)
                else:
                    self.append(block)

    def grow(self, events: _Events) -> None:
        """Takes events until there are no more."""
        stack = self.stack
        children = stack[-1].children
        for event in events:
            if type(event) is str:
                children.append(_ALONE[event])
                continue
            for name, value in event.items():  # always one
                if name == "Text":
                    if value:
                        children.append(value)
                elif name == "Start":
                    self.start(value, events)
                    children = stack[-1].children
                elif name == "End":
                    self.end()
                    children = stack[-1].children
                else:
                    _LEAVES[name](self, value)

    def start(self, tag: Any, events: _Events) -> None:
        data: Any = None
        if type(tag) is dict:
            [(tag, data)] = tag.items()
        if tag == "FootnoteDefinition":
            if self.stack[-1].kind == _ITEM and self.stack[-1].children:
                self.stack[-2].tight = False  # what it stood between is to stay apart
            self.set_aside(self.restore(data), events)
            return
        build, kind = _BUILDERS[tag]
        self.open[kind] += 1
        if kind in (_LIST, _QUOTE) and self.open[_LIST] + self.open[_QUOTE] > MAX_DEPTH:
            build = self.too_deep("lists and quotes", MAX_DEPTH)
        elif kind == _EMPHASIS and self.open[_EMPHASIS] > MAX_INLINE_DEPTH:
            build = self.too_deep("emphasis", MAX_INLINE_DEPTH)
        elif kind == _LINK and self.open[_LINK] > 1:
            self.report.degraded(Reported.LINK, "A link within a link is only its words.", self.reading.where)
            build = _flat
        elif kind == _IMAGE and self.open[_IMAGE] > 1:
            build = _flat  # an image in the words of an image is but words
        elif self.stack[-1].build is _flat and build in _FLATTENED:
            build = _FLATTENED[build]
        frame = _Frame(build, kind, data)
        if build is _flat:
            frame.children = self.stack[-1].children  # shared: copied from level to level, they would take forever
        self.stack.append(frame)

    def end(self) -> None:
        frame = self.stack.pop()
        node = frame.build(self, frame)
        if node is not None:
            self.stack[-1].children.append(node)
        self.open[frame.kind] -= 1

    def section(self, level: int, heading: Inlines, id: str) -> None:
        self.outline.section(level, heading, id)
        self.stack[0].children = self.outline.blocks

    def folded(self, blocks: list[Any]) -> list[Any]:
        """Blocks that stand side by side, with the details among them."""
        if not self.look_for_details:
            return blocks
        from exporters.readers import details, inline_html  # 2 ms

        if self.open[_LIST] + self.open[_QUOTE] > details.MAX_AROUND:
            return blocks
        return details.folded(blocks, lambda html: inline_html.read(html, emoji.replaced))

    def too_deep(self, what: str, most: int) -> _Build:
        self.report.degraded(
            Reported.NESTING,
            f"The source has {what} nested more than {most} deep; what is deeper is flattened.",
            self.reading.where,
        )
        return _flat

    def set_aside(self, label: str, events: _Events) -> None:
        """Keeps the events of a footnote, and of those within it, for the end of the document."""
        open_notes = [self.note(label)]
        for event in events:
            match event:
                case {"Start": {"FootnoteDefinition": inner}}:
                    open_notes.append(self.note(self.restore(inner)))
                case {"End": "FootnoteDefinition"}:
                    open_notes.pop()
                    if not open_notes:
                        return
                case _:
                    open_notes[-1].append(event)

    def note(self, label: str) -> list[Any]:
        events: list[Any] = []
        key = _key(label)
        if key in self.notes:
            self.report.lost(Reported.FOOTNOTE, "A footnote is there twice; the first one counts.", self.reading.where)
        else:
            self.notes[key] = (label, events)
        return events

    def document(self, metadata: dict[str, Json]) -> Document:
        """The document, once all events are in."""
        blocks, sections = self.outline.close()
        return Document(blocks, sections, self.footnotes(), metadata)

    def footnotes(self) -> tuple[Footnote, ...]:
        """The notes in the order of their first mention, which may be in another note."""
        self.in_notes = True
        found = [self.footnote(key) for key in self.mentions if key in self.notes]  # grows while it is read
        for key in self.notes:
            if key not in self.labels:
                self.report.note(Reported.FOOTNOTE, "A footnote is mentioned nowhere; it comes after the others.")
                self.mention(self.notes[key][0])
        found += [self.footnote(key) for key in self.mentions[len(found) :] if key in self.notes]
        return tuple(found)

    def footnote(self, key: str) -> Footnote:
        blocks: list[Block] = []
        self.stack[0].children = blocks
        self.grow(iter(self.notes[key][1]))
        return Footnote(self.labels[key], tuple(self.folded(blocks)))

    def mention(self, label: str) -> str:
        """The label as it was spelled first."""
        key = _key(label)
        if key not in self.labels:
            self.labels[key] = label
            self.mentions.append(key)
        return self.labels[key]

    def content(self, children: list[Any]) -> Inlines:
        """Inline nodes, with adjacent texts made one, and nodes for bare addresses and for tags that are pairs."""
        if not children:
            return ()
        if len(children) > 1 or type(children[0]) is _Dollars:
            children = _merged(children)
        if self.unknown:
            for child in children:
                if type(child) is str:
                    unknown_syntax.note(child, self.unknown, self.report, self.reading.where)
        if self.has_tags and any(type(child) is RawInline for child in children):
            from exporters.readers import inline_html  # 1 ms, and most texts have no such tags

            children = inline_html.paired(children, self.in_tags, self.open[_EMPHASIS])
        return self.dressed(children, "")

    def in_tags(self, children: list[Any]) -> Inlines:
        return self.dressed(children, None)

    def dressed(self, children: list[Any], before: Any) -> Inlines:
        """Inlines, of texts and nodes; `before` is what stands before them."""
        links, codes, escapes = self.look_for_links, self.look_for_emoji, self.has_escapes
        if not (links or codes or escapes):
            return tuple(children)
        found: list[Any] = []
        for child in children:
            if type(child) is str and (escapes or (codes and ":" in child) or (links and autolinks.possible(child))):
                self.dress(child, before, found)
            else:
                found.append(child)
            before = child
        return tuple(found)

    def dress(self, text: str, before: Any, found: list[Any]) -> None:
        """Adds what a text says: words, and links where there are addresses."""
        at = 0
        if autolinks.possible(text) and not (self.open[_LINK] or self.open[_IMAGE]):
            for start, end, url in autolinks.find(text, free=type(before) in _BEFORE_ADDRESS):
                if start > at:
                    found.append(self.shown(text[at:start]))
                found.append(Link((text[start:end].replace(ESCAPE, ""),), url.replace(ESCAPE, "")))
                at = end
        if at < len(text) and (shown := self.shown(text[at:])):
            found.append(shown)

    def shown(self, text: str) -> str:
        """A text as it is to be shown: with emoji for short codes, without what keeps it from being markup."""
        # In a heading short codes wait for its id, which has their names; in an image, for all of its words.
        if self.open[_IMAGE] or (self.look_for_emoji and self.open[_HEADING]):
            return text
        return self.finally_shown(text)

    def finally_shown(self, text: str) -> str:
        if self.look_for_emoji and ":" in text:
            text = emoji.replaced(text)
        return text.replace(ESCAPE, "") if self.has_escapes else text

    def line_shown(self, content: Inlines) -> Inlines:
        return tuple(self.node_shown(node) for node in content)

    def node_shown(self, node: Inline) -> Inline:
        match node:
            case str():
                return self.finally_shown(node)
            case Link(content, url, title):
                return Link(self.line_shown(content), url, title)
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                return type(node)(self.line_shown(node.content))
            case _:
                return node  # what holds no text


# What an address may follow without a space between: GitHub sees the delimiter of emphasis, or the begin of the line.
_BEFORE_ADDRESS = (str, Emphasis, Strong, Strikethrough, LineBreak)


class _Dollars:
    """What stands between two dollar signs: a formula, if what follows does not make two prices of it ($5-$10)."""

    __slots__ = ("formula", "text")

    def __init__(self, text: str, formula: str) -> None:
        self.text = text
        self.formula = formula


def _merged(children: list[Any]) -> list[Any]:
    merged: list[Any] = []
    texts: list[str] = []
    for i, child in enumerate(children):
        if type(child) is _Dollars:
            following = children[i + 1] if i + 1 < len(children) else ""
            two_prices = type(following) is str and following[:1].isdecimal()
            child = f"${child.text}$" if two_prices else Math(child.formula)
        if child is _SOFT_BREAK:
            # After a break that is a tag it is a space at the begin of a line, which is nothing.
            if not (i and children[i - 1] is _TAG_BREAK):
                texts.append("\n")
            continue
        if type(child) is str:
            texts.append(child)
            continue
        if texts:
            merged.append("".join(texts))
            texts.clear()
        merged.append(child)
    if texts:
        merged.append("".join(texts))
    return merged


def _key(label: str) -> str:
    # Labels match as those of links do (CommonMark 0.31.2, 4.7).
    return " ".join(label.split()).casefold()


# Nodes that have no content of their own


class _LineEnd(str):
    """A line end of the source. One that the source has as an entity is a text like others."""

    __slots__ = ()


_SOFT_BREAK = _LineEnd("\n")
_ALONE = {"SoftBreak": _SOFT_BREAK, "HardBreak": LineBreak(), "Rule": ThematicBreak()}
_TAG_BREAK = LineBreak()


def _code(tree: Tree, text: str) -> None:
    tree.stack[-1].children.append(Code(text))


def _inline_math(tree: Tree, text: str) -> None:
    formula = _formula(text.replace("\n", " "))
    quoted = formula[:1] == formula[-1:] == "`"  # GitHub's other spelling: $`a`$
    if quoted:
        formula = _formula(formula.strip("`"))
    tree.stack[-1].children.append(f"${text}$" if not formula else Math(formula) if quoted else _Dollars(text, formula))


def _display_math(tree: Tree, text: str) -> None:
    formula = _formula(text)
    tree.stack[-1].children.append(Math(formula, display=True) if formula else f"$${text}$$")


def _formula(text: str) -> str:
    stripped = re.sub(r"\n[ \t]+", "\n", text.strip())
    # A backslash and a space is a space, not the spelling of one around the formula.
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if backslashes % 2 else stripped


def _html(tree: Tree, html: str) -> None:
    tree.stack[-1].children.append(html)


def _inline_html(tree: Tree, html: str) -> None:
    from exporters.readers import inline_html

    children = tree.stack[-1].children
    if inline_html.is_line_break(html):
        children.append(_TAG_BREAK)
        return
    if "\n" in html:
        # In a comment the parser leaves the marks of quotes, and in any HTML the indentation that each line is to lose.
        quotes = tree.open[_QUOTE] if html[1] in "!?" else 0
        # In a quote it takes such a mark for the end of a declaration, so one is best on one line.
        end = " " if html[1] == "!" and html[2].isalpha() else "\n"
        html = re.sub(rf"\n(?:[ \t]*>){{0,{quotes}}}[ \t]*", end, html)
    tag = RawInline(_cell_text(tree, html))
    if tree.placeholders.has(tag.html):
        tree.report.note(Reported.SYNTAX, placeholders.WHAT, tree.reading.where)
        children.append(tag.html)
        return
    children.append(tag)
    tree.has_tags = tree.has_tags or inline_html.may_pair(tag.html)
    if unknown_syntax.is_component(tag.html):
        tree.report.note(Reported.SYNTAX, unknown_syntax.COMPONENT, tree.reading.where)


def _cell_text(tree: Tree, text: str) -> str:
    # In a cell `\|` is a bar whatever it stands in (GFM 0.29, 4.10); in HTML and <addresses> the parser forgets that.
    return text.replace("\\|", "|") if tree.open[_CELL] else text


def _footnote_reference(tree: Tree, label: str) -> None:
    tree.stack[-1].children.append(FootnoteReference(tree.mention(label)))


def _task(tree: Tree, done: bool) -> None:
    item = next(frame for frame in reversed(tree.stack) if frame.kind == _ITEM)
    item.task = done


_LEAVES: dict[str, Callable[[Tree, Any], None]] = {
    "Code": _code,
    "InlineMath": _inline_math,
    "DisplayMath": _display_math,
    "Html": _html,
    "InlineHtml": _inline_html,
    "FootnoteReference": _footnote_reference,
    "TaskListMarker": _task,
}


# Nodes with content, once it is complete


def _paragraph(tree: Tree, frame: _Frame) -> Paragraph | None:
    if tree.stack[-1].kind == _ITEM:
        tree.stack[-2].tight = False
    content = tree.content(frame.children)
    return Paragraph(content) if content else None


def _heading(tree: Tree, frame: _Frame) -> Heading | None:
    level = int(frame.data["level"][1])
    own = _own_id(tree, frame.children)
    content = tree.content(frame.children)
    id = tree.slugs.give(content, own)
    if own and id != own:
        what = "Of headings with the same id, as in {#id}, only the first has it."
        tree.report.note(Reported.LINK, what, tree.reading.where)
    if tree.look_for_emoji:
        content = tree.line_shown(content)
    if len(tree.stack) > 1 or tree.in_notes:
        return Heading(level, content, id)
    tree.reading.where = plain_text(content)
    if tree.look_for_details:
        return Heading(level, content, id)  # until it is known whether it stands in such
    tree.section(level, content, id)
    return None


def _own_id(tree: Tree, children: list[Any]) -> str:
    """The id that stands at the end of a heading, in braces, and is taken off there; "" if there is none."""
    if not children or type(children[-1]) is not str or children[-1][-1:] != "}":
        return ""
    texts = list(takewhile(lambda child: type(child) is str, reversed(children)))
    found = OWN_ID.search("".join(reversed(texts)))
    if found is None:
        return ""
    if (found[2] or "").strip():
        what = "Classes and other attributes of headings, as in {#id .class}, are left out."
        tree.report.note(Reported.STYLE, what, tree.reading.where)
    words = found.string[: found.start()].rstrip(" \t")
    children[-len(texts) :] = [words] if words else []
    return found[1]


def _code_block(tree: Tree, frame: _Frame) -> CodeBlock | Diagram | Paragraph:
    text = "".join(frame.children)
    if text and not text.endswith("\n"):
        text += "\n"
    words = tree.restore(frame.data["Fenced"]).split() if type(frame.data) is dict else []
    language, info = words[0] if words else "", " ".join(words)
    if info == "math" and text.strip():
        return Paragraph((Math(_formula(text), display=True),))  # as GitHub has it
    if language.lower() == "mermaid":
        return Diagram(text)
    return CodeBlock(text, language, info)


def _raw_block(tree: Tree, frame: _Frame) -> RawBlock | Paragraph:
    html = "".join(frame.children).strip("\n").lstrip(" ")
    if tree.placeholders.has(html[: html.find(">") + 1]):
        rest = re.sub(placeholders.TAG, lambda tag: "" if tree.placeholders.has(tag[0]) else tag[0], html)
        if "<" not in rest:
            from html import unescape

            tree.report.note(Reported.SYNTAX, placeholders.WHAT, tree.reading.where)
            lines = (line.strip(" \t") for line in unescape(html).split("\n"))
            return Paragraph(tree.content(["\n".join(lines)]))
    if unknown_syntax.is_component(html):
        tree.report.note(Reported.SYNTAX, unknown_syntax.COMPONENT, tree.reading.where)
    return RawBlock(html)


def _quote(tree: Tree, frame: _Frame) -> BlockQuote | Admonition:
    blocks = tuple(tree.folded(frame.children))
    if frame.data is None:
        return BlockQuote(blocks)
    kind: AdmonitionKind = frame.data.lower()
    return Admonition(kind, blocks)


def _list(_: Tree, frame: _Frame) -> List:
    items: tuple[ListItem, ...] = tuple(frame.children)
    if not _shows_space(items):
        return List(items, frame.data, tight=True)
    # Two paragraphs in a row have space between them, whatever the parser says of a list with footnotes in it.
    pairs = (pair for item in items for pair in pairwise(item.blocks))
    tight = frame.tight and not any(isinstance(a, Paragraph) and isinstance(b, Paragraph) for a, b in pairs)
    return List(items, frame.data, tight)


def _shows_space(items: tuple[ListItem, ...]) -> bool:
    """Whether there is a paragraph in a list, and something else for it to stand apart from."""
    several = len(items) > 1 or any(len(item.blocks) > 1 for item in items)
    return several and any(isinstance(block, Paragraph) for item in items for block in item.blocks)


def _item(tree: Tree, frame: _Frame) -> ListItem:
    return ListItem(_loose(tree, frame), frame.task)


def _loose(tree: Tree, frame: _Frame) -> Blocks:
    return tuple(tree.folded(list(_in_paragraphs(tree, frame.children))))


def _in_paragraphs(tree: Tree, children: list[Any]) -> Iterator[Block]:
    """Blocks as they are; what stands between them, which a tight list has without paragraphs, in paragraphs."""
    line: list[Any] = []
    for child in children:
        if not isinstance(child, _BLOCKS):
            line.append(child)
            continue
        if line:
            yield Paragraph(tree.content(line))
            line = []
        yield child
    if line:
        yield Paragraph(tree.content(line))


def _definition_list(_: Tree, frame: _Frame) -> DefinitionList:
    items: list[tuple[tuple[Inlines, ...], list[Blocks]]] = []
    for child in frame.children:
        if isinstance(child, _Terms):
            items.append((tuple(child), []))
        else:
            items[-1][1].append(child)
    return DefinitionList(tuple(Definition(terms, tuple(descriptions)) for terms, descriptions in items))


class _Terms(tuple[Inlines, ...]):
    """What is defined, in the row of what it means."""

    __slots__ = ()


def _terms(tree: Tree, frame: _Frame) -> _Terms:
    """Each line is one, as in all Markdown that has definition lists."""
    lines: list[list[Any]] = [[]]
    for child in frame.children:
        if child is _SOFT_BREAK:
            lines.append([])
        else:
            lines[-1].append(child)
    terms = tuple(content for line in lines if (content := tree.content(line)))
    return _Terms(terms or (tree.content(frame.children),))


def _flat(_tree: Tree, _frame: _Frame) -> None:
    """Nothing: what stands in a node that is too deep stands in its parent already."""


def _flat_item(tree: Tree, frame: _Frame) -> None:
    tree.stack[-1].children.extend(_in_paragraphs(tree, frame.children))


def _table(_: Tree, frame: _Frame) -> Table:
    head, *rows = frame.children
    return Table(tuple(_ALIGNMENTS[each] for each in frame.data), head, tuple(rows))


_ALIGNMENTS: dict[str, Alignment] = {"None": None, "Left": "left", "Center": "center", "Right": "right"}


def _row(_: Tree, frame: _Frame) -> tuple[Cell, ...]:
    return tuple(frame.children)


def _cell(tree: Tree, frame: _Frame) -> Cell:
    return Cell(tree.content(frame.children)) if frame.children else _EMPTY_CELL


_EMPTY_CELL = Cell(())


def _emphasis(tree: Tree, frame: _Frame) -> Emphasis | None:
    content = tree.content(frame.children)
    return Emphasis(content) if content else None


def _strong(tree: Tree, frame: _Frame) -> Strong | None:
    content = tree.content(frame.children)
    return Strong(content) if content else None


def _strikethrough(tree: Tree, frame: _Frame) -> Strikethrough | None:
    content = tree.content(frame.children)
    return Strikethrough(content) if content else None


def _link(tree: Tree, frame: _Frame) -> Link:
    kind, url = frame.data["link_type"], tree.restore(frame.data["dest_url"])
    if kind in ("Autolink", "Email"):
        url = _cell_text(tree, url)
        return Link((url,), f"mailto:{url}" if kind == "Email" else url)
    return tree.reading.link(tree.content(frame.children), url, tree.restore(frame.data["title"]))


def _image(tree: Tree, frame: _Frame) -> Image:
    alternative = tree.finally_shown(plain_text(tree.content(frame.children)))
    return tree.reading.image(frame.data["dest_url"], alternative, tree.restore(frame.data["title"]))


_BUILDERS: dict[str, tuple[_Build, int]] = {
    "Paragraph": (_paragraph, _LEAF),
    "Heading": (_heading, _HEADING),
    "CodeBlock": (_code_block, _LEAF),
    "HtmlBlock": (_raw_block, _LEAF),
    "BlockQuote": (_quote, _QUOTE),
    "List": (_list, _LIST),
    "Item": (_item, _ITEM),
    "DefinitionList": (_definition_list, _LIST),
    "DefinitionListTitle": (_terms, _LEAF),
    "DefinitionListDefinition": (_loose, _ITEM),
    "Table": (_table, _LEAF),
    "TableHead": (_row, _LEAF),
    "TableRow": (_row, _LEAF),
    "TableCell": (_cell, _CELL),
    "Emphasis": (_emphasis, _EMPHASIS),
    "Strong": (_strong, _EMPHASIS),
    "Strikethrough": (_strikethrough, _EMPHASIS),
    "Link": (_link, _LINK),
    "Image": (_image, _IMAGE),
}
_BLOCKS = (
    Paragraph,
    Heading,
    CodeBlock,
    Diagram,
    BlockQuote,
    Admonition,
    Details,
    List,
    DefinitionList,
    Table,
    ThematicBreak,
    RawBlock,
)
_FLATTENED: dict[_Build, _Build] = {_item: _flat_item, _loose: _flat_item, _terms: _paragraph}
