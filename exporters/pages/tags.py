"""The structure of a document as a PDF tells it to those who do not see the page (ISO 32000-1, 14.7 and 14.8).

An `Element` is a node of the structure tree: a heading, a paragraph, a cell. It is made when the layout meets its node,
and learns, when something of it is drawn, on which page and as which part of that page's content.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

type Role = Literal[
    "Document", "Sect", "H1", "H2", "H3", "H4", "H5", "H6", "P", "L", "LI", "Lbl", "LBody", "Table", "THead", "TBody",
    "TR", "TH", "TD", "Figure", "Formula", "Caption", "Link", "Code", "Note", "Reference", "BlockQuote", "Div", "Span",
    "TOC", "TOCI", "Title", "Aside",
]  # fmt: skip


HEADINGS: tuple[Role, ...] = ("H1", "H2", "H3", "H4", "H5", "H6")

ROLE_MAP: Mapping[Role, Role] = MappingProxyType({"Title": "P", "Aside": "Div"})
"""What the roles are that PDF 2.0 has added, for readers that know those of PDF 1.7 only."""


class Element:
    """A node of the structure tree.

    What stands within a line (`Link`, `Code`, `Formula` …) hangs itself below its parent when it is first drawn, so
    that it stands among the parts of the line in reading order; what stands on lines of its own when it is made.
    """

    __slots__ = ("actual_text", "alt", "attributes", "id", "is_inline", "kids", "lang", "number", "parent", "role")

    def __init__(self, role: Role, parent: Element | None, *, is_inline: bool = False) -> None:
        self.role: Role = role
        self.parent = parent
        self.is_inline = is_inline
        self.alt = ""
        """What to say instead of what is seen."""
        self.actual_text = ""
        """The text that is shown by something else."""
        self.lang = ""
        self.id = ""
        """Unique in the file; "" where nothing refers to it (ISO 32000-1, 14.7.2)."""
        self.number = 0
        """Of its object in the file, once it is written."""
        self.attributes: dict[str, dict[str, str]] = {}
        """Owner → name → value as PDF writes it, such as `{"Table": {"Scope": "/Column"}}`."""
        self.kids: list[Element | tuple[int, int] | int] | None = None if is_inline else []
        """Elements; (page number, marked content id); or the number of the object of a link's annotation. None for
        what has not been drawn yet."""
        if parent and not is_inline:
            parent.add(self)

    def add(self, kid: Element | tuple[int, int] | int) -> None:
        """Adds what belongs to this element, in reading order."""
        self.drawn().append(kid)

    def drawn(self) -> list[Element | tuple[int, int] | int]:
        """The kids; hangs an element within a line below its parent if it does not hang there yet."""
        if self.kids is None:
            self.kids = []
            if self.parent:
                self.parent.add(self)
        return self.kids
