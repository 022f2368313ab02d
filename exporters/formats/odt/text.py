"""How text stands in OpenDocument: blanks count once there, unless elements stand for them (ODF 1.3 part 3, 6.1.2)."""

from __future__ import annotations

import re

from exporters.toolbox.escaping import html_text

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        **{
            prefix: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
            for prefix, name in {
                "office": "office",
                "style": "style",
                "text": "text",
                "table": "table",
                "draw": "drawing",
                "fo": "xsl-fo-compatible",
                "svg": "svg-compatible",
                "meta": "meta",
                "config": "config",
            }.items()
        },
        "xlink": "http://www.w3.org/1999/xlink",
        "dc": "http://purl.org/dc/elements/1.1/",
    }.items()
)
"""For the root of a part."""
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
VERSION = 'office:version="1.3"'

_LINE_END = re.compile("[\n\t\v\f\r\x85\u2028\u2029]+")
_HAN = "[\u2e80-\u2fdf\u3001-\u30ff\u3100-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60]"
_BETWEEN_HAN = f"(?<={_HAN})\n(?={_HAN})"  # compiled when a text needs it, for it takes 2 ms
# One blank between two words stands for itself, and for as much anywhere else.
_BLANKS = re.compile(r"\n|\t|(?<=\n) +| {2,}|\A | \Z")


def flowing(text: str) -> str:
    """Text whose blanks count once. Between Chinese or Japanese characters, a line end counts for nothing."""
    if "\n" in text and not text.isascii():
        text = re.sub(_BETWEEN_HAN, "", text)
    return html_text(_LINE_END.sub(" ", text) if not text.isprintable() else text)


def kept(text: str) -> str:
    """Text whose blanks and line ends all count, as in code."""
    text = html_text(text)
    return _BLANKS.sub(_element, text)


def _element(blanks: re.Match[str]) -> str:
    match blanks[0]:
        case "\n":
            return "<text:line-break/>"
        case "\t":
            return "<text:tab/>"
        case " ":
            return "<text:s/>"
        case spaces:
            return f'<text:s text:c="{len(spaces)}"/>'
