"""Reads Jupyter notebooks (nbformat 2, 3 and 4): all cells as one document, with what the programs in them have shown.

Markdown cells are read as GitHub's Markdown, outputs in the richest form that a document can hold (`outputs`).
Nothing is run. What its author has hidden stays so.
"""

from __future__ import annotations

import re
from typing import Any

from exporters.document.nodes import CodeBlock, Document, Json
from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.readers import front_matter, gfm, json_source
from exporters.readers.gfm.tree import Tree
from exporters.readers.notebook.outputs import Outputs
from exporters.readers.notebook.values import array, decoded, mapping, text
from exporters.readers.reading import Reading, shown
from exporters.report import Code

MAX_MARKDOWN = 2_000_000  # characters in all cells: 800 pages. What makes notebooks large are their outputs

_OLDEST, _NEWEST = 2, 4
_MAGIC = re.compile(r"\s*%%(\w+)")
_LANGUAGES = {
    "bash": "bash",
    "sh": "sh",
    "script": "sh",
    "cmd": "batch",
    "html": "html",
    "svg": "xml",
    "javascript": "javascript",
    "js": "javascript",
    "latex": "latex",
    "markdown": "markdown",
    "perl": "perl",
    "ruby": "ruby",
    "sql": "sql",
    "cython": "cython",
    "r": "r",
}
"""Of the cells that begin with a magic such as `%%bash`."""

_HIDING = {
    "remove-cell": "cell",
    "hide-cell": "cell",
    "remove-input": "input",
    "hide-input": "input",
    "remove-output": "output",
    "hide-output": "output",
}
_HIDDEN = {
    "cell": "A cell is left out, for its author has hidden it.",
    "input": "The code of a cell is left out, for its author has hidden it.",
    "output": "The outputs of a cell are left out, for its author has hidden them.",
}


def read(reading: Reading) -> Document:
    """Reads a notebook. Raises `UnreadableSource`, `SourceTooLarge`."""
    whole = json_source.load(reading)
    cells = _cells(whole)
    notebook = _Notebook(reading, mapping(whole.get("metadata")))
    if cells:
        notebook.begin(cells[0])
    for number, cell in enumerate(cells, 1):
        notebook.add(number, cell)
    return notebook.tree.document(notebook.metadata)


def _cells(whole: Any) -> list[dict[str, Any]]:
    """The cells, in any version of the format."""
    if not isinstance(whole, dict) or "nbformat" not in whole:
        raise UnreadableSource("The source is no notebook: it must be a JSON object with the field nbformat.")
    version = whole["nbformat"]
    if type(version) is not int or not _OLDEST <= version <= _NEWEST:
        raise UnreadableSource(
            f"The notebook is of a version that cannot be read. Save it with nbformat {_OLDEST} to {_NEWEST}."
        )
    if version < _NEWEST:
        sheets = whole.get("worksheets")
        cells = [cell for sheet in array(sheets) for cell in array(mapping(sheet).get("cells"))]
        is_whole = isinstance(sheets, list)
    else:
        cells, is_whole = array(whole.get("cells")), isinstance(whole.get("cells"), list)
    if not is_whole or not all(isinstance(cell, dict) for cell in cells):
        raise UnreadableSource("The notebook is damaged: its cells must be an array of objects. Save it again.")
    return cells


