"""Builds the nodes of one line of MkDocs' Markdown from its pieces."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Any

from exporters.document.nodes import (
    MAX_INLINE_DEPTH,
    Code,
    CodeBlock,
    Diagram,
    Emphasis,
    FootnoteReference,
    Highlight,
    Image,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    Math,
    RawBlock,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)
from exporters.readers import inline_html
from exporters.readers.mkdocs.attributes import without_attributes
from exporters.readers.mkdocs.emphasis import Run
from exporters.report import Code as Reported

if TYPE_CHECKING:
    from exporters.readers.mkdocs.inlines import Lines

_MAKE: dict[str, Callable[[Inlines], Any]] = {
    "*": Emphasis,
    "**": Strong,
    "_": Emphasis,
    "__": Strong,
    "~": Subscript,
    "~~": Strikethrough,
    "^": Superscript,
    "^^": Underline,
    "==": Highlight,
    # The marks of editors.
    "+": Underline,
    "-": Strikethrough,
    "=": Highlight,
}
_EDITS = ("+", "-", "=")

_WITH_ATTRIBUTES = (
    Emphasis, Strong, Strikethrough, Underline, Highlight, Superscript, Subscript, Code, Link, Image, Keyboard, Math,
    FootnoteReference,
)  # fmt: skip


class Line:
    """Nodes, and those that are open."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._open: list[tuple[str, list[Any]]] = [("", [])]

    @property
    def edit(self) -> str:
        """The kind of an editor's mark that is open."""
        return next((kind for kind, _ in self._open if kind in _EDITS), "")

    def add(self, *nodes: Any) -> None:
        """Adds nodes to what is open."""
        self._open[-1][1].extend(nodes)

    def text(self, text: str) -> None:
        """Adds a text, with the abbreviations in it."""
        abbreviations = self._lines.abbreviations
        self._open[-1][1].extend(abbreviations.find(text) if abbreviations else (text,))

    def run(self, run: Run) -> None:
        """Takes a run of delimiters: it closes, it is text, it opens."""
        for kind in run.closes or ():
            self.close(kind)
        if run.left:
            self._open[-1][1].append(run.sign * run.left)
        for kind in reversed(run.opens or ()):
            self.open(kind)

    def open(self, kind: str) -> None:
        """Begins a node."""
        if len(self._open) <= MAX_INLINE_DEPTH:
            self._open.append((kind, []))
            return
        what = f"The source has emphasis nested more than {MAX_INLINE_DEPTH} deep; what is deeper is flattened."
        self._lines.reading.report.degraded(Reported.NESTING, what, self._lines.reading.where)
        self._open.append((kind, self._open[-1][1]))

    def close(self, kind: str) -> None:
        """Ends the innermost node of a kind; those within it go on after it."""
        if not any(kind == each for each, _ in reversed(self._open)):
            return
        within: list[str] = []
        while self._open[-1][0] != kind:
            within.append(self._open[-1][0])
            self._close()
        self._close()
        for each in reversed(within):
            self.open(each)

    def end(self) -> list[Any]:
        """The nodes, all of them closed."""
        while len(self._open) > 1:
            self._close()
        return self._finished(self._open[0][1])

    def _close(self) -> None:
        kind, children = self._open.pop()
        if children is self._open[-1][1]:
            return  # too deep: they stand in their parent already
        content = self._finished(children)
        if any(isinstance(node, CodeBlock | Diagram | RawBlock) for node in content):
            self.add(*content)  # blocks are not dressed
        elif content:
            self.add(_MAKE[kind](tuple(content)))

    def _finished(self, children: list[Any]) -> list[Any]:
        nodes = _joined(children, self._lines.shown)
        if any(isinstance(node, RawInline) and inline_html.may_pair(node.html) for node in nodes):
            return inline_html.paired(nodes, tuple, len(self._open))
        return nodes


def _joined(children: list[Any], shown: Callable[[str], str]) -> list[Any]:
    """The nodes of a line, with adjacent texts made one, and without lists of attributes."""
    nodes: list[Any] = []
    for is_text, group in groupby(children, lambda child: isinstance(child, str)):
        if not is_text:
            nodes += group
            continue
        texts = list(group)
        if texts[0][:1] == "{" and nodes and isinstance(nodes[-1], _WITH_ATTRIBUTES):
            texts = _without_attributes(nodes, texts)
        text = shown("".join(texts))
        if "\n" in text:
            text = _line_ends(text)
        if nodes and isinstance(nodes[-1], LineBreak):
            text = text.lstrip(" \n")
        if text:
            nodes.append(text)
    return nodes


def _without_attributes(nodes: list[Any], texts: list[str]) -> list[str]:
    """The texts after a node, without the attributes that it has there."""
    unsettled = list(takewhile(lambda text: type(text) is str, texts))
    rest, id = without_attributes("".join(unsettled))
    node = nodes[-1]
    if id and isinstance(node, Link) and not node.content and not node.url:
        nodes[-1] = RawInline(f'<a id="{id}"></a>')  # `[](){#id}` is how authors write an anchor for MkDocs
    return [rest, *texts[len(unsettled) :]]


def _line_ends(text: str) -> str:
    """The text without spaces around its line ends."""
    first, *rest = text.split("\n")
    rest = [line.lstrip(" ") for line in rest]
    return "\n".join((*(line.rstrip(" ") for line in (first, *rest[:-1])), rest[-1]))
