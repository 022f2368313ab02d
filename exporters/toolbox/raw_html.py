"""HTML that stood in the source, for formats that cannot hold its tags."""

from __future__ import annotations

import re

# Each of these takes what it begins to the very end, where the end is missing, so none looks at anything twice.
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SILENT = re.compile(
    r"<(iframe|math|noframes|object|script|style|svg|template|title)\b[^<>]*>.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_BLOCK_END = re.compile(r"</(?:p|div|li|tr|h[1-6]|summary|dt|dd|caption)\s*>|<[bh]r\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_LINE_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)


def words(html: str) -> str:
    """The words of the HTML, in lines: no tags, scripts, styles and comments. Text, never to be used as HTML."""
    from html import unescape

    said = _SILENT.sub("", COMMENT.sub("", html))
    said = _BLOCK_END.sub("\n", _CELL_END.sub(" ", said))
    return unescape(_TAG.sub("", said)).strip("\n")


def is_line_break(tag: str) -> bool:
    """Whether one tag is `<br>`."""
    return _LINE_BREAK.fullmatch(tag) is not None


def is_comment(html: str) -> bool:
    """Whether the HTML is one comment and nothing else."""
    html = html.strip()
    return html.startswith("<!--") and html.find("-->") == len(html) - 3
