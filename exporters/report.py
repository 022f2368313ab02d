"""The fidelity report: what an export kept only in part, dropped, or wants the user to know.

One schema for every reader and exporter, published as `schemas/report.schema.json`. Nothing is lost silently.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from exporters.document.nodes import Json
from exporters.frozen import frozen

type Severity = Literal["lost", "degraded", "note"]

MAX_ITEMS = 200  # about 30 kB of JSON: more helps nobody, and a hostile source must not make a huge report
# Of one code and severity: the thousand images of a page that lie on other servers must not hide what else is lost.
MAX_ALIKE = 20


class Code(StrEnum):
    """What an item is about. A closed list, so that programs can act on it."""

    ENCODING = "encoding"  # bytes that are not UTF-8
    NESTING = "nesting"  # deeper than a document can be
    METADATA = "metadata"  # front matter that cannot be read
    IMAGE = "image"  # a picture in a format that has none
    IMAGE_MISSING = "image-missing"  # not in the source
    IMAGE_REMOTE = "image-remote"  # on another server, and never fetched
    IMAGE_UNREADABLE = "image-unreadable"  # not an image, damaged, or too large to draw
    ALTERNATIVE = "alternative"  # an image without words for those who do not see it
    ATTACHMENT = "attachment"  # a file that came with the source and is no image
    PART = "part"  # a chapter or file of a bundle that is not there, or not used
    PAGE = "page"  # a page that is not in the file, or not drawn as finely as was asked for
    SYNTAX = "syntax"  # what no reader of this kind knows, kept as text
    SCRIPT = "script"  # what a program would do, and never does here
    ENCRYPTED = "encrypted"  # what needs a password
    COMMENT = "comment"  # a remark that is not meant for readers
    RAW_HTML = "raw-html"  # HTML inside the source that was cleaned or left out
    GLYPH = "glyph"  # a character that no font has
    LINK = "link"  # a link that cannot be followed in the file
    MATH = "math"  # a formula shown as its source
    DIAGRAM = "diagram"  # a diagram shown as its source
    NODE = "node"  # a kind of block that the format does not have: tabs, foldable details, definitions …
    MAP = "map"  # what only the drawing of a map shows
    TABLE = "table"  # a table that does not fit
    FOOTNOTE = "footnote"  # a note without mention, or a mention without note
    STYLE = "style"  # an emphasis, colour or alignment that the format does not have
    TEXT = "text"  # characters that the format cannot hold


@frozen
class Item:
    code: Code
    severity: Severity
    what: str
    """A sentence for the user."""
    where: str
    """The section or line it was first met in; "" where that is unknown."""
    count: int


class Report:
    """Collects the items of one export. Items that say the same are counted, not repeated."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Code, Severity, str], tuple[str, int]] = {}
        self._alike: dict[tuple[Code, Severity], int] = {}
        self.left_out = 0
        """How many more items there were than a report holds."""
        self.losses = 0
        """How often something was lost, in items that the report holds and in those it has no room for."""
        self.facts: dict[str, int] = {}
        """Measures of the file that only its exporter knows: `pages`, `tables` …"""

    def lost(self, code: Code, what: str, where: str = "") -> None:
        """Says that something of the source is not in the file."""
        self._add(code, "lost", what, where)

    def degraded(self, code: Code, what: str, where: str = "") -> None:
        """Says that something of the source is in the file, but not as it was."""
        self._add(code, "degraded", what, where)

    def note(self, code: Code, what: str, where: str = "") -> None:
        """Says something about the source that its author may want to mend."""
        self._add(code, "note", what, where)

    @property
    def items(self) -> tuple[Item, ...]:
        """The items, in the order they were met."""
        return tuple(Item(*key, *value) for key, value in self._seen.items())

    def as_json(self) -> dict[str, Json]:
        """The report in its published form; `items` is empty when there is nothing to report."""
        found: list[Json] = [
            {
                "code": str(item.code),
                "severity": item.severity,
                "what": item.what,
                "where": item.where,
                "count": item.count,
            }
            for item in self.items
        ]
        return {"schema": 1, "items": found, "left_out": self.left_out, "facts": dict(self.facts)}

    def _add(self, code: Code, severity: Severity, what: str, where: str) -> None:
        self.losses += severity == "lost"
        key = (code, severity, what)
        if key in self._seen:
            first, count = self._seen[key]
            self._seen[key] = (first, count + 1)
        elif len(self._seen) < MAX_ITEMS and (alike := self._alike.get((code, severity), 0)) < MAX_ALIKE:
            self._seen[key] = (where, 1)
            self._alike[code, severity] = alike + 1
        else:
            self.left_out += 1
