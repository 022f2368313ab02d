"""What Word, Excel and PowerPoint files have in common: a zip of parts, what they are, and how they lead to each other.

Source: ECMA-376-2, Open Packaging Conventions: 9.1 (parts), 9.3 (relationships), 10.1.2 (content types), 11 (core
properties).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from exporters.document.nodes import Document
from exporters.document.walk import title
from exporters.toolbox import metadata
from exporters.toolbox.escaping import html_attribute, html_text, without_controls
from exporters.toolbox.zipped import Zip

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
RELATIONSHIPS = f"{_OFFICE}/relationships"
"""The namespace of `r:id`, and the begin of the types of relationships between parts."""

EMU_PER_POINT = 12_700
"""English Metric Units, in which drawings are measured (ECMA-376-1, 20.1.2.1)."""

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DEFAULTS = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "xml": "application/xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "svg": "image/svg+xml",
    "emf": "image/x-emf",
}
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class Relations:
    """To what a part leads, by ids that the part names."""

    def __init__(self) -> None:
        self._rows: list[str] = []
        self._ids: dict[tuple[str, str], str] = {}

    def id(self, kind: str, target: str, *, external: bool = False) -> str:
        """The id of a relationship; the same for the same target. `kind` is the last word of its type: `hyperlink`.

        A type outside Office's own is given whole.
        """
        found = self._ids.get((kind, target))
        if found is None:
            found = self._ids[kind, target] = f"rId{len(self._ids) + 1}"
            type = kind if ":" in kind else f"{RELATIONSHIPS}/{kind}"
            mode = ' TargetMode="External"' if external else ""
            self._rows.append(f'<Relationship Id="{found}" Type="{type}" Target="{html_attribute(target)}"{mode}/>')
        return found

    def __bool__(self) -> bool:
        return bool(self._rows)

    def xml(self) -> str:
        """The part that says it."""
        return f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(self._rows)}</Relationships>'


class Package:
    """A file of parts on its way."""

    def __init__(self, document: Document, main: str, main_type: str) -> None:
        """Begins with what the document says of itself. `main` is the path of the part that all others hang from."""
        self._zip = Zip()
        self._types: dict[str, str] = {}
        top = Relations()
        top.id("officeDocument", main)
        top.id(f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")
        top.id("extended-properties", "docProps/app.xml")
        self._zip.add("_rels/.rels", top.xml())
        self._types[main] = main_type
        self.add("docProps/core.xml", _core(document), "application/vnd.openxmlformats-package.core-properties+xml")
        app = f'{XML}<Properties xmlns="{_OFFICE}/extended-properties"></Properties>'
        self.add("docProps/app.xml", app, "application/vnd.openxmlformats-officedocument.extended-properties+xml")

    def add(
        self, name: str, data: bytes | str | Iterable[str], type: str = "", relations: Relations | None = None
    ) -> None:
        """Adds a part, with what it leads to. `type` is its media type, where its ending does not tell."""
        if type:
            self._types[name] = type
        self._zip.add(name, data)
        if relations:
            folder, _, file = name.rpartition("/")
            self._zip.add(f"{folder}/_rels/{file}.rels", relations.xml())

    def finish(self) -> bytes:
        """The file."""
        defaults = "".join(f'<Default Extension="{end}" ContentType="{type}"/>' for end, type in _DEFAULTS.items())
        others = "".join(f'<Override PartName="/{name}" ContentType="{type}"/>' for name, type in self._types.items())
        self._zip.add("[Content_Types].xml", f'{XML}<Types xmlns="{_PACKAGE}/content-types">{defaults}{others}</Types>')
        return self._zip.finish()


def _core(document: Document) -> str:
    stated = {
        "dc:title": title(document),
        "dc:creator": "; ".join(metadata.authors(document)),
        "dc:subject": metadata.stated(document, "subject", "subtitle"),
        "dc:description": metadata.stated(document, "description", "abstract", "summary"),
        "cp:keywords": ", ".join(metadata.keywords(document)),
        "dc:language": metadata.stated_language(document),
    }
    rows = [f"<{key}>{html_text(without_controls(value)[0])}</{key}>" for key, value in stated.items() if value]
    if _DATE.fullmatch(date := metadata.stated(document, "date")):
        rows += (f'<dcterms:{of} xsi:type="dcterms:W3CDTF">{date}T00:00:00Z</dcterms:{of}>' for of in _DATES)
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{"".join(rows)}</cp:coreProperties>'
    )


_DATES = ("created", "modified")
