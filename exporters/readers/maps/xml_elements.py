"""Reads XML into light elements, within bounds, and without what XML can do to whoever reads it: entities that grow,
files of others, addresses that are fetched.

Expat itself takes 1 ms to import; `defusedxml.ElementTree` takes 12, and refuses the same. Nothing here recurses, so a
tree may be as deep as its source is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from exporters.errors import SourceTooLarge, UnreadableSource
from exporters.readers import decoding
from exporters.readers.reading import Reading, shown
from exporters.readers.resources import Embedded
from exporters.report import Code
from exporters.toolbox.escaping import html_attribute, html_text

MAX_SIZE = 8_000_000  # bytes without embedded images: the largest map of Freeplane's own manuals has 0.5 MB
MAX_ELEMENTS = 400_000  # some 200 bytes each, so 80 MB in all; a map of 5,000 topics has 20,000
MAX_ATTRIBUTES = 4_000  # of one element: Expat's time grows faster than their number, and half a million take a second
_PIECE = 64_000  # bytes that Expat gets at a time, so that a bound is noticed soon


class Element:
    """An element of XML. What stands in it is in `children`, in the order it has there: text, and other elements."""

    __slots__ = ("attributes", "children", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[str | Element] = []

    def elements(self, name: str = "") -> Iterator[Element]:
        """The elements in it, or those of one name."""
        for child in self.children:
            if type(child) is Element and (not name or child.name == name):
                yield child

    def first(self, name: str) -> Element | None:
        """The first element of this name in it."""
        return next(self.elements(name), None)

    def text(self) -> str:
        """All text in it, without the tags between."""
        found: list[str] = []
        stack: list[Iterator[str | Element]] = [iter(self.children)]
        while stack:
            for child in stack[-1]:
                if isinstance(child, str):
                    found.append(child)
                else:
                    stack.append(iter(child.children))
                    break
            else:
                stack.pop()
        return "".join(found)

    def html(self) -> str:
        """What stands in it, written as HTML."""
        written: list[str] = []
        stack: list[tuple[str, Iterator[str | Element]]] = [("", iter(self.children))]
        while stack:
            end, children = stack[-1]
            for child in children:
                if isinstance(child, str):
                    written.append(html_text(child))
                    continue
                named = "".join(f' {name}="{html_attribute(value)}"' for name, value in child.attributes.items())
                written.append(f"<{child.name}{named}>")
                if child.name not in _VOID:
                    stack.append((f"</{child.name}>", iter(child.children)))
                    break
            else:
                written.append(end)
                stack.pop()
        return "".join(written)


# Those without an end in HTML.
_VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))


def read(reading: Reading, root: str, kind: str) -> Element:
    """The outermost element of a source, which is to have the name `root`, as those of its `kind` have.

    Raises `UnreadableSource`, `SourceTooLarge`.
    """
    embedded = reading.resources.embedded = Embedded(decoding.as_utf8(reading.source.data))
    data = embedded.text
    if len(data) > MAX_SIZE:
        raise SourceTooLarge(f"The source has more than {MAX_SIZE // 10**6} MB of text. Split it.")
    found = _tree(_decoded(data, reading), reading)
    if found.name != root:
        raise UnreadableSource(
            f"The source is XML, but not {kind}: it begins with <{shown(found.name)}> and not with <{root}>. "
            "Say what it is with the option source_kind."
        )
    return found


# Text


_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]{0,40})[\"']")
# Encodings of one script each. Python knows more, some of which take a time that grows faster than the text.
_OLD_ENCODING = re.compile(
    r"(?:iso[-_]?8859|latin|windows|cp|koi8|mac|tis|shift|euc|gb|big5)[a-z0-9._-]*", re.IGNORECASE
)


def _decoded(data: bytes, reading: Reading) -> str:
    """The text. What says that it is Latin-1 and reads as UTF-8 is UTF-8: by chance, next to no text does."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        declared = _DECLARED.match(data)
        if declared and _OLD_ENCODING.fullmatch(name := declared[1].decode()):
            try:
                return data.decode(name)
            except (UnicodeDecodeError, LookupError):
                pass  # neither what it is nor what it says it is
    return decoding.as_text(data, reading.report)


