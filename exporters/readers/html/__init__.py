"""Reads HTML: pages, what rich-text editors save, and what word processors put on the clipboard.

`tags` cuts the source into tags and texts, `nesting` finds out what stands in what, `roles` says what
that is, and `tree` builds the document; before, `anchors` looks where the links within the page lead, if
there are any. Here is what begins all that, and the bound of what it may cost.

No library builds the tree. The time of html5ever (nh3) grows with the square of how deep tags stand, and of what tables
have outside of their cells: a megabyte can take 20 s. What it will take can be told only by the rules of nesting, and
who follows these has the tree already. For a book that takes 95 ms; to follow them, to let html5ever do the same again,
and to read what it makes would take 140.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator

from exporters.document.nodes import Blocks, Document
from exporters.errors import SourceTooLarge
from exporters.readers import decoding
from exporters.readers.html import anchors as html_anchors
from exporters.readers.html.nesting import Nesting
from exporters.readers.html.roles import Roles
from exporters.readers.html.tables import only_laying_out
from exporters.readers.html.tags import TEXT, Token, tokens
from exporters.readers.html.tree import Tree
from exporters.readers.reading import Reading
from exporters.readers.resources import Embedded

MAX_SIZE = 16_000_000  # bytes without embedded images: Word needs ten for each letter


def read(reading: Reading) -> Document:
    """Reads a page, or a piece of one. Raises `UnreadableSource`, `SourceTooLarge`."""
    embedded = reading.resources.embedded = Embedded(_as_utf8(reading.source.data))
    html = _bounded(decoding.as_text(embedded.text, reading.report))
    is_xml = html.lstrip()[:5] == "<?xml"
    roles = Roles(html)
    anchors = html_anchors.NONE
    if html_anchors.are_possible(html):
        anchors = html_anchors.find(_tokens(html, is_xml, embedded), roles)
    tree = Tree(reading, roles, anchors, only_laying_out(html)).with_sections()
    Nesting(tree).take(_tokens(html, is_xml, embedded))
    return tree.document()


def _tokens(html: str, is_xml: bool, embedded: Embedded) -> Iterator[Token]:
    found = tokens(html, is_xml)
    return _restored(found, embedded) if embedded.sets_aside else found


def _restored(found: Iterator[Token], embedded: Embedded) -> Iterator[Token]:
    """The pieces as the source has them; the addresses of images are left alone."""
    restore = embedded.restore
    for kind, name, raw, at, inner in found:
        if kind == TEXT:
            yield kind, restore(name), raw, at, inner
        else:
            yield kind, name, raw if name in ("image", "img") else restore(raw), at, restore(inner)


def blocks_of(html: str, reading: Reading) -> Blocks:
    """A piece of a page as blocks, its headings among them. Raises `SourceTooLarge`."""
    html = _bounded(html.replace("\r\n", "\n").replace("\r", "\n"))
    tree = Tree(reading, Roles(html), html_anchors.NONE, only_laying_out(html))
    Nesting(tree).take(tokens(html))
    return tree.blocks()


def _bounded(html: str) -> str:
    if len(html) > MAX_SIZE:
        raise SourceTooLarge(f"The source has more than {MAX_SIZE // 10**6} MB of text. Split it.")
    return html.replace("\0", "") if "\0" in html else html


# What an old page says of its encoding, in its first bytes, and no more than that (WHATWG Encoding, 4.2).
_STATED = re.compile(
    rb"""<\?xml[^>]{0,100}encoding\s*=\s*["']([\w-]+)|<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE
)
_LOOK = 4_000  # bytes; browsers look at 1,024
_ENCODINGS = {
    **dict.fromkeys(("iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252", "cp1252"), "cp1252"),
    **{f"windows-{number}": f"cp{number}" for number in (1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258)},
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{name: name for name in ("big5", "euc-jp", "euc-kr", "koi8-r", "koi8-u", "shift_jis")},
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    "iso-8859-9": "cp1254",
    "macintosh": "mac_roman",
    "x-sjis": "shift_jis",
}
_CLIPBOARD = re.compile(rb"Version:\d[^<]{0,400}")


def _as_utf8(data: bytes) -> bytes:
    """The source in UTF-8, whatever old encoding it says it is in. Raises `UnreadableSource`."""
    text = decoding.as_utf8(data)
    has_mark = data.startswith((BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE))
    if not has_mark and (stated := _STATED.search(data[:_LOOK])):
        encoding = _ENCODINGS.get((stated[1] or stated[2]).decode().lower())
        if encoding and not _is_utf8(data):
            text = data.decode(encoding, errors="replace").encode()
    clipboard = _CLIPBOARD.match(text)  # what Windows puts before HTML there
    return text[clipboard.end() :] if clipboard else text


def _is_utf8(data: bytes) -> bool:
    """Whether there is anything but ASCII, and all of it is UTF-8: nobody writes that by chance."""
    try:
        return not data.isascii() and bool(data.decode())
    except UnicodeDecodeError:
        return False