class _Notebook:
    """One notebook on its way to a document."""

    def __init__(self, reading: Reading, stated: dict[str, Any]) -> None:
        self.reading = reading
        self.report = reading.report
        self.tree = Tree(reading)
        self.outputs = Outputs(self.tree, self.markdown)
        self.metadata = _metadata(stated)
        self.language = _language(stated)
        self.left = MAX_MARKDOWN

    def begin(self, cell: dict[str, Any]) -> None:
        """Takes the front matter, which some programs put into the first cell."""
        source = text(cell.get("source"))
        if cell.get("cell_type") not in ("raw", "markdown") or not source.startswith("---"):
            return
        found, unread, rest = front_matter.cut(source, self.report)
        if found and not unread:
            self.metadata |= found
            cell["source"] = rest

    def add(self, number: int, cell: dict[str, Any]) -> None:
        """Takes the next cell."""
        if not self.reading.where or self.reading.where == f"cell {number - 1}":
            self.reading.where = f"cell {number}"
        metadata = mapping(cell.get("metadata"))
        hidden = _hidden(metadata)
        for part in hidden:
            self.report.note(Code.PART, _HIDDEN[part], self.reading.where)
        if "cell" in hidden:
            return
        # Before version 4, code had its text in `input`.
        source = text(cell.get("source", cell.get("input")))
        match cell.get("cell_type"):
            case "markdown" | "text":
                self.attach(mapping(cell.get("attachments")))
                self.markdown(source)
            case "code":
                if "input" not in hidden:
                    self.code(source, self.language_of(cell, metadata, source))
                if "output" not in hidden:
                    self.outputs.add(array(cell.get("outputs")))
            case "heading":
                level = cell.get("level")
                self.markdown("#" * (level if type(level) is int and 1 <= level <= 6 else 1) + " " + _line(source))
            case "raw":
                self.raw(source, str(metadata.get("format", metadata.get("raw_mimetype", ""))))
            case "html":
                self.outputs.html(source)
            case _:
                self.report.degraded(Code.SYNTAX, "A cell is of a kind that is not known; it is shown as code.")
                self.code(source, "")

    def markdown(self, source: str) -> None:
        """Reads Markdown into the document."""
        self.left -= len(source)
        if self.left < 0:
            raise SourceTooLarge(f"The notebook has more than {MAX_MARKDOWN // 10**6} MB of Markdown. Split it.")
        gfm.add(self.tree, source)

    def code(self, source: str, language: str) -> None:
        if source.strip():
            self.tree.append(CodeBlock(source if source.endswith("\n") else f"{source}\n", language, language))

    def language_of(self, cell: dict[str, Any], metadata: dict[str, Any], source: str) -> str:
        magic = _MAGIC.match(source)
        if magic and magic[1].lower() in _LANGUAGES:
            return _LANGUAGES[magic[1].lower()]
        # Of notebooks in several languages: version 3, and Visual Studio Code.
        own = cell.get("language") or mapping(metadata.get("vscode")).get("languageId")
        return _word(own) or self.language

    def raw(self, source: str, form: str) -> None:
        """Takes what was meant for one format of files."""
        match form:
            case "text/markdown":
                self.markdown(source)
            case "text/html":
                self.outputs.html(source)
            case "text/latex":
                self.code(source, "latex")
            case "text/restructuredtext" | "text/x-rst":
                self.code(source, "rst")
            case _:
                self.code(source, "")

    def attach(self, attachments: dict[str, Any]) -> None:
        """Lets `attachment:a.png` in the text of a cell name its image."""
        for name, forms in attachments.items():
            for value in mapping(forms).values():
                resources = self.reading.resources
                key = resources.add(decoded(value), f"The image {shown(name)}", self.reading.where)
                for url in (f"attachment:{name}", f"attachment:{_quoted(name)}"):
                    resources.alias(url, key or url)


def _metadata(stated: dict[str, Any]) -> dict[str, Json]:
    """What a notebook says of itself, as far as a document has it."""
    found: dict[str, Json] = {
        name: stated[name] for name in ("title", "date", "lang") if isinstance(stated.get(name), str)
    }
    authors: list[Json] = []
    for each in (*array(stated.get("authors")), stated.get("author")):
        name = mapping(each).get("name", each)
        if isinstance(name, str):
            authors.append(name)
    return found | ({"author": authors} if authors else {})


def _language(stated: dict[str, Any]) -> str:
    info = mapping(stated.get("language_info")).get("name")
    return _word(info) or _word(mapping(stated.get("kernelspec")).get("language"))


def _hidden(metadata: dict[str, Any]) -> list[str]:
    """Which parts of a cell are not to be seen."""
    tags = [tag.replace("_", "-") for tag in array(metadata.get("tags")) if isinstance(tag, str)]
    found = {_HIDING[tag] for tag in tags if tag in _HIDING}
    view = mapping(metadata.get("jupyter"))
    if metadata.get("hide_input") is True or view.get("source_hidden") is True:
        found.add("input")
    if metadata.get("collapsed") is True or view.get("outputs_hidden") is True:
        found.add("output")
    return ["cell"] if "cell" in found else sorted(found)


def _word(value: Any) -> str:
    """The name of a language, as code blocks have it."""
    return value.lower() if isinstance(value, str) and re.fullmatch(r"[\w+#.-]{1,40}", value) else ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name)
