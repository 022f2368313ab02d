"""What the programs of a notebook have shown: texts, tables, images, formulas, errors.

An output has several forms of one thing. The first that a document can hold is taken, from the richest down to plain
text; what only a running program shows is in none of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import replace
from typing import Any

from exporters.document.nodes import Blocks, CodeBlock, Document, Heading, Math, Paragraph
from exporters.document.walk import blocks
from exporters.readers import terminal
from exporters.readers.gfm.tree import Tree
from exporters.readers.notebook.values import array, decoded, mapping, text
from exporters.readers.slugs import Slugs
from exporters.report import Code

MAX_LINES = 20_000  # of one output: 400 pages that nobody reads
MAX_TEXT = 1_000_000  # characters of one output

_WORDS = 200  # characters of a text that stands in for an image
_LANGUAGE = "text"
_INFO = "text output"  # so that an exporter can tell outputs from code

# Before version 4 an output had its forms by short names, and beside its other fields.
_OLD_NAMES = {
    "text": "text/plain",
    "html": "text/html",
    "latex": "text/latex",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "json": "application/json",
    "javascript": "application/javascript",
}
_PROGRAM = re.compile(r"application/(?:javascript\Z|vnd\.|x-)")
_RICH = ("text/html", "text/markdown", "text/latex")
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")  # not all exporters draw the last

_STYLE = "<style scoped>"  # what pandas puts before each table
_FORMULA = re.compile(
    r"\$\$(?P<a>[^$]+)\$\$|\$(?P<b>[^$]+)\$|\\\[(?P<c>(?:(?!\\\]).)+)\\\]|\\\((?P<d>(?:(?!\\\)).)+)\\\)"
    r"|(?P<e>\\begin\{(?P<name>(?:equation|align|gather|multline|eqnarray)\*?)\}.+\\end\{(?P=name)\})",
    re.DOTALL,
)


class Outputs:
    """Puts the outputs of cells into a document."""

    def __init__(self, tree: Tree, markdown: Callable[[str], None]) -> None:
        self.tree = tree
        self.reading = tree.reading
        self.report = tree.reading.report
        self.markdown = markdown
        self.written: list[str] = []
        """What has been written bit by bit, and may go on in the next output."""
        self.forms: dict[str, Callable[[Any], bool]] = {
            "text/html": lambda value: self.html(text(value)),
            "text/markdown": lambda value: self.rendered(text(value)),
            "text/latex": lambda value: self.latex(text(value)),
            "application/json": self.json,
            "text/plain": lambda value: self.plain(text(value)),
        }

    def add(self, outputs: list[Any]) -> None:
        """Takes the outputs of one cell."""
        for output in map(mapping, outputs):
            kind = output.get("output_type")
            if kind == "stream":
                self.written.append(text(output.get("text")))
                continue
            self.flush()
            match kind:
                case "display_data" | "execute_result" | "pyout" | "update_display_data":
                    self.display(_forms(output), mapping(output.get("metadata")))
                case "error" | "pyerr":
                    self.error(output)
                case _:
                    what = "An output is of a kind that is not known, and left out."
                    self.report.lost(Code.SYNTAX, what, self.reading.where)
        self.flush()

    def flush(self) -> None:
        self.plain("".join(self.written))
        self.written = []

    def error(self, output: dict[str, Any]) -> None:
        said = f"{text(output.get('ename'))}: {text(output.get('evalue'))}"
        lines = [each for each in array(output.get("traceback")) if isinstance(each, str)]
        trace = terminal.shown("\n".join(lines))
        self.plain(trace if said in trace else f"{trace}\n{said}" if trace else said)

    def display(self, forms: dict[str, Any], metadata: dict[str, Any]) -> None:
        """Takes one output in the richest of its forms."""
        known = [form for form in self.forms if form in forms]
        rich = [form for form in known if form in _RICH]
        images = [form for form in _IMAGES if form in forms]
        shown = next((form for form in rich if self.forms[form](forms[form])), "")
        shown = shown or next((form for form in images if self.image(form, forms, metadata)), "")
        shown = shown or next((form for form in known if form not in rich and self.forms[form](forms[form])), "")
        runs = shown not in rich and (any(map(_PROGRAM.match, forms)) or "<script" in text(forms.get("text/html")))
        where = self.reading.where
        if runs and shown in images:
            self.report.degraded(Code.SCRIPT, "An output that reacts to its user is shown as a still picture.", where)
        elif runs:
            what = "An output that only a running program shows is left out, but for the words that stand in for it."
            self.report.lost(Code.SCRIPT, what, where)
        elif forms and not shown:
            self.report.lost(Code.SYNTAX, "An output has no form that can be shown, and is left out.", where)

    def html(self, source: str) -> bool:
        from exporters.readers import html  # 12 ms, and many notebooks have none

        found = _with_own_ids(html.blocks_of(_without_style(source), self.reading), self.tree.slugs)
        for block in found:
            self.tree.append(block)
        return bool(found)

    def rendered(self, source: str) -> bool:
        self.markdown(source)
        return bool(source.strip())

    def latex(self, source: str) -> bool:
        source = source.strip()
        found = _FORMULA.fullmatch(source)
        if found:
            formula = next(each for each in found.group("a", "b", "c", "d", "e") if each)
            self.tree.append(Paragraph((Math(formula.strip().removeprefix(r"\displaystyle").strip(), display=True),)))
        elif source:
            self.tree.append(CodeBlock(f"{source}\n", "latex", "latex"))
        return bool(source)

    def image(self, form: str, forms: dict[str, Any], metadata: dict[str, Any]) -> bool:
        value = forms[form]
        data = text(value).encode() if form == "image/svg+xml" else decoded(value)
        key = self.reading.resources.add(data, "An output", self.reading.where)
        if key is None:
            return False
        self.reading.resources.alias(key, key)
        self.tree.append(Paragraph((self.reading.image(key, _alternative(form, forms, metadata)),)))
        return True

    def json(self, value: Any) -> bool:
        try:
            written = self.cut(value if isinstance(value, str) else _indented(value))
        except RecursionError:
            return False
        if written.strip():
            self.tree.append(CodeBlock(_lines(written), "json", "json"))
        return bool(written.strip())

    def plain(self, source: str) -> bool:
        """Adds what a terminal would have shown."""
        source = self.cut(terminal.shown(source)).rstrip()
        if source:
            self.tree.append(CodeBlock(_lines(source), _LANGUAGE, _INFO))
        return bool(source)

    def cut(self, source: str) -> str:
        """As much of a text as somebody may want to read."""
        kept = source[:MAX_TEXT]
        if kept.count("\n") > MAX_LINES:
            kept = "".join(f"{each}\n" for each in kept.split("\n", MAX_LINES)[:MAX_LINES])
        if len(kept) < len(source):
            what = f"An output is cut off, for it has more than {MAX_LINES:,} lines, or {MAX_TEXT // 10**6} MB."
            self.report.lost(Code.PART, what, self.reading.where)
        return kept


def _forms(output: dict[str, Any]) -> dict[str, Any]:
    """The forms of an output by their media types."""
    if "data" in output:
        return mapping(output["data"])
    return {form: output[name] for name, form in _OLD_NAMES.items() if name in output}


def _indented(value: Any) -> str:
    """A value as people read JSON; not much more of it than is kept, for deep ones become large."""
    written: list[str] = []
    size = 0
    for piece in json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(value):
        written.append(piece)
        size += len(piece)
        if size > MAX_TEXT:
            break
    return "".join(written)


def _alternative(form: str, forms: dict[str, Any], metadata: dict[str, Any]) -> str:
    """What to say to those who do not see an image."""
    said = mapping(metadata.get(form)).get("alt") or metadata.get("alt")
    words = " ".join((said if isinstance(said, str) else text(forms.get("text/plain"))).split())
    # Most programs name their kind of object, as in <Figure size 640x480 with 1 Axes>, and nobody is helped by that.
    return "" if words.startswith("<") and words.endswith(">") else words[:_WORDS]


def _lines(source: str) -> str:
    return source if source.endswith("\n") else f"{source}\n"


def _without_style(html: str) -> str:
    first, *others = html.split(_STYLE)
    return first + "".join(
        rest if end else style for style, end, rest in (each.partition("</style>") for each in others)
    )


def _with_own_ids(found: Blocks, slugs: Slugs) -> Blocks:
    """The blocks with ids that no other heading of the document has."""
    if not any(isinstance(block, Heading) for block in blocks(Document(found))):
        return found
    renamed: Blocks = _renamed(found, slugs)
    return renamed


def _renamed(node: Any, slugs: Slugs) -> Any:
    if isinstance(node, tuple):
        return tuple(_renamed(each, slugs) for each in node)
    if isinstance(node, Heading):
        return replace(node, id=slugs.give(node.content))
    if not hasattr(node, "__match_args__"):
        return node
    return type(node)(*(_renamed(getattr(node, name), slugs) for name in node.__match_args__))
