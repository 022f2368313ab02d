"""Reads the XML of a Word file that anybody may have made, and writes of it what we know.

Nothing is copied as it stands: there are no entities, no namespaces but those of WordprocessingML and its drawings, and
no more elements than a file of styles has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from exporters.toolbox.escaping import html_attribute, html_text, without_controls

MAX_SIZE = 20_000_000  # bytes of one part; the styles of Word's own templates have 0.1 MB
_MAX_ELEMENTS = 100_000  # that are kept, some 200 bytes each; those styles have 5,000
_MAX_ATTRIBUTES = 400  # of one element; Word's own have 20
_MAX_DEPTH = 80  # tables in text boxes in tables have 40
_PIECE = 64_000  # bytes that Expat gets at a time, so that a bound is noticed soon

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/drawingml/2006/picture": "pic",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/package/2006/content-types": "ct",
}
_XML = "http://www.w3.org/XML/1998/namespace"


class Unreadable(ValueError):
    """A part that is no such XML, or too large. Says why, as the end of a sentence about it."""


class Element:
    """An element, by the prefix that we give its namespace."""

    __slots__ = ("attributes", "children", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element | str] = []

    def elements(self, *names: str) -> Iterator[Element]:
        """The elements in it, or those of some names."""
        for child in self.children:
            if isinstance(child, Element) and (not names or child.name in names):
                yield child

    def first(self, name: str) -> Element | None:
        """The first element of this name in it."""
        return next(self.elements(name), None)

    def value(self, name: str) -> str:
        """The `w:val` of the first element of this name in it; "" without one."""
        found = self.first(name)
        return "" if found is None else found.attributes.get("w:val", "")

    def every(self) -> Iterator[Element]:
        """Itself, and all below it."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(element.elements())

    def keep(self, wanted: Callable[[Element], bool]) -> None:
        """Drops whatever below it is not wanted."""
        for element in self.every():
            element.children = [each for each in element.children if isinstance(each, str) or wanted(each)]

    def xml(self) -> str:
        """The element, written anew."""
        written = "".join(f' {name}="{_attribute(value)}"' for name, value in self.attributes.items())
        if not self.children:
            return f"<{self.name}{written}/>"
        within = "".join(
            html_text(without_controls(each)[0]) if isinstance(each, str) else each.xml() for each in self.children
        )
        return f"<{self.name}{written}>{within}</{self.name}>"


def read(data: bytes, within: tuple[str, ...] = ()) -> Element:
    """The outermost element, or one that holds of a part only what is at this path. Raises `Unreadable`."""
    from xml.parsers.expat import ExpatError, ParserCreate

    if len(data) > MAX_SIZE:
        raise Unreadable(f"has a part of more than {MAX_SIZE // 10**6} MB")
    outer = Element("", {})
    open: list[Element | None] = [outer]  # None for what is not kept
    path: list[str] = []
    left = _MAX_ELEMENTS

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal left
        name = _named(name)
        path.append(name)
        if len(path) > _MAX_DEPTH or len(attributes) > _MAX_ATTRIBUTES:
            raise Unreadable("is more deeply nested than Word's are")
        wanted = open[-1] is not None and name and (len(path) > len(within) or within[len(path) - 1] == name)
        if not wanted:
            open.append(None)
            return
        left -= 1
        if left < 0:
            raise Unreadable(f"has more than {_MAX_ELEMENTS} elements in a part")
        element = Element(name, _known(attributes))
        holder = open[-1]
        if holder is not None:
            holder.children.append(element)
        open.append(element)

    def end(_name: str) -> None:
        open.pop()
        path.pop()

    def text(text: str) -> None:
        if open[-1] is not None and len(path) > len(within):
            open[-1].children.append(text)

    parser = ParserCreate("utf-8" if data[:2] not in (b"\xff\xfe", b"\xfe\xff") else None, " ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_rules
    try:
        for begin in range(0, len(data), _PIECE):
            parser.Parse(data[begin : begin + _PIECE], False)
        parser.Parse(b"", True)
    except ExpatError:
        raise Unreadable("has a part that is no XML") from None
    root = next(outer.elements(), None)
    if root is None:
        raise Unreadable("is of a kind that is not read: save it as a Word document (.docx), not as a strict one")
    return root


def _refuse_rules(*_: Any) -> None:
    raise Unreadable("declares entities or other rules of its own, as nothing but traps do")


def _named(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    prefix = _PREFIXES.get(namespace, "")
    return f"{prefix}:{local}" if prefix else ""


def _known(attributes: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in attributes.items():
        namespace, _, local = name.rpartition(" ")
        if namespace == _XML:
            found[f"xml:{local}"] = value
        elif not namespace:
            found[local] = value
        elif (known := _named(name)) and not local.startswith("rsid"):
            found[known] = value
    return found


def _attribute(value: str) -> str:
    return html_attribute(without_controls(" ".join(value.split()))[0])
