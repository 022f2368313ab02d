"""Reads the maps of FreeMind and Freeplane: XML in which nodes hold nodes.

Sources: FreeMind's `freemind.xsd`, and what Freeplane has added since: details, notes in Markdown and LaTeX, formulas,
images, labels of lines. What says only how a map looks on the screen (clouds, styles, gaps) is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from exporters.document.nodes import (
    Block,
    Connector,
    Document,
    Edge,
    Emphasis,
    Inline,
    Inlines,
    Line,
    Math,
    Paragraph,
    Side,
    Strikethrough,
    Strong,
)
from exporters.document.walk import plain_text
from exporters.readers.maps import (
    Entry,
    Outline,
    colour,
    facts,
    html,
    joined,
    markdown,
    paragraphs,
    words,
    xml_elements,
)
from exporters.readers.maps.icons import TASKS, emoji
from exporters.readers.maps.xml_elements import Element
from exporters.readers.reading import Reading, shown
from exporters.report import Code


def read(reading: Reading) -> Document:
    """Reads a map of FreeMind or Freeplane. Raises `UnreadableSource`, `SourceTooLarge`."""
    return _Map(xml_elements.read(reading, "map", "a map of FreeMind or Freeplane"), reading).document()


class _Node:
    """A node with what stands in it, by what it is."""

    __slots__ = ("arrows", "attributes", "edge", "element", "entry", "font", "hooks", "icons", "nodes", "rich")

    def __init__(self, element: Element, entry: Entry) -> None:
        self.element = element
        self.entry = entry
        self.nodes: list[Element] = []
        self.rich: dict[str, list[Element]] = {}
        self.icons: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.arrows: list[Element] = []
        self.hooks: list[Element] = []
        self.font: dict[str, str] = {}
        self.edge: dict[str, str] = {}
        for child in element.children:
            if type(child) is not Element:
                continue
            match child.name:
                case "node":
                    self.nodes.append(child)
                case "richcontent":
                    kind = child.attributes.get("TYPE", "NODE")
                    self.rich.setdefault(kind if kind in ("NODE", "DETAILS") else "NOTE", []).append(child)
                case "icon":
                    self.icons.append(child.attributes.get("BUILTIN", ""))
                case "attribute":
                    self.attributes.append((child.attributes.get("NAME", ""), child.attributes.get("VALUE", "")))
                case "arrowlink":
                    self.arrows.append(child)
                case "hook" if _says_something(child):
                    self.hooks.append(child)
                case "font":
                    self.font = child.attributes
                case "edge":
                    self.edge = child.attributes
                case _:
                    pass  # how it looks, or what another program has added

    def stated(self, name: str) -> str:
        return self.element.attributes.get(name, "")

    def is_noted(self) -> bool:
        """Whether it has more than its words."""
        noted = "DETAILS" in self.rich or "NOTE" in self.rich
        return noted or bool(self.hooks or self.attributes or self.element.attributes.get("TAGS"))


def _says_something(hook: Element) -> bool:
    """Whether a hook is an image, a formula, or a note as FreeMind 0.8 has them. Most say how the map looks."""
    stated = hook.attributes
    return bool(stated.get("URI") or stated.get("EQUATION")) or stated.get("NAME", "").endswith("NodeNote.properties")


class _Map:
    """One map on its way to a document."""

    def __init__(self, root: Element, reading: Reading) -> None:
        self.root = root
        self.reading = reading
        self.report = reading.report
        self.restore = reading.resources.embedded.restore
        self.outline = Outline(reading)
        self.has_formulas = root.attributes.get("version", "").startswith("freeplane")
        self.connectors: list[Connector] = []
        self.originals: dict[str, Element] | None = None
        self.told: dict[str, str] = {}
        """The words of originals, short."""
        self.complete = False
        """Whether all words are known, and with them where links to nodes lead."""

    def document(self) -> Document:
        # Nodes that are to be read, the next one last: maps nest by the hundred, and this takes no recursion.
        todo = [(element, -1, 0) for element in reversed(list(self.root.elements("node")))]
        noted: list[_Node] = []
        while todo:
            element, parent, depth = todo.pop()
            number, entry = self.outline.begin(element.attributes.get("ID", ""), parent)
            node = _Node(element, entry)
            self.fill(node, depth)
            if entry.full:
                noted.append(node)
            todo += [(each, number, depth + 1) for each in reversed(node.nodes)]
        self.complete = True
        for node in noted:
            self.outline.at(node.entry)
            node.entry.notes += self.notes(node)
            node.entry.full = False
        return self.outline.document(self.connectors)

    # A node

    def fill(self, node: _Node, depth: int) -> None:
        entry = node.entry
        entry.content = self.content(node)
        entry.full = node.is_noted()
        stated = node.element.attributes
        entry.folded = stated.get("FOLDED") == "true"
        entry.colour = colour(stated.get("COLOR"))
        entry.background = colour(stated.get("BACKGROUND_COLOR"))
        if depth == 1:
            entry.side = _SIDES.get(node.stated("POSITION"))
        if node.edge:
            entry.edge = _edge(node.edge)
        self.outline.at(entry)
        if "NODE" not in node.rich:
            self.check_formula(stated.get("TEXT", ""))
        for name in node.icons:
            self.icon(entry, name)
        self.link(entry, self.restore(node.stated("LINK").strip()))
        for arrow in node.arrows:
            self.connectors.append(_connector(entry.id, arrow.attributes))
        if node.stated("ENCRYPTED_CONTENT"):
            name = shown(plain_text(entry.content))
            what = f"What is encrypted in the topic {name} is left out: it needs a password."
            self.report.lost(Code.ENCRYPTED, what, self.reading.where)

    def content(self, node: _Node) -> Inlines:
        rich = node.rich.get("NODE")
        if rich:
            content = node.entry.take([block for each in rich for block in self.blocks(each)])
        else:
            text = node.stated("TEXT") or node.stated("LOCALIZED_TEXT") or self.original(node)
            text = self.restore(text)
            if _is_html(text):
                content = node.entry.take(html(text, self.reading))
            elif node.stated("FORMAT") in _LATEX_FORMATS or text.startswith(_LATEX):
                content = _formulas(text)
            else:
                content = words(text)
        return _dressed(content, node.font, node.entry.heading) if node.font and content else content

    def original(self, node: _Node) -> str:
        """The words of a node that is shown in a second place, which leads to the first."""
        id = node.stated("CONTENT_ID") or node.stated("TREE_ID")
        if not id:
            return ""
        if id not in self.told:
            self.told[id] = self.words_of(id)
        if self.told[id] and id != node.stated("ID"):
            node.entry.leads = id
            return self.told[id]
        return ""

    def words_of(self, id: str) -> str:
        if self.originals is None:
            self.originals = dict(_by_id(self.root))
        original = self.originals.get(id)
        if original is None:
            return ""
        rich = next((each for each in original.elements("richcontent") if each.attributes.get("TYPE") == "NODE"), None)
        return shown(original.attributes.get("TEXT", "") if rich is None else rich.text())

    def icon(self, entry: Entry, name: str) -> None:
        if name in TASKS:
            entry.checked = TASKS[name]
            return
        found = emoji(name)
        if name and not found:
            what = f"No emoji stands for the icon {shown(name)}: it is left out of the text."
            self.report.degraded(Code.IMAGE, what, self.reading.where)
        if name:
            entry.icons.append(found or shown(name).encode("ascii", "replace").decode())

    def link(self, entry: Entry, url: str) -> None:
        if url.startswith(_COMMANDS):
            what = "A link that is to run a command of Freeplane is left out."
            self.report.lost(Code.SCRIPT, what, self.reading.where)
        elif url.startswith("#"):
            entry.leads = url[1:]
        elif url:
            entry.url = url
            entry.content = entry.content or words(shown(url))

    def check_formula(self, text: str) -> None:
        if self.has_formulas and text.startswith("="):
            what = "A formula of Freeplane is shown as it is written: exports calculate nothing."
            self.report.note(Code.SCRIPT, what, self.reading.where)

    # What is noted of a node

    def notes(self, node: _Node) -> Iterator[Block]:
        told = shown(plain_text(node.entry.content)) if node.hooks else ""
        for hook in node.hooks:
            yield from self.hook(node.entry, hook, told)
        for type in _NOTES:
            for rich in node.rich.get(type, ()):
                yield from self.blocks(rich)
        yield from facts((*self.attributes(node), *(("", tag) for tag in node.stated("TAGS").split("\n"))))

    def attributes(self, node: _Node) -> Iterator[tuple[str, str]]:
        for name, value in node.attributes:
            if _SCRIPT.fullmatch(name):
                what = "A script in the map is left out: exports run none."
                self.report.lost(Code.SCRIPT, what, self.reading.where)
            else:
                self.check_formula(value)
                yield name, self.restore(value)

    def hook(self, entry: Entry, hook: Element, told: str) -> Iterator[Block]:
        if uri := hook.attributes.get("URI"):
            image = self.reading.image(uri, hook.attributes.get("TITLE") or told)
            if entry.image is None:
                entry.image = image
            else:
                yield Paragraph((image,))
        elif equation := hook.attributes.get("EQUATION", "").strip():
            yield Paragraph((Math(equation, display=True),))
        else:
            yield from paragraphs(hook.text(), self.reading)

    def blocks(self, rich: Element) -> list[Block]:
        whole = rich.first("html")
        if whole is not None:
            return self.html(whole.first("body") or whole)
        text = (rich.first("text") or rich).text().strip()
        kind = rich.attributes.get("CONTENT-TYPE", "").partition("/")[2]
        if kind == "latex" or text.startswith(_LATEX):
            content = _formulas(text)
            return [Paragraph(content)] if content else []
        self.check_formula(text)
        return markdown(text, self.reading) if kind == "markdown" else paragraphs(text, self.reading)

    def html(self, body: Element) -> list[Block]:
        simple = _simple(body)
        if simple is not None:
            return [Paragraph((self.restore(text),)) for text in simple]
        self.relink(body)
        return html(body.html(), self.reading)

    def relink(self, body: Element) -> None:
        """Leads links to other nodes to their headings."""
        todo = [body]
        while todo:
            element = todo.pop()
            href = element.attributes.get("href", "")
            if href.startswith("#"):
                if anchor := self.outline.anchor(href[1:]) if self.complete else "":
                    element.attributes["href"] = anchor
                else:
                    del element.attributes["href"]
                    what = "A link to a topic that is no heading is only its words."
                    self.report.degraded(Code.LINK, what, self.reading.where)
            todo += element.elements()


_NOTES = ("DETAILS", "NOTE")
_SIDES: dict[str, Side] = {"left": "left", "right": "right", "top_or_left": "left", "bottom_or_right": "right"}
_COMMANDS = ("menuitem:", "execute:", "script:")
_SCRIPT = re.compile(r"script\d*")


def _is_html(text: str) -> bool:
    return text[:5].lower() == "<html"


_SPACE = re.compile(r"[ \t\n\r\f]+")


def _simple(body: Element) -> list[str] | None:
    """The texts of paragraphs that have no markup in them, as most rich text is; None for any other."""
    found: list[str] = []
    for child in body.children:
        if isinstance(child, str):
            if not child.isspace():
                return None
        elif child.name != "p" or not all(isinstance(each, str) for each in child.children):
            return None
        else:
            text = _SPACE.sub(" ", "".join(map(str, child.children))).strip(" ")
            found += [text] if text.strip() else []
    return found


def _by_id(root: Element) -> Iterator[tuple[str, Element]]:
    todo = list(root.elements("node"))
    while todo:
        element = todo.pop()
        yield element.attributes.get("ID", ""), element
        todo += element.elements("node")


def _dressed(content: Inlines, font: dict[str, str], heading: bool) -> Inlines:
    if font.get("STRIKETHROUGH") == "true":
        content = (Strikethrough(content),)
    if font.get("ITALIC") == "true":
        content = (Emphasis(content),)
    if font.get("BOLD") == "true" and not heading:  # headings are bold by themselves
        content = (Strong(content),)
    return content


# LaTeX

_LATEX = ("\\latex ", "\\latex\n", "\\unparsedlatex ", "\\unparsedlatex\n")
_LATEX_FORMATS = ("latexPatternFormat", "unparsedLatexPatternFormat")
_DOLLARS = re.compile(r"\$\$?([^$]+)\$\$?")


def _formulas(text: str) -> Inlines:
    """A text in LaTeX: formulas between dollar signs, or one formula where there are none."""
    if text.startswith(_LATEX):
        text = text.partition("latex")[2]
    text = " ".join(text.split())
    if not text:
        return ()
    parts: list[Inline] = []
    for number, part in enumerate(_DOLLARS.split(text)):
        formula = part.strip()
        parts.append(Math(formula) if number % 2 and formula else part)
    return joined(*parts) if len(parts) > 1 else (Math(text),)


# Lines

_NO_ARROW = "none"


def _edge(stated: dict[str, str]) -> Edge | None:
    its, line = colour(stated.get("COLOR")), _line(stated.get("DASH", ""))
    return Edge("", its, line) if its or line else None


def _connector(start: str, stated: dict[str, str]) -> Connector:
    end = stated.get("DESTINATION", "")
    labels = filter(None, (stated.get(f"{place}_LABEL", "").strip() for place in ("SOURCE", "MIDDLE", "TARGET")))
    at_start = stated.get("STARTARROW", _NO_ARROW).lower() != _NO_ARROW
    at_end = stated.get("ENDARROW", "default").lower() != _NO_ARROW
    if at_start and not at_end:
        start, end = end, start
    label = " ".join(" – ".join(labels).split())
    return Connector(
        start, end, Edge(label, colour(stated.get("COLOR")), _line(stated.get("DASH", "")), at_start or at_end)
    )


def _line(dash: str) -> Line:
    """How a line is drawn: Freeplane has words for edges, and lengths of strokes and gaps for other lines."""
    if dash == "SOLID":
        return "solid"
    if dash.endswith("DOTS"):
        return "dotted"
    stroke = dash.partition(" ")[0]
    if stroke.isdecimal():
        return "dotted" if int(stroke[:4]) <= _LONGEST_DOT else "dashed"
    return "dashed" if dash == "DASHES" else None


_LONGEST_DOT = 3  # pixels, at Freeplane's usual width of two
