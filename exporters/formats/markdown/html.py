"""Where a block of HTML begins and ends in Markdown (CommonMark 0.31.2, 4.6)."""

from __future__ import annotations

import re

from exporters.document.nodes import Block, RawBlock

# How a block begins that ends with a mark of its own. All others end with an empty line.
_WITH_END = (
    (re.compile(r"<(?:script|pre|style|textarea)(?=[\s>]|\Z)", re.IGNORECASE), "</"),
    (re.compile(r"<!--"), "-->"),
    (re.compile(r"<\?"), "?>"),
    (re.compile(r"<!\[CDATA\["), "]]>"),
    (re.compile(r"<![A-Za-z]"), ">"),
)
_CLOSED = re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE)
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?=[\s/>]|\Z)")
_BLOCK_NAMES = (
    "address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link "
    "main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead "
    "title tr track ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")


def block(html: str) -> str:
    """A block as it stands in Markdown: without the empty lines that would end it."""
    return html if _end(html) else _EMPTY_LINES.sub("\n", html)


def interrupts(html: str) -> bool:
    """Whether HTML begins a block even right after a line of text."""
    name = _NAME.match(html)
    return bool(_end(html)) or (name is not None and name[1].lower() in _BLOCKS)


def ends_itself(html: str) -> bool:
    """Whether what follows on the next line is not part of the block."""
    end = _end(html)
    return bool(_CLOSED.search(html)) if end == "</" else bool(end) and end in html


def never_ends(block: Block) -> bool:
    """Whether all that follows would be part of the block."""
    return isinstance(block, RawBlock) and bool(_end(block.html)) and not ends_itself(block.html)


def text(words: str) -> str:
    """A text within HTML."""
    return _UNSAFE_IN_TEXT.sub(_entity, words)


def attribute(value: str) -> str:
    """A text within the quotation marks of an attribute, on one line."""
    return _UNSAFE.sub(_entity, value)


_UNSAFE = re.compile('[&<>"\x00-\x1f\x7f\x85\u2028\u2029\ufeff]')
_UNSAFE_IN_TEXT = re.compile("[&<>\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def _entity(found: re.Match[str]) -> str:
    return _NAMED.get(found[0]) or f"&#{ord(found[0])};"


def _end(html: str) -> str:
    return next((end for begin, end in _WITH_END if begin.match(html)), "")