# The <!DOCTYPE> of a source that has no rules of its own, with what stands before it. Where there is one, Expat drops
# entities that it does not know, without a word.
_DOCTYPE = re.compile(r"(?:\s|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->)*+<!DOCTYPE[^>\[]*+>", re.DOTALL)
# A tag, with the text after it, that is long enough for too many attributes; and one that has them: for each a name and
# a value. The first takes a tenth of the second's time, and few sources have any.
_LONG_TAG = re.compile(rb"<[^<]{%d,}+" % (len(" a=''") * MAX_ATTRIBUTES))
_LADEN_TAG = re.compile(rb"<(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+'){%d,}+" % (2 * MAX_ATTRIBUTES))


def _tree(text: str, reading: Reading) -> Element:
    doctype = _DOCTYPE.match(text, 0, 10_000)  # no longer head than that has a meaning
    if doctype:
        text = text[doctype.end() :]
    from xml.parsers.expat import ErrorString, ExpatError

    data = _within_bounds(text)
    try:
        return _built(data)
    except ExpatError as first:
        mended, count = _mended(text)
        if count:
            try:
                tree = _built(_within_bounds(mended))
            except ExpatError:
                pass  # the first message says more: its line is that of the source
            else:
                reading.report.note(Code.SYNTAX, "The source is not well-formed XML; what could be mended was.")
                return tree
        line = first.lineno + (doctype[0].count("\n") if doctype else 0)
        raise UnreadableSource(
            f"The source is not well-formed XML: {ErrorString(first.code)} in line {line}. "
            "Open it in the program that wrote it, and save it again."
        ) from None


def _within_bounds(text: str) -> bytes:
    data = text.encode()
    if any(_LADEN_TAG.match(data, tag.start()) for tag in _LONG_TAG.finditer(data)):
        raise SourceTooLarge(f"An element of the source has more than {MAX_ATTRIBUTES} attributes. Remove some.")
    return data


def _built(data: bytes) -> Element:
    from xml.parsers.expat import ParserCreate

    outer = Element("", {})
    open = [outer]
    left = MAX_ELEMENTS

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise SourceTooLarge(f"The source has more than {MAX_ELEMENTS} elements. Split it.")
        element = Element(name, attributes)
        open[-1].children.append(element)
        open.append(element)

    def end(_name: str) -> None:
        open.pop()

    def text(text: str) -> None:
        open[-1].children.append(text)

    parser = ParserCreate("utf-8")  # whatever the source says: it has been decoded
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_rules
    for begin in range(0, len(data), _PIECE):
        parser.Parse(data[begin : begin + _PIECE], False)
    parser.Parse(b"", True)
    return next(outer.elements())


def _refuse_rules(*_: Any) -> None:
    raise UnreadableSource(
        "The source declares entities, or other rules of its own, in its <!DOCTYPE>. No map needs them, and some are "
        "made to fill a memory or to read the files of others. Remove the <!DOCTYPE>, and upload it again."
    )


# Mending


_DECLARATION = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>)?")
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:#([0-9]{1,8})|#x([0-9A-Fa-f]{1,8})|([A-Za-z][A-Za-z0-9]{0,40}))?(;)?", re.DOTALL
)
_OF_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))


def _mended(text: str) -> tuple[str, int]:
    """The text without what makes old programs' files no XML, and in how many places it had to be changed."""
    declaration = _DECLARATION.match(text)
    start = declaration.end() if declaration else 0
    changed = int(start > 0)
    text, controls = _NO_CHARACTER.subn("", text[start:])
    mended = _AMPERSAND.sub(_reference, text)
    return mended, changed + controls + (mended != text)


def _reference(found: re.Match[str]) -> str:
    decimal, hexadecimal, name, end = found.groups()
    if found[0][0] == "<":
        return found[0]
    if not end or not (decimal or hexadecimal or name):
        return f"&amp;{found[0][1:]}"
    if not name:
        number = int(decimal) if decimal else int(hexadecimal, 16)
        return found[0] if _is_character(number) else ""
    if name in _OF_XML:
        return found[0]
    from html.entities import html5  # 1 ms, for sources that need it

    characters = html5.get(f"{name};")
    return "".join(f"&#{ord(each)};" for each in characters) if characters else f"&amp;{name};"


def _is_character(number: int) -> bool:
    """Whether XML can hold it (XML 1.0, 2.2)."""
    return (
        number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number <= 0x10FFFF
    )
